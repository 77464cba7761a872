"""Prompts, tags, threads, the press and standing orders: each acts by the hour, and only where it has a cause."""

from itertools import pairwise

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.view import Decision
from valuescape.sim.columns import NEVER
from valuescape.sim.events import KIND, PLACES
from valuescape.sim.threads import tag_of
from valuescape.sim.watch import BLAME, MENTIONS, TAG

LOUD = {
    "customers": {"need_rate": 60, "online": 0.6, "attention": 50},
    "talk": {"feed_base": 0.02, "sees": 0.5, "reshare_median": 0.5, "reshare_cap": 1.0, "openness": 1.0},
    "attention": {"follow": 0.5},
    "threads": {"story_from": 0.5, "prompt_pull": 6.0, "thread_pull": 1.5},
}
"""A world in which people post and read a lot."""


def campaign(day=20, **more):
    return {"day": day, "kind": "prompt", "trigger": True, **more}


def rows(model, kind, firm=0):
    log = model.events
    return log[(log["kind"] == KIND[kind]) & (log["firm"] == firm)]


def world(make_scenario, live, days=30, *, people=120, focal=None, **options):
    return live(make_scenario(people, focal=focal or {}, rival={}, rivals=1, budget=50.0, **{**LOUD, **options}), days)


def test_a_prompt_collects_stories_under_its_tag(make_scenario, live):
    model = world(make_scenario, live, shocks=[campaign()], focal={"promotion": 5.0})
    thread = tag_of(model.columns, 0)
    said = rows(model, "utterance")
    tagged = said[said["thread"] == thread]
    assert len(rows(model, "prompt")) == 2
    assert len(tagged) > 5
    assert tagged["day"].min() >= 20
    assert int(model.totals.tally_of("tagged", model.totals.rows(0), 0)) == len(tagged)
    assert set(np.unique(tagged["actor"])) <= set(range(120)), "firms do not answer themselves"


def test_who_has_no_story_keeps_silent(make_scenario, live):
    """Nobody has lived through anything worth telling: the same prompt falls flat."""
    quiet = world(make_scenario, live, shocks=[campaign()], focal={"promotion": 5.0}, threads={"story_from": 10.0})
    assert (quiet.columns.bonds["story_day"] == NEVER).all()
    assert int(quiet.totals.tally_of("tagged", quiet.totals.rows(0, 22), 0)) == 0


def test_a_story_is_told_once(make_scenario, live):
    """Between two stories that somebody tells on an occasion she has lived through something new."""
    model = world(make_scenario, live, shocks=[campaign(), campaign(21), campaign(22)], focal={"promotion": 5.0})
    thread = tag_of(model.columns, 0)
    said = rows(model, "utterance")
    chimed = said[(said["thread"] == thread) & (said["parent"] != 0)]
    ends = rows(model, "episode_end")
    tellers = np.unique(chimed["actor"])
    assert len(tellers) > 5
    for who in tellers:
        told, lived = chimed["day"][chimed["actor"] == who], ends["day"][ends["actor"] == who]
        assert lived.min() <= told[0]
        for before, after in pairwise(told):
            assert ((before <= lived) & (lived <= after)).any()
            assert before < after


def test_what_is_asked_closely_leaves_no_room_for_bad_stories(make_scenario, live):
    blame = []
    for frame in (1.0, 0.0):
        model = world(make_scenario, live, 22, shocks=[campaign()], focal={"promotion": 5.0, "frame": frame},
                      integration={"failure": 0.5}, threads={**LOUD["threads"], "thread_pull": 0.0, "tag_memory": 0.0})  # fmt: skip
        blame.append(int(model.totals.tally_of("tag_blame", model.totals.rows(0), 0)))
    assert blame[0] > 3
    assert blame[1] == 0


