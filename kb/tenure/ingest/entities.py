"""Which entity of the registry a record means, and what has to be registered for it.

An entity is known again by an identifier; one that names none, or that the registry has without
any, also by a name (label or other name, compared as :mod:`tenure.folding` has them). Where a name
fits several, or one that has identifiers of its own, nobody can tell: a new entity is registered,
and the report says with which it may be the same. So homonyms stay apart until somebody joins them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from anyascii import anyascii
from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput, TenureError
from tenure.folding import folded
from tenure.ingest.forms import whole_number
from tenure.ingest.records import MATCHED, UNSURE, EntityReference, ImportReport
from tenure.ingest.statement import slugged
from tenure.ingest.vocabulary import Vocabulary
from tenure.languages import ENGLISH, by_preference, said, words_of
from tenure.namespaces import (
    RDF_TYPE,
    RDFS_LABEL,
    SKOS_ALT_LABEL,
    TN,
    XSD_INTEGER,
    Names,
    local_name,
    prefixes,
)

_UNDETERMINED = "und"
_SCHEME = re.compile(r"[^:]*")


class Entities:
    """What is registered, and what has to be added (``added``, as quads)."""

    def __init__(
        self,
        registered: Iterable[Quad],
        names: Names,
        vocabulary: Vocabulary | None = None,
        report: ImportReport | None = None,
        unnamed: EntityReference | None = None,
    ) -> None:
        self._names = names
        self._vocabulary = vocabulary or Vocabulary.load()
        self._report = report or ImportReport()
        self._unnamed = unnamed
        self.kinds: dict[str, str] = {}
        self._labels: dict[str, tuple[Literal, ...]] = {}
        self._names_of: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_identifier: dict[str, str] = {}
        self._identifiers: dict[str, set[str]] = defaultdict(set)
        self._office_of: dict[str, str] = {}
        self._known: set[Quad] = set()
        self._found: dict[EntityReference, str] = {}
        self._starts = self._starts_of_slugs()
        self._kinds_with: dict[str, str] = {}
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
            self.kinds[slug] = local_name(quad.object.value)
        elif quad.predicate == TN("officeOf") and isinstance(quad.object, NamedNode):
            self._office_of[slug] = self._names.short(quad.object.value)
        elif isinstance(quad.object, Literal):
            if quad.predicate == RDFS_LABEL:
                labels = (*self._labels.get(slug, ()), quad.object)
                self._labels[slug] = tuple(by_preference(labels))
            if quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL):
                self._names_of[slug].add(quad.object.value)
                self._by_name[folded(quad.object.value)][slug] = None
            elif quad.predicate == TN("identifier"):
                self._by_identifier[quad.object.value] = slug
                self._identifiers[slug].add(quad.object.value)

    def _add(self, slug: str, predicate: NamedNode, value: NamedNode | Literal) -> None:
        quad = Quad(self._names.entity(slug), predicate, value)
        if quad not in self._known:
            self.added.append(quad)
            self._take(quad)

    def _starts_of_slugs(self) -> list[tuple[str, str]]:
        """What slugs begin with, and the class of entities that begins so."""
        found = []
        for start in prefixes(self._names):
            kind = self._vocabulary.kind_of_slug(start)
            if kind is not None:
                found.append((start, kind.node.value))
        return found

    def label(self, slug: str) -> str:
        """The entity's name in the registry."""
        labels = self._labels.get(slug)
        return labels[0].value if labels else slug

    def find(self, reference: EntityReference, locator: str) -> str:
        """The slug of the entity that a record means, registered if need be.

        Raises:
            BadInput: it is neither named nor identified, or registered as another kind of thing.
            BadClaim: a name that is not written in the letters of its language.
        """
        slug = self._found.get(reference)
        if slug is None:
            slug = self._found[reference] = self._find(reference, locator)
        return slug

    def _find(self, reference: EntityReference, locator: str) -> str:
        of = None if reference.of is None else self.find(reference.of, locator)
        if reference.slug:
            if reference.slug not in self.kinds:
                self._register(reference.slug, reference, of)
            return self._of_kind(reference.slug, reference.kind)
        names = [words_of(one)[0] for one in reference.names]
        if not any(names) and not reference.identifiers:
            raise BadInput(
                f"The {reference.kind.lower()} has neither a name nor an identifier.",
                remedy="Nobody could tell who or what is meant; complete the record.",
            )
        for identifier in reference.identifiers:
            slug = self._by_identifier.get(identifier)
            if slug is not None:
                self._of_kind(slug, reference.kind)
                self._complete(slug, reference)
                return slug
        slug = self._by_names(reference, names, of, locator)
        if slug is None:
            slug = self._free_slug(reference, names)
            self._register(slug, reference, of)
        else:
            self._complete(slug, reference)
        return slug

    def _by_names(
        self, reference: EntityReference, names: Sequence[str], of: str | None, locator: str
    ) -> str | None:
        """The one registered entity that bears one of the names, if nothing speaks against it."""
        fitting = {
            slug: None
            for name in names
            for slug in self._by_name.get(folded(name), ())
            if self._may_be(slug, reference.kind)
            and (of is None or self._office_of.get(slug, of) == of)
        }
        if not fitting:
            return None
        # With an identifier of its own it would have been found by that.
        schemes = {_scheme(one) for one in reference.identifiers}
        sure = [
            slug for slug in fitting if not reference.identifiers or not self._identifiers.get(slug)
        ]
        if len(sure) == 1 and len(fitting) == 1:
            if reference.identifiers:
                self._tell(MATCHED, locator, reference, f"{sure[0]} is known again by its name")
            return sure[0]
        others = [
            slug
            for slug in fitting
            if schemes.isdisjoint(map(_scheme, self._identifiers.get(slug, ())))
        ]
        if others:
            self._tell(UNSURE, locator, reference, f"{', '.join(others)} has the same name")
        return None

    def _tell(self, kind: str, locator: str, reference: EntityReference, what: str) -> None:
        self._report.tell(
            kind,
            locator,
            f"{what}.",
            "" if kind == MATCHED else "A new entity was registered; say so if it is the same.",
            reference.names[0],
        )

    def _may_be(self, slug: str, kind: str) -> bool:
        have = self.kinds.get(slug, "")
        return have == kind or (
            have in self._vocabulary.kinds
            and kind in self._vocabulary.kinds
            and (
                self._vocabulary.is_a(have, TN(kind).value)
                or self._vocabulary.is_a(kind, TN(have).value)
            )
        )

    def _of_kind(self, slug: str, kind: str) -> str:
        if not self._may_be(slug, kind):
            raise BadInput(
                f"{slug} is registered as {self.kinds[slug]}, and is to be {kind}.",
                remedy="Give one of the two another slug or identifier.",
            )
        return slug

    def _register(self, slug: str, reference: EntityReference, of: str | None) -> None:
        self._add(slug, RDF_TYPE, self._vocabulary.kind(reference.kind).node)
        kind_is_office = self._vocabulary.is_a(reference.kind, TN("Office").value)
        self._complete(slug, reference)
        if slug not in self._labels:
            shown = next(filter(None, map(_bare, reference.identifiers)), slug)
            self._add(slug, RDFS_LABEL, Literal(shown, language=_UNDETERMINED))
        if of is None and self._unnamed is not None and kind_is_office:
            of = self.find(self._unnamed, slug)
        if of is not None:
            self._add(slug, TN("officeOf"), self._names.entity(of))
        if reference.seats is not None:
            seats = Literal(str(reference.seats), datatype=XSD_INTEGER)
            self._add(slug, TN("seats"), seats)

    def _complete(self, slug: str, reference: EntityReference) -> None:
        """Names and identifiers that the entity has not yet; of a language, one is its label."""
        usual = tuple(filter(None, (reference.language, ENGLISH, _UNDETERMINED)))
        for name in reference.names:
            words, tag = words_of(name)
            if words in self._names_of[slug] and tag is None:
                continue
            literal = _literal(name, usual)
            labelled = {one.language for one in self._labels.get(slug, ())}
            first = literal.language not in labelled and (tag is not None or not labelled)
            self._add(slug, RDFS_LABEL if first else SKOS_ALT_LABEL, literal)
        for identifier in reference.identifiers:
            self._add(slug, TN("identifier"), Literal(identifier))

    def _free_slug(self, reference: EntityReference, names: Sequence[str]) -> str:
        bare = (slugged(_latin(one)) for one in map(_bare, reference.identifiers))
        made = _words_of_slug(names) or next(filter(None, bare), "unnamed")
        wanted = f"{self._start(reference.kind)}/{made}"
        slug, count = wanted, 1
        while slug in self.kinds:
            count += 1
            slug = f"{wanted}-{count}"
        return slug

    def _start(self, kind: str) -> str:
        """What the slugs of a kind of entity begin with: as those of the nearest class above."""
        if kind not in self._kinds_with:
            above = self._vocabulary.above(self._vocabulary.kind(kind).name)
            fitting = [(start, iri) for start, iri in self._starts if iri in above]
            if not fitting:
                raise BadInput(
                    f"Nothing of the kind {kind} goes into the registry.",
                    remedy=f"Kinds there: {', '.join(local_name(iri) for _, iri in self._starts)}.",
                )
            nearest_above = max(
                fitting, key=lambda one: len(self._vocabulary.above(local_name(one[1])))
            )
            self._kinds_with[kind] = nearest_above[0]
        return self._kinds_with[kind]

    def declare(self, slug: str, described: Mapping[str, object]) -> None:
        """An entity of a mapping file: ``kind`` and ``label``; of an office also ``of``, ``seats``.

        One that is registered stays as it is.

        Raises:
            BadInput: the slug is that of another kind of thing.
        """
        missing = next((one for one in ("kind", "label") if one not in described), None)
        if missing:
            what = f"The mapping does not say the {missing} of {slug}."
            raise BadInput(what, where="entities", remedy=f'Add {missing} = "…".')
        kind = str(described["kind"])
        if slug in self.kinds:
            if self.kinds[slug] != kind:
                raise BadInput(
                    f"{slug} is registered as {self.kinds[slug]}, and is to be {kind}.",
                    where="entities.ttl",
                    remedy="Give one of the two another slug.",
                )
            return
        of = str(described["of"]) if "of" in described else None
        seats = whole_number(described["seats"], slug) if "seats" in described else None
        self._register(slug, EntityReference(kind, (str(described["label"]),), seats=seats), of)

    def persons(self, told: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> dict[str, str]:
        """The slugs of persons by the identifiers that they are known by, registered if need be.

        ``told`` has the name, these, and all identifiers of each, in the order of the states of a
        data set; who has one of these in common is one.
        """
        groups: dict[str, list[tuple[str, Sequence[str], Sequence[str]]]] = {}
        for one in told:
            members = [one]
            for group in {id(groups[i]): groups[i] for i in one[1] if i in groups}.values():
                members = [*group, *members]
            groups |= dict.fromkeys((i for _, known_by, _ in members for i in known_by), members)
        slugs: dict[str, str] = {}
        for identifier, members in groups.items():
            if identifier not in slugs:
                names = list(dict.fromkeys(name for name, _, _ in reversed(members)))[::-1]
                known_by = list(dict.fromkeys(i for _, some, _ in members for i in some))
                identifiers = list(dict.fromkeys(i for _, _, some in members for i in some))
                slugs |= dict.fromkeys(known_by, self._person(names, known_by, identifiers))
        return slugs

    def _person(
        self, names: Sequence[str], known_by: Sequence[str], identifiers: Sequence[str]
    ) -> str:
        """The slug of the person whom one of ``known_by`` identifies, registered if need be.

        ``identifiers`` are all that go into the registry. Some are shared by two persons through
        a mistake of the data set, so that only those of ``known_by`` decide who is meant. The last
        of ``names`` becomes the label of someone new, the others are other names. Someone
        registered without identifiers is the same if he bears one of the names.
        """
        slug = next(
            (self._by_identifier[one] for one in known_by if one in self._by_identifier), None
        )
        if slug is None:
            slug = self._free_person(names)
            if slug not in self.kinds:
                self._add(slug, RDF_TYPE, TN("Person"))
                self._add(slug, RDFS_LABEL, Literal(names[-1], language=ENGLISH))
        for name in names:
            if name not in self._names_of[slug]:
                self._add(slug, SKOS_ALT_LABEL, Literal(name, language=ENGLISH))
        for identifier in identifiers:
            self._add(slug, TN("identifier"), Literal(identifier))
        return slug

    def _free_person(self, names: Sequence[str]) -> str:
        wanted = f"person/{_words_of_slug(names[-1:]) or 'unnamed'}"
        slug, count = wanted, 1
        while slug in self.kinds:
            same = self.kinds[slug] == "Person" and not self._names_of[slug].isdisjoint(names)
            if same and not self._identifiers.get(slug):
                return slug
            count += 1
            slug = f"{wanted}-{count}"
        return slug


def _scheme(identifier: str) -> str:
    match = _SCHEME.match(identifier)
    return match[0] if match else ""


def _bare(identifier: str) -> str:
    """An identifier without its scheme; of an IRI, its last part."""
    return identifier.partition(":")[2].rstrip("/#").rpartition("/")[2]


def _literal(name: str, usual: tuple[str, ...]) -> Literal:
    """A name in its language; one whose letters contradict that is of no known language."""
    try:
        return said(name, usual)
    except TenureError:
        return Literal(" ".join(words_of(name)[0].split()), language=_UNDETERMINED)


def _words_of_slug(names: Iterable[str]) -> str:
    """What a slug says of names: of those in Latin letters the first, else the first put into them.

    >>> _words_of_slug(["Владимир Путин", "Wladimir Putin"]), _words_of_slug(["Владимир Путин"])
    ('wladimir-putin', 'vladimir-putin')
    """
    names = list(names)
    made = [slugged(_latin(one)) for one in names]
    named = next((one for one in made if not one.replace("-", "").isdecimal() and one), None)
    if named is None and any(map(str.isalpha, "".join(names))):
        named = next(filter(None, (slugged(anyascii(one)) for one in names)), None)
    return named or next(filter(None, made), "")


def _latin(text: str) -> str:
    """Letters without their accents, as far as they can be taken apart.

    >>> _latin("Finnur Ingólfsson, Þórunn Sveinbjarnardóttir, Jørgen Łuczak")
    'Finnur Ingolfsson, Thorunn Sveinbjarnardottir, Jorgen Luczak'
    """
    return (
        unicodedata.normalize("NFKD", text.translate(_LETTERS))
        .encode("ascii", "ignore")
        .decode("ascii")
        if not text.isascii()
        else text
    )


_LETTERS = str.maketrans(
    {
        "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d", "Ø": "O", "ø": "o", "Æ": "Ae", "æ": "ae",
        "Œ": "Oe", "œ": "oe", "ß": "ss", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i",
        "’": "'", "–": "-", "—": "-",
    }
)  # fmt: skip
