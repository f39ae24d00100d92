"""Entities registered, named, joined and taken apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from tenure.editing.claims import moved
from tenure.editing.edit_claims import edit_change, vocabulary_of
from tenure.errors import BadClaim, BadInput, Where
from tenure.folding import folded
from tenure.ingest import DraftFaults, NewEntity, Value
from tenure.ingest.statement import StatementWriter
from tenure.knowledge import KnowledgeBase
from tenure.languages import ENGLISH, said
from tenure.model import Change, Claim, Occurrence
from tenure.model.edits import DIFFERENT, EXACT_MATCH, MERGED_INTO, Edit
from tenure.namespaces import RDFS_LABEL, SKOS_ALT_LABEL, local_name
from tenure.temporal import FourBounds


def found(kb: KnowledgeBase, text: str) -> NamedNode:
    """The entity that a slug, an IRI or a name means; what was merged is the other one.

    Raises :class:`~tenure.errors.NotFound`, also for a name that several bear.
    """
    return kb.registry.find(text)


def add(
    kb: KnowledgeBase,
    slug: str,
    labels: Sequence[str],
    *,
    kind: str = "",
    properties: Sequence[tuple[str, str]] = (),
    exact_matches: Sequence[str] = (),
    language: str | None = None,
) -> Change:
    """Register an entity; ``properties`` are of the registry, such as ``altLabel``.

    Raises:
        BadInput: no slug, taken already, or without a label.
        BadClaim, NotFound: a kind, property or value that there is not.
    """
    new = _registration(
        kb,
        slug,
        labels,
        kind=kind,
        properties=properties,
        exact_matches=exact_matches,
        language=language,
    )
    return edit_change(kb, [new])


def _registration(
    kb: KnowledgeBase,
    slug: str,
    labels: Sequence[str],
    *,
    kind: str = "",
    properties: Sequence[tuple[str, str]] = (),
    exact_matches: Sequence[str] = (),
    language: str | None = None,
) -> tuple[str, list[Edit]]:
    """The edit that registers an entity, in words and rows."""
    if not labels:
        raise BadInput("The entity has no name.", where="label", remedy="Give its name.")
    usual = (language, ENGLISH) if language else (ENGLISH,)
    writer = StatementWriter(
        vocabulary_of(kb),
        kb.names,
        {kb.names.short(iri): kb.registry.kind(iri) for iri in kb.registry},
        set(),
        (),
        usual,
    )
    values = tuple((name, Value(text)) for name, text in properties)
    new = NewEntity(slug, labels[0], kind, values, Where("entity"), tuple(labels[1:]))
    faults = DraftFaults()
    quads = writer.registration(new, writer.kind_of_new(new), faults)
    faults.refuse()
    node = kb.names.entity(slug)
    rows = [Edit(node, quad.predicate, gives=quad.object) for quad in quads]  # type: ignore[arg-type]
    rows += (Edit(node, EXACT_MATCH, gives=foreign(kb, one)) for one in exact_matches)
    return f"{slug} is {labels[0]!r}.", rows


def rename(
    kb: KnowledgeBase, entity: str, label: str, *, language: str | None = None, keep: bool = True
) -> Change:
    """Give an entity another label in a language; with ``keep``, the former is another name.

    Raises:
        BadClaim: it is called so already, or not in letters of the language.
        NotFound: no such entity.
    """
    node = found(kb, entity)
    new = said(label, (language, ENGLISH) if language else (ENGLISH,), Where("label"))
    old = _value(kb, node, RDFS_LABEL, new.language)
    if old == new:
        raise _already(kb, node, f"is called {label!r}")
    edits = [Edit(node, RDFS_LABEL, old, new)]
    names = {one for one in _values(kb, node, SKOS_ALT_LABEL) if isinstance(one, Literal)}
    if new in names:
        edits.append(Edit(node, SKOS_ALT_LABEL, takes=new))
    if keep and old is not None and old not in names:
        edits.append(Edit(node, SKOS_ALT_LABEL, gives=old))
    short = kb.names.short(node.value)
    before = f", and not {old.value!r} any more" if isinstance(old, Literal) else ""
    return edit_change(kb, [(f"{short} is called {new.value!r}{before}.", edits)])


def alias(
    kb: KnowledgeBase,
    entity: str,
    name: str,
    *,
    language: str | None = None,
    remove: bool = False,
    evidence: str = "",
) -> Change:
    """Give an entity another name beside its label, or take one away.

    Raises:
        BadClaim: it has that name already, or has none such.
        NotFound: no such entity.
    """
    node = found(kb, entity)
    short = kb.names.short(node.value)
    if remove:
        wanted = folded(name)
        named = [one for one in _values(kb, node, SKOS_ALT_LABEL) if folded(one.value) == wanted]
        if not named:
            known = ", ".join(sorted(repr(o.value) for o in _values(kb, node, SKOS_ALT_LABEL)))
            raise BadClaim(
                f"{short} has no other name {name[:80]!r}.",
                where=short,
                remedy=f"Other names: {known or 'none'}. A label is changed by a rename.",
            )
        edits = [Edit(node, SKOS_ALT_LABEL, takes=one) for one in named]
        return edit_change(kb, [(f"{short} is not called {name!r}.", edits)], evidence=evidence)
    new = said(name, (language, ENGLISH) if language else (ENGLISH,), Where("name"))
    if new in (*_values(kb, node, SKOS_ALT_LABEL), *_values(kb, node, RDFS_LABEL)):
        raise _already(kb, node, f"is called {name!r}")
    edits = [Edit(node, SKOS_ALT_LABEL, gives=new)]
    return edit_change(kb, [(f"{short} is called {new.value!r} too.", edits)], evidence=evidence)


def same_as(kb: KnowledgeBase, entity: str, iri: str, *, evidence: str = "") -> Change:
    """State that an entity is what another register calls by an IRI (``skos:exactMatch``).

    Raises:
        BadInput: no IRI, or one of this base, where merging is the way.
        BadClaim: it is stated already.
    """
    node, other = found(kb, entity), foreign(kb, iri)
    if other in _values(kb, node, EXACT_MATCH):
        raise _already(kb, node, f"is {iri}")
    edits = [Edit(node, EXACT_MATCH, gives=other)]
    words = f"{kb.names.short(node.value)} is what is called {iri} elsewhere."
    return edit_change(kb, [(words, edits)], evidence=evidence)


def foreign(kb: KnowledgeBase, iri: str) -> NamedNode:
    """The IRI of another register. Raises :class:`~tenure.errors.BadInput` for any other."""
    if iri.startswith(kb.names.base):
        raise BadInput(
            f"{kb.names.short(iri)!r} is of this base.",
            where="iri",
            remedy="Merge the two entities instead.",
        )
    try:
        if iri.startswith(("http://", "https://", "urn:")):
            return NamedNode(iri)
    except ValueError:
        pass
    raise BadInput(
        f"{iri[:120]!r} is no IRI.",
        where="iri",
        remedy="Write the whole: http://www.wikidata.org/entity/Q1 .",
    )


# ---------------------------------------------------------------------- merge and split


def merge(kb: KnowledgeBase, entity: str, into: str, *, evidence: str = "") -> Change:
    """State that two entities are one: whatever is claimed of the first counts for the second.

    With them go their situations of the same kind with the same others that can be one in time:
    those are one too. The claims stay as they are.

    Raises:
        BadClaim: the two are one already, known to differ, or of different kinds.
        NotFound: no such entity.
    """
    names, registry = kb.names, kb.registry
    one, other = found(kb, entity), found(kb, into)
    short, of = names.short(one.value), names.short(other.value)
    if one == other:
        raise BadClaim(
            f"{entity!r} and {into!r} are one entity already, {short}.",
            where=short,
            remedy="Nothing needs to be done.",
        )
    if kb.store.holds(_row(kb, one, DIFFERENT, other)) or kb.store.holds(
        _row(kb, other, DIFFERENT, one)
    ):
        raise BadClaim(
            f"{short} and {of} are known to be different.",
            where=short,
            remedy=f"If that is wrong, take it back first: tenure link undo {short} {of}.",
        )
    kinds = registry.kind(one.value), registry.kind(other.value)
    classes = [registry.types.get(node.value, frozenset()) for node in (one, other)]
    if not any(
        kb.schema.is_a(a, b) or kb.schema.is_a(b, a) for a in classes[0] for b in classes[1]
    ):
        raise BadClaim(
            f"{short} is of the kind {kinds[0]}, {of} of the kind {kinds[1]}.",
            where=short,
            remedy="Only two of one kind can be one.",
        )
    edits = [Edit(one, MERGED_INTO, gives=other)]
    edits += (
        Edit(NamedNode(gone), MERGED_INTO, gives=NamedNode(stays))
        for gone, stays in _joined(kb, one.value, other.value)
    )
    return edit_change(kb, [(f"{short} is the same as {of}.", edits)], evidence=evidence)


def _joined(kb: KnowledgeBase, one: str, other: str) -> Iterator[tuple[str, str]]:
    """The situations of the first that can only be situations of the second."""
    around = list(kb.around([one, other]).occurrences.values())
    mine, theirs = ([o for o in around if iri in (o.subject, o.object)] for iri in (one, other))
    by_mine: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence, same in same_situations(mine, theirs, one, other):
        if may_be_one(occurrence.bounds, same.bounds) and _told_apart_by_one(kb, occurrence, same):
            by_mine[occurrence.iri].append(same)
    taken = Counter(same.iri for several in by_mine.values() for same in several)
    for iri, several in sorted(by_mine.items()):
        # Where several may be meant, nobody can tell; they stay apart until somebody says.
        if len(several) == 1 and taken[several[0].iri] == 1 and iri != several[0].iri:
            yield iri, several[0].iri


def same_situations(
    mine: Iterable[Occurrence], theirs: Iterable[Occurrence], one: str, other: str
) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Pairs of situations of two entities that are of one kind and with the same third."""
    by_roles: dict[tuple[object, ...], list[Occurrence]] = defaultdict(list)
    for occurrence in theirs:
        by_roles[occurrence.kind, occurrence.subject, occurrence.object].append(occurrence)
    for occurrence in mine:
        roles = (other if iri == one else iri for iri in (occurrence.subject, occurrence.object))
        for same in by_roles.get((occurrence.kind, *roles), ()):
            yield occurrence, same


