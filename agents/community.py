"""Hosted communities: who joins, who answers, who tires."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class CommunityParams(Declared):
    """Peer help in communities."""

    join: float = par(0.03, "1", 0, 1, "paper: 5 % of customers within three months", "Chance to join after an episode, community hosted.")
    answer: float = par(0.25, "1", 0, 1, "assumption", "Chance that a rested, skilled member answers a question she sees.")
    seen_by: int = par(12, "people", 0, 200, "assumption", "Members who see a question.")
    asked: float = par(0.5, "1", 0, 5, "assumption", "How much being asked for contributions (full level) raises answering.")
    tire: float = par(0.15, "1", 0, 5, "assumption", "Weariness that one answer adds.")
    rest: float = par(30.0, "days", 1, 365, "assumption", "Half-life of weariness.")
    helps: float = par(0.6, "1", 0, 1, "assumption", "Part of the helper's skill that reaches the asker.")
    learn: float = par(0.03, "1", 0, 1, "assumption", "Part of the missing skill that an answer teaches for good.")
    hours: float = par(0.002, "hours", 0, 1, "assumption", "Moderation hours a member-day that keep a community in full order.")
    warm: float = par(0.02, "1", 0, 1, "assumption", "Attachment that being helped among peers adds.", neutral=0)


@rule
def joins(chance, order, online, satisfaction, u):
    """True if she joins the community after an episode; `order` in [0, 1] is how well it is kept."""
    return u < chance * order * min(1.0, 4.0 * online) * max(0.0, satisfaction)


@rule
def kept_in_order(hours, members, hours_per_member):
    """How well a community is moderated, in [0, 1], by staff hours a day."""
    return min(1.0, hours / max(1e-9, hours_per_member * max(50.0, members)))


@rule
def answers(chance, order, asked, level, skill, weariness, u):
    """True if a member who sees a question answers it."""
    return u < chance * order * (1.0 + asked * level) * skill / (1.0 + weariness)


@rule
def tires(weariness, rest_left, amount):
    """A helper's weariness after one more answer; `rest_left` is what was left of it until today."""
    return rest_left * weariness + amount
