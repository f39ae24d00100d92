"""The ties of a day: what is one, how sure, filtered, cut, and what changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from tenure.catalog import Catalog, ask
from tenure.knowledge import KnowledgeBase
from tenure.store.answers import Solutions
from tenure_api.routes import network

HTML = {"Accept": "text/html"}


def ties(client: TestClient, **asked: str) -> dict[str, Any]:
    answer = client.get("/network", params={"day": "2020-01-03", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_tie_is_between_an_agent_and_an_agent_or_an_institution(
    client: TestClient, kb: KnowledgeBase
) -> None:
    found = ties(client, degree="possible")["ties"]
    day = kb.certainty(kb.moment(at="2020-01-03"))
    assert {one["situation"]: one["certainty"] for one in found}.items() <= {
        iri: str(sure) for iri, sure in day.items()
    }.items()
    kinds = {one["kind"].rpartition("#")[2] for one in found}
    assert {"Tenure", "Membership", "Sponsorship", "Influence", "Sanction", "Stance"} <= kinds
    assert not {"Condition", "Naming", "Seating"} & kinds
    sure = [one["certainty"] for one in found]
    assert sure == sorted(sure, key=["certain", "presumed", "possible"].index)


def test_what_is_less_sure_is_counted_and_not_shown(client: TestClient) -> None:
    every, certain = ties(client, degree="possible"), ties(client, degree="certain")
    assert {one["certainty"] for one in certain["ties"]} == {"certain"}
    assert certain["lessSure"] == len(every["ties"]) - len(certain["ties"]) > 0


def test_filters_leave_what_fits(client: TestClient) -> None:
    found = ties(client, degree="possible", kind="Membership")["ties"]
    assert {one["kind"].rpartition("#")[2] for one in found} == {"Membership"}
    person = "person/qasem-soleimani"
    for one in ties(client, degree="possible", around=person)["ties"]:
        assert any(one[end]["iri"].endswith(person) for end in ("subject", "object"))
    some = ties(client, degree="possible", source="rt-483298")["ties"]
    assert 0 < len(some) < len(ties(client, degree="possible")["ties"])


def test_a_day_tells_what_changed_on_it(client: TestClient) -> None:
    told = ties(client, day="2020-01-04", degree="possible")["changes"]
    ended = {one["situation"].rpartition("/")[2] for one in told if one["change"] == "ended"}
    assert "abu-mahdi-al-muhandis--pmu-deputy-head" in ended


@pytest.mark.parametrize("day", ["2020-01-03", "2020-01-04", "2020-02-01", "2020-03-01"])
def test_what_changed_is_called_as_the_question_calls_it(
    client: TestClient, kb: KnowledgeBase, catalog: Catalog, day: str
) -> None:
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    answer = ask(kb, catalog["changes"], {"from": before, "to": day})
    assert isinstance(answer, Solutions)
    asked = {(str(row[1]).strip("<>"), str(row[0]).strip('"')) for row in answer}
    told = {(one["situation"], one["change"]) for one in ties(client, day=day)["changes"]}
    assert told <= asked
    kinds = network.kinds_of_ties(kb)
    found = kb.occurrences(iri for iri, _ in asked)
    assert told == {one for one in asked if found[one[0]].kind in kinds}


def test_of_many_the_surest_are_looked_at_and_the_rest_around_something(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = ties(client, degree="possible")
    monkeypatch.setattr(network, "MOST_READ", 5)
    some = ties(client, degree="possible")
    assert some["unread"] > 0
    assert {one["situation"] for one in some["ties"]} < {one["situation"] for one in every["ties"]}
    iran = {
        one["situation"]
        for one in every["ties"]
        if any(one[end]["iri"].endswith("state/iran") for end in ("subject", "object"))
    }
    near = ties(client, degree="possible", around="state/iran")
    assert {one["situation"] for one in near["ties"]} == iran


def test_the_page_says_what_is_cut(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST", 4)
    page = client.get("/network?day=2020-01-03&degree=possible", headers=HTML).text
    assert page.count("data-shapes") == 4
    assert "these are the 4 that are surest" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [("kind=Condition", "no tie of the kind"), ("source=nobody", "nobody"), ("day=x!", "x!")],
)
def test_what_cannot_be_asked_is_refused(client: TestClient, asked: str, said: str) -> None:
    answer = client.get(f"/network?{asked}")
    assert answer.status_code in (400, 404)
    assert said in answer.json()["detail"]
