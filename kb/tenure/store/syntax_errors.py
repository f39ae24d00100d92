"""What the engine says about a query that does not parse, as a :class:`BadQuery`.

The engine lists all that it tried at the place where it came farthest. Two quirks are undone
here: a keyword counts as tried up to its full length, so the place lies behind it; and what is
wrong with the meaning is one phrase among the symbols that were expected.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from tenure.errors import BadQuery, Where

_PLACE: Final = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_PHRASE: Final = re.compile(r"(?<![\"'\[])\b[A-Za-z]++(?: [A-Za-z*]++)++ ?(?=,|$)")
_SYMBOL: Final = re.compile(r'"((?:[^"\\]|\\.)+)"')
_KEYWORD: Final = re.compile(r"(?:^|, )([A-Za-z_]{2,})(?=,|$)")
_ONE_OF: Final = "one of "
_REMEDY: Final = "Correct the query there; SPARQL 1.1 says what may follow."


def unparsed_query(sparql: str, message: str) -> BadQuery:
    """The error for a query that the engine rejects with ``message``, with line and column."""
    place = _PLACE.match(message)
    if place is None:
        return BadQuery(f"the query does not parse: {message[:300]}.", remedy=_REMEDY)
    expected = place[3].strip().removeprefix(_ONE_OF)
    symbols = [one for one in _SYMBOL.findall(expected) if one.strip()]
    offset = _offset(sparql, int(place[1]), int(place[2]))
    if not symbols and "'" not in expected:
        offset = max(0, offset - _keyword_length(expected))
    line = sparql.count("\n", 0, offset) + 1
    column = offset - sparql.rfind("\n", 0, offset)
    found = sparql[offset : offset + 30].partition("\n")[0].strip()
    phrase = _PHRASE.search(expected)
    if phrase:
        what = f"{phrase[0].strip()}; noticed near {found!r}" if found else phrase[0].strip()
    elif found:
        what = f"the query does not parse near {found!r}"
    else:
        what = "the query ends too early"
    if symbols and not phrase:
        what = f"{what}; expected one of {' '.join(symbols[:12])}"
    return BadQuery(f"{what}.", where=Where("query", line, column), remedy=_REMEDY)


def not_unicode(error: UnicodeEncodeError) -> BadQuery:
    """The error for a query that holds half a surrogate pair, which no encoding can carry."""
    return BadQuery(
        "The query holds a character that is not Unicode text.",
        where=Where("query", str(error.object).count("\n", 0, error.start) + 1),
        remedy="Send the query as UTF-8.",
    )


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _keyword_length(expected: str) -> int:
    lengths = Counter(len(one) for one in _KEYWORD.findall(expected))
    return lengths.most_common(1)[0][0] if lengths else 0
