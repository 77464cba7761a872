"""The picture of a validation: every measured part against its band, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..figures import FAINT, INK, PALETTE, SHADE, Panel
from .judged import FAIL, PASS, Judged
from .rows import Part

if TYPE_CHECKING:
    from .validate import Validation

EDGE = 1.6
"""Where values farther from the band than so many of its widths are drawn, with an arrow."""
LINE = 0.26
"""Inches a line takes."""
COLOURS = {PASS: PALETTE[0][0], FAIL: PALETTE[1][0]}
MARKS = {PASS: "o", FAIL: "o"}


class Line(NamedTuple):
    """One part of a row as it is drawn."""

    label: str
    values: list[float]
    median: float | None
    part: Part
    verdict: str


def bands_panels(found: Validation) -> list[Panel]:
    """Two panels: rows of class calibrate, and rows of class validate."""
    panels = []
    for kind, said in (("calibrate", "Facts the model was tuned to"), ("validate", "Facts the model was not tuned to")):
        lines = [line for one in found.judged if one.row.kind == kind for line in lines_of(one, found.values.get(one.row.id, {}))]
        if lines:
            inside = sum(one.verdict == PASS for one in found.judged if one.row.kind == kind)
            total = sum(one.row.kind == kind for one in found.judged)
            panels.append(Panel(f"bands_{kind}", f"{said}: {inside} of {total} pass; every part against its band, a dot per seed.",
                                _drawing(said, lines), width=10.0, height=1.0 + LINE * len(lines), fixed=True))  # fmt: skip
    return panels


def lines_of(one: Judged, values: Any) -> list[Line]:
    """The lines of a row: its judging parts that have values."""
    return [
        Line(f"{one.row.id}  {spread.part.what}", [v for v in values.get(spread.part.name, ()) if v is not None],
             spread.median, spread.part, one.verdict)
        for spread in one.spreads if spread.part.judges and spread.median is not None
    ]  # fmt: skip


def placed(part: Part, values: Sequence[float]) -> np.ndarray:
    """Values on the axis of the picture: a two-sided band is 0 to 1; a band with one end begins or stops there, at 0 or 1."""
    v = np.asarray(values, dtype=np.float64)
    if part.low is not None and part.high is not None:
        x = (v - part.low) / (part.high - part.low)
    else:
        end = part.low if part.low is not None else part.high
        scale = max(abs(float(end or 0.0)), float(np.median(np.abs(v - (end or 0.0)))) if len(v) else 0.0, 1e-9)
        x = (v - (end or 0.0)) / (2 * scale) + (0.0 if part.low is not None else 1.0)
    return np.clip(x, -EDGE, 1.0 + EDGE)


def _drawing(title: str, lines: list[Line]) -> Any:
    def draw(figure: Any) -> None:
        height = 1.0 + LINE * len(lines)
        axes = figure.add_axes((0.36, 0.62 / height, 0.445, 1.0 - 1.0 / height))
        axes.set_title(title)
        for k, line in enumerate(lines):
            y = len(lines) - 1 - k
            low = -EDGE - 0.1 if line.part.low is None else 0.0
            high = 1.1 + EDGE if line.part.high is None else 1.0
            axes.barh(y, high - low, left=low, height=0.74, color=SHADE, zorder=1)
            misses = line.verdict == FAIL and line.median is not None and not line.part.holds(line.median)
            colour, mark = COLOURS.get(line.verdict, FAINT), "X" if misses else MARKS.get(line.verdict, "D")
            spots = placed(line.part, line.values)
            axes.plot(spots, np.full(len(spots), y), ".", color=colour, alpha=0.35, markersize=6, zorder=2)
            middle = placed(line.part, [line.median] if line.median is not None else [])
            axes.plot(middle, np.full(len(middle), y), mark, color=colour, markersize=7, markeredgecolor="white", zorder=3)
            axes.text(-0.015, y, line.label, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=9, color=INK)
            axes.text(1.015, y, f"{line.part.band}: {_short(line.median)}", transform=axes.get_yaxis_transform(), ha="left", va="center",
                      fontsize=8.5, color=FAINT)  # fmt: skip
        axes.set_xlim(-EDGE - 0.1, 1.1 + EDGE)
        axes.set_ylim(-0.7, len(lines) - 0.3)
        axes.set_yticks([])
        axes.set_xticks([0, 1], ["lower end", "upper end"])
        axes.set_xlabel(
            "Grey: the band. Small: seeds. Large: median. Blue: row passes; orange: row fails (cross: by this part); diamond: built in",
            fontsize=8.5,
        )

    return draw


def _short(value: float | None) -> str:
    from ..verdict import number

    return number(value).replace("-", "−")
