"""The ledger of a world: the same from whatever is kept and in whatever order it comes, and in agreement with the totals."""

import numpy as np
import pytest

from valuescape.scenarios.load import load
from valuescape.sim import world as world_of
from valuescape.sim.columns import Columns
from valuescape.sim.day import engine
from valuescape.sim.events import EVENT, KIND, TALLIES
from valuescape.sim.metrics.catalogue import METRICS, measure_all
from valuescape.sim.metrics.headline import measure
from valuescape.sim.metrics.ledger import STREAMED, UNMET_DAYS, Ledger
from valuescape.sim.metrics.record import Record
from valuescape.sim.metrics.recount import RECOUNTED
from valuescape.sim.totals import PLACED
from valuescape.sim.turnover import stride

TABLES = ("ids", "dyads", "words", "people", "counts", "moves", "contexts", "rungs")
BUSY = {
    "customers": {"need_rate": 40, "attention": 20, "online": 0.6, "contexts": 3},
    "talk": {"feed_base": 0.2, "feed_bad": 0.3, "sees": 0.7, "reshare_median": 0.3},
    "attention": {"follow": 0.3, "optout": 0.02, "search": 0.3},
    "community": {"join": 0.5, "centreless": 0.5, "reciprocity": 0.3},
    "service": {"question": 0.3, "complain": 1.0},
    "media": {"threshold": 0.03},
    "ideas": {"submit": 1.0},
}
FOCAL = {
    "community_hours": 2.0, "desk_hours": 1.0, "open_hours": 1.0, "handling": 0.6, "compensation": 0.5, "outcome": 0.5, "content": 0.5,
    "codesign": 0.5, "review_hours": 4.0, "credit": 1.0, "posts": 3.0, "prompts": 1.0, "promotion": 1.0,
    "pushes": [{"channel": "email", "volume": 1.0}],
}  # fmt: skip


def busy(make_scenario, offer=(), **more):
    """A world in which everything happens to few people."""
    groups = {name: {**BUSY.get(name, {}), **more.get(name, {})} for name in {*BUSY, *more} if isinstance(more.get(name, {}), dict)}
    flat = {name: value for name, value in more.items() if not isinstance(value, dict)}
    return make_scenario(80, focal=FOCAL, rival="sd", rivals=1, budget=50.0, days=400, offer=offer, **(groups | flat))


WORLDS = {
    "crossroads": lambda _: load("crossroads", customers=300, days=200, set={"world.burn_in_days": 0, "world.customers.need_rate": 20}),
    "hijacked_tag": lambda _: load("hijacked_tag", customers=300, set={"world.burn_in_days": 28, "world.talk.volume": 4.0}),
    "busy": busy,
    "burn_in": lambda make: busy(make, {"term": 40}, burn_in=60, customers={"turnover": 3.0}),
    "turnover": lambda make: busy(make, customers={"turnover": 3.0}),
    "contracts": lambda make: busy(make, {"term": 40, "handover_loss": 0.1, "handover_delay": 4.0}, discount=0.0, choice={"meaning": 1.0}),
}


@pytest.fixture(scope="module")
def worlds(make_scenario, live, compiled):
    """A world by name and detail, run once, with its ledger; shorter where days are plain Python."""
    built = {}

    def world(name, detail="full"):
        if (name, detail) not in built:
            scenario = WORLDS[name](make_scenario)
            built[name, detail] = live(scenario, min(scenario.days, 400 if compiled else 60), detail=detail, ledger=True)
        return built[name, detail]

    return world


def again(model, rows, **more):
    """The ledger of a stored log of this world."""
    first = model.ledger.ids[: len(model.columns.ids)]
    p = model.params
    return Ledger.of(rows, first, len(model.firms), model.day, p.discount, contexts=p.customers.contexts,
                     windows=(p.talk.referral_margin, UNMET_DAYS), **more)  # fmt: skip


def from_log(model):
    """What its stored log alone says of this world."""
    first = model.ledger.ids[: len(model.columns.ids)]
    return Record.of_events(model.events, first, len(model.firms), model.day, model.params)


def differing(one, other, *left_out):
    """Names of the tables in which two ledgers differ."""
    return [name for name in TABLES if name not in left_out and getattr(one, name).tobytes() != getattr(other, name).tobytes()]


