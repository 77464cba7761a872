"""The page of the controls: what passed, every row, each headline beside its controls, and the worlds of capability."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import provenance_of, write_question
from ..wording import FACTS_MET, MINUS, NONE, difference_text, face_of
from .beside import METRICS
from .claims import COLUMNS, KINDS, TITLES
from .forest import forest_panels
from .row import Control

if TYPE_CHECKING:
    from .result import Controls

MARKS = {"pass": "passes", "fail": "fails", "shown": "shown, no verdict"}
SAYS = {"ahead": "ahead", "behind": "behind", "small": "too small to matter", "open": "may be chance"}
LIMITS = (
    "A control can show that an answer was built in; passing all of them does not show that an answer is right.",
    FACTS_MET,
    "Intervals are 95 %: of twenty that hold the truth to be 0, one leaves it out by chance. The swap of seats holds in distribution only.",
    "A capability world shows that the model can say either. It says nothing about which world is like a market.",
    "Conditions are changed one at a time. Two together may do what neither does alone.",
    "Arms run on built-in settings. The map of conditions and the comparison of tuned arms, controls as well, are not part of this page.",
)


def write_controls(found: Controls, path: Path) -> Path:
    """Write the page to `path`, and its figure to `figures/` beside it."""
    lines = found.named["headlines"].to_pylist()
    panels = forest_panels(lines)
    own = [row for row in found.rows if row.id != "A3" and not row.id.startswith("A4 ")]
    worlds = [row for row in found.rows if row.id.startswith("A4 ")]
    plan = found.manifest["identity"]["plan"]
    arguments = {world["id"]: world for world in plan["worlds"]["worlds"]}
    return write_question(
        "controls.html.j2", path, {"headlines": panels}, answer=found.sentence(), rows=[_shown(row) for row in own],
        worlds=[_world(row, arguments) for row in worlds], sentences=[row.why for row in found.rows if row.id == "A3"],
        headline=headline_table(lines), claims=claims_table(found.named["claims"].to_pylist()), limits=LIMITS,
        cues=found.named["cues"].to_pylist(), setup=setup_of(plan),
        provenance=provenance_of(found.manifest),
    )  # fmt: skip


def setup_of(plan: Mapping[str, Any]) -> str:
    """What was run, in a sentence."""
    headline = plan["headlines"]["headlines"][0]
    seeds = plan["headline_seeds"] or headline["seeds"]
    days = min(headline["days"], plan["headline_days"] or headline["days"])
    worlds, many = plan["worlds"], plan["capability_seeds"] or plan["worlds"]["seeds"]
    return (f"Headlines on {seeds} seeds over {days:,} days, seats swapped on {plan['swap_seeds']} seeds, "
            f"{len(worlds['worlds'])} capability worlds on {many} seeds.")  # fmt: skip


def _shown(row: Control) -> dict[str, Any]:
    words = {name: minus(text) for name, text in row._asdict().items()}
    return {**words, "mark": MARKS[row.verdict], "parts": words["measured"].split("; ")}


def minus(text: str) -> str:
    """A text with the sign of a negative number as it is set in print."""
    return re.sub(r"(?<![\w.])-(?=\d)", MINUS, text)


def _world(row: Control, arguments: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    world = arguments[row.id.removeprefix("A4 ")]
    return {**_shown(row), "name": world["id"].replace("_", " "), "condition": world["condition"], "what": world["what"],
            "argument": " ".join(world["argument"].split()), "ahead": world["ahead"]}  # fmt: skip


def headline_table(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """A row per condition, a column per board and arm: difference, interval, and whether it matters."""
    columns = list(dict.fromkeys((line["headline"], line["metric"], line["arm"]) for line in lines))
    head = [f"{METRICS[metric].capitalize()}: {arm} minus {next(line['baseline'] for line in lines)}" for _, metric, arm in columns]
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        row = rows.setdefault(line["condition"], {"title": line["title"], "days": line["days"], "cells": []})
        text, _, interval = difference_text(line, face_of(line["metric"]).kind).partition(" (")
        row["cells"].append({"mean": text, "interval": interval.removesuffix(")"), "says": SAYS[line["says"]],
                             "sure": line["says"] in ("ahead", "behind")})  # fmt: skip
    return {"head": head, "rows": list(rows.values())}


def claims_table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A row per claim, a column per shuffle; a dash where a claim is not looked at in a world."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        kind = "money" if row["claim"] == "talk" else "value"
        empty = [{"mean": NONE, "interval": ""} for _ in COLUMNS]
        line = found.setdefault(
            (row["headline"], row["claim"]), {"title": f"{TITLES[row['claim']]} ({KINDS[row['claim']]})", "cells": empty}
        )
        gap = {"difference": row["mean"], "low": row["low"], "high": row["high"], "why": "no value"}
        text, _, interval = difference_text(gap, kind).partition(" (")
        line["cells"][list(COLUMNS).index(row["condition"])] = {"mean": text, "interval": interval.removesuffix(")")}
    return {"head": list(COLUMNS.values()), "rows": list(found.values())}
