"""A real graph from the file to the answer; the data set lies beside the clone or the test is left out."""

import json
from pathlib import Path

import pytest

from valuescape import compare
from valuescape.experiments.cli import main

FACEBOOK = Path(__file__).resolve().parents[3] / "shared" / "data" / "ego_facebook.csv"

pytestmark = pytest.mark.skipif(not FACEBOOK.exists(), reason="the data set is not beside the clone")


def test_the_command_tells_what_hangs_on_the_rule(capsys):
    assert main(["network", str(FACEBOOK), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["statistics"]["people"], document["statistics"]["ties"]) == (4039, 88234)
    rows = {row["strong_ties"]: row for row in document["strong_ties"]}
    assert rows[8]["without"] / 4039 == pytest.approx(0.571, abs=0.001)
    assert rows[5]["without"] > rows[8]["without"] > rows[15]["without"]


@pytest.mark.slow
def test_a_comparison_on_it():
    found = compare("crossroads", ["ecrm", "sd"], seeds=2, days=120, network=FACEBOOK)
    assert found.scenario.world.customers.number == 4039
    assert found.people.num_rows == 2 * 4039
    late = {"clv_end_value"}  # needs a year
    assert {name for name, e in found.intervals["sd"].items() if e.mean is None} <= late
    assert "third of the time" in found.to_json()["why"]["strong_ties"]
