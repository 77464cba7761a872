"""Facts about doing things together (V41, V42): what a community does to its members' buying, and when taking part is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .branches import FOCAL, lived, past, playing

if TYPE_CHECKING:
    from .watch import Seen

Measures = dict[str, float | None]
HALF, YEAR = 182, 364
STAFF = 1.0
"""Hours a day with which the community is kept in order."""
LOADS = (0.0, 0.25, 0.5, 0.75, 1.0)


def community(seed: int) -> Measures:
    """Deals of the year after the half-year in which they joined (V41): members against others, and against themselves without it.

    raw      members' deals over those of other customers, less 1
    matched  the same over customers of as many deals before it opened, whose contact is as much on-line
    poster   matched gap of members who asked or answered there in the half-year, less that of those who did not
    effect   members' deals over those of the same people in the twin without a community, less 1: what an invitation to all does
    """
    from ...scenarios.load import load

    base = load("baseline", days=HALF + YEAR, customers=10_000)
    before = past(base, seed)
    hosted = playing(base, {"levers": {"community_hours": STAFF}})
    there, away = (lived(scenario, seed, base.days, "full", after=before, watched=False) for scenario in (hosted, base))
    joined, asked, answered = there.rows("comm_join"), there.rows("question", "community"), there.rows("answer")
    members = _marked(there, joined[(joined["day"] < HALF) & (joined["firm"] == FOCAL)]["actor"])
    active = np.concatenate([rows[rows["day"] < HALF]["actor"] for rows in (asked, answered)])  # before what is explained, not after
    after, without = (_deals(seen, HALF, HALF + YEAR) for seen in (there, away))
    prior = before.columns.pairs["bought"][:, FOCAL].astype(np.int64)
    online = there.model.columns.people["online"].astype(np.float64)
    return gaps(prior, online, members, members & _marked(there, active), after, without)


def gaps(
    prior: npt.NDArray[np.int64], online: npt.NDArray[np.float64], members: npt.NDArray[np.bool_], posters: npt.NDArray[np.bool_],
    after: npt.NDArray[np.float64], without: npt.NDArray[np.float64],
) -> Measures:  # fmt: skip
    """The gaps of `community` from deals before and after, by person; None where members are too few to compare."""
    buyers = prior > 0
    inside, outside = members & buyers, ~members & buyers
    if inside.sum() < 30 or not after[outside].mean() > 0:
        return dict.fromkeys(("raw", "matched", "poster", "effect", "below_raw"))
    cell = np.minimum(prior, 40) * 10 + np.searchsorted(np.quantile(online[buyers], [0.25, 0.5, 0.75]), online)
    raw = float(after[inside].mean() / after[outside].mean() - 1.0)
    matched = _matched(after, inside, outside, cell)
    talk, silent = (_matched(after, group, outside, cell) for group in (posters & inside, inside & ~posters))
    return {
        "raw": raw, "matched": matched, "below_raw": None if matched is None else raw - matched,
        "poster": None if talk is None or silent is None else talk - silent,
        "effect": float(after[inside].mean() / without[inside].mean() - 1.0) if without[inside].any() else None,
    }  # fmt: skip


def _marked(seen: Seen, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.isin(seen.model.columns.ids, ids)


def _deals(seen: Seen, first: int, last: int) -> npt.NDArray[np.float64]:
    """Deals with the focal firm from day `first` to before `last`, by row."""
    made = seen.rows("purchase")
    made = made[(made["firm"] == FOCAL) & (made["day"] >= first) & (made["day"] < last)]
    return np.bincount(seen.place_of(made["actor"]), minlength=seen.people).astype(np.float64)


def _matched(
    after: npt.NDArray[np.float64], treated: npt.NDArray[np.bool_], others: npt.NDArray[np.bool_], cell: npt.NDArray[np.int64],
) -> float | None:  # fmt: skip
    """Relative gap between treated people and others of the same cells; None where no cell has both."""
    mine = alike = 0.0
    for one in np.unique(cell[treated]):
        here, there = treated & (cell == one), others & (cell == one)
        if there.any():
            mine += after[here].sum()
            alike += here.sum() * after[there].mean()
    return float(mine / alike - 1.0) if alike else None


def load_of_taking_part(seed: int) -> Measures:
    """Loyalty by how often customers are asked to take part in design (V42): bend of a fitted square, and where it peaks.

    Loyalty is the mean attachment to the focal firm of those who bought from it in the last year; ideas are reviewed for an hour
    a day, so that what is asked for is not ignored for want of staff alone.
    """
    from ...scenarios.load import load

    base = load("baseline", days=2 * YEAR)
    before = past(base, seed)
    loyalty = []
    for level in LOADS:
        levers = {"codesign": level, "review_hours": 1.0 if level > 0 else 0.0, "adoption": 0.5, "credit": 0.5}
        seen = lived(playing(base, {"levers": levers}), seed, base.days, after=before, watched=False)
        pairs = seen.model.columns.pairs[:, FOCAL]
        recent = (pairs["last_bought"] >= base.days - YEAR) & (pairs["bought"] > 0)
        loyalty.append(float(pairs["attachment"][recent].mean()))
    square, slope, _ = np.polyfit(LOADS, loyalty, 2)
    peak = float(-slope / (2 * square)) if square else None
    return {"bend": float(square), "peak": peak}
