"""People leave for good and successors take their place: nobody is lost, nothing is remembered, nobody else is touched."""

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim.columns import NEVER, Columns
from valuescape.sim.draws import name_key
from valuescape.sim.events import COMM_JOIN, KIND
from valuescape.sim.model import ServiceEcosystem
from valuescape.sim.network import from_ties
from valuescape.sim.turnover import busy, stride

LIVELY = {
    "customers": {"need_rate": 40, "attention": 20, "online": 0.6, "turnover": 3.0},
    "talk": {"feed_base": 0.2, "feed_bad": 0.2, "sees": 0.7, "reshare_median": 0.5, "reshare_cap": 1.0},
    "attention": {"follow": 0.3, "optout": 0.02},
    "community": {"join": 0.5, "centreless": 1.0},
    "service": {"question": 0.5, "complain": 1.0},
    "media": {"reach": 0.0},
}
PEOPLE, DAYS = 100, 90


def kept(model, *kinds):
    return model.events[np.isin(model.events["kind"], [KIND[kind] for kind in kinds])]


def with_turnover(rate, **more):
    return {**LIVELY, "customers": {**LIVELY["customers"], "turnover": rate}, **more}


@pytest.fixture(scope="module")
def model(make_scenario, live):
    """A busy quarter of a year in which about half of the people are succeeded."""
    return live(make_scenario(PEOPLE, focal="sd", rival="crossroads", rivals=2, budget=1.0, **LIVELY), DAYS)


def lives(model):
    """From which day to which each id was in the market."""
    spans = {k: [NEVER, 10**9] for k in range(PEOPLE)}
    for row in kept(model, "exit", "entry"):
        if row["kind"] == KIND["exit"]:
            spans[int(row["actor"])][1] = int(row["day"])
        else:
            spans[int(row["actor"])] = [int(row["day"]) + 1, 10**9]
    return spans


def test_whoever_leaves_is_succeeded_and_nobody_is_lost(model):
    out, into = kept(model, "exit"), kept(model, "entry")
    assert len(out) == len(into) > 30
    assert sorted(out["other"]) == sorted(into["actor"])
    assert (out["other"] - out["actor"] == stride(PEOPLE)).all()
    ids = model.columns.ids
    assert len(set(ids.tolist())) == PEOPLE
    assert sorted(ids % stride(PEOPLE)) == list(range(PEOPLE))
    assert (model.columns.people["id"] == ids).all()
    present = {who for who, (_, last) in lives(model).items() if last == 10**9}
    assert present == set(ids.tolist())
    assert len(out) == pytest.approx(PEOPLE * (3.0 * DAYS / 365), rel=0.4)


def test_nobody_acts_or_is_acted_upon_before_coming_or_after_leaving(model):
    spans = lives(model)
    for row in model.events:
        if row["kind"] in (KIND["entry"], KIND["exit"]):
            continue
        for who in (int(row["actor"]), int(row["other"])):
            is_person = row["kind"] not in (KIND["resource_used"], KIND["step"]) or who == row["actor"]
            if who >= 0 and is_person and (who != 0 or who == row["actor"]):
                assert spans[who][0] <= row["day"] <= spans[who][1], row


def test_a_successor_is_somebody_else_and_remembers_nothing(make_scenario, live, monkeypatch):
    from valuescape.sim import turnover

    groups = with_turnover(2.0, integration={"public_spread": 0.5})
    model, before, after = live(make_scenario(PEOPLE, focal="sd", rivals=1, **groups)), [], []
    real = turnover.succeed

    def watched(w, rows, *others):
        before.append((np.array(w.people[rows]), np.array(w.pairs[rows])))
        real(w, rows, *others)
        after.append([np.array(getattr(w, table)[rows]) for table in ("people", "pairs", "lives", "due")])
        assert not np.isin(w.pairs["heard_from"], rows).any()

    monkeypatch.setattr(turnover, "succeed", watched)
    for _ in range(60):
        model.step()
    assert len(after) > 10
    old = [np.concatenate([part[k] for part in before]) for k in range(2)]
    new = [np.concatenate([part[k] for part in after]) for k in range(4)]
    assert old[1]["bought"].sum() > 10
    for column in ("bought", "follows", "member", "praise", "blame", "attachment", "habit", "irritation"):
        assert (new[1][column] == 0).all(), column
    assert (new[1]["credibility"] == 0.5).all()
    assert (new[0]["needs"] == 0).all()
    assert (new[0]["need_no"] == 0).all()
    for trait in ("rate", "skill", "talk", "order", "w0", "d0"):
        assert (new[0][trait] != old[0][trait]).all(), trait
    assert (new[0]["public"] == old[0]["public"]).all(), "the neighbourhood stays"
    assert np.corrcoef(new[0]["talk"], old[0]["talk"])[0, 1] < 0.6
    assert (new[2]["leaves"] > new[0]["since"]).all()
    assert (new[3] >= new[0]["since"]).all()


