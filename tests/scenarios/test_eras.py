"""Eras: presets of reach that act, lie under what is said, and change no rule."""

import pytest

from valuescape import InputError, load, run
from valuescape.agents.declare import parameters
from valuescape.scenarios.eras import ERAS
from valuescape.scenarios.load import scenario_text, to_toml
from valuescape.sim.settings import WorldParams

EARLY, LATE = "industrial", "community"


@pytest.mark.parametrize("name", ERAS)
def test_an_era_sets_what_it_says_within_the_declared_ranges(name):
    world = load("crossroads", era=name).world
    rows = {f"world.{row.path}": row for row in parameters(WorldParams)}
    for path, value in ERAS[name].settings.items():
        _, group, key = path.split(".")
        assert getattr(getattr(world, group), key) == value
        assert rows[path].low <= value <= rows[path].high
    assert load("crossroads", era=name).era == name


def test_eras_open_up_one_after_the_other():
    openness = [era.settings["world.talk.openness"] for era in ERAS.values()]
    assert openness == sorted(openness)
    assert openness[0] == 0.0
    assert len({tuple(era.settings.items()) for era in ERAS.values()}) == len(ERAS)


def test_the_era_of_social_tools_is_the_world_as_declared():
    assert load("crossroads", era="web_2").world == load("crossroads").world


def test_an_era_acts():
    """In the closed world nobody posts and nobody notices an e-mail; in the open one people do."""
    found = {
        era: run("crossroads", days=60, customers=300, era=era, set={"world.burn_in_days": 0}).daily.to_pydict() for era in (EARLY, LATE)
    }
    assert sum(found[EARLY]["mentions"]) < sum(found[LATE]["mentions"]) / 3
    assert found[EARLY]["exposures"] != found[LATE]["exposures"]
    assert sum(found[EARLY]["members"]) == 0


def test_an_era_lies_under_what_the_file_and_the_user_say(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('era = "web_1"\n[world.talk]\nopenness = 0.3\n', encoding="utf-8", newline="\n")
    found = load(path)
    assert (found.era, found.world.talk.openness, found.world.customers.online) == ("web_1", 0.3, 0.08)
    assert load(path, set={"world.customers.online": 0.5}).world.customers.online == 0.5
    later = load(path, era=LATE)
    assert (later.era, later.world.talk.openness, later.world.customers.online) == (LATE, 0.3, 0.3)
    over = tmp_path / "over.toml"
    over.write_text('extends = "mine.toml"\n', encoding="utf-8", newline="\n")
    assert load(over).era == "web_1"


def test_a_resolved_scenario_keeps_its_numbers(tmp_path):
    found = load("crossroads", era=EARLY, set={"world.talk.openness": 0.7})
    path = tmp_path / "again.toml"
    path.write_text(to_toml(found), encoding="utf-8", newline="\n")
    assert load(path).world == found.world
    assert load(found, days=3).world == found.world
    assert load(found, era=LATE).world.talk.openness == 0.85
    assert f"era {EARLY}" in scenario_text(found)


@pytest.mark.parametrize(
    ("era", "near"), [("web1", "did you mean 'web_1'"), ("stone_age", "allowed: industrial"), ("", "allowed: industrial")]
)
def test_an_unknown_era_is_refused(era, near, tmp_path):
    with pytest.raises(InputError, match=f"era: unknown era, given '{era}'.*{near}"):
        load("crossroads", era=era)
    path = tmp_path / "mine.toml"
    path.write_text(f'era = "{era}"\n', encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match=r"mine\.toml.*era: unknown era"):
        load(path)


def test_an_era_is_no_change():
    with pytest.raises(InputError, match="era: cannot be set"):
        load("crossroads", set={"era": "web_1"})
