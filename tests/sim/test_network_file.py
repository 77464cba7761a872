"""Files as people have them: every mess is accepted and counted, everything unusable is refused with its line."""

import itertools
import os
import random
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim import network_text
from valuescape.sim.network import network_statistics, strong_ties_at
from valuescape.sim.network_builder import NetworkParams, build
from valuescape.sim.network_file import from_networkx, read_network

FACEBOOK = Path(__file__).resolve().parents[3] / "shared" / "data" / "ego_facebook.csv"
TRIANGLE = {("Ann", "Bob"), ("Bob", "Cy"), ("Ann", "Cy")}


@pytest.fixture
def put(tmp_path):
    """Write a file and return its path."""

    def write(content, name="friends.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def ties(net):
    """The ties as pairs of names."""
    pairs = ((net.names[row], net.names[other]) for row in range(net.people) for other in net.friends(row))
    return {pair for pair in pairs if pair[0] < pair[1]}


def fans(net):
    """Who follows whom, as names."""
    return {(net.names[fan], net.names[row]) for row in range(net.people) for fan in net.followers(row)}


def strong(net):
    """The strong ties as pairs of names."""
    pairs = ((net.names[i], net.names[other]) for i in range(net.people) for other in net.friends(i)[: net.strong[i]])
    return {pair for pair in pairs if pair[0] < pair[1]}


def by_name(net):
    """Everything a draw can see, without rows: ids, ties in order, followers in order, place, for each name."""
    return {
        net.names[row]: (
            int(net.ids[row]), int(net.strong[row]), net.ids[net.friends(row)].tolist(),
            net.ids[net.followers(row)].tolist(), int(net.place[row]),
        )
        for row in range(net.people)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "notes"),
    [
        ("source,target\nAnn,Bob\nBob,Cy\nAnn,Cy\n", "a.csv", []),
        ("Ann,Bob\nBob,Cy\nAnn,Cy", "a.csv", []),
        ("Ann\tBob\nBob\tCy\nAnn\tCy\n", "a.tsv", []),
        ("Ann;Bob\nBob;Cy\nAnn;Cy\n", "a.csv", []),
        ("Ann Bob\nBob Cy\nAnn Cy\n", "a.txt", []),
        ("  Ann   Bob \nBob\t Cy\nAnn  Cy\n", "a.edges", []),
        ("Ann Bob\nBob Cy\nAnn Cy\n", "a.csv", []),
        ("Ann,Bob\nBob,Cy\nAnn,Cy\n", "a", []),
        (" Ann , Bob\nBob ,Cy\nAnn,Cy\xa0\n", "a.csv", []),
        ('"Ann", "Bob"\n"Bob","Cy"\nAnn,"Cy"\n', "a.csv", []),
        ("\ufeffAnn,Bob\nBob,Cy\nAnn,Cy\n", "a.csv", ["byte-order mark dropped"]),
        ('\ufeffsource,target\nAnn,"Bob"\nBob,Cy\nAnn,Cy\n', "a.csv", ["byte-order mark dropped"]),
        ("Ann,Bob\r\nBob,Cy\r\nAnn,Cy\r\n", "a.csv", ["line ends of another system accepted"]),
        ("Ann,Bob\rBob,Cy\rAnn,Cy\r", "a.csv", ["line ends of another system accepted"]),
        ("\nAnn,Bob\n \t\nBob,Cy\nAnn,Cy\n\n", "a.csv", ["3 blank line(s) skipped"]),
        ("# mine\n% old\nsource,target\nAnn,Bob\n #x\nBob,Cy\nAnn,Cy\n", "a.csv", ["3 comment line(s) skipped"]),
        ("Ann,Bob\nBob,Cy\nAnn,Cy\nAnn,Ann\n", "a.csv", ["1 pair(s) of a person with herself dropped"]),
        ("Ann,Bob\nBob,Cy\nAnn,Cy\nCy,Bob\nAnn,Bob\n", "a.csv", ["2 repeated or reversed pair(s) merged"]),
        ("Ann,Bob,7\nBob,Cy,8\nAnn,Cy,9\n", "a.csv", ["entries after the second are not read without a header"]),
        ("Ann,Bob\nBob,Cy,,\nAnn,Cy\n", "a.csv", []),
        ("source,target,since\nAnn,Bob,1\nBob,Cy,\nAnn,Cy,3\n", "a.csv", ["column(s) not read: since"]),
        ("source,target,weight\nAnn,Bob,1\nBob,Cy,\nAnn,Cy,0.5\n", "a.csv", ["weights are checked and not used"]),
    ],
)
def test_a_mess_is_accepted_and_counted(put, content, name, notes):
    net = read_network(put(content, name))
    assert ties(net) == TRIANGLE
    assert list(net.notes) == notes
    assert net.names == ("Ann", "Bob", "Cy")
    assert net.ids.tolist() == [0, 1, 2]


