"""``/id`` → ``/doc``, ``/claim`` and ``/source``: a document about each thing.

``/id/<slug>`` names the thing itself, so it answers 303 with the address of the document about it
(W3C, "Cool URIs for the Semantic Web", section 4.2). Documents are pages or RDF, as is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias
from urllib.parse import quote

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tenure.errors import BadParameter, NotFound
from tenure.explain import alternatives_of
from tenure.fusion import World
from tenure.model import Occurrence, Retraction
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN
from tenure.store import Term
from tenure.suggest import nearest, remedy_of
from tenure.temporal import from_bounds
from tenure_api.negotiation import QUERY_GRAPHS, VARY
from tenure_api.openapi import described, known_at_parameter, policy_parameter
from tenure_api.pages.figure import draw
from tenure_api.pages.paging import pager_of
from tenure_api.pages.passages import Part, on_pages, parts_of, quoted, without_claims
from tenure_api.pages.rendering import SAFE, Pages
from tenure_api.pages.sentences import sentence_of, when_of
from tenure_api.pages.tables import (
    Grid,
    GridRow,
    claim_views,
    dates,
    grounds,
)
from tenure_api.pages.things import ThingPage
from tenure_api.routes.resource import ReadRequest, Resources
from tenure_api.service import Service

_SENTENCE: Final = "sentence"
_NAMES: Final = [form.name for form in QUERY_GRAPHS]
_Page = Callable[[ReadRequest, str], str]


def router(service: Service) -> APIRouter:
    """The routes of the documents."""
    resources = Resources(service, "Documents")
    slug = described("slug", "The slug of an entity or a situation.", required=True, place="path")
    number = described("number", "The claim's number in its source.", required=True, place="path")
    source = described("source", "The slug of a source.", required=True, place="path")
    policy = [policy_parameter(), known_at_parameter()]
    add = partial(
        resources.add,
        answer="The document.",
        formats=QUERY_GRAPHS,
        refusals=[(404, "Nothing of that name.")],
    )

    @resources.api.get(
        "/id/{slug:path}",
        operation_id="id",
        summary="The name of a thing: leads to the document about it",
        status_code=303,
        response_class=RedirectResponse,
        openapi_extra={"parameters": [slug]},
    )
    def thing(request: Request) -> Response:
        target = "/doc/" + quote(request.path_params["slug"], safe=SAFE)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(target + query, 303)

    add(
        "/doc/{slug:path}",
        _thing,
        operation_id="doc",
        summary="About a thing",
        parameters=[slug, *policy],
        paging=("page", "events", "claims"),
    )
    add(
        "/claim/{source}/{number}",
        _claim,
        operation_id="claim",
        summary="A claim: what it says, on whose word, and what it states",
        parameters=[source, number, *policy],
    )
    add(
        "/source/{source}",
        _source,
        operation_id="source",
        summary="A source and all that it claims",
        parameters=[source, *policy],
        paging=("page", _SENTENCE),
    )
    return resources.api


def _thing(asked: ReadRequest) -> Response:
    kb, slug = asked.service.kb, asked.path("slug")
    iri = kb.names.id_prefix + slug
    if not (iri in kb.registry or kb.claims_about(iri) or kb.occurrences([iri])):
        raise NotFound(
            f"Nothing is known of {slug[:200]!r}.",
            where="/doc",
            remedy=remedy_of(kb.registry.nearest(slug), "Nothing has a name like it."),
        )
    known, _ = kb.snapshot.described_at(asked.policy.known_at)
    if (other := known.identities.of(iri)) != iri:
        # Not for ever: a merge can be taken back.
        query = f"?{asked.request.url.query}" if asked.request.url.query else ""
        target = "/doc/" + quote(kb.names.short(other), safe=SAFE)
        return RedirectResponse(target + query, 307, VARY)
    return _document(asked, iri, entity_page)


def _claim(asked: ReadRequest) -> Response:
    kb, source, number = asked.service.kb, asked.path("source"), asked.path("number")
    iri = f"{kb.names.claim_prefix}{source}/{number}"
    if iri not in kb.claims:
        near = kb.nearest_claims(number, kb.names.source_prefix + source)
        raise NotFound(
            f"There is no claim {source[:80]}/{number[:80]}.",
            where="/claim",
            remedy=remedy_of(one.removeprefix("claim/") for one in near),
        )
    return _document(asked, iri, claim_page)


def _source(asked: ReadRequest) -> Response:
    kb, slug = asked.service.kb, asked.path("source")
    iri = kb.names.source_prefix + slug
    if iri not in kb.sources:
        known = [kb.names.short(one).removeprefix("source/") for one in kb.sources]
        raise NotFound(
            f"There is no source {slug[:80]!r}.",
            where="/source",
            remedy=remedy_of(nearest(slug, known)),
        )
    return _document(asked, iri, source_page)


def _document(asked: ReadRequest, iri: str, page: _Page) -> Response:
    if asked.as_page:
        return HTMLResponse(page(asked, iri), headers=VARY)
    # A format for one graph gets no statement of a claim, so that none passes for a fact.
    _ = asked.policy  # refused where it is none
    return asked.document(asked.service.kb.describe(NamedNode(iri)))


# --- The pages ----------------------------------------------------------------------------------

Facts: TypeAlias = list[tuple[str, list[Term]]]
_OTHER_NAMES: Final = {SKOS_ALT_LABEL: "also called", RDFS_LABEL: "also called"}

_SHOWN_OTHERWISE: Final = {
    RDF_TYPE,
    *(
        TN(name)
        for name in (
            "agreed",
            "alternative",
            "basis",
            "boundsNote",
            "certainty",
            "contested",
            "endEarliest",
            "endLatest",
            "endRange",
            "object",
            "plannedEnd",
            "plannedStart",
            "startEarliest",
            "startLatest",
            "startRange",
            "status",
            "subject",
            "supportedBy",
        )
    ),
}


def _also(pages: Pages, about: ThingPage) -> list[tuple[str, str]]:
    """What else there is to be asked about an entity."""
    slug = pages.kb.names.short(about.iri)
    found = []
    if about.is_office:
        address = pages.view.link("/position-history", office=slug)
        found.append((address, "who held it, by each source"))
    if number := about.known.conflicts:
        address = pages.view.link("/conflicts", entity=slug)
        found.append((address, f"{number} conflict{'' if number == 1 else 's'} about it"))
    classes = pages.kb.registry.types.get(about.iri, frozenset())
    tied = (TN("Agent").value, TN("Institution").value)
    if any(pages.kb.schema.is_a(one, end) for one in classes for end in tied):
        found.append((pages.view.link("/network", around=slug), "the network around it"))
    return found


def entity_page(asked: ReadRequest, iri: str) -> str:
    """The page about a thing: its day, its situations over time, and what is claimed of it."""
    pages, policy, values = asked.pages, asked.policy, asked.values
    about = ThingPage(pages, asked.service.catalog, policy, iri)
    one = about.occurrence
    known = about.known
    pager = pager_of(values, len(known.situations))
    events = pager_of(values, len(known.parts), name="events")
    others = known.other_claims
    claims = pager_of(values, len(others), name="claims")
    shown = about.show(pager.part(known.situations))
    groups, line = about.groups(shown)
    own_lanes, own_line = about.by_source()
    return pages.render(
        "thing.html",
        iri=iri,
        named=pages.links.named(iri),
        kind=_kind(pages, iri, one),
        formats=_NAMES,
        summary=about.summary(),
        day_page=about.page_of_day() if pager.pages > 1 else 0,
        seats=about.seats(),
        explain=pages.links.explain(iri) if one else None,
        also=_also(pages, about),
        took_part=about.took_part(),
        changes=about.changes(),
        order=about.order(),
        facts=_facts(pages, iri, one) + _plans(about.world, iri),
        figure=draw(one.bounds, about.day) if one else None,
        alternatives=alternatives_of(one) if one else (),
        note=one.note if one else "",
        own_lanes=own_lanes,
        own_line=own_line,
        groups=groups,
        line=line,
        gaps=about.gaps(shown),
        pager=pager,
        events=about.took_part_in(events.part(known.parts)),
        events_pager=events,
        claims_title="Other claims about it" if known.situations or known.parts else "Claims",
        claims=claim_views(pages.kb, about.world, claims.part(others)),
        claims_pager=claims,
    )


def _kind(pages: Pages, iri: str, occurrence: Occurrence | None) -> str:
    if occurrence is not None:
        return pages.links.label(occurrence.kind)
    return pages.kb.registry.kind(iri) or "situation"


def _facts(pages: Pages, iri: str, occurrence: Occurrence | None) -> Facts:
    """What the registry has of an entity, and who a situation is between."""
    found: dict[str, list[Term]] = defaultdict(list)
    if occurrence is not None:
        for name, value in (("subject", occurrence.subject), ("object", occurrence.object)):
            if value is not None:
                found[name].append(NamedNode(value))
        for name, term in zip(("start", "end"), dates(occurrence), strict=True):
            if term is not None:
                found[name].append(term)
        found["certainty"].append(Literal(str(occurrence.existence)))
        found["contested"], found["basis"] = ([term] for term in grounds(pages, occurrence))
    shown = pages.links.named(iri)
    node = NamedNode(iri)
    store = pages.kb.store
    stated = [one for graph in pages.kb.dataset() for one in store.quads(graph, subject=node)]
    for quad in stated:
        if quad.predicate == RDFS_LABEL and quad.object in shown:
            continue
        if quad.predicate not in _SHOWN_OTHERWISE:
            name = _OTHER_NAMES.get(quad.predicate) or pages.links.label(quad.predicate.value)
            found[name].append(quad.object)
    return list(found.items())


def _plans(world: World, iri: str) -> Facts:
    """The starts and ends that were only planned."""
    found: dict[str, list[Term]] = defaultdict(list)
    for plan in world.plans_of(iri):
        days = from_bounds(plan.low, plan.high)
        if days is not None:
            found[f"planned {plan.which}"].append(Literal(days.text, datatype=EDTF_DATATYPE))
    return list(found.items())


def claim_page(asked: ReadRequest, iri: str) -> str:
    """What a claim says, on whose word, where, and what it states."""
    pages, policy, kb = asked.pages, asked.policy, asked.service.kb
    claim, source = kb.claims[iri], kb.sources[kb.claims[iri].source]
    facts: Facts = [("tense", [NamedNode(claim.tense)])] if claim.tense else []
    facts += [
        ("rank", [NamedNode(claim.rank)]),
        ("reading", [NamedNode(claim.reading)]),
        ("recorded", [Literal(claim.recorded_at)]),
    ]
    facts += _retracted(kb.retractions([claim]).get(iri))
    provenance = kb.names.graph("provenance")
    older = kb.store.quads(provenance, subject=NamedNode(iri), predicate=TN("supersedes"))
    replaced = [quad.object for quad in older]
    if replaced:
        facts.append(("supersedes", replaced))
    world = kb.around([iri], policy)
    tells = [one for one in world.occurrences.values() if iri in one.claims]
    texts = asked.service.texts
    text = texts.of(source) if texts is not None else None
    pages_of_it = [source.web_address, *(one.web_address for one in claim.evidence)]
    return pages.render(
        "claim.html",
        claim=claim,
        claim_view=claim_views(kb, world, [claim])[0],
        formats=_NAMES,
        address=next((one for one in pages_of_it if one and _is_web(one)), ""),
        kinds={voice: kb.registry.kind(voice) for voice in claim.voices},
        places=[(one, quoted(text, one) if text else None) for one in claim.evidence],
        tells=[(one.iri, sentence_of(pages, one), when_of(one)) for one in tells],
        facts=facts,
        stated=Grid(
            ("subject", "property", "object"),
            [GridRow((one.subject, one.predicate, one.object)) for one in claim.content],
        ),
    )


def source_page(asked: ReadRequest, iri: str) -> str:
    """A source: who published it and when, and all that it claims, sentence by sentence."""
    pages, policy, kb = asked.pages, asked.policy, asked.service.kb
    source = kb.sources[iri]
    facts: Facts = [
        ("publisher", [NamedNode(source.publisher)]),
        ("published", [Literal(source.published.text)]),
    ]
    provenance = kb.names.graph("provenance")
    others = kb.store.quads(provenance, subject=NamedNode(iri), predicate=RDFS_LABEL)
    also: list[Term] = [quad.object for quad in others if quad.object != source.title]
    if also:
        facts.insert(0, ("also called", also))
    if source.web_address:
        facts.append(("web address", [_address(source.web_address)]))
    if source.text_length is not None:
        facts.append(("length in characters", [Literal(str(source.text_length))]))
    if source.text_digest:
        facts.append(("SHA-256 of its text", [Literal(source.text_digest)]))
    claims = kb.claims_of(iri)
    texts = asked.service.texts
    parts = parts_of(claims, texts.of(source) if texts is not None else None)
    paged = on_pages(parts)
    pager = pager_of(asked.values, len(paged), 1)
    if _SENTENCE in asked.values:
        pager = replace(pager, page=_page_with(asked.values[_SENTENCE], paged))
    found = paged[pager.page - 1]
    shown = [one for part in found for one in part.claims]
    views = claim_views(kb, kb.around([one.iri for one in shown], policy), shown)
    slug = kb.names.short(iri).removeprefix("source/")
    return pages.render(
        "source.html",
        iri=iri,
        named=(source.title,),
        formats=_NAMES,
        also=[
            (
                pages.view.link("/impact", source=slug),
                "what would be different without it?",
            ),
            (pages.view.link("/compare", a=slug), "compare it with another"),
        ],
        facts=facts,
        address=source.web_address if _is_web(source.web_address or "") else "",
        total=len(claims),
        gone=sum(one.retracted_at is not None for one in claims),
        none=without_claims(parts),
        found=found,
        views={one.claim.iri: one for one in views},
        sentences=len({one.anchor for one in parts if one.anchor}),
        pager=pager,
    )


def _page_with(sentence: str, paged: Sequence[Sequence[Part]]) -> int:
    """The page of a source that a sentence is on, by its number."""
    anchor = f"s{sentence.strip()}"
    place = next((n for n, some in enumerate(paged) if anchor in {o.anchor for o in some}), None)
    if place is None:
        raise BadParameter(
            f"No claim rests on the sentence {sentence[:40]!r}.",
            where=_SENTENCE,
            remedy="Leave it out, and go through the pages.",
        )
    return place + 1


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _retracted(retraction: Retraction | None) -> Iterator[tuple[str, list[Term]]]:
    """That the claim was withdrawn, by whom, why, and for what; nothing of one that stands."""
    if retraction is None:
        return
    yield "retracted", [Literal(retraction.instant)]
    if retraction.by:
        yield "retracted by", [Literal(retraction.by)]
    if retraction.message:
        yield "because", [Literal(retraction.message)]
    if retraction.superseded_by:
        yield "superseded by", [NamedNode(one) for one in retraction.superseded_by]


def _address(text: str) -> Term:
    try:
        return NamedNode(text)
    except ValueError:
        return Literal(text)
