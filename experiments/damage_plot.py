"""The pictures of damage: with and without the trigger, the damage curve, the distribution of losses, its fan over time.

Every `draw_...` takes a table and matplotlib Axes, fills the axes and returns them; the panels put them into figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .damage import WEEK, weekly
from .damage_days import half_life
from .damage_words import NAMES
from .figures import FAINT, INK, PALETTE, Look, Panel, label_ends, money_text
from .plots import ONE_HISTORY, Floats, day_ticks, mean_band
from .twins import SERIES

if TYPE_CHECKING:
    import pyarrow as pa

    from .damage import Damage
    from .replays import Replays

(WITH, WITH_INK), (WITHOUT, WITHOUT_INK) = PALETTE[1], PALETTE[0]
OTHER, OTHER_INK = PALETTE[2]


def worlds_of(worlds: pa.Table, name: str) -> tuple[Floats, Floats, int]:
    """A series with and without the trigger, [pair, day], from a table of worlds, and the days of a pair."""
    days = int(worlds["day"].to_numpy().max()) + 1
    there, away = (worlds[f"{name}_{world}"].to_numpy().reshape(-1, days) for world in ("with", "without"))
    return there, away, days


# --- with and without -------------------------------------------------------------------------------------------------


def draw_worlds(axes: Any, worlds: pa.Table, name: str = "profit", day: int = 0) -> Any:
    """A series in the worlds with and without the trigger of `day`: means over pairs, a flow in the last seven days."""
    there, away, days = worlds_of(worlds, name)
    flow = SERIES[name].flow
    percent = 100.0 if name == "consideration" else 1.0
    first = min(WEEK - 1, days - 1) if flow else 0
    x = np.arange(first, days) + 1
    # the worlds are alike on most days: the wide line shows on both sides of the thin one over it
    for values, colour, ink, wide, said in ((away, WITHOUT, WITHOUT_INK, 5.0, "without"), (there, WITH, WITH_INK, 1.6, "with")):
        shown = percent * (weekly(values, flow) if flow else values).mean(axis=0)[first:]
        axes.plot(x, shown, color=colour, alpha=0.45 if said == "without" else 1.0, linewidth=wide, label=said)
        axes.annotate(said, (x[-1], shown[-1]), xytext=(6, 6 if said == "without" else -6), textcoords="offset points", color=ink,
                      va="bottom" if said == "without" else "top", fontweight="bold", annotation_clip=False)  # fmt: skip
    _from_trigger(axes, day, days)
    unit = "% of people" if name == "consideration" else SERIES[name].unit if SERIES[name].unit != "1" else "mean"
    axes.set_ylabel(f"{unit[0].upper()}{unit[1:]}" + (" in the last 7 days" if flow else ""))
    axes.set_title(f"{NAMES[name]}, with the trigger and without", pad=10)
    return axes


def draw_damage(axes: Any, worlds: pa.Table, name: str = "profit", day: int = 0, so_far: bool = False) -> Any:
    """The damage curve: what was lost in the last seven days, or from the trigger on; mean over pairs with its 95 % band."""
    there, away, days = worlds_of(worlds, name)
    flow, percent = SERIES[name].flow, 100.0 if name == "consideration" else 1.0
    lost = percent * (np.cumsum(away - there, axis=1) if so_far else weekly(away - there, flow))
    mean, low, high = mean_band(lost)
    x = np.arange(days) + 1
    axes.axhline(0, color=INK, linewidth=1)
    axes.fill_between(x, low, high, color=WITH, alpha=0.18, linewidth=0)
    axes.plot(x, mean, color=WITH)
    if not lost.any():
        axes.set_ylim(-1, 1)
        axes.set_yticks([0])
        axes.annotate("no change", (0.5, 0.56), xycoords="axes fraction", ha="center", color=FAINT)
    elif not so_far and mean.max() > 0:
        at = int(mean.argmax())
        _mark(axes, x[at], mean[at], "peak")
        half, _ = half_life(np.round(mean, 9), WEEK)
        if half is not None:
            _mark(axes, x[at + int(half)], mean[at + int(half)], f"half, {half:.0f} days on")
    _from_trigger(axes, day, days, ONE_HISTORY if len(there) < 2 else "band: 95 % interval of the mean over seeds")
    unit = "% points" if name == "consideration" else SERIES[name].unit if SERIES[name].unit != "1" else ""
    axes.set_ylabel(f"Lost, {unit}".rstrip(", ") + (" since the trigger" if so_far else " in the last 7 days"))
    axes.set_title(f"{NAMES[name]}: {'loss so far' if so_far else 'the damage curve'}", pad=10)
    return axes


def _mark(axes: Any, x: float, y: float, said: str) -> None:
    axes.plot([x], [y], marker="o", color=WITH, markersize=8, markeredgecolor="white", zorder=5)
    left = x > 0.7 * axes.get_xlim()[1]
    axes.annotate(said, (x, y), xytext=(-7 if left else 7, 6), textcoords="offset points", ha="right" if left else "left", color=WITH_INK)


def _from_trigger(axes: Any, day: int, days: int, note: str = "") -> None:
    from matplotlib.ticker import FuncFormatter

    axes.axvline(day, color=FAINT, linewidth=1.2, linestyle=(0, (2, 2)))
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.1 * (high - low))
    axes.annotate("trigger", (day, 1), xycoords=("data", "axes fraction"), xytext=(4, -2), textcoords="offset points", va="top",
                  color=FAINT)  # fmt: skip
    axes.set_xlim(0, days)
    axes.set_xticks(day_ticks(days))
    if low < high and max(abs(low), abs(high)) >= 1000:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if v else "0"))
    axes.set_xlabel("Day of the run" + (f"\n({note})" if note else ""))


def damage_panels(found: Damage) -> list[Panel]:
    """Profit with and without the trigger, its damage curve by week and so far, and the people who would consider the firm."""
    area, zero = found.estimates["profit"]["area"].mean or 0.0, found.zeros("profit_area")
    alt = f"mean loss of profit {money_text(area)} over {found.scenario.days} days, exactly 0 in {100 * zero:.0f} % of the seeds"
    return [
        _panel("worlds", f"Profit with and without the trigger: {alt}.", partial(draw_worlds, worlds=found.worlds, day=found.day)),
        _panel("curve", f"Damage curve by week: {alt}.", partial(draw_damage, worlds=found.worlds, day=found.day)),
        _panel("so_far", f"Loss so far: {alt}.", partial(draw_damage, worlds=found.worlds, day=found.day, so_far=True)),
        _panel("consideration", "Share of people who would consider the firm, lost by the trigger over days.",
               partial(draw_damage, worlds=found.worlds, name="consideration", day=found.day)),
    ]  # fmt: skip


def _panel(name: str, alt: str, draw: Callable[..., Any]) -> Panel:
    def on(figure: Any) -> None:
        draw(figure.subplots())

    return Panel(name, alt, on, height=3.7)


# --- a distribution of losses -----------------------------------------------------------------------------------------


def draw_histogram(axes: Any, losses: pa.Table, marks: Mapping[str, Any]) -> Any:
    """How often a loss of each size came, on a log scale of counts; `marks` holds mean, var95, var99, es95, es99."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    loss = losses["loss"].to_numpy()
    low, high = float(loss.min()), float(loss.max())
    width = (high - low) / 30 or 1.0
    edges = width * np.arange(np.floor(low / width), np.ceil(high / width) + 1.5)
    count, _, _ = axes.hist(loss, bins=edges, color=WITHOUT, edgecolor="white", linewidth=0.6)
    axes.set_yscale("log")
    top = max(10.0, float(np.max(count)))
    axes.set_ylim(0.7, top**1.45)
    _ruled(axes, marks, ("mean", "var95", "es95"))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if v else "0"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.set_xlabel("Loss: discounted profit without minus with (money)")
    axes.set_ylabel("Replays (log scale)")
    axes.set_title("Same world, other luck: what it cost", pad=10)
    return axes


