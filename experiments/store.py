"""What reaches the disk: one writer of result folders, and the digests by which results are compared.

A folder is built beside its place under a name that starts with a dot, then renamed: it is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..agents.declare import InputError
from ..agents.strategies.protocol import strategy_digest
from ..sim.jit import engine_digest

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario

FORMAT = 1
WRITABLE = "a folder that can be written, on a disk with room"
ROW_GROUP = 1_000_000
LIBRARIES = ("numpy", "numba", "scipy", "mesa", "pyarrow", "pydantic")
Progress = Callable[[int, int, str], None]
"""Called as progress(done, total, what) in days simulated; total is 0 for work that cannot be measured."""


# --- who a result is --------------------------------------------------------------------------------------------------


def identity_of(question: str, scenario: Scenario, arms: Sequence[str], rules: Mapping[str, Callable[..., Any]] | None,
                network: str | None, customers_table: str | None = None, **rest: Any) -> dict[str, Any]:  # fmt: skip
    """Everything that decides the numbers of a result, as plain JSON: texts, times and machines are not in it.

    `network` is the digest of a given network, None for a generated one; `customers_table` that of known traits.
    """
    return {
        "question": question,
        "scenario": scenario.model_dump(mode="json", exclude={"file", "about"}),
        "arms": list(arms),
        **rest,
        "network": network,
        "customers_table": customers_table,
        "strategies": strategies_of(scenario, arms),
        "rules": {name: _rule_digest(rule) for name, rule in sorted((rules or {}).items())},
        "engine": engine_digest(),
    }


def strategies_of(scenario: Scenario, arms: Iterable[str]) -> dict[str, str]:
    """Strategy -> the digest of its source, of everybody in a seat and of these arms."""
    names = {p.strategy for p in scenario.firms.values()} | {scenario.arms[arm].strategy for arm in arms}
    return {name: strategy_digest(name, scenario.file) for name in sorted(names)}


def _rule_digest(rule: Callable[..., Any]) -> str:
    source = Path(rule.__code__.co_filename)
    return hashlib.sha256(source.read_bytes() if source.is_file() else rule.__code__.co_code).hexdigest()


def manifest_of(identity: Mapping[str, Any], begun: float, **rest: Any) -> dict[str, Any]:
    """The manifest: identity, its hash as `run_id`, and provenance; `begun` is the perf_counter at the start."""
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return {
        "format": FORMAT,
        "run_id": hashlib.sha256(text.encode()).hexdigest()[:16],
        "identity": identity,
        "provenance": {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - begun, 3),
            "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
            "host": platform.node(),
            "system": platform.platform(),
            "versions": {"valuescape": __version__, "python": platform.python_version()}
            | {name: metadata.version(name) for name in LIBRARIES},
            **rest,
        },
    }


# --- digests ----------------------------------------------------------------------------------------------------------


def tables_digest(tables: Mapping[str, pa.Table]) -> str:
    """The sha256 over the columns of named tables as hex: the same for equal values, however they are cut or stored."""
    total = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        total.update(f"{name} {table.num_rows}\n".encode())
        for field in table.schema:
            total.update(f"{field.name} {field.type}\n".encode())
            _add_column(total, table.column(field.name))
    return total.hexdigest()


def _add_column(total: Any, column: pa.ChunkedArray) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    total.update(np.packbits(pc.is_null(column).to_numpy()).tobytes())
    if pa.types.is_string(column.type):
        # codes by first appearance and the words they stand for: independent of how the text lies in memory
        coded = pc.dictionary_encode(column.combine_chunks() if column.num_chunks != 1 else column.chunk(0))
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        for word in coded.dictionary.to_pylist():
            total.update(f"{len(word.encode())} {word}".encode())
        column = coded.indices
    values = pc.fill_null(column, False if pa.types.is_boolean(column.type) else 0).to_numpy()
    total.update(np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes())


def folder_digest(folder: str | Path) -> str:
    """The digest of all tables of a result folder; equal to `digest()` of the result that was saved there."""
    return tables_digest(read_tables(folder))


# --- reading ----------------------------------------------------------------------------------------------------------


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a result folder; an InputError where there is none, or one of a newer format."""
    path = Path(folder) / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError("no results here", file=folder, allowed="a folder with a manifest.json") from None
    except (ValueError, RecursionError):
        raise InputError("this is no manifest of valuescape", file=path, allowed="JSON with a format number") from None
    _hold(path, manifest, {"format": int})
    if manifest["format"] > FORMAT:
        raise InputError("written by a newer valuescape", file=path, key="format", given=manifest["format"], allowed=f"up to {FORMAT}")
    _hold(path, manifest, {"run_id": str, "identity": dict, "provenance": dict})
    identity = manifest["identity"]
    _hold(path, identity, {"question": str}, "identity.")
    _hold(path, identity, OF_QUESTION.get(identity["question"], {}), "identity.")
    if identity["question"] == "compare" and not all(type(seed) is int for seed in identity["seeds"]):
        raise InputError("the manifest is damaged", file=path, key="identity.seeds", allowed="a list of int")
    if identity.get("network") is not None and not isinstance(identity["network"], str):
        raise InputError("the manifest is damaged", file=path, key="identity.network", allowed="a str or null")
    return manifest  # type: ignore[no-any-return]


