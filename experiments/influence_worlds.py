"""Worlds in which somebody is not heard: one world for each luck, and a twin for each person whose talk is asked about.

A twin equals its world until that person first talks. So who never talks needs none, and all others branch on the day of
their first talk: one pass of the world finds these days, a second one leaves a checkpoint on each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError
from ..sim.columns import NEVER
from ..sim.events import PURCHASE, REFERRAL_JOIN, RETURN
from ..sim.model import Checkpoint, ServiceEcosystem
from ..sim.silence import lots
from .ensemble import Identity, Rules, Tick, burnt_in, let_go

if TYPE_CHECKING:
    from ..sim.customers_table import CustomersTable
    from ..sim.network import Network

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FOCAL = 0
GROUPS = 5
"""Fifths of the people at day 0 by how loud they are: the strata of a sample, and the players of Shapley shares."""
READ = (PURCHASE, RETURN, REFERRAL_JOIN)


# --- who is asked about -----------------------------------------------------------------------------------------------


class Population(NamedTuple):
    """The people of day 0 in the order of their ids: id, whether they had bought from the focal firm, fifth by loudness."""

    ids: Ints
    bought: npt.NDArray[np.bool_]
    group: Ints


def population(past: Checkpoint) -> Population:
    """The people at a checkpoint; loudness is talkativeness times ties, and equals are parted by a named draw."""
    w = past.columns
    ids = w.ids.astype(np.int64)
    loud = w.people["talk"].astype(np.float64) * w.lives["tied"]
    order = np.lexsort((ids, lots(past.seed, ids), loud))
    group = np.empty(len(ids), dtype=np.int64)
    group[order] = np.arange(len(ids)) * GROUPS // len(ids)
    by_id = np.argsort(ids)
    return Population(ids[by_id], (w.pairs["bought"][:, FOCAL] > 0)[by_id], group[by_id])


def chosen(people: Population, seed: int, sample: int | str | Sequence[int]) -> tuple[Ints, Floats]:
    """Places in the population of the people asked about, ascending, and for how many people each stands.

    A number is drawn from each fifth alike, so that loud and quiet people are in; the weights make means unbiased.
    """
    if isinstance(sample, str) or (isinstance(sample, int) and sample >= len(people.ids)):
        return np.arange(len(people.ids)), np.ones(len(people.ids))
    if not isinstance(sample, int):
        lost = sorted(set(sample) - set(people.ids.tolist()))
        if lost:
            raise InputError("no customer with this id on day 0", key="sample", given=lost[0], allowed="ids of people in the market")
        return np.flatnonzero(np.isin(people.ids, list(sample))), np.ones(len(sample))
    strata = people.group if sample >= GROUPS else np.zeros_like(people.group)
    sizes = np.bincount(strata)
    quota = np.minimum(sizes, sample // len(sizes))
    while quota.sum() < sample:  # what does not divide goes to the louder that have people left
        quota[max(np.flatnonzero(quota < sizes), key=lambda h: (-quota[h], h))] += 1
    lot = lots(seed, people.ids)
    places = np.concatenate([(at := np.flatnonzero(strata == h))[np.argsort(lot[at])[: quota[h]]] for h in range(len(sizes))])
    places.sort()
    return places, (sizes / np.maximum(1, quota))[strata[places]]


# --- what is read of a world ------------------------------------------------------------------------------------------


class Money(NamedTuple):
    """Margin of the focal firm in cents, deal by deal and less what was given back: day, whose it was, cents."""

    day: Ints
    who: Ints
    cents: Ints

    def since(self, day: int) -> Money:
        """What came from this day on."""
        return Money(*(part[self.day >= day] for part in self))

    def flow(self, days: int, bought: Ints, but: int | None = None) -> Ints:
        """Cents by day of people who had not bought at day 0 and of those who had, without those of `but`: int64 [day, 2]."""
        found = np.zeros((days, 2), dtype=np.int64)
        there = slice(None) if but is None else self.who != but
        np.add.at(found, (self.day[there], np.isin(self.who[there], bought).astype(np.int64)), self.cents[there])
        return found


def money_of(events: np.ndarray) -> Money:
    """The focal firm's margin in a log that keeps purchases and returns."""
    rows = events[events["firm"] == FOCAL]
    deals, back = rows[rows["kind"] == PURCHASE], rows[rows["kind"] == RETURN]
    parts = (("day", "day"), ("actor", "other"))
    day, who = (np.concatenate([deals[one], back[other]]).astype(np.int64) for one, other in parts)
    return Money(day, who, np.concatenate([deals["value"].astype(np.int64), -back["amount"]]))


