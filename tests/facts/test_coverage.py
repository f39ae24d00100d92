"""Do the facts cover what the sources state, and do their pointers point at the right places?"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import Literal, Store

Ask = Callable[[str], list[tuple[str, ...]]]

SLUG = "jpost-620411"
STATES_NOTHING = {3: "the caption of a photograph, a name alone"}
ID = "https://w3id.org/tenure/id/"
TN = "https://w3id.org/tenure/ontology#"
RUN = 8


@pytest.fixture(scope="module")
def article(shared: Path) -> str:
    # newline="" keeps the offsets: nothing may turn two characters into one.
    with (shared / "sources" / SLUG / "article.txt").open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.fixture(scope="module")
def sentences(shared: Path) -> dict[int, tuple[int, int, str]]:
    return {
        int(row["sentence"]): (int(row["start"]), int(row["end"]), row["sha256"])
        for row in _table(shared / "sources" / SLUG / "sentences.csv")
    }


@pytest.fixture(scope="module")
def passages(ask: Ask) -> dict[int, tuple[int, int, str]]:
    rows = ask(f"""
        SELECT ?passage ?sentence ?start ?end ?digest WHERE {{
            ?passage a tn:Passage ; tn:sentence ?sentence ; tn:passageDigest ?digest ;
                oa:start ?start ; oa:end ?end .
            FILTER STRSTARTS(STR(?passage), CONCAT(STR(source:), "{SLUG}/"))
        }}""")
    assert all(iri.endswith(f"/passage/{sentence}") for iri, sentence, *_ in rows)
    return {int(n): (int(start), int(end), digest) for _, n, start, end, digest in rows}


def test_every_sentence_that_states_something_has_a_claim(
    ask: Ask, sentences: dict[int, tuple[int, int, str]]
) -> None:
    rested_on = ask(f"""
        SELECT DISTINCT ?sentence WHERE {{
            ?claim tn:source source:{SLUG} ; tn:evidence/tn:sentence ?sentence .
        }}""")
    assert {int(n) for (n,) in rested_on} == sentences.keys() - STATES_NOTHING.keys()


def test_passages_are_whole_sentences(
    passages: dict[int, tuple[int, int, str]], sentences: dict[int, tuple[int, int, str]]
) -> None:
    assert passages
    assert passages == {n: sentences[n] for n in passages}


def test_digests_are_those_of_the_text(
    ask: Ask, article: str, passages: dict[int, tuple[int, int, str]]
) -> None:
    found = {n: _digest(article[start:end]) for n, (start, end, _) in passages.items()}
    assert found == {n: digest for n, (_, _, digest) in passages.items()}
    assert ask(f"""
        SELECT ?digest ?length {{ source:{SLUG} tn:textDigest ?digest ; tn:textLength ?length }}
    """) == [(_digest(article), str(len(article)))]


def test_registry_holds_every_listed_entity(ask: Ask, shared: Path) -> None:
    kinds = defaultdict(set)
    for iri, kind in ask("SELECT ?e ?kind { ?e a/rdfs:subClassOf* ?kind }"):
        kinds[iri].add(kind)
    names = defaultdict(set)
    for iri, name in ask("SELECT ?e ?name { ?e rdfs:label|skos:altLabel ?name }"):
        names[iri].add(name)
    one_seat = {iri for (iri,) in ask("SELECT ?office { ?office tn:seats 1 }")}
    listed = list(_table(shared / "sources" / SLUG / "entities.csv"))
    assert listed
    for row in listed:
        iri = ID + row["slug"]
        # The list calls an organization what is only spoken of as one, too.
        kind = "Collective" if row["kind"] == "Organization" else row["kind"]
        assert TN + kind in kinds[iri], row["slug"]
        also = {name.strip() for name in row["also written"].split(";") if name.strip()}
        assert (iri in one_seat) == ("one seat" in also), row["slug"]
        # A metonym is a name; that it is one is the list's remark.
        written = {name.removesuffix(" (as metonym)") for name in also - {"one seat"}}
        assert {row["label"], *written} <= names[iri], row["slug"]


def test_every_further_report_has_its_claims(ask: Ask, shared: Path) -> None:
    dates = defaultdict(set)
    for url, date in ask("""
        SELECT ?url ?date WHERE {
            ?claim tn:source ?source ; tn:evidence ?evidence .
            ?source tn:webAddress ?url .
            ?evidence a tn:WebLocator ; tn:webAddress ?url .
            GRAPH ?claim { ?occurrence ?dated ?date }
            FILTER (DATATYPE(?date) = <http://id.loc.gov/datatypes/edtf/EDTF>)
        }"""):
        dates[url].add(date)
    published = set(ask("SELECT ?url ?day { ?s tn:webAddress ?url ; tn:published ?day }"))
    reports = list(_table(shared / "sources" / "more.tsv", delimiter="\t"))
    assert reports
    for row in reports:
        for part in row["date_claimed"].split("/"):
            assert any(part in date for date in dates[row["url"]]), row
        if re.fullmatch(r"\d{4}-\d\d-\d\d", row["pub_date"]):
            assert (row["url"], row["pub_date"]) in published, row


def test_one_address_is_one_source(ask: Ask, shared: Path) -> None:
    rows = ask("SELECT ?url ?source { ?source a tn:Source ; tn:webAddress ?url }")
    addresses = [url for url, _ in rows]
    assert len(addresses) == len(set(addresses))
    assert {row["url"] for row in _table(shared / "sources" / "more.tsv", delimiter="\t")} <= set(
        addresses
    )


def test_nothing_is_copied_from_the_article(facts: Store, article: str) -> None:
    copied = set(_runs(article))
    ours = {
        quad.object.value
        for quad in facts
        if isinstance(quad.object, Literal) and quad.object.language
    }
    assert ours
    assert {text for text in ours if not copied.isdisjoint(_runs(text))} == set()


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """All runs of consecutive words, without regard to case and punctuation."""
    words = re.findall(r"\w+", text.casefold())
    yield from zip(*(words[i:] for i in range(RUN)), strict=False)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)
