"""GraphML and GEXF mean what the edge list of the same network means, and are refused with line and element."""

import networkx as nx
import pytest

from valuescape.agents.declare import InputError
from valuescape.sim.network_file import from_networkx, read_network

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
GRAPHML = HEAD + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n{}\n</graphml>\n'
GEXF = HEAD + '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n{}\n</gexf>\n'
TWO = '<node id="a"/><node id="b"/>'


@pytest.fixture
def put(tmp_path):
    """Write a file and return its path."""

    def write(content, name="friends.graphml"):
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


def graph_of(kind):
    """A graph with everything that an edge may carry, and somebody without a tie."""
    graph = kind()
    graph.add_nodes_from(["Zoë", "x & y", "alone"])
    graph.add_edge("Zoë", "x & y", layer="strong", weight=2.0)
    graph.add_edge("Zoë", "c", layer="weak", weight=0.5)
    graph.add_edge("c", "d", layer="community:bikes")
    graph.add_edge("d", "x & y", layer="follows", directed=1)
    graph.add_edge("c", "e")
    return graph


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph])
@pytest.mark.parametrize(("write", "name"), [(nx.write_graphml_xml, "a.graphml"), (nx.write_gexf, "a.gexf"), (nx.write_gexf, "a.xml")])
def test_a_file_means_what_its_graph_means(tmp_path, kind, write, name):
    graph = graph_of(kind)
    write(graph, tmp_path / name)
    read, given = read_network(tmp_path / name), from_networkx(graph)
    assert read.digest() == given.digest()
    assert set(given.notes) <= set(read.notes) | {"weights are checked and not used"}


def test_both_say_what_the_edge_list_says(tmp_path, put):
    graph = nx.watts_strogatz_graph(60, 6, 0.2, seed=1)
    nx.write_graphml_xml(graph, tmp_path / "a.graphml")
    listed = read_network(put("\n".join(f"{a},{b}" for a, b in graph.edges), "a.csv"))
    assert read_network(tmp_path / "a.graphml").digest() == listed.digest()
    assert listed.top == read_network(tmp_path / "a.graphml").top == 8


def test_edges_with_and_without_direction_may_stand_in_one_file(put):
    net = read_network(put(GRAPHML.format(
        f'<graph edgedefault="directed">{TWO}<node id="c"/><edge source="a" target="b"/>'
        '<edge source="b" target="c" directed="false"/></graph>')))  # fmt: skip
    assert ties(net) == {("b", "c")}
    assert fans(net) == {("a", "b")}
    net = read_network(put(GEXF.format(
        f'<graph><nodes>{TWO}<node id="c"/></nodes><edges><edge source="a" target="b" type="directed"/>'
        '<edge source="b" target="c"/><edge source="c" target="a" type="mutual"/></edges></graph>'), "a.gexf"))  # fmt: skip
    assert ties(net) == {("b", "c")}
    assert fans(net) == {("a", "b"), ("a", "c"), ("c", "a")}


def test_people_have_the_names_by_which_they_are_known(put):
    named = '<graph><nodes><node id="0" label="Ann"/><node id="1" label="{}"/></nodes><edges><edge source="0" target="1"/></edges></graph>'
    net = read_network(put(GEXF.format(named.format("Bob")), "a.gexf"))
    assert net.names == ("Ann", "Bob")
    assert net.notes == ("people are named by the nodes' label",)
    # two of one label are told apart by their ids
    assert read_network(put(GEXF.format(named.format("Ann")), "a.gexf")).names == ("0", "1")
    net = read_network(put(GRAPHML.format(
        '<key id="v" for="node" attr.name="name"/><graph><node id="n0"><data key="v">Ann</data></node>'
        '<node id="n1"><data key="v">Bob</data></node><edge source="n0" target="n1"/></graph>')))  # fmt: skip
    assert net.names == ("Ann", "Bob")


