"""Columns say of every row what its bounds say, and on disk never anything else than what is so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from tests.conflicting import made_up_conflicts

from tenure.fusion import FAR, AsOf, Day, Moment
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.columns import BOUNDS, Columns, ColumnsBuilder, Judged
from tenure.knowledge.columns_file import ColumnsFile, Stamp, Unusable
from tenure.knowledge.store_state import State
from tenure.knowledge.world_graph import change_days_of
from tenure.model import Alternative, Occurrence, Presumption
from tenure.sandbox.query_plan import Scope
from tenure.temporal import Certainty, FourBounds
from tenure.views import GraphView, read_key

FAR_AWAY = 62_000_000_000
"""Days until a year of twelve digits or so, which no narrow column holds."""
STAMP = Stamp("rules", "https://example.org/", "store", 3)

_days = st.integers(-4, 12) | st.sampled_from([-FAR_AWAY, FAR_AWAY, 2**31 - 2, 2**31 - 3, -(2**31)])
_near = st.integers(-4, 12)


def four_of(days: st.SearchStrategy[int]) -> st.SearchStrategy[FourBounds]:
    """Bounds that are in order, where they are known."""

    def made(days: list[int], known: list[bool], crossed: bool) -> FourBounds:
        first, one, other, last = sorted(days)
        each = (first, other, one, last) if crossed else (first, one, other, last)
        return FourBounds(
            *(day if is_known else None for day, is_known in zip(each, known, strict=True))
        )

    some = st.lists(days, min_size=4, max_size=4)
    return st.builds(made, some, st.lists(st.booleans(), min_size=4, max_size=4), st.booleans())


def around(several: list[FourBounds]) -> FourBounds:
    """What holds all of them."""
    chosen = (min, max, min, max)
    days = [[getattr(four, name) for four in several] for name in BOUNDS]
    return FourBounds(
        *(None if None in some else choose(some) for choose, some in zip(chosen, days, strict=True))
    )


bounds, wide = four_of(_near), four_of(_days)


def simple(iri: str, four: FourBounds, existence: Certainty = Certainty.CERTAIN) -> Occurrence:
    return Occurrence(iri, "k", "s", None, four, existence, False, ())


@st.composite
def occurrences(draw: st.DrawFn) -> list[Occurrence]:
    """Some of which the bounds are anything, with alternatives, hedged or not, presumed or not."""
    kind = draw(st.sampled_from([bounds, wide]))
    found = []
    for number in range(draw(st.integers(0, 6))):
        several = draw(st.lists(kind.map(lambda four: Alternative(four, (), "")), max_size=3))
        until = draw(st.none() | _near)
        found.append(
            Occurrence(
                f"https://example.org/{draw(st.sampled_from(['é', 'a', 'z/']))}{number}",
                f"https://example.org/kind/{number % 2}",
                draw(st.none() | st.just("https://example.org/who")),
                draw(st.none() | st.just("https://example.org/office")),
                around([one.bounds for one in several]) if several else draw(kind),
                draw(st.sampled_from([Certainty.CERTAIN, Certainty.POSSIBLE])),
                bool(several),
                (),
                tuple(several),
                presumption=None if until is None else Presumption(until, until, None, None),
            )
        )
    return found


_known = _days.map(lambda day: Day(None, "", day))
moments = st.one_of(
    _known.map(lambda day: Moment("day", day, day, day, day)),
    st.tuples(st.none() | _known, st.none() | _known, st.booleans()).map(
        lambda two: Moment("two", two[0], two[1], two[1], two[0], stretch=two[2])
    ),
    st.just(Moment("any", None, None, None, None, always=True)),
)


def told(one: Occurrence) -> list[Triple]:
    return [Triple(NamedNode(one.iri), NamedNode("https://example.org/of"), Literal('"é\n'))]


def columns_of(some: list[Occurrence]) -> Columns:
    builder = ColumnsBuilder()
    for one in some:
        builder.add(one, ((t.predicate.value, f"{t} .\n") for t in told(one)))
    return builder.made()


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A base for its network of time, which has nothing that the moments name."""
    return open_knowledge_base(made_up_conflicts(tmp_path_factory.mktemp("made-up") / "facts"))


