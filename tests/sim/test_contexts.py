"""Contexts shift what people desire; what a brand stands for follows claims, use and talk: and both can be absent."""

import numpy as np
import pytest

from valuescape.sim.events import KIND
from valuescape.sim.kernels.context import weights_now

STILL = {
    "customers": {"need_rate": 60, "drift": 0, "trend": 0, "context_spread": 0.6},
    "integration": {"noise": 0, "failure": 0, "idle": 0, "friend_help": 0},
    "judgement": {"practice": 0},
    "community": {"join": 0},
    "service": {"question": 0},
}
"""A world in which nothing but the context tells one episode of a person with a firm from the next."""


def merged(**more):
    return {name: {**STILL.get(name, {}), **more.get(name, {})} for name in {**STILL, **more}}


def kept(model, kind):
    return model.events[model.events["kind"] == KIND[kind]]


def context_of(model):
    """The context of each episode by its key."""
    rows = kept(model, "episode_start")
    return dict(zip(rows["id"].tolist(), rows["amount"].tolist(), strict=True))


def values_by_context(model, firm=0):
    """The values of the firm's episodes by (person, context)."""
    contexts, found = context_of(model), {}
    for row in kept(model, "episode_end"):
        if row["firm"] == firm:
            found.setdefault((int(row["actor"]), contexts[int(row["thread"])]), []).append(float(row["value"]))
    return found


def test_without_spread_contexts_are_nothing(make_scenario, live):
    """Spread 0 and one context alone are the context-free world, to the byte."""
    free = [{"context_spread": 0, "contexts": k} for k in (1, 4, 16)] + [{"context_spread": 0.5, "contexts": 1}]
    logs = [live(make_scenario(60, focal="sd", customers={"need_rate": 40} | people), 30).events for people in free]
    assert all(log.tobytes() == logs[0].tobytes() for log in logs)
    assert (logs[0]["amount"][logs[0]["kind"] == KIND["episode_start"]] == 0).all()
    mixed = live(make_scenario(60, focal="sd", customers={"need_rate": 40, "context_spread": 0.5}), 30)
    assert mixed.events.tobytes() != logs[0].tobytes()


def test_a_person_has_a_mix_of_contexts_with_a_favourite(make_scenario, live):
    model = live(make_scenario(100, **merged(customers={"need_rate": 100})), 200)
    rows = kept(model, "episode_start")
    mix = np.zeros((100, 4))
    np.add.at(mix, (rows["actor"], rows["amount"]), 1)
    often = mix[mix.sum(axis=1) > 40]
    assert len(often) > 30
    assert (often.max(axis=1) / often.sum(axis=1)).mean() == pytest.approx(0.5, abs=0.06)
    assert len(set(often.argmax(axis=1))) == 4, "homes differ"
    assert (often > 0).all()


def test_a_context_belongs_to_the_need_whatever_firms_do(make_scenario, live):
    """Letters pull needs to other days: a need keeps its context whenever it is met."""
    groups = merged(attention={"optout": 0, "mail": 1, "offjob": 1, "respond_mail": 1, "pull_window": 20})
    one, other = (live(make_scenario(60, focal=focal, rival={}, budget=10.0, **groups), 40) for focal in ({}, LETTERS))
    assert len(kept(other, "response")) > 20
    one, other = context_of(one), context_of(other)
    both = set(one) & set(other)
    assert len(both) > 300
    assert all(one[key] == other[key] for key in both)


def test_what_a_context_is_to_her_stays_when_luck_changes(make_scenario, live, compiled):
    from valuescape.sim.model import ServiceEcosystem

    scenario = make_scenario(40, rivals=1, **STILL)
    start = live(scenario).checkpoint()
    found = []
    for luck in (1, 2):
        model = ServiceEcosystem.branch(start, scenario, luck=luck, detail="full", compiled=compiled)
        for _ in range(60):
            model.step()
        found.append({key: values[0] for key, values in values_by_context(model).items()})
    both = set(found[0]) & set(found[1])
    assert len(both) > 20
    assert all(found[0][key] == found[1][key] for key in both)


def test_the_same_bundle_is_worth_different_things_in_different_contexts(make_scenario, live):
    """Within a context nothing varies here; between contexts of one person with one firm value does."""
    found = values_by_context(live(make_scenario(60, focal={}, rival={}, **STILL), 60))
    assert all(max(values) == min(values) for values in found.values())
    people = {who for who, _ in found}
    spread = [np.ptp([values[0] for (who, _), values in found.items() if who == one]) for one in people]
    assert np.mean(spread) > 0.01


