"""The service desk: one queue per firm and channel for staffed hours; delay and answer rate follow from load."""

from __future__ import annotations

import numpy as np

from ..agents.service import case_minutes, soothed, warmed
from ..agents.talk import deviation, speaks
from .cascade import utters
from .columns import C_CASES
from .draws import HANDLE as HANDLED
from .draws import UNANSWERED, WORKS, name_key, uniform
from .events import (
    COMPLAINT,
    DESK,
    EFFECTIVE_CUSTOMER,
    HANDLE,
    REPLY,
    RESOLVED_FIRM,
    S_IDLE,
    S_LATENCY,
    S_WORKED,
    T_ANSWERED,
    T_LATE,
    T_OPENED,
    UTTERANCE,
    tell,
)
from .hours import ARRIVED, FINISHED, OVERDUE, push_visit

WAITING, SERVED, CLOSED = range(3)


def hours_of(w, f, channel):  # type: ignore[no-untyped-def]
    """Staffed hours a day of the desk in this channel (0 closed, 1 open); an order may have moved all staff to the open one."""
    firm = w.firms[f]
    if firm.shifted > 0.0:
        return 0.0 if channel == 0 else firm.desk_hours + firm.open_hours
    return firm.desk_hours if channel == 0 else firm.open_hours


def opens_case(w, line, time, p):  # type: ignore[no-untyped-def]
    """A complaint or question sets out for the firm's desk; a clock of patience starts."""
    w.counter[C_CASES] -= 1
    at = w.free_cases[w.counter[C_CASES]]
    case = w.cases[at]
    case.row = line.row
    case.firm = line.firm
    case.channel = 1 if line.place == HANDLE else 0
    case.key = line.key
    case.kind = line.kind
    case.state = WAITING
    case.next = -1
    case.arrived = time
    case.valence = line.valence
    to_end = 0
    if uniform(w.seed[0], HANDLED, 0, line.key, 0) < w.firms[line.firm].handling:
        to_end = 1
    case.to_end = to_end
    case.minutes = case_minutes(p.service_minutes, p.service_done_minutes, to_end)
    push_visit(w.queue, w.counter, time, line.key, ARRIVED, at, line.row, 0)
    push_visit(w.queue, w.counter, time + p.service_deadline, line.key, OVERDUE, at, line.row, 0)


def arrives(w, time, at):  # type: ignore[no-untyped-def]
    """A case joins the queue of its desk, and is taken up at once where the desk is free."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    w.log.tally[0, f, T_OPENED] += 1
    desk = w.desks[f, channel]
    if desk.tail >= 0:
        w.cases[desk.tail].next = at
    else:
        desk.head = at
    desk.tail = at
    desk.waiting += 1
    takes_up(w, time, f, channel)


def accrues(w, time, f, channel):  # type: ignore[no-untyped-def]
    """Staff time builds up with the clock, up to a day's worth (or one long case); what is not used by then is idle."""
    desk = w.desks[f, channel]
    if time <= desk.as_of:
        return
    staffed = hours_of(w, f, channel)
    credit = desk.credit + (time - desk.as_of) * staffed / 24.0
    most = max(staffed, 1.0) if staffed > 0.0 else desk.credit
    if credit > most:
        w.log.total[0, f, S_IDLE] += credit - most
        credit = most
    desk.credit = credit
    desk.as_of = time


def takes_up(w, time, f, channel):  # type: ignore[no-untyped-def]
    """A free, staffed desk takes the case that has waited longest, as soon as staff time has built up for it."""
    desk = w.desks[f, channel]
    staffed = hours_of(w, f, channel)
    if desk.busy >= 0 or desk.head < 0 or staffed <= 0.0:
        return
    at = int(desk.head)
    case = w.cases[at]
    desk.head = case.next
    if desk.head < 0:
        desk.tail = -1
    desk.waiting -= 1
    case.state = SERVED
    desk.busy = at
    needed = case.minutes / 60.0
    accrues(w, time, f, channel)
    begin = max(time, desk.as_of)
    if desk.credit < needed:
        begin += (needed - desk.credit) * 24.0 / staffed
        desk.credit = needed
        desk.as_of = begin
    desk.credit -= needed
    w.log.total[0, f, S_WORKED] += needed
    # more than 24 staffed hours a day are several people at once
    push_visit(w.queue, w.counter, begin + needed * min(1.0, 24.0 / staffed), case.key, FINISHED, at, case.row, 0)


