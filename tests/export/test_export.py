from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad

from tenure.errors import BadDate, BadParameter, NotFound
from tenure.export import export
from tenure.fusion import world_triples
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.namespaces import PREFIXES, RDFS_LABEL, TN, Names
from tenure.resources import data_dir
from tenure.store import Store, graph_format, read_file, read_text, write
from tenure.temporal import Certainty

QUADS_FORMATS = ("trig", "nq", "jsonld")
TRIPLES_FORMATS = ("ttl", "nt")
FORMATS = (*QUADS_FORMATS, *TRIPLES_FORMATS)
SOURCES = sorted(path.stem for path in data_dir("facts").glob("*.trig"))
HOLDS = NamedNode(PREFIXES["orgont"] + "holds")


def read(data: bytes, form: str) -> list[Quad]:
    return read_text(data, graph_format(form))


def opened(quads: list[Quad], kb: KnowledgeBase) -> KnowledgeBase:
    """A new knowledge base over the statements and the ontology of ``kb``."""
    store = Store()
    store.add(quads)
    store.add(kb.store.quads(kb.names.graph("ontology")))
    return KnowledgeBase(store, kb.names)


@pytest.mark.parametrize("form", FORMATS)
def test_two_runs_give_the_same_bytes(kb: KnowledgeBase, form: str) -> None:
    again = open_knowledge_base()
    for source, at in ((None, None), ("jpost-620411", None), (None, "2020-01-02")):
        assert export(kb, form, source=source, at=at) == export(again, form, source=source, at=at)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_loading_does_not_show(kb: KnowledgeBase, seed: int) -> None:
    quads = [
        quad for quad in read(export(kb, "nq"), "nq") if quad.graph_name != kb.names.graph("world")
    ]
    random.Random(seed).shuffle(quads)  # noqa: S311 - no secret depends on it
    assert export(opened(quads, kb), "trig") == export(kb, "trig")


@pytest.mark.parametrize("form", QUADS_FORMATS)
def test_the_whole_comes_back_as_the_same_world(kb: KnowledgeBase, form: str) -> None:
    quads = read(export(kb, form), form)
    other = opened(quads, kb)
    assert set(world_triples(other.world(), other.names)) == set(
        world_triples(kb.world(), kb.names)
    )
    assert export(other, "nq") == export(kb, "nq")
    assert write(quads, graph_format("nq")) == export(kb, "nq")


def test_the_whole_holds_the_parts_in_their_graphs_and_not_the_ontology(kb: KnowledgeBase) -> None:
    names = kb.names
    graphs = {quad.graph_name for quad in read(export(kb, "trig"), "trig")}
    parts = {names.graph(part) for part in ("entities", "provenance", "world")}
    assert graphs == parts | {NamedNode(claim) for claim in kb.claims}


def test_another_policy_changes_the_world_and_its_name_and_nothing_else(kb: KnowledgeBase) -> None:
    policy = kb.policy("sources=dw-52601139")
    usual = set(read(export(kb, "nq"), "nq"))
    other = set(read(export(kb, "nq", policy=policy), "nq"))
    world = NamedNode(f"{kb.names.base}policy/sources=dw-52601139/world")
    assert {quad.graph_name for quad in other - usual} == {world}
    assert {quad.graph_name for quad in usual - other} == {kb.names.graph("world")}
    assert {quad.triple for quad in other - usual} == set(world_triples(kb.world(policy), kb.names))
    assert export(kb, "nq", policy=kb.policy(None)) == export(kb, "nq")


@pytest.mark.parametrize("slug", SOURCES)
def test_a_source_is_what_its_file_of_facts_says(kb: KnowledgeBase, slug: str) -> None:
    file = set(read_file(data_dir("facts") / f"{slug}.trig"))
    for form in QUADS_FORMATS:
        assert set(read(export(kb, form, source=slug), form)) == file


def test_a_source_can_be_named_in_three_ways(kb: KnowledgeBase) -> None:
    slug = "dw-52601139"
    by_slug = export(kb, "trig", source=slug)
    assert export(kb, "trig", source=f"source/{slug}") == by_slug
    assert export(kb, "trig", source=kb.names.source(slug).value) == by_slug


def test_the_file_of_a_source_is_written_with_its_own_prefixes(kb: KnowledgeBase) -> None:
    text = export(kb, "trig", source="jpost-620411").decode()
    assert "\nclaim:30-1 a tn:Claim ;" in text
    assert "tn:evidence passage:30 ;" in text
    assert "<https://w3id.org/tenure/" not in text.partition("\n\n")[2]


@pytest.mark.parametrize("form", TRIPLES_FORMATS)
def test_what_claims_state_never_becomes_a_bare_triple(kb: KnowledgeBase, form: str) -> None:
    stated = {triple for claim in kb.claims.values() for triple in claim.content}
    for source in (None, "jpost-620411"):
        written = export(kb, form, source=source)
        triples = {quad.triple for quad in read(written, form)}
        # What the world repeats is about occurrences that it gives bounds and certainty.
        told_by_the_world = set() if source else set(world_triples(kb.world(), kb.names))
        assert triples & stated <= told_by_the_world
        assert all(quad.predicate != HOLDS for quad in read(written, form))
        assert written.startswith(b"# What each claim states is not in this format;")


@pytest.mark.parametrize("form", TRIPLES_FORMATS)
def test_the_whole_in_one_graph_is_everything_else(kb: KnowledgeBase, form: str) -> None:
    claims = {NamedNode(claim) for claim in kb.claims}
    kept = {quad.triple for quad in read(export(kb, "nq"), "nq") if quad.graph_name not in claims}
    assert {quad.triple for quad in read(export(kb, form), form)} == kept


