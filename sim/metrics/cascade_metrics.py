"""Numbers of talk that a metric can be: of cascades, of who answers whom, of a tag, of what is said. NoValue where there is none."""

from __future__ import annotations

import numpy as np

from ..events import PROMPT, UTTERANCE
from .cascade_trees import POST, Floats, hours_of, roles
from .cascades import Cascades
from .declare import NoValue

FEWEST_NODES = 3
"""Nodes from which on the shape of a cascade says something: two can only stand in a line."""

# --- cascades ---------------------------------------------------------------------------------------------------------


def _posts(found: Cascades) -> np.ndarray:
    if not len(found.posts):
        raise NoValue("nobody posted")
    return found.posts


def _mean(values: Floats) -> float:
    """The mean, summed from the least to the largest, so that the order of the rows does not show."""
    return float(np.mean(np.sort(values)))


def mean_cascade_size(found: Cascades) -> float:
    """Mean size of a cascade, in people who said it: the post and its relays, 1 or more."""
    posts = _posts(found)
    return float(posts["size"].sum()) / len(posts)


def largest_cascade(found: Cascades) -> float:
    """Size of the largest cascade, in people who said it, 1 or more."""
    return float(_posts(found)["size"].max())


def deepest_cascade(found: Cascades) -> float:
    """Depth of the deepest cascade, in generations of relays, 0 or more."""
    return float(_posts(found)["depth"].max())


def share_passed_on(found: Cascades) -> float:
    """Share of posts that somebody passed on, in [0, 1]."""
    posts = _posts(found)
    return float(np.count_nonzero(posts["size"] > 1)) / len(posts)


def reproduction_number(found: Cascades) -> float:
    """Relays that a post or relay led to on average, over all generations, in [0, 1): the part of relays among all that was said."""
    posts = _posts(found)
    return 1.0 - len(posts) / float(posts["size"].sum())


def relays_at_first_hand(found: Cascades) -> float:
    """Relays by people who saw the post itself, per post, 0 or more: the reproduction number of the first generation."""
    posts = _posts(found)
    return float(np.count_nonzero(found.trees.generation == 1)) / len(posts)


def structural_virality(found: Cascades) -> float:
    """Mean structural virality (Goel et al. 2016) of cascades of 3 nodes or more: from 1.33 up; near 2 is a broadcast."""
    virality = _posts(found)["virality"][found.posts["size"] >= FEWEST_NODES]
    if not len(virality):
        raise NoValue(f"no cascade has {FEWEST_NODES} nodes")
    return _mean(virality)


def mean_reach(found: Cascades) -> float:
    """Mean number of persons who saw a post, 0 or more."""
    if not found.has_reach:
        raise NoValue("the log keeps no exposures: detail full does")
    posts = _posts(found)
    return float(posts["reach"].sum()) / len(posts)


def half_life_of_posts(found: Cascades) -> float:
    """Median hours until half of the people who ever saw a post (of its relays, where exposures are not kept) had come.

    Of posts that were passed on only: all who see a post itself see it when it is put up.
    """
    hours = _posts(found)["half_hours"][found.posts["size"] > 1]
    if not len(hours):
        raise NoValue("nothing was passed on")
    return float(np.median(hours))


# --- what is said, and who answers ------------------------------------------------------------------------------------


def defence_ratio(rows: np.ndarray, firm: int) -> float:
    """Positive replies of customers to bad posts about the firm, per bad post (M25), 0 or more.

    A bad post is a customer's with a valence below 0, public complaints too; replies to what was said before day 0 do not count.
    """
    posts = rows[(roles(rows, firm) == POST) & (rows["actor"] >= 0)]
    bad = posts["id"][posts["value"] < 0]
    if not len(bad):
        raise NoValue("no bad post about the firm")
    good = posts[(posts["kind"] == UTTERANCE) & (posts["value"] > 0)]
    return float(np.count_nonzero(np.isin(good["parent"], bad))) / len(bad)


def hours_to_reframe(rows: np.ndarray, firm: int) -> float:
    """Hours from the firm's first prompt until more contrary than other utterances stood under its tag (M34), 0 or more.

    Under the tag stands what carries it and what answers a prompt, jokes too; contrary is a valence below 0. All that is
    said at the same hour counts at once.
    """
    posts = rows[roles(rows, firm) == POST]
    prompts = posts[posts["kind"] == PROMPT]
    if not len(prompts):
        raise NoValue("the firm put up no prompt")
    begin = float(hours_of(prompts).min())
    said = posts[(posts["kind"] == UTTERANCE) & (posts["actor"] >= 0)]
    said = said[np.isin(said["thread"], prompts["thread"]) | np.isin(said["parent"], prompts["id"])]
    said = said[hours_of(said) >= begin]
    if not len(said):
        raise NoValue("nobody answered the prompt")
    hours, at = np.unique(hours_of(said), return_inverse=True)
    ahead = np.zeros(len(hours), dtype=np.int64)
    np.add.at(ahead, at, np.where(said["value"] < 0, 1, -1))
    turned = np.flatnonzero(np.cumsum(ahead) > 0)
    if not len(turned):
        raise NoValue("contrary answers never outnumbered the others")
    return float(hours[turned[0]]) - begin
