"""Transaction metrics (M01-M14): what is sold, to whom, at what cost."""

from __future__ import annotations

import numpy as np

from .declare import GOODS as G
from .declare import Metric, NoValue, ratio
from .ledger import COUNTS
from .record import Floats, Record

NO_CUSTOMERS = "the firm has no customers"
NO_MESSAGE = "no message was pushed"
NO_COST = "nothing was spent"
NO_CONTRACT = "no contract with the firm came to its end"
NO_TOUCH = "no message was pushed and no content was found"
NO_END = "nobody is lost and nothing is discounted: what is to come has no end"
YEAR = 364


def daily_margin(r: Record, f: int) -> Floats:
    """Contribution margin by day, money."""
    return r.daily("margin_cents", f) / 100.0


def profit_flow(r: Record, f: int) -> Floats:
    """Margin minus everything charged, money by day."""
    return profit_cents(r, f) / 100.0


def profit_cents(r: Record, f: int) -> np.ndarray:
    """The same in cents, int64."""
    return r.daily("margin_cents", f) - r.charged(f)  # type: ignore[no-any-return]


def profit(r: Record, f: int) -> float:
    """Discounted cumulative profit: contribution margin minus all lines of the price list."""
    return float(np.sum(profit_flow(r, f) * r.discounts()))


def revenue(r: Record, f: int) -> float:
    """What customers paid, money given back taken off."""
    return r.tally("revenue_cents", f) / 100.0


def share_of_market(r: Record, f: int) -> float:
    """The firm's part of all firms' revenue."""
    return ratio(revenue(r, f), sum(revenue(r, g) for g in range(r.firms)), "no firm has sold anything")


def clv(r: Record, f: int) -> float:
    """Realised discounted margin per customer who bought."""
    return ratio(float(np.sum(daily_margin(r, f) * r.discounts())), r.customers(f), NO_CUSTOMERS)


