"""A comparison that acts: over HTTP and in files alike, whatever the two count the stretches by."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.api.writable import writable
from tests.comparison.conftest import MAPPING

import tenure
from tenure.catalog import Catalog
from tenure.comparison import DifferenceKind
from tenure.ingest import SourceDescription, import_files

REGISTER = """\
record,who,item,post,office item,from,to
1,Ana Roe,Q1,Mayor,Q90,2000-01-01,2002-01-01
2,Ana Roe,Q1,Mayor,Q90,2010-01-01,2012-01-01
3,Bo Li,Q2,Mayor,Q90,2003-01-01,2005-01-01
4,Cy Poe,Q3,Clerk,Q91,1990-01-01,1992-01-01
5,Cy Poe,Q3,Clerk,Q91,1992-01-02,1994-01-01
"""
WIKI = """\
record,who,item,post,office item,from,to
a,"Roe, Ana",Q1,Mayor,Q90,2010-01-01,2013-01-01
b,Li Bo,Q2,Mayor,Q90,2003-01-01,2005-01-01
c,Cy Poe,Q3,Clerk,Q91,1990-01-01,1994-01-01
"""


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with two stretches of the mayor, and another that knows the second alone."""
    folder = tmp_path_factory.mktemp("counted")
    facts = folder / "facts"
    facts.mkdir()
    for slug, text in (("register", REGISTER), ("wiki", WIKI)):
        path = folder / f"{slug}.csv"
        path.write_text(text, encoding="utf-8")
        about = SourceDescription(slug, publisher="Town", published="2020-01-01")
        import_files("table", [path], facts, source=about, mapping=MAPPING)
    return facts


def test_what_is_only_called_otherwise_is_a_kind_of_its_own(counted: Path) -> None:
    with tenure.open(counted) as kb:
        found = kb.compare("register", "wiki")
        (label,) = (one for one in found.differences if one.kind is DifferenceKind.LABEL)
        assert (found.label(label.a[0].subject), label.hint) == ("Bo Li", "“Bo Li” and “Li Bo”")
        assert kb.compare("register", "wiki", kinds=["label"]).differences == (label,)
        reverse = kb.compare("wiki", "register", kinds=["label"]).differences
        assert [one.hint for one in reverse] == ["“Li Bo” and “Bo Li”"]


def test_stretches_that_follow_each_other_can_count_as_one(counted: Path) -> None:
    with tenure.open(counted) as kb:
        (split,) = kb.compare("register", "wiki", office="office/clerk").differences
        assert split.kind is DifferenceKind.SPLIT
        assert kb.compare("register", "wiki", office="office/clerk", gap=1).differences == ()


def test_a_decision_settles_the_stretches_of_both_sides(
    counted: Path, tmp_path: Path, catalog: Catalog
) -> None:
    """The register's second stretch is the first that the other list knows."""
    facts = shutil.copytree(counted, tmp_path / "facts")
    with writable(facts, catalog) as (client, kb):
        asked = {"a": "register", "b": "wiki"}
        found = client.get("/compare", params={**asked, "format": "json"}).json()["differences"]
        (wrong,) = (one for one in found if one["difference"] == "dates")
        body = {**asked, "into": "decisions", "decisions": {wrong["id"]: "a"}, "message": "Seen."}
        assert client.post("/compare?dry-run=true", json=body).json()["dryRun"]
        done = client.post("/compare", json=body)
        assert done.status_code == 200, done.text
        assert len(done.json()["added"]) == 2
        first, second = (
            kb.occurrences([f"{kb.names.id_prefix}tenure/ana-roe--mayor{n}"]) for n in ("", "--2")
        )
        assert [
            (str(one.bounds.start_earliest), one.contested)
            for some in (first, second)
            for one in some.values()
        ] == [("730120", False), ("733773", False)]
        (revision,) = kb.revisions(kb.names.source("decisions").value)
        assert (revision.by, revision.message) == ("writer", "Seen.")
        assert client.post("/compare", json=body).json()["added"] == []
        assert client.post("/compare", json={**asked, "into": "decisions"}).status_code == 400
        gone = {**body, "decisions": {"0123456789ab": "a"}}
        assert client.post("/compare", json=gone).status_code == 400
