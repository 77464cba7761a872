"""The service desk and closed channels on paper (M68-M75, M84): the firm's verdict, hers, and who is helped."""

import numpy as np
import pytest

from valuescape.sim.columns import AGREED, CLOSED, OPEN, PREFERRED
from valuescape.tests.sim.paper import Paper, of, value, why_none

ANN, BEA, CAT, DAN = range(4)


def test_cases_on_paper():
    paper = Paper()
    direct = paper.complains(ANN, 0, 1)
    handed = paper.complains(BEA, 0, 1)
    private = paper.complains(CAT, 0, 1, place="handle")
    paper.asks(DAN, 0, 2)  # lost between departments
    paper.complains(DAN, 1, 2)
    paper.hands_over(handed, BEA, 0, 1)
    paper.hands_over(999, DAN, 0, 2)
    paper.replies(direct, ANN, 0, 1, waited=2.0)
    paper.replies(handed, BEA, 0, 2, waited=30.0, helps=False)
    paper.replies(private, CAT, 0, 3, waited=5.0)
    paper.replies(paper.complains(DAN, 0, -1), DAN, 0, -1, waited=900.0)
    paper.sets(0, 0, opened=4, late=1, lost=1)
    expected = {
        "first_contact_resolution": 2 / 4,  # of three replies one was handed on first; the lost one was closed by nobody
        "effectiveness": 2 / 4,
        "resolved_not_met": 1 / 3,
        "reply_latency": 5.0,
        "unanswered_share": 1 / 4,
        "handover_loss": 1 / 2,
        "public_contact_share": 1 / 3,
    }
    assert of(paper.record(), *expected) == pytest.approx(expected)


def test_a_case_of_the_burn_in_is_in_no_share():
    """Its reply falls into the run, but it reached the firm before: a firm cannot close more cases than it got."""
    paper = Paper()
    paper.replies(77, ANN, 0, 0, hour=5.0, waited=6.0)
    case = paper.complains(BEA, 0, 0, 3.0)
    paper.replies(case, BEA, 0, 0, hour=5.0, waited=2.0)
    paper.sets(0, 0, opened=1)
    assert of(paper.record(), "first_contact_resolution", "effectiveness") == {"first_contact_resolution": 1.0, "effectiveness": 1.0}


def test_contacts_that_come_since_the_last_one_brought_no_help():
    paper = Paper()
    case = paper.complains(ANN, 0, 0, 9.0)
    paper.asks(ANN, 0, 0, 10.0)  # failure demand: an hour ago nobody had helped her
    paper.replies(case, ANN, 0, 1)
    paper.asks(ANN, 0, 2)  # she got what she needed
    paper.asks(ANN, 1, 3)  # another firm
    paper.complains(BEA, 0, 0)
    paper.complains(BEA, 0, 60)  # failure demand on the last day
    paper.asks(CAT, 0, 0)
    paper.asks(CAT, 0, 61)  # too long ago
    paper.asks(DAN, 0, 0)
    paper.asks(DAN, 0, 1, place="community")  # no contact with the firm
    paper.complains(DAN, 1, -1)
    paper.asks(DAN, 1, 2)
    assert value(paper.record(), "failure_demand") == pytest.approx(2 / 8)
    assert value(paper.record(), "failure_demand", firm=1) == 0.0
    backwards = Paper()
    backwards.rows = paper.rows[::-1]
    assert value(backwards.record(), "failure_demand") == pytest.approx(2 / 8)


def filed(angers, tied, helped):
    """One complaint of each of as many people, with her anger, her audience, and whether she was helped."""
    paper = Paper(people=len(angers), days=2)
    for who, (anger, helps) in enumerate(zip(angers, helped, strict=True)):
        paper.replies(paper.complains(who, 0, 0, value=anger), who, 0, 1, helps=helps)
    w = paper.states()
    w.lives["tied"] = tied
    return paper.record(w)


