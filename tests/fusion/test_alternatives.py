"""Alternatives at the level of meaning: what is left out, what stays, and how surely it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.fusion.lab import Lab, entity, types_of

from tenure.fusion import World
from tenure.fusion.self_contradiction import contradiction_in
from tenure.fusion.triples import world_triples
from tenure.model.occurrence import Alternative
from tenure.namespaces import TN, Names
from tenure.temporal import FourBounds, iso

HELD = "tenure:ada a tn:Tenure ; tn:holder person:ada ; tn:office office:o"


def days(bounds: FourBounds) -> list[str]:
    """Each of the two ranges as the page writes it."""
    four = (bounds.start_earliest, bounds.start_latest, bounds.end_earliest, bounds.end_latest)
    texts = ["…" if day is None else iso(day) for day in four]
    return [f"{texts[0]} to {texts[1]}", f"{texts[2]} to {texts[3]}"]


def alternatives(world: World, slug: str) -> Sequence[Alternative]:
    return world.alternatives_of(entity(slug).value)


def test_the_example_of_the_page(lab: Lab, repo_root: Path) -> None:
    page = (repo_root / "docs" / "explanation" / "alternatives.md").read_text(encoding="utf-8")
    example = page.partition("## An example\n")[2]
    told = re.findall(r"^claim:(\w+)/(\d+) \{ tenure:ada (.*) \}$", example, re.MULTILINE)
    assert len(told) == 2
    claims = [
        lab.claim(f"{HELD} ; {said.rstrip(' .')} .", number=number, source=source)
        for source, number, said in told
    ]
    for order in permutations(claims):
        world = lab.world(order)
        rows = re.findall(r"^\| \d \| (.*) \| (.*) \| (\w+/\d): the end \|$", example, re.MULTILINE)
        found = [
            [*days(one.bounds), *(claim.rpartition("/claim/")[2] for claim in one.leaves_out)]
            for one in alternatives(world, "tenure/ada")
        ]
        assert found == [list(row) for row in rows]
        asked = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| ([\w ]+) \|", example, re.MULTILINE)
        assert len(asked) == 4
        for day, certainty in asked:
            assert lab.certainty(world, "tenure/ada", day) == certainty
        assert world.occurrences[entity("tenure/ada").value].contested


def test_holes_rule_out_what_lies_between_and_contest_nothing(lab: Lab) -> None:
    world = lab.world([lab.claim('event:e a tn:Event ; tn:date "[1667, 1670]"^^edtf:EDTF .')])
    event = world.occurrences[entity("event/e").value]
    assert not event.contested
    assert world.conflicts == ()
    assert [days(one.bounds)[0] for one in event.alternatives] == [
        "1667-01-01 to 1667-12-31",
        "1670-01-01 to 1670-12-31",
    ]
    assert event.alternatives[0].reason == "Reads [1667, 1670] as 1667."
    assert lab.certainty(world, "event/e", "1668") == "ruled out"
    assert lab.certainty(world, "event/e", "1669-06-01") == "ruled out"
    assert lab.certainty(world, "event/e", "1670-06-01") == "possible"
    assert lab.certainty(world, "event/e", "sometime/1667-01-01/to/1670-12-31") == "certain"


@pytest.mark.parametrize(
    ("date", "number", "out", "possible"),
    [
        ("156X-12-25", 10, "1563-06-01", "1563-12-25"),
        ("2020-1X-05", 3, "2020-11-04", "2020-12-05"),
        ("[..1667, 1670]", 2, "1668-01-01", "1500-01-01"),
        ("[1667, 1669..1670]", 2, "1668-01-01", "1669-12-31"),
    ],
)
def test_other_dates_with_holes(lab: Lab, date: str, number: int, out: str, possible: str) -> None:
    world = lab.world([lab.claim(f'event:e a tn:Event ; tn:date "{date}"^^edtf:EDTF .')])
    assert len(alternatives(world, "event/e")) == number
    assert lab.certainty(world, "event/e", out) == "ruled out"
    assert lab.certainty(world, "event/e", possible) == "possible"


def test_what_is_known_besides_chooses_between_readings(lab: Lab) -> None:
    vague = lab.claim('event:e a tn:Event ; tn:date "[1667, 1670]"^^edtf:EDTF .')
    later = lab.claim('event:e tn:start "[1668..]"^^edtf:EDTF .')
    world = lab.world([vague, later])
    assert alternatives(world, "event/e") == ()
    assert lab.bounds(world, "event/e")[0] == "1670-01-01"
    assert world.conflicts == ()
    between = lab.claim('event:e tn:start "1668"^^edtf:EDTF .')
    [conflict] = lab.world([vague, between]).conflicts
    assert conflict.claims == tuple(sorted((vague.iri, between.iri)))


def test_a_claim_that_contradicts_itself_however_it_is_read(lab: Lab) -> None:
    def contradicts(day: str) -> bool:
        claim = lab.claim(
            'event:e a tn:Event ; tn:date "[1667, 1670]"^^edtf:EDTF ;'
            f' tn:start "{day}"^^edtf:EDTF .'
        )
        return bool(contradiction_in(claim, None, types_of([claim]), lab.schema))

    assert contradicts("1668")
    assert not contradicts("1670")


def test_a_date_with_too_many_readings_counts_from_first_to_last(lab: Lab) -> None:
    world = lab.world([lab.claim('event:e a tn:Event ; tn:date "XXXX-12-25"^^edtf:EDTF .')])
    event = world.occurrences[entity("event/e").value]
    assert "too many stretches" in event.note
    assert lab.certainty(world, "event/e", "1563-06-01") == "possible"


def test_what_only_moves_a_little_is_not_contested(lab: Lab) -> None:
    claims = [
        lab.claim('event:a a tn:Event ; tn:date "2020-03-01"^^edtf:EDTF .', source="s1"),
        lab.claim('event:a tn:date "2020-03-11"^^edtf:EDTF .', source="s2"),
        lab.claim("event:after a tn:Event ; tn:after event:a .", source="s3"),
    ]
    world = lab.world(claims)
    assert world.occurrences[entity("event/a").value].contested
    after = world.occurrences[entity("event/after").value]
    assert not after.contested
    assert after.alternatives == ()
    assert iso(after.bounds.start_earliest or 0) == "2020-03-01"


def test_clusters_do_not_multiply_but_combine_where_they_meet(lab: Lab) -> None:
    claims = [
        lab.claim(f'event:{name} a tn:Event ; tn:date "{day}"^^edtf:EDTF .', source=source)
        for name, month in (("a", "01"), ("b", "04"), ("c", "07"))
        for source, day in (("s1", f"2020-{month}-01"), ("s2", f"2020-{month}-20"))
    ]
    claims.append(lab.claim(f"{HELD} ; tn:startedBy event:a ; tn:endedBy event:c .", source="s3"))
    world = lab.world(claims)
    assert [len(alternatives(world, f"event/{name}")) for name in "abc"] == [2, 2, 2]
    assert len(alternatives(world, "tenure/ada")) == 4
    assert lab.certainty(world, "tenure/ada", "event/b") == "certain"
    assert lab.certainty(world, "event/a", "before/event/b") == "ruled out"


def test_a_default_gives_way_without_a_conflict(lab: Lab) -> None:
    claim = lab.claim(
        'event:e a tn:Event ; tn:date "1913-02-19"^^edtf:EDTF .'
        f'{HELD} ; tn:start "1913-02-19"^^edtf:EDTF ; tn:endedBy event:e .'
    )
    world = lab.world([claim])
    assert world.conflicts == ()
    assert not world.occurrences[entity("tenure/ada").value].contested
    assert lab.certainty(world, "tenure/ada", "1913-02-19") == "certain"


def test_what_contradicts_itself_beside_all_dates_is_left_out_there_alone(lab: Lab) -> None:
    """Two killings of one person whose sources' days are known, by nothing but their parts."""
    told = [
        lab.claim(
            f"event:killing-{name} tn:killed person:p ; tn:atDistance distance:{name} ."
            f" distance:{name} a tn:Distance ; tn:distanceRelation tnv:DaysAfter ;"
            f" tn:distanceFrom source:{name} ; tn:distanceAtLeastDays 1 ;"
            " tn:distanceAtMostDays 1 .",
            source=name,
        )
        for name in ("s1", "s2")
    ]
    elsewhere = lab.claim('event:e a tn:Event ; tn:date "2019"^^edtf:EDTF .', source="s1")
    published = {"s1": "2020-01-01", "s2": "2020-06-01"}
    world = lab.world([*told, elsewhere], published=published)
    [conflict] = world.conflicts
    assert conflict.claims == tuple(sorted(one.iri for one in told))
    assert lab.bounds(world, "event/e")[0] == "2019-01-01"
    assert {days(one.bounds)[0] for one in alternatives(world, "event/killing-s1")} <= {
        "2020-01-02 to 2020-01-02",
        "2020-06-02 to 2020-06-02",
        "… to …",
    }


