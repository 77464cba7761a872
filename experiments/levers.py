"""What can be moved: every lever of a firm with its price, every bias of the world with its neutral value.

All of it is read from the declarations: fields of a decision, lines of the price list, the table of dials, parameters
that name a neutral value. Which test shows that one acts follows from its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..agents.declare import Parameter, parameters
from ..agents.prices import LINES, OTHERWISE, PriceList
from ..agents.strategies.dials import DIALS, Row, decision_of
from ..agents.view import Decision, FirmView
from ..sim.settings import WorldParams

LEVER_TEST = "tests/test_levers.py::test_a_lever_acts[{}]"
BIAS_TEST = "tests/test_biases.py::test_a_bias_acts[{}]"


class Field(NamedTuple):
    """A field of a decision that changes the world: a level, or one of some words."""

    name: str
    info: FieldInfo
    number: Parameter | None
    words: tuple[str, ...]
    payers: frozenset[str]
    """Levers that price lines may name for it: itself, what it is part of, and the words beside it (a push's channel)."""


def fields(group: type[BaseModel] = Decision, prefix: str = "", beside: frozenset[str] = frozenset()) -> Iterator[Field]:
    """The levers of a decision, those of groups inside it as `pushes.volume`; free text (`steps`) is none."""
    numbers = {row.path: row for row in parameters(group) if "." not in row.path}
    words = {name: _words(info.annotation) for name, info in group.model_fields.items()}
    # the words of a group inside a decision may be lines of their own, as a push's channels are
    known = beside | (frozenset().union(*words.values()) - set(Decision.model_fields) if prefix else frozenset())
    for name, info in group.model_fields.items():
        path = f"{prefix}{name}"
        inner = _group_in(info.annotation)
        if inner is not None:
            yield from fields(inner, f"{path}.", known | {path})
        elif name in numbers or words[name]:
            yield Field(path, info, numbers.get(name), words[name], known | {path})


def _words(kind: Any) -> tuple[str, ...]:
    """The words of a category, () where the annotation is none."""
    if kind is bool:
        return ("false", "true")
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    found = [_words(part) for part in get_args(kind)] if get_origin(kind) in (Union, UnionType) else []
    return next(filter(None, found), ())


def _group_in(kind: Any) -> type[BaseModel] | None:
    """The group of fields that an annotation holds: itself, one of a tuple, or one that may be missing."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((group for group in map(_group_in, get_args(kind)) if group is not None), None)


def dials_of() -> dict[str, list[str]]:
    """lever -> dials that move it: what a row that pays for all that dials draw on decides with each dial at one, and with none."""
    sources = {line for _, lines, _ in DIALS.values() for line in lines}
    row = Row(shares=dict.fromkeys(sorted(sources), 1.0 / len(sources)))
    at_nought = _flat(decision_of(row, _some_view()))
    moved: dict[str, list[str]] = {}
    for dial in DIALS:
        for name, value in _flat(decision_of(replace(row, dials={dial: 1.0}), _some_view())).items():
            if value != at_nought.get(name):
                moved.setdefault(name, []).append(dial)
    return moved


def _some_view() -> FirmView:
    """What a firm of a thousand people sees with a budget that fills no lever."""
    targets = {(line, target): 1000 for line in LINES for target in ("all", "buyers", "prospects")}
    return FirmView(day=0, firm="focal", people=1000, prices=PriceList(), budget_left=28.0, days_left=28, daily_budget=1.0,
                    audience=targets, deals_reserved=25.0)  # fmt: skip


def _flat(decision: Decision) -> dict[str, Any]:
    """The decision as lever -> value; of a group that stands in a tuple, the values of all."""
    flat: dict[str, Any] = {}

    def take(group: Any, prefix: str) -> None:
        for name, value in group.items():
            if isinstance(value, dict):
                take(value, f"{prefix}{name}.")
            elif isinstance(value, list | tuple):
                for one in value:
                    if isinstance(one, dict):
                        take(one, f"{prefix}{name}.")
            else:
                flat.setdefault(f"{prefix}{name}", []).append(value)

    take(decision.model_dump(), "")
    return flat


def levers() -> list[dict[str, Any]]:
    """A row per lever: what it is, range, default, prices by line, dials, and the test that shows that it acts."""
    prices = {row.path: row for row in parameters(PriceList)}
    moved = dials_of()
    rows = []
    for field in fields():
        lines = [name for name, line in LINES.items() if line.lever in field.payers]
        number = field.number
        rows.append({
            "name": field.name, "status": "built", "kind": "lever",
            "what": number.sentence if number else field.info.description or "",
            "unit": number.unit if number else "word", "low": number.low if number else None, "high": number.high if number else None,
            "default": number.default if number else None if field.info.is_required() else field.info.default,
            "words": list(field.words),
            "price": [_price(line, prices[LINES[line].price]) for line in lines],
            "paid_otherwise": None if lines else OTHERWISE.get(field.name),
            "dials": moved.get(field.name, []), "test": LEVER_TEST.format(field.name),
        })  # fmt: skip
    return rows


def _price(line: str, price: Parameter) -> dict[str, Any]:
    """One line of the price list as a row's `price` holds it."""
    return {"line": line, "key": f"world.prices.{price.path}", "per": LINES[line].per, "unit": price.unit, "default": price.default,
            "low": price.low, "high": price.high}  # fmt: skip


def biases() -> list[dict[str, Any]]:
    """A row per bias: parameter, range, default, neutral value, the setting that removes it, and the test that shows that it acts."""
    return [
        {"name": row.path, "status": "built", "kind": "bias", "what": row.sentence, "unit": row.unit, "low": row.low, "high": row.high,
         "default": row.default, "neutral": row.neutral, "setting": f"{row.path}={row.neutral:g}", "price": [],
         "test": BIAS_TEST.format(row.path)}
        for row in parameters(WorldParams, "world.") if row.neutral is not None
    ]  # fmt: skip


def neutral_settings() -> list[str]:
    """KEY=VALUE of a world without any bias, as `--set` takes them."""
    return [row["setting"] for row in biases()]
