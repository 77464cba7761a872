"""Value in use and experience (M40-M50, M57-M59): what customers get out of it, by their own measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .declare import GOODS as G
from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .record import Floats, Record
from .survey import asked
from .transactions import NO_CUSTOMERS, profit_flow

NO_JOB = "nobody had a job to do"
NO_EPISODE = "no episode with the firm was completed"
TOO_ALIKE = "too few customers, or all of them alike"
JOBS = ("functional", "emotional", "social")
ROUNDING = 4e-6
"""Variance of value that the ledger's millionths cannot tell from nothing."""


def value_per_head(people: np.ndarray) -> float | None:
    """Mean over all people who had a job to do of their mean net value per job; None where nobody had one."""
    values = per_job(people, "value_sum")
    return float(np.mean(values)) if len(values) else None


def per_job(people: np.ndarray, column: str) -> Floats:
    """A sum over her jobs per job, of everybody who had one: float64 [people]. The columns are copied alone, not the wide rows."""
    needs, total = np.ascontiguousarray(people["needs"]), np.ascontiguousarray(people[column])
    had = np.flatnonzero(needs)
    return total[had].astype(np.float64) / needs[had]  # type: ignore[no-any-return]


def _per_job(r: Record, column: str) -> Floats:
    values = per_job(r.people, column)
    if not len(values):
        raise NoValue(NO_JOB)
    return values


def gini(values: Floats) -> float:
    """Gini coefficient of non-negative values: 0 all alike, towards 1 all with one; 0 where all are nothing."""
    ordered = np.sort(values)
    total = float(ordered.sum())
    if total <= 0.0:
        return 0.0
    n = len(ordered)
    return float(2.0 * np.sum(np.arange(1, n + 1) * ordered) / (n * total) - (n + 1) / n)


def value_in_use(r: Record, f: int) -> float:
    """Mean over all people who had a job to do of their mean net value per job; undone jobs and rivals' customers count."""
    return float(np.mean(_per_job(r, "value_sum")))


def value_reached_share(r: Record, f: int) -> float:
    """Mean over people of the share of their jobs whose outcome reached their own desired level."""
    return float(np.mean(_per_job(r, "reached")))


def value_p10(r: Record, f: int) -> float:
    """Tenth percentile over people of their mean net value per job."""
    return float(np.quantile(_per_job(r, "value_sum"), 0.1))


def value_gini(r: Record, f: int) -> float:
    """Inequality over people of their mean net value per job, losses counted as nothing."""
    return gini(np.maximum(0.0, _per_job(r, "value_sum")))


def value_per_episode(r: Record, f: int) -> float:
    """Mean value in use over the firm's completed episodes, before price and time."""
    return ratio(r.total("value", f), r.tally("useful", f), NO_EPISODE)


def context_share(r: Record, f: int) -> float:
    """Variance between contexts of the mean value of the firm's episodes, over the whole variance: same offer, other context."""
    n, total, square = r.sums.contexts[f].astype(np.float64).T / np.array([[1.0], [1e6], [1e6]])
    here = n > 0
    if np.count_nonzero(here) < 2:
        raise NoValue("jobs of the firm arise in one context only")
    mean = total.sum() / n.sum()
    between = float(np.sum(n[here] * (total[here] / n[here] - mean) ** 2) / n.sum())
    whole = float(square.sum() / n.sum()) - mean**2
    return ratio(between, whole if whole > ROUNDING else 0.0, "all episodes were worth the same")


def price_per_deal(r: Record, f: int) -> float:
    """Money paid per deal."""
    return ratio(r.tally("revenue_cents", f) / 100.0, r.count("purchase", f), "nobody bought from the firm")


def value_exchange_correlation(r: Record, f: int) -> float:
    """Correlation over customers of what they paid and the value they had: does value in exchange follow value in use?"""
    lines = r.dyads(f)
    paid, value = lines["paid"].astype(np.float64), lines["value"].astype(np.float64)
    if len(lines) < 3 or not np.ptp(paid) or not np.ptp(value):
        raise NoValue(TOO_ALIKE)
    return float(np.corrcoef(paid, value)[0, 1])


def outcome_attainment(r: Record, f: int) -> float:
    """Episodes with the firm that reached the customer's own desired outcome, over those begun."""
    return ratio(r.tally("reached", f), r.tally("episodes", f), "no episode with the firm was begun")


def disconfirmation(r: Record, f: int) -> float:
    """Value minus what was expected, mean over completed episodes."""
    return ratio(r.total("gap", f), r.tally("useful", f), NO_EPISODE)


