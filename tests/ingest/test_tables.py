"""Tables by a mapping: dates as people write them, broken rows, later states."""

from __future__ import annotations

import json
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from tests.ingest.harbour import NOW
from tests.ingest.lowmoor import HEADER, MAPPING, Import
from typer.testing import CliRunner

from tenure.cli import build_app
from tenure.ingest.importing import SourceDescription, import_files
from tenure.ingest.reading import LONGEST_LINE
from tenure.knowledge import open_knowledge_base

FORMS = {
    "c. 1999": "start 1999~",
    "1990s": "start 199X",
    "Spring 2001": "start 2001-21",
    "2003?": "start 2003?",
    "before 1900": "start [..1899-12-31]",
    "after 1900": "start [1901-01-01..]",
    "1999-2001": "start [1999..2001]",
    "12 March 2001": "start 2001-03-12",
    "44 BC": "start -0043",
    "1926-##-##": "start 1926-XX-XX",
    "1926-05-00": "start 1926-05",
    "03/04/2001": "start 2001-04-03",
    "3.4.2001": "start 2001-04-03",
    "2001-04-03T00:00:00Z": "start 2001-04-03",
    "186": "start 0186",
    "19th century": "start 18XX",
    "2001-04-03": "start 2001-04-03",
}


def test_dates_as_people_write_them_become_edtf_and_are_told(bring: Import) -> None:
    rows = "".join(f'Person {letter(n)},Mayor,"{one}",\n' for n, one in enumerate(FORMS))
    done = bring(HEADER + rows)
    assert done.result.exit_code == 0, done.result.output
    found = done.dates()
    for number, (written, edtf) in enumerate(FORMS.items()):
        assert found[f"person-{letter(number).lower()}--mayor"] == (edtf,), written
    told = {one["value"] for one in done.report if one["kind"] == "rewritten"}
    assert told == set(FORMS) - {"2003?", "2001-04-03"}


def test_a_day_of_the_week_that_the_date_was_not_is_told(bring: Import) -> None:
    rows = 'A. One,Mayor,Tuesday 12 March 2001,\nB. Two,Mayor,"Mon., 12 March 2001",\n'
    done = bring(HEADER + rows)
    assert done.faults == [
        ("officers.csv:2", "'Tuesday 12 March 2001' was read as '2001-03-12', which was a Monday.")
    ]
    assert set(done.dates().values()) == {("start 2001-03-12",)}
    julian = MAPPING.replace("[dates]", '[dates]\ncalendar = "julian"')
    assert not bring(HEADER + "C. Three,Mayor,Friday 4 September 1752,\n", mapping=julian).faults


def letter(number: int) -> str:
    return chr(ord("A") + number)


def test_a_date_that_may_be_two_days_is_asked_about(bring: Import) -> None:
    mapping = MAPPING.replace('order = "day first"', "")
    done = bring(HEADER + "Ada,Mayor,03/04/2001,\nBen,Mayor,25/12/2001,\n", mapping=mapping)
    assert done.result.exit_code == 1
    ((place, what),) = done.faults
    assert place == "officers.csv:2"
    assert "2001-04-03 or 2001-03-04" in what
    assert done.dates() == {"ben--mayor": ("start 2001-12-25",)}


