"""The page about what customers' talk is worth."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .influence import ALL, WHY_NO_SUM
from .influence_figures import by_group
from .influence_plot import influence_panels
from .influence_words import (
    MEANS,
    all_talk_of,
    all_talk_words,
    answer_of,
    limits_of,
    one_history_words,
    ranks_of,
    said_of,
)
from .page_setup import files_given, words_of_page, write_question
from .report_setup import assumptions
from .verdict import number
from .wording import MINUS, NONE

if TYPE_CHECKING:
    from .influence import Influence

INTERVAL = ("95 % from", "to")


def write_influence(found: Influence, path: Path) -> Path:
    """Write the page of an influence to `path`, and its figure to `figures/` beside it."""
    scenario, asked = found.scenario, found.tables["customers"].num_rows
    known = "one luck: one history" if found.one_history else f"{found.lucks:,} lucks"
    return write_question(
        "influence.html.j2", path, {"influence": influence_panels(found)},
        **words_of_page(found, found.seed, again(found)), answer=answer_of(found), said=said_of(found),
        one_history=one_history_words(found),
        setup=f"{scenario.days:,} days, {scenario.world.customers.number:,} people, {asked:,} of them asked about, {known}, "
              f"seed {found.seed}",
        money=money_table(found), ranks=ranks_of(found), why_no_sum=WHY_NO_SUM, all_talk=all_talk_words(found), sums=sums_table(found),
        shapley=shapley_table(found), orders=found.manifest["identity"]["shapley"], limits=limits_of(found), drawn=drawn_words(found),
        talk=scenario.world.talk, known=assumptions(scenario),
    )  # fmt: skip


def money_table(found: Influence) -> dict[str, Any]:
    """Money per customer by kind, with intervals where there are any."""
    said = found.population
    if "means" in said:
        return table("Margin per customer, mean of those asked about", "Money", {text: {"value": said["means"][name], "low": None,
                     "high": None} for name, text in MEANS.items()})  # fmt: skip
    return table("Margin per customer, mean over all people in the market", "Money", {text: said[name] for name, text in MEANS.items()})


def sums_table(found: Influence) -> dict[str, Any]:
    """Everybody's influence added up, the value of all talk, and their ratio."""
    said, rows = found.population, {"lost where nobody's talk is heard": all_talk_of(found)}
    if "sum" in said:
        rows = {"everybody's influence, added up": said["sum"], **rows, "ratio of the first to the second": said["ratio"]}
    return table("Added up, over all people", "Money", rows)


def shapley_table(found: Influence) -> dict[str, Any] | None:
    """Shapley shares of the five groups; None where no orders were asked for."""
    groups = by_group(found.tables["shares"])
    if not groups:
        return None
    names = {1: " (least heard)", len(groups): " (most heard)"}
    rows = {f"fifth {group}{names.get(group, '')}": {"value": e.mean, "low": e.low, "high": e.high} for group, e in groups.items()}
    return table("Shapley shares of the value of all talk", "People", rows)


def table(caption: str, corner: str, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Figures as a table; without the columns of the interval where none has one."""
    parts = ("value",) if all(row["low"] is None for row in rows.values()) else ("value", "low", "high")
    head = [corner, "Value", *INTERVAL][: 1 + len(parts)]
    return {"caption": caption, "head": head, "rows": [[text, *_cells(row, parts)] for text, row in rows.items()]}


def _cells(row: Mapping[str, Any], parts: Sequence[str]) -> list[str]:
    """A figure and its ends, as exact as two digits of its uncertainty."""
    half = None if row["low"] is None else (row["high"] - row["low"]) / 2
    return [NONE if row[part] is None else number(row[part], half).replace("-", MINUS) for part in parts]


def drawn_words(found: Influence) -> str:
    """How the people asked about were chosen, as a sentence."""
    sample, asked = found.manifest["identity"]["sample"], found.tables["customers"].num_rows
    if sample == ALL or asked == found.scenario.world.customers.number:
        return "Everybody in the market was asked about."
    if isinstance(sample, list):
        return f"The {asked:,} were named and not drawn: they stand for nobody else."
    return (f"The {asked:,} were drawn by lot, alike from each fifth of the people by talkativeness times ties, and count for as many as "
            "they stand for.")  # fmt: skip


def again(found: Influence) -> str:
    """The command that makes the result again from its folder."""
    identity = found.manifest["identity"]
    sample = identity["sample"]
    if isinstance(sample, list):
        sample = ",".join(map(str, sample)) + ("," if len(sample) == 1 else "")  # a lone number would be how many
    words = ["valuescape", "crv", "scenario.toml"]
    if found.arm in found.scenario.arms:
        words += ["--arm", found.arm]
    words += ["--customers-sampled", str(sample), "--lucks", str(found.lucks), "--seed", str(found.seed)]
    words += ["--shapley", str(identity["shapley"])] if identity["shapley"] else []
    return shlex.join([*words, *files_given(found)])
