"""Recorded states of the presidents and vice presidents: in, and out again, state by state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Literal, NamedNode

from tenure.errors import BadInput, BadParameter, BadPolicy, NotFound, TenureError
from tenure.ingest import Imported, format_files, import_files
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.model import Claim, Standing, learned, revisions
from tenure.namespaces import TN, TNV, local_name
from tenure.temporal import Certainty
from tenure.validate import validate_paths

# That of libyaml, where there is one, takes a tenth of the time.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
STATES = "data/revisions/us-executive"
OFFICES = {"us-president": "prez", "us-vice-president": "viceprez"}
WAYS = {"ByElection": "election", "BySuccession": "succession", "ByAppointment": "appointment"}
SOURCE = "https://w3id.org/tenure/source/us-executive"


@pytest.fixture(scope="module")
def states(shared: Path) -> list[Path]:
    folder = shared / STATES
    if not folder.is_dir():
        pytest.skip(f"there is no folder {STATES} in 'shared'")
    return sorted(folder.glob("*.yaml"))


@pytest.fixture(scope="module")
def imported(states: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Imported]:
    facts = tmp_path_factory.mktemp("facts")
    return facts, import_files("us-executive", states, facts)


@pytest.fixture(scope="module")
def base(imported: tuple[Path, Imported]) -> Iterator[KnowledgeBase]:
    opened = open_knowledge_base(imported[0])
    yield opened
    opened.store.close()


def instant_of(path: Path) -> str:
    day, clock = path.name.split("_")[0].split("T")
    return f"{day}T{clock[:2]}:{clock[2:4]}:{clock[4:]}Z"


def key_of(person: Mapping[str, Any]) -> str:
    ids = person["id"]
    return f"bioguide/{ids['bioguide']}" if "bioguide" in ids else f"govtrack/{ids['govtrack']}"


def as_written(path: Path) -> list[str]:
    """Persons and terms of a state as its YAML has them, each as one text, sorted."""
    people = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
    told: list[Any] = []
    for person in people:
        told.append({name: value for name, value in person.items() if name != "terms"})
        told += [{"who": key_of(person), **term} for term in person["terms"]]
    return sorted(json.dumps(one, sort_keys=True) for one in told)


def as_known(kb: KnowledgeBase, at: str) -> list[str]:
    """The same, out of the claims that the knowledge base relied on at an instant."""
    policy = kb.policy(f"known-at={at};sources=us-executive")
    standing = kb.world(policy).standings
    told = [
        from_claim(claim) if "#" in (claim.evidence[0].record or "") else person_of(kb, claim)
        for iri, claim in kb.claims.items()
        if iri in standing and policy.standing(claim) is Standing.ACCEPTED
    ]
    return sorted(json.dumps(one, sort_keys=True) for one in told)


def from_claim(claim: Claim) -> dict[str, str]:
    """A term out of what the claim states; only the spelling of the party is the record's."""
    locator = claim.evidence[0].record or ""
    found: dict[str, str] = {}
    for triple in claim.content:
        assert isinstance(triple.object, NamedNode | Literal)
        value = local_name(triple.object.value)
        if triple.predicate == TN("office"):
            found["type"] = OFFICES[value]
        elif triple.predicate in (TN("start"), TN("end")):
            found[local_name(triple.predicate.value)] = value
        elif triple.predicate == TN("accession"):
            found["how"] = WAYS[value]
    who, _, term = locator.partition("#")
    assert term == f"{found['type']}/{found['start']}"
    party = claim.statement.rpartition("; party: ")[2].rstrip(".")
    return {"who": "/".join(who.split("/")[:2]), **found, "party": party}


def person_of(kb: KnowledgeBase, claim: Claim) -> Any:
    """A person's record as the evidence keeps it, with the birthday that the claim states."""
    node = NamedNode(claim.evidence[0].iri)
    texts = [q.object for q in kb.describe(node) if q.predicate == TN("recordText")]
    assert len(texts) == 1
    assert isinstance(texts[0], Literal)
    record = json.loads(texts[0].value)
    born = [t.object for t in claim.content if t.predicate == TN("bornOn")]
    for day in born:
        assert isinstance(day, Literal)
        assert record["bio"]["birthday"] == day.value
    assert bool(born) == ("birthday" in record.get("bio", {}))
    return record


def test_every_state_is_known_again_exactly_as_it_was(
    base: KnowledgeBase, states: list[Path]
) -> None:
    assert len(states) == 23
    for path in states:
        written = as_written(path)
        assert len(written) > 100
        assert as_known(base, instant_of(path)) == written, path.name


