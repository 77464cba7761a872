"""What reaches a person: attention, belief, irritation, opting out, following, responding."""

from __future__ import annotations

from .customer import LN2
from .declare import Declared, par
from .rule import rule


class AttentionParams(Declared):
    """How messages are noticed, believed and suffered."""

    email: float = par(0.12, "1", 0, 1, "assumption", "Chance to notice an e-mail, attention and job fit permitting.")
    mail: float = par(0.5, "1", 0, 1, "assumption", "Chance to notice a letter, attention and job fit permitting.")
    post: float = par(0.25, "1", 0, 1, "assumption", "Chance to notice a post by a firm one follows.")
    gain: float = par(0.35, "1", 0, 1, "assumption", "Part of the missing salience that one attended item restores.")
    fading: float = par(50.0, "days", 5, 3650, "calibrated: advertising elasticities, V15",
                        "Half-life of salience (adstock) of a firm never bought from.")  # fmt: skip
    fading_bought: float = par(100.0, "days", 5, 3650, "calibrated: advertising elasticities, V15",
                               "Half-life of salience of a firm once bought from.")  # fmt: skip
    belief: float = par(0.12, "1", 0, 1, "assumption", "Step of expectation towards an attended claim at full credibility.")
    experience: float = par(0.5, "1", 0, 5, "assumption", "How much each purchase weighs down later claims.")
    offjob: float = par(0.6, "1", 0, 1, "assumption", "Job fit of a message that is not targeted at all.")
    irritation: float = par(1.0, "1", 0, 10, "assumption", "Irritation that one attended message adds.", neutral=0)
    clutter: float = par(0.5, "1", 0, 5, "assumption", "Irritation by a message left unread, relative to one that is attended.", neutral=0)
    calm: float = par(21.0, "days", 2, 365, "paper: annoyance fades within weeks", "Half-life of irritation.")
    optout: float = par(0.008, "1", 0, 0.5, "calibrated: opt-outs of 0.1-0.5 % of messages delivered",
                        "Chance per attended message to opt out of a channel when not irritated.")  # fmt: skip
    optout_slope: float = par(5.0, "1", 0, 50, "calibrated: opt-outs above 0.5 % at triple frequency",
                              "Rise of the chance to opt out per unit of irritation above patience.", neutral=0)  # fmt: skip
    patience: float = par(2.2, "1", 0, 50, "assumption", "Irritation that a person of mean irritability bears.")
    respond_email: float = par(0.2, "1", 0, 1, "calibrated: 0.05-0.3 % of e-mails are answered",
                               "Chance that an attended e-mail pulls a near need to today.")  # fmt: skip
    respond_mail: float = par(0.4, "1", 0, 1, "calibrated: 0.8-3.5 % of letters are answered",
                              "Chance that an attended letter pulls a near need to today.")  # fmt: skip
    pull_window: float = par(21.0, "days", 0, 120, "assumption", "How far ahead a need can be pulled by an offer.")
    follow: float = par(0.01, "1", 0, 1, "assumption", "Chance per attended item or purchase to follow the firm, if on-line.")
    consent_start: float = par(1.0, "1", 0, 1, "assumption",
                               "Share of people a firm may contact until they refuse; 0 is opt-in.")  # fmt: skip
    consent: float = par(0.3, "1", 0, 1, "assumption", "Chance to agree to a channel at a purchase, if not asked before.")
    consent_back: float = par(0.0, "1", 0, 1, "assumption", "The same of a channel that she has opted out of.")
    consented: float = par(1.0, "1", 0, 2, "assumption", "Irritation by messages that she agreed to, relative to others; 1 is neutral.",
                           neutral=1.0)  # fmt: skip
    console_use: float = par(0.02, "1", 0, 1, "assumption", "Chance per attended message to set preferences, where there is a console.")
    console_email: float = par(0.5, "1", 0, 1, "assumption", "Share of people who set e-mail as their channel; others take letters.")
    console_timed: float = par(0.3, "1", 0, 1, "assumption", "Share of people who let only job-timed messages through.")
    console_effort: float = par(0.05, "1", 0, 2, "assumption", "Value that the effort of setting preferences costs her, once.")
    search: float = par(0.5, "1", 0, 1, "assumption", "Chance to search for content when a job arises, if all her contacts were on-line.")


@rule
def attends(attention, items, noticeable, fit, u):
    """True if an item is attended, when `items` compete today for `attention` (items); `fit` is job fit in [0, 1]."""
    return u < noticeable * fit * min(1.0, attention / max(1.0, items))


@rule
def message_fit(offjob, targeting, bought, shared):
    """Job fit in [0, 1] of a message: targeting works on own deals and on what the customer shares of her context."""
    known = 1.0 - 1.0 / (1.0 + 0.5 * bought)
    return offjob + (1.0 - offjob) * min(1.0, targeting * known + shared)


@rule
def grows_salient(salience, gain):
    """Salience in [0, 1] after one more contact that restores `gain` of what is missing."""
    return salience + gain * (1.0 - salience)


@rule
def believes(expectation, claim, credibility, step, bought, experience):
    """Expectation after an attended claim (both on the value scale); own experience weighs the claim down."""
    return expectation + step * credibility * (claim - expectation) / (1.0 + experience * bought)


@rule
def burdens(step, clutter, unread):
    """Irritation that an attended message adds: its own, and that by the `unread` ones before it, in messages as far as they last."""
    return step * (1.0 + clutter * unread)


@rule
def strains(irritation, irritability, patience):
    """Irritation beyond what she bears, 0 or more."""
    return max(0.0, irritation * irritability - patience)


@rule
def opts_out(base, slope, strain, u):
    """True if the message makes her opt out of its channel; `strain` is irritation beyond what she bears."""
    return u < base * (1.0 + slope * strain)


@rule
def agrees(first, again, refused, u):
    """True if she agrees at a purchase to be contacted through a channel that is closed; `refused` is 1 if she closed it."""
    return u < (again if refused > 0 else first)


@rule
def bearable_gap(irritation, irritability, patience, calm):
    """Days between messages, 1 to 364, at which her irritation stays about at her patience."""
    return min(364.0, max(1.0, irritation * irritability * calm / max(1e-9, LN2 * patience)))


@rule
def searches(chance, online, u):
    """True if she looks for content on a job that arose; `online` is the on-line share of her contacts."""
    return u < chance * online


@rule
def promises(claim, disclosed, transparency):
    """What messages promise, in [0, 1]: the claim, drawn by transparency towards what customers really had."""
    return claim + transparency * (min(1.0, max(0.0, disclosed)) - claim)


@rule
def responds(chance, days_to_need, window, u):
    """True if an attended offer pulls her next need, `days_to_need` ahead, to today."""
    return days_to_need <= window and u < chance


@rule
def follows(chance, online, satisfaction, u):
    """True if she starts to follow the firm's posts; `online` is the on-line share of her contacts."""
    return u < chance * online * (0.5 + max(0.0, satisfaction))
