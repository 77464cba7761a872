"""What firms hear and show: content that is looked for, public listening, tracking and its revelation, transparency."""

import numpy as np
import pytest

from valuescape.sim.disclosure import disclosed_value
from valuescape.sim.events import KIND

BUSY = {"customers": {"need_rate": 60, "online": 0.6}, "talk": {"feed_base": 0.3}, "service": {"question": 0.5, "complain": 1.0}}


def rows(model, kind, firm=0):
    """Rows of the log of one kind and firm."""
    return model.events[(model.events["kind"] == KIND[kind]) & (model.events["firm"] == firm)]


def world(make_scenario, live, focal, days=40, people=100, *, shocks=(), offer=(), without=None, **groups):
    """A small world in which money is no matter and the rival does nothing."""
    scenario = make_scenario(people, focal=focal, rival={}, rivals=1, budget=100.0, shocks=shocks, offer=offer, **(BUSY | groups))
    return live(scenario, days, without=without)


# --- pull content -------------------------------------------------------------------------------------------------------


def test_content_meets_those_who_search_and_irritates_nobody(make_scenario, live):
    few, all_of_them = (world(make_scenario, live, {"content": level}, attention={"search": 0.8}) for level in (0.4, 1.0))
    pulled = rows(all_of_them, "msg_pull")
    needs = (all_of_them.events["kind"] == KIND["episode_start"]).sum()
    searching = all_of_them.columns.people["online"].mean()
    assert len(pulled) / needs == pytest.approx(0.8 * searching, abs=0.1)
    ids = [set(rows(model, "msg_pull")["id"]) for model in (few, all_of_them)]
    assert ids[0] < ids[1]
    assert (all_of_them.columns.pairs["irritation"] == 0).all()
    assert len(rows(all_of_them, "refused")) == len(rows(all_of_them, "msg_push")) == 0


def test_a_deal_on_content_names_it_as_its_cause(make_scenario, live):
    model = world(make_scenario, live, {"content": 1.0}, attention={"search": 1.0})
    pulled, deals, responses = (rows(model, kind) for kind in ("msg_pull", "purchase", "response"))
    causes = set(deals["cause"]) - {0}
    assert len(causes) > 50
    assert causes <= set(pulled["id"])
    assert set(responses["parent"]) == causes
    assert (deals["cause"] == 0).sum() > 0, "who did not search bought too"


def test_content_is_believed_as_any_claim_is(make_scenario, live):
    """On the first day, before anything was used: expectation rises with the claim, and only of those who found it."""
    from valuescape.agents.attention import believes

    model = world(make_scenario, live, {"content": 1.0, "claim": 0.9}, 0, attention={"search": 1.0})
    for phase in ("decide", "propose", "choose"):
        own = getattr(model, f"_{phase}", None)
        own() if own else model.runner.run(phase, 0)
    w, p = model.columns, model.columns.par[0]
    found = w.pairs["claim_day"][:, 0] == 0
    moved = believes(0.5, 0.9, 0.5, p.attention_belief, 0, p.attention_experience)
    assert found.sum() > 3
    assert w.pairs["expectation"][found, 0] == pytest.approx(moved, rel=1e-6)
    assert (w.pairs["expectation"][~found, 0] == 0.5).all()


# --- listening and tracking ---------------------------------------------------------------------------------------------

OFF = {"offer": {"functional": 2.0}, "learning": {"own_deals": 0.0, "belief": 1.0, "enough": 1.0}}


def test_a_listening_firm_learns_from_what_anybody_says_in_public(make_scenario, live):
    """Its belief moves towards what is desired though nobody buys from it; with the feed and the handle silent it does not."""
    beliefs = {}
    for name, listening, groups in (("deaf", 0.0, {}), ("hears", 1.0, {}), ("silent", 1.0, {"talk": {"volume": 0, "openness": 0}})):
        scenario = make_scenario(100, focal={"listening": listening}, rival={}, rivals=1, budget=100.0, **(BUSY | OFF | groups))
        unknown = scenario.firms["focal"].model_copy(update={"known": 0.0, "share": 0.0001})
        model = live(scenario.model_copy(update={"firms": scenario.firms | {"focal": unknown}}), 40)
        beliefs[name] = float(model.columns.firms[0]["belief0"])
    assert beliefs["deaf"] == beliefs["silent"] == 2.0
    assert abs(beliefs["hears"]) < 0.5


REVEALED = {"day": 20, "kind": "revelation", "trigger": True}


