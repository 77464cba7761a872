"""Who is tied to whom, and who else reads whom: two lists of neighbours per person, and the statistics that judge them.

A tie is mutual and stored in both directions (CSR). A follower reads a person's public posts without being tied to her.
Everything a draw may depend on is ordered by stable id, never by row, so that renumbering rows changes nobody's luck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]

SOURCES = 512  # people from whom mean paths are measured in a large graph
SOURCES_HUGE = 128  # the same above 200,000 people


@dataclass(frozen=True, eq=False)
class Network:
    """People, their ties and their followers; rows are neighbours in memory, ids are who they are."""

    ids: npt.NDArray[np.int64]  # [n] stable id of each row
    start: npt.NDArray[np.int64]  # [n+1] the ties of row i are other[start[i]:start[i+1]]
    other: npt.NDArray[np.int32]  # [2 x ties] rows; the strong ones first, each part ordered by stable id
    strong: npt.NDArray[np.int32]  # [n] how many of a person's ties are strong
    audience_start: npt.NDArray[np.int64]  # [n+1]
    audience: npt.NDArray[np.int32]  # [follows] rows of those who follow i and are not tied to i, ordered by stable id
    place: npt.NDArray[np.int32]  # [n] the neighbourhood each person lives in, 0, 1, 2, ...
    names: tuple[str, ...] | None = None  # by row, from a file
    communities: Mapping[str, npt.NDArray[np.int32]] = field(default_factory=dict)  # founding members, rows
    latent: npt.NDArray[np.float32] | None = None  # [n] N(0, 1), alike among tied people; None for files
    notes: tuple[str, ...] = ()  # what was mended on the way in, counted
    top: int | None = None  # a tie is strong if each is in the other's `top` by shared neighbours; None: it was said otherwise

    def __post_init__(self) -> None:
        for array in (*self._arrays(), *self.communities.values()):
            array.setflags(write=False)

    def _arrays(self) -> tuple[npt.NDArray[Any], ...]:
        arrays = (self.ids, self.start, self.other, self.strong, self.audience_start, self.audience, self.place)
        return arrays if self.latent is None else (*arrays, self.latent)

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.ids)

    @property
    def ties(self) -> int:
        """How many mutual ties, each counted once."""
        return len(self.other) // 2

    @property
    def degree(self) -> npt.NDArray[np.int64]:
        """Ties per person, int64[n]."""
        return np.diff(self.start)

    def friends(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of the people tied to `row`, strong ties first."""
        return self.other[self.start[row] : self.start[row + 1]]

    def followers(self, row: int) -> npt.NDArray[np.int32]:
        """Rows of the people who read `row` without being tied to her."""
        return self.audience[self.audience_start[row] : self.audience_start[row + 1]]

    def digest(self) -> str:
        """The sha256 of everything but the notes, as hex: equal for equal networks, in any process."""
        parts = [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in self._arrays()]
        parts += ["\0".join(self.names or ()).encode()]
        for name in sorted(self.communities):
            parts += [name.encode(), self.communities[name].astype("<i4").tobytes()]
        total = hashlib.sha256()
        for part in parts:
            total.update(len(part).to_bytes(8, "little"))
            total.update(part)
        return total.hexdigest()

    def renumbered(self, order: Ints) -> Network:
        """The same people and ties with rows permuted: new row r is the old row `order[r]`; ids stay with people."""
        order = np.asarray(order)
        if not np.array_equal(np.sort(order), np.arange(self.people)):
            raise ValueError("order must name every row once")
        row = np.empty(self.people, np.int64)
        row[order] = np.arange(self.people)
        return self._rebuilt(row, self.ids[order], self.place[order],
                             None if self.latent is None else self.latent[order],
                             None if self.names is None else tuple(self.names[i] for i in order))  # fmt: skip

    def with_newcomer(self, name: str = "newcomer") -> Network:
        """The same network with one more person: no ties, a new id, a place of her own, the last row."""
        if self.names is not None and name in self.names:
            raise ValueError(f"the name {name!r} is taken")
        return self._rebuilt(
            np.arange(self.people), np.append(self.ids, self.ids.max(initial=-1) + 1),
            np.append(self.place, self.place.max(initial=-1) + 1),
            None if self.latent is None else np.append(self.latent, np.float32(0)),
            None if self.names is None else (*self.names, name))  # fmt: skip

    def _rebuilt(self, row: Ints, ids: Ints, place: Ints, latent: Any, names: tuple[str, ...] | None) -> Network:
        """This network with old row i at `row[i]`, under the given columns."""
        source = np.repeat(np.arange(self.people), self.degree)
        mask = np.arange(len(self.other)) < np.repeat(self.start[:-1] + self.strong, self.degree)
        once = source < self.other
        followed = np.repeat(np.arange(self.people), np.diff(self.audience_start))
        return from_ties(
            len(ids), row[source[once]], row[self.other[once]], strong=mask[once],
            follows=(row[self.audience], row[followed]), ids=ids, place=place, latent=latent, names=names,
            communities={name: row[members] for name, members in self.communities.items()},
            notes=self.notes, top=self.top)  # fmt: skip

    def pairs(self) -> tuple[Ints, Ints]:
        """The ties as rows (low, high), each once."""
        source = np.repeat(np.arange(self.people), self.degree)
        once = source < self.other
        return source[once], self.other[once].astype(np.int64)

    def with_strong_ties(self, top: int) -> Network:
        """The same people, rows and ties, with another number in the rule that says which ties are strong."""
        if top < 1:
            raise ValueError(f"top must be 1 or more, not {top}")
        low, high = self.pairs()
        followed = np.repeat(np.arange(self.people), np.diff(self.audience_start))
        return from_ties(
            self.people, low, high, strong_ties=top, follows=(self.audience, followed), ids=self.ids, keys=self.keys(),
            names=self.names, communities=self.communities, place=self.place, latent=self.latent, notes=self.notes)  # fmt: skip

    def keys(self) -> npt.NDArray[np.uint64]:
        """What breaks equal counts of shared neighbours: a hash of each person's name, or of her id, uint64[n]."""
        return scrambled(self.ids) if self.names is None else name_keys(self.names)


