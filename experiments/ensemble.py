"""The one place where worlds are run: a list of identities goes in, an outcome each comes back, and tables of them all.

Runs that share scenario, people, network and seed share one burn-in and branch from its checkpoint.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ..agents.declare import InputError
from ..agents.strategies.protocol import make_strategy
from ..sim.customers_table import CustomersTable
from ..sim.day import engine
from ..sim.events import DETAILS, KINDS
from ..sim.metrics.headline import measure, spending
from ..sim.model import Checkpoint, ServiceEcosystem
from ..sim.network import Network
from ..sim.world import need_memory
from .closeups import closeups
from .executors import Died, Processes, each_done
from .metrics_table import metrics_table
from .store import Progress
from .tables import daily_table, events_table, people_table, scoreboard_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

Rules = Mapping[str, Callable[..., Any]]
Options = tuple[Network | None, CustomersTable | None, int, Rules | None, float | None]
"""What all groups share: network, table of customers, threads, rules, max_log."""

Tick = Callable[[str], None]
"""Called once for every day simulated."""

BYTES_A_ROW = 18
"""Of a stored log: measured, compressed."""

COMPILING = "compiling the model, once for this version and machine (about 20 s) ..."
_compiled: set[int] = set()


@dataclass(frozen=True)
class Identity:
    """One run: a scenario, whose arm sits in the focal seat (None: as the scenario seats it), seed and luck."""

    scenario: Scenario
    seed: int = 0
    arm: str | None = None
    luck: int | None = None
    without: str | None = None
    detail: str = "counts"
    people: bool = False
    """Whether the table of people is kept."""
    whole: bool = False
    """Whether all metrics of the catalogue are measured, not the headline ones alone; with `people`, close-ups are taken, too."""
    silent: tuple[int, ...] | str = ()
    """Whose talk reaches nobody from day 0 on: ids, or "everybody"."""
    seats: tuple[tuple[str, str], ...] = ()
    """In a contest: (firm, arm) of every seat that an arm takes."""

    @property
    def seated(self) -> Scenario:
        """The scenario with the arm in the focal firm's seat, and in a contest every arm in its own."""
        seated = self.scenario if self.arm is None else self.scenario.seated(self.arm)
        for firm, arm in self.seats:
            seated = seated.seated(arm, firm)
        return seated

    @property
    def marks(self) -> dict[str, Any]:
        """What tells this run from others in a table: arm, seed, luck, without."""
        luck = self.seed if self.luck is None else self.luck
        return {"arm": self.arm or self.scenario.firms["focal"].strategy, "seed": self.seed, "luck": luck, "without": self.without}

    def past(self) -> str:
        """A hash of what decides the world up to the branch: runs that agree in it share a burn-in."""
        s = self.scenario
        firms = {name: p.model_dump(mode="json", exclude={"strategy", "options"}) for name, p in s.firms.items()}
        partners = {name: p.model_dump(mode="json") for name, p in s.partners.items()}
        early = [shock.model_dump(mode="json") for shock in s.shocks if shock.day < 0 and not (shock.trigger and self.without == "trigger")]
        text = json.dumps([s.world.model_dump(mode="json"), firms, partners, early, self.seed])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What one run has left: tables as `tables.py` says, the focal firm's metrics and spending, the decisions taken."""

    identity: Identity
    metrics: dict[str, float | None]
    scoreboard: pa.Table
    daily: pa.Table
    events: pa.Table
    decisions: list[dict[str, Any]]
    spending: dict[str, float]
    people: pa.Table | None
    measured: pa.Table | None = None
    """All metrics, as `metrics_table.py` says, where they were asked for."""
    closeups: Mapping[str, pa.Table] = field(default_factory=dict)
    """Tables of this one world that pictures are drawn of, as `closeups.py` says."""
    by_firm: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    """In a contest: the metrics of every firm."""


@dataclass(frozen=True)
class Outcomes:
    """Outcomes in the order of their identities; tables begin with the columns arm, seed, luck, without."""

    outcomes: tuple[Outcome, ...]

    def table(self, name: str) -> pa.Table:
        """One long table of all runs: `scoreboard`, `daily`, `events`, or `people` of those that kept it."""
        import pyarrow as pa

        parts = []
        for outcome in self.outcomes:
            table = getattr(outcome, name)
            if table is None:
                continue
            kinds = {"arm": pa.string(), "seed": pa.int64(), "luck": pa.int64(), "without": pa.string()}
            for place, (mark, value) in enumerate(outcome.identity.marks.items()):
                table = table.add_column(place, pa.field(mark, kinds[mark]), pa.repeat(pa.scalar(value, kinds[mark]), table.num_rows))
            parts.append(table)
        return pa.concat_tables(parts)

    def closeups(self) -> dict[str, pa.Table]:
        """The close-ups of all runs that have some, by name, with the arm in front."""
        import pyarrow as pa

        found: dict[str, list[pa.Table]] = {}
        for outcome in self.outcomes:
            for name, table in outcome.closeups.items():
                arm = pa.repeat(pa.scalar(outcome.identity.marks["arm"], pa.string()), table.num_rows)
                found.setdefault(name, []).append(table.add_column(0, "arm", arm))
        return {name: pa.concat_tables(parts) for name, parts in found.items()}


