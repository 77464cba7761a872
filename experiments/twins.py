"""Worlds in pairs: one with the scenario's trigger and its twin without, on the same people, ties and luck.

A pair shares its burn-in with all pairs of its seed, and everything up to the day of the trigger, on which the twin
branches off. A pair leaves only what damage is read from: some series of the focal firm by day, and two scoreboards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..agents.choice import own_means, utility
from ..agents.customer import LN2
from ..sim.events import KINDS, PLACES, SUMS, TALLIES
from ..sim.metrics.headline import daily_profit, measure
from ..sim.model import Checkpoint, ServiceEcosystem
from ..sim.totals import PLACED
from .ensemble import Identity, Options, Outcome, Rules, Tick, burnt_in, carry_out, check_identities, compile_once, let_go, outcome_of
from .store import Progress

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario
    from ..sim.customers_table import CustomersTable
    from ..sim.network import Network

Floats = npt.NDArray[np.float64]
FOCAL = 0
PUBLIC = [PLACES.index(place) for place in ("feed", "follow", "handle", "community")]


class Series(NamedTuple):
    """One figure of the focal firm by day: a flow adds up over days, a level does not."""

    flow: bool
    unit: str
    sentence: str


SERIES = {
    "profit": Series(True, "money", "margin minus everything the levers cost"),
    "margin": Series(True, "money", "contribution margin of deals"),
    "deals": Series(True, "deals", "deals with the firm"),
    "net_sentiment": Series(True, "utterances", "praise minus blame, friends' talk too"),
    "mentions": Series(True, "utterances", "words about the firm in public places; a loss below 0 means more of them"),
    "attachment": Series(False, "1", "mean attachment to the firm over everybody"),
    "consideration": Series(False, "1", "share of everybody who knows the firm and to whom it looks better than doing it herself"),
    "value": Series(True, "value", "net value of everybody's jobs, rivals' customers too"),
}  # fmt: skip
"""What damage is measured in, by name."""


@dataclass(frozen=True)
class Pair:
    """What one world and its twin have left.

    day        day of the trigger, None where the scenario has none (then there is no twin)
    customers  people who had bought from the focal firm up to that day
    discount   the world's yearly rate
    there      series -> value by day from 0, in the world with the trigger; `away` in its twin
    metrics    headline metrics with the trigger; `spared` without
    outcome    the tables of the world with the trigger, where they were asked for
    """

    seed: int
    luck: int
    day: int | None
    customers: int
    discount: float
    there: dict[str, Floats]
    away: dict[str, Floats]
    metrics: dict[str, float | None]
    spared: dict[str, float | None]
    outcome: Outcome | None = None


def trigger_day(scenario: Scenario) -> int | None:
    """The first day on which a trigger happens; None where there is none."""
    return min((shock.day for shock in scenario.shocks if shock.trigger), default=None)


def twins(
    identities: Sequence[Identity], group: Callable[..., list[Any]], *, network: Network | None = None, threads: int = 1,
    workers: int = 1, rules: Rules | None = None, max_log: float | None = None,
    progress: Progress | None = None, customers_table: CustomersTable | None = None,
) -> list[Any]:  # fmt: skip
    """What `group` makes of the pair of every identity, in their order; identities of one seed lie together.

    `group` is run_pairs, run_kept or a function of a module that reduces pairs where they arise. Results do not depend on
    `workers`, over which a seed's pairs are spread in pieces that each repeat its burn-in. InputErrors come before day one.
    """
    check_identities(identities, network, threads, workers, max_log)
    compile_once(rules)
    jobs = _pieces(identities, workers)
    options: Options = (network, customers_table, threads, rules, None if max_log is None else max_log / len(identities))
    total = sum(_days(job) for job in jobs)
    return [pair for part in carry_out(group, jobs, workers, options, total, progress) for pair in part]


def _pieces(identities: Sequence[Identity], workers: int) -> list[list[Identity]]:
    """The identities in jobs of one seed each; with several workers, small enough that none waits long for another."""
    most = len(identities) if workers == 1 else max(1, -(-len(identities) // (4 * workers)))
    jobs: list[list[Identity]] = []
    for identity in identities:
        if not jobs or len(jobs[-1]) == most or jobs[-1][-1].seed != identity.seed:
            jobs.append([])
        jobs[-1].append(identity)
    return jobs


def _days(job: Sequence[Identity]) -> int:
    """Days to simulate for the pairs of a job."""
    scenario = job[0].scenario
    day, burn_in = trigger_day(scenario), int(scenario.world.burn_in_days)
    if day is None:
        return burn_in + len(job) * scenario.days
    twin = scenario.days - min(max(day, 0), scenario.days)
    return burn_in * (2 if day < 0 else 1) + len(job) * (scenario.days + twin)


def run_pairs(*job: Any) -> list[Pair]:
    """All pairs of a job."""
    return list(each_pair(*job))


def run_kept(*job: Any) -> list[Pair]:
    """The same with the tables of the worlds with the trigger."""
    return list(each_pair(*job, keep=True))


def each_pair(
    job: Sequence[Identity], network: Network | None, customers_table: CustomersTable | None, threads: int, rules: Rules | None,
    max_log: float | None, tick: Tick, *, keep: bool = False,
) -> Iterator[Pair]:  # fmt: skip
    """Pair by pair: one burn-in, and for each luck a world that goes on and a twin that leaves it on the trigger's day."""
    past = burnt_in(job, network, customers_table, threads, rules, max_log, tick)
    calm = calm_past(job[0], past, network, customers_table, threads, rules, tick)
    for identity in job:
        yield pair_of(identity, past, calm, tick, threads=threads, rules=rules, keep=keep)


