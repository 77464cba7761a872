"""The headline metrics of both boards, measured on days 0 to the end; true values, for the firm named (default focal)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...agents.prices import LINES
from ..events import PLACES

if TYPE_CHECKING:
    from ..model import ServiceEcosystem

BOARDS = ("goods_dominant", "service_dominant")


class Metric(NamedTuple):
    """One declared metric: where it stands, what it is, and the function that gives it (None where it has no value)."""

    name: str
    board: str
    mark: str
    """outcome: comparable between arms; activity: moved directly by a lever."""
    unit: str
    catalogue: str
    sentence: str
    of: Callable[[ServiceEcosystem, int], float | None]
    primary: bool = False


def _days(model: ServiceEcosystem) -> slice:
    return model.totals.rows(0)


def _ratio(above: float, below: float) -> float | None:
    return float(above) / float(below) if below else None


def daily_profit(model: ServiceEcosystem, firm: int) -> np.ndarray:
    """Margin minus everything charged, in money per day from day 0: float64 [days]."""
    days = _days(model)
    margin = model.totals.tally[days, firm, 1]
    return (margin - model.totals.cents[days, firm].sum(axis=1)) / 100.0  # type: ignore[no-any-return]


def discount_factors(model: ServiceEcosystem, days: int) -> np.ndarray:
    """Weight of each day's money at the yearly discount rate: float64 [days]."""
    return (1.0 + model.params.discount) ** (-np.arange(days) / 365.0)  # type: ignore[no-any-return]


def profit(model: ServiceEcosystem, firm: int) -> float:
    """Discounted cumulative profit in money: contribution margin minus all lines of the price list."""
    flow = daily_profit(model, firm)
    return float(np.sum(flow * discount_factors(model, len(flow))))


def revenue(model: ServiceEcosystem, firm: int) -> float:
    """Revenue in money."""
    return float(model.totals.tally_of("revenue_cents", _days(model), firm)) / 100.0


def share_of_market(model: ServiceEcosystem, firm: int) -> float | None:
    """The firm's part of all firms' revenue (M07)."""
    all_firms = model.totals.tally_of("revenue_cents", _days(model))
    return _ratio(all_firms[firm], all_firms.sum())


def _customers(model: ServiceEcosystem, firm: int) -> int:
    pairs = model.everybody()[1][:, firm]
    return int(np.count_nonzero((pairs["last_bought"] >= 0) & (pairs["bought"] > 0)))


def clv(model: ServiceEcosystem, firm: int) -> float | None:
    """Realised discounted margin per customer who bought (M06), money."""
    days = _days(model)
    margin = model.totals.tally[days, firm, 1] / 100.0
    return _ratio(float(np.sum(margin * discount_factors(model, len(margin)))), _customers(model, firm))


def clv_end_value(model: ServiceEcosystem, firm: int) -> float | None:
    """Worth of the customer base at the end: last year's margin per day, as a perpetuity that fades as it did, money.

    A simple estimate, shown as its own line and never added to profit: margin of the last 364 days times the share of
    the year's buyers who bought in its second half, over (discount + loss).
    """
    days = _days(model)
    margin = model.totals.tally[days, firm, 1] / 100.0
    if len(margin) < 364:
        return None
    pairs = model.columns.pairs[:, firm]
    year = np.count_nonzero(pairs["last_bought"] >= model.day - 364)
    half = np.count_nonzero(pairs["last_bought"] >= model.day - 182)
    if not year:
        return 0.0
    kept = half / year
    return float(margin[-364:].sum() * kept / (model.params.discount + (1.0 - kept)))


def response_rate(model: ServiceEcosystem, firm: int) -> float | None:
    """Responses over messages pushed and content found (M01)."""
    days = _days(model)
    delivered = sum(model.totals.count_of(kind, days, firm) for kind in ("msg_push", "msg_pull"))
    return _ratio(model.totals.count_of("response", days, firm), delivered)


def opt_out_rate(model: ServiceEcosystem, firm: int) -> float | None:
    """Opt-outs over messages pushed (M74)."""
    days = _days(model)
    return _ratio(model.totals.count_of("refused", days, firm), model.totals.count_of("msg_push", days, firm))


def _per_job(model: ServiceEcosystem, column: str) -> np.ndarray:
    """A sum over her jobs per job, of everybody who had one: float64 [people]. The columns are copied alone, not the wide rows."""
    people = model.everybody()[0]
    needs, total = np.ascontiguousarray(people["needs"]), np.ascontiguousarray(people[column])
    had = np.flatnonzero(needs)
    return total[had].astype(np.float64) / needs[had]  # type: ignore[no-any-return]


def value_in_use(model: ServiceEcosystem, firm: int) -> float | None:
    """Mean over all people who had a job to do of their mean net value per job; undone jobs and rivals' customers count."""
    values = _per_job(model, "value_sum")
    return float(np.mean(values)) if len(values) else None


def value_reached_share(model: ServiceEcosystem, firm: int) -> float | None:
    """Mean over people of the share of their jobs whose outcome reached their own desired level."""
    shares = _per_job(model, "reached")
    return float(np.mean(shares)) if len(shares) else None


