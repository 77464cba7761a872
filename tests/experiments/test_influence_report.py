"""The pages and the pictures of influence and of knock-outs: what they say, from results made by hand; two of them from worlds."""

import re
from html import unescape

import numpy as np
import pytest

from valuescape import crv, knockout, load
from valuescape.experiments import influence_plot as plot
from valuescape.experiments.cli import main
from valuescape.experiments.figures import Panel, figure_of, png
from valuescape.experiments.influence import Influence, tables_of
from valuescape.experiments.influence_words import percent, span
from valuescape.experiments.influence_worlds import Heard
from valuescape.experiments.knockout import Knockout, outcomes_table
from valuescape.experiments.quadrant_plot import middle_of
from valuescape.experiments.report_influence import again, table
from valuescape.experiments.report_knockout import again as knockout_again
from valuescape.experiments.results import read_result
from valuescape.experiments.shapley import coalitions_of, orders_of
from valuescape.scenarios.schema import About, Arm
from valuescape.sim.metrics.headline import HEADLINE
from valuescape.tests.experiments.test_report import Balance

PROVENANCE = {"command": ["valuescape", "x"], "time": "t", "seconds": 1, "versions": {"python": "3"}}


@pytest.fixture(autouse=True)
def brief_report():
    """Pages are what is tested here, so nothing stands for them."""


def scene(**changes):
    """A scenario whose texts and arm hold markup."""
    base = load("crossroads", days=60, customers=50)
    text = About(title="Cross <b>road</b>", what_is_it="About `a < b`.")
    arms = {"<i>arm</i>": Arm(strategy="sd")}
    return base.model_copy(update={"about": text, "arms": arms, **changes}).seated("<i>arm</i>")


def an_influence(lucks=3, shapley=120, sample=10, sizes=(0, 0, 0, 0, 0, 0, -30, 0.5, 8, 120)):
    """Ten customers, each standing for five; the value of a coalition is the sum over its groups of 1, 2, 3, 4, 5."""
    orders = orders_of(5, shapley, 0) if shapley else []
    heard = []
    for luck in range(lucks):
        people = [
            {"luck": luck, "customer": who, "weight": 5.0, "group": 1 + who // 2, "was_customer": who % 2 == 0,
             "talked": 3 if who > 3 else None, "crv_causal": size * 0.75, "civ": size * 0.25, "influence": float(size),
             "clv": 10.0 * who, "crv_attributed": 6.0 if who == 9 else 0.0}
            for who, size in enumerate(sizes)
        ]  # fmt: skip
        lost = {silent: float(sum(silent) + len(silent)) + 0.1 * luck for silent in coalitions_of(orders) or [(0, 1, 2, 3, 4)]}
        world = {"luck": luck, "margin": 1000.0, "attributed_cents": 600, "referred_cents": 600, "talkers": 6}
        heard.append(Heard(luck, people, world, lost))
    identity = {"question": "influence", "seed": 7, "lucks": lucks, "sample": sample, "shapley": len(orders), "engine": "e" * 8}
    manifest = {"run_id": "0" * 16, "identity": identity, "provenance": PROVENANCE}
    return Influence(scene(), "<i>arm</i>", tables_of(heard, orders, sample == "all"), manifest)


class Outcome:
    """The metrics of a world."""

    def __init__(self, profit, **others):
        self.metrics = {m.name: 0.25 for m in HEADLINE} | {"profit": profit} | others


def a_knockout(lost=(90.0, 100.0, 110.0), what="firm:<i>rival</i>", **others):
    """A pair of worlds for each loss of profit."""
    seeds = list(range(len(lost)))
    there, away = [Outcome(1000.0) for _ in lost], [Outcome(1000.0 - size, **others) for size in lost]
    identity = {"question": "knockout", "engine": "e" * 8, "seeds": seeds}
    manifest = {"run_id": "0" * 16, "identity": identity, "provenance": PROVENANCE}
    return Knockout(scene(), "<i>arm</i>", what, seeds, outcomes_table(seeds, there, away), manifest)


