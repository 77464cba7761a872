"""Customers turning to the firm: complaints, questions, patience, and the staff time of a service desk."""

from __future__ import annotations

from math import exp, log

from .declare import Declared, par
from .rule import rule


class ServiceParams(Declared):
    """Contacts with the service desk, and what its work takes."""

    complain: float = par(0.5, "1", 0, 1, "paper: folklore 4 % to surveys above 50 %", "Chance to complain of a wholly bad episode.")
    complain_from: float = par(0.3, "1", 0, 1, "assumption", "How bad the tone must be before she complains.")
    question: float = par(0.12, "1", 0, 1, "assumption", "Chance of a question after an episode, for a person without skill.")
    minutes: float = par(15.0, "minutes", 1, 240, "assumption", "Staff time to handle a case until it is closed.")
    done_minutes: float = par(2.0, "1", 1, 10, "assumption", "How many times longer it takes to get the job done.")
    triage_minutes: float = par(1.0, "minutes", 0, 60, "assumption", "Staff time a case to look through those who wait.")
    word_minutes: float = par(3.0, "minutes", 0, 60, "assumption", "Staff time of a quick word that acknowledges a complaint.")
    explain_minutes: float = par(5.0, "minutes", 0, 120, "assumption", "Further staff time of an answer that apologises and explains.")
    public_minutes: float = par(2.0, "minutes", 0, 60, "assumption", "Further staff time of an answer that others will read.")
    follow_minutes: float = par(10.0, "minutes", 0, 120, "assumption", "Staff time to come back to a case some days later.")
    deadline: float = par(72.0, "hours", 1, 720, "assumption",
                          "Hours after which a silent firm is taken not to answer, at the usual expected reply time.")  # fmt: skip
    prompt: float = par(6.0, "hours", 0.5, 240, "paper: people expect an answer within 1-6 hours",
                        "Reply time that people expect at first; an answer as late has lost half of its effect.")  # fmt: skip
    norm_step: float = par(0.05, "1", 0, 1, "assumption", "Step of the expected reply time towards that of a reply she got.")
    stilled: float = par(0.5, "1", 0, 1, "assumption", "Part of the waiting after a quick word that does not count as waiting.")
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
def case_minutes(minutes, done_minutes, to_the_end, extra):
    """Staff minutes of a case, handled until it is closed or (`to_the_end` = 1) until the job is done, with `extra` minutes."""
    return minutes * (done_minutes if to_the_end > 0 else 1.0) + extra


@rule
def comes_first(by, complaint, valence, reach):
    """Rank of a waiting case, the highest is next: all alike (`by` = 0), by need (1), or by the people who can read her (2)."""
    if by == 1:
        return 2.0 * complaint - valence
    return float(reach) if by == 2 else 0.0


@rule
def patience(deadline, norm, prompt):
    """Hours that she waits before silence counts as no answer, in proportion to the reply time she expects."""
    return deadline * norm / prompt


@rule
def felt_wait(latency, until_word, stilled):
    """Hours of waiting as they are felt, where a quick word came `until_word` hours after she wrote."""
    return min(latency, until_word) + (1.0 - stilled) * max(0.0, latency - until_word)


@rule
def expects_reply(norm, latency, step):
    """Expected reply time in hours, in [0.5, 240], after a reply that came after `latency` hours; steps are of ratios."""
    return min(240.0, max(0.5, norm * exp(step * log(max(latency, 0.5) / norm))))
