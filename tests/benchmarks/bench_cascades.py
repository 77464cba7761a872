"""Seconds to read the cascades of a million posts and relays, and the same trees in networkx: `python tests/benchmarks/bench_cascades.py`.

networkx is timed on a small sample of the same trees, so what is compared is the time per node.
"""

from __future__ import annotations

import time

import networkx as nx
import numpy as np

from valuescape.sim.events import EVENT, FEED, KIND
from valuescape.sim.metrics.cascades import Cascades, cascades, tree_of

NODES, EXPOSURES, PEOPLE = 1_000_000, 2_000_000, 100_000
POSTS = 0.2
"""Share of nodes that are posts and not relays."""
REPEATS = 5
SAMPLE, LARGE = 40, (100, 2_000)
"""So many cascades of so many nodes are given to networkx."""


def synthetic(nodes: int, exposures: int, people: int, seed: int = 1) -> np.ndarray:
    """EVENT rows in which every relay picks any earlier post or relay: sizes have a heavy tail, a few are very large."""
    rng = np.random.default_rng(seed)
    rows = np.zeros(nodes + exposures, dtype=EVENT)
    key = rng.permutation(np.arange(1, nodes + 1)) * np.int64(0x5DEECE66D)
    above = key[rng.integers(0, np.maximum(1, np.arange(nodes)))]
    is_post = (rng.random(nodes) < POSTS) | (np.arange(nodes) == 0)
    rows["kind"][:nodes] = np.where(is_post, KIND["utterance"], KIND["relay"])
    rows["kind"][nodes:] = KIND["exposure"]
    rows["place"], rows["actor"] = FEED, rng.integers(0, people, len(rows))
    rows["id"][:nodes], rows["id"][nodes:] = key, -1 - np.arange(exposures)
    rows["parent"][:nodes] = np.where(is_post, 0, above)
    rows["parent"][nodes:] = key[rng.integers(0, nodes, exposures)]
    hours = np.concatenate([np.sort(rng.uniform(0, 8760, nodes)), rng.uniform(0, 8760, exposures)])
    rows["day"], rows["hour"] = hours // 24, hours % 24
    return rows[rng.permutation(len(rows))]


def in_networkx(found: Cascades) -> tuple[float, int]:
    """Seconds, and nodes, of size, depth and structural virality of a sample of cascades."""
    size = found.posts["size"]
    picked = np.random.default_rng(2).choice(found.posts[(size >= LARGE[0]) & (size <= LARGE[1])], SAMPLE)
    graphs = []
    for post in picked:
        tree = tree_of(found, int(post["key"]))
        graph = nx.Graph()
        graph.add_nodes_from(range(len(tree.keys)))
        graph.add_edges_from((child, parent) for child, parent in enumerate(tree.parents.tolist()) if parent >= 0)
        graphs.append(graph)
    begin = time.perf_counter()
    for graph in graphs:
        max(nx.single_source_shortest_path_length(graph, 0).values())
        nx.average_shortest_path_length(graph)
    return time.perf_counter() - begin, sum(map(len, graphs))


def least(rows: np.ndarray) -> float:
    """The least seconds of several readings, after a warm one."""
    cascades(rows)
    spent = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        cascades(rows)
        spent.append(time.perf_counter() - begin)
    return min(spent)


if __name__ == "__main__":
    rows = synthetic(NODES, EXPOSURES, PEOPLE)
    talk = rows[rows["kind"] != KIND["exposure"]]
    found = cascades(talk)
    posts = found.posts
    print(f"{len(posts):,} posts, {NODES - len(posts):,} relays, largest {posts['size'].max():,} nodes, deepest {posts['depth'].max()}")
    ours = least(talk)
    print(f"cascades without exposures      {ours:6.2f} s   {ours / len(talk) * 1e9:8.0f} ns a node")
    print(f"with {EXPOSURES:,} exposures        {least(rows):6.2f} s")
    theirs, nodes = in_networkx(found)
    ratio = theirs / nodes / (ours / len(talk))
    print(f"networkx, {nodes:,} nodes of them   {theirs:6.2f} s   {theirs / nodes * 1e9:8.0f} ns a node: {ratio:,.0f} times as long")
