"""What a request asks of ``/sparql``: the SPARQL 1.1 Protocol, sections 2.1 and 2.2.

A query comes in the address, in a form, or as the body itself; an update in a form or as the body.
Parameters of a query that only other endpoints know (timeout, debug) are passed over, as clients
send them; see :func:`_check_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from tenure.errors import BadParameter, BadQuery
from tenure.nearest import remedy_of
from tenure_api.http.bodies import (
    address_fields,
    as_text,
    form_fields,
    limit_count,
    media_type_of,
    read_body,
    require_utf_8,
    single_values,
)
from tenure_api.http.parameters import fold_known_at
from tenure_api.http.problems import UnsupportedMediaType

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure_api.http.limits import Limits

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"

QUERY_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
UPDATE_GRAPHS: Final = ("using-graph-uri", "using-named-graph-uri")

_FORMAT: Final = "format"
_SINGLE: Final = ("query", "update", "policy", "known-at", "message", "dry-run")
_KNOWN: Final = frozenset((*_SINGLE, _FORMAT, *QUERY_GRAPHS, *UPDATE_GRAPHS))
_ALIKE: Final = 0.8
"""From which likeness on (0 to 1) another name is taken for a slip; ``info`` is none of ours."""
_OF_UPDATES: Final = frozenset(("update", *UPDATE_GRAPHS, "message", "dry-run"))
_RELATIVE: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*+:)[^\x00-\x20<>\"{}|^`]*+>")
_TRUTH: Final = {"": False, "true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query or an update as the protocol hands it over; both empty means that none was given.

    ``shift`` counts the characters that were put before the first line.
    """

    query: str = ""
    update: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    policy: str | None = None
    form: str | None = None
    message: str | None = None
    dry_run: bool = False
    shift: int = 0

    def on_base(self, base: str) -> Asked:
        """The same, with relative IRIs resolved against ``base`` where the text names no other.

        A base of the service's own is what SPARQL 1.1 Protocol, section 2.1 and 2.2, leave to it.
        """
        text = self.query or self.update
        if not _RELATIVE.search(text):
            return self
        before = f"BASE {NamedNode(base)} "
        if self.query:
            return replace(self, query=before + text, shift=len(before))
        return replace(self, update=before + text, shift=len(before))

    @contextmanager
    def told_where(self) -> Iterator[None]:
        """Errors tell the place in the text as it was sent."""
        try:
            yield
        except BadQuery as error:
            where = error.where
            if self.shift and where and where.line == 1 and where.column:
                error.where = replace(where, column=max(1, where.column - self.shift))
            raise


def from_address(request: Request, limits: Limits) -> Asked:
    """A query in the address.

    Raises:
        BadInput: it cannot be read.
        BadParameter: two queries, an update, or a name of a graph that is no IRI.
        TooLong: it is longer than the limits allow.
    """
    return _read(address_fields(request, limits), limits, posted=False)


async def from_body(request: Request, limits: Limits) -> Asked:
    """A query or an update in the body, with what the address adds.

    Raises what :func:`from_address` does, and :class:`UnsupportedMediaType` for another body.
    """
    kind = media_type_of(request)
    if kind not in (FORM, QUERY, UPDATE):
        raise UnsupportedMediaType(
            f"A body of the kind {kind[:80]!r} holds no query and no update.",
            where="Content-Type",
            remedy=f"Send {QUERY}, {UPDATE}, or a form ({FORM}) with a field `query` or `update`.",
        )
    require_utf_8(request.headers.get("content-type", ""))
    fields = address_fields(request, limits)
    if kind == FORM:
        fields += form_fields(await read_body(request, limits.form), limits)
    elif kind == QUERY:
        fields.append(("query", as_text(await read_body(request, limits.form))))
    else:
        fields.append(("update", as_text(await read_body(request, limits.body))))
    return _read(fields, limits, posted=True)


def _read(fields: list[tuple[str, str]], limits: Limits, *, posted: bool) -> Asked:
    limit_count(fields, limits)
    graphs: dict[str, list[str]] = {name: [] for name in (*QUERY_GRAPHS, *UPDATE_GRAPHS)}
    for name, value in fields:
        if name in graphs:
            graphs[name].append(_graph_name(name, value))
    single = [(name, value) for name, value in fields if name in _SINGLE]
    # Clients send a name and a media type, both as `format`; either will do.
    forms = [single_values([one], limits).get(_FORMAT) for one in fields if one[0] == _FORMAT]
    longer = {"query": limits.query, "update": limits.body}
    values = single_values(single, limits, longer=longer)
    fold_known_at(values)
    is_update = "update" in values
    _check_roles(values, graphs, posted=posted)
    _check_names({name for name, value in fields if value.strip()}, is_update=is_update)
    names = UPDATE_GRAPHS if is_update else QUERY_GRAPHS
    return Asked(
        values.get("query", ""),
        values.get("update", ""),
        tuple(graphs[names[0]]),
        tuple(graphs[names[1]]),
        values.get("policy"),
        next(filter(None, forms), None),
        values.get("message"),
        read_truth("dry-run", values.get("dry-run", "")),
    )


def _check_roles(values: dict[str, str], graphs: dict[str, list[str]], *, posted: bool) -> None:
    """Raises where a part of one operation comes with the other."""
    if "update" in values and not posted:
        raise BadParameter(
            "An update changes something, so it cannot come in the address.",
            where="update",
            remedy=f"Send it with POST, as {UPDATE} or in a form.",
        )
    if "update" in values and "query" in values:
        raise BadParameter(
            "The request holds a query and an update.", where="update", remedy="Send one of them."
        )
    foreign = QUERY_GRAPHS if "update" in values else UPDATE_GRAPHS
    own = UPDATE_GRAPHS if "update" in values else QUERY_GRAPHS
    for name, mine in zip(foreign, own, strict=True):
        if graphs[name]:
            raise BadParameter(
                f"{name} is for {'queries' if 'update' in values else 'updates'}.",
                where=name,
                remedy=f"Use {mine} here.",
            )


def _check_names(names: set[str], *, is_update: bool) -> None:
    """Raises for names that mean nothing here, where to pass over them could do harm.

    The protocol says nothing of other parameters, and clients of queries send some of their own
    (``timeout``, ``output``, ``_``), so those are passed over. A slip in a name of ours is not: who
    writes ``known_at`` would get the answer of another day. An update takes no other at all,
    because one whose ``dryrun`` was passed over would be committed.
    """
    known = sorted(_OF_UPDATES if is_update else _KNOWN)
    for name in sorted(names - {*known, _FORMAT}):
        plain = name.strip().lower().replace("_", "-")
        meant = [plain] if plain in known else get_close_matches(plain, known, 1, _ALIKE)
        if meant or is_update:
            raise BadParameter(
                f"{'An update' if is_update else 'A query'} has no parameter {name[:80]!r}.",
                where=name[:80],
                remedy=remedy_of(meant, f"It has {', '.join(known)}."),
            )


def read_truth(name: str, value: str) -> bool:
    """The truth value of a parameter.

    Raises :class:`~tenure.errors.BadParameter` for anything but true, false, 1 and 0.
    """
    found = _TRUTH.get(value.strip().lower())
    if found is None:
        raise BadParameter(
            f"{value[:80]!r} is no truth value.", where=name, remedy="Write true or false."
        )
    return found


def _graph_name(parameter: str, iri: str) -> str:
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise BadParameter(
            f"{iri[:200]!r} is no IRI.", where=parameter, remedy="Give the IRI of a graph."
        ) from error
