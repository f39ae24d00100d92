"""``tenure upgrade`` of questions that use deprecated terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TERMS = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix own: <https://example.org/own#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
own:Chair a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy own:Presidency .
"""
QUESTION = """# title: Which axioms has a term?
# column: axiom - The axiom; # tn:hasAxiom stays in a comment.
PREFIX tn: <https://w3id.org/tenure/ontology#>
PREFIX own: <https://example.org/own#>
SELECT ?axiom WHERE {
  ?term tn:hasAxiom ?axiom ; a ?kind , own:Chair .
  FILTER (?kind != "tn:hasAxiom")
}
"""
PATH = "(tn:instanceAxiom|tn:sideAxiom|tn:tenseAxiom|tn:useAxiom)"
UPGRADED = QUESTION.replace("?term tn:hasAxiom", f"?term {PATH}").replace("Chair", "Presidency")


@pytest.fixture
def question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A question of a base with terms of its own."""
    monkeypatch.chdir(tmp_path)
    for folder in ("queries/terms", "terms"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tenure.toml").write_text('ontology = "terms"\n', encoding="utf-8")
    (tmp_path / "terms" / "own.ttl").write_text(TERMS, encoding="utf-8")
    file = tmp_path / "queries" / "terms" / "axioms.rq"
    file.write_text(QUESTION, encoding="utf-8")
    return file


def test_a_question_gets_what_takes_the_place_of_deprecated_terms(run: Run, question: Path) -> None:
    tried = run("upgrade", "queries", "--dry-run")
    assert (tried.exit_code, question.read_text(encoding="utf-8")) == (0, QUESTION)
    for line in ("-  ?term tn:hasAxiom ?axiom", f"+  ?term {PATH} ?axiom"):
        assert line in tried.stdout
    assert run("upgrade", "queries").exit_code == 0
    assert question.read_text(encoding="utf-8") == UPGRADED
    again = run("upgrade", question, "--dry-run")
    assert again.stdout.startswith("questions 1: 0 would be rewritten, 0 deprecated terms")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("?x tn:status ?s", "in its place: tn:contested or tn:settledBy. Meant two things"),
        ("?s ?x tn:hasAxiom", "in its place: tn:instanceAxiom or "),
        ("VALUES ?x { tn:hasAxiom }", "in its place: tn:instanceAxiom or "),
    ],
)
def test_what_no_other_term_can_say_is_left_to_a_person(
    run: Run, question: Path, pattern: str, says: str
) -> None:
    text = f"PREFIX tn: <https://w3id.org/tenure/ontology#>\nSELECT ?x {{\n {pattern}\n}}\n"
    question.write_text(text, encoding="utf-8")
    done = run("upgrade", question)
    assert (done.exit_code, question.read_text(encoding="utf-8")) == (1, text)
    assert f"{question}:3: " in done.stdout
    assert says in done.stdout
