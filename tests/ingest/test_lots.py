"""Many claims are taken in lot by lot: what is written and told is the same as of all together."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.ingest.test_round_trip import MAPPING

from tenure.ingest import SourceDescription, facts_folder, import_files, importing, lots
from tenure.own_folder import close_with
from tenure.resources import OwnTerms

HEADER = "holder,office,start,end,rank,born"
ROWS = [
    "Ada Brook,Mayor,1950,1961,,1910",
    "Ben Cole,Clerk,1900-01-01,1910,preferred,",
    "Cyd Day,Clerk,1911,,,1880",
    # One stretch that two records tell of, and another one before it.
    "Ada Brook,Mayor,1950,1961,deprecated,",
    "Ada Brook,Mayor,1940,1945,,1911",
    "قاسم,Mayor,1970,1980~,,",
    "Ben Cole,Mayor,1962,1961,,",
    "Eve Fox,Harbour master,1981,1990,,1940",
]
BIRTHS = """
[[statements]]
kind = "Person"
about = { name = "holder" }
bornOn = "born"
when = { born = true }
"""
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
<https://example.org/ends> a sh:NodeShape ; sh:targetClass tn:Tenure ;
    sh:property [ sh:path tn:end ; sh:minCount 1 ; sh:message "It has no end. Say when." ] .
"""


def bring(root: Path, rows: Sequence[str], day: str, terms: Path | None = None) -> object:
    """The rows imported into a folder; what there is to tell, and what was written."""
    root.mkdir(exist_ok=True)
    (root / "facts").mkdir(exist_ok=True)
    path = root / "terms.csv"
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    done = import_files(
        "table",
        [path],
        root / "facts",
        source=SourceDescription("terms"),
        mapping=tomllib.loads(MAPPING + BIRTHS),
        recorded_at=f"{day}T00:00:00Z",
        terms=OwnTerms(terms),
    )
    files = sorted((root / "facts").iterdir())
    return done.report.lines, done.revisions, [(one.name, one.read_bytes()) for one in files]


@pytest.fixture(params=["beside", "alone"])
def in_lots(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """To be undone for what is looked at together."""
    monkeypatch.setattr(facts_folder, "_MANY", 0)
    monkeypatch.setattr(lots, "LOT", 4)
    monkeypatch.setattr(lots, "_THINGS", 3)
    monkeypatch.setattr(importing, "_BESIDE", 1 if request.param == "beside" else 1_000)
    return monkeypatch


def test_a_new_source_and_its_next_state(in_lots: pytest.MonkeyPatch, tmp_path: Path) -> None:
    states = [(ROWS, "2024-06-02"), ([*ROWS[2:], "Gus Hay,Clerk,1920,1930,,"], "2024-06-03")]
    found = [bring(tmp_path / "lots", *one) for one in states]
    in_lots.undo()
    assert found == [bring(tmp_path / "whole", *one) for one in states]


@pytest.mark.parametrize("in_lots", ["beside"], indirect=True)
def test_what_breaks_a_rule_is_left_out(in_lots: pytest.MonkeyPatch, tmp_path: Path) -> None:
    terms = tmp_path / "terms"
    (terms / "shapes").mkdir(parents=True)
    (terms / "shapes" / "ends.ttl").write_text(SHAPE, encoding="utf-8")
    found = bring(tmp_path / "lots", ROWS, "2024-06-02", terms)
    in_lots.undo()
    assert found == bring(tmp_path / "whole", ROWS, "2024-06-02", terms)
    assert "It has no end." in str(found)
    open_ended = [f"P{number},Clerk,19{number}0,,," for number in range(4)]
    nothing = bring(tmp_path / "whole-2", open_ended, "2024-06-02", terms)
    in_lots.setattr(facts_folder, "_MANY", 0)
    assert bring(tmp_path / "lots-2", open_ended, "2024-06-02", terms) == nothing


def test_claims_whose_numbers_are_between_those_of_others(
    in_lots: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Such as those read from a text; the file is laid out at once then."""
    found = []
    for name in ("lots", "whole"):
        bring(tmp_path / name, ROWS[:2], "2024-06-02")
        file = tmp_path / name / "facts" / "terms.trig"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("claim:2", "claim:4-2"), encoding="utf-8")
        found.append(bring(tmp_path / name, ROWS, "2024-06-03"))
        in_lots.undo()
    assert found[0] == found[1]


@pytest.mark.parametrize("in_lots", ["beside"], indirect=True)
def test_what_other_sources_tell_of_the_same_things_is_looked_at_too(
    in_lots: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A tenure that another source calls by a wrong kind, and a rule of our own about that."""
    terms = tmp_path / "terms"
    (terms / "shapes").mkdir(parents=True)
    text = SHAPE.replace("sh:minCount 1", "sh:maxCount 1")
    (terms / "shapes" / "ends.ttl").write_text(text, encoding="utf-8")
    found = []
    for name in ("lots", "whole"):
        bring(tmp_path / name, ROWS, "2024-06-02")
        facts = tmp_path / name / "facts"
        held = (facts / "terms.trig").read_text(encoding="utf-8")
        held = held.replace("/terms/", "/others/").replace("source:terms", "source:others")
        others = held.replace('"1961"^^', '"1960"^^').replace('"1990"^^', '"1989"^^')
        (facts / "others.trig").write_text(others, encoding="utf-8")
        (facts / "terms.trig").unlink()
        found.append(bring(tmp_path / name, ROWS, "2024-06-03", terms))
        in_lots.undo()
    assert found[0] == found[1]
    assert "It has no end." in str(found[0])


def test_a_full_disk_is_told_by_who_writes_and_not_again_by_who_goes() -> None:
    """What Python would say of the last bytes fails a test as well."""

    class Owner:
        pass

    owner = Owner()
    file = Path("/dev/full").open("wb")  # noqa: SIM115 - it goes with its owner
    close_with(owner, file)
    file.write(b"held back until it is closed")
    del owner
    gc.collect()
    assert file.closed
