"""The response surface: found where arms are levels of one number and nowhere else, and drawn from the same values."""

import re

import pytest

from valuescape import compare, load
from valuescape.experiments.figures import figure_of, svg
from valuescape.experiments.surface import surface_of, surface_panels, surface_rows
from valuescape.scenarios.schema import Arm
from valuescape.sim.metrics.headline import HEADLINE

PUSHES = ["push_0", "push_25", "push_50", "push_75", "push_100"]


def with_arms(**arms):
    """The flagship with these arms: name -> (strategy, options)."""
    made = {name: Arm(strategy=strategy, options=options) for name, (strategy, options) in arms.items()}
    return load("crossroads").model_copy(update={"arms": made, "default_arm": None})


def levels(name, *values):
    return {f"at_{k}": ("dials", {name: value}) for k, value in enumerate(values)}


@pytest.mark.parametrize(("arms", "found"), [
    (levels("ts1", 0.5, 0, 1.0), {"at_1": 0.0, "at_0": 0.5, "at_2": 1.0}),
    ({f"at_{k}": ("dials", {"claim": 0.5, "shares": {"posts": k / 10}}) for k in range(3)}, {"at_0": 0.0, "at_1": 0.1, "at_2": 0.2}),
    (levels("ts1", 0.5, 1.0), None),  # two points are a comparison
    (levels("ts1", 0.5, 1.0, 1.0), None),
    (levels("ts1", 0.5, 1.0, True), None),
    (levels("ts1", 0.1, 0.2, 0.3) | {"other": ("ecrm", {})}, None),
    (levels("ts1", 0.1, 0.2) | {"other": ("dials", {"ts1": 0.3, "ts2": 0.3})}, None),
    (levels("ts1", 0.1, 0.2) | {"other": ("dials", {})}, None),  # which level the default is, options do not say
])  # fmt: skip
def test_a_surface_is_found_where_arms_differ_in_one_number(arms, found):
    surface = surface_of(with_arms(**arms), list(arms))
    assert (surface if found is None else surface.levels) == found
    if found is not None:
        assert list(surface.levels.values()) == sorted(found.values())


def test_the_flagship_has_none():
    scenario = load("crossroads")
    assert surface_of(scenario, list(scenario.arms)) is None


@pytest.fixture(scope="module")
def swept():
    """Push or pull, two small seeds."""
    return compare("push_or_pull", seeds=2, customers=200, days=20, set={"world.burn_in_days": 28})


def test_push_or_pull_is_a_surface_of_push_in_table_json_and_print(swept, capsys):
    from valuescape.experiments.console import show_comparison

    assert swept.surface.option == "push"
    assert list(swept.surface.levels.values()) == [0.0, 0.25, 0.5, 0.75, 1.0]
    rows = swept.to_json()["surface"]["rows"]
    assert len(rows) == 5 * len(HEADLINE)
    for row in rows:
        e = swept.intervals[row["arm"]][row["metric"]]
        assert (row["mean"], row["low"], row["high"]) == (e.mean, e.low, e.high)
        if row["arm"] != "push_0":
            gap = next(p for p in swept.paired if (p["arm"], p["baseline"], p["metric"]) == (row["arm"], "push_0", row["metric"]))
            assert (row["difference"], row["difference_low"]) == (gap["difference"], gap["low"])
    assert swept.tables["surface"].to_pylist() == rows
    show_comparison(swept)
    assert "Response surface of push" in capsys.readouterr().out


def test_panels_are_drawn_of_what_has_a_value(swept):
    panels = surface_panels(swept.surface, swept.values)
    assert [panel.name for panel in panels][:2] == ["surface_profit", "surface_value_in_use"]
    assert all("against push: 0" in panel.alt for panel in panels)
    assert "<path" in svg(figure_of(panels))
    missing = {arm: metrics | {"profit": [None, None]} for arm, metrics in swept.values.items()}
    assert "surface_profit" not in [panel.name for panel in surface_panels(swept.surface, missing)]
    assert surface_rows(swept.surface, missing)[0]["mean"] is None


def test_bars_and_bands_stay_inside_what_can_be_and_share_one_axis(swept):
    noisy = {arm: metrics | {"response_rate": [0.4, 0.002] if arm == "push_0" else [0.001, 0.0011], "opt_out_rate": [None, None]
                             if arm == "push_0" else [0.001, 0.004]} for arm, metrics in swept.values.items()}  # fmt: skip
    panels = {panel.name: panel for panel in surface_panels(swept.surface, noisy)}
    found = {name: figure_of([panels[f"surface_{name}"]]) for name in ("response_rate", "opt_out_rate", "profit")}
    axes = found["response_rate"].axes[0]
    assert min(y for line in axes.lines for y in line.get_ydata()) >= 0.0
    assert min(y for part in axes.collections for path in part.get_paths() for y in path.vertices[:, 1]) >= 0.0
    assert len({figure.axes[0].get_xlim() for figure in found.values()}) == 1
    assert axes.get_xlabel() == "push (part of the budget that is pushed)"
    assert found["response_rate"].get_supxlabel() == "band: 95 % of the mean; bar: of the difference from 0"
    assert found["opt_out_rate"].get_supxlabel() == "band: 95 % interval of the mean"


def test_fewer_arms_in_another_order_are_still_ordered_by_level(swept):
    assert list(surface_of(swept.scenario, ["push_100", "push_0", "push_50"]).levels.values()) == [0.0, 0.5, 1.0]
    assert surface_of(swept.scenario, ["push_100", "push_0"]) is None


def test_the_report_shows_it(swept, tmp_path):
    from valuescape.experiments.report import write_report

    text = write_report(swept, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Response surface: push" in text
    assert (tmp_path / "figures" / "surface.svg").is_file()


def test_every_share_of_pushing_has_the_same_money_and_what_support_leaves_is_not_spent(swept):
    """Support is paid by the deal out of money set aside for more deals than come: that much less is spent, the less is pushed."""
    spent = [sum(lines.values()) for lines in swept.spending.values()]
    budget = swept.scenario.world.prices.period_budget * 200 * 20
    assert 0.75 * budget < min(spent)
    assert max(spent) <= budget
    assert spent == sorted(spent)


def test_no_two_pictures_of_the_page_share_a_name(swept, tmp_path):
    """Glyphs are named: with names shared between figures, one would be drawn with the letters of the other."""
    from valuescape.experiments.report import write_report

    page = write_report(swept, tmp_path / "report.html", figures=False).read_text(encoding="utf-8")
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names)) > 500
