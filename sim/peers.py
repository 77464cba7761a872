"""Peers in communities: places on a ring, how a community is kept, questions looked up or answered, help that is returned."""

from __future__ import annotations

import numpy as np

from ..agents.community import answers, feels_owing, keeps_itself, kept_in_order, looks_up, tires
from ..agents.customer import lasts
from ..agents.judgement import learns_skill
from .draws import ANSWER, LOOKUP, OWING, name_key, uniform
from .events import ANSWER as ANSWERED
from .events import COMMUNITY, LOOKED_UP, SERVICE_GIVEN, T_HELP_RETURNED, tell
from .kernels.propose import refresh


def place_on_ring(w, c, place):  # type: ignore[no-untyped-def]
    """Index of the first member of community c at or after `place` on the ring (may be one past the last)."""
    low = 0
    high = w.member_count[c]
    while low < high:
        middle = (low + high) // 2
        if w.ring[c, middle] < place:
            low = middle + 1
        else:
            high = middle
    return low


def open_communities(w, day, p):  # type: ignore[no-untyped-def]
    """How well each community is kept today; what it has in its knowledge base has aged."""
    hosts = w.firms.shape[0]
    for c in range(hosts + 1):
        community = w.communities[c]
        if community.kept > 0.0:
            left = lasts(1.0, p.community_keeps, day - community.as_of)
            community.kept *= left
            community.worth *= left
        community.as_of = day
        if c < hosts:
            community.order = kept_in_order(w.firms[c].community_hours, w.member_count[c], p.community_hours)
        elif p.community_centreless > 0.0:
            community.order = keeps_itself(p.community_self_order, mean_weariness(w, day, c, p))


def mean_weariness(w, day, c, p):  # type: ignore[no-untyped-def]
    """Mean weariness of a community's members today, taken in the order of the ring; 0 without members."""
    total = 0.0
    for k in range(w.member_count[c]):
        person = w.people[w.members[c, k]]
        if person.weary > 0.0:
            total += lasts(np.float64(person.weary), p.community_rest, day - int(person.weary_day))
    return total / max(1, w.member_count[c])


def asks_around(w, day, line, p):  # type: ignore[no-untyped-def]
    """A question is looked up; else the members next on the ring see it, and the first who answers helps her."""
    c = int(line.community)
    community = w.communities[c]
    if community.order <= 0.0:
        return
    f = int(line.firm)
    i = int(line.row)
    asker = int(w.ids[i])
    nobodys = 1 if c == w.firms.shape[0] else 0
    helped = 0.0
    actor = asker
    kind = LOOKED_UP
    u = uniform(w.seed[0], LOOKUP, 0, asker, line.key)
    if community.kept > 0.0 and looks_up(community.order, community.kept, p.community_enough, u):
        helped = community.worth / community.kept
    else:
        j = who_answers(w, day, line, c, f, i, 0.0 if nobodys > 0 else w.firms[f].asking, p)
        if j < 0:
            return
        helped = p.community_helps * np.float64(w.people[j].skill)
        community.kept += 1.0
        community.worth += helped
        actor = int(w.ids[j])
        kind = ANSWERED
        key = name_key(line.key, actor, SERVICE_GIVEN, 0)
        tell(w.log, 0, day, line.hour, SERVICE_GIVEN, COMMUNITY, f, key + 1, actor, asker, line.key, key, line.key, helped, nobodys)
    is_helped(w, day, line, i, asker, helped, nobodys, p)
    key = name_key(line.key, actor, SERVICE_GIVEN, 0)
    other = asker if kind == ANSWERED else -1 - f
    tell(w.log, 0, day, line.hour, kind, COMMUNITY, f, key, actor, other, line.key, line.key, line.key, helped, nobodys)


def who_answers(w, day, line, c, f, asker, asking, p):  # type: ignore[no-untyped-def]
    """Row of the first member next on the ring who answers, and is wearier for it; -1 where nobody does."""
    members = w.member_count[c]
    order = w.communities[c].order
    first = place_on_ring(w, c, line.key)
    for k in range(min(int(p.community_seen_by), members)):
        j = int(w.members[c, (first + k) % members])
        if j == asker:
            continue
        helper = w.people[j]
        rested = lasts(1.0, p.community_rest, day - int(helper.weary_day))
        weary = np.float64(helper.weary) * rested
        u = uniform(w.seed[0], ANSWER, 0, int(helper.id), line.key)
        # whoever owes returns it; whoever would have answered anyway has then returned it too
        if returns(w, j, f, p) or answers(p.community_answer, order, p.community_asked, asking, np.float64(helper.skill), weary, u):
            helper.weary = tires(np.float64(helper.weary), rested, p.community_tire)
            helper.weary_day = day
            return j
    return -1


def is_helped(w, day, line, i, who, helped, nobodys, p):  # type: ignore[no-untyped-def]
    """An answer reaches the asker: a resource for her next episode, some skill for good, warmth towards a host, a debt."""
    asker = w.people[i]
    asker.peer = max(np.float64(asker.peer), helped)
    asker.skill = learns_skill(np.float64(asker.skill), p.community_learn, 0.0, 0.0)
    if nobodys == 0:
        pair = w.pairs[i, line.firm]
        refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
        pair.attachment = np.float64(pair.attachment) + p.community_warm
    if p.community_reciprocity > 0.0 and feels_owing(p.community_reciprocity, 1.0, uniform(w.seed[0], OWING, 0, who, line.key)):
        w.lives[i].owed = np.float64(w.lives[i].owed) + 1.0


def returns(w, i, f, p):  # type: ignore[no-untyped-def]
    """True if person i owes help and returns it now, about firm f; it is returned once."""
    if p.community_reciprocity <= 0.0:
        return False
    owed = np.float64(w.lives[i].owed)
    if owed < 1.0:
        return False
    w.lives[i].owed = owed - 1.0
    w.log.tally[0, f, T_HELP_RETURNED] += 1
    return True
