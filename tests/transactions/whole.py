"""The whole of a store, and what the whole gate finds in it."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Quad
from tests.gate import gate

from tenure.knowledge import KnowledgeBase
from tenure.namespaces import Names
from tenure.transactions.backup import lasting
from tenure.transactions.user_graphs import is_user_graph
from tenure.validate.consistency import consistency_breaches
from tenure.validate.documents import Document
from tenure.validate.facts import Facts
from tenure.validate.finding import Severity
from tenure.validate.lexical import LexicalForms
from tenure.validate.shapes import check
from tenure.validate.statements import statement_breaches

Broken = tuple[str, str]
"""A rule, and the node about which it is broken."""

# Of these one finding is made for each name, wherever it is named first.
_ONCE_A_NAME = frozenset(("DanglingReference", "UnknownTerm"))


def state_of(kb: KnowledgeBase) -> set[Quad]:
    """Everything that was ever told, and the count of changes; nothing computed."""
    return {*lasting(kb.store, kb.names), *kb.store.quads(kb.names.graph("state"))}


def violations(kb: KnowledgeBase) -> set[Broken]:
    """What the whole gate finds wrong with the store."""
    return broken_in(lasting(kb.store, kb.names), kb)


def broken_in(quads: Iterable[Quad], kb: KnowledgeBase) -> set[Broken]:
    """What the whole gate finds wrong with statements, whichever are new."""
    told = Document("all", "", tuple(_as_in_files(quads, kb.names)), has_lines=False)
    ontology = Document("ontology", "", tuple(_ontology(kb)), has_lines=False)
    facts = Facts([told], [], [ontology], kb.names)
    found = [
        *statement_breaches(facts),
        *consistency_breaches(facts),
        *check(facts.store, gate(), forms=LexicalForms(facts), union=False),
    ]
    return {
        named(one.rule, one.focus)
        for one in facts.placed(found)
        if one.severity is Severity.VIOLATION
    }


def named(rule: str, focus: str) -> Broken:
    """A broken rule, as the two gates can be compared by it."""
    return (rule, "") if rule in _ONCE_A_NAME else (rule, focus)


def _as_in_files(quads: Iterable[Quad], names: Names) -> Iterable[Quad]:
    parts = {names.graph("provenance"), names.graph("entities")}
    for quad in quads:
        if quad.graph_name in parts or isinstance(quad.graph_name, DefaultGraph):
            yield Quad(quad.subject, quad.predicate, quad.object)
        elif not is_user_graph(quad.graph_name.value, names):
            yield quad


def _ontology(kb: KnowledgeBase) -> Iterable[Quad]:
    for quad in kb.store.quads(kb.names.graph("ontology")):
        yield Quad(quad.subject, quad.predicate, quad.object)
