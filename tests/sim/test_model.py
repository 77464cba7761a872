"""The ecosystem is a Mesa model: steps, agents, collectors, listeners, details; chance without a name is refused."""

import mesa
import numpy as np
import pytest

from valuescape.agents.declare import InputError, parameters
from valuescape.agents.firm import Firm
from valuescape.agents.view import Decision, FirmView
from valuescape.sim.events import DETAILS, EVENT, KIND, KINDS
from valuescape.sim.metrics.headline import BOARDS, HEADLINE, measure, spending
from valuescape.sim.model import ServiceEcosystem
from valuescape.sim.world import copy_columns, make_room

LIVELY = {"talk": {"feed_base": 0.1, "sees": 0.5}, "customers": {"need_rate": 40}, "attention": {"follow": 0.2}}


def same(one, other):
    return one.tobytes() == other.tobytes()


# --- as Mesa has it -------------------------------------------------------------------------------------------------


def test_it_is_a_mesa_model_whose_agents_are_firms(make_scenario, live):
    model = live(make_scenario(30), 3)
    assert isinstance(model, mesa.Model)
    assert model.steps == model.day == 3
    assert [firm.name for firm in model.agents_by_type[Firm]] == ["focal", "rival_1", "rival_2"]
    assert set(model.agent_types) == {Firm}
    assert model.agents.get("number") == [0, 1, 2]
    assert all(firm.model is model for firm in model.agents)
    assert len(model.agents.select(lambda firm: firm.decision.pushes)) == 3


def test_a_data_collector_collects(make_scenario, live):
    """The recipe of every Mesa tutorial: a collector, steps, a data frame."""
    model = live(make_scenario(30))
    collector = mesa.DataCollector(
        model_reporters={"day": "day", "skill": lambda m: float(m.customers.agg("skill", np.mean))},
        agent_reporters={"claim": lambda firm: firm.decision.claim},
    )
    for _ in range(5):
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["day"].tolist() == [1, 2, 3, 4, 5]
    assert frame["skill"].is_monotonic_increasing
    assert len(collector.get_agent_vars_dataframe()) == 5 * 3


@pytest.mark.parametrize("draw", [
    lambda m: m.random.random(), lambda m: m.random.randint(1, 6), lambda m: m.random.choice([1, 2]), lambda m: m.random.gauss(0, 1),
    lambda m: m.random.shuffle([1, 2, 3]), lambda m: m.random.sample([1, 2, 3], 2), lambda m: m.random.uniform(0, 1),
    lambda m: m.rng.random(), lambda m: m.rng.integers(5), lambda m: m.rng.normal(), lambda m: m.rng.permutation(3),
    lambda m: m.agents.shuffle(), lambda m: m.agents.shuffle_do("decide"),
])  # fmt: skip
def test_chance_without_a_name_is_refused(draw, make_scenario, live):
    model = live(make_scenario(20))
    with pytest.raises(RuntimeError, match=r"chance comes only through named draws: use valuescape\.sim\.draws\.uniform"):
        draw(model)


# --- days and details -----------------------------------------------------------------------------------------------


def test_the_constructor_runs_the_burn_in_and_measures_start_at_nothing(make_scenario, live):
    model = live(make_scenario(60, focal="sd", burn_in=28, **LIVELY), detail="counts")
    assert model.day == 0
    assert model.totals.used == 28
    assert model.totals.rows(0) == slice(28, 28)
    people, pairs = model.columns.people, model.columns.pairs
    assert (people["needs"] == 0).all()
    assert (people["value_sum"] == 0).all()
    assert pairs["bought"].sum() > 0
    assert (pairs["last_bought"][pairs["bought"] > 0] < 0).all()
    assert measure(model)["revenue"] == 0
    assert model.decisions == []


def test_during_the_burn_in_all_firms_are_on_the_same_strategy(make_scenario, live):
    """What seats hold from day 0 on leaves the days before it alone."""
    logs = [live(make_scenario(60, focal=focal, burn_in=28, **LIVELY)).events for focal in ("ecrm", "sd")]
    assert len(logs[0]) > 100
    assert (logs[0]["day"] < 0).all()
    assert same(*logs)


def test_a_burn_in_of_no_days_seats_everybody_at_once(make_scenario, live):
    model = live(make_scenario(30, focal="ecrm"), 1)
    assert model.decisions[0]["firm"] == "focal"
    assert model.decisions[0]["decision"]["steps"]
    assert not model.decisions[1]["decision"]["steps"]


@pytest.mark.parametrize("every", [1, 7, 10])
def test_firms_are_asked_as_often_as_the_world_says(every, make_scenario, live, root):
    model = live(make_scenario(20, focal=f"{root / 'tests' / 'worlds.py'}:Diarist", decide_every=every, burn_in=14), 30)
    days = [d["day"] for d in model.decisions if d["firm"] == "focal"]
    assert days == list(range(0, 30, every))
    assert model.firms[0].strategy.asked == len(days)