def test_between_two_states_the_earlier_one_stands(base: KnowledgeBase, states: list[Path]) -> None:
    assert as_known(base, "2016-06-01T00:00:00Z") == as_written(states[13])
    assert as_known(base, "2100-01-01T00:00:00Z") == as_written(states[-1])


def test_each_state_is_one_revision_of_the_one_source(
    base: KnowledgeBase, imported: tuple[Path, Imported], states: list[Path]
) -> None:
    found = revisions(base.claims, base.store.quads(base.names.graph("provenance")))
    assert [one.instant for one in found] == [instant_of(path) for path in states]
    assert {one.source for one in found} == {SOURCE}
    commits = [path.stem.partition("_")[2] for path in states]
    assert [one.message for one in found] == [f"State {c} of the data set" for c in commits]
    assert [(len(one.added), len(one.retracted)) for one in found] == [
        (one.added, one.retracted) for one in imported[1].revisions
    ]
    assert found[1].added == found[1].retracted == ()


def test_the_world_of_a_day_follows_what_was_known(base: KnowledgeBase) -> None:
    """Vice presidents were recorded from 2013 on; the world of a day long before knows that."""
    day = base.moment(at="1862-05-01")
    tenure = base.names.entity_iri("tenure/hannibal-hamlin--us-vice-president")
    early = base.policy("known-at=2013-01-01T00:00:00Z")
    assert tenure not in base.certainty(day, early)
    assert base.certainty(day)[tenure] is Certainty.CERTAIN


def test_what_was_learned_on_a_day_of_many_changes(base: KnowledgeBase) -> None:
    found = learned(base.claims, "2013-03-16T10:44:34Z", "2013-03-16T10:59:01Z")
    assert [len(one) for one in (found.added, found.retracted, found.passing)] == [1, 1, 0]
    both = (*found.added, *found.retracted)
    assert (
        len({one.evidence[0].record.partition("#")[0] for one in both if one.evidence[0].record})
        == 1
    )
    # A mistake of 66 terms that stood for eleven days shows as passing, seen from both its ends.
    wide = learned(base.claims, "2013-03-05T17:03:37Z", "2013-03-15T14:11:50Z")
    assert len(wide.passing) == 66


def test_what_is_written_keeps_the_rules_and_the_layout(imported: tuple[Path, Imported]) -> None:
    facts, _ = imported
    assert [str(one) for one in validate_paths([facts]).findings] == []
    assert format_files([facts], check=True) == ()


def test_one_person_under_many_names_is_one_entity(base: KnowledgeBase) -> None:
    found = base.registry.find("Barack Obama")
    assert base.registry.find("Barack Hussein Obama II") == found
    people = [iri for iri in base.registry if base.registry.kind(iri) == "Person"]
    assert len(people) == 80