def pair_of(
    identity: Identity, past: Checkpoint, calm: Checkpoint, tick: Tick, *, threads: int = 1, rules: Rules | None = None, keep: bool = False,
    see: Callable[[ServiceEcosystem], None] | None = None,
) -> Pair:  # fmt: skip
    """One world from its checkpoint and its twin; `calm` is the checkpoint without the trigger where that lies in the burn-in.

    `see` is shown the world with the trigger at the end of each day.
    """
    day, scenario, options = trigger_day(identity.scenario), identity.seated, {"luck": identity.luck, "threads": threads, "rules": rules}
    say = f"seed {identity.seed}, luck {identity.marks['luck']}"
    until = scenario.days if day is None else min(max(day, 0), scenario.days)
    world = ServiceEcosystem.branch(past, scenario, detail=identity.detail, ledger=identity.whole, **options)
    levels = _goes_on(world, until, tick, say, see)
    customers = int(np.count_nonzero(world.columns.pairs["bought"][:, FOCAL] > 0))
    away: dict[str, Floats] = {}
    spared: dict[str, float | None] = {}
    if day is not None:
        parting = calm if day <= 0 else world.checkpoint()
        twin = ServiceEcosystem.branch(parting, scenario, without="trigger", **options)
        rest = _goes_on(twin, scenario.days, tick, say)
        away, spared = series_of(twin, levels + rest), measure(twin)
        let_go(twin)
    levels += _goes_on(world, scenario.days, tick, say, see)
    outcome = outcome_of(world, identity) if keep else None
    pair = Pair(identity.seed, int(identity.marks["luck"]), day, customers, float(scenario.world.discount),
                series_of(world, levels), away, outcome.metrics if outcome else measure(world), spared, outcome)  # fmt: skip
    let_go(world)
    return pair


def calm_past(
    first: Identity, past: Checkpoint, network: Network | None, customers_table: CustomersTable | None, threads: int, rules: Rules | None,
    tick: Tick,
) -> Checkpoint:  # fmt: skip
    """The checkpoint of day 0 without the trigger: `past` itself, but where the trigger lies in the burn-in."""
    day = trigger_day(first.scenario)
    if day is None or day >= 0:
        return past
    return burnt_in([Identity(first.scenario, first.seed, without="trigger")], network, customers_table, threads, rules, None, tick)


def _goes_on(
    model: ServiceEcosystem, until: int, tick: Tick, say: str, see: Callable[[ServiceEcosystem], None] | None = None,
) -> list[tuple[float, float]]:  # fmt: skip
    """Run a world up to a day; its levels at the end of each day."""
    found = []
    while model.day < until:
        model.step()
        found.append(levels_of(model))
        if see is not None:
            see(model)
        tick(say)
    return found


def levels_of(model: ServiceEcosystem) -> tuple[float, float]:
    """Attachment and consideration of the focal firm today; what habit adds to a choice is left out."""
    w, p = model.columns, model.params.choice
    pairs, people, firm = w.pairs[:, FOCAL], w.people, w.firms[FOCAL]
    attachment = pairs["attachment"].astype(np.float64)
    felt = attachment + mood_left(w.bonds[:, FOCAL], model.day, model.params)
    gap = (float(firm["price"]) / p.usual_price - 1.0) * people["price_sense"].astype(np.float64)
    looks = utility(pairs["expectation"].astype(np.float64), felt, 0.0, pairs["taste"].astype(np.float64), gap,
                    p.expectation, p.attachment, p.habit, p.taste, p.price)  # fmt: skip
    considered = (pairs["known"] > 0) & (looks > own_means(p.own_means, p.own_skill, people["skill"].astype(np.float64)))
    return float(attachment.mean()), float(considered.mean())


def mood_left(bonds: np.ndarray, day: int, params: Any) -> Floats:
    """What is left on a day of the mood towards firms, of the shape of `bonds`."""
    days = np.maximum(day - bonds["mood_day"].astype(np.float64), 0.0)
    return np.asarray(bonds["mood"].astype(np.float64) * np.exp(-LN2 * days / params.talk.mood_life))


def series_of(model: ServiceEcosystem, levels: Sequence[tuple[float, float]]) -> dict[str, Floats]:
    """The series of SERIES by day from 0, for the focal firm of a finished world."""
    totals, days = model.totals, model.totals.rows(0)
    tally = totals.tally[days, FOCAL].astype(np.float64)
    public = totals.place[days, FOCAL, PLACED.index("utterance")][:, PUBLIC]
    stand = np.array(levels, dtype=np.float64).reshape(-1, 2)
    return {
        "profit": daily_profit(model, FOCAL),
        "margin": tally[:, TALLIES.index("margin_cents")] / 100.0,
        "deals": totals.kind[days, FOCAL, KINDS.index("purchase")].astype(np.float64),
        "net_sentiment": tally[:, TALLIES.index("praise")] - tally[:, TALLIES.index("blame")],
        "mentions": public.sum(axis=1).astype(np.float64),
        "attachment": stand[:, 0],
        "consideration": stand[:, 1],
        "value": totals.total[days][:, :, SUMS.index("net_value")].sum(axis=1),
    }
