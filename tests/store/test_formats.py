"""Names, media types and extensions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenure.errors import BadParameter
from tenure.store import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    graph_format,
    graph_format_of,
    media_types,
    result_format,
)


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