def test_followers_and_members_are_who_they_are(model):
    w = model.columns
    for f in range(3):
        assert sorted(w.fans[f, : w.fan_count[f]]) == np.flatnonzero(w.pairs["follows"][:, f]).tolist()
    for k in range(4):  # the last is nobody's
        members = w.members[k, : w.member_count[k]]
        assert sorted(members) == np.flatnonzero(w.pairs["member"][:, k] if k < 3 else w.lives["commons"]).tolist()
        places = [name_key(int(w.ids[row]), int(w.communities[k]["key"]), COMM_JOIN, 0) for row in members]
        assert w.ring[k, : w.member_count[k]].tolist() == places == sorted(places)
    assert w.fan_count.sum() > 20
    assert w.member_count[0] > 5
    assert w.member_count[3] > 5


def test_value_and_customers_of_those_who_left_still_count(model):
    people, pairs = model.everybody()
    ends = kept(model, "episode_end")
    assert people["needs"].sum() == len(ends)
    assert len(people) == PEOPLE + len(kept(model, "exit"))
    assert people["value_sum"].astype(float).sum() == pytest.approx(model.totals.sum_of("net_value", slice(0, DAYS)).sum(), abs=1e-3)
    bought = kept(model, "purchase")
    assert (pairs["bought"] > 0).sum() == len(np.unique(bought[["actor", "firm"]]))
    assert model.totals.tally_of("new_customers", slice(0, DAYS)).sum() == (pairs["bought"] > 0).sum()


def test_nobody_leaves_in_the_middle_of_a_case(make_scenario, live):
    """Where patience lasts for weeks there are always some whose time has come and who wait for their case to end."""
    groups = with_turnover(4.0, service={"question": 1.0, "complain": 1.0, "deadline": 400})
    model = live(make_scenario(60, focal={"desk_hours": 0.05}, rival={}, rivals=1, budget=10.0, **groups))
    waited = 0
    for _ in range(60):
        model.step()
        late = np.flatnonzero(model.columns.lives["leaves"] < model.day)
        waited += len(late)
        assert np.isin(late, busy(model.columns)).all()
    assert waited > 0
    assert len(kept(model, "exit")) > 20


def test_in_a_world_in_which_nobody_leaves_nothing_is_different(make_scenario, live):
    still, patient = (live(make_scenario(60, focal="sd", rivals=1, **with_turnover(rate)), 40) for rate in (0.0, 1e-9))
    assert still.events.tobytes() == patient.events.tobytes()
    assert still.columns.people.tobytes() == patient.columns.people.tobytes()
    assert len(kept(patient, "exit")) == 0


def test_a_departure_touches_nobody_without_a_tie(make_scenario, live):
    """Two halves without a tie: with a leaver in the one the other is as it was, to the byte."""
    rng = np.random.default_rng(2)
    ends = [np.concatenate([rng.integers(0, 30, 60), rng.integers(30, 60, 60)]) for _ in range(2)]
    net = from_ties(60, *ends, latent=rng.standard_normal(60))
    alone = {"pushes": [{"channel": "email", "volume": 1.5}], "posts": 3.0}
    scenario = make_scenario(60, focal=alone, rival=alone, rivals=1, budget=10.0, **with_turnover(1e-9, community={"join": 0.0}))
    logs = []
    for leaves in (False, True):
        model = live(scenario, 5, network=net)
        if leaves:
            model.columns.lives["leaves"][:10] = 20
        for _ in range(40):
            model.step()
        assert len(kept(model, "exit")) == 10 * leaves
        logs.append(model.events)
    others = np.arange(30, 60)
    there = [log[np.isin(log["actor"], others) | ((log["actor"] < 0) & np.isin(log["other"], others))] for log in logs]
    assert len(there[0]) > 500
    assert there[0].tobytes() == there[1].tobytes()


