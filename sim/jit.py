"""Compiled kernels from plain functions: names are bound to compiled rules once per rule set.

A kernel is a plain function that calls rules by name. Run as it stands it *is* the plain-Python day. `bind` copies it
with those names pointing to compiled rules (or to the user's own), and Numba caches the machine code in a folder keyed
by the sources that went in, since Numba itself does not notice an edited rule.
"""

from __future__ import annotations

import dis
import hashlib
import json
import os
import pickle
import shutil
import sys
import time
import types
import zlib
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGE = __name__.rsplit(".", 2)[0]
ROOT = Path(__file__).resolve().parent.parent

# Kernels allocate nothing (scratch space comes with the columns), so reference counting is left out: it would triple
# the time to compile and add nothing.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


def source_digest(extra: tuple[str, ...] = ()) -> str:
    """Digest of everything that decides what a kernel does: sources of agents/ and sim/, Numba's version and settings."""
    digest = hashlib.sha256(f"{metadata.version('numba')} {sys.version_info[:2]}".encode())
    for key in sorted(os.environ):
        if key.startswith("NUMBA_") and key != "NUMBA_CACHE_DIR":
            digest.update(f"{key}={os.environ[key]}".encode())
    digest.update(engine_digest().encode())
    for text in extra:
        digest.update(text.encode())
    return digest.hexdigest()


def engine_digest() -> str:
    """Digest of the sources of agents/ and sim/: the part of a run's identity that the engine is."""
    digest = hashlib.sha256()
    for folder in ("agents", "sim"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Where compiled kernels are kept: VALUESCAPE_CACHE, else the user's cache folder."""
    if given := os.environ.get("VALUESCAPE_CACHE"):
        return Path(given)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "valuescape"


class Binder:
    """Binds kernels to one rule set, compiled or plain; `replaced` maps a rule's name to the user's function."""

    def __init__(self, compiled: bool = True, replaced: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.compiled = compiled
        self.replaced = dict(replaced or {})
        self.bound: dict[int, Callable[..., Any]] = {}
        self.rules: dict[str, Callable[..., Any]] = {}
        """Rules met so far, as the model has them."""
        self.folder = self._folder() if compiled else None

    def _folder(self) -> Path | None:
        # Numba knows sources by where they lie: a second clone would find nothing here, and its code would pass for damage
        texts = (str(ROOT), *(f"{name}={_source_of(function)}" for name, function in sorted(self.replaced.items())))
        folder = cache_folder() / source_digest(texts)[:24]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".touch").write_text("", encoding="utf-8", newline="\n")
        except OSError:
            return None  # an unwritable cache means no cache, not no run
        return folder

    def bind(self, function: Callable[..., Any], cached: bool = True) -> Callable[..., Any]:
        """`function` with every rule and helper it names bound to this rule set."""
        if id(function) in self.bound:
            return self.bound[id(function)]
        chosen = getattr(function, "__compiled__", function) if self.compiled else function
        if hasattr(function, "__rule__"):
            self.rules[function.__name__] = function
            chosen = self.replaced.get(function.__name__, chosen)
        names = dict(chosen.__globals__)
        for name in _names(chosen.__code__):
            value = names.get(name)
            if isinstance(value, types.FunctionType) and (value.__module__ or "").startswith(PACKAGE):
                names[name] = self.bind(value, cached=False)
        copy = types.FunctionType(chosen.__code__, names, chosen.__name__, chosen.__defaults__, chosen.__closure__)
        copy.__module__, copy.__qualname__ = chosen.__module__, chosen.__qualname__
        self.bound[id(function)] = self._compile(copy, cached) if self.compiled else copy
        return self.bound[id(function)]

    def _compile(self, function: Callable[..., Any], cached: bool) -> Callable[..., Any]:
        import numba

        if not cached:
            # called from kernels only: no way in from Python, and one signature
            inside = function.__code__.co_varnames[:1] in (("w",), ("log",))
            return one_signature(numba.njit(**OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=inside)(function))
        if self.folder is None:
            return numba.njit(**OPTIONS)(function)  # type: ignore[no-any-return]
        # the folder is set only while a kernel is declared, so that other users of Numba keep their own
        settings: Any = numba.config
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(self.folder)
        try:
            return numba.njit(**OPTIONS, cache=True)(function)  # type: ignore[no-any-return]
        finally:
            settings.CACHE_DIR = before

    def is_warm(self) -> bool:
        """True if machine code of an earlier process lies ready and undamaged; damaged code is removed with a notice."""
        if self.folder is None or not (seal := self.folder / "seal.json").exists():
            return False
        try:
            sealed = json.loads(seal.read_text(encoding="utf-8"))
            if all(_checksum(self.folder / name) == given or _is_rewritten(self.folder / name, seal) for name, given in sealed.items()):
                return True
        except (OSError, ValueError):
            pass
        print("The folder of compiled kernels is damaged; it is removed and built anew.", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = self._folder()
        return False

    def _forget_old(self, days: float = 30.0) -> None:
        """Remove folders of other sources that nobody has used for a month."""
        for other in cache_folder().iterdir():
            mark = other / ".touch"
            if other != self.folder and mark.exists() and time.time() - mark.stat().st_mtime > days * 86400:
                shutil.rmtree(other, ignore_errors=True)

    def seal(self) -> None:
        """Note the checksums of the machine code, so that a later process can tell whether it is whole."""
        if self.folder is None:
            return
        files = sorted(path for path in self.folder.rglob("*") if path.suffix in (".nbi", ".nbc"))
        sealed = {path.relative_to(self.folder).as_posix(): _checksum(path) for path in files}
        try:
            temporary = self.folder / f"seal.{os.getpid()}"
            temporary.write_text(json.dumps(sealed), encoding="utf-8", newline="\n")
            temporary.replace(self.folder / "seal.json")
            self._forget_old()
        except OSError:
            pass


def _checksum(path: Path) -> int:
    return zlib.crc32(path.read_bytes())


def _is_rewritten(path: Path, seal: Path) -> bool:
    """True if a file of machine code is whole and newer than the seal: a process that compiled at the same time has written it."""
    if path.stat().st_mtime_ns < seal.stat().st_mtime_ns:
        return False
    try:
        with path.open("rb") as file:
            pickle.load(file)
            return path.suffix == ".nbc" or bool(pickle.loads(file.read()))
    except Exception:
        return False


def one_signature(dispatcher: Any) -> Any:
    """Let a compiled helper have one signature: whole numbers are int64, others float64.

    Numba would compile it anew for every constant and every width of integer that it is called with.
    """
    from numba.core import types

    def widened(kind: Any) -> Any:
        if isinstance(kind, types.Integer | types.IntegerLiteral):
            return types.int64
        return types.float64 if isinstance(kind, types.Float) else kind

    resolve = dispatcher.get_call_template
    dispatcher.get_call_template = lambda args, kws: resolve(tuple(map(widened, args)), kws)
    return dispatcher


def _names(code: types.CodeType) -> set[str]:
    """Global names that a code object uses, those of functions inside it too; a field of a record may have the same name."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _source_of(function: Callable[..., Any]) -> str:
    """What a replaced rule is: its file, which may hold several, and which of them with which numbers."""
    path = Path(function.__code__.co_filename)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    return repr((text, _code_of(function.__code__), function.__defaults__, cells))


def _code_of(code: types.CodeType) -> tuple[Any, ...]:
    """The part of a code object that is the same in every process and decides what it does."""
    constants = [_code_of(value) if isinstance(value, types.CodeType) else value for value in code.co_consts]
    return code.co_name, code.co_code, code.co_names, constants
