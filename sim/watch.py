"""What a firm sees of public talk, and the standing orders that count it."""

from __future__ import annotations

from ..agents.view import MOST_ORDERS
from .draws import DETECT, name_key, uniform
from .events import HANDLE, ORDER_FIRED, T_BLAME_SEEN, T_MENTIONS
from .hours import FIRES, FORGOTTEN, push_visit

BLAME, MENTIONS, TAG = range(3)
"""What a standing order counts: the words of `StandingOrder.watch`, in order."""


def notices(w, time, f, key, place, valence, tagged, p):  # type: ignore[no-untyped-def]
    """A firm sees a public mention of itself, or does not; each standing order that counts such things counts it."""
    if place != HANDLE and uniform(w.seed[0], DETECT, 0, key, f) >= p.threads_detected:
        return
    w.log.tally[0, f, T_MENTIONS] += 1
    if valence < 0:
        w.log.tally[0, f, T_BLAME_SEEN] += 1
    for k in range(f * MOST_ORDERS, (f + 1) * MOST_ORDERS):
        order = w.orders[k]
        if order.key == 0:
            continue
        if (order.watch != MENTIONS and valence >= 0) or (order.watch == TAG and tagged == 0):
            continue
        order.count += 1
        push_visit(w.queue, w.counter, time + order.hours, name_key(key, order.key, ORDER_FIRED, 0), FORGOTTEN, k, 0, order.key)
        if order.fired == 0 and order.count >= order.level:
            order.fired = 1
            push_visit(w.queue, w.counter, time + order.delay, name_key(key, order.key, ORDER_FIRED, 1), FIRES, k, 0, order.key)


def forgets(w, at, key):  # type: ignore[no-untyped-def]
    """A mention lies further back than an order looks; once the level is no longer reached the order stands ready again."""
    order = w.orders[at]
    if order.key == key:
        order.count -= 1
        if order.count < order.level:
            order.fired = 0
