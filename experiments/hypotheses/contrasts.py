"""Contrasts: a number with an interval made of cells, of each form that a plan may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..verdict import Estimate, estimate
from .cells import Runs, minus
from .checks import coordinates
from .schema import Cells, Contrast

Floats = npt.NDArray[np.float64]
RESAMPLES = 2000
RIDGE = 1.0


class Found(NamedTuple):
    """A contrast as it came out.

    value    the number, with its 95 % interval over seeds
    levels   of a crossing the difference at every level; of a trend the steps between neighbours; else empty
    """

    value: Estimate
    levels: tuple[Estimate, ...] = ()


def contrast_of(contrast: Contrast, runs: Runs) -> Found:
    """The contrast in these runs."""
    return FORMS[contrast.form](contrast, runs)


def _estimate(values: Mapping[int, float]) -> Estimate:
    return estimate([values[seed] for seed in sorted(values)])


def gap(contrast: Contrast, runs: Runs, more: Cells | None = None) -> dict[int, float]:
    """Seed -> outcome in `cells` minus outcome (or `minus_outcome`) in `minus`, both at some further place."""
    there = runs.by_seed(contrast.outcome, {**contrast.cells, **(more or {})})
    return minus(there, runs.by_seed(contrast.minus_outcome or contrast.outcome, {**(contrast.minus or {}), **(more or {})}))


def levels_of(runs: Runs, name: str | None) -> list[str | float]:
    """The places on a coordinate, in order; a factor's in the order of the plan."""
    return list(coordinates(runs.plan)[str(name)])


def _difference(contrast: Contrast, runs: Runs) -> Found:
    return Found(_estimate(gap(contrast, runs)))


def _trend(contrast: Contrast, runs: Runs) -> Found:
    steps = [runs.by_seed(contrast.outcome, {**contrast.cells, str(contrast.over): level}) for level in levels_of(runs, contrast.over)]
    return Found(_estimate(minus(steps[-1], steps[0])),
                 tuple(_estimate(minus(after, before)) for before, after in pairwise(steps)))  # fmt: skip


def _interaction(contrast: Contrast, runs: Runs) -> Found:
    first, *_, last = levels_of(runs, contrast.across)
    return Found(_estimate(minus(*(gap(contrast, runs, {str(contrast.across): level}) for level in (last, first)))))


def _crossing(contrast: Contrast, runs: Runs) -> Found:
    levels = tuple(_estimate(gap(contrast, runs, {str(contrast.over): level})) for level in levels_of(runs, contrast.over))
    first, *_, last = levels_of(runs, contrast.over)
    return Found(_estimate(minus(*(gap(contrast, runs, {str(contrast.over): level}) for level in (last, first)))), levels)


def _effect_gap(contrast: Contrast, runs: Runs) -> Found:
    """Sizes of two effects compared: each seed's effect counts in the direction of the mean effect, so that chance adds to neither."""
    effects = []
    for over in (contrast.over, contrast.across):
        first, *_, last = levels_of(runs, over)
        one = minus(*(runs.by_seed(contrast.outcome, {**contrast.cells, str(over): level}) for level in (last, first)))
        sign = 1.0 if sum(one.values()) >= 0 else -1.0
        effects.append({seed: sign * value for seed, value in one.items()})
    return Found(_estimate(minus(effects[0], effects[1])))


def _top_share(contrast: Contrast, runs: Runs) -> Found:
    inside = runs.rows(contrast.cells)
    seeds, losses = runs.seed[inside], np.nan_to_num(runs.values[contrast.outcome][inside])
    blocks = [np.maximum(losses[seeds == seed], 0.0) for seed in np.unique(seeds)]
    return Found(resampled(blocks, lambda parts: top_share(np.concatenate(parts), float(contrast.share or 0.01))))


def top_share(losses: Floats, share: float) -> float:
    """Part of all losses that the worst `share` of them bring; NaN where nothing is lost."""
    worst = np.sort(losses)[::-1][: max(1, round(share * len(losses)))]
    return float(worst.sum() / losses.sum()) if losses.sum() > 0 else float("nan")


