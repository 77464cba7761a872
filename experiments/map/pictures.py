"""The pictures of the map: cuts with bands, winners over two axes, and which axis moves the difference."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any

from ..figures import FAINT, INK, PALETTE, SHADE, Look, Panel, looks, money_text
from ..wording import BOARD_NAMES, face_of, unit_of
from .moved import is_sure, strongest
from .words import days_text, gap_text, place, rho_text, winner_text

if TYPE_CHECKING:
    from .phase_map import PhaseMap

BAND = PALETTE[5][0]
NONE = Look(FAINT, FAINT, ":", "x")
"""How a cell without a winner is drawn."""


def look_of(found: PhaseMap) -> dict[str | None, Look]:
    """Arm -> how its wins are drawn; None -> no winner."""
    known: dict[str | None, Look] = {None: NONE}
    known.update(looks(found.arms))
    return known


def cut_panels(found: PhaseMap, board: str) -> list[Panel]:
    """A panel per axis, and one for the horizon: the difference in the scenario's own world with one axis moved, with intervals."""
    own = found.on(board, part="own")[0]
    panels = []
    for axis in found.plan.axes:
        rows = sorted((row for row in found.on(board, part="cut") if row["axis"] == axis.name), key=lambda row: row[axis.name])
        said = "; ".join(f"{place(row[axis.name])}: {gap_text(row)}, {winner_text(row['winner'])}" for row in rows)
        draw = partial(_cut, found=found, title=axis.words, unit=axis.unit, at=[row[axis.name] for row in rows], rows=rows,
                       own=(own[axis.name], own), log=axis.scale == "log")  # fmt: skip
        panels.append(Panel(f"cut_{axis.name}", f"{axis.words}, {BOARD_NAMES[board]}: {said}.", draw, width=3.6, height=3.3))
    rows = [found.on(board, days, "own")[0] for days in found.horizons]
    said = "; ".join(f"{row['days']}: {gap_text(row)}, {winner_text(row['winner'])}" for row in rows)
    draw = partial(_cut, found=found, title="Horizon", unit="days", at=[float(row["days"]) for row in rows], rows=rows, own=None, log=False)
    panels.append(Panel("cut_horizon", f"Horizon, {BOARD_NAMES[board]}: {said}.", draw, width=3.6, height=3.3))
    return panels


def _cut(
    figure: Any, *, found: PhaseMap, title: str, unit: str, at: Sequence[float], rows: Sequence[dict[str, Any]],
    own: tuple[float, dict[str, Any]] | None, log: bool,
) -> None:  # fmt: skip
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

    axes, look = figure.subplots(), look_of(found)
    face = face_of(rows[0]["metric"])
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    # money that matters differs from world to world, so the grey band may widen
    axes.fill_between(at, [-row["smallest"] for row in rows], [row["smallest"] for row in rows], color=SHADE, linewidth=0, zorder=0)
    axes.axhline(0, color=FAINT, linewidth=1.0)
    means = [row["difference"] for row in rows]
    if all(row["low"] is not None for row in rows):
        axes.fill_between(at, [row["low"] for row in rows], [row["high"] for row in rows], color=BAND, alpha=0.45, linewidth=0)
    axes.plot(at, means, color=INK, linewidth=1.2)
    for x, row in zip(at, rows, strict=True):
        mark = look[row["winner"]]
        axes.plot([x], [row["difference"]], color=mark.color, marker=mark.marker, markersize=8, markeredgewidth=2 if mark is NONE else 1)
    if own is not None:
        mark = look[own[1]["winner"]]
        axes.plot(
            [own[0]], [own[1]["difference"]], marker="*", markersize=14, color="white", markeredgecolor=mark.color, markeredgewidth=1.6
        )
    axes.set_title(fill(title, 24), pad=6)
    axes.set_xlabel(fill(unit, 30), fontsize=10)
    axes.set_ylabel(f"{found.arms[1]} − {found.arms[0]}\n({unit_of(face.kind)})", fontsize=10)
    axes.set_xticks(list(at))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}" if v >= 100 else place(v)))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if face.kind == "money" else f"{v:.3g}".replace("-", "−")))


