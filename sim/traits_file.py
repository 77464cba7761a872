"""A table with a row a person, from CSV, TSV or Parquet, as names and columns; it knows where each cell stands."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..agents.declare import InputError
from .text_file import BLANK, bytes_of, text_of, without_comments

KINDS = "a table of customers: CSV, TSV or Parquet"
NAMED = ("name", "customer", "id")
"""The column that says who a row is about: the first of these."""

EMPTY = ("", "na", "n/a", "nan", "null", "none")
"""What stands in a cell of which nothing is known, in any case."""


@dataclass(frozen=True)
class Cells:
    """Rows still unread: names, and the cells of every other column, as text or as numbers."""

    names: list[str]
    columns: dict[str, Any]
    """pyarrow arrays by name, in the order of the file."""

    lines: list[int] | None
    """The line of each row in a text; None for Parquet, whose rows are counted from 1."""

    head: str | None
    notes: tuple[str, ...]

    def where(self, row: int) -> str:
        """Where a row stands, in words."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"

    def numbers(self, column: str, path: Path) -> npt.NDArray[np.float64]:
        """The numbers of a column, nan where nothing is known; an InputError for a cell that is no number."""
        import pyarrow as pa
        from pyarrow import compute

        cells = self.columns[column]
        if pa.types.is_dictionary(cells.type):
            cells = cells.dictionary_decode()
        if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
            cells = compute.utf8_trim(cells.cast(pa.string()), BLANK)
            cells = compute.if_else(compute.is_in(compute.utf8_lower(cells), pa.array(EMPTY)), pa.scalar(None, pa.string()), cells)
        elif pa.types.is_boolean(cells.type) or pa.types.is_temporal(cells.type) or pa.types.is_nested(cells.type):
            raise InputError("a trait must be a number", file=path, key=f"column {column}", given=str(cells.type), allowed="numbers")
        try:
            values = cells.cast(pa.float64(), safe=False)
        except pa.ArrowException:
            row = next(k for k, cell in enumerate(cells.to_pylist()) if cell is not None and not _number(cell))
            raise InputError("not a number", file=path, key=f"{self.where(row)}, {column}", given=str(cells[row])[:60],
                             allowed="such as 0.5, or an empty cell") from None  # fmt: skip
        return np.array(values.to_numpy(zero_copy_only=False), np.float64)


def _number(cell: Any) -> bool:
    import pyarrow as pa

    try:
        pa.array([cell]).cast(pa.float64())
    except pa.ArrowException:
        return False
    return True


def cells_of(path: Path) -> Cells:
    """The rows of a file; an InputError where it cannot be read, is empty, or has no column of names."""
    data = bytes_of(path, KINDS)
    if data.startswith(b"PAR1"):
        return _of_parquet(data, path)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise InputError("this is no Parquet file", file=path, allowed=KINDS)
    notes: list[str] = []
    return _of_text(without_comments(text_of(data, path, KINDS, notes), notes), path, notes)


def _of_text(text: str, path: Path, notes: list[str]) -> Cells:
    import pyarrow as pa
    from pyarrow import csv as table

    numbers = [k for k, line in enumerate(text.split("\n"), 1) if line.strip(BLANK)]
    lines = [line for line in text.split("\n") if line.strip(BLANK)]
    if not lines:
        raise InputError("the file holds only comments", file=path, allowed=KINDS)
    delimiter = max("\t;,", key=lines[0].count)
    try:
        head = [cell.strip(BLANK) for cell in _csv([lines[0]], delimiter)[0]]
        many = len(head)
        found = table.read_csv(
            io.BytesIO("\n".join(lines).encode()), table.ReadOptions(column_names=[str(i) for i in range(many)], skip_rows=1),
            table.ParseOptions(delimiter=delimiter, newlines_in_values=False),
            table.ConvertOptions(column_types={str(i): pa.string() for i in range(many)}, strings_can_be_null=False,
                                 quoted_strings_can_be_null=False),
        ) if len(lines) > 1 else None  # fmt: skip
    except pa.ArrowException:
        raise _ragged(lines, numbers, delimiter, path) from None
    if found is None:
        raise InputError("the table holds no row", file=path, key=f"line {numbers[0]}", allowed="a row per person")
    if found.num_rows != len(lines) - 1:  # a quoted cell with a line end in it
        raise _ragged(lines, numbers, delimiter, path)
    columns = [found.column(str(i)).combine_chunks() for i in range(many)]
    where = f"line {numbers[0]}"
    return _named([name.lower() for name in head], [_flat(column) for column in columns], numbers[1:], where, path, notes)


def _of_parquet(data: bytes, path: Path) -> Cells:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        found = parquet.read_table(io.BytesIO(data))
        found.validate(full=True)  # text may be none in a damaged file
        head = [name.strip(BLANK).lower() for name in found.column_names]
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"the Parquet file cannot be read ({str(error).splitlines()[0]})", file=path, allowed="a whole file") from None
    if not found.num_rows:
        raise InputError("the table holds no row", file=path, allowed="a row per person")
    columns = [_flat(found.column(k).combine_chunks()) for k in range(found.num_columns)]
    return _named(head, columns, None, None, path, [])


def _flat(column: Any) -> Any:
    """One array, whatever version of pyarrow has combined the chunks."""
    return column.chunk(0) if hasattr(column, "num_chunks") else column


def _named(head: list[str], columns: list[Any], lines: list[int] | None, where: str | None, path: Path, notes: list[str]) -> Cells:
    """The rows with the column of names apart."""
    import pyarrow as pa

    if "" in head:
        raise InputError(
            "a column has no name", file=path, key=where, given=f"column {head.index('') + 1}", allowed="a name in the first line"
        )
    twice = next((name for name in head if head.count(name) > 1), None)
    if twice is not None:
        raise InputError("a column is named twice", file=path, key=where, given=twice, allowed="each column once")
    by = next((name for name in NAMED if name in head), None)
    if by is None:
        raise InputError("no column says who a row is about", file=path, key=where, given=", ".join(head[:8]), allowed="a column name")
    table = dict(zip(head, columns, strict=True))
    try:
        named = table.pop(by).cast(pa.string()).to_pylist()
    except pa.ArrowException:
        raise InputError("names must be text or whole numbers", file=path, key=f"column {by}", allowed="text") from None
    return Cells([(name or "").strip(BLANK) for name in named], table, lines, where, tuple(notes))


def _csv(lines: list[str], delimiter: str) -> list[list[str]]:
    import csv

    return list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))


def _ragged(lines: list[str], numbers: list[int], delimiter: str, path: Path) -> InputError:
    """The sentence about the first row that has not as many cells as the header."""
    import csv

    many = len(_csv(lines[:1], delimiter)[0])
    for line, number in zip(lines, numbers, strict=True):
        try:
            count = len(_csv([line], delimiter)[0])
        except csv.Error as error:
            return InputError(f"the line cannot be read ({error})", file=path, key=f"line {number}", given=line[:60], allowed=KINDS)
        if count != many:
            return InputError("a row has more or fewer cells than the first one", file=path, key=f"line {number}", given=line[:60],
                              allowed=f"{many} cells")  # fmt: skip
    return InputError("the table cannot be cut into cells", file=path, allowed="a line per person, quotes closed within it")
