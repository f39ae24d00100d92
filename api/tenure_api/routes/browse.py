"""``/search`` and the lists of people, organizations, offices, events, places and sources.

To add a list, add a row to :data:`LISTS`: its path, what it is called, and the classes of the
ontology whose instances are in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

from fastapi import APIRouter
from pyoxigraph import Literal, NamedNode
from starlette.responses import Response

from tenure.catalog import is_of_classes
from tenure.errors import BadParameter
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.name_search import FoundName, NameSearch
from tenure.languages import direction
from tenure.model import Claim, Policy
from tenure.namespaces import EDTF_DATATYPE, TN
from tenure.temporal import Certainty, civil, parse
from tenure.views import day_view
from tenure_api.openapi import described, known_at_parameter, page_parameter, policy_parameter
from tenure_api.pages.paging import Pager, no_page, page_number, pager_of
from tenure_api.pages.rendering import Pages
from tenure_api.pages.tables import date_words, dates
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

Q: Final = "q"
KIND: Final = "kind"
PAGE_LENGTH: Final = 100
"""Rows of a list on one page."""
_MOST_READ: Final = 500
_COVERED: Final = {
    "offices": "office",
    "organizations": "organization",
    "people": "person",
    "events": "event",
}
FOUND_AT_ONCE: Final = 20
"""Things that a search shows on one page, and offers to somebody who types."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of things: its path, what it is called, and of which classes the things are."""

    path: str
    title: str
    classes: tuple[str, ...]
    but: tuple[str, ...] = ()

    def has(self, kb: KnowledgeBase, iri: str) -> bool:
        """Whether something is in the list."""
        return self.takes(kb, kb.registry.types.get(iri, frozenset())) or (
            not self.classes and iri in kb.sources
        )

    def takes(self, kb: KnowledgeBase, kinds: Iterable[str]) -> bool:
        """Whether what is of these classes is in the list."""

        def of(names: Sequence[str]) -> bool:
            return any(kb.schema.is_a(one, TN(name).value) for one in kinds for name in names)

        return of(self.classes) and not of(self.but)


LISTS: Final = {
    one.path.removeprefix("/"): one
    for one in (
        Listing("/people", "People", ("Person",)),
        Listing("/organizations", "Organizations", ("Agent",), ("Person",)),
        Listing("/offices", "Offices", ("Office",)),
        Listing("/events", "Events", ("Event",)),
        Listing("/places", "Places", ("Place",)),
        Listing("/sources", "Sources", ()),
    )
}


def router(service: Service) -> APIRouter:
    """The routes of the search and of the lists."""
    resources = Resources(service, "Browsing")
    page = page_parameter()
    resources.add(
        "/search",
        _search,
        operation_id="search",
        summary="Things by the beginnings of the words in their names, in any language and script",
        parameters=[
            described(Q, "What was typed.", example="deputy"),
            described(
                KIND,
                f"Only what is in one of the lists: {', '.join(LISTS)}; or of classes of the "
                "ontology, parted by commas: `Person,Office`.",
            ),
            page,
        ],
    )
    for name, listing in LISTS.items():
        resources.add(
            listing.path,
            partial(_list, listing),
            operation_id=f"list-{name}",
            summary=f"{listing.title}, by name",
            parameters=[page, policy_parameter(), known_at_parameter()],
        )
    return resources.api


# --- Search --------------------------------------------------------------------------------------


def _search(asked: ReadRequest) -> Response:
    kb, text = asked.service.kb, asked.values.get(Q, "").strip()
    kind = asked.values.get(KIND, "")
    fits = _kinds(kb, kind)
    number = page_number(asked.values)
    names = kb.companion(NameSearch)
    found = (one for one in names.find(text) if fits(one.iri))
    first = (number - 1) * FOUND_AT_ONCE
    shown = list(islice(found, first, first + FOUND_AT_ONCE + 1))
    if number > 1 and not shown:
        raise no_page(number, "Fewer things are found; begin at 1.")
    rows = [_found(asked.pages, names, one) for one in shown[:FOUND_AT_ONCE]]
    near = [] if rows or not text else _near(asked.pages, text)
    if not asked.as_page:
        told = {"query": text, "results": rows, "more": len(shown) > FOUND_AT_ONCE}
        return asked.json(told | ({"nearest": near} if near else {}))
    return asked.page(
        "search.html",
        here="/search",
        text=text,
        kind=kind,
        lists=LISTS,
        rows=rows,
        near=near,
        pager=Pager(number, number + (len(shown) > FOUND_AT_ONCE), len(rows), FOUND_AT_ONCE),
    )


