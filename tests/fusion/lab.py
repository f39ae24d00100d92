"""Small worlds made of claims in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from unittest.mock import patch

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from tenure.fusion import AsOf, FusionContext, World, fuse
from tenure.model import Claim, Schema, Source, parse_policy
from tenure.namespaces import BASE, TN, TNV, Names, prefixes
from tenure.temporal import Certainty, iso
from tenure.temporal import parse as edtf
from tenure.views import read_key

NAMES = Names(BASE)
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes(NAMES).items())
CLASSES = {"event": "Event", "person": "Person", "office": "Office", "org": "Organization"}

Bounds = tuple[str | None, str | None, str | None, str | None]


def entity(slug: str) -> NamedNode:
    return NAMES.entity(slug)


class Lab:
    """Makes claims and fuses them. Events whose slug begins with ``killing`` are killings."""

    def __init__(self, schema: Schema, *, plans: bool = False) -> None:
        """Without ``plans`` every date is a fact: the network by itself is looked at."""
        self.schema = schema
        self._plans = plans
        self._numbers = count(1)

    def claim(
        self,
        content: str | Iterable[Triple],
        *,
        number: str = "",
        source: str = "s1",
        modality: str = "Asserted",
        hedged: bool = False,
        tense: str | None = None,
        rank: str = "Normal",
        reading: str = "Stated",
        recorded: str = "2026-01-01T00:00:00Z",
        retracted: str | None = None,
    ) -> Claim:
        """A claim that states the triples, or the Turtle (prefixes are those of the house)."""
        if isinstance(content, str):
            content = [q.triple for q in parse(HEADER + content, format=RdfFormat.TURTLE)]
        return Claim(
            NAMES.claim(source, number or str(next(self._numbers))).value,
            NAMES.source(source).value,
            "Somebody says something.",
            TNV(modality).value,
            hedged,
            TNV(tense).value if tense else None,
            TNV(rank).value,
            TNV(reading).value,
            recorded,
            retracted,
            (entity("org/publisher").value,),
            (),
            tuple(content),
        )

    def world(
        self,
        claims: Iterable[Claim],
        *,
        published: Mapping[str, str] | None = None,
        policy: str | None = None,
        one_seat: Collection[str] = (),
    ) -> World:
        """The world of the claims; ``published`` dates the sources (default: not known).

        Where the policy names no ranks, deprecated claims are heard too: what gives way in a
        conflict is looked at here, and by default they would not come so far.
        """
        by_iri = {claim.iri: claim for claim in claims}
        slugs = {claim.source.rpartition("/")[2] for claim in by_iri.values()}
        days = dict.fromkeys(sorted(slugs), "[..9999-12-31]") | dict(published or {})
        publisher = entity("org/publisher").value
        sources = {
            NAMES.source(slug).value: Source(NAMES.source(slug).value, slug, publisher, edtf(day))
            for slug, day in days.items()
        }
        text = policy or ""
        heard = text if "ranks=" in text else f"{text};ranks=all"
        chosen = parse_policy(heard, self.schema.policy_terms(sources))
        context = FusionContext(
            types_of(by_iri.values()),
            self.schema,
            chosen,
            NAMES,
            {},
            sources,
            {entity(office).value: 1 for office in one_seat},
        )
        if self._plans:
            return fuse(by_iri, context)
        with patch("tenure.fusion.fusion.vouchings", lambda *_: {}):
            return fuse(by_iri, context)

    def bounds(self, world: World, slug: str) -> Bounds:
        """The four bounds of something as ISO days."""
        four = world.time.bounds(entity(slug).value)
        days = (four.start_earliest, four.start_latest, four.end_earliest, four.end_latest)
        low, high, least, most = (None if day is None else iso(day) for day in days)
        return low, high, least, most

    def certainty(self, world: World, slug: str, key: str) -> Certainty:
        """How surely something was going on at a moment, written as after ``…/at/``."""
        moment = read_key(NAMES, lambda text: BASE + text if "source/" in text else _iri(text), key)
        return AsOf(moment, world.time).certainty(world.occurrences[entity(slug).value])


def _iri(text: str) -> str:
    return entity(text).value


def types_of(claims: Iterable[Claim]) -> dict[str, frozenset[str]]:
    iris = {
        term.value
        for claim in claims
        for triple in claim.content
        for term in (triple.subject, triple.object)
        if isinstance(term, NamedNode) and term.value.startswith(NAMES.id_prefix)
    }
    found = {}
    for iri in iris:
        kind, _, name = iri.removeprefix(NAMES.id_prefix).partition("/")
        cls = "Killing" if name.startswith("killing") else CLASSES.get(kind)
        if cls is not None:
            found[iri] = frozenset({TN(cls).value})
    return found
