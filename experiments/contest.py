"""A contest: the arms meet in one world, each in the seat of a firm. What comes out describes that world and is no cause.

Seats rotate over seeds, so that a firm's standing and its place in the list fall to each arm in turn. No difference between
arms is paired and nobody is named a winner: what one arm reaches is also what the others leave it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..agents.declare import InputError
from .ensemble import Identity, Rules, ensemble
from .kept import Folder, Kept, keep
from .setting import Setting
from .store import Progress, check_result, identity_of, manifest_of
from .tables import metric_rows
from .verdict import Estimate, Values, intervals, values_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

MARKET = ("value_in_use", "value_reached_share", "value_p10")
"""Metrics of the whole population: in one world they are the same for all who meet in it."""

DESCRIPTIVE = ("Contest, descriptive: the arms met in one world, each in a firm's seat. What an arm shows here is also what the others "
               "left it; arms in the same seat of equal worlds are compared in mode substitution.")  # fmt: skip


@dataclass(frozen=True)
class Contest(Kept):
    """Arms that met in one world per seed. Tables are pyarrow's.

    scenario    the resolved Scenario, mode contest (no arm seated)
    arms, seeds, detail    as for a Comparison
    scoreboard  arm, seed, firm, board, metric, mark, unit, value, why: a row per arm, seed and headline metric of its firm
    daily       arm (null for a firm that no arm sits in), seed, then the columns of a Run's daily table
    events      seed, then a Run's events; None at detail counts
    manifest    {format, run_id, identity, provenance}
    """

    question = "contest"
    scenario: Scenario
    arms: list[str]
    seeds: list[int]
    detail: str
    scoreboard: pa.Table
    daily: pa.Table
    manifest: dict[str, Any]
    events: pa.Table | None = None

    @cached_property
    def values(self) -> Values:
        """arm -> metric -> [value or None per seed]."""
        return values_of(self.scoreboard, self.arms, self.seeds)

    @cached_property
    def intervals(self) -> dict[str, dict[str, Estimate]]:
        """arm -> metric -> mean with its 95 % interval over seeds."""
        return intervals(self.values)

    @property
    def seats(self) -> list[dict[str, Any]]:
        """Who sat where: {seed, firm, arm}, the firms in their order."""
        return [{"seed": seed, "firm": firm, "arm": arm} for k, seed in enumerate(self.seeds)
                for firm, arm in seats_of(self.scenario, self.arms, k)]  # fmt: skip

    def sentences(self) -> list[str]:
        """What this is, and how seats were given, a sentence each."""
        seated, rest = len(self.arms), len(self.scenario.firms) - len(self.arms)
        even = len(self.seeds) % seated == 0
        said = [DESCRIPTIVE]
        if even:
            said.append(f"Seats rotate over seeds: each arm sat in each of {seated} seats equally often, so that the luck of a seat "
                        "averages out.")  # fmt: skip
        else:
            said.append(f"Seats rotate over seeds, but {len(self.seeds)} seed(s) do not give each of {seated} arms each seat equally "
                        "often: part of what an arm shows is its seats.")  # fmt: skip
        if rest:
            said.append(f"{rest} further firm(s) played what the scenario seats there.")
        return said

    def to_json(self) -> dict[str, Any]:
        """The contest as one JSON document; a missing value is null with `why`."""
        arms = {
            arm: {metric: {"mean": e.mean, "low": e.low, "high": e.high} | ({} if e.why is None else {"why": e.why})
                  for metric, e in metrics.items()}
            for arm, metrics in self.intervals.items()
        }  # fmt: skip
        return {"scenario": self.scenario.name, "mode": "contest", "descriptive": True, "note": " ".join(self.sentences()), "arms": arms,
                "seats": self.seats, "manifest": self.manifest}  # fmt: skip

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        tables = {"scoreboard": self.scoreboard, "daily": self.daily}
        return tables if self.events is None else tables | {"events": self.events}

    def write_page(self, path: Path) -> None:
        """The report of a contest and its figure."""
        from .grid_report import write_contest

        write_contest(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The contest that lies in a folder."""
        who = folder.identity
        return cls(scenario, who["arms"], who["seeds"], who["detail"], folder.table("scoreboard"), folder.table("daily"), folder.manifest,
                   folder.tables.get("events"))  # fmt: skip


