"""``tenure claim add``: claims anchored in their text, numbered, and put into their source's file.

All claims of a call go in together or none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from tenure.author.comments import header
from tenure.author.draft import Draft, NewEntity, State, Value
from tenure.author.faults import Faults
from tenure.author.files import read_text, write_all
from tenure.author.format import format_trig, parse_trig
from tenure.author.gate import refuse_violations
from tenure.author.layout import write_layout
from tenure.author.registry import (
    RegistryFile,
    kind_of_new,
    read_registry,
    source_files,
    stated_occurrences,
)
from tenure.author.source_file import SourceFile
from tenure.author.statement import StatementWriter
from tenure.author.vocabulary import Vocabulary
from tenure.claims import read_claims
from tenure.errors import BadClaim, NotFound, Where
from tenure.languages import ENGLISH, said
from tenure.nearest import nearest, remedy_of
from tenure.terms import (
    RDF_TYPE,
    TN,
    XSD_BOOLEAN,
    XSD_DATETIME,
    Names,
    local_name,
)


@dataclass(frozen=True, slots=True)
class Added:
    """A claim that has gone in: its IRI, and the passages it rests on with their words."""

    iri: str
    passages: tuple[str, ...]


def add_claim(
    facts: Path,
    source_slug: str,
    *,
    text_path: Path,
    passage: str | Sequence[str],
    statement: str,
    states: Sequence[State],
    modality: str = "asserted",
    hedged: bool = False,
    tense: str | None = None,
    rank: str | None = None,
    reading: str | None = None,
    via: Sequence[str] = (),
    exact: bool = False,
    new_entities: Sequence[NewEntity] = (),
    names: Names | None = None,
    vocabulary: Vocabulary | None = None,
    now: datetime | None = None,
) -> Added:
    """Add one claim; see :func:`add_claims`."""
    draft = Draft(
        passages=(passage,) if isinstance(passage, str) else tuple(passage),
        statement=statement,
        states=tuple(states),
        modality=modality,
        hedged=hedged,
        tense=tense,
        rank=rank,
        reading=reading,
        via=tuple(via),
        exact=exact,
        new_entities=tuple(new_entities),
    )
    return add_claims(
        facts,
        source_slug,
        [draft],
        text_path=text_path,
        names=names,
        vocabulary=vocabulary,
        now=now,
    )[0]


def state_of(
    vocabulary: Vocabulary,
    kind: str,
    subject: str,
    object_: str | None = None,
    properties: Iterable[tuple[str, str]] = (),
) -> State:
    """A state of the situation class ``kind``, with its roles by the places they stand in.

    Raises:
        BadClaim: no such class, or one that has no such role.
    """
    found = vocabulary.kind(kind)
    values = []
    for role, slug, name in (
        (found.subject_role, subject, "subject"),
        (found.object_role, object_, "object"),
    ):
        if slug is None:
            continue
        if role is None:
            raise BadClaim(
                f"A {found.name} has no {name}.",
                where=f"--{name}",
                remedy="Name its properties one by one; `docs/model.md` lists the kinds.",
            )
        values.append((local_name(role.value), Value(slug)))
    values += [(name, Value(text)) for name, text in properties]
    return State(found.path, tuple(values))


def add_claims(
    facts: Path,
    source_slug: str,
    drafts: Sequence[Draft],
    *,
    text_path: Path,
    names: Names | None = None,
    vocabulary: Vocabulary | None = None,
    now: datetime | None = None,
    language: str | None = None,
    faults: Faults | None = None,
) -> tuple[Added, ...]:
    """Anchor ``drafts`` in the text of the source and append them to its file.

    Offsets, digests, claim numbers and the instant of recording (``now``, default the clock) are
    filled in; new entities go into the registry. The files are replaced only when all is well;
    otherwise all faults are told at once, those that ``faults`` has already among them. Words that
    do not say their language are in that of their draft, in ``language``, in that of the source's
    title or in English, whichever is the first that is written in such letters.

    Raises:
        BadClaim: a passage not found or found twice, a text that is not the source's, a class,
            property or value that the ontology does not have, or a claim that is there already.
        BadDate: a date that is no EDTF value.
        NotFound: an unknown source or entity; names the nearest.
        BadInput: a rule of the shapes would be broken, or there are several faults.
    """
    noted = faults if faults is not None else Faults()
    names = names or Names()
    vocabulary = vocabulary or Vocabulary.load()
    registry = read_registry(facts, names)
    path = _path_of(facts, source_slug)
    before = read_text(path)
    # Also refuses a file with comments that would be lost.
    format_trig(before, name=str(path), names=names)
    quads, declared = parse_trig(before, str(path))
    text = read_text(text_path)
    source = SourceFile(names, source_slug, list(quads), text)
    source.check_text(str(path), str(text_path))
    kinds = dict(registry.kinds)
    writer = StatementWriter(
        vocabulary, names, kinds, set(stated_occurrences(facts, names)), source_files(facts)
    )
    usual = tuple(one for one in (language, source.language, ENGLISH) if one is not None)
    registered: list[Quad] = []
    added = []
    at = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for place, draft in enumerate(drafts, start=1):
        where = draft.where or Where(f"claim {place}" if len(drafts) > 1 else "claim")
        own = usual if draft.language is None else (draft.language, *usual)
        writer = replace(writer, usual=own)
        new_kinds = []
        for entity in draft.new_entities:
            with noted.noted(entity.where or where):
                kind = kind_of_new(entity, kinds, vocabulary, names)
                kinds[entity.slug] = kind.name
                new_kinds.append((entity, kind))
            guess = vocabulary.kind_of_slug(entity.slug.partition("/")[0])
            if entity.slug not in kinds and guess is not None:
                # What is wrong with it is told; that others name it is not wrong.
                kinds[entity.slug] = guess.name
        for entity, kind in new_kinds:
            with noted.noted(entity.where or where):
                registered += writer.registration(entity, kind, noted)
        with noted.noted(where):
            added += _add(source, writer, registry, draft, at, noted, where)
        for fault in noted.found:
            fault.where = fault.where or where
    noted.refuse()
    written = write_layout(source.quads, header=header(before), declared=declared, names=names)
    _check(written, str(path))
    changes: dict[Path, tuple[str | None, str]] = {}
    if registered:
        changes[registry.path] = (registry.text, registry.with_quads(registered, names))
    changes[path] = (before, written)
    refuse_violations(facts, changes, names)
    write_all(changes)
    return tuple(added)


def _path_of(facts: Path, source_slug: str) -> Path:
    files = source_files(facts)
    if source_slug in files:
        return files[source_slug]
    raise NotFound(
        f"There is no source {source_slug!r} in {facts}.",
        where="source",
        remedy=remedy_of(nearest(source_slug, files), "Add it with `tenure source add`."),
    )


def _add(
    source: SourceFile,
    writer: StatementWriter,
    registry: RegistryFile,
    draft: Draft,
    at: str,
    faults: Faults,
    where: Where,
) -> list[Added]:
    """Put one claim into ``source``, unless it has faults; they are noted."""
    vocabulary, names = writer.vocabulary, writer.names
    before = len(faults)
    statement = Literal("")
    with faults.noted(where):
        if draft.statement.strip():
            statement = said(draft.statement, writer.usual, draft.where)
        elif "statement" not in draft.unread:
            raise BadClaim("The statement is empty.", remedy="Say it in one sentence of your own.")
    with faults.noted(where):
        if not draft.passages and "passage" not in draft.unread:
            raise BadClaim("The claim names no passage.", remedy="Give a few words of the text.")
    anchored, voices = [], []
    for words in draft.passages:
        with faults.noted(where):
            anchored.append(source.anchor(words, draft.exact, draft.where))
    for slug in draft.via:
        with faults.noted(where):
            known = slug in writer.kinds
            voices.append(slug if known else registry.resolve(slug, names, draft.where))
    with faults.noted(where):
        if not draft.states and "states" not in draft.unread:
            raise BadClaim(
                "The claim states nothing.", remedy="Say what it states, under `states`."
            )
    content = writer.triples(draft.states, faults)
    concepts: list[tuple[NamedNode, NamedNode | Literal]] = []
    for name, value in (
        ("modality", draft.modality),
        ("tense", draft.tense),
        ("rank", draft.rank),
        ("reading", draft.reading),
    ):
        if value is not None:
            with faults.noted(where):
                concept = vocabulary.concept(vocabulary.property(name), value, draft.where)
                concepts.append((TN(name), concept))
    slugs = (names.slug_of(t.subject.value) for t in content if isinstance(t.subject, NamedNode))
    writer.occurrences.update(slug for slug in slugs if slug and slug not in writer.kinds)
    if len(faults) > before or draft.unread:
        return []
    chain = source.chain(tuple(voices))
    described: list[tuple[NamedNode, NamedNode | Literal]] = [
        (TN("source"), names.source(source.slug)),
        (TN("statement"), statement),
        *((TN("evidence"), passage) for passage, _ in anchored),
        (TN("attribution"), chain),
        (TN("hedged"), Literal(str(draft.hedged).lower(), datatype=XSD_BOOLEAN)),
        (TN("recordedAt"), Literal(at, datatype=XSD_DATETIME)),
        *concepts,
    ]
    evidence = frozenset(passage.value for passage, _ in anchored)
    twin = source.twin(evidence, chain, frozenset(content))
    if twin is not None:
        raise BadClaim(
            f"The claim {twin!r} of this source says the same already.",
            remedy="Nothing needs to be added.",
        )
    claim = names.claim(source.slug, source.next_number(anchored[0][0]))
    source.quads.append(Quad(claim, RDF_TYPE, TN("Claim")))
    source.quads += [Quad(claim, predicate, term) for predicate, term in described]
    source.quads += [Quad(t.subject, t.predicate, t.object, claim) for t in content]
    return [Added(claim.value, tuple(words for _, words in anchored))]


def _check(written: str, name: str) -> None:
    """Read the file that is about to be written as everybody else will."""
    quads, _ = parse_trig(written, name)
    outside = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    read_claims(outside, quads)
