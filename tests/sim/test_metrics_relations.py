"""Relationships on paper (M51, M52, M54, M82, M85): what people hold of a firm, how long they stay, who gives to whom."""

import numpy as np
import pytest

from valuescape.sim.metrics.entries import MEMORY
from valuescape.tests.sim.paper import Paper, of, value, why_none

ANN, BEA, CAT, DAN = range(4)
HELD = ("trust", "sincerity", "attachment", "expectation")


# --- states -----------------------------------------------------------------------------------------------------------


def held():
    """Four people, of whom the last does not know firm 0; nobody knows firm 1."""
    paper = Paper(days=73)
    w = paper.states()
    w.pairs["known"][DAN, 0], w.pairs["known"][:, 1] = 0, 0
    w.pairs["credibility"][:, 0], w.bonds["sincerity"][:, 0] = (0.2, 0.4, 0.9, 1.0), (0.1, 0.2, 0.3, 0.9)
    w.pairs["attachment"][:, 0], w.pairs["expectation"][:, 0] = (-1.0, 2.0, 2.0, 9.0), (0.5, 0.6, 0.7, 9.0)
    w.lives["norm"] = 10.0, 20.0, 40.0, 80.0
    return paper, w


def test_what_people_hold_of_a_firm_on_paper():
    paper, w = held()
    expected = {
        "trust": 0.5, "sincerity": 0.2, "attachment": 1.0, "expectation": 0.6,
        "expectation_drift": 1.0,  # 0.2 in a fifth of a year
        "reply_norm": 30.0,  # of all four
    }  # fmt: skip
    r = paper.record(w, expectation=np.array([0.4, np.nan]))
    assert of(r, *expected) == pytest.approx(expected)
    unknown = dict.fromkeys(HELD, "nobody knows the firm") | {"expectation_drift": "nobody knew the firm on day 0"}
    assert why_none(r, *unknown, firm=1) == unknown
    assert set(why_none(paper.record(), *expected).values()) == {"a log alone does not say how people stand"}


def test_the_ledger_notes_what_was_expected_on_day_0_of_those_who_knew():
    from valuescape.sim.metrics.ledger import beginning

    _, w = held()
    w.people["skill"], w.pairs["bought"][:2, 0] = (0.2, 0.4, 0.6, 0.8), 1
    began = beginning(w)
    assert began["skill"] == pytest.approx(0.5)
    assert began["expectation"][0] == pytest.approx(0.6)
    assert np.isnan(began["expectation"][1])
    assert began["customers"].tolist() == [2, 0]


def test_credibility_where_claims_were_true():
    paper, w = held()
    for who, worth in ((ANN, 0.5), (BEA, 0.8), (CAT, 0.7)):
        paper.deals(who, 0, 0, value=worth - 0.1)
        paper.deals(who, 0, 1, value=worth + 0.1)
    paper.deals(DAN, 0, 0, value=5.0)
    w.pairs["claim"][:, 0], w.pairs["claim_day"][:3, 0] = 0.9, 1  # Dan has no claim in mind
    # errors of 0.4, 0.1, 0.2 against credibility of 0.2, 0.4, 0.9: around the means (-5, 4, 1) / 30 and (-3, -1, 4) / 10
    expected = (15 - 4 + 4) / np.sqrt((25 + 16 + 1) * (9 + 1 + 16))
    assert value(paper.record(w), "credibility_calibration") == pytest.approx(expected, rel=1e-6)
    why = "too few customers with a claim in mind"
    assert why_none(paper.record(w), "credibility_calibration", firm=1)["credibility_calibration"] == why


def test_recent_deals_weigh_more_in_the_strength_of_a_relationship():
    paper, w = held()
    paper.deals(ANN, 0, 2)
    paper.deals(ANN, 0, 51)
    paper.deals(BEA, 0, 72)
    paper.buys(BEA, 0, -1)
    # on day 72; credibility 0.2 and 0.4
    expected = (0.2 * (np.exp(-70 / MEMORY) + np.exp(-21 / MEMORY)) + 0.4) / 2
    assert value(paper.record(w), "relationship_strength") == pytest.approx(expected, rel=1e-6)
    assert why_none(paper.record(w), "relationship_strength", firm=1)["relationship_strength"] == "the firm has no customers"
    paper.enters(ANN + (1 << 20), ANN, 72)
    w.ids[0] += 1 << 20  # Ann has left, and Bea stands where she stood
    assert value(paper.record(w), "relationship_strength") == pytest.approx(0.4, rel=1e-6)


