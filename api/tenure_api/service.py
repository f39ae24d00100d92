"""What every part of the web service is given: the knowledge base, the catalogue, the pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from tenure_api.limits import Limits
from tenure_api.links import Links
from tenure_api.pages import Pages

if TYPE_CHECKING:
    from tenure.catalog import Catalog
    from tenure.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Service:
    """Built once by :func:`tenure_api.app.create_app` and handed to every router."""

    kb: KnowledgeBase
    catalog: Catalog
    limits: Limits
    links: Links
    pages: Pages
    version: str


def build_service(kb: KnowledgeBase, catalog: Catalog, limits: Limits) -> Service:
    """The service of a knowledge base and a catalogue of queries."""
    links = Links(kb)
    number = installed_version()
    pages = Pages(links, number)
    return Service(kb, catalog, limits, links, pages, number)


def installed_version() -> str:
    """The version of Tenure that is running; "0" where it runs without being installed."""
    try:
        return version("tenure")
    except PackageNotFoundError:
        return "0"
