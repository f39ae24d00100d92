"""Claims moved, ranked, retracted, and put in the place of others.

A claim does not change: another one that says it as it should be supersedes it, on the same
evidence, and both stay for whoever asks what was known before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.editing.edit_claims import vocabulary_of
from tenure.editing.out_of_text import superseded
from tenure.errors import BadClaim, BadParameter, Where
from tenure.ingest import Value
from tenure.ingest.statement import StatementWriter
from tenure.knowledge import KnowledgeBase
from tenure.languages import ENGLISH, said
from tenure.model import Change, Claim
from tenure.model.edits import is_edit
from tenure.namespaces import RDF_TYPE, TN, TNV, local_name

Content = Callable[[Iterable[Triple]], Iterable[Triple]]

_NEW: Final = frozenset(map(TN, ("recordedAt", "retractedAt", "supersedes")))
"""What of a description is each claim's own."""
_NUMBERED: Final = re.compile(r"(.+)-([0-9]+)")


def retract(kb: KnowledgeBase, claims: Sequence[str]) -> Change:
    """Retract claims. Raises :class:`~tenure.errors.NotFound`, and BadClaim for one that is."""
    return Change(retracted=tuple(_standing(kb, one).iri for one in claims))


def move(kb: KnowledgeBase, claim: str, to: str, *, frm: str | None = None) -> Change:
    """Have a claim be about another entity, or of another situation.

    Without ``frm``, it is the one thing of the claim that is of the same kind as ``to``. Where an
    entity is exchanged, the situations that bear its name are too.

    Raises:
        NotFound: no such claim or entity.
        BadClaim: it does not name ``frm``, or several things of that kind.
    """
    names = kb.names
    there = _standing(kb, claim)
    target = _thing(kb, to, there)
    named = _named(there)
    if frm is not None:
        old = _thing(kb, frm, there)
    else:
        start = names.short(target).partition("/")[0]
        fitting = [one for one in named if names.short(one).partition("/")[0] == start]
        if len(fitting) != 1:
            listed = ", ".join(sorted(map(names.short, fitting or named)))
            raise BadClaim(
                f"It is not clear what of {names.short(there.iri)} is meant: {listed}.",
                where="from",
                remedy="Say it with --from.",
            )
        old = fitting[0]
    return moved(kb, claim, {old: target})


def moved(
    kb: KnowledgeBase, claim: str, pairs: Mapping[str, str], *, taken: Iterable[Quad] = ()
) -> Change:
    """Put another claim in the place of one, with things (IRIs) exchanged for others.

    ``taken`` are statements of the same change. Raises as :func:`move`.
    """
    there = _standing(kb, claim)
    names = dict(pairs)
    for old in pairs.keys() - _named(there):
        raise BadClaim(
            f"{kb.names.short(there.iri)} does not name {kb.names.short(old)}.",
            where=kb.names.short(there.iri),
            remedy=f"It names {', '.join(sorted(map(kb.names.short, _named(there))))}.",
        )
    for iri in _named(there):
        short = kb.names.short(iri)
        start, _, rest = short.partition("/")
        parts = rest.split("--")
        for old, new in pairs.items():
            # The name of a situation tells whom it concerns.
            if iri in _described(there) and local_name(old) in parts:
                parts[parts.index(local_name(old))] = local_name(new)
                kept = [one for one in parts if not one.isdecimal()]
                names[iri] = kb.names.entity_iri(f"{start}/{'--'.join(kept)}")

    def exchanged(content: Iterable[Triple]) -> Iterable[Triple]:
        for one in content:
            subject, value = (
                NamedNode(names[n.value]) if isinstance(n, NamedNode) and n.value in names else n
                for n in (one.subject, one.object)
            )
            yield Triple(subject, one.predicate, value)  # type: ignore[arg-type]

    return restated(kb, there, content=exchanged, taken=taken)


