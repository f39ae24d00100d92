"""A source: its description, and its file while claims go into it.

``tenure source add`` describes a new one, with the digest and length of its text and its
publisher's own voice. While claims are anchored, its passages, speech chains and claim numbers
grow.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim, BadInput, NotFound, TenureError, Where
from tenure.ingest.draft import DraftFaults, NewEntity
from tenure.ingest.facts_folder import FactsFolder, read_text
from tenure.ingest.passages import TextSpan, find_passage, sentences, sha256
from tenure.ingest.statement import StatementWriter, checked_slug
from tenure.ingest.vocabulary import Vocabulary
from tenure.languages import ENGLISH, language_tag, said
from tenure.namespaces import (
    EDTF_DATATYPE,
    OA_END,
    OA_START,
    RDF_TYPE,
    RDFS_LABEL,
    TN,
    XSD_INTEGER,
    Names,
    local_name,
)
from tenure.temporal import parse

_ANY_URI = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
_NUMBERED = re.compile(r"([0-9]+)-([0-9]+)")


@dataclass
class SourceFile:
    """The quads of a source's file, to which anchoring adds, with the source's text.

    ``superseded`` is a claim that goes as others come.
    Raises :class:`~tenure.errors.BadClaim` from its methods where something does not fit.
    """

    names: Names
    slug: str
    quads: list[Quad]
    text: str
    superseded: NamedNode | None = None

    def _described(self, predicate: NamedNode) -> Iterator[tuple[str, NamedNode | Literal]]:
        for quad in self.quads:
            if (
                isinstance(quad.graph_name, DefaultGraph)
                and quad.predicate == predicate
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode | Literal)
            ):
                yield quad.subject.value, quad.object

    def _value(self, subject: str, predicate: NamedNode) -> str | None:
        found = (term.value for iri, term in self._described(predicate) if iri == subject)
        return next(found, None)

    @property
    def iri(self) -> str:
        """The IRI of the source."""
        return self.names.source(self.slug).value

    @property
    def language(self) -> str | None:
        """The language of its title, where that says one."""
        for iri, term in self._described(RDFS_LABEL):
            if iri == self.iri and isinstance(term, Literal) and term.language:
                return term.language
        return None

    def check_text(self, file: str, text_file: str) -> None:
        """Refuse a text that is not the one the source was measured on."""
        known = self._value(self.iri, TN("textDigest"))
        if known is None:
            raise BadClaim(
                "The source has no text digest, so no passage of it can be pointed at.",
                where=file,
                remedy="Claims on a source without a text point at its web address instead; "
                "see `docs/explanation/model.md`.",
            )
        if sha256(self.text) != known:
            raise BadClaim(
                f"This is not the text of {self.slug}: its digest does not match.",
                where=text_file,
                remedy="Use the very file the source was added with; spaces and line ends count.",
            )

    @cached_property
    def _sentences(self) -> list[TextSpan]:
        return sentences(self.text)

    def _passages(self) -> dict[TextSpan, str]:
        """The passages already there, by their place in the text."""
        starts = {iri: int(term.value) for iri, term in self._described(OA_START)}
        ends = {iri: int(term.value) for iri, term in self._described(OA_END)}
        return {
            TextSpan(starts[iri], ends[iri]): iri for iri in sorted(starts.keys() & ends.keys())
        }

    def anchor(self, words: str, exact: bool, where: Where | None) -> tuple[NamedNode, str]:
        """The passage where ``words`` are, made if it is not there yet, and its exact words."""
        span = find_passage(self.text, words, exact=exact, where=where)
        known = self._passages()
        if span in known:
            return NamedNode(known[span]), span.of(self.text)
        sentence = self._sentence_of(span, known)
        prefix = f"{self.iri}/passage/"
        whole = sentence is not None and span in self._sentences
        name = f"{prefix}{sentence}"
        if not whole or name in known.values():
            name = f"{prefix}{span.start}-{span.end}"
        node = NamedNode(name)
        self.quads.append(Quad(node, RDF_TYPE, TN("Passage")))
        for predicate, number in (
            (TN("sentence"), sentence),
            (OA_START, span.start),
            (OA_END, span.end),
        ):
            if number is not None:
                value = Literal(str(number), datatype=XSD_INTEGER)
                self.quads.append(Quad(node, predicate, value))
        self.quads.append(Quad(node, TN("passageDigest"), Literal(sha256(span.of(self.text)))))
        return node, span.of(self.text)

    def _sentence_of(self, span: TextSpan, known: dict[TextSpan, str]) -> int | None:
        """The number of the sentence that ``span`` begins in, or None where counting is unsure.

        Where passages have numbers already, those are what the source counts by: the sentence of
        a passage that holds ``span``, or a number counted on from the numbered passage before and
        agreeing with the one after.
        """
        numbers = {iri: int(term.value) for iri, term in self._described(TN("sentence"))}
        numbered = {place: numbers[iri] for place, iri in known.items() if iri in numbers}
        for place, number in numbered.items():
            if place.start <= span.start and span.end <= place.end:
                return number
        if known and not numbered:
            return None
        starts = [sentence.start for sentence in self._sentences]

        def index(place: TextSpan) -> int:
            return bisect_right(starts, place.start)

        here = index(span)
        fixed = sorted((index(place), number) for place, number in numbered.items())
        before = [pair for pair in fixed if pair[0] <= here]
        after = [pair for pair in fixed if pair[0] > here]
        at, number = before[-1] if before else (0, 0)
        if after and after[0][1] - number != after[0][0] - at:
            return None
        return number + here - at

    def _chains(self) -> dict[tuple[str, ...], str]:
        """The speech chains already there, by the IRIs of their voices in order."""
        voices = {iri: term.value for iri, term in self._described(TN("voice"))}
        positions = {iri: int(term.value) for iri, term in self._described(TN("position"))}
        links: dict[str, list[tuple[int, str]]] = {}
        for chain, link in self._described(TN("link")):
            if link.value in voices and link.value in positions:
                links.setdefault(chain, []).append((positions[link.value], voices[link.value]))
        return {tuple(v for _, v in sorted(found)): chain for chain, found in links.items()}

    def chain(self, via: tuple[str, ...]) -> NamedNode:
        """The speech chain of the publisher and then ``via`` (slugs), made if it is not there."""
        publisher = self._value(self.iri, TN("publisher"))
        slug = self.names.slug_of(publisher) if publisher else None
        if slug is None:
            raise BadClaim(
                "The source has no publisher.", where=self.iri, remedy="Say who published it."
            )
        voices = via if via and via[0] == slug else (slug, *via)
        known = self._chains()
        wanted = tuple(self.names.entity(voice).value for voice in voices)
        if wanted in known:
            return NamedNode(known[wanted])
        prefix = f"{self.iri}/chain/"
        base = "-".join(local_name(voice) for voice in voices[1:] or voices)
        # A link's name is its chain's with a number, so a chain must not be named like a link.
        taken = {iri for iri, _ in self._described(RDF_TYPE)}
        name, count = base, 1
        while prefix + name in taken or f"{prefix}{name}-1" in taken:
            count += 1
            name = f"{base}-chain-{count}"
        self.quads += _chain_quads(self.names, self.slug, name, voices)
        return NamedNode(prefix + name)

    def _claim_numbers(self) -> list[str]:
        prefix = f"{self.names.claim_prefix}{self.slug}/"
        return [
            iri[len(prefix) :]
            for iri, kind in self._described(RDF_TYPE)
            if kind == TN("Claim") and iri.startswith(prefix)
        ]

    def next_number(self, passage: NamedNode) -> str:
        """``<sentence>-<k>`` for a passage with a sentence number, else the next whole number."""
        numbers = self._claim_numbers()
        sentence = self._value(passage.value, TN("sentence"))
        if sentence is None:
            return str(max((int(n) for n in numbers if n.isdecimal()), default=0) + 1)
        taken = [match for n in numbers if (match := _NUMBERED.fullmatch(n))]
        return f"{sentence}-{max((int(m[2]) for m in taken if m[1] == sentence), default=0) + 1}"

    def twin(
        self, evidence: frozenset[str], chain: NamedNode, content: frozenset[Triple]
    ) -> str | None:
        """The number of a claim with the same evidence, speakers and content, if there is one."""
        stated: dict[str, set[Triple]] = {}
        rests: dict[str, set[str]] = {}
        for quad in self.quads:
            if isinstance(quad.graph_name, NamedNode):
                stated.setdefault(quad.graph_name.value, set()).add(quad.triple)
        for iri, passage in self._described(TN("evidence")):
            rests.setdefault(iri, set()).add(passage.value)
        retracted = {iri for iri, _ in self._described(TN("retractedAt"))}
        if self.superseded is not None:
            retracted.add(self.superseded.value)
        for iri, term in self._described(TN("attribution")):
            same = rests.get(iri) == set(evidence) and stated.get(iri) == set(content)
            if same and term == chain and iri not in retracted:
                return local_name(iri)
        return None


def add_source(
    facts: Path,
    slug: str,
    *,
    publisher: str,
    published: str,
    title: str,
    url: str | None = None,
    text_path: Path | None = None,
    publisher_name: str | None = None,
    language: str | None = None,
    names: Names | None = None,
    vocabulary: Vocabulary | None = None,
) -> Path:
    """Write ``<slug>.trig`` into the folder ``facts``, and the publisher into the registry if new.

    ``publisher`` is a slug, an IRI or an exact name; with ``publisher_name`` an unknown slug is
    registered under that name. Title and name are in ``language`` unless they say another one
    (:mod:`tenure.languages`), and without it in English. ``published`` is an EDTF value.
    The text itself is only measured: its length in code points, and the SHA-256 of its bytes.

    Raises:
        BadInput: a slug that is none or is taken, neither text nor web address, a text that is no
            UTF-8, or a rule of the shapes that would be broken.
        BadDate: ``published`` is no EDTF value.
        NotFound: an unknown publisher (names the nearest), no such folder or text.
    """
    folder = FactsFolder(facts, names)
    names = folder.names
    checked_slug(slug, "slug")
    path = facts / f"{slug}.trig"
    if path.exists():
        raise BadInput(
            f"There is a source {slug!r} already.",
            where=str(path),
            remedy="Choose another slug, or add claims to that source.",
        )
    usual = (ENGLISH,) if language is None else (language_tag(language, "language"), ENGLISH)
    day = _published(published)
    if not title.strip():
        raise BadInput("The title is empty.", where="title", remedy="Give the source's headline.")
    if url is None and text_path is None:
        raise BadInput(
            "Nobody could find this source again.",
            where="url",
            remedy="Give its web address (--url), or its text (--text), or both.",
        )
    publisher_slug = _publisher(folder, publisher, publisher_name)
    kinds = folder.kinds()
    quads: list[Quad] = []
    if publisher_slug not in kinds:
        outlet = NewEntity(
            publisher_slug, publisher_name or "", "MediaOutlet", where=Where("publisher")
        )
        vocabulary = vocabulary or Vocabulary.load()
        writer = StatementWriter(vocabulary, names, kinds, set(), (), usual)
        faults = DraftFaults()
        quads += writer.registration(outlet, writer.kind_of_new(outlet), faults)
        faults.refuse()
    quads += source_description(
        names,
        slug,
        said(title, usual, Where("title")),
        publisher_slug,
        day,
        None if url is None else _address(url),
    )
    if text_path is not None:
        text = read_text(text_path)
        if not text.strip():
            raise BadInput("The text is empty.", where=str(text_path), remedy="Save it again.")
        source = names.source(slug)
        length = Literal(str(len(text)), datatype=XSD_INTEGER)
        quads.append(Quad(source, TN("textDigest"), Literal(sha256(text))))
        quads.append(Quad(source, TN("textLength"), length))
    folder.add(quads)
    return path


def source_description(
    names: Names, slug: str, label: Literal, publisher: str, published: str, address: str | None
) -> list[Quad]:
    """A source of a publisher (a slug), with the chain of the publisher's own voice."""
    source = names.source(slug)
    quads = [
        Quad(source, RDF_TYPE, TN("Source")),
        Quad(source, RDFS_LABEL, label),
        Quad(source, TN("publisher"), names.entity(publisher)),
        Quad(source, TN("published"), Literal(published, datatype=EDTF_DATATYPE)),
        *_chain_quads(names, slug, local_name(publisher), (publisher,)),
    ]
    if address is not None:
        quads.append(Quad(source, TN("webAddress"), Literal(address, datatype=_ANY_URI)))
    return quads


