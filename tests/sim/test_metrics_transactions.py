"""Transaction metrics on paper (M01-M14, M74): what was sold, to whom, at what cost."""

import numpy as np
import pytest

from valuescape.tests.sim.paper import OWN_MEANS, Paper, bought, of, value, why_none

ANN, BEA, CAT, DAN = range(4)


@pytest.fixture(scope="module")
def shop():
    """A hundred days: Ann buys twice and gets 2.00 back, Bea buys from both firms, Cat from the other one, Dan before day 0 only."""
    paper = Paper(people=4, days=100)
    paper.deals(DAN, 0, -5, 9000, 5000)
    paper.gives_back(DAN, 0, -5, 700)
    paper.pushes(DAN, 0, -5)
    paper.job(DAN, OWN_MEANS, 40)
    paper.deals(ANN, 0, 0, 1000, 400, value=1.2)
    paper.deals(ANN, 0, 50, 1000, 400, value=0.5)
    paper.gives_back(ANN, 0, 50, 200)
    paper.deals(BEA, 0, 10, 500, 100, value=1.0)
    paper.deals(BEA, 1, 20, 1500, 700)
    paper.deals(CAT, 1, 99, 2500, 900)
    paper.says(ANN, 0, 1)
    for who in (ANN, BEA, CAT, DAN):
        paper.pushes(who, 0, 3)
    paper.finds(BEA, 0, 10)
    paper.responds(BEA, 0, 10)
    paper.responds(ANN, 0, 50)
    paper.refuses(CAT, 0, 3)
    paper.replies(paper.complains(ANN, 0, 51), ANN, 0, 51)
    paper.sets(0, 0, pulled=1, caused_cents=500, caused_again_cents=250)
    paper.sets(5, 0, email=120, desk=80)  # 2.00 in all
    paper.sets(0, 1, posts=100)  # the other firm spends before it earns
    return paper.record()


def test_sales_on_paper(shop):
    expected = {
        "revenue": 23.0,  # 10 + 10 - 2 + 5
        "share_of_market": 23 / 63,  # the other firm: 15 + 25
        "clv": 3.5,  # (4 + 4 - 2 + 1) of margin over Ann and Bea
        "repeat_patronage": 1 / 2,
        "recency": 69.0,  # on day 99: 49 days for Ann, 89 for Bea
        "frequency": 1.5,
        "monetary": 11.5,  # 18 and 5
        "share_of_wallet": 0.625,  # all of Ann's, 5 of Bea's 20
        "repurchase_rate": 1 / 2,  # Ann came back, Bea's next job went elsewhere; Dan's last one was before day 0
        "transactional_only_share": 1 / 2,  # Ann spoke and complained
    }
    assert of(shop, *expected) == pytest.approx(expected)
    other = {"recency": 39.5, "frequency": 1.0, "repeat_patronage": 0.0, "share_of_wallet": 0.875, "transactional_only_share": 1.0}
    assert of(shop, *other, firm=1) == pytest.approx(other)


def test_messages_on_paper(shop):
    expected = {
        "response_rate": 2 / 5,  # four messages, one piece of content
        "push_response_rate": 1 / 4,
        "content_response_rate": 1.0,
        "non_response_rate": 3 / 4,
        "opt_out_rate": 1 / 4,
        "attributed_margin": 5.0,
        "again_yield": 0.5,  # 2.50 over four messages and one piece of content
    }
    assert of(shop, *expected) == pytest.approx(expected)


def test_profit_and_cost_on_paper(shop):
    expected = {
        "profit": 5.0,  # 7 of margin less 2
        "roi": 2.5,
        "cash_survival": 1.0,  # 4 are earned before 2 are spent
        "cost_per_contact": 1 / 3,  # four messages, one piece of content, one reply
        "cost_per_acquired": 1.0,  # Ann and Bea; Dan did not come back
        "cost_per_satisfied_job": 1.0,  # values 1.2 and 1.0 reached it, 0.5 did not
    }
    assert of(shop, *expected) == pytest.approx(expected)
    assert of(shop, "profit", "cash_survival", firm=1) == pytest.approx({"profit": 15.0, "cash_survival": 0.0})


def test_cash_that_ends_at_nothing_has_survived():
    paper = Paper(days=3)
    paper.buys(ANN, 0, 0, 100, 30)
    paper.sets(1, 0, email=10)
    paper.sets(2, 0, email=20)  # 0.3 - 0.1 - 0.2 is below 0 in fractions
    assert value(paper.record(), "cash_survival") == 1.0


def test_money_is_worth_half_after_a_year_at_a_rate_of_one():
    paper = Paper(days=366, discount=1.0)
    for day in (0, 365):
        paper.buys(ANN, 0, day, 500, 100)
    paper.sets(365, 0, mail=60)
    expected = {"clv": 1.5, "profit": 1.2}  # 1 + 1/2, less 0.60 / 2
    assert of(paper.record(), *expected) == pytest.approx(expected)


def test_contracts_on_paper():
    paper = Paper(days=730)
    paper.renews(ANN, 0, 100)
    paper.churns(ANN, 0, 200)
    paper.buys(ANN, 0, 250)
    paper.churns(ANN, 0, 300)
    paper.buys(BEA, 0, 20)
    paper.churns(BEA, 0, 150)
    paper.buys(BEA, 1, 150)
    paper.churns(CAT, 0, -1)
    r = paper.record(customers=np.array([5, 0]))
    expected = {
        "renewal_rate": 1 / 4,
        "winback_rate": 1 / 3,  # Ann came back once and left again, Bea went to the other firm
        "churn_rate": 0.3,  # 3 in two years, of 5
    }
    assert of(r, *expected) == pytest.approx(expected)
    none = why_none(r, *expected, firm=1)
    assert none == {
        "renewal_rate": "no contract with the firm came to its end",
        "winback_rate": "nobody left a contract with the firm",
        "churn_rate": "no contract with the firm came to its end",
    }
    assert why_none(paper.record(customers=np.array([0, 0])), "churn_rate")["churn_rate"] == "the firm had no customers on day 0"
    assert "day 0" in why_none(paper.record(), "churn_rate")["churn_rate"]


