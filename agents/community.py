"""Communities, hosted by a firm or owned by nobody: who joins, who answers, who tires, what is kept, what is returned."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class CommunityParams(Declared):
    """Peer help in communities."""

    join: float = par(0.08, "1", 0, 1, "calibrated: 5 % of customers join within three months",
                      "Chance to join after an episode, community hosted.")  # fmt: skip
    answer: float = par(0.25, "1", 0, 1, "assumption", "Chance that a rested, skilled member answers a question she sees.")
    seen_by: int = par(12, "people", 0, 200, "assumption", "Members who see a question.")
    asked: float = par(0.5, "1", 0, 5, "assumption", "How much being asked for contributions (full level) raises answering.")
    tire: float = par(0.15, "1", 0, 5, "assumption", "Weariness that one answer, or taking part in design once, adds.")
    rest: float = par(30.0, "days", 1, 365, "assumption", "Half-life of weariness.")
    helps: float = par(0.6, "1", 0, 1, "assumption", "Part of the helper's skill that reaches the asker.")
    learn: float = par(0.03, "1", 0, 1, "assumption", "Part of the missing skill that an answer teaches for good.")
    hours: float = par(0.002, "hours", 0, 1, "assumption", "Moderation hours a member-day that keep a community in full order.")
    warm: float = par(0.02, "1", 0, 1, "assumption", "Attachment to the host that being helped among peers adds.", neutral=0)
    keeps: float = par(180.0, "days", 1, 3650, "assumption", "Half-life of a solution kept in a community's knowledge base.")
    enough: float = par(40.0, "items", 0.1, 10_000, "assumption", "Solutions kept with which half of new questions find theirs.")
    centreless: float = par(0.0, "1", 0, 1, "assumption",
                            "Chance to join a community that nobody owns after any episode; 0: there is none.")  # fmt: skip
    self_order: float = par(0.6, "1", 0, 1, "assumption", "How well rested members keep a community that nobody owns.")
    reciprocity: float = par(0.0, "1", 0, 1, "assumption", "Probability that received help is returned; 0 is neutral.", neutral=0.0)


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


@rule
def keeps_itself(level, weariness):
    """How well a community that nobody owns is kept, in [0, 1], by members of this mean weariness."""
    return level / (1.0 + weariness)


@rule
def looks_up(order, kept, enough, u):
    """True if she finds the answer among the solutions `kept`; half of the questions do where these are `enough`."""
    return u < order * kept / (kept + enough)


@rule
def feels_owing(reciprocity, help_received, u):
    """True if she will return help; `help_received` in [0, 1] is how much it was."""
    return u < reciprocity * help_received
