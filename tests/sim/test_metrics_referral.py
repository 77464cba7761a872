"""Referral, advocacy and equity on paper (M15-M24): who brought whom, who stands where, who says what."""

import numpy as np
import pytest

from valuescape.sim.metrics.ledger import QUARTER
from valuescape.tests.sim.paper import NOTHING, OWN_MEANS, Paper, bought, of, value, why_none

ANN, BEA, CAT, DAN = range(4)
SINCERE = {"response": 1.0, "extremes": 0.0, "politeness": 0.0, "noise": 0.0, "score": 7.0, "score_slope": 1.5}


def referrals(discount=0.0):
    """500 days: Ann brings Bea on day 10; Cat comes by herself on day 12, Dan came before day 0 and praises."""
    paper = Paper(days=500, discount=discount)
    paper.buys(DAN, 0, -5, 1000, 900)
    paper.buys(ANN, 0, 0, 5000, 2000)
    paper.joins(BEA, ANN, 0, 10, 1000, 300)
    paper.gives_back(BEA, 0, 20, 50)
    paper.buys(BEA, 0, 374, 1000, 200)  # 364 days after her first deal: the last day that counts
    paper.buys(BEA, 0, 375, 1000, 700)
    paper.gives_back(BEA, 0, 380, 60)
    paper.buys(CAT, 0, 12, 1000, 100)
    paper.buys(CAT, 1, 13, 1000, 100)
    for who, praise, blame in ((ANN, 2, 1), (BEA, 2, 2), (CAT, 1, 0), (DAN, 3, 0)):
        for k in range(praise):
            paper.says(who, 0, 30 + k, 0.6, place="strong")
        for k in range(blame):
            paper.says(who, 0, 40 + k, -0.6)
        paper.says(who, 0, -3, 0.6)
    return paper


def test_referrals_on_paper():
    r = referrals().record()
    expected = {
        "crv": 1.5,  # 3.00 + 2.00 - 0.50 within the year, over three customers
        "referred_share": 1 / 3,
        "actual_referral": 1 / 3,
        # Bea earns the firm 3 + 2 + 7 - 0.5 - 0.6 in 490 days; Ann 20 in 500, Cat 1 in 488
        "referral_premium": 10.9 / 490 - (20 / 500 + 1 / 488) / 2,
        # own margin: Ann, Bea, Cat; credited: Ann, then both others: (1 + 1/2) / sqrt(2 x 3/2)
        "clv_crv_correlation": np.sqrt(3) / 2,
        "advocacy_rate": 1 / 3,  # Bea blamed as often as she praised, Cat praised once, Dan bought nothing since day 0
    }
    assert of(r, *expected) == pytest.approx(expected)


def test_without_discount_all_credit_is_the_margin_of_who_was_referred():
    r = referrals().record()
    assert r.sums.words["credit"][:, 0].tolist() == [450_000_000, 0, 0, 0]
    assert r.tally("referred_cents", 0) == 450
    half = referrals(1.0).record().sums.words["credit"][ANN, 0]  # at a rate of one a deal on day d counts 2 ** (-d / 365)
    assert half == pytest.approx(1e6 * (300 * 2 ** (-10 / 365) - 50 * 2 ** (-20 / 365) + 200 * 2 ** (-374 / 365)), abs=2)


def test_each_margin_is_counted_once_on_paper():
    paper = referrals()
    paper.params = type(paper.params).model_validate({"discount": 0.0, "service": {"minutes": 20}, "prices": {"staff_hour": 30.0}})
    paper.gives_back(DAN, 0, 5, 90)  # she bought before day 0
    for day in (1, 2):
        paper.helps(CAT, DAN, day=day)
    r = paper.record()
    expected = {
        "clv": 31 / 3,  # 20.00, 10.90 and 1.00, less 0.90
        "clv_own": 26.5 / 3,  # 4.50 of it is credited to Ann
        "ckv": 20 / 3,  # twice a third of an hour
        "customer_engagement_value": 51 / 3,
    }
    assert of(r, *expected) == pytest.approx(expected)


def test_states_say_the_same_of_advocates_and_know_who_is_new():
    paper = referrals()
    w = paper.states()
    bought(w, days=(0, 375, 12, -5))
    w.pairs["bought"][:, 0] = 1, 3, 2, 1  # Cat bought before day 0 already
    w.pairs["praise"][:, 0], w.pairs["blame"][:, 0] = (2, 2, 1, 3), (1, 2, 0, 0)
    r = paper.record(w)
    expected = {"advocacy_rate": 1 / 3, "crv": 1.5, "referral_premium": 10.9 / 490 - 20 / 500}
    assert of(r, *expected) == pytest.approx(expected)


def test_who_left_is_still_a_customer_who_brought_another():
    paper = Paper(days=100)
    paper.buys(ANN, 0, 0)
    paper.joins(BEA, ANN, 0, 10)
    paper.enters(BEA + (1 << 20), BEA, 20)
    w = paper.states()
    bought(w, days=(0,))
    left = paper.states()
    bought(left, days=(0, 10))
    r = paper.record(w, [(left.people[1:2], left.pairs[1:2])])
    assert of(r, "actual_referral", "advocacy_rate", "crv") == {"actual_referral": 0.5, "advocacy_rate": 0.0, "crv": 2.0}


