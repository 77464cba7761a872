"""Talk and its spread (M26-M30, M34, M36-M38): how much is said, by whom, in what tone, how far it goes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..events import PLACES, TALLIES
from ..totals import PLACED
from . import cascade_metrics as shapes
from .cascades import Cascades, cascades
from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .ledger import COUNTS
from .record import PUBLIC, Record

NO_TALK = "nobody has said anything about the firm"
NO_POST = "nobody posted about the firm"
TALK = ("utterance", "relay", "prompt", "reframe", "picked_up", "complaint")
LEADS = 8
"""Weeks by which talk may lead the market, at most, in either direction."""


def ewom_volume(r: Record, f: int) -> float:
    """Customers' public posts and relays about the firm, per day."""
    public = float(r.placed("utterance", ("feed",))[f]) + r.count("relay", f)
    return ratio(public, r.length, "no day has passed")


def share_of_voice(r: Record, f: int) -> float:
    """The firm's part of all public mentions: customers' posts and firms' own."""
    mentions = r.placed("utterance", PUBLIC)
    return ratio(float(mentions[f]), float(mentions.sum()), "nobody has said anything in public")


def share_of_voice_heard(r: Record, f: int) -> float:
    """The same, each mention weighted by how many saw it, in the press too."""
    seen = r.placed("exposure", (*PUBLIC, "media"))
    return ratio(float(seen[f]), float(seen.sum()), "nobody has heard anything in public")


def net_sentiment(r: Record, f: int) -> float:
    """Praise minus blame over all utterances about the firm, friends' talk too."""
    praise, blame = r.tally("praise", f), r.tally("blame", f)
    return ratio(praise - blame, praise + blame, NO_TALK)


def net_sentiment_heard(r: Record, f: int) -> float:
    """Mean tone of what was heard about the firm: each word weighted by its listeners, in [-1, 1]."""
    return ratio(r.total("heard_tone", f), r.tally("hearings", f), "nobody has heard anything about the firm")


def net_sentiment_seen(r: Record, f: int) -> float:
    """What the firm's monitoring finds: praise minus blame over the public mentions that it sees."""
    seen = r.tally("mentions_seen", f)
    return ratio(seen - 2 * r.tally("blame_seen", f), seen, "the firm has seen no mention of itself")


def hijack_share(r: Record, f: int) -> float:
    """Blaming utterances under the firm's tag over all under it."""
    return ratio(r.tally("tag_blame", f), r.tally("tagged", f), "nobody used a tag of the firm")


def hours_to_reframe(r: Record, f: int) -> float:
    """Hours from the firm's first prompt until more contrary than other utterances stood under its tag."""
    return shapes.hours_to_reframe(talk_about(r, f), f)


def sentiment_variance(r: Record, f: int) -> float:
    """Variance of the tone of what customers said about the firm: how divided opinion is."""
    n, total, square = r.sums.tones[f].astype(np.float64) / np.array([1.0, 1e6, 1e6])
    if n < 2:
        raise NoValue("fewer than 2 utterances have no variance")
    return float(max(0.0, square / n - (total / n) ** 2))


def defence_ratio(r: Record, f: int) -> float:
    """Praise by customers in reply to blame, over blaming posts."""
    return shapes.defence_ratio(talk_about(r, f), f)


def talk_about(r: Record, f: int) -> np.ndarray:
    """The rows of all talk about a firm."""
    return r.once(f"talk {f}", lambda r: r.rows(*TALK, firm=f))  # type: ignore[no-any-return]


def cascades_of(r: Record, f: int) -> Cascades:
    """The cascades of posts of and about a firm, built once."""
    return r.once(f"cascades {f}", lambda r: cascades(talk_about(r, f), f))  # type: ignore[no-any-return]


def shape(of: Callable[[Cascades], float]) -> Callable[[Record, int], float]:
    """A metric of the cascades of a firm's posts."""

    def measured(r: Record, f: int) -> float:
        return of(cascades_of(r, f))

    measured.__doc__ = of.__doc__
    return measured


def mean_reach(r: Record, f: int) -> float:
    """Persons who saw a post of or about the firm at least once, mean over posts."""
    found = cascades(r.rows(*TALK, "exposure", firm=f), f)
    if len(found.posts) and not found.has_reach:
        return 0.0  # exposures are kept, and there was none
    return shapes.mean_reach(found._replace(has_reach=True))


def voice_lead(r: Record, f: int) -> float:
    """Weeks by which the firm's share of voice leads its share of the market: where they correlate most; below 0 it follows."""
    weeks = r.length // 7
    if weeks < 4 * LEADS:
        raise NoValue(f"needs {28 * LEADS} days")
    public = [PLACES.index(place) for place in PUBLIC]
    said = r.totals.place[r.days, :-1, PLACED.index("utterance")][: 7 * weeks, :, public].sum(axis=2, dtype=np.int64)
    sold = r.totals.tally[r.days, :-1, TALLIES.index("revenue_cents")][: 7 * weeks]
    voice, market = (_share(part.reshape(weeks, 7, -1).sum(axis=1), f) for part in (said, sold))
    if not np.ptp(voice) or not np.ptp(market):
        raise NoValue("shares did not move")
    best, lead = -np.inf, 0
    for lag in sorted(range(-LEADS, LEADS + 1), key=abs):  # of equal ones the least counts
        a, b = voice[max(0, -lag) : weeks - max(0, lag)], market[max(0, lag) : weeks - max(0, -lag)]
        together = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else -np.inf
        if together > best + 1e-9:
            best, lead = together, lag
    return float(lead)


