"""Denials and lists of all holders as the real command and the real server answer.

The tale is that of ``docs/explanation/denials.md``, whose tables are asked here.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from tests.e2e.serving import Served, served
from tests.made_facts import MadeSource, Said, made_facts

ENTITIES = """
org:press a tn:MediaOutlet ; rdfs:label "The Press"@en .
org:palace a tn:Organization ; rdfs:label "The palace"@en .
person:ana a tn:Person ; rdfs:label "Ana"@en .
person:ben a tn:Person ; rdfs:label "Ben"@en .
person:cem a tn:Person ; rdfs:label "Cem"@en .
office:chief a tn:Office ; rdfs:label "Chief of the palace"@en ;
    tn:officeOf org:palace ; tn:seats 1 .
event:talks a tn:Meeting ; rdfs:label "Talks"@en .
"""
TENURE = "{} a tn:Tenure ; tn:holder person:{} ; tn:office office:chief {} ."
PRESENT = '; tn:heldThroughout "{}"^^edtf:EDTF'
SOURCES = {
    "palace": MadeSource("2020-06-01", "org:palace"),
    "press": MadeSource("2020-07-01"),
    "ministry": MadeSource("2020-08-01"),
}
TOLD = (
    Said(
        'office:chief tn:holdersCompleteThroughout "2010-01-01/2019-12-31"^^edtf:EDTF .', "palace"
    ),
    Said(
        TENURE.format(
            "tenure:ana",
            "ana",
            '; tn:start "2010-01-01"^^edtf:EDTF ; tn:end "2013-12-31"^^edtf:EDTF',
        ),
        "palace",
    ),
    Said(
        TENURE.format("tenure:ben", "ben", '; tn:date "2016"^^edtf:EDTF' + PRESENT.format("2016")),
        "press",
    ),
    Said(TENURE.format("tenure:cem", "cem", '; tn:start "2018"^^edtf:EDTF'), "press", hedged=True),
    Said(
        TENURE.format("tenure:not-ana", "ana", PRESENT.format("2012-05")),
        "ministry",
        modality="Denied",
    ),
    Said('event:talks tn:host person:ana ; tn:date "2012-05-04"^^edtf:EDTF .', "press"),
    Said("event:talks tn:host person:ana .", "ministry", modality="Denied"),
)


class Base(NamedTuple):
    """A folder of facts, and the command to ask it with."""

    facts: Path
    command: Path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, command: Path) -> Base:
    facts = made_facts(tmp_path_factory.mktemp("denials") / "facts", ENTITIES, TOLD, SOURCES)
    return Base(facts, command)


@pytest.fixture(scope="module")
def server(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("server")
    options = ("--facts", str(base.facts), "--workers", "1")
    with served(folder, *options, command=base.command) as found:
        yield found


def told(base: Base, *words: str) -> str:
    done = subprocess.run(
        [base.command, *words, "--facts", base.facts],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def rows(
    base: Base, server: Served, name: str, *columns: str, **asked: str
) -> set[tuple[str, ...]]:
    """The rows that a question has, the same from the command as from the server."""
    options = [word for key, value in asked.items() for word in (f"--{key}", value)]
    by_command = json.loads(told(base, "ask", name, *options, "--format", "json"))
    path = f"/queries/{name}?{urlencode(asked)}"
    _, text = server.ask(path, accept="application/sparql-results+json")
    answers = [
        {
            tuple(_short(row[one]["value"]) if one in row else "" for one in columns)
            for row in answer["results"]["bindings"]
        }
        for answer in (by_command, json.loads(text))
    ]
    assert answers[0] == answers[1]
    return answers[0]


def _short(value: str) -> str:
    return value.removeprefix("https://w3id.org/tenure/").removeprefix("id/")


HOLDS = """
PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?who FROM <https://w3id.org/tenure/at/DAY> { ?who org:holds ?office }"""
HELD = ("person", "certainty", "contested")


def holders(base: Base, server: Served, **asked: str) -> set[tuple[str, ...]]:
    return rows(base, server, "office-holders", *HELD, office="office/chief", **asked)


