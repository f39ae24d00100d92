"""Until when things are presumed to go on, and who is presumed to be in an office still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad
from tests import amount
from tests.fusion.lab import Lab, entity
from tests.fusion.oracle import day

from tenure.errors import BadInput
from tenure.fusion import Holding, holding_by_bounds, presumed_stretches
from tenure.fusion.repairs import TOO_MANY
from tenure.model import Schema
from tenure.model.occurrence import Presumption
from tenure.namespaces import TN, XSD_INTEGER
from tenure.temporal import FourBounds, iso

FOUR_YEARS = 1461
DAYS = range(12)

# ---------------------------------------------------------------- successors, day by day


@st.composite
def holdings(draw: st.DrawFn, number: int) -> Holding:
    begun = draw(st.integers(0, 8))
    lasting = draw(st.none() | st.integers(0, 10))
    word = begun if lasting is None else max(begun, lasting)
    until = draw(st.none() | st.integers(word + 1, 12))
    latest = draw(st.none() | st.integers(word, word + 2)) if until is not None else None
    over = None if until is not None else draw(st.none() | st.integers(word, word + 4))
    holder = draw(st.sampled_from("abc"))
    return Holding(f"t{number}", holder, begun, lasting, word, latest, until, over)


def certain(one: Holding, d: int) -> bool:
    return one.certain_until is not None and one.begun <= d <= one.certain_until


def succeeded(one: Holding, all_: list[Holding], d: int, seats: Callable[[int], int]) -> bool:
    if one.word_latest is None:
        return False
    later = [o for o in all_ if o is not one and o.begun <= d and o.word > one.word_latest]
    if any(o.holder == one.holder for o in later):
        return True
    # On some day somebody came, and others who were not gone by then filled the seats with him.
    return any(
        len({o.holder for o in later if o is new or (o.begun <= new.begun and stays(o, new.begun))})
        >= seats(new.begun)
        for new in later
    )


def stays(one: Holding, d: int) -> bool:
    return one.over is None or one.over > d


def left(one: Holding, all_: list[Holding], d: int, seats: Callable[[int], int]) -> bool:
    by_itself = one.until is not None and one.begun <= d <= one.until
    return certain(one, d) or (by_itself and not succeeded(one, all_, d, seats))


@settings(max_examples=amount.cases(300))
@given(data=st.data(), numbers=st.lists(st.integers(1, 3), min_size=2, max_size=2))
def test_who_is_presumed_is_so_day_by_day(data: st.DataObject, numbers: list[int]) -> None:
    change = data.draw(st.integers(0, 10))

    def seats(d: int) -> int:
        return numbers[d >= change]

    number = data.draw(st.integers(1, 5))
    holders = [data.draw(holdings(place)) for place in range(number)]
    found = presumed_stretches(data.draw(st.permutations(holders)), [seats], [change])
    assert set(found) == {one.iri for one in holders if one.until is not None}
    for one in (one for one in holders if one.until is not None):
        days = {d for first, last in found[one.iri] for d in range(first, last + 1)}
        assert days == {
            d
            for d in DAYS
            if certain(one, d)
            or (
                left(one, holders, d, seats)
                and len({o.holder for o in holders if left(o, holders, d, seats)}) <= seats(d)
            )
        } | {d for d in days if d not in DAYS}


@st.composite
def contested_holdings(draw: st.DrawFn, number: int) -> Holding | None:
    """Who may have begun and gone on one or another day, with a horizon of four days."""
    several = []
    for _ in range(draw(st.integers(1, 2))):
        begun = draw(st.none() | st.integers(1, 6))
        lasting = draw(st.none() | st.integers(begun or 1, 8))
        over = draw(st.none() | st.integers(max(begun or 1, lasting or 1), 9))
        several.append(FourBounds(None, begun, lasting, over))
    begins = [four.start_latest for four in several]
    lasts = [four.end_earliest for four in several]
    overs = [four.end_latest for four in several]
    known = None not in begins
    hull = FourBounds(
        None,
        max(filter(None, begins), default=0) if known else None,
        None if None in lasts else min(filter(None, lasts), default=0),
        None if None in overs else max(filter(None, overs), default=0),
    )
    words = [max(begun or 0, lasting or 0) for begun, lasting in zip(begins, lasts, strict=True)]
    until = min(words) + 4 if known and overs == [None] * len(several) else None
    who = draw(st.sampled_from("abc"))
    return holding_by_bounds(f"t{number}", who, hull, until, until and min(words), several=several)


def always(seats: int) -> Callable[[int], int]:
    return lambda _: seats


@settings(max_examples=amount.cases(150))
@given(data=st.data(), numbers=st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_who_is_presumed_is_so_whichever_claims_are_right(
    data: st.DataObject, numbers: tuple[int, int]
) -> None:
    drawn = [data.draw(contested_holdings(place)) for place in range(data.draw(st.integers(2, 4)))]
    holders = [one for one in drawn if one is not None]
    fewest, most = sorted(numbers)
    found = presumed_stretches(holders, [always(fewest), always(most)])
    for one in (one for one in holders if one.until is not None):
        others = [other.ways or (other,) for other in holders if other is not one]
        for number, some in product(range(fewest, most + 1), product(*others)):
            beside = [replace(one, ways=()), *some]
            days = presumed_stretches(beside, [always(number)])[one.iri]
            assert all(
                any(a <= first and last <= b for a, b in days) for first, last in found[one.iri]
            )


# ---------------------------------------------------------------- one by itself

ROLES = "tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o"


def presumed(planning: Lab, *said: tuple[str, str, str | None]) -> Presumption | None:
    """Of statements, each with the day on which its source spoke and its tense."""
    claims = [
        planning.claim(body, source=f"s{place}", tense=tense)
        for place, (body, _, tense) in enumerate(said)
    ]
    published = {f"s{place}": when for place, (_, when, _) in enumerate(said)}
    world = planning.world(claims, published=published)
    return world.occurrences[entity("tenure/t").value].presumption


def last(found: Presumption | None) -> tuple[str, str] | None:
    return None if found is None else (iso(found.word), iso(found.until))


def edtf(prop: str, value: str) -> str:
    return f'{ROLES} ; tn:{prop} "{value}"^^edtf:EDTF .'


def after(text: str, days: int = FOUR_YEARS) -> str:
    return date.fromordinal(date.fromisoformat(text).toordinal() + days).isoformat()


@settings(max_examples=amount.cases(300), deadline=None)
@given(
    start=st.integers(0, 6),
    end=st.none() | st.integers(0, 9),
    spoken=st.integers(0, 9),
    tense=st.sampled_from([None, "Begun", "Present"]),
)
def test_what_one_source_says(
    planning: Lab, start: int, end: int | None, spoken: int, tense: str | None
) -> None:
    if end is not None and end < start:
        return
    dated = f'tn:start "{day(start)}"^^edtf:EDTF'
    dated += f' ; tn:end "{day(end)}"^^edtf:EDTF' if end is not None else ""
    if tense is not None and start > spoken:
        return
    if tense == "Present" and end is not None and end < spoken:
        return
    found = presumed(planning, (f"{ROLES} ; {dated} .", day(spoken), tense))
    if start > spoken or (end is not None and end <= spoken):
        expected = None  # planned to begin, or over
    else:
        vouched = tense == "Present" or (end is not None and end > spoken)
        word = spoken if vouched else start
        expected = (day(word), after(day(word)) if end is None else day(end))
    assert last(found) == expected


def test_the_horizon_counts_from_the_last_word(planning: Lab) -> None:
    said = [
        (edtf("start", "2010-05-01"), "2010-05-02", None),
        (edtf("heldOn", "2014-03-01"), "2014-06-01", None),
    ]
    assert last(presumed(planning, *said)) == ("2014-03-01", after("2014-03-01"))


def test_a_newer_plan_replaces_an_older_one_and_an_overtaken_one_counts_no_more(
    planning: Lab,
) -> None:
    older = (
        f'{ROLES} ; tn:start "2010-05-01"^^edtf:EDTF ; tn:end "2014"^^edtf:EDTF .',
        "2010-06-01",
    )
    newer = (edtf("end", "2015-05-01"), "2013-06-01")
    assert last(presumed(planning, (*older, None), (*newer, None))) == ("2013-06-01", "2015-05-01")
    seen = (edtf("heldOn", "2016-01-01"), "2016-01-02", None)
    assert last(presumed(planning, (*older, None), (*newer, None), seen)) == (
        "2016-01-01",
        after("2016-01-01"),
    )


@pytest.mark.parametrize(
    "said",
    [
        'tn:start "2010-05-01"^^edtf:EDTF ; tn:endedBy event:e',
        'tn:start "2010-05-01"^^edtf:EDTF ; tn:before event:e',
        'tn:start "2010-05-01"^^edtf:EDTF ; tn:lastedAtMostDays 4',
        'tn:heldOn "2010-05-01/.."^^edtf:EDTF ; tn:end "[2010-06..2010-09]"^^edtf:EDTF',
        'tn:end "2010-05-01"^^edtf:EDTF',
    ],
)
def test_what_is_told_as_over_is_never_presumed(planning: Lab, said: str) -> None:
    assert presumed(planning, (f"{ROLES} ; {said} .", "2011-01-01", None)) is None


def test_an_end_that_an_event_is_only_to_bring_is_a_plan(planning: Lab) -> None:
    said = [
        (f'{ROLES} ; tn:start "2010-05-01"^^edtf:EDTF ; tn:endedBy event:e .', "2010-06-01", None),
        ('event:e tn:date "2012-05-01"^^edtf:EDTF .', "2010-06-01", None),
    ]
    assert last(presumed(planning, *said)) == ("2010-06-01", "2012-05-01")


def test_who_has_died_is_not_presumed(planning: Lab) -> None:
    said = [
        (edtf("start", "2010-05-01"), "2010-06-01", None),
        ('person:p tn:diedOn "[2011..2012]"^^edtf:EDTF .', "2013-01-01", None),
    ]
    assert presumed(planning, *said) is None


def test_what_only_hedged_claims_tell_or_has_no_horizon_is_never_presumed(planning: Lab) -> None:
    hedged = planning.claim(edtf("start", "2010-05-01"), hedged=True)
    stance = planning.claim(
        "stance:t a tn:Stance ; tn:stanceHolder person:p ; tn:stanceTarget org:o ;"
        ' tn:start "2010-05-01"^^edtf:EDTF .'
    )
    world = planning.world([hedged, stance], published={"s1": "2011-01-01"})
    assert [one.presumption for one in world.occurrences.values()] == [None, None]


def test_a_vaguely_dated_source_has_a_last_word_that_may_be_later(planning: Lab) -> None:
    found = presumed(planning, (f"{ROLES} .", "2020-03", "Present"))
    # Since when is certain on the last day that the source can be of, until when on the first.
    assert last(found) == ("2020-03-31", after("2020-03-31"))
    assert found is not None
    assert found.word_latest is not None
    assert iso(found.word_latest) == "2020-03-31"


@pytest.mark.parametrize(("term", "number"), [("Meeting", "30"), ("Tenure", "0"), ("Tenure", "x")])
def test_a_horizon_that_is_none_is_refused(ontology: list[Quad], term: str, number: str) -> None:
    wrong = Quad(TN(term), TN("horizonDays"), Literal(number, datatype=XSD_INTEGER))
    kept = [q for q in ontology if (q.subject, q.predicate) != (wrong.subject, wrong.predicate)]
    with pytest.raises(BadInput) as refused:
        Schema([*kept, wrong])
    assert isinstance(wrong.subject, NamedNode)
    assert str(refused.value.where) == wrong.subject.value


def test_what_ended_on_more_days_than_are_told_apart_is_not_presumed_to_go_on(
    planning: Lab,
) -> None:
    claims = [
        planning.claim(edtf("start", "2010-05-01"), source="s0"),
        *(planning.claim(edtf("end", f"201{year}"), source=f"s{year}") for year in (1, 2, 3)),
    ]
    published = {f"s{number}": "2020" for number in range(4)}
    for most in (64, 2, 1):
        with (
            patch("tenure.fusion.repairs.MOST_ALTERNATIVES", most),
            patch("tenure.fusion.solution.MOST_ALTERNATIVES", most),
        ):
            one = planning.world(claims, published=published).occurrences[entity("tenure/t").value]
        assert one.presumption is None
        assert one.contested
        assert (one.note == TOO_MANY) == (most < 3)
