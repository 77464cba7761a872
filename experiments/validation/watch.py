"""What validation sees of a world: its log, every episode with a firm as she judged it, and where people stood on one day.

The view is the true one: satisfaction and attachment are states that no firm sees and no log holds. Watching changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...sim.events import EVENT, KIND, PLACES

if TYPE_CHECKING:
    from ...sim.model import ServiceEcosystem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EPISODE = np.dtype([
    ("day", "i4"), ("firm", "i2"), ("row", "i8"), ("who", "i8"), ("need", "i8"), ("key", "i8"), ("value", "f8"), ("gap", "f8"),
    ("satisfaction", "f8"), ("valence", "f8"),
])  # fmt: skip
"""An episode with a firm in which she acted; `gap` is value less what she expected (disconfirmation)."""


@dataclass
class Stand:
    """Where everybody stood on a day, before it began: copies of the columns that preferences are made of."""

    day: int
    people: np.ndarray
    pairs: np.ndarray
    bonds: np.ndarray
    firms: np.ndarray


class Watch:
    """A listener that keeps the episodes of each day, and a stand of the days in `stands`."""

    def __init__(self, model: ServiceEcosystem, stands: tuple[int, ...] = ()) -> None:
        self.model, self.days, self._parts = model, stands, [np.zeros(0, dtype=EPISODE)]
        self.stands: dict[int, Stand] = {}
        model.listeners.append(self)

    def __call__(self, model: ServiceEcosystem, rows: np.ndarray) -> None:
        """Keep today's episodes; it is called as the day ends."""
        w, day = model.columns, model.day
        parts = [np.asarray(w.episodes[b, : w.episode_count[b]]) for b in range(len(w.episode_count))]
        today = np.concatenate(parts)
        today = today[(today["firm"] >= 0) & (today["act"] > 0)]
        kept = np.zeros(len(today), dtype=EPISODE)
        for name in ("firm", "row", "key", "value", "satisfaction", "valence"):
            kept[name] = today[name]
        kept["day"], kept["need"], kept["who"] = day, today["need_no"], w.ids[today["row"]]
        p = model.params.judgement
        over = today["satisfaction"] - (today["value"] - today["effort"])  # how she judged, undone
        kept["gap"] = over / max(p.gap_weight, 1e-9) / np.where(over > 0, 1.0, p.loss)
        self._parts.append(kept)
        if day + 1 in self.days:
            self.stands[day + 1] = Stand(day + 1, *(np.array(table) for table in (w.people, w.pairs, w.bonds, w.firms)))

    @cached_property
    def episodes(self) -> np.ndarray:
        """All episodes so far, EPISODE records by day. To be read once the world has ended."""
        return np.concatenate(self._parts)


@dataclass(eq=False)
class Seen:
    """One finished world, as facts are read of it."""

    model: ServiceEcosystem
    watcher: Watch | None = None

    @property
    def watch(self) -> Watch:
        """What was watched; a ValueError where nobody did."""
        if self.watcher is None:
            raise ValueError("nobody watched this world")
        return self.watcher

    @property
    def people(self) -> int:
        """People in the market."""
        return len(self.model.columns.ids)

    @property
    def firms(self) -> int:
        """Firms in the market."""
        return len(self.model.firms)

    @cached_property
    def log(self) -> np.ndarray:
        """Kept rows from day 0."""
        rows = np.concatenate(self.model.history) if self.model.history else np.zeros(0, dtype=EVENT)
        return rows[rows["day"] >= 0]  # type: ignore[no-any-return]

    def rows(self, kind: str, *places: str) -> np.ndarray:
        """Rows of one kind, in these places where some are named."""
        rows = self.log[self.log["kind"] == KIND[kind]]
        return rows[np.isin(rows["place"], [PLACES.index(place) for place in places])] if places else rows  # type: ignore[no-any-return]

    @property
    def episodes(self) -> np.ndarray:
        """Episodes with a firm in which she acted, from day 0."""
        return self.watch.episodes

    def bought(self, days: int) -> Ints:
        """Deals of the first so many days by person (as the ids stand) and firm, int64 [people, firms]."""
        made = self.rows("purchase")
        made = made[made["day"] < days]
        found = np.zeros((self.people, self.firms), dtype=np.int64)
        np.add.at(found, (self.place_of(made["actor"]), made["firm"]), 1)
        return found

    def place_of(self, ids: Any) -> Ints:
        """The rows of people by their ids."""
        order = np.argsort(self.model.columns.ids)
        return order[np.searchsorted(self.model.columns.ids[order], ids)]  # type: ignore[no-any-return]
