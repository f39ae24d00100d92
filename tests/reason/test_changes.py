from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import NotFound
from tenure.reason.changes import LEVELS, ChangeReport, compare_ontologies
from tenure.reason.versions import read_version
from tenure.store import graph_format, read_text

PREFIXES = """
@prefix : <http://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
"""
BASE = """
:o a owl:Ontology ; owl:versionInfo "1.4.2" .
:Agent a owl:Class . :Person a owl:Class ; rdfs:subClassOf :Agent . :Office a owl:Class .
:holds a owl:ObjectProperty ; rdfs:domain :Person ; rdfs:range :Office ; rdfs:label "holds"@en .
:Shape a sh:NodeShape ; sh:targetClass :Person ; sh:property :Holds .
:Holds a sh:PropertyShape ; sh:path :holds ; sh:minCount 1 ; sh:maxCount 3 ; sh:message "One." .
"""


def compared(old: str, new: str) -> ChangeReport:
    turtle = graph_format("ttl")
    return compare_ontologies(read_text(PREFIXES + old, turtle), read_text(PREFIXES + new, turtle))


def changed(what: str, into: str) -> ChangeReport:
    assert what in BASE
    return compared(BASE, BASE.replace(what, into))


@pytest.mark.parametrize(
    ("what", "into", "told", "level"),
    [
        (":Office a", ":Seat a owl:Class . :Office a", "added", "minor"),
        (":Office a owl:Class .", "", "removed", "major"),
        (":Office a owl:Class", ":Office a owl:ObjectProperty", "kind changed", "major"),
        (
            ":Office a owl:Class",
            ":Office a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy :Agent",
            "deprecated",
            "minor",
        ),
        ("rdfs:domain :Person", "rdfs:domain :Agent", "loosened", "minor"),
        ("rdfs:range :Office", "rdfs:range :Person", "changed", "major"),
        ("rdfs:domain :Person ;", "", "loosened", "minor"),
        (
            ":Office a owl:Class",
            ":Office a owl:Class ; owl:disjointWith :Agent",
            "tightened",
            "major",
        ),
        (
            ":holds a owl:ObjectProperty",
            ":holds a owl:ObjectProperty , owl:FunctionalProperty",
            "tightened",
            "major",
        ),
        (
            ":Office a owl:Class",
            (
                ":Office a owl:Class ; rdfs:subClassOf [ a owl:Restriction ;"
                " owl:onProperty :holds ; owl:maxCardinality 1 ]"
            ),
            "tightened",
            "major",
        ),
        (
            ":Office a owl:Class",
            ":Office a owl:Class ; rdfs:subClassOf :Agent",
            "tightened",
            "minor",
        ),
        (" ; rdfs:subClassOf :Agent", "", "loosened", "major"),
        (":Office a owl:Class", ":Office a owl:Class ; tn:hasAxiom :x", "meaning changed", "major"),
        ('"holds"@en', '"has"@en', "reworded", "patch"),
        ("sh:minCount 1", "sh:minCount 2", "tightened", "major"),
        ("sh:minCount 1", "sh:minCount 0", "loosened", "minor"),
        ("sh:maxCount 3", "sh:maxCount 2", "tightened", "major"),
        ("sh:maxCount 3", "sh:maxCount 10", "loosened", "minor"),
        ("sh:maxCount 3 ;", "", "loosened", "minor"),
        ('"One."', '"At least one."', "reworded", "patch"),
        ("sh:maxCount 3", "sh:maxCount 3 ; sh:severity sh:Warning", "loosened", "minor"),
        ("sh:path :holds", "sh:path [ sh:inversePath :holds ]", "cannot be judged", "major"),
        ("sh:maxCount 3", "sh:maxCount 3 ; sh:class :Office", "tightened", "major"),
    ],
)
def test_a_change_is_named_and_weighed(what: str, into: str, told: str, level: str) -> None:
    report = changed(what, into)
    assert (told, level) in {(one.what, one.level) for one in report.changes}
    assert report.verdict == level


