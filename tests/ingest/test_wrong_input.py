"""Files that are not what their format says: all of it is told with its place, the rest goes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from tests.ingest.lowmoor import HEADER, MAPPING, Import

ADA = {"Name": "Ada", "Post": "Mayor", "From": "1990"}
ROW = json.dumps(ADA)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ('"From": ' + "9" * 5000, "no date that is understood"),
        ('"From": NaN', "NaN is no number"),
        (r'"More": "\ud800"', "character that no text can have"),
        (r'"More": "\u0000"', "character that no text can have"),
        ('"From": {"year": 1990}', "'From' is a list or table"),
        ('"From": [[1990]]', "'From' is a list or table"),
        ('"More": ' + '{"a":' * 900 + "1" + "}" * 900, "nested too deep"),
        ('"More": ' + "[" * 100_000, "nested too deep"),
        ('"Name": "Eve"', "'Name' is here twice"),
    ],
)
def test_a_value_that_json_should_not_have_is_told_with_its_line(
    bring: Import, more: str, what: str
) -> None:
    row = '{"Name": "Ben", "Post": "Clerk", ' + more + "}"
    done = bring(f"{ROW}\n{row}\n", name="officers.jsonl")
    assert done.result.exit_code == 1, done.result.output
    ((place, told),) = done.faults
    assert place == "officers.jsonl:2"
    assert what in told
    assert done.dates()["ada--mayor"] == ("start 1990",)


def test_of_a_file_whose_last_line_is_cut_off_nothing_is_retracted(bring: Import) -> None:
    two = f"{ROW}\n{ROW.replace('Ada', 'Ben')}\n"
    bring(two, name="officers.jsonl")
    done = bring(two[:-20], name="officers.jsonl")
    assert "nothing was retracted" in done.result.output
    assert {*done.dates()} == {"ada--mayor", "ben--mayor"}


def test_text_of_two_or_four_bytes_a_character_is_read_as_far_as_it_goes(bring: Import) -> None:
    rows = HEADER + "Ada,Mayor,1990,\n"
    for encoding in ("utf-16", "utf-32"):
        assert {*bring(rows.encode(encoding)).dates()} == {"ada--mayor"}
    done = bring((rows + "Ben,Mayor,1995,\n").encode("utf-16")[:-1])
    assert [place for place, _ in done.faults] == ["officers.csv:3"]


SHEET = [("Name", "Post", "From", "To"), ("Ada", "Mayor", date(1990, 1, 2), None)]


def book(path: Path, *rows: tuple[Any, ...], below: int = 0) -> Path:
    """A book whose first sheet was the second, with an empty one beside it."""
    made = openpyxl.Workbook()
    made.create_sheet("Officers", 0)
    sheet = made["Officers"]
    for _ in range(below):
        sheet.append([])
    for row in (*SHEET, *rows):
        sheet.append(row)
    for cell in (one for line in sheet.iter_rows() for one in line):
        if str(cell.value).startswith("#"):
            cell.data_type = "e"
    made.save(path)
    return path


@pytest.mark.parametrize("rows", ["", 'sheet = "Officers"', "sheet = 1"])
def test_a_formula_and_an_error_of_excel_are_told_in_whichever_sheet(
    bring: Import, tmp_path: Path, rows: str
) -> None:
    path = book(
        tmp_path / "officers.xlsx",
        ("Ben", "Clerk", "=1+1", None),
        ("Cyd", "Clerk", "1990", "#N/A"),
        ("Dee", "Clerk", "1990", None, "more"),
        ("Eve", "Clerk", 1995.0, None),
        below=2,
    )
    done = bring(path, mapping=f"{MAPPING}[rows]\n{rows}\n")
    assert done.faults == [
        ("officers.xlsx:5", "The cell C5 is a formula."),
        ("officers.xlsx:6", "The cell D6 is the error #N/A."),
        ("officers.xlsx:7", "The row has 5 cells, and the header has 4."),
    ]
    assert done.dates() == {"ada--mayor": ("start 1990-01-02",), "eve--clerk": ("start 1995",)}
    others = [one["what"] for one in done.report if one["kind"] == "skipped"]
    assert others == ([] if rows else ["The sheet 'Sheet' was not read."])


def test_a_time_of_excel_is_no_date(bring: Import, tmp_path: Path) -> None:
    path = book(tmp_path / "officers.xlsx", ("Ben", "Clerk", time(12, 30), None))
    ((place, what),) = bring(path).faults
    assert place == "officers.xlsx:3"
    assert "12:30:00" in what
    assert "1899" not in what


def test_a_sheet_that_there_is_not_and_a_book_that_is_none(bring: Import, tmp_path: Path) -> None:
    path = book(tmp_path / "officers.xlsx")
    done = bring(path, mapping=f'{MAPPING}[rows]\nsheet = "Offices"\n')
    assert "There are: Officers, Sheet." in done.result.output
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000))
    assert "locked with a password" in bring(path).result.output


def test_parquet_has_years_before_christ_and_whole_numbers_as_fractions(
    bring: Import, tmp_path: Path
) -> None:
    path = tmp_path / "officers.parquet"
    named = {"Name": ["Ada", "Ben"], "Post": ["Mayor", "Clerk"]}
    days = pl.Series([-1_000_000, None]).cast(pl.Date)
    pl.DataFrame({**named, "From": days, "To": [float("nan"), 1995.0]}).write_parquet(path)
    done = bring(path)
    assert done.result.exit_code == 0, done.result.output
    assert done.dates() == {"ada--mayor": ("start -0768-02-04",), "ben--clerk": ("end 1995",)}
    pl.DataFrame({**named, "From": [b"1990", None], "To": [None, "1995"]}).write_parquet(path)
    assert [what for _, what in bring(path).faults] == ["'From' is bytes, and no text."]


@pytest.mark.parametrize(
    ("metadata", "what"),
    [
        ({"tables": [1]}, "tables/1 is a text, and is to be a table of names and values."),
        ({"tableSchema": "schema.json"}, "tableSchema is a text"),
        ({"tableSchema": {"columns": ["Name"]}}, "tableSchema.columns/1 is a text"),
        ({"dialect": [1]}, "dialect is a list"),
    ],
)
def test_metadata_that_are_none_are_told_and_the_table_is_read(
    bring: Import, tmp_path: Path, metadata: Mapping[str, Any], what: str
) -> None:
    file = tmp_path / "officers.csv-metadata.json"
    file.write_text(json.dumps({"@context": "http://www.w3.org/ns/csvw", **metadata}))
    done = bring(HEADER + "Ada,Mayor,1990,\n")
    ((place, told),) = done.faults
    assert place == file.name
    assert what in told
    assert {*done.dates()} == {"ada--mayor"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[[statements]]", '[rows]\ndelimiter = ";;"\n[[statements]]'), "rows.delimiter"),
        (("[[statements]]", '[rows]\nencoding = "hex"\n[[statements]]'), "no encoding of texts"),
        (("[[statements]]", '[rows]\nskip = "two"\n[[statements]]'), "'two' is no whole number"),
        (("[[statements]]", '[rows]\nnull = "-"\n[[statements]]'), "rows.null is a text"),
        (("[[statements]]", '[entities]\n"org/x" = 5\n[[statements]]'), "entities.org/x is a text"),
        (("[[statements]]", '[entities]\n"org/x" = {}\n[[statements]]'), "the kind of org/x"),
        (("[source]", "statements = [5]\n[source]"), "does not parse"),
        (('name = "Name"', 'name = { column = "Name", clean = "(" }'), "pattern '('"),
        (('name = "Name"', 'name = { clean = "x" }'), "does not say which cell"),
        (('name = "Name"', 'identifiers = "Name"'), "holder.identifiers is a text"),
        (('of = { name = "=Lowmoor Council" }', 'of = "x"'), "office.of is a text"),
        (('name = "Post"', 'name = "Post", seats = "two"'), "'two' is no whole number"),
        (('end = "To"', 'end = "To"\nwhen = "x"'), "statements 1.when is a text"),
    ],
)  # fmt: skip
def test_a_part_of_a_mapping_that_has_another_form_is_refused(
    bring: Import, change: tuple[str, str], told: str
) -> None:
    done = bring(HEADER + "Ada,Mayor,1990,\n", mapping=MAPPING.replace(*change))
    assert done.result.exit_code == 2, done.result.output
    assert told in done.result.output


PERSONS = [{"id": "a", "name": "Ada"}, {"id": "b", "name": "Ben"}]
MEMBER = {"person_id": "a", "organization_id": "o", "start_date": "1990"}
POPOLO = {
    "persons": PERSONS,
    "organizations": [{"id": "o", "name": "Council"}],
    "memberships": [MEMBER, {**MEMBER, "person_id": "b"}],
}


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        ({"persons": [PERSONS[0], {"id": ["b"]}]}, "persons/1", "id is a list"),
        ({"persons": [PERSONS[0], {"id": "b", "name": ["B"]}]}, "persons/1", "name is a list"),
        (
            {"persons": [PERSONS[0], {"id": "b", "other_names": 5}]},
            "persons/1",
            "other_names is a text, and is to be a list.",
        ),
        (
            {"persons": [PERSONS[0], {"id": "b", "identifiers": [None]}]},
            "persons/1",
            "identifiers/1 is empty",
        ),
        (
            {"memberships": [MEMBER, {**MEMBER, "person_id": ["b"]}]},
            "memberships/1",
            "person_id is a list",
        ),
        ({"memberships": [MEMBER, {**MEMBER, "role": ["x"]}]}, "memberships/1", "role is a list"),
    ],
)
def test_a_value_of_another_form_in_popolo_loses_no_other_record(
    bring: Import, change: Mapping[str, Any], place: str, what: str
) -> None:
    whole = json.dumps({**POPOLO, **change})
    done = bring(whole, form="popolo", name="council.json", mapping=None)
    assert done.result.exit_code == 1, done.result.output
    assert done.faults[0][0] == f"council.json#{place}"
    assert what in done.faults[0][1]
    assert done.dates() == {"ada--council": ("start 1990",)}


def test_memberships_inside_of_persons_are_read(bring: Import) -> None:
    inside = {
        **POPOLO,
        "persons": [{**PERSONS[0], "memberships": [MEMBER, {**MEMBER, "role": [5]}]}],
    }
    whole = json.dumps({**inside, "memberships": []})
    done = bring(whole, form="popolo", name="council.json", mapping=None)
    assert [place for place, _ in done.faults] == ["council.json#persons/memberships/1"]
    assert done.dates() == {"ada--council": ("start 1990",)}


def test_popolo_that_is_nested_too_deep_is_told_at_once(bring: Import) -> None:
    done = bring('{"persons":' + "[" * 100_000, form="popolo", name="council.json", mapping=None)
    assert done.faults == [("council.json", "It is nested more than 100 deep.")]


def snak(value: Any) -> dict[str, Any]:
    return {"snaktype": "value", "datavalue": {"value": value}}


def point(time: str, precision: int = 11, calendar: str = "Q1985727") -> dict[str, Any]:
    return snak({"time": time, "precision": precision, "calendarmodel": f"entity/{calendar}"})


def held(number: int, start: Any = None, **more: Any) -> dict[str, Any]:
    qualifiers = {} if start is None else {"P580": [start]}
    statement = {"id": f"Q1${number}", "mainsnak": snak({"id": f"Q{number}"}), "rank": "normal"}
    return {**statement, "qualifiers": qualifiers, **more}


def entity(*statements: Any, **more: Any) -> str:
    human = [{"mainsnak": snak({"id": "Q5"})}]
    claims = {"P31": human, "P39": list(statements)}
    return json.dumps({"id": "Q1", "labels": {"en": {"value": "Ada"}}, "claims": claims, **more})


def test_years_before_christ_and_coarse_points_in_time_of_wikidata(bring: Import) -> None:
    points = {
        "-0043-03-13": point("-0044-03-15T00:00:00Z", calendar="Q1985786"),
        "-0043": point("-0044-00-00T00:00:00Z", 9),
        "[-0048..-0039]": point("-0044-00-00T00:00:00Z", 8),
        "[-0099..0000]": point("-0044-00-00T00:00:00Z", 7),
        "[1801..1900]": point("+1900-00-00T00:00:00Z", 7),
        "[1001..2000]": point("+2000-00-00T00:00:00Z", 6),
        "[0000]": point("-0001-00-00T00:00:00Z", 9),
    }
    whole = entity(*(held(100 + n, one) for n, one in enumerate(points.values())))
    done = bring(whole, form="wikidata", name="ada.json", mapping=None)
    assert done.result.exit_code == 0, done.result.output
    assert [one for (one,) in done.dates().values()] == [f"start {one}" for one in points]
    none = entity(held(100, point("+0000-00-00T00:00:00Z", 9)))
    assert "a year 0" in bring(none, form="wikidata", name="no.json", mapping=None).faults[0][1]


TURTLE = """
@prefix p: <http://www.wikidata.org/prop/> . @prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> .
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wikibase: <http://wikiba.se/ontology#> .
wd:Q1 p:P39 <http://www.wikidata.org/entity/statement/Q1-1> .
<http://www.wikidata.org/entity/statement/Q1-1> ps:P39 wd:Q100 ;
    wikibase:rank wikibase:NormalRank ;
    pqv:P580 [ wikibase:timeValue "TIME" ; wikibase:timePrecision P ] .
