"""Cascades as read from rows: logs made by hand with the answer on paper, networkx as an oracle, and a world that talks a lot."""

import networkx as nx
import numpy as np
import pytest

from valuescape.sim.draws import name_key
from valuescape.sim.events import (
    COMPLAINT,
    DESK,
    EVENT,
    EXPOSURE,
    FEED,
    FOLLOWED,
    HANDLE,
    KIND,
    MEDIA,
    PICKED_UP,
    PROMPT,
    RELAY,
    REPLY,
    STRONG,
    UTTERANCE,
)
from valuescape.sim.hours import SHOWN
from valuescape.sim.metrics import cascade_metrics as metrics
from valuescape.sim.metrics.cascades import cascades, generations, tree_of
from valuescape.sim.metrics.declare import NoValue

PRESS = -1_000_000


def row(kind, key, hour=0.0, *, by=1, under=0, place=FEED, value=-0.5, firm=0, thread=0, day=0):
    """One row of a log."""
    return (day, hour, key, kind, place, firm, by, 0, thread or key, under, under, value, 0)


def log(*rows):
    """Rows of a log."""
    return np.array(list(rows), dtype=EVENT)


def post(key, hour=0.0, **more):
    """A customer's post."""
    return row(UTTERANCE, key, hour, **more)


def relay(key, under, hour=1.0, **more):
    """A relay of what stands under a key."""
    return row(RELAY, key, hour, under=under, **{"by": key} | more)


def seen(by, under, hour=1.0, **more):
    """Somebody saw what stands under a key."""
    return row(EXPOSURE, name_key(under, by, EXPOSURE, 0), hour, by=by, under=under, **more)


def tree(parents):
    """A post with key 1 and its relays, by the parent of each node (places from 0); relay k comes at hour k."""
    return log(post(1), *(relay(k + 1, parent + 1, float(k)) for k, parent in enumerate(parents) if k))


@pytest.fixture(scope="module")
def loud(make_scenario, live):
    """Rows of a world that talks a lot: prompts that are shown, jokes, press, posts of a firm; 20 days before day 0 and 30 from it."""
    talk = {"volume": 6.0, "sincerity_weight": 1.0, "reshare_median": 0.3}
    scenario = make_scenario(
        150, focal={"prompts": 2, "promotion": 1.0, "posts": 3}, rivals=1, days=30, burn_in=20, budget=50.0, talk=talk,
        media={"threshold": 0.03, "tag_news": 2.0}, customers={"need_rate": 60}, threads={"prompt_pull": 8, "mockery": 0.5},
        attention={"post": 0.3},
    )  # fmt: skip
    return live(scenario, 50).events


# --- shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parents", "depth", "virality"),
    [
        ([None], 0, None),
        ([None, 0], 1, 1.0),
        ([None, 0, 0, 0, 0], 1, 2 * 4 / 5),  # a star of n: 2 (n - 1) / n
        ([None, 0, 1, 2, 3, 4], 5, 7 / 3),  # a chain of n: (n + 1) / 3
        ([None, 0, 0, 1, 1, 2, 2], 2, 48 / 21),  # a binary tree of 7
    ],
    ids=["alone", "pair", "star", "chain", "binary"],
)
def test_shapes_on_paper(parents, depth, virality, compiled):
    found = cascades(tree(parents), compiled=compiled)
    one = found.posts[0]
    assert (one["key"], one["size"], one["depth"], one["reach"]) == (1, len(parents), depth, -1)
    assert np.isnan(one["virality"]) if virality is None else one["virality"] == pytest.approx(virality, rel=1e-15)
    assert one["last_hours"] == len(parents) - 1
    assert not found.has_reach


@pytest.mark.parametrize("seed", range(5))
def test_networkx_says_the_same_of_random_trees(seed, compiled):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 60, 20)
    rows, graphs = [], {}
    for size in sizes:
        keys = rng.integers(-(2**62), 2**62, size)
        parents = [int(rng.integers(max(0, k - 4), k)) for k in range(1, size)]
        hours = np.sort(rng.uniform(0, 24, size))
        rows += [post(keys[0], hours[0])] + [relay(keys[k + 1], keys[parent], hours[k + 1]) for k, parent in enumerate(parents)]
        graphs[int(keys[0])] = nx.Graph([(int(keys[k + 1]), int(keys[parent])) for k, parent in enumerate(parents)])
    found = cascades(log(*(rows[k] for k in rng.permutation(len(rows)))), compiled=compiled)
    assert len(found.posts) == len(sizes)
    for one in found.posts:
        graph, root = graphs[int(one["key"])], int(one["key"])
        graph.add_node(root)
        n = len(graph)
        assert (one["size"], one["depth"]) == (n, max(nx.single_source_shortest_path_length(graph, root).values()))
        if n > 1:
            assert one["virality"] == pytest.approx(nx.wiener_index(graph) / (n * (n - 1) / 2), rel=1e-14)
        drawn = tree_of(found, root)
        ties = [(int(drawn.keys[k]), int(drawn.keys[parent])) for k, parent in enumerate(drawn.parents) if parent >= 0]
        assert nx.utils.graphs_equal(nx.Graph([*ties, (root, root)]), nx.Graph([*graph.edges, (root, root)]))
        assert all(parent < child for child, parent in enumerate(drawn.parents))


