"""Whom a message is aimed at: what a firm may know of a person, and the rule that selects her. No rule reads a desire."""

from __future__ import annotations

from math import exp, log

from .customer import LN2
from .declare import Declared, par
from .rule import rule


class TargetingParams(Declared):
    """Cut-offs of the target rules, and how well what is observable goes with what is not."""

    demography: float = par(0.3, "1", 0, 1, "assumption",
                            "Correlation of the demographic score with functional desire; at most the likeness of neighbours.")  # fmt: skip
    segment: float = par(0.6, "1", -10, 10, "assumption", "Demographic score that an offer at functional place 1 is aimed at.")
    segment_width: float = par(0.67, "1", 0, 5, "assumption", "Half-width of a demographic segment; the default holds half of all people.")
    recency: float = par(180.0, "days", 5, 3650, "assumption", "Half-life of deals in the score of recency, frequency and money.")
    worth: float = par(1.0, "1", 0, 100, "assumption", "That score, in mean orders, from which a customer is selected.")
    usual_gap: float = par(90.0, "days", 1, 3650, "assumption", "Gap between deals assumed before a customer has shown her own.")
    ripe: float = par(0.7, "1", 0, 10, "assumption", "Time since the last deal, in usual gaps, from which a next one is expected.")
    stale: float = par(2.0, "1", 0, 100, "assumption", "Time since the last deal, in usual gaps, after which none is expected any more.")
    job_window: float = par(14.0, "days", 0, 120, "assumption", "How near a need is that a job-timed message goes out for.")
    connected: float = par(1.5, "1", 0.01, 100, "assumption", "Public ties, relative to the mean, that make a person well connected.")
    guess: float = par(0.5, "1", 0, 5, "assumption", "Error in a firm's estimate of a person's public ties, log scale.")


@rule
def in_segment(score, offer, segment, width):
    """True if a person's demographic score lies where an offer at this functional place is aimed."""
    return abs(score - segment * offer) <= width


@rule
def is_worth(bought, order, days, half_life, least):
    """True if a customer's deals, by number and size and fading with the `days` since the last, come to `least` mean orders."""
    return bought > 0 and bought * order * exp(-LN2 * days / half_life) >= least


@rule
def gap_between(bought, span, assumed):
    """Usual days between a customer's deals, from `bought` of them over `span` days and one gap that is assumed."""
    return (span + assumed) / max(1.0, bought)


@rule
def is_ripe(days, gap, ripe, stale):
    """True if, `days` after her last deal, a customer with this usual gap is expected to buy again."""
    return ripe * gap <= days <= stale * gap


@rule
def shares_need(days_to_need, window, known, u):
    """True if a near need is known to the firm; `known` in [0, 1] is how much of her context it has."""
    return days_to_need <= window and u < known


@rule
def seems_connected(tied, connected, guess, z):
    """True if a person's public ties, relative to the mean and estimated with error z ~ N(0, 1), seem to be many."""
    return log(max(tied, 1e-6) / connected) + guess * z >= 0.0


@rule
def in_window(days, after, until):
    """True if the `days` since her last purchase lie within a contact schedule's window."""
    return after <= days <= until
