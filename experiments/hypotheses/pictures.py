"""The picture of a hypothesis: its contrasts with intervals, in its own worlds and under each control."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ..figures import FAINT, PALETTE, Panel

if TYPE_CHECKING:
    from .run import Hypotheses


def contrast_panels(found: Hypotheses, name: str) -> list[Panel]:
    """A panel per contrast: the own worlds on top, controls below."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows("contrasts", name):
        if row["mean"] is not None and row["contrast"] != "playback":
            groups.setdefault(row["contrast"], []).append(row)
    return [Panel(f"{name}_{contrast}", f"{contrast}: " + "; ".join(f"{row['control'] or 'own worlds'} {row['mean']:.4g}" for row in rows),
                  partial(_draw, rows=rows), height=1.5 + 0.32 * len(rows)) for contrast, rows in groups.items()]  # fmt: skip


def _draw(figure: Any, *, rows: list[dict[str, Any]]) -> None:
    axes = figure.subplots()
    axes.axvline(0, color=FAINT, linewidth=1)
    for place, row in enumerate(rows):
        color, mark = (PALETTE[0][0], "o") if row["part"] == "own" else (PALETTE[1][0], "s")
        if row["low"] is not None:
            axes.plot([row["low"], row["high"]], [place, place], color=color, linewidth=2)
        axes.plot([row["mean"]], [place], mark, color=color)
    axes.set_yticks(range(len(rows)), [fill(row["control"] or "own worlds", 22) for row in rows], fontsize=9)
    axes.invert_yaxis()
    axes.set_title(fill(rows[0]["contrast"].replace("_", " "), 40))
    axes.set_xlabel(fill(rows[0]["formula"], 60), fontsize=8)