def ensemble(
    identities: Sequence[Identity], *, network: Network | None = None, threads: int = 1, workers: int = 1,
    rules: Rules | None = None, max_log: float | None = None, progress: Progress | None = None,
    customers_table: CustomersTable | None = None,
) -> Outcomes:  # fmt: skip
    """Run all identities, in `workers` processes; results do not depend on how many. InputErrors come before the first day.

    `network` replaces the generated ones: its ties stay, its people's traits are drawn per seed, but for those that
    `customers_table` knows. `max_log` is in bytes, for all.
    """
    check_identities(identities, network, threads, workers, max_log)
    groups: dict[str, list[int]] = {}
    for number, identity in enumerate(identities):
        groups.setdefault(identity.past(), []).append(number)
    jobs = [[identities[number] for number in numbers] for numbers in groups.values()]
    compile_once(rules)
    options: Options = (network, customers_table, threads, rules, None if max_log is None else max_log / len(identities))
    done = carry_out(run_group, jobs, workers, options, sum(days_of(job) for job in jobs), progress)
    found: dict[int, Outcome] = {}
    for numbers, part in zip(groups.values(), done, strict=True):
        found |= dict(zip(numbers, part, strict=True))
    return Outcomes(tuple(found[number] for number in range(len(identities))))


def run_group(
    job: Sequence[Identity], network: Network | None, customers_table: CustomersTable | None, threads: int, rules: Rules | None,
    max_log: float | None, tick: Tick,
) -> list[Outcome]:  # fmt: skip
    """The outcomes of runs that share a past: one burn-in, a branch each."""
    checkpoint = burnt_in(job, network, customers_table, threads, rules, max_log, tick)
    outcomes = []
    for identity in job:
        model = ServiceEcosystem.branch(checkpoint, identity.seated, luck=identity.luck, detail=identity.detail, threads=threads,
                                        rules=rules, without=identity.without, silent=identity.silent, ledger=identity.whole)  # fmt: skip
        for _ in range(identity.scenario.days):
            a_day(model, identity)
            tick(f"seed {identity.seed}, {identity.marks['arm']}")
        outcomes.append(outcome_of(model, identity))
        let_go(model)
    return outcomes


def outcome_of(model: ServiceEcosystem, identity: Identity) -> Outcome:
    """What a finished world has left."""
    metrics = measure(model)
    return Outcome(identity, metrics, scoreboard_table(metrics), daily_table(model), events_table(model), model.decisions,
                   spending(model), people_table(model) if identity.people else None, metrics_table(model) if identity.whole else None,
                   closeups(model) if identity.whole and identity.people else {},
                   {firm.name: measure(model, firm.number) for firm in model.firms} if identity.seats else {})  # fmt: skip


def burnt_in(
    job: Sequence[Identity], network: Network | None, customers_table: CustomersTable | None, threads: int, rules: Rules | None,
    max_log: float | None, tick: Tick,
) -> Checkpoint:  # fmt: skip
    """The checkpoint of day 0 from which runs that share a past branch."""
    first = job[0]
    base = ServiceEcosystem(first.scenario, first.seed, network=network, threads=threads, rules=rules, without=first.without, burn_in=False,
                            customers_table=customers_table)  # fmt: skip
    while base.day < 0:
        base.step()
        tick(f"seed {first.seed}, burn-in")
    checkpoint = base.checkpoint()
    for identity in job:
        _check_log(base, identity, max_log)
    let_go(base)
    return checkpoint


def let_go(model: ServiceEcosystem) -> None:
    """Free a finished world now: models and agents hold each other, and a thousand would wait for the collector."""
    model.close()
    del model.runner.columns, model.totals, model.history


def a_day(model: ServiceEcosystem, identity: Identity) -> None:
    """One day of a run; an InputError about the focal firm names the arm that sits there."""
    try:
        model.step()
    except InputError as error:
        if identity.arm is None or not str(error.key).startswith("firms.focal."):
            raise
        raise InputError(f"arm {identity.arm}, {error.what}", file=error.file, key=error.key, given=error.given, allowed=error.allowed,
                         nearest=error.nearest) from error  # fmt: skip


def days_of(job: Sequence[Identity]) -> int:
    """Days to simulate for runs that share a past."""
    return int(job[0].scenario.world.burn_in_days) + sum(identity.scenario.days for identity in job)


def compile_once(rules: Rules | None = None) -> None:
    """Compile the kernels, where no earlier run has; says so in one line on stderr."""
    from ..scenarios.schema import Scenario

    kernels = engine(True, dict(rules or {}))
    if id(kernels) in _compiled:
        return
    if not kernels.binder.is_warm():
        print(COMPILING, file=sys.stderr, flush=True)
    tiny = {"burn_in_days": 0, "customers": {"number": 20}}
    ServiceEcosystem(Scenario.model_validate({"world": tiny}), rules=rules, ledger=True).step()
    _compiled.add(id(kernels))  # engines live as long as the process


