"""Onlookers: who reads an answer given in the open learns what the firm is like, how fast it is, and what shouting pays."""

from __future__ import annotations

import numpy as np

from ..agents.attention import grows_salient
from ..agents.recovery import answer_gain, learns_to_shout, taken_as, unwelcome
from ..agents.service import expects_reply
from ..agents.talk import is_moved
from ..agents.threads import seems_sincere
from .columns import C_POSTS, C_SHOUTED
from .draws import FOUND, WELCOME, name_key, uniform
from .events import EXPOSURE, FOUND_OUT, REPLY, UTTERANCE, tell
from .hours import POSTED, push_visit
from .kernels.mood import feels
from .kernels.propose import refresh
from .threads import may_mock


def reach_of(w, row):  # type: ignore[no-untyped-def]
    """How many people can read what she posts."""
    return np.float64(w.start[row + 1] - w.start[row] + w.audience_start[row + 1] - w.audience_start[row])


def shows(w, time, at, place, key):  # type: ignore[no-untyped-def]
    """Put an answer where the complaint stands: whoever reads the one reads the other."""
    case = w.cases[at]
    w.counter[C_POSTS] -= 1
    slot = w.free_posts[w.counter[C_POSTS]]
    post = w.posts[slot]
    post.key = key
    post.author = -1 - case.firm
    post.firm = case.firm
    post.kind = REPLY
    post.place = place
    post.valence = 0.0
    post.value = 0.0
    post.infectious = 0.0
    post.vivid = 1.0
    post.case = at
    post.thread = case.key
    post.grown_to = 1
    post.begun = time
    post.relays = -1
    post.root = -1
    post.waiting = 1
    push_visit(w.queue, w.counter, time, case.key, POSTED, slot, case.row, 0)


def onlooks(w, day, time, slot, j, seen, p):  # type: ignore[no-untyped-def]
    """A reader of the complaint reads the answer, too."""
    post = w.posts[slot]
    case = w.cases[post.case]
    f = int(post.firm)
    person = w.people[j]
    who = int(person.id)
    pair = w.pairs[j, f]
    bond = w.bonds[j, f]
    life = w.lives[j]
    hour = np.float64(time - day * 24.0)
    key = name_key(post.key, who, EXPOSURE, 0)
    tell(w.log, 0, day, hour, EXPOSURE, post.place, f, key, who, -1 - f, case.key, post.key, post.key, 0.0, 0)
    refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
    pair.known = 1
    pair.salience = grows_salient(np.float64(pair.salience), p.talk_noticed)
    step = min(1.0, p.service_norm_step * p.talk_moved_feed)
    if case.kind != UTTERANCE:
        life.norm = expects_reply(np.float64(life.norm), time - case.arrived, step)
    money = case.money * case.shown
    if p.recovery_shout_rate > 0.0:
        # money given in the open, or that the louder are answered and she was not, shows that it pays to be loud
        paid = 1.0 if bond.unheard > 0 and reach_of(w, case.row) > reach_of(w, j) else money
        shout = np.float64(life.shout)
        if paid > 0.0 or shout > 0.0:
            life.shout = learns_to_shout(shout, paid, p.recovery_shout_rate)
            w.counter[C_SHOUTED] = 1
    if p.talk_sincerity_weight > 0.0:
        may_mock(w, time, j, f, post.key, seen, p)
    sincerity = np.float64(bond.sincerity)
    u = uniform(w.seed[0], WELCOME, 0, who, post.key)
    open_to = np.float64(person.openness)
    if case.kind == UTTERANCE and unwelcome(p.recovery_intrusion, open_to, sincerity, p.talk_sincerity_weight, u):
        pair.attachment = np.float64(pair.attachment) - p.recovery_intruded * p.talk_moved_feed
        return
    gain = answer_gain(case.works, p.service_done_gain, p.service_closed_gain, case.said, p.recovery_explain_gain, money,
                       p.recovery_money_gain, p.recovery_together)  # fmt: skip
    gain = taken_as(gain, sincerity, p.talk_sincerity_weight) * p.talk_moved_feed
    credibility = np.float64(pair.credibility)
    expectation = np.float64(pair.expectation)
    most = 1.0 / max(p.talk_moved, 1e-9)
    # that things are put right makes her expect to be served, at most as well as she desires
    pair.expectation = is_moved(expectation, max(1.0, expectation), p.talk_moved, open_to, credibility, min(most, gain))
    feels(bond, day, 1.0, p.talk_warmth * gain * credibility, p)
    if case.honest == 0 and uniform(w.seed[0], FOUND, 0, who, post.key) < p.recovery_seen_through:
        is_unmasked(w, 0, day, hour, j, f, name_key(post.key, who, FOUND_OUT, 0), case.key, post.key, p)


def is_unmasked(w, b, day, hour, i, f, key, thread, cause, p):  # type: ignore[no-untyped-def]
    """A lie is found out: it costs credibility and seeming sincerity."""
    pair = w.pairs[i, f]
    bond = w.bonds[i, f]
    pair.credibility = np.float64(pair.credibility) * (1.0 - p.recovery_unmasked)
    leaves_impression(bond, 0.0, p.recovery_unmasked, p)
    tell(w.log, b, day, hour, FOUND_OUT, 0, f, key, int(w.ids[i]), -1 - f, thread, cause, cause, 0.0, 0)


def leaves_impression(bond, seen, step, p):  # type: ignore[no-untyped-def]
    """A cue moves how sincere the firm seems to her, in so far as that weighs anything."""
    if p.talk_sincerity_weight > 0.0:
        bond.sincerity = seems_sincere(np.float64(bond.sincerity), seen, step)
