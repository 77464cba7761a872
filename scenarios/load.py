"""Scenarios: from a name or a TOML file, with changes, to frozen and checked numbers; and their texts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from ..agents.declare import InputError
from ..agents.offer import Proposition
from ..agents.strategies.dials import DIALS
from .checks import Origins, checked, numbers
from .eras import era_layer
from .layers import NOTHING, arguments, changed, changes_of, laid_on, stack, unseated
from .places import number_text, range_text
from .reading import built_in, read
from .schema import FORMAT, Scenario

WIDTH = 100


def load(
    name_or_path: str | Path | Scenario, *, set: Mapping[str, Any] | Iterable[str] | None = None,  # noqa: A002
    days: int | None = None, customers: int | None = None, mode: str | None = None, era: str | None = None,
) -> Scenario:  # fmt: skip
    """The scenario of a built-in name or of a path that ends in .toml, with changes; an InputError says what is wrong.

    `set` is a mapping from dotted paths to values, or texts `key=value` with values as in TOML. `era` names a preset of
    `eras.ERAS`: it lies under what the file says itself. A Scenario may be given instead of a name: the changes are then made
    to it (an era's too, which it cannot tell from its own numbers), and checked.
    """
    data: dict[str, Any]
    if isinstance(name_or_path, Scenario):
        origins, file = Origins(), name_or_path.file
        data = name_or_path.model_dump(exclude={"file"}, exclude_none=True)
        if era is not None:
            data = changed(data, era_layer(era)) | {"era": era}
    elif isinstance(name_or_path, (str, Path)):
        layers = stack(read(name_or_path))
        top = layers[-1]
        origins, file = Origins(top.label), str(top.path) if top.path else None
        data = {}
        named = [layer for layer in layers if "era" in layer.data]
        chosen = era if era is not None else named[-1].data["era"] if named else None
        if chosen is not None:
            layers.insert(-1, era_layer(chosen, None if era is not None else named[-1].label))
            top.data["era"] = chosen
        for layer in layers:
            origins.note(layer)
            data = laid_on(data, layer)
        data.setdefault("name", top.name)
    else:
        raise InputError("a scenario is a name, a path or a Scenario", key="scenario", given=name_or_path)
    data, seated = unseated(data)
    for changes in (changes_of(set), arguments(days, customers, mode)):
        data = changed(data, changes)
        origins.note(changes)
    scenario = checked({**data, "file": file}, origins)
    return scenario.seated(scenario.default_arm) if seated and scenario.default_arm else scenario


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Everything that a scenario says as plain data, but not where it was read from: its part of a run's identity."""
    return _in_full(scenario).model_dump(mode="json", exclude={"file"})


def _in_full(scenario: Scenario) -> Scenario:
    """The same scenario with every number of the kind that was declared: a default of 25 is 25.0, as if it had been given."""
    return Scenario.model_validate(scenario.model_dump())


def to_toml(scenario: Scenario) -> str:
    """The scenario as a file that stands on nothing, every number in it; loading it gives an equal scenario."""
    said = _in_full(scenario).model_dump(exclude={"file"}, exclude_none=True)
    head = {"format": FORMAT, "name": scenario.name, "extends": NOTHING}
    try:
        return tomli_w.dumps({**head, **{key: value for key, value in said.items() if key not in head}})
    except TypeError as error:
        raise InputError(f"an option cannot be written as TOML: {error}", key=f"scenario {scenario.name}") from None


def scenario_names() -> list[str]:
    """The names of the built-in scenarios: baseline, the flagship, then the others."""
    return built_in()


def scenario_table() -> list[dict[str, Any]]:
    """One row for each built-in scenario: name, title, days, firms, arms, status."""
    scenarios = (load(name) for name in scenario_names())
    return [
        {"name": s.name, "title": s.about.title, "days": s.days, "firms": list(s.firms), "arms": list(s.arms), "status": "ready"}
        for s in scenarios
    ]


def scenario_text(name_or_path: str | Path | Scenario) -> str:
    """What a scenario is and how to teach with it, as plain text under the headings that teachers know."""
    scenario = name_or_path if isinstance(name_or_path, Scenario) else load(name_or_path)
    about = scenario.about
    parts = [
        (about.title or scenario.name, _wrapped(f"`{scenario.name}`: {scenario.world.customers.number} customers, "
                                                f"{scenario.days} days, mode {scenario.mode}"
                                                f"{f', era {scenario.era}' if scenario.era else ''}.")),
        ("WHAT IS IT", _wrapped(about.what_is_it)),
        ("THINGS TO NOTICE", _items(about.things_to_notice)),
        ("THINGS TO TRY", _items(about.things_to_try)),
        ("WHEN THE MORAL FAILS", _wrapped(about.when_the_moral_fails)),
        ("FIRMS", _items([f"{name}: {_firm(firm)}" for name, firm in scenario.firms.items()])),
        ("ARMS", _items([f"{name}: strategy {arm.strategy}{_options(arm.options)}{' (default)' if name == scenario.default_arm else ''}"
                         for name, arm in scenario.arms.items()])),
        ("LEVERS (we decide)", _items(_ranges(scenario, scenario.levers))),
        ("UNCERTAINTIES (the world decides)", _items(_ranges(scenario, scenario.uncertainties))),
    ]  # fmt: skip
    return "\n\n".join(f"{heading}\n{text}" for heading, text in parts if text) + "\n"


def _wrapped(text: str) -> str:
    return "\n\n".join(textwrap.fill(part, WIDTH, break_on_hyphens=False) for part in text.split("\n\n"))


def _items(texts: list[str]) -> str:
    """A list with dashes; each command on a line of its own, so that it can be copied."""
    lines = []
    for text in texts:
        words, *commands = text.split("`valuescape ")
        lines.append(textwrap.fill(words.strip(), WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False))
        for command in commands:
            line, _, rest = command.partition("`")
            lines.append(f"    valuescape {line}")
            if rest := rest.lstrip(" .;,").rstrip():
                lines.append(textwrap.fill(rest, WIDTH, initial_indent="  ", subsequent_indent="  "))
    return "\n".join(lines)


def _firm(firm: Proposition) -> str:
    contract = f"contract of {firm.term} days, " if firm.term else ""
    return (f"share {number_text(firm.share)}, known {number_text(firm.known)}, price {number_text(firm.price)}, {contract}"
            f"strategy {firm.strategy}{_options(firm.options)}")  # fmt: skip


def _options(options: Mapping[str, Any]) -> str:
    return f" with {', '.join(f'{key} = {value}' for key, value in options.items())}" if options else ""


def _ranges(scenario: Scenario, ranges: Mapping[str, list[float]]) -> list[str]:
    """Each path with its range, its value now, and what it means."""
    rows = numbers(scenario)
    lines = []
    for path, (low, high) in ranges.items():
        option = path.rpartition(".")[2]
        if path in rows:
            lines.append(f"{path}: {range_text(low, high, rows[path].unit)}, now {number_text(_value_at(scenario, path))}. "
                         f"{rows[path].sentence}")  # fmt: skip
        else:
            lines.append(f"{path}: {range_text(low, high)}." + (f" Dial: {DIALS[option][0]}." if option in DIALS else ""))
    return lines


def _value_at(scenario: Scenario, path: str) -> float:
    """The number that stands at a declared path."""
    place: Any = scenario
    for part in path.split("."):
        place = place[part] if isinstance(place, Mapping) else getattr(place, part)
    return float(place)
