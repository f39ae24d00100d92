"""Two lists compared: nothing with itself, the same from either side, and whatever is planted."""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases

from tenure.comparison import (
    Difference,
    DifferenceKind,
    Relation,
    Remark,
    StatedStretch,
    differences,
    remarks,
)
from tenure.temporal import iso, parse_iso

DATES = st.sampled_from(
    ["", "1999", "2000", "2000-03", "2000-03-04", "2000-04-03", "2001-01-01", "2003-05-01", "2000~"]
)
LISTS = st.lists(
    st.builds(
        StatedStretch,
        st.just("Tenure"),
        st.sampled_from("xyz"),
        st.sampled_from("pq"),
        DATES,
        DATES,
    ),
    max_size=7,
)


def held(who: str, start: str, end: str = "", office: str = "office") -> StatedStretch:
    return StatedStretch("Tenure", who, office, start, end)


def one_of(a: list[StatedStretch], b: list[StatedStretch]) -> Difference:
    (found,) = differences(a, b)
    return found


@settings(max_examples=cases(200))
@given(LISTS)
def test_a_list_does_not_differ_from_itself(stretches: list[StatedStretch]) -> None:
    assert differences(stretches, list(reversed(stretches))) == []


@settings(max_examples=cases(150))
@given(LISTS, LISTS)
def test_it_is_the_same_from_either_side(a: list[StatedStretch], b: list[StatedStretch]) -> None:
    found = differences(a, b)
    back = [one.reversed() for one in differences(b, a)]
    assert sorted(found, key=repr) == sorted(back, key=repr)


@settings(max_examples=cases(150))
@given(LISTS, LISTS)
def test_all_that_is_not_the_same_is_told_once(
    a: list[StatedStretch], b: list[StatedStretch]
) -> None:
    found = differences(a, b)
    same = Counter(a) & Counter(b)
    assert Counter(s for one in found for s in one.a) == Counter(a) - same
    assert Counter(s for one in found for s in one.b) == Counter(b) - same


DAYS = st.integers(parse_iso("1900-01-01"), parse_iso("2000-01-01"))


@settings(max_examples=cases(100))
@given(
    st.lists(st.tuples(DAYS, st.integers(200, 2_000)), min_size=3, max_size=8, unique=True),
    st.integers(0, 2),
    st.integers(-150, 150).filter(bool),
    st.data(),
)
def test_what_is_planted_is_found(
    terms: list[tuple[int, int]], which: int, days: int, data: st.DataObject
) -> None:
    a = [
        held(f"person/{number}", iso(begun), iso(begun + length), f"office/{number}")
        for number, (begun, length) in enumerate(terms)
    ]
    chosen = a[which]
    end = parse_iso(chosen.end) + days
    planted = {
        "lost": (None, DifferenceKind.ONLY_A),
        "moved": (replace(chosen, end=iso(end)), DifferenceKind.DATES),
        "vaguer": (replace(chosen, end=chosen.end[:4]), DifferenceKind.PRECISION),
        "undated": (replace(chosen, end=""), DifferenceKind.MISSING),
        "other office": (replace(chosen, object="office/other"), DifferenceKind.OFFICE),
        "other holder": (replace(chosen, subject="person/other"), DifferenceKind.HOLDER),
    }
    other, kind = planted[data.draw(st.sampled_from(sorted(planted)))]
    b = [one if one is not chosen else other for one in a]
    found = one_of(a, [one for one in b if one is not None])
    assert found.kind is kind
    assert found.a == (chosen,)
    if kind is DifferenceKind.DATES:
        assert found.end is not None
        assert (found.end.relation, found.end.least, found.end.most) == (Relation.DAYS, days, days)


def test_a_stretch_that_is_two_there() -> None:
    whole = held("a", "2001-01-01", "2010-12-31")
    first, second = held("a", "2001-01-01", "2004-05-01"), held("a", "2004-06-01", "2010-12-31")
    found = one_of([whole], [second, first])
    assert (found.kind, found.a, found.b) == (DifferenceKind.SPLIT, (whole,), (first, second))
    assert found.hint == "30 days lie between 2001-01-01 to 2004-05-01 and 2004-06-01 to 2010-12-31"


def test_a_second_stretch_that_only_one_has() -> None:
    first, second = held("a", "2001", "2004"), held("a", "2008", "2010")
    assert [(one.kind, one.a) for one in differences([first, second], [first])] == [
        (DifferenceKind.ONLY_A, (second,))
    ]


@pytest.mark.parametrize("end", ["", "2002-05-01"])
def test_without_dates_only_a_name_tells_that_one_holder_is_another(end: str) -> None:
    """Two people of one office of whom no date is common are no difference of holders."""
    undated, other = held("x", "", ""), held("y", "2001-01-01" if end else "", end)
    both = [undated], [other]
    assert {one.kind for one in differences(*both)} == {
        DifferenceKind.ONLY_A,
        DifferenceKind.ONLY_B,
    }
    (found,) = differences(*both, lambda _one, _other: 0.9)
    assert (found.kind, found.a, found.b) == (DifferenceKind.HOLDER, (undated,), (other,))


def test_two_holders_that_are_exchanged() -> None:
    a = [held("x", "2001-01-01", "2002-05-01"), held("y", "2002-05-01", "2004-01-01")]
    b = [replace(a[0], subject="y"), replace(a[1], subject="x")]
    found = one_of(a, b)
    assert (found.kind, set(found.a), set(found.b)) == (DifferenceKind.SWAPPED, set(a), set(b))
    assert found.hint == "the two holders are exchanged"


