"""Pictures of one world: their tables are of that world, and every picture shows what its table says."""

import numpy as np
import pyarrow as pa
import pytest
from matplotlib.figure import Figure

from valuescape.experiments.closeup_plot import (
    closeup_panels,
    draw_exchanges,
    draw_ladder,
    draw_quadrant,
    draw_sources,
    draw_tree,
    places_of,
)
from valuescape.experiments.closeups import MOST_PEOPLE, closeups
from valuescape.experiments.figures import figure_of, png
from valuescape.scenarios.load import load


@pytest.fixture(scope="module")
def world(live):
    return live(load("crossroads", customers=300, days=200), 200, ledger=True)


@pytest.fixture(scope="module")
def tables(world):
    return closeups(world)


@pytest.fixture
def axes():
    return Figure(figsize=(5, 3.5)).subplots()


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_equity_is_the_firms_margin_counted_once(world, tables):
    equity = tables["equity"]
    margin = world.totals.tally_of("margin_cents", world.totals.rows(0), 0) / 100
    assert 0.9 * margin < equity["clv"].to_numpy().sum() <= margin  # discounted
    assert equity["deals"].to_numpy().sum() == world.totals.count_of("purchase", world.totals.rows(0), 0)
    assert (equity["deals"].to_numpy() <= equity["jobs"].to_numpy()).all()
    assert (equity["crv"].to_numpy() > 0).any()


def test_ladder_counts_everybody_once_a_quarter(world, tables):
    assert tables["ladder"]["people"].to_numpy().sum() == 300 * (200 // 91)


def test_exchanges_are_among_a_few_people_without_names(world, tables):
    exchanges = tables["exchanges"]
    names = set(exchanges["giver"].to_pylist()) | set(exchanges["taker"].to_pylist())
    assert {name for name in names if not name.isdigit()} <= {firm.name for firm in world.firms}
    assert all(1 <= int(name) <= MOST_PEOPLE for name in names if name.isdigit())
    sales = [row for row in exchanges.to_pylist() if row["graph"] == "sales"]
    assert all(not row["giver"].isdigit() and row["taker"].isdigit() for row in sales)
    assert any(row["giver"].isdigit() for row in exchanges.to_pylist())


def test_sources_add_up(tables):
    assert tables["sources"]["share"].to_numpy().sum() == pytest.approx(1.0)


def test_every_panel_is_drawn_and_says_what_it_shows(tables):
    panels = closeup_panels(tables, "sd")
    assert {panel.name for panel in panels} >= {"equity", "ladder", "sources", "sales", "service"}
    assert [panel.name for panel in panels][2:4] == ["sales", "service"]  # side by side
    assert all(panel.alt.endswith((".", "sd.")) for panel in panels)
    assert len(png(figure_of(panels))) > 10_000


def test_quadrants_part_at_the_medians(axes):
    equity = pa.table({"clv": [10.0, 20.0, 300.0, 400.0], "crv": [0.0, 50.0, 0.0, 80.0]})
    assert draw_quadrant(axes, equity) is axes
    assert texts(axes) == ["Champions 25 %", "Affluents 25 %", "Advocates 25 %", "Misers 25 %"]
    assert [len(points.get_offsets()) for points in axes.collections] == [1, 1, 1, 1]


def test_the_ladder_says_where_people_stand(axes):
    before, after = ["none", "none", "experience", "loyal"], ["none", "experience", "loyal", "experience"]
    draw_ladder(axes, pa.table({"before": before, "after": after, "people": [90, 5, 3, 2]}))
    assert sorted(texts(axes)) == ["customer 30 %", "customer 70 %", "loyal 20 %", "loyal 30 %", "not a customer 50 %"]
    assert len(axes.patches) == 5 + 3  # bars, and a band for each flow but of those outside


def test_a_tree_is_drawn_without_crossings(axes):
    tree = pa.table({"node": range(5), "parent": [-1, 0, 0, 1, 1], "hours": [0.0, 1.0, 2.0, 3.0, 4.0], "generation": [0, 1, 1, 2, 2],
                     "valence": [-0.5] * 5})  # fmt: skip
    draw_tree(axes, tree)
    assert len(axes.lines) == 4
    assert "5 people" in axes.get_title(loc="left") + axes.get_title()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["the post (blame)", "generation 1", "generation 2"]
    heights = {float(y) for line in axes.lines for y in line.get_ydata()}
    assert len(heights) == 5


def test_both_graphs_stand_at_the_same_places(axes, tables):
    place = places_of(tables["exchanges"])
    draw_exchanges(axes, tables["exchanges"], "sales")
    assert len(axes.patches) == sum(row["graph"] == "sales" for row in tables["exchanges"].to_pylist())
    assert len({tuple(np.round(xy, 6)) for xy in place.values()}) == len(place)


def test_sources_are_bars_in_per_cent(axes):
    draw_sources(axes, pa.table({"source": ["own", "firm", "peer", "partner", "public"], "share": [0.5, 0.3, 0.1, 0.0, 0.1]}))
    assert [text for text in texts(axes) if text] == ["10 %", "0 %", "10 %", "30 %", "50 %"]
