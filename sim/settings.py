"""All numbers of a world, gathered from the rules that read them, and the dated shocks that may hit it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel

from ..agents.attention import AttentionParams
from ..agents.choice import ChoiceParams
from ..agents.community import CommunityParams
from ..agents.customer import CustomerParams
from ..agents.declare import Declared, InputError, par
from ..agents.ideas import IdeasParams
from ..agents.integration import IntegrationParams
from ..agents.judgement import JudgementParams
from ..agents.learning import LearningParams
from ..agents.prices import PriceList
from ..agents.recovery import RecoveryParams
from ..agents.service import ServiceParams
from ..agents.survey import SurveyParams
from ..agents.talk import TalkParams
from ..agents.targeting import TargetingParams
from ..agents.threads import MediaParams, ThreadParams
from .columns import table
from .network_builder import NetworkParams


class WorldParams(Declared):
    """Everything that the world decides, and the price list: groups of declared parameters with stable paths."""

    burn_in_days: int = par(364, "days", 0, 3640, "assumption", "Days before the branch, all firms in their everyday practice.")
    decide_every: int = par(7, "days", 1, 364, "assumption", "Days between two decisions of a firm.")
    discount: float = par(0.10, "1/year", 0, 1, "assumption", "Discount rate of profit.")
    trust: float = par(0.5, "1", 0, 1, "assumption", "Common prior of every credibility, expectation and satisfaction.")
    customers: CustomerParams = CustomerParams()
    network: NetworkParams = NetworkParams()
    attention: AttentionParams = AttentionParams()
    choice: ChoiceParams = ChoiceParams()
    integration: IntegrationParams = IntegrationParams()
    judgement: JudgementParams = JudgementParams()
    talk: TalkParams = TalkParams()
    threads: ThreadParams = ThreadParams()
    media: MediaParams = MediaParams()
    service: ServiceParams = ServiceParams()
    recovery: RecoveryParams = RecoveryParams()
    community: CommunityParams = CommunityParams()
    learning: LearningParams = LearningParams()
    targeting: TargetingParams = TargetingParams()
    ideas: IdeasParams = IdeasParams()
    survey: SurveyParams = SurveyParams()
    prices: PriceList = PriceList()


RULE_GROUPS = (
    "customers", "attention", "choice", "integration", "judgement", "talk", "threads", "media", "service", "recovery", "community",
    "learning", "targeting", "ideas",
)  # fmt: skip


WHO = "a customer's id, loudest or ordinary"
"""Whom a shock may name."""


class Shock(Declared):
    """Something that happens to the world on a day; `trigger` marks what a twin is run without."""

    day: int = par(0, "days", -3640, 4380, "assumption", "Day on which it happens.")
    kind: Literal["service_failure", "prompt", "revelation", "public_cut", "partner_exit", "firm_exit"] = "service_failure"
    trigger: bool = False
    firm: str = "focal"
    who: int | Literal["loudest", "ordinary"] = "loudest"
    severity: float = par(1.0, "1", 0, 1, "assumption",
                          "Part of her next episode's value or of public resources that is lost; of tracking that is seen.")  # fmt: skip
    vividness: float = par(1.0, "1", 1, 100, "assumption", "How many times more the story moves and spreads.")
    posts: int = par(2, "items", 0, 8, "paper: two messages in the case of 2012", "Of a prompt: posts that the firm puts up under its tag.")
    promotion: float = par(0.0, "1/day", 0, 10, "assumption", "Of a prompt: times a day that it is shown to each person on-line, paid for.")
    days: int = par(28, "days", 1, 4380, "assumption", "How long public resources are cut.")
    partner: str | None = None
    """The partner that leaves the market."""


def parameter_row(world: WorldParams, mean_seen: float, public: int) -> np.ndarray:
    """The numbers that rules read as one record with fields `group_name`, float64 [1].

    `mean_seen` is how many see an average post, `public` how many people have ties at all.
    """
    values: dict[str, float] = {"mean_seen": mean_seen, "public": float(public)}
    for group in RULE_GROUPS:
        part: BaseModel = getattr(world, group)
        values |= {f"{group}_{name}": float(value) for name, value in part if isinstance(value, (int, float))}
    shares = [name for name in values if name.startswith("integration_share_")]
    total = sum(values[name] for name in shares)
    if total <= 0.0:
        raise InputError("the five sources need shares", key="world.integration.share_*", given=total, allowed="a sum above 0")
    values |= {name: values[name] / total for name in shares}
    row = table(np.dtype([(name, "f8") for name in values]), 1)
    row[0] = tuple(values.values())
    return row
