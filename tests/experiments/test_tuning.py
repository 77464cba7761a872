"""Equal tuning: what is free in an arm, a search that finds what there is to find, and the same for any number of workers."""

import json

import pytest

from valuescape import InputError, load
from valuescape.experiments import cli
from valuescape.experiments.results import read_result
from valuescape.experiments.setting import Setting
from valuescape.experiments.tuning import tune as search
from valuescape.experiments.tuning.beside import tuned_setting
from valuescape.experiments.tuning.free import free_numbers
from valuescape.experiments.tuning.page import write_tuning
from valuescape.experiments.tuning.tune import tune

SMALL = {"days": 14, "customers": 50, "settings": {"world.burn_in_days": 0}}


def setting():
    return Setting("crossroads", **SMALL)


@pytest.mark.parametrize("arm", ["ecrm", "crossroads", "sd"])
def test_an_arm_as_it_is_is_a_point_of_its_own_space(arm):
    """What the search begins with spends what the built-in arm spends, line by line, and no line is opened."""
    from valuescape.agents.strategies.protocol import make_strategy

    scenario = load("crossroads")
    free = free_numbers(scenario, arm)
    start = {name: first for name, (_, _, first) in free.numbers.items()}
    assert all(low <= start[name] <= high for name, (low, high, _) in free.numbers.items())
    tuned = make_strategy(name=free.seat(start)["strategy"], options=free.seat(start)["options"]).row.spending()
    was = make_strategy(scenario.arms[arm].strategy, dict(scenario.arms[arm].options))
    built_in = was.row.spending() if hasattr(was, "row") else dict(tuned)
    for line, share in tuned.items():
        assert share == pytest.approx(built_in[line], abs=0.012), line
        assert (share > 0) == (line in free.lines)
    assert sum(tuned.values()) <= 1.0 + 1e-9


def test_an_arm_that_is_no_row_is_free_in_its_declared_levers(tmp_path):
    scenario = load("push_or_pull")
    arm = "push_50"
    free = free_numbers(scenario, arm)
    assert set(free.numbers) >= {"spent", "claim"} or set(free.numbers) == {"push", "claim"}
    (tmp_path / "mine.py").write_text(
        "class Mine:\n    def __init__(self, *, much=0.5): pass\n    def decide(self, view): ...\n", encoding="utf-8"
    )
    (tmp_path / "mine.toml").write_text(
        'extends = "crossroads"\n[arms.mine]\nstrategy = "mine.py:Mine"\n[levers]\narms.mine.options.much = [0, 1]\n',
        encoding="utf-8",
    )
    mine = free_numbers(load(tmp_path / "mine.toml"), "mine")
    assert dict(mine.numbers) == {"much": (0, 1, 0.5)}
    assert mine.seat({"much": 0.2}) == {"options": {"much": 0.2}}
    (tmp_path / "bare.toml").write_text('extends = "crossroads"\n[arms.mine]\nstrategy = "mine.py:Mine"\n', encoding="utf-8")
    with pytest.raises(InputError, match="nothing is free in this arm"):
        free_numbers(load(tmp_path / "bare.toml"), "mine")


def test_the_search_finds_what_there_is_to_find(monkeypatch):
    """A made-up objective that is largest where nearly all goes into letters and the promise is low."""

    def scored(asked, free, values, *more):
        return [
            [10 * one["mail"] / sum(one[line] for line in arm.lines) - one["claim"] for one in some]
            for arm, some in zip(free, values, strict=True)
        ]

    monkeypatch.setattr(search, "scores", scored)
    found = tune(setting(), ["ecrm", "sd"], 96)
    for arm in found.arms:
        rows = found.rows(arm)
        assert len(rows) == 96
        assert rows[-1]["best"] == max(row["value"] for row in rows)
        assert rows[-1]["best"] > rows[0]["value"] + 1.0
        best = max(rows, key=lambda row: row["value"])
        assert found.scenario.arms[arm].options["claim"] == json.loads(best["numbers"])["claim"]
    assert max(found.scenario.arms["sd"].options["shares"], key=found.scenario.arms["sd"].options["shares"].get) == "mail"
    again = tune(setting(), ["ecrm", "sd"], 96)
    assert again.digest() == found.digest()


def test_it_is_the_same_on_two_workers_and_read_back(tmp_path):
    first = tune(setting(), ["ecrm", "sd"], 10, training=(1000, 1001), out=tmp_path / "t")
    assert tune(setting(), ["ecrm", "sd"], 10, training=(1000, 1001), workers=2).digest() == first.digest()
    again = read_result(tmp_path / "t")
    assert again.to_json() == first.to_json()
    write_tuning(first, tmp_path / "page" / "report.html")
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert "10 tries for each of 2 arms" in page


def test_worlds_that_arms_were_tuned_on_do_not_judge_them():
    with pytest.raises(InputError, match="cannot judge them"):
        tuned_setting(setting(), ["ecrm"], 4, [0, 1001], "profit", 1, None, None)
    with pytest.raises(InputError, match="so many tries"):
        tune(setting(), ["ecrm"], 1)
    with pytest.raises(InputError, match="searched for"):
        tune(setting(), ["ecrm"], 4, objective="prophet")


def test_the_command_tunes_and_compares(tmp_path, capsys):
    small = "--seeds 2 --days 14 --customers 50 --set world.burn_in_days=0"
    words = ["compare", "crossroads", "--arms", "ecrm,sd", *small.split(), "--tuned", "3", "--out", str(tmp_path / "c")]
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "tuning: " in said.err
    found, tuned = read_result(tmp_path / "c"), read_result(tmp_path / "c-tuning")
    assert found.scenario.arms["sd"].options == tuned.scenario.arms["sd"].options
    assert found.manifest["provenance"]["tuned"]["trials"] == 3
