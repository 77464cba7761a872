"""A sweep in words and on a terminal: what it would take, what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..console import say, show
from ..verdict import number

if TYPE_CHECKING:
    from .estimate import Estimate
    from .plan import Plan
    from .result import Ensemble

MOST_ROWS = 24
"""Cells that a terminal shows."""
SHOWN_FIRST = ("profit", "value_in_use")


def time_text(seconds: float) -> str:
    """A time in the unit that reads best."""
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.2g} seconds"


def size_text(size: float) -> str:
    """Bytes in the unit that reads best."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.3g} {unit}"
        size /= 1000
    return ""


def dry(plan: Plan, what: Estimate) -> list[str]:
    """What a sweep would take, line by line."""
    arms = sum(len(arms) for arms in plan.arms)
    return [
        (f"{what.runs:,} runs: {what.points:,} points, {arms} arms in {len(plan.settings)} scenarios, {len(plan.seeds)} seeds, "
        f"{plan.design.lucks} lucks, {what.outcomes} outcomes."),
        (f"About {time_text(what.seconds)} on {what.workers} workers ({time_text(what.seconds_a_run)} a run on one core), "
        f"{size_text(what.bytes)} on disk."),
        "Nothing was run.",
    ]  # fmt: skip


def headline(found: Ensemble) -> list[str]:
    """The outcomes that a first look is at."""
    first = [name for name in SHOWN_FIRST if name in found.outcomes]
    return first or found.outcomes[:2]


def shown(found: Ensemble) -> None:
    """The summary's first cells, and the failures."""
    counts = found.counts
    said = f", {counts['failed']:,} of them failed" if counts["failed"] else ""
    say(f"{counts['runs']:,} runs{said}, {found.points.num_rows:,} points, {len(found.outcomes)} outcomes.", "")
    rows = found.summary.to_pylist()
    settings = {row["point"]: row for row in found.points.to_pylist()}
    for outcome in headline(found):
        cells = [row for row in rows if row["outcome"] == outcome]
        lines = [[row["scenario"], *(cell_text(settings[row["point"]][path]) for path in found.paths), row["arm"],
                  number(row["mean"]) if row["mean"] is not None else "none",
                  f"{number(row['low'])} to {number(row['high'])}" if row["low"] is not None else "", str(row["runs"])]
                 for row in cells[:MOST_ROWS]]  # fmt: skip
        short = [path.split(".")[-1] for path in found.paths]
        show(outcome, ["scenario", *short, "arm", "mean", "95 % interval", "runs"], lines)
        if len(cells) > MOST_ROWS:
            say(f"... and {len(cells) - MOST_ROWS:,} cells more: see the table summary.", "")
    for row in found.failures[:3]:
        say(f"failed: {row['error']}", f"  {row['command']}")


def cell_text(value: object) -> str:
    """A setting, short."""
    return number(value) if isinstance(value, float) else str(value)
