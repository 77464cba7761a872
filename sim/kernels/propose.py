"""propose: messages reach customers, subject to consent and attention; claims move expectation, items move salience."""

from __future__ import annotations

import numpy as np

from ...agents.attention import (
    attends,
    believes,
    burdens,
    follows,
    grows_salient,
    message_fit,
    opts_out,
    responds,
    strains,
)
from ...agents.customer import lasts
from ...agents.learning import knows_of_her, tracks
from ..columns import AGREED, PREFERRED
from ..draws import FOLLOW, NOTICE, OPTOUT, PUSH, RESPOND, draw, head, name_key, uniform
from ..events import EMAIL, FOLLOW_FIRM, MSG_PUSH, REFUSED, T_SEEN, has_room, tell, tell_row
from .meaning import claimed
from .reach import contactable, has_console, refuses, sets_preferences

# The k-th message of a week goes on day ORDER[k] of the pair's own week; NTH is its inverse. A larger volume thus
# reaches the same people on the same days, and more.
ORDER = (0, 3, 5, 1, 4, 6, 2)
NTH = np.array([ORDER.index(d) for d in range(7)], dtype=np.int64)


def refresh(pair, day, fading, fading_bought, calm):  # type: ignore[no-untyped-def]
    """Bring the fading states of a pair to today; they are kept as of the day they were last touched."""
    days = day - int(pair.touched)
    if days > 0:
        half_life = fading_bought if pair.bought > 0 else fading
        pair.salience = lasts(np.float64(pair.salience), half_life, days)
        pair.irritation = lasts(np.float64(pair.irritation), calm, days)
        pair.touched = day


MOST = 32
"""Pushes in a world at most."""
FIRST = 7
"""Where in the scratch space the pushes of the slots begin: (push, message of the week, common word of the draws)."""
NOTICED = FIRST + 7 * 3 * MOST
"""Where the common words of the pushes' NOTICE draws are."""
OFFERED = NOTICED + MOST
"""Where the messages to one customer are listed."""


