"""The one event stream: kinds, places, the row of the log, and the totals that every listener can rely on.

An id, thread, parent or cause is a 64-bit content key (a hash of origin), never a running number, so the log of an
untouched part of the world stays byte-identical. Lists are append-only: numbers are written to disk.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

KINDS = (
    "msg_push", "msg_pull", "exposure", "follow", "unfollow", "data_share", "data_erase", "offer", "accept", "purchase",
    "return", "churn", "winback", "entry", "exit", "episode_start", "resource_used", "episode_end", "touch", "question",
    "answer", "complaint", "reply", "resolved_firm", "effective_customer", "handover", "utterance", "relay", "reframe",
    "delete", "referral", "referral_join", "idea", "vote", "idea_adopt", "launch", "loop_closed", "service_given",
    "skill_change", "comm_found", "comm_join", "comm_leave", "tie_add", "tie_drop", "cost", "shock", "response",
    "order_fired", "picked_up", "withdrawn", "surveyed", "refused", "step", "prompt", "looked_up",
    "acknowledged", "followed_up", "found_out",
)  # fmt: skip
KIND = {name: number for number, name in enumerate(KINDS)}
(ACCEPT, RETURN, CHURN) = (KIND[name] for name in ("accept", "return", "churn"))
(MSG_PUSH, EXPOSURE, FOLLOW_FIRM, PURCHASE, EPISODE_START, RESOURCE_USED, EPISODE_END, QUESTION, ANSWER, COMPLAINT, REPLY,
 RESOLVED_FIRM, EFFECTIVE_CUSTOMER, UTTERANCE, RELAY, REFERRAL_JOIN, SERVICE_GIVEN, SKILL_CHANGE, COMM_JOIN, RESPONSE, REFUSED,
 REFRAME, ORDER_FIRED, PICKED_UP, WITHDRAWN, PROMPT, MSG_PULL,
 IDEA, VOTE, IDEA_ADOPT, LAUNCH, LOOP_CLOSED, LOOKED_UP, HANDOVER, ACKNOWLEDGED, FOLLOWED_UP, FOUND_OUT) = (
    KIND[name] for name in (
        "msg_push", "exposure", "follow", "purchase", "episode_start", "resource_used", "episode_end", "question", "answer", "complaint",
        "reply", "resolved_firm", "effective_customer", "utterance", "relay", "referral_join", "service_given", "skill_change",
        "comm_join", "response", "refused", "reframe", "order_fired", "picked_up", "withdrawn", "prompt", "msg_pull",
        "idea", "vote", "idea_adopt", "launch", "loop_closed", "looked_up", "handover", "acknowledged", "followed_up", "found_out",
    ))  # fmt: skip

PLACES = ("none", "strong", "feed", "community", "follow", "email", "mail", "desk", "handle", "partner", "media")
(NOWHERE, STRONG, FEED, COMMUNITY, FOLLOWED, EMAIL, MAIL, DESK, HANDLE, PARTNER, MEDIA) = range(len(PLACES))
SOURCES = ("own", "firm", "peer", "partner", "public")

DETAILS = {
    "counts": (),
    "talk": (
        "utterance", "relay", "complaint", "question", "answer", "reply", "service_given", "shock", "step", "prompt", "withdrawn",
        "order_fired", "picked_up", "reframe", "return", "handover", "acknowledged", "followed_up", "found_out",
    ),
    "full": KINDS,
}  # fmt: skip

EVENT = np.dtype([
    ("day", "i4"), ("hour", "f4"), ("id", "i8"), ("kind", "u1"), ("place", "u1"), ("firm", "i2"), ("actor", "i8"),
    ("other", "i8"), ("thread", "i8"), ("parent", "i8"), ("cause", "i8"), ("value", "f8"), ("amount", "i8"),
])  # fmt: skip

# integer totals of a day and firm that are no plain counts of a kind
TALLIES = ("revenue_cents", "margin_cents", "referred_cents", "praise", "blame", "episodes", "failed", "reached", "new_customers",
           "opened", "answered", "late", "seen", "hearings", "needs", "own_means", "undone", "useful",
           "tagged", "tag_blame", "mentions_seen", "blame_seen",
           "returned", "ideas_reviewed", "ideas_ignored", "returned_cents",
           "pulled", "caused_cents", "caused_again_cents", "promised", "first_told", "first_untold", "lost")  # fmt: skip
(T_REVENUE, T_MARGIN, T_REFERRED, T_PRAISE, T_BLAME, T_EPISODES, T_FAILED, T_REACHED, T_NEW, T_OPENED, T_ANSWERED, T_LATE,
 T_SEEN, T_HEARINGS, T_NEEDS, T_OWN, T_UNDONE, T_USEFUL, T_TAGGED, T_TAG_BLAME, T_MENTIONS, T_BLAME_SEEN,
 T_HELP_RETURNED, T_REVIEWED, T_IGNORED, T_RETURNED,
 T_PULLED, T_CAUSED, T_CAUSED_AGAIN, T_PROMISED, T_FIRST_TOLD, T_FIRST_UNTOLD, T_LOST) = range(len(TALLIES))  # fmt: skip

# sums of floats, each taken in a fixed order
SUMS = ("value", "net_value", "latency_hours", "worked_hours", "idle_hours", "told_weight", "told_functional", "told_emotional",
        "told_social", "support_used", "design_hours", "design_idle_hours", "heard_tone", "satisfaction", "gap", "promise_gap",
        "first_told_gap", "first_untold_gap", "attained_functional", "attained_emotional", "attained_social")  # fmt: skip
(
    S_VALUE,
    S_NET,
    S_LATENCY,
    S_WORKED,
    S_IDLE,
    S_TOLD,
    S_TOLD0,
    S_TOLD1,
    S_TOLD2,
    S_SUPPORT,
    S_DESIGN,
    S_DESIGN_IDLE,
    S_HEARD_TONE,
    S_SATISFACTION,
    S_GAP,
    S_PROMISE,
    S_FIRST_TOLD,
    S_FIRST_UNTOLD,
    S_ATTAINED0,
    S_ATTAINED1,
    S_ATTAINED2,
) = range(len(SUMS))


class Log(NamedTuple):
    """Where kernels tell what happened: a row buffer per block, counts by kind and place, tallies, sums."""

    rows: np.ndarray
    """EVENT rows, [block, capacity]; kept kinds only."""
    used: np.ndarray
    """Rows used, int64 [block]."""
    keep: np.ndarray
    """Whether a kind is kept as rows, uint8 [kind]."""
    count: np.ndarray
    """Events of the day, int64 [block, firm + 1, kind, place]; the last firm is nobody."""
    tally: np.ndarray
    """Integer totals of the day, int64 [block, firm + 1, tally]."""
    total: np.ndarray
    """Float totals of the day, float64 [block, firm + 1, sum]."""


def tell(log, b, day, hour, kind, place, firm, key, actor, other, thread, parent, cause, value, amount):  # type: ignore[no-untyped-def]
    """Count an event, and keep it as a row where its kind is kept. `firm` is -1 where no firm is concerned."""
    log.count[b, firm, kind, place] += 1
    if log.keep[kind] > 0:
        tell_row(log, b, day, hour, kind, place, firm, key, actor, other, thread, parent, cause, value, amount)


def tell_row(log, b, day, hour, kind, place, firm, key, actor, other, thread, parent, cause, value, amount):  # type: ignore[no-untyped-def]
    """Keep an event as a row of the log; the caller has made sure that there is room, and counts it."""
    row = log.rows[b, log.used[b]]
    row.day = day
    row.hour = hour
    row.id = key
    row.kind = kind
    row.place = place
    row.firm = firm
    row.actor = actor
    row.other = other
    row.thread = thread
    row.parent = parent
    row.cause = cause
    row.value = value
    row.amount = amount
    log.used[b] += 1


def millionths(value):  # type: ignore[no-untyped-def]
    """A float as whole millionths: sums of these do not depend on their order."""
    return int(np.floor(value * 1e6 + 0.5))


ROOM = 128
"""Rows that one customer, episode or visit may write at most; a kernel pauses when fewer are free."""


def has_room(log, b):  # type: ignore[no-untyped-def]
    """True while the block's row buffer surely holds what one more unit of work may write."""
    return log.rows.shape[1] - log.used[b] >= ROOM


def sorted_log(rows: np.ndarray) -> np.ndarray:
    """Rows in the order of the stored log: by day, hour and id (then kind, actor, other: one act can have two records)."""
    return rows[np.lexsort((rows["other"], rows["actor"], rows["kind"], rows["id"], rows["hour"], rows["day"]))]
