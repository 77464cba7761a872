"""The market's books: what a decision costs, what is refused, how cents are posted, how support is rationed."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from valuescape.agents.declare import InputError
from valuescape.agents.prices import LINES, PriceList
from valuescape.agents.view import Decision, Push
from valuescape.sim.market import PERIOD, Account

PEOPLE = 1000
EVERYBODY = {(channel, target): PEOPLE for channel in ("email", "mail") for target in ("all", "buyers", "prospects")}
PRICES = PriceList()
QUIET = settings(derandomize=True, deadline=None)


@pytest.fixture
def account():
    """A firm with 30 a day for 1,000 people."""
    return Account("focal", PEOPLE, PRICES, 0.03)


def opens(account, day, decision, deals=1.0):
    """What happens to an account in the morning of a day of decision."""
    account.opens_day(day)
    account.accept(decision, day, EVERYBODY, deals)
    account.sets_aside()


def test_a_decision_costs_its_levers_times_the_posted_prices(account):
    decision = Decision(
        pushes=(Push(channel="email", volume=2.0), Push(channel="mail", volume=0.1, target="buyers")), posts=14.0, targeting=0.5,
        support=0.5, tools=0.1, embedded=0.2, research=0.3, teaching=0.4, scope=0.5, asking=0.6, desk_hours=1.0, open_hours=2.0,
        community_hours=3.0, analysis=0.1, console=0.2, content=0.3, listening=0.4, intrusive=0.5, transparency=0.6,
        codesign=0.7, review_hours=4.0, credit=0.8, adoption=0.9,
    )  # fmt: skip
    audience = EVERYBODY | {("mail", "buyers"): 200}
    assert account.planned(decision, audience, deals=4.0) == pytest.approx(dict.fromkeys(LINES, 0.0) | {
        "email": 0.02 * 1000 * 2 / 7, "mail": 0.8 * 200 * 0.1 / 7, "posts": 2 * PRICES.post, "targeting": 0.5 * 1000 * PRICES.targeting,
        "desk": PRICES.staff_hour, "open_desk": 2 * PRICES.staff_hour, "community": 3 * PRICES.staff_hour,
        "support": 0.5 * 4 * PRICES.support, "tools": 100 * PRICES.tools, "embedded": 200 * PRICES.embedded,
        "research": 300 * PRICES.research, "teaching": 400 * PRICES.teaching, "scope": 500 * PRICES.scope, "asking": 600 * PRICES.asking,
        "analysis": 100 * PRICES.analysis, "console": 200 * PRICES.console, "content": 300 * PRICES.content,
        "listening": 400 * PRICES.listening, "intrusive": 500 * PRICES.intrusive, "transparency": 600 * PRICES.transparency,
        "codesign": 700 * PRICES.codesign, "review": 4 * PRICES.staff_hour, "credit": 800 * PRICES.credit,
    } | {"email": PRICES.email * 1000 * 2 / 7, "mail": PRICES.mail * 200 * 0.1 / 7})  # fmt: skip


def test_two_pushes_through_one_channel_are_both_paid(account):
    one, two = (Decision(pushes=(Push(channel="mail", volume=0.1),) * times) for times in (1, 2))
    assert account.planned(two, EVERYBODY, 1.0)["mail"] == 2 * account.planned(one, EVERYBODY, 1.0)["mail"]


@pytest.mark.parametrize("day", [0, 7, 21, 27, -28, -1])
def test_what_the_rest_of_the_period_cannot_pay_is_refused_with_firm_day_and_line(day, account):
    hours = 30.0 / PRICES.staff_hour
    account.spent = (day % PERIOD) * 3000.0
    account.accept(Decision(desk_hours=hours), day, EVERYBODY, 1.0)
    with pytest.raises(InputError) as refusal:
        account.accept(Decision(desk_hours=hours * 1.01, embedded=0.001), day, EVERYBODY, 1.0)
    text = str(refusal.value)
    assert f"focal on day {day} " in text
    assert "firms.focal.desk" in text
    assert f"at most {30.0 * (PERIOD - day % PERIOD):.2f} for the {PERIOD - day % PERIOD} days left" in text


def test_a_refused_decision_changes_nothing(account):
    opens(account, 0, Decision(desk_hours=0.5))
    before = dict(account.plan), account.set_aside, account.left()
    with pytest.raises(InputError):
        account.accept(Decision(desk_hours=50.0), 0, EVERYBODY, 1.0)
    assert (dict(account.plan), account.set_aside, account.left()) == before


@QUIET
@given(st.lists(st.floats(0, 0.7), min_size=1, max_size=300))
def test_cents_are_whole_and_no_fraction_is_lost(money):
    """Whatever is planned day by day, the ledger is at most a cent behind it and never ahead."""
    account = Account("focal", PEOPLE, PRICES, 1e6)
    charged = 0
    for day, hours in enumerate(money):
        opens(account, day * PERIOD, Decision(desk_hours=hours))
        today = account.settle(0.0)
        assert isinstance(today["desk"], int)
        charged += today["desk"]
        planned = sum(money[: day + 1]) * PRICES.staff_hour * 100
        assert -1e-6 <= planned - charged < 1 + 1e-6
    assert account.cents["desk"] == charged
    assert sum(account.cents.values()) == charged


def test_a_period_begins_with_a_full_budget_and_carries_nothing_over(account):
    for day in range(3 * PERIOD):
        opens(account, day, Decision(desk_hours=0.4))
        account.settle(0.0)
        assert account.left() == pytest.approx(30.0 * PERIOD - (day % PERIOD + 1) * 0.4 * PRICES.staff_hour)


def test_support_is_thinner_where_more_deals_came_than_were_reserved(account):
    opens(account, 0, Decision(support=1.0), deals=3.0)
    assert account.support_level(1.0, 2) == 1.0
    assert account.support_level(1.0, 3) == 1.0
    assert account.support_level(1.0, 6) == 0.5
    assert account.support_level(0.4, 7) == 0.4
    assert account.support_level(1.0, 0) == 1.0


ORDERS = st.tuples(
    st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.25, 1.0, 5.0, 30.0]), st.lists(st.integers(0, 60), min_size=7, max_size=7)
)


@QUIET
@given(st.lists(ORDERS, min_size=4, max_size=8))
@example([*[(1.0, 1.0, 30.0, [0] * 7)] * 3, (1.0, 1.0, 0.25, [60] * 7)])  # money set aside early, deals late
def test_support_never_makes_a_firm_spend_more_than_its_budget(weeks):
    """Per-deal costs are reserved: whatever deals come, an accepted decision can be paid, and so can doing nothing."""
    account = Account("focal", PEOPLE, PRICES, None)
    for week, (level, part, deals, bought) in enumerate(weeks):
        first = 7 * week
        account.opens_day(first)
        days = PERIOD - first % PERIOD
        left = account.left() / days
        level = min(level, left / (PRICES.support * deals))
        rest = max(0.0, left - level * PRICES.support * deals) * part
        decision = Decision(support=level, desk_hours=rest / PRICES.staff_hour)
        for day in range(first, first + 7):
            if day > first:
                account.opens_day(day)
            else:
                account.accept(Decision(), day, EVERYBODY, deals)
                account.accept(decision, day, EVERYBODY, deals)
            account.sets_aside()
            account.settle(account.support_level(decision.support, bought[day % 7]) * bought[day % 7])
            assert account.left() >= -0.01


@QUIET
@given(st.floats(0.01, 1), st.integers(0, 500), st.floats(0.25, 50))
def test_support_is_what_was_decided_or_less(level, bought, deals):
    account = Account("focal", PEOPLE, PRICES, 1e3)
    opens(account, 0, Decision(support=level), deals)
    given_level = account.support_level(level, bought)
    assert 0 <= given_level <= level
    assert given_level * bought * PRICES.support <= account.set_aside + 1e-9


def test_a_firm_may_name_its_own_budget_and_else_takes_the_price_lists(account):
    assert account.daily_budget == 30.0
    assert Account("focal", PEOPLE, PRICES, None).daily_budget == PEOPLE * PRICES.period_budget
    assert Account("focal", PEOPLE, PRICES, 0.0).daily_budget == 0.0


def test_every_line_has_a_lever_and_a_price():
    for line, (lever, price, per) in LINES.items():
        assert hasattr(PRICES, price)
        assert per in ("message", "post", "week", "day", "hour", "deal", "customer-day")
        if per not in ("message", "day"):
            assert Decision(**{lever: 0.5}).lever(line) == 0.5


def test_no_line_can_pay_for_another(account):
    unchecked = Decision(teaching=1.0).model_copy(update={"community_hours": -1000.0, "desk_hours": 100.0})
    with pytest.raises(InputError, match="spends more"):
        opens(account, 0, unchecked)


@pytest.mark.parametrize("update", [{"desk_hours": -100.0}, {"claim": 50.0}, {"desk_hours": float("nan")}])
def test_a_firm_cannot_decide_what_no_lever_allows(update):
    from types import SimpleNamespace

    from valuescape.agents.firm import Firm

    strategy = SimpleNamespace(decide=lambda view: Decision().model_copy(update=update))
    firm = SimpleNamespace(name="focal", strategy=strategy)
    with pytest.raises(InputError, match="day 3"):
        Firm.decide(firm, SimpleNamespace(day=3))


@pytest.mark.parametrize("fault", [RuntimeError("no"), KeyError("nope"), SystemExit(0)])
def test_a_strategy_that_fails_is_named_with_its_day(fault):
    from types import SimpleNamespace

    from valuescape.agents.firm import Firm

    def decide(view):
        raise fault

    with pytest.raises(InputError, match=f"focal on day 3.*{type(fault).__name__}"):
        Firm.decide(SimpleNamespace(name="focal", strategy=SimpleNamespace(decide=decide)), SimpleNamespace(day=3))
