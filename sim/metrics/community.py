"""Communities, peers' help and ideas (M60-M67): who contributes, who is helped, what becomes of it."""

from __future__ import annotations

import numpy as np

from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .record import Floats, Record
from .value import gini

NO_MEMBERS = "nobody is a member of a community of the firm"
NO_QUESTION = "nobody asked in the community"
NO_IDEA = "nobody submitted an idea"
WEARY = 1.0
"""Weariness from which a member counts as worn out: her chance to answer has fallen by half."""


def community_size(r: Record, f: int) -> float:
    """Members of the firm's community at the end."""
    return float(r.columns.member_count[f])


def _members(r: Record, f: int) -> np.ndarray:
    """Rows of the members at the end; NoValue without any."""
    rows = r.columns.members[f, : int(r.columns.member_count[f])]
    if not len(rows):
        raise NoValue(NO_MEMBERS)
    return rows  # type: ignore[no-any-return]


def asked(r: Record, f: int) -> int:
    """Questions put to the firm's community, or to the one that nobody owns, about the firm."""
    return int(r.placed("question", ("community",))[f])


def answered_share(r: Record, f: int) -> float:
    """Questions put to communities about the firm that were answered or looked up, over those asked."""
    return ratio(r.count("answer", f) + r.count("looked_up", f), asked(r, f), NO_QUESTION)


def answers_per_member(r: Record, f: int) -> float:
    """Answers a year in the firm's community, per member at the end."""
    here = np.count_nonzero(r.rows("answer", firm=f)["amount"] == 0)  # 1 marks the community that nobody owns
    return here * 365.0 / max(1, r.length) / len(_members(r, f))


def lookup_share(r: Record, f: int) -> float:
    """Of questions solved, those whose solution was kept from before."""
    solved = r.count("answer", f) + r.count("looked_up", f)
    return ratio(r.count("looked_up", f), solved, "no question was solved in a community")


def weary_share(r: Record, f: int) -> float:
    """Members who are worn out by answering, over members."""
    rows = _members(r, f)
    people = r.columns.people
    rested = 0.5 ** ((r.day - people["weary_day"][rows].astype(np.float64)) / r.params.community.rest)
    return float(np.mean(people["weary"][rows] * rested >= WEARY))


def _contributions(r: Record) -> Floats:
    told = r.sums.people["told"].astype(np.float64)
    if not told.sum():
        raise NoValue("nobody contributed anything")
    return told


def silent_share(r: Record, f: int) -> float:
    """People who contributed nothing: no post, and no question or answer in a community; over everybody."""
    return float(np.mean(_contributions(r) == 0))


def top_share(r: Record, f: int) -> float:
    """Part of all contributions that the most active hundredth of people made."""
    told = np.sort(_contributions(r))[::-1]
    return float(told[: max(1, round(len(told) / 100))].sum() / told.sum())


def contribution_gini(r: Record, f: int) -> float:
    """Inequality of contributions over everybody."""
    return gini(_contributions(r))


def _effective_peers(r: Record, f: int) -> int:
    return r.count("answer", f) + r.count("looked_up", f)


def peer_help_share(r: Record, f: int) -> float:
    """Effective help about the firm that peers gave, over effective help by peers and its desk."""
    peers = _effective_peers(r, f)
    return ratio(peers, peers + r.count("effective_customer", f), "nobody got help")


def peer_help_saving(r: Record, f: int) -> float:
    """What the firm's staff would have cost for the help that peers gave, money: minutes per case at the price of an hour."""
    hours = r.params.service.minutes / 60.0
    return _effective_peers(r, f) * hours * r.params.prices.staff_hour


def insight_loss(r: Record, f: int) -> float:
    """Problems with the firm's offer that were solved where it could not see them, over problems solved."""
    mine = r.rows("answer", "looked_up", firm=f)
    solved = len(mine) + r.count("effective_customer", f)
    return ratio(np.count_nonzero(mine["amount"] == 1), solved, "no problem was solved")


def ideas_submitted(r: Record, f: int) -> float:
    """Ideas that customers handed in."""
    return float(r.count("idea", f))


