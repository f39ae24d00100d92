"""How alike things are called: the one place where names are compared that are not the same.

:func:`names_alike` compares what has several words by those that few others have: offices, whose
names are made of the same few words. :func:`alike` compares names of persons and the like by their
letters, in whatever scripts they are written: they are put into Latin ones (anyascii) and compared
whatever the order of their words (rapidfuzz: normalized Indel distance of the sorted words). The
scripts of Arabic and Hebrew leave short vowels out, so a name in one of them is compared by its
consonants alone. That needs the extra ``link``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final

from anyascii import anyascii

from tenure.errors import BadInput
from tenure.folding import folded

_ABJAD: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_VOWELS: Final = re.compile(r"[aeiouyw'`]+")
_WORDS: Final = re.compile(r"[a-z0-9]+")
_CLEAR: Final = 4
"""Letters of a word that have to be there for it to lead to candidates by itself."""


def names_alike(
    things: Iterable[str], names: Callable[[str], Sequence[str]]
) -> Callable[[str, str], float]:
    """Compares two of ``things`` by their ``names``, 0 to 1, those of each that fit best.

    A word counts the less the more of the things have it: *Minister of Health* and *Minister of
    Finance* have nothing in common that tells them from other ministers.

    >>> offices = ["Minister of Health", "Minister of Finance", "Minister of Public Health"]
    >>> alike = names_alike(offices, lambda thing: [thing])
    >>> alike(offices[0], offices[2]) > 0.5 > alike(offices[0], offices[1])
    True
    """

    @cache
    def known() -> tuple[dict[str, list[frozenset[str]]], Counter[str]]:
        # Worked out when two are first compared: most comparisons find nothing to be compared.
        words: dict[str, list[frozenset[str]]] = {}
        for thing in things:
            if thing not in words:
                told = (folded(name).replace("-", " ").replace(",", " ") for name in names(thing))
                words[thing] = [frozenset(one.split()) for one in told if one.strip()]
        each = ({word for one in some for word in one} for some in words.values())
        return words, Counter(word for some in each for word in some)

    def alike(one: str, other: str) -> float:
        words, counted = known()

        def weight(some: Iterable[str]) -> float:
            return sum(1 / counted[word] for word in some)

        return max(
            (
                2 * weight(first & second) / (weight(first) + weight(second))
                for first in words.get(one, ())
                for second in words.get(other, ())
            ),
            default=0.0,
        )

    return alike


def alike(one: str, other: str) -> float:
    """How alike two names are: 1 for the same but for how they are written, 0 for nothing common.

    >>> round(alike("Qasem Soleimani", "قاسم سلیمانی"), 2)
    1.0
    >>> alike("John Smith", "Smith, John")
    1.0
    >>> alike("John Smith", "John Adams") < 0.8
    True
    """
    compare, *_ = _libraries()
    if folded(one) == folded(other):
        return 1.0
    bare = bool(_ABJAD.search(one) or _ABJAD.search(other))
    mine, theirs = _words(one, bare), _words(other, bare)
    apart, together = map(compare, _forms(one, bare), _forms(other, bare))
    # Words are separated otherwise in other scripts; but what has few letters is like much.
    return max(together if bare or len(mine) != len(theirs) else 0.0, apart)


def all_alike(
    names: Sequence[str], others: Sequence[str], least: float
) -> Iterator[tuple[int, int]]:
    """Which of some names are alike which of others, by at least so much, by their places.

    As :func:`alike` says of each two, but all are looked through outside of Python first.
    """
    compare, _, extract = _libraries()
    for bare in (False, True):
        if bare and not any(map(_ABJAD.search, (*names, *others))):
            return
        apart, together = ([_forms(other, bare)[n] for other in others] for n in (0, 1))
        for place, name in enumerate(names):
            mine = _forms(name, bare)
            found = {
                other
                for written, there in ((mine[0], apart), (mine[1], together))
                # A little less than what is asked for, as rounding may differ.
                for _, _, other in extract(
                    written, there, scorer=compare, score_cutoff=least - 0.01, limit=None
                )
            }
            yield from ((place, one) for one in found if alike(name, others[one]) >= least)


BEGINNINGS: Final = (_CLEAR, 1, _CLEAR)
"""Letters with which a word has to begin, and another word beside it where too many have that."""


def keys(name: str, letters: int = _CLEAR, beside: str | None = None) -> set[str]:
    """What names that are alike have in common at least one of: the beginnings of their words.

    With ``beside``, a key already, those of the other words of the name.

    >>> sorted(keys("Ben Carr"))
    ['bn', 'bncr', 'crr']
    >>> sorted(keys("Ben Carr", 1, "bn"))
    ['c']
    """
    words = _words(name, bare=True)
    whole = "".join(words)
    if beside is None:
        return {word[:letters] for word in (*words, whole) if len(word) > 1}
    rest = [
        other
        for place, word in enumerate(words)
        if word[:_CLEAR] == beside
        for other in words[:place] + words[place + 1 :]
    ]
    if whole[:_CLEAR] == beside:
        rest.append(whole[_CLEAR:])
    return {word[:letters] for word in rest}


@lru_cache(maxsize=100_000)
def _words(name: str, bare: bool) -> tuple[str, ...]:
    _, latin, _ = _libraries()
    words = _WORDS.findall(latin(folded(name)).lower().replace("'", "").replace("`", ""))
    return tuple(filter(None, (_VOWELS.sub("", one) for one in words))) if bare else tuple(words)


def _forms(name: str, bare: bool) -> tuple[str, str]:
    """A name as it is compared: its words in their order in the alphabet, and written together."""
    words = _words(name, bare)
    return " ".join(sorted(words)), "".join(words)


def best(names: Iterable[str], others: Iterable[str]) -> float:
    """How alike the most alike of some names and some others are."""
    others = list(others)
    return max((alike(one, other) for one in names for other in others), default=0.0)


@lru_cache(maxsize=1)
def _libraries() -> tuple[Callable[[str, str], float], Callable[[str], str], Callable[..., Any]]:
    """Raises :class:`~tenure.errors.BadInput` where the extra is not installed."""
    try:
        compare = import_module("rapidfuzz.distance").Indel.normalized_similarity
        extract = import_module("rapidfuzz.process").extract
    except ModuleNotFoundError as error:
        raise BadInput(
            "Names in several scripts are compared by a library that is not installed.",
            where=error.name,
            remedy="Install it: pip install 'tenure[link]'",
        ) from error
    return compare, anyascii, extract
