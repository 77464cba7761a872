"""The statistics of the rows on data whose answer is known."""

import numpy as np
import pytest

from valuescape.experiments.validation import cascade_facts, talk_facts
from valuescape.experiments.validation.loyalty_facts import occasions, retention
from valuescape.experiments.validation.watch import EPISODE, Seen, Watch
from valuescape.sim.events import EVENT, KIND
from valuescape.sim.metrics.cascades import CASCADE


def posts_of(sizes, valence=1.0, virality=2.0):
    posts = np.zeros(len(sizes), dtype=CASCADE)
    posts["size"], posts["valence"], posts["virality"] = sizes, valence, virality
    return posts


@pytest.mark.parametrize("exponent", [1.8, 2.3, 3.0])
def test_a_tail_with_a_known_exponent_is_found(exponent):
    rng = np.random.default_rng(5)
    sizes = rng.zipf(exponent, 400_000)
    assert cascade_facts.exponent(sizes[sizes < 10**6]) == pytest.approx(exponent, abs=0.06)


def test_too_few_large_cascades_have_no_exponent():
    assert cascade_facts.exponent(np.array([5] * 199)) is None
    assert cascade_facts.exponent(np.array([5] * 150 + [9] * 60)) is not None


def test_a_lognormal_tail_is_told_from_a_power_law():
    rng = np.random.default_rng(6)
    lognormal = np.rint(np.exp(rng.normal(1.5, 0.7, 20_000))).astype(np.int64)
    assert cascade_facts.against_lognormal(lognormal)["ratio"] < -3
    assert cascade_facts.against_lognormal(rng.zipf(2.2, 20_000).clip(max=10**6))["ratio"] > -2


def test_lone_and_large_cascades_are_shares_of_posts():
    posts = posts_of([1, 1, 1, 100])
    assert cascade_facts.lone_share(posts) == 0.75
    assert cascade_facts.big_share(posts) == 0.25
    assert cascade_facts.big_share(posts[:0]) is None


def test_blame_is_compared_at_equal_audience():
    """Large audiences complain more here, and pass on more: without the fifths blame would seem to travel twice as well."""
    audience = np.repeat([10, 1000], 1000)
    bad = np.concatenate([np.arange(1000) < 200, np.arange(1000) < 800])
    passed = np.concatenate([np.arange(1000) % 10 == 0, np.arange(1000) % 2 == 0])
    posts = posts_of(np.where(passed, 2, 1), np.where(bad, -1.0, 1.0))
    assert cascade_facts.blame_ratio(posts, audience) == pytest.approx(1.0, abs=0.02)
    assert passed[bad].mean() / passed[~bad].mean() > 1.5


def test_shape_is_compared_at_equal_size():
    small, large = posts_of([4] * 10, virality=2.0), posts_of([64] * 10, virality=6.0)
    small["valence"][:8], large["valence"][:2] = -1.0, -1.0
    assert cascade_facts.shape_gap(np.concatenate([small, large])) == pytest.approx(0.0)
    large["virality"][:2] = 9.0
    assert cascade_facts.shape_gap(np.concatenate([small, large])) > 0.1


def test_an_asymmetric_u_is_seen_and_a_slope_is_none():
    satisfaction = np.linspace(0, 1, 1000)
    rate = np.where(satisfaction < 0.2, 0.4, np.where(satisfaction > 0.8, 0.2, 0.1))
    told = (np.arange(1000) % 100) < 100 * rate
    assert talk_facts.lopsided_u(satisfaction, told) == {"ratio": pytest.approx(2.0), "middle": 1.0}
    assert talk_facts.lopsided_u(satisfaction, (np.arange(1000) % 10) < 10 * satisfaction)["middle"] == 0.0


def test_stars_are_cut_where_they_say():
    assert talk_facts.stars(np.array([-1.0, 0.0, 0.3, 0.5, 0.9])).tolist() == [0.2] * 5
    assert talk_facts.stars_of(np.array([0.0]), 0.25).tolist() == [3]


