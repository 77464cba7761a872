"""The service desk: one queue per firm and channel for staffed hours; delay and answer rate follow from load."""

from __future__ import annotations

import numpy as np

from ..agents.service import case_minutes, comes_first, patience
from .columns import C_CASES
from .draws import DETECT, HANDED_OVER, name_key, uniform
from .draws import HANDLE as HANDLED
from .events import ACKNOWLEDGED, COMPLAINT, DESK, HANDLE, HANDOVER, QUESTION, S_IDLE, S_WORKED, T_LOST, T_OPENED, UTTERANCE, tell
from .hours import ARRIVED, FINISHED, OVERDUE, WORD, push_visit
from .onlookers import reach_of

WAITING, SERVED, CLOSED, FOLLOWED, ON_ITS_WAY, LOST, LATE = range(7)
"""States of a case; FOLLOWED is answered and to be come back to, LATE has run out of patience between departments."""

NO_WORD = 1e9
"""Hours until a quick word that never came."""

DO_IT, EXPLAIN, HONESTLY, IN_PUBLIC, COME_BACK, SAY_A_WORD = range(6)
"""What the draw of a case decides, as its last name."""


def hours_of(w, f, channel):  # type: ignore[no-untyped-def]
    """Staffed hours a day of the desk in this channel (0 closed, 1 open); an order may have moved all staff to the open one."""
    firm = w.firms[f]
    if firm.shifted > 0.0:
        return 0.0 if channel == 0 else firm.desk_hours + firm.open_hours
    return firm.desk_hours if channel == 0 else firm.open_hours


def opens_case(w, time, row, f, channel, key, kind, valence, paid, p):  # type: ignore[no-untyped-def]
    """A complaint, a question or talk to be joined sets out for the firm's desk; a clock of patience starts."""
    w.counter[C_CASES] -= 1
    at = w.free_cases[w.counter[C_CASES]]
    case = w.cases[at]
    case.row = row
    case.firm = f
    case.channel = channel
    case.key = key
    case.kind = kind
    case.state = WAITING
    case.next = -1
    case.prev = -1
    case.arrived = time
    case.word = NO_WORD
    case.valence = valence
    case.paid = paid
    case.due = time + patience(p.service_deadline, np.float64(w.lives[row].norm), p.service_prompt)
    push_visit(w.queue, w.counter, time, key, ARRIVED, at, row, 0)
    push_visit(w.queue, w.counter, case.due, key, OVERDUE, at, row, 0)


def joins_talk(w, time, row, f, key, valence, p):  # type: ignore[no-untyped-def]
    """An open desk that sees bad talk in the feed may take it up: that of followers and members (1), or of all (2).

    Under a standing order to answer all it takes up all, whatever the rule. What a firm sees is one draw, whoever counts it.
    """
    firm = w.firms[f]
    pair = w.pairs[row, f]
    if firm.join < 2.0 and time >= firm.alert and (firm.join < 1.0 or (pair.follows == 0 and pair.member == 0)):
        return
    if valence < 0.0 and hours_of(w, f, 1) > 0.0 and uniform(w.seed[0], DETECT, 0, key, f) < p.threads_detected:
        opens_case(w, time, row, f, 1, key, UTTERANCE, valence, 0, p)


