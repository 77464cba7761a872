"""Answers that others can read, and talk that the firm joins: who looks on, what they learn, and to whom it is unwelcome."""

import numpy as np
import pytest

from valuescape.sim import columns as c
from valuescape.sim.desk import joins_talk
from valuescape.sim.events import COMPLAINT, DESK, FEED, HANDLE, KIND, S_WORKED, UTTERANCE

PUBLIC = 1.0
NEVER, ASKED, ALWAYS = 0.0, 1.0, 2.0
OPEN = {"network": {"mean_degree": 8}, "talk": {"sees": 1.0, "handle_sees": 1.0}, "customers": {"attention": 100}}
SEEN = KIND["exposure"]


@pytest.fixture
def crowd(office):
    """Sixty people who read all that is posted, and a firm with one open desk."""
    return lambda **world: type(office)(60, **(OPEN | world))


def readers(desk, row):
    """Rows of those who can read what she posts."""
    w = desk.w
    ties = w.other[w.start[row] : w.start[row + 1]], w.audience[w.audience_start[row] : w.audience_start[row + 1]]
    return sorted(set(np.concatenate(ties).tolist()))


# --- in the open ------------------------------------------------------------------------------------------------------


def test_an_answer_in_the_open_is_read_by_the_readers_of_the_complaint(crowd):
    desk = crowd()
    desk.staffs(0.0, 24.0, in_public=1.0)
    before = desk.w.pairs["expectation"].copy()
    desk.files(7, 10.0, place=HANDLE)
    desk.lives()
    assert desk.rows(KIND["reply"])["place"].tolist() == [HANDLE]
    seen = desk.rows(SEEN)
    assert sorted(seen["actor"].tolist()) == readers(desk, 7)
    assert set(seen["other"]) == {-1}
    assert (seen["thread"] == 1007).all()
    moved = np.flatnonzero(desk.w.pairs["expectation"] != before).tolist()
    assert moved == readers(desk, 7)
    assert (desk.w.pairs["expectation"] >= before).all()
    assert desk.w.log.total[0, 0, S_WORKED] * 60 == pytest.approx(17)
    assert desk.w.counter[c.C_POSTS] == len(desk.w.posts)


def test_whoever_reads_the_complaint_reads_the_answer_and_nobody_else_does(crowd):
    """One draw decides about both, so that a reply reaches the public of the complaint."""
    from valuescape.sim.cascade import puts_up

    desk = crowd(talk={"sees": 0.5, "handle_sees": 1.0, "reshare_median": 0.001})
    desk.staffs(0.0, 24.0, in_public=1.0)
    puts_up(desk.w, 10.0, 7, 0, COMPLAINT, HANDLE, 1007, 1007, -0.9, 0.1, 1.0, desk.w.par[0])
    desk.files(7, 10.0, place=HANDLE)
    desk.lives()
    seen = desk.rows(SEEN)
    complaint, answer = (set(seen["actor"][seen["other"] == by]) for by in (7, -1))
    assert complaint == answer
    assert 0 < len(answer) < len(readers(desk, 7))


@pytest.mark.parametrize("place", [HANDLE, DESK])
def test_in_private_nobody_looks_on(place, crowd):
    desk = crowd()
    desk.staffs(24.0, 24.0, in_public=float(place == DESK), explain=1.0, compensation=1.0)
    others = np.arange(60) != 7
    before = desk.w.pairs[others].tobytes(), desk.w.bonds[others].tobytes()
    desk.files(7, 10.0, place=place, paid=5_000)
    desk.lives()
    assert desk.rows(KIND["reply"])["place"].tolist() == [DESK]
    assert len(desk.rows(SEEN)) == 0
    assert (desk.w.pairs[others].tobytes(), desk.w.bonds[others].tobytes()) == before


def test_the_same_mention_before_other_onlookers_has_another_result(crowd):
    """An answer in the open is worth what its readers make of it: how open they are, and whom they believe."""
    gained = []
    for trust in (0.1, 0.9):
        desk = crowd()
        desk.w.pairs["credibility"] = trust
        desk.staffs(0.0, 24.0, in_public=1.0)
        before = desk.w.pairs["attachment"].copy()
        desk.files(7, 10.0, place=HANDLE)
        desk.lives()
        theirs = np.arange(60) != 7
        assert (desk.w.pairs["attachment"] == before)[theirs].all(), "what one only reads about passes"
        gained.append(float(desk.w.bonds["mood"][theirs].sum()))
    assert 0 < gained[0] < gained[1]


def shouting(crowd, days=1, **levers):
    desk = crowd()
    desk.staffs(0.0, 24.0, **levers)
    for day in range(days):
        desk.files(7 + day, 10.0, place=HANDLE, paid=10_000)
        desk.lives()
    return desk


def test_money_given_in_the_open_teaches_onlookers_to_shout(crowd):
    loud = shouting(crowd, compensation=0.5, compensation_in=PUBLIC)
    assert sorted(np.flatnonzero(loud.w.lives["shout"])) == readers(loud, 7)
    assert loud.w.lives["shout"].max() == pytest.approx(0.05)
    assert loud.w.counter[c.C_SHOUTED] == 1
    for levers in ({"compensation": 0.5, "in_public": 1.0}, {"in_public": 1.0, "compensation_in": PUBLIC}):
        assert shouting(crowd, **levers).w.lives["shout"].max() == 0


