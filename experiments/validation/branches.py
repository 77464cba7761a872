"""Worlds that share a past: a burn-in once, and a branch for each way of going on, with the same people, ties and luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...sim.events import KIND
from ...sim.model import Checkpoint, ServiceEcosystem
from .watch import Seen, Watch

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

FOCAL = 0


def playing(scenario: Scenario, options: Mapping[str, Any], strategy: str = "status_quo") -> Scenario:
    """The scenario with the focal firm playing a strategy with these options."""
    seat = scenario.firms["focal"].model_copy(update={"strategy": strategy, "options": dict(options)})
    return scenario.model_copy(update={"firms": {**scenario.firms, "focal": seat}})


def spending(times: float) -> dict[str, Any]:
    """Options of the everyday practice with this many times its advertising."""
    from ...agents.strategies.dials import STATUS_QUO_ROW

    usual = STATUS_QUO_ROW.shares
    return {"shares": {line: share * (times if line in ("email", "mail") else 1.0) for line, share in usual.items()}}


def past(scenario: Scenario, seed: int) -> Checkpoint:
    """The world on day 0."""
    model = ServiceEcosystem(scenario, seed)
    model.close()
    return model.checkpoint()


def lived(
    scenario: Scenario, seed: int, days: int, detail: str = "counts", stands: tuple[int, ...] = (), after: Checkpoint | None = None,
    luck: int | None = None, watched: bool = True, **more: Any,
) -> Seen:  # fmt: skip
    """A world run for some days, from its burn-in or from a checkpoint on."""
    if after is None:
        model = ServiceEcosystem(scenario, seed, luck=luck, detail=detail, **more)
    else:
        model = ServiceEcosystem.branch(after, scenario, luck=luck, detail=detail, **more)
    watch = Watch(model, stands) if watched else None
    for _ in range(days):
        model.step()
    model.close()
    return Seen(model, watch)


def deals(seen: Seen, firm: int = FOCAL) -> np.ndarray:
    """Deals of a firm by day from 0, float64 [days]."""
    totals = seen.model.totals
    return totals.kind[totals.rows(0), firm, KIND["purchase"]].astype(np.float64)  # type: ignore[no-any-return]