@given(some=occurrences(), moment=moments)
def test_rows_are_judged_as_each_is_by_itself(
    kb: KnowledgeBase, some: list[Occurrence], moment: Moment
) -> None:
    as_of = AsOf(moment, kb.around([]).time)
    each = {one.iri: as_of.by_alternatives(one.several_bounds, one.existence) for one in some}
    expected = {iri: sure for iri, sure in each.items() if sure is not Certainty.RULED_OUT}
    columns = columns_of(some)
    found = columns.judged(as_of)
    assert dict(found) == expected
    assert {iri: found[iri] for iri in expected} == expected
    half = columns.rows([one.iri for one in some[::2]])
    among = {one.iri for one in some[::2]}
    assert dict(columns.judged(as_of, half)) == {i: s for i, s in expected.items() if i in among}
    everything = [one.iri for one in some]
    assert columns.iris.some(columns.rows(everything)) == sorted(
        everything, key=lambda iri: iri.encode()
    )


@given(some=occurrences(), degree=st.sampled_from(list(Certainty)[:3]))
def test_the_days_of_change_are_those_of_each(some: list[Occurrence], degree: Certainty) -> None:
    days = [day for one in some for day in change_days_of(one, degree)]
    assert sorted(columns_of(some).change_days(degree).elements()) == sorted(days)


@given(some=occurrences())
def test_rows_are_read_as_they_were_given(some: list[Occurrence]) -> None:
    columns = columns_of(some)
    assert len(columns) == len(some)
    lines = set()
    for one in some:
        row = columns.row(one.iri)
        assert columns.several(row) == list(one.several_bounds)
        assert columns.four(row) == one.bounds
        rows = columns.rows([one.iri])
        assert columns.named("kind", rows) == [one.kind]
        assert columns.named("subject", rows) == [one.subject]
        assert columns.day("until", row) == (one.presumption.until if one.presumption else None)
        assert row in columns.of_kinds([one.kind])
        assert (row in columns.rows_of("object", "https://example.org/office")) == bool(one.object)
        lines |= {f"{triple} ." for triple in told(one)}
    every = columns.lines(columns.rows([one.iri for one in some])).decode()
    assert set(every.splitlines()) == lines


def test_judgements_can_be_put_right() -> None:
    four = FourBounds(0, 0, 9, 9)
    one = simple("https://example.org/a", four)
    other = simple("https://example.org/b", four, Certainty.POSSIBLE)
    columns = columns_of([one, other])
    found = Judged(columns, columns.rows([one.iri, other.iri]), columns.firm.astype("i1") * 2 + 1)
    assert dict(found) == {one.iri: Certainty.CERTAIN, other.iri: Certainty.POSSIBLE}
    again = found.but({one.iri: Certainty.RULED_OUT, "new": Certainty.PRESUMED})
    assert dict(again) == {other.iri: Certainty.POSSIBLE, "new": Certainty.PRESUMED}
    assert len(again) == 2
    assert one.iri not in again
    assert dict(again.only((Certainty.PRESUMED,))) == {"new": Certainty.PRESUMED}


@pytest.fixture
def written(tmp_path: Path) -> tuple[ColumnsFile, Columns]:
    """Columns on the disk, and in memory."""
    columns = columns_of([simple("https://example.org/a", FourBounds(1, 2, None, 4))])
    file = ColumnsFile(tmp_path)
    file.write(columns, STAMP)
    return file, columns


def same(one: Columns, other: Columns) -> bool:
    return one.differing(other) == []


def test_what_is_written_is_read(written: tuple[ColumnsFile, Columns]) -> None:
    file, columns = written
    found, changed = file.read(STAMP)
    assert same(found, columns)
    assert changed == set()


@pytest.mark.parametrize(
    ("stamp", "why"),
    [
        (Stamp("others", STAMP.base, STAMP.identifier, 3), "by other rules"),
        (Stamp(STAMP.rules, "https://example.com/", STAMP.identifier, 3), "another base"),
        (Stamp(STAMP.rules, STAMP.base, "another", 3), "another store"),
        (Stamp(STAMP.rules, STAMP.base, STAMP.identifier, 2), "a later state"),
        (Stamp(STAMP.rules, STAMP.base, STAMP.identifier, 4), "nobody noted"),
    ],
)
def test_columns_of_something_else_are_not_believed(
    written: tuple[ColumnsFile, Columns], stamp: Stamp, why: str
) -> None:
    with pytest.raises(Unusable, match=why):
        written[0].read(stamp)