def _chain_quads(names: Names, source_slug: str, name: str, voices: tuple[str, ...]) -> list[Quad]:
    """A speech chain of a source, with one link for each of ``voices`` (slugs, publisher first)."""
    prefix = f"{names.source(source_slug).value}/chain/"
    chain = NamedNode(prefix + name)
    quads = [Quad(chain, RDF_TYPE, TN("SpeechChain"))]
    for position, voice in enumerate(voices, start=1):
        link = NamedNode(f"{prefix}{name}-{position}")
        quads += [
            Quad(chain, TN("link"), link),
            Quad(link, RDF_TYPE, TN("SpeechLink")),
            Quad(link, TN("position"), Literal(str(position), datatype=XSD_INTEGER)),
            Quad(link, TN("voice"), names.entity(voice)),
        ]
    return quads


def _published(text: str) -> str:
    try:
        return str(parse(text))
    except TenureError as error:
        error.where = Where("published")
        raise


def _publisher(folder: FactsFolder, publisher: str, publisher_name: str | None) -> str:
    if publisher_name is None or publisher in folder.kinds():
        try:
            return folder.entity(publisher)
        except NotFound as error:
            raise NotFound(
                f"There is no publisher {publisher!r} in the registry.",
                where="publisher",
                remedy=error.remedy.partition(" Or register")[0]
                + " To register a new one, give its name too (--publisher-name).",
            ) from error
    if not publisher_name.strip():
        raise BadInput("The name is empty.", where="publisher-name", remedy="Give the full name.")
    return publisher


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(c.isspace() for c in url):
        raise BadInput(
            f"{url[:120]!r} is no web address.",
            where="url",
            remedy="It begins with https:// and has no spaces.",
        )
    return url
