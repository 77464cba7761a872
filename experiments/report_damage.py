"""The page about damage or losses, and the section of a run's report about what the trigger did."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .damage import MEASURES, Damage
from .damage_days import Days
from .damage_plot import damage_panels, losses_panels
from .damage_setup import again, triggers_of
from .damage_words import (
    FIGURES,
    HEADS,
    MONEY,
    NAMES,
    PERCENT,
    TAIL_INDEX,
    answer_of,
    answer_of_replays,
    brief,
    days_text,
    half_life_notes,
    tail_verdict,
)
from .figures import Panel, figure_of, inline, save
from .page_setup import words_of_page
from .replays import Replays
from .twins import SERIES
from .verdict import Estimate, number
from .wording import NONE

if TYPE_CHECKING:
    from jinja2 import Environment

FIGURE = "damage"
CAPTION = (
    "A loss is the world without the trigger minus the world with it; below 0 the trigger paid. Pictures show plain money, "
    "headline and table of money discount it to day 0. In the tables, days count from the trigger."
)


def _cell(found: Estimate | Days, seeds: int) -> str:
    return days_text(found, seeds) if isinstance(found, Days) else text_of(found)


def text_of(e: Estimate) -> str:
    """A mean and its interval, or a dash."""
    if e.mean is None:
        return NONE
    if e.low is None or e.high is None:
        return number(e.mean)
    half = (e.high - e.low) / 2
    return f"{number(e.mean, half)} ({number(e.low, half)} to {number(e.high, half)})"


def section_of(found: Damage, key: str = "d") -> dict[str, Any]:
    """What the template says about damage."""
    money = found.money()
    loss = money["loss"]
    if found.one_history:
        said = ["One history: another seed or other luck may turn it round. Replays show how much of it is chance."]
    else:
        sure = loss["low"] > 0 or loss["high"] < 0
        known = "" if sure else (" The interval holds 0: so few seeds cannot say that it cost anything; losses are rare and large, replays "
                                 "show their distribution.")  # fmt: skip
        none = round(loss["zeros"] * len(found.seeds))
        said = [f"Means over {len(found.seeds)} seeds, 95 % intervals in brackets; profit lost is exactly 0 in {none} of them.{known}"]
    parts = ("mean",) if found.one_history else ("mean", "low", "high")
    rows = [[text, *(number(None if money[name][part] is None else money[name][part] * (100 if name == "lost_share" else 1))
                     for part in parts), *([] if found.one_history else [f"{100 * money[name]['zeros']:.0f} %"])]
            for name, text in MONEY.items()]  # fmt: skip
    units = {name: "" if SERIES[name].unit == "1" else f" ({SERIES[name].unit})" for name in found.estimates}
    series = [[NAMES[name] + units[name], *(_cell(row[m], len(found.seeds)) for m in MEASURES)] for name, row in found.estimates.items()]
    return {
        "answer": answer_of(found), "said": said,
        "caption": CAPTION, "figures": _drawn(damage_panels(found), key),
        "tables": [
            {"caption": "Loss in money, discounted to day 0", "rows": rows,
             "head": ["Money", "Loss"] if found.one_history else ["Money", "Mean", "95 % from", "to", "Exactly 0"]},
            {"caption": "By series: " + "; ".join(f"{HEADS[m].lower()}: {means}" for m, means in MEASURES.items())
             + ("" if found.one_history else ". Days: median over seeds and range; the rest: mean and 95 % interval"),
             "head": ["Series", *HEADS.values()], "rows": series},
        ],
        "notes": ["The series: " + "; ".join(f"{NAMES[name].lower()}: {SERIES[name].sentence}" for name in found.estimates) + ".",
                  *half_life_notes(found)],
    }  # fmt: skip


def losses_section(found: Replays, key: str = "d") -> dict[str, Any]:
    """What the template says about a distribution of losses."""
    losses = found.losses
    assert losses is not None
    mean, median, count = losses["mean"], losses["median"], losses["replays"]
    figures = []
    for name, text in FIGURES.items():
        row, scale = losses[name], 100.0 if name in PERCENT else 1.0
        cells = [number(None if row[part] is None else scale * row[part]) for part in ("value", "low", "high")]
        figures.append([text + (f" over the {row['k']} largest" if "k" in row else ""), *cells, row.get("why", "")])
    odds = [[f"more than {100 * row['share']:.4g} % of the margin ({brief(row['size'])})", f"{round(row['value'] * count):,} of {count:,}",
             *(f"{100 * row[part]:.1f} %" for part in ("value", "low", "high"))] for row in losses["odds"]]  # fmt: skip
    need = losses["replays_needed"]
    shape = f"Power law against lognormal in the tail: {tail_verdict(losses)}."
    notes = [f"{shape} A market has only so many people, so every tail ends somewhere."]
    if losses["tail_index"]["value"] is not None:
        notes.append(TAIL_INDEX)
    for name, text in (("mean", "the mean loss"), ("var95", "the 95 % value at risk")):
        row = need[name]
        said = f"not to be said: {row['why']}" if row["replays"] is None else f"{row['replays']:,} replays, by the spread found here"
        notes.append(f"To know {text} within a tenth either way: {said}.")
    if len(found.seeds) == 1:
        notes.append("All replays are of one world (seed): what lies between worlds is not in these intervals.")
    return {
        "answer": answer_of_replays(losses),
        "said": [_means(mean, median) + f"The margin of which parts are taken is what the firm earns from the day of the trigger on in the "
                 f"worlds without it: {brief(losses['margin_without'])} on average, discounted to day 0."],
        "caption": "Each replay is a pair of worlds, with the trigger and without, of the same luck. VaR: the loss that 95 or 99 % of the "
                   "replays do not exceed; ES: the mean of those beyond.",
        "figures": _drawn(losses_panels(found), key),
        "tables": [
            {"caption": "The distribution of the loss in discounted profit; intervals by resampling, of shares "
                        "by Wilson, of the tail index exact", "head": ["Figure", "Value", "95 % from", "to", "Why not"], "rows": figures},
            {"caption": "Odds", "head": ["Loss", "Replays", "Odds", "95 % from", "to"], "rows": odds},
        ],
        "notes": notes,
    }  # fmt: skip


def _means(mean: Mapping[str, Any], median: Mapping[str, Any]) -> str:
    """The mean and the median loss as a sentence, as far as there are any."""
    said = [f"{name} loss {brief(row['value'])} ({brief(row['low'])} to {brief(row['high'])})"
            for name, row in (("mean", mean), ("median", median)) if row["value"] is not None]  # fmt: skip
    return f"In discounted profit: {', '.join(said)}; 95 % intervals in brackets. " if said else ""


def _drawn(panels: Sequence[Panel], key: str) -> list[Any]:
    from markupsafe import Markup

    return [Markup(inline(panel, f"{key}{k}")) for k, panel in enumerate(panels)]


def save_figure(found: Damage | Replays, folder: Path) -> None:
    """Write damage.svg and damage.png."""
    save(figure_of(damage_panels(found) if isinstance(found, Damage) else losses_panels(found), 2), folder, FIGURE)


def write_page(found: Damage | Replays, path: Path, env: Environment, *, figures: bool = True) -> Path:
    """Write the page of damage or replays to `path`, and its figure to `figures/` beside it."""
    scenario, seeds = found.scenario, len(found.seeds)
    counted = f"{seeds} seeds" if seeds > 1 else f"seed {found.seeds[0]}"
    if isinstance(found, Replays):
        counted += f", {found.count:,} replays{' of each' if seeds > 1 else ''}"
    text = env.get_template("damage.html.j2").render(
        **words_of_page(found, found.seeds[0], again(found)), triggers=triggers_of(found),
        damage=section_of(found) if isinstance(found, Damage) else losses_section(found),
        setup=f"{scenario.days:,} days, trigger on day {found.day}, {scenario.world.customers.number:,} people, {counted}",
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"\n\s*\n+", "\n", text), encoding="utf-8", newline="\n")
    if figures:
        save_figure(found, path.parent / "figures")
    return path