OF_QUESTION: dict[str, dict[str, type]] = {
    "compare": {"scenario": dict, "arms": list, "seeds": list, "detail": str},
    "run": {"scenario": dict, "arms": list, "arm": str, "seed": int, "luck": int, "detail": str},
}
"""What the identity of a result must hold beside what all hold, by question."""


def _hold(path: Path, part: Any, kinds: Mapping[str, type], prefix: str = "") -> None:
    """Raise an InputError about the first key that a manifest lacks, or that holds another kind of value."""
    if not isinstance(part, dict):
        raise InputError("this is no manifest of valuescape", file=path, allowed="a JSON object with a format number")
    for key, kind in kinds.items():
        if not isinstance(part.get(key), kind) or isinstance(part[key], bool):
            raise InputError("the manifest is damaged", file=path, key=f"{prefix}{key}", given=str(part.get(key, "nothing"))[:60],
                             allowed=f"a {kind.__name__}, as it was written")  # fmt: skip


def table_of(folder: str | Path, tables: Mapping[str, pa.Table], name: str) -> pa.Table:
    """A table that the result must have; an InputError where its file is gone."""
    if name not in tables:
        raise InputError("a table is missing", file=Path(folder) / f"{name}.parquet", allowed="a whole result folder")
    return tables[name]


def read_tables(folder: str | Path) -> dict[str, pa.Table]:
    """The tables of a result folder by name, without the file's ending."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    read_manifest(folder)
    paths = sorted(Path(folder).glob("*.parquet"))
    try:
        return {path.stem: pq.read_table(path, partitioning=None) for path in paths}
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"a table cannot be read: {error}", file=folder, allowed="a whole result folder") from None


# --- writing ----------------------------------------------------------------------------------------------------------


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet file: zstd, no dictionaries, row groups of a million."""
    import pyarrow.parquet as pq

    marked = table.replace_schema_metadata({"valuescape_format": str(FORMAT)})
    pq.write_table(marked, path, compression="zstd", use_dictionary=False, row_group_size=ROW_GROUP)


def default_folder(manifest: Mapping[str, Any]) -> Path:
    """Where results go unless told otherwise: results/runs/SCENARIO-RUNID under the current folder."""
    return Path("results") / "runs" / f"{manifest['identity']['scenario']['name']}-{manifest['run_id']}"


def check_folder(path: str | Path, run_id: str | None = None) -> Path:
    """`path` if a result may be written there: an InputError where it cannot, or where another result lies.

    Asked before a long run and again before writing; `run_id` None leaves out whose result lies there.
    """
    path = Path(path).absolute()
    try:
        if path.exists() and not path.is_dir():
            raise InputError("the results folder is a file", file=path, allowed="a folder, new or of the same run")
        filled = path.is_dir() and any(path.iterdir())
    except OSError as error:  # a folder above it may be closed, or its name too long
        raise InputError(f"the results folder cannot be read ({error.strerror})", file=path, allowed=WRITABLE) from None
    if filled:
        if not (path / "manifest.json").is_file():
            raise InputError("the results folder holds other files", file=path, allowed="an empty or new folder")
        lies = read_manifest(path)["run_id"]
        if run_id is not None and lies != run_id:
            raise InputError(f"the results of another run lie here: {lies}, and this one is {run_id}", file=path,
                             allowed="a new folder, or the same scenario, options and version")  # fmt: skip
    above = path.parent
    while not above.exists():
        above = above.parent
    try:
        with tempfile.TemporaryDirectory(prefix=".valuescape-", dir=above):
            pass
    except OSError as error:
        raise InputError(f"the results folder cannot be written ({error.strerror})", file=path, allowed=WRITABLE) from None
    return path


def check_result(path: str | Path, manifest: Mapping[str, Any], scenario: Scenario) -> None:
    """Refuse, before anything is computed, a result that could not be written to this folder."""
    from ..scenarios.load import to_toml

    check_folder(path, manifest["run_id"])
    to_toml(scenario)


@contextmanager
def new_folder(path: str | Path, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """A folder to fill, which becomes `path` at the end with its manifest in it; removed where anything goes wrong."""
    path = check_folder(path, manifest["run_id"])
    beside = path.parent / f".{path.name}.{os.getpid()}.part"
    aside = path.parent / f".{path.name}.{os.getpid()}.old"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        yield beside
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        (beside / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        if path.exists():
            path.rename(aside)
        beside.rename(path)
    except OSError as error:
        raise InputError(f"the results cannot be written ({error.strerror or error})", file=path, allowed=WRITABLE) from error
    finally:
        if aside.exists() and not path.exists():  # stopped between the two renames
            aside.rename(path)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
