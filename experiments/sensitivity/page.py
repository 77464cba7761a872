"""The page of a sensitivity analysis: what moves the answer, how much is chance, what was varied."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import assumed, provenance_of, write_question
from ..report_setup import assumptions
from ..verdict import number
from .pictures import figures_of
from .ranges import toml_of
from .words import answer, doubt, effect_text, share_text, title

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

RANGES = "ranges.toml"


def write_sensitivity(found: Sensitivity, path: Path) -> Path:
    """Write the page to `path`, and beside it its figures, to `figures/`, and its ranges, to `ranges.toml`."""
    scenario = found.scenario
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / RANGES).write_text(toml_of(found.ranges), encoding="utf-8", newline="\n")
    figures = {f"board{k}_{name}": panels for k, outcome in enumerate(found.shown) for name, panels in figures_of(found, outcome).items()}
    return write_question(
        "sensitivity.html.j2", path, figures, about=scenario.about, name=scenario.name, arms=found.arms,
        boards=[{"title": title(outcome), "answer": answer(found, outcome), "doubt": doubt(found, outcome), "figure": f"board{k}",
                 "rows": rows_of(found, outcome)} for k, outcome in enumerate(found.shown)],
        kept=[found.names[path] for path in found.kept], all=all_of(found),
        ranges=[{"name": one.name, "path": one.path, "low": number(one.low), "high": number(one.high), "log": one.scale == "log",
                 "reason": one.reason} for one in found.ranges],
        runs=found.counts, seeds=found.manifest["identity"]["effort"]["seeds"], known=assumptions(scenario), network=None,
        size=f"{scenario.world.customers.number:,} people over {scenario.days:,} days", limits=limits_of(found),
        provenance=provenance_of(found.manifest) | {"again": again(found)},
    )  # fmt: skip


def again(found: Sensitivity) -> str:
    """The command that makes the result again from its folder."""
    from .sensitivity import FULL, QUICK

    effort = found.manifest["identity"]["effort"]
    words = ["valuescape", "sensitivity", "scenario.toml", "--arms", ",".join(found.arms), "--ranges", RANGES]
    words += ["--quick", "--days", str(found.scenario.days)] if effort == QUICK._asdict() else []
    if effort not in (QUICK._asdict(), FULL._asdict()):
        return "the call in Python, with the effort in manifest.json"
    return shlex.join(words)


def rows_of(found: Sensitivity, outcome: str) -> list[dict[str, Any]]:
    """The parameters of an outcome as a table shows them."""
    shares = {row["parameter"]: row for row in found.rows("indices", outcome)}
    return [{
        "name": found.names[row["parameter"]], "effect": effect_text(outcome, row),
        **{order: share_text(shares.get(row["parameter"]), order) for order in ("first", "total")},
    } for row in found.rows("screening", outcome)]  # fmt: skip


def all_of(found: Sensitivity) -> list[dict[str, Any]]:
    """Outcome by outcome the shares in all of every parameter that has one, chance last."""
    shares = {(row["outcome"], row["parameter"]): row for row in found.indices.to_pylist()}
    outcomes = [name for name in dict.fromkeys(found.indices["outcome"].to_pylist()) if name.partition(", ")[2] == found.seat]
    rows = []
    for outcome in outcomes:
        mine = [shares[outcome, path] for path in found.kept]
        most = max((row["total"] for row in mine if row["total"] is not None), default=None)
        rows.append({"name": title(outcome).partition(", ")[0], "cells": [
            {"text": share_text(row, "total")[0], "unclear": row["total_unclear"], "most": most is not None and row["total"] == most}
            for row in mine]})  # fmt: skip
    return rows


def limits_of(found: Sensitivity) -> list[str]:
    """What the numbers cannot say."""
    return [
        ("Effects and shares hang on the ranges: a wider range moves more. They rank assumptions, and say nothing about which values "
        "are right."),
        ("Only the parameters that the screening found strongest went on to shares of variance; the others were left at what "
        f"{found.scenario.name} says, and their part is not in the variance."),
        ("Shares need not add up to 1: what several parameters do together is counted in the total of each. They are estimates from "
        "few worlds, and may come out below 0 or above 1."),
        *assumed(found.scenario),
    ]  # fmt: skip
