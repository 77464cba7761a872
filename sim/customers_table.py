"""What a user knows about people: a table of traits, joined by name, which take the place of the drawn ones.

A cell that is empty keeps the drawn trait, and so does everybody who is not in the table: traits are drawn by name, so
that nobody's luck depends on what is known about others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..agents.declare import Declared, InputError, Parameter, nearest, par, parameters
from .network import Network
from .traits_file import Cells, cells_of

GIVEN = "data: the user's table of customers"


class CustomerTraits(Declared):
    """What may be known of a person; none stands for not known. States that change are given as on the first day of the burn-in."""

    need_rate: float | None = par(None, "1/year", 0, 365, GIVEN, "Times a year that the category's job arises for her.")
    order_value: float | None = par(None, "1", 0.01, 1000, GIVEN, "Her usual order over the mean order.")
    price_sensitivity: float | None = par(None, "1", 0, 100, GIVEN, "Her price sensitivity over the mean of all.")
    talkativeness: float | None = par(None, "1", 0, 1000, GIVEN, "How much she talks, over the mean of all.")
    attention: float | None = par(None, "items", 0, 1000, GIVEN, "Items that she has attention for in a day.")
    irritability: float | None = par(None, "1", 0, 100, GIVEN, "How fast messages irritate her, over the mean of all.")
    openness: float | None = par(None, "1", 0, 1, GIVEN, "How open she is to what peers say.")
    online: float | None = par(None, "1", 0, 1, GIVEN, "Share of her contacts that happen on-line.")
    skill: float | None = par(None, "1", 0, 1, GIVEN, "Her skill in putting resources to use.")
    desired_functional: float | None = par(None, "1", -5, 5, GIVEN, "The outcome she desires of the functional job, as offers are placed.")
    desired_emotional: float | None = par(None, "1", -5, 5, GIVEN, "The outcome she desires of the emotional job.")
    desired_social: float | None = par(None, "1", -5, 5, GIVEN, "The outcome she desires of the social job.")
    weight_functional: float | None = par(None, "1", 0, 1, GIVEN, "Weight of the functional job; the three sum to 1.")
    weight_emotional: float | None = par(None, "1", 0, 1, GIVEN, "Weight of the emotional job; the three sum to 1.")
    weight_social: float | None = par(None, "1", 0, 1, GIVEN, "Weight of the social job; the three sum to 1.")


COLUMN = {
    "need_rate": "rate", "order_value": "order", "price_sensitivity": "price_sense", "talkativeness": "talk", "attention": "attention",
    "irritability": "irritability", "openness": "openness", "online": "online", "skill": "skill", "desired_functional": "d0",
    "desired_emotional": "d1", "desired_social": "d2",
}  # fmt: skip
"""Of a person's row, by trait; weights come together."""

WEIGHTS = {"weight_functional": "w0", "weight_emotional": "w1", "weight_social": "w2"}
LEAST_RATE = 1e-5
TRAITS: dict[str, Parameter] = {trait.path: trait for trait in parameters(CustomerTraits)}


@dataclass(frozen=True, eq=False)
class CustomersTable:
    """Traits of some people: stable ids, ascending, and for each trait a value per id, nan where it is not known."""

    ids: npt.NDArray[np.int64]
    values: Mapping[str, npt.NDArray[np.float64]]
    notes: tuple[str, ...] = ()

    def digest(self) -> str:
        """The sha256 of ids and values as hex: equal for tables that say the same, whatever their kind and order."""
        total = hashlib.sha256(self.ids.astype("<i8").tobytes())
        for trait in sorted(self.values):
            column = np.where(np.isnan(self.values[trait]), np.nan, self.values[trait] + 0.0)  # one nan, one zero
            total.update(f"{trait}\n".encode() + column.astype("<f8").tobytes())
        return total.hexdigest()

    def lay_on(self, people: npt.NDArray[Any]) -> None:
        """Put the known traits into the rows of the people whose ids these are."""
        order = np.argsort(people["id"], kind="stable")
        row = order[np.minimum(np.searchsorted(people["id"][order], self.ids), len(order) - 1)]
        if (people["id"][row] != self.ids).any():
            stranger = int(self.ids[people["id"][row] != self.ids][0])
            raise InputError("the table of customers is of another network", key="customers_table", given=stranger,
                             allowed="ids of this network")  # fmt: skip
        for trait, values in self.values.items():
            if trait in WEIGHTS:
                continue
            known = ~np.isnan(values)
            scaled = np.maximum(values / 365.0, LEAST_RATE) if trait == "need_rate" else values
            people[COLUMN[trait]][row[known]] = scaled[known]
        if any(trait in self.values for trait in WEIGHTS):
            self._weigh(people, row)

    def _weigh(self, people: npt.NDArray[Any], row: npt.NDArray[np.int64]) -> None:
        """Given weights stand; the others share what these leave, in the proportions that were drawn."""
        nothing = np.full(len(row), np.nan)
        given = np.column_stack([self.values.get(trait, nothing) for trait in WEIGHTS])
        known = ~np.isnan(given)
        drawn = np.column_stack([people[column][row].astype(np.float64) for column in WEIGHTS.values()])
        left = 1.0 - np.where(known, given, 0.0).sum(axis=1, keepdims=True)
        open_ = np.where(known, 0.0, drawn).sum(axis=1, keepdims=True)
        weights = np.where(known, given, drawn * np.maximum(left, 0.0) / np.where(open_ > 0, open_, 1.0))
        weights /= weights.sum(axis=1, keepdims=True)  # three given ones may miss 1 by their last digit
        some = known.any(axis=1)
        for j, column in enumerate(WEIGHTS.values()):
            people[column][row[some]] = weights[some, j]


