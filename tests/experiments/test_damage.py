"""Damage as a difference of worlds: measures of series made by hand, twins, replays, workers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from valuescape import Damage, InputError, damage, load, run
from valuescape.experiments import damage as module
from valuescape.experiments.cli import main
from valuescape.experiments.damage_days import LASTS, NOTHING, TOO_SHORT, half_life
from valuescape.experiments.replays import Replays, curves_table, replays
from valuescape.experiments.run import Run, run_with_twin
from valuescape.experiments.setting import Setting
from valuescape.experiments.store import folder_digest
from valuescape.experiments.twins import SERIES, Pair

BRIEF = {"world.burn_in_days": 20, "world.choice.own_means": -60, "world.choice.nothing": -60, "world.choice.fading": 0}
"""Brief worlds in which every job is a deal with a firm, so that whoever is to be let down soon deals with hers."""
STORM = {"day": 3, "trigger": True, "who": "ordinary", "vividness": 60}


def storm(days=25, customers=120, shock=STORM, **more):
    return load("crossroads", customers=customers, days=days, set={**BRIEF, "world.customers.need_rate": 60, "shocks": [shock], **more})


def made(lost, day=2, seed=0, customers=4):
    """A pair of worlds by hand: all series lose `lost` by day from the trigger on."""
    lost = np.concatenate([np.zeros(day), lost])
    away = {name: np.full(len(lost), 10.0) for name in SERIES}
    there = {name: away[name] - lost for name in SERIES}
    metrics = {"profit": 1.0, "value_in_use": 0.5}
    return Pair(seed, seed, day, customers, 0.0, there, away, metrics, {"profit": 3.0, "value_in_use": 0.75})


# --- measures with answers on paper -----------------------------------------------------------------------------------


def test_measures_of_a_series_made_by_hand():
    lost = np.zeros(60)
    lost[3:10] = 4.0  # the worst week ends on day 9: 28 in all
    lost[10:24] = 3.0  # from day 16 on a week loses 21
    lost[24:40] = 2.0  # from day 30 on a week loses 14, half of it
    found = module.measures(lost, flow=True)
    assert found == {"onset": 3, "peak": 28.0, "peak_day": 9, "area": 102.0, "half_life": 21}
    assert module.measures(lost, flow=False) == {**found, "peak": 4.0}


def test_a_loss_of_one_week_is_too_short_for_a_half_life():
    for last in (4, 10):  # a day or a week: both leave the window within seven days
        lost = np.zeros(40)
        lost[3:last] = 2.0
        assert module.measures(lost, flow=True)["half_life"] is None
        assert half_life(module.weekly(lost, True), 7) == (None, TOO_SHORT)
    assert half_life(module.weekly(np.ones(30), True), 7) == (None, LASTS)
    assert half_life(-np.ones(30), 7) == (None, NOTHING)


def test_a_loss_that_lasts_has_no_half_life():
    found = module.measures(np.ones(30), flow=True)
    assert found == {"onset": 0, "peak": 7.0, "peak_day": 6, "area": 30.0, "half_life": None}


def test_a_trigger_that_pays_is_a_loss_below_nought():
    found = module.measures(-np.ones(30), flow=True)
    assert found["area"] == -30
    assert found["onset"] == 0
    assert found["peak"] < 0
    assert found["peak_day"] is None
    assert found["half_life"] is None


def test_no_difference_has_no_onset():
    assert module.measures(np.zeros(30), True) == {"onset": None, "peak": 0, "peak_day": None, "area": 0, "half_life": None}


def test_a_week_without_loss_is_exactly_nought():
    lost = np.zeros(30)
    lost[4:7] = 0.1
    assert module.weekly(lost, True)[20:].tolist() == [0.0] * 10
    assert module.weekly(lost, True)[6] == pytest.approx(0.3)
    assert module.weekly(lost, False)[6] == pytest.approx(0.3 / 7)


def test_of_equal_weeks_the_first_is_the_worst_whatever_the_rounding():
    lost = np.zeros(60)
    lost[10], lost[40] = 0.3, 0.1 + 0.2  # the second is larger by a rounding
    assert module.measures(lost, True)["peak_day"] == 10


def test_money_is_discounted_and_shared_out():
    row = module.row_of(replace(made(np.array([0.0, 5.0, 0.0])), discount=0.1))
    assert row["loss"] == pytest.approx(5.0 * 1.1 ** (-3 / 365))  # day 2 is the trigger's, so day 3
    assert row["loss_per_customer"] == pytest.approx(row["loss"] / 4)
    assert row["lost_share"] == pytest.approx(row["lost_margin"] / row["spared_margin"])
    assert not row["no_trace"]
    assert module.row_of(made(np.zeros(3)))["no_trace"]


def by_hand(*lost):
    scenario = storm()
    pairs = [made(np.asarray(one, dtype=float), seed=k) for k, one in enumerate(lost)]
    return module.damage_of(scenario, "ecrm", pairs, {})


def test_over_seeds_there_are_means_intervals_and_zeros():
    found = by_hand([0, 0, 4, 0], [0, 0, 0, 0], [0, 2, 0, 0])
    area = found.estimates["margin"]["area"]
    assert area.mean == 2
    assert area.low < 2 < area.high
    assert found.zeros("margin_area") == pytest.approx(1 / 3)
    onset = found.estimates["margin"]["onset"]
    assert (onset.median, onset.least, onset.most, onset.seeds) == (1.5, 1, 2, 2)  # over the two seeds that have one
    half = found.figures()["series"]["margin"]["half_life"]
    assert half == {"median": None, "least": None, "most": None, "of": 0, "why": f"{LASTS}; {NOTHING}"}
    assert found.mean_curve["margin"]["area"] == 2
    assert found.primary()["profit"] == {"with": 1, "without": 3, "difference": -2, "low": -2, "high": -2}
    assert "history" not in found.figures()


def test_one_seed_is_one_history():
    found = by_hand([0, 0, 4, 0]).figures()
    assert found["history"] == "one history"
    assert found["money"]["loss"]["low"] is None
    assert "one history" in found["money"]["loss"]["why"]
    assert found["profit"]["difference"] == -2


def test_curves_are_quantiles_over_replays():
    table = curves_table(np.arange(5, dtype=np.float32)[:, None, None] * np.ones((1, len(SERIES), 3), dtype=np.float32), first=14)
    rows = [row for row in table.to_pylist() if row["series"] == "margin" and row["span"] == "so_far"]
    assert [row["day"] for row in rows] == [14, 15, 16]
    assert [row["p50"] for row in rows] == [2, 4, 6]
    assert rows[-1]["mean"] == 6
    assert rows[-1]["p25"] == 3


# --- worlds -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    return damage(storm(), seeds=2)


def test_a_null_trigger_does_no_damage():
    null = damage(storm(shock={**STORM, "severity": 0, "vividness": 1}), seeds=2)
    assert null.losses["no_trace"].to_pylist() == [True, True]
    assert null.column("loss") == [0.0, 0.0]
    for name in SERIES:
        assert null.column(f"{name}_area") == [0.0, 0.0]
        there, away = null.series(name)
        assert np.array_equal(there, away)


def test_damage_is_the_difference_of_two_runs(found):
    scenario = storm()
    for k, seed in enumerate(found.seeds):
        there, away = (run(scenario, seed=seed, without=without) for without in (None, "trigger"))
        for name in ("profit", "margin", "deals", "mentions"):
            column = {"deals": "purchases"}.get(name, name)
            for world, one in zip(found.series(name), (there, away), strict=True):
                own = [row[column] for row in one.daily.to_pylist() if row["firm"] == "focal"]
                assert world[k].tolist() == own, name
        assert found.column("profit_with")[k] == there.metrics["profit"]
        assert found.column("value_in_use_without")[k] == away.metrics["value_in_use"]
        assert found.column("loss")[k] == pytest.approx(away.metrics["profit"] - there.metrics["profit"], abs=1e-6)


def test_nothing_differs_before_the_trigger_and_something_after(found):
    for name in SERIES:
        there, away = found.series(name)
        assert np.array_equal(there[:, :3], away[:, :3])
    assert not all(found.losses["no_trace"].to_pylist())


def test_a_trigger_in_the_burn_in_has_a_twin_too():
    past = damage(storm(shock={**STORM, "day": -5}, days=10), seeds=1)
    twin = run(storm(shock={**STORM, "day": -5}, days=10), without="trigger")
    assert past.series("margin")[1][0].tolist() == [row["margin"] for row in twin.daily.to_pylist() if row["firm"] == "focal"]


def test_the_number_of_workers_changes_nothing(found):
    assert damage(storm(), seeds=2, workers=2).digest() == found.digest()
    setting = Setting(storm(days=12))
    alone = replays(setting, 5)
    assert replays(setting, 5, workers=2).digest() == alone.digest()
    assert alone.tables["losses"]["luck"].to_pylist() == list(range(5))


def test_a_replay_is_the_damage_of_that_luck():
    many = replays(Setting(storm()), 3, seed=1)
    one = damage(storm(), seeds=[1], luck=2)
    row = many.tables["losses"].to_pylist()[2]
    assert row == one.losses.to_pylist()[0]


def test_replays_of_several_seeds_tell_luck_from_worlds(tmp_path):
    many = replays(Setting(storm(days=12)), 4, seeds="2", out=tmp_path / "r")
    assert many.losses["seeds"] == 2
    assert many.losses["replays"] == 8
    assert many.losses["luck_share"]["value"] is not None
    assert many.losses["var99"]["value"] is None
    assert many.losses["var99"]["why"]
    json.dumps(many.to_json(), allow_nan=False)
    again = Replays.read(tmp_path / "r")
    assert again.losses == many.losses
    assert folder_digest(tmp_path / "r") == many.digest()
    assert replays(Setting(storm(days=12)), 2).losses["luck_share"]["value"] is None


def test_damage_and_a_run_with_its_twin_are_kept(tmp_path, found):
    place = found.save(tmp_path / "damage")
    again = Damage.read(place)
    assert again.digest() == found.digest() == folder_digest(place)
    assert again.figures() == found.figures()
    whole = run_with_twin(Setting(storm()), seed=1, detail="talk", out=tmp_path / "run")
    assert whole.metrics == run(storm(), seed=1, detail="talk").metrics
    assert whole.damage.column("loss") == [found.column("loss")[1]]
    assert Run.read(tmp_path / "run").damage.figures() == whole.damage.figures()
    assert whole.manifest["run_id"] != run(storm(), seed=1, detail="talk").manifest["run_id"]  # it holds other tables
    assert any(row["kind"] == "shock" for row in whole.events.to_pylist())


def test_without_a_trigger_there_is_no_damage():
    with pytest.raises(InputError, match="no trigger"):
        damage("crossroads", seeds=1, customers=50, days=3)


# --- who is hit -------------------------------------------------------------------------------------------------------


def test_the_ordinary_customer_is_the_same_in_all_replays_and_ordinary(live, make_scenario):
    from valuescape.sim.shocks import struck

    rows = []
    for luck in (1, 2):
        model = live(make_scenario(300, rivals=2), 6, luck=luck)
        rows.append(struck("ordinary", model.columns, 0))
    assert rows[0] == rows[1]
    w, row = model.columns, rows[0]
    reach = np.diff(w.start) + np.diff(w.audience_start)
    assert np.quantile(reach, 0.2) < reach[row] < np.quantile(reach, 0.8)
    assert w.pairs["taste"][row].argmax() == 0
    assert w.people["rate"][row] >= w.people["rate"].mean()
    assert struck("loudest", w, 0) != row


# --- command line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = 'extends = "crossroads"\ndays = 12\n[world]\nburn_in_days = 7\n[[shocks]]\nday = 2\ntrigger = true\nwho = "ordinary"\n'
    (tmp_path / "storm.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_command_over_seeds(place, capsys):
    small = ["run", "storm.toml", "--customers", "60", "--seeds", "2"]
    assert main([*small, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["damage"]["series"]) == set(SERIES)
    assert document["damage"]["series"]["margin"]["area"]["of"] == 2
    assert main(small) == 0
    said = capsys.readouterr().out
    assert "with and without the trigger" in said
    for name in ("Profit, money", "Praise minus blame", "first difference, day", "median and the range over seeds", "exactly 0"):
        assert name in said
    assert main([*small[:-1], "1"]) == 0
    assert "exactly 0" not in capsys.readouterr().out  # a share of one history says nothing
    assert main(small) == 0
    said = capsys.readouterr().out
    folder = place / said.splitlines()[-1].removeprefix("results: ")
    assert main(["report", str(folder)]) == 0


def test_the_command_with_replays(place, capsys):
    assert main(["run", "storm.toml", "--customers", "60", "--replays", "3", "--workers", "1"]) == 0
    said = capsys.readouterr().out
    for text in ("Odds of a loss", "value at risk 99 %: 3 losses cannot carry it", "Replays for the mean loss", "luck in this one world"):
        assert text in said
    assert max(map(len, said.splitlines()[:-1])) <= 120


@pytest.mark.parametrize(
    ("options", "name"),
    [(["--replays", "2", "--no-twin"], "--replays"), (["--replays", "2", "--luck", "1"], "--replays"),
     (["--seeds", "2", "--seed", "1"], "--seeds"),
     (["--seeds", "2", "--detail", "full"], "--detail"), (["--replays", "0"], "replays"), (["--replays", "2", "--seeds", "x"], "seeds")],
)  # fmt: skip
def test_what_does_not_go_together_is_named(place, capsys, options, name):
    assert main(["run", "storm.toml", *options]) == 2
    assert name in capsys.readouterr().err
    assert main(["run", "crossroads", "--seeds", "3"]) == 2
