"""Partners and public resources: what customers use beside a firm's, and what is missing when it is gone."""

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim.events import KIND, PARTNER
from valuescape.sim.model import ServiceEcosystem

HELPER = {"functional": 0.0, "social": 1.0, "quality": 1.0, "found": 0.0, "failure": 0.0, "share": 0.1}
BUSY = {"customers": {"need_rate": 40}, "integration": {"share_partners": 0.2, "noise": 0, "failure": 0}}
ALLIED = {"alliance": 1.0}


def kept(model, kind):
    return model.events[model.events["kind"] == KIND[kind]]


def used(model, source, firm=0):
    rows = kept(model, "resource_used")
    return rows[(rows["other"] == source) & (rows["firm"] == firm)]


def mean_value(model, firm=0, first=0, last=10**6):
    rows = kept(model, "episode_end")
    mine = rows[(rows["firm"] == firm) & (rows["day"] >= first) & (rows["day"] < last)]
    return float(mine["value"].mean())


def world(make_scenario, live, focal, days=60, *, partners=None, shocks=(), **more):
    groups = {name: {**BUSY.get(name, {}), **more.get(name, {})} for name in {**BUSY, **more}}
    return live(make_scenario(150, focal=focal, rival={}, rivals=1, budget=10.0, partners=partners, shocks=shocks, **groups), days)


def test_a_partner_nobody_meets_changes_nothing(make_scenario, live):
    alone = world(make_scenario, live, {})
    beside = world(make_scenario, live, {}, partners={"helper": HELPER})
    assert alone.events.tobytes() == beside.events.tobytes()


def test_an_alliance_covers_more_jobs_and_the_firm_then_depends_on_it(make_scenario, live):
    """NS30, partner orchestration: job coverage grows, dependency risk appears."""
    exits = [{"day": 60, "kind": "partner_exit", "partner": "helper"}]
    found = {}
    for name, focal in (("alone", {}), ("allied", ALLIED)):
        for end in ((), exits):
            model = world(make_scenario, live, focal, 120, partners={"helper": HELPER}, shocks=end)
            found[name, bool(end)] = model
    alone, allied, left = found["alone", False], found["allied", False], found["allied", True]
    episodes = kept(allied, "episode_end")
    acted = np.isin(episodes["thread"], kept(allied, "resource_used")["thread"]) & (episodes["firm"] == 0)
    assert len(used(allied, 3)) == acted.sum() > 300, "every episode of its customers that is acted on has the partner in it"
    assert len(used(alone, 3)) == 0
    assert mean_value(allied) > mean_value(alone) + 0.02
    assert (used(allied, 3)["place"] == PARTNER).all()
    # the other side: what was counted on is missing
    assert mean_value(left, 0, 0, 60) == mean_value(allied, 0, 0, 60)
    assert mean_value(left, 0, 60) < mean_value(allied, 0, 60) - 0.02
    assert (used(left, 3)["day"] < 60).all()
    assert mean_value(found["alone", True], 0, 60) == mean_value(alone, 0, 60)
    assert [int(row["amount"]) for row in kept(left, "shock")] == [0]
    assert left.partners[0].here is False
    assert allied.partners[0].here is True


def test_a_partner_may_fail_and_is_then_missing(make_scenario, live):
    reliable, shaky, broken = (
        world(make_scenario, live, ALLIED, partners={"helper": {**HELPER, "failure": chance}}) for chance in (0.0, 0.5, 1.0)
    )
    assert 0 == len(used(broken, 3)) < len(used(shaky, 3)) < len(used(reliable, 3))
    assert mean_value(broken) < mean_value(shaky) < mean_value(reliable)


def test_customers_find_partners_themselves_also_for_what_they_do_alone(make_scenario, live):
    model = world(make_scenario, live, {}, partners={"helper": {**HELPER, "found": 0.4}})
    for firm in (-1, 0, 1):
        ends = kept(model, "episode_end")
        mine = ends[(ends["firm"] == firm) & (ends["value"] > 0)]
        assert len(used(model, 3, firm)) == pytest.approx(0.4 * len(mine), rel=0.25)
    alone = world(make_scenario, live, {})
    assert mean_value(model, -1) > mean_value(alone, -1)


def test_whoever_would_have_found_it_has_it_by_alliance_too(make_scenario, live):
    """One draw for both roads: an alliance adds episodes with the partner and takes none away."""
    finds = {"helper": {**HELPER, "found": 0.3}}
    meets = []
    for level in (0.0, 0.4, 1.0):
        focal = {"alliance": level}
        model = live(make_scenario(800, focal=focal, rival={}, rivals=1, budget=10.0, partners=finds, customers={"need_rate": 100}), 1)
        meets.append(set(used(model, 3)["id"].tolist()))
    assert meets[0] < meets[1] < meets[2]


def test_an_essential_partner_that_is_absent_takes_the_jobs_it_serves_with_it(make_scenario, live):
    fatal = {"helper": {**HELPER, "functional": 1.0, "emotional": 1.0, "essential": 1.0}}
    nothing = world(make_scenario, live, {}, partners=fatal)
    assert (kept(nothing, "episode_end")["value"] == 0).all()
    whole = world(make_scenario, live, ALLIED, partners=fatal)
    assert mean_value(whole, 0) > 0.4
    one = world(make_scenario, live, {}, partners={"helper": {**HELPER, "essential": 1.0}})
    assert 0.1 < mean_value(one) < mean_value(world(make_scenario, live, {})) - 0.05