def test_renumbered_rows_change_nothing_in_a_changing_population(make_scenario, live):
    rng = np.random.default_rng(4)
    net = from_ties(80, *rng.integers(0, 80, (2, 200)), follows=tuple(rng.integers(0, 80, (2, 100))), latent=rng.standard_normal(80))
    order = rng.permutation(80)
    focal = {"pushes": [{"channel": "email", "volume": 1.5}], "posts": 3.0, "desk_hours": 1.0, "community_hours": 0.5, "codesign": 1.0}
    scenario = make_scenario(80, focal=focal, rival={}, rivals=1, budget=10.0, **LIVELY)
    one, other = (live(scenario, 60, network=n) for n in (net, net.renumbered(order)))
    assert len(kept(one, "exit")) > 15
    assert one.events.tobytes() == other.events.tobytes()
    assert one.columns.ids[order].tolist() == other.columns.ids.tolist()


def test_a_checkpoint_keeps_the_people_it_was_taken_of(make_scenario, live, compiled):
    scenario = make_scenario(60, focal="sd", rivals=1, **LIVELY)
    model = live(scenario, 20)
    taken = model.checkpoint()
    before, begun = taken.columns.ids.copy(), len(model.history)
    for _ in range(20):
        model.step()
    branch = ServiceEcosystem.branch(taken, scenario, detail="full", compiled=compiled)
    for _ in range(20):
        branch.step()
    assert (taken.columns.ids == before).all()
    assert not (model.columns.ids == before).all()
    assert np.concatenate(model.history[begun:]).tobytes() == branch.events.tobytes()
    assert len(model.everybody()[0]) == len(branch.everybody()[0])


def test_a_customer_who_left_can_no_longer_be_asked(make_scenario, live):
    model = live(make_scenario(60, rivals=1, **LIVELY))
    everybody = list(model.customers)
    for _ in range(40):
        model.step()
    gone = [one for one in everybody if one.unique_id not in model.columns.ids]
    assert gone
    with pytest.raises(LookupError, match=f"customer {gone[0].unique_id} has left"):
        _ = gone[0].skill


def test_too_many_generations_are_refused(make_scenario, live):
    model = live(make_scenario(20, rivals=1, **with_turnover(4.0)))
    model.columns.ids[:] += 2047 * stride(20)
    model.columns.people["id"] = model.columns.ids
    model.columns.lives["leaves"][3] = 0
    with pytest.raises(InputError, match=r"customers\.turnover"):
        model.step()


def test_a_world_with_everything_about_people_is_the_same_plain_and_compiled(make_scenario, live, compiled):
    if not compiled:
        pytest.skip("worlds run uncompiled here")
    partners = {"helper": {"social": 1.0, "found": 0.3, "failure": 0.2}, "tool": {"emotional": 1.0, "essential": 0.5, "share": 0.1}}
    shocks = [{"day": 15, "kind": "public_cut", "severity": 0.4, "days": 9}, {"day": 25, "kind": "partner_exit", "partner": "tool"}]
    focal = {
        "pushes": [{"channel": "mail", "volume": 1.0}], "theme": "social", "alliance": 0.6, "tools": 0.5, "scope": 0.7, "desk_hours": 1.0,
        "community_hours": 1.0, "posts": 5.0, "research": 0.4, "codesign": 1.0, "review_hours": 1.0,
    }  # fmt: skip
    groups = with_turnover(3.0, choice={"meaning": 3.0}, integration={"public_spread": 0.5, "sigma": 0.7})
    scenario = make_scenario(120, focal=focal, rival={"posts": 3.0}, rivals=1, budget=10.0, partners=partners, shocks=shocks, **groups)
    plain, fast = (live(scenario, 50, compiled=way) for way in (False, True))
    assert len(kept(plain, "exit")) > 20
    assert plain.events.tobytes() == fast.events.tobytes()
    for name in Columns._fields:
        if name not in ("log", "par"):
            assert getattr(plain.columns, name).tobytes() == getattr(fast.columns, name).tobytes(), name
