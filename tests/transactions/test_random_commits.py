"""Commits at random: the graph of the world stays that of all claims fused at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Triple
from tests.amount import cases
from tests.conflicting import made_up_conflicts
from tests.knowledge.conftest import all_at_once, as_in_graph
from tests.transactions.documents import body, claim, document, iri

from tenure.errors import InvalidChange, NotFound
from tenure.fusion import AsOf, Moment, world_triples
from tenure.fusion.shapes import ComponentReader
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.columns_file import FOLDER
from tenure.knowledge.world_graph import WorldGraph
from tenure.namespaces import BASE, Names
from tenure.store import Store
from tenure.temporal import Certainty
from tenure.transactions import Change, ChangeRequest, commit
from tenure.views import read_key

NAMES = Names()
WORLD = NAMES.graph("world")
PEOPLE = ("jane-roe", "ada-brook", "cy-dale")
OFFICES = ("harbour-master", "pilot", "watch")  # one seat each, but the watch has many
EVENTS = ("fire", "flood")
NEW = """\
office:pilot a tn:Office ; rdfs:label "Pilot"@en ; tn:officeOf org:port-eva ; tn:seats 1 .
office:watch a tn:Office ; rdfs:label "Watch"@en ; tn:officeOf org:port-eva .
event:flood a tn:Event ; rdfs:label "The flood"@en .
"""
LATE = """\
person:lea-{n} a tn:Person ; rdfs:label "Lea {n}"@en .
"""
EVENT_PREFIX = f"@prefix event: <{BASE}id/event/> .\n"
DATES = ("2020", "2020-05", "2020-05-04", "[..2020-06-01]", "2021-03-01", "2020-01-01/2021-12-31")
MOMENTS = (
    "2020-05-04",
    "2021-03-01",
    "event/fire",
    "before/event/flood",
    "after/event/fire",
    "source/gazette",
    "sometime/2020/to/2020",
    "throughout/2020-02-01/to/2020-03-01",
    "any",
)

_dates = st.sampled_from(DATES)


def seating(number: int, when: str) -> str:
    """That the watch has a number of seats for a time."""
    return (
        f"<{BASE}id/seating/watch--{number}> a tn:Seating ; tn:seatingOf office:watch ;"
        f" tn:numberOfSeats {number} ; {when} ."
    )


@st.composite
def statements(draw: st.DrawFn) -> str:
    """What a claim states: of a tenure, of an event, or of seats."""
    if draw(st.integers(0, 5)) == 0:
        return seating(draw(st.integers(1, 2)), f'tn:start "{draw(_dates)}"^^edtf:EDTF')
    if draw(st.integers(0, 2)):
        who, what = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(OFFICES))
        prop = draw(st.sampled_from(["start", "end", "heldOn", "heldThroughout", "date"]))
        more = f'tn:{prop} "{draw(_dates)}"^^edtf:EDTF'
        related = draw(st.sampled_from(["", "", "startedBy", "endedBy", "heldAt", "after"]))
        if related:
            more = f"tn:{related} event:{draw(st.sampled_from(EVENTS))}"
        return (
            f"tenure:{who}--{what} a tn:Tenure ; tn:holder person:{who} ;"
            f" tn:office office:{what} ; {more} ."
        )
    event = draw(st.sampled_from(EVENTS))
    role = draw(st.sampled_from(["date", "participant", "hostHolding", "hostFormerlyHolding"]))
    match role:
        case "date":
            value = f'"{draw(_dates)}"^^edtf:EDTF'
        case "participant":
            value = f"person:{draw(st.sampled_from(PEOPLE))}"
        case _:
            value = f"office:{draw(st.sampled_from(OFFICES))}"
    return f"event:{event} tn:{role} {value} ."


@st.composite
def sequences(draw: st.DrawFn) -> list[ChangeRequest]:
    """Claims one or two at a time, of which some are withdrawn again; new entities in between."""
    changes: list[ChangeRequest] = []
    standing: list[int] = []
    number = 0
    for step in range(draw(st.integers(3, 7))):
        if standing and draw(st.integers(0, 3)) == 0:
            gone = draw(st.sampled_from(standing))
            standing.remove(gone)
            changes.append(Change(retracted=(iri(gone),)))
            continue
        told = []
        for _ in range(draw(st.integers(1, 2))):
            number += 1
            standing.append(number)
            hedged = draw(st.integers(0, 4)) == 0
            text = claim(number, stated=draw(statements()))
            told.append(text.replace("tn:hedged false", f"tn:hedged {str(hedged).lower()}"))
        late = LATE.replace("{n}", str(step)) if draw(st.booleans()) else ""
        changes.append(body(EVENT_PREFIX + document(NEW, late, *told)))
    return changes


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up base that disagrees about a day, a seat, a title."""
    return made_up_conflicts(tmp_path_factory.mktemp("made-up") / "facts")


