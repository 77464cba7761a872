"""Facts about buying and loyalty (V21, V24, V26, V27): double jeopardy, counts, and what satisfaction has to do with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .watch import Floats, Seen, Stand

Measures = dict[str, float | None]


def jeopardy(bought: npt.NDArray[np.int64]) -> Measures:
    """Of the deals of two years by person and brand (V21): how share, penetration and deals per buyer go together."""
    from .buying_fits import double_jeopardy

    found = double_jeopardy(bought)
    return {"share_and_reach": found.share_penetration, "reach_and_often": found.penetration_often, "worst": found.against}


def counts(bought: npt.NDArray[np.int64]) -> Measures:
    """NBD of a year's deals in the category (V24): its shape, and by how much the fitted share of non-buyers is off."""
    from .buying_fits import fit_nbd

    total = bought.sum(axis=1)
    fitted = fit_nbd(total)
    return {"r": fitted.shape, "zero_error": abs(fitted.zero - fitted.seen_zero)}


def occasions(episodes: np.ndarray, starts: np.ndarray) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Satisfaction with every episode after which another job arose, and whether that went to the same firm.

    `starts` are the log's rows of jobs that arose, whatever was chosen.
    """
    jobs = starts[np.lexsort((starts["day"], starts["actor"]))]
    key = episodes[np.lexsort((episodes["day"], episodes["who"]))]
    at = np.searchsorted(_line(jobs["actor"], jobs["day"]), _line(key["who"], key["day"]))
    after = at + 1
    there = (after < len(jobs)) & (jobs["actor"][np.minimum(after, len(jobs) - 1)] == key["who"])
    return key["satisfaction"][there], jobs["firm"][after[there]] == key["firm"][there]


def _line(who: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return who.astype(np.int64) * 100_000 + day


def retention(satisfaction: Floats, again: npt.NDArray[np.bool_]) -> Measures:
    """Odds of buying again by fifths of satisfaction (V26): highest over second fifth, and the bend at the top in log odds."""
    from .talk_facts import fifths

    fifth = fifths(satisfaction)
    share = np.array([again[fifth == k].mean() for k in range(5)])
    if share.min() <= 0 or share.max() >= 1:
        return {"odds": None, "bend": None}
    logit = np.log(share / (1 - share))
    return {"odds": float(np.exp(logit[4] - logit[3])), "bend": float((logit[4] - logit[3]) - (logit[3] - logit[2]))}


def preferences(stand: Stand, params: Any) -> Floats:
    """How likely each person would choose each firm if all came to mind, prices being alike: float64 [people, firms]."""
    from ..twins import mood_left

    pairs, people, p = stand.pairs, stand.people, params.choice
    strain = pairs["irritation"] * people["irritability"].astype(np.float64)[:, None] - params.attention.patience
    good = (
        p.expectation * pairs["expectation"] + p.attachment * (pairs["attachment"] + mood_left(stand.bonds, stand.day, params))
        + p.habit * pairs["habit"] + p.taste * pairs["taste"].astype(np.float64) - p.annoyance * np.maximum(strain, 0.0)
    )  # fmt: skip
    own = p.own_means + p.own_skill * (people["skill"].astype(np.float64) - 0.5)
    worth = np.exp(np.column_stack([good, own, np.full(len(own), p.nothing)]))
    return np.asarray(worth[:, : good.shape[1]] / worth.sum(axis=1, keepdims=True))


def correlates(seen: Seen, day: int) -> Measures:
    """What goes with a customer's satisfaction with a firm as it stands on `day`, over those served within half a year (V27).

    Disconfirmation is that of the latest episode. Intention is how likely she would choose the firm if it came to mind;
    repurchase, what she chose next; bad talk, how likely a person of mean talkativeness tells friends ill of the latest episode.
    """
    stand, t = seen.watch.stands[day], seen.model.params.talk
    before = seen.episodes[(seen.episodes["day"] < day) & (seen.episodes["day"] >= day - 182)]
    order = np.lexsort((before["day"], before["firm"], before["row"]))
    last = before[order]
    ends = np.append((np.diff(last["row"]) != 0) | (np.diff(last["firm"]) != 0), True)
    last = last[ends]
    latest, s = last["satisfaction"], stand.pairs["satisfaction"][last["row"], last["firm"]].astype(np.float64)
    intention = preferences(stand, seen.model.params)[last["row"], last["firm"]]
    from_middle = (latest - t.middle) / t.width
    bad = np.where(last["valence"] < 0, np.minimum(0.95, t.friends_base + t.friends_slope * from_middle**2), 0.0)
    starts = seen.rows("episode_start")
    starts = starts[starts["day"] >= day]
    starts = starts[np.lexsort((starts["day"], starts["actor"]))]
    first = starts[np.append(True, np.diff(starts["actor"]) != 0)]
    at = np.searchsorted(first["actor"], last["who"])
    there = (at < len(first)) & (first["actor"][np.minimum(at, len(first) - 1)] == last["who"])
    again = first["firm"][at[there]] == last["firm"][there]
    act = float(np.corrcoef(s[there], again)[0, 1])
    stated = float(np.corrcoef(s, intention)[0, 1])
    return {
        "disconfirmation": float(np.corrcoef(s, last["gap"])[0, 1]), "intention": stated, "bad_talk": float(np.corrcoef(s, bad)[0, 1]),
        "act_below_intention": stated - act,
    }  # fmt: skip
