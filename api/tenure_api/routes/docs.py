"""``/docs``: the OpenAPI description in Swagger UI, served from here and from nowhere else.

FastAPI's own page loads Swagger UI from a public host. Its files come with the package
``fastapi-offline`` instead. Of that package only the folder of files is used: its own page has a
script inside, which the Content-Security-Policy would not run.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

if TYPE_CHECKING:
    from tenure_api.service import Service

_FILES: Final = ("swagger-ui-bundle.js", "swagger-ui.css")


def router(service: Service) -> APIRouter:
    """The routes of the description for people."""
    api = APIRouter()
    folder = files("fastapi_offline") / "static"

    @api.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return HTMLResponse(service.pages.render("docs.html"))

    @api.get("/static/swagger/{name}", include_in_schema=False)
    def swagger(name: str) -> Response:
        if name not in _FILES:
            raise HTTPException(404)
        return FileResponse(str(folder / name))

    return api
