"""Claims written to a folder of facts: added, retracted, and put in the place of others.

Each call adds statements to the folder, all of them or none; nothing is ever taken away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadClaim, NotFound, Where
from tenure.ingest.draft import Draft, DraftFaults, StatedOccurrence, Value
from tenure.ingest.facts_folder import FactsFile, FactsFolder, read_text
from tenure.ingest.source import SourceFile
from tenure.ingest.statement import StatementWriter
from tenure.ingest.vocabulary import Vocabulary
from tenure.languages import ENGLISH, said
from tenure.model import Change, clean_message
from tenure.namespaces import RDF_TYPE, TN, XSD_BOOLEAN, Names, local_name
from tenure.suggest import nearest, remedy_of

if TYPE_CHECKING:
    from tenure.validate import Finding

Place = Callable[[Sequence[Quad]], Sequence[Quad]]
"""From statements that are to be added to those that are written instead."""


class Around(Protocol):
    """What claims come into: a folder of facts, or a store."""

    @property
    def names(self) -> Names:
        """The names of its base."""

    @property
    def sources(self) -> Collection[str]:
        """The slugs of its sources."""

    @property
    def occurrences(self) -> Collection[str]:
        """The slugs of everything that some claim states something of."""

    def source(self, slug: str) -> FactsFile:
        """What it has of a source and its claims, each of these in its graph."""

    def kinds(self) -> dict[str, str]:
        """The kind of every entity, by slug."""

    def entity(self, text: str, where: Where | str | None = None) -> str:
        """The slug for a slug, an IRI or a name. Raises :class:`~tenure.errors.NotFound`."""


@dataclass(frozen=True, slots=True)
class Added:
    """A claim that was written: its IRI, and the passages it rests on with their words.

    ``warnings`` are what the rules warn of in it, such as terms that are deprecated.
    """

    iri: str
    passages: tuple[str, ...]
    warnings: tuple[Finding, ...] = ()


def state_of(
    vocabulary: Vocabulary,
    kind: str,
    subject: str,
    object_: str | None = None,
    properties: Iterable[tuple[str, str]] = (),
) -> StatedOccurrence:
    """A state of the situation class ``kind``, with its roles by subject and object.

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
                remedy="Name its properties; `docs/explanation/model.md` lists the kinds.",
            )
        values.append((local_name(role.value), Value(slug)))
    values += [(name, Value(text)) for name, text in properties]
    return StatedOccurrence(found.path, tuple(values))


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
    faults: DraftFaults | None = None,
    placed: Place | None = None,
) -> tuple[Added, ...]:
    """Anchor ``drafts`` in the text of the source and append them to its file.

    Offsets, digests, claim numbers and the instant of recording (``now``, default the clock) are
    filled in; new entities go into the registry. The files are replaced only when all is well;
    otherwise all faults are listed at once, those that ``faults`` has already among them. Words
    that do not say their language are in that of their draft, in ``language``, in that of the
    source's title or in English, whichever is the first that is written in such letters. What
    ``placed`` makes of the statements is written in their place.

    Raises:
        BadClaim: a passage not found or found twice, a text that is not the source's, a class,
            property or value that the ontology does not have, or a claim that is there already.
        BadDate: a date that is no EDTF value.
        NotFound: an unknown source or entity; names the nearest.
        BadInput: a rule of the shapes would be broken, or there are several faults.
    """
    noted = faults if faults is not None else DraftFaults()
    folder = FactsFolder(facts, names)
    text = read_text(text_path)
    adding = _Adding(folder, source_slug, text, str(text_path), vocabulary, language, noted)
    added = adding.add(drafts)
    noted.refuse()
    statements = adding.statements if placed is None else tuple(placed(adding.statements))
    folder.write(Change(statements), now=now)
    return _warned(added, folder, statements)


