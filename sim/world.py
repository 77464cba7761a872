"""The world as arrays: built once from numbers and a network, copied whole for a checkpoint."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ..agents.declare import InputError
from ..agents.view import LEVERS, MOST_ORDERS, Decision, lever_number
from . import columns as c
from . import draws
from .customers_table import CustomersTable
from .events import EMAIL, EVENT, KINDS, MAIL, PLACES, ROOM, SUMS, TALLIES, Log
from .network import Network
from .network_builder import latent_scores
from .population import make_bonds, make_consent, make_lives, make_pairs, make_partners, make_people, make_unread, public_ties
from .settings import WorldParams, parameter_row

ROWS_PER_BLOCK = 25_000
"""People in a block. The number of blocks depends on the world alone, never on threads, so sums keep their order."""

NOBODYS = draws.text_key("a community that nobody owns")


def block_bounds(people: int) -> list[tuple[int, int]]:
    """Row ranges of the blocks that a world of this size is cut into."""
    count = max(1, min(64, people // ROWS_PER_BLOCK))
    edges = [round(people * b / count) for b in range(count + 1)]
    return list(pairwise(edges))


def neighbourhoods(world: WorldParams, network: Network, seed: int) -> np.ndarray:
    """The latent trait of every row, float64: N(0, 1) over people and alike along ties."""
    latent = network.latent
    if latent is None:  # a file has ties but no traits: they are drawn for each seed
        latent = latent_scores(network, world.network.homophily, draws.head(seed, draws.NETWORK, 0, 1) & draws.MASK)
    return np.asarray(latent, dtype=np.float64)


def standing(firms: list[tuple[str, Any]]) -> list[tuple[int, float, float]]:
    """What newcomers know and like of the firms: (key, share, known) of each (name, proposition)."""
    return [(draws.text_key(name), p.share, p.known) for name, p in firms]


def make_columns(
    world: WorldParams, firms: list[tuple[str, Any]], network: Network, seed: int, keep: tuple[str, ...],
    partners: list[tuple[str, Any]], known: CustomersTable | None = None,
) -> c.Columns:  # fmt: skip
    """All columns of a new world on the first day of its burn-in; `firms` are (name, proposition), `partners` (name, complement)."""
    n, count = network.people, len(firms)
    start_day = -world.burn_in_days
    ids = network.ids
    latent = neighbourhoods(world, network, seed)
    keys = [draws.text_key(name) for name, _ in firms]
    people, due = make_people(seed, ids, latent, world, start_day, known)
    lives = make_lives(seed, ids, latent, world, start_day)
    pairs = make_pairs(seed, ids, standing(firms), world.customers, world.trust, start_day)
    rows = c.table(c.FIRM, count)
    for f, (name, p) in enumerate(firms):
        rows[f]["key"], rows[f]["quality"], rows[f]["list_price"] = draws.text_key(name), p.quality, p.price
        rows[f]["here"] = 1
        rows[f]["term"], rows[f]["notice"], rows[f]["switching_cost"] = p.term, p.notice, p.switching_cost
        rows[f]["margin"] = p.margin + p.price - world.choice.usual_price
        rows[f]["handover_loss"], rows[f]["handover_delay"] = p.handover_loss, p.handover_delay
        for j, place in enumerate((p.functional, p.emotional, p.social)):
            rows[f][f"o{j}"] = rows[f][f"belief{j}"] = place
        for lever in LEVERS:
            rows[f][lever] = lever_number(Decision(), lever)
    degree = np.diff(network.start) + np.diff(network.audience_start)
    lives["tied"] = public_ties(degree)
    # of those who can be read at all, so that somebody without ties changes nothing for the others
    seen = float(degree[degree > 0].mean()) * world.talk.sees if degree.any() else 0.0
    bounds = block_bounds(n)
    blocks = len(bounds)
    widest = int(degree.max()) if n else 0
    rows_kept = 4096 if not keep else 16384
    log = Log(
        rows=c.table(EVENT, blocks, max(rows_kept, 2 * widest + 4 * ROOM)),
        used=np.zeros(blocks, dtype=np.int64),
        keep=np.array([kind in keep for kind in KINDS], dtype=np.uint8),
        count=np.zeros((blocks, count + 1, len(KINDS), len(PLACES)), dtype=np.int64),
        tally=np.zeros((blocks, count + 1, len(TALLIES)), dtype=np.int64),
        total=np.zeros((blocks, count + 1, len(SUMS)), dtype=np.float64),
    )
    per_block = max(256, n // blocks // 16)
    pool = max(256, n // 64) + widest + 2 * ROOM
    desks = c.table(c.DESK_ROW, count, 2)
    desks["busy"] = desks["head"] = desks["tail"] = -1
    desks["as_of"] = start_day * 24.0
    communities = c.table(c.COMMUNITY_ROW, count + 1)
    communities["key"], communities["as_of"] = [*keys, NOBODYS], start_day
    counter = np.zeros(len(c.COUNTERS), dtype=np.int64)
    counter[c.C_POSTS] = counter[c.C_RELAYS] = counter[c.C_CASES] = pool
    return c.Columns(
        seed=np.array([seed, seed], dtype=np.int64), par=parameter_row(world, seen, int(np.count_nonzero(degree))),
        people=people, pairs=pairs, lives=lives, bonds=make_bonds(n, count, world.trust),
        unread=make_unread(n, count), firms=rows,
        partners=make_partners(partners), pushes=c.table(c.PUSH_ROW, 0), ids=ids.astype(np.int32),
        slot=(draws.uniforms(seed, draws.SLOT, 0, ids, 0) * 7).astype(np.uint8),
        due=due, items=np.zeros(n, dtype=np.int16),
        email_ok=make_consent(seed, ids, keys, EMAIL, world.attention.consent_start),
        mail_ok=make_consent(seed, ids, keys, MAIL, world.attention.consent_start),
        start=network.start, other=network.other, strong=network.strong, audience_start=network.audience_start,
        audience=network.audience,
        fans=np.zeros((count, 64), dtype=np.int32), fan_count=np.zeros(count, dtype=np.int64),
        members=np.zeros((count + 1, 64), dtype=np.int32), ring=np.zeros((count + 1, 64), dtype=np.int64),
        member_count=np.zeros(count + 1, dtype=np.int64), communities=communities,
        ideas=c.table(c.IDEA_ROW, count, c.OPEN_IDEAS), studios=c.table(c.STUDIO_ROW, count),
        episodes=c.table(c.EPISODE, blocks, per_block), episode_count=np.zeros(blocks, dtype=np.int64),
        said=c.table(c.SAID, blocks, per_block), said_count=np.zeros(blocks, dtype=np.int64),
        joined=c.table(c.JOINED, blocks, max(64, per_block // 4)), joined_count=np.zeros(blocks, dtype=np.int64),
        heard=c.table(c.HEARD, max(1024, n // 8) + widest + 2 * ROOM),
        posts=c.table(c.POST_ROW, pool), free_posts=np.arange(pool)[::-1].copy(),
        relays=c.table(c.RELAY_ROW, pool), free_relays=np.arange(pool)[::-1].copy(), cases=c.table(c.CASE, pool),
        free_cases=np.arange(pool)[::-1].copy(), desks=desks,
        orders=c.table(c.ORDER_ROW, count * MOST_ORDERS), queue=c.table(c.VISIT, pool + widest + 4 * ROOM), counter=counter,
        scratch=np.zeros((blocks, 1024), dtype=np.int64), log=log,
    )  # fmt: skip


# what never changes within a run, and may therefore be shared between a world and its copies
SHARED = {"start", "other", "strong", "audience_start", "audience", "slot"}


def copy_columns(w: c.Columns) -> c.Columns:
    """An independent copy of the changing columns; ties are shared."""
    log = Log(*(_copy(part) for part in w.log))
    parts = {name: part if name in SHARED else _copy(part) for name, part in w._asdict().items() if name != "log"}
    return c.Columns(**parts, log=log)


def _copy(part: np.ndarray) -> np.ndarray:
    return c.same_table(part) if isinstance(part, np.recarray) else part.copy()


def _wider(array: np.ndarray, axis: int, least: int = 0) -> np.ndarray:
    """The same table with at least twice the room along an axis."""
    shape = list(array.shape)
    shape[axis] = max(2 * shape[axis], least)
    bigger = c.table(array.dtype, *shape) if isinstance(array, np.recarray) else np.zeros(shape, dtype=array.dtype)
    bigger[tuple(slice(0, size) for size in array.shape)] = array
    return bigger


def make_room(w: c.Columns) -> c.Columns:
    """Enlarge every buffer that is half full or too small for what a paused kernel wants to add, so that it can go on."""
    changes: dict[str, np.ndarray] = {}
    for name, used in (
        ("episodes", w.episode_count.max()), ("said", w.said_count.max()), ("joined", w.joined_count.max()),
        ("fans", w.fan_count.max()), ("members", w.member_count.max()),
    ):  # fmt: skip
        if 2 * used >= getattr(w, name).shape[1] - 4:
            changes[name] = _wider(getattr(w, name), 1)
            if name == "members":
                changes["ring"] = _wider(w.ring, 1)
    wanted = int(w.counter[c.C_WANTED]) + 2 * ROOM
    for name, place in (("heard", c.C_HEARD), ("queue", c.C_QUEUE)):
        used = int(w.counter[place])
        if 2 * used >= len(getattr(w, name)) or len(getattr(w, name)) - used < wanted:
            changes[name] = _wider(getattr(w, name), 0, used + wanted)
    for name, place in (("posts", c.C_POSTS), ("relays", c.C_RELAYS), ("cases", c.C_CASES)):
        free, size = f"free_{name}", len(getattr(w, name))
        left = int(w.counter[place])
        if 2 * left <= size or left < wanted:
            changes[name] = _wider(getattr(w, name), 0, size + wanted)
            more = len(changes[name]) - size
            changes[free] = np.concatenate(
                [np.arange(size + more - 1, size - 1, -1), getattr(w, free)[:left], np.zeros(size - left, np.int64)]
            )
            w.counter[place] += more
    if w.log.rows.shape[1] < 2 * wanted:
        changes["log"] = w.log._replace(rows=_wider(w.log.rows, 1, 2 * wanted))  # type: ignore[assignment]
    return w._replace(**changes)


def check_columns(w: c.Columns) -> None:
    """Raise a ValueError that names column, customer and bound where a state has left its declared range."""
    for name, bounds in c.BOUNDS.items():
        rows = getattr(w, name)
        for column, (low, high) in bounds.items():
            values = rows[column]
            wrong = ~((values >= low) & (values <= high))
            if wrong.any():
                at = tuple(int(k) for k in np.argwhere(wrong)[0])
                raise ValueError(f"column {name}.{column} of customer {int(w.ids[at[0]])} is {values[at]}, outside {low} to {high}")


def memory_per_customer(w: c.Columns) -> dict[str, float]:
    """Bytes per customer of everything but ties, and bytes per tie and direction."""
    n = max(1, len(w.ids))
    ties = {"other", "audience"}
    arrays = {name: part for name, part in w._asdict().items() if name != "log"} | {f"log.{k}": v for k, v in w.log._asdict().items()}
    state = sum(part.nbytes for name, part in arrays.items() if name not in ties)
    directed = max(1, len(w.other) + len(w.audience))
    return {"bytes_per_customer": state / n, "bytes_per_tie": sum(arrays[t].nbytes for t in ties) / directed}


def need_memory(people: int, available: int) -> None:
    """Refuse a world that would not fit, before anything is built."""
    wanted = people * 900
    if wanted > available:
        raise InputError("so many customers need more memory than there is", key="world.customers.number", given=people,
                         allowed=f"about {available // 900:,} on this machine")  # fmt: skip
