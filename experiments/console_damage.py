"""Runs, damage and distributions of losses as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import HEADLINE
from .console import PLUS_MINUS, label, say, show, show_run_alone, spread
from .damage import Damage
from .damage_days import DAYS
from .damage_words import FIGURES, HEADS, MONEY, NAMES, PERCENT, TAIL_INDEX, brief, days_text, half_life_notes, tail_verdict
from .twins import SERIES
from .verdict import number

if TYPE_CHECKING:
    from .replays import Replays
    from .run import Run


def show_run(found: Run) -> None:
    """A run, and what the trigger did where it has a twin."""
    show_run_alone(found)
    if found.damage is not None:
        show_damage(found.damage)


def show_damage(found: Damage) -> None:
    """Damage by series, with intervals over seeds; loss is without minus with, so that more is worse."""
    if found.one_history:
        known = "one history: no intervals"
    else:
        known = f"{len(found.seeds)} seeds; mean {PLUS_MINUS} half of its 95 % interval"
    say(f"The same world with and without the trigger (day {found.day}): {found.scenario.name}, {found.arm}; {known}", "")
    rows = [[name, number(row["with"]), number(row["without"]), number(row["difference"], sign="+")]
            for name, row in found.primary().items()]  # fmt: skip
    show("Primary outcomes", ["metric", "with", "without", "difference"], rows)
    money = found.money()
    alone = found.one_history
    rows = [[text, _mean(money[name], 100.0 if name == "lost_share" else 1.0), *([] if alone else [f"{100 * money[name]['zeros']:.0f} %"])]
            for name, text in MONEY.items()]  # fmt: skip
    show("Loss (a loss below 0 is a gain)", ["money", "loss", *([] if alone else ["exactly 0"])], rows)
    rows = []
    for name, row in found.estimates.items():
        cells = [days_text(row[m], len(found.seeds)) if m in DAYS else spread(row[m]) for m in HEADS]
        curve = [] if alone else [number(found.mean_curve[name]["half_life"])]
        rows.append([f"{NAMES[name]}, {SERIES[name].unit}", *cells, *curve])
    known = "" if alone else "; days are the median and the range over seeds"
    show(f"Loss by series, from the trigger on, from which days count{known}",
         ["series", *(head[0].lower() + head[1:] for head in HEADS.values()), *([] if alone else ["of the mean curve"])], rows)  # fmt: skip
    say(*(f"- {line}" for line in half_life_notes(found)), "")


def _mean(row: Mapping[str, Any], scale: float) -> str:
    if row["mean"] is None:
        return "-"
    if row["low"] is None:
        return number(scale * row["mean"])
    half = scale * (row["high"] - row["low"]) / 2
    return f"{number(scale * row['mean'], half)} {PLUS_MINUS} {number(half, half)}"


def show_replays(found: Replays) -> None:
    """Mean and the range of nine in ten by metric; and the distribution of losses where there is a trigger."""
    rows = [[*label(m), *(number(found.spread[m.name][part]) for part in ("mean", "p05", "p95"))] for m in HEADLINE]
    several = f", {len(found.seeds)} seeds" if len(found.seeds) > 1 else f", seed {found.seed}"
    show(f"{found.scenario.name}: {found.arm}{several}, {found.count} replays from one checkpoint{' each' if len(found.seeds) > 1 else ''}",
         ["metric", "mark", "mean", "5 %", "95 %"], rows, left=2)  # fmt: skip
    if found.losses is not None:
        show_losses(found, found.losses)


def show_losses(found: Replays, losses: Mapping[str, Any]) -> None:
    """The distribution of what the trigger costs."""
    rows, why = [], []
    for name, text in FIGURES.items():
        row, scale = losses[name], 100.0 if name in PERCENT else 1.0
        if row["value"] is None:
            why.append(f"{text}: {row['why']}")
        rows.append([text, *(number(None if row[part] is None else scale * row[part]) for part in ("value", "low", "high"))])
    show(f"Loss by the trigger of day {found.day}: discounted profit without it minus with it, {losses['replays']} pairs of worlds",
         ["figure", "value", "95 % from", "to"], rows)  # fmt: skip
    say(*(f"- {line}" for line in why), *([""] if why else []))
    count = losses["replays"]
    rows = [[f"more than {number(100 * row['share'])} % of the margin without it ({brief(row['size'])})",
             f"{round(row['value'] * count):,} of {count:,}", *(f"{100 * row[part]:.1f} %" for part in ("value", "low", "high"))]
            for row in losses["odds"]]  # fmt: skip
    show("Odds of a loss", ["loss", "replays", "odds", "95 % from", "to"], rows)
    index = losses["tail_index"]
    if index["value"] is not None:
        say(f"Tail from {number(index['from'])} on (k = {index['k']}), power law against lognormal: {tail_verdict(losses)}.", TAIL_INDEX)
    need = losses["replays_needed"]
    for name, text in (("mean", "the mean loss"), ("var95", "the 95 % value at risk")):
        row = need[name]
        if row["replays"] is None:
            say(f"Replays for {text} within a tenth: not to be said, {row['why']}.")
        else:
            say(f"Replays for {text} within a tenth ({PLUS_MINUS} {number(row['half_width'], row['half_width'])}): {row['replays']:,}"
                + (", as many as there are or fewer." if row["replays"] <= losses["replays"] else "."))  # fmt: skip
    if len(found.seeds) == 1:
        say("Intervals are over luck in this one world (seed), not over worlds.")
    say("")
