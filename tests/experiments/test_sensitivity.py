"""Shares of variance come out as they are known, chance has the part that it has, and a whole analysis is kept and read back."""

import dataclasses
import json
import sys

import numpy as np
import pyarrow as pa
import pytest
import typer

from valuescape import InputError, load
from valuescape.experiments.cli import app, main
from valuescape.experiments.sensitivity.indices import first_and_total, screened, shifted
from valuescape.experiments.sensitivity.page import again, write_sensitivity
from valuescape.experiments.sensitivity.ranges import LUCK, Range, columns_of, ranges_of, read_ranges
from valuescape.experiments.sensitivity.sensitivity import QUICK, Effort, Sensitivity, sensitivity, strongest
from valuescape.experiments.sensitivity.words import doubt, share_text

THREE = [Range(path=name, low=0.0, high=1.0) for name in ("a", "b", "c")]
TINY = {"customers": 40, "days": 14, "set": {"world.burn_in_days": 7}, "effort": Effort(2, 2, 4, 2)}
PATHS = ["world.integration.failure", "world.talk.moved", "world.customers.drift"]
SEEDS = 16


def ishigami(units, luck=0.0):
    """Ishigami's function, whose shares of variance are known, and as much of chance as is asked for."""
    a, b, c = (np.pi * (2 * units[:, k] - 1) for k in range(3))
    drawn = np.random.default_rng(5).standard_normal(SEEDS)
    seed = np.minimum(SEEDS - 1, (units[:, 3] * SEEDS).astype(int))
    return {"y": np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a) + luck * drawn[seed], "still": np.ones(len(units))}


def by_name(table, column, outcome="y"):
    return {row["parameter"]: row[column] for row in table.to_pylist() if row["outcome"] == outcome}


# --- known answers ----------------------------------------------------------------------------------------------------


def test_shares_of_a_known_function_come_out():
    found = first_and_total(THREE, 1024, ishigami)
    first, total = by_name(found, "first"), by_name(found, "total")
    assert [first[name] for name in "abc"] == pytest.approx([0.314, 0.442, 0.0], abs=0.04)
    assert [total[name] for name in "abc"] == pytest.approx([0.558, 0.442, 0.244], abs=0.05)
    assert first[LUCK] == total[LUCK] == 0.0
    low, high = by_name(found, "total_low"), by_name(found, "total_high")
    assert all(low[name] < total[name] < high[name] for name in "abc")


def test_where_luck_matters_it_gets_its_share():
    """The counter-case: chance with the variance of all the rest has half of it, alone and in all."""
    plain = 13.845  # the variance of Ishigami's function
    drawn = np.random.default_rng(5).standard_normal(SEEDS)
    found = first_and_total(THREE, 1024, lambda units: ishigami(units, (plain / drawn.var()) ** 0.5))
    assert by_name(found, "first")[LUCK] == pytest.approx(0.5, abs=0.05)
    assert by_name(found, "total")[LUCK] == pytest.approx(0.5, abs=0.05)
    assert by_name(found, "total")["b"] == pytest.approx(0.221, abs=0.04)


def test_an_outcome_that_stands_still_has_no_shares():
    found = first_and_total(THREE, 16, ishigami)
    assert set(by_name(found, "total", "still").values()) == {None}
    assert set(by_name(found, "total_unclear", "still").values()) == {None}
    missing = first_and_total(THREE, 16, lambda units: {"y": np.where(units[:, 0] < 0.5, np.nan, 1.0)})
    assert set(by_name(missing, "first").values()) == {None}


def test_an_interval_wider_than_its_share_is_said_and_more_worlds_make_it_clear():
    few, many = (by_name(first_and_total(THREE, base, ishigami), "total_unclear") for base in (8, 1024))
    assert few["c"]
    assert not any(many[name] for name in "abc")
    rows = {row["parameter"]: row for row in first_and_total(THREE, 8, ishigami).to_pylist() if row["outcome"] == "y"}
    assert share_text(rows["c"], "total")[1].endswith("?")
    assert not share_text(dict(rows["c"], total_unclear=False), "total")[1].endswith("?")


