"""The gate for one change against the whole gate over everything: no false pass, no false alarm."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from rdflib.namespace import OWL, RDF, RDFS, SH
from tests.amount import cases
from tests.gate import gate
from tests.transactions.documents import body, claim, document
from tests.transactions.whole import Broken, broken_in, named, violations

from tenure.errors import BadInput, InvalidChange, NotWritten
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import BASE, RDF_TYPE, TN, TN_PREFIX, TNV_PREFIX, XSD_DATETIME
from tenure.store import graph_format
from tenure.transactions import BodyChange, Change, commit
from tenure.transactions.affected import ChangeValidator
from tenure.transactions.backup import lasting
from tenure.transactions.verify import verify
from tenure.validate.pyshacl_runner import plain_graph

RECORDED = Literal("2026-12-01T00:00:00Z", datatype=XSD_DATETIME)
DEFAULT = DefaultGraph()
# What the other gate is asked about; a claim that cannot be fused breaks no shape.
FUSION = "Fusion"


@pytest.fixture(scope="module")
def tiny_facts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the registry and one source."""
    folder = tmp_path_factory.mktemp("tiny")
    for name in ("entities.ttl", "rasa-449517.trig"):
        shutil.copyfile(repo_root / "kb" / "facts" / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def material(repo_root: Path) -> dict[str, list[Quad]]:
    """By source, statements that pass the gate; those of the second are known already."""
    return {
        slug: list(
            parse((repo_root / "kb" / "facts" / f"{slug}.trig").read_bytes(), RdfFormat.TRIG)
        )
        for slug in ("dw-52601139", "rasa-449517")
    }


def renumbered(quads: list[Quad]) -> list[Quad]:
    """The claims of a source under other numbers, so that they tell of the same things again."""

    def other(node: object) -> NamedNode:
        assert isinstance(node, NamedNode)
        return NamedNode(node.value + "00") if node.value.startswith(f"{BASE}claim/") else node

    return [
        Quad(
            other(q.subject),
            q.predicate,
            q.object,
            DEFAULT if q.graph_name == DEFAULT else other(q.graph_name),
        )
        for q in quads
    ]


@st.composite
def changes(draw: st.DrawFn, material: dict[str, list[Quad]]) -> list[Quad]:
    """Some claims of the material, with what belongs to them, and a few faults."""
    new = material["dw-52601139"]
    known = renumbered(material["rasa-449517"])
    slug = draw(st.sampled_from(["new", "known", "both"]))
    quads = {"new": new, "known": known, "both": new + known}[slug]
    claims = sorted({q.subject.value for q in quads if q.object == TN("Claim")})  # type: ignore[union-attr]
    chosen = set(draw(st.lists(st.sampled_from(claims), min_size=1, max_size=4, unique=True)))
    kept = [
        q
        for q in quads
        if not str(q.subject).startswith(f"<{BASE}claim/")
        or (isinstance(q.subject, NamedNode) and q.subject.value in chosen)
    ]
    kept = [q for q in kept if q.graph_name == DEFAULT or str(q.graph_name)[1:-1] in chosen]
    objects = sorted({q.object for q in quads}, key=str)
    predicates = sorted({q.predicate for q in quads} | {TN("member"), TN("partOf")}, key=str)
    classes = [TN(n) for n in ("Tenure", "Membership", "Person", "Claim", "Visit", "SpeechLink")]
    pool = [*objects, *classes, Literal("x"), Literal(0), NamedNode(f"{TNV_PREFIX}Nonesuch")]
    # A store keeps this as an xsd:integer, which it is not.
    pool.append(Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#byte")))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(kept) - 1))
        q = kept[at]
        fault = draw(st.sampled_from(["drop", "object", "predicate", "extra", "class", "move"]))
        if fault == "drop":
            del kept[at]
        elif fault == "object":
            kept[at] = Quad(q.subject, q.predicate, draw(st.sampled_from(pool)), q.graph_name)
        elif fault == "predicate":
            kept[at] = Quad(q.subject, draw(st.sampled_from(predicates)), q.object, q.graph_name)
        elif fault == "extra":
            value, predicate = draw(st.sampled_from(pool)), draw(st.sampled_from(predicates))
            kept.append(Quad(q.subject, predicate, value, q.graph_name))
        elif fault == "class":
            kept.append(Quad(q.subject, RDF_TYPE, draw(st.sampled_from(classes)), q.graph_name))
        else:
            place = draw(st.sampled_from(sorted(chosen)))
            kept[at] = Quad(q.subject, q.predicate, q.object, NamedNode(place))
        assume(kept)
    return kept


@pytest.fixture
def opened() -> Iterator[list[KnowledgeBase]]:
    """Where examples put the knowledge bases that they open; all are closed."""
    made: list[KnowledgeBase] = []
    yield made
    for one in made:
        one.store.close()


def fresh(facts: Path, opened: list[KnowledgeBase]) -> KnowledgeBase:
    while opened:
        opened.pop().store.close()
    opened.append(open_knowledge_base(facts))
    return opened[0]


def asked(quads: list[Quad]) -> BodyChange:
    form = graph_format("nq")
    return BodyChange(serialize(quads, format=form.engine) or b"", form)


@settings(max_examples=cases(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_random_change_is_judged_as_the_whole_would_be(
    data: st.DataObject,
    tiny_facts: Path,
    material: dict[str, list[Quad]],
    opened: list[KnowledgeBase],
) -> None:
    kb = fresh(tiny_facts, opened)
    if data.draw(st.booleans(), label="retract first"):
        claim = data.draw(st.sampled_from(sorted(kb.claims)), label="retracted")
        commit(kb, Change(retracted=(claim,)), who="ada", message="Not so.")
    quads = data.draw(changes(material), label="change")
    before = list(lasting(kb.store, kb.names))
    try:
        commit(kb, asked(quads), who="ada", message="Something.")
    except (NotWritten, BadInput):
        assert set(lasting(kb.store, kb.names)) == set(before)
        return
    except InvalidChange as error:
        assert set(lasting(kb.store, kb.names)) == set(before)
        found = error.report.findings  # type: ignore[attr-defined]
        # The revision itself is made by the commit, and unknown to the other gate.
        broken = {named(one.rule, one.focus) for one in found if "/revision/" not in one.focus}
        if any(rule == FUSION for rule, _ in broken):
            return
        assert broken == told_by_the_whole([*before, *quads], kb)
        return
    assert violations(kb) == set()
    assert verify(kb.store, kb.names).sound


def told_by_the_whole(quads: list[Quad], kb: KnowledgeBase) -> set[Broken]:
    """What the whole gate says, the recorded time put in as the commit does."""
    recorded, claim = TN("recordedAt"), TN("Claim")
    claims = {q.subject for q in quads if q.object == claim and q.graph_name == DEFAULT}
    new = {one for one in claims if str(one)[1:-1] not in kb.claims}
    told = {q for q in quads if q.predicate == recorded and q.graph_name == DEFAULT}
    ours = f"<{kb.names.claim_prefix}"
    dropped = {
        q for q in told if str(q.subject).startswith(ours) and str(q.subject)[1:-1] not in kb.claims
    }
    kept = [q for q in quads if q not in dropped]
    kept += [Quad(one, recorded, RECORDED) for one in new if isinstance(one, NamedNode)]
    return broken_in(kept, kb)


def test_no_rule_reads_any_property_of_another_node(kb: KnowledgeBase) -> None:
    """The gate follows named properties backwards; a rule with ``?other ?any`` would escape it."""
    gate = ChangeValidator(list(kb.store.quads(kb.names.graph("ontology"))))
    assert gate.unbounded_rules() == []
    assert {TN("link"), TN("publisher"), TN("source"), RDF_TYPE} <= gate.looked_at
    assert all(one.value.startswith(("http",)) for one in gate.looked_at)
    assert TN_PREFIX + "start" not in {one.value for one in gate.looked_at}


def test_every_shape_with_a_target_is_asked_of_a_change() -> None:
    """The gate looks for the classes of what is touched, and for what it says; for nothing else."""
    core = plain_graph(gate().core)
    targets = {target for target in core.predicates() if str(target).startswith(f"{SH}target")}
    assert targets <= {SH.targetClass, SH.targetSubjectsOf}
    for shape in {one for target in targets for one in core.subjects(target)}:
        assert (shape, RDF.type, SH.NodeShape) in core
    assert not set(core.subjects(RDF.type, RDFS.Class)) | set(core.subjects(RDF.type, OWL.Class))


def test_a_denial_of_a_denial_that_is_stored_is_refused(small_facts: Path) -> None:
    """The rule reads the graph of the claim that is new, and the node of one that is not."""
    kb = open_knowledge_base(small_facts)
    denied = claim().replace("tnv:Asserted", "tnv:Denied")
    commit(kb, body(document(denied)), who="ada", message="A denial.")
    about = 'c:1 <http://purl.org/dc/terms/description> "It was denied."@en .'
    again = claim(2, stated=about).replace("tnv:Asserted", "tnv:Denied")
    with pytest.raises(InvalidChange) as refused:
        commit(kb, body(document(again)), who="ada", message="Another.")
    assert "ClaimDeniesNoDenial" in {one.rule for one in refused.value.report.findings}  # type: ignore[attr-defined]
    kb.store.close()