"""


@pytest.mark.parametrize(
    ("time", "precision", "edtf"),
    [
        ("1900-01-01T00:00:00Z", "7", "[1801..1900]"),
        ("-0043-01-01T00:00:00Z", "9", "-0043"),
        ("0000-01-01T00:00:00Z", "9", "[0000]"),
        ("-0043-01-01T00:00:00Z", "7", "[-0099..0000]"),
    ],
)
def test_turtle_of_wikidata_says_the_same_as_its_json(
    bring: Import, time: str, precision: str, edtf: str
) -> None:
    text = TURTLE.replace("TIME", time).replace("P ]", f"{precision} ]")
    done = bring(text, form="wikidata", name="ada.ttl", mapping=None)
    assert list(done.dates().values()) == [(f"start {edtf}",)]
    coarse = TURTLE.replace("TIME", "-5000000-01-01T00:00:00Z").replace("P ]", "3 ]")
    assert (
        "of precision 3"
        in bring(coarse, form="wikidata", name="old.ttl", mapping=None).faults[0][1]
    )


WRONG_STATEMENTS = [
    "text",
    None,
    held(2, qualifiers=[1]),
    held(2, qualifiers={"P580": point("+1990-00-00T00:00:00Z", 9)}),
    held(2, references="text"),
    held(2, "text"),
    held(2, {"snaktype": "value", "datavalue": "text"}),
    held(2, point("+1990-13-00T00:00:00Z", 10)),
    held(2, snak({"time": "+1990-00-00T00:00:00Z", "precision": None})),
    held(2, rank=5),
    held(2, mainsnak=snak({"id": None})),
]


def test_statements_of_wikidata_that_are_none_lose_no_other(bring: Import) -> None:
    whole = entity(*WRONG_STATEMENTS, held(7, point("+1990-00-00T00:00:00Z", 9)), aliases=[])
    other = entity(labels={"en": "Eve"})
    done = bring(f"{whole}\n{other}\n", form="wikidata", name="ada.jsonl", mapping=None)
    assert len(done.faults) == len(WRONG_STATEMENTS) + 1, done.result.output
    assert done.dates() == {"ada--q7": ("start 1990",)}
    cut = json.dumps({"entities": {"Q1": json.loads(entity(held(7))), "Q2": json.loads(other)}})
    done = bring(cut[:-20], form="wikidata", name="two.json", mapping=None)
    assert "breaks off" in done.faults[0][1]
    assert {*done.dates()} == {"ada--q7"}


def test_where_nothing_is_taken_in_that_is_told_though_all_was_left_out(bring: Import) -> None:
    nobody = entity(held(1, mainsnak={"snaktype": "somevalue"}))
    done = bring(nobody, form="wikidata", name="ada.json", mapping=None)
    assert done.result.exit_code == 1
    assert not done.file.exists()


def ftm(**properties: Any) -> str:
    both = {"holder": ["a"], "post": ["m"]}
    things = [
        {"id": "a", "schema": "Person", "properties": {"name": ["Ada"]}},
        {"id": "m", "schema": "Position", "properties": {"name": ["Mayor"]}},
        {"id": "1", "schema": "Occupancy", "properties": both},
        {"id": "2", "schema": "Occupancy", "properties": {**both, **properties}},
    ]
    return "\n".join(map(json.dumps, things))


@pytest.mark.parametrize(
    "properties", [{"holder": [{"id": "a"}]}, {"startDate": "1990"}, {"startDate": 1990}]
)
def test_a_property_of_follow_the_money_that_is_no_list_of_texts(
    bring: Import, properties: Mapping[str, Any]
) -> None:
    done = bring(ftm(**properties), form="ftm", name="one.ftm.json", mapping=None)
    ((place, what),) = done.faults
    assert place == "one.ftm.json:4"
    assert f"properties.{next(iter(properties))}" in what


def test_what_one_record_says_twice_under_one_name_is_one_claim(bring: Import) -> None:
    done = bring(ftm(startDate=None).replace('"2"', '"1"'), form="ftm", name="o.json", mapping=None)
    assert [one["locator"] for one in done.report if one["kind"] == "repeated"] == ["1"]
    assert done.file.read_text(encoding="utf-8").count("a tn:Claim") == 1


LEGISLATOR = """
id: ocd-person/1
name: Ada
roles:
- type: governor
  jurisdiction: ocd-jurisdiction/country:us/state:ak/government
  start_date: 1990-01-01
