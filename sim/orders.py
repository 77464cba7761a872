"""Standing orders are carried out by the hour: somebody notices, staff take the time for it, then the act."""

from __future__ import annotations

import numpy as np

from .desk import hours_of, restaffs, spends, takes_up
from .draws import name_key
from .events import FOLLOWED, NOWHERE, ORDER_FIRED, WITHDRAWN, tell
from .hours import CARRIED, SHIFTED, push_visit

WITHDRAW, STOP, ANSWER_ALL, SHIFT = range(4)
"""What an order does: the words of `StandingOrder.act`, in order."""


def takes_time(w, time, at, key, p):  # type: ignore[no-untyped-def]
    """An order was noticed: it waits for staff time at the desk. A firm without staff cannot carry it out."""
    order = w.orders[at]
    f = int(order.firm)
    channel = 1 if hours_of(w, f, 1) > 0.0 else 0
    if order.key != key or hours_of(w, f, channel) <= 0.0:
        return
    begin = spends(w, time, f, channel, p.threads_order_minutes / 60.0)
    push_visit(w.queue, w.counter, begin, name_key(key, f, ORDER_FIRED, 2), CARRIED, at, 0, key)


def carries_out(w, day, time, at, key, p):  # type: ignore[no-untyped-def]
    """The act of a standing order."""
    order = w.orders[at]
    if order.key != key:
        return
    f = int(order.firm)
    firm = w.firms[f]
    hour = np.float64(time - day * 24.0)
    name = name_key(key, int(np.floor(time * 60.0)), ORDER_FIRED, 3)
    tell(w.log, 0, day, hour, ORDER_FIRED, NOWHERE, f, name, -1 - f, 0, name, 0, 0, float(order.act), int(order.count))
    if order.act == WITHDRAW:
        if firm.tag != 0:
            firm.tag = 0
            tell(w.log, 0, day, hour, WITHDRAWN, FOLLOWED, f, name + 1, -1 - f, 0, name, name, name, 0.0, 0)
    elif order.act == STOP:
        firm.stopped = time + p.threads_order_hours
    elif order.act == ANSWER_ALL:
        firm.alert = time + p.threads_order_hours
    elif firm.shifted == 0.0:
        firm.shifted = 1.0
        restaffs(w, time, f, 0)
        push_visit(w.queue, w.counter, time + p.threads_order_hours, name_key(key, f, ORDER_FIRED, 4), SHIFTED, f, 0, 0)
        takes_up(w, time, f, 1, p)


def goes_back(w, time, f, p):  # type: ignore[no-untyped-def]
    """Staff that an order had moved to the open desk return to the closed one."""
    w.firms[f].shifted = 0.0
    takes_up(w, time, f, 0, p)
    takes_up(w, time, f, 1, p)
