"""Each arm against rivals who play each arm: whose lead hangs on what the others do.

Within a column of the matrix the arms sit in the same seat of the same worlds, as in a comparison, so differences there are
caused by the arms. All columns share their burn-in.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..agents.declare import InputError
from ..sim.metrics.headline import BOARDS
from .compare import Comparison
from .ensemble import Identity, Outcomes, Rules, ensemble
from .kept import Folder, Kept, keep
from .setting import Setting
from .store import Progress, check_result, identity_of, manifest_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario


@dataclass(frozen=True)
class Matrix(Kept):
    """Arms by what all rivals play. Tables are pyarrow's.

    scenario    the resolved Scenario (no arm seated)
    arms, seeds, detail    as for a Comparison; rivals play each of the arms in turn
    scoreboard  rivals, then the columns of a Comparison's
    daily       the same
    manifest    {format, run_id, identity, provenance}
    """

    question = "matrix"
    scenario: Scenario
    arms: list[str]
    seeds: list[int]
    detail: str
    scoreboard: pa.Table
    daily: pa.Table
    manifest: dict[str, Any]

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """What rivals play -> the comparison of all arms against them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        def of(table: pa.Table, rivals: str) -> pa.Table:
            return table.filter(pc.equal(table["rivals"], rivals)).drop_columns(["rivals"])

        return {
            rivals: Comparison(playing(self.scenario, rivals), self.arms, self.seeds, self.detail, of(self.scoreboard, rivals),
                               of(self.daily, rivals), pa.table({}), self.manifest)
            for rivals in self.arms
        }  # fmt: skip

    def sentences(self) -> list[str]:
        """Who wins on which board against which rivals, a sentence each."""
        said = []
        for board in BOARDS:
            for rivals, found in self.comparisons.items():
                verdict = found.winners[board]
                won = f"{verdict['arm']} wins: {verdict['reason']}" if verdict["arm"] else str(verdict["reason"])
                said.append(f"{board.replace('_', '-').capitalize()} board, rivals play {rivals}: {won}.")
        return said

    def to_json(self) -> dict[str, Any]:
        """The matrix as one JSON document; a missing value is null with `why`."""
        cells: list[dict[str, Any]] = []
        paired: list[dict[str, Any]] = []
        for rivals, found in self.comparisons.items():
            for arm, metrics in found.intervals.items():
                cells += [{"arm": arm, "rivals": rivals, "metric": metric, "mean": e.mean, "low": e.low, "high": e.high}
                          | ({} if e.why is None else {"why": e.why}) for metric, e in metrics.items()]  # fmt: skip
            paired += [{"rivals": rivals, **row} for row in found.paired]
        return {"scenario": self.scenario.name, "mode": "substitution", "rivals": "each", "matrix": cells, "paired": paired,
                "winners": {rivals: found.winners for rivals, found in self.comparisons.items()}, "manifest": self.manifest}  # fmt: skip

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"scoreboard": self.scoreboard, "daily": self.daily}

    def write_page(self, path: Path) -> None:
        """The report of the matrix and its figure."""
        from .grid_report import write_matrix

        write_matrix(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The matrix that lies in a folder."""
        who = folder.identity
        return cls(scenario, who["arms"], who["seeds"], who["detail"], folder.table("scoreboard"), folder.table("daily"), folder.manifest)


def playing(scenario: Scenario, arm: str) -> Scenario:
    """The scenario with all rivals playing what an arm plays."""
    seated = scenario
    for firm in scenario.firms:
        if firm != "focal":
            seated = seated.seated(arm, firm)
    return seated


def matrix(
    setting: Setting, arms: list[str], seeds: list[int], *, threads: int = 1, workers: int = 1, detail: str = "counts",
    rules: Rules | None = None, max_log: float | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> Matrix:  # fmt: skip
    """Each arm against rivals who play each arm; arguments as for `compare`. An InputError where there are no rivals."""
    import pyarrow as pa

    begun = time.perf_counter()
    scenario = setting.scenario
    if len(scenario.firms) < 2:
        raise InputError("there are no rivals to play anything", key="rivals", given="each", allowed="a scenario with two firms or more")
    if detail != "counts":
        raise InputError("a matrix keeps counts alone", key="detail", given=detail, allowed="counts")
    identity = identity_of("matrix", scenario, arms, rules, **setting.digests, seeds=seeds, detail=detail, rivals="each")
    if out is not None:
        check_result(out, manifest_of(identity, begun), scenario)
    against = {rivals: playing(scenario, rivals) for rivals in arms}
    identities = [Identity(world, seed, arm, detail=detail) for world in against.values() for seed in seeds for arm in arms]
    found = ensemble(identities, **setting.given, threads=threads, workers=workers, rules=rules, max_log=max_log, progress=progress)
    part = len(seeds) * len(arms)
    parts = {rivals: Outcomes(found.outcomes[k * part : (k + 1) * part]) for k, rivals in enumerate(arms)}
    tables = {}
    for name in ("scoreboard", "daily"):
        pieces = [(rivals, piece.table(name).drop_columns(["luck", "without"])) for rivals, piece in parts.items()]
        marked = [piece.add_column(0, "rivals", pa.array([rivals] * piece.num_rows, pa.string())) for rivals, piece in pieces]
        tables[name] = pa.concat_tables(marked)
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    result = Matrix(scenario, arms, seeds, detail, tables["scoreboard"], tables["daily"], manifest)
    if out is not None:
        keep(result, out, progress)
    return result
