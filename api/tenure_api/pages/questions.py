"""A question of the catalogue as a page: its form from its header, and its answer to take along.

A time is taken in words too (``3 January 2020``, an event by its name): it is read here, and shown
as it was read, with the other ways in which it can be. The addresses of machine formats take what
the catalogue takes, and so do the commands and the text that a page offers to copy.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from keyword import iskeyword
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode

from tenure.catalog import CatalogQuery, Parameter, is_of_classes, wanted_classes
from tenure.errors import NotFound
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.name_search import NameSearch
from tenure.namespaces import XSD_STRING, local_name
from tenure.store import Row, Term
from tenure.temporal import Certainty
from tenure_api.pages.rendering import Links
from tenure_api.pages.view import POLICY

_MOST_NEAR: Final = 8
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9])")
_ANY: Final = ("Entity", "Occurrence")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: ``value`` is what was asked, ``example`` what could be.

    ``day`` is the value where it is one plain day, which a calendar shows. ``offers`` is what is
    searched for while one types (the ``kind`` of ``/search``), or empty; ``choices`` are names that
    the field offers; ``options`` are all that it takes, where few. ``near`` are the slugs of what
    a value can mean that names nothing, or several things, each with what it is called.
    """

    name: str
    type: str
    required: bool
    description: str
    value: str
    day: str
    example: str
    offers: str = ""
    choices: Sequence[tuple[str, Literal]] = ()
    options: tuple[str, ...] = ()
    near: Sequence[tuple[str, Literal]] = ()


def form(
    kb: KnowledgeBase,
    links: Links,
    query: CatalogQuery,
    values: Mapping[str, str],
    example: Mapping[str, str],
) -> list[Field]:
    """The fields of a question's form."""
    fields = []
    for one in query.all_parameters:
        value = values.get(one.name, one.default or "")
        fields.append(
            Field(
                one.name,
                one.type,
                one.required,
                one.description,
                value,
                value if one.type == "time" and _DAY.fullmatch(value) else "",
                example.get(one.name, ""),
                _offers(one),
                _classes(kb, links, one) if one.type == "class" else (),
                _degrees() if one.name == "degree" and one.type == "text" else (),
                _near(kb, links, one, value) if value else (),
            )
        )
    return fields


def _degrees() -> tuple[str, ...]:
    return tuple(str(one) for one in Certainty if one is not Certainty.RULED_OUT)


def _offers(one: Parameter) -> str:
    """What a field searches for while one types."""
    lists = {"time": "events", "source": "sources", "entity": ",".join(one.kinds or _ANY)}
    return lists.get(one.type, "")


def _classes(kb: KnowledgeBase, links: Links, one: Parameter) -> list[tuple[str, Literal]]:
    below = {iri for cls in wanted_classes(one) for iri in kb.schema.subclasses(cls)}
    return [(local_name(iri), links.named(iri)[0]) for iri in sorted(below, key=local_name)]


def _near(
    kb: KnowledgeBase, links: Links, one: Parameter, value: str
) -> Sequence[tuple[str, Literal]]:
    """What somebody can mean by what is the name of nothing, or of several things."""
    if one.type not in ("entity", "source") or kb.is_told_of(kb.names.entity_iri(value)):
        return ()
    with suppress(NotFound):
        _ = kb.registry.find(value) if one.type == "entity" else kb.source_iri(value)
        return ()
    found = [other.iri for other in kb.companion(NameSearch).find(value)]
    found = found or [kb.names.entity_iri(slug) for slug in kb.registry.nearest(value)]
    if one.type == "source":
        fitting = (iri for iri in found if iri in kb.sources)
    else:
        fitting = (iri for iri in found if is_of_classes(kb, iri, wanted_classes(one)))
    return [(kb.names.short(iri), links.named(iri)[0]) for iri in islice(fitting, _MOST_NEAR)]


@dataclass(frozen=True, slots=True)
class TimeRead:
    """A time that was written in words: of which parameter, as what, and what else it can be."""

    name: str
    text: str
    value: str
    otherwise: tuple[str, ...]


def times_read(kb: KnowledgeBase, query: CatalogQuery, values: Mapping[str, str]) -> list[TimeRead]:
    """The times among the values that the catalogue does not take as they are, and a person does.

    Those that nobody can read are left as they are, for the catalogue to say what is wrong.
    """
    found = []
    for one in query.parameters:
        text = values.get(one.name, "").strip()
        forms = kb.forms_of_time(text) if one.type == "time" and text else ()
        if forms and forms != (text,):
            found.append(TimeRead(one.name, text, forms[0], forms[1:]))
    return found


@dataclass(frozen=True, slots=True)
class Copies:
    """One question as what it can be asked with elsewhere: each is text to be copied."""

    link: str
    curl: str
    python: str
    command: str
    sparql: str


def copies(
    address: str, query: CatalogQuery, arguments: Mapping[str, str], policy: str, sparql: str
) -> Copies:
    """A question as a link, as commands, from Python and as SPARQL.

    ``address`` is that of the question on this service, whole; ``sparql`` its text with the values
    in it.
    """
    asked = {**arguments, **({POLICY: policy} if policy else {})}
    sent = " ".join(f"--data-urlencode {shlex.quote(f'{n}={v}')}" for n, v in asked.items())
    words = " ".join(f"--{name} {shlex.quote(value)}" for name, value in asked.items())
    given = "".join(f", {_argument(name)}={value!r}" for name, value in asked.items())
    return Copies(
        f"{address}?{urlencode(asked, safe='/:')}" if asked else address,
        f"curl -G -H 'Accept: text/csv' {sent + ' ' if sent else ''}{shlex.quote(address)}",
        f"import tenure\n\nwith tenure.open() as kb:\n    rows = kb.ask({query.name!r}{given})\n",
        f"tenure ask {query.name} {words}".strip(),
        sparql,
    )


def _argument(name: str) -> str:
    """A parameter as Python takes it (:meth:`tenure.library.Base.ask`)."""
    return f"{name}_" if iskeyword(name) else name.replace("-", "_")


# --- A table for a spreadsheet -------------------------------------------------------------------


def with_names(columns: Sequence[str], rows: Iterator[Row], links: Links) -> str:
    """An answer as CSV (RFC 4180) for people: what an IRI is called stands beside it.

    A column ``x`` in which an IRI stands anywhere is followed by one ``xName``. It begins with a
    byte order mark, by which spreadsheets know UTF-8. Text that a spreadsheet would take for a
    formula is led by an apostrophe, as OWASP advises (CSV Injection).
    """
    every = list(rows)
    named = {
        place
        for place in range(len(columns))
        if any(isinstance(row[place], NamedNode) for row in every)
    }
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(
        name
        for place, column in enumerate(columns)
        for name in ((column, f"{column}Name") if place in named else (column,))
    )
    for row in every:
        writer.writerow(
            cell
            for place, term in enumerate(row)
            for cell in ((_plain(term), _name(term, links)) if place in named else (_plain(term),))
        )
    return "\ufeff" + written.getvalue()


def _plain(term: Term | None) -> str:
    if isinstance(term, Literal):
        is_text = term.language is not None or term.datatype == XSD_STRING
        return _unformed(term.value) if is_text else term.value
    return "" if term is None else str(getattr(term, "value", term))


def _name(term: Term | None, links: Links) -> str:
    return _unformed(links.label(term.value)) if isinstance(term, NamedNode) else ""


def _unformed(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
