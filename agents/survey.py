"""Asking customers: who answers a survey, and what she says of her satisfaction. A firm's view is only this."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class SurveyParams(Declared):
    """A survey at the end of a run, of all who bought. It is looked at and changes nothing."""

    response: float = par(0.1, "1", 0, 1, "assumption", "Chance that a customer of middling satisfaction answers.")
    extremes: float = par(0.1, "1", 0, 1, "paper: Schoenmueller 2020, the polarity of self-selection",
                          "Rise of that chance with the square of how remarkable her satisfaction is.")  # fmt: skip
    politeness: float = par(0.3, "1", 0, 3, "assumption", "How much better than meant an answer is, in widths of satisfaction.")
    noise: float = par(0.4, "1", 0, 3, "assumption", "Spread of answers around what is meant, in widths.")
    score: float = par(7.3, "1", 0, 10, "calibrated: a net promoter score of 0 to 0.3 in an everyday market",
                       "Intention to recommend, 0 to 10, that goes with an answer of the middle.")  # fmt: skip
    score_slope: float = par(2.5, "1", 0, 10, "calibrated: 60-80 % say that they would refer, Kumar 2007",
                             "Rise of that intention with an answer one width better.")  # fmt: skip


@rule
def answers_survey(response, extremes, remarkable, u):
    """True if she answers: who is very pleased or very angry does so more."""
    return u < response + extremes * remarkable * remarkable


@rule
def says_of_it(remarkable, politeness, noise, z):
    """What she says: her satisfaction in widths from the middle, kindly put."""
    return remarkable + politeness + noise * z


@rule
def would_refer(said, middle, slope):
    """Stated intention to recommend on the usual scale of 0 to 10, from an answer in widths from the middle."""
    score = middle + slope * said
    return 0.0 if score < 0.0 else min(score, 10.0)