def test_the_graph_has_a_node_for_each_alternative(lab: Lab) -> None:
    claims = [
        lab.claim('event:e a tn:Event ; tn:date "2019-11"^^edtf:EDTF .', number="1"),
        lab.claim('event:e tn:date "2019-12"^^edtf:EDTF .', number="2"),
    ]
    triples = list(world_triples(lab.world(claims), Names()))
    nodes = [t.object for t in triples if t.predicate == TN("alternative")]
    assert len(nodes) == 2
    left_out = [(t.subject, t.object) for t in triples if t.predicate == TN("leavesOut")]
    assert {str(claim) for _, claim in left_out} == {f"<{claim.iri}>" for claim in claims}
    starts = sorted(
        str(t.object) for t in triples if t.predicate == TN("startEarliest") and t.subject in nodes
    )
    assert [text[1:11] for text in starts] == ["2019-11-01", "2019-12-01"]
    agreed = [t.object for t in triples if t.predicate == TN("agreed")]
    assert len(agreed) == 1
    assert not any(t.subject in agreed and t.predicate == TN("startEarliest") for t in triples)


def test_where_there_are_too_many_a_claim_is_believed_with_all_that_is_contested_of_it(
    lab: Lab,
) -> None:
    """As ``docs/explanation/alternatives.md`` has it, with fewer that are told apart."""
    told = (
        'tn:start "2010"^^edtf:EDTF ; tn:end "2012"^^edtf:EDTF',
        'tn:start "2011"^^edtf:EDTF ; tn:end "2014"^^edtf:EDTF',
        "tn:lastedAtLeastDays 1200",
    )
    claims = [lab.claim(f"{HELD} ; {one} .", number=str(n)) for n, one in enumerate(told)]

    def years(most: int) -> set[tuple[str, str]]:
        with patch("tenure.fusion.repairs.MOST_ALTERNATIVES", most):
            found = alternatives(lab.world(claims), "tenure/ada")
        bounds = [one.bounds for one in found]
        return {(iso(b.start_earliest or 0)[:4], iso(b.end_latest or 0)[:4]) for b in bounds}

    assert ("2011", "2012") in years(64)
    assert years(2) == {("2010", "2012"), ("2011", "2014")}