def attributed(events: np.ndarray, money: Money, window: float) -> dict[int, int]:
    """Cents by friend: what those who came by her praise brought within the window of the first deal, that deal too."""
    rows = events[(events["kind"] == REFERRAL_JOIN) & (events["firm"] == FOCAL)]
    friend = dict(zip(rows["actor"].tolist(), zip(rows["other"].tolist(), rows["day"].tolist(), strict=True), strict=True))
    found: dict[int, int] = {}
    theirs = np.isin(money.who, rows["actor"])
    for day, who, cents in zip(*(part[theirs].tolist() for part in money), strict=True):
        credited, joined = friend[who]
        if 0 <= day - joined <= window:
            found[credited] = found.get(credited, 0) + cents
    return found


def worth_of(days: int, discount: float) -> Floats:
    """What a cent of each day is worth on day 0, in money."""
    return np.asarray((1.0 + discount) ** (-np.arange(days) / 365.0) / 100.0)


# --- one luck ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece(Identity):
    """Part of what is asked of one luck: every `parts`-th of the sampled people from `part` on, and of the coalitions."""

    sample: int | str | tuple[int, ...] = 200
    part: int = 0
    parts: int = 1
    coalitions: tuple[tuple[int, ...], ...] = ()
    """Groups that are silent together."""


@dataclass(frozen=True)
class Heard:
    """What a piece has left: rows of people, the world's own row, and what each coalition's silence takes from the margin."""

    luck: int
    people: list[dict[str, Any]]
    world: dict[str, Any]
    lost: dict[tuple[int, ...], float] = field(default_factory=dict)


def days_of_piece(piece: Piece, people: int) -> int:
    """Days to simulate, those that twins share with their world counted too."""
    asked = people if isinstance(piece.sample, str) else piece.sample if isinstance(piece.sample, int) else len(piece.sample)
    count = len(range(piece.part, min(asked, people), piece.parts)) + len(piece.coalitions[piece.part :: piece.parts])
    return (2 + count) * piece.scenario.days


def run_silences(
    job: Sequence[Piece], network: Network | None, customers_table: CustomersTable | None, threads: int, rules: Rules | None,
    max_log: float | None, tick: Tick,
) -> list[Heard]:  # fmt: skip
    """All pieces of a job: they share one burn-in."""
    past = burnt_in(job, network, customers_table, threads, rules, max_log, tick)
    return [Listening(past, piece, {"luck": piece.luck, "threads": threads, "rules": rules}, tick).found() for piece in job]