def test_how_long_a_relationship_lasts():
    """Ten customers with a deal on day 0 and one on day L, of a hundred: over is what is silent for more than three times L."""
    paper = Paper(people=12, days=100)
    lives = (1, 2, 5, 10, 20, 24, 25, 40, 60, 80)
    for who, life in enumerate(lives):
        paper.buys(who, 0, 0)
        paper.buys(who, 0, life)
    paper.buys(10, 0, 0)  # once only: no relationship
    # 24 has been silent for 75 > 72 days and is over, 25 for 74 days and goes on: of ten 9, 8, 7, 6, 5 are left after the fifth
    assert value(paper.record(), "relationship_life") == 20.0
    paper.buys(4, 0, 99)
    # now the fifth goes on too, until day 99: 9, 8, 7, 6 and, after 24, 5 of ten
    assert value(paper.record(), "relationship_life") == 24.0
    paper.buys(5, 0, 98)
    assert why_none(paper.record(), "relationship_life")["relationship_life"] == "more than half of the relationships go on"
    few = Paper(days=100)
    for who in (ANN, BEA):
        few.buys(who)
    assert why_none(few.record(), "relationship_life")["relationship_life"] == "fewer than ten customers bought twice"
    faithful = Paper(people=10, days=100)
    for who in range(10):
        faithful.buys(who, 0, 0)
        faithful.buys(who, 0, 99)
    assert why_none(faithful.record(), "relationship_life")["relationship_life"] == "no relationship is over"


# --- who gives to whom ------------------------------------------------------------------------------------------------


def test_graphs_of_sales_and_of_service():
    paper = Paper(people=4, firms=2)
    paper.deals(ANN, 0)
    paper.deals(ANN, 0, 1)
    paper.buys(BEA, 0)  # never put to use
    paper.deals(CAT, 1)
    paper.complains(ANN, 0, 2)
    paper.says(DAN, 1, -1)
    for day in (1, 2):
        paper.helps(ANN, BEA, day=day)
    paper.helps(BEA, ANN, day=3)
    paper.helps(CAT, DAN, day=3)
    r = paper.record()
    expected = {
        "sales_density": 3 / 30,  # six nodes; firm 0 to Ann and Bea, firm 1 to Cat
        "service_density": 6 / 30,  # firm 0 to Ann and back, firm 1 to Cat, Ann to Bea and back, Cat to Dan
        "service_reciprocity": 4 / 6,
        "graph_overlap": 2 / 7,
    }
    assert of(r, *expected) == pytest.approx(expected)


def test_help_that_is_returned_directly_or_by_others():
    paper = Paper(people=6)
    for giver, taker, times in ((0, 1, 3), (1, 0, 1), (1, 2, 2), (2, 3, 1), (3, 0, 1), (4, 5, 2)):
        for day in range(times):
            paper.helps(giver, taker, day=day)
    r = paper.record()
    # pairs: 3 and 1, then one-sided 2, 1, 1, 2
    assert value(r, "peer_reciprocity") == pytest.approx(1 / 9)
    # 0 -> 1 -> 2 -> 3 -> 0 is a circle of four, 0 -> 1 -> 0 of two; 4 -> 5 never comes back
    assert value(r, "chain_reciprocity") == pytest.approx(5 / 6)
    paper.rows = [row for row in paper.rows if row[6] != 3]
    for giver, taker in ((3, 4), (4, 0)):
        paper.helps(giver, taker)
    # a circle of five is too long: of the seven pairs 0 -> 1 and 1 -> 0 are left
    assert value(paper.record(), "chain_reciprocity") == pytest.approx(2 / 7)


def test_help_of_people_who_have_left_counts_between_those_it_was_given():
    paper = Paper(people=2)
    new = BEA + (1 << 20)
    paper.helps(ANN, BEA, day=1)
    paper.enters(new, BEA, 2)
    paper.helps(new, ANN, day=3)  # she owed nothing
    assert value(paper.record(), "peer_reciprocity") == 0.0


def test_where_nobody_gives_anything():
    r = Paper().record()
    assert of(r, "sales_density", "service_density") == {"sales_density": 0.0, "service_density": 0.0}
    assert why_none(r, "service_reciprocity", "graph_overlap", "peer_reciprocity", "chain_reciprocity") == {
        "service_reciprocity": "nobody gave anything", "graph_overlap": "nobody gave anything",
        "peer_reciprocity": "nobody helped anybody in a community", "chain_reciprocity": "nobody helped anybody in a community",
    }  # fmt: skip