TEXT = {"mean": "mean", "var95": "VaR 95 %", "es95": "ES 95 %", "var99": "VaR 99 %", "es99": "ES 99 %"}
DASH = {"mean": "-", "var95": (0, (5, 2)), "es95": (0, (1, 1.4)), "var99": (0, (5, 2)), "es99": (0, (1, 1.4))}


def _ruled(axes: Any, marks: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """Vertical lines at figures that exist, each with its name at a height of its own."""
    there = sorted((name for name in names if marks[name]["value"] is not None), key=lambda name: -marks[name]["value"])
    low, high = axes.get_xlim()
    for k, name in enumerate(there):
        x = marks[name]["value"]
        left = x > low + 0.36 * (high - low)
        axes.axvline(x, color=WITH, linestyle=DASH[name], linewidth=1.6, ymax=0.96 - 0.1 * k)
        axes.annotate(f"{TEXT[name]}: {money_text(x)}", (x, 0.96 - 0.1 * k), xycoords=("data", "axes fraction"),
                      xytext=(-5 if left else 5, 0), textcoords="offset points", ha="right" if left else "left", va="top", color=WITH_INK,
                      fontweight="bold")  # fmt: skip


def draw_exceedance(axes: Any, losses: pa.Table, marks: Mapping[str, Any]) -> Any:
    """Share of replays with at least such a loss, both axes logarithmic, with VaR, ES and the fitted power-law tail."""
    from matplotlib.ticker import FuncFormatter, LogLocator

    loss = np.sort(losses["loss"].to_numpy())[::-1]
    positive = loss[loss > 0]
    if len(positive) < 2:
        axes.text(0.5, 0.5, "fewer than two losses above 0", transform=axes.transAxes, ha="center", color=FAINT)
        axes.set_title("Odds of at least such a loss", pad=10)
        return axes
    odds = np.arange(1, len(positive) + 1) / len(loss)
    axes.plot(positive, odds, marker="o", markersize=3.5, linestyle="none", color=WITHOUT)
    tail, apart = marks["tail_index"], marks["tail_against_lognormal"]
    if tail["value"] is not None and apart["ratio"] is not None and apart["favours"] != "lognormal":
        x = np.geomspace(tail["from"], positive[0], 30)
        axes.plot(x, tail["k"] / len(loss) * (x / tail["from"]) ** -tail["value"], color=OTHER, linestyle=(0, (6, 2, 1, 2)))
        text = f"power law, index {tail['value']:.2f} ({tail['low']:.2f} to {tail['high']:.2f})\nover the {tail['k']} largest"
        axes.annotate(text, (0.03, 0.05), xycoords="axes fraction", color=OTHER_INK)
    else:
        said = (
            "a lognormal fits the tail better\nthan a power law"
            if apart["favours"]
            else "no line: " + apart["why"].replace(" to tell", "\nto tell")
        )
        axes.annotate(said, (0.03, 0.05), xycoords="axes fraction", color=FAINT)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(max(float(positive[-1]), 2e-4 * float(positive[0])) / 1.3, 2.0 * float(positive[0]))
    for name in ("var95", "es95", "var99", "es99"):
        x = marks[name]["value"]
        if x is None or x <= 0:
            continue
        y = float((loss >= x).mean()) or 1 / len(loss)
        axes.plot([x], [y], marker="s" if name.startswith("var") else "D", markersize=8, color=WITH, markeredgecolor="white", zorder=5)
        axes.annotate(TEXT[name], (x, y), xytext=(-9, -3), textcoords="offset points", ha="right", va="center", color=WITH_INK,
                      fontweight="bold", bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 0.5})  # fmt: skip
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v) if v >= 1000 else f"{v:g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * v:.3g} %"))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if len(loss) < 200 else (1,)))  # a single tick is no scale
    axes.minorticks_off()
    axes.set_xlabel("Loss (money, log scale)")
    axes.set_ylabel("Replays with at least this loss")
    axes.set_title("Odds of at least such a loss", pad=10)
    return axes


