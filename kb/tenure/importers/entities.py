"""The entities that a data set speaks of, found in the registry or made ready for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from tenure.author.registry import LANGUAGE, slugged
from tenure.errors import BadInput
from tenure.languages import by_preference
from tenure.terms import (
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    XSD_INTEGER,
    Names,
    local_name,
)


class Entities:
    """What is registered, and what has to be added (``added``, as quads)."""

    def __init__(self, registered: Iterable[Quad], names: Names) -> None:
        self._names = names
        self._kinds: dict[str, str] = {}
        self._labels: dict[str, tuple[Literal, ...]] = {}
        self._names_of: dict[str, set[str]] = defaultdict(set)
        self._by_identifier: dict[str, str] = {}
        self._known: set[Quad] = set()
        self.added: list[Quad] = []
        for quad in registered:
            self._take(quad)

    def _take(self, quad: Quad) -> None:
        if not isinstance(quad.subject, NamedNode):
            return
        self._known.add(quad)
        slug = self._names.slug_of(quad.subject.value)
        if slug is None:
            return
        if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
            self._kinds[slug] = local_name(quad.object.value)
        elif isinstance(quad.object, Literal):
            if quad.predicate == RDFS_LABEL:
                labels = (*self._labels.get(slug, ()), quad.object)
                self._labels[slug] = tuple(by_preference(labels))
            if quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL):
                self._names_of[slug].add(quad.object.value)
            elif quad.predicate == TN("identifier"):
                self._by_identifier[quad.object.value] = slug

    def _add(self, slug: str, predicate: NamedNode, value: NamedNode | Literal) -> None:
        quad = Quad(self._names.entity(slug), predicate, value)
        if quad not in self._known:
            self.added.append(quad)
            self._take(quad)

    def label(self, slug: str) -> str:
        """The entity's name in the registry."""
        labels = self._labels.get(slug)
        return labels[0].value if labels else slug

    def declare(self, slug: str, told: Mapping[str, object]) -> None:
        """An entity of a mapping file: ``kind`` and ``label``; of an office also ``of``, ``seats``.

        One that is registered stays as it is.

        Raises:
            BadInput: the slug is that of another kind of thing.
        """
        kind = str(told["kind"])
        if slug in self._kinds:
            if self._kinds[slug] != kind:
                raise BadInput(
                    f"{slug} is registered as {self._kinds[slug]}, and is to be {kind}.",
                    where="entities.ttl",
                    remedy="Give one of the two another slug.",
                )
            return
        self._add(slug, RDF_TYPE, TN(kind))
        self._add(slug, RDFS_LABEL, Literal(str(told["label"]), language=LANGUAGE))
        if "of" in told:
            self._add(slug, TN("officeOf"), self._names.entity(str(told["of"])))
        if "seats" in told:
            self._add(slug, TN("seats"), Literal(str(told["seats"]), datatype=XSD_INTEGER))

    def person(
        self, names: Sequence[str], known_by: Sequence[str], identifiers: Sequence[str]
    ) -> str:
        """The slug of the person whom one of ``known_by`` identifies, registered if need be.

        ``identifiers`` are all that go into the registry. Some are shared by two persons through
        a mistake of the data set, so that only those of ``known_by`` tell who is meant. The last
        of ``names`` becomes the label of someone new, the others are other names. Someone
        registered without identifiers is the same if he bears one of the names.
        """
        slug = next(
            (self._by_identifier[one] for one in known_by if one in self._by_identifier), None
        )
        if slug is None:
            slug = self._free_slug(names)
            if slug not in self._kinds:
                self._add(slug, RDF_TYPE, TN("Person"))
                self._add(slug, RDFS_LABEL, Literal(names[-1], language=LANGUAGE))
        for name in names:
            if name not in self._names_of[slug]:
                self._add(slug, SKOS_ALT_LABEL, Literal(name, language=LANGUAGE))
        for identifier in identifiers:
            self._add(slug, TN("identifier"), Literal(identifier))
        return slug

    def _free_slug(self, names: Sequence[str]) -> str:
        with_identifiers = set(self._by_identifier.values())
        wanted = f"person/{slugged(names[-1]) or 'unnamed'}"
        slug, count = wanted, 1
        while slug in self._kinds:
            same = self._kinds[slug] == "Person" and not self._names_of[slug].isdisjoint(names)
            if same and slug not in with_identifiers:
                return slug
            count += 1
            slug = f"{wanted}-{count}"
        return slug
