"""The main question: several strategies in the same seat of the same worlds, seed by seed, on two scoreboards."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..agents.declare import InputError
from ..sim.metrics.headline import BOARDS
from .closeups import COLUMNS as CLOSEUPS
from .ensemble import Identity, Rules, ensemble
from .kept import Folder, Kept, keep
from .metrics_table import COLUMNS as METRIC_COLUMNS
from .run import spending_in
from .setting import Setting, Settings, arms_of, network_of, seeds_of
from .store import Progress, check_result, identity_of, manifest_of
from .strong_ties import check, days_of_check, has_rule, planned, rows_of
from .surface import Surface, surface_of, surface_rows, surface_table
from .verdict import Estimate, Values, intervals, paired, values_of, winners

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario
    from ..sim.network import Network


@dataclass(frozen=True)
class Comparison(Kept):
    """Arms compared in the same worlds. Tables are pyarrow's.

    scenario    the resolved Scenario (no arm seated)
    arms        names, in the order asked for; the first is what the printed table takes differences from
    seeds       list of int
    detail      counts, talk or full
    scoreboard  arm, seed, board, metric, mark, unit, value, why: a row per arm, seed and headline metric
    measured    arm, seed, board, id, metric, view, mark, unit, value, why: a row per arm, seed and metric of the catalogue
    daily       arm, seed, then the columns of a Run's daily table (tables.DAILY and cost_LINE): a row per arm, seed, day
                and firm. The focal firm's rows have `cumulative_profit` (discounted) and, like all, the whole
                population's `population_needs` and `population_net_value`, whose ratio is net value per job
    people      arm, then tables.PEOPLE: everybody on the last day of the first seed, in the order of the network's rows
    events      arm, seed, then a Run's events; None at detail counts
    closeups    tables that pictures of the first seed's worlds are drawn of, by name: arm, then the columns of closeups.py
    tie_check   strong_ties, arm, seed, metric, value: primary outcomes of a few seeds with other numbers of strong ties; None
                where the network is not the user's, says itself who is close, or there was no time for it
    manifest    {format, run_id, identity, provenance}
    Read from these, and computed once:
    values      arm -> metric -> [value or None per seed]
    intervals   arm -> metric -> Estimate(mean, low, high, seeds, why): 95 % t-interval over seeds
    paired      list of {arm, baseline, metric, difference, low, high, why}: every ordered pair of arms and metric
    winners     board -> {arm: name or None, reason: words}
    spending    arm -> price line -> money of the focal firm, mean over seeds
    surface     the option in which the arms differ and its level by arm, None where they are no levels of one number
    network     the Network of the first seed, None where the user's file is gone
    strong_ties list of {strong_ties, metric, arm, mean, seeds, baseline, difference, low, high}, from tie_check and scoreboard
    """

    question = "compare"
    scenario: Scenario
    arms: list[str]
    seeds: list[int]
    detail: str
    scoreboard: pa.Table
    daily: pa.Table
    people: pa.Table
    manifest: dict[str, Any]
    events: pa.Table | None = None
    tie_check: pa.Table | None = None
    measured: pa.Table | None = None
    closeups: Mapping[str, pa.Table] = field(default_factory=dict)

    @cached_property
    def values(self) -> Values:
        """arm -> metric -> values by seed."""
        return values_of(self.scoreboard, self.arms, self.seeds)

    @cached_property
    def intervals(self) -> dict[str, dict[str, Estimate]]:
        """arm -> metric -> mean with its 95 % interval over seeds."""
        return intervals(self.values)

    @cached_property
    def paired(self) -> list[dict[str, Any]]:
        """Differences over paired seeds with their 95 % intervals, for every ordered pair of arms."""
        return [
            {"arm": arm, "baseline": baseline, "metric": metric, "difference": gap.mean, "low": gap.low, "high": gap.high} | _why(gap)
            for arm, baseline, metric, gap in paired(self.values)
        ]

    @cached_property
    def winners(self) -> dict[str, dict[str, str | None]]:
        """Who wins on which board, and why; the arm is None where no winner is shown."""
        return winners(self.values, self.scenario.winner)

    @cached_property
    def spending(self) -> dict[str, dict[str, float]]:
        """Mean money of the focal firm by arm and price line."""
        import pyarrow.compute as pc

        by_arm = {arm: spending_in(self.daily.filter(pc.equal(self.daily["arm"], arm))) for arm in self.arms}
        return {arm: {line: money / len(self.seeds) for line, money in lines.items()} for arm, lines in by_arm.items()}

    @cached_property
    def surface(self) -> Surface | None:
        """What the arms are levels of."""
        return surface_of(self.scenario, self.arms)

    @cached_property
    def network(self) -> Network | None:
        """The ties of the first seed."""
        return network_of(self.scenario, self.seeds[0], self.manifest)

    @cached_property
    def strong_ties(self) -> list[dict[str, Any]]:
        """Primary outcomes by the number of strong ties in the rule; empty where that was not checked."""
        return rows_of(self.tie_check, self.values, self.seeds, (self.manifest["provenance"].get("tie_check") or {}).get("top", 8))

    def sentences(self) -> list[str]:
        """Who wins on which board, a sentence each."""
        said = []
        for board in BOARDS:
            name, verdict = board.replace("_", "-"), self.winners[board]
            won = f"{verdict['arm']} wins: {verdict['reason']}" if verdict["arm"] else verdict["reason"]
            said.append(f"{name.capitalize()} board: {won}.")
        return said

    def to_json(self) -> dict[str, Any]:
        """The comparison as one JSON document; a missing value is null with `why`."""
        arms = {
            arm: {metric: {"mean": e.mean, "low": e.low, "high": e.high} | _why(e) for metric, e in metrics.items()}
            for arm, metrics in self.intervals.items()
        }
        found: dict[str, Any] = {"scenario": self.scenario.name, "arms": arms, "paired": self.paired, "winners": self.winners}
        why = (self.manifest["provenance"].get("tie_check") or {}).get("why")
        if self.strong_ties or why:
            found["strong_ties"] = self.strong_ties or None
            found |= {"why": {"strong_ties": why}} if why else {}
        if self.surface is not None:
            found["surface"] = {"option": self.surface.option, "rows": surface_rows(self.surface, self.values)}
        return found | {"manifest": self.manifest}

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        tables = {"scoreboard": self.scoreboard, "daily": self.daily, "people": self.people}
        if self.surface is not None:
            tables["surface"] = surface_table(self.surface, self.values)
        more = {"metrics": self.measured, "events": self.events, "tie_check": self.tie_check}
        return tables | {name: table for name, table in more.items() if table is not None} | dict(self.closeups)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The comparison that lies in a folder."""
        who = folder.identity
        scoreboard, daily, people = (folder.table(name) for name in ("scoreboard", "daily", "people"))
        return cls(scenario, who["arms"], who["seeds"], who["detail"], scoreboard, daily, people, folder.manifest,
                   folder.tables.get("events"), folder.tables.get("tie_check"),
                   folder.extra({"metrics": METRIC_COLUMNS}, "arm", "seed").get("metrics"), folder.extra(CLOSEUPS, "arm"))  # fmt: skip


