"""A market's network, drawn: closest circles inside places inside a world, with hubs, closure and likeness.

Plain small-world and power-law-cluster graphs miss at least one of the measured figures of human networks (row V43), so
the builder follows how people come to know each other: everybody has a closest circle with a core, most further ties
lie in the same place, and the rest go anywhere; how many ties a person wants has a long tail, which her circle cannot
fill and for which she goes further. Last, far ties exchange ends until the degree correlation is as asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from ..agents.declare import Declared, InputError, par
from .network import Ints, Network, among, distinct, from_ties
from .small_world import ring_with_shortcuts

Floats = npt.NDArray[np.float64]
Rng = np.random.Generator
Pairs = tuple[Ints, Ints]

# The shape of the generated family, chosen together so that every band of V43 holds from 300 people on.
FEWEST = 0.08  # the least anyone wants, as a share of the mean degree
CIRCLE = 0.42  # the closest circle's share of the mean degree
CORE = 0.36  # people in the core of a circle, as a share of the mean degree
ALIKE = 0.6  # of the variance of sociability that goes with the size of one's circle
PLACE = 0.5  # of the ties beyond the circle that stay in the place
FULLEST = 0.2  # of the others in her place that a person can know beyond her circle
ROUNDS = 20  # of exchanging the ends of far ties
SPREAD = 0.35  # spread on the log scale of the sizes of circles and places


class NetworkParams(Declared):
    """How the people of a market are tied to each other."""

    kind: Literal["market", "small_world", "none"] = "market"
    mean_degree: float = par(
        25, "ties", 2, 200, "data: ego-Facebook, median 25, mean 44",
        "Active mutual ties per person; at most half of the other people.")  # fmt: skip
    cluster_size: float = par(
        150, "people", 20, 550, "data: ego-Facebook, Louvain communities of 19-548; Dunbar",
        "Mean size of a place: the people among whom most of one's ties lie.")  # fmt: skip
    closure: float = par(
        0.55, "1", 0.2, 0.9, "calibrated: V43, clustering between Facebook 0.14 and ego-Facebook 0.61",
        "Share of the pairs in a closest circle who are tied, as far as both want ties.")  # fmt: skip
    tail: float = par(
        0.92, "1", 0.5, 2, "data: ego-Facebook, cv 1.2 and median / mean 0.57; V43",
        "Weibull shape of the number of ties: below 1 heavier than exponential; the lower, the more hubs.")  # fmt: skip
    assortativity: float = par(
        0.1, "1", 0, 0.3, "data: ego-Facebook 0.06; Facebook 0.226",
        "Correlation of the numbers of ties of tied people, reached by exchanging the ends of far ties.")  # fmt: skip
    homophily: float = par(
        0.3, "1", 0, 0.45, "assumption",
        "Correlation of the latent trait of two tied people.")  # fmt: skip
    rewiring: float = par(
        0.1, "1", 0, 1, "paper: Watts and Strogatz 1998, small worlds from 0.01 to 0.1",
        "Share of ties to anybody instead of a neighbour; of kind small_world, which reads no closure, tail, assortativity.")  # fmt: skip
    strong_ties: int = par(
        8, "ties", 1, 50, "paper: Goldenberg et al. 2001",
        "A tie is strong if each is among so many of the other's ties with most shared neighbours.")  # fmt: skip
    followers: float = par(
        6, "people", 0, 50, "assumption",
        "Mean number of people who see a person's public posts without being tied to her.")  # fmt: skip
    follower_tail: float = par(
        1.3, "1", 1.05, 3, "paper: Kwak et al. 2010, density exponent 2.276",
        "Pareto exponent of the number of followers.")  # fmt: skip
    follower_cap: int = par(
        500, "people", 1, 100_000, "assumption",
        "Most followers that a person of the market can have among its people.")  # fmt: skip


def build(people: int, params: NetworkParams, seed: int) -> Network:
    """A network of `people` people, ids 0..people-1 in the order of place and circle; the same for the same arguments.

    `latent` is N(0, 1) and correlated across ties as `homophily` says. Kind "small_world" lays people on a ring; "none" has
    neither ties nor followers.
    """
    if people < 1:
        raise InputError("a network needs people", given=people, allowed="1 or more")
    for_ties, for_fans, for_traits = np.random.SeedSequence(seed).spawn(3)
    rng = np.random.Generator(np.random.PCG64(for_ties))
    degree = min(params.mean_degree, max(1, (people - 1) / 2))
    none: Ints = np.zeros(0, np.int64)
    ties: Pairs = (none, none)
    fans: Pairs = (none, none)
    if params.kind == "small_world":
        place = _blocks(people, params.cluster_size, rng)  # runs of the ring
        ties = ring_with_shortcuts(people, degree, params.rewiring, rng) if people > 1 else ties
    else:
        circle, place = _settle(people, degree, params, rng)
        ties = _meet(circle, place, degree, params, rng) if params.kind == "market" and people > 1 else ties
    if params.kind != "none" and people > 1:
        fans = _follow(_ends(*ties, people), params, np.random.Generator(np.random.PCG64(for_fans)))
    net = from_ties(people, *ties, strong_ties=params.strong_ties, follows=fans, place=place)
    return replace(net, latent=latent_scores(net, params.homophily, for_traits), notes=())


def latent_scores(net: Network, homophily: float, seed: int | np.random.SeedSequence) -> npt.NDArray[np.float32]:
    """A trait per person, float32[n], N(0, 1), whose correlation across ties is `homophily`, or as high as ties allow.

    What tied people have in common is half their place's and half that of the friends they share.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    n = net.people
    by_id = np.argsort(np.argsort(net.ids))
    own, near = rng.standard_normal(n)[by_id], rng.standard_normal(n)[by_id]
    around = rng.standard_normal(int(net.place.max(initial=0)) + 1)[net.place]
    row = np.repeat(np.arange(n), net.degree)
    near = (near + np.bincount(row, weights=near[net.other], minlength=n)) / np.sqrt(1 + net.degree)
    common = _standard(_standard(around) + _standard(near))
    if not net.ties:
        return _standard(own).astype(np.float32)
    # moments over ties once, so that the share of `common` can be searched without passing over the ties again
    parts = np.stack((common, own))
    mean = parts @ net.degree / len(row)
    spread = (parts * net.degree) @ parts.T / len(row) - np.outer(mean, mean)
    across = np.array([[np.mean(a[row] * b[net.other]) for a in parts] for b in parts]) - np.outer(mean, mean)
    shares = np.sqrt(np.linspace((0, 1), (1, 0), 1001))
    together, alone = (np.einsum("si,ij,sj->s", shares, part, shares) for part in (across, spread))
    reached = together / np.where(alone > 0, alone, 1)
    return _standard(shares[np.argmin(np.abs(reached - homophily))] @ parts).astype(np.float32)


