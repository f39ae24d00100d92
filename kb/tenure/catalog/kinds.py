"""Arguments of the right kind: an office where an office is asked about, a class that there is.

The mistake this prevents: a person's name for an office finds nothing, and nothing looks like an
answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyoxigraph import Literal

from tenure.catalog.header import Parameter
from tenure.claims import Policy
from tenure.errors import WrongKind
from tenure.knowledge import KnowledgeBase
from tenure.nearest import nearest, remedy_of
from tenure.terms import TN, local_name
from tenure.world import Schema

_FEW = 4


def refuse_other_kinds(
    kb: KnowledgeBase, parameter: Parameter, iri: str, policy: Policy | None = None
) -> None:
    """Pass where an entity is of a kind that a parameter takes, or of a kind that nobody knows.

    Raises :class:`~tenure.errors.WrongKind`, which says of what kind it is, and names the nearest.
    """
    classes = _classes(kb, iri, policy)
    wanted = wanted_classes(parameter)
    if not wanted or not classes or any(_fits(kb.schema, one, wanted) for one in classes):
        return
    what = _a(kb.schema.label(min(classes)))
    raise _wrong(kb, parameter, kb.names.short(iri), what, kb.registry.label(iri))


def refuse_other_things(
    kb: KnowledgeBase, parameter: Parameter, text: str, *, but: Collection[str] = ()
) -> None:
    """Pass where the text names no thing of another sort: entity, source or claim, ``but`` these.

    Raises :class:`~tenure.errors.WrongKind`.
    """
    names = kb.names
    sorts = {
        "entity": (text, names.entity_iri(text)),
        "source": (text, names.base + text),
        "claim": (text, names.base + text),
    }
    known: dict[str, Collection[str]] = {
        "entity": kb.registry.types,
        "source": kb.sources,
        "claim": kb.claims,
    }
    for sort, iris in sorts.items():
        if sort in but:
            continue
        found = next((iri for iri in iris if iri in known[sort]), None)
        if found is not None:
            what = _a(sort)
            if sort == "entity":
                what = _a(kb.schema.label(min(_classes(kb, found, None), default="entity")))
            raise _wrong(kb, parameter, names.short(found), what, "")


def class_named(kb: KnowledgeBase, parameter: Parameter, text: str) -> Literal:
    """The local name of the class that a text names, by name or label in any case.

    Raises :class:`~tenure.errors.WrongKind` for one that is none, or lies elsewhere.
    """
    schema, wanted = kb.schema, wanted_classes(parameter)
    below = {iri for one in wanted for iri in schema.subclasses(one)}
    by_name = {name.casefold(): iri for iri in sorted(below) for name in _names(schema, iri)}
    found = by_name.get(text.casefold()) or (text if text in below else None)
    if found is not None:
        return Literal(local_name(found))
    kinds = " or ".join(schema.label(one) for one in wanted)
    every = {local_name(iri).casefold(): local_name(iri) for iri in schema.subclasses(None)}
    other = every.get(text.casefold())
    slugs = sorted(map(local_name, below))
    raise WrongKind(
        f"{other} is no kind of {kinds}."
        if other
        else f"There is no kind of {kinds} called {text[:80]!r}.",
        where=parameter.name,
        remedy=remedy_of(nearest(text, slugs), f"For example: {', '.join(slugs[:_FEW])}."),
    )


def wanted_classes(parameter: Parameter) -> tuple[str, ...]:
    """The IRIs of the classes that a parameter takes; none for any."""
    return tuple(TN(name).value for name in parameter.kinds)


def of_the_kinds(kb: KnowledgeBase, parameter: Parameter) -> Iterator[str]:
    """The registered entities that a parameter takes, by IRI."""
    wanted = wanted_classes(parameter)
    for iri in kb.registry:
        if not wanted or any(_fits(kb.schema, c, wanted) for c in kb.registry.types[iri]):
            yield iri


def _names(schema: Schema, iri: str) -> tuple[str, str]:
    return local_name(iri), schema.label(iri)


def _classes(kb: KnowledgeBase, iri: str, policy: Policy | None) -> set[str]:
    """The classes of an entity or an occurrence that the ontology knows."""
    classes = set(kb.registry.types.get(iri, ()))
    if not classes:
        classes = {one.kind for one in kb.occurrences([iri], policy).values()}
    known = TN("Entity").value, TN("Occurrence").value
    return {one for one in classes if any(kb.schema.is_a(one, above) for above in known)}


def _fits(schema: Schema, cls: str, wanted: Collection[str]) -> bool:
    # Of an agent nobody knows whether it is a person.
    return any(schema.is_a(cls, one) or schema.is_a(one, cls) for one in wanted)


def _wrong(kb: KnowledgeBase, parameter: Parameter, text: str, what: str, label: str) -> WrongKind:
    if parameter.type == "claim":
        wanted, example = "a claim", "Write claim/<source>/<number>."
        right = kb.nearest_claims(text)
    else:
        labels = [kb.schema.label(one) for one in wanted_classes(parameter)]
        wanted = " or ".join(map(_a, labels or ["entity"]))
        slugs = [kb.names.short(iri) for iri in of_the_kinds(kb, parameter)]
        right = nearest(text, slugs)
        listed = ", ".join(slugs[:_FEW])
        example = f"For example: {listed}." if slugs else "Nothing of that kind is known."
    named = f" ({label})" if label and not text.endswith(label) else ""
    return WrongKind(
        f"{text[:120]}{named} is {what}; {parameter.name!r} takes {wanted}.",
        where=parameter.name,
        remedy=remedy_of(right, example),
    )


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