def draw_fan(
    axes: Any, curves: pa.Table, name: str = "profit", span: str = "so_far", day: int = 0, carried: tuple[int, ...] = (95, 99)
) -> Any:
    """The fan of losses over days: half of the replays and the mean; nine in ten and 1 in 100 where the losses carry it."""
    import pyarrow.compute as pc

    rows = curves.filter(pc.and_(pc.equal(curves["series"], name), pc.equal(curves["span"], span)))
    x = rows["day"].to_numpy() + 1
    part = {column: rows[column].to_numpy() for column in ("mean", "p05", "p25", "p50", "p75", "p95", "p99")}
    axes.axhline(0, color=INK, linewidth=1)
    note = "band: half of the replays"
    if 95 in carried:
        axes.fill_between(x, part["p05"], part["p95"], color=WITHOUT, alpha=0.2, linewidth=0)
        note = "dark: half of the replays; light: nine in ten"
    axes.fill_between(x, part["p25"], part["p75"], color=WITHOUT, alpha=0.45, linewidth=0)
    ends: dict[str, tuple[float, float]] = {}
    look = {}
    for column, said, colour, ink, dash, wide in (
        ("p99", "1 in 100 above", INK, INK, (0, (1, 1.4)), 2.2), ("p95", "5 in 100 above", WITHOUT, WITHOUT_INK, "-", 0.8),
        ("mean", "mean", WITH, WITH_INK, (0, (5, 2)), 2.2), ("p50", "median", WITHOUT, WITHOUT_INK, "-", 2.2),
    ):  # fmt: skip
        if column in ("p95", "p99") and int(column[1:]) not in carried:
            continue
        axes.plot(x, part[column], color=colour, linestyle=dash, linewidth=wide)
        ends[said], look[said] = (float(x[-1]), float(part[column][-1])), Look(colour, ink, dash, "o")
    _from_trigger(axes, day, int(x[-1]), note)
    label_ends(axes, ends, look, 3.7)
    axes.set_ylabel(f"Lost, {SERIES[name].unit}" + (" since the trigger" if span == "so_far" else " in the last 7 days"))
    axes.set_title(f"{NAMES[name]}: {'loss so far' if span == 'so_far' else 'loss by week'}, all replays", pad=10)
    return axes


def losses_panels(found: Replays) -> list[Panel]:
    """Histogram and exceedance of the loss, and its fan over days, so far and by week."""
    marks, losses, curves = found.losses, found.tables["losses"], found.tables["curves"]
    assert marks is not None
    mean, zero = marks["mean"]["value"], marks["zero"]["value"]
    said = f"{marks['replays']} replays, mean loss {money_text(mean) if mean is not None else 'unknown'}, exactly 0 in {100 * zero:.0f} %"
    carried = tuple(percent for percent in (95, 99) if marks[f"var{percent}"]["value"] is not None)
    fan = partial(draw_fan, curves=curves, day=found.day, carried=carried)
    return [
        _panel("histogram", f"Histogram of losses: {said}.", partial(draw_histogram, losses=losses, marks=marks)),
        _panel("exceedance", f"Odds of at least such a loss: {said}.", partial(draw_exceedance, losses=losses, marks=marks)),
        _panel("fan_so_far", f"Fan of the loss so far over days: {said}.", fan),
        _panel("fan_week", f"Fan of the loss by week: {said}.", partial(fan, span="week")),
    ]
