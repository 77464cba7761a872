"""The page of a sensitivity analysis: what moves the answer, how much is chance, what was varied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import assumed, provenance_of, write_question
from ..report_setup import assumptions
from ..verdict import number
from .pictures import panels_of, text_of
from .words import answer, title

if TYPE_CHECKING:
    from .sensitivity import Sensitivity


def write_sensitivity(found: Sensitivity, path: Path) -> Path:
    """Write the page to `path`, and its figures to `figures/` beside it."""
    scenario = found.scenario
    figures = {f"board{k}": panels_of(found, outcome) for k, outcome in enumerate(found.shown)}
    return write_question(
        "sensitivity.html.j2", path, {name: panels for name, panels in figures.items() if panels}, about=scenario.about, name=scenario.name,
        arms=found.arms,
        boards=[{"title": title(outcome), "answer": answer(found, outcome), "figure": f"board{k}", "rows": rows_of(found, outcome)}
                for k, outcome in enumerate(found.shown)],
        ranges=[{"name": one.name, "path": one.path, "low": number(one.low), "high": number(one.high), "log": one.scale == "log",
                 "reason": one.reason} for one in found.ranges],
        runs=found.counts, seeds=found.manifest["identity"]["effort"]["seeds"], known=assumptions(scenario), network=None,
        size=f"{scenario.world.customers.number:,} people over {scenario.days:,} days", limits=limits_of(found),
        provenance=provenance_of(found.manifest) | {"again": f"valuescape sensitivity {scenario.name}"},
    )  # fmt: skip


def rows_of(found: Sensitivity, outcome: str) -> list[dict[str, Any]]:
    """The parameters of an outcome as a table shows them."""
    shares = {row["parameter"]: row for row in found.rows("indices", outcome) if row["total"] is not None}
    rows = []
    for row in found.rows("screening", outcome):
        share = shares.get(row["parameter"])
        rows.append({
            "name": found.names[row["parameter"]],
            "effect": "none" if row["effect"] is None else f"{text_of(outcome, row['effect'])} ({text_of(outcome, row['low'])} to "
                                                           f"{text_of(outcome, row['high'])})",
            "first": "" if share is None else f"{share['first']:.2f} ({share['first_low']:.2f} to {share['first_high']:.2f})",
            "total": "" if share is None else f"{share['total']:.2f} ({share['total_low']:.2f} to {share['total_high']:.2f})",
            "unclear": bool(share and share["unclear"]),
        })  # fmt: skip
    return rows


def limits_of(found: Sensitivity) -> list[str]:
    """What the numbers cannot say."""
    return [
        ("Effects and shares hang on the ranges: a wider range moves more. They rank assumptions, and say nothing about which values "
        "are right."),
        ("Only the parameters that the screening found strongest went on to shares of variance; the others were left at what "
        f"{found.scenario.name} says, and their part is not in the variance."),
        ("Shares need not add up to 1: what several parameters do together is counted in the total of each. Small shares may come out "
        "below 0."),
        *assumed(found.scenario),
    ]  # fmt: skip
