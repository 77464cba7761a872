"""The report's findings as rows: who wins where, both scoreboards, what happened beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import BOARDS, HEADLINE, Metric
from .metrics_table import Reading, readings
from .plots import series
from .tables import WHY
from .verdict import ONE_HISTORY, Estimate, difference, estimate, intervals, number, smallest_effect
from .wording import (
    BOARD_NAMES,
    BOARD_QUESTIONS,
    MINUS,
    NONE,
    difference_text,
    face_of,
    interval_text,
    metrics_of,
    primary_of,
    shown,
    unit_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario


@dataclass(frozen=True)
class Subject:
    """What a report is about, the same for a comparison and for one run (an arm, a seed, nothing paired)."""

    scenario: Scenario
    arms: list[str]
    seeds: list[int]
    daily: pa.Table
    values: Mapping[str, Mapping[str, Sequence[float | None]]]
    paired: list[dict[str, Any]]
    winners: Mapping[str, Mapping[str, str | None]]
    sentences: list[str]
    spending: Mapping[str, Mapping[str, float]]
    manifest: Mapping[str, Any]
    result: Any

    @classmethod
    def of(cls, result: Any) -> Subject:
        """The subject of a Comparison or a Run."""
        if hasattr(result, "arms"):
            return cls(result.scenario, list(result.arms), list(result.seeds), result.daily, result.values, result.paired, result.winners,
                       result.sentences(), result.spending, result.manifest, result)  # fmt: skip
        import pyarrow as pa

        rows = result.daily.num_rows
        daily = result.daily.append_column("arm", pa.repeat(result.arm, rows)).append_column("seed", pa.repeat(result.seed, rows))
        values = {result.arm: {metric: [value] for metric, value in result.metrics.items()}}
        said = f"One history of {result.arm} in the focal firm's seat, seed {result.seed}. Nothing is compared, so nobody wins here."
        return cls(result.scenario, [result.arm], [result.seed], daily, values, [], {}, [said], {result.arm: result.spending},
                   result.manifest, result)  # fmt: skip

    @property
    def compared(self) -> bool:
        """Whether there is more than one arm."""
        return len(self.arms) > 1

    @property
    def one_history(self) -> bool:
        """Whether there is only one seed."""
        return len(self.seeds) == 1

    @property
    def people(self) -> int:
        """Customers in the world."""
        return int(self.scenario.world.customers.number)

    @property
    def budget(self) -> float:
        """Money that the focal firm may spend over the whole horizon."""
        firm = self.scenario.firms["focal"]
        each = self.scenario.world.prices.period_budget if firm.budget is None else firm.budget
        return float(each) * self.people * self.scenario.days

    @cached_property
    def given_back(self) -> dict[str, float]:
        """Money returned to customers over the horizon by arm, mean over seeds."""
        return {arm: float(days.sum(axis=1).mean()) for arm, days in series(self.daily, "returns").items()}

    @cached_property
    def estimates(self) -> dict[str, dict[str, Estimate]]:
        """Mean and interval by arm and metric."""
        return intervals(self.values)

    @cached_property
    def smallest(self) -> dict[str, float]:
        """The smallest effect of interest of each board's primary outcome."""
        return {primary_of(board).name: smallest_effect(self.values, board, self.scenario.winner) for board in BOARDS}


def headline(subject: Subject) -> str:
    """The answer in one line."""
    if not subject.compared:
        return f"One history of {subject.arms[0]}"
    won = {board: subject.winners[board]["arm"] for board in BOARDS}
    goods, service = (won[board] for board in BOARDS)
    if goods and goods == service:
        return f"{goods} wins on both boards"
    if not goods and not service:
        return "No winner shown on either board"
    named = ((goods, "profit"), (service, "value in use"))
    text = "; ".join(f"{arm} wins on {word}" if arm else f"no winner shown on {word}" for arm, word in named)
    return text if goods else "N" + text[1:]


