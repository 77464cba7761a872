"""Opting out, direct responses, contracts left, and from the will to refer to the referral, on logs on paper."""

import numpy as np
import pytest

from valuescape.experiments.validation import contracts
from valuescape.experiments.validation.advertising import direct_response
from valuescape.experiments.validation.contact_facts import YEAR, funnel, refusals
from valuescape.experiments.validation.contracts import share_left
from valuescape.tests.experiments.validation.paper_world import seen_on_paper, stand_of
from valuescape.tests.sim.paper import Paper

# --- opting out and responding ----------------------------------------------------------------------------------------


def test_opt_outs_are_over_messages_of_all_firms_or_of_one():
    paper = Paper(people=10, firms=2)
    for who in range(8):
        paper.pushes(who, firm=0)
    for who in range(2):
        paper.pushes(who, firm=1)
    paper.refuses(0, firm=0)
    seen = seen_on_paper(paper)
    assert [refusals(seen), refusals(seen, 0), refusals(seen, 1)] == [0.1, 0.125, 0.0]
    paper.refuses(1, firm=1)
    assert refusals(seen_on_paper(paper), 1) == 0.5


def test_a_firm_that_sends_nothing_has_no_opt_out_rate():
    paper = Paper()
    paper.pushes(0, firm=0)
    assert refusals(seen_on_paper(paper), 1) is None


def test_responses_are_told_apart_by_the_channel_that_caused_them():
    paper = Paper(people=10)
    mails = [paper.row("msg_push", 0, 6.0, 0, -1, who, place="email") for who in range(8)]
    letters = [paper.row("msg_push", 0, 6.0, 0, -1, who, place="mail") for who in range(4)]
    for cause in (mails[0], letters[1], letters[3]):
        paper.row("response", 1, 9.0, 0, 1, -1, under=cause)
    paper.responds(9)  # to what was not a message
    assert direct_response(seen_on_paper(paper)) == {"email": 0.125, "mail": 0.5}


def test_two_responses_to_one_message_are_one_message_answered():
    paper = Paper(people=10)
    one, _ = paper.pushes(0), paper.pushes(1)
    for _ in range(2):
        paper.row("response", 1, 9.0, 0, 1, -1, under=one)
    assert direct_response(seen_on_paper(paper)) == {"email": 0.5, "mail": None}


def test_contracts_left_are_of_those_that_were_over():
    paper = Paper(people=10, firms=2)
    for who, firm in ((0, 0), (1, 0), (2, 1)):
        paper.renews(who, firm, day=20)
    paper.churns(3, 1, day=30)
    paper.buys(4)
    assert share_left(paper.record().totals) == 0.25
    assert share_left(Paper().record().totals) is None


def test_yearly_contracts_and_monthly_ones_are_of_their_own_worlds(monkeypatch):
    def on_paper(scenario, seed, days, **_):
        paper = Paper(people=10)
        for who in range(4 if scenario.name == "contract" else 9):
            paper.renews(who, day=1)
        paper.churns(9, day=1)
        return seen_on_paper(paper)

    monkeypatch.setattr(contracts, "lived", on_paper)
    assert contracts.churn(3) == {"year": 0.2, "month": 0.1}


# --- from the will to the referral ------------------------------------------------------------------------------------


@pytest.fixture
def market():
    """Eight people, of whom the first five bought from firm 0 and love it, the sixth bought and does not, and two never bought."""
    paper = Paper(people=8, firms=2, days=800)
    stand = stand_of(paper, YEAR)
    mine = stand.pairs[:, 0]
    mine["satisfaction"] = [2, 2, 2, 2, 2, -2, 2, 2]
    mine["bought"][:6], mine["last_bought"][:6] = 3, 100
    return paper, stand


def of(market):
    paper, stand = market
    return funnel(seen_on_paper(paper, stands=[stand]))


def test_of_five_who_would_two_do_and_one_succeeds(market):
    paper = market[0]
    for who in (0, 0, 1):  # twice is one person
        paper.says(who, day=YEAR + 10, value=0.5)
    paper.row("referral_join", YEAR + 20, 10.0, 0, 7, 0)
    assert of(market) == {"act": 0.4, "success": 0.2}


@pytest.mark.parametrize("more", [
    {"day": YEAR - 1, "value": 0.5}, {"day": 2 * YEAR, "value": 0.5}, {"day": YEAR, "value": -0.5}, {"day": YEAR, "value": 0.5, "firm": 1},
])  # fmt: skip
def test_blame_another_firm_and_other_years_are_no_act(market, more):
    paper = market[0]
    paper.says(0, **more)
    assert of(market)["act"] == 0.0
    paper.says(0, day=2 * YEAR - 1, value=0.5)
    assert of(market)["act"] == 0.2


@pytest.mark.parametrize(
    ("day", "firm", "success"), [(YEAR - 1, 0, 0), (YEAR, 0, 0.2), (2 * YEAR - 1, 0, 0.2), (2 * YEAR, 0, 0), (YEAR, 1, 0)]
)
def test_a_referral_counts_within_the_year_for_its_firm(market, day, firm, success):
    market[0].row("referral_join", day, 10.0, firm, 7, 0)
    assert of(market)["success"] == success


def test_who_would_not_refer_or_never_bought_is_not_of_them(market):
    paper = market[0]
    for who in (5, 6, 7):
        paper.says(who, day=YEAR + 1, value=0.5)
        paper.row("referral_join", YEAR + 20, 10.0, 0, 4, who)
    assert of(market) == {"act": 0.0, "success": 0.0}
    market[1].pairs["satisfaction"][5, 0] = 2
    assert of(market) == {"act": pytest.approx(1 / 6), "success": pytest.approx(1 / 6)}


def test_the_will_begins_at_the_score_that_counts(market):
    """With 7.5 and more counted as eight, a slope of 2.5 and half a width of politeness less: the middle plus what is missing to it."""
    paper, stand = market
    p = paper.params
    enough = p.talk.middle + p.talk.width * ((7.5 - p.survey.score) / p.survey.score_slope - p.survey.politeness)
    stand.pairs["satisfaction"][:6, 0] = [enough + 0.01] * 2 + [enough - 0.01] * 4
    paper.says(0, day=YEAR, value=0.5)
    assert of(market)["act"] == 0.5


def test_where_nobody_would_there_is_no_share(market):
    market[1].pairs["satisfaction"][:] = -2
    assert of(market) == {"act": None, "success": None}


def test_customers_of_two_firms_are_asked_by_each(market):
    paper, stand = market
    stand.pairs["satisfaction"][0, 1], stand.pairs["bought"][0, 1], stand.pairs["last_bought"][0, 1] = 2, 1, 50
    paper.says(0, day=YEAR, value=0.5, firm=1)
    assert of(market)["act"] == pytest.approx(1 / 6)
    assert np.isclose(of(market)["success"], 0)
