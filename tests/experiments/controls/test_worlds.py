"""Headlines beside their controls, capability worlds, and the whole: result, page and command."""

import json
from html import unescape

import pytest

from valuescape import InputError, controls
from valuescape.experiments.cli import main
from valuescape.experiments.controls import ask
from valuescape.experiments.controls.beside import Line, beside, needs
from valuescape.experiments.controls.capability import Found, capability, found_in
from valuescape.experiments.controls.capability_file import read_worlds
from valuescape.experiments.controls.forest import forest_panels
from valuescape.experiments.controls.headline_file import read_headlines, scenario_under
from valuescape.experiments.controls.page import minus, write_controls
from valuescape.experiments.controls.plan import Plan, full, quick
from valuescape.experiments.controls.result import Controls
from valuescape.experiments.controls.row import Control, controls_table
from valuescape.experiments.figures import figure_of, png
from valuescape.experiments.levers import biases
from valuescape.experiments.results import read_result
from valuescape.experiments.verdict import Estimate

# --- A3 -------------------------------------------------------------------------------------------------------------


def line(kind, mean, half, condition="c", metric="profit", days=364):
    return Line("h", condition, f"title {condition}", kind, days, "sd", "ecrm", metric, Estimate(mean, mean - half, mean + half, 9), 1.0)


def test_what_a_conclusion_needs_follows_from_its_lines():
    lead = line("default", 5.0, 1.0)
    assert "stands under every condition" in needs([lead, line("bias", 4.0, 1.0), line("sigma", 6.0, 1.0)])
    said = needs([lead, line("bias", 0.5, 1.0, "b"), line("sigma", 5.0, 1.0)])
    assert "is not sure under 'title b': it needs a bias" in said
    assert "It does not need one sigma" in said
    said = needs([lead, line("bias", 5.0, 1.0), line("sigma", -5.0, 1.0, "s", days=100)])
    assert "turns round under 'title s': it needs one sigma" in said
    assert "too small to matter" in needs([line("default", 0.5, 0.1), line("bias", 0.4, 0.1)])
    assert "No sure difference" in needs([line("default", 0.1, 1.0), line("bias", 5.0, 1.0, "b")])
    assert "(lead)" in needs([line("default", 0.1, 1.0), line("bias", 5.0, 1.0, "b")])


def test_a_headline_is_shown_and_neither_passes_nor_fails():
    asked = read_headlines()
    lines = [line("default", 5.0, 1.0)._replace(headline="crossroads"), line("bias", 0.5, 1.0)._replace(headline="crossroads")]
    [row] = beside(asked, lines)
    assert (row.verdict, row.title) == ("shown", "sd over ecrm in profit")
    assert "0 of 1 conditions say the same" in row.measured


def test_the_conditions_are_what_they_are_called():
    asked = read_headlines()
    by_id = {condition.id: scenario_under(asked.headlines[0], condition) for condition in asked.conditions}
    assert next(iter(by_id)) == "default"
    assert by_id["sincerity_0"].world.talk.sincerity_weight == 0.0
    assert by_id["neutral"].world.talk.own_blame == 1.0
    for bias in biases():
        found = by_id["neutral"].world
        for part in bias["name"].split(".")[1:]:
            found = getattr(found, part)
        assert found == bias["neutral"], bias["name"]
    assert [by_id[name].world.integration.sigma for name in ("sigma_0.5", "default", "sigma_2")] == [0.5, 1.0, 2.0]
    assert (by_id["embedded_0.3"].world.integration.embedded_effect, by_id["embedded_0.3"].days) == (0.3, 1092)
    assert {condition.shuffle for condition in asked.conditions if condition.kind == "shuffle"} == {"ties", "traits", "traits_by_degree"}
    for condition in asked.conditions:
        if condition.kind in ("default", "shuffle"):
            assert by_id[condition.id].world == by_id["default"].world


# --- A4 -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worlds():
    """The file of capability worlds."""
    return read_worlds()


