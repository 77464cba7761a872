"""Ideas at a firm: submitted before use, voted on by members, reviewed while staff hours last, adopted, made, launched.

They move the offer, which is the same for all, and nothing else of an episode. What is taken up first follows from votes,
days and content keys, never from places in the table.
"""

from __future__ import annotations

import numpy as np

from ..agents.customer import normal_from
from ..agents.ideas import has_an_idea, imagines, is_adopted, moves_offer, votes_for
from ..agents.integration import fit
from ..agents.judgement import trusts
from .columns import C_AT, OPEN_IDEAS
from .draws import IDEA as IDEAS
from .draws import VOTE as VOTES
from .draws import name_key, uniform
from .events import (
    COMMUNITY,
    IDEA,
    IDEA_ADOPT,
    LAUNCH,
    LOOP_CLOSED,
    S_DESIGN,
    S_DESIGN_IDLE,
    T_IGNORED,
    T_REVIEWED,
    VOTE,
    has_room,
    tell,
)
from .peers import place_on_ring, returns

FREE, UNREAD, MAKING, READY = range(4)
"""What stands in a place of the table: no idea, one that nobody has looked at, one adopted, one made and waiting for its launch."""

NOT_YET = -1
"""Voters of an idea that has not been put to the vote."""


def submits(w, day, entry, i, f, p):  # type: ignore[no-untyped-def]
    """Whoever took part in the design may submit an idea; a full table gives up its oldest unread one."""
    person = w.people[i]
    who = int(person.id)
    need = int(entry.need_no)
    skill = np.float64(person.skill)
    seed = w.seed[0]
    if not (returns(w, i, f, p) or has_an_idea(p.ideas_submit, skill, uniform(seed, IDEAS, need, who, 0))):
        return
    key = name_key(who, need, IDEA, w.firms[f].key)
    tell(w.log, 0, day, 20.0, IDEA, 0, f, key, who, -1 - f, key, entry.key, entry.key, 0.0, 0)
    studio = w.studios[f]
    wanted = FREE if studio.ideas < OPEN_IDEAS else UNREAD
    at = best_of(w, f, wanted, wanted, day, True)
    if studio.ideas == OPEN_IDEAS:
        newest = at < 0 or (w.ideas[f, at].day == day and w.ideas[f, at].key > key)
        disappoints(w, i if newest else int(w.ideas[f, at].row), f, p)
        if newest:
            return
        studio.ideas -= 1
        studio.unread -= 1
    idea = w.ideas[f, at]
    idea.key = key
    idea.row = i
    idea.who = who
    idea.day = day
    idea.state = UNREAD
    idea.votes = 0
    idea.voters = NOT_YET
    idea.x0 = imagines(np.float64(person.d0), p.ideas_noise, skill, noise(seed, need, who, 1))
    idea.x1 = imagines(np.float64(person.d1), p.ideas_noise, skill, noise(seed, need, who, 3))
    idea.x2 = imagines(np.float64(person.d2), p.ideas_noise, skill, noise(seed, need, who, 5))
    studio.ideas += 1
    studio.unread += 1


def noise(seed, need, who, what):  # type: ignore[no-untyped-def]
    """A standard normal draw of one idea on one job."""
    return normal_from(uniform(seed, IDEAS, need, who, what), uniform(seed, IDEAS, need, who, what + 1))


def disappoints(w, i, f, p):  # type: ignore[no-untyped-def]
    """An idea was never looked at: its author holds it against the firm."""
    pair = w.pairs[i, f]
    pair.attachment = np.float64(pair.attachment) - p.ideas_ignored
    w.log.tally[0, f, T_IGNORED] += 1


def works_on_ideas(w, day, f, p):  # type: ignore[no-untyped-def]
    """One day of a firm with its ideas: votes, those given up, launches, staff work; False to be called again for room."""
    studio = w.studios[f]
    if w.counter[C_AT] == 0:
        studio.credit += w.firms[f].review_hours
        w.counter[C_AT] = 1
    for s in range(OPEN_IDEAS if studio.unread > 0 else 0):
        idea = w.ideas[f, s]
        if idea.state == UNREAD and idea.voters == NOT_YET:
            if not has_room(w.log, 0):
                return False
            votes_on(w, day, f, idea, p)
        elif idea.state == UNREAD and day - idea.day > p.ideas_patience:
            disappoints(w, idea.row, f, p)
            leaves_table(w, f, s)
            studio.unread -= 1
    needed = p.ideas_review_minutes / 60.0
    while has_room(w.log, 0):
        s = best_of(w, f, UNREAD, READY, day, False)
        if s < 0:
            w.log.total[0, f, S_DESIGN_IDLE] += studio.credit
            studio.credit = 0.0
            return True
        idea = w.ideas[f, s]
        if idea.state == READY:
            launches(w, day, f, idea, p)
        elif studio.credit < (needed if idea.state == UNREAD else 1e-9):
            return True
        elif idea.state == MAKING:
            spent = min(studio.credit, idea.left)
            studio.credit -= spent
            idea.left -= spent
            w.log.total[0, f, S_DESIGN] += spent
        else:
            studio.credit -= needed
            studio.unread -= 1
            w.log.total[0, f, S_DESIGN] += needed
            w.log.tally[0, f, T_REVIEWED] += 1
            if is_adopted(w.firms[f].adoption, idea.votes, idea.voters):
                adopts(w, day, f, idea, p)
        if idea.state == MAKING and idea.left <= 0.0:
            idea.state = READY
            idea.due = day + int(p.ideas_delay)
        elif idea.state == READY or idea.state == UNREAD:
            leaves_table(w, f, s)  # launched, or not adopted
    return False