def test_effects_of_a_known_function_come_out():
    """Of a sum: each weight, the same in all worlds; of a product: spread; of chance: the mean distance of two seeds."""
    found = screened(THREE, 40, lambda units: {
        "sum": 3 * units[:, 0] - 2 * units[:, 1], "product": 4 * units[:, 0] * units[:, 1],
        "luck": (units[:, 3] * SEEDS).astype(int) % 2.0,
    })  # fmt: skip
    effect, mean, spread = (by_name(found, column, "sum") for column in ("effect", "mean", "spread"))
    assert effect == pytest.approx({"a": 3.0, "b": 2.0, "c": 0.0, LUCK: 0.0})
    assert mean == pytest.approx({"a": 3.0, "b": -2.0, "c": 0.0, LUCK: 0.0})
    assert max(spread.values()) < 1e-9
    assert by_name(found, "spread", "product")["a"] > 0.5
    assert 0.3 < by_name(found, "effect", "luck")[LUCK] < 0.7


def test_each_trajectory_has_seeds_of_its_own():
    units = np.column_stack([np.zeros((40, 3)), np.tile([0, 0, 2 / 3, 2 / 3, 2 / 3], 8)])
    seeds = columns_of(THREE, shifted(units, 5), SEEDS)["seed"]
    assert len({*seeds}) > 8
    assert len({*columns_of(THREE, units, SEEDS)["seed"]}) == 2
    assert all(len({*seeds[k : k + 5]}) == 2 for k in range(0, 40, 5))  # a step from one seed to another, and else the same


# --- ranges -----------------------------------------------------------------------------------------------------------


def test_columns_spread_seeds_evenly_and_ratios_by_ratios():
    ranges = [Range(path="a", low=1.0, high=100.0, scale="log"), Range(path="b", low=1.0, high=100.0)]
    at = np.linspace(0, 1, 401)
    found = columns_of(ranges, np.column_stack([at, at, at]), 8)
    assert (found["a"][200], found["b"][200]) == pytest.approx((10.0, 50.5))
    assert (found["a"][0], found["a"][-1]) == pytest.approx((1.0, 100.0))
    counts = np.bincount(found["seed"])
    assert len(counts) == 8
    assert counts.max() - counts.min() <= 2


def test_the_ranges_of_the_package_fit_every_scenario_with_arms():
    own = read_ranges()
    assert len(own) >= 8
    assert all(one.reason and one.words for one in own)
    for name in ("crossroads", "baseline"):
        assert [one.path for one in ranges_of(None, load(name))] == [one.path for one in own]


def toml(path, low, high, more=""):
    return f'[[parameters]]\npath = "{path}"\nlow = {low}\nhigh = {high}\n{more}\n'


OTHER = toml("world.talk.openness", 0.1, 1.0)


