"""What a phase of the day calls, read from its code: rules asked, streams drawn from, kinds of events told."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from ..sim import day, draws, events, world
from ..sim.kernels.take_in import take_in
from ..sim.model import ServiceEcosystem

PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0]
KERNELS = {**day.BY_ROW, **day.BY_EPISODE, **day.WHOLE, "take_in": take_in}


class Calls(NamedTuple):
    """Rules by name, and names of streams and of kinds of events."""

    rules: dict[str, FunctionType]
    streams: set[str]
    kinds: set[str]


@cache
def calls_of(phase: str) -> Calls:
    """What a phase calls, in its kernel and in what the model does around it."""
    own = getattr(ServiceEcosystem, f"_{phase}", None)
    return _calls(function for function in (own, KERNELS.get(phase)) if function is not None)


@cache
def at_the_start() -> Calls:
    """What is called when a world is made."""
    return _calls([world.make_columns, ServiceEcosystem.make_network])


def _calls(begin: Iterable[Any]) -> Calls:
    found = Calls({}, set(), set())
    for function in reached(begin):
        if hasattr(function, "__rule__"):
            found.rules[function.__name__] = function
            continue
        names = _imported(function.__module__)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        found.streams.update(stream for node in ast.walk(tree) if (stream := _stream(node, names)))
        for call in ast.walk(tree):
            if isinstance(call, ast.Assign):  # a kind that is chosen first and told by its variable
                found.kinds.update(_kinds(call.value, names))
            # a kind in the name of a key tells nothing
            if isinstance(call, ast.Call) and _called(call) != "name_key":
                found.kinds.update(kind for argument in call.args for kind in _kinds(argument, names))
    return found


def reached(begin: Iterable[Any]) -> list[FunctionType]:
    """The functions of the package that are reached by name: from globals, tables of functions, the model's own methods."""
    left, seen = [_plain(function) for function in begin], []
    while left:
        function = left.pop()
        if function in seen:
            continue
        seen.append(function)
        used = set(_names(function.__code__))
        for name in used:
            value = function.__globals__.get(name, vars(ServiceEcosystem).get(name))
            values = list(value.values()) if isinstance(value, dict) else [value]
            left += [_plain(one) for one in values if _is_ours(_plain(one))]
        # rules that are asked once a firm are fetched by their name
        words = {word for constant in function.__code__.co_consts for word in (constant if isinstance(constant, tuple) else (constant,))}
        left += [one for one in day.BY_FIRM if one.__name__ in words and "rules" in used.union(function.__code__.co_varnames)]
    return seen


def _plain(value: Any) -> Any:
    return value.__func__ if isinstance(value, staticmethod | classmethod) else value


def _is_ours(value: Any) -> bool:
    return isinstance(value, FunctionType) and (value.__module__ or "").startswith((f"{PACKAGE}.agents", f"{PACKAGE}.sim"))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


@cache
def _imported(module: str) -> dict[str, str]:
    """Names in a module -> what they are called where they come from, `events.KIND` or `draws.STREAM`."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: f"{(node.module or '').rpartition('.')[2]}.{alias.name}" for node in froms for alias in node.names}


@cache
def _kind_constants() -> set[str]:
    """The names in sim/events.py that stand for kinds of events, not for places or tallies."""
    tree = ast.parse(inspect.getsource(events))
    from_kinds = [
        node.targets[0] for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
        and any(isinstance(part, ast.Name) and part.id == "KIND" for part in ast.walk(node.value))
    ]  # fmt: skip
    return {name.id for target in from_kinds for name in ast.walk(target) if isinstance(name, ast.Name)}


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _stream(node: ast.AST, names: dict[str, str]) -> str | None:
    """The stream that a name or `draws.NAME` stands for."""
    name = names.get(node.id, "") if isinstance(node, ast.Name) else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "draws":
        name = f"draws.{node.attr}"
    home, _, constant = name.partition(".")
    return constant.lower() if home == "draws" and constant.isupper() and constant.lower() in draws.STREAMS else None


def _kinds(argument: ast.expr, names: dict[str, str]) -> Iterator[str]:
    """The kinds that an argument of a call stands for: a constant, one of two, or KIND["name"]."""
    if isinstance(argument, ast.IfExp):
        yield from _kinds(argument.body, names)
        yield from _kinds(argument.orelse, names)
    elif isinstance(argument, ast.Name):
        home, _, constant = names.get(argument.id, "").partition(".")
        if home == "events" and constant in _kind_constants():
            yield events.KINDS[getattr(events, constant)]
    elif isinstance(argument, ast.Subscript) and isinstance(argument.value, ast.Name) and argument.value.id == "KIND":
        key = argument.slice
        if isinstance(key, ast.Constant) and key.value in events.KIND:
            yield str(key.value)