def schedule(w, day, today):  # type: ignore[no-untyped-def]
    """For each of the seven slots: the pushes that may fall on this day, and which message of the week each would be."""
    seed = w.seed[0]
    for j in range(w.pushes.shape[0]):
        today[NOTICED + j] = head(seed, NOTICE, day, w.pushes[j].key)
    for s in range(7):
        number = 0
        for j in range(w.pushes.shape[0]):
            push = w.pushes[j]
            if w.firms[push.firm].stopped > day * 24.0:
                continue  # a standing order has silenced the firm
            nth = NTH[(day - push.offset - s) % 7]
            if nth < push.volume:
                at = FIRST + 3 * (s * MOST + number)
                today[at] = j
                today[at + 1] = nth
                today[at + 2] = head(seed, PUSH, (day - push.offset - s) // 7, push.key)
                number += 1
        today[s] = number


def propose(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Deliver today's messages to rows at..hi of block b; returns the row reached (hi when all is done)."""
    p = w.par[0]
    today = w.scratch[b]
    schedule(w, day, today)
    for i in range(at, hi):
        s = int(w.slot[i])
        who = int(w.ids[i])
        offers = 0
        for k in range(today[s]):
            entry = FIRST + 3 * (s * MOST + k)
            j = today[entry]
            # one uniform per pair and week against the volume: a larger campaign reaches the same people, and more
            if np.floor(w.pushes[j].volume + draw(today[entry + 2], who)) > today[entry + 1]:
                today[OFFERED + offers] = j
                offers += 1
        if offers == 0:
            continue
        if w.joined_count[b] + MOST >= w.joined.shape[1] or not has_room(w.log, b):
            return i
        kept = 0
        for k in range(offers):
            push = w.pushes[today[OFFERED + k]]
            if contactable(w, i, push, day):
                today[OFFERED + kept] = today[OFFERED + k]
                kept += 1
                if (w.email_ok[i, push.firm] if push.channel == EMAIL else w.mail_ok[i, push.firm]) == PREFERRED:
                    w.bonds[i, push.firm].console_day = day
        w.items[i] += kept
        for k in range(kept):
            j = today[OFFERED + k]
            push = w.pushes[j]
            f = int(push.firm)
            channel = int(push.channel)
            w.log.count[b, f, MSG_PUSH, channel] += 1
            if w.log.keep[MSG_PUSH] > 0:
                key = name_key(push.key, day, MSG_PUSH, who)
                tell_row(w.log, b, day, 6.0, MSG_PUSH, channel, f, key, -1 - f, who, key, 0, 0, w.firms[f].claim, 0)
            noticeable = p.attention_email if channel == EMAIL else p.attention_mail
            u = draw(today[NOTICED + j], who)
            # most messages are not noticed whatever their fit: leave all but the count of unread ones alone
            if not (u < noticeable and meets(w, b, day, i, who, push, kept, noticeable, u, p)) and p.attention_clutter > 0.0:
                unread = w.unread[i, f]
                unread.left = unread_now(unread, day, p) + 1.0
                unread.day = day
    return hi


def meets(w, b, day, i, who, push, items, noticeable, u, p):  # type: ignore[no-untyped-def]
    """A message that could be noticed: is it attended (the answer), and what does it do to her?"""
    seed = w.seed[0]
    person = w.people[i]
    f = int(push.firm)
    channel = int(push.channel)
    firm = w.firms[f]
    pair = w.pairs[i, f]
    bought = int(pair.bought)
    credibility = np.float64(pair.credibility)
    shared = knows_of_her(0.0, p.learning_consent, firm.scope, credibility)
    if firm.intrusive > 0.0:
        shared = tracks(shared, p.learning_tracking, firm.intrusive)
    fit = message_fit(p.attention_offjob, firm.targeting, bought, shared)
    if not attends(np.float64(person.attention), items, noticeable, fit, u):
        return False
    key = name_key(push.key, day, MSG_PUSH, who)
    refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
    unread = w.unread[i, f]
    burden = burdens(p.attention_irritation, p.attention_clutter, unread_now(unread, day, p))
    unread.left = 0.0
    if (w.email_ok[i, f] if channel == EMAIL else w.mail_ok[i, f]) >= AGREED:
        burden *= p.attention_consented
    irritation = np.float64(pair.irritation) + burden
    pair.irritation = irritation
    w.log.tally[b, f, T_SEEN] += 1
    pair.known = 1
    pair.salience = grows_salient(np.float64(pair.salience), p.attention_gain)
    u_out = uniform(seed, OPTOUT, day, who, push.key)
    strain = strains(irritation, np.float64(person.irritability), p.attention_patience)
    leaves = opts_out(p.attention_optout, p.attention_optout_slope, strain, u_out)
    if firm.console > 0.0 and has_console(w, day, i, who, f, leaves, push.key, p):
        sets_preferences(w, b, i, f, day, p)
        leaves = False
    if leaves:
        refuses(w, i, f, channel)
        tell(w.log, b, day, 7.0, REFUSED, channel, f, name_key(who, day, REFUSED, push.key), who, -1 - f, key, key, key, 0.0, 0)
        return True
    pair.expectation = believes(np.float64(pair.expectation), firm.claim, credibility, p.attention_belief, bought, p.attention_experience)
    pair.claim = firm.claim
    pair.claim_day = day
    if p.choice_meaning > 0.0:
        claimed(w.bonds[i, f], firm.theme, p.choice_meant * credibility)
    u = uniform(seed, FOLLOW, day, who, push.key)
    if pair.follows == 0 and follows(p.attention_follow, np.float64(person.online), np.float64(pair.satisfaction), u):
        starts_following(w, b, day, i, who, f, key)
    chance = p.attention_respond_email if channel == EMAIL else p.attention_respond_mail
    u = uniform(seed, RESPOND, day, who, push.key)
    if person.offer_firm < 0 and is_free(person, f, day) and responds(chance, w.due[i] - day, p.attention_pull_window, u):
        person.planned = max(day, int(w.due[i]))
        w.due[i] = day
        person.offer_firm = f
        person.offer_key = key
    return True


def unread_now(unread, day, p):  # type: ignore[no-untyped-def]
    """How many messages of a firm were left unread since the last attended one, the older ones as far as irritation lasts."""
    if unread.left == 0.0:
        return 0.0
    return lasts(np.float64(unread.left), p.attention_calm, day - int(unread.day))


def is_free(person, f, day):  # type: ignore[no-untyped-def]
    """True if she may deal with firm f today: no contract with another one is running."""
    return person.contract < 0 or person.contract == f or day >= person.until


def starts_following(w, b, day, i, who, f, cause):  # type: ignore[no-untyped-def]
    """A customer follows a firm's posts from tomorrow on."""
    w.pairs[i, f].follows = 1
    entry = w.joined[b, w.joined_count[b]]
    entry.row = i
    entry.firm = f
    w.joined_count[b] += 1
    tell(w.log, b, day, 12.0, FOLLOW_FIRM, 0, f, name_key(who, day, FOLLOW_FIRM, f), who, -1 - f, 0, 0, cause, 0.0, 0)
