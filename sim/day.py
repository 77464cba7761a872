"""A day as a list of ten phases, and the kernels that run them on whole worlds or on blocks of rows."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..agents.attention import promises
from ..agents.declare import InputError, nearest
from ..agents.learning import distrusts, redesigns, resents, revises
from .columns import Columns
from .jit import Binder
from .kernels.choose import choose
from .kernels.help import help_each_other
from .kernels.integrate import integrate
from .kernels.judge import judge
from .kernels.propose import propose
from .kernels.reach import reachable
from .kernels.speak import speak
from .kernels.spread import spread
from .kernels.take_in import take_in
from .metrics.entries import enters_case, enters_deal, looks_at_rungs
from .world import block_bounds, make_room

DAY = ("decide", "propose", "choose", "integrate", "judge", "speak", "spread", "take_in", "help", "settle")
"""The ten phases of a day, in order."""

BY_ROW = {"propose": propose, "choose": choose}
BY_EPISODE = {"integrate": integrate, "judge": judge, "speak": speak}
WHOLE = {"spread": spread, "help": help_each_other}
BY_FIRM = (revises, redesigns, promises, distrusts, resents)

_engines: dict[Any, Engine] = {}


class Engine:
    """The kernels of one rule set, compiled or plain."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.cold = binder.compiled and not binder.is_warm()
        """True until the kernels of this process are known to be in the cache folder."""
        kernels = {**BY_ROW, **BY_EPISODE, **WHOLE, "take_in": take_in, "reachable": reachable,
                   "enters_deal": enters_deal, "enters_case": enters_case, "looks_at_rungs": looks_at_rungs}  # fmt: skip
        self.kernels: dict[str, Callable[..., Any]] = {name: binder.bind(kernel) for name, kernel in kernels.items()}
        plain = Binder(compiled=False, replaced=binder.replaced)
        self.rules = {function.__name__: plain.bind(function) for function in BY_FIRM}
        """Rules that are asked once a firm, outside the kernels."""
        self._fits({**binder.rules, **plain.rules})

    def _fits(self, rules: dict[str, Callable[..., Any]]) -> None:
        """An InputError where a replaced rule is none of the model's, or is asked otherwise."""
        for name, mine in self.binder.replaced.items():
            if name not in rules:
                raise InputError("no such rule", key="rules", given=name, allowed=", ".join(sorted(rules)), nearest=nearest(name, rules))
            wanted, given = (list(inspect.signature(function).parameters) for function in (rules[name], mine))
            if len(wanted) != len(given):
                raise InputError("a rule takes other arguments", key=f"rules.{name}", given=", ".join(given), allowed=", ".join(wanted))

    def a_day_is_done(self) -> None:
        """All kernels have run once: their machine code is whole."""
        if self.cold:
            self.cold = False
            self.binder.seal()


def engine(compiled: bool = True, replaced: dict[str, Callable[..., Any]] | None = None) -> Engine:
    """The engine of a rule set; built once per process. Compilation itself waits for the first day."""
    key = (compiled, tuple(sorted((name, id(function)) for name, function in (replaced or {}).items())))
    if key not in _engines:
        _engines[key] = Engine(Binder(compiled, replaced))
    return _engines[key]


class Runner:
    """Runs phases of one world: hands rows to kernels, makes room when one pauses, collects kept log rows."""

    def __init__(self, columns: Columns, kernels: Engine, threads: int = 1) -> None:
        self.columns, self.engine, self.threads = columns, kernels, threads
        self.bounds = block_bounds(len(columns.ids))
        self.rows: list[np.ndarray] = []
        self.reads: Callable[[np.ndarray], None] | None = None
        """Who reads the rows of a day as they are collected."""
        self.keeps = True
        """Whether they are kept beyond that."""
        self.seconds = dict.fromkeys(DAY, 0.0)
        self._pool: ThreadPoolExecutor | None = None

    def run(self, phase: str, day: int) -> None:
        """Run one compiled phase of a day to its end."""
        begin = time.perf_counter()
        kernel = self.engine.kernels[phase]
        if phase in BY_ROW:
            self._blocks(kernel, day, [lo for lo, _ in self.bounds], lambda b: self.bounds[b][1])
        elif phase in BY_EPISODE:
            self._blocks(kernel, day, [0] * len(self.bounds), lambda b: int(self.columns.episode_count[b]))
        elif phase in WHOLE:
            while not kernel(self.columns, day):
                self.make_room()
        else:
            kernel(self.columns, day)
        self.seconds[phase] += time.perf_counter() - begin

    def _blocks(self, kernel: Callable[..., int], day: int, reached: list[int], end: Callable[[int], int]) -> None:
        """Run a kernel on every block; blocks that pause go on after room was made. Blocks share no state but what is read."""
        left = list(range(len(reached)))
        while left:
            w = self.columns
            if self.threads > 1 and len(left) > 1:
                if self._pool is None:
                    self._pool = ThreadPoolExecutor(self.threads)
                ends = list(self._pool.map(lambda b: kernel(w, b, day, reached[b], end(b)), left))  # noqa: B023
            else:
                ends = [kernel(w, b, day, reached[b], end(b)) for b in left]
            for b, at in zip(left, ends, strict=True):
                reached[b] = at
            left = [b for b in left if reached[b] < end(b)]
            if left:
                self.make_room()

    def make_room(self) -> None:
        """Collect kept rows and enlarge what is short."""
        self.collect()
        self.columns = make_room(self.columns)

    def collect(self) -> None:
        """Move kept rows out of the blocks' buffers."""
        log = self.columns.log
        for b in range(len(self.bounds)):
            if log.used[b]:
                rows = log.rows[b, : log.used[b]]
                if self.reads is not None:
                    self.reads(rows)
                if self.keeps:
                    self.rows.append(np.array(rows))
                log.used[b] = 0

    def close(self) -> None:
        """End the thread pool."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
