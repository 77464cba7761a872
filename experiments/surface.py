"""Where the arms are levels of one number: its response surface, metric by metric, with bands.

A surface is found, not declared: three arms or more that play one strategy and whose options differ in one number only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from ..scenarios.reading import leaves
from ..sim.metrics.headline import HEADLINE
from .figures import FAINT, PALETTE, Panel, money_text
from .verdict import Estimate, Values, difference, intervals
from .wording import face_of, scale_of, shown, unit_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

FEWEST = 3
"""Levels of a surface: two are a comparison."""
DRAWN = ("profit", "value_in_use", "response_rate", "opt_out_rate", "net_sentiment", "trust")
"""Metrics that are printed and drawn; the table has all."""


MEANINGS = {"push": "part of the budget that is pushed"}
"""Options in words, where their name is not enough."""
BOUNDS = {"share": (0.0, 1.0), "rate": (0.0, inf), "trust": (0.0, 1.0), "net_sentiment": (-1.0, 1.0)}
"""Between which values a kind of metric, or one metric, can be."""


class Surface(NamedTuple):
    """The option in which the arms differ, and its level by arm, the lowest first."""

    option: str
    levels: dict[str, float]


def surface_of(scenario: Scenario, arms: Sequence[str]) -> Surface | None:
    """The surface that these arms of a scenario are points of; None where they are no levels of one number."""
    seats = [scenario.arms[arm] for arm in arms if arm in scenario.arms]
    if len(seats) < max(FEWEST, len(arms)) or len({seat.strategy for seat in seats}) > 1:
        return None
    options = [dict(leaves(seat.options)) for seat in seats]
    names = dict.fromkeys(name for given in options for name in given)
    apart = [name for name in names if any(given.get(name) != options[0].get(name) for given in options)]
    if len(apart) != 1:
        return None
    levels = [given.get(apart[0]) for given in options]
    if any(isinstance(level, bool) or not isinstance(level, int | float) for level in levels) or len(set(levels)) < len(levels):
        return None
    by_level = sorted(zip(arms, levels, strict=True), key=lambda point: point[1] or 0.0)
    return Surface(apart[0], {arm: float(level or 0.0) for arm, level in by_level})


def surface_rows(surface: Surface, values: Values) -> list[dict[str, Any]]:
    """A row per level and metric: the mean with its interval, and the paired difference from the lowest level with its own."""
    found = intervals(values)
    lowest = next(iter(surface.levels))
    rows = []
    for arm, level in surface.levels.items():
        for metric in HEADLINE:
            e, gap = found[arm][metric.name], difference(values[arm][metric.name], values[lowest][metric.name])
            rows.append({
                "option": surface.option, "level": level, "arm": arm, "board": metric.board, "metric": metric.name, "mark": metric.mark,
                "unit": metric.unit, "mean": e.mean, "low": e.low, "high": e.high,
                "difference": gap.mean, "difference_low": gap.low, "difference_high": gap.high,
            })  # fmt: skip
    return rows


def surface_table(surface: Surface, values: Values) -> pa.Table:
    """The rows as a table: text columns, then float64."""
    import pyarrow as pa

    text = ("option", "arm", "board", "metric", "mark", "unit")
    rows = surface_rows(surface, values)
    return pa.table({name: pa.array([row[name] for row in rows], pa.string() if name in text else pa.float64()) for name in rows[0]})


def surface_panels(surface: Surface, values: Values) -> list[Panel]:
    """A panel per drawn metric that has a value at three levels or more: line, band over seeds, bars of paired differences."""
    found = intervals(values)
    lowest = next(iter(surface.levels))
    panels = []
    for metric in DRAWN:
        points = {arm: found[arm][metric] for arm in surface.levels if found[arm][metric].mean is not None}
        if len(points) < FEWEST:
            continue
        first = next(iter(points))
        gaps = {arm: difference(values[arm][metric], values[first][metric]) for arm in points if arm != first} if first == lowest else {}
        face = face_of(metric)
        said = ", ".join(f"{surface.levels[arm]:g}: {shown(e.mean, face.kind)}" for arm, e in points.items())
        draw = partial(_draw, surface=surface, metric=metric, points=points, gaps=gaps)
        panels.append(Panel(f"surface_{metric}", f"{face.label} against {surface.option}: {said}.", draw, height=3.5))
    return panels


def _draw(figure: Any, *, surface: Surface, metric: str, points: Mapping[str, Estimate], gaps: Mapping[str, Estimate]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes, face = figure.subplots(), face_of(metric)
    scale = scale_of(face.kind)
    colour = PALETTE[0][0]
    levels = [surface.levels[arm] for arm in points]
    means = [(e.mean or 0.0) * scale for e in points.values()]
    least, most = BOUNDS.get(metric) or BOUNDS.get(face.kind, (-inf, inf))

    def inside(value: float | None) -> float:
        """As drawn: an interval of Student's t may reach beyond what can be."""
        return min(most, max(least, value or 0.0)) * scale

    band = all(e.low is not None and e.high is not None for e in points.values())
    if band:
        axes.fill_between(levels, [inside(e.low) for e in points.values()], [inside(e.high) for e in points.values()],
                          color=colour, alpha=0.18, linewidth=0)  # fmt: skip
    first = next(iter(points.values())).mean or 0.0
    axes.plot(levels, means, color=colour, marker="o", markersize=6, markeredgecolor="white", markeredgewidth=0.8)
    for arm, gap in gaps.items():
        if gap.low is not None and gap.high is not None:  # above the lowest level's mean: how far this one is from it
            ends = [inside(first + gap.low), inside(first + gap.high)]
            axes.plot([surface.levels[arm]] * 2, ends, color=PALETTE[0][1], linewidth=3.0, solid_capstyle="butt", zorder=1)
    axes.set_title(face.label, pad=8)
    axes.set_xlabel(f"{name} ({MEANINGS[name]})" if (name := surface.option) in MEANINGS else name.replace("_", " "))
    if band:
        key = "band: 95 % interval of the mean" if not gaps else f"band: 95 % of the mean; bar: of the difference from {levels[0]:g}"
        figure.supxlabel(key, fontsize=11, color=FAINT)
    axes.set_ylabel(unit_of(face.kind))
    # one axis for all panels, also where a metric has no value at the lowest level
    every = list(surface.levels.values())
    margin = 0.05 * (every[-1] - every[0])
    axes.set_xlim(every[0] - margin, every[-1] + margin)
    axes.set_xticks(every)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    money = face.kind == "money"
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v, 4) if money else f"{v:.4g}".replace("-", "−")))
    if not band:
        axes.text(0.98, 0.04, "one history: no band", transform=axes.transAxes, ha="right", color=FAINT)
