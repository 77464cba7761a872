"""Talk and its spread on paper (M25-M30, M34, M36-M38): how much, in what tone, how far. Shapes of cascades have a file of their own."""

import pytest

from valuescape.tests.sim.paper import Paper, of, value, why_none

ANN, BEA, CAT, DAN = range(4)
CASCADES = ("cascade_size", "cascade_largest", "cascade_depth", "passed_on_share", "reproduction_number", "reproduction_first",
            "ewom_half_hours")  # fmt: skip


@pytest.fixture(scope="module")
def square():
    """Ten days: Ann blames in the feed and is passed on, Bea praises twice, Cat blames among friends; firms post."""
    paper = Paper(people=6, days=10)
    paper.says(DAN, 0, -1, -1.0)
    first = paper.says(ANN, 0, 0, -0.5, 10.0)
    one = paper.relays(BEA, first, 0, 0, 12.0)
    paper.relays(CAT, one, 0, 0, 14.0)
    press = paper.takes_up(first, 0, 0, 15.0)
    paper.relays(DAN, press, 0, 0, 16.0)
    second = paper.says(BEA, 0, 1, 1.0, 10.0, under=first)  # she defends the firm
    paper.says(BEA, 0, 2, 0.5, 10.0)
    paper.says(CAT, 0, 3, 0.0, 10.0, "strong")  # neither good nor bad counts as blame
    paper.complains(DAN, 0, 4, place="desk")
    paper.asks(DAN, 0, 4)
    paper.posts(0, 5)
    for day in (5, 6):
        paper.says(ANN, 1, day, 0.5)
    for who, under, place in ((BEA, first, "feed"), (CAT, first, "feed"), (4, press, "media"), (BEA, first, "feed"), (ANN, second, "feed")):
        paper.sees(who, under, 0, 2, 13.0, place)
    paper.sees(4, first, 0, 2, 13.0, "strong")
    paper.sees(5, 99, 1, 6)
    paper.pushes(ANN, 0, 1)
    paper.pushes(BEA, 0, 1)
    paper.finds(BEA, 0, 1)
    paper.sets(1, 0, hearings=4, heard_tone=-1.0, mentions_seen=5, blame_seen=2)
    return paper.record()


def test_volume_voice_and_tone_on_paper(square):
    expected = {
        "ewom_volume": 0.6,  # three posts and three relays in ten days
        "share_of_voice": 4 / 6,  # three posts and the firm's own one; the other firm's two
        "share_of_voice_heard": 5 / 6,  # in the feed and in the press, not among friends
        "net_sentiment": 0.0,  # two of praise, two of blame
        "net_sentiment_heard": -0.25,
        "net_sentiment_seen": 1 / 5,
        "sentiment_variance": 0.3125,  # -0.5, 1, 0.5, 0 around 0.25: (9 + 9 + 1 + 1) / 16 / 4
        "defence_ratio": 1.0,
        "control_index": 3 / 10,  # two messages and a post; three posts, one story, content, complaint, question
    }
    assert of(square, *expected) == pytest.approx(expected)


def test_cascades_on_paper(square):
    # the posts of customers stand with 4, 1 and 1 people, the firm's own alone; who read the press stands right under the post
    expected = {
        "cascade_size": 7 / 4, "cascade_largest": 4.0, "cascade_depth": 2.0, "passed_on_share": 1 / 4,
        "reproduction_number": 3 / 7, "reproduction_first": 2 / 4,
        "structural_virality": 10 / 6,  # pairs at distance 1: 3, at 2: 2, at 3: 1
        "ewom_half_hours": 4.0,  # the second of three relays
        "mean_reach": 4 / 4,  # three saw the first post, one the second
    }  # fmt: skip
    assert of(square, *expected) == pytest.approx(expected)


