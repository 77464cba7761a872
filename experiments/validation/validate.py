"""Validation: does the model behave like markets that have been measured? Row by row, as it comes out."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ...agents.declare import InputError, nearest
from ..ensemble import carry_out, compile_once
from ..kept import Folder, Kept, keep
from ..store import Progress, check_result, identity_of, manifest_of
from .judged import FEWEST, Judged, counts, judge
from .rows import built_in, measured_by, rows, sources_in_use
from .worlds import EXPERIMENTS, NEEDS, Found, collected

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario

SEEDS, QUICK_SEEDS = 20, 4
MOST_SEEDS = 1000


class Task(NamedTuple):
    """One experiment on one seed."""

    experiment: str
    seed: int


@dataclass(frozen=True)
class Validation(Kept):
    """The rows of validation, with a verdict each.

    measured    row, part, seed (or number of a pool of seeds), value (null where a seed gives none)
    baselines   id, setting, must_return, measured, low, high, verdict, sentence: markets with a known answer; none where single
                rows were asked for
    """

    question = "validation"
    scenario: Scenario
    measured: pa.Table
    baselines: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"measured": self.measured, "baselines": self.baselines}

    @property
    def seeds(self) -> int:
        """Seeds of each experiment."""
        return int(self.manifest["identity"]["seeds"])

    @cached_property
    def values(self) -> dict[str, dict[str, list[float | None]]]:
        """Row id -> part -> values by seed."""
        found: dict[str, dict[str, list[float | None]]] = {}
        for line in self.measured.to_pylist():
            found.setdefault(line["row"], {}).setdefault(line["part"], []).append(line["value"])
        return found

    @cached_property
    def judged(self) -> list[Judged]:
        """The rows that were asked for, by id; all 33 unless some were named."""
        sources, asked = sources_in_use(self.scenario.world), self.manifest["identity"]["rows"]
        return [judge(row, self.values.get(name), built_in(row, sources)) for name, row in rows().items() if name in asked]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by verdict."""
        return counts(self.judged)

    def published(self) -> list[dict[str, Any]]:
        """The rows as published: a list of plain objects."""
        return [one.as_dict() for one in self.judged]

    def to_json(self) -> dict[str, Any]:
        """The validation as one JSON document."""
        return {"rows": self.published(), "counts": self.counts, "seeds": self.seeds, "first_look": self.seeds < FEWEST,
                "baselines": self.baselines.to_pylist(), "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the validation and its figure."""
        from .page import write_validation

        write_validation(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The validation that lies in a folder; an InputError where it was measured or judged by other rules than today's."""
        if folder.identity.get("measured_by") != measured_by():
            raise InputError("this validation was made by other bands, statistics or worlds than today's", file=folder.path,
                             allowed="valuescape validate again")  # fmt: skip
        return cls(scenario, folder.table("measured"), folder.table("baselines"), folder.manifest)


def validate(
    asked: str | Sequence[str] | None = None, seeds: int | None = None, *, quick: bool = False, workers: int = 1,
    out: str | Path | None = None, progress: Progress | None = None,
) -> Validation:  # fmt: skip
    """Measure every row of validation and the replication baselines, or single rows by id, on `seeds` seeds: 20, or 4 where `quick`.

    `workers` changes no number. Raises InputError.
    """
    from ...scenarios.load import load

    begun = time.perf_counter()
    names = rows_asked(asked)
    count = (QUICK_SEEDS if quick else SEEDS) if seeds is None else seeds
    if not 1 <= count <= MOST_SEEDS:
        raise InputError("so many seeds are not run", key="seeds", given=count, allowed=f"1 to {MOST_SEEDS}")
    if workers < 1:
        raise InputError("must be 1 or more", key="workers", given=workers, allowed="1 or more")
    scenario = load("baseline")
    wanted = experiments_of(names)
    identity = identity_of("validation", scenario, [], None, network=None, customers=None, rows=names, seeds=count,
                           measured_by=measured_by())  # fmt: skip
    if out is not None:
        check_result(out, manifest_of(identity, begun), scenario)
    compile_once()
    tasks = [Task(name, seed) for name in EXPERIMENTS if name in wanted for seed in range(count)]
    done = run_tasks(tasks, workers, progress)
    found: dict[str, list[Found]] = {}
    for task, one in zip(tasks, done, strict=True):
        found.setdefault(task.experiment, []).append(one)
    values = {row: parts for row, parts in collected(found).items() if row in names}
    answers = known_answers(range(count), workers, progress) if asked is None else []
    manifest = manifest_of(identity, begun, threads=1, workers=workers)
    result = Validation(scenario, measured_table(values), baselines_table(answers), manifest)
    if out is not None:
        keep(result, out, progress)
    return result


def rows_asked(asked: str | Sequence[str] | None) -> list[str]:
    """The ids of the rows asked for, all by default; an InputError for one that there is not."""
    if asked is None:
        return list(rows())
    names = [name.strip().upper() for name in (asked.split(",") if isinstance(asked, str) else asked)]
    for name in names:
        if name not in rows():
            raise InputError("no such row", key="rows", given=name, allowed=", ".join(rows()), nearest=nearest(name, rows()))
    return sorted(set(names))


def experiments_of(names: Sequence[str]) -> set[str]:
    """The experiments that these rows need."""
    asked = {rows()[name].experiment for name in names}
    return {one for name in asked for one in NEEDS.get(name, (name,)) if one in EXPERIMENTS}


def run_tasks(tasks: Sequence[Task], workers: int, progress: Progress | None) -> list[Found]:
    """What every task found, in their order."""
    nothing: Any = ()
    jobs: Any = [[task] for task in tasks]
    return [part for parts in carry_out(run_task, jobs, workers, nothing, len(tasks), progress) for part in parts]


def run_task(job: Sequence[Task], tick: Callable[[str], None]) -> list[Found]:
    """The experiment of a job."""
    found = []
    for task in job:
        found.append(EXPERIMENTS[task.experiment](task.seed))
        gc.collect()  # models and agents hold each other: finished worlds would wait for the collector and fill the memory
        tick(f"{task.experiment}, seed {task.seed}")
    return found


def known_answers(seeds: Sequence[int], workers: int, progress: Progress | None) -> list[dict[str, Any]]:
    """The rows of the replication baselines."""
    from .baselines import baselines

    return [row.as_dict() for row in baselines(seeds, workers, progress)]


def baselines_table(rows: list[dict[str, Any]]) -> pa.Table:
    """The replication baselines as a table."""
    import pyarrow as pa

    texts, numbers = ("id", "setting", "must_return", "verdict", "sentence"), ("measured", "low", "high")
    kinds = [*((name, pa.string()) for name in texts), *((name, pa.float64()) for name in numbers)]
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def measured_table(values: dict[str, dict[str, list[float | None]]]) -> pa.Table:
    """A line per row, declared part and seed."""
    import pyarrow as pa

    lines = [
        {"row": name, "part": part.name, "seed": seed, "value": value}
        for name, row in rows().items() for part in row.parts for seed, value in enumerate(values.get(name, {}).get(part.name, []))
    ]  # fmt: skip
    kinds = {"row": pa.string(), "part": pa.string(), "seed": pa.int64(), "value": pa.float64()}
    return pa.Table.from_pylist(lines, schema=pa.schema(list(kinds.items())))
