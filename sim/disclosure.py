"""What comes to light of a firm: the value its customers had, by its own disclosure; its tracking, by a revelation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..agents.learning import LearningParams
from .columns import Columns
from .totals import Totals

DISCLOSED = 28
"""Days of completed episodes that an open disclosure covers."""


def disclosed_value(totals: Totals, day: int, firm: int) -> float | None:
    """Mean value in use of the firm's completed episodes of the last 28 days; None where there were none."""
    days = totals.rows(day - DISCLOSED, day)
    done = int(totals.tally_of("useful", days, firm))
    return float(totals.sum_of("value", days, firm)) / done if done else None


def is_revealed(w: Columns, firm: int, severity: float, learning: LearningParams, rules: Mapping[str, Callable[..., Any]]) -> bool:
    """Everybody who knows the firm learns how it tracked its customers; False, and nothing happens, where it never did."""
    level = float(w.firms[firm]["tracked"]) * severity
    if level <= 0.0:
        return False
    pairs, distrusts, resents = w.pairs[:, firm], rules["distrusts"], rules["resents"]
    for row in (pairs["known"] > 0).nonzero()[0]:
        pair = pairs[row]
        pair["credibility"] = distrusts(float(pair["credibility"]), learning.revealed_trust, level)
        pair["attachment"] = resents(float(pair["attachment"]), learning.revealed_warmth, level)
    return True
