"""Worlds of headlines: for each headline, condition and seed one past, from which all arms and a world without talk branch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...sim.metrics.headline import measure
from ...sim.model import ServiceEcosystem
from ...sim.silence import EVERYBODY
from ..ensemble import Identity, Tick, a_day, burnt_in, carry_out, check_identities, compile_once, days_of
from .headline_file import Condition, Headline, Headlines, scenario_under
from .shuffles import shuffled

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ...sim.network import Network
    from ..store import Progress

SHUFFLED = ("default", "shuffle")
"""Kinds of conditions under which claims about ties are looked at, too."""
NO_TALK = "no talk"


class Case(NamedTuple):
    """A headline under a condition with one seed, and its runs."""

    headline: str
    condition: str
    shuffle: str | None
    runs: tuple[Identity, ...]


class Measured(NamedTuple):
    """What one run has left; `talk` is False where nobody's talk was heard."""

    headline: str
    condition: str
    arm: str
    seed: int
    talk: bool
    profit: float
    value_in_use: float | None
    alike: float | None
    """How much more likely two tied people deal with the same firm than two people of the market."""


def cases_of(asked: Headlines, seeds: Sequence[int] | None = None, days: int | None = None, customers: int | None = None) -> Iterator[Case]:
    """Every headline under every condition, seed by seed; seeds, days and customers of the file's unless given."""
    for headline in asked.headlines:
        for condition in asked.conditions:
            scenario = scenario_under(headline, condition, days, customers)
            for seed in range(headline.seeds) if seeds is None else seeds:
                yield case_of(headline, condition, scenario, seed)


def case_of(headline: Headline, condition: Condition, scenario: Scenario, seed: int) -> Case:
    """One case: the arms, and where ties are looked at the same world without talk."""
    runs = [Identity(scenario, seed, arm) for arm in (headline.baseline, *headline.arms)]
    if condition.kind in SHUFFLED:
        runs.append(Identity(scenario, seed, headline.talk, silent=EVERYBODY))
    return Case(headline.id, condition.id, condition.shuffle, tuple(runs))


def measured(cases: Sequence[Case], workers: int = 1, progress: Progress | None = None) -> list[Measured]:
    """What all runs of all cases have left, in their order, whatever the number of workers."""
    runs = [run for case in cases for run in case.runs]
    check_identities(runs, None, 1, workers, None)
    compile_once()
    total = sum(days_of(case.runs) for case in cases)
    jobs: Any = [[case] for case in cases]
    options: Any = ()
    found = carry_out(lived, jobs, workers, options, total, progress)
    return [one for part in found for one in part]


def lived(job: Sequence[Case], tick: Tick) -> list[Measured]:
    """The runs of one case: one network, one past, a branch for each."""
    [case] = job
    first = case.runs[0]
    network = own = ServiceEcosystem.make_network(first.scenario, first.seed)
    table = None
    if case.shuffle is not None:
        network, table = shuffled(own, first.scenario.world, first.seed, case.shuffle)
    past = burnt_in(case.runs, network, table, 1, None, None, tick)
    found = []
    for run in case.runs:
        model = ServiceEcosystem.branch(past, run.seated, silent=run.silent)
        for _ in range(run.scenario.days):
            a_day(model, run)
            tick(f"{case.headline}, {case.condition}, seed {run.seed}")
        metrics = measure(model)
        deals = np.asarray(model.columns.pairs["bought"], np.float64) - past.columns.pairs["bought"]
        found.append(Measured(case.headline, case.condition, str(run.arm), run.seed, not run.silent, metrics["profit"] or 0.0,
                              metrics["value_in_use"], alike(own, deals)))  # fmt: skip
        model.runner.close()
    return found


def alike(network: Network, deals: npt.NDArray[np.float64]) -> float | None:
    """Chance that a deal each of two tied people are with the same firm, minus that of any two people; None where too few deal.

    `network` is the one whose ties are looked at, whatever ties the world had; `deals` is [person, firm] in its rows.
    """
    many = deals.sum(axis=1)
    there = many > 0
    share = np.divide(deals, many[:, None], out=np.zeros_like(deals), where=there[:, None])
    low, high = network.pairs()
    both = there[low] & there[high]
    count = int(there.sum())
    if count < 2 or not both.any():
        return None
    tied = float(np.einsum("ij,ij->i", share[low[both]], share[high[both]]).mean())
    together = share.sum(axis=0)
    return tied - float((together @ together - (share**2).sum()) / (count * (count - 1)))


def measured_table(found: Sequence[Measured]) -> Any:
    """All runs as a pyarrow table."""
    import pyarrow as pa

    kinds = {"headline": pa.string(), "condition": pa.string(), "arm": pa.string(), "seed": pa.int64(), "talk": pa.bool_(),
             "profit": pa.float64(), "value_in_use": pa.float64(), "alike": pa.float64()}  # fmt: skip
    return pa.Table.from_pylist([one._asdict() for one in found], schema=pa.schema(list(kinds.items())))