def cards(subject: Subject) -> list[dict[str, Any]]:
    """A card per board: the verdict, and each arm's primary outcome with its interval."""
    made = []
    for board in BOARDS:
        metric = primary_of(board)
        face = face_of(metric)
        winner = subject.winners.get(board, {}).get("arm")
        rows = [cell(subject, metric, arm) for arm in subject.arms]
        verdict = f"{winner} wins" if winner else "No winner shown" if subject.compared else f"{face.label} {rows[0]['mean']}"
        smallest = shown(subject.smallest[metric.name], face.kind) if subject.compared else None
        made.append({
            "board": BOARD_NAMES[board], "question": BOARD_QUESTIONS[board], "outcome": face.label, "unit": unit_of(face.kind),
            "verdict": verdict, "winner": winner, "rows": rows, "smallest": smallest,
        })  # fmt: skip
    return made


def boards(subject: Subject) -> list[dict[str, Any]]:
    """Both boards with a row per metric and a cell per arm."""
    return [
        {
            "title": BOARD_NAMES[board], "question": BOARD_QUESTIONS[board],
            "rows": [metric_row(subject, metric) for metric in metrics_of(board)],
        }
        for board in BOARDS
    ]  # fmt: skip


def catalogue(subject: Subject) -> list[dict[str, Any]]:
    """Every metric that was measured, with its mean and interval by arm; empty where only the headline was."""
    table = getattr(subject.result, "measured", None)
    if table is None:
        return []
    return [
        {"name": m.name, "label": face_of(m).label, "id": m.catalogue, "unit": m.unit, "firm": m.view == "firm", "means": m.sentence,
         "formula": m.formula, "source": "" if m.source == "catalogue" else m.source,
         "cells": [_measured(one, arm) for arm in subject.arms]}
        for one in readings(table, subject.arms) for m in (one.metric,)
    ]  # fmt: skip


def _measured(one: Reading, arm: str) -> dict[str, str | None]:
    e, part = one.by_arm[arm], one.rests_on(arm)
    if e.mean is None:
        return {"mean": None, "interval": None, "why": e.why}
    if e.low is None or e.high is None or e.low == e.high:
        return {"mean": _minus(number(e.mean)), "interval": part or None, "why": None}
    half = (e.high - e.low) / 2
    said = f"{_minus(number(e.low, half))} to {_minus(number(e.high, half))}"
    return {"mean": _minus(number(e.mean, half)), "interval": f"{said} ({part})" if part else said, "why": None}


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def metric_row(subject: Subject, metric: Metric) -> dict[str, Any]:
    """One metric in words, with each arm's cell."""
    face = face_of(metric)
    return {
        "name": metric.name, "label": face.label, "unit": unit_of(face.kind), "means": face.means or metric.sentence, "mark": metric.mark,
        "primary": metric.primary, "less": face.better < 0, "cells": [cell(subject, metric, arm) for arm in subject.arms],
    }  # fmt: skip


def cell(subject: Subject, metric: Metric, arm: str) -> dict[str, Any]:
    """One arm's mean, interval and difference from the first arm; a dash with the reason where there is none."""
    found = subject.estimates[arm][metric.name]
    return described(found, _gap(subject, metric.name, arm), face_of(metric).kind, arm, WHY.get(metric.name))


def described(found: Estimate, gap: Mapping[str, Any] | None, kind: str, arm: str, why: str | None = None) -> dict[str, Any]:
    """An estimate and its difference as the texts of a cell; `sure` says that the difference's interval excludes 0."""
    sure = gap is not None and gap["low"] is not None and (gap["low"] > 0 or gap["high"] < 0)
    return {
        "arm": arm, "mean": shown(found.mean, kind), "interval": None if found.low is None else interval_text(found.low, found.high, kind),
        "why": (why or found.why) if found.mean is None else None, "sure": sure,
        "difference": None if gap is None or gap["difference"] is None else difference_text(gap, kind),
    }  # fmt: skip


def _gap(subject: Subject, metric: str, arm: str) -> Mapping[str, Any] | None:
    return next((p for p in subject.paired if (p["metric"], p["arm"], p["baseline"]) == (metric, arm, subject.arms[0])), None)


