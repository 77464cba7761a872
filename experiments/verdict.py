"""What paired runs say: means with intervals, differences between arms, and who wins on which board.

Everything is a function of values by arm, metric and seed: {arm: {metric: [value or None per seed]}}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from math import floor, log10
from typing import Any, NamedTuple

import numpy as np

from ..sim.metrics.headline import BOARDS, HEADLINE
from .tables import WHY

Values = Mapping[str, Mapping[str, Sequence[float | None]]]
LEVEL = 0.95
ONE_HISTORY = "one seed is one history: no interval"


class Estimate(NamedTuple):
    """A mean over seeds with its 95 % t-interval; low and high are None for one seed, all for none."""

    mean: float | None
    low: float | None
    high: float | None
    seeds: int
    why: str | None = None


def estimate(values: Sequence[float | None], missing: str = "no value in any seed") -> Estimate:
    """Mean and t-interval of the values that are there; `missing` says why there is none."""
    from scipy import stats

    there = np.array([value for value in values if value is not None], dtype=np.float64)
    if not len(there):
        return Estimate(None, None, None, 0, missing)
    mean = float(np.mean(there))
    if len(there) == 1:
        return Estimate(mean, None, None, 1, ONE_HISTORY)
    if np.ptp(there) == 0.0:  # scipy's t has no interval of width 0
        return Estimate(mean, mean, mean, len(there))
    low, high = stats.t.interval(LEVEL, len(there) - 1, loc=mean, scale=stats.sem(there))
    return Estimate(mean, float(low), float(high), len(there))


def difference(arm: Sequence[float | None], baseline: Sequence[float | None], missing: str = "no value in any seed") -> Estimate:
    """Mean of arm minus baseline over the seeds in which both have a value, with its paired t-interval."""
    pairs = zip(arm, baseline, strict=True)
    return estimate([None if a is None or b is None else a - b for a, b in pairs], missing)


def values_of(scoreboard: Any, arms: Sequence[str], seeds: Sequence[int]) -> Values:
    """arm -> metric -> values by seed, None where a metric has none, from a scoreboard table of arms and seeds."""
    found: dict[str, dict[str, list[float | None]]] = {arm: {m.name: [None] * len(seeds) for m in HEADLINE} for arm in arms}
    place = {seed: number for number, seed in enumerate(seeds)}
    for row in scoreboard.select(["arm", "seed", "metric", "value"]).to_pylist():
        found[row["arm"]][row["metric"]][place[row["seed"]]] = row["value"]
    return found


def intervals(values: Values) -> dict[str, dict[str, Estimate]]:
    """arm -> metric -> Estimate."""
    return {arm: {name: estimate(seeds, WHY.get(name, "no value")) for name, seeds in found.items()} for arm, found in values.items()}


def paired(values: Values) -> Iterator[tuple[str, str, str, Estimate]]:
    """(arm, baseline, metric, Estimate of arm - baseline) for every ordered pair of arms and metric."""
    for arm, baseline in permutations(values, 2):
        for metric in values[arm]:
            why = _no_difference(metric, {name: values[name][metric] for name in (arm, baseline)})
            yield arm, baseline, metric, difference(values[arm][metric], values[baseline][metric], why)


def _no_difference(metric: str, of: Mapping[str, Sequence[float | None]]) -> str:
    """Why two arms have no difference in a metric: which of them has no value, and why."""
    why = WHY.get(metric, "no value")
    gone = [arm for arm, values in of.items() if all(value is None for value in values)]
    return f"no difference: {gone[0]} has no value ({why})" if len(gone) == 1 else why


def primary(board: str) -> str:
    """The outcome on which a board is decided."""
    return next(metric.name for metric in HEADLINE if metric.board == board and metric.primary)


def smallest_effect(values: Values, board: str, winner: Any) -> float:
    """The difference in the primary outcome beyond which an arm can win: for profit a part of the arms' mean |profit|."""
    metric = primary(board)
    if metric != "profit":
        return float(getattr(winner, metric))
    means = [estimate(values[arm][metric]).mean for arm in values]
    there = [abs(mean) for mean in means if mean is not None]
    return float(winner.profit) * float(np.mean(there)) if there else 0.0


def winners(values: Values, winner: Any) -> dict[str, dict[str, str | None]]:
    """board -> {arm, reason}: the arm that beats every other one by interval and by more than the smallest effect, or None."""
    return {board: _winner(values, board, smallest_effect(values, board, winner)) for board in BOARDS}


def _winner(values: Values, board: str, smallest: float) -> dict[str, str | None]:
    metric = primary(board)
    said = metric.replace("_", " ")
    means = {arm: estimate(metrics[metric]).mean for arm, metrics in values.items()}
    missing = [arm for arm, mean in means.items() if mean is None]
    if missing:
        return {"arm": None, "reason": f"no winner shown: {said} has no value for {', '.join(missing)}"}
    best = max(means, key=lambda arm: means[arm] or 0.0)
    others = [arm for arm in means if arm != best]
    if not others:
        return {"arm": None, "reason": f"no winner shown: {best} is alone"}
    beaten = {arm: difference(values[best][metric], values[arm][metric]) for arm in others}
    for arm, gap in beaten.items():
        if gap.low is None:
            return {"arm": None, "reason": f"no winner shown: {best} has the highest {said}, but {gap.why}"}
        if gap.low == gap.mean == gap.high == 0.0:
            return {"arm": None, "reason": f"no winner shown: {said} of {best} and {arm} is identical in every seed"}
        if not gap.low > 0.0:
            return {"arm": None, "reason": f"no winner shown: {best} has the highest {said}, but its lead over {arm}, {_said(gap)}, "
                                           "may be chance"}  # fmt: skip
        if not gap.mean > smallest:  # type: ignore[operator]
            return {"arm": None, "reason": f"no winner shown: {best} has the highest {said}, but its lead over {arm}, {_said(gap)}, "
                                           f"is not beyond the smallest effect, {number(smallest)}"}  # fmt: skip
    leads = " and ".join(f"{_said(gap)} over {arm}" for arm, gap in beaten.items())
    return {"arm": best, "reason": f"its lead in {said} is {leads}, beyond the smallest effect, {number(smallest)}"}


def _said(gap: Estimate) -> str:
    half = ((gap.high or 0.0) - (gap.low or 0.0)) / 2
    if half <= 1e-9 * abs(gap.mean or 0.0):
        # without an uncertainty three digits are enough
        return f"{number(gap.mean, 0.1 * abs(gap.mean))} (the same in every seed)" if gap.mean else "0 (identical in every seed)"
    return f"{number(gap.mean, half)} ({number(gap.low, half)} to {number(gap.high, half)})"


def number(value: float | None, like: float | None = None, sign: str = "") -> str:
    """A number as people read it: four digits or so; or as exact as two digits of `like`, its uncertainty."""
    if value is None:
        return "-"
    if not like:
        text = f"{value:{sign},.{_decimals(value, 4)}f}" if value else "0"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:{sign},.{_decimals(like, 2)}f}"


def _decimals(size: float, digits: int) -> int:
    """Decimals that show so many digits of a number of this size."""
    return max(0, min(6, digits - 1 - floor(log10(abs(size)))))
