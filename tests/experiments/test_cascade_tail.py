"""The tail of cascade sizes: sizes drawn from known laws, and too few to carry one."""

import numpy as np
import pytest

from valuescape.experiments.cascade_tail import spread_out, tail_of_sizes
from valuescape.sim.events import EVENT, FEED, RELAY, UTTERANCE
from valuescape.sim.metrics.cascades import cascades


def stars(sizes, compiled):
    """Cascades of these sizes, each a post whose relays all stand under it."""
    sizes = np.asarray(sizes)
    nodes = int(sizes.sum())
    rows = np.zeros(nodes, dtype=EVENT)
    first = np.cumsum(sizes) - sizes
    rows["id"], rows["place"], rows["kind"] = np.arange(1, nodes + 1), FEED, RELAY
    rows["parent"] = np.repeat(first + 1, sizes)
    rows["kind"][first], rows["parent"][first] = UTTERANCE, 0
    return cascades(rows, compiled=compiled).posts["size"]


def test_equal_sizes_are_spread_evenly():
    assert spread_out(np.array([2, 1, 2])).tolist() == [1.0, 1.75, 2.25]
    assert np.array_equal(np.round(spread_out(np.array([7, 7, 3, 7, 7, 3, 9]))), [3, 3, 7, 7, 7, 7, 9])


@pytest.mark.parametrize("index", [1.2, 2.0])
def test_the_index_of_whole_sizes_is_that_of_the_law_they_come_from(index, compiled):
    drawn = np.round(np.random.default_rng(3).random(4_000) ** (-1 / index)).astype(int)
    found = tail_of_sizes(stars(drawn, compiled))
    assert found["tail_index"]["from"] >= 5.5
    assert found["tail_index"]["low"] < index < found["tail_index"]["high"]
    assert found["tail_against_lognormal"]["favours"] != "lognormal"


def test_a_lognormal_is_not_taken_for_a_power_law(compiled):
    drawn = np.maximum(1, np.round(np.exp(np.random.default_rng(3).normal(1.0, 1.2, 20_000)))).astype(int)
    assert tail_of_sizes(stars(drawn, compiled))["tail_against_lognormal"]["favours"] == "lognormal"


def test_few_large_cascades_carry_no_tail(compiled):
    found = tail_of_sizes(stars([1] * 5_000 + [6] * 20, compiled))
    assert found["tail_index"]["value"] is None
    assert "20 cascades of 6" in found["tail_index"]["why"]
    assert found["tail_against_lognormal"]["favours"] is None
    found = tail_of_sizes(stars([1] * 300 + list(range(6, 36)), compiled))
    assert found["tail_index"]["value"] > 0
    assert "cascades in the tail are too few" in found["tail_against_lognormal"]["why"]
