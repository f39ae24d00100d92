from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from tests.amount import cases

from tenure.errors import BadInput, BadRdf, NotFound
from tenure.reason import Clash, ReasonReport, check_ontology
from tenure.reason.programs import NotReasoned
from tenure.resources import data_dir

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:ontology a owl:Ontology .
:Living a owl:Class . :Dead a owl:Class ; owl:disjointWith :Living .
:holds a owl:ObjectProperty ; rdfs:domain :Living .
:start a owl:DatatypeProperty ; rdfs:range :date . :date a rdfs:Datatype .
"""


@pytest.fixture
def java() -> None:
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine (on Debian: apt-get install default-jre)")


@pytest.fixture(scope="module")
def ours() -> ReasonReport:
    return check_ontology()


def checked(folder: Path, turtle: str, **more: Any) -> ReasonReport:
    (folder / "ontology.ttl").write_text(PREFIXES + turtle, encoding="utf-8")
    return check_ontology(folder, **more)


def said(clash: Clash) -> tuple[str, ...]:
    return tuple(axiom.text for axiom in clash.axioms)


@pytest.mark.usefixtures("java")
class TestWithJava:
    def test_our_ontology_is_consistent_and_says_all_that_follows(self, ours: ReasonReport) -> None:
        report = ours
        assert report.reasoned
        assert report.consistent is True
        assert report.unsatisfiable == ()
        assert report.inferred == ()
        assert report.conforms

    def test_our_facts_are_consistent_with_it_were_all_of_them_true(
        self, ours: ReasonReport
    ) -> None:
        # All of them take a minute and a half: they are asked of in a longer run only.
        sources = sorted(data_dir("facts").glob("*.trig"), key=lambda one: one.stat().st_size)
        sample = [data_dir("facts") / "entities.ttl", *sources[: cases(18)]]
        report = check_ontology(sample=sample)
        assert report.consistent is True
        assert report.conforms
        assert report.triples > ours.triples

    def test_what_is_said_of_a_situation_may_not_be_said_of_an_event(self, tmp_path: Path) -> None:
        sample = tmp_path / "sample.ttl"
        sample.write_text(
            "@prefix tn: <https://w3id.org/tenure/ontology#> .\n"
            "<http://example.org/e> a tn:Event ; tn:holder <http://example.org/p> .\n",
            encoding="utf-8",
        )
        report = check_ontology(sample=[sample])
        assert report.reasoned
        assert report.consistent is False
        assert not report.conforms

    def test_an_inconsistent_ontology_is_found(self, tmp_path: Path) -> None:
        report = checked(tmp_path, ":x a :Dead ; :holds :y .")
        assert report.consistent is False
        assert not report.conforms
        assert report.seconds is not None
        assert "Dead disjointWith Living" in said(report.clashes[0])
        assert {one.about for one in report.clashes} == {""}

    def test_the_axioms_that_clash_are_as_few_as_can_be(self, tmp_path: Path) -> None:
        report = checked(tmp_path, ":x a :Dead ; :holds :y . :z a :Living . :x :holds :z .")
        assert ("Dead disjointWith Living", "holds domain Living", "x holds y", "x type Dead") in {
            said(one) for one in report.clashes
        }
        assert all(len(one.axioms) == 4 for one in report.clashes)

    def test_a_reason_that_takes_too_long_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tenure.reason.check.SECONDS_TO_EXPLAIN", 0.001)
        report = checked(tmp_path, ":x a :Dead ; :holds :y .")
        assert report.consistent is False
        assert report.clashes == ()
        assert "no reason within 0.001 seconds" in report.unexplained

    def test_a_class_that_can_have_no_member_is_found(self, tmp_path: Path) -> None:
        report = checked(
            tmp_path,
            ":Undead a owl:Class ; rdfs:subClassOf :Living , :Dead ."
            ":haunts a owl:ObjectProperty ; rdfs:domain :Undead .",
        )
        assert report.consistent is True
        assert report.unsatisfiable == ("http://example.org/Undead", "http://example.org/haunts")
        undead, haunts = report.clashes
        assert undead.about == "http://example.org/Undead"
        assert said(undead) == (
            "Dead disjointWith Living",
            "Undead subClassOf Dead",
            "Undead subClassOf Living",
        )
        assert haunts.about == "http://example.org/haunts"
        assert said(haunts) == (
            "Dead disjointWith Living",
            "Undead subClassOf Dead",
            "Undead subClassOf Living",
            "haunts domain Undead",
        )
        assert not report.conforms

    def test_properties_that_join_nothing_are_explained(self, tmp_path: Path) -> None:
        report = checked(
            tmp_path,
            """
            :eats a owl:ObjectProperty ; rdfs:domain :Living , :Dead .
            :eaten a owl:ObjectProperty ; owl:inverseOf :eats .
            :age a owl:DatatypeProperty ; rdfs:range xsd:integer , xsd:string .
            """,
        )
        names = ("age", "eaten", "eats")
        assert report.unsatisfiable == tuple(f"http://example.org/{one}" for one in names)
        by_term = {clash.about.rpartition("/")[2]: said(clash) for clash in report.clashes}
        assert by_term["eats"] == (
            "Dead disjointWith Living",
            "eats domain Dead",
            "eats domain Living",
        )
        assert set(by_term["eaten"]) > {"eats domain Dead", "eats domain Living"}
        assert by_term["age"] == ("age range integer", "age range string")
        assert report.unexplained == ""
        assert all(axiom.where for clash in report.clashes for axiom in clash.axioms)

    def test_a_disjoint_union_is_explained(self, tmp_path: Path) -> None:
        report = checked(
            tmp_path,
            ":Being a owl:Class ;\n owl:disjointUnionOf ( :Old :Young ) .\n"
            ":Old a owl:Class . :Young a owl:Class . :x a :Old , :Young .",
        )
        clash = report.clashes[0]
        assert said(clash) == ("Old disjointWith Young", "x type Old", "x type Young")
        assert [one.where and one.where.line for one in clash.axioms] == [11, 12, 12]

    def test_that_more_can_have_no_member_than_is_explained_is_told(self, tmp_path: Path) -> None:
        many = [f":U{n} a owl:Class ; rdfs:subClassOf :Living , :Dead ." for n in range(7)]
        report = checked(tmp_path, "\n".join(many))
        assert len({one.about for one in report.clashes}) == 5
        assert report.unexplained.startswith("2 more can have no member;")

    def test_names_that_two_terms_share_are_written_in_full(self, tmp_path: Path) -> None:
        turtle = "<http://example.net/Dead> a owl:Class . :x a :Dead , :Living ."
        report = checked(tmp_path, f"{turtle} <http://example.net/Dead> rdfs:subClassOf :Dead .")
        assert "x type <http://example.org/Dead>" in said(report.clashes[0])

    def test_what_the_reasoner_refuses_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="Non-simple property"):
            checked(tmp_path, ":holds a owl:TransitiveProperty , owl:IrreflexiveProperty .")

    def test_what_follows_and_is_not_stated_is_told(self, tmp_path: Path) -> None:
        report = checked(
            tmp_path,
            ":Holder a owl:Class ; owl:equivalentClass [ a owl:Restriction ; "
            "owl:onProperty :holds ; owl:someValuesFrom owl:Thing ] ."
            ":Heir a owl:Class ; rdfs:subClassOf :Holder .",
        )
        assert report.inferred == (("http://example.org/Holder", "http://example.org/Living"),)
        assert report.conforms

    def test_a_number_in_the_place_of_a_date_is_still_a_contradiction(self, tmp_path: Path) -> None:
        assert checked(tmp_path, ":x :start '2020-03~'^^:date .").consistent is True
        assert checked(tmp_path, ":x :start 5 .").consistent is False

    def test_dates_that_the_reasoner_does_not_know_are_told(self, tmp_path: Path) -> None:
        report = checked(tmp_path, ":x :start '2020-03'^^:date .")
        (note,) = report.notes
        assert note.startswith("<http://example.org/date> is no datatype of OWL 2;")

    def test_addresses_with_letters_of_other_scripts_do_not_stop_it(self, tmp_path: Path) -> None:
        turtle = (
            ":at a owl:DatatypeProperty ; rdfs:range xsd:anyURI ."
            ":x :at 'https://example.org/d’où%20elle?é=ü#ا'^^xsd:anyURI ."
        )
        assert checked(tmp_path, turtle).consistent is True

    def test_imports_are_not_followed(self, tmp_path: Path) -> None:
        report = checked(tmp_path, ":ontology owl:imports <http://127.0.0.1:9/nowhere> .")
        assert report.consistent is True
        assert "owl:imports is not followed: nothing is fetched." in report.notes

    def test_a_value_that_the_reasoner_refuses_is_told(self, tmp_path: Path) -> None:
        turtle = (
            ":n a owl:DatatypeProperty ; rdfs:range xsd:language .\n:x :n 'a b'^^xsd:language ."
        )
        with pytest.raises(BadInput, match=r"ontology\.ttl:11: .*a b.*malformed"):
            checked(tmp_path, turtle)

    def test_nothing_is_left_behind(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        folder = tmp_path / "ontology"
        folder.mkdir()
        assert checked(folder, ":x a :Dead ; :holds :y .").consistent is False
        assert list(scratch.iterdir()) == []

    def test_too_little_time_is_told(self, tmp_path: Path) -> None:
        report = checked(tmp_path, "", limit=0.001)
        assert not report.reasoned
        assert "did not finish within 0.001 seconds" in report.reason


def test_without_java_it_says_that_nothing_was_reasoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    report = checked(tmp_path, ":x :holds :y .")
    assert not report.reasoned
    assert report.consistent is None
    assert report.reason.startswith("There is no Java on this machine.")


def test_without_the_package_that_brings_hermit_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenure.reason.programs.java", lambda: "java")
    monkeypatch.setitem(sys.modules, "owlready2", None)
    report = checked(tmp_path, "")
    assert not report.reasoned
    assert "owlready2" in report.reason
    assert report.conforms


def test_a_reasoner_that_says_nothing_is_not_taken_for_agreement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 3, b"", b"")

    monkeypatch.setattr("tenure.reason.programs.java", lambda: "java")
    monkeypatch.setattr("tenure.reason.hermit.subprocess.run", run)
    with pytest.raises(BadInput, match="it says nothing"):
        checked(tmp_path, "")


def test_a_reasoner_that_finds_no_room_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = b'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n'

    def run(command: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 1, b"", said)

    monkeypatch.setattr("tenure.reason.programs.java", lambda: "java")
    monkeypatch.setattr("tenure.reason.hermit.subprocess.run", run)
    with pytest.raises(BadInput, match=r"not find room.*Reason over fewer files"):
        checked(tmp_path, "")


def test_the_report_is_plain_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_args: object) -> None:
        raise NotReasoned("No time today.")

    monkeypatch.setattr("tenure.reason.check.classify", none)
    told = json.loads(json.dumps(checked(tmp_path, ":never rdfs:domain :Dead .").to_dict()))
    assert told["reasoned"] is False
    assert told["reason"] == "No time today."


def test_a_folder_without_an_ontology_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no ontology"):
        check_ontology(tmp_path)
    with pytest.raises(NotFound, match="no ontology"):
        check_ontology(tmp_path / "nowhere")


def test_a_sample_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        checked(tmp_path, "", sample=[tmp_path / "nothing.ttl"])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadInput, match="No file here holds RDF"):
        checked(tmp_path, "", sample=[empty])
    broken = tmp_path / "broken.trig"
    broken.write_text("<a> <b>", encoding="utf-8")
    with pytest.raises(BadRdf, match=r"broken\.trig:1"):
        checked(tmp_path, "", sample=[broken])


@pytest.mark.usefixtures("java")
def test_a_datatype_with_a_definition_is_reasoned_over_as_it_is(tmp_path: Path) -> None:
    turtle = (
        ":few a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ; owl:onDatatype xsd:integer"
        " ; owl:withRestrictions ( [ xsd:maxInclusive 3 ] ) ] ."
        ":seats a owl:DatatypeProperty ; rdfs:range :few ."
    )
    assert checked(tmp_path, f"{turtle} :x :seats 2 .").consistent is True
    report = checked(tmp_path, f"{turtle} :x :seats 4 .")
    assert report.consistent is False
