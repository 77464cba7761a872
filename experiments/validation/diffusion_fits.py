"""The Bass curve, and the one that fits a run of adoptions best. Everything is per period: p and q have the unit 1/period.

The discrete equation: of those who have not adopted yet, the share p + q x (adopters so far / m) adopts in a period. Sum counts
to the period in which you want p and q before you fit: yearly coefficients come from yearly counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FEWEST = 5
"""Periods that three numbers can be fitted to."""
STARTS = [(p, q, m) for p in (0.001, 0.01, 0.05) for q in (0.05, 0.3, 0.8) for m in (1.02, 1.5)]
"""Where the search begins: p, q, and the market relative to the adopters seen."""
MOST = 20.0
"""The market is at most so many times the adopters seen; a fit at this bound knows no ceiling."""


class BassFit(NamedTuple):
    """The Bass curve nearest to a run of adoptions."""

    p: float
    """Innovation, 1/period."""
    q: float
    """Imitation, 1/period."""
    m: float
    """People who adopt in the end."""
    r_squared: float
    """Explained part of the variance of adoptions per period (not of the cumulative curve, which flatters)."""
    peaked: bool
    """Whether the fitted curve has its peak before the last period: else q and m can hardly be told apart."""


def bass_curve(p: float, q: float, m: float, periods: int) -> Floats:
    """Adoptions in each of `periods` periods by the discrete Bass equation, float64[periods]; none before the first."""
    new = np.zeros(periods)
    adopters = 0.0
    for t in range(periods):
        new[t] = min(max(0.0, (p + q * adopters / m) * (m - adopters)), m - adopters)
        adopters += new[t]
    return new


def r_squared(seen: Sequence[float] | Floats, said: Sequence[float] | Floats) -> float:
    """Explained part of the variance of `seen` by the curve `said`; below 0 where its own mean would say it better."""
    seen, said = np.asarray(seen, float), np.asarray(said, float)
    return float(1.0 - np.sum((seen - said) ** 2) / np.sum((seen - seen.mean()) ** 2))


def fit_bass(adoptions: Sequence[float] | Floats) -> BassFit:
    """The discrete Bass curve nearest by least squares to adoptions per period (first purchases, not cumulative).

    A ValueError for fewer than five periods, or where nobody adopts or as many in every period.
    """
    from scipy import optimize

    seen = np.asarray(adoptions, float)
    if len(seen) < FEWEST or not np.isfinite(seen).all() or seen.min() < 0 or np.ptp(seen) == 0:
        raise ValueError(f"a Bass curve needs {FEWEST} periods or more with adoptions that vary, none below 0")
    total = seen.sum()

    def misses(x: Floats) -> Floats:
        return (bass_curve(x[0], x[1], x[2] * total, len(seen)) - seen) / total

    bounds = ([1e-9, 0.0, 1.0], [1.0, 3.0, MOST])
    found = [optimize.least_squares(misses, start, bounds=bounds, x_scale=(0.01, 0.3, 1.0)) for start in STARTS]
    best = min(found, key=lambda fit: float(fit.cost)).x
    curve = bass_curve(best[0], best[1], best[2] * total, len(seen))
    return BassFit(float(best[0]), float(best[1]), float(best[2] * total), r_squared(seen, curve), int(np.argmax(curve)) < len(seen) - 1)
