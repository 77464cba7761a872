"""The same world again and again from one checkpoint, with other luck: how much of a result, and of a loss, is chance.

Where the scenario has a trigger every replay has a twin of the same luck without it, and the losses have a distribution.
A replay leaves a row of numbers and a few curves, which are reduced where they arise: a thousand worlds fit in memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError
from ..sim.metrics.headline import HEADLINE
from .damage import losses_table, row_of, weekly
from .ensemble import Identity, Rules
from .kept import Folder, Kept, keep
from .setting import Setting, seeds_of
from .store import Progress, check_result, identity_of, manifest_of
from .tables import WHY, metric_rows
from .tail import summary
from .twins import SERIES, Pair, each_pair, trigger_day, twins

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

MOST = 1_000_000
"""Replays of a seed at most."""
QUANTILES = (5, 25, 50, 75, 95, 99)
SIZES = (0.001, 0.01, 0.05, 0.1, 0.25)
"""Parts of the margin without the trigger beyond which a loss is counted."""


@dataclass(frozen=True)
class Replays(Kept):
    """Runs that share everything up to day 0 and differ in luck; of several seeds, each with the same lucks.

    scoreboard  seed, luck, then the columns of a Run's scoreboard; `events` only where a detail was asked for
    losses      a row per replay and its twin, as of a Damage; only where the scenario has a trigger
    curves      series, span (week: the last seven days; so_far: from the trigger on, or day 0), day, mean, p05 ... p99
                over replays: of the loss where there is a trigger, else of the series itself
    spread      metric -> {mean, p05, p95} over the replays in which it has a value (with `why` where it has none)
    """

    question = "replays"
    scenario: Scenario
    arm: str
    seeds: list[int]
    tables: Mapping[str, pa.Table]
    manifest: dict[str, Any]

    @property
    def seed(self) -> int:
        """The (first) seed."""
        return self.seeds[0]

    @property
    def count(self) -> int:
        """Replays of each seed."""
        return int(self.manifest["identity"]["replays"])

    @cached_property
    def spread(self) -> dict[str, dict[str, Any]]:
        """Mean and the range of nine in ten, by metric."""
        board = self.tables["scoreboard"]
        found: dict[str, list[float]] = {metric.name: [] for metric in HEADLINE}
        for name, value in zip(board["metric"].to_pylist(), board["value"].to_pylist(), strict=True):
            found[name] += [] if value is None else [value]
        return {name: _spread(values, WHY.get(name, "no value")) for name, values in found.items()}

    @property
    def day(self) -> int:
        """Day of the trigger from 0."""
        return int(self.tables["losses"]["day"][0].as_py())

    @cached_property
    def losses(self) -> dict[str, Any] | None:
        """The distribution of the loss (discounted profit) as `tail.summary` says, and its parts; None without a trigger."""
        if "losses" not in self.tables:
            return None
        table = self.tables["losses"]
        loss, seeds = table["loss"].to_numpy(), table["seed"].to_numpy()
        margin = float(table["spared_margin"].to_numpy().mean())
        found = summary([loss[seeds == seed] for seed in self.seeds], {part: part * margin for part in SIZES})
        shares = [share for share in table["lost_share"].to_pylist() if share is not None]
        return {
            "unit": "money, discounted profit", "margin_without": margin, "no_trace": float(np.mean(table["no_trace"].to_numpy())),
            **found, "lost_share": _spread(shares, "the firm has no margin"),
        }  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The replays as one JSON document."""
        return {"scenario": self.scenario.name, "arm": self.arm, "seed": self.seed, "seeds": self.seeds, "replays": self.count,
                "metrics": self.spread, **({} if self.losses is None else {"losses": self.losses}), "manifest": self.manifest}  # fmt: skip

    @property
    def has_report(self) -> bool:
        """True if there are losses to show."""
        return "losses" in self.tables

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The replays that lie in a folder."""
        return cls(scenario, folder.identity["arm"], folder.identity["seeds"], folder.tables, folder.manifest)


def _spread(values: list[float], missing: str) -> dict[str, Any]:
    if not values:
        return {"mean": None, "p05": None, "p95": None, "why": missing}
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(np.mean(values)), "p05": float(low), "p95": float(high)}


# --- one replay -------------------------------------------------------------------------------------------------------


class Replay(NamedTuple):
    """What is kept of one replay: marks, metrics, its row of losses, its curves, and events where they were asked for."""

    seed: int
    luck: int
    metrics: dict[str, float | None]
    row: dict[str, Any] | None
    curves: npt.NDArray[np.float32]
    """Loss, or the series itself, by series and day from the trigger, or day 0."""
    events: pa.Table | None


def run_replays(*job: Any) -> list[Replay]:
    """The replays of a job, reduced one by one."""
    return [_reduced(pair) for pair in each_pair(*job)]


def run_logged(*job: Any) -> list[Replay]:
    """The same with the events of the worlds with the trigger."""
    return [_reduced(pair) for pair in each_pair(*job, keep=True)]


def _reduced(pair: Pair) -> Replay:
    row, curves = None, pair.there
    if pair.away:
        row = row_of(pair)
        curves = {name: (pair.away[name] - pair.there[name])[row["day"] :] for name in SERIES}
    events = None if pair.outcome is None else pair.outcome.events
    return Replay(pair.seed, pair.luck, pair.metrics, row, np.stack([curves[name] for name in SERIES]).astype(np.float32), events)


# --- all of them ------------------------------------------------------------------------------------------------------


def replays(
    setting: Setting, count: int, *, seed: int = 0, seeds: int | str | Iterable[int] | None = None, arm: str | None = None,
    detail: str = "counts", threads: int = 1, workers: int = 1, rules: Rules | None = None, max_log: float | None = None,
    out: str | Path | None = None, progress: Progress | None = None,
) -> Replays:  # fmt: skip
    """`count` runs of one seed from one checkpoint, with luck 0 to count - 1; or so many of each of `seeds`.

    Where the scenario has a trigger each has a twin without it. `workers` changes no number.
    """
    begun = time.perf_counter()
    if not 1 <= count <= MOST:
        raise InputError("so many replays are not run", key="replays", given=count, allowed=f"1 to {MOST:,}")
    numbers = [seed] if seeds is None else seeds_of(seeds)
    chosen = arm or setting.scenario.default_arm
    identities = [Identity(setting.scenario, number, chosen, luck, detail=detail) for number in numbers for luck in range(count)]
    seated, seat = identities[0].seated, identities[0].marks["arm"]
    identity = identity_of("replays", seated, [chosen] if chosen else [], rules, **setting.digests, seeds=numbers, replays=count, arm=seat,
                           detail=detail)  # fmt: skip
    if out is not None:
        check_result(out, manifest_of(identity, begun), seated)
    group = run_replays if detail == "counts" else run_logged
    found: list[Replay] = twins(identities, group, **setting.given, threads=threads, workers=workers, rules=rules,
                                max_log=max_log, progress=progress)  # fmt: skip
    tables = {"scoreboard": _boards(found), "curves": curves_table(np.stack([one.curves for one in found]), _first(setting.scenario))}
    if found[0].row is not None:
        tables["losses"] = losses_table([one.row for one in found if one.row is not None])
    if detail != "counts":
        tables["events"] = _events(found)
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    result = Replays(seated, seat, numbers, tables, manifest)
    if out is not None:
        keep(result, out, progress)
    return result


def _first(scenario: Scenario) -> int:
    """The day on which curves begin."""
    return min(max(trigger_day(scenario) or 0, 0), scenario.days)


def _boards(found: list[Replay]) -> pa.Table:
    import pyarrow as pa

    parts = [_marked(pa.table(metric_rows(one.metrics), schema=_board_schema()), one) for one in found]
    return pa.concat_tables(parts).combine_chunks()


def _board_schema() -> pa.Schema:
    import pyarrow as pa

    from .tables import SCOREBOARD

    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in SCOREBOARD.items()])


def _events(found: list[Replay]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([_marked(one.events, one) for one in found])


def _marked(table: Any, one: Replay) -> pa.Table:
    import pyarrow as pa

    for place, (name, value) in enumerate((("seed", one.seed), ("luck", one.luck))):
        table = table.add_column(place, pa.field(name, pa.int64()), pa.repeat(pa.scalar(value, pa.int64()), table.num_rows))
    return table


def curves_table(curves: npt.NDArray[np.float32], first: int) -> pa.Table:
    """Mean and quantiles over replays by series, span and day; `curves` is [replay, series, day from `first`]."""
    import pyarrow as pa

    parts = []
    for k, (name, series) in enumerate(SERIES.items()):
        loss = curves[:, k].astype(np.float64)
        so_far = np.cumsum(loss, axis=1)
        for span, values in (("week", weekly(loss, series.flow)), ("so_far", so_far)):
            days = values.shape[1]
            quantiles = np.quantile(values, np.array(QUANTILES) / 100, axis=0)
            columns = {"series": pa.repeat(name, days), "span": pa.repeat(span, days),
                       "day": np.arange(first, first + days, dtype=np.int32), "mean": values.mean(axis=0)}  # fmt: skip
            parts.append(pa.table(columns | {f"p{q:02d}": row for q, row in zip(QUANTILES, quantiles, strict=True)}))
    return pa.concat_tables(parts).combine_chunks()
