"""Worlds that differ in one thing differ in nothing else: triggers, halves, rows, newcomers, rivals, arms, checkpoints."""

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim.events import KIND
from valuescape.sim.model import ServiceEcosystem
from valuescape.sim.network import from_ties

PUSHES = [{"channel": "email", "volume": 1.5}, {"channel": "mail", "volume": 0.4, "target": "prospects"},
          {"channel": "mail", "volume": 3.0, "target": "job_timed"}, {"channel": "email", "volume": 0.5, "target": "network"},
          {"channel": "email", "volume": 0.7, "target": "buyers", "after": 3, "until": 20}]  # fmt: skip
APART = {"pushes": PUSHES, "claim": 0.8, "posts": 3.0, "targeting": 0.5, "embedded": 0.5, "tools": 0.4, "scope": 0.6, "teaching": 0.3,
         "analysis": 0.8, "console": 0.6, "content": 0.5, "intrusive": 0.3}  # fmt: skip
"""A decision with every lever that touches customers one by one: no desk, no community, no support, no research."""
LIVELY = {
    "talk": {"feed_base": 0.2, "feed_bad": 0.2, "handle_sees": 1.0, "sees": 0.7, "reshare_median": 0.5, "reshare_cap": 1.0},
    "customers": {"need_rate": 40, "attention": 20},
    "attention": {"follow": 0.3, "consent_start": 0.7, "consent_back": 0.1},
    "media": {"reach": 0.0},
}
"""A world in which everybody needs, posts, reads and passes on a lot, so that forty days show what is to be seen."""


def world(make_scenario, live, days=40, *, network=None, **options):
    """A lively world in which every firm takes the decision APART."""
    seat = {"focal": APART, "rival": APART, "rivals": 1, "budget": 10.0}
    return live(make_scenario(**(seat | LIVELY | options)), days, network=network)


def about(events, ids):
    """Rows of the log that one of `ids` acts in, or that an act of a firm is addressed to."""
    return events[np.isin(events["actor"], ids) | ((events["actor"] < 0) & np.isin(events["other"], ids))]


def same(one, other):
    return one.tobytes() == other.tobytes()


def shock(**more):
    return {"day": 20, "trigger": True, "vividness": 5.0, **more}


def regular(events, among=10**6):
    """Whoever of the first `among` people buys most from the focal firm after day 20: a trigger there is sure to be felt."""
    rows = events[(events["kind"] == KIND["purchase"]) & (events["firm"] == 0) & (events["day"] >= 20) & (events["actor"] < among)]
    return int(np.argmax(np.bincount(rows["actor"])))


def test_a_null_trigger_leaves_the_log_and_the_state_as_they_are(make_scenario, live):
    quiet = world(make_scenario, live)
    null = world(make_scenario, live, shocks=[shock(severity=0, vividness=1)])
    assert same(null.events, quiet.events)
    assert same(null.columns.people, quiet.columns.people)
    assert same(null.columns.pairs, quiet.columns.pairs)


def test_a_trigger_changes_nothing_before_its_day_and_something_after(make_scenario, live):
    quiet = world(make_scenario, live).events
    hit = world(make_scenario, live, shocks=[shock(who=regular(quiet))]).events
    assert same(hit[hit["day"] < 20], quiet[quiet["day"] < 20])
    assert not same(hit[hit["kind"] != KIND["shock"]], quiet)
    assert (hit["kind"] == KIND["shock"]).sum() == 1


def test_a_twin_without_the_trigger_is_the_world_that_never_had_it(make_scenario, live):
    shocks = [shock(), shock(day=10, trigger=False, who=3)]
    twin = live(make_scenario(shocks=shocks, **LIVELY), 40, without="trigger")
    assert same(twin.events, live(make_scenario(shocks=shocks[1:], **LIVELY), 40).events)


def test_a_trigger_hits_the_next_episode_with_the_firm_and_that_alone(make_scenario, live):
    quiet = world(make_scenario, live).events
    victim = regular(quiet)
    loud = world(make_scenario, live, shocks=[shock(who=victim, severity=1.0)]).events
    ends = [log[(log["kind"] == KIND["episode_end"]) & (log["actor"] == victim) & (log["day"] >= 20)] for log in (quiet, loud)]
    hit = next(k for k, row in enumerate(ends[1]) if row["firm"] == 0)
    assert same(ends[0][:hit], ends[1][:hit])
    assert ends[1][hit]["value"] == 0
    assert ends[0][hit]["value"] > 0
    assert (ends[1][hit + 1 :]["value"] > 0).any()