def _share(weekly: np.ndarray, f: int) -> np.ndarray:
    return weekly[:, f] / np.maximum(weekly.sum(axis=1), 1)  # type: ignore[no-any-return]


def control_index(r: Record, f: int) -> float:
    """Contacts and threads that the firm began, over all contacts and threads about it."""
    begun = r.count("msg_push", f) + float(r.placed("utterance", ("follow",))[f]) + r.count("prompt", f)
    theirs = float(r.placed("utterance", ("feed", "strong"))[f])
    theirs += sum(r.count(kind, f) for kind in ("msg_pull", "complaint", "question"))
    return ratio(begun, begun + theirs, "nobody was in contact with the firm")


def exit_voice_ratio(r: Record, f: int) -> float:
    """Contracts left without a complaint before (since day 0), over complaints."""
    if not r.count("accept", f) + r.count("churn", f):
        raise NoValue("no contract with the firm came to its end")
    return ratio(float(r.sums.counts[f, COUNTS.index("silent_churn")]), r.count("complaint", f), "nobody complained")


METRICS = (
    Metric("net_sentiment", S, "outcome", "1", "M28", "Praise minus blame over all talk about the firm", net_sentiment, NO_TALK,
           formula="(praise - blame) / (praise + blame)"),
    Metric("net_sentiment_heard", S, "outcome", "1", "M28", "Mean tone of what is heard about the firm", net_sentiment_heard,
           "nobody has heard anything about the firm", formula="sum tone over hearings / hearings"),
    Metric("net_sentiment_seen", S, "outcome", "1", "M28", "The same as the firm's monitoring finds it", net_sentiment_seen,
           "the firm has seen no mention of itself", formula="(praise - blame) / mentions seen", view="firm"),
    Metric("sentiment_variance", S, "outcome", "1", "M28", "How divided opinion is", sentiment_variance, NO_TALK,
           formula="variance of tone over utterances"),
    Metric("share_of_voice", S, "activity", "1", "M27", "Share of public mentions", share_of_voice,
           "nobody has said anything in public", formula="mentions_f / sum mentions"),
    Metric("share_of_voice_heard", S, "outcome", "1", "M27", "Share of public mentions, by how many saw them", share_of_voice_heard,
           "nobody has heard anything in public", formula="exposures_f / sum exposures"),
    Metric("ewom_volume", S, "outcome", "1/day", "M26", "Customers' posts and relays about the firm a day", ewom_volume, "",
           formula="(posts + relays) / days"),
    Metric("ewom_half_hours", S, "outcome", "hours", "M26", "Hours to half of a post's relays", shape(shapes.half_life_of_posts), NO_POST,
           formula="median over posts of time to half"),
    Metric("mean_reach", S, "outcome", "people", "M29", "Persons who saw a post", mean_reach, NO_POST,
           formula="distinct exposed persons / posts", detail="full"),
    Metric("cascade_size", S, "outcome", "people", "M29", "Mean size of a cascade", shape(shapes.mean_cascade_size), NO_POST,
           formula="(posts + relays) / posts"),
    Metric("cascade_largest", S, "outcome", "people", "M29", "Size of the largest cascade", shape(shapes.largest_cascade), NO_POST,
           formula="max nodes of a relay tree"),
    Metric("cascade_depth", S, "outcome", "1", "M29", "Generations of the deepest cascade", shape(shapes.deepest_cascade), NO_POST,
           formula="max depth of a relay tree"),
    Metric("passed_on_share", S, "outcome", "1", "M29", "Posts that somebody passed on", shape(shapes.share_passed_on), NO_POST,
           formula="posts with a relay / posts"),
    Metric("structural_virality", S, "outcome", "1", "M29", "Mean distance within cascades of three or more",
           shape(shapes.structural_virality), "no post was passed on twice", formula="mean over cascades of mean pairwise distance",
           source="Goel et al. 2016"),
    Metric("reproduction_number", S, "outcome", "1", "M30", "Relays that a post or relay led to",
           shape(shapes.reproduction_number), NO_POST, formula="relays / (posts + relays)"),
    Metric("reproduction_first", S, "outcome", "1", "M30", "Relays at first hand per post", shape(shapes.relays_at_first_hand), NO_POST,
           formula="relays of generation 1 / posts"),
    Metric("hijack_share", S, "outcome", "1", "M34", "Blame under the firm's tag", hijack_share, "nobody used a tag of the firm",
           formula="blaming / all utterances under the tag"),
    Metric("hours_to_reframe", S, "outcome", "hours", "M34", "Hours until blame prevails under the tag", hours_to_reframe,
           "the firm put up no tag", formula="first hour with contrary > intended"),
    Metric("voice_lead", S, "outcome", "weeks", "M36", "Weeks by which talk leads the market", voice_lead, f"needs {28 * LEADS} days",
           formula="argmax_l corr(voice_t, market_(t+l))"),
    Metric("control_index", S, "activity", "1", "M37", "Contacts that the firm began", control_index,
           "nobody was in contact with the firm", formula="begun by the firm / all contacts and threads"),
    Metric("exit_voice_ratio", S, "outcome", "1", "M38", "Contracts left in silence per complaint", exit_voice_ratio,
           "no contract with the firm came to its end", formula="churn without complaint / complaints", source="Hirschman 1970"),
    Metric("defence_ratio", S, "outcome", "1", "M25", "Praise in reply to blame per blaming post", defence_ratio, "nobody blamed the firm",
           formula="praising replies to blame / blame"),
)  # fmt: skip
