"""All metrics of the catalogue as a table of a finished world, and what it says over arms and seeds.

metrics     board, id (row of the catalogue), metric, view (true | firm), mark, unit, value (null where it has none), why
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..sim.metrics.catalogue import METRICS, measure_all
from ..sim.metrics.declare import Metric
from ..sim.metrics.record import Record
from .verdict import Estimate, estimate

if TYPE_CHECKING:
    import pyarrow as pa

    from ..sim.model import ServiceEcosystem

COLUMNS = {"board": "string", "id": "string", "metric": "string", "view": "string", "mark": "string", "unit": "string",
           "value": "float64", "why": "string"}  # fmt: skip


def metrics_table(model: ServiceEcosystem, firm: int = 0) -> pa.Table:
    """A row per metric of the catalogue, for one firm of a finished world."""
    import pyarrow as pa

    found = measure_all(Record.of(model), firm)
    columns: dict[str, list[Any]] = {
        "board": [m.board for m in METRICS], "id": [m.catalogue for m in METRICS], "metric": [m.name for m in METRICS],
        "view": [m.view for m in METRICS], "mark": [m.mark for m in METRICS], "unit": [m.unit for m in METRICS],
        "value": [found.values[m.name] for m in METRICS], "why": [found.why.get(m.name) for m in METRICS],
    }  # fmt: skip
    return pa.table(columns, schema=pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()]))


class Reading(NamedTuple):
    """One metric over seeds, by arm."""

    metric: Metric
    by_arm: dict[str, Estimate]
    worlds: int
    """How many were measured for each arm; a metric may have a value in fewer."""

    def rests_on(self, arm: str) -> str:
        """On how many seeds a mean rests where these are not all, in words; else nothing."""
        seeds = self.by_arm[arm].seeds
        return f"{seeds} of {self.worlds} seeds" if 0 < seeds < self.worlds else ""


def readings(table: pa.Table, arms: Sequence[str]) -> Iterator[Reading]:
    """Every metric of a table of runs with its mean and interval by arm; metrics that this version does not know are passed over.

    Where no seed has a value, the estimate's `why` is the reason given most often.
    """
    found: dict[tuple[str, str], tuple[list[float | None], list[str]]] = {}
    named = "arm" in table.column_names
    for row in table.select([*(["arm"] if named else []), "metric", "value", "why"]).to_pylist():
        values, reasons = found.setdefault((row["arm"] if named else arms[0], row["metric"]), ([], []))
        values.append(row["value"])
        reasons += [row["why"]] if row["why"] else []
    for metric in METRICS:
        by_arm, worlds = {}, 0
        for arm in arms:
            values, reasons = found.get((arm, metric.name), ([], []))
            worlds = max(worlds, len(values))
            by_arm[arm] = estimate(values, max(sorted(set(reasons)), key=reasons.count, default="not measured"))
        yield Reading(metric, by_arm, worlds)
