"""What a firm may see and what it may decide: frozen data in, frozen data out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import Field, model_validator

from .declare import Declared, par
from .prices import LINES, PriceList

CHANNELS = ("email", "mail")
TARGETS = ("all", "buyers", "prospects", "demographic", "rfm", "propensity", "job_timed", "network")
RULED = TARGETS[3:]
"""Targets that a rule selects from data; who is in them depends on the firm's analysis of data."""
LAST_DAY = 3650
"""End of a contact schedule that has none."""


class Push(Declared):
    """Messages sent through a closed channel to everybody in a target group who may be contacted.

    By the calendar: `volume` a week. By the age of the product: only in the window of days since her last purchase. By the
    job: target `job_timed`.
    """

    channel: Literal["email", "mail"]
    """Closed channel: cheap and easily left alone, or dear and noticed."""
    volume: float = par(0.0, "1/week", 0, 7, "assumption", "Messages a week to each person of the target group.")
    target: Literal["all", "buyers", "prospects", "demographic", "rfm", "propensity", "job_timed", "network"] = "all"
    """Whom they go to, by the firm's own record of deals and what it was told."""
    after: int = par(0, "days", 0, LAST_DAY, "assumption", "Days since her last purchase from the firm from which she is contacted.")
    until: int = par(LAST_DAY, "days", 0, LAST_DAY, "assumption", "The same, after which she is not; the full range is no schedule.")

    @model_validator(mode="after")
    def _in_order(self) -> Push:
        if self.after > self.until:
            raise ValueError(f"a schedule begins after {self.after} days and ends after {self.until}")
        return self

    @property
    def group(self) -> tuple[Any, ...]:
        """The key of its people in `FirmView.audience`."""
        whole = self.after == 0 and self.until == LAST_DAY
        return (self.channel, self.target) if whole else (self.channel, self.target, self.after, self.until)


class StandingOrder(Declared):
    """What staff do by themselves once the public talk that they see within some hours reaches a level."""

    watch: Literal["blame", "mentions", "tag"] = "blame"
    """Blaming posts and relays, all of them, or blame under the firm's own tag."""
    hours: float = par(24.0, "hours", 0.25, 720, "assumption", "How far back is counted.")
    level: float = par(10.0, "items", 1, 1_000_000, "assumption", "How many seen in that time set the order off.")
    act: Literal["withdraw", "stop", "answer", "shift"] = "answer"
    """Take the tag down; send and post nothing; answer all public talk; move the closed desk's staff to the open one."""
    delay: float = par(1.0, "hours", 0, 168, "assumption", "Hours until somebody notices.")


ORDER_WORDS = {name: get_args(StandingOrder.model_fields[name].annotation) for name in ("watch", "act")}
"""What an order can watch and do, in the order in which kernels number them."""

MOST_ORDERS = 8
"""Standing orders of a firm at most."""


