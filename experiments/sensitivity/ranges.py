"""What is varied: paths with ranges and scales, the package's own set or a user's file; chance is one more of them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError

from ...agents.declare import Declared, InputError, nearest
from ..sweep.design import between

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

FILE = "ranges.toml"
LUCK = "luck"
"""The name of chance among the parameters: which seed a world has."""


class Range(Declared):
    """One parameter: from where to where it is varied, evenly or by ratios, what it is called, and why."""

    path: str
    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    words: str = ""
    reason: str = ""

    def at(self, position: float) -> float:
        """The value at a position in [0, 1]."""
        return between((self.low, self.high), position, self.scale == "log")

    @property
    def name(self) -> str:
        """What it is called."""
        return self.words or self.path


class Ranges(Declared):
    """The parameters that are varied."""

    parameters: list[Range] = Field(min_length=2)


def read_ranges(file: str | Path | None = None) -> list[Range]:
    """The ranges of a TOML file with [[parameters]], the package's own by default; an InputError about what does not fit."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8") if file is None else _text(file)
    try:
        found = Ranges.model_validate(tomllib.loads(text)).parameters
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}", file=file) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(first["msg"], file=file, key=".".join(str(part) for part in first["loc"]),
                         allowed="[[parameters]] with path, low, high and perhaps scale, words, reason") from None  # fmt: skip
    return found


def toml_of(ranges: Sequence[Range]) -> str:
    """Ranges as the text of a file that `read_ranges` reads."""
    import tomli_w

    return tomli_w.dumps({"parameters": [one.model_dump(mode="json") for one in ranges]})


def _text(file: str | Path) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the parameters cannot be read ({error})", file=file, allowed="a TOML file") from None


def ranges_of(asked: Sequence[str] | None, scenario: Scenario, file: str | Path | None = None) -> list[Range]:
    """The ranges that are varied in a scenario: those of the file, or of the paths asked for, checked against the declarations.

    A path that the file does not name is varied over the scenario's own range for it, else over its declared one.
    """
    from ...scenarios.checks import numbers

    known, own = numbers(scenario), {**scenario.uncertainties, **scenario.levers}
    written = {one.path: one for one in read_ranges(file)}
    chosen = []
    for path in list(written) if asked is None else asked:
        if path in written:
            chosen.append(written[path])
        elif path in own or path in known:
            low, high = own.get(path) or (known[path].low, known[path].high)
            chosen.append(Range(path=path, low=low, high=high))
        else:
            raise InputError("no such parameter", key="parameters", given=path, nearest=nearest(path, [*written, *own, *known]),
                             allowed="paths such as world.talk.openness")  # fmt: skip
    if len(chosen) < 2 or len({one.path for one in chosen}) < len(chosen):
        raise InputError("sensitivity is about two parameters or more, each once", file=file, key="parameters",
                         given=", ".join(one.path for one in chosen))  # fmt: skip
    for one in chosen:
        row = known.get(one.path)
        if row is None:
            takes(scenario, one, file)
        if not one.low < one.high or (one.scale == "log" and one.low <= 0):
            raise InputError("is no range", file=file, key=one.path, given=[one.low, one.high], allowed="low below high; above 0 by ratios")
        if row is not None and not row.low <= one.low < one.high <= row.high:
            raise InputError("leaves the declared range", file=file, key=one.path, given=[one.low, one.high],
                             allowed=f"within {row.low:g} to {row.high:g}")  # fmt: skip
        if row is not None and isinstance(row.default, int):
            raise InputError("is a whole number, which is not varied here", file=file, key=one.path, allowed="a sweep with a grid")
    return chosen


def takes(scenario: Scenario, one: Range, file: str | Path | None) -> None:
    """Refuse a path without a declaration of its own that the scenario does not take either, such as an option of an arm."""
    from ...scenarios.load import load

    try:
        load(scenario, set={one.path: one.low})
    except InputError as error:
        raise InputError(error.what, file=file, key=one.path, given=error.given, allowed=error.allowed, nearest=error.nearest) from None


def columns_of(ranges: Sequence[Range], units: npt.NDArray[np.float64], seeds: int) -> dict[str, list[float | int]]:
    """The points of a design in the unit cube as columns of a sweep: one per parameter, and the seed for its last dimension."""
    found: dict[str, list[float | int]] = {one.path: [one.at(float(u)) for u in units[:, k]] for k, one in enumerate(ranges)}
    return found | {"seed": [min(seeds - 1, int(u * seeds)) for u in units[:, len(ranges)]]}
