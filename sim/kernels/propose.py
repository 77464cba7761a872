"""propose: messages reach customers, subject to consent and attention; claims move expectation, items move salience."""

from __future__ import annotations

import numpy as np

from ...agents.attention import (
    attends,
    believes,
    follows,
    grows_salient,
    message_fit,
    opts_out,
    responds,
)
from ...agents.customer import lasts
from ...agents.learning import knows_of_her
from ..draws import FOLLOW, NOTICE, OPTOUT, PUSH, RESPOND, name_key, uniform
from ..events import EMAIL, FOLLOW_FIRM, MSG_PUSH, REFUSED, T_SEEN, has_room, tell

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


def contactable(pair, channel, target):  # type: ignore[no-untyped-def]
    """True if the customer is in the target group (0 all, 1 buyers, 2 prospects) and has not opted out of the channel."""
    if target == 1 and pair.bought == 0:
        return False
    if target == 2 and pair.bought > 0:
        return False
    return pair.email_ok > 0 if channel == EMAIL else pair.mail_ok > 0


MOST = 32
"""Pushes in a world at most."""
OFFERED = 7 + 7 * 2 * MOST
"""Where in the scratch space the messages to one customer are listed."""


def schedule(pushes, day, scratch):  # type: ignore[no-untyped-def]
    """For each of the seven slots: the pushes that may fall on this day, and which message of the week each would be."""
    for s in range(7):
        number = 0
        for j in range(pushes.shape[0]):
            nth = NTH[(day - pushes[j].offset - s) % 7]
            if nth < pushes[j].volume + 1.0:
                scratch[7 + s * 2 * MOST + 2 * number] = j
                scratch[8 + s * 2 * MOST + 2 * number] = nth
                number += 1
        scratch[s] = number


def propose(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Deliver today's messages to rows at..hi of block b; returns the row reached (hi when all is done)."""
    p = w.par[0]
    seed = w.seed[0]
    today = w.scratch[b]
    schedule(w.pushes, day, today)
    for i in range(at, hi):
        s = int(w.slot[i])
        offers = 0
        first = 7 + s * 2 * MOST
        for k in range(today[s]):
            j = today[first + 2 * k]
            push = w.pushes[j]
            week = (day - push.offset - s) // 7
            if np.floor(push.volume + uniform(seed, PUSH, week, w.ids[i], push.key)) > today[first + 2 * k + 1]:
                today[OFFERED + offers] = j
                offers += 1
        if offers == 0:
            continue
        if not has_room(w.log, b):
            return i
        person = w.people[i]
        who = int(w.ids[i])
        kept = 0
        for k in range(offers):
            push = w.pushes[today[OFFERED + k]]
            if contactable(w.pairs[i, push.firm], push.channel, push.target):
                today[OFFERED + kept] = today[OFFERED + k]
                kept += 1
        w.items[i] += kept
        for k in range(kept):
            push = w.pushes[today[OFFERED + k]]
            f = int(push.firm)
            firm = w.firms[f]
            pair = w.pairs[i, f]
            channel = int(push.channel)
            key = name_key(push.key, day, MSG_PUSH, who)
            tell(w.log, b, day, 6.0, MSG_PUSH, channel, f, key, -1 - f, who, key, 0, 0, firm.claim, 0)
            refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
            irritation = np.float64(pair.irritation) + p.attention_irritation
            pair.irritation = irritation
            u = uniform(seed, OPTOUT, day, who, push.key)
            if opts_out(p.attention_optout, p.attention_optout_slope, irritation, p.attention_patience,
                        np.float64(person.irritability), u):  # fmt: skip
                if channel == EMAIL:
                    pair.email_ok = 0
                else:
                    pair.mail_ok = 0
                tell(w.log, b, day, 7.0, REFUSED, channel, f, name_key(who, day, REFUSED, push.key), who, -1 - f, key, key, key, 0.0, 0)
                continue
            bought = int(pair.bought)
            shared = knows_of_her(0.0, p.learning_consent, firm.scope, np.float64(pair.credibility))
            fit = message_fit(p.attention_offjob, firm.targeting, bought, shared)
            noticeable = p.attention_email if channel == EMAIL else p.attention_mail
            u = uniform(seed, NOTICE, day, who, push.key)
            if not attends(np.float64(person.attention), kept, noticeable, fit, u):
                continue
            w.log.tally[b, f, T_SEEN] += 1
            pair.known = 1
            pair.salience = grows_salient(np.float64(pair.salience), p.attention_gain)
            pair.expectation = believes(
                np.float64(pair.expectation), firm.claim, np.float64(pair.credibility), p.attention_belief, bought, p.attention_experience
            )
            pair.claim = firm.claim
            pair.claim_day = day
            u = uniform(seed, FOLLOW, day, who, push.key)
            if pair.follows == 0 and follows(p.attention_follow, np.float64(person.online), np.float64(pair.satisfaction), u):
                starts_following(w, b, day, i, who, f, key)
            chance = p.attention_respond_email if channel == EMAIL else p.attention_respond_mail
            u = uniform(seed, RESPOND, day, who, push.key)
            if person.offer_firm < 0 and responds(chance, w.due[i] - day, p.attention_pull_window, u):
                person.planned = max(day, int(w.due[i]))
                w.due[i] = day
                person.offer_firm = f
                person.offer_key = key
    return hi


def starts_following(w, b, day, i, who, f, cause):  # type: ignore[no-untyped-def]
    """A customer follows a firm's posts from tomorrow on."""
    w.pairs[i, f].follows = 1
    entry = w.joined[b, w.joined_count[b]]
    entry.row = i
    entry.firm = f
    w.joined_count[b] += 1
    tell(w.log, b, day, 12.0, FOLLOW_FIRM, 0, f, name_key(who, day, FOLLOW_FIRM, f), who, -1 - f, 0, 0, cause, 0.0, 0)
