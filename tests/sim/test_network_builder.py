"""The generated network looks like a human one (row V43), is the same for the same seed, and keeps its own promises."""

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest

from valuescape.agents.declare import InputError, parameters
from valuescape.sim.network import Network, closest_ties, from_ties, network_statistics, shared_neighbours
from valuescape.sim.network_builder import NetworkParams, build, latent_scores

# row V43; the paradox holds for the mean of the friends and for their median
BANDS = {
    "clustering": (0.1, 0.6),
    "assortativity": (0, 0.3),
    "path_ratio": (0.9, 1.8),
    "degree_cv": (0.8, np.inf),
    "giant_share": (0.99, 1),
    "friends_paradox": (0.65, 0.9),
    "below_median": (0.65, 0.9),
}


def misses(net: Network) -> dict[str, float]:
    found = network_statistics(net)
    return {name: found[name] for name, (low, high) in BANDS.items() if not low <= found[name] <= high}


def tie_correlation(net: Network) -> float:
    row = np.repeat(np.arange(net.people), net.degree)
    return float(np.corrcoef(net.latent[row], net.latent[net.other])[0, 1])


def check_invariants(net: Network) -> None:
    n = net.people
    assert net.start[0] == 0
    assert net.start[-1] == len(net.other)
    assert len(net.start) == n + 1
    assert len(net.audience_start) == n + 1
    assert net.audience_start[-1] == len(net.audience)
    ties, close = set(), set()
    for row in range(n):
        friends, fans = net.friends(row).tolist(), net.followers(row).tolist()
        parts = friends[: net.strong[row]], friends[net.strong[row] :]
        for part in (*parts, fans):
            assert part == sorted(set(part), key=lambda other: net.ids[other]), "slices lie by stable id"
        assert row not in friends
        assert row not in fans
        assert len(set(friends)) == len(friends)
        assert not set(friends) & set(fans)
        ties |= {(row, other) for other in friends}
        close |= {(row, other) for other in parts[0]}
    assert ties == {(b, a) for a, b in ties}
    assert close == {(b, a) for a, b in close}


@pytest.mark.parametrize(("people", "seeds"), [(300, 6), (1000, 6), (5000, 3)])
def test_meets_every_band(people, seeds):
    assert [misses(build(people, NetworkParams(), seed)) for seed in range(seeds)] == [{}] * seeds


@pytest.mark.parametrize(
    "plain",
    [nx.watts_strogatz_graph(1000, 24, 0.1, seed=1), nx.powerlaw_cluster_graph(1000, 12, 0.5, seed=1)],
    ids=["small world", "power-law cluster"],
)
def test_plain_graphs_miss_a_band(plain):
    source, target = np.array(plain.edges).T
    assert misses(from_ties(1000, source, target))


@pytest.mark.parametrize("people", [1, 2, 3, 5, 30, 60, 1000])
@pytest.mark.parametrize("kind", ["market", "small_world"])
def test_keeps_its_promises_at_any_size(people, kind):
    net = build(people, NetworkParams(kind=kind), 3)
    check_invariants(net)
    assert net.people == people
    assert net.notes == ()
    assert net.ids.tolist() == list(range(people))
    assert (net.strong <= NetworkParams().strong_ties).all()
    assert people < 30 or net.degree.min() >= 1
    assert set(np.diff(net.place)) <= {0, 1}, "places are runs of rows"


def test_invariants_catch_a_one_sided_tie():
    net = build(30, NetworkParams(), 3)
    other = net.other.copy()
    other[net.start[4] - 1] = (set(range(30)) - set(net.friends(3).tolist()) - {3}).pop()
    broken = Network(**{**vars(net), "other": other})
    with pytest.raises(AssertionError):
        check_invariants(broken)


def test_same_seed_same_network_in_another_process():
    code = "from valuescape.sim.network_builder import *; print(build(800, NetworkParams(), 7).digest())"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert build(800, NetworkParams(), 7).digest() == other
    assert build(800, NetworkParams(), 8).digest() != other


@pytest.mark.parametrize("column", ["ids", "start", "other", "strong", "audience_start", "audience", "place", "latent"])
def test_the_digest_sees_every_column(column):
    net = build(50, NetworkParams(), 1)
    changed = getattr(net, column).copy()
    changed[-1] += 1
    assert Network(**{**vars(net), column: changed}).digest() != net.digest()


def test_the_digest_sees_names_and_communities():
    one, two = np.array([0]), np.array([1])
    variants = [{}, {"names": "ab"}, {"names": "ac"}, {"communities": {"x": one}}, {"communities": {"x": two}}]
    digests = {from_ties(2, [0], [1], **variant).digest() for variant in [*variants, {"communities": {"y": one}}]}
    assert len(digests) == 6


