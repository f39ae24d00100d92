"""A check that looked at nothing says so, and does not pass."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from tests.cases.conftest import Run, RunCase

PERSON = """@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{base}id/person/{slug}> a tn:Person ; rdfs:label "Ada Lovelace"@en .
"""
RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">
<rdf:Description rdf:about="https://w3id.org/tenure/id/person/a"><rdf:type
  rdf:resource="https://w3id.org/tenure/ontology#Person"/><rdfs:label>A</rdfs:label>
</rdf:Description></rdf:RDF>
"""
OURS = "https://w3id.org/tenure/"


def written(**files: str) -> str:
    """The commands that write files; ``__`` in a name is a full stop."""
    return "".join(
        f"cat > {name.replace('__', '.')} <<'E'\n{text}E\n" for name, text in files.items()
    )


def test_the_case(run_case: RunCase) -> None:
    done = run_case("08-nothing-checked-passes")
    assert [one for one in done.lines if one.startswith("rc=")] == ["rc=2"] * 4
    assert done.stdout.count("(NothingChecked)") == 4


def test_each_format_says_so(run: Run) -> None:
    done = run(
        "mkdir empty; for f in json sarif junit ttl github; do"
        " tenure validate empty --format $f > out.$f; echo $?; done"
    )
    assert done.lines == ["2"] * 5
    read = {name: (done.folder / f"out.{name}").read_text() for name in ("json", "sarif", "junit")}
    assert json.loads(read["json"])["conforms"] is False
    assert json.loads(read["sarif"])["runs"][0]["results"][0]["ruleId"] == "NothingChecked"
    assert ET.fromstring(read["junit"]).get("failures") == "1"  # noqa: S314 - our own
    assert "tns:NothingChecked" in (done.folder / "out.ttl").read_text()
    assert "::error" in (done.folder / "out.github").read_text()


def test_what_is_named_and_not_read_fails_beside_what_is_sound(run: Run) -> None:
    files = written(a__ttl=PERSON.format(base=OURS, slug="a"), b__n3="# nothing\n", c__xml="<a/>\n")
    done = run(
        f"{files}tenure validate a.ttl b.n3 c.xml; echo rc=$?; tenure validate .; echo rc=$?"
    )
    assert [one for one in done.lines if one.startswith("rc=")] == ["rc=2", "rc=0"]
    assert done.stdout.count("(NotRead)") == 2
    assert done.stdout.count("note: ") == 2


def test_other_formats_that_are_read(run: Run) -> None:
    json_ld = (
        '{"@context": {"label": "http://www.w3.org/2000/01/rdf-schema#label"},'
        ' "@id": "https://w3id.org/tenure/id/person/b", "label": "B",'
        ' "@type": "https://w3id.org/tenure/ontology#Person"}\n'
    )
    files = written(a__rdf=RDF_XML, b__json=json_ld, c__json='{"label": "C"}\n', d__owl=RDF_XML)
    done = run(f"{files}tenure validate .; tenure validate c.json; echo rc=$?")
    found = [one.split(": ")[1] for one in done.lines if one.endswith("(EntityLabelLanguage)")]
    assert [one.split(":")[0] for one in found][1:] == ["b.json"]
    assert done.lines[-1] == "rc=2"
    assert any("EmptyFile" in one and "c.json" in one for one in done.lines)


def test_entities_of_xml_are_not_expanded(run: Run) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]>\n' + RDF_XML.split("\n", 1)[1]
    done = run(f"{written(a__rdf=bomb)}tenure validate a.rdf; echo rc=$?")
    assert done.lines[-1] == "rc=1"
    assert "(Syntax)" in done.stdout


def test_an_empty_file_is_a_warning(run: Run) -> None:
    files = written(a__ttl=PERSON.format(base=OURS, slug="a"), b__ttl="# nothing\n")
    done = run(
        f"{files}tenure validate a.ttl b.ttl; echo rc=$?;"
        "tenure validate a.ttl b.ttl --fail-on warning; echo rc=$?"
    )
    assert [one for one in done.lines if one.startswith("rc=")] == ["rc=0", "rc=1"]


def test_nothing_changed_is_a_success_that_says_so(run: Run) -> None:
    files = written(a__ttl=PERSON.format(base=OURS, slug="a"))
    done = run(
        f"{files}git init -q . && git add a.ttl && git -c user.name=a -c user.email=a@b.c"
        " commit -qm a && tenure validate a.ttl --changed-since HEAD; echo rc=$?"
    )
    assert done.lines[-1] == "rc=0"
    assert "note: Nothing in these files changed since HEAD." in done.lines


def test_evidence_without_a_text(run: Run) -> None:
    files = written(a__ttl=PERSON.format(base=OURS, slug="a"))
    done = run(f"{files}mkdir texts; tenure check-evidence --sources texts a.ttl; echo rc=$?")
    assert done.lines[-1] == "rc=2", done
    assert "(NothingChecked)" in done.stdout


@pytest.mark.parametrize("base", ["", "--base https://kb.example.org/"])
def test_a_base_of_ones_own(run: Run, base: str) -> None:
    own = "https://kb.example.org/"
    text = PERSON.format(base=own, slug="a") + PERSON.format(base=own, slug="b")
    done = run(f"{written(a__ttl=text)}tenure validate a.ttl {base}; echo rc=$?")
    assert done.lines[-1] == "rc=0"
    assert ("(DuplicateEntity)" in done.stdout) is bool(base)
    assert ("(NothingUnderBase)" in done.stdout) is not bool(base)


def test_a_registry_that_cannot_be_read_is_one_finding(run: Run, repo_root: str) -> None:
    done = run(
        f"cp -r {repo_root}/kb/facts facts; sed -i '40s/^/<<broken /' facts/entities.ttl;"
        "tenure validate facts; echo rc=$?"
    )
    assert [one for one in done.lines if one.startswith("violation: ")] == [
        one for one in done.lines if one.endswith("(Syntax)")
    ]
    assert any(one.startswith("note: ") and "are left out" in one for one in done.lines)
    assert done.lines[-1] == "rc=1"
