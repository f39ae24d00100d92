"""Facts left on disk come to the report that facts held in memory come to."""

from __future__ import annotations

import random
import re
import runpy
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from tests.amount import cases

from tenure.namespaces import RDF_TYPE, TN
from tenure.validate import Finding, Report, facts, validate_paths
from tenure.validate.documents import StatementIndex, files_in, read_files

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "ontology" / "examples"
FACTS = ROOT / "kb" / "facts"
write_registers = runpy.run_path(str(ROOT / "benchmarks" / "validation_data.py"))["write_registers"]
_LABEL = re.compile(r"_:\w+")


def _same(paths: Sequence[Path], held: int, context: Path | None = None) -> Report:
    """The report, which is the same whether all is held or ``held`` bytes are."""
    whole = validate_paths(paths, context=context, held=1 << 40)
    parts = validate_paths(paths, context=context, held=held)
    assert _plain(parts.findings) == _plain(whole.findings)
    assert parts.checked == whole.checked
    assert parts.files == whole.files
    assert sorted(parts.notes) == sorted(whole.notes)
    return whole


def _plain(findings: Sequence[Finding]) -> list[Finding]:
    """Findings as they are but for the labels of blank nodes, which mean nothing."""
    return sorted((_without_labels(one) for one in findings), key=str)


def _without_labels(one: Finding) -> Finding:
    message, remedy = (_LABEL.sub("_:", text) for text in (one.message, one.remedy))
    return replace(one, focus=_LABEL.sub("_:", one.focus), message=message, remedy=remedy)


@pytest.mark.parametrize(
    "file", sorted(EXAMPLES.glob("invalid/*.trig"))[::12], ids=lambda file: file.stem
)
def test_a_broken_example(file: Path) -> None:
    assert _same([file], held=2_000, context=EXAMPLES / "entities.ttl").findings


def test_all_broken_examples_together() -> None:
    rules = {one.rule for one in _same([EXAMPLES / "invalid"], held=40_000).findings}
    assert len(rules) > 70


def test_facts_that_are_sound() -> None:
    assert _same([FACTS], held=40_000).conforms


def test_a_register_in_several_files(tmp_path: Path) -> None:
    write_registers(tmp_path, 300, files=3, broken_every=7)
    report = _same([tmp_path], held=60_000)
    assert len({one.rule for one in report.findings}) > 3


def test_a_file_whose_registry_is_beside_it(tmp_path: Path) -> None:
    write_registers(tmp_path, 60, files=1, broken_every=11)
    triples = {q.triple for q in parse(path=tmp_path / "entities.nq", format=RdfFormat.N_QUADS)}
    serialize(triples, tmp_path / "entities.ttl", format=RdfFormat.TURTLE)
    (tmp_path / "entities.nq").unlink()
    assert _same([tmp_path / "register-0.nq"], held=8_000).findings


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld"])
def test_what_is_missing_is_told_once_a_file_with_the_nearest_names(
    tmp_path: Path, form: str
) -> None:
    write_registers(tmp_path, 40, files=2, broken_every=10**6)
    formats = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
    for file in sorted(tmp_path.glob("*.nq")):
        text = file.read_text(encoding="utf-8").replace("org/registrar", "org/registrrar")
        if file.name == "entities.nq":
            text = file.read_text(encoding="utf-8")
        quads = list(parse(text, format=RdfFormat.N_QUADS))
        file.unlink()
        serialize(quads, file.with_suffix(f".{form}"), format=formats[form])
    report = _same([tmp_path], held=4_000)
    missing = [one for one in report.findings if one.rule == "DanglingReference"]
    assert len(missing) == 2
    assert all("org/registrar" in one.remedy for one in missing)


def test_entities_that_may_be_one(tmp_path: Path) -> None:
    """Regression: no name was taken note of, so that none was found twice."""
    write_registers(tmp_path, 60, files=2, broken_every=10**6)
    registry = tmp_path / "entities.nq"
    text = registry.read_text(encoding="utf-8")
    for number in (3, 7):
        text = text.replace(f'"Person {number}"', f'"Person  {number - 1}"')
    apart = "<http://www.w3.org/2002/07/owl#differentFrom>"
    person = "<https://w3id.org/tenure/id/person/p"
    registry.write_text(f"{text}{person}6> {apart} {person}7> .\n", encoding="utf-8")
    found = _same([tmp_path], held=4_000).findings
    assert [(one.rule, one.focus[-2:]) for one in found] == [("DuplicateEntity", "p2")]


