"""spread: stories and posts pass on hour by hour; replies and the end of patience are acts of the same hours."""

from __future__ import annotations

import numpy as np

from ...agents.talk import hour_of_day
from ..cascade import puts_up, reach, reaches, relay_told, tells_friends
from ..columns import C_AT, C_BEGUN, C_BLOCK, C_CASES, C_HEARD, C_POSTS, C_QUEUE, C_RELAYS, C_WANTED
from ..desk import accrues, arrives, opens_case, overdue, replies, takes_up
from ..draws import HOUR, name_key, uniform
from ..events import COMMUNITY, FOLLOWED, HANDLE, ROOM, STRONG, UTTERANCE, tell
from ..events import COMPLAINT as A_COMPLAINT
from ..events import QUESTION as A_QUESTION
from ..hours import ARRIVED, FINISHED, OVERDUE, POSTED, TOLD, pop_visit, push_visit


def roomy(w, readers):  # type: ignore[no-untyped-def]
    """True while every buffer surely holds what one more visit with this many readers may add."""
    w.counter[C_WANTED] = readers
    if w.log.rows.shape[1] - w.log.used[0] < ROOM + 2 * readers:
        return False
    if w.heard.shape[0] - w.counter[C_HEARD] < readers + ROOM or w.queue.shape[0] - w.counter[C_QUEUE] < readers + ROOM:
        return False
    return w.counter[C_POSTS] >= ROOM and w.counter[C_RELAYS] >= readers and w.counter[C_CASES] >= ROOM


def spread(w, day):  # type: ignore[no-untyped-def]
    """Run the hours of one day; returns 1 when done, 0 to be called again after buffers were emptied or enlarged."""
    p = w.par[0]
    begin = day * 24.0
    if w.counter[C_BEGUN] == 0:
        if not roomy(w, 8 * w.firms.shape[0]):
            return 0
        for f in range(w.firms.shape[0]):
            for channel in range(2):
                takes_up(w, begin, f, channel)
            firm_posts(w, day, f, p)
        w.counter[C_BEGUN] = 1
    while w.counter[C_BLOCK] < w.said.shape[0]:
        b = w.counter[C_BLOCK]
        while w.counter[C_AT] < w.said_count[b]:
            if not roomy(w, 64):
                return 0
            line = w.said[b, w.counter[C_AT]]
            time = begin + line.hour
            if line.kind == UTTERANCE:
                if line.place == STRONG:
                    # told at its hour, so that who hears what first does not depend on rows
                    push_visit(w.queue, w.counter, time, line.key, TOLD, b, w.counter[C_AT], 0)
                else:
                    puts_up(w, time, line.row, line.firm, line.kind, line.place, line.key, line.valence, line.value, line.vivid, p)
            elif line.place != COMMUNITY and (line.kind == A_COMPLAINT or line.kind == A_QUESTION):
                opens_case(w, line, time, p)
                if line.kind == A_COMPLAINT:
                    seen_at_handle(w, time, line, p)
            w.counter[C_AT] += 1
        w.counter[C_BLOCK] += 1
        w.counter[C_AT] = 0
    while w.counter[C_QUEUE] > 0 and w.queue[0].time < begin + 24.0:
        first = w.queue[0]
        readers = reach(w, first.at, first.who) if first.kind == POSTED else 64
        if not roomy(w, readers):
            return 0
        visit = w.queue[pop_visit(w.queue, w.counter)]
        time = visit.time
        kind = int(visit.kind)
        at = int(visit.at)
        who = int(visit.who)
        key = int(visit.key)
        parent = int(visit.parent)
        if kind == POSTED:
            if parent != 0:
                relay_told(w, day, time, at, who, key, parent)
            reaches(w, day, time, at, who, key, parent, p)
        elif kind == TOLD:
            tells_friends(w, day, w.said[at, who], p)
        elif kind == ARRIVED:
            arrives(w, time, at)
        elif kind == FINISHED:
            replies(w, day, time, at, p)
        elif kind == OVERDUE:
            overdue(w, day, time, at, p)
    for f in range(w.firms.shape[0]):
        for channel in range(2):
            accrues(w, begin + 24.0, f, channel)
    w.counter[C_BLOCK] = 0
    w.counter[C_BEGUN] = 0
    return 1


def seen_at_handle(w, time, line, p):  # type: ignore[no-untyped-def]
    """What is addressed to a firm's handle can be seen by others; in the closed channel nobody sees it."""
    if line.place == HANDLE:
        puts_up(w, time, line.row, line.firm, line.kind, line.place, line.key, line.valence, line.value, line.vivid, p)


def firm_posts(w, day, f, p):  # type: ignore[no-untyped-def]
    """Put up the firm's own posts of the day; its weekly number is spread evenly over days."""
    firm = w.firms[f]
    rate = firm.posts / 7.0
    number = int(np.floor((day + 1) * rate) - np.floor(day * rate))
    for k in range(min(number, 8)):
        key = name_key(firm.key, day, UTTERANCE, k)
        hour = hour_of_day(uniform(w.seed[0], HOUR, day, firm.key, k))
        tell(w.log, 0, day, hour, UTTERANCE, FOLLOWED, f, key, -1 - f, 0, key, 0, 0, firm.claim, 0)
        puts_up(w, day * 24.0 + hour, -1 - f, f, UTTERANCE, FOLLOWED, key, 0.0, firm.claim, 1.0, p)