def test_a_withdrawn_tag_is_not_shown_any_more(make_scenario, live):
    order = {"watch": "tag", "hours": 24, "level": 1, "act": "withdraw", "delay": 0.5}
    seat = {"promotion": 5.0, "open_hours": 24.0}
    left = world(make_scenario, live, 24, shocks=[campaign()], focal=seat, integration={"failure": 0.5})
    pulled = world(make_scenario, live, 24, shocks=[campaign()], focal=seat | {"orders": [order]}, integration={"failure": 0.5})
    gone = rows(pulled, "withdrawn")
    assert len(gone) == 1
    assert len(rows(pulled, "order_fired")) >= 1
    hours = gone["day"][0] * 24.0 + gone["hour"][0]
    for model, stays in ((left, True), (pulled, False)):
        seen = rows(model, "exposure")
        prompts = set(rows(model, "prompt")["id"].tolist())
        shown = seen[(seen["place"] == PLACES.index("follow")) & (seen["other"] < 0) & (seen["day"] * 24.0 + seen["hour"] > hours + 1e-3)]
        assert bool(len(shown)) is stays
        assert prompts


def test_an_order_waits_for_staff_and_for_its_delay(make_scenario, live):
    late = {"watch": "mentions", "hours": 48, "level": 1, "act": "stop", "delay": 5.0}
    nobody = world(make_scenario, live, 10, focal={"posts": 7.0, "orders": [late]})
    staffed = world(make_scenario, live, 10, focal={"posts": 7.0, "orders": [late], "open_hours": 24.0})
    assert len(rows(nobody, "order_fired")) == 0, "without staff nobody carries it out"
    fired = rows(staffed, "order_fired")
    assert len(fired) > 0
    said = rows(staffed, "utterance")
    first = said[(said["actor"] >= 0) & np.isin(said["place"], [PLACES.index("feed"), PLACES.index("handle")])]
    assert fired["day"][0] * 24 + fired["hour"][0] >= first["day"][0] * 24 + first["hour"][0] + 5.0 - 1e-3
    own = said[said["actor"] < 0]
    after = own["day"] * 24 + own["hour"] > fired["day"][0] * 24 + fired["hour"][0]
    assert not (after & (own["day"] * 24 < (fired["day"][0] + 2) * 24)).any(), "a silenced firm posts nothing"


def test_an_order_takes_time_from_the_desk(make_scenario, live):
    order = {"watch": "mentions", "hours": 48, "level": 1, "act": "answer", "delay": 0.0}
    worked = []
    for orders in ([], [order]):
        model = world(make_scenario, live, 10, focal={"open_hours": 24.0, "orders": orders}, service={"complain": 0.0, "question": 0.0})
        worked.append(float(model.totals.sum_of("worked_hours", model.totals.rows(0), 0)))
    fired = len(rows(model, "order_fired"))
    assert fired > 0
    assert worked[1] - worked[0] >= 0.5 * fired - 1e-9


def test_moved_staff_stand_in_the_open_and_go_back(make_scenario, live):
    order = {"watch": "mentions", "hours": 2, "level": 1, "act": "shift", "delay": 0.0}
    model = world(make_scenario, live, 1, focal={"open_hours": 4.0, "desk_hours": 12.0, "orders": [order]}, threads={"order_hours": 30.0})
    states = []
    for _ in range(12):
        model.step()
        states.append(float(model.columns.firms[0]["shifted"]))
    assert {0.0, 1.0} <= set(states)
    assert 0.0 in states[states.index(1.0) :]
    days = model.totals.rows(0)
    done = [float(model.totals.sum_of(name, days, 0)) for name in ("worked_hours", "idle_hours")]
    credit = float(model.columns.desks["credit"][0].sum())
    assert sum(done) + credit == pytest.approx(16.0 * model.day, abs=20.0)


def test_orders_count_what_they_watch(make_scenario, live):
    orders = [{"watch": word, "hours": 720, "level": 1e6, "act": "answer"} for word in ("blame", "mentions", "tag")]
    model = world(make_scenario, live, 20, focal={"orders": orders, "open_hours": 8.0}, integration={"failure": 0.5})
    count = {int(row["watch"]): int(row["count"]) for row in model.columns.orders[:3]}
    days = model.totals.rows(0)
    assert count[MENTIONS] == int(model.totals.tally_of("mentions_seen", days, 0)) > 0
    assert count[BLAME] == int(model.totals.tally_of("blame_seen", days, 0)) > 0
    assert count[TAG] == 0