# --- what is checked before the first day -----------------------------------------------------------------------------


def check_identities(
    identities: Sequence[Identity], network: Network | None, threads: int, workers: int, max_log: float | None,
) -> None:  # fmt: skip
    """Refuse, before the first day, what could not be run."""
    if max_log is not None and not max_log > 0:
        raise InputError("the largest log must be a number above 0", key="max_log", given=max_log / 1e9, allowed="GB, such as 5")
    for name, number in (("threads", threads), ("workers", workers)):
        if number < 1:
            raise InputError("must be 1 or more", key=name, given=number, allowed="1 or more")
    for identity in identities:
        for name in ("seed", "luck"):
            if not 0 <= identity.marks[name] < 1 << 63:
                raise InputError(f"{name} is out of range", key=name, given=identity.marks[name], allowed="0 or more, below 2^63")
        if identity.detail not in DETAILS:
            raise InputError("unknown detail", key="detail", given=identity.detail, allowed=", ".join(DETAILS))
        if identity.without not in (None, "trigger"):
            raise InputError("unknown part to leave out", key="without", given=identity.without, allowed="trigger")
        if identity.without == "trigger" and not any(shock.trigger for shock in identity.scenario.shocks):
            raise InputError("the scenario has no trigger", key="without", given="trigger", allowed="one with a shock of trigger = true")
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            people = network.people if network is not None else identity.scenario.world.customers.number
            need_memory(people, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    # every strategy is made once, so that options that do not fit are refused at once
    for identity in {(id(identity.scenario), identity.arm, identity.seats): identity for identity in identities}.values():
        scenario = identity.seated
        for firm in scenario.firms.values():
            make_strategy(firm.strategy, dict(firm.options), scenario.file)


def _check_log(base: ServiceEcosystem, identity: Identity, max_log: float | None) -> None:
    """Refuse a run whose log would grow beyond `max_log` bytes, judged by the last weeks of the burn-in."""
    rows = base.totals.rows(-28)
    days = rows.stop - rows.start
    if max_log is None or days < 1:
        return
    kept = [KINDS.index(kind) for kind in DETAILS[identity.detail]]
    expected = float(base.totals.kind[rows][:, :, kept].sum()) / days * identity.scenario.days * BYTES_A_ROW
    if expected > max_log:
        raise InputError("the log of a run would grow too large", key=f"detail {identity.detail}", given=f"about {expected / 1e9:.3g} GB",
                         allowed=f"up to {max_log / 1e9:.3g} GB each (--max-log is for all), fewer days, or less detail")  # fmt: skip


# --- progress and processes -------------------------------------------------------------------------------------------

_days_done: Any = None
"""In a worker: the counter of simulated days that all processes share."""


def _counted_by(counter: Any) -> None:
    global _days_done
    _days_done = counter


def _work(group: Callable[..., list[Any]], options: Options, job: Sequence[Identity]) -> list[Any]:
    """A task of a worker: one group, its days counted for the driver."""

    def tick(what: str) -> None:
        with _days_done.get_lock():
            _days_done.value += 1

    return group(job, *options, tick)


def carry_out(
    group: Callable[..., list[Any]], jobs: list[list[Identity]], workers: int, options: Options, total: int, progress: Progress | None,
) -> list[list[Any]]:  # fmt: skip
    """`group(job, *options, tick)` of every job, in this process or in several; in the order of the jobs. `total` is in days."""
    workers = min(workers, len(jobs))
    if workers == 1:
        return _in_turn(group, jobs, options, total, progress)
    return _in_processes(group, jobs, workers, options, total, progress)


def _in_turn(
    group: Callable[..., list[Any]], jobs: list[list[Identity]], options: Options, total: int, progress: Progress | None,
) -> list[list[Any]]:  # fmt: skip
    done = 0

    def tick(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, what)

    return [group(job, *options, tick) for job in jobs]


def _in_processes(
    group: Callable[..., list[Any]], jobs: list[list[Identity]], workers: int, options: Options, total: int, progress: Progress | None,
) -> list[list[Any]]:  # fmt: skip
    """One task per group in processes; what they return stands in the order of the jobs."""
    counter = multiprocessing.get_context("spawn").Value("q", 0)

    def look() -> None:
        if progress is not None and counter.value:
            progress(counter.value, total, f"worlds in {workers} processes")

    found: dict[int, list[Any]] = {}
    with Processes(workers, _counted_by, counter) as place:
        for number, answer in each_done(place, partial(_work, group, options), jobs, look):
            if isinstance(answer, Died):
                raise MemoryError("a worker process has died, again and again: a script must start workers under "
                                  "`if __name__ == '__main__':`; if it does, memory ran out (fewer workers need less)")  # fmt: skip
            found[number] = answer
    return [found[number] for number in range(len(jobs))]