def page(found, folder):
    found.write_page(folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(svg|style|title).*?</\1>", " ", text, flags=re.DOTALL))).split())


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    found, folder = an_influence(), tmp_path_factory.mktemp("influence")
    return found, page(found, folder), folder


@pytest.fixture(scope="module")
def missed(tmp_path_factory):
    found, folder = a_knockout(), tmp_path_factory.mktemp("knockout")
    return found, page(found, folder), folder


@pytest.fixture
def axes():
    """Empty axes of a figure."""
    from matplotlib.figure import Figure

    return Figure(figsize=(5, 3.9)).subplots()


def said_in(axes):
    return " ".join(text.get_text() for text in axes.texts)


# --- both pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["asked", "missed"])
def test_a_page_needs_nothing_from_outside_and_its_tags_are_balanced(kind, request):
    _, text, _ = request.getfixturevalue(kind)
    assert set(re.findall(r"[a-z]+://[^\s\"'<>)]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"<script|<link|<iframe|@import|src=|\son\w+=", text)
    parser = Balance()
    parser.feed(text)
    assert parser.wrong == parser.open == []
    assert len(parser.ids) == len({*parser.ids})


@pytest.mark.parametrize("kind", ["asked", "missed"])
def test_markup_in_names_is_shown_not_obeyed(kind, request):
    _, text, _ = request.getfixturevalue(kind)
    assert "<i>" not in text
    assert "&lt;i&gt;arm&lt;/i&gt;" in text
    assert "<b>road" not in text
    assert "<code>a &lt; b</code>" in text


@pytest.mark.parametrize("kind", ["asked", "missed"])
def test_a_page_says_what_it_cannot_say_and_how_it_was_made(kind, request):
    seen = words(request.getfixturevalue(kind)[1])
    for said in ("What the numbers cannot say", "does not make it right about a strategy", "numbers are assumptions",
                 "run here with 50 people over 60 days", "0" * 16, "python 3", "3 "):  # fmt: skip
        assert said in seen
    assert " nan" not in seen
    assert "None" not in seen


def test_the_pages_are_written_beside_the_tables_and_made_again(tmp_path, capsys):
    brief = {"customers": 60, "days": 20, "set": {"world.burn_in_days": 10}}
    crv("crossroads", 6, lucks=2, shapley=4, **brief, out=tmp_path / "a")
    knockout("crossroads", "talk", seeds=2, **brief, out=tmp_path / "b")
    for name, figure in (("a", "influence"), ("b", "differences")):
        made = (tmp_path / name / "report.html").read_bytes()
        assert {p.name for p in (tmp_path / name / "figures").iterdir()} == {f"{figure}.svg", f"{figure}.png"}
        assert read_result(tmp_path / name).has_report
        (tmp_path / name / "report.html").unlink()
        assert main(["report", str(tmp_path / name)]) == 0
        assert (tmp_path / name / "report.html").read_bytes() == made
    assert "report:" in capsys.readouterr().out


# --- influence --------------------------------------------------------------------------------------------------------


def test_the_first_screen_answers_with_numbers_and_uncertainty(asked):
    found, text, _ = asked
    seen = words(text)
    top = seen[: seen.index("Whose talk it is")]
    said = found.population
    assert said["influence"]["value"] == pytest.approx(9.85)
    assert re.search(r"The talk of an average customer is worth 9\.[89] of margin to the firm \(−[\d.]+ to [\d.]+, may be chance\)", top)
    assert "attribution credits it with 0.6" in top
    assert "In 60 % of all cases" in top  # alike in every draw of people: no interval
    assert "in 40 % she never talks" in top
    assert "In 10 % (" in top
    assert "by new customers who came for her talk (CRV, causal)" in top
    assert "10 of them asked about, 3 lucks, seed 7" in top


def test_why_values_do_not_add_up_and_what_all_talk_is_worth(asked):
    seen = words(asked[1])
    assert "Leave-one-out values need not add up" in seen
    assert "Where nobody's talk is heard any more, the firm loses 15 (" in seen
    assert "1.5 % of its margin" in seen
    assert "fifth 5 (most heard) 5" in seen
    assert "the mean over 120 orders" in seen
    without = words(page(an_influence(shapley=0), asked[2] / "none"))
    assert "Shapley shares were not asked for" in without
    assert "fifth 5" not in without


def test_one_luck_is_one_history(tmp_path):
    seen = words(page(an_influence(lucks=1), tmp_path))
    assert "This is one history, not a finding." in seen
    assert "one luck: one history" in seen
    assert "One luck is one history: another course of chance" in seen
    assert "chance in what happens is not" in seen
    everybody = words(page(an_influence(lucks=1, sample="all"), tmp_path / "all"))
    assert "One luck is one history: there is no interval." in everybody
    assert "no intervals: everybody was asked about" in everybody
    assert "95 % from" not in everybody


def test_people_who_were_named_stand_for_nobody_else(tmp_path):
    seen = words(page(an_influence(sample=list(range(10))), tmp_path))
    assert "The talk of each of these 10 customers is worth" in seen
    assert "No figures of the population" in seen
    assert "were named and not drawn" in seen
    assert "ratio of the first" not in seen


def test_talk_that_changes_nothing_is_said_so(tmp_path):
    text = page(an_influence(sizes=(0,) * 10), tmp_path)
    assert "Nobody's talk changes what the firm earns" in words(text)
    assert text.count("<svg") == 4


def test_the_command_that_makes_influence_again():
    assert again(an_influence()) == (
        "valuescape crv scenario.toml --arm '<i>arm</i>' --customers-sampled 10 --lucks 3 --seed 7 --shapley 120"
    )
    assert "--customers-sampled 4, " in again(an_influence(sample=[4], shapley=0))  # a lone number would be how many
    assert "--customers-sampled 3,9 " in again(an_influence(sample=[3, 9], shapley=0))


def test_a_table_is_as_exact_as_it_is_sure():
    rows = {"sure": {"value": 1.23456, "low": 1.2, "high": 1.3}, "none": {"value": None, "low": None, "high": None}}
    assert table("c", "x", rows)["rows"] == [["sure", "1.235", "1.200", "1.300"], ["none", "–", "–", "–"]]
    assert table("c", "x", {"one": {"value": -2.0, "low": None, "high": None}}) == {
        "caption": "c", "head": ["x", "Value"], "rows": [["one", "−2"]],
    }  # fmt: skip
    assert [percent(share) for share in (0.0, 0.0333, 0.0999, 0.5, 0.9999, 1.0)] == ["0 %", "3.3 %", "10 %", "50 %", "99.9 %", "100 %"]
    assert span({"low": 0.996, "high": 1.0}, True) == " (99.6 to 100 %)"
    assert span({"low": -2.0, "high": 1.5}) == " (−2.0 to 1.5)"
    assert span({"low": 0.5, "high": 0.5}) == ""


# --- its pictures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["draw_credited", "draw_spread", "draw_buys_and_brings", "draw_shapley"])
def test_each_figure_is_a_table_in_and_axes_out(axes, name):
    found = an_influence()
    drawn = getattr(plot, name)(axes, found.tables["shares" if name == "draw_shapley" else "customers"])
    assert drawn is axes
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    assert axes.get_title()


def test_what_is_credited_is_counted_against_what_is_caused(axes):
    plot.draw_credited(axes, an_influence().tables["customers"])
    said = [text.get_text() for text in axes.get_legend().get_texts()]
    assert said == ["credited with too much: 1", "credited with too little: 3", "exactly 0 both ways: 6", "both say the same"]


def test_zeros_are_a_number_and_losses_lie_left_of_0(axes):
    plot.draw_spread(axes, an_influence().tables["customers"])
    assert {"10 %\ncost the firm", "30 %\nbring it money", "60 %\nexactly 0"} <= {text.get_text() for text in axes.texts}
    tall = {bar.get_x() + bar.get_width() / 2: bar.get_height() for bar in axes.patches}
    assert [round(at, 1) for at, height in sorted(tall.items()) if height] == [-2.5, 0.5, 1.5, 3.5]  # −30, 0.5, 8, 120
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["−1,000", "−100", "−10", "−1", "0", "1", "10", "100", "1,000"]


def test_the_quadrant_weighs_people_and_shows_losses(axes):
    plot.draw_buys_and_brings(axes, an_influence().tables["customers"])
    assert {"Champions 30 %", "Affluents 20 %", "Advocates 0 %", "Misers 50 %"} == {text.get_text() for text in axes.texts}
    assert "exactly 0: 60 %; below 0: 10 %" in axes.get_xlabel()
    assert axes.get_ylim()[0] < -30


def test_shapley_shares_have_intervals_where_there_are_lucks(axes):
    plot.draw_shapley(axes, an_influence().tables["shares"])
    assert "95 % interval over lucks" in axes.get_xlabel()
    assert [round(bar.get_height()) for bar in axes.patches] == [1, 2, 3, 4, 5]
    axes.clear()
    plot.draw_shapley(axes, an_influence(lucks=1).tables["shares"])
    assert "one history" in axes.get_xlabel()


def test_no_text_of_a_picture_is_cut(asked):
    """Nothing that is written reaches beyond a panel of 5 inches."""
    for panel in plot.influence_panels(asked[0]):
        figure = figure_of([panel])
        figure.draw_without_rendering()
        for one in figure.axes:
            boxes = [text.get_window_extent() for text in (*one.texts, one.title, one.xaxis.label, one.yaxis.label,
                                                           *one.get_xticklabels(), *one.get_yticklabels())]  # fmt: skip
            for box in boxes:
                assert box.x0 >= -1, panel.name
                assert box.x1 <= figure.bbox.x1 + 1, panel.name


def test_every_picture_can_be_drawn_where_nothing_happens():
    panels = plot.influence_panels(an_influence(sizes=(0,) * 10, lucks=1))
    assert all(isinstance(panel, Panel) for panel in panels)
    assert len(png(figure_of(panels), dpi=40)) > 1000


def test_the_median_counts_whom_people_stand_for():
    assert middle_of(np.array([1.0, 2.0, 9.0]), np.array([1.0, 1.0, 5.0])) == 9.0
    assert middle_of(np.array([3.0]), np.array([2.0])) == 3.0


# --- knock-outs -------------------------------------------------------------------------------------------------------


def test_the_headline_of_a_knock_out(missed, tmp_path):
    seen = words(missed[1])
    assert "Without <i>rival</i> the focal firm loses 100 of profit (75 to 125), and people lose no value in use per head." in seen
    assert "−100 without it" in seen
    assert "The same without it" in seen
    unsure = words(page(a_knockout((-90.0, 100.0, 200.0), "talk"), tmp_path))
    assert "Without talk the focal firm loses 70 of profit (−296 to 436, may be chance)" in unsure
    assert "without it: may be chance" in unsure
    gains = words(page(a_knockout((-90.0, -100.0, -110.0), "community"), tmp_path))
    assert "Without the firm's community the focal firm gains 100 of profit (75 to 125)" in gains
    same = words(page(a_knockout((0.0, 0.0), "engine:customer_segmentation"), tmp_path))
    assert "Nothing is lost without the engine customer segmentation" in same


def test_both_boards_stand_there_with_without_and_the_difference(missed):
    _, text, folder = missed
    for metric in HEADLINE:
        row = re.search(rf'data-metric="{metric.name}".*?</tr>', text, flags=re.DOTALL).group()
        assert re.findall(r'data-label="(\w+)"', row) == ["with", "without", "difference"]
    row = re.search(r'data-metric="profit".*?</tr>', text, flags=re.DOTALL).group()
    assert "+100 +75 to +125" in words(row)
    assert "open" not in row  # sure: it is bold
    assert text.count("<svg") == 2
    assert {p.name for p in (folder / "figures").iterdir()} == {"differences.svg", "differences.png"}


def test_a_knock_out_with_one_seed_is_one_history(tmp_path):
    seen = words(page(a_knockout((80.0,), "talk"), tmp_path))
    assert "This is one history, not a finding" in seen
    assert "one seed: one history" in seen
    assert "Without talk the focal firm loses 80" in seen
    assert "−80.0 without it, in one history" in seen or "−80 without it, in one history" in seen


def test_a_metric_that_is_missing_on_one_side_says_why(tmp_path):
    text = page(a_knockout(what="talk", net_sentiment=None, value_in_use=None), tmp_path)
    row = words(re.search(r'data-metric="net_sentiment".*?</tr>', text, flags=re.DOTALL).group())
    assert "no difference: without has no value" in row
    assert "for people there is no difference in value in use per head to be told" in words(text)
    assert "No difference to be told" in words(text)


def test_the_command_that_makes_a_knock_out_again():
    assert knockout_again(a_knockout(what="talk")) == "valuescape knockout scenario.toml talk --seeds 3 --arm '<i>arm</i>'"
