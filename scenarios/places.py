"""Where a dotted path leads in a scenario, and in words what belongs there."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .schema import Scenario


class Spot(NamedTuple):
    """Where a dotted path leads: the last declared field on the way, and the kind of value that belongs there."""

    field: FieldInfo | None
    kind: Any
    path: str
    """The part of the path that was followed: the rest lies inside a single value."""


def spot(path: Sequence[str]) -> Spot | None:
    """Where the parts of a path lead in a scenario; None where there is no such key."""
    kind: Any = Scenario
    field = None
    followed: list[str] = []
    for part in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(part)
            if field is None:
                return None
            kind = field.annotation
        elif get_origin(kind) in (dict, list):
            field, kind = None, get_args(kind)[-1]
        else:
            break
        followed.append(part)
    return Spot(field, kind, ".".join(followed))


def keys(group: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key of a group and of the groups inside it, as dotted paths."""
    for name, field in group.model_fields.items():
        yield f"{prefix}{name}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{prefix}{name}.")


def keys_of(kind: Any) -> list[str]:
    """The keys that a table of this kind may have; none are fixed where the user names them."""
    return [key for key in kind.model_fields if key != "file"] if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def allowed_at(place: Spot) -> str:
    """What belongs to a place, in words: a range with its unit, or a kind."""
    extra = place.field.json_schema_extra if place.field else None
    if place.field is None or not isinstance(extra, dict) or "unit" not in extra:
        return _kind_text(place.kind)
    bounds = {type(bound).__name__: bound for bound in place.field.metadata}
    whole = "a whole number from " if place.kind is int else ""
    return f"{whole}{range_text(float(bounds['Ge'].ge), float(bounds['Le'].le), str(extra['unit']))}"


def range_text(low: float, high: float, unit: str = "1") -> str:
    """A range with its unit, such as `0.2 to 1` or `1 to 4380 days`."""
    return f"{number_text(low)} to {number_text(high)}" + ("" if unit == "1" else f" {unit}")


def number_text(value: float) -> str:
    """A number as people write it: no exponent where the digits are few."""
    return str(int(value)) if value == int(value) and abs(value) < 1e12 else f"{value:g}"


def _kind_text(kind: Any) -> str:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(map(str, parts))
    if origin in (Union, types.UnionType):
        return " or ".join(_kind_text(part) for part in parts if part is not type(None))
    if origin is list:
        return {str: "a list of texts", float: "[low, high]"}.get(parts[0], "a list of tables")
    if origin is dict:
        return "a table"
    if inside := keys_of(kind):
        return f"a table of {', '.join(inside)}"
    return {bool: "true or false", str: "text", int: "a whole number", float: "a number"}.get(kind, "another value")
