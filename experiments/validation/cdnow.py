"""The buying part of the model fitted to the orders of CDNOW's customers, and its forecast of weeks that it has not seen.

Day 0 of the world is the day after everybody's first order: the firm is as salient as a purchase makes it. What is fitted are the
rate of needs and its spread, how fast the firm is forgotten, and how often a letter of it is noticed; nothing else moves anybody.
Calibrated on the counts of three quarters: those of weeks 1-13 and 14-39 alone leave open how fast the shop is forgotten (searches
ended at 15 to 60 days, with held-out errors of 2 to 16 %; that was seen before the quarters were taken).
Fitted to weeks 1-39 after the first order, tried on weeks 40-65, the last in which everybody in the file was still watched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from . import baseline_worlds as worlds
from .buying_facts import SEEN, cells
from .panels import WHOLE_WEEKS

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

Weeks = npt.NDArray[np.int64]
"""Orders [person, week] after the first order."""


class Buying(NamedTuple):
    """What is fitted."""

    need_rate: float
    """1/year, of occasions on which she would order here if the shop came to mind."""
    need_shape: float
    """Gamma shape of the spread of that rate."""
    half_life: float
    """Days in which the shop's chance to come to mind falls by half."""
    noticed: float
    """Chance that the letter of a week is noticed; it restores a part of what is missing."""


LEAST_NOTICED = 1e-4
BOUNDS = ((0.1, 100.0), (0.2, 20.0), (5.0, worlds.NEVER_FADES), (LEAST_NOTICED, 1.0))
"""Of what is fitted: the declared ranges."""
LOOKED_AT = ((1.0, 10.0), (0.3, 1.5), (10.0, 400.0), (0.005, 0.5))
"""Where the search looks around before it goes downhill."""
OUT_OF_BOUNDS = 1e12


def buying_world(buying: Buying, people: int, weeks: int) -> Scenario:
    """One firm that is bought whenever it comes to mind on an occasion."""
    return worlds.market(
        7 * weeks, {"focal": {"strategy": f"{worlds.HERE}:Steady", "options": worlds.WEEKLY, "known": 1.0, "budget": 10.0}},
        customers={"number": people, "need_rate": buying.need_rate, "need_shape": buying.need_shape}, network={"kind": "none"},
        attention={"fading": buying.half_life, "fading_bought": buying.half_life, "mail": buying.noticed, "gain": 0.35},
    )  # fmt: skip


def live(buying: Buying, people: int, weeks: int = WHOLE_WEEKS, seed: int = 0) -> Weeks:
    """Orders by week of the model's people."""
    from ...sim.model import ServiceEcosystem

    model = ServiceEcosystem(buying_world(buying, people, weeks), seed)
    bought = np.zeros((people, weeks + 1), np.int64)
    for week in range(weeks):
        for _ in range(7):
            model.step()
        bought[:, week + 1] = model.columns.pairs["bought"][:, 0]
    model.runner.close()
    return np.diff(bought, axis=1)


class Calibration(NamedTuple):
    """Where the search has ended, and what it met on its way."""

    best: Buying
    unlikely: float
    """Minus the log likelihood of the counted cells; the smaller the better."""
    met: list[tuple[float, Buying]]
    """All points looked at, the likeliest first."""

    def as_likely(self, within: float = 10.0) -> list[Buying]:
        """Points that the calibration weeks can hardly tell from the best: less likely by so many log units at most."""
        return [buying for unlikely, buying in self.met if unlikely <= self.unlikely + within]


def calibrate(counted: Sequence[int], people: int, evaluations: int = 120, around: int = 64, forgets: bool = True) -> Calibration:
    """The numbers under which the model most likely gives the counted `cells`.

    Probabilities of the cells are the shares of `people` simulated ones, the same people with the same luck at every evaluation
    (half a person is added to each cell). The search first looks at `around` points spread evenly (a power of two), then goes
    downhill from the best, and once more from where that ended: chance makes the slope rough. `evaluations` steps at most each
    time. Without `forgets` the shop always comes to mind, and only the needs are fitted.
    """
    from scipy import optimize
    from scipy.stats import qmc

    seen = np.asarray(counted)
    free = 4 if forgets else 2
    met: list[tuple[float, Buying]] = []

    def unlikely(x: Sequence[float]) -> float:
        buying = Buying(*(float(value) for value in np.exp(x)), *(() if forgets else (worlds.NEVER_FADES, LEAST_NOTICED)))
        if not all(low <= value <= high for value, (low, high) in zip(buying, BOUNDS, strict=True)):
            return OUT_OF_BOUNDS
        chance = cells(live(buying, people, SEEN)) + 0.5
        met.append((-float(seen @ np.log(chance / chance.sum())), buying))
        return met[-1][0]

    low, high = np.log(np.array(LOOKED_AT[:free])).T
    best = min(qmc.scale(qmc.Sobol(free, scramble=False).random(2 * around)[around:], low, high), key=unlikely)
    for step in (0.3, -0.2):
        simplex = np.vstack([best, best + step * np.eye(free)])
        best = optimize.minimize(unlikely, best, method="Nelder-Mead",
                                 options={"maxfev": evaluations, "xatol": 0.005, "fatol": 0.5, "initial_simplex": simplex}).x  # fmt: skip
    met.sort()
    return Calibration(met[0][1], met[0][0], met)
