"""Trees of talk from the rows of a log: which relay stands under which post, and in which generation.

A post is what others can pass on: words in the feed, a firm's post or prompt, a complaint at the firm's handle. A joke on
a firm's post has two rows; the utterance is the post, the `reframe` only says what it is. A relay names the post, or the
relay, that it was seen through. Two ways to see a post lead through nobody: the press, and showings that a firm pays for.
Who passes it on after that stands right under the post.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..day import engine
from ..draws import name_key
from ..events import COMPLAINT, EXPOSURE, HANDLE, KINDS, PICKED_UP, PLACES, PROMPT, RELAY, STRONG, UTTERANCE
from ..hours import SHOWN

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

(NO_PART, POST, PASSED_ON, SHOWING, SEEN) = range(5)
"""What a row is to a cascade; a showing, by the press or paid for, is a way to the post and nobody's act."""

ROLES = np.zeros((len(KINDS), len(PLACES)), dtype=np.uint8)
ROLES[UTTERANCE], ROLES[EXPOSURE] = POST, SEEN
ROLES[[UTTERANCE, EXPOSURE], STRONG] = NO_PART  # what friends tell each other off-line is passed on by nobody
ROLES[PROMPT], ROLES[COMPLAINT, HANDLE], ROLES[RELAY], ROLES[PICKED_UP] = POST, POST, PASSED_ON, SHOWING

UNKNOWN, UNSEEN = -1, -2
"""No root: none is known, or it has not been looked for."""

MOMENT = 1e-4
"""Hours by which a row may seem to come before what it refers to: the log keeps hours as 32-bit floats."""

SHOWN_HOURS = 720
"""Hours after a prompt within which its paid showings are recognised: the longest that a prompt may be set to."""


def roles(rows: np.ndarray, firm: int | None) -> npt.NDArray[np.uint8]:
    """What each row is to the cascades of a firm (None: of all) from day 0: uint8 [rows]."""
    role = ROLES[rows["kind"], rows["place"]]
    role[rows["day"] < 0] = NO_PART
    if firm is not None:
        role[rows["firm"] != firm] = NO_PART
    return role


def hours_of(rows: np.ndarray) -> Floats:
    """Hours since the beginning of day 0, float64 [rows]."""
    return rows["day"] * 24.0 + rows["hour"]


# --- the trees --------------------------------------------------------------------------------------------------------


class Lookup(NamedTuple):
    """What stood under a key at an hour. Who speaks twice under one tag does so under one key: then the latest is meant."""

    keys: Ints
    """In ascending order, equal ones by hour."""
    hours: Floats
    numbers: Ints

    def of(self, wanted: Ints, by: Floats) -> Ints:
        """The number of each wanted key, of the latest that was there by that hour; -1 for a key that was not there yet."""
        if not len(self.keys):
            return np.full(len(wanted), -1)
        order = np.argsort(wanted)  # in order of keys a search is five times as fast as at random
        wanted, by = wanted[order], by[order] + MOMENT
        at = np.maximum(np.searchsorted(self.keys, wanted, "right") - 1, 0)
        while True:
            before = np.maximum(at - 1, 0)
            too_late = (self.hours[at] > by) & (before < at) & (self.keys[before] == wanted)
            if not too_late.any():
                break
            at[too_late] -= 1
        found = np.empty(len(wanted), dtype=np.int64)
        found[order] = np.where((self.keys[at] == wanted) & (self.hours[at] <= by), self.numbers[at], -1)
        return found


class Trees(NamedTuple):
    """All cascades as one table of nodes, tree by tree: by post, generation, hour and key. A parent stands before its children."""

    posts: np.ndarray
    """EVENT rows of the posts, by hour and key."""
    key: Ints
    post: Ints
    """Which of the posts, [node]."""
    parent: Ints
    """Place of the node it was seen through in this table, -1 for a post."""
    generation: Ints
    """0 for a post, 1 for who saw it itself, and so on."""
    actor: Ints
    hours: Floats
    """Since the beginning of day 0."""
    unknown: int
    """Relays left out: their post is not among the rows from day 0."""
    seen_through: Lookup
    """Which of the posts was seen through a key (of a post, a relay or a showing); -1 where it is not known."""