def test_a_revelation_of_nothing_is_nothing(make_scenario, live):
    """No tracking so far, or a revelation of severity 0: to the byte the world without."""
    for focal, severity in (({}, 1.0), ({"intrusive": 1.0}, 0.0)):
        quiet = world(make_scenario, live, focal)
        hit = world(make_scenario, live, focal, shocks=[REVEALED | {"severity": severity}])
        assert hit.events.tobytes() == quiet.events.tobytes()
        assert hit.columns.pairs.tobytes() == quiet.columns.pairs.tobytes()


@pytest.mark.parametrize("level", [0.25, 1.0])
def test_a_revelation_costs_trust_and_warmth_in_proportion_to_the_tracking(level, make_scenario, live):
    model = world(make_scenario, live, {"intrusive": level}, 20, shocks=[REVEALED])
    model.columns.pairs["known"][::3, 0] = 0
    before = np.array(model.columns.pairs)
    model._decide()
    after, known = model.columns.pairs, before["known"][:, 0] > 0
    learning = model.params.learning
    trust = before["credibility"][known, 0] * (1 - learning.revealed_trust * level)
    assert 10 < known.sum() < 100
    assert after["credibility"][known, 0] == pytest.approx(trust, rel=1e-5)
    assert after["attachment"][known, 0] == pytest.approx(before["attachment"][known, 0] - learning.revealed_warmth * level, abs=1e-5)
    assert np.array_equal(after[~known], before[~known])
    assert np.array_equal(after[:, 1], before[:, 1]), "the rival is not named"


def test_tracking_that_ended_can_still_come_to_light(make_scenario, live, root):
    scenario = make_scenario(focal="replay", rival={}, rivals=1, budget=10.0, shocks=[REVEALED])
    levels = [{"day": day, "decision": {"intrusive": level}} for day, level in ((0, 0.8), (7, 0.2), (14, 0.0), (21, 0.0))]
    scenario.firms["focal"].options["decisions"] = levels
    model = live(scenario, 22)
    assert model.columns.firms[0]["tracked"] == 0.8
    assert len(rows(model, "shock")) == 1


def test_a_revelation_is_a_trigger_that_a_twin_can_do_without(make_scenario, live):
    hit = world(make_scenario, live, {"intrusive": 1.0}, 60, shocks=[REVEALED])
    twin = world(make_scenario, live, {"intrusive": 1.0}, 60, shocks=[REVEALED], without="trigger")
    late = [int((rows(model, "purchase")["day"] >= 20).sum()) for model in (hit, twin)]
    assert late[0] < late[1]
    assert twin.events.tobytes() == world(make_scenario, live, {"intrusive": 1.0}, 60).events.tobytes()


# --- transparency -------------------------------------------------------------------------------------------------------

LETTERS = {"pushes": [{"channel": "mail", "volume": 3.0}]}


@pytest.mark.parametrize(("quality", "claim", "sign"), [(0.1, 0.9, -1), (1.0, 0.1, +1)])
def test_open_disclosure_serves_a_strong_product_and_costs_a_weak_one(quality, claim, sign, make_scenario, live):
    """What is promised moves to what customers had: less of a weak product, more of a strong one; so do expectation and sales.

    Where people buy often, a weak product may gain even so: fewer promises are broken. Here they buy once a month.
    """
    models = [
        world(make_scenario, live, LETTERS | {"claim": claim, "transparency": level}, 60, 150, offer={"quality": quality},
              attention={"optout": 0.0, "mail": 1.0}, customers={"need_rate": 12})
        for level in (0.0, 1.0)
    ]  # fmt: skip
    claims = [float(model.columns.firms[0]["claim"]) for model in models]
    expected = [model.columns.pairs["expectation"][:, 0].mean() for model in models]
    deals = [len(rows(model, "purchase")) for model in models]
    assert claims[0] == claim
    assert sign * (claims[1] - claim) > 0.05
    assert sign * (expected[1] - expected[0]) > 0.02
    assert sign * (deals[1] - deals[0]) > 0


def test_half_open_is_half_way_and_what_is_shown_is_what_customers_had(make_scenario, live):
    model = world(make_scenario, live, LETTERS | {"claim": 0.9, "transparency": 0.5}, 35)
    ends = rows(model, "episode_end")
    # an episode that was not acted on is none that was completed
    recent = ends[(ends["day"] >= 6) & (ends["day"] < 34)]
    shown = recent["value"][recent["value"] > 0].mean()
    assert model.columns.firms[0]["claim"] == pytest.approx(0.9 + 0.5 * (min(1.0, shown) - 0.9), abs=1e-9)
    assert disclosed_value(model.totals, 34, 0) == pytest.approx(shown, abs=1e-9)


def test_a_firm_without_customers_has_nothing_to_show(make_scenario, live):
    model = world(make_scenario, live, {"claim": 0.7, "transparency": 1.0}, 1)
    assert model.columns.firms[0]["claim"] == 0.7
    assert disclosed_value(model.totals, 0, 0) is None