"""


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("- senator", "ocd-person/1#role/2"),
        ("party:\n- Blue", "ocd-person/1#party/1"),
        ("---\nid: ocd-person/2\nname: Ben\nroles: none", "ada.yml:9:1"),
        ("---\nid: ocd-person/2\nname: &x Ben", "ada.yml:10:7"),
    ],
)  # fmt: skip
def test_a_role_that_is_none_loses_no_other(bring: Import, more: str, place: str) -> None:
    done = bring(LEGISLATOR + more + "\n", form="openstates", name="ada.yml", mapping=None)
    assert [locator for locator, _ in done.faults] == [place], done.result.output
    assert list(done.dates().values()) == [("start 1990-01-01",)]


def test_yaml_in_another_encoding_is_told(bring: Import) -> None:
    text = LEGISLATOR.replace("Ada", "Zoë").encode("latin-1")
    done = bring(text, form="openstates", name="zoe.yml", mapping=None)
    assert "no UTF-8" in done.faults[0][1]


TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><listPerson>
<person xml:id="a"><persName>Ada</persName>
  <state type="office" role="abbess" from="0863"/></person>
<person xml:id="b"><persName xml:lang="en">Ben</persName>
  <state type="office" role="bishop" to="0903"/></person>
</listPerson></body></text></TEI>"""


