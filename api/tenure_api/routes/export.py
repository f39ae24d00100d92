"""``/export/{format}``: everything at once, sent while it is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Final, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from tenure.errors import BadParameter, TenureError
from tenure.export import export_into
from tenure.store import graph_format
from tenure.store.formats import JSON_LD, GraphFormat
from tenure_api.openapi import described, known_at_parameter, operation, policy_parameter
from tenure_api.parameters import POLICY, read_parameters
from tenure_api.responses import BodyWriter, Streamed
from tenure_api.service import Service

FORMATS = ("trig", "nq", "ttl", "nt", "jsonld")
MOST_MADE: Final = 1

MOST_UNDER_WAY: Final = 8
"""Exports of everything that are made at a time, and that clients are reading or waiting for."""

MOST_AS_JSON_LD: Final = 200_000
"""Statements of a store that is given away as JSON-LD."""

_WAIT: Final = 10
"""Seconds after which whoever finds no place should try again."""


def router(service: Service) -> APIRouter:
    """The route of the export."""
    api = APIRouter(tags=["Service"])
    turns = Turns()
    parameters = [
        described("format", "The format.", required=True, place="path", values=FORMATS),
        described("source", "Only this source and its claims, by slug."),
        described("at", "Only the world of this day, event or source, as plain triples."),
        policy_parameter(),
        known_at_parameter(),
    ]

    @api.get(
        "/export/{format}",
        operation_id="export",
        summary="Everything, in one file",
        **operation(
            "The data; the same bytes each time.",
            [graph_format(name).media_type for name in FORMATS],
            parameters,
            (404, "An unknown source or event."),
            (503, "Others are given everything at the moment; Retry-After says when to ask again."),
        ),
    )
    async def give(request: Request) -> Response:
        form = graph_format(request.path_params["format"])
        values = read_parameters(request, ("source", "at", POLICY), service.limits)
        whole = not {"source", "at"} & values.keys()
        if whole:
            _check_size(service, form)
        work = partial(_give, service, form, values)
        return Streamed(partial(turns.in_turn, work) if whole else work, service.room)

    return api


class TooManyExports(TenureError):
    """Others are being given everything, which takes the processor and the disk."""

    title = "Too many exports at a time"
    http_status = 503

    def __init__(self) -> None:
        super().__init__(
            "Others are given everything at the moment.",
            where="/export",
            remedy=f"Wait {_WAIT} s and ask again, or for less: a source, or a day.",
        )
        self.headers = {"Retry-After": str(_WAIT)}


class Turns:
    """Lets few exports of everything be made at a time, and few more be under way.

    To put statements in order takes the processor for seconds, and room on the disk for as long as
    the client takes to read them. Safe to share between threads.
    """

    def __init__(self, making: int = MOST_MADE, under_way: int = MOST_UNDER_WAY) -> None:
        self._making = threading.BoundedSemaphore(making)
        self._under_way = threading.BoundedSemaphore(under_way)

    def in_turn(self, work: Callable[[Sink], None], output: BodyWriter) -> None:
        """Does the work into ``output``. Raises :class:`TooManyExports`."""
        if not self._under_way.acquire(blocking=False):
            raise TooManyExports
        try:
            if not self._making.acquire(blocking=False):
                raise TooManyExports
            sink = _FirstWrite(output, self._making.release)
            try:
                work(sink)
            finally:
                sink.made()
        finally:
            self._under_way.release()


class _FirstWrite:
    """An output that says once when something is written into it, or nothing will be."""

    def __init__(self, output: BodyWriter, on_write: Callable[[], None]) -> None:
        self.begin = output.begin
        self.flush = output.flush
        self._write = output.write
        self._on_write: Callable[[], None] | None = on_write

    def made(self) -> None:
        on_write, self._on_write = self._on_write, None
        if on_write is not None:
            on_write()

    def write(self, data: bytes) -> int:
        self.made()
        return self._write(data)


Sink = BodyWriter | _FirstWrite


def _check_size(service: Service, form: GraphFormat) -> None:
    if form is JSON_LD and service.kb.store.size() > MOST_AS_JSON_LD:
        raise BadParameter(
            f"More than {MOST_AS_JSON_LD:,} statements do not come as JSON-LD, which has to be "
            "made in memory.",
            where="format",
            remedy="Choose trig or nq; source or at ask for less; the command line has no limit.",
        )


def _give(service: Service, form: GraphFormat, values: Mapping[str, str], output: Sink) -> None:
    name = f'inline; filename="tenure{form.extension}"'
    output.begin(form.media_type, {"Content-Disposition": name})
    export_into(
        service.kb,
        form.name,
        cast("IO[bytes]", output),
        source=values.get("source"),
        at=values.get("at"),
        policy=service.kb.policy(values[POLICY]) if POLICY in values else None,
    )
