"""Cascades: a story goes to friends, a post to ties and followers; those who see it may pass it on, hour by hour."""

from __future__ import annotations

import numpy as np

from ..agents.customer import normal_from
from ..agents.talk import infectiousness, passes_on, relay_delay, sees
from .columns import C_HEARD, C_POSTS, C_RELAYS
from .draws import CONTENT, DELAY, LISTENER, RELAY, SEE, name_key, uniform
from .events import EXPOSURE, FOLLOWED, HANDLE, STRONG, T_HEARINGS, tell
from .events import RELAY as RELAYED
from .hours import POSTED, push_visit


def tells_friends(w, day, line, p):  # type: ignore[no-untyped-def]
    """Off-line talk: some strong ties and some weak ones hear the story the same day."""
    i = int(line.row)
    begin = int(w.start[i])
    close = int(w.strong[i])
    ties = int(w.start[i + 1]) - begin
    if ties == 0:
        return
    most = int(p.talk_listeners)
    weak = int(most * p.talk_weak_listeners + 0.5) if ties > close else 0
    strong = min(close, most - weak)
    if ties > close:
        weak = most - strong  # who has few close friends tells other acquaintances
    # a few named picks among many; hitting the same friend twice is one hearing the less
    for k in range(strong + weak):
        at = listener(w, line.key, k, strong, close, ties)
        told = False
        for earlier in range(k):
            told = told or listener(w, line.key, earlier, strong, close, ties) == at
        if told:
            continue
        j = w.other[begin + at]
        f = int(line.firm)
        who = int(w.ids[j])
        key = name_key(line.key, who, EXPOSURE, 0)
        tell(w.log, 0, day, line.hour, EXPOSURE, STRONG, f, key, who, int(w.ids[i]), line.key, line.key, line.key, line.valence, 0)
        w.log.tally[0, f, T_HEARINGS] += 1
        hears(w, j, f, STRONG, line.valence, line.value, line.vivid, i, line.key)


def listener(w, key, k, strong, close, ties):  # type: ignore[no-untyped-def]
    """Place among her ties of the k-th friend that a story is told to: the first `strong` are close ones."""
    u = uniform(w.seed[0], LISTENER, 0, key, k)
    if k < strong:
        return int(u * close)
    return close + int(u * (ties - close))


def hears(w, j, f, place, valence, value, weight, source, cause):  # type: ignore[no-untyped-def]
    """Note that row j heard or read about firm f; it takes effect in take_in."""
    entry = w.heard[w.counter[C_HEARD]]
    w.counter[C_HEARD] += 1
    entry.row = j
    entry.firm = f
    entry.place = place
    entry.valence = valence
    entry.value = value
    entry.weight = weight
    entry.source = source
    entry.cause = cause


def puts_up(w, time, author, f, kind, place, key, valence, value, vivid, p):  # type: ignore[no-untyped-def]
    """Put a post into the feed: it reaches its readers at `time`. `author` is a row, or -1 - firm."""
    w.counter[C_POSTS] -= 1
    at = w.free_posts[w.counter[C_POSTS]]
    post = w.posts[at]
    post.key = key
    post.author = author
    post.firm = f
    post.kind = kind
    post.place = place
    post.valence = valence
    post.value = value
    post.vivid = vivid
    z = normal_from(uniform(w.seed[0], CONTENT, 0, key, 0), uniform(w.seed[0], CONTENT, 0, key, 1))
    post.infectious = infectiousness(
        p.talk_reshare_median, p.talk_reshare_spread, p.talk_reshare_cap, valence, p.talk_blame_spread, vivid, z
    )
    post.relays = -1
    post.waiting = 1
    push_visit(w.queue, w.counter, time, key, POSTED, at, author, 0)


def reach(w, at, who):  # type: ignore[no-untyped-def]
    """How many readers a visit may have at most."""
    if who < 0:
        return int(w.fan_count[w.posts[at].firm])
    ties = w.start[who + 1] - w.start[who]
    return int(ties + w.audience_start[who + 1] - w.audience_start[who])


