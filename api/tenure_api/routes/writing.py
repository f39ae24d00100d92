"""``/claims``, ``/edits``, ``/admin/backup``; and what all writes have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tenure.editing import OPERATIONS, operation, statements_of
from tenure.errors import BadInput, BadParameter, InvalidChange, TenureError
from tenure.transactions import BodyChange, Change, ChangeRequest, Committed, EditChange, commit
from tenure.transactions.backup import lasting
from tenure.transactions.commit import MOST_JUDGED
from tenure.transactions.dump import write_as_it_comes
from tenure_api.bodies import format_of, read_body, readable
from tenure_api.negotiation import VARY, negotiate, states_asked_for
from tenure_api.openapi import DRY_RUN, IF_MATCH, MESSAGE, NEXT_STRETCH, body_of, responses
from tenure_api.parameters import read_parameters, read_truth
from tenure_api.problems import MEDIA_TYPE, describe
from tenure_api.responses import BodyWriter, Streamed, in_one_thread
from tenure_api.security import ADMIN, WRITE, Principal, client_of, require
from tenure_api.service import Service

_JSON: Final = "application/json"
_QUADS: Final = "application/n-quads"
_TURTLE: Final = "text/turtle"

_REFUSALS: Final = (
    (401, "No key."),
    (403, "A service that is not open for writing, or something that nobody writes."),
    (409, "What would change a claim, or a description that claims rest on."),
    (412, "Something was written since the tag in If-Match."),
    (422, "What would break rules; the report comes with it, or as SHACL in Turtle."),
    (507, "No room on the disk; reading goes on."),
)


def router(service: Service) -> APIRouter:
    """The routes that add and retract claims, and the one that backs up."""
    api = APIRouter()
    parameters = [MESSAGE, DRY_RUN, IF_MATCH]

    @api.post(
        "/claims",
        tags=["Writing"],
        operation_id="add-claims",
        summary="Add claims, with their sources, evidence and new entities",
        description="Send a document as the files of facts are: all of it is added, or nothing.",
        response_class=Response,
        responses={
            **responses(
                "A dry run, or all of it was there already.",
                [_JSON],
                *_REFUSALS,
                (413, "A body that is too long."),
                (415, "A body that is no RDF."),
            ),
            201: {"description": "What was added, with the revision and the conflicts it made."},
        },
        openapi_extra={
            "parameters": [*parameters, NEXT_STRETCH],
            "requestBody": body_of(readable()),
        },
    )
    async def add(request: Request) -> Response:
        # Nobody should send megabytes to learn that they may not.
        await require(request, service.access, WRITE)
        message, dry_run, next_stretch = _asked(request, service, "next-stretch")
        form = format_of(request.headers.get("content-type", ""))
        data = await read_body(request, service.limits.body)
        read = await service.bodies.statements([(data, form)], client=client_of(request))
        change = BodyChange(data, form, statements=tuple(read))
        added = partial(_added, service)
        return await write(
            request,
            service,
            change,
            message or "Claims sent.",
            dry_run,
            added,
            next_stretch=next_stretch,
        )

    @api.post(
        "/claims/{source}/{number}/retraction",
        tags=["Writing"],
        operation_id="retract-claim",
        summary="Retract a claim",
        description="It stays, and is not relied on from now on. A second time changes nothing.",
        response_class=Response,
        responses=responses("What was done.", [_JSON], *_REFUSALS, (404, "No such claim.")),
        openapi_extra={"parameters": parameters},
    )
    async def retract(
        request: Request,
        source: Annotated[str, Path(description="The slug of its source.")],
        number: Annotated[str, Path(description="Its number there.")],
    ) -> Response:
        message, dry_run, _ = _asked(request, service)
        # It says nothing, but a request that did not come whole is not carried out.
        await read_body(request, service.limits.body)
        change = Change(retracted=(f"{source}/{number}",))
        return await write(request, service, change, message or "Retracted.", dry_run)

    @api.post(
        "/edits",
        tags=["Writing"],
        operation_id="edit",
        summary="Edit: name, merge or split entities, correct claims and sources, undo",
        description=f"JSON with the name of the `edit` ({', '.join(OPERATIONS)}) and its values, "
        "as the commands of the same names take them; `message` says why.",
        response_class=Response,
        responses=responses("What was done.", [_JSON], *_REFUSALS, (404, "No such thing.")),
        openapi_extra={
            "parameters": [*parameters, NEXT_STRETCH],
            "requestBody": body_of([_JSON]),
        },
    )
    async def edit(request: Request) -> Response:
        return await _edited(request, service)

    @api.post(
        "/compare",
        tags=["Writing"],
        operation_id="accept-differences",
        summary="Accept what one of two sources says where they differ",
        description="JSON as for GET, with `into`, the source of whoever decides, and `accept`: "
        "`a` or `b` of all that is found; or `decisions`: `a` or `b` by the id of each difference. "
        "It becomes claims of that source, preferred before others.",
        response_class=Response,
        responses=responses("What was done.", [_JSON], *_REFUSALS, (404, "No such thing.")),
        openapi_extra={
            "parameters": [*parameters, NEXT_STRETCH],
            "requestBody": body_of([_JSON]),
        },
    )
    async def accept(request: Request) -> Response:
        return await _edited(request, service, "accept")

    @api.post(
        "/admin/backup",
        tags=["Operation"],
        operation_id="back-up",
        summary="A plain backup of everything that was told",
        description="Registry, descriptions, claims and ordinary graphs of one moment, as N-Quads.",
        response_class=Response,
        responses=responses("The backup.", [_QUADS], (401, "No key."), (403, "Another scope.")),
    )
    async def back_up(request: Request) -> Response:
        await require(request, service.access, ADMIN)
        return Streamed(partial(_back_up, service), service.room)

    return api


async def _edited(request: Request, service: Service, name: str = "") -> Response:
    """Carries out the edit that a body asks for, or that of a name with the body's values."""
    await require(request, service.access, WRITE)
    message, dry_run, next_stretch = _asked(request, service, "next-stretch")
    values = _values(await read_body(request, service.limits.body))
    message = values.pop("message", None) or message
    make = operation(name or values.pop("edit", ""), values)
    change = await run_in_threadpool(in_one_thread, partial(make, service.kb))
    said = message or " ".join(statements_of(change)) or "Put right."
    return await write(request, service, EditChange(make), said, dry_run, next_stretch=next_stretch)


