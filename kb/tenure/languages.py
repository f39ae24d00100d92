"""The language that some words are in: as it is said, or as their letters tell.

Of something that is named in several languages one name is shown: that in the first of the
languages that this process prefers (:func:`prefer`; English by default), else the one without a
language, else the first by the tag of its language (:func:`by_preference`). Everything that shows a
name asks here.

Words say their language by ``@`` and a tag (RFC 5646) at their end, ``قاسم رحیمی@fa``; in YAML a
table says it too, ``{fa: …, en: …}`` or ``{text: …, lang: fa}``. Where nothing is said, it is the
first of some languages that is written in those letters. A language that is not written in the
letters at hand is refused, for a reader of a page would be told the wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal

from tenure.errors import BadClaim, Where

ENGLISH: Final = "en"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_TAGGED: Final = re.compile(rf"(?P<words>.*\S)\s*@(?P<tag>{_TAG.pattern})", re.DOTALL)
_SCRIPT_TAGS: Final = {"latn": "LATIN", "arab": "ARABIC", "cyrl": "CYRILLIC", "hebr": "HEBREW"}
_NAMES: Final = {
    "english": "en",
    "persian": "fa",
    "farsi": "fa",
    "arabic": "ar",
    "hebrew": "he",
    "kurdish": "ku",
    "turkish": "tr",
    "french": "fr",
    "german": "de",
    "russian": "ru",
}
_WRITTEN_IN: Final = {
    language: frozenset(scripts.split())
    for scripts, languages in (
        ("LATIN", "en fr de es it pt nl sv da no nb nn fi is et lv lt pl cs sk sl hr hu ro sq tr"),
        ("LATIN", "vi id ms sw so eu ca gl cy ga mt lb af la eo"),
        ("ARABIC", "ar fa ps ur ckb sd ug prs azb arz"),
        ("CYRILLIC", "ru uk be bg mk ky tg"),
        ("CJK", "zh"),
        ("CJK HIRAGANA KATAKANA", "ja"),
        ("HANGUL CJK", "ko"),
        ("GREEK", "el"),
        ("HEBREW", "he yi"),
        ("ARMENIAN", "hy"),
        ("GEORGIAN", "ka"),
        ("DEVANAGARI", "hi mr ne"),
        ("BENGALI", "bn as"),
        ("THAI", "th"),
        ("ETHIOPIC", "am ti"),
        ("TAMIL", "ta"),
        ("TELUGU", "te"),
        ("KHMER", "km"),
        ("SINHALA", "si"),
        ("THAANA", "dv"),
    )
    for language in languages.split()
}
_TO_SAY: Final = "Say the language: {fa: …}, or …@fa, or --language fa."


def words_of(text: str) -> tuple[str, str | None]:
    """The words, and the language that they say they are in.

    >>> words_of("Qasem Rahimi@fa-Latn"), words_of("a@b.example")
    (('Qasem Rahimi', 'fa-Latn'), ('a@b.example', None))
    """
    match = _TAGGED.fullmatch(text)
    if match is None:
        return text, None
    words = match["words"]
    if len(words) > 2 and words[0] == words[-1] == '"':
        words = words[1:-1].strip()
    return words, match["tag"]


def is_tag(text: str) -> bool:
    """Whether the text has the form of a language tag."""
    return _TAG.fullmatch(text) is not None


def language_tag(text: str, where: Where | str | None = None) -> str:
    """``text`` if it is a language tag.

    Raises:
        BadClaim: it is none.
    """
    if is_tag(text):
        return text
    known = _NAMES.get(text.strip().lower())
    raise BadClaim(
        f"{text[:40]!r} is no language tag.",
        where=where,
        remedy=f"Write {known}." if known else "Write a tag such as en, fa or ar-Latn.",
    )


def said(text: str, usual: Iterable[str], where: Where | None = None) -> Literal:
    """The words as a literal in the language they say, or in the first usual one that fits.

    Raises:
        BadClaim: the language is not written in these letters.
    """
    words, tag = words_of(" ".join(text.split()))
    if tag is not None:
        contradicted = contradiction(words, tag)
        if contradicted is not None:
            what, remedy = contradicted
            raise BadClaim(what, where=where, remedy=remedy)
        return Literal(words, language=tag)
    usual = tuple(dict.fromkeys(usual))
    for language in usual:
        if fits(words, language):
            return Literal(words, language=language)
    raise BadClaim(
        f"{words[:60]!r} is written in {scripts_of(words)} letters, and in which language is not "
        f"said; it is not {' or '.join(usual)}.",
        where=where,
        remedy=_TO_SAY,
    )


_preferred: list[str] = [ENGLISH]


def prefer(languages: Iterable[str]) -> None:
    """Have names in these languages shown first, in this process; English where there is none."""
    _preferred[:] = [one.lower() for one in languages] or [ENGLISH]


def by_preference(names: Iterable[Literal]) -> list[Literal]:
    """The names, each once, in the order in which they are to be shown; the same for any order.

    >>> [one.value for one in by_preference([
    ...     Literal("Anna", language="de"), Literal("Zoe", language="en"), Literal("Ines"),
    ... ])]
    ['Zoe', 'Ines', 'Anna']
    """
    return sorted(set(names), key=_preference)


def _preference(name: Literal) -> tuple[int, str, str]:
    tag = (name.language or "").lower()
    for place, wanted in enumerate(_preferred):
        if tag == wanted or tag.startswith(f"{wanted}-"):
            return 2 * place + (tag != wanted), tag, name.value
    after = 2 * len(_preferred)
    return (after + 1 if tag else after), tag, name.value


def direction(words: str) -> str | None:
    """``rtl`` or ``ltr``, by the first letter that tells; None where no letter does.

    >>> direction("قاسم"), direction("12: Qasem"), direction("12")
    ('rtl', 'ltr', None)
    """
    for letter in words:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return None


def contradiction(words: str, tag: str) -> tuple[str, str] | None:
    """What is wrong and what to do, where the language is not written in these letters."""
    if fits(words, tag):
        return None
    what = (
        f"{words[:60]!r} is said to be in {tag!r}, which is not written in "
        f"{scripts_of(words)} letters."
    )
    remedy = "Write the language that it is in"
    if "LATIN" in _scripts(words):
        remedy += f"; of a transcription, {tag.partition('-')[0]}-Latn"
    return what, f"{remedy}."


def fits(words: str, tag: str) -> bool:
    """Whether some letter of the words is of a script that the language is written in."""
    written = _scripts_of_language(tag)
    if written is None or ("LATIN" in written and words.isascii()):
        return True
    scripts = _scripts(words)
    return not scripts or not written.isdisjoint(scripts)


@lru_cache(maxsize=1024)
def _scripts_of_language(tag: str) -> frozenset[str] | None:
    """None where any will do."""
    language, *further = tag.lower().split("-")
    named = [_SCRIPT_TAGS[one] for one in further if one in _SCRIPT_TAGS]
    if named:
        return frozenset(named)
    if any(len(one) == 4 and one.isalpha() for one in further):
        return None
    return _WRITTEN_IN.get(language)


def scripts_of(words: str) -> str:
    """The scripts of the words' letters, as a person names them."""
    return " and ".join(sorted(one.capitalize() for one in _scripts(words)))


def _scripts(words: str) -> set[str]:
    return {_script(letter) for letter in unicodedata.normalize("NFKC", words)} - {""}


@lru_cache(maxsize=1 << 14)
def _script(letter: str) -> str:
    """Empty for what is no letter of a script."""
    name = unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
    return "" if name in ("MODIFIER", "FEMININE", "MASCULINE") else name
