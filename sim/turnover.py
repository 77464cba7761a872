"""People leave the market for good, and successors take over their place among friends under new ids.

Ties do not change within a run: whoever leaves hands her row and her ties to a successor with traits of her own, drawn by
the new id. Only the neighbourhood's latent trait stays. A successor remembers nothing, and nobody remembers her.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..agents.declare import InputError
from . import columns as c
from . import draws
from .columns import C_CASES, C_POSTS, C_QUEUE, C_RELAYS
from .events import EMAIL, KIND, MAIL, NOWHERE, has_room, tell
from .hours import ARRIVED, CHIMES, FINISHED, FOLLOWS, OVERDUE, POSTED, WORD
from .ideas import UNREAD
from .population import make_bonds, make_consent, make_lives, make_pairs, make_people, make_unread
from .silence import EVERYBODY
from .world import neighbourhoods, standing

if TYPE_CHECKING:
    from .model import ServiceEcosystem

EXIT, ENTRY = KIND["exit"], KIND["entry"]
LEAST_STRIDE = 1 << 20


def stride(people: int) -> int:
    """What an id grows by from a person to her successor: a power of two, so that a few more people rename nobody."""
    return max(LEAST_STRIDE, 1 << max(0, people - 1).bit_length())


def turn_over(model: ServiceEcosystem) -> None:
    """Those whose time has come leave tonight, and successors take over their rows and ties from tomorrow on."""
    w = model.columns
    rows = leavers(w, model.day)
    if not len(rows):
        return
    if model.latent is None:
        model.latent = neighbourhoods(model.params, model.network, model.seed)
    before = w.ids[rows].copy()
    model.departed.append((np.array(w.people[rows]), np.array(w.pairs[rows]), np.array(w.lives[rows])))
    firms = standing([(firm.name, firm.proposition) for firm in model.firms])
    succeed(w, rows, model.day, model.seed, model.params, firms, model.latent[rows])
    if model.silent == EVERYBODY:
        w.lives["silent"][rows] = 1
    for old, new in zip(before, w.ids[rows], strict=True):
        if not has_room(model.columns.log, 0):
            model.runner.make_room()
        tell_of(model.columns, int(old), int(new), model.day)


def leavers(w: c.Columns, day: int) -> np.ndarray:
    """Rows of the people who leave tonight. Nobody leaves in the middle of something: a case, a post, a relay, an unread idea."""
    rows = np.flatnonzero(w.lives["leaves"] <= day)
    return rows[~np.isin(rows, busy(w))] if len(rows) else rows


def busy(w: c.Columns) -> np.ndarray:
    """Rows that something still under way points to. Whatever holds a row over night has to be listed here."""
    held = []
    for name, place, column in (("cases", C_CASES, "row"), ("posts", C_POSTS, "author"), ("relays", C_RELAYS, "row")):
        used = np.ones(len(getattr(w, name)), dtype=bool)
        used[getattr(w, f"free_{name}")[: w.counter[place]]] = False
        held.append(getattr(w, name)[column][used])
    visits = w.queue[: w.counter[C_QUEUE]]
    held.append(visits["who"][np.isin(visits["kind"], (POSTED, ARRIVED, FINISHED, OVERDUE, CHIMES, WORD, FOLLOWS))])
    held.append(w.ideas["row"][w.ideas["state"] == UNREAD])
    return np.unique(np.concatenate(held))


def succeed(
    w: c.Columns, rows: np.ndarray, day: int, seed: int, world: Any, firms: list[tuple[int, float, float]], latent: np.ndarray
) -> None:
    """Let successors take over these rows from tomorrow on; `firms` are (key, share, known), `latent` the rows' neighbourhoods."""
    old = w.ids[rows].astype(np.int64)
    new = old + stride(len(w.ids))
    if new.max() > np.iinfo(np.int32).max:
        raise InputError("more generations than there are names for", key="world.customers.turnover", given=world.customers.turnover,
                         allowed="fewer people, fewer days or less turnover")  # fmt: skip
    people, due = make_people(seed, new, latent, world, day + 1)
    w.people[rows], w.due[rows], w.ids[rows] = people, due, new
    w.pairs[rows] = make_pairs(seed, new, firms, world.customers, world.trust, day + 1)
    w.bonds[rows] = make_bonds(len(rows), len(firms), world.trust)
    w.unread[rows] = make_unread(len(rows), len(firms))
    tied = w.lives["tied"][rows]  # ties stay
    w.lives[rows] = make_lives(seed, new, latent, world, day + 1)
    w.lives["tied"][rows] = tied
    keys = [key for key, _, _ in firms]
    w.email_ok[rows] = make_consent(seed, new, keys, EMAIL, world.attention.consent_start)
    w.mail_ok[rows] = make_consent(seed, new, keys, MAIL, world.attention.consent_start)
    friend = w.pairs["heard_from"]
    friend[np.isin(friend, rows)] = -1
    for f in range(len(w.fan_count)):
        drops(w.fan_count, f, rows, w.fans, w.fans)
    for k in range(len(w.member_count)):
        drops(w.member_count, k, rows, w.members, w.ring, w.members)


def drops(count: np.ndarray, f: int, rows: np.ndarray, *lists: np.ndarray) -> None:
    """Take rows out of a firm's list (the last of `lists`) and of those that run beside it; the order stays."""
    used = int(count[f])
    stay = ~np.isin(lists[-1][f, :used], rows)
    kept = int(stay.sum())
    if kept < used:
        for each in dict.fromkeys(map(id, lists)):
            column = next(one for one in lists if id(one) == each)
            column[f, :kept] = column[f, :used][stay]
        count[f] = kept


def tell_of(w: c.Columns, old: int, new: int, day: int) -> None:
    """Write into the log that one person leaves and another one takes her place."""
    key = draws.name_key(old, day, EXIT, 0)
    tell(w.log, 0, day, 23.5, EXIT, NOWHERE, -1, key, old, new, key, 0, 0, 0.0, 0)
    tell(w.log, 0, day, 23.5, ENTRY, NOWHERE, -1, draws.name_key(new, day, ENTRY, 0), new, old, key, key, key, 0.0, 0)
