"""The command `valuescape validate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..lookups import JSON
from ..streams import print_json

if TYPE_CHECKING:
    from .judged import Judged, Spread
    from .validate import Validation


def validate(
    asked: Annotated[str | None, typer.Option("--rows", metavar="V01,V05,...", help="Only these rows; default all.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Seeds of each row; default 20, with --quick 4.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Few seeds: a first look, no verdict to quote.")] = False,
    workers: Annotated[int | None, typer.Option(help="Worlds side by side, in processes; default all cores.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/validation-RUNID.")] = None,
    as_json: JSON = False,
) -> None:  # fmt: skip
    """Does the model behave like markets that have been measured? 33 published facts, row by row, failing ones included."""
    from ..influence_cli import cores
    from ..kept import keep
    from ..progress import Meter
    from ..store import check_folder

    check_folder(out if out is not None else Path("results") / "runs" / "new")
    from .validate import rows_asked
    from .validate import validate as question

    rows_asked(asked)
    with Meter() as meter:
        found = question(asked, seeds, quick=quick, workers=cores(workers), out=out, progress=meter)
        where = out if out is not None else keep(found, Path("results") / "runs" / f"validation-{found.manifest['run_id']}", meter)
    print_json(found.to_json()) if as_json else show_validation(found)
    print(f"results: {where}", file=sys.stderr if as_json else sys.stdout)


def show_validation(found: Validation) -> None:
    """Every row with its parts, what fails and why, and the counts."""
    from ..console import say, show
    from .words import sentence

    lines = [line for one in found.judged for line in lines_of(one)]
    failing = [place for place, line in enumerate(lines) if line[-1] == "fail"]
    show(f"Validation on {found.seeds} seeds", ["row", "class", "fact", "measured", "band", "median", "inside", "verdict"], lines,
         left=5, strong=failing)  # fmt: skip
    for one in found.judged:
        if one.why:
            say(f"{one.row.id} {one.verdict}: {one.why}")
    if found.baselines.num_rows:
        show("Markets with a known answer", ["baseline", "must return", "verdict", "what it says"],
             [[row["id"], row["must_return"], row["verdict"], row["sentence"]] for row in found.baselines.to_pylist()], left=4)  # fmt: skip
    say("", sentence(found.judged, found.seeds))


def lines_of(one: Judged) -> list[list[str]]:
    """The lines of a row in a table, one for each part; what belongs to the row stands in the first."""
    from .words import percent

    lines = [["", "", "", *_part(spread), percent(spread.inside), ""] for spread in one.spreads]
    lines[0][:3], lines[0][-1] = [one.row.id, one.row.kind, one.row.fact], one.verdict
    if len(lines) > 1:
        lines[0][-1] += "" if one.share_inside is None else f" ({percent(one.share_inside)})"
    return lines


def _part(spread: Spread) -> list[str]:
    from ..verdict import number

    return [spread.part.what, spread.part.band, number(spread.median)]
