"""The same world again and again from one checkpoint, with other luck: how much of a result is chance."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..agents.declare import InputError
from ..sim.metrics.headline import HEADLINE
from .ensemble import Identity, Rules, ensemble
from .setting import Setting
from .store import Progress, check_result, identity_of, keep, manifest_of, save_result, tables_digest
from .tables import WHY

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario


@dataclass(frozen=True)
class Replays:
    """Runs that share everything up to day 0 and differ in luck.

    scoreboard  luck, then the columns of a Run's scoreboard; daily likewise; events None at detail counts
    spread      metric -> {mean, p05, p95} over the replays in which it has a value (with `why` where it has none)
    """

    scenario: Scenario
    arm: str
    seed: int
    tables: Mapping[str, pa.Table]
    manifest: dict[str, Any]

    @cached_property
    def spread(self) -> dict[str, dict[str, Any]]:
        """Mean and the range of nine in ten, by metric."""
        board = self.tables["scoreboard"]
        found: dict[str, list[float]] = {metric.name: [] for metric in HEADLINE}
        for name, value in zip(board["metric"].to_pylist(), board["value"].to_pylist(), strict=True):
            found[name] += [] if value is None else [value]
        return {name: _spread(values, WHY.get(name, "no value")) for name, values in found.items()}

    def to_json(self) -> dict[str, Any]:
        """The replays as one JSON document."""
        return {"scenario": self.scenario.name, "arm": self.arm, "seed": self.seed, "metrics": self.spread, "manifest": self.manifest}

    def digest(self) -> str:
        """The sha256 over the columns of all tables."""
        return tables_digest(self.tables)

    def save(self, folder: str | Path) -> Path:
        """Write manifest, scenario and tables, whole or not at all; returns where."""
        return save_result(self, folder, self.tables, report=False)


def _spread(values: list[float], missing: str) -> dict[str, Any]:
    if not values:
        return {"mean": None, "p05": None, "p95": None, "why": missing}
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(np.mean(values)), "p05": float(low), "p95": float(high)}


def replays(
    setting: Setting, count: int, *, seed: int = 0, arm: str | None = None, detail: str = "counts", threads: int = 1,
    workers: int = 1, rules: Rules | None = None, max_log: float | None = None, out: str | Path | None = None,
    progress: Progress | None = None,
) -> Replays:  # fmt: skip
    """`count` runs of one seed from one checkpoint, with luck 0 to count - 1."""
    begun = time.perf_counter()
    if count < 1:
        raise InputError("must be 1 or more", key="replays", given=count, allowed="1 or more")
    chosen = arm or setting.scenario.default_arm
    identities = [Identity(setting.scenario, seed, chosen, luck, detail=detail) for luck in range(count)]
    arms = [chosen] if chosen else []
    identity = identity_of("replays", setting.scenario, arms, rules, **setting.digests, seed=seed, replays=count, detail=detail)
    if out is not None:
        check_result(out, manifest_of(identity, begun), setting.scenario)
    found = ensemble(identities, **setting.given, threads=threads, workers=workers, rules=rules, max_log=max_log, progress=progress)
    names = ["scoreboard", "daily"] + (["events"] if detail != "counts" else [])
    tables = {name: found.table(name).drop_columns(["arm", "seed", "without"]) for name in names}
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    result = Replays(setting.scenario, found.outcomes[0].identity.marks["arm"], seed, tables, manifest)
    if out is not None:
        keep(result, out, progress)
    return result
