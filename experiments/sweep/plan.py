"""From a design to runs: every world that is to be run, in order, each with a key by which it is known on disk."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents.declare import InputError, nearest
from ..setting import Setting, arms_of, seeds_of
from .design import Design, Sampled
from .reading import Reading, reading_of

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

MOST_RUNS = 100_000_000
FEW_VALUES = 20
SEED = "seed"
"""Among the paths of a list: each point has a seed of its own."""


class Run(NamedTuple):
    """One world of a sweep: its number in the order of the design, its key, and what tells it from the others."""

    number: int
    key: str
    arm: str
    seed: int
    luck: int


class Group(NamedTuple):
    """Runs that share people, ties and burn-in: all arms and lucks of one seed at one point of one scenario."""

    scenario: Scenario
    """As the design sets it; the point's settings come on top where the group is run."""
    point: int
    settings: dict[str, Any]
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a sweep runs: scenarios x points x seeds, each a group of arms and lucks."""

    design: Design
    settings: tuple[Setting, ...]
    arms: tuple[tuple[str, ...], ...]
    """Of each scenario."""
    seeds: tuple[int, ...]
    reading: Reading
    given: tuple[dict[str, Any], ...] = ()
    """Points of another origin than the design: they may differ in which paths they set."""

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The settings of every point."""
        return list(self.given) or self.design.points

    @property
    def scenarios(self) -> list[Scenario]:
        """The scenarios as the design sets them."""
        return [setting.scenario for setting in self.settings]

    @property
    def runs(self) -> int:
        """How many worlds in all."""
        return len(self.points) * len(self.seeds_at({})) * self.design.lucks * sum(len(arms) for arms in self.arms)

    @property
    def groups(self) -> int:
        """How many groups that share a burn-in."""
        return len(self.settings) * len(self.points) * len(self.seeds_at({}))

    def seeds_at(self, point: Mapping[str, Any]) -> Sequence[int]:
        """The seeds of a point: the design's, or the point's own where the design moves the seed itself."""
        return (int(point.get(SEED, 0)),) if SEED in self.design.paths else self.seeds

    def days_of(self, group: Group) -> int:
        """Days to simulate for a group."""
        return int(group.scenario.world.burn_in_days) + len(group.runs) * group.scenario.days * (2 if self.reading.damage else 1)

    def each_group(self) -> Iterator[Group]:
        """All groups; runs are numbered scenario by scenario, point by point, arm by arm, seed by seed, luck by luck."""
        lucks, begin = self.design.lucks, 0
        for setting, arms in zip(self.settings, self.arms, strict=True):
            about, times = self._about(setting), Counter[str]()
            for point, at in enumerate(self.points):
                seeds = self.seeds_at(at)
                values = {path: value for path, value in at.items() if path != SEED}
                said = json.dumps(at)
                again = f" again {times[said]}" if said in times else ""  # a point that is named twice is two points
                times[said] += 1
                here = hashlib.sha256(f"{about} {json.dumps(values)}{again}".encode()).hexdigest()
                for place, seed in enumerate(seeds):
                    runs = []
                    for turn, arm in enumerate(arms):
                        for luck in range(lucks):
                            number = begin + (turn * len(seeds) + place) * lucks + luck
                            chance = seed if lucks == 1 else luck
                            key = hashlib.sha256(f"{here} {arm} {seed} {chance}".encode()).hexdigest()[:16]
                            runs.append(Run(number, key, arm, seed, chance))
                    yield Group(setting.scenario, point, values, tuple(runs))
                begin += len(arms) * len(seeds) * lucks

    def _about(self, setting: Setting) -> str:
        """A hash of what decides the runs of a scenario beside point, arm, seed and luck."""
        from ..store import strategies_of

        said = setting.scenario.model_dump(mode="json", exclude={"file", "about"})
        text = json.dumps(
            [said, setting.digests, strategies_of(setting.scenario, setting.scenario.arms), self.reading.said], sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()


def plan_of(design: Design, network: Any = None, customers_table: Any = None, *, setting: Setting | None = None) -> Plan:
    """The plan of a design; an InputError where a scenario, an arm, a setting or an outcome does not fit.

    A `setting` stands for the design's scenario as it is, whatever was set in it.
    """
    settings = [setting] if setting is not None else [
        Setting(name, design.days, design.customers, network, design.set or None, None, customers_table) for name in design.scenario
    ]  # fmt: skip
    scenarios = [setting.scenario for setting in settings]
    names = [scenario.name for scenario in scenarios]
    if len({*names}) < len(names):
        raise InputError("a scenario is named twice", key="scenario", given=", ".join(names), allowed="each scenario once")
    arms = [tuple(arms_of(design.arms or None, scenario)) if scenario.arms or design.arms else ("",) for scenario in scenarios]
    design = within_declared(design, scenarios)
    check_values(design, scenarios)
    reading = reading_of(design.outcomes, design.days_read, scenarios)
    found = Plan(design, tuple(settings), tuple(arms), tuple(seeds_of(design.seeds)), reading)
    if found.runs > MOST_RUNS:
        raise InputError("so many runs are not made", key="design", given=f"{found.runs:,}", allowed=f"up to {MOST_RUNS:,}")
    return found


def within_declared(design: Design, scenarios: Sequence[Scenario]) -> Design:
    """The design with numbers for every range that was left to the declarations: a scenario's own range, else the parameter's."""
    from ...scenarios.checks import numbers

    part = design.part(design.kind) if design.kind in ("lhs", "sobol") else None
    if not isinstance(part, Sampled):
        return design
    known = numbers(scenarios[0])
    own = {**scenarios[0].uncertainties, **scenarios[0].levers}
    paths: dict[str, Any] = {}
    for path, span in part.paths.items():
        if span == "declared" and path not in own and path not in known:
            raise InputError(
                "has no declared range", key=f"{design.kind}.{path}", allowed="[low, high]", nearest=nearest(path, [*own, *known])
            )
        row = known.get(path)
        paths[path] = (
            tuple(own.get(path) or (row.low, row.high)) if span == "declared" and row else tuple(own[path]) if span == "declared" else span
        )
        low, high = paths[path]
        if not low < high or (path in part.log and low <= 0):
            raise InputError("is no range to sample", key=f"{design.kind}.{path}", given=[low, high],
                             allowed="[low, high] with low below high" + (", both above 0" if path in part.log else ""))  # fmt: skip
        if row is not None and (isinstance(row.default, (bool, int))):
            raise InputError("is a whole number, which is not sampled", key=f"{design.kind}.{path}", allowed="a grid or a list of values")
    for path in part.log:
        if path not in paths:
            raise InputError("is not among the sampled paths", key=f"{design.kind}.log", given=path, allowed=", ".join(paths))
    return design.model_copy(update={design.kind: part.model_copy(update={"paths": paths})})


def check_values(design: Design, scenarios: Sequence[Scenario]) -> None:
    """Refuse, before the first day, a value that a scenario does not take: each alone, on the scenario as the design sets it."""
    from ...scenarios.load import load

    part = design.part(design.kind) if design.kind != "point" else {}
    values = part.paths if isinstance(part, Sampled) else part
    for scenario in scenarios:
        for path, each in values.items():
            if path == SEED and design.kind == "list":
                if not all(type(value) is int and value >= 0 for value in each):
                    raise InputError("a seed is a whole number from 0 on", key="list.seed", given=str(each[:5]))
                continue
            for value in tried(each):
                try:
                    load(scenario, set={path: list(value) if isinstance(value, tuple) else value})
                except InputError as error:
                    raise InputError(error.what, key=f"{design.kind}.{path}", given=error.given, allowed=error.allowed,
                                     nearest=error.nearest) from None  # fmt: skip


def tried(values: Sequence[Any]) -> list[Any]:
    """Which values of a path are tried alone: each once; of many numbers the least and the largest, since ranges have no holes."""
    each = list(dict.fromkeys(tuple(value) if isinstance(value, list) else value for value in values))
    if len(each) > FEW_VALUES and all(isinstance(value, int | float) for value in each):
        return [min(each), max(each)]
    return each
