"""The catalogue of metrics: what each says of itself, that none is without a test on paper, and that its rows are complete."""

import re

import pytest

from valuescape.sim.metrics.catalogue import BY_NAME, METRICS, ROWS, measure_all
from valuescape.sim.metrics.declare import BOARDS, DETAILS, Metric, NoValue, at_least, ratio
from valuescape.tests.sim.paper import Paper

PAPERS = "test_metrics_*.py"
SPOKEN = re.compile(r"^[a-z0-9].*[a-z0-9]$")
"""A reason stands behind a dash: it begins small and ends without a full stop."""


def test_every_metric_says_what_it_is():
    ids = {row.id for row in ROWS}
    for metric in METRICS:
        for field in ("name", "sentence", "formula", "unit", "source"):
            assert getattr(metric, field), f"{metric.name} has no {field}"
        assert metric.board in BOARDS
        assert metric.mark in ("outcome", "activity")
        assert metric.detail in DETAILS
        assert metric.view in ("true", "firm")
        assert metric.catalogue in ids, metric.name
        assert not metric.sentence.endswith("."), metric.name
        assert not metric.why or SPOKEN.match(metric.why), metric.why
    assert len(BY_NAME) == len(METRICS), "a name stands twice"
    assert [metric.board for metric in METRICS if metric.primary] == list(BOARDS)


def test_the_rows_of_the_catalogue_are_complete_and_in_order():
    assert [row.id for row in ROWS] == [f"M{number:02}" for number in range(1, 91)]
    for row in ROWS:
        assert row.board in BOARDS
        assert row.what
        assert bool(row.waits) != (row.status == "computed"), f"{row.id} is computed or says what it waits for"
        assert row.mark in ("outcome", "activity")
        assert not row.waits or not row.by
    assert [row.id for row in ROWS if row.mark == "activity"] == ["M37"]


def test_every_metric_is_worked_out_on_paper(root):
    """Its name stands in a file of tests on paper, as a word in quotes and apart from this file."""
    here = sorted((root / "tests" / "sim").glob(PAPERS))
    text = "\n".join(path.read_text(encoding="utf-8") for path in here if path.name != "test_metrics_catalogue.py")
    assert [metric.name for metric in METRICS if f'"{metric.name}"' not in text] == []


def test_where_nothing_happened_every_reason_can_be_read():
    """A world of one person and of one day: no metric fails, and what has no value says why."""
    for people, days in ((1, 1), (3, 1), (3, 400)):
        paper = Paper(people=people, days=days)
        for world in (None, paper.states()):
            found = measure_all(paper.record(world))
            assert set(found.values) == set(BY_NAME)
            for name, value in found.values.items():
                assert (value is None) == (name in found.why), name
                assert value is None or value == value, name
                assert value is not None or SPOKEN.match(found.why[name]), found.why[name]


def test_a_metric_that_needs_more_rows_says_so():
    metric = next(metric for metric in METRICS if metric.detail == "full")
    with pytest.raises(NoValue, match="needs detail full"):
        at_least("talk", metric)
    at_least("full", metric)
    r = Paper().record()
    r.detail = "counts"
    found = measure_all(r)
    assert {name for name, why in found.why.items() if why == "needs detail full"} == {m.name for m in METRICS if m.detail == "full"}


def test_a_metric_is_a_quotient_or_nothing():
    assert ratio(1, 4, "none") == 0.25
    assert isinstance(Metric("x", BOARDS[0], "outcome", "1", "M01", "x", lambda r, f: 0.0, ""), tuple)
    with pytest.raises(NoValue, match="none"):
        ratio(1, 0, "none")
