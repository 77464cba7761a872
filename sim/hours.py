"""The hour queue: relays, desk replies and deadlines are acts of one queue that lives across days.

A binary heap ordered by (time, content key, who), so the order of acts never depends on where an entry happens to lie.
"""

from __future__ import annotations

from .columns import C_QUEUE

(POSTED, ARRIVED, FINISHED, OVERDUE, TOLD, CHIMES, SHOWN, PRESSED, FORGOTTEN, FIRES, CARRIED, SHIFTED, ASKED, WORD, FOLLOWS) = range(15)
"""Kinds of visits: a post or relay reaches its readers, a case reaches a desk, a desk is done, patience ends, friends are told,
somebody adds her story to a thread, a prompt is shown for an hour, the press comes out, a mention is no longer counted, a standing
order is noticed, then carried out, staff that it had moved go back, a question is put to a community, a desk says a quick word,
and comes back to a case."""


def before(a, b):  # type: ignore[no-untyped-def]
    """True if entry a comes before entry b."""
    if a.time != b.time:
        return a.time < b.time
    if a.key != b.key:
        return a.key < b.key
    if a.kind != b.kind:
        return a.kind < b.kind
    return a.who < b.who


def push_visit(queue, counter, time, key, kind, at, who, parent):  # type: ignore[no-untyped-def]
    """Add an entry to the heap; the caller has made sure that there is room."""
    k = counter[C_QUEUE]
    counter[C_QUEUE] += 1
    entry = queue[k]
    entry.time = time
    entry.key = key
    entry.kind = kind
    entry.at = at
    entry.who = who
    entry.parent = parent
    while k > 0:
        above = (k - 1) // 2
        if not before(queue[k], queue[above]):
            break
        swap(queue, k, above)
        k = above


def pop_visit(queue, counter):  # type: ignore[no-untyped-def]
    """Remove the first entry of the heap; it is left just behind the heap's end, where the caller reads it."""
    counter[C_QUEUE] -= 1
    n = counter[C_QUEUE]
    swap(queue, 0, n)
    k = 0
    while True:
        low = 2 * k + 1
        if low >= n:
            break
        if low + 1 < n and before(queue[low + 1], queue[low]):
            low += 1
        if not before(queue[low], queue[k]):
            break
        swap(queue, low, k)
        k = low
    return n


def swap(queue, a, b):  # type: ignore[no-untyped-def]
    """Exchange two entries field by field: records are views, not copies."""
    x = queue[a]
    y = queue[b]
    x.time, y.time = y.time, x.time
    x.key, y.key = y.key, x.key
    x.kind, y.kind = y.kind, x.kind
    x.at, y.at = y.at, x.at
    x.who, y.who = y.who, x.who
    x.parent, y.parent = y.parent, x.parent
