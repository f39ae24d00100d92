"""An argument of the wrong kind is an error that says so, not an answer with nothing in it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from tests.service import app_over

from tenure.catalog import Catalog, ask
from tenure.errors import WrongKind
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import TN
from tenure.store import Solutions

OFFICE = "office/pmu-deputy-head"
PERSON = "person/ali-shamkhani"
TENURE = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
WRONG = [
    ("office-holders", {"office": PERSON}, "is a person; 'office' takes an office"),
    ("office-holders", {"office": "Ali Shamkhani"}, "is a person; 'office' takes an office"),
    ("office-holders", {"office": "source/jpost-620411"}, "is a source; 'office' takes an office"),
    ("office-holders", {"office": "claim/jpost-620411/1-1"}, "is a claim; 'office' takes"),
    ("office-holders", {"office": OFFICE, "at": PERSON}, "a time is a date, an event or a source"),
    ("office-holders", {"office": OFFICE, "before": PERSON}, "a time is a date, an event or"),
    ("offices-held", {"person": TENURE}, "is a tenure; 'person' takes an agent"),
    ("members", {"organization": OFFICE}, "is an office; 'organization' takes an organization"),
    ("overlaps", {"first": OFFICE, "second": PERSON}, "is an office; 'first' takes an agent"),
    ("successions", {"office": PERSON}, "is a person; 'office' takes an office"),
    ("quantities", {"event": PERSON}, "is a person; 'event' takes an event"),
    ("speech-chain", {"claim": PERSON}, "is a person; 'claim' takes a claim"),
    ("events", {"kind": "Atack"}, "There is no kind of event called 'Atack'"),
    ("events", {"kind": "Tenure"}, "Tenure is no kind of event"),
    ("events", {"place": PERSON}, "is a person; 'place' takes a place or an organization"),
    ("after", {"when": PERSON}, "a time is a date, an event or a source"),
]


@pytest.mark.parametrize(("name", "arguments", "said"), WRONG)
def test_it_is_refused(
    kb: KnowledgeBase, catalog: Catalog, name: str, arguments: dict[str, str], said: str
) -> None:
    with pytest.raises(WrongKind) as caught:
        ask(kb, catalog[name], arguments)
    assert said in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize("kind", ["Attack", "attack", TN("Attack").value])
def test_a_class_is_found_in_any_case(kb: KnowledgeBase, catalog: Catalog, kind: str) -> None:
    answer = ask(kb, catalog["events"], {"kind": kind})
    assert isinstance(answer, Solutions)
    assert list(answer)


def test_the_kinds_of_the_headers_are_classes(kb: KnowledgeBase, catalog: Catalog) -> None:
    known = {*kb.schema.subclasses(None), TN("Entity").value, TN("Occurrence").value}
    for query in catalog.values():
        for parameter in query.parameters:
            assert all(TN(kind).value in known for kind in parameter.kinds), query.name
            assert parameter.kinds or parameter.type != "class"


def test_over_http_it_is_422(kb: KnowledgeBase, catalog: Catalog) -> None:
    with TestClient(app_over(kb, catalog)) as client:
        for accept in ("application/json", "text/html"):
            answer = client.get(
                "/queries/office-holders", params={"office": PERSON}, headers={"accept": accept}
            )
            assert answer.status_code == 422
        problem = client.get("/queries/office-holders", params={"office": PERSON}).json()
        assert problem["where"] == "office"
        assert client.get(f"/at/{PERSON}").status_code == 422
