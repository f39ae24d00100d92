"""Fused by shapes, many components at a time, claims make what they make one by one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad, RdfFormat, parse
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.tales import node
from tests.fusion.test_components import POLICIES, Setting, claims_told, made, setting

from tenure.fusion import ClaimsInMemory, PlainWorld, WorldLines, world_triples
from tenure.fusion.shapes import ComponentReader, ComponentShapes, pieces_in_bulk
from tenure.knowledge.temporal_index import TemporalIndex
from tenure.temporal import iso, parse_iso

_FIRST = parse_iso("1950-01-01")

_PROPERTIES = ("start", "end", "heldOn", "heldThroughout", "date")
_ODD = ("1951~", "1952-11?", "1951/..", "195X", "[1950,1953]", "2020-01-03", "2021", "")


@st.composite
def _date(draw: st.DrawFn) -> str:
    """A day, a month, a year or a stretch, more seldom what has no shape."""
    day = iso(draw(st.integers(_FIRST, _FIRST + 2_000)))
    form = draw(st.sampled_from(["day", "day", "day", "month", "year", "interval", "odd"]))
    if form == "odd":
        return draw(st.sampled_from(_ODD))
    last = iso(draw(st.integers(_FIRST + 2_000, _FIRST + 3_000)))
    return {"day": day, "month": day[:7], "year": day[:4], "interval": f"{day}/{last}"}[form]


@st.composite
def _alike(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What registers say of several tenures, with the same words and other dates of one form."""
    several = st.lists(st.sampled_from(_PROPERTIES), min_size=1, max_size=2)
    claims = draw(st.lists(several, min_size=1, max_size=3))
    extra = draw(st.sampled_from(["", "", "", "born", "title", "capacity", "lasted"]))
    office = draw(st.sampled_from(["one", "other", "y"]))
    sources = [draw(st.sampled_from(["s1", "s2", "s3"])) for _ in claims]
    modality = draw(st.sampled_from(["Asserted", "Asserted", "Reported"]))
    kind, whole = draw(st.integers(0, 9)), draw(st.booleans())
    found = []
    for number in range(draw(st.integers(1, 7))):
        tenure, who = node(f"tenure/x{kind}-{number}"), node(f"person/x{kind}-{number // 2}")
        for properties, source in zip(claims, sources, strict=True):
            dates = [
                iso(draw(st.integers(_FIRST, _FIRST + 2_000))) if whole else draw(_date())
                for _ in properties
            ]
            said = f"{tenure} a tn:Tenure ; tn:holder {who} ; tn:office {node(f'office/{office}')}"
            for name, date in zip(properties, dates, strict=True):
                said += f" ; tn:{name} {_written(date)}" if date else ""
            said += {
                "title": f' ; tn:title "{"Head %" if number % 2 else "Chief"}"@en',
                "capacity": " ; tn:capacity tnv:Acting",
                "lasted": " ; tn:lastedDays 30",
                "born": f" . {who} tn:bornOn {_written(dates[0] or '1949')}",
            }.get(extra, "")
            found.append({"content": f"{said} .", "source": source, "modality": modality})
    return found


def _written(date: str) -> str:
    return f'"{date}"^^edtf:EDTF'


_told = st.tuples(st.lists(_alike(), min_size=1, max_size=3), st.just([]) | claims_told).map(
    lambda both: [*chain.from_iterable(both[0]), *both[1]]
)


@settings(max_examples=amount.cases(60), suppress_health_check=[HealthCheck.too_slow])
@given(told=_told, policy=st.sampled_from(POLICIES), data=st.data())
def test_all_pieces_are_the_whole(
    planning: Lab, told: list[dict[str, Any]], policy: str, data: st.DataObject
) -> None:
    one = setting(planning, made(planning, told, data), policy)
    sizes = {"_FEW": [1, 1, 3], "_MOST_TOGETHER": [1, 5_000], "MOST_CLAIMS": [1, 8]}
    with pytest.MonkeyPatch.context() as patch:
        for name, some in sizes.items():
            patch.setattr(f"tenure.fusion.shapes.{name}", data.draw(st.sampled_from(some)))
        batch = data.draw(st.sampled_from([1, 3, 500]), label="batch")
        patch.setattr(sys.modules["tenure.fusion.components"], "BATCH", batch)
        assert_pieces(one)


def test_what_is_alike_is_fused_by_its_shape(planning: Lab) -> None:
    told: list[dict[str, Any]] = [
        {"content": f"{node(f'tenure/x{n}')} a tn:Tenure ; tn:holder {node(f'person/x{n}')} ;"
         f" tn:office {node('office/y')} ; tn:start {_written(f'195{n}')} ;"
         f" tn:end {_written('1955')} ."}
        for n in range(9)
    ]  # fmt: skip
    one = setting(planning, [planning.claim(**each) for each in told], "")
    by_shape = [p for p in assert_pieces(one) if isinstance(p, PlainWorld)]
    # The first is fused to learn the shape; of the others one has one date for both, and those
    # that begin after they end contradict.
    assert sum(len(piece.occurrences) for piece in by_shape) == 4


@pytest.mark.parametrize(
    "dates",
    [
        ["heldOn 1951 1952 1950 1953", "heldOn 1953 1951 1954 1950"],
        ["start 1950 1951 1952 1953", "start 1950-02 1951-03 1952-04 1953-05"],
        ["start 1949~ 1949~ 1950~ 1950~", "start 1950? 1951? 1952? 1953?"],
        ["start 1950 1950 1950 1950", "end 1955 2019 2020 2021"],
        ["start 1950 [1950,1953] [1951,1952] 1950/1951"],
    ],
)
def test_what_is_alike_but_for_days_is_as_one_by_one(planning: Lab, dates: list[str]) -> None:
    told: list[dict[str, Any]] = []
    for number in range(8):
        said = f"{node(f'tenure/x{number}')} a tn:Tenure ; tn:holder {node(f'person/x{number}')} ;"
        said += f" tn:office {node('office/y')}"
        for name, *days in map(str.split, [*dates, "end 1960 1961 1962 1963"]):
            said += f" ; tn:{name} {_written(days[number % 4])}"
        told.append({"content": f"{said} ."})
    assert_pieces(setting(planning, [planning.claim(**each) for each in told], ""))


def assert_pieces(one: Setting) -> list[Any]:
    """The pieces make the graph of the world and its index together, each statement once."""
    components = one.components(ClaimsInMemory(one.claims))
    reader = ComponentReader(one.schema, one.types, one.sources, one.policy, components.ties, NAMES)
    rows = {iri: reader.of(claim) for iri, claim in one.claims.items()}
    shapes = ComponentShapes(one.fused, one.schema, NAMES)
    pieces = list(pieces_in_bulk(components, shapes, rows.items(), one.one_seat, one.fused))
    lines, index = WorldLines(NAMES), TemporalIndex(one.schema, NAMES)
    world = [quad for piece in pieces for quad in _read(lines.of(piece))]
    assert {quad.triple for quad in world} == set(world_triples(one.whole, NAMES))
    days = {quad for piece in pieces for quad in _read(index.lines(piece))}
    whole = TemporalIndex(one.schema, NAMES)
    assert days == set(whole.of(one.whole.occurrences.values()))
    assert set(index.seats(_seats)) == set(whole.seats(_seats))
    return pieces


def _seats(_: str, __: bool) -> tuple[Any, Sequence[int]]:
    return [lambda _: 1], ()


def _read(lines: bytes) -> Iterator[Quad]:
    return parse(lines, format=RdfFormat.N_QUADS)
