"""Tenure from Python: what ``import tenure`` offers, and the page that shows it."""

from __future__ import annotations

import copy
import datetime as dt
import doctest
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.small import small_facts, written_store

import tenure
from tenure.errors import BadParameter, NotFound, NotWritable

OFFICE = "office/pmu-deputy-head"


@pytest.fixture(scope="module")
def base(repo_root: Path) -> Iterator[tenure.OpenBase]:
    with tenure.open(repo_root / "kb" / "facts") as opened:
        yield opened


@pytest.mark.parametrize(
    ("page", "least"), [("docs/tutorial/from-python.md", 20), ("README.md", 3)]
)
def test_the_page_runs_as_it_is_written(repo_root: Path, page: str, least: int) -> None:
    flags = doctest.ELLIPSIS
    path = str(repo_root / page)
    failed, tried = doctest.testfile(path, module_relative=False, optionflags=flags)
    assert (failed, tried > least) == (0, True)


def test_the_example_of_the_package_runs() -> None:
    assert doctest.testmod(tenure) == (0, 2)


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import sys, tenure; print([m for m in sys.modules if m.startswith(('tenure.', 'py'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "tenure." not in done.stdout
    assert "pyoxigraph" not in done.stdout


def test_every_name_is_there() -> None:
    for name in tenure.__all__:
        assert getattr(tenure, name)
    with pytest.raises(AttributeError, match="no attribute 'opened'"):
        _ = tenure.opened


def test_a_store_is_read_as_it_is(repo_root: Path, tmp_path: Path) -> None:
    facts = small_facts(repo_root, tmp_path / "facts")
    store = written_store(facts, tmp_path / "store")

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}

    before = files()
    for opened in (tenure.open(store), tenure.open(facts, store=store)):
        with opened:
            assert len(opened.engine.claims) > len(tenure.open(facts).engine.claims)
    assert files() == before
    with pytest.raises(NotFound):
        tenure.open(tmp_path / "nowhere")


def test_rows_are_a_sequence(base: tenure.OpenBase) -> None:
    rows = base.ask("office-holders", office=OFFICE, before=dt.date(2020, 1, 3))
    assert [row.person for row in rows] == ["person/abu-mahdi-al-muhandis"]
    assert rows[-1].person == rows[0]["person"] == rows[:1][0].person
    assert len(rows[0]) == len(rows.columns)
    assert "person='person/abu-mahdi-al-muhandis'" in repr(rows[0])
    assert str(rows).splitlines()[0].split() == list(rows.columns)
    assert json.loads(json.dumps(rows.to_dicts()))[0]["contested"] is False
    with pytest.raises(IndexError):
        rows[1]
    with pytest.raises(AttributeError, match=r"no column 'persn'\. Nearest: person"):
        _ = rows[0].persn
    with pytest.raises(KeyError, match="no column 'persn'"):
        _ = rows[0]["persn"]


def test_values_have_types(base: tenure.OpenBase) -> None:
    (row,) = base.sparql(  # type: ignore[misc]
        "SELECT ?day ?number ?truth ?text ?unbound ?far { VALUES (?day ?number ?truth ?text ?far) "
        '{ ("2020-01-03"^^xsd:date 3 true "text"@en "-0044-03-15"^^xsd:date) } }'.replace(
            "xsd:date", "<http://www.w3.org/2001/XMLSchema#date>"
        )
    )
    assert list(row) == [dt.date(2020, 1, 3), 3, True, "text", None, "-0044-03-15"]


def test_every_row_of_every_example_says_why(base: tenure.OpenBase) -> None:
    for name in ("office-holders", "meetings", "tenures"):
        if name not in base.questions:
            continue
        query = base.questions[name]
        rows = base.ask(name, **{k.replace("-", "_"): v for k, v in query.example.items()})
        for row in rows[:3]:
            why = row.why()
            assert str(why)
            assert why.to_dict()["claims"] or why.to_dict()["occurrences"]


def test_rows_of_ones_own_query_do_not_say_why(base: tenure.OpenBase) -> None:
    rows = base.sparql("SELECT ?x { ?x a <https://w3id.org/tenure/ontology#Tenure> } LIMIT 1")
    assert isinstance(rows, tenure.Rows)
    assert rows.nothing is None
    with pytest.raises(BadParameter, match="does not say what its rows rest on"):
        rows[0].why()
    triples = base.sparql("CONSTRUCT WHERE { ?x a <https://w3id.org/tenure/ontology#Tenure> }")
    assert isinstance(triples, list)
    assert len(triples) > 10


def test_an_empty_answer_says_what_would_be_found(base: tenure.OpenBase) -> None:
    rows = base.ask("office-holders", office=OFFICE, after="2020-01-09", policy="hedged=no")
    assert not rows
    assert rows.nothing is not None
    assert rows.nothing.asked.startswith("office = ")


def test_it_explains_what_the_command_explains(base: tenure.OpenBase) -> None:
    thing = "tenure/abu-mahdi-al-muhandis--pmu-deputy-head"
    explained = base.explain(thing, at=dt.date(2019, 1, 1))
    assert "On 1 January 2019: possible" in str(explained)
    with pytest.raises(NotFound, match="is an entity"):
        base.explain(OFFICE)
    with pytest.raises(NotFound, match=r"Nearest: .*pmu-deputy-head"):
        base.explain("tenure/abu-mahdi--pmu-deputy-head")


def test_it_exports_what_the_command_exports(base: tenure.OpenBase) -> None:
    whole = base.export()
    assert whole == base.export("trig")
    assert b"jpost-620411" in base.export("ttl", source="jpost-620411")
    assert base.export("nt", at=dt.date(2020, 1, 2)) == base.export("nt", at="2020-01-02")


def test_what_was_known_at_an_instant(base: tenure.OpenBase) -> None:
    at = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    now = base.ask("office-holders", office=OFFICE)
    assert base.ask("office-holders", office=OFFICE, known_at=at).to_dicts() == now.to_dicts()


def test_a_row_can_be_copied(base: tenure.OpenBase) -> None:
    (row,) = base.ask("office-holders", office=OFFICE, before="2020-01-03")
    assert list(copy.copy(row)) == list(row)


def test_a_year_may_be_a_number(base: tenure.OpenBase) -> None:
    for time in (2020, "2020"):
        rows = base.ask("office-holders", office=OFFICE, before=time)
        assert [row.certainty for row in rows] == ["possible"]
    with pytest.raises(NotFound, match="no entity '3'"):
        base.ask("office-holders", office=3)


def test_rows_are_tables_of_arrow(base: tenure.OpenBase) -> None:
    rows = base.ask("incumbents", at="2020-01-02")
    table = rows.to_arrow()
    assert table.num_rows == len(rows)
    assert tuple(table.column_names) == rows.columns
    assert {name: str(table.schema.field(name).type) for name in ("person", "contested")} == {
        "person": "string",
        "contested": "bool",
    }
    frame = rows.to_polars(iris=True)
    assert frame["person"].to_list() == [row.person.iri for row in rows]
    assert rows.to_pandas()["contested"].dtype == "bool[pyarrow]"
    day = '"2020-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'
    days = base.sparql(f"SELECT * {{ VALUES (?day ?n ?no) {{ ({day} 3 UNDEF) }} }}")
    assert isinstance(days, tenure.Rows)
    assert [str(field.type) for field in days.to_arrow().schema] == [
        "date32[day]",
        "int64",
        "string",
    ]
    large = base.sparql("SELECT (99999999999999999999 AS ?n) {}")
    assert isinstance(large, tenure.Rows)
    assert large.to_arrow()["n"].to_pylist() == ["99999999999999999999"]


def test_a_data_set_comes_in_and_counts(tmp_path: Path) -> None:
    (tmp_path / "entities.ttl").write_text("")
    (tmp_path / "heads.csv").write_text("who,from,to\nJane Roe,2001-02,2003\nJohn Doe,soon,\n")
    mapping = {
        "statements": [
            {
                "kind": "Tenure",
                "holder": {"kind": "Person", "name": "who"},
                "office": {"kind": "Office", "name": "=Mayor", "of": {"name": "=Lowmoor"}},
                "start": "from",
                "end": "to",
            }
        ]
    }
    with tenure.open(tmp_path, base="https://example.org/") as kb:
        before = kb.ask("incumbents", at="2002")
        done = kb.import_files("table", tmp_path / "heads.csv", source="heads", mapping=mapping)
        assert [one.added for one in done.revisions] == [1]
        assert (done.report.counts["fault"], len(before)) == (1, 0)
        (row,) = kb.ask("incumbents", at="2002")
        assert (row.person, row.certainty) == ("person/jane-roe", "certain")
    with tenure.open() as kb, pytest.raises(NotWritable):
        kb.import_files("table", tmp_path / "heads.csv", source="heads", mapping=mapping)
