"""How alike two things are called, by the words that few others have in their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from tenure.folding import folded


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
