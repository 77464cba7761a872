"""The time left is that of the stage which runs."""

import pytest

from valuescape.experiments import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_second_stage_is_measured_from_its_own_begin(clock, capsys):
    meter = progress.Meter()
    for gone, done, total in ((0, 0, 100), (50, 50, 100), (50, 100, 100), (0, 0, 0), (20, 10, 100)):
        clock[0] += gone
        meter(done, total, "running")
    said = capsys.readouterr().err.splitlines()
    assert said[0].endswith("50 %, 0:50 left")
    assert said[1].endswith("100 %, 0:00 left")
    assert said[2] == "running ..."
    assert said[3].endswith("10 %, 3:00 left")  # 20 seconds for a tenth, and not 120


def test_what_is_named_before_the_first_stage_does_not_hide_it(clock, capsys):
    meter = progress.Meter()
    meter(0, 0, "compiling")
    clock[0] += 30
    meter(1, 4, "running")
    assert capsys.readouterr().err.splitlines() == ["compiling ...", "running: 25 %, 1:30 left"]