def may_be_one(one: FourBounds, other: FourBounds) -> bool:
    """Whether two stretches can be the same, or certainly share days: sources are seldom exact."""
    if _meet(one.start_earliest, one.start_latest, other.start_earliest, other.start_latest) and (
        _meet(one.end_earliest, one.end_latest, other.end_earliest, other.end_latest)
    ):
        return True
    begun = [day for day in (one.start_latest, other.start_latest) if day is not None]
    ended = [day for day in (one.end_earliest, other.end_earliest) if day is not None]
    return len(begun) == len(ended) == 2 and max(begun) <= min(ended)


def _meet(first: int | None, last: int | None, begin: int | None, end: int | None) -> bool:
    """Whether two ranges of days share one; None is an open side."""
    return (last is None or begin is None or begin <= last) and (
        end is None or first is None or first <= end
    )


def _told_apart_by_one(kb: KnowledgeBase, one: Occurrence, other: Occurrence) -> bool:
    """Whether the names of two situations differ by the entity and the stretch alone.

    What else distinguishes a situation (a purpose, a stance) is part of its name.
    """

    def parts(iri: str) -> set[str]:
        rest = kb.names.short(iri).partition("/")[2]
        return {part for part in rest.split("--") if not part.isdecimal()}

    return len(parts(one.iri) - parts(other.iri)) <= 1


