"""Nobody hears the silent: what stays, what goes, and that nothing else differs before it could."""

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim.columns import NEVER
from valuescape.sim.events import KIND, PLACES, TALLIES
from valuescape.sim.hours import POSTED
from valuescape.sim.model import ServiceEcosystem
from valuescape.sim.network import from_ties

OPEN = {"posts": 2.0, "prompts": 1.0, "open_hours": 40.0, "desk_hours": 5.0, "in_public": 1.0, "join": "always", "listening": 1.0,
        "claim": 0.9, "seeds": 1.0, "community_hours": 2.0}  # fmt: skip
LOUD = {
    "talk": {"feed_base": 0.2, "feed_bad": 0.2, "handle_sees": 1.0, "sees": 0.7, "reshare_median": 0.15, "reshare_cap": 0.5,
             "openness": 1.0, "sincerity_weight": 1.0},
    "customers": {"need_rate": 15, "attention": 20, "talk_spread": 1.5},
    "attention": {"follow": 0.5},
    "service": {"complain": 1.0, "question": 0.5},
    "threads": {"prompt_pull": 20.0, "thread_pull": 5.0, "mockery": 0.3},
    "media": {"reach": 0.3, "threshold": 0.05},
    "integration": {"failure": 0.3},
}  # fmt: skip
"""A world in which talk takes every road there is: friends, feed, handle, relays, threads, tags, jokes, answers in the open, press."""
DAYS = 40


@pytest.fixture(scope="module")
def start(make_scenario, live):
    """Day 0 of the loud world, with talk of the burn-in still under way."""
    scenario = make_scenario(90, focal=OPEN, rival=OPEN, rivals=1, budget=50.0, burn_in=14, **LOUD)
    return scenario, live(scenario).checkpoint()


@pytest.fixture(scope="module")
def branch(start, compiled):
    """`branch(days, silent=...)` is a world from day 0, or from another checkpoint."""

    def go(until=DAYS, past=None, **options):
        model = ServiceEcosystem.branch(past or start[1], start[0], detail="full", compiled=compiled, **options)
        while model.day < until:
            model.step()
        return model

    return go


@pytest.fixture(scope="module")
def heard(branch):
    """The world in which everybody is heard."""
    return branch()


def first_talk(model):
    """First day of talk by id."""
    return {int(who): int(day) for who, day in zip(model.columns.ids, model.columns.lives["talked"], strict=True) if day != NEVER}


def talk_of(events, ids):
    """Rows in which others hear one of these people, or would."""
    spoken = np.isin(events["kind"], [KIND[kind] for kind in ("utterance", "relay", "reframe")]) & np.isin(events["actor"], ids)
    return events[spoken | ((events["kind"] == KIND["exposure"]) & np.isin(events["other"], ids))]


def same(one, other):
    return one.tobytes() == other.tobytes()


def same_state(one, other):
    return all(same(getattr(one.columns, name), getattr(other.columns, name)) for name in ("people", "pairs", "bonds", "firms", "due"))


def late(heard, day=8):
    """Somebody who first talks some days after day 0, and the day."""
    return min((entry for entry in first_talk(heard).items() if entry[1] >= day), key=lambda entry: entry[1])


def test_the_world_has_talk_of_every_kind(heard):
    rows = heard.events
    there = {(PLACES[place], kind) for place, kind in zip(rows["place"].tolist(), rows["kind"].tolist(), strict=True)}
    for place, kind in (("strong", "utterance"), ("feed", "utterance"), ("feed", "relay"), ("follow", "relay"), ("handle", "complaint"),
                        ("handle", "exposure"), ("feed", "reframe"), ("media", "picked_up"), ("handle", "reply")):  # fmt: skip
        assert (place, KIND[kind]) in there, (place, kind)
    assert heard.totals.tally_of("tagged", heard.totals.rows(0)).sum() > 0


