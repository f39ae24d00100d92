"""What a query of a stranger would do, found before any engine sees it.

Oxigraph fetches what SERVICE names and has no switch against it, and deep nesting overflows its
stack, which ends the process. So the text is read here, by the terminals of the standard, and
what would fetch or crash is refused.

Oxigraph reads by trial and backtracking, and so accepts texts that the standard's longest-match
rule reads otherwise: ``SERVICEex:a{}`` for ``SERVICE ex:a {}``, or ``(?a<#b> …`` for *less than*
and a comment. Wherever the two readings could part, this one refuses or assumes the worst.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tenure.errors import BadQuery, Refused
from tenure.store.reading import Form, Reading
from tenure.store.syntax_errors import not_unicode
from tenure.store.tokens import Kind, Token, Unterminated, decoded, tokens

_CARRIES_ESCAPES: Final = frozenset((Kind.STRING, Kind.IRI))

LONGEST_QUERY: Final = 200_000
"""Characters. The longest query of the catalogue has a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a query says about itself.

    ``graph_iris`` holds every absolute IRI that the query names anywhere, prefixed names
    included: whatever graph it could reach through a constant is among them. ``uses_graph`` is not
    set where it certainly reads no named graph.
    """

    form: Form
    uses_service: bool
    uses_load: bool
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    graph_iris: frozenset[str]
    uses_graph: bool = True

    @property
    def has_dataset(self) -> bool:
        """Whether the query chooses its own data set with FROM or FROM NAMED."""
        return bool(self.from_graphs or self.from_named)


def inspect(sparql: str, *, longest: int = LONGEST_QUERY) -> Inspection:
    r"""What the query or update does, without running it; ``longest`` is in characters.

    Codepoint escapes (SPARQL 1.1 Query, section 19.2) are followed too: ``SERV\u0049CE`` is the
    keyword, and an escape that changes how the rest reads is an error.

    Raises:
        BadQuery: text that is no query, is too long or nested too deeply, or that engines could
            read in two ways.
    """
    if len(sparql) > longest:
        raise BadQuery(
            f"The query has {len(sparql)} characters; {longest} are allowed.",
            remedy="Split it, or move long lists of values into several queries.",
        )
    try:
        sparql.encode()
    except UnicodeEncodeError as error:
        raise not_unicode(error) from error
    written = _lexed(sparql)
    plain = decoded(sparql)
    if plain == sparql:
        return _inspected(sparql, written)
    effective = _lexed(plain)
    if _outline(effective) == _outline(written):
        return _inspected(sparql, written)
    seen = _inspected(plain, effective)
    if seen.uses_service or seen.uses_load:
        return seen
    raise BadQuery(
        "An escape such as \\u0022 changes how the rest of the query reads.",
        remedy='Write the character itself, or inside a string its own escape, such as \\".',
    )


def refuse_fetching(inspection: Inspection, known_graph: Callable[[str], bool]) -> None:
    """Lets pass a query that reads only what the store holds.

    ``known_graph`` says whether an IRI names a graph that can be asked.

    Raises:
        Refused: the query uses SERVICE or LOAD, or FROM with a graph that is not known.
        BadQuery: it is an update.
    """
    if inspection.uses_load:
        raise Refused(
            "LOAD would make this server fetch a document.",
            remedy="Download it yourself and load the file with the command line.",
        )
    if inspection.uses_service:
        raise Refused(
            "SERVICE would make this server call another one.",
            remedy="Ask the other endpoint yourself and give its answer in VALUES.",
        )
    if inspection.form == "update":
        raise BadQuery(
            "This endpoint answers queries; this is an update.",
            remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )
    for clause, named in (
        ("FROM", inspection.from_graphs),
        ("FROM NAMED", inspection.from_named),
    ):
        for iri in named:
            if not known_graph(iri):
                raise Refused(
                    f"{clause} <{iri[:300]}>: there is no such graph here, and nothing is fetched.",
                    remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs there are.",
                )


def _lexed(text: str) -> list[Token]:
    try:
        return list(tokens(text))
    except Unterminated as error:
        raise BadQuery(error.what, where=error.where, remedy=error.remedy) from error


def _outline(read: list[Token]) -> list[tuple[Kind, str]]:
    """What must stay the same when escapes take effect: all but what stands in strings and IRIs."""
    return [(one.kind, "" if one.kind in _CARRIES_ESCAPES else one.text) for one in read]


def _inspected(text: str, read: list[Token]) -> Inspection:
    reading = Reading(text, read)
    reading.run()
    return Inspection(
        reading.form,
        reading.uses_service,
        reading.uses_load,
        tuple(reading.from_graphs),
        tuple(reading.from_named),
        frozenset(reading.iris),
        any("GRAPH" in one.text.upper() for one in read if one.kind not in _CARRIES_ESCAPES),
    )