def seats_of(scenario: Scenario, arms: Sequence[str], turn: int) -> list[tuple[str, str]]:
    """(firm, arm) in the world of a turn: the first time in the order of both, then each arm one firm further."""
    count = len(arms)
    return [(firm, arms[(k - turn) % count]) for k, firm in enumerate(list(scenario.firms)[:count])]


def contest(
    setting: Setting, arms: list[str], seeds: list[int], *, threads: int = 1, workers: int = 1, detail: str = "counts",
    rules: Rules | None = None, max_log: float | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> Contest:  # fmt: skip
    """Let the arms meet, one world per seed; arguments as for `compare`. An InputError where there are fewer firms than arms."""
    begun = time.perf_counter()
    scenario = setting.scenario
    if not 1 < len(arms) <= len(scenario.firms):
        raise InputError("a contest needs two arms or more, and a firm for each", key="arms", given=", ".join(arms),
                         allowed=f"2 to {len(scenario.firms)} arms, for {', '.join(scenario.firms)}")  # fmt: skip
    identity = identity_of("contest", scenario, arms, rules, **setting.digests, seeds=seeds, detail=detail)
    if out is not None:
        check_result(out, manifest_of(identity, begun), scenario)
    turns = [seats_of(scenario, arms, k) for k in range(len(seeds))]
    identities = [
        Identity(scenario, seed, dict(seats)["focal"], detail=detail, seats=tuple(seats)) for seed, seats in zip(seeds, turns, strict=True)
    ]
    found = ensemble(identities, **setting.given, threads=threads, workers=workers, rules=rules, max_log=max_log, progress=progress)
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    events = None if detail == "counts" else found.table("events").drop_columns(["arm", "luck", "without"])
    daily = _by_seat(found.table("daily").drop_columns(["arm", "luck", "without"]), dict(zip(seeds, turns, strict=True)))
    result = Contest(scenario, arms, seeds, detail, _scoreboard(found.outcomes, turns), daily, manifest, events)
    if out is not None:
        keep(result, out, progress)
    return result


def _by_seat(daily: pa.Table, turns: dict[int, list[tuple[str, str]]]) -> pa.Table:
    """The daily table with the arm that sat in each row's firm in front."""
    import pyarrow as pa

    who = {(seed, firm): arm for seed, seats in turns.items() for firm, arm in seats}
    pairs = zip(daily["seed"].to_pylist(), daily["firm"].to_pylist(), strict=True)
    return daily.add_column(0, "arm", pa.array([who.get(pair) for pair in pairs], pa.string()))


def _scoreboard(outcomes: Sequence[Any], turns: Sequence[list[tuple[str, str]]]) -> pa.Table:
    """A row per arm, seed and headline metric of the firm in whose seat the arm was."""
    import pyarrow as pa

    parts = []
    for outcome, seats in zip(outcomes, turns, strict=True):
        for firm, arm in sorted(seats, key=lambda seat: seat[1]):
            columns = metric_rows(outcome.by_firm[firm])
            table = pa.table({name: pa.array(column, pa.float64() if name == "value" else pa.string()) for name, column in columns.items()})
            marks = {"arm": (arm, pa.string()), "seed": (outcome.identity.seed, pa.int64()), "firm": (firm, pa.string())}
            for place, (name, (value, kind)) in enumerate(marks.items()):
                table = table.add_column(place, name, pa.repeat(pa.scalar(value, kind), table.num_rows))
            parts.append(table)
    return pa.concat_tables(parts)
