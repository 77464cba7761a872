"""Cascades: a story goes to friends, a post to ties and followers; those who see it may pass it on, hour by hour."""

from __future__ import annotations

import numpy as np

from ..agents.customer import normal_from
from ..agents.talk import infectiousness, is_news, passes_on, relay_delay, sees
from ..agents.threads import picks_up
from .columns import C_HEARD, C_POSTS, C_RELAYS
from .draws import CONTENT, DELAY, LISTENER, RELAY, SEE, SEED, name_key, uniform
from .events import (
    EXPOSURE,
    FEED,
    FOLLOWED,
    HANDLE,
    MEDIA,
    PICKED_UP,
    PROMPT,
    REPLY,
    S_HEARD_TONE,
    STRONG,
    T_BLAME,
    T_HEARINGS,
    T_PRAISE,
    T_TAG_BLAME,
    T_TAGGED,
    UTTERANCE,
    tell,
)
from .events import RELAY as RELAYED
from .hours import POSTED, PRESSED, push_visit
from .onlookers import onlooks
from .silence import is_audible
from .threads import TAGGED, UNTAGGED, may_add, may_mock, tag_of
from .watch import notices

PRESS = -1_000_000
"""Who the press is, where a reader or source is named."""


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
        is_heard(w.log, f, line.valence)
        hears(w, j, f, STRONG, line.valence, line.value, 1.0, line.vivid, i, line.key)


def is_heard(log, f, valence):  # type: ignore[no-untyped-def]
    """Count a hearing, and how it spoke of the firm."""
    log.tally[0, f, T_HEARINGS] += 1
    log.total[0, f, S_HEARD_TONE] += valence


def listener(w, key, k, strong, close, ties):  # type: ignore[no-untyped-def]
    """Place among her ties of the k-th friend that a story is told to: the first `strong` are close ones."""
    u = uniform(w.seed[0], LISTENER, 0, key, k)
    if k < strong:
        return int(u * close)
    return close + int(u * (ties - close))


def hears(w, j, f, place, valence, value, weight, vivid, source, cause):  # type: ignore[no-untyped-def]
    """Note that row j heard or read about firm f; it takes effect in take_in."""
    entry = w.heard[w.counter[C_HEARD]]
    w.counter[C_HEARD] += 1
    entry.row = j
    entry.firm = f
    entry.place = place
    entry.valence = valence
    entry.value = value
    entry.weight = weight
    entry.vivid = vivid
    entry.source = source
    entry.cause = cause
    if w.par[0].choice_meaning > 0.0 and source >= 0:
        # what the brand stands for to the speaker, at the hour of speaking
        bond = w.bonds[source, f]
        entry.m0 = np.float64(bond.m0)
        entry.m1 = np.float64(bond.m1)
        entry.m2 = np.float64(bond.m2)


def utters(w, day, time, i, f, key, thread, parent, valence, value, vivid, p):  # type: ignore[no-untyped-def]
    """Somebody says something about a firm in the feed at this hour: logged, counted, and put up for her readers."""
    if not is_audible(w, i, day):
        return
    pair = w.pairs[i, f]
    if valence > 0:
        w.log.tally[0, f, T_PRAISE] += 1
        pair.praise = min(32000, int(pair.praise) + 1)
    else:
        w.log.tally[0, f, T_BLAME] += 1
        pair.blame = min(32000, int(pair.blame) + 1)
    hour = np.float64(time - day * 24.0)
    tell(w.log, 0, day, hour, UTTERANCE, FEED, f, key, int(w.ids[i]), -1 - f, thread, parent, parent, valence, 0)
    puts_up(w, time, i, f, UTTERANCE, FEED, key, thread, valence, value, vivid, p)


def puts_up(w, time, author, f, kind, place, key, thread, valence, value, vivid, p):  # type: ignore[no-untyped-def]
    """Put a post up: it reaches its readers at `time`. `author` is a row, or -1 - firm. Returns the place of the post."""
    w.counter[C_POSTS] -= 1
    at = w.free_posts[w.counter[C_POSTS]]
    post = w.posts[at]
    post.key = key
    post.thread = thread
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
    post.root = -1
    post.waiting = 1
    post.grown_to = 1
    post.begun = time
    push_visit(w.queue, w.counter, time, key, POSTED, at, author, 0)
    if author >= 0:
        tagged = 0
        if thread != key and thread == tag_of(w, f):
            tagged = 1
            w.log.tally[0, f, T_TAGGED] += 1
            if valence < 0:
                w.log.tally[0, f, T_TAG_BLAME] += 1
            # the press takes up what becomes of a tag, too, and shows the post that made it large
            w.firms[f].tag_size += 1
            grown(w, time, at, np.float64(w.firms[f].tag_size), p.media_tag_news, key, p)
        notices(w, time, f, key, place, valence, tagged, p)
    return at