def ideas_adopted_share(r: Record, f: int) -> float:
    """Ideas adopted over ideas handed in."""
    adopted = np.isin(r.rows("idea_adopt", firm=f)["thread"], r.rows("idea", firm=f)["thread"])
    return ratio(np.count_nonzero(adopted), r.count("idea", f), NO_IDEA)


def cost_per_adopted_idea(r: Record, f: int) -> float:
    """What reviewing and preparing ideas cost, per idea adopted, money."""
    return ratio(r.cost(f, "review"), r.count("idea_adopt", f), "no idea was adopted")


def idea_lag(r: Record, f: int) -> float:
    """Days from an idea to its launch, mean over ideas launched."""
    begun, out = r.rows("idea", firm=f), r.rows("launch", firm=f)
    order = np.argsort(begun["id"])
    if not len(out) or not len(begun):
        raise NoValue("no idea was launched")
    at = np.clip(np.searchsorted(begun["id"][order], out["thread"]), 0, len(begun) - 1)
    known = begun["id"][order[at]] == out["thread"]
    return ratio(float(np.sum(out["day"][known] - begun["day"][order[at]][known])), np.count_nonzero(known), "no idea was launched")


def loop_closed_share(r: Record, f: int) -> float:
    """Adopted ideas whose author and community were told, over ideas adopted."""
    return ratio(r.count("loop_closed", f), r.count("idea_adopt", f), "no idea was adopted")


METRICS = (
    Metric("community_size", S, "activity", "people", "M60", "Members of the firm's community", community_size, "",
           formula="members at the end"),
    Metric("answers_per_member", S, "outcome", "1/year", "M60", "Answers a year per member", answers_per_member, NO_MEMBERS,
           formula="answers / members / years"),
    Metric("silent_share", S, "outcome", "1", "M61", "People who contribute nothing", silent_share, "nobody contributed anything",
           formula="people without a contribution / people", source="Nielsen 2006"),
    Metric("top_share", S, "outcome", "1", "M61", "Contributions of the most active hundredth", top_share, "nobody contributed anything",
           formula="contributions of the top 1 % / all", source="Nielsen 2006"),
    Metric("contribution_gini", S, "outcome", "1", "M61", "Inequality of contributions", contribution_gini, "nobody contributed anything",
           formula="Gini of contributions over people"),
    Metric("answered_share", S, "outcome", "1", "M62", "Questions to communities that were answered", answered_share, NO_QUESTION,
           formula="(answers + looked up) / questions"),
    Metric("lookup_share", S, "outcome", "1", "M62", "Questions solved by what the community keeps", lookup_share,
           "no question was solved in a community", formula="looked up / solved"),
    Metric("weary_share", S, "outcome", "1", "M62", "Members worn out by answering", weary_share, NO_MEMBERS,
           formula="members with weariness >= 1 / members"),
    Metric("peer_help_share", S, "outcome", "1", "M63", "Effective help that peers gave", peer_help_share, "nobody got help",
           formula="peers' / (peers' + desk's effective answers)"),
    Metric("peer_help_saving", S, "outcome", "money", "M63", "Staff cost that peers' help saved", peer_help_saving, "",
           formula="peers' answers x minutes x price of an hour"),
    Metric("insight_loss", S, "outcome", "1", "M64", "Problems solved where the firm cannot see it", insight_loss, "no problem was solved",
           formula="solved in nobody's community / solved"),
    Metric("ideas_submitted", S, "activity", "ideas", "M65", "Ideas handed in", ideas_submitted, "", formula="ideas"),
    Metric("ideas_adopted_share", S, "outcome", "1", "M65", "Ideas adopted", ideas_adopted_share, NO_IDEA, formula="adopted / handed in"),
    Metric("cost_per_adopted_idea", S, "outcome", "money", "M65", "Cost of review per idea adopted", cost_per_adopted_idea,
           "no idea was adopted", formula="cost of review / adopted"),
    Metric("idea_lag", S, "outcome", "days", "M65", "Days from idea to launch", idea_lag, "no idea was launched",
           formula="mean(launch - idea)"),
    Metric("loop_closed_share", S, "outcome", "1", "M66", "Adopted ideas whose author was told", loop_closed_share, "no idea was adopted",
           formula="loops closed / adopted"),
)  # fmt: skip
