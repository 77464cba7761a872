"""The ODD document: its prose stands in sim/ODD.md, its tables are made from what is declared.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; `make odd` makes all of them anew, and a test fails
where the file says something else than the declarations do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from pydantic import BaseModel

from ..agents.declare import InputError, parameters
from ..agents.offer import Complement, Proposition
from ..agents.prices import LINES, PriceList
from ..agents.strategies.dials import DIALS
from ..agents.view import LEVERS
from ..scenarios.places import number_text, range_text
from ..scenarios.schema import Scenario, Winner
from ..sim import columns, meanings
from ..sim.day import DAY
from ..sim.events import KINDS, PLACES
from ..sim.metrics.headline import HEADLINE
from ..sim.settings import Shock, WorldParams
from .levers import biases, levers
from .phases import at_the_start, calls_of
from .rigour import guidelines, sections

MARK = re.compile(r"<!-- table: ([a-z_]+) -->\n.*?<!-- end -->", re.DOTALL)


def document(text: str | None = None) -> str:
    """The ODD document (or `text` in its place) with its tables made anew; an InputError for a table that there is not."""
    if text is None:
        text = files(__package__.rpartition(".")[0] + ".sim").joinpath("ODD.md").read_text(encoding="utf-8")

    def made(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in TABLES:
            raise InputError("no such table", key="sim/ODD.md", given=name, allowed=", ".join(TABLES))
        return f"<!-- table: {name} -->\n\n{TABLES[name]()}\n<!-- end -->"

    return MARK.sub(made, text)


def grid(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines)


# --- entities and state ----------------------------------------------------------------------------------------------


def state() -> str:
    """A table per kind of entity: each column with type, bounds and meaning; levers in a firm's row refer to their table."""
    parts = []
    for record, name in meanings.ROWS.items():
        if name not in meanings.TABLES:
            continue
        bounds = columns.BOUNDS.get(name, {})
        rows = [
            [f"`{column}`", _type(dtype), _bounds(bounds.get(column)), meanings.COLUMNS[name].get(column, "")]
            for column, dtype in _fields(getattr(columns, record)) if not (name == "firms" and column in LEVERS)
        ]  # fmt: skip
        parts.append(f"**`{name}`.** {meanings.TABLES[name]}\n\n{grid(['column', 'type', 'held to', 'what it is'], rows)}")
    return "\n".join(parts)


def working() -> str:
    """What lies between the phases and in the hours: one row per kind of record."""
    rows = [
        [f"`{record}`", meaning, ", ".join(column for column, _ in _fields(getattr(columns, record)))]
        for record, meaning in meanings.ROWS.items() if meaning not in meanings.TABLES
    ]  # fmt: skip
    return grid(["record", "a row is", "fields"], rows)


def _fields(record: np.dtype) -> list[tuple[str, np.dtype]]:
    return [(name, record.fields[name][0]) for name in record.names or ()] if record.fields else []


def _type(dtype: np.dtype) -> str:
    return str(dtype)


