"""The firm's view of satisfaction: a survey of its customers at the end of a run, drawn by name; it changes nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...agents.customer import normal_from
from ...agents.survey import answers_survey, says_of_it, would_refer
from ...agents.talk import deviation
from ..draws import SURVEY, uniforms
from .declare import NoValue
from .record import Record

PROMOTERS, DETRACTORS = 9.0, 6.5
"""Scores from which a customer counts as promoter, and below which as detractor: 9-10 and 0-6."""
WOULD = 8.0
"""Score from which a customer is said to be willing to refer the firm."""


class Answers(NamedTuple):
    """Who was asked and what they said."""

    asked: int
    rows: npt.NDArray[np.int64]
    """Rows of those who answered."""
    satisfaction: npt.NDArray[np.float64]
    """As they say it, on the scale of satisfaction."""
    intention: npt.NDArray[np.float64]
    """0 to 10."""


def asked(record: Record, firm: int) -> Answers:
    """The survey of a firm's customers, held once."""
    return record.once(f"survey {firm}", lambda r: survey(r, firm))  # type: ignore[no-any-return]


def survey(record: Record, firm: int) -> Answers:
    """Ask everybody who bought from the firm since day 0 and is still there."""
    w, p = record.columns, record.params
    pairs = w.pairs[:, firm]
    rows = np.flatnonzero((pairs["last_bought"] >= 0) & (pairs["bought"] > 0))
    if not len(rows):
        raise NoValue("the firm has no customers")
    ids, luck = w.ids[rows].astype(np.int64), int(w.seed[0])
    key = int(w.firms[firm]["key"])
    u0, u1, u2 = (uniforms(luck, SURVEY, record.day, ids, key + k) for k in range(3))
    remarkable = deviation(pairs["satisfaction"][rows].astype(np.float64), p.talk.middle, p.talk.width)
    answering = np.flatnonzero(answers_survey(p.survey.response, p.survey.extremes, remarkable, u0))
    if not len(answering):
        raise NoValue("nobody answered the survey")
    meant = [says_of_it(remarkable[k], p.survey.politeness, p.survey.noise, normal_from(u1[k], u2[k])) for k in answering]
    said = p.talk.middle + p.talk.width * np.array(meant)
    return Answers(
        len(rows),
        rows[answering],
        said,
        np.floor(np.array([would_refer(one, p.survey.score, p.survey.score_slope) for one in meant]) + 0.5),
    )
