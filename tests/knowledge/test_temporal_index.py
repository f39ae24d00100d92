"""The temporal index: its patterns find what the engine says, on any day and in any range."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Dataset
from tests.amount import cases
from tests.conflicting import made_up_conflicts
from tests.transactions.documents import body, claim, document, iri
from tests.transactions.test_random_commits import EVENT_PREFIX, NEW, sequences

from tenure.errors import BadParameter, InvalidChange, NotWritable
from tenure.export import export
from tenure.fusion import Moment
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.materialise import computed_quads
from tenure.namespaces import Names
from tenure.store import Solutions, Store
from tenure.temporal import Certainty, iso, parse_iso
from tenure.temporal.interval_tree import (
    LAST,
    MOST_DAYS,
    ORIGIN_NUMBER,
    NodeKey,
    keys,
    keys_within,
    rows,
    rows_within,
)
from tenure.transactions import Change, ChangeRequest, GraphChange, commit
from tenure.transactions.verify import verify
from tenure.views import day_view, pattern, slice_iri

NAMES = Names()
DEGREES = (Certainty.POSSIBLE, Certainty.PRESUMED, Certainty.CERTAIN)
FIRST, UNTIL = parse_iso("2019-12-25"), parse_iso("2026-01-01")

# ---------------------------------------------------------------- the tree by itself

_days = st.one_of(
    st.integers(-40, 40),
    st.integers(730_000, 733_000),
    st.integers(-ORIGIN_NUMBER - 50, -ORIGIN_NUMBER + 50),
    st.integers(LAST - ORIGIN_NUMBER - 50, LAST - ORIGIN_NUMBER + 50),
)
_ends = st.one_of(st.none(), _days)


def found(kept: list[NodeKey], asked: list[tuple[str, int, int, int]]) -> bool:
    """Whether a query for the rows finds something that is kept under the keys."""
    wanted = {(kind, at): (least, most) for kind, at, least, most in asked}
    assert len(wanted) == len(asked)
    found = ((key.day, wanted[key.kind, key.at]) for key in kept if (key.kind, key.at) in wanted)
    return any(least <= day <= most for day, (least, most) in found)


@given(first=_ends, last=_ends, asked=_days, length=st.sampled_from([0, 1, 30, 64, 5_000, 40_000]))
def test_the_keys_tell_what_two_comparisons_do(
    first: int | None, last: int | None, asked: int, length: int
) -> None:
    if first is not None and last is not None and first > last:
        first, last = last, first
    low = min(max(asked, 1 - ORIGIN_NUMBER), LAST - ORIGIN_NUMBER)
    high = min(low + length, LAST - ORIGIN_NUMBER)
    meets = (first is None or first <= high) and (last is None or last >= low)
    assert found(list(keys(first, last)), list(rows(low, high))) == meets
    if first is not None and last is not None and first < last:
        inside = low <= first and last <= high
        assert found(list(keys_within(first, last)), list(rows_within(low, high))) == inside


def test_the_longest_range_has_fewer_keys_than_engines_change_their_plan_at() -> None:
    text = pattern(NAMES, 1, MOST_DAYS, degree=Certainty.PRESUMED)
    assert text.count("index-") < 1_000 - 1
    assert len(list(rows(737_000, 737_000))) <= 25


@pytest.mark.parametrize(
    ("first", "last", "variable", "said"),
    [
        (2, 1, "t", "ends before"),
        (1, MOST_DAYS + 1, "t", "200,001 days"),
        (-ORIGIN_NUMBER, 1, "t", "reaches from -11483"),
        (1, 10**7, "t", "to 11484"),
        (1, 1, "t }", "cannot be a variable"),
    ],
)
def test_a_pattern_for_what_the_index_has_not_is_refused(
    first: int, last: int, variable: str, said: str
) -> None:
    with pytest.raises(BadParameter, match=said):
        pattern(NAMES, first, last, variable=variable)


# ---------------------------------------------------------------- over random bases


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The made-up base that disagrees about a day, a seat, a title."""
    opened = open_knowledge_base(made_up_conflicts(tmp_path_factory.mktemp("made-up") / "facts"))
    yield opened
    opened.store.close()


