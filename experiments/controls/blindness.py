"""A1d, blindness: what the sources themselves say. No rule, kernel or parameter can know which strategy a firm follows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from ...agents.declare import parameters
from ...agents.offer import Complement, Proposition
from ...agents.view import Decision
from ...sim import columns
from ...sim.settings import WorldParams
from .row import Control, verdict_of

HOME = Path(__file__).parents[2]
"""The installed package."""
BELOW = ("agents", "sim")
"""Where rules and kernels live."""
NOT_RULES = "agents/strategies/"

# The seat in which every firm starts; it is a default of the world, and no rule reads it.
MAY_NAME = {("agents/offer.py", "status_quo")}
STRATEGY_NAMES = re.compile(r"(?<![A-Za-z])(?:ecrm|crossroads|gd_social|status_quo)(?![A-Za-z])|\bsd\b")
MAY_ASK = {"agents/firm.py", "sim/model.py"}
"""Who seats strategies and asks them for a decision."""
INDEXED = re.compile(r"(?:^|[._])(?:ecrm|crossroads|gd|sd|gd_social|status_quo|strategy|strategies|logic|arm|arms|dominant)(?:$|[._])")
DONE = (
    "the sources of rules and kernels are read for imports, names and reads of strategies, parameters and columns for names and tables "
    "of strategies"
)
PASSES = "nothing is found"


def imports(path: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a module imports; relative ones are resolved to `valuescape...`."""
    package = ["valuescape", *path.split("/")[:-1]]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            parts = base + (node.module.split(".") if node.module else [])
            yield from ((node.lineno, ".".join([*parts, alias.name])) for alias in node.names)


def knows_strategy(path: str, text: str) -> Iterator[str]:
    """Strategies imported, named or read where rules and kernels live; the protocol is what a firm is asked through."""
    if path.split("/")[0] not in BELOW or path.startswith(NOT_RULES):
        return
    for line, name in imports(path, text):
        if re.match(r"valuescape\.agents\.strategies(?!\.protocol)\b", name):
            yield f"{path}:{line} imports {name}"
    for number, written in enumerate(text.splitlines(), 1):
        for word in STRATEGY_NAMES.findall(written):
            if (path, word) not in MAY_NAME:
                yield f"{path}:{number} names {word}"
    if path in MAY_ASK:
        return
    for node in ast.walk(ast.parse(text)):
        read = node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
        if read == "strategy":
            yield f"{path}:{getattr(node, 'lineno', '?')} reads a strategy"


def sources(home: Path = HOME) -> dict[str, str]:
    """Path from the package's folder -> text of every module of rules and of the machine."""
    found = sorted(path for floor in BELOW for path in (home / floor).rglob("*.py"))
    return {path.relative_to(home).as_posix(): path.read_text(encoding="utf-8") for path in found}


def indexed(groups: Mapping[str, type[BaseModel]], seen: Iterable[str] = ()) -> Iterator[str]:
    """Parameters whose name is a strategy's or a logic's, or that hold a table whose keys could be one."""
    for prefix, group in groups.items():
        for name, field in group.model_fields.items():
            path, kind = f"{prefix}.{name}", field.annotation
            if path in ("firm.strategy", "firm.options", *seen):
                continue  # what the seat is: asked for decisions, and read by no rule
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from indexed({path: kind})
            elif INDEXED.search(name) or "dict" in str(kind) or "Mapping" in str(kind):
                yield f"parameter {path}"


def columns_indexed(tables: Mapping[str, np.dtype[Any]]) -> Iterator[str]:
    """Columns of the world whose name is a strategy's or a logic's."""
    for table, kind in tables.items():
        yield from (f"column {table}.{name}" for name in kind.names or () if INDEXED.search(name))


def parameter_groups() -> dict[str, type[BaseModel]]:
    """Every group of numbers that a rule may read."""
    return {"world": WorldParams, "firm": Proposition, "partner": Complement, "decision": Decision}


def column_tables() -> dict[str, np.dtype[Any]]:
    """Every table of columns that kernels read and write."""
    return {name: value for name, value in vars(columns).items() if isinstance(value, np.dtype) and value.names}


def blindness(texts: Mapping[str, str] | None = None) -> Control:
    """The control, read from the installed sources unless others are given."""
    read = sources() if texts is None else texts
    found = [complaint for path, text in read.items() for complaint in knows_strategy(path, text)]
    groups, tables = parameter_groups(), column_tables()
    found += [*indexed(groups), *columns_indexed(tables)]
    many = sum(path.startswith(BELOW) and not path.startswith(NOT_RULES) for path in read)
    numbers = sum(1 for group in groups.values() for _ in parameters(group))
    measured = (f"{many} modules of rules and machine, {numbers} parameters, {len(tables)} tables of columns: "
                f"{len(found)} finding{'' if len(found) == 1 else 's'}")  # fmt: skip
    why = f"Found: {'; '.join(found[:5])}." if found else "No rule, kernel, parameter or column can know which strategy a firm follows."
    return Control("A1d", "Blindness", DONE, measured, PASSES, verdict_of(not found and many > 0), why)
