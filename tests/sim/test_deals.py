"""Prices, contracts, and prices by outcome: to the cent, to the day, and with nothing moved that no rule moves."""

import math

import numpy as np
import pytest

from valuescape.scenarios.load import load
from valuescape.sim.columns import NEVER
from valuescape.sim.events import KIND
from valuescape.sim.model import ServiceEcosystem

BUSY = {"customers": {"need_rate": 40, "attention": 20}, "integration": {"failure": 0.2}}
MAIL = {"pushes": [{"channel": "mail", "volume": 2.0}]}
YEARLY = {"term": 60, "notice": 7}
DAYS = 120


def kept(model, kind, firm=None):
    """Rows of the log of a kind, of a firm."""
    rows = model.events[model.events["kind"] == KIND[kind]]
    return rows if firm is None else rows[rows["firm"] == firm]


def tally(model, name):
    """A tally of the whole run by firm."""
    return model.totals.tally_of(name, slice(0, model.totals.used))


def cents(model, price, rows):
    """What deals of these rows cost at a price of mean order value."""
    size = model.columns.people["order"].astype(np.float64)[rows["actor"]]
    return np.floor(price * size * 100.0 + 0.5).astype(np.int64)


# --- price and discount ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.5, 1.25, 2.0])
@pytest.mark.parametrize("off", [0.0, 0.3, 0.9])
def test_a_price_moves_revenue_and_margin_by_the_same_cents(factor, off, make_scenario, live):
    """What a deal costs the firm stays what it was, down to a margin below nothing."""
    focal = {"price": factor, "discount": off}
    model = live(make_scenario(focal=focal, rival={}, rivals=1, choice={"price": 0.5}, offer={"price": 99.99}, **BUSY), 40)
    rows = kept(model, "purchase", 0)
    assert len(rows) > 20
    assert (rows["amount"] == cents(model, 99.99 * factor * (1.0 - off), rows)).all()
    cost = cents(model, 99.99, rows) - cents(model, float(model.columns.firms[0]["margin"]), rows)
    assert tally(model, "revenue_cents")[0] == rows["amount"].sum()
    assert tally(model, "margin_cents")[0] == rows["amount"].sum() - cost.sum()
    assert rows["amount"].min() > 0
    if factor * (1.0 - off) < 0.8:
        assert tally(model, "margin_cents")[0] < 0


@pytest.mark.parametrize("target", ["all", "buyers", "prospects"])
def test_a_targeted_discount_is_for_its_target_alone(target, make_scenario, live):
    model = live(make_scenario(focal={"discount": 0.25, "discount_to": target}, rivals=1, **BUSY), 60)
    rows = kept(model, "purchase", 0)
    _, first = np.unique(rows["actor"], return_index=True)
    new = np.isin(np.arange(len(rows)), first)
    entitled = {"all": new | True, "buyers": ~new, "prospects": new}[target]
    assert new.any()
    assert not new.all()
    assert (rows["amount"] == np.where(entitled, cents(model, 75.0, rows), cents(model, 100.0, rows))).all()


def test_a_lower_price_lifts_response_through_choice_and_moves_nothing_before_it(make_scenario, live, without):
    """The first messages reach, are noticed and are refused alike; who then buys depends on the price."""
    groups = {"choice": {"price": 4.0}, "attention": {"mail": 1.0, "respond_mail": 1.0}, "customers": {"need_rate": 20}, "rivals": 1}
    dear, cheap = (live(make_scenario(300, focal=MAIL | {"discount": off}, rival={}, budget=1.0, **groups), 7) for off in (0.0, 0.5))
    assert (kept(dear, "msg_push")["id"] == kept(cheap, "msg_push")["id"]).all()
    assert kept(dear, "refused").tobytes() == kept(cheap, "refused").tobytes()
    assert len(kept(cheap, "response")) > 1.2 * len(kept(dear, "response")) > 10


@pytest.mark.parametrize(
    "neutral", [{"price": 1.0}, {"discount_to": "buyers"}, {"discount": 0.0, "discount_to": "prospects"}, {"outcome": 0.0}]
)
def test_a_neutral_price_leaves_no_trace(neutral, make_scenario, live):
    plain, same = (live(make_scenario(focal=MAIL | more, budget=1.0, **BUSY), 40) for more in ({}, neutral))
    assert plain.events.tobytes() == same.events.tobytes()


