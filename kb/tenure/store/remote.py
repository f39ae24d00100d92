"""A store elsewhere, asked by SPARQL 1.1 Protocol over HTTP."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import Final, Self
from urllib.parse import SplitResult, urlencode, urlsplit

from pyoxigraph import Literal, NamedNode, Quad, Triple, parse_query_results
from pyoxigraph import parse as parse_rdf

from tenure.errors import BadInput, BadQuery
from tenure.store.answers import Answer, Solutions, Triples, wrap
from tenure.store.formats import JSON, N_TRIPLES
from tenure.store.protocol import change_request, in_named_graphs, replacement

_NOTHING: Final = NamedNode("urn:tenure:graph:none")
"""Names no graph: SPARQL 1.1 Protocol has no other way to ask for an empty default graph."""

_ACCEPT: Final = f"{JSON.media_type}, {N_TRIPLES.media_type};q=0.9"
_FORM: Final = "application/x-www-form-urlencoded"
_EXCERPT: Final = 300
_AT_A_TIME: Final = 5_000


class RemoteStore:
    """A :class:`~tenure.store.protocol.Store` over an endpoint that this process does not own.

    Args:
        query_url: where queries are sent; http or https. From configuration, never from a request.
        update_url: where updates are sent; None makes the store read-only.
        timeout: seconds to wait for the endpoint to say something.
        largest_answer: bytes; a longer answer is an error.

    Raises:
        BadInput: an address that cannot be used. Every method raises it too when the endpoint
            cannot be reached or answers with an error.

    Redirects are not followed. ``generation`` counts the writes of this object, not of others.
    """

    def __init__(
        self,
        query_url: str,
        update_url: str | None = None,
        *,
        timeout: float = 60.0,
        largest_answer: int = 256 * 1024 * 1024,
    ) -> None:
        self._query_url = _checked(query_url)
        self._update_url = None if update_url is None else _checked(update_url)
        self._timeout = timeout
        self._largest_answer = largest_answer
        self._writing = threading.Lock()
        self._generation = 0
        self._closed = False

    @property
    def generation(self) -> int:
        """A number that grows with every successful write made through this object."""
        return self._generation

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[NamedNode],
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """As :meth:`~tenure.store.protocol.Store.query`.

        In the protocol a request that names its default graphs has no named ones but those it
        lists, so None costs a second request that lists them.
        """
        named = self.graphs() if named_graphs is None else named_graphs
        return self._ask(
            sparql,
            [
                *(("default-graph-uri", one.value) for one in (default_graphs or [_NOTHING])),
                *(("named-graph-uri", one.value) for one in named),
            ],
        )

    def quads(
        self,
        graph: NamedNode | None = None,
        *,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        value: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """As :meth:`~tenure.store.protocol.Store.quads`: one request, read when it is called."""
        given = (("g", graph), ("s", subject), ("p", predicate), ("o", value))
        chosen = "".join(f"VALUES ?{name} {{ {node} }} " for name, node in given if node)
        rows = self._rows(f"SELECT ?s ?p ?o ?g {{ {chosen}GRAPH ?g {{ ?s ?p ?o }} }}")
        return (Quad(*row) for row in rows)  # type: ignore[arg-type]

    def add(self, quads: Iterable[Quad]) -> None:
        """As :meth:`~tenure.store.protocol.Store.add`."""
        self._insert(quads)

    def fill(self, quads: Iterable[Quad]) -> None:
        """As :meth:`~tenure.store.protocol.Store.fill`: requests of so many statements each."""
        waiting = iter(quads)
        try:
            while some := list(islice(waiting, _AT_A_TIME)):
                self._insert(some, counts=False)
        finally:
            with self._writing:
                self._generation += 1  # one write, however many requests

    def replace(self, graph: NamedNode, triples: Iterable[Triple]) -> None:
        """As :meth:`~tenure.store.protocol.Store.replace`, if the endpoint's updates are atomic."""
        self._update(replacement(graph, triples))

    def change(
        self,
        removed: Iterable[Quad],
        added: Iterable[Quad],
        *,
        emptied: Iterable[NamedNode] = (),
    ) -> None:
        """As :meth:`~tenure.store.protocol.Store.change`, if the endpoint's updates are atomic."""
        request = change_request(removed, added, emptied)
        if request:
            self._update(request)

    def remove_graph(self, graph: NamedNode) -> None:
        """As :meth:`~tenure.store.protocol.Store.remove_graph`."""
        self._update(f"DROP SILENT GRAPH {graph}")

    def graphs(self) -> list[NamedNode]:
        """As :meth:`~tenure.store.protocol.Store.graphs`."""
        rows = self._rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        named = (one for (one,) in rows if isinstance(one, NamedNode))
        return sorted(named, key=lambda one: one.value)

    def size(self) -> int:
        """As :meth:`~tenure.store.protocol.Store.size`."""
        ((count,),) = self._rows("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        if not isinstance(count, Literal):
            raise self._misbehaving("a count that is not a number")
        return int(count.value)

    def flush(self) -> None:
        """Nothing to do: an endpoint answers an update when it is done."""
        self._check_open()

    def close(self) -> None:
        """As :meth:`~tenure.store.protocol.Store.close`."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, sparql: str) -> Solutions:
        answer = self._ask(sparql, [])
        if not isinstance(answer, Solutions):
            raise self._misbehaving("something else than the rows of a SELECT")
        return answer

    def _ask(self, sparql: str, dataset: list[tuple[str, str]]) -> Answer:
        try:
            body = urlencode([("query", sparql), *dataset]).encode()
        except UnicodeEncodeError as error:
            raise BadQuery(
                "The query holds a character that is not Unicode text.",
                remedy="Send the query as UTF-8.",
            ) from error
        headers = {"Content-Type": _FORM, "Accept": _ACCEPT}
        media_type, data = self._send(self._query_url, body, headers)
        try:
            if media_type == N_TRIPLES.media_type:
                parsed = list(parse_rdf(data, N_TRIPLES.engine, rename_blank_nodes=True))
                return Triples([quad.triple for quad in parsed])
            return wrap(parse_query_results(data, JSON.engine))
        except SyntaxError as error:
            raise self._misbehaving(f"{media_type} that does not parse ({error})") from error

    def _insert(self, quads: Iterable[Quad], *, counts: bool = True) -> None:
        lines = [f"GRAPH {one.graph_name} {{ {one.triple} }}" for one in in_named_graphs(quads)]
        if lines:
            self._update("INSERT DATA {\n" + "\n".join(lines) + "\n}", counts=counts)

    def _update(self, text: str, *, counts: bool = True) -> None:
        if self._update_url is None:
            raise BadInput(
                "This store is read-only: it has no address for updates.",
                where=self._query_url.geturl(),
                remedy="Configure the update address of the endpoint.",
            )
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        with self._writing:
            self._send(self._update_url, text.encode(), headers)
            self._generation += counts

    def _send(self, url: SplitResult, body: bytes, headers: Mapping[str, str]) -> tuple[str, bytes]:
        self._check_open()
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=self._timeout)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        try:
            connection.request("POST", target, body, {**headers, "User-Agent": "tenure"})
            response = connection.getresponse()
            data = response.read(self._largest_answer + 1)
        except (OSError, http.client.HTTPException) as error:
            raise BadInput(
                f"The endpoint cannot be reached: {str(error) or type(error).__name__}.",
                where=url.geturl(),
                remedy="Check the address, and that the endpoint runs.",
            ) from error
        finally:
            connection.close()
        if len(data) > self._largest_answer:
            raise BadInput(
                f"The endpoint's answer is longer than {self._largest_answer} bytes.",
                where=url.geturl(),
                remedy="Ask for less, with LIMIT for instance.",
            )
        self._check_status(url, response.status, data)
        return response.headers.get_content_type(), data

    def _check_status(self, url: SplitResult, status: int, data: bytes) -> None:
        if 200 <= status < 300:
            return
        said = " ".join(data[: 4 * _EXCERPT].decode(errors="replace").split())[:_EXCERPT]
        if status == 400:
            raise BadQuery(
                f"The endpoint finds the request malformed: {said}.",
                where=url.geturl(),
                remedy="Correct the query.",
            )
        raise BadInput(
            f"The endpoint answers with HTTP status {status}: {said}.",
            where=url.geturl(),
            remedy="Check the address and what the endpoint allows.",
        )

    def _misbehaving(self, what: str) -> BadInput:
        return BadInput(
            f"The endpoint sent {what}.",
            where=self._query_url.geturl(),
            remedy="Check that the address is a SPARQL 1.1 endpoint.",
        )

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("the store is closed")


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
        usable = usable and (parts.port is None or parts.port > 0) and url.isascii()
    except ValueError:
        usable = False
    if not usable or any(character <= " " for character in url):
        raise BadInput(
            f"{url[:200]!r} is not the address of an endpoint.",
            remedy="Give an http or https address without a user name.",
        )
    return parts
