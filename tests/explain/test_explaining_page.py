"""The examples of ``docs/explanation/explaining.md`` show what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenure.catalog import CatalogQuery, Provenance, read_query
from tenure.cli import build_app
from tenure.errors import BadQuery

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "explaining.md").read_text(
    encoding="utf-8"
)
pytestmark = pytest.mark.usefixtures("opened_once")
SESSIONS = re.findall(r"```console\n\$ tenure (.*)\n((?:.*\n)*?)```", PAGE)


def test_there_are_examples() -> None:
    assert len(SESSIONS) == 5


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=[str(i) for i in range(len(SESSIONS))])
def test_what_is_shown_is_printed_in_this_order(command: str, shown: str) -> None:
    done = CliRunner().invoke(build_app(), shlex.split(command))
    assert done.exit_code == 0, done.output
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    # What stands between two lines with dots is printed without a gap.
    for part in filter(None, (part.rstrip("\n") for part in shown.split("…\n"))):
        _, found, printed = printed.partition(part)
        assert found == part


def test_the_lines_of_a_header_are_understood(tmp_path: Path) -> None:
    shown, about, operator = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    one, other, absence = shown.splitlines()
    columns = "# column: from - From.\n# column: to - To.\n"
    start = (
        "# title: What?\n# parameter: when time required - When.\n# bind: m = moment(when)\n"
        "# parameter: office entity(Office) - Of which.\n# bind: office = entity(office)\n"
        "# example: when=2020\n"
    )
    body = "\nSELECT ?from ?to {\nVALUES (?m ?office) { (<urn:m> UNDEF) } # parameters\n"
    body += "  ?situation ?claim ?occurrence\n}\n"
    path = tmp_path / "q.rq"

    def read(line: str) -> CatalogQuery:
        path.write_text(f"{start}{columns}{line}{body}", encoding="utf-8")
        return read_query(path)

    assert [read(line).why for line in (one, other)] == [
        Provenance(("situation", "claim"), ()),
        Provenance(("occurrence",), ("when",)),
    ]
    assert read(about).about == "office"
    assert read("").about == ""
    with pytest.raises(BadQuery, match="operator situations does not make the rows"):
        read(operator)  # the columns here are none of its own
    with pytest.raises(BadQuery, match="about"):
        read(about.replace("?office", "?m"))
    told = read(absence).absence
    assert told is not None
    assert (told.first, told.last) == ("from", "to")
