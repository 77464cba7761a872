"""What advertising sells and when it wears out: sales and opinions that were made by a known law."""

import numpy as np
import pytest

from valuescape.experiments.validation import advertising
from valuescape.experiments.validation.advertising import FOCAL, MORE, QUARTER, YEAR, by_a_tenth, opinion, turn
from valuescape.experiments.validation.branches import spending
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


# --- which worlds are compared ----------------------------------------------------------------------------------------


@pytest.fixture
def on_paper(monkeypatch):
    """Let worlds that share a past be logs on paper, made by a function of how many times the usual goes into messages."""

    usual = spending(1.0)["shares"]["mail"]

    def made(log):
        def lived(scenario, seed, days, after=None, **_):
            assert after == ("past", scenario.name, seed)
            return seen_on_paper(log(scenario.firms["focal"].options["shares"]["mail"] / usual))

        monkeypatch.setattr(advertising, "past", lambda scenario, seed: ("past", scenario.name, seed))
        monkeypatch.setattr(advertising, "lived", lived)

    return made


def test_a_tenth_more_is_compared_with_the_usual_from_the_same_past(on_paper):
    """A hundred deals become 110 in the first quarter, and 121 in the second year: elasticities of one and two."""

    def log(times):
        more, paper = times > 1.05, Paper(people=10, firms=2, days=2 * YEAR)
        for day, deals in (
            (0, 110 if more else 100),
            (QUARTER, 500),
            (YEAR - 1, 50 if more else 500),
            (2 * YEAR - 1, 121 if more else 100),
        ):
            for _ in range(deals):
                paper.buys(1, day=day)
        paper.buys(2, firm=1)
        return paper

    on_paper(log)
    assert advertising.elasticities(3) == {"short": pytest.approx(1.0), "long": pytest.approx(2.0), "ratio": pytest.approx(2.0)}


def test_opt_outs_are_of_the_focal_firm_as_usual_and_at_triple_frequency(on_paper):
    def log(times):
        paper = Paper(people=50, firms=2)
        for who in range(round(10 * times)):
            paper.pushes(who)
            paper.pushes(who, firm=1)
            paper.refuses(who, firm=1)
        for who in range(1 if times < 2 else 6):
            paper.refuses(who)
        return paper

    on_paper(log)
    assert advertising.pressed(3) == {"usual": pytest.approx(0.1), "triple": pytest.approx(0.2)}
