"""The small world has the clustering and the paths that are known on paper, at any size, the same for the same seed."""

import time
from math import log

import numpy as np
import pytest

from valuescape.agents.declare import parameters
from valuescape.sim.network import network_statistics
from valuescape.sim.network_builder import NetworkParams, build


def small_world(people=3000, seed=1, **params):
    return build(people, NetworkParams(kind="small_world", **params), seed)


@pytest.mark.parametrize("rewiring", [0, 0.01, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("degree", [6, 10, 24])
def test_clustering_is_that_of_the_paper(degree, rewiring):
    # Barrat and Weigt 2000
    expected = 3 * (degree - 2) / (4 * (degree - 1)) * (1 - rewiring) ** 3
    net = small_world(mean_degree=degree, rewiring=rewiring)
    assert network_statistics(net)["clustering"] == pytest.approx(expected, abs=0.012)
    assert net.ties == 3000 * degree / 2, "no tie is lost on the way"
    assert net.degree.min() >= degree / 2


def test_paths_are_those_of_the_ring_and_of_the_random_graph():
    length = {b: network_statistics(small_world(mean_degree=10, rewiring=b))["mean_path"] for b in (0, 0.05, 1)}
    # from anybody on the ring it is ceil(d / 5) steps to the two people at distance d
    away = np.minimum(np.arange(1, 3000), 3000 - np.arange(1, 3000))
    assert length[0] == pytest.approx(np.ceil(away / 5).mean(), rel=0.001)
    assert length[1] == pytest.approx(log(3000) / log(10), rel=0.1)
    assert length[1] < length[0.05] < length[0] / 20, "few short cuts make the world small"


@pytest.mark.parametrize("people", [1, 2, 3, 4, 5, 8, 30, 61, 500])
@pytest.mark.parametrize("degree", [2, 25, 200])
@pytest.mark.parametrize("rewiring", [0, 1])
def test_keeps_its_promises_at_any_size(people, degree, rewiring):
    net = small_world(people, mean_degree=degree, rewiring=rewiring)
    assert net.people == people
    assert net.notes == ()
    assert people == 1 or net.degree.min() >= 1
    assert set(np.diff(net.place)) <= {0, 1}, "places are runs of rows"


@pytest.mark.parametrize("degree", [2.5, 7, 24.8])
def test_any_mean_degree_is_reached(degree):
    assert small_world(mean_degree=degree).degree.mean() == pytest.approx(degree, rel=0.02)


def test_same_seed_same_network():
    assert small_world(seed=3).digest() == small_world(seed=3).digest() != small_world(seed=4).digest()


def test_every_parameter_acts_that_is_not_of_the_market_alone():
    base = small_world(600).digest()
    for parameter in parameters(NetworkParams):
        value = 20 if parameter.path == "follower_cap" else type(parameter.default)(parameter.low)
        same = small_world(600, **{parameter.path: value}).digest() == base
        assert same == (parameter.path in ("closure", "tail", "assortativity")), parameter.path


def test_strong_ties_followers_and_likeness_are_those_of_every_network():
    net = small_world()
    assert net.top == 8
    assert net.strong.max() == 8
    assert (net.strong == 0).mean() < 0.01
    assert np.diff(net.audience_start).mean() == pytest.approx(6, rel=0.05)
    row = np.repeat(np.arange(net.people), net.degree)
    assert np.corrcoef(net.latent[row], net.latent[net.other])[0, 1] == pytest.approx(0.3, abs=0.02)


def test_a_hundred_thousand_people_take_seconds():
    began = time.process_time()
    small_world(100_000)
    assert time.process_time() - began < 8  # on a machine that others use too; 1 s alone


def test_a_world_lives_in_it(make_scenario, live):
    model = live(make_scenario(120, network={"kind": "small_world", "mean_degree": 8}), 20)
    model.check()
    assert model.network.degree.mean() == pytest.approx(8)
    assert len(model.events)
