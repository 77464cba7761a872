"""How a number is declared, and how a wrong one is refused.

Every parameter of the model is declared once, beside the rule that reads it, with default, unit, range, source and one
sentence. The loader, the sweeps, the ODD tables, the report and the app's sliders all read these declarations.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

SOURCE_KINDS = ("paper", "data", "calibrated", "assumption")
UNITS = (
    "1", "1/day", "1/week", "1/year", "days", "hours", "minutes", "weeks", "people", "ties", "items", "needs",
    "money", "money/deal", "money/day", "money/hour", "money/message", "money/customer-day", "cents", "years", "posts/week",
)  # fmt: skip


class InputError(Exception):
    """Something the user gave cannot be used; its text is one plain line that names the offender.

    `file`, `key` and `given` say where and what; `allowed` says what would do; `nearest` is a likely intended word.
    """

    def __init__(
        self, what: str, *, file: str | Path | None = None, key: str | None = None, given: Any = None,
        allowed: str | None = None, nearest: str | None = None,
    ) -> None:  # fmt: skip
        self.what, self.file, self.key, self.given, self.allowed, self.nearest = what, file, key, given, allowed, nearest
        where = ": ".join(str(part) for part in (file, key) if part)
        text = f"{where}: {what}" if where else what
        if given is not None:
            text += f", given {given!r}"
        if allowed:
            text += f"; allowed: {allowed}"
        if nearest:
            text += f"; did you mean {nearest!r}?"
        super().__init__(" ".join(text.split()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.what, self.file, self.key, self.given, self.allowed, self.nearest)


def _rebuild(what: str, file: Any, key: Any, given: Any, allowed: Any, nearest: Any) -> InputError:
    return InputError(what, file=file, key=key, given=given, allowed=allowed, nearest=nearest)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` most looks like, or None."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1)), None)


class Declared(BaseModel):
    """A frozen group of declared parameters; unknown keys are refused.

    What a category or a group inside it means is the text below its field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


def par(default: Any, unit: str, low: float, high: float, source: str, sentence: str, neutral: float | None = None) -> Any:
    """A declared number: its default, unit, admissible range (both ends allowed), source and one sentence.

    `source` starts with one of `SOURCE_KINDS`, followed by `: ` and a reference where there is one. `neutral` is given for a
    bias: the value at which it is absent.
    """
    if source.split(":")[0] not in SOURCE_KINDS:
        raise ValueError(f"source {source!r} must start with one of {SOURCE_KINDS}")
    if unit not in UNITS:
        raise ValueError(f"unit {unit!r} must be one of {UNITS}")
    return Field(default, ge=low, le=high, description=sentence, json_schema_extra={"unit": unit, "source": source, "neutral": neutral})


class Parameter(NamedTuple):
    """One declaration as a row: what ODD, sweeps, sliders and the report show."""

    path: str
    default: Any
    unit: str
    low: float
    high: float
    source: str
    sentence: str
    neutral: float | None = None
    """Of a bias: the value at which it is absent."""


def parameters(group: type[BaseModel], prefix: str = "") -> Iterator[Parameter]:
    """The declared numbers of a group and of the groups inside it, as rows with dotted paths."""
    for name, field in group.model_fields.items():
        path = f"{prefix}{name}"
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from parameters(kind, f"{path}.")
        elif isinstance(field.json_schema_extra, dict):
            bounds = {type(m).__name__: m for m in field.metadata}
            neutral: Any = field.json_schema_extra.get("neutral")
            yield Parameter(
                path, field.default, str(field.json_schema_extra["unit"]),
                float(bounds["Ge"].ge), float(bounds["Le"].le),
                str(field.json_schema_extra["source"]), str(field.description), neutral,
            )  # fmt: skip
