"""Shapley shares: what each group adds when groups fall silent one after another, mean over orders. They add up to the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from .tail import generator

Order = tuple[int, ...]


def orders_of(players: int, count: int, seed: int) -> list[Order]:
    """`count` orders of the players, each beside its reverse; all there are where that is no more. Drawn by name of the seed."""
    every = list(permutations(range(players)))
    if count >= len(every):
        return every
    pairs = [order for order in every if order <= order[::-1]]
    picked = generator(f"shapley {seed}").permutation(len(pairs))
    drawn = [order for at in picked for order in (pairs[at], pairs[at][::-1])]
    return drawn[:count]


def coalitions_of(orders: Iterable[Order]) -> list[Order]:
    """The sets of players that these orders pass through, but the empty one, ascending by size."""
    found = {tuple(sorted(order[: k + 1])) for order in orders for k in range(len(order))}
    return sorted(found, key=lambda silent: (len(silent), silent))


def shares_of(orders: Sequence[Order], lost: Mapping[Order, float]) -> list[float]:
    """Each player's share: what is lost more once it is silent too, mean over the orders. The sum is what all lose together."""
    found = [0.0] * len(orders[0])
    for order in orders:
        before = 0.0
        for k, player in enumerate(order):
            after = lost[tuple(sorted(order[: k + 1]))]
            found[player] += (after - before) / len(orders)
            before = after
    return found
