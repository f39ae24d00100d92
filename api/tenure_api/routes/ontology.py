"""``/ontology``, ``/vocabulary``, ``/terms``: the terms, for Protégé and for people.

Both namespaces end in ``#``, so the addresses of their documents are the IRIs of all their terms
without the fragment; the page has one anchor a term. What is long of a term (examples, rules, the
questions about it, what it has from classes above) is on a page of its own, ``?term=``. ``/terms``
has those of the base's own. What a page shows is read by :mod:`tenure.reference`, which also writes
it to files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import FileResponse, Response

from tenure.errors import NotFound
from tenure.model import Registry, Schema
from tenure.namespaces import TN_PREFIX, TNV_PREFIX, local_name
from tenure.reference import (
    PAGES,
    TEMPLATES,
    QuestionPage,
    Reference,
    read_reference,
    rules_in_words,
)
from tenure.resources import data_dir
from tenure.store import read_file
from tenure.store.answers import Triples
from tenure.suggest import nearest, remedy_of
from tenure.validate.validator import all_shapes
from tenure_api.negotiation import GRAPHS
from tenure_api.openapi import described
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

TERM: Final = "term"
"""The parameter by which a page shows one term alone."""

_OWN: Final = "own"
_MOST_KEPT: Final = 3
"""Pages that are kept: one for each list of terms."""
_ONTOLOGY: Final = NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_IMPORTS: Final = NamedNode("http://www.w3.org/2002/07/owl#imports")
_VERSION: Final = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")
_OTHER: Final = {
    TN_PREFIX: ("/vocabulary", "the vocabularies"),
    TNV_PREFIX: ("/ontology", "the ontology"),
}


def router(service: Service) -> APIRouter:
    """The routes of the ontology's documents."""
    resources = Resources(service, "Documents")
    add = partial(resources.add, answer="The terms.", formats=GRAPHS, paging=[TERM])

    @cache  # read when the first page is asked for, then kept as long as the service
    def rules() -> Mapping[str, Sequence[str]]:
        return _rules(service)

    @lru_cache(maxsize=_MOST_KEPT)  # by what a page follows from
    def shown(schema: Schema, registry: Registry, namespace: str) -> _Shown:  # noqa: ARG001
        return _shown(service, namespace, rules())

    @resources.api.get("/static/terms.css", include_in_schema=False)
    def styles() -> Response:
        # The same as in the pages that are written to files: it comes with what draws the terms.
        return FileResponse(TEMPLATES / "terms.css")

    def ontology(asked: ReadRequest) -> Response:
        return _answer(asked, TN_PREFIX, shown)

    def ontology_version(asked: ReadRequest) -> Response:
        name = asked.path("version")
        part = data_dir("ontology") / f"{name}.ttl"
        if not name.isalpha() or not part.is_file():
            _require_version(asked, TN_PREFIX)
        elif not asked.as_page:
            return asked.document([quad.triple for quad in read_file(part)])
        return _answer(asked, TN_PREFIX, shown)

    def vocabulary(asked: ReadRequest) -> Response:
        return _answer(asked, TNV_PREFIX, shown)

    def vocabulary_version(asked: ReadRequest) -> Response:
        _require_version(asked, TNV_PREFIX)
        return _answer(asked, TNV_PREFIX, shown)

    def terms(asked: ReadRequest) -> Response:
        return _own_terms(asked, shown)

    about = "A version, such as 0.1.0, or a part that the ontology imports, such as time."
    version = described("version", about, required=True, place="path")
    version["schema"]["maxLength"] = 80
    add("/ontology", ontology, operation_id="ontology", summary="The ontology")
    add(
        "/ontology/{version}",
        ontology_version,
        operation_id="ontology_version",
        summary="A version or a part of the ontology",
        parameters=[version],
        refusals=[(404, "Another version or part.")],
    )
    add("/vocabulary", vocabulary, operation_id="vocabulary", summary="The vocabularies")
    add(
        "/vocabulary/{version}",
        vocabulary_version,
        operation_id="vocabulary_version",
        summary="A version of the vocabularies",
        parameters=[described("version", "A version.", required=True, place="path")],
        refusals=[(404, "Another version.")],
    )
    add(
        "/terms",
        terms,
        operation_id="terms",
        summary="The terms of the base's own",
        refusals=[(404, "The base has no terms of its own.")],
    )
    return resources.api


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page has of some terms, whichever of them is asked for."""

    namespace: str
    title: str
    description: str
    also: Sequence[tuple[str, str]]
    reference: Reference


Show = Callable[[Schema, Registry, str], _Shown]


def _answer(asked: ReadRequest, namespace: str, shown: Show) -> Response:
    if not asked.as_page:
        return asked.document(_of_namespace(_ontology(asked.service), namespace))
    return _page(asked, shown, namespace)


def _own_terms(asked: ReadRequest, shown: Show) -> Response:
    own = _ontology(asked.service, "terms")
    if not own:
        raise NotFound(
            "This base has no terms of its own.", remedy="/ontology has those of Tenure."
        )
    return _page(asked, shown, _OWN) if asked.as_page else asked.document(own)


def _shown(service: Service, namespace: str, rules: Mapping[str, Sequence[str]]) -> _Shown:
    """The terms of a namespace, or of the base's own."""
    own = _ontology(service, "terms")
    terms: Collection[str] | None = None
    if namespace == _OWN:
        stated = {one.subject.value for one in own if isinstance(one.subject, NamedNode)}
        headers = {str(one.subject) for one in own if one.object == _ONTOLOGY}
        document = min(headers, default=f"<{service.kb.names.base}terms>")[1:-1]
        title, about = "The terms of this base", "Beside those of Tenure, which hold here too."
        also = [*_OTHER.values()]
        namespace, terms = f"{document}#", stated - {document}
    else:
        page = next(page for page in PAGES if page.namespace == namespace)
        title, about = page.title, page.description
        also = [_OTHER[namespace], *([("/terms", "the terms of this base")] if own else ())]
    reference = read_reference(
        [*_ontology(service), *own],
        namespace,
        terms=terms,
        rules=rules,
        questions=_questions(service),
        label=service.pages.links.label,
    )
    return _Shown(namespace, title, about, also, reference)