def test_every_parameter_acts():
    base = build(600, NetworkParams(), 1).digest()
    for parameter in parameters(NetworkParams):
        if parameter.path == "rewiring":  # of small worlds alone
            continue
        value = parameter.high if parameter.default < (parameter.low + parameter.high) / 2 else parameter.low
        kind = type(parameter.default)
        # two caps are out of reach at their upper end
        value = 20 if parameter.path == "follower_cap" else kind(value)
        assert build(600, NetworkParams(**{parameter.path: value}), 1).digest() != base, parameter.path


@pytest.mark.parametrize("degree", [5, 12, 50])
def test_mean_degree_is_reached(degree):
    net = build(3000, NetworkParams(mean_degree=degree), 2)
    assert net.degree.mean() == pytest.approx(degree, rel=0.02)


@pytest.mark.parametrize("asked", [0, 0.1, 0.2, 0.3])
def test_assortativity_is_reached_without_changing_degrees(asked):
    net = build(3000, NetworkParams(assortativity=asked), 2)
    assert network_statistics(net)["assortativity"] == pytest.approx(asked, abs=0.01)
    assert (net.degree == build(3000, NetworkParams(assortativity=0.15), 2).degree).all()


@pytest.mark.parametrize("asked", [0, 0.15, 0.3, 0.45])
def test_homophily_is_reached(asked):
    net = build(3000, NetworkParams(homophily=asked), 2)
    assert tie_correlation(net) == pytest.approx(asked, abs=0.02)
    assert net.latent.mean() == pytest.approx(0, abs=1e-5)
    assert net.latent.std() == pytest.approx(1, abs=1e-5)
    # the ties do not depend on it, so that worlds with and without it are paired
    assert (net.other == build(3000, NetworkParams(homophily=0.2), 2).other).all()


def test_closure_makes_triangles():
    loose, dense = (network_statistics(build(2000, NetworkParams(closure=c), 2))["clustering"] for c in (0.2, 0.8))
    assert loose + 0.1 < dense


def test_followers_have_the_mean_and_the_tail_that_were_asked_for():
    count = np.diff(build(5000, NetworkParams(), 4).audience_start)
    assert count.mean() == pytest.approx(6, rel=0.02)
    assert 400 < count.max() <= 500
    # Pareto: an even line in logarithms; between 1 and 10 % of people its slope is the exponent
    top = np.quantile(count, [0.9, 0.99])
    assert np.log(10) / np.log(top[1] / top[0]) == pytest.approx(1.3, abs=0.25)


def test_followers_have_their_mean_in_a_small_market_too():
    counts = [np.diff(build(300, NetworkParams(), seed).audience_start) for seed in range(5)]
    assert np.mean(counts) == pytest.approx(6, rel=0.05)


def test_nobody_has_more_followers_than_the_cap():
    counts = [np.diff(build(1000, NetworkParams(follower_cap=40), seed).audience_start) for seed in range(5)]
    assert np.max(counts) == 40


def test_most_people_have_strong_ties():
    strong = build(5000, NetworkParams(), 0).strong
    assert strong.mean() > 3.5
    assert (strong == 0).mean() < 0.2


def test_kind_none_has_people_and_nothing_else():
    net = build(200, NetworkParams(kind="none"), 1)
    assert net.people == 200
    assert net.ties == 0
    assert len(net.audience) == 0
    assert net.latent.std() == pytest.approx(1)
    check_invariants(net)
    assert np.isnan(network_statistics(net)["clustering"])


def test_nobody_is_refused():
    with pytest.raises(InputError, match="needs people, given 0"):
        build(0, NetworkParams(), 1)


