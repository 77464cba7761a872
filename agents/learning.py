"""What a firm comes to know of its customers, and how its offer follows what it believes."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class LearningParams(Declared):
    """Insight and the movement of offers."""

    own_deals: float = par(0.1, "1", 0, 1, "assumption", "How much of her context a deal alone tells the firm.")
    consent: float = par(0.8, "1", 0, 1, "assumption", "What a full consent scope tells of a customer who fully trusts the firm.")
    belief: float = par(0.05, "1/day", 0, 1, "assumption", "Daily step of belief towards what was seen, when much was seen.")
    enough: float = par(20.0, "items", 1, 10_000, "assumption", "Fully told episodes in a day that count as much seen, per 10,000 people.")
    research: float = par(0.01, "1/day", 0, 1, "assumption", "Daily step of the offer towards belief at full research.")


@rule
def knows_of_her(own_deals, consent, scope, credibility):
    """How much the firm knows of a customer's context in [0, 1]: by the deal, and by what she shares by consent."""
    return min(1.0, own_deals + consent * scope * credibility)


@rule
def revises(belief, seen, told, enough, rate):
    """Belief about what is desired after a day in which episodes worth `told` were seen, with mean `seen`."""
    return belief + rate * told / (told + enough) * (seen - belief)


@rule
def redesigns(offer, belief, research, rate):
    """The offer after a day of research at a level in [0, 1]: a step towards what the firm believes is desired."""
    return offer + rate * research * (belief - offer)