# --- contracts ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contracts(make_scenario, live):
    """Three firms with contracts of sixty days, of which one turns dear on day 28; everything that happened in 120 days."""
    scenario = make_scenario(
        150, focal={}, rival=MAIL, budget=1.0, offer=YEARLY, choice={"quits": 0.5}, attention={"respond_mail": 1.0}, **BUSY
    )
    turning = {"strategy": scenario.firms["focal"].strategy.replace("Steady", "Turning"), "options": {"day": 28, "then": {"price": 2.0}}}
    scenario = scenario.model_copy(update={"firms": scenario.firms | {"focal": scenario.firms["focal"].model_copy(update=turning)}})
    return live(scenario, DAYS)


def histories(model):
    """person -> (day, firm or below 0, failed, kind of the end of a contract or None) of each of her jobs, in order."""
    ended = {int(row["thread"]): int(row["kind"]) for kind in ("accept", "churn") for row in kept(model, kind)}
    value = {int(row["thread"]): float(row["value"]) for row in kept(model, "episode_end")}
    jobs = {}
    for row in kept(model, "episode_start"):
        firm = -1 - int(row["other"])
        jobs.setdefault(int(row["actor"]), []).append((int(row["day"]), firm, value[int(row["id"])], ended.get(int(row["id"]))))
    return jobs


def test_under_a_running_contract_there_is_no_choice_and_at_its_end_there_is(contracts):
    """Every job within the term is done with the supplier; the first one after it renews or ends the contract, and says so."""
    within = renewed = left = 0
    for jobs in histories(contracts).values():
        held, signed = -1, NEVER
        for day, firm, _, end in jobs:
            if held >= 0 and end is None:
                assert firm == held
                assert day < signed + 60
                within += 1
            elif held >= 0:
                assert (end == KIND["accept"]) == (firm == held)
                renewed, left = renewed + (firm == held), left + (firm != held)
                held, signed = firm, day
            else:
                assert end is None
                held, signed = firm, day
    assert within > 500
    assert renewed > 50
    assert left > 50


def test_a_contract_keeps_the_price_it_was_signed_at(contracts):
    """The focal firm turns dear on day 28: who has signed before pays as agreed until the choice is hers again."""
    rows = kept(contracts, "purchase", 0)
    renewals = set(kept(contracts, "accept", 0)["thread"].tolist())
    paid = {price: rows["amount"] == cents(contracts, price, rows) for price in (100.0, 200.0)}
    assert (paid[100.0] ^ paid[200.0]).all()
    late = rows["day"] >= 28
    assert paid[100.0][~late].all()
    assert (late & paid[100.0]).sum() > 20
    assert paid[200.0].sum() > 5
    assert paid[200.0][late & np.isin(rows["thread"], list(renewals))].all()


def test_after_a_failure_she_may_give_notice_and_is_free_when_it_is_over(make_scenario, live):
    """Nobody is free early unless she may quit, and then only after a failure and a notice of seven days."""
    early = {}
    for quits in (0.0, 1.0):
        # a failure leaves nothing and nothing else does, so that a failure shows in the value
        groups = BUSY | {"integration": {"failure": 0.2, "failure_left": 0.0, "idle": 0.0}}
        model = live(make_scenario(100, focal={}, rival={}, offer=YEARLY, choice={"quits": quits}, **groups), DAYS)
        failed = {float(row["value"]) for row in kept(model, "episode_end")}
        assert failed
        early[quits] = 0
        for jobs in histories(model).values():
            signed, bad = NEVER, NEVER
            for day, firm, value, end in jobs:
                if end is not None and day < signed + 60:
                    early[quits] += 1
                    assert bad != NEVER
                    assert day >= bad + 7
                if end is not None or signed == NEVER:
                    signed, bad = (day if firm >= 0 else NEVER), NEVER
                if firm >= 0 and value == 0 and bad == NEVER:
                    bad = day
    assert early[0.0] == 0
    assert early[1.0] > 30


