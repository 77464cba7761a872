"""What is read from a finished world of a sweep: metrics, damage, states, by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...agents.declare import InputError, nearest

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ...sim.model import ServiceEcosystem

DAMAGE, STATE = "damage.", "state."
FOCAL = 0


@dataclass(frozen=True)
class Reading:
    """The outcomes of a run, by what they are made of.

    metrics   names of the catalogue
    damage    columns of the losses against the twin without the trigger
    states    TABLE.COLUMN of the state of all people, or of the focal firm's part of it; their mean on the day
    days      days on which they are read, beside the last; damage is read on the last alone
    """

    metrics: tuple[str, ...]
    damage: tuple[str, ...]
    states: tuple[str, ...]
    days: tuple[int, ...]

    @property
    def columns(self) -> list[str]:
        """The names of the outcomes, in order."""
        return [*self.metrics, *(DAMAGE + name for name in self.damage), *(STATE + name for name in self.states)]

    @property
    def said(self) -> list[Any]:
        """The reading as plain data: a part of what a run is known by."""
        return [self.columns, list(self.days)]

    @property
    def whole(self) -> bool:
        """True if the ledger behind the whole catalogue must be kept."""
        from ...sim.metrics.headline import HEADLINE

        return not {*self.metrics} <= {metric.name for metric in HEADLINE}

    @property
    def detail(self) -> str:
        """The least detail of the log from which all of them can be computed."""
        from ...sim.metrics.catalogue import BY_NAME
        from ...sim.metrics.declare import DETAILS

        return DETAILS[max((DETAILS.index(BY_NAME[name].detail) for name in self.metrics), default=0)]

    def of(self, model: ServiceEcosystem) -> dict[str, float | None]:
        """Metrics and states of the focal firm in a world as it is now; None where a metric has no value."""
        from ...sim.metrics.catalogue import BY_NAME
        from ...sim.metrics.declare import NoValue
        from ...sim.metrics.record import Record

        record = Record.of(model)
        found: dict[str, float | None] = {}
        for name in self.metrics:
            try:
                found[name] = float(BY_NAME[name].of(record, FOCAL))
            except NoValue:
                found[name] = None
        return found | {STATE + name: state_of(model, name) for name in self.states}


def state_of(model: ServiceEcosystem, name: str) -> float:
    """The mean over all people of a column of state, of a table by firm its focal part."""
    table, _, column = name.partition(".")
    values = getattr(model.columns, table)[column]
    values = values[:, FOCAL] if values.ndim == 2 else values
    return float(values.astype(np.float64).mean())


def reading_of(outcomes: Sequence[str], days: Sequence[int], scenarios: Sequence[Scenario]) -> Reading:
    """The reading of named outcomes, headline metrics where none are named; an InputError for one that there is not."""
    from ...sim.metrics.catalogue import BY_NAME
    from ...sim.metrics.headline import HEADLINE

    metrics: list[str] = [] if outcomes else [metric.name for metric in HEADLINE]
    lost: list[str] = []
    state: list[str] = []
    for name in outcomes:
        if name.startswith(DAMAGE):
            lost.append(_known(name, DAMAGE, damages()))
        elif name.startswith(STATE):
            state.append(_known(name, STATE, states()))
        elif name in BY_NAME:
            metrics.append(name)
        else:
            words = [*BY_NAME, *(DAMAGE + one for one in damages())]
            raise InputError("no such outcome", key="outcomes", given=name, nearest=nearest(name, words),
                             allowed="a metric (valuescape metrics), damage.COLUMN or state.TABLE.COLUMN")  # fmt: skip
    if len({*outcomes}) < len(outcomes):
        raise InputError("an outcome is named twice", key="outcomes", given=", ".join(outcomes), allowed="each outcome once")
    if lost:
        from ..damage import need_trigger

        for scenario in scenarios:
            need_trigger(scenario)
    last = min(scenario.days for scenario in scenarios)
    if days and not (days[0] >= 1 and days[-1] <= last):
        raise InputError("is no day of every run", key="days_read", given=list(days), allowed=f"1 to {last}")
    return Reading(tuple(metrics), tuple(lost), tuple(state), tuple(days))


def damages() -> list[str]:
    """Columns of losses."""
    from ..damage import MEASURES
    from ..twins import SERIES

    return ["loss", "lost_margin", "lost_share", "loss_per_customer", *(f"{name}_{measure}" for name in SERIES for measure in MEASURES)]


def states() -> list[str]:
    """Columns of state of a person, and of a person towards the focal firm."""
    from ...sim.meanings import COLUMNS

    return [f"{table}.{column}" for table in ("people", "pairs", "bonds", "lives") if table in COLUMNS for column in COLUMNS[table]]


def _known(name: str, prefix: str, known: Sequence[str]) -> str:
    word = name.removeprefix(prefix)
    if word not in known:
        raise InputError("no such outcome", key="outcomes", given=name, nearest=nearest(word, known), allowed=f"{prefix}NAME")
    return word
