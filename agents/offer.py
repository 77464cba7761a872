"""What firms and partners offer: they propose, customers make value of it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from .declare import Declared, par

EVERYDAY = "status_quo"
"""What a firm does where nothing else is said, and what all do in the burn-in."""


class Proposition(Declared):
    """What a firm offers: it proposes, customers make value of it."""

    strategy: str = EVERYDAY
    options: dict[str, Any] = Field(default_factory=dict)
    share: float = par(0.3, "1", 0.0001, 10, "assumption", "Standing in lasting taste: Dirichlet S times this is the shape of its gamma.")
    known: float = par(0.6, "1", 0, 1, "assumption", "Salience at the start of the burn-in, on average.")
    quality: float = par(0.9, "1", 0, 1, "assumption", "Quality of the firm's resources.")
    functional: float = par(0.0, "1", -5, 5, "assumption", "Where the offer stands on the functional job.")
    emotional: float = par(0.0, "1", -5, 5, "assumption", "Where the offer stands on the emotional job.")
    social: float = par(0.0, "1", -5, 5, "assumption", "Where the offer stands on the social job.")
    price: float = par(100.0, "money", 0.01, 1e6, "assumption", "Price of a deal of mean order value.")
    margin: float = par(20.0, "money", 0, 1e6, "assumption", "Contribution margin of a deal of mean order value at the usual price.")
    term: int = par(0, "days", 0, 3650, "assumption", "Days that a contract runs; 0 is one-off deals.")
    notice: int = par(30, "days", 0, 365, "assumption", "Days from notice to the end of a contract.")
    switching_cost: float = par(0.0, "1", 0, 20, "assumption", "Utility that leaving the supplier of a contract costs her.")
    handover_loss: float = par(0.0, "1", 0, 1, "assumption", "Share of cases lost between departments, where the desk is busy.")
    handover_delay: float = par(0.0, "hours", 0, 720, "assumption", "Hours that a case lies between departments, where the desk is busy.")
    budget: float | None = par(None, "money/customer-day", 0, 100, "assumption", "Budget for the levers; none takes the price list's.")


class Complement(Declared):
    """What a partner brings to a customer's jobs, and on what terms."""

    quality: float = par(0.9, "1", 0, 1, "assumption", "Quality of the partner's resources.")
    functional: float = par(1.0, "1", 0, 1, "assumption", "How much of them serves the functional job.")
    emotional: float = par(0.0, "1", 0, 1, "assumption", "How much of them serves the emotional job.")
    social: float = par(0.0, "1", 0, 1, "assumption", "How much of them serves the social job.")
    found: float = par(0.05, "1", 0, 1, "assumption", "Chance that a customer finds the partner herself for an episode.")
    failure: float = par(0.03, "1", 0, 1, "assumption", "Chance that the partner fails in an episode it takes part in.")
    essential: float = par(0.0, "1", 0, 1, "assumption", "Part of an outcome that is lost where the partner is absent; 1 is fatal.")
    share: float = par(0.03, "1", 0, 1, "assumption", "Part of what is paid in an allied deal that goes to the partner.")