def satisfaction(r: Record, f: int) -> float:
    """Satisfaction with an episode, mean over completed ones."""
    return ratio(r.total("satisfaction", f), r.tally("useful", f), NO_EPISODE)


def satisfaction_remembered(r: Record, f: int) -> float:
    """Satisfaction as customers of the run remember it at the end, mean: what the survey asks for."""
    pairs = r.columns.pairs[:, f]
    bought = (pairs["last_bought"] >= 0) & (pairs["bought"] > 0)
    return ratio(float(np.sum(pairs["satisfaction"][bought], dtype=np.float64)), np.count_nonzero(bought), NO_CUSTOMERS)


def satisfaction_surveyed(r: Record, f: int) -> float:
    """The same as those say it who answer a survey."""
    return float(np.mean(asked(r, f).satisfaction))


def promise_gap(r: Record, f: int) -> float:
    """The last claim she attended to minus the value she had, mean over episodes with a claim in mind."""
    return ratio(r.total("promise_gap", f), r.tally("promised", f), "nobody had a claim of the firm in mind")


def job_gap(job: int) -> Callable[[Record, int], float]:
    """Importance of a job to the firm's customers times what its outcome lacks of the desired one."""

    def gap(r: Record, f: int) -> float:
        attained = ratio(r.total(f"attained_{JOBS[job]}", f), r.tally("useful", f), NO_EPISODE)
        pairs, people = r.columns.pairs[:, f], r.columns.people
        bought = (pairs["last_bought"] >= 0) & (pairs["bought"] > 0)
        weight = ratio(float(np.sum(people[f"w{job}"][bought], dtype=np.float64)), np.count_nonzero(bought), NO_CUSTOMERS)
        return weight * max(0.0, 1.0 - attained)

    gap.__doc__ = job_gap.__doc__
    return gap


def value_for_customers(r: Record, f: int) -> float:
    """Value of all episodes with the firm, net of price, own time and effort, per customer."""
    return ratio(r.total("net_value", f), r.customers(f), NO_CUSTOMERS)


def value_for_firm(r: Record, f: int) -> float:
    """Margin minus everything charged, per customer, money."""
    return ratio(float(profit_flow(r, f).sum()), r.customers(f), NO_CUSTOMERS)


def win_win_rate(r: Record, f: int) -> float:
    """Customers who gained from the firm and it from them, over customers.

    She gained if her jobs with it were worth more, net, than the population's mean job without a firm, by own means or
    left undone; it gained if her margin was above what it spent per customer.
    """
    lines = r.dyads(f)
    own, own_jobs = r.total("net_value", -1), r.tally("own_means", -1) + r.tally("undone", -1)
    alone = ratio(own, own_jobs, "nobody did without a firm: there is nothing to compare with")
    mean = lines["net"] / 1e6 / np.maximum(lines["episodes"], 1)
    spent = r.cost(f) / len(lines)
    return float(np.mean((mean > alone) & (lines["margin"] / 100.0 > spent)))


def risk_reduction(r: Record, f: int) -> float:
    """By how much less wrong a first-time customer was who had heard of the firm: 1 - squared error told / untold."""
    told = ratio(r.total("first_told_gap", f), r.tally("first_told", f), "nobody who had heard of the firm tried it")
    untold = ratio(r.total("first_untold_gap", f), r.tally("first_untold", f), "nobody tried the firm without having heard of it")
    return 1.0 - ratio(told, untold, "nobody who had not heard of the firm was wrong")


def skill(r: Record, f: int) -> float:
    """Customers' skill in putting resources to use, mean over everybody at the end."""
    return float(np.mean(r.columns.people["skill"], dtype=np.float64))


def skill_growth(r: Record, f: int) -> float:
    """Rise of that mean since day 0, per year."""
    if "skill" not in r.sums.began:
        raise NoValue("a log alone does not say how people stand")
    return (skill(r, f) - float(r.sums.began["skill"])) * 365.0 / max(1, r.length)


def meaning_distance(r: Record, f: int) -> float:
    """Cosine distance of what the firm claims to stand for and what it stands for to those who know it, on average."""
    if r.params.choice.meaning <= 0.0:
        raise NoValue("brands have no meaning in this world: world.choice.meaning is 0")
    known = r.columns.pairs[:, f]["known"] > 0
    if not known.any():
        raise NoValue("nobody knows the firm")
    meant = np.array([np.mean(r.columns.bonds[:, f][f"m{j}"][known], dtype=np.float64) for j in range(3)])
    claim = np.zeros(3)
    claim[int(r.columns.firms[f]["theme"]) % 3] = 1.0
    return 1.0 - ratio(float(claim @ meant), float(np.linalg.norm(meant)), "the firm stands for nothing")


