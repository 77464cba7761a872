"""What a sweep is to run, as a user writes it down: scenarios x arms x points of a design x seeds, and what is read from each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import exp, log
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ...agents.declare import Declared, InputError

KINDS = ("grid", "list", "lhs", "sobol")
MOST_POINTS = 1_000_000
Span = tuple[float, float]


class Sampled(Declared):
    """Points spread over ranges: `points` of them, by a generator of its own with the seed `seed`."""

    points: int = Field(ge=1, le=MOST_POINTS)
    seed: int = Field(0, ge=0)
    log: list[str] = Field(default_factory=list)
    """Paths that are spread by ratios instead of evenly."""
    paths: dict[str, Span | Literal["declared"]] = Field(min_length=1)
    """Path -> [low, high], or "declared": its declared range."""


class Design(Declared):
    """A sweep: its worlds, and its outcomes. One of grid, list, lhs and sobol says which points are run; without any, one point.

    grid    path -> values; every combination, the last path changing fastest
    list    path -> values, all of one length; the first values are the first point; the path `seed` gives each point its own seed
    lhs     a Latin hypercube of `points`
    sobol   the first `points` of a scrambled Sobol sequence; a power of two keeps its balance
    """

    format: Literal[1] = 1
    name: str = "sweep"
    scenario: list[str] = Field(min_length=1)
    """Names or paths of scenarios; a single text in the file."""
    arms: list[str] = Field(default_factory=list)
    """Arms that sit in the focal seat in turn; none is every arm of a scenario."""
    seeds: str = "20"
    lucks: int = Field(1, ge=1, le=100_000)
    """Chances after day 0 per seed; with 1 the seed's own."""
    days: int | None = Field(None, ge=1)
    days_read: list[int] = Field(default_factory=list)
    """Days on which outcomes are read beside the last, ascending."""
    customers: int | None = Field(None, ge=1)
    outcomes: list[str] = Field(default_factory=list)
    """Names of metrics, `damage.COLUMN`, `state.TABLE.COLUMN`; none is the headline metrics."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Settings of all points."""
    grid: dict[str, list[Any]] | None = None
    list_: dict[str, list[Any]] | None = Field(None, alias="list")
    lhs: Sampled | None = None
    sobol: Sampled | None = None

    model_config = Declared.model_config | {"populate_by_name": True}

    @model_validator(mode="after")
    def _one_design(self) -> Self:
        given = [kind for kind in KINDS if self.part(kind) is not None]
        if len(given) > 1:
            raise ValueError(f"one of {', '.join(KINDS)}, not {' and '.join(given)}")
        for kind in ("grid", "list"):
            values = self.part(kind)
            if values is not None and (not values or any(not one for one in values.values())):
                raise ValueError(f"{kind} needs paths with values")
        if self.list_ is not None and len({len(values) for values in self.list_.values()}) > 1:
            raise ValueError("list needs as many values for every path")
        if self.days_read != sorted({*self.days_read}):
            raise ValueError("days_read must ascend")
        return self

    def part(self, kind: str) -> Any:
        """The design's part of a kind, None where there is none."""
        return self.list_ if kind == "list" else getattr(self, kind)

    @property
    def kind(self) -> str:
        """grid, list, lhs or sobol; "point" where there is a single one."""
        return next((kind for kind in KINDS if self.part(kind) is not None), "point")

    @cached_property
    def paths(self) -> list[str]:
        """The parameter paths that the design moves."""
        part = self.part(self.kind) if self.kind != "point" else {}
        return list(part.paths if isinstance(part, Sampled) else part)

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The settings of every point, in order."""
        return list(self._points())

    def _points(self) -> Iterator[dict[str, Any]]:
        from itertools import islice, product

        part = self.part(self.kind) if self.kind != "point" else None
        if part is None:
            yield {}
        elif self.kind == "grid":
            for values in islice(product(*part.values()), MOST_POINTS + 1):
                yield dict(zip(part, values, strict=True))
        elif self.kind == "list":
            for values in zip(*part.values(), strict=True):
                yield dict(zip(part, values, strict=True))
        else:
            yield from spread(part, self.kind)


def spread(sampled: Sampled, kind: str) -> Iterator[dict[str, float]]:
    """Points of a Latin hypercube or a scrambled Sobol sequence over the ranges of `sampled`, whose spans are numbers."""
    import warnings

    from scipy.stats import qmc

    names = list(sampled.paths)
    maker = qmc.LatinHypercube if kind == "lhs" else qmc.Sobol
    with warnings.catch_warnings():  # other numbers than powers of two are the user's wish
        warnings.simplefilter("ignore", UserWarning)
        units = maker(d=len(names), rng=sampled.seed).random(sampled.points)
    for row in units.tolist():
        yield {name: between(sampled.paths[name], at, name in sampled.log) for name, at in zip(names, row, strict=True)}  # type: ignore[arg-type]


def between(span: Span, at: float, by_ratios: bool = False) -> float:
    """The number at a position in [0, 1] of a range, to twelve digits."""
    low, high = span
    return float(f"{exp(log(low) + at * (log(high) - log(low))) if by_ratios else low + at * (high - low):.12g}")


# --- reading ----------------------------------------------------------------------------------------------------------


def read_design(source: str | Path | Mapping[str, Any] | Design) -> Design:
    """The design of a TOML file, a mapping or a Design; an InputError about the first thing that does not fit."""
    if isinstance(source, Design):
        return source
    file = str(source) if isinstance(source, str | Path) else None
    try:
        data = dict(source) if isinstance(source, Mapping) else tomllib.loads(Path(source).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"the design cannot be read ({error.strerror})", file=file, allowed="a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not TOML: {error}", file=file) from None
    if file is not None and "name" not in data:
        data["name"] = Path(file).stem
    try:
        return Design.model_validate(written(data))
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"] if part not in ("function-after", "tuple[float,float]"))
        shown = first["input"] if isinstance(first["input"], str | int | float) else None
        raise InputError(_said(first, key), file=file, key=key or None, given=shown, allowed=_allowed(first)) from None


def _said(problem: Mapping[str, Any], key: str) -> str:
    if problem["type"] == "extra_forbidden":
        return "a design has no such key"
    if problem["type"] == "missing":
        return "is missing"
    return str(problem["msg"]).removeprefix("Value error, ")


def _allowed(problem: Mapping[str, Any]) -> str | None:
    return (
        ", ".join(Design.model_fields).replace("list_", "list")
        if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1
        else None
    )


def written(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says in the shape of a Design: a single scenario or arm is a list of one, nested keys are dotted paths."""
    found = dict(data)
    for key in ("scenario", "arms", "outcomes"):
        if isinstance(found.get(key), str):
            found[key] = [part.strip() for part in found[key].split(",")]
    if isinstance(found.get("seeds"), int):
        found["seeds"] = str(found["seeds"])
    for key in ("set", "grid", "list"):
        if isinstance(found.get(key), Mapping):
            found[key] = dotted(found[key])
    for key in ("lhs", "sobol"):
        if isinstance(found.get(key), Mapping):
            part = dict(found[key])
            own = {name: part.pop(name) for name in ("points", "seed", "log") if name in part}
            found[key] = own | {"paths": dotted(part.pop("paths", {})) | dotted(part)}
    return found


def dotted(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A nested mapping with dotted paths as keys; the rows of a list are numbered."""
    found: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            found |= dotted(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = value
    return found
