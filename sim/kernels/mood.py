"""The mood in which hearsay leaves a person towards a firm. It is kept as of the day it was last moved, and passes."""

from __future__ import annotations

import numpy as np

from ...agents.customer import lasts
from ...agents.talk import is_touched


def mood_now(bond, day, p):  # type: ignore[no-untyped-def]
    """What is left of a mood today, in [-1, 1]."""
    if bond.mood == 0.0:
        return 0.0
    return lasts(np.float64(bond.mood), p.talk_mood_life, day - int(bond.mood_day))


def feels(bond, day, tone, step, p):  # type: ignore[no-untyped-def]
    """Move the mood by a step (at most 1) towards the tone of what was heard today."""
    bond.mood = is_touched(mood_now(bond, day, p), tone, min(1.0, step))
    bond.mood_day = day
