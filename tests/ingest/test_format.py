"""The house layout says the same as its input, in one way only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from tenure.errors import BadInput, BadRdf, NotFound
from tenure.ingest import format_files, format_trig
from tenure.ingest.turtle_format import head_comments, inner_comments, natural
from tenure.namespaces import Names

HEAD = """\
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix claim: <https://w3id.org/tenure/claim/s/> .
@prefix source: <https://w3id.org/tenure/source/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
"""
NAMES = Names()
LOCALS = st.text(st.sampled_from("ab0-_.:/~%#é("), min_size=0, max_size=5)
NAMESPACES = st.sampled_from(
    [
        NAMES.claim_prefix + "s/",
        NAMES.source_prefix,
        NAMES.source_prefix + "s/chain/",
        NAMES.id_prefix + "person/",
        "https://w3id.org/tenure/ontology#",
        "https://elsewhere.example/",
        "urn:x:",
    ]
)


def valid(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


IRIS = st.builds(str.__add__, NAMESPACES, LOCALS).filter(valid).map(NamedNode)
CLASSES = st.sampled_from(
    [
        NamedNode("https://w3id.org/tenure/ontology#" + name)
        for name in ("Source", "SpeechChain", "SpeechLink", "Passage", "Claim", "Person")
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text: Literal(text, language="en"), TEXTS),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(XSD + kind)),
        st.sampled_from(["1", "-7", "+07", "true", "1.5", "x", "", "2020-01-03"]),
        st.sampled_from(["integer", "boolean", "decimal", "date", "string"]),
    ),
)
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
STATEMENTS = st.one_of(
    st.builds(Triple, IRIS, st.just(TYPE), CLASSES),
    st.builds(Triple, IRIS, IRIS, st.one_of(IRIS, LITERALS)),
)
QUADS = st.builds(
    lambda t, graph: Quad(t.subject, t.predicate, t.object, graph),
    STATEMENTS,
    st.one_of(st.just(DefaultGraph()), IRIS),
)


def read(text: str) -> set[Quad]:
    return set(parse(text, RdfFormat.TRIG))


@given(st.lists(QUADS, max_size=12))
def test_formatting_keeps_the_quads_and_formatting_twice_changes_nothing(quads: list[Quad]) -> None:
    trig = (serialize(quads, format=RdfFormat.TRIG) or b"").decode()
    once = format_trig(trig)
    assert read(once) == set(quads)
    assert format_trig(once) == once


@given(st.lists(QUADS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(quads: list[Quad], random: object) -> None:
    shuffled = list(quads)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    second = (serialize(shuffled, format=RdfFormat.N_QUADS) or b"").decode()
    # N-Quads has graph names in fourth place, which TriG does not read: go through TriG.
    as_trig = [
        (serialize(parse(text, RdfFormat.N_QUADS), format=RdfFormat.TRIG) or b"").decode()
        for text in (first, second)
    ]
    assert format_trig(as_trig[0]) == format_trig(as_trig[1])


def test_the_layout() -> None:
    text = (
        "# A header,\n# of two lines.\n"
        + HEAD
        + """
claim:30-10 { person:b tn:holder person:z , person:a10 , person:a2 . }
claim:30-2 a tn:Claim ; tn:hedged "false"^^<http://www.w3.org/2001/XMLSchema#boolean> ;
  tn:statement "Two\\nlines"@en ; tn:source source:s .