def split(
    kb: KnowledgeBase,
    entity: str,
    *,
    off: str | None = None,
    label: str = "",
    claims: Sequence[str] = (),
    language: str | None = None,
) -> Change:
    """Take a merge back; or, with ``off``, move some claims of an entity to one that is new.

    ``entity`` is that which was merged into another; of one into which others were merged, the
    last of these.

    Raises:
        BadClaim: nothing was merged there.
        NotFound: no such entity.
    """
    names = kb.names
    if off is None:
        iri = (
            next(
                (one for one in (entity, names.entity_iri(entity)) if one in kb.registry.types),
                None,
            )
            or found(kb, entity).value
        )
        claim = _merging(kb, iri)
        return Change(retracted=(claim.iri,))
    node = found(kb, entity)
    if not claims:
        raise BadInput(
            "No claims are named that are about the other one.",
            where="claims",
            remedy=f"Name them; `tenure entity show {names.short(node.value)}` lists all.",
        )
    new = []
    if names.entity_iri(off) not in kb.registry:
        kind = kb.registry.kind(node.value)
        new.append(_registration(kb, off, [label], kind=kind, language=language))
    quads: list[Quad] = []
    gone: list[str] = []
    for text in claims:
        change = moved(kb, text, {node.value: names.entity_iri(off)}, taken=quads)
        quads += change.added
        gone += change.retracted
    if not new:
        return Change(tuple(quads), tuple(gone))
    return edit_change(kb, new, more=quads, retracted=gone)