def trees(rows: np.ndarray, firm: int | None = None, compiled: bool = True) -> Trees:
    """The trees of all posts of a firm (None: of all) from day 0; `rows` are EVENT rows of one world in any order.

    ValueError where a key stands twice at the same hour, as in the rows of two worlds.
    """
    role = roles(rows, firm)
    mine = np.flatnonzero((role >= POST) & (role <= SHOWING))
    talk, role = rows[mine], role[mine]
    prompts = talk[talk["kind"] == PROMPT]
    shown, prompted, since = _shown(prompts, compiled)
    key = np.concatenate([talk["id"], shown])
    above = np.concatenate([talk["parent"], prompted])
    role = np.concatenate([role, np.full(len(shown), SHOWING, dtype=np.uint8)])
    hours = np.concatenate([hours_of(talk), since])

    order, lookup = _in_time(key, hours)  # from here on places are by hour and key: the order of the rows is forgotten
    key, above, role, hours = key[order], above[order], role[order], hours[order]
    is_post = role == POST
    parent = np.where(is_post, -1, lookup.of(above, hours))
    root = np.where(is_post, np.arange(len(key)), np.where(parent < 0, UNKNOWN, UNSEEN))
    generation = np.zeros(len(key), dtype=np.int64)
    _kernel(finds_roots, compiled)(parent, (role == SHOWING).view(np.uint8), root, generation, np.empty(len(key), dtype=np.int64))

    number = np.cumsum(is_post) - 1
    post = np.where(root >= 0, number[root], -1)
    known = np.flatnonzero((post >= 0) & (role != SHOWING))
    by_tree = known[np.argsort(post[known] * (generation.max(initial=0) + 1) + generation[known], kind="stable")]
    moved = np.full(len(key) + 1, -1)  # the last is where -1 leads to
    moved[by_tree] = np.arange(len(by_tree))
    actor = talk["actor"][order[by_tree]]
    return Trees(
        talk[order[is_post]], key[by_tree], post[by_tree], moved[parent[by_tree]], generation[by_tree], actor, hours[by_tree],
        int(np.count_nonzero((role == PASSED_ON) & (post < 0))), lookup._replace(numbers=post[lookup.numbers]),
    )  # fmt: skip


def _in_time(key: Ints, hours: Floats) -> tuple[Ints, Lookup]:
    """The order by hour and key, and the place that each key then has."""
    by_key = np.argsort(key)
    if (np.diff(key[by_key]) == 0).any():
        by_key = np.lexsort((hours, key))
    in_time = np.argsort(hours[by_key], kind="stable")
    places = np.empty(len(key), dtype=np.int64)
    places[in_time] = np.arange(len(key))
    lookup = Lookup(key[by_key], hours[by_key], places)
    if ((np.diff(lookup.keys) == 0) & (np.diff(lookup.hours) == 0)).any():
        raise ValueError("a key stands twice at the same hour: cascades are read from the rows of one world")
    return by_key[in_time], lookup


def _shown(prompts: np.ndarray, compiled: bool) -> tuple[Ints, Ints, Floats]:
    """Keys under which prompts may have been shown against payment, the prompt behind each, and its hour; they have no rows."""
    keys, hours = np.array(prompts["id"]), hours_of(prompts)
    shown = np.empty((len(keys), SHOWN_HOURS), dtype=np.int64)
    _kernel(names_showings, compiled)(keys, np.floor(hours).astype(np.int64), shown)
    return shown.ravel(), np.repeat(keys, SHOWN_HOURS), np.repeat(hours, SHOWN_HOURS)


def below(trees: Trees, compiled: bool = True) -> Ints:
    """Nodes at or below each node of a table of trees, int64 [node]."""
    count = np.ones(len(trees.key), dtype=np.int64)
    _kernel(counts_below, compiled)(trees.parent, count)
    return count


# --- kernels ----------------------------------------------------------------------------------------------------------


def _kernel(function: Callable[..., Any], compiled: bool) -> Callable[..., Any]:
    return engine(compiled).binder.bind(function)


def finds_roots(parent, showing, root, generation, path):  # type: ignore[no-untyped-def]
    """Fill in the roots that are UNSEEN, and generations; who saw a post through a showing is put right under the post."""
    for v in range(len(parent)):
        steps = 0
        u = v
        while root[u] == UNSEEN:
            root[u] = UNKNOWN  # whoever comes back here walks in a circle, which has no root
            path[steps] = u
            steps += 1
            u = parent[u]
        for k in range(steps - 1, -1, -1):
            u = path[k]
            root[u] = root[parent[u]]
            if root[u] >= 0:
                if showing[parent[u]] > 0:
                    parent[u] = root[u]
                generation[u] = generation[parent[u]] + 1


def counts_below(parent, count):  # type: ignore[no-untyped-def]
    """Add each node's count to its parent's, children first: `count` comes in as ones."""
    for v in range(len(parent) - 1, -1, -1):
        if parent[v] >= 0:
            count[parent[v]] += count[v]


def names_showings(prompts, begin, shown):  # type: ignore[no-untyped-def]
    """The keys under which readers note that they were shown a prompt, by prompt and hour."""
    for k in range(len(prompts)):
        for hour in range(shown.shape[1]):
            shown[k, hour] = name_key(prompts[k], begin[k] + hour, SHOWN, 0)
