"""The paired differences as a picture: every outcome in its own unit, each arm against the first, with its interval.

Per cent of the baseline would put all outcomes on one axis, but several of them can be near or below zero, where a
percentage says nothing: so each outcome has an axis of its own, and only signs and intervals are read across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .figures import FAINT, SHADE, Look, Panel, looks, short
from .wording import BOARD_NAMES, difference_text, face_of, metrics_of, scale_of, unit_of

Gaps = Mapping[tuple[str, str], Mapping[str, Any]]
ROW, REST = 0.27, 0.66
"""Inches per arm, and per outcome beside its arms."""
TOP, BOTTOM = 0.42, 0.55
LEAST_LEFT, RIGHT, MOST_LETTERS = 0.245, 0.745, 20
"""Where strips begin at least and where they end, as a part of the width; letters of an arm's name."""


def paired_panels(
    paired: Sequence[Mapping[str, Any]], arms: Sequence[str], smallest: Mapping[str, float] | None = None, *, aligned: bool = False,
    against: str = "",
) -> list[Panel]:  # fmt: skip
    """A panel per board with all outcomes; `paired` as of a Comparison, `smallest` the smallest effect by metric.

    `aligned` panels are of one height, so that their strips stand on the same lines side by side; `against` says in a title
    what is compared, by default the first arm.
    """
    if len(arms) < 2:
        return []
    first, others = arms[0], list(arms[1:])
    gaps = {(p["metric"], p["arm"]): p for p in paired if p["baseline"] == first}
    outcomes = {board: [m.name for m in metrics_of(board) if m.mark == "outcome"] for board in BOARD_NAMES}
    panels = []
    for board, metrics in outcomes.items():
        slots = max(len(m) for m in outcomes.values()) if aligned else len(metrics)
        said = "; ".join(f"{face_of(m).label} {arm} {_text(m, gaps.get((m, arm)))}" for m in metrics for arm in others)
        title = f"{BOARD_NAMES[board]}, {against or f'against {short(first, MOST_LETTERS)}'}"
        draw = partial(_draw, title=title, metrics=metrics, slots=slots, others=others, gaps=gaps,
                       smallest=smallest or {}, look=looks(arms))  # fmt: skip
        panels.append(Panel(f"paired_{board}", f"Differences from {first} with 95 % intervals: {said}.", draw,
                            height=TOP + BOTTOM + slots * (REST + ROW * len(others)), fixed=True))  # fmt: skip
    return panels


def _text(metric: str, gap: Mapping[str, Any] | None, interval: bool = True) -> str:
    return difference_text(gap, face_of(metric).kind, interval)


def _draw(
    figure: Any, *, title: str, metrics: Sequence[str], slots: int, others: Sequence[str], gaps: Gaps, smallest: Mapping[str, float],
    look: Mapping[str, Look],
) -> None:  # fmt: skip
    # places are set by hand: names left, strips in the middle, numbers right, whatever their lengths
    slot = REST + ROW * len(others)
    inch = 1.0 / (TOP + BOTTOM + slots * slot)
    left = _left(others)
    figure.text(0.01, 1 - 0.08 * inch, title, va="top", fontsize=12 if len(title) < 46 else 11, fontweight="bold")
    for k, metric in enumerate(metrics):
        top = 1 - (TOP + k * slot) * inch
        face = face_of(metric)
        less = "; less is better" if face.better < 0 else ""
        figure.text(0.01, top - 0.04 * inch, f"{face.label} ({unit_of(face.kind, difference=True)}{less})", va="top")
        axes = figure.add_axes((left, top - (0.28 + ROW * len(others)) * inch, RIGHT - left, ROW * len(others) * inch))
        _strip(axes, metric, others, gaps, smallest.get(metric), look)
    single = all(gap["low"] is None for gap in gaps.values())
    said = "one history: no intervals" if single else "bar: 95 % interval; filled mark: it excludes 0"
    figure.text(0.01, 0.08 * inch, f"{said}\ngrey: too small to matter", color=FAINT)


def _left(names: Sequence[str], width: float = 5.0) -> float:
    """Where strips begin so that the longest name stands before them, as a part of the panel's width in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    bold = FontProperties(family="DejaVu Sans", weight="bold")
    longest = max(TextPath((0, 0), short(name, MOST_LETTERS), size=11, prop=bold).get_extents().width for name in names) / 72
    return max(LEAST_LEFT, min(0.55, (longest + 0.18) / width))


def _strip(axes: Any, metric: str, others: Sequence[str], gaps: Gaps, smallest: float | None, look: Mapping[str, Look]) -> None:
    """One outcome: a row per arm on the outcome's own axis, the difference beside it."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    face = face_of(metric)
    scale = scale_of(face.kind)
    axes.set_ylim(len(others) - 0.5, -0.5)
    axes.set_yticks(range(len(others)), [short(arm, MOST_LETTERS) for arm in others])
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if any((gap := gaps.get((metric, arm))) is not None and gap["difference"] is not None for arm in others):
        axes.axvline(0, color=FAINT, linewidth=1.1)
    reach = 0.0
    for y, arm in enumerate(others):
        axes.get_yticklabels()[y].set(color=look[arm].ink, fontweight="bold")
        gap = gaps.get((metric, arm))
        if gap is None or gap["difference"] is None:
            # the reason in brackets stands in the table: here it would run out of the picture
            said = _text(metric, gap).split(" (")[0]
            axes.annotate(said, (0.53 if len(said) < 20 else 0.02, y), xycoords=("axes fraction", "data"), va="center", color=FAINT)
            continue
        number = _text(metric, gap, interval=False)
        axes.annotate(number, (1.04, y), xycoords=("axes fraction", "data"), va="center", annotation_clip=False)
        middle, low, high = (None if gap[name] is None else gap[name] * scale for name in ("difference", "low", "high"))
        reach = max(reach, *(abs(v) for v in (middle, low, high) if v is not None))
        sure = low is not None and high is not None and (low > 0 or high < 0)
        if low is not None:
            axes.plot([low, high], [y, y], color=look[arm].color, linewidth=2.6, solid_capstyle="butt")
        axes.plot([middle], [y], marker=look[arm].marker, markersize=8, color=look[arm].color, linestyle="none",
                  markerfacecolor=look[arm].color if sure else "white", markeredgewidth=1.8, clip_on=False)  # fmt: skip
    if smallest is not None and reach:
        axes.axvspan(-smallest * scale, smallest * scale, color=SHADE, linewidth=0, zorder=0)
        reach = max(reach, smallest * scale)
    axes.set_xlim(*((-1.12 * reach, 1.12 * reach) if reach else (-1, 1)))
    axes.xaxis.set_major_locator(MaxNLocator(3, symmetric=True))
    axes.xaxis.set_major_formatter(FuncFormatter(_tick))
    if not reach:
        axes.set_xticks([0])


def _tick(value: float, _: int) -> str:
    if abs(value) < 1e-12:
        return "0"
    size, letter = (1e6, "M") if abs(value) >= 1e6 else (1e3, "k") if abs(value) >= 1e4 else (1.0, "")
    return f"{value / size:+,.4g}".replace("-", "−") + letter
