"""Scenario files as they are written: found, read, parsed, and remembered line by line for refusals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from ..agents.declare import InputError, nearest
from .schema import FORMAT

KEY = re.compile(r"\s*([A-Za-z0-9_\-\"'. ]+?)\s*=")
LONGEST = 90
"""Letters of a file's name that names and refusals show."""
HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")


class Layer(NamedTuple):
    """What one file says, or one call's arguments; layers are laid on one another."""

    data: dict[str, Any]
    name: str
    label: str | None = None
    """What refusals call it: the path as given, or None for arguments."""
    text: str = ""
    path: Path | None = None
    """The file, absolute; None for built-in scenarios and arguments."""


def built_in() -> list[str]:
    """The names of the scenarios that come with the package: baseline first, the flagship second."""
    names = [entry.name.removesuffix(".toml") for entry in files(__package__).iterdir() if entry.name.endswith(".toml")]
    return sorted(names, key=lambda name: (name != "baseline", name != "crossroads", name))


def read(source: str | Path, beside: Path | None = None) -> Layer:
    """A built-in scenario by name, or a file by a path that ends in .toml (from the folder `beside`, if given)."""
    if isinstance(source, str) and source in built_in():
        text = files(__package__).joinpath(f"{source}.toml").read_text(encoding="utf-8")
        return _parsed(Layer({}, source, f"{source}.toml", text))
    if not str(source).lower().endswith(".toml"):
        close = f"{source}.toml" if _is_file(Path(f"{source}.toml")) else nearest(str(source), built_in())
        raise InputError("unknown scenario", key="scenario", given=str(source), nearest=close,
                         allowed=f"{', '.join(built_in())}, or a path that ends in .toml")  # fmt: skip
    path = Path(source) if beside is None else beside / source
    label = "".join(letter if letter.isprintable() else "?" for letter in str(source)[-LONGEST:])
    text = _text(path, label)
    return _parsed(Layer({}, re.sub(r"[^\w.-]+", "_", path.stem)[-LONGEST:].strip(".-") or "scenario", label, text, path.absolute()))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(path: Path, label: str) -> str:
    """The text of a file, or a sentence about why there is none."""
    try:
        if path.is_dir():
            raise InputError("is a folder", file=label, allowed="a scenario file that ends in .toml")
        content = path.read_bytes()
    except FileNotFoundError:
        known = nearest(path.stem, built_in())
        raise InputError("no such file", file=label, allowed="a scenario file, or a built-in name", nearest=known) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"cannot be read: {why}", file=label) from None
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"is not UTF-8 text (line {line})", file=label, allowed="text in UTF-8") from None


def _parsed(layer: Layer) -> Layer:
    """The layer with its data: TOML of a format that this version knows, ranges under dotted paths."""
    try:
        data = tomllib.loads(layer.text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not TOML: {error}", file=layer.label) from None
    if not data:
        raise InputError("is empty", file=layer.label, allowed="a scenario in TOML")
    number = data.get("format", FORMAT)
    if isinstance(number, bool) or not isinstance(number, int) or number != FORMAT:
        newer = isinstance(number, int) and number > FORMAT
        raise InputError("is newer than this valuescape" if newer else "unknown format", file=layer.label, key="format",
                         given=number, allowed=str(FORMAT))  # fmt: skip
    if "file" in data:
        raise InputError("unknown key", file=layer.label, key="file", allowed="the keys of a scenario; a file need not name itself")
    for ranges in ("levers", "uncertainties"):
        if isinstance(data.get(ranges), dict):
            data[ranges] = dict(leaves(data[ranges]))
    return layer._replace(data=data)


def leaves(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted path, value) of everything in nested tables and lists of tables; an empty table is a value."""
    for key, value in data.items():
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            yield from leaves({str(number): item for number, item in enumerate(value)}, f"{prefix}{key}.")
        elif isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def dotted(key: str) -> list[str] | None:
    """The parts of a key such as `world.talk.openness`, read as TOML reads keys; None if it is none."""
    try:
        data: Any = tomllib.loads(f"{key} = 0")
    except ValueError:
        return None
    parts = []
    while isinstance(data, dict):
        if len(data) != 1:
            return None
        [(part, data)] = data.items()
        parts.append(part)
    return parts


def line_of(text: str, path: str) -> int | None:
    """The line on which a file says `path` or something within it, or else the nearest table around it; None if none does.

    It reads only as much TOML as that needs: headers and the beginnings of lines, outside long texts.
    """
    best, found, within = 0, None, None
    table: list[str] = []
    counts: dict[str, int] = {}
    inside = None
    for number, line in enumerate(text.splitlines(), 1):
        if inside is None:
            here = None
            if header := HEADER.match(line):
                table = dotted(header[2]) or []
                if header[1] == "[[":
                    name = ".".join(table)
                    counts[name] = counts.get(name, -1) + 1
                    table = [*table, str(counts[name])]
                here = table
            elif key := KEY.match(line):
                here = [*table, *(dotted(key[1]) or [])]
            said = ".".join(here or [])
            if said and len(said) > best and f"{path}.".startswith(f"{said}."):
                best, found = len(said), number
            elif within is None and said.startswith(f"{path}."):
                within = number
        for quotes in ('"""', "'''"):
            if inside in (None, quotes) and line.count(quotes) % 2:
                inside = quotes if inside is None else None
    return found if best == len(path) else within or found
