"""Only who holds an office takes a seat of it: who acts in it, or has a stance on it, does not."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.amount import cases
from tests.made_facts import MadeSource, Said, made_facts

import tenure
from tenure.validate import validate_paths

ENTITIES = """
org:press a tn:Organization ; rdfs:label "Press"@en .
org:town a tn:Organization ; rdfs:label "Town"@en .
office:mayor a tn:Office ; rdfs:label "Mayor"@en ; tn:officeOf org:town ; tn:seats 1 .
""" + "".join(
    f'person:{name} a tn:Person ; rdfs:label "{name.capitalize()}"@en .\n'
    for name in ("ana", "ben", "cora")
)

Spell = tuple[str, int, int]
spells = st.lists(
    st.tuples(st.sampled_from(("ana", "ben", "cora")), st.integers(0, 8), st.integers(0, 3)),
    max_size=4,
)


def said(spells: list[Spell], kind: str, holder: str, office: str, more: str = "") -> list[Said]:
    return [
        Said(
            f"<https://w3id.org/tenure/id/{kind.lower()}/{who}--mayor--{number}> a tn:{kind} ;"
            f" tn:{holder} person:{who} ; tn:{office} office:mayor ; {more}"
            f' tn:start "{2000 + start}"^^edtf:EDTF ; tn:end "{2001 + start + years}"^^edtf:EDTF .'
        )
        for number, (who, start, years) in enumerate(spells, start=2)
    ]


def crowded(claims: list[Said]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    with tempfile.TemporaryDirectory() as name:
        source = {"a": MadeSource("2020-01-01")}
        facts = made_facts(Path(name) / "facts", ENTITIES, claims, source)
        with tenure.open(facts) as kb:
            rows = [(row.situation, row.beside) for row in kb.ask("over-occupied")]
            conflicts = [str(row.reason).partition(". ")[0] for row in kb.ask("conflicts")]
        found = validate_paths([facts]).findings
        return rows, conflicts, [one.focus for one in found if one.rule == "SeatTaken"]


@given(spells, spells, spells)
@settings(max_examples=cases(4), deadline=None)
def test_whoever_acts_or_has_a_stance_crowds_nobody(
    held: list[Spell], acting: list[Spell], stances: list[Spell]
) -> None:
    holding = said(held, "Tenure", "holder", "office")
    others = said(acting, "ActingTenure", "actingHolder", "actsInOffice")
    others += said(stances, "Influence", "influencer", "influenced")
    assert crowded(holding + others) == crowded(holding)


def test_two_who_hold_the_seat_do() -> None:
    spells = [("ana", 0, 3), ("ben", 1, 3)]
    rows, conflicts, found = crowded(said(spells, "Tenure", "holder", "office"))
    assert len(rows) == 1
    assert len(set(conflicts)) == 1
    assert len(found) == 1


def _seats(number: int, dates: str) -> str:
    return (
        f"<https://w3id.org/tenure/id/seating/mayor--{number}> a tn:Seating ;"
        f" tn:seatingOf office:mayor ; tn:numberOfSeats {number} ; {dates} ."
    )


@pytest.mark.parametrize(
    ("told", "ana"),
    [
        (("2 2000/2030",), "presumed"),
        (("1 2000/2030",), "possible"),
        (("2 2000/2030", "1 2000/2030"), "possible"),
        (("2 2000/2030", "1 2015/2030"), "possible"),
        (("2 2000/2030", "1 2000/2010"), "presumed"),
    ],
)
def test_who_is_presumed_is_so_however_many_seats_there_are(
    tmp_path: Path, told: tuple[str, ...], ana: str
) -> None:
    """Where claims differ about the seats, a successor may have filled the only one."""
    entities = ENTITIES.replace(" ; tn:seats 1", "")
    claims = [
        Said(
            f"tenure:{who}--mayor a tn:Tenure ; tn:holder person:{who} ; tn:office office:mayor .",
            source,
            "Present",
        )
        for who, source in (("ana", "a"), ("ben", "b"))
    ]
    for source, (number, days) in zip("cd", map(str.split, told), strict=False):
        dates = f'tn:heldThroughout "{days}"^^edtf:EDTF'
        claims.append(Said(_seats(int(number), dates), source))
    published = {"a": "2015-01-01", "b": "2016-01-01", "c": "2031-01-01", "d": "2031-01-02"}
    sources = {slug: MadeSource(day) for slug, day in published.items()}
    facts = made_facts(tmp_path / "facts", entities, claims, sources)
    with tenure.open(facts) as kb:
        rows = kb.ask("incumbents", at="2017-01-01", degree="possible")
        assert {row.person: row.certainty for row in rows} == {
            "person/ana": ana,
            "person/ben": "presumed",
        }
