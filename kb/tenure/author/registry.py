"""The folder of facts as a writer of claims sees it: which entities and sources there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from tenure.author.comments import header
from tenure.author.draft import NewEntity
from tenure.author.files import read_text
from tenure.author.format import format_trig, parse_trig
from tenure.author.layout import write_layout
from tenure.author.vocabulary import Kind, Vocabulary
from tenure.errors import BadInput, NotFound, Where
from tenure.folding import folded
from tenure.nearest import nearest, remedy_of
from tenure.terms import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, Names, local_name, prefixes

SLUG = re.compile(r"[a-z0-9]+(?:-{1,2}[a-z0-9]+)*")
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """``entities.ttl`` as it was read: its text, its quads, and the kind of each entity by slug."""

    path: Path
    text: str
    quads: tuple[Quad, ...]
    declared: Mapping[str, str]
    kinds: Mapping[str, str]
    named: Mapping[str, frozenset[str]]
    """The slugs by name, in the form in which names are compared."""

    def with_quads(self, quads: Iterable[Quad], names: Names) -> str:
        """The text of the registry with ``quads`` added, in the house layout."""
        # Refuses a registry with comments that would be lost.
        format_trig(self.text, name=str(self.path), names=names)
        return write_layout(
            [*self.quads, *quads], header=header(self.text), declared=self.declared, names=names
        )

    def resolve(self, text: str, names: Names, where: Where | None = None) -> str:
        """The slug for a slug, an IRI or an exact name.

        Raises:
            NotFound: there is no such entity, or the name has several; names the nearest.
        """
        slug = names.slug_of(text) or text
        if slug in self.kinds:
            return slug
        named = sorted(self.named.get(folded(text), ()))
        if len(named) == 1:
            return named[0]
        offered = named or nearest(slug, self.kinds)
        raise NotFound(
            f"There is no entity {text!r}.",
            where=where,
            remedy=remedy_of(offered, "Register it first: `new entities` in YAML, or --new."),
        )


def read_registry(facts: Path, names: Names) -> RegistryFile:
    """The registry of the folder ``facts``.

    Raises:
        NotFound: there is no ``entities.ttl``.
        BadRdf: it does not parse.
    """
    if not facts.is_dir():
        raise NotFound(
            "There is no such folder.", where=str(facts), remedy="Name the folder of facts."
        )
    path = facts / "entities.ttl"
    text = read_text(path)
    quads, declared = parse_trig(text, str(path))
    kinds: dict[str, str] = {}
    named: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        slug = names.slug_of(quad.subject.value) if isinstance(quad.subject, NamedNode) else None
        if slug is None:
            continue
        if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
            kinds[slug] = local_name(quad.object.value)
        elif quad.predicate in (RDFS_LABEL, SKOS_ALT_LABEL) and isinstance(quad.object, Literal):
            named[folded(quad.object.value)].add(slug)
    by_name = {name: frozenset(slugs) for name, slugs in named.items()}
    return RegistryFile(path, text, tuple(quads), declared, kinds, by_name)


def source_files(facts: Path) -> dict[str, Path]:
    """The file of each source in ``facts``, by the source's slug."""
    return {path.stem: path for path in sorted(facts.glob("*.trig"))}


def stated_occurrences(facts: Path, names: Names) -> frozenset[str]:
    """The slugs of everything that some claim in ``facts`` states something of."""
    return frozenset(
        slug
        for path in source_files(facts).values()
        for quad in parse_trig(read_text(path), str(path))[0]
        if not isinstance(quad.graph_name, DefaultGraph) and isinstance(quad.subject, NamedNode)
        for slug in [names.slug_of(quad.subject.value)]
        if slug
    )


def checked_slug(text: str, where: Where | str | None = None) -> str:
    """``text`` if it is a slug.

    Raises:
        BadInput: it is none; proposes one.
    """
    if SLUG.fullmatch(text):
        return text
    proposal = slugged(text)
    raise BadInput(
        f"{text[:80]!r} is no slug.",
        where=where,
        remedy="A slug has small letters, digits and single dashes"
        + (f", for instance {proposal!r}." if proposal else "."),
    )


def slugged(text: str, words: int = 8) -> str:
    """A slug out of the first ``words`` words of a text; empty where it has no Latin letters.

    >>> slugged("The Example Post, Ltd.")
    'the-example-post-ltd'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:words])


def kind_of_new(
    entity: NewEntity, known: Mapping[str, str], vocabulary: Vocabulary, names: Names
) -> Kind:
    """The kind that a new entity is to have: the one it names, or the one its slug stands for.

    Raises:
        BadInput: no slug, taken already, or of a kind that does not go with its slug.
        BadClaim: a kind that the ontology does not have.
    """
    first, slash, rest = entity.slug.partition("/")
    kind = vocabulary.kind_of_slug(first) if first in prefixes(names) else None
    if not slash or kind is None:
        usable = sorted(p for p in prefixes(names) if vocabulary.kind_of_slug(p))
        raise BadInput(
            f"{entity.slug!r} is no slug of an entity.",
            where=entity.where,
            remedy=f"It begins with one of: {', '.join(f'{p}/' for p in usable)}.",
        )
    checked_slug(rest, entity.where)
    if entity.slug in known:
        raise BadInput(
            f"{entity.slug!r} is in the registry already, as {known[entity.slug]}.",
            where=entity.where,
            remedy="Leave it out of the new entities, or choose another slug.",
        )
    if not entity.kind:
        return kind
    chosen = vocabulary.kind(entity.kind, entity.where)
    if not vocabulary.is_a(chosen.name, kind.node.value):
        raise BadInput(
            f"{entity.slug!r} begins as a {kind.name}, and {chosen.name} is none.",
            where=entity.where,
            remedy="Choose another kind, or another beginning of the slug.",
        )
    return chosen
