"""The file of one source while claims go into it: passages, speech chains, claim numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from tenure.author.passages import Span, find_passage, sentences, sha256
from tenure.author.sources import chain_quads
from tenure.errors import BadClaim, Where
from tenure.terms import OA_END, OA_START, RDF_TYPE, RDFS_LABEL, TN, XSD_INTEGER, Names, local_name

_NUMBERED = re.compile(r"([0-9]+)-([0-9]+)")


@dataclass
class SourceFile:
    """The quads of a source's file, to which anchoring adds, with the source's text.

    Raises :class:`~tenure.errors.BadClaim` from its methods where something does not fit.
    """

    names: Names
    slug: str
    quads: list[Quad]
    text: str

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
                "see `docs/model.md`.",
            )
        if sha256(self.text) != known:
            raise BadClaim(
                f"This is not the text of {self.slug}: its digest does not match.",
                where=text_file,
                remedy="Use the very file the source was added with; spaces and line ends count.",
            )

    @cached_property
    def _sentences(self) -> list[Span]:
        return sentences(self.text)

    def _passages(self) -> dict[Span, str]:
        """The passages already there, by their place in the text."""
        starts = {iri: int(term.value) for iri, term in self._described(OA_START)}
        ends = {iri: int(term.value) for iri, term in self._described(OA_END)}
        return {Span(starts[iri], ends[iri]): iri for iri in sorted(starts.keys() & ends.keys())}

    def anchor(self, words: str, exact: bool, where: Where | None) -> tuple[NamedNode, str]:
        """The passage where ``words`` stand, made if it is not there yet, and its exact words."""
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

    def _sentence_of(self, span: Span, known: dict[Span, str]) -> int | None:
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

        def index(place: Span) -> int:
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
        self.quads += chain_quads(self.names, self.slug, name, voices)
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
        for iri, term in self._described(TN("attribution")):
            same = rests.get(iri) == set(evidence) and stated.get(iri) == set(content)
            if same and term == chain and iri not in retracted:
                return local_name(iri)
        return None
