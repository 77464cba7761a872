"""A network from a file of pairs, or from a networkx graph: messy is normal and noted, unusable is named with its line.

A regular file is read column by column; one with anything irregular is read again line by line, which knows where it
is and raises. Names are text; ids are the ranks of the names, so that the order of a file changes nobody's luck.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError, nearest
from .network import Ints, Network, distinct, from_ties

MAX_PEOPLE = 5_000_000  # some 10 GB while a file with 25 ties a person is being read
MAX_BYTES = 2 << 30
HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"), ("u", "v"))
OPTIONAL = ("layer", "weight", "directed")
LAYERS = ("", "strong", "weak", "follows")  # the code of a layer is its place here; communities come after
UNSAID, STRONG, WEAK, FOLLOWS = range(4)
SAID = {"": -1, "0": 0, "false": 0, "1": 1, "true": 1}
BLANK = " \t\r\f\v\xa0"
BLANK_LINE = re.compile(r"^[ \t\r\f\v\xa0]*$", re.MULTILINE)
COMMENT = re.compile(r"^[ \t\r\f\v\xa0]*[#%].*$", re.MULTILINE)


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


class Layout(NamedTuple):
    """How lines are cut: the delimiter ("" for white space), the columns, and the line of the header or 0."""

    delimiter: str
    columns: tuple[str, ...]
    header: int


def read_network(path: str | Path, strong_ties: int = 8, max_people: int = MAX_PEOPLE) -> Network:
    """The network of an edge list (CSV, TSV, white space); raises InputError that names file, line and what would do.

    Without a column `layer` a tie is strong if each is among the other's `strong_ties` by shared neighbours.
    """
    path = Path(path)
    notes: list[str] = []
    text = _text(path, notes)
    blank = len(BLANK_LINE.findall(text)) - text.endswith("\n")
    # comments become empty lines, so that lines keep their numbers
    text, comments = COMMENT.subn("", text)
    notes += [f"{count} {what} line(s) skipped" for count, what in ((blank, "blank"), (comments, "comment")) if count]
    layout = _layout(text, path, notes)
    pairs = _by_column(text, layout) or _by_line(_rows(text, layout, path), path)
    return _assemble(pairs, (), path, strong_ties, max_people, notes)


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
    return _assemble(_by_line(rows, what), named.values(), what, strong_ties, max_people, [])


def _text(path: Path, notes: list[str]) -> str:
    """The file's text with plain line ends, or the reason why it is none."""
    if path.is_dir():
        raise InputError("this is a folder", file=path, allowed="a file with two names a line")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("the file is too large for memory", file=path, given=f"{path.stat().st_size} bytes",
                             allowed=f"up to {MAX_BYTES} bytes")  # fmt: skip
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path, allowed="an edge list") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the text is UTF-16", file=path, allowed="save as UTF-8")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        notes.append("byte-order mark dropped")
    try:
        text = data.decode("utf-8")
        fault = data.find(b"\0")
    except UnicodeDecodeError as error:
        fault = error.start
    if fault >= 0:
        line = f"line {data.count(bytes([10]), 0, fault) + 1}"
        raise InputError("this is not text in UTF-8", file=path, key=line, given=data[fault : fault + 1],
                         allowed="save as UTF-8")  # fmt: skip
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        notes.append("line ends of another system accepted")
    if not text.strip(BLANK + "\n"):
        raise InputError("the file is empty", file=path, allowed="a file with two names a line")
    start = text.lstrip()[:400].lower()
    if path.suffix.lower() in (".graphml", ".gexf") or (start[:1] == "<" and re.search("<(graphml|gexf|.xml)", start)):
        raise InputError("GraphML and GEXF are not read yet", file=path, allowed="an edge list (CSV, TSV, white space)")
    return text