def _settle(n: int, degree: float, params: NetworkParams, rng: Rng) -> tuple[Ints, Ints]:
    """The closest circle and the place of each person, int64[n] each; both are runs of rows, and circles nest."""
    circle = _blocks(n, min(1 + CIRCLE * degree / params.closure, params.cluster_size), rng)
    first = np.searchsorted(circle, np.arange(circle[-1] + 1))
    place = _blocks(n, params.cluster_size, rng)[first]
    return circle, np.unique(place, return_inverse=True)[1][circle]


def _blocks(n: int, mean: float, rng: Rng) -> Ints:
    """The label of each of n people in a row that is cut into uneven runs of `mean` people, int64[n]."""
    sizes = mean * np.exp(SPREAD * rng.standard_normal(int(2 * n / mean) + 16) - SPREAD**2 / 2)
    ends = np.cumsum(np.maximum(np.rint(sizes), 2))
    return np.searchsorted(ends[ends <= n - mean / 2], np.arange(n), side="right")


def _meet(circle: Ints, place: Ints, degree: float, params: NetworkParams, rng: Rng) -> Pairs:
    """The ties as pairs of rows: in the closest circle, then in the place, then anywhere."""
    n = len(circle)
    size = np.bincount(circle)[circle]
    sociable = np.sqrt(ALIKE) * _standard(np.log(size)) + np.sqrt(1 - ALIKE) * rng.standard_normal(n)
    wanted = _wanted(sociable, degree, params.tail)
    close = _gather(circle, size, wanted, max(2, round(CORE * degree)), params.closure, rng)

    # everybody knows somebody outside her circle; beyond that, what is left of the wish and keeps the mean degree
    had = _ends(*np.divmod(close, n), n)
    wish = np.maximum(wanted - had - 1, 0)
    left = 1 + wish * np.clip((n * degree - had.sum() - n) / max(wish.sum(), 1), 0, 1)
    left = np.floor(left + rng.random(n)).astype(np.int64)
    room = FULLEST * (np.bincount(place)[place] - size)
    near = np.floor(np.minimum(PLACE * left, room) + rng.random(n)).astype(np.int64)
    known = np.sort(np.concatenate((close, _match(near, place, close, rng))), kind="stable")
    left += had
    every, anywhere = known, np.zeros(n, np.int64)
    for _ in range(4):
        open_ends = np.maximum(left - _ends(*np.divmod(every, n), n), 0)
        every = np.sort(np.concatenate((every, _match(open_ends, anywhere, every, rng))), kind="stable")
    # what hubs still want in a small market they find among people who did not look for more
    hub = np.repeat(np.arange(n), np.maximum(left - _ends(*np.divmod(every, n), n), 0))
    every = np.concatenate((every, _new_pairs(hub, rng.integers(0, n, len(hub)), n, every)))
    wide = _rewire(every[~among(every, known)], known, n, params.assortativity, rng)
    low, high = np.divmod(np.concatenate((known, wide)), n)
    return low, high


