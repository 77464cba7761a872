"""The report: what must stand in it, what must not, and that it is the same each time. No world is run here."""

import re
from html.parser import HTMLParser

import numpy as np
import pyarrow as pa
import pytest

from valuescape.agents.declare import parameters
from valuescape.agents.offer import Proposition
from valuescape.agents.prices import LINES, PriceList
from valuescape.experiments.arm_words import option_words
from valuescape.experiments.compare import Comparison
from valuescape.experiments.report import horizon, prose, write_report
from valuescape.experiments.report_setup import assumptions, seeds_text
from valuescape.experiments.run import Run
from valuescape.experiments.setting import seeds_of
from valuescape.experiments.tables import DAILY, WHY, scoreboard_table
from valuescape.experiments.wording import face_of, interval_text, shown
from valuescape.scenarios.schema import About, Arm, Scenario
from valuescape.sim.metrics.headline import HEADLINE
from valuescape.sim.network import from_ties

ARMS = ["ecrm", "sd"]
MANIFEST = {
    "format": 1, "run_id": "0123456789abcdef",
    "identity": {"question": "compare", "network": None, "engine": "e" * 64},
    "provenance": {"time": "2031-01-02T03:04:05+00:00", "seconds": 1.5, "command": ["valuescape", "compare", "crossroads"],
                   "host": "secret-host", "versions": {"valuescape": "0.1.0", "numpy": "2.2"}},
}  # fmt: skip


def world(**changes):
    """A small scenario with two arms."""
    text = About(title="Cross <b>road</b>", what_is_it="One seat.\n\nTwo arms: `ecrm` & `sd`.", things_to_try=["Run `a < b`."])
    firms = {"focal": Proposition(), "rival_1": Proposition(share=7.0)}
    scenario = Scenario(name="tiny", about=text, days=20, arms={name: Arm(strategy=name) for name in ARMS}, firms=firms)
    customers = scenario.world.customers.model_copy(update={"number": 60})
    return scenario.model_copy(update={"world": scenario.world.model_copy(update={"customers": customers}), **changes})


def values_of(arm, seed, missing=()):
    """Metrics of one run: `sd` leads on both boards."""
    lead = ARMS.index(arm) if arm in ARMS else 0
    return {m.name: None if m.name in missing else (1000.0 if m.name == "profit" else 0.2) * (1 + lead) + 0.001 * seed for m in HEADLINE}


def daily_of(arm, seed, days=20):
    """The daily table of one run, of two firms."""
    rows = []
    for day in range(days):
        for firm in ("focal", "rival_1"):
            row = dict.fromkeys(DAILY, 2.0) | {f"cost_{line}": 1.0 for line in LINES} | {"day": day, "firm": firm}
            rows.append(row | {"cumulative_profit": (day + 1) * (50.0 + seed + 9 * (arm == "sd")), "population_needs": 10})
    return pa.Table.from_pylist(rows)


def marked(table, arm, seed):
    """A table of one run with its arm and seed in front."""
    return table.add_column(0, "arm", pa.array([arm] * table.num_rows)).add_column(1, "seed", pa.array([seed] * table.num_rows))


def a_comparison(seeds=3, scenario=None, missing=(), network=None, arms=ARMS):
    """A Comparison made by hand; its network has names that nobody may see."""
    runs = [(arm, seed) for seed in range(seeds) for arm in arms]
    people = pa.table({"arm": [arm for arm in arms for _ in range(60)], "attachment": np.tile(np.linspace(0, 1, 60), len(arms))})
    found = Comparison(
        scenario=scenario or world(), arms=list(arms), seeds=list(range(seeds)), detail="counts",
        scoreboard=pa.concat_tables([marked(scoreboard_table(values_of(a, s, missing)), a, s) for a, s in runs]),
        daily=pa.concat_tables([marked(daily_of(a, s), a, s) for a, s in runs]), people=people, manifest=MANIFEST,
    )  # fmt: skip
    found.__dict__["network"] = network or a_network()
    return found


