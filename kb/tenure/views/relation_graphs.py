"""Relations in time as graphs: what SPARQL cannot work out, made when a query names it.

Each has a name below ``<base>relations/``, under another policy than the default one below
``<base>policy/<policy>/relations/``::

    before/<x>, after/<x>, within/<x>   how surely each occurrence stands so to x
    first/<entity>, last/<entity>       how surely a situation was the first with that object
    following/<entity>                  who certainly began when another was over, next to him;
                                        also in what came of an office, or what it came of
    pair/<x>/to/<y>                     how x lies to y: Allen's relations, and the days shared
    overlaps/<one>/to/<other>           the days that the situations of two subjects share
    beside/<entity>                     the days that the situations of a subject share with those
                                        of their kind of any other
    published/<x>                       how surely each source had been published by the end of x
    crowding, crowding/<office>         holders of more seats than an office has, or one office
    vacant, vacant/<office>             when nobody can have held an office, of all or of one
    coalesced                           repeated situations without a break between them, as one
    durations                           how many days each occurrence lasted
    with/<source>, without/<source>     what is otherwise in the world without a source, as it is
                                        with it and without it

``x`` is an event, a situation or a source by slug, or an EDTF value, which means all its days. To
add a kind, name it in :data:`OPERANDS` and say in :func:`relation_triples` what it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode, Triple

from tenure.fusion import CONCEPT_OF, World, bound_triples, seats_of
from tenure.namespaces import RDF_TYPE, TN, TNV, XSD_INTEGER, Names
from tenure.temporal import Certainty
from tenure.views.day_graphs import certainty_triples
from tenure.views.moments import Resolve, read_stretch
from tenure.views.relations import AFTER, BEFORE, WITHIN, Relations, Shared, Stretch

OPERANDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "before": ("time",),
        "after": ("time",),
        "within": ("time",),
        "first": ("entity",),
        "last": ("entity",),
        "following": ("entity",),
        "pair": ("time", "time"),
        "overlaps": ("entity", "entity"),
        "beside": ("entity",),
        "published": ("time",),
        "crowding": ("entity",),
        "vacant": ("entity",),
        "coalesced": (),
        "durations": (),
        "with": ("source",),
        "without": ("source",),
    }
)
"""The kinds of graphs and what each is about: times (:func:`read_stretch`), entities, sources."""

OF_ALL: Final = frozenset({"crowding", "vacant"})
"""The kinds that are about everything where they are about nothing in particular."""

NEAR: Final = frozenset({"first", "last", "following", "pair", "overlaps", "crowding"})
"""The kinds for which the world around what they are about is enough."""

IMPACT: Final = frozenset({"with", "without"})
"""The kinds that compare two worlds (:func:`differing`)."""

_TOLD_BY: Final = frozenset({TN("supportedBy"), TN("basis")})
_OF_THINGS: Final = frozenset({TN("basis"), TN("conflictKind"), TN("standing")})

_HOW_SURELY: Final = TN("relationCertainty")
_DEMANDS = {"before": BEFORE, "after": AFTER, "within": WITHIN}


@dataclass(frozen=True, slots=True)
class RelationRequest:
    """What the IRI of such a graph asks for: a policy's text, a kind, and what it is about."""

    policy: str
    kind: str
    operands: tuple[str, ...]


def relation_iri(names: Names, request: RelationRequest) -> NamedNode:
    """The IRI of a graph of relations; ``operands`` are slugs or EDTF values."""
    path = "/".join([request.kind, "/to/".join(quote(o, safe="/:.~-") for o in request.operands)])
    return NamedNode(f"{names.base}{names.policy_part(request.policy)}relations/{path.rstrip('/')}")


def read_relation_iri(names: Names, iri: str) -> RelationRequest | None:
    """What an IRI asks for, or None when it is not the IRI of a graph of relations."""
    split = names.split_policy(iri)
    if split is None:
        return None
    policy, path = split
    head, _, rest = path.partition("/")
    kind, _, about = rest.partition("/")
    operands = tuple(unquote(part) for part in about.split("/to/")) if about else ()
    wanted = len(OPERANDS.get(kind, "none"))
    if head != "relations" or (len(operands) != wanted and (operands or kind not in OF_ALL)):
        return None
    return RelationRequest(policy, kind, operands)


def stretches_of(
    names: Names, resolve: Resolve, request: RelationRequest
) -> tuple[RelationRequest, tuple[Stretch, ...]]:
    """The request with the shortest keys, and the stretches that it is about.

    Raises like :func:`tenure.views.read_stretch`; entities are given as slugs or IRIs.
    """
    kinds = OPERANDS[request.kind] if request.operands else ()
    read = [
        read_stretch(names, resolve, text, where="when") if kind == "time" else (text, None)
        for text, kind in zip(request.operands, kinds, strict=True)
    ]
    keys = tuple(names.short(key) for key, _ in read)
    return RelationRequest(request.policy, request.kind, keys), tuple(s for _, s in read if s)