METRICS = (
    Metric("value_in_use", S, "outcome", "value", "M40", "Net value in use per head of the whole population", value_in_use, NO_JOB,
           primary=True, formula="mean over people of net value per job", source="Vargo & Lusch 2008, FP10"),
    Metric("value_reached_share", S, "outcome", "1", "M43", "Share of jobs that reached the person's own desired outcome",
           value_reached_share, NO_JOB, formula="mean over people of jobs with V >= 1 / jobs"),
    Metric("value_p10", S, "outcome", "value", "M40", "Tenth percentile of net value over people", value_p10, NO_JOB,
           formula="10th percentile of net value per job"),
    Metric("value_gini", S, "outcome", "1", "M40", "Inequality of net value over people", value_gini, NO_JOB,
           formula="Gini of max(0, net value per job)"),
    Metric("value_per_episode", S, "outcome", "value", "M40", "Mean value of the firm's completed episodes", value_per_episode, NO_EPISODE,
           formula="sum V / completed episodes"),
    Metric("context_share", S, "outcome", "1", "M41", "Variance of value that lies between contexts", context_share,
           "jobs of the firm arise in one context only", formula="Var(mean V by context) / Var(V)", detail="full"),
    Metric("price_per_deal", G, "outcome", "money", "M42", "Value in exchange: money per deal", price_per_deal,
           "nobody bought from the firm", formula="revenue / deals"),
    Metric("value_exchange_correlation", S, "outcome", "1", "M42", "Correlation over customers of money paid and value had",
           value_exchange_correlation, TOO_ALIKE, formula="corr(paid_i, sum V_i)"),
    Metric("outcome_attainment", S, "outcome", "1", "M43", "The firm's episodes that reached the desired outcome", outcome_attainment,
           "no episode with the firm was begun", formula="episodes with V >= 1 / episodes"),
    Metric("disconfirmation", S, "outcome", "value", "M44", "Value minus expectation in the firm's episodes", disconfirmation, NO_EPISODE,
           formula="mean(V - E)", source="Oliver 1980"),
    Metric("satisfaction", S, "outcome", "1", "M44", "Satisfaction with an episode of the firm", satisfaction, NO_EPISODE,
           formula="mean satisfaction over episodes"),
    Metric("satisfaction_remembered", S, "outcome", "1", "M44", "Satisfaction that customers remember at the end", satisfaction_remembered,
           NO_CUSTOMERS, formula="mean over customers"),
    Metric("satisfaction_surveyed", S, "outcome", "1", "M44", "The same as a survey finds it", satisfaction_surveyed, NO_CUSTOMERS,
           formula="mean over who answers", view="firm"),
    Metric("promise_gap", S, "outcome", "value", "M45", "Claim minus value, where a claim was in mind", promise_gap,
           "nobody had a claim of the firm in mind", formula="mean(claim - V)"),
    *(Metric(f"job_gap_{name}", S, "outcome", "1", "M46", f"What the {name} job lacks, by its importance", job_gap(j),
             NO_EPISODE, formula="importance x max(0, 1 - attainment)", source="Ulwick 2002") for j, name in enumerate(JOBS)),
    Metric("value_for_customers", S, "outcome", "value", "M49", "Net value of the firm's episodes per customer", value_for_customers,
           NO_CUSTOMERS, formula="sum net V / customers"),
    Metric("value_for_firm", G, "outcome", "money", "M49", "Margin minus cost per customer", value_for_firm, NO_CUSTOMERS,
           formula="(margin - cost) / customers"),
    Metric("win_win_rate", S, "outcome", "1", "M50", "Customers who gained and were a gain", win_win_rate, NO_CUSTOMERS,
           formula="customers with net V above that of jobs without a firm and margin above cost / customers"),
    Metric("risk_reduction", S, "outcome", "1", "M57", "How much less wrong first-time customers were who had heard of the firm",
           risk_reduction, "nobody who had heard of the firm tried it", formula="1 - (V - E)^2 told / untold"),
    Metric("skill", S, "outcome", "1", "M58", "Customers' skill", skill, "", formula="mean over people"),
    Metric("skill_growth", S, "outcome", "1/year", "M58", "Rise of skill a year", skill_growth, "",
           formula="(skill - skill on day 0) / years"),
    Metric("meaning_distance", S, "outcome", "1", "M59", "Distance of claimed from held meaning of the brand", meaning_distance,
           "brands have no meaning in this world: world.choice.meaning is 0", formula="1 - cos(claimed, mean held)"),
)  # fmt: skip