def test_a_mess_is_accepted_and_counted(put):
    net = read_network(put(GRAPHML.format(
        '<key id="w" for="edge" attr.name="weight"><default>1</default></key><key id="s" for="edge" attr.name="since"/>'
        '<key id="t" for="node" attr.name="town"/>'
        f'<graph>{TWO}<node id="z"><data key="t">Bonn</data></node><edge source="a" target="b"><data key="s">1</data></edge>'
        '<edge source="b" target="a"/><edge source="a" target="a"/><edge source="b" target="c"/><hyperedge/></graph>')))  # fmt: skip
    assert ties(net) == {("a", "b"), ("b", "c")}
    assert net.notes == (
        "1 person(s) named by edges alone",
        "not read: edge attribute(s) 'since', node attribute(s) 'town'",
        "1 <hyperedge> element(s) not read",
        "weights are checked and not used",
        "1 pair(s) of a person with herself dropped",
        "1 repeated or reversed pair(s) merged",
        "1 person(s) without a tie",
        "2 components, 75.0% of the people in the largest",
    )


def test_the_encoding_that_a_file_names_is_that_in_which_it_is_read(put):
    text = GRAPHML.format('<graph><node id="Zoë"/><node id="b"/><edge source="Zoë" target="b"/></graph>')
    latin = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read_network(put(latin)).names == ("Zoë", "b") or read_network(put(latin)).names == ("b", "Zoë")
    assert set(read_network(put(text.replace("UTF-8", "UTF-16").encode("utf-16"))).names) == {"Zoë", "b"}


EDGE = '<graph>\n{}\n<edge source="a" target="b">\n{}</edge></graph>'
REFUSED = {
    "cut short": (GRAPHML[:60], "this is no well-formed XML"),
    "not closed": (GRAPHML.format("<graph>\n<node id='a'>\n</graph>"), "line 5: this is no well-formed XML: mismatched tag"),
    "edge list": ("source,target\na,b\n", "line 1: this is no well-formed XML"),
    "empty": ("", "the file is empty"),
    "noise": (bytes(range(256)), "this is no well-formed XML"),
    "latin": (GRAPHML.format("<graph>\n<node id='Zo\xeb'/></graph>").encode("latin-1"), "line 4: this is no well-formed XML"),
    "no such encoding": (GRAPHML.replace("UTF-8", "foo").format("<graph/>"), "encoding"),
    "other xml": (HEAD + "<html></html>", "this XML is neither GraphML nor GEXF, given 'html'; allowed: a root <graphml> or <gexf>"),
    "entities": (HEAD + '<!DOCTYPE g [<!ENTITY a "b">]>\n<graphml/>', "line 2: the file declares entities"),
    "no graph": (GRAPHML.format(""), "no tie is left, given '0 row(s)'"),
    "no tie": (GRAPHML.format(f"<graph>{TWO}</graph>"), "no tie is left"),
    "nameless": (GRAPHML.format("<graph>\n<node id='a'/>\n<node/></graph>"), "line 5: a node has no name; allowed: <node id=\"NAME\">"),
    "blank name": (GRAPHML.format('<graph>\n<node id=" "/></graph>'), "line 4: a node has no name"),
    "same name": (GRAPHML.format("<graph>\n<node id='a'/>\n<node id='a'/></graph>"), "line 5: a node is named twice, given 'a'"),
    "one end": (GRAPHML.format(f"<graph>\n{TWO}\n<edge source='a'/></graph>"), "line 5: an edge needs two names, given 'a'"),
    "direction": (GRAPHML.format("<graph edgedefault='both'/>"), "line 3: unknown direction of edges, given 'both'"),
    "undeclared": (GRAPHML.format(EDGE.format(TWO, "<data key='k'>1</data>")), "line 6: an attribute of this edge is not declared"),
    "layer": (GRAPHML.format("<key id='k' for='edge' attr.name='layer'/>" + EDGE.format(TWO, "<data key='k'>strng</data>")),
              "line 5: unknown layer, given 'strng'"),
    "misspelt": (GRAPHML.format("<key id='k' for='edge' attr.name='layr'/>"), "line 3: unknown attribute of edges, given 'layr'"),
    "weight": (GRAPHML.format("<key id='k' for='edge' attr.name='weight'/>" + EDGE.format(TWO, "<data key='k'>-1</data>")),
               "line 5: a weight must be a positive number, given '-1'"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_the_unusable_is_refused_in_one_sentence(put, content, sentence):
    with pytest.raises(InputError) as caught:
        read_network(put(content))
    assert sentence in str(caught.value)
    assert "friends.graphml" in str(caught.value)
    assert "\n" not in str(caught.value)
