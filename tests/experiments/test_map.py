"""The map: its cells are what a comparison would say, its words and pictures say what its table holds, and a folder gives it back."""

import json
import re

import numpy as np
import pytest
from markupsafe import escape
from scipy.stats import spearmanr

from valuescape import compare
from valuescape.agents.declare import InputError
from valuescape.experiments.cli import main
from valuescape.experiments.map import words
from valuescape.experiments.map.moved import counts_of, flips_of, is_sure, rank_correlation, strongest
from valuescape.experiments.map.page import limits_of, write_map
from valuescape.experiments.map.phase_map import PhaseMap, map_table, phase_map, worlds_table
from valuescape.experiments.map.pictures import cut_panels, winner_panels
from valuescape.experiments.map.plan import Effort, cells_of, map_plan
from valuescape.experiments.results import read_result
from valuescape.scenarios.load import load

BOARDS = ("goods_dominant", "service_dominant")
WORLD = """
extends = "crossroads"
[world]
burn_in_days = 0
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """The package's plan in a market of sixty people over two weeks, on two of its axes."""
    file = tmp_path_factory.mktemp("world") / "small.toml"
    file.write_text(WORLD, encoding="utf-8")
    effort = Effort(points=8, seeds="0-1", days=14, horizons=[7, 14], positions=[0, 1])
    whole = map_plan()
    axes = [whole.axis(name) for name in ("openness", "rivals_push")]
    return whole.model_copy(update={"scenario": str(file), "customers": 60, "quick": effort, "axes": axes})


@pytest.fixture(scope="module")
def found(plan):
    """The map of it."""
    return phase_map(plan=plan)


def made(plan, lead, noise=0.001, seeds=range(5)):
    """A map whose worlds were not run: `lead(at)` is what sd has more of, as a part of what ecrm has, give or take `noise`."""
    scenario = load("crossroads", customers=plan.customers, days=14)
    effort = Effort(points=24, seeds="0-4", days=14, horizons=[7, 14], positions=[0, 1])
    cells = cells_of(plan, effort, scenario)
    rng = np.random.default_rng(3)
    done = []
    for cell in cells:
        for _ in seeds:
            base = 1000.0 * (1 + 0.1 * rng.standard_normal())
            more = base * (1 + lead(cell.at) + noise * rng.standard_normal())
            done.append([{"profit": np.full(14, value), "value_in_use": np.full(14, value / 1000)} for value in (base, more)])
    table = worlds_table(cells, list(seeds), plan.arms, effort.horizons, done)
    identity = {"question": "map", "scenario": {}, "seeds": list(seeds), "network": None, "engine": "none",
                "effort": {"name": "quick", **effort.model_dump()}}  # fmt: skip
    manifest = {"format": 1, "run_id": "made", "identity": identity, "provenance": {}}
    return PhaseMap(scenario, plan, "quick", map_table(plan, cells, table, scenario), table, manifest)


@pytest.fixture(scope="module")
def opens(plan):
    """A map in which sd leads by a tenth where the world is open and trails by a tenth where it is closed, and nothing else matters."""
    return made(plan, lambda at: 0.2 * (at["openness"] - 0.5) if abs(at["openness"] - 0.5) > 0.1 else 0.0)


# --- cells ------------------------------------------------------------------------------------------------------------


def test_a_row_per_cell_horizon_and_board(found, plan):
    cells = 1 + 4 + 8
    assert found.map.num_rows == cells * 2 * 2
    assert found.worlds.num_rows == cells * 2 * 2 * 2 * 2
    assert {row["part"] for row in found.rows} == {"own", "cut", "design"}
    assert all((row["axis"] is None) == (row["part"] != "cut") for row in found.rows)
    assert {axis.name for axis in plan.axes} <= set(found.map.column_names)


