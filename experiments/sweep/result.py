"""What a sweep leaves: runs, points and a summary on disk, and an object to ask without loading all of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ...agents.declare import InputError, nearest
from ..kept import Folder, Kept
from ..store import read_manifest
from ..verdict import difference, estimate
from .work import FAULTS, MARKS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ...scenarios.schema import Scenario

RUNS, POINTS, SUMMARY = "runs", "points", "summary"
BY = ("scenario", "point", "arm", "day")
"""What tells the cells of a sweep apart: runs of a cell differ by seed and luck alone."""


class Ensemble(Kept):
    """The runs of a sweep in a folder. Tables are pyarrow's.

    runs      number, run, scenario, point, arm, seed, luck, day, then a column per outcome, then error, traceback, command of
              runs that failed: a row per run and day read, in the order of the design
    points    point, and a column per path that the design moves
    summary   scenario, point, arm, day, outcome, mean, low, high (95 % t-interval over seeds), sd, runs, failed
    """

    question: ClassVar[str] = "sweep"

    def __init__(self, folder: str | Path, scenario: Scenario, manifest: dict[str, Any]) -> None:
        self.folder, self.scenario, self.manifest = Path(folder), scenario, manifest

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """The ensemble in a folder; an InputError where there is none, or an unfinished one."""
        from ..setting import scenario_in

        manifest = read_manifest(folder)
        asked = manifest["identity"].get("question")
        if asked != cls.question:
            raise InputError("this folder answers another question", file=folder, given=asked, allowed=cls.question)
        if not (Path(folder) / f"{SUMMARY}.parquet").is_file():
            raise InputError("this sweep is not finished", file=folder, allowed="the command in manifest.json again: it goes on")
        return cls(folder, scenario_in(folder, manifest["identity"]), manifest)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The ensemble that lies in a folder."""
        return cls(folder.path, scenario, folder.manifest)

    # --- what it is of ------------------------------------------------------------------------------------------------

    @property
    def design(self) -> dict[str, Any]:
        """The design as it was resolved."""
        return self.manifest["identity"]["design"]  # type: ignore[no-any-return]

    @property
    def outcomes(self) -> list[str]:
        """The outcomes by name."""
        return list(self.manifest["identity"]["outcomes"])

    @property
    def arms(self) -> list[str]:
        """The arms by name, in the order of the design."""
        return list(dict.fromkeys(self.summary["arm"].to_pylist()))

    @property
    def paths(self) -> list[str]:
        """The paths that the design moves."""
        return [name for name in self.points.column_names if name != "point"]

    @cached_property
    def points(self) -> pa.Table:
        """The settings of every point."""
        return self._table(POINTS)

    @cached_property
    def summary(self) -> pa.Table:
        """Mean and interval of every outcome in every cell."""
        return self._table(SUMMARY)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by name; `runs` is read each time."""
        return {RUNS: self._table(RUNS), POINTS: self.points, SUMMARY: self.summary}

    def _table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        import pyarrow.parquet as pq

        try:
            return pq.read_table(self.folder / f"{name}.parquet", columns=None if columns is None else list(columns), partitioning=None)
        except OSError as error:
            raise InputError(
                f"a table cannot be read: {error}", file=self.folder / f"{name}.parquet", allowed="a whole results folder"
            ) from None

    @cached_property
    def counts(self) -> dict[str, int]:
        """Runs in all, and those that failed."""
        import pyarrow.compute as pc

        table = self._table(RUNS, ["number", "error"])
        failed = table.filter(pc.is_valid(table["error"]))
        return {"runs": pc.count_distinct(table["number"]).as_py(), "failed": pc.count_distinct(failed["number"]).as_py()}

    # --- what it says -------------------------------------------------------------------------------------------------

    def query(self, sql: str) -> pa.Table:
        """What a question in SQL to the tables `runs`, `points` and `summary` gives; nothing is loaded but what it asks for."""
        import duckdb

        try:
            with duckdb.connect(config={"threads": 1}) as base:  # with several the order of sums, and so their last digit, is chance
                for name in (RUNS, POINTS, SUMMARY):
                    place = str(self.folder / f"{name}.parquet").replace("'", "''")
                    base.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{place}')")
                answer = base.sql(sql)
                if answer is not None:
                    return answer.to_arrow_table()
        except duckdb.Error as error:
            raise InputError(f"no such question can be asked: {error}", key="query", allowed="SQL over runs, points and summary") from None
        raise InputError("asks for nothing", key="query", given=sql, allowed="a SELECT over runs, points and summary")

    def to_frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The runs as a pandas frame, each with its point's settings; of the outcomes all, or `columns`."""
        asked = None if columns is None else [*MARKS, *(self._known(name) for name in columns)]
        runs = self._table(RUNS, asked)
        return runs.join(self.points, "point").sort_by([("number", "ascending"), ("day", "ascending")]).to_pandas()

    def quantiles(self, outcome: str, at: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> pa.Table:
        """Quantiles of an outcome over the seeds and lucks of every cell: scenario, point, arm, day, runs, and a column per level."""
        import pyarrow as pa

        rows = []
        for cell, values in self.cells(outcome):
            there = np.array([value for value in values if value is not None])
            found = np.quantile(there, at).tolist() if len(there) else [None] * len(at)
            rows.append({**cell, "runs": len(there), **{f"q{level:g}": value for level, value in zip(at, found, strict=True)}})
        return pa.Table.from_pylist(rows)

    def paired(self, outcome: str, arm: str, baseline: str) -> pa.Table:
        """Arm minus baseline in the same worlds: scenario, point, day, mean, low, high (95 % paired t-interval), pairs."""
        import pyarrow as pa

        both: dict[tuple[Any, ...], dict[str, list[float | None]]] = {}
        for cell, values in self.cells(outcome):
            both.setdefault((cell["scenario"], cell["point"], cell["day"]), {})[cell["arm"]] = values
        arms = sorted({name for found in both.values() for name in found})
        for name in (arm, baseline):
            if name not in arms:
                raise InputError("no such arm in this sweep", key="arm", given=name, allowed=", ".join(arms), nearest=nearest(name, arms))
        rows = []
        for (scenario, point, day), found in both.items():
            gap = difference(found.get(arm, ()), found.get(baseline, ()))
            rows.append(
                {"scenario": scenario, "point": point, "day": day, "mean": gap.mean, "low": gap.low, "high": gap.high, "pairs": gap.seeds}
            )
        return pa.Table.from_pylist(rows)

    def cells(self, outcome: str) -> list[tuple[dict[str, Any], list[float | None]]]:
        """Cell -> values of an outcome by seed and luck, None where a run failed or has no value, in the order of the design."""
        table = self._table(RUNS, [*BY, self._known(outcome)])
        found: dict[tuple[Any, ...], list[float | None]] = {}
        for *cell, value in zip(*(table[name].to_pylist() for name in (*BY, outcome)), strict=True):
            found.setdefault(tuple(cell), []).append(value)
        return [(dict(zip(BY, cell, strict=True)), values) for cell, values in found.items()]

    def _known(self, outcome: str) -> str:
        if outcome not in self.outcomes:
            raise InputError("no such outcome in this sweep", key="outcome", given=outcome, allowed=", ".join(self.outcomes),
                             nearest=nearest(outcome, self.outcomes))  # fmt: skip
        return outcome

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The runs that failed: seed, point, error, traceback, command."""
        import pyarrow.compute as pc

        table = self._table(RUNS, [*MARKS, *FAULTS])
        return table.filter(pc.is_valid(table["error"])).to_pylist()  # type: ignore[no-any-return]

    def to_json(self) -> dict[str, Any]:
        """The sweep as one JSON document; single runs are in the table `runs`."""
        failures = [{key: value for key, value in row.items() if key != "traceback"} for row in self.failures]
        return {"name": self.design["name"], **self.counts, "outcomes": self.outcomes, "points": self.points.to_pylist(),
                "summary": self.summary.to_pylist(), "failures": failures, "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the sweep and its figures."""
        from .page import write_sweep

        write_sweep(self, path)


def summary_of(runs: pa.Table, outcomes: Sequence[str]) -> pa.Table:
    """Mean, interval and spread of every outcome in every cell of a table of runs."""
    import pyarrow as pa

    columns = {name: runs[name].to_pylist() for name in (*BY, "error", *outcomes)}
    cells: dict[tuple[Any, ...], list[int]] = {}
    for row, cell in enumerate(zip(*(columns[name] for name in BY), strict=True)):
        cells.setdefault(cell, []).append(row)
    rows = []
    for cell, places in cells.items():
        failed = sum(columns["error"][row] is not None for row in places)
        for outcome in outcomes:
            values = [columns[outcome][row] for row in places]
            there = [value for value in values if value is not None]
            found = estimate(values)
            rows.append({
                **dict(zip(BY, cell, strict=True)), "outcome": outcome, "mean": found.mean, "low": found.low, "high": found.high,
                "sd": float(np.std(there, ddof=1)) if len(there) > 1 else None, "runs": len(there), "failed": failed,
            })  # fmt: skip
    kinds = {**{name: MARKS[name] for name in BY}, "outcome": "string", **dict.fromkeys(("mean", "low", "high", "sd"), "float64"),
             "runs": "int64", "failed": "int64"}  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.type_for_alias(kind)) for name, kind in kinds.items()]))


def points_table(points: Sequence[dict[str, Any]]) -> pa.Table:
    """A row per point; a column whose values are not all numbers holds texts."""
    import pyarrow as pa

    names = list(dict.fromkeys(name for point in points for name in point))
    columns: dict[str, Any] = {"point": pa.array(range(len(points)), pa.int64())}
    for name in names:
        values = [point.get(name) for point in points]
        numeric = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)
        columns[name] = pa.array(
            [None if v is None else float(v) if numeric else str(v) for v in values], pa.float64() if numeric else pa.string()
        )
    return pa.table(columns)
