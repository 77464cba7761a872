"""Facts about a tag that turns against its firm (V36), hour by hour."""

from __future__ import annotations

import numpy as np

from ...sim.events import KIND, PLACES
from ...sim.metrics.cascade_trees import hours_of
from .branches import FOCAL, lived

Measures = dict[str, float | None]
PEOPLE = 10_000
TWO_HOURS, WEEK = 2.0, 168.0


def hijacked(seed: int) -> Measures:
    """The tag of `hijacked_tag` with an order to withdraw it (V36)."""
    from ...scenarios.load import load

    scenario = load("hijacked_tag", customers=PEOPLE).seated("withdraws")
    seen = lived(scenario, seed, scenario.days, detail="talk", watched=False)
    return course(seen.log[seen.log["firm"] == FOCAL])


def course(log: np.ndarray) -> Measures:
    """How a tag went, from all rows of its firm; all None where no customer posted under it.

    negative   share of customers' posts under it that are bad
    peak       posts of its busiest hour over that day's public mentions of the brand
    left       posts in the two hours that begin two hours after the withdrawal, over those of its busiest two hours
    tail       posts in the second week
    """
    prompts = log[log["kind"] == KIND["prompt"]]
    public = [PLACES.index(place) for place in ("feed", "handle", "follow", "community")]
    said = log[np.isin(log["kind"], [KIND["utterance"], KIND["relay"], KIND["complaint"]]) & np.isin(log["place"], public)]
    own = said[(said["actor"] >= 0) & (said["kind"] == KIND["utterance"]) & np.isin(said["thread"], prompts["thread"])]
    if not len(own):
        return dict.fromkeys(("negative", "peak", "left", "tail"))
    tagged = said[np.isin(said["thread"], prompts["thread"]) & (said["actor"] >= 0)]
    begin = float(hours_of(prompts).min())
    since = np.sort(hours_of(tagged) - begin)
    by_hour = np.bincount(np.floor(since).astype(np.int64))
    busiest = int(np.argmax(by_hour))
    day = (begin + busiest) // 24
    of_the_day = int((said["day"] == day).sum())
    gone = log[log["kind"] == KIND["withdrawn"]]
    left = None
    if len(gone):
        at = float(hours_of(gone).min()) - begin
        pairs = by_hour[:-1] + by_hour[1:] if len(by_hour) > 1 else by_hour
        later = ((since >= at + TWO_HOURS) & (since < at + 2 * TWO_HOURS)).sum()
        left = float(later / pairs.max())
    tail = float(((since >= WEEK) & (since < 2 * WEEK)).sum())
    return {"negative": float((own["value"] < 0).mean()), "peak": by_hour[busiest] / of_the_day if of_the_day else None, "left": left,
            "tail": tail}  # fmt: skip
