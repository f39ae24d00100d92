"""The ontology before tools that others wrote: the OWL API, ROBOT, HermiT and ELK, run in Java.

All of it is one run of one program, ``java/OntologyChecks.java``.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.maven import class_path as class_path_of

from tenure.resources import data_dir

HERE = Path(__file__).parent
JAVA = HERE / "java"
SAMPLE = HERE / "sample.ttl"
UPSTREAM = Path(__file__).resolve().parents[3] / "shared" / "data" / "ontologies"
ALIGNED = ("org.ttl", "prov-o.ttl", "oa.ttl", "time.ttl")

TN = "https://w3id.org/tenure/ontology#"
ORG = "http://www.w3.org/ns/org#"
TIME = "http://www.w3.org/2006/time#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

Found: TypeAlias = Mapping[str, Sequence[tuple[str, ...]]]


@pytest.fixture(scope="module")
def class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The jars of ROBOT and of what it builds on."""
    return class_path_of(JAVA / "pom.xml", tmp_path_factory.mktemp("robot"))


def checked(class_path: str, root: Path, *others: Path) -> Found:
    """What the program prints, by the first word of its lines."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", class_path]
    command += [str(JAVA / "OntologyChecks.java"), str(root), *map(str, others)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    *lines, last = done.stdout.splitlines() or [""]
    assert last == "done", done.stderr[-2000:]
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for line in lines:
        kind, *parts = line.split("\t")
        found[kind].append(tuple(parts))
    return found


@pytest.fixture(scope="module")
def found(class_path: str) -> Found:
    upstream = [file for name in ALIGNED if (file := UPSTREAM / name).is_file()]
    return checked(class_path, data_dir("ontology") / "tenure.ttl", SAMPLE, *upstream)


@pytest.fixture(scope="module")
def merged(found: Found) -> Found:
    if not UPSTREAM.is_dir():
        pytest.skip("there is no folder 'shared' with the ontologies of others beside the checkout")
    return found


@pytest.fixture(scope="module")
def of_broken(class_path: str, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The findings about a copy of the core with mistakes in it."""
    folder = tmp_path_factory.mktemp("broken")
    for name in ("engine.ttl", "vocabularies.ttl", "core.ttl", "catalog-v001.xml"):
        shutil.copy(data_dir("ontology") / name, folder)
    core = (folder / "core.ttl").read_text(encoding="utf-8")
    core = core.replace('rdfs:label "place"@en', 'rdfs:label "office"@en')
    core += "tn:Place tn:isUndeclared tn:Office . tn:Person rdfs:subClassOf tn:Office .\n"
    (folder / "core.ttl").write_text(core, encoding="utf-8")
    return checked(class_path, folder / "core.ttl", folder / "core.ttl")


def test_each_file_opens_by_itself_and_lies_in_owl_2_dl(found: Found) -> None:
    assert found["profile"] == []


def test_robot_reports_nothing_of_any_file(found: Found) -> None:
    assert found["report"] == []


def test_hermit_and_elk_find_one_hierarchy(found: Found) -> None:
    assert set(found["HermiT"]) == set(found["ELK"])
    assert (TN + "State", TN + "Entity") in found["ELK"]


def test_the_tools_find_what_is_wrong(of_broken: Found) -> None:
    assert any("isUndeclared" in line[1] for line in of_broken["profile"])
    assert "duplicate_label" in {line[2] for line in of_broken["report"]}
    person = (TN + "Person", TN + "Place")
    assert person in of_broken["HermiT"], "nothing is a person, so every person is a place"
    assert person in of_broken["ELK"]


# ---------------------------------------------------------------- what must not follow


def types(found: Found, mode: str) -> Iterator[tuple[str, str]]:
    for individual, cls in found[f"type-{mode}"]:
        yield individual.removeprefix("http://example.org/"), cls


MODES = ["alone", "merged"]


@pytest.mark.parametrize("mode", MODES)
def test_no_nonsense_follows(found: Found, merged: Found, mode: str) -> None:
    assert found[f"consistent-{mode}"] == [("true",)]
    facts = set(types(merged if mode == "merged" else found, mode))
    for individual in ("old-guard", "council", "ana"):
        assert (individual, TN + "Entity") in facts
        assert (individual, TN + "Occurrence") not in facts, individual
    assert ("fall", TN + "Event") in facts
    assert ("villagers", TN + "Organization") not in facts
    assert ("villagers", ORG + "Organization") not in facts
    for individual in ("unit", "guard"):
        assert (individual, ORG + "OrganizationalUnit") not in facts
        assert (individual, ORG + "FormalOrganization") not in facts
    times = {cls for _, cls in facts if cls.startswith(TIME)}
    assert times == set(), times


def test_what_should_follow_does(merged: Found) -> None:
    facts = set(types(merged, "merged"))
    assert ("guard", ORG + "Organization") in facts
    assert ("mayor", ORG + "Post") in facts
    assert ("among", ORG + "Membership") in facts
    assert ("claim", "http://www.w3.org/ns/prov#Entity") in facts
    assert ("villagers", "http://www.w3.org/ns/prov#Agent") in facts


def test_no_class_or_property_is_below_one_that_it_is_not(merged: Found) -> None:
    above = defaultdict(set)
    for one, other in merged["below-merged"]:
        above[one.removeprefix(TN)].add(other)
    assert TIME + "TemporalEntity" not in above["Visit"]
    assert TN + "Organization" not in above["Group"]
    assert ORG + "ChangeEvent" not in above["Event"]
    nothing = "http://www.w3.org/2002/07/owl#Nothing"
    assert [one for one, found in above.items() if nothing in found] == []


def test_mappings_of_concepts_join_no_classes_or_properties() -> None:
    for file in data_dir("ontology").glob("*.ttl"):
        text = file.read_text(encoding="utf-8")
        assert not any(f"skos:{word}Match" in text for word in ("close", "exact", "related")), file
