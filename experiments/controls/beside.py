"""A3, headlines beside their controls: each difference under each condition, and in a sentence what a conclusion needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..verdict import Estimate, difference, smallest_effect
from .cases import Measured
from .headline_file import Condition, Headline, Headlines, scenario_under
from .row import Control

if TYPE_CHECKING:
    from ..verdict import Values

METRICS = {"profit": "profit", "value_in_use": "value in use"}
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
        for condition in asked.conditions:
            scenario = scenario_under(headline, condition, days, customers)
            values = values_of(found, headline, condition)
            smallest = {metric: smallest_effect(values, board, scenario.winner) for metric, board in BOARDS.items()}
            for metric in METRICS:
                for arm in headline.arms:
                    gap = difference(values[arm][metric], values[headline.baseline][metric])
                    lines.append(Line(headline.id, condition.id, condition.title, condition.kind, scenario.days, arm, headline.baseline,
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
        sure = [line.title for line in others if line.sign]
        more = f" A sure difference shows only where: {'; '.join(sure)}." if sure else " None of the conditions shows one either."
        return f"No sure difference of {who}, as published.{more}"
    kept, lost, turned = ([line for line in others if line.sign == sign] for sign in (first.sign, 0, -first.sign))
    said = f"The {'lead' if first.sign > 0 else 'deficit'} of {who}"
    said += " is surely there" + (" and too small to matter" if first.says == "small" else "")
    if len(kept) == len(others):
        return f"{said}, and stands under every condition: it needs no bias, no one sigma and no one network."
    parts = [_reason(line, "is not sure") for line in lost] + [_reason(line, "turns round") for line in turned]
    return f"{said}. It needs more than the world as such: {'; '.join(parts)}."


def _reason(line: Line, what: str) -> str:
    of = {"bias": "a bias", "sigma": "one sigma", "shuffle": "who is tied to whom", "assumption": "an assumption"}
    return f"it {what} with {line.title} (so it needs {of[line.kind]})"


def sentences(lines: Sequence[Line]) -> list[str]:
    """One sentence for each headline, arm and metric."""
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.headline, line.metric, line.arm), []).append(line)
    return [needs(group) for group in groups.values()]


def beside(asked: Headlines, lines: Sequence[Line], seeds: int) -> list[Control]:
    """A row per headline: it is shown beside its controls, and neither passes nor fails."""
    rows = []
    for headline in asked.headlines:
        own = [line for line in lines if line.headline == headline.id]
        said = sentences(own)
        conditions = len({line.condition for line in own})
        kept = sum(line.says == own_default.says for line in own if (own_default := _default(own, line)) is not line)
        others = sum(line is not _default(own, line) for line in own)
        rows.append(
            Control(
                "A3",
                f"Headline beside its controls: {headline.id}",
                f"{headline.title}: {', '.join(headline.arms)} against {headline.baseline}, {seeds} seeds, under {conditions} conditions",
                f"{kept} of {others} differences under a condition say what the default says",
                "all stand beside the default, and a conclusion that needs a bias or one sigma is said to",
                "shown",
                " ".join(said),
            )
        )
    return rows


def _default(lines: Sequence[Line], of: Line) -> Line:
    return next(line for line in lines if (line.metric, line.arm) == (of.metric, of.arm))


def lines_table(lines: Sequence[Line]) -> Any:
    """All differences as a pyarrow table."""
    import pyarrow as pa

    text = ("headline", "condition", "title", "kind", "arm", "baseline", "metric", "says")
    kinds = {name: pa.string() for name in text} | {"days": pa.int64(), "seeds": pa.int64()}
    kinds |= {name: pa.float64() for name in ("difference", "low", "high", "smallest")}
    rows = [{**{name: getattr(line, name) for name in (*text, "days", "smallest")}, "seeds": line.gap.seeds, "difference": line.gap.mean,
             "low": line.gap.low, "high": line.gap.high} for line in lines]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