def copied(kb: KnowledgeBase) -> KnowledgeBase:
    store = Store(None)
    store.add(kb.store.quads())
    return KnowledgeBase(store, NAMES)


@st.composite
def more(draw: st.DrawFn) -> ChangeRequest:
    """Dates with holes, and denials, of tenures that others tell of as well."""
    told = []
    for number in range(101, 101 + draw(st.integers(1, 3))):
        who = draw(st.sampled_from(("jane-roe", "ada-brook", "cy-dale")))
        what = draw(st.sampled_from(("harbour-master", "pilot", "watch")))
        prop = draw(st.sampled_from(("start", "heldOn", "heldThroughout")))
        date = draw(st.sampled_from(("[2020-01, 2020-04]", "2020-05-01/2020-05-10", "2020-03")))
        text = claim(
            number,
            stated=f"tenure:{who}--{what} a tn:Tenure ; tn:holder person:{who} ;"
            f' tn:office office:{what} ; tn:{prop} "{date}"^^edtf:EDTF .',
        )
        if draw(st.booleans()):
            text = text.replace("tnv:Asserted", "tnv:Denied")
        told.append(text)
    return body(EVENT_PREFIX + document(NEW, *told))


def answers(kb: KnowledgeBase, text: str) -> set[str]:
    answer = kb.query(f"SELECT DISTINCT ?occurrence {{ {text} }}")
    assert isinstance(answer, Solutions)
    return {getattr(row[0], "value", "") for row in answer}


def assert_as_told(kb: KnowledgeBase, first: int, last: int) -> None:
    """For each degree, the pattern finds what the engine says of the day or the range."""
    moment = (
        kb.moment(at=iso(first)) if first == last else kb.moment(from_=iso(first), to=iso(last))
    )
    taken_out = kb.snapshot.graph().exclusions().keys()
    if first == last:
        surely = dict(kb.certainty(moment).items())
        for stretch in ("sometime", "throughout"):
            whole = kb.moment(at=f"{stretch}/{iso(first)}/to/{iso(first)}")
            assert dict(kb.certainty(whole).items()) == surely, (stretch, iso(first))
    for degree in DEGREES:
        told = at_least(kb, moment, degree)
        here = answers(kb, pattern(kb.names, first, last, degree=degree))
        if taken_out and first != last and degree is not Certainty.POSSIBLE:
            # Of these it is told what was so on a known day.
            if degree is Certainty.CERTAIN:
                assert here & taken_out <= told, (iso(first), iso(last))
            if last - first < 10:
                days = (kb.moment(at=iso(day)) for day in range(first, last + 1))
                each = set().union(*(at_least(kb, day, degree) for day in days))
                assert here & taken_out == each & taken_out, (degree, iso(first), iso(last))
            told, here = told - taken_out, here - taken_out
        assert here == told, (degree, iso(first), iso(last))


def at_least(kb: KnowledgeBase, moment: Moment, degree: Certainty) -> set[str]:
    least = DEGREES.index(degree)
    return {iri for iri, sure in kb.certainty(moment).items() if DEGREES.index(sure) >= least}


