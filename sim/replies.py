"""What comes of a case: the answer, the money, coming back to her, silence."""

from __future__ import annotations

import numpy as np

from ..agents.recovery import answer_gain, relief, soothed, taken_as, unwelcome, warmed
from ..agents.service import expects_reply, felt_wait
from ..agents.talk import deviation, speaks
from .cascade import utters
from .columns import NEVER
from .desk import (
    CLOSED,
    COME_BACK,
    FOLLOWED,
    LATE,
    ON_ITS_WAY,
    SERVED,
    WAITING,
    accrues,
    frees,
    leaves_queue,
    restaffs,
    spends,
    takes_up,
    wait_for_staff,
)
from .draws import HANDLE as HANDLED
from .draws import UNANSWERED, WELCOME, WORKS, name_key, uniform
from .events import (
    COMPLAINT,
    DESK,
    EFFECTIVE_CUSTOMER,
    FEED,
    FOLLOWED_UP,
    HANDLE,
    QUESTION,
    REPLY,
    RESOLVED_FIRM,
    S_LATENCY,
    S_NET,
    T_ANSWERED,
    T_LATE,
    UTTERANCE,
    tell,
)
from .hours import FOLLOWS, OVERDUE, push_visit
from .onlookers import leaves_impression, shows
from .refunds import gives_back
from .silence import is_audible


def replies(w, day, time, at, p):  # type: ignore[no-untyped-def]
    """The desk answers: the case is closed, the customer may or may not have got what she needed."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    desk = w.desks[f, channel]
    if desk.busy != at or desk.finish != time:
        return  # the hours were changed while the case lay on the desk: it was taken up anew
    who = int(w.ids[case.row])
    hour = np.float64(time - day * 24.0)
    latency = time - case.arrived
    place = DESK
    if case.public > 0:
        place = FEED if case.kind == UTTERANCE else HANDLE
    case.state = CLOSED
    w.log.tally[0, f, T_ANSWERED] += 1
    w.log.total[0, f, S_LATENCY] += latency
    key = name_key(case.key, f, REPLY, 0)
    tell(w.log, 0, day, hour, REPLY, place, f, key, -1 - f, who, case.key, case.key, case.key, latency, 0)
    tell(w.log, 0, day, hour, RESOLVED_FIRM, place, f, key + 1, -1 - f, who, case.key, key, key, 1.0, 0)
    case.works = 0
    if case.to_end > 0 or uniform(w.seed[0], WORKS, 0, case.key, 0) < p.service_closed_works:
        case.works = 1
        tell(w.log, 0, day, hour, EFFECTIVE_CUSTOMER, place, f, key + 2, who, -1 - f, case.key, key, key, 1.0, 0)
    if case.money > 0.0:
        compensates(w, day, hour, case, place, key, p)
    is_answered(w, case, latency, p)
    if case.public > 0 and is_audible(w, case.row, day):
        shows(w, time, at, place, key)
    again = w.firms[f].follow_up
    if again > 0.0 and case.kind == COMPLAINT and uniform(w.seed[0], HANDLED, 0, case.key, COME_BACK) < again:
        case.state = FOLLOWED
        push_visit(w.queue, w.counter, time + 24.0 * p.recovery_follow_days, case.key, FOLLOWS, at, case.row, 0)
    desk.busy = -1
    takes_up(w, time, f, channel, p)


def is_answered(w, case, latency, p):  # type: ignore[no-untyped-def]
    """What the answer does to her, by what it says and gives and when it comes."""
    f = int(case.firm)
    i = int(case.row)
    person = w.people[i]
    pair = w.pairs[i, f]
    bond = w.bonds[i, f]
    life = w.lives[i]
    sincerity = np.float64(bond.sincerity)
    norm = np.float64(life.norm)
    wait = felt_wait(latency, case.word, p.service_stilled)
    if case.kind == UTTERANCE:
        u = uniform(w.seed[0], WELCOME, 0, int(person.id), case.key)
        known = pair.follows > 0 or pair.member > 0
        if not known and unwelcome(p.recovery_intrusion, np.float64(person.openness), sincerity, p.talk_sincerity_weight, u):
            pair.attachment = np.float64(pair.attachment) - p.recovery_intruded
            leaves_impression(bond, 0.0, p.talk_sincerity_step, p)
            return
    else:
        life.norm = expects_reply(norm, wait, p.service_norm_step)
    if case.kind == QUESTION:
        if case.works > 0:
            person.peer = max(np.float64(person.peer), p.service_answer_skill)
        return
    gain = answer_gain(case.works, p.service_done_gain, p.service_closed_gain, case.said, p.recovery_explain_gain, case.money,
                       p.recovery_money_gain, p.recovery_together)  # fmt: skip
    gain = taken_as(gain, sincerity, p.talk_sincerity_weight)
    pair.satisfaction = soothed(np.float64(pair.satisfaction), p.talk_middle, gain, wait, norm)
    pair.attachment = warmed(np.float64(pair.attachment), gain, wait, norm)
    leaves_impression(bond, 1.0, p.talk_sincerity_step, p)
    bond.unheard = 0
    if case.works > 0:
        bond.story_day = NEVER  # what was put right is no story to be kept
    if case.honest == 0:
        bond.excuse = 1
        w.firms[f].excuses += 1.0


def compensates(w, day, hour, case, place, key, p):  # type: ignore[no-untyped-def]
    """Part of the price paid goes back to her, in cents: the firm's revenue and margin fall, her pain of paying with them."""
    f = int(case.firm)
    person = w.people[case.row]
    amount = int(np.floor(case.money * case.paid + 0.5))
    gives_back(w, 0, day, hour, place, f, key + 3, int(case.row), case.key, key, amount, p)
    ratio = amount / (100.0 * p.choice_usual_price * np.float64(person.order))
    back = relief(p.integration_price_pain, ratio, np.float64(person.price_sense))
    person.value_sum = np.float64(person.value_sum) + back
    w.log.total[0, f, S_NET] += back


