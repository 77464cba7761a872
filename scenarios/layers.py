"""How scenarios are laid on one another: file on file, and changes on top.

A file stands on another one: `extends` names a built-in scenario or a path, one level deep. Without it a file stands on
`baseline`; `extends = "nothing"` stands on the declared defaults alone. What a file says replaces what it stands on key by
key, lists as a whole, with four exceptions:

- Texts (`[about]`) and the name are a file's own.
- A file that names no firm but `focal` changes it and keeps the rivals. A file that names a rival says who is in the
  market: it names all firms, and what it does not say of them is the declared default. `focal` comes first, always.
- A seat or an arm whose `strategy` is changed starts with the options named beside it; those of the old one are gone, and
  so are levers on them.
- A file that names `firms.focal.strategy` seats it: the default arm of what it stands on no longer applies.

Changes (`set`) go by the same rules, but name only firms, arms and partners that there are.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..agents.declare import InputError, nearest
from .reading import Layer, built_in, dotted, read

NOTHING = "nothing"
FIXED = ("format", "extends", "name", "file", "era")
"""Keys of a file that a change cannot set."""


def stack(top: Layer) -> list[Layer]:
    """The layers that a file's scenario consists of, lowest first."""
    under = _extends(top)
    if under == NOTHING:
        return [top]
    base = read(under, top.path.parent if top.path else None)
    if base.path is not None and top.path is not None:
        if base.path.resolve() == top.path.resolve():
            raise InputError("extends itself", file=top.label, key="extends", given=under)
        base = _beside(base, top.path.parent)
    below = _extends(base)
    if below not in ("baseline", NOTHING):
        raise InputError(f"{under} itself extends {below}; extends goes one level deep", file=top.label, key="extends", given=under,
                         allowed="a scenario that extends baseline or nothing")  # fmt: skip
    if below == NOTHING:
        return [base, top]
    lowest = read("baseline")
    _extends(lowest)
    return [lowest, base, top]


def _extends(layer: Layer) -> str:
    """What a layer stands on; taken out of it, since a scenario does not say it."""
    default = NOTHING if layer.path is None and layer.name == "baseline" else "baseline"
    under = layer.data.pop("extends", default)
    if not isinstance(under, str):
        raise InputError("must be text", file=layer.label, key="extends", given=under,
                         allowed=f"{', '.join(built_in())}, a path that ends in .toml, or {NOTHING}")  # fmt: skip
    if under != NOTHING and under not in built_in() and not under.lower().endswith(".toml"):
        raise InputError("unknown scenario", file=layer.label, key="extends", given=under, nearest=nearest(under, built_in()),
                         allowed=f"{', '.join(built_in())}, a path that ends in .toml, or {NOTHING}")  # fmt: skip
    return under


def _beside(base: Layer, folder: Path) -> Layer:
    """The base as seen from the folder of the file on top of it: strategy files keep their place."""
    assert base.path is not None
    for kind in ("firms", "arms"):
        seats = _table(base.data, kind)
        for name in seats:
            strategy = _table(seats, name).get("strategy")
            if isinstance(strategy, str) and ".py:" in strategy and base.path.parent != folder:
                place, _, cls = strategy.rpartition(":")
                seats[name]["strategy"] = f"{Path(os.path.relpath(base.path.parent / place, folder)).as_posix()}:{cls}"
    return base


