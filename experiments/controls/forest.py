"""The forest plot: a headline's difference under every condition, each with its interval, against the published one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import fill
from typing import Any

from ..figures import FAINT, INK, PALETTE, SHADE, Panel, money_text
from ..wording import difference_text, face_of, scale_of, unit_of

KINDS = {"default": "o", "bias": "s", "sigma": "D", "shuffle": "^", "horizon": "P", "assumption": "v"}
"""The mark of each kind of condition: colour is never the only cue."""
COLOURS = dict(zip(KINDS, ("#000000", *(colour for colour, _ in PALETTE[:5])), strict=True))
ROW, TOP, BOTTOM = 0.3, 0.4, 0.62
"""Inches per condition, above and below them."""
WIDEST = 30
"""Letters of a condition's title in a line."""
LEFT, RIGHT = 0.475, 0.85
"""Where the strips begin and end, as a part of the width."""

Row = Mapping[str, Any]


def forest_panels(rows: Sequence[Row]) -> list[Panel]:
    """A panel for each headline, arm and board; `rows` as of the table `headlines`."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["headline"], row["arm"], row["metric"]), []).append(row)
    panels = []
    for (headline, arm, metric), lines in groups.items():
        face = face_of(metric)
        title = f"{face.label}: {arm} minus {lines[0]['baseline']}"
        said = "; ".join(f"{line['title']} {difference_text(line, face.kind)}" for line in lines)
        draw = partial(_draw, title=title, lines=lines)
        height = TOP + ROW * len(lines) + BOTTOM
        panels.append(Panel(f"forest_{headline}_{arm}_{metric}", f"{title}, by condition: {said}.", draw, height=height, fixed=True))
    return panels


def _draw(figure: Any, *, title: str, lines: Sequence[Row]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    height = TOP + ROW * len(lines) + BOTTOM
    axes = figure.add_axes((LEFT, BOTTOM / height, RIGHT - LEFT, ROW * len(lines) / height))
    figure.text(0.01, 1 - 0.08 / height, title, va="top", fontsize=12, fontweight="bold")
    face = face_of(lines[0]["metric"])
    scale, money = scale_of(face.kind), face.kind == "money"
    reach = smallest = 0.0
    for y, line in enumerate(lines):
        # what matters differs from horizon to horizon: each row has its own grey
        least = line["smallest"] * scale
        smallest = max(smallest, least)
        axes.fill_betweenx([y - 0.5, y + 0.5], -least, least, color=SHADE, linewidth=0, zorder=0)
        if line["difference"] is None:
            continue
        middle, low, high = (None if line[name] is None else line[name] * scale for name in ("difference", "low", "high"))
        sure = low is not None and high is not None and (low > 0 or high < 0)
        colour = COLOURS[line["kind"]]
        if low is not None:
            axes.plot([low, high], [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot([middle], [y], marker=KINDS[line["kind"]], markersize=8, color=colour, linestyle="none",
                  markerfacecolor=colour if sure else "white", markeredgewidth=1.8)  # fmt: skip
        reach = max(reach, *(abs(v) for v in (middle, low, high) if v is not None))
        axes.annotate(difference_text(line, face.kind, interval=False), (1.03, y), xycoords=("axes fraction", "data"), va="center",
                      color=INK, fontsize=10, annotation_clip=False)  # fmt: skip
    axes.axvline(0, color=FAINT, linewidth=1.1)
    if lines[0]["difference"] is not None:
        axes.axvline(lines[0]["difference"] * scale, color=FAINT, linewidth=1.0, linestyle=(0, (2, 2)))
    if reach:
        axes.set_xlim(-1.08 * max(reach, smallest), 1.08 * max(reach, smallest))
    axes.set_yticks(range(len(lines)), [fill(line["title"], WIDEST) for line in lines], fontsize=9, linespacing=1.05)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(4, symmetric=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if money else f"{v:+.3g}".replace("-", "−") if v else "0"))
    axes.set_xlabel(unit_of(face.kind, difference=True))
