"""Facts about storms of blame (V34, V35, V39): what makes them worse, how opinion recovers, and what answering does.

A storm is a story that the press took up. Most stories are not: so each seed goes through lucks until it has its storms.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...sim.events import KIND, PLACES, TALLIES
from ...sim.model import Checkpoint, ServiceEcosystem
from ...sim.totals import PLACED
from ..twins import FOCAL, PUBLIC, levels_of, mood_left
from .branches import past as burnt_in

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

Measures = dict[str, float | None]
WEEK = 7
AFTER = 84
"""Days over which a storm is looked at."""
MOST_LUCKS = 40
STORMS_A_KIND = 6
FEWEST = 50
"""Storms that a regression takes: markets are pooled until there are so many."""


class Course(NamedTuple):
    """The course of a world by day from 0: what people think of the focal firm, who considers it, what is said in public."""

    opinion: np.ndarray
    """Mean over people who know the firm of what expectation, attachment and mood are worth in a choice."""
    considered: np.ndarray
    mentions: np.ndarray
    blame: np.ndarray
    model: ServiceEcosystem


def opinion_of(model: ServiceEcosystem) -> float:
    """Mean brand perception today: the part of utility that the firm's doings can move, over those who know it."""
    w, p = model.columns, model.params
    pairs = w.pairs[:, FOCAL]
    felt = pairs["attachment"].astype(np.float64) + mood_left(w.bonds[:, FOCAL], model.day, p)
    worth = p.choice.expectation * pairs["expectation"].astype(np.float64) + p.choice.attachment * felt
    return float(worth[pairs["known"] > 0].mean())


def course(scenario: Scenario, past: Checkpoint, luck: int, without: str | None = None) -> Course:
    """Run a world from its checkpoint and follow opinion day by day."""
    model = ServiceEcosystem.branch(past, scenario, luck=luck, without=without, detail="talk")
    opinion, considered = [], []
    for _ in range(scenario.days):
        model.step()
        opinion.append(opinion_of(model))
        considered.append(levels_of(model)[1])
    model.close()
    totals = model.totals
    days = totals.rows(0)
    public = totals.place[days, FOCAL, PLACED.index("utterance")][:, PUBLIC].sum(axis=1) + totals.kind[days, FOCAL, KIND["relay"]]
    blame = totals.tally[days, FOCAL, TALLIES.index("blame")]
    return Course(np.array(opinion), np.array(considered), public.astype(np.float64), np.asarray(blame), model)


def began(one: Course, day: int) -> int | None:
    """The day on which the press took up a story about the focal firm, from `day` on; None where it did not."""
    rows = one.model.events
    taken = rows[(rows["kind"] == KIND["picked_up"]) & (rows["firm"] == FOCAL) & (rows["day"] >= day)]
    return int(taken["day"].min()) if len(taken) else None


def storm(
    scenario: Scenario, past: Checkpoint, seed: int, first: int = 0, breaks: Callable[[Course, Course, int], int | None] | None = None,
) -> tuple[Course, Course, int, int] | None:  # fmt: skip
    """The first luck from `first` on in which a storm broke: with and without the trigger, its first day, and the luck."""
    day = min(shock.day for shock in scenario.shocks)
    for luck in range(first, first + MOST_LUCKS):
        gc.collect()  # worlds without a storm are many, and would wait for the collector
        there = course(scenario, past, 1000 * seed + luck)
        if breaks is None and began(there, day) is None:
            continue
        away = course(scenario, past, 1000 * seed + luck, "trigger")
        begin = (breaks or taken_up)(there, away, day)
        if begin is not None and begin + 2 * WEEK <= scenario.days:
            return there, away, begin, luck
    return None


def taken_up(there: Course, away: Course, day: int) -> int | None:
    """The day on which the press took up a story that it does not take up without the trigger."""
    return began(there, day) if began(away, day) is None else None


def spreads(there: Course, away: Course, day: int) -> int | None:
    """The first day from `day` on of a week in which a hundredth of the people spoke in public beyond those who do without the trigger."""
    week = np.convolve(there.mentions - away.mentions, np.ones(WEEK), "valid")
    at = np.flatnonzero(week[day:] >= len(there.model.columns.ids) / 100)
    return None if not len(at) else int(min(day + at[0] + WEEK - 1, len(there.mentions) - 1))


def turned(there: Course, away: Course, day: int) -> int | None:
    """The day of a prompt that drew more blame within a week than there is without it."""
    return day if there.blame[day : day + WEEK].sum() > away.blame[day : day + WEEK].sum() else None


# --- V35 --------------------------------------------------------------------------------------------------------------