def _layout(text: str, file: Path, notes: list[str]) -> Layout:
    """How the file is cut, from its first hundred lines; the first is a header if its first two names say so."""
    sample = list(islice(_lines(text), 100))
    if not sample:
        raise InputError("the file holds only comments", file=file, allowed="two names a line")
    holding = {mark: sum(mark in line for _, line in sample) for mark in "\t;,"}
    delimiter = max(holding, key=lambda mark: holding[mark])
    if 2 * holding[delimiter] < len(sample):
        delimiter = ""
    number, line = sample[0]
    first = tuple(cell.lower() for cell in _cells(line, delimiter, f"line {number}", file))
    if first[:2] not in HEADERS:
        if len(first) > 2:
            notes.append("entries after the second are not read without a header")
        return Layout(delimiter, ("source", "target", *(f"entry {i}" for i in range(3, len(first) + 1))), 0)
    for i, name in enumerate(first):
        meant = nearest(name, OPTIONAL)
        if name and (name in first[:i] or (i > 1 and name not in OPTIONAL and meant)):
            raise InputError("a column is named twice" if name in first[:i] else "unknown column", file=file,
                             key=f"line {number}", given=name, allowed=", ".join(OPTIONAL), nearest=meant)  # fmt: skip
    unread = [name for name in first[2:] if name not in OPTIONAL]
    if unread:
        notes.append(f"column(s) not read: {', '.join(unread)}")
    return Layout(delimiter, first, number)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers."""
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        if line := line.strip(BLANK + "\n"):
            yield number, line


def _cells(line: str, delimiter: str, where: str, file: Path) -> list[str]:
    """The entries of one line without the blanks around them."""
    if not delimiter:
        return re.split(r"[ \t]+", line)
    try:
        return [cell.strip(BLANK) for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))]
    except csv.Error as error:
        raise InputError(f"the line cannot be read ({error})", file=file, key=where, given=line[:60]) from None


def _rows(text: str, layout: Layout, file: Path) -> Iterator[Row]:
    """The rows of a file, one by one, raising at the first with too few entries, or too many (a name with a comma?)."""
    for number, line in _lines(text):
        if number == layout.header:
            continue
        where = f"line {number}"
        cells = _cells(line, layout.delimiter, where, file)
        if len(cells) < 2:
            raise InputError("a row needs two names", file=file, key=where, given=line[:60], allowed="source, target")
        if any(cells[len(layout.columns) :]):
            raise InputError("a row has more entries than the first one", file=file, key=where, given=line[:60],
                             allowed=f"{len(layout.columns)} entries")  # fmt: skip
        said = dict(zip(layout.columns, cells, strict=False))
        yield Row(where, cells[0], cells[1], *(said.get(name, "") for name in OPTIONAL))


def _by_line(rows: Iterable[Row], file: str | Path) -> Pairs:
    """What the rows say, raising at the first that cannot be used."""
    place: dict[str, int] = {}
    communities: dict[str, int] = {}
    said: list[tuple[int, int, int, int]] = []
    weighted = False
    for row in rows:
        layer, directed = _layer(row.layer, communities), SAID.get(row.directed.lower())
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


def _by_column(text: str, layout: Layout) -> Pairs | None:
    """What a regular file says, fast; None if anything in it wants a closer look."""
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as table

    if '"' in text:
        return None
    body, delimiter = text.split("\n", layout.header)[-1] if layout.header else text, layout.delimiter
    if not delimiter:
        body, delimiter = re.sub(r"[ \t]+", "\t", re.sub(r"^[ \t]+|[ \t]+$", "", body, flags=re.MULTILINE)), "\t"
    names = [str(i) for i in range(len(layout.columns))]
    try:
        cells = table.read_csv(
            io.BytesIO(body.encode()), table.ReadOptions(column_names=names),
            table.ParseOptions(delimiter=delimiter, quote_char=False),
            table.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )  # fmt: skip
        columns = {
            column: pa.concat_arrays([compute.utf8_trim(chunk, BLANK) for chunk in cells[name].chunks])
            for column, name in zip(layout.columns, names, strict=True)
            if column in OPTIONAL or name in "01"
        }
        source, target = list(columns.values())[:2]
        people = pa.concat_arrays([source, target]).dictionary_encode()
        if "weight" in columns:
            weight = columns["weight"].filter(compute.not_equal(columns["weight"], "")).cast(pa.float64()).to_numpy()
            if not (np.isfinite(weight) & (weight > 0)).all():
                return None
    except pa.ArrowInvalid:
        return None
    communities: dict[str, int] = {}
    code = {"layer": lambda word: _layer(word, communities), "directed": lambda word: SAID.get(word.lower())}
    read = {"layer": np.full(len(source), UNSAID), "directed": np.full(len(source), -1)}
    for column in set(code) & set(columns):
        coded = columns[column].dictionary_encode()
        codes = [code[column](word) for word in coded.dictionary.to_pylist()]
        if None in codes:
            return None
        read[column] = np.array(codes)[coded.indices.to_numpy()]
    named = people.dictionary.to_pylist()
    if "" in named or ((read["directed"] == 1) & ~np.isin(read["layer"], (UNSAID, FOLLOWS))).any():
        return None
    a, b = np.split(people.indices.to_numpy().astype(np.int64), 2)
    return Pairs(named, a, b, read["layer"], read["directed"], list(communities),
                 "weight" in columns and bool(len(weight)))  # fmt: skip


def _layer(word: str, communities: dict[str, int]) -> int | None:
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


def _assemble(pairs: Pairs, more: Iterable[str], file: str | Path, strong_ties: int, max_people: int, notes: list[str]) -> Network:
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
        notes.append(f"{unsaid} row(s) without a layer taken as weak")
    if pairs.weighted:
        notes.append("weights are checked and not used")
    hashed = (blake2b(name.encode("utf-8", "replace"), digest_size=8).digest() for name in names)
    keys = np.frombuffer(b"".join(hashed), "<u8")
    net = from_ties(
        n, source[tie], target[tie], strong=None if by_rule else strong, strong_ties=strong_ties,
        follows=(np.concatenate((source[one_way], target[both_ways])),
                 np.concatenate((target[one_way], source[both_ways]))),
        keys=keys, names=names, notes=notes,
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
