"""Queries that mix days with the rest over a store on disk: in memory, and answered the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.transactions.documents import body, document, iri

from tenure.catalog import Catalog
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import BASE
from tenure.store import Solutions, projection
from tenure.store.formats import TSV
from tenure.transactions import Change, UpdateChange, commit
from tenure_api.app import create_app
from tenure_api.settings import Settings
from tenure_api.worker_response import build_executor

PREFIXES = (
    f"PREFIX tn: <{BASE}ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX ex: <https://example.org/> "
)
QUERIES = (
    "SELECT ?who ?name {{ GRAPH <{day}> {{ ?who org:holds ?office }} ?office rdfs:label ?name }}",
    "SELECT * {{ GRAPH <{day}/certainty> {{ ?s tn:certainty ?d }} ?s a tn:Tenure ; tn:basis ?b }}",
    "SELECT * {{ GRAPH <{day}/possible> {{ ?s tn:office ?o }} GRAPH ?c {{ ?s tn:holder ?w }} }}",
    "SELECT ?s ?x {{ GRAPH <{day}> {{ ?s tn:office ?o }} GRAPH ?g {{ ?o ex:n ?n . ?n ex:i ?x }} }}",
)
DAYS = ("2020-01-02", "2020-05-10")
NOTE = (
    "INSERT DATA { GRAPH <https://example.org/notes> { "
    f"<{BASE}id/office/pmu-deputy-head> <https://example.org/n> _:n . "
    "_:n <https://example.org/i> 'Seen.' } }"
)
CHANGES = (
    body(document()),
    Change(retracted=(iri(),)),
    UpdateChange(NOTE, (), ()),
)


@pytest.fixture
def kb(repo_root: Path, tmp_path: Path) -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base(repo_root / "kb" / "facts", store=tmp_path / "store")
    yield opened
    opened.close()


def assert_the_same(kb: KnowledgeBase, ask: Callable[[str], list[bytes]]) -> list[int]:
    """Each query as it is asked, and from whole graphs beside the copy; how many rows it has."""
    counts = []
    for day in DAYS:
        for text in QUERIES:
            query = PREFIXES + text.format(day=f"{BASE}at/{day}")
            plan = replace(kb.plan(query), predicates=None)
            whole = kb.run(plan)
            assert isinstance(whole, Solutions)
            expected = sorted(whole.serialise(TSV).splitlines())
            for _ in range(3):  # once on disk, then in memory, then with what is there already
                assert ask(query) == expected, query
            counts.append(len(expected) - 1)
    return counts


@pytest.mark.parametrize("most", [300, projection.MOST_PROJECTED])
def test_in_the_library(kb: KnowledgeBase, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_PROJECTED", most)

    def ask(query: str) -> list[bytes]:
        answer = kb.query(query)
        assert isinstance(answer, Solutions)
        return sorted(answer.serialise(TSV).splitlines())

    counts = [assert_the_same(kb, ask)]
    for change in CHANGES:
        commit(kb, change, who=None, message="A test.")
        counts.append(assert_the_same(kb, ask))
    assert counts[1] != counts[0] == counts[2]
    assert all(max(some) > 0 for some in counts)


def test_in_the_workers_of_a_service(kb: KnowledgeBase, catalog: Catalog) -> None:
    settings = Settings(workers=1, query_seconds=5)
    with TestClient(create_app(kb, catalog, build_executor(kb, settings))) as client:

        def ask(query: str) -> list[bytes]:
            # Answers that are kept would tell nothing.
            told = client.get(
                "/sparql",
                params={"query": f"{query} # {next(numbers)}"},
                headers={"accept": TSV.media_type},
            )
            assert told.status_code == 200, told.text
            return sorted(told.content.splitlines())

        numbers = iter(range(1_000))
        counts = [assert_the_same(kb, ask)]
        for change in CHANGES:
            commit(kb, change, who=None, message="A test.")
            counts.append(assert_the_same(kb, ask))
        assert counts[1] != counts[0] == counts[2]