@pytest.mark.parametrize(("key", "wrong"), [({"firm": "nobody"}, "focal, rival_1"), ({"who": 10_000}, "a customer's id")])
def test_a_shock_to_nobody_is_refused(key, wrong, make_scenario, live):
    with pytest.raises(InputError, match=wrong):
        live(make_scenario(rivals=1, shocks=[shock(day=1, **key)]), 3)


# --- what shares nothing --------------------------------------------------------------------------------------------


def halves(people=80, seed=5):
    """Two markets side by side without a tie between them."""
    rng = np.random.default_rng(seed)
    half = people // 2
    ends, fans = ([np.concatenate([rng.integers(0, half, k), rng.integers(half, people, k)]) for _ in range(2)] for k in (150, 100))
    net = from_ties(people, *ends, follows=tuple(fans), latent=rng.standard_normal(people))
    for row in range(half):
        assert (net.friends(row) < half).all()
        assert (net.followers(row) < half).all()
    return net


def test_a_trigger_in_one_half_leaves_the_other_byte_identical(make_scenario, live):
    net = halves()
    quiet = world(make_scenario, live, network=net).events
    hit = world(make_scenario, live, network=net, shocks=[shock(who=regular(quiet, 40))]).events
    mine, others = np.arange(40), np.arange(40, 80)
    assert not same(about(quiet, mine), about(hit, mine))
    assert same(about(quiet, others), about(hit, others))
    assert len(about(quiet, others)) > 1000


def test_with_ties_between_them_the_halves_do_touch(make_scenario, live):
    """The comparison can fail: a few ties across, and the trigger is felt on the other side."""
    net = halves()
    row = np.repeat(np.arange(net.people), net.degree)
    bridges = np.arange(0, 40, 4), np.arange(40, 80, 4)
    tied = from_ties(80, np.append(row, bridges[0]), np.append(net.other, bridges[1]), latent=net.latent)
    quiet = world(make_scenario, live, 60, network=tied).events
    hit = world(make_scenario, live, 60, network=tied, shocks=[shock(who=regular(quiet, 40))]).events
    assert not same(about(quiet, np.arange(40, 80)), about(hit, np.arange(40, 80)))


def test_renumbered_rows_change_nothing(make_scenario, live):
    net = halves()
    order = np.random.default_rng(3).permutation(80)
    one, other = (world(make_scenario, live, network=n) for n in (net, net.renumbered(order)))
    assert same(one.events, other.events)
    for state in ("people", "pairs", "due", "email_ok"):
        before, after = (np.array(getattr(w.columns, state)) for w in (one, other))
        if state == "pairs":  # who praised is kept as a row
            friend = before["heard_from"]
            assert np.array_equal(np.where(friend >= 0, np.argsort(order)[friend], -1)[order], after["heard_from"])
            before["heard_from"] = after["heard_from"] = 0
        assert same(before[order], after), state


def test_renumbered_rows_change_nothing_among_peers_either(make_scenario, live):
    """Questions that reach one helper on one day, ideas that compete for hours: taken up by their hours and content keys."""
    net = halves()
    order = np.random.default_rng(3).permutation(80)
    common = APART | {"community_hours": 4.0, "codesign": 1.0, "review_hours": 2.0, "credit": 1.0, "asking": 0.5}
    groups = {
        "community": {"join": 1.0, "answer": 0.5, "tire": 2.0, "centreless": 0.5, "reciprocity": 0.5, "enough": 200.0},
        "ideas": {"delay": 3.0, "herding": 0.3, "patience": 5.0}, "service": {"question": 1.0, "complain": 0.0},
        "customers": {"need_rate": 100, "attention": 20, "online": 0.6}, "talk": {"openness": 0.0},
    }  # fmt: skip
    groups |= {"focal": common, "rival": common, "budget": 50.0}
    one, other = (world(make_scenario, live, network=n, **groups) for n in (net, net.renumbered(order)))
    for kind in ("answer", "looked_up", "comm_join", "vote", "idea_adopt", "launch"):
        assert (one.events["kind"] == KIND[kind]).sum() > 5, kind
    assert same(one.events, other.events)
    for state in ("people", "lives"):
        assert same(np.array(getattr(one.columns, state))[order], np.array(getattr(other.columns, state))), state
    for field in ("attachment", "credibility", "member"):
        assert same(one.columns.pairs[field][order], np.array(other.columns.pairs[field])), field
    assert same(one.columns.communities, other.columns.communities)
    assert same(one.columns.ring, other.columns.ring)
    for place in ("o0", "o1", "o2"):
        assert same(one.columns.firms[place], other.columns.firms[place]), place