def _kinds(kb: KnowledgeBase, kinds: str) -> Callable[[str], bool]:
    """Whether something is in a list, or of one of several classes of the ontology, by IRI."""
    if kinds in LISTS:
        return partial(LISTS[kinds].has, kb)
    names = kinds.split(",") if kinds else []
    classes = [TN(name).value for name in names if name.isalnum()]
    roots = TN("Entity").value, TN("Occurrence").value
    known = [one for one in classes if any(kb.schema.is_a(one, root) for root in roots)]
    if len(known) < len(names):
        raise BadParameter(
            f"There is no list, and no class of the ontology, {kinds[:80]!r}.",
            where=KIND,
            remedy=f"Choose one of: {', '.join(LISTS)}; or classes, as in Person,Office.",
        )
    return lambda iri: is_of_classes(kb, iri, classes)


def _found(pages: Pages, names: NameSearch, one: FoundName) -> dict[str, Any]:
    shown = pages.links.named(one.iri)[0]
    spelled = names.spelled(one)
    return _told(pages, one.iri, shown, spelled if spelled != shown else None)


def _near(pages: Pages, text: str) -> list[dict[str, Any]]:
    kb = pages.kb
    iris = (kb.names.entity_iri(slug) for slug in kb.registry.nearest(text))
    return [_told(pages, iri, pages.links.named(iri)[0], None) for iri in iris]


def _told(pages: Pages, iri: str, name: Literal, other: Literal | None) -> dict[str, Any]:
    def spoken(one: Literal) -> dict[str, str]:
        way = direction(one.value)
        told = {"name": one.value}
        if one.language:
            told["language"] = one.language
        return told | ({"direction": way} if way else {})

    kb = pages.kb
    kind = kb.schema.label(min(kb.registry.types.get(iri, ("",)))) if iri in kb.registry else ""
    return {
        "iri": iri,
        "slug": kb.names.short(iri),
        **spoken(name),
        "kind": kind or ("source" if iri in kb.sources else ""),
        "address": pages.links.href(iri) or "",
        **({"foundAs": spoken(other)} if other is not None else {}),
    }


# --- Lists ---------------------------------------------------------------------------------------


class ThingsByName:
    """The things of each list in order of their names; made by ``kb.companion(ThingsByName)``."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._of: object = None
        self._lists: dict[str, Sequence[str]] = {}

    def of(self, listing: Listing) -> Sequence[str]:
        """The IRIs of those in a list."""
        snapshot = self._kb.snapshot
        if self._of is not snapshot:
            self._lists, self._of = {}, snapshot
        found = self._lists.get(listing.path)
        if found is None:
            found = self._lists[listing.path] = self._in_order(listing)
        return found

    def _in_order(self, listing: Listing) -> Sequence[str]:
        kb, registry = self._kb, self._kb.registry
        if not listing.classes:
            return sorted(
                kb.sources,
                key=lambda iri: (kb.sources[iri].published.fuzzy_bounds.latest or 0, iri),
                reverse=True,
            )
        here = {kinds: listing.takes(kb, kinds) for kinds in set(registry.types.values())}
        iris = [
            iri
            for iri, kinds in registry.types.items()
            if here[kinds] and iri not in registry.merged
        ]
        return sorted(iris, key=lambda iri: (registry.label(iri).casefold(), iri))


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source tells of: the years of its dates, and how many offices and organizations.

    ``claims`` is how many it makes, ``read`` how many of them were looked at.
    """

    claims: int
    read: int
    years: str
    things: Sequence[tuple[int, str]]


class Coverages:
    """What the sources of a base cover, each read when it is asked for; by ``kb.companion``."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._of: object = None
        self._counted: dict[str, int] = {}
        self._read: dict[str, Coverage] = {}

    def claims_of(self, iri: str) -> int:
        """How many claims a source makes: to find them takes as long as there are many."""
        claims = self._kb.snapshot.claims
        if self._of is not claims:
            self._of, self._counted = claims, {}
        if iri not in self._counted:
            self._counted[iri] = len(claims.of_source(iri))
        return self._counted[iri]

    def of(self, iri: str) -> Coverage:
        """That of a source, by at most :data:`_MOST_READ` of its claims."""
        number, known = self.claims_of(iri), self._read.get(iri)
        if known is None or known.claims != number:
            claims = self._kb.snapshot.claims.each_of_source(iri)
            known = self._read[iri] = self._covered(number, list(islice(claims, _MOST_READ)))
        return known

    def _covered(self, number: int, claims: Sequence[Claim]) -> Coverage:
        years, things = set[int](), set[str]()
        for stated in (one for claim in claims for one in claim.content):
            for term in (stated.subject, stated.object):
                if isinstance(term, NamedNode):
                    things.add(term.value)
                elif isinstance(term, Literal) and term.datatype == EDTF_DATATYPE:
                    days = parse(term.value).fuzzy_bounds
                    years.update(civil(day)[0] for day in days if day is not None)
        counted = (
            (sum(LISTS[name].has(self._kb, one) for one in things), name) for name in _COVERED
        )
        found = [(n, _COVERED[name] if n == 1 else name) for n, name in counted if n]
        told = f"{min(years)}\u2013{max(years)}" if len(years) > 1 else "".join(map(str, years))
        return Coverage(number, len(claims), told, found)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an office on the day of the view, and how surely; ``iri`` is of the tenure."""

    office: str
    person: str
    iri: str
    certainty: str


