"""Claims and sources out of statements, and what is missing named."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from tenure.errors import BadClaim
from tenure.model import ClaimBase, instant, read_claims
from tenure.namespaces import Names, prefixes

HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes(Names()).items())
SOURCE = """
@prefix claim: <https://w3id.org/tenure/claim/s/> .
@prefix chain: <https://w3id.org/tenure/source/s/chain/> .
@prefix passage: <https://w3id.org/tenure/source/s/passage/> .

source:s a tn:Source ;
    rdfs:label "A source"@en ;
    tn:publisher org:paper ;
    tn:published "2020-03"^^edtf:EDTF ;
    tn:textLength 900 .
chain:c tn:link chain:c-2 , chain:c-1 .
chain:c-1 tn:position 1 ; tn:voice org:paper .
chain:c-2 tn:position 2 ; tn:voice person:speaker .
passage:9 tn:sentence 9 ; oa:start 300 ; oa:end 350 ; tn:passageDigest "ab" .
passage:2 tn:sentence 2 ; oa:start 20 ; oa:end 50 .
claim:1 a tn:Claim ;
    tn:source source:s ;
    tn:statement "Somebody held an office."@en ;
    tn:evidence passage:9 , passage:2 ;
    tn:attribution chain:c ;
    tn:modality tnv:Reported ;
    tn:hedged true ;
    tn:tense tnv:Past ;
    tn:recordedAt "2026-11-23T13:00:00+01:00"^^xsd:dateTime .
claim:1 { tenure:t a tn:Tenure ; tn:holder person:p . }
"""


def read(text: str) -> ClaimBase:
    quads = list(parse(HEADER + text, format=RdfFormat.TRIG))
    described = [q for q in quads if isinstance(q.graph_name, DefaultGraph)]
    stated: list[Quad] = [q for q in quads if q not in described]
    return read_claims(described, stated)


def test_a_claim_with_everything() -> None:
    base = read(SOURCE)
    (claim,) = base.claims.values()
    assert claim.statement == "Somebody held an office."
    assert claim.sentences == (2, 9)
    assert [str(e) for e in claim.evidence] == [
        "sentence 2, characters 20–50",
        "sentence 9, characters 300–350",
    ]
    assert [voice.rpartition("/")[2] for voice in claim.voices] == ["paper", "speaker"]
    assert (claim.hedged, claim.rank.rpartition("#")[2]) == (True, "Normal")
    assert claim.recorded_at == "2026-11-23T12:00:00Z"
    assert claim.retracted_at is None
    assert len(claim.content) == 2
    (source,) = base.sources.values()
    assert (str(source.published), source.text_length) == ("2020-03", 900)


@pytest.mark.parametrize(
    ("line", "instead", "what"),
    [
        ("tn:source source:s ;", "", "no tn:source"),
        ("tn:source source:s ;", "tn:source source:t ;", "source/t is not described"),
        ("tn:statement ", 'tn:statement "And"@en , ', "2 tn:statement"),
        ("tn:evidence passage:9 , passage:2 ;", "", "rests on no evidence"),
        ("tn:attribution chain:c ;", "", "no tn:attribution"),
        ("tn:attribution chain:c ;", "tn:attribution chain:none ;", "no links"),
        ("tn:modality tnv:Reported ;", "", "no tn:modality"),
        ("tn:hedged true ;", "", "no tn:hedged"),
        ("2026-11-23T13:00:00+01:00", "2026-11-23", "is no instant"),
        ("2026-11-23T13:00:00+01:00", "2026-11-23T13:00:00", "is no instant"),
        ("claim:1 { tenure:t a tn:Tenure ; tn:holder person:p . }", "", "It states nothing"),
        ("tn:sentence 9", 'tn:sentence "nine"', "sentence is 'nine'"),
        ("oa:start 300", 'oa:start "x"', "start is 'x'"),
        ("tn:position 2", 'tn:position "two"', "position is 'two'"),
    ],
)
def test_a_claim_that_lacks_something_is_named(line: str, instead: str, what: str) -> None:
    assert line in SOURCE
    with pytest.raises(BadClaim, match=re.escape(what)) as caught:
        read(SOURCE.replace(line, instead))
    assert str(caught.value.where) == "https://w3id.org/tenure/claim/s/1"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("line", "instead", "what"),
    [
        ("tn:publisher org:paper ;", "", "no tn:publisher"),
        ("tn:published ", 'tn:published "2021"^^edtf:EDTF , ', "2 tn:published"),
        ('"2020-03"', '"2020-13"', "publication"),
        ("tn:textLength 900", 'tn:textLength "long"', "textLength is 'long'"),
    ],
)
def test_a_source_that_lacks_something_is_named(line: str, instead: str, what: str) -> None:
    with pytest.raises(BadClaim, match=what) as caught:
        read(SOURCE.replace(line, instead))
    assert str(caught.value.where) == "https://w3id.org/tenure/source/s"


def test_a_graph_of_no_claim_is_named() -> None:
    with pytest.raises(BadClaim, match="no claim of that name") as caught:
        read(SOURCE + "claim:2 { tenure:t tn:holder person:p . }")
    assert str(caught.value.where).endswith("claim/s/2")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z"),
        ("2026-11-23T12:00:00.750Z", "2026-11-23T12:00:00.750000Z"),
        ("2026-11-24T00:30:00+05:30", "2026-11-23T19:00:00Z"),
        ("0999-01-01T00:00:00Z", "0999-01-01T00:00:00Z"),
    ],
)
def test_instants_are_comparable_as_text(written: str, utc: str) -> None:
    assert instant(written) == utc


def test_a_whole_second_stands_for_its_end() -> None:
    second = instant("2026-11-23T12:00:00Z")
    assert instant("2026-11-23T11:59:59.999999Z") < second
    assert instant("2026-11-23T12:00:00.000001Z") < instant("2026-11-23T12:00:00.9Z") < second
    assert second < instant("2026-11-23T12:00:01.000001Z")
