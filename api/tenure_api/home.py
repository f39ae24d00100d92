"""``/``: the canonical question, its answer and the reasons; and the page of problems.

What is asked first, and about what, comes from the catalogue: the question's example. The form
works without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from tenure.catalog import ask
from tenure.errors import BadParameter, TenureError
from tenure.store import Solutions
from tenure_api.answers import VARY
from tenure_api.negotiation import own_address
from tenure_api.parameters import POLICY, read_parameters
from tenure_api.problems import describe, kinds
from tenure_api.reasons import EXPLAINED, Reasoned, reasoned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenure.catalog import CatalogQuery
    from tenure.world import Moment
    from tenure_api.service import Service

CANONICAL: Final = "office-holders"
"""The question that the home page asks."""

SUBJECT: Final = "office"
RELATIONS: Final = ("before", "at", "after")
_OLD_LINKS: Final = ("when", "date")


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the answer, with its reasons."""

    person: str
    certainty: str
    reasons: Reasoned
    explain: str


def router(service: Service) -> APIRouter:
    """The routes of the home page."""
    api = APIRouter()

    @api.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        return _home(request, service)

    @api.get("/problems", include_in_schema=False)
    def problems() -> Response:
        return HTMLResponse(service.pages.render("problems.html", kinds=kinds()))

    return api
