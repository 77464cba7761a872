"""The pieces of a sweep on disk: each written whole or not at all, known by the runs in it, read back whoever wrote it and when."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ...agents.declare import InputError

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "chunks"
LOCK = ".lock"
ENGINE = b"valuescape_engine"


@dataclass
class Found:
    """What lies in a folder of chunks.

    done      keys of the runs that are finished
    failed    keys of runs that failed
    stale     chunks that another engine made
    damaged   chunks that cannot be read
    """

    done: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    stale: list[Path] = field(default_factory=list)
    damaged: list[Path] = field(default_factory=list)


def look_into(folder: Path, engine: str) -> Found:
    """What of a sweep is finished."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = Found()
    for path in sorted((folder / FOLDER).glob("*.parquet")):
        try:
            table = pq.read_table(path, columns=["run", "error"], partitioning=None)
            made = (pq.read_schema(path).metadata or {}).get(ENGINE, b"").decode()
        except (OSError, pa.ArrowException):
            found.damaged.append(path)
            continue
        if made != engine:
            found.stale.append(path)
        for run, error in zip(table["run"].to_pylist(), table["error"].to_pylist(), strict=True):
            (found.done if error is None else found.failed).add(run)
    found.failed -= found.done
    return found


def write_chunk(folder: Path, table: pa.Table, engine: str) -> Path:
    """Write a piece; its name is made of the runs in it, so that the same piece written twice is one file."""
    import pyarrow.parquet as pq

    runs = "".join(sorted({*table["run"].to_pylist()}))
    path = folder / FOLDER / f"{hashlib.sha256(runs.encode()).hexdigest()[:16]}.parquet"
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    marked = table.replace_schema_metadata({ENGINE: engine.encode()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            pq.write_table(marked, file, compression="zstd", use_dictionary=False)
            file.flush()
            os.fsync(file.fileno())  # a machine that goes down loses no finished run
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"a piece of the sweep cannot be written ({error.strerror or error}); all earlier ones are kept, and "
                         "the same command goes on", file=folder, allowed="a disk with room") from error  # fmt: skip
    return path


def whole_table(folder: Path, runs: set[str] | None = None) -> pa.Table:
    """All rows of all pieces in the order of the design, each run once: finished before failed, whoever wrote it."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    paths = sorted((folder / FOLDER).glob("*.parquet"))
    table = pa.concat_tables([pq.read_table(path, partitioning=None).replace_schema_metadata(None) for path in paths])
    if runs is not None:
        table = table.filter(pc.is_in(table["run"], value_set=pa.array(sorted(runs), pa.string())))
    table = table.append_column("place", pc.cast(pc.is_valid(table["error"]), pa.int8()))
    table = table.sort_by([("number", "ascending"), ("day", "ascending"), ("place", "ascending")]).combine_chunks()
    number, day, failed = (table[name].to_numpy() for name in ("number", "day", "place"))
    import numpy as np

    keep = np.ones(len(number), bool)
    keep[1:] = (number[1:] != number[:-1]) | (day[1:] != day[:-1])
    finished = np.unique(number[failed == 0])
    keep &= (failed == 0) | ~np.isin(number, finished)
    return table.filter(pa.array(keep)).drop_columns("place")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """The right to write into a folder, which ends with this process however it ends; an InputError where another has it."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            "another sweep is at work in this folder", file=folder, allowed="to wait until it has ended, or another --out"
        ) from None
    try:
        yield
    finally:
        lock.release()


def swept(folder: Path) -> None:
    """Remove what a writer that was killed has left half-written."""
    for path in (folder / FOLDER).glob(".*.part"):
        path.unlink(missing_ok=True)


def unlink_all(paths: list[Path]) -> None:
    """Remove chunks."""
    for path in paths:
        path.unlink(missing_ok=True)
