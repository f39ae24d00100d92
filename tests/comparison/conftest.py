"""A town's register beside an encyclopedia, both imported into one base."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import tenure
from tenure.cli import build_app
from tenure.ingest import SourceDescription, import_files

REGISTER = """\
record,who,item,post,office item,from,to
r1,Ada Brook,Q11,Mayor of Lowmoor,Q90,1990-05-01,1994-05-01
r2,Ben Cole,Q12,Mayor of Lowmoor,Q90,1994-05-01,1998-05-10
r3,Cem Demir,Q13,Mayor of Lowmoor,Q90,1998-05-10,2004-05-01
r4,Dora Eng,Q14,Treasurer of Moor,Q91,1991-02-01,1995-02-01
r5,Eli Frank,Q15,Treasurer of Moor,Q91,1995-02-01,2001-02-01
r6,Fay Gold,Q16,Clerk of Lowmoor,,2001-06-01,2005-06-01
"""
WIKI = """\
record,who,item,post,office item,from,to
Q11$00000000-0000-4000-8000-000000000001,Ada Brook,Q11,Mayor of Lowmoor,Q90,1990-05-01,1994
Q12-00000000-0000-4000-8000-000000000002,Ben Cole,Q12,Mayor of Lowmoor,Q90,1994-05-01,1998-05-01
Q13$00000000-0000-4000-8000-000000000003,Cem Demir,Q13,Mayor of Lowmoor,Q90,1998-06-10,
Q15$00000000-0000-4000-8000-000000000004,Eli Frank,Q15,Treasurer of Moor,Q91,1995-02-01,2001-02-01
Q16$00000000-0000-4000-8000-000000000005,Fay Gold,Q16,Keeper of the Seal,Q92,2001-06-01,2005-06-01
Q17$00000000-0000-4000-8000-000000000006,Gus Hart,Q17,Treasurer of Moor,Q91,2001-02-01,2003
"""
MAPPING = {
    "statements": [
        {
            "kind": "Tenure",
            "holder": {"kind": "Person", "name": "who", "identifiers": {"wikidata": "item"}},
            "office": {
                "kind": "Office",
                "name": "post",
                "identifiers": {"wikidata": "office item"},
                "of": {"name": "=Lowmoor Town Council"},
            },
            "start": "from",
            "end": "to",
            "key": "record",
        }
    ],
}


@pytest.fixture(scope="session")
def two_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of facts with both sources; nobody changes it."""
    folder = tmp_path_factory.mktemp("two-lists")
    facts = folder / "facts"
    facts.mkdir()
    for slug, text in (("register", REGISTER), ("wiki", WIKI)):
        path = folder / f"{slug}.csv"
        path.write_text(text, encoding="utf-8")
        import_files(
            "table",
            [path],
            facts,
            source=SourceDescription(
                slug, publisher="Lowmoor", published="2020-01-01", url=f"https://{slug}.example/"
            ),
            mapping=MAPPING,
        )
    return facts


@pytest.fixture(scope="session")
def lists(two_lists: Path) -> Iterator[tenure.OpenBase]:
    """The base of both sources, opened; nobody changes it."""
    with tenure.open(two_lists) as opened:
        yield opened


@pytest.fixture
def facts(two_lists: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(two_lists, tmp_path / "facts"))


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Runs ``tenure`` with these words."""
    app = build_app()

    def invoke(*words: object) -> Result:
        return CliRunner().invoke(app, [str(w) for w in words], env={"COLUMNS": "200"})

    return invoke
