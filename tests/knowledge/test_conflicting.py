"""Conflicts as findings: each at every one of its claims under check, on the line at fault."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize
from tests import amount
from tests.conflicting import OF_THE_FACTS
from tests.made_facts import HEADER

from tenure.errors import BadClaim, BadPolicy
from tenure.knowledge import KnowledgeBase, from_quads
from tenure.knowledge.conflicting import MOST_CLAIMS, conflict_check
from tenure.namespaces import TN, Names
from tenure.store import graph_format
from tenure.validate import (
    Finding,
    ProgressStep,
    Report,
    Severity,
    given_facts,
    validate_paths,
    validate_text,
)

NAMES = Names()
DIGEST = hashlib.sha256(b"a text").hexdigest()
ENTITIES = """
org:port-eva a tn:Organization ; rdfs:label "Port Eva"@en .
org:courier a tn:MediaOutlet ; rdfs:label "Eva Courier"@en .
office:harbour-master a tn:Office ; rdfs:label "Harbour master"@en ;
    tn:officeOf org:port-eva ; tn:seats 1 .
person:ada-brook a tn:Person ; rdfs:label "Ada Brook"@en .
person:cy-dale a tn:Person ; rdfs:label "Cy Dale"@en .
event:fire a tn:Event ; rdfs:label "Fire in the harbour"@en .
event:flood a tn:Event ; rdfs:label "Flood in the harbour"@en .
"""
HELD = (
    "tenure:{0}--harbour-master a tn:Tenure ; tn:holder person:{0} ;"
    " tn:office office:harbour-master"
)


def source(slug: str, stated: Sequence[str], *, rank: str = "", published: str = "2022") -> str:
    """A document of one source, sound in the eyes of the gate, one claim a line from the fifth."""
    iri = f"<{NAMES.base}source/{slug}>"
    chain, passage = f"<{NAMES.base}source/{slug}/chain/c", f"<{NAMES.base}source/{slug}/passage/1>"
    prefixes = HEADER.replace("\n", " ")
    told = [
        (
            f"{iri} a tn:Source ; rdfs:label 'S'@en ; tn:publisher org:courier ; tn:textDigest"
            f' "{DIGEST}" ; tn:textLength 99 ; tn:published "{published}"^^edtf:EDTF .'
        ),
        (
            f"{chain}> a tn:SpeechChain ; tn:link {chain}-1> . {chain}-1> a tn:SpeechLink ;"
            " tn:position 1 ; tn:voice org:courier ."
        ),
        (
            f"{passage} a tn:Passage ; tn:sentence 1 ; oa:start 0 ; oa:end 9 ;"
            f' tn:passageDigest "{DIGEST}" .'
        ),
    ]
    for number, content in enumerate(stated, start=1):
        claim = f"<{NAMES.claim(slug, str(number)).value}>"
        told.append(
            f"{claim} a tn:Claim ; tn:source {iri} ; tn:statement 'It was so.'@en ;"
            f" tn:evidence {passage} ; tn:attribution {chain}> ; tn:modality tnv:Asserted ;"
            f" tn:hedged false ; {f'tn:rank tnv:{rank} ;' if rank else ''} tn:recordedAt"
            f' "2026-11-23T12:00:00Z"^^xsd:dateTime . {claim} {{ {content} }}'
        )
    return "\n".join([prefixes, *told, ""])


def folder_of(folder: Path, documents: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "entities.ttl").write_text(HEADER + ENTITIES, encoding="utf-8")
    for slug, text in documents.items():
        (folder / f"{slug}.trig").write_text(text, encoding="utf-8")
    return folder


def checked(*paths: Path, policy: str | None = None, context: Path | None = None) -> Report:
    return validate_paths(paths, conflicts=conflict_check(NAMES, policy), context=context)


def short(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.focus.removeprefix(NAMES.claim_prefix)) for one in findings]


def dated(event: str, date: str) -> str:
    return f'event:{event} tn:date "{date}"^^edtf:EDTF .'


# ---------------------------------------------------------------- the facts that come with Tenure


def test_the_conflicts_of_the_facts_are_each_told_once_at_every_claim(repo_root: Path) -> None:
    report = checked(repo_root / "kb" / "facts")
    assert report.conforms
    assert report.checked["conflicts"] == len(OF_THE_FACTS) == 6
    told = Counter(
        frozenset(
            iri.removeprefix(NAMES.claim_prefix)
            for iri in (one.focus, *(other.focus for other in one.related))
        )
        for one in report.findings
    )
    assert told == {claims: len(claims) for claims in OF_THE_FACTS}
    for one in report.findings:
        assert (one.rule, one.severity) == ("TimeConflict", Severity.WARNING)
        assert one.link == TN("Conflict").value
        assert one.line is not None
        line = Path(one.file).read_text(encoding="utf-8").splitlines()[one.line - 1]
        assert one.column is not None
        assert one.excerpt is not None
        assert one.excerpt.text == line
        assert line[one.column - 1 :].startswith(('"20', '"[20', "event:"))
        others = {other.focus for other in one.related} - {one.focus}
        assert all(NAMES.short(iri) in one.message for iri in (one.focus, *others))


def test_a_policy_that_settles_them_leaves_suggestions(repo_root: Path) -> None:
    report = checked(repo_root / "kb" / "facts", policy="policy=majority")
    settled = [one for one in report.findings if one.severity is Severity.INFO]
    assert settled
    assert all("It is settled by majority: claim/" in one.message for one in settled)
    nobody = checked(repo_root / "kb" / "facts", policy="modalities=denied")
    assert (nobody.findings, nobody.checked["conflicts"]) == ((), 0)


# ---------------------------------------------------------------- which places


def test_the_finding_is_at_the_statement_at_fault(tmp_path: Path) -> None:
    documents = {
        "a": source("a", [dated("flood", "2020"), dated("fire", "2021-03-01")]),
        "b": source("b", [dated("fire", "2021-04-01")]),
    }
    folder = folder_of(tmp_path / "f", documents)
    first, second = checked(folder).findings
    assert (Path(first.file).name, first.line) == ("a.trig", 6)
    assert first.excerpt is not None
    start = first.excerpt.offset
    assert first.excerpt.text[start : start + first.excerpt.length] == '"2021-03-01"'
    assert first.message.startswith("claim/a/2 contradicts claim/b/1. On Fire in the harbour: ")
    (other,) = first.related
    assert (Path(other.file).name, other.line, other.focus) == ("b.trig", 5, second.focus)
    assert other.message == "claim/b/1: It was so."
    assert [(one.line, one.column) for one in second.related] == [(first.line, first.column)]


def test_a_claim_that_is_false_by_itself(tmp_path: Path) -> None:
    backwards = HELD.format("ada-brook") + (
        ' ; tn:start "2005-01-01"^^edtf:EDTF ; tn:end "2004-12-31"^^edtf:EDTF .'
    )
    (found,) = checked(folder_of(tmp_path / "f", {"a": source("a", [backwards])})).findings
    assert found.rule == "ClaimContradictsItself"
    assert found.message.startswith("claim/a/1 contradicts itself. It cannot be that ")
    assert "2005-01-01" in found.message
    assert "2004-12-31" in found.message


def test_a_claim_of_the_context_takes_part_and_has_no_finding(tmp_path: Path) -> None:
    documents = {
        "a": source("a", [dated("fire", "2021-03-01")]),
        "b": source("b", [dated("fire", "2021-04-01")]),
    }
    folder = folder_of(tmp_path / "f", documents)
    (found,) = checked(folder / "a.trig", context=folder).findings
    assert short([found]) == [("TimeConflict", "a/1")]
    assert [Path(one.file).name for one in found.related] == ["b.trig"]
    assert not checked(folder / "a.trig").findings


def test_a_seat_and_a_title(tmp_path: Path) -> None:
    held = HELD.format("ada-brook"), HELD.format("cy-dale")
    first = f'{held[0]} ; tn:start "2020-01-01"^^edtf:EDTF ; tn:end "2021-06-30"^^edtf:EDTF'
    documents = {
        "a": source("a", [f'{first} ; tn:title "Head"@en .']),
        "b": source(
            "b",
            [
                f'{held[1]} ; tn:start "2021-06-01"^^edtf:EDTF .',
                f'{held[0]} ; tn:title "Chief"@en .',
                f'{held[1]} ; tn:heldOn "2021-12-31"^^edtf:EDTF .',
            ],
        ),
    }
    found = checked(folder_of(tmp_path / "f", documents)).findings
    assert sorted(short(found)) == [
        ("SeatsConflict", "a/1"),
        ("SeatsConflict", "b/1"),
        ("SeatsConflict", "b/3"),
        ("TitleConflict", "a/1"),
        ("TitleConflict", "b/2"),
    ]
    marked = {}
    for one in found:
        assert one.excerpt is not None
        start = one.excerpt.offset
        marked[one.rule, one.focus[-3:]] = one.excerpt.text[start : start + one.excerpt.length]
    assert marked["TitleConflict", "a/1"] == '"Head"'
    assert marked["TitleConflict", "b/2"] == '"Chief"'
    assert marked["SeatsConflict", "b/1"] == '"2021-06-01"'
    assert marked["SeatsConflict", "b/3"] == '"2021-12-31"'


def test_rank_settles_a_conflict(tmp_path: Path) -> None:
    documents = {
        "a": source("a", [dated("fire", "2021-03-01")]),
        "b": source("b", [dated("fire", "2021-04-01")], rank="Preferred"),
    }
    report = checked(folder_of(tmp_path / "f", documents))
    assert {one.severity for one in report.findings} == {Severity.INFO}
    assert all(
        one.message.endswith("It is settled by rank: claim/a/1 gives way.")
        for one in report.findings
    )


# ---------------------------------------------------------------- when none are looked for


def test_where_rules_are_violated_none_are_looked_for(tmp_path: Path) -> None:
    text = source("a", [dated("fire", "2021-03-01"), dated("fire", "2021-04-01")])
    report = checked(folder_of(tmp_path / "f", {"a": text.replace("tn:hedged false ;", "", 1)}))
    assert {one.rule for one in report.findings} == {"ValueMissing"}
    assert "Conflicts were not looked for, because rules are violated." in report.notes
    assert "conflicts" not in report.checked


def test_among_too_many_claims_none_are_looked_for(tmp_path: Path) -> None:
    text = source("a", [dated("fire", "2021-03-01"), dated("fire", "2021-04-01")])
    folder = folder_of(tmp_path / "f", {"a": text})
    few = validate_paths([folder], conflicts=conflict_check(NAMES, most=1))
    assert few.findings == ()
    (note,) = few.notes
    assert note.startswith("Conflicts were not looked for: there are 2 claims, more than the 1 ")
    assert MOST_CLAIMS > 100_000


def test_in_files_too_large_to_be_held_the_same_are_found(tmp_path: Path) -> None:
    text = source("a", [dated("fire", "2021-03-01"), dated("fire", "2021-04-01")])
    folder = folder_of(tmp_path / "f", {"a": text})
    check = conflict_check(NAMES)
    held = validate_paths([folder], conflicts=check)
    assert held.checked["conflicts"] == 1
    assert validate_paths([folder], conflicts=check, held=10) == held


def test_nothing_is_looked_for_unasked(tmp_path: Path) -> None:
    text = source("a", [dated("fire", "2021-03-01"), dated("fire", "2021-04-01")])
    report = validate_paths([folder_of(tmp_path / "f", {"a": text})])
    assert report.findings == ()
    assert "conflicts" not in report.checked


def test_a_policy_that_is_none(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "f", {"a": source("a", [dated("fire", "2021")])})
    with pytest.raises(BadPolicy):
        checked(folder, policy="modalities=nonsense")
    with pytest.raises(BadPolicy):
        checked(folder, policy="known-at=1990-01-01T00:00:00Z")


def test_what_cannot_be_fused_is_a_finding_where_it_is_under_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "f", {"a": source("a", [dated("fire", "2021")])})
    where = [NAMES.claim("a", "1").value]

    def refuse(*_: object) -> None:
        raise BadClaim("It means nothing.", where=where[0], remedy="Say something else.")

    monkeypatch.setattr("tenure.knowledge.conflicting.conflicts_among", refuse)
    (found,) = checked(folder).findings
    assert (found.rule, found.severity, found.line) == ("CannotBeFused", Severity.VIOLATION, 5)
    where[0] = NAMES.claim("z", "1").value
    with pytest.raises(BadClaim, match="means nothing"):
        checked(folder)


def test_a_body_is_checked_like_a_file() -> None:
    text = HEADER + ENTITIES + source("a", [dated("fire", "2021-03-01"), dated("fire", "2020")])
    report = validate_text(text.encode(), "trig", conflicts=conflict_check(NAMES))
    assert short(report.findings) == [("TimeConflict", "a/1"), ("TimeConflict", "a/2")]


@pytest.mark.parametrize("form", ["nq", "jsonld"])
def test_other_formats_have_places_too(form: str) -> None:
    text = HEADER + ENTITIES + source("a", [dated("fire", "2021-03-01"), dated("fire", "2020")])
    chosen = graph_format(form)
    data = serialize(parse(text, RdfFormat.TRIG), format=chosen.engine) or b""
    found = validate_text(data, form, conflicts=conflict_check(NAMES)).findings
    assert sorted(short(found)) == [("TimeConflict", "a/1"), ("TimeConflict", "a/2")]
    lines = data.decode().splitlines()
    dates = {"a/1": '"2021-03-01"', "a/2": '"2020"'}
    for one in found:
        assert one.line is not None
        assert one.column is not None
        date = dates[one.focus.removeprefix(NAMES.claim_prefix)]
        assert date in lines[one.line - 1][one.column - 1 :][:40]


def test_claims_under_another_base() -> None:
    names = Names("https://example.org/kb/")
    text = HEADER + ENTITIES + source("a", [dated("fire", "2021-03-01"), dated("fire", "2020")])
    own = text.replace(f"{NAMES.base}id/", f"{names.base}id/")
    own = own.replace(f"{NAMES.base}claim/", f"{names.base}claim/")
    own = own.replace(f"{NAMES.base}source/", f"{names.base}source/")
    found = validate_text(own.encode(), "trig", names=names, conflicts=conflict_check(names))
    assert [one.message.partition(".")[0] for one in found.findings] == [
        "claim/a/1 contradicts claim/a/2",
        "claim/a/2 contradicts claim/a/1",
    ]


def test_progress_goes_from_none_to_all(tmp_path: Path) -> None:
    documents = {
        "a": source("a", [dated("fire", "2021-03-01"), dated("flood", "2021-03-01")]),
        "b": source("b", [dated("fire", "2021-04-01"), dated("flood", "2021-04-01")]),
    }
    told: list[ProgressStep] = []
    folder = folder_of(tmp_path / "f", documents)
    validate_paths([folder], conflicts=conflict_check(NAMES), progress=told.append)
    steps = [(one.done, one.of) for one in told if one.stage.value == "conflicts"]
    assert steps == [(0, None), (0, 2), (1, 2), (2, 2)]


# ---------------------------------------------------------------- against the knowledge base


@settings(
    max_examples=amount.cases(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    told=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(
                [
                    dated("fire", "2021-03"),
                    dated("fire", "2021-04-02"),
                    dated("flood", "2021-04-01"),
                    dated("flood", "2021-05"),
                    "event:fire tn:after event:flood .",
                    "event:flood tn:after event:fire .",
                    HELD.format("ada-brook") + ' ; tn:start "2020"^^edtf:EDTF .',
                    HELD.format("ada-brook") + ' ; tn:start "2021"^^edtf:EDTF ; tn:title "A"@en .',
                    HELD.format("ada-brook") + ' ; tn:end "2023"^^edtf:EDTF ; tn:title "B"@en .',
                    HELD.format("cy-dale") + ' ; tn:start "2021"^^edtf:EDTF .',
                    HELD.format("cy-dale") + ' ; tn:end "2023"^^edtf:EDTF .',
                ]
            ),
        ),
        min_size=2,
        max_size=7,
    ),
    known=st.sets(st.sampled_from(["a", "b", "c"]), max_size=2),
    policy=st.sampled_from([None, "resolve=majority"]),
)
def test_every_conflict_is_told_once_at_each_of_its_claims_under_check(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[str, str]],
    known: set[str],
    policy: str | None,
) -> None:
    by_source = {
        slug: source(slug, [one for other, one in told if other == slug]) for slug, _ in told
    }
    folder = folder_of(tmp_path_factory.mktemp("facts"), by_source)
    files = [folder / f"{slug}.trig" for slug in sorted(by_source) if slug not in known]
    if not files:
        return
    kb: KnowledgeBase = from_quads(given_facts([folder]), NAMES)
    world = kb.world(kb.policy(policy))
    report = checked(*files, policy=policy, context=folder)
    assert report.checked["conflicts"] == len(world.conflicts)
    expected = Counter(
        (f"{one.kind.capitalize()}Conflict", iri, frozenset(one.claims), one.settled)
        for one in world.conflicts
        for iri in one.claims
        if f"{NAMES.short(kb.claims[iri].source).removeprefix('source/')}" not in known
    )
    found = Counter(
        (
            one.rule,
            one.focus,
            frozenset({one.focus, *(other.focus for other in one.related)}),
            one.severity is Severity.INFO,
        )
        for one in report.findings
    )
    assert found == expected
    assert all(one.line and one.column for one in report.findings)
    kb.store.close()