# --- whatever is kept -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WORLDS)
def test_metrics_do_not_depend_on_what_is_kept(name, worlds):
    counts, full = worlds(name, "counts"), worlds(name)
    assert len(counts.events) == 0
    for firm in range(len(full.firms)):
        few, all_ = measure_all(Record.of(counts), firm), measure_all(Record.of(full), firm)
        for metric in METRICS:
            if metric.detail == "counts":
                assert few.values[metric.name] == all_.values[metric.name], metric.name
                assert few.why.get(metric.name) == all_.why.get(metric.name), metric.name
            else:
                assert few.why[metric.name] == f"needs detail {metric.detail}"


def test_every_metric_has_a_value_in_one_of_these_worlds(worlds, compiled):
    """Else the tests beside this one would compare nothing with nothing; short worlds lack those of a year."""
    missing = set.intersection(*(set(measure_all(Record.of(worlds(name))).why) for name in WORLDS))
    assert len(missing) <= (0 if compiled else 12), missing


@pytest.mark.parametrize("name", WORLDS)
def test_a_stored_log_gives_the_same_ledger_in_any_order(name, worlds, compiled):
    model = worlds(name)
    rows = model.events
    mixed = rows[np.random.default_rng(1).permutation(len(rows))]
    for log in (rows, mixed, rows[rows["day"] >= 0]):
        found = again(model, log, kernels=engine(compiled).kernels)
        assert differing(found, model.ledger) == []
        assert np.array_equal(np.sort(found.rows), np.sort(model.ledger.rows))
    assert model.ledger.dyads["deals"].sum() > 100
    assert model.ledger.contexts[:, 1:, 0].any() == (model.params.customers.contexts > 1)


def test_nothing_but_the_streamed_kinds_is_asked_for(worlds, without):
    model = worlds("busy")
    found = again(model, without(model.events, only=(*STREAMED, "episode_start")))
    assert differing(found, model.ledger) == []


def test_who_came_before_day_0_has_her_line(worlds):
    """Successors of the burn-in are there on day 0, under ids far above the number of people."""
    model = worlds("burn_in")
    people = len(model.columns.ids)
    ids, step = model.ledger.ids, stride(people)
    assert (ids[:people] >= step).any()
    assert len(ids) == len(set(ids.tolist())) > people
    assert sorted(ids[:people] % step) == list(range(people))
    before = model.ledger.people["before"]
    new = np.flatnonzero(before >= 0)
    assert (ids[new] - ids[before[new]] == step).all()
    assert sorted(model.columns.ids.tolist()) == sorted(np.delete(ids, before[new]).tolist())
    assert (model.ledger.people["since"][new] > 0).all()


# --- in agreement with the totals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["crossroads", "busy", "turnover", "contracts"])
def test_totals_counted_again_are_those_of_the_run(name, worlds):
    model = worlds(name)
    days = model.totals.rows(0)
    found = from_log(model).totals
    for tally in RECOUNTED:
        k = TALLIES.index(tally)
        assert np.array_equal(found.tally[: model.day, :, k], model.totals.tally[days, :, k]), tally
    assert np.array_equal(found.kind[: model.day], model.totals.kind[days])
    assert np.array_equal(found.place[: model.day], model.totals.place[days])
    assert {KIND[kind] for kind in PLACED} <= set(np.flatnonzero(found.kind.any(axis=(0, 1))).tolist())


@pytest.mark.parametrize("name", ["crossroads", "busy", "turnover", "contracts"])
def test_a_log_alone_says_the_same_as_far_as_it_says_anything(name, worlds):
    model = worlds(name)
    for firm in range(len(model.firms)):
        alone, whole = measure_all(from_log(model), firm), measure_all(Record.of(model), firm)
        said = {name: value for name, value in alone.values.items() if value is not None}
        assert len(said) > 45
        assert said == pytest.approx({name: whole.values[name] for name in said}, rel=1e-12)