def market(subject: Subject) -> list[dict[str, Any]]:
    """What stands beside the boards: rivals' profit, and value by whose customers people were."""
    firms = [name for name in subject.scenario.firms if name != "focal"]
    rows = []
    for label, kind, means, of, column, per in (
        ("Rivals' profit", "money", "All rivals together, discounted", firms, "cumulative_profit", None),
        ("Net value per episode with the firm", "value", "Net of price and own time", ["focal"], "net_value", "episodes"),
        ("Net value per episode with rivals", "value", "The same for those who chose another firm", firms, "net_value", "episodes"),
    ):
        if not of:
            continue
        per_seed = _totals(subject, of, column, per)
        base = per_seed[subject.arms[0]]
        cells = []
        for arm in subject.arms:
            apart = difference(per_seed[arm], base)
            gap = {"difference": apart.mean, "low": apart.low, "high": apart.high} if arm != subject.arms[0] else None
            cells.append(described(estimate(per_seed[arm], "no episode"), gap, kind, arm))
        rows.append({"name": label, "label": label, "unit": unit_of(kind), "means": means, "mark": "outcome", "primary": False,
                     "less": False, "cells": cells})  # fmt: skip
    return rows


def _totals(subject: Subject, firms: Sequence[str], column: str, per: str | None) -> dict[str, list[float | None]]:
    """By arm, for each seed: the firms' total of a column (of a cumulative one its last day), over the total of another."""

    def total(name: str) -> dict[str, Any]:
        parts = [series(subject.daily, name, firm) for firm in firms]
        return {arm: sum(part[arm][:, -1] if per is None else part[arm].sum(axis=1) for part in parts) for arm in subject.arms}

    above = total(column)
    if per is None:
        return {arm: above[arm].tolist() for arm in above}
    below = total(per)
    return {arm: [float(a / b) if b else None for a, b in zip(above[arm], below[arm], strict=True)] for arm in above}


def missing(subject: Subject) -> list[str]:
    """Metrics that have no value in any arm, with the reason, as sentences."""
    gone = [m for m in HEADLINE if all(subject.estimates[arm][m.name].mean is None for arm in subject.arms)]
    return [f"{face_of(m).label}: {NONE} {WHY.get(m.name, 'no value in this world')}" for m in gone]


def tuning_of(subject: Subject) -> str:
    """Whether the arms were tuned, and what a comparison of them can claim."""
    tuned = subject.manifest.get("provenance", {}).get("tuned")
    if tuned is None:
        return ("The arms are compared as declared. None of them has been tuned to this world; a claim that one practice is better "
                "needs arms tuned with equal effort.")  # fmt: skip
    return (f"The arms were tuned alike, with {tuned['trials']} tries each for {str(tuned['objective']).replace('_', ' ')}, on seeds that "
            "are not among these. Another search, or more tries, may find better ones.")  # fmt: skip


def caveats(subject: Subject) -> list[str]:
    """What the numbers cannot say, in plain words."""
    said = []
    count = len(subject.seeds)
    if subject.one_history:
        said.append(f"One history: {ONE_HISTORY}. Another seed may turn every number round; use more seeds before concluding.")
    elif count < 10:
        said.append(f"{count} seeds are few: intervals are wide and their ends uncertain.")
    if subject.compared:
        said.append("The bands around two arms may overlap although their difference is sure: both arms meet the same people with the "
                    "same luck. Read the differences, not the bands.")  # fmt: skip
        said.append(tuning_of(subject))
        if count > 1:
            outcomes = sum(m.mark == "outcome" for m in HEADLINE)
            said.append(f"{outcomes} outcomes are shown: by chance alone one in twenty such intervals misses the truth. Only the two "
                        "primary outcomes decide, and they were fixed beforehand.")  # fmt: skip
    said.append("No result here refutes or proves service-dominant logic, which describes every arm: value arises in use in all of them. "
                "A result says when such practices pay in a world with these assumptions.")  # fmt: skip
    return said
