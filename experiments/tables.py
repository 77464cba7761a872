"""The tables of one finished world: its scoreboard, its days, its events.

scoreboard  board, metric, mark (outcome | activity), unit, value (null where it has none), why (the reason, else null);
            the focal firm's headline metrics in the order of HEADLINE
daily       a row per day from 0 and firm, in that order: the columns of DAILY, then `cost_LINE` per price line
events      a row per kept event: the columns of EVENTS, in stored order (day, hour, id)
people      a row per customer, in the order of the network's rows, on the last day: the columns of PEOPLE
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..agents.prices import LINES
from ..sim.events import EVENT, KINDS, PLACES
from ..sim.metrics.headline import HEADLINE, daily_profit, discount_factors
from ..sim.metrics.value import value_per_head
from ..sim.totals import PLACED

if TYPE_CHECKING:
    import pyarrow as pa

    from ..sim.model import ServiceEcosystem

WHY = {metric.name: metric.why for metric in HEADLINE if metric.why}
"""Why a metric has no value, by name."""

COUNTED = {
    "purchases": "purchase", "messages": "msg_push", "exposures": "exposure", "responses": "response", "opt_outs": "refused",
    "utterances": "utterance", "relays": "relay", "complaints": "complaint", "questions": "question",
    "peer_answers": "answer", "renewed": "accept", "churned": "churn",
}  # fmt: skip
"""Columns of the daily table that count events of a kind."""

TALLIED = ("praise", "blame", "opened", "answered", "late", "episodes", "useful", "reached", "new_customers")
"""Columns of the daily table that are a tally of the same name."""

DAILY = {
    "day": "days, from 0", "firm": "name",
    "purchases": "deals", "revenue": "money", "margin": "money: contribution margin", "returns": "money given back, taken off both",
    "cost": "money: all lines of the price list",
    "profit": "money: margin - cost", "cumulative_profit": "money: discounted, up to and including this day",
    "messages": "pushed messages delivered", "exposures": "messages noticed", "responses": "deals on a message", "opt_outs": "refusals",
    "utterances": "words about the firm, its own posts too", "relays": "of them passed on", "mentions": "utterances in public places",
    "complaints": "to the firm", "questions": "asked", "peer_answers": "given by customers",
    "praise": "utterances", "blame": "utterances", "opened": "cases that reached the desk", "answered": "cases", "late": "cases given up",
    "episodes": "with the firm's offer", "useful": "of them completed", "reached": "of them at the person's desired outcome or above",
    "new_customers": "first deals", "renewed": "contracts that were over and renewed", "churned": "contracts that were over and left",
    "value": "sum of value in use over episodes", "net_value": "the same, net of price and own time",
    "members": "of the firm's community, at the end of the day", "followers": "at the end of the day",
    "population_needs": "jobs that arose, everybody's", "population_net_value": "sum over everybody's jobs, also undone and rivals'",
    "value_per_head": "value in use per head since day 0: weekly up to day 84, then every fourth week, and on the last day; else null",
}  # fmt: skip
"""Columns of the daily table and what they hold; the population's are the same in all firms' rows of a day."""

EVENTS = {
    "day": "int32", "hour": "float32, 0-24", "id": "int64 content key", "kind": "string",
    "actor": "int64: id of a person; firm f is -1-f", "other": "the same", "firm": "string, null where none is concerned",
    "place": "string", "thread": "int64, 0 is none", "parent": "the same",
    "cause": "the same", "value": "float64, by kind", "amount": "int64, by kind", "step": "string: name of the step, for kind step",
}  # fmt: skip
"""Columns of the event table and what they hold."""

PEOPLE = {
    "id": "int64", "needs": "int64: jobs since day 0", "value": "float64: mean net value per job, null without a job",
    "attachment": "float64: to the focal firm", "bought": "int64: deals with the focal firm, the burn-in's too",
}  # fmt: skip
"""Columns of the table of people."""


def metric_rows(values: dict[str, float | None]) -> dict[str, list[Any]]:
    """Columns of a scoreboard for one measurement of all headline metrics."""
    return {
        "board": [metric.board for metric in HEADLINE],
        "metric": [metric.name for metric in HEADLINE],
        "mark": [metric.mark for metric in HEADLINE],
        "unit": [metric.unit for metric in HEADLINE],
        "value": [values[metric.name] for metric in HEADLINE],
        "why": [WHY.get(metric.name, "no value") if values[metric.name] is None else None for metric in HEADLINE],
    }


SCOREBOARD = {"board": "string", "metric": "string", "mark": "string", "unit": "string", "value": "float64", "why": "string"}


def scoreboard_table(values: dict[str, float | None]) -> pa.Table:
    """The scoreboard of one run, a row per headline metric."""
    import pyarrow as pa

    return pa.table(metric_rows(values), schema=pa.schema([(name, pa.type_for_alias(kind)) for name, kind in SCOREBOARD.items()]))


def daily_table(model: ServiceEcosystem) -> pa.Table:
    """A row per day from 0 and firm; columns as DAILY says, then the cost of each price line in money."""
    import pyarrow as pa

    totals = model.totals
    days = totals.rows(0)
    count, firms = days.stop - days.start, len(model.firms)

    def of_firms(table: np.ndarray) -> np.ndarray:
        return table[days, :firms].reshape(count * firms)

    def of_all(table: np.ndarray) -> np.ndarray:
        return np.repeat(table[days].sum(axis=1), firms)

    def standing(joined: str, left: str) -> np.ndarray:
        """How many have joined and not left since the start of the burn-in, at the end of each day."""
        change = totals.kind[: totals.used, :, KINDS.index(joined)].astype(np.int64) - totals.kind[: totals.used, :, KINDS.index(left)]
        return of_firms(np.cumsum(change, axis=0))

    profit = np.column_stack([daily_profit(model, f) for f in range(firms)])
    discounted = np.cumsum(profit * discount_factors(model.params.discount, count)[:, None], axis=0)
    per_head = totals.per_head[days].copy()
    if count:
        # the curve ends where the metric stands, whatever the weekday of the last day
        last = value_per_head(model.everybody()[0])
        per_head[-1] = np.nan if last is None else last
    public = [PLACES.index(place) for place in ("feed", "follow", "handle", "community")]
    columns: dict[str, Any] = {
        "day": np.repeat(np.arange(count, dtype=np.int32), firms),
        "firm": pa.array([firm.name for firm in model.firms] * count, pa.string()),
        "revenue": of_firms(_tally(totals, "revenue_cents")) / 100.0,
        "margin": of_firms(_tally(totals, "margin_cents")) / 100.0,
        "returns": of_firms(_tally(totals, "returned_cents")) / 100.0,
        "cost": of_firms(totals.cents.sum(axis=2)) / 100.0,
        "profit": profit.reshape(-1),
        "cumulative_profit": discounted.reshape(-1),
        "mentions": of_firms(totals.place[:, :, PLACED.index("utterance")][:, :, public].sum(axis=2, dtype=np.int64)),
        "value": of_firms(_sum(totals, "value")),
        "net_value": of_firms(_sum(totals, "net_value")),
        "members": standing("comm_join", "comm_leave"),
        "followers": standing("follow", "unfollow"),
        "population_needs": of_all(_tally(totals, "needs")),
        "population_net_value": of_all(_sum(totals, "net_value")),
        "value_per_head": pa.array(np.repeat(per_head, firms), from_pandas=True),
    }
    columns |= {name: of_firms(totals.kind[:, :, KINDS.index(kind)]).astype(np.int64) for name, kind in COUNTED.items()}
    columns |= {name: of_firms(_tally(totals, name)) for name in TALLIED}
    costs = {f"cost_{line}": of_firms(totals.cents[:, :, k]) / 100.0 for k, line in enumerate(LINES)}
    return pa.table({name: columns[name] for name in DAILY} | costs)


def _tally(totals: Any, name: str) -> np.ndarray:
    from ..sim.events import TALLIES

    return totals.tally[:, :, TALLIES.index(name)]  # type: ignore[no-any-return]


def _sum(totals: Any, name: str) -> np.ndarray:
    from ..sim.events import SUMS

    return totals.total[:, :, SUMS.index(name)]  # type: ignore[no-any-return]


def events_table(model: ServiceEcosystem) -> pa.Table:
    """The kept events from day 0 as a flat table; kinds, places and firms as plain text."""
    import pyarrow as pa

    firms = [firm.name for firm in model.firms]
    empty = _event_batch(np.zeros(0, dtype=EVENT), firms, model.step_names)
    # a batch per day that has rows: a text column of one piece could not hold 2 GB
    batches = [_event_batch(rows, firms, model.step_names) for rows in model.history if len(rows)]
    return pa.Table.from_batches(batches, schema=empty.schema)


def _event_batch(rows: np.ndarray, firms: list[str], steps: list[str]) -> pa.RecordBatch:
    import pyarrow as pa

    columns: dict[str, Any] = {name: np.ascontiguousarray(rows[name]) for name in EVENTS if name in (EVENT.names or ())}
    columns["kind"] = _words(rows["kind"], KINDS)
    columns["place"] = _words(rows["place"], PLACES)
    columns["firm"] = _words(rows["firm"], firms)
    columns["step"] = _words(np.where(rows["kind"] == KINDS.index("step"), rows["amount"], -1), steps)
    return pa.RecordBatch.from_pydict({name: columns[name] for name in EVENTS})


def _words(codes: np.ndarray, words: Any) -> Any:
    """Codes as text; null where a code is negative."""
    import pyarrow as pa

    codes = codes.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(words), pa.string())).dictionary_decode()


def people_table(model: ServiceEcosystem) -> pa.Table:
    """Where everybody stands at the end, in the order of the network's rows."""
    import pyarrow as pa

    people, towards = model.columns.people, model.columns.pairs[:, 0]
    needs = people["needs"].astype(np.int64)
    value = people["value_sum"].astype(np.float64) / np.maximum(needs, 1)
    columns = {
        "id": np.asarray(model.columns.ids, dtype=np.int64), "needs": needs, "value": pa.array(value, mask=needs == 0),
        "attachment": towards["attachment"].astype(np.float64), "bought": towards["bought"].astype(np.int64),
    }  # fmt: skip
    return pa.table({name: columns[name] for name in PEOPLE})
