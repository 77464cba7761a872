"""Totals counted again from a stored log: what the engine tells while it runs, the log says once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..columns import NOTHING, OWN_MEANS
from ..events import KIND, TALLIES
from ..totals import PLACED, Totals

if TYPE_CHECKING:
    from ..settings import WorldParams

RECOUNTED = (
    "revenue_cents", "margin_cents", "returned_cents", "referred_cents", "praise", "blame", "reached", "needs", "own_means", "undone",
    "new_customers", "answered",
)  # fmt: skip
"""Tallies that follow from the rows; `new_customers` does where nobody bought before day 0."""


def recount(rows: np.ndarray, firms: int, days: int, params: WorldParams) -> Totals:
    """Totals of days 0 to `days` from the rows of these days, of all kinds: counts by kind and place, and the tallies of RECOUNTED."""
    totals = Totals(firms, 0, max(1, days))
    totals.used = days
    at, firm, kind = rows["day"], rows["firm"], rows["kind"]
    np.add.at(totals.kind, (at, firm, kind), 1)
    for k, name in enumerate(PLACED):
        mine = rows[kind == KIND[name]]
        np.add.at(totals.place, (mine["day"], mine["firm"], k, mine["place"]), 1)

    def adds(name: str, which: np.ndarray, amount: np.ndarray | int = 1, of: np.ndarray | None = None) -> None:
        mine = rows[which]
        np.add.at(totals.tally[:, :, TALLIES.index(name)], (mine["day"], mine["firm"] if of is None else of), amount)

    bought, back = kind == KIND["purchase"], kind == KIND["return"]
    adds("revenue_cents", bought, rows["amount"][bought])
    adds("margin_cents", bought, rows["value"][bought].astype(np.int64))
    for name in ("revenue_cents", "margin_cents"):
        adds(name, back, -rows["amount"][back])
    adds("returned_cents", back, rows["amount"][back])
    _referred(totals, rows[bought], rows[back], rows[kind == KIND["referral_join"]], params.talk.referral_margin)
    said = (kind == KIND["utterance"]) & (rows["actor"] >= 0)
    adds("praise", said & (rows["value"] > 0))
    adds("blame", said & (rows["value"] <= 0))
    adds("reached", (kind == KIND["episode_end"]) & (rows["value"] >= 1.0))
    jobs = kind == KIND["episode_start"]
    nobody = np.full(int(jobs.sum()), -1)
    adds("needs", jobs, of=nobody)
    for name, how in (("own_means", OWN_MEANS), ("undone", NOTHING)):
        adds(name, jobs & (rows["other"] == -1 - how))
    adds("answered", kind == KIND["reply"])
    _new(totals, rows[bought])
    return totals


def _new(totals: Totals, bought: np.ndarray) -> None:
    """First deals of a person with a firm."""
    bought = bought[np.argsort(bought["day"], kind="stable")]
    _, first = np.unique(np.column_stack((bought["actor"], bought["firm"])), axis=0, return_index=True)
    np.add.at(totals.tally[:, :, TALLIES.index("new_customers")], (bought["day"][first], bought["firm"][first]), 1)


def _referred(totals: Totals, bought: np.ndarray, back: np.ndarray, joined: np.ndarray, window: float) -> None:
    """Margin, net of money given back, of customers who came by a friend's praise, for `window` days."""
    since = {(int(row["actor"]), int(row["firm"])): int(row["day"]) for row in joined}
    table = totals.tally[:, :, TALLIES.index("referred_cents")]
    for rows, who, sign, what in ((bought, "actor", 1, "value"), (back, "other", -1, "amount")):
        for row in rows:
            day = since.get((int(row[who]), int(row["firm"])))
            if day is not None and 0 <= int(row["day"]) - day <= window:
                table[int(row["day"]), int(row["firm"])] += sign * int(row[what])