@pytest.mark.parametrize(
    ("old", "new", "told", "level"),
    [
        ("sh:in ( :a :b )", "sh:in ( :a :b :c )", "loosened", "minor"),
        ("sh:in ( :a :b )", "sh:in ( :a )", "tightened", "major"),
        ("sh:in ( :a :b )", "sh:in ( :a :c )", "changed", "major"),
        ("sh:in ( :a :b )", "sh:in ( :b :a )", "reworded", "patch"),
        ("sh:in ( 'a b' 'c' )", "sh:in ( 'a b' 'c' 'd ) e' )", "loosened", "minor"),
        ("sh:languageIn ( 'en' )", "sh:languageIn ( 'en' 'fr' )", "loosened", "minor"),
        (
            "sh:or ( [ sh:class :Office ] )",
            "sh:or ( [ sh:class :Office ] [ sh:class :Agent ] )",
            "loosened",
            "minor",
        ),
        ("sh:nodeKind sh:IRI", "sh:nodeKind sh:BlankNodeOrIRI", "loosened", "minor"),
        ("sh:nodeKind sh:BlankNodeOrIRI", "sh:nodeKind sh:IRI", "tightened", "major"),
        ("sh:nodeKind sh:Literal", "sh:nodeKind sh:IRI", "changed", "major"),
        ("sh:class :Person", "sh:class :Agent", "loosened", "minor"),
        ("sh:class :Agent", "sh:class :Person", "tightened", "major"),
        ("sh:class :Agent", "sh:class :Office", "changed", "major"),
        ("sh:datatype xsd:date", "sh:datatype xsd:gYear", "changed", "major"),
        ("sh:uniqueLang true", "sh:uniqueLang false", "loosened", "minor"),
        ("sh:closed false", "sh:closed true", "tightened", "major"),
        ("sh:deactivated false", "sh:deactivated true", "loosened", "minor"),
        ("", "sh:deactivated true", "loosened", "minor"),
        ("sh:closed true", "", "loosened", "minor"),
        ("sh:ignoredProperties ( :a )", "sh:ignoredProperties ( :a :b )", "loosened", "minor"),
        ("", "sh:ignoredProperties ( :a )", "loosened", "minor"),
        ("sh:pattern 'a'", "sh:pattern 'b'", "cannot be judged", "major"),
        ("sh:minLength 3", "sh:minLength 2", "loosened", "minor"),
        ("sh:minLength 'a'", "sh:minLength 'b'", "cannot be judged", "major"),
        ("sh:hasValue :a , :b", "sh:hasValue :c , :d", "cannot be judged", "major"),
    ],
)
def test_a_changed_constraint_is_weighed(old: str, new: str, told: str, level: str) -> None:
    shape = ":More a sh:PropertyShape ; sh:path :holds ; {} ."
    report = compared(BASE + shape.format(old), BASE + shape.format(new))
    assert [(one.what, one.level) for one in report.changes] == [(told, level)]
    nameless = ":Whole a sh:NodeShape ; sh:property [ sh:path :holds ; {} ] ."
    (change,) = compared(BASE + nameless.format(old), BASE + nameless.format(new)).changes
    assert (change.what, change.level) == (told, level)
    assert change.detail.startswith("Of <http://example.org/holds>: ")


@pytest.mark.parametrize(
    ("query", "told", "verdict"),
    [
        ("SELECT $this { $this a <http://example.org/#B> }", "cannot be judged", "major"),
        ("SELECT $this { # why\\n  $this  a <http://example.org/#A> }", "reworded", "patch"),
        ("SELECT $this { $this a 'A }", "cannot be judged", "major"),
    ],
)
def test_a_changed_query_cannot_be_judged_unless_only_its_layout_changed(
    query: str, told: str, verdict: str
) -> None:
    shape = ':Asks a sh:SPARQLConstraint ; sh:select "{}" .'
    first = "SELECT $this { $this a <http://example.org/#A> }"
    report = compared(BASE + shape.format(first), BASE + shape.format(query))
    assert [one.what for one in report.changes] == [told]
    assert report.verdict == verdict
    assert report.unjudged == report.to_dict()["unjudged"] == (verdict == "major")


def test_a_verdict_that_rests_on_more_than_the_unjudged_is_judged() -> None:
    new = BASE.replace("sh:path :holds", "sh:path [ sh:inversePath :holds ]")
    assert compared(BASE, new).unjudged
    assert not compared(BASE, new.replace(":Office a owl:Class .", "")).unjudged


def test_what_is_narrowed_is_tightened() -> None:
    wide = BASE.replace("rdfs:domain :Person", "rdfs:domain :Agent")
    (change,) = compared(wide, BASE).changes
    assert (change.what, change.level) == ("tightened", "major")
    assert "was <http://example.org/Agent> and is <http://example.org/Person>" in change.detail


