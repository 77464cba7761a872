"""The map's plan as it was written down: axes, ranges, design; and the worlds that follow from it.

A cell is a world: a point of the space-filling design, a point of a cut, or the scenario's own world, in which cuts cross.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from math import exp, log
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from ...agents.declare import Declared, InputError
from ..fixed import Amendment, unamended

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

FILE, DIGEST = "axes.toml", "digest.json"
Part = Literal["own", "cut", "design"]


class Axis(Declared):
    """One axis: the paths it moves together, each from its low to its high, evenly or by ratios."""

    name: str
    words: str
    unit: str
    reason: str
    scale: Literal["linear", "log"] = "linear"
    paths: dict[str, tuple[float, float]] = Field(min_length=1)

    def settings(self, position: float) -> dict[str, float]:
        """Settings by path at a position in [0, 1]."""
        return {path: self._between(low, high, position) for path, (low, high) in self.paths.items()}

    def value(self, position: float) -> float:
        """The axis's own value, that of its first path, at a position."""
        low, high = next(iter(self.paths.values()))
        return self._between(low, high, position)

    @property
    def ends(self) -> tuple[float, float]:
        """The axis's own value at low and high."""
        return self.value(0.0), self.value(1.0)

    def _between(self, low: float, high: float, position: float) -> float:
        if position in (0.0, 1.0):
            return high if position else low
        if self.scale == "log":
            return round(exp(log(low) + position * (log(high) - log(low))), 12)
        return round(low + position * (high - low), 12)


class Effort(Declared):
    """How finely the space is looked at."""

    points: int = Field(ge=2)
    seeds: str
    days: int = Field(ge=1)
    horizons: list[int] = Field(min_length=1)
    positions: list[float] = Field(min_length=1)


class MapPlan(Declared):
    """Everything that was written down before the map was first run."""

    format: Literal[1]
    fixed: date
    scenario: str
    arms: list[str] = Field(min_length=2, max_length=2)
    customers: int
    design_seed: int
    known: str
    left_out: str
    picture: str
    quick: Effort
    fine: Effort
    axes: list[Axis] = Field(min_length=2)
    amended: list[Amendment] = Field(default_factory=list)

    def axis(self, name: str) -> Axis:
        """The axis of a name."""
        return next(axis for axis in self.axes if axis.name == name)


class Cell(NamedTuple):
    """One world of the map: which part it belongs to, on a cut the axis that is moved, and where it lies on every axis."""

    number: int
    part: Part
    axis: str | None
    settings: Mapping[str, float]
    """Settings by path; of the own world none, of a cut those of its axis alone."""
    at: Mapping[str, float]
    """Axis -> its own value here."""


def parsed(text: str, file: str = FILE) -> MapPlan:
    """The plan that a file's text says; an InputError about the first thing that does not fit."""
    try:
        return MapPlan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}", file=file) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(first["msg"], file=file, key=".".join(str(part) for part in first["loc"])) from None


def map_plan() -> MapPlan:
    """The plan as it is kept in the package."""
    return parsed(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def fixed_plan() -> MapPlan:
    """The plan of the package; an InputError where it was changed without stating it."""
    plan = map_plan()
    changed = not_as_fixed(plan, digests())
    if changed is not None:
        raise InputError(changed, file=FILE)
    return plan


def digests() -> list[str]:
    """The digest of the plan as it was fixed, then one for each amendment."""
    return json.loads(files(__package__).joinpath(DIGEST).read_text(encoding="utf-8"))[FILE]  # type: ignore[no-any-return]


def not_as_fixed(plan: MapPlan, fixed: list[str]) -> str | None:
    """What is wrong with a plan, given its digests; None where nothing is."""
    return unamended("the map", plan, plan.amended, fixed, DIGEST)


# --- worlds -----------------------------------------------------------------------------------------------------------


def cells_of(plan: MapPlan, effort: Effort, scenario: Scenario) -> list[Cell]:
    """The own world, then the cuts axis by axis, then the design: a Latin hypercube seeded by the plan's number."""
    from scipy.stats import qmc

    own = {axis.name: value_in(scenario, axis) for axis in plan.axes}
    cells: list[Cell] = [Cell(0, "own", None, {}, own)]
    for axis in plan.axes:
        for position in effort.positions:
            settings = axis.settings(position)
            if any(_at(scenario, path) != value for path, value in settings.items()):
                at = {**own, axis.name: axis.value(position)}
                cells.append(Cell(len(cells), "cut", axis.name, settings, at))
    design = qmc.LatinHypercube(d=len(plan.axes), optimization="random-cd", rng=plan.design_seed).random(effort.points)
    for point in design.tolist():
        settings, at = {}, {}
        for axis, position in zip(plan.axes, point, strict=True):
            settings |= axis.settings(position)
            at[axis.name] = axis.value(position)
        cells.append(Cell(len(cells), "design", None, settings, at))
    return cells


def value_in(scenario: Scenario, axis: Axis) -> float:
    """An axis's own value in the scenario as it is."""
    return _at(scenario, next(iter(axis.paths)))


def _at(scenario: Any, path: str) -> float:
    """The number at a dotted path; of a strategy's option that is not set, what its row says."""
    place: Any = scenario
    parts = path.split(".")
    for k, part in enumerate(parts):
        if part == "options" and parts[0] == "firms":
            return _option(place, parts[k + 1 :])
        place = place[part] if isinstance(place, Mapping) else getattr(place, part)
    return float(place)


def _option(firm: Any, path: list[str]) -> float:
    from ...agents.strategies.protocol import make_strategy

    place: Any = firm.options
    for part in path:
        place = place.get(part, {}) if isinstance(place, Mapping) else place
    if isinstance(place, int | float):
        return float(place)
    row: Any = make_strategy(firm.strategy, dict(firm.options)).row  # type: ignore[attr-defined]
    return float(row.shares.get(path[-1], 0.0))
