"""Claims that come in while the knowledge base runs: whole, checked, and answered from at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse, serialize
from tests.transactions.documents import TENURE, body, claim, document, iri
from tests.transactions.whole import state_of, violations

from tenure.errors import BadInput, BadRdf, InvalidChange, NotFound, Refused, TooMuchToRead
from tenure.knowledge import KnowledgeBase
from tenure.model import revisions
from tenure.namespaces import BASE, TN
from tenure.store import Solutions, graph_format
from tenure.transactions import BodyChange, Change, Committed, commit, tag_of
from tenure.transactions.affected import MOST_FINDINGS
from tenure.transactions.commit import MOST_GRAPHS
from tenure.validate import Report

Write = Callable[..., Committed]


def test_a_claim_comes_in_with_its_source_and_its_entities(kb: KnowledgeBase, write: Write) -> None:
    done = write(body(document()))
    assert done.added == (iri(),)
    assert done.described == (f"{BASE}source/gazette",)
    assert set(done.registered) == {f"{BASE}id/org/gazette", f"{BASE}id/person/jane-roe"}
    assert kb.claims[iri()].statement == "Jane Roe became deputy head."
    assert kb.claims[iri()].recorded_at == done.instant
    assert TENURE in kb.world().occurrences
    assert violations(kb) == set()


def test_no_more_is_judged_than_may_be(kb: KnowledgeBase) -> None:
    before = state_of(kb)
    with pytest.raises(TooMuchToRead, match="5 are judged at once"):
        commit(kb, body(document()), who=None, message="x", most=5)
    assert state_of(kb) == before
    commit(kb, body(document()), who=None, message="x", most=5_000)
    assert iri() in kb.claims


def test_no_more_graphs_are_written_than_may_be(kb: KnowledgeBase) -> None:
    many = "".join(f"<urn:g:{n}> {{ <urn:a> <urn:b> 1 }}\n" for n in range(MOST_GRAPHS + 1))
    with pytest.raises(TooMuchToRead, match="may be written at once"):
        commit(kb, body(many), who=None, message="x", most=5)
    assert not any(graph.value.startswith("urn:g:") for graph in kb.store.graphs())


def test_no_more_is_added_to_graphs_than_may_be(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(commit.__globals__, "MOST_ADDED", 3)
    many = "".join(f"<urn:g> {{ <urn:a> <urn:b> {n} }}\n" for n in range(4))
    with pytest.raises(TooMuchToRead, match="3 may be added at once"):
        commit(kb, body(many), who=None, message="x", most=5)
    commit(kb, body(many), who=None, message="x")
    with pytest.raises(TooMuchToRead, match="3 may be added at once"):
        commit(kb, body(many.replace("urn:b", "urn:c")), who=None, message="x", most=5)
    # What is there already is not added.
    commit(kb, body(many + "<urn:g> { <urn:a> <urn:b> 9 }"), who=None, message="x", most=5)
    assert len(list(kb.store.quads(NamedNode("urn:g")))) == 5


def test_very_many_findings_are_not_all_looked_for(write: Write) -> None:
    bare = "".join(f"<{iri(number)}> a <{TN('Claim').value}> .\n" for number in range(400))
    with pytest.raises(InvalidChange) as refused:
        write(body(bare))
    report = refused.value.report
    assert isinstance(report, Report)
    assert len(report.findings) == MOST_FINDINGS
    assert any("no more were looked for" in note for note in report.notes)


def test_queries_answer_anew(kb: KnowledgeBase, write: Write) -> None:
    day = f"{BASE}at/2020-05-10"
    asked = "SELECT ?who FROM <$day/possible> { ?who <http://www.w3.org/ns/org#holds> ?office }"

    def holders() -> set[str]:
        answer = kb.query(asked.replace("$day", day))
        assert isinstance(answer, Solutions)
        return {row[0].value for row in answer}  # type: ignore[union-attr]

    assert f"{BASE}id/person/jane-roe" not in holders()
    write(body(document()))
    assert f"{BASE}id/person/jane-roe" in holders()
    write(Change(retracted=(iri(),)))
    assert f"{BASE}id/person/jane-roe" not in holders()


def test_what_is_stored_is_what_a_reader_from_scratch_would_make(
    kb: KnowledgeBase, write: Write
) -> None:
    write(body(document(claim(1), claim(2, 'tn:end "2021"^^edtf:EDTF'))))
    write(Change(retracted=(iri(2),)))
    written, world = set(kb.store.quads()), kb.world()
    kb.refresh()
    assert set(kb.store.quads()) == written
    assert kb.world().occurrences == world.occurrences
    assert kb.world().standings == world.standings


def test_a_dry_run_answers_the_same_and_writes_nothing(kb: KnowledgeBase, write: Write) -> None:
    before, now = state_of(kb), datetime(2026, 12, 1, tzinfo=UTC)
    asked = write(body(document()), dry_run=True, now=now)
    assert asked.dry_run
    assert asked.tag == tag_of(kb)
    assert state_of(kb) == before
    done = write(body(document()), now=now)
    same = {"dryRun": None, "generation": None, "tag": None}
    assert {**done.to_dict(), **same} == {**asked.to_dict(), **same}


def test_the_same_request_again_finds_everything_there(kb: KnowledgeBase, write: Write) -> None:
    write(body(document()))
    before = state_of(kb)
    done = write(body(document()))
    assert not done.changed
    assert done.instant is None
    assert state_of(kb) == before


def test_the_revision_says_who_and_why(kb: KnowledgeBase, write: Write) -> None:
    done = write(body(document()), who="ada", message="  From the\n gazette. ")
    ((revision,),) = (
        [
            one
            for one in revisions(kb.claims, kb.store.quads(kb.names.graph("provenance")))
            if one.source == f"{BASE}source/gazette"
        ],
    )
    assert (revision.by, revision.message) == ("ada", "From the gazette.")
    assert (revision.instant, revision.added) == (done.instant, (iri(),))
    assert done.revisions == (
        f"{BASE}source/gazette/revision/{revision.instant.replace('-', '').replace(':', '')}",
    )


def test_a_document_does_not_say_when_it_was_recorded(kb: KnowledgeBase, write: Write) -> None:
    told = claim().replace(
        "tn:hedged false", 'tn:recordedAt "1999-01-01T00:00:00Z"^^xsd:dateTime ; tn:hedged false'
    )
    done = write(body(document(told)))
    recorded = list(kb.store.quads(kb.names.graph("provenance"), subject=NamedNode(iri())))
    assert [q.object.value for q in recorded if q.predicate == TN("recordedAt")] == [done.instant]  # type: ignore[union-attr]


def test_instants_grow_whatever_the_clock_says(kb: KnowledgeBase, write: Write) -> None:
    past = datetime(2001, 1, 1, tzinfo=UTC)
    told = [write(body(document(*map(claim, range(1, n + 1)))), now=past) for n in (1, 2, 3)]
    instants = [one.instant for one in told]
    assert instants == sorted(set(instants))  # type: ignore[type-var]
    recorded = {one.recorded_at for one in kb.claims.values()} - set(instants)
    assert instants[0] > max(recorded)  # type: ignore[operator]


def test_known_at_tells_one_revision_from_the_next(kb: KnowledgeBase, write: Write) -> None:
    first = write(body(document()))
    write(Change(retracted=(iri(),)))
    assert TENURE in kb.world(kb.policy(f"known-at={first.instant}")).occurrences
    assert TENURE not in kb.world().occurrences


def test_a_conflict_that_comes_and_goes_is_told(write: Write) -> None:
    write(body(document()))
    done = write(body(document(claim(2, 'tn:start "2020-05-20"^^edtf:EDTF'))))
    assert [one.claims for one in done.conflicts if one.kind == "time"] == [(iri(1), iri(2))]
    gone = write(Change(retracted=(iri(2),)))
    assert {one.iri for one in gone.resolved} == {one.iri for one in done.conflicts}


@pytest.mark.parametrize("form", ["nq", "trig"])
def test_other_formats(write: Write, form: str) -> None:
    quads = parse(document(), RdfFormat.TRIG)
    data = serialize(quads, format=graph_format(form).engine) or b""
    assert write(BodyChange(data, graph_format(form))).added == (iri(),)


def test_json_ld(kb: KnowledgeBase, write: Write) -> None:
    told = f"""[{{"@id": "{BASE}id/person/john-doe", "@type": "{BASE}ontology#Person",
        "http://www.w3.org/2000/01/rdf-schema#label": {{"@value": "John Doe", "@language": "en"}}
    }}]"""
    assert write(body(told, "jsonld")).registered == (f"{BASE}id/person/john-doe",)
    assert f"{BASE}id/person/john-doe" in kb.registry
    assert kb.registry.find("John Doe").value == f"{BASE}id/person/john-doe"


def test_a_remote_context_is_refused(write: Write) -> None:
    with pytest.raises(Refused):
        write(body('{"@context": "http://127.0.0.1:9/context", "name": "x"}', "jsonld"))


def test_what_breaks_a_rule_is_refused_whole_with_the_place(
    kb: KnowledgeBase, write: Write
) -> None:
    before = state_of(kb)
    text = document(claim(1), claim(2).replace(" ; tn:hedged false", ""))
    with pytest.raises(InvalidChange) as caught:
        write(body(text))
    assert state_of(kb) == before
    (finding,) = caught.value.report.findings  # type: ignore[attr-defined]
    assert (finding.rule, finding.focus) == ("ValueMissing", iri(2))
    assert text.splitlines()[finding.line - 1].startswith("c:2 a tn:Claim")
    assert "sh:conforms false" in caught.value.report.to_shacl_turtle()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (document(claim(1, 'tn:start "2020-13-01"^^edtf:EDTF')), "DateUnreadable"),
        (document(claim(1, "tn:member person:jane-roe")), "SaidOfItsKind"),
        (document(claim(1).replace("gazette/locator/1", "rt-483298/nowhere")), "DanglingReference"),
        (document(claim(1, "tn:after tenure:jane-roe--pmu-deputy-head")), "TimeRelationToAnother"),
        (document(claim(1).replace("person:jane-roe", "person:nobody")), "DanglingReference"),
        (document("c:9 { person:jane-roe tn:status tnv:Settled . }"), "GraphWithoutClaim"),
        (document(claim(1).partition("c:1 {")[0]), "ClaimWithoutGraph"),
        (document("person:jane-roe tn:nonesuch 1 ."), "UnknownTerm"),
    ],
)
def test_rules_of_files_hold_for_changes(
    kb: KnowledgeBase, write: Write, text: str, rule: str
) -> None:
    before = state_of(kb)
    with pytest.raises(InvalidChange) as caught:
        write(body(text))
    assert rule in {one.rule for one in caught.value.report.findings}  # type: ignore[attr-defined]
    assert state_of(kb) == before


def test_a_change_can_break_a_rule_about_what_was_there(write: Write) -> None:
    write(body(document()))
    other = claim(2).replace("office:pmu-deputy-head", "office:pmu-head")
    with pytest.raises(InvalidChange) as caught:
        write(body(document(other)))
    broken = {(one.rule, one.focus) for one in caught.value.report.findings}  # type: ignore[attr-defined]
    assert ("ValueRepeated", TENURE) in broken


def test_what_does_not_parse_is_refused_with_the_line(write: Write) -> None:
    with pytest.raises(BadRdf) as caught:
        write(body(document() + "c:2 a"))
    assert caught.value.where is not None
    assert caught.value.where.line is not None


def test_a_message_is_needed(write: Write) -> None:
    with pytest.raises(BadInput, match="message"):
        write(body(document()), message=" ")


def test_nobody_can_retract_what_is_not_there(write: Write) -> None:
    with pytest.raises(NotFound, match="rt-483298/99"):
        write(Change(retracted=("rt-483298/99",)))


def test_a_claim_is_named_in_short_or_in_full(write: Write) -> None:
    assert write(Change(retracted=("rt-483298/1",))).retracted == (f"{BASE}claim/rt-483298/1",)
    assert not write(Change(retracted=(f"{BASE}claim/rt-483298/1",))).changed


def test_writers_wait_for_each_other_and_readers_go_on(kb: KnowledgeBase) -> None:
    commit(kb, body(document()), who="ada", message="First.")
    faults: list[BaseException] = []
    done = threading.Event()

    def add(writer: int) -> None:
        try:
            for number in range(3):
                text = document(claim(100 * writer + number))
                commit(kb, body(text), who=f"writer {writer}", message="More.")
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            faults.append(error)

    def read() -> None:
        try:
            while not done.is_set():
                assert iri() in kb.claims
                assert TENURE in kb.world().occurrences
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=add, args=(number,)) for number in (1, 2, 3)]
    reader.start()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    done.set()
    reader.join()
    assert faults == []
    new = {iri(100 * writer + number) for writer in (1, 2, 3) for number in range(3)}
    assert new <= kb.claims.keys()
    instants = [kb.claims[one].recorded_at for one in new]
    assert len(set(instants)) == len(new)
    assert violations(kb) == set()


def test_the_tag_of_everything_counts_changes(kb: KnowledgeBase, write: Write) -> None:
    first = tag_of(kb)
    done = write(body(document()))
    assert first != done.tag == tag_of(kb)
    assert write(body(document())).tag == done.tag
    stored = {q.object for q in kb.store.quads(kb.names.graph("state"))}
    assert Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")) in stored
