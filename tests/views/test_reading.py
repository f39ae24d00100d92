"""Moments from text, and the IRIs of their graphs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from tenure.errors import BadDate, BadParameter, NotFound, TenureError
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import BASE, Names
from tenure.temporal import iso, parse_iso
from tenure.views import (
    GraphView,
    SliceRequest,
    forms_of,
    is_computed,
    read_key,
    read_slice_iri,
    slice_iri,
)

NAMES = Names()
OURS = Names("https://example.org/kb/")
TODAY = parse_iso("2026-12-01")

KEYS = [
    "any",
    "2020-01-02",
    "2019-12-21/2020-01-03",
    "2019-11/..",
    "2019-11/",
    "/2019-11",
    "../2019-11",
    "1984~",
    "1984?",
    "1984%",
    "2004-%06",
    "-0044-03-15",
    "Y-17E7",
    "2020-03-XX",
    "[2019-12-21..2019-12-31]",
    "[..2020-01-03]",
    "[1667, 1668, 1670..1672]",
    "{1960, 1961-12}",
    "2020-01-03T23:30:00+05:00",
    "before/2020-01-03",
    "after/[2020-01-01..2020-01-03]",
    "event/us-strike-2020-01-03",
    "source/jpost-620411",
    "before/event/us-strike-2020-01-03",
    "after/event/us-embassy-storming",
    "sometime/2020-01-01/to/2020-02-15",
    "sometime/../to/2020-02-15",
    "sometime/2020-01-01/to/..",
    "sometime/2020~/to/event/us-strike-2020-01-03",
    "sometime/source/jpost-620411/to/..",
    "throughout/2020-01-01/to/2020-02",
    "throughout/source/jpost-620411/to/event/us-strike-2020-01-03",
    "tenure/abu-mahdi-al-muhandis--pmu-deputy-head",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("view", list(GraphView))
@pytest.mark.parametrize("policy", ["", "hedged=no;known-at=2026-11-23T12:00:00Z;sources=a,b"])
@pytest.mark.parametrize("names", [NAMES, OURS])
def test_the_iri_of_a_slice_reads_back(
    names: Names, key: str, view: GraphView, policy: str
) -> None:
    graph = slice_iri(names, key, view, policy)
    assert read_slice_iri(names, graph.value) == SliceRequest(policy, key, view)
    assert is_computed(names, graph.value)
    assert NamedNode(graph.value) == graph


@given(
    key=st.text(st.characters(codec="utf-8"), min_size=1),
    view=st.sampled_from(GraphView),
    policy=st.text(st.characters(codec="utf-8")),
)
def test_whatever_is_written_reads_back(key: str, view: GraphView, policy: str) -> None:
    graph = slice_iri(NAMES, key, view, policy)
    assert read_slice_iri(NAMES, graph.value) == SliceRequest(policy, key, view)


@pytest.mark.parametrize("key", ["event/possible", "event/certainty", "before/event/possible"])
def test_an_event_may_be_called_like_a_view(key: str) -> None:
    for view in GraphView:
        graph = slice_iri(NAMES, key, view)
        assert read_slice_iri(NAMES, graph.value) == SliceRequest("", key, view)


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/at/2020",
        f"{BASE}graph/world",
        f"{BASE}id/person/x",
        f"{BASE}policy/hedged=no",
        f"{BASE}policy/hedged=no/world",
    ],
)
def test_other_iris_are_no_slices(iri: str) -> None:
    assert read_slice_iri(NAMES, iri) is None


@pytest.mark.parametrize("key", KEYS)
def test_the_key_of_a_moment_reads_as_the_same_moment(kb: KnowledgeBase, key: str) -> None:
    moment = read_key(kb.names, kb.resolve_dated, key)
    assert moment.key == key
    assert kb.moment(at=key) == moment
    assert read_key(kb.names, kb.resolve_dated, moment.key) == moment


def test_an_iri_and_a_slug_name_one_moment(kb: KnowledgeBase) -> None:
    for slug in ("source/jpost-620411", "event/us-strike-2020-01-03"):
        iri = BASE + slug if slug.startswith("source") else kb.names.entity_iri(slug)
        assert kb.moment(at=iri) == kb.moment(at=slug)
        assert kb.moment(at=slug).key == slug


@pytest.mark.parametrize(
    ("given_moments", "error", "what"),
    [
        ({"at": "2020", "before": "2021"}, BadParameter, "at and before"),
        ({"before": "2020", "after": "2021"}, BadParameter, "before and after"),
        ({"at": "2020", "from_": "2021"}, BadParameter, "at and from"),
        ({"after": "2020", "to": "2021"}, BadParameter, "after and to"),
        ({"from_": "2020-02", "to": "2020-01"}, BadParameter, "ends"),
        ({"at": "2020-02-30"}, BadDate, "2020-02-30"),
        ({"before": "soon"}, BadDate, "soon"),
        ({"from_": "2020-13"}, BadDate, "2020-13"),
        ({"at": "event/us-strike"}, NotFound, "event/us-strike"),
        ({"at": "source/jpost"}, NotFound, "source/jpost"),
        ({"after": "https://example.org/x"}, NotFound, "example.org"),
    ],
)
def test_moments_that_are_none(
    kb: KnowledgeBase, given_moments: dict[str, str], error: type[TenureError], what: str
) -> None:
    with pytest.raises(error, match=what) as caught:
        kb.moment(**given_moments)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("typed", "forms"),
    [
        ("3 January 2020", ["2020-01-03"]),
        ("03/01/2020", ["2020-01-03", "2020-03-01"]),
        ("before 3 January 2020", ["before/2020-01-03"]),
        ("After  November 2019", ["after/2019-11"]),
        ("us-embassy-storming", ["event/us-embassy-storming"]),
        ("before us-embassy-storming", ["before/event/us-embassy-storming"]),
        ("Yesterday", [iso(TODAY - 1)]),
        ("today", [iso(TODAY)]),
        ("now", [iso(TODAY)]),
        ("present", [iso(TODAY)]),
        ("tomorrow", [iso(TODAY + 1)]),
        ("after today", [f"after/{iso(TODAY)}"]),
        ("soon", []),
        ("Ali Shamkhani", []),
    ],
)
def test_a_time_in_words(kb: KnowledgeBase, typed: str, forms: list[str]) -> None:
    def event(name: str) -> str | None:
        return f"event/{name}" if name.startswith("us-") else None

    assert [*forms_of(typed, TODAY, event)] == forms
    for form in forms:
        assert kb.moment(at=form).key == form


def test_a_time_in_words_is_read_where_it_can_be_only_one(kb: KnowledgeBase) -> None:
    assert kb.moment(before="3 January 2020").key == "before/2020-01-03"
    strike = "US strike that killed Soleimani and al-Muhandis"
    assert kb.moment(from_="in 2019", to=strike).key == (
        "sometime/2019/to/event/us-strike-2020-01-03"
    )
    assert kb.moment(at="today").key == iso(datetime.now(UTC).date().toordinal())
    for text in ("03/01/2020", "2002-13"):
        with pytest.raises(BadDate, match=text):
            kb.moment(at=text)


def test_a_misspelt_event_gets_the_nearest_names(kb: KnowledgeBase) -> None:
    with pytest.raises(NotFound) as caught:
        kb.moment(at="event/us-strike-2020-01")
    assert "event/us-strike-2020-01-03" in caught.value.remedy