claim:30-2 { <https://w3id.org/tenure/id/person/a.b/> tn:seats 1 ; a tn:Tenure . }
claim:30-10 a tn:Claim ; tn:attribution <https://w3id.org/tenure/source/s/chain/x> .
<https://w3id.org/tenure/source/s/chain/x-1> a tn:SpeechLink ; tn:voice person:a ; tn:position 1 .
<https://w3id.org/tenure/source/s/chain/w> a tn:SpeechChain .
<https://w3id.org/tenure/source/s/chain/x> a tn:SpeechChain ;
  tn:link <https://w3id.org/tenure/source/s/chain/x-1> .
source:s tn:textLength 12 ; tn:published "2020" ; a tn:Source .
"""
    )
    assert (
        format_trig(text)
        == """\
# A header,
# of two lines.

@prefix chain: <https://w3id.org/tenure/source/s/chain/> .
@prefix claim: <https://w3id.org/tenure/claim/s/> .
@prefix person: <https://w3id.org/tenure/id/person/> .
@prefix source: <https://w3id.org/tenure/source/> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

source:s a tn:Source ;
    tn:published "2020" ;
    tn:textLength 12 .

chain:w a tn:SpeechChain .

chain:x a tn:SpeechChain ;
    tn:link chain:x-1 .

chain:x-1 a tn:SpeechLink ;
    tn:position 1 ;
    tn:voice person:a .

claim:30-2 a tn:Claim ;
    tn:source source:s ;
    tn:statement "Two\\nlines"@en ;
    tn:hedged false .

claim:30-2 {
    <https://w3id.org/tenure/id/person/a.b/> a tn:Tenure ;
        tn:seats 1 .
}

claim:30-10 a tn:Claim ;
    tn:attribution chain:x .

claim:30-10 {
    person:b tn:holder person:a2 , person:a10 , person:z .
}
"""
    )


def test_an_empty_file_stays_empty() -> None:
    assert format_trig("") == ""
    assert format_trig("# only a header\n") == "# only a header\n"


def test_a_prefix_of_the_file_is_kept_where_the_house_has_none() -> None:
    text = "@prefix mine: <https://mine.example/> .\n"
    text += "@prefix t: <https://w3id.org/tenure/ontology#> .\n"
    out = format_trig(text + "mine:a t:b mine:c .")
    assert "mine:a tn:b mine:c ." in out
    assert "@prefix mine: <https://mine.example/> ." in out


def test_another_base_has_its_own_prefixes() -> None:
    names = Names("https://kb.example/")
    out = format_trig(
        "<https://kb.example/id/person/a> <https://w3id.org/tenure/ontology#b> 1 .", names=names
    )
    assert "person:a tn:b 1 ." in out
    assert "@prefix person: <https://kb.example/id/person/> ." in out


def test_comments_below_the_head_are_never_lost_in_silence() -> None:
    text = (
        f"# head\n{HEAD}\n# below\nperson:a tn:title 'a # b' ; # beside\n tn:gist '''x\n# y''' .\n"
    )
    with pytest.raises(BadInput, match="be lost:\n  line 8: # beside") as refused:
        format_trig(text, name="f.ttl")
    assert str(refused.value.where) == "f.ttl:8"
    assert "--drop-comments" in refused.value.remedy
    dropped = format_trig(text, drop_comments=True)
    assert dropped.startswith("# head\n\n@prefix")
    assert "below" not in dropped
    assert read(dropped) == read(text)


def test_comments_above_blocks_stay_above_them() -> None:
    text = (
        f"# head\n{HEAD}\n# of b\n\n# once more\nperson:b a tn:Person .\n"
        "# of a\n<https://w3id.org/tenure/id/person/a> a tn:Person ; tn:title '.' .\n"
    )
    out = format_trig(text)
    assert "\n\n# of a\nperson:a a tn:Person ;" in out
    assert "\n\n# of b\n# once more\nperson:b a tn:Person .\n" in out
    assert format_trig(out) == out
    assert read(out) == read(text)


@pytest.mark.parametrize(
    "text",
    [
        "person:a a tn:Person .\n# at the end\n",
        "person:a a tn:Person ;\n# within\n tn:title 'x' .",
        "person:a a tn:Person .\n# before a prefix\n@prefix x: <y:> .",
        "claim:x {\n# in a graph\nperson:a a tn:Person .\n}",
        "claim:x { person:a a tn:Person .\n# in a graph\nperson:b a tn:Person . }",
        "person:a a tn:Person . # beside\nperson:b a tn:Person .",
        "person:a tn:title 'x.'\n# after a text\n; a tn:Person .",
        "person:a a tn:Person .\n# before what is written otherwise\nperson:b\\-c a tn:Person .",
    ],
)
def test_comments_elsewhere_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="these would be lost:\n  line"):
        format_trig(HEAD + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<http://a.example/#b> <p:#> 'c' .", []),
        ('<a:b> <c:d> """x"# y\n""" . # z', ["# z"]),
        ("# head\n\n# head too\n\n<a:b> <c:d> 1 .#z", ["#z"]),
        ("<a:b> <c:d> '\\'#' . #'", ["#'"]),
        ("@prefix a: <a:> . a:b\\#c a:d 1 .", []),
        ("# one\r\n<a:b> <c:d> 1 .\r\n# two\r\n", ["# two"]),
    ],
)
def test_what_is_a_comment(text: str, expected: list[str]) -> None:
    assert [comment for _, comment in inner_comments(text)] == expected


def test_the_header_keeps_its_empty_lines() -> None:
    assert head_comments("\n# a\n\n#b\n\n<x:y> <x:z> 1 . # c") == ("# a", "", "#b")


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(BadInput, match="blank node"):
        format_trig(f"{HEAD} person:a tn:b [ tn:c 1 ] .")
    with pytest.raises(BadInput, match="blank node"):
        format_trig(f"{HEAD} person:a tn:b _:x .")


def test_what_does_not_parse_is_told_with_its_line() -> None:
    with pytest.raises(BadRdf) as refused:
        format_trig(f"{HEAD}\nperson:a tn:b .", name="broken.ttl")
    assert refused.value.where is not None
    assert str(refused.value.where).startswith("broken.ttl:6")


def test_format_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    loose, good = tmp_path / "in" / "a.trig", tmp_path / "b.ttl"
    loose.write_text(f"{HEAD} person:a tn:b 1 .")
    good.write_text(format_trig(f"{HEAD} person:a tn:b 1 ."))
    loose.chmod(0o640)
    untouched = loose.read_text()
    assert format_files([tmp_path], check=True) == (loose,)
    assert loose.read_text() == untouched
    assert format_files([tmp_path]) == (loose,)
    assert loose.read_text() == good.read_text()
    assert loose.stat().st_mode & 0o777 == 0o640
    assert format_files([tmp_path], check=True) == ()
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.trig", "b.ttl", "in"]


def test_one_bad_file_and_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(f"{HEAD} person:a tn:b 1 .")
    (tmp_path / "b.trig").write_text("no turtle")
    before = (tmp_path / "a.trig").read_text()
    with pytest.raises(BadRdf):
        format_files([tmp_path])
    assert (tmp_path / "a.trig").read_text() == before


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        format_files([tmp_path / "nothing"])


def test_the_facts_are_in_the_house_layout(repo_root: Path) -> None:
    assert format_files([repo_root / "kb" / "facts"], check=True) == ()


def test_the_example_of_the_model_comes_out_with_the_same_quads(repo_root: Path) -> None:
    page = (repo_root / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    example = re.search(r"```trig\n(.*?)```", page, re.DOTALL)
    assert example is not None
    assert read(format_trig(example[1])) == read(example[1])


@given(st.lists(st.text(st.sampled_from("019-a"), max_size=6), max_size=6))
def test_natural_order_is_total(texts: list[str]) -> None:
    ordered = sorted(texts, key=natural)
    texts.reverse()
    assert sorted(texts, key=natural) == ordered
    assert [t for t in ordered if t in ("1-2", "1-10")] == sorted(
        (t for t in texts if t in ("1-2", "1-10")), key=lambda t: int(t[2:])
    )
