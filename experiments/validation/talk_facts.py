"""Facts about talk (V09-V13): who talks, of what, in which tone, and to whom."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...sim.events import FEED, HANDLE, KIND, PLACES
from .watch import Floats, Seen

Measures = dict[str, float | None]
YEAR = 364
STARS = (-0.05, 0.18, 0.40, 0.70)
"""Satisfaction from which on an episode is worth two, three, four and five stars."""


def talkers(seen: Seen) -> Measures:
    """How concentrated a year's public posts are over all people, and how many never post (V09)."""
    said = seen.log[np.isin(seen.log["kind"], [KIND["utterance"], KIND["complaint"], KIND["question"]])]
    said = said[np.isin(said["place"], [FEED, HANDLE, PLACES.index("community")]) & (said["actor"] >= 0) & (said["day"] < YEAR)]
    count = np.sort(np.bincount(seen.place_of(said["actor"]), minlength=seen.people))[::-1]
    if not count.sum():
        return {"top_1": None, "top_10": None, "never": 1.0}
    first = [round(seen.people * part) for part in (0.01, 0.1)]
    return {"top_1": float(count[: first[0]].sum() / count.sum()), "top_10": float(count[: first[1]].sum() / count.sum()),
            "never": float(np.mean(count == 0))}  # fmt: skip


def posted(seen: Seen) -> npt.NDArray[np.bool_]:
    """Which of the episodes were posted in the feed."""
    told = seen.rows("utterance", "feed")
    return np.isin(seen.episodes["key"], told["cause"][told["actor"] >= 0])


def fifths(values: Floats) -> npt.NDArray[np.int64]:
    """The fifth that each value lies in, 0 the lowest."""
    return np.searchsorted(np.quantile(values, [0.2, 0.4, 0.6, 0.8]), values, side="right")


def lopsided_u(satisfaction: Floats, told: npt.NDArray[np.bool_]) -> Measures:
    """Posting by fifths of satisfaction (V10): lowest over highest fifth, and whether the least is posted in the middle (1)."""
    fifth = fifths(satisfaction)
    rate = np.array([told[fifth == k].mean() for k in range(5)])
    if not rate[4] > 0:
        return {"ratio": None, "middle": None}
    return {"ratio": float(rate[0] / rate[4]), "middle": float(rate[1:4].min() < min(rate[0], rate[4]))}


def stars(satisfaction: Floats) -> Floats:
    """Shares of one to five stars."""
    count = np.bincount(np.searchsorted(STARS, satisfaction, side="right"), minlength=5)
    return np.asarray(count / max(1, count.sum()))


def stars_of(tone: Floats, neutral: float) -> npt.NDArray[np.int64]:
    """One to five stars of utterances by their tone, which is a function of the satisfaction they speak of."""
    satisfaction = neutral + 0.25 * np.arctanh(np.clip(tone, -0.999999, 0.999999))
    return 1 + np.searchsorted(STARS, satisfaction, side="right")


def ratings(satisfaction: Floats, told: npt.NDArray[np.bool_]) -> Measures:
    """Ratings posted and ratings experienced (V11): shares of stars, and whether the facts of their order hold (1)."""
    if not told.any():
        return dict.fromkeys(("five", "three", "five_is_mode", "one_over_two", "one_peak"))
    out, all_ = stars(satisfaction[told]), stars(satisfaction)
    peak = int(np.argmax(all_))
    one_peak = bool((np.diff(all_)[:peak] >= 0).all() and (np.diff(all_)[peak:] <= 0).all())
    return {"five": float(out[4]), "three": float(out[2]), "five_is_mode": float(np.argmax(out) == 4),
            "one_over_two": float(out[0] - out[1]), "one_peak": float(one_peak)}  # fmt: skip


def praise_over_blame(seen: Seen) -> Measures:
    """Good over bad talk among customers, off-line too (V12)."""
    told = seen.rows("utterance")
    told = told[told["actor"] >= 0]
    bad = int((told["value"] < 0).sum())
    return {"ratio": float((told["value"] > 0).sum() / bad) if bad else None}


def at_the_handle(seen: Seen) -> Measures:
    """Of what is addressed to a firm in the open, the share that is a complaint (V13)."""
    bad, asked = len(seen.rows("complaint", "handle")), len(seen.rows("question", "handle"))
    return {"negative": bad / (bad + asked) if bad + asked else None}


def talk(seen: Seen) -> dict[str, Measures]:
    """V09 to V13 of a world."""
    satisfaction, told = seen.episodes["satisfaction"], posted(seen)
    return {
        "V09": talkers(seen), "V10": lopsided_u(satisfaction, told), "V11": ratings(satisfaction, told),
        "V12": praise_over_blame(seen), "V13": at_the_handle(seen),
    }  # fmt: skip
