"""Facts about what talk sells (V14, V16): elasticities of sales to the volume and the tone of public talk."""

from __future__ import annotations

from typing import Any

import numpy as np

from .watch import Seen

Measures = dict[str, float | None]
PERIOD = 28


def elasticities(seen: Seen) -> Measures:
    """Sales of a brand by its public talk of the four weeks before (V14)."""
    return regressed(*panel(seen))


def panel(seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sales, customers' public posts and relays, and the posts' mean stars, by period and brand: float64 [periods, brands] each.

    A period without a post has no stars (nan): what is passed on there was said before.
    """
    from .talk_facts import stars_of

    periods = int(seen.log["day"].max() + 1) // PERIOD if len(seen.log) else 0

    def of_customers(kind: str, *places: str) -> np.ndarray:
        rows = seen.rows(kind, *places)
        return rows[(rows["actor"] >= 0) & (rows["day"] < periods * PERIOD)]  # type: ignore[no-any-return]

    def by_period(rows: np.ndarray, each: Any = 1.0) -> np.ndarray:
        table = np.zeros((periods, seen.firms))
        np.add.at(table, (rows["day"] // PERIOD, rows["firm"]), each)
        return table

    posts, relays = (of_customers(kind, "feed", "handle") for kind in ("utterance", "relay"))
    count, stars = by_period(posts), by_period(posts, stars_of(posts["value"], seen.model.params.judgement.neutral))
    tone = np.divide(stars, count, out=np.full_like(stars, np.nan), where=count > 0)
    return by_period(of_customers("purchase")), count + by_period(relays), tone


def regressed(sales: np.ndarray, volume: np.ndarray, tone: np.ndarray) -> Measures:
    """Elasticities of sales to the volume and the tone of the period before: log-log, brand fixed effects, over all periods.

    Periods without sales, or after one without a post, are left out; None where what is left does not tell the two apart.
    """
    there = (sales[1:] > 0) & np.isfinite(tone[:-1])
    brand = np.broadcast_to(np.arange(sales.shape[1]), there.shape)[there]
    outcome = np.log(sales[1:][there])
    columns = np.column_stack([np.log(volume[:-1][there]), np.log(tone[:-1][there])])
    for b in np.unique(brand):
        mine = brand == b
        columns[mine] -= columns[mine].mean(axis=0)
        outcome[mine] -= outcome[mine].mean()
    found, _, rank, _ = np.linalg.lstsq(columns, outcome, rcond=None)
    if rank < columns.shape[1]:
        return {"volume": None, "valence": None}
    return {"volume": float(found[0]), "valence": float(found[1])}