def test_the_worlds_are_many_and_on_both_sides(worlds):
    argued = [world.ahead for world in worlds.worlds]
    assert len(argued) >= 12
    assert min(argued.count(side) for side in ("pushing", "serving")) >= 5
    assert len({world.id for world in worlds.worlds}) == len(argued)
    for world in worlds.worlds:
        assert len(world.argument.split()) > 20, world.id
        assert set(worlds.scenario_of(world).arms) == {world.pushing, world.serving}


def test_paired_arms_spend_the_same_shares(worlds):
    def shares(arm):
        return round(sum(worlds.arms[arm].options.get("shares", {}).values()), 3)

    for world in worlds.worlds:
        if worlds.arms[world.pushing].strategy == worlds.arms[world.serving].strategy == "dials":
            assert shares(world.pushing) == shares(world.serving), world.id


@pytest.fixture
def few(worlds):
    """A world of each side, shortened."""

    def of(*ids, **changes):
        chosen = [world.model_copy(update={"customers": 200, "days": 91, **changes}) for world in worlds.worlds if world.id in ids]
        return worlds.model_copy(update={"worlds": tuple(chosen)})

    return of


def test_either_side_can_win_and_neither_can(few):
    found = found_in(few("locked_in", "failures_seen_to", "nobody_acts"), range(4))
    assert {one.world.id: one.ahead for one in found} == {"locked_in": "pushing", "failures_seen_to": "serving", "nobody_acts": "neither"}
    whole, *rows = capability(found)
    assert whole.verdict == "pass"
    assert [row.verdict for row in rows] == ["pass"] * 3


def test_a_world_that_comes_out_otherwise_is_shown_as_failing(few):
    found = found_in(few("locked_in", ahead="serving"), range(4))
    whole, row = capability(found)
    assert (whole.verdict, row.verdict) == ("fail", "fail")
    assert "Not as argued: letters ahead" in row.why
    assert "would have to be true" in row.why
    assert whole.why == "Not as argued: locked_in."


def test_neither_means_not_a_digit(worlds):
    world = next(world for world in worlds.worlds if world.ahead == "neither")
    assert Found(world, (1.0, 2.0), (1.0, 2.0), (0.0, 0.0)).passed
    assert not Found(world, (1.0, 2.0), (1.0, 2.0 + 1e-12), (0.0, 0.0)).passed
    assert Found(world, (1.0, None), (1.0, None), (0.0, 0.0)).ahead == "open"
    assert Found(world, (1.0,), (2.0,), (0.0, 0.0)).ahead == "open"
    only = [Found(world, (1.0,), (1.0,), (0.0, 0.0))]
    assert capability(only)[0].verdict == "fail"  # both sides must be there


