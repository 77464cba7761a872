"""Nothing gets lost and nothing comes from nowhere: people, jobs, cents, staff hours, cases, messages, places in pools."""

import numpy as np
import pytest

from valuescape.agents.prices import LINES
from valuescape.sim import columns as c
from valuescape.sim.events import KIND, S_IDLE, S_SUPPORT, S_WORKED, SUMS
from valuescape.sim.world import check_columns

BUSY = {
    "customers": {"need_rate": 60},
    "talk": {"feed_base": 0.1, "sees": 0.5, "reshare_median": 0.5, "reshare_cap": 1.0},
    "service": {"question": 0.5, "complain": 1.0, "deadline": 30},
    "attention": {"follow": 0.2, "mail": 1.0, "respond_mail": 1.0, "respond_email": 1.0, "pull_window": 30},
    "community": {"join": 0.5},
}
DAYS = 40


def tally(model, name):
    """A tally of the whole run by firm; the last is nobody."""
    return model.totals.tally_of(name, slice(0, model.totals.used))


def kept(model, kind):
    return model.events[model.events["kind"] == KIND[kind]]


@pytest.fixture(scope="module")
def diary(make_scenario, live):
    """A busy world after forty days, and what a listener wrote down at the end of each."""
    scenario = make_scenario(100, focal="sd", rival="crossroads", rivals=2, **BUSY)
    model = live(scenario)
    days = []

    def listener(model, rows):
        w = model.columns
        days.append({
            "planned": [dict(account.plan) for account in model.accounts],
            "support": w.log.total[:, :, S_SUPPORT].sum(axis=0),
            "level": np.array(w.firms["support"]),
            "bought": w.log.count[:, :, KIND["purchase"], 0].sum(axis=0),
            "due": np.array(w.due),
            "ids": w.ids.tolist(),
        })  # fmt: skip

    model.listeners.append(listener)
    for _ in range(DAYS):
        model.step()
    return model, days


# --- people and jobs ------------------------------------------------------------------------------------------------


def test_nobody_comes_and_nobody_goes(diary):
    model, days = diary
    assert all(day["ids"] == list(range(100)) for day in days)
    assert sorted(model.columns.people["id"]) == list(range(100))


def test_every_job_that_falls_due_is_done_by_somebody_or_left_undone(diary):
    model, days = diary
    needs = tally(model, "needs").sum()
    assert needs == len(kept(model, "purchase")) + tally(model, "own_means").sum() + tally(model, "undone").sum()
    assert needs == len(kept(model, "episode_start")) == len(kept(model, "episode_end"))
    assert sorted(kept(model, "episode_start")["id"]) == sorted(kept(model, "episode_end")["thread"])
    assert all((day["due"] > k).all() for k, day in enumerate(days)), "nobody is left with a job of an earlier day"
    assert model.columns.people["need_no"].sum() == needs


def test_value_and_needs_are_booked_with_the_people_who_had_them(diary):
    model, _ = diary
    ends = kept(model, "episode_end")
    people = model.columns.people
    assert (np.bincount(ends["actor"], minlength=100) == people["needs"]).all()
    assert (np.bincount(ends["actor"], weights=ends["value"] >= 1.0, minlength=100) == people["reached"]).all()
    assert tally(model, "reached").sum() == (ends["value"] >= 1.0).sum()
    total = model.totals.sum_of("value", slice(0, DAYS))
    for firm in range(-1, 3):
        assert ends["value"][ends["firm"] == firm].sum() == pytest.approx(total[firm], rel=1e-12)
    net = np.add.reduce(model.totals.total[:DAYS, :, SUMS.index("net_value")], axis=None)
    assert people["value_sum"].astype(float).sum() == pytest.approx(net, abs=1e-3)


# --- money ----------------------------------------------------------------------------------------------------------


def test_ledgers_hold_what_was_planned_to_the_cent(diary):
    """On every line cents charged are the planned money, less the fraction of a cent that is carried."""
    model, days = diary
    for f, account in enumerate(model.accounts):
        for line in LINES:
            planned = sum(day["support"][f] * account.prices.support if line == "support" else day["planned"][f][line] for day in days)
            carried = planned * 100 - account.cents[line]
            assert -1e-6 < carried < 1 + 1e-6, (account.firm, line)
            assert carried == pytest.approx(account.carried[line], abs=1e-6)


