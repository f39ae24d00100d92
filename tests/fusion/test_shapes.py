"""Fused by shapes, many components at a time, claims make what they make one by one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tests import amount
from tests.fusion.lab import NAMES, Lab
from tests.fusion.tales import node
from tests.fusion.test_components import POLICIES, Setting, claims_told, made, setting

from tenure.fusion import ClaimsInMemory, PlainWorld, WorldLines, world_triples
from tenure.fusion.shapes import RowReader, Shapes, pieces_in_bulk
from tenure.knowledge.temporal_index import TemporalIndex
from tenure.model import Claim
from tenure.namespaces import TN, XSD_BOOLEAN, XSD_DATETIME

_STARTS = ("1950", "1951-03", "1951-03-07", "1951~", "1950-06-01/1951-02", "[1950,1953]")
_ENDS = ("1950", "1951-03-06", "1952-11?", "1960-01-01", "1951/..", "195X", "2020-01-03", "2021")


@st.composite
def _row(draw: st.DrawFn) -> dict[str, Any]:
    """What a register says: who held which office, since when and until when."""
    number = draw(st.integers(0, 60))
    who, what = f"person/x{number // 3}", f"office/{draw(st.sampled_from(['one', 'other', 'y']))}"
    said = f"{node(f'tenure/x{number}')} a tn:Tenure ; tn:holder {node(who)} ;"
    said += f" tn:office {node(what)} ; tn:start {_date(draw(st.sampled_from(_STARTS)))}"
    if draw(st.integers(0, 4)):
        said += f" ; tn:end {_date(draw(st.sampled_from(_ENDS)))}"
    more = {
        "born": f" . {node(who)} tn:bornOn {_date(draw(st.sampled_from(('1900', '1950-07'))))}",
        "titled": f' ; tn:title "{draw(st.sampled_from(["Head %", "Chief"]))}"@en',
        "acting": " ; tn:capacity tnv:Acting",
        "lasting": " ; tn:lastedDays 30",
    }
    said += more.get(draw(st.sampled_from(["", "", "", "", *more])), "")
    source = draw(st.sampled_from(["s1", "s2", "s3"]))
    modality = draw(st.sampled_from(["Asserted", "Asserted", "Asserted", "Reported"]))
    return {"content": f"{said} .", "source": source, "modality": modality}


def _date(text: str) -> str:
    return f'"{text}"^^edtf:EDTF'


_told = st.tuples(st.lists(_row(), min_size=4, max_size=30), st.just([]) | claims_told).map(
    lambda both: both[0] + both[1]
)


@settings(max_examples=amount.cases(60), suppress_health_check=[HealthCheck.too_slow])
@given(told=_told, policy=st.sampled_from(POLICIES), data=st.data())
def test_all_pieces_are_the_whole(
    planning: Lab, told: list[dict[str, Any]], policy: str, data: st.DataObject
) -> None:
    one = setting(planning, made(planning, told, data), policy)
    sizes = {"_FEW": [1, 3], "_MOST_LINES": [1, 5_000], "MOST_CLAIMS": [1, 8]}
    with pytest.MonkeyPatch.context() as patch:
        for name, some in sizes.items():
            patch.setattr(f"tenure.fusion.shapes.{name}", data.draw(st.sampled_from(some)))
        batch = data.draw(st.sampled_from([1, 3, 500]), label="batch")
        patch.setattr(sys.modules["tenure.fusion.components"], "BATCH", batch)
        assert_pieces(one)


def test_what_is_alike_is_fused_by_its_shape(planning: Lab) -> None:
    told: list[dict[str, Any]] = [
        {"content": f"{node(f'tenure/x{n}')} a tn:Tenure ; tn:holder {node(f'person/x{n}')} ;"
         f" tn:office {node('office/y')} ; tn:start {_date(f'195{n}')} ; tn:end {_date('1955')} ."}
        for n in range(9)
    ]  # fmt: skip
    one = setting(planning, [planning.claim(**each) for each in told], "")
    by_shape = [p for p in assert_pieces(one) if isinstance(p, PlainWorld)]
    # The first is fused to learn the shape; of the others one has one date for both, and those
    # that begin after they end contradict.
    assert sum(len(piece.occurrences) for piece in by_shape) == 4


def assert_pieces(one: Setting) -> list[Any]:
    """The pieces make the graph of the world and its index together, each statement once."""
    components = one.components(ClaimsInMemory(one.claims))
    reader = RowReader(one.schema, one.types, one.sources, one.policy, components.ties, NAMES)
    rows = ((iri, reader.read(iri, _described(c), _stated(c))) for iri, c in one.claims.items())
    shapes = Shapes(one.fused, one.schema, NAMES)
    pieces = list(pieces_in_bulk(components, shapes, rows, one.one_seat, one.fused))
    lines, index = WorldLines(NAMES), TemporalIndex(one.schema, NAMES)
    world = [quad for piece in pieces for quad in _read(lines.of(piece))]
    assert {quad.triple for quad in world} == set(world_triples(one.whole, NAMES))
    days = {quad for piece in pieces for quad in _read(index.lines(piece))}
    whole = TemporalIndex(one.schema, NAMES)
    assert days == set(whole.of(one.whole.occurrences.values()))
    assert set(index.seats(_seats)) == set(whole.seats(_seats))
    return pieces


def _seats(_: str, __: bool) -> tuple[Any, Sequence[int]]:
    return (lambda _: 1), ()


def _read(lines: bytes) -> Iterator[Quad]:
    return parse(lines, format=RdfFormat.N_QUADS)


def _described(claim: Claim) -> Iterator[Quad]:
    """A claim's description, as the store has it."""
    iris = {"source": claim.source, "modality": claim.modality, "tense": claim.tense,
            "rank": claim.rank, "reading": claim.reading}  # fmt: skip
    for name, value in iris.items():
        if value is not None:
            yield Quad(NamedNode(claim.iri), TN(name), NamedNode(value))
    hedged = Literal(str(claim.hedged).lower(), datatype=XSD_BOOLEAN)
    yield Quad(NamedNode(claim.iri), TN("hedged"), hedged)
    for name, at in (("recordedAt", claim.recorded_at), ("retractedAt", claim.retracted_at)):
        if at is not None:
            instant = Literal(at, datatype=XSD_DATETIME)
            yield Quad(NamedNode(claim.iri), TN(name), instant)


def _stated(claim: Claim) -> Iterator[Quad]:
    graph = NamedNode(claim.iri)
    return (Quad(t.subject, t.predicate, t.object, graph) for t in claim.content)
