"""integrate: the customer works on her job with five sources of resources; value in use arises here and nowhere else."""

from __future__ import annotations

import numpy as np

from ...agents.attention import attends
from ...agents.choice import gives_notice, share_due
from ...agents.community import feels_owing, tires
from ...agents.customer import lasts, normal_from
from ...agents.ideas import design_effort, is_invited
from ...agents.integration import (
    adapts_in_use,
    fit,
    helped_skill,
    integrates,
    is_left,
    luck_of_episode,
    net_value,
    other_sources,
)
from ...agents.learning import knows_of_her, mistakes, tracks
from ..columns import C_JINXED, NOTHING, OWN_MEANS
from ..draws import ACT, ADAPT, FAIL, FRIEND, LUCK, OWING, PART, QUIT, name_key, uniform
from ..events import (
    EPISODE_END,
    RESOURCE_USED,
    RETURN,
    S_ATTAINED0,
    S_ATTAINED1,
    S_ATTAINED2,
    S_NET,
    S_SUPPORT,
    S_TOLD,
    S_TOLD0,
    S_TOLD1,
    S_TOLD2,
    S_VALUE,
    T_EPISODES,
    T_FAILED,
    T_REACHED,
    T_USEFUL,
    has_room,
    millionths,
    tell,
    tell_row,
)
from ..refunds import gives_back
from .complement import complements
from .context import desires_in, has_contexts, weights_now