def test_offers_of_others_are_answered_once_she_is_free(contracts, make_scenario, live):
    """A response to another firm's message never falls within a contract; after its end it does."""
    answered = {int(row["thread"]) for row in kept(contracts, "purchase") if row["cause"] != 0}
    ended = {int(row["thread"]) for row in kept(contracts, "churn")}
    assert answered & ended, "somebody followed an offer when her contract was over"
    groups = {"offer": {"term": 3650}, "attention": {"respond_mail": 1.0}, "choice": {"quits": 0.0}, "budget": 1.0}
    bound = live(make_scenario(100, focal=MAIL, rival={}, **BUSY | groups), 40)
    first = {}
    for row in kept(bound, "purchase"):
        assert first.setdefault(int(row["actor"]), int(row["firm"])) == row["firm"]
    assert all(first[int(row["actor"])] == 0 for row in kept(bound, "response"))


def test_the_supplier_of_a_contract_comes_to_mind_however_long_ago_she_heard(make_scenario, live):
    """With nothing else against it and a memory of days, contracts are renewed and one-off customers are lost."""
    groups = {"attention": {"fading_bought": 5, "fading": 5}, "choice": {"own_means": -60, "nothing": -60, "habit": 0}}
    loyal = {}
    for term in (0, 30):
        model = live(make_scenario(200, focal={}, rival={}, rivals=0, offer={"term": term}, customers={"need_rate": 6}, **groups), 200)
        again = bought = 0
        for jobs in histories(model).values():
            firms = [firm for _, firm, _, _ in jobs]
            at = firms.index(0) if 0 in firms else len(firms)
            again, bought = again + firms[at + 1 :].count(0), bought + len(firms[at + 1 :])
        loyal[term] = again / bought
    assert loyal[30] == 1.0
    assert loyal[0] < 0.6


def test_switching_cost_keeps_customers_at_renewal_and_nowhere_else(make_scenario, live):
    left = {}
    for cost in (0.0, 1.0, 20.0):
        model = live(make_scenario(150, focal={}, rival={}, offer=YEARLY | {"switching_cost": cost}, **BUSY), DAYS)
        left[cost] = len(kept(model, "churn")) / (len(kept(model, "churn")) + len(kept(model, "accept")))
    assert left[0.0] > 1.3 * left[1.0] > 0.0
    assert left[20.0] == 0.0
    free, same = (live(make_scenario(focal={}, rival={}, offer={"switching_cost": cost}, **BUSY), 40) for cost in (0.0, 20.0))
    assert free.events.tobytes() == same.events.tobytes(), "without a contract there is nothing to leave"


def test_a_firm_sees_how_many_renewed_and_churned(contracts):
    from valuescape.sim.views import Audience

    firm = contracts.firms[1]
    view = contracts._view(firm, contracts.accounts[1], Audience(contracts.columns, 1), 1.0)
    late = contracts.events[contracts.events["day"] >= DAYS - 28]
    for word, kind in (("renewed", "accept"), ("churned", "churn")):
        rows = late[(late["kind"] == KIND[kind]) & (late["firm"] == 1)]
        assert view.recent[word] == len(rows) > 0


# --- price by outcome -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", [0, 60])
def test_what_is_not_due_is_given_back_to_the_cent(term, make_scenario, live):
    """Of every deal is due: price x (1 - share + share x value over what was agreed, at most 1)."""
    offer = {"term": term}
    model = live(make_scenario(focal={"outcome": 0.7}, rival={}, rivals=1, offer=offer, choice={"agreed": 0.9}, **BUSY), 60)
    ends, bought = kept(model, "episode_end", 0), kept(model, "purchase", 0)
    back = {int(row["thread"]): int(row["amount"]) for row in kept(model, "return", 0)}
    assert len(back) > 30
    due = np.minimum(1.0, ends["value"] / 0.9) * 0.7 + 0.3
    price = {int(row["thread"]): int(row["amount"]) for row in bought}
    paid = np.array([price[int(row["thread"])] for row in ends])
    assert [paid[k] - back.get(int(row["thread"]), 0) for k, row in enumerate(ends)] == np.floor(paid * due + 0.5).tolist()
    assert tally(model, "returned_cents")[0] == sum(back.values())
    assert tally(model, "revenue_cents")[0] == bought["amount"].sum() - sum(back.values())
    given = cents(model, 100.0, bought) - cents(model, float(model.columns.firms[0]["margin"]), bought)
    assert tally(model, "margin_cents")[0] == bought["amount"].sum() - sum(back.values()) - given.sum()
    assert len(kept(model, "return", 1)) == 0


