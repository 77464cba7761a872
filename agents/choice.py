"""When a job has arisen: who comes to mind, what is asked and due, and what she picks."""

from __future__ import annotations

from math import log

from .declare import Declared, par
from .rule import rule


class ChoiceParams(Declared):
    """Weights of the choice among the firms that come to mind, own means, and nothing."""

    expectation: float = par(4.0, "1", 0, 20, "assumption", "Weight of expected value.")
    attachment: float = par(3.5, "1", 0, 200, "assumption", "Weight of attachment (from value in use).")
    habit: float = par(0.5, "1", 0, 20, "assumption", "Weight of habit (from repetition).")
    price: float = par(4.0, "1", 0, 20, "paper: Bijmolt et al. 2005, mean price elasticity -2.6 (here -2 to -3)",
                       "Weight of the relative price, times her price sensitivity.")  # fmt: skip
    usual_price: float = par(100.0, "money", 0.01, 1e6, "assumption", "Price that people take for usual in this market.")
    taste: float = par(1.0, "1", 0, 5, "paper: Dirichlet choice", "Weight of lasting taste; 1 with Gumbel noise is Dirichlet choice.")
    own_means: float = par(1.0, "1", -60, 20, "assumption", "Utility of doing it with her own means.")
    own_skill: float = par(1.0, "1", 0, 20, "assumption", "How much skill above one half adds to own means.")
    nothing: float = par(-1.0, "1", -60, 20, "assumption", "Utility of leaving the job undone.")
    annoyance: float = par(0.1, "1", 0, 5, "paper: Kronrod and Huber 2018, annoyance lowers preference while it lasts",
                           "Weight of irritation by a firm's messages beyond what she bears.", neutral=0)  # fmt: skip
    meaning: float = par(
        0.0, "1", 0, 20, "assumption: no published effect size",
        "Weight of what the brand stands for on the jobs that matter to her; 0 keeps no meaning at all.",
    )  # fmt: skip
    meant: float = par(0.1, "1", 0, 1, "assumption", "Step of a brand's meaning towards the job that a fully credible claim speaks of.")
    meant_use: float = par(0.2, "1", 0, 1, "assumption", "Step of a brand's meaning towards the outcomes of an episode, job by job.")
    meant_talk: float = par(0.05, "1", 0, 1, "assumption", "Step of an open listener's meaning of a brand towards a credible speaker's.")
    fading: float = par(1.0, "1", 0, 1, "assumption", "1: firms come to mind by salience; 0: all always do (control).")
    agreed: float = par(0.6, "1", 0.01, 5, "assumption", "Value in use from which on the whole of a price by outcome is due.")
    quits: float = par(0.3, "1", 0, 1, "assumption", "Chance that a failure under contract makes her give notice.")


@rule
def comes_to_mind(salience, fading, u):
    """True if the firm is considered; salience in [0, 1] is the probability, unless fading is switched off."""
    return u < 1.0 - fading * (1.0 - salience)


@rule
def is_entitled(discount_to, bought):
    """1 if a discount is for her, else 0; it is for all (0), for buyers (1) or for those who never bought (2)."""
    if discount_to < 0.5:
        return 1.0
    return 1.0 if (bought > 0) == (discount_to < 1.5) else 0.0


@rule
def price_asked(list_price, factor, discount, entitled):
    """Price of a deal of mean order value: the list price times `factor`, less the part that she is spared if entitled (1)."""
    return list_price * factor * (1.0 - discount * entitled)


@rule
def share_due(outcome, value, agreed):
    """Part of a price that is due, in [0, 1]: the share `outcome` of it only as far as `value` reaches what was agreed."""
    return 1.0 - outcome * (1.0 - min(1.0, max(0.0, value) / agreed))


@rule
def gives_notice(chance, u):
    """True if a failed episode makes her give notice; whether she then leaves is a choice like any other."""
    return u < chance


@rule
def utility(expectation, attachment, habit, taste, price_gap, w_expectation, w_attachment, w_habit, w_taste, w_price):
    """How good buying looks to her; `price_gap` is price over the usual price minus one, times her sensitivity."""
    loyal = w_attachment * attachment + w_habit * habit
    return w_expectation * expectation + loyal + w_taste * taste - w_price * price_gap


@rule
def stands_for(meaning, said, step):
    """What a brand stands for on a job, in [0, 1], after a step towards what was said or lived."""
    return min(1.0, max(0.0, meaning + step * (said - meaning)))


@rule
def means_to_her(m0, m1, m2, w0, w1, w2):
    """How well what a brand stands for meets the jobs that matter to her; 0 if it stands for nothing, or for all alike."""
    return w0 * m0 + w1 * m1 + w2 * m2 - (m0 + m1 + m2) / 3.0


@rule
def own_means(base, weight, skill):
    """How good doing it herself looks to her."""
    return base + weight * (skill - 0.5)


@rule
def gumbel(u):
    """Gumbel noise from a draw: with it, picking the best option is a logit choice."""
    return -log(-log(max(u, 1e-300)))
