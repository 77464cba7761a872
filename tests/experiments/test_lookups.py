"""Levers and biases as the command line shows them: every declared one, with its price, and a way to remove the biases."""

import json
import shutil
from pathlib import Path

import pytest

from valuescape.agents.declare import parameters
from valuescape.agents.prices import LINES, OTHERWISE
from valuescape.agents.strategies.dials import DIALS
from valuescape.agents.view import LEVERS, Decision
from valuescape.experiments.cli import main
from valuescape.experiments.levers import biases, dials_of, fields, levers, neutral_settings


@pytest.fixture(scope="module")
def rows():
    """The levers by name."""
    return {row["name"]: row for row in levers()}


def test_every_number_and_category_of_a_decision_is_a_lever(rows):
    assert set(LEVERS) <= set(rows)
    assert {row.path for row in parameters(Decision)} <= set(rows)
    assert "steps" not in rows
    assert len(rows) == len(list(fields()))


def test_every_lever_says_what_it_is_and_what_it_costs(rows):
    for name, row in rows.items():
        assert row["what"][0].isupper(), name
        assert row["what"].endswith("."), name
        assert bool(row["price"]) != bool(row["paid_otherwise"]), f"{name} has neither a price line nor a word in OTHERWISE, or both"
        assert row["words"] or row["low"] < row["high"], name
    assert set(OTHERWISE) <= set(rows)


def test_every_line_of_the_price_list_pays_for_a_lever(rows):
    named = {price["line"] for row in rows.values() for price in row["price"]}
    assert named == set(LINES)
    for row in rows.values():
        for price in row["price"]:
            assert price["low"] <= price["default"] <= price["high"]


def test_prices_are_those_of_the_lever(rows):
    assert [price["line"] for price in rows["pushes.volume"]["price"]] == ["email", "mail"]
    assert [price["key"] for price in rows["desk_hours"]["price"]] == ["world.prices.staff_hour"]
    assert rows["claim"]["price"] == []


def test_every_dial_moves_a_lever_and_the_table_says_which(rows):
    assert {dial for row in rows.values() for dial in row["dials"]} == set(DIALS)
    assert rows["support"]["dials"] == ["ts1"]
    assert rows["handling"]["dials"] == ["ts6"]
    for dial, (_, sources, goals) in DIALS.items():
        for line in (*sources, *goals):
            mine = [name for name, row in rows.items() if line in [price["line"] for price in row["price"]]]
            assert any(dial in dials_of().get(name, []) for name in mine), (dial, line)


def test_the_command_prints_what_the_functions_say(capsys, rows):
    assert main(["levers", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads(json.dumps(levers() + biases()))
    assert {row["kind"] for row in found} == {"lever", "bias"}
    assert all({"name", "status", "kind", "unit", "price", "test", "what"} <= set(row) for row in found)
    assert main(["levers"]) == 0
    said = capsys.readouterr().out
    for name in [*rows, *(row["name"] for row in biases())]:
        assert any(line.startswith(f"{name} ") for line in said.splitlines()), name
    assert all(f"--set {setting}" in said for setting in neutral_settings())


def test_a_neutral_run_is_the_run_with_every_bias_set(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    small = ["run", "crossroads", "--customers", "60", "--days", "5", "--set", "world.burn_in_days=7", "--json"]

    def world(*more):
        assert main([*small, *more]) == 0
        return json.loads(capsys.readouterr().out)["manifest"]["identity"]["scenario"]["world"]

    by_hand = world(*(word for setting in neutral_settings() for word in ("--set", setting)))
    assert world("--neutral") == by_hand != world()
    own = world("--neutral", "--set", "world.talk.own_blame=0.75")
    assert own["talk"]["own_blame"] == 0.75
    assert own["judgement"] == by_hand["judgement"]


def test_metrics(capsys):
    assert main(["metrics", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == [f"M{k:02d}" for k in range(1, 91)]
    names = [metric["name"] for row in rows for metric in row["metrics"]]
    assert len(set(names)) == len(names)
    assert set(names) >= {"profit", "value_in_use", "structural_virality"}
    for row in rows:
        assert row["board"] in ("goods_dominant", "service_dominant")
        assert row["mark"] in ("outcome", "activity")
        if row["status"] == "waits":
            assert row["why"]
            assert not row["metrics"]
        else:
            assert row["status"] == "computed"
            assert row["metrics"] or row["by"]
    assert sum(row["status"] == "computed" for row in rows) >= 70
    assert main(["metrics"]) == 0
    said = capsys.readouterr().out
    assert "value_in_use" in said
    assert all(row["id"] in said for row in rows)


def test_metrics_of_a_result(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "crossroads", "--arms", "ecrm,sd", "--customers", "60", "--days", "40", "--seeds", "2", "--out", "two"]) == 0
    capsys.readouterr()
    assert main(["metrics", "two", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    found = {row["metric"]: row["arms"] for row in rows}
    assert set(found["satisfaction_surveyed"]) == {"ecrm", "sd"}
    assert found["revenue"]["sd"]["low"] <= found["revenue"]["sd"]["mean"] <= found["revenue"]["sd"]["high"]
    assert found["clv_end_value"]["sd"] == {"mean": None, "low": None, "high": None, "why": "needs 364 days"}
    assert main(["metrics", "two"]) == 0
    assert "- needs 364 days" in capsys.readouterr().out
    assert main(["metrics", "nowhere"]) == 2
    capsys.readouterr()
    shutil.copy("two/equity.parquet", "two/metrics.parquet")
    assert main(["metrics", "two"]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "two/metrics.parquet" in said
    Path("two/metrics.parquet").unlink()
    assert main(["metrics", "two"]) == 2
