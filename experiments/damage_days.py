"""Days of a loss: how long until a week's loss is halved, and what days over several seeds come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DAYS = ("onset", "peak_day", "half_life")
"""The measures of a loss that are days."""
TOO_SHORT = "too short to say: halved within the week that is measured"
LASTS = "not recovered by half within the horizon"
NOTHING = "nothing was lost in any week"
WHY_NOT = {"onset": "the worlds do not differ", "peak_day": NOTHING, "half_life": NOTHING}


class Days(NamedTuple):
    """The middle and the range of days over the seeds that have such a day; all None, and `why`, where none has."""

    median: float | None
    least: float | None
    most: float | None
    seeds: int
    why: str | None = None


def days_of(values: Sequence[float | None], why: str) -> Days:
    """Median and range of the days that are there: days are skewed and never below 0, which a mean and its interval forget."""
    there = [value for value in values if value is not None]
    if not there:
        return Days(None, None, None, 0, why)
    return Days(float(np.median(there)), min(there), max(there), len(there))


def half_life(week: npt.NDArray[np.float64], window: int) -> tuple[float | None, str | None]:
    """Days until a week's loss is half of its worst, or None and why; `week` is the loss of the last `window` days, by day.

    Loss that stops at once still takes that long to leave the window, so a shorter half-life says nothing.
    """
    if not len(week) or not week.max() > 0:
        return None, NOTHING
    worst = week[int(np.argmax(week)) :]
    halved = np.flatnonzero(worst <= worst[0] / 2)
    if not len(halved):
        return None, LASTS
    return (None, TOO_SHORT) if halved[0] <= window else (float(halved[0]), None)