def test_support_is_charged_by_the_deal_at_the_level_that_was_given(diary):
    _, days = diary
    for day in days:
        assert day["support"][:-1] == pytest.approx(day["level"] * day["bought"][:-1], abs=1e-9)
    assert sum(day["support"][0] for day in days) > 1


def test_the_totals_of_days_are_the_ledgers(diary):
    model, _ = diary
    for f, account in enumerate(model.accounts):
        assert model.totals.cents[:DAYS, f].sum(axis=0).tolist() == list(account.cents.values())
        assert model.spent_cents()[account.firm] == account.cents


def test_no_period_costs_more_than_its_budget(diary):
    model, _ = diary
    for f, account in enumerate(model.accounts):
        for first in range(0, DAYS, 28):
            assert model.totals.cents[first : first + 28, f].sum() <= account.daily_budget * 100 * 28 + len(LINES)


def test_revenue_is_what_customers_paid(diary):
    model, _ = diary
    bought = kept(model, "purchase")
    price = 100 * model.columns.firms["list_price"]
    margin = 100 * model.columns.firms["margin"]
    size = model.columns.people["order"].astype(np.float64)
    for f in range(3):
        mine = bought[bought["firm"] == f]
        assert tally(model, "revenue_cents")[f] == mine["amount"].sum()
        assert mine["amount"].tolist() == np.floor(price[f] * size[mine["actor"]] + 0.5).tolist()
        assert tally(model, "margin_cents")[f] == np.floor(margin[f] * size[mine["actor"]] + 0.5).sum()
        assert tally(model, "margin_cents")[f] == mine["value"].sum()


# --- staff and cases ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [0.02, 0.5, 8.0, 40.0])
@pytest.mark.parametrize("handling", [0.0, 1.0])
def test_staffed_hours_are_worked_idle_or_still_there(hours, handling, make_scenario, live):
    """In closed and open places: staffed = worked + idle + credit, less what an open case has drawn in advance."""
    staff = {"desk_hours": hours, "open_hours": hours / 2, "handling": handling}
    model = live(make_scenario(80, focal=staff, rival=staff, rivals=1, budget=100.0, **BUSY), 40)
    desks, now = model.columns.desks, model.day * 24.0
    done = model.totals.total[: model.totals.used]
    for f in range(2):
        staffed = 40 * (hours + hours / 2)
        ahead = sum(max(0.0, desks[f, k]["as_of"] - now) * rate / 24.0 for k, rate in enumerate((hours, hours / 2)))
        there = desks[f]["credit"].sum() - ahead
        assert done[:, f, S_WORKED].sum() + done[:, f, S_IDLE].sum() + there == pytest.approx(staffed, rel=1e-9)
        assert done[:, f, S_WORKED].sum() > 0


def test_every_case_is_answered_or_late_or_still_open(diary):
    model, _ = diary
    w = model.columns
    for f in range(3):
        opened, answered, late = (tally(model, name)[f] for name in ("opened", "answered", "late"))
        waiting = w.desks[f]["waiting"].sum()
        served = (w.desks[f]["busy"] >= 0).sum()
        assert opened == answered + late + waiting + served
        assert opened > 0
    assert tally(model, "answered").sum() == len(kept(model, "reply")) == len(kept(model, "resolved_firm"))
    assert set(kept(model, "reply")["thread"]) <= set(kept(model, "complaint")["id"]) | set(kept(model, "question")["id"])
    assert len(set(kept(model, "reply")["thread"])) == len(kept(model, "reply"))


def test_a_desk_without_staff_answers_nobody(make_scenario, live):
    model = live(make_scenario(60, focal={}, rival={}, rivals=1, **BUSY), 40)
    assert tally(model, "opened").sum() > 20
    assert tally(model, "answered").sum() == 0
    assert tally(model, "late").sum() > 20


