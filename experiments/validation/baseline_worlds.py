"""The worlds of the replication baselines, by settings alone: what makes the market a Bass, a Goldenberg or a Dirichlet market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...agents.view import Decision, FirmView, Push
from .goldenberg import CLIQUE, Automaton

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ...sim.customers_table import CustomersTable

HERE = "valuescape.experiments.validation.baseline_worlds"
UNHEARD_OF = 1e-9
"""Salience at the start of a firm that nobody thinks of, though its name would be recognised."""
NEVER_FADES = 3650.0
"""Days; the longest half-life there is."""
MOST_NEEDS = 100.0
"""Needs a year, as many as there can be: who has heard of an offer waits half a week."""
ALIKE = 20.0
"""Shape of the spread of need rates, as equal as they can be."""
POSTS = 0.02
"""Chance of a post on an episode; how many see it makes up for what it is."""
WEEKLY = {"pushes": [{"channel": "mail", "volume": 1.0}]}
"""A letter a week to everybody."""

BARE: dict[str, Any] = {
    "burn_in_days": 0,
    "trust": 1.0,
    "customers": {"contexts": 1, "drift": 0, "trend": 0, "desire_spread": 0, "talk_spread": 0, "order_spread": 0, "price_spread": 0,
                  "attention": 100, "peer_openness": 0.98, "likeness": 0},
    "network": {"followers": 0},
    "attention": {"mail": 0, "gain": 1, "fading": NEVER_FADES, "fading_bought": NEVER_FADES, "belief": 0, "offjob": 1, "irritation": 0,
                  "optout": 0, "respond_mail": 0, "respond_email": 0, "follow": 0},
    "choice": {"expectation": 0, "attachment": 0, "habit": 0, "price": 0, "taste": 0, "own_means": -60, "own_skill": 0, "nothing": -60},
    "integration": {"share_firm": 1, "share_own": 0, "share_peers": 0, "share_partners": 0, "share_public": 0, "noise": 0, "failure": 0,
                    "idle": 0, "ambition": 1, "fit_width": 0.1},
    "judgement": {"gap_weight": 0, "expectation": 0, "attach_rate": 0, "habit_rate": 0, "promise": 0, "trust_up": 0, "trust_down": 0},
    "talk": {"friends_base": 0, "friends_slope": 0, "feed_base": 0, "feed_good": 0, "feed_bad": 0, "openness": 0, "reshare_median": 0.001,
             "reshare_spread": 0, "moved": 0, "warmth": 0, "noticed": 1, "own_blame": 0, "sincerity_weight": 0, "source_up": 0},
    "threads": {"story_from": 10, "prompt_pull": 0, "thread_pull": 0, "mockery": 0},
    "media": {"reach": 0},
    "service": {"complain": 0, "question": 0},
    "community": {"join": 0},
}  # fmt: skip
"""A world with one road each for advertising and talk, both switched off: nothing fades, fails, annoys, is learned or complained of."""


class Steady:
    """One decision for good; its fields are the options."""

    def __init__(self, **fields: Any) -> None:
        self.decision = Decision.model_validate(fields)

    def decide(self, view: FirmView) -> Decision:
        """The decision, whatever is seen."""
        return self.decision


class FadingLetters:
    """A letter a week to everybody at first; from week to week only the part `lasting` of the volume is left."""

    def __init__(self, lasting: float) -> None:
        self.lasting = lasting

    def decide(self, view: FirmView) -> Decision:
        """Fewer letters each week."""
        return Decision(pushes=(Push(channel="mail", volume=self.lasting ** (view.day // 7)),))


def market(days: int, firms: dict[str, dict[str, Any]], **groups: Any) -> Scenario:
    """A bare market with the given firms, and the settings of `groups` over the bare ones."""
    from ...scenarios.schema import Scenario

    world = {name: dict(value) if isinstance(value, dict) else value for name, value in BARE.items()}
    for name, value in groups.items():
        world[name] = {**world.get(name, {}), **value} if isinstance(value, dict) else value
    return Scenario.model_validate({"name": "bare", "days": days, "world": world, "firms": firms})


def needs_a_day(need_rate: float, need_shape: float | None = None) -> float:
    """Jobs that arise to a person in a day, in the mean over people: gaps are whole days, at least one, so a few less than the rate says.

    `need_rate` is in 1/year; with a `need_shape` rates are gamma distributed, without one all people have the same.
    """
    from scipy import stats

    def a_day(rate: Any) -> Any:
        missed = np.exp(-rate)  # chance that a gap is a day or longer
        return 1.0 / (missed / (1.0 - missed) + 1.0 - missed)

    mean = need_rate / 365.0
    return float(a_day(mean) if need_shape is None else stats.gamma(need_shape, scale=mean / need_shape).expect(a_day))


def bass_world(people: int, days: int, advertising: float, imitation: float, mean_degree: float = 100, rewiring: float = 1.0) -> Scenario:
    """One offer that everybody likes; chance a day of being reached by a letter, and people whom an adopter's talk reaches in a day.

    Ties lead to anybody (a random graph), every story has one listener, and who has heard buys at her next need: the sooner, the
    more needs there are. `rewiring` 0 is the counter-case: a ring on which talk stays among neighbours.
    """
    told = imitation / needs_a_day(MOST_NEEDS, ALIKE)
    return market(
        days, {"focal": {"strategy": f"{HERE}:Steady", "options": WEEKLY, "known": UNHEARD_OF, "budget": 10.0}},
        customers={"number": people, "need_rate": MOST_NEEDS, "need_shape": ALIKE},
        network={"kind": "small_world", "mean_degree": mean_degree, "rewiring": rewiring},
        attention={"mail": 7.0 * advertising},
        talk={"friends_base": told, "listeners": 1, "weak_listeners": 1.0},
    )  # fmt: skip


def goldenberg_world(people: int, weeks: int, numbers: Automaton) -> Scenario:
    """The automaton's numbers as settings; a period is a week.

    Stories go to one close friend, so that each hears them `strong` times as often as the automaton says; posts are seen by all
    ties with the chance `weak`. The disappointed have twice as much to tell, by the square of their deviation. A mood weighs much in
    the choice and does not pass; its steps are small and blame's tone is fifty times as strong as praise's, so that a dozen pieces of
    praise would be needed to make up for one of blame.
    """
    needs = 7.0 * needs_a_day(MOST_NEEDS)
    strong, weak = (-float(np.log1p(-chance)) for chance in (numbers.strong, numbers.weak))
    stories, more = (strong - weak) * (CLIQUE - 1) / needs, numbers.bad_news - 1.0
    return market(
        7 * weeks,
        {"focal": {"strategy": f"{HERE}:FadingLetters", "options": {"lasting": numbers.lasting}, "known": UNHEARD_OF, "quality": 1.0,
                   "budget": 10.0}},
        customers={"number": people}, attention={"mail": numbers.advertising}, choice={"attachment": 200, "own_means": -10},
        judgement={"neutral": 0.995},
        talk={"friends_base": stories, "friends_slope": stories * more, "feed_base": POSTS, "feed_bad": POSTS * more, "listeners": 1,
              "weak_listeners": 0, "sees": weak / needs / POSTS, "middle": 1.0, "width": 1.0, "warmth": 0.1,
              "mood_life": 3650, "moved_feed": 1.0},
    )  # fmt: skip


def goldenberg_people(disappointed: npt.NDArray[np.bool_]) -> CustomersTable:
    """People who are alike but for one thing: what the disappointed desire lies far from what is offered."""
    from ...sim.customers_table import CustomersTable

    one, far = np.ones(len(disappointed)), np.where(disappointed, 5.0, 0.0)
    alike = {"need_rate": MOST_NEEDS * one, "talkativeness": one, "openness": one, "online": 0.15 * one}
    jobs = {"desired_functional": far, "weight_functional": one, "weight_emotional": 0 * one, "weight_social": 0 * one}
    return CustomersTable(np.arange(len(disappointed)), alike | jobs)


def dirichlet_world(people: int, days: int, shares: Sequence[float], strength: float, needs: float, shape: float, habit: float) -> Scenario:
    """Brands of unequal standing among people with a lasting taste and nothing else; `habit` above 0 is the counter-case."""
    firms = {"focal" if k == 0 else f"rival_{k}": {"strategy": f"{HERE}:Steady", "share": share} for k, share in enumerate(shares)}
    return market(
        days, firms,
        customers={"number": people, "need_rate": needs, "need_shape": shape, "taste_strength": strength},
        network={"kind": "none"}, choice={"taste": 1, "fading": 0, "habit": habit}, judgement={"habit_rate": 1.0},
    )  # fmt: skip


def talk_world(people: int, days: int, ties: bool, talk: bool) -> Scenario:
    """The everyday market with its usual rules, without ties, communities, press and open places; or with its ties."""
    from ...scenarios.load import load

    said = {
        "world.burn_in_days": 0, "world.customers.need_rate": 30, "world.media.reach": 0, "world.community.join": 0,
        "world.talk.openness": 0, "world.talk.volume": 1 if talk else 0, "world.network.kind": "market" if ties else "none",
    }  # fmt: skip
    return load("baseline", set=said, days=days, customers=people)