@pytest.mark.parametrize(("text", "said"), [
    ("parameters = [", "not TOML"),
    (OTHER, "at least 2"),
    (OTHER + toml("world.talk.moved", 0.2, 0.1), "is no range"),
    (OTHER + toml("world.talk.moved", 0.1, 99.0), "leaves the declared range"),
    (OTHER + toml("world.talk.moved", 0.0, 0.1, 'scale = "log"'), "is no range"),
    (OTHER + toml("world.talk.moved", 0.1, 0.2, "steps = 3"), "parameters.1.steps"),
    (OTHER + OTHER, "each once"),
    (OTHER + toml("world.people", 0.1, 0.2), "world.people"),
    (OTHER + toml("world.burn_in_days", 7, 28), "whole number"),
])  # fmt: skip
def test_ranges_that_do_not_fit_are_refused_in_a_sentence(tmp_path, text, said):
    (tmp_path / "ranges.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        ranges_of(None, load("crossroads"), tmp_path / "ranges.toml")
    assert "ranges.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_parameter_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"world\.talk\.moved"):
        ranges_of(["world.talk.movd", "world.customers.drift"], load("crossroads"))
    with pytest.raises(InputError, match="two parameters or more"):
        ranges_of(["world.talk.moved"], load("crossroads"))


def test_without_the_library_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(InputError, match=r"valuescape\[analysis\]"):
        sensitivity("crossroads", parameters=PATHS, out=tmp_path / "s", **TINY)
    assert not list(tmp_path.iterdir())


# --- a whole analysis -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A tiny analysis, kept."""
    return sensitivity("crossroads", parameters=PATHS, out=tmp_path_factory.mktemp("sensitivity") / "s", **TINY)


@pytest.fixture(scope="module")
def folder(whole, tmp_path_factory):
    return next(tmp_path_factory.getbasetemp().glob("sensitivity*/s"))


def test_it_is_read_back_as_it_was(whole, folder):
    again = Sensitivity.read(folder)
    assert again.digest() == whole.digest()
    assert again.to_json() == whole.to_json()
    assert whole.counts == {"screening": 2 * 5 * 2, "indices": 2 * 4 * 5}
    assert json.loads(json.dumps(whole.to_json()))["parameters"][0]["path"] == PATHS[0]
    assert all(row["why"] for row in whole.to_json()["indices"] if row["total"] is None)
    assert whole.kept[-1] == LUCK
    assert len(whole.kept) == 3


def test_workers_do_not_change_it(whole, tmp_path):
    assert sensitivity("crossroads", parameters=PATHS, out=tmp_path / "two", workers=2, **TINY).digest() == whole.digest()


def test_the_runs_behind_it_are_kept_and_were_made_as_asked(whole, folder):
    from valuescape.experiments.sweep.result import Ensemble

    runs = Ensemble.read(folder.with_name("s-screening"))
    assert runs.scenario.world.customers.number == 40
    assert runs.scenario.days == 14
    assert set(runs.paths) == {*PATHS, "seed"}
    assert runs.counts == {"runs": 20, "failed": 0}


def test_the_strongest_go_on(whole):
    ranges = [Range(path=name, low=0.0, high=1.0) for name in "abc"]
    outcomes = {"profit, x": (0, 2, 0), "value_in_use, x": (0, 0, 1)}
    found = screened(ranges, 4, lambda units: {
        name: units[:, :3] @ np.array(weights, dtype=float) for name, weights in outcomes.items()})  # fmt: skip
    assert [one.path for one in strongest(found, ranges, ["x"], 2)] == ["b", "c"]
    assert [one.path for one in strongest(found, ranges, ["x"], 1)] == ["b"]


def test_what_cannot_be_is_said(whole):
    (outcome, _), path = whole.shown, whole.kept[0]
    for first, said in ((0.9, True), (0.1, False)):
        row = {"outcome": outcome, "parameter": path, "first": first, "total": 0.5, "total_unclear": False}
        told = doubt(dataclasses.replace(whole, indices=pa.Table.from_pylist([row])), outcome)
        assert ("cannot be" in told) == said
        assert (whole.names[path].lower() in told) == said


def test_its_page_says_what_the_tables_say(whole, tmp_path):
    write_sensitivity(whole, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for row in whole.rows("indices", whole.shown[0]):
        at, wide = share_text(row, "total")
        assert at in page
        assert wide in page
    assert "Chance" in page
    assert doubt(whole, whole.shown[0]) in page
    assert page.count("<svg") == 6
    assert read_ranges(tmp_path / "ranges.toml") == whole.ranges
    assert {path.name for path in (tmp_path / "figures").glob("*.png")} == {
        f"board{k}_{name}.png" for k in (0, 1) for name in ("screening", "shares")
    }


def test_the_command_that_makes_it_again_is_one(whole):
    quick = dataclasses.replace(whole, manifest={"identity": {**whole.manifest["identity"], "effort": QUICK._asdict()}})
    words = again(quick).split()
    group = typer.main.get_command(app)
    with group.make_context("valuescape", words[1:]) as context:
        name, command, rest = group.resolve_command(context, words[1:])
        with command.make_context(name, rest, parent=context) as made:
            assert (made.params["arms"], made.params["quick"], made.params["days"]) == ("ecrm,sd", True, 14)
    assert "manifest.json" in again(whole)  # its effort has no option


def test_a_wrong_word_on_the_command_line_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", "crossroads", "--parameters", "world.talk.movd,world.customers.drift"]) == 2
    said = capsys.readouterr()
    assert "world.talk.moved" in said.err
    assert said.out == ""
    assert not list(tmp_path.iterdir())
