"""Who talks and in which tone, on logs on paper."""

import pytest

from valuescape.experiments.validation.talk_facts import at_the_handle, praise_over_blame, talkers
from valuescape.tests.experiments.validation.paper_world import seen_on_paper
from valuescape.tests.sim.paper import Paper


def test_talk_of_a_hundred_people_of_whom_one_says_half():
    """One writes ten posts, ten write one each: the first hundredth has half of them, the first tenth 19 of 20."""
    paper = Paper(people=100)
    for day in range(10):
        paper.says(0, day=day)
        paper.says(day + 1, day=day, place=("feed", "handle", "community")[day % 3])
    expected = {"top_1": 0.5, "top_10": pytest.approx(19 / 20), "never": 0.89}
    assert talkers(seen_on_paper(paper)) == expected
    paper.says(50, place="strong")
    paper.complains(51)  # at the desk, in private
    paper.posts()
    paper.says(52, day=364)
    assert talkers(seen_on_paper(paper, days=365)) == expected
    paper.complains(53, place="handle")
    paper.asks(54, place="community")
    assert talkers(seen_on_paper(paper, days=365))["never"] == pytest.approx(0.87)


def test_where_nobody_posts_nobody_has_a_share():
    assert talkers(seen_on_paper(Paper())) == {"top_1": None, "top_10": None, "never": 1.0}


def test_praise_is_told_by_customers_wherever_they_tell_it():
    paper = Paper(people=10)
    for who in range(6):
        paper.says(who, value=0.5, place="strong" if who % 2 else "feed")
    for who in (7, 8):
        paper.says(who, value=-0.5, place="strong")
    paper.says(9, value=0.0)
    paper.posts()  # the firm's own praise
    assert praise_over_blame(seen_on_paper(paper)) == {"ratio": 3.0}
    paper.says(6, value=-0.5)
    assert praise_over_blame(seen_on_paper(paper)) == {"ratio": 2.0}


def test_without_blame_there_is_no_ratio():
    paper = Paper()
    paper.says(0)
    assert praise_over_blame(seen_on_paper(paper)) == {"ratio": None}


def test_what_is_addressed_to_a_firm_in_the_open_is_a_complaint_or_a_question():
    paper = Paper(people=10)
    assert at_the_handle(seen_on_paper(paper)) == {"negative": None}
    paper.complains(0, place="handle")
    for who in (1, 2, 3):
        paper.asks(who, place="handle")
    paper.complains(4)  # at the desk
    paper.asks(5, place="community")
    assert at_the_handle(seen_on_paper(paper)) == {"negative": 0.25}
