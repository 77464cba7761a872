"""Relationships and what people hold of firms (M51, M52, M54, M82, M85): trust, strength, life, service given and returned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .declare import SERVICE as S
from .declare import Metric, NoValue, ratio
from .entries import MEMORY
from .record import Record
from .transactions import NO_CUSTOMERS

UNKNOWN = "nobody knows the firm"
NO_HELP = "nobody helped anybody in a community"
PATIENCE = 3.0
"""A relationship counts as over after this many of the customer's own mean gaps between deals without another one."""


def trust(r: Record, f: int) -> float:
    """Mean credibility of the firm among those who know it."""
    known = r.known("credibility", f)
    return ratio(float(np.sum(known)), len(known), UNKNOWN)


def sincerity(r: Record, f: int) -> float:
    """How sincere the firm seems, mean over those who know it."""
    known = r.columns.pairs[:, f]["known"] > 0
    return ratio(float(np.sum(r.columns.bonds[:, f]["sincerity"][known], dtype=np.float64)), np.count_nonzero(known), UNKNOWN)


def attachment(r: Record, f: int) -> float:
    """Attachment to the firm, mean over those who know it."""
    known = r.known("attachment", f)
    return ratio(float(np.sum(known)), len(known), UNKNOWN)


def credibility_calibration(r: Record, f: int) -> float:
    """Correlation over customers who are there of the firm's credibility and how true its last claim to each was of the value she had."""
    lines, pairs = r.sums.dyads[r.lines, f], r.columns.pairs[:, f]
    tried = (lines["episodes"] > 0) & (pairs["claim_day"] >= 0)
    error = np.abs(pairs["claim"][tried] - lines["value"][tried] / 1e6 / lines["episodes"][tried])
    credibility = pairs["credibility"][tried].astype(np.float64)
    if len(error) < 3 or not np.ptp(error) or not np.ptp(credibility):
        raise NoValue("too few customers with a claim in mind")
    return float(np.corrcoef(credibility, -error)[0, 1])


def expectation(r: Record, f: int) -> float:
    """Value that people expect of the firm, mean over those who know it."""
    known = r.known("expectation", f)
    return ratio(float(np.sum(known)), len(known), UNKNOWN)


def expectation_drift(r: Record, f: int) -> float:
    """Rise of that mean since day 0, per year: the ratchet."""
    if "expectation" not in r.sums.began:
        raise NoValue("a log alone does not say how people stand")
    began = float(r.sums.began["expectation"][f])
    if np.isnan(began):
        raise NoValue("nobody knew the firm on day 0")
    return (expectation(r, f) - began) * 365.0 / max(1, r.length)


def reply_norm(r: Record, f: int) -> float:
    """Hours within which people expect a reply, median over everybody: all firms' doing."""
    return float(np.median(r.columns.lives["norm"].astype(np.float64)))


def relationship_strength(r: Record, f: int) -> float:
    """Decayed number of deals times the firm's credibility, mean over customers who are there."""
    lines = r.sums.dyads[r.lines, f]
    bought = lines["deals"] > 0
    if not bought.any():
        raise NoValue(NO_CUSTOMERS)
    decayed = lines["strength"][bought] * np.exp(-(r.length - 1 - lines["last"][bought]) / MEMORY)
    return float(np.mean(decayed * r.columns.pairs[:, f]["credibility"][bought], dtype=np.float64))


def relationship_life(r: Record, f: int) -> float:
    """Median days from a first to a last deal, by the survival curve: who may well come again counts as not yet over."""
    from scipy.stats import CensoredData, ecdf

    lines = r.dyads(f)
    lines = lines[lines["deals"] >= 2]
    if len(lines) < 10:
        raise NoValue("fewer than ten customers bought twice")
    life = (lines["last"] - lines["first"]).astype(np.float64)
    gap = life / (lines["deals"] - 1)
    over = r.length - 1 - lines["last"] > PATIENCE * gap
    if not over.any():
        raise NoValue("no relationship is over")
    curve = ecdf(CensoredData(uncensored=life[over], right=life[~over])).sf
    below = np.flatnonzero(curve.probabilities <= 0.5)
    if not len(below):
        raise NoValue("more than half of the relationships go on")
    return float(curve.quantiles[below[0]])


