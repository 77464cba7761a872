"""The pictures and the pages of damage: what they say, from worlds made by hand."""

import re
from html import unescape
from typing import get_args

import numpy as np
import pytest

from valuescape import load
from valuescape.experiments import damage_plot as plot
from valuescape.experiments import damage_setup as setup
from valuescape.experiments import damage_words as words_of
from valuescape.experiments.damage import damage_of, losses_table, row_of
from valuescape.experiments.damage_days import NOTHING, TOO_SHORT, days_of
from valuescape.experiments.figures import figure_of, png
from valuescape.experiments.replays import Replays, curves_table
from valuescape.experiments.report import write_report
from valuescape.experiments.twins import SERIES, Pair

MANIFEST = {"run_id": "0" * 16, "identity": {"question": "damage", "engine": "e" * 8, "replays": 400},
            "provenance": {"command": ["valuescape", "run", "x"], "time": "t", "seconds": 1, "versions": {"python": "3"}}}  # fmt: skip


def pair(size, luck, days=60, day=14):
    """A pair that loses `size` a day from the twentieth day on."""
    lost = np.where(np.arange(days) >= 20, float(size), 0.0)
    away = {name: np.full(days, 100.0 if SERIES[name].flow else 0.5) for name in SERIES}
    there = {name: away[name] - lost * (1.0 if SERIES[name].flow else 0.001) for name in SERIES}
    metrics = {"profit": 1.0, "value_in_use": 0.5}
    return Pair(luck, luck, day, 40, 0.1, there, away, metrics, metrics)


def a_damage(*sizes):
    scenario = load("crossroads", days=60).seated("sd")
    return damage_of(scenario, "sd", [pair(size, luck) for luck, size in enumerate(sizes)], MANIFEST)


def some_replays(count=400):
    sizes = np.random.default_rng(1).pareto(1.2, count) * (np.arange(count) % 3 > 0)
    pairs = [pair(size, luck) for luck, size in enumerate(sizes)]
    rows = [row_of(one) | {"seed": 0} for one in pairs]
    curves = np.stack([np.stack([(one.away[n] - one.there[n])[14:] for n in SERIES]) for one in pairs]).astype(np.float32)
    tables = {"losses": losses_table(rows), "curves": curves_table(curves, 14)}
    return Replays(load("crossroads", days=60).seated("sd"), "sd", [0], tables, MANIFEST)


@pytest.fixture
def axes():
    """Empty axes of a figure."""
    from matplotlib.figure import Figure

    return Figure(figsize=(5, 3.7)).subplots()


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(svg|style|title).*?</\1>", " ", text, flags=re.DOTALL))).split())


def said_in(axes):
    return " ".join(text.get_text() for text in axes.texts)


@pytest.mark.parametrize("name", ["margin", "consideration"])
def test_each_figure_is_a_table_in_and_axes_out(axes, name):
    found = a_damage(1, 3, 0)
    assert plot.draw_worlds(axes, found.worlds, name, day=14) is axes
    assert {"with", "without", "trigger"} <= set(said_in(axes).split())
    assert axes.get_xlabel().startswith("Day of the run")
    assert axes.get_ylabel()
    assert axes.get_title()


def test_both_worlds_are_seen_where_they_are_alike(axes):
    plot.draw_worlds(axes, a_damage(0).worlds, day=14)
    below, above = axes.lines[:2]
    assert (below.get_label(), above.get_label()) == ("without", "with")
    assert below.get_linewidth() > 2 * above.get_linewidth()
    axes.clear()
    plot.draw_damage(axes, a_damage(0).worlds, name="consideration", day=14)
    assert "no change" in said_in(axes)
    axes.clear()
    plot.draw_damage(axes, a_damage(1).worlds, name="consideration", day=14)
    assert "no change" not in said_in(axes)


def test_the_damage_curve_marks_its_peak_and_its_half(axes):
    found = a_damage(4)
    plot.draw_damage(axes, found.worlds, day=14)
    assert "peak" in said_in(axes)
    assert "one history" in axes.get_xlabel()
    line = axes.lines[1]
    assert line.get_ydata().max() == pytest.approx(28)
    two = a_damage(4, 2)
    plot.draw_damage(axes, two.worlds, day=14, so_far=True)
    assert "95 % interval" in axes.get_xlabel()
    assert axes.lines[-2].get_ydata()[-1] == pytest.approx(3 * 40)


