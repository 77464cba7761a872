"""What a strategy is: one class with `decide(view) -> Decision`. Built-in or the user's own, named by text."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ..declare import InputError, nearest
from ..view import Decision, FirmView

BUILT_IN = {
    "status_quo": ("dials", "StatusQuo"),
    "ecrm": ("ecrm", "Ecrm"),
    "gd_social": ("dials", "GdSocial"),
    "crossroads": ("dials", "Crossroads"),
    "sd": ("dials", "ServiceDominant"),
    "dials": ("dials", "Dials"),
    "push_share": ("push_share", "PushShare"),
    "replay": ("replay", "Replay"),
}


@runtime_checkable
class Strategy(Protocol):
    """Anything that decides. State kept in `self` must pickle; it is copied with a checkpoint."""

    def decide(self, view: FirmView) -> Decision:
        """The decision that stands from today until the next one."""
        ...


def strategy_class(name: str, file: str | Path | None = None) -> type:
    """The class named by a built-in name, `module:Class`, or `file.py:Class` (relative to the scenario's folder)."""
    if name in BUILT_IN:
        module, cls = BUILT_IN[name]
        return getattr(importlib.import_module(f".{module}", __package__), cls)  # type: ignore[no-any-return]
    if ":" not in name:
        allowed = f"{', '.join(BUILT_IN)}, module:Class or file.py:Class"
        raise InputError("unknown strategy", key="strategy", given=name, allowed=allowed, nearest=nearest(name, BUILT_IN))
    place, cls = name.rsplit(":", 1)
    module = _from_file(place, file) if place.endswith(".py") else _from_module(place)
    found = getattr(module, cls, None)
    if found is None:
        classes = [key for key, value in vars(module).items() if inspect.isclass(value)]
        raise InputError(f"no class {cls!r} in {place}", key="strategy", given=name, allowed=", ".join(classes) or "a class")
    return found  # type: ignore[no-any-return]


def _from_file(place: str, file: str | Path | None) -> Any:
    path = Path(place)
    if not path.is_absolute() and file is not None:
        path = Path(file).parent / path
    if not path.is_file():
        raise InputError("no such strategy file", file=path, key="strategy", given=place, allowed="a Python file")
    name = "valuescape_strategy_" + hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            raise InputError(f"the strategy file does not run: {type(error).__name__}: {error}", file=path) from error
        sys.modules[name] = module
    return sys.modules[name]


def _from_module(place: str) -> Any:
    try:
        return importlib.import_module(place)
    except ImportError as error:
        raise InputError(f"the module does not import: {error}", key="strategy", given=place, allowed="an importable module") from None


def make_strategy(name: str, options: dict[str, Any] | None = None, file: str | Path | None = None) -> Strategy:
    """A fresh strategy object; options are its keyword arguments."""
    cls = strategy_class(name, file)
    try:
        strategy = cls(**(options or {}))
    except InputError:
        raise
    except (TypeError, ValueError) as error:
        words = list(inspect.signature(cls).parameters)
        raise InputError(f"the options of strategy {name!r} do not fit: {error}", key="options", given=options,
                         allowed=", ".join(words) or "no options") from None  # fmt: skip
    if not callable(getattr(strategy, "decide", None)):
        raise InputError(f"strategy {name!r} has no method decide(view)", key="strategy", given=name, allowed="decide(self, view)")
    if inspect.iscoroutinefunction(strategy.decide) or inspect.isasyncgenfunction(strategy.decide):
        raise InputError(f"decide of strategy {name!r} is an async def: nobody would wait for it", key="strategy",
                         given="async def decide", allowed="def decide(self, view)")  # fmt: skip
    try:
        inspect.signature(strategy.decide).bind(None)
    except TypeError:
        raise InputError(f"decide of strategy {name!r} must take one argument, the view", key="strategy",
                         given=str(inspect.signature(strategy.decide)), allowed="(view)") from None  # fmt: skip
    return strategy  # type: ignore[no-any-return]


def strategy_digest(name: str, file: str | Path | None = None) -> str:
    """Digest of the source that a strategy's name stands for: part of a run's identity."""
    source = inspect.getsourcefile(strategy_class(name, file))
    return hashlib.sha256(Path(source).read_bytes() if source else name.encode()).hexdigest()
