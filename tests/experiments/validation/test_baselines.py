"""Baselines hold where they should, and fail on their counter-cases. Small worlds: the command runs larger ones."""

import json
from dataclasses import replace

import numpy as np
import pytest

from valuescape.experiments.validation import baselines as b
from valuescape.experiments.validation.baseline_worlds import needs_a_day
from valuescape.experiments.validation.goldenberg import CLIQUE, WEAK, Automaton, adoptions, circles

NOBODY = np.zeros(900, bool)


# --- the reference automaton ------------------------------------------------------------------------------------------


def test_circles_are_cliques_with_weak_ties_beyond():
    net = circles(900, 1)
    assert (net.strong == CLIQUE - 1).all()
    assert (net.degree - net.strong).mean() == pytest.approx(WEAK, abs=0.1)
    assert (net.degree - net.strong).max() == WEAK
    assert not net.notes


def test_advertising_alone_reaches_people_at_its_chance():
    alone = Automaton(strong=0, weak=0, advertising=0.1, lasting=1)
    got = adoptions(circles(900, 1), NOBODY, 20, alone, 1)
    assert got[0] == pytest.approx(90, abs=30)
    assert got.sum() == pytest.approx(900 * (1 - 0.9**20), abs=60)


def test_fading_advertising_reaches_fewer():
    numbers = Automaton(strong=0, weak=0)
    assert adoptions(circles(900, 1), NOBODY, 60, numbers, 1).sum() == pytest.approx(900 * 0.05, abs=25)


def test_in_a_certain_world_news_goes_one_tie_a_period():
    """A strong tie that always tells: who is informed in a period has her whole clique informed in the next one."""
    sure = Automaton(strong=1, weak=0, advertising=0.02, lasting=0, bad_news=1)
    got = adoptions(circles(900, 1), NOBODY, 4, sure, 3)
    assert got[0] > 5
    assert got[1] > 5 * got[0]
    assert got[2:].sum() == 0


def test_the_disappointed_warn_and_whoever_rejects_warns_on():
    net, everybody = circles(900, 1), ~NOBODY
    loud, mute = (adoptions(net, everybody, 200, replace(Automaton(), rejecters_talk=talk), 1).sum() for talk in (True, False))
    assert loud < mute < 900 * 0.08


# --- baselines --------------------------------------------------------------------------------------------------------


def test_needs_a_day_are_those_of_the_world():
    """Rare needs lose nothing to whole days; frequent ones gain a little from gaps that are cut."""
    assert needs_a_day(1.0) == pytest.approx(1 / 365, rel=0.01)
    assert needs_a_day(100.0) == pytest.approx(1 / (np.exp(-100 / 365) / (1 - np.exp(-100 / 365)) + 1 - np.exp(-100 / 365)))
    assert needs_a_day(100.0, 20.0) < needs_a_day(100.0)


def test_b1_returns_the_bass_curve():
    """A small market blurs it: of 10,000 people a month's adopters are known to a twentieth."""
    fitted, paper = b.bass([0], people=10_000, mean_degree=60)
    assert fitted.measured > 0.98, fitted
    assert paper.measured > 0.97, paper
    assert fitted.low is None


def test_b1_fails_where_talk_stays_among_neighbours():
    fitted, paper = b.bass([0], people=6000, mean_degree=10, rewiring=0.0)
    assert fitted.verdict == b.FAILS, fitted
    assert paper.measured < 0


def test_b2_returns_the_automaton_and_not_another_one(monkeypatch):
    """Against the same numbers it holds; against an automaton whose weak ties tell more, it must not."""
    monkeypatch.setattr(b, "REFERENCES", 8)
    praise, own, full = b.goldenberg([0, 1, 2, 3], people=1800, weeks=60)
    assert abs(praise.measured) < 0.08, praise
    assert abs(own.measured) < 0.08, own
    assert full.verdict == b.FAILS, full
    other, *_ = b.goldenberg([0], people=1800, weeks=60, said=Automaton(weak=0.004))
    assert other.verdict == b.FAILS, other
    assert abs(other.measured) > 0.15


def test_b3_returns_dirichlet_buying_and_fails_with_habit():
    taste, habit = b.dirichlet([0, 1], people=2500), b.dirichlet([0], people=2500, habit=2.0)
    assert abs(taste.measured) < 0.12, taste
    assert habit.verdict == b.FAILS
    assert abs(habit.measured) > 0.15, habit


def test_b4_without_ties_talk_is_without_effect_and_with_them_it_is_not():
    row, other = b.no_ties([0, 1]), b.no_ties([0], ties=True)
    assert (row.verdict, row.measured) == (b.HOLDS, 1.0)
    assert (other.verdict, other.measured) == (b.FAILS, 0.0)


def test_a_band_takes_the_median_and_seven_tenths_of_the_seeds():
    assert b.within([0.995] * 7 + [0.9] * 3, 0.99) == b.HOLDS
    assert b.within([0.995] * 6 + [0.9] * 4, 0.99) == b.FAILS
    assert b.within([0.995, 0.9, 0.9], 0.99) == b.FAILS


def test_rows_are_plain_data():
    row = b.Row("B0", "s", "m", 1.0, None, None, b.HOLDS, "x")
    assert json.loads(json.dumps(row.as_dict()))["low"] is None