def rank(kb: KnowledgeBase, claim: str, value: str) -> Change:
    """Give a claim another rank: preferred, normal or deprecated.

    Raises :class:`~tenure.errors.BadClaim` for a rank that there is not, or that it has.
    """
    there = _standing(kb, claim)
    vocabulary = vocabulary_of(kb)
    concept = vocabulary.concept(vocabulary.property("rank"), value, Where("rank"))
    if there.rank == concept.value:
        short = kb.names.short(there.iri)
        raise BadClaim(
            f"{short} has the rank {value} already.",
            where=short,
            remedy="Nothing needs to be done.",
        )
    given = () if concept == TNV("Normal") else (concept,)
    return restated(kb, there, described={TN("rank"): given})


def supersede(
    kb: KnowledgeBase,
    claim: str,
    settings: Sequence[tuple[str, str]] = (),
    *,
    statement: str = "",
    language: str | None = None,
    frm: str = "",
    text: str = "",
) -> Change:
    """Put a claim in the place of one, on the same evidence, with other values of properties.

    Or put claims in its place that ``frm`` describes in YAML, with passages of the ``text`` of its
    source.

    ``settings`` are names of properties and their values; an empty value takes one away.
    ``modality``, ``tense``, ``rank`` and ``reading`` are of the claim itself, all others of the one
    thing that it describes.

    Raises:
        BadClaim, BadDate, NotFound: what it would state is not understood.
        BadInput: several faults of claims out of the text.
        BadParameter: both ways at once, or claims without the text or the text without claims.
    """
    there = _standing(kb, claim)
    if is_edit(there):
        raise BadClaim(
            "This claim is an edit.",
            where=kb.names.short(there.iri),
            remedy="Undo it, and edit what it is about anew.",
        )
    if frm or text:
        if settings or statement or not (frm and text):
            raise BadParameter(
                "Claims out of a text take the text and nothing else.",
                where="from",
                remedy="Give the text of the source, and leave out what changes one claim.",
            )
        return superseded(kb, there, frm, text, language)
    usual = tuple(filter(None, (language, there.language, ENGLISH)))
    known = {kb.names.short(iri): kb.registry.kind(iri) for iri in kb.registry}
    slugs = [one.removeprefix(kb.names.source_prefix) for one in kb.sources]
    occurrences = {kb.names.short(one) for one in _named(there)}
    vocabulary = vocabulary_of(kb)
    writer = StatementWriter(vocabulary, kb.names, known, occurrences, slugs, usual)
    described: dict[NamedNode, tuple[NamedNode | Literal, ...]] = {}
    stated: dict[NamedNode, NamedNode | Literal | None] = {}
    for name, given in settings:
        prop = vocabulary.property(name, Where(name))
        value = writer.value(prop, Value(given, Where(name))) if given.strip() else None
        if prop.name in ("modality", "tense", "rank", "reading"):
            described[prop.node] = () if value is None else (value,)
        else:
            stated[prop.node] = value
    if statement.strip():
        described[TN("statement")] = (said(statement, usual, Where("statement")),)
    if not (described or stated):
        raise BadClaim(
            "Nothing is to be said otherwise.",
            where=kb.names.short(there.iri),
            remedy="Name what changes, such as --set start=2020-03.",
        )
    about = _about(kb, there) if stated else NamedNode(there.iri)

    def changed(content: Iterable[Triple]) -> Iterable[Triple]:
        yield from (t for t in content if t.subject != about or t.predicate not in stated)
        for node, value in stated.items():
            if value is not None:
                yield Triple(about, node, value)

    return restated(kb, there, content=changed, described=described)


