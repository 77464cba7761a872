"""Facts about a new offer (V17): how many come to it and when, and what of that is talk."""

from __future__ import annotations

import numpy as np

from ...sim.events import TALLIES
from .branches import FOCAL, lived

Measures = dict[str, float | None]
YEAR = 364


def newcomers(seed: int, talk: float) -> np.ndarray:
    """First deals with the new offer by year, float64, at this volume of talk."""
    from ...scenarios.load import load

    scenario = load("new_offer", set={"world.talk.volume": talk})
    totals = lived(scenario, seed, scenario.days, watched=False).model.totals
    new = totals.tally[totals.rows(0), FOCAL, TALLIES.index("new_customers")].astype(np.float64)
    return new[: len(new) // YEAR * YEAR].reshape(-1, YEAR).sum(axis=1)  # type: ignore[no-any-return]


def diffusion(seed: int) -> Measures:
    """Yearly Bass coefficients of a new offer over twelve years, and the imitation that its twin without talk seems to have."""
    from .diffusion_fits import fit_bass

    talked, silent = (fit_bass(newcomers(seed, talk)) for talk in (1.0, 0.0))
    return {"p": talked.p, "q": talked.q, "r2": talked.r_squared, "q_without_talk": silent.q}
