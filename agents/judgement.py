"""After use: value against expectation, and what it does to satisfaction, credibility, attachment, habit, skill."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class JudgementParams(Declared):
    """How an episode is judged and remembered."""

    gap_weight: float = par(0.4, "1", 0, 2, "calibrated: satisfaction correlates, weight above 0.6 breaks them",
                            "Weight of disconfirmation in the satisfaction with an episode.")  # fmt: skip
    loss: float = par(1.5, "1", 1, 4, "assumption", "How much more a loss weighs than a gain.", neutral=1)
    memory: float = par(0.2, "1", 0, 1, "assumption", "Weight of the newest episode in remembered satisfaction.")
    expectation: float = par(0.25, "1", 0, 1, "assumption", "Step of expectation towards what was experienced.")
    attach_rate: float = par(0.2, "1", 0, 1, "assumption", "Step of attachment per episode.")
    attach_scale: float = par(4.0, "1", 0, 20, "calibrated: convex satisfaction-retention", "Steepness of attachment in satisfaction.")
    attach_cap: float = par(1.5, "1", 0.1, 5, "assumption", "Highest attachment.")
    attach_floor: float = par(-10.0, "1", -40, 0, "assumption", "Lowest attachment that an episode leaves; far below what is ever felt.")
    neutral: float = par(0.25, "1", -1, 1, "calibrated: near the 12th percentile of episode satisfaction",
                         "Satisfaction with an episode that is neither praised nor blamed.")  # fmt: skip
    habit_rate: float = par(0.1, "1", 0, 1, "assumption", "Step of habit towards 1 at each purchase.")
    habit_life: float = par(365.0, "days", 5, 3650, "assumption", "Half-life of habit without a purchase.")
    trust_up: float = par(0.1, "1", 0, 1, "assumption", "Step of credibility when accuracy is above it.")
    trust_down: float = par(0.25, "1", 0, 1, "assumption", "Step of credibility when accuracy is below it; neutral where it is trust_up.",
                            neutral=0.1)  # fmt: skip
    trust_scale: float = par(0.4, "1", 0.01, 5, "assumption", "Gap between claim and value at which accuracy is nil.")
    promise: float = par(0.4, "1", 0, 5, "assumption", "Attachment that a fully credible broken promise costs per unit of gap.")
    promise_life: float = par(21.0, "days", 1, 365, "assumption", "Half-life of a claim in memory.")
    practice: float = par(0.01, "1", 0, 1, "assumption", "Part of the missing skill learned in an episode.")
    teaching: float = par(0.06, "1", 0, 1, "assumption", "Further part learned when the firm teaches fully.")


@rule
def judges(value, expectation, gap_weight, loss):
    """Satisfaction with an episode: value in use plus weighted disconfirmation, losses weighing more."""
    gap = value - expectation
    return value + gap_weight * (gap if gap > 0 else loss * gap)


@rule
def attaches(attachment, satisfaction, neutral, rate, scale, cap, floor):
    """Attachment after an episode: a step towards a value convex in satisfaction, from `floor` to `cap`."""
    over = satisfaction - neutral
    return max(floor, min(cap, attachment + rate * (scale * over * over * over - attachment)))


@rule
def breaks_promise(attachment, claim, value, credibility, weight, remembered):
    """Attachment after a claim was compared with value: a broken promise costs by the credibility it had."""
    return attachment - weight * credibility * remembered * max(0.0, claim - value)


@rule
def accuracy(claim, value, scale):
    """How true a claim or a testimony proved, in [0, 1]."""
    return max(0.0, 1.0 - abs(claim - value) / scale)


@rule
def trusts(credibility, accurate, up, down, remembered):
    """Credibility in [0, 1] after a claim proved `accurate`; slow gain and fast loss where up < down."""
    step = up if accurate > credibility else down
    return credibility + step * remembered * (accurate - credibility)


@rule
def learns_skill(skill, practice, teaching, level):
    """Skill after an episode; `level` in [0, 1] is how much the firm teaches."""
    return skill + min(1.0, practice + teaching * level) * (1.0 - skill)