def laid_on(data: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """The data with a file's layer on top, by the rules above."""
    kept = {key: value for key, value in data.items() if key not in ("about", "name")}
    if any(name != "focal" for name in _table(layer.data, "firms")):
        kept.pop("firms", None)
    return _merged(_without_old_options(_without_arm(kept, layer.data), layer.data), layer.data)


def _without_arm(data: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The data without its default arm, if `said` names the focal firm's strategy and no arm."""
    if "strategy" in _table(_table(said, "firms"), "focal") and "default_arm" not in said:
        return {key: value for key, value in data.items() if key != "default_arm"}
    return data


def unseated(data: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The data of a scenario whose default arm sits in the focal firm's seat already, with the seat free; and if it was so.

    Changes to the arm would otherwise not reach the seat.
    """
    arms, firms = _table(data, "arms"), _table(data, "firms")
    arm, focal = _table(arms, str(data.get("default_arm"))), _table(firms, "focal")
    if "strategy" not in arm or "strategy" not in focal:
        return data, False
    if any(arm.get(key, empty) != focal.get(key, empty) for key, empty in (("strategy", ""), ("options", {}))):
        return data, False
    free = {key: value for key, value in focal.items() if key not in ("strategy", "options")}
    return {**data, "firms": {**firms, "focal": free}}, True


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table at a key; an empty one where something else stands, which is refused later."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _without_old_options(data: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The data without options, and ranges of options, of those seats and arms to which `said` gives another strategy."""
    out = dict(data)
    for kind in ("firms", "arms"):
        for name in _table(said, kind):
            seat, named = _table(_table(out, kind), name), _table(_table(said, kind), name)
            if "strategy" not in named or named["strategy"] == seat.get("strategy", "status_quo"):
                continue
            out[kind] = {**_table(out, kind), name: {key: value for key, value in seat.items() if key != "options"}}
            for ranges in ("levers", "uncertainties"):
                old = f"{kind}.{name}.options."
                out[ranges] = {path: ends for path, ends in _table(out, ranges).items() if not path.startswith(old)}
    return out


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with `new` on top, key by key; neither is changed."""
    out = dict(old)
    for key, value in new.items():
        below = out.get(key)
        if isinstance(below, list) and isinstance(value, dict):
            out[key] = _items_merged(key, below, value)
        elif isinstance(value, dict):
            if below is not None and not isinstance(below, dict):
                raise InputError("a value stands where a table belongs", key=key, given=below, allowed=f"a table with {', '.join(value)}")
            out[key] = _merged(below if isinstance(below, dict) else {}, value)
        else:
            out[key] = value
    return out


def _items_merged(key: str, items: list[Any], changes: Mapping[str, Any]) -> list[Any]:
    """A list some of whose items, named by number, are changed."""
    out = list(items)
    for number, change in changes.items():
        if not number.isdecimal() or int(number) >= len(items):
            raise InputError("no such item", key=f"{key}.{number}", given=number,
                             allowed=f"0 to {len(items) - 1}" if items else "none, the list is empty")  # fmt: skip
        old = items[int(number)]
        out[int(number)] = _merged(old, change) if isinstance(old, dict) and isinstance(change, dict) else change
    return out


# -- changes --


def changed(data: dict[str, Any], changes: Layer) -> dict[str, Any]:
    """The data with changes on top; a misspelt firm, arm or partner would be a new one, so it is refused."""
    for kind in ("firms", "arms", "partners"):
        there = _table(data, kind) or ({"focal": {}} if kind == "firms" else {})
        for name in _table(changes.data, kind):
            if name not in there:
                raise InputError(f"unknown {kind[:-1]}", key=f"{kind}.{name}", given=name, allowed=", ".join(there) or "none",
                                 nearest=nearest(name, there))  # fmt: skip
    return _merged(_without_old_options(_without_arm(data, changes.data), changes.data), changes.data)


def changes_of(given: Mapping[str, Any] | Iterable[str] | None) -> Layer:
    """What `set` says, as a layer."""
    pairs: list[tuple[str, Any]] = []
    if isinstance(given, Mapping):
        pairs = [(str(key), value) for key, value in given.items()]
    else:
        texts = given if isinstance(given, Iterable) and not isinstance(given, str) else [given]
        for text in texts if given is not None else ():
            key, equals, value = str(text).partition("=")
            if not equals or not key.strip() or not value.strip():
                raise InputError("not a change", key="set", given=text, allowed="key=value, such as world.talk.openness=0.5")
            pairs.append((key.strip(), _value(key.strip(), value.strip())))
    data: dict[str, Any] = {}
    seen: dict[str, Any] = {}
    for key, value in pairs:
        parts = dotted(key)
        if parts is None:
            raise InputError("not a dotted path", key="set", given=key, allowed="a path such as world.talk.openness")
        if parts[0] in FIXED:
            raise InputError("cannot be set", key=key, given=value, allowed="a key of the scenario, such as days or world.talk.openness; "
                             "an era has an argument of its own")  # fmt: skip
        if parts[0] in ("levers", "uncertainties"):
            parts = [parts[0], ".".join(parts[1:])] if len(parts) > 1 else parts
        path = ".".join(parts)
        plain = value.item() if hasattr(value, "item") else value  # NumPy's numbers
        if path in seen and seen[path] != plain:
            raise InputError("is set twice", key=key, given=[seen[path], plain], allowed="one value")
        seen[path] = plain
        nested = dict(plain) if isinstance(plain, Mapping) else plain
        for part in reversed(parts):
            nested = {part: nested}
        data = _merged(data, nested)
    return Layer(data, "set")


def _value(key: str, text: str) -> Any:
    """A value as TOML reads it; a bare word is text."""
    try:
        read_value = tomllib.loads(f"value = {text}")
        if list(read_value) == ["value"]:
            return read_value["value"]
    except (ValueError, RecursionError):
        pass
    if text[0] in "\"'[{":
        raise InputError("not a value", key=key, given=text, allowed="a value as in TOML, such as 0.5, true, text or [0, 1]")
    return text


def arguments(days: int | None, customers: int | None, mode: str | None) -> Layer:
    """The arguments with names of their own, as a layer."""
    data: dict[str, Any] = {key: value for key, value in (("days", days), ("mode", mode)) if value is not None}
    if customers is not None:
        data["world"] = {"customers": {"number": customers}}
    return Layer(data, "arguments")
