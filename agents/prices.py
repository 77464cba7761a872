"""The posted price list: what every lever costs, the same for all firms, and the lines a decision is charged on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .declare import Declared, par


class PriceList(Declared):
    """Unit costs of the levers; overridable by the user's own rates. One unit of money is 100 cents."""

    email: float = par(0.02, "money/message", 0.001, 0.5, "assumption", "One e-mail.")
    mail: float = par(0.8, "money/message", 0.1, 5, "assumption", "One letter.")
    post: float = par(30.0, "money/message", 1, 500, "assumption", "One post of the firm's in the open feed, an hour of staff.")
    impression: float = par(0.005, "money/customer-day", 0.0001, 0.5, "assumption", "Showing a prompt to a person once.")
    seed: float = par(5.0, "money/message", 0.1, 500, "assumption", "One customer who is paid to pass posts on for a week.")
    watching: float = par(0.5, "money/day", 0.01, 100, "assumption", "Watching public talk for one standing order.")
    targeting: float = par(0.003, "money/customer-day", 0, 0.1, "assumption", "Full targeting on own deals.")
    staff_hour: float = par(30.0, "money/hour", 5, 200, "assumption", "A staffed hour at a desk or in a community.")
    support: float = par(3.0, "money/deal", 0.1, 20, "assumption", "Full use-phase support of one deal.")
    tools: float = par(0.012, "money/customer-day", 0.0005, 0.1, "assumption", "Tools with the full range of adaptation in use.")
    embedded: float = par(0.012, "money/customer-day", 0.0005, 0.1, "assumption", "Full skill embedded in the good.")
    research: float = par(0.01, "money/customer-day", 0.0005, 0.1, "assumption", "Full research and development.")
    teaching: float = par(0.008, "money/customer-day", 0.0005, 0.1, "assumption", "Full teaching of customers.")
    scope: float = par(0.005, "money/customer-day", 0, 0.1, "assumption", "Full consent scope: asking, keeping, protecting the data.")
    asking: float = par(0.002, "money/customer-day", 0, 0.1, "assumption", "Asking customers for contributions at full level.")
    analysis: float = par(0.002, "money/customer-day", 0, 0.1, "assumption", "Data of all customers worked up for target rules.")
    console: float = par(0.002, "money/customer-day", 0, 0.1, "assumption", "A preference console for all customers, built and run.")
    content: float = par(0.004, "money/customer-day", 0, 0.1, "assumption", "Content that everybody who searches finds.")
    listening: float = par(0.004, "money/customer-day", 0, 0.1, "assumption", "Listening to all public talk about jobs.")
    intrusive: float = par(0.003, "money/customer-day", 0, 0.1, "assumption", "Full tracking without consent.")
    transparency: float = par(0.002, "money/customer-day", 0, 0.1, "assumption", "Open disclosure of what customers had, checked.")
    codesign: float = par(0.003, "money/customer-day", 0, 0.1, "assumption", "Asking every customer to take part in design.")
    credit: float = par(0.0005, "money/customer-day", 0, 0.1, "assumption", "Full credit in public for adopted ideas.")
    alliance: float = par(0.004, "money/customer-day", 0, 0.1, "assumption", "Alliance with all partners: recruiting, coordination.")
    period_budget: float = par(0.03, "money/customer-day", 0.0001, 10, "assumption", "Budget of a firm that names none.")


class Line(NamedTuple):
    """One line of a firm's account: the lever it pays for, the price it is charged at, and per what."""

    lever: str
    price: str
    per: str


LINES: Mapping[str, Line] = {
    "email": Line("email", "email", "message"),
    "mail": Line("mail", "mail", "message"),
    "posts": Line("posts", "post", "post"),
    "prompts": Line("prompts", "post", "post"),
    "promotion": Line("promotion", "impression", "customer-day"),
    "seeds": Line("seeds", "seed", "week"),
    "orders": Line("orders", "watching", "day"),
    "targeting": Line("targeting", "targeting", "customer-day"),
    "desk": Line("desk_hours", "staff_hour", "hour"),
    "open_desk": Line("open_hours", "staff_hour", "hour"),
    "community": Line("community_hours", "staff_hour", "hour"),
    "support": Line("support", "support", "deal"),
    "tools": Line("tools", "tools", "customer-day"),
    "embedded": Line("embedded", "embedded", "customer-day"),
    "research": Line("research", "research", "customer-day"),
    "teaching": Line("teaching", "teaching", "customer-day"),
    "scope": Line("scope", "scope", "customer-day"),
    "asking": Line("asking", "asking", "customer-day"),
    "analysis": Line("analysis", "analysis", "customer-day"),
    "console": Line("console", "console", "customer-day"),
    "content": Line("content", "content", "customer-day"),
    "listening": Line("listening", "listening", "customer-day"),
    "intrusive": Line("intrusive", "intrusive", "customer-day"),
    "transparency": Line("transparency", "transparency", "customer-day"),
    "codesign": Line("codesign", "codesign", "customer-day"),
    "review": Line("review_hours", "staff_hour", "hour"),
    "credit": Line("credit", "credit", "customer-day"),
    "alliance": Line("alliance", "alliance", "customer-day"),
}


OTHERWISE: Mapping[str, str] = {
    "claim": "free, and open to all: a promise costs when it is broken",
    "theme": "free, and open to all: it words messages and posts",
    "adoption": "free, and open to all: ideas are reviewed by the hour",
    "price": "margin: what is asked is what comes in",
    "discount": "margin: what is taken off does not come in",
    "discount_to": "nothing beside the discount",
    "outcome": "margin: what is not due is given back",
    "frame": "free, and open to all: it words the prompt",
    "seed_by": "nothing beside the seeds",
    "triage": "staff time at the desks: a minute to look at each case",
    "join": "staff time at the desks: more cases",
    "acknowledge": "staff time at the desks: a quick word",
    "explain": "staff time at the desks: an explanation",
    "honesty": "free, and open to all: a lie costs when it is found out",
    "follow_up": "staff time at the desks: coming back to a case",
    "in_public": "staff time at the desks: an answer that others will read",
    "compensation": "margin: money given back",
    "compensation_in": "staff time at the desks where it is in public",
    "handling": "staff time at the desks: a job done takes longer than a case closed",
}
"""Levers on no line of their own, and what they cost instead."""


def money_per_day(line: str, prices: PriceList, audience: int, people: int, deals: float) -> float:
    """Money a day that one unit of a line's lever costs, given the people who can be contacted and the deals reserved.

    A lever per message is a volume per customer-week, posts and seeds are per week, a deal's is reserved for `deals` a day.
    """
    _, price, per = LINES[line]
    unit = float(getattr(prices, price))
    if per == "message":
        return unit * audience / 7.0
    if per in ("post", "week"):
        return unit / 7.0
    if per == "deal":
        return unit * deals
    return unit * people if per == "customer-day" else unit
