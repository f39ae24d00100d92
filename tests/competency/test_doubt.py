"""Questions where sources disagree, plan, deny or fall silent, asked at all three faces."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.competency.asking import FACES, Ask, from_python, on_the_command_line, over_http
from tests.competency.doubt_facts import doubtful_facts
from tests.competency.questions import Question, read_questions
from tests.service import app_over

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base

QUESTIONS = read_questions(Path(__file__).with_name("doubt.yaml"), policy="")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return doubtful_facts(tmp_path_factory.mktemp("doubt") / "facts")


@pytest.fixture(scope="module")
def doubtful(facts: Path) -> Iterator[KnowledgeBase]:
    kb = open_knowledge_base(facts)
    yield kb
    kb.close()


@pytest.fixture(scope="module")
def client(doubtful: KnowledgeBase, catalog: Catalog) -> Iterator[TestClient]:
    with TestClient(app_over(doubtful, catalog)) as opened:
        yield opened


@pytest.fixture(params=FACES)
def asked(
    request: pytest.FixtureRequest,
    doubtful: KnowledgeBase,
    catalog: Catalog,
    repo_root: Path,
    facts: Path,
) -> Ask:
    """A face of Tenure."""
    match request.param:
        case "python":
            return from_python(doubtful, catalog)
        case "http":
            return over_http(request.getfixturevalue("client"))
        case _:
            return on_the_command_line(doubtful, catalog, repo_root, facts, QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_of_doubt(asked: Ask, question: Question) -> None:
    assert question.faults(asked(question)) == []


def test_there_are_forty_questions() -> None:
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS) >= 40
