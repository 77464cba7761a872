"""A log on paper: a few people, two firms, what they do day by day in the rows that the kernels write, and totals and states by hand."""

from collections import defaultdict
from types import SimpleNamespace

import numpy as np

from valuescape.agents.prices import LINES
from valuescape.sim import columns as c
from valuescape.sim.day import engine
from valuescape.sim.events import EVENT, KIND, PLACES, SOURCES, SUMS, TALLIES
from valuescape.sim.metrics.catalogue import BY_NAME
from valuescape.sim.metrics.declare import NoValue
from valuescape.sim.metrics.record import CENTS, Record
from valuescape.sim.settings import WorldParams

OWN_MEANS, NOTHING = c.OWN_MEANS, c.NOTHING


class Paper:
    """`people` are those of day 0, by number; what a method returns is the key of what it wrote. Money is in cents."""

    def __init__(self, people=4, firms=2, days=100, **world):
        self.ids = list(range(people)) if isinstance(people, int) else list(people)
        self.firms, self.days = firms, days
        self.params = WorldParams.model_validate({"discount": 0.0} | world)
        self.rows, self.by_hand = [], defaultdict(int)
        self.key = 1000

    def row(self, kind, day, hour, firm, actor, other=0, *, place="none", key=None, thread=None, under=0, value=0.0, amount=0):
        """One row of any kind."""
        self.key += 1
        key = self.key if key is None else key
        thread = key if thread is None else thread
        self.rows.append((day, hour, key, KIND[kind], PLACES.index(place), firm, actor, other, thread, under, under, value, amount))
        return key

    # --- deals and jobs ---

    def buys(self, who, firm=0, day=0, paid=1000, margin=400):
        return self.row("purchase", day, 10.0, firm, who, -1 - firm, value=float(margin), amount=paid)

    def job(self, who, firm=0, day=0, /, value=1.0, net=None, context=0, **sources):
        """A job done with a firm, by OWN_MEANS, or NOTHING; `sources` by name, what each brought."""
        about, net = max(firm, -1), value if net is None else net
        key = self.row("episode_start", day, 10.0, about, who, -1 - firm, amount=context)
        for name, brought in sources.items():
            self.row("resource_used", day, 11.0, about, who, SOURCES.index(name), thread=key, under=key, value=brought)
        self.row("episode_end", day, 11.0, about, who, -1 - firm, thread=key, under=key, value=value, amount=round(net * 1e6))
        return key

    def deals(self, who, firm=0, day=0, paid=1000, margin=400, **job):
        """A deal and its job."""
        self.buys(who, firm, day, paid, margin)
        return self.job(who, firm, day, **job)

    def gives_back(self, who, firm=0, day=0, cents=100, hour=11.0):
        return self.row("return", day, hour, firm, -1 - firm, who, amount=cents)

    def joins(self, who, friend, firm=0, day=0, paid=1000, margin=400):
        """A first deal that is credited to a friend."""
        self.buys(who, firm, day, paid, margin)
        return self.row("referral_join", day, 10.0, firm, who, friend, amount=margin)

    def renews(self, who, firm=0, day=0):
        return self.row("accept", day, 10.0, firm, who, -1 - firm)

    def churns(self, who, firm=0, day=0):
        return self.row("churn", day, 10.0, firm, who, -1 - firm, value=-1.0)

    def enters(self, new, old, day=0):
        """Somebody leaves in the evening, and her successor is there from the next day on."""
        self.row("exit", day, 23.5, -1, old, new)
        return self.row("entry", day, 23.5, -1, new, old)

    # --- messages ---

    def pushes(self, who, firm=0, day=0):
        return self.row("msg_push", day, 6.0, firm, -1 - firm, who, place="email")

    def finds(self, who, firm=0, day=0):
        return self.row("msg_pull", day, 9.0, firm, -1 - firm, who)

    def responds(self, who, firm=0, day=0):
        return self.row("response", day, 9.0, firm, who, -1 - firm)

    def refuses(self, who, firm=0, day=0):
        return self.row("refused", day, 7.0, firm, who, -1 - firm, place="email")

    def follows(self, who, firm=0, day=0):
        return self.row("follow", day, 12.0, firm, who, -1 - firm)

    # --- talk ---

    def says(self, who, firm=0, day=0, value=0.5, hour=12.0, place="feed", **more):
        return self.row("utterance", day, hour, firm, who, -1 - firm, place=place, value=value, **more)

    def posts(self, firm=0, day=0, hour=12.0):
        """The firm's own post."""
        return self.says(-1 - firm, firm, day, 0.7, hour, "follow")

    def prompts(self, firm=0, day=0, hour=9.0, tag=77):
        return self.row("prompt", day, hour, firm, -1 - firm, place="follow", thread=tag)

    def relays(self, who, under, firm=0, day=0, hour=13.0):
        return self.row("relay", day, hour, firm, who, place="feed", under=under)

    def takes_up(self, under, firm=0, day=0, hour=13.0):
        """The press shows a post."""
        return self.row("picked_up", day, hour, firm, -1_000_000, -1 - firm, place="media", under=under)

    def sees(self, who, under, firm=0, day=0, hour=13.0, place="feed"):
        return self.row("exposure", day, hour, firm, who, place=place, under=under)

    # --- the desk ---

    def complains(self, who, firm=0, day=0, hour=12.0, value=-0.5, place="desk"):
        return self.row("complaint", day, hour, firm, who, -1 - firm, place=place, value=value)

    def asks(self, who, firm=0, day=0, hour=12.0, place="desk"):
        return self.row("question", day, hour, firm, who, -1 - firm, place=place)

    def replies(self, case, who, firm=0, day=0, hour=20.0, waited=8.0, helps=True):
        """The firm answers a case and calls it resolved; whether it helps is hers to say."""
        key = self.row("reply", day, hour, firm, -1 - firm, who, place="desk", thread=case, under=case, value=waited)
        self.row("resolved_firm", day, hour, firm, -1 - firm, who, place="desk", thread=case, under=key, value=1.0)
        if helps:
            self.row("effective_customer", day, hour, firm, who, -1 - firm, place="desk", thread=case, under=key, value=1.0)
        return key

    def hands_over(self, case, who, firm=0, day=0, hour=12.5):
        return self.row("handover", day, hour, firm, -1 - firm, who, place="desk", thread=case, under=case)

    # --- communities and ideas ---

    def enrols(self, who, firm=0, day=0):
        return self.row("comm_join", day, 22.0, firm, who, -1 - firm, place="community")

    def helps(self, giver, taker, question=0, firm=0, day=0, hour=14.0, nobodys=0):
        """A peer answers; `nobodys` is 1 in the community that nobody owns."""
        more = {"place": "community", "thread": question, "under": question, "value": 0.4, "amount": nobodys}
        self.row("service_given", day, hour, firm, giver, taker, **more)
        return self.row("answer", day, hour, firm, giver, taker, **more)

    def looks_up(self, who, question=0, firm=0, day=0, hour=14.0, nobodys=0):
        return self.row("looked_up", day, hour, firm, who, -1 - firm, place="community", thread=question, amount=nobodys)

    def submits(self, who, firm=0, day=0):
        return self.row("idea", day, 20.0, firm, who, -1 - firm)

    def does(self, kind, idea, who, firm=0, day=0):
        """The firm does something with an idea: idea_adopt, launch, loop_closed."""
        return self.row(kind, day, 21.5, firm, -1 - firm, who, thread=idea, under=idea)

    # --- what no row holds ---

    def sets(self, day=0, firm=0, **totals):
        """Add to totals of a day by name; a line of the price list is charged in cents."""
        for name, amount in totals.items():
            self.by_hand[name, firm, day] += amount

    def record(self, world=None, departed=(), **began):
        """What metrics read: of the rows in the order of writing, the totals, and a world of `states` with who left it."""
        rows = np.array(self.rows, dtype=EVENT)
        r = Record.of_events(rows, self.ids, self.firms, self.days, self.params, kernels=engine(False).kernels)
        for (name, firm, day), amount in self.by_hand.items():
            if name in LINES:
                r.totals.cents[day, firm, list(LINES).index(name)] += amount
            elif name in TALLIES:
                r.totals.tally[day, firm, TALLIES.index(name)] += amount
            else:
                r.totals.total[day, firm, SUMS.index(name)] += amount
            r.missing -= {CENTS if name in LINES else name}
        r.ledger.began.update(began)
        if world is not None:
            r.world, r.everybody = world, (world.people, world.pairs)
            for left in departed:
                r.everybody = tuple(np.concatenate([here, gone]) for here, gone in zip(r.everybody, left, strict=True))
        return r

    def states(self, people=None):
        """States of as many people (all of day 0) that know both firms and have bought nothing."""
        n = len(self.ids) if people is None else people
        w = SimpleNamespace(people=c.table(c.PERSON, n), lives=c.table(c.LIFE, n), pairs=c.table(c.PAIR, n, self.firms),
                            bonds=c.table(c.BOND, n, self.firms), firms=c.table(c.FIRM, self.firms), seed=np.array([1, 1]))  # fmt: skip
        w.ids = w.people["id"]
        w.ids[:] = self.ids[:n]
        w.pairs["known"], w.pairs["last_bought"], w.pairs["claim_day"] = 1, c.NEVER, c.NEVER
        w.email_ok = np.zeros((n, self.firms), dtype=np.uint8)
        w.members, w.member_count = np.zeros((self.firms + 1, n), dtype=np.int64), np.zeros(self.firms + 1, dtype=np.int64)
        return w


def bought(world, firm=0, days=(), deals=1):
    """Let the first rows of a world have bought, the last time on these days."""
    for row, day in enumerate(days):
        world.pairs["last_bought"][row, firm], world.pairs["bought"][row, firm] = day, deals


def of(record, *names, firm=0):
    """Values of metrics by name."""
    return {name: BY_NAME[name].of(record, firm) for name in names}


def value(record, name, firm=0):
    """One metric."""
    return BY_NAME[name].of(record, firm)


def why_none(record, *names, firm=0):
    """Why metrics have no value, by name; "" for one that has."""
    found = {}
    for name in names:
        found[name] = ""
        try:
            BY_NAME[name].of(record, firm)
        except NoValue as none:
            found[name] = str(none)
    return found