def test_parts_and_people_without_ties_are_accepted_and_counted(put):
    net = read_network(put("a,b\nc,d\nd,e\nf,f\n"))
    assert net.people == 6
    assert net.ties == 3
    assert ties(net) == {("a", "b"), ("c", "d"), ("d", "e")}
    assert net.notes == (
        "1 pair(s) of a person with herself dropped",
        "1 person(s) without a tie",
        "3 components, 50.0% of the people in the largest",
    )


@pytest.mark.parametrize("header", ["source,target", "From,To", "SRC,dst", "u,v", '"Source","Target"'])
def test_a_header_is_one_of_four_pairs(put, header):
    assert read_network(put(f"{header}\nx,y\n")).names == ("x", "y")


@pytest.mark.parametrize("first", ["name,friend", "1,2", "v,u", "Tom,Tod", "Ann,Target", "Dot,Tom"])
def test_any_other_first_line_is_a_tie(put, first):
    assert read_network(put(f"{first}\nx,y\n")).ties == 2


def test_names_are_text(put):
    net = read_network(put("01,1\n1,1.0\nZoë,01\nLee Ann,Zoë\n"))
    assert set(net.names) == {"01", "1", "1.0", "Zoë", "Lee Ann"}
    assert net.ties == 4
    assert read_network(put('"Lee, Ann",Bob\nBob,Cy\n')).names == ("Bob", "Cy", "Lee, Ann")


LAYERED = """source,target,layer,weight,directed
Ann,Bob,strong,1,
Bob,Cy,weak,2,0
Cy,Dee,,,
Ann,Bob,weak,,
Dee,Ann,follows,,
Eve,Ann,,,1
Bob,Eve,Follows,,0
Ann,Cy,community:bikes,,
Dee,Ann,Community: bikes ,,
Eve,Eve,community:cats,,
"""


@pytest.mark.parametrize("quoted", [False, True], ids=["by column", "by line"])
def test_layers_and_directions_go_where_they_belong(put, quoted):
    net = read_network(put(LAYERED.replace("Ann", '"Ann"') if quoted else LAYERED))
    assert ties(net) == {("Ann", "Bob"), ("Bob", "Cy"), ("Cy", "Dee")}
    assert strong(net) == {("Ann", "Bob")}
    assert fans(net) == {("Dee", "Ann"), ("Eve", "Ann"), ("Bob", "Eve"), ("Eve", "Bob")}
    members = {name: [net.names[row] for row in rows] for name, rows in net.communities.items()}
    assert members == {"bikes": ["Ann", "Cy", "Dee"], "cats": ["Eve"]}
    assert any(note.startswith("1 of ") and "without a layer and were taken as weak" in note for note in net.notes)
    assert "weights are checked and not used" in net.notes


def test_communities_survive_renumbering(put):
    net = read_network(put(LAYERED))
    moved = net.renumbered(np.arange(net.people)[::-1])
    assert [moved.names[row] for row in moved.communities["bikes"]] == ["Ann", "Cy", "Dee"]