def test_the_distribution_shows_what_the_numbers_say(axes):
    found = some_replays()
    marks = found.losses
    plot.draw_histogram(axes, found.tables["losses"], marks)
    assert axes.get_yscale() == "log"
    assert {"mean:", "VaR", "ES"} <= set(said_in(axes).split())
    axes.clear()
    plot.draw_exceedance(axes, found.tables["losses"], marks)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert "too few losses in the tail\nto tell (40 of 50)" in said_in(axes)  # so there is no line to read
    assert len(axes.lines) == 4  # the losses and three marks
    assert "VaR 99 %" in said_in(axes)  # 400 replays carry it, but no mean of the four beyond
    assert "ES 99 %" not in said_in(axes)
    axes.clear()
    plot.draw_fan(axes, found.tables["curves"], day=14)
    assert {"1 in 100 above", "5 in 100 above"} <= {text.get_text() for text in axes.texts}
    axes.clear()
    plot.draw_fan(axes, found.tables["curves"], day=14, carried=())
    assert "in 100" not in said_in(axes)
    assert "nine in ten" not in axes.get_xlabel()


def test_a_power_law_is_drawn_where_the_verdict_lets_it(axes):
    found = some_replays(1000)
    losses, marks = found.tables["losses"], found.losses
    plot.draw_exceedance(axes, losses, marks)
    assert f"index {marks['tail_index']['value']:.2f}" in said_in(axes)
    axes.clear()
    plot.draw_exceedance(axes, losses, marks | {"tail_against_lognormal": {"ratio": -9.0, "p": 0.001, "favours": "lognormal"}})
    assert "index" not in said_in(axes)
    assert "lognormal fits the tail better" in said_in(axes)


def test_few_replays_draw_no_rare_losses():
    drawn = {panel.name: panel.draw for panel in plot.losses_panels(some_replays(60))}
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.7))
    drawn["fan_so_far"](figure)
    assert "in 100" not in said_in(figure.axes[0])


def test_nothing_lost_still_has_a_figure():
    losses = losses_table([row_of(pair(0, luck)) | {"seed": 0} for luck in range(30)])
    curves = curves_table(np.zeros((30, len(SERIES), 46), dtype=np.float32), 14)
    found = Replays(load("crossroads", days=60).seated("sd"), "sd", [0], {"losses": losses, "curves": curves}, MANIFEST)
    assert len(png(figure_of(plot.losses_panels(found)), dpi=40)) > 1000
    assert len(png(figure_of(plot.damage_panels(a_damage(0, 0))), dpi=40)) > 1000


def test_the_page_of_damage(tmp_path):
    text = write_report(a_damage(1, 3, 0), tmp_path / "report.html").read_text(encoding="utf-8")
    seen = words(text)
    assert "The trigger cost" in seen
    assert "The interval holds 0" in seen
    assert text.count("<svg") == 4
    assert not re.search(r'(src|href)="https?:', text)
    assert (tmp_path / "figures" / "damage.png").is_file()
    one = words(write_report(a_damage(-2), tmp_path / "one.html", figures=False).read_text(encoding="utf-8"))
    assert "The trigger brought" in one
    assert "One history" in one
    assert "Exactly 0" in seen
    assert "Exactly 0" not in one
    assert "In the tables, days count from the trigger" in seen


def test_the_page_of_replays(tmp_path):
    found = some_replays()
    seen = words(write_report(found, tmp_path / "report.html").read_text(encoding="utf-8"))
    assert re.search(r"In \d+ of 400 replays \([\d.]+ %; [\d.]+ to [\d.]+ %\) the trigger cost more than 1 % of the margin", seen)
    assert "median loss" in seen
    assert "in the worlds without it" in seen
    assert "too few losses in the tail to tell (40 of 50)" in seen
    assert "Below 1 a mean would not exist" in seen
    assert "400 losses cannot carry it: needs 1000" in seen  # expected shortfall 99 %
    assert "All replays are of one world" in seen
    assert (tmp_path / "figures" / "damage.svg").is_file()