def test_a_deprecated_term_names_what_to_use() -> None:
    instead = "owl:deprecated true ; dcterms:isReplacedBy :Agent"
    (change,) = changed(":Office a owl:Class", f":Office a owl:Class ; {instead}").changes
    assert change.detail == "It is deprecated; use <http://example.org/Agent>."


def test_a_new_shape_of_new_terms_refuses_nothing_that_was_there() -> None:
    report = compared(
        BASE, BASE + ":New a owl:Class . :NewShape a sh:NodeShape ; sh:targetClass :New ."
    )
    assert report.verdict == "minor"
    new = BASE.replace("sh:targetClass :Person", "sh:targetClass :Person , :New")
    report = compared(BASE, new + ":New a owl:Class .")
    assert report.verdict == "minor"
    assert "sh:targetClass <http://example.org/New> is new." in {
        one.detail for one in report.changes
    }
    assert compared(BASE, new).verdict == "major"
    named = ":More a sh:PropertyShape ; sh:path :holds ; sh:class :Office ."
    assert compared(BASE, BASE + named).verdict == "minor"
    told = compared(BASE, BASE.replace("sh:property :Holds", "sh:property :Holds , :More") + named)
    assert told.verdict == "major"
    report = compared(BASE, BASE + ":OldShape a sh:NodeShape ; sh:targetClass :Office .")
    assert report.verdict == "major"


def test_names_of_blank_nodes_and_order_are_no_change() -> None:
    old = BASE + ":C a owl:Class ; owl:equivalentClass [ owl:unionOf ( :Agent :Office ) ] ."
    new = ":C owl:equivalentClass _:u ; a owl:Class . _:u owl:unionOf ( :Agent :Office ) ." + BASE
    assert compared(old, new).changes == ()
    assert compared(old, new).because == "Nothing changed."


@pytest.mark.parametrize(
    ("version", "next_version"),
    [("1.4.2", "2.0.0"), ("0.4.2", "0.5.0"), ("next", "")],
)
def test_the_next_version_follows(version: str, next_version: str) -> None:
    old = BASE.replace("1.4.2", version)
    report = compared(old, old.replace(":Office a owl:Class .", ""))
    assert report.next_version == next_version


def test_a_version_that_promises_too_little_is_told() -> None:
    new = BASE.replace(":Office a owl:Class .", "")
    assert compared(BASE, new.replace("1.4.2", "1.4.3")).understated
    assert not compared(BASE, new.replace("1.4.2", "2.0.0")).understated


LINES = [line for line in BASE.replace(" . ", " .\n").splitlines() if line.strip()]


@given(st.sets(st.sampled_from(LINES)), st.sets(st.sampled_from(LINES)))
def test_a_version_differs_from_another_if_and_only_if_terms_do(
    old: set[str], new: set[str]
) -> None:
    report = compared("\n".join(old), "\n".join(new))
    onto = next(line for line in LINES if line.startswith(":o "))
    assert bool(report.changes) == (old - {onto} != new - {onto})
    levels = [LEVELS.index(one.level) for one in report.changes]
    assert levels == sorted(levels, reverse=True)
    assert report.to_dict()["verdict"] == report.verdict


@pytest.fixture
def history(tmp_path: Path) -> Path:
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git on this machine")
    folder = tmp_path / "checkout" / "ontology"
    (folder / "shapes").mkdir(parents=True)
    (folder / "o.ttl").write_text(PREFIXES + BASE, encoding="utf-8")
    (folder / "shapes" / "s.ttl").write_text(
        PREFIXES + ":S a sh:NodeShape ; sh:targetClass :Office .", encoding="utf-8"
    )
    who = ["-c", "user.name=Ada Brook", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "First"]):
        subprocess.run([git, "-C", str(folder.parent), *words], check=True, capture_output=True)
    return folder


def test_a_revision_is_a_version(history: Path) -> None:
    (history / "o.ttl").write_text(PREFIXES + BASE.replace('holds"@en', 'has"@en'), "utf-8")
    old = read_version("HEAD", folder=history)
    assert len(old) > len(read_version(str(history / "o.ttl")))
    (change,) = compare_ontologies(old, read_version(str(history))).changes
    assert change.what == "reworded"


@pytest.mark.parametrize("name", ["no-such-revision", "--help", ""])
def test_what_is_no_version_is_told(history: Path, name: str) -> None:
    with pytest.raises(NotFound):
        read_version(name, folder=history)


def test_an_empty_folder_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no ontology"):
        read_version(str(tmp_path))
