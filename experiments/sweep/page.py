"""The page of a sweep: what was run, the first outcomes as pictures, the summary's cells, the runs that failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import assumed, provenance_of, write_question
from ..report_setup import assumptions
from ..wording import NONE
from .pictures import sweep_panels, value_text
from .words import cell_text, headline

if TYPE_CHECKING:
    from .result import Ensemble

MOST_CELLS = 120
MOST_FAILURES = 20


def write_sweep(found: Ensemble, path: Path) -> Path:
    """Write the page of a sweep to `path`, and its figures to `figures/` beside it."""
    counts, design = found.counts, found.design
    return write_question(
        "sweep.html.j2", path, sweep_panels(found), about=found.scenario.about, name=found.scenario.name, title=design["name"],
        counts=counts, design=design, seeds=len(found.manifest["identity"]["seeds"]), paths=found.paths, points=found.points.num_rows,
        scenarios=list(dict.fromkeys(found.summary["scenario"].to_pylist())), arms=list(dict.fromkeys(found.summary["arm"].to_pylist())),
        tables=[{"outcome": outcome, "rows": rows_of(found, outcome), "cells": cells_in(found, outcome)} for outcome in headline(found)],
        outcomes=found.outcomes, failures=found.failures[:MOST_FAILURES], known=assumptions(found.scenario), limits=limits_of(found),
        provenance=provenance_of(found.manifest) | {"again": "valuescape sweep design.toml"}, network=None,
        size=f"{found.scenario.world.customers.number:,} people over {found.scenario.days:,} days",
    )  # fmt: skip


def cells_in(found: Ensemble, outcome: str) -> int:
    """How many cells the summary has of an outcome."""
    return sum(name == outcome for name in found.summary["outcome"].to_pylist())


def rows_of(found: Ensemble, outcome: str) -> list[dict[str, Any]]:
    """The first cells of an outcome as a table shows them."""
    settings = {row["point"]: row for row in found.points.to_pylist()}
    rows = [row for row in found.summary.to_pylist() if row["outcome"] == outcome][:MOST_CELLS]
    return [{
        "scenario": row["scenario"], "arm": row["arm"] or "as seated", "day": f"{row['day']:,}", "runs": row["runs"],
        "at": [cell_text(settings[row["point"]][path]) for path in found.paths], "mean": value_text(outcome, row["mean"]),
        "interval": NONE if row["low"] is None else f"{value_text(outcome, row['low'])} to {value_text(outcome, row['high'])}",
    } for row in rows]  # fmt: skip


def limits_of(found: Ensemble) -> list[str]:
    """What the numbers cannot say."""
    counts = found.counts
    failed = [f"{counts['failed']:,} of {counts['runs']:,} runs failed and are in no mean; if they differ from the others, means are off."]
    return [
        *(failed if counts["failed"] else []),
        "Intervals are 95 % t-intervals over seeds and lucks of one cell. Over many cells some miss the truth by chance.",
        "Where points were sampled, they show what a range does, and not how often such worlds occur.",
        *assumed(found.scenario),
    ]