@pytest.mark.parametrize(("scope", "told"), [(0.0, False), (1.0, True)])
def test_adaptation_aims_at_the_context_only_as_far_as_she_shares_it(scope, told, make_scenario, live):
    """Told everything the firm serves her perfectly wherever she is; told nothing it serves what she desires in general."""
    groups = merged(integration={"adapt_error": 0}, learning={"own_deals": 0, "consent": 1}, judgement={"trust_up": 0, "trust_down": 0})
    model = live(make_scenario(60, focal={"tools": 1.0, "scope": scope}, rival={}, budget=100.0, trust=1.0, **groups), 60)
    found = values_by_context(model)
    people = {who for who, _ in found}
    spread = [np.ptp([values[0] for (who, _), values in found.items() if who == one]) for one in people]
    assert bool(max(spread) < 1e-9) is told
    if not told:
        assert np.mean(spread) > 0.01


def test_weights_in_a_context_are_hers_and_sum_to_one(make_scenario, live):
    w = live(make_scenario(20, **STILL), compiled=False).columns
    weights = np.array([[weights_now(w, w.people[i], context, w.par[0]) for context in range(4)] for i in range(20)])
    assert weights.sum(axis=2) == pytest.approx(np.ones((20, 4)))
    assert (weights > 0).all()
    assert len(np.unique(weights.round(12))) == weights.size


# --- what a brand stands for ----------------------------------------------------------------------------------------

LETTERS = {"pushes": [{"channel": "mail", "volume": 1.0}]}


def meaning(model, firm=0):
    return np.column_stack([model.columns.bonds[f"m{j}"][:, firm] for j in range(3)])


def test_without_weight_no_meaning_is_kept_and_themes_change_nothing(make_scenario, live):
    worlds = [live(make_scenario(60, focal={**LETTERS, "theme": theme}, budget=10.0), 30) for theme in ("functional", "social")]
    assert worlds[0].events.tobytes() == worlds[1].events.tobytes()
    assert (meaning(worlds[0]) == 0).all()


def test_claims_say_what_a_brand_stands_for_and_nobody_else_is_moved(make_scenario, live):
    """No talk, nothing bought: meaning is what letters said, and the rival that wrote none stands for nothing."""
    choice = {"meaning": 1.0, "own_means": 20}
    focal = {**LETTERS, "theme": "emotional"}
    model = live(make_scenario(60, focal=focal, rival={}, budget=10.0, choice=choice, talk={"volume": 0}), 40)
    assert len(kept(model, "purchase")) == 0
    assert meaning(model)[:, 1].mean() > 0.02
    assert (meaning(model)[:, [0, 2]] == 0).all()
    assert (meaning(model, 1) == 0).all()


@pytest.mark.parametrize(("road", "groups"), [("use", {"talk": {"volume": 0, "openness": 0}}), ("talk", {"choice": {"meant_use": 1.0}})])
def test_use_and_talk_move_meaning_too(road, groups, make_scenario, live):
    world = {"choice": {"meaning": 1.0, **groups.get("choice", {})}, "talk": groups.get("talk", {"moved": 0.5, "sees": 0.5})}
    model = live(make_scenario(100, focal={}, rival={}, customers={"need_rate": 30}, **world), 60)
    bought = model.columns.pairs["bought"][:, 0] > 0
    moved = meaning(model).max(axis=1) > 0
    assert moved[bought].any()
    assert bool(moved[~bought].any()) is (road == "talk")


def test_people_buy_what_stands_for_what_matters_to_them(make_scenario, live):
    """Equal firms but for their theme: who buys of the one that speaks of the social job cares more for that job."""
    share = []
    for theme in ("functional", "social"):
        people = {"need_rate": 30, "job_spread": 1.5, "context_spread": 0}
        model = live(
            make_scenario(300, focal={**LETTERS, "theme": theme}, rival=LETTERS, rivals=1, budget=10.0, customers=people,
                          choice={"meaning": 12.0, "meant": 0.5, "meant_use": 0.0}, talk={"volume": 0}), 120)  # fmt: skip
        bought = kept(model, "purchase")
        mine = bought["actor"][bought["firm"] == 0]
        share.append(model.columns.people["w2"][mine].mean() - model.columns.people["w2"][bought["actor"]].mean())
    assert share[1] - share[0] > 0.03