def test_without_strong_or_weak_rows_the_rule_decides(put):
    rows = [f"{a},{b}," for a, b in itertools.combinations("abcd", 2)]
    net = read_network(put("\n".join(["source,target,layer", *rows, "a,e,follows"])), strong_ties=2)
    assert net.ties == 6
    assert 0 < len(strong(net)) < 6
    assert fans(net) == {("a", "e")}


def test_a_file_of_followers_alone_is_a_network(put):
    net = read_network(put("source,target,directed\na,b,1\nc,b,true\n"))
    assert net.ties == 0
    assert fans(net) == {("a", "b"), ("c", "b")}


REFUSED = {
    "no file": (None, "missing.csv", "missing.csv: the file cannot be read"),
    "empty": ("", "a.csv", "a.csv: the file is empty"),
    "blank": (" \n\n", "a.csv", "the file is empty"),
    "comments": ("# a\n% b\n", "a.csv", "the file holds only comments"),
    "header only": ("source,target\n", "a.csv", "no tie is left, given '0 row(s)'"),
    "no tie": ("a,a\nb,b\n", "a.csv", "no tie is left, given '2 row(s)'"),
    "one name": ("a,b\n\nc\n", "a.csv", "a.csv: line 3: a row needs two names, given 'c'; allowed: source, target"),
    "one word": ("a b\nc\n", "a.txt", "line 2: a row needs two names, given 'c'"),
    "after comments": ("# x\n\nsource,target\na,b\nc\n", "a.csv", "line 5: a row needs two names"),
    "empty source": ("a,b\n,c\n", "a.csv", "line 2: a row has an empty name"),
    "empty target": ("source,target,weight\na,b,1\nc, ,1\n", "a.csv", "line 3: a row has an empty name"),
    "too many": ("source,target\na,b,c\n", "a.csv", "line 2: a row has more entries than the first one"),
    "comma": ("a,b\nLee, Ann,b\n", "a.csv", "line 2: a row has more entries than the first one, given 'Lee, Ann,b'"),
    "latin": (b"a,b\nZo\xeb,b\n", "a.csv", "line 2: this is not text in UTF-8, given b'\\xeb'; allowed: save as UTF-8"),
    "binary": (b"a,b\n\n\0\0,b\n", "a.csv", "line 3: this is not text in UTF-8, given b'\\x00'"),
    "utf-16": ("a,b\n".encode("utf-16"), "a.csv", "the text is UTF-16; allowed: save as UTF-8"),
    "layer": ("source,target,layer\na,b,strng\n", "a.csv", "line 2: unknown layer, given 'strng'"),
    "community": ("source,target,layer\na,b,community:\n", "a.csv", "line 2: unknown layer, given 'community:'"),
    "zero weight": ("source,target,weight\na,b,1\nb,c,0\n", "a.csv", "line 3: a weight must be a positive number"),
    "word weight": ("source,target,weight\na,b,much\n", "a.csv", "must be a positive number, given 'much'"),
    "nan weight": ("source,target,weight\na,b,nan\n", "a.csv", "must be a positive number, given 'nan'"),
    "endless weight": ("source,target,weight\na,b,inf\n", "a.csv", "must be a positive number, given 'inf'"),
    "directed": ("source,target,directed\na,b,2\n", "a.csv", "line 2: directed must be 0 or 1, given '2'"),
    "one-way tie": ("source,target,layer,directed\na,b,strong,1\n", "a.csv", "a directed row can only be a follow"),
    "misspelt": ("source,target,layr\na,b,weak\n", "a.csv", "line 1: unknown column, given 'layr'"),
    "twice": ("source,target,layer,layer\na,b,weak,weak\n", "a.csv", "line 1: a column is named twice"),
    "header misspelt": ("sourc,target\na,b\n", "a.csv", "line 1: the first line looks like a header, but is none that is known"),
    "header reversed": ("target,source\na,b\n", "a.csv", "given 'target,source'; allowed: source,target; from,to; src,dst; u,v, first"),
    "header cut": ("source\na,b\n", "a.csv", "line 1: a row needs two names, given 'source'"),
    "header mixed": ("Source;To\na;b\n", "a.csv", "did you mean 'source,target'"),
    "header one over": ("# x\nid,source,target\n1,a,b\n", "a.csv", "line 2: the first line looks like a header"),
    "gzip": (b"\x1f\x8b\x08\0\0", "a.csv.gz", "the file is packed, given 'gzip'; allowed: an edge list (CSV, TSV, white space), GraphML"),
    "zip": (b"PK\x03\x04\0", "a.xlsx", "the file is packed, given 'zip'"),
}


