"""The course of a hijacked tag, on a log whose hours are known."""

import numpy as np
import pytest

from valuescape.experiments.validation import tag_facts
from valuescape.experiments.validation.tag_facts import course
from valuescape.sim.events import EVENT
from valuescape.tests.experiments.validation.paper_world import seen_on_paper
from valuescape.tests.sim.paper import Paper

TAG = 77


def tagged(paper, who, hours, value=-0.5):
    """Post under the tag, so many hours after midnight of day 0."""
    return paper.says(who, day=int(hours // 24), hour=hours % 24, value=value, thread=TAG)


def log_of(paper):
    return np.array(paper.rows, dtype=EVENT)


@pytest.fixture
def paper():
    """The tag is out at nine and withdrawn at noon; posts under it at 9.2, 9.4, 10.1, 10.2, 10.3, 14.5, and on day 8."""
    told = Paper(people=20)
    told.prompts(hour=9.0, tag=TAG)
    for who, (hours, value) in enumerate([(9.2, 0.5), (9.4, -0.5), (10.1, -0.5), (10.2, -0.5), (10.3, 0.5), (14.5, -0.5), (200.0, -0.5)]):
        tagged(told, who, hours, value)
    told.row("withdrawn", 0, 12.0, 0, -1, thread=TAG)
    return told


def test_the_course_of_a_tag_on_paper(paper):
    """Bad: 5 of 7. Busiest hour: 3 of the six of that day. After withdrawal, from 14 to 16: 1, of 5 from 9 to 11."""
    assert course(log_of(paper)) == {"negative": pytest.approx(5 / 7), "peak": 0.5, "left": pytest.approx(0.2), "tail": 1.0}


def test_mentions_of_that_day_are_all_that_is_said_in_public_and_no_more(paper):
    paper.says(10, day=0, hour=20.0)  # of the brand, not under the tag
    paper.complains(11, day=0, place="handle")
    paper.says(12, day=1, hour=1.0)  # on another day
    paper.says(13, day=0, place="strong")  # among friends
    paper.complains(14, day=0)  # at the desk, in private
    found = course(log_of(paper))
    assert found["peak"] == pytest.approx(3 / 8)
    assert (found["negative"], found["left"], found["tail"]) == (pytest.approx(5 / 7), pytest.approx(0.2), 1.0)


def test_relays_fill_hours_but_have_no_tone_of_their_own(paper):
    for who in (15, 16):
        paper.row("relay", 0, 10.5, 0, who, place="feed", thread=TAG)
    found = course(log_of(paper))
    assert found["negative"] == pytest.approx(5 / 7)
    assert found["peak"] == pytest.approx(5 / 8)
    assert found["left"] == pytest.approx(1 / 7)


@pytest.mark.parametrize(("hours", "left"), [(13.9, 0.2), (14.1, 0.4), (15.9, 0.4), (16.1, 0.2)])
def test_what_is_left_is_counted_from_two_to_four_hours_after_the_withdrawal(paper, hours, left):
    tagged(paper, 10, hours)
    assert course(log_of(paper))["left"] == pytest.approx(left)


@pytest.mark.parametrize(("hours", "tail"), [(9 + 167.5, 1), (9 + 168.5, 2), (9 + 335.5, 2), (9 + 336.5, 1)])
def test_the_second_week_begins_seven_days_after_the_tag(paper, hours, tail):
    tagged(paper, 10, hours)
    assert course(log_of(paper))["tail"] == tail


def test_the_firms_own_posts_are_no_answers_to_its_tag(paper):
    before = course(log_of(paper))
    paper.says(-1, day=0, hour=10.4, value=0.7, place="follow", thread=TAG)
    found = course(log_of(paper))
    assert found["peak"] == pytest.approx(3 / 7)  # but a mention of the brand
    assert (found["negative"], found["left"]) == (before["negative"], before["left"])


def test_a_tag_that_stays_leaves_nothing_to_compare_and_one_that_nobody_takes_up_has_no_course(paper):
    rows = log_of(paper)
    kept = Paper(people=20)
    kept.prompts(hour=9.0, tag=TAG)
    assert course(log_of(kept)) == dict.fromkeys(("negative", "peak", "left", "tail"))
    assert course(rows[:-1])["left"] is None
    assert course(rows[:-1])["peak"] == 0.5


def test_the_row_is_measured_on_the_focal_firms_tag_with_an_order_to_withdraw_it(paper, monkeypatch):
    lived = {}

    def on_paper(scenario, seed, days, **how):
        orders = scenario.firms["focal"].options["levers"]["orders"]
        lived.update(name=scenario.name, acts=[order["act"] for order in orders], people=scenario.world.customers.number, seed=seed, **how)
        return seen_on_paper(paper)

    expected = course(log_of(paper))
    for who in range(10, 15):
        paper.says(who, firm=1, day=0, hour=10.5, thread=TAG)  # of a rival, and none of this tag's
    monkeypatch.setattr(tag_facts, "lived", on_paper)
    assert tag_facts.hijacked(7) == expected
    assert (lived["name"], lived["acts"], lived["people"], lived["seed"]) == ("hijacked_tag", ["withdraw"], 10_000, 7)
