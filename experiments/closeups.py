"""Tables of one finished world that a figure is drawn of: who is worth what, who moved up, one cascade, who served whom.

equity      a row per customer who bought from the focal firm: clv, crv (money, discounted; crv is attributed), deals, jobs
ladder      rung before and rung a quarter later, people: summed over quarters and over everybody
cascades    size, posts: how many posts of and about the focal firm reached each size, relays included
tree        the largest cascade of talk about the focal firm: node, parent (-1 the post), hours since the post, generation, valence
exchanges   graph (sales | service), giver, taker: the firms and some people, who stand without names
sources     source, share of the value of the focal firm's episodes; only at detail full
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..sim.events import SOURCES
from ..sim.metrics.cascades import tree_of
from ..sim.metrics.declare import NoValue
from ..sim.metrics.ledger import RUNGS
from ..sim.metrics.record import Record
from ..sim.metrics.relations import Graph, sales_graph, service_graph
from ..sim.metrics.sources import source_shares
from ..sim.metrics.talk import cascades_of
from ..sim.network import scrambled

if TYPE_CHECKING:
    import pyarrow as pa

    from ..sim.model import ServiceEcosystem

FOCAL = 0
MOST_PEOPLE = 20
"""People in the picture of exchanges: more cannot be told apart. Half of the places are for who helped or was helped."""
COLUMNS = {
    "equity": ("clv", "crv", "deals", "jobs"), "ladder": ("before", "after", "people"), "cascades": ("size", "posts"),
    "tree": ("node", "parent", "hours", "generation", "valence"), "exchanges": ("graph", "giver", "taker"), "sources": ("source", "share"),
}  # fmt: skip
"""Close-ups and their columns."""


def closeups(model: ServiceEcosystem) -> dict[str, pa.Table]:
    """The tables by name; one that has nothing to show is left out."""
    record = Record.of(model)
    firms = [firm.name for firm in model.firms]
    made = {"equity": _equity(record), "ladder": _ladder(record), "cascades": _cascades(record), "tree": _tree(record),
            "exchanges": _exchanges(record, firms), "sources": _sources(record)}  # fmt: skip
    return {name: table for name, table in made.items() if table is not None}


def _table(**columns: Any) -> pa.Table:
    import pyarrow as pa

    return pa.table(columns)


def _equity(r: Record) -> pa.Table | None:
    bought = r.sums.dyads["deals"][:, FOCAL] > 0
    if not bought.any():
        return None
    lines, words = r.sums.dyads[bought, FOCAL], r.sums.words[bought, FOCAL]
    return _table(clv=lines["worth"] / 1e8, crv=words["credit"] / 1e8, deals=lines["deals"].astype(np.int64),
                  jobs=r.sums.people["jobs"][bought].astype(np.int64))  # fmt: skip


def _ladder(r: Record) -> pa.Table | None:
    steps = r.sums.rungs[FOCAL]
    if not steps.any():
        return None
    before, after = np.divmod(np.arange(len(RUNGS) ** 2), len(RUNGS))
    return _table(before=[RUNGS[k] for k in before], after=[RUNGS[k] for k in after], people=steps.reshape(-1))


def _cascades(r: Record) -> pa.Table | None:
    sizes, posts = np.unique(cascades_of(r, FOCAL).posts["size"], return_counts=True)
    return _table(size=sizes, posts=posts) if len(sizes) > 1 else None


def _tree(r: Record) -> pa.Table | None:
    found = cascades_of(r, FOCAL)
    if not len(found.posts) or found.posts["size"].max() < 3:
        return None
    largest = found.posts[np.argmax(found.posts["size"])]
    tree = tree_of(found, int(largest["key"]))
    valence = np.full(len(tree.keys), float(largest["valence"]))
    return _table(node=np.arange(len(tree.keys)), parent=tree.parents, hours=tree.hours, generation=tree.generations, valence=valence)


def _exchanges(r: Record, firms: list[str]) -> pa.Table | None:
    sales, service = r.once("sales graph", sales_graph), r.once("service graph", service_graph)
    people = len(r.sums.people)
    givers, takers = service.edges // service.nodes, service.edges % service.nodes
    among = (givers < people) & (takers < people)
    helped = np.bincount(np.concatenate((givers[among], takers[among])), minlength=people)
    anyhow = scrambled(r.sums.ids)
    helpers = np.lexsort((anyhow, -helped))[: min(MOST_PEOPLE // 2, int(np.count_nonzero(helped)))]
    others = np.argsort(anyhow, kind="stable")
    chosen = np.sort(np.concatenate((helpers, others[~np.isin(others, helpers)]))[:MOST_PEOPLE])
    place = np.full(service.nodes, -1)
    place[chosen] = np.arange(len(chosen))
    place[people:] = len(chosen) + np.arange(len(firms))
    names = [str(k + 1) for k in range(len(chosen))] + firms
    rows: dict[str, list[str]] = {"graph": [], "giver": [], "taker": []}
    for kind, graph in (("sales", sales), ("service", service)):
        for giver, taker in _kept(graph, place).tolist():
            for column, value in zip(rows, (kind, names[giver], names[taker]), strict=True):
                rows[column].append(value)
    return _table(**rows) if rows["graph"] else None


def _kept(graph: Graph, place: np.ndarray) -> np.ndarray:
    ends = np.column_stack((place[graph.edges // graph.nodes], place[graph.edges % graph.nodes]))
    return ends[(ends >= 0).all(axis=1)]  # type: ignore[no-any-return]


def _sources(r: Record) -> pa.Table | None:
    try:
        return _table(source=list(SOURCES), share=source_shares(r, FOCAL))
    except NoValue:
        return None
