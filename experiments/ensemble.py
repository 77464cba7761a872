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
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..agents.declare import InputError
from ..agents.strategies.protocol import make_strategy
from ..sim import draws
from ..sim.day import engine
from ..sim.events import DETAILS, KINDS
from ..sim.metrics.headline import measure, spending
from ..sim.model import ServiceEcosystem
from ..sim.network import Network
from ..sim.network_builder import latent_scores
from ..sim.world import need_memory
from .store import Progress
from .tables import daily_table, events_table, scoreboard_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

Rules = Mapping[str, Callable[..., Any]]
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

    @property
    def seated(self) -> Scenario:
        """The scenario with the arm in the focal firm's seat."""
        return self.scenario if self.arm is None else self.scenario.seated(self.arm)

    @property
    def marks(self) -> dict[str, Any]:
        """What tells this run from others in a table: arm, seed, luck, without."""
        luck = self.seed if self.luck is None else self.luck
        return {"arm": self.arm or self.scenario.firms["focal"].strategy, "seed": self.seed, "luck": luck, "without": self.without}

    def past(self) -> str:
        """A hash of what decides the world up to the branch: runs that agree in it share a burn-in."""
        s = self.scenario
        firms = {name: p.model_dump(mode="json", exclude={"strategy", "options"}) for name, p in s.firms.items()}
        early = [shock.model_dump(mode="json") for shock in s.shocks if shock.day < 0 and not (shock.trigger and self.without == "trigger")]
        text = json.dumps([s.world.model_dump(mode="json"), firms, early, self.seed])
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


@dataclass(frozen=True)
class Ensemble:
    """Outcomes in the order of their identities; tables begin with the columns arm, seed, luck, without."""

    outcomes: tuple[Outcome, ...]

    def table(self, name: str) -> pa.Table:
        """One long table of all runs: `scoreboard`, `daily` or `events`."""
        import pyarrow as pa

        parts = []
        for outcome in self.outcomes:
            table = getattr(outcome, name)
            kinds = {"arm": pa.string(), "seed": pa.int64(), "luck": pa.int64(), "without": pa.string()}
            for place, (mark, value) in enumerate(outcome.identity.marks.items()):
                table = table.add_column(place, pa.field(mark, kinds[mark]), pa.repeat(pa.scalar(value, kinds[mark]), table.num_rows))
            parts.append(table)
        return pa.concat_tables(parts)


def ensemble(
    identities: Sequence[Identity], *, network: Network | None = None, threads: int = 1, workers: int = 1,
    rules: Rules | None = None, max_log: float | None = None, progress: Progress | None = None,
) -> Ensemble:  # fmt: skip
    """Run all identities, in `workers` processes; results do not depend on how many. InputErrors come before the first day.

    `network` replaces the generated ones: its ties stay, its people's traits are drawn per seed. `max_log` is in bytes.
    """
    _check(identities, network, threads, workers)
    groups: dict[str, list[int]] = {}
    for number, identity in enumerate(identities):
        groups.setdefault(identity.past(), []).append(number)
    jobs = [[identities[number] for number in numbers] for numbers in groups.values()]
    total = sum(days_of(job) for job in jobs)
    compile_once(rules)
    done: list[list[Outcome]]
    if workers == 1 or len(jobs) == 1:
        clock = _Clock(total, progress)
        done = [run_group(job, network, threads, rules, max_log, clock.tick) for job in jobs]
    else:
        done = _in_processes(jobs, workers, (network, threads, rules, max_log), total, progress)
    found = {}
    for numbers, part in zip(groups.values(), done, strict=True):
        found |= dict(zip(numbers, part, strict=True))
    return Ensemble(tuple(found[number] for number in range(len(identities))))