def kept_share(r: Record, f: int) -> float:
    """Of the last year's buyers, the share who bought in its second half."""
    if r.length < YEAR:
        raise NoValue("needs 364 days")
    last = r.last_bought(f)
    year = np.count_nonzero(last >= r.day - YEAR)
    return ratio(np.count_nonzero(last >= r.day - YEAR // 2), year, "nobody bought in the last year")


def clv_end_value(r: Record, f: int) -> float:
    """Worth of the customer base at the end: last year's margin as a perpetuity that fades as the base does.

    A simple estimate, shown as its own line and never added to profit: margin of the last 364 days times the share of
    the year's buyers who bought in its second half, over (discount + loss).
    """
    try:
        kept = kept_share(r, f)
    except NoValue as none:
        if "nobody" in str(none):
            return 0.0
        raise
    return ratio(float(daily_margin(r, f)[-YEAR:].sum()) * kept, r.params.discount + (1.0 - kept), NO_END)


def clv_predicted(r: Record, f: int) -> float:
    """What the firm's own books predict of a customer: yearly margin m, retention q: m q / (1 + discount - q)."""
    q = kept_share(r, f)
    active = np.count_nonzero(r.last_bought(f) >= r.day - YEAR)
    m = ratio(float(daily_margin(r, f)[-YEAR:].sum()), active, NO_CUSTOMERS)
    return ratio(m * q, 1.0 + r.params.discount - q, NO_END)


def response_rate(r: Record, f: int) -> float:
    """Deals on a message or on content over messages pushed and content found."""
    return ratio(r.count("response", f), delivered(r, f), NO_TOUCH)


def delivered(r: Record, f: int) -> int:
    """Messages pushed and content found."""
    return r.count("msg_push", f) + r.count("msg_pull", f)


def push_response_rate(r: Record, f: int) -> float:
    """Deals on a pushed message over messages pushed."""
    return ratio(r.count("response", f) - r.tally("pulled", f), r.count("msg_push", f), NO_MESSAGE)


def content_response_rate(r: Record, f: int) -> float:
    """Deals on content that was looked for over content found."""
    return ratio(r.tally("pulled", f), r.count("msg_pull", f), "nobody found content of the firm")


def non_response_rate(r: Record, f: int) -> float:
    """Messages pushed on which no deal followed, over messages pushed."""
    return 1.0 - push_response_rate(r, f)


def transactional_only_share(r: Record, f: int) -> float:
    """Customers who did nothing with the firm but buy, over customers: no word, question, complaint, idea, following or membership."""
    bought = r.sums.dyads["deals"][:, f] > 0
    return ratio(np.count_nonzero(bought & (r.sums.words["acts"][:, f] == 0)), np.count_nonzero(bought), NO_CUSTOMERS)


def repurchase_rate(r: Record, f: int) -> float:
    """Of jobs that followed one done with the firm, the share done with it again."""
    after = r.sums.moves[f]
    return ratio(after[f], after.sum(), "no job followed a deal with the firm")


def renewal_rate(r: Record, f: int) -> float:
    """Of contracts that came to their end, the share renewed."""
    stayed, left = r.count("accept", f), r.count("churn", f)
    return ratio(stayed, stayed + left, NO_CONTRACT)


def churn_rate(r: Record, f: int) -> float:
    """Contracts left per year over customers on day 0."""
    if not r.count("accept", f) + r.count("churn", f):
        raise NoValue(NO_CONTRACT)
    customers = r.sums.began.get("customers")
    if customers is None:
        raise NoValue("a log alone does not say who was a customer on day 0")
    return ratio(r.count("churn", f) * 365.0 / r.length, float(customers[f]), "the firm had no customers on day 0")


def winback_rate(r: Record, f: int) -> float:
    """Of contracts left, the share after which the customer bought from the firm again."""
    counts = dict(zip(COUNTS, r.sums.counts[f].tolist(), strict=True))
    return ratio(counts["won_back"], counts["churned"], "nobody left a contract with the firm")


def repeat_patronage(r: Record, f: int) -> float:
    """Of buyers, the share with two deals or more."""
    return float(np.mean(r.dyads(f)["deals"] >= 2))


def recency(r: Record, f: int) -> float:
    """Days since a customer's last deal, mean."""
    return float(np.mean(r.length - 1 - r.dyads(f)["last"].astype(np.float64)))


def frequency(r: Record, f: int) -> float:
    """Deals per customer, mean."""
    return float(np.mean(r.dyads(f)["deals"].astype(np.float64)))


def monetary(r: Record, f: int) -> float:
    """Money paid per customer, mean."""
    return float(np.mean(r.dyads(f)["paid"].astype(np.float64))) / 100.0


def share_of_wallet(r: Record, f: int) -> float:
    """What a customer paid the firm over what she paid all firms, mean over its customers."""
    paid = r.sums.dyads["paid"].astype(np.float64)
    mine = paid[(r.sums.dyads["deals"][:, f] > 0) & (paid.sum(axis=1) > 0)]
    if not len(mine):
        raise NoValue("the firm has no customers who paid anything")
    return float(np.mean(mine[:, f] / mine.sum(axis=1)))


def again_yield(r: Record, f: int) -> float:
    """Margin of deals on a message or on content by people who had bought before, per one of these: cross- and up-selling."""
    return ratio(r.tally("caused_again_cents", f) / 100.0, delivered(r, f), NO_TOUCH)


def attributed_margin(r: Record, f: int) -> float:
    """Margin of deals on a message or on content. Attributed, not incremental: many would have come anyway."""
    return r.tally("caused_cents", f) / 100.0


def cost_per_contact(r: Record, f: int) -> float:
    """Everything charged over messages pushed, content found, and cases answered."""
    contacts = sum(r.count(kind, f) for kind in ("msg_push", "msg_pull", "reply"))
    return ratio(r.cost(f), contacts, "the firm was in contact with nobody")


def cost_per_acquired(r: Record, f: int) -> float:
    """Everything charged over first deals."""
    return ratio(r.cost(f), r.tally("new_customers", f), "nobody bought for the first time")


def cost_per_satisfied_job(r: Record, f: int) -> float:
    """Everything charged over jobs that reached the customer's own desired outcome."""
    return ratio(r.cost(f), r.tally("reached", f), "no job with the firm reached its outcome")


def roi(r: Record, f: int) -> float:
    """Margin minus cost, over cost; undiscounted."""
    cost = r.cost(f)
    return ratio(float(daily_margin(r, f).sum()) - cost, cost, NO_COST)


def cash_survival(r: Record, f: int) -> float:
    """1 if cumulated profit never fell below nothing, else 0; over seeds the share of worlds that survive."""
    return float(np.all(np.cumsum(profit_cents(r, f)) >= 0))  # of cents: a sum of fractions may miss nothing by a hair


METRICS = (
    Metric("profit", G, "outcome", "money", "M14", "Discounted cumulative profit of the focal firm", profit, "", primary=True,
           formula="sum d^t (margin - cost)"),
    Metric("revenue", G, "outcome", "money", "M07", "Revenue", revenue, "", formula="sum paid - given back"),
    Metric("share_of_market", G, "outcome", "1", "M07", "Share of all firms' revenue", share_of_market, "no firm has sold anything",
           formula="revenue_f / sum revenue"),
    Metric("clv", G, "outcome", "money", "M06", "Realised discounted margin per customer", clv, NO_CUSTOMERS,
           formula="sum d^t margin / customers"),
    Metric("clv_end_value", G, "outcome", "money", "M06", "End value of the customer base, not part of profit", clv_end_value,
           "needs 364 days", formula="m q / (d + 1 - q)"),
    Metric("clv_predicted", G, "outcome", "money", "M06", "Value of a customer as the firm's own books predict it", clv_predicted,
           "needs 364 days", formula="m q / (1 + d - q)", source="Gupta & Lehmann 2003", view="firm"),
    Metric("response_rate", G, "outcome", "1", "M01", "Responses per message pushed or content found", response_rate,
           NO_TOUCH, formula="responses / delivered"),
    Metric("push_response_rate", G, "outcome", "1", "M01", "Responses per message pushed", push_response_rate, NO_MESSAGE,
           formula="responses to messages / messages"),
    Metric("content_response_rate", G, "outcome", "1", "M01", "Responses per content found", content_response_rate,
           "nobody found content of the firm", formula="responses to content / content found"),
    Metric("non_response_rate", G, "outcome", "1", "M02", "Messages pushed without a response", non_response_rate, NO_MESSAGE,
           formula="1 - push_response_rate"),
    Metric("transactional_only_share", G, "outcome", "1", "M02", "Customers who do nothing with the firm but buy",
           transactional_only_share, NO_CUSTOMERS, formula="customers without another act / customers"),
    Metric("repurchase_rate", G, "outcome", "1", "M03", "Next jobs that go to the firm again", repurchase_rate,
           "no job followed a deal with the firm", formula="next job with f / jobs after one with f"),
    Metric("renewal_rate", G, "outcome", "1", "M03", "Contracts over that were renewed", renewal_rate, NO_CONTRACT,
           formula="renewed / (renewed + left)"),
    Metric("repeat_patronage", G, "outcome", "1", "M04", "Buyers with two deals or more", repeat_patronage, NO_CUSTOMERS,
           formula="buyers with >= 2 deals / buyers"),
    Metric("recency", G, "outcome", "days", "M05", "Days since a customer's last deal", recency, NO_CUSTOMERS, formula="mean(T - last)"),
    Metric("frequency", G, "outcome", "deals", "M05", "Deals per customer", frequency, NO_CUSTOMERS, formula="deals / customers"),
    Metric("monetary", G, "outcome", "money", "M05", "Money paid per customer", monetary, NO_CUSTOMERS, formula="paid / customers"),
    Metric("share_of_wallet", G, "outcome", "1", "M08", "The firm's part of what its customers spend", share_of_wallet, NO_CUSTOMERS,
           formula="mean(paid_if / sum_g paid_ig)"),
    Metric("churn_rate", G, "outcome", "1/year", "M09", "Contracts left per year and customer on day 0", churn_rate, NO_CONTRACT,
           formula="churn / customers on day 0 / years"),
    Metric("winback_rate", G, "outcome", "1", "M09", "Contracts left after which the customer came back", winback_rate,
           "nobody left a contract with the firm", formula="won back / churned"),
    Metric("again_yield", G, "outcome", "money/message", "M10", "Margin of sales on a message or content to people who had bought before",
           again_yield, NO_TOUCH, formula="margin of caused repeat deals / (messages + content)"),
    Metric("attributed_margin", G, "activity", "money", "M10", "Margin of deals on a message or content; attributed, not incremental",
           attributed_margin, "", formula="sum margin of deals with a message or content as cause", view="firm"),
    Metric("cost_per_contact", G, "activity", "money", "M11", "Cost per contact", cost_per_contact,
           "the firm was in contact with nobody", formula="cost / (messages + content + replies)"),
    Metric("cost_per_acquired", G, "outcome", "money", "M11", "Cost per first deal", cost_per_acquired,
           "nobody bought for the first time", formula="cost / new customers"),
    Metric("cost_per_satisfied_job", G, "outcome", "money", "M11", "Cost per job at the desired outcome", cost_per_satisfied_job,
           "no job with the firm reached its outcome", formula="cost / jobs with V >= 1"),
    Metric("roi", G, "outcome", "1", "M12", "Return on everything spent", roi, NO_COST, formula="(margin - cost) / cost"),
    Metric("cash_survival", G, "outcome", "1", "M14", "Cumulated profit never below nothing", cash_survival, "",
           formula="1[cumulated profit >= 0 on every day]"),
    Metric("opt_out_rate", G, "outcome", "1", "M74", "Opt-outs per message pushed",
           lambda r, f: ratio(r.count("refused", f), r.count("msg_push", f), NO_MESSAGE), NO_MESSAGE, formula="opt-outs / messages"),
)  # fmt: skip
