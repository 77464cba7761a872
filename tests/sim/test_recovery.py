"""Answers in whole worlds: what they change in the end, what they leave alone, and that nothing gets lost on the way."""

import numpy as np
import pytest

from valuescape.sim import columns as c
from valuescape.sim.events import KIND, S_IDLE, S_WORKED
from valuescape.sim.network import from_ties

BUSY = {
    "customers": {"need_rate": 60, "online": 0.6, "attention": 20},
    "talk": {"feed_base": 0.1, "sees": 0.5, "openness": 0.8, "handle_sees": 1.0},
    "service": {"question": 0.3, "complain": 1.0, "deadline": 30},
    "attention": {"follow": 0.3},
    "integration": {"failure": 0.2},
    "community": {"join": 0.5},
}
STAFF = {"desk_hours": 0.25, "open_hours": 0.5, "community_hours": 1.0}
"""So few staff that some cases have to wait."""
ALL = STAFF | {
    "triage": "need", "join": "always", "acknowledge": 0.5, "explain": 0.7, "honesty": 0.5, "follow_up": 0.5, "in_public": 0.6,
    "compensation": 0.3, "compensation_in": "public", "handling": 0.5,
}  # fmt: skip
SILO = {"handover_loss": 0.1, "handover_delay": 5.0}


class Moody:
    """Changes its desk's hours and rules every week."""

    def __init__(self):
        self.asked = 0

    def decide(self, view):
        """All levers, with hours that go up and down, to nought too."""
        from valuescape.agents.view import Decision

        self.asked += 1
        hours = (0.6, 0.05, 4.0, 0.0)[self.asked % 4]
        words = {"triage": ("arrival", "need", "reach")[self.asked % 3], "join": ("asked", "always")[self.asked % 2]}
        return Decision.model_validate(ALL | words | {"desk_hours": hours, "open_hours": 1.0 - hours / 4})


def world(make_scenario, live, days=40, focal=ALL, *, people=100, network=None, **options):
    """A busy world in which the focal firm, and a rival like it, do all that a desk can do."""
    offer = options.pop("offer", SILO)
    groups = {name: BUSY.get(name, {}) | options.get(name, {}) for name in BUSY | options}
    scenario = make_scenario(people, focal=focal, rival=focal, rivals=1, budget=100.0, offer=offer, **groups)
    return live(scenario, days, network=network)


@pytest.fixture(scope="module")
def diary(make_scenario, live):
    return world(make_scenario, live)


@pytest.fixture(scope="module")
def moody(make_scenario, live):
    """The same with hours that change each week under the cases on the desks."""
    return world(make_scenario, live, 60, focal=f"{__file__}:Moody")


def tally(model, name):
    return model.totals.tally_of(name, slice(0, model.totals.used))


def rows(model, kind):
    return model.events[model.events["kind"] == KIND[kind]]


# --- nothing gets lost --------------------------------------------------------------------------------------------------


def test_that_world_has_something_of_everything(diary):
    happened = {kind for kind, number in KIND.items() if (diary.events["kind"] == number).any()}
    assert happened >= {"acknowledged", "followed_up", "found_out", "return", "handover", "reply", "complaint"}
    lives, bonds = diary.columns.lives, diary.columns.bonds
    assert (lives["norm"] < 6).any()
    assert (lives["norm"] > 6).any()
    assert (lives["shout"] > 0).any()
    assert len(np.unique(bonds["sincerity"])) > 20


def test_revenue_is_what_customers_paid_less_what_was_given_back(diary):
    bought, back = rows(diary, "purchase"), rows(diary, "return")
    margin = 100 * diary.columns.firms["margin"]
    size = diary.columns.people["order"].astype(np.float64)
    paid = {int(row["thread"]): int(row["amount"]) for row in bought}
    for f in range(2):
        mine, returned = bought[bought["firm"] == f], back[back["firm"] == f]
        assert returned["amount"].sum() > 0
        assert tally(diary, "revenue_cents")[f] == mine["amount"].sum() - returned["amount"].sum()
        assert tally(diary, "margin_cents")[f] == np.floor(margin[f] * size[mine["actor"]] + 0.5).sum() - returned["amount"].sum()
    cause = {int(row["id"]): int(row["cause"]) for row in rows(diary, "complaint")}
    assert all(int(row["amount"]) == np.floor(0.3 * paid[cause[int(row["thread"])]] + 0.5) for row in back)
    assert len(set(back["thread"])) == len(back), "money is given back once"