def from_ties(
    n: int, source: npt.ArrayLike, target: npt.ArrayLike, *, strong: npt.ArrayLike | None = None, strong_ties: int = 8,
    follows: tuple[npt.ArrayLike, npt.ArrayLike] = ((), ()), ids: Ints | None = None, keys: Ints | None = None,
    names: Sequence[str] | None = None, communities: Mapping[str, Ints] | None = None, place: Ints | None = None,
    latent: npt.NDArray[Any] | None = None, notes: Sequence[str] = (), top: int | None = None,
) -> Network:  # fmt: skip
    """A network of `n` people from pairs of rows; self-loops, repeats and reversed pairs are mended and noted.

    `strong` marks the strong pairs (a pair given twice is strong if either says so); without it `strong_ties` and the
    rule of `closest_ties` decide, with equal counts broken by `keys` (uint64[n], by default a hash of the ids).
    `follows` = (followers, followed). `place` is 0 for everybody unless given. `top` tells of marks that the rule has set.
    """
    who = np.arange(n, dtype=np.int64) if ids is None else np.array(ids, np.int64)
    if len(np.unique(who)) != n:
        raise ValueError(f"{n} people need {n} different ids")
    by_id = np.argsort(who).astype(np.int32)
    rank = np.empty(n, np.int64)
    rank[by_id] = np.arange(n)

    a, b = np.asarray(source, np.int64), np.asarray(target, np.int64)
    given = np.asarray(strong, bool) if strong is not None else None
    loops = a == b
    pair = (np.minimum(a, b) * n + np.maximum(a, b))[~loops]
    tie = distinct(pair)
    low, high = tie // max(n, 1), tie % max(n, 1)
    if given is None:
        close = closest_ties(n, low, high, strong_ties, scrambled(who) if keys is None else keys)
    else:
        close = np.zeros(len(tie), bool)
        close[np.searchsorted(tie, pair[given[~loops]])] = True

    # columns n.. are the weak ties, so that one order by column puts the strong ones first and each part by stable id
    column = np.concatenate((rank[high], rank[low])) + np.where(np.concatenate((close, close)), 0, n)
    start, other = by_row(n, np.concatenate((low, high)), column, 2 * n)
    follower, followed = (np.asarray(side, np.int64) for side in follows)
    heard = distinct((followed * n + rank[follower])[follower != followed])
    fan, star = by_id[heard % max(n, 1)].astype(np.int64), heard // max(n, 1)
    extra = heard[~among(np.minimum(fan, star) * n + np.maximum(fan, star), tie)]
    counted = [
        (int(loops.sum()), "pair(s) of a person with herself dropped"),
        (len(pair) - len(tie), "repeated or reversed pair(s) merged"),
        (int((follower == followed).sum()), "follow(s) of a person by herself dropped"),
        (len(heard) - len(extra), "follow(s) between people already tied merged into the tie"),
    ]
    return Network(
        ids=who,
        start=start,
        other=by_id[other % max(n, 1)],
        strong=np.bincount(np.concatenate((low[close], high[close])), minlength=n).astype(np.int32),
        audience_start=np.searchsorted(extra, np.arange(n + 1) * n),
        audience=by_id[extra % max(n, 1)],
        place=np.zeros(n, np.int32) if place is None else np.array(place, np.int32),
        names=None if names is None else tuple(names),
        communities={name: by_id[np.unique(rank[np.asarray(rows, np.int64)])] for name, rows in sorted((communities or {}).items())},
        latent=None if latent is None else np.array(latent, np.float32),
        notes=(*notes, *(f"{count} {what}" for count, what in counted if count)),
        top=strong_ties if given is None else top,
    )


