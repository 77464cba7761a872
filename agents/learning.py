"""What a firm comes to know of its customers, and how its offer follows what it believes."""

from __future__ import annotations

from .declare import Declared, par
from .rule import rule


class LearningParams(Declared):
    """Insight and the movement of offers."""

    own_deals: float = par(0.1, "1", 0, 1, "assumption", "How much of her context a deal alone tells the firm.")
    consent: float = par(0.8, "1", 0, 1, "assumption", "What a full consent scope tells of a customer who fully trusts the firm.")
    tracking: float = par(0.8, "1", 0, 1, "assumption", "What full tracking without consent tells of any customer.")
    public: float = par(0.3, "1", 0, 1, "assumption", "What one public statement on a job tells a firm that listens to all.")
    revealed_trust: float = par(0.5, "1", 0, 1, "assumption", "Part of the firm's credibility lost when full tracking comes to light.")
    revealed_warmth: float = par(0.3, "1", 0, 5, "assumption", "Attachment lost when full tracking comes to light.")
    belief: float = par(0.05, "1/day", 0, 1, "assumption", "Daily step of belief towards what was seen, when much was seen.")
    enough: float = par(20.0, "items", 1, 10_000, "assumption", "Fully told episodes in a day that count as much seen, per 10,000 people.")
    research: float = par(0.01, "1/day", 0, 1, "assumption", "Daily step of the offer towards belief at full research.")


@rule
def knows_of_her(own_deals, consent, scope, credibility):
    """How much the firm knows of a customer's context in [0, 1]: by the deal, and by what she shares by consent."""
    return min(1.0, own_deals + consent * scope * credibility)


@rule
def tracks(known, tracking, level):
    """How much the firm knows of her in [0, 1] when it also tracks her without consent at a level in [0, 1]."""
    return known + (1.0 - known) * tracking * level


@rule
def overhears(public, level):
    """How much of her context in [0, 1] a firm that listens at a level takes from one public statement."""
    return public * level


@rule
def distrusts(credibility, part, level):
    """Credibility of a firm after tracking at a level in [0, 1] came to light."""
    return credibility * (1.0 - part * level)


@rule
def resents(attachment, warmth, level):
    """Attachment to a firm after tracking at a level in [0, 1] came to light."""
    return attachment - warmth * level


@rule
def mistakes(error, known, shift):
    """Error about what she desires here and now: of her context's `shift` the firm knows the part she shared."""
    return error - (1.0 - known) * shift


@rule
def revises(belief, seen, told, enough, rate):
    """Belief about what is desired after a day in which episodes worth `told` were seen, with mean `seen`."""
    return belief + rate * told / (told + enough) * (seen - belief)


@rule
def redesigns(offer, belief, research, rate):
    """The offer after a day of research at a level in [0, 1]: a step towards what the firm believes is desired."""
    return offer + rate * research * (belief - offer)
