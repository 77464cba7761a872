"""What metrics read of a finished run: totals by day, sums per person, states at the end, and the rows that were kept.

A record is taken from a model, or from a stored log alone; then what only states hold has no value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...agents.prices import LINES
from ..events import DETAILS as KINDS_KEPT
from ..events import EVENT, KIND, PLACES, SUMS, TALLIES
from ..totals import PLACED, Totals
from .declare import NoValue
from .ledger import KEPT, UNMET_DAYS, Ledger
from .recount import RECOUNTED, recount

if TYPE_CHECKING:
    from ..model import ServiceEcosystem
    from ..settings import WorldParams

PUBLIC = ("feed", "follow", "handle", "community")
"""Places in which everybody could hear."""
NO_LEDGER = "the run kept no sums per person from day 0 on"
NO_STATE = "a log alone does not say how people stand"
NO_TOTAL = "a log alone does not say it"
ROOM_FOR_KINDS, MANY_FIRMS = 128, 250
CENTS = "cents"
"""What was charged, among the names of totals."""
Floats = npt.NDArray[np.float64]


@dataclass(eq=False)
class Record:
    """One run, as metrics read it; `days` count from 0, firms by number. `of` and `of_events` make it."""

    firms: int
    totals: Totals
    params: WorldParams
    ledger: Ledger | None = None
    detail: str = "counts"
    log: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=EVENT))
    """Kept rows from day 0 on, in any order."""
    world: Any = None
    """The columns at the end, None where there is only a log."""
    everybody: Any = None
    """(people, pairs) of all who were in the market since day 0."""
    day: int = 0
    missing: frozenset[str] = frozenset()
    """Totals that nobody told of; a zero stands in their place."""
    built: dict[str, Any] = field(default_factory=dict)
    """What several metrics ask for, once one has."""

    @classmethod
    def of(cls, model: ServiceEcosystem) -> Record:
        """The record of a model as it stands."""
        log = np.concatenate(model.history) if model.history else np.zeros(0, dtype=EVENT)
        return cls(len(model.firms), model.totals, model.params, model.ledger, model.detail, log[log["day"] >= 0],
                   model.columns, model.everybody(), model.day)  # fmt: skip

    @classmethod
    def of_events(
        cls, rows: np.ndarray, ids: Sequence[int], firms: int, days: int, params: WorldParams,
        kernels: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Record:  # fmt: skip
        """The record of a stored log of all kinds: `ids` of the people on day 0, how many firms, how many days."""
        rows = rows[(rows["day"] >= 0) & (rows["day"] < days)]
        ledger = Ledger.of(rows, ids, firms, days, params.discount, contexts=params.customers.contexts,
                           windows=(params.talk.referral_margin, UNMET_DAYS), kernels=kernels)  # fmt: skip
        missing = frozenset({*TALLIES, *SUMS, CENTS} - set(RECOUNTED))
        return cls(firms, recount(rows, firms, days, params), params, ledger, "full", rows, day=days, missing=missing)

    # -- totals --

    @cached_property
    def days(self) -> slice:
        """Rows of the totals from day 0."""
        return self.totals.rows(0)

    @property
    def length(self) -> int:
        """Days from 0."""
        return self.days.stop - self.days.start

    def count(self, kind: str, firm: int) -> int:
        """Events of a kind about a firm."""
        return int(self.totals.count_of(kind, self.days, firm))

    def tally(self, name: str, firm: int) -> int:
        """An integer total of a firm; -1 is nobody."""
        self._needs(name)
        return int(self.totals.tally_of(name, self.days, firm))

    def total(self, name: str, firm: int) -> float:
        """A float total of a firm; -1 is nobody."""
        self._needs(name)
        return float(self.totals.sum_of(name, self.days, firm))

    def placed(self, kind: str, places: Sequence[str]) -> npt.NDArray[np.int64]:
        """Events of a kind in these places, int64 by firm."""
        at = [PLACES.index(place) for place in places]
        table = self.totals.place[self.days, :-1, PLACED.index(kind), :][:, :, at]
        return table.sum(axis=(0, 2), dtype=np.int64)  # type: ignore[no-any-return]

    def daily(self, name: str, firm: int) -> npt.NDArray[np.int64]:
        """An integer total by day."""
        self._needs(name)
        return self.totals.tally[self.days, firm, TALLIES.index(name)]

    def charged(self, firm: int, line: str | None = None) -> npt.NDArray[np.int64]:
        """Cents charged by day, on one line of the price list or on all."""
        self._needs(CENTS)
        cents = self.totals.cents[self.days, firm]
        return cents.sum(axis=1) if line is None else cents[:, list(LINES).index(line)]

    def cost(self, firm: int, line: str | None = None) -> float:
        """Money charged, on one line of the price list or on all."""
        return float(self.charged(firm, line).sum()) / 100.0

    def _needs(self, name: str) -> None:
        if name in self.missing:
            raise NoValue(NO_TOTAL)

    def discounts(self) -> Floats:
        """Weight of each day's money at the yearly rate."""
        return discount_factors(self.params.discount, self.length)

    # -- people --

    @property
    def sums(self) -> Ledger:
        """The ledger, or NoValue."""
        if self.ledger is None:
            raise NoValue(NO_LEDGER)
        return self.ledger

    @property
    def columns(self) -> Any:
        """States at the end, or NoValue."""
        if self.world is None:
            raise NoValue(NO_STATE)
        return self.world

    @property
    def people(self) -> np.ndarray:
        """PERSON rows of everybody, or NoValue."""
        if self.everybody is None:
            raise NoValue(NO_STATE)
        return self.everybody[0]  # type: ignore[no-any-return]

    @cached_property
    def lines(self) -> np.ndarray:
        """Lines in the ledger of the people who are there, in the order of their rows."""
        order = np.argsort(self.sums.ids)
        return order[np.searchsorted(self.sums.ids[order], self.columns.ids)]  # type: ignore[no-any-return]

    def customers(self, firm: int) -> int:
        """People who bought from the firm since day 0."""
        if self.everybody is None:
            return int(np.count_nonzero(self.sums.dyads["deals"][:, firm]))
        pairs = self.everybody[1][:, firm]
        return int(np.count_nonzero((pairs["last_bought"] >= 0) & (pairs["bought"] > 0)))

    def known(self, column: str, firm: int) -> Floats:
        """A column of all who are there and know the firm."""
        pairs = self.columns.pairs[:, firm]
        return pairs[column][pairs["known"] > 0].astype(np.float64)  # type: ignore[no-any-return]

    def last_bought(self, firm: int) -> np.ndarray:
        """Day of the last deal of everybody who was there since day 0, in no order; far back where there was none."""
        if self.everybody is None:
            return self.sums.dyads["last"][:, firm]
        return self.everybody[1]["last_bought"][:, firm]  # type: ignore[no-any-return]

    def dyads(self, firm: int) -> np.ndarray:
        """Ledger lines of the people who bought from the firm since day 0, or NoValue where there are none."""
        lines = self.once(f"dyads {firm}", lambda r: _bought(r.sums.dyads[:, firm]))
        if not len(lines):
            raise NoValue("the firm has no customers")
        return lines  # type: ignore[no-any-return]

    # -- rows --

    def rows(self, *kinds: str, firm: int | None = None) -> np.ndarray:
        """Kept rows of these kinds, of one firm where it is named; NoValue where the run did not keep them."""
        if self.ledger is not None and set(kinds) <= set(KEPT):
            kept = self.once("kept rows", lambda r: Sorted.of(r.sums.rows))
        elif set(kinds) <= set(KINDS_KEPT[self.detail]):
            kept = self.once("log", lambda r: Sorted.of(r.log))
        else:
            raise NoValue("needs detail full")
        return kept.of_kinds(kinds, range(-1, self.firms) if firm is None else (firm,))  # type: ignore[no-any-return]

    def once(self, name: str, make: Callable[[Record], Any]) -> Any:
        """What `make` gives, made once for all who ask for it by this name."""
        if name not in self.built:
            self.built[name] = make(self)
        return self.built[name]