@pytest.fixture(scope="module")
def base(facts: Path) -> Iterator[KnowledgeBase]:
    """It."""
    opened = open_knowledge_base(facts)
    yield opened
    opened.store.close()


def moment(kb: KnowledgeBase, key: str) -> Moment:
    return read_key(kb.names, kb.resolve_dated, key)


def assert_as_fused(kb: KnowledgeBase) -> None:
    """What the graph has, and what is asked of it, is what all claims together make."""
    whole = all_at_once(kb, kb.default_policy).world
    assert {q.triple for q in kb.store.quads(WORLD)} == set(world_triples(whole, NAMES))
    assert kb.occurrences(whole.occurrences) == dict(whole.occurrences)
    assert list(kb.conflicts()) == as_in_graph(whole)
    assert_read_in_short(kb)
    anew = WorldGraph(kb.store, NAMES, kb.schema)
    for degree in (Certainty.CERTAIN, Certainty.PRESUMED, Certainty.POSSIBLE):
        assert kb.change_days(degree) == anew.change_days(degree)
    for key in MOMENTS:
        at = moment(kb, key)
        as_of = AsOf(at, whole.time)
        found = {one: as_of.certainty(it) for one, it in whole.occurrences.items()}
        sure = {one: it for one, it in found.items() if it is not Certainty.RULED_OUT}
        # What is presumed is possible, as far as the network of time can tell.
        told = {
            iri: Certainty.POSSIBLE if it is Certainty.PRESUMED else it
            for iri, it in kb.certainty(at).items()
        }
        assert told == sure, key


def assert_read_in_short(kb: KnowledgeBase) -> None:
    """The claims that are read for their rows alone have those of the claims themselves."""
    context, ties = kb.snapshot._context(kb.default_policy), kb.snapshot._ties
    reader = ComponentReader(
        kb.schema, context.types, context.sources, context.policy, ties, kb.names
    )
    rows = dict(kb.snapshot.claims.rows(reader))
    assert rows == {iri: reader.of(kb.claims[iri]) for iri in kb.claims}


@settings(max_examples=cases(6), suppress_health_check=[HealthCheck.too_slow])
@given(changes=sequences(), asked_first=st.booleans())
def test_the_graph_stays_that_of_all_claims(
    base: KnowledgeBase, changes: list[ChangeRequest], asked_first: bool
) -> None:
    store = Store(None)
    store.add(base.store.quads())
    kb = KnowledgeBase(store, NAMES)
    if asked_first:  # then the bounds are in memory, and follow each write
        kb.certainty(kb.moment(at="2020"))
    for change in changes:
        try:
            commit(kb, change, who=None, message="A test.")
        except InvalidChange:  # what the gate refuses changes nothing either
            continue
    assert_as_fused(kb)
    store.close()


FAULTS = ("", "", "not written", "not noted", "torn", "cut", "altered", "gone")
"""What can have become of the columns of a store when it is opened again."""


class Stopped(Exception):
    """The process would have ended here."""


def failing(*_: object, **__: object) -> None:
    raise Stopped