@pytest.mark.parametrize(("content", "name", "sentence"), REFUSED.values(), ids=REFUSED)
def test_the_unusable_is_refused_in_one_sentence(put, tmp_path, content, name, sentence):
    path = tmp_path / name if content is None else put(content, name)
    with pytest.raises(InputError) as caught:
        read_network(path)
    assert sentence in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_and_a_crowd_are_refused(put, tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        read_network(tmp_path)
    with pytest.raises(InputError, match="more people than memory allows, given 3; allowed: up to 2"):
        read_network(put("a,b\nb,c\n"), max_people=2)
    with pytest.raises(InputError, match="strong_ties"):
        read_network(put("a,b\nb,c\n"), strong_ties=0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such thing here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="this is no regular file"):
        read_network(tmp_path / "pipe.csv")


def test_a_first_line_that_no_other_line_bears_out_is_noted(put):
    ring = "\n".join(f"p{i},p{(i + 1) % 30}" for i in range(30))
    assert any("the first line is taken as two people" in note for note in read_network(put(f"ego,alter\n{ring}")).notes)
    assert not any("first line" in note for note in read_network(put(f"p1,p2\n{ring}")).notes)


def test_columns_of_other_programs_are_no_misspelt_ones(put):
    net = read_network(put("Source,Target,Type,Id,Label,description\na,b,Undirected,0,x,y\n"))
    assert net.notes == ("column(s) not read: type, id, label, description",)


def test_a_misspelt_layer_names_the_likely_one(put):
    with pytest.raises(InputError, match="did you mean 'strong'"):
        read_network(put("source,target,layer\na,b,strog\n"))


@pytest.fixture(scope="module")
def market():
    """The ties of a generated market as pairs of names."""
    net = build(400, NetworkParams(), 1)
    return [(f"p{i}", f"p{j}") for i in range(400) for j in net.friends(i) if i < j]


def test_strong_ties_of_another_number(put, market):
    path = put("\n".join(map(",".join, market)))
    net = read_network(path)
    for row in strong_ties_at(net, (5, 8, 15)):
        other = net.with_strong_ties(row["strong_ties"])
        assert other.digest() == read_network(path, row["strong_ties"]).digest()
        assert (row["without"], row["mean"]) == ((other.strong == 0).sum(), other.strong.mean())
        assert other.top == row["strong_ties"]
        assert other.notes == net.notes
    assert read_network(put("source,target,layer\na,b,weak\n")).top is None


def test_the_order_of_the_file_changes_nobody(put, market):
    turned = [pair[::-1] if i % 3 else pair for i, pair in enumerate(market)]
    random.Random(0).shuffle(turned)
    one, two = (read_network(put("\n".join(map(",".join, rows)))) for rows in (market, turned))
    assert by_name(one) == by_name(two)
    assert one.digest() == two.digest()
    # but another name is another person: the hash among equals and the ids go by name
    other = read_network(put("\n".join(f"x{a},x{b}" for a, b in market)))
    assert other.ties == one.ties
    assert {(a[1:], b[1:]) for a, b in strong(other)} != strong(one)


def test_both_ways_of_reading_agree(put, market, monkeypatch):
    path = put("source,target,layer,weight\n" + "\n".join(f"{a},{b},,1.5" for a, b in market))
    fast = read_network(path)
    monkeypatch.setattr(network_text, "_by_column", lambda *_: None)
    slow = read_network(path)
    assert by_name(fast) == by_name(slow)
    assert fast.notes == slow.notes
    assert fast.digest() == slow.digest()


def test_rows_lie_by_place_and_places_are_found(put):
    # two dense groups, their names interleaved, and one tie between them
    groups = [list(itertools.combinations([f"n{i:02}" for i in range(first, 20, 2)], 2)) for first in (0, 1)]
    net = read_network(put("\n".join(f"{a},{b}" for a, b in [*groups[0], *groups[1], ("n00", "n01")])))
    assert net.place.tolist() == [0] * 10 + [1] * 10
    assert [name[1:] for name in net.names[:3]] == ["00", "02", "04"]


def test_libraries_keep_their_generators(put):
    random.seed(5)
    first = random.random()
    random.seed(5)
    read_network(put("a,b\nb,c\n"))
    assert random.random() == first


def test_many_ties_take_seconds(put):
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, 40_000, (200_000, 2))
    path = put("\n".join(f"{a},{b}" for a, b in pairs.tolist()))
    began = time.process_time()
    net = read_network(path)
    # a fifth of a million, with the libraries' first import, on a machine that others use too
    assert time.process_time() - began < 8
    assert net.people == len(np.unique(pairs))