def test_people_feel_the_money_that_they_got_back(diary):
    net = np.add.reduce(diary.totals.sum_of("net_value", slice(0, diary.totals.used)))
    assert diary.columns.people["value_sum"].astype(float).sum() == pytest.approx(net, abs=1e-3)


@pytest.mark.parametrize("which", ["diary", "moody"])
def test_every_case_is_answered_or_late_or_on_its_way(which, request):
    model = request.getfixturevalue(which)
    w = model.columns
    free = set(w.free_cases[: w.counter[c.C_CASES]].tolist())
    open_cases = w.cases[[k for k in range(len(w.cases)) if k not in free]]
    for f in range(2):
        opened, answered, late = (tally(model, name)[f] for name in ("opened", "answered", "late"))
        mine = open_cases["state"][open_cases["firm"] == f]
        # closed, followed and late ones only keep their places for a while; those that have not arrived yet are not opened
        arrived = w.queue[: w.counter[c.C_QUEUE]]
        arriving = arrived[(arrived["kind"] == 1) & (arrived["parent"] == 0)]
        not_yet = int((w.cases["firm"][arriving["at"]] == f).sum())
        assert opened == answered + late + np.isin(mine, (0, 1, 4, 5)).sum() - not_yet
        assert w.desks[f]["waiting"].sum() + not_yet == (mine == 0).sum()
        assert opened > 30
        assert answered > 15
    replies = rows(model, "reply")
    assert len(set(replies["thread"])) == len(replies) == tally(model, "answered").sum()
    visits = w.queue[: w.counter[c.C_QUEUE]]
    kinds = np.isin(visits["kind"], (1, 3, 12, 13))
    assert set(visits["at"][kinds].tolist()) == set(range(len(w.cases))) - free


@pytest.mark.parametrize("which", ["diary", "moody"])
def test_staffed_hours_are_worked_idle_or_in_hand(which, request):
    """Exactly, also where hours change each week and orders, words and second visits take time."""
    model = request.getfixturevalue(which)
    done = model.totals.total[: model.totals.used]
    staffed = np.zeros(2)
    for day in range(model.day):
        for f, firm in enumerate(("focal", "rival_1")):
            last = [d for d in model.decisions if d["firm"] == firm and d["day"] <= day][-1]["decision"]
            staffed[f] += last["desk_hours"] + last["open_hours"]
    for f in range(2):
        there = model.columns.desks[f]["credit"].sum()
        assert done[:, f, S_WORKED].sum() + done[:, f, S_IDLE].sum() + there == pytest.approx(staffed[f], rel=1e-12)


@pytest.mark.parametrize("which", ["diary", "moody"])
def test_every_event_has_a_name_of_its_own_and_points_to_what_happened(which, request):
    log = request.getfixturevalue(which).events
    assert len(np.unique(log[["id", "kind"]])) == len(log)
    first = dict(zip(log["id"][::-1].tolist(), log["day"][::-1].tolist(), strict=True))
    for column in ("thread", "parent", "cause"):
        pointing = log[(log[column] != 0) & (log["kind"] != KIND["utterance"])]
        assert all(first[int(row[column])] <= row["day"] for row in pointing)


def test_states_keep_to_their_ranges(diary, moody):
    diary.check()
    moody.check()


def test_plain_and_compiled_desks_do_the_same(diary, make_scenario, live, compiled):
    if not compiled:
        pytest.skip("this run is plain")
    scenario = make_scenario(60, focal=ALL, rival=ALL, rivals=1, budget=100.0, offer=SILO, **BUSY)
    one, two = (live(scenario, 40, compiled=way) for way in (True, False))
    assert one.events.tobytes() == two.events.tobytes()
    for table in ("people", "pairs", "lives", "bonds", "desks", "cases"):
        assert getattr(one.columns, table).tobytes() == getattr(two.columns, table).tobytes(), table