class Decision(Declared):
    """What a firm does until it decides again.

    Every field has a price on the posted list, or takes staff time at the desk, or margin (`price`, `discount`, `outcome`,
    `compensation`), or is free and open to all: `prices.OTHERWISE` says which.
    """

    pushes: tuple[Push, ...] = ()
    claim: float = par(0.5, "1", 0, 1, "assumption", "Value in use that messages and posts promise, on the customer's own scale.")
    theme: Literal["functional", "emotional", "social"] = "functional"
    """The job that messages and posts speak of."""
    price: float = par(1.0, "1", 0.5, 2, "assumption", "Factor on the list price.")
    discount: float = par(0.0, "1", 0, 0.9, "assumption", "Part of the price taken off.")
    discount_to: Literal["all", "buyers", "prospects"] = "all"
    """For whom it is: everybody, those who have bought before, or those who have not."""
    outcome: float = par(0.0, "1", 0, 1, "assumption", "Part of the price that is due only as far as the agreed value in use is reached.")
    posts: float = par(0.0, "posts/week", 0, 56, "assumption", "Posts a week in the open feed.")
    prompts: float = par(0.0, "posts/week", 0, 56, "assumption", "Posts a week that ask everybody to tell stories under the firm's tag.")
    promotion: float = par(0.0, "1", 0, 10, "assumption", "Times a day that a running prompt is shown to each person on-line, paid for.")
    frame: float = par(1.0, "1", 0, 1, "assumption", "How open the prompt asks: 1 for any story, 0 leaves no room for bad ones.")
    seeds: float = par(0.0, "people", 0, 1_000_000, "assumption", "Customers a week who are paid to pass the firm's posts on.")
    seed_by: Literal["chance", "reach"] = "chance"
    """Whether seeds are picked by chance or by how many can read them."""
    targeting: float = par(0.0, "1", 0, 1, "assumption", "Targeting of messages on own deals.")
    support: float = par(0.0, "1", 0, 1, "assumption", "Use-phase support of each deal.")
    tools: float = par(0.0, "1", 0, 1, "assumption", "Range of adaptation in use.")
    embedded: float = par(0.0, "1", 0, 1, "assumption", "Skill embedded in the good.")
    research: float = par(0.0, "1", 0, 1, "assumption", "Research: the offer moves towards what the firm believes.")
    teaching: float = par(0.0, "1", 0, 1, "assumption", "Teaching of customers after an episode.")
    scope: float = par(0.0, "1", 0, 1, "assumption", "Consent scope: what customers who trust the firm share of their context.")
    asking: float = par(0.0, "1", 0, 1, "assumption", "Asking customers for contributions.")
    analysis: float = par(0.0, "1", 0, 1, "assumption", "Share of people whose data are worked up, so that target rules find them.")
    console: float = par(0.0, "1", 0, 1, "assumption", "Preference console: share of customers who can use it.")
    content: float = par(0.0, "1", 0, 1, "assumption", "Pull content: share of searches that find it.")
    listening: float = par(0.0, "1", 0, 1, "assumption", "Listening to what people say of jobs in public.")
    intrusive: float = par(0.0, "1", 0, 1, "assumption", "Tracking customers without their consent.")
    transparency: float = par(0.0, "1", 0, 1, "assumption", "Disclosure: draws the claim towards the value that customers really had.")
    codesign: float = par(0.0, "1", 0, 1, "assumption", "Asking customers to take part in design: the share of episodes asked about.")
    review_hours: float = par(0.0, "hours", 0, 1_000_000, "assumption", "Staffed hours a day for reviewing and developing ideas.")
    adoption: float = par(0.6, "1", 0, 1, "assumption", "Share of votes from which a reviewed idea is adopted.")
    credit: float = par(0.0, "1", 0, 1, "assumption", "Credit in public for adopted ideas.")
    desk_hours: float = par(0.0, "hours", 0, 1_000_000, "assumption", "Staffed hours a day of the closed desk (mail, phone).")
    open_hours: float = par(0.0, "hours", 0, 1_000_000, "assumption", "Staffed hours a day of the desk in open places (@handle).")
    community_hours: float = par(0.0, "hours", 0, 1_000_000, "assumption", "Staffed hours a day of hosting a community; 0 is none.")
    handling: float = par(0.0, "1", 0, 1, "assumption", "Share of cases handled until the job is done, not until closed.")
    triage: Literal["arrival", "need", "reach"] = "arrival"
    """Who is answered next: in order of arrival, who needs it most, whom most people can read. Others than the first cost a
    minute a case."""
    join: Literal["never", "asked", "always"] = "never"
    """Whether the open desk takes up bad talk in the feed that was not addressed to it: that of its followers and members, or of all."""
    acknowledge: float = par(0.0, "1", 0, 1, "assumption", "Share of complaints that get a quick word when they have to wait.")
    explain: float = par(0.0, "1", 0, 1, "assumption", "Share of answers that apologise and explain what went wrong.")
    honesty: float = par(1.0, "1", 0, 1, "assumption", "Share of explanations that are true; free.")
    follow_up: float = par(0.0, "1", 0, 1, "assumption", "Share of answered complaints that the desk comes back to some days later.")
    in_public: float = par(0.0, "1", 0, 1, "assumption", "Share of open cases answered where they stand; the rest is told to her alone.")
    compensation: float = par(0.0, "1", 0, 1, "assumption", "Part of the price paid that an answered complaint gets back, out of margin.")
    compensation_in: Literal["private", "public"] = "private"
    """Whether others see that money is given back; in the open the answer stands where the complaint does."""
    alliance: float = par(0.0, "1", 0, 1, "assumption", "Share of its customers' episodes into which the firm brings its partners.")
    orders: tuple[StandingOrder, ...] = Field((), max_length=MOST_ORDERS)
    """Standing orders, carried out by the hour at the desk's cost."""
    steps: tuple[str, ...] = ()
    """Names of engine and cycle steps taken, written to the log as they are; they change nothing else."""

    def lever(self, line: str) -> float:
        """The lever that a price line pays for: a level, hours a day, posts a week."""
        return float(len(self.orders)) if line == "orders" else float(getattr(self, LINES[line].lever))


LEVERS: dict[str, tuple[str, ...]] = {
    name: tuple(get_args(field.annotation))
    for name, field in Decision.model_fields.items()
    if field.annotation in (float, int) or (get_args(field.annotation)[:1] and isinstance(get_args(field.annotation)[0], str))
}
"""Fields of a decision that stand in a firm's row of columns as numbers: levels, and categories (their words, in order)."""


def lever_number(decision: Decision, name: str) -> float:
    """A lever as the number that kernels read: its level, or the place of its word among the category's."""
    value = getattr(decision, name)
    return float(LEVERS[name].index(value)) if LEVERS[name] else float(value)


@dataclass(frozen=True)
class FirmView:
    """What a firm sees when it decides: its own books and contacts. No true desire and no true value is in it."""

    day: int
    firm: str
    people: int
    prices: PriceList
    budget_left: float
    """Money left in the running budget period."""
    days_left: int
    """Days left in the running budget period, today included."""
    daily_budget: float
    """Money a day of an even spending of the period's budget."""
    audience: Mapping[tuple[Any, ...], int]
    """People who can be contacted today, by (channel, target), or (channel, target, after, until) for a contact schedule.

    Targets selected by a rule are counted with the levers in force (analysis, scope, intrusive); `Push.group` is the key."""
    deals_reserved: float
    """Deals a day that per-deal costs are reserved for."""
    recent: Mapping[str, int] = field(default_factory=dict)
    """The last 28 days: deals, messages, responses, opt_outs, complaints, answered, late (not answered in time),
    ideas, new_customers, renewed and churned (contracts), revenue_cents, margin_cents."""
    customers: int = 0
    members: int = 0
    followers: int = 0
    open_cases: int = 0
    open_ideas: int = 0
    """Ideas submitted and not yet looked at."""


def spread_evenly(money: float, unit: float, cap: float = 1.0) -> float:
    """The level of a lever that `money` a day buys at `unit` money a day, at most `cap`; 0 where nothing can be bought."""
    return min(cap, money / unit) if unit > 0 and money > 0 else 0.0
