"""Who wins on which board, over the space of worlds: every cell of the plan with both arms, read at several horizons.

A world leaves only its two primary outcomes at each horizon, which are reduced where they arise.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ...agents.declare import InputError
from ...sim.metrics.headline import BOARDS
from ..ensemble import Identity, Options, carry_out, check_identities, compile_once, days_of, run_group
from ..kept import Folder, Kept, keep
from ..setting import seeds_of
from ..store import Progress, check_result, identity_of, manifest_of
from ..verdict import ONE_HISTORY, difference, primary, smallest_effect, winners
from .plan import Cell, Effort, MapPlan, cells_of, fixed_plan

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario

EFFORTS = ("quick", "fine")
SERIES = {"profit": "cumulative_profit", "value_in_use": "value_per_head"}
"""Primary outcome -> column of the daily table that holds it up to each day."""
FOCAL = "focal"


@dataclass(frozen=True)
class PhaseMap(Kept):
    """The map. Tables are pyarrow's.

    map       cell, part (own | cut | design), axis (the one that a cut moves, else null), one column per axis with its value, days
              (horizon), board, metric, difference (second arm minus first), low, high, seeds, smallest (effect that matters),
              winner (null for no winner shown), reason: a row per cell, horizon and board
    worlds    cell, seed, arm, days, metric, value: what each world left
    plan      the MapPlan it was made by, `effort` the name of how finely
    """

    question: ClassVar[str] = "map"
    scenario: Scenario
    plan: MapPlan
    effort: str
    map: pa.Table
    worlds: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"map": self.map, "worlds": self.worlds}

    @property
    def arm(self) -> str:
        """The arm whose lead over the other one is mapped."""
        return self.plan.arms[1]

    @property
    def arms(self) -> list[str]:
        """The two arms; differences are the second minus the first."""
        return self.plan.arms

    @property
    def horizons(self) -> list[int]:
        """Days up to which outcomes are read, ascending."""
        return list(self.manifest["identity"]["effort"]["horizons"])

    @property
    def seeds(self) -> list[int]:
        """Seeds of each cell."""
        return list(self.manifest["identity"]["seeds"])

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of the map as plain data."""
        return self.map.to_pylist()  # type: ignore[no-any-return]

    def on(self, board: str, days: int | None = None, part: str | None = None) -> list[dict[str, Any]]:
        """Rows of one board at one horizon (the last unless said), of one part or all."""
        at = self.horizons[-1] if days is None else days
        return [row for row in self.rows if row["board"] == board and row["days"] == at and part in (None, row["part"])]

    @cached_property
    def moves(self) -> list[dict[str, Any]]:
        """What moves the difference: axis by axis, board and horizon, as `moved.py` says."""
        from .moved import moves_of

        return moves_of(self)

    def to_json(self) -> dict[str, Any]:
        """The map as one JSON document; a missing value is null with `why`."""
        from .moved import counts_of, flips_of

        why = {"why": ONE_HISTORY} if len(self.seeds) == 1 else {}
        return {"scenario": self.scenario.name, "arms": self.arms, "effort": self.effort, "seeds": self.seeds, "horizons": self.horizons,
                **why, "axes": [axis.model_dump(mode="json") for axis in self.plan.axes], "wins": counts_of(self), "moves": self.moves,
                "flips": flips_of(self), "map": self.rows, "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the map and its figures."""
        from .page import write_map

        write_map(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The map that lies in a folder."""
        who = folder.identity
        return cls(scenario, MapPlan.model_validate(who["plan"]), who["effort"]["name"], folder.table("map"), folder.table("worlds"),
                   folder.manifest)  # fmt: skip


def phase_map(
    effort: str = "quick", *, plan: MapPlan | None = None, workers: int = 1, threads: int = 1, out: str | Path | None = None,
    progress: Progress | None = None,
) -> PhaseMap:  # fmt: skip
    """Map who wins where, by the plan of the package unless another is given; `effort` is quick or fine.

    `workers` runs worlds in processes with the same result. Raises InputError.
    """
    from ...scenarios.load import load

    begun = time.perf_counter()
    if effort not in EFFORTS:
        raise InputError("so fine a map is not planned", key="effort", given=effort, allowed=" or ".join(EFFORTS))
    plan = fixed_plan() if plan is None else plan
    chosen: Effort = getattr(plan, effort)
    seeds = seeds_of(chosen.seeds)
    scenario = load(plan.scenario, customers=plan.customers, days=chosen.days)
    cells = cells_of(plan, chosen, scenario)
    worlds = [load(scenario, set=dict(cell.settings)) if cell.settings else scenario for cell in cells]
    about = {"name": effort, **chosen.model_dump(mode="json"), "cells": [dict(cell.settings) for cell in cells]}
    identity = identity_of("map", scenario, plan.arms, None, None, seeds=seeds, effort=about, plan=plan.model_dump(mode="json"))
    if out is not None:
        check_result(out, manifest_of(identity, begun), scenario)
    jobs = [[Identity(world, seed, arm) for arm in plan.arms] for world in worlds for seed in seeds]
    check_identities([one for job in jobs[:: len(seeds)] for one in job], None, threads, workers, None)
    compile_once()
    options: Options = (None, None, threads, None, None)
    done = carry_out(run_read, jobs, workers, options, sum(days_of(job) for job in jobs), progress)
    table = worlds_table(cells, seeds, plan.arms, chosen.horizons, done)
    manifest = manifest_of(identity, begun, threads=threads, workers=workers)
    result = PhaseMap(scenario, plan, effort, map_table(plan, cells, table, scenario), table, manifest)
    if out is not None:
        keep(result, out, progress)
    return result


# --- what a world leaves, and what it comes to -------------------------------------------------------------------------


def run_read(*job: Any) -> list[dict[str, np.ndarray]]:
    """The focal firm's primary outcomes up to each day, of each run of a job that shares a burn-in: float64 [days]."""
    found = []
    for outcome in run_group(*job):
        firms = np.array(outcome.daily["firm"].to_pylist()) == FOCAL
        columns = {metric: outcome.daily[column].to_numpy(zero_copy_only=False).astype(np.float64) for metric, column in SERIES.items()}
        found.append({metric: values[firms] for metric, values in columns.items()})
    return found


def worlds_table(
    cells: Sequence[Cell], seeds: Sequence[int], arms: Sequence[str], horizons: Sequence[int], done: Sequence[Sequence[Any]],
) -> pa.Table:  # fmt: skip
    """What each world left: a row per cell, seed, arm, horizon and primary outcome."""
    import pyarrow as pa

    rows = []
    for k, series in enumerate(done):
        cell, seed = cells[k // len(seeds)], seeds[k % len(seeds)]
        for arm, found in zip(arms, series, strict=True):
            for days in horizons:
                for metric in SERIES:
                    value = float(found[metric][days - 1])
                    rows.append({"cell": cell.number, "seed": seed, "arm": arm, "days": days, "metric": metric,
                                 "value": None if np.isnan(value) else value})  # fmt: skip
    kinds = {"cell": pa.int64(), "seed": pa.int64(), "arm": pa.string(), "days": pa.int64(), "metric": pa.string(), "value": pa.float64()}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def map_table(plan: MapPlan, cells: Sequence[Cell], worlds: pa.Table, scenario: Scenario) -> pa.Table:
    """Difference and winner of every cell, horizon and board, from what the worlds left."""
    import pyarrow as pa

    values: dict[tuple[int, int], dict[str, dict[str, list[float | None]]]] = {}
    for row in worlds.to_pylist():
        arms = values.setdefault((row["cell"], row["days"]), {arm: {metric: [] for metric in SERIES} for arm in plan.arms})
        arms[row["arm"]][row["metric"]].append(row["value"])
    first, second = plan.arms
    rows = []
    for (number, days), found in values.items():
        cell, won = cells[number], winners(found, scenario.winner)
        for board in BOARDS:
            metric = primary(board)
            gap = difference(found[second][metric], found[first][metric])
            rows.append({
                "cell": number, "part": cell.part, "axis": cell.axis, **cell.at, "days": days, "board": board, "metric": metric,
                "difference": gap.mean, "low": gap.low, "high": gap.high, "seeds": gap.seeds,
                "smallest": smallest_effect(found, board, scenario.winner), "winner": won[board]["arm"], "reason": won[board]["reason"],
            })  # fmt: skip
    text, whole = {"part", "axis", "board", "metric", "winner", "reason"}, {"cell", "days", "seeds"}
    kinds = {name: pa.string() if name in text else pa.int64() if name in whole else pa.float64() for name in rows[0]}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