@pytest.mark.parametrize("detail", ["counts", "talk"])
def test_detail_changes_neither_state_nor_names(detail, make_scenario, live):
    scenario = make_scenario(60, focal="sd", rival="crossroads", **LIVELY)
    full, less = live(scenario, 30), live(scenario, 30, detail=detail)
    for name in ("people", "pairs", "due", "desks"):
        assert same(getattr(full.columns, name), getattr(less.columns, name)), name
    for table in full.totals.TABLES:
        assert same(getattr(full.totals, table), getattr(less.totals, table)), table
    kept = full.events[np.isin(full.events["kind"], [KIND[kind] for kind in DETAILS[detail]])]
    assert same(kept, less.events)
    assert len(less.events) > 0 or detail == "counts"


def test_an_unknown_detail_is_refused(make_scenario, live):
    with pytest.raises(InputError, match="detail: unknown detail, given 'all'; allowed: counts, talk, full"):
        live(make_scenario(20), detail="all")


def test_listeners_hear_each_day_once_in_stored_order(make_scenario, live):
    model = live(make_scenario(60, **LIVELY))
    heard = []
    model.listeners.append(lambda m, rows: heard.append((m.day, rows.copy())))
    for _ in range(20):
        model.step()
    assert [day for day, _ in heard] == list(range(20))
    assert same(np.concatenate([rows for _, rows in heard]), model.events)
    for day, rows in heard:
        assert (rows["day"] == day).all()
        assert (np.diff(rows["hour"]) >= 0).all()


def test_the_log_is_a_table_of_plain_columns(make_scenario, live):
    log = live(make_scenario(60, **LIVELY), 10).events
    assert log.dtype == EVENT
    wanted = {"day", "hour", "id", "kind", "actor", "other", "firm", "place", "thread", "parent", "cause", "value", "amount"}
    assert set(log.dtype.names) >= wanted
    assert ((log["hour"] >= 0) & (log["hour"] < 24)).all()
    assert (log["kind"] < len(KINDS)).all()
    assert np.isfinite(log["value"]).all()
    assert len(set(KINDS)) == len(KINDS) < 256


# --- firms and what they see ----------------------------------------------------------------------------------------


def test_views_hold_the_firms_own_books_and_nothing_of_what_customers_feel(make_scenario, live, root):
    model = live(make_scenario(60, focal=f"{root / 'tests' / 'worlds.py'}:Diarist", **LIVELY), 29)
    views = model.firms[0].strategy.views
    assert [view.day for view in views] == [0, 7, 14, 21, 28]
    assert [view.days_left for view in views] == [28, 21, 14, 7, 28]
    last = views[-1]
    assert last.recent["deals"] == model.totals.count_of("purchase", slice(0, 28), 0)
    assert last.recent["messages"] == 0
    assert last.audience["mail", "all"] == 60
    assert last.budget_left == pytest.approx(last.daily_budget * 28)
    assert set(FirmView.__dataclass_fields__).isdisjoint({"value", "desired", "satisfaction", "expectation", "skill"})
    with pytest.raises(AttributeError):
        last.day = 5


def test_the_steps_of_a_decision_are_written_as_they_are(make_scenario, live):
    model = live(make_scenario(20, focal={"steps": ["plan", "act", "plan"]}, rival={}), 8)
    rows = model.events[model.events["kind"] == KIND["step"]]
    rows = np.sort(rows, order=["day", "value"])
    assert [model.step_names[row["amount"]] for row in rows] == ["plan", "act", "plan"] * 2
    assert rows["day"].tolist() == [0, 0, 0, 7, 7, 7]


def test_a_decision_that_is_none_or_out_of_range_is_refused(make_scenario, live):
    model = live(make_scenario(20))
    model.firms[0].strategy = type("Odd", (), {"decide": lambda self, view: {"claim": 1}})()
    with pytest.raises(InputError, match=r"firms\.focal\.strategy: focal on day 0: decide must return a Decision, given 'dict'"):
        model.step()
    model.firms[0].strategy = type("Odder", (), {"decide": lambda self, view: Decision(claim=2.0)})()
    with pytest.raises(InputError, match=r"focal on day 0.*claim"):
        model.step()


def test_pushes_beyond_what_a_day_can_hold_are_refused(make_scenario, live):
    many = {"pushes": [{"channel": "email", "volume": 0.1}] * 17}
    with pytest.raises(InputError, match=r"pushes.*given 34"):
        live(make_scenario(20, focal=many, rival=many, rivals=1, budget=10.0), 1)


def test_two_pushes_of_one_name_are_refused(make_scenario, live):
    twice = {"pushes": [{"channel": "email", "volume": 0.1}] * 2}
    with pytest.raises(InputError, match=r"pushes.*one channel"):
        live(make_scenario(20, focal=twice, budget=10.0), 1)


def test_firms_post_as_often_as_they_pay_for(make_scenario, live):
    most = next(p.high for p in parameters(Decision) if p.path == "posts")
    for posts in (0.5, 7.0, 30.0, most):
        model = live(make_scenario(20, focal={"posts": posts}, rival={}, budget=100.0), 28)
        assert model.totals.count_of("utterance", slice(0, 28), 0) - told(model) == 4 * posts


