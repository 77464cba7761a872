"""What rows of a network say, and the network made of them: the same for every kind of file and for a networkx graph.

Names are text; ids are the ranks of the names, so that the order of a file changes nobody's luck.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError, nearest
from .network import Ints, Network, distinct, from_ties, name_keys
from .text_file import BLANK

MAX_PEOPLE = 5_000_000  # some 10 GB while a file with 25 ties a person is being read
OPTIONAL = ("layer", "weight", "directed")
LAYERS = ("", "strong", "weak", "follows")  # the code of a layer is its place here; communities come after
UNSAID, STRONG, WEAK, FOLLOWS = range(4)
SAID = {"": -1, "0": 0, "false": 0, "1": 1, "true": 1}


class Row(NamedTuple):
    """One line of a file, still text, and where it stands."""

    where: str
    source: str
    target: str
    layer: str = ""
    weight: str = ""
    directed: str = ""


class Pairs(NamedTuple):
    """What a file says: who with whom (places in `names`), in which layer (codes), directed or not (-1: not said)."""

    names: list[str]
    source: Ints
    target: Ints
    layer: Ints
    directed: Ints
    communities: list[str]
    weighted: bool


def by_line(rows: Iterable[Row], file: str | Path) -> Pairs:
    """What the rows say, raising at the first that cannot be used."""
    place: dict[str, int] = {}
    communities: dict[str, int] = {}
    said: list[tuple[int, int, int, int]] = []
    weighted = False
    for row in rows:
        layer, directed = layer_code(row.layer, communities), SAID.get(row.directed.lower())
        weighted = weighted or bool(row.weight)
        fault: dict[str, Any] = {}
        if not row.source or not row.target:
            fault = {"what": "a row has an empty name", "allowed": "two names of one letter or more"}
        elif layer is None:
            known = [*LAYERS[1:], "community:NAME"]
            fault = {"what": "unknown layer", "given": row.layer, "allowed": ", ".join(known),
                     "nearest": nearest(row.layer, LAYERS[1:])}  # fmt: skip
        elif row.weight and not _positive(row.weight):
            fault = {"what": "a weight must be a positive number", "given": row.weight, "allowed": "such as 1 or 0.5"}
        elif directed is None:
            fault = {"what": "directed must be 0 or 1", "given": row.directed, "allowed": "1: source follows target"}
        elif directed == 1 and layer not in (UNSAID, FOLLOWS):
            fault = {"what": "a directed row can only be a follow", "given": row.layer, "allowed": "layer follows"}
        if fault:
            raise InputError(fault.pop("what"), file=file, key=row.where, **fault)
        a, b = (place.setdefault(name, len(place)) for name in (row.source, row.target))
        said.append((a, b, layer, directed))  # type: ignore[arg-type]
    source, target, layers, ways = np.array(said, np.int64).reshape(-1, 4).T
    return Pairs(list(place), source, target, layers, ways, list(communities), weighted)


def layer_code(word: str, communities: dict[str, int]) -> int | None:
    """The code of a layer, a new one for a new community; None if there is no such layer."""
    if word.lower() in LAYERS:
        return LAYERS.index(word.lower())
    kind, _, name = word.partition(":")
    if kind.strip(BLANK).lower() != "community" or not name.strip(BLANK):
        return None
    return len(LAYERS) + communities.setdefault(name.strip(BLANK), len(communities))


def _positive(word: str) -> bool:
    try:
        return 0 < float(word) < math.inf
    except ValueError:
        return False


def assemble(pairs: Pairs, more: Iterable[str], file: str | Path, strong_ties: int, max_people: int, notes: list[str]) -> Network:
    """The network of what was read: ids are ranks of names, rows lie by place, `more` names people without a pair."""
    if strong_ties < 1:
        raise InputError("strong ties per person", key="strong_ties", given=strong_ties, allowed="1 or more")
    names = sorted({*pairs.names, *more})
    n = len(names)
    if n > max_people:
        raise InputError("more people than memory allows", file=file, given=n, allowed=f"up to {max_people}")
    rank = {name: i for i, name in enumerate(names)}
    ids = np.array([rank[name] for name in pairs.names], np.int64)
    source, target = ids[pairs.source], ids[pairs.target]
    one_way = (pairs.layer == FOLLOWS) | ((pairs.layer == UNSAID) & (pairs.directed == 1))
    both_ways = (pairs.layer == FOLLOWS) & (pairs.directed == 0)
    tie = (pairs.layer <= WEAK) & ~one_way
    strong = pairs.layer[tie] == STRONG
    unsaid = int((pairs.layer[tie] == UNSAID).sum())
    by_rule = unsaid == len(strong)
    if unsaid and not by_rule:
        notes.append(f"{unsaid} of {len(strong)} tie(s) are without a layer and were taken as weak: who has no "
                     "strong tie tells nobody off-line. Leave the column layer out altogether to have them found by the rule")  # fmt: skip
    alike = n - len({name.casefold() for name in names})
    if alike:
        notes.append(f"{alike} name(s) differ from another only in capitals: they are taken as different people")
    if pairs.weighted:
        notes.append("weights are checked and not used")
    net = from_ties(
        n, source[tie], target[tie], strong=None if by_rule else strong, strong_ties=strong_ties,
        follows=(np.concatenate((source[one_way], target[both_ways])),
                 np.concatenate((target[one_way], source[both_ways]))),
        keys=name_keys(names), names=names, notes=notes,
        communities={name: distinct(np.concatenate((source[member], target[member])))
                     for code, name in enumerate(pairs.communities, len(LAYERS))
                     for member in [pairs.layer == code]})  # fmt: skip
    if not net.ties and not len(net.audience):
        raise InputError("no tie is left", file=file, given=f"{len(source)} row(s)", allowed="two different people")
    place, counted = _places(net)
    net = replace(net, place=place, notes=(*net.notes, *counted))
    return net.renumbered(np.lexsort((net.ids, place)))


def _places(net: Network) -> tuple[npt.NDArray[np.int32], list[str]]:
    """The place of each person, int32[n], numbered by lowest id: a community that the ties show; and notes on parts."""
    import random

    import igraph

    row = np.repeat(np.arange(net.people), net.degree)
    once = row < net.other
    graph = igraph.Graph(n=net.people, edges=np.column_stack((row[once], net.other[once])))
    igraph.set_random_number_generator(random.Random(1))
    try:
        label = np.array(graph.community_leiden("modularity").membership)
    finally:
        igraph.set_random_number_generator(random)  # what igraph starts with
    part = np.bincount(graph.connected_components().membership)
    first, place = np.unique(label, return_index=True, return_inverse=True)[1:]
    alone = int((net.degree == 0).sum())
    notes = [f"{alone} person(s) without a tie"] if alone else []
    if len(part) > 1:
        notes.append(f"{len(part)} components, {part.max() / net.people:.1%} of the people in the largest")
    return np.argsort(np.argsort(first))[place].astype(np.int32), notes
