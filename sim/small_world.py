"""A small world: people on a ring who know their nearest, and some of these ties led to anybody instead (Watts-Strogatz)."""

from __future__ import annotations

import numpy as np

from .network import Ints, among, distinct

TRIES = 30  # to find a new end for a tie before it stays where it was


def ring_with_shortcuts(n: int, degree: float, rewiring: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The ties as pairs of rows: `degree` per person in the mean, of which the share `rewiring` has a random far end.

    Everybody keeps her own end of the ties to those who come after her on the ring. Of a clustering c on the ring about
    c (1 - rewiring)^3 is left. n must be 2 or more and `degree` less than half of n, or 1.
    """
    half = max(degree / 2, 1.0)
    whole = int(half)
    near = np.repeat(np.arange(n), whole), np.tile(np.arange(1, whole + 1), n)
    # a part of a tie more is a chance of one more, the next on the ring
    some = np.flatnonzero(rng.random(n) < half - whole) if 2 * (whole + 1) < n else np.zeros(0, np.int64)
    low = np.concatenate((near[0], some))
    pair = distinct(_pair(low, (low + np.concatenate((near[1], np.full(len(some), whole + 1)))) % n, n))
    moved = rng.random(len(pair)) < rewiring
    kept, old = pair[~moved], pair[moved]
    a, b = np.divmod(old, n)
    # the person before keeps the tie: on a ring she is the lower row, but for the pairs that close it
    owner = np.where(b - a > n // 2, b, a)
    for _ in range(TRIES):
        if not len(owner):
            break
        new = _pair(owner, rng.integers(0, n, len(owner)), n)
        taken = (new // n == new % n) | among(new, kept)
        order = np.argsort(new, kind="stable")
        taken[order[1:]] |= new[order[1:]] == new[order[:-1]]
        kept = np.sort(np.concatenate((kept, new[~taken])), kind="stable")
        owner, old = owner[taken], old[taken]
    # in a market so full that no new end was found, the old one serves where nobody else has taken that tie
    every = distinct(np.concatenate((kept, old)))
    return every // n, every % n


def _pair(a: Ints, b: Ints, n: int) -> Ints:
    return np.minimum(a, b) * n + np.maximum(a, b)