def relation_triples(
    world: World,
    names: Names,
    resolve: Resolve,
    request: RelationRequest,
    seats: Mapping[str, int],
) -> Iterator[Triple]:
    """What the graph of a request holds; ``seats`` are those of offices in the registry."""
    request, stretches = stretches_of(names, resolve, request)
    relations = Relations(world)
    graph = relation_iri(names, request).value
    ours = [_in(world, stretch) for stretch in stretches]
    if None in ours:
        return
    sides = [stretch for stretch in ours if stretch is not None]
    match request.kind:
        case "before" | "after" | "within":
            but = sides[0].start.iri
            found = relations.standing(_DEMANDS[request.kind], sides[0], but=but)
            yield from certainty_triples(found, _HOW_SURELY)
        case "published":
            day = _named(names, request.operands[0], sides[0])
            for number, (source, sure) in enumerate(relations.published(sides[0]).items(), start=1):
                yield from _node(NamedNode(f"{graph}#{number}"), NamedNode(source), day, sure)
        case "pair":
            yield from _pair(relations, graph, names, request, sides)
        case "durations":
            for occurrence in world.occurrences.values():
                least, most = relations.days(occurrence)
                yield from _days(NamedNode(occurrence.iri), least, most)
        case "coalesced":
            for number, (parts, bounds) in enumerate(relations.coalesced(), start=1):
                node = NamedNode(f"{graph}#{number}")
                for part in parts:
                    yield Triple(node, TN("coalesces"), NamedNode(part))
                yield from bound_triples(node, bounds)
        case "crowding":
            told = seats_of(seats, world.occurrences.values(), world.statements, world.schema)
            office = next(map(names.entity_iri, request.operands), None)
            crowding = relations.crowding(told, world.schema.seat_kinds, office)
            yield from _shared(graph, crowding)
        case _:
            entities = [names.entity_iri(slug) for slug in request.operands]
            yield from _about_entities(relations, graph, request.kind, entities)


def differing(ours: Iterable[Triple], others: Iterable[Triple]) -> Iterator[Triple]:
    """What one world has of the things of which another has something else, or nothing.

    That fewer claims tell the same is no difference. What is no thing by itself, such as one
    alternative of an occurrence's days, belongs to those that it is linked with.
    """
    here, there = _by_subject(ours), _by_subject(others)
    changed = {
        thing
        for thing in here.keys() | there.keys()
        if any(
            one.predicate not in _TOLD_BY
            for one in here.get(thing, set()) ^ there.get(thing, set())
        )
    }
    parts = {
        one
        for one in changed
        if _OF_THINGS.isdisjoint(t.predicate for t in here.get(one, ()) or there.get(one, ()))
    }
    for table in (here, there):
        for subject, triples in table.items():
            linked = {one.object for one in triples}
            if not parts.isdisjoint(linked):
                changed.add(subject)
            if subject in parts:
                changed |= table.keys() & linked
    for thing in sorted(changed & here.keys(), key=str):
        yield from sorted(here[thing], key=str)


def _by_subject(triples: Iterable[Triple]) -> dict[object, set[Triple]]:
    table: dict[object, set[Triple]] = defaultdict(set)
    for triple in triples:
        table[triple.subject].add(triple)
    return table


def _about_entities(
    relations: Relations, graph: str, kind: str, entities: list[str]
) -> Iterator[Triple]:
    if kind == "overlaps":
        yield from _shared(graph, relations.overlaps(*entities))
    elif kind == "beside":
        yield from _shared(graph, relations.beside(entities[0]))
    elif kind == "following":
        for number, (one, other) in enumerate(relations.following(entities[0]), start=1):
            node = NamedNode(f"{graph}#{number}")
            yield from _node(node, NamedNode(one), NamedNode(other), Certainty.CERTAIN)
    else:
        found = relations.first(entities[0], last=kind == "last")
        yield from certainty_triples(found, _HOW_SURELY)


def _in(world: World, stretch: Stretch) -> Stretch | None:
    """The stretch as this world has it; None when it knows nothing of that name."""
    iri = stretch.start.iri
    if iri is None:
        return stretch
    if iri in world.occurrences:
        return Stretch(stretch.start, stretch.end, world.occurrences[iri].existence)
    known = (iri, "start") in world.time.points and (iri, "end") in world.time.points
    return stretch if known else None


def _pair(
    relations: Relations,
    graph: str,
    names: Names,
    request: RelationRequest,
    sides: list[Stretch],
) -> Iterator[Triple]:
    pair = relations.pair(sides[0], sides[1])
    one, other = map(partial(_named, names), request.operands, sides)
    least, most = pair.shared_days()
    for relation, certainty in pair.allen().items():
        if certainty is Certainty.RULED_OUT:
            continue
        name = "".join(word.capitalize() for word in relation.split())
        node = NamedNode(f"{graph}#{name}")
        yield from _node(node, one, other, certainty)
        yield Triple(node, TN("relationKind"), TNV(name))
        yield from _days(node, least, most, "sharedDays")


def _named(names: Names, key: str, side: Stretch) -> NamedNode:
    """What a stretch is of: something in the network, or the days of a date."""
    return NamedNode(side.start.iri or f"{names.at_prefix}{quote(key, safe='/:.,~-')}")


def _shared(graph: str, found: Iterable[Shared]) -> Iterator[Triple]:
    for number, shared in enumerate(found, start=1):
        node = NamedNode(f"{graph}#{number}")
        yield from _node(node, NamedNode(shared.one), NamedNode(shared.other), shared.certainty)
        yield from _days(node, shared.least, shared.most, "sharedDays")
        if shared.seats is not None:
            seats = Literal(str(shared.seats), datatype=XSD_INTEGER)
            yield Triple(node, TN("seatsShared"), seats)


def _node(
    node: NamedNode, one: NamedNode, other: NamedNode, certainty: Certainty
) -> Iterator[Triple]:
    yield Triple(node, RDF_TYPE, TN("RelationInTime"))
    yield Triple(node, TN("relationFrom"), one)
    yield Triple(node, TN("relationTo"), other)
    yield Triple(node, _HOW_SURELY, CONCEPT_OF[certainty])


def _days(
    node: NamedNode, least: int, most: int | None, what: str = "duration"
) -> Iterator[Triple]:
    yield Triple(node, TN(f"{what}Least"), Literal(str(least), datatype=XSD_INTEGER))
    if most is not None:
        yield Triple(node, TN(f"{what}Most"), Literal(str(most), datatype=XSD_INTEGER))