def arrives(w, day, time, at, handed, p):  # type: ignore[no-untyped-def]
    """A case joins the queue of its desk, and is taken up at once where the desk is free; `handed` if it was on its way."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    firm = w.firms[f]
    if handed == 0:
        w.log.tally[0, f, T_OPENED] += 1
        if (firm.handover_delay > 0.0 or firm.handover_loss > 0.0) and is_handed_over(w, day, time, at):
            return
    elif case.state == LATE:
        frees(w, at)
        return
    case.state = WAITING
    desk = w.desks[f, channel]
    case.prev = desk.tail
    if desk.tail >= 0:
        w.cases[desk.tail].next = at
    else:
        desk.head = at
    desk.tail = at
    desk.waiting += 1
    takes_up(w, time, f, channel, p)
    if case.state == WAITING and firm.acknowledge > 0.0 and case.kind == COMPLAINT:
        promises_word(w, time, at, p)


def is_handed_over(w, day, time, at):  # type: ignore[no-untyped-def]
    """A case passes to another department; True if it lies on the way or gets lost. A free desk takes it over at once."""
    case = w.cases[at]
    f = int(case.firm)
    desk = w.desks[f, case.channel]
    firm = w.firms[f]
    free = desk.busy < 0 and desk.head < 0 and hours_of(w, f, case.channel) > 0.0
    delay = 0.0 if free else firm.handover_delay
    hour = np.float64(time - day * 24.0)
    place = HANDLE if case.channel == 1 else DESK
    key = name_key(case.key, f, HANDOVER, 0)
    tell(w.log, 0, day, hour, HANDOVER, place, f, key, -1 - f, int(w.ids[case.row]), case.key, case.key, case.key, delay, 0)
    if free:
        return False
    if uniform(w.seed[0], HANDED_OVER, 0, case.key, 0) < firm.handover_loss:
        case.state = LOST
        w.log.tally[0, f, T_LOST] += 1
        return True
    if delay > 0.0:
        case.state = ON_ITS_WAY
        push_visit(w.queue, w.counter, time + delay, case.key, ARRIVED, at, case.row, 1)
    return delay > 0.0


def leaves_queue(w, at):  # type: ignore[no-untyped-def]
    """Take a waiting case out of its queue, wherever it stands."""
    case = w.cases[at]
    desk = w.desks[case.firm, case.channel]
    if case.prev >= 0:
        w.cases[case.prev].next = case.next
    else:
        desk.head = case.next
    if case.next >= 0:
        w.cases[case.next].prev = case.prev
    else:
        desk.tail = case.prev
    case.next = -1
    case.prev = -1
    desk.waiting -= 1


def frees(w, at):  # type: ignore[no-untyped-def]
    """Give the place of a case back."""
    w.free_cases[w.counter[C_CASES]] = at
    w.counter[C_CASES] += 1


def accrues(w, time, f, channel):  # type: ignore[no-untyped-def]
    """Staff time builds up with the clock, up to a day's worth (or one long case); what is not used by then is idle.

    Below nought it is owed: work that was begun on, and for which the time has yet to build up.
    """
    desk = w.desks[f, channel]
    if time <= desk.as_of:
        return
    credit = desk.credit + (time - desk.as_of) * desk.rate / 24.0
    most = max(desk.rate, 1.0) if desk.rate > 0.0 else credit
    if credit > most:
        w.log.total[0, f, S_IDLE] += credit - most
        credit = most
    desk.credit = credit
    desk.as_of = time


def restaffs(w, time, f, channel):  # type: ignore[no-untyped-def]
    """The hours in force have changed: until now time built up at the old rate, and what was not begun yet waits again."""
    desk = w.desks[f, channel]
    staffed = hours_of(w, f, channel)
    if staffed == desk.rate:
        return
    accrues(w, time, f, channel)
    desk.rate = staffed
    if desk.busy < 0 or desk.credit >= 0.0:
        return
    at = int(desk.busy)
    case = w.cases[at]
    desk.credit += case.minutes / 60.0
    w.log.total[0, f, S_WORKED] -= case.minutes / 60.0
    desk.busy = -1
    case.state = WAITING
    case.next = desk.head
    if desk.head >= 0:
        w.cases[desk.head].prev = at
    else:
        desk.tail = at
    desk.head = at
    desk.waiting += 1


def wait_for_staff(w, f, channel, needed):  # type: ignore[no-untyped-def]
    """Hours until `needed` staff hours will have built up at a staffed desk that was brought to the present."""
    desk = w.desks[f, channel]
    short = needed - desk.credit
    return short * 24.0 / desk.rate if short > 0.0 else 0.0


def spends(w, time, f, channel, needed):  # type: ignore[no-untyped-def]
    """Use `needed` staff hours of a staffed desk; returns the hour at which they have built up, `time` at the earliest."""
    accrues(w, time, f, channel)
    begin = time + wait_for_staff(w, f, channel, needed)
    w.desks[f, channel].credit -= needed
    w.log.total[0, f, S_WORKED] += needed
    return begin


def takes_up(w, time, f, channel, p):  # type: ignore[no-untyped-def]
    """A free, staffed desk takes the next case, as soon as staff time has built up for it."""
    restaffs(w, time, f, channel)
    desk = w.desks[f, channel]
    if desk.busy >= 0 or desk.head < 0 or desk.rate <= 0.0:
        return
    at = int(desk.head)
    if w.firms[f].triage > 0.0:
        at = next_case(w, f, channel)
    leaves_queue(w, at)
    case = w.cases[at]
    case.state = SERVED
    desk.busy = at
    settles_on(w, case, p)
    needed = case.minutes / 60.0
    begin = spends(w, time, f, channel, needed)
    # more than 24 staffed hours a day are several people at once
    desk.finish = begin + needed * min(1.0, 24.0 / desk.rate)
    push_visit(w.queue, w.counter, desk.finish, case.key, FINISHED, at, case.row, 0)


def next_case(w, f, channel):  # type: ignore[no-untyped-def]
    """The waiting case that comes first by the triage in force; among equals the one that has waited longest."""
    by = int(w.firms[f].triage)
    best = int(w.desks[f, channel].head)
    highest = -1e9
    at = best
    while at >= 0:
        case = w.cases[at]
        complaint = 1.0 if case.kind == COMPLAINT else 0.0
        reach = reach_of(w, case.row) if channel == 1 else 0.0
        rank = comes_first(by, complaint, case.valence, reach)
        if rank > highest:
            highest = rank
            best = at
        at = int(case.next)
    return best


def settles_on(w, case, p):  # type: ignore[no-untyped-def]
    """How a case will be answered, by the rules in force when it is taken up, and the staff time that takes."""
    firm = w.firms[case.firm]
    seed = w.seed[0]
    case.to_end = 0
    case.said = 0
    case.honest = 1
    case.public = 0
    case.money = 0.0
    case.shown = 0
    extra = 0.0
    if uniform(seed, HANDLED, 0, case.key, DO_IT) < firm.handling:
        case.to_end = 1
    if firm.triage > 0.0:
        extra += p.service_triage_minutes
    if firm.explain > 0.0 and case.kind != QUESTION and uniform(seed, HANDLED, 0, case.key, EXPLAIN) < firm.explain:
        case.said = 1
        extra += p.service_explain_minutes
        if uniform(seed, HANDLED, 0, case.key, HONESTLY) >= firm.honesty:
            case.honest = 0
    if case.channel == 1 and firm.in_public > 0.0 and uniform(seed, HANDLED, 0, case.key, IN_PUBLIC) < firm.in_public:
        case.public = 1
    if firm.compensation > 0.0 and case.kind == COMPLAINT:
        case.money = firm.compensation
        if firm.compensation_in > 0.0 and case.channel == 1:
            case.shown = 1
            case.public = 1
    if case.public > 0:
        extra += p.service_public_minutes
    case.minutes = case_minutes(p.service_minutes, p.service_done_minutes, case.to_end, extra)


def promises_word(w, time, at, p):  # type: ignore[no-untyped-def]
    """Who has to wait gets a quick word, if the staff time for it will be there within a day and before patience ends."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    if w.desks[f, channel].rate <= 0.0 or uniform(w.seed[0], HANDLED, 0, case.key, SAY_A_WORD) >= w.firms[f].acknowledge:
        return
    accrues(w, time, f, channel)
    needed = p.service_word_minutes / 60.0
    if wait_for_staff(w, f, channel, needed) < min(24.0, case.due - time):
        push_visit(w.queue, w.counter, spends(w, time, f, channel, needed), case.key, WORD, at, case.row, 0)


def says_a_word(w, day, time, at, p):  # type: ignore[no-untyped-def]
    """A quick word: the complaint was received. Her patience begins anew, if it was not answered meanwhile."""
    case = w.cases[at]
    if case.state != WAITING and case.state != SERVED:
        return
    f = int(case.firm)
    case.word = time - case.arrived
    case.due = time + patience(p.service_deadline, np.float64(w.lives[case.row].norm), p.service_prompt)
    hour = np.float64(time - day * 24.0)
    key = name_key(case.key, f, ACKNOWLEDGED, 0)
    who = int(w.ids[case.row])
    place = HANDLE if case.channel == 1 else DESK
    tell(w.log, 0, day, hour, ACKNOWLEDGED, place, f, key, -1 - f, who, case.key, case.key, case.key, case.word, 0)
