"""What rows of people say of a population: means with intervals, zeros, ranks, how much the most influential bring, sums.

Rows are a table by person and luck. Intervals are percentiles over resamples, seeded by name, of people (within the strata
they were drawn from; of nobody, where all were asked) and of lucks. They are of one world of people and ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .tail import LEVEL, RESAMPLES, Figure, generator, missing
from .verdict import ONE_HISTORY, Estimate, estimate

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
MONEY = ("crv_causal", "civ", "influence", "clv", "crv_attributed")
"""What is read of each person, in money."""
ONE_LUCK = "one luck is one history: chance among people is in the interval, chance in what happens is not"
TOP = 0.1
ZEROS = "nobody's influence differs from 0"


class People(NamedTuple):
    """Money by name, person and luck, and how the people were drawn."""

    money: Mapping[str, Floats]
    """name -> float64 [person, luck]."""
    weight: Floats
    """For how many people each stands."""
    stratum: npt.NDArray[np.int64]
    all_asked: bool
    """Whether everybody was asked, so that there is no chance in who was."""

    @property
    def lucks(self) -> int:
        """How many lucks there are."""
        return int(self.money["influence"].shape[1])


FEWEST = 2
"""People of each fifth from which on resamples of them say what another draw would have given."""


class Resamples:
    """How often each person and each luck is in each resample; the same for all figures, so that ratios are paired."""

    def __init__(self, people: People) -> None:
        rng = generator("influence")
        count, lucks = people.money["influence"].shape
        self.people = np.ones((RESAMPLES, count)) if people.all_asked else np.zeros((RESAMPLES, count))
        for h in [] if people.all_asked else np.unique(people.stratum):
            at = np.flatnonzero(people.stratum == h)
            self.people[:, at] = rng.multinomial(len(at), np.full(len(at), 1.0 / len(at)), RESAMPLES)
        self.luck = rng.multinomial(lucks, np.full(lucks, 1.0 / lucks), RESAMPLES) / lucks
        self.none = ONE_HISTORY if people.all_asked and lucks == 1 else None
        """Why there is no interval: nothing is left to chance, or too few were drawn to tell what chance does."""
        if not people.all_asked and count and np.unique(people.stratum, return_counts=True)[1].min() < FEWEST:
            self.none = f"too few people were asked for an interval: it takes {FEWEST} of each fifth"

    def figure(self, value: float, found: Floats) -> Figure:
        """A figure with its interval over resamples; without one where nothing can be resampled."""
        if self.none is not None:
            return {"value": value, "low": None, "high": None, "why": self.none}
        low, high = np.nanquantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return {"value": value, "low": float(low), "high": float(high)}


def mean_of(people: People, values: Floats, resamples: Resamples) -> Figure:
    """The population's mean of a table [person, luck]."""
    value = float(people.weight @ values.mean(axis=1) / people.weight.sum())
    weights = resamples.people * people.weight
    return resamples.figure(value, ((weights @ values) * resamples.luck).sum(axis=1) / weights.sum(axis=1))


def sum_against(people: People, all_talk: Floats, resamples: Resamples) -> dict[str, Figure]:
    """The sum of everybody's influence, what is lost where nobody's talk is heard (by luck), and their ratio."""
    values = people.money["influence"]
    whole = people.weight.sum()
    weights = resamples.people * people.weight
    sums = ((weights @ values) * resamples.luck).sum(axis=1) / weights.sum(axis=1) * whole
    talk = resamples.luck @ all_talk
    total, lost = float(people.weight @ values.mean(axis=1)), float(all_talk.mean())
    found = {"sum": resamples.figure(total, sums), "all_talk": resamples.figure(lost, talk)}
    if people.lucks == 1:
        found["all_talk"] = {"value": lost, "low": None, "high": None, "why": ONE_HISTORY}
    if lost == 0.0:
        return found | {"ratio": missing("no talk, no difference")}
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = resamples.figure(total / lost + 0.0, sums / talk)
    return found | {"ratio": ratio}


