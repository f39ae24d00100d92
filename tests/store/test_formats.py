"""Names, media types, extensions, and what a client wants most."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import BadParameter
from tenure.store import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    graph_format,
    graph_format_of,
    media_types,
    negotiate,
    result_format,
)

TTL, JSONLD, HTML = "text/turtle", "application/ld+json", "text/html"


def test_the_command_line_names() -> None:
    assert set(RESULT_FORMATS) == {"json", "xml", "csv", "tsv"}
    assert set(GRAPH_FORMATS) == {"ttl", "nt", "nq", "trig", "jsonld"}


def test_every_format_is_found_by_name_media_type_and_alias() -> None:
    for result in RESULT_FORMATS.values():
        for asked in (result.name.upper(), result.media_type, *result.aliases):
            assert result_format(asked) is result
    for graph in GRAPH_FORMATS.values():
        for asked in (graph.name, f"{graph.media_type}; charset=utf-8", *graph.aliases):
            assert graph_format(asked) is graph


def test_the_engine_agrees_on_media_types_and_on_named_graphs() -> None:
    for result in RESULT_FORMATS.values():
        assert result.engine.media_type.partition(";")[0] == result.media_type
    for graph in GRAPH_FORMATS.values():
        assert graph.engine.media_type.partition(";")[0] == graph.media_type
        assert graph.engine.supports_datasets == graph.named_graphs


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(BadParameter, match=r"Choose one of: json, xml, csv, tsv\."):
        result_format("docx")
    with pytest.raises(BadParameter, match="ttl, nt, jsonld, trig, nq"):
        graph_format("text/html")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.ttl", "ttl"), ("a.b.TRIG", "trig"), ("a.nq", "nq"), ("a.json", "jsonld")],
)
def test_extensions(name: str, expected: str) -> None:
    assert graph_format_of(Path(name)).name == expected


@pytest.mark.parametrize("name", ["a.txt", "ttl", "a.", ".ttl/a"])
def test_an_unknown_extension_is_an_error_that_names_the_file(name: str) -> None:
    with pytest.raises(BadParameter) as caught:
        graph_format_of(Path(name))
    assert str(caught.value).startswith(str(Path(name)))


def test_media_types_lists_the_registered_ones_first() -> None:
    listed = media_types([result_format("json"), result_format("csv")])
    assert listed == ["application/sparql-results+json", "text/csv", "application/json"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TTL),
        ("", TTL),
        ("  ", TTL),
        ("*/*", TTL),
        ("text/*", TTL),
        (HTML, HTML),
        ("TEXT/HTML", HTML),
        ("application/ld+json, text/turtle;q=0.9", JSONLD),
        ("text/turtle;q=0.9,application/ld+json", JSONLD),
        ("text/turtle ; q=0.1 , text/html ; Q=0.2", HTML),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", HTML),
        ("*/*;q=0.5, text/turtle;q=0", JSONLD),
        ("text/*;q=0, */*", JSONLD),
        ("text/*;q=0.9, text/turtle;q=0.1, application/ld+json;q=0.5", HTML),
        ('application/ld+json;profile="a, b;q=0"', JSONLD),
        ("application/pdf", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=2", None),
        ("text/turtle;q=nan, text/html;q=0.1", HTML),
        ("text/turtle;q=-1", None),
        ("text/turtle;q=0.0001", None),
        ("garbage", None),
        ("/", None),
        ("*/turtle", None),
        ('"', None),
        (",,, text/html ,,", HTML),
        ("x/y," * 5000 + "text/html", None),
    ],
)
def test_negotiation(accept: str | None, expected: str | None) -> None:
    assert negotiate(accept, [TTL, JSONLD, HTML]) == expected


def test_nothing_offered_is_nothing_chosen() -> None:
    assert negotiate("*/*", []) is None


@given(st.text(max_size=300))
def test_whatever_a_client_sends_the_choice_is_one_of_those_offered(accept: str) -> None:
    assert negotiate(accept, [TTL, JSONLD]) in {TTL, JSONLD, None}


@given(st.text(alphabet='text/urlhmq=0.159;,* "\\', max_size=200))
def test_headers_that_are_nearly_right(accept: str) -> None:
    assert negotiate(accept, [TTL, HTML]) in {TTL, HTML, None}