def integrate(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Carry out the episodes at.. of block b; returns the episode reached."""
    p = w.par[0]
    seed = w.seed[0]
    for k in range(at, w.episode_count[b]):
        if not has_room(w.log, b):
            return k
        entry = w.episodes[b, k]
        i = int(entry.row)
        person = w.people[i]
        f = int(entry.firm)
        need = int(entry.need_no)
        who = int(person.id)
        entry.vivid = 1.0
        entry.effort = 0.0
        entry.part = 0
        value = 0.0
        net = 0.0
        if f != NOTHING:
            act = 1.0
            if f >= 0 and uniform(seed, ACT, need, who, 0) < p.integration_idle:
                act = 0.0
            entry.act = act
            value = outcome(w, b, day, entry, i, person, f, act, p)
            ratio = 0.0
            tools = 0.0
            if f >= 0:
                ratio = entry.price / p.choice_usual_price
                if entry.outcome > 0.0:
                    ratio *= share_due(entry.outcome, value, p.choice_agreed)
                tools = w.firms[f].tools
                if act > 0.0 and w.firms[f].codesign > 0.0:
                    designs(w, day, entry, i, person, f, need, who, p)
                if act > 0.0 and p.community_reciprocity > 0.0 and w.firms[f].support > 0.0:
                    remembers_support(w, i, f, need, who, p)
            net = net_value(value, p.integration_time * act, p.integration_tool_time * act, tools, p.integration_price_pain, ratio,
                            np.float64(person.price_sense)) - entry.effort  # fmt: skip
        else:
            entry.act = 0.0
        entry.value = value
        person.value_sum = np.float64(person.value_sum) + net
        person.needs = min(32000, int(person.needs) + 1)
        if value >= 1.0:
            person.reached = int(person.reached) + 1
            w.log.tally[b, max(f, -1), T_REACHED] += 1
        if f >= 0:
            w.log.tally[b, f, T_EPISODES] += 1
            if entry.act > 0:
                w.log.tally[b, f, T_USEFUL] += 1
        w.log.total[b, max(f, -1), S_VALUE] += value
        w.log.total[b, max(f, -1), S_NET] += net
        key = name_key(who, need, EPISODE_END, 0)
        tell(w.log, b, day, 11.0, EPISODE_END, 0, max(f, -1), key, who, -1 - f, entry.key, entry.key, entry.cause, value, millionths(net))
        if entry.outcome > 0.0:
            settles_outcome(w, b, day, entry, i, who, f, key, p)
    return w.episode_count[b]


def settles_outcome(w, b, day, entry, i, who, f, ended, p):  # type: ignore[no-untyped-def]
    """Of a price by outcome the firm gives back what is not due."""
    back = entry.paid - int(np.floor(entry.paid * share_due(entry.outcome, entry.value, p.choice_agreed) + 0.5))
    if back > 0:
        gives_back(w, b, day, 11.0, 0, f, name_key(who, int(entry.need_no), RETURN, f), i, entry.key, ended, back, p)
        entry.paid -= back


def outcome(w, b, day, entry, i, person, f, act, p):  # type: ignore[no-untyped-def]
    """Value in use of one episode on her own scale (0 nothing was done, 1 her desired outcome)."""
    seed = w.seed[0]
    need = int(entry.need_no)
    who = int(person.id)
    support = 0.0
    embedded = 0.0
    if f >= 0:
        support = w.firms[f].support
        embedded = w.firms[f].embedded
        w.log.total[b, f, S_SUPPORT] += support
    peers = max(np.float64(person.peer), friend(w, i, who, need, p))
    person.peer = 0.0
    public = p.integration_public
    if p.integration_public_spread > 0.0:
        public *= np.float64(person.public)
    skill = np.float64(person.skill)
    own = helped_skill(skill, support, p.integration_support_effect, embedded, p.integration_embedded_effect)
    others = with_partner(own, peers, 0.0, public, p)
    others1 = others
    others2 = others
    left0 = 1.0
    left1 = 1.0
    left2 = 1.0
    x0 = 0.0
    x1 = 0.0
    x2 = 0.0
    partnered = w.partners.shape[0] > 0
    raw = 0.0
    resource = 0.0
    w0 = 1.0
    w1 = 0.0
    w2 = 0.0
    if f >= 0 or partnered:
        w0, w1, w2 = weights_now(w, person, int(entry.context), p)
    if partnered:
        x0, x1, x2, left0, left1, left2 = complements(w, b, day, entry, f, who, w0, w1, w2)
        partnered = x0 + x1 + x2 > 0.0 or left0 + left1 + left2 < 3.0
    if partnered:
        others = with_partner(own, peers, x0, public, p)
        others1 = with_partner(own, peers, x1, public, p)
        others2 = with_partner(own, peers, x2, public, p)
    r0 = 0.0
    r1 = 0.0
    r2 = 0.0
    if f == OWN_MEANS:
        raw = integrates(act, 0.0, others, p.integration_share_firm, p.integration_sigma)
        if partnered:
            r1 = integrates(act, 0.0, others1, p.integration_share_firm, p.integration_sigma)
            r2 = integrates(act, 0.0, others2, p.integration_share_firm, p.integration_sigma)
            raw = w0 * left0 * raw + w1 * left1 * r1 + w2 * left2 * r2
    else:
        firm = w.firms[f]
        e0 = 0.0
        e1 = 0.0
        e2 = 0.0
        d0 = np.float64(person.d0)
        d1 = np.float64(person.d1)
        d2 = np.float64(person.d2)
        s0 = 0.0
        s1 = 0.0
        s2 = 0.0
        if has_contexts(p):
            h0, h1, h2 = desires_in(w, who, int(entry.context), d0, d1, d2, p)
            s0 = h0 - d0
            s1 = h1 - d1
            s2 = h2 - d2
            d0 = h0
            d1 = h1
            d2 = h2
        # only a firm that adapts in use or researches looks at what its customers desire
        if firm.tools > 0.0 or firm.research > 0.0:
            known = knows_of_her(p.learning_own_deals, p.learning_consent, firm.scope, np.float64(w.pairs[i, f].credibility))
            if firm.intrusive > 0.0:
                known = tracks(known, p.learning_tracking, firm.intrusive)
            spread = p.integration_adapt_error * (1.0 - known)
            e0 = spread * normal_from(uniform(seed, ADAPT, need, who, 0), uniform(seed, ADAPT, need, who, 1))
            e1 = spread * normal_from(uniform(seed, ADAPT, need, who, 2), uniform(seed, ADAPT, need, who, 3))
            e2 = spread * normal_from(uniform(seed, ADAPT, need, who, 4), uniform(seed, ADAPT, need, who, 5))
            # of the context it sees what she shares; else it aims at what she desires in general
            e0 = mistakes(e0, known, s0)
            e1 = mistakes(e1, known, s1)
            e2 = mistakes(e2, known, s2)
            w.log.total[b, f, S_TOLD] += known
            w.log.total[b, f, S_TOLD0] += known * (d0 + e0)
            w.log.total[b, f, S_TOLD1] += known * (d1 + e1)
            w.log.total[b, f, S_TOLD2] += known * (d2 + e2)
        x0 = firm.quality * fit(adapts_in_use(firm.o0, d0, firm.tools, e0) - d0, p.integration_fit_width)
        x1 = firm.quality * fit(adapts_in_use(firm.o1, d1, firm.tools, e1) - d1, p.integration_fit_width)
        x2 = firm.quality * fit(adapts_in_use(firm.o2, d2, firm.tools, e2) - d2, p.integration_fit_width)
        r0 = left0 * integrates(act, x0, others, p.integration_share_firm, p.integration_sigma)
        r1 = left1 * integrates(act, x1, others1, p.integration_share_firm, p.integration_sigma)
        r2 = left2 * integrates(act, x2, others2, p.integration_share_firm, p.integration_sigma)
        raw += w0 * r0
        raw += w1 * r1
        raw += w2 * r2
        resource = w0 * x0 + w1 * x1 + w2 * x2
    if act > 0:
        for s in range(5):
            used = own if s == 0 else resource if s == 1 else peers if s == 2 else 0.0 if s == 3 else public
            if used > 0:
                w.log.count[b, max(f, -1), RESOURCE_USED, 0] += 1
                if w.log.keep[RESOURCE_USED] > 0:
                    key = name_key(who, need, RESOURCE_USED, s)
                    tell_row(w.log, b, day, 11.0, RESOURCE_USED, 0, max(f, -1), key, who, s, entry.key, entry.key, 0, used, 0)
    luck = luck_of_episode(p.integration_noise, normal_from(uniform(seed, LUCK, need, who, 0), uniform(seed, LUCK, need, who, 1)))
    value = raw / p.integration_ambition * luck
    if f >= 0:
        if uniform(seed, FAIL, need, who, f) < p.integration_failure:
            value *= is_left(p.integration_failure_left, uniform(seed, FAIL, need, who, -1 - f))
            w.log.tally[b, f, T_FAILED] += 1
            may_quit(w, day, person, who, f, need, p)
        if w.counter[C_JINXED] > 0 and w.lives[i].jinx_firm == f:
            # a shock spoils her next episode with this firm and makes the story of it vivid
            life = w.lives[i]
            value *= 1.0 - np.float64(life.jinx)
            may_quit(w, day, person, who, f, need, p)
            entry.vivid = np.float64(life.vivid)
            life.jinx_firm = -1
        scale = value / raw if raw > 0.0 else 0.0
        entry.y0 = r0 * scale
        entry.y1 = r1 * scale
        entry.y2 = r2 * scale
        w.log.total[b, f, S_ATTAINED0] += entry.y0
        w.log.total[b, f, S_ATTAINED1] += entry.y1
        w.log.total[b, f, S_ATTAINED2] += entry.y2
    return value


def designs(w, day, entry, i, person, f, need, who, p):  # type: ignore[no-untyped-def]
    """She may be asked to take part in the design of firm f's offer: that takes attention, and effort where she does."""
    if not is_invited(w.firms[f].codesign, uniform(w.seed[0], PART, need, who, 0)):
        return
    w.items[i] += 1
    if not attends(np.float64(person.attention), int(w.items[i]), 1.0, 1.0, uniform(w.seed[0], PART, need, who, 1)):
        return
    entry.part = 1
    rested = lasts(1.0, p.community_rest, day - int(person.weary_day))
    weary = np.float64(person.weary)
    entry.effort = design_effort(p.ideas_effort, np.float64(person.skill), weary * rested)
    person.weary = tires(weary, rested, p.community_tire)
    person.weary_day = day


def remembers_support(w, i, f, need, who, p):  # type: ignore[no-untyped-def]
    """Support in use is help received: she may owe something for it."""
    if feels_owing(p.community_reciprocity, w.firms[f].support, uniform(w.seed[0], OWING, need, who, w.firms[f].key)):
        w.lives[i].owed = np.float64(w.lives[i].owed) + 1.0


def may_quit(w, day, person, who, f, need, p):  # type: ignore[no-untyped-def]
    """After a failure under contract she may give notice: it then ends early, and her next job is a choice."""
    if int(person.contract) != f or day >= int(person.until):
        return
    firm = w.firms[f]
    if gives_notice(p.choice_quits, uniform(w.seed[0], QUIT, need, who, firm.key)):
        person.until = min(int(person.until), day + int(firm.notice))


def with_partner(own, peers, partner, public, p):  # type: ignore[no-untyped-def]
    """The part of the CES sum that is not the firm's, for a job to which partners bring `partner`."""
    return other_sources(own, peers, partner, public, p.integration_sigma, p.integration_share_own, p.integration_share_peers,
                         p.integration_share_partners, p.integration_share_public)  # fmt: skip


def friend(w, i, who, need, p):  # type: ignore[no-untyped-def]
    """Skill that a close friend brings to the episode, 0 where none lends a hand."""
    close = int(w.strong[i])
    if close == 0 or uniform(w.seed[0], FRIEND, need, who, 0) >= p.integration_friend_help:
        return 0.0
    pick = int(uniform(w.seed[0], FRIEND, need, who, 1) * close)
    return np.float64(w.people[w.other[w.start[i] + pick]].skill)