def test_a_moment_is_its_slice_in_the_graph_of_its_name_with_labels(kb: KnowledgeBase) -> None:
    graph = NamedNode(f"{kb.names.at_prefix}2020-01-02")
    quads = read(export(kb, "trig", at="2020-01-02"), "trig")
    slice_ = {quad.triple for quad in quads if quad.graph_name == graph}
    assert slice_ == set(kb.slice(kb.moment(at="2020-01-02")))
    holder = kb.names.entity("person/abu-mahdi-al-muhandis")
    assert (holder, HOLDS) in {(triple.subject, triple.predicate) for triple in slice_}
    labels = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    named = {term for triple in slice_ for term in (triple.subject, triple.object)}
    registered = {iri for iri in kb.registry.labels if NamedNode(iri) in named}
    assert {quad.predicate for quad in labels} == {RDFS_LABEL}
    assert {quad.subject for quad in labels} == {NamedNode(iri) for iri in registered}
    assert len(slice_) + len(labels) == len(quads)


@pytest.mark.parametrize("form", TRIPLES_FORMATS)
def test_a_moment_in_one_graph_says_which_moment_it_is(kb: KnowledgeBase, form: str) -> None:
    written = export(kb, form, at="event/us-strike-2020-01-03")
    first, _, _ = written.partition(b"\n")
    assert first.startswith(b"# What was certain at one moment, ")
    assert first.endswith(b"/at/event/us-strike-2020-01-03.")
    same = {quad.triple for quad in read(export(kb, "nq", at="event/us-strike-2020-01-03"), "nq")}
    assert {quad.triple for quad in read(written, form)} == same


def test_what_was_possible_includes_what_was_certain(kb: KnowledgeBase) -> None:
    certain = read(export(kb, "nq", at="2020-03-10"), "nq")
    possible = read(export(kb, "nq", at="2020-03-10", degree=Certainty.POSSIBLE), "nq")
    assert {quad.triple for quad in certain} < {quad.triple for quad in possible}
    graph = NamedNode(f"{kb.names.at_prefix}2020-03-10/possible")
    assert graph in {quad.graph_name for quad in possible}


def test_a_moment_follows_the_policy(kb: KnowledgeBase) -> None:
    policy = kb.policy("sources=dw-52601139")
    quads = read(export(kb, "nq", at="2020-01-02", policy=policy), "nq")
    assert all(quad.predicate != HOLDS for quad in quads)


def test_another_base_reaches_prefixes_and_context(tmp_path: Path) -> None:
    base = "https://example.org/kb/"
    for path in sorted(data_dir("facts").iterdir()):
        if path.name in ("entities.ttl", "dw-52601139.trig"):
            text = path.read_text(encoding="utf-8")
            for part in ("id/", "source/", "claim/"):
                text = text.replace(f"{Names().base}{part}", f"{base}{part}")
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    kb = open_knowledge_base(tmp_path, base=base)
    for form in FORMATS:
        written = export(kb, form)
        assert b"https://w3id.org/tenure/id/" not in written
        assert len(read(written, form)) > 100
    assert b'"entities:person/mohammed-allawi"' in export(kb, "jsonld")


def test_an_unknown_source_is_not_found_and_the_nearest_is_named(kb: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match=r"no source 'jpost-620412'.*Nearest: jpost-620411"):
        export(kb, "trig", source="jpost-620412")


def test_an_unknown_event_is_not_found(kb: KnowledgeBase) -> None:
    with pytest.raises(NotFound):
        export(kb, "trig", at="event/nothing-of-the-kind")
    with pytest.raises(BadDate):
        export(kb, "trig", at="2020-13-45")


def test_a_format_that_there_is_not_is_refused(kb: KnowledgeBase) -> None:
    with pytest.raises(BadParameter, match="Choose one of: ttl, nt, jsonld, trig, nq"):
        export(kb, "excel")


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"source": "dw-52601139", "at": "2020-01-02"}, "at"),
        ({"degree": Certainty.POSSIBLE}, "possible"),
        ({"source": "dw-52601139", "degree": Certainty.PRESUMED}, "presumed"),
    ],
)
def test_parameters_that_do_not_go_together_are_refused(
    kb: KnowledgeBase, asked: dict[str, object], where: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        export(kb, "trig", **asked)  # type: ignore[arg-type]
    assert str(caught.value.where) == where
    assert caught.value.remedy


def test_a_policy_says_nothing_about_what_a_source_says(kb: KnowledgeBase) -> None:
    with pytest.raises(BadParameter):
        export(kb, "trig", source="dw-52601139", policy=kb.policy("hedged=no"))
    assert export(kb, "trig", source="dw-52601139", policy=kb.policy(None))


def test_descriptions_that_no_claim_uses_go_with_their_source(kb: KnowledgeBase) -> None:
    spare = NamedNode(f"{kb.names.source_prefix}dw-52601139/locator/9")
    quads = read(export(kb, "nq"), "nq")
    said = Quad(spare, TN("webAddress"), kb.names.source("dw-52601139"))
    added = Quad(said.subject, said.predicate, said.object, kb.names.graph("provenance"))
    other = opened([*quads, added], kb)
    assert said in read(export(other, "nq", source="dw-52601139"), "nq")
    assert said not in read(export(other, "nq", source="rt-483298"), "nq")