def test_nobody_hears_the_silent_and_what_they_do_stays(heard, branch):
    ids = sorted(first_talk(heard))[::2]
    quiet = branch(silent=ids)
    assert len(talk_of(heard.events, ids)) > 100
    assert len(talk_of(quiet.events, ids)) == 0
    assert len(talk_of(quiet.events, sorted(set(range(90)) - set(ids)))) > 100
    for kind in ("purchase", "complaint", "question"):
        assert np.isin(quiet.events["actor"][quiet.events["kind"] == KIND[kind]], ids).any(), kind
    assert (quiet.columns.pairs["praise"][ids] == 0).all()
    assert (quiet.columns.pairs["blame"][ids] == 0).all()
    assert (quiet.columns.lives["talked"][ids] == NEVER).all()


def test_utterances_are_tallied_where_they_are_made(branch):
    quiet = branch(silent=list(range(0, 90, 3)))
    days = quiet.totals.rows(0)
    tally = quiet.totals.tally[days][:, :, [TALLIES.index("praise"), TALLIES.index("blame")]].sum()
    rows = quiet.events
    assert tally == ((rows["kind"] == KIND["utterance"]) & (rows["actor"] >= 0)).sum()


def test_an_answer_in_the_open_is_as_silent_as_the_complaint_beside_it(heard, branch):
    def read(model):  # answers that somebody has read
        rows = model.events
        answers = rows[(rows["kind"] == KIND["reply"]) & (rows["place"] == PLACES.index("handle"))]
        return np.isin(answers["id"], rows["cause"][rows["kind"] == KIND["exposure"]]).sum(), len(answers)

    assert read(heard)[0] > 0
    assert read(branch(silent="everybody"))[0] == 0
    assert read(branch(silent="everybody"))[1] > 0


def test_before_her_first_talk_nothing_differs_and_afterwards_something_does(heard, branch):
    who, day = late(heard)
    quiet = branch(silent=[who])
    assert same(quiet.events[quiet.events["day"] < day], heard.events[heard.events["day"] < day])
    assert not same(quiet.events[quiet.events["day"] == day], heard.events[heard.events["day"] == day])


def test_a_twin_from_the_day_of_her_first_talk_is_the_twin_from_day_0(heard, branch):
    for who, day in sorted(first_talk(heard).items(), key=lambda entry: entry[1])[::9]:
        whole, part = branch(silent=[who]), branch(past=branch(day).checkpoint(), silent=[who])
        assert same(whole.events[whole.events["day"] >= day], part.events), who
        assert same_state(whole, part), who


def test_who_never_talks_is_not_missed(branch):
    world = branch(20)
    quiet = sorted(set(range(90)) - set(first_talk(world)))
    assert len(quiet) > 2
    for who in quiet[:3]:
        twin = branch(20, silent=[who])
        assert same(twin.events, world.events)
        assert same_state(twin, world)


def test_a_relay_of_the_burn_in_that_is_still_under_way_is_talk_of_day_0(make_scenario, live, compiled):
    """People post several times a day and each post is passed on about a day later, so that relays are under way at every midnight."""
    talk = LOUD["talk"] | {"reshare_median": 1.0, "reshare_cap": 2.0, "delay_median": 24.0, "news_life": 100.0}
    busy = LOUD | {"talk": talk, "customers": LOUD["customers"] | {"need_rate": 60}}
    scenario = make_scenario(90, focal=OPEN, rival=OPEN, rivals=1, budget=50.0, burn_in=14, **busy)
    past = live(scenario).checkpoint()

    def three_days(**options):
        model = ServiceEcosystem.branch(past, scenario, detail="full", compiled=compiled, **options)
        for _ in range(3):
            model.step()
        return model

    visits = past.columns.queue[: int(past.columns.counter[0])]
    relays = visits[(visits["kind"] == POSTED) & (visits["who"] >= 0) & (visits["parent"] != 0)]
    early = [who for who, day in first_talk(three_days()).items() if day == 0]
    assert set(relays["who"].tolist()) & set(early)
    assert len(talk_of(three_days().events, early)) > 0
    assert len(talk_of(three_days(silent=early).events, early)) == 0


