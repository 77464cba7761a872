"""The pages of a contest and of a matrix: arms by columns, each with its interval, and one figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import BOARDS, HEADLINE
from .figures import Panel, figure_of, inline, looks, money_text, save, short
from .verdict import Estimate
from .wording import BOARD_NAMES, NONE, face_of, interval_text, metrics_of, primary_of, scale_of, shown, unit_of

if TYPE_CHECKING:
    from .contest import Contest
    from .matrix import Matrix


ACTIVITY = "activity: a lever moves it directly"
ACTIVITIES = {metric.name for metric in HEADLINE if metric.mark == "activity"}


def write_contest(found: Contest, path: Path) -> None:
    """The page of a contest: what each arm's firm showed, and what the market showed, without differences and winners."""
    from .contest import MARKET

    own = {board: [m.name for m in metrics_of(board) if m.name not in MARKET] for board in BOARDS}
    tables = [_table(f"{BOARD_NAMES[board]}: each arm's firm", names, found.intervals, found.arms) for board, names in own.items()]
    market = {"the market": {name: found.intervals[found.arms[0]][name] for name in MARKET}}
    tables.append(_table("The whole market", list(MARKET), market, ["the market"])
                  | {"note": "Everybody counts, whoever's customer: in one world this is the same for all who meet in it."})  # fmt: skip
    panels = [_dots(metric, {"": {arm: found.intervals[arm][metric] for arm in found.arms}}, found.arms, "")
              for metric in ("profit", "share_of_market", "value_per_episode", "trust")]  # fmt: skip
    _write(path, found, "contest", "The arms in one world: a description", found.sentences(), tables, panels,
           "Marks: mean over seeds; bars: 95 % interval. The arms share each world, so their numbers hang together.")  # fmt: skip


def write_matrix(found: Matrix, path: Path) -> None:
    """The page of a matrix: each board's primary outcome by arm and by what rivals play, then all metrics column by column."""
    tables = []
    for board in BOARDS:
        metric = primary_of(board)
        face = face_of(metric)
        rows = [{"label": arm, "unit": "", "tag": "", "cells": [_cell(found.comparisons[rivals].intervals[arm][metric.name], face.kind)
                                                     for rivals in found.arms]} for arm in found.arms]  # fmt: skip
        tables.append({"title": f"{BOARD_NAMES[board]}: {face.label.lower()}", "corner": "Focal firm plays", "rows": rows,
                       "head": [f"rivals play {rivals}" for rivals in found.arms], "note": unit_of(face.kind)})  # fmt: skip
    for rivals, column in found.comparisons.items():
        names = [m.name for board in BOARDS for m in metrics_of(board)]
        tables.append(_table(f"All metrics where rivals play {rivals}", names, column.intervals, found.arms))
    panels = [
        _dots(primary_of(board).name, {rivals: {arm: column.intervals[arm][primary_of(board).name] for arm in found.arms}
                                       for rivals, column in found.comparisons.items()}, found.arms, "Rivals play")
        for board in BOARDS
    ]  # fmt: skip
    caption = "Marks: mean over seeds; bars: 95 % interval. Within a column the arms meet the same worlds: read differences there."
    _write(path, found, "substitution", "Each arm against rivals who play each arm", found.sentences(), tables, panels, caption)


def _table(title: str, names: Sequence[str], means: Mapping[str, Mapping[str, Estimate]], columns: Sequence[str]) -> dict[str, Any]:
    rows = []
    for name in names:
        face = face_of(name)
        unit = unit_of(face.kind) + ("; less is better" if face.better < 0 else "")
        cells = [_cell(means[c][name], face.kind) for c in columns]
        rows.append({"label": face.label, "unit": unit, "tag": ACTIVITY if name in ACTIVITIES else "", "cells": cells})
    return {"title": title, "corner": "Metric", "head": list(columns), "rows": rows, "note": ""}


def _cell(e: Estimate, kind: str) -> dict[str, str]:
    if e.mean is None:
        return {"mean": NONE, "interval": e.why or ""}
    return {"mean": shown(e.mean, kind), "interval": "" if e.low is None else interval_text(e.low, e.high, kind)}


def _write(path: Path, found: Any, mode: str, headline: str, sentences: Sequence[str], tables: Sequence[Mapping[str, Any]],
           panels: Sequence[Panel], caption: str) -> None:  # fmt: skip
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    path.parent.mkdir(parents=True, exist_ok=True)
    save(figure_of(panels, 2), path.parent / "figures", found.manifest["identity"]["question"])
    env = Environment(loader=PackageLoader(__package__ or "", "templates"), autoescape=True, lstrip_blocks=True, undefined=StrictUndefined)
    scenario, seeds = found.scenario, len(found.seeds)
    setup = (f"{len(found.arms)} arms, {len(scenario.firms)} firms, {scenario.days:,} days, {scenario.world.customers.number:,} people, "
             + ("one seed: one history" if seeds == 1 else f"{seeds} seeds"))  # fmt: skip
    text = env.get_template("grid.html.j2").render(
        title=scenario.about.title or scenario.name, headline=headline, setup=setup, sentences=sentences, tables=tables, mode=mode,
        figures=[Markup(inline(panel, f"g{k}")) for k, panel in enumerate(panels)], caption=caption, seeds=found.seeds,
        manifest=found.manifest,
    )  # fmt: skip
    path.write_text(re.sub(r"\n\s*\n+", "\n", text), encoding="utf-8", newline="\n")


def _dots(metric: str, groups: Mapping[str, Mapping[str, Estimate]], arms: Sequence[str], label: str) -> Panel:
    """A panel with a mark and a bar per group and arm."""
    face = face_of(metric)
    cells = [(f"{group}, {arm}" if group else arm, e) for group, of in groups.items() for arm, e in of.items()]
    said = "; ".join(f"{name} {shown(e.mean, face.kind)}" for name, e in cells)
    draw = partial(_draw, metric=metric, groups=groups, arms=arms, label=label)
    return Panel(f"grid_{metric}", f"{face.label}: {said}.", draw, height=3.6)


def _draw(figure: Any, *, metric: str, groups: Mapping[str, Mapping[str, Estimate]], arms: Sequence[str], label: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes, face, look = figure.subplots(), face_of(metric), looks(arms)
    scale, alone = scale_of(face.kind), len(groups) == 1
    for g, of in enumerate(groups.values()):
        for k, arm in enumerate(arms):
            e, x = of[arm], float(k) if alone else g + 0.6 * ((k + 0.5) / len(arms) - 0.5)
            if e.mean is None:
                continue
            if e.low is not None and e.high is not None:
                axes.plot([x, x], [e.low * scale, e.high * scale], color=look[arm].color, linewidth=2.4)
            axes.plot([x], [e.mean * scale], color=look[arm].color, marker=look[arm].marker, markersize=8, linestyle="none",
                      label=short(arm) if g == 0 else None)  # fmt: skip
    names = [short(name, 14) for name in (arms if alone else groups)]
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_title(face.label, pad=8)
    axes.set_xlabel(label)
    axes.set_ylabel(unit_of(face.kind))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    money = face.kind == "money"
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v, 4) if money else f"{v:.4g}".replace("-", "−")))
    if not alone:
        axes.legend(title="Focal firm plays:", frameon=False, fontsize=10, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncol=len(arms))
