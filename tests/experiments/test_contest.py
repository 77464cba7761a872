"""Arms that meet: a contest describes one world and names nobody; a matrix is a comparison for each thing that rivals may play."""

import json
import re

import pytest

from valuescape import InputError, compare, load, run
from valuescape.experiments.contest import MARKET, Contest, seats_of
from valuescape.experiments.figures import figure_of
from valuescape.experiments.grid_report import _dots, write_contest, write_matrix
from valuescape.experiments.matrix import Matrix, playing
from valuescape.experiments.results import read_result
from valuescape.experiments.tables import WHY
from valuescape.experiments.verdict import Estimate
from valuescape.sim.metrics.headline import HEADLINE, measure
from valuescape.sim.model import ServiceEcosystem

ARMS = ["ecrm", "crossroads", "sd"]
SMALL = {"customers": 150, "days": 20, "set": {"world.burn_in_days": 28}}
CAUSAL = re.compile(r"(?i)\bwins?\b|winner|\bcaus|\beffect\b|\bbeats?\b|because of|difference from")


@pytest.fixture(scope="module")
def met():
    """A contest on three seeds."""
    return compare("crossroads", ARMS, seeds=3, mode="contest", **SMALL)


@pytest.fixture(scope="module")
def against():
    """The matrix on two seeds."""
    return compare("crossroads", ARMS, seeds=2, rivals="each", **SMALL)


# --- contest --------------------------------------------------------------------------------------------------------


def test_seats_rotate_so_that_every_arm_sits_everywhere():
    scenario = load("crossroads")
    turns = [dict(seats_of(scenario, ARMS, k)) for k in range(3)]
    assert turns[0] == {"focal": "ecrm", "rival_1": "crossroads", "rival_2": "sd"}
    for firm in scenario.firms:
        assert {turn[firm] for turn in turns} == set(ARMS)
    assert all(set(turn.values()) == set(ARMS) for turn in turns)
    assert dict(seats_of(scenario, ARMS[:2], 1)) == {"focal": "crossroads", "rival_1": "ecrm"}


def test_an_arms_numbers_are_those_of_the_firm_it_sat_in(met):
    """The same world by hand: seed 1, every arm one firm further."""
    scenario = met.scenario
    for firm, arm in seats_of(scenario, ARMS, 1):
        scenario = scenario.seated(arm, firm)
    world = ServiceEcosystem(scenario, 1)
    for _ in range(20):
        world.step()
    for k, (_, arm) in enumerate(seats_of(scenario, ARMS, 1)):
        assert {metric: seeds[1] for metric, seeds in met.values[arm].items()} == measure(world, k)
    for metric in MARKET:
        assert len({met.values[arm][metric][1] for arm in ARMS}) == 1


