"""Buying and loyalty on data whose answer is known: brands, counts, and what goes with satisfaction."""

import numpy as np
import pytest

from valuescape.experiments.validation.loyalty_facts import correlates, counts, jeopardy, preferences
from valuescape.experiments.validation.watch import EPISODE
from valuescape.tests.experiments.validation.paper_world import seen_on_paper, stand_of
from valuescape.tests.sim.paper import Paper

# --- brands and counts ------------------------------------------------------------------------------------------------


def test_double_jeopardy_of_three_brands_by_hand():
    """Shares 6, 3 and 1 of 10, reached 3, 2 and 1 of 4, bought 2, 1.5 and 1 times."""
    found = jeopardy(np.array([[3, 0, 0], [2, 2, 0], [1, 1, 1], [0, 0, 0]]))
    assert found == {
        "share_and_reach": pytest.approx(5 / np.sqrt(76 / 3)),
        "reach_and_often": pytest.approx(1),
        "worst": pytest.approx(-0.25),
    }


def test_a_small_brand_with_loyal_buyers_is_the_worst():
    found = jeopardy(np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 0, 9]]))
    assert found["worst"] == pytest.approx(8)
    assert found["share_and_reach"] < 0
    assert found["reach_and_often"] < 0


def test_deals_of_a_year_in_the_category_are_an_nbd_and_those_of_one_brand_another():
    deals = np.random.default_rng(2).negative_binomial(0.4, 0.4 / 1.9, 30_000)
    split = np.random.default_rng(3).binomial(deals, 0.5)
    found = counts(np.column_stack([split, deals - split]))
    assert found["r"] == pytest.approx(0.4, rel=0.05)
    assert found["zero_error"] < 0.01


def test_a_market_in_which_half_never_buy_is_none():
    deals = np.random.default_rng(4).poisson(3.0, 20_000) * np.repeat([0, 1], 10_000)
    assert counts(deals[:, None])["zero_error"] > 0.03


def test_deals_of_the_first_days_by_person_and_firm():
    paper = Paper(people=[7, 3, 9], firms=2)
    for who, firm, day in ((7, 0, 0), (7, 0, 9), (9, 1, 5), (3, 0, 10)):
        paper.buys(who, firm, day)
    assert seen_on_paper(paper).bought(10).tolist() == [[2, 0], [0, 0], [0, 1]]
    assert seen_on_paper(paper).bought(11).tolist() == [[2, 0], [1, 0], [0, 1]]


# --- what goes with satisfaction --------------------------------------------------------------------------------------


def test_a_preference_is_the_share_of_what_a_firm_is_worth():
    paper = Paper(people=3, firms=2)
    p = paper.params.choice
    stand = stand_of(paper, 10)
    stand.people["skill"], stand.people["irritability"] = [0.5, 0.5, 1.0], 1.0
    stand.pairs["expectation"][1, 0] = 0.5
    stand.pairs["irritation"][1, 1] = paper.params.attention.patience + 2.0
    plain, own, nothing = 1.0, np.exp(p.own_means), np.exp(p.nothing)
    better, worse, skilled = np.exp(0.5 * p.expectation), np.exp(-2.0 * p.annoyance), np.exp(p.own_means + 0.5 * p.own_skill)
    assert preferences(stand, paper.params) == pytest.approx(np.array([
        [plain / (2 * plain + own + nothing)] * 2,
        [one / (better + worse + own + nothing) for one in (better, worse)],
        [plain / (2 * plain + skilled + nothing)] * 2,
    ]), rel=1e-6)  # fmt: skip


DAY, HIGH, LOW = 200, 0.8, 0.0
GLAD = np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
SIX = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=bool)
"""Goes with GLAD in six of eight people: a correlation of one half."""
SHUFFLED = np.array([1, 1, 0, 0, 1, 1, 0, 0], dtype=bool)
"""Goes with GLAD in no way."""


def episodes_of(day, gap, satisfaction, firm=0):
    """An episode of everybody with a firm on a day."""
    told = np.zeros(8, dtype=EPISODE)
    told["day"], told["row"], told["who"], told["firm"] = day, np.arange(8), np.arange(8), firm
    told["gap"], told["satisfaction"] = gap, satisfaction
    told["valence"] = np.where(satisfaction > 0.3, 1.0, -1.0)
    return told


def met(gap, intends, again, blames, before=(), more=()):
    """V27 of eight people served on day 150; `intends`, `again` and `blames` say who would choose, did choose, and was badly served."""
    paper = Paper(people=8, firms=2, days=400)
    stand = stand_of(paper, DAY)
    stand.people["skill"] = 0.5
    stand.pairs["satisfaction"][:, 0] = np.where(GLAD, HIGH, LOW)
    stand.pairs["expectation"][:, 0] = np.where(intends, 0.9, 0.1)
    for who in range(8):
        same, other = (0, 1) if again[who] else (1, 0)
        paper.job(who, other, DAY - 1)  # before that day, and so not yet her next
        paper.job(who, same, DAY + 5)
        paper.job(who, other, DAY + 9)  # no more her next
    last = episodes_of(150, np.where(gap, 0.2, -0.2), np.where(blames, LOW, HIGH))
    return correlates(seen_on_paper(paper, stands=[stand], episodes=[*before, last, *more]), DAY)


def test_what_goes_with_satisfaction_wholly_by_half_or_not_at_all():
    found = met(gap=SIX, intends=GLAD, again=SIX, blames=~GLAD)
    assert found == {"disconfirmation": pytest.approx(0.5, abs=1e-6), "intention": pytest.approx(1.0, abs=1e-6),
                     "bad_talk": pytest.approx(-1.0, abs=1e-6), "act_below_intention": pytest.approx(0.5, abs=1e-6)}  # fmt: skip
    other = met(gap=SHUFFLED, intends=SIX, again=GLAD, blames=SHUFFLED)
    assert other == {"disconfirmation": pytest.approx(0.0, abs=1e-6), "intention": pytest.approx(0.5, abs=1e-6),
                     "bad_talk": pytest.approx(0.0, abs=1e-6), "act_below_intention": pytest.approx(-0.5, abs=1e-6)}  # fmt: skip


def test_only_the_last_episode_before_the_day_and_within_half_a_year_counts():
    plain = met(GLAD, SIX, SIX, ~GLAD)
    against = np.where(GLAD, -0.2, 0.2)
    early, old, late = (episodes_of(day, against, np.where(GLAD, LOW, HIGH)) for day in (149, DAY - 183, DAY))
    assert met(GLAD, SIX, SIX, ~GLAD, before=[old, early], more=[late]) == pytest.approx(plain)
    newer = met(GLAD, SIX, SIX, ~GLAD, more=[episodes_of(151, against, np.where(GLAD, LOW, HIGH))])
    assert (newer["disconfirmation"], newer["bad_talk"]) == (pytest.approx(-1.0, abs=1e-6), pytest.approx(1.0, abs=1e-6))


def test_praise_is_no_bad_talk_however_remarkable():
    """All well served, and some far better than the middle: nobody speaks ill, so that nothing goes with it."""
    with np.errstate(invalid="ignore"):
        assert np.isnan(met(GLAD, GLAD, SIX, np.zeros(8, dtype=bool))["bad_talk"])