def test_cohorts_of_four_weeks_are_compared():
    paper = Paper(people=5, days=101)
    paper.buys(ANN, 0, 0, 1000, 1010)
    paper.buys(DAN, 0, 27, 1000, 740)
    paper.joins(BEA, ANN, 0, 1, 1000, 3000)
    paper.buys(4, 0, 28, 1000, 73)
    paper.joins(CAT, ANN, 0, 29, 1000, 144)
    # 0.30 a day against 0.10 and 0.10 in the first four weeks; 0.02 against 0.01 in the next
    assert value(paper.record(), "referral_premium") == pytest.approx((0.2 + 0.01) / 2)


# --- the ladder -------------------------------------------------------------------------------------------------------


def ladder():
    """Three quarters of Ann, who becomes loyal, an advocate, and goes; and of Bea, who is loyal at last."""
    paper = Paper(days=3 * QUARTER)
    for day in (0, 10):
        paper.deals(ANN, 0, day)
    for day in (100, 110):
        paper.deals(ANN, 0, day)
        paper.deals(ANN, 1, 200 + day % 100)
    paper.says(ANN, 0, 111, 0.5)
    paper.deals(BEA, 0, 20)
    paper.job(BEA, OWN_MEANS, 30)
    paper.job(BEA, OWN_MEANS, 120)  # one job is too few to move
    for day, firm in ((190, 0), (200, 0), (210, 1), (220, NOTHING)):
        paper.job(BEA, firm, day)
    paper.buys(BEA, 0, 190)
    paper.buys(BEA, 0, 200)  # half of her jobs
    return paper


def test_the_ladder_on_paper():
    # Ann: loyal, advocate, experience; Bea: experience, experience, loyal
    expected = {"ladder_climb": 2 / 3, "ladder_fall": 1 / 2, "advocate_quarters": 1.0}
    assert of(ladder().record(), *expected) == pytest.approx(expected)


def test_who_has_left_stands_on_no_rung():
    paper = ladder()
    paper.enters(BEA + (1 << 20), BEA, 95)
    paper.rows = [row for row in paper.rows if row[6] != BEA or row[0] <= 95]
    r = paper.record()
    assert of(r, "ladder_climb", "ladder_fall") == {"ladder_climb": 1.0, "ladder_fall": 0.5}
    assert r.sums.rungs[0].sum() == 3 * 4  # her successor stands in her place


def test_a_ladder_that_nobody_climbed():
    names = ("ladder_climb", "ladder_fall", "advocate_quarters")
    assert set(why_none(Paper(days=181).record(), *names).values()) == {"needs 182 days"}
    assert why_none(ladder().record(), *names, firm=1) == {
        "ladder_climb": "nobody stood on a rung below the top", "ladder_fall": "nobody stood above the first rung",
        "advocate_quarters": "there was no advocate"}  # fmt: skip
    paper = Paper(days=2 * QUARTER)
    for day in (0, 1, 100, 101):
        paper.deals(ANN, 0, day)
        paper.says(ANN, 0, day, 0.5)
    assert why_none(paper.record(), "advocate_quarters")["advocate_quarters"] == "no advocate has ceased to be one"


# --- the survey -------------------------------------------------------------------------------------------------------


def surveyed(**survey):
    """Four customers who are 2, 2/3, -2/3 and -2 widths above the middle; the first one brought the second."""
    paper = Paper(people=6, days=100, survey=SINCERE | survey)
    paper.buys(ANN)
    paper.joins(BEA, ANN)
    paper.buys(CAT)
    paper.buys(DAN)
    w, talk = paper.states(), paper.params.talk
    bought(w, days=(0, 0, 0, 0))
    w.pairs["satisfaction"][:4, 0] = talk.middle + talk.width * np.array([2, 2 / 3, -2 / 3, -2])
    return paper, w


def test_a_survey_that_all_answer_as_they_mean_it():
    paper, w = surveyed()
    r = paper.record(w)
    # they would recommend with 10, 8, 6 and 4
    expected = {"stated_referral": 1 / 2, "actual_referral": 1 / 4, "referral_gap": 1 / 4, "nps": -1 / 4}
    assert of(r, *expected) == pytest.approx(expected)


def test_where_nobody_brings_or_answers_anything():
    r = Paper(days=364).record()
    names = ("crv", "advocacy_rate", "actual_referral", "clv_own", "ckv", "customer_engagement_value")
    assert set(why_none(r, *names).values()) == {"the firm has no customers"}
    assert why_none(r, "referred_share", "referral_premium", "clv_crv_correlation") == {
        "referred_share": "nobody bought for the first time",
        "referral_premium": "no referred customer has an unreferred one of the same four weeks beside her",
        "clv_crv_correlation": "too few customers, or no referrals among them",
    }
    asked = ("stated_referral", "nps", "referral_gap")
    assert set(why_none(r, *asked).values()) == {"a log alone does not say how people stand"}
    paper, w = surveyed(response=0.0)
    assert set(why_none(paper.record(w), *asked).values()) == {"nobody answered the survey"}
    assert set(why_none(paper.record(w), *asked, firm=1).values()) == {"the firm has no customers"}