def _merging(kb: KnowledgeBase, iri: str) -> Claim:
    """The edit that merged something into another, or the last that merged another into it."""
    log = kb.snapshot.edits
    into, onto = list[Claim](), list[Claim]()
    for claim in log.of(iri):
        if claim.retracted_at is None:
            for row in log.rows_of([claim.iri]):
                if row.predicate == MERGED_INTO and row.subject == NamedNode(iri):
                    into.append(claim)
                elif row.predicate == MERGED_INTO:
                    onto.append(claim)
    if into or onto:
        return (into or onto)[-1]
    short = kb.names.short(iri)
    raise BadClaim(
        f"Nothing was merged into {short}, nor that into anything.",
        where=short,
        remedy="To take two apart that a source took for one, name the new one and its claims.",
    )


# ---------------------------------------------------------------------- what is known of one


@dataclass(frozen=True, slots=True)
class EntityView:
    """What the registry has of an entity, what became of it, and how many claims name it."""

    slug: str
    kind: str
    labels: tuple[Literal, ...]
    others: tuple[Literal, ...]
    identifiers: tuple[str, ...]
    exact_matches: tuple[str, ...]
    merged_into: str | None
    merged_from: tuple[str, ...]
    different_from: tuple[str, ...]
    further: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    edits: tuple[Claim, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "entity": self.slug,
            "kind": self.kind,
            "labels": {one.language or "und": one.value for one in self.labels},
            "otherNames": [str(one.value) for one in self.others],
            "identifiers": list(self.identifiers),
            "exactMatches": list(self.exact_matches),
            "mergedInto": self.merged_into,
            "mergedFrom": list(self.merged_from),
            "differentFrom": list(self.different_from),
            **self.further,
            "claims": list(self.claims),
            "edits": [
                {
                    "claim": one.iri,
                    "statement": one.statement,
                    "recordedAt": one.recorded_at,
                    "retractedAt": one.retracted_at,
                }
                for one in self.edits
            ],
        }


def described(kb: KnowledgeBase, entity: str) -> EntityView:
    """What there is about an entity; of one that was merged, about that one itself.

    Raises :class:`~tenure.errors.NotFound`.
    """
    names, registry = kb.names, kb.registry
    given = [one for one in (entity, names.entity_iri(entity)) if one in registry.types]
    node = NamedNode(given[0]) if given else found(kb, entity)
    rows: dict[str, list[str]] = {}
    for quad in kb.store.quads(names.graph("entities"), subject=node):
        if isinstance(quad.object, Literal | NamedNode):
            rows.setdefault(local_name(quad.predicate.value), []).append(
                names.short(quad.object.value)
            )
    same = [one for one in registry.identities.all(node.value) if one != node.value]
    into = registry.identities.of(node.value)
    further: dict[str, str] = {
        name: rows[name][0] for name in ("officeOf", "seats") if name in rows
    }
    claims = {
        claim.iri for one in registry.identities.all(node.value) for claim in kb.claims_about(one)
    }
    return EntityView(
        names.short(node.value),
        registry.kind(node.value),
        registry.names(node.value),
        tuple(one for one in _values(kb, node, SKOS_ALT_LABEL) if isinstance(one, Literal)),
        tuple(sorted(rows.get("identifier", ()))),
        tuple(sorted(rows.get("exactMatch", ()))),
        names.short(into) if into != node.value else None,
        tuple(map(names.short, same)) if into == node.value else (),
        tuple(sorted(rows.get("differentFrom", ()))),
        further,
        tuple(sorted(map(names.short, claims))),
        tuple(kb.snapshot.edits.of(node.value)),
    )


def _values(kb: KnowledgeBase, node: NamedNode, prop: NamedNode) -> list[NamedNode | Literal]:
    rows = kb.store.quads(kb.names.graph("entities"), subject=node, predicate=prop)
    return sorted((q.object for q in rows if isinstance(q.object, NamedNode | Literal)), key=str)


def _value(
    kb: KnowledgeBase, node: NamedNode, prop: NamedNode, language: str | None
) -> Literal | None:
    values = (one for one in _values(kb, node, prop) if isinstance(one, Literal))
    return next((one for one in values if one.language == language), None)


def _row(kb: KnowledgeBase, one: NamedNode, prop: NamedNode, other: NamedNode) -> Quad:
    return Quad(one, prop, other, kb.names.graph("entities"))


def _already(kb: KnowledgeBase, node: NamedNode, what: str) -> BadClaim:
    short = kb.names.short(node.value)
    return BadClaim(f"{short} {what} already.", where=short, remedy="Nothing needs to be done.")