def test_a_successor_is_somebody_else():
    paper = Paper(days=100)
    new = ANN + (1 << 20)
    paper.deals(ANN, 0, 1, 1000, 400)
    paper.says(ANN, 0, 1)
    paper.enters(new, ANN, 10)
    paper.deals(new, 0, 11, 3000, 600)
    paper.enters(new + (1 << 20), new, 20)
    paper.deals(new + (1 << 20), 1, 30, 1000)
    r = paper.record()
    expected = {"clv": 5.0, "monetary": 20.0, "frequency": 1.0, "recency": 93.0, "share_of_wallet": 1.0, "transactional_only_share": 0.5}
    assert of(r, *expected) == pytest.approx(expected)
    assert why_none(r, "repurchase_rate")["repurchase_rate"] == "no job followed a deal with the firm"


# --- the end value ----------------------------------------------------------------------------------------------------


def year(discount=0.0, last=(399, 217, 35, 36)):
    """Four customers with a deal of 3.00 margin each, the last year being days 36 to 399, its second half from day 218 on."""
    paper = Paper(days=400, discount=discount)
    for who, day in enumerate(last):
        paper.buys(who, 0, day, 1000, 300)
    return paper


def test_the_base_at_the_end_on_paper():
    # three bought in the year, one of them in its second half: m = 9 in all, q = 1/3
    expected = {"clv_end_value": 4.5, "clv_predicted": 1.5, "customer_equity": 16.5}  # 9 q / (1 - q), 3 q / (1 - q), 12 + 4.5
    assert of(year().record(), *expected) == pytest.approx(expected)
    expected = {"clv_end_value": 3.0, "clv_predicted": 1.0}  # discounted by 1/3
    assert of(year(1 / 3).record(), *expected) == pytest.approx(expected)


def test_who_left_the_market_in_the_year_is_a_customer_lost():
    paper = year()
    here, gone = paper.states(), paper.states(people=2)
    bought(here, days=(399, 217, 35, 36))
    bought(gone, days=(300, 40))
    left = gone.people, gone.pairs
    r = paper.record(here, [left])
    assert value(r, "clv_end_value") == pytest.approx(9 * 2 / 3)  # five bought, two in the second half: q = 2/5
    assert value(paper.record(here), "clv_end_value") == pytest.approx(4.5)


def test_the_base_at_the_end_may_be_unknown_empty_or_endless():
    short = Paper(days=363).record()
    assert why_none(short, "clv_end_value", "clv_predicted", "customer_equity") == dict.fromkeys(
        ("clv_end_value", "clv_predicted", "customer_equity"), "needs 364 days")  # fmt: skip
    nobody = Paper(days=364).record()
    assert value(nobody, "clv_end_value") == 0.0
    assert why_none(nobody, "clv_predicted")["clv_predicted"] == "nobody bought in the last year"
    faithful = year(last=(399, 398)).record()
    assert all("has no end" in why for why in why_none(faithful, "clv_end_value", "clv_predicted").values())


# --- nothing to measure -----------------------------------------------------------------------------------------------


def test_where_nothing_was_sold_nothing_is_found():
    paper = Paper()
    paper.sets(0, 0, email=0, caused_cents=0, caused_again_cents=0, pulled=0)
    r = paper.record()
    assert of(r, "profit", "revenue", "attributed_margin") == {"profit": 0.0, "revenue": 0.0, "attributed_margin": 0.0}
    customers = dict.fromkeys(
        ("clv", "transactional_only_share", "repeat_patronage", "recency", "frequency", "monetary"), "the firm has no customers"
    )
    others = {
        "share_of_market": "no firm has sold anything",
        "share_of_wallet": "the firm has no customers who paid anything",
        "repurchase_rate": "no job followed a deal with the firm",
        "response_rate": "no message was pushed and no content was found",
        "again_yield": "no message was pushed and no content was found",
        "push_response_rate": "no message was pushed",
        "non_response_rate": "no message was pushed",
        "opt_out_rate": "no message was pushed",
        "content_response_rate": "nobody found content of the firm",
        "cost_per_contact": "the firm was in contact with nobody",
        "cost_per_acquired": "nobody bought for the first time",
        "cost_per_satisfied_job": "no job with the firm reached its outcome",
        "roi": "nothing was spent",
    }
    assert why_none(r, *customers, *others) == customers | others


def test_who_got_all_her_money_back_has_no_wallet():
    paper = Paper()
    paper.buys(ANN, 0, 0, 1000)
    paper.gives_back(ANN, 0, 0, 1000)
    assert why_none(paper.record(), "share_of_wallet", "monetary") == {
        "share_of_wallet": "the firm has no customers who paid anything", "monetary": ""}  # fmt: skip


def test_what_no_row_holds_is_not_taken_for_nothing():
    paper = Paper()
    paper.deals(ANN)
    found = why_none(paper.record(), "profit", "roi", "cash_survival", "cost_per_contact", "attributed_margin", "push_response_rate")
    assert set(found.values()) == {"a log alone does not say it"}