def reach(w, at, who):  # type: ignore[no-untyped-def]
    """How many readers a visit may have at most."""
    if who < 0:
        f = w.posts[at].firm
        return int(w.fan_count[f]) + (w.due.shape[0] if w.firms[f].seeds > 0.0 else 0)
    ties = w.start[who + 1] - w.start[who]
    return int(ties + w.audience_start[who + 1] - w.audience_start[who])


def reaches(w, day, time, at, who, key, parent, p):  # type: ignore[no-untyped-def]
    """A post (or a relay of it by `who`) is offered to everybody who could see it."""
    post = w.posts[at]
    if who < 0:
        f = int(post.firm)
        # a firm that a standing order has silenced meanwhile says nothing more
        if time >= w.firms[f].stopped and (post.kind != PROMPT or w.firms[f].tag != 0):
            for k in range(w.fan_count[f]):
                reads(w, day, time, at, int(w.fans[f, k]), who, key, p.attention_post, p)
            if w.firms[f].seeds > 0.0:
                seeded(w, day, time, at, key, p)
    else:
        chance = p.talk_sees * (p.talk_handle_sees if post.place == HANDLE else 1.0)
        for k in range(w.start[who], w.start[who + 1]):
            reads(w, day, time, at, int(w.other[k]), who, key, chance, p)
        for k in range(w.audience_start[who], w.audience_start[who + 1]):
            reads(w, day, time, at, int(w.audience[k]), who, key, chance, p)
    let_go(w, at)


def let_go(w, at):  # type: ignore[no-untyped-def]
    """One visit to a post is over; a post that no visit will come to any more is forgotten."""
    w.posts[at].waiting -= 1
    if w.posts[at].waiting == 0:
        forget(w, at)


def seeded(w, day, time, at, key, p):  # type: ignore[no-untyped-def]
    """Customers who are paid this week pass the firm's post on, picked by chance or by how many can read them."""
    post = w.posts[at]
    firm = w.firms[post.firm]
    share = firm.seeds / max(1.0, p.public)
    week = int(np.floor(day / 7.0))
    for j in range(w.due.shape[0]):
        degree = w.start[j + 1] - w.start[j] + w.audience_start[j + 1] - w.audience_start[j]
        chance = share if firm.seed_by == 0.0 else share * degree * p.talk_sees / max(1e-9, p.mean_seen)
        if degree > 0 and uniform(w.seed[0], SEED, week, int(w.ids[j]), firm.key) < chance and not already(w, post, j):
            will_relay(w, time, at, j, int(w.ids[j]), key, p)


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
    if post.kind == REPLY:
        onlooks(w, day, time, at, j, key, p)
        return
    f = int(post.firm)
    place = MEDIA if by == PRESS else FOLLOWED if post.author < 0 else int(post.place)
    hour = np.float64(time - day * 24.0)
    source = int(w.ids[by]) if by >= 0 else int(by)
    tell(w.log, 0, day, hour, EXPOSURE, place, f, name_key(key, who, EXPOSURE, 0), who, source, post.thread, key, key, post.valence, 0)
    is_heard(w.log, f, post.valence)
    impact = p.media_impact if by == PRESS else 1.0
    hears(w, j, f, place, post.valence, post.value, p.talk_moved_feed, post.vivid * impact, by, key)
    is_an_occasion(w, day, time, post, key, j, f, p)
    interest = np.float64(w.pairs[j, f].salience) * is_news(time - post.begun, p.talk_news_life)
    if by == PRESS:
        interest *= p.media_shared
    if not passes_on(post.infectious, p.mean_seen, interest, uniform(w.seed[0], RELAY, 0, who, post.key)):
        return
    if not already(w, post, j):
        will_relay(w, time, at, j, who, key, p)