PERSON = """\
- id: {bioguide: B1, govtrack: 1}
  name: {first: Ada, last: Brook}
  bio: {birthday: '1901-02-03'}
  terms:
  - {type: prez, start: '1950-01-20', end: '1954-01-20', party: Whig, how: election}
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    folder.mkdir()
    return folder


FIRST = "2020-01-01T000000_aaaaaaa.yaml"


@pytest.mark.parametrize(
    ("name", "text", "error", "told"),
    [
        ("states.yaml", PERSON, BadInput, "2013-03-05T174441_653f6640.yaml"),
        ("2020-13-01T000000_aaaaaaa.yaml", PERSON, BadInput, "when it was recorded"),
        (FIRST, "- id: [\n", TenureError, f"{FIRST}:2"),
        (FIRST, "", TenureError, "empty"),
        (FIRST, "name: Ada\n", BadInput, "no list of persons"),
        (FIRST, "- &a [*a]\n", TenureError, "aliases"),
    ],
)
def test_a_state_that_cannot_be_read_is_refused_and_nothing_is_written(
    facts: Path, tmp_path: Path, name: str, text: str, error: type[Exception], told: str
) -> None:
    good = write(tmp_path / "states", "2019-01-01T000000_bbbbbbb.yaml", PERSON)
    bad = write(tmp_path / "states", name, text)
    with pytest.raises(error) as caught:
        import_files("us-executive", [good, bad], facts)
    assert told in str(caught.value)
    assert list(facts.iterdir()) == []


OTHER = PERSON.replace("B1, govtrack: 1", "B2, govtrack: 2").replace("Ada", "Ben")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("- Ada\n", 1, "no table"),
        (PERSON.replace("how:", "hwo:"), 5, "hwo"),
        (PERSON.replace("type: prez", "type: king"), 5, "the type 'king'"),
        (PERSON.replace("Whig", "Wigh"), 5, "Whig"),
        (PERSON.replace("1950-01-20", "1950-02-30"), 5, "1950-02"),
        (PERSON.replace("bioguide: B1, govtrack: 1", "lis: 1"), 1, "bioguide"),
        (PERSON.replace("name: {first: Ada, last: Brook}", "name: {}"), 2, "name"),
        (PERSON.replace("bio:", "boi:"), 3, "Nearest: bio"),
        (PERSON.replace("type: prez, ", ""), 5, "'type' is missing"),
        (PERSON + PERSON.splitlines()[-1] + "\n", 6, "twice"),
    ],
)
def test_a_record_that_cannot_be_understood_is_told_with_its_line_and_the_rest_goes_in(
    facts: Path, tmp_path: Path, text: str, line: int, told: str
) -> None:
    path = write(tmp_path / "states", FIRST, text + OTHER)
    done = import_files("us-executive", [path], facts)
    (fault,) = (one for one in done.report.lines if one.kind == "fault")
    assert told in fault.what + fault.remedy
    assert f"{FIRST}:{line}" in fault.locator
    assert done.report.faults == 1
    kb = open_knowledge_base(facts)
    assert kb.names.entity_iri("tenure/ben-brook--us-president") in kb.world().occurrences


def test_later_states_are_added_and_recorded_ones_never_vanish(facts: Path, tmp_path: Path) -> None:
    folder = tmp_path / "states"
    first = write(folder, FIRST, PERSON)
    import_files("us-executive", [first], facts)
    second = write(
        folder, "2021-01-01T000000_ccccccc.yaml", PERSON.replace("1954-01-20", "1953-06-01")
    )
    result = import_files("us-executive", [folder], facts)
    assert [(one.added, one.retracted) for one in result.revisions] == [(1, 1)]
    before = (facts / "us-executive.trig").read_bytes()
    assert import_files("us-executive", [second], facts).revisions == ()
    assert (facts / "us-executive.trig").read_bytes() == before
    older = write(tmp_path, "2020-06-01T000000_ddddddd.yaml", PERSON)
    with pytest.raises(BadInput, match="does not come after"):
        import_files("us-executive", [older], facts)
    assert (facts / "us-executive.trig").read_bytes() == before
    kb = open_knowledge_base(facts)
    # The corrected end is another claim on the same tenure.
    (tenure,) = (iri for iri, o in kb.world().occurrences.items() if o.kind == TN("Tenure").value)
    end = {
        known: kb.world(kb.policy(known)).occurrences[tenure].bounds.end_latest
        for known in (None, "known-at=2020-06-01T00:00:00Z")
    }
    assert len(set(end.values())) == 2
    assert TNV("Accepted").value not in end
    with pytest.raises(BadPolicy, match="2020-01-01T00:00:00Z"):
        kb.policy("known-at=2019-12-31T23:59:59Z")


def test_a_person_of_the_registry_is_known_again_by_name(facts: Path, tmp_path: Path) -> None:
    (facts / "entities.ttl").write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix tn: <https://w3id.org/tenure/ontology#> .\n"
        "@prefix person: <https://w3id.org/tenure/id/person/> .\n"
        'person:ada-brook a tn:Person ; rdfs:label "Ada Brook"@en .\n',
        encoding="utf-8",
    )
    namesake = PERSON.replace("B1, govtrack: 1", "B2, govtrack: 2").replace("1950", "1949")
    path = write(tmp_path / "states", FIRST, PERSON + namesake)
    import_files("us-executive", [path], facts)
    kb = open_knowledge_base(facts)
    people = [kb.names.short(iri) for iri in kb.registry if kb.registry.kind(iri) == "Person"]
    assert people == ["person/ada-brook", "person/ada-brook-2"]


def test_an_unknown_format_and_an_absent_file(facts: Path, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="us-executive"):
        import_files("us-exective", [tmp_path], facts)
    with pytest.raises(NotFound):
        import_files("us-executive", [tmp_path / "nowhere"], facts)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match=r"\*\.yaml"):
        import_files("us-executive", [tmp_path / "empty"], facts)
    with pytest.raises(NotFound, match="no such folder"):
        import_files("us-executive", [write(tmp_path, FIRST, PERSON)], tmp_path / "nowhere")
