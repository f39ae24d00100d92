"""Loading whole or not at all: what is wrong is named with file and line, the store untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tenure.errors import BadInput, NotFound, TenureError
from tenure.knowledge import open_knowledge_base
from tenure.namespaces import Names, prefixes
from tenure.store import Store
from tenure.transactions.loading import load

HEADER = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes(Names()).items()) + (
    "@prefix claim: <https://w3id.org/tenure/claim/eva-1/> .\n"
    "@prefix chain: <https://w3id.org/tenure/source/eva-1/chain/> .\n"
    "@prefix passage: <https://w3id.org/tenure/source/eva-1/passage/> .\n"
)
ENTITIES = """
org:port-eva a tn:Organization ; rdfs:label "Port Eva"@en .
org:eva-courier a tn:MediaOutlet ; rdfs:label "Eva Courier"@en .
office:harbour-master a tn:Office ; rdfs:label "Harbour master of Port Eva"@en .
person:ada-brook a tn:Person ; rdfs:label "Ada Brook"@en .
"""
FACTS = """
source:eva-1 a tn:Source ;
    rdfs:label "New harbour master"@en ;
    tn:publisher org:eva-courier ;
    tn:published "2021-05-12"^^edtf:EDTF ;
    tn:textLength 400 .
chain:c a tn:SpeechChain ; tn:link chain:c-1 .
chain:c-1 a tn:SpeechLink ; tn:position 1 ; tn:voice org:eva-courier .
passage:1 a tn:Passage ; tn:sentence 1 ; oa:start 0 ; oa:end 90 .
claim:1 a tn:Claim ;
    tn:source source:eva-1 ;
    tn:statement "Ada Brook became harbour master."@en ;
    tn:evidence passage:1 ;
    tn:attribution chain:c ;
    tn:modality tnv:Asserted ;
    tn:hedged false ;
    tn:recordedAt "2026-11-23T12:00:00Z"^^xsd:dateTime .
