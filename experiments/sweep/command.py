"""The command of sweeps."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ...agents.declare import InputError
from ..influence_cli import NETWORK, TABLE, WORKERS, cores
from ..lookups import JSON
from ..streams import print_json

SOME_FAILED = 3


def sweep(
    design: Annotated[Path, typer.Argument(metavar="DESIGN.toml", help="Scenarios, arms, seeds, outcomes; one of grid, list, lhs, sobol.")],
    workers: WORKERS = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler that runs, such as tcp://host:8786.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many runs, how long and how much disk; run nothing.")] = False,
    network: NETWORK = None, customers_table: TABLE = None,
    recompute: Annotated[bool, typer.Option("--recompute", help="Run again what another version of the engine has made.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Take what another version of the engine has made as it is.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/NAME-RUNID.")] = None,
    as_json: JSON = False,
) -> None:  # fmt: skip
    """Many worlds by a design, on all cores or a cluster. Stopped or killed, the same command goes on where it was."""
    from ..console import say
    from .design import read_design

    if recompute and keep:
        raise InputError("is the opposite of --recompute", key="--keep", allowed="one of them")
    found = read_design(design)
    if dry_run:
        from .estimate import estimate
        from .plan import plan_of
        from .words import dry

        plan = plan_of(found, network, customers_table)
        what = estimate(plan, cores(workers))
        print_json(asdict(what)) if as_json else say(*dry(plan, what))
        return
    from ..progress import Meter
    from .sweep import sweep as question

    more: dict[str, Any] = {"network": network, "customers_table": customers_table, "cluster": cluster, "out": out}
    with Meter() as meter:
        result = question(
            found, workers=cores(workers), stale="recompute" if recompute else "keep" if keep else None, progress=meter, **more
        )
    from .words import shown

    print_json(result.to_json()) if as_json else shown(result)
    print(f"results: {result.folder}", file=sys.stderr if as_json else sys.stdout)
    if result.counts["failed"]:
        print(
            f"{result.counts['failed']:,} of {result.counts['runs']:,} runs failed: see error and command in the table runs",
            file=sys.stderr,
        )
        raise typer.Exit(SOME_FAILED)