# --- what shares nothing --------------------------------------------------------------------------------------------------


def test_without_levers_no_number_of_recovery_changes_anything(make_scenario, live):
    """A desk that only answers: apologies, money, following up, joining and shouting have left no trace."""
    quiet, other = (
        world(make_scenario, live, 30, STAFF, offer={}, recovery=numbers)
        for numbers in ({}, {"explain_gain": 1.0, "money_gain": 1.0, "together": 3.0, "follow_gain": 1.0, "follow_days": 1.0,
                             "found_out": 1.0, "seen_through": 1.0,
                             "lie": 2.0, "unmasked": 1.0, "intrusion": 1.0, "intruded": 1.0, "shout_rate": 1.0})
    )  # fmt: skip
    assert quiet.events.tobytes() == other.events.tobytes()
    assert quiet.columns.pairs.tobytes() == other.columns.pairs.tobytes()
    assert (quiet.columns.lives["shout"] == 0).all()


@pytest.mark.parametrize("free", [{"honesty": 0.0}, {"compensation_in": "public"}])
def test_a_rule_about_what_is_not_done_changes_nothing(free, make_scenario, live):
    one, two = (world(make_scenario, live, 20, STAFF | more, offer={}) for more in ({}, free))
    assert one.events.tobytes() == two.events.tobytes()


def test_renumbered_rows_change_nothing_at_the_desk(make_scenario, live):
    rng = np.random.default_rng(5)
    ends, fans = (tuple(rng.integers(0, 80, (2, k))) for k in (300, 200))
    net = from_ties(80, *ends, follows=fans, latent=rng.standard_normal(80))
    order = rng.permutation(80)
    one, other = (world(make_scenario, live, people=80, network=n) for n in (net, net.renumbered(order)))
    assert one.events.tobytes() == other.events.tobytes()
    for table in ("lives", "bonds"):
        assert np.array(getattr(one.columns, table))[order].tobytes() == np.array(getattr(other.columns, table)).tobytes()


# --- what comes of it -----------------------------------------------------------------------------------------------------


def damage(make_scenario, live, shocks, **levers):
    """Mean attachment to a firm in a market where a fifth of all episodes goes wrong."""
    focal = {"desk_hours": 6.0, "open_hours": 6.0} | levers
    model = world(make_scenario, live, 90, focal, offer={}, people=150, **shocks)
    return float(model.columns.pairs["attachment"][:, 0].mean())


def test_latency_and_honesty_change_the_damage_and_silence_is_an_act(make_scenario, live):
    """Not to answer at all costs most; late answers are worth less; lies are found out and cost what they had won."""
    hours = {h: damage(make_scenario, live, {}, desk_hours=h, open_hours=h) for h in (0.0, 0.35, 6.0)}
    assert hours[0.0] < hours[0.35] < hours[6.0]
    honest, liar = (damage(make_scenario, live, {"recovery": {"found_out": 0.8}}, explain=1.0, honesty=h) for h in (1.0, 0.0))
    assert hours[6.0] < honest
    assert liar < honest - 0.5 * (honest - hours[6.0])


def test_public_money_fuels_complaints_because_onlookers_learn(make_scenario, live):
    """The same money given in private does not; nor does money in public where nobody learns from it."""
    pay = {"compensation": 1.0, "in_public": 1.0, "desk_hours": 6.0, "open_hours": 6.0}
    found = {}
    for where in ("private", "public"):
        for rate in (0.0, 0.3):
            model = world(make_scenario, live, 90, pay | {"compensation_in": where}, offer={}, people=150, recovery={"shout_rate": rate},
                          service={"complain": 0.3})  # fmt: skip
            complaints = rows(model, "complaint")
            found[where, rate] = len(complaints), float((complaints["place"] == 8).mean())
    assert found["public", 0.3][0] > 1.15 * found["public", 0.0][0]
    assert found["public", 0.3][1] > found["public", 0.0][1]
    assert found["private", 0.3] == found["private", 0.0]
    assert abs(found["public", 0.0][0] / found["private", 0.0][0] - 1) < 0.1