def test_generations_and_their_reproduction(compiled):
    table = generations(cascades(log(post(1), post(2), relay(3, 1), relay(4, 1), relay(5, 2), relay(6, 5), relay(7, 5)), compiled=compiled))
    assert table["nodes"].tolist() == [2, 3, 2]
    assert table["reproduction"].tolist() == [1.5, 2 / 3, 0.0]


def test_a_tree_for_a_picture(compiled):
    rows = log(post(9, 3.0, by=5), post(1, 2.0, by=7), relay(2, 1, 5.0), relay(3, 2, 6.5), relay(4, 1, 4.0), relay(8, 9, 4.0))
    drawn = tree_of(cascades(rows, compiled=compiled), 1)
    assert drawn.keys.tolist() == [1, 4, 2, 3]
    assert drawn.parents.tolist() == [-1, 0, 0, 2]
    assert drawn.generations.tolist() == [0, 1, 1, 2]
    assert drawn.actors.tolist() == [7, 4, 2, 3]
    assert drawn.hours.tolist() == [0.0, 2.0, 3.0, 4.5]
    with pytest.raises(KeyError):
        tree_of(cascades(rows, compiled=compiled), 4)


# --- which rows count -------------------------------------------------------------------------------------------------


def test_what_is_a_post_and_what_is_not(compiled):
    rows = log(
        post(1), post(2, place=STRONG), row(COMPLAINT, 3, place=HANDLE), row(COMPLAINT, 4, place=DESK),
        row(PROMPT, 5, place=FOLLOWED, by=-1), post(6, by=-1, place=FOLLOWED, value=1.0),
        row(KIND["reframe"], 7), row(REPLY, 8, by=-1), post(9, firm=1), post(10, day=-1),
    )  # fmt: skip
    found = cascades(rows, firm=0, compiled=compiled)
    assert found.posts["key"].tolist() == [1, 3, 5, 6]
    assert found.posts["valence"].tolist() == [-0.5, -0.5, 0.0, 0.0]  # a firm's row tells of its claim
    assert cascades(rows, compiled=compiled).posts["key"].tolist() == [1, 3, 5, 6, 9]


def test_relays_without_a_known_root_are_left_out_and_counted(compiled):
    rows = log(
        post(1, day=-1, hour=23.0), relay(2, 1), relay(3, 2),  # put up before day 0
        relay(4, 99), relay(5, 4), relay(6, 5),  # a row is missing
        relay(7, 8), relay(8, 7), relay(9, 9),  # in circles
        post(10), relay(11, 10), seen(3, 2), seen(4, 11),
    )  # fmt: skip
    found = cascades(rows, compiled=compiled)
    assert found.unknown_relays == 8
    assert found.posts["key"].tolist() == [10]
    assert (found.posts["size"][0], found.posts["reach"][0]) == (2, 1)


def test_who_saw_it_in_the_press_or_against_payment_stands_under_the_post(compiled):
    shown = name_key(1, 5, SHOWN, 0)
    rows = log(
        row(PROMPT, 1, 3.5, by=-1, place=FOLLOWED), relay(2, 1, 4.0), relay(3, 2, 4.5),
        row(PICKED_UP, 50, 5.0, by=PRESS, under=3, place=MEDIA), seen(7, 50, 5.0, place=MEDIA), relay(4, 50, 6.0),
        seen(8, shown, 5.5, place=FOLLOWED), relay(5, shown, 7.0), relay(6, 5, 8.0),
    )  # fmt: skip
    found = cascades(rows, compiled=compiled)
    drawn = tree_of(found, 1)
    assert dict(zip(drawn.keys.tolist(), drawn.parents.tolist(), strict=True)) == {1: -1, 2: 0, 4: 0, 5: 0, 3: 1, 6: 3}
    assert (found.unknown_relays, found.posts["reach"][0], found.posts["depth"][0]) == (0, 2, 2)


