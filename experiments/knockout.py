"""Knock-outs: what one part of the ecosystem contributes, as the same worlds with it and without it.

A rival or a partner leaves the market on day 0, the focal firm's community is closed, nobody's talk is heard, or one engine of
the `ecrm` practice is missing. Worlds are paired by seed and share their burn-in; the difference is with minus without.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..agents.declare import InputError, nearest
from ..agents.strategies.ecrm import ENGINES
from ..sim.metrics.headline import HEADLINE
from ..sim.settings import Shock
from ..sim.silence import EVERYBODY
from .ensemble import Identity, Rules, ensemble
from .kept import Folder, Kept, keep
from .setting import Setting, Settings, seeds_of
from .store import Progress, check_result, identity_of, manifest_of
from .tables import WHY
from .verdict import ONE_HISTORY, Estimate, difference, estimate

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario
    from ..sim.network import Network

PARTS = ("firm:NAME", "partner:NAME", "community", "talk", "engine:NAME")
"""What can be knocked out."""
CLOSED = "valuescape.agents.strategies.closed:WithoutCommunity"


@dataclass(frozen=True)
class Knockout(Kept):
    """Worlds with and without a part, a pair for each seed.

    outcomes    a row per seed and headline metric: seed, metric, with, without (null where it has no value)
    """

    question = "knockout"
    scenario: Scenario
    arm: str
    what: str
    seeds: list[int]
    outcomes: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables that are written, by name."""
        return {"outcomes": self.outcomes}

    @property
    def one_history(self) -> bool:
        """Whether there is only one seed, so that nothing has an interval."""
        return len(self.seeds) == 1

    @cached_property
    def differences(self) -> dict[str, dict[str, Estimate]]:
        """metric -> {with, without, difference}: means over seeds with 95 % intervals, of the difference paired."""
        found = {}
        table = self.outcomes
        for metric in HEADLINE:
            rows = table.filter([name == metric.name for name in table["metric"].to_pylist()])
            there, away = rows["with"].to_pylist(), rows["without"].to_pylist()
            why = WHY.get(metric.name, "no value")
            found[metric.name] = {"with": estimate(there, why), "without": estimate(away, why), "difference": difference(there, away, why)}
        return found

    def to_json(self) -> dict[str, Any]:
        """The knock-out as one JSON document; a missing value is null with `why`."""
        one = {"history": "one history", "why": ONE_HISTORY} if self.one_history else {}
        metrics = {metric: {part: {"mean": e.mean, "low": e.low, "high": e.high} | ({} if e.why is None else {"why": e.why})
                            for part, e in row.items()} for metric, row in self.differences.items()}  # fmt: skip
        return {"scenario": self.scenario.name, "arm": self.arm, "what": self.what, "seeds": self.seeds, **one, "metrics": metrics,
                "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the knock-out and its figure."""
        from .report_knockout import write_knockout

        write_knockout(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The knock-out that lies in a folder."""
        who = folder.identity
        return cls(scenario, who["arm"], who["what"], who["seeds"], folder.table("outcomes"), folder.manifest)


def without(scenario: Scenario, what: str) -> tuple[Scenario, str | tuple[int, ...]]:
    """The seated scenario without a part, and whose talk is not heard; an InputError where there is no such part."""
    kind, _, name = what.partition(":")
    focal = scenario.firms["focal"]
    if what == "talk":
        return scenario, EVERYBODY
    if what == "community":
        closed = {"strategy": focal.strategy, "options": dict(focal.options), "file": scenario.file}
        return _focal(scenario, {"strategy": CLOSED, "options": closed}), ()
    if kind == "firm" and name:
        _need(name, [firm for firm in scenario.firms if firm != "focal"], "a rival", what)
        shocks = [shock for shock in scenario.shocks if shock.firm != name or shock.day < 0]
        return scenario.model_copy(update={"shocks": [*shocks, Shock(kind="firm_exit", firm=name, day=0)]}), ()
    if kind == "partner" and name:
        _need(name, list(scenario.partners), "a partner", what)
        return scenario.model_copy(update={"shocks": [*scenario.shocks, Shock(kind="partner_exit", partner=name, day=0)]}), ()
    if kind == "engine" and name:
        _need(name, list(ENGINES), "an engine", what)
        if focal.strategy != "ecrm":
            raise InputError("only the practice ecrm runs by engines", key="what", given=f"{what} of {focal.strategy}",
                             allowed="an arm whose strategy is ecrm")  # fmt: skip
        return _focal(scenario, {"options": {**focal.options, "off": [*focal.options.get("off", ()), name]}}), ()
    raise InputError("nothing that can be knocked out", key="what", given=what, allowed=", ".join(PARTS), nearest=nearest(what, PARTS))


def _focal(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    seat = scenario.firms["focal"].model_copy(update=dict(changes))
    return scenario.model_copy(update={"firms": {**scenario.firms, "focal": seat}})


def _need(name: str, names: list[str], kind: str, what: str) -> None:
    if name not in names:
        raise InputError(f"there is no such part: {kind}", key="what", given=what, allowed=", ".join(names) or "none",
                         nearest=nearest(name, names))  # fmt: skip


def knockout(
    scenario: str | Path | Scenario | Setting, what: str, seeds: int | str | Iterable[int] = 20, *, arm: str | None = None,
    days: int | None = None, customers: int | None = None, network: str | Path | Network | None = None,
    customers_table: str | Path | None = None, set: Settings | None = None, mode: str | None = None, threads: int = 1,  # noqa: A002
    workers: int = 1, rules: Rules | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> Knockout:  # fmt: skip
    """What a part contributes: for each seed a world with it and one without, from day 0 on.

    `what` is firm:NAME (a rival leaves), partner:NAME, community (the focal firm's is closed), talk (nobody is heard) or
    engine:NAME (one engine of an ecrm arm is off). Other arguments as for `damage`. Raises InputError.
    """
    begun = time.perf_counter()
    setting, numbers = Setting.of(scenario, days, customers, network, set, mode, customers_table), seeds_of(seeds)
    chosen = arm or setting.scenario.default_arm
    there = [Identity(setting.scenario, seed, chosen) for seed in numbers]
    seated, seat = there[0].seated, there[0].marks["arm"]
    spared, silent = without(seated, what)
    away = [Identity(spared, seed, silent=silent) for seed in numbers]
    identity = identity_of("knockout", seated, [chosen] if chosen else [], rules, **setting.digests, what=what, seeds=numbers, arm=seat)
    if out is not None:
        check_result(out, manifest_of(identity, begun), seated)
    pairs = [one for both in zip(there, away, strict=True) for one in both]
    found = ensemble(pairs, **setting.given, threads=threads, workers=workers, rules=rules, progress=progress).outcomes
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    result = Knockout(seated, seat, what, numbers, outcomes_table(numbers, found[::2], found[1::2]), manifest)
    if out is not None:
        keep(result, out, progress)
    return result


def outcomes_table(seeds: list[int], there: Iterable[Any], away: Iterable[Any]) -> pa.Table:
    """A row per seed and headline metric: seed, metric, with, without."""
    import pyarrow as pa

    rows = [
        {"seed": seed, "metric": metric.name, "with": one.metrics[metric.name], "without": other.metrics[metric.name]}
        for seed, one, other in zip(seeds, there, away, strict=True)
        for metric in HEADLINE
    ]
    kinds = {"seed": pa.int64(), "metric": pa.string(), "with": pa.float64(), "without": pa.float64()}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
