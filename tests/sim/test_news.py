"""News grows old: what was put up hours ago is passed on less, until the press makes it news again."""

import numpy as np
import pytest

from valuescape.sim.cascade import PRESS, already, puts_up, reads, will_relay
from valuescape.sim.columns import C_RELAYS
from valuescape.sim.draws import name_key
from valuescape.sim.events import FEED, KIND, UTTERANCE
from valuescape.sim.occasions import comes_out

LIFE = 2.0
PEOPLE = 300
KEY = 1007


@pytest.fixture
def read_at(office):
    """Who passes a post on that all read `age` hours after it was put up, or in the press that takes it up then."""

    def of(age, press=False, life=LIFE, shared=1.0):
        media = {"reach": 1.0, "shared": shared}
        desk = type(office)(PEOPLE, talk={"news_life": life}, media=media, customers={"attention": 100})
        w, p = desk.w, desk.w.par[0]
        w.pairs["salience"] = 1.0
        at = puts_up(w, 10.0, 0, 0, UTTERANCE, FEED, KEY, KEY, 0.9, 1.0, 1.0, p)
        post = w.posts[at]
        post.infectious = 0.8 * max(1.0, p.mean_seen)  # so that four fifths of those who see it as news pass it on
        if press:
            post.waiting += 1
            comes_out(w, 0, 10.0 + age, at, name_key(KEY, 0, 1, 0), KEY, p)
        else:
            for j in range(1, PEOPLE):
                reads(w, 0, 10.0 + age, at, j, 0, KEY, 1.0, p)
        seen = desk.rows(KIND["exposure"])
        assert len(seen) == PEOPLE - 1
        assert set(seen["other"]) == {PRESS if press else 0}
        slot, found = int(post.relays), set()
        while slot >= 0:
            found.add(int(w.relays[slot]["row"]))
            slot = int(w.relays[slot]["next"])
        assert len(w.relays) - w.counter[C_RELAYS] == len(found)
        return found

    return of


def near(found, share):
    """Whether that many of all readers is that share of them, four standard deviations allowed."""
    return abs(len(found) / (PEOPLE - 1) - share) < 4 * np.sqrt(share * (1 - share) / (PEOPLE - 1))


def test_an_old_item_is_passed_on_by_fewer_and_by_nobody_else(read_at):
    fresh, later, old, stale = (read_at(age) for age in (0.0, LIFE, 2 * LIFE, 15 * LIFE))
    assert stale <= old < later < fresh
    for found, share in ((fresh, 0.8), (later, 0.4), (old, 0.2)):
        assert near(found, share), share
    assert len(stale) < 3


def test_what_stays_news_is_passed_on_at_any_age(read_at):
    """The counter-case: with a half-life of weeks a day and a half makes no difference to speak of."""
    assert len(read_at(15 * LIFE, life=1000.0)) > 0.95 * len(read_at(0.0, life=1000.0))


def test_in_the_press_it_is_news_again(read_at):
    """Of a post that is too old to be passed on: taken up by the press it is passed on like a new one."""
    assert len(read_at(15 * LIFE)) < 3
    assert read_at(15 * LIFE, press=True) == read_at(0.0)


@pytest.mark.parametrize("shared", [0.0, 0.05, 0.5])
def test_readers_of_the_press_pass_it_on_less(shared, read_at):
    """The same people as would pass it on in the feed, and of them the declared share."""
    found, feed = read_at(0.0, press=True, shared=shared), read_at(0.0)
    assert found < feed
    assert near(found, 0.8 * shared) if shared else not found


def test_a_relay_does_not_make_it_new(make_scenario, live):
    """A whole world: nobody's passing on renews the item, so that cascades end within hours; where news lasts they go on."""
    loud = {
        "customers": {"need_rate": 60, "online": 0.6, "attention": 50}, "media": {"reach": 0.0},
        "talk": {"feed_base": 0.05, "sees": 0.5, "reshare_median": 0.5, "delay_median": 1.5},
    }  # fmt: skip
    ages = {}
    for life in (1.0, 1000.0):
        world = loud | {"talk": loud["talk"] | {"news_life": life}}
        log = live(make_scenario(150, focal={}, rival={}, rivals=1, budget=50.0, **world), 20).events
        put_up = {int(row["id"]): row["day"] * 24.0 + row["hour"] for row in log[log["kind"] == KIND["utterance"]]}
        relays = log[log["kind"] == KIND["relay"]]
        first = [(row["day"] * 24.0 + row["hour"]) - put_up[int(row["thread"])] for row in relays if int(row["thread"]) in put_up]
        ages[life] = np.array(first)
    assert len(ages[1000.0]) > 1.5 * len(ages[1.0]) > 30
    assert (ages[1000.0] > 48).mean() > 2 * (ages[1.0] > 48).mean()


def test_whoever_has_passed_it_on_is_found_in_a_large_cascade(office):
    """However rows come in, and without a walk through all of them: a market's largest cascades hold most of its people."""
    for rows in (range(1, 400, 2), range(399, 0, -2)):
        desk = type(office)(400, talk={"volume": 0})
        w, p = desk.w, desk.w.par[0]
        post = w.posts[puts_up(w, 10.0, 0, 0, UTTERANCE, FEED, KEY, KEY, 0.9, 1.0, 1.0, p)]
        for j in rows:
            assert not already(w, post, j)
            will_relay(w, 11.0, 0, j, int(w.ids[j]), KEY, p)
        assert [j for j in range(400) if already(w, post, j)] == list(range(1, 400, 2))