@pytest.mark.parametrize(
    ("one", "other", "hint"),
    [
        ("2001-03-04", "2001-04-03", "start: day and month are swapped"),
        ("2001-03-04", "1991-03-04", "start: only the years differ"),
        ("2001-03-04", "2001-09-04", "start: only the months differ"),
        ("1917-10-25", "1917-11-07", "start: as far as the Julian calendar from the Gregorian"),
        ("2001-01-01", "2001-06-13", "start: 1 January may stand for the whole year"),
        ("2001-06-01", "2001-06-13", "start: the first may stand for the whole month"),
        ("2001-06-03", "2001-06-13", ""),
    ],
)
def test_what_may_have_happened_to_a_date(one: str, other: str, hint: str) -> None:
    found = one_of([held("a", one, "2010-01-01")], [held("a", other, "2010-01-01")])
    assert (found.kind, found.hint) == (DifferenceKind.DATES, hint)


def test_who_was_seen_in_office_later_cannot_have_left() -> None:
    seen = replace(held("a", "2001-01-01"), not_over_before=parse_iso("2006-01-01"))
    found = one_of([seen], [held("a", "2001-01-01", "2005-12-01")])
    assert found.end is not None
    assert (found.kind, found.end.in_words) == (DifferenceKind.DATES, "at least 31 days earlier")


def test_that_only_one_says_that_it_goes_on_is_no_difference() -> None:
    seen = replace(held("a", "2019-05-03"), not_over_before=parse_iso("2024-01-01"))
    assert differences([seen], [held("a", "2019-05-03")]) == []
    titled = replace(held("a", "2019-05-03"), title="Mayor")
    assert one_of([titled], [held("a", "2019-05-03")]).kind is DifferenceKind.TITLE


def test_of_several_offices_on_one_day_the_likeliest_is_meant() -> None:
    names = {("energy", "energy and water"): 0.8}

    def alike(one: str, other: str) -> float:
        return names.get((one, other), 0.0)

    a = [held("a", "2021-06-13", office="energy")]
    b = [held("a", "2021-06-13", office=office) for office in ("energy and water", "trade")]
    assert [one.kind for one in differences(a, b)] == [
        DifferenceKind.ONLY_A,
        DifferenceKind.ONLY_B,
        DifferenceKind.ONLY_B,
    ]
    kinds = {one.kind for one in differences(a, b, alike)}
    assert kinds == {DifferenceKind.OFFICE, DifferenceKind.ONLY_B}


def test_many_stretches_of_one_holder_take_no_square_of_time() -> None:
    a = [held("a", iso(day), iso(day + 2)) for day in range(700_000, 704_000, 10)]
    b = [replace(one, end=iso(parse_iso(one.end) + 1)) for one in a]
    assert Counter(one.kind for one in differences(a, b)) == {DifferenceKind.DATES: 400}


def test_two_long_lists_differ_in_what_was_changed(
    repo_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(repo_root)
    a, b = importlib.import_module("benchmarks.comparison").two_lists(4_000)
    there = set(b)
    found = differences(a, b)
    assert sum(len(one.a) for one in found) == sum(one not in there for one in a)
    kinds = Counter(one.kind for one in found)
    assert {
        DifferenceKind.DATES,
        DifferenceKind.ONLY_A,
        DifferenceKind.OFFICE,
        DifferenceKind.HOLDER,
    } == kinds.keys()
    assert (
        kinds[DifferenceKind.DATES]
        > kinds[DifferenceKind.ONLY_A]
        > kinds[DifferenceKind.OFFICE]
        > 20
    )


# ---------------------------------------------------------------- the succession in one office


def told(stretches: list[StatedStretch], seats: int = 1) -> list[tuple[str, Remark, int | None]]:
    return [(one.stretch.subject, one.remark, one.days) for one in remarks(stretches, seats)]


def test_gaps_overlaps_and_what_is_missing() -> None:
    assert told(
        [
            held("a", "2000-01-01", "2001-01-01"),
            held("b", "2001-01-01", "2002-01-01"),
            held("c", "2002-02-01", "2003-01-01"),
            held("d", "2002-12-01", ""),
            held("e", "2005-01-01", "2006-01-01"),
        ]
    ) == [
        ("b", Remark.GAP, 30),
        ("d", Remark.NO_END, None),
        ("e", Remark.NO_SUCCESSOR, None),
    ]
    both = [held("a", "2000-01-01", "2003-01-01"), held("b", "2002-12-01", "2004-01-01")]
    assert ("b", Remark.OVERLAP, 31) in told(both)
    assert Remark.OVERLAP not in [remark for _, remark, _ in told(both, seats=2)]
    assert ("a", Remark.NO_START, None) in told([held("a", "", "2003")])


@settings(max_examples=cases(100))
@given(DAYS, st.lists(st.integers(2, 900), min_size=2, max_size=6), st.integers(0, 99), DAYS)
def test_a_planted_gap_is_the_only_one(
    begun: int, lengths: list[int], days: int, where: int
) -> None:
    place = where % (len(lengths) - 1)
    stretches, day = [], begun
    for number, length in enumerate(lengths):
        stretches.append(held(f"{number}", iso(day), iso(day + length)))
        day += length + (1 + days if number == place else 0)
    gaps = [(who, n) for who, remark, n in told(stretches) if remark is Remark.GAP]
    assert gaps == ([(f"{place}", days)] if days else [])
