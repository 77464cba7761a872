"""Value in use and experience on paper (M40-M50, M57-M59): what customers got out of it, by their own measure."""

import numpy as np
import pytest

from valuescape.tests.sim.paper import NOTHING, OWN_MEANS, Paper, bought, of, value, why_none

ANN, BEA, CAT, DAN = range(4)
JOB_GAPS = ("job_gap_functional", "job_gap_emotional", "job_gap_social")


# --- everybody --------------------------------------------------------------------------------------------------------


def crowd():
    """Three people there, one of them without a job, and two who left: 2.0, 0.5 and 0.0 of net value per job, and -1.0."""
    paper = Paper(people=3)
    w, left = paper.states(), paper.states(people=2)
    w.people["needs"], w.people["value_sum"], w.people["reached"] = (2, 4, 0), (4.0, 2.0, 0.0), (2, 1, 0)
    left.people["needs"], left.people["value_sum"], left.people["reached"] = (5, 1), (0.0, -1.0), (0, 0)
    return paper, w, (left.people, left.pairs)


def test_value_per_head_on_paper():
    paper, w, left = crowd()
    expected = {
        "value_in_use": 1.5 / 4,  # a mean over people, not over jobs; who had no job does not count
        "value_reached_share": 1.25 / 4,  # 2 of 2, 1 of 4, 0 of 5, 0 of 1
        "value_p10": -0.7,  # three tenths of the way from -1 to 0
        "value_gini": 0.65,  # 0, 0, 0.5, 2: 2 x (3 x 0.5 + 4 x 2) / (4 x 2.5) - 5 / 4
    }
    assert of(paper.record(w, [left]), *expected) == pytest.approx(expected)


def test_nobody_with_a_job_and_all_alike():
    paper, w, _ = crowd()
    w.people["needs"] = 0
    names = ("value_in_use", "value_reached_share", "value_p10", "value_gini")
    assert set(why_none(paper.record(w), *names).values()) == {"nobody had a job to do"}
    assert set(why_none(paper.record(), *names).values()) == {"a log alone does not say how people stand"}
    w.people["needs"], w.people["value_sum"] = 1, (-1.0, -2.0, -3.0)
    assert value(paper.record(w), "value_gini") == 0.0  # losses count as nothing, and all have nothing


def test_skill_on_paper():
    paper = Paper(people=4, days=73)
    w = paper.states()
    w.people["skill"] = (0.2, 0.4, 0.6, 0.8)
    r = paper.record(w, skill=0.48)
    assert of(r, "skill", "skill_growth") == pytest.approx({"skill": 0.5, "skill_growth": 0.1})  # 0.02 in a fifth of a year
    assert set(why_none(paper.record(), "skill", "skill_growth").values()) == {"a log alone does not say how people stand"}


# --- episodes ---------------------------------------------------------------------------------------------------------


def kitchen():
    """Ten days of firm 0, margin 4.00 a deal: Ann twice, Bea once, and Cat alone with her job, then without doing it."""
    paper = Paper(people=4, days=10)
    paper.deals(ANN, 0, -3, value=9.0)
    paper.deals(ANN, 0, 0, 1000, 400, value=1.5, net=1.0)
    paper.deals(ANN, 0, 5, 1000, 400, value=0.9, net=0.4)
    paper.deals(BEA, 0, 2, 500, 100, value=0.3, net=-0.1)
    paper.job(CAT, OWN_MEANS, 1, value=0.4, net=0.3)
    paper.job(CAT, NOTHING, 3, value=0.0, net=0.0)
    paper.gives_back(BEA, 0, 4, 50)
    paper.sets(0, 0, episodes=4, useful=3, value=2.7, gap=-0.6, satisfaction=1.8, promised=2, promise_gap=0.5, net_value=1.3, email=150)
    paper.sets(0, 0, attained_functional=1.5, attained_emotional=2.4, attained_social=3.3)
    paper.sets(0, 0, first_told=2, first_told_gap=0.2, first_untold=4, first_untold_gap=1.6)
    paper.sets(0, -1, net_value=0.3)
    return paper


def test_episodes_on_paper():
    expected = {
        "value_per_episode": 0.9,
        "outcome_attainment": 1 / 4,  # one value of 1 or more; a job that was paid for and never begun counts
        "disconfirmation": -0.2,
        "satisfaction": 0.6,
        "promise_gap": 0.25,
        "price_per_deal": 24.5 / 3,  # 10 + 10 + 5 - 0.50
        "value_for_customers": 0.65,  # over Ann and Bea
        "value_for_firm": 3.5,  # (9.00 - 0.50 - 1.50) / 2
        # without a firm a job is worth 0.3 / 2; Ann had 1.4 / 2, Bea -0.1. What was spent is 0.75 a customer; Bea's margin 0.50
        "win_win_rate": 1 / 2,
        "risk_reduction": 0.75,  # squared errors of 0.1 and of 0.4
    }
    assert of(kitchen().record(), *expected) == pytest.approx(expected)


def test_a_gain_for_one_side_is_none_for_both():
    paper = kitchen()
    paper.sets(0, -1, net_value=1.2)  # 0.75 without a firm: more than Ann's 0.7
    assert value(paper.record(), "win_win_rate") == 0.0
    paper = kitchen()
    paper.sets(0, 0, email=1450)  # 8.00 a customer, as much as Ann's margin
    assert value(paper.record(), "win_win_rate") == 0.0


