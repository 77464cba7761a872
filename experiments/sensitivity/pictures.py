"""The pictures of sensitivity: a tornado of effects, effects against their spread, shares of variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..figures import FAINT, INK, PALETTE, Panel, money_text
from .ranges import LUCK
from .words import kind_of, share_text, text_of, title

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

BLUE, ORANGE, GREEN, PURPLE = (PALETTE[k][0] for k in range(4))
WAYS = {"raises it": (BLUE, "↑"), "lowers it": (ORANGE, "↓"), "either, by world": (PURPLE, "↕"), "chance": (FAINT, "")}
"""How a parameter moves an outcome: colour and arrow."""
CLEAR = 0.5
"""An effect has a direction where its mean is at least so much of the mean of its size."""
Row = Mapping[str, Any]


def figures_of(found: Sensitivity, outcome: str) -> dict[str, list[Panel]]:
    """The figures of one outcome, `screening` and `shares`; none where it has no values."""
    screening = [row for row in found.rows("screening", outcome) if row["effect"] is not None]
    indices = [row for row in found.rows("indices", outcome) if row["total"] is not None]
    figures = {}
    if screening:
        said = "; ".join(f"{found.names[row['parameter']]} {text_of(outcome, row['effect'])}" for row in screening)
        alone = "far above the line an effect hangs on the other parameters"
        height = 1.5 + 0.25 * len(screening)
        figures["screening"] = [
            Panel("tornado", f"Effects on {title(outcome)}, the largest first: {said}.",
                  partial(_tornado, rows=screening, names=found.names, outcome=outcome), height=height),
            Panel("spread", f"Effects on {title(outcome)} against their spread; {alone}.",
                  partial(_spread, rows=screening, outcome=outcome), height=height),
        ]  # fmt: skip
    if indices:
        both = [(found.names[row["parameter"]], share_text(row, "first")[0], share_text(row, "total")[0]) for row in indices]
        said = "; ".join(f"{name} {first} and {total}" for name, first, total in both)
        figures["shares"] = [
            Panel("shares", f"Shares of the variance of {title(outcome)}, alone and in all: {said}.",
                  partial(_shares, rows=indices, names=found.names), width=6.0, height=1.4 + 0.42 * len(indices)),
        ]  # fmt: skip
    return figures


def way_of(row: Row) -> str:
    """Whether a parameter raises an outcome, lowers it, or does either, by the world it is in."""
    if row["parameter"] == LUCK:
        return "chance"
    if abs(row["mean"]) < CLEAR * row["effect"]:
        return "either, by world"
    return "raises it" if row["mean"] >= 0 else "lowers it"


def _tornado(figure: Any, *, rows: Sequence[Row], names: dict[str, str], outcome: str) -> None:
    axes = figure.subplots()
    for way, (color, arrow) in WAYS.items():
        mine = [place for place, row in enumerate(rows) if way_of(row) == way]
        if mine:
            axes.barh(mine, [rows[k]["effect"] for k in mine], color=color, height=0.62, label=f"{way} {arrow}".strip())
    for place, row in enumerate(rows):
        axes.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=1.4)
    said = [f"{names[row['parameter']]} {WAYS[way_of(row)][1]} {place}" for place, row in enumerate(rows, 1)]
    axes.set_yticks(range(len(rows)), said, fontsize=9)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(left=0)
    axes.set_title("How far each one moves it")
    axes.set_xlabel("mean size of the effect of its whole range", fontsize=9)
    axes.legend(frameon=False, fontsize=9, loc="lower right")
    _unit(axes.xaxis, outcome)


def _spread(figure: Any, *, rows: Sequence[Row], outcome: str) -> None:
    axes = figure.subplots()
    most = max(max(row["effect"], row["spread"]) for row in rows) * 1.12 or 1.0
    axes.plot([0, most], [0, most], color=FAINT, linewidth=1)
    axes.scatter([row["effect"] for row in rows], [row["spread"] for row in rows], color=[WAYS[way_of(row)][0] for row in rows], s=30)
    taken: list[tuple[float, float]] = []
    for place, row in enumerate(rows, 1):
        here = (row["effect"] / most, row["spread"] / most)
        crowded = any(abs(here[0] - x) < 0.045 and abs(here[1] - y) < 0.05 for x, y in taken)
        taken.append(here)
        axes.annotate(str(place), (row["effect"], row["spread"]), xytext=(-5 if crowded else 5, -2), textcoords="offset points",
                      fontsize=9, ha="right" if crowded else "left")  # fmt: skip
    axes.set_xlim(0, most)
    axes.set_ylim(0, most)
    axes.set_title("What hangs on the others")
    axes.set_xlabel("mean size of the effect; numbers as beside", fontsize=9)
    axes.set_ylabel("spread of the effect over worlds", fontsize=9)
    for axis in (axes.xaxis, axes.yaxis):
        _unit(axis, outcome)


def _shares(figure: Any, *, rows: Sequence[Row], names: dict[str, str]) -> None:
    axes = figure.subplots()
    for order, said, shift, color in (("first", "alone", -0.17, BLUE), ("total", "in all", 0.17, ORANGE)):
        places = [k + shift for k in range(len(rows))]
        axes.barh(places, [row[order] for row in rows], height=0.32, color=color, label=said)
        for place, row in zip(places, rows, strict=True):
            axes.plot([row[f"{order}_low"], row[f"{order}_high"]], [place] * 2, color=INK, linewidth=1.2)
            if row[f"{order}_unclear"]:
                axes.annotate("?", (row[f"{order}_high"], place), xytext=(3, 0), textcoords="offset points", fontsize=9, va="center")
    axes.axvline(0, color=FAINT, linewidth=1)
    axes.set_yticks(range(len(rows)), [names[row["parameter"]] for row in rows], fontsize=9)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.08)
    axes.set_title("Shares of the variance")
    axes.set_xlabel("share, 95 % by resampling; ?: wider than the share itself", fontsize=9)
    axes.legend(frameon=False, fontsize=9, loc="lower right")


def _unit(axis: Any, outcome: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(5))
    if kind_of(outcome) == "money":
        axis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v)))