def test_without_outcome_risk_it_is_the_unit_price_to_the_cent(make_scenario, live):
    """Where every episode reaches what was agreed, and is expected to, the two schemes are one and the same.

    A failure may leave next to nothing, so that none may happen here.
    """
    groups = {"choice": {"agreed": 0.01}, "integration": {"idle": 0.0, "failure": 0.0}, "customers": {"need_rate": 40}}
    unit, outcome = (live(make_scenario(focal={"outcome": share}, rivals=1, **groups), 60) for share in (0.0, 1.0))
    assert len(kept(unit, "purchase", 0)) > 100
    assert unit.events.tobytes() == outcome.events.tobytes()
    assert unit.totals.tally.tobytes() == outcome.totals.tally.tobytes()


def test_who_bears_failures_gains_from_support(make_scenario, live):
    """Support that raises value in use brings margin in under a price by outcome that a unit price does not bring."""
    gain = {}
    # nobody has a choice, so that what support does to buying does not count
    captive = {"choice": {"own_means": -60, "nothing": -60, "fading": 0, "agreed": 1.0}, "customers": {"need_rate": 20, "skill": 0.3}}
    for outcome in (0.0, 1.0):
        scenarios = [make_scenario(100, focal={"outcome": outcome, "support": s}, rivals=0, budget=10.0, **captive) for s in (0.0, 1.0)]
        margins = [tally(live(scenario, 100), "margin_cents")[0] for scenario in scenarios]
        gain[outcome] = margins[1] - margins[0]
    assert gain[0.0] == 0
    assert gain[1.0] > 40_000


def test_who_expects_little_expects_to_pay_little(make_scenario, live):
    """A price by outcome is read through what she expects: with low expectations more deals come than at the unit price."""
    groups = {"choice": {"expectation": 0, "price": 4.0, "agreed": 1.0}, "trust": 0.2, "customers": {"need_rate": 20}}
    unit, outcome = (live(make_scenario(300, focal={"outcome": share}, rivals=1, **groups), 20) for share in (0.0, 1.0))
    assert len(kept(outcome, "purchase", 0)) > 1.3 * len(kept(unit, "purchase", 0))


def test_referral_margin_is_net_of_what_was_given_back(make_scenario, live):
    groups = {"talk": {"volume": 3.0, "referral_window": 365}, "choice": {"agreed": 1.0}, "offer": {"known": 0.1}}
    model = live(make_scenario(200, focal={"outcome": 1.0, "price": 1.0}, rivals=0, **BUSY | groups), 80)
    joined = {int(row["actor"]): int(row["day"]) for row in kept(model, "referral_join", 0)}
    assert len(joined) > 10
    mine = [row for row in kept(model, "purchase", 0) if joined.get(int(row["actor"]), DAYS) <= row["day"]]
    back = {int(row["thread"]): int(row["amount"]) for row in kept(model, "return", 0)}
    rows = np.array(mine, dtype=model.events.dtype)
    margin = cents(model, float(model.columns.firms[0]["margin"]), rows).sum() - sum(back.get(int(t), 0) for t in rows["thread"])
    assert tally(model, "referred_cents")[0] == margin


def test_custom_falls_with_price_as_much_as_is_known_of_brands():
    """A brand's sales fall by two to three per cent for one per cent of price (Bijmolt et al. 2005: -2.6 over 1,851 estimates)."""

    def sold(price):
        change = {"firms.focal.price": price, "world.burn_in_days": 112}
        model = ServiceEcosystem(load("baseline", customers=3000, days=182, set=change), seed=2, detail="counts")
        for _ in range(182):
            model.step()
        return int(model.totals.count_of("purchase", model.totals.rows(0), 0))

    elasticity = math.log(sold(110) / sold(100)) / math.log(1.1)
    assert -3.6 < elasticity < -1.6