def follows_up(w, day, time, at, ready, p):  # type: ignore[no-untyped-def]
    """Some days later the desk comes back to her, if the staff time for it (`ready` once it was there) comes within a day."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    if ready == 0:
        restaffs(w, time, f, channel)
        accrues(w, time, f, channel)
        needed = p.service_follow_minutes / 60.0
        if w.desks[f, channel].rate <= 0.0 or wait_for_staff(w, f, channel, needed) > 24.0:
            case.state = CLOSED
        else:
            push_visit(w.queue, w.counter, spends(w, time, f, channel, needed), case.key, FOLLOWS, at, case.row, 1)
        return
    case.state = CLOSED
    pair = w.pairs[case.row, f]
    bond = w.bonds[case.row, f]
    sincerity = np.float64(bond.sincerity)
    gain = taken_as(p.recovery_follow_gain, sincerity, p.talk_sincerity_weight)
    pair.satisfaction = soothed(np.float64(pair.satisfaction), p.talk_middle, gain, 0.0, 1.0)
    pair.attachment = warmed(np.float64(pair.attachment), gain, 0.0, 1.0)
    leaves_impression(bond, 1.0, p.talk_sincerity_step, p)
    key = name_key(case.key, f, FOLLOWED_UP, 0)
    hour = np.float64(time - day * 24.0)
    tell(w.log, 0, day, hour, FOLLOWED_UP, DESK, f, key, -1 - f, int(w.ids[case.row]), case.key, case.key, case.key, 0.0, 0)


def overdue(w, day, time, at, p):  # type: ignore[no-untyped-def]
    """Patience ends: an unanswered complaint costs attachment and is a reason to speak."""
    case = w.cases[at]
    f = int(case.firm)
    if case.state == SERVED or case.state == FOLLOWED:
        # being worked on counts as not left alone; look again later
        push_visit(w.queue, w.counter, time + 24.0, case.key, OVERDUE, at, case.row, 0)
        return
    if case.state == WAITING and time < case.due:
        push_visit(w.queue, w.counter, case.due, case.key, OVERDUE, at, case.row, 0)
        return
    if case.state != CLOSED:
        w.log.tally[0, f, T_LATE] += 1
        if case.state == WAITING:
            leaves_queue(w, at)
        if case.kind == COMPLAINT:
            complains_aloud(w, day, time, case, p)
        if case.state == ON_ITS_WAY:
            case.state = LATE  # it still lies between departments, and its place is given back when it gets there
            return
    frees(w, at)


def complains_aloud(w, day, time, case, p):  # type: ignore[no-untyped-def]
    """Whoever was left without an answer holds it against the firm, and by the one speak-rule may say so in the feed."""
    f = int(case.firm)
    i = int(case.row)
    person = w.people[i]
    pair = w.pairs[i, f]
    bond = w.bonds[i, f]
    who = int(person.id)
    bond.unheard = 1
    leaves_impression(bond, 0.0, p.talk_sincerity_step, p)
    pair.attachment = np.float64(pair.attachment) - p.service_silence
    remarkable = deviation(p.talk_middle - 2.0 * p.talk_width * -case.valence, p.talk_middle, p.talk_width)
    on_line = np.float64(person.talk) * np.float64(person.online) / p.customers_online
    u = uniform(w.seed[0], UNANSWERED, 0, case.key, 0)
    if speaks(on_line, remarkable, p.talk_feed_base, p.talk_feed_good, p.talk_feed_bad, p.talk_volume, u):
        key = name_key(case.key, who, UTTERANCE, 1)
        utters(w, day, time, i, f, key, key, case.key, case.valence, np.float64(pair.satisfaction), 1.0, p)
