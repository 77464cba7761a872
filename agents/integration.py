"""Value in use: a customer puts five sources of resources to work on her job. Without her act there is none."""

from __future__ import annotations

from math import exp, log

from .declare import Declared, par
from .rule import rule


class IntegrationParams(Declared):
    """How resources combine into outcomes, on her own scale: 0 nothing was done, 1 her desired outcome."""

    sigma: float = par(1.0, "1", 0.2, 5, "assumption", "Elasticity of substitution between the five sources.")
    share_firm: float = par(0.36, "1", 0, 1, "assumption", "Share of the firm's resources; shares are taken relative to their sum.")
    share_own: float = par(0.36, "1", 0, 1, "assumption", "Share of her own skill and what is embedded in the good.")
    share_peers: float = par(0.14, "1", 0, 1, "assumption", "Share of peers' help.")
    share_partners: float = par(0.04, "1", 0, 1, "assumption", "Share of partners' complements.")
    share_public: float = par(0.10, "1", 0, 1, "assumption", "Share of public resources.")
    public: float = par(0.3, "1", 0, 1, "assumption", "Public resources at hand, on average.")
    public_spread: float = par(0.0, "1", 0, 2, "assumption", "Spread of public resources between neighbourhoods, log scale; 0: alike.")
    ambition: float = par(0.92, "1", 0.05, 5, "assumption", "Raw outcome that a person desires; the scale's 1.")
    fit_width: float = par(0.9, "1", 0.05, 10, "assumption", "Distance from the desired outcome at which an offer serves badly.")
    noise: float = par(0.25, "1", 0, 1, "assumption", "Spread of an episode's luck, log scale.")
    failure: float = par(0.05, "1", 0, 1, "paper: 50-74 % of households a year over all suppliers",
                         "Chance that a service episode fails.")  # fmt: skip
    failure_left: float = par(0.2, "1", 0, 1, "assumption", "Part of the value that is left after a failure, on average.")
    idle: float = par(0.02, "1", 0, 1, "assumption", "Chance that what was bought is never put to use.")
    support_effect: float = par(0.6, "1", 0, 1, "assumption", "Part of the missing skill that full use-phase support makes up.")
    embedded_effect: float = par(0.2, "1", 0, 2, "assumption", "Skill that a good with full embedded skill brings along.")
    friend_help: float = par(0.3, "1", 0, 1, "assumption", "Chance that a close friend lends a hand.")
    adapt_error: float = par(0.6, "1", 0, 5, "assumption", "Error about her desired outcome when nothing is known of it.")
    time: float = par(0.03, "1", 0, 1, "assumption", "Value that her own time in an episode costs.")
    tool_time: float = par(0.05, "1", 0, 1, "assumption", "Further value of time that full adaptation in use costs.")
    price_pain: float = par(0.15, "1", 0, 1, "assumption", "Value that the usual price costs a person of mean sensitivity.")


@rule
def fit(distance, width):
    """How well an offer at `distance` from the desired outcome serves, in (0, 1]."""
    return exp(-distance * distance / (2.0 * width * width))


@rule
def adapts_in_use(offer, desired, reach, error):
    """The offer as adapted in use: moved by `reach` in [0, 1] towards what is believed to be desired (desired + error)."""
    return offer + reach * (desired + error - offer)


@rule
def helped_skill(skill, support, effect, embedded, embedded_effect):
    """Own source: skill with use-phase support making up part of what is missing, plus skill embedded in the good."""
    return skill + (1.0 - skill) * support * effect + embedded * embedded_effect


@rule
def other_sources(own, peers, partners, public, sigma, s_own, s_peers, s_partners, s_public):
    """The part of the CES sum that does not depend on the job: everything but the firm's resource."""
    if abs(sigma - 1.0) < 1e-9:
        return s_own * log(1 + own) + s_peers * log(1 + peers) + s_partners * log(1 + partners) + s_public * log(1 + public)
    rho = (sigma - 1.0) / sigma
    low = s_own * exp(rho * log(1 + own)) + s_peers * exp(rho * log(1 + peers))
    return low + s_partners * exp(rho * log(1 + partners)) + s_public * exp(rho * log(1 + public))


@rule
def integrates(act, firm, others, s_firm, sigma):
    """Raw outcome of one job: `act` x (CES(1 + sources) - 1); 0 without the customer's own act (0 or 1)."""
    if abs(sigma - 1.0) < 1e-9:
        return act * (exp(s_firm * log(1 + firm) + others) - 1.0)
    rho = (sigma - 1.0) / sigma
    return act * (exp(log(s_firm * exp(rho * log(1 + firm)) + others) / rho) - 1.0)


@rule
def works_with(alliance, found, u):
    """True if a partner takes part in an episode: brought in by the firm's alliance, or found by the customer herself."""
    return u < alliance + (1.0 - alliance) * found


@rule
def lacks(raw, essential, served):
    """A job's outcome where a partner is absent: what it `served` of the job is missed as far as that is `essential`."""
    return raw * (1.0 - essential * served)


@rule
def shares_margin(margin, paid, alliance, share):
    """A deal's margin (cents) after the partners' share of what was paid, as far as deals run in alliance."""
    return margin - alliance * share * paid


@rule
def is_left(left, u):
    """Part of the value that a failure leaves, in [0, 1]: failures differ, evenly around the mean `left`."""
    return left + min(left, 1.0 - left) * (2.0 * u - 1.0)


@rule
def luck_of_episode(noise, z):
    """Multiplier of an episode's value with draw z ~ N(0, 1); its mean is 1."""
    return exp(noise * z - noise * noise / 2.0)


@rule
def net_value(value, time, tool_time, tools, price_pain, price_ratio, sensitivity):
    """Value in use net of her own time and of the price, on her own scale."""
    return value - time - tool_time * tools - price_pain * price_ratio * sensitivity
