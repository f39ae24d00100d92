"""Every competency question, asked from Python, on the command line and over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.competency.questions import OURS, Question, Row, read_questions, rows_of
from tests.golden.faces import command
from tests.service import app_over
from typer.testing import CliRunner

from tenure.catalog import Catalog, ask
from tenure.cli import build_app
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, result_format

Ask = Callable[[Question], list[Row]]

QUESTIONS = read_questions()
CORRECTED = read_questions(OURS)
_IN_PROCESS = 8


@pytest.fixture(scope="module")
def client(kb: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(kb, catalog)) as opened:
        yield opened


def _from_python(kb: KnowledgeBase, catalog: Catalog) -> Ask:
    def asked(question: Question) -> list[Row]:
        answer = ask(
            kb, catalog.find(question.ask), question.parameters, kb.policy(question.policy)
        )
        assert isinstance(answer, Solutions)
        return rows_of(answer.serialise(result_format("json")))

    return asked


def _on_the_command_line(kb: KnowledgeBase, catalog: Catalog, repo_root: Path) -> Ask:
    """One in :data:`_IN_PROCESS` is a process of its own; the others spare its half second."""
    path = os.pathsep.join([str(repo_root / "kb"), str(repo_root / "api")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}

    def asked(question: Question) -> list[Row]:
        words = ["ask", question.ask]
        for name, value in question.parameters.items():
            words += [f"--{name}", value]
        words += ["--policy", question.policy, "--format", "json"]
        if [*QUESTIONS, *CORRECTED].index(question) % _IN_PROCESS:
            with command(kb, catalog):
                result = CliRunner().invoke(build_app(), words, prog_name="tenure")
            assert (result.exit_code, result.stderr) == (0, "")
            return rows_of(result.stdout)
        done = subprocess.run(
            [sys.executable, "-m", "tenure", *words],
            cwd=repo_root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return rows_of(done.stdout)

    return asked


def _over_http(client: TestClient) -> Ask:
    def asked(question: Question) -> list[Row]:
        response = client.get(
            f"/queries/{question.ask}",
            params={**question.parameters, "policy": question.policy},
            headers={"accept": "application/sparql-results+json"},
        )
        assert response.status_code == 200, response.text
        return rows_of(response.text)

    return asked


@pytest.fixture(params=["python", "command line", "http"])
def asked(request: pytest.FixtureRequest, repo_root: Path) -> Ask:
    """A face of Tenure: from a question and its parameters to rows."""
    match request.param:
        case "python":
            return _from_python(request.getfixturevalue("kb"), request.getfixturevalue("catalog"))
        case "http":
            return _over_http(request.getfixturevalue("client"))
        case _:
            return _on_the_command_line(
                request.getfixturevalue("kb"), request.getfixturevalue("catalog"), repo_root
            )


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