def test_a_contest_is_labelled_and_says_nothing_causal(met, capsys, tmp_path):
    from valuescape.experiments.console import show_contest

    document = met.to_json()
    assert (document["mode"], document["descriptive"]) == ("contest", True)
    assert not {"paired", "winners"} & set(document)
    assert len(document["seats"]) == 9
    assert document["manifest"]["identity"]["scenario"]["mode"] == "contest"
    show_contest(met)
    printed = capsys.readouterr().out
    write_contest(met, tmp_path / "report.html")
    page = re.sub(r"<style.*?</style>", "", (tmp_path / "report.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    for text in (printed, page, document["note"]):
        assert "contest" in text.lower()
        assert "descriptive" in text.lower()
        assert not CAUSAL.search(text), CAUSAL.search(text)
    assert (tmp_path / "figures" / "contest.svg").is_file()
    assert "per 1,000 messages; less is better" in page
    assert page.count("activity: a lever moves it directly") == 2
    assert WHY["clv_end_value"] in page  # beside the dash
    assert "equally often" in document["note"]


def test_the_marks_of_a_matrix_say_who_plays_what():
    e = Estimate(1.0, 0.5, 1.5, 2)
    panel = _dots("profit", {"a": {"a": e, "b": e}, "b": {"a": e, "b": e}}, ["a", "b"], "Rivals play")
    legend = figure_of([panel]).axes[0].get_legend()
    assert legend.get_title().get_text() == "Focal firm plays:"


def test_uneven_seats_are_admitted():
    found = compare("crossroads", ["ecrm", "sd"], seeds=1, mode="contest", customers=50, days=3, set={"world.burn_in_days": 0})
    assert "part of what an arm shows is its seats" in found.to_json()["note"]
    assert "1 further firm(s)" in found.to_json()["note"]
    assert set(found.daily["arm"].to_pylist()) == {"ecrm", "sd", None}


def test_a_saved_contest_reads_back_the_same(met, tmp_path):
    folder = met.save(tmp_path / "met")
    again = read_result(folder)
    assert isinstance(again, Contest)
    assert again.digest() == met.digest()
    assert json.dumps(again.to_json()["arms"]) == json.dumps(met.to_json()["arms"])


def test_a_scenario_may_be_a_contest_by_itself(tmp_path):
    path = tmp_path / "met.toml"
    path.write_text('extends = "crossroads"\nmode = "contest"\ndays = 3\n[world]\nburn_in_days = 0\n[world.customers]\nnumber = 50\n',
                    encoding="utf-8", newline="\n")  # fmt: skip
    assert isinstance(compare(path, ARMS, seeds=1), Contest)
    with pytest.raises(InputError, match="mode: one run has one seat"):
        run(path)


@pytest.mark.parametrize(("options", "sentence"), [
    ({"mode": "contest", "arms": ["sd"]}, "arms: a contest needs two arms or more"),
    ({"mode": "contest", "rivals": "each"}, "rivals: in a contest the arms are the rivals"),
    ({"mode": "contest", "set": {"arms.sd.options.ts1": 2}}, "ts1"),
    ({"mode": "kontest"}, "mode: does not fit, given 'kontest'; allowed: substitution, contest; did you mean 'contest'"),
    ({"rivals": "all"}, "rivals: unknown rivals, given 'all'"),
    ({"rivals": "each", "detail": "full"}, "detail: a matrix keeps counts alone"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused(options, sentence):
    with pytest.raises(InputError, match=sentence):
        compare("crossroads", seeds=1, days=1, **options)


def test_more_arms_than_firms_do_not_meet():
    with pytest.raises(InputError, match="2 to 2 arms, for focal, rival_1"):
        compare("push_or_pull", seeds=1, mode="contest")


# --- the matrix -----------------------------------------------------------------------------------------------------


def test_a_column_is_the_comparison_against_those_rivals(against):
    """The same numbers as with rivals seated by hand, although all columns share one burn-in."""
    scenario = playing(load("crossroads", set=SMALL["set"]), "sd")
    assert [firm.strategy for firm in scenario.firms.values()] == ["status_quo", "sd", "sd"]
    alone = compare(scenario, ARMS, seeds=2, customers=150, days=20)
    assert against.comparisons["sd"].values == alone.values
    assert against.comparisons["ecrm"].values != alone.values


def test_the_matrix_has_every_arm_against_every_kind_of_rival(against, capsys, tmp_path):
    from valuescape.experiments.console import show_matrix

    document = against.to_json()
    assert (document["mode"], document["rivals"]) == ("substitution", "each")
    assert {(row["arm"], row["rivals"]) for row in document["matrix"]} == {(arm, rivals) for arm in ARMS for rivals in ARMS}
    assert len(document["matrix"]) == 9 * len(HEADLINE)
    assert set(document["winners"]) == set(ARMS)
    show_matrix(against)
    printed = capsys.readouterr().out
    assert "rivals: sd" in printed
    assert "value_in_use" in printed
    write_matrix(against, tmp_path / "report.html")
    assert "rivals play crossroads" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "figures" / "matrix.svg").is_file()


def test_a_saved_matrix_reads_back_the_same(against, tmp_path):
    again = read_result(against.save(tmp_path / "each"))
    assert isinstance(again, Matrix)
    assert again.to_json()["winners"] == against.to_json()["winners"]


def test_without_rivals_there_is_no_matrix():
    scenario = load("crossroads")
    alone = scenario.model_copy(update={"firms": {"focal": scenario.firms["focal"]}})
    with pytest.raises(InputError, match="there are no rivals"):
        compare(alone, ARMS, seeds=1, days=1, rivals="each")