def recovery(seed: int) -> Measures:
    """Consideration after one large storm, by weeks since it broke (V35): when it is lowest, and how much is back later.

    `back` is the mean over the second to fourth week after the lowest of the part of the fall that is made up for.
    """
    from ...scenarios.load import load

    scenario = load("flight").seated("says_nothing")
    past = burnt_in(scenario, seed)
    found = storm(scenario, past, seed)
    if found is None:
        return {"trough": None, "back": None}
    there, away, begin, _ = found
    fall = (away.considered - there.considered)[begin:]
    weeks = fall[: len(fall) // WEEK * WEEK].reshape(-1, WEEK).mean(axis=1)
    lowest = int(np.argmax(weeks))
    after = weeks[lowest + 2 : lowest + 5]
    back = float(np.mean(1.0 - after / weeks[lowest])) if len(after) == 3 and weeks[lowest] > 0 else None
    return {"trough": float(lowest), "back": back}


# --- V34 --------------------------------------------------------------------------------------------------------------

FEATURES = ("volume", "duration", "vivid", "service")


def worse(seed: int) -> np.ndarray:
    """The storms of one market (V34), a row each: the fall of opinion over four weeks, then its FEATURES; float64 [storms, 5].

    Failures told plainly or vividly, and prompts of the firm's own that were turned against it; each beside its twin.
    """
    from ...scenarios.load import load

    base = load("flight").seated("says_nothing")
    failure = base.shocks[0]
    kinds = {
        "vivid": failure, "plain": failure.model_copy(update={"vividness": 8.0}),
        "prompt": failure.model_copy(update={"kind": "prompt", "vividness": 1.0, "promotion": 1.0, "posts": 4}),
    }  # fmt: skip
    past = burnt_in(base, seed)
    rows: list[list[float]] = []
    for name, shock in kinds.items():
        scenario = base.model_copy(update={"shocks": [shock], "days": failure.day + AFTER + 56})
        first = 0
        for _ in range(STORMS_A_KIND):
            found = storm(scenario, past, seed, first, turned if name == "prompt" else spreads)
            if found is None:
                break
            there, away, begin, luck = found
            first = luck + 1
            more = (there.mentions - away.mentions)[begin : begin + AFTER]
            fall = float((away.opinion - there.opinion)[begin : begin + 28].mean())
            rows.append([fall, np.log1p(max(0.0, float(more.sum()))), float((more > 0).sum()), float(name == "vivid"),
                         float(name != "prompt")])  # fmt: skip
    return np.array(rows, dtype=np.float64).reshape(-1, 1 + len(FEATURES))


def pooled(markets: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """Markets in turn put together until a pool has FEWEST storms; what is left joins the last pool."""
    found: list[list[np.ndarray]] = []
    open_: list[np.ndarray] = []
    for one in markets:
        open_.append(one)
        if sum(len(part) for part in open_) >= FEWEST:
            found.append(open_)
            open_ = []
    if open_ and found:
        found[-1] += open_
    return found


def coefficients(markets: Sequence[np.ndarray]) -> Measures:
    """Standardised coefficients of the fall on FEATURES over the storms of some markets, each with its own mean."""
    table = np.concatenate([one - one.mean(axis=0) for one in markets if len(one)])
    spread = table.std(axis=0)
    if (spread == 0).any():
        return dict.fromkeys(FEATURES)
    z = table / spread
    slopes = np.linalg.lstsq(z[:, 1:], z[:, 0], rcond=None)[0]
    return dict(zip(FEATURES, (float(one) for one in slopes), strict=True))


# --- V39 --------------------------------------------------------------------------------------------------------------

POLICIES = ("says_nothing", "explains", "pays_in_public", "helps_in_private")
STORMS_A_MARKET = 3


def answers(seed: int) -> Measures:
    """What policies change in the same storms (V39): sizes relative to no answer, and the complainer's attachment.

    `styles` counts the policies with which a storm of this market is smallest.
    """
    from ...scenarios.load import load

    scenario = load("flight")
    past = burnt_in(scenario.seated("says_nothing"), seed)
    sizes: dict[str, list[float]] = {name: [] for name in POLICIES}
    bonds: dict[str, list[float]] = {name: [] for name in POLICIES}
    first, best = 0, set()
    for _ in range(STORMS_A_MARKET):
        found = storm(scenario.seated("says_nothing"), past, seed, first)
        if found is None:
            break
        there, _, _, luck = found
        first = luck + 1
        hit = struck_by(there.model)
        for name in POLICIES:
            one = there if name == "says_nothing" else course(scenario.seated(name), past, 1000 * seed + luck)
            sizes[name].append(size_of(one.model, hit))
            row = int(np.flatnonzero(one.model.columns.ids == hit)[0])
            bonds[name].append(float(one.model.columns.pairs[row, FOCAL]["attachment"]))
        best.add(min(POLICIES, key=lambda name: sizes[name][-1]))
    if not sizes["says_nothing"]:
        return dict.fromkeys(("explains", "pays", "relation", "styles"))
    size = {name: float(np.mean(found)) for name, found in sizes.items()}
    bond = {name: float(np.mean(found)) for name, found in bonds.items()}
    none = size["says_nothing"]
    return {
        "explains": size["explains"] / none, "pays": size["pays_in_public"] / none,
        "relation": min(bond[name] for name in POLICIES[1:]) - bond["says_nothing"], "styles": float(len(best)),
    }  # fmt: skip


def struck_by(model: Any) -> int:
    """The id of the person whom the shock hit."""
    rows = model.events
    return int(rows[rows["kind"] == KIND["shock"]]["actor"][0])


def size_of(model: Any, who: int) -> float:
    """How many said or passed on what this person said about the focal firm: her posts and their relays."""
    rows = model.events
    mine = rows[(rows["kind"] == KIND["utterance"]) & (rows["place"] == PLACES.index("feed")) & (rows["actor"] == who)
                & (rows["firm"] == FOCAL) & (rows["day"] >= 0)]  # fmt: skip
    relays = rows[(rows["kind"] == KIND["relay"]) & np.isin(rows["thread"], mine["thread"])]
    return float(len(mine) + len(relays))
