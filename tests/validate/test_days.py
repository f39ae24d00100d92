"""Days held to shapes: against brute force, under policies, with shapes of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple, parse
from tests.amount import cases

from tenure.errors import BadInput, BadParameter, BadRdf, NotFound, Refused, TenureError
from tenure.knowledge import KnowledgeBase, from_quads
from tenure.knowledge.days import check_days
from tenure.namespaces import Names
from tenure.temporal import Certainty, iso, parse_iso
from tenure.validate import DayReport, SnapshotShapes, days_of_change, given_facts
from tenure.validate.days import SharedByDays, snapshot, snapshot_triples

INVALID = Path(__file__).resolve().parents[2] / "ontology" / "examples" / "snapshots" / "invalid"
CROWDED = INVALID / "two-holders-of-one-seat.trig"
DEAD = INVALID / "holder-long-dead.trig"
FIRST = parse_iso("1921-01-01")

PREFIXES = """
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix id: <https://w3id.org/tenure/id/> .
@prefix c: <https://w3id.org/tenure/claim/s/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <https://w3id.org/tenure/source/> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix tnv: <https://w3id.org/tenure/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class Held(NamedTuple):
    """Person number ``who`` holds the office from one day to another, both counted from 0.

    So many days as ``slack`` says it may have begun earlier, and ended later.
    """

    who: int
    start: int
    end: int
    slack: int = 0
    office: str = "x"


def knowledge(held: Sequence[Held], seats: int = 1) -> KnowledgeBase:
    text = f"""{PREFIXES}
        s:s a tn:Source ; rdfs:label "S"@en ; tn:publisher id:org ; tn:published "1999"^^edtf:EDTF .
        <https://w3id.org/tenure/id/org/o> a tn:Organization .
        <https://w3id.org/tenure/id/office/x> a tn:Office ; tn:seats {seats} .
        <https://w3id.org/tenure/id/office/y> a tn:Office ; tn:seats {seats} .
        c:chain tn:link c:link .
        c:link tn:position 1 ; tn:voice <https://w3id.org/tenure/id/org/o> .
        c:evidence a tn:WebLocator ; tn:webAddress "https://example.org/"^^xsd:anyURI .
    """
    for number, one in enumerate(held):
        text += f"""
        <https://w3id.org/tenure/id/person/p{one.who}> a tn:Person .
        c:{number} a tn:Claim ; tn:source s:s ; tn:statement "It is said."@en ;
            tn:evidence c:evidence ; tn:attribution c:chain ; tn:modality tnv:Asserted ;
            tn:hedged false ; tn:recordedAt "2026-11-23T12:00:00Z"^^xsd:dateTime .
        c:{number} {{ <https://w3id.org/tenure/id/tenure/t{number}> a tn:Tenure ;
            tn:holder <https://w3id.org/tenure/id/person/p{one.who}> ;
            tn:office <https://w3id.org/tenure/id/office/{one.office}> ;
            tn:start "{vague(one.start - one.slack, one.start)}"^^edtf:EDTF ;
            tn:end "{vague(one.end, one.end + one.slack)}"^^edtf:EDTF . }}"""
    return from_quads(parse(text.encode(), format=RdfFormat.TRIG), Names())


def vague(first: int, last: int) -> str:
    days = (iso(FIRST + first), iso(FIRST + last))
    return days[0] if first == last else f"[{days[0]}..{days[1]}]"


def at_a_time(held: Sequence[Held], day: int) -> int:
    """The most persons of whom each two hold the office at a time on a day, tried one by one."""
    here = {
        one.who: [o for o in held if o.who == one.who and o.start <= day <= o.end] for one in held
    }
    here = {who: spells for who, spells in here.items() if spells}
    comes = {who: all(one.start == day for one in spells) for who, spells in here.items()}
    goes = {who: all(one.end == day for one in spells) for who, spells in here.items()}

    def together(one: int, other: int) -> bool:
        return not (comes[one] and goes[other]) and not (comes[other] and goes[one])

    return max(
        size
        for size in range(len(here) + 1)
        for group in combinations(sorted(here), size)
        if all(together(*pair) for pair in combinations(group, 2))
    )


