"""A network from the user's file, or from a networkx graph: messy is normal and noted, unusable is named with its line."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from ..agents.declare import InputError
from .network import Network
from .network_pairs import MAX_PEOPLE, OPTIONAL, Row, assemble, by_line
from .network_text import pairs_of_text
from .network_xml import pairs_of_xml
from .text_file import BLANK, bytes_of, text_of, without_comments

KINDS = "an edge list (CSV, TSV, white space), GraphML or GEXF"


def read_network(path: str | Path, strong_ties: int = 8, max_people: int = MAX_PEOPLE) -> Network:
    """The network of an edge list (CSV, TSV, white space), a GraphML or a GEXF file; raises InputError that says where.

    Without layers a tie is strong if each is among the other's `strong_ties` by shared neighbours.
    """
    path = Path(path)
    notes: list[str] = []
    data = bytes_of(path, KINDS)
    if is_xml(path, data):
        pairs, more = pairs_of_xml(data, path, notes)
    else:
        pairs, more = pairs_of_text(without_comments(text_of(data, path, KINDS, notes), notes), path, notes), ()
    return assemble(pairs, more, path, strong_ties, max_people, notes)


def is_xml(path: Path, data: bytes) -> bool:
    """Whether a file is to be read as GraphML or GEXF: by its ending, or because it begins like one."""
    if path.suffix.lower() in (".graphml", ".gexf"):
        return True
    start = data[:800].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return start[:1] == b"<" and re.search(rb"<(graphml|gexf|.xml)", start) is not None


def from_networkx(graph: Any, strong_ties: int = 8, max_people: int = MAX_PEOPLE) -> Network:
    """The network of a networkx graph; nodes are named by their text, edges may carry layer, weight and directed.

    In a directed graph an edge means that its source follows its target, unless the edge says otherwise.
    """
    what = "networkx graph"
    named = {node: str(node).strip(BLANK) for node in graph}
    name, times = Counter(named.values()).most_common(1)[0] if named else ("", 0)
    if times > 1:
        raise InputError("two nodes have the same name as text", file=what, given=name, allowed="different names")
    rows = (
        Row(f"edge {source!r}, {target!r}", named[source], named[target], *(str(data.get(key, "")) for key in OPTIONAL))
        for source, target, data in graph.edges(data=True)
    )
    if graph.is_directed():
        rows = (row if row.layer or row.directed else row._replace(directed="1") for row in rows)
    if "" in named.values():
        raise InputError("a node has an empty name", file=what, allowed="a name of one letter or more")
    return assemble(by_line(rows, what), named.values(), what, strong_ties, max_people, [])
