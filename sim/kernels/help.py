"""help: communities look up and answer questions, and tire of it; customers join; ideas are voted on, reviewed and adopted."""

from __future__ import annotations

import numpy as np

from ...agents.community import joins
from ..columns import C_AT, C_BEGUN, C_BLOCK, C_QUEUE, C_WANTED
from ..draws import JOIN, name_key, uniform
from ..events import COMM_JOIN, COMMUNITY, has_room, tell
from ..hours import ASKED, pop_visit, push_visit
from ..ideas import submits, works_on_ideas
from ..peers import asks_around, open_communities, place_on_ring


def help_each_other(w, day):  # type: ignore[no-untyped-def]
    """Answer today's questions, let people join and submit ideas, work on ideas; returns 1 when done, 0 to be called again."""
    p = w.par[0]
    if w.counter[C_BEGUN] == 0:
        if not puts_questions(w, day):
            return 0
        open_communities(w, day, p)
        w.counter[C_BEGUN] = 1
    # one after another by their hours and keys: who answers whom does not depend on rows
    while w.counter[C_BEGUN] == 1:
        if w.counter[C_QUEUE] == 0 or w.queue[0].kind != ASKED:
            w.counter[C_BEGUN] = 2
            break
        if not has_room(w.log, 0):
            return 0
        visit = w.queue[pop_visit(w.queue, w.counter)]
        asks_around(w, day, w.said[visit.at, visit.who], p)
    while w.counter[C_BEGUN] == 2:
        if w.counter[C_BLOCK] == w.said.shape[0]:
            w.counter[C_BEGUN] = 3
            w.counter[C_BLOCK] = 0
            break
        b = w.counter[C_BLOCK]
        while w.counter[C_AT] < w.episode_count[b]:
            if not has_room(w.log, 0):
                return 0
            entry = w.episodes[b, w.counter[C_AT]]
            if entry.act > 0.0 and not after_an_episode(w, day, entry, p):
                return 0
            w.counter[C_AT] += 1
        w.counter[C_BLOCK] += 1
        w.counter[C_AT] = 0
    while w.counter[C_BLOCK] < w.firms.shape[0]:
        f = w.counter[C_BLOCK]
        if (w.studios[f].ideas > 0 or w.firms[f].review_hours > 0.0) and not works_on_ideas(w, day, f, p):
            return 0
        w.counter[C_BLOCK] += 1
        w.counter[C_AT] = 0
    w.counter[C_BLOCK] = 0
    w.counter[C_BEGUN] = 0
    return 1


def puts_questions(w, day):  # type: ignore[no-untyped-def]
    """Put today's questions to communities before all else in the hour queue; False where it lacks the room."""
    asked = 0
    for b in range(w.said.shape[0]):
        for k in range(w.said_count[b]):
            if w.said[b, k].place == COMMUNITY:
                asked += 1
    w.counter[C_WANTED] = asked
    if w.queue.shape[0] - w.counter[C_QUEUE] <= asked:
        return False
    for b in range(w.said.shape[0]):
        for k in range(w.said_count[b]):
            line = w.said[b, k]
            if line.place == COMMUNITY:
                push_visit(w.queue, w.counter, day * 24.0 + line.hour, line.key, ASKED, b, k, 0)
    return True


def after_an_episode(w, day, entry, p):  # type: ignore[no-untyped-def]
    """Who acted may join communities, and submit an idea where she took part in the design; False where room is lacking."""
    f = int(entry.firm)
    i = int(entry.row)
    nobodys = w.firms.shape[0]
    for k in range(2):
        c = f if k == 0 else nobodys
        may = p.community_centreless > 0.0 and w.lives[i].commons == 0
        content = entry.value
        if k == 0:
            may = f >= 0 and w.communities[f].order > 0.0 and w.pairs[i, f].member == 0
            content = 0.0 if f < 0 else np.float64(w.pairs[i, f].satisfaction)
        if may and w.member_count[c] >= w.members.shape[1]:
            return False
        if may:
            may_join(w, day, entry, i, c, p.community_join if k == 0 else p.community_centreless, content)
    if entry.part > 0:
        submits(w, day, entry, i, f, p)
    return True


def may_join(w, day, entry, i, c, chance, content):  # type: ignore[no-untyped-def]
    """She may join community c; members keep places on a ring by hash, so newcomers disturb nobody else's."""
    who = int(w.ids[i])
    community = w.communities[c]
    u = uniform(w.seed[0], JOIN, entry.need_no, who, community.key)
    if not joins(chance, community.order, np.float64(w.people[i].online), content, u):
        return
    place = name_key(who, community.key, COMM_JOIN, 0)
    at = place_on_ring(w, c, place)
    for k in range(w.member_count[c], at, -1):
        w.ring[c, k] = w.ring[c, k - 1]
        w.members[c, k] = w.members[c, k - 1]
    w.ring[c, at] = place
    w.members[c, at] = i
    w.member_count[c] += 1
    host = c
    if c < w.firms.shape[0]:
        w.pairs[i, c].member = 1
    else:
        w.lives[i].commons = 1
        host = -1
    tell(w.log, 0, day, 22.0, COMM_JOIN, COMMUNITY, host, name_key(who, day, COMM_JOIN, host), who, -1 - host, 0, 0, entry.key, 0.0, 0)
