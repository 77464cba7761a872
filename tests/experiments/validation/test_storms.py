"""Storms: what counts as one, how markets are pooled, and what the regression finds where the answer is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from valuescape.experiments.validation.storms import FEATURES, Course, coefficients, pooled, spreads, taken_up, turned
from valuescape.sim.events import EVENT, KIND

DAYS, PEOPLE = 60, 1000


def course(mentions=0.0, blame=0.0, pressed=()):
    """The course of a world by hand; the press takes a story up on the days `pressed`."""
    rows = np.zeros(len(pressed), EVENT)
    rows["kind"], rows["day"] = KIND["picked_up"], pressed
    model = SimpleNamespace(columns=SimpleNamespace(ids=np.arange(PEOPLE)), events=rows)
    flat = np.zeros(DAYS)
    return Course(flat, flat, flat + mentions, flat + blame, model)


def test_a_storm_is_what_the_trigger_adds_and_not_a_busy_week():
    busy = course(mentions=5.0)
    assert spreads(busy, busy, 14) is None  # a market that talks anyway
    more = np.zeros(DAYS)
    more[20:24] = 3.0
    assert spreads(course(mentions=5.0 + more), busy, 14) == 23  # ten more within the week that ends then
    assert spreads(course(mentions=5.0 + more), busy, 30) is None
    assert spreads(course(mentions=5.0 + more / 2), busy, 14) is None


def test_the_press_must_have_been_silent_without_the_trigger():
    assert taken_up(course(pressed=(20,)), course(), 14) == 20
    assert taken_up(course(pressed=(20,)), course(pressed=(25,)), 14) is None
    assert taken_up(course(), course(), 14) is None


def test_a_prompt_has_turned_where_blame_is_more_than_without_it():
    angry = np.where(np.arange(DAYS) == 16, 2.0, 0.0)
    assert turned(course(blame=angry), course(), 14) == 14
    assert turned(course(blame=angry), course(blame=angry), 14) is None
    assert turned(course(blame=angry), course(), 30) is None


def storms_of(seed, slopes, count=18):
    """Storms of a market with a mean of its own, in which opinion falls by the slopes on the features, and some chance."""
    rng = np.random.default_rng(seed)
    features = np.column_stack([rng.normal(size=count), rng.normal(size=count), np.arange(count) % 3 == 0, np.arange(count) % 2 == 0])
    fall = 100.0 * seed + features @ np.array(slopes) + 0.1 * rng.normal(size=count)
    return np.column_stack([fall, features.astype(float)])


def test_known_slopes_come_back_with_their_signs_and_markets_differ_as_they_like():
    markets = [storms_of(seed, (1.0, 0.5, 2.0, -1.0)) for seed in range(4)]
    found = coefficients(markets)
    spread = np.concatenate([one - one.mean(axis=0) for one in markets]).std(axis=0)
    for name, slope, own in zip(FEATURES, (1.0, 0.5, 2.0, -1.0), spread[1:], strict=True):
        assert found[name] == pytest.approx(slope * own / spread[0], abs=0.03), name
    assert abs(coefficients([storms_of(seed, (0.0, 0.5, 2.0, -1.0)) for seed in range(4)])["volume"]) < 0.05
    assert set(coefficients([np.ones((60, 5))]).values()) == {None}


def test_markets_are_pooled_until_there_are_fifty_storms():
    sizes = [len(np.concatenate(pool)) for pool in pooled([storms_of(seed, (1, 1, 1, 1)) for seed in range(7)])]
    assert sizes == [54, 72]
    assert pooled([storms_of(0, (1, 1, 1, 1))]) == []
