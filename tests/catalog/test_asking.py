"""Arguments become terms, never text; what is no argument is refused with the nearest names."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.catalog import Catalog, ask
from tenure.errors import BadDate, BadParameter, NotFound, TenureError, WrongKind
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE
from tenure.store import Solutions

NO_UNICODE = "\ud800"
REFUSED = (NotFound, BadParameter)
INJECTIONS = [
    "x> } # ",
    '" } DROP ALL #',
    "') } SERVICE <http://example.org/> { ?s ?p ?o } #",
    "office/pmu-deputy-head> <https://example.org/",
    "2020-01-02/certainty> ) } # ",
    "\\u003E } #",
    "\n} SELECT",
    "?x",
    "UNDEF",
    "{}",
    "\x00",
    NO_UNICODE,
    "a" * 5000,
]


def answer(
    kb: KnowledgeBase, catalog: Catalog, question: str, policy: str | None = None, **given_: str
) -> list[dict[str, str]]:
    arguments = {name.rstrip("_"): value for name, value in given_.items()}
    found = ask(kb, catalog.find(question), arguments, kb.policy(policy))
    assert isinstance(found, Solutions)
    return [
        {
            name: str(getattr(term, "value", "")).removeprefix(kb.names.id_prefix)
            for name, term in zip(found.variables, row, strict=True)
        }
        for row in found
    ]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_is_only_ever_text(kb: KnowledgeBase, catalog: Catalog, text: str) -> None:
    if text == NO_UNICODE:
        with pytest.raises(BadParameter, match="no Unicode"):
            answer(kb, catalog, "events", kind=text)
    else:
        with pytest.raises(WrongKind, match="There is no kind of event"):
            answer(kb, catalog, "events", kind=text)


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_entity_that_is_none_is_not_found(
    kb: KnowledgeBase, catalog: Catalog, text: str
) -> None:
    for question, name in (
        ("office-holders", "office"),
        ("timeline", "entity"),
        ("said-by", "agent"),
    ):
        with pytest.raises(REFUSED):
            answer(kb, catalog, question, **{name: text})
    with pytest.raises(REFUSED):
        answer(kb, catalog, "speech-chain", claim=text)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_time_that_is_none_is_refused(kb: KnowledgeBase, catalog: Catalog, text: str) -> None:
    for question, given_ in (
        ("incumbents", {"at": text}),
        ("changes", {"from_": text, "to": "2020"}),
        ("vacancies", {"from_": "2020", "to": text}),
        ("office-holders", {"office": "office/pmu-deputy-head", "before": text}),
    ):
        with pytest.raises((*REFUSED, BadDate)):
            answer(kb, catalog, question, **given_)


@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_answered_or_refused(
    kb: KnowledgeBase, catalog: Catalog, text: str
) -> None:
    for question, name in (
        ("events", "kind"),
        ("events", "from"),
        ("incumbents", "at"),
        ("timeline", "entity"),
        ("speech-chain", "claim"),
    ):
        # Anything but an error of the house, with its remedy, would come through.
        with suppress(TenureError):
            ask(kb, catalog[question], {name: text})


def test_an_unknown_query(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match="no query") as caught:
        catalog.find("office-holder")
    assert "office-holders" in caught.value.remedy
    with pytest.raises(NotFound) as caught:
        catalog.find("zzz")
    assert caught.value.remedy


def test_an_unknown_parameter(kb: KnowledgeBase, catalog: Catalog) -> None:
    with pytest.raises(BadParameter, match="no parameter 'offices'") as caught:
        answer(kb, catalog, "office-holders", offices="office/pmu-deputy-head")
    assert "office" in caught.value.remedy
    with pytest.raises(BadParameter, match="no parameter"):
        answer(kb, catalog, "conflicts", anything="x")


def test_a_missing_parameter(kb: KnowledgeBase, catalog: Catalog) -> None:
    for given_ in ({}, {"office": " "}):
        with pytest.raises(BadParameter, match="needs the parameter 'office'") as caught:
            answer(kb, catalog, "office-holders", **given_)
        assert "office/pmu-deputy-head" in caught.value.remedy


def test_two_moments(kb: KnowledgeBase, catalog: Catalog) -> None:
    office = "office/pmu-deputy-head"
    with pytest.raises(BadParameter, match="different moments"):
        answer(kb, catalog, "office-holders", office=office, at="2020", before="2021")
    with pytest.raises(BadParameter, match="different moments"):
        answer(kb, catalog, "office-holders", office=office, at="2020", from_="2021")
    with pytest.raises(BadParameter, match="before it begins"):
        answer(kb, catalog, "office-holders", office=office, from_="2021", to="2020")


def test_an_impossible_date(kb: KnowledgeBase, catalog: Catalog) -> None:
    with pytest.raises(BadDate, match="2020-02-30") as caught:
        answer(kb, catalog, "incumbents", at="2020-02-30")
    assert str(caught.value.where) == "at"


def test_an_unknown_entity_gets_the_nearest_names(kb: KnowledgeBase, catalog: Catalog) -> None:
    with pytest.raises(NotFound) as caught:
        answer(kb, catalog, "office-holders", office="office/pmu-deputy")
    assert "office/pmu-deputy-head" in caught.value.remedy
    with pytest.raises(NotFound) as caught:
        answer(kb, catalog, "speech-chain", claim="claim/jpost-620411/30")
    assert "claim/jpost-620411/30-1" in caught.value.remedy


@pytest.mark.parametrize(
    "office",
    [
        "office/pmu-deputy-head",
        f"{BASE}id/office/pmu-deputy-head",
        "Deputy head of the Popular Mobilization Units",
        "  office/pmu-deputy-head ",
    ],
)
def test_an_entity_by_slug_iri_or_name(kb: KnowledgeBase, catalog: Catalog, office: str) -> None:
    (row,) = answer(kb, catalog, "office-holders", office=office, before="2020-01-03")
    assert row["person"] == "person/abu-mahdi-al-muhandis"
    assert row["certainty"] == "certain"
    assert (row["start"], row["end"]) == ("[..2020-01-02]", "2020-01-03")


def test_one_side_of_a_stretch_may_be_left_open(kb: KnowledgeBase, catalog: Catalog) -> None:
    """What surely happened by a day surely happened at some time up to it."""
    before = {r["event"]: r["certainty"] for r in answer(kb, catalog, "events", to="2020-01-03")}
    assert before["event/us-strike-2020-01-03"] == "certain"
    after = {r["event"]: r["certainty"] for r in answer(kb, catalog, "events", from_="2020-01-04")}
    assert "event/us-strike-2020-01-03" not in after


def test_a_situation_that_only_set_aside_claims_tell_of(
    kb: KnowledgeBase, catalog: Catalog
) -> None:
    """Claims about it are within reach, though the world does not contain it."""
    everything = kb.world(kb.policy("modalities=all")).occurrences
    only = sorted(everything.keys() - kb.world().occurrences.keys())
    assert only
    for iri in only:
        found = answer(kb, catalog, "claims-about", entity=kb.names.short(iri))
        assert {row["claim"] for row in found} >= set(everything[iri].claims)
        if everything[iri].subject is not None:
            entity = kb.names.short(iri)
            shown = answer(kb, catalog, "timeline", policy="modalities=all", entity=entity)
            assert entity in {row["situation"] for row in shown}


def test_a_claim_by_its_iri_or_short(kb: KnowledgeBase, catalog: Catalog) -> None:
    for claim in ("claim/jpost-620411/30-1", "jpost-620411/30-1", f"{BASE}claim/jpost-620411/30-1"):
        chain = answer(kb, catalog, "speech-chain", claim=claim)
        assert chain[0] == {"position": "1", "agent": "org/jerusalem-post"}