def supersede_claim(
    facts: Path,
    claim: str,
    drafts: Sequence[Draft],
    *,
    text_path: Path,
    message: str,
    by: str | None = None,
    names: Names | None = None,
    now: datetime | None = None,
    language: str | None = None,
    faults: DraftFaults | None = None,
    placed: Place | None = None,
) -> tuple[Added, ...]:
    """Retract ``claim`` and add ``drafts`` to the same source at one instant.

    Each new claim ``tn:supersedes`` the old one; ``placed`` is as of :func:`add_claims`. Either all
    of it is written or nothing; then all faults are listed at once, those that ``faults`` has
    already among them.

    Raises as :func:`add_claims` does, and:
        NotFound: no such source or claim; names the nearest.
        BadClaim: it is retracted already, or was recorded later than ``now``.
        BadInput: no message, or comments that would be lost.
    """
    noted = faults if faults is not None else DraftFaults()
    folder = FactsFolder(facts, names)
    found = None
    with noted.noted():
        found = _claim_named(folder, claim)
    if found is None:
        # Without its source, what is to be put in its place cannot be looked at.
        noted.refuse()
        raise AssertionError("a fault was noted")
    slug, old = found
    words = ""
    with noted.noted():
        words = clean_message(message)
        folder.refuse_retraction(old, folder.free_instant(now))
    text = read_text(text_path)
    adding = _Adding(folder, slug, text, str(text_path), None, language, noted, superseded=old)
    added = adding.add(drafts)
    noted.refuse()
    statements = adding.statements if placed is None else tuple(placed(adding.statements))
    folder.write(Change(statements, (old.value,)), message=words, by=by, now=now)
    return _warned(added, folder, statements)


def superseding(
    around: Around,
    claim: NamedNode,
    slug: str,
    drafts: Sequence[Draft],
    *,
    text: str,
    vocabulary: Vocabulary,
    language: str | None,
    faults: DraftFaults,
) -> Change:
    """The change that puts ``drafts``, anchored in the text of a source, in the place of a claim.

    Raises :class:`~tenure.errors.BadInput`, or what is the only fault, with those in ``faults``.
    """
    adding = _Adding(around, slug, text, "text", vocabulary, language, faults, superseded=claim)
    adding.add(drafts)
    faults.refuse()
    return Change(adding.statements, (claim.value,))


def _warned(
    added: Iterable[Added], folder: FactsFolder, statements: Iterable[Quad]
) -> tuple[Added, ...]:
    """What was written, each with the warnings about terms that it uses and what it describes.

    A term is told of once a file, so that its place does not say which claims use it.
    """
    named: dict[str, set[str]] = defaultdict(set)
    for quad in statements:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode) and isinstance(quad.graph_name, NamedNode):
                named[quad.graph_name.value].add(term.value)
    return tuple(
        replace(
            one,
            warnings=tuple(
                warning
                for warning in folder.warnings
                if not named[one.iri].isdisjoint((warning.link, warning.focus))
            ),
        )
        for one in added
    )


