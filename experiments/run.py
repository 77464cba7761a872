"""One run: a scenario, a seed and a strategy in the focal firm's seat; its tables, and the folder it is kept in."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..agents.declare import InputError
from ..agents.prices import LINES
from .closeups import COLUMNS as CLOSEUPS
from .damage import Damage, damage_of, need_trigger
from .ensemble import Identity, Outcome, Rules, ensemble
from .kept import Folder, Kept, keep
from .metrics_table import COLUMNS as METRIC_COLUMNS
from .setting import Setting, Settings, network_of
from .store import Progress, check_result, identity_of, manifest_of
from .twins import run_kept, twins

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario
    from ..sim.network import Network


@dataclass(frozen=True)
class Run(Kept):
    """What one run has left. Tables are pyarrow's; `tables.py` says column by column what they hold (DAILY, EVENTS).

    scenario    the resolved Scenario, the arm in the focal firm's seat
    arm, seed, luck, without, detail    what tells this run from others of the scenario
    metrics     headline metric -> value of the focal firm, None where it has none in this world
    scoreboard  a row per headline metric: board, metric, mark, unit, value, why
    daily       a row per day from 0 and firm: day, firm, purchases, revenue, ..., cost_LINE; money in units of 100 cents
    events      a row per kept event: day, hour, id, kind, actor, other, firm, place, thread, parent, cause, value, amount, step
    measured    a row per metric of the catalogue: board, id, metric, view, mark, unit, value, why
    closeups    tables that pictures of this world are drawn of: equity, ladder, tree, exchanges, sources, as far as there are any
    damage      what the trigger did, one history; None for a run without a twin. Its tables are written with the run's
    decisions   [{day, firm, decision}] in order, as Replay takes them; empty for a run that was read from a folder
    spending    price line -> money the focal firm spent on it since day 0
    manifest    {format, run_id, identity, provenance}
    """

    question = "run"
    scenario: Scenario
    arm: str
    seed: int
    luck: int
    without: str | None
    detail: str
    metrics: dict[str, float | None]
    scoreboard: pa.Table
    daily: pa.Table
    events: pa.Table
    spending: dict[str, float]
    manifest: dict[str, Any]
    decisions: list[dict[str, Any]] = field(default_factory=list, repr=False)
    measured: pa.Table | None = field(default=None, repr=False)
    closeups: Mapping[str, pa.Table] = field(default_factory=dict, repr=False)
    damage: Damage | None = field(default=None, repr=False, compare=False)

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        whole = ({} if self.measured is None else {"metrics": self.measured}) | dict(self.closeups)
        return {"scoreboard": self.scoreboard, **whole, "daily": self.daily, "events": self.events,
                **(self.damage.tables if self.damage else {})}  # fmt: skip

    @property
    def network(self) -> Network | None:
        """The ties of the run, built or read anew; None where a network file is no longer there."""
        return network_of(self.scenario, self.seed, self.manifest)

    def to_json(self) -> dict[str, Any]:
        """The run as one JSON document; a missing value is null with `why`."""
        rows = self.scoreboard.select(["metric", "value", "why"]).to_pylist()
        values = {row["metric"]: {"value": row["value"]} | ({"why": row["why"]} if row["why"] else {}) for row in rows}
        return {"scenario": self.scenario.name, "arm": self.arm, "seed": self.seed, "luck": self.luck, "without": self.without,
                "metrics": values, "spending": self.spending,
                **({} if self.damage is None else {"damage": self.damage.figures()}), "manifest": self.manifest}  # fmt: skip

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The run that lies in a folder."""
        scoreboard, daily, events = (folder.table(name) for name in ("scoreboard", "daily", "events"))
        metrics = dict(zip(scoreboard["metric"].to_pylist(), scoreboard["value"].to_pylist(), strict=True))
        marks: dict[str, Any] = {name: folder.identity.get(name) for name in ("arm", "seed", "luck", "without", "detail")}
        hurt = None
        if folder.identity.get("twin"):
            losses, worlds = (folder.table(name) for name in ("losses", "worlds"))
            hurt = Damage(scenario, marks["arm"], [marks["seed"]], losses, worlds, folder.manifest)
        return cls(scenario, **marks, metrics=metrics, scoreboard=scoreboard, daily=daily, events=events,
                   spending=spending_in(daily), manifest=folder.manifest, damage=hurt,
                   measured=folder.extra({"metrics": METRIC_COLUMNS}).get("metrics"), closeups=folder.extra(CLOSEUPS))  # fmt: skip


