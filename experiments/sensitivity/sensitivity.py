"""Sensitivity: Morris screening of many assumptions, then Sobol indices of those that move the answer; chance is one of the factors.

Both designs are sweeps, kept beside the result: what was run once is not run again, and whatever is killed goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ...agents.declare import InputError
from ...sim.metrics.headline import BOARDS
from ..extras import need
from ..kept import Folder, Kept, keep
from ..setting import Setting, Settings, arms_of
from ..store import Progress, check_result, default_folder, identity_of, manifest_of
from ..sweep.design import Design
from ..sweep.plan import plan_of
from ..sweep.result import Ensemble
from ..sweep.sweep import swept_plan
from ..verdict import primary
from .indices import first_and_total, screened
from .ranges import LUCK, Range, columns_of, ranges_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario

Floats = npt.NDArray[np.float64]


class Effort(NamedTuple):
    """How finely it is looked at."""

    trajectories: int
    """Of the screening: elementary effects of each parameter."""
    kept: int
    """Parameters that go on to the indices, at most."""
    base: int
    """Base points of the indices, a power of two: runs are this times the factors and two."""
    seeds: int
    """Seeds that chance is drawn from."""


QUICK, FULL = Effort(8, 4, 64, 8), Effort(20, 7, 256, 16)


@dataclass(frozen=True)
class Sensitivity(Kept):
    """What moves the answer. Tables are pyarrow's.

    screening   outcome, parameter (a path, or luck), effect (mean of absolute elementary effects over the whole range), low, high (95 %
                by resampling), mean (signed), spread (their standard deviation: interactions and bends); of luck: from seed to seed
    indices     outcome, parameter, and of first and total, the shares of variance: the share, _low, _high (95 % by resampling),
                _unclear (the interval is wider than the share)
    """

    question: ClassVar[str] = "sensitivity"
    scenario: Scenario
    arms: list[str]
    ranges: list[Range]
    screening: pa.Table
    indices: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"screening": self.screening, "indices": self.indices}

    @property
    def seat(self) -> str:
        """Whose outcomes are shown: the one arm's, or the last arm minus the first."""
        return outcome_name("", self.arms).removeprefix(", ")

    @property
    def kept(self) -> list[str]:
        """The parameters that have shares, chance last."""
        return list(dict.fromkeys(self.indices["parameter"].to_pylist()))

    @property
    def counts(self) -> dict[str, int]:
        """Runs of both designs."""
        return dict(self.manifest["identity"]["runs"])

    @cached_property
    def names(self) -> dict[str, str]:
        """Path -> what it is called; chance too."""
        return {one.path: one.name for one in self.ranges} | {LUCK: "Chance"}

    def rows(self, table: str, outcome: str) -> list[dict[str, Any]]:
        """The rows of an outcome in a table, the largest first."""
        by = "effect" if table == "screening" else "total"
        found = [row for row in self.tables[table].to_pylist() if row["outcome"] == outcome]
        return sorted(found, key=lambda row: -abs(row[by] or 0.0))

    @property
    def shown(self) -> list[str]:
        """The outcomes that the page shows: of both boards, the difference of the arms, or the one arm's."""
        return [outcome_name(primary(board), self.arms) for board in BOARDS]

    def to_json(self) -> dict[str, Any]:
        """The sensitivity as one JSON document; a missing value is null with `why`."""
        why = {"why": "the outcome does not vary over the design, or some of its runs have none"}
        rows = {name: [row | (why if row[column] is None else {}) for row in self.tables[name].to_pylist()]
                for name, column in (("screening", "effect"), ("indices", "total"))}  # fmt: skip
        return {"scenario": self.scenario.name, "arms": self.arms, "parameters": [one.model_dump(mode="json") for one in self.ranges],
                "runs": self.counts, **rows, "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the sensitivity and its figures."""
        from .page import write_sensitivity

        write_sensitivity(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The sensitivity that lies in a folder."""
        who = folder.identity
        ranges = [Range.model_validate(one) for one in who["ranges"]]
        return cls(scenario, who["arms"], ranges, folder.table("screening"), folder.table("indices"), folder.manifest)


def sensitivity(
    scenario: str | Path | Scenario | Setting, arms: str | Sequence[str] | None = None, *, parameters: Sequence[str] | None = None,
    file: str | Path | None = None, quick: bool = False, days: int | None = None, customers: int | None = None,
    set: Settings | None = None, outcomes: Sequence[str] = (),  # noqa: A002
    workers: int = 1, cluster: str | None = None, out: str | Path | None = None, progress: Progress | None = None,
    effort: Effort | None = None,
) -> Sensitivity:  # fmt: skip
    """Which parameters move the outcomes of arms, and the difference of the last arm from the first.

    `parameters` are paths, by default those about which least is known; `file` gives ranges of one's own. `quick` takes fewer
    worlds. Every run has a seed drawn as the factor `luck`, so that chance has indices as parameters do. Raises InputError.
    """
    need("SALib", "analysis", "sensitivity")
    begun = time.perf_counter()
    setting = Setting.of(scenario, days, customers, None, set)
    chosen = arms_of(arms if arms is not None else list(setting.scenario.arms)[:1] + list(setting.scenario.arms)[-1:], setting.scenario)
    ranges = ranges_of(parameters, setting.scenario, file)
    how = effort or (QUICK if quick else FULL)
    identity: dict[str, Any] = identity_of(
        "sensitivity", setting.scenario, chosen, None, **setting.digests, outcomes=list(outcomes), effort=how._asdict(),
        ranges=[one.model_dump(mode="json") for one in ranges],
    )  # fmt: skip
    unrun = manifest_of(identity, begun)
    folder = Path(out) if out is not None else default_folder(unrun)

    def run(name: str, units: Floats, varied: Sequence[Range]) -> Ensemble:
        where = str(setting.scenario.file or setting.scenario.name)
        said: dict[str, Any] = {"name": f"{setting.scenario.name}-{name}", "scenario": [where], "arms": chosen,
                                "outcomes": list(outcomes), "list": columns_of(varied, units, how.seeds)}  # fmt: skip
        plan = plan_of(Design.model_validate(said), setting=setting)
        return swept_plan(plan, begun, workers=workers, cluster=cluster, out=folder.with_name(f"{folder.name}-{name}"), progress=progress,
                          question="sweep")  # fmt: skip

    first = screened(ranges, how.trajectories, lambda units: values_of(run("screening", units, ranges), chosen))
    strong = strongest(first, ranges, chosen, how.kept)
    second = first_and_total(strong, how.base, lambda units: values_of(run("indices", units, strong), chosen))
    # which runs were made follows from the rest of the identity
    identity["runs"] = {"screening": (len(ranges) + 2) * how.trajectories * len(chosen),
                        "indices": (len(strong) + 3) * how.base * len(chosen)}  # fmt: skip
    manifest = manifest_of(identity, begun, workers=workers) | {"run_id": unrun["run_id"]}
    if out is not None:
        check_result(out, manifest, setting.scenario)
    result = Sensitivity(setting.scenario, chosen, ranges, first, second, manifest)
    if out is not None:
        keep(result, out, progress)
    return result


def outcome_name(metric: str, arms: Sequence[str]) -> str:
    """The name of an outcome: that of the one arm, or of the last arm minus the first."""
    return f"{metric}, {arms[-1]}" + (f" - {arms[0]}" if len(arms) > 1 else "")


def values_of(found: Ensemble, arms: Sequence[str]) -> dict[str, Floats]:
    """Outcome -> value at each point, NaN where a run has none: each arm's, and the last arm's minus the first's in the same world."""
    if found.counts["failed"]:
        bad = found.failures[0]
        raise InputError(f"{found.counts['failed']} runs failed, the first by: {bad['error']}", key="sensitivity", given=bad["command"])
    table = found.tables["runs"]
    arm = np.array(table["arm"].to_pylist())
    values: dict[str, Floats] = {}
    for name in found.outcomes:
        column = table[name].to_numpy(zero_copy_only=False).astype(np.float64)
        by = {one: column[arm == one] for one in arms}
        values |= {f"{name}, {one}": by[one] for one in arms}
        if len(arms) > 1:
            values[f"{name}, {arms[-1]} - {arms[0]}"] = by[arms[-1]] - by[arms[0]]
    return values


def strongest(screening: pa.Table, ranges: Sequence[Range], arms: Sequence[str], most: int) -> list[Range]:
    """The parameters that move the primary outcomes of either board most: ranked by their best place on any board."""
    shown = [outcome_name(primary(board), arms) for board in BOARDS]
    best: dict[str, tuple[int, int]] = {}
    for board, outcome in enumerate(shown):
        rows = [
            row for row in screening.to_pylist() if row["outcome"] == outcome and row["parameter"] != LUCK and row["effect"] is not None
        ]
        for place, row in enumerate(sorted(rows, key=lambda row: -row["effect"])):
            best[row["parameter"]] = min(best.get(row["parameter"], (place, board)), (place, board))
    order = sorted(best, key=lambda path: best[path])[:most]
    return [one for one in ranges if one.path in order] or list(ranges[:most])


Measured = Callable[[Floats], dict[str, Floats]]
"""Points in the unit cube, chance last -> values of every outcome."""