def test_a_file_that_does_not_fit_names_what(tmp_path):
    wrong = tmp_path / "worlds.toml"
    wrong.write_text('format = 1\nscenario = "crossroads"\nseeds = "many"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"worlds\.toml"):
        read_worlds(wrong)
    with pytest.raises(InputError, match=r"worlds\.toml"):
        read_headlines(wrong)


# --- the whole ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(worlds):
    """As little of everything as makes a result."""
    asked = read_headlines()
    kept = tuple(condition for condition in asked.conditions if condition.id in ("default", "A2a", "A2b", "A2c", "neutral"))
    chosen = [world.model_copy(update={"customers": 100, "days": 56}) for world in worlds.worlds if world.id in ("locked_in", "two_names")]
    return Plan(replay_days=14, replay_customers=60, swap_seeds=3, swap_days=14, swap_customers=60, headline_seeds=2, headline_days=14,
                headline_customers=80, capability_seeds=2, headlines=asked.model_copy(update={"conditions": kept}),
                worlds=worlds.model_copy(update={"worlds": tuple(chosen)}))  # fmt: skip


@pytest.fixture(scope="module")
def result(plan, tmp_path_factory):
    """The controls of that plan, and the folder they are kept in."""
    folder = tmp_path_factory.mktemp("controls") / "result"
    told = []
    found = controls(plan=plan, out=folder, progress=lambda done, total, what: told.append((done, total)))
    shares = [done / total for done, total in told if total]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    return found, folder


def test_a_kept_result_is_read_back(result):
    found, folder = result
    again = read_result(folder)
    assert again.digest() == found.digest()
    assert again.rows == found.rows
    ids = [row.id for row in found.rows]
    assert ids[:4] == ["A1a", "A1b", "A1c", "A1d"]
    assert ids.count("A2") == 3
    assert ids.count("A3") == 4
    assert ids[-3:] == ["A4", "A4 locked_in", "A4 two_names"]


def test_the_document_says_all_rows(result):
    document = json.loads(json.dumps(result[0].to_json()))
    assert [row["id"] for row in document["controls"]] == [row.id for row in result[0].rows]
    assert document["passed"] == (not result[0].failed)
    assert all(line["low"] is not None or line["why"] for line in document["headlines"])


def test_the_page_says_every_control_and_draws_each_conclusion(result, tmp_path):
    found = result[0]
    text = unescape(write_controls(found, tmp_path / "report.html").read_text(encoding="utf-8"))
    for row in found.rows:
        assert minus(row.why).replace("`", "") in text.replace("<code>", "").replace("</code>", ""), row.id
    assert found.sentence() in text
    assert text.count("<svg role=") == 4
    assert (tmp_path / "figures" / "headlines.png").is_file()


def test_a_minus_is_a_minus_and_a_dash_stays():
    assert minus("-1,121 to -0.5, no-talk, 5-9, A-1") == "−1,121 to −0.5, no-talk, 5-9, A-1"


def test_the_forest_draws_what_has_no_interval_and_is_the_same_each_time():
    rows = [
        {"headline": "h", "condition": "c", "title": "t", "kind": kind, "arm": "sd", "baseline": "ecrm", "metric": metric, "smallest": 1.0,
         "difference": gap, "low": low, "high": high, "why": "no value"}
        for metric in ("profit", "value_in_use")
        for kind, gap, low, high in (("default", 2.0, 1.0, 3.0), ("bias", 1.0, None, None), ("sigma", None, None, None))
    ]  # fmt: skip
    panels = forest_panels(rows)
    assert [panel.name for panel in panels] == ["forest_h_sd_profit", "forest_h_sd_value_in_use"]
    drawn = png(figure_of(panels))
    assert png(figure_of(panels)) == drawn
    rows[0]["difference"] = 1.5
    assert png(figure_of(forest_panels(rows))) != drawn


def row_of(verdict):
    return Control("A1a", "Replay", "d", "m", "p", verdict, "w")


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("shown", 0), ("fail", 3)])
def test_the_exit_code_says_whether_one_fails(verdict, code, result, monkeypatch, tmp_path, capsys):
    found, _ = result
    faked = Controls(found.scenario, {**found.tables, "controls": controls_table([row_of("pass"), row_of(verdict)])}, found.manifest)
    monkeypatch.setattr(ask, "controls", lambda quick, **more: faked)
    monkeypatch.chdir(tmp_path)
    assert main(["controls", "--quick", "--workers", "1", "--json"]) == code
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["passed"] == (code == 0)
    assert "results: " in printed.err
    assert main(["controls", "--quick", "--workers", "1"]) == code
    shown = capsys.readouterr().out
    assert "Headlines beside their controls" in shown
    assert faked.sentence() in shown


def test_the_sentence_counts_all_worlds_as_one_control(result):
    found, _ = result
    rows = [row_of("pass"), row_of("shown"), row_of("fail")._replace(id="A4", title="Capability worlds"),
            *(row_of(verdict)._replace(id=f"A4 {k}") for k, verdict in enumerate(("pass", "fail", "pass")))]  # fmt: skip

    def sentence(rows):
        return Controls(found.scenario, {**found.tables, "controls": controls_table(rows)}, found.manifest).sentence()

    assert sentence(rows) == ("1 of 2 controls pass; 2 of 3 capability worlds come out as argued; 1 comparison shown without a verdict. "
                              "Failing: A4 Capability worlds.")  # fmt: skip
    assert sentence(rows[:1]) == "All 1 controls pass."


def test_quick_is_less_of_the_same():
    whole, less = full(), quick()
    assert less.worlds == whole.worlds
    assert less.headlines == whole.headlines
    assert less.swap_seeds < whole.swap_seeds == 200
