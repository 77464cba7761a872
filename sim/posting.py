"""What firms put up themselves: posts, and prompts that ask people to tell stories under a tag."""

from __future__ import annotations

import numpy as np

from ..agents.talk import hour_of_day
from .cascade import let_go, puts_up, reads
from .columns import C_TAGGED
from .draws import HOUR, name_key, uniform
from .events import FOLLOWED, PROMPT, UTTERANCE, tell
from .hours import SHOWN, push_visit
from .threads import tag_of

AT_MOST = 8
"""Posts, and prompts, of a firm in a day."""


def count_today(rate, day):  # type: ignore[no-untyped-def]
    """How many of a weekly number fall on this day, spread evenly."""
    return min(AT_MOST, int(np.floor((day + 1) * rate / 7.0) - np.floor(day * rate / 7.0)))


def firm_posts(w, day, f, p):  # type: ignore[no-untyped-def]
    """Put up the firm's own posts and prompts of the day, unless a standing order has silenced it."""
    firm = w.firms[f]
    begin = day * 24.0
    if firm.tag != 0 and begin >= firm.tag_since + p.threads_prompt_hours:
        firm.tag = 0
        firm.shown = 0.0
    if begin < firm.stopped:
        return
    for k in range(count_today(firm.posts, day)):
        key = name_key(firm.key, day, UTTERANCE, k)
        hour = hour_of_day(uniform(w.seed[0], HOUR, day, firm.key, k))
        tell(w.log, 0, day, hour, UTTERANCE, FOLLOWED, f, key, -1 - f, 0, key, 0, 0, firm.claim, 0)
        puts_up(w, begin + hour, -1 - f, f, UTTERANCE, FOLLOWED, key, key, 0.0, firm.claim, 1.0, p)
    for k in range(min(AT_MOST, count_today(firm.prompts, day) + int(firm.launch))):
        key = name_key(firm.key, day, PROMPT, k)
        tag = tag_of(w, f)
        # office hours: somebody has to be there when it goes up
        hour = 9.0 + 4.0 * uniform(w.seed[0], HOUR, day, firm.key, AT_MOST + k)
        tell(w.log, 0, day, hour, PROMPT, FOLLOWED, f, key, -1 - f, 0, tag, 0, 0, firm.frame, 0)
        at = puts_up(w, begin + hour, -1 - f, f, PROMPT, FOLLOWED, key, tag, 0.0, firm.claim, 1.0, p)
        if max(firm.promotion, firm.shown) > 0.0 and k == 0:
            w.posts[at].waiting += 1
            push_visit(w.queue, w.counter, begin + hour, key, SHOWN, at, -1 - f, 0)
        if firm.tag == 0:
            firm.tag_size = 0
        firm.tag = 1
        firm.tag_since = begin + hour
        w.counter[C_TAGGED] = 1


def shown(w, day, time, at, key, p):  # type: ignore[no-untyped-def]
    """For an hour a prompt is shown, paid for, to people on-line whether they follow or not; it ends when it is withdrawn."""
    post = w.posts[at]
    f = int(post.firm)
    firm = w.firms[f]
    if firm.tag == 0 or time < firm.stopped or time >= firm.tag_since + p.threads_prompt_hours:
        let_go(w, at)
        return
    name = name_key(key, int(np.floor(time)), SHOWN, 0)
    for j in range(w.due.shape[0]):
        chance = min(1.0, max(firm.promotion, firm.shown) / 24.0 * 2.0 * np.float64(w.people[j].online))
        reads(w, day, time, at, j, -1 - f, name, chance, p)
    push_visit(w.queue, w.counter, time + 1.0, key, SHOWN, at, -1 - f, 0)
