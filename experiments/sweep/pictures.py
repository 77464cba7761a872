"""The pictures of a sweep: outcomes along the axes of a grid, over sampled points, or point by point."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures import FAINT, Panel, looks, money_text
from ..wording import MINUS, face_of
from .words import cell_text, headline

if TYPE_CHECKING:
    from .result import Ensemble

MOST_PANELS = 6
MOST_POINTS = 30
"""Points that are named one by one."""
LONGEST = 48
"""Letters of a point's name beside its line; longer ones leave no room for the picture."""
Cell = dict[str, Any]


def sweep_panels(found: Ensemble) -> dict[str, list[Panel]]:
    """Outcome -> its panels, of the outcomes that a first look is at."""
    draw = {"grid": grid_panels, "lhs": sampled_panels, "sobol": sampled_panels}.get(kind_of(found), listed_panels)
    return {outcome: panels for outcome in headline(found) if (panels := draw(found, outcome))}


def kind_of(found: Ensemble) -> str:
    """grid where one axis at least is of numbers, else list; lhs or sobol where points were sampled."""
    kind = next((name for name in ("grid", "list", "lhs", "sobol") if found.design.get(name)), "list")
    return "list" if kind == "grid" and not numeric(found) else kind


def numeric(found: Ensemble) -> list[str]:
    """The paths whose values are numbers, the one with most values first."""
    columns = {path: found.points[path] for path in found.paths}
    paths = [path for path, column in columns.items() if str(column.type) == "double"]
    return sorted(paths, key=lambda path: -len({*columns[path].to_pylist()}))


def cells_of(found: Ensemble, outcome: str) -> list[Cell]:
    """The summary's cells of an outcome on the last day, each with its point's settings."""
    rows = [row for row in found.summary.to_pylist() if row["outcome"] == outcome]
    last = max(row["day"] for row in rows)
    settings = {row["point"]: row for row in found.points.to_pylist()}
    return [{**row, "at": settings[row["point"]]} for row in rows if row["day"] == last]


