"""A write beside many tenures of one office fuses and reads what can bear upon it, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from tests.transactions.documents import body, claim, document
from tests.transactions.whole import violations

from tenure.fusion import FusionContext, World, fuse
from tenure.knowledge import KnowledgeBase, snapshot
from tenure.knowledge.claim_store import ClaimStore
from tenure.model import Claim
from tenure.transactions import Committed

Write = Callable[..., Committed]
MANY = 40
OFFICE = """\
office:harbour-master a tn:Office ; rdfs:label "Harbour master"@en ;
    tn:officeOf org:gazette ; tn:seats 1 .
person:{who} a tn:Person ; rdfs:label "{who}"@en .
"""


def held(number: int, who: str, first: str, last: str) -> str:
    """A claim that somebody was harbour master."""
    when = f'tn:start "{first}"^^edtf:EDTF ; tn:end "{last}"^^edtf:EDTF'
    told = claim(number, when).replace("jane-roe--pmu-deputy-head", f"{who}--{number}")
    return told.replace("pmu-deputy-head", "harbour-master").replace("jane-roe", who)


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the number of claims whenever some are fused."""
    seen: list[int] = []

    def counted(claims: Mapping[str, Claim], context: FusionContext) -> World:
        seen.append(len(claims))
        return fuse(claims, context)

    monkeypatch.setattr(snapshot, "fuse", counted)
    return seen


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by each claim of a source that is gone through."""
    seen: list[str] = []
    each = ClaimStore.each_of_source

    def counted(self: ClaimStore, source: str) -> Iterator[Claim]:
        for one in each(self, source):
            seen.append(one.iri)
            yield one

    monkeypatch.setattr(ClaimStore, "each_of_source", counted)
    return seen


def test_whoever_cannot_meet_the_new_holder_is_not_fused(
    kb: KnowledgeBase, write: Write, fused: list[int], read: list[str]
) -> None:
    years = [held(n, "jane-roe", f"{1900 + n}", f"{1900 + n}-11") for n in range(MANY)]
    write(body(document(OFFICE.replace("{who}", "ada-brook"), *years)))
    # Of the same person none can be in conflict; of another one, who held it at the time.
    for number, who, most in ((100, "jane-roe", 1), (101, "ada-brook", 3)):
        fused.clear()
        read.clear()
        done = write(body(document(held(number, who, "1920-05", "1920-09"))))
        assert done.added
        assert max(fused) == most
        assert len(read) <= 1
    conflicts = [one for one in kb.snapshot.conflicts() if one.kind == "seats"]
    assert len(conflicts) == 1
    assert violations(kb) == set()
