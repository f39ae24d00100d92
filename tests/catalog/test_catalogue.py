"""The catalogue as it lies in the repository: every file, every parameter, every column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tenure.catalog import Catalog, CatalogQuery, Parameter, ask
from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.store import Solutions, result_format

FOLDER = Path(__file__).resolve().parents[2] / "queries"
FILES = sorted(FOLDER.glob("*/*.rq"))
# The facts know no two holders of one office who surely followed each other, or who met in it.
NONE_KNOWN = ("successions", "over-occupied")


def rows(kb: KnowledgeBase, query: CatalogQuery, arguments: Mapping[str, str]) -> list[object]:
    answer = ask(kb, query, arguments)
    assert isinstance(answer, Solutions)
    found = json.loads(answer.serialise(result_format("json")))["results"]["bindings"]
    assert isinstance(found, list)
    return found


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def query(request: pytest.FixtureRequest, catalog: Catalog) -> CatalogQuery:
    path: Path = request.param
    return catalog[path.stem]


def test_the_text_is_sparql_that_anyone_can_run(kb: KnowledgeBase, query: CatalogQuery) -> None:
    answer = kb.query(query.text)
    assert isinstance(answer, Solutions)
    assert answer.variables == tuple(column.name for column in query.columns)
    assert bool(list(answer)) or query.name in NONE_KNOWN


def test_the_example_is_the_text(kb: KnowledgeBase, query: CatalogQuery) -> None:
    """What the text asks as it stands is what its example asks through the catalogue."""
    as_text = kb.query(query.text)
    as_question = ask(kb, query, query.example)
    assert isinstance(as_text, Solutions)
    assert isinstance(as_question, Solutions)
    assert as_question.variables == as_text.variables
    assert list(as_question) == list(as_text)


def test_headers_read_well(query: CatalogQuery) -> None:
    assert query.title.endswith("?")
    assert query.description.endswith(".")
    described = [p.description for p in query.parameters] + [c.description for c in query.columns]
    assert all(text.endswith(".") for text in described)
    assert query.subject == query.path.parent.name


def test_where_certainty_stands_it_is_told_what_is_contested(
    kb: KnowledgeBase, query: CatalogQuery
) -> None:
    columns = [column.name for column in query.columns]
    # A vacancy rests on no claim of its own that another could contradict.
    if "certainty" not in columns or query.name == "vacancies":
        return
    assert "contested" in columns
    assert "basis" in columns or query.name == "relation"  # which may be about two dates
    for row in rows(kb, query, query.example):
        assert isinstance(row, dict)
        assert row["contested"]["value"] in ("true", "false")
        # Claims have a standing, and conflicts none.
        told = "basis" in row or query.name in ("relation", "history", "impact")
        assert told, row


def _values(kb: KnowledgeBase, parameter: Parameter) -> Iterable[str]:
    match parameter.type:
        case "entity":
            return [kb.names.short(iri) for iri in kb.registry]
        case "claim":
            return [kb.names.short(iri) for iri in kb.claims]
        case "source":
            return [kb.names.short(iri) for iri in kb.sources]
        case "time":
            return ["1950", "2020-01-02", "2020-03-08", "event/us-strike-2020-01-03", "2030"]
        case _:
            return ["Attack", "Visit", "Tenure", "nothing"]


def test_every_parameter_makes_a_difference(kb: KnowledgeBase, query: CatalogQuery) -> None:
    for parameter in query.parameters:
        if query.name in NONE_KNOWN:
            continue  # tests of their own do
        others = {p.name: query.example[p.name] for p in query.parameters if p.required}
        others.pop(parameter.name, None)
        answers: list[list[object]] = [] if parameter.required else [rows(kb, query, others)]
        for value in _values(kb, parameter):
            # A stretch of days may not end before it begins.
            with suppress(BadParameter):
                answers.append(rows(kb, query, {**others, parameter.name: value}))
            if any(answer != answers[0] for answer in answers):
                break
        else:
            pytest.fail(f"{query.name} answers the same whatever {parameter.name} is")


def test_optional_parameters_can_all_be_left_out(kb: KnowledgeBase, query: CatalogQuery) -> None:
    required = {p.name: query.example[p.name] for p in query.parameters if p.required}
    assert isinstance(ask(kb, query, required), Solutions)
    empty = {p.name: "  " for p in query.parameters if not p.required}
    assert rows(kb, query, {**required, **empty}) == rows(kb, query, required)


def test_an_answer_under_another_policy(kb: KnowledgeBase, query: CatalogQuery) -> None:
    now = rows(kb, query, query.example)
    for text in ("modalities=all", "sources=ina-6771", "known-at=2100-01-01T00:00:00Z"):
        answer = ask(kb, query, query.example, kb.policy(text))
        assert isinstance(answer, Solutions)
        # Nothing has been retracted, so that whoever asks later knows as much.
        if text.startswith("known-at"):
            assert len(list(answer)) == len(now)


def test_the_catalogue_is_as_agreed(shared: Path, catalog: Catalog) -> None:
    """Names, parameters and columns of the contract; more columns may be given."""
    text = (shared / "competency" / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z-]+) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    agreed = {name: (parameters, columns) for name, parameters, columns in table if name != "---"}
    agreed.pop("query", None)
    assert len(agreed) >= 20
    for name, (parameters, columns) in agreed.items():
        query = catalog[name]
        wanted = set() if parameters == "–" else set(parameters.split(", "))
        assert {p.name + "!" * p.required for p in query.parameters} == wanted, name
        assert set(columns.split(", ")) <= {column.name for column in query.columns}, name


def test_names_are_in_order_and_found(catalog: Catalog) -> None:
    assert list(catalog) == sorted(path.stem for path in FILES)
    assert len(catalog) == len(FILES)
    for name in catalog:
        assert catalog.find(name) is catalog[name]
