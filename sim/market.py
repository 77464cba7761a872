"""The market: checks a decision against budget and price list, sets money aside per deal, and charges in cents."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

from ..agents.declare import InputError
from ..agents.prices import LINES, PriceList, money_per_day
from ..agents.view import Decision

PERIOD = 28
"""Days of a budget period."""

RESERVE = 1.25
"""Per-deal costs are set aside for this many times the recent number of deals."""


class Account:
    """One firm's money: integer cents per line, the remainder carried; a budget per period without carry-over."""

    def __init__(self, firm: str, people: int, prices: PriceList, budget: float | None) -> None:
        self.firm, self.people, self.prices = firm, people, prices
        self.daily_budget = people * (prices.period_budget if budget is None else budget)
        self.cents = dict.fromkeys(LINES, 0)
        """Cents charged so far, by line."""
        self.carried = dict.fromkeys(LINES, 0.0)
        self.today = dict.fromkeys(LINES, 0)
        self.spent = 0.0
        """Cents spent in the running period, unposted fractions included."""
        self.plan: dict[str, float] = dict.fromkeys(LINES, 0.0)
        self.extra: dict[str, float] = {}
        """Money of today that was not in the plan, by line."""
        self.set_aside = 0.0
        """Money that support may use today: what was set aside in this period and not used."""

    def left(self) -> float:
        """Money left in the running period."""
        return self.daily_budget * PERIOD - self.spent / 100.0

    def planned(self, decision: Decision, audience: Mapping[tuple[Any, ...], int], deals: float) -> dict[str, float]:
        """Money a day by line that a decision costs."""
        plan = dict.fromkeys(LINES, 0.0)
        for push in decision.pushes:
            reached = audience[push.group]
            plan[push.channel] += push.volume * money_per_day(push.channel, self.prices, reached, self.people, deals)
        for line, (_, _, per) in LINES.items():
            if per != "message":
                plan[line] = decision.lever(line) * money_per_day(line, self.prices, 0, self.people, deals)
        return plan

    def accept(self, decision: Decision, day: int, audience: Mapping[tuple[Any, ...], int], deals: float) -> None:
        """Take on a decision until the next; an InputError where the rest of the period cannot be paid."""
        plan = self.planned(decision, audience, deals)
        days = PERIOD - day % PERIOD
        needed, left = sum(plan.values()) * days, self.left()
        if not needed <= left * (1.0 + 1e-9) + 0.01 or min(plan.values()) < 0.0:
            dearest = max(plan, key=lambda line: plan[line])
            raise InputError(f"{self.firm} on day {day} spends more than its budget; the dearest line is {dearest}",
                             key=f"firms.{self.firm}.{dearest}", given=round(needed, 2),
                             allowed=f"at most {left:.2f} for the {days} days left in the period")  # fmt: skip
        self.plan = plan
        self.set_aside = 0.0  # what was set aside and not used is part of what is left, and may be planned anew

    def opens_day(self, day: int) -> None:
        """A new budget period starts with a full budget; what was not spent stays profit."""
        if day % PERIOD == 0:
            self.spent = 0.0
            self.set_aside = 0.0

    def sets_aside(self) -> None:
        """Add today's part of the money reserved for support; what is spent can thus never exceed what was planned."""
        self.set_aside += self.plan["support"]

    def support_level(self, level: float, deals: int) -> float:
        """The support that today's deals can have: the level decided on, thinner where more deals came than were reserved."""
        wanted = self.prices.support * deals
        return level if wanted * level <= self.set_aside or wanted == 0 else self.set_aside / wanted

    def charges(self, line: str, money: float, day: int) -> None:
        """Book something that was not in the plan; an InputError where the period's budget cannot bear it beside the plan."""
        planned = sum(self.plan.values()) * (PERIOD - day % PERIOD)
        if planned + money > self.left() * (1.0 + 1e-9) + 0.01:
            raise InputError(f"{self.firm} on day {day} spends more than its budget", key=f"firms.{self.firm}.{line}",
                             given=round(planned + money, 2), allowed=f"at most {self.left():.2f} for the rest of the period")  # fmt: skip
        self.extra[line] = self.extra.get(line, 0.0) + money

    def settle(self, support_used: float) -> dict[str, int]:
        """Charge one day; returns the cents by line. `support_used` is the sum of support levels of today's deals."""
        money = dict(self.plan)
        for line, amount in self.extra.items():
            money[line] += amount
        self.extra = {}
        money["support"] = support_used * self.prices.support
        self.set_aside = max(0.0, self.set_aside - money["support"])
        for line, amount in money.items():
            if amount == 0.0:  # most levers of most firms: nothing to charge, and what was carried stays
                self.today[line] = 0
                continue
            self.spent += amount * 100.0
            self.carried[line] += amount * 100.0
            whole = floor(self.carried[line])
            self.carried[line] -= whole
            self.cents[line] += whole
            self.today[line] = whole
        return dict(self.today)
