"""Occasions to tell: a kept story, a firm's tag, another person's post, a post that asks to be mocked."""

from __future__ import annotations

import numpy as np

from ..agents.customer import normal_from
from ..agents.talk import deviation, relay_delay, speaks
from ..agents.threads import invited, keeps, mocks, recalled
from .columns import C_TAGGED, NEVER
from .draws import DELAY, INVITE, MOCK, name_key, uniform
from .events import PROMPT, REFRAME, UTTERANCE
from .hours import CHIMES, push_visit

UNTAGGED, TAGGED, MOCKING = range(3)
"""How somebody chimes in: beside a post, under the firm's tag, or with a joke on the firm's post."""


def tag_of(w, f):  # type: ignore[no-untyped-def]
    """The key of a firm's tag: the thread of everything that is said under it."""
    return name_key(w.firms[f].key, 0, PROMPT, 0)


def keeps_story(w, i, f, day, satisfaction, remarkable, p):  # type: ignore[no-untyped-def]
    """Keep an episode that was not told in public, where it is more remarkable than the story kept so far."""
    bond = w.bonds[i, f]
    kept = 0.0
    days = 0
    if bond.story_day != NEVER:
        kept = deviation(np.float64(bond.story), p.talk_middle, p.talk_width)
        days = day - int(bond.story_day)
    if keeps(remarkable, kept, p.threads_story_life, days, p.threads_story_from):
        bond.story = satisfaction
        bond.story_day = day


def uses_tag(w, i, f, day, p):  # type: ignore[no-untyped-def]
    """True if somebody who posts about the firm has lately seen its tag, and puts it on her post."""
    if w.counter[C_TAGGED] == 0 or w.bonds[i, f].tag_day == NEVER:
        return False
    return day - int(w.bonds[i, f].tag_day) <= p.threads_tag_memory


def may_add(w, day, time, j, f, post_key, seen, thread, how, pull, frame, p):  # type: ignore[no-untyped-def]
    """A reader with a kept story may add it to the thread: the speak-rule again, more likely on such an occasion.

    `seen` is the key under which she saw the post: its own, a relay's, a showing's. What she adds is named by it.
    """
    bond = w.bonds[j, f]
    if bond.story_day == NEVER:
        return
    kept = deviation(np.float64(bond.story), p.talk_middle, p.talk_width)
    kept = recalled(kept, p.threads_story_life, day - int(bond.story_day))
    person = w.people[j]
    who = int(person.id)
    on_line = np.float64(person.talk) * np.float64(person.online) / p.customers_online
    volume = p.talk_volume * invited(pull, kept, frame)
    u = uniform(w.seed[0], INVITE, 0, who, thread)
    if speaks(on_line, kept, p.talk_feed_base, p.talk_feed_good, p.talk_feed_bad, volume, u):
        chimes_later(w, time, j, who, f, post_key, seen, how, UTTERANCE, p)


def may_mock(w, time, j, f, post_key, seen, p):  # type: ignore[no-untyped-def]
    """A reader of a firm's own post may turn it into a joke, each time she sees it."""
    person = w.people[j]
    who = int(person.id)
    on_line = np.float64(person.talk) * np.float64(person.online) / p.customers_online
    sincerity = np.float64(w.bonds[j, f].sincerity)
    if mocks(p.threads_mockery, p.talk_sincerity_weight, sincerity, on_line, uniform(w.seed[0], MOCK, 0, who, seen)):
        chimes_later(w, time, j, who, f, post_key, seen, MOCKING, REFRAME, p)


def chimes_later(w, time, j, who, f, post_key, seen, how, kind, p):  # type: ignore[no-untyped-def]
    """She says it a little later: an act of its own hour."""
    z = normal_from(uniform(w.seed[0], DELAY, 2, who, seen), uniform(w.seed[0], DELAY, 3, who, seen))
    at = 3 * f + how
    later = time + relay_delay(p.threads_answer_delay, p.talk_delay_spread, z)
    push_visit(w.queue, w.counter, later, name_key(seen, who, kind, 2), CHIMES, at, j, post_key)