claim:1 {
    tenure:ada-brook--harbour-master a tn:Tenure ;
        tn:holder person:ada-brook ;
        tn:office office:harbour-master ;
        tn:start "2021-05"^^edtf:EDTF .
}
"""
CLAIM_LINE = (HEADER + FACTS).split("\n").index("claim:1 a tn:Claim ;") + 1
SOURCE_LINE = (HEADER + FACTS).split("\n").index("source:eva-1 a tn:Source ;") + 1


def write(folder: Path, facts: str = FACTS, entities: str = ENTITIES, **more: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "entities.ttl").write_text(HEADER + entities, encoding="utf-8")
    (folder / "eva-1.trig").write_text(HEADER + facts, encoding="utf-8")
    for name, text in more.items():
        (folder / f"{name}.trig").write_text(HEADER + text, encoding="utf-8")
    return folder


def refused(folder: Path, store: Path) -> TenureError:
    """The error of filling a store from the folder, and of loading it into one with good facts.

    The one stays empty, and the other as it was.
    """
    good = store.parent.parent / "good"  # filled by the first test that comes
    if not good.exists():
        facts = write(folder.parent / "good")
        open_knowledge_base(facts, store=good).store.close()
    shutil.copytree(good, store)
    with Store(store) as before:
        held = set(before.quads())
    with pytest.raises(TenureError) as of_load:
        load(store, folder, Names())
    with Store(store) as after:
        assert set(after.quads()) == held
    new = folder.parent / "new"
    with pytest.raises(TenureError) as caught:
        open_knowledge_base(folder, store=new)
    with Store(new) as empty:
        assert empty.size() == 0
    assert str(of_load.value) == str(caught.value)
    return caught.value


def test_good_facts_are_a_world(tmp_path: Path) -> None:
    kb = open_knowledge_base(write(tmp_path / "facts"))
    (occurrence,) = kb.world().occurrences.values()
    assert kb.names.short(occurrence.iri) == "tenure/ada-brook--harbour-master"
    assert len(kb.claims) == 1


@pytest.mark.parametrize(
    ("line", "instead", "what", "place"),
    [
        ("tn:publisher org:eva-courier ;", "tn:publisher ;", "", "eva-1.trig:"),
        ("tn:evidence passage:1 ;", "", "no evidence", f"eva-1.trig:{CLAIM_LINE}"),
        ("tn:source source:eva-1 ;", "", "no tn:source", f"eva-1.trig:{CLAIM_LINE}"),
        ("tn:attribution chain:c ;", "", "no tn:attribution", f"eva-1.trig:{CLAIM_LINE}"),
        ("oa:end 90", "oa:end 401", "outside its source of 400", f"eva-1.trig:{CLAIM_LINE}"),
        ("oa:start 0", "oa:start 90", "90–90", f"eva-1.trig:{CLAIM_LINE}"),
        ("oa:start 0", "oa:start -1", "outside its source", f"eva-1.trig:{CLAIM_LINE}"),
        ('"2021-05"', '"2021-02-30"', "2021-02-30", f"eva-1.trig:{CLAIM_LINE}"),
        ('"2021-05"', '"soon"', "soon", f"eva-1.trig:{CLAIM_LINE}"),
        ('"2021-05"^^edtf:EDTF', '"2021-05-01"^^xsd:date', "no date", f"eva-1.trig:{CLAIM_LINE}"),
        ("tn:start", 'tn:lastedDays "x" ; tn:start', "number of days", f"eva-1.trig:{CLAIM_LINE}"),
        ("tn:holder person:ada-brook ;", "", "without its holder", f"eva-1.trig:{CLAIM_LINE}"),
        ('"2021-05-12"', '"2021-05-32"', "2021-05-32", f"eva-1.trig:{SOURCE_LINE}"),
        ("tn:textLength 400", 'tn:textLength "x"', "whole number", f"eva-1.trig:{SOURCE_LINE}"),
        (
            "tn:voice org:eva-courier",
            "tn:voice org:nobody",
            "org/nobody",
            f"eva-1.trig:{CLAIM_LINE}",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, line: str, instead: str, what: str, place: str
) -> None:
    assert line in FACTS
    error = refused(write(tmp_path / "facts", FACTS.replace(line, instead)), tmp_path / "store")
    assert isinstance(error, BadInput)
    assert what in error.what
    assert place in str(error.where)


def test_malformed_trig(tmp_path: Path) -> None:
    error = refused(write(tmp_path / "facts", FACTS + "claim:2 {{\n"), tmp_path / "store")
    last = len((HEADER + FACTS).split("\n"))
    assert f"eva-1.trig:{last}" in str(error.where)


def test_an_unknown_entity_gets_the_nearest_names(tmp_path: Path) -> None:
    facts = FACTS.replace("holder person:ada-brook", "holder person:ada-brok")
    error = refused(write(tmp_path / "facts", facts), tmp_path / "store")
    assert "person/ada-brok" in error.what
    assert "person/ada-brook" in error.remedy
    assert f"eva-1.trig:{CLAIM_LINE}" in str(error.where)


def test_an_unknown_publisher_is_named(tmp_path: Path) -> None:
    facts = FACTS.replace("tn:publisher org:eva-courier", "tn:publisher org:eva-courir")
    error = refused(write(tmp_path / "facts", facts), tmp_path / "store")
    assert "org/eva-courier" in error.remedy
    assert f"eva-1.trig:{SOURCE_LINE}" in str(error.where)


def test_a_graph_without_a_claim(tmp_path: Path) -> None:
    facts = FACTS + "claim:2 { org:port-eva tn:about org:eva-courier . }\n"
    error = refused(write(tmp_path / "facts", facts), tmp_path / "store")
    assert "claim/eva-1/2" in error.what
    line = (HEADER + facts).split("\n").index(facts.strip().split("\n")[-1]) + 1
    assert f"eva-1.trig:{line}" in str(error.where)


def test_a_claim_without_a_graph(tmp_path: Path) -> None:
    facts = FACTS[: FACTS.index("claim:1 {")]
    error = refused(write(tmp_path / "facts", facts), tmp_path / "store")
    assert "states nothing" in error.what
    assert f"eva-1.trig:{CLAIM_LINE}" in str(error.where)


def test_a_claim_described_in_two_files(tmp_path: Path) -> None:
    again = FACTS[FACTS.index("claim:1 a tn:Claim") :]
    error = refused(write(tmp_path / "facts", other=again), tmp_path / "store")
    assert "eva-1.trig" in error.what
    assert "other.trig:" in str(error.where)


def test_a_claim_number_used_twice_in_a_file(tmp_path: Path) -> None:
    again = FACTS[FACTS.index("claim:1 a tn:Claim") :].replace("became", "resigned as")
    error = refused(write(tmp_path / "facts", FACTS + again), tmp_path / "store")
    assert "2 tn:statement" in error.what
    assert f"eva-1.trig:{CLAIM_LINE}" in str(error.where)


def test_saying_a_thing_twice_is_saying_it_once(tmp_path: Path) -> None:
    again = FACTS[FACTS.index("claim:1 a tn:Claim") :]
    assert len(open_knowledge_base(write(tmp_path / "facts", FACTS + again)).claims) == 1


def test_claims_that_contradict_each_other_are_loaded(tmp_path: Path) -> None:
    """A contradiction is no mistake of a file: it is what the sources say."""
    claim = FACTS[FACTS.index("claim:1 a tn:Claim") :].replace("claim:1", "claim:2")
    kb = open_knowledge_base(write(tmp_path / "facts", FACTS + claim.replace("2021-05", "2020")))
    assert len(kb.world().conflicts) == 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere", tmp_path / "store")
    assert isinstance(error, NotFound)
    assert "nowhere" in str(error.where)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    folder = write(tmp_path / "facts")
    (folder / "noise.trig").write_bytes(b"\xff\xfe\x00noise")
    error = refused(folder, tmp_path / "store")
    assert "noise.trig" in str(error.where)


def test_what_only_another_policy_would_fuse_is_checked_too(tmp_path: Path) -> None:
    facts = FACTS.replace("tnv:Asserted", "tnv:Alleged").replace('"2021-05"', '"2021-13"')
    error = refused(write(tmp_path / "facts", facts), tmp_path / "store")
    assert "2021-13" in error.what


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "facts")
    (folder / "README.md").write_text("Not RDF.", encoding="utf-8")
    assert len(open_knowledge_base(folder).claims) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("person/ada-brook", "person/ada-brook"),
        ("https://w3id.org/tenure/id/person/ada-brook", "person/ada-brook"),
        ("Ada Brook", "person/ada-brook"),
        ("ADA BROOK", "person/ada-brook"),
    ],
)
def test_entities_are_found_by_slug_iri_and_name(tmp_path: Path, text: str, found: str) -> None:
    kb = open_knowledge_base(write(tmp_path / "facts"))
    assert kb.names.slug_of(kb.registry.find(text).value) == found


def test_a_name_that_several_share_is_not_guessed(tmp_path: Path) -> None:
    entities = ENTITIES + 'person:ada-brook-2 a tn:Person ; rdfs:label "Ada Brook"@en .\n'
    kb = open_knowledge_base(write(tmp_path / "facts", entities=entities))
    with pytest.raises(NotFound, match="several") as caught:
        kb.registry.find("Ada Brook")
    assert "person/ada-brook-2" in caught.value.remedy


@pytest.mark.parametrize("text", ["", "<>", "person/", "\x00", "a" * 5000, "\u202e"])
def test_names_that_nobody_has(tmp_path: Path, text: str) -> None:
    kb = open_knowledge_base(write(tmp_path / "facts"))
    with pytest.raises(NotFound) as caught:
        kb.registry.find(text)
    assert len(str(caught.value)) < 600