@pytest.mark.parametrize("name", WORLDS)
def test_sums_over_people_are_the_totals_of_firms(name, worlds):
    model = worlds(name)
    ledger, record = model.ledger, Record.of(model)
    dyads, words = ledger.dyads, ledger.words
    for f in range(len(model.firms)):
        assert dyads["margin"][:, f].sum() == record.tally("margin_cents", f)
        assert dyads["paid"][:, f].sum() == record.tally("revenue_cents", f)
        assert dyads["deals"][:, f].sum() == record.count("purchase", f)
        assert dyads["episodes"][:, f].sum() == record.tally("episodes", f)
        assert words["praise"][:, f].sum() == record.tally("praise", f)
        assert words["blame"][:, f].sum() == record.tally("blame", f)
        assert dyads["value"][:, f].sum() / 1e6 == pytest.approx(record.total("value", f), abs=1e-3)
        assert record.customers(f) == np.count_nonzero(dyads["deals"][:, f])
        assert ledger.contexts[f, :, 0].sum() == (record.tally("episodes", f) if ledger.contexts.shape[1] > 1 else 0)
        assert sorted(record.last_bought(f)[record.last_bought(f) >= 0]) == sorted(dyads["last"][:, f][dyads["last"][:, f] >= 0])
    assert ledger.people["jobs"].sum() == record.tally("needs", -1) == ledger.moves.sum()
    assert ledger.counts[:, 0].sum() > 0


def test_without_discount_credit_adds_up_to_the_margin_of_the_referred(worlds):
    model = worlds("contracts")
    assert model.params.discount == 0.0
    credit = model.ledger.words["credit"].sum(axis=0)
    referred = [Record.of(model).tally("referred_cents", f) for f in range(len(model.firms))]
    assert credit.tolist() == [1_000_000 * cents for cents in referred]
    assert min(referred) > 0
    assert (model.ledger.dyads["worth"] == 1_000_000 * model.ledger.dyads["margin"]).all()


@pytest.mark.parametrize("name", WORLDS)
def test_what_a_comparison_is_judged_by_is_of_the_catalogue(name, worlds):
    """Headline metrics are measured in runs without a ledger, too, and are the same there."""
    model = worlds(name)
    ledger, model.ledger = model.ledger, None
    without_it = measure(model)
    model.ledger = ledger
    assert without_it == {name: measure_all(Record.of(model)).values[name] for name in without_it}


# --- the same whoever runs it -----------------------------------------------------------------------------------------


def test_threads_change_no_ledger(make_scenario, live, monkeypatch, compiled):
    """Four blocks by one thread and by two, with the log in parts."""
    monkeypatch.setattr(world_of, "ROWS_PER_BLOCK", 20)
    days = 60 if compiled else 20
    one, two = (live(busy(make_scenario, customers={"turnover": 3.0}), days, threads=threads, ledger=True) for threads in (1, 2))
    two.runner.close()
    assert len(one.runner.bounds) == 4
    assert differing(one.ledger, two.ledger) == []
    assert one.ledger.rows.tobytes() == two.ledger.rows.tobytes()
    assert measure_all(Record.of(one)) == measure_all(Record.of(two))


def test_plain_entries_are_the_compiled_ones(worlds):
    model = worlds("turnover")
    plain, fast = (again(model, model.events, kernels=engine(compiled).kernels) for compiled in (False, True))
    assert differing(plain, fast) == []
    assert plain.rows.tobytes() == fast.rows.tobytes()


def test_a_ledger_changes_nothing_in_its_world(make_scenario, live, compiled):
    days = 60 if compiled else 20
    with_it, without_it = (live(busy(make_scenario), days, detail="talk", ledger=ledger) for ledger in (True, False))
    assert with_it.events.tobytes() == without_it.events.tobytes()
    assert with_it.totals.tally.tobytes() == without_it.totals.tally.tobytes()
    assert state_of(with_it) == state_of(without_it)


def state_of(model):
    """All columns but the log's buffers, as bytes."""
    return {name: getattr(model.columns, name).tobytes() for name in Columns._fields if name not in ("log", "scratch")}


def test_measuring_changes_nothing_in_the_world(worlds):
    """A survey is looked at: it draws by name, and is held as often as one likes."""
    model = worlds("busy")
    before, ledger = state_of(model), [getattr(model.ledger, name).tobytes() for name in TABLES]
    first = measure_all(Record.of(model))
    assert first.values["nps"] is not None
    assert measure_all(Record.of(model)) == first
    assert state_of(model) == before
    assert [getattr(model.ledger, name).tobytes() for name in TABLES] == ledger


def test_an_empty_ledger_is_fed_nothing():
    ledger = Ledger(range(3), 2, 0.1, kernels=engine(False).kernels)
    ledger.take([], 0)
    ledger.take([np.zeros(0, dtype=EVENT)], 1)
    assert (ledger.day, len(ledger.rows), ledger.dyads["deals"].sum()) == (2, 0, 0)
