"""Referral, advocacy and equity (M15-M24): what customers bring besides what they buy."""

from __future__ import annotations

import numpy as np

from .community import peer_help_saving
from .declare import GOODS as G
from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .ledger import QUARTER, RUNGS
from .record import Record
from .survey import DETRACTORS, PROMOTERS, WOULD, asked
from .transactions import NO_CUSTOMERS, clv_end_value, daily_margin

COHORT = 28
"""Days within which first deals count as made at the same time."""
MATCHED = "no referred customer has an unreferred one of the same four weeks beside her"


def crv(r: Record, f: int) -> float:
    """First-year margin of customers who came by a friend's praise (last touch), per customer."""
    return ratio(r.tally("referred_cents", f) / 100.0, r.customers(f), NO_CUSTOMERS)


def referred_share(r: Record, f: int) -> float:
    """Of first deals since day 0, the share that is credited to a friend's praise."""
    return ratio(r.count("referral_join", f), r.tally("new_customers", f), "nobody bought for the first time")


def referral_premium(r: Record, f: int) -> float:
    """Margin a day of referred customers minus that of others who came in the same four weeks, mean over the referred.

    Attributed: who hears praise may differ in other ways. The causal figure is a difference of worlds.
    """
    lines, words = r.sums.dyads[:, f], r.sums.words[:, f]
    new = lines["deals"] > 0
    if r.everybody is not None:  # who bought before day 0 is no newcomer: she has bought more often than the ledger knows
        new &= lines["deals"] == _bought(r, f)
    lines, words = lines[new], words[new]
    days = np.maximum(1.0, r.length - lines["first"].astype(np.float64))
    rate = lines["margin"] / 100.0 / days
    cohort, referred = lines["first"] // COHORT, words["joined"] >= 0
    gaps, weights = [], []
    for c in np.unique(cohort):
        mine, others = rate[(cohort == c) & referred], rate[(cohort == c) & ~referred]
        if len(mine) and len(others):
            gaps.append(float(mine.mean() - others.mean()))
            weights.append(len(mine))
    if not gaps:
        raise NoValue(MATCHED)
    return float(np.average(gaps, weights=weights))


def _bought(r: Record, f: int) -> np.ndarray:
    """Deals ever, of the people in the lines of the ledger."""
    people, pairs = r.everybody
    order = np.argsort(people["id"])
    return pairs["bought"][order[np.searchsorted(people["id"][order], r.sums.ids)], f]  # type: ignore[no-any-return]


def clv_and_crv(r: Record, f: int) -> tuple[np.ndarray, np.ndarray]:
    """Discounted margin of every customer and what is credited to her praise, money: float64 [customers] each."""
    bought = r.sums.dyads["deals"][:, f] > 0
    worth = r.sums.dyads["worth"][bought, f] / 1e8
    credit = r.sums.words["credit"][bought, f] / 1e8
    return worth, credit


def clv_crv_correlation(r: Record, f: int) -> float:
    """Spearman's rank correlation over customers of own discounted margin and credited referral margin."""
    from scipy.stats import spearmanr

    own, credit = clv_and_crv(r, f)
    if len(own) < 3 or len(np.unique(credit)) < 2 or len(np.unique(own)) < 2:
        raise NoValue("too few customers, or no referrals among them")
    return float(spearmanr(own, credit).statistic)


def customer_equity(r: Record, f: int) -> float:
    """All customers' discounted margin since day 0, and the end value of the base; each margin is counted once.

    What referrals brought is in it as the margin of those who were referred, and is not added again for who referred them.
    """
    return float(np.sum(daily_margin(r, f) * r.discounts())) + clv_end_value(r, f)


def clv_own(r: Record, f: int) -> float:
    """Discounted margin per customer that is credited to nobody's praise."""
    worth = float(r.sums.dyads["worth"][:, f].sum()) / 1e8  # what earlier customers get back is taken off, as it is in CLV
    return ratio(worth - _credited(r, f), r.customers(f), NO_CUSTOMERS)


def _credited(r: Record, f: int) -> float:
    """Discounted margin credited to anybody's praise, customer or not."""
    return float(r.sums.words["credit"][:, f].sum()) / 1e8


def ckv(r: Record, f: int) -> float:
    """Knowledge value per customer: staff cost that customers' help to each other saved. What ideas bring shows in margins."""
    return ratio(peer_help_saving(r, f), r.customers(f), NO_CUSTOMERS)


def customer_engagement_value(r: Record, f: int) -> float:
    """Per customer: own margin, margin credited to praise, and knowledge; each margin counted once, so the first two add up to CLV.

    Influence (CIV) is a part of the same margins that only a difference of worlds can tell; it is not added.
    """
    return clv_own(r, f) + ratio(_credited(r, f), r.customers(f), NO_CUSTOMERS) + ckv(r, f)


def advocacy_rate(r: Record, f: int) -> float:
    """Customers who praised twice or more and more than they blamed, to friends or in public, over customers."""
    if r.everybody is None:
        said, bought = r.sums.words[:, f], r.sums.dyads["deals"][:, f] > 0
    else:
        said = r.everybody[1][:, f]
        bought = (said["last_bought"] >= 0) & (said["bought"] > 0)
    able = bought & (said["praise"] >= 2) & (said["praise"] > said["blame"])
    return ratio(np.count_nonzero(able), np.count_nonzero(bought), NO_CUSTOMERS)


def _rungs(r: Record, f: int) -> np.ndarray:
    """Steps between rungs in a quarter, of people who stood on one: int64 [from, to]."""
    if r.length < 2 * QUARTER:
        raise NoValue(f"needs {2 * QUARTER} days")
    return r.sums.rungs[f]