def test_who_is_helped_on_paper():
    many = np.arange(20) >= 10
    anger = np.where(np.arange(20) % 2, -0.4, -0.8)  # at each anger half of the people have a large audience
    assert value(filed(anger, many, many), "service_bias") == pytest.approx(1.0)
    assert value(filed(anger, many, ~many), "service_bias") == pytest.approx(-1.0)
    assert value(filed(np.full(20, -0.5), many, many), "service_bias") == pytest.approx(1.0)
    # audience and help go with anger, and each with the other no more than that makes them: 0.6 x 0.6 = 0.36
    angry = np.arange(50) < 25
    tied = np.r_[np.arange(25) < 20, np.arange(25) < 5]
    helped = np.r_[np.arange(25) % 5 > 0, np.arange(25) % 5 == 0]
    assert value(filed(np.where(angry, -0.9, -0.1), tied, helped), "service_bias") == pytest.approx(0.0, abs=1e-12)
    assert "anger alone" in why_none(filed(np.where(many, -0.9, -0.1), many, many), "service_bias")["service_bias"]
    for tied, helped in ((many[1:], many[1:]), (many, np.ones(20, bool)), (np.ones(20), many)):
        found = why_none(filed(np.full(len(tied), -0.5), tied, helped), "service_bias")
        assert found["service_bias"] == "too few complaints to tell"


def test_who_may_be_written_to():
    paper = Paper(people=4)
    w = paper.states()
    w.email_ok[:, 0] = CLOSED, OPEN, AGREED, PREFERRED
    r = paper.record(w)
    assert of(r, "consent_share", "consent_active_share") == pytest.approx({"consent_share": 3 / 4, "consent_active_share": 2 / 3})
    assert value(r, "consent_share", firm=1) == 0.0
    assert why_none(r, "consent_active_share", firm=1)["consent_active_share"] == "no channel is open to the firm"


def test_irritation_has_faded_since_it_was_last_touched():
    paper = Paper(people=3, days=42, attention={"calm": 21.0})
    w = paper.states()
    w.pairs["irritation"][:, 0], w.pairs["touched"][:, 0], w.pairs["known"][:, 0] = (0.8, 0.4, 9.0), (0, 21, 42), (1, 1, 0)
    assert value(paper.record(w), "irritation") == pytest.approx((0.8 / 4 + 0.4 / 2) / 2)
    w.pairs["known"] = 0
    assert why_none(paper.record(w), "irritation")["irritation"] == "nobody knows the firm"


def test_messages_and_the_attention_for_them():
    paper = Paper(people=2, days=5)
    w = paper.states()
    w.people["attention"] = 1.5, 2.5
    for who, firm, day in ((ANN, 0, 0), (BEA, 0, 1), (ANN, 1, 1), (BEA, 1, 4), (BEA, 0, -1)):
        paper.pushes(who, firm, day)
    paper.sets(1, 0, seen=1)
    r = paper.record(w)
    assert of(r, "message_load", "noticed_share") == pytest.approx({"message_load": 4 / 20, "noticed_share": 1 / 2})


def test_where_nobody_turns_to_the_firm_nothing_is_found():
    paper = Paper()
    paper.sets(0, 0, opened=0, late=0, lost=0, seen=0)
    r = paper.record()
    expected = {
        "first_contact_resolution": "no case reached the firm", "effectiveness": "no case reached the firm",
        "unanswered_share": "no case was answered or given up", "resolved_not_met": "the firm answered nothing",
        "reply_latency": "the firm answered nothing", "failure_demand": "nobody contacted the firm",
        "handover_loss": "no case was handed on", "public_contact_share": "nobody complained", "noticed_share": "no message was pushed",
    }  # fmt: skip
    assert why_none(r, *expected) == expected
    states = ("service_bias", "consent_share", "consent_active_share", "irritation", "message_load")
    assert set(why_none(r, *states).values()) == {"a log alone does not say how people stand"}
