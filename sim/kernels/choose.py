"""choose: a job arises; the customer picks among the firms that come to mind, her own means, or nothing."""

from __future__ import annotations

import numpy as np

from ...agents.attention import believes, follows, grows_salient, searches, strains
from ...agents.choice import comes_to_mind, gumbel, is_entitled, means_to_her, own_means, price_asked, share_due, utility
from ...agents.customer import drifts, lasts, need_gap, normal_from
from ...agents.integration import shares_margin
from ..columns import NEVER, NOTHING, OWN_MEANS
from ..draws import CHOOSE, DRIFT, EVOKE, FIND, FOLLOW, GAP, SEARCH, name_key, uniform
from ..events import (
    ACCEPT,
    CHURN,
    EPISODE_START,
    MSG_PULL,
    PURCHASE,
    REFERRAL_JOIN,
    RESPONSE,
    T_CAUSED,
    T_CAUSED_AGAIN,
    T_MARGIN,
    T_NEEDS,
    T_NEW,
    T_OWN,
    T_PULLED,
    T_REFERRED,
    T_REVENUE,
    T_UNDONE,
    has_room,
    tell,
)
from .context import context_number, has_contexts, homes, weights_now
from .meaning import claimed
from .mood import mood_now
from .propose import refresh, starts_following
from .reach import may_agree


