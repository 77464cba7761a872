"""A2, shuffles: the same people and the same ties, put together otherwise, so that what hangs on who is tied to whom shows.

`ties` (A2a) exchanges the ends of ties two and two: everybody keeps how many strong and weak ties she has, and nobody whom
they are with. `traits` (A2b) hands all traits of a person to another one and keeps the ties; `traits_by_degree` (A2c) does so
among people with about as many ties. A shuffled world is made of what a user can give, a network and a table of customers.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...sim import draws
from ...sim.customers_table import COLUMN, WEIGHTS, CustomersTable
from ...sim.network import Network, from_ties
from ...sim.population import make_people
from ...sim.world import neighbourhoods

if TYPE_CHECKING:
    from ...sim.settings import WorldParams

Ints = npt.NDArray[np.int64]
SHUFFLES = ("ties", "traits", "traits_by_degree")
CLASSES = 20
"""Classes of people by their number of ties."""
TURNS = 10
"""Exchanges per tie: enough for a graph to forget what it was."""
TRIES = 10_000


def shuffled(network: Network, world: WorldParams, seed: int, shuffle: str) -> tuple[Network, CustomersTable | None]:
    """A network and known traits that take the place of a seed's own."""
    lot = seed_of(seed, shuffle)
    if shuffle == "ties":
        return rewired(network, lot), None
    classes = degree_classes(network) if shuffle == "traits_by_degree" else np.zeros(network.people, np.int64)
    return network, permuted(network, world, seed, permutation(classes, lot))


def seed_of(seed: int, shuffle: str) -> int:
    """The seed of a shuffle's generator: a named draw."""
    return int(draws.head(seed, draws.NETWORK, 0, draws.text_key(f"shuffle {shuffle}"))) & draws.MASK


# --- ties -------------------------------------------------------------------------------------------------------------


def rewired(network: Network, lot: int) -> Network:
    """The network with the ends of its ties exchanged; strong and weak ties per person, followers, ids and traits stay."""
    low, high = network.pairs()
    close = strong_pairs(network)
    chance = random.Random(lot)
    followed = np.repeat(np.arange(network.people), np.diff(network.audience_start))
    taken = {_key(int(a), int(b)) for a, b in zip(network.audience, followed, strict=True)}
    parts = []
    for chosen in (close, ~close):
        mixed = _mixed(network.people, low[chosen], high[chosen], chance)
        parts.append(_apart(mixed, taken, chance))
        taken |= {_key(a, b) for a, b in parts[-1]}
    pairs = np.array([pair for part in parts for pair in part], np.int64).reshape(-1, 2)
    marks = np.repeat([True, False], [len(part) for part in parts])
    return replace(from_ties(
        network.people, pairs[:, 0], pairs[:, 1], strong=marks, follows=(network.audience, followed), ids=network.ids, place=network.place,
        latent=network.latent, names=network.names, communities=network.communities), top=None)  # fmt: skip


def strong_pairs(network: Network) -> npt.NDArray[np.bool_]:
    """Whether each of `network.pairs()` is a strong tie."""
    source = np.repeat(np.arange(network.people), network.degree)
    strong = np.arange(len(network.other)) < np.repeat(network.start[:-1] + network.strong, network.degree)
    return np.asarray(strong[source < network.other], np.bool_)


def _mixed(people: int, low: Any, high: Any, chance: random.Random) -> list[tuple[int, int]]:
    """Pairs with their ends exchanged at random, degrees kept, no pair twice."""
    import igraph

    graph = igraph.Graph(n=people, edges=np.column_stack((low, high)).tolist())
    igraph.set_random_number_generator(chance)
    try:
        graph.rewire(n=TURNS * graph.ecount())
    finally:
        igraph.set_random_number_generator(random)
    return [(int(a), int(b)) for a, b in graph.get_edgelist()]


def _apart(pairs: list[tuple[int, int]], taken: set[tuple[int, int]], chance: random.Random) -> list[tuple[int, int]]:
    """The same after the few pairs that are `taken` otherwise have exchanged ends with others of the list."""
    there = {_key(a, b) for a, b in pairs}
    for k, (a, b) in enumerate(pairs):
        if _key(a, b) not in taken:
            continue
        for _ in range(TRIES):
            j = chance.randrange(len(pairs))
            c, d = pairs[j] if chance.random() < 0.5 else pairs[j][::-1]
            first, second = _key(a, d), _key(c, b)
            if len({a, b, c, d}) == 4 and first != second and not {first, second} & (there | taken):
                there -= {_key(a, b), _key(c, d)}
                there |= {first, second}
                pairs[k], pairs[j] = first, second
                break
        else:
            raise RuntimeError("ties cannot be exchanged: everybody is tied to nearly everybody")
    return pairs


def _key(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


# --- traits -----------------------------------------------------------------------------------------------------------


def degree_classes(network: Network) -> Ints:
    """The class of each row by its number of ties, of about equal size; equals are parted by id."""
    order = np.lexsort((network.ids, network.degree))
    found = np.empty(network.people, np.int64)
    found[order] = np.arange(network.people) * min(CLASSES, network.people) // network.people
    return found


def permutation(classes: Ints, lot: int) -> Ints:
    """For each row the row whose traits it gets, drawn within its class."""
    chance = np.random.Generator(np.random.PCG64(lot))
    found = np.arange(len(classes))
    for one in np.unique(classes):
        rows = np.flatnonzero(classes == one)
        found[rows] = chance.permutation(rows)
    return found


def permuted(network: Network, world: WorldParams, seed: int, order: Ints) -> CustomersTable:
    """All drawn traits of the people of a network, each person's handed to another: row i gets those of row `order[i]`."""
    people, _ = make_people(seed, network.ids, neighbourhoods(world, network, seed), world, -world.burn_in_days)
    given = people[order]
    values = {trait: given[column].astype(np.float64) for trait, column in {**COLUMN, **WEIGHTS}.items()}
    values["need_rate"] *= 365.0
    by_id = np.argsort(network.ids, kind="stable")
    return CustomersTable(network.ids[by_id], {trait: column[by_id] for trait, column in values.items()})
