"""The ledger: what the day's events add up to, person by person and firm by firm, for metrics that counts cannot give.

It is fed the rows of each day and forgets them, so a run that keeps no log is measured like one that keeps all. All sums
are of whole numbers: they do not depend on the order in which rows arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..columns import NEVER, table
from ..day import engine
from ..events import EVENT, KIND, KINDS
from ..turnover import stride
from .entries import BY_THE_CLOCK, IN_ANY_ORDER, IS_KEPT

DYAD = np.dtype([
    ("paid", "i8"), ("margin", "i8"), ("worth", "i8"), ("value", "i8"), ("net", "i8"),
    ("strength", "f4"), ("deals", "i4"), ("episodes", "i4"), ("first", "i2"), ("last", "i2"),
    ("deals_now", "i2"), ("praise_now", "i2"), ("blame_now", "i2"), ("stage", "u1"), ("marked", "u1"),
])  # fmt: skip
"""A person and a firm: cents paid and earned (net of money given back), margin discounted (millionths of a cent), value and
net value (millionths), decayed deals, deals and episodes, first and last day of a deal, the running quarter, the rung,
and whether the rarer record below has to be asked at a deal. 64 bytes, one fetch of memory."""

WORDS = np.dtype([
    ("credit", "i8"), ("praise", "i4"), ("blame", "i4"), ("acts", "i4"), ("friend", "i4"), ("joined", "i2"), ("unmet", "i2"),
    ("complained", "i2"), ("churned", "i2"), ("won_back", "i2"),
])  # fmt: skip
"""The same pair, what is rarer: discounted margin credited to her praise, her utterances, her acts besides buying, who is
credited with her first deal and since when, days of the last unmet contact, complaint, end of a contract, and return."""

PERSON = np.dtype([("before", "i4"), ("since", "i4"), ("last_firm", "i2"), ("context", "i2"), ("jobs_now", "i2"),
                   ("told", "i4"), ("jobs", "i4")])  # fmt: skip
"""A person: the line of whom she succeeded (-1 none), her first day, the firm of her last job, the context of the
running one, jobs of the quarter, contributions to talk and communities, jobs."""

COUNTS = ("contacts", "failure_demand", "churned", "silent_churn", "won_back")
(N_CONTACTS, N_FAILURE_DEMAND, N_CHURNED, N_SILENT, N_WON_BACK) = range(len(COUNTS))

RUNGS = ("none", "experience", "loyal", "advocate")
UNMET_DAYS = 60.0
"""Days for which a contact that brought no help makes the next one failure demand."""
QUARTER = 91
"""Days after which everybody's rung on the ladder is looked at."""

DEALS = ("purchase", "episode_start", "episode_end", "utterance", "referral_join")
"""Kinds that are entered in any order: a person has one job a day. Of `episode_start` only the context is asked for."""
CASES = (
    "complaint", "question", "effective_customer", "churn", "return", "comm_join", "follow", "idea", "answer", "looked_up", "entry",
)  # fmt: skip
"""Kinds that are entered by the clock."""
KEPT = ("utterance", "relay", "prompt", "reframe", "picked_up", "complaint", "reply", "effective_customer", "service_given", "idea",
        "idea_adopt", "launch", "answer", "looked_up", "handover", "shock")  # fmt: skip
"""Kinds of which the rows are kept, since a shape or an order among them is asked for; of utterances the public ones."""
STREAMED = tuple(name for name in KINDS if name in {*DEALS, *CASES, *KEPT} - {"episode_start"})

_ROLE = np.zeros(len(KINDS), dtype=np.uint8)
for _role, _names in ((IN_ANY_ORDER, DEALS), (BY_THE_CLOCK, CASES), (IS_KEPT, KEPT)):
    for _name in _names:
        _ROLE[KIND[_name]] |= _role


