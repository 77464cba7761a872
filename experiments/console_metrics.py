"""The measurement catalogue and all metrics of a result, as text for a terminal or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..agents.declare import InputError
from ..sim.metrics.catalogue import METRICS, ROWS, Row
from ..sim.metrics.declare import BOARDS
from ..sim.metrics.headline import HEADLINE
from .console import TITLES, say, show, spread
from .metrics_table import readings
from .verdict import Estimate, number


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
        show(TITLES[board], ["id", "row", "metric", "mark", "unit", "status", "what it is"], lines, left=7)
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
        lines.append([row.id, "", m.name, m.mark, m.unit, status, m.sentence])
    if row.by and row.board == board:
        lines.append([row.id, "", "", "outcome", "", "computed", f"by {row.by}"])
    if row.waits and row.board == board:
        lines.append([row.id, "", "", "outcome", "", "waits", row.waits])
    if lines:
        lines[0][1] = row.what
    return lines


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
                              for arm, e in by_arm.items()}} for m, by_arm in read])  # fmt: skip
        return
    for board in BOARDS:
        mine = [(m, m.name + (" (firm's view)" if m.view == "firm" else ""), by_arm) for m, by_arm in read if m.board == board]
        rows = [[m.catalogue, name, m.mark, m.unit, *(_cell(by_arm[arm]) for arm in arms)] for m, name, by_arm in mine]
        show(TITLES[board], ["id", "metric", "mark", "unit", *arms], rows, left=4)


def _cell(e: Estimate) -> str:
    return f"- {e.why}" if e.mean is None else number(e.mean) if e.low is None else spread(e)