def test_an_order_looks_no_further_back_than_it_says(make_scenario, live):
    order = {"watch": "mentions", "hours": 24, "level": 1e6, "act": "answer"}
    model = world(make_scenario, live, 20, focal={"orders": [order], "open_hours": 8.0})
    of_today, ever = (int(model.totals.tally_of("mentions_seen", model.totals.rows(start), 0)) for start in (19, 0))
    assert int(model.columns.orders[0]["count"]) == of_today < ever


def test_an_order_that_stays_goes_on_counting_and_a_new_one_starts_anew(make_scenario, live):
    order = {"watch": "mentions", "hours": 720, "level": 1e6, "act": "answer"}
    model = world(make_scenario, live, 20, focal={"orders": [order], "open_hours": 8.0})
    before = int(model.columns.orders[0]["count"])
    model._set_orders()
    assert int(model.columns.orders[0]["count"]) == before > 0
    model.firms[0].decision = Decision(orders=({**order, "hours": 700},), open_hours=8.0)
    model._set_orders()
    assert int(model.columns.orders[0]["count"]) == 0


def test_the_press_takes_up_what_is_large_enough_and_reaches_those_without_ties(make_scenario, live):
    loud = {"talk": {**LOUD["talk"], "reshare_median": 1.0, "reshare_spread": 0.0, "sees": 1.0}, "customers": LOUD["customers"]}
    off, on = (world(make_scenario, live, 20, media={"reach": reach, "threshold": 0.02}, **loud) for reach in (0.0, 0.5))
    assert len(rows(off, "picked_up")) + len(rows(off, "picked_up", 1)) == 0
    picked = np.concatenate([rows(on, "picked_up"), rows(on, "picked_up", 1)])
    assert len(picked) > 0
    assert (picked["amount"] >= 0.02 * 120).all()
    assert len(np.unique(picked["id"])) == len(picked), "a post is news once"
    seen = on.events[(on.events["kind"] == KIND["exposure"]) & (on.events["place"] == PLACES.index("media"))]
    assert len(seen) > 10 * len(picked)


def test_mockery_needs_insincerity_and_a_weight(make_scenario, live):
    seat = {"posts": 14.0, "claim": 1.0, "pushes": [{"channel": "mail", "volume": 2.0}]}
    found = []
    for weight in (0.0, 1.0):
        talk = {**LOUD["talk"], "sincerity_weight": weight, "sincerity_step": 1.0}
        model = world(make_scenario, live, 40, focal=seat, talk=talk, threads={"mockery": 1.0}, integration={"failure": 0.6})
        found.append(len(rows(model, "reframe")))
        if weight == 0.0:
            assert (model.columns.bonds["sincerity"] == model.params.trust).all(), "a cue without weight leaves no trace"
    assert found[0] == 0
    assert found[1] > 0
    talk = {**LOUD["talk"], "sincerity_weight": 1.0, "sincerity_step": 0.0}
    sincere = world(make_scenario, live, 40, focal=seat, talk=talk, threads={"mockery": 1.0}, trust=1.0)
    assert len(rows(sincere, "reframe")) == 0


def test_a_prompt_is_charged_and_refused_where_it_cannot_be_paid(make_scenario, live):
    model = world(make_scenario, live, 28, shocks=[campaign()])
    assert model.spent_cents()["focal"]["prompts"] == 2 * 3000
    poor = make_scenario(20, focal={}, rivals=1, shocks=[campaign(3)], budget=0.03)
    with pytest.raises(InputError, match=r"focal on day 3 spends more than its budget"):
        live(poor, 5)


def test_no_posts_no_trace(make_scenario, live):
    quiet, null = (world(make_scenario, live, shocks=shocks) for shocks in ([], [campaign(posts=0)]))
    assert quiet.events.tobytes() == null.events.tobytes()
