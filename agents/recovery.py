"""What an answer does by what it says and gives: to her, to those who look on, and what silence or a lie does."""

from __future__ import annotations

from math import tanh

from .declare import Declared, par
from .rule import rule


class RecoveryParams(Declared):
    """Effects of answers, of silence, of explanations that prove untrue, and of joining talk unasked."""

    explain_gain: float = par(0.15, "1", 0, 1, "assumption", "Part of the lost satisfaction that an apology with its reasons restores.")
    money_gain: float = par(0.3, "1", 0, 1, "paper: money alone leaves 37 % satisfied",
                            "Part that the whole price given back restores.")  # fmt: skip
    together: float = par(1.0, "1", 0, 4, "paper: with an apology 74 % are satisfied, not 37 %",
                          "How much more money restores when an apology comes with it; 0 is no more.")  # fmt: skip
    follow_gain: float = par(0.3, "1", 0, 1, "assumption", "Part of what is still lost that coming back to her restores.")
    follow_days: float = par(4.0, "days", 0.5, 60, "assumption", "Days after an answer when the desk comes back to a case.")
    found_out: float = par(0.3, "1", 0, 1, "assumption", "Chance per episode that she finds an explanation untrue that is.")
    seen_through: float = par(0.05, "1", 0, 1, "assumption", "Chance that somebody who reads an untrue explanation sees through it.")
    lie: float = par(0.3, "1", 0, 5, "assumption", "Satisfaction with an episode that finding out a lie costs.")
    unmasked: float = par(0.5, "1", 0, 1, "assumption", "Part of credibility and sincerity that a lie found out costs.")
    intrusion: float = par(0.6, "1", 0, 1, "assumption", "Chance that who is least open to others finds a firm's joining in unwelcome.")
    intruded: float = par(0.05, "1", 0, 1, "assumption", "Attachment that an unwelcome answer costs.")
    shout_rate: float = par(0.1, "1", 0, 1, "assumption", "Step of learned shouting per public answer read.", neutral=0)


@rule
def answer_gain(done, done_gain, closed_gain, words, explain_gain, money, money_gain, together):
    """Part of the loss in [0, 1] that an answer restores: by the job done, by what it says, and by the money it gives."""
    left = 1.0 - (done_gain if done > 0 else closed_gain)
    left *= 1.0 - explain_gain * words
    return 1.0 - left * (1.0 - min(1.0, money_gain * money * (1.0 + together * words)))


@rule
def taken_as(gain, sincerity, weight):
    """A gain in [0, 1] as it is taken: from a firm held for sincere more, from an insincere one less; weight 0 is neutral."""
    return min(1.0, gain * (1.0 + weight * (2.0 * sincerity - 1.0)))


@rule
def soothed(satisfaction, neutral, gain, latency, prompt):
    """Satisfaction after an answer to a complaint: part of what lies below neutral, less the later it comes."""
    loss = max(0.0, neutral - satisfaction)
    return satisfaction + gain * loss / (1.0 + latency / prompt)


@rule
def warmed(attachment, gain, latency, prompt):
    """Attachment after an answer to a complaint."""
    return attachment + 0.2 * gain * (1.0 - tanh(latency / (4.0 * prompt)))


@rule
def relief(price_pain, price_ratio, sensitivity):
    """Net value that money given back adds: the pain of that part of the price is undone."""
    return price_pain * price_ratio * sensitivity


@rule
def unwelcome(chance, openness, sincerity, weight, u):
    """True if a firm that joins talk not addressed to it is unwelcome: to the closed more, and where it is held insincere."""
    return u < chance * (1.0 - openness) * (1.0 + weight * (1.0 - 2.0 * sincerity))


@rule
def learns_to_shout(shout, rewarded, rate):
    """Learned shouting in [0, 1]: a step towards what shouting was seen to pay."""
    return shout + rate * (rewarded - shout)


@rule
def louder(chance, shout):
    """The chance to complain, or to do it in the open, of somebody who has learned that it pays."""
    return chance + shout * (1.0 - chance)
