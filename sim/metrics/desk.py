"""The service desk and closed channels (M68-M75, M84): what the firm calls resolved, and what the customer got."""

from __future__ import annotations

import numpy as np

from .declare import GOODS as G
from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .record import Record

NO_CASE = "no case reached the firm"
NO_REPLY = "the firm answered nothing"


def closed_cases(r: Record, f: int) -> np.ndarray:
    """Keys of the cases that reached the firm since day 0 and were answered; those of the burn-in stand in no share."""
    rows = r.rows("reply", firm=f)
    return rows["thread"][24.0 * rows["day"] + rows["hour"] >= rows["value"]]  # not older than it waited


def first_contact_resolution(r: Record, f: int) -> float:
    """Cases that the firm closed without handing them on, over cases that reached it: its own verdict."""
    handed = r.rows("handover", firm=f)["thread"]
    return ratio(np.count_nonzero(~np.isin(closed_cases(r, f), handed)), r.tally("opened", f), NO_CASE)


def effectiveness(r: Record, f: int) -> float:
    """Cases in which the customer got what she needed, over cases that reached the firm: her verdict."""
    helped = r.rows("effective_customer", firm=f)["thread"]
    return ratio(np.count_nonzero(np.isin(closed_cases(r, f), helped)), r.tally("opened", f), NO_CASE)


def resolved_not_met(r: Record, f: int) -> float:
    """Of cases that the firm calls resolved, the share in which the customer did not get what she needed."""
    closed = r.count("resolved_firm", f)
    return ratio(closed - r.count("effective_customer", f), closed, NO_REPLY)


def failure_demand(r: Record, f: int) -> float:
    """Contacts within 60 days of one that brought no help, over contacts."""
    counts = r.sums.counts[f]
    return ratio(float(counts[1]), float(counts[0]), "nobody contacted the firm")


def reply_latency(r: Record, f: int) -> float:
    """Hours to a reply, median over cases answered."""
    hours = r.rows("reply", firm=f)["value"]
    if not len(hours):
        raise NoValue(NO_REPLY)
    return float(np.median(hours))


def unanswered_share(r: Record, f: int) -> float:
    """Cases given up without a reply, over cases given up or answered."""
    return ratio(r.tally("late", f), r.tally("late", f) + r.count("reply", f), "no case was answered or given up")


def handover_loss(r: Record, f: int) -> float:
    """Cases lost between departments, over cases handed on."""
    return ratio(r.tally("lost", f), r.count("handover", f), "no case was handed on")


def service_bias(r: Record, f: int) -> float:
    """Rank correlation over complaints of being helped and of how many could see her, at the same anger (partial Spearman).

    0 is fair; above 0 those with a large audience are helped more.
    """
    from scipy.stats import rankdata

    filed = r.rows("complaint", firm=f)
    helped = np.isin(filed["id"], r.rows("effective_customer", firm=f)["thread"]).astype(np.float64)
    ids = r.columns.ids.astype(np.int64)
    order = np.argsort(ids)
    at = np.clip(np.searchsorted(ids[order], filed["actor"]), 0, len(ids) - 1)
    there = ids[order[at]] == filed["actor"]
    filed, helped, seat = filed[there], helped[there], order[at][there]
    tied, anger = r.columns.lives["tied"][seat].astype(np.float64), filed["value"]
    if len(filed) < 20 or not np.ptp(helped) or not np.ptp(tied):
        raise NoValue("too few complaints to tell")
    x, y, z = rankdata(helped), rankdata(tied), rankdata(anger)
    if not np.ptp(z):
        return float(np.corrcoef(x, y)[0, 1])
    xy, xz, yz = (float(np.corrcoef(a, b)[0, 1]) for a, b in ((x, y), (x, z), (y, z)))
    left = (1.0 - xz**2) * (1.0 - yz**2)
    return ratio(xy - xz * yz, float(np.sqrt(left)) if left > 1e-12 else 0.0, "anger alone decides who is helped, or who is seen")


def consent_share(r: Record, f: int) -> float:
    """People whose e-mail channel is open to the firm, over everybody."""
    open_ = r.columns.email_ok[:, f]
    return ratio(np.count_nonzero(open_), len(open_), "there is nobody")


