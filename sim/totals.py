"""Totals of every day, firm by firm: what metrics, firm views and tables read when the log keeps only counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.prices import LINES
from .events import KIND, KINDS, PLACES, SUMS, TALLIES, Log

PLACED = ("utterance", "msg_push", "exposure", "complaint", "refused", "question")
"""Kinds that are also counted by place."""


def is_looked_at(day: int) -> bool:
    """True on days on which value per head is taken, from all people: weekly where its curve bends, then every fourth week."""
    return day >= 0 and day % (7 if day < 84 else 28) == (6 if day < 84 else 27)


class Totals:
    """Growing tables [day, firm + 1, ...]; the last firm is nobody. Day 0 is row `burn_in`."""

    def __init__(self, firms: int, first_day: int, days: int = 512) -> None:
        self.firms, self.first_day, self.used = firms, first_day, 0
        self.kind = np.zeros((days, firms + 1, len(KINDS)), dtype=np.int32)
        self.place = np.zeros((days, firms + 1, len(PLACED), len(PLACES)), dtype=np.int32)
        self.tally = np.zeros((days, firms + 1, len(TALLIES)), dtype=np.int64)
        self.total = np.zeros((days, firms + 1, len(SUMS)))
        self.cents = np.zeros((days, firms, len(LINES)), dtype=np.int64)
        self.per_head = np.zeros(days)
        """Value per head since day 0 on the days on which it was looked at, else nan."""

    TABLES = ("kind", "place", "tally", "total", "cents", "per_head")

    def take(self, log: Log, cents: list[dict[str, int]], per_head: float | None = None) -> None:
        """Add one day's totals from the log's blocks, in block order, and clear them; `per_head` is None where nobody looked."""
        d = self.used
        if d == len(self.kind):
            for name in self.TABLES:
                table = getattr(self, name)
                setattr(self, name, np.concatenate([table, np.zeros_like(table)]))
        count = log.count.sum(axis=0) if len(log.count) > 1 else log.count[0]
        self.kind[d] = count.sum(axis=2)
        self.place[d] = count[:, [KIND[name] for name in PLACED], :]
        self.tally[d] = log.tally.sum(axis=0)
        total = np.zeros_like(self.total[d])
        for block in log.total:
            total += block
        self.total[d] = total
        for f, lines in enumerate(cents):
            self.cents[d, f] = list(lines.values())
        self.per_head[d] = np.nan if per_head is None else per_head
        log.count[:] = 0
        log.tally[:] = 0
        log.total[:] = 0.0
        self.used += 1

    def rows(self, first: int, last: int | None = None) -> slice:
        """Rows of days first..last (exclusive; default to the end), clipped to what is there."""
        end = self.used if last is None else last - self.first_day
        return slice(max(0, first - self.first_day), max(0, end))

    def count_of(self, kind: str, days: slice, firm: int | slice = slice(None)) -> Any:
        """Events of a kind on these rows, summed over days: int64 per firm, or one firm's."""
        return self.kind[days, firm, KIND[kind]].sum(axis=0, dtype=np.int64)

    def tally_of(self, name: str, days: slice, firm: int | slice = slice(None)) -> Any:
        """An integer tally on these rows, summed over days."""
        return self.tally[days, firm, TALLIES.index(name)].sum(axis=0)

    def sum_of(self, name: str, days: slice, firm: int | slice = slice(None)) -> Any:
        """A float total on these rows, summed over days in order."""
        return np.add.reduce(self.total[days, firm, SUMS.index(name)], axis=0)