class Ledger:
    """Sums since day 0, fed by `enter` and `close`; `dyads` and `words` are [person, firm], `people` [person]."""

    def __init__(self, ids: Any, firms: int, discount: float, *, contexts: int = 1, windows: tuple[float, float] = (364.0, 60.0),
                 kernels: Mapping[str, Callable[..., Any]] | None = None,
                 began: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        """`windows`: days for which a referred customer's margin is credited, and for which a need is remembered as unmet."""
        ids = np.asarray(ids, dtype=np.int64)
        self.firms, self.discount, self.windows = firms, discount, np.array(windows)
        seats = ids % stride(len(ids))  # who came before day 0 already sits where the person did whom she succeeded
        self.slot = np.full(int(seats.max(initial=0)) + 1, -1, dtype=np.int32)
        self.slot[seats] = np.arange(len(ids))
        self.ids = np.zeros(0, dtype=np.int32)
        """Who stands on each line; who came later stands behind those that were there on day 0."""
        self.dyads, self.words, self.people = table(DYAD, 0, firms), table(WORDS, 0, firms), table(PERSON, 0)
        self._grow(len(ids))
        self.ids[:] = ids
        self.counts = np.zeros((firms, len(COUNTS)), dtype=np.int64)
        self.moves = np.zeros((firms + 3, firms + 3), dtype=np.int64)
        """Jobs by the supplier of the last one and of this one: firms, then none before, nothing, own means."""
        self.contexts = np.zeros((firms, max(1, contexts), 3), dtype=np.int64)
        """Episodes, their value and its square (millionths), by context."""
        self.tones = np.zeros((firms, 3), dtype=np.int64)
        """Customers' utterances about a firm, the sum of their tone and of its square (millionths)."""
        self.rungs = np.zeros((firms, len(RUNGS), len(RUNGS)), dtype=np.int64)
        """People by the rung on which they stood and the one on which they stand, summed over quarters."""
        self.kept: list[np.ndarray] = []
        self._by_the_clock: list[np.ndarray] = []
        self._picked = np.zeros((3, 1), dtype=np.int64)
        self.began = dict(began or {})
        self.day = 0
        """The running day."""
        self.kernels = engine().kernels if kernels is None else kernels
        # asked about nothing once, so that all of them are compiled on the first day, and not in the middle of a run
        nothing = table(EVENT, 0)
        self.enter(nothing)
        self.kernels["enters_case"](self._book(), nothing, 0, 1.0, 0)
        self.kernels["looks_at_rungs"](self.people[:0], self.dyads[:0], np.zeros(0, dtype=np.uint8), self.rungs)

    def enter(self, rows: np.ndarray) -> None:
        """Enter rows of the running day; kinds that nobody asks for are passed over.

        Rows may stand in any order; where a day comes in parts, the earlier hours of a person come first.
        """
        if self._picked.shape[1] <= len(rows):
            self._picked = np.zeros((3, 2 * len(rows) + 1), dtype=np.int64)
        picked, records = self._picked, rows if isinstance(rows, np.recarray) else rows.view(np.recarray)
        self.kernels["enters_deal"](self._book(), records, self.day, self._weight(), _ROLE, picked)
        plain = np.asarray(rows)
        for k, chosen in enumerate((self._by_the_clock, self.kept)):
            if picked[k, 0]:
                chosen.append(plain[picked[k, 1 : picked[k, 0] + 1]])

    def close(self) -> None:
        """End the running day: what has to be entered by the clock is, and at the end of a quarter all rungs are looked at."""
        if self._by_the_clock:
            cases = _joined(self._by_the_clock)
            self._by_the_clock.clear()
            used, newcomers = len(self.people), int(np.count_nonzero(cases["kind"] == KIND["entry"]))
            if newcomers:
                self._grow(newcomers)
            cases = cases[np.lexsort((cases["kind"], cases["id"], cases["hour"]))]
            self.kernels["enters_case"](self._book(), cases.view(np.recarray), self.day, self._weight(), used)
        self.day += 1
        if self.day % QUARTER == 0:
            here = np.ones(len(self.people), dtype=np.uint8)
            here[self.people["before"][self.people["before"] >= 0]] = 0  # who was succeeded has left
            self.kernels["looks_at_rungs"](self.people, self.dyads, here, self.rungs)

    def _weight(self) -> float:
        return (1.0 + self.discount) ** (-self.day / 365.0)  # type: ignore[no-any-return]

    @classmethod
    def of(cls, rows: np.ndarray, ids: Any, firms: int, days: int, discount: float, **more: Any) -> Ledger:
        """The ledger of a stored log of `days` days."""
        ledger = cls(ids, firms, discount, **more)
        order = np.argsort(rows["day"], kind="stable")
        edges = np.searchsorted(rows["day"][order], np.arange(days + 1))
        for day in range(days):
            ledger.enter(rows[order[edges[day] : edges[day + 1]]])
            ledger.close()
        return ledger

    @property
    def rows(self) -> np.ndarray:
        """The kept rows so far, day by day."""
        return _joined(self.kept)

    def _book(self) -> tuple[Any, ...]:
        return (self.slot, self.ids, self.people, self.dyads, self.words, self.counts, self.moves, self.contexts, self.tones, self.windows)

    def _grow(self, more: int) -> None:
        """Room for newcomers."""
        used = len(self.people)
        self.ids = np.concatenate((self.ids, np.zeros(more, dtype=np.int32)))
        for name, kind in (("dyads", DYAD), ("words", WORDS), ("people", PERSON)):
            old = getattr(self, name)
            new = table(kind, used + more, *old.shape[1:])
            new[:used] = old
            setattr(self, name, new)
        for column in ("first", "last"):
            self.dyads[column][used:] = NEVER
        for column in ("joined", "unmet", "complained", "churned", "won_back"):
            self.words[column][used:] = NEVER
        self.words["friend"][used:] = -1
        self.people["before"][used:] = -1
        self.people["last_firm"][used:] = -3


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    """Parts of a log one after another; as mere bytes, since NumPy compares records field by field."""
    if not parts:
        return np.zeros(0, dtype=EVENT)
    return np.concatenate([part.view((np.void, EVENT.itemsize)) for part in parts]).view(EVENT)  # type: ignore[no-any-return]


def beginning(w: Any) -> dict[str, Any]:
    """What stands on day 0 and some metrics are held against: mean skill, and by firm mean expectation and customers.

    The expectation is nan where nobody knows the firm.
    """
    known = w.pairs["known"] > 0
    expected, count = np.where(known, w.pairs["expectation"], 0.0).sum(axis=0, dtype=np.float64), known.sum(axis=0)
    return {
        "skill": float(np.mean(w.people["skill"], dtype=np.float64)) if len(w.ids) else 0.0,
        "expectation": np.divide(expected, count, out=np.full(len(count), np.nan), where=count > 0),
        "customers": (w.pairs["bought"] > 0).sum(axis=0),
    }