def run(
    scenario: str | Path | Scenario | Setting, *, seed: int = 0, days: int | None = None, customers: int | None = None,
    network: str | Path | Network | None = None, customers_table: str | Path | None = None,
    set: Settings | None = None, detail: str = "counts",  # noqa: A002
    arm: str | None = None, mode: str | None = None, luck: int | None = None, without: str | None = None, threads: int = 1,
    rules: Rules | None = None, max_log: float | None = None, out: str | Path | None = None, progress: Progress | None = None,
    era: str | None = None,
) -> Run:  # fmt: skip
    """Run a scenario once, its `default_arm` (or `arm`) in the focal seat; written to the folder `out` where one is given.

    `scenario` is a name, a path that ends in .toml or a Scenario; `set` maps parameter paths to values; `network` is a
    file or a Network and fixes the people; `customers_table` is a file of known traits that take the place of drawn ones;
    `luck` is the seed of chance after day 0; `without="trigger"` leaves the trigger out; `rules` replaces rules by name;
    `max_log` refuses a larger log (bytes); `era` names a preset. Raises InputError.
    """
    setting = Setting.of(scenario, days, customers, network, set, mode, customers_table, era)
    variant = {"seed": seed, "arm": arm, "luck": luck, "without": without, "detail": detail}
    return run_variants(setting, [variant], threads=threads, rules=rules, max_log=max_log, out=out, progress=progress)[0]


def run_variants(
    setting: Setting, variants: Sequence[Mapping[str, Any]], *, threads: int = 1, workers: int = 1, rules: Rules | None = None,
    max_log: float | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> list[Run]:  # fmt: skip
    """Runs of one setting that differ in the fields of Identity; those that share a past share a burn-in. `out` is for the first."""
    begun = time.perf_counter()
    if setting.scenario.mode == "contest":
        raise InputError("one run has one seat to look at; arms meet in a comparison", key="mode", given="contest",
                         allowed="substitution, or `valuescape compare` with --mode contest")  # fmt: skip
    default = {"arm": setting.scenario.default_arm, "whole": True, "people": True}
    identities = [Identity(setting.scenario, **default | {key: v for key, v in variant.items() if v is not None}) for variant in variants]
    if out is not None:
        check_result(out, manifest_of(_run_identity(identities[0], setting, rules), begun), identities[0].seated)
    found = ensemble(identities, **setting.given, threads=threads, workers=workers, rules=rules, max_log=max_log, progress=progress)
    runs = [_as_run(outcome, setting, rules, begun, threads) for outcome in found.outcomes]
    if out is not None:
        keep(runs[0], out, progress)
    return runs


def run_with_twin(
    setting: Setting, *, seed: int = 0, arm: str | None = None, luck: int | None = None, detail: str = "counts", threads: int = 1,
    rules: Rules | None = None, max_log: float | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> Run:  # fmt: skip
    """A run of a scenario with a trigger, and in `damage` its difference from the twin without it; both go into the folder."""
    begun = time.perf_counter()
    need_trigger(setting.scenario)
    identity = Identity(setting.scenario, seed, arm or setting.scenario.default_arm, luck, detail=detail, whole=True, people=True)
    if out is not None:
        check_result(out, manifest_of(_run_identity(identity, setting, rules, twin=True), begun), identity.seated)
    [pair] = twins([identity], run_kept, **setting.given, threads=threads, rules=rules, max_log=max_log, progress=progress)
    alone = _as_run(pair.outcome, setting, rules, begun, threads, twin=True)
    found = replace(alone, damage=damage_of(alone.scenario, alone.arm, [pair], alone.manifest))
    if out is not None:
        keep(found, out, progress)
    return found


def _run_identity(identity: Identity, setting: Setting, rules: Rules | None, **more: Any) -> dict[str, Any]:
    arms = [identity.arm] if identity.arm else []
    return identity_of("run", identity.seated, arms, rules, **setting.digests, **identity.marks, detail=identity.detail, **more)


def _as_run(outcome: Outcome, setting: Setting, rules: Rules | None, begun: float, threads: int, **more: Any) -> Run:
    identity = outcome.identity
    manifest = manifest_of(_run_identity(identity, setting, rules, **more), begun, threads=threads, **setting.provenance)
    return Run(identity.seated, **identity.marks, detail=identity.detail, metrics=outcome.metrics, scoreboard=outcome.scoreboard,
               daily=outcome.daily, events=outcome.events, spending=outcome.spending, manifest=manifest,
               decisions=outcome.decisions, measured=outcome.measured, closeups=outcome.closeups)  # fmt: skip


def spending_in(daily: pa.Table, firm: str = "focal") -> dict[str, float]:
    """Money a firm spent by price line, from a daily table."""
    import numpy as np
    import pyarrow.compute as pc

    own = daily.filter(pc.equal(daily["firm"], firm))
    # added up in cents, as the ledger does
    return {line: float(np.rint(own[f"cost_{line}"].to_numpy() * 100.0).sum()) / 100.0 for line in LINES}
