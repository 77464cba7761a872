"""The tail of the sizes of cascades: a power law or a lognormal, with the fits of `tail.py`, where there are enough large ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .tail import FEWEST_FOR_VERDICT, FEWEST_IN_TAIL, TAIL_SHARE, Floats, against_lognormal, hill, missing

LARGE = 6
"""Size from which on whole numbers pass for a continuum (Clauset, Shalizi and Newman 2009)."""


def spread_out(sizes: npt.NDArray[np.int64]) -> Floats:
    """Sizes in ascending order, equal ones spread evenly over the interval of numbers that round to them: float64."""
    values, count = np.unique(sizes, return_counts=True)
    rank = np.arange(len(sizes)) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(values, count) - 0.5 + (rank + 0.5) / np.repeat(count, count))


def tail_of_sizes(found: npt.NDArray[np.int64]) -> dict[str, Any]:
    """How the largest tenth of cascades of these sizes is distributed: their number, tail index with interval, power law or lognormal.

    {cascades, large, largest, tail_index: {value, low, high, k, from}, tail_against_lognormal: {ratio, p, favours}}; the index
    is that of the share of cascades larger than x, so the density falls with 1 + index. Sizes are whole numbers and both fits
    are of continua: equal sizes are spread over the interval that rounds to them, the same way each time, and the tail holds
    only cascades of 6 people or more, where little depends on it. It takes more than 20 such for an index, and more than 50 for a
    verdict: else value and verdict are None, and `why` says what it takes.
    """
    sizes = spread_out(found)
    large = int(np.count_nonzero(found >= LARGE))
    counts = {"cascades": len(sizes), "large": large, "largest": int(found.max(initial=0))}
    k = min(max(FEWEST_IN_TAIL, int(TAIL_SHARE * len(sizes))), large - 1)
    if k < FEWEST_IN_TAIL:
        why = f"{large} cascades of {LARGE} people or more cannot carry a tail: needs more than {FEWEST_IN_TAIL}"
        return counts | {"tail_index": missing(why), "tail_against_lognormal": {"ratio": None, "p": None, "favours": None, "why": why}}
    verdict = against_lognormal(sizes, k)
    if k < FEWEST_FOR_VERDICT:
        verdict["why"] = f"{k} cascades in the tail are too few to tell: needs {FEWEST_FOR_VERDICT}"
    return counts | {"tail_index": hill(sizes, k), "tail_against_lognormal": verdict}