def value_p10(model: ServiceEcosystem, firm: int) -> float | None:
    """Tenth percentile over people of their mean net value per job."""
    values = _per_job(model, "value_sum")
    return float(np.quantile(values, 0.1)) if len(values) else None


def value_per_episode(model: ServiceEcosystem, firm: int) -> float | None:
    """Mean value in use over the firm's completed episodes (M40), before price and time."""
    days = _days(model)
    return _ratio(model.totals.sum_of("value", days, firm), model.totals.tally_of("useful", days, firm))


def crv(model: ServiceEcosystem, firm: int) -> float | None:
    """First-year margin of customers who came by a friend's praise (last touch), per customer (M15), money."""
    referred = model.totals.tally_of("referred_cents", _days(model), firm) / 100.0
    return _ratio(referred, _customers(model, firm))


def advocacy_rate(model: ServiceEcosystem, firm: int) -> float | None:
    """Share of customers who praised the firm twice or more, unprompted, and more than they blamed it (M21)."""
    pairs = model.everybody()[1][:, firm]
    advocates = np.count_nonzero((pairs["praise"] >= 2) & (pairs["praise"] > pairs["blame"]))
    return _ratio(advocates, _customers(model, firm))


def net_sentiment(model: ServiceEcosystem, firm: int) -> float | None:
    """Praise minus blame over all utterances about the firm, friends' talk too (M28)."""
    days = _days(model)
    praise, blame = (int(model.totals.tally_of(name, days, firm)) for name in ("praise", "blame"))
    return _ratio(praise - blame, praise + blame)


def trust(model: ServiceEcosystem, firm: int) -> float | None:
    """Mean credibility of the firm among those who know it (M54)."""
    pairs = model.columns.pairs[:, firm]
    known = pairs["credibility"][pairs["known"] > 0].astype(np.float64)
    return float(np.mean(known)) if len(known) else None


def share_of_voice(model: ServiceEcosystem, firm: int) -> float | None:
    """The firm's part of all public mentions: customers' posts and firms' own (M27)."""
    days = _days(model)
    public = [PLACES.index(place) for place in ("feed", "follow", "handle", "community")]
    mentions = model.totals.place[days, :-1, 0, :][:, :, public].sum(axis=(0, 2), dtype=np.int64)
    return _ratio(mentions[firm], mentions.sum())


def community_size(model: ServiceEcosystem, firm: int) -> float:
    """Members of the firm's community at the end (M60)."""
    return float(model.columns.member_count[firm])


G, S = BOARDS
HEADLINE: tuple[Metric, ...] = (
    Metric("profit", G, "outcome", "money", "M14", "Discounted cumulative profit of the focal firm", profit, primary=True),
    Metric("revenue", G, "outcome", "money", "M07", "Revenue", revenue),
    Metric("share_of_market", G, "outcome", "1", "M07", "Share of all firms' revenue", share_of_market),
    Metric("clv", G, "outcome", "money", "M06", "Realised discounted margin per customer", clv),
    Metric("clv_end_value", G, "outcome", "money", "M06", "End value of the customer base, not part of profit", clv_end_value),
    Metric("response_rate", G, "outcome", "1", "M01", "Responses per message pushed or content found", response_rate),
    Metric("opt_out_rate", G, "outcome", "1", "M74", "Opt-outs per message pushed", opt_out_rate),
    Metric("value_in_use", S, "outcome", "value", "M40", "Net value in use per head of the whole population", value_in_use, primary=True),
    Metric(
        "value_reached_share", S, "outcome", "1", "M43", "Share of jobs that reached the person's own desired outcome", value_reached_share
    ),
    Metric("value_p10", S, "outcome", "value", "M40", "Tenth percentile of net value over people", value_p10),
    Metric("value_per_episode", S, "outcome", "value", "M40", "Mean value of the firm's completed episodes", value_per_episode),
    Metric("crv", S, "outcome", "money", "M15", "Attributed referral value per customer", crv),
    Metric("advocacy_rate", S, "outcome", "1", "M21", "Share of customers who are advocates", advocacy_rate),
    Metric("net_sentiment", S, "outcome", "1", "M28", "Praise minus blame over all talk about the firm", net_sentiment),
    Metric("trust", S, "outcome", "1", "M54", "Mean credibility among those who know the firm", trust),
    Metric("share_of_voice", S, "activity", "1", "M27", "Share of public mentions", share_of_voice),
    Metric("community_size", S, "activity", "people", "M60", "Members of the firm's community", community_size),
)


def measure(model: ServiceEcosystem, firm: int = 0) -> dict[str, float | None]:
    """All headline metrics of one firm by name; None where a metric has no value in this world."""
    return {metric.name: metric.of(model, firm) for metric in HEADLINE}


def spending(model: ServiceEcosystem, firm: int = 0) -> dict[str, float]:
    """Money charged since day 0, by line of the price list."""
    cents = model.totals.cents[_days(model), firm].sum(axis=0)
    return {line: float(c) / 100.0 for line, c in zip(LINES, cents, strict=True)}
