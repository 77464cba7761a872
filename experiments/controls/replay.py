"""A1a, replay: the stored decisions of a world, played back by a strategy that only reads them, give the same log byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...sim.model import Checkpoint, ServiceEcosystem
from .row import Control, verdict_of

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ..ensemble import Tick

PASSES = "the log of events and all ledgers are identical, byte for byte, for every arm"


def played_back(scenario: Scenario, decisions: Sequence[Mapping[str, Any]]) -> Scenario:
    """The scenario with every firm in the seat of `replay`, which knows nothing but the stored decisions."""
    stored = json.loads(json.dumps(list(decisions)))  # as a file would hold them
    firms = {
        name: seat.model_copy(update={"strategy": "replay", "options": {"decisions": stored, "firm": name}})
        for name, seat in scenario.firms.items()
    }
    return scenario.model_copy(update={"firms": firms})


def lived(past: Checkpoint, scenario: Scenario, tick: Tick, **options: Any) -> ServiceEcosystem:
    """The world of a scenario from a checkpoint to its last day, every event kept."""
    model = ServiceEcosystem.branch(past, scenario, detail="full", **options)
    for _ in range(scenario.days):
        model.step()
        tick("replay")
    return model


def differing(first: ServiceEcosystem, second: ServiceEcosystem) -> list[str]:
    """What differs between two worlds: log, ledgers, decisions or a table of totals; nothing where they are one."""
    pairs = {"log": (first.events.tobytes(), second.events.tobytes()), "ledgers": (first.spent_cents(), second.spent_cents()),
             "decisions": (first.decisions, second.decisions)}  # fmt: skip
    pairs |= {table: (getattr(first.totals, table).tobytes(), getattr(second.totals, table).tobytes()) for table in first.totals.TABLES}
    return [name for name, (one, other) in pairs.items() if one != other]


def replays(
    scenario: Scenario, seed: int, tick: Tick, rules: Mapping[str, Callable[..., Any]] | None = None, compiled: bool = True,
) -> Control:  # fmt: skip
    """Every arm of a scenario lived and played back from one checkpoint."""
    base = ServiceEcosystem(scenario, seed, rules=rules, compiled=compiled, burn_in=False)
    while base.day < 0:
        base.step()
        tick("replay")
    past = base.checkpoint()
    unlike: dict[str, list[str]] = {}
    events = 0
    for arm in scenario.arms:
        seated = scenario.seated(arm)
        first = lived(past, seated, tick, rules=rules, compiled=compiled)
        second = lived(past, played_back(seated, first.decisions), tick, rules=rules, compiled=compiled)
        events += len(first.events)
        if found := differing(first, second):
            unlike[arm] = found
    arms = ", ".join(scenario.arms)
    said = "; ".join(f"{arm}: {', '.join(found)}" for arm, found in unlike.items())
    why = "Nothing but decisions matters: who took them leaves no trace."
    if unlike:
        why = f"Differs: {said}. Something beside decisions is read."
    measured = f"{len(scenario.arms) - len(unlike)} of {len(scenario.arms)} arms identical ({arms}); {events:,} events compared"
    done = (f"{scenario.name}, {scenario.world.customers.number:,} people, {scenario.days:,} days, seed {seed}: the decisions of all "
            "firms, stored as JSON, played back by the strategy `replay` from the same checkpoint")  # fmt: skip
    return Control("A1a", "Replay", done, measured, PASSES, verdict_of(not unlike and events > 0), why)


def days_of(scenario: Scenario) -> int:
    """Days that it takes."""
    return int(scenario.world.burn_in_days) + 2 * len(scenario.arms) * scenario.days