def test_a_cell_is_what_a_comparison_of_its_world_says(found, plan):
    """The same difference, interval and winner at both horizons; of another world they are not."""
    cut = next(row for row in found.rows if row["axis"] == "openness" and row["openness"] == 1.0)
    settings = plan.axis("openness").settings(1.0)
    for days in (7, 14):
        pair = compare(plan.scenario, plan.arms, seeds=2, days=days, customers=60, set=settings)
        for board, metric in zip(BOARDS, ("profit", "value_in_use"), strict=True):
            row = next(r for r in found.rows if (r["cell"], r["days"], r["board"]) == (cut["cell"], days, board))
            gap = next(p for p in pair.paired if (p["arm"], p["baseline"], p["metric"]) == ("sd", "ecrm", metric))
            assert [row[name] for name in ("difference", "low", "high")] == pytest.approx(
                [gap[name] for name in ("difference", "low", "high")]
            )
            assert (row["winner"], row["reason"]) == (pair.winners[board]["arm"], pair.winners[board]["reason"])
    own = found.on("goods_dominant", part="own")[0]
    assert own["difference"] != pytest.approx(gap["difference"])


def test_processes_change_nothing(found, plan):
    assert phase_map(plan=plan, workers=2).digest() == found.digest()
    assert found.digest() != made(plan, lambda at: 0.0).digest()


def test_a_folder_gives_it_back(found, tmp_path):
    found.save(tmp_path / "map")
    again = read_result(tmp_path / "map")
    assert isinstance(again, PhaseMap)
    assert again.digest() == found.digest()
    assert again.plan == found.plan
    assert again.moves == found.moves
    assert (again.effort, again.horizons, again.seeds, again.arms) == ("quick", [7, 14], [0, 1], ["ecrm", "sd"])


def test_an_unknown_effort_is_refused(plan):
    with pytest.raises(InputError, match="so fine a map is not planned, given 'finest'; allowed: quick or fine"):
        phase_map("finest", plan=plan)


# --- what it comes to -------------------------------------------------------------------------------------------------


def test_winners_are_counted_where_they_are(opens):
    for board in BOARDS:
        row = next(row for row in counts_of(opens) if (row["board"], row["days"]) == (board, 14))
        assert row["points"] == row["sd"] + row["ecrm"] + row["none"] == 24
        assert min(row["sd"], row["ecrm"], row["none"]) > 2
        for cell in opens.on(board, part="design"):
            wanted = None if abs(cell["openness"] - 0.5) <= 0.1 else "sd" if cell["openness"] > 0.5 else "ecrm"
            assert cell["winner"] == wanted


def test_a_lead_that_may_be_chance_wins_nothing(plan):
    noisy = made(plan, lambda at: 0.2 * (at["openness"] - 0.5), noise=0.5)
    won = [row["winner"] for row in noisy.on("goods_dominant", part="design")]
    assert won.count(None) > 18  # one in twenty wins by chance


def test_the_axis_that_moves_the_difference_is_found(opens, plan):
    for board in BOARDS:
        first, second = strongest(opens, board)
        assert first["axis"] == "openness"
        assert first["rho"] > 0.8
        assert is_sure(first)
        assert not is_sure(second)
    turned = made(plan, lambda at: 0.1 - 0.2 * at["rivals_push"])
    first = strongest(turned, "goods_dominant")[0]
    assert (first["axis"], first["rho"] < -0.9) == ("rivals_push", True)


def test_flips_are_those_of_the_cuts(opens, plan):
    rows = [row for row in flips_of(opens) if row["days"] == 14]
    assert {(row["board"], row["axis"], row["value"], row["own"], row["winner"]) for row in rows} == {
        (board, "openness", end, None, arm) for board in BOARDS for end, arm in ((0.0, "ecrm"), (1.0, "sd"))
    }
    assert flips_of(made(plan, lambda at: 0.1)) == []


def test_a_rank_correlation_is_spearmans(opens):
    rng = np.random.default_rng(1)
    x = rng.random(40)
    y = x + rng.random(40)
    found = rank_correlation(list(x), list(y), "a name")
    assert found["rho"] == pytest.approx(spearmanr(x, y).statistic)
    assert found["low"] < found["rho"] < found["high"]
    assert found == rank_correlation(list(x), list(y), "a name")
    assert rank_correlation(list(x), list(np.exp(x)), "b")["rho"] == pytest.approx(1.0)
    shuffled = rank_correlation(list(x), list(rng.permutation(y)), "c")
    assert shuffled["low"] < 0 < shuffled["high"]
    some = rank_correlation(list(range(8)), [0.0] * 7 + [1.0], "f")
    assert (some["low"], some["high"]) == (None, None)
    assert "no interval" in some["why"]
    assert not is_sure(some)
    assert "no interval" in words.rho_text(some)
    assert "too few" in rank_correlation([1, 2], [1, 2], "d")["why"]
    assert "the same at every point" in rank_correlation(list(x), [1.0] * 40, "e")["why"]