def run_group(
    job: Sequence[Identity], network: Network | None, threads: int, rules: Rules | None, max_log: float | None,
    tick: Callable[[str], None] = lambda what: None,
) -> list[Outcome]:  # fmt: skip
    """The outcomes of runs that share a past: one burn-in, a branch each."""
    first = job[0]
    net = network if network is None or network.latent is not None else with_traits(network, first.scenario, first.seed)
    base = ServiceEcosystem(first.scenario, first.seed, network=net, threads=threads, rules=rules, without=first.without, burn_in=False)
    while base.day < 0:
        base.step()
        tick(f"seed {first.seed}, burn-in")
    checkpoint = base.checkpoint()
    for identity in job:
        _check_log(base, identity, max_log)
    base.runner.close()
    del base
    outcomes = []
    for identity in job:
        model = ServiceEcosystem.branch(checkpoint, identity.seated, luck=identity.luck, detail=identity.detail, threads=threads,
                                        rules=rules, without=identity.without)  # fmt: skip
        for _ in range(identity.scenario.days):
            model.step()
            tick(f"seed {identity.seed}, {identity.marks['arm']}")
        metrics = measure(model)
        outcomes.append(Outcome(identity, metrics, scoreboard_table(metrics), daily_table(model), events_table(model),
                                model.decisions, spending(model)))  # fmt: skip
        model.runner.close()
    return outcomes


def with_traits(network: Network, scenario: Scenario, seed: int) -> Network:
    """A file's network with the latent trait of its people drawn for this seed."""
    word = draws.word(seed, draws.NETWORK, 0, 0, 1) & draws.MASK
    return replace(network, latent=latent_scores(network, scenario.world.network.homophily, word))


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
    ServiceEcosystem(Scenario.model_validate({"world": tiny}), rules=rules).step()
    _compiled.add(id(kernels))  # engines live as long as the process


# --- what is checked before the first day -----------------------------------------------------------------------------


def _check(identities: Sequence[Identity], network: Network | None, threads: int, workers: int) -> None:
    for name, number in (("threads", threads), ("workers", workers)):
        if number < 1:
            raise InputError(f"{name} must be 1 or more", key=name, given=number, allowed="1 or more")
    for identity in identities:
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
    for scenario in {id(s): s for s in (identity.seated for identity in identities)}.values():
        for firm in scenario.firms.values():
            make_strategy(firm.strategy, dict(firm.options), scenario.file)


def _check_log(base: ServiceEcosystem, identity: Identity, max_log: float | None) -> None:
    """Refuse a log that would grow beyond `max_log` bytes, judged by the last weeks of the burn-in."""
    rows = base.totals.rows(-28)
    days = rows.stop - rows.start
    if max_log is None or days < 1:
        return
    kept = [KINDS.index(kind) for kind in DETAILS[identity.detail]]
    expected = float(base.totals.kind[rows][:, :, kept].sum()) / days * identity.scenario.days * BYTES_A_ROW
    if expected > max_log:
        raise InputError("the log would grow too large", key=f"detail {identity.detail}", given=f"about {expected / 1e9:.3g} GB",
                         allowed=f"up to {max_log / 1e9:.3g} GB (--max-log), fewer days or customers, or less detail")  # fmt: skip


# --- processes --------------------------------------------------------------------------------------------------------


class _Clock:
    """Counts days and tells the progress."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def tick(self, what: str, days: int = 1) -> None:
        """So many days more are done."""
        self.done += days
        if self.progress is not None:
            self.progress(self.done, self.total, what)


def _in_processes(
    jobs: list[list[Identity]], workers: int, options: tuple[Any, ...], total: int, progress: Progress | None
) -> list[list[Outcome]]:
    """One task per group in spawned processes; what they return is put in the order of the jobs."""
    clock = _Clock(total, progress)
    clock.tick(f"{len(jobs)} seeds in {workers} processes", 0)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=multiprocessing.get_context("spawn"))
    try:
        waiting = {pool.submit(run_group, job, *options): number for number, job in enumerate(jobs)}
        done: dict[int, list[Outcome]] = {}
        for future in as_completed(waiting):
            number = waiting[future]
            done[number] = future.result()
            clock.tick(f"seed {jobs[number][0].seed} done", days_of(jobs[number]))
    except BaseException:
        # whatever went wrong, running worlds are not waited for
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [done[number] for number in range(len(jobs))]