def test_under_a_key_that_stands_twice_the_latest_is_meant(compiled):
    rows = log(post(1, 2.0), post(1, 9.0), relay(2, 1, 3.0), relay(3, 1, 12.0), relay(4, 1, 13.0), seen(7, 1, 2.0), seen(7, 1, 9.0))
    found = cascades(rows, compiled=compiled)
    assert found.posts["size"].tolist() == [2, 3]
    assert found.posts["reach"].tolist() == [1, 1]
    with pytest.raises(ValueError, match="one world"):
        cascades(log(post(1), post(1)), compiled=compiled)


def test_reach_counts_persons_and_half_of_it_has_an_hour(compiled):
    rows = log(
        post(1, 2.0), relay(2, 1, 4.0), seen(10, 1, 2.0), seen(11, 1, 2.5), seen(10, 2, 4.0), seen(12, 2, 4.0), seen(13, 2, 4.0),
        seen(14, 1, 2.0, place=STRONG), post(3, 5.0), relay(4, 3, 6.0), relay(5, 3, 8.0), relay(6, 3, 9.0), relay(7, 3, 9.5),
    )  # fmt: skip
    found = cascades(rows, compiled=compiled)
    assert found.has_reach
    assert found.posts["reach"].tolist() == [4, 0]
    assert found.posts["half_hours"][0] == 0.5
    assert np.isnan(found.posts["half_hours"][1])
    found = cascades(rows[rows["kind"] != EXPOSURE], compiled=compiled)
    assert found.posts["half_hours"].tolist() == [2.0, 3.0]
    assert found.posts["last_hours"].tolist() == [2.0, 4.5]


def test_no_rows_no_cascades(compiled):
    found = cascades(log(), compiled=compiled)
    assert (len(found.posts), found.unknown_relays, len(generations(found))) == (0, 0, 0)


# --- a world ----------------------------------------------------------------------------------------------------------


def by_dictionary(rows):
    """The root of every relay from day 0, walked by hand with the latest row of each key; None where none is known."""
    late = rows[rows["day"] >= 0]
    hours = late["day"] * 24.0 + late["hour"]
    is_post = np.isin(late["kind"], [UTTERANCE, PROMPT]) & (late["place"] != STRONG)
    is_post |= (late["kind"] == COMPLAINT) & (late["place"] == HANDLE)
    steps = np.isin(late["kind"], [RELAY, PICKED_UP])
    there = {}
    for k in np.flatnonzero(is_post | steps):
        there.setdefault(int(late["id"][k]), []).append(k)
    for prompt in np.flatnonzero(late["kind"] == PROMPT):
        for hour in range(48):
            there[name_key(int(late["id"][prompt]), int(hours[prompt]) + hour, SHOWN, 0)] = [prompt]
    roots = []
    for k in np.flatnonzero(late["kind"] == RELAY):
        at = k
        while at is not None and not is_post[at]:
            before = [j for j in there.get(int(late["parent"][at]), []) if hours[j] <= hours[at]]
            at = max(before, key=lambda j: hours[j], default=None)
        roots.append(at if at is None else (int(late["id"][at]), float(hours[at])))
    return roots, int(np.count_nonzero(is_post))


@pytest.mark.parametrize("missing", [0, 5], ids=["whole", "cut"])
def test_every_relay_of_a_world_stands_in_the_tree_it_belongs_to(loud, missing, compiled):
    largest = np.sort(cascades(loud, compiled=compiled).posts, order="size")[::-1]["key"][:missing]
    rows = loud[~np.isin(loud["id"], largest)]
    found = cascades(rows, compiled=compiled)
    roots, posts = by_dictionary(rows)
    known = [root for root in roots if root is not None]
    assert len(found.posts) == posts
    assert len(known) > 100
    assert found.posts["size"].sum() == posts + len(known)
    assert found.unknown_relays == len(roots) - len(known)
    assert found.unknown_relays >= missing
    for one in found.posts:
        root = int(one["key"]), one["day"] * 24.0 + float(one["hour"])
        assert one["size"] == 1 + known.count(root)
    assert set(found.posts["kind"].tolist()) == {UTTERANCE, PROMPT, COMPLAINT}
    assert 0 < found.posts["reach"].max() <= 150
    relayed = found.posts[found.posts["size"] > 1]
    assert (relayed["reach"] >= relayed["size"] - 1).all()  # who passes it on has seen it
    assert (relayed["half_hours"] >= 0).all()


