"""The service ecosystem as a Mesa model: firms are agents, customers are columns with agent-like views."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ..agents.declare import InputError
from ..agents.firm import Firm
from ..agents.offer import EVERYDAY
from ..agents.partner import Partner
from ..agents.prices import LINES
from ..agents.strategies.protocol import make_strategy
from ..agents.view import LEVERS, MOST_ORDERS, ORDER_WORDS, TARGETS, Decision, FirmView, lever_number
from . import columns as c
from . import draws
from .customers_table import CustomersTable, as_table
from .day import DAY, Runner, engine
from .disclosure import disclosed_value
from .events import DETAILS, EMAIL, EVENT, KIND, MAIL, NOWHERE, S_SUPPORT, S_TOLD, sorted_log, tell
from .kernels.propose import MOST
from .market import PERIOD, RESERVE, Account
from .metrics.ledger import STREAMED, UNMET_DAYS, Ledger, beginning
from .metrics.value import value_per_head
from .network import Network
from .network_builder import build
from .no_draws import NoDraws, NoGenerator
from .shocks import firms_leave, strike
from .silence import fall_silent
from .totals import Totals, is_looked_at
from .turnover import turn_over
from .views import Asked, Audience, Customers
from .world import check_columns, copy_columns, make_columns

RECENT = {
    "deals": "purchase", "messages": "msg_push", "responses": "response", "opt_outs": "refused", "complaints": "complaint",
    "answered": "reply", "ideas": "idea", "renewed": "accept", "churned": "churn",
}  # fmt: skip


class ServiceEcosystem(mesa.Model):  # type: ignore[misc]
    """Customers, firms and their network; `step()` is one day. The constructor runs the burn-in up to day 0.

    `scenario` comes from `valuescape.load`; `network` replaces the generated one, and traits in `customers_table` (a file or a
    CustomersTable) the drawn ones; `detail` is counts, talk or full;
    `ledger=True` keeps the sums per person that all metrics but the headline ones need;
    `compiled=False` runs the same rules and kernels as plain Python; `rules` replaces rules by name;
    `burn_in=False` starts on its first day and leaves the steps through it to the caller; from day 0 or a later branch on
    nobody hears the ids in `silent`, or anybody where it is "everybody" (see `silence.py`).
    """

    # newer Mesa makes `scenario` a property that writes into it; ours is frozen data
    scenario: Any = None

    def __init__(
        self, scenario: Any, seed: int = 0, *, luck: int | None = None, network: Network | None = None, detail: str = "counts",
        threads: int = 1, compiled: bool = True, rules: Mapping[str, Callable[..., Any]] | None = None, without: str | None = None,
        checkpoint: Checkpoint | None = None, burn_in: bool = True, customers_table: str | Path | CustomersTable | None = None,
        ledger: bool = False, silent: Sequence[int] | str = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self.random, self.rng = NoDraws(), NoGenerator(np.random.PCG64(0))
        self.agents.random = self.random  # Mesa has made its set of all agents already
        if detail not in DETAILS:
            raise InputError("unknown detail", key="detail", given=detail, allowed=", ".join(DETAILS))
        self.scenario, self.seed, self.luck, self.detail, self.without, self.silent = scenario, int(seed), luck, detail, without, silent
        self.params = scenario.world
        self.listeners: list[Callable[[ServiceEcosystem, np.ndarray], None]] = []
        self.decisions: list[dict[str, Any]] = []
        self.step_names: list[str] = []
        self.history: list[np.ndarray] = []
        kernels = engine(compiled, dict(rules or {}))
        complements = list(scenario.partners.items())
        self.latent: np.ndarray | None = None
        """Neighbourhoods of the rows, once somebody has needed them."""
        self.wants_ledger = ledger
        self.ledger: Ledger | None = None
        """Sums per person since day 0, where they were asked for."""
        self.departed: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        """PERSON, PAIR and LIFE rows of those who left since day 0, evening by evening."""
        if checkpoint is None:
            self.network = network if network is not None else self.make_network(scenario, seed)
            offers = list(scenario.firms.items())
            known = as_table(customers_table, self.network)
            w = make_columns(self.params, offers, self.network, self.seed, DETAILS[detail], complements, known)
            self.day = -self.params.burn_in_days
            self.totals = Totals(len(offers), self.day)
            self.firms = [Firm(self, name, f, p, make_strategy(EVERYDAY)) for f, (name, p) in enumerate(offers)]
            self.partners = [Partner(self, name, k, p) for k, (name, p) in enumerate(complements)]
            prices = self.params.prices
            self.accounts = [Account(name, len(w.ids), prices, p.budget) for name, p in offers]
            self.runner = Runner(w, kernels, threads)
            self.share_with_partners()
            while burn_in and self.day < 0:
                self._one_day()
        else:
            self.network, self.day = checkpoint.network, checkpoint.day
            self.totals, self.accounts = copy.deepcopy(checkpoint.totals), copy.deepcopy(checkpoint.accounts)
            if scenario.world != checkpoint.world:
                raise InputError("a branch must have the world of its checkpoint: its numbers stand in the columns", key="world")
            if complements != checkpoint.partners:
                raise InputError("a branch must have the partners of its checkpoint", key="partners")
            self.departed = list(checkpoint.departed)
            self.firms = []
            for f, (name, p, strategy, decision) in enumerate(copy.deepcopy(checkpoint.firms)):
                self.firms.append(Firm(self, name, f, p, strategy))
                self.firms[f].decision = decision
            self.partners = [Partner(self, name, k, p) for k, (name, p) in enumerate(complements)]
            w = copy_columns(checkpoint.columns)
            w.log.keep[:] = [kind in DETAILS[detail] for kind in KIND]
            self.runner = Runner(w, kernels, threads)
        self._stored = np.isin(np.arange(256), [KIND[kind] for kind in DETAILS[detail]])
        if self.day == 0 and (checkpoint is not None or not self.params.burn_in_days):
            self._begin()
        elif self.day > 0:
            fall_silent(self.columns, self.silent)

    @staticmethod
    def make_network(scenario: Any, seed: int) -> Network:
        """The generated network of this scenario and seed."""
        return build(scenario.world.customers.number, scenario.world.network, draws.head(int(seed), draws.NETWORK, 0, 0) & draws.MASK)

    def _begin(self) -> None:
        """Day 0: strategies take their seats, luck may part from the seed, measures start at nothing."""
        if [firm.name for firm in self.firms] != list(self.scenario.firms):
            raise InputError("a branch must have the firms of its checkpoint", key="firms", given=", ".join(self.scenario.firms),
                             allowed=", ".join(firm.name for firm in self.firms))  # fmt: skip
        for firm, p in zip(self.firms, self.scenario.firms.values(), strict=True):
            firm.proposition = p
            firm.strategy = make_strategy(p.strategy, dict(p.options), getattr(self.scenario, "file", None))
        w = self.columns
        w.seed[0] = self.seed if self.luck is None else int(self.luck)
        for column in ("value_sum", "needs", "reached"):
            w.people[column] = 0
        for column in ("praise", "blame"):
            w.pairs[column] = 0
        w.lives["talked"] = c.NEVER
        self.departed = []
        fall_silent(w, self.silent)
        if self.wants_ledger:
            w.log.keep[[KIND[kind] for kind in STREAMED]] = 1
            contexts = self.params.customers.contexts
            self.ledger = Ledger(w.ids, len(self.firms), self.params.discount, contexts=contexts, kernels=self.runner.engine.kernels,
                                 windows=(self.params.talk.referral_margin, UNMET_DAYS), began=beginning(w))  # fmt: skip
            self.runner.reads, self.runner.keeps = self.ledger.enter, self.detail != "counts"

    @property
    def columns(self) -> c.Columns:
        """The arrays of the world."""
        return self.runner.columns

    def everybody(self) -> tuple[np.ndarray, np.ndarray]:
        """PERSON and PAIR rows of all who were in the market since day 0: who is there, then who has left."""
        people, pairs = np.asarray(self.columns.people), np.asarray(self.columns.pairs)
        if not self.departed:
            return people, pairs
        gone = zip(*self.departed, strict=True)
        first, second = (np.concatenate([here, *left]) for here, left in zip((people, pairs), gone, strict=False))
        return first, second

    @property
    def customers(self) -> Customers:
        """The customers as an AgentSet-like view of the columns."""
        return Customers(self)

    def step(self) -> None:
        """One day: the ten phases of DAY."""
        self._one_day()

    def _one_day(self) -> None:
        for phase in DAY:
            own = getattr(self, f"_{phase}", None)
            if own is None:
                self.runner.run(phase, self.day)
            else:
                begin = time.perf_counter()
                own()
                self.runner.seconds[phase] += time.perf_counter() - begin
        self.runner.engine.a_day_is_done()
        self.day += 1
        if self.day == 0:
            self._begin()

    # -- the phases that are not kernels, and what has to be ready for those that are --

    def _decide(self) -> None:
        w = self.columns
        for buffer in ("episode_count", "said_count", "joined_count"):
            getattr(w, buffer)[:] = 0
        w.items[:] = 0
        due = self.day % self.params.decide_every == 0 or self.day in (0, -self.params.burn_in_days)
        left = firms_leave(self)
        for firm, account in zip(self.firms, self.accounts, strict=True):
            account.opens_day(self.day)
            if due and w.firms[firm.number]["here"]:
                audience = Audience(w, firm.number, self.day, self.runner.engine.kernels["reachable"])
                deals = self._deals_reserved(firm.number)
                view = self._view(firm, account, audience, deals)
                decision = firm.decide(view)
                self.carry_out(firm, decision)
                audience.count_anew(decision.pushes)
                account.accept(decision, self.day, audience, deals)
            if firm.decision.transparency > 0.0:
                self._disclose(firm)
            account.sets_aside()
        if due or left:
            self._set_pushes()
            self._set_orders()
        self.columns.firms["launch"] = 0
        strike(self)

    def _deals_reserved(self, f: int) -> float:
        """Deals a day for which per-deal costs are set aside: the recent rate and a margin of safety."""
        rows = self.totals.rows(self.day - PERIOD, self.day)
        days = max(1, rows.stop - rows.start)
        bought = int(self.totals.count_of("purchase", rows, f)) if self.totals.used else 0
        return RESERVE * bought / days + 0.25

    def _view(self, firm: Firm, account: Account, audience: Audience, deals: float) -> FirmView:
        w, f = self.columns, firm.number
        rows = self.totals.rows(self.day - PERIOD, self.day)
        recent = {word: int(self.totals.count_of(kind, rows, f)) for word, kind in RECENT.items()}
        recent |= {name: int(self.totals.tally_of(name, rows, f)) for name in ("revenue_cents", "margin_cents", "new_customers", "late")}
        return FirmView(
            day=self.day, firm=firm.name, people=len(w.ids), prices=self.params.prices.model_copy(), budget_left=account.left(),
            days_left=PERIOD - self.day % PERIOD, daily_budget=account.daily_budget, audience=Asked(audience), deals_reserved=deals,
            recent=recent, customers=int(self.totals.tally_of("new_customers", slice(0, self.totals.used), f)),
            members=int(w.member_count[f]), followers=int(w.fan_count[f]), open_cases=int(w.desks[f]["waiting"].sum()),
            open_ideas=int(w.studios[f]["unread"]),
        )  # fmt: skip

    def carry_out(self, firm: Firm, decision: Decision) -> None:
        """Put a decision in force, and write the steps it names into the log."""
        row = self.columns.firms[firm.number]
        for lever in LEVERS:
            row[lever] = lever_number(decision, lever)
        row["tracked"] = max(row["tracked"], row["intrusive"])
        if self.day >= 0:
            self.decisions.append({"day": self.day, "firm": firm.name, "decision": decision.model_dump(mode="json")})
        for k, step in enumerate(decision.steps):
            if step not in self.step_names:
                self.step_names.append(step)
            key = draws.name_key(int(row["key"]), self.day, KIND["step"], k)
            tell(self.columns.log, 0, self.day, 0.0, KIND["step"], NOWHERE, firm.number, key, -1 - firm.number, 0, 0, 0, 0,
                 float(k), self.step_names.index(step))  # fmt: skip

    def _disclose(self, firm: Firm) -> None:
        """What an open firm promises today is drawn towards the value that its customers had of late."""
        shown = disclosed_value(self.totals, self.day, firm.number)
        if shown is not None:
            promises = self.runner.engine.rules["promises"]
            self.columns.firms[firm.number]["claim"] = promises(firm.decision.claim, shown, firm.decision.transparency)

    def _set_pushes(self) -> None:
        rows = []
        for firm in self.firms:
            key = int(self.columns.firms[firm.number]["key"])
            for push in firm.decision.pushes:
                if push.volume > 0:
                    place = EMAIL if push.channel == "email" else MAIL
                    target = TARGETS.index(push.target)
                    scheduled = len(push.group) > 2
                    name = draws.name_key(key, place, target, 1 + push.after if scheduled else 0)
                    rows.append((firm.number, place, target, push.volume, name, name % 7, push.after, push.until))
        if len(rows) > MOST:
            raise InputError(
                "too many pushes at once", key="decision.pushes", given=len(rows), allowed=f"at most {MOST} by all firms together"
            )
        if len({row[4] for row in rows}) < len(rows):
            raise InputError(
                "a firm has two pushes through one channel to one target", key="decision.pushes", allowed="one, with their volume"
            )
        table = c.table(c.PUSH_ROW, len(rows))
        for k, row in enumerate(rows):
            table[k] = row
        self.runner.columns = self.columns._replace(pushes=table)

    def _set_orders(self) -> None:
        """Put standing orders in force; one that a firm already had goes on counting."""
        w = self.columns
        for firm in self.firms:
            for k in range(MOST_ORDERS):
                row = w.orders[firm.number * MOST_ORDERS + k]
                order = firm.decision.orders[k] if k < len(firm.decision.orders) else None
                text = "" if order is None else f"{k} {order.model_dump_json()}"
                key = 0 if order is None else draws.name_key(int(w.firms[firm.number]["key"]), draws.text_key(text), KIND["order_fired"], 0)
                if int(row["key"]) == key:
                    continue
                row["key"], row["firm"], row["count"], row["fired"] = key, firm.number, 0, 0
                if order is not None:
                    row["watch"], row["act"] = (ORDER_WORDS[name].index(getattr(order, name)) for name in ("watch", "act"))
                    row["hours"], row["level"], row["delay"] = order.hours, order.level, order.delay

    def share_with_partners(self) -> None:
        """What is paid to partners is due to those that are there."""
        w = self.columns
        w.firms["partner_share"] = min(1.0, float(np.sum(w.partners["share"][w.partners["here"] > 0])))

    def _integrate(self) -> None:
        w = self.columns
        bought = w.log.count[:, :, KIND["purchase"], 0].sum(axis=0)
        for firm, account in zip(self.firms, self.accounts, strict=True):
            w.firms[firm.number]["support"] = account.support_level(firm.decision.support, int(bought[firm.number]))
        self.runner.run("integrate", self.day)

    def _settle(self) -> None:
        """Charge the day, let firms learn and redesign, enrol new followers, total the day, tell listeners."""
        w = self.columns
        cents = []
        for firm, account in zip(self.firms, self.accounts, strict=True):
            f = firm.number
            total = w.log.total[:, f].sum(axis=0)
            cents.append(account.settle(float(total[S_SUPPORT])))
            self._learn(firm, total)
        for b in range(len(w.joined_count)):
            for k in range(int(w.joined_count[b])):
                f = int(w.joined[b, k]["firm"])
                if w.fan_count[f] >= w.fans.shape[1]:
                    self.runner.make_room()
                    w = self.columns
                w.fans[f, w.fan_count[f]] = w.joined[b, k]["row"]
                w.fan_count[f] += 1
        if self.params.customers.turnover > 0.0:
            turn_over(self)
        self.runner.collect()
        parts, self.runner.rows = self.runner.rows, []
        if self.ledger is not None:
            self.ledger.close()
            parts = [part[self._stored[part["kind"]]] for part in parts]
        rows = np.concatenate(parts) if parts else np.zeros(0, dtype=EVENT)
        if len(rows):
            rows = sorted_log(rows)
            self.history.append(rows)
        for listener in self.listeners:
            listener(self, rows)
        self.totals.take(w.log, cents, value_per_head(self.everybody()[0]) if is_looked_at(self.day) else None)

    def _learn(self, firm: Firm, total: np.ndarray) -> None:
        """Insight: belief about what is desired follows what was seen; the offer follows belief by research."""
        told = float(total[S_TOLD])
        if told <= 0.0:
            return
        learning = self.params.learning
        enough = learning.enough * len(self.columns.ids) / 10_000
        row = self.columns.firms[firm.number]
        revises, redesigns = (self.runner.engine.rules[name] for name in ("revises", "redesigns"))
        for j in range(3):
            belief = revises(float(row[f"belief{j}"]), float(total[S_TOLD + 1 + j]) / told, told, enough, learning.belief)
            row[f"belief{j}"] = belief
            row[f"o{j}"] = redesigns(float(row[f"o{j}"]), belief, float(row["research"]), learning.research)

    # -- worlds that part --

    def checkpoint(self) -> Checkpoint:
        """An in-memory copy of everything that changes, from which arms branch."""
        return Checkpoint(self)

    @classmethod
    def branch(cls, checkpoint: Checkpoint, scenario: Any, **options: Any) -> ServiceEcosystem:
        """A new world that goes on from a checkpoint; on day 0 the scenario's strategies take their seats."""
        return cls(scenario, checkpoint.seed, checkpoint=checkpoint, **options)

    @property
    def events(self) -> np.ndarray:
        """Kept rows of the log so far, in stored order; which kinds are kept is the run's detail."""
        return np.concatenate(self.history) if self.history else np.zeros(0, dtype=EVENT)

    def check(self) -> None:
        """Raise where a state has left its declared range."""
        check_columns(self.columns)

    def close(self) -> None:
        """The world is over: end its threads, and let Mesa forget it, which else would hold it for ever."""
        self.runner.close()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def spent_cents(self) -> dict[str, dict[str, int]]:
        """Cents charged so far, by firm and line of the price list."""
        return {account.firm: {line: account.cents[line] for line in LINES} for account in self.accounts}


class Checkpoint:
    """A frozen copy of a world: columns with queue and tickets, totals, accounts, strategies with their memory."""

    def __init__(self, model: ServiceEcosystem) -> None:
        self.seed, self.day, self.network = model.seed, model.day, model.network
        self.columns = copy_columns(model.columns)
        self.totals, self.accounts = copy.deepcopy(model.totals), copy.deepcopy(model.accounts)
        self.world = model.params
        self.firms = [(firm.name, firm.proposition, copy.deepcopy(firm.strategy), firm.decision) for firm in model.firms]
        self.partners = [(partner.name, partner.complement) for partner in model.partners]
        self.departed = list(model.departed)