def rank_correlation(people: People, one: str, other: str, resamples: Resamples) -> Figure:
    """Spearman's rho over people between their means of two kinds of money; resampled over people alone."""
    from scipy.stats import rankdata

    columns = [people.money[name].mean(axis=1) for name in (one, other)]
    if len(columns[0]) < 3 or any(np.ptp(column) == 0.0 for column in columns):
        return missing("a rank correlation needs 3 people who differ")
    value = float(np.corrcoef(*(rankdata(column) for column in columns))[0, 1])
    if people.all_asked:
        return {"value": value, "low": None, "high": None, "why": "of everybody: nobody was drawn"}
    found = []
    for counts in resamples.people[: RESAMPLES // 2]:
        picked = np.repeat(np.arange(len(counts)), counts.astype(np.int64))
        ranks = [rankdata(column[picked]) for column in columns]
        if all(np.ptp(rank) > 0 for rank in ranks):
            found.append(float(np.corrcoef(*ranks)[0, 1]))
    return resamples.figure(value, np.array(found)) if found else missing("too few people who differ")


def top_share(values: Floats, weight: Floats, order_by: Floats | None = None) -> float | None:
    """The part of all influence above 0 that the most influential tenth of people bring, by means over lucks [person, luck].

    `order_by` says who is most influential; from other lucks, so that chance cannot choose whom it favours.
    """
    mean = values.mean(axis=1)
    above = np.maximum(mean, 0.0) * weight
    if not above.sum() > 0:
        return None
    key = -(mean if order_by is None else order_by.mean(axis=1))
    _, rank = np.unique(key, return_inverse=True)
    size = np.bincount(rank, weight)  # who are equal share the place that is left
    inside = np.clip((TOP * weight.sum() - (np.cumsum(size) - size)) / size, 0.0, 1.0)
    return float(above @ inside[rank] / above.sum())


def concentration(people: People) -> dict[str, Any]:
    """`top_share` by the same lucks, and as a mean over halves of the lucks: the tenth of one half, measured in the other."""
    values = people.money["influence"]
    same = top_share(values, people.weight)
    found: dict[str, Any] = {"value": same} if same is not None else {"value": None, "why": "nobody's influence is above 0"}
    if people.lucks < 2:
        return found | {"in_other_lucks": None, "why_not_in_other_lucks": "needs 2 lucks: with one, luck chooses the top"}
    halves = values[:, ::2], values[:, 1::2]
    crossed = [top_share(one, people.weight, other) for one, other in (halves, halves[::-1])]
    if None in crossed:
        return found | {"in_other_lucks": None, "why_not_in_other_lucks": "nobody's influence is above 0 in half of the lucks"}
    return found | {"in_other_lucks": float(np.mean([share for share in crossed if share is not None]))}


def by_customer(people: People) -> dict[str, Floats]:
    """Mean of each kind of money over lucks with its 95 % t-interval (nan with one luck), and the share of exact zeros."""
    from scipy.stats import t

    found: dict[str, Floats] = {}
    for name in MONEY:
        values = people.money[name]
        found[name] = values.mean(axis=1)
        half = np.full(len(values), np.nan)
        if people.lucks > 1:
            half = t.ppf((1 + LEVEL) / 2, people.lucks - 1) * values.std(axis=1, ddof=1) / np.sqrt(people.lucks)
        found |= {f"{name}_low": found[name] - half, f"{name}_high": found[name] + half}
    return found | {"zeros": (people.money["influence"] == 0.0).mean(axis=1)}


def by_group(shares: pa.Table) -> dict[int, Estimate]:
    """Mean of each group's share over lucks with its 95 % t-interval, from a table of luck, group and share."""
    groups, values = shares["group"].to_numpy(), shares["share"].to_numpy()
    return {group: estimate(values[groups == group].tolist()) for group in sorted({*groups.tolist()})}
