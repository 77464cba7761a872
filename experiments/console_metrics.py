"""The measurement catalogue and all metrics of a result, as text for a terminal or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..agents.declare import InputError
from ..sim.metrics.catalogue import METRICS, ROWS, Row
from ..sim.metrics.declare import BOARDS
from ..sim.metrics.headline import HEADLINE
from .console import TITLES, say, show, spread
from .metrics_table import Reading, readings
from .verdict import number


def catalogue_rows() -> list[dict[str, Any]]:
    """The 90 rows of the catalogue, each with its metrics."""
    return [
        {"id": row.id, "name": row.what, "board": row.board, "mark": row.mark, "status": row.status, "why": row.waits or None,
         "by": row.by or None,
         "metrics": [
             {"name": m.name, "board": m.board, "mark": m.mark, "unit": m.unit, "view": m.view, "detail": m.detail, "primary": m.primary,
              "headline": m in HEADLINE, "sentence": m.sentence, "formula": m.formula, "source": m.source}
             for m in row.metrics
         ]}
        for row in ROWS
    ]  # fmt: skip


def show_catalogue() -> None:
    """A line per metric under each row of the catalogue, and a line for what waits."""
    for board in BOARDS:
        lines = [line for row in ROWS for line in _lines(row, board)]
        show(TITLES[board], ["id", "metric", "mark", "unit", "status", "what it is"], lines, left=6)
    done = sum(row.status == "computed" for row in ROWS)
    names = sum(m.view == "firm" for m in METRICS)
    say(f"{done} of {len(ROWS)} rows are computed, by {len(METRICS)} metrics; {len(ROWS) - done} wait. Outcomes can be compared between "
        f"arms; activities are moved directly by a lever. {names} metrics are as the firm sees it (firm's view); all others are true.",
        "All metrics of a result: valuescape metrics FOLDER. Formulas and sources: --json.")  # fmt: skip


def _lines(row: Row, board: str) -> list[list[str]]:
    """The lines of a row on a board: a metric stands on its own, what has none on the row's."""
    lines = []
    for m in (metric for metric in row.metrics if metric.board == board):
        status = "computed" + (f", detail {m.detail}" if m.detail != "counts" else "") + (", firm's view" if m.view == "firm" else "")
        lines.append([row.id, m.name, m.mark, unit_word(m.unit), status, m.sentence])
    if row.by and row.board == board:
        lines.append([row.id, "", "outcome", "", "computed", f"{row.what}: by {row.by}"])
    if row.waits and row.board == board:
        lines.append([row.id, "", "outcome", "", "waits", f"{row.what}: {row.waits}"])
    return lines


def unit_word(unit: str) -> str:
    """A unit for a table; what has none (shares, scores, correlations) stands without."""
    return "" if unit == "1" else unit


def show_measured(found: Any, folder: Path, as_json: bool) -> None:
    """All metrics of a run or comparison: by arm, with intervals over seeds."""
    table = getattr(found, "measured", None)
    if table is None:
        raise InputError("no metrics beside the headline ones are kept here", file=folder,
                         allowed="results of a run, or of a comparison in one seat, made by this version")  # fmt: skip
    arms = getattr(found, "arms", None) or [found.arm]
    read = list(readings(table, arms))
    if as_json:
        from .streams import print_json

        print_json([{"id": m.catalogue, "metric": m.name, "board": m.board, "view": m.view, "mark": m.mark, "unit": m.unit,
                     "arms": {arm: {"mean": e.mean, "low": e.low, "high": e.high, "why": e.why if e.mean is None else None}
                              for arm, e in by_arm.items()}} for m, by_arm, _ in read])  # fmt: skip
        return
    for board in BOARDS:
        mine = [
            (one, one.metric.name + (" (firm's view)" if one.metric.view == "firm" else "")) for one in read if one.metric.board == board
        ]
        rows = [[one.metric.catalogue, name, one.metric.mark, unit_word(one.metric.unit), *(_cell(one, arm) for arm in arms)]
                for one, name in mine]  # fmt: skip
        show(TITLES[board], ["id", "metric", "mark", "unit", *arms], rows, left=4)


def _cell(one: Reading, arm: str) -> str:
    e = one.by_arm[arm]
    if e.mean is None:
        return f"- {e.why}"
    part = one.rests_on(arm)
    return (number(e.mean) if e.low is None else spread(e)) + (f" ({part})" if part else "")
