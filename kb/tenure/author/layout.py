"""The house layout of a file of facts: what stands where, and in which order.

Comment lines at the head, the prefixes in use, then one block a subject: sources, speech chains
each followed by its links, evidence, claims each followed by its graph, and everything else (the
entities of a registry) by IRI. Numbers sort as numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from tenure.author.turtle import NaturalKey, Term, TermWriter, natural
from tenure.errors import BadInput
from tenure.terms import (
    OA_END,
    OA_START,
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    Names,
    prefixes,
)

PROPERTY_ORDER = (
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    *map(
        TN,
        (
            "source",
            "statement",
            "evidence",
            "attribution",
            "modality",
            "hedged",
            "tense",
            "rank",
            "reading",
            "recordedAt",
            "retractedAt",
            "publisher",
            "published",
            "webAddress",
            "textDigest",
            "textLength",
            "position",
            "voice",
            "sentence",
        ),
    ),
    OA_START,
    OA_END,
    TN("passageDigest"),
)
"""Which properties come first in a block, in this order; the others follow by their names."""

_RANK = {node.value: place for place, node in enumerate(PROPERTY_ORDER)}
_INDENT = "    "
_SOURCE, _CHAIN, _LINK, _CLAIM = (
    TN(name).value for name in ("Source", "SpeechChain", "SpeechLink", "Claim")
)
_EVIDENCE = frozenset(TN(name).value for name in ("Evidence", "Passage", "WebLocator", "Record"))
_LINKED_BY, _ATTRIBUTED, _RESTS_ON = (TN(n).value for n in ("link", "attribution", "evidence"))
_OWN_PREFIXES = ("chain", "locator", "passage", "record", "revision")

Block = dict[str, list[Term]]
Blocks = dict[str, Block]


def own_prefixes(names: Names, source_slug: str) -> dict[str, str]:
    """The prefixes that belong to one source: its claims, chains, passages and locators."""
    source = names.source(source_slug).value
    own = {prefix: f"{source}/{prefix}/" for prefix in _OWN_PREFIXES}
    return {**own, "claim": f"{names.claim_prefix}{source_slug}/"}


def write_layout(
    quads: Iterable[Quad],
    *,
    header: Iterable[str] = (),
    declared: Mapping[str, str] | None = None,
    names: Names | None = None,
) -> str:
    """``quads`` in the house layout, ready to be written to a file.

    ``header`` holds the comment lines at the head. ``declared`` are prefixes to shorten with where
    the house has none of its own for a namespace.

    Raises:
        BadInput: there is a blank node among the quads.
    """
    names = names or Names()
    described, graphs = _gather(quads)
    writer = TermWriter(_prefixes(described, declared or {}, names))
    blocks = [
        text
        for iri in _in_order(described, graphs)
        for text in (
            _block(writer, iri, described[iri]) if iri in described else "",
            _graph(writer, iri, graphs[iri]) if iri in graphs else "",
        )
        if text
    ]
    head = "".join(f"{line}\n" for line in header)
    declarations = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in sorted(writer.used.items()))
    return "\n".join(part for part in (head, declarations, "\n".join(blocks)) if part)


def _gather(quads: Iterable[Quad]) -> tuple[Blocks, dict[str, Blocks]]:
    described: Blocks = {}
    graphs: dict[str, Blocks] = {}
    for quad in set(quads):
        subject, graph = quad.subject, quad.graph_name
        if not isinstance(subject, NamedNode) or isinstance(graph, BlankNode):
            raise BadInput(
                "There is a blank node, and facts have none.",
                remedy="Give the node a name, so that every line can be pointed at.",
            )
        blocks = (
            described if isinstance(graph, DefaultGraph) else graphs.setdefault(graph.value, {})
        )
        block = blocks.setdefault(subject.value, {})
        block.setdefault(quad.predicate.value, []).append(quad.object)
    return described, graphs


def _prefixes(described: Blocks, declared: Mapping[str, str], names: Names) -> dict[str, str]:
    table = dict(prefixes(names))
    sources = [iri for iri, block in described.items() if _SOURCE in _types(block)]
    if len(sources) == 1 and sources[0].startswith(names.source_prefix):
        table.update(own_prefixes(names, sources[0][len(names.source_prefix) :]))
    known = set(table.values())
    for prefix, namespace in declared.items():
        if prefix and prefix not in table and namespace not in known:
            table[prefix] = namespace
    return table


def _types(block: Block) -> set[str]:
    return _objects(block, RDF_TYPE.value)


def _objects(block: Block, predicate: str) -> set[str]:
    return {term.value for term in block.get(predicate, ()) if isinstance(term, NamedNode)}


def _in_order(described: Blocks, graphs: Mapping[str, Blocks]) -> list[str]:
    """The IRIs of all subjects and graphs, each once, in the order of the layout."""
    sections: dict[int, list[str]] = defaultdict(list)
    pointed_at: dict[str, set[str]] = {_RESTS_ON: set(), _ATTRIBUTED: set(), _LINKED_BY: set()}
    for block in described.values():
        for predicate, targets in pointed_at.items():
            targets.update(_objects(block, predicate))
    for iri, block in described.items():
        types = _types(block)
        if _SOURCE in types:
            section = 0
        elif types & {_CHAIN, _LINK} or iri in pointed_at[_ATTRIBUTED] | pointed_at[_LINKED_BY]:
            section = 1
        elif types & _EVIDENCE or iri in pointed_at[_RESTS_ON]:
            section = 2
        elif _CLAIM in types or iri in graphs:
            section = 4
        else:
            section = 3
        sections[section].append(iri)
    sections[4] += graphs.keys() - described.keys()
    for iris in sections.values():
        iris.sort(key=natural)
    sections[1] = _chains_with_links(sections[1], described)
    return [iri for section in sorted(sections) for iri in sections[section]]


def _chains_with_links(iris: list[str], described: Blocks) -> list[str]:
    ordered: dict[str, None] = {}
    for iri in iris:
        if _LINK not in _types(described[iri]):
            ordered[iri] = None
            links = _objects(described[iri], _LINKED_BY) & described.keys()
            ordered.update(dict.fromkeys(sorted(links, key=natural)))
    ordered.update(dict.fromkeys(iris))
    # A link may be typed as something else by mistake; whatever is not of this section is dropped
    # here because it is written in its own.
    return [iri for iri in ordered if iri in set(iris)]


def _block(writer: TermWriter, subject: str, block: Block, indent: str = "") -> str:
    """``subject predicate objects ; … .``, one property a line."""
    lines = []
    for predicate in sorted(block, key=_property_key):
        objects = sorted(block[predicate], key=_object_key)
        written = " , ".join(writer.term(term) for term in objects)
        lines.append(f"{writer.predicate(NamedNode(predicate))} {written}")
    body = f" ;\n{indent}{_INDENT}".join(lines)
    return f"{indent}{writer.iri(NamedNode(subject))} {body} .\n"


def _graph(writer: TermWriter, graph: str, blocks: Blocks) -> str:
    inner = "".join(
        _block(writer, subject, blocks[subject], _INDENT) for subject in sorted(blocks, key=natural)
    )
    return f"{writer.iri(NamedNode(graph))} {{\n{inner}}}\n"


def _property_key(predicate: str) -> tuple[int, str]:
    return (_RANK.get(predicate, len(_RANK)), predicate)


def _object_key(term: Term) -> NaturalKey:
    return natural(str(term))