class Graph(NamedTuple):
    """Who gave to whom, among people (0..) and firms (people..): how many there are, and edges, each once.

    An edge is one number, giver times nodes plus taker: int64 [edge], ascending.
    """

    nodes: int
    edges: np.ndarray

    def turned(self) -> np.ndarray:
        """The edges with giver and taker exchanged, ascending."""
        return np.sort(self.edges % self.nodes * self.nodes + self.edges // self.nodes)


def sales_graph(r: Record) -> Graph:
    """As goods-dominant logic sees it: a firm sold to a person."""
    return Graph(len(r.sums.people) + r.firms, _of_firms(r, "deals"))


def service_graph(r: Record) -> Graph:
    """As service-dominant logic sees it: whoever's resources went into another's doing, firms' offers and peers' help alike.

    A person who told of a firm, asked, complained, had an idea, followed or joined gave it service, too: it can learn.
    """
    people = len(r.sums.people)
    nodes = people + r.firms
    who, firm = np.nonzero(r.sums.words["acts"])
    given, helps = who * nodes + people + firm, _helps(r)
    if len(helps):
        given = np.sort(np.concatenate((given, np.unique(helps[:, 0] * nodes + helps[:, 1]))))
    return Graph(nodes, np.concatenate((given, _of_firms(r, "episodes"))))  # people's come before firms'


def _of_firms(r: Record, column: str) -> np.ndarray:
    """Edges from firms to the people with whom they have something of a column, ascending."""
    people = len(r.sums.people)
    firm, who = np.nonzero(r.sums.dyads[column].T)
    return (people + firm) * (people + r.firms) + who  # type: ignore[no-any-return]


def _helps(r: Record) -> np.ndarray:
    """Lines of (who helped, who was helped), one per act of help: int64 [act, 2]; who has left is left out."""
    rows = r.rows("service_given")
    ids = r.sums.ids.astype(np.int64)
    order = np.argsort(ids)
    found = []
    for column in ("actor", "other"):
        at = np.clip(np.searchsorted(ids[order], rows[column]), 0, max(0, len(ids) - 1))
        found.append(np.where(ids[order[at]] == rows[column], order[at], -1) if len(rows) else np.zeros(0, dtype=np.int64))
    pairs = np.column_stack(found)
    return pairs[(pairs >= 0).all(axis=1)]  # type: ignore[no-any-return]


def density(graph: Graph) -> float:
    """Edges over all that there could be."""
    return ratio(len(graph.edges), graph.nodes * (graph.nodes - 1), "there is nobody")


def service_density(r: Record, f: int) -> float:
    """Density of the graph of service."""
    return density(r.once("service graph", service_graph))


def sales_density(r: Record, f: int) -> float:
    """Density of the graph of sales."""
    return density(r.once("sales graph", sales_graph))


def service_reciprocity(r: Record, f: int) -> float:
    """Share of the edges of service that also run the other way; of sales it is nothing by definition."""
    graph = r.once("service graph", service_graph)
    both = np.intersect1d(graph.edges, graph.turned(), assume_unique=True)
    return ratio(len(both), len(graph.edges), "nobody gave anything")


def graph_overlap(r: Record, f: int) -> float:
    """Edges in both graphs over edges in either (Jaccard)."""
    sales, service = r.once("sales graph", sales_graph).edges, r.once("service graph", service_graph).edges
    both = len(np.intersect1d(sales, service, assume_unique=True))
    return ratio(both, len(sales) + len(service) - both, "nobody gave anything")


def peer_reciprocity(r: Record, f: int) -> float:
    """Help returned between two people over help given: sum of the smaller over sum of the larger of both directions."""
    helps = _helps(r)
    if not len(helps):
        raise NoValue(NO_HELP)
    given: dict[tuple[int, int], int] = {}
    for a, b in helps.tolist():
        given[a, b] = given.get((a, b), 0) + 1
    dyads = {(min(pair), max(pair)) for pair in given}
    sides = [(given.get((a, b), 0), given.get((b, a), 0)) for a, b in sorted(dyads)]
    return ratio(sum(map(min, sides)), sum(map(max, sides)), NO_HELP)


def chain_reciprocity(r: Record, f: int) -> float:
    """Acts of help between two people that come back to the giver over one to three others, over pairs of giver and taker."""
    from scipy.sparse import csr_array

    helps = np.unique(_helps(r), axis=0)
    if not len(helps):
        raise NoValue(NO_HELP)
    people, place = np.unique(helps, return_inverse=True)
    a, b = place.reshape(helps.shape).T
    step = csr_array((np.ones(len(helps), dtype=np.int64), (a, b)), shape=(len(people), len(people)))
    back, reached = step, step
    for _ in range(2):
        reached = ((reached @ step) > 0).astype(np.int64)
        back = ((back + reached) > 0).astype(np.int64)
    return float(np.mean(back[b, a] > 0))


METRICS = (
    Metric("trust", S, "outcome", "1", "M54", "Mean credibility among those who know the firm", trust, UNKNOWN,
           formula="mean credibility over who knows it"),
    Metric("sincerity", S, "outcome", "1", "M54", "How sincere the firm seems to those who know it", sincerity, UNKNOWN,
           formula="mean over who knows it"),
    Metric("credibility_calibration", S, "outcome", "1", "M54", "Correlation of credibility and how true the last claim was",
           credibility_calibration, "too few customers with a claim in mind", formula="corr(credibility, -|claim - mean V|)"),
    Metric("attachment", S, "outcome", "1", "M52", "Attachment of those who know the firm", attachment, UNKNOWN,
           formula="mean over who knows it"),
    Metric("relationship_strength", S, "outcome", "1", "M52", "Recent deals times credibility, per customer", relationship_strength,
           NO_CUSTOMERS, formula="mean(sum exp(-age / 84 days) x credibility)"),
    Metric("relationship_life", S, "outcome", "days", "M52", "Median life of a relationship", relationship_life,
           "fewer than ten customers bought twice", formula="Kaplan-Meier median of last - first deal"),
    Metric("peer_reciprocity", S, "outcome", "1", "M51", "Help that is returned between the same two people", peer_reciprocity, NO_HELP,
           formula="sum min(given, got) / sum max"),
    Metric("chain_reciprocity", S, "outcome", "1", "M51", "Help that comes back over up to three others", chain_reciprocity, NO_HELP,
           formula="edges on a cycle of length <= 4 / edges"),
    Metric("sales_density", S, "outcome", "1", "M82", "Density of the graph of sales", sales_density, "there is nobody",
           formula="edges / possible edges"),
    Metric("service_density", S, "outcome", "1", "M82", "Density of the graph of service", service_density, "there is nobody",
           formula="edges / possible edges"),
    Metric("service_reciprocity", S, "outcome", "1", "M82", "Edges of service that are returned", service_reciprocity,
           "nobody gave anything", formula="returned edges / edges"),
    Metric("graph_overlap", S, "outcome", "1", "M82", "Overlap of the two graphs", graph_overlap, "nobody gave anything",
           formula="|sales and service| / |sales or service|"),
    Metric("expectation", S, "outcome", "value", "M85", "What is expected of the firm", expectation, UNKNOWN,
           formula="mean E over who knows it"),
    Metric("expectation_drift", S, "outcome", "value/year", "M85", "Rise of expectation a year", expectation_drift, UNKNOWN,
           formula="(E - E on day 0) / years"),
    Metric("reply_norm", S, "outcome", "hours", "M85", "Hours within which people expect a reply", reply_norm, "",
           formula="median norm over people"),
)  # fmt: skip
