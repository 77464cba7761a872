"""What buying looks like where nothing but lasting differences between people is at work: NBD, Dirichlet, double jeopardy.

Ehrenberg 1972 (Repeat-Buying); Goodhardt, Ehrenberg & Chatfield 1984 (The Dirichlet).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
MOST_ALIKE = 1e4
"""Shape of the gamma at which rates are alike: counts that vary no more than Poisson ones end here."""


class Nbd(NamedTuple):
    """A negative binomial distribution of purchases per person in one period."""

    shape: float
    """Of the gamma spread of rates; smaller is more unequal."""
    mean: float
    """Purchases per person and period."""
    zero: float
    """Share of people without a purchase, as fitted."""
    seen_zero: float
    """The same, as counted."""


def fit_nbd(counts: Sequence[int] | Ints) -> Nbd:
    """The NBD most likely to give these purchases per person, those with none included; a ValueError for no purchase at all."""
    from scipy import optimize, stats

    counts = np.asarray(counts)
    if not len(counts) or counts.min() < 0 or counts.max() == 0:
        raise ValueError("an NBD needs counts per person, none below 0 and one above it")
    mean = float(counts.mean())  # its most likely value, whatever the shape
    number = np.bincount(counts)
    value = np.flatnonzero(number)

    def unlikely(log_shape: float) -> float:
        shape = np.exp(log_shape)
        return -float(number[value] @ stats.nbinom.logpmf(value, shape, shape / (shape + mean)))

    found = optimize.minimize_scalar(unlikely, bounds=(np.log(1e-3), np.log(MOST_ALIKE)), method="bounded", options={"xatol": 1e-6})
    shape = float(np.exp(found.x))
    return Nbd(shape, mean, float(stats.nbinom.pmf(0, shape, shape / (shape + mean))), float(np.mean(counts == 0)))


def fit_strength(bought: Ints) -> float:
    """Dirichlet S of a matrix of purchases [person, brand]: the most likely one, with shapes in proportion to market shares."""
    from scipy import optimize, stats

    rows = bought[bought.sum(axis=1) > 1]  # one purchase says nothing about how people differ
    share = bought.sum(axis=0) / bought.sum()
    if len(rows) == 0 or (share == 0).any():
        raise ValueError("Dirichlet S needs people with two purchases or more, and no brand that nobody buys")
    baskets, often = np.unique(rows, axis=0, return_counts=True)

    def unlikely(log_strength: float) -> float:
        return -float(often @ stats.dirichlet_multinomial.logpmf(baskets, np.exp(log_strength) * share, baskets.sum(axis=1)))

    found = optimize.minimize_scalar(unlikely, bounds=(np.log(0.01), np.log(1000.0)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))


class Brands(NamedTuple):
    """What each brand reaches, float64[brand] each."""

    share: Floats
    """Of all purchases."""
    penetration: Floats
    """Share of people who bought it at least once."""
    often: Floats
    """Purchases of it per buyer of it; nan where nobody bought it."""


def dirichlet_brands(shares: Sequence[float] | Floats, strength: float, mean: float, shape: float) -> Brands:
    """What NBD-Dirichlet theory says each brand reaches in a period.

    `shares` of the market (summing to 1), Dirichlet S `strength`; the category is bought `mean` times a person and period (M),
    with gamma `shape` (K). Of n purchases a brand gets none with the zero class of a beta-binomial.
    """
    from scipy import stats

    share = np.asarray(shares, float)
    if abs(share.sum() - 1.0) > 1e-6 or share.min() <= 0 or min(strength, mean, shape) <= 0:
        raise ValueError("shares must be above 0 and sum to 1, and S, M and K be above 0")
    category = stats.nbinom(shape, shape / (shape + mean))
    n = np.arange(int(category.isf(1e-9)) + 1)
    chance = category.pmf(n)
    own = strength * share
    zero = np.array([[stats.betabinom.pmf(0, int(k), a, strength - a) for k in n] for a in own]) if len(own) > 1 else (n == 0)[None]
    penetration = 1.0 - zero @ chance - (1.0 - chance.sum())
    return Brands(share, penetration, mean * share / penetration)


def brands_of(bought: Ints) -> Brands:
    """What each brand reached, from purchases [person, brand]; people who bought nothing count in penetration."""
    bought = np.asarray(bought)
    buyers = (bought > 0).sum(axis=0)
    total = bought.sum(axis=0)
    often = np.divide(total, buyers, out=np.full(len(buyers), np.nan), where=buyers > 0)
    return Brands(total / total.sum(), buyers / len(bought), often)


class Jeopardy(NamedTuple):
    """Double jeopardy: small brands have fewer buyers, who also buy them less often and give them less of their purchases."""

    brands: Brands
    requirements: Floats
    """Share of their category purchases that buyers of a brand give it, float64[brand]."""
    share_penetration: float
    """Correlation over brands of share and penetration; the others likewise."""
    penetration_often: float
    share_requirements: float
    against: float
    """By how much the purchases per buyer of a brand with fewer buyers than the leader exceed the leader's at most; below 0: none does."""


def double_jeopardy(bought: Ints) -> Jeopardy:
    """Double-jeopardy statistics of purchases [person, brand]; a ValueError for fewer than three brands that are bought."""
    bought = np.asarray(bought)
    bought = bought[:, bought.sum(axis=0) > 0]
    if bought.ndim != 2 or bought.shape[1] < 3:
        raise ValueError("double jeopardy needs three brands that are bought")
    brands = brands_of(bought)
    everything = bought.sum(axis=1)
    requirements = np.array([bought[:, j].sum() / everything[bought[:, j] > 0].sum() for j in range(bought.shape[1])])
    leader = int(np.argmax(brands.penetration))
    others = np.delete(brands.often, leader)

    def together(a: Floats, b: Floats) -> float:
        return float(np.corrcoef(a, b)[0, 1])

    return Jeopardy(brands, requirements, together(brands.share, brands.penetration), together(brands.penetration, brands.often),
                    together(brands.share, requirements), float(others.max() / brands.often[leader] - 1.0))  # fmt: skip