def is_an_occasion(w, day, time, post, seen, j, f, p):  # type: ignore[no-untyped-def]
    """What a post may move a reader to say herself: a story under the tag or beside another's, or a joke on the firm's post."""
    if post.kind == PROMPT:
        w.bonds[j, f].tag_day = day
        may_add(w, day, time, j, f, post.key, seen, post.thread, TAGGED, p.threads_prompt_pull, w.firms[f].frame, p)
    elif post.author >= 0 and p.threads_thread_pull > 0.0:
        tagged = post.thread != post.key and post.thread == tag_of(w, f)
        if tagged:
            w.bonds[j, f].tag_day = day
        may_add(w, day, time, j, f, post.key, seen, post.thread, TAGGED if tagged else UNTAGGED, p.threads_thread_pull, 1.0, p)
    if post.author < 0 and p.talk_sincerity_weight > 0.0:
        may_mock(w, time, j, f, post.key, seen, p)


def will_relay(w, time, at, j, who, key, p):  # type: ignore[no-untyped-def]
    """Row j will pass the post on after a while; she does so once."""
    post = w.posts[at]
    z = normal_from(uniform(w.seed[0], DELAY, 0, who, post.key), uniform(w.seed[0], DELAY, 1, who, post.key))
    w.counter[C_RELAYS] -= 1
    slot = w.free_relays[w.counter[C_RELAYS]]
    w.relays[slot].row = j
    w.relays[slot].next = post.relays
    w.relays[slot].below = -1
    w.relays[slot].above = -1
    post.relays = slot
    post.waiting += 1
    hang(w, post, slot)
    relay = name_key(post.key, who, RELAYED, 0)
    push_visit(w.queue, w.counter, time + relay_delay(p.talk_delay_median, p.talk_delay_spread, z), relay, POSTED, at, j, key)


def scattered(row):  # type: ignore[no-untyped-def]
    """A number of 32 bits for a row, another for each: in this order rows come as if by chance, so that the tree stays low."""
    return (int(row) * 2654435761) & 0xFFFFFFFF


def hang(w, post, slot):  # type: ignore[no-untyped-def]
    """Hang a relay into its post's tree."""
    if post.root < 0:
        post.root = slot
        return
    mine = scattered(w.relays[slot].row)
    at = int(post.root)
    while at >= 0:
        here = w.relays[at]
        if mine < scattered(here.row):
            at = int(here.below)
            if at < 0:
                here.below = slot
        else:
            at = int(here.above)
            if at < 0:
                here.above = slot


def already(w, post, j):  # type: ignore[no-untyped-def]
    """True if row j has passed this post on before."""
    mine = scattered(j)
    at = int(post.root)
    while at >= 0:
        here = w.relays[at]
        if here.row == j:
            return True
        at = int(here.below) if mine < scattered(here.row) else int(here.above)
    return False


def relay_told(w, day, time, at, who, key, parent, p):  # type: ignore[no-untyped-def]
    """Write the relay of a post into the log, at the hour at which it happens; firm and press may notice how it grows."""
    post = w.posts[at]
    f = int(post.firm)
    place = FOLLOWED if post.author < 0 else int(post.place)
    hour = np.float64(time - day * 24.0)
    author = int(w.ids[post.author]) if post.author >= 0 else int(post.author)
    tell(w.log, 0, day, hour, RELAYED, place, f, key, int(w.ids[who]), author, post.thread, parent, parent, post.valence, 0)
    if post.author < 0:
        return
    tagged = 1 if post.thread != post.key and post.thread == tag_of(w, f) else 0
    notices(w, time, f, key, place, post.valence, tagged, p)
    post.grown_to += 1
    grown(w, time, at, np.float64(post.grown_to), 1.0, key, p)


def grown(w, time, at, size, news, key, p):  # type: ignore[no-untyped-def]
    """A cascade, or what is said under a tag, has become one larger: at its threshold the press takes the post up."""
    if p.media_reach <= 0.0 or picks_up(size - 1.0, p.public, p.media_threshold / news):
        return
    if picks_up(size, p.public, p.media_threshold / news):
        w.posts[at].waiting += 1
        push_visit(w.queue, w.counter, time + p.media_delay, name_key(w.posts[at].key, 0, PICKED_UP, 0), PRESSED, at, PRESS, key)


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