def test_each_of_several_persons_of_a_tei_file_has_her_own_office(bring: Import) -> None:
    done = bring(TEI, form="tei", name="persons.xml", mapping=None)
    assert done.result.exit_code == 0, done.result.output
    assert done.dates() == {"ada--abbess": ("start 0863",), "ben--bishop": ("end 0903",)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('<?xml version="1.0" encoding="klingon"?>' + TEI, "encoding"),
        ('<?xml version="1.0" encoding="euc-jp"?>' + TEI, "encoding"),
        (TEI.replace("Ada", "<a>" * 3000 + "</a>" * 3000), "nested more than 100 deep"),
    ],
)
def test_xml_that_cannot_be_read_is_told(bring: Import, text: str, what: str) -> None:
    done = bring(text, form="tei", name="persons.xml", mapping=None)
    ((place, told),) = done.faults
    assert place == "persons.xml"
    assert what in told


ORG = """@prefix org: <http://www.w3.org/ns/org#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<urn:m> a org:Membership ; org:member <urn:a> ; org:organization <urn:o> . <urn:a> foaf:name "Ada" .
"""


def test_nodes_without_names_are_the_same_when_they_come_again(bring: Import) -> None:
    text = ORG.replace("<urn:m>", "[]").replace("<urn:o>", '[ foaf:name "Council" ]')
    first = bring(text, form="org", name="members.ttl", mapping=None)
    assert first.result.exit_code == 0, first.result.output
    facts = {path: path.read_bytes() for path in first.file.parent.iterdir()}
    bring(text, form="org", name="members.ttl", mapping=None)
    assert facts == {path: path.read_bytes() for path in first.file.parent.iterdir()}


