"""The YAML form: text stays text, mistakes have lines, bombs do not go off."""

from __future__ import annotations

import pytest

from tenure.errors import BadClaim
from tenure.ingest import read_drafts
from tenure.ingest.draft import Value

GOOD = """\
- passage: took over as
  statement: Ada Brook became harbour master.
  modality: reported
  hedged: yes
  tense: begun
  via: org/eva-courier
  states:
    - tenure: {holder: person/ada-brook, office: office/harbour-master, start: 2021-05}
    - event/eva-flood: {date: 2020-01-03, because: [person/cole, person/ada-brook]}
  new entities:
    - person/new: New Person
    - event/fire: {kind: Attack, label: "Fire: the great one", altLabel: no}
- passage: [the flood came, over by night]
  statement: It flooded.
  states: {event/eva-flood: {date: 2021-04-03}}
"""


def test_a_list_of_claims() -> None:
    first, second = read_drafts(GOOD, "claims.yaml")
    assert first.passages == ("took over as",)
    assert first.hedged
    assert first.via == ("org/eva-courier",)
    assert first.states[0].about == "tenure"
    date = dict(first.states[1].properties)["date"]
    assert date.text == "2020-01-03"
    assert str(date.where) == "claims.yaml:9:31"
    assert [v.text for n, v in first.states[1].properties if n == "because"] == [
        "person/cole",
        "person/ada-brook",
    ]
    assert [(e.slug, e.label, e.kind) for e in first.new_entities] == [
        ("person/new", "New Person", ""),
        ("event/fire", "Fire: the great one", "Attack"),
    ]
    assert first.new_entities[1].properties[0][1] == Value(
        "no", first.new_entities[1].properties[0][1].where
    )
    assert second.passages == ("the flood came", "over by night")
    assert second.modality == "asserted"
    assert str(second.where) == "claims.yaml:13:3"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("", "empty", None),
        ("[]", "no claim", None),
        ("just words", "a claim", 1),
        ("passage: x\nstatement: y\n", "no 'states'", 1),
        ("passage: x\nstatment: y\nstates: {a: {b: c}}", "no part 'statment'", 2),
        ("passage: x\npassage: y\n", "twice", 2),
        ("passage:\n  - [x]\nstatement: y\nstates: {a: {b: c}}", "some words", 2),
        ("passage: x\nstatement: ''\nstates: {a: {b: c}}", "some words", 2),
        ("passage: x\nstatement: y\nhedged: maybe\nstates: {a: {b: c}}", "true or false", 3),
        ("passage: x\nstatement: y\nstates: [words]", "a statement about", 3),
        ("passage: x\nstatement: y\nstates: {a: b}", "what is stated of 'a'", 3),
        (
            "passage: x\nstatement: y\nstates: {a: {b: c}}\nnew entities: [{person/a: {}}]",
            "no label",
            4,
        ),
        ("passage: a: b", "no YAML", 1),
        ("passage: 'a", "no YAML", 1),
        ("? [a]\n: b", "plain text", 1),
        ("passage: \x07", "no YAML", None),
        ("passage: &x a\nstatement: *x", "Anchors", 1),
        ("passage: *x", "Anchors", 1),
        ("[" * 40 + "]" * 40, "deep", 1),
        ("[" * 200_000, "deep", 1),
        ("a: " * 3, "no YAML", 1),
        ("x" * 1_000_001, "longer than", None),
        ("--- a\n--- b\n", "no YAML", 2),
    ],
)
def test_what_is_refused(text: str, what: str, line: int | None) -> None:
    with pytest.raises(BadClaim, match=what) as refused:
        read_drafts(text, "claims.yaml")
    where = refused.value.where
    assert where is not None
    assert where.name == "claims.yaml"
    assert where.line == line
    assert refused.value.remedy


def test_a_billion_laughs_are_not_laughed() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    with pytest.raises(BadClaim, match="Anchors"):
        read_drafts("\n".join(lines), "claims.yaml")