def compare(
    scenario: str | Path | Scenario | Setting, arms: str | Sequence[str] | None = None, *, seeds: int | str | Iterable[int] = 20,
    days: int | None = None, customers: int | None = None, network: str | Path | Network | None = None,
    customers_table: str | Path | None = None, set: Settings | None = None, mode: str | None = None, threads: int = 1, workers: int = 1,  # noqa: A002
    detail: str = "counts", rivals: str = "status_quo", rules: Rules | None = None, max_log: float | None = None,
    out: str | Path | None = None, progress: Progress | None = None, tie_check: bool | None = None, era: str | None = None,
) -> Comparison:  # fmt: skip
    """Compare arms (default: all of the scenario's) over seeds; each seed has one burn-in from which every arm branches.

    `seeds` is a number N (0 to N-1), a sequence, or text such as "20", "3,7" or "5-9". Other arguments as for `run`;
    `workers` runs seeds in processes with the same result. `tie_check` runs a few seeds again with 5 and 15 strong ties; by
    default it does for a network file without layers, where that takes a third of the time at most. `rivals="each"` returns a
    Matrix instead, each arm against rivals who play each arm; `mode="contest"` a Contest, the arms together in one world.
    Raises InputError.
    """
    begun = time.perf_counter()
    setting = Setting.of(scenario, days, customers, network, set, mode, customers_table, era)
    chosen, numbers = arms_of(arms, setting.scenario), seeds_of(seeds)
    if rivals not in ("status_quo", "each"):
        raise InputError("unknown rivals", key="rivals", given=rivals, allowed="status_quo (what the scenario seats) or each")
    if rivals == "each" or setting.scenario.mode == "contest":
        if tie_check:
            raise InputError("strong ties are checked in a comparison", key="tie_check", given=True, allowed="one in mode substitution")
        return _another(setting, chosen, numbers, rivals, threads=threads, workers=workers, detail=detail, rules=rules, max_log=max_log,
                        out=out, progress=progress)  # fmt: skip
    plan = planned(setting, chosen, numbers, tie_check)
    identity = identity_of("compare", setting.scenario, chosen, rules, **setting.digests, seeds=numbers, detail=detail, rivals=rivals,
                           tie_check=bool(plan.tops))  # fmt: skip
    if out is not None:
        check_result(out, manifest_of(identity, begun), setting.scenario)
    identities = [Identity(setting.scenario, seed, arm, detail=detail, people=seed == numbers[0], whole=True)
                  for seed in numbers for arm in chosen]  # fmt: skip
    more = days_of_check(setting, plan)
    how: dict[str, Any] = {"threads": threads, "workers": workers, "rules": rules}
    found = ensemble(identities, **setting.given, **how, max_log=max_log, progress=_longer(progress, more))
    checked = None
    if plan.tops:
        main = len(numbers) * (int(setting.scenario.world.burn_in_days) + len(chosen) * setting.scenario.days)
        checked = check(setting, plan, None if progress is None else lambda done, what: progress(main + done, main + more, what), **how)
    about = {"tie_check": {"top": setting.network.top, "why": plan.why}} if has_rule(setting.network) and setting.network else {}
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance, **about)
    tables = {name: found.table(name).drop_columns(["luck", "without"]) for name in ("scoreboard", "daily", "measured")}
    people = found.table("people").drop_columns(["seed", "luck", "without"])
    events = None if detail == "counts" else found.table("events").drop_columns(["luck", "without"])
    comparison = Comparison(setting.scenario, chosen, numbers, detail, tables["scoreboard"], tables["daily"], people, manifest, events,
                            checked, tables["measured"], found.closeups())  # fmt: skip
    if out is not None:
        keep(comparison, out, progress)
    return comparison


def _longer(progress: Progress | None, more: int) -> Progress | None:
    """The progress of the first part of a longer work, `more` days of which come after it."""
    return None if progress is None else lambda done, total, what: progress(done, total + more, what)


def _another(setting: Setting, arms: list[str], seeds: list[int], rivals: str, **more: Any) -> Any:
    """The other two ways in which arms meet: a contest, or the matrix of rivals."""
    from .contest import contest
    from .matrix import matrix

    if rivals == "each":
        if setting.scenario.mode == "contest":
            raise InputError("in a contest the arms are the rivals", key="rivals", given="each", allowed="status_quo, or mode substitution")
        return matrix(setting, arms, seeds, **more)
    return contest(setting, arms, seeds, **more)


def _why(e: Estimate) -> dict[str, str]:
    return {} if e.why is None else {"why": e.why}