def test_the_order_of_the_rows_does_not_show(loud, compiled):
    mixed = loud[np.random.default_rng(1).permutation(len(loud))]
    one, other = cascades(loud, compiled=compiled), cascades(mixed, compiled=compiled)
    assert one.posts.tobytes() == other.posts.tobytes()
    assert all(a.tobytes() == b.tobytes() for a, b in zip(one.trees[:7], other.trees[:7], strict=True))
    assert metrics.structural_virality(one) == metrics.structural_virality(other)


def test_plain_equals_compiled(loud):
    plain, fast = cascades(loud, compiled=False), cascades(loud, compiled=True)
    assert plain.posts.tobytes() == fast.posts.tobytes()
    assert all(a.tobytes() == b.tobytes() for a, b in zip(plain.trees[:7], fast.trees[:7], strict=True))


def test_reach_is_the_only_thing_that_needs_exposures(loud, compiled):
    full, talk = cascades(loud, 0, compiled), cascades(loud[loud["kind"] != EXPOSURE], 0, compiled)
    kept = [name for name in full.posts.dtype.names if name not in ("reach", "half_hours")]
    assert all(full.posts[name].tobytes() == talk.posts[name].tobytes() for name in kept)
    assert (talk.posts["reach"] == -1).all()
    assert np.array_equal(np.isnan(talk.posts["half_hours"]), talk.posts["size"] == 1)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_of_cascades_on_paper(compiled):
    rows = log(post(1), relay(2, 1, 2.0), relay(3, 2, 4.0), post(4), relay(5, 4, 1.0), post(6), post(7))
    found = cascades(rows, compiled=compiled)
    expected = {
        "mean_cascade_size": 7 / 4, "largest_cascade": 3, "deepest_cascade": 2, "share_passed_on": 1 / 2,
        "reproduction_number": 3 / 7, "relays_at_first_hand": 1 / 2, "structural_virality": 4 / 3, "half_life_of_posts": 1.5,
    }  # fmt: skip
    assert {name: getattr(metrics, name)(found) for name in expected} == pytest.approx(expected)
    with pytest.raises(NoValue, match="detail full"):
        metrics.mean_reach(found)
    assert metrics.mean_reach(cascades(log(*rows.tolist(), seen(9, 5), seen(10, 6)), compiled=compiled)) == 0.5


def test_numbers_say_why_there_is_none(compiled):
    nobody, alone = (cascades(rows, compiled=compiled) for rows in (log(), log(post(1))))
    for name, found, why in [
        ("mean_cascade_size", nobody, "nobody posted"), ("structural_virality", alone, "3 nodes"),
        ("half_life_of_posts", alone, "passed on"),
    ]:  # fmt: skip
        with pytest.raises(NoValue, match=why):
            getattr(metrics, name)(found)
    for name in ("defence_ratio", "hours_to_reframe"):
        with pytest.raises(NoValue):
            getattr(metrics, name)(log(post(1, firm=1)), 0)


def test_who_defends_a_firm():
    rows = log(
        post(1, value=-0.5), row(COMPLAINT, 2, place=HANDLE, value=-0.9), post(3, value=0.4),
        post(4, value=-0.2, under=1), post(5, value=0.9, under=1), post(6, value=0.3, under=2),
        post(7, value=0.8, under=3), post(8, value=0.7, by=-1, under=1), post(9, value=-1.0, place=STRONG),
        post(10, value=0.6, under=99),
    )  # fmt: skip
    assert metrics.defence_ratio(rows, 0) == 2 / 3


def test_when_a_tag_turns():
    tag = {"thread": 77}
    rows = [
        row(PROMPT, 1, 10.0, by=-1, place=FOLLOWED, **tag), post(2, 9.0, value=-1.0, **tag), post(3, 11.0, value=0.5, **tag),
        post(4, 12.0, value=-0.5, **tag), post(5, 13.0, value=-0.5, firm=1, **tag), post(6, 14.0, value=-0.5),
        post(7, 15.0, value=0.5, **tag), post(8, 15.0, value=-0.5, under=1), post(9, 15.0, value=-0.5, **tag),
    ]  # fmt: skip
    assert metrics.hours_to_reframe(log(*rows), 0) == 5.0
    assert metrics.hours_to_reframe(log(*rows[::-1]), 0) == 5.0
    with pytest.raises(NoValue, match="never"):
        metrics.hours_to_reframe(log(*rows[:-1]), 0)