def leaves_table(w, f, s):  # type: ignore[no-untyped-def]
    """Free the place of an idea."""
    w.ideas[f, s].state = FREE
    w.studios[f].ideas -= 1


def best_of(w, f, low, high, day, by_age):  # type: ignore[no-untyped-def]
    """The place of the idea between two states (READY when due) that comes first; -1 where there is none."""
    best = -1
    for s in range(OPEN_IDEAS):
        idea = w.ideas[f, s]
        here = low <= idea.state <= high and (idea.state != READY or idea.due <= day)
        if here and (best < 0 or comes_first(idea, w.ideas[f, best], by_age)):
            best = s
    return best


def comes_first(a, b, by_age):  # type: ignore[no-untyped-def]
    """True if idea a goes before idea b: further on, more votes (both but `by_age`), older, smaller key."""
    if not by_age and a.state != b.state:
        return a.state > b.state
    if not by_age and a.votes != b.votes:
        return a.votes > b.votes
    if a.day != b.day:
        return a.day < b.day
    return a.key < b.key


def votes_on(w, day, f, idea, p):  # type: ignore[no-untyped-def]
    """Members next on the ring vote one after another: would the offer, so changed, serve them better?"""
    idea.voters = 0
    members = w.member_count[f]
    if w.communities[f].order <= 0.0 or members == 0:
        return
    first = place_on_ring(w, f, idea.key)
    author = int(w.ids[idea.row])
    for k in range(min(int(p.ideas_voters), members)):
        j = int(w.members[f, (first + k) % members])
        if j == idea.row:
            continue
        who = int(w.ids[j])
        share = np.float64(idea.votes) / np.float64(idea.voters) if idea.voters > 0 else 0.5
        u = uniform(w.seed[0], VOTES, 0, who, idea.key)
        vote = 1 if votes_for(gain_in_fit(w, f, idea, w.people[j], p), p.ideas_herding, share, u) else 0
        idea.votes += vote
        idea.voters += 1
        key = name_key(idea.key, who, VOTE, 0)
        tell(w.log, 0, day, 21.0, VOTE, COMMUNITY, f, key, who, author, idea.key, idea.key, idea.key, np.float64(vote), 0)


def gain_in_fit(w, f, idea, person, p):  # type: ignore[no-untyped-def]
    """How much better the idea than the present offer would fit what she desires, in [-1, 1]."""
    firm = w.firms[f]
    width = p.integration_fit_width
    d0 = np.float64(person.d0)
    d1 = np.float64(person.d1)
    d2 = np.float64(person.d2)
    gain = np.float64(person.w0) * (fit(idea.x0 - d0, width) - fit(firm.o0 - d0, width))
    gain += np.float64(person.w1) * (fit(idea.x1 - d1, width) - fit(firm.o1 - d1, width))
    return gain + np.float64(person.w2) * (fit(idea.x2 - d2, width) - fit(firm.o2 - d2, width))


def adopts(w, day, f, idea, p):  # type: ignore[no-untyped-def]
    """The firm adopts an idea; with credit in public its author is proud, and members see that the firm listens."""
    idea.state = MAKING
    idea.left = p.ideas_develop_hours
    author = int(w.ids[idea.row])
    key = name_key(idea.key, f, IDEA_ADOPT, 0)
    share = np.float64(idea.votes) / np.float64(max(1, idea.voters))
    tell(w.log, 0, day, 21.5, IDEA_ADOPT, 0, f, key, -1 - f, author, idea.key, idea.key, idea.key, share, 0)
    credit = w.firms[f].credit
    if credit <= 0.0:
        return
    pair = w.pairs[idea.row, f]
    pair.attachment = np.float64(pair.attachment) + p.ideas_pride * credit
    tell(w.log, 0, day, 21.5, LOOP_CLOSED, COMMUNITY, f, key + 1, -1 - f, author, idea.key, key, key, credit, 0)
    members = w.member_count[f]
    if w.communities[f].order <= 0.0 or members == 0:
        return
    first = place_on_ring(w, f, idea.key)
    for k in range(min(int(p.ideas_voters), members)):
        seen = w.pairs[w.members[f, (first + k) % members], f]
        seen.credibility = trusts(np.float64(seen.credibility), 1.0, p.ideas_onlookers, p.ideas_onlookers, credit)


def launches(w, day, f, idea, p):  # type: ignore[no-untyped-def]
    """The offer takes a step towards the idea, for all customers alike."""
    firm = w.firms[f]
    firm.o0 = moves_offer(firm.o0, idea.x0, p.ideas_step)
    firm.o1 = moves_offer(firm.o1, idea.x1, p.ideas_step)
    firm.o2 = moves_offer(firm.o2, idea.x2, p.ideas_step)
    key = name_key(idea.key, f, LAUNCH, 0)
    tell(w.log, 0, day, 8.0, LAUNCH, 0, f, key, -1 - f, int(idea.who), idea.key, idea.key, idea.key, p.ideas_step, 0)
