"""The headline metrics of both boards, measured on days 0 to the end, for the firm named (default focal)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...agents.prices import LINES
from .catalogue import BY_NAME
from .declare import BOARDS, Metric, NoValue
from .record import Record, discount_factors
from .transactions import profit_flow

if TYPE_CHECKING:
    from ..model import ServiceEcosystem

NAMES = (
    "profit", "revenue", "share_of_market", "clv", "clv_end_value", "response_rate", "opt_out_rate",
    "value_in_use", "value_reached_share", "value_p10", "value_per_episode", "crv", "advocacy_rate", "net_sentiment", "trust",
    "share_of_voice", "community_size",
)  # fmt: skip
HEADLINE: tuple[Metric, ...] = tuple(BY_NAME[name] for name in NAMES)
"""What a comparison is judged and printed by, in order; the whole catalogue is in `catalogue.METRICS`."""

__all__ = ["BOARDS", "HEADLINE", "Metric", "daily_profit", "discount_factors", "measure", "spending"]


def measure(model: ServiceEcosystem, firm: int = 0) -> dict[str, float | None]:
    """All headline metrics of one firm by name; None where a metric has no value in this world."""
    record = Record.of(model)
    found: dict[str, float | None] = {}
    for metric in HEADLINE:
        try:
            found[metric.name] = metric.of(record, firm)
        except NoValue:
            found[metric.name] = None
    return found


def daily_profit(model: ServiceEcosystem, firm: int) -> np.ndarray:
    """Margin minus everything charged, in money per day from day 0: float64 [days]."""
    return profit_flow(Record.of(model), firm)


def spending(model: ServiceEcosystem, firm: int = 0) -> dict[str, float]:
    """Money charged since day 0, by line of the price list."""
    cents = model.totals.cents[model.totals.rows(0), firm].sum(axis=0)
    return {line: float(c) / 100.0 for line, c in zip(LINES, cents, strict=True)}