def test_the_example_in_the_docs(base: Base, server: Served, repo_root: Path) -> None:
    page = (repo_root / "docs/explanation/denials.md").read_text(encoding="utf-8")
    table = re.findall(
        r"^\| (\d{4}-\d\d-\d\d) \| (\S+) \| (\w*) ?\| (\w*) ?\|$", page, re.MULTILINE
    )
    assert len(table) == 7
    for day, who, certainty, contested in table:
        there = {(f"person/{who.lower()}", certainty, contested)} if certainty else set()
        assert holders(base, server, at=day) == there, day


def test_denials_can_be_left_out_of_any_question(base: Base, server: Served) -> None:
    ana = "person/ana"
    for policy in ("denials=no", "modalities=all;denials=no"):
        found = holders(base, server, at="2012-05-04", policy=policy)
        assert found == {(ana, "certain", "false")}
    everything = holders(base, server, at="2012-05-04", policy="policy=everything-said")
    assert everything == {(ana, "possible", "true")}
    by_day = rows(base, server, "incumbents", "person", "certainty", at="2012-05-04")
    assert by_day == {(ana, "possible")}


def test_vacancies_are_certain_where_a_list_says_so(base: Base, server: Served) -> None:
    asked = {"from": "2013-06-01", "to": "2020-03-01", "office": "office/chief"}
    assert rows(base, server, "vacancies", "from", "to", "certainty", **asked) == {
        ("2014-01-01", "2015-12-31", "certain"),
        ("2017-01-01", "2019-12-31", "certain"),
    }


def test_the_graphs_of_days(base: Base, server: Served) -> None:
    for day, certain, possible in (
        ("2012-04-30", {"ana"}, {"ana"}),
        ("2012-05-04", set(), {"ana"}),
        ("2016-05-04", set(), {"ben"}),
        ("2014-05-04", set(), set()),
    ):
        for view, wanted in (("", certain), ("/possible", possible)):
            query = HOLDS.replace("DAY", f"{day}{view}")
            _, text = server.ask(
                f"/sparql?{urlencode({'query': query})}", accept="application/sparql-results+json"
            )
            found = {
                row["who"]["value"].rpartition("/")[2]
                for row in json.loads(text)["results"]["bindings"]
            }
            assert found == wanted, (day, view)
    contested = told(base, "at", "2012-05-04", "--format", "ttl", "--possible")
    assert "contested" in contested
    assert "contested" not in told(base, "at", "2012-04-30", "--format", "ttl", "--possible")


def test_a_part_in_an_event(base: Base, server: Served) -> None:
    columns = ("participant", "certainty", "contested")
    assert rows(base, server, "participants", *columns, event="event/talks") == {
        ("person/ana", "possible", "true")
    }


def test_conflicts_are_told_with_their_kinds(base: Base, server: Served) -> None:
    found = rows(base, server, "conflicts", "kind", "settled")
    assert found == {("denied", ""), ("complete", ""), ("complete", "rank")}
    _, page = server.ask("/conflicts", accept="text/html")
    listed = told(base, "conflicts")
    for text in (re.sub(r"<[^>]+>", "", page), listed):
        assert "ministry (claim 1) denies it" in text
        assert "palace (claim 1) names all holders" in text


def test_explanations_list_denials_whatever_comes_of_them(base: Base, server: Served) -> None:
    _, text = server.ask("/explain/tenure/ana?at=2012-05-04", accept="application/json")
    found = json.loads(text)
    (denial,) = found["denials"]
    assert "Nothing settles it: from 1 May 2012 to 31 May 2012" in denial["text"]
    assert found["moments"][0]["certainty"] == "possible"
    hanging = {
        one["claim"].rpartition("claim/")[2]: one["becomes"]
        for one in found["moments"][0]["hangs_on"]
    }
    assert hanging["ministry/1"] == "certain"
    _, text = server.ask("/explain/tenure/ana?policy=denials%3Dno", accept="application/json")
    assert "denials do not count" in json.loads(text)["denials"][0]["text"]
    shown = told(base, "explain", "tenure/ben")
    assert "Denied, or left out of a list of all holders:" in shown
    _, page = server.ask("/explain/tenure/ben", accept="text/html")
    assert "left out of a list of all holders" in page
    _, text = server.ask("/explain/tenure/not-ana", accept="application/json")
    assert "Nobody tells of it but who denies it" in text
