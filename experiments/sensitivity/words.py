"""Sensitivity in words, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..console import say, show
from ..figures import money_text
from ..verdict import number
from ..wording import MINUS, face_of
from .ranges import LUCK

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

MOST = 3
UNCLEAR = " ?"
TOO_MUCH = 0.05
"""By how much a share alone may exceed the share in all before it is said."""


def answer(found: Sensitivity, outcome: str) -> str:
    """Which parameters move an outcome most, and how much of it is chance."""
    effects = [row for row in found.rows("screening", outcome) if row["effect"] is not None]
    shares = {row["parameter"]: row for row in found.rows("indices", outcome) if row["total"] is not None}
    if not effects or not shares:
        return f"{title(outcome)}: it does not vary over the design, or some of its runs have no value."
    *most, last = [found.names[row["parameter"]].lower() for row in effects if row["parameter"] != LUCK][:MOST]
    luck, low, high = (100 * min(1.0, max(0.0, shares[LUCK][name])) for name in ("total", "total_low", "total_high"))
    named = f"{', '.join(most)} and {last}" if most else last
    part = f"Chance has a part in {luck:.0f} % of the variance ({low:.0f} to {high:.0f} %)."
    return f"{title(outcome)}: moved most by {named}. {part}"


def doubt(found: Sensitivity, outcome: str) -> str:
    """What the shares of an outcome leave open: intervals wider than the share, more alone than in all; empty where nothing is."""
    rows = [row for row in found.rows("indices", outcome) if row["total"] is not None]
    said = []
    for sentence, names in (
        ("Share in all known less closely than its own size: {}. Ranking them takes more worlds.",
         [row["parameter"] for row in rows if row["total_unclear"]]),
        ("More alone than in all, which cannot be, for {}: these shares alone are too high, from too few worlds.",
         [row["parameter"] for row in rows if row["first"] > row["total"] + TOO_MUCH]),
    ):  # fmt: skip
        said += [sentence.format(", ".join(found.names[name].lower() for name in names))] if names else []
    return " ".join(said)


def title(outcome: str) -> str:
    """An outcome as the page names it."""
    metric, _, rest = outcome.partition(", ")
    return f"{face_of(metric).label}, {rest.replace(' - ', f' {MINUS} ')}"


def kind_of(outcome: str) -> str:
    """money, or whatever else the metric behind an outcome is."""
    return face_of(outcome.partition(", ")[0]).kind


def text_of(outcome: str, value: float, like: float | None = None) -> str:
    """A number in the unit of an outcome, as exact as two digits of `like`."""
    return (money_text(value) if kind_of(outcome) == "money" and not like else number(value, like)).replace("-", MINUS)


def effect_text(outcome: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """An effect and its interval; empty where there is none."""
    if row["effect"] is None:
        return "", ""
    half = (row["high"] - row["low"]) / 2
    at, low, high = (text_of(outcome, row[name], half) for name in ("effect", "low", "high"))
    return at, f"{low} to {high}"


def share_text(row: Mapping[str, Any] | None, order: str) -> tuple[str, str]:
    """A share and its interval, with a mark where that is wider than the share; empty where there is none."""
    if row is None or row[order] is None:
        return "", ""
    at, low, high = (f"{row[name]:.2f}".replace("-0.00", "0.00").replace("-", MINUS) for name in (order, f"{order}_low", f"{order}_high"))
    return at, f"{low} to {high}{UNCLEAR if row[f'{order}_unclear'] else ''}"


def shown(found: Sensitivity) -> None:
    """The answers and both tables, for the outcomes of both boards."""
    from textwrap import wrap

    from ..console import WIDTH

    for outcome in found.shown:
        say(*wrap(answer(found, outcome), WIDTH), "")
        shares = {row["parameter"]: row for row in found.rows("indices", outcome)}
        lines = []
        for row in found.rows("screening", outcome):
            share = shares.get(row["parameter"])
            (effect, wide), (first, first_wide), (total, total_wide) = (
                effect_text(outcome, row), share_text(share, "first"), share_text(share, "total"),
            )  # fmt: skip
            lines.append([found.names[row["parameter"]], effect, wide, first, first_wide, total, total_wide])
        show(title(outcome), ["parameter", "effect", "95 %", "alone", "95 %", "in all", "95 %"], lines)
        say(*wrap(doubt(found, outcome), WIDTH), "") if doubt(found, outcome) else None
    say("effect: of the whole range (of another seed) on average; alone, in all: shares of the variance, of the strongest only;",
        "?: the interval is wider than the share itself.", "")  # fmt: skip