@dataclass(frozen=True, slots=True)
class SeatsTaken:
    """The offices that are held on the day of the view as surely as is asked for, by the tenure.

    Thousands may be, so that a page is given the :meth:`holders` of those alone that it shows.
    """

    surely: Mapping[str, Certainty]
    by_tenure: Mapping[str, tuple[str, str]]
    label: Callable[[str], str]

    def holders(
        self, *, office: Collection[str] = (), person: Collection[str] = ()
    ) -> list[Holder]:
        """Who holds some offices, or what some people hold, the surest first."""
        found = [
            Holder(of, who, iri, str(self.surely[iri]))
            for iri, (of, who) in self.by_tenure.items()
            if of in office or who in person
        ]
        order = {str(degree): place for place, degree in enumerate(Certainty)}
        return sorted(found, key=lambda o: (order[o.certainty], self.label(o.person), o.iri))


def seats_taken(pages: Pages, policy: Policy) -> SeatsTaken:
    """Those of the day of the view."""
    kb, degrees = pages.kb, day_view(pages.view.degree).degrees
    judged = kb.certainty(pages.view.moment, policy)
    surely = {iri: sure for iri, sure in judged.items() if sure in degrees}
    return SeatsTaken(surely, kb.seats_taken(surely, policy), kb.registry.label)


def _list(listing: Listing, asked: ReadRequest) -> Response:
    kb, pages = asked.service.kb, asked.pages
    things = kb.companion(ThingsByName).of(listing)
    pager = pager_of(asked.values, len(things), PAGE_LENGTH)
    shown = pager.part(things)
    if not asked.as_page:
        told = [_told(pages, iri, pages.links.named(iri)[0], None) for iri in shown]
        return asked.json(
            {"things": told, "page": pager.page, "pages": pager.pages, "number": pager.total}
        )
    columns, cells = _COLUMNS.get(listing.path, _plain)(pages, asked.policy, shown)
    return asked.page(
        "things.html",
        here=listing.path,
        listing=listing,
        lists=LISTS,
        columns=columns,
        rows=[(iri, _other_names(pages, iri), cells[iri]) for iri in shown],
        pager=pager,
    )


Cells = tuple[Sequence[str], Mapping[str, Sequence[Any]]]
"""The headings of the further columns, and what stands there for each thing."""


def _plain(pages: Pages, _: Policy, shown: Sequence[str]) -> Cells:
    kb = pages.kb
    kinds = {iri: [[kb.schema.label(one) for one in kb.registry.types[iri]]] for iri in shown}
    return ["kind"], kinds


def _of_people(pages: Pages, policy: Policy, shown: Sequence[str]) -> Cells:
    held = seats_taken(pages, policy).holders(person=set(shown))
    return [f"in office {pages.view.phrase}"], _by(shown, "person", held)


def _of_offices(pages: Pages, policy: Policy, shown: Sequence[str]) -> Cells:
    organizations = pages.kb.registry.behind
    held = _by(shown, "office", seats_taken(pages, policy).holders(office=set(shown)))
    cells = {
        iri: [[NamedNode(organizations[iri])] if iri in organizations else [], *held[iri]]
        for iri in shown
    }
    return ["of", f"held {pages.view.phrase}"], cells


def _by(shown: Iterable[str], side: str, found: Iterable[Holder]) -> dict[str, list[list[Holder]]]:
    by: dict[str, list[Holder]] = defaultdict(list)
    for one in found:
        by[getattr(one, side)].append(one)
    return {iri: [by[iri]] for iri in shown}


def _of_events(pages: Pages, policy: Policy, shown: Sequence[str]) -> Cells:
    known = pages.kb.occurrences(shown, policy)
    kinds = _plain(pages, policy, shown)[1]
    cells = {
        iri: [*kinds[iri], [date_words(dates(known[iri])[0])] if iri in known else []]
        for iri in shown
    }
    return ["kind", "when"], cells


def _of_sources(pages: Pages, _: Policy, shown: Sequence[str]) -> Cells:
    kb = pages.kb
    cells = {
        iri: [
            [NamedNode(kb.sources[iri].publisher)],
            [Literal(kb.sources[iri].published.text, datatype=EDTF_DATATYPE)],
            [str(kb.companion(Coverages).claims_of(iri))],
        ]
        for iri in shown
    }
    return ["published by", "on", "claims"], cells


_COLUMNS: Final = {
    "/people": _of_people,
    "/offices": _of_offices,
    "/events": _of_events,
    "/sources": _of_sources,
}


def _other_names(pages: Pages, iri: str) -> Iterable[Literal]:
    if iri in pages.kb.sources:
        return ()
    return islice(_rest(pages, iri), 3)


def _rest(pages: Pages, iri: str) -> Iterator[Literal]:
    yield from pages.kb.registry.names(iri)[1:]