def choose(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Let everybody among rows at..hi whose job arises today choose; returns the row reached."""
    p = w.par[0]
    common = homes(w)
    for i in range(at, hi):
        if w.due[i] > day:
            continue
        full = w.episode_count[b] >= w.episodes.shape[1] or w.joined_count[b] + 2 >= w.joined.shape[1]
        if full or not has_room(w.log, b):
            return i
        person = w.people[i]
        who = int(person.id)
        need = int(person.need_no)
        walks(w, person, day, p)
        offer = int(person.offer_firm)
        context = 0
        if has_contexts(p):
            context = context_number(w, common, who, need, p)
        bound = int(person.contract)
        running = bound >= 0 and day < int(person.until)
        # under a running contract a job is done with its supplier, without a choice
        chosen = bound if running else picks(w, b, i, person, context, day, p)
        entry = w.episodes[b, w.episode_count[b]]
        w.episode_count[b] += 1
        entry.row = i
        entry.firm = chosen
        entry.need_no = need
        entry.context = context
        entry.key = name_key(who, need, EPISODE_START, 0)
        entry.cause = person.offer_key if chosen == offer else 0
        if chosen >= 0 and not running and chosen != offer and finds(w, person, chosen, p):
            entry.cause = name_key(who, need, MSG_PULL, chosen)
        entry.paid = 0
        entry.price = 0.0
        entry.outcome = 0.0
        entry.gap = NEVER
        w.log.tally[b, -1, T_NEEDS] += 1
        if bound >= 0 and not running:
            stays_or_leaves(w, b, day, person, bound, chosen, entry)
        if chosen >= 0:
            agrees(w, day, i, person, chosen, running, entry)
            buys(w, b, day, i, person, chosen, entry, p)
            if entry.cause != 0:
                if chosen != offer:
                    w.log.tally[b, chosen, T_PULLED] += 1
                key = name_key(who, day, RESPONSE, chosen)
                tell(w.log, b, day, 9.0, RESPONSE, 0, chosen, key, who, -1 - chosen, entry.cause, entry.cause, entry.cause, 0.0, 0)
        else:
            w.log.tally[b, -1, T_OWN if chosen == OWN_MEANS else T_UNDONE] += 1
        tell(w.log, b, day, 10.0, EPISODE_START, 0, max(chosen, -1), entry.key, who, -1 - chosen, entry.key, 0, entry.cause, 0.0, context)
        # a pulled need keeps the rhythm of the needs after it
        last = int(person.planned) if offer >= 0 else day
        person.offer_firm = -1
        person.offer_key = 0
        person.need_no = need + 1
        person.since = day
        gap = need_gap(np.float64(person.rate), uniform(w.seed[0], GAP, need + 1, who, 0))
        w.due[i] = max(day + 1, last + int(min(gap, 1e6)))
    return hi


def walks(w, person, day, p):  # type: ignore[no-untyped-def]
    """Bring the desired outcomes to today; they walk from need to need."""
    days = day - int(person.since)
    seed = w.seed[0]
    who = int(person.id)
    need = int(person.need_no)
    z0 = normal_from(uniform(seed, DRIFT, need, who, 0), uniform(seed, DRIFT, need, who, 1))
    z1 = normal_from(uniform(seed, DRIFT, need, who, 2), uniform(seed, DRIFT, need, who, 3))
    z2 = normal_from(uniform(seed, DRIFT, need, who, 4), uniform(seed, DRIFT, need, who, 5))
    person.d0 = drifts(np.float64(person.d0), p.customers_drift, p.customers_trend, days, z0)
    person.d1 = drifts(np.float64(person.d1), p.customers_drift, 0.0, days, z1)
    person.d2 = drifts(np.float64(person.d2), p.customers_drift, 0.0, days, z2)


def finds(w, person, f, p):  # type: ignore[no-untyped-def]
    """True if she looks for content on the job at hand and finds that of firm f."""
    firm = w.firms[f]
    if firm.content == 0.0:
        return False
    who = int(person.id)
    need = int(person.need_no)
    if not searches(p.attention_search, np.float64(person.online), uniform(w.seed[0], SEARCH, need, who, 0)):
        return False
    return uniform(w.seed[0], FIND, need, who, firm.key) < firm.content


def reads_content(w, b, day, i, person, f, p):  # type: ignore[no-untyped-def]
    """Content she looked for is a claim like any other; it fits the job and irritates nobody."""
    firm = w.firms[f]
    pair = w.pairs[i, f]
    key = name_key(int(person.id), int(person.need_no), MSG_PULL, f)
    tell(w.log, b, day, 9.0, MSG_PULL, 0, f, key, -1 - f, int(person.id), key, 0, 0, firm.claim, 0)
    w.items[i] += 1
    pair.known = 1
    pair.salience = grows_salient(np.float64(pair.salience), p.attention_gain)
    pair.expectation = believes(np.float64(pair.expectation), firm.claim, np.float64(pair.credibility), p.attention_belief,
                                int(pair.bought), p.attention_experience)  # fmt: skip
    if p.choice_meaning > 0.0:
        claimed(w.bonds[i, f], firm.theme, p.choice_meant * np.float64(pair.credibility))
    pair.claim = firm.claim
    pair.claim_day = day


def picks(w, b, i, person, context, day, p):  # type: ignore[no-untyped-def]
    """The firm chosen, OWN_MEANS or NOTHING: the best of what comes to mind, with named noise on every option."""
    seed = w.seed[0]
    who = int(person.id)
    need = int(person.need_no)
    best = own_means(p.choice_own_means, p.choice_own_skill, np.float64(person.skill))
    best += gumbel(uniform(seed, CHOOSE, need, who, OWN_MEANS))
    chosen = OWN_MEANS
    held = int(person.contract)
    undone = p.choice_nothing + gumbel(uniform(seed, CHOOSE, need, who, NOTHING))
    if undone > best:
        best = undone
        chosen = NOTHING
    w0 = 0.0
    w1 = 0.0
    w2 = 0.0
    if p.choice_meaning > 0.0:
        w0, w1, w2 = weights_now(w, person, context, p)
    for f in range(w.firms.shape[0]):
        firm = w.firms[f]
        if firm.here == 0:
            continue
        pair = w.pairs[i, f]
        refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
        evoked = comes_to_mind(np.float64(pair.salience), p.choice_fading, uniform(seed, EVOKE, need, who, firm.key))
        if firm.content > 0.0 and finds(w, person, f, p):
            reads_content(w, b, day, i, person, f, p)
            evoked = True
        if not evoked and int(person.offer_firm) != f and held != f:
            continue  # the supplier of a contract always comes to mind
        habit = np.float64(pair.habit)
        if pair.bought > 0:
            habit = lasts(habit, p.judgement_habit_life, day - int(pair.last_bought))
        price = price_asked(firm.list_price, firm.price, firm.discount, is_entitled(firm.discount_to, int(pair.bought)))
        if firm.outcome > 0.0:
            price *= share_due(firm.outcome, np.float64(pair.expectation), p.choice_agreed)
        gap = (price / p.choice_usual_price - 1.0) * np.float64(person.price_sense)
        felt = np.float64(pair.attachment) + mood_now(w.bonds[i, f], day, p)
        good = utility(
            np.float64(pair.expectation), felt, habit, np.float64(pair.taste), gap, p.choice_expectation,
            p.choice_attachment, p.choice_habit, p.choice_taste, p.choice_price,
        )  # fmt: skip
        if p.choice_annoyance > 0.0 and pair.irritation > 0.0:
            good -= p.choice_annoyance * strains(np.float64(pair.irritation), np.float64(person.irritability), p.attention_patience)
        if p.choice_meaning > 0.0:
            bond = w.bonds[i, f]
            good += p.choice_meaning * means_to_her(np.float64(bond.m0), np.float64(bond.m1), np.float64(bond.m2), w0, w1, w2)
        good += gumbel(uniform(seed, CHOOSE, need, who, firm.key))
        if held == f:
            good += firm.switching_cost  # what everything else lacks in comparison
        if good > best:
            best = good
            chosen = f
    return chosen


def stays_or_leaves(w, b, day, person, held, chosen, entry):  # type: ignore[no-untyped-def]
    """A contract is over and she has chosen: buying from its supplier again renews it, anything else ends it."""
    who = int(person.id)
    need = int(entry.need_no)
    if chosen == held:
        key = name_key(who, need, ACCEPT, held)
        tell(w.log, b, day, 10.0, ACCEPT, 0, held, key, who, -1 - held, entry.key, 0, entry.cause, 0.0, 0)
        return
    key = name_key(who, need, CHURN, held)
    tell(w.log, b, day, 10.0, CHURN, 0, held, key, who, -1 - held, entry.key, 0, entry.cause, np.float64(chosen), 0)
    person.contract = -1


def agrees(w, day, i, person, f, running, entry):  # type: ignore[no-untyped-def]
    """The terms of a deal: those of the running contract, or what the firm asks today, which a new contract then holds."""
    life = w.lives[i]
    if running:
        entry.price = life.agreed_price
        entry.outcome = life.agreed_outcome
        return
    firm = w.firms[f]
    entry.price = price_asked(firm.list_price, firm.price, firm.discount, is_entitled(firm.discount_to, int(w.pairs[i, f].bought)))
    entry.outcome = firm.outcome
    if firm.term > 0.0:
        person.contract = f
        person.until = day + int(firm.term)
        life.agreed_price = entry.price
        life.agreed_outcome = entry.outcome


def buys(w, b, day, i, person, f, entry, p):  # type: ignore[no-untyped-def]
    """Book a deal: money in cents, memory of the purchase, and the friend who is credited with a first one."""
    firm = w.firms[f]
    pair = w.pairs[i, f]
    who = int(person.id)
    order = np.float64(person.order)
    paid = int(np.floor(entry.price * order * 100.0 + 0.5))
    earned = firm.margin * order * 100.0
    if firm.alliance > 0.0:
        earned = shares_margin(earned, paid, firm.alliance, firm.partner_share)
    # what a deal costs the firm does not depend on what is paid for it
    margin = int(np.floor(earned + 0.5)) + paid - int(np.floor(firm.list_price * order * 100.0 + 0.5))
    entry.paid = paid
    key = name_key(who, int(person.need_no), PURCHASE, f)
    tell(w.log, b, day, 10.0, PURCHASE, 0, f, key, who, -1 - f, entry.key, 0, entry.cause, np.float64(margin), paid)
    w.log.tally[b, f, T_REVENUE] += paid
    w.log.tally[b, f, T_MARGIN] += margin
    if entry.cause != 0:
        w.log.tally[b, f, T_CAUSED] += margin
        if pair.bought > 0:
            w.log.tally[b, f, T_CAUSED_AGAIN] += margin
    if pair.bought == 0:
        w.log.tally[b, f, T_NEW] += 1
        w.bonds[i, f].first_bought = day
        recent = day - int(pair.heard_day) <= p.talk_referral_window
        if recent and pair.heard_from >= 0 and day >= 0:
            pair.joined_day = day
            friend = int(w.ids[pair.heard_from])
            tell(
                w.log, b, day, 10.0, REFERRAL_JOIN, 0, f, name_key(who, day, REFERRAL_JOIN, f), who, friend, entry.key, 0, key, 0.0, margin
            )
    else:
        entry.gap = day - int(pair.last_bought)
    if pair.joined_day != NEVER and day - int(pair.joined_day) <= p.talk_referral_margin:
        w.log.tally[b, f, T_REFERRED] += margin
    if p.attention_consent_start < 1.0 or p.attention_consent_back > 0.0:
        may_agree(w, i, f, int(person.need_no), p)
    pair.bought = min(32000, int(pair.bought) + 1)
    pair.last_bought = day
    pair.known = 1
    pair.salience = grows_salient(np.float64(pair.salience), 1.0)
    u = uniform(w.seed[0], FOLLOW, int(person.need_no), who, firm.key)
    if pair.follows == 0 and follows(p.attention_follow, np.float64(person.online), np.float64(pair.satisfaction), u):
        starts_following(w, b, day, i, who, f, key)