def replies(w, day, time, at, p):  # type: ignore[no-untyped-def]
    """The desk answers: the case is closed, the customer may or may not have got what she needed."""
    case = w.cases[at]
    f = int(case.firm)
    channel = int(case.channel)
    i = int(case.row)
    person = w.people[i]
    pair = w.pairs[i, f]
    who = int(person.id)
    hour = np.float64(time - day * 24.0)
    latency = time - case.arrived
    place = HANDLE if channel == 1 else DESK
    case.state = CLOSED
    w.log.tally[0, f, T_ANSWERED] += 1
    w.log.total[0, f, S_LATENCY] += latency
    key = name_key(case.key, f, REPLY, 0)
    tell(w.log, 0, day, hour, REPLY, place, f, key, -1 - f, who, case.key, case.key, case.key, latency, 0)
    tell(w.log, 0, day, hour, RESOLVED_FIRM, place, f, key + 1, -1 - f, who, case.key, key, key, 1.0, 0)
    works = case.to_end > 0 or uniform(w.seed[0], WORKS, 0, case.key, 0) < p.service_closed_works
    if works:
        tell(w.log, 0, day, hour, EFFECTIVE_CUSTOMER, place, f, key + 2, who, -1 - f, case.key, key, key, 1.0, 0)
    if case.kind == COMPLAINT:
        gain = p.service_done_gain if works else p.service_closed_gain
        pair.satisfaction = soothed(np.float64(pair.satisfaction), p.talk_middle, gain, latency, p.service_prompt)
        pair.attachment = warmed(np.float64(pair.attachment), gain, latency, p.service_prompt)
    elif works:
        person.peer = max(np.float64(person.peer), p.service_answer_skill)
    desk = w.desks[f, channel]
    desk.busy = -1
    takes_up(w, time, f, channel)


def overdue(w, day, time, at, p):  # type: ignore[no-untyped-def]
    """Patience ends: an unanswered complaint costs attachment and is a reason to speak."""
    case = w.cases[at]
    f = int(case.firm)
    if case.state == SERVED:
        # being worked on counts as not left alone; look again later
        push_visit(w.queue, w.counter, time + 24.0, case.key, OVERDUE, at, case.row, 0)
        return
    if case.state == WAITING:
        # cases expire in the order in which they came, so this one stands first
        desk = w.desks[f, case.channel]
        desk.head = case.next
        if desk.head < 0:
            desk.tail = -1
        desk.waiting -= 1
        w.log.tally[0, f, T_LATE] += 1
        if case.kind == COMPLAINT:
            complains_aloud(w, day, time, case, p)
    w.free_cases[w.counter[C_CASES]] = at
    w.counter[C_CASES] += 1


def complains_aloud(w, day, time, case, p):  # type: ignore[no-untyped-def]
    """Whoever was left without an answer holds it against the firm, and by the one speak-rule may say so in the feed."""
    f = int(case.firm)
    i = int(case.row)
    person = w.people[i]
    pair = w.pairs[i, f]
    who = int(person.id)
    pair.attachment = np.float64(pair.attachment) - p.service_silence
    remarkable = deviation(p.talk_middle - 2.0 * p.talk_width * -case.valence, p.talk_middle, p.talk_width)
    on_line = np.float64(person.talk) * np.float64(person.online) / p.customers_online
    u = uniform(w.seed[0], UNANSWERED, 0, case.key, 0)
    if speaks(on_line, remarkable, p.talk_feed_base, p.talk_feed_good, p.talk_feed_bad, p.talk_volume, u):
        key = name_key(case.key, who, UTTERANCE, 1)
        utters(w, day, time, i, f, key, key, case.key, case.valence, np.float64(pair.satisfaction), 1.0, p)