def test_a_tag_on_paper():
    paper = Paper(days=3)
    paper.prompts(0, 0, 9.0, tag=77)
    paper.says(ANN, 0, 0, 0.5, 10.0, thread=77)
    paper.says(BEA, 0, 0, -0.5, 11.0, thread=77)
    paper.says(CAT, 0, 1, -0.5, 9.0, thread=77)
    paper.sets(0, 0, tagged=3, tag_blame=2)
    r = paper.record()
    assert of(r, "hijack_share", "hours_to_reframe") == pytest.approx({"hijack_share": 2 / 3, "hours_to_reframe": 24.0})
    assert why_none(r, "hijack_share", "hours_to_reframe", firm=1) == {
        "hijack_share": "nobody used a tag of the firm", "hours_to_reframe": "the firm put up no prompt"}  # fmt: skip


@pytest.mark.parametrize("ahead", [3, 0, -2])
def test_which_of_voice_and_market_goes_before_the_other(ahead):
    """Forty weeks in which both firms have one voice and one deal a week, but for a few weeks in which firm 0 has more."""
    paper = Paper(days=40 * 7)
    for week in range(40):
        loud, sold = week in (12, 13, 20), week - ahead in (12, 13, 20)
        for _ in range(4 if loud else 1):
            paper.says(ANN, 0, 7 * week)
        paper.says(BEA, 1, 7 * week)
        paper.buys(ANN, 0, 7 * week + 6, 3000 if sold else 1000)
        paper.buys(BEA, 1, 7 * week + 6)
    assert value(paper.record(), "voice_lead") == ahead


def test_of_equal_leads_the_least_counts():
    paper = Paper(days=36 * 7)
    for week in range(36):
        paper.says(ANN, week % 2, 7 * week)
        paper.buys(ANN, week % 2, 7 * week)
    assert value(paper.record(), "voice_lead") == 0.0


def test_leaving_in_silence_on_paper():
    paper = Paper()
    paper.complains(ANN, 0, 1)
    paper.churns(ANN, 0, 2)
    paper.churns(BEA, 0, 3)
    paper.complains(BEA, 0, 4)  # too late
    paper.complains(CAT, 1, 1)
    paper.churns(CAT, 0, 5)  # she complained of the other firm
    paper.complains(DAN, 0, -1)
    paper.churns(DAN, 0, 6)  # and she before day 0
    assert value(paper.record(), "exit_voice_ratio") == 3 / 2
    assert why_none(paper.record(), "exit_voice_ratio", firm=1)["exit_voice_ratio"] == "no contract with the firm came to its end"
    paper = Paper()
    paper.renews(ANN)
    assert why_none(paper.record(), "exit_voice_ratio")["exit_voice_ratio"] == "nobody complained"


def test_a_post_that_nobody_saw_reached_nobody():
    paper = Paper(days=1)
    paper.says(ANN)
    r = paper.record()
    assert of(r, "mean_reach", "cascade_size", "cascade_depth", "reproduction_number") == {
        "mean_reach": 0.0, "cascade_size": 1.0, "cascade_depth": 0.0, "reproduction_number": 0.0}  # fmt: skip
    assert why_none(r, "structural_virality", "ewom_half_hours", "sentiment_variance", "defence_ratio") == {
        "structural_virality": "no cascade has 3 nodes", "ewom_half_hours": "nothing was passed on",
        "sentiment_variance": "fewer than 2 utterances have no variance", "defence_ratio": "no bad post about the firm"}  # fmt: skip


def test_where_nobody_speaks_nothing_is_found():
    paper = Paper(days=224)
    paper.sets(0, 0, hearings=0, heard_tone=0.0, mentions_seen=0, blame_seen=0, tagged=0, tag_blame=0)
    r = paper.record()
    assert value(r, "ewom_volume") == 0.0
    assert set(why_none(r, *CASCADES, "mean_reach", "structural_virality").values()) == {"nobody posted"}
    expected = {
        "share_of_voice": "nobody has said anything in public",
        "share_of_voice_heard": "nobody has heard anything in public",
        "net_sentiment": "nobody has said anything about the firm",
        "net_sentiment_heard": "nobody has heard anything about the firm",
        "net_sentiment_seen": "the firm has seen no mention of itself",
        "control_index": "nobody was in contact with the firm",
        "voice_lead": "shares did not move",
    }
    assert why_none(r, *expected) == expected
    assert why_none(Paper(days=223).record(), "voice_lead")["voice_lead"] == "needs 224 days"
