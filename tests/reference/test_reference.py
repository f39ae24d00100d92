from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Triple

from tenure.catalog import Catalog
from tenure.errors import BadInput
from tenure.namespaces import TN_PREFIX, local_name
from tenure.reference import (
    PAGES,
    QuestionPage,
    Term,
    read_reference,
    rules_in_words,
    write_pages,
)
from tenure.resources import data_dir
from tenure.store import graph_format, read_file, read_text

HOME = data_dir("ontology")
ONTOLOGY = [quad.triple for file in sorted(HOME.glob("*.ttl")) for quad in read_file(file)]
SHAPES = [
    quad.triple for file in sorted((HOME / "shapes").glob("*.ttl")) for quad in read_file(file)
]
PREFIXES = """
@prefix : <http://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in read_text(PREFIXES + turtle, graph_format("ttl"))]


def terms(turtle: str, **more: Any) -> dict[str, Term]:
    found = read_reference(triples(turtle), "http://example.org/", **more)
    return {one.name: one for group in found.groups for one in group.terms}


@pytest.fixture(scope="module")
def questions() -> list[QuestionPage]:
    return [QuestionPage(one.name, one.title, one.text) for one in Catalog.load().values()]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, questions: list[QuestionPage]) -> Path:
    folder = tmp_path_factory.mktemp("reference")
    write_pages(folder, ONTOLOGY, SHAPES, questions)
    return folder


class Links(HTMLParser):
    """The anchors and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value or "")


def test_every_term_has_one_anchor(written: Path) -> None:
    for page in PAGES:
        found = Links((written / page.file).read_text(encoding="utf-8"))
        assert len(found.ids) == len(set(found.ids))
        subjects = {str(one.subject)[1:-1] for one in ONTOLOGY}
        names = {local_name(iri) for iri in subjects if iri.startswith(page.namespace)}
        assert names
        assert names <= set(found.ids)


def test_every_link_leads_somewhere_and_none_is_loaded(written: Path) -> None:
    files = [page.file for page in PAGES] + ["questions.html"]
    pages = {file: Links((written / file).read_text(encoding="utf-8")) for file in files}
    for file, page in pages.items():
        assert page.tags.isdisjoint({"script", "img", "iframe", "style"})
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https")
                continue
            target = parts.path or file
            assert (written / target).is_file(), link
            if parts.fragment:
                assert parts.fragment in pages[target].ids, link
    assert "url(" not in (written / "reference.css").read_text(encoding="utf-8")


def test_every_question_is_with_a_term_and_names_terms_that_there_are(
    questions: list[QuestionPage],
) -> None:
    known = {str(one.subject)[1:-1] for one in ONTOLOGY}
    for question in questions:
        named = {iri for iri in question.terms() if iri.startswith(TN_PREFIX)}
        assert named, question.name
        assert named <= known, question.name


def test_a_comment_or_another_prefix_names_no_term() -> None:
    question = QuestionPage(
        "q",
        "Which?",
        "# tn:Never\nPREFIX t: <http://example.org/>\nSELECT * { ?x a t:A ; <http://e/p> s:B }",
    )
    assert question.terms() == {"http://example.org/A", "http://e/p"}


def test_a_term_shows_what_is_said_of_it() -> None:
    asked = QuestionPage("who", "Who?", "PREFIX e: <http://example.org/> SELECT * { ?x a e:Post }")
    found = terms(
        ':Post a owl:Class ; rdfs:label "post"@en ; skos:definition "A seat."@en ;'
        ' skos:example "One."@en , "Two."@en ; skos:altLabel "office"@en ; rdfs:subClassOf :Thing .'
        ":Thing a owl:Class . :seats a owl:DatatypeProperty ; rdfs:domain :Post .",
        rules={"http://example.org/Post": ["Have one."]},
        questions=[asked],
    )
    post = found["Post"]
    assert (post.label, post.definition) == ("post", "A seat.")
    assert post.examples == ("One.", "Two.")
    assert post.other_names == ("office",)
    assert post.links == (("kind of", ("http://example.org/Thing",)),)
    assert post.properties == ("http://example.org/seats",)
    assert post.rules == ("Have one.",)
    assert post.questions == (asked,)
    assert found["Thing"].questions == ()


def test_a_deprecated_term_says_what_to_use() -> None:
    found = terms(":Old a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy :New .")["Old"]
    assert found.deprecated
    assert found.instead == ("http://example.org/New",)