@settings(max_examples=cases(20), suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=sequences(),
    others=more(),
    asked_first=st.booleans(),
    asked=st.lists(
        st.tuples(st.integers(FIRST, UNTIL), st.sampled_from([0, 0, 1, 9, 80, 400])),
        min_size=6,
        max_size=12,
    ),
)
def test_patterns_find_what_the_engine_says(
    base: KnowledgeBase,
    changes: list[ChangeRequest],
    others: ChangeRequest,
    asked_first: bool,
    asked: list[tuple[int, int]],
) -> None:
    kb = copied(base)
    if asked_first:  # then the bounds are in memory, and follow each write
        kb.certainty(kb.moment(at="2020"))
    for change in (*changes[:2], others, *changes[2:]):
        try:
            commit(kb, change, who=None, message="A test.")
        except InvalidChange:  # what the gate refuses changes nothing either
            continue
    anew = {quad for lot in computed_quads(kb.snapshot) for quad in lot}
    assert {q for q in anew if q.graph_name == NAMES.temporal_index} == set(
        kb.store.quads(NAMES.temporal_index)
    )
    edges = {day for degree in DEGREES for day in kb.change_days(degree)}
    for day in sorted(edges)[:12]:
        assert_as_told(kb, day, day)
        assert_as_told(kb, day - 1, day - 1)
    for first, length in asked:
        assert_as_told(kb, first, first + length)
    kb.store.close()


def test_days_that_were_denied_before_say_nothing_of_what_is_presumed_later(
    base: KnowledgeBase,
) -> None:
    kb = copied(base)
    pilot = "tenure:{0}--pilot a tn:Tenure ; tn:holder person:{0} ; tn:office office:pilot ; {1} ."
    told = [
        claim(1, stated=pilot.format("jane-roe", 'tn:heldThroughout "2019-01/2020-05"^^edtf:EDTF')),
        claim(2, stated=pilot.format("jane-roe", 'tn:heldOn "2019-06"^^edtf:EDTF')).replace(
            "tnv:Asserted", "tnv:Denied"
        ),
    ]
    commit(kb, body(EVENT_PREFIX + document(NEW, *told)), who=None, message="A test.")
    jane = "https://w3id.org/tenure/id/tenure/jane-roe--pilot"
    for key, degree in (
        ("2020-08-01", Certainty.PRESUMED),
        ("2020-08", Certainty.PRESUMED),
        ("sometime/2020-08-01/to/2020-08-01", Certainty.PRESUMED),
        ("throughout/2020-08-01/to/2020-09-01", Certainty.PRESUMED),
        ("2019-06-05", Certainty.POSSIBLE),
        ("throughout/2019-06-01/to/2020-09-01", Certainty.POSSIBLE),
    ):
        assert kb.certainty(kb.moment(at=key)).get(jane) is degree, key
    kb.store.close()


# ---------------------------------------------------------------- elsewhere, and kept right


@pytest.fixture(scope="module")
def written(base: KnowledgeBase) -> KnowledgeBase:
    """The base with somebody presumed to be in an office, and others denied or in vague terms."""
    kb = copied(base)
    pilot = "tenure:{0}--pilot a tn:Tenure ; tn:holder person:{0} ; tn:office office:pilot ; {1} ."
    told = [
        claim(1, stated=pilot.format("jane-roe", 'tn:start "2020-05-04"^^edtf:EDTF')),
        claim(2, stated=pilot.format("cy-dale", 'tn:heldOn "2019"^^edtf:EDTF')),
        claim(3, stated=pilot.format("ada-brook", 'tn:heldThroughout "2010/2012"^^edtf:EDTF')),
        claim(4, stated=pilot.format("ada-brook", 'tn:heldOn "2011-03"^^edtf:EDTF')).replace(
            "tnv:Asserted", "tnv:Denied"
        ),
    ]
    commit(kb, body(EVENT_PREFIX + document(NEW, *told)), who=None, message="A test.")
    return kb