class Listening:
    """One piece at work."""

    def __init__(self, past: Checkpoint, piece: Piece, options: Mapping[str, Any], tick: Tick) -> None:
        self.past, self.piece, self.options, self.tick = past, piece, dict(options), tick
        self.scenario, self.days = piece.seated, piece.scenario.days
        self.say = f"seed {piece.seed}, luck {piece.marks['luck']}"
        self.people = population(past)
        self.bought = self.people.ids[self.people.bought]
        self.worth = worth_of(self.days, float(self.scenario.world.discount))

    def found(self) -> Heard:
        """The world as it is, then its twins."""
        world = self._branch(self.past)
        self._goes_on(world, self.days)
        events, talked = world.events, self._first_talk(world)
        money = money_of(events)
        credited = attributed(events, money, float(self.scenario.world.talk.referral_margin))
        flow = money.flow(self.days, self.bought)
        row = {"luck": self.piece.marks["luck"], "margin": self._money(flow.sum(axis=1)), "attributed_cents": sum(credited.values()),
               "referred_cents": int(world.totals.tally_of("referred_cents", world.totals.rows(0), FOCAL)),
               "talkers": len(talked)}  # fmt: skip
        let_go(world)
        places, weights = chosen(self.people, self.past.seed, self.piece.sample)
        mine = slice(self.piece.part, None, self.piece.parts)
        rows = {}
        for at, weight in zip(places[mine].tolist(), weights[mine].tolist(), strict=True):
            who = int(self.people.ids[at])
            own = money.who == who
            rows[who] = {
                "luck": row["luck"], "customer": who, "weight": weight, "group": int(self.people.group[at]) + 1,
                "was_customer": bool(self.people.bought[at]), "talked": talked.get(who), "crv_causal": 0.0, "civ": 0.0,
                "clv": float(np.sum(money.cents[own] * self.worth[money.day[own]])), "crv_attributed": credited.get(who, 0) / 100.0,
            }  # fmt: skip
        for who, twin in self._twins({who: talked[who] for who in rows if who in talked}):
            day = talked[who]
            apart = money.since(day).flow(self.days, self.bought, who) - twin.since(day).flow(self.days, self.bought, who)
            rows[who]["crv_causal"], rows[who]["civ"] = (self._money(apart[:, k]) for k in range(2))
        for row_of in rows.values():
            row_of["influence"] = row_of["crv_causal"] + row_of["civ"]
            for _ in range(self.days if row_of["talked"] is None else row_of["talked"]):
                self.tick(self.say)  # what a twin shares with its world
        lost = {silent: self._lost(flow, silent) for silent in self.piece.coalitions[mine]}
        return Heard(row["luck"], list(rows.values()), row, lost)

    def _money(self, cents: Ints) -> float:
        """Discounted money of cents by day; exactly 0 where no day has any."""
        return float(np.sum(cents * self.worth)) if cents.any() else 0.0

    def _first_talk(self, world: ServiceEcosystem) -> dict[int, int]:
        """First day of talk by id, of those who talked, also where they have left meanwhile."""
        w = world.columns
        found = dict(zip(w.ids.tolist(), w.lives["talked"].tolist(), strict=True))
        for people, _, lives in world.departed:
            found |= dict(zip(people["id"].tolist(), lives["talked"].tolist(), strict=True))
        return {who: day for who, day in found.items() if day != NEVER}

    def _twins(self, first: dict[int, int]) -> Iterator[tuple[int, Money]]:
        """The margins of each one's twin from the day of her first talk on."""
        world = self._branch(self.past)
        for day in sorted(set(first.values())):
            self._goes_on(world, day)
            parting = world.checkpoint()
            for who in sorted(who for who, talks in first.items() if talks == day):
                twin = self._branch(parting, silent=[who])
                self._goes_on(twin, self.days)
                yield who, money_of(twin.events)
                let_go(twin)
        self._skip(self.days - world.day)
        let_go(world)

    def _lost(self, flow: Ints, silent: tuple[int, ...]) -> float:
        """Discounted margin, of everybody, that is lost where these groups are silent."""
        twin = self._branch(self.past, silent=self.people.ids[np.isin(self.people.group, silent)].tolist())
        self._goes_on(twin, self.days)
        apart = flow - money_of(twin.events).flow(self.days, self.bought)
        let_go(twin)
        return self._money(apart.sum(axis=1))

    def _branch(self, past: Checkpoint, silent: Sequence[int] | str = ()) -> ServiceEcosystem:
        model = ServiceEcosystem.branch(past, self.scenario, silent=silent, **self.options)
        model.columns.log.keep[list(READ)] = 1
        return model

    def _goes_on(self, model: ServiceEcosystem, until: int) -> None:
        while model.day < until:
            model.step()
            self.tick(self.say)

    def _skip(self, days: int) -> None:
        for _ in range(days):
            self.tick(self.say)
