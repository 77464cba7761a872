"""Nothing but decisions matters: playback under another name, dials at nought, equal budgets, one price for everybody."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuescape.agents.declare import InputError
from valuescape.agents.prices import LINES, OTHERWISE, PriceList
from valuescape.agents.strategies.dials import DIALS, ECRM_ROW, Row, decision_of
from valuescape.agents.strategies.protocol import make_strategy
from valuescape.agents.view import Decision, StandingOrder
from valuescape.sim.market import PERIOD, Account

ARMS = ("status_quo", "ecrm", "crossroads", "sd")
AUDIENCES = [(channel, target) for channel in ("email", "mail") for target in ("all", "buyers", "prospects")]


def seen(people, reached, deals, budget=0.03, day=0):
    """A view with as many people, all of them reached in part, and as many deals."""
    prices = PriceList()
    return SimpleNamespace(
        day=day, firm="focal", people=people, prices=prices, daily_budget=people * budget, budget_left=people * budget * PERIOD,
        days_left=PERIOD, audience=dict.fromkeys(AUDIENCES, reached), deals_reserved=deals, recent={},
    )  # fmt: skip


def cost(decision, view):
    """Money a day by line, as the market reckons it."""
    return Account("focal", view.people, view.prices, None).planned(decision, view.audience, view.deals_reserved)


views = st.builds(
    lambda people, part, deals: seen(people, int(part * people), deals), st.integers(2, 10**6), st.floats(0, 1), st.floats(0.25, 10**4)
)


# --- playback -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", ARMS)
def test_played_back_under_another_name_the_log_is_the_same_to_the_byte(arm, make_scenario, live, root):
    first = live(make_scenario(focal=arm, rival="crossroads"), 42)
    stored = json.loads(json.dumps(first.decisions))  # as a file would hold them
    again = make_scenario(focal=arm, rival="crossroads")
    for name, firm in again.firms.items():
        firm.options.clear()
        firm.options.update({"decisions": stored, "firm": name})
        again.firms[name] = firm.model_copy(update={"strategy": f"{root / 'tests' / 'worlds.py'}:Somebody"})
    second = live(again, 42)
    assert len(first.events) > 500
    assert second.events.tobytes() == first.events.tobytes()
    assert second.spent_cents() == first.spent_cents()
    assert second.decisions == first.decisions
    for table in first.totals.TABLES:
        assert getattr(first.totals, table).tobytes() == getattr(second.totals, table).tobytes(), table


def test_playback_of_something_else_shows(make_scenario, live):
    """The comparison can fail: one lever moved by a little is seen in the log."""
    first = live(make_scenario(), 42)
    stored = json.loads(json.dumps(first.decisions))
    for row in stored:
        row["decision"]["embedded"] += 0.01
    playback = make_scenario(focal="replay")
    playback.firms["focal"].options.update({"decisions": stored, "firm": "focal"})
    assert live(playback, 42).events.tobytes() != first.events.tobytes()


def test_playback_of_a_day_that_is_not_stored_is_refused(make_scenario, live):
    first = live(make_scenario(), 8)
    playback = make_scenario(focal="replay")
    playback.firms["focal"].options.update({"decisions": first.decisions, "firm": "focal"})
    second = live(playback, 14)
    with pytest.raises(InputError, match="no stored decision for this day, given 14; allowed: 0 to 7"):
        second.step()


# --- dials ----------------------------------------------------------------------------------------------------------


def test_all_dials_at_nought_are_ecrm_in_everything_but_its_steps(make_scenario, live, without):
    one = live(make_scenario(focal="ecrm", rival="crossroads"), 42)
    other = live(make_scenario(focal="dials", rival="crossroads"), 42)
    assert len(without(one.events, only=["step"])) == 6 * 9  # nine steps of a cycle a week
    assert len(without(other.events, only=["step"])) == 0
    assert without(one.events, "step").tobytes() == other.events.tobytes()
    assert one.spent_cents() == other.spent_cents()


@given(views)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_all_dials_at_nought_decide_as_ecrm_does_whatever_is_seen(view):
    ecrm = make_strategy("ecrm").decide(view)
    assert ecrm.steps
    assert make_strategy("dials").decide(view) == ecrm.model_copy(update={"steps": ()})


@pytest.mark.parametrize("dial", DIALS)
@given(view=views)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_dial_at_a_hundredth_moves_at_most_a_hundredth_of_the_budget(dial, view):
    before, after = (cost(decision_of(Row(ECRM_ROW.shares, {dial: level}), view), view) for level in (0.0, 0.01))
    moved = sum(abs(after[line] - before[line]) for line in LINES) / 2
    assert moved <= 0.01 * view.daily_budget + 1e-12
    assert decision_of(Row(ECRM_ROW.shares, {dial: 0.01}), view).handling <= 0.01


@pytest.mark.parametrize("dial", DIALS)
def test_a_dial_neither_makes_nor_loses_money_and_does_something(dial):
    still, full = (Row(ECRM_ROW.shares, {dial: level}) for level in (0.0, 1.0))
    assert sum(full.spending().values()) == pytest.approx(sum(still.spending().values()), abs=1e-12)
    assert still.spending() == dict.fromkeys(LINES, 0.0) | dict(ECRM_ROW.shares)
    view = seen(1000, 1000, 20.0)
    assert decision_of(full, view) != decision_of(still, view)


def test_a_dial_is_linear():
    for dial in DIALS:
        spent = [Row(ECRM_ROW.shares, {dial: level}).spending() for level in (0.0, 0.3, 1.0)]
        for line in LINES:
            assert spent[1][line] == pytest.approx(0.7 * spent[0][line] + 0.3 * spent[2][line], abs=1e-12)


# --- the same money, the same prices --------------------------------------------------------------------------------


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_has_the_same_money_and_the_same_people_to_reach(arm, make_scenario, live):
    model = live(make_scenario(focal=arm, rival="status_quo"))
    assert {account.daily_budget for account in model.accounts} == {100 * PriceList().period_budget}
    seats = [model._view(firm, account, {}, 1.0) for firm, account in zip(model.firms, model.accounts, strict=True)]
    for field in ("people", "daily_budget", "budget_left", "days_left", "prices"):
        assert len({str(getattr(view, field)) for view in seats}) == 1, field


@given(views, st.sampled_from(sorted({line.lever for line in LINES.values()} - {"email", "mail"})), st.floats(0.01, 1))
@settings(derandomize=True, deadline=None)
def test_no_lever_is_free(view, lever, level):
    assert sum(cost(Decision(**{lever: (StandingOrder(),) if lever == "orders" else level}), view).values()) > 0


def test_what_a_decision_may_hold_has_a_price_or_is_open_to_all():
    priced = {line.lever for line in LINES.values()} - {"email", "mail"}
    assert set(Decision.model_fields) == priced | set(OTHERWISE) | {"pushes", "steps"}


def test_the_market_refuses_what_the_period_cannot_pay_and_says_whose_when_and_what(make_scenario, live):
    greedy = {"desk_hours": 1.0, "pushes": [{"channel": "mail", "volume": 7.0}]}
    with pytest.raises(InputError, match=r"focal on day 0 .*firms\.focal\.mail|firms\.focal\.mail.*focal on day 0"):
        live(make_scenario(focal=greedy), 1)


def test_a_budget_is_a_limit_and_not_a_hint(make_scenario, live):
    """All the money and not a cent more: 100 people at 0.03 a day keep one desk for a tenth of an hour."""
    live(make_scenario(focal={"desk_hours": 0.1}), 60)
    with pytest.raises(InputError, match=r"focal on day 0.*desk"):
        live(make_scenario(focal={"desk_hours": 0.1001}), 1)


def test_a_later_decision_has_only_what_is_left(make_scenario, live, root):
    scenario = make_scenario(focal="replay")
    spent = [{"day": day, "decision": {"desk_hours": hours}} for day, hours in ((0, 0.1), (7, 0.1), (14, 0.1), (21, 0.2))]
    scenario.firms["focal"].options["decisions"] = spent
    model = live(scenario, 21)
    with pytest.raises(InputError, match="focal on day 21"):
        model.step()


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("needs", [10, 100])
@pytest.mark.parametrize("people", [2, 50, 3000])
def test_built_in_strategies_never_overspend(arm, needs, people, make_scenario, live, compiled):
    people, days = (people, 364) if compiled else (min(people, 20), 56)
    model = live(make_scenario(people, focal=arm, rival=arm, rivals=1, customers={"need_rate": needs}), detail="counts")
    for _ in range(days):
        model.step()
        for account in model.accounts:
            assert account.left() >= -0.01, (account.firm, model.day)


@pytest.mark.parametrize("arm", ARMS)
@given(view=views)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_built_in_strategies_plan_within_an_even_budget(arm, view):
    assert sum(cost(make_strategy(arm).decide(view), view).values()) <= view.daily_budget * (1 + 1e-9)
