"""What the map comes to: how often each arm wins, which axis moves the difference most, and what flips a verdict.

An axis moves the difference as far as their rank correlation over the space-filling design goes: every point counts as one, whatever
its interval, and the interval of the correlation resamples points. On the cuts a flip is another winner than in the own world.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...sim.metrics.headline import BOARDS
from ..tail import generator

if TYPE_CHECKING:
    from .phase_map import PhaseMap

RESAMPLES = 2000
FEWEST = 8
"""Points of a design below which a rank correlation gets no interval."""


def counts_of(found: PhaseMap) -> list[dict[str, Any]]:
    """Of the design's points, in how many each arm wins and in how many no winner is shown, by board and horizon."""
    rows = []
    for board in BOARDS:
        for days in found.horizons:
            won = [row["winner"] for row in found.on(board, days, "design")]
            rows.append({"board": board, "days": days, "points": len(won), **{arm: won.count(arm) for arm in found.arms},
                         "none": won.count(None)})  # fmt: skip
    return rows


def moves_of(found: PhaseMap) -> list[dict[str, Any]]:
    """Rank correlation of each axis with the difference over the design: board, days, axis, rho, low, high, and why where null."""
    rows = []
    for board in BOARDS:
        for days in found.horizons:
            design = [row for row in found.on(board, days, "design") if row["difference"] is not None]
            gaps = [row["difference"] for row in design]
            rows += [{"board": board, "days": days, "axis": axis.name,
                      **rank_correlation([row[axis.name] for row in design], gaps, f"{board} {days} {axis.name}")}
                     for axis in found.plan.axes]  # fmt: skip
    return rows


def rank_correlation(x: Sequence[float], y: Sequence[float], name: str) -> dict[str, Any]:
    """Spearman's rho with its 95 % percentile interval over resampled points, seeded by name; null with the reason in `why`."""
    from scipy.stats import bootstrap, pearsonr, rankdata

    if len(x) < FEWEST:
        return {"rho": None, "low": None, "high": None, "why": f"{len(x)} points are too few: {FEWEST}"}
    if len(set(y)) < 2:
        return {"rho": None, "low": None, "high": None, "why": "the difference is the same at every point"}

    def rho(a: Any, b: Any, axis: int = -1) -> Any:
        return pearsonr(rankdata(a, axis=axis), rankdata(b, axis=axis), axis=axis).statistic

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample may hold one value alone
        ends = bootstrap((np.asarray(x), np.asarray(y)), rho, paired=True, vectorized=True, n_resamples=RESAMPLES, method="percentile",
                         rng=generator(name)).confidence_interval  # fmt: skip
    found = {"rho": float(rho(x, y)), "low": float(ends.low), "high": float(ends.high)}
    if np.isnan(found["low"]):
        return found | {"low": None, "high": None, "why": "some resamples hold one value alone: no interval"}
    return found


def strongest(found: PhaseMap, board: str, days: int | None = None) -> list[dict[str, Any]]:
    """The axes of a board by the size of their rank correlation, the largest first; those without one are left out."""
    at = found.horizons[-1] if days is None else days
    rows = [row for row in found.moves if row["board"] == board and row["days"] == at and row["rho"] is not None]
    return sorted(rows, key=lambda row: -abs(row["rho"]))


def is_sure(row: dict[str, Any]) -> bool:
    """Whether the interval of a correlation leaves out 0."""
    return row["low"] is not None and (row["low"] > 0 or row["high"] < 0)


def flips_of(found: PhaseMap) -> list[dict[str, Any]]:
    """Places on the cuts where another arm wins, or none does, than in the scenario's own world at the same horizon."""
    rows = []
    for board in BOARDS:
        for days in found.horizons:
            own = found.on(board, days, "own")[0]["winner"]
            rows += [{"board": board, "days": days, "axis": row["axis"], "value": row[row["axis"]], "own": own, "winner": row["winner"],
                      "difference": row["difference"], "low": row["low"], "high": row["high"]}
                     for row in found.on(board, days, "cut") if row["winner"] != own]  # fmt: skip
    return rows