def _bought(lines: np.ndarray) -> np.ndarray:
    return lines[np.flatnonzero(np.ascontiguousarray(lines["deals"]))]


class Sorted(NamedTuple):
    """A log, the order of its rows by firm and kind, and these as one number, so that rows of some kinds are slices of the order."""

    log: np.ndarray
    order: npt.NDArray[np.int64]
    keys: npt.NDArray[Any]

    @classmethod
    def of(cls, log: np.ndarray) -> Sorted:
        """Of a log; among equals its own order stays."""
        few = not len(log) or log["firm"].max() < MANY_FIRMS
        keys = log["firm"].astype(np.int32) * np.int32(ROOM_FOR_KINDS) + log["kind"]
        keys = keys.astype(np.int16) if few else keys  # NumPy sorts 16 bits faster
        order = np.argsort(keys, kind="stable")
        return cls(log, order, keys[order])

    def of_kinds(self, kinds: Sequence[str], firms: Iterable[int]) -> np.ndarray:
        """The rows of these kinds and firms (-1 nobody's)."""
        wanted = [firm * ROOM_FOR_KINDS + KIND[kind] for firm in firms for kind in kinds]
        begin, end = np.searchsorted(self.keys, wanted), np.searchsorted(self.keys, wanted, side="right")
        return self.log[np.concatenate([self.order[a:b] for a, b in zip(begin, end, strict=True)])]


def discount_factors(rate: float, days: int) -> Floats:
    """Weight of each day's money at the yearly rate: float64 [days]."""
    return (1.0 + rate) ** (-np.arange(days) / 365.0)  # type: ignore[no-any-return]
