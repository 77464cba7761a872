"""How a metric is declared, and how it says that it has no value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .record import Record

BOARDS = ("goods_dominant", "service_dominant")
GOODS, SERVICE = BOARDS
DETAILS = ("counts", "talk", "full")
"""What the log of a run may keep as rows, from least to most."""


class NoValue(Exception):
    """A metric has no value in this world; the text says why, in words that follow a dash."""


class Metric(NamedTuple):
    """One declared metric of a firm in one finished run: what it is, and the function that gives it.

    `of(record, firm)` returns a float or raises NoValue; `why` is the reason that is nearly always given.
    """

    name: str
    board: str
    mark: str
    """outcome: comparable between arms; activity: moved directly by a lever."""
    unit: str
    catalogue: str
    """Its row in the catalogue, M01 to M90."""
    sentence: str
    of: Callable[[Record, int], float]
    why: str
    formula: str = ""
    source: str = "catalogue"
    view: str = "true"
    """true: by the whole log; firm: as the firm can see it; both where nothing is hidden."""
    detail: str = "counts"
    """The least detail of the log from which it can be computed."""
    primary: bool = False


def ratio(above: float, below: float, why: str) -> float:
    """The quotient, or NoValue where there is nothing to divide by."""
    if not below:
        raise NoValue(why)
    return float(above) / float(below)


def at_least(detail: str, metric: Metric) -> None:
    """Raise NoValue where a run kept less detail than a metric needs."""
    if DETAILS.index(detail) < DETAILS.index(metric.detail):
        raise NoValue(f"needs detail {metric.detail}")
