"""A3, headlines beside their controls: each difference under each condition, and in a sentence what a conclusion needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..verdict import Estimate, difference, smallest_effect
from .capability import gap_text
from .cases import Measured
from .headline_file import Condition, Headline, Headlines, scenario_under
from .row import Control

if TYPE_CHECKING:
    from ..verdict import Values

METRICS = {"profit": "profit", "value_in_use": "value in use"}
NEEDS = {"bias": "a bias", "sigma": "one sigma", "shuffle": "these people at these ties", "horizon": "its horizon",
         "assumption": "an assumption"}  # fmt: skip
"""What a conclusion needs that is not there under a condition of a kind."""
PASSES = "shown: results stand beside the default ones, and a conclusion that needs a bias or one sigma is said to"
BOARDS = {"profit": "goods_dominant", "value_in_use": "service_dominant"}


class Line(NamedTuple):
    """One difference of a headline under one condition: arm minus baseline on the primary outcome of one board."""

    headline: str
    condition: str
    title: str
    kind: str
    days: int
    arm: str
    baseline: str
    metric: str
    gap: Estimate
    smallest: float

    @property
    def says(self) -> str:
        """`ahead`, `behind`, `small` (sure, and too small to matter) or `open` (may be chance, or one seed)."""
        low, high, mean = self.gap.low, self.gap.high, self.gap.mean
        if mean is None or low is None or high is None or low <= 0.0 <= high:
            return "open"
        if abs(mean) <= self.smallest:
            return "small"
        return "ahead" if mean > 0.0 else "behind"

    @property
    def sign(self) -> int:
        """1 or -1 where the interval leaves out 0, else 0."""
        low, high = self.gap.low, self.gap.high
        return 0 if low is None or high is None or low <= 0.0 <= high else 1 if low > 0.0 else -1


def lines_of(asked: Headlines, found: Sequence[Measured], days: int | None = None, customers: int | None = None) -> list[Line]:
    """Every headline, arm and board under every condition, in the file's order."""
    lines = []
    for headline in asked.headlines:
        first = asked.conditions[0]
        for condition in asked.conditions:
            scenario = scenario_under(headline, condition, days, customers)
            values = values_of(found, headline, condition)
            smallest = {metric: smallest_effect(values, board, scenario.winner) for metric, board in BOARDS.items()}
            title = (
                condition.title
                if scenario.days == scenario_under(headline, first, days, customers).days
                else f"{condition.title}, over {scenario.days:,} days"
            )
            for metric in METRICS:
                for arm in headline.arms:
                    gap = difference(values[arm][metric], values[headline.baseline][metric])
                    lines.append(Line(headline.id, condition.id, title, condition.kind, scenario.days, arm, headline.baseline,
                                      metric, gap, smallest[metric]))  # fmt: skip
    return lines


def values_of(found: Iterable[Measured], headline: Headline, condition: Condition) -> Values:
    """arm -> metric -> values by seed of the runs in which talk was heard."""
    runs = [one for one in found if (one.headline, one.condition) == (headline.id, condition.id) and one.talk]
    arms = (headline.baseline, *headline.arms)
    return {arm: {metric: [getattr(one, metric) for one in runs if one.arm == arm] for metric in METRICS} for arm in arms}


def needs(lines: Sequence[Line]) -> str:
    """What the conclusion of one arm and metric needs, from its lines; the first is the default."""
    first, others = lines[0], lines[1:]
    who = f"{first.arm} over {first.baseline} in {METRICS[first.metric]}"
    if first.sign == 0:
        sure = [f"{_where(line, first)} ({'lead' if line.sign > 0 else 'deficit'})" for line in others if line.sign]
        more = f" One shows only under a condition: {'; '.join(sure)}." if sure else " None of the conditions shows one either."
        return f"No sure difference of {who} with the defaults.{more}"
    kept, lost, turned = ([line for line in others if line.sign == sign] for sign in (first.sign, 0, -first.sign))
    said = f"The {'lead' if first.sign > 0 else 'deficit'} of {who} is surely there"
    said += ", too small to matter" if first.says == "small" else ""
    if len(kept) == len(others):
        return (
            f"{said}, and stands under every condition that was tried: no bias, sigma, network or assumption among them is needed for it."
        )
    gone = [f"is not sure {_where(line, first)}: it needs {NEEDS[line.kind]}" for line in lost]
    gone += [f"turns round {_where(line, first)}{', by too little to matter' if line.says == 'small' else ''}: it needs {NEEDS[line.kind]}"
             for line in turned]  # fmt: skip
    moved = {line.kind for line in (*lost, *turned)}
    free = [words for kind, words in NEEDS.items() if kind not in moved and any(line.kind == kind for line in kept)]
    rest = f" It does not need {' or '.join(free)}." if free else ""
    return f"{said}. It {'; it '.join(gone)}.{rest}"


def _where(line: Line, first: Line) -> str:
    return f"under '{line.title}'"


def conclusions(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each headline, arm and metric, the default first."""
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.headline, line.metric, line.arm), []).append(line)
    return list(groups.values())


def beside(asked: Headlines, lines: Sequence[Line]) -> list[Control]:
    """A row per conclusion: it is shown beside its controls, and neither passes nor fails."""
    titles = {headline.id: headline.title for headline in asked.headlines}
    rows = []
    for first, *others in conclusions(lines):
        kept = sum(line.says == first.says for line in others)
        title = f"{first.arm} over {first.baseline} in {METRICS[first.metric]}"
        done = f"{titles[first.headline]}: {first.gap.seeds} seeds, {len(others)} conditions beside the defaults"
        measured = f"{gap_text(first.gap)} with the defaults; {kept} of {len(others)} conditions say the same"
        rows.append(Control("A3", title, done, measured, PASSES, "shown", needs([first, *others])))
    return rows


def lines_table(lines: Sequence[Line]) -> Any:
    """All differences as a pyarrow table."""
    import pyarrow as pa

    text = ("headline", "condition", "title", "kind", "arm", "baseline", "metric", "says")
    kinds = {name: pa.string() for name in text} | {"days": pa.int64(), "seeds": pa.int64()}
    kinds |= {name: pa.float64() for name in ("difference", "low", "high", "smallest")}
    rows = [{**{name: getattr(line, name) for name in (*text, "days", "smallest")}, "seeds": line.gap.seeds, "difference": line.gap.mean,
             "low": line.gap.low, "high": line.gap.high} for line in lines]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
