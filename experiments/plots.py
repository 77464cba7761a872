"""The pictures of a comparison over time: both scoreboards, the paired differences, the talk.

Every function takes the daily table (arm, seed, day, firm, ...; schema in tables.py) and returns panels; `figure_of`
makes a figure of them. With one seed there is one history: a line without a band, and the panel says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .figures import FAINT, SHADE, Look, Panel, label_ends, looks, money_text, short

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
ONE_HISTORY = "one history: no band"
MOST_POINTS = 360


def series(daily: pa.Table, column: str, firm: str = "focal") -> dict[str, Floats]:
    """A column of one firm by arm, in the order of the table: float64 [seed, day]."""
    arms, seeds, firms = (daily.column(name).to_numpy(zero_copy_only=False) for name in ("arm", "seed", "firm"))
    values = daily.column(column).to_numpy(zero_copy_only=False).astype(np.float64)
    found: dict[str, Floats] = {}
    for arm in dict.fromkeys(arms.tolist()):
        mine = (arms == arm) & (firms == firm)
        order = np.argsort(daily.column("day").to_numpy()[mine], kind="stable")
        by_seed = seeds[mine][order]
        days = values[mine][order]
        found[arm] = np.stack([days[by_seed == seed] for seed in dict.fromkeys(seeds[mine].tolist())])
    return found


def rolling(above: Floats, below: Floats | float, window: int) -> Floats:
    """Sum of `above` over the sum of `below` in the last `window` days, [seed, day]; nan before the first full window."""

    def summed(x: Floats) -> Floats:
        total = np.cumsum(np.pad(x, ((0, 0), (1, 0))), axis=1)
        return total[:, window:] - total[:, :-window]

    under = summed(below) if isinstance(below, np.ndarray) else np.full_like(summed(above), below * window)
    out = np.full(above.shape, np.nan)
    np.divide(summed(above), under, out=out[:, window - 1 :], where=under != 0)
    return out


def joined(values: Floats) -> Floats:
    """What is known on some days only, with straight lines between them, [seed, day]; nan outside the known days."""
    out = np.full(values.shape, np.nan)
    days = np.arange(values.shape[1])
    for row, known in zip(out, values, strict=True):
        at = np.flatnonzero(np.isfinite(known))
        if len(at):
            row[:] = np.interp(days, at, known[at], left=np.nan, right=np.nan)
    return out


def window_of(days: int) -> int:
    """Days over which a rolling mean is taken: 28, fewer in short runs, 84 from three years on."""
    return 84 if days >= 1092 else 28 if days >= 112 else max(1, days // 4)


def mean_band(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean over seeds and its 95 % interval, by day; the interval is nan with one seed."""
    from scipy.stats import t

    mean = values.mean(axis=0)
    count = len(values)
    if count < 2:
        return mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    half = t.ppf(0.975, count - 1) * values.std(axis=0, ddof=1) / np.sqrt(count)
    return mean, mean - half, mean + half


def scoreboard_panels(daily: pa.Table, smallest: Mapping[str, float] | None = None, *, differences: bool = True) -> list[Panel]:
    """Both boards' primary outcomes over time, and below them each arm's paired difference from the first arm.

    Each curve ends at the number that decides its board. `smallest` is the smallest effect of interest of `profit` and
    `value_in_use`, shaded about zero.
    """
    profit = series(daily, "cumulative_profit")
    value = {arm: joined(table) for arm, table in series(daily, "value_per_head").items()}
    first, others = next(iter(profit)), list(profit)[1:]
    panels = [
        line_panel("profit", "Goods-dominant: profit so far", profit, "Profit so far, discounted (money)", money=True),
        line_panel("value", "Service-dominant: value per head so far", value, "Value per head (value scale)"),
    ]
    if differences and others:
        against = f"against {short(first)}"
        for name, title, values, label, money, outcome in (
            ("profit_difference", f"Profit so far, {against}", profit, "Difference (money)", True, "profit"),
            ("value_difference", f"Value per head so far, {against}", value, "Difference (value scale)", False, "value_in_use"),
        ):
            apart = {arm: values[arm] - values[first] for arm in others}
            panels.append(line_panel(name, title, apart, label, money=money, zero=first, arms=list(profit),
                                     shade=(smallest or {}).get(outcome)))  # fmt: skip
    return panels


