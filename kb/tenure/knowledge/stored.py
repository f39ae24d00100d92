"""Claims that stay in the store, read when they are asked for.

Each write makes another version. A version goes on answering as it did when it was made: what a
write changes is noted in the version before it, and whoever asks that one looks there after having
looked into the store. (Such notes are how databases keep several versions, as *undo logs*; see
Bernstein and Goodman, *Multiversion concurrency control*, 1983.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from tenure.claims import Claim, Source
from tenure.knowledge.shelf import Shelf
from tenure.terms import RDF_TYPE


@dataclass(frozen=True, slots=True)
class _Step:
    """The way from one version to the next: what the claims were that it changes; None: nothing."""

    undone: Mapping[str, Claim | None]
    newer: StoredClaims


class StoredClaims(Mapping[str, Claim]):
    """One version of all claims, by IRI. Gone through in the order of their names.

    Safe to share between threads.
    """

    def __init__(self, shelf: Shelf, count: int, pending: Mapping[str, Claim] | None = None):
        """``pending`` are the claims that the store does not hold yet, or holds otherwise."""
        self._shelf = shelf
        self._count = count
        self._pending: Mapping[str, Claim] = pending or {}
        self._next: _Step | None = None

    # ------------------------------------------------------------------ versions

    def updated(self, claims: Mapping[str, Claim]) -> StoredClaims:
        """A version with some claims more, or told otherwise, which are yet to be written."""
        new = sum(iri not in self for iri in claims)
        return StoredClaims(self._shelf, self._count + new, {**self._pending, **claims})

    def give_way(self, newer: StoredClaims) -> None:
        """Note what this version says, before the next one is written."""
        undone = {iri: self.get(iri) for iri in newer.pending}
        self._next = _Step(undone, newer)

    @property
    def pending(self) -> Mapping[str, Claim]:
        """The claims that the store does not hold yet, or holds otherwise."""
        return self._pending

    @property
    def next(self) -> _Step | None:
        """What led to the next version; None of the newest."""
        return self._next

    def settle(self, sources: Mapping[str, Source]) -> None:
        """Read from the store from now on what was written to it; ``sources`` are all there are."""
        self._shelf.learn(sources)
        self._shelf.forget(self._pending)
        self._pending = {}

    def _noted(self, iri: str) -> tuple[Claim | None] | None:
        """What an IRI was when this version was made, where it has changed since."""
        step = self._next
        while step is not None:
            if iri in step.undone:
                return (step.undone[iri],)
            step = step.newer.next
        return None

    # ------------------------------------------------------------------ the mapping

    def get(self, iri: str, default: Claim | None = None) -> Claim | None:  # type: ignore[override]
        """A claim, or ``default`` where there is none of that name."""
        # The store first, then the notes: they are made before anything is written.
        found = self._pending.get(iri) or self._shelf.claim(iri)
        noted = self._noted(iri)
        found = noted[0] if noted is not None else found
        return default if found is None else found

    def __getitem__(self, iri: str) -> Claim:
        found = self.get(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def __contains__(self, iri: object) -> bool:
        if not isinstance(iri, str):
            return False
        found = iri in self._pending or self._shelf.has(iri)
        noted = self._noted(iri)
        return found if noted is None else noted[0] is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._known(sorted({*self._shelf.all(), *self._pending})))

    def __len__(self) -> int:
        return self._count

    def some(self, most: int) -> list[str]:
        """The names of at most so many claims, sorted; which ones is the store's choice."""
        return self._known(sorted(islice(self._shelf.each(), most)))

    # ------------------------------------------------------------------ by what they name

    def first_recorded(self, sources: Collection[str] | None) -> str | None:
        """When the first claim was recorded, of sources with these slugs; None: of all."""
        return self._shelf.first_recorded(sources)

    def changed_between(self, start: str, end: str) -> list[str]:
        """The claims recorded or retracted after ``start`` up to ``end``, and some more.

        Both are instants in UTC; whole seconds are asked for, which the claims themselves refine.
        """
        return self._known(self._shelf.changed_between(start, end))

    def last_instant(self) -> str:
        """The latest instant of recorded time; empty where there is none."""
        return self._shelf.last_instant()

    @property
    def claims(self) -> Mapping[str, Claim]:
        """The claims themselves; see :class:`tenure.world.surroundings.Told`."""
        return self

    def naming(self, thing: str) -> list[str]:
        """The claims whose statement names a thing, the classes of things aside; sorted."""
        found = self._shelf.naming(thing)
        found.update(iri for iri, one in self._pending.items() if thing in named(one))
        return self._known(sorted(found))

    def of_source(self, source: str) -> list[str]:
        """The claims that a source makes, sorted; none of what is no source."""
        found = self._shelf.of_source(source)
        found.update(iri for iri, one in self._pending.items() if one.source == source)
        return self._known(sorted(found))

    def says_of(self, thing: str) -> bool:
        """Whether any claim states something about a thing; true too of a claim yet to come."""
        return self._shelf.says_of(thing) or any(
            triple.subject == NamedNode(thing)
            for claim in self._pending.values()
            for triple in claim.content
        )

    def points_at(self, thing: str, properties: Collection[str]) -> bool:
        """Whether any claim states one of the properties of something with the thing as object.

        True too of a claim yet to come.
        """
        return self._shelf.points_at(thing, properties) or any(
            triple.object == NamedNode(thing) and triple.predicate.value in properties
            for claim in self._pending.values()
            for triple in claim.content
        )

    def _known(self, iris: Iterable[str]) -> list[str]:
        noted = ((iri, self._noted(iri)) for iri in iris)
        return [iri for iri, note in noted if note is None or note[0] is not None]


class StoredAbout(Mapping[str, tuple[Claim, ...]]):
    """The claims whose statement names a thing, by its IRI; gone through only one at a time."""

    def __init__(self, claims: StoredClaims) -> None:
        self._claims = claims

    def __getitem__(self, iri: str) -> tuple[Claim, ...]:
        found = self._claims.naming(iri)
        if not found:
            raise KeyError(iri)
        return tuple(self._claims[one] for one in found)

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and bool(self._claims.naming(iri))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({thing for claim in self._claims.values() for thing in named(claim)}))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def named(claim: Claim) -> set[str]:
    """The IRIs that a claim's statement names, the classes of things aside."""
    found = set()
    for triple in claim.content:
        if isinstance(triple.subject, NamedNode):
            found.add(triple.subject.value)
        if isinstance(triple.object, NamedNode) and triple.predicate != RDF_TYPE:
            found.add(triple.object.value)
    return found
