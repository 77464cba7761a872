"""What becomes of an occasion: somebody chimes in at her hour, the press comes out."""

from __future__ import annotations

import numpy as np

from ..agents.talk import tone
from .cascade import PRESS, let_go, reads, utters
from .columns import NEVER
from .draws import name_key
from .events import FEED, MEDIA, PICKED_UP, REFRAME, tell
from .silence import is_audible
from .threads import MOCKING, TAGGED, tag_of


def chimes(w, day, time, at, i, key, answered, p):  # type: ignore[no-untyped-def]
    """Somebody adds her story to a thread, or a joke on the firm's post; a story is told once."""
    f = at // 3
    how = at % 3
    who = int(w.ids[i])
    bond = w.bonds[i, f]
    if how == MOCKING:
        if not is_audible(w, i, day):
            return
        hour = np.float64(time - day * 24.0)
        told = np.float64(w.pairs[i, f].satisfaction)
        tell(
            w.log,
            0,
            day,
            hour,
            REFRAME,
            FEED,
            f,
            name_key(key, who, REFRAME, 0),
            who,
            -1 - f,
            answered,
            answered,
            answered,
            p.talk_mock_tone,
            0,
        )
        utters(w, day, time, i, f, key, key, answered, p.talk_mock_tone, told, 1.0, p)
        return
    if bond.story_day == NEVER:
        return  # told meanwhile on another occasion
    story = np.float64(bond.story)
    bond.story_day = NEVER
    thread = tag_of(w, f) if how == TAGGED else answered
    utters(w, day, time, i, f, key, thread, answered, tone(story, p.judgement_neutral), story, 1.0, p)


def comes_out(w, day, time, at, key, parent, p):  # type: ignore[no-untyped-def]
    """The press has taken up a post: a share of all people meets it there, and some of them pass it on."""
    post = w.posts[at]
    post.begun = time  # in the press it is news again
    f = int(post.firm)
    hour = np.float64(time - day * 24.0)
    tell(w.log, 0, day, hour, PICKED_UP, MEDIA, f, key, PRESS, -1 - f, post.thread, parent, parent, post.valence, int(post.grown_to))
    for j in range(w.due.shape[0]):
        reads(w, day, time, at, j, PRESS, key, p.media_reach, p)
    let_go(w, at)
