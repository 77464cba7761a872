"""Who may be reached: consent regimes (NS26), a preference console (NS06), contact schedules (NS15), target rules and what they read."""

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.view import RULED, TARGETS, Push
from valuescape.sim.columns import AGREED, CLOSED, NEVER, OPEN, PREFERRED
from valuescape.sim.draws import name_key
from valuescape.sim.events import EMAIL, KIND, MAIL, MSG_PUSH
from valuescape.sim.views import Audience

LETTERS = {"pushes": [{"channel": "mail", "volume": 3.0}]}
BOTH = {"pushes": [{"channel": "email", "volume": 3.0}, {"channel": "mail", "volume": 3.0}]}
BUSY = {"customers": {"need_rate": 60}, "targeting": {"usual_gap": 5.0}}


def rows(model, kind, firm=0):
    """Rows of the log of one kind and firm."""
    return model.events[(model.events["kind"] == KIND[kind]) & (model.events["firm"] == firm)]


def world(make_scenario, live, focal, days=40, people=100, **groups):
    """A small world in which money is no matter and the rival does nothing."""
    return live(make_scenario(people, focal=focal, rival={}, rivals=1, budget=100.0, **(BUSY | groups)), days)


def bought_before(model, who, day):
    """Whether she bought from the focal firm on an earlier day."""
    deals = rows(model, "purchase")
    return bool(((deals["actor"] == who) & (deals["day"] < day)).any())


# --- consent ----------------------------------------------------------------------------------------------------------


