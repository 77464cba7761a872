"""What a brand stands for to a person, job by job: moved by claims, by use and by talk; no firm writes it."""

from __future__ import annotations

import numpy as np

from ...agents.choice import stands_for


def moves(bond, said0, said1, said2, step):  # type: ignore[no-untyped-def]
    """Move the meaning in a bond towards what was said or lived."""
    bond.m0 = stands_for(np.float64(bond.m0), said0, step)
    bond.m1 = stands_for(np.float64(bond.m1), said1, step)
    bond.m2 = stands_for(np.float64(bond.m2), said2, step)


def claimed(bond, theme, step):  # type: ignore[no-untyped-def]
    """Move the meaning in a bond towards the one job that a claim speaks of (0, 1 or 2)."""
    moves(bond, 1.0 if theme == 0.0 else 0.0, 1.0 if theme == 1.0 else 0.0, 1.0 if theme == 2.0 else 0.0, step)
