"""A source goes in with its measures, or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph

from tenure.errors import BadDate, BadInput, NotFound
from tenure.ingest import add_source, format_files, parse_trig
from tenure.model import read_claims


def test_a_source_with_its_text(harbour: Path, article: Path) -> None:
    written = (harbour / "eva-1.trig").read_text(encoding="utf-8")
    quads, _ = parse_trig(written)
    sources = read_claims((q for q in quads if q.graph_name == DefaultGraph()), quads).sources
    source = sources["https://w3id.org/tenure/source/eva-1"]
    assert source.text_digest == hashlib.sha256(article.read_bytes()).hexdigest()
    assert source.text_length == len(article.read_text(encoding="utf-8"))
    assert source.publisher == "https://w3id.org/tenure/id/org/eva-courier"
    assert str(source.published) == "2021-05-12"
    assert source.web_address == "https://courier.example/1"
    assert "chain:eva-courier-1 a tn:SpeechLink" in written
    assert format_files([harbour], check=True) == ()


def test_a_new_publisher_goes_into_the_registry(facts: Path) -> None:
    add_source(
        facts,
        "gazette-7",
        publisher="org/gazette",
        publisher_name="The Gazette",
        published="2021?",
        title="Quays",
        url="https://gazette.example/7",
    )
    registry = (facts / "entities.ttl").read_text(encoding="utf-8")
    assert 'org:gazette a tn:MediaOutlet ;\n    rdfs:label "The Gazette"@en .' in registry
    assert registry.startswith("# Licence")
    assert format_files([facts], check=True) == ()


def test_line_ends_count(facts: Path, tmp_path: Path) -> None:
    text = tmp_path / "dos.txt"
    text.write_bytes("\ufeffA line.\r\nAnother: é.\r\n".encode())
    path = add_source(
        facts, "dos", publisher="org/eva-courier", published="2021", title="T", text_path=text
    )
    written = path.read_text(encoding="utf-8")
    assert hashlib.sha256(text.read_bytes()).hexdigest() in written
    assert "tn:textLength 23" in written


@pytest.mark.parametrize(
    ("change", "error", "what", "remedy"),
    [
        ({"slug": "Eva 1"}, BadInput, "no slug", "eva-1"),
        ({"slug": "../eva"}, BadInput, "no slug", "'eva'"),
        ({"slug": "é"}, BadInput, "no slug", "small letters"),
        ({"slug": ""}, BadInput, "no slug", "small letters"),
        ({"slug": "taken"}, BadInput, "already", "another slug"),
        ({"published": "May 2021"}, BadDate, "May 2021", ""),
        ({"published": "2021-02-30"}, BadDate, "2021-02-30", ""),
        ({"publisher": "org/eva-courrier"}, NotFound, "no publisher", "org/eva-courier"),
        ({"publisher": "Gazette"}, NotFound, "no publisher", "--publisher-name"),
        ({"publisher": "gazette", "publisher_name": "G"}, BadInput, "no slug of an entity", "org/"),
        ({"publisher": "person/g", "publisher_name": "G"}, BadInput, "MediaOutlet is none", ""),
        ({"publisher": "org/g", "publisher_name": " "}, BadInput, "empty", "full name"),
        ({"title": " "}, BadInput, "empty", "headline"),
        ({"url": None}, BadInput, "find this source again", "--url"),
        ({"url": "courier.example/1"}, BadInput, "no web address", "https://"),
        ({"url": "javascript:alert(1)"}, BadInput, "no web address", "https://"),
        ({"url": "https://a b"}, BadInput, "no web address", "https://"),
        ({"text_path": Path("/no/such.txt")}, NotFound, "no such file", ""),
    ],
)
def test_what_is_refused(
    facts: Path,
    change: dict[str, object],
    error: type[BadInput | NotFound],
    what: str,
    remedy: str,
) -> None:
    (facts / "taken.trig").write_text("", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in facts.iterdir()}
    arguments: dict[str, object] = {
        "slug": "eva-1",
        "publisher": "org/eva-courier",
        "published": "2021",
        "title": "T",
        "url": "https://courier.example/1",
        **change,
    }
    slug = str(arguments.pop("slug"))
    with pytest.raises(error, match=what) as refused:
        add_source(facts, slug, **arguments)  # type: ignore[arg-type]
    assert remedy in refused.value.remedy
    assert refused.value.where is not None
    assert {path.name: path.read_bytes() for path in facts.iterdir()} == before


def test_texts_that_are_none(facts: Path, tmp_path: Path) -> None:
    text = tmp_path / "text"
    for raw, what in ((b"\xff\xfe", "no UTF-8"), (b" \n", "empty")):
        text.write_bytes(raw)
        with pytest.raises(BadInput, match=what):
            add_source(
                facts, "s", publisher="org/eva-courier", published="2021", title="T", text_path=text
            )
    assert [path.name for path in facts.iterdir()] == ["entities.ttl"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no such folder"):
        add_source(tmp_path / "x", "s", publisher="org/a", published="2021", title="T")


def test_a_registry_with_comments_that_would_be_lost(facts: Path) -> None:
    registry = facts / "entities.ttl"
    with registry.open("a", encoding="utf-8") as file:
        file.write("\n# Mind the gap.\n")
    with pytest.raises(BadInput, match="Mind the gap"):
        add_source(
            facts,
            "s",
            publisher="org/new",
            publisher_name="New",
            published="2021",
            title="T",
            url="https://new.example/",
        )
    assert [path.name for path in facts.iterdir()] == ["entities.ttl"]


def test_an_empty_folder_is_a_beginning(tmp_path: Path) -> None:
    add_source(
        tmp_path,
        "eva-1",
        publisher="org/eva-courier",
        publisher_name="Eva Courier",
        published="2021",
        title="T",
        url="https://courier.example/1",
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entities.ttl", "eva-1.trig"]
    assert format_files([tmp_path], check=True) == ()
