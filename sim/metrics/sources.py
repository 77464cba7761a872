"""Who provides value (M47, M48, M56): the five sources of an episode, from the rows of resources used; detail full."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np

from ..events import SOURCES
from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .record import Floats, Record

NO_EPISODE = "no episode with the firm was completed"
WHOSE = ("her own", "the firm", "peers", "partners", "public resources")
PEOPLE = 400
"""Customers, those with the lowest ids, among whom distances are averaged."""


def brought(r: Record, f: int) -> tuple[Floats, np.ndarray]:
    """What each source brought to each of the firm's completed episodes, float64 [episode, source], and whose they were."""
    mine = r.rows("resource_used", firm=f)
    if not len(mine):
        raise NoValue(NO_EPISODE)
    keys, at = np.unique(mine["thread"], return_inverse=True)
    amounts = np.zeros((len(keys), len(SOURCES)))
    np.maximum.at(amounts, (at, mine["other"]), mine["value"])  # of several partners the best, as in the episode
    who = np.zeros(len(keys), dtype=np.int64)
    who[at] = mine["actor"]
    return amounts, who


def worth(amounts: Floats, shares: Floats, sigma: float) -> Floats:
    """Raw outcome of episodes from their sources, float64 [episode]: the rule `integrates` on whole columns."""
    if abs(sigma - 1.0) < 1e-9:
        return np.exp(np.log1p(amounts) @ shares) - 1.0  # type: ignore[no-any-return]
    rho = (sigma - 1.0) / sigma
    return (np.power(1.0 + amounts, rho) @ shares) ** (1.0 / rho) - 1.0  # type: ignore[no-any-return]


def shapley(amounts: Floats, shares: Floats, sigma: float) -> Floats:
    """Mean Shapley value of each source over episodes, float64 [source]: they add up to the mean raw outcome of all together.

    The value of a set of sources is what the rule of integration gives with those alone. A source alone with her own
    skill brings little where resources are complements: what they bring together is shared out evenly.
    """
    n = len(SOURCES)
    value = {}
    for size in range(n + 1):
        for chosen in combinations(range(n), size):
            present = np.zeros(n)
            present[list(chosen)] = 1.0
            value[frozenset(chosen)] = float(np.mean(worth(amounts * present, shares, sigma)))
    found = np.zeros(n)
    for s in range(n):
        for size in range(n):
            weight = factorial(size) * factorial(n - 1 - size) / factorial(n)
            for chosen in combinations([other for other in range(n) if other != s], size):
                found[s] += weight * (value[frozenset(chosen) | {s}] - value[frozenset(chosen)])
    return found


def source_shares(r: Record, f: int) -> Floats:
    """Part of the value of the firm's episodes that each source brought, by Shapley: float64 [source], sum 1."""
    p = r.params.integration
    shares = np.array([p.share_own, p.share_firm, p.share_peers, p.share_partners, p.share_public])
    found = shapley(brought(r, f)[0], shares / shares.sum(), p.sigma)
    whole = float(found.sum())
    if whole <= 0.0:
        raise NoValue("the firm's episodes were worth nothing")
    return found / whole


def source_share(source: int) -> Callable[[Record, int], float]:
    """The part of one source."""

    def share(r: Record, f: int) -> float:
        return float(r.once(f"sources {f}", lambda r: source_shares(r, f))[source])

    share.__doc__ = source_shares.__doc__
    return share


def cocreation_intensity(r: Record, f: int) -> float:
    """Completed episodes to which two others or more brought something beside her: firm, peers, partners, public."""
    others = np.count_nonzero(brought(r, f)[0][:, 1:] > 0.0, axis=1)
    return float(np.mean(others >= 2))


def personalisation(r: Record, f: int) -> float:
    """How much customers' mixes of sources differ: mean distance between the mean shares of two customers, 0 to 1.4."""
    amounts, who = brought(r, f)
    people, at = np.unique(who, return_inverse=True)
    people = people[:PEOPLE]
    mixes = np.zeros((len(people), len(SOURCES)))
    some = at < len(people)
    np.add.at(mixes, at[some], amounts[some] / amounts[some].sum(axis=1, keepdims=True))
    mixes /= np.bincount(at[some])[:, None]
    n = len(people)
    if n < 2:
        raise NoValue("fewer than two customers completed an episode")
    apart = np.sqrt(((mixes[:, None, :] - mixes[None, :, :]) ** 2).sum(axis=2))
    return ratio(float(apart.sum()), n * (n - 1), NO_EPISODE)


METRICS = (
    *(Metric(f"source_{name}", S, "outcome", "1", "M47", f"Part of the value of the firm's episodes that came from {whose}",
             source_share(s), NO_EPISODE, formula="Shapley value of the source / sum", detail="full")
      for s, (name, whose) in enumerate(zip(SOURCES, WHOSE, strict=True))),
    Metric("cocreation_intensity", S, "outcome", "1", "M48", "Episodes to which two others or more brought something",
           cocreation_intensity, NO_EPISODE, formula="episodes with >= 2 other sources / episodes", detail="full"),
    Metric("personalisation", S, "outcome", "1", "M56", "How much customers' mixes of sources differ", personalisation, NO_EPISODE,
           formula="mean distance of mean source shares", detail="full"),
)  # fmt: skip
