"""Every competency question, asked from Python, on the command line and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.competency.asking import FACES, Ask, from_python, on_the_command_line, over_http
from tests.competency.questions import OURS, Question, Row, read_questions
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase

QUESTIONS = read_questions()
CORRECTED = read_questions(OURS)


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(kb, catalog)) as opened:
        yield opened


@pytest.fixture(params=FACES)
def asked(request: pytest.FixtureRequest, repo_root: Path) -> Ask:
    """A face of Tenure: from a question and its parameters to rows."""
    kb, catalog = (request.getfixturevalue(name) for name in ("kb", "catalog"))
    match request.param:
        case "python":
            return from_python(kb, catalog)
        case "http":
            return over_http(request.getfixturevalue("client"))
        case _:
            every = [*QUESTIONS, *CORRECTED]
            forked = request.getfixturevalue("forked")
            return on_the_command_line(kb, catalog, forked, repo_root / "kb" / "facts", every)


@pytest.mark.skipif(not QUESTIONS, reason="there is no folder 'shared' beside the checkout")
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_competency_question(asked: Ask, question: Question) -> None:
    assert question.faults(asked(question)) == []


@pytest.mark.parametrize("question", CORRECTED, ids=lambda question: question.name)
def test_what_the_article_says_and_does_not_say(asked: Ask, question: Question) -> None:
    assert question.faults(asked(question)) == []


def test_questions_cover_the_catalogue(shared: Path, catalog: Catalog) -> None:
    assert shared.is_dir()
    assert len(QUESTIONS) > 30
    assert {question.ask for question in QUESTIONS} <= set(catalog)
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


WANTED: list[Row] = [{"person": "a", "certainty": "certain"}]


@pytest.mark.parametrize(
    ("exactly", "answer", "faults"),
    [
        (True, [{"person": "a", "certainty": "certain", "start": "2020"}], 0),
        (True, [{"person": "a", "certainty": "certain", "start": s} for s in "12"], 0),
        (True, [{"person": "a", "certainty": "possible"}], 2),
        (True, [], 1),
        (True, [*WANTED, {"person": "b", "certainty": "certain"}], 1),
        (False, [*WANTED, {"person": "b", "certainty": "certain"}], 0),
        (False, [*WANTED, {"person": "z"}], 1),
        (False, [{"person": "a"}], 1),
    ],
)
def test_how_answers_are_compared(exactly: bool, answer: list[Row], faults: int) -> None:
    question = Question("q", "ask", {}, tuple(WANTED), exactly, ({"person": "z"},))
    assert len(question.faults(answer)) == faults


def test_an_answer_that_must_be_empty() -> None:
    question = Question("q", "ask", {}, (), exactly=True, absent=())
    assert question.faults([]) == []
    assert question.faults([{"person": "a"}]) == ["too much: (('person', 'a'),)"]