@pytest.mark.parametrize("newcomers", [1, 20])
def test_isolated_newcomers_change_nobody_else(newcomers, make_scenario, live):
    net = more = halves()
    for _ in range(newcomers):
        more = more.with_newcomer()
    one, other = (world(make_scenario, live, network=n) for n in (net, more))
    assert len(about(other.events, [80])) > 10
    assert same(about(one.events, np.arange(80)), about(other.events, np.arange(80)))
    assert same(one.columns.people, other.columns.people[:80])
    assert same(one.columns.pairs, other.columns.pairs[:80])


def test_a_rival_nobody_knows_changes_nothing(make_scenario, live):
    two = make_scenario(focal=APART, rival=APART, rivals=1, budget=10.0, **LIVELY)
    stranger = two.firms["rival_1"].model_copy(update={"options": {}, "known": 0.0})
    three = two.model_copy(update={"firms": {**two.firms, "stranger": stranger}})
    one, other = live(two, 40), live(three, 40)
    assert same(one.events, other.events)
    assert same(one.columns.people, other.columns.people)
    assert same(np.ascontiguousarray(one.columns.pairs), np.ascontiguousarray(other.columns.pairs[:, :2]))


# --- arms -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def start(make_scenario, live):
    """A checkpoint after four weeks of burn-in."""
    scenario = make_scenario(focal="ecrm", burn_in=28, **LIVELY)
    return scenario, live(scenario).checkpoint()


def arm(start, live, compiled, strategy, **options):
    scenario, checkpoint = start
    focal = scenario.firms["focal"].model_copy(update={"strategy": strategy, "options": options.pop("fields", {})})
    seated = scenario.model_copy(update={"firms": {**scenario.firms, "focal": focal}})
    return ServiceEcosystem.branch(checkpoint, seated, detail="full", compiled=compiled, **options)


def test_arms_start_alike_and_share_their_first_days_luck(start, live, compiled):
    arms = [arm(start, live, compiled, name) for name in ("ecrm", "crossroads", "sd")]
    first, due = arms[0], np.array(arms[0].columns.due)
    for other in arms[1:]:
        for state in ("people", "pairs", "due", "seed", "queue", "desks", "cases", "fans"):
            assert same(getattr(other.columns, state), getattr(first.columns, state)), state
    for model in arms:
        model.step()
    begun = [set(m.events[m.events["kind"] == KIND["episode_start"]]["id"]) for m in arms]
    planned = np.flatnonzero(due <= 0)
    assert len(planned) > 3
    for model, ids in zip(arms, begun, strict=True):
        assert len(ids) >= len(planned)
        assert len(ids & begun[0]) >= len(planned)
        assert same(model.columns.due[planned], first.columns.due[planned]), "the next need follows from the need, not from the firm"
        assert (model.columns.people["need_no"][planned] == first.columns.people["need_no"][planned]).all()


def test_a_larger_campaign_reaches_the_same_people_and_more(make_scenario, live):
    """Superset coupling: one draw per pair and week is compared with the volume."""
    sent = []
    for volume in (0.3, 0.6, 2.5):
        push = {"pushes": [{"channel": "email", "volume": volume}]}
        rows = live(make_scenario(focal=push, budget=10.0, attention={"optout": 0}), 14).events
        sent.append(set(rows["id"][(rows["kind"] == KIND["msg_push"]) & (rows["firm"] == 0)]))
    assert sent[0] < sent[1] < sent[2]
    assert len(sent[1]) == pytest.approx(100 * 2 * 0.6, rel=0.2)


def test_a_need_that_was_pulled_forward_keeps_the_rhythm_and_luck_of_those_after_it(make_scenario, live):
    """What belongs to an episode is named by its need number: an offer moves one need, and none after it."""
    groups = LIVELY | {
        "customers": {"need_rate": 30},
        "attention": {"optout": 0, "mail": 1, "offjob": 1, "respond_mail": 1, "pull_window": 9},
    }
    letters = {"pushes": [{"channel": "mail", "volume": 0.5}]}
    quiet, loud = (live(make_scenario(focal=focal, rival={}, rivals=1, budget=10.0, **groups), 60) for focal in ({}, letters))
    assert (loud.events["kind"] == KIND["response"]).sum() > 20
    ahead = loud.columns.people["need_no"] - quiet.columns.people["need_no"]
    assert set(ahead) == {0, 1}, "nobody has more than the one need in hand that was pulled"
    due = loud.columns.due == quiet.columns.due
    assert due[(ahead == 0) & (loud.columns.people["offer_firm"] < 0)].all()