class _Adding:
    """Drafts on their way into the file of a source, in the place of a claim where one is named."""

    def __init__(
        self,
        folder: Around,
        slug: str,
        text: str,
        text_name: str,
        vocabulary: Vocabulary | None,
        language: str | None,
        faults: DraftFaults,
        superseded: NamedNode | None = None,
    ) -> None:
        file = folder.source(slug)
        self._folder = folder
        self._faults = faults
        self._superseded = superseded
        self._known = len(file.quads)
        self._registered: list[Quad] = []
        self._source = SourceFile(folder.names, slug, list(file.quads), text, superseded)
        self._source.check_text(str(file.path), text_name)
        usual = (language, self._source.language, ENGLISH)
        self._usual = tuple(one for one in usual if one)
        self._writer = StatementWriter(
            vocabulary or Vocabulary.load(),
            folder.names,
            folder.kinds(),
            set(folder.occurrences),
            folder.sources,
            self._usual,
        )

    @property
    def statements(self) -> tuple[Quad, ...]:
        """What is to be added to the folder."""
        return (*self._registered, *self._source.quads[self._known :])

    def add(self, drafts: Sequence[Draft]) -> tuple[Added, ...]:
        """Anchor the drafts; what is wrong with them is noted among the faults."""
        added: list[Added] = []
        for place, draft in enumerate(drafts, start=1):
            where = draft.where or Where(f"claim {place}" if len(drafts) > 1 else "claim")
            usual = (draft.language, *self._usual) if draft.language else self._usual
            writer = replace(self._writer, usual=usual)
            self._register(writer, draft, where)
            with self._faults.noted(where):
                added += self._claim(writer, draft, where)
            for fault in self._faults.found:
                fault.where = fault.where or where
        return tuple(added)

    def _register(self, writer: StatementWriter, draft: Draft, where: Where) -> None:
        """Register the new entities of a draft; each may name another one of them."""
        kinds, vocabulary = writer.kinds, writer.vocabulary
        new = []
        for entity in draft.new_entities:
            with self._faults.noted(entity.where or where):
                kind = writer.kind_of_new(entity)
                kinds[entity.slug] = kind.name
                new.append((entity, kind))
            guess = vocabulary.kind_of_slug(entity.slug.partition("/")[0])
            if entity.slug not in kinds and guess is not None:
                # What is wrong with it is noted; that others name it is not wrong.
                kinds[entity.slug] = guess.name
        for entity, kind in new:
            with self._faults.noted(entity.where or where):
                self._registered += writer.registration(entity, kind, self._faults)

    def _claim(self, writer: StatementWriter, draft: Draft, where: Where) -> list[Added]:
        """Put one claim into the source, unless it has faults; they are noted."""
        source, faults = self._source, self._faults
        vocabulary, names = writer.vocabulary, writer.names
        before = len(faults)
        statement = Literal("")
        with faults.noted(where):
            if draft.statement.strip():
                statement = said(draft.statement, writer.usual, draft.where)
            elif "statement" not in draft.unread:
                raise BadClaim(
                    "The statement is empty.", remedy="Say it in one sentence of your own."
                )
        with faults.noted(where):
            if not draft.passages and "passage" not in draft.unread:
                raise BadClaim(
                    "The claim names no passage.", remedy="Give a few words of the text."
                )
        anchored, voices = [], []
        for words in draft.passages:
            with faults.noted(where):
                anchored.append(source.anchor(words, draft.exact, draft.where))
        for slug in draft.via:
            with faults.noted(where):
                known = slug in writer.kinds
                voices.append(slug if known else self._folder.entity(slug, draft.where))
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
            if value:
                with faults.noted(where):
                    concept = vocabulary.concept(vocabulary.property(name), value, draft.where)
                    concepts.append((TN(name), concept))
        slugs = (
            names.slug_of(t.subject.value) for t in content if isinstance(t.subject, NamedNode)
        )
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
            *concepts,
            *([(TN("supersedes"), self._superseded)] if self._superseded else []),
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


def _claim_named(folder: FactsFolder, claim: str) -> tuple[str, NamedNode]:
    """The slug of the source and the IRI of the claim that ``claim`` names.

    Raises:
        NotFound: no such source or claim.
    """
    names, files = folder.names, folder.sources
    short = claim.strip().removeprefix(names.claim_prefix).removeprefix("claim/")
    slug, slash, number = short.partition("/")
    if not slash or slug not in files:
        raise NotFound(
            f"There is no claim {claim[:120]!r}: it names no source of {folder.path}.",
            where="claim",
            remedy=remedy_of(nearest(slug, files), "Write <source>/<number>."),
        )
    prefix = f"{names.claim_prefix}{slug}/"
    known = {
        quad.subject.value.removeprefix(prefix): quad.subject
        for quad in folder.source(slug).quads
        if quad.predicate == RDF_TYPE
        and quad.object == TN("Claim")
        and isinstance(quad.subject, NamedNode)
    }
    if number not in known:
        raise NotFound(
            f"The source {slug!r} has no claim {number[:80]!r}.",
            where="claim",
            remedy=remedy_of(nearest(number, known), f"Its claims are in {files[slug]}."),
        )
    return slug, known[number]