def _asked(request: Request, service: Service, *more: str) -> tuple[str | None, bool, bool]:
    """The message of the revision, whether it is a dry run, and whether the next stretch is meant.

    ``more`` are parameters that are known beside the first two.
    """
    values = read_parameters(request, ("message", "dry-run", *more), service.limits)
    dry_run, next_stretch = (
        read_truth(name, values.get(name, "")) for name in ("dry-run", "next-stretch")
    )
    return values.get("message"), dry_run, next_stretch


def _values(data: bytes) -> dict[str, Any]:
    """The object in a body of JSON, whose ``edit`` and ``message`` are texts."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"It is no JSON: {error}.", where="body", remedy='{"edit": "rename", …}'
        ) from error
    if not isinstance(found, dict):
        raise BadInput("It is no object of JSON.", where="body", remedy='{"edit": "rename", …}')
    for name in ("edit", "message"):
        if not isinstance(found.get(name, ""), str):
            raise BadParameter(f"{name} is no text.", where=name, remedy="Write it in quotes.")
    return found


def _added(service: Service, done: Committed) -> Response:
    answer = committed(done, 200 if done.dry_run or not done.changed else 201)
    if len(done.added) == 1 and not done.dry_run:
        answer.headers["Location"] = service.pages.links.href(done.added[0]) or "/claims"
    return answer


def _back_up(service: Service, output: BodyWriter) -> None:
    """Writes it as it comes: no room on the disk is needed, since that may be why it is made."""
    output.begin(_QUADS, {"Content-Disposition": 'attachment; filename="tenure.nq"'})
    write_as_it_comes(lasting(service.kb.store, service.kb.names), output)


# --- What all writes have in common ------------------------------------------------------------


def committed(done: Committed, status: int = 200) -> Response:
    """What a change did, as JSON."""
    return _as_json(done.to_dict(), status, _JSON)


async def write(
    request: Request,
    service: Service,
    change: ChangeRequest,
    message: str,
    dry_run: bool = False,
    respond: Callable[[Committed], Response] = committed,
    *,
    next_stretch: bool = False,
) -> Response:
    """Hands a change to the one writer.

    Args:
        request: who asks, and on what conditions (``If-Match``, ``If-None-Match: *``).
        service: the service.
        change: what is asked for.
        message: why.
        dry_run: check everything and write nothing.
        respond: what to answer where it breaks no rule; else the answer is the report.
        next_stretch: as :func:`tenure.transactions.commit` has it.

    Raises:
        TenureError: whatever :func:`tenure.transactions.commit` and
            :func:`tenure_api.security.require` refuse.
    """
    principal = await require(request, service.access, WRITE)
    work = partial(
        commit,
        service.kb,
        change,
        who=principal.name,
        message=message.strip(),
        dry_run=dry_run,
        if_match=states_asked_for(request),
        if_absent=_only_if_absent(request),
        most=MOST_JUDGED,
        next_stretch=next_stretch,
    )
    try:
        audited = partial(_audited, service, request, principal, work)
        # There is one writer, and whoever waits for it keeps a thread from others.
        async with service.writing.turn(client_of(request)):
            return respond(await run_in_threadpool(in_one_thread, audited))
    except InvalidChange as error:
        return _reported(request, error)


def _audited(
    service: Service, request: Request, principal: Principal, work: Callable[[], Committed]
) -> Committed:
    """What ``work`` commits, having counted and recorded it, or its refusal.

    To be called in a thread that may wait: the line is synced to the disk.
    """
    action = f"{request.method} {request.url.path[:200]}"

    def record(outcome: str, **details: Any) -> None:
        request.state.audited = True
        service.metrics.wrote(outcome)
        service.audit.record(request, principal, action, outcome, **details)

    try:
        service.audit.refuse_unwritten()
        done = work()
    except TenureError as error:
        record("refused", why=type(error).__name__)
        raise
    except BaseException:
        record("failed")
        raise
    record(
        "dry-run" if done.dry_run else "committed",
        revisions=done.revisions,
        added=len(done.added),
        retracted=len(done.retracted),
        graphs=len(done.graphs),
    )
    return done


def _only_if_absent(request: Request) -> bool:
    condition = request.headers.get("if-none-match")
    if condition is not None and condition.strip() != "*":
        raise BadParameter(
            "A write asks for nothing but If-None-Match: *.",
            where="If-None-Match",
            remedy="Use If-Match with the tag that you have.",
        )
    return condition is not None


def _reported(request: Request, error: InvalidChange) -> Response:
    """The report in the format that is wanted: SHACL in Turtle, or a problem that carries it."""
    offered = [MEDIA_TYPE, _JSON, _TURTLE]
    if negotiate(request.headers.get("accept"), offered) == _TURTLE:
        return Response(error.report.to_shacl_turtle(), error.http_status, VARY, _TURTLE)
    body = {**describe(error), "report": error.report.to_dict()}
    return _as_json(body, error.http_status, MEDIA_TYPE, VARY)


def _as_json(
    body: dict[str, Any], status: int, media_type: str, headers: dict[str, str] | None = None
) -> Response:
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Response(text, status, headers, media_type)
