"""What a phase leaves behind is what the rules say of what it found: a second reckoning, row by row, on a plain world."""

import numpy as np
import pytest

from valuescape.agents import attention, customer, judgement, talk, threads
from valuescape.sim.columns import NEVER, NOTHING, OWN_MEANS
from valuescape.sim.day import DAY
from valuescape.sim.events import COMMUNITY, FOLLOWED, KIND, STRONG
from valuescape.sim.kernels.judge import REMEMBERED_TESTIMONY

BUSY = {
    "customers": {"need_rate": 60, "online": 0.6},
    "talk": {"feed_base": 0.1, "sees": 0.5, "reshare_median": 0.5, "reshare_cap": 1.0},
    "service": {"question": 0.6, "complain": 1.0},
    "attention": {"follow": 0.2, "optout": 0.02, "email": 0.5, "mail": 1.0},
    "community": {"join": 1.0, "answer": 1.0},
}
f32 = np.float32


@pytest.fixture(scope="module")
def before_and_after(make_scenario, live):
    """For four weeks of a busy world: (phase, day, columns before, columns after), copied at every phase."""
    model = live(make_scenario(60, focal="sd", rival="crossroads", rivals=1, budget=1.0, **BUSY), 2, compiled=False)
    seen = {phase: [] for phase in DAY}

    def copied():
        w = model.columns
        log = {"kinds": w.log.rows[0, : w.log.used[0]].copy()}
        names = (
            "people",
            "pairs",
            "bonds",
            "unread",
            "due",
            "email_ok",
            "episodes",
            "heard",
            "firms",
            "member_count",
            "fan_count",
            "items",
        )
        return {name: getattr(w, name).copy() for name in names} | log | {"counter": w.counter.copy(), "count": int(w.episode_count[0])}

    for _ in range(28):
        for phase in DAY:
            before = copied()
            own = getattr(model, f"_{phase}", None)
            own() if own else model.runner.run(phase, model.day)
            seen[phase].append((model.day, before, copied()))
        model.day += 1
    return model, seen


def changed(before, after, table):
    """Fields of a table that differ anywhere."""
    return {name for name in before[table].dtype.names if not np.array_equal(before[table][name], after[table][name])}


def test_a_phase_touches_only_what_is_its_own(before_and_after):
    """Which state each phase may write; a new write belongs into this list."""
    _, seen = before_and_after
    bonds = {
        "propose": {"refused"}, "choose": {"first_bought"}, "judge": {"sincerity", "excuse"},
        "speak": {"story", "story_day"}, "take_in": {"mood", "mood_day", "sincerity"},
        "spread": {"story_day", "tag_day", "sincerity", "mood", "mood_day", "unheard", "excuse"},
    }  # fmt: skip
    may = {
        "decide": (set(), set()),
        "propose": ({"planned", "offer_firm", "offer_key", "value_sum"},
                    {"salience", "irritation", "expectation", "claim", "claim_day", "touched", "known", "follows"}),
        "choose": ({"d0", "d1", "d2", "since", "need_no", "offer_firm", "offer_key"},
                   {"salience", "irritation", "touched", "bought", "last_bought", "joined_day", "known", "follows",
                    "expectation", "claim", "claim_day"}),
        "integrate": ({"peer", "value_sum", "needs", "reached"}, set()),
        "judge": ({"skill", "cred_strong", "cred_feed", "cred_community"},
                  {"satisfaction", "expectation", "credibility", "attachment", "habit"}),
        "speak": (set(), {"praise", "blame"}),
        "spread": ({"peer"}, {"satisfaction", "attachment", "blame", "praise"}),
        "take_in": (set(), {"salience", "irritation", "touched", "expectation", "claim", "claim_day", "known",
                            "heard", "heard_day", "heard_class", "heard_from"}),
        "help": ({"peer", "skill", "weary", "weary_day"}, {"member", "attachment", "credibility", "salience", "irritation", "touched"}),
        "settle": (set(), set()),
    }  # fmt: skip
    for phase, (people, pairs) in may.items():
        found = [set(), set(), set()]
        for _, before, after in seen[phase]:
            found[2] |= changed(before, after, "bonds")
            found[0] |= changed(before, after, "people")
            found[1] |= changed(before, after, "pairs")
        assert found[0] <= people, phase
        assert found[1] <= pairs, phase
        assert found[2] <= bonds.get(phase, set()), phase
        unread = set().union(*(changed(before, after, "unread") for _, before, after in seen[phase]))
        assert unread == ({"left", "day"} if phase == "propose" else set()), phase
        if phase in ("judge", "integrate", "help"):
            assert found[0] >= people - {"cred_community"}, f"{phase}: a write is lost"
        if phase in ("propose", "judge", "take_in"):
            assert found[1] >= pairs - {"known", "claim"}, f"{phase}: a write is lost"
        if phase in ("choose", "speak", "take_in"):
            assert found[2] == bonds[phase], f"{phase}: a write is lost"