def test_partners_are_paid_by_the_deal(make_scenario, live):
    """The margin of an allied deal is less by the partners' share of what was paid; ledgers pay for the coordination."""
    model = world(make_scenario, live, {"alliance": 0.5}, partners={"helper": HELPER, "other": {**HELPER, "share": 0.02}})
    bought = kept(model, "purchase")
    mine = bought[bought["firm"] == 0]
    order = model.columns.people["order"].astype(np.float64)[mine["actor"]]
    expected = np.floor(20.0 * order * 100.0 - 0.5 * 0.12 * mine["amount"] + 0.5)
    assert model.totals.tally_of("margin_cents", slice(0, 60), 0) == expected.sum()
    spent = model.spent_cents()
    assert spent["focal"]["alliance"] == pytest.approx(0.5 * 0.004 * 150 * 60 * 100, abs=1)
    assert spent["rival_1"]["alliance"] == 0


def test_a_partner_that_left_is_gone_in_branches_too_and_is_part_of_them(make_scenario, live, compiled):
    exits = [{"day": -5, "kind": "partner_exit", "partner": "helper"}]
    scenario = make_scenario(60, focal=ALLIED, rivals=1, burn_in=14, partners={"helper": HELPER}, shocks=exits, budget=10.0)
    branch = ServiceEcosystem.branch(live(scenario).checkpoint(), scenario, compiled=compiled)
    assert [(partner.name, partner.here) for partner in branch.partners] == [("helper", False)]
    with pytest.raises(InputError, match="partners of its checkpoint"):
        ServiceEcosystem.branch(live(scenario).checkpoint(), scenario.model_copy(update={"partners": {}}), compiled=compiled)


def test_a_shock_to_an_unknown_partner_is_refused(tmp_path):
    from valuescape import load

    path = tmp_path / "mine.toml"
    for text, said in (
        ('[[shocks]]\nkind = "partner_exit"\npartner = "helpr"\n[partners.helper]\n', "did you mean 'helper'"),
        ('[[shocks]]\nkind = "partner_exit"\n', "there is none"),
        ('[[shocks]]\npartner = "helper"\n[partners.helper]\n', "does not act"),
        ("[partners.helper]\nfoun = 1\n", "did you mean 'partners.helper.found'"),
        ("".join(f"[partners.p{k}]\n" for k in range(9)), "at most 8"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=said):
            load(str(path))
    path.write_text("[partners.helper]\nfound = 0.2\n", encoding="utf-8")
    assert load(str(path), set={"partners.helper.found": 0.3}).partners["helper"].found == 0.3


# --- public resources -----------------------------------------------------------------------------------------------


def test_public_resources_differ_by_neighbourhood_around_the_same_mean(make_scenario, live):
    model = live(make_scenario(3000, integration={"public_spread": 0.5}, network={"homophily": 0.45}), compiled=False)
    public = model.columns.people["public"].astype(np.float64)
    assert public.mean() == pytest.approx(1.0, abs=0.08)
    row = np.repeat(np.arange(3000), model.network.degree)
    assert np.corrcoef(np.log(public[row]), np.log(public[model.network.other]))[0, 1] > 0.3
    flat = live(make_scenario(3000), compiled=False)
    assert (flat.columns.people["public"] == 1.0).all()


def test_people_use_the_public_resources_of_their_neighbourhood(make_scenario, live):
    model = world(make_scenario, live, {}, integration={"public_spread": 0.8})
    rows = used(model, 4)
    assert rows["value"] == pytest.approx(0.3 * model.columns.people["public"].astype(np.float64)[rows["actor"]], rel=1e-12)
    assert len(rows) > 100
    same = world(make_scenario, live, {})
    assert (used(same, 4)["value"] == 0.3).all()


def test_a_cut_of_public_resources_lasts_as_long_as_it_says(make_scenario, live):
    cut = [{"day": 20, "kind": "public_cut", "severity": 0.5, "days": 15, "trigger": True}]
    quiet, hit = world(make_scenario, live, {}), world(make_scenario, live, {}, shocks=cut)
    rows = used(hit, 4)
    during = (rows["day"] >= 20) & (rows["day"] < 35)
    assert set(rows["value"][during]) == {0.15}
    assert set(rows["value"][~during]) == {0.3}
    assert mean_value(hit, 0, 20, 35) < mean_value(quiet, 0, 20, 35)
    assert len(kept(hit, "shock")) == 1
    null = world(make_scenario, live, {}, shocks=[{**cut[0], "severity": 0.0}])
    assert null.events.tobytes() == quiet.events.tobytes()
    groups = {"customers": BUSY["customers"], "integration": BUSY["integration"]}
    twin = live(make_scenario(150, focal={}, rival={}, rivals=1, budget=10.0, shocks=cut, **groups), 60, without="trigger")
    assert twin.events.tobytes() == quiet.events.tobytes()
