"""The pages of influence and of knock-outs: the numbers of the result stand on them, one history is called so, nothing is fetched."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from valuescape import load
from valuescape.experiments.influence import crv
from valuescape.experiments.knockout import knockout
from valuescape.experiments.results import read_result

LOUD = {"world.burn_in_days": 0, "world.talk.volume": 3.0, "world.customers.need_rate": 40.0}
VOID = {"meta", "br", "img", "hr", "link", "input", "col", "path", "rect", "circle", "use", "line"}


def loud(lucks=2):
    scenario = load("crossroads", customers=120, days=50, set=LOUD)
    return crv(scenario, 20, lucks=lucks, seed=3, shapley=120)


@pytest.fixture(scope="module")
def influence(tmp_path_factory):
    """A small result with its page."""
    folder = tmp_path_factory.mktemp("crv") / "result"
    found = loud()
    found.save(folder)
    found.write_page(folder / "report.html")
    return found, folder, (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def without_talk(tmp_path_factory):
    """A small knock-out with its page."""
    folder = tmp_path_factory.mktemp("knockout") / "result"
    found = knockout(load("crossroads", customers=120, days=50, set=LOUD), "talk", 3)
    found.save(folder)
    found.write_page(folder / "report.html")
    return found, folder, (folder / "report.html").read_text(encoding="utf-8")


def words(text):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(svg|style|title).*?</\1>", " ", text, flags=re.DOTALL))).split())


class Balance(HTMLParser):
    """Counts tags that are open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("page", ["influence", "without_talk"])
def test_a_page_needs_nothing_from_outside_and_is_whole(page, request):
    _, folder, text = request.getfixturevalue(page)
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)
    assert "<script" not in text
    assert "{{" not in text
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert text.count("<svg") >= 2
    assert len(list((folder / "figures").glob("*.png"))) >= 1


def test_the_first_sentence_says_what_talk_is_worth_and_what_attribution_credits(influence):
    _, _, text = influence
    assert "The talk of an average customer is worth" in words(text)
    assert "attribution credits it with" in words(text)
    for said in ("changes exactly nothing", "do not add up", "Shapley", "Leave-one-out"):
        assert said in words(text)


def test_one_luck_is_one_history(tmp_path):
    found = loud(lucks=1)
    found.write_page(tmp_path / "report.html")
    assert "one history" in words((tmp_path / "report.html").read_text(encoding="utf-8")).lower()


def test_a_knock_out_says_what_is_lost_with_its_interval(without_talk):
    found, _, text = without_talk
    said = words(text)
    assert "Without talk the focal firm" in said
    rows = {row["metric"]: row for row in found.outcomes.to_pylist()}
    assert set(rows) >= {"profit", "value_in_use"}
    assert said.count("decides the board") == 2
    assert "Differences in the same worlds" in said


def test_a_page_is_made_again(influence, without_talk):
    for _, folder, text in (influence, without_talk):
        read_result(folder).write_page(folder / "again.html")
        assert (folder / "again.html").read_text(encoding="utf-8") == text
