"""``/policies``: which claims can count, in words; and one page for each policy that has a name."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from tenure.errors import NotFound
from tenure.suggest import nearest, remedy_of
from tenure_api.openapi import described
from tenure_api.pages.view import PolicyChoice, named_policies
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_PARTS: Final = {
    "sources": "the only sources that are heard, by slug; with a minus before it, one that is not",
    "modalities": "how a claim may be put: asserted, reported, alleged and so on, or all",
    "hedged": "no: what is only hedged does not count",
    "inferred": "no: what an editor read from several passages does not count",
    "denials": "no: what is denied does not count against what others say",
    "ranks": "the ranks that count, or all",
    "resolve": "which of two claims that contradict each other gives way where rank does not say: "
    "rank (neither), newest, majority, ranked:SOURCE,… or named:SOURCE,…",
    "known-at": "an instant: what this base had recorded by then",
    "published-by": "a day: what the public could know by then",
    "policy": "the name of one of these policies, of which other parts replace those it has",
}
"""What each part of a policy says (:mod:`tenure.model.policy`)."""


def router(service: Service) -> APIRouter:
    """The routes of the policies."""
    resources = Resources(service, "Conflicts")
    resources.add(
        "/policies",
        _policies,
        operation_id="list-policies",
        summary="The policies that have a name",
    )
    resources.add(
        "/policies/{name}",
        _policy,
        operation_id="policy",
        summary="A policy that has a name: what it does, and its text",
        parameters=[described("name", "Its name.", required=True, place="path", example="newest")],
        refusals=[(404, "No policy of that name.")],
    )
    return resources.api


def _policies(asked: ReadRequest) -> Response:
    kb = asked.service.kb
    if not asked.as_page:
        return asked.json({"policies": dict(kb.schema.named_policies)})
    return _page(asked, named_policies(kb), "Whose word counts")


def _policy(asked: ReadRequest) -> Response:
    known, name = named_policies(asked.service.kb), asked.path("name")
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise NotFound(
            f"There is no policy {name[:80]!r}.",
            where="/policies",
            remedy=remedy_of(nearest(name, (one.name for one in known)), "/policies lists them."),
        )
    if not asked.as_page:
        told = {"name": found.name, "label": found.label, "does": found.does, "text": found.text}
        return asked.json(told)
    return _page(asked, [found], found.label.capitalize())


def _page(asked: ReadRequest, policies: list[PolicyChoice], title: str) -> Response:
    kb, view = asked.service.kb, asked.view
    chosen = kb.policy(view.policy_text)
    return asked.page(
        "policies.html",
        here="/policies",
        title=title,
        policies=policies,
        words_of=_PARTS,
        chosen=chosen.parts,
        default=dict(kb.default_policy.parts),
    )