def read_customers_table(path: str | Path, network: Network | int) -> CustomersTable:
    """The table in a CSV, TSV or Parquet file, joined to a network's names, or to 0..N-1 for N generated people.

    The first column of the people is `name` (or `customer`, `id`), all others are of CustomerTraits. InputErrors name file, row
    and column.
    """
    path = Path(path)
    cells = cells_of(path)
    for column in cells.columns:
        if column not in TRAITS:
            raise InputError("unknown column", file=path, key=cells.head, given=column, allowed=f"name, {', '.join(TRAITS)}",
                             nearest=nearest(column, TRAITS))  # fmt: skip
    if not cells.columns:
        raise InputError("the table has no trait", file=path, key=cells.head, allowed=", ".join(TRAITS))
    ids = _ids(cells, path, network)
    values = {column: _checked(cells, column, path) for column in cells.columns}
    _check_weights(cells, values, path)
    order = np.argsort(ids)
    people = network if isinstance(network, int) else network.people
    known = sum(int((~np.isnan(column)).sum()) for column in values.values())
    notes = (*cells.notes, f"{len(ids)} of {people} people in the table of customers, {known} traits known")
    return CustomersTable(ids[order], {trait: column[order] for trait, column in values.items()}, notes)


def as_table(given: str | Path | CustomersTable | None, network: Network) -> CustomersTable | None:
    """The table that a path or a table stands for; None stays none."""
    if given is None or isinstance(given, CustomersTable):
        return given
    return read_customers_table(given, network)


def _ids(cells: Cells, path: Path, network: Network | int) -> npt.NDArray[np.int64]:
    """The stable id of each row's name; an InputError for a name that is nobody's, or stands twice."""
    named = not isinstance(network, int) and network.names is not None
    if isinstance(network, int) or network.names is None:
        many = network if isinstance(network, int) else network.people
        place, allowed = {str(i): i for i in range(many)}, f"0 to {many - 1}, the people of a generated network"
    else:
        place, allowed = dict(zip(network.names, network.ids.tolist(), strict=True)), "a name of the network"
    seen: dict[str, int] = {}
    for k, name in enumerate(cells.names):
        if not name:
            raise InputError("a row has no name", file=path, key=cells.where(k), allowed=allowed)
        if name not in place:
            raise InputError("nobody in the network has this name", file=path, key=cells.where(k), given=name, allowed=allowed,
                             nearest=nearest(name, place) if named and len(place) <= 10_000 else None)  # fmt: skip
        if name in seen:
            raise InputError(f"a name stands twice, before in {cells.where(seen[name])}", file=path, key=cells.where(k), given=name,
                             allowed="each name once")  # fmt: skip
        seen[name] = k
    return np.array([place[name] for name in cells.names], np.int64)


def _checked(cells: Cells, column: str, path: Path) -> npt.NDArray[np.float64]:
    """The numbers of a column, nan where a cell is empty; an InputError for what is no number or out of the declared range."""
    values, trait = cells.numbers(column, path), TRAITS[column]
    wrong = np.flatnonzero(~np.isnan(values) & ~((values >= trait.low) & (values <= trait.high)))
    if len(wrong):
        unit = "" if trait.unit == "1" else f" {trait.unit}"
        raise InputError("out of range", file=path, key=f"{cells.where(int(wrong[0]))}, {column}", given=float(values[wrong[0]]),
                         allowed=f"{trait.low:g} to {trait.high:g}{unit}, or an empty cell")  # fmt: skip
    return values


def _check_weights(cells: Cells, values: Mapping[str, npt.NDArray[np.float64]], path: Path) -> None:
    given = [values[trait] for trait in WEIGHTS if trait in values]
    if not given:
        return
    total, known = np.nansum(given, axis=0), (~np.isnan(given)).sum(axis=0)
    wrong = np.flatnonzero((total > 1.01) | ((known == 3) & (total < 0.99)))
    if len(wrong):
        raise InputError("the weights of the three jobs do not fit", file=path, key=f"{cells.where(int(wrong[0]))}, weight_*",
                         given=f"a sum of {total[wrong[0]]:g}", allowed="three that sum to 1, or fewer that leave something")  # fmt: skip
