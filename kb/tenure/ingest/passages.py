"""Finding a passage in a text by a few of its words.

Offsets are Unicode code points, end exclusive (Web Annotation, TextPositionSelector), digests
SHA-256 of the exact UTF-8.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import combining

from tenure.errors import BadClaim, Where
from tenure.folding import folded, folded_with_places, kept_apart

_CONTEXT = 40
_SHOWN = 5
# A full stop after one of these, or after a single letter, ends no sentence.
_ABBREVIATIONS = frozenset(
    {
        *("adm", "brig", "capt", "col", "dr", "etc", "fig", "gen", "gov", "hon", "inc", "jr", "lt"),
        *("ltd", "maj", "mr", "mrs", "ms", "pp", "prof", "rep", "rev", "sen", "sgt", "sr"),
        *("st", "vs", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct"),
        *("nov", "dec"),
    }
)
_END = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d\u00bb)\]]*(?=\s)")
_BREAK = re.compile(r"[ \t]*(?:\r\n|\n|\r)\s*")
_LAST_WORD = re.compile(r"(\w+)\.$")
_LOWER_START = re.compile(r"\W*[a-z]")


def sha256(text: str) -> str:
    """The SHA-256 of ``text`` in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, order=True)
class TextSpan:
    """A stretch of a text in code points, ``end`` exclusive."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the stretch."""
        return text[self.start : self.end]


def occurrences(text: str, words: str) -> list[TextSpan]:
    """Every place where ``words`` are in ``text``, in whatever form they are typed.

    Both are compared as :mod:`tenure.folding` has them; the places are those of the text as it is.
    Where some of the places have the words with their accents, only those are meant.
    """
    wanted = folded(words)
    if not wanted:
        return []
    key, origins = folded_with_places(text)
    spans = []
    place = key.find(wanted)
    while place >= 0:
        start, end = origins[place], origins[place + len(wanted) - 1] + 1
        # A mark that was typed apart belongs to the letter before it.
        while end < len(text) and combining(text[end]):
            end += 1
        spans.append(TextSpan(start, end))
        place = key.find(wanted, place + 1)
    exactly = kept_apart(words)
    return [one for one in spans if kept_apart(one.of(text)) == exactly] or spans


def sentences(text: str) -> list[TextSpan]:
    """The sentences of ``text``, by a simple rule.

    A sentence ends at a full stop, question or exclamation mark (with closing quotes) before white
    space, unless an abbreviation or a single letter comes before the full stop or the next word
    begins with a small letter. An empty line ends it always, a line break unless the next line
    goes on with a small letter.
    """
    cuts = {0, len(text)}
    for match in _END.finditer(text):
        word = _LAST_WORD.search(text[max(0, match.start() - 20) : match.start() + 1])
        short = word is not None and (
            (len(word[1]) == 1 and word[1].isalpha()) or word[1].lower() in _ABBREVIATIONS
        )
        # A space may lie between two sentences of which the second begins small: "iPhones …".
        # That is rarer than a full stop inside a sentence, so a small letter means no end.
        if not short and not _LOWER_START.match(text, match.end()):
            cuts.add(match.end())
    for match in _BREAK.finditer(text):
        if match[0].count("\n") > 1 or not _LOWER_START.match(text, match.end()):
            cuts.add(match.start())
    ordered = sorted(cuts)
    spans = []
    for start, end in pairwise(ordered):
        words = text[start:end]
        if words.strip():
            spans.append(
                TextSpan(
                    start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
                )
            )
    return spans


def find_passage(
    text: str, words: str, *, exact: bool = False, where: Where | None = None
) -> TextSpan:
    """The one place of ``words`` in ``text``; unless ``exact``, with the sentences it lies in.

    Raises:
        BadClaim: the words do not occur, or occur in several places; shows the places.
    """
    found = occurrences(text, words)
    if not found:
        raise BadClaim(
            f"The words {_shortened(words)!r} do not occur in the text.",
            where=where,
            remedy="Copy a few words from the text, without changing or leaving out any.",
        )
    spans = found if exact else sorted({_widened(text, span) for span in found})
    if len(spans) > 1:
        shown = "".join(f"\n  {_context(text, span)}" for span in found[:_SHOWN])
        more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise BadClaim(
            f"The words {_shortened(words)!r} occur in {len(found)} places:{shown}{more}\n",
            where=where,
            remedy="Give some more words, so that only one place is meant.",
        )
    return spans[0]


def _widened(text: str, span: TextSpan) -> TextSpan:
    touched = [s for s in sentences(text) if s.start < span.end and span.start < s.end]
    if not touched:
        return span
    return TextSpan(min(span.start, touched[0].start), max(span.end, touched[-1].end))


def _context(text: str, span: TextSpan) -> str:
    before = text[max(0, span.start - _CONTEXT) : span.start]
    after = text[span.end : span.end + _CONTEXT]
    words = " ".join(f"{before}\u00bb{span.of(text)}\u00ab{after}".split())
    return f"{span.start}\u2013{span.end}: \u2026{words}\u2026"


def _shortened(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= 80 else f"{plain[:79]}\u2026"