def test_statistics_agree_with_networkx():
    net = build(250, NetworkParams(), 5)
    graph = nx.Graph([(row, int(other)) for row in range(250) for other in net.friends(row)])
    found = network_statistics(net)
    degree = dict(graph.degree)
    means = {i: np.mean([degree[j] for j in graph[i]]) for i in graph}
    medians = {i: np.median([degree[j] for j in graph[i]]) for i in graph}
    expected = {
        "people": 250,
        "ties": graph.number_of_edges(),
        "clustering": nx.average_clustering(graph),
        "assortativity": nx.degree_assortativity_coefficient(graph),
        "mean_path": nx.average_shortest_path_length(graph),
        "giant_share": 1,
        "friends_paradox": np.mean([means[i] > degree[i] for i in graph]),
        "below_median": np.mean([medians[i] > degree[i] for i in graph]),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_paths_of_a_large_graph_are_sampled_well():
    # a ring of 1,200: the mean distance is known exactly, 300.25
    net = from_ties(1200, np.arange(1200), (np.arange(1200) + 1) % 1200)
    assert network_statistics(net)["mean_path"] == pytest.approx(1200**2 / 4 / 1199)


def test_shared_neighbours_agree_with_counting():
    net = build(300, NetworkParams(), 6)
    row = np.repeat(np.arange(300), net.degree)
    once = row < net.other
    low, high = row[once], net.other[once].astype(np.int64)
    around = [set(net.friends(i).tolist()) for i in range(300)]
    counted = [len(around[a] & around[b]) for a, b in zip(low, high, strict=True)]
    assert shared_neighbours(300, low, high).tolist() == counted
    # in rounds as small as they come
    assert shared_neighbours(300, low, high, wedges=1).tolist() == counted


def test_strong_is_mutual_top_by_shared_neighbours():
    # 0-4 know each other; 5 hangs on 0 alone, 0 has no room for 5 in a top of 4
    low, high = np.array([(a, b) for a in range(5) for b in range(a + 1, 5)] + [(0, 5)]).T
    keys = np.arange(6, dtype=np.uint64)
    assert closest_ties(6, low, high, 4, keys).tolist() == [True] * 10 + [False]
    assert closest_ties(6, low, high, 5, keys).all()
    for top in (1, 2, 3):
        strong = closest_ties(6, low, high, top, keys)
        assert np.bincount(np.concatenate((low[strong], high[strong])), minlength=6).max() <= top
    # other names, another draw among equals
    draws = {tuple(closest_ties(6, low, high, 2, np.arange(k, k + 6, dtype=np.uint64))) for k in range(0, 60, 6)}
    assert len(draws) > 1


def test_renumbering_moves_rows_and_nobody():
    net = build(200, NetworkParams(), 2)
    order = np.random.default_rng(0).permutation(200)
    moved = net.renumbered(order)
    check_invariants(moved)
    assert moved.digest() != net.digest()
    for new, old in enumerate(order):
        assert moved.ids[new] == net.ids[old]
        assert moved.strong[new] == net.strong[old]
        assert moved.ids[moved.friends(new)].tolist() == net.ids[net.friends(old)].tolist()
        assert moved.ids[moved.followers(new)].tolist() == net.ids[net.followers(old)].tolist()
        assert moved.place[new] == net.place[old]
        assert moved.latent[new] == net.latent[old]
    assert (latent_scores(moved, 0.3, 9) == latent_scores(net, 0.3, 9)[order]).all()
    assert moved.renumbered(np.argsort(order)).digest() == net.digest()
    with pytest.raises(ValueError, match="every row once"):
        net.renumbered(np.zeros(200, int))


def test_a_newcomer_changes_nothing_for_the_others():
    net = build(100, NetworkParams(), 2)
    more = net.with_newcomer()
    check_invariants(more)
    assert more.people == 101
    assert more.ids[-1] == 100
    assert more.degree[-1] == 0
    assert more.place[-1] not in net.place
    assert (more.other == net.other).all()
    assert (more.audience == net.audience).all()
    assert (more.strong[:-1] == net.strong).all()
    assert (more.start[:-1] == net.start).all()


def test_pairs_are_mended_and_counted():
    net = from_ties(4, [0, 1, 0, 2, 2], [1, 0, 1, 2, 3], follows=([0, 3, 3, 1, 1], [3, 3, 0, 0, 2]))
    assert net.ties == 2
    assert [net.friends(i).tolist() for i in range(4)] == [[1], [0], [3], [2]]
    assert [net.followers(i).tolist() for i in range(4)] == [[3], [], [1], [0]]
    assert net.notes == (
        "1 pair(s) of a person with herself dropped",
        "2 repeated or reversed pair(s) merged",
        "1 follow(s) of a person by herself dropped",
        "1 follow(s) between people already tied merged into the tie",
    )


def test_a_pair_given_twice_is_strong_if_either_says_so():
    net = from_ties(3, [0, 1, 1], [1, 0, 2], strong=[False, True, False])
    assert net.strong.tolist() == [1, 1, 0]
    assert net.friends(1).tolist() == [0, 2]


def test_arrays_cannot_be_changed_by_accident():
    place = np.zeros(30, np.int32)
    net = from_ties(30, [0], [1], place=place)
    with pytest.raises(ValueError, match="read-only"):
        net.other[0] = 3
    place[0] = 1
    assert net.place[0] == 0


def test_ids_must_differ():
    with pytest.raises(ValueError, match="different ids"):
        from_ties(2, [0], [1], ids=np.array([4, 4]))