def consent_active_share(r: Record, f: int) -> float:
    """Of open e-mail channels, those that the person opened or limited herself."""
    open_ = r.columns.email_ok[:, f]
    return ratio(np.count_nonzero(open_ >= 2), np.count_nonzero(open_), "no channel is open to the firm")


def irritation(r: Record, f: int) -> float:
    """Irritation with the firm's messages at the end, mean over those who know it; it is kept as of the last touch and fades."""
    days = r.day - r.known("touched", f)
    known = r.known("irritation", f) * 0.5 ** (days / r.params.attention.calm)
    return ratio(float(np.sum(known)), len(known), "nobody knows the firm")


def message_load(r: Record, f: int) -> float:
    """Messages of all firms per person and day, over the items a day that a person has attention for."""
    sent = sum(r.count("msg_push", g) for g in range(r.firms))
    attention = float(np.sum(r.columns.people["attention"], dtype=np.float64))
    return ratio(sent, attention * r.length, "there is nobody")


def noticed_share(r: Record, f: int) -> float:
    """Messages of the firm that were noticed, over messages pushed."""
    return ratio(r.tally("seen", f), r.count("msg_push", f), "no message was pushed")


def public_contact_share(r: Record, f: int) -> float:
    """Complaints made in the open, over complaints."""
    at_handle = r.placed("complaint", ("handle",))[f]
    return ratio(float(at_handle), r.count("complaint", f), "nobody complained")


METRICS = (
    Metric("first_contact_resolution", G, "outcome", "1", "M68", "Cases the firm closed at first contact", first_contact_resolution,
           NO_CASE, formula="closed without hand-over / cases", view="firm"),
    Metric("effectiveness", S, "outcome", "1", "M69", "Cases in which the customer got what she needed", effectiveness, NO_CASE,
           formula="effective / cases"),
    Metric("resolved_not_met", S, "outcome", "1", "M70", "Cases called resolved in which she did not get it", resolved_not_met, NO_REPLY,
           formula="(resolved - effective) / resolved"),
    Metric("failure_demand", S, "outcome", "1", "M71", "Contacts after one that brought no help", failure_demand,
           "nobody contacted the firm", formula="contacts within 60 days of an unmet one / contacts", source="Seddon 2003"),
    Metric("reply_latency", S, "outcome", "hours", "M72", "Median hours to a reply", reply_latency, NO_REPLY,
           formula="median hours of answered cases"),
    Metric("unanswered_share", S, "outcome", "1", "M72", "Cases given up without a reply", unanswered_share,
           "no case was answered or given up", formula="given up / (given up + answered)"),
    Metric("handover_loss", S, "outcome", "1", "M72", "Cases lost between departments", handover_loss, "no case was handed on",
           formula="lost / handed on"),
    Metric("public_contact_share", S, "outcome", "1", "M72", "Complaints made in the open", public_contact_share, "nobody complained",
           formula="complaints at the handle / complaints"),
    Metric("service_bias", S, "outcome", "1", "M84", "Are those with a large audience helped more?", service_bias,
           "too few complaints to tell", formula="partial rank correlation(helped, audience | anger)"),
    Metric("consent_share", S, "outcome", "1", "M74", "People whom the firm may write e-mail", consent_share, "there is nobody",
           formula="open channels / people"),
    Metric("consent_active_share", S, "outcome", "1", "M74", "Open channels that people opened themselves", consent_active_share,
           "no channel is open to the firm", formula="opened or limited by herself / open"),
    Metric("irritation", G, "outcome", "1", "M74", "Irritation with the firm's messages", irritation, "nobody knows the firm",
           formula="mean over who knows it"),
    Metric("message_load", G, "outcome", "1", "M75", "Messages of all firms over people's attention", message_load, "there is nobody",
           formula="messages / (items of attention x days)"),
    Metric("noticed_share", G, "outcome", "1", "M75", "Messages that were noticed", noticed_share, "no message was pushed",
           formula="noticed / messages"),
)  # fmt: skip