def test_luck_parts_worlds_and_seed_keeps_people(start, live, compiled):
    """Another luck is another history of the same people; the same luck is the same one."""
    logs, people = [], []
    for luck in (None, 1, 2):
        model = arm(start, live, compiled, "ecrm", luck=luck)
        for _ in range(14):
            model.step()
        logs.append(model.events)
        people.append(np.array(model.columns.people["order"]))
    assert same(logs[0], logs[1]), "luck is the seed by default"
    assert not same(logs[0], logs[2])
    assert same(people[0], people[2])


def test_the_focal_arm_is_the_only_one_that_changes(start, live, compiled):
    """Rivals keep the decisions they would have taken: the same strategy, the same money."""
    first, other = (arm(start, live, compiled, name) for name in ("ecrm", "sd"))
    first.step()
    other.step()
    assert first.decisions[1:] == other.decisions[1:]
    assert first.decisions[0] != other.decisions[0]


# --- worlds go on as if nothing had happened ------------------------------------------------------------------------


@pytest.mark.parametrize("focal", ["sd", "crossroads"])
@pytest.mark.parametrize("day", [0, 10, 28])
def test_a_branch_goes_on_as_the_undisturbed_run(focal, day, make_scenario, live, compiled):
    """At day 10 no decision is due: what is in force, money set aside, open cases and posts under way must come along."""
    scenario = make_scenario(60, focal=focal, rivals=1, burn_in=14, **LIVELY)
    straight = live(scenario, day)
    taken = straight.checkpoint()
    before = len(straight.history)
    for _ in range(10):
        straight.step()
    branch = ServiceEcosystem.branch(taken, scenario, detail="full", compiled=compiled)
    for _ in range(10):
        branch.step()
    assert same(np.concatenate(straight.history[before:]), branch.events)
    assert straight.spent_cents() == branch.spent_cents()
    assert straight.columns.counter[:5].tolist() == branch.columns.counter[:5].tolist()
    for table in straight.totals.TABLES:
        assert same(getattr(straight.totals, table)[: straight.totals.used], getattr(branch.totals, table)[: branch.totals.used]), table


def test_a_checkpoint_is_a_copy(make_scenario, live, compiled):
    """Worlds that go on leave the checkpoint as it was, and two branches leave each other alone."""
    scenario = make_scenario(60, focal="sd", rivals=1, **LIVELY)
    model = live(scenario, 7)
    taken = model.checkpoint()
    before = np.array(taken.columns.people), np.array(taken.columns.pairs), dict(taken.accounts[0].cents)
    branches = [ServiceEcosystem.branch(taken, scenario, detail="full", compiled=compiled) for _ in range(2)]
    for branch in branches:
        for _ in range(7):
            branch.step()
    assert same(branches[0].events, branches[1].events)
    assert same(before[0], taken.columns.people)
    assert same(before[1], taken.columns.pairs)
    assert before[2] == taken.accounts[0].cents


def test_memory_of_strategies_is_copied_with_the_checkpoint(make_scenario, live, compiled, root):
    scenario = make_scenario(20, focal=f"{root / 'tests' / 'worlds.py'}:Diarist", rivals=1)
    model = live(scenario, 8)
    taken = model.checkpoint()
    branches = [ServiceEcosystem.branch(taken, scenario, compiled=compiled) for _ in range(2)]
    for _ in range(7):
        branches[0].step()
    assert branches[0].firms[0].strategy.asked == 3
    assert branches[1].firms[0].strategy.asked == 2
    assert branches[0].firms[0].decision.claim == pytest.approx(0.53)


def test_a_branch_of_another_world_is_refused(make_scenario, live, compiled):
    """Numbers of the world stand in the checkpoint: a scenario that says otherwise would be half obeyed."""
    taken = live(make_scenario(20, rivals=1)).checkpoint()
    for other in (make_scenario(20, rivals=1, talk={"volume": 0}), make_scenario(20, rivals=2)):
        with pytest.raises(InputError, match="of its checkpoint"):
            ServiceEcosystem.branch(taken, other, compiled=compiled)
