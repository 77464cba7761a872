"""Cascades of talk: how large, how deep, how viral each one grew, whom it reached and how fast. Generations, and single trees."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..events import EXPOSURE
from .cascade_trees import SEEN, Floats, Ints, Trees, below, hours_of, roles, trees

CASCADE = np.dtype([
    ("key", "i8"), ("firm", "i2"), ("author", "i8"), ("day", "i4"), ("hour", "f4"), ("kind", "u1"), ("place", "u1"),
    ("thread", "i8"), ("answers", "i8"), ("valence", "f8"), ("size", "i8"), ("depth", "i8"), ("virality", "f8"), ("reach", "i8"),
    ("half_hours", "f8"), ("last_hours", "f8"),
])  # fmt: skip

GENERATION = np.dtype([("generation", "i8"), ("nodes", "i8"), ("reproduction", "f8")])


class Cascades(NamedTuple):
    """Every post from day 0 with what became of it. Equal bit by bit for the same rows in any order, compiled or not."""

    posts: np.ndarray
    """CASCADE records, by hour and key:

    key         of the post; firm: the one it is about; author: stable id of a customer, or -1 - firm
    day, hour   when it was put up; kind and place as in the log
    thread      what it belongs to; answers: key of what it replies to, 0 for nothing
    valence     in [-1, 1]; 0 for a firm's own posts, whose rows tell of a claim instead
    size        the post and all its relays: people who have said it, 1 or more
    depth       generations of relays, 0 where nobody passed it on
    virality    structural virality (Goel et al. 2016): mean distance of all pairs of nodes, 1 or more; nan at size 1
    reach       persons who saw it at least once, the author not; -1 where the log keeps no exposures
    half_hours  hours until half of the reach had seen it, without exposures until half of its relays were there; nan for none
    last_hours  hours until the last relay, 0 for none
    """
    trees: Trees
    unknown_relays: int
    """Relays left out, since their post is not among the rows from day 0: it was put up earlier, or its row is missing."""
    has_reach: bool
    """Whether the rows hold exposures: detail `full`."""


def cascades(rows: np.ndarray, firm: int | None = None, compiled: bool = True) -> Cascades:
    """The cascades of a firm (None: of all firms) from day 0.

    `rows` are EVENT rows of one world, as `model.events`, of a detail that keeps talk, in any order. A relay counts with
    its post, whenever it comes; a post from before day 0 is left out with its relays, which are counted.
    """
    tree = trees(rows, firm, compiled)
    posts = np.zeros(len(tree.posts), dtype=CASCADE)
    for name in ("firm", "day", "hour", "kind", "place", "thread"):
        posts[name] = tree.posts[name]
    posts["key"], posts["author"], posts["answers"] = tree.posts["id"], tree.posts["actor"], tree.posts["parent"]
    posts["valence"] = np.where(tree.posts["actor"] < 0, 0.0, tree.posts["value"])
    begin = hours_of(tree.posts)

    size = np.bincount(tree.post, minlength=len(posts))
    end = np.cumsum(size)  # trees stand one after another, the deepest nodes of each at its end
    posts["size"], posts["depth"] = size, tree.generation[end - 1]
    posts["virality"] = _virality(tree, size, compiled)
    if len(posts):
        posts["last_hours"] = np.maximum.reduceat(tree.hours, end - size) - begin

    has_reach = bool((rows["kind"] == EXPOSURE).any())
    relays = tree.generation > 0
    post, hours = _first_seen(rows, firm, tree) if has_reach else (tree.post[relays], tree.hours[relays])
    posts["reach"] = np.bincount(post, minlength=len(posts)) if has_reach else -1
    posts["half_hours"] = np.maximum(_half_way(post, hours, len(posts)) - begin, 0.0)
    return Cascades(posts, tree, tree.unknown, has_reach)


def _virality(tree: Trees, size: Ints, compiled: bool) -> Floats:
    """Mean distance over pairs of nodes, by the paths that use each tie: what lies below it times what does not. nan at size 1."""
    count = below(tree, compiled)
    crossings = count * (size[tree.post] - count)  # 0 for the post itself, which has no tie above it
    paths = np.zeros(len(size), dtype=np.int64)
    np.add.at(paths, tree.post, crossings)
    pairs = size * (size - 1) // 2
    return np.divide(paths, pairs, out=np.full(len(size), np.nan), where=pairs > 0)


def _first_seen(rows: np.ndarray, firm: int | None, tree: Trees) -> tuple[Ints, Floats]:
    """Who saw what, each pair once: the post, and the hour at which that person saw it first."""
    seen = rows[roles(rows, firm) == SEEN]
    post = tree.seen_through.of(seen["parent"], hours_of(seen))
    seen, post = seen[post >= 0], post[post >= 0]
    if not len(post):
        return post, np.zeros(0)
    people, who = np.unique(seen["actor"], return_inverse=True)
    pair = post * len(people) + who
    order = np.argsort(pair)
    pair = pair[order]
    begin = np.flatnonzero(np.diff(pair, prepend=-1))
    return pair[begin] // len(people), np.minimum.reduceat(hours_of(seen)[order], begin)


def _half_way(post: Ints, hours: Floats, posts: int) -> Floats:
    """The hour at which half (rounded up) of what happened to each post had happened, nan where nothing did: float64 [posts]."""
    ordered = hours[np.lexsort((hours, post))]
    count = np.bincount(post, minlength=posts)
    at = np.cumsum(count) - count + (count + 1) // 2 - 1
    found = np.full(posts, np.nan)
    found[count > 0] = ordered[at[count > 0]]
    return found


def generations(found: Cascades) -> np.ndarray:
    """Nodes by generation over all posts: GENERATION records, from the posts themselves (0) to the deepest relays.

    `reproduction` is how many relays of the next generation a node of this one led to, on average; 0 for the last.
    """
    nodes = np.bincount(found.trees.generation)
    table = np.zeros(len(nodes), dtype=GENERATION)
    table["generation"], table["nodes"] = np.arange(len(nodes)), nodes
    table["reproduction"][:-1] = nodes[1:] / nodes[:-1]
    return table


class Tree(NamedTuple):
    """One cascade for a picture, the post first and parents before children."""

    keys: Ints
    parents: Ints
    """Place of each node's parent in this table, -1 for the post."""
    generations: Ints
    actors: Ints
    hours: Floats
    """Since the post."""


def tree_of(found: Cascades, key: int) -> Tree:
    """The cascade of the (first) post with this key; KeyError where there is none."""
    at = np.flatnonzero(found.posts["key"] == key)
    if not len(at):
        raise KeyError(f"no post has the key {key}")
    tree = found.trees
    begin, end = np.searchsorted(tree.post, [at[0], at[0] + 1])
    part: Any = slice(begin, end)
    parents = np.where(tree.parent[part] < 0, -1, tree.parent[part] - begin)
    hours: npt.NDArray[np.float64] = tree.hours[part] - tree.hours[begin]
    return Tree(tree.key[part], parents, tree.generation[part], tree.actor[part], hours)
