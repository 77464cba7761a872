"""A sweep: all runs of a design, in pieces that are kept as they are finished; whatever ends it, the same command goes on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...agents.declare import InputError
from ..executors import Cluster, Died, Here, Place, Processes, each_done
from ..kept import WRITING
from ..store import Progress, check_folder, identity_of, manifest_of, write_table
from .chunks import Found, alone_in, look_into, swept, unlink_all, whole_table, write_chunk
from .design import Design, read_design
from .plan import Group, Plan, plan_of
from .result import POINTS, RUNS, SUMMARY, Ensemble, points_table, summary_of
from .work import Task, carried_out, failed, pieces, schema

if TYPE_CHECKING:
    from ...sim.network import Network

SECONDS = 4.0
"""About how long a task lasts: long against handing it out, short against what is lost where a worker dies."""
MOST_A_TASK = 200
PER_WORKER = 8
"""Tasks per worker at least, where there are runs enough: the last ones end together."""


def sweep(
    design: str | Path | Mapping[str, Any] | Design, *, network: str | Path | Network | None = None,
    customers_table: str | Path | None = None, workers: int = 1, cluster: str | None = None, out: str | Path | None = None,
    stale: str | None = None, progress: Progress | None = None,
) -> Ensemble:  # fmt: skip
    """Run all worlds of a design, and keep them in a folder: that of `out`, else results/runs/NAME-RUNID.

    `workers` runs them in processes, `cluster` at a Dask scheduler's address; both give the same tables. Runs that the folder
    holds already are not run again, those that failed are. Pieces made by another engine are refused, unless `stale` is
    "recompute" or "keep". Raises InputError.
    """
    begun = time.perf_counter()
    plan = plan_of(read_design(design), network, customers_table)
    return swept_plan(plan, begun, workers=workers, cluster=cluster, out=out, stale=stale, progress=progress, question="sweep")


def swept_plan(
    plan: Plan, begun: float, *, workers: int = 1, cluster: str | None = None, out: str | Path | None = None, stale: str | None = None,
    progress: Progress | None = None, question: str = "sweep",
) -> Ensemble:  # fmt: skip
    """All runs of a plan, in a folder."""
    if workers < 1:
        raise InputError("must be 1 or more", key="workers", given=workers, allowed="1 or more")
    identity = identity_of_plan(plan, question)
    run_id = manifest_of({key: value for key, value in identity.items() if key != "engine"}, begun)["run_id"]
    folder = Path(out) if out is not None else Path("results") / "runs" / f"{plan.design.name}-{run_id}"
    check_folder(folder, run_id) if not only_ours(folder) else None
    with alone_in(folder):
        swept(folder)
        if not (folder / "manifest.json").is_file():
            keep_manifest(folder, identity, run_id, begun)
            keep_worlds(folder, plan)
        there = look_into(folder, identity["engine"])
        there = settle(folder, there, stale, identity["engine"])
        left = [
            group._replace(runs=runs) for group in plan.each_group() if (runs := tuple(r for r in group.runs if r.key not in there.done))
        ]
        carry_on(plan, left, folder, identity["engine"], workers, cluster, progress)
        if progress is not None:
            progress(0, 0, WRITING)
        finish(plan, folder, identity, run_id, begun, kept=stale == "keep", workers=workers)
    return Ensemble.read(folder)


def identity_of_plan(plan: Plan, question: str) -> dict[str, Any]:
    """What decides the table of a sweep."""
    first, *others = plan.settings
    scenarios = [setting.scenario.model_dump(mode="json", exclude={"file", "about"}) for setting in others]
    return identity_of(question, first.scenario, [], None, **first.digests, design=plan.design.model_dump(mode="json", by_alias=True),
                       scenarios=scenarios, arms_of=[list(arms) for arms in plan.arms], points=plan.points, seeds=list(plan.seeds),
                       outcomes=plan.reading.columns, days_read=list(plan.reading.days))  # fmt: skip


def only_ours(folder: Path) -> bool:
    """True where nothing but a lock lies in a folder: a driver was killed at its first step."""
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= {".lock", "chunks"}


def settle(folder: Path, there: Found, stale: str | None, engine: str) -> Found:
    """What of a folder counts as finished, after damaged pieces and, where told so, those of another engine are put away."""
    unlink_all(there.damaged)
    if not there.stale or stale == "keep":
        return look_into(folder, engine) if there.damaged else there
    if stale is None:
        raise InputError(f"{len(there.stale)} pieces here were made by another engine", file=folder,
                         allowed="--recompute to run them again, --keep to take them as they are, or another --out")  # fmt: skip
    unlink_all(there.stale)
    return look_into(folder, engine)


def carry_on(
    plan: Plan, left: Sequence[Group], folder: Path, engine: str, workers: int, cluster: str | None, progress: Progress | None,
) -> None:  # fmt: skip
    """Run what is missing; every task that comes back is written at once."""
    from ..ensemble import compile_once

    if not left:
        return
    if cluster is None:
        compile_once()  # before there are workers: each would compile for itself
    first = plan.settings[0]
    given = tuple(word for name in ("network", "customers_table") if name in first.provenance
                  for word in (f"--{name.replace('_', '-')}", str(first.provenance[name])))  # fmt: skip
    parts = pieces(left, task_size(plan, left, workers))
    tasks = [Task(part, plan.reading, first.network, first.table, given) for part in parts]
    total, done = sum(plan.days_of(group) for group in left), 0
    runs, finished, bad = sum(len(group.runs) for group in left), 0, 0
    begun = time.monotonic()
    with place_of(workers, cluster, len(tasks)) as place:
        for number, rows in each_answer(place, tasks):
            write_chunk(folder, rows, engine)
            done += sum(plan.days_of(group) for group in tasks[number].groups)
            finished += sum(len(group.runs) for group in tasks[number].groups)
            bad += len({*rows.filter(rows["error"].is_valid())["run"].to_pylist()})
            if progress is not None:
                rate = finished / max(1e-9, time.monotonic() - begun)
                progress(done, total, f"{finished:,} of {runs:,} runs{f', {bad:,} failed' if bad else ''}, {rate:.3g} a second")


def each_answer(place: Place, tasks: Sequence[Task]) -> Any:
    """(number, rows) of every task; one that kills its worker is taken apart until single runs do, which have failed."""
    import pyarrow as pa

    for number, answer in each_done(place, carried_out, tasks):
        if not isinstance(answer, Died):
            yield number, answer
            continue
        task, tables = tasks[number], []
        singles = [task._replace(groups=(group._replace(runs=(run,)),)) for group in task.groups for run in group.runs]
        for one, single in enumerate(singles if len(singles) > 1 else []):
            tables += [rows for _, rows in each_done(place, carried_out, [single]) if not isinstance(rows, Died)]
            if len(tables) <= one:
                tables.append(died(single, answer))
        yield number, pa.concat_tables(tables or [died(singles[0], answer)])


def died(task: Task, answer: Died) -> Any:
    """The row of a run that killed its worker."""
    import pyarrow as pa

    group = task.groups[0]
    return pa.Table.from_pylist([failed(group, group.runs[0], str(answer), task.given)], schema=schema(task.reading))


def place_of(workers: int, cluster: str | None, tasks: int) -> Any:
    """Where the tasks are carried out."""
    if cluster is not None:
        return Cluster(cluster)
    return Here() if workers == 1 else Processes(min(workers, tasks))


def task_size(plan: Plan, left: Sequence[Group], workers: int) -> int:
    """How many runs a task holds."""
    runs = sum(len(group.runs) for group in left)
    seconds = sum(seconds_of(plan, group) for group in left[:: max(1, len(left) // 50)]) / max(1, len(left[:: max(1, len(left) // 50)]))
    each = seconds / max(1, len(left[0].runs))
    return max(1, min(MOST_A_TASK, int(SECONDS / max(each, 1e-6)), -(-runs // (PER_WORKER * workers))))


def seconds_of(plan: Plan, group: Group) -> float:
    """About how long a group takes on one core."""
    from .estimate import FIXED, PER_CUSTOMER

    return plan.days_of(group) * (FIXED + PER_CUSTOMER * group.scenario.world.customers.number)


# --- what is written --------------------------------------------------------------------------------------------------


def keep_manifest(folder: Path, identity: Mapping[str, Any], run_id: str, begun: float, **rest: Any) -> None:
    """Write the manifest, whole or not at all."""
    manifest = manifest_of(identity, begun, **rest) | {"run_id": run_id}
    write_whole(folder / "manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def keep_worlds(folder: Path, plan: Plan) -> None:
    """Write the scenarios and the design, which say again what the manifest's identity holds, for people."""
    import tomli_w

    from ...scenarios.load import to_toml

    for number, scenario in enumerate(plan.scenarios):
        write_whole(folder / ("scenario.toml" if not number else f"scenario_{scenario.name}.toml"), to_toml(scenario))
    said = plan.design.model_dump(mode="json", by_alias=True, exclude_none=True)
    write_whole(folder / "design.toml", tomli_w.dumps(said))


def finish(plan: Plan, folder: Path, identity: Mapping[str, Any], run_id: str, begun: float, *, kept: bool, workers: int) -> None:
    """Write the tables, then the page; the summary last, which says that all is there."""
    from ..kept import write_report

    wanted = {run.key for group in plan.each_group() for run in group.runs}
    runs = whole_table(folder, wanted)
    for name, table in ((RUNS, runs), (POINTS, points_table(plan.points)), (SUMMARY, summary_of(runs, plan.reading.columns))):
        beside = folder / f".{name}.{os.getpid()}.part"
        write_table(table, beside)
        beside.replace(folder / f"{name}.parquet")
    keep_manifest(folder, identity, run_id, begun, workers=workers, older_pieces_kept=kept, **plan.settings[0].provenance)
    (folder / "figures").mkdir(exist_ok=True)
    write_report(Ensemble.read(folder), folder / "report.html")


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
