"""``/claims``: claims added and retracted; ``/admin/backup``: a plain copy of everything told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from tenure.errors import BadParameter
from tenure.transactions import BodyChange, Change, Committed
from tenure.transactions.backup import lasting
from tenure.transactions.plain import write_as_it_comes
from tenure_api.access.who import ADMIN, WRITE, client_of, require
from tenure_api.http.bodies import read_body, single_values
from tenure_api.http.parameters import responses
from tenure_api.http.rdf import format_of, readable
from tenure_api.http.streams import Output, Streamed
from tenure_api.sparql.reading import read_truth
from tenure_api.sparql.told import DRY_RUN, IF_MATCH, MESSAGE
from tenure_api.writing.changes import told, write

if TYPE_CHECKING:
    from tenure_api.service import Service

_JSON: Final = "application/json"
_QUADS: Final = "application/n-quads"

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
    _add_claims(api, service)
    _add_backup(api, service)
    return api


def _add_claims(api: APIRouter, service: Service) -> None:
    content = {kind: {"schema": {"type": "string"}} for kind in readable()}
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
            "parameters": parameters,
            "requestBody": {"required": True, "content": content},
        },
    )
    async def add(request: Request) -> Response:
        # Nobody should send megabytes to learn that they may not.
        await require(request, service, WRITE)
        message, dry_run = _asked(request, service)
        form = format_of(request.headers.get("content-type", ""))
        data = await read_body(request, service.limits.body)
        read = await service.sent.statements([(data, form)], client=client_of(request))
        change = BodyChange(data, form, statements=tuple(read))
        done = await write(
            request, service, change, message=message, otherwise="Claims sent.", dry_run=dry_run
        )
        if isinstance(done, Response):
            return done
        return _answer(done, service)

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
        message, dry_run = _asked(request, service)
        # It says nothing, but a request that did not come whole is not carried out.
        await read_body(request, service.limits.body)
        change = Change(retracted=(f"{source}/{number}",))
        done = await write(
            request, service, change, message=message, otherwise="Retracted.", dry_run=dry_run
        )
        return done if isinstance(done, Response) else told(done)


def _add_backup(api: APIRouter, service: Service) -> None:
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
        await require(request, service, ADMIN)
        return Streamed(partial(_back_up, service), service.room)


def _back_up(service: Service, output: Output) -> None:
    """Writes it as it comes: no room on the disk is needed, since that may be why it is made."""
    output.begin(_QUADS, {"Content-Disposition": 'attachment; filename="tenure.nq"'})
    write_as_it_comes(lasting(service.kb.store, service.kb.names), output)


def _asked(request: Request, service: Service) -> tuple[str | None, bool]:
    """The message of the revision, and whether it is a dry run."""
    values = single_values(request.query_params.multi_items(), service.limits)
    for name in values.keys() - {"message", "dry-run"}:
        raise BadParameter(
            f"This address has no parameter {name[:80]!r}.",
            where=name[:80],
            remedy="It has message and dry-run.",
        )
    return values.get("message"), read_truth("dry-run", values.get("dry-run", ""))


def _answer(done: Committed, service: Service) -> Response:
    answer = told(done, 200 if done.dry_run or not done.changed else 201)
    if len(done.added) == 1 and not done.dry_run:
        answer.headers["Location"] = service.links.href(done.added[0]) or "/claims"
    return answer
