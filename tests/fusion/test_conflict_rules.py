"""Who gives way in a conflict, by which rule, and that nobody is lost."""

from __future__ import annotations

import re
import shlex
import subprocess
from itertools import permutations
from pathlib import Path

import pytest
from tests.conflicting import OF_THE_FACTS
from tests.fusion.lab import Lab, entity

from tenure.errors import BadPolicy
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim

DAYS = {"s1": "2020-05-01", "s2": "2020-06-01", "s3": "2020-07"}
JANUARY, MARCH = "2020-01-05", "2020-03-05"


def dated(lab: Lab, source: str, day: str, rank: str = "Normal") -> Claim:
    return lab.claim(f'event:e tn:date "{day}"^^edtf:EDTF .', source=source, rank=rank)


@pytest.mark.parametrize(
    ("policy", "rule", "start"),
    [
        ("", "", None),
        ("resolve=newest", "newest", MARCH),
        ("resolve=ranked:s1,s2", "ranked", JANUARY),
        ("resolve=ranked:s2,s1", "ranked", MARCH),
        ("resolve=named:s2", "named", MARCH),
        ("resolve=majority", "", None),
    ],
)
def test_two_against_each_other(lab: Lab, policy: str, rule: str, start: str | None) -> None:
    claims = [dated(lab, "s1", JANUARY), dated(lab, "s2", MARCH)]
    world = lab.world(claims, published=DAYS, policy=policy)
    [conflict] = world.conflicts
    assert conflict.claims == tuple(sorted(c.iri for c in claims))
    assert conflict.settled == bool(rule)
    either = (JANUARY, MARCH)
    assert lab.bounds(world, "event/e")[:2] == ((start, start) if start else either)
    event = world.occurrences[entity("event/e").value]
    assert event.contested == (not rule)
    assert len(event.alternatives) == (0 if rule else 2)
    standings = sorted(world.standings.values())
    assert standings == (["Accepted", "Overruled"] if rule else ["Disputed", "Disputed"])


def test_the_majority_counts_speakers_and_wins(lab: Lab) -> None:
    claims = [dated(lab, "s1", JANUARY), dated(lab, "s2", MARCH), dated(lab, "s3", MARCH)]
    spoken = [
        Claim(**{**{f: getattr(c, f) for f in c.__slots__}, "voices": (voice,)})
        for c, voice in zip(claims, ("urn:a", "urn:b", "urn:c"), strict=True)
    ]
    world = lab.world(spoken, published=DAYS, policy="resolve=majority")
    assert lab.bounds(world, "event/e")[0] == MARCH
    # Two outlets that relay one speaker count once: one against one is no majority.
    relayed = [
        Claim(**{**{f: getattr(c, f) for f in c.__slots__}, "voices": (voice,)})
        for c, voice in zip(claims, ("urn:a", "urn:b", "urn:b"), strict=True)
    ]
    world = lab.world(relayed, published=DAYS, policy="resolve=majority")
    assert lab.bounds(world, "event/e")[:2] == (JANUARY, MARCH)


def test_rank_goes_before_any_rule_and_order_never_matters(lab: Lab) -> None:
    claims = [
        dated(lab, "s1", JANUARY, rank="Preferred"),
        dated(lab, "s2", MARCH),
        dated(lab, "s3", "2020-04-05"),
    ]
    for order in permutations(claims):
        world = lab.world(order, published=DAYS, policy="resolve=newest")
        assert lab.bounds(world, "event/e")[0] == JANUARY
        assert {c.claims for c in world.conflicts} == {
            tuple(sorted((one.iri, other.iri)))
            for one, other in (
                (claims[0], claims[1]),
                (claims[0], claims[2]),
                (claims[1], claims[2]),
            )
        }


def test_what_appeared_on_an_unknown_day_is_not_newer(lab: Lab) -> None:
    claims = [dated(lab, "s2", JANUARY), dated(lab, "s3", MARCH)]
    vague = DAYS | {"s3": "2020"}
    world = lab.world(claims, published=vague, policy="resolve=newest")
    assert not world.conflicts[0].settled


def held(person: str, start: str, end: str) -> str:
    return (
        f"tenure:{person} a tn:Tenure ; tn:holder person:{person} ; tn:office office:o ;"
        f' tn:start "{start}"^^edtf:EDTF ; tn:end "{end}"^^edtf:EDTF .'
    )


