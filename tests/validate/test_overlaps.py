"""Seats held twice and situations outside a life: what dates make certain, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases

from tenure.knowledge.conflicting import conflict_check
from tenure.namespaces import Names
from tenure.temporal import parse
from tenure.validate import Finding, Report, Severity, validate_paths

_HEAD = """
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix tnv: <https://w3id.org/tenure/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://w3id.org/tenure/id/> .
@prefix claim: <https://w3id.org/tenure/claim/x/> .
@prefix source: <https://w3id.org/tenure/source/> .
id:org\\/o a tn:Organization ; rdfs:label "Org"@en .
source:x a tn:Source ; rdfs:label "X"@en ; tn:publisher id:org\\/o ;
    tn:published "2020"^^edtf:EDTF ; tn:webAddress "https://example.org/x"^^xsd:anyURI .
source:x\\/chain a tn:SpeechChain ; tn:link source:x\\/chain\\/1 .
source:x\\/chain\\/1 a tn:SpeechLink ; tn:position 1 ; tn:voice id:org\\/o .
source:x\\/record a tn:Record ; tn:recordLocator "1" .
"""


@dataclass(frozen=True)
class Held:
    """A tenure of somebody, of an office, with dates."""

    who: str
    office: str
    start: str
    end: str
    more: str = ""
    about: str = ""


def _claims(held: Sequence[Held], seats: int = 1, extra: str = "") -> str:
    people, offices = {one.who for one in held}, {one.office for one in held}
    lines = [_HEAD, extra]
    lines += [f'id:person\\/{one} a tn:Person ; rdfs:label "{one}"@en .' for one in sorted(people)]
    lines += [
        f'id:office\\/{one} a tn:Office ; rdfs:label "{one}"@en ; tn:officeOf id:org\\/o ;'
        f" tn:seats {seats} ."
        for one in sorted(offices)
    ]
    for number, one in enumerate(held, start=1):
        inner = f" ; tn:start {_edtf(one.start)}" if one.start else ""
        inner += f" ; tn:end {_edtf(one.end)}" if one.end else ""
        lines.append(
            _claim(
                number,
                f"id:tenure\\/{one.who}--{one.office}--{number} a tn:Tenure ;"
                f" tn:holder id:person\\/{one.who} ; tn:office id:office\\/{one.office}"
                f"{inner}{one.more} .",
                one.about or "tn:modality tnv:Asserted ; tn:hedged false",
            )
        )
    return "\n".join(lines)


def _claim(
    number: int, content: str, about: str = "tn:modality tnv:Asserted ; tn:hedged false"
) -> str:
    return (
        f'claim:{number} a tn:Claim ; tn:source source:x ; tn:statement "S."@en ;'
        f" tn:evidence source:x\\/record ; tn:attribution source:x\\/chain ; {about} ;"
        f' tn:recordedAt "2026-01-01T00:00:00Z"^^xsd:dateTime .\n'
        f"claim:{number} {{ {content} }}"
    )


def _edtf(text: str) -> str:
    return f'"{text}"^^edtf:EDTF'


def _report(text: str, *, conflicts: bool = False, held: int = 1 << 40) -> Report:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "facts.trig"
        file.write_text(text, encoding="utf-8")
        check = conflict_check(Names()) if conflicts else None
        return validate_paths([file], conflicts=check, held=held, context=file)


def _swept(text: str) -> list[tuple[str, str]]:
    found = _report(text).findings
    assert {one.rule for one in found} <= {"SeatTaken", "OutsideLife"}, found
    assert {one.severity for one in found} <= {Severity.WARNING}
    return [(one.rule, one.focus.rsplit("/", 1)[-1]) for one in found]


ALLEGED = "tn:modality tnv:Alleged ; tn:hedged false"
HEDGED = "tn:modality tnv:Asserted ; tn:hedged true"
TWO = [Held("a", "o", "2010", "2015-06"), Held("b", "o", "2012-03", "2019")]


def test_two_who_certainly_hold_one_seat() -> None:
    found = _report(_claims(TWO)).findings
    assert [(one.rule, one.line is not None) for one in found] == [("SeatTaken", True)]
    assert "From 2012-03-31 to 2015-06-01" in found[0].message
    assert "tenure/a--o--1" in found[0].message


@pytest.mark.parametrize(
    ("held", "seats"),
    [
        (TWO, 2),
        ([TWO[0], Held("a", "o", "2012-03", "2019")], 1),  # one person in two situations
        ([TWO[0], Held("b", "p", "2012-03", "2019")], 1),
        ([TWO[0], Held("b", "o", "2015-06-01", "2019")], 1),  # a handover
        ([TWO[0], Held("b", "o", "2015", "2019")], 1),  # some day of the year
        ([TWO[0], Held("b", "o", "2012-03", "")], 1),  # nobody knows how long
        ([TWO[0], Held("b", "o", "2012-03", "2019", about=ALLEGED)], 1),
        ([TWO[0], Held("b", "o", "2012-03", "2019", about=HEDGED)], 1),
    ],
)  # fmt: skip
def test_what_may_well_be_so(held: Sequence[Held], seats: int) -> None:
    assert _swept(_claims(held, seats)) == []


def test_a_claim_that_was_retracted_counts_for_nothing() -> None:
    about = (
        "tn:modality tnv:Asserted ; tn:hedged false ;"
        ' tn:retractedAt "2026-02-01T00:00:00Z"^^xsd:dateTime'
    )
    assert _swept(_claims([TWO[0], Held("b", "o", "2012-03", "2019", about=about)])) == []


def test_a_tenure_before_a_birth_and_after_a_death() -> None:
    held = [Held("a", "o", "1990", "1991"), Held("a", "o", "2005", "2006")]
    lives = _claim(8, f"id:person\\/a tn:bornOn {_edtf('1995')} .") + _claim(
        9,
        f"id:event\\/x a tn:Killing ; tn:killed id:person\\/a ; tn:date {_edtf('2001-02-03')} .",
    )
    event = 'id:event\\/x a tn:Killing ; rdfs:label "x"@en .'
    found = _report(_claims(held, extra=event) + lives).findings
    found = tuple(one for one in found if one.rule == "OutsideLife")
    assert {(one.rule, one.focus[-1]) for one in found} == {
        ("OutsideLife", "1"),
        ("OutsideLife", "2"),
    }
    assert "no more after 2001-02-03" in found[-1].message


def test_an_exemption_is_kept_to() -> None:
    held = [Held("a", "o", "1990", "1991", more=" ; tn:exemptFrom tn:WithinLifeStart")]
    lives = _claim(8, f"id:person\\/a tn:bornOn {_edtf('1995')} .")
    assert _swept(_claims(held) + lives) == []


def test_conflicts_and_the_sweep_tell_of_a_seat_once() -> None:
    report = _report(_claims(TWO), conflicts=True)
    assert report.checked["conflicts"] == 1
    assert "SeatTaken" not in {one.rule for one in report.findings}


def test_an_ontology_that_is_broken_dates_nothing(tmp_path: Path) -> None:
    axiom = (
        "<https://w3id.org/tenure/ontology#Odd> a tn:TemporalAxiom ; tn:earlier tn:SubjectStart ."
    )
    terms = tmp_path / "terms.ttl"
    terms.write_text(_HEAD.partition("id:org")[0] + axiom, encoding="utf-8")
    facts = tmp_path / "facts.trig"
    facts.write_text(_claims(TWO), encoding="utf-8")
    for held in (1 << 40, 1_000):
        found = validate_paths([tmp_path], held=held).findings
        assert "SeatTaken" not in {one.rule for one in found}
        assert str(terms) in {one.file for one in found}


_DATES = st.sampled_from(
    ["", "2001", "2001-06", "2001-06-15", "2002", "2002-03", "2002-03-01", "2003", "2003~"]
)


def _can_be(held: Held) -> bool:
    """Whether it ends on its first day at the earliest: a claim of any other is refused."""
    if not held.start or not held.end:
        return True
    first, last = parse(held.start).bounds.earliest, parse(held.end).bounds.latest
    return first is None or last is None or first <= last


_HELD = st.lists(
    st.builds(Held, st.sampled_from("abc"), st.sampled_from("op"), _DATES, _DATES).filter(_can_be),
    max_size=7,
)


@settings(max_examples=cases(15))
@given(_HELD, st.integers(1, 2))
def test_it_finds_what_comparing_all_with_all_finds(held: list[Held], seats: int) -> None:
    assert {focus for _, focus in _swept(_claims(held, seats))} == _crowded(held, seats)


@settings(max_examples=cases(4))
@given(_HELD)
def test_conflicts_find_whatever_it_finds(held: list[Held]) -> None:
    text = _claims(held)
    swept = [one for one in _report(text).findings if one.rule == "SeatTaken"]
    conflicts = _report(text, conflicts=True)
    assert bool(swept) <= bool(conflicts.checked["conflicts"])


@settings(max_examples=cases(4))
@given(_HELD, st.sampled_from([4_000, 12_000]))
def test_it_is_the_same_in_pieces(held: list[Held], size: int) -> None:
    lives = _claim(90, f"id:person\\/a tn:bornOn {_edtf('2002-01')} .") if held else ""
    text = _claims(held) + lives.replace(
        "id:person\\/a", f"id:person\\/{held[0].who}" if held else ""
    )
    assert _plain(_report(text, held=size)) == _plain(_report(text))


def _plain(report: Report) -> list[tuple[str, int | None, str, str]]:
    def plain(one: Finding) -> tuple[str, int | None, str, str]:
        return one.rule, one.line, one.focus, one.message

    return sorted(map(plain, report.findings), key=str)


def _crowded(held: Sequence[Held], seats: int) -> set[str]:
    """Tenures at whose beginning others certainly hold all seats, and for longer than a day."""
    sure = {
        f"{one.who}--{one.office}--{number}": (one, *stretch)
        for number, one in enumerate(held, start=1)
        if (stretch := _surely(one)) is not None
    }
    found = set()
    for name, (one, begun, over) in sure.items():
        others = {
            other.who
            for key, (other, since, until) in sure.items()
            if other.office == one.office
            and other.who != one.who
            and since < over
            and begun < until
            and (since, until, other.who, key) < (begun, over, one.who, name)
        }
        if len(others) >= seats:
            found.add(name)
    return found


def _surely(one: Held) -> tuple[int, int] | None:
    # Who has no start was there on his last day at least, where that is known; so with an end.
    first, begun = parse(one.start).fuzzy_bounds if one.start else (None, None)
    over, last = parse(one.end).fuzzy_bounds if one.end else (None, None)
    latest = [day for day in (begun, last) if day is not None]
    earliest = [day for day in (over, first) if day is not None]
    if not latest or (None not in (first, last) and (first or 0) > (last or 0)):
        return None
    begun, over = min(latest), max(earliest)
    if begun > over:
        return None
    return begun, over