@pytest.mark.skipif(not FACEBOOK.exists(), reason="the data set is not beside the clone")
def test_ego_facebook():
    net = read_network(FACEBOOK)
    found = network_statistics(net)
    assert (net.people, net.ties, net.notes) == (4039, 88234, ())
    assert found["max_degree"] == 1045
    assert found["median_degree"] == 25
    assert found["clustering"] == pytest.approx(0.6055, abs=1e-4)
    assert found["assortativity"] == pytest.approx(0.0636, abs=1e-4)
    assert found["below_median"] == pytest.approx(0.72, abs=0.005)
    assert net.strong.max() == 8


def test_networkx_graph():
    graph = nx.Graph([("Ann", "Bob"), ("Bob", 7), ("Ann", 7)])
    graph.add_node("Zed")
    net = from_networkx(graph)
    assert ties(net) == {("Ann", "Bob"), ("7", "Bob"), ("7", "Ann")}
    assert net.people == 4
    assert "1 person(s) without a tie" in net.notes
    graph = nx.Graph()
    graph.add_edge("a", "b", layer="strong", weight=2)
    graph.add_edge("b", "c", layer="weak")
    assert strong(from_networkx(graph)) == {("a", "b")}


def test_a_directed_networkx_graph_is_one_of_followers():
    graph = nx.DiGraph([("a", "b"), ("c", "b")])
    graph.add_edge("a", "c", layer="weak")
    net = from_networkx(graph)
    assert fans(net) == {("a", "b"), ("c", "b")}
    assert ties(net) == {("a", "c")}


def test_a_networkx_graph_agrees_with_its_file(put, market):
    net = from_networkx(nx.Graph(market))
    assert net.digest() == read_network(put("\n".join(map(",".join, market)))).digest()


@pytest.mark.parametrize(
    ("edges", "nodes", "sentence"),
    [
        ([], [], "no tie is left"),
        ([(1, 1)], [], "no tie is left"),
        ([(1, 2), ("1", 2)], [], "two nodes have the same name as text, given '1'"),
        ([("a", "b")], [" "], "a node has an empty name"),
        ([("a", "b", {"layer": "odd"})], [], "edge 'a', 'b': unknown layer"),
    ],
)
def test_an_unusable_networkx_graph_is_refused(edges, nodes, sentence):
    graph = nx.Graph(edges)
    graph.add_nodes_from(nodes)
    with pytest.raises(InputError, match=sentence):
        from_networkx(graph)


def test_names_that_differ_in_capitals_are_two_people_and_said_to_be(put):
    net = read_network(put("source,target\nAnn,Bob\nann,Cid\nBob,Cid\n"))
    assert net.people == 4
    assert "1 name(s) differ from another only in capitals: they are taken as different people" in net.notes