def test_an_unheard_reader_learns_from_answers_to_those_with_more_readers(crowd):
    """That the louder are answered, and she was not, teaches the same as money in the open."""
    desk = crowd()
    reach = np.diff(desk.w.start) + np.diff(desk.w.audience_start)
    star = int(np.argmax(reach))
    desk.w.bonds["unheard"] = 1
    desk.staffs(0.0, 24.0, in_public=1.0)
    desk.files(star, 10.0, place=HANDLE)
    desk.lives()
    quieter = [j for j in readers(desk, star) if reach[j] < reach[star]]
    assert quieter
    assert np.flatnonzero(desk.w.lives["shout"]).tolist() == quieter


# --- talk that nobody addressed to the firm -----------------------------------------------------------------------------


@pytest.mark.parametrize(("join", "whom"), [(ASKED, [3, 4]), (ALWAYS, [1, 2, 3, 4])])
def test_whose_talk_the_firm_joins(join, whom, crowd):
    """Asked: bad talk of its followers and members; always: all bad talk that it notices. Praise is left alone."""
    desk = crowd(threads={"detected": 1.0})
    desk.staffs(0.0, 24.0, join=join, in_public=1.0)
    desk.w.pairs[3, 0]["follows"] = 1
    desk.w.pairs[4, 0]["member"] = 1
    for row, valence in ((1, -0.5), (2, -0.9), (3, -0.5), (4, -0.5), (5, 0.9)):
        joins_talk(desk.w, 10.0 + row, row, 0, 500 + row, valence, desk.w.par[0])
    desk.lives()
    assert [row for row, _ in desk.replies()] == whom
    assert set(desk.rows(KIND["reply"])["place"]) == {FEED}
    assert desk.w.log.total[0, 0, S_WORKED] * 60 == pytest.approx(17 * len(whom))


@pytest.mark.parametrize(("alert", "whom"), [(0.0, []), (11.5, [1]), (99.0, [1, 2])])
def test_an_order_to_answer_all_holds_until_it_lapses(alert, whom, crowd):
    """Under such an order a firm that never joins takes up all bad talk that it sees."""
    desk = crowd(threads={"detected": 1.0})
    desk.staffs(0.0, 24.0, join=NEVER)
    desk.w.firms[0]["alert"] = alert
    for row in (1, 2):
        joins_talk(desk.w, 10.0 + row, row, 0, 500 + row, -0.5, desk.w.par[0])
    desk.lives()
    assert [row for row, _ in desk.replies()] == whom


def test_a_firm_notices_a_part_of_the_talk(crowd):
    desk = crowd(threads={"detected": 0.5})
    desk.staffs(0.0, 48.0, join=ALWAYS)
    for row in range(40):
        joins_talk(desk.w, 10.0 + row / 10, row, 0, 500 + row, -0.5, desk.w.par[0])
    desk.lives()
    assert 8 < len(desk.replies()) < 32


def test_joining_unasked_is_welcome_to_some_and_not_to_others(crowd):
    """The open take it as help: she gains attachment, open onlookers are in a good mood. The closed, onlookers too, lose attachment."""
    desk = crowd(threads={"detected": 1.0}, recovery={"intrusion": 1.0})
    desk.staffs(0.0, 48.0, join=ALWAYS, in_public=1.0)
    desk.w.people["openness"] = np.where(np.arange(60) % 2, 1.0, 0.0)
    before = desk.w.pairs["attachment"].copy()
    for row in (2, 3):
        joins_talk(desk.w, 10.0 + row, row, 0, 500 + row, -0.5, desk.w.par[0])
    desk.lives()
    change = (desk.w.pairs["attachment"] - before)[:, 0]
    assert change[2] < 0 < change[3]
    others = sorted(set(readers(desk, 2) + readers(desk, 3)) - {2, 3})
    assert {j % 2 for j in others} == {0, 1}
    assert all((change[j] < 0) == (j % 2 == 0) for j in others)
    assert all((desk.w.bonds["mood"][j, 0] > 0) == (j % 2 == 1) for j in others)


def test_talk_that_is_joined_too_late_leaves_no_trace(crowd):
    """She asked for nothing: a desk that never gets to it costs her nothing."""
    desk = crowd(threads={"detected": 1.0})
    desk.staffs(0.0, 0.001, join=ALWAYS)
    before, bonds = desk.w.pairs["attachment"].copy(), desk.w.bonds.copy()
    joins_talk(desk.w, 10.0, 1, 0, 501, -0.5, desk.w.par[0])
    desk.staffs(0.0, 0.0, join=ALWAYS)
    desk.lives(5)
    assert desk.tally("late") == 1
    assert (desk.w.pairs["attachment"] == before).all()
    assert desk.w.bonds.tobytes() == bonds.tobytes()
    assert len(desk.rows(UTTERANCE)) == 0


def test_onlookers_may_see_through_a_lie(crowd):
    for honesty in (0.0, 1.0):
        desk = crowd(recovery={"seen_through": 0.5})
        desk.staffs(0.0, 24.0, explain=1.0, honesty=honesty, in_public=1.0)
        desk.files(0, 10.0, place=HANDLE)
        desk.lives()
        found = desk.rows(KIND["found_out"])
        assert set(found["actor"]) <= set(readers(desk, 0))
        assert (0 < len(found) < len(readers(desk, 0))) == (honesty == 0.0)


def test_onlookers_learn_the_reply_time_too(crowd):
    desk = crowd()
    desk.staffs(0.0, 24.0, in_public=1.0)
    desk.files(7, 10.0, place=HANDLE)
    desk.lives()
    assert np.flatnonzero(desk.w.lives["norm"] < 6.0).tolist() == sorted({7, *readers(desk, 7)})
    assert desk.w.lives[7]["norm"] < desk.w.lives["norm"][readers(desk, 7)].min()
