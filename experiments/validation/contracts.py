"""Facts about contracts (V25): who leaves when one is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .branches import lived

if TYPE_CHECKING:
    from ...sim.totals import Totals

Measures = dict[str, float | None]


def churn(seed: int) -> Measures:
    """Contracts that were over and were left, of all that were over: yearly ones, and monthly subscriptions."""
    from ...scenarios.load import load

    found: Measures = {}
    for name, scenario in (("year", "contract"), ("month", "subscription")):
        world = load(scenario)
        found[name] = share_left(lived(world, seed, world.days, watched=False).model.totals)
    return found


def share_left(totals: Totals) -> float | None:
    """Contracts left over those left or renewed, of all firms from day 0; None where none was over."""
    days = totals.rows(0)
    renewed, left = (int(totals.count_of(kind, days).sum()) for kind in ("accept", "churn"))
    return left / (renewed + left) if renewed + left else None