def test_a_claim_goes_on_though_somebody_is_called_otherwise(bring: Import) -> None:
    rows = HEADER + "Ada,Mayor,1990,\n"
    done = bring(rows)
    registry = done.file.with_name("entities.ttl")
    named = registry.read_text(encoding="utf-8").replace('"Ada"', '"Ada Brook"')
    registry.write_text(
        named.replace(
            "a tn:Person ;",
            'a tn:Person ; <http://www.w3.org/2004/02/skos/core#altLabel> "Ada"@en ;',
        ),
        encoding="utf-8",
    )
    before = done.file.read_bytes()
    again = bring(rows)
    assert again.result.exit_code == 0, again.result.output
    assert again.file.read_bytes() == before


def test_names_in_many_languages_are_not_multiplied_by_each_other(bring: Import) -> None:
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    named = "".join(
        f'<urn:a> foaf:name "Ada {n}" . <urn:o> {label} "Council {n}" . <urn:r> {label} "C {n}" .\n'
        for n in range(200)
    )
    text = f"{ORG}<urn:m> org:role <urn:r> .\n{named}"
    done = bring(text, form="org", name="members.ttl", mapping=None)
    registry = done.file.with_name("entities.ttl").read_text(encoding="utf-8")
    assert registry.count('"Ada ') == registry.count('"Council ') == 200


def test_rdf_that_cannot_be_read_loses_no_other_file(bring: Import, tmp_path: Path) -> None:
    folder = tmp_path / "rdf"
    folder.mkdir()
    (folder / "a.ttl").write_text("\ufeff" + ORG, encoding="utf-8")
    (folder / "b.ttl").write_text(ORG.replace("urn:m", "urn:n")[:-20], encoding="utf-8")
    declared = "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    (folder / "c.rdf").write_text(f'<!DOCTYPE r [<!ENTITY a "x">{declared}]><r>&j;</r>')
    done = bring(folder, form="org", mapping=None)
    assert done.result.exit_code == 1, done.result.output
    assert [place for place, _ in done.faults] == ["b.ttl", "c.rdf"]
    assert "not expanded" in done.faults[1][1]
    assert done.file.read_text(encoding="utf-8").count("a tn:Claim") == 1
