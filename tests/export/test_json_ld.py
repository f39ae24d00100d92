from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from tenure.errors import BadInput
from tenure.export import document, export
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import EDTF_DATATYPE, PREFIXES, RDF_TYPE, RDFS_LABEL, TN, TNV, Names
from tenure.store import graph_format, read_text, write

JSON_LD, N_QUADS = graph_format("jsonld"), graph_format("nq")
NAMES = Names()


def read_back(data: bytes) -> bytes:
    """The statements of a JSON-LD document, in canonical form."""
    return write(read_text(data, JSON_LD), N_QUADS)


def node_of(quad: Quad) -> dict[str, Any]:
    """The one node of a document that says one thing."""
    (node,) = json.loads(document([quad], "jsonld"))["@graph"]
    assert isinstance(node, dict)
    return node


def about(predicate: NamedNode, value: NamedNode | Literal) -> dict[str, Any]:
    return node_of(Quad(NAMES.entity("office/a"), predicate, value))


def test_names_are_short_and_say_what_they_are() -> None:
    assert about(TN("holder"), NAMES.entity("person/b")) == {
        "id": "entities:office/a",
        "holder": "entities:person/b",
    }
    assert about(RDF_TYPE, TN("Office")) == {"id": "entities:office/a", "type": "Office"}
    assert about(TN("certainty"), TNV("Certain"))["certainty"] == "Certain"


def test_dates_words_numbers_and_truths_are_as_json_has_them() -> None:
    xsd = PREFIXES["xsd"]
    number, truth = NamedNode(xsd + "integer"), NamedNode(xsd + "boolean")
    assert about(TN("start"), Literal("2020-03~", datatype=EDTF_DATATYPE))["start"] == "2020-03~"
    assert about(RDFS_LABEL, Literal("A", language="en"))["label"] == {"en": "A"}
    assert about(TN("seats"), Literal("1", datatype=number))["seats"] == 1
    assert about(TN("hedged"), Literal("true", datatype=truth))["hedged"] is True


@pytest.mark.parametrize("text", ["05", "+5", "-0", "five", "9007199254740993"])
def test_a_number_that_json_would_change_stays_text(text: str) -> None:
    quad = Quad(
        NAMES.entity("office/a"),
        TN("seats"),
        Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "integer")),
    )
    written = document([quad], "jsonld")
    assert json.loads(written)["@graph"][0]["seats"] == text
    assert read_text(written, JSON_LD) == [quad]


def test_a_claim_holds_what_it_states_as_its_graph() -> None:
    claim, event = NAMES.claim("s", "1"), NAMES.entity("event/e")
    quads = [
        Quad(claim, RDF_TYPE, TN("Claim")),
        Quad(event, TN("doer"), NAMES.entity("person/b"), claim),
    ]
    assert json.loads(document(quads, "jsonld"))["@graph"] == [
        {
            "id": "claims:s/1",
            "type": "Claim",
            "@graph": [{"id": "entities:event/e", "doer": "entities:person/b"}],
        }
    ]


def test_nothing_is_nothing() -> None:
    assert json.loads(document([], "jsonld"))["@graph"] == []


def test_an_iri_that_looks_like_a_short_name_is_refused() -> None:
    quads = [
        Quad(NamedNode("tn:holder"), TN("holder"), NAMES.entity("person/b")),
    ]
    with pytest.raises(BadInput, match="TriG or N-Quads"):
        document(quads, "jsonld")


def test_the_knowledge_base_needs_no_long_form(kb: KnowledgeBase) -> None:
    """Every property has its short name, and every value the type that the context gives it."""
    long_names: set[str] = set()

    def visit(value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                visit(one)
        elif isinstance(value, dict):
            long_names.update(key for key in value if ":" in key or key == "@value")
            for one in value.values():
                visit(one)

    visit(json.loads(export(kb, "jsonld"))["@graph"])
    assert long_names == {"oa:start", "oa:end"}


def test_the_context_is_inside_and_nothing_is_fetched(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("the network was asked for something")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    written = export(kb, "jsonld")
    assert isinstance(json.loads(written)["@context"], dict)
    assert read_text(written, JSON_LD)


IRIS = st.sampled_from(
    [
        *(NAMES.entity(f"person/{name}") for name in "abc"),
        *(TN(name) for name in ("holder", "label", "Tenure", "start")),
        *(NamedNode(f"https://example.org/{name}") for name in ("", "a", "b/c#d")),
        NAMES.source("s"),
        TNV("Certain"),
        NamedNode("urn:x:y"),
    ]
)
PREDICATES = st.sampled_from(
    [
        *(TN(n) for n in ("holder", "start", "seats", "hedged", "statement", "supportedBy")),
        *(TN(n) for n in ("certainty", "textDigest", "webAddress", "startEarliest", "unheardOf")),
        RDF_TYPE,
        RDFS_LABEL,
        NamedNode("https://example.org/p"),
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
DATATYPES = st.sampled_from(
    [
        EDTF_DATATYPE,
        *(NamedNode(PREFIXES["xsd"] + n) for n in ("integer", "boolean", "date", "string", "int")),
    ]
)
LITERALS = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(
        lambda text, tag: Literal(text, language=tag), TEXT, st.sampled_from(["en", "ar", "de-at"])
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=kind),
        st.one_of(TEXT, st.sampled_from(["1", "01", "-7", "true", "1.0", "1e3"])),
        DATATYPES,
    ),
)
BLANKS = st.sampled_from([BlankNode("x"), BlankNode("y")])
QUADS = st.builds(
    Quad,
    st.one_of(IRIS, BLANKS),
    PREDICATES,
    st.one_of(IRIS, BLANKS, LITERALS),
    st.one_of(st.just(DefaultGraph()), IRIS),
)


@given(st.lists(QUADS, max_size=12))
def test_nothing_is_lost_in_json_ld(quads: list[Quad]) -> None:
    assert read_back(document(quads, "jsonld")) == write(quads, N_QUADS)


@given(st.lists(QUADS, max_size=8), st.randoms())
def test_the_order_of_statements_does_not_show(quads: list[Quad], chance: Any) -> None:
    shuffled = list(quads)
    chance.shuffle(shuffled)
    assert document(shuffled, "jsonld") == document(quads, "jsonld")