def closest_ties(n: int, low: Ints, high: Ints, top: int, keys: Ints, shared: Ints | None = None) -> Mask:
    """Which of the pairs (low, high) are strong: each is in the other's `top` by shared neighbours, bool[pairs].

    Equal counts are broken by a hash of the two people's `keys`, the same for both of them. `shared` is counted unless given.
    """
    if not len(low):
        return np.zeros(0, bool)
    shared = shared_neighbours(n, low, high) if shared is None else shared
    coin = scrambled(scrambled(keys[low]) ^ scrambled(keys[high]))
    coin_bits = 60 - int(shared.max()).bit_length()
    order = (shared.max() - shared) << coin_bits | (coin >> np.uint64(64 - coin_bits)).astype(np.int64)
    # whoever still is in a person's top sets the bar for her other ties
    start, ranked = by_row(n, np.concatenate((low, high)), np.concatenate((order, order)), 1 << 60)
    bar = ranked[np.maximum(np.minimum(start[:-1] + top, start[1:]) - 1, 0)]
    return (order <= bar[low]) & (order <= bar[high])


def shared_neighbours(n: int, low: Ints, high: Ints, wedges: int = 1_000_000) -> npt.NDArray[np.int64]:
    """How many people are tied to both ends of each pair, int64[pairs]; `wedges` is about the memory of one round.

    Every triangle is met once, from its person of lowest degree: hubs, met from their friends, cost nothing extra.
    """
    from scipy.sparse import csr_matrix

    ties = len(low)
    degree = np.bincount(low, minlength=n) + np.bincount(high, minlength=n)
    rank = np.empty(n, np.int32)
    rank[np.argsort(degree, kind="stable")] = np.arange(n, dtype=np.int32)
    a, b = rank[low], rank[high]
    upward = csr_matrix((np.arange(1, ties + 1, dtype=np.int32), (np.minimum(a, b), np.maximum(a, b))), shape=(n, n))
    upward.sort_indices()
    end, tie = upward.indices, upward.data
    later = np.repeat(upward.indptr[1:], np.diff(upward.indptr)) - np.arange(1, ties + 1, dtype=np.int32)
    opened = np.concatenate(([0], np.cumsum(later, dtype=np.int64)))
    count = np.zeros(ties + 1, np.int64)
    first = 0
    while first < ties:
        past = max(int(np.searchsorted(opened, opened[first] + max(wedges, ties), side="right")) - 1, first + 1)
        many = later[first:past]
        one = np.repeat(np.arange(first, past, dtype=np.int32), many)
        two = np.arange(1, len(one) + 1, dtype=np.int32) + one
        two -= np.repeat((opened[first:past] - opened[first]).astype(np.int32), many)
        third = np.asarray(upward[end[one], end[two]]).ravel() if len(one) else np.zeros(0, np.int32)
        closed = np.flatnonzero(third)
        for side in (tie[one[closed]], tie[two[closed]], third[closed]):
            count += np.bincount(side, minlength=ties + 1)
        first = past
    return count[1:]


