"""The registry of entities: names, kinds and identifiers; and what claims may refer to."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from immutables import Map
from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadClaim, NotFound
from tenure.folding import folded, kept_apart
from tenure.languages import ENGLISH, by_preference
from tenure.model.claim import Claim
from tenure.model.edits import MERGED_INTO
from tenure.model.identity import Identities
from tenure.model.reading import ClaimBase
from tenure.namespaces import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN, Names, local_name
from tenure.suggest import fewer

_OFFICE_OF = TN("officeOf")


class Registry:
    """Entities by IRI, found by slug, IRI or name.

    ``labels`` are those that are shown. ``in_languages`` has all of an entity, that one first,
    where there is more than an English one. ``behind`` has the organization that each office is
    of. ``by_name`` has names in the form in which they are
    compared (:mod:`tenure.folding`). ``merged`` says what was merged into what, of situations and
    events too.
    """

    labels: Map[str, str]
    types: Map[str, frozenset[str]]
    in_languages: Map[str, tuple[Literal, ...]]
    seats: Map[str, int]
    horizons: Map[str, int]
    behind: Map[str, str]
    by_name: Map[str, frozenset[str]]
    merged: Map[str, str]

    def __init__(
        self, quads: Iterable[Quad], names: Names, *, grown_from: Registry | None = None
    ) -> None:
        """Reads the entries in ``quads``; with ``grown_from``, beside those of another registry.

        Whatever ``quads`` describe, the other one must not know yet.
        """
        self._names = names
        before = grown_from
        labelled: dict[str, list[Literal]] = defaultdict(list)
        types: dict[str, set[str]] = defaultdict(set)
        seats: dict[str, int] = {}
        horizons: dict[str, int] = {}
        behind: dict[str, str] = {}
        numbers = {TN("seats"): seats, TN("officeHorizonDays"): horizons}
        by_name: dict[str, set[str]] = defaultdict(set)
        merged: dict[str, str] = {}
        least = {_OFFICE_OF: behind, MERGED_INTO: merged}
        # A quad makes each of its terms anew whenever it is asked for one.
        for subject, predicate, value, _ in quads:
            if not isinstance(subject, NamedNode):
                continue
            iri = subject.value
            if isinstance(value, NamedNode):
                if predicate == RDF_TYPE:
                    types[iri].add(value.value)
                elif predicate in least:
                    known = least[predicate]
                    known[iri] = min(value.value, known.get(iri, value.value))
            elif isinstance(value, Literal):
                if predicate == RDFS_LABEL:
                    labelled[iri].append(value)
                    by_name[folded(value.value)].add(iri)
                elif predicate == SKOS_ALT_LABEL:
                    by_name[folded(value.value)].add(iri)
                elif predicate in numbers and value.value.isdecimal():
                    numbers[predicate][iri] = int(value.value)
        one_seat = frozenset(iri for iri, number in seats.items() if number == 1)
        if before is not None:
            for name in by_name:
                by_name[name] |= before.by_name.get(name, frozenset())
            one_seat = one_seat | before.one_seat if one_seat else before.one_seat
        named = {name: frozenset(iris) for name, iris in by_name.items()}
        classes = {iri: frozenset(found) for iri, found in types.items()}
        labels, in_languages = _by_preference(labelled)
        self.labels = Map(labels) if before is None else before.labels.update(labels)
        self.in_languages = (
            Map(in_languages) if before is None else before.in_languages.update(in_languages)
        )
        self.types = Map(classes) if before is None else before.types.update(classes)
        self.seats = Map(seats) if before is None else before.seats.update(seats)
        self.horizons = Map(horizons) if before is None else before.horizons.update(horizons)
        self.behind = Map(behind) if before is None else before.behind.update(behind)
        self.by_name = Map(named) if before is None else before.by_name.update(named)
        self.merged = Map(merged) if before is None else before.merged.update(merged)
        self.one_seat: frozenset[str] = one_seat

    def revised(self, old: Iterable[Quad], new: Iterable[Quad]) -> Registry:
        """A registry with other entries for some things: ``old`` are all that it has of them."""
        rest = Registry((), self._names, grown_from=self)
        gone: set[str] = set()
        for quad in old:
            if not isinstance(quad.subject, NamedNode):
                continue
            gone.add(quad.subject.value)
            if isinstance(quad.object, Literal) and quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL):
                name = folded(quad.object.value)
                others = rest.by_name.get(name, frozenset()) - {quad.subject.value}
                if others:
                    rest.by_name = rest.by_name.set(name, others)
                elif name in rest.by_name:
                    rest.by_name = rest.by_name.delete(name)
        rest.one_seat -= gone
        for name in ("labels", "types", "in_languages", "seats", "horizons", "behind", "merged"):
            table = getattr(rest, name)
            for iri in gone:
                table = table.delete(iri) if iri in table else table
            setattr(rest, name, table)
        return Registry(new, self._names, grown_from=rest)

    @cached_property
    def offices_of(self) -> Mapping[str, Sequence[str]]:
        """The offices of each organization."""
        found: dict[str, list[str]] = defaultdict(list)
        for office, organization in self.behind.items():
            found[organization].append(office)
        return found

    @cached_property
    def identities(self) -> Identities:
        """Which things are one by what was merged."""
        return Identities(self.merged.items())

    def __contains__(self, iri: object) -> bool:
        return iri in self.types

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.types))

    def __len__(self) -> int:
        return len(self.types)

    def label(self, iri: str) -> str:
        """The entity's name, or the last part of its IRI."""
        return self.labels.get(iri) or local_name(iri)

    def names(self, iri: str) -> tuple[Literal, ...]:
        """The entity's labels in all languages, the one that is shown first."""
        named = self.in_languages.get(iri)
        if named is None:
            return (Literal(self.labels[iri], language=ENGLISH),) if iri in self.labels else ()
        return named

    def kind(self, iri: str) -> str:
        """The local name of the entity's class, or the empty text."""
        return local_name(min(self.types.get(iri, ("",))))

    @cached_property
    def by_kind(self) -> Mapping[str, list[str]]:
        """The entities of each kind, by label."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self.types:
            if iri not in self.merged:
                found[self.kind(iri)].append(iri)
        for iris in found.values():
            iris.sort(key=lambda iri: (self.label(iri).lower(), iri))
        return found

    def find(self, text: str) -> NamedNode:
        """The entity of that slug, IRI, label or other name; of one that was merged, the other.

        Raises :class:`~tenure.errors.NotFound` with the nearest slugs, also for a name that
        several entities share.
        """
        for iri in (text, self._names.entity_iri(text)):
            if iri in self.types:
                return NamedNode(self.identities.of(iri))
        named = sorted(set(map(self.identities.of, self.by_name.get(folded(text), ()))))
        if len(named) > 1:
            # Names that differ in an accent alone are told apart where the accent is typed.
            wanted = kept_apart(text)
            named = [
                iri
                for iri in named
                if any(
                    kept_apart(one.value) == wanted
                    for same in self.identities.all(iri)
                    for one in self.names(same)
                )
            ] or named
        if len(named) == 1:
            return NamedNode(named[0])
        if named:
            slugs = ", ".join(self._names.short(iri) for iri in named)
            raise NotFound(
                f"{text[:120]!r} is the name of several entities.", remedy=f"Say which: {slugs}."
            )
        near = self.nearest(text)
        raise NotFound(
            f"There is no entity {text[:120]!r}.",
            remedy=f"Nearest: {', '.join(near)}." if near else "Give a slug: person/…, office/…",
        )

    def nearest(self, text: str, n: int = 5) -> list[str]:
        """The slugs of at most ``n`` entities with a slug or name like ``text``, nearest first."""
        words = folded(text[:200])
        slugs = fewer(words.rpartition("/")[2], [self._names.short(iri) for iri in self.types])
        candidates: dict[str, str] = {slug.casefold(): slug for slug in slugs}
        for slug in slugs:
            candidates.setdefault(slug.rpartition("/")[2].casefold(), slug)
        for name in fewer(words, self.by_name):
            candidates.setdefault(name, self._names.short(min(self.by_name[name])))
        found: list[str] = []
        for match in difflib.get_close_matches(words, candidates, n=3 * n, cutoff=0.5):
            if candidates[match] not in found:
                found.append(candidates[match])
        return found[:n]


def _by_preference(
    labelled: Mapping[str, Iterable[Literal]],
) -> tuple[dict[str, str], dict[str, tuple[Literal, ...]]]:
    """The label of each entity that is shown; and all of those that have not just an English one.

    Most have just that, and a base may have a million of them.
    """
    shown: dict[str, str] = {}
    in_languages: dict[str, tuple[Literal, ...]] = {}
    for iri, labels in labelled.items():
        ordered = tuple(by_preference(labels))
        shown[iri] = ordered[0].value
        if len(ordered) > 1 or ordered[0].language != ENGLISH:
            in_languages[iri] = ordered
    return shown, in_languages


def check_references(
    base: ClaimBase, registry: Registry, names: Names, *, elsewhere: Container[str] = ()
) -> None:
    """Every entity named in a claim is in the registry, or is described as a situation.

    ``elsewhere`` holds the situations that claims outside ``base`` describe.

    Also that claims and sources lie under the base, voices and publishers are known, and passages
    lie within their source. Raises :class:`~tenure.errors.BadClaim`, whose ``where`` is the IRI of
    the claim or source.
    """
    for prefix, iris in ((names.source_prefix, base.sources), (names.claim_prefix, base.claims)):
        for iri in sorted(iris):
            if not iri.startswith(prefix):
                raise BadClaim(
                    f"Its IRI does not begin with {prefix}",
                    where=iri,
                    remedy="Write it so, or open the knowledge base with the base of the facts.",
                )
    described = {
        triple.subject.value
        for claim in base.claims.values()
        for triple in claim.content
        if triple.predicate == RDF_TYPE and isinstance(triple.subject, NamedNode)
    }
    for source in base.sources.values():
        _known(source.publisher, source.iri, registry, (described, elsewhere), names)
    for claim in base.claims.values():
        terms = {
            term.value
            for triple in claim.content
            for term in (triple.subject, triple.object)
            if isinstance(term, NamedNode)
        }
        for iri in sorted(terms | set(claim.voices)):
            _known(iri, claim.iri, registry, (described, elsewhere), names)
        length = base.sources[claim.source].text_length
        for evidence in claim.evidence:
            if evidence.start is None or evidence.end is None:
                continue
            if not 0 <= evidence.start < evidence.end or (length and evidence.end > length):
                raise BadClaim(
                    f"The passage {evidence.start}–{evidence.end} lies outside its source"
                    + (f" of {length} code points." if length else "."),
                    where=claim.iri,
                    remedy="Point into the text: 0 ≤ oa:start < oa:end ≤ tn:textLength.",
                )


@dataclass(frozen=True, slots=True)
class Described:
    """The things of which some claim says what class they are."""

    about: Callable[[str], Iterable[Claim]]

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and any(
            triple.predicate == RDF_TYPE and triple.subject == NamedNode(iri)
            for claim in self.about(iri)
            for triple in claim.content
        )


def _known(
    iri: str,
    claim: str,
    registry: Registry,
    described: Iterable[Container[str]],
    names: Names,
) -> None:
    slug = names.slug_of(iri)
    if slug is None or iri in registry or any(iri in some for some in described):
        return
    near = registry.nearest(slug)
    raise BadClaim(
        f"It names {slug}, which is not in the registry.",
        where=claim,
        remedy=f"Add it to entities.ttl, or did you mean {', '.join(near)}?"
        if near
        else "Add it to entities.ttl.",
    )