def acted(found):
    """Episodes with a firm that were acted on."""
    rows = found["episodes"][0, : found["count"]]
    return rows[(rows["firm"] >= 0) & (rows["act"] > 0)]


def test_an_episode_is_judged_as_the_rules_say(before_and_after):
    model, seen = before_and_after
    p, firms = model.columns.par[0], model.columns.firms
    judged = 0
    for day, before, after in seen["judge"]:
        for entry in acted(after):
            i, f = int(entry["row"]), int(entry["firm"])
            old, new, value = before["pairs"][i, f], after["pairs"][i, f], float(entry["value"])
            satisfied = judgement.judges(value, float(old["expectation"]), p.judgement_gap_weight, p.judgement_loss)
            assert entry["satisfaction"] == satisfied
            assert entry["valence"] == talk.tone(satisfied, p.judgement_neutral)
            assert new["satisfaction"] == f32(float(old["satisfaction"]) + p.judgement_memory * (satisfied - float(old["satisfaction"])))
            assert new["expectation"] == f32(float(old["expectation"]) + p.judgement_expectation * (value - float(old["expectation"])))
            attachment = judgement.attaches(float(old["attachment"]), satisfied, p.judgement_neutral, p.judgement_attach_rate,
                                            p.judgement_attach_scale, p.judgement_attach_cap, p.judgement_attach_floor)  # fmt: skip
            credibility = float(old["credibility"])
            if old["claim_day"] != NEVER:
                left = customer.lasts(1.0, p.judgement_promise_life, day - int(old["claim_day"]))
                attachment = judgement.breaks_promise(attachment, float(old["claim"]), value, credibility, p.judgement_promise, left)
                true = judgement.accuracy(float(old["claim"]), value, p.judgement_trust_scale)
                credibility = judgement.trusts(credibility, true, p.judgement_trust_up, p.judgement_trust_down, left)
            assert new["attachment"] == f32(attachment)
            assert new["credibility"] == f32(credibility)
            habit = float(old["habit"])
            if entry["gap"] != NEVER:
                habit = customer.lasts(habit, p.judgement_habit_life, entry["gap"])
            assert new["habit"] == f32(habit + p.judgement_habit_rate * (1 - habit))
            skill = judgement.learns_skill(
                float(before["people"][i]["skill"]), p.judgement_practice, p.judgement_teaching, firms[f]["teaching"]
            )
            assert after["people"][i]["skill"] == f32(skill)
            source = {STRONG: "cred_strong", COMMUNITY: "cred_community"}.get(int(old["heard_class"]), "cred_feed")
            if old["heard_day"] != NEVER and day - int(old["heard_day"]) <= REMEMBERED_TESTIMONY:
                true = judgement.accuracy(float(old["heard"]), value, p.judgement_trust_scale)
                trusted = judgement.trusts(float(before["people"][i][source]), true, p.talk_source_up, p.talk_source_up, 1.0)
                assert after["people"][i][source] == f32(trusted)
                judged += 1
    assert judged > 50


def test_an_episode_is_booked_with_her_who_had_it(before_and_after):
    model, seen = before_and_after
    done = 0
    for _, before, after in seen["integrate"]:
        rows = after["episodes"][0, : after["count"]]
        for entry in rows:
            i = int(entry["row"])
            old, new = before["people"][i], after["people"][i]
            assert new["needs"] == old["needs"] + 1
            assert new["reached"] == old["reached"] + (entry["value"] >= 1)
            assert new["peer"] == (old["peer"] if entry["firm"] == NOTHING else 0)
            assert (new["value_sum"] == old["value_sum"]) == (entry["firm"] == NOTHING)
            if entry["firm"] == OWN_MEANS:
                assert new["value_sum"] == pytest.approx(
                    old["value_sum"] + entry["value"] - model.columns.par[0].integration_time, abs=1e-5
                )
            done += 1
        others = np.setdiff1d(np.arange(60), rows["row"])
        assert before["people"][others].tobytes() == after["people"][others].tobytes()
    assert done > 100


def test_a_deal_is_remembered(before_and_after):
    _, seen = before_and_after
    for day, before, after in seen["choose"]:
        rows = after["episodes"][0, : after["count"]]
        assert sorted(rows["row"]) == sorted(np.flatnonzero(before["due"] <= day))
        for entry in rows:
            i, f = int(entry["row"]), int(entry["firm"])
            assert after["people"][i]["need_no"] == before["people"][i]["need_no"] + 1
            assert after["people"][i]["since"] == day < after["due"][i]
            assert after["people"][i]["offer_firm"] == -1
            for g in range(2):
                old, new = before["pairs"][i, g], after["pairs"][i, g]
                assert new["touched"] == day
                assert new["bought"] == old["bought"] + (g == f)
                assert new["last_bought"] == (day if g == f else old["last_bought"])
                assert new["salience"] == 1.0 if g == f else new["salience"] <= old["salience"]


