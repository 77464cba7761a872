"""Customers turning to the firm: complaints, questions, and what an answer or silence does."""

from __future__ import annotations

from math import tanh

from .declare import Declared, par
from .rule import rule


class ServiceParams(Declared):
    """Contacts with the service desk."""

    complain: float = par(0.5, "1", 0, 1, "paper: folklore 4 % to surveys above 50 %", "Chance to complain of a wholly bad episode.")
    complain_from: float = par(0.3, "1", 0, 1, "assumption", "How bad the tone must be before she complains.")
    question: float = par(0.12, "1", 0, 1, "assumption", "Chance of a question after an episode, for a person without skill.")
    minutes: float = par(15.0, "minutes", 1, 240, "assumption", "Staff time to handle a case until it is closed.")
    done_minutes: float = par(2.0, "1", 1, 10, "assumption", "How many times longer it takes to get the job done.")
    deadline: float = par(72.0, "hours", 1, 720, "assumption", "Hours after which a silent firm is taken not to answer.")
    prompt: float = par(6.0, "hours", 0.5, 240, "paper: people expect an answer within 1-6 hours",
                        "Latency at which an answer has lost half of its effect.")  # fmt: skip
    closed_gain: float = par(0.15, "1", 0, 1, "assumption", "Part of the lost satisfaction that a polite answer restores.")
    done_gain: float = par(0.6, "1", 0, 1, "paper: apology and remedy doubles satisfaction, 37 to 74 %",
                           "Part that a job done restores.")  # fmt: skip
    closed_works: float = par(0.35, "1", 0, 1, "assumption", "Chance that a case handled to closed gave her what she needed.")
    silence: float = par(0.08, "1", 0, 1, "assumption", "Attachment that an unanswered complaint costs.")
    answer_skill: float = par(0.3, "1", 0, 1, "assumption", "Part of the missing resource that an answer to a question supplies.")


@rule
def complains(chance, threshold, valence, u):
    """True if she complains to the firm of an episode with this tone."""
    return valence < -threshold and u < chance * -valence


@rule
def asks(chance, skill, u):
    """True if she has a question; the skilled have fewer."""
    return u < chance * (1.0 - skill)


@rule
def in_the_open(openness, online, u):
    """True if the contact happens where others see it."""
    return u < openness * min(1.0, 2.0 * online)


@rule
def case_minutes(minutes, done_minutes, to_the_end):
    """Staff minutes of a case, handled until it is closed or (`to_the_end` = 1) until the job is done."""
    return minutes * (done_minutes if to_the_end > 0 else 1.0)


@rule
def soothed(satisfaction, neutral, gain, latency, prompt):
    """Satisfaction after an answer to a complaint: part of what lies below neutral, less the later it comes."""
    loss = max(0.0, neutral - satisfaction)
    return satisfaction + gain * loss / (1.0 + latency / prompt)


@rule
def warmed(attachment, gain, latency, prompt):
    """Attachment after an answer to a complaint."""
    return attachment + 0.2 * gain * (1.0 - tanh(latency / (4.0 * prompt)))
