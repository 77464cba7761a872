"""The rows of validation as data: facts, bands, where they are measured. `rows.toml` holds them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from ...agents.declare import Declared


class Part(Declared):
    """One measured number of a row and its band; without a band it stands beside and judges nothing."""

    name: str
    what: str
    low: float | None = None
    high: float | None = None
    strict: bool = False
    """Whether the ends of the band are outside, as for a sign."""

    @property
    def judges(self) -> bool:
        """Whether the part has a band."""
        return self.low is not None or self.high is not None

    def holds(self, value: float | None) -> bool:
        """Whether a value is there and in the band, ends included unless it is strict."""
        if value is None or value != value or (self.strict and value in (self.low, self.high)):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def band(self) -> str:
        """The band in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if not self.judges:
            return "shown beside"
        if self.strict:
            return f"above {self.low:g}" if self.low is not None else f"below {self.high:g}"
        return f"{self.low:g} or more" if self.low is not None else f"{self.high:g} or less"


class SetBy(Declared):
    """A parameter that was taken from a row's own source, by what its declared source says."""

    parameter: str
    says: str


class Row(Declared):
    """A published fact and how it is judged."""

    id: str
    kind: Literal["calibrate", "validate"] = Field(alias="class")
    fact: str
    statistic: str
    source: str
    experiment: str
    parts: tuple[Part, ...]
    remark: str = ""
    if_failing: str = ""
    not_computed: str = ""
    set_by: tuple[SetBy, ...] = ()
    follows_from: tuple[str, ...] = ()
    """Rows that were tuned to and leave this one hardly any choice."""

    @property
    def first(self) -> Part:
        """The part that stands for the row in one line."""
        return self.parts[0]


@cache
def rows() -> dict[str, Row]:
    """All rows by id, in the order of their ids."""
    text = files(__package__).joinpath("rows.toml").read_text(encoding="utf-8")
    found = {name: Row.model_validate({"id": name, **row}) for name, row in tomllib.loads(text).items()}
    return dict(sorted(found.items()))


SAID = {"bands_plot.py", "command.py", "page.py", "words.py"}
"""Modules that say what came out, and decide nothing."""
WORLDS = ("baseline", "contract", "flight", "hijacked_tag", "new_offer", "subscription")
"""Scenarios in which facts are measured."""
IN_WORDS = {"fact", "source", "remark", "if_failing"}


def measured_by() -> str:
    """A digest of all that decides what a validation finds beside the engine: bands, statistics, and the worlds they are taken in."""
    from ...scenarios.load import load

    bands = {name: row.model_dump(mode="json", exclude=IN_WORDS) for name, row in rows().items()}
    total = hashlib.sha256(json.dumps(bands, sort_keys=True).encode())
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith((".py", ".json")) and path.name not in SAID:
            total.update(f"{path.name}\n".encode() + path.read_bytes())
    for name in WORLDS:
        said = load(name).model_dump(mode="json", exclude={"file", "about"})
        total.update(json.dumps(said, sort_keys=True).encode())
    return total.hexdigest()


def sources_in_use(world: Any) -> dict[str, str]:
    """The declared source of every parameter of a world that stands at its default, by path; others have none any more."""
    from ...agents.declare import parameters

    found = {}
    for one in parameters(type(world), "world."):
        value = world
        for name in one.path.split(".")[1:]:
            value = getattr(value, name)
        if value == one.default:
            found[one.path] = one.source
    return found


def built_in(row: Row, sources: dict[str, str]) -> list[str]:
    """The parameters in use that set a row's statistic and were taken from its source."""
    return [one.parameter for one in row.set_by if one.says in sources.get(one.parameter, "")]
