"""The registry of entities: names, kinds and identifiers; and what claims may refer to."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar

from immutables import Map
from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadClaim, NotFound
from tenure.folding import folded, kept_apart
from tenure.languages import by_preference
from tenure.model.claim import Claim
from tenure.model.edits import MERGED_INTO
from tenure.model.identity import Identities
from tenure.model.reading import ClaimBase
from tenure.model.versioned import LookupTable, VersionedTable
from tenure.namespaces import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN, Names, local_name
from tenure.suggest import fewer

_OFFICE_OF: Final = TN("officeOf")

V = TypeVar("V")
Find: TypeAlias = Callable[..., Iterable[Quad]]
"""The statements of a registry: all, or those with some ``subject`` or ``predicate``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a registry has of one thing: of ``labels``, the one that is shown comes first."""

    types: frozenset[str] | None = None
    labels: tuple[Literal, ...] = ()
    other_names: tuple[str, ...] = ()
    seats: int | None = None
    horizon: int | None = None
    behind: str | None = None
    merged: str | None = None

    @property
    def label(self) -> str | None:
        """The label that is shown."""
        return self.labels[0].value if self.labels else None

    @property
    def names(self) -> set[str]:
        """All names in the form in which they are compared."""
        return {*map(folded, self.other_names), *(folded(one.value) for one in self.labels)}


_NOTHING: Final = Entry()
_NUMBERS: Final = {TN("seats"): "seats", TN("officeHorizonDays"): "horizon"}
_LEAST: Final = {_OFFICE_OF: "behind", MERGED_INTO: "merged"}


def _entries_in(quads: Iterable[Quad]) -> dict[str, Entry]:
    stated: dict[str, list[tuple[NamedNode, object]]] = defaultdict(list)
    # A quad makes each of its terms anew whenever it is asked for one.
    for subject, predicate, value, _ in quads:
        if isinstance(subject, NamedNode):
            stated[subject.value].append((predicate, value))
    return {iri: _entry_of(rows) for iri, rows in stated.items()}


def _entry_of(rows: Iterable[tuple[NamedNode, object]]) -> Entry:
    types: list[str] = []
    labels: list[Literal] = []
    other_names: list[str] = []
    rest: dict[str, Any] = {}
    for predicate, value in rows:
        if isinstance(value, NamedNode):
            if predicate == RDF_TYPE:
                types.append(value.value)
            elif (name := _LEAST.get(predicate)) is not None:
                rest[name] = min(value.value, rest.get(name, value.value))
        elif isinstance(value, Literal):
            if predicate == RDFS_LABEL:
                labels.append(value)
            elif predicate == SKOS_ALT_LABEL:
                other_names.append(value.value)
            elif predicate in _NUMBERS and value.value.isdecimal():
                rest[_NUMBERS[predicate]] = int(value.value)
    if not (types or labels or other_names or rest):
        return _NOTHING
    ordered = tuple(by_preference(labels)) if len(labels) > 1 else tuple(labels)
    return Entry(_classes(tuple(types)), ordered, tuple(other_names), **rest)


@lru_cache(maxsize=1024)
def _classes(types: tuple[str, ...]) -> frozenset[str] | None:
    # A million things are of few kinds.
    return frozenset(types) or None


class _Table(LookupTable[V]):
    """What things have of one sort, by IRI; things that have nothing of it are not in it."""

    def __init__(self, registry: Registry, of: Callable[[Entry], V | None]) -> None:
        self._registry = registry
        self._of = of

    def get(self, iri: str, default: Any = None) -> Any:
        found = self._of(self._registry.entry(iri))
        return default if found is None else found

    def __iter__(self) -> Iterator[str]:
        return (iri for iri, one in self._registry.entries() if self._of(one) is not None)


class Registry:
    """Entities by IRI, found by slug, IRI or name.

    One that lies in a store (:meth:`stored`) reads what it is asked for, and everything when it is
    asked about everything. It goes on answering as it did when it was made, as long as whatever is
    written there was made another version of it before.
    """

    def __init__(self, entries: VersionedTable[Entry], find: Find, names: Names) -> None:
        """See :meth:`of` and :meth:`stored`."""
        self._entries = entries
        self._find = find
        self._names = names

    @classmethod
    def of(cls, quads: Iterable[Quad], names: Names) -> Registry:
        """The registry that statements make."""
        entries = VersionedTable.stored(lambda _: {}, _entries_in(quads))
        return cls(entries, lambda: (), names)

    @classmethod
    def stored(cls, find: Find, names: Names) -> Registry:
        """The registry that a store has now; ``find`` finds statements of its graph."""

        def read(node: NamedNode | None) -> dict[str, Entry]:
            return _entries_in(find() if node is None else find(subject=node))

        return cls(VersionedTable.stored(read), find, names)

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels that are shown."""
        return _Table(self, lambda one: one.label)

    @property
    def types(self) -> Mapping[str, frozenset[str]]:
        """The classes of entities."""
        return _Table(self, lambda one: one.types)

    @property
    def seats(self) -> Mapping[str, int]:
        """How many seats offices have."""
        return _Table(self, lambda one: one.seats)

    @property
    def one_seat(self) -> Mapping[str, int]:
        """One, of each office with one seat."""
        return _Table(self, lambda one: 1 if one.seats == 1 else None)

    @property
    def horizons(self) -> Mapping[str, int]:
        """For how many days who holds an office is presumed to go on."""
        return _Table(self, lambda one: one.horizon)

    def entry(self, iri: str) -> Entry:
        """What it has of a thing."""
        found: Entry = self._entries.get(iri, _NOTHING)
        return found

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """What it has of everything."""
        return self._entries.rows()

    def read_whole(self) -> Registry:
        """The same, for whoever is about to ask of everything, one by one."""
        self._entries.read_whole()
        return self

    def revised(self, old: Iterable[Quad], new: Iterable[Quad]) -> Registry:
        """A registry with other entries for some things: ``old`` are all that it has of them.

        Made before that is written anywhere.
        """
        gone = {one.subject.value for one in old if isinstance(one.subject, NamedNode)}
        changed = {**dict.fromkeys(gone, _NOTHING), **_entries_in(new)}
        made = Registry(self._entries.updated(changed), self._find, self._names)
        for name, of in (("behind", attrgetter("behind")), ("merged", attrgetter("merged"))):
            if name in self.__dict__:
                table: Map[str, str] = self.__dict__[name]
                for iri, one in changed.items():
                    table = table.delete(iri) if iri in table else table
                    table = table.set(iri, of(one)) if of(one) is not None else table
                made.__dict__[name] = table
        if "by_name" in self.__dict__:
            made.__dict__["by_name"] = self._renamed(changed)
        return made

    def _renamed(self, changed: Mapping[str, Entry]) -> Map[str, frozenset[str]]:
        named = self.by_name
        for iri, one in changed.items():
            was = self.entry(iri)
            for name in was.names | one.names:
                others = named.get(name, frozenset()) - {iri}
                if name in one.names:
                    others |= {iri}
                named = named.set(name, others) if others else named.delete(name)
        return named

    @cached_property
    def by_name(self) -> Map[str, frozenset[str]]:
        """Who bears each name, in the form in which names are compared (:mod:`tenure.folding`)."""
        found: dict[str, set[str]] = defaultdict(set)
        for iri, one in self.entries():
            for name in one.names:
                found[name].add(iri)
        return Map({name: frozenset(iris) for name, iris in found.items()})

    @cached_property
    def behind(self) -> Map[str, str]:
        """The organization that each office is of."""
        return self._leading(_OFFICE_OF, lambda one: one.behind)

    @cached_property
    def merged(self) -> Map[str, str]:
        """What was merged into what, of situations and events too."""
        return self._leading(MERGED_INTO, lambda one: one.merged)

    def _leading(self, by: NamedNode, to: Callable[[Entry], str | None]) -> Map[str, str]:
        table = self._entries
        some = None if table.is_read else _entries_in(self._find(predicate=by))
        return Map({iri: end for iri, one in table.rows(some) if (end := to(one)) is not None})

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
        return self.entry(iri).labels

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