@pytest.mark.parametrize(
    ("row", "what", "imported"),
    [
        ("Eve,Mayor,2019-13,", "2019-13", False),
        ("Eve,Mayor,0000-00-00,", "not known", True),
        ("Eve,Mayor,2001,9999-12-31", "not known", True),
        ("Eve,Mayor,2005,2001", "lies before the start", False),
        ("Eve,Mayor,2001-02-30,", "2001-02-30", False),
        (",Mayor,2001,", "no holder", False),
        ("Eve,,2001,", "no office", False),
        ("Eve,Mayor,soon,", "soon", False),
        ("Eve,=HYPERLINK(A1),2001,", "formula", False),
        ("Eve,Mayor,2001,2002,more", "5 cells", False),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_line_and_the_rest_goes_in(
    bring: Import, row: str, what: str, imported: bool
) -> None:
    done = bring(f"{HEADER}Ada,Mayor,1990,1995\n{row}\nBen,Mayor,1995,2000\n")
    assert done.result.exit_code == 1
    ((place, told),) = done.faults
    assert place == "officers.csv:3"
    assert what in told
    found = done.dates()
    assert found["ada--mayor"] == ("end 1995", "start 1990")
    assert found["ben--mayor"] == ("end 2000", "start 1995")
    everybody = done.file.read_text(encoding="utf-8")
    assert ("eve--mayor" in everybody) == imported


@pytest.mark.parametrize("table", [HEADER, "", HEADER + "Ada,,1999,2000\n"])
def test_of_a_new_source_of_which_nothing_goes_in_nothing_is_written(
    bring: Import, table: str
) -> None:
    done = bring(table)
    assert done.result.exit_code == 1
    assert len(done.faults) == 1
    assert not done.file.exists()
    assert bring(HEADER + "Ada,Clerk,1999,2000\n").result.exit_code == 0
    assert done.file.exists()


def test_a_column_that_the_table_lacks_is_told_as_that(bring: Import) -> None:
    done = bring("Name;Post;From;To\nAda;Clerk;1999;2000\n")
    what = "The table has no column 'Name', which the mapping takes for the holder."
    assert done.faults == [("officers.csv:2", what)]
    assert "Name;Post;From;To" in done.report[0]["remedy"]


def test_a_row_that_is_short_lacks_cells_and_no_column(bring: Import) -> None:
    done = bring(HEADER + "Ada\nBen,Clerk\n")
    assert done.faults == [("officers.csv:2", "The record has no office.")]
    assert len(done.dates()) == 0
    assert "Ben" in done.file.read_text(encoding="utf-8")


def test_of_two_columns_called_alike_the_first_bears_the_name(bring: Import) -> None:
    done = bring("Name,Post,From,To,Name\nAda,Clerk,1999,2000,Mrs Brook\n")
    ((place, what),) = done.faults
    assert place == "officers.csv:1"
    assert "'Name' twice" in what
    assert [*done.dates()] == ["ada--clerk"]


def test_all_faults_are_told_at_once_as_json_too(bring: Import, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    rows = "Eve,Mayor,2019-13,\n,Mayor,2001,\nAda,Mayor,1990,1995\n"
    bring(HEADER + rows, "--report", str(file))
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["counts"]["fault"] == 2
    assert [one["locator"] for one in told["lines"] if one["kind"] == "fault"] == [
        "officers.csv:2",
        "officers.csv:3",
    ]


def test_a_line_in_another_encoding_loses_no_other(bring: Import) -> None:
    text = (HEADER + "Zoë,Mayor,1990,1995\n").encode() + "Renée,Mayor,1995,\n".encode("latin-1")
    done = bring(text + b"Ben,Mayor,2000,\n")
    assert [place for place, _ in done.faults] == ["officers.csv:3"]
    assert {*done.dates()} == {"zoe--mayor", "ben--mayor"}
    latin = bring(
        (HEADER + "Renée,Mayor,1995,\n").encode("latin-1"),
        mapping=MAPPING + '[rows]\nencoding = "latin-1"\n',
    )
    assert "Renée" in (latin.file.parent / "entities.ttl").read_text(encoding="utf-8")


def test_a_line_that_is_no_line_loses_no_other(bring: Import) -> None:
    long = f"Ada,Mayor,1990,{'9' * (LONGEST_LINE + 5)}\n"
    done = bring(HEADER + long + "Ben,Mayor,2000,\n")
    ((place, what),) = done.faults
    assert place == "officers.csv:2"
    assert "longer than" in what
    assert {*done.dates()} == {"ben--mayor"}


def test_a_character_that_no_text_can_have_is_told_with_its_record(bring: Import) -> None:
    done = bring(HEADER + 'A. One,"Mayor\n of\0 all",2001,\nB. Two,Warden,2002,\n')
    assert done.faults == [
        ("officers.csv:2", "The cell 'Post' has a character that no text can have, U+0000.")
    ]
    assert done.report[0]["imported"] == "True"
    assert "of\ufffd all" in done.file.read_text(encoding="utf-8")


def test_a_quote_mark_that_is_not_closed_is_told_and_nothing_is_retracted(bring: Import) -> None:
    assert bring(HEADER + "Ada,Mayor,1990,1995\nBen,Mayor,1995,\n").result.exit_code == 0
    done = bring(HEADER + 'Cyd,Mayor,1980,1990\n"Ada,Mayor,1990,1995\nBen,Mayor,1995,\n')
    assert done.result.exit_code == 1
    assert done.faults
    assert {*done.dates()} == {"ada--mayor", "ben--mayor", "cyd--mayor"}


def test_the_same_again_changes_nothing_and_a_newer_state_is_a_revision(bring: Import) -> None:
    rows = "Ada,Mayor,1990,1995\nBen,Mayor,1995,\nAda,Mayor,2001,2003\n"
    first = bring(HEADER + rows, "--recorded-at", "2024-01-01T00:00:00Z")
    text = first.file.read_bytes()
    assert first.dates()["ada--mayor--2"] == ("end 2003", "start 2001")
    again = bring(HEADER + rows)
    assert again.result.exit_code == 0, again.result.output
    assert again.file.read_bytes() == text
    # A row before the others moves all lines, Ben's end is known, Ada's second term is gone.
    newer = "Zoe,Mayor,1980,1990\nAda,Mayor,1990,1995\nBen,Mayor,1995,2000\n"
    done = bring(HEADER + newer, "--recorded-at", "2024-02-01T00:00:00Z")
    assert "2024-02-01T00:00:00Z  2      2" in done.result.output
    assert done.dates() == {
        "ada--mayor": ("end 1995", "start 1990"),
        "ben--mayor": ("end 2000", "start 1995"),
        "zoe--mayor": ("end 1990", "start 1980"),
    }
    kb = open_knowledge_base(done.file.parent)
    ada = kb.names.entity_iri("tenure/ada--mayor--2")
    assert ada not in kb.world().occurrences
    assert ada in kb.world(kb.policy("known-at=2024-01-15T00:00:00Z")).occurrences


def test_an_earlier_term_found_later_keeps_the_names_of_the_others(bring: Import) -> None:
    bring(HEADER + "Ada,Mayor,1990,1995\n")
    done = bring(HEADER + "Ada,Mayor,1970,1975\nAda,Mayor,1990,1995\n")
    assert done.dates() == {
        "ada--mayor": ("end 1995", "start 1990"),
        "ada--mayor--2": ("end 1975", "start 1970"),
    }


def test_what_is_said_twice_is_one_claim_and_told(bring: Import) -> None:
    done = bring(HEADER + "Ada,Mayor,1990,1995\nAda,Mayor,1/1990,1995\nada,Mayor,1990,1995\n")
    assert done.result.exit_code == 0
    assert [one["locator"] for one in done.report if one["kind"] == "repeated"] == [
        "officers.csv:4"
    ]
    # A row with several statements repeats one of them.
    assert [one["value"] for one in done.report if one["kind"] == "repeated"] == [
        "Tenure: holder Ada, office Mayor, start 1990, end 1995."
    ]
    assert {*done.dates()} == {"ada--mayor", "ada--mayor--2"}


def test_an_older_state_is_refused(bring: Import) -> None:
    bring(HEADER + "Ada,Mayor,1990,1995\n", "--recorded-at", "2024-01-01T00:00:00Z")
    done = bring(HEADER + "Ben,Mayor,1990,1995\n", "--recorded-at", "2023-01-01T00:00:00Z")
    assert done.result.exit_code == 2
    assert "does not come after" in done.result.output


def test_what_goes_on_is_told_in_the_present(bring: Import) -> None:
    rows = "Ada,Mayor,1990,present\nBen,Clerk,1995,\n"
    bring(HEADER + rows)
    done = bring(HEADER + rows, mapping=MAPPING)
    kb = open_knowledge_base(done.file.parent)
    found = kb.certainty(kb.moment(at="2024-06-01"))
    assert found[kb.names.entity_iri("tenure/ada--mayor")].value == "certain"
    assert found[kb.names.entity_iri("tenure/ben--clerk")].value != "certain"
    empty = MAPPING.replace('order = "day first"', '"empty end" = "present"')
    kb = open_knowledge_base(bring(HEADER + rows, mapping=empty).file.parent)
    found = kb.certainty(kb.moment(at="2024-06-01"))
    assert found[kb.names.entity_iri("tenure/ben--clerk")].value == "certain"


def test_what_goes_on_in_an_old_file_is_told(bring: Import) -> None:
    """It would count as going on today."""
    rows = "Ada,Mayor,1990,present\nBen,Clerk,1995-03-01,1999\n"
    done = bring(HEADER + rows)
    assert done.result.exit_code == 0
    (line,) = (one for one in done.report if one["kind"] == "outdated")
    assert (line["locator"], line["imported"]) == ("officers.csv:2", "True")
    assert "no date that was read is later than 1999-01-01" in line["what"]
    assert "--recorded-at 1999-01-01T00:00:00Z" in line["remedy"]
    assert "may have ended since: 1" in done.result.stderr
    recent = HEADER + f"Cyd,Mayor,{datetime.now(UTC).year - 1},present\n"
    for others in (bring(HEADER + rows, "--recorded-at", "2090-01-01T00:00:00Z"), bring(recent)):
        assert not [one for one in others.report if one["kind"] == "outdated"]


def test_names_in_other_letters_have_slugs_that_can_be_read(bring: Import) -> None:
    names = ["Владимир Путин", "قاسم سليماني", "习近平", "Jørgen Ł", "7"]
    done = bring(HEADER + "".join(f"{one},Mayor,19{n}0,19{n}5\n" for n, one in enumerate(names, 1)))
    assert {*done.dates()} == {
        "vladimir-putin--mayor",
        "qsm-slymny--mayor",
        "xijinping--mayor",
        "jorgen-l--mayor",
        "7--mayor",
    }


def test_what_is_held_throughout_a_stretch_is_held_on_all_of_its_days(bring: Import) -> None:
    mapping = MAPPING.replace('start = "From"\nend = "To"', 'heldThroughout = "{From}/{To}"')
    done = bring(HEADER + "Ada,Mayor,1990,1995\n", mapping=mapping)
    assert '"1990/1995"' in done.file.read_text(encoding="utf-8")
    kb = open_knowledge_base(done.file.parent)
    (tenure,) = kb.certainty(kb.moment(at="1993-06-01"))
    assert kb.certainty(kb.moment(at="1993-06-01"))[tenure].value == "certain"


def test_julian_dates_become_gregorian_and_are_kept_as_written(bring: Import) -> None:
    mapping = MAPPING.replace('order = "day first"', 'calendar = "julian"')
    done = bring(HEADER + "Ada,Mayor,1582-10-04,1600\n", mapping=mapping)
    assert done.dates() == {"ada--mayor": ("end [1600-01-11..1601-01-10]", "start 1582-10-14")}
    text = done.file.read_text(encoding="utf-8")
    assert "1582-10-04" in text
    assert [one["value"] for one in done.report if one["kind"] == "rewritten"] == [
        "1582-10-04",
        "1600",
    ]


def test_one_cell_may_hold_both_dates_and_several_names(bring: Import) -> None:
    mapping = """
        [[statements]]
        kind = "Tenure"
        holder = { kind = "Person", name = "Names", split = ";" }
        office = { kind = "Office", name = "Post" }
        period = "Years"
    """
    done = bring("Names;Post\tYears\n".replace(";", "\t") + "Ada; Ben\tConsul\t1999-2001\n",
                 name="consuls.tsv", mapping=mapping)  # fmt: skip
    dates = ("end 2001", "start 1999")
    assert done.dates() == {"ada--consul": dates, "ben--consul": dates}


def test_homonyms_stay_apart_and_are_told(bring: Import) -> None:
    mapping = MAPPING.replace(
        'name = "Name" }', 'name = "Name", identifiers = { wikidata = "Item" } }'
    )
    table = "Name,Item,Post,From,To\nAda Brook,Q1,Mayor,1990,\nAda Brook,Q2,Clerk,1990,\n"
    done = bring(table + "Ada Brook,,Judge,1990,\n", mapping=mapping)
    assert {*done.dates()} == {"ada-brook--mayor", "ada-brook-2--clerk", "ada-brook-3--judge"}
    (unsure,) = (one for one in done.report if one["kind"] == "unsure")
    assert unsure["locator"] == "officers.csv:4"
    assert "person/ada-brook, person/ada-brook-2" in unsure["what"]


def test_what_the_mapping_leaves_out_is_told(bring: Import) -> None:
    mapping = MAPPING.replace(
        'kind = "Tenure"\n', 'kind = "Tenure"\nunless = { Post = ["Guest"] }\n'
    )
    done = bring(HEADER + "Ada,Mayor,1990,\nBen,Guest,1990,\n", mapping=mapping)
    assert [one["locator"] for one in done.report if one["kind"] == "skipped"] == ["officers.csv:3"]
    assert done.result.exit_code == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("holder =", "holdre ="), "holdre"),
        (('kind = "Tenure"', 'kind = "Tenur"'), "Tenur"),
        (("name =", "nmae ="), "nmae"),
        (('order = "day first"', 'order = "days"'), "'days'"),
        (('order = "day first"', 'calendar = "martian"'), "martian"),
        (("[[statements]]", "[[statments]]"), "no statements"),
        (("[source]", "[source"), "does not parse"),
        (("office = ", "title = "), "office"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_refused(
    bring: Import, change: tuple[str, str], told: str
) -> None:
    done = bring(HEADER + "Ada,Mayor,1990,\n", mapping=MAPPING.replace(*change))
    assert done.result.exit_code == 2
    assert told in done.result.output
    assert not done.file.exists()


def test_a_table_without_a_mapping_says_how_to_get_one(bring: Import, tmp_path: Path) -> None:
    done = bring(HEADER + "Ada,Mayor,25/12/1990,31/1/1995\n", mapping=None)
    assert done.result.exit_code == 2
    assert "--suggest" in done.result.output
    words = ["import", "table", "--suggest", str(tmp_path / "officers.csv")]
    proposed = CliRunner().invoke(build_app(), words)
    assert proposed.exit_code == 0, proposed.output
    rows = HEADER + "Ada,Mayor,25/12/1990,31/1/1995\n"
    # What nothing in the table says is asked for, and does not become an organization.
    unfilled = bring(rows, mapping=proposed.stdout)
    assert "statements 1: office: A name is still to be written" in unfilled.result.output
    again = bring(rows, mapping=proposed.stdout.replace("=…", "=Town of Lowmoor"))
    assert again.result.exit_code == 0, again.result.output
    assert again.dates() == {"ada--mayor": ("end 1995-01-31", "start 1990-12-25")}


def test_excel_with_days_and_formulas(bring: Import, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Name", "Post", "From", "To"),
        ("Ada", "Mayor", "1990", 1995),
        ("Eve", "Mayor", "=1+1", None),
        ("Ben", "Mayor", "12 March 1995", None),
    ):
        sheet.append(row)
    path = tmp_path / "officers.xlsx"
    book.save(path)
    done = bring(path)
    ((place, what),) = done.faults
    assert place == "officers.xlsx:3"
    assert "C3 is a formula" in what
    assert done.dates() == {
        "ada--mayor": ("end 1995", "start 1990"),
        "ben--mayor": ("start 1995-03-12",),
    }


def test_a_zip_bomb_is_refused(bring: Import, tmp_path: Path) -> None:
    path = tmp_path / "officers.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (200 << 20))
    done = bring(path)
    assert done.result.exit_code == 2
    assert "would unpack" in done.result.output
    path.write_bytes(b"no zip")
    assert bring(path).result.exit_code == 2
    # Beside a file that can be read it is told, and the other goes in.
    (tmp_path / "both").mkdir()
    path.rename(tmp_path / "both" / path.name)
    (tmp_path / "both" / "sound.csv").write_text(f"{HEADER}Ada,Mayor,1999,\n", encoding="utf-8")
    both = bring(tmp_path / "both")
    assert both.result.exit_code == 1
    assert [locator for locator, _ in both.faults] == ["officers.xlsx"]
    assert both.dates() == {"ada--mayor": ("start 1999",)}


def test_parquet_and_json_lines_say_the_same_as_csv(bring: Import, tmp_path: Path) -> None:
    rows = [
        {"Name": "Ada", "Post": "Mayor", "From": "1990-01-02", "To": None},
        {"Name": "Ben", "Post": "Mayor", "From": "c. 1995", "To": "2000"},
    ]
    pl.DataFrame(rows).write_parquet(tmp_path / "officers.parquet")
    lines = "\n".join(map(json.dumps, rows)) + '\n{"Name": "Eve", \n'
    by_parquet = bring(tmp_path / "officers.parquet")
    assert by_parquet.result.exit_code == 0, by_parquet.result.output
    expected = by_parquet.dates()
    by_json = bring(lines, name="officers.jsonl")
    assert by_json.dates() == expected
    assert [place for place, _ in by_json.faults] == ["officers.jsonl:3"]


def test_csvw_metadata_name_columns_and_say_what_is_nothing(bring: Import, tmp_path: Path) -> None:
    metadata = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "officers.csv",
        "dialect": {"delimiter": ";"},
        "tableSchema": {
            "columns": [
                {"name": "who", "titles": "Name", "required": True},
                {"name": "post", "titles": ["Post"]},
                {"name": "start", "titles": "From"},
                {"name": "end", "titles": "To", "null": "xx"},
            ]
        },
    }
    (tmp_path / "officers.csv-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    mapping = MAPPING.replace('"Name"', '"who"').replace('"Post"', '"post"')
    mapping = mapping.replace('"From"', '"start"').replace('"To"', '"end"')
    table = HEADER.replace(",", ";") + "Ada;Mayor;1990;xx\n;Mayor;1995;1996\n"
    done = bring(table, mapping=mapping)
    assert done.dates() == {"ada--mayor": ("start 1990",)}
    ((place, what),) = done.faults
    assert place == "officers.csv:3"
    assert "require" in what


POPOLO = {
    "persons": [{"id": "a", "name": "Ada"}, {"name": "Eve"}, {"id": "a", "name": "Ada again"}],
    "organizations": [{"id": "o", "name": "Council"}],
    "memberships": [
        {"person_id": "a", "organization_id": "o", "start_date": "1990"},
        {"person_id": "z", "organization_id": "o", "start_date": "1990"},
    ],
}


def test_persons_without_an_id_and_ids_given_twice(bring: Import) -> None:
    done = bring(json.dumps(POPOLO), form="popolo", name="council.json", mapping=None)
    assert done.result.exit_code == 1
    assert [place for place, _ in done.faults] == [
        "council.json#persons/1",
        "council.json#persons/2",
        "council.json#memberships/1",
    ]
    assert done.dates() == {"ada--council": ("start 1990",)}


def test_json_that_breaks_off_gives_what_came_before(bring: Import) -> None:
    whole = json.dumps({**POPOLO, "persons": POPOLO["persons"][:1]})
    bring(whole, form="popolo", name="council.json", mapping=None)
    done = bring(whole[:-60], form="popolo", name="council.json", mapping=None)
    assert done.result.exit_code == 1
    assert any("breaks off" in what for _, what in done.faults)
    assert "nothing was retracted" in done.result.output
    assert done.dates() == {"ada--council": ("start 1990",)}


def test_what_a_killed_import_left_is_gone_though_the_next_writes_nothing(bring: Import) -> None:
    done = bring(HEADER + "Ada,Clerk,1999,2000\n")
    left = done.file.parent / ".tenure-draft-killed"
    left.mkdir()
    (left / "in-use").touch()
    (left / done.file.name).write_bytes(b"half")
    written = done.file.read_bytes()
    assert bring(HEADER + "Ada,Clerk,1999,2000\n").result.exit_code == 0
    assert done.file.read_bytes() == written
    assert not left.exists()


def test_what_two_commands_did_in_one_second_is_undone_one_by_one(tmp_path: Path) -> None:
    table = tmp_path / "officers.csv"
    table.write_text(f"{HEADER}Ada,Mayor,1999,\n", encoding="utf-8")
    for slug in ("one", "two"):
        source = SourceDescription(slug)
        import_files(
            "table", [table], tmp_path, source=source, mapping=tomllib.loads(MAPPING), now=NOW
        )
    done = CliRunner().invoke(build_app(), ["undo", "--facts", str(tmp_path)])
    assert done.exit_code == 0, done.output
    left = {one.stem for one in tmp_path.glob("*.trig") if "retractedAt" not in one.read_text()}
    assert left == {"one"}