def reaches(w, day, time, at, who, key, parent, p):  # type: ignore[no-untyped-def]
    """A post (or a relay of it by `who`) is offered to everybody who could see it."""
    post = w.posts[at]
    if who < 0:
        f = int(post.firm)
        for k in range(w.fan_count[f]):
            reads(w, day, time, at, int(w.fans[f, k]), who, key, p.attention_post, p)
    else:
        chance = p.talk_sees * (p.talk_handle_sees if post.place == HANDLE else 1.0)
        for k in range(w.start[who], w.start[who + 1]):
            reads(w, day, time, at, int(w.other[k]), who, key, chance, p)
        for k in range(w.audience_start[who], w.audience_start[who + 1]):
            reads(w, day, time, at, int(w.audience[k]), who, key, chance, p)
    post.waiting -= 1
    if post.waiting == 0:
        forget(w, at)


def reads(w, day, time, at, j, by, key, chance, p):  # type: ignore[no-untyped-def]
    """A reader sees the post or not; one who sees it hears, and may pass it on once."""
    post = w.posts[at]
    if j == post.author:
        return
    person = w.people[j]
    who = int(person.id)
    u = uniform(w.seed[0], SEE, 0, who, key)
    if not sees(chance, np.float64(person.attention), np.float64(w.items[j]), u):
        return
    w.items[j] += 1
    f = int(post.firm)
    place = FOLLOWED if post.author < 0 else int(post.place)
    hour = np.float64(time - day * 24.0)
    source = int(w.ids[by]) if by >= 0 else int(by)
    tell(w.log, 0, day, hour, EXPOSURE, place, f, name_key(key, who, EXPOSURE, 0), who, source, post.key, key, key, post.valence, 0)
    w.log.tally[0, f, T_HEARINGS] += 1
    hears(w, j, f, place, post.valence, post.value, p.talk_moved_feed * post.vivid, by, key)
    interest = np.float64(w.pairs[j, f].salience)
    if not passes_on(post.infectious, p.mean_seen, interest, uniform(w.seed[0], RELAY, 0, who, post.key)):
        return
    if already(w, post, j):
        return
    z = normal_from(uniform(w.seed[0], DELAY, 0, who, post.key), uniform(w.seed[0], DELAY, 1, who, post.key))
    w.counter[C_RELAYS] -= 1
    slot = w.free_relays[w.counter[C_RELAYS]]
    w.relays[slot].row = j
    w.relays[slot].next = post.relays
    post.relays = slot
    post.waiting += 1
    relay = name_key(post.key, who, RELAYED, 0)
    push_visit(w.queue, w.counter, time + relay_delay(p.talk_delay_median, p.talk_delay_spread, z), relay, POSTED, at, j, key)


def already(w, post, j):  # type: ignore[no-untyped-def]
    """True if row j has passed this post on before."""
    slot = post.relays
    while slot >= 0:
        if w.relays[slot].row == j:
            return True
        slot = w.relays[slot].next
    return False


def relay_told(w, day, time, at, who, key, parent):  # type: ignore[no-untyped-def]
    """Write the relay of a post into the log, at the hour at which it happens."""
    post = w.posts[at]
    f = int(post.firm)
    place = FOLLOWED if post.author < 0 else int(post.place)
    hour = np.float64(time - day * 24.0)
    author = int(w.ids[post.author]) if post.author >= 0 else int(post.author)
    tell(w.log, 0, day, hour, RELAYED, place, f, key, int(w.ids[who]), author, post.key, parent, parent, post.valence, 0)


def forget(w, at):  # type: ignore[no-untyped-def]
    """A post that nobody will pass on any more gives its places back."""
    slot = w.posts[at].relays
    while slot >= 0:
        following = w.relays[slot].next
        w.free_relays[w.counter[C_RELAYS]] = slot
        w.counter[C_RELAYS] += 1
        slot = following
    w.free_posts[w.counter[C_POSTS]] = at
    w.counter[C_POSTS] += 1