def _correlation(contrast: Contrast, runs: Runs) -> Found:
    from scipy import stats

    inside = runs.rows(contrast.cells)
    both = np.column_stack([runs.values[name][inside] for name in (contrast.outcome, str(contrast.minus_outcome))])
    seeds = runs.seed[inside]
    blocks = [both[seeds == seed] for seed in np.unique(seeds)]

    def rho(parts: Sequence[Floats]) -> float:
        there = np.concatenate(parts)
        there = there[np.isfinite(there).all(axis=1)]
        return (
            float(stats.spearmanr(there[:, 0], there[:, 1]).statistic) if len(there) > 2 and np.ptp(there, axis=0).all() else float("nan")
        )

    return Found(resampled(blocks, rho))


def _prediction(contrast: Contrast, runs: Runs) -> Found:
    """Out-of-sample R2 for the growth of the outcome by the best of `by`, minus that by `minus_outcome`; folds are whole seeds."""
    days = sorted({float(day) for day in runs.where["day"]})
    first, last = (runs.rows({**contrast.cells, "day": day}) for day in (days[0], days[-1]))
    growth = runs.values[contrast.outcome][last] - runs.values[contrast.outcome][first]
    seeds = runs.seed[first]
    inputs = {name: runs.values[name][first] for name in (*contrast.by, str(contrast.minus_outcome))}
    there = np.isfinite(np.column_stack([growth, *inputs.values()])).all(axis=1)
    if there.sum() < 4 or len(np.unique(seeds[there])) < 2:
        return Found(estimate([]))
    missed = {name: _missed(values[there], growth[there], seeds[there]) for name, values in inputs.items()}
    total = (growth[there] - growth[there].mean()) ** 2
    best = min(contrast.by, key=lambda name: float(missed[name].sum()))
    parts = [
        np.column_stack([missed[str(contrast.minus_outcome)] - missed[best], total])[seeds[there] == seed]
        for seed in np.unique(seeds[there])
    ]
    return Found(resampled(parts, lambda some: float(np.concatenate(some)[:, 0].sum() / np.concatenate(some)[:, 1].sum())))


def _missed(x: Floats, y: Floats, seeds: npt.NDArray[np.int64]) -> Floats:
    """Squared errors of a ridge line fitted to all other seeds."""
    found = np.empty(len(y))
    for seed in np.unique(seeds):
        out = seeds == seed
        middle, spread = x[~out].mean(), x[~out].std() or 1.0
        z = (x - middle) / spread
        slope = float(z[~out] @ (y[~out] - y[~out].mean()) / (z[~out] @ z[~out] + RIDGE))
        found[out] = (y[out] - y[~out].mean() - slope * z[out]) ** 2
    return found


def resampled(blocks: Sequence[Floats], statistic: Callable[[Sequence[Floats]], float]) -> Estimate:
    """A statistic of blocks with its 95 % percentile interval over resampled blocks: seeds, of which runs are no independent parts."""
    from scipy import stats

    value = statistic(blocks)
    if not np.isfinite(value) or len(blocks) < 2:
        return Estimate(value if np.isfinite(value) else None, None, None, len(blocks), "too few seeds, or no value")
    numbers = np.arange(len(blocks))
    found = stats.bootstrap((numbers,), lambda picked: statistic([blocks[int(k)] for k in picked]), vectorized=False, n_resamples=RESAMPLES,
                            method="percentile", rng=np.random.default_rng(1))  # fmt: skip
    interval = found.confidence_interval
    low, high = (float(end) if np.isfinite(end) else None for end in (interval.low, interval.high))
    return Estimate(value, low, high, len(blocks))


FORMS: dict[str, Callable[[Contrast, Runs], Found]] = {
    "difference": _difference, "trend": _trend, "interaction": _interaction, "crossing": _crossing, "effect_gap": _effect_gap,
    "top_share": _top_share, "correlation": _correlation, "prediction": _prediction,
}  # fmt: skip
