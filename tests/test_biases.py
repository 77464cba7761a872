"""Every bias acts, and none is left where all are neutral: a world moves with each, good and bad then weigh the same.

`valuescape levers` names these tests. A bias is a parameter that declares a neutral value; one that changes nothing is a
defect.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from valuescape.agents import judgement, talk
from valuescape.agents.declare import parameters
from valuescape.experiments.levers import biases, neutral_settings
from valuescape.scenarios.load import load
from valuescape.sim.settings import WorldParams

BIASES = {row.path: row for row in parameters(WorldParams, "world.") if row.neutral is not None}

BUSY = {
    "customers": {"need_rate": 60, "online": 0.6, "attention": 20},
    "talk": {"feed_base": 0.1, "sees": 0.5, "openness": 0.8},
    "service": {"question": 0.5, "complain": 1.0},
    "integration": {"failure": 0.2},
    "community": {"join": 0.5},
    "attention": {"optout": 0.1, "follow": 0.5},
}
"""A world in which forty days show what is to be seen."""

FOCAL = {"pushes": [{"channel": "mail", "volume": 3.0}], "claim": 0.9, "posts": 14.0, "scope": 1.0, "asking": 1.0, "desk_hours": 2.0,
         "open_hours": 2.0, "community_hours": 4.0, "handling": 0.5, "tools": 0.5, "support": 0.5,
         "codesign": 1.0,
         "compensation": 1.0, "compensation_in": "public"}  # fmt: skip
"""A firm that uses what biases can be about: messages, a high claim, posts, desks, a community."""

BESIDE: Mapping[str, Mapping[str, Any]] = {
    # answers are read by all who can, so that many learn from one; and a complaint is likely enough to become likelier
    "world.recovery.shout_rate": {"service": {"complain": 0.3, "question": 0.1}, "customers": {"attention": 100},
                                  "talk": {"handle_sees": 1.0, "sees": 1.0, "openness": 0.5}},
    "world.attention.consented": {"attention": {"consent_start": 0.0, "consent": 1.0}},
}  # fmt: skip
"""Where a bias needs more to be seen: path -> groups of numbers of the world."""


def lived(path, value, make_scenario, live):
    """What is in the columns of people, pairs and ideas after forty days with a parameter at `value` (None: as declared)."""
    world = {name: dict(values) for name, values in BUSY.items()}
    for name, values in BESIDE.get(path, {}).items():
        world[name] = {**world.get(name, {}), **values}
    if value is not None:
        _, *group, name = path.split(".")
        (world.setdefault(group[0], {}) if group else world)[name] = value
    model = live(make_scenario(150, focal=FOCAL, rival={}, rivals=1, budget=100.0, **world), 40, detail="counts")
    w = model.columns
    return w.people.tobytes() + w.pairs.tobytes() + w.mail_ok.tobytes() + w.ideas.tobytes()


@pytest.fixture(scope="module")
def as_declared(make_scenario, live):
    """The same with everything as declared, run once for all biases that need nothing beside."""
    found = {}

    def of(path):
        key = path if path in BESIDE else None
        if key not in found:
            found[key] = lived(path, None, make_scenario, live)
        return found[key]

    return of


@pytest.mark.parametrize("path", BIASES)
def test_a_bias_acts(path, make_scenario, live, as_declared):
    bias = BIASES[path]
    moved = bias.neutral if bias.default != bias.neutral else (bias.neutral + (bias.high if bias.neutral < bias.high else bias.low)) / 2
    assert lived(path, moved, make_scenario, live) != as_declared(path)


def test_every_bias_names_a_test_that_is_there():
    assert {row["test"] for row in biases()} == {f"tests/test_biases.py::{test_a_bias_acts.__name__}[{path}]" for path in BIASES}


@pytest.mark.parametrize("path", BIASES)
def test_neutral_lies_in_the_declared_range(path):
    assert BIASES[path].low <= BIASES[path].neutral <= BIASES[path].high


def test_a_neutral_world_is_a_world():
    world = load("crossroads", set=neutral_settings()).world
    for row in parameters(WorldParams):
        if row.neutral is not None:
            found = world
            for part in row.path.split("."):
                found = getattr(found, part)
            assert found == row.neutral, row.path


def test_neutral_treats_good_and_bad_alike():
    world = load("crossroads", set=neutral_settings()).world
    j, t = world.judgement, world.talk
    assert j.trust_down == j.trust_up
    assert t.feed_bad == t.feed_good
    for size in (0.1, 0.5, 2.0):
        good, bad = (judgement.judges(0.5 + gap, 0.5, j.gap_weight, j.loss) - (0.5 + gap) for gap in (size, -size))
        assert good == pytest.approx(-bad)
        drawn = [talk.infectiousness(t.reshare_median, t.reshare_spread, t.reshare_cap, v, t.blame_spread, 1.0, 0.3) for v in (size, -size)]
        assert drawn[0] == drawn[1]
        for u in (0.0, 0.01, 0.02, 0.05, 0.2):
            told = [talk.speaks(1.0, v, t.feed_base, t.feed_good, t.feed_bad, t.volume, u) for v in (size, -size)]
            assert told[0] == told[1]
    assert talk.listens_to_blame(-0.5, 3, t.own_blame) == talk.listens_to_blame(0.5, 3, t.own_blame)


def test_by_default_bad_weighs_more():
    """Beside the test above: the same comparisons can fail."""
    world = load("crossroads").world
    assert world.judgement.trust_down > world.judgement.trust_up
    assert world.judgement.loss > 1
    assert talk.listens_to_blame(-0.5, 3, world.talk.own_blame) != talk.listens_to_blame(0.5, 3, world.talk.own_blame)
