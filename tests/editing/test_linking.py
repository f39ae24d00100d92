"""Who is proposed to be one with whom, how surely, and who never is."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from tests.editing.town import build_town

from tenure.comparison.alike import alike
from tenure.editing import Editor, proposals
from tenure.editing.blocking import MOST, blocks
from tenure.errors import NotFound
from tenure.knowledge import open_knowledge_base

SAME = [
    ("Qasem Soleimani", "قاسم سلیمانی"),
    ("Abu Mahdi al-Muhandis", "أبو مهدي المهندس"),
    ("Vladimir Putin", "Владимир Путин"),
    ("Kyriakos Mitsotakis", "Κυριάκος Μητσοτάκης"),
    ("Xi Jinping", "习近平"),
    ("Angela Merkel", "Merkel, Angela"),
    ("Ali Shamkhani", "Ali Shamkani"),
]
OTHERS = [
    ("Ali Larijani", "علی شمخانی"),
    ("Adnan al-Zurfi", "مصطفى الكاظمي"),
    ("John Smith", "John Adams"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_name_is_known_in_another_script(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one) >= 0.8


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert alike(one, other) < 0.8


def pairs(editor: Editor, *sources: str, least: float = 0.7) -> list[tuple[str, str, float]]:
    short = editor.kb.names.short
    found = proposals(editor.kb, *sources, least=least)
    return [(short(one.one), short(one.other), one.score) for one in found]


def test_homonyms_stay_apart(editor: Editor) -> None:
    """Two Ben Carrs: another time, and nothing but the name; so a low score at most."""
    assert [one[:2] for one in pairs(editor, "roll-a", "roll-b")] == [
        ("person/ada-brook", "person/brook-ada")
    ]
    low = pairs(editor, "roll-a", "roll-b", least=0.0)
    assert ("person/ben-carr", "person/ben-carr-2", 0.65) in low


def test_identifiers_decide_before_names(editor: Editor) -> None:
    for slug, name, number in (("a", "Cy Dean", 1), ("b", "Somebody Else", 1), ("c", "Cy Dean", 2)):
        editor.add(f"person/{slug}", [name], properties=[("identifier", f"roll:{number}")])
    found = pairs(editor)
    assert found[0] == ("person/a", "person/b", 1.0)
    # Two with different identifiers of one register are two, whatever they are called.
    assert not [one for one in found if {"person/a", "person/c"} == set(one[:2])]
    editor.same_as("person/ada-brook", "http://www.wikidata.org/entity/Q1")
    editor.same_as("person/ben-carr", "http://www.wikidata.org/entity/Q1")
    assert ("person/ada-brook", "person/ben-carr", 1.0) in pairs(editor)


def test_what_was_decided_is_not_proposed_again(editor: Editor) -> None:
    pair = ("person/brook-ada", "person/ada-brook")
    editor.reject(*pair)
    assert pairs(editor, "roll-a", "roll-b") == []
    editor.undecide(*pair)
    assert len(pairs(editor, "roll-a", "roll-b")) == 1
    editor.merge(*pair)
    assert pairs(editor, "roll-a", "roll-b") == []
    editor.undecide(*reversed(pair))
    assert len(pairs(editor, "roll-a", "roll-b")) == 1
    with pytest.raises(NotFound, match="Nothing was decided"):
        editor.undecide(*pair)


def test_there_is_such_a_source(editor: Editor) -> None:
    with pytest.raises(NotFound, match="roll-z"):
        proposals(editor.kb, "roll-z")


def test_what_hundreds_are_called_leads_to_few_by_what_else_they_share(tmp_path: Path) -> None:
    """Neither a word nor a whole name that hundreds have leads from one to all of them."""
    many = [f'person:c{n} a tn:Person ; rdfs:label "Ben Carr"@en .' for n in range(2 * MOST)]
    families = ["a".join(one) for one in product("dfgkp", "lmnv", "brst", "cdgm")]
    many += [
        f'person:{side}-{family} a tn:Person ; rdfs:label "{name}"@en .'
        for family in families
        for side, name in (("x", f"Ben A{family}"), ("y", f"A{family}h, Ben"))
    ]
    assert len(families) > MOST
    facts = build_town(tmp_path / "facts")
    with (facts / "entities.ttl").open("a", encoding="utf-8") as file:
        file.write("\n".join(many))
    for roll, who in (("roll-a", "c1"), ("roll-b", "c2")):
        path = facts / f"{roll}.trig"
        text = path.read_text(encoding="utf-8").replace('"1950"', '"2012"')
        path.write_text(re.sub(r"\bben-carr(-2)?\b", who, text), encoding="utf-8")
    kb = open_knowledge_base(facts)
    short = kb.names.short
    found = {(short(one.one), short(one.other)) for one in proposals(kb)}
    kb.store.close()
    assert ("person/c1", "person/c2") in found
    assert not [pair for pair in found if "person/c3" in pair]
    spelt = {frozenset((f"person/x-{one}", f"person/y-{one}")) for one in families}
    assert spelt <= set(map(frozenset, found))


def test_a_key_that_many_have_needs_another_beside_it() -> None:
    ways = [lambda thing, shared: thing[len(shared)]] * 2
    things = [f"a{n % 5}" for n in range(MOST)] + ["ax", "by", "by"]
    assert [*blocks(things[-3:], things, ways)] == [
        (["ax"], ["ax"]),
        (["by", "by"], ["by", "by"]),
    ]
    # With no more to tell them by, what too many share leads to nobody.
    assert [*blocks(things, things, ways[:1])] == [(["by", "by"], ["by", "by"])]