def test_silencing_everybody_is_a_world_without_talk(make_scenario, live):
    """No talk by the numbers: nobody speaks, and complaints in the open are not read."""
    groups = {
        "customers": {"need_rate": 40},
        "service": {"complain": 1.0},
        "integration": {"failure": 0.4},
        "talk": LOUD["talk"] | {"sincerity_weight": 0.0},
    }
    off = groups["talk"] | {"volume": 0.0, "handle_sees": 0.0}
    decision = {"open_hours": 10.0, "in_public": 1.0}
    silent, mute = (
        live(make_scenario(focal=decision, rivals=1, budget=10.0, **groups | {"talk": talk}), 40, silent=who)
        for talk, who in ((groups["talk"], "everybody"), (off, ()))
    )
    assert (silent.events["kind"] == KIND["complaint"]).sum() > 50
    assert same(silent.events, mute.events)
    assert same(silent.columns.people, mute.columns.people)
    assert same(silent.columns.pairs, mute.columns.pairs)


def test_by_hand_one_friend_tells_another_or_does_not(make_scenario, live):
    """Two friends; one alone has needs and tells of each; the other hears as often, or of nothing at all."""
    pair = from_ties(2, np.array([0]), np.array([1]), latent=np.zeros(2))
    groups = {
        "talk": {"friends_base": 1.0, "volume": 2.0, "feed_base": 0.0, "feed_good": 0.0, "feed_bad": 0.0},
        "customers": {"need_rate": 100},
    }
    found = []
    for silent in ((), [0]):
        model = live(make_scenario(2, focal={}, rivals=0, **groups), 60, network=pair, silent=silent)
        rows = model.events
        told = ((rows["kind"] == KIND["utterance"]) & (rows["actor"] == 0)).sum()
        heard_of = ((rows["kind"] == KIND["exposure"]) & (rows["actor"] == 1) & (rows["other"] == 0)).sum()
        found.append((int(told), int(heard_of), int(model.columns.pairs["praise"][0, 0] + model.columns.pairs["blame"][0, 0])))
    assert found[0][0] == found[0][1] == found[0][2] > 0
    assert found[1] == (0, 0, 0)


def test_successors_of_the_silent_are_heard_unless_everybody_is_silent(make_scenario, live):
    scenario = make_scenario(80, rivals=1, focal={}, customers={"turnover": 4.0, "need_rate": 40}, talk=LOUD["talk"])
    first, everybody = live(scenario, 60, silent=list(range(80))), live(scenario, 60, silent="everybody")
    assert len(talk_of(first.events, list(range(80)))) == 0
    spoken = first.events["actor"][first.events["kind"] == KIND["utterance"]]
    assert (spoken >= 80).any()
    assert everybody.totals.count_of("utterance", everybody.totals.rows(0)).sum() == 0


@pytest.mark.parametrize(("silent", "wrong"), [([500], "no customer with this id"), ("nobody", "everybody")])
def test_who_is_not_there_cannot_be_silent(silent, wrong, branch):
    with pytest.raises(InputError, match=wrong):
        branch(1, silent=silent)


def test_a_firm_that_left_is_not_chosen_and_says_nothing(make_scenario, live):
    """Contracts with it end, its messages and posts stop; the others go on."""
    seat = {"pushes": [{"channel": "email", "volume": 2.0}], "posts": 5.0, "content": 0.5, "community_hours": 3.0}
    gone = {"kind": "firm_exit", "firm": "rival_1", "day": 20}
    scenario = make_scenario(
        60, focal=seat, rival=seat, rivals=2, budget=20.0, offer={"term": 200}, customers={"need_rate": 30}, shocks=[gone]
    )
    model = live(scenario, 20)
    assert (model.columns.people["contract"] == 1).any()
    for _ in range(30):
        model.step()
    rows = model.events[(model.events["firm"] == 1) & (model.events["day"] >= 20)]
    assert not np.isin(rows["kind"], [KIND[kind] for kind in ("purchase", "msg_push", "msg_pull", "offer", "prompt")]).any()
    assert not ((rows["kind"] == KIND["utterance"]) & (rows["actor"] < 0)).any()
    assert not (model.columns.people["contract"] == 1).any()
    assert ((model.events["firm"] == 2) & (model.events["day"] >= 20) & (model.events["kind"] == KIND["purchase"])).any()
    twin = live(scenario.model_copy(update={"shocks": []}), 20)
    assert same(twin.events, model.events[model.events["day"] < 20])