@settings(
    max_examples=cases(6),
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.generate],
)
@given(changes=sequences(), data=st.data())
def test_columns_on_disk_say_what_the_store_does(facts: Path, changes: Any, data: Any) -> None:
    """Whenever it is opened, and whatever became of them: after writes, kills and damage."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        kb = open_knowledge_base(facts, store=path)
        rows, noted = (path / FOLDER / name for name in ("rows", "changed"))
        for change in changes:
            fault = data.draw(st.sampled_from(FAULTS))
            before = noted.read_bytes() if noted.exists() else None
            # What was not written cannot be withdrawn.
            with suppress(InvalidChange, NotFound, Stopped), pytest.MonkeyPatch.context() as patch:
                if fault == "not written":
                    patch.setattr(kb.store, "change", failing)
                commit(kb, change, who=None, message="A test.")
            if data.draw(st.booleans()):
                kb.certainty(kb.moment(at="2020"))
            if data.draw(st.booleans()):
                continue
            kb.close()
            if fault == "not noted" and noted.exists():
                noted.unlink()
                if before is not None:
                    noted.write_bytes(before)
            elif fault in ("torn", "cut", "altered", "gone"):
                damage(noted if fault == "torn" else rows, fault, data.draw(st.integers(1, 200)))
            kb = open_knowledge_base(store=path)
            # By columns of which part turns out to be damaged, and by those in their place.
            first, again = (told_of_all(kb) for _ in range(2))
            assert first == again
            told = kb.snapshot.graph()._index
            fresh = told.made_anew()
            assert told.columns.differing(fresh, but=told.stale) == []
            known = kb.snapshot.graph()
            assert dict(told.stale) == {iri: known.occurrence(iri) for iri in told.stale}
        assert_as_fused(kb)
        kb.close()


def told_of_all(kb: KnowledgeBase) -> set[Triple]:
    return set(kb.slice(moment(kb, "any"), degree=Certainty.POSSIBLE))


def damage(path: Path, how: str, number: int) -> None:
    if not path.exists():
        return
    whole = bytearray(path.read_bytes())
    path.unlink()
    at = -(number % len(whole)) - 1 if whole else 0
    if how == "altered":
        whole[at] ^= 1
    if how != "gone":
        path.write_bytes(whole[:at] if how in ("torn", "cut") else whole)


def test_a_number_of_seats_comes_before_or_after_who_holds_them(base: KnowledgeBase) -> None:
    held = [
        f"tenure:{who}--watch a tn:Tenure ; tn:holder person:{who} ; tn:office office:watch ;"
        ' tn:heldThroughout "2020"^^edtf:EDTF .'
        for who in PEOPLE[:2]
    ]
    host = 'event:fire tn:hostHolding office:watch ; tn:date "2020-05-04"^^edtf:EDTF .'
    seats = seating(1, 'tn:heldThroughout "2020-05/2020-06"^^edtf:EDTF')
    store = Store(None)
    store.add(base.store.quads())
    kb = KnowledgeBase(store, NAMES)

    def crowded() -> int:
        assert_as_fused(kb)
        return sum(
            "office/watch" in one.concerns[0] or "--watch" in one.concerns[0]
            for one in kb.conflicts()
            if one.kind == "seats"
        )

    steps = ((held[0], 0), (seats, 0), (held[1], 1), (host, 1))
    for number, (told, expected) in enumerate(steps, 1):
        text = EVENT_PREFIX + document(NEW if number == 1 else "", claim(number, stated=told))
        commit(kb, body(text), who=None, message="A test.")
        assert crowded() == expected, told
    commit(kb, Change(retracted=(iri(2),)), who=None, message="A test.")
    assert crowded() == 0
    commit(kb, body(document("", claim(9, stated=seats))), who=None, message="A test.")
    assert crowded() == 1
    store.close()


def test_an_event_that_is_told_by_two_offices_keeps_its_host(base: KnowledgeBase) -> None:
    """Whoever hosts by both offices still does once one of the two is found not to be theirs."""
    told = [
        "event:fire tn:hostHolding office:pilot .",
        "event:fire tn:hostHolding office:watch .",
        *(
            f"tenure:jane-roe--{office} a tn:Tenure ; tn:holder person:jane-roe ;"
            f" tn:office office:{office} ."
            for office in ("pilot", "watch")
        ),
    ]
    store = Store(None)
    store.add(base.store.quads())
    kb = KnowledgeBase(store, NAMES)
    claims = [claim(number, stated=text) for number, text in enumerate(told, 1)]
    commit(kb, body(EVENT_PREFIX + document(NEW, *claims)), who=None, message="A test.")
    assert_as_fused(kb)
    commit(kb, Change(retracted=(iri(3),)), who=None, message="A test.")
    assert_as_fused(kb)
    store.close()
