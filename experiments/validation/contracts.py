"""Facts about contracts (V25): who leaves when one is over."""

from __future__ import annotations

from .branches import lived

Measures = dict[str, float | None]


def churn(seed: int) -> Measures:
    """Contracts that were over and were left, of all that were over: yearly ones, and monthly subscriptions."""
    from ...scenarios.load import load

    found: Measures = {}
    for name, scenario in (("year", "contract"), ("month", "subscription")):
        world = load(scenario)
        totals = lived(world, seed, world.days, watched=False).model.totals
        days = totals.rows(0)
        renewed, left = (int(totals.count_of(kind, days).sum()) for kind in ("accept", "churn"))
        found[name] = left / (renewed + left) if renewed + left else None
    return found
