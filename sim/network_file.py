"""A network from a file of pairs, or from a networkx graph: messy is normal and noted, unusable is named with its line.

Regular files are read column by column; whatever is irregular in them is read again line by line, which knows where it
is and raises. Names are text; ids are the ranks of the names, so that the order of the file changes nobody's luck.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError, nearest
from .network import Network, from_ties

MAX_PEOPLE = 5_000_000
MAX_BYTES = 4 << 30
HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"), ("u", "v"))
OPTIONAL = ("layer", "weight", "directed")
LAYERS = ("", "strong", "weak", "follows")  # the code of a layer is its place here; communities come after
SAID = {"": -1, "0": 0, "false": 0, "1": 1, "true": 1}
BLANK = " \t\r\f\v\xa0"
EXAMPLE = "two names, such as Ann,Bob"


class Row(NamedTuple):
    """One line of a file, still text."""

    where: str
    source: str
    target: str
    layer: str = ""
    weight: str = ""
    directed: str = ""


class Pairs(NamedTuple):
    """What a file says: who with whom, in which layer (codes), and whether directed (-1 not said, 0, 1)."""

    names: list[str]
    source: npt.NDArray[np.int64]
    target: npt.NDArray[np.int64]
    layers: list[str]
    layer: npt.NDArray[np.int64]
    directed: npt.NDArray[np.int64]
    weighted: bool


class Layout(NamedTuple):
    """How the lines of a file are cut: delimiter ("" for white space), the columns, the header's line or 0."""

    delimiter: str
    columns: tuple[str, ...]
    header: int


def read_network(path: str | Path, strong_ties: int = 8, max_people: int = MAX_PEOPLE) -> Network:
    """The network of an edge list (CSV, TSV, white space); raises InputError that names file, line and what would do.

    Without a column `layer` the `strong_ties` ties with most shared neighbours are strong, if both say so.
    """
    notes: list[str] = []
    text = _text(Path(path), notes)
    layout = _layout(text, path)
    lines = text.split("\n")
    blank = sum(not line.strip(BLANK) for line in lines[:-1])
    comments = sum(line.lstrip(BLANK)[:1] in ("#", "%") for line in lines if line)
    counted = ((blank, "blank line(s)"), (comments, "comment line(s)"))
    notes += [f"{count} {what}" for count, what in counted if count]
    unread = [name for name in layout.columns[2:] if name not in OPTIONAL]
    if unread:
        notes.append(f"column(s) not read: {', '.join(unread)}")
    pairs = _by_column(text, layout) if not comments and '"' not in text else None
    pairs = pairs or _by_line(_rows(lines, layout, path), path)
    return _assemble(pairs, (), path, strong_ties, max_people, notes)


def from_networkx(graph: Any, strong_ties: int = 8, max_people: int = MAX_PEOPLE) -> Network:
    """The network of a networkx graph; nodes are named by their text, edges may carry layer, weight and directed.

    The edges of a directed graph are followers: its source follows its target.
    """
    what = "networkx graph"
    named = {node: str(node).strip(BLANK) for node in graph}
    if len(set(named.values())) < len(named):
        twice = next(name for node, name in named.items() if list(named.values()).count(name) > 1)
        raise InputError("two nodes have the same text as name", file=what, given=twice, allowed="different names")
    if "" in named.values():
        raise InputError("a node has an empty name", file=what, allowed="a name with at least one letter")
    directed = "1" if graph.is_directed() else ""
    rows = (
        Row(f"edge {source!r}-{target!r}", named[source], named[target], str(data.get("layer", "")),
            str(data.get("weight", "")), str(data.get("directed", directed)))  # fmt: skip
        for source, target, data in graph.edges(data=True)
    )
    return _assemble(_by_line(rows, what), named.values(), what, strong_ties, max_people, [])
