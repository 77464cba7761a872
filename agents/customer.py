"""Who a customer is: the traits that people are given once, and how their desires walk."""

from __future__ import annotations

from math import cos, exp, floor, log, sqrt

from .declare import Declared, par
from .rule import rule

LN2 = 0.6931471805599453
TAU = 6.283185307179586
SQRT12 = 3.4641016151377544
"""One over the standard deviation of a uniform draw."""


class CustomerParams(Declared):
    """How many people there are and how their lasting traits are spread; all traits are continuous."""

    number: int = par(2000, "people", 2, 100_000_000, "assumption", "People in the market; a network file fixes it.")
    need_rate: float = par(10.0, "1/year", 0.1, 100, "paper: scanner panels, 1-50 a year by category",
                           "Mean number of times a year that the category's job arises.")  # fmt: skip
    need_shape: float = par(0.6, "1", 0.2, 20, "data: CDNOW, gamma shape of repeat purchases 0.38",
                            "Shape of the gamma spread of need rates; smaller is more unequal.")  # fmt: skip
    skill: float = par(0.5, "1", 0.02, 0.98, "assumption", "Median skill in putting resources to use.")
    skill_spread: float = par(0.9, "1", 0, 3, "assumption", "Spread of skill on the logit scale.")
    desire_spread: float = par(0.5, "1", 0, 2, "assumption", "Standard deviation of desired outcomes per job.")
    job_spread: float = par(0.5, "1", 0, 2, "assumption", "Spread of the importance of the three jobs, log scale.")
    drift: float = par(0.1, "1", 0, 2, "assumption", "Walk of a desired outcome: standard deviation after a year.")
    trend: float = par(0.05, "1", -1, 1, "assumption", "Shift of everybody's functional desire in a year.")
    order_spread: float = par(0.5, "1", 0, 2, "data: CDNOW, spend per order has a cv of 0.9",
                              "Spread of a person's usual order value, log scale; the mean is 1.")  # fmt: skip
    price_spread: float = par(0.4, "1", 0, 2, "assumption", "Spread of price sensitivity, log scale; the mean is 1.")
    talk_spread: float = par(1.3, "1", 0, 2.5, "calibrated: top 1 % of posters write a fifth of the posts",
                             "Spread of talkativeness, log scale; the mean is 1.")  # fmt: skip
    online: float = par(0.15, "1", 0.01, 0.9, "paper: Keller Fay, 85-92 % of talk is off-line",
                        "Median share of a person's contacts that happen on-line.")  # fmt: skip
    attention: float = par(4.0, "items", 0.1, 100, "assumption", "Mean number of items a person has attention for in a day.")
    peer_openness: float = par(0.5, "1", 0.02, 0.98, "assumption", "Median openness to what peers say.")
    likeness: float = par(0.5, "1", 0, 1, "assumption", "Correlation of desires and skill with the trait that ties follow.")
    contexts: int = par(4, "1", 1, 16, "assumption", "Contexts in which a person's job may arise; with one there are no contexts.")
    context_spread: float = par(
        0.25, "1", 0, 2, "assumption",
        "Shift of desired outcomes (standard deviation) and of job weights (log scale) from context to context; 0 is context-free.",
    )  # fmt: skip
    context_skew: float = par(2.0, "1", 1, 10, "assumption", "How much one context prevails with her: in K^(-1/this) of her episodes.")
    turnover: float = par(0.0, "1/year", 0, 4, "assumption", "Rate at which people leave for good; a successor takes the place of each.")
    taste_strength: float = par(2.0, "1", 0.3, 20, "paper: scanner panels, Dirichlet S 0.7-5",
                                "Dirichlet S: how alike people are in lasting taste; smaller is more loyal.")  # fmt: skip


@rule
def normal_from(u, v):
    """A standard normal value from two draws (Box-Muller, first half)."""
    return sqrt(-2.0 * log(1.0 - u)) * cos(TAU * v)


@rule
def lasts(value, half_life, days):
    """What is left of `value` after `days` of fading with `half_life` (days)."""
    return value * exp(-LN2 * days / half_life)


@rule
def need_gap(rate, u):
    """Days until the next job arises, at least one, for a rate per day; exponential gaps make a Poisson stream."""
    return max(1.0, -log(1.0 - u) / rate)


@rule
def drifts(desired, spread, trend, days, z):
    """A desired outcome after `days`: a walk of yearly `spread` with draw z ~ N(0, 1), and the common yearly `trend`."""
    return desired + spread * sqrt(days / 365.0) * z + trend * days / 365.0


@rule
def context_of(home, contexts, skew, u):
    """Number of the context a job arises in, below `contexts`: `home` in [0, 1) says which of hers prevails."""
    step = contexts * exp(skew * log(max(u, 1e-300)))
    number = floor(home * contexts) + floor(step)
    return number if number < contexts else number - contexts


@rule
def shifted(desired, spread, u):
    """A desired outcome in a context; `u` is what this context is to her on this job."""
    return desired + spread * SQRT12 * (u - 0.5)


@rule
def weighs_in_context(weight, spread, u):
    """The importance of a job in a context, not yet relative to the others."""
    return weight * exp(spread * SQRT12 * (u - 0.5))
