"""spread: stories and posts pass on hour by hour; replies and the end of patience are acts of the same hours."""

from __future__ import annotations

from ..cascade import let_go, puts_up, reach, reaches, relay_told, tells_friends
from ..columns import C_AT, C_BEGUN, C_BLOCK, C_CASES, C_HEARD, C_POSTS, C_QUEUE, C_RELAYS, C_WANTED
from ..desk import accrues, arrives, joins_talk, opens_case, says_a_word, takes_up
from ..events import COMMUNITY, FEED, HANDLE, ROOM, STRONG, UTTERANCE
from ..events import COMPLAINT as A_COMPLAINT
from ..events import QUESTION as A_QUESTION
from ..hours import (
    ARRIVED,
    CARRIED,
    CHIMES,
    FINISHED,
    FIRES,
    FOLLOWS,
    FORGOTTEN,
    OVERDUE,
    POSTED,
    PRESSED,
    SHIFTED,
    SHOWN,
    TOLD,
    WORD,
    pop_visit,
    push_visit,
)
from ..occasions import chimes, comes_out
from ..orders import carries_out, goes_back, takes_time
from ..posting import firm_posts, shown
from ..replies import follows_up, overdue, replies
from ..silence import is_audible
from ..watch import forgets


def roomy(w, readers):  # type: ignore[no-untyped-def]
    """True while every buffer surely holds what one more visit with this many readers may add."""
    w.counter[C_WANTED] = 2 * readers
    if w.log.rows.shape[1] - w.log.used[0] < ROOM + 2 * readers:
        return False
    # each reader may pass it on and add a story of her own
    if w.heard.shape[0] - w.counter[C_HEARD] < readers + ROOM or w.queue.shape[0] - w.counter[C_QUEUE] < 2 * readers + ROOM:
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
                takes_up(w, begin, f, channel, p)
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
                    puts_up(w, time, line.row, line.firm, line.kind, line.place, line.key, line.thread, line.valence, line.value,
                            line.vivid, p)  # fmt: skip
            elif line.place != COMMUNITY and (line.kind == A_COMPLAINT or line.kind == A_QUESTION):
                channel = 1 if line.place == HANDLE else 0
                opens_case(w, time, line.row, line.firm, channel, line.key, line.kind, line.valence, line.paid, p)
                if line.kind == A_COMPLAINT and line.place == HANDLE and is_audible(w, line.row, day):
                    seen_at_handle(w, time, line, p)
            w.counter[C_AT] += 1
        w.counter[C_BLOCK] += 1
        w.counter[C_AT] = 0
    while w.counter[C_QUEUE] > 0 and w.queue[0].time < begin + 24.0:
        first = w.queue[0]
        readers = 64
        if first.kind == POSTED:
            readers = reach(w, first.at, first.who)
        elif first.kind == SHOWN or first.kind == PRESSED:
            readers = w.due.shape[0]
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
                if not is_audible(w, who, day):
                    let_go(w, at)
                    continue
                relay_told(w, day, time, at, who, key, parent, p)
            elif who >= 0 and w.posts[at].kind == UTTERANCE and w.posts[at].place == FEED:
                joins_talk(w, time, who, int(w.posts[at].firm), key, w.posts[at].valence, p)
            reaches(w, day, time, at, who, key, parent, p)
        elif kind == TOLD:
            tells_friends(w, day, w.said[at, who], p)
        elif kind == ARRIVED:
            arrives(w, day, time, at, parent, p)
        elif kind == FINISHED:
            replies(w, day, time, at, p)
        elif kind == OVERDUE:
            overdue(w, day, time, at, p)
        elif kind == CHIMES:
            chimes(w, day, time, at, who, key, parent, p)
        elif kind == SHOWN:
            shown(w, day, time, at, key, p)
        elif kind == PRESSED:
            comes_out(w, day, time, at, key, parent, p)
        elif kind == FORGOTTEN:
            forgets(w, at, parent)
        elif kind == FIRES:
            takes_time(w, time, at, parent, p)
        elif kind == CARRIED:
            carries_out(w, day, time, at, parent, p)
        elif kind == SHIFTED:
            goes_back(w, time, at, p)
        elif kind == WORD:
            says_a_word(w, day, time, at, p)
        elif kind == FOLLOWS:
            follows_up(w, day, time, at, parent, p)
    for f in range(w.firms.shape[0]):
        for channel in range(2):
            accrues(w, begin + 24.0, f, channel)
    w.counter[C_BLOCK] = 0
    w.counter[C_BEGUN] = 0
    return 1


def seen_at_handle(w, time, line, p):  # type: ignore[no-untyped-def]
    """What is addressed to a firm's handle can be seen by others; in the closed channel nobody sees it."""
    puts_up(w, time, line.row, line.firm, line.kind, line.place, line.key, line.thread, line.valence, line.value, line.vivid, p)
