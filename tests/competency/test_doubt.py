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

from tenure.catalog import Catalog, why_empty
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
    forked: Path,
    facts: Path,
) -> Ask:
    """A face of Tenure."""
    match request.param:
        case "python":
            return from_python(doubtful, catalog)
        case "http":
            return over_http(request.getfixturevalue("client"))
        case _:
            return on_the_command_line(doubtful, catalog, forked, facts, QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_of_doubt(asked: Ask, question: Question) -> None:
    assert question.faults(asked(question)) == []


def test_there_are_forty_questions() -> None:
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS) >= 40


def test_an_empty_answer_names_the_list_that_rules_everybody_out(
    doubtful: KnowledgeBase, catalog: Catalog
) -> None:
    query = catalog.find("office-holders")
    asked = {"office": "office/speaker", "at": "2014-05-05"}
    [found] = why_empty(doubtful, query, asked).lists
    assert str(found) == (
        "palace (claim 1) names all holders of Speaker from 1 January 2010 until 31 December 2019."
    )
    for other in ({**asked, "at": "2020-01-01"}, {**asked, "office": "office/mayor"}):
        assert why_empty(doubtful, query, other).lists == ()
    assert why_empty(doubtful, query, asked, doubtful.policy("sources=-palace")).lists == ()


def test_what_is_presumed_says_what_would_end_that(doubtful: KnowledgeBase) -> None:
    steward = doubtful.names.entity_iri("tenure/tom--steward")
    [found] = doubtful.explain(steward, None, [doubtful.moment(at="2022-01-01")]).moments
    assert found.certainty == "presumed"
    assert [(one.claim.rpartition("claim/")[2], one.text) for one in found.hangs_on] == [
        ("courier/10", "Without courier (claim 10) it would be possible only.")
    ]
    assert "It would not be presumed if a source stated that it had ended by then" in found.note
    [certain] = doubtful.explain(steward, None, [doubtful.moment(at="2015-01-01")]).moments
    assert (certain.certainty, certain.note) == ("certain", "")
