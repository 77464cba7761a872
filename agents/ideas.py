"""The design phase: who takes part before use, what ideas she has, how they are voted on, and how the offer follows."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class IdeasParams(Declared):
    """Participation in design: its load, ideas and votes, the firm's capacity, credit and disappointment."""

    effort: float = par(0.03, "1", 0, 1, "assumption", "Value that taking part costs her in time and trouble, at mean skill.")
    owning: float = par(0.02, "1", 0, 1, "paper: enjoyment of the process offsets its burden", "Attachment that taking part adds.")
    submit: float = par(0.3, "1", 0, 1, "assumption", "Chance that a fully skilled person who takes part submits an idea.")
    noise: float = par(0.5, "1", 0, 5, "assumption", "Error of an idea about what she desires, for a person without skill.")
    voters: int = par(12, "people", 0, 100, "assumption", "Members of the community who vote on an idea.")
    herding: float = par(0.0, "1", 0, 1, "assumption", "Part of a vote that follows the votes before it; 0 is neutral.", neutral=0.0)
    review_minutes: float = par(30.0, "minutes", 1, 600, "assumption", "Staff time to review an idea.")
    develop_hours: float = par(10.0, "hours", 0, 10_000, "assumption", "Staff time to make an adopted idea ready for the offer.")
    delay: float = par(28.0, "days", 1, 730, "assumption", "Days from an idea made ready to its launch.")
    step: float = par(0.1, "1", 0, 1, "assumption", "Part of the way to an idea that its launch moves the offer.")
    pride: float = par(0.15, "1", 0, 5, "assumption", "Attachment that an author gains when her idea is adopted with full credit.")
    onlookers: float = par(0.05, "1", 0, 1, "assumption", "Step of the firm's credibility with members who see full credit given.")
    patience: float = par(56.0, "days", 1, 730, "assumption", "Days after which an idea that nobody has looked at is given up.")
    ignored: float = par(0.05, "1", 0, 5, "assumption", "Attachment that an idea never looked at costs its author.")


@rule
def is_invited(level, u):
    """True if she is asked to take part in the design on the occasion of this episode."""
    return u < level


@rule
def design_effort(effort, skill, weariness):
    """What taking part costs her on her own scale of value; the skilled find it easier, the weary harder."""
    return effort * (1.5 - skill) * (1.0 + weariness)


@rule
def has_an_idea(chance, skill, u):
    """True if she who takes part submits an idea."""
    return u < chance * skill


@rule
def imagines(desired, noise, skill, z):
    """Where an idea would put the offer on one job: at what she desires, with an error that falls with skill."""
    return desired + noise * (1.0 - skill) * z


@rule
def votes_for(better, herding, share, u):
    """True if a member votes for an idea: by how much `better` it fits her, in [-1, 1], in part as the `share` before her did."""
    return u < (1.0 - herding) * (0.5 + 0.5 * better) + herding * share


@rule
def is_adopted(needed, votes, voters):
    """True if a reviewed idea is adopted: the share of votes for it reaches what the firm asks; without voters it is one half."""
    share = votes / voters if voters > 0 else 0.5
    return share >= needed


@rule
def moves_offer(offer, idea, step):
    """The offer on one job after the launch of an idea: a step towards it."""
    return offer + step * (idea - offer)