@pytest.mark.parametrize("held", [1_500, 4_000, 60_000])
def test_claims_that_contradict_themselves(tmp_path: Path, held: int) -> None:
    """Dates, orders, and a tense against the day of the source, wherever the pieces are cut."""
    write_registers(tmp_path, 60, files=2, broken_every=10**6)
    for number, file in enumerate(sorted(tmp_path.glob("register-*.nq"))):
        text = file.read_text(encoding="utf-8")
        graphs = sorted(set(re.findall(r"(<\S+/claim/\S+>) \.$", text, re.MULTILINE)))
        event = f"<https://w3id.org/tenure/id/event/e{number}-"
        edtf = "^^<http://id.loc.gov/datatypes/edtf/EDTF>"
        term = "<https://w3id.org/tenure/ontology#"
        added = [
            f'{event}a> {term}date> "1921-05-01"{edtf} {graphs[3]} .',
            f'{event}a> {term}date> "1921-05-02"{edtf} {graphs[3]} .',
            f"{event}b> {term}after> {event}a> {graphs[7]} .",
            f"{event}a> {term}after> {event}b> {graphs[7]} .",
            f'{event}b> {term}date> "2031"{edtf} {graphs[9]} .',
            f"{graphs[9][:-1]}> {term}tense> <https://w3id.org/tenure/vocabulary#Past> .",
        ]
        # At the end of the file, far from the rest of what these claims state.
        file.write_text(text + "\n".join(added) + "\n", encoding="utf-8")
        with (tmp_path / "entities.nq").open("a", encoding="utf-8") as registry:
            for name in "ab":
                kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
                label = "<http://www.w3.org/2000/01/rdf-schema#label>"
                registry.write(f"{event}{name}> {kind} {term}Visit> .\n")
                registry.write(f'{event}{name}> {label} "Visit {number}{name}"@en .\n')
    found = _same([tmp_path], held=held).findings
    assert [one.rule for one in found].count("ClaimContradictsItself") == 6


def test_languages_that_letters_contradict(tmp_path: Path) -> None:
    write_registers(tmp_path, 60, files=2, broken_every=10**6)
    registry = tmp_path / "entities.nq"
    text = registry.read_text(encoding="utf-8")
    name = "\u0642\u0627\u0633\u0645"
    text = text.replace('"Person 3"@en', f'"{name}"@en').replace('"Person 4"@en', f'"{name}"@fa')
    registry.write_text(text.replace('"Person 5"@en', '"Person 5"@ar'), encoding="utf-8")
    found = [one for one in _same([tmp_path], held=4_000).findings if "Duplicate" not in one.rule]
    assert [(one.rule, one.focus[-2:]) for one in found] == [
        ("LanguageNotInTheseLetters", "p3"),
        ("LanguageNotInTheseLetters", "p5"),
    ]
    assert "ar-Latn" in found[1].remedy


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    write_registers(tmp_path, 30, files=3, broken_every=10)
    broken = tmp_path / "register-1.nq"
    lines = broken.read_text(encoding="utf-8").split("\n")
    lines[100] = lines[100].replace(">", "", 1)
    broken.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "latin.nt").write_bytes('<http://x/a> <http://x/p> "\xe9" .\n'.encode("latin-1"))
    (tmp_path / "empty.trig").write_text("# nothing\n", encoding="utf-8")
    report = _same([tmp_path], held=3_000)
    assert {(Path(one.file).name, one.line) for one in report.findings if one.rule == "Syntax"} == {
        ("register-1.nq", 101),
        ("latin.nt", 1),
    }


def test_terms_and_shapes_beside_facts(tmp_path: Path) -> None:
    write_registers(tmp_path, 20, files=1, broken_every=5)
    for name in ("style-no-label.ttl", "style-label-with-capital.ttl"):
        (tmp_path / name).write_bytes((EXAMPLES / "invalid" / name).read_bytes())
    shapes = (ROOT / "ontology" / "shapes" / "offices.ttl").read_bytes()
    (tmp_path / "offices.ttl").write_bytes(shapes)
    assert _same([tmp_path], held=3_000).findings


