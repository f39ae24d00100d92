"""``tenure.owl``: a knowledge base as an owlready2 world, and the page that shows it."""

from __future__ import annotations

import datetime as dt
import doctest
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.java import classes_kept

import tenure
from tenure.errors import BadInput, NotFound
from tenure.reason import check_ontology

HERE = Path(__file__).parent
ORG = "http://www.w3.org/ns/org#"
TENURE = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java here")


@pytest.fixture(scope="module")
def kb(repo_root: Path) -> Iterator[tenure.OpenBase]:
    with tenure.open(repo_root / "kb" / "facts") as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def _classes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with classes_kept(tmp_path_factory.mktemp("classes")):
        yield


@pytest.fixture
def world(kb: tenure.OpenBase) -> Iterator[tenure.OwlWorld]:
    with tenure.owl(kb, at="2020-01-02") as opened:
        yield opened


class SaidWithDots(doctest.OutputChecker):
    """The page writes an ellipsis as one sign, as its readers do."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want.replace("…", "..."), got, optionflags)


@needs_java
def test_the_page_runs_as_it_is_written(repo_root: Path) -> None:
    page = repo_root / "docs" / "tutorial" / "owlready2.md"
    text = page.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    done = doctest.DocTestRunner(SaidWithDots(), optionflags=flags).run(test)
    assert (done.failed, done.attempted > 20) == (0, True)
    shown = re.findall(r"^>>> ", text, re.MULTILINE)
    assert done.attempted == len(shown)


def test_relations_are_not_asked_of_hermit(world: tenure.OwlWorld) -> None:
    with pytest.raises(BadInput, match="classes alone"):
        world.reason("hermit", values=True)


def test_bounds_are_days_and_dates_of_sources_are_text(world: tenure.OwlWorld) -> None:
    days = [
        getattr(one, name)
        for one in world.tn.Occurrence.instances()
        for name in ("startEarliest", "startLatest", "endEarliest", "endLatest")
    ]
    assert {type(day) for day in days} == {dt.date, type(None)}
    ranges = [text for one in world.tn.Occurrence.instances() for text in one.startRange]
    assert len(ranges) > 100
    assert {type(text) for text in ranges} == {str}


def test_what_held_on_a_day_is_there_in_a_world_as_of_it(kb: tenure.OpenBase) -> None:
    def holders(**options: Any) -> int:
        with tenure.owl(kb, **options) as world:
            return len(list(world.sparql(f"SELECT ?x {{ ?x <{ORG}holds> ?y }}")))

    certain = holders(at="2020-01-02")
    assert 0 < certain <= holders(at="2020-01-02", possible=True)
    assert holders() == 0
    assert holders(at=dt.date(2020, 1, 2)) == certain
    assert holders(at="2020-01-02", policy="sources=dw-52601139") < certain


def test_things_are_found_by_slug_and_by_iri(world: tenure.OwlWorld) -> None:
    found = world.thing(TENURE)
    assert found is world.thing(found.iri)
    with pytest.raises(NotFound, match="pmu-deputy-haed"):
        world.thing("office/pmu-deputy-haed")


def test_every_individual_is_declared_and_every_name_is_of_one_property(
    world: tenure.OwlWorld,
) -> None:
    individuals = {one.iri for one in world.individuals()}
    assert "https://w3id.org/tenure/id/person/ali-shamkhani" in individuals
    assert "https://w3id.org/tenure/vocabulary#Asserted" in individuals
    names = [one.python_name for one in world.properties()]
    assert len(names) == len(set(names))


@needs_java
def test_an_office_that_is_a_place_clashes_by_name_also_where_a_world_was_written(
    world: tenure.OwlWorld, tmp_path: Path
) -> None:
    world.thing("person/ali-shamkhani").is_a.extend([world.tn.Office, world.tn.Place])
    file = tmp_path / "world.rdf"
    world.write(file)
    report = check_ontology(file)
    assert report.consistent is False
    texts = {axiom.text for clash in report.clashes for axiom in clash.axioms}
    assert any(text.startswith("DisjointClasses(") for text in texts)
    assert {"ali-shamkhani type Office", "ali-shamkhani type tn:Place"} & texts


def test_without_java_reasoning_says_so(
    world: tenure.OwlWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BadInput, match="no Java"):
        world.reason()