def test_what_was_paid_and_what_it_was_worth():
    paper = Paper()
    for who, paid, worth in ((ANN, 100, 1.0), (BEA, 200, 3.0), (CAT, 300, 2.0)):
        paper.deals(who, 0, 0, paid, value=worth)
    assert value(paper.record(), "value_exchange_correlation") == pytest.approx(0.5)
    paper.gives_back(CAT, 0, 1, 250)  # 100, 200, 50
    assert value(paper.record(), "value_exchange_correlation") == pytest.approx(100 / np.sqrt(35000 / 3 * 2))
    alike = Paper()
    for who in (ANN, BEA, CAT):
        alike.deals(who, 0, 0, value=float(who))
    assert why_none(alike.record(), "value_exchange_correlation")["value_exchange_correlation"] == "too few customers, or all of them alike"


def test_contexts_on_paper():
    paper = Paper(customers={"contexts": 2})
    for who, context, worth in ((ANN, 0, 1.0), (BEA, 0, 2.0), (CAT, 1, 3.0), (DAN, 1, 4.0)):
        paper.job(who, 0, 0, value=worth, context=context)
    paper.job(ANN, 1, 1, value=9.0, context=1)
    # means 1.5 and 3.5 around 2.5, 1 apart; the four values: (2.25 + 0.25 + 0.25 + 2.25) / 4
    assert value(paper.record(), "context_share") == pytest.approx(0.8)
    paper.rows.reverse()
    assert value(paper.record(), "context_share") == pytest.approx(0.8)
    assert why_none(paper.record(), "context_share", firm=1)["context_share"] == "jobs of the firm arise in one context only"
    paper = Paper(customers={"contexts": 2})
    for who in (ANN, BEA):
        paper.job(who, 0, 0, value=1 / 3, context=who)
    assert why_none(paper.record(), "context_share")["context_share"] == "all episodes were worth the same"


# --- states -----------------------------------------------------------------------------------------------------------


def test_jobs_and_satisfaction_at_the_end():
    paper = kitchen()
    w = paper.states()
    bought(w, days=(5, 2, -4))
    w.people["w0"][:3], w.people["w1"][:3], w.people["w2"][:3] = (0.6, 0.2, 0.9), (0.3, 0.5, 0.1), (0.1, 0.3, 0.0)
    w.pairs["satisfaction"][:3, 0] = 0.5, 0.9, 5.0
    expected = {
        "satisfaction_remembered": 0.7,
        "job_gap_functional": 0.4 * 0.5,  # attained 1.5 / 3
        "job_gap_emotional": 0.4 * 0.2,  # 2.4 / 3
        "job_gap_social": 0.0,  # 3.3 / 3: more than desired
    }
    assert of(paper.record(w), *expected) == pytest.approx(expected)


def test_a_survey_of_satisfaction():
    paper = Paper(survey={"response": 1.0, "extremes": 0.0, "politeness": 0.5, "noise": 0.0})
    paper.buys(ANN)
    w, talk = paper.states(), paper.params.talk
    bought(w, days=(0, 0))
    w.pairs["satisfaction"][:2, 0] = talk.middle, talk.middle + talk.width
    # half a width above the middle on average, and half a width kinder than meant
    assert value(paper.record(w), "satisfaction_surveyed") == pytest.approx(talk.middle + talk.width, rel=1e-6)
    assert why_none(paper.record(w), "satisfaction_surveyed", firm=1)["satisfaction_surveyed"] == "the firm has no customers"


def test_what_a_brand_is_said_to_stand_for():
    paper = Paper(choice={"meaning": 1.0})
    w = paper.states()
    w.firms["theme"] = 0, 2
    for j, (one, other) in enumerate(((0.6, 0.0), (0.8, 0.0), (0.0, 0.0))):
        w.bonds[f"m{j}"][:, 0] = one, one, one, 9.0  # the last one does not know it
        w.bonds[f"m{j}"][:, 1] = other
    w.pairs["known"][DAN, 0] = 0
    r = paper.record(w)
    assert value(r, "meaning_distance") == pytest.approx(0.4)  # the cosine of (1, 0, 0) and (0.6, 0.8, 0) is 0.6
    assert why_none(r, "meaning_distance", firm=1)["meaning_distance"] == "the firm stands for nothing"
    w.pairs["known"] = 0
    assert why_none(r, "meaning_distance")["meaning_distance"] == "nobody knows the firm"
    assert "have no meaning" in why_none(Paper().record(w), "meaning_distance")["meaning_distance"]


# --- nothing to measure -----------------------------------------------------------------------------------------------


def test_where_nothing_was_done_nothing_is_found():
    paper = Paper()
    names = (
        "value",
        "gap",
        "satisfaction",
        "promise_gap",
        "net_value",
        "first_told_gap",
        "first_untold_gap",
        *(f"attained_{job[8:]}" for job in JOB_GAPS),
    )
    paper.sets(0, 0, **dict.fromkeys((*names, "useful", "episodes", "promised", "first_told", "first_untold", "email"), 0))
    r = paper.record(paper.states())
    done = dict.fromkeys(("value_per_episode", "disconfirmation", "satisfaction", *JOB_GAPS), "no episode with the firm was completed")
    sold = dict.fromkeys(("satisfaction_remembered", "value_for_customers", "value_for_firm", "win_win_rate"), "the firm has no customers")
    others = {
        "outcome_attainment": "no episode with the firm was begun",
        "price_per_deal": "nobody bought from the firm",
        "promise_gap": "nobody had a claim of the firm in mind",
        "value_exchange_correlation": "the firm has no customers",
        "risk_reduction": "nobody who had heard of the firm tried it",
    }
    assert why_none(r, *done, *sold, *others) == done | sold | others
    paper = kitchen()
    paper.rows = [row for row in paper.rows if row[6] != CAT]
    assert why_none(paper.record(), "win_win_rate")["win_win_rate"] == "nobody did without a firm: there is nothing to compare with"
    paper.sets(0, 0, first_untold=-4)
    assert "without having heard" in why_none(paper.record(), "risk_reduction")["risk_reduction"]