def _bounds(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else range_text(*ends)


# --- process ---------------------------------------------------------------------------------------------------------


def phases() -> str:
    """The ten phases: what happens, which rules are asked, which streams drawn from, which kinds of events told."""
    rows = []
    for phase in DAY:
        calls = calls_of(phase)
        rows.append([f"`{phase}`", meanings.PHASES[phase], _listed(calls.rules), _listed(calls.streams), _listed(calls.kinds)])
    return grid(["phase", "what happens", "rules", "streams", "events"], rows)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "-"


def rules() -> str:
    """Every rule: where it stands, what it is given, what comes back."""
    known = {name: rule for phase in DAY for name, rule in calls_of(phase).rules.items()}
    rows = [
        [f"`{name}`", rule.__module__.rpartition(".")[2], ", ".join(inspect.signature(rule).parameters),
         " ".join((inspect.getdoc(rule) or "").split("\n\n")[0].split()), ", ".join(p for p in DAY if name in calls_of(p).rules)]
        for name, rule in sorted(known.items(), key=lambda item: (item[1].__module__, item[1].__code__.co_firstlineno))
    ]  # fmt: skip
    return grid(["rule", "in agents/", "given", "what comes back", "asked in"], rows)


def kinds() -> str:
    """Every kind of event, and the phases that tell it; a dash where nothing does yet."""
    told = {phase: calls_of(phase).kinds for phase in DAY}
    return grid(["kind", "what it is", "told in"], [
        [f"`{kind}`", meanings.KINDS[kind], ", ".join(phase for phase in DAY if kind in told[phase]) or "-"] for kind in KINDS
    ])  # fmt: skip


def places() -> str:
    """Every place."""
    return grid(["place", "what it is"], [[f"`{place}`", meanings.PLACES[place]] for place in PLACES])


def streams() -> str:
    """Every stream of draws in order of number, and where it is drawn from."""
    used = {"the start": at_the_start().streams} | {phase: calls_of(phase).streams for phase in DAY}
    return grid(["number", "stream", "decides", "drawn in"], [
        [number, f"`{stream}`", sentence, ", ".join(where for where, names in used.items() if stream in names) or "-"]
        for number, (stream, sentence) in enumerate(meanings.STREAMS.items())
    ])  # fmt: skip


# --- numbers ---------------------------------------------------------------------------------------------------------


def numbers() -> str:
    """Every declared number of a world, by group."""
    parts = []
    for prefix, group in groups():
        sentence = (group.__doc__ or "").strip().splitlines()[0]
        rows = [
            [f"`{row.path}`", "-" if row.default is None else number_text(float(row.default)), row.unit, range_text(row.low, row.high),
             row.source, row.sentence]
            for row in parameters(group) if "." not in row.path
        ]  # fmt: skip
        if rows:
            where = f"`{prefix}`" if prefix else "Top level"
            head = ["number", "default", "unit", "range", "source", "what it is"]
            parts.append(f"**{where}.** {sentence}\n\n{grid(head, rows)}")
    return "\n".join(parts)


def groups() -> list[tuple[str, type[BaseModel]]]:
    """(dotted prefix, group) of all declared groups but the price list and the levers, which have tables of their own."""
    found: list[tuple[str, type[BaseModel]]] = [("", Scenario)]

    def into(prefix: str, group: type[BaseModel]) -> None:
        found.append((prefix, group))
        for name, field in group.model_fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not PriceList:
                into(f"{prefix}.{name}", kind)

    into("world", WorldParams)
    for prefix, group in (("firms.NAME", Proposition), ("partners.NAME", Complement), ("shocks", Shock), ("winner", Winner)):
        into(prefix, group)
    return found


def lever_table() -> str:
    """Every lever with its range, price line, dials."""
    rows = [
        [f"`{row['name']}`", ", ".join(row["words"]) or range_text(row["low"], row["high"], row["unit"]),
         ", ".join(price["line"] for price in row["price"]) or row["paid_otherwise"], " ".join(row["dials"]) or "-", row["what"]]
        for row in levers()
    ]  # fmt: skip
    return grid(["lever", "range", "charged on", "dials", "what it is"], rows)


def price_table() -> str:
    """The posted price list: each unit cost, and the lines charged at it."""
    lines = {name: [line for line, row in LINES.items() if row.price == name] for name in PriceList.model_fields}
    rows = [
        [f"`{row.path}`", number_text(row.default), row.unit, range_text(row.low, row.high), row.source, ", ".join(lines[row.path]) or "-",
         row.sentence]
        for row in parameters(PriceList)
    ]  # fmt: skip
    return grid(["price", "default", "unit", "range", "source", "lines", "what it is"], rows)


def dial_table() -> str:
    """The six transitional shifts, and the levers that each moves."""
    moved = levers()
    rows = [[f"`{dial}`", what, ", ".join(row["name"] for row in moved if dial in row["dials"])] for dial, (what, _, _) in DIALS.items()]
    return grid(["dial", "from and to", "levers it moves"], rows)


def bias_table() -> str:
    """Every bias with its default and its neutral value."""
    rows = [
        [f"`{row['name']}`", number_text(row["default"]), number_text(row["neutral"]), range_text(row["low"], row["high"]), row["what"]]
        for row in biases()
    ]  # fmt: skip
    return grid(["bias", "default", "neutral", "range", "what it is"], rows)


def metrics() -> str:
    """The headline metrics of both boards."""
    rows = [[f"`{m.name}`" + (" (primary)" if m.primary else ""), m.board.replace("_", "-"), m.mark, m.unit, m.sentence] for m in HEADLINE]
    return grid(["metric", "board", "mark", "unit", "what it is"], rows)


TABLES: dict[str, Callable[[], str]] = {
    "state": state, "working": working, "phases": phases, "rules": rules, "kinds": kinds, "places": places, "streams": streams,
    "numbers": numbers,
    "levers": lever_table, "prices": price_table, "dials": dial_table, "biases": bias_table, "metrics": metrics,
    "guidelines": guidelines, "sections": sections,
}  # fmt: skip