spells = st.lists(
    st.builds(
        lambda who, start, length, slack: Held(who, start, start + length, slack),
        st.integers(0, 3),
        st.integers(0, 4),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=cases(12), deadline=None)
@given(spells, st.integers(1, 2))
def test_seats_are_counted_as_by_trying(held: list[Held], seats: int) -> None:
    kb = knowledge(held, seats)
    days = range(-1, 9)
    report = check_days(kb, [iso(FIRST + day) for day in days])
    found = {
        one.at: int(one.message.split()[0]) for one in report.findings if one.rule == "SeatsTaken"
    }
    tried = {iso(FIRST + day): at_a_time(held, day) for day in days}
    assert found == {at: number for at, number in tried.items() if number > seats}


@settings(max_examples=cases(8), deadline=None)
@given(spells, st.booleans())
def test_between_two_changes_the_day_stays_the_same(held: list[Held], possible: bool) -> None:
    kb = knowledge(held)
    changes = {moment.key for moment in days_of_change(kb.world(), possible=possible)}
    degree = Certainty.POSSIBLE if possible else Certainty.CERTAIN
    before: set[Triple] | None = None
    for number in range(-4, 12):
        key = iso(FIRST + number)
        triples = set(kb.slice(kb.moment(at=key), degree=degree))
        assert (key in changes) == (triples != before if before is not None else False)
        before = triples


@settings(max_examples=cases(8), deadline=None)
@given(spells)
def test_every_change_stands_for_every_day(held: list[Held]) -> None:
    kb = knowledge(held)
    days = [iso(FIRST + number) for number in range(-4, 12)]
    one_by_one = {(one.at, one.rule, one.focus) for one in check_days(kb, days).findings}
    together = check_days(kb, (), every_change=True).findings
    lasting = {
        (day, one.rule, one.focus)
        for one in together
        for day in days
        if one.until is not None and one.at <= day <= one.until
    }
    assert lasting == one_by_one


def example(file: Path) -> KnowledgeBase:
    return from_quads(given_facts([file]), Names())


def rules(report: DayReport) -> list[str]:
    return [one.rule for one in report.findings]


def test_every_change_finds_what_some_day_breaks() -> None:
    report = check_days(example(CROWDED), (), every_change=True)
    assert {one.at for one in report.findings} == {"1921-05-01"}
    assert report.checked["days"] == 4


def test_what_lasts_is_told_once_with_its_days() -> None:
    seated = [Held(0, 0, 30), Held(1, 5, 10), Held(2, 7, 8), Held(1, 20, 25), Held(3, 31, 40)]
    report = check_days(knowledge(seated), (), every_change=True)
    told = [(one.at[-2:], (one.until or "")[-2:], one.message[0]) for one in report.findings]
    assert told == [("06", "07", "2"), ("08", "09", "3"), ("10", "11", "2"), ("21", "26", "2")]
    elsewhere = Held(2, 10, 12, office="y")
    seated = [Held(0, 0, 30), Held(1, 5, 20), elsewhere]
    (finding,) = check_days(knowledge(seated), (), every_change=True).findings
    assert (finding.at, finding.until) == ("1921-01-06", "1921-01-21")
    assert finding.in_words(Names()).startswith("1921-01-06 to 1921-01-21: office/x: 2 ")


def test_where_nothing_ever_was_nothing_is_found() -> None:
    report = check_days(knowledge([]), (), every_change=True)
    assert report.conforms
    assert report.checked == {"days": 0, "triples": 0}


def test_a_day_named_twice_is_checked_once() -> None:
    report = check_days(example(CROWDED), ["1921-06-01", "1921-06-01"])
    assert report.checked["days"] == 1
    assert rules(report) == ["SeatsTaken"]


def test_a_policy_makes_another_day() -> None:
    kb = example(CROWDED)
    assert rules(check_days(kb, ["1921-06-01"], kb.policy("modalities=alleged"))) == []
    everything = kb.policy("modalities=all")
    (finding,) = check_days(kb, ["1921-06-01"], everything).findings
    assert finding.graph.startswith("https://w3id.org/tenure/policy/modalities=")


def test_rules_of_the_certain_graph_are_not_asked_of_the_possible_one() -> None:
    assert rules(check_days(example(CROWDED), ["1921-06-01"], possible=True)) == []
    (finding,) = check_days(example(DEAD), ["1926-01-01"], possible=True).findings
    assert finding.rule == "ThereToHold"
    assert finding.graph == "https://w3id.org/tenure/at/1926-01-01/possible"


def test_a_moment_that_hangs_on_an_event_is_a_day_too() -> None:
    kb = example(INVALID / "host-dead-before-the-visit-is-over.trig")
    report = check_days(kb, ["event/pilot-boat-loss", "after/event/pilot-boat-loss"])
    assert [(one.at, one.rule) for one in report.findings] == [
        ("after/event/pilot-boat-loss", "ThereToMeet")
    ]


@pytest.mark.parametrize("key", ["any", "sometime/1921/to/1922"])
def test_a_stretch_is_no_day(key: str) -> None:
    with pytest.raises(BadParameter, match="is no day"):
        check_days(example(CROWDED), [key])


def test_all_days_of_a_stretch_can_be_asked_about_together() -> None:
    report = check_days(example(CROWDED), ["throughout/1921-06-01/to/1921-06-30"])
    assert rules(report) == ["SeatsTaken"]


def test_more_days_than_are_allowed() -> None:
    with pytest.raises(BadParameter, match="4 days, more than the 3"):
        check_days(example(CROWDED), (), every_change=True, most=3)


def test_what_a_day_is_told_beside_its_slice() -> None:
    kb = example(DEAD)
    told = {
        str(triple)
        for triple in snapshot_triples(
            snapshot(SharedByDays(kb.world(), {}), kb.moment(at="1926-12-31"))
        )
    }
    person = "<https://w3id.org/tenure/id/person/dora-fell>"
    ontology = "https://w3id.org/tenure/ontology#"
    ruled_out = "<https://w3id.org/tenure/vocabulary#RuledOut>"
    last = "<https://w3id.org/tenure/id/tenure/dora-fell--captain>"
    assert f"{person} <{ontology}certainty> {ruled_out}" in told
    assert any(one.startswith(f"{person} <{ontology}endLatest> ") for one in told)
    assert f'{last} <https://w3id.org/tenure/shapes#edge> "last"' in told


# ---------------------------------------------------------------- shapes of one's own

OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix tns: <https://w3id.org/tenure/shapes#> .
@prefix ex: <https://example.org/shapes#> .
"""
VACANT = f"""{OWN}
ex:Captain a sh:NodeShape ;
    sh:targetNode <https://w3id.org/tenure/id/office/captain> ;
    sh:property ex:Filled .
ex:Filled a sh:PropertyShape ;
    sh:path [ sh:inversePath org:holds ] ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:message "The boat has one captain. Look for who it was." .
"""
LONG_NAME = f'''{OWN}
ex:Holders a sh:NodeShape ;
    sh:targetSubjectsOf org:holds ;
    sh:severity sh:Info ;
    sh:sparql ex:HoldsCaptain .
ex:HoldsCaptain a sh:SPARQLConstraint ;
    sh:message "{{$this}} is captain. Salute." ;
    sh:prefixes <https://w3id.org/tenure/shapes> ;
    sh:select """SELECT $this WHERE {{
        $this org:holds <https://w3id.org/tenure/id/office/captain> }}""" .
'''


def own(tmp_path: Path, text: str) -> SnapshotShapes:
    file = tmp_path / "own.ttl"
    file.write_text(text, encoding="utf-8")
    return SnapshotShapes([file])


def test_a_core_shape_of_ones_own(tmp_path: Path) -> None:
    shapes = own(tmp_path, VACANT)
    report = check_days(example(CROWDED), ["1919-01-01", "1921-02-01", "1921-06-01"], shapes=shapes)
    mine = [one for one in report.findings if one.rule != "SeatsTaken"]
    assert [(one.at, len(one.claims)) for one in mine] == [("1919-01-01", 0), ("1921-06-01", 2)]
    assert mine[0].rule == "https://example.org/shapes#Filled"
    assert (mine[0].message, mine[0].remedy) == (
        "The boat has one captain.",
        "Look for who it was.",
    )


def test_a_constraint_in_sparql_of_ones_own(tmp_path: Path) -> None:
    report = check_days(example(CROWDED), ["1921-02-01"], shapes=own(tmp_path, LONG_NAME))
    (finding,) = report.findings
    assert report.conforms
    assert finding.message == "person/dora-fell is captain."
    assert finding.occurrences == ("https://w3id.org/tenure/id/tenure/dora-fell--captain",)


def test_a_shape_of_ones_own_can_be_for_one_graph_only(tmp_path: Path) -> None:
    shapes = own(
        tmp_path, VACANT.replace("sh:minCount 1", 'tns:askedOf "possible" ; sh:minCount 1')
    )
    kb = example(CROWDED)
    assert rules(check_days(kb, ["1919-01-01"], shapes=shapes)) == []
    assert len(check_days(kb, ["1919-01-01"], shapes=shapes, possible=True).findings) == 1


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("ex:a ex:b", BadRdf, "do not parse"),
        (OWN, BadInput, "no shape with a target"),
        (VACANT.replace("sh:minCount 1", 'tns:askedOf "maybe"'), BadInput, "cannot be asked of"),
        (LONG_NAME.replace("WHERE {", "WHERE { SERVICE <x:y> {"), Refused, "uses SERVICE"),
        (VACANT.replace("sh:minCount 1", 'sh:minCount "x"'), BadRdf, "wrong themselves"),
        (VACANT.replace("sh:minCount 1", 'sh:pattern "["'), BadRdf, "cannot be run"),
        (LONG_NAME.replace("SELECT $this WHERE", "SELEKT $this WHERE"), BadRdf, "cannot be run"),
        (LONG_NAME.replace("SELECT $this WHERE", "SELECT ?x WHERE"), BadRdf, "cannot be run"),
    ],
)
def test_shapes_that_are_of_no_use(
    tmp_path: Path, text: str, error: type[TenureError], message: str
) -> None:
    kb = example(CROWDED)
    with pytest.raises(error, match=message) as caught:
        check_days(kb, ["1921-06-01"], shapes=own(tmp_path, text))
    assert "own.ttl" in str(caught.value)
    assert caught.value.remedy


def test_a_file_of_shapes_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such file"):
        SnapshotShapes([tmp_path / "nowhere.ttl"])


def test_the_report_in_turtle_is_shacl() -> None:
    report = check_days(example(CROWDED), ["1921-06-01"])
    triples = {str(quad) for quad in parse(report.to_shacl_turtle(), format=RdfFormat.TURTLE)}
    shacl = "http://www.w3.org/ns/shacl#"
    assert sum(f"<{shacl}ValidationResult>" in one for one in triples) == 1
    assert any(
        f"<{shacl}focusNode> <https://w3id.org/tenure/id/office/captain>" in one for one in triples
    )
    assert sum("<https://w3id.org/tenure/shapes#restsOn>" in one for one in triples) == 2
    clean = check_days(example(CROWDED), ["1919-01-01"]).to_shacl_turtle()
    assert "sh:conforms true" in clean
