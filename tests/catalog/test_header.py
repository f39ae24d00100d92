"""A query file whose header is wrong fails with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenure.catalog import Catalog
from tenure.errors import BadQuery

GOOD = """\
# title: Who held an office?
# description: Everyone who held it.
# description: And nobody else.
# parameter: office entity required - The office.
# parameter: at time default 2020-01-01 - As of this day.
# parameter: before time - As of the day before this.
# bind: office = entity(office)
# bind: moment = moment(at, before)
# column: person - Who held it.
# example: office=office/o at=2020-01-02

SELECT ?person WHERE {
  VALUES (?office ?moment) { (<https://example.org/o> <https://example.org/m>) } # parameters
  ?person ?office ?moment
}
"""


def load(folder: Path, text: str, name: str = "holders") -> Catalog:
    (folder / "offices").mkdir(exist_ok=True)
    (folder / "offices" / f"{name}.rq").write_text(text, encoding="utf-8")
    return Catalog.load(folder)


def test_a_good_header(tmp_path: Path) -> None:
    query = load(tmp_path, GOOD)["holders"]
    assert query.title == "Who held an office?"
    assert query.description == "Everyone who held it. And nobody else."
    assert query.subject == "offices"
    office, at, before = query.parameters
    assert (office.name, office.type, office.required, office.default) == (
        "office",
        "entity",
        True,
        None,
    )
    assert (at.required, at.default) == (False, "2020-01-01")
    assert (before.required, before.default) == (False, None)
    assert dict(query.example) == {"office": "office/o", "at": "2020-01-02"}
    assert [column.name for column in query.columns] == ["person"]


def test_what_rows_hang_on_is_selected_beside_what_they_show(tmp_path: Path) -> None:
    text = GOOD.replace("# example", "# why: ?person ?office at\n# example")
    query = load(tmp_path, text)["holders"]
    assert (query.why.variables, query.why.parameters) == (("person", "office"), ("at",))
    assert query.hidden == ("office",)
    assert query.absence is None
    first, asked = (
        re.findall(r"^SELECT.*", version, re.MULTILINE)[0]
        for version in (query.text, query.with_hidden(query.text))
    )
    assert asked == f"{first} ?office"


def test_what_only_says_why_is_left_out_where_nobody_asks_why(tmp_path: Path) -> None:
    first, brace, rest = GOOD.rpartition("}")
    marked = f"{first}  OPTIONAL {{ ?other ?says ?person }} # why\n{brace}{rest}"
    query = load(tmp_path, marked)["holders"]
    assert query.without_reasons(query.text) == GOOD
    assert "?other ?says ?person" in query.with_hidden(query.text)


def test_only_the_marked_line_is_replaced(tmp_path: Path) -> None:
    query = load(tmp_path, GOOD)["holders"]
    asked = query.with_values({"office": r"<https://example.org/\1>", "moment": "UNDEF"})
    before, after = GOOD.splitlines(), asked.splitlines()
    changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed == [12]
    assert after[12] == r"  VALUES (?office ?moment) { (<https://example.org/\1> UNDEF) }"


@pytest.mark.parametrize(
    ("line", "instead", "what", "number"),
    [
        ("# title: Who held an office?", "# title:", "declares nothing", 1),
        ("# title: Who held an office?", "# Who held an office", "declares nothing", 1),
        ("# title: Who held an office?", "# titel: Who held an office?", "'titel'", 1),
        ("# title: Who held an office?\n", "", "one title", 1),
        ("# description: And", "# title: Another?\n# description: And", "one title", 1),
        ("# column: person - Who held it.\n", "", "columns", 1),
        ("# example: office=office/o at=2020-01-02\n", "", "an example", 1),
        ("office entity required - The", "office thing required - The", "not understood", 4),
        ("office entity required - The office.", "office entity", "not understood", 4),
        ("# parameter: office", "# parameter: Office", "not understood", 4),
        ("# parameter: before", "# parameter: at", "declared twice", 6),
        ("entity(office)", "entity(post)", "'post', which is no parameter", 7),
        ("entity(office)", "entity()", "no parameter", 7),
        ("entity(office)", "person(office)", "not understood", 7),
        ("entity(office)", "entity office", "not understood", 7),
        ("entity(office)", "moment(office)", "cannot take", 7),
        ("entity(office)", "text(office)", "cannot take", 7),
        ("moment(at, before)", "earliest(at, before)", "one parameter", 8),
        ("moment(at, before)", "throughout(at)", "2 parameters, not 1", 8),
        ("moment(at, before)", "throughout(at, before)", "needs 'at'", 8),
        ("moment(at, before)", "before(at)", "needs 'at'", 8),
        ("moment(at, before)", "pair(at)", "2 parameters, not 1", 8),
        ("moment(at, before)", "durations(at)", "cannot take 'at'", 8),
        ("entity(office)", "before(office)", "cannot take 'office'", 7),
        ("moment = moment(at, before)", "office = moment(at, before)", "declared twice", 8),
        ("# bind: moment = moment(at, before)\n", "", "declared and not used", 1),
        ("moment(at, before)", "moment(at)", "'before' is declared and not used", 1),
        ("person - Who held it.", "person", "not understood", 9),
        ("person - Who held it.", "a b - Who held it.", "not understood", 9),
        ("# example", "# column: person - Again.\n# example", "declared twice", 10),
        ("office=office/o at", "office/o at", "no argument", 10),
        ("office=office/o at", "post=office/o at", "no argument", 10),
        ("# example", "# why: ?nobody\n# example", "neither a variable", 10),
        ("# example", "# why: office ?office nowhere\n# example", "'nowhere'", 10),
        ("# example", "# why: ?office\n# why: ?office\n# example", "declared twice", 11),
        ("# example", "# absence: ?person - Nobody.\n# example", "not understood", 10),
        ("# example", "# absence: ?a ?person - Nobody.\n# example", "not understood", 10),
        ("SELECT ?person", "  SELECT ?person", "0 lines", 1),
        (" # parameters", "", "one line `VALUES", 1),
        ("VALUES (?office ?moment)", "VALUES (?moment ?office)", "one line `VALUES", 13),
        ("VALUES (?office ?moment)", "VALUES (?office)", "one line `VALUES", 13),
    ],
)
def test_a_wrong_header_says_where(
    tmp_path: Path, line: str, instead: str, what: str, number: int
) -> None:
    assert line in GOOD
    with pytest.raises(BadQuery, match=re.escape(what)) as caught:
        load(tmp_path, GOOD.replace(line, instead, 1))
    assert str(caught.value.where).endswith(f"holders.rq:{number}")
    assert caught.value.remedy


def test_relations_in_time_can_need_no_parameter(tmp_path: Path) -> None:
    text = GOOD.replace(
        "moment = moment(at, before)", "moment = moment(at, before)\n# bind: d = durations()"
    )
    text = text.replace("VALUES (?office ?moment) {", "VALUES (?office ?moment ?d) {")
    query = load(tmp_path, text)["holders"]
    assert query.bindings[-1].kind == "durations"
    assert query.bindings[-1].parameters == ()


def test_two_files_of_one_name(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "holders.rq").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadQuery, match="two queries 'holders'"):
        Catalog.load(tmp_path)


def test_a_query_without_parameters_needs_no_example(tmp_path: Path) -> None:
    text = "# title: What is there?\n# column: s - Something.\nSELECT ?s { ?s ?p ?o }\n"
    query = load(tmp_path, text)["holders"]
    assert query.with_values({}) == text


def test_a_new_file_is_a_new_question(tmp_path: Path) -> None:
    catalogue = load(tmp_path, GOOD)
    assert list(catalogue) == ["holders"]
    assert list(load(tmp_path, GOOD, "again")) == ["again", "holders"]
