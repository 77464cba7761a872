"""Communities, peers' help and ideas on paper (M60-M66): who contributes, who is helped, what becomes of it."""

import pytest

from valuescape.tests.sim.paper import Paper, of, value, why_none

ANN, BEA, CAT, DAN = range(4)


def club():
    """73 days: four questions to communities about firm 0, three answers, one of them in nobody's community, one looked up."""
    paper = Paper(people=4, days=73)
    paper.enrols(ANN, 0, 1)
    for who, nobodys in ((BEA, 0), (CAT, 0), (BEA, 1)):
        paper.helps(ANN, who, paper.asks(who, 0, 2, place="community"), 0, 2, nobodys=nobodys)
    paper.looks_up(CAT, paper.asks(CAT, 0, 3, place="community"), 0, 3)
    paper.asks(DAN, 0, 4, place="community")
    paper.asks(DAN, 0, -4, place="community")
    paper.helps(BEA, CAT, firm=1, day=5)
    paper.asks(BEA, 0, 5)
    paper.replies(paper.complains(BEA, 0, 6), BEA, 0, 6)
    return paper


def test_a_community_on_paper():
    paper = club()
    w = paper.states()
    w.members[0, :2], w.member_count[0] = (ANN, BEA), 2
    rest = paper.params.community.rest
    w.people["weary"][:2], w.people["weary_day"][:2] = (2.1, 1.9), 73 - rest  # half of it has gone
    expected = {
        "community_size": 2.0,
        "answers_per_member": 5.0,  # two in a fifth of a year, by two members
        "answered_share": 4 / 5,
        "lookup_share": 1 / 4,
        "weary_share": 1 / 2,
        "peer_help_share": 4 / 5,
        "insight_loss": 1 / 5,
    }
    assert of(paper.record(w), *expected) == pytest.approx(expected)
    none = why_none(paper.record(w), "answers_per_member", "weary_share", firm=1)
    assert set(none.values()) == {"nobody is a member of a community of the firm"}
    assert value(paper.record(w), "community_size", firm=1) == 0.0


def test_help_of_peers_saves_the_time_of_staff():
    paper = Paper(service={"minutes": 20}, prices={"staff_hour": 30.0})
    for day in range(4):
        paper.helps(ANN, BEA, day=day)
    paper.looks_up(CAT, day=5)
    assert of(paper.record(), "peer_help_saving") == pytest.approx({"peer_help_saving": 50.0})
    assert value(paper.record(), "peer_help_saving", firm=1) == 0.0


def test_who_contributes_on_paper():
    """Of four, one does nothing, one asks in a community, one answers twice, one posts five times."""
    paper = Paper(people=4)
    paper.asks(BEA, 0, 1, place="community")
    for day in (1, 2):
        paper.helps(CAT, BEA, day=day)
    for day in range(5):
        paper.says(DAN, day % 2, day)
    paper.says(ANN, 0, -1)
    paper.says(ANN, 0, 1, place="strong")  # told to friends alone
    paper.asks(ANN, 0, 2)  # and asked the firm
    expected = {
        "silent_share": 1 / 4,
        "top_share": 5 / 8,
        "contribution_gini": 0.5,  # 0, 1, 2, 5: 2 x (2 + 6 + 20) / (4 x 8) - 5 / 4
    }
    assert of(paper.record(), *expected) == pytest.approx(expected)


def test_a_hundredth_of_a_crowd_and_those_who_left():
    paper = Paper(people=198, days=10)
    for who in range(4):
        for _ in range(4 - who):
            paper.says(who)
    for who in (100, 101):
        paper.enters(who + (1 << 20), who, 3)
    paper.says(100 + (1 << 20), 0, 5)
    r = paper.record()
    assert value(r, "top_share") == pytest.approx(7 / 11)  # two of two hundred
    assert value(r, "silent_share") == pytest.approx(195 / 200)


def test_ideas_on_paper():
    paper = Paper(people=4)
    one, two = paper.submits(ANN, 0, 3), paper.submits(BEA, 0, 10)
    paper.submits(CAT, 0, 20)
    paper.submits(CAT, 0, 21)
    paper.submits(DAN, 1, 1)
    old = paper.submits(DAN, 0, -9)
    for idea, who, day in ((one, ANN, 10), (two, BEA, 12)):
        paper.does("idea_adopt", idea, who, 0, day)
        paper.does("launch", idea, who, 0, 2 * day)
    paper.does("launch", old, DAN, 0, 90)  # nobody knows since when it waited
    paper.does("loop_closed", one, ANN, 0, 10)
    paper.sets(5, 0, review=900, email=5000)
    expected = {
        "ideas_submitted": 4.0,
        "ideas_adopted_share": 1 / 2,
        "cost_per_adopted_idea": 4.5,
        "idea_lag": 15.5,  # 17 days and 14
        "loop_closed_share": 1 / 2,
    }
    assert of(paper.record(), *expected) == pytest.approx(expected)


def test_where_nobody_takes_part_nothing_is_found():
    paper = Paper()
    paper.sets(0, 0, review=0)
    r = paper.record(paper.states())
    assert of(r, "community_size", "ideas_submitted", "peer_help_saving") == {
        "community_size": 0.0, "ideas_submitted": 0.0, "peer_help_saving": 0.0}  # fmt: skip
    expected = {
        "answers_per_member": "nobody is a member of a community of the firm",
        "weary_share": "nobody is a member of a community of the firm",
        "answered_share": "nobody asked in the community",
        "lookup_share": "no question was solved in a community",
        "silent_share": "nobody contributed anything",
        "top_share": "nobody contributed anything",
        "contribution_gini": "nobody contributed anything",
        "peer_help_share": "nobody got help",
        "insight_loss": "no problem was solved",
        "ideas_adopted_share": "nobody submitted an idea",
        "cost_per_adopted_idea": "no idea was adopted",
        "idea_lag": "no idea was launched",
        "loop_closed_share": "no idea was adopted",
    }
    assert why_none(r, *expected) == expected
    assert why_none(paper.record(), "community_size")["community_size"] == "a log alone does not say how people stand"
