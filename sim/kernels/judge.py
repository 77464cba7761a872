"""judge: value against expectation; satisfaction, credibility, attachment, habit and skill follow."""

from __future__ import annotations

import numpy as np

from ...agents.customer import lasts
from ...agents.judgement import accuracy, attaches, breaks_promise, judges, learns_skill, trusts
from ...agents.talk import tone
from ...agents.threads import seems_sincere
from ..columns import NEVER
from ..draws import FOUND, name_key, uniform
from ..events import (
    COMMUNITY,
    FOUND_OUT,
    S_FIRST_TOLD,
    S_FIRST_UNTOLD,
    S_GAP,
    S_PROMISE,
    S_SATISFACTION,
    STRONG,
    T_FIRST_TOLD,
    T_FIRST_UNTOLD,
    T_PROMISED,
    has_room,
)
from ..onlookers import is_unmasked
from .meaning import moves

A_WHILE = 0.25
"""How well a promise must be remembered to be a cue of sincerity."""

REMEMBERED_TESTIMONY = 60
"""Days for which a testimony is still compared with one's own experience."""


def judge(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Judge the episodes at.. of block b that were acted on; returns the episode reached."""
    p = w.par[0]
    for k in range(at, w.episode_count[b]):
        entry = w.episodes[b, k]
        if entry.act == 0.0:
            continue
        if not has_room(w.log, b):
            return k
        i = int(entry.row)
        f = int(entry.firm)
        person = w.people[i]
        teaching = 0.0
        if f >= 0:
            teaching = w.firms[f].teaching
            weigh(w, b, entry, i, f, person, day, p)
        person.skill = learns_skill(np.float64(person.skill), p.judgement_practice, p.judgement_teaching, teaching)
    return w.episode_count[b]


def weigh(w, b, entry, i, f, person, day, p):  # type: ignore[no-untyped-def]
    """Move what she holds of firm f after an episode with it."""
    pair = w.pairs[i, f]
    value = entry.value
    expectation = np.float64(pair.expectation)
    satisfied = judges(value - entry.effort, expectation, p.judgement_gap_weight, p.judgement_loss)
    if w.firms[f].excuses > 0.0 and finds_out(w, b, day, entry, i, f, p):
        satisfied -= p.recovery_lie
    entry.satisfaction = satisfied
    entry.valence = tone(satisfied, p.judgement_neutral)
    w.log.total[b, f, S_SATISFACTION] += satisfied
    w.log.total[b, f, S_GAP] += value - expectation
    told = pair.heard_day != NEVER and day - int(pair.heard_day) <= REMEMBERED_TESTIMONY
    if entry.gap == NEVER:
        is_a_trial(w.log, b, f, value - expectation, told)
    old = np.float64(pair.satisfaction)
    pair.satisfaction = old + p.judgement_memory * (satisfied - old)
    pair.expectation = expectation + p.judgement_expectation * (value - expectation)
    attachment = attaches(np.float64(pair.attachment), satisfied, p.judgement_neutral, p.judgement_attach_rate,
                          p.judgement_attach_scale, p.judgement_attach_cap, p.judgement_attach_floor)  # fmt: skip
    if pair.claim_day != NEVER:
        claim = np.float64(pair.claim)
        credibility = np.float64(pair.credibility)
        remembered = lasts(1.0, p.judgement_promise_life, day - int(pair.claim_day))
        attachment = breaks_promise(attachment, claim, value, credibility, p.judgement_promise, remembered)
        true = accuracy(claim, value, p.judgement_trust_scale)
        w.log.total[b, f, S_PROMISE] += claim - value
        w.log.tally[b, f, T_PROMISED] += 1
        pair.credibility = trusts(credibility, true, p.judgement_trust_up, p.judgement_trust_down, remembered)
        if p.talk_sincerity_weight > 0.0 and remembered > A_WHILE:
            bond = w.bonds[i, f]
            bond.sincerity = seems_sincere(np.float64(bond.sincerity), true, p.talk_sincerity_step * remembered)
    if entry.part > 0:
        attachment += p.ideas_owning
    pair.attachment = attachment
    if p.choice_meaning > 0.0:
        moves(w.bonds[i, f], entry.y0, entry.y1, entry.y2, p.choice_meant_use)
    habit = np.float64(pair.habit)
    if entry.gap != NEVER:
        habit = lasts(habit, p.judgement_habit_life, entry.gap)
    pair.habit = habit + p.judgement_habit_rate * (1.0 - habit)
    if told:
        true = accuracy(np.float64(pair.heard), value, p.judgement_trust_scale)
        if pair.heard_class == STRONG:
            person.cred_strong = trusts(np.float64(person.cred_strong), true, p.talk_source_up, p.talk_source_up, 1.0)
        elif pair.heard_class == COMMUNITY:
            person.cred_community = trusts(np.float64(person.cred_community), true, p.talk_source_up, p.talk_source_up, 1.0)
        else:
            person.cred_feed = trusts(np.float64(person.cred_feed), true, p.talk_source_up, p.talk_source_up, 1.0)


def is_a_trial(log, b, f, gap, told):  # type: ignore[no-untyped-def]
    """How wrong she was about her first episode with a firm, with and without having heard of it from others."""
    if told:
        log.total[b, f, S_FIRST_TOLD] += gap * gap
        log.tally[b, f, T_FIRST_TOLD] += 1
    else:
        log.total[b, f, S_FIRST_UNTOLD] += gap * gap
        log.tally[b, f, T_FIRST_UNTOLD] += 1


def finds_out(w, b, day, entry, i, f, p):  # type: ignore[no-untyped-def]
    """True if in this episode she finds that the firm explained away what she had complained of."""
    bond = w.bonds[i, f]
    who = int(w.ids[i])
    if bond.excuse == 0 or uniform(w.seed[0], FOUND, entry.need_no, who, 0) >= p.recovery_found_out:
        return False
    bond.excuse = 0
    is_unmasked(w, b, day, 11.0, i, f, name_key(who, entry.need_no, FOUND_OUT, 0), entry.key, entry.key, p)
    return True
