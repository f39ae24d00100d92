"""A refused document is told line and column of what is wrong, in every format that has lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from tests.transactions.documents import body, claim, document, iri

from tenure.errors import InvalidChange
from tenure.store import graph_format
from tenure.transactions import BodyChange, Committed, UpdateChange
from tenure.validate import Finding, Report

Write = Callable[..., Committed]

UNREADABLE = document(claim(more='tn:start "2020-13-04"^^edtf:EDTF'))


def refused(write: Write, change: BodyChange | UpdateChange) -> list[Finding]:
    with pytest.raises(InvalidChange) as caught:
        write(change)
    report = caught.value.report
    assert isinstance(report, Report)
    return list(report.findings)


def marked(text: str, one: Finding) -> str:
    """What stands in the text at the finding's place."""
    assert one.line is not None
    assert one.column is not None
    assert one.excerpt is not None
    line = text.splitlines()[one.line - 1]
    assert one.excerpt.text in line
    return line[one.column - 1 : one.column - 1 + one.excerpt.length]


def test_a_wrong_value_is_marked(write: Write) -> None:
    (found,) = refused(write, body(UNREADABLE))
    assert found.rule == "DateUnreadable"
    assert marked(UNREADABLE, found) == '"2020-13-04"'
    assert found.link.startswith("https://w3id.org/tenure/")


def test_what_lacks_something_is_marked_by_its_name(write: Write) -> None:
    text = document(claim().replace(" ; tn:hedged false", ""))
    (found,) = refused(write, body(text))
    assert (found.rule, found.focus) == ("ValueMissing", iri())
    assert marked(text, found) == "c:1"
    assert found.link == "https://w3id.org/tenure/ontology#hedged"


@pytest.mark.parametrize("form", ["nq", "jsonld"])
def test_other_formats_have_places_too(write: Write, form: str) -> None:
    chosen = graph_format(form)
    data = serialize(parse(UNREADABLE, RdfFormat.TRIG), format=chosen.engine) or b""
    (found,) = refused(write, BodyChange(data, chosen))
    assert '"2020-13-04"' in marked(data.decode(), found)


def test_an_update_has_no_lines_that_anybody_wrote(write: Write) -> None:
    prologue, _, rest = UNREADABLE.partition("org:gazette a")
    described, _, stated = f"org:gazette a{rest}".partition("c:1 {")
    prefixes = prologue.replace("@prefix", "PREFIX").replace("> .\n", ">\n")
    text = f"{prefixes} INSERT DATA {{ {described} GRAPH c:1 {{ {stated} }}"
    (found,) = refused(write, UpdateChange(text))
    assert (found.rule, found.line, found.column) == ("DateUnreadable", None, None)
