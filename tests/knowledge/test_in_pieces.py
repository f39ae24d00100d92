"""A knowledge base that holds nothing in memory answers what one answers that holds all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad

from tenure.catalog import Catalog, ask, ask_why
from tenure.claims import learned, revisions
from tenure.errors import BadPolicy, NotFound
from tenure.export import export
from tenure.knowledge import KnowledgeBase
from tenure.slices import is_computed, read_key
from tenure.store import Answer, Solutions, Triples, result_format
from tenure.temporal import iso
from tenure.terms import BASE
from tenure.validate import days_of_change
from tenure.world import Moment, World

POLICIES = ("", "sources=jpost-620411", "hedged=no", "modalities=all", "resolve=newest")
EDGES = (
    "2020",
    "2019-12",
    "2020-01~",
    "[2019-12-21..2019-12-31]",
    "[..2020-01-03]",
    "-0500",
    "before/2020-01-03",
    "after/2020-01",
    "before/event/us-strike-2020-01-03",
    "after/event/us-embassy-storming",
    "sometime/2020-01-01/to/2020-02-15",
    "sometime/../to/2012",
    "sometime/2020-03-01/to/..",
    "sometime/event/us-embassy-storming/to/event/us-strike-2020-01-03",
    "throughout/event/us-embassy-storming/to/2020-01-02",
    "any",
)

MOST = 2  # rows of an answer that are explained

Both = tuple[KnowledgeBase, KnowledgeBase]


@pytest.fixture(scope="session")
def both(kb: KnowledgeBase, pieces: KnowledgeBase) -> Both:
    """The whole and the pieces."""
    assert not kb.edition.is_in_pieces
    assert pieces.edition.is_in_pieces
    return kb, pieces


def moment(kb: KnowledgeBase, key: str) -> Moment:
    return read_key(kb.names, kb.resolve_dated, key)


def dated(world: World) -> list[str]:
    """The keys of all events and sources."""
    names = [iri.removeprefix(BASE + "id/").removeprefix(BASE) for iri in sorted(world.sources)]
    events = [iri.removeprefix(BASE + "id/") for iri in world.occurrences if "/event/" in iri]
    return names + events


def days(kb: KnowledgeBase) -> list[str]:
    """The days on which something changes, and those beside them."""
    changes = [
        day
        for one in days_of_change(kb.world(), possible=True)
        if one.begun is not None
        for day in (one.begun.shift - 1, one.begun.shift, one.begun.shift + 1)
    ]
    return [iso(day) for day in sorted(set(changes))]


def same_at(both: Both, keys: Iterable[str], policy: str = "") -> int:
    count = 0
    for key in keys:
        found = []
        for kb in both:
            chosen = kb.policy(policy)
            at = moment(kb, key)
            found.append(
                (
                    dict(kb.certainty(at, chosen)),
                    set(kb.slice(at, chosen)),
                    set(kb.slice(at, chosen, possible=True)),
                )
            )
        assert found[0] == found[1], key
        count += len(found[0][0])
    return count


def world_of(kb: KnowledgeBase) -> set[Quad]:
    return set(kb.store.quads(kb.names.graph("world")))


def test_the_graph_of_the_world(both: Both) -> None:
    whole, pieces = map(world_of, both)
    assert whole
    assert pieces == whole


def test_days_on_which_something_changes(both: Both) -> None:
    keys = days(both[0])
    assert len(keys) > 50
    assert same_at(both, keys) > 1000


def test_moments_that_hang_on_others(both: Both) -> None:
    ways = ("", "before/", "after/")
    keys = [f"{way}{key}" for key in dated(both[0].world()) for way in ways][::30]
    assert len(keys) > 3
    assert same_at(both, (*EDGES, *keys)) > 1000


@pytest.mark.parametrize("policy", POLICIES[1:])
def test_moments_under_a_policy(both: Both, policy: str) -> None:
    keys = ("2020-01-02", "2020-03", "event/us-strike-2020-01-03", "source/jpost-620411")
    assert same_at(both, (*EDGES, *keys), policy) > 0


@pytest.mark.parametrize("policy", ["", "hedged=no"])
def test_what_is_around_a_thing(both: Both, policy: str) -> None:
    kb, pieces = both
    chosen = kb.policy(policy)
    whole = kb.world(chosen)
    things = list(dict.fromkeys((*whole.occurrences, *whole.sources, *whole.claims)))
    things = things[:: 200 if policy else 20]
    for iri in things:
        near = pieces.around([iri], chosen)
        assert near.occurrences.get(iri) == whole.occurrences.get(iri)
        assert near.standings.get(iri) == whole.standings.get(iri)
        assert near.time.bounds(iri) == whole.time.bounds(iri)
        assert near.occurrences.items() <= whole.occurrences.items()
        parts = [one for one in near.participations if one.event == iri]
        assert parts == [one for one in whole.participations if one.event == iri]
    for conflict in whole.conflicts[:2]:
        assert conflict in pieces.around([*conflict.concerns], chosen).conflicts
        if not policy:
            assert conflict in pieces.around([conflict.iri]).conflicts
    iris = [*whole.occurrences, f"{BASE}id/tenure/nobody--nothing"]
    assert pieces.occurrences(iris, chosen) == kb.occurrences(iris, chosen)


def test_explanations(both: Both) -> None:
    kb, pieces = both
    keys = ("2020-01-02", "event/us-strike-2020-01-03", "sometime/2020-01-01/to/2020-02-15")
    moments = [[moment(one, key) for key in keys] for one in both]
    for iri in list(kb.world().occurrences)[::12]:
        mine = pieces.explain(iri, moments=moments[1]).to_dict()
        assert mine == kb.explain(iri, moments=moments[0]).to_dict(), iri
    with pytest.raises(NotFound):
        pieces.explain(f"{BASE}id/tenure/nobody--nothing")


def test_explanations_under_a_policy(both: Both) -> None:
    kb, pieces = both
    for policy in map(kb.policy, POLICIES[1:3]):
        for iri in list(kb.world(policy).occurrences)[::60]:
            assert pieces.explain(iri, policy).to_dict() == kb.explain(iri, policy).to_dict()


def test_claims_by_themselves(both: Both) -> None:
    kb, pieces = both
    for iri in list(kb.claims)[::40]:
        assert pieces.claim_reason(iri) == kb.claim_reason(iri)
    with pytest.raises(NotFound):
        pieces.claim_reason(f"{BASE}claim/jpost-620411/0")


def test_claims_as_a_mapping(both: Both) -> None:
    kb, pieces = both
    mine, whole = pieces.claims, kb.claims
    assert len(mine) == len(whole)
    assert list(mine) == sorted(whole)
    assert dict(mine) == dict(whole)
    for nothing in ("", "no IRI", f"{BASE}claim/jpost-620411/0", f"{BASE}source/jpost-620411"):
        assert nothing not in mine
        assert mine.get(nothing) is None
        with pytest.raises(KeyError):
            mine[nothing]
    assert 7 not in mine  # type: ignore[comparison-overlap]
    assert next(iter(whole)) in mine


def test_sources_and_what_names_them(both: Both) -> None:
    kb, pieces = both
    assert dict(pieces.sources) == dict(kb.sources)
    assert pieces.edition.known.last_instant == kb.edition.known.last_instant
    for source in kb.sources:
        assert pieces.claims_of(source) == kb.claims_of(source)
    assert pieces.claims_of(f"{BASE}source/nobody") == kb.claims_of(f"{BASE}source/nobody") == []


def test_what_is_said_about_a_thing(both: Both) -> None:
    kb, pieces = both
    about = kb.edition.known.about
    assert set(pieces.edition.known.about) == set(about)
    for iri in (*about, f"{BASE}id/person/nobody", "no IRI"):
        assert list(pieces.claims_about(iri)) == list(kb.claims_about(iri))
        assert pieces.is_told_of(iri) == kb.is_told_of(iri)


def test_conflicts(both: Both) -> None:
    kb, pieces = both
    assert kb.conflicts()
    for policy in POLICIES:
        mine = pieces.conflicts(pieces.policy(policy))
        assert list(mine) == list(kb.conflicts(kb.policy(policy)))


def test_policies_and_recorded_time(both: Both) -> None:
    first = min(claim.recorded_at for claim in both[0].claims.values())
    for kb in both:
        assert kb.policy(f"known-at={first}").known_at == first
        with pytest.raises(BadPolicy):
            kb.policy("known-at=1999-01-01T00:00:00Z")
        with pytest.raises(BadPolicy):
            kb.policy("sources=nobody")
    source = "jpost-620411"
    told = [c.recorded_at for c in both[0].claims.values() if c.source.endswith(source)]
    for kb in both:
        assert kb.policy(f"known-at={min(told)};sources={source}").known_at == min(told)
        with pytest.raises(BadPolicy):
            kb.policy(f"known-at=1999-01-01T00:00:00Z;sources={source}")


def test_names_that_are_nearly_right(both: Both) -> None:
    kb, pieces = both
    for text, source in (("claim/jpost-620411/7-22", "jpost-620411"), ("jpost-620411/7", "")):
        iri = f"{BASE}source/{source}" if source else ""
        expected = kb.nearest_claims(text, iri) if source else []
        assert pieces.nearest_claims(text, iri) == expected
    for wrong in ("event/us-strike-2020-01-04", "source/jpost", "person/qasem-soleimanni"):
        told = []
        for one in both:
            with pytest.raises(NotFound) as caught:
                one.resolve_dated(wrong)
            told.append((caught.value.what, caught.value.remedy))
        assert told[0] == told[1]


def test_what_was_learned(both: Both) -> None:
    instants = sorted({claim.recorded_at for claim in both[0].claims.values()})
    stretches = [("1990-01-01T00:00:00Z", one) for one in instants]
    stretches += [(one, "2999-01-01T00:00:00Z") for one in instants]
    assert stretches
    for start, end in stretches:
        found = [learned(kb.claims_changed(start, end), start, end) for kb in both]
        assert found[0] == found[1]
    for edge in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert not learned(both[1].claims_changed(edge, edge), edge, edge).added


def test_revisions(both: Both) -> None:
    found = [revisions(kb.claims, kb.store.quads(kb.names.graph("provenance"))) for kb in both]
    assert found[0] == found[1] != ()


@pytest.mark.parametrize("form", ["nq", "ttl"])
def test_export_of_the_whole(both: Both, form: str) -> None:
    assert export(both[1], form) == export(both[0], form)


def test_export_of_a_source_and_of_a_moment(both: Both) -> None:
    for how in ({"source": "jpost-620411"}, {"at": "2020-01-02"}, {"at": "2020", "possible": True}):
        assert export(both[1], "trig", **how) == export(both[0], "trig", **how)


def test_documents(both: Both) -> None:
    kb, pieces = both
    things = [*list(kb.claims)[::9], *kb.sources, *list(kb.world().occurrences)[::9]]
    for iri in (*things, f"{BASE}id/person/qasem-soleimani", f"{BASE}id/nothing/at-all"):
        node = NamedNode(iri)
        assert set(pieces.describe(node)) == set(kb.describe(node))


# ---------------------------------------------------------------- questions and queries


def rows(answer: Answer) -> list[str]:
    if isinstance(answer, Triples):
        return sorted(map(str, answer))
    assert isinstance(answer, Solutions)
    told = json.loads(answer.serialise(result_format("json")))
    return sorted(json.dumps(one, sort_keys=True) for one in told["results"]["bindings"])


@pytest.mark.parametrize("name", sorted(Catalog.load()))
def test_every_question(both: Both, catalog: Catalog, name: str) -> None:
    query = catalog[name]
    found = [rows(ask(kb, query, query.example)) for kb in both]
    assert found[1] == found[0]
    told = [json.loads(ask_why(one, query, query.example, most=MOST).to_json()) for one in both]
    reasons = [list(map(reason, one["results"]["bindings"])) for one in told]
    assert len(reasons[0]) == min(len(found[0]), MOST)
    assert reasons[1] == reasons[0]


def reason(row: dict[str, Any]) -> dict[str, Any]:
    """Why a row is there, in one order; not which of several equally tight derivations is shown."""
    why = row["why"]
    hangs_on = [h["claim"] for one in (*why["order"], *why["parts"]) for h in one["hangs_on"]]
    steps = {claim for one in why["order"] for step in one.pop("steps") for claim in step["claims"]}
    claims = [c for c in why["claims"] if c["iri"] not in steps or c["iri"] in hangs_on]
    listed = {kind: sorted(why[kind], key=str) for kind in ("occurrences", "sources", "conflicts")}
    return {**row, "why": {**why, **listed, "claims": sorted(claims, key=lambda one: one["iri"])}}


QUERIES = (
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT * { GRAPH $CLAIM { ?s ?p ?o } }",
    "SELECT * FROM $DAY { ?s ?p ?o }",
    "SELECT * FROM $EVENT { ?s ?p ?o }",
    "SELECT * FROM NAMED $DAY { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH $DAY { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER EXISTS { GRAPH $DAY { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { ?s <https://w3id.org/tenure/ontology#holder> ?o ; ?p ?o }",
)
STAND_FOR = {
    "$CLAIM": f"<{BASE}claim/jpost-620411/7-2>",
    "$DAY": f"<{BASE}at/2020-01-02>",
    "$EVENT": f"<{BASE}at/event/us-strike-2020-01-03/possible>",
}


def written(text: str) -> str:
    for short, iri in STAND_FOR.items():
        text = text.replace(short, iri)
    return text


@pytest.mark.parametrize("policy", ["", "hedged=no"])
@pytest.mark.parametrize("text", QUERIES)
def test_queries_of_strangers(both: Both, text: str, policy: str) -> None:
    found = [rows(kb.query(written(text), kb.policy(policy))) for kb in both]
    # What the world was built from is noted in a graph of its own.
    state = both[0].names.graph("state").value
    assert found[0]
    assert [row for row in found[1] if state not in row] == found[0]


def test_what_was_computed_for_others_is_not_seen(pieces: KnowledgeBase) -> None:
    pieces.query(written("ASK FROM $DAY { ?s ?p ?o }"))
    pieces.query("ASK { ?s ?p ?o }", pieces.policy("hedged=no"))
    assert any(is_computed(pieces.names, one.value) for one in pieces.store.graphs())
    other = f"{BASE}at/2020-02-02"
    asked = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } OPTIONAL { GRAPH <$OTHER> { ?x ?y ?z } } }"
    answer = pieces.query(asked.replace("$OTHER", other))
    assert isinstance(answer, Solutions)
    seen = {row[0].value for row in answer if isinstance(row[0], NamedNode)}
    assert {one for one in seen if is_computed(pieces.names, one)} == {other}
    assert seen - {other} == {one.value for one in pieces.graphs}
    assert [one.value for one in pieces.graphs] == sorted(seen - {other})
