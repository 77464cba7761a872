"""The pictures of sensitivity: a tornado of effects, effects against their spread, shares of variance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ..figures import FAINT, INK, PALETTE, Panel, money_text
from ..wording import MINUS, face_of
from .ranges import LUCK

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

BLUE, ORANGE, GREEN = (PALETTE[k][0] for k in (0, 1, 2))
Row = dict[str, Any]


def panels_of(found: Sensitivity, outcome: str) -> list[Panel]:
    """Tornado, interactions and shares of one outcome; fewer where it has no values."""
    screening = [row for row in found.rows("screening", outcome) if row["effect"] is not None]
    indices = [row for row in found.rows("indices", outcome) if row["total"] is not None]
    panels: list[Panel] = []
    if screening:
        said = "; ".join(f"{found.names[row['parameter']]} {text_of(outcome, row['effect'])}" for row in screening)
        panels.append(Panel("tornado", f"Effects on {outcome}, the largest first: {said}.",
                            partial(_tornado, rows=screening, names=found.names, outcome=outcome), height=4.2))  # fmt: skip
        alone = "far above the line an effect hangs on the other parameters"
        panels.append(Panel("spread", f"Effects on {outcome} against their spread; {alone}.",
                            partial(_spread, rows=screening, names=found.names, outcome=outcome), height=4.2))  # fmt: skip
    if indices:
        said = "; ".join(f"{found.names[row['parameter']]} {row['first']:.2f} and {row['total']:.2f}" for row in indices)
        panels.append(Panel("shares", f"Shares of the variance of {outcome}, alone and in all: {said}.",
                            partial(_shares, rows=indices, names=found.names), height=4.2))  # fmt: skip
    return panels


def text_of(outcome: str, value: float) -> str:
    """A number in the unit of an outcome."""
    from ..verdict import number

    return money_text(value) if kind_of(outcome) == "money" else number(value)


def kind_of(outcome: str) -> str:
    """money, or whatever else the metric behind an outcome is."""
    try:
        return str(face_of(outcome.partition(",")[0]).kind)
    except KeyError:
        return "number"


def _named(rows: Sequence[Row], names: dict[str, str]) -> list[str]:
    return [fill(names[row["parameter"]], 24) for row in rows]


def _tornado(figure: Any, *, rows: Sequence[Row], names: dict[str, str], outcome: str) -> None:
    axes = figure.subplots()
    places = range(len(rows))
    colors = [FAINT if row["parameter"] == LUCK else BLUE if (row["mean"] or 0) >= 0 else ORANGE for row in rows]
    axes.barh(places, [row["effect"] for row in rows], color=colors, height=0.62)
    for place, row in zip(places, rows, strict=True):
        axes.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.4)
    axes.set_yticks(list(places), _named(rows, names), fontsize=9)
    axes.invert_yaxis()
    axes.set_title("How far each one moves it")
    axes.set_xlabel("mean effect of its whole range\n(blue raises it, orange lowers it, grey: chance)", fontsize=9)
    _unit(axes.xaxis, outcome)


def _spread(figure: Any, *, rows: Sequence[Row], names: dict[str, str], outcome: str) -> None:
    axes = figure.subplots()
    most = max(max(row["effect"] for row in rows), max(row["spread"] for row in rows)) * 1.1 or 1.0
    axes.plot([0, most], [0, most], color=FAINT, linewidth=1)
    axes.scatter(
        [row["effect"] for row in rows],
        [row["spread"] for row in rows],
        color=[FAINT if r["parameter"] == LUCK else BLUE for r in rows],
        s=30,
    )
    for row in rows[:6]:
        axes.annotate(names[row["parameter"]], (row["effect"], row["spread"]), xytext=(5, 4), textcoords="offset points", fontsize=8)
    axes.set_xlim(0, most * 1.25)
    axes.set_ylim(0, most)
    axes.set_title("What hangs together")
    axes.set_xlabel("mean effect", fontsize=9)
    axes.set_ylabel("spread of the effect over worlds", fontsize=9)
    for axis in (axes.xaxis, axes.yaxis):
        _unit(axis, outcome)


def _shares(figure: Any, *, rows: Sequence[Row], names: dict[str, str]) -> None:
    axes = figure.subplots()
    for k, row in enumerate(rows):
        for order, shift, color in (("first", -0.17, BLUE), ("total", 0.17, ORANGE)):
            axes.barh(
                k + shift,
                max(0.0, row[order]),
                height=0.32,
                color=color,
                label=("alone" if order == "first" else "in all") if not k else None,
            )
            axes.plot([row[f"{order}_low"], row[f"{order}_high"]], [k + shift] * 2, color=INK, linewidth=1.2)
        if row["unclear"]:
            axes.text(max(0.0, row["total_high"]) + 0.02, k + 0.17, "?", fontsize=11, va="center", color=INK)
    axes.set_yticks(range(len(rows)), _named(rows, names), fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(left=min(0.0, *(row["first_low"] for row in rows)))
    axes.set_title("Shares of the variance")
    axes.set_xlabel("share; 95 % by resampling, ?: wider than the share itself".replace("-", MINUS), fontsize=9)
    axes.legend(frameon=False, fontsize=9, loc="lower right")


def _unit(axis: Any, outcome: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5))
    if kind_of(outcome) == "money":
        axis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v)))
