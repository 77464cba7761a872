"""The reference of baseline B2: the cellular automaton of Goldenberg and others, in plain NumPy, on ties given from outside.

Goldenberg, Libai & Muller 2001 (Talk of the Network) and Goldenberg, Libai, Moldovan & Muller 2007 (The NPV of bad news), with
the numbers of the ETACE re-implementation of 2025: cliques of nine, eight weak ties, advertising that fades by a tenth a period.
Everybody reads the states of the period before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ...sim.network import Network

CLIQUE = 9
"""People who all know each other well: each has eight strong ties."""
WEAK = 8
"""Weak ties per person, to anybody."""
POTENTIAL, SATISFIED, DISSATISFIED, REJECTER = 0, 1, 2, 3


@dataclass(frozen=True)
class Automaton:
    """The numbers of the model, per period."""

    advertising: float = 0.005
    """Chance that advertising informs a potential adopter in the first period."""
    lasting: float = 0.9
    """Part of that chance that is left from period to period."""
    strong: float = 0.04
    """Chance that a strong tie to a satisfied adopter informs."""
    weak: float = 0.001
    """The same for a weak tie."""
    dissatisfied: float = 0.15
    """Share of people whom the product will disappoint."""
    bad_news: float = 2.0
    """How many times likelier a disappointed person speaks."""
    moments: int = 1
    """In how many turns people look around within a period: 1 is all at once; with many it is one after another, in random order."""
    rejecters_talk: bool = True
    """Whether who rejects on hearsay warns others without ever having had the product."""


def circles(people: int, seed: int) -> Network:
    """Cliques of nine, the last perhaps smaller, and eight weak ties each to random others."""
    import networkx as nx

    from ...sim.network import from_ties

    clique = np.arange(people) // CLIQUE
    near = [np.flatnonzero(clique == k) for k in range(clique[-1] + 1)]
    strong = [(a, b) for group in near for a in group for b in group if a < b]
    weak = [(a, b) for a, b in nx.random_regular_graph(WEAK, people, seed=seed).edges if clique[a] != clique[b]]
    ties = np.array(strong + weak)
    return from_ties(people, ties[:, 0], ties[:, 1], strong=np.arange(len(ties)) < len(strong))


def adoptions(net: Network, disappointed: npt.NDArray[np.bool_], periods: int, numbers: Automaton, seed: int) -> npt.NDArray[np.int64]:
    """How many adopt in each period, int64[periods]; `disappointed` says whom the product will disappoint.

    With a satisfied strong and b satisfied weak neighbours a potential adopter hears nothing good with probability
    (1 - strong)^a (1 - weak)^b, and with c and d who warn nothing bad with (1 - m strong)^c (1 - m weak)^d. Who hears both adopts
    with the share of good signals among all; whom advertising reaches adopts.
    """
    from scipy.sparse import csr_matrix

    n = net.people
    row = np.repeat(np.arange(n), net.degree)
    close = np.arange(len(net.other)) < np.repeat(net.start[:-1] + net.strong, net.degree)
    ties = [csr_matrix((np.ones(int(kind.sum()), np.int64), (row[kind], net.other[kind])), shape=(n, n)) for kind in (close, ~close)]
    chances = (numbers.strong, numbers.weak)
    rng = np.random.default_rng(seed)
    state = np.full(n, POTENTIAL)
    adopted = np.zeros(periods, np.int64)
    for t in range(periods):
        turn = rng.integers(0, numbers.moments, n)
        for moment in range(numbers.moments):
            glad = (state == SATISFIED).astype(np.int64)
            warns = ((state == DISSATISFIED) | ((state == REJECTER) & numbers.rejecters_talk)).astype(np.int64)
            asked = np.flatnonzero((turn == moment) & (state == POTENTIAL))
            good = sum(rng.binomial((tie @ glad)[asked], q) for tie, q in zip(ties, chances, strict=True))
            bad = sum(rng.binomial((tie @ warns)[asked], numbers.bad_news * q) for tie, q in zip(ties, chances, strict=True))
            reached = rng.random(len(asked)) < numbers.advertising * numbers.lasting**t
            trusting = rng.random(len(asked)) < good / np.maximum(good + bad, 1)
            adopts = reached | trusting
            state[asked[(bad > 0) & ~adopts]] = REJECTER
            state[asked[adopts]] = np.where(disappointed[asked[adopts]], DISSATISFIED, SATISFIED)
            adopted[t] += adopts.sum()
    return adopted