def test_pools_give_back_what_they_lend(diary):
    """Every place of a pool is free or in use, once."""
    model, _ = diary
    w = model.columns
    for name, place in (("posts", c.C_POSTS), ("relays", c.C_RELAYS), ("cases", c.C_CASES)):
        free = getattr(w, f"free_{name}")[: w.counter[place]].tolist()
        assert len(set(free)) == len(free) <= len(getattr(w, name))
        used = set(range(len(getattr(w, name)))) - set(free)
        visits = w.queue[: w.counter[c.C_QUEUE]]
        if name == "posts":
            assert used == set(visits["at"][visits["kind"] == 0].tolist())
        if name == "cases":
            assert used == set(visits["at"][visits["kind"] != 0].tolist())
    assert w.counter[c.C_HEARD] == 0


# --- messages -------------------------------------------------------------------------------------------------------


def test_rows_are_counts_and_counts_are_rows(diary):
    model, _ = diary
    rows = model.events
    for kind, number in KIND.items():
        mine = rows[rows["kind"] == number]
        for firm in range(-1, 3):
            assert model.totals.kind[:DAYS, firm, number].sum() == (mine["firm"] == firm).sum(), (kind, firm)


def test_every_event_has_a_name_of_its_own(diary):
    model, _ = diary
    rows = model.events
    names = np.unique(rows[["id", "kind"]])
    assert len(names) == len(rows)


def test_whatever_has_a_cause_a_parent_or_a_thread_has_one_in_the_log(diary):
    """Nothing points to what never happened, or to what comes later."""
    model, _ = diary
    rows = model.events
    first = dict(zip(rows["id"][::-1].tolist(), rows["day"][::-1].tolist(), strict=True))
    for column in ("thread", "parent", "cause"):
        for row in rows[rows[column] != 0]:
            key = int(row[column])
            assert key in first, (column, row)
            assert first[key] <= row["day"], (column, row)


def test_a_response_answers_a_message_that_reached_her(diary):
    model, _ = diary
    sent = {(int(row["id"]), int(row["other"]), int(row["firm"])) for row in kept(model, "msg_push")}
    responses = kept(model, "response")
    assert len(responses) > 3
    assert all((int(row["cause"]), int(row["actor"]), int(row["firm"])) in sent for row in responses)


def test_who_relays_has_seen_and_relays_once(diary):
    model, _ = diary
    seen = {(int(row["thread"]), int(row["actor"])) for row in kept(model, "exposure")}
    relays = kept(model, "relay")
    assert len(relays) > 10
    assert all((int(row["thread"]), int(row["actor"])) in seen for row in relays)
    # a thread holds posts of several people; each of them is passed on once
    assert len({(int(row["thread"]), int(row["other"]), int(row["actor"])) for row in relays}) == len(relays)


def test_whoever_opted_out_gets_nothing_more(make_scenario, live):
    pushes = {"pushes": [{"channel": "email", "volume": 5.0}, {"channel": "mail", "volume": 2.0}]}
    model = live(make_scenario(60, focal=pushes, rival=pushes, rivals=1, budget=10.0, attention={"optout": 0.3}), 40)
    refused = kept(model, "refused")
    assert len(refused) > 20
    for row in refused:
        sent = kept(model, "msg_push")
        later = sent[(sent["other"] == row["actor"]) & (sent["firm"] == row["firm"]) & (sent["place"] == row["place"])]
        assert (later["day"] <= row["day"]).all()
    closed = (model.columns.email_ok == 0).sum() + (model.columns.mail_ok == 0).sum()
    assert closed == len(refused)


# --- states ---------------------------------------------------------------------------------------------------------


def test_states_keep_to_their_ranges(diary):
    diary[0].check()


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, columns in c.BOUNDS.items() for column in columns])
@pytest.mark.parametrize("wrong", [np.nan, 1e9, -1e9])
def test_a_state_out_of_range_is_named(table, column, wrong, diary):
    """A guard that cannot fail guards nothing: column, customer and value are named."""
    columns = diary[0].columns
    broken = columns._replace(**{table: np.copy(getattr(columns, table), subok=True)})
    values = getattr(broken, table)[column]
    if values.dtype.kind != "f":
        wrong = {"u": 255, "i": -1}[values.dtype.kind]
    values[7 if values.ndim == 1 else (7, 1)] = wrong
    with pytest.raises(ValueError, match=rf"{table}\.{column} of customer 7 is"):
        check_columns(broken)
