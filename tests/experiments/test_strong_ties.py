"""What hangs on the rule of strong ties: the check is what another rule would have given, and it is kept short."""

import json

import networkx as nx
import pytest

from valuescape import InputError, build_network, compare, load, read_network
from valuescape.experiments.cli import main
from valuescape.experiments.compare import Comparison
from valuescape.experiments.report import write_report
from valuescape.experiments.setting import Setting
from valuescape.experiments.strong_ties import PRIMARY, days_of_check, planned

ARMS = ["ecrm", "crossroads", "sd"]
SHORT = {"days": 15, "set": {"world.burn_in_days": 14}}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A network of 120 people as an edge list without layers."""
    path = tmp_path_factory.mktemp("ties") / "friends.csv"
    graph = nx.relaxed_caveman_graph(8, 15, 0.2, seed=1)
    path.write_text("\n".join(f"p{a},p{b}" for a, b in graph.edges), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(file):
    return compare("crossroads", ["ecrm", "sd"], seeds=[3, 5], network=file, tie_check=True, **SHORT)


@pytest.mark.parametrize("seeds", [1, 2, 3, 6, 9, 20])
@pytest.mark.parametrize("arms", [1, 2, 3])
@pytest.mark.parametrize("days", [10, 364, 1820])
def test_a_check_takes_a_third_of_the_time_at_most(file, seeds, arms, days):
    setting = Setting("crossroads", days, network=file)
    plan = planned(setting, ARMS[:arms], range(seeds), None)
    whole = seeds * (364 + arms * days)
    assert days_of_check(setting, plan) <= whole / 3
    assert (plan.why is None) == bool(plan.tops)
    assert plan.seeds == list(range(len(plan.seeds)))
    if seeds == 20:
        assert plan == ([5, 15], [0, 1, 2], ARMS[:arms], None)
    asked = planned(setting, ARMS[:arms], range(seeds), True)
    assert asked.seeds == (plan.seeds or list(range(min(seeds, 3))))
    assert planned(setting, ARMS, range(seeds), False).why == "it was not wanted"


def test_there_is_a_check_only_where_the_rule_is_at_work(file, tmp_path):
    layered = tmp_path / "layers.csv"
    layered.write_text("source,target,layer\na,b,strong\nb,c,weak\n", encoding="utf-8")
    for network in (None, layered, build_network(40, load("baseline").world.network, 1)):
        setting = Setting("crossroads", network=network)
        assert planned(setting, ARMS, range(20), None) == ([], [], [], None)
        with pytest.raises(InputError, match=r"tie_check.*allowed: with a network file without layers"):
            planned(setting, ARMS, range(20), True)
    assert planned(Setting("crossroads", network=read_network(file, 5)), ARMS, range(20), None).tops == [8, 15]


def test_it_is_what_another_rule_would_have_given(file, found):
    rows = found.strong_ties
    assert [row["strong_ties"] for row in rows[::4]] == [5, 8, 15]
    assert {row["metric"] for row in rows} == set(PRIMARY)
    for top in (5, 8, 15):
        other = compare("crossroads", ["ecrm", "sd"], seeds=[3, 5], network=read_network(file, top), tie_check=False, **SHORT)
        for row in (row for row in rows if row["strong_ties"] == top):
            assert row["mean"] == other.intervals[row["arm"]][row["metric"]].mean
            if row["arm"] == "sd":
                pair = next(p for p in other.paired if (p["arm"], p["baseline"], p["metric"]) == ("sd", "ecrm", row["metric"]))
                assert [row[key] for key in ("difference", "low", "high")] == [pair[key] for key in ("difference", "low", "high")]
        assert other.strong_ties == []


def test_it_is_kept_said_and_part_of_what_the_result_is(file, found, tmp_path):
    folder = found.save(tmp_path / "kept")
    again = Comparison.read(folder)
    assert again.strong_ties == found.strong_ties == found.to_json()["strong_ties"]
    assert again.digest() == found.digest()
    text = write_report(again, tmp_path / "report.html", figures=False).read_text(encoding="utf-8")
    assert "What hangs on the number of strong ties" in text
    assert "8 (this report)" in text
    assert "other rules for strong ties" not in text
    bare = compare("crossroads", ["ecrm", "sd"], seeds=[3, 5], network=file, **SHORT)
    assert bare.manifest["run_id"] != found.manifest["run_id"]
    assert bare.to_json()["strong_ties"] is None
    assert "third of the time" in bare.to_json()["why"]["strong_ties"]
    text = write_report(bare, tmp_path / "bare.html", figures=False).read_text(encoding="utf-8")
    assert "people without a strong tie" in text
    assert "third of the time" in text


def test_the_command_line(file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    short = ["--days", "5", "--set", "world.burn_in_days=7", "--arms", "ecrm,sd", "--seeds", "1"]
    line = ["compare", "crossroads", "--network", str(file), *short]
    assert main([*line, "--tie-check", "--workers", "1"]) == 0
    assert "By the number of strong ties in the rule, 1 seed(s)" in capsys.readouterr().out
    assert main([*line, "--no-tie-check"]) == 0
    assert "not shown: it was not wanted" in capsys.readouterr().out
    assert main(["compare", "crossroads", "--customers", "40", *short, "--tie-check"]) == 2
    assert "no rule of strong ties is at work" in capsys.readouterr().err
    assert main(["network", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["strong_ties"] for row in document["strong_ties"]] == [5, 8, 15]
    assert document["strong_ties"][1]["mean"] == document["statistics"]["strong_mean"]