def test_the_headline_keeps_spending_and_margin_apart():
    dear = [pair(size, luck) for luck, size in enumerate((0.0, 0.0))]
    for one, cost in zip(dear, (50.0, 70.0), strict=True):
        one.there["profit"][20] -= cost
    found = damage_of(load("crossroads", days=60).seated("sd"), "sd", dear, MANIFEST)
    assert words_of.answer_of(found).startswith("The trigger cost 60 of profit (")
    assert words_of.answer_of(found).endswith(": 60 spent on it and no margin lost.")
    lost = words_of.answer_of(a_damage(1, 3, 0))  # all that is lost is margin: nothing was spent
    assert "spent" not in lost
    assert lost == "The trigger cost 53 of profit (−97 to 203, may be chance), 1.2 % of the margin without it from that day on."
    assert words_of.answer_of(a_damage(-2)).startswith("The trigger brought ")
    for one in dear:
        one.there["margin"][20] -= 10.0
        one.there["profit"][20] -= 10.0
    both = words_of.answer_of(damage_of(load("crossroads", days=60).seated("sd"), "sd", dear, MANIFEST))
    assert "60 spent on it and 9.9 of lost margin" in both or "60 spent on it and 10 of lost margin" in both
    assert both.endswith(" % of the margin without it from that day on.")
    assert [words_of.brief(x) for x in (0.05605, 93.37, -1234.5, 0.0)] == ["0.056", "93", "−1,230", "0"]


def test_the_page_says_how_it_was_made(tmp_path):
    seen = words(write_report(storm_of("broken_guitar"), tmp_path / "report.html", figures=False).read_text(encoding="utf-8"))
    assert "valuescape run scenario.toml --arm closes_cases --seeds 2" in seen
    vividness = storm_of("broken_guitar").scenario.shocks[0].vividness
    assert vividness > 1
    assert f"vividness {vividness:g} How many times more the story moves and spreads." in seen
    assert "promotion" not in seen  # a setting of prompts
    assert "strategy dials" in seen
    assert "The network" not in seen
    many = Replays(storm_of("broken_guitar").scenario, "closes_cases", [3], {}, {**MANIFEST, "provenance": {"network": "my ties.txt"}})
    assert setup.again(many).endswith("--arm closes_cases --replays 400 --seed 3 --network 'my ties.txt'")


def test_a_network_that_is_gone_is_said(tmp_path):
    found = storm_of("broken_guitar", network="0" * 8)
    assert "the file of the network is no longer" in words(
        write_report(found, tmp_path / "r.html", figures=False).read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("name", ["hijacked_tag", "broken_guitar"])
def test_every_setting_of_a_trigger_is_one_of_the_shock(name):
    shock = next(shock for shock in load(name).shocks if shock.trigger)
    rows = setup.triggers_of(storm_of(name))[0]["settings"]
    assert [row[0] for row in rows] == ["day", *setup.ACTS[shock.kind]]
    assert set(setup.ACTS) == set(get_args(type(shock).model_fields["kind"].annotation))


def storm_of(name, **identity):
    scenario = load(name, days=60)
    arm = scenario.default_arm
    manifest = {**MANIFEST, "identity": {**MANIFEST["identity"], **identity}}
    return damage_of(scenario.seated(arm), arm, [pair(1, 0), pair(2, 1)], manifest)


def test_days_are_a_median_a_range_and_a_count():
    assert words_of.days_text(days_of([3.0, None, 21.0, 9.0], "x"), 4) == "9 (3 to 21), 3 of 4"
    assert words_of.days_text(days_of([5.0, 5.0], "x"), 2) == "5"
    assert words_of.days_text(days_of([None], f"{TOO_SHORT}; {NOTHING}"), 1) == "too short to say"
    assert words_of.days_text(days_of([None], NOTHING), 1) == "–"
    assert any("too short to say" in note for note in words_of.half_life_notes(spike()))


def spike():
    """A loss of a single day."""
    one = pair(0, 0)
    for name in SERIES:
        one.there[name][30] -= 5.0
    return damage_of(load("crossroads", days=60).seated("sd"), "sd", [one], MANIFEST)
