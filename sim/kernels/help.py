"""help: in communities members answer questions that fit their skill, and tire of it; satisfied customers join."""

from __future__ import annotations

import numpy as np

from ...agents.community import answers, joins, kept_in_order, tires
from ...agents.customer import lasts
from ...agents.judgement import learns_skill
from ..columns import C_AT, C_BEGUN, C_BLOCK
from ..draws import ANSWER, JOIN, name_key, uniform
from ..events import ANSWER as ANSWERED
from ..events import COMM_JOIN, COMMUNITY, SERVICE_GIVEN, has_room, tell
from .propose import refresh


def help_each_other(w, day):  # type: ignore[no-untyped-def]
    """Answer today's questions, then let people join; returns 1 when done, 0 to be called again after room was made."""
    p = w.par[0]
    blocks = w.said.shape[0]
    if w.counter[C_BEGUN] == 0:
        for f in range(w.firms.shape[0]):
            w.firms[f].order = kept_in_order(w.firms[f].community_hours, w.member_count[f], p.community_hours)
        w.counter[C_BEGUN] = 1
    while w.counter[C_BLOCK] < 2 * blocks:
        asking = w.counter[C_BLOCK] < blocks
        b = w.counter[C_BLOCK] % blocks
        while w.counter[C_AT] < (w.said_count[b] if asking else w.episode_count[b]):
            if not has_room(w.log, 0):
                return 0
            k = w.counter[C_AT]
            if asking:
                if w.said[b, k].place == COMMUNITY:
                    asks_around(w, day, w.said[b, k], p)
            else:
                entry = w.episodes[b, k]
                f = int(entry.firm)
                if f >= 0 and entry.act > 0 and w.firms[f].order > 0.0 and w.pairs[entry.row, f].member == 0:
                    if w.member_count[f] >= w.members.shape[1]:
                        return 0
                    may_join(w, day, entry, f, p)
            w.counter[C_AT] += 1
        w.counter[C_BLOCK] += 1
        w.counter[C_AT] = 0
    w.counter[C_BLOCK] = 0
    w.counter[C_BEGUN] = 0
    return 1


def place_on_ring(w, f, place):  # type: ignore[no-untyped-def]
    """Index of the first member of firm f at or after `place` on the ring (may be one past the last)."""
    low = 0
    high = w.member_count[f]
    while low < high:
        middle = (low + high) // 2
        if w.ring[f, middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


def may_join(w, day, entry, f, p):  # type: ignore[no-untyped-def]
    """After an episode a customer may join; members keep places on a ring by hash, so newcomers disturb nobody else's."""
    i = int(entry.row)
    who = int(w.ids[i])
    pair = w.pairs[i, f]
    u = uniform(w.seed[0], JOIN, entry.need_no, who, w.firms[f].key)
    if not joins(p.community_join, w.firms[f].order, np.float64(w.people[i].online), np.float64(pair.satisfaction), u):
        return
    place = name_key(who, w.firms[f].key, COMM_JOIN, 0)
    at = place_on_ring(w, f, place)
    for k in range(w.member_count[f], at, -1):
        w.ring[f, k] = w.ring[f, k - 1]
        w.members[f, k] = w.members[f, k - 1]
    w.ring[f, at] = place
    w.members[f, at] = i
    w.member_count[f] += 1
    pair.member = 1
    tell(w.log, 0, day, 22.0, COMM_JOIN, COMMUNITY, f, name_key(who, day, COMM_JOIN, f), who, -1 - f, 0, 0, entry.key, 0.0, 0)


def asks_around(w, day, line, p):  # type: ignore[no-untyped-def]
    """A question is seen by the members next on the ring; the first who answers helps her."""
    f = int(line.firm)
    firm = w.firms[f]
    members = w.member_count[f]
    if members < 2:
        return
    i = int(line.row)
    asker = w.people[i]
    first = place_on_ring(w, f, line.key)
    for k in range(min(int(p.community_seen_by), members)):
        j = int(w.members[f, (first + k) % members])
        if j == i:
            continue
        helper = w.people[j]
        who = int(helper.id)
        rested = lasts(1.0, p.community_rest, day - int(helper.weary_day))
        weary = np.float64(helper.weary) * rested
        u = uniform(w.seed[0], ANSWER, 0, who, line.key)
        if not answers(p.community_answer, firm.order, p.community_asked, firm.asking, np.float64(helper.skill), weary, u):
            continue
        helper.weary = tires(np.float64(helper.weary), rested, p.community_tire)
        helper.weary_day = day
        helped = p.community_helps * np.float64(helper.skill)
        asker.peer = max(np.float64(asker.peer), helped)
        asker.skill = learns_skill(np.float64(asker.skill), p.community_learn, 0.0, 0.0)
        pair = w.pairs[i, f]
        refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
        pair.attachment = np.float64(pair.attachment) + p.community_warm
        key = name_key(line.key, who, SERVICE_GIVEN, 0)
        asker_id = int(asker.id)
        tell(w.log, 0, day, line.hour, ANSWERED, COMMUNITY, f, key, who, asker_id, line.key, line.key, line.key, helped, 0)
        tell(w.log, 0, day, line.hour, SERVICE_GIVEN, COMMUNITY, f, key + 1, who, asker_id, line.key, key, line.key, helped, 0)
        return
