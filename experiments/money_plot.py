"""Where the money goes: what each arm spent on every line of the price list, and what it left unspent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .figures import FAINT, INK, WIDTH, Look, Panel, looks, money_text, short
from .wording import LINE_NAMES

UNSPENT, GIVEN_BACK = "unspent", "given_back"
NAMES = {**LINE_NAMES, GIVEN_BACK: "Given back to customers\n(out of margin)"}
HATCHES = {UNSPENT: "////", GIVEN_BACK: "xxx"}
"""Bars that are no spending are white and hatched."""


def money_panels(
    spending: Mapping[str, Mapping[str, float]], budget: float | None = None, beside: int = 1,
    given_back: Mapping[str, float] | None = None,
) -> list[Panel]:  # fmt: skip
    """Bars per budget line and arm, all on one scale, `beside` arms in a panel; lines that no arm uses are left out.

    `spending` is arm -> line -> money; what is left of `budget` is the line "unspent". `given_back` is arm -> money
    returned to customers, which comes out of margin: it is drawn beside the lines and is no part of the budget.
    """
    money = {arm: {**lines, **_rest(lines, budget)} for arm, lines in spending.items()}
    for arm, back in (given_back or {}).items():
        money[arm][GIVEN_BACK] = back
    names = dict.fromkeys(name for lines in money.values() for name in lines)
    last = [name for name in (GIVEN_BACK, UNSPENT) if name in names]
    lines_here = [name for name in LINE_NAMES if name in names] + [name for name in names if name not in LINE_NAMES]
    order = [name for name in lines_here if name not in last] + last
    used = [n for n in order if n == UNSPENT or any(lines.get(n, 0.0) > 0 for lines in money.values())]
    top = max((v for lines in money.values() for v in lines.values()), default=0.0) or 1.0
    look = looks(list(money))
    panels = []
    for k in range(0, len(money), beside):
        part = {arm: money[arm] for arm in list(money)[k : k + beside]}
        draw = partial(_bars, money=part, used=used, top=top, look=look)
        name = "money_" + "_".join(part)
        panels.append(Panel(name, _said(part, used), draw, width=4.2 if beside == 1 else WIDTH,
                            height=1.2 + 0.29 * max(1, len(used)) + 0.15 * (GIVEN_BACK in used)))  # fmt: skip
    return panels


def _said(money: Mapping[str, Mapping[str, float]], used: Sequence[str]) -> str:
    said = {
        arm: ", ".join(f"{_name(n)} {money_text(lines[n])}".replace("\n", " ") for n in used if lines.get(n, 0.0) > 0)
        for arm, lines in money.items()
    }
    return " ".join(f"Money of {arm} by line: {text or 'nothing spent'}." for arm, text in said.items())


def _name(line: str) -> str:
    return NAMES.get(line, line.replace("_", " ").capitalize())


def _rest(lines: Mapping[str, float], budget: float | None) -> dict[str, float]:
    return {} if budget is None or UNSPENT in lines else {UNSPENT: max(0.0, budget - sum(lines.values()))}


def _share(value: float, total: float) -> str:
    """A part of the total in per cent; a dash for nothing."""
    if not total or not value:
        return "–"
    return "<1 %" if value / total < 0.005 else f"{100 * value / total:.0f} %"


def _bars(figure: Any, *, money: Mapping[str, Mapping[str, float]], used: Sequence[str], top: float, look: Mapping[str, Look]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    row = figure.subplots(1, len(money), sharey=True, squeeze=False)[0]
    for axes, (arm, lines) in zip(row, money.items(), strict=True):
        colour, total = look[arm].color, sum(value for name, value in lines.items() if name != GIVEN_BACK)
        for y, name in enumerate(used):
            value, hatch = lines.get(name, 0.0), HATCHES.get(name)
            axes.barh(y, value, height=0.66, color="white" if hatch else colour, edgecolor=colour, hatch=hatch, linewidth=1)
            said = money_text(value) if name == GIVEN_BACK and value else _share(value, total)
            axes.annotate(said, (value, y), xytext=(5, 0), textcoords="offset points", va="center", color=INK if value else FAINT)
        axes.set_ylim(len(used) - 0.4, -0.6)
        axes.set_xlim(0, 1.22 * top)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(3))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if v else "0"))
        axes.set_xlabel("Money, whole horizon")
        axes.set_title(short(arm), color=look[arm].ink)
    row[0].set_yticks(range(len(used)), [_name(name) for name in used])