# --- words, pictures, page --------------------------------------------------------------------------------------------


def test_the_words_say_what_the_table_holds(opens, plan):
    row = words.counted(opens, "goods_dominant", 14)
    said = words.answer(opens)
    assert said.startswith("Of 24 worlds spread over 2 axes, after 14 days:")
    assert f"on the goods-dominant board sd wins in {row['sd']}, ecrm in {row['ecrm']}, and none is shown in {row['none']}" in said
    assert "moved most by openness of the world (more of it favours sd: 0." in words.moved(opens, "goods_dominant")
    assert "ecrm wins with openness of the world at 0" in words.flips(opens, "goods_dominant")
    held = {row["winner"]: row["words"] for row in words.typical(opens, "goods_dominant")}
    assert set(held) == {"sd", "ecrm", None}
    places = [float(re.search(r"openness of the world ([\d.]+)", held[arm])[1]) for arm in ("ecrm", None, "sd")]
    assert places == sorted(places)
    flat = made(plan, lambda at: 0.1)
    assert "Nothing that was tried on a single axis turns that round." in words.flips(flat, "goods_dominant")
    assert "No axis moves the difference beyond what may be chance" in words.moved(flat, "service_dominant") or "favours" in words.moved(
        flat, "service_dominant"
    )


def test_pictures_are_labelled_and_their_words_hold_the_numbers(opens):
    for board in BOARDS:
        cuts = cut_panels(opens, board)
        assert [panel.name for panel in cuts] == ["cut_openness", "cut_rivals_push", "cut_horizon"]
        assert "ecrm wins" in cuts[0].alt
        assert "sd wins" in cuts[0].alt
        assert "wins" not in cuts[2].alt
        left, right = winner_panels(opens, board)
        row = words.counted(opens, board, 14)
        assert f"sd wins in {row['sd']}" in left.alt
        assert "Openness of the world 0." in right.alt


def test_the_page_says_where_each_side_wins(opens, tmp_path):
    text = write_map(opens, tmp_path / "report.html").read_text(encoding="utf-8")
    assert words.answer(opens) in text
    for board in BOARDS:
        assert str(escape(words.moved(opens, board))) in text
        assert str(escape(words.flips(opens, board))) in text
    assert "What the map cannot say" in text
    assert opens.plan.left_out.split(".")[0] in text
    assert "world.talk.openness" in text
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", text)
    names = {f"{kind}_{metric}.{end}" for kind in ("cuts", "winners") for metric in ("profit", "value_in_use") for end in ("svg", "png")}
    assert {path.name for path in (tmp_path / "figures").iterdir()} == names


def test_the_page_says_where_an_arm_never_wins(opens, plan):
    assert not any("wins in none" in text for text in limits_of(opens))
    said = [text for text in limits_of(made(plan, lambda at: 0.1)) if "wins in none" in text]
    assert [text.split(" wins")[0] for text in said] == ["On the goods-dominant board ecrm", "On the service-dominant board ecrm"]


def test_the_command_maps_and_keeps(plan, found, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("valuescape.experiments.map.phase_map.fixed_plan", lambda: plan)
    assert main(["map", "--quick", "--workers", "1", "--out", str(tmp_path / "kept"), "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert len(document["map"]) == found.map.num_rows
    assert {row["axis"] for row in document["moves"]} == {"openness", "rivals_push"}
    assert document["wins"] == counts_of(found)
    assert {path.name for path in (tmp_path / "kept").iterdir()} >= {"map.parquet", "worlds.parquet", "report.html", "manifest.json"}
    assert main(["map", "--quick", "--workers", "1", "--out", str(tmp_path / "again")]) == 0
    text = capsys.readouterr().out
    assert " ".join(words.answer(found).split())[:60] in " ".join(text.split())
    assert main(["map", "--quick", "--out", str(tmp_path / "kept" / "report.html")]) == 2
    assert "the results folder is a file" in capsys.readouterr().err
