"""An edge list as text: how its lines are cut, and what they say.

A regular file is read column by column; one with anything irregular is read again line by line, which knows where it
is and raises.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..agents.declare import InputError
from .network_pairs import FOLLOWS, OPTIONAL, SAID, UNSAID, Pairs, Row, by_line, layer_code
from .text_file import BLANK

HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"), ("u", "v"))


WORDS = tuple(word for pair in HEADERS for word in pair)
HEADER_WORDS = "; ".join(",".join(pair) for pair in HEADERS)


class Layout(NamedTuple):
    """How lines are cut: the delimiter ("" for white space), the columns, and the line of the header or 0."""

    delimiter: str
    columns: tuple[str, ...]
    header: int


def pairs_of_text(text: str, file: Path, notes: list[str]) -> Pairs:
    """What an edge list says; comments have become empty lines. Raises InputError that names the line."""
    layout = _layout(text, file, notes)
    pairs = _by_column(text, layout) or by_line(_rows(text, layout, file), file)
    if not layout.header and len(pairs.source) > 20:
        first = (pairs.source[0], pairs.target[0])
        if all((pairs.source == who).sum() + (pairs.target == who).sum() == 1 for who in first):
            notes.append("the first line is taken as two people, whom no other line names; a header is " + HEADER_WORDS)
    return pairs


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
        _check_names(first, line, number, file)
        if len(first) > 2:
            notes.append("entries after the second are not read without a header")
        return Layout(delimiter, ("source", "target", *(f"entry {i}" for i in range(3, len(first) + 1))), 0)
    for i, name in enumerate(first):
        meant = misspelt(name)
        if name and (name in first[:i] or (i > 1 and meant)):
            raise InputError("a column is named twice" if name in first[:i] else "unknown column", file=file,
                             key=f"line {number}", given=name, allowed=", ".join(OPTIONAL), nearest=meant)  # fmt: skip
    unread = [name for name in first[2:] if name not in OPTIONAL]
    if unread:
        notes.append(f"column(s) not read: {', '.join(unread)}")
    return Layout(delimiter, first, number)


def misspelt(name: str) -> str | None:
    """The optional column that a name was probably meant to be; None for one of them, or a word of its own."""
    close = difflib.get_close_matches(name, OPTIONAL, 1, 0.7)  # "label" and "description" are words of their own
    return None if name in OPTIONAL else next(iter(close), None)


def _check_names(first: tuple[str, ...], line: str, number: int, file: Path) -> None:
    """Refuse a first line that was meant to be a header, since its words would be taken for two people."""

    def meant(word: str) -> str | None:
        long = difflib.get_close_matches(word, WORDS, 1, 0.75) if len(word) > 3 else []
        return word if word in WORDS[:-2] else next(iter(long), None)

    likely = [meant(word) for word in first]
    pair = next((pair for pair in HEADERS if {*pair} <= {*likely}), None)
    if pair is None and len(likely) > 1 and likely[0] and all(likely[:2]) and likely[0] != likely[1]:
        pair = next(pair for pair in HEADERS if likely[0] in pair)
    if pair is not None:
        raise InputError("the first line looks like a header, but is none that is known", file=file, key=f"line {number}", given=line[:60],
                         allowed=f"{HEADER_WORDS}, first in the line; if these are people, put such a line above them",
                         nearest=",".join(pair))  # fmt: skip


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
    code = {"layer": lambda word: layer_code(word, communities), "directed": lambda word: SAID.get(word.lower())}
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
