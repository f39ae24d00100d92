"""What is written without naming a graph: descriptions where they are ours, else the users' own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from tests.transactions.documents import body
from tests.transactions.whole import state_of, violations

from tenure.errors import Immutable, NotWritable
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE
from tenure.transactions import BodyChange, Committed, GraphChange, UpdateChange

Write = Callable[..., Committed]

A, B = NamedNode("urn:x:a"), NamedNode("urn:x:b")
DEFAULT = NamedNode(f"{BASE}graph/default")
OTHER = "https://example.org/other"


def holds(kb: KnowledgeBase) -> set[Triple]:
    return {quad.triple for quad in kb.store.quads(DEFAULT)}


def note(value: int) -> Triple:
    return Triple(A, B, Literal(value))


def numbers(kb: KnowledgeBase) -> list[str]:
    """What is noted there, in order."""
    assert all(one.subject == A and one.predicate == B for one in holds(kb))
    return sorted(str(one.object.value) for one in holds(kb) if isinstance(one.object, Literal))


@pytest.mark.parametrize(
    ("update", "then"),
    [
        ("INSERT DATA { <urn:x:a> <urn:x:b> 3 }", "123"),
        ("DELETE DATA { <urn:x:a> <urn:x:b> 1 }", "2"),
        ("DELETE WHERE { <urn:x:a> ?p 1 }", "2"),
        ("DELETE { ?s ?p 1 } INSERT { ?s ?p 4 } WHERE { ?s ?p 1 FILTER(?s = <urn:x:a>) }", "24"),
        ("INSERT { ?s ?p 5 } WHERE { ?s ?p 1 FILTER(?s = <urn:x:a>) }", "125"),
        ("CLEAR DEFAULT", ""),
        ("drop silent default", ""),
        ("DROP DEFAULT ; INSERT DATA { <urn:x:a> <urn:x:b> 1 }", "1"),
        ("INSERT DATA { <urn:x:a> <urn:x:b> 3 } ; CLEAR DEFAULT", ""),
        ("CLEAR DEFAULT ; INSERT { <urn:x:a> <urn:x:b> 6 } WHERE { <urn:x:a> ?p 1 }", ""),
        (f"COPY <{OTHER}> TO DEFAULT", "9"),
        (f"MOVE GRAPH <{OTHER}> TO DEFAULT", "9"),
        (f"ADD <{OTHER}> TO DEFAULT", "129"),
        ("COPY DEFAULT TO DEFAULT", "12"),
        ("COPY SILENT <urn:x:none> TO DEFAULT", ""),
        (
            f"COPY <{OTHER}> TO <{OTHER}> ; ADD <{OTHER}> TO <urn:x:c> ; COPY <urn:x:c> TO DEFAULT",
            "9",
        ),
        ("CLEAR NAMED", "12"),
        (f"CLEAR GRAPH <{DEFAULT.value}>", ""),
        (f"INSERT DATA {{ GRAPH <{DEFAULT.value}> {{ <urn:x:a> <urn:x:b> 7 }} }}", "127"),
        (f"WITH <{DEFAULT.value}> DELETE {{ ?s ?p 1 }} WHERE {{ ?s ?p 1 }}", "2"),
        ("INSERT DATA { } # DEFAULT", "12"),
        ('INSERT DATA { <urn:x:a> <urn:x:b> "CLEAR DEFAULT" }', "12CLEAR DEFAULT"),
    ],
)
def test_updates_without_a_graph(kb: KnowledgeBase, write: Write, update: str, then: str) -> None:
    write(GraphChange("put", DEFAULT.value, (note(1), note(2))))
    write(GraphChange("put", OTHER, (note(9),)))
    told = {one for one in state_of(kb) if str(one.graph_name) != str(DEFAULT)}
    if update == "CLEAR NAMED":
        with pytest.raises(Immutable):
            write(UpdateChange(update))
    else:
        write(UpdateChange(update))
    assert "".join(numbers(kb)) == then
    parts = ("provenance", "entities")
    now = state_of(kb)
    for part in parts:
        graph = kb.names.graph(part)
        assert {q for q in told if q.graph_name == graph} == {
            q for q in now if q.graph_name == graph
        }
    left = {quad.triple for quad in kb.store.quads(NamedNode(OTHER))}
    assert left == (set() if update.startswith("MOVE") else {note(9)})


def test_the_default_graph_moves_without_descriptions(kb: KnowledgeBase, write: Write) -> None:
    write(GraphChange("put", DEFAULT.value, (note(1),)))
    done = write(UpdateChange(f"MOVE DEFAULT TO <{OTHER}>"))
    assert not done.retracted
    assert holds(kb) == set()
    assert note(1) in {quad.triple for quad in kb.store.quads(NamedNode(OTHER))}
    assert violations(kb) == set()


def test_a_node_without_a_name_can_be_written(kb: KnowledgeBase, write: Write) -> None:
    write(UpdateChange("INSERT DATA { [] <urn:x:b> [ <urn:x:b> 1 ] }"))
    assert len(holds(kb)) == 2
    write(UpdateChange("DELETE { ?s ?p ?o } WHERE { ?s <urn:x:b> ?n . ?n <urn:x:b> 1 . ?s ?p ?o }"))
    assert len(holds(kb)) == 1
    write(UpdateChange("DROP DEFAULT"))
    assert holds(kb) == set()


def test_a_data_set_brings_what_is_nobodys_description(kb: KnowledgeBase, write: Write) -> None:
    text = f"<urn:x:a> <urn:x:b> 1 . GRAPH <{OTHER}> {{ <urn:x:a> <urn:x:b> 2 }}"
    change = body(text)
    # Among claims, what is named by a slip must not be put away quietly.
    with pytest.raises(NotWritable):
        write(change)
    write(BodyChange(change.data, change.format, others=True))
    assert numbers(kb) == ["1"]


def test_what_tenure_describes_is_not_written_that_way(write: Write) -> None:
    for subject in (f"{BASE}id/state/iraq", f"{BASE}claim/rt-483298/1", f"{BASE}source/rt-483298"):
        with pytest.raises(Immutable):
            write(UpdateChange(f"INSERT DATA {{ <{subject}> <urn:x:b> 1 }}"))
    with pytest.raises(NotWritable):
        write(UpdateChange(f"INSERT DATA {{ <{BASE}anything> <urn:x:b> 1 }}"))


def test_it_is_in_the_default_graph_of_a_query(kb: KnowledgeBase, write: Write) -> None:
    write(UpdateChange("INSERT DATA { <urn:x:a> <urn:x:b> 1 }"))
    for policy in (None, kb.policy("hedged=no")):
        assert "true" in str(kb.query("ASK { <urn:x:a> <urn:x:b> 1 }", policy)).lower()
    assert Quad(A, B, Literal(1), DEFAULT) in set(kb.store.quads(DEFAULT))
