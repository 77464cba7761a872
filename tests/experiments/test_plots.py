"""Figures: what they show is labelled, told apart without colour, and the same bytes each time. No world is run here."""

import re
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from valuescape.experiments.figures import figure_of, inline, looks, png, save, spread_out, svg
from valuescape.experiments.money_plot import money_panels
from valuescape.experiments.network_picture import network_panels, picture_of
from valuescape.experiments.paired_plot import paired_panels
from valuescape.experiments.plots import joined, mean_band, rolling, scoreboard_panels, series, talk_panels
from valuescape.experiments.verdict import paired as paired_of
from valuescape.experiments.wording import difference_text, interval_text
from valuescape.sim.metrics.headline import HEADLINE
from valuescape.sim.network import from_ties

ARMS = ("ecrm", "sd")
SPENDING = {"ecrm": {"email": 50.0, "desk": 40.0, "teaching": 0.0}, "sd": {"email": 5.0, "desk": 40.0, "teaching": 30.0}}


def daily_table(seeds=3, days=60, arms=ARMS):
    """A daily table with the columns that figures read; the arms drift apart, a rival stands beside."""
    rows = product(enumerate(arms), range(seeds), range(days), ("focal", "rival_1"))
    return pa.Table.from_pylist([
        {"arm": arm, "seed": seed, "day": day, "firm": firm, "cumulative_profit": (day + 1) * (100.0 + 10 * a + seed),
         "value_per_head": 0.4 + 0.1 * a + 0.01 * seed if day % 7 == 6 or day == days - 1 else None, "praise": 3 + a, "blame": 1}
        for (a, arm), seed, day, firm in rows
    ])  # fmt: skip


def paired_table(seeds=3):
    """Differences as a Comparison gives them; `crv` has no value."""
    values = {
        arm: {m.name: [None if m.name == "crv" else 1.0 + a * (k + 1) + 0.1 * s for s in range(seeds)] for k, m in enumerate(HEADLINE)}
        for a, arm in enumerate(ARMS)
    }
    found = []
    for arm, baseline, metric, gap in paired_of(values):
        row = {"arm": arm, "baseline": baseline, "metric": metric, "difference": gap.mean, "low": gap.low, "high": gap.high}
        found.append(row | ({} if gap.why is None else {"why": gap.why}))
    return found


def ring(people=60, places=3):
    """A network of neighbourhoods: a ring in each, and one tie to the next."""
    size = people // places
    ties = [(p * size + k, p * size + (k + 1) % size) for p in range(places) for k in range(size)]
    ties += [(p * size, (p + 1) % places * size) for p in range(places)]
    source, target = np.array(ties).T
    return from_ties(people, source, target, place=np.repeat(np.arange(places), size))


def all_panels():
    """Every kind of panel once."""
    return {
        "scoreboards": scoreboard_panels(daily_table(), {"profit": 50.0, "value_in_use": 0.05}),
        "paired": paired_panels(paired_table(), ARMS, {"profit": 0.5}),
        "talk": talk_panels(daily_table(), 100),
        "money": money_panels(SPENDING, 100.0),
    }


def texts(figure):
    """All words in a figure."""
    from matplotlib.text import Text

    return " | ".join(t.get_text() for t in figure.findobj(Text) if t.get_text())


def test_a_series_is_a_row_per_seed_of_the_firm_asked_for():
    table = daily_table()
    profit = series(table, "cumulative_profit")
    assert list(profit) == list(ARMS)
    assert profit["sd"].shape == (3, 60)
    assert profit["sd"][2, 59] == 60 * 112.0
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))
    # seeds may come in another order; days must be sorted
    assert np.array_equal(np.sort(series(shuffled, "cumulative_profit")["sd"], axis=0), profit["sd"])


def test_rolling_means_are_ratios_of_sums_and_start_when_the_window_is_full():
    above, below = np.array([[1.0, 2.0, 6.0]]), np.array([[1.0, 0.0, 2.0]])
    assert rolling(above, below, 2)[0].tolist() == pytest.approx([np.nan, 3.0, 4.0], nan_ok=True)
    assert np.isnan(rolling(above, np.zeros((1, 3)), 1)).all()