def test_what_writes_change_is_read_from_the_store(written: tuple[ColumnsFile, Columns]) -> None:
    file, _ = written
    three, four, five = (State("store", writes) for writes in (3, 4, 5))
    file.note(three, four, ["a"])
    file.note(four, five, ["b"])
    for writes in (3, 4, 5):
        stamp = Stamp(STAMP.rules, STAMP.base, STAMP.identifier, writes)
        assert ColumnsFile(file.folder.parent).read(stamp)[1] == {"a", "b"}


@pytest.mark.parametrize("is_opened_again", [False, True])
def test_what_is_written_in_the_place_of_another_write_leaves_no_columns(
    written: tuple[ColumnsFile, Columns], is_opened_again: bool
) -> None:
    """Were the note of the second lost, the first, which was not done, would stand for it."""
    file, _ = written
    three, four = (State("store", writes) for writes in (3, 4))
    file.note(three, four, ["a"])
    again = ColumnsFile(file.folder.parent) if is_opened_again else file
    again.note(three, four, ["b"])
    with pytest.raises(Unusable, match="there are none"):
        again.read(STAMP)


def test_a_store_that_was_put_back_has_other_columns(
    written: tuple[ColumnsFile, Columns],
) -> None:
    file, _ = written
    file.note(State("store", 3), State("store", 4), ["a"])
    again = ColumnsFile(file.folder.parent)
    again.note(State("store", 1), State("store", 2), ["b"])  # of a backup
    with pytest.raises(Unusable, match="there are none"):
        again.read(STAMP)


@pytest.mark.parametrize("name", ["rows", "changed"])
def test_damage_is_found(written: tuple[ColumnsFile, Columns], name: str) -> None:
    file, columns = written
    file.note(State("store", 3), State("store", 4), ["a"])
    path = file.folder / name
    whole = path.read_bytes()
    stamp = Stamp(STAMP.rules, STAMP.base, STAMP.identifier, 4)
    drawn = random.Random(1)  # noqa: S311 - damage, not secrets
    for at in [*range(0, len(whole), max(1, len(whole) // 150)), len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[at] ^= drawn.randrange(1, 256)
        for content in (bytes(damaged), whole[:at]):
            path.unlink()
            path.write_bytes(content)
            try:
                found, changed = ColumnsFile(file.folder.parent).read(stamp)
                assert same(found, columns)
            except Unusable:
                continue
            assert changed == {"a"}


def test_days_that_no_narrow_column_holds(kb: KnowledgeBase) -> None:
    one = simple("https://example.org/a", FourBounds(3, None, None, FAR_AWAY))
    columns = columns_of([one])
    assert columns.bounds.dtype.itemsize == 8
    assert columns.four(0) == one.bounds
    assert FAR_AWAY < FAR
    near = columns_of([simple("https://example.org/a", FourBounds(1, 2, 3, 4))])
    assert near.bounds.dtype.itemsize == 4
    for day in (FAR_AWAY, -FAR_AWAY):
        at = Day(None, "", day)
        as_of = AsOf(Moment("day", at, at, at, at), kb.around([]).time)
        assert dict(near.judged(as_of)) == {}


@pytest.mark.parametrize("text", ["", "modalities=all"])
def test_what_is_about_a_thing_is_what_the_whole_day_has_of_it(repo_root: Path, text: str) -> None:
    kb = open_knowledge_base(repo_root / "kb" / "facts")
    policy = kb.policy(text)
    graph = kb.snapshot.graph(policy)
    for key in ("2020-01-02", "before/source/jpost-620411", "sometime/2019/to/2020", "any"):
        moment = read_key(kb.names, kb.resolve_dated, key)
        for slug in ("office/iraq-prime-minister", "org/popular-mobilization-units"):
            thing = kb.names.entity_iri(slug)
            alone = kb.snapshot.certainty(moment, policy, {thing})
            whole = kb.snapshot.certainty(moment, policy)
            assert alone.keys() >= graph.held(thing) & whole.keys()
            assert dict(alone) == {iri: whole[iri] for iri in alone}
            for view in GraphView:
                lines = kb.snapshot.day_text(moment, view, policy, Scope(thing)).splitlines()
                every = kb.snapshot.day_text(moment, view, policy).splitlines()
                assert set(lines) <= set(every)