def _wanted(sociable: Floats, degree: float, tail: float) -> Floats:
    """How many ties each person would have, float64[n], by rank of `sociable`: Weibull with the mean `degree`.

    The quantiles are evenly spaced, so that chance decides who is a hub and not how many hubs a small market has.
    """
    n = len(sociable)
    rank = (np.argsort(np.argsort(sociable)) + 0.5) / n
    return _scaled((-np.log(1 - rank)) ** (1 / tail), FEWEST * degree, degree, max(1, (n - 1) / 2))


def _scaled(excess: Floats, least: float, mean: float, most: float) -> Floats:
    """`least` + scale x `excess`, cut at `most`, with the scale that brings the mean to `mean` or as near as it can."""
    low, high = 0.0, 1e6 * mean
    for _ in range(60):
        scale = (low + high) / 2
        low, high = (scale, high) if np.minimum(least + scale * excess, most).mean() < mean else (low, scale)
    return np.minimum(least + low * excess, most)


def _gather(circle: Ints, size: Ints, wanted: Floats, core: int, closure: float, rng: Rng) -> Ints:
    """The ties inside circles as low x n + high: each pair has its chance, less where somebody wants few ties.

    Two people of one core of `core` people have three occasions to become tied instead of one.
    """
    n = len(circle)
    seat = np.arange(n) - np.searchsorted(circle, circle)
    later = size - seat - 1
    low = np.repeat(np.arange(n), later)
    high = np.arange(len(low)) - np.repeat(np.cumsum(later) - later, later) + low + 1
    inner = (seat // core)[low] == (seat // core)[high]
    eager_core = np.minimum(1, wanted / core)
    eager = np.minimum(1, wanted / np.maximum(closure * size, 1))
    chance = np.where(inner, (1 - (1 - closure) ** 3) * eager_core[low] * eager_core[high],
                      closure * eager[low] * eager[high])  # fmt: skip
    tied = rng.random(len(low)) < chance
    return low[tied] * n + high[tied]


def _match(ends: Ints, group: Ints, known: Ints, rng: Rng) -> Ints:
    """New pairs (low x n + high) that join people's open ends at random with others of their group."""
    n = len(ends)
    person = np.repeat(np.arange(n), ends)
    person_bits, group_bits = n.bit_length(), int(group.max()).bit_length()
    chance = rng.integers(0, 1 << (62 - person_bits - group_bits), len(person))
    drawn = np.sort(group[person] << (62 - group_bits) | chance << person_bits | person)[: len(person) // 2 * 2]
    person = drawn & ((1 << person_bits) - 1)
    a, b = person[0::2], person[1::2]
    together = group[a] == group[b]
    return _new_pairs(a[together], b[together], n, known)


def _new_pairs(a: Ints, b: Ints, n: int, known: Ints) -> Ints:
    """The pairs of a and b as low x n + high, each once, without anybody with herself and without the known ones."""
    pair = distinct((np.minimum(a, b) * n + np.maximum(a, b))[a != b])
    return pair[~among(pair, known)]


def _rewire(wide: Ints, known: Ints, n: int, target: float, rng: Rng) -> Ints:
    """The far ties after two and two have exchanged ends until the degree correlation of all ties is about `target`.

    Nobody's number of ties changes (Xulvi-Brunet and Sokolov 2004); gives up after some rounds.
    """
    degree = _ends(*np.divmod(np.concatenate((known, wide)), n), n).astype(np.float64)
    ties, half = len(known) + len(wide), len(wide) // 2
    if not half:
        return wide
    mean = (degree**2).sum() / (2 * ties)
    variance = (degree**3).sum() / (2 * ties) - mean**2
    aim = ties * (mean**2 + target * variance) - (degree[known // n] * degree[known % n]).sum()
    for _ in range(ROUNDS):
        missing = aim - (degree[wide // n] * degree[wide % n]).sum()
        if abs(missing) <= 0.002 * ties * variance:
            break
        wide = rng.permutation(wide)
        old = np.stack((wide[:half], wide[half : 2 * half]), axis=1)
        four = np.concatenate((old // n, old % n), axis=1)
        four = np.take_along_axis(four, np.argsort(degree[four], axis=1, kind="stable"), axis=1)
        # the two best connected to each other, or the best connected to the least
        a, b = four[:, [0, 2]], four[:, [1, 3]]
        if missing < 0:
            a, b = four[:, [0, 1]], four[:, [3, 2]]
        new = np.minimum(a, b) * n + np.maximum(a, b)
        gain = (degree[new // n] * degree[new % n] - degree[old // n] * degree[old % n]).sum(axis=1)
        gain[np.abs(gain) > abs(missing) / 8] = 0
        swaps = np.flatnonzero((gain != 0) & (np.abs(np.cumsum(gain)) <= abs(missing)))
        # not allowed: self-ties, ties there are, ties that two exchanges would make
        order = np.argsort(new[swaps], axis=None)
        flat = new[swaps].ravel()[order]
        barred = (flat // n == flat % n) | among(flat, known) | among(flat, np.sort(wide))
        twice = flat[1:] == flat[:-1]
        barred[1:] |= twice
        barred[:-1] |= twice
        swaps = np.delete(swaps, order[barred] // 2)
        wide[swaps], wide[half + swaps] = new[swaps, 0], new[swaps, 1]
    return wide


def _follow(degree: Ints, params: NetworkParams, rng: Rng) -> Pairs:
    """Followers and the people they follow, as rows: Pareto many for each person, from anywhere."""
    n = len(degree)
    excess = (1 - (np.arange(n) + 0.5) / n) ** (-1 / params.follower_tail) - 1
    many = rng.permutation(_scaled(excess, 0, params.followers, params.follower_cap))
    # some of those drawn will be tied to her already: draw as many more
    strangers = np.maximum(n - 1 - degree, 0)
    many = np.minimum(np.floor(many + rng.random(n)), np.minimum(strangers, params.follower_cap))
    drawn = np.floor(many * n / np.maximum(strangers, 1) + rng.random(n)).astype(np.int64)
    drawn = np.minimum(drawn, params.follower_cap)
    followed = np.repeat(np.arange(n), drawn)
    turn = np.arange(len(followed)) - np.repeat(np.cumsum(drawn) - drawn, drawn)
    # one from each of as many equal parts of the market, so that hardly anybody is drawn twice
    return ((turn + rng.random(len(turn))) * n / drawn[followed]).astype(np.int64), followed


def _ends(low: Ints, high: Ints, n: int) -> Ints:
    """How many of the pairs each person is in, int64[n]."""
    return np.bincount(low, minlength=n) + np.bincount(high, minlength=n)


def _standard(x: Floats) -> Floats:
    """x with mean 0 and standard deviation 1; all 0 if it has none."""
    x = x - x.mean()
    return x / (x.std() or 1)
