"""Who holds an office of an organization is presumed to until that may have ended, and no longer.

What is said of the organization lies in another component of claims than the tenure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import amount
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import FIRST_DAY, day
from tests.made_facts import MadeSource, Said, made_facts
from tests.transactions.documents import body, claim, document, iri

from tenure.fusion import FAR, ceasing
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import BASE
from tenure.temporal import iso
from tenure.transactions import Change, commit
from tenure.views import read_key

End = tuple[int | None, int | None]


def _is_one(end: End) -> bool:
    low, high = end
    return (low is None) != (high is None) or (low is not None and low <= (high or 0))


_DAY = st.none() | st.integers(0, 4)
ENDS: st.SearchStrategy[End] = st.tuples(_DAY, _DAY).filter(_is_one)
"""From which day to which an organization may have ended, as a claim says; None: open."""


def written(low: int | None, high: int | None) -> str:
    first, last = ("" if one is None else day(one) for one in (low, high))
    return f"[{first}..{last}]"


@settings(max_examples=amount.cases(100), deadline=None)
@given(ends=st.lists(ENDS, max_size=4))
def test_from_when_on_something_may_have_ended_in_some_alternative(
    planning: Lab, ends: list[End]
) -> None:
    claims = [
        planning.claim(f'org:port tn:ceasedOn "{written(*one)}"^^edtf:EDTF .') for one in ends
    ]
    world = planning.world(claims, published={"s1": "2030"})

    def left(some: tuple[int, ...]) -> tuple[int, int]:
        lows, highs = zip((-FAR, FAR), *(ends[place] for place in some), strict=True)
        low = max(one for one in lows if one is not None)
        return low, min(one for one in highs if one is not None)

    numbers = range(len(ends))
    agreeing = [
        set(some)
        for size in range(len(ends) + 1)
        for some in combinations(numbers, size)
        for low, high in [left(some)]
        if low <= high
    ]
    repairs = [one for one in agreeing if not any(one < other for other in agreeing)]
    known = [left(tuple(one)) for one in repairs]
    days = [-FAR if low == -FAR else FIRST_DAY + low for low, high in known if high != FAR]
    assert ceasing(entity("org/port").value, world.time) == min(days, default=None)


# ---------------------------------------------------------------- a base

ENTITIES = """
org:port a tn:Organization ; rdfs:label "Port"@en .
org:press a tn:MediaOutlet ; rdfs:label "Press"@en .
office:master a tn:Office ; rdfs:label "Master"@en ; tn:officeOf org:port .
person:ada a tn:Person ; rdfs:label "Ada"@en .
"""
STARTED = (
    "tenure:ada a tn:Tenure ; tn:holder person:ada ; tn:office office:master ;"
    ' tn:start "2019-01-01"^^edtf:EDTF .'
)
ADA = f"{BASE}id/tenure/ada"
HORIZON = "2023-01-01"


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A base of one tenure, in memory."""
    folder = tmp_path_factory.mktemp("port") / "facts"
    made_facts(folder, ENTITIES, [Said(STARTED)], {"a": MadeSource("2019-01-02")})
    opened = open_knowledge_base(folder)
    yield opened
    opened.store.close()


def presumed_until(kb: KnowledgeBase) -> str:
    found = kb.occurrences([ADA])[ADA].presumption
    return "" if found is None else iso(found.until)


def ceased(number: int, text: str) -> str:
    stated = f'org:port tn:ceasedOn "{text}"^^edtf:EDTF .'
    return claim(number, "", stated)


def test_the_end_of_an_organization_told_and_taken_back(kb: KnowledgeBase) -> None:
    def told() -> str:
        """What is told after a write, which is what is told by a base that is read anew."""
        found = presumed_until(kb)
        moment = read_key(kb.names, kb.resolve_dated, "2020-03-01")
        sure = kb.certainty(moment)[ADA]
        assert str(sure) == ("presumed" if found >= "2020-03-01" else "possible")
        kb.refresh()
        assert presumed_until(kb) == found
        assert kb.certainty(moment)[ADA] is sure
        return found

    assert told() == HORIZON
    commit(kb, body(document(ceased(1, "2020-02-03"))), who=None, message="A test.")
    assert told() == "2020-02-03"
    commit(kb, body(document(ceased(2, "2020-01"))), who=None, message="Another says otherwise.")
    assert told() == "2020-01-01"
    commit(kb, Change(retracted=(iri(1),)), who=None, message="A test.")
    assert told() == "2020-01-01"
    assert presumed_until_under(kb, "sources=a") == HORIZON
    commit(kb, Change(retracted=(iri(2),)), who=None, message="A test.")
    assert told() == HORIZON


def presumed_until_under(kb: KnowledgeBase, policy: str) -> str:
    found = kb.occurrences([ADA], kb.policy(policy))[ADA].presumption
    return "" if found is None else iso(found.until)