def _page(asked: ReadRequest, shown: Show, namespace: str) -> Response:
    kb, name = asked.service.kb, asked.values.get(TERM, "")
    page = shown(kb.schema, kb.registry, namespace)
    known = {one.name: one for group in page.reference.groups for one in group.terms}
    if name and name not in known:
        raise NotFound(
            f"There is no term {name[:80]!r} here.",
            where=TERM,
            remedy=remedy_of(nearest(name, known)),
        )
    return asked.page(
        "ontology.html",
        links=asked.pages.links if name else asked.pages.links.within(page.namespace),
        term=known.get(name),
        here="/ontology",
        formats=[form.name for form in GRAPHS],
        title=page.title,
        description=page.description,
        also=page.also,
        reference=page.reference,
    )


def _require_version(asked: ReadRequest, namespace: str) -> None:
    """Raises :class:`~tenure.errors.NotFound` where the document states another version."""
    version, address = asked.path("version"), local_name(namespace.rstrip("#"))
    # More than one would be a mistake in it.
    served = [
        one.object.value
        for one in _ontology(asked.service)
        if one.predicate == _VERSION
        and one.subject == NamedNode(namespace.rstrip("#"))
        and isinstance(one.object, Literal)
    ]
    if version not in served:
        raise NotFound(
            f"There is no version or part {version[:80]!r} of the {address} here.",
            remedy=f"Served is {', '.join(served) or 'one that states no version'}; "
            f"/{address} leads to it.",
        )


def _ontology(service: Service, part: str = "ontology") -> list[Triple]:
    graph = service.kb.names.graph(part)
    answer = service.kb.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Triples)
    return list(answer)


def _of_namespace(triples: list[Triple], namespace: str) -> list[Triple]:
    """The document of one namespace as one ontology, without blank nodes cut off.

    The headers of the parts that it has in it are left out, and so is their import.
    """
    headers = {one.subject for one in triples if one.object == _ONTOLOGY}
    headers -= {NamedNode(namespace.rstrip("#"))}
    kept = [one for one in triples if one.subject not in headers and one.predicate != _IMPORTS]
    if namespace == TN_PREFIX:
        return [one for one in kept if not _begins(one.subject, TNV_PREFIX)]
    return [one for one in kept if _begins(one.subject, namespace.rstrip("#"))]


def _begins(term: object, namespace: str) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(namespace)


def _rules(service: Service) -> Mapping[str, Sequence[str]]:
    shapes = all_shapes([*_ontology(service), *_ontology(service, "terms")])
    return rules_in_words(shapes, service.pages.links.label)


def _questions(service: Service) -> list[QuestionPage]:
    return [
        QuestionPage(one.name, one.title, one.text, f"/queries/{quote(one.name, safe='')}")
        for one in service.catalog.values()
    ]