def test_classes_that_go_round_in_a_circle_end() -> None:
    turtle = ":T a owl:Class . :A a owl:Class ; rdfs:subClassOf :B , :T . "
    turtle += ":B a owl:Class ; rdfs:subClassOf :A ."
    (top,) = read_reference(triples(turtle), "http://example.org/").tree
    assert top.iri == "http://example.org/T"
    assert top.below[0].below[0].below == ()


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("sh:path :p ; sh:minCount 1 ; sh:maxCount 1", "P: exactly one."),
        ("sh:path :p ; sh:minCount 2", "P: at least 2."),
        ("sh:path :p ; sh:maxCount 0", "P: none."),
        ("sh:path :p ; sh:maxCount 3 ; sh:class :C", "P: at most 3, a c."),
        ("sh:path :p ; sh:minInclusive 0 ; sh:maxExclusive 9", "P: at least 0, less than 9."),
        ("sh:path :p ; sh:in ( :C 'x' )", "P: one of c, x."),
        ("sh:path :p ; sh:nodeKind sh:IRI", "P: an IRI."),
        ("sh:path :p ; sh:datatype xsd:date", "P: written as xsd:date."),
        (
            "sh:path :p ; sh:or ( [ sh:class :C ] [ sh:nodeKind sh:Literal ] )",
            "P: a c or a literal.",
        ),
        ("sh:path [ sh:inversePath :p ] ; sh:maxCount 1", "The reverse of p: at most one."),
        ("sh:path ( :p :q ) ; sh:hasValue :C", "P, then q: always c."),
        ("sh:path [ sh:alternativePath ( :p :q ) ] ; sh:minCount 1", "P or q: at least one."),
        ("sh:path [ sh:oneOrMorePath :p ] ; sh:uniqueLang true", None),
        (
            "sh:path :p ; sh:sparql [] ; sh:message 'Mend {?brokenPart} of {$this}.'",
            "Refused with: Mend ‹brokenPart› of ‹this›.",
        ),
    ],
)
def test_a_shape_in_words(shape: str, words: str | None) -> None:
    turtle = f":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ {shape} ] ."
    if words is None:
        words = "P, once or more: at most one in a language."

    def label(iri: str) -> str:
        return iri.replace("http://www.w3.org/2001/XMLSchema#", "xsd:").rpartition("/")[2].lower()

    rules = rules_in_words(triples(turtle), label)
    assert rules["http://example.org/C"] == (words,)
    if shape.startswith("sh:path :p"):
        assert rules["http://example.org/p"] == (f"Of c: {words}",)


def test_our_rules_are_sentences() -> None:
    rules = rules_in_words(SHAPES, local_name)
    assert len(rules) > 20
    for sentences in rules.values():
        for one in sentences:
            assert re.match(r"[A-Z\"…{(]", one), one
            assert one.endswith((".", "…")), one
            assert "{?" not in one


def test_nothing_that_an_ontology_says_is_markup(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>"'
    said = evil.replace('"', '\\"')
    write_pages(
        tmp_path,
        [
            quad.triple
            for quad in read_text(
                f"<{TN_PREFIX}Evil> a <http://www.w3.org/2002/07/owl#Class> ; "
                f'<http://www.w3.org/2000/01/rdf-schema#label> "{said}"@en ; '
                f'<http://www.w3.org/2004/02/skos/core#definition> "{said}"@en ; '
                "<http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> ;"
                f"<http://www.w3.org/2000/01/rdf-schema#subClassOf> <{TN_PREFIX}Other> .",
                graph_format("ttl"),
            )
        ],
    )
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "taken"
    file.write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be written"):
        write_pages(file, ONTOLOGY)


INHERITING = """
:A a owl:Class . :B a owl:Class ; rdfs:subClassOf :A , owl:Thing . :C a owl:Class ;
  rdfs:subClassOf :B . :Other a owl:Class .
:p a owl:DatatypeProperty ; rdfs:domain :A . :q a owl:DatatypeProperty ; rdfs:domain :C .
"""


def test_a_class_has_the_rules_of_classes_above_and_of_its_properties() -> None:
    rules = {
        "http://example.org/A": ("Have a P.", "Be good."),
        "http://example.org/B": ("Be good.", "Be a B."),
        "http://example.org/C": ("Be a C.",),
        "http://example.org/p": ("Of a: Have a P.", "A P is short."),
        "http://example.org/q": ("Of other: Have no Q.",),
        "http://example.org/Other": ("Be other.",),
    }
    found = terms(INHERITING, rules=rules)
    assert found["C"].rules == ("Be a C.",)
    assert found["C"].rules_above == (
        ("http://example.org/B", ("Be good.", "Be a B.")),
        ("http://example.org/A", ("Have a P.",)),
        ("http://example.org/p", ("A P is short.",)),
    )
    assert found["C"].rule_count == 5
    assert found["A"].rules_above == (("http://example.org/p", ("A P is short.",)),)
    assert found["p"].rules_above == ()
    assert found["Other"].rules_above == ()


def test_a_class_has_the_properties_of_classes_above() -> None:
    found = terms(INHERITING)
    assert found["C"].properties == ("http://example.org/q",)
    assert found["C"].properties_above == (("http://example.org/A", ("http://example.org/p",)),)


def test_classes_above_one_another_end_somewhere() -> None:
    circle = ":A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ; rdfs:subClassOf :A ."
    rules = {"http://example.org/A": ("Be an A.",), "http://example.org/B": ("Be a B.",)}
    found = terms(circle, rules=rules)
    assert found["A"].rules_above == (("http://example.org/B", ("Be a B.",)),)


def test_a_kind_of_situation_shows_the_rules_of_situations(written: Path) -> None:
    page = (written / "index.html").read_text(encoding="utf-8")
    section = page[page.index('id="Tenure"') : page.index('id="Threat"')]
    assert 'Inherited from <a href="index.html#Situation">situation</a>' in section
    assert "<dt>as situation</dt>" in section


def test_every_question_has_its_query_on_a_page(
    written: Path, questions: list[QuestionPage], tmp_path: Path
) -> None:
    page = Links((written / "questions.html").read_text(encoding="utf-8"))
    assert {one.name for one in questions} <= set(page.ids)
    write_pages(tmp_path, ONTOLOGY)
    assert not (tmp_path / "questions.html").exists()
    assert "questions.html" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_first_page_tells_a_newcomer_where_to_begin(written: Path) -> None:
    page = (written / "index.html").read_text(encoding="utf-8")
    begin = page[page.index("A newcomer begins with") :].partition("</p>")[0]
    assert all(f'#{name}"' in begin for name in ("Claim", "Situation", "Event"))
    assert begin.count("href=") == 3
