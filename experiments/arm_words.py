"""The options of arms in words: what each sets, and in what the arms of a comparison differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..agents.view import StandingOrder

WATCHED = {
    "blame": ("bad post or relay", "bad posts or relays"), "mentions": ("post or relay about the firm", "posts or relays about the firm"),
    "tag": ("bad story under the tag", "bad stories under the tag"),
}  # fmt: skip
ACTS = {
    "withdraw": "withdraw the tag", "stop": "send and post nothing", "answer": "answer all public talk",
    "shift": "move the staff of the closed desk to the open one",
}  # fmt: skip


def order_words(order: Mapping[str, Any]) -> str:
    """A standing order as a sentence; what it leaves open is at its default."""
    known = StandingOrder(**order)
    one, many = WATCHED[known.watch]
    seen = f"{known.level:g} {one} is" if known.level == 1 else f"{known.level:g} {many} are"
    return f"if {seen} seen within {_hours(known.hours)}: {ACTS[known.act]}, {_later(known.delay)}"


def _hours(hours: float) -> str:
    return "an hour" if hours == 1 else f"{hours:g} hours"


def _later(hours: float) -> str:
    return {0.0: "at once", 0.5: "half an hour later", 1.0: "an hour later"}.get(hours, f"{hours:g} hours later")


def option_words(options: Mapping[str, Any]) -> list[str]:
    """Everything that options set, a few words each, in their order."""
    return list(_said(options))


def _said(options: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    for name, value in options.items():
        words = name.replace("_", " ")
        if name == "orders" and isinstance(value, Sequence) and not isinstance(value, str):
            yield from (f"standing order: {order_words(order)}" for order in value)
        elif isinstance(value, Mapping):
            yield from _said(value, name)
        elif isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(item, Mapping) for item in value):
            yield from (f"{words}: {', '.join(_said(item, name))}" for item in value)
        elif inside == "shares":
            yield f"{100 * value:g} % of the budget to the line “{words}”"
        else:
            yield f"{words} {_plain(value)}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g}".replace("-", "−")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def apart(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], dict[str, list[str]]]:
    """What all arms of an `arms_table` set alike, and for each arm what it sets otherwise; one arm has all for itself."""
    said = {row["arm"]: _of(row) for row in rows}
    alike = [words for words in next(iter(said.values())) if all(words in other for other in said.values())] if len(said) > 1 else []
    return alike, {arm: [words for words in own if words not in alike] for arm, own in said.items()}


def _of(row: Mapping[str, Any]) -> list[str]:
    """Strategy, promise and options of an arm in words."""
    promise = [] if row["claim"] is None else [f"promise {_plain(row['claim'])} on the scale of value"]
    options = {name: value for name, value in row["options"].items() if name != "claim" or row["claim"] is None}
    return [f"strategy {row['strategy']}", *promise, *option_words(options)]


def have_dials(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a table of dials says anything: arms that differ in them, or one arm that has turned one."""
    settings = {tuple(row["dials"]) for row in rows if row["dials"] is not None}
    return len(settings) > 1 or (len(rows) == 1 and any(any(dials) for dials in settings))
