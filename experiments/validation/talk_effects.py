"""Facts about what talk sells (V14, V16): elasticities of sales to the volume and the tone of public talk."""

from __future__ import annotations

import numpy as np

from .watch import Seen

Measures = dict[str, float | None]
PERIOD = 28


def panel(seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sales, public posts and relays by customers, and their mean tone by period and brand: float64 [periods, brands] each."""
    from .talk_facts import stars_of

    periods = int(seen.log["day"].max() + 1) // PERIOD if len(seen.log) else 0
    shape = (periods, seen.firms)
    sales, volume, tone = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for kind, table in (("purchase", sales), ("utterance", volume), ("relay", volume)):
        rows = seen.rows(kind) if kind == "purchase" else seen.rows(kind, "feed", "handle")
        rows = rows[(rows["actor"] >= 0) & (rows["day"] < periods * PERIOD)]
        np.add.at(table, (rows["day"] // PERIOD, rows["firm"]), 1)
        if kind == "utterance":
            np.add.at(tone, (rows["day"] // PERIOD, rows["firm"]), stars_of(rows["value"], seen.model.params.judgement.neutral))
            count = np.maximum(table, 1)
    return sales, volume, tone / count


def elasticities(seen: Seen) -> Measures:
    """Sales of a brand by its public talk of the four weeks before (V14): log-log, brand fixed effects, over all four-week periods."""
    sales, volume, tone = panel(seen)
    y, x1, x2 = np.log(sales[1:]), np.log(np.maximum(volume[:-1], 0.5)), np.log(np.maximum(tone[:-1], 0.5))
    there = np.isfinite(y) & (volume[:-1] > 0)
    brand = np.broadcast_to(np.arange(y.shape[1]), y.shape)[there]
    columns = np.column_stack([x1[there], x2[there]])
    outcome = y[there]
    for b in np.unique(brand):
        mine = brand == b
        columns[mine] -= columns[mine].mean(axis=0)
        outcome[mine] -= outcome[mine].mean()
    found = np.linalg.lstsq(columns, outcome, rcond=None)[0]
    return {"volume": float(found[0]), "valence": float(found[1])}