def a_network():
    ends = np.arange(60)
    return from_ties(60, ends, (ends + 1) % 60, place=ends // 20, names=[f"Unmentionable{k}" for k in ends])


def a_run(missing=()):
    """A Run made by hand."""
    values = values_of("sd", 4, missing)
    manifest = {**MANIFEST, "identity": {**MANIFEST["identity"], "question": "run", "network": None}}
    return Run(
        scenario=world().seated("sd"), arm="sd", seed=4, luck=4, without=None, detail="counts", metrics=values,
        scoreboard=scoreboard_table(values), daily=daily_of("sd", 4), events=pa.table({}), spending=dict.fromkeys(LINES, 3.0),
        manifest=manifest,
    )  # fmt: skip


def page(result, folder):
    """The text of the report."""
    return write_report(result, folder / "report.html", figures=False).read_text(encoding="utf-8")


def words(text):
    """What a reader sees: no markup, no pictures, white space made one."""
    from html import unescape

    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(svg|style|title).*?</\1>", " ", text, flags=re.DOTALL))).split())


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A comparison and the text of its report."""
    result = a_comparison()
    return result, page(result, tmp_path_factory.mktemp("report"))


@pytest.fixture
def plain(monkeypatch):
    """Pictures take most of the time: where only words matter, an empty one stands for each."""
    monkeypatch.setattr("valuescape.experiments.report.inline", lambda panel, key: "<svg></svg>")


def test_the_first_screen_says_who_wins_with_numbers_and_uncertainty(compared):
    result, text = compared
    seen = words(text)
    top = seen[: seen.index("Over time")]
    assert "sd wins on both boards" in top
    for sentence in result.sentences():
        assert " ".join(sentence.split()) in top
    profit = result.intervals["sd"]["profit"]
    assert shown(profit.mean, "money") in top
    assert interval_text(profit.low, profit.high, "money") in top
    assert "+1,000" in top
    assert "3 seeds" in top
    assert "60 people" in top


def test_every_metric_stands_on_its_board_with_its_mark_and_what_it_means(compared):
    text = compared[1]
    assert re.findall(r'data-metric="(\w+)"', text)[: len(HEADLINE)] != []
    for metric in HEADLINE:
        row = re.search(rf'data-metric="{metric.name}".*?</tr>', text, flags=re.DOTALL)
        assert row, metric.name
        seen = words(row.group())
        assert face_of(metric).label in seen
        assert face_of(metric).means in seen
        assert ("activity" in seen) == (metric.mark == "activity")
        assert ("decides the board" in seen) == metric.primary
        assert seen.count("Δ") == 1  # one arm differs from the first


def test_the_price_list_is_there_with_ranges_and_source(compared):
    text = compared[1]
    for price in parameters(PriceList):
        row = words(re.search(rf'data-price="{price.path}".*?</tr>', text, flags=re.DOTALL).group())
        assert price.unit in row
        assert "assumption" in row
        assert f"{price.low:,.10g} {price.default:,.10g} {price.high:,.10g}" in row
    assert "An hour of staff costs as much as 1,500 e-mails or 37.5 letters" in words(text)


def test_assumptions_are_counted_by_source_and_changes_are_listed(compared):
    known = assumptions(compared[0].scenario)
    assert known["number"] == len(list(parameters(Scenario))) + len(list(parameters(Proposition))) == sum(n for n, _ in known["count"])
    changed = {row["path"]: row["here"] for row in known["changed"]}
    assert changed == {"days": "20", "world.customers.number": "60", "firms.*.share": f"focal {Proposition().share:g}, rival_1 7"}
    seen = words(compared[1])
    assert f"{known['number']} parameters:" in seen
    assert "world.customers.number = 60" in seen
    for row in known["rows"]:
        assert row["path"] in seen


def test_limits_are_said_in_plain_words(compared):
    seen = words(compared[1])
    for said in ("does not make it right about a strategy", "refutes or proves service-dominant logic", "3 seeds are few",
                 "None of them has been tuned"):  # fmt: skip
        assert said in seen
    for said in ("0 means nothing was done, 1 means the outcome she herself desired", "60 mutual ties", "Strong: each is among"):
        assert said in seen


def test_the_page_needs_nothing_from_outside_and_runs_nothing(compared):
    text = compared[1]
    assert set(re.findall(r"[a-z]+://[^\s\"'<>)]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"<script|<link|<iframe|@import|src=|\son\w+=", text)
    assert all(ref.startswith(("#", "data:image/png;base64,")) for ref in re.findall(r'href="([^"]*)"', text))
    assert len(text.encode()) < 2_000_000


def test_no_person_of_the_network_and_no_machine_is_named(compared):
    assert "Unmentionable" not in compared[1]
    assert "secret-host" not in compared[1]


class Balance(HTMLParser):
    """Counts tags that are closed out of order."""

    VOID = {"meta", "br", "img", "hr", "link", "input"}  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_tags_are_balanced(compared):
    parser = Balance()
    parser.feed(compared[1])
    assert parser.wrong == []
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids)) > 50


def test_orders_and_options_are_said_in_words():
    options = {"shares": {"open_desk": 0.15}, "levers": {"join": "always", "orders": [
        {"watch": "tag", "hours": 2, "level": 1, "act": "withdraw", "delay": 0.5}, {"watch": "blame", "hours": 1, "level": 3, "delay": 0}
    ]}}  # fmt: skip
    assert option_words(options) == [
        "15 % of the budget to the line “open desk”", "join always",
        "standing order: if 1 bad story under the tag is seen within 2 hours: withdraw the tag, half an hour later",
        "standing order: if 3 bad posts or relays are seen within an hour: answer all public talk, at once",
    ]  # fmt: skip


def test_dials_are_a_table_only_where_they_differ(compared, tmp_path, plain):
    assert "The arms as settings of the six dials" in compared[1]
    share = {"shares": {"open_desk": 0.15}}
    arms = {"waits": Arm(strategy="status_quo", options=share),
            "joins": Arm(strategy="status_quo", options=share | {"levers": {"join": "always"}})}  # fmt: skip
    seen = words(page(a_comparison(scenario=world(arms=arms), arms=list(arms)), tmp_path))
    assert "six dials" not in seen
    assert "All arms: strategy status_quo; promise 0.6 on the scale of value; 15 % of the budget to the line “open desk”." in seen
    assert "joins : join always." in seen
    assert "waits : nothing else." in seen
    assert "{'" not in seen


def test_many_arms_stand_in_smaller_type(compared, tmp_path, plain):
    assert 'class="stack"' in compared[1]
    assert 'class="stack many"' not in compared[1]
    arms = {name: Arm(strategy="sd") for name in "abcd"}
    assert 'class="stack many"' in page(a_comparison(scenario=world(arms=arms), arms=list(arms)), tmp_path)


def test_markup_in_texts_and_names_is_shown_not_obeyed(tmp_path, plain):
    arms = {"<i>arm</i>": Arm(strategy="sd"), "b": Arm(strategy="sd", options={"ts1": 0.5})}
    text = page(a_comparison(seeds=2, scenario=world(arms=arms), arms=list(arms)), tmp_path)
    assert "<i>" not in text
    assert "&lt;i&gt;arm&lt;/i&gt;" in text
    assert "<b>road" not in text
    assert "<code>a &lt; b</code>" in text
    assert prose("`a` <x> `b") == "`a` &lt;x&gt; `b"


def test_one_seed_is_one_history(tmp_path, plain):
    seen = words(page(a_comparison(seeds=1), tmp_path))
    assert "No winner shown on either board" in seen
    assert "This is one history, not a finding" in seen
    assert " nan" not in seen
    assert "None" not in seen.replace("None of them", "")


def test_a_missing_value_is_a_dash_with_the_reason(tmp_path, plain):
    text = page(a_comparison(missing=("clv_end_value", "trust")), tmp_path)
    for name in ("clv_end_value", "trust"):
        row = words(re.search(rf'data-metric="{name}".*?</tr>', text, flags=re.DOTALL).group())
        assert row.count(f"– {WHY[name]}") == 2
    assert f"Without a value here: End value of the base: – {WHY['clv_end_value']}; Trust: – {WHY['trust']}." in words(text)


def test_a_missing_primary_outcome_does_not_stop_the_report(tmp_path, plain):
    assert "no value for ecrm, sd" in words(page(a_comparison(missing=("value_in_use",)), tmp_path))


def test_a_run_is_reported_as_one_history(tmp_path, plain):
    text = page(a_run(missing=("crv",)), tmp_path)
    seen = words(text)
    assert "One history of sd" in seen
    assert "Nothing is compared" in seen
    assert "Δ" not in seen
    assert all(f'data-metric="{m.name}"' in text for m in HEADLINE)
    assert f"– {WHY['crv']}" in seen
    assert "valuescape run scenario.toml --seed 4 --arm sd" in seen


def test_a_network_that_is_gone_is_said(tmp_path, plain):
    result = a_comparison()
    result.__dict__["network"] = None
    assert "the file of the network is no longer where it was" in words(page(result, tmp_path))


def test_the_same_result_gives_the_same_bytes_but_for_the_provenance(compared, tmp_path):
    one = compared[1]
    other = a_comparison()
    object.__setattr__(other, "manifest", {**MANIFEST, "provenance": {**MANIFEST["provenance"], "time": "2032-01-01T00:00:00+00:00"}})
    two = page(other, tmp_path)
    assert one != two
    assert one[: one.index("<footer>")] == two[: two.index("<footer>")]
    assert "2031-01-02" not in one[: one.index("<footer>")]
    assert "2031-01-02" in one


def test_provenance_says_how_to_make_it_again(compared):
    seen = words(compared[1])
    for said in ("0123456789abcdef", "valuescape compare scenario.toml --arms ecrm,sd --seeds 3", "e" * 64, "numpy 2.2"):
        assert said in seen


@pytest.mark.parametrize("seeds", [[0], [0, 1, 2], [7], [3, 7], [5, 6, 7], [0, 1, 4], [2, 3, 9]])
def test_seeds_are_written_as_the_command_reads_them(seeds):
    assert seeds_of(seeds_text(seeds)) == seeds


def test_figures_lie_beside_the_report(tmp_path, plain):
    write_report(a_comparison(), tmp_path / "deep" / "report.html")
    names = {p.name for p in (tmp_path / "deep" / "figures").iterdir()}
    assert names == {f"{name}.{kind}" for name in ("scoreboards", "paired", "talk", "money", "network") for kind in ("svg", "png")}


def test_numbers_are_written_for_readers():
    assert shown(1234567.8, "money") == "1,234,568"
    assert shown(-0.123, "share") == "−12.3 %"
    assert shown(-0.00001, "value") == "0.000"
    assert shown(None, "value") == shown(float("nan"), "money") == "–"
    assert shown(0.0032, "rate") == "3.20"
    assert horizon(1820) == "1,820 days (5 years)"
    assert horizon(365) == "365 days (1 year)"
    assert horizon(1) == "1 day"