def series_of(cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """(scenario, arm) in order: a line each."""
    return list(dict.fromkeys((cell["scenario"], cell["arm"]) for cell in cells))


def named(series: tuple[str, str], all_: Sequence[tuple[str, str]]) -> str:
    """A line's name: its arm, with the scenario where there are several."""
    scenario, arm = series
    return f"{scenario}: {arm or 'as seated'}" if len({one[0] for one in all_}) > 1 else arm or scenario


def short(path: str) -> str:
    """The end of a path that says enough."""
    return ".".join(path.split(".")[-2:])


def grid_panels(found: Ensemble, outcome: str) -> list[Panel]:
    """An outcome along the axis with most values, a panel for each combination of the others, at most six."""
    first, *others = numeric(found) + [path for path in found.paths if path not in numeric(found)]
    cells = cells_of(found, outcome)
    groups: dict[tuple[Any, ...], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(tuple(cell["at"][path] for path in others), []).append(cell)
    low, high = ends_of(cells)
    panels: list[Panel] = []
    for at, part in list(groups.items())[:MOST_PANELS]:
        title = ", ".join(f"{short(path)} {cell_text(value)}" for path, value in zip(others, at, strict=True)) or outcome
        said = "; ".join(f"{named(s, series_of(cells))}: " + ", ".join(f"{cell_text(c['at'][first])} {value_text(outcome, c['mean'])}"
                         for c in part if (c["scenario"], c["arm"]) == s) for s in series_of(part))  # fmt: skip
        draw = partial(_lines, cells=part, all_=series_of(cells), path=first, outcome=outcome, title=title, ends=(low, high))
        panels.append(Panel(f"{outcome}_{len(panels)}", f"{outcome} by {first}{f', {title}' if others else ''}: {said}.", draw))
        if len({cell["arm"] for cell in part if cell["mean"] is not None}) > 1:
            panels.append(gap_panel(found, outcome, first, part, "" if not others else title, f"{outcome}_gap_{len(panels)}"))
    return panels[: 2 * MOST_PANELS]


def gap_panel(found: Ensemble, outcome: str, path: str, cells: Sequence[Cell], where: str, name: str) -> Panel:
    """Every other arm minus the first in the same worlds, along an axis: bands of means may overlap where the difference is sure."""
    points = {cell["point"] for cell in cells}
    base, *others = found.arms
    lines: dict[str, list[Cell]] = {}
    for arm in others:
        gaps = [row for row in found.paired(outcome, arm, base).to_pylist() if row["point"] in points]
        last = max(row["day"] for row in gaps)
        at = {cell["point"]: cell["at"] for cell in cells}
        lines[f"{arm} {MINUS} {base}"] = [{**row, "at": at[row["point"]], "arm": f"{arm} {MINUS} {base}", "scenario": ""}
                                          for row in gaps if row["day"] == last and row["scenario"] == cells[0]["scenario"]]  # fmt: skip
    every = [row for rows in lines.values() for row in rows]
    said = "; ".join(f"{arm}: " + ", ".join(f"{cell_text(c['at'][path])} {value_text(outcome, c['mean'])}" for c in rows)
                     for arm, rows in lines.items())  # fmt: skip
    draw = partial(_lines, cells=every, all_=[("", arm) for arm in lines], path=path, outcome=outcome,
                   title=f"Paired difference{f', {where}' if where else ''}", ends=ends_of(every), zero=True, skip=1)  # fmt: skip
    return Panel(name, f"Paired difference of {outcome}: {said}.", draw)


def _lines(
    figure: Any, *, cells: Sequence[Cell], all_: Sequence[tuple[str, str]], path: str, outcome: str, title: str, ends: tuple[float, float],
    zero: bool = False, skip: int = 0,
) -> None:  # fmt: skip
    axes = figure.subplots()
    # an arm keeps its look where it is compared with the first one
    look = dict(
        zip([named(series, all_) for series in all_], list(looks([str(k) for k in range(len(all_) + skip)]).values())[skip:], strict=True)
    )
    if zero:
        axes.axhline(0, color=FAINT, linewidth=1)
    for series in all_:
        mine = sorted((c for c in cells if (c["scenario"], c["arm"]) == series and c["mean"] is not None), key=lambda c: c["at"][path])
        if not mine:
            continue
        x, style = [cell["at"][path] for cell in mine], look[named(series, all_)]
        if all(cell["low"] is not None for cell in mine):
            axes.fill_between(
                x, [cell["low"] for cell in mine], [cell["high"] for cell in mine], color=style.color, alpha=0.18, linewidth=0
            )
        axes.plot(
            x, [cell["mean"] for cell in mine], color=style.color, linestyle=style.dash, marker=style.marker, label=named(series, all_)
        )
    axes.set_title(fill(title, 44))
    axes.set_xlabel(path)
    axes.set_ylim(*ends)
    _value_axis(axes, outcome)
    if axes.lines:
        axes.legend(frameon=False, fontsize=10)


def sampled_panels(found: Ensemble, outcome: str) -> list[Panel]:
    """Every point's outcome over each of the axes that go with it most; with two arms or more the second minus the first."""
    cells = cells_of(found, outcome)
    lines = series_of(cells)
    by = {(c["scenario"], c["arm"], c["point"]): c for c in cells}
    points = sorted({cell["point"] for cell in cells})
    if len(lines) > 1:
        (one, base), (two, other) = lines[:2]
        title = f"{named(lines[1], lines)} {MINUS} {named(lines[0], lines)}"
        values = [_minus(by.get((two, other, point)), by.get((one, base, point))) for point in points]
    else:
        title, values = outcome, [by[(*lines[0], point)]["mean"] for point in points]
    there = [k for k, value in enumerate(values) if value is not None]
    if len(there) < 3:
        return []
    from scipy.stats import spearmanr

    y = np.array([values[k] for k in there])
    settings = {row["point"]: row for row in found.points.to_pylist()}
    ranked = []
    for path in found.paths:
        x = np.array([settings[points[k]][path] for k in there])
        rho = float(spearmanr(x, y).statistic) if np.ptp(x) and np.ptp(y) else 0.0
        ranked.append((abs(rho), rho, path, x))
    ranked.sort(key=lambda row: -row[0])
    return [Panel(f"{outcome}_{k}", f"{outcome}, {title}, over {path}: rank correlation {rho:.2f} over {len(y)} points.",
                  partial(_cloud, x=x, y=y, path=path, rho=rho, outcome=outcome, title=title, zero=len(lines) > 1))
            for k, (_, rho, path, x) in enumerate(ranked[:MOST_PANELS])]  # fmt: skip


def _minus(one: Cell | None, other: Cell | None) -> float | None:
    if one is None or other is None or one["mean"] is None or other["mean"] is None:
        return None
    return float(one["mean"] - other["mean"])


def _cloud(figure: Any, *, x: Any, y: Any, path: str, rho: float, outcome: str, title: str, zero: bool) -> None:
    axes = figure.subplots()
    if zero:
        axes.axhline(0, color=FAINT, linewidth=1)
    axes.scatter(x, y, s=24, color="#0072B2", alpha=0.75, linewidths=0)
    axes.set_title(f"{short(path)}: rank correlation {rho:.2f}".replace("-", MINUS))
    axes.set_xlabel(path)
    _value_axis(axes, outcome)
    axes.set_ylabel(fill(f"{outcome.replace('_', ' ')}, {title}" if zero else outcome.replace("_", " "), 34))


def listed_panels(found: Ensemble, outcome: str) -> list[Panel]:
    """Point by point: the mean with its interval, a mark for each arm."""
    cells = cells_of(found, outcome)
    points = sorted({cell["point"] for cell in cells})[:MOST_POINTS]
    cells = [cell for cell in cells if cell["point"] in points and cell["mean"] is not None]
    if not cells:
        return []
    draw = partial(_rows, cells=cells, points=points, outcome=outcome, paths=found.paths)
    said = "; ".join(
        f"point {c['point']}, {named((c['scenario'], c['arm']), series_of(cells))}: {value_text(outcome, c['mean'])}" for c in cells
    )
    return [Panel(outcome, f"{outcome}: {said}.", draw, width=7.0, height=1.6 + 0.32 * len(points) * max(1, len(series_of(cells)) / 2))]


def _rows(figure: Any, *, cells: Sequence[Cell], points: Sequence[int], outcome: str, paths: Sequence[str]) -> None:
    axes, lines = figure.subplots(), series_of(cells)
    look = looks([named(series, lines) for series in lines])
    for turn, series in enumerate(lines):
        style = look[named(series, lines)]
        mine = [cell for cell in cells if (cell["scenario"], cell["arm"]) == series]
        at = [points.index(cell["point"]) + (turn - (len(lines) - 1) / 2) * 0.8 / len(lines) for cell in mine]
        for place, cell in zip(at, mine, strict=True):
            if cell["low"] is not None:
                axes.plot([cell["low"], cell["high"]], [place, place], color=style.color, linewidth=1.6)
        axes.plot([cell["mean"] for cell in mine], at, style.marker, color=style.color, label=named(series, lines))
    where = {cell["point"]: cell["at"] for cell in cells}
    axes.set_yticks(range(len(points)))
    said = {point: ", ".join(f"{short(path)} {cell_text(where[point][path])}" for path in paths) or "as it is" for point in points}
    room = max(map(len, said.values())) <= LONGEST
    axes.set_yticklabels([said[point] if room else f"point {point}" for point in points], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlabel(outcome.replace("_", " "))
    if face_kind(outcome) == "money":
        from matplotlib.ticker import FuncFormatter

        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v)))
    axes.legend(frameon=False, fontsize=10)


def _value_axis(axes: Any, outcome: str) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.set_ylabel(fill(outcome.replace("_", " "), 34))
    if face_kind(outcome) == "money":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v)))


def face_kind(outcome: str) -> str:
    """money, or whatever else the outcome is."""
    try:
        return str(face_of(outcome).kind)
    except KeyError:
        return "money" if outcome in ("damage.loss", "damage.lost_margin") else "number"


def value_text(outcome: str, value: float | None) -> str:
    """A mean, short."""
    from ..verdict import number

    return "none" if value is None else money_text(value) if face_kind(outcome) == "money" else number(value)


def ends_of(cells: Sequence[Cell]) -> tuple[float, float]:
    """The range of a value axis that all panels share."""
    values = [cell[name] for cell in cells for name in ("low", "mean", "high") if cell[name] is not None] or [0.0, 1.0]
    low, high = min(values), max(values)
    room = 0.06 * (high - low or abs(high) or 1.0)
    return low - room, high + room
