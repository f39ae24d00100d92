"""Evidence against the texts themselves: every offset and digest, where a copy is at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.namespaces import OA_END, OA_START, PREFIXES, TN
from tenure.validate.documents import Document, documents_in, nothing_checked
from tenure.validate.finding import SHAPES, Finding, Report, Severity
from tenure.validate.placing import best_place
from tenure.validate.texts import Text, Texts, sha256_of

RULES: Final = frozenset(
    ("TextDigestMatches", "TextLengthMatches", "PassageInText", "PassageDigestMatches")
)


@dataclass(slots=True)
class _Source:
    """A source with a text, as some document describes it."""

    document: Document
    iri: str
    digest: str
    length: int | None
    passages: dict[str, tuple[int | None, int | None, str | None]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.iri.rsplit("/", 1)[-1]


def check_evidence(paths: Sequence[Path], sources_dir: Path) -> Report:
    """Check every passage in RDF files against copies of the texts that they point into.

    A copy is looked for in ``sources_dir`` (:mod:`tenure.validate.texts`). A source without one is
    a note, not a finding. ``checked`` has ``pointers`` and, of those, ``confirmed``.

    Raises:
        NotFound: a path, or the folder of texts, that does not exist.
    """
    texts = Texts(sources_dir)
    findings: list[Finding] = []
    notes: list[str] = []
    documents = documents_in(paths, notes, findings)
    _ = texts.copies
    notes += texts.notes
    counts: dict[str, int] = defaultdict(int, sources=0, texts=0, pointers=0, confirmed=0)
    for document in documents:
        for source in _sources(document):
            counts["sources"] += 1
            counts["pointers"] += len(source.passages)
            copy = texts.copy_of(source.slug, source.digest)
            if copy is None:
                notes.append(f"{document.name}: no text of {source.slug} is at hand.")
                continue
            counts["texts"] += 1
            wrong = list(_compare(source, copy))
            wrong_places = {one.focus for one in wrong}
            # In another text no offset means anything, so nothing is confirmed against it.
            if source.iri not in wrong_places:
                counts["confirmed"] += len(set(source.passages) - wrong_places)
            findings += wrong
    if not counts["pointers"] and not findings:
        findings.append(nothing_checked(paths, "nothing in it points into a text"))
    elif not counts["texts"] and not findings:
        findings.append(_nothing_compared(sources_dir))
    files = tuple(one.name for one in documents)
    return Report(tuple(findings), tuple(notes), dict(counts), files)


def _nothing_compared(sources_dir: Path) -> Finding:
    return Finding(
        str(sources_dir),
        None,
        "NothingCompared",
        Severity.WARNING,
        "",
        "No text of any source that is pointed into is here.",
        "Give the folder that holds <slug>/article.txt or <slug>.txt.",
    )


def _compare(source: _Source, copy: Text) -> Iterator[Finding]:
    if copy.digest != source.digest:
        yield _finding(
            source,
            "TextDigestMatches",
            source.iri,
            f"The text {copy.path} has the digest {copy.digest}, not {source.digest}.",
            "Get the text that the offsets were counted in, or register the source anew.",
        )
        return
    if source.length is not None and source.length != len(copy.text):
        yield _finding(
            source,
            "TextLengthMatches",
            source.iri,
            f"The text {copy.path} has {len(copy.text)} code points, not {source.length}.",
            "Correct tn:textLength.",
        )
    for iri, (start, end, digest) in sorted(source.passages.items()):
        if start is None or end is None or not 0 <= start < end <= len(copy.text):
            yield _finding(
                source,
                "PassageInText",
                iri,
                f"The passage {start} to {end} is not inside the text, which ends at "
                f"{len(copy.text)}.",
                "Correct oa:start and oa:end: code points from 0, the end exclusive.",
            )
        elif sha256_of(copy.text[start:end]) != digest:
            yield _finding(
                source,
                "PassageDigestMatches",
                iri,
                f"The text from {start} to {end} has another digest than the passage.",
                "Correct the offsets, or tn:passageDigest: the SHA-256 of exactly the passage.",
            )


def _finding(source: _Source, rule: str, focus: str, what: str, remedy: str) -> Finding:
    document = source.document
    place = best_place(document, focus, None, what, remedy, _short).place
    return Finding(
        document.name,
        place.line if place else None,
        rule,
        Severity.VIOLATION,
        focus,
        what,
        remedy,
        place.column if place else None,
        document.positions.excerpt(place) if place else None,
        SHAPES + rule,
    )


def _short(iri: str) -> str:
    for prefix in ("tn", "oa"):
        iri = iri.replace(PREFIXES[prefix], f"{prefix}:")
    return iri


def _sources(document: Document) -> list[_Source]:
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in document.quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            values[quad.subject.value][quad.predicate.value] = quad.object.value
    length = TN("textLength").value
    found = {
        iri: _Source(document, iri, of[TN("textDigest").value], _number(of.get(length)))
        for iri, of in values.items()
        if TN("textDigest").value in of
    }
    for iri, of in values.items():
        source = found.get(iri.partition("/passage/")[0])
        if source and "/passage/" in iri:
            start, end = (_number(of.get(one.value)) for one in (OA_START, OA_END))
            source.passages[iri] = (start, end, of.get(TN("passageDigest").value))
    return [found[iri] for iri in sorted(found)]


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