def test_what_is_known_weekly_is_joined_by_straight_lines():
    values = np.array([[np.nan, 1.0, np.nan, 3.0, np.nan]])
    assert joined(values)[0].tolist() == pytest.approx([np.nan, 1.0, 2.0, 3.0, np.nan], nan_ok=True)
    assert np.isnan(joined(np.full((1, 3), np.nan))).all()


def test_the_curves_end_at_the_numbers_that_decide_the_boards():
    panels = {panel.name: panel for panel in scoreboard_panels(daily_table())}
    assert "sd 0.510" in panels["value"].alt
    assert "per head" in panels["value"].alt
    assert "sd 0.100" in panels["value_difference"].alt
    assert "per job" not in texts(figure_of(list(panels.values())))


def test_the_band_is_the_t_interval_and_missing_for_one_seed():
    mean, low, high = mean_band(np.array([[1.0], [3.0]]))
    assert (mean[0], low[0], high[0]) == pytest.approx((2.0, 2.0 - 12.706, 2.0 + 12.706), abs=0.001)
    assert np.isnan(mean_band(np.array([[1.0]]))[1]).all()


def test_every_axes_of_the_scoreboards_is_labelled_with_its_unit():
    figure = figure_of(all_panels()["scoreboards"])
    all_axes = figure.findobj(lambda x: hasattr(x, "get_xlabel"))
    labels = [(axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")) for axes in all_axes]
    assert len(labels) == 4
    for x, y, title in labels:
        assert "Days" in x
        assert "money" in y or "value" in y.lower()
        assert title
    said = texts(figure)
    assert "(money)" in said
    assert "against ecrm" in said
    assert "too small to matter" in said


def test_lines_are_labelled_directly_and_told_apart_without_colour():
    figure = figure_of(all_panels()["scoreboards"])
    from matplotlib.lines import Line2D

    assert not figure.findobj(lambda x: type(x).__name__ == "Legend")
    axes = figure.findobj(lambda x: hasattr(x, "get_xlabel"))[0]
    lines = [line for line in axes.findobj(Line2D) if line.get_label() in ARMS]
    assert [line.get_label() for line in lines] == list(ARMS)
    assert len({line.get_linestyle() for line in lines}) == len({line.get_marker() for line in lines}) == 2
    assert {t.get_text() for t in axes.texts} >= set(ARMS)
    look = looks([str(k) for k in range(7)])
    assert len({(v.color) for v in look.values()}) == len({v.marker for v in look.values()}) == 7


def test_letters_are_large_enough_for_a_projector():
    from matplotlib.text import Text

    for panels in all_panels().values():
        figure = figure_of(panels, 2)
        assert figure.get_figwidth() == 10
        assert min(t.get_fontsize() for t in figure.findobj(Text) if t.get_text()) >= 11


def test_paired_differences_stand_in_their_own_units_with_interval_and_smallest_effect():
    panels = paired_panels(paired_table(), ARMS, {"profit": 0.5})
    assert len(panels) == 2
    said = texts(figure_of(panels))
    for words in ("Profit (money)", "Share of market (% points)", "Opt-outs (per 1,000 messages; less is better)", "95 % interval"):
        assert words in said
    assert "Share of voice" not in said  # an activity, not an outcome
    goods = figure_of(panels[:1])
    shaded = [axes for axes in goods.axes if axes.patches]
    assert len(shaded) == 1  # the primary outcome alone
    spans = shaded[0].patches[0].get_extents().transformed(shaded[0].transData.inverted())
    assert (spans.x0, spans.x1) == pytest.approx((-0.5, 0.5))


def test_a_missing_difference_is_a_dash_with_the_reason():
    said = texts(figure_of(paired_panels(paired_table(), ARMS)))
    assert "– the firm has no customers" in said


def test_a_difference_without_a_baseline_names_the_arm_that_has_no_value():
    row = {"arm": "sd", "baseline": "ecrm", "metric": "opt_out_rate", "difference": None, "low": None, "high": None,
           "why": "no difference: ecrm has no value (no message was pushed)"}  # fmt: skip
    said = texts(figure_of(paired_panels([row], ARMS)[:1]))
    assert "– no difference: ecrm has no value" in said


def test_names_of_arms_are_whole_and_inside_the_picture():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    arms = ("lets_it_run", "pays_in_public_at_it", "b")
    rows = [{"arm": arm, "baseline": arms[0], "metric": "profit", "difference": 1.0, "low": 0.5, "high": 2.0} for arm in arms[1:]]
    figure = figure_of(paired_panels(rows, arms)[:1])
    FigureCanvasAgg(figure).draw()  # places are known once it is drawn
    labels = [label for axes in figure.axes for label in axes.get_yticklabels()]
    assert {label.get_text() for label in labels} == set(arms[1:])
    assert min(label.get_window_extent().x0 for label in labels) >= 0.0


def test_differences_without_spread_are_said_in_words():
    gap = {"difference": 41.548151, "low": 41.548151, "high": 41.548151 + 1e-12}
    assert difference_text(gap, "money") == "+41.5 (the same in every seed)"
    assert difference_text(dict.fromkeys(gap, 0.0), "money") == "identical"
    assert interval_text(0.25, 0.25, "share") == "the same in every seed"
    assert interval_text(0.25, 0.26, "share") == "25.0 % to 26.0 %"


def test_marks_are_filled_only_where_the_interval_excludes_zero():
    rows = [{"arm": "sd", "baseline": "ecrm", "metric": "profit", "difference": 1.0, "low": low, "high": 2.0} for low in (0.5, -0.5)]
    fills = []
    for row in rows:
        axes = figure_of(paired_panels([row], ARMS)[:1]).axes[0]
        fills.append(next(line.get_markerfacecolor() for line in axes.lines if line.get_marker() not in ("", "None")))
    assert fills[0] != "white"
    assert fills[1] == "white"


def test_one_seed_is_called_one_history():
    assert "one history" in texts(figure_of(scoreboard_panels(daily_table(seeds=1))))
    assert "one history" in texts(figure_of(paired_panels(paired_table(seeds=1), ARMS)))
    assert "one history" not in texts(figure_of(all_panels()["scoreboards"]))


def test_one_arm_has_no_differences_and_a_day_is_enough():
    panels = scoreboard_panels(daily_table(seeds=1, days=1, arms=("sd",)))
    assert len(panels) == 2
    assert svg(figure_of(panels))
    assert paired_panels([], ["sd"]) == []


def test_silence_and_an_empty_purse_are_drawn_too():
    table = daily_table(days=10)
    silent = table.set_column(table.schema.get_field_index("praise"), "praise", pa.array(np.zeros(table.num_rows)))
    silent = silent.set_column(silent.schema.get_field_index("blame"), "blame", pa.array(np.zeros(table.num_rows)))
    assert svg(figure_of(talk_panels(silent, 100)))
    assert svg(figure_of(money_panels({"sd": {"email": 0.0}}, 0.0)))


def test_money_shows_what_was_not_spent_and_leaves_out_lines_nobody_uses():
    said = texts(figure_of(money_panels({"ecrm": {"email": 60.0, "mail": 0.0, "odd_line": 20.0}}, 100.0)))
    assert "Not spent" in said
    assert "20 %" in said
    assert "60 %" in said
    assert "Odd line" in said
    assert "Letters" not in said


def test_money_given_back_is_a_bar_of_its_own_outside_the_budget():
    spending = {"a": {"email": 60.0, "mail": 0.2, "odd_line": 20.0}, "b": {"email": 60.0}}
    panels = money_panels(spending, 100.0, given_back={"a": 0.0, "b": 500.0})
    assert "Given back to customers (out of margin) 500" in panels[1].alt
    assert "Given back" not in panels[0].alt
    said = texts(figure_of(panels[1:]))
    assert "500" in said
    assert "60 %" in said
    assert "40 %" in said  # the budget's parts do not change
    names = [label.get_text() for label in figure_of(panels[:1]).axes[0].get_yticklabels()]
    assert names[-2:] == ["Given back to customers\n(out of margin)", "Not spent"]
    assert "<1 %" in texts(figure_of(panels[:1]))
    assert "Given back" not in texts(figure_of(money_panels(spending, 100.0, given_back={"a": 0.0, "b": 0.0})))


def test_pictures_are_the_same_bytes_without_date_or_address(tmp_path):
    for panels in all_panels().values():
        one, two = (svg(figure_of(panels)) for _ in range(2))
        assert one == two
        assert re.findall(r"https?://(?!www\.w3\.org/(?:2000/svg|1999/xlink))", one) == []
        assert not re.search(r"<metadata|<dc:|20\d\d-\d\d-\d\d", one)
    panels = all_panels()["talk"]
    assert png(figure_of(panels)) == png(figure_of(panels))
    paths = save(figure_of(panels), tmp_path / "figures", "talk")
    assert [p.name for p in paths] == ["talk.svg", "talk.png"]
    assert paths[1].read_bytes()[:4] == b"\x89PNG"


def test_an_inline_picture_scales_and_speaks():
    text = inline(all_panels()["scoreboards"][0], "k")
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', text)) == set(re.findall(r' id="([^"]+)"', text))
    assert all(name.startswith("k-") for name in re.findall(r' id="([^"]+)"', text))
    head = text[: text.index(">")]
    assert 'role="img"' in head
    assert "viewBox" in head
    assert " width=" not in head
    assert "sd 6,660" in head  # the alternative text says how it ends