def test_lines_that_are_written_otherwise(tmp_path: Path) -> None:
    """Comments, tabs, escapes, blank lines, Windows line ends, a byte order mark, blank nodes."""
    write_registers(tmp_path, 12, files=2, broken_every=3)
    for number, file in enumerate(sorted(tmp_path.glob("register-*.nq"))):
        lines = file.read_text(encoding="utf-8").split("\n")
        lines[3] += " # of <http://x/y> ."
        lines[20] = lines[20].replace("> <", ">\t<")
        lines[21] = "\n\n# " + lines[21] + "\n" + lines[21].replace("tenure", "\\u0074enure")
        lines[30] = lines[30].replace('"Row', '"\\"R\\u00F6w #1 <a> .')
        if number:
            lines.append('_:b <http://x/p> "a blank node" .')
        file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert _same([tmp_path], held=2_000).findings


def test_only_what_changed(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    write_registers(tmp_path, 60, files=1, broken_every=7)
    file = tmp_path / "register-0.nq"
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *words], check=True)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"Row 19:', '"Row 19 :'), encoding="utf-8")
    whole, parts = (
        validate_paths([tmp_path], changed_since="HEAD", held=held) for held in (1 << 40, 9_000)
    )
    assert whole.findings
    assert _plain(parts.findings) == _plain(whole.findings)
    assert parts.notes == whole.notes


_FILES = ("rt-483298.trig", "ina-6771.trig")
_PARTS = st.lists(
    st.one_of(
        st.builds(Literal, st.sampled_from(["", "1", "01", "2020-01-01", "9999-12-31"])),
        st.builds(
            Literal,
            st.sampled_from(["2020-02-30", "2020-03", "9999-12-31", "1970-01-01"]),
            datatype=st.just(NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")),
        ),
        st.sampled_from([TN("Claim"), TN("Tenure"), TN("Typpo"), TN("start"), RDF_TYPE]),
        st.sampled_from([NamedNode("https://w3id.org/tenure/id/person/nobody")]),
    ),
    min_size=8,
    max_size=8,
)


@settings(max_examples=cases(6), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), _PARTS, st.sampled_from([400, 4_000, 20_000]))
def test_facts_that_somebody_broke(
    tmp_path: Path, dice: random.Random, parts: list[Literal | NamedNode], held: int
) -> None:
    quads = [
        quad
        for name in (*_FILES, "entities.ttl")
        for quad in parse(path=FACTS / name)
        if name != "entities.ttl" or dice.random() < 0.9
    ]
    for part in parts:
        at = dice.randrange(len(quads))
        one, other = quads[at], dice.choice(quads)
        quads[at] = dice.choice(
            [
                Quad(one.subject, one.predicate, part, one.graph_name),
                Quad(one.subject, other.predicate, one.object, one.graph_name),
                Quad(other.subject, one.predicate, one.object, DefaultGraph()),
                Quad(one.subject, one.predicate, one.object, other.graph_name),
            ]
        )
        quads.append(Quad(one.subject, other.predicate, part, other.graph_name))
    dice.shuffle(quads)
    half = len(quads) // 2
    for file in tmp_path.iterdir():
        file.unlink()
    serialize(quads[:half], tmp_path / "one.nq", format=RdfFormat.N_QUADS)
    serialize(quads[half:], tmp_path / "two.trig", format=RdfFormat.TRIG)
    _same([tmp_path], held=len(quads) * 200 // max(1, held // 400))


def test_a_store_on_disk_answers_as_one_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_registers(tmp_path, 60, files=2, broken_every=7)
    whole = validate_paths([tmp_path])
    monkeypatch.setattr(facts, "_IN_MEMORY", 0)
    parts = validate_paths([tmp_path], held=4_000)
    assert whole.findings
    assert _plain(parts.findings) == _plain(whole.findings)


@pytest.mark.parametrize("gap", [" ", "\t", "  "])
def test_what_is_said_of_a_node_is_found_however_its_lines_are_written(
    tmp_path: Path, gap: str
) -> None:
    said = NamedNode("https://example.org/said")
    lines = ["# a comment"]
    for number in range(3):
        words = (
            f"<https://example.org/{number}>",
            str(said),
            f"<https://example.org/{number + 1}>",
        )
        graph = "<https://example.org/g>" if number == 1 else ""
        lines.append(gap.join(filter(None, (*words, graph, "."))))
    file = tmp_path / "others.nq"
    file.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "copies").mkdir()
    documents = read_files(files_in([file], []), [], folder=tmp_path / "copies")
    index = StatementIndex(documents, tmp_path / "copies")
    asked = Quad(NamedNode("https://example.org/0"), said, NamedNode("https://example.org/0"))
    assert sorted(str(quad.subject)[-2] for quad in index.about([asked], ())) == ["0", "1", "2"]
