"""The formats that a query may be answered in, and triples that no query made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Final, cast

from tenure.errors import BadParameter
from tenure.sandbox.well_formed import Unwritable, checked, refused_by_the_engine, unwritable
from tenure.store.answers import Triples
from tenure.store.formats import RDF_XML, TRIG, TURTLE, GraphFormat, ResultFormat
from tenure_api.http.answers import EVERY, QUERY_GRAPHS, ROWS, used_prefixes
from tenure_api.http.negotiation import Choice, choose
from tenure_api.http.problems import NotAcceptable

if TYPE_CHECKING:
    from pyoxigraph import Triple
    from starlette.requests import Request

    from tenure_api.http.streams import Output
    from tenure_api.service import Service

_LOOKED_AT: Final = 1_000
"""Triples that are held back to see which prefixes they use; later ones use those too."""

HAS_PREFIXES: Final = (TURTLE, TRIG, RDF_XML)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The formats that a request wants, for rows and for triples; what stands against one."""

    rows: Choice[ResultFormat] | BadParameter | NotAcceptable
    triples: Choice[GraphFormat] | BadParameter | NotAcceptable

    def __str__(self) -> str:
        both = (self.rows, self.triples)
        return " ".join(one.media_type if isinstance(one, Choice) else "-" for one in both)


def wanted_by(request: Request, named: str | None = None) -> Wanted:
    """The formats that ``request`` wants; ``named`` is a ``format`` field that came in the body.

    Raises:
        BadParameter: ``format=`` names none of :data:`~tenure_api.http.answers.EVERY`.
        NotAcceptable: the ``Accept`` header allows none of them.
    """
    rows: Choice[ResultFormat] | BadParameter | NotAcceptable
    triples: Choice[GraphFormat] | BadParameter | NotAcceptable
    try:
        rows = choose(request, ROWS, named=named)
    except (BadParameter, NotAcceptable) as error:
        rows = error.with_traceback(None)
    try:
        triples = choose(request, QUERY_GRAPHS, named=named)
    except (BadParameter, NotAcceptable) as error:
        triples = error.with_traceback(None)
    if not isinstance(rows, Choice) and not isinstance(triples, Choice):
        choose(request, EVERY, named=named)
    return Wanted(rows, triples)


def give(
    service: Service,
    triples: Iterable[Triple],
    choice: Choice[GraphFormat],
    output: Output,
    headers: Mapping[str, str],
) -> None:
    """Writes triples that no query made, one after the other.

    Raises :class:`~tenure.errors.BadQuery` where the format has no way to write one.
    """
    assert choice.form is not None
    with _refusals_told():
        output.begin(choice.media_type, headers)
        _write_triples(service, Triples(triples), choice.form, _file(output, choice.form))


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except Unwritable as error:
        raise unwritable(str(error)) from error
    except OSError as error:
        refused = refused_by_the_engine(error)
        if refused is None:
            raise
        raise unwritable(str(refused)) from error


def _write_triples(service: Service, triples: Triples, form: GraphFormat, file: IO[bytes]) -> None:
    """Writes triples as they come, with those prefixes of the house that the first of them use."""
    if form not in HAS_PREFIXES:
        triples.write(file, form)
        return
    coming = iter(triples)
    first = list(islice(coming, _LOOKED_AT))
    Triples(chain(first, coming)).write(file, form, used_prefixes(service, first))


def _file(output: Output, form: GraphFormat | ResultFormat) -> IO[bytes]:
    """The output as a file: it has what the engine asks of one, and no more."""
    return cast("IO[bytes]", checked(output, form.media_type))
