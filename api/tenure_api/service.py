"""What every part of the web service is given: the knowledge base, the catalogue, the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from tenure_api.limits import Limits
from tenure_api.links import Links
from tenure_api.pages import Pages

if TYPE_CHECKING:
    from tenure.catalog import Catalog
    from tenure.claims import Claim
    from tenure.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Service:
    """Built once by :func:`tenure_api.app.create_app` and handed to every router.

    ``claims_about`` lists, for each IRI, the claims whose statement names it.
    """

    kb: KnowledgeBase
    catalog: Catalog
    limits: Limits
    links: Links
    pages: Pages
    version: str
    claims_about: Mapping[str, Sequence[Claim]] = field(default_factory=dict)


def build_service(kb: KnowledgeBase, catalog: Catalog, limits: Limits) -> Service:
    """The service of a knowledge base and a catalogue of queries."""
    links = Links(kb)
    number = installed_version()
    pages = Pages(links, number)
    return Service(kb, catalog, limits, links, pages, number, _index(kb.claims.values()))


def installed_version() -> str:
    """The version of Tenure that is running; "0" where it runs without being installed."""
    try:
        return version("tenure")
    except PackageNotFoundError:
        return "0"


def _index(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    about: dict[str, list[Claim]] = {}
    for claim in claims:
        named = {
            term.value
            for triple in claim.content
            for term in (triple.subject, triple.object)
            if isinstance(term, NamedNode)
        }
        for iri in sorted(named):
            about.setdefault(iri, []).append(claim)
    return about