def talk_panels(daily: pa.Table, people: int | None = None) -> list[Panel]:
    """Praise and blame about the focal firm over time by arm, per week and 1,000 people, on one scale."""
    praise, blame = series(daily, "praise"), series(daily, "blame")
    days = next(iter(praise.values())).shape[1]
    window = window_of(days)
    each, per = (7.0 * 1000.0 / people, "Per week and 1,000 people") if people else (7.0, "Per week")
    told = [{arm: rolling(values[arm], 1.0, window) * each for arm in values} for values in (praise, blame)]
    top = max((float(np.nanmax(mean_band(v)[0])) for part in told for v in part.values() if np.isfinite(v).any()), default=1.0)
    label = per + (f"\n(mean of {window} days)" if window > 1 else "")
    limits = (0.0, 1.18 * top or 1.0)
    return [
        line_panel("praise", "Praise: people speak well of the firm", told[0], label, limits=limits),
        line_panel("blame", "Blame: people speak ill of it", told[1], label, limits=limits),
    ]


def line_panel(
    name: str, title: str, values: Mapping[str, Floats], label: str, *, money: bool = False, zero: str | None = None,
    arms: Sequence[str] | None = None, limits: tuple[float, float] | None = None, shade: float | None = None,
) -> Panel:  # fmt: skip
    """A panel with a line and a band per arm over days.

    `zero` names the arm that the zero line stands for; differences within `shade` of it are too small to matter.
    """
    ends = ", ".join(f"{arm} {_number(v, money)}" for arm, v in values.items())
    alt = f"{title}: lines over {next(iter(values.values())).shape[1]} days, at the end {ends}."
    draw = partial(_lines, title=title, values=values, label=label, money=money, zero=zero, look=looks(arms or list(values)),
                   limits=limits, shade=shade)  # fmt: skip
    return Panel(name, alt, draw, height=3.7)


def _number(values: Floats, money: bool) -> str:
    last = float(values[:, -1].mean())
    return "no value" if np.isnan(last) else money_text(last) if money else f"{last:.3f}"


def _lines(
    figure: Any, *, title: str, values: Mapping[str, Floats], label: str, money: bool, zero: str | None, look: Mapping[str, Look],
    limits: tuple[float, float] | None, shade: float | None, height: float = 3.7,
) -> None:  # fmt: skip
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes = figure.subplots()
    length = next(iter(values.values())).shape[1]
    axes.set_xlim(0, length)
    ends: dict[str, tuple[float, float]] = {}
    if zero is not None:
        # the first arm is the line at zero
        axes.axhline(0, color=look[zero].color, linestyle=look[zero].dash, linewidth=2.2)
        ends[zero] = (length, 0.0)
    for k, (arm, table) in enumerate(values.items()):
        # a point per pixel or so: years of days would only make the file heavy
        shown = np.arange(length - 1, -1, -max(1, length // MOST_POINTS))[::-1]
        mean, low, high = (part[shown] for part in mean_band(table))
        days = shown + 1
        axes.fill_between(days, low, high, color=look[arm].color, alpha=0.18, linewidth=0)
        every = max(1, len(mean) // 6)
        axes.plot(
            days, mean, color=look[arm].color, linestyle=look[arm].dash, marker=look[arm].marker, markersize=6,
            markevery=(min(len(mean) - 1, every // 2 + k * every // 5), every), markeredgecolor="white", markeredgewidth=0.8, label=arm,
        )  # fmt: skip
        if np.isfinite(mean).any():
            last = int(np.flatnonzero(np.isfinite(mean))[-1])
            ends[arm] = (float(days[last]), float(mean[last]))
    if limits:
        axes.set_ylim(*limits)
    if shade:
        axes.axhspan(-shade, shade, color=SHADE, linewidth=0, zorder=0)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, -1.15 * shade), max(high, 1.15 * shade))
    axes.set_title(title, pad=10)
    notes = (["grey: too small to matter"] if shade else []) + ([ONE_HISTORY] if len(next(iter(values.values()))) < 2 else [])
    axes.set_xlabel("Days after the arms part" + (f"\n({'; '.join(notes)})" if notes else ""))
    axes.set_ylabel(label)
    axes.set_xticks(day_ticks(length))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    if not ends:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center", color=FAINT)
    if money:
        top = max(abs(v) for v in axes.get_ylim())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _thousands(v, top)))
    else:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.4g}".replace("-", "−")))
    label_ends(axes, ends, look, height)


def day_ticks(days: int) -> list[int]:
    """Round days: weeks, months of 28 days, quarters or years, six steps at most."""
    step = next((step for step in (1, 2, 7, 14, 28, 91, 182, 364, 728) if days / step <= 6), 1092)
    return list(range(0, days + 1, step))


def _thousands(value: float, top: float) -> str:
    size, letter = (1e6, "M") if top >= 2e6 else (1e3, "k") if top >= 1e4 else (1.0, "")
    return f"{value / size:,.4g}".replace("-", "−") + (letter if value else "")
