"""Things found by the beginnings of the words in their names, however these are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_facts import MadeSource, made_facts

from tenure.folding import folded
from tenure.knowledge import KnowledgeBase, open_knowledge_base
from tenure.knowledge.name_search import NameIndex, NameSearch

ENTITIES = """
org:press a tn:MediaOutlet ; rdfs:label "The Press"@en .
person:zoe a tn:Person ; rdfs:label "Zo\u00eb al-Ka'bi"@en ;
    rdfs:label "\u0627\u0644\u0643\u0639\u0628\u064a"@ar ;
    skos:altLabel "Nightingale"@en .
person:zed a tn:Person ; rdfs:label "Zed"@en .
person:zedekiah a tn:Person ; rdfs:label "Zedekiah Stone"@en .
office:head-of-works a tn:Office .
"""


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder: Path = tmp_path_factory.mktemp("named") / "facts"
    base = open_knowledge_base(made_facts(folder, ENTITIES, (), {"a": MadeSource("2020")}))
    yield base
    base.close()


def found(kb: KnowledgeBase, text: str) -> list[str]:
    return [kb.names.short(one.iri) for one in kb.companion(NameSearch).find(text)]


@pytest.mark.parametrize(
    "typed",
    [
        "zo\u00eb",
        unicodedata.normalize("NFD", "ZO\u00cb"),
        "kabi zoe",
        "al-ka\u2019bi",
        "\u0627\u0644\u06a9\u0639\u0628\u06cc",  # with the Persian kaf and yeh
        "\u0643\u0639\u0628",  # without the article
        "nighting",
    ],
)
def test_one_name_is_found_however_it_is_typed(kb: KnowledgeBase, typed: str) -> None:
    assert found(kb, typed) == ["person/zoe"]


def test_what_fits_best_comes_first(kb: KnowledgeBase) -> None:
    assert found(kb, "zed") == ["person/zed", "person/zedekiah"]
    assert found(kb, "press") == ["org/press"]
    assert found(kb, "head works") == ["office/head-of-works"]
    assert found(kb, "zed nothing") == found(kb, " ") == found(kb, "'") == []


def test_the_name_is_shown_as_it_is_written(kb: KnowledgeBase) -> None:
    names = kb.companion(NameSearch)
    (one,) = names.find("nighting")
    spelled = names.spelled(one)
    assert spelled is not None
    assert (spelled.value, spelled.language) == ("Nightingale", "en")


WORDS = st.text("ab\u00e9", min_size=1, max_size=3)
NAMES = st.lists(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), max_size=8, unique=True)


@given(NAMES, st.lists(WORDS, min_size=1, max_size=2))
def test_the_index_finds_what_looking_at_every_name_does(
    names: list[str], typed: list[str]
) -> None:
    index = NameIndex((folded(name), (name,)) for name in names)
    expected = {
        name
        for name in names
        if all(any(word.startswith(folded(one)) for word in folded(name).split()) for one in typed)
    }
    assert {one.iri for one in index.find(" ".join(typed))} == expected
