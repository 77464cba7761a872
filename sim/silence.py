"""Silence: what a person's talk does is the difference to the same world in which nobody hears her.

She goes on buying, complaining to desks, asking and helping in communities. What would have reached others does not: her
stories, posts, relays and jokes, her complaints where others see them, and the answers that stand beside these.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..agents.declare import InputError
from .columns import NEVER, Columns
from .draws import SAMPLE, uniforms

EVERYBODY = "everybody"
"""In place of ids: all who are there, and all who will come."""


def fall_silent(w: Columns, silent: Sequence[int] | str) -> None:
    """From now on nobody hears these ids, or anybody; an InputError about an id that is not in the market."""
    if isinstance(silent, str):
        if silent != EVERYBODY:
            raise InputError("nobody is called so", key="silent", given=silent, allowed=f"ids, or {EVERYBODY}")
        w.lives["silent"] = 1
        return
    lost = sorted(set(silent) - set(w.ids.tolist())) if silent else []
    if lost:
        raise InputError("no customer with this id", key="silent", given=lost[0], allowed="ids of people in the market")
    w.lives["silent"][np.isin(w.ids, silent)] = 1


def is_audible(w, i, day):  # type: ignore[no-untyped-def]
    """Asked where talk of row i is about to reach others: True unless she is silent; keeps the first day on which it was so."""
    life = w.lives[i]
    if life.silent > 0:
        return False
    if life.talked == NEVER:
        life.talked = day
    return True


def lots(seed: int, ids: np.ndarray) -> np.ndarray:
    """The lot of each person where some are asked about, float64: the lowest first, so that a larger sample holds a smaller one."""
    return uniforms(seed, SAMPLE, 0, ids, 0)