def test_two_in_one_seat(lab: Lab) -> None:
    claims = [
        lab.claim(held("a", "2010-01-01", "2015-01-01")),
        lab.claim(held("b", "2014-01-01", "2018-01-01")),
    ]
    world = lab.world(claims, one_seat=["office/o"])
    [conflict] = world.conflicts
    assert conflict.kind == "seats"
    assert conflict.claims == tuple(sorted(c.iri for c in claims))
    assert not any(o.contested for o in world.occurrences.values())
    assert lab.bounds(world, "tenure/a")[0] == "2010-01-01"


def test_a_handover_on_one_day_and_a_second_seat_are_no_conflict(lab: Lab) -> None:
    handover = [
        lab.claim(held("a", "2010-01-01", "2015-01-01")),
        lab.claim(held("b", "2015-01-01", "2018-01-01")),
    ]
    assert lab.world(handover, one_seat=["office/o"]).conflicts == ()
    both = [
        lab.claim(held("a", "2010-01-01", "2015-01-01")),
        lab.claim(held("b", "2014-01-01", "2018-01-01")),
    ]
    assert lab.world(both).conflicts == ()


def test_two_titles_and_two_values(lab: Lab) -> None:
    title = "tenure:a a tn:Tenure ; tn:holder person:a ; tn:office office:o ; tn:title {} ."
    number = (
        "quantity:q a tn:Quantity ; tn:quantityOf event:e ; tn:quantityKind tnv:Killed ;"
        " tn:comparator tnv:Exactly ; tn:value {} ."
    )
    claims = [
        lab.claim(title.format('"head"@en'), source="s1"),
        lab.claim(title.format('"deputy head"@en'), source="s2"),
        lab.claim(number.format(5), source="s1"),
        lab.claim(number.format(6), source="s2"),
    ]
    world = lab.world(claims, published=DAYS)
    assert sorted(conflict.kind for conflict in world.conflicts) == ["title", "value"]


def test_a_participant_who_is_certainly_dead_is_a_conflict(lab: Lab) -> None:
    dead = lab.claim('event:killing-k tn:date "2020-01-03"^^edtf:EDTF ; tn:killed person:p .')
    met = lab.claim('event:m tn:date "2020-02-01"^^edtf:EDTF ; tn:host person:p .')
    [conflict] = lab.world([dead, met]).conflicts
    assert conflict.claims == tuple(sorted((dead.iri, met.iri)))


def test_a_source_cannot_tell_as_past_what_it_dates_after_itself(lab: Lab) -> None:
    claim = lab.claim('event:e tn:date "2020-06-01"^^edtf:EDTF .', source="s1", tense="Past")
    [conflict] = lab.world([claim], published={"s1": "2020-05-01"}).conflicts
    assert conflict.claims == (claim.iri,)
    assert "event" in conflict.reason or "e" in conflict.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resolve=coin", "cannot be resolved"),
        ("resolve=ranked", "cannot be resolved"),
        ("resolve=named:nobody", "no source 'nobody'"),
        ("nevest", "newest"),
    ],
)
def test_a_rule_that_is_none(kb: KnowledgeBase, text: str, expected: str) -> None:
    with pytest.raises(BadPolicy) as caught:
        kb.policy(text)
    assert expected in str(caught.value)


def test_named_policies_are_data(kb: KnowledgeBase) -> None:
    assert kb.policy("newest") == kb.policy("resolve=newest")
    assert kb.policy("only-firm") == kb.policy("hedged=no")
    assert kb.policy(kb.policy("majority").text) == kb.policy("majority")


def test_the_disagreements_of_the_facts(kb: KnowledgeBase) -> None:
    """Exactly the real ones: a failure, a resignation, and the visit that hangs on the first."""
    found = {
        frozenset(claim.removeprefix(kb.names.claim_prefix) for claim in conflict.claims)
        for conflict in kb.world().conflicts
    }
    assert found == OF_THE_FACTS


def test_the_page_shows_what_the_commands_print(repo_root: Path, forked: Path) -> None:
    page = (repo_root / "docs" / "explanation" / "conflicts.md").read_text(encoding="utf-8")
    sessions = re.findall(r"```console\n\$ tenure (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(sessions) == 2
    for command, shown in sessions:
        done = subprocess.run(
            [forked / "tenure", *shlex.split(command)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert [line.rstrip() for line in done.stdout.splitlines()] == shown.splitlines()
