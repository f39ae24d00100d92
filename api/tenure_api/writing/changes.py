"""Handing a change to the one writer, and telling what came of it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tenure.errors import BadParameter, InvalidChange
from tenure.store import negotiate
from tenure.transactions import ChangeRequest, Committed, commit
from tenure.transactions.commit import MOST_JUDGED
from tenure_api.access.audit import recorded
from tenure_api.access.who import WRITE, client_of, require
from tenure_api.http.answers import in_one_thread
from tenure_api.http.entity_tags import states_asked_for
from tenure_api.http.problems import MEDIA_TYPE, describe

if TYPE_CHECKING:
    from starlette.requests import Request

    from tenure_api.service import Service

_TURTLE: Final = "text/turtle"


async def write(
    request: Request,
    service: Service,
    change: ChangeRequest,
    *,
    message: str | None,
    otherwise: str,
    dry_run: bool = False,
) -> Committed | Response:
    """What the change did; or the report, as a response, where it breaks rules.

    Args:
        request: who asks, and on what conditions (``If-Match``, ``If-None-Match: *``).
        service: the service.
        change: what is asked for.
        message: why, as whoever asks says it.
        otherwise: why, where nobody says.
        dry_run: check everything and write nothing.

    Raises:
        TenureError: whatever :func:`tenure.transactions.commit` and
            :func:`tenure_api.access.who.require` refuse.
    """
    principal = await require(request, service, WRITE)
    work = partial(
        commit,
        service.kb,
        change,
        who=principal.name,
        message=(message or otherwise).strip(),
        dry_run=dry_run,
        if_match=states_asked_for(request),
        if_absent=_only_if_absent(request),
        most=MOST_JUDGED,
    )
    try:
        whole = partial(recorded, service, request, principal, work)
        # There is one writer, and whoever waits for it keeps a thread from others.
        async with service.writing.turn(client_of(request)):
            return await run_in_threadpool(in_one_thread, whole)
    except InvalidChange as error:
        return _reported(request, error)


def told(committed: Committed, status: int = 200) -> Response:
    """What a change did, as JSON."""
    body = json.dumps(committed.to_dict(), ensure_ascii=False, indent=2) + "\n"
    return Response(body, status, media_type="application/json")


def _only_if_absent(request: Request) -> bool:
    condition = request.headers.get("if-none-match")
    if condition is None:
        return False
    if condition.strip() != "*":
        raise BadParameter(
            "A write asks for nothing but If-None-Match: *.",
            where="If-None-Match",
            remedy="Use If-Match with the tag that you have.",
        )
    return True


def _reported(request: Request, error: InvalidChange) -> Response:
    """The report in the format that is wanted: SHACL in Turtle, or a problem that carries it."""
    vary = {"Vary": "Accept"}
    offered = [MEDIA_TYPE, "application/json", _TURTLE]
    if negotiate(request.headers.get("accept"), offered) == _TURTLE:
        return Response(error.report.to_shacl_turtle(), error.http_status, vary, _TURTLE)
    body = {**describe(error), "report": error.report.to_dict()}
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(text, error.http_status, vary, MEDIA_TYPE)