def restated(
    kb: KnowledgeBase,
    claim: Claim,
    *,
    content: Content | None = None,
    described: Mapping[NamedNode, Sequence[NamedNode | Literal]] | None = None,
    taken: Iterable[Quad] = (),
    retracting: bool = True,
) -> Change:
    """Put another claim in the place of one, which says and is described as it, but for some.

    Without ``retracting``, the other one is retracted already.
    """
    names = kb.names
    others = described or {}
    old = NamedNode(claim.iri)
    new = names.claim(local_name(claim.source), _free_number(kb, claim, taken))
    about = kb.store.quads(names.graph("provenance"), subject=old)
    quads = [
        Quad(new, quad.predicate, quad.object)
        for quad in sorted(about, key=str)
        if quad.predicate not in _NEW and quad.predicate not in others
    ]
    quads += (Quad(new, prop, value) for prop, values in others.items() for value in values)
    quads.append(Quad(new, TN("supersedes"), old))
    stated = kb.store.quads(old)
    triples = sorted((quad.triple for quad in stated), key=str)
    says = dict.fromkeys(triples if content is None else content(triples))
    quads += (Quad(one.subject, one.predicate, one.object, new) for one in says)
    return Change(tuple(quads), (claim.iri,) if retracting else ())


def _free_number(kb: KnowledgeBase, claim: Claim, taken: Iterable[Quad]) -> str:
    """A number of the source that no claim has: the next of the sentence, or of all."""
    prefix = f"{kb.names.claim_prefix}{local_name(claim.source)}/"
    used = {one.iri.removeprefix(prefix) for one in kb.claims_of(claim.source)}
    used |= {
        q.subject.value.removeprefix(prefix)
        for q in taken
        if q.predicate == RDF_TYPE and isinstance(q.subject, NamedNode)
    }
    number = claim.iri.removeprefix(prefix)
    if number.isdecimal():
        return str(1 + max(int(one) for one in used if one.isdecimal()))
    match = _NUMBERED.fullmatch(number)
    start, count = (match[1], int(match[2])) if match else (number, 1)
    while f"{start}-{count}" in used:
        count += 1
    return f"{start}-{count}"


def _standing(kb: KnowledgeBase, text: str) -> Claim:
    """The claim of that name, which is not retracted."""
    claim = kb.claims[kb.snapshot.claim_iri(text.strip())]
    if claim.retracted_at is not None:
        short = kb.names.short(claim.iri)
        newer = kb.retractions([claim])[claim.iri].superseded_by
        raise BadClaim(
            f"{short} is retracted already, since {claim.retracted_at}.",
            where=short,
            remedy=f"In its place is {', '.join(map(kb.names.short, newer))}."
            if newer
            else "Nothing needs to be done.",
        )
    return claim


def _thing(kb: KnowledgeBase, text: str, claim: Claim) -> str:
    """The IRI of an entity, or of a situation by its slug: one that there is, or a new stretch."""
    iri = text if text.startswith(kb.names.id_prefix) else kb.names.entity_iri(text)
    starts = {kb.names.short(one).partition("/")[0] for one in _described(claim)}
    if kb.names.short(iri).partition("/")[0] in starts and iri not in kb.registry:
        return iri
    return kb.registry.find(text).value


def _named(claim: Claim) -> set[str]:
    """The things that a claim names, classes and concepts aside."""
    nodes = {n for one in claim.content for n in (one.subject, one.object)}
    return {n.value for n in nodes if isinstance(n, NamedNode) and "/id/" in n.value}


def _described(claim: Claim) -> set[str]:
    """The situations and events of which a claim says what class they are."""
    return {
        t.subject.value
        for t in claim.content
        if t.predicate == RDF_TYPE and isinstance(t.subject, NamedNode)
    }


def _about(kb: KnowledgeBase, claim: Claim) -> NamedNode:
    """The one thing that a claim describes."""
    about = sorted(_described(claim) or {t.subject.value for t in claim.content})  # type: ignore[union-attr]
    if len(about) != 1:
        raise BadClaim(
            f"The claim describes {', '.join(map(kb.names.short, about))}.",
            where=kb.names.short(claim.iri),
            remedy="Write what it should say as YAML, and give it with --from and --text.",
        )
    return NamedNode(about[0])
