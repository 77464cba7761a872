"""How far a long computation is: on stderr after the first second, with the time left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

AFTER = 1.0
"""Seconds before anything is shown."""

EVERY = 10.0
"""Seconds between two lines where stderr is no terminal."""


class Meter:
    """Called as meter(done, total, what); a bar on a terminal, else a plain line now and then. Used in a `with`.

    A total of 0 stands for work that cannot be measured: it is named at once. What comes after it is measured anew.
    """

    def __init__(self) -> None:
        self.begun = 0.0
        self.next = 0.0
        self.measured = False
        self.bar: Any = None
        self.terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if not self.begun:  # at the first day: compiling is not a measure of what is to come
            self.begun, self.next = now, now + AFTER
        if not total and self.measured:  # the end of a stage: how fast it was says nothing about the next
            self.begun, self.measured = now, False
        self.measured |= total > 0
        if total and now < self.next:
            return
        self.next = now + (0.2 if self.terminal else EVERY)
        said = f"{what}: {100 * done // total} %, {left(now - self.begun, done, total)}" if total else f"{what} ..."
        if self.terminal:
            self._draw(done, total, said)
        else:
            print(said, file=sys.stderr, flush=True)

    def _draw(self, done: int, total: int, said: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        if self.bar is None:
            self.bar = Progress(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True)
            self.bar.start()
            self.bar.add_task(said)
        self.bar.update(self.bar.task_ids[0], completed=done, total=total or None, description=said)

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.stop()


def left(gone: float, done: int, total: int) -> str:
    """The time left in words, if it goes on as it has."""
    if not done:
        return "just begun"
    seconds = round(gone * (total - done) / done)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"
