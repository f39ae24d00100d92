"""What small facts mean, asked of the library: each of these once went wrong unseen."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pyoxigraph import Literal
from tests.conflicting import made_up_conflicts
from tests.made_facts import MadeSource, Said, made_facts

from tenure.errors import BadParameter, BadPolicy, Where
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.store import Solutions
from tenure.temporal import Certainty

ENTITIES = """
org:press a tn:MediaOutlet ; rdfs:label "Press"@en .
org:wire a tn:MediaOutlet ; rdfs:label "Wire"@en .
org:radio a tn:MediaOutlet ; rdfs:label "Radio"@en .
org:port a tn:Organization ; rdfs:label "Port"@en .
office:master a tn:Office ; rdfs:label "Master"@en ; tn:officeOf org:port ; tn:seats 1 .
person:ann a tn:Person ; rdfs:label "Ann"@en .
person:ben a tn:Person ; rdfs:label "Ben"@en .
event:fire a tn:Event ; rdfs:label "Fire"@en .
event:flood a tn:Event ; rdfs:label "Flood"@en .
"""
PARTS = """
PREFIX tn: <https://w3id.org/tenure/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?who ?sure WHERE {
  ?part tn:participationOf ?who ; tn:participationRole tn:host ;
    tn:participationCertainty/skos:notation ?sure
}
"""

Make = Callable[..., KnowledgeBase]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Opens a knowledge base over claims; ``published`` dates their sources, ``a`` if not given."""

    def made(*said: Said, published: Mapping[str, str] | None = None) -> KnowledgeBase:
        voices = {"wire": "org:wire", "radio": "org:radio"}
        days = {"a": "2030", **(published or {})}
        sources = {
            slug: MadeSource(day, voices.get(slug, "org:press")) for slug, day in days.items()
        }
        return open_knowledge_base(made_facts(tmp_path / "facts", ENTITIES, said, sources))

    return made


def tenure(who: str, rest: str = "") -> str:
    return f"tenure:{who} a tn:Tenure ; tn:holder person:{who} ; tn:office office:master {rest}."


def dated(name: str, day: str) -> str:
    return f'; tn:{name} "{day}"^^edtf:EDTF '


def fire(day: str) -> str:
    return f'event:fire tn:date "{day}"^^edtf:EDTF .'


def iri(kb: KnowledgeBase, slug: str) -> str:
    return kb.names.entity(slug).value


def short(kb: KnowledgeBase, claims: tuple[str, ...]) -> list[str]:
    return [one.removeprefix(kb.names.claim_prefix) for one in claims]


def test_the_host_on_the_day_of_a_handover_is_who_leaves_that_day(make: Make) -> None:
    kb = make(
        Said(
            "event:fire a tn:Visit ; tn:hostHolding office:master"
            + dated("date", "2020-03-08")
            + "."
        ),
        Said(tenure("ann", dated("start", "2019-01-01") + dated("end", "2020-03-08"))),
        Said(tenure("ben", dated("start", "2020-03-09") + dated("end", "2020-12-31"))),
    )
    answer = kb.query(PARTS)
    assert isinstance(answer, Solutions)
    assert list(map(tuple, answer)) == [(kb.names.entity("person/ann"), Literal("certain"))]


def test_what_takes_part_rests_on_claims_in_order(make: Make) -> None:
    """Of a set of eight, no run has them in order by chance."""
    said = [Said("event:fire a tn:Visit ; tn:host person:ann .") for _ in range(8)]
    kb = make(*said)
    (part,) = kb.world().participations
    assert short(kb, part.claims) == [f"a/{number}" for number in range(1, 9)]


def test_a_past_tense_dates_what_is_told_and_nobody_s_life(make: Make) -> None:
    kb = make(
        Said(
            f'{tenure("ann", dated("start", "2018"))} person:ann skos:altLabel "Annie"@en .',
            tense="Past",
        ),
        Said(
            "tenure:again a tn:Tenure ; tn:holder person:ann ; tn:office office:master "
            + dated("heldOn", "2022-05-05")
            + ".",
            "b",
        ),
        published={"a": "2020-01-01", "b": "2023"},
    )
    assert kb.conflicts() == ()
    known = kb.occurrences([iri(kb, "tenure/ann"), iri(kb, "tenure/again")])
    assert known[iri(kb, "tenure/ann")].bounds.end_latest is not None
    at = kb.moment(at="2022-05-05")
    assert kb.certainty(at) == {iri(kb, "tenure/again"): Certainty.CERTAIN}


def test_a_data_set_opens_its_named_graphs_and_no_others(make: Make) -> None:
    kb = make(Said(fire("2020-01-01")))
    entities, world = (kb.names.graph(part) for part in ("entities", "world"))
    of_press = "SELECT DISTINCT ?g {}WHERE {{ GRAPH ?g {{ ?press a ?kind }} }}"
    both = of_press.format(f"FROM {world} FROM NAMED {entities} ")
    of_press = of_press.format("")
    for answer in (
        kb.query(of_press, named_graphs=[entities.value]),
        kb.query(of_press, default_graphs=[world.value], named_graphs=[entities.value]),
        kb.query(both),
    ):
        assert isinstance(answer, Solutions)
        assert [graph for (graph,) in answer] == [entities]
    answer = kb.query(of_press, default_graphs=[entities.value])
    assert isinstance(answer, Solutions)
    assert list(answer) == []


