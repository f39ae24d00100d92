"""JSON-LD whose large whole numbers are read as whole numbers.

A number without a fraction below 10 to the 21 is an ``xsd:integer`` (JSON-LD 1.1 Processing
Algorithms and API, section 8.2.2). The engine (Oxigraph 0.5) has that limit one digit too low. So
numbers of 21 digits are read under others that stand for them, and put back in what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_FLOATING: Final = frozenset((_XSD + "double", _XSD + "float"))
_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
# Only 21 digits, or an exponent, can make such a number.
_SIGN: Final = re.compile(rb"[0-9]{21}|[0-9][eE]")
_WORD: Final = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"|-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?', re.DOTALL
)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LONGEST: Final = 60
_LEAST, _MOST = Decimal(10) ** 20, Decimal(10) ** 21
_FIRST_DIGITS: Final = 10_000_001
_MOST_STAND_INS: Final = 10**7
"""Together 15 digits, which every number of a computer holds exactly; no text is so long."""


def with_stand_ins(data: bytes) -> tuple[bytes, Mapping[int, int]]:
    """The document with other numbers in the place of large ones, and what they stand for."""
    if _SIGN.search(data) is None:
        return data, {}
    large: dict[int, int] = {}
    stand_ins: dict[int, int] = {}
    # All begin alike, with digits that stand nowhere in the document.
    first = next(n for n in count(_FIRST_DIGITS) if str(n).encode() not in data) * _MOST_STAND_INS

    def replaced(word: re.Match[bytes]) -> bytes:
        text = word[0]
        if text.startswith(b'"') or len(text) > _LONGEST:
            return text
        number = Decimal(text.decode())
        if not _LEAST <= abs(number) < _MOST or number != number.to_integral_value():
            return text
        whole = int(number)
        if whole not in large:
            large[whole] = first + len(large)
            stand_ins[large[whole]] = whole
        return str(large[whole]).encode()

    return _WORD.sub(replaced, data), stand_ins


def put_back(quads: Iterable[Quad], stand_ins: Mapping[int, int]) -> Iterator[Quad]:
    """The statements with the numbers that the others stand for."""
    for quad in quads:
        value = quad.object
        if isinstance(value, Literal) and not value.language:
            text = _put_back(value.value, value.datatype.value, stand_ins)
            if text != value.value:
                told = Literal(text, datatype=NamedNode(value.datatype.value))
                yield Quad(quad.subject, quad.predicate, told, quad.graph_name)
                continue
        yield quad


def _put_back(text: str, datatype: str, stand_ins: Mapping[int, int]) -> str:
    if datatype == _JSON:
        return _NUMBER.sub(lambda one: _put_back(one[0], "", stand_ins), text)
    if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None:
        return text
    number = Decimal(text)
    whole = stand_ins.get(int(number)) if number == number.to_integral_value() else None
    if whole is None:
        return text
    if datatype not in _FLOATING:
        return str(whole)
    digits = str(abs(whole))
    fraction = digits[1:].rstrip("0") or "0"
    return f"{'-' if whole < 0 else ''}{digits[0]}.{fraction}E20"
