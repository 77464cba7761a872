"""The page about what is lost without one part of the ecosystem."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import BOARDS, HEADLINE, Metric
from .page_setup import FEW, assumed, files_given, words_of_page, write_question
from .paired_plot import paired_panels
from .report_boards import Subject, described, metric_row
from .report_setup import assumptions, seeds_text
from .verdict import ONE_HISTORY, Estimate, number, paired
from .wording import BOARD_NAMES, BOARD_QUESTIONS, MINUS, difference_text, face_of, metrics_of, primary_of, shown, unit_of

if TYPE_CHECKING:
    from .knockout import Knockout

COLUMNS = ("with", "without", "difference")
NAMES = {
    "firm": "{}",
    "partner": "the partner {}",
    "engine": "the engine {}",
    "community": "the firm's community",
    "talk": "talk",
}
"""A part in a sentence, by the kind of `what`."""
ACTS = {
    "firm": "From day 0 on {} has left the market: it cannot be chosen, decides nothing any more, and its contracts and offers end.",
    "partner": "From day 0 on {} has left the market: it gives nothing to anybody's jobs any more.",
    "engine": "From day 0 on the firm's practice does without {}; what it would have cost stays unspent.",
    "community": "From day 0 on the firm keeps no community; what it would have cost stays unspent.",
    "talk": "From day 0 on nobody's talk is heard. What was heard before stays, and people still complain to firms and ask for help.",
}  # fmt: skip


def part_of(what: str) -> str:
    """What is knocked out, in words."""
    kind, _, name = what.partition(":")
    return NAMES[kind].format(name.replace("_", " "))


def write_knockout(found: Knockout, path: Path) -> Path:
    """Write the page of a knock-out to `path`, and its figure to `figures/` beside it."""
    scenario, subject = found.scenario, subject_of(found)
    name = part_of(found.what)
    known = "one seed: one history" if found.one_history else f"{len(found.seeds)} seeds"
    panels = partial(paired_panels, subject.paired, subject.arms, subject.smallest, against="with minus without")
    return write_question(
        "knockout.html.j2", path, {"differences": panels()}, {"differences": panels(aligned=True)},
        **words_of_page(found, found.seeds[0], again(found)), part=name, answer=answer_of(found),
        act=ACTS[found.what.partition(":")[0]].format(name), single=found.one_history, why_single=ONE_HISTORY,
        cards=cards_of(found, subject),
        boards=boards_of(subject), names=COLUMNS, marks={}, limits=limits_of(found), known=assumptions(scenario),
        setup=f"{scenario.days:,} days, {scenario.world.customers.number:,} people, {known}",
    )  # fmt: skip


def subject_of(found: Knockout) -> Subject:
    """The knock-out as a comparison of two arms, first without the part, then with it, so that differences are with minus without."""
    rows = found.outcomes.to_pylist()
    values = {world: {m.name: [row[world] for row in rows if row["metric"] == m.name] for m in HEADLINE} for world in ("without", "with")}
    gaps = [{"arm": arm, "baseline": baseline, "metric": metric, "difference": gap.mean, "low": gap.low, "high": gap.high, "why": gap.why}
            for arm, baseline, metric, gap in paired(values)]  # fmt: skip
    return Subject(found.scenario, list(values), list(found.seeds), None, values, gaps, {}, [], {}, found.manifest, found)  # type: ignore[arg-type]


# --- in words ---------------------------------------------------------------------------------------------------------


def answer_of(found: Knockout) -> str:
    """What the firm and what people lose without the part, each with its interval."""
    name, gaps = part_of(found.what), {metric: found.differences[metric]["difference"] for metric in ("profit", "value_in_use")}
    if all((gap.mean, gap.low, gap.high) == (0, 0, 0) for gap in gaps.values()):
        return f"Nothing is lost without {name}: profit and value in use are the same in every seed."
    firm = _loses("the focal firm", "profit", gaps["profit"])
    people = _loses("people", "value in use per head", gaps["value_in_use"])
    return f"Without {name} {firm}, and {people}."


def _loses(who: str, what: str, gap: Estimate) -> str:
    if gap.mean is None:
        return f"for {who} there is no difference in {what} to be told"
    verb = ("lose" if gap.mean >= 0 else "gain") + ("" if who == "people" else "s")
    if gap.mean == 0 and gap.low == gap.high:
        return f"{who} {verb} no {what}"
    sign = 1.0 if gap.mean >= 0 else -1.0
    if gap.low is None or gap.high is None or gap.low == gap.high:
        return f"{who} {verb} {_number(abs(gap.mean), abs(gap.mean))} of {what}"
    half = (gap.high - gap.low) / 2
    low, high = sorted((sign * gap.low, sign * gap.high))
    chance = ", may be chance" if low <= 0 <= high else ""
    return f"{who} {verb} {_number(abs(gap.mean), half)} of {what} ({_number(low, half)} to {_number(high, half)}{chance})"


def _number(value: float, like: float) -> str:
    return number(value, like).replace("-", MINUS)


def limits_of(found: Knockout) -> list[str]:
    """What the numbers cannot say, in plain words."""
    count, known = len(found.seeds), []
    if found.one_history:
        known = [f"One history: {ONE_HISTORY}. Another seed may turn every number round; use more seeds before concluding."]
    elif count < FEW:
        known = [f"{count} seeds are few: intervals are wide and their ends uncertain."]
    if count > 1:
        outcomes = sum(m.mark == "outcome" for m in HEADLINE)
        known.append(f"{outcomes} outcomes are shown: by chance alone one in twenty such intervals misses the truth. Look at the two that "
                     "decide their boards first.")  # fmt: skip
    return [
        *known,
        "Nobody plans anew: the others play on as they do, and what would take the part's place in time is not in it.",
        "The part is gone from day 0 on. What it did before stays in what people know, own and feel; nothing after the last day counts.",
        "Differences of several parts do not add up: where one can stand in for another, each alone seems worth little.",
        *assumed(found.scenario),
    ]


# --- the boards -------------------------------------------------------------------------------------------------------


def cards_of(found: Knockout, subject: Subject) -> list[dict[str, Any]]:
    """A card per board: what becomes of its primary outcome without the part."""
    made = []
    for board in BOARDS:
        metric = primary_of(board)
        face, row = face_of(metric), row_of(subject, metric)
        gap = found.differences[metric.name]["difference"]
        made.append({"board": BOARD_NAMES[board], "question": BOARD_QUESTIONS[board], "outcome": face.label, "unit": unit_of(face.kind),
                     "verdict": _verdict(gap, face.kind), "cells": row["cells"],
                     "smallest": shown(subject.smallest[metric.name], face.kind)})  # fmt: skip
    return made


def _verdict(gap: Estimate, kind: str) -> str:
    if gap.mean is None:
        return "No difference to be told"
    size = difference_text({"difference": -gap.mean, "low": None, "high": None}, kind, interval=False)
    if gap.low is None or gap.high is None:
        return f"{size} without it, in one history"
    if gap.low == gap.high:
        return "The same without it" if gap.mean == 0 else f"{size} without it, in every seed"
    return f"{size} without it" + (": may be chance" if gap.low <= 0 <= gap.high else "")


def boards_of(subject: Subject) -> list[dict[str, Any]]:
    """Both boards with a row per metric: with the part, without it, and the difference."""
    return [{"title": BOARD_NAMES[board], "question": BOARD_QUESTIONS[board], "rows": [row_of(subject, m) for m in metrics_of(board)]}
            for board in BOARDS]  # fmt: skip


def row_of(subject: Subject, metric: Metric) -> dict[str, Any]:
    """One metric in words with three cells; the difference is open where its interval holds 0."""
    row = metric_row(subject, metric)
    without, there = row["cells"]
    kind = face_of(metric).kind
    gap = next(p for p in subject.paired if (p["metric"], p["arm"]) == (metric.name, "with"))
    mean, _, interval = difference_text(gap, kind).partition(" (")
    apart = described(Estimate(gap["difference"], None, None, 0, gap["why"]), gap, kind, "difference")
    apart |= {"mean": mean, "interval": interval.removesuffix(")"), "open": not apart["sure"], "difference": None}
    return row | {"cells": [{**there, "difference": None}, without, apart]}


def again(found: Knockout) -> str:
    """The command that makes the result again from its folder."""
    words = ["valuescape", "knockout", "scenario.toml", found.what, "--seeds", seeds_text(found.seeds)]
    if found.arm in found.scenario.arms:
        words += ["--arm", found.arm]
    return shlex.join([*words, *files_given(found)])