def test_hearing_moves_as_the_rules_say(before_and_after):
    """The whole list of a day taken in once more, in order."""
    model, seen = before_and_after
    p = model.columns.par[0]
    heard = 0
    for day, before, after in seen["take_in"]:
        pairs, bonds, people = before["pairs"].copy(), before["bonds"].copy(), before["people"]
        for entry in before["heard"][: before["counter"][1]]:
            i, f = int(entry["row"]), int(entry["firm"])
            pair, bond = pairs[i, f], bonds[i, f]
            if day > pair["touched"]:
                life = p.attention_fading_bought if pair["bought"] > 0 else p.attention_fading
                pair["salience"] = customer.lasts(float(pair["salience"]), life, day - int(pair["touched"]))
                pair["irritation"] = customer.lasts(float(pair["irritation"]), p.attention_calm, day - int(pair["touched"]))
                pair["touched"] = day
            heard += 1
            if entry["place"] == FOLLOWED and entry["source"] < 0:
                pair["expectation"] = attention.believes(float(pair["expectation"]), entry["value"], float(pair["credibility"]),
                                                         p.attention_belief, int(pair["bought"]), p.attention_experience)  # fmt: skip
                pair["claim"], pair["claim_day"], pair["known"] = entry["value"], day, 1
                pair["salience"] = attention.grows_salient(float(pair["salience"]), p.attention_gain)
                continue
            trusted = float(people[i][{STRONG: "cred_strong", COMMUNITY: "cred_community"}.get(int(entry["place"]), "cred_feed")])
            weight = entry["weight"] * talk.listens_to_blame(entry["valence"], int(pair["bought"]), p.talk_own_blame)
            pair["expectation"] = talk.is_moved(float(pair["expectation"]), entry["value"], p.talk_moved, float(people[i]["openness"]),
                                                trusted, min(1.0 / p.talk_moved, weight))  # fmt: skip
            step = min(1.0, p.talk_warmth * weight * trusted * entry["vivid"])
            mood = customer.lasts(float(bond["mood"]), p.talk_mood_life, day - int(bond["mood_day"])) if bond["mood"] else 0.0
            bond["mood"], bond["mood_day"] = talk.is_touched(mood, entry["valence"], step), day
            if pair["known"] > 0 and entry["valence"] < 0:
                seen_as = threads.seems_sincere(float(bond["sincerity"]), 1.0 + entry["valence"], p.talk_sincerity_step * trusted)
                bond["sincerity"] = seen_as
            pair["known"], pair["heard"], pair["heard_day"], pair["heard_class"] = 1, entry["value"], day, entry["place"]
            pair["salience"] = attention.grows_salient(float(pair["salience"]), p.talk_noticed)
            if entry["valence"] > 0 and entry["source"] >= 0:
                pair["heard_from"] = entry["source"]
        assert pairs.tobytes() == after["pairs"].tobytes()
        assert bonds.tobytes() == after["bonds"].tobytes()
        assert after["counter"][1] == 0
    assert heard > 300


def test_answers_in_the_community_help_teach_and_tire(before_and_after):
    model, seen = before_and_after
    p = model.columns.par[0]
    helped = 0
    for day, before, after in seen["help"]:
        given = after["kinds"][after["kinds"]["kind"] == KIND["answer"]]
        joined = after["kinds"][after["kinds"]["kind"] == KIND["comm_join"]]
        assert after["member_count"].sum() == before["member_count"].sum() + len(joined)
        assert (after["pairs"]["member"].sum(axis=0) == after["member_count"][:-1]).all()
        for row in given:
            helper, asker = int(row["actor"]), int(row["other"])
            assert after["people"][helper]["weary_day"] == day
            assert after["people"][helper]["weary"] > 0
            assert before["pairs"][helper, row["firm"]]["member"] == before["pairs"][asker, row["firm"]]["member"] == 1
            assert helper != asker
            assert after["people"][asker]["peer"] == max(before["people"][asker]["peer"], f32(row["value"]))
            if (given["other"] == asker).sum() == 1:
                skill = float(before["people"][asker]["skill"])
                assert after["people"][asker]["skill"] == f32(judgement.learns_skill(skill, p.community_learn, 0.0, 0.0))
            helped += 1
    assert helped > 5


def test_followers_are_enrolled_at_the_end_of_the_day(before_and_after):
    model, seen = before_and_after
    w = model.columns
    for _, _, after in seen["settle"]:
        assert (after["pairs"]["follows"].sum(axis=0) == after["fan_count"]).all()
    for f in range(2):
        assert sorted(w.fans[f, : w.fan_count[f]]) == np.flatnonzero(w.pairs["follows"][:, f]).tolist()
    assert w.fan_count.sum() > 10
