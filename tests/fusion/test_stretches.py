"""Which stretch a claim belongs to, against every way to tell terms apart by hand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests import amount
from tests.fusion.lab import NAMES, Lab, entity, types_of

from tenure.fusion import ClaimsInMemory, FusionContext
from tenure.fusion.contradictions import conflicts_among
from tenure.fusion.stretches import NextStretch, as_written, misplaced, next_stretches, renamed
from tenure.model import Claim, Source, parse_policy
from tenure.temporal import parse

FIRST = entity("tenure/t").value
HELD = "tenure:t a tn:Tenure ; tn:holder person:p ; tn:office office:o"


def held(lab: Lab, number: int, first: int, last: int, situation: str = "t") -> Claim:
    """That somebody was in office from one day of a month to another."""
    days = f'tn:start "2020-01-{first:02d}"^^edtf:EDTF ; tn:end "2020-01-{last:02d}"^^edtf:EDTF'
    text = f"{HELD} ; {days} .".replace("tenure:t ", f"tenure:{situation} ")
    return lab.claim(text, number=str(number))


def context(lab: Lab, claims: list[Claim]) -> FusionContext:
    source = NAMES.source("s1").value
    sources = {source: Source(source, "s1", entity("org/p").value, parse("2020-06-01"))}
    chosen = parse_policy(None, lab.schema.policy_terms(sources))
    return FusionContext(types_of(claims), lab.schema, chosen, NAMES, {}, sources)


def found(lab: Lab, there: list[Claim], added: list[Claim]) -> tuple[NextStretch, ...]:
    claims = {claim.iri: claim for claim in (*there, *added)}
    setting = context(lab, [*claims.values()])
    conflicts = conflicts_among(claims, setting)
    wrong = misplaced(conflicts, [claim.iri for claim in added], claims)
    return next_stretches(ClaimsInMemory(claims), wrong, setting)


def test_a_second_term_is_the_next_stretch(lab: Lab) -> None:
    there, added = [held(lab, 1, 1, 3)], [held(lab, 2, 10, 12)]
    assert found(lab, there, added) == (NextStretch(added[0].iri, FIRST, f"{FIRST}--2"),)


def test_a_stretch_that_there_is_already_is_found(lab: Lab) -> None:
    there = [held(lab, 1, 1, 3), held(lab, 2, 10, 12, "t--2")]
    assert found(lab, there, [held(lab, 3, 10, 12)])[0].stretch == f"{FIRST}--2"
    assert found(lab, there, [held(lab, 3, 20, 22)])[0].stretch == f"{FIRST}--3"
    # Whoever names the second is led back to the first.
    assert found(lab, there, [held(lab, 3, 1, 3, "t--2")])[0].stretch == FIRST


def test_what_overlaps_or_agrees_is_no_second_term(lab: Lab) -> None:
    there = [held(lab, 1, 1, 10)]
    assert found(lab, there, [held(lab, 2, 5, 12)]) == ()
    assert found(lab, there, [held(lab, 2, 1, 10)]) == ()
    undated = lab.claim(f"{HELD} .", number="3")
    assert found(lab, there, [undated]) == ()


@settings(max_examples=amount.cases(300), deadline=None)
@given(
    terms=st.lists(st.integers(0, 4), min_size=1, max_size=6),
    known=st.integers(0, 3),
    data=st.data(),
)
def test_claims_of_terms_apart_are_told_apart(
    lab: Lab, terms: list[int], known: int, data: st.DataObject
) -> None:
    """Each term has days of its own, with a gap; claims of one term agree."""
    claims = [held(lab, n, 1 + 6 * term, 3 + 6 * term) for n, term in enumerate(terms)]
    before: list[Claim] = []
    names: dict[int, str] = {}
    for claim, term in zip(claims[:known], terms[:known], strict=True):
        name = names.setdefault(term, "t" if not names else f"t--{len(names) + 1}")
        first, last = 1 + 6 * term, 3 + 6 * term
        before.append(replace(held(lab, 0, first, last, name), iri=claim.iri))
    added = claims[known:]
    moves = {one.claim: one for one in found(lab, before, data.draw(st.permutations(added)))}
    for claim, term in zip(added, terms[known:], strict=True):
        expected = names.setdefault(term, "t" if not names else f"t--{len(names) + 1}")
        stretch = moves[claim.iri].stretch if claim.iri in moves else FIRST
        assert stretch == entity(f"tenure/{expected}").value
    quads = [
        Quad(one.subject, one.predicate, one.object, NamedNode(claim.iri))
        for claim in added
        for one in claim.content
    ]
    written = renamed(quads, [*moves.values()])
    contents: dict[str, list[Quad]] = {}
    for quad in written:
        assert not isinstance(quad.graph_name, DefaultGraph)
        contents.setdefault(str(getattr(quad.graph_name, "value", "")), []).append(quad)
    after = {
        claim.iri: replace(claim, content=tuple(q.triple for q in contents[claim.iri]))
        for claim in added
    }
    everything = {claim.iri: claim for claim in before} | after
    assert conflicts_among(everything, context(lab, [*everything.values()])) == ()
    # Sent again, it is as it was written.
    again = as_written(quads, after.get)
    assert {*renamed(quads, again)} == {*written}
