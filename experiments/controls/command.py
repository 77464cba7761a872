"""The command `valuescape controls`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lookups import JSON
from ..streams import print_json

if TYPE_CHECKING:
    from .result import Controls

SOME_FAILED = 3
"""Exit code where a control fails."""


def controls(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer seeds, smaller worlds: a first look.")] = False,
    workers: Annotated[int | None, typer.Option(help="Worlds side by side, in processes; default all cores.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/controls-RUNID.")] = None,
    as_json: JSON = False,
) -> None:
    """Is the answer written into the code? Replay, swapped seats, shuffles, neutral biases, worlds whose sign is known.

    Exit code 3 where a control fails: that is a result.
    """
    from ..influence_cli import cores
    from ..kept import keep
    from ..progress import Meter
    from ..store import check_folder

    check_folder(out if out is not None else Path("results") / "runs" / "new")
    from .ask import controls as question

    with Meter() as meter:
        found = question(quick, workers=cores(workers), out=out, progress=meter)
        where = out if out is not None else keep(found, Path("results") / "runs" / f"controls-{found.manifest['run_id']}", meter)
    print_json(found.to_json()) if as_json else show_controls(found)
    print(f"results: {where}", file=sys.stderr if as_json else sys.stdout)
    if found.failed:
        raise typer.Exit(SOME_FAILED)


def show_controls(found: Controls) -> None:
    """Every control with its verdict, the headlines under each condition, and in words what fails or is shown beside."""
    from ..console import gap_text, say, show
    from ..verdict import Estimate

    rows = [[row.id, row.title, row.verdict] for row in found.rows]
    failing = [place for place, row in enumerate(found.rows) if row.verdict == "fail"]
    show("Controls against a rigged answer", ["control", "what", "verdict"], rows, left=3, strong=failing)
    lines = found.named["headlines"].to_pylist()
    columns = list(dict.fromkeys((line["metric"], line["arm"]) for line in lines))
    cells: dict[str, list[str]] = {}
    for line in lines:
        gap = Estimate(line["difference"], line["low"], line["high"], line["seeds"])
        cells.setdefault(line["title"], []).append(gap_text(gap))
    if lines:
        show(f"Headlines beside their controls: differences from {lines[0]['baseline']} (* the interval leaves out 0)",
             ["condition", *(f"{metric}, {arm}" for metric, arm in columns)],
             [[title, *texts] for title, texts in cells.items()])  # fmt: skip
    for row in found.rows:
        if not row.id.startswith("A4 ") or row.verdict == "fail":
            say(f"{row.id} {row.title}: {row.verdict}. {row.why}")
    say("", found.sentence())
