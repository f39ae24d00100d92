"""SPARQL Update and the graph store: what it may touch, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from tests.transactions.documents import PREFIXES, TENURE, body, claim, document, iri
from tests.transactions.whole import state_of, violations

from tenure.errors import (
    BadParameter,
    BadQuery,
    Immutable,
    NotWritable,
    NotWritten,
    PreconditionFailed,
    Refused,
    TenureError,
    TookTooLong,
)
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import BASE, TN_PREFIX
from tenure.store import Solutions, Truth
from tenure.transactions import (
    BodyChange,
    Change,
    ChangeRequest,
    Committed,
    GraphChange,
    UpdateChange,
    commit,
    tag_of,
)

Write = Callable[..., Committed]
NOTES = "https://example.org/notes"
OTHER = "https://example.org/other"
CLAIM = f"{BASE}claim/rt-483298/1"
A, B = NamedNode("https://example.org/a"), NamedNode("https://example.org/b")


@pytest.fixture(scope="module")
def untouched(small_facts: Path) -> Iterator[KnowledgeBase]:
    """A knowledge base over two sources into which nothing is written."""
    opened = open_knowledge_base(small_facts)
    yield opened
    opened.store.close()


def note(number: int) -> Triple:
    return Triple(A, B, Literal(number))


def update(text: str) -> UpdateChange:
    return UpdateChange(f"PREFIX tn: <{TN_PREFIX}>\n{text}")


def test_claims_come_in_as_an_update_too(kb: KnowledgeBase, write: Write) -> None:
    text = document()
    described, _, stated = text.partition("c:1 {")
    prefixes = PREFIXES.replace("@prefix", "PREFIX").replace("> .", ">")
    described = described.removeprefix(PREFIXES)
    done = write(UpdateChange(f"{prefixes} INSERT DATA {{ {described} GRAPH c:1 {{ {stated} }}"))
    assert done.added == (iri(),)
    assert TENURE in kb.world().occurrences


@pytest.mark.parametrize(
    "change",
    [
        Change(retracted=(CLAIM,)),
        GraphChange("delete", CLAIM),
        GraphChange("put", CLAIM),
        update(f"DELETE WHERE {{ GRAPH <{CLAIM}> {{ ?s ?p ?o }} }}"),
        update(f"DROP GRAPH <{CLAIM}>"),
        update(f"CLEAR GRAPH <{CLAIM}>"),
        update(f"DELETE WHERE {{ <{CLAIM}> ?p ?o }}"),
        update(f"DELETE WHERE {{ GRAPH <{BASE}graph/provenance> {{ <{CLAIM}> ?p ?o }} }}"),
        update(
            f"DELETE WHERE {{ <{CLAIM}> ?p ?o }} ; "
            f"DELETE WHERE {{ GRAPH <{CLAIM}> {{ ?s ?p ?o }} }}"
        ),
        update(
            "DELETE { GRAPH ?claim { ?s ?p ?o } } "
            f"WHERE {{ GRAPH ?claim {{ ?s ?p ?o }} FILTER (?claim = <{CLAIM}>) }}"
        ),
    ],
)
def test_what_takes_a_claim_away_retracts_it(
    kb: KnowledgeBase, write: Write, change: ChangeRequest
) -> None:
    before = state_of(kb)
    done = write(change)
    assert done.retracted == (CLAIM,)
    assert kb.claims[CLAIM].retracted_at == done.instant
    assert kb.claims[CLAIM].content
    count = kb.store.quads(kb.names.graph("state"))
    assert before - {*count} - state_of(kb) <= {q for q in before if "/graph/state" in str(q)}
    assert not write(change).changed
    assert violations(kb) == set()


COPIED = "INSERT { GRAPH <urn:x:g> { ?s ?p ?o } } WHERE"
TOLD = f"<{BASE}id/person/nobody> <{TN_PREFIX}holder> <{BASE}id/person/nobody>"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (update(f"INSERT DATA {{ GRAPH <{CLAIM}> {{ {TOLD} }} }}"), Immutable),
        (GraphChange("post", CLAIM, (note(1),)), Immutable),
        (GraphChange("put", CLAIM, (note(1),)), Immutable),
        (update(f'INSERT DATA {{ <{CLAIM}> tn:statement "Otherwise."@en }}'), Immutable),
        (update(f"DELETE WHERE {{ <{CLAIM}> tn:modality ?o }}"), Immutable),
        (
            update(
                f"DELETE {{ <{CLAIM}> tn:hedged ?o }} INSERT {{ <{CLAIM}> tn:hedged true }} "
                f"WHERE {{ <{CLAIM}> tn:hedged ?o }}"
            ),
            Immutable,
        ),
        (update(f"DELETE WHERE {{ <{BASE}source/rt-483298> ?p ?o }}"), Immutable),
        (update(f"DELETE WHERE {{ <{BASE}id/state/iraq> ?p ?o }}"), Immutable),
        (update(f"INSERT DATA {{ <{BASE}id/state/iraq> a tn:Person }}"), Immutable),
        (update("CLEAR ALL"), Immutable),
        (update(f"DELETE DATA {{ <{CLAIM}> a tn:Claim }}"), Immutable),
        (update("DELETE WHERE { ?s ?p ?o }"), Immutable),
        (update(f"MOVE <{CLAIM}> TO <{BASE}claim/rt-483298/2>"), Immutable),
        (update(f"INSERT DATA {{ <{CLAIM}> tn:retractedAt 1 }}"), Immutable),
        (update(f"INSERT DATA {{ <{BASE}source/x/revision/1> a tn:Revision }}"), NotWritable),
        (GraphChange("post", f"{BASE}graph/world", (note(1),)), NotWritable),
        (GraphChange("post", f"{BASE}graph/ontology", (note(1),)), NotWritable),
        (GraphChange("post", f"{BASE}graph/state", (note(1),)), NotWritable),
        (GraphChange("delete", f"{BASE}graph/ontology"), NotWritable),
        (GraphChange("post", f"{BASE}at/2020-01-02", (note(1),)), NotWritable),
        (GraphChange("post", f"{BASE}anything", (note(1),)), NotWritable),
        (GraphChange("post", f"{TN_PREFIX}holder", (note(1),)), NotWritable),
        (body(f"<https://example.org/a> a <{TN_PREFIX}Claim> ."), NotWritable),
        (update("INSERT DATA { tn:holder a tn:Claim }"), NotWritable),
        (body(f"[] a <{TN_PREFIX}Claim> ."), NotWritable),
        (BodyChange(b"_:g { <a:b> <a:b> <a:b> }", body("").format), NotWritable),
        (body(document(claim(1, "tn:start <<( <a:b> <a:c> 1 )>>"))), NotWritable),
        (body(document(claim(1) + "c:1 tn:gist <<( <a:b> <a:c> 1 )>> .")), NotWritable),
        (body(document(claim(1)).replace("c:1", f"<{BASE}claim/gazette/../1>")), NotWritable),
        (body(document(claim(1)).replace("c:1", f"<{BASE}claim/gazette//1>")), NotWritable),
        (body(document(claim(1)).replace("c:1", f"<{BASE}claim/gazette/1?a=b>")), NotWritable),
        (body(document(claim(1)).replace("c:1", f"<{BASE}claim/gazette/>")), NotWritable),
        (update("LOAD <file:///etc/passwd>"), Refused),
        (
            update("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
            Refused,
        ),
        (update("INSERT { ?s ?p ?o } WHERE { S\\u0045RVICE <http://h/> { ?s ?p ?o } }"), Refused),
        (update(f"DROP GRAPH <{BASE}graph/world>"), NotWritable),
        (update(f"COPY <{BASE}graph/world> TO <urn:x:g>"), NotWritable),
        (
            update(f"WITH <{BASE}graph/world> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"),
            NotWritable,
        ),
        (update(f"{COPIED} {{ GRAPH <{BASE}at/2020-01-02> {{ ?s ?p ?o }} }}"), NotWritable),
        (update(f"BASE <{BASE}> {COPIED} {{ GRAPH <at/2020-01-02> {{ ?s ?p ?o }} }}"), NotWritable),
        (
            update(f"PREFIX at: <{BASE}at/> {COPIED} {{ GRAPH at:2020-01-02 {{ ?s ?p ?o }} }}"),
            NotWritable,
        ),
        (
            UpdateChange(f"{COPIED} {{ ?s ?p ?o }}", using_graphs=(f"{BASE}graph/world",)),
            NotWritable,
        ),
        (update("COPY <urn:x:none> TO <urn:x:g>"), BadQuery),
        (update("ADD GRAPH <urn:x:none> TO DEFAULT"), BadQuery),
        (update("SELECT * { ?s ?p ?o }"), BadQuery),
        (update("INSERT DATA { "), BadQuery),
        (
            update("CREATE GRAPH <https://example.org/g> ; CREATE GRAPH <https://example.org/g>"),
            BadQuery,
        ),
        (GraphChange("post", "no IRI", (note(1),)), BadParameter),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    untouched: KnowledgeBase, change: ChangeRequest, error: type[TenureError]
) -> None:
    before = set(untouched.store.quads())
    with pytest.raises(error) as caught:
        commit(untouched, change, who="ada", message="Of the gazette.")
    assert caught.value.remedy
    assert set(untouched.store.quads()) == before
    if isinstance(caught.value, NotWritten):
        assert caught.value.http_status in (403, 409)


def test_a_claim_whose_graph_is_sent_again_stays(kb: KnowledgeBase, write: Write) -> None:
    content = kb.claims[CLAIM].content
    assert not write(GraphChange("put", CLAIM, content)).changed
    assert not write(GraphChange("post", CLAIM, content[:1])).changed


# ---------------------------------------------------------------- ordinary graphs


def test_an_ordinary_graph_is_kept_as_it_is(kb: KnowledgeBase, write: Write) -> None:
    world = set(kb.store.quads(kb.names.graph("world")))
    done = write(GraphChange("put", NOTES, (note(1), note(2))))
    assert (done.graphs, done.created, done.dropped) == ((NOTES,), (NOTES,), ())
    assert done.revisions == ()
    assert {q.triple for q in kb.store.quads(NamedNode(NOTES))} == {note(1), note(2)}
    assert set(kb.store.quads(kb.names.graph("world"))) == world
    done = write(GraphChange("post", NOTES, (note(3),)))
    assert (done.created, done.dropped) == ((), ())
    write(GraphChange("put", NOTES, (note(3), note(4))))
    assert {q.triple for q in kb.store.quads(NamedNode(NOTES))} == {note(3), note(4)}
    done = write(GraphChange("delete", NOTES))
    assert done.dropped == (NOTES,)
    assert NamedNode(NOTES) not in kb.store.graphs()
    assert not write(GraphChange("delete", NOTES)).changed


def test_an_ordinary_graph_is_asked_by_its_name_only(kb: KnowledgeBase, write: Write) -> None:
    write(GraphChange("put", NOTES, (note(1),)))
    # What an ordinary graph says of the ontology's own terms is nobody's claim.
    write(update(f"INSERT DATA {{ GRAPH <{OTHER}> {{ {TOLD} }} }}"))

    def is_so(pattern: str, clause: str = "") -> bool:
        answer = kb.query(f"ASK {clause} {{ {pattern} }}")
        assert isinstance(answer, Truth)
        return bool(answer)

    plain = "<https://example.org/a> ?p ?o"
    assert not is_so(plain)
    assert is_so(f"GRAPH <{NOTES}> {{ {plain} }}")
    assert is_so(plain, f"FROM <{NOTES}>")
    assert not is_so(TOLD)
    assert f"{BASE}id/person/nobody" not in kb.registry
    assert violations(kb) == set()


def test_blank_nodes_keep_their_company(kb: KnowledgeBase, write: Write) -> None:
    text = (
        f"INSERT DATA {{ GRAPH <{NOTES}> {{ <a:a> <a:p> _:x . _:x <a:q> 1 , 2 . _:y <a:q> 3 }} "
        f"GRAPH <{OTHER}> {{ _:x <a:r> 4 }} }}"
    )
    write(UpdateChange(text))
    joined = "<a:a> <a:p> ?x . ?x <a:q> ?v"

    def values(pattern: str) -> set[str]:
        answer = kb.query(f"SELECT ?v {{ {pattern} }}")
        assert isinstance(answer, Solutions)
        return {row[0].value for row in answer}  # type: ignore[union-attr]

    assert values(f"GRAPH <{NOTES}> {{ {joined} }}") == {"1", "2"}
    across = f"GRAPH <{NOTES}> {{ <a:a> <a:p> ?x }} GRAPH <{OTHER}> {{ ?x <a:r> ?v }}"
    assert values(across) == {"4"}
    write(UpdateChange(f"DELETE WHERE {{ GRAPH <{NOTES}> {{ ?x <a:q> 1 }} }}"))
    assert values(f"GRAPH <{NOTES}> {{ {joined} }}") == {"2"}
    assert values(across) == {"4"}
    write(
        UpdateChange(
            f"INSERT {{ GRAPH <{NOTES}> {{ ?x <a:q> 5 }} }} "
            f"WHERE {{ GRAPH <{NOTES}> {{ <a:a> <a:p> ?x }} }}"
        )
    )
    assert values(f"GRAPH <{NOTES}> {{ {joined} }}") == {"2", "5"}
    assert values(across) == {"4"}
    blank = {
        q.subject for q in kb.store.quads(NamedNode(NOTES)) if isinstance(q.subject, BlankNode)
    }
    assert len(blank) == 2


def test_an_update_can_read_claims_and_write_notes_of_them(kb: KnowledgeBase, write: Write) -> None:
    text = (
        f"INSERT {{ GRAPH <{NOTES}> {{ ?claim <a:says> ?text }} }} "
        "WHERE { ?claim a tn:Claim ; tn:statement ?text }"
    )
    write(update(text))
    assert len(list(kb.store.quads(NamedNode(NOTES)))) == len(kb.claims)
    write(
        update(
            f"INSERT {{ GRAPH <{OTHER}> {{ ?claim <a:of> ?s }} }} "
            "WHERE { GRAPH ?claim { ?s a ?class } }"
        )
    )
    assert any(kb.store.quads(NamedNode(OTHER)))


def test_the_data_set_of_the_protocol(kb: KnowledgeBase, write: Write) -> None:
    write(GraphChange("put", NOTES, (note(1),)))
    text = f"INSERT {{ GRAPH <{OTHER}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    write(UpdateChange(text, using_graphs=(NOTES,)))
    assert {q.triple for q in kb.store.quads(NamedNode(OTHER))} == {note(1)}
    inner = f"INSERT {{ GRAPH <{OTHER}> {{ ?s ?p 2 }} }} WHERE {{ GRAPH ?g {{ ?s ?p 1 }} }}"
    write(UpdateChange(inner, using_named_graphs=(NOTES,)))
    assert {q.triple for q in kb.store.quads(NamedNode(OTHER))} == {note(1), note(2)}
    write(UpdateChange(f"DELETE WHERE {{ GRAPH <{OTHER}> {{ ?s ?p 2 }} }}", (), (OTHER,)))
    assert {q.triple for q in kb.store.quads(NamedNode(OTHER))} == {note(1)}
    with pytest.raises(BadParameter):
        write(UpdateChange(text.replace("WHERE", f"USING <{NOTES}> WHERE"), (NOTES,)))


def test_large_updates_of_data_are_read(kb: KnowledgeBase, write: Write) -> None:
    lines = " ".join(f"<a:a> <a:b> {number} ." for number in range(3000))
    write(UpdateChange(f"INSERT DATA {{ GRAPH <{NOTES}> {{ {lines} }} }}"))
    assert len(list(kb.store.quads(NamedNode(NOTES)))) == 3000


# ---------------------------------------------------------------- preconditions


def test_a_graph_is_written_only_as_it_was_read(kb: KnowledgeBase, write: Write) -> None:
    assert tag_of(kb, NOTES) is None
    write(GraphChange("put", NOTES, (note(1),)), if_absent=True)
    first = tag_of(kb, NOTES)
    assert first is not None
    with pytest.raises(PreconditionFailed):
        write(GraphChange("put", NOTES, (note(2),)), if_absent=True)
    write(GraphChange("put", NOTES, (note(2),)), if_match=[first])
    with pytest.raises(PreconditionFailed):
        write(GraphChange("put", NOTES, (note(3),)), if_match=[first])
    write(GraphChange("put", NOTES, (note(1),)), if_match=["*"])
    assert tag_of(kb, NOTES) == first
    with pytest.raises(PreconditionFailed):
        write(GraphChange("put", OTHER, (note(1),)), if_match=["*"])


def test_claims_can_depend_on_the_state_of_everything(kb: KnowledgeBase, write: Write) -> None:
    tag = tag_of(kb)
    assert tag is not None
    write(body(document()), if_match=[tag])
    with pytest.raises(PreconditionFailed):
        write(body(document(claim(2))), if_match=[tag])
    assert iri(2) not in kb.claims


# ---------------------------------------------------------------- what never ends


def test_an_update_that_takes_too_long_is_stopped(
    kb: KnowledgeBase, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenure.transactions.update.MOST_SECONDS", 1.0)
    before = set(kb.store.quads())
    parts = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(6))
    with pytest.raises(TookTooLong):
        write(
            UpdateChange(
                f"INSERT {{ GRAPH <{NOTES}> {{ <a:a> <a:b> ?n }} }} "
                f"WHERE {{ SELECT (COUNT(*) AS ?n) {{ {parts} }} }}"
            )
        )
    assert set(kb.store.quads()) == before
    # The next one is not held back.
    assert write(GraphChange("put", NOTES, (note(1),))).created == (NOTES,)


def test_a_long_update_is_carried_out_where_it_can_be_stopped(
    write: Write, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = " ".join(f"<{A.value}> <{B.value}> {number} ." for number in range(2_000))
    text = f"INSERT DATA {{ GRAPH <{NOTES}> {{ {data} }} }}"
    assert len(text) > 64_000
    write(update(text))
    assert sum(1 for _ in kb.store.quads(NamedNode(NOTES))) == 2_000
    monkeypatch.setattr("tenure.transactions.update.MOST_CHANGED", 10_000)
    with pytest.raises(TookTooLong):
        write(update(text.replace(NOTES, OTHER)))