def test_ns26_by_opt_in_nobody_is_contacted_who_did_not_agree_at_a_purchase(make_scenario, live):
    opt_in = {"consent_start": 0.0, "consent": 0.6, "optout": 0.0}
    model = world(make_scenario, live, BOTH, attention=opt_in)
    sent = rows(model, "msg_push")
    assert len(sent) > 200
    assert all(bought_before(model, row["other"], row["day"]) for row in sent[:: len(sent) // 100])
    states = np.concatenate([model.columns.email_ok[:, 0], model.columns.mail_ok[:, 0]])
    assert set(states) == {CLOSED, AGREED}
    assert len(rows(world(make_scenario, live, BOTH, attention=opt_in | {"consent": 0.0}), "msg_push")) == 0


def test_ns26_consent_at_the_start_is_drawn_by_person_firm_and_channel(make_scenario, live):
    some, more, all_of_them = (world(make_scenario, live, {}, 0, 2000, attention={"consent_start": x}) for x in (0.3, 0.6, 1.0))
    assert some.columns.email_ok.mean(axis=0) == pytest.approx([0.3, 0.3], abs=0.05)
    assert (some.columns.email_ok <= more.columns.email_ok).all()
    assert (all_of_them.columns.email_ok == OPEN).all()
    w = some.columns
    for one, other in ((w.email_ok[:, 0], w.mail_ok[:, 0]), (w.email_ok[:, 0], w.email_ok[:, 1])):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


@pytest.mark.parametrize("back", [0.0, 1.0])
def test_ns26_who_refused_is_won_back_by_her_own_act_alone(back, make_scenario, live):
    model = world(make_scenario, live, LETTERS, attention={"mail": 1.0, "optout": 0.1, "consent_back": back})
    refusals, sent, deals = (rows(model, kind) for kind in ("refused", "msg_push", "purchase"))
    assert len(refusals) > 30
    again = 0
    for refusal in refusals:
        later = sent[(sent["other"] == refusal["actor"]) & (sent["day"] > refusal["day"])]
        acts = deals[(deals["actor"] == refusal["actor"]) & (deals["day"] >= refusal["day"])]["day"]
        assert all((acts < row["day"]).any() for row in later)
        again += len(later)
    assert (again > 0) == (back > 0)


def test_ns26_who_refused_stays_refused_though_others_are_asked(make_scenario, live):
    """Under opt-in a purchase opens the channel of those who were never asked, and of nobody who closed it."""
    # at any irritation a tenth refuses per letter, so that of some 17 letters in forty days most refuse and some do not
    refusing = {"mail": 1.0, "optout": 0.1, "optout_slope": 0.0, "consent_start": 0.5, "consent": 1.0}
    model = world(make_scenario, live, LETTERS, attention=refusing)
    refusals, sent, deals = (rows(model, kind) for kind in ("refused", "msg_push", "purchase"))
    last = {int(row["actor"]): int(row["day"]) for row in refusals}
    assert len(last) > 30
    assert any(((deals["actor"] == who) & (deals["day"] >= day)).any() for who, day in last.items())
    assert not [row for row in sent if row["day"] > last.get(int(row["other"]), 10**6)]
    assert (model.columns.mail_ok[:, 0] == AGREED).any()


def test_ns26_the_same_message_differs_by_state_only_through_her_own_rule(make_scenario, live):
    """Agreed or merely open: the same world to the byte where both irritate alike, fewer refusals where they do not."""

    def history(state, consented):
        model = world(make_scenario, live, LETTERS, 0, attention={"mail": 1.0, "optout": 0.02, "consented": consented})
        model.columns.mail_ok[:] = state
        for _ in range(30):
            model.step()
        return model

    assert history(AGREED, 1.0).events.tobytes() == history(OPEN, 1.0).events.tobytes()
    assert history(OPEN, 0.0).events.tobytes() == history(OPEN, 1.0).events.tobytes()
    assert len(rows(history(AGREED, 0.0), "refused")) < 0.7 * len(rows(history(AGREED, 1.0), "refused"))


# --- preference console ------------------------------------------------------------------------------------------------

TIMED = {"channel": "mail", "volume": 7.0, "target": "job_timed"}
CONSOLE = {"console": 1.0, "analysis": 1.0, "scope": 1.0, "pushes": [*BOTH["pushes"], TIMED]}
OFTEN = {"mail": 1.0, "email": 1.0, "patience": 2.0, "console_use": 0.3, "consent_start": 1.0}


def test_ns06_no_contact_is_outside_her_preferences(make_scenario, live):
    """Day by day: what was sent to those who had set preferences went their channel, at their pace, on their occasion."""
    model = world(make_scenario, live, CONSOLE, 0, attention=OFTEN)
    checked = {"gap": 0, "timed": 0}
    for day in range(60):
        w = model.columns
        before = {name: np.array(getattr(w, name)[:, 0]) for name in ("email_ok", "mail_ok", "bonds")}
        model.step()
        job = next(push["key"] for push in model.columns.pushes if push["target"] == TARGETS.index("job_timed"))
        for row in model.history[-1][model.history[-1]["kind"] == MSG_PUSH]:
            who = int(row["other"])
            states = {EMAIL: before["email_ok"][who], MAIL: before["mail_ok"][who]}
            if PREFERRED not in states.values():
                continue
            bond = before["bonds"][who]
            assert states[int(row["place"])] == PREFERRED
            assert day - int(bond["console_day"]) >= bond["console_gap"] >= 1
            checked["gap"] += 1
            if bond["console_timed"]:
                assert row["id"] == name_key(int(job), day, MSG_PUSH, who)
                checked["timed"] += 1
    setters = model.columns.bonds["console_day"][:, 0] != NEVER
    assert setters.mean() > 0.9
    assert checked["gap"] > 30
    assert checked["timed"] > 3


def test_ns06_a_console_nobody_uses_changes_nothing_but_its_cost(make_scenario, live):
    """Not wished for, or never needed: to the byte the world without it."""
    quiet = {"attention": {"mail": 1.0, "optout": 0.0, "console_use": 0.0}}
    one, other = (world(make_scenario, live, LETTERS | {"console": level}, **quiet) for level in (0.0, 1.0))
    assert one.events.tobytes() == other.events.tobytes()
    assert one.columns.people.tobytes() == other.columns.people.tobytes()
    assert one.columns.bonds.tobytes() == other.columns.bonds.tobytes()
    assert other.spent_cents()["focal"]["console"] > one.spent_cents()["focal"]["console"] == 0


def test_ns06_setting_preferences_costs_her_value_once_and_spares_a_refusal(make_scenario, live):
    models = [world(make_scenario, live, LETTERS | {"console": 1.0},
                    attention={"mail": 1.0, "optout": 0.1, "console_use": 0.0, "console_effort": e}) for e in (0.0, 0.25)]  # fmt: skip
    free, dear = (model.columns for model in models)
    setters = free.bonds["console_day"][:, 0] != NEVER
    assert setters.sum() > 30
    spent = free.people["value_sum"].astype(float) - dear.people["value_sum"]
    assert spent == pytest.approx(0.25 * setters, abs=1e-4)
    net = sum(model.totals.sum_of("net_value", slice(0, 40)).sum() * sign for model, sign in zip(models, (1, -1), strict=True))
    assert net == pytest.approx(0.25 * setters.sum(), abs=1e-6)


def test_ns06_the_level_is_the_share_of_customers_who_can_use_it(make_scenario, live):
    users = []
    for level in (0.0, 0.4, 1.0):
        model = world(make_scenario, live, LETTERS | {"console": level}, 30, attention={"mail": 1.0, "optout": 0.0, "console_use": 1.0})
        users.append(set(np.flatnonzero(model.columns.bonds["console_day"][:, 0] != NEVER)))
    assert len(users[0]) == 0
    assert users[1] < users[2]
    assert len(users[1]) / len(users[2]) == pytest.approx(0.4, abs=0.15)


# --- contact schedules --------------------------------------------------------------------------------------------------


def test_ns15_a_lifecycle_programme_contacts_by_the_age_of_the_product(make_scenario, live):
    programme = [{"channel": "mail", "volume": 7.0, "after": 3, "until": 9}, {"channel": "mail", "volume": 2.0, "after": 12, "until": 20}]
    model = world(make_scenario, live, {"pushes": programme}, attention={"optout": 0.0})
    deals, sent = rows(model, "purchase"), rows(model, "msg_push")
    assert len(sent) > 200
    ages = []
    for row in sent[:: len(sent) // 200]:
        last = deals[(deals["actor"] == row["other"]) & (deals["day"] < row["day"])]["day"].max()
        ages.append(int(row["day"] - last))
    assert set(ages) <= {*range(3, 10), *range(12, 21)}
    assert {3, 9, 12} <= set(ages)


def test_ns15_a_longer_window_reaches_the_same_people_and_more(make_scenario, live):
    sent = []
    for until in (10, 25):
        push = {"channel": "mail", "volume": 2.0, "after": 2, "until": until}
        model = world(make_scenario, live, {"pushes": [push]}, 20, attention={"optout": 0.0, "respond_mail": 0.0})
        sent.append(set(rows(model, "msg_push")["id"]))
    assert sent[0] < sent[1]


def test_ns15_job_timed_and_calendar_timed_and_none_are_distinct(make_scenario, live):
    """Messages that wait for a near job are fewer, and answered more often."""
    found = {}
    for target in ("none", "all", "job_timed"):
        pushes = [] if target == "none" else [{"channel": "mail", "volume": 3.0, "target": target}]
        model = world(make_scenario, live, {"pushes": pushes, "scope": 1.0, "analysis": 1.0}, 60,
                      customers={"need_rate": 12}, attention={"mail": 1.0, "optout": 0.0})  # fmt: skip
        found[target] = len(rows(model, "msg_push")), len(rows(model, "response"))
    assert found["none"] == (0, 0)
    assert 0 < found["job_timed"][0] < 0.5 * found["all"][0]
    assert found["job_timed"][1] / found["job_timed"][0] > 1.5 * found["all"][1] / found["all"][0]


def test_a_schedule_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="begins after 9 days and ends after 3"):
        Push(channel="mail", after=9, until=3)
    assert Push(channel="mail", after=0, until=3650).group == Push(channel="mail").group == ("mail", "all")


def test_two_pushes_that_differ_in_nothing_but_their_end_are_refused(make_scenario, live):
    pushes = [{"channel": "mail", "volume": 1.0, "after": 3, "until": until} for until in (5, 9)]
    with pytest.raises(InputError, match="two pushes"):
        world(make_scenario, live, {"pushes": pushes}, 1)


# --- target rules -------------------------------------------------------------------------------------------------------

KNOWING = {"analysis": 1.0, "scope": 1.0}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("window", [{}, {"after": 1, "until": 12}])
def test_the_people_counted_are_those_whom_messages_reach(target, window, make_scenario, live):
    """A message a day to everybody in the group: as many are sent as were counted, day by day."""
    push = {"channel": "mail", "volume": 7.0, "target": target, **window}
    model = world(make_scenario, live, {"pushes": [push], **KNOWING}, 0, attention={"mail": 0.5, "optout": 0.05, "console_use": 0.2})
    group, total = Push.model_validate(push).group, 0
    for day in range(16):
        model._decide()
        counted = Audience(model.columns, 0, day, model.runner.engine.kernels["reachable"])[group]
        model.runner.run("propose", day)
        assert model.columns.log.count[:, 0, MSG_PUSH].sum() == counted
        total += counted
        for phase in ("choose", "integrate", "judge", "speak", "spread", "take_in", "help"):
            own = getattr(model, f"_{phase}", None)
            own() if own else model.runner.run(phase, day)
        model._settle()
        model.day += 1
    assert (total > 0) == (target != "prospects" or not window), "a prospect has no purchase that a window could count from"


@pytest.mark.parametrize("target", RULED)
def test_a_rule_that_nobody_analysed_data_for_finds_nobody(target, make_scenario, live):
    people = []
    for analysis in (0.0, 0.5, 1.0):
        focal = {"scope": 1.0, "analysis": analysis, "pushes": [{"channel": "mail", "volume": 7.0, "target": target}]}
        model = world(make_scenario, live, focal, 15, attention={"optout": 0.0, "respond_mail": 0.0, "mail": 0.0})
        people.append(set(rows(model, "msg_push")["id"]))
    assert len(people[0]) == 0 < len(people[1])
    assert people[1] < people[2]


@pytest.mark.parametrize("target", RULED)
def test_a_larger_volume_reaches_the_same_people_and_more(target, make_scenario, live):
    sent = []
    for volume in (0.7, 2.5):
        focal = KNOWING | {"pushes": [{"channel": "mail", "volume": volume, "target": target}]}
        sent.append(set(rows(world(make_scenario, live, focal, 14, attention={"mail": 0.0}), "msg_push")["id"]))
    assert 0 < len(sent[0]) < len(sent[1])
    assert sent[0] < sent[1]


def groups_of(model, day=40):
    """Whom each target rule selects, as masks."""
    from valuescape.sim.kernels.reach import is_aimed_at

    w = model.columns
    return {t: np.array([bool(is_aimed_at(w, i, 0, TARGETS.index(t), day)) for i in range(len(w.ids))]) for t in RULED}


@pytest.fixture(scope="module")
def known(make_scenario, live):
    """A world after 40 days whose focal firm knows what it may know."""
    return world(make_scenario, live, KNOWING, people=400, customers={"need_rate": 30}, targeting={"usual_gap": 15.0})


def test_no_rule_reads_what_a_customer_desires(known):
    """Other desires, weights, values and tastes: the same people."""
    before, w = groups_of(known), known.columns
    kept = {name: np.array(w.people[name]) for name in ("d0", "d1", "d2", "w0", "w1", "w2", "skill", "value_sum", "rate")}
    for name, column in kept.items():
        w.people[name] = column[::-1] + 0.5
    after = groups_of(known)
    for name, column in kept.items():
        w.people[name] = column
    assert all(np.array_equal(before[t], after[t]) for t in RULED)


def test_rules_select_whom_they_are_named_after(known):
    found, w = groups_of(known), known.columns
    pairs, lives = w.pairs[:, 0], w.lives
    assert all(5 < mask.sum() < 390 for mask in found.values())
    assert np.abs(lives["demo"][found["demographic"]]).max() <= 0.67 < np.abs(lives["demo"][~found["demographic"]]).min() + 1e-6
    worth = pairs["bought"] * w.people["order"]
    assert worth[found["rfm"]].min() >= 1.0
    assert worth[found["rfm"]].mean() > 2 * worth[~found["rfm"]].mean()
    assert (pairs["bought"][found["propensity"]] > 0).all()
    assert (w.due - 40)[found["job_timed"]].max() <= 14
    assert lives["tied"][found["network"]].mean() > 1.5 * lives["tied"][~found["network"]].mean()


def test_a_near_need_is_known_only_as_far_as_she_shares_it(known):
    firm, pairs = known.columns.firms[0], known.columns.pairs
    trusted = np.array(pairs["credibility"][:, 0])
    numbers = {}
    for scope, intrusive, credibility in ((0, 0, 1), (0.5, 0, 1), (1, 0, 1), (1, 0, 0), (0, 1, 0)):
        firm["scope"], firm["intrusive"], pairs["credibility"][:, 0] = scope, intrusive, credibility
        numbers[scope, intrusive, credibility] = groups_of(known)["job_timed"]
    firm["scope"], firm["intrusive"], pairs["credibility"][:, 0] = 1.0, 0.0, trusted
    assert not numbers[0, 0, 1].any()
    assert not numbers[1, 0, 0].any()
    assert 0 < numbers[0.5, 0, 1].sum() < numbers[1, 0, 1].sum()
    assert (numbers[0.5, 0, 1] <= numbers[1, 0, 1]).all()
    assert numbers[0, 1, 0].sum() == pytest.approx(numbers[1, 0, 1].sum(), rel=0.2), "who tracks needs no trust"


@pytest.mark.parametrize(("demography", "correlation"), [(0.0, 0.0), (0.3, 0.3), (1.0, 0.5)])
def test_the_demographic_score_goes_with_desires_as_declared(demography, correlation, make_scenario, live):
    """At most as much as neighbours are alike, since it comes from the neighbourhood."""
    model = world(make_scenario, live, {}, 0, 4000, targeting={"demography": demography})
    demo = model.columns.lives["demo"]
    assert np.corrcoef(demo, model.columns.people["d0"])[0, 1] == pytest.approx(correlation, abs=0.06)
    assert demo.std() == pytest.approx(1.0, abs=0.1)


def test_messages_are_paid_for_whom_the_new_levers_find(make_scenario, live, root):
    """Data worked up from today on are counted today: nobody writes for nothing on the first day."""
    push = {"channel": "mail", "volume": 1.4, "target": "network"}
    scenario = make_scenario(focal={"analysis": 1.0, "pushes": [push]}, rival={}, rivals=1, budget=100.0)
    looks = scenario.firms["focal"].model_copy(update={"strategy": f"{root / 'tests' / 'worlds.py'}:Curious"})
    model = live(scenario.model_copy(update={"firms": scenario.firms | {"focal": looks}}), 1)
    people = Audience(model.columns, 0, 0)["mail", "network"]
    assert model.spent_cents()["focal"]["mail"] == int(people * 1.4 / 7 * model.params.prices.mail * 100 + 1e-6) > 0