def test_names_of_arms_are_text_not_formulas():
    arms = ("a$b$", "<i>&", "a very long name of an arm indeed")
    figure = figure_of(scoreboard_panels(daily_table(arms=arms)))
    assert "a$b$" in texts(figure)
    assert "a very long nam…" in texts(figure)
    assert "<i>" not in inline(scoreboard_panels(daily_table(arms=arms))[0])


def test_labels_are_moved_apart_in_order_and_stay_inside():
    moved = spread_out([5.0, 5.0, 5.1, 0.0], 1.0, 0.0, 10.0)
    assert np.diff(sorted(moved)).min() >= 1.0 - 1e-9
    assert moved[3] == 0.0
    assert moved[0] < moved[1] < moved[2]
    assert np.mean(moved[:3]) == pytest.approx(np.mean([5.0, 5.0, 5.1]))
    assert max(spread_out([9.9, 10.0], 1.0, 0.0, 10.0)) <= 10.0


def test_the_layout_is_seeded_and_leaves_pythons_generator_alone():
    import random

    net = ring()
    random.seed(1)
    before = random.getstate()
    one, two = picture_of(net, 1), picture_of(net, 1)
    assert random.getstate() == before
    assert np.array_equal(one.xy, two.xy)
    assert not np.array_equal(one.xy, picture_of(net, 2).xy)
    assert np.abs(one.xy).max() <= 1.0
    # neighbourhoods stand apart: people are nearer to their own than to others
    middle = np.array([one.xy[one.island == k].mean(axis=0) for k in range(3)])
    nearest = np.argmin(np.hypot(*(one.xy[:, None] - middle[None]).transpose(2, 0, 1)), axis=1)
    assert (nearest == one.island).mean() > 0.95


def test_a_large_network_is_shown_by_whole_neighbourhoods_and_says_so():
    net = ring(people=600, places=30)
    picture = picture_of(net, most=100)
    assert len(picture.rows) == 100
    assert np.bincount(net.place[picture.rows]).max() == 20
    assert len(set(net.place[picture.rows].tolist())) == 5
    assert "100 of 600 people" in picture.note()
    assert "All 600 people" in picture_of(net).note()


@pytest.mark.parametrize("net", [from_ties(1, [], []), from_ties(5, [], []), from_ties(2, [0], [1])], ids=["one", "no ties", "a pair"])
def test_tiny_networks_are_drawn(net):
    assert svg(figure_of(network_panels(net)))


def test_people_are_coloured_by_attachment_and_by_what_an_arm_changes():
    net = ring()
    level = np.linspace(0, 1, 60)
    panels = network_panels(net, {"ecrm": level, "sd": level + np.where(np.arange(60) < 10, 0.5, 0.0)})
    said = texts(figure_of(panels))
    assert "Attachment under ecrm" in said
    assert "sd against ecrm" in said
    assert "10 people more attached, 0 less" in said
    assert "neighbourhood" in texts(figure_of(network_panels(net)))