RANGES = (
    ("2020-05-04", "2020-05-04"),
    ("2021-07-01", "2021-07-01"),
    ("2011-03-04", "2011-03-04"),
    ("2019-01-01", "2019-12-31"),
    ("2018-12-01", "2019-06-30"),
    ("2009-01-01", "2030-01-01"),
)


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_another_engine_finds_the_same_in_the_export(written: KnowledgeBase) -> None:
    elsewhere = Dataset()
    elsewhere.parse(data=export(written, "nq", index=True).decode(), format="nquads")
    some = set()
    for first, last in RANGES:
        for degree in DEGREES:
            text = pattern(NAMES, parse_iso(first), parse_iso(last), degree=degree)
            rows = elsewhere.query(f"SELECT DISTINCT ?occurrence {{ {text} }}")
            here = answers(written, text)
            assert {str(row[0]) for row in rows} == here  # type: ignore[index]
            some |= {(degree, iri.rpartition("/")[2]) for iri in here}
    people = ("jane-roe--pilot", "cy-dale--pilot", "ada-brook--pilot")
    assert {(degree, who) for degree in DEGREES for who in people} <= some


@pytest.mark.parametrize("degree", DEGREES)
def test_a_day_as_a_graph_has_what_its_pattern_finds(
    written: KnowledgeBase, degree: Certainty
) -> None:
    for day in ("2020-05-04", "2021-07-01", "2011-03-04", "2012-01-01"):
        graph = slice_iri(NAMES, day, day_view(degree))
        text = f"SELECT DISTINCT ?occurrence {{ GRAPH <{graph.value}> {{ ?occurrence a ?kind }} }}"
        told = written.query(text)
        assert isinstance(told, Solutions)
        found = answers(written, pattern(NAMES, parse_iso(day), degree=degree))
        assert found == {getattr(row[0], "value", "") for row in told}


def test_who_succeeds_ends_what_is_presumed_of_another(written: KnowledgeBase) -> None:
    kb = copied(written)
    text = pattern(NAMES, parse_iso("2022-01-01"), degree=Certainty.PRESUMED)
    jane, ada = (f"{NAMES.base}id/tenure/{who}--pilot" for who in ("jane-roe", "ada-brook"))
    assert answers(kb, text) & {jane, ada} == {jane}
    later = (
        "tenure:ada-brook--pilot--2 a tn:Tenure ; tn:holder person:ada-brook ;"
        ' tn:office office:pilot ; tn:start "2020-05-20"^^edtf:EDTF .'
    )
    commit(kb, body(document(claim(9, stated=later))), who=None, message="A test.")
    assert answers(kb, text) & {jane, f"{ada}--2"} == {f"{ada}--2"}
    assert verify(kb.store, NAMES).faults == ()
    commit(kb, Change(retracted=(iri(9),)), who=None, message="A test.")
    assert answers(kb, text) & {jane, ada} == {jane}
    assert verify(kb.store, NAMES).faults == ()


def test_what_is_wrong_in_the_index_is_found_and_nobody_writes_it(
    written: KnowledgeBase, tmp_path: Path
) -> None:
    with Store(tmp_path / "store") as store:
        store.add(written.store.quads())
        assert_guarded(KnowledgeBase(store, NAMES))


def assert_guarded(kb: KnowledgeBase) -> None:
    kept = min(kb.store.quads(NAMES.temporal_index), key=str)
    kb.store.change([kept], [])
    (fault,) = verify(kb.store, NAMES).faults
    assert (fault.about, "is not stored" in fault.what) == ("temporal index", True)
    kb.store.change([], [kept])
    assert verify(kb.store, NAMES).sound
    with pytest.raises(NotWritable, match="computed from the claims"):
        commit(
            kb,
            GraphChange("put", NAMES.temporal_index.value, (kept.triple,)),
            who=None,
            message="A test.",
        )


@pytest.mark.parametrize(
    ("form", "asked", "said"),
    [
        ("ttl", {}, "holds one graph"),
        ("nq", {"at": "2020-01-01"}, "of the whole"),
        ("nq", {"source": "courier-1"}, "of the whole"),
    ],
)
def test_the_index_is_not_in_every_export(
    written: KnowledgeBase, form: str, asked: dict[str, str], said: str
) -> None:
    with pytest.raises(BadParameter, match=said):
        export(written, form, index=True, **asked)  # type: ignore[arg-type]
    assert b"temporal-index" not in export(written, "nq")
