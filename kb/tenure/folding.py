"""The form in which names and passages are compared, so that one name is not taken for two.

The same name is typed with composed or combined accents (NFC and NFD), with a typewriter's or a
printer's apostrophe, with the Arabic or the Persian yeh, with joiners, marks of direction and
vowel signs or without. What is stored stays as it was written; what is compared is
:func:`folded`. Everything that compares names or looks for words uses it: to tell another way of
writing, add to the tables here.

What is levelled: compatibility and canonical forms (Unicode Standard Annex 15, NFKD), case, white
space, quote marks and dashes, letters of the Arabic script that languages write differently, digits
of other scripts, accents and vowel signs, and characters that nobody sees. Marks that make another
letter (the signs of the Indic scripts, the voicing marks of Japanese) stay.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_SAME: Final = {
    **dict.fromkeys("'`\u00b4\u2018\u2019\u201a\u201b\u2032\u2035\uff07\uff40", "'"),
    **dict.fromkeys("\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02ee", "'"),
    **dict.fromkeys("\ua78b\ua78c\u055a\u05f3", "'"),
    **dict.fromkeys('"\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u275d\u275e', '"'),
    **dict.fromkeys("\u301d\u301e\u301f\uff02\u05f4\u02ba", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u05be", "-"),
    **dict.fromkeys("\ufe58\ufe63\uff0d", "-"),
    # Letters of the Arabic script: yeh and alef maksura, kaf, heh and teh marbuta, alef wasla.
    **dict.fromkeys("\u0649\u06cc\u06d2\u0777", "\u064a"),
    **dict.fromkeys("\u06a9\u06aa", "\u0643"),
    **dict.fromkeys("\u0629\u06be\u06c1\u06c3\u06d5", "\u0647"),
    "\u0671": "\u0627",
    # A hamza on the line is dropped in Persian, and tatweel only stretches a word.
    **dict.fromkeys("\u0621\u0640", ""),
    "\u060c": ",",
    "\u061b": ";",
    "\u061f": "?",
    "\u066b": ".",
    "\u066c": ",",
    "\u06d4": ".",
    # Latin letters whose stroke or ligature Unicode does not take apart.
    "\u00f8": "o",
    "\u0142": "l",
    "\u0111": "d",
    "\u0127": "h",
    "\u0131": "i",
    "\u0167": "t",
    "\u00e6": "ae",
    "\u0153": "oe",
    "\u00f0": "d",
    "\u00fe": "th",
}
_LEVELLED_MARKS: Final = (
    range(0x0300, 0x0370),  # Latin, Greek, Cyrillic
    range(0x0483, 0x0488),
    range(0x0591, 0x05BE),  # Hebrew points
    range(0x05BF, 0x05C8),
    range(0x0610, 0x061B),  # Arabic vowel signs, and the hamza and madda that sit on a letter
    range(0x064B, 0x0660),
    range(0x0670, 0x0671),
    range(0x06D6, 0x06EE),
    range(0x08D3, 0x0900),
    range(0x0730, 0x074B),  # Syriac
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x20F1),
    range(0xFE00, 0xFE10),  # variation selectors
    range(0xFE20, 0xFE30),
)


def folded(text: str) -> str:
    """The key under which a name or some words are compared.

    >>> folded("Rene\u0301e  O\u2019Neil") == folded("REN\u00c9E O'Neil")
    True
    >>> folded("\u0642\u0627\u0633\u0645 \u0631\u062d\u06cc\u0645\u06cc") == folded(
    ...     "\u0642\u0627\u0633\u0645 \u0631\u062d\u064a\u0645\u064a"
    ... )
    True
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    return folded_with_places(text)[0].strip()


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """The key of ``text``, and for each of its characters the place in ``text`` that it is of.

    White space at the ends stays, as one space.
    """
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _levelled(character)
        if plain == " " and characters and characters[-1] == " ":
            continue
        characters += plain
        places += [place] * len(plain)
    return "".join(characters), places


def kept_apart(text: str) -> str:
    """A narrower key, by which names that share one are distinguished: all but case and form."""
    return " ".join(
        unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split()
    )


@lru_cache(maxsize=4096)
def _levelled(character: str) -> str:
    if character.isspace():
        return " "
    found = _SAME.get(character)
    if found is not None:
        return found
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(map(_bare, letters))


def _bare(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Cf" or character == "\u034f":
        return ""
    point = ord(character)
    if any(point in marks for marks in _LEVELLED_MARKS):
        return ""
    return " " if character.isspace() else _SAME.get(character, character)