def told(model):
    """Utterances about the focal firm that are customers' own."""
    rows = model.events
    return ((rows["kind"] == KIND["utterance"]) & (rows["actor"] >= 0) & (rows["firm"] == 0)).sum()


# --- figures --------------------------------------------------------------------------------------------------------


def test_every_headline_metric_is_a_number_on_a_board(make_scenario, live):
    model = live(make_scenario(100, focal="sd", rival="ecrm", **LIVELY), 60)
    found = measure(model)
    assert list(found) == [metric.name for metric in HEADLINE]
    assert all(metric.board in BOARDS and metric.mark in ("outcome", "activity") for metric in HEADLINE)
    assert [metric.board for metric in HEADLINE if metric.primary] == list(BOARDS)
    assert found.pop("clv_end_value") is None, "needs a year"
    assert all(np.isfinite(value) for value in found.values())
    for name in ("share_of_market", "opt_out_rate", "value_reached_share", "trust", "share_of_voice", "advocacy_rate"):
        assert 0 <= found[name] <= 1, name
    assert sum(spending(model).values()) == pytest.approx(sum(model.spent_cents()["focal"].values()) / 100)


def test_metrics_agree_with_the_log(make_scenario, live):
    model = live(make_scenario(100, focal="ecrm", rival="sd", **LIVELY), 60)
    log, found = model.events, measure(model)
    mine = log[log["firm"] == 0]
    paid = {f: log[(log["kind"] == KIND["purchase"]) & (log["firm"] == f)]["amount"].sum() for f in range(3)}
    count = {kind: (mine["kind"] == KIND[kind]).sum() for kind in ("msg_push", "response", "refused")}
    assert found["revenue"] == pytest.approx(paid[0] / 100)
    assert found["share_of_market"] == pytest.approx(paid[0] / sum(paid.values()))
    assert found["response_rate"] == pytest.approx(count["response"] / count["msg_push"])
    assert found["opt_out_rate"] == pytest.approx(count["refused"] / count["msg_push"])
    used = mine[(mine["kind"] == KIND["episode_end"]) & np.isin(mine["thread"], log[log["kind"] == KIND["resource_used"]]["thread"])]
    assert found["value_per_episode"] == pytest.approx(used["value"].mean())
    said = mine[(mine["kind"] == KIND["utterance"]) & (mine["actor"] >= 0)]["value"]
    assert found["net_sentiment"] == pytest.approx(((said > 0).sum() - (said <= 0).sum()) / len(said))


def test_where_nothing_happened_a_rate_has_no_value(make_scenario, live):
    found = measure(live(make_scenario(20, focal={}, rival={}), detail="counts"))
    assert found["profit"] == found["revenue"] == 0
    assert {name for name, value in found.items() if value is None} >= {"response_rate", "opt_out_rate", "share_of_market", "value_in_use"}


# --- sizes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [2, 3, 10])
def test_tiny_worlds_live(people, make_scenario, live):
    model = live(make_scenario(people, focal="sd", rival="crossroads", **LIVELY), 100, detail="counts")
    model.check()
    assert model.day == 100


def test_long_worlds_stay_in_range(make_scenario, live, compiled):
    """Five years with everything at the edge of lively: no state runs away."""
    days = 5 * 364 if compiled else 100
    model = live(make_scenario(60, focal="sd", rival="crossroads", rivals=2, **LIVELY), detail="counts")
    for _ in range(days):
        model.step()
    model.check()
    assert isinstance(model, ServiceEcosystem)


def test_tables_begin_at_a_cache_line_also_in_a_copy(make_scenario, live):
    """A pair of 64 bytes is one fetch only where its table begins at such a boundary."""
    model = live(make_scenario(30))
    copied = copy_columns(model.columns)
    for w in (model.columns, copied, make_room(model.columns)):
        assert [rows.ctypes.data % 64 for rows in (w.people, w.pairs, w.lives, w.bonds, w.queue)] == [0] * 5
    assert copied.people is not model.columns.people
    assert (copied.people == model.columns.people).all()


class Cheat:
    """A strategy that reaches for what its view does not show."""

    def __init__(self):
        self.found = []

    def decide(self, view):
        hidden = [name for name in ("w", "firm", "counted", "count") if hasattr(view.audience, name)]
        self.found.append((hidden, view.audience["email", "all"], dict(view.audience).keys() == set(view.audience)))
        view.prices.__dict__["staff_hour"] = 0.01
        with pytest.raises(TypeError):
            view.audience["email", "all"] = 0
        return Decision()


def test_a_view_leads_to_nothing_behind_it(make_scenario, live):
    model = live(make_scenario(30), 0)
    before = model.params.prices.staff_hour
    cheat = model.firms[0].strategy = Cheat()
    for _ in range(29):
        model.step()
    assert cheat.found
    assert all(hidden == [] and people == 30 and whole for hidden, people, whole in cheat.found)
    assert model.params.prices.staff_hour == before == make_scenario(30).world.prices.staff_hour