def winner_panels(found: PhaseMap, board: str) -> list[Panel]:
    """Winners of the design's points over the two axes that move the board most, and all axes' rank correlations beside them."""
    ranked = strongest(found, board)
    if len(ranked) < 2:
        return []
    x, y = (found.plan.axis(row["axis"]) for row in ranked[:2])
    design = found.on(board, part="design")
    held = [f"{winner_text(winner)} in {sum(row['winner'] == winner for row in design)}" for winner in (*found.arms, None)]
    alt = f"{BOARD_NAMES[board]}, worlds by {x.words.lower()} and {y.words.lower()}: {', '.join(held)}."
    said = "; ".join(f"{found.plan.axis(row['axis']).words} {rho_text(row)}" for row in ranked)
    return [
        Panel(f"winners_{board}", alt, partial(_winners, found=found, board=board, x=x, y=y), height=4.6),
        Panel(f"moves_{board}", f"Rank correlation with the difference, {BOARD_NAMES[board]}: {said}.",
              partial(_moves, found=found, board=board, ranked=ranked), height=4.6),
    ]  # fmt: skip


def _winners(figure: Any, *, found: PhaseMap, board: str, x: Any, y: Any) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    axes, look = figure.subplots(), look_of(found)
    for winner in (*found.arms, None):
        rows = [row for row in found.on(board, part="design") if row["winner"] == winner]
        mark = look[winner]
        axes.plot([row[x.name] for row in rows], [row[y.name] for row in rows], color=mark.color, marker=mark.marker, linestyle="none",
                  markersize=9, markeredgewidth=2 if mark is NONE else 1, alpha=0.9, label=winner_text(winner))  # fmt: skip
    own = found.on(board, part="own")[0]
    axes.plot([own[x.name]], [own[y.name]], marker="*", markersize=16, color="white", markeredgecolor=look[own["winner"]].color,
              markeredgewidth=1.8, linestyle="none", label="the scenario's own world")  # fmt: skip
    for axis, scale, named in ((axes.xaxis, axes.set_xscale, x), (axes.yaxis, axes.set_yscale, y)):
        if named.scale == "log":
            scale("log")
            axis.set_minor_locator(NullLocator())
            low, high = named.ends
            axis.set_ticks([low, (low * high) ** 0.5, high])
        axis.set_major_formatter(FuncFormatter(lambda v, _: place(v)))
    axes.set_title(f"Winners after {days_text(found.horizons[-1])}", pad=8)
    axes.set_xlabel(f"{x.words}\n({x.unit})")
    axes.set_ylabel(f"{y.words}\n({y.unit})")
    figure.legend(*axes.get_legend_handles_labels(), frameon=False, fontsize=10, loc="outside lower center", ncol=2)


def _moves(figure: Any, *, found: PhaseMap, board: str, ranked: Sequence[dict[str, Any]]) -> None:
    axes = figure.subplots()
    for k, row in enumerate(ranked):
        colour = PALETTE[0][0] if is_sure(row) else FAINT
        if row["low"] is not None:
            axes.plot([row["low"], row["high"]], [-k, -k], color=colour, linewidth=2.4)
        axes.plot([row["rho"]], [-k], color=colour, marker="o", markersize=7, markerfacecolor=colour if is_sure(row) else "white")
    axes.axvline(0, color=FAINT, linewidth=1.0)
    axes.set_xlim(-1, 1)
    axes.set_yticks([-k for k in range(len(ranked))], [fill(found.plan.axis(row["axis"]).words, 18) for row in ranked])
    figure.suptitle("What moves the difference", x=0.02, ha="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(f"rank correlation with {found.arms[1]} − {found.arms[0]}\n(right: more of it favours {found.arms[1]})")
