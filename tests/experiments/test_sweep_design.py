"""Designs as users write them: what they come to, and what is said of those that do not fit."""

import tomllib

import pytest

from valuescape import InputError
from valuescape.experiments.sweep.design import read_design
from valuescape.experiments.sweep.plan import plan_of


def design(text):
    return read_design(tomllib.loads(text))


BASE = 'scenario = "crossroads"\narms = ["ecrm", "sd"]\nseeds = 2\ndays = 28\ncustomers = 60\n'


def test_a_grid_is_every_combination_and_the_last_path_changes_fastest():
    found = design(BASE + "[grid]\nworld.talk.openness = [0.0, 1.0]\nworld.talk.volume = [0, 1, 2]\n")
    assert found.points == [{"world.talk.openness": a, "world.talk.volume": b} for a in (0.0, 1.0) for b in (0, 1, 2)]
    assert found.kind == "grid"


def test_a_list_goes_value_by_value():
    found = design(BASE + '[list]\n"world.talk.openness" = [0.0, 1.0]\n"world.talk.volume" = [0.5, 2]\n')
    assert found.points == [{"world.talk.openness": 0.0, "world.talk.volume": 0.5}, {"world.talk.openness": 1.0, "world.talk.volume": 2}]


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_sampled_points_fill_their_ranges_and_are_the_same_each_time(kind):
    ranges = "log = ['world.customers.attention']\nworld.talk.openness = [0.2, 0.8]\nworld.customers.attention = [1, 16]\n"
    text = BASE + f"[{kind}]\npoints = 64\n" + ranges
    points = design(text).points
    assert points == design(text).points
    assert points != design(text.replace("points = 64", "points = 64\nseed = 1")).points
    openness, attention = ([point[path] for point in points] for path in ("world.talk.openness", "world.customers.attention"))
    assert min(openness) >= 0.2
    assert max(openness) <= 0.8
    for k in range(4):  # a quarter of the points in each quarter of the range
        assert sum(0.2 + 0.15 * k <= value < 0.35 + 0.15 * k for value in openness) == 16
    assert sum(value < 4 for value in attention) == 32  # by ratios: as many below the geometric middle as above


def test_a_declared_range_is_the_scenarios_own_or_the_parameters():
    found = plan_of(design(BASE + '[lhs]\npoints = 4\nworld.talk.reshare_cap = "declared"\nworld.customers.skill = "declared"\n'))
    assert found.design.lhs.paths == {"world.talk.reshare_cap": (0.2, 20.0), "world.customers.skill": (0.2, 0.8)}


def keys(more):
    """The keys of the runs of a grid, its points the other way round."""
    plan = plan_of(design(BASE + "lucks = 3\n" + more + "[grid]\nworld.talk.openness = [1.0, 0.0]\n"))
    return {run.key for group in plan.each_group() for run in group.runs}


def test_runs_are_numbered_in_order_and_keys_stand_for_what_is_run():
    plan = plan_of(design(BASE + "lucks = 3\n[grid]\nworld.talk.openness = [0.0, 1.0]\n"))
    groups = list(plan.each_group())
    runs = sorted((run for group in groups for run in group.runs), key=lambda run: run.number)
    assert [run.number for run in runs] == list(range(plan.runs)) == list(range(24))
    assert [(run.arm, run.seed, run.luck) for run in runs[:7]] == [
        ("ecrm", 0, 0), ("ecrm", 0, 1), ("ecrm", 0, 2), ("ecrm", 1, 0), ("ecrm", 1, 1), ("ecrm", 1, 2), ("sd", 0, 0)]  # fmt: skip
    assert len({run.key for run in runs}) == 24
    again = keys("")
    assert again == {run.key for run in runs}  # another order of the same worlds
    assert not keys("outcomes = ['profit']\n") & again  # other outcomes are read from other runs


REFUSED = {
    "no scenario": ("seeds = 2\n", "scenario: is missing"),
    "an unknown key": (BASE + "sedes = 3\n", "a design has no such key"),
    "two designs": (BASE + "[grid]\nworld.talk.openness = [0.5]\n[list]\nworld.talk.openness = [0.5]\n", "grid and list"),
    "lists of two lengths": (BASE + "[list]\nworld.talk.openness = [0.5]\nworld.talk.volume = [0.5, 1]\n", "as many values"),
    "an empty axis": (BASE + "[grid]\nworld.talk.openness = []\n", "paths with values"),
    "an unknown path": (BASE + "[grid]\nworld.talk.opennes = [0.5]\n", "did you mean 'world.talk.openness'"),
    "a value out of range": (BASE + "[grid]\nworld.talk.openness = [0.5, 1.5]\n", "grid.world.talk.openness"),
    "a turned range": (BASE + "[lhs]\npoints = 4\nworld.talk.openness = [0.9, 0.1]\n", "low below high"),
    "ratios from 0": (BASE + "[lhs]\npoints = 4\nlog = ['world.talk.openness']\nworld.talk.openness = [0, 0.1]\n", "above 0"),
    "a whole number sampled": (BASE + "[lhs]\npoints = 4\nworld.talk.listeners = [1, 9]\n", "whole number"),
    "no points": (BASE + "[lhs]\nworld.talk.openness = [0, 0.1]\n", "points: is missing"),
    "an unknown arm": (BASE.replace('"sd"', '"sdd"') , "did you mean 'sd'"),
    "an unknown outcome": (BASE + "outcomes = ['profits']\n", "did you mean 'profit'"),
    "damage without a trigger": (BASE + "outcomes = ['damage.loss']\n", "no trigger"),
    "a day after the end": (BASE + "days_read = [14, 29]\n", "1 to 28"),
    "an outcome twice": (BASE + "outcomes = ['profit', 'profit']\n", "named twice"),
    "a range that is not declared": (BASE + "[lhs]\npoints = 4\nfirms.rival_1.options.shares.mail = 'declared'\n", "no declared range"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_in_one_sentence_before_anything_runs(text, said):
    with pytest.raises(InputError) as refused:
        plan_of(design(text))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_is_named_in_what_is_said_of_it(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("scenario = [\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.toml: is not TOML"):
        read_design(path)
    with pytest.raises(InputError, match=r"nothing\.toml"):
        read_design(tmp_path / "nothing.toml")
    path.write_text("\ufeff" + BASE, encoding="utf-8")
    assert read_design(path).name == "mine"
