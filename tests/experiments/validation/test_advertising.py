"""What advertising sells and when it wears out: sales and opinions that were made by a known law."""

import numpy as np
import pytest

from valuescape.experiments.validation.advertising import FOCAL, MORE, QUARTER, YEAR, by_a_tenth, opinion, turn
from valuescape.tests.experiments.validation.paper_world import seen_on_paper, stand_of
from valuescape.tests.sim.paper import Paper


def sales(short, long):
    """Deals by day as usual, and with elasticities of the first quarter and of the second year."""
    usual = np.random.default_rng(1).uniform(50, 150, 2 * YEAR)
    elasticity = np.full(2 * YEAR, 9.0)  # what is between the two must not matter
    elasticity[:QUARTER], elasticity[YEAR:] = short, long
    return usual, usual * MORE**elasticity


@pytest.mark.parametrize(("short", "long"), [(0.1, 0.2), (0.05, 0.15), (0.2, 0.2)])
def test_known_elasticities_and_their_ratio_are_found_again(short, long):
    found = by_a_tenth(*sales(short, long))
    assert found == {"short": pytest.approx(short), "long": pytest.approx(long), "ratio": pytest.approx(long / short)}


def test_advertising_without_effect_has_no_elasticity_and_no_ratio():
    usual, _ = sales(0.1, 0.2)
    assert by_a_tenth(usual, usual) == {"short": 0.0, "long": 0.0, "ratio": None}
    assert by_a_tenth(*sales(-0.1, 0.2))["ratio"] is None


def test_opinion_turns_at_its_peak_and_is_looked_at_again_after_twice_as_many():
    curve = np.full(24, 0.1)
    curve[7], curve[15] = 0.5, 0.3  # the eighth and the sixteenth message
    assert turn(curve) == {"peak": 8.0, "left": pytest.approx(0.6)}
    assert turn(np.roll(curve, 1))["left"] == pytest.approx(0.2)  # the ninth, while the seventeenth is not the eighteenth


def test_an_opinion_that_only_rises_has_not_worn_out():
    assert turn(np.linspace(0.1, 0.5, 24)) == {"peak": 24.0, "left": 1.0}
    late = np.linspace(0.1, 0.5, 24)
    late[-1] = 0.25  # twice 23 is beyond what was met: the last stands for it
    assert turn(late) == {"peak": 23.0, "left": pytest.approx(0.25 / late[22])}


def test_an_opinion_counts_what_comes_to_mind():
    paper = Paper(people=2, firms=2)
    seen = seen_on_paper(paper)
    stand = stand_of(paper, 10)
    stand.people["skill"] = 0.5
    stand.pairs["salience"][:, FOCAL] = [0.5, 0.0]
    seen.model.day = 10
    for name in ("people", "pairs", "bonds", "firms"):
        setattr(seen.model.columns, name, getattr(stand, name))
    worth = np.exp([0.0, 0.0, paper.params.choice.own_means, paper.params.choice.nothing])
    assert opinion(seen.model) == pytest.approx([0.5 * worth[0] / worth.sum(), 0.0])