def ladder_climb(r: Record, f: int) -> float:
    """Of people below the top rung at the end of a quarter, customers all, the share who stand higher a quarter later."""
    steps = _rungs(r, f)[1:]
    up = sum(int(steps[a, b]) for a in range(2) for b in range(a + 2, len(RUNGS)))
    return ratio(up, int(steps[:2].sum()), "nobody stood on a rung below the top")


def ladder_fall(r: Record, f: int) -> float:
    """Of loyal customers and advocates, the share who stand lower a quarter later."""
    steps = _rungs(r, f)
    down = sum(int(steps[a, b]) for a in (2, 3) for b in range(a))
    return ratio(down, int(steps[2:].sum()), "nobody stood above the first rung")


def advocate_quarters(r: Record, f: int) -> float:
    """Quarters for which an advocate stays one, by the share who cease: 1 / (1 - P(advocate again))."""
    steps = _rungs(r, f)[3]
    gone = ratio(int(steps[:3].sum()), int(steps.sum()), "there was no advocate")
    return ratio(1.0, gone, "no advocate has ceased to be one")


def stated_referral(r: Record, f: int) -> float:
    """Of who answers the survey, the share who say that they would refer the firm."""
    return float(np.mean(asked(r, f).intention >= WOULD))


def actual_referral(r: Record, f: int) -> float:
    """Of customers, the share to whose praise at least one first deal is credited."""
    credited = r.sums.words["friend"][:, f]
    bought = np.flatnonzero(r.sums.dyads["deals"][:, f] > 0)
    if not len(bought):
        raise NoValue(NO_CUSTOMERS)
    return float(np.mean(np.isin(r.sums.ids[bought], credited[credited >= 0])))


def referral_gap(r: Record, f: int) -> float:
    """Share who say that they would refer minus share who did: from intention to action."""
    return stated_referral(r, f) - actual_referral(r, f)


def nps(r: Record, f: int) -> float:
    """Promoters minus detractors among who answers the survey, share (the usual score is a hundred times that)."""
    said = asked(r, f).intention
    return float(np.mean(said >= PROMOTERS) - np.mean(said < DETRACTORS))


METRICS = (
    Metric("crv", S, "outcome", "money", "M15", "Attributed referral value per customer", crv, NO_CUSTOMERS,
           formula="first-year margin of referred customers / customers", source="Kumar, Petersen & Leone 2007"),
    Metric("referred_share", S, "outcome", "1", "M15", "First deals credited to a friend's praise", referred_share,
           "nobody bought for the first time", formula="referred first deals / first deals"),
    Metric("referral_premium", S, "outcome", "money/day", "M17", "Margin a day of referred customers above that of others of their weeks",
           referral_premium, MATCHED, formula="mean over cohorts (referred - others)", source="Schmitt, Skiera & Van den Bulte 2011"),
    Metric("clv_crv_correlation", S, "outcome", "1", "M18", "Rank correlation of own and credited margin over customers",
           clv_crv_correlation, "too few customers, or no referrals among them", formula="Spearman(CLV_i, CRV_i)",
           source="Kumar, Petersen & Leone 2007"),
    Metric("customer_equity", G, "outcome", "money", "M20", "Discounted margin of all customers and the end value of the base",
           customer_equity, "needs 364 days", formula="sum d^t margin + end value"),
    Metric("clv_own", G, "outcome", "money", "M20", "Discounted margin per customer credited to nobody's praise", clv_own, NO_CUSTOMERS,
           formula="(sum d^t margin - sum d^t credited) / customers"),
    Metric("ckv", S, "outcome", "money", "M20", "Knowledge value per customer: staff cost saved by customers' help", ckv, NO_CUSTOMERS,
           formula="peers' answers x minutes x price of an hour / customers", source="Kumar et al. 2010"),
    Metric("customer_engagement_value", S, "outcome", "money", "M20", "Own margin, referrals and knowledge per customer, each once",
           customer_engagement_value, NO_CUSTOMERS, formula="clv_own + credited / customers + ckv", source="Kumar et al. 2010"),
    Metric("advocacy_rate", S, "outcome", "1", "M21", "Share of customers who are advocates", advocacy_rate, NO_CUSTOMERS,
           formula="praise >= 2 and > blame / customers"),
    Metric("ladder_climb", S, "outcome", "1/quarter", "M22", "Customers who climb the ladder in a quarter", ladder_climb, "needs 182 days",
           formula="moves up / people below the top"),
    Metric("ladder_fall", S, "outcome", "1/quarter", "M22", "Loyal customers and advocates who fall back in a quarter", ladder_fall,
           "needs 182 days", formula="moves down / people above the first rung"),
    Metric("advocate_quarters", S, "outcome", "quarters", "M22", "How long an advocate stays one", advocate_quarters, "needs 182 days",
           formula="1 / P(ceases)"),
    Metric("stated_referral", S, "outcome", "1", "M23", "Customers who say that they would refer", stated_referral, NO_CUSTOMERS,
           formula="surveyed intention >= 8", view="firm"),
    Metric("actual_referral", S, "outcome", "1", "M23", "Customers who brought another one", actual_referral, NO_CUSTOMERS,
           formula="customers credited with a first deal / customers"),
    Metric("referral_gap", S, "outcome", "1", "M23", "Stated minus actual referral", referral_gap, NO_CUSTOMERS,
           formula="stated - actual", source="Kumar, Petersen & Leone 2007"),
    Metric("nps", S, "outcome", "1", "M24", "Promoters minus detractors in the survey", nps, NO_CUSTOMERS,
           formula="share 9-10 - share 0-6", source="Reichheld 2003", view="firm"),
)  # fmt: skip