def test_ratings_tell_a_j_from_one_peak():
    satisfaction = np.array([-0.2] * 3 + [0.1] + [0.3] + [0.5] * 2 + [0.9] * 5)
    found = talk_facts.ratings(satisfaction, np.ones(12, dtype=bool))
    assert (found["five"], found["five_is_mode"], found["one_peak"]) == (pytest.approx(5 / 12), 1.0, 0.0)
    assert found["one_over_two"] > 0


def test_occasions_join_an_episode_with_her_next_job():
    episodes = np.zeros(2, dtype=EPISODE)
    episodes["who"], episodes["day"], episodes["firm"], episodes["satisfaction"] = (7, 8), (3, 3), (1, 2), (0.5, 0.9)
    starts = np.zeros(4, dtype=EVENT)
    starts["actor"], starts["day"], starts["firm"] = (7, 7, 8, 7), (3, 9, 3, 20), (1, 1, 2, 0)
    satisfaction, again = occasions(episodes, starts)
    assert satisfaction.tolist() == [0.5]  # the other has no job after it
    assert again.tolist() == [True]


def test_convex_retention_has_a_bend_and_a_straight_one_has_none():
    satisfaction = np.repeat(np.linspace(0, 1, 5), 1000)

    def kept(logits):
        share = 1 / (1 + np.exp(-np.asarray(logits)))
        return np.concatenate([np.arange(1000) < 1000 * one for one in share])

    straight, convex = (retention(satisfaction, kept(logits)) for logits in ([0, 0.5, 1, 1.5, 2], [0, 0.1, 0.2, 0.4, 1.2]))
    assert straight["bend"] == pytest.approx(0.0, abs=0.02)
    assert straight["odds"] == pytest.approx(np.exp(0.5), rel=0.02)
    assert convex["bend"] > 0.4


# --- watching ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(make_scenario, live):
    scenario = make_scenario(200, customers={"need_rate": 40}, talk={"volume": 3.0})
    model = live(scenario, 0)
    watch = Watch(model, (20,))
    for _ in range(40):
        model.step()
    return Seen(model, watch)


def test_watching_changes_nothing(seen, make_scenario, live):
    other = live(make_scenario(200, customers={"need_rate": 40}, talk={"volume": 3.0}), 40)
    assert other.events.tobytes() == seen.model.events.tobytes()


def test_every_episode_with_a_firm_in_which_she_acted_is_watched(seen):
    acted = seen.rows("resource_used")["thread"]
    ends = seen.rows("episode_end")
    ends = ends[(ends["firm"] >= 0) & np.isin(ends["thread"], acted)]
    assert len(ends) > 200
    assert sorted(seen.episodes["key"]) == sorted(ends["thread"])
    assert sorted(seen.episodes["value"]) == pytest.approx(sorted(ends["value"]))


def test_disconfirmation_is_what_satisfaction_was_judged_by(seen):
    p, e = seen.model.params.judgement, seen.episodes
    weighed = p.gap_weight * np.where(e["gap"] > 0, e["gap"], p.loss * e["gap"])
    assert e["value"] + weighed == pytest.approx(e["satisfaction"])
    assert (e["gap"] < 0).any()
    assert (e["gap"] > 0).any()


def test_a_stand_is_of_the_day_it_says(seen):
    stand = seen.watch.stands[20]
    before = seen.rows("purchase")
    before = before[before["day"] < 20]
    assert stand.pairs["bought"].sum() == len(before)
    assert seen.model.columns.pairs["bought"].sum() > stand.pairs["bought"].sum()


def test_public_posts_are_the_episodes_that_were_posted(seen):
    told = talk_facts.posted(seen)
    posts = seen.log[(seen.log["kind"] == KIND["utterance"]) & (seen.log["place"] == 2) & (seen.log["actor"] >= 0)]
    assert 0 < told.sum() <= len(posts)
