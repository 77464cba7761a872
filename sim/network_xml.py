"""GraphML and GEXF: nodes and edges with their attributes, read in one pass that knows its line.

A file may mix edges with and without direction. A directed edge means that its source follows its target, unless the
attribute `layer` or `directed` of the edge says otherwise; both have the meaning of an edge list's columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..agents.declare import InputError
from .network_pairs import OPTIONAL, Pairs, Row, by_line
from .network_text import misspelt
from .text_file import BLANK

ONE_WAY = {"true": "1", "1": "1", "directed": "1", "false": "", "0": "", "undirected": "", "mutual": "mutual"}
MEANT = ("graph", "key", "attribute", "attributes", "default", "node", "edge", "data", "attvalue")
NAMES = ("label", "name", "v_name")
"""Node attributes that hold the name by which people are known, where all nodes have one of their own."""


def pairs_of_xml(data: bytes, file: Path, notes: list[str]) -> tuple[Pairs, list[str]]:
    """What a GraphML or GEXF file says, and the names of all its nodes; an InputError names line and element."""
    found = Document(file)
    parser = expat.ParserCreate(namespace_separator=" ")
    found.parser = parser
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = found.opens, found.closes, found.says
    parser.EntityDeclHandler = found.declares
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        if not data.strip():
            raise InputError("the file is empty", file=file, allowed="GraphML or GEXF") from None
        raise InputError(f"this is no well-formed XML: {why}", file=file, key=f"line {error.lineno}",
                         allowed="GraphML or GEXF, whole and in the encoding that it names") from None  # fmt: skip
    except (ValueError, LookupError) as error:  # an encoding that is unknown or is not that of the bytes
        raise InputError(f"the encoding cannot be read: {error}", file=file, allowed="save as UTF-8") from None
    if found.kind is None:
        raise InputError("this XML is neither GraphML nor GEXF", file=file, given=found.root, allowed="a root <graphml> or <gexf>")
    return by_line(found.rows(), file), found.names(notes)


@dataclass
class Document:
    """What has been read so far: nodes and edges in order, each with line and attributes."""

    file: Path
    parser: Any = None
    kind: str | None = None
    root: str = ""
    directions: list[str] = field(default_factory=list)  # of edges that do not say, in the graphs around
    attributes_of: str = "node"
    named_by: str = "id"
    declared: dict[tuple[str, str], str] = field(default_factory=dict)  # (node | edge, id) -> name of the attribute
    defaults: dict[tuple[str, str], str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[int, str, str, dict[str, str]]] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    open: list[str] = field(default_factory=list)  # the elements around
    owners: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # the nodes and edges around
    about: tuple[tuple[str, ...], str] | None = None  # the attribute whose text is being read
    text: str = ""
    known: dict[str, str] = field(default_factory=dict)  # id -> name

    def opens(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        tag = tag.rpartition(" ")[2]
        if not self.open:
            self.root = tag
            self.kind = tag if tag in ("graphml", "gexf") else None
        self.open.append(tag)
        if self.kind is None:
            return
        if tag in MEANT:
            getattr(self, f"_{tag}")(given)
        elif tag in ("hyperedge", "port"):
            self.unread[f"<{tag}> element(s)"] += 1

    def closes(self, tag: str) -> None:
        """An element ends."""
        tag = self.open.pop()
        if tag in ("data", "default") and self.about is not None:
            self._close_text(tag)
        if tag in ("node", "edge"):
            self.owners.pop()
        elif tag == "graph":
            self.directions.pop()

    def says(self, text: str) -> None:
        """Text within an element."""
        if self.about is not None:
            self.text += text

    def declares(self, *_: Any) -> None:
        """An entity is declared: a few lines of these can stand for any amount of text."""
        raise self._fault("the file declares entities", allowed="GraphML or GEXF without a document type of its own")

    # -- the elements that mean something --

    def _graph(self, given: dict[str, str]) -> None:
        word = given.get("edgedefault") or given.get("defaultedgetype") or "undirected"
        self.directions.append(self._direction(word))

    def _key(self, given: dict[str, str]) -> None:
        if self.kind == "graphml":
            kinds = ("node", "edge") if given.get("for", "all") == "all" else (given["for"],)
            for kind in kinds:
                self._declare(kind, given.get("id", ""), given.get("attr.name") or given.get("id", ""))
            self.about = (kinds, given.get("id", ""))

    def _attribute(self, given: dict[str, str]) -> None:
        self._declare(self.attributes_of, given.get("id", ""), given.get("title") or given.get("id", ""))
        self.about = ((self.attributes_of,), given.get("id", ""))

    def _attributes(self, given: dict[str, str]) -> None:
        self.attributes_of = given.get("class", "node")

    def _declare(self, kind: str, key: str, name: str) -> None:
        name = name.strip(BLANK).lower()
        self.declared[kind, key] = name
        meant = misspelt(name)
        if kind == "edge" and meant:
            raise self._fault("unknown attribute of edges", given=name, allowed=", ".join(OPTIONAL), nearest=meant)

    def _default(self, _: dict[str, str]) -> None:
        self.text = ""

    def _node(self, given: dict[str, str]) -> None:
        key = given.get("id", "").strip(BLANK)
        if not key:
            raise self._fault("a node has no name", given=given.get("label"), allowed='<node id="NAME">')
        if key in self.nodes:
            raise self._fault("a node is named twice", given=key, allowed="each id once")
        about = {"label": given["label"]} if self.kind == "gexf" and given.get("label") else {}
        self.nodes[key] = about
        self.owners.append(("node", about))

    def _edge(self, given: dict[str, str]) -> None:
        ends = [given.get(end, "").strip(BLANK) for end in ("source", "target")]
        if not all(ends):
            raise self._fault("an edge needs two names", given=given.get("source") or given.get("target"), allowed="source and target")
        about = {name: given[name] for name in ("weight",) if name in given and self.kind == "gexf"}
        word = given.get("type") if self.kind == "gexf" else given.get("directed")
        about["way"] = (self.directions or [""])[-1] if word is None else self._direction(word)
        self.edges.append((self.parser.CurrentLineNumber, ends[0], ends[1], about))
        self.owners.append(("edge", about))

    def _data(self, given: dict[str, str]) -> None:
        if self.owners:
            self.about, self.text = ((self.owners[-1][0],), given.get("key", "")), ""

    def _attvalue(self, given: dict[str, str]) -> None:
        if self.owners:
            self._tell(given.get("for") or given.get("id") or "", given.get("value", ""))

    def _close_text(self, tag: str) -> None:
        assert self.about is not None
        kinds, key = self.about
        if tag == "default":
            self.defaults |= {(kind, key): self.text.strip(BLANK + "\n") for kind in kinds}
        elif self.owners:
            self._tell(key, self.text)
        self.about = None

    def _tell(self, key: str, text: str) -> None:
        kind, about = self.owners[-1]
        name = self.declared.get((kind, key))
        if name is None:
            raise self._fault(f"an attribute of this {kind} is not declared", given=key,
                              allowed=", ".join(sorted(k for on, k in self.declared if on == kind)) or "none")  # fmt: skip
        about[name] = text.strip(BLANK + "\n")
        if name not in (OPTIONAL if kind == "edge" else NAMES):
            self.unread[f"{kind} attribute(s) {name!r}"] += 1

    def _direction(self, word: str) -> str:
        if word.strip().lower() not in ONE_WAY:
            raise self._fault("unknown direction of edges", given=word, allowed="directed, undirected or mutual")
        return ONE_WAY[word.strip().lower()]

    def _fault(self, what: str, **more: Any) -> InputError:
        return InputError(what, file=self.file, key=f"line {self.parser.CurrentLineNumber}", **more)

    # -- what it all says --

    def rows(self) -> Iterator[Row]:
        """The edges as rows of an edge list."""
        self.known = self._known()
        default = {name: self.defaults[kind, key] for (kind, key), name in self.declared.items()
                   if kind == "edge" and (kind, key) in self.defaults}  # fmt: skip
        for line, source, target, about in self.edges:
            said = default | about
            layer, directed, way = said.get("layer", ""), said.get("directed", ""), said["way"]
            if not directed and not layer and way:
                layer, directed = ("follows", "0") if way == "mutual" else ("", "1")
            a, b = (self.known.get(end, end) for end in (source, target))
            yield Row(f"line {line}", a, b, layer, said.get("weight", ""), directed)

    def _known(self) -> dict[str, str]:
        """The name of each node by its id: an attribute that names all of them apart, or the id itself."""
        loose = {end for _, source, target, _ in self.edges for end in (source, target)} - set(self.nodes)
        for attribute in () if loose else NAMES:
            names = [about.get(attribute, "").strip(BLANK) for about in self.nodes.values()]
            if names and all(names) and len({*names}) == len(names):
                self.named_by = attribute
                return dict(zip(self.nodes, names, strict=True))
        return {key: key for key in self.nodes}

    def names(self, notes: list[str]) -> list[str]:
        """The names of all nodes; notes say which attribute these are, and what was not read."""
        if self.named_by != "id" and any(key != name for key, name in self.known.items()):
            notes.append(f"people are named by the nodes' {self.named_by}")
        loose = {end for _, source, target, _ in self.edges for end in (source, target)} - set(self.nodes)
        if loose:
            notes.append(f"{len(loose)} person(s) named by edges alone")
        # what is not read is listed once, however many have it
        attributes = sorted(what for what in self.unread if not what.startswith("<"))
        notes += [f"not read: {', '.join(attributes)}"] if attributes else []
        notes += [f"{count} {what} not read" for what, count in sorted(self.unread.items()) if what.startswith("<")]
        return list(self.known.values())
