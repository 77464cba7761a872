"""Who may be reached: consent by channel, her own preferences, contact schedules and target rules; one source for sending and counting."""

from __future__ import annotations

import numpy as np

from ...agents.attention import agrees, bearable_gap
from ...agents.customer import normal_from
from ...agents.learning import knows_of_her, tracks
from ...agents.targeting import gap_between, in_segment, in_window, is_ripe, is_worth, seems_connected, shares_need
from ...agents.view import LAST_DAY, TARGETS
from ..columns import AGREED, CLOSED, PREFERRED
from ..draws import AGREE, ANALYSE, CONSOLE, GUESS, PREFER, SHARE, WISH, name_key, uniform
from ..events import EMAIL, MAIL, S_NET

BUYERS = TARGETS.index("buyers")
DEMOGRAPHIC = TARGETS.index("demographic")
RFM = TARGETS.index("rfm")
PROPENSITY = TARGETS.index("propensity")
JOB_TIMED = TARGETS.index("job_timed")


def contactable(w, i, push, day):  # type: ignore[no-untyped-def]
    """True if this push may reach row i today: her consent, her preferences, its schedule and its target allow it."""
    f = int(push.firm)
    state = w.email_ok[i, f] if push.channel == EMAIL else w.mail_ok[i, f]
    if state == CLOSED:
        return False
    target = int(push.target)
    if state == PREFERRED:
        bond = w.bonds[i, f]
        if bond.console_timed > 0 and target != JOB_TIMED:
            return False
        if day - int(bond.console_day) < int(bond.console_gap):
            return False
    if push.until < LAST_DAY or push.after > 0:
        pair = w.pairs[i, f]
        if pair.bought == 0 or not in_window(day - int(pair.last_bought), int(push.after), int(push.until)):
            return False
    if target >= DEMOGRAPHIC:
        return is_aimed_at(w, i, f, target, day)
    return target == 0 or (w.pairs[i, f].bought > 0) == (target == BUYERS)


def is_aimed_at(w, i, f, target, day):  # type: ignore[no-untyped-def]
    """True if a target rule selects row i, by what firm f may know of her; who was not analysed is not found."""
    p = w.par[0]
    seed = w.seed[0]
    firm = w.firms[f]
    who = int(w.ids[i])
    if uniform(seed, ANALYSE, 0, who, firm.key) >= firm.analysis:
        return False
    if target == DEMOGRAPHIC:
        return in_segment(np.float64(w.lives[i].demo), firm.o0, p.targeting_segment, p.targeting_segment_width)
    pair = w.pairs[i, f]
    bought = int(pair.bought)
    since = day - int(pair.last_bought)
    if target == RFM:
        return is_worth(bought, np.float64(w.people[i].order), since, p.targeting_recency, p.targeting_worth)
    if target == PROPENSITY:
        if bought == 0:
            return False
        gap = gap_between(bought, int(pair.last_bought) - int(w.bonds[i, f].first_bought), p.targeting_usual_gap)
        return is_ripe(since, gap, p.targeting_ripe, p.targeting_stale)
    if target == JOB_TIMED:
        known = knows_of_her(0.0, p.learning_consent, firm.scope, np.float64(pair.credibility))
        if firm.intrusive > 0.0:
            known = tracks(known, p.learning_tracking, firm.intrusive)
        u = uniform(seed, SHARE, int(w.people[i].need_no), who, firm.key)
        return shares_need(int(w.due[i]) - day, p.targeting_job_window, known, u)
    z = normal_from(uniform(seed, GUESS, 0, who, firm.key), uniform(seed, GUESS, 1, who, firm.key))
    return seems_connected(np.float64(w.lives[i].tied), p.targeting_connected, p.targeting_guess, z)


def reachable(w, pushes, day):  # type: ignore[no-untyped-def]
    """How many people the first of `pushes` may reach today."""
    number = 0
    push = pushes[0]
    for i in range(w.ids.shape[0]):
        if contactable(w, i, push, day):
            number += 1
    return number


def has_console(w, day, i, who, f, leaves, key, p):  # type: ignore[no-untyped-def]
    """True if she sets her preferences now: she is about to leave the channel, or wishes to, and can use a console."""
    firm = w.firms[f]
    if w.email_ok[i, f] == PREFERRED or w.mail_ok[i, f] == PREFERRED:
        return False
    if uniform(w.seed[0], CONSOLE, 0, who, firm.key) >= firm.console:
        return False
    return leaves or uniform(w.seed[0], WISH, day, who, key) < p.attention_console_use


def sets_preferences(w, b, i, f, day, p):  # type: ignore[no-untyped-def]
    """She sets how often, through which channel and on what occasion firm f may write; the effort costs her value once."""
    seed = w.seed[0]
    who = int(w.ids[i])
    key = w.firms[f].key
    person = w.people[i]
    bond = w.bonds[i, f]
    by_email = uniform(seed, PREFER, 0, who, key) < p.attention_console_email
    w.email_ok[i, f] = PREFERRED if by_email else CLOSED
    w.mail_ok[i, f] = CLOSED if by_email else PREFERRED
    gap = bearable_gap(p.attention_irritation, np.float64(person.irritability), p.attention_patience, p.attention_calm)
    bond.console_gap = int(np.floor(gap + 0.5))
    bond.console_day = day
    bond.refused = int(bond.refused) | (2 if by_email else 1)
    bond.console_timed = 1 if uniform(seed, PREFER, 1, who, key) < p.attention_console_timed else 0
    person.value_sum = np.float64(person.value_sum) - p.attention_console_effort
    w.log.total[b, f, S_NET] -= p.attention_console_effort


def refuses(w, i, f, channel):  # type: ignore[no-untyped-def]
    """She opts out of a channel of firm f; only an act of hers opens it again."""
    if channel == EMAIL:
        w.email_ok[i, f] = CLOSED
        w.bonds[i, f].refused = int(w.bonds[i, f].refused) | 1
    else:
        w.mail_ok[i, f] = CLOSED
        w.bonds[i, f].refused = int(w.bonds[i, f].refused) | 2


def may_agree(w, i, f, need, p):  # type: ignore[no-untyped-def]
    """A purchase is the occasion on which she may open a channel that is closed, unless preferences of hers closed it."""
    if w.email_ok[i, f] == PREFERRED or w.mail_ok[i, f] == PREFERRED:
        return
    who = int(w.ids[i])
    key = w.firms[f].key
    refused = int(w.bonds[i, f].refused)
    if w.email_ok[i, f] == CLOSED:
        u = uniform(w.seed[0], AGREE, need, who, name_key(key, EMAIL, 0, 0))
        if agrees(p.attention_consent, p.attention_consent_back, refused & 1, u):
            w.email_ok[i, f] = AGREED
    if w.mail_ok[i, f] == CLOSED:
        u = uniform(w.seed[0], AGREE, need, who, name_key(key, MAIL, 0, 0))
        if agrees(p.attention_consent, p.attention_consent_back, refused & 2, u):
            w.mail_ok[i, f] = AGREED