def network_statistics(net: Network, seed: int = 0) -> dict[str, float]:
    """What validation row V43 asks of the ties, and their plain counts; nan where a graph has no such number.

    `seed` chooses the people from whom paths are measured in graphs of more than 512.
    """
    import igraph

    n, degree = net.people, net.degree
    row = np.repeat(np.arange(n), degree)
    once = row < net.other
    graph = igraph.Graph(n=n, edges=np.column_stack((row[once], net.other[once])))
    nan = float("nan")
    mean = float(degree.mean()) if n else nan
    size = np.bincount(graph.connected_components().membership) if n else np.zeros(1)
    path = mean_path(net, seed)
    friends = np.bincount(row, weights=degree[net.other], minlength=n) / np.maximum(degree, 1)
    tied = degree > 0
    return {
        "people": n,
        "ties": net.ties,
        "mean_degree": mean,
        "median_degree": float(np.median(degree)) if n else nan,
        "max_degree": int(degree.max(initial=0)),
        "degree_cv": float(degree.std() / mean) if net.ties else nan,
        "clustering": float(graph.transitivity_avglocal_undirected(mode="zero")) if net.ties else nan,
        "assortativity": float(graph.assortativity_degree(directed=False)) if net.ties else nan,
        "mean_path": path,
        "path_ratio": path * log(mean) / log(n) if n > 1 and mean > 1 else nan,
        "giant_share": float(size.max() / n) if n else nan,
        "friends_paradox": float((friends[tied] > degree[tied]).mean()) if net.ties else nan,
        "below_median": float((degree[tied] < _middle(net)).mean()) if net.ties else nan,
        "strong_mean": float(net.strong.mean()) if n else nan,
    }


def _middle(net: Network) -> npt.NDArray[np.float64]:
    """The median number of ties among the friends of each person who has any, float64[people with ties]."""
    row = np.repeat(np.arange(net.people), net.degree)
    degree = np.sort(row * net.people + net.degree[net.other]) % net.people
    first, many = net.start[:-1][net.degree > 0], net.degree[net.degree > 0]
    return (degree[first + (many - 1) // 2] + degree[first + many // 2]) / 2


def mean_path(net: Network, seed: int = 0) -> float:
    """Ties between two people on the shortest way, averaged over reachable pairs; from a sample in large graphs."""
    n, degree = net.people, net.degree
    if not net.ties:
        return float("nan")
    wanted = min(n, SOURCES if n <= 200_000 else SOURCES_HUGE)
    sources = np.random.default_rng(seed).permutation(n)[:wanted]
    tied = np.flatnonzero(degree)
    total = pairs = 0
    # 64 searches run side by side, one in each bit of a word per person
    for i in range(0, wanted, 64):
        batch = sources[i : i + 64]
        new = np.zeros(n, np.uint64)
        new[batch] = np.uint64(1) << np.arange(len(batch), dtype=np.uint64)
        seen, steps = new.copy(), 0
        while new.any():
            reached = np.bitwise_or.reduceat(new[net.other], net.start[tied])
            new = np.zeros(n, np.uint64)
            new[tied] = reached & ~seen[tied]
            seen |= new
            steps += 1
            met = int(np.bitwise_count(new).sum())
            total, pairs = total + steps * met, pairs + met
    return total / pairs


def strong_ties_at(net: Network, tops: Sequence[int] = (5, 8, 15)) -> list[dict[str, Any]]:
    """For each number of strong ties in the rule: `strong_ties`, people `without` a strong tie, and the `mean` per person."""
    low, high = net.pairs()
    shared = shared_neighbours(net.people, low, high)
    rows = []
    for top in tops:
        close = closest_ties(net.people, low, high, top, net.keys(), shared)
        many = np.bincount(np.concatenate((low[close], high[close])), minlength=net.people)
        rows.append({"strong_ties": top, "without": int((many == 0).sum()), "mean": float(many.mean())})
    return rows


def name_keys(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    """A hash of each name, uint64[names]."""
    hashed = (blake2b(name.encode("utf-8", "replace"), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(hashed), "<u8")


def scrambled(values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    """Each number's splitmix64 hash, uint64, same shape."""
    x = np.asarray(values).astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def by_row(n: int, row: Ints, column: Ints, columns: int) -> tuple[npt.NDArray[np.int64], Ints]:
    """Where each row's slice begins, int64[n+1], and the columns, sorted within each row; repeats are merged."""
    from scipy.sparse import coo_matrix

    # bucketing by row and sorting short slices takes a third of the time of one long sort
    matrix = coo_matrix((np.ones(len(row), np.int8), (row, column)), shape=(n, columns)).tocsr()
    matrix.sort_indices()
    return matrix.indptr.astype(np.int64), matrix.indices


def distinct(keys: Ints) -> Ints:
    """The different keys, sorted."""
    keys = np.sort(keys)
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys


def among(keys: Ints, table: Ints) -> Mask:
    """Which keys are in the sorted table, bool[keys]."""
    if not len(table):
        return np.zeros(len(keys), bool)
    # looked up in order, which is many times faster in a large table
    order = np.argsort(keys, kind="stable")
    sought = keys[order]
    found = np.empty(len(keys), bool)
    found[order] = table[np.minimum(np.searchsorted(table, sought), len(table) - 1)] == sought
    return found