@pytest.mark.parametrize(
    ("published", "gave_way"),
    [
        ("[2020..]", []),  # it can be the newer one, or the older
        ("[2022..]", ["wire/1"]),  # newer, whenever it was
        ("[..2020]", ["a/1"]),
        ("[..2022]", []),
    ],
)
def test_the_newest_source_may_have_no_last_day(
    make: Make, published: str, gave_way: list[str]
) -> None:
    kb = make(
        Said(fire("2019-01-01")),
        Said(fire("2019-02-02"), "wire"),
        published={"a": published, "wire": "2021"},
    )
    (conflict,) = kb.conflicts(kb.policy("resolve=newest"))
    assert short(kb, conflict.lost) == gave_way
    assert conflict.settled == bool(gave_way)


def test_nothing_is_known_before_the_sources_that_are_heard_began(make: Make) -> None:
    kb = make(
        Said(fire("2020-01-01"), recorded="2026-01-01T00:00:00Z"),
        Said(fire("2020-01-01"), "wire", recorded="2026-03-01T00:00:00Z"),
        published={"wire": "2021"},
    )
    assert kb.policy("known-at=2026-02-01T00:00:00Z").known_at
    assert kb.policy("known-at=2026-02-01T00:00:00Z;sources=a").known_at
    with pytest.raises(BadPolicy, match="of these sources") as caught:
        kb.policy("known-at=2026-02-01T00:00:00Z;sources=wire")
    assert "2026-03-01" in caught.value.remedy


@pytest.mark.parametrize(
    ("first", "last", "where"),
    [
        ("", "2020", "from"),
        ("2020", "", "to"),
        ("../2020", "2021", "from"),
        ("2020", "2021/..", "to"),
        ("[..2020]", "2021", "from"),
        ("2020", "[2021..]", "to"),
    ],
)
def test_every_day_needs_a_first_and_a_last_one(
    make: Make, first: str, last: str, where: str
) -> None:
    kb = make(Said(fire("2020-01-01")))
    with pytest.raises(BadParameter, match="a first and a last") as caught:
        kb.every_day(first, last)
    assert caught.value.where == Where(where)


def test_conflicts_of_a_store_are_those_of_its_facts(tmp_path: Path) -> None:
    facts = made_up_conflicts(tmp_path / "facts")
    in_memory = open_knowledge_base(facts)
    stored = open_knowledge_base(facts, store=tmp_path / "store")
    for policy in ("", "hedged=no"):
        found = [list(kb.conflicts(kb.policy(policy))) for kb in (in_memory, stored)]
        assert found[0] == found[1]
        assert len(found[0]) == 3
    stored.store.close()


@pytest.mark.parametrize(
    ("policy", "start", "hangs_on"),
    [
        # Two days are told of the fire, and nothing settles which; of Ann, no two things are told.
        # Two speakers tell of the earlier day, so that it stays possible without either.
        ("", "2020-01-01", {"a/2": "gone"}),
        ("resolve=majority", "2020-01-01", {"a/2": "gone"}),
        ("resolve=named:radio", "2020-02-02", {"a/2": "gone", "radio/1": "2020-01-01"}),
    ],
)
def test_a_start_hangs_on_the_conflict_about_what_started_it(
    make: Make, policy: str, start: str | None, hangs_on: dict[str, str | None]
) -> None:
    kb = make(
        Said(fire("2020-01-01")),
        Said(tenure("ann", "; tn:startedBy event:fire ")),
        Said(fire("2020-01-01"), "wire"),
        Said(fire("2020-02-02"), "radio"),
        published={"wire": "2030", "radio": "2030"},
    )
    found = kb.explain(iri(kb, "tenure/ann"), kb.policy(policy))
    (bound,) = (one for one in found.bounds if one.name == "startEarliest")
    assert bound.day == start
    becomes = {
        one.claim.removeprefix(kb.names.claim_prefix): "gone" if one.gone else one.becomes
        for one in bound.hangs_on
    }
    assert becomes == {key: day for key, day in hangs_on.items() if start or day != "gone"}


def test_worlds_of_many_policies_are_not_all_kept(make: Make) -> None:
    kb = make(
        Said(fire("2020-01-01")),
        *(Said(tenure("ann", dated("heldOn", f"20{n}"))) for n in range(10, 20)),
    )
    moment = kb.moment(at="2020-01-01")

    def asked(count: int) -> int:
        for number in range(count):
            policy = kb.policy(f"known-at=2027-01-{number // 60 + 1:02d}T00:00:{number % 60:02d}Z")
            assert kb.certainty(moment, policy)
            kb.conflicts(policy)
            kb.explain(iri(kb, "event/fire"), policy)
        gc.collect()
        return len(gc.get_objects())

    before = asked(40)
    assert asked(100) < before + 1_000
