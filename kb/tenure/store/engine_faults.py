"""What the engine (Oxigraph 0.5) reads otherwise than the standards want, put right.

In JSON-LD a number without a fraction below 10 to the 21 is an ``xsd:integer`` (JSON-LD 1.1
Processing Algorithms and API, section 8.2.2); the engine has that limit one digit too low. So
numbers of 21 digits are read under others that stand for them, and put back in what is read.

In RDF/XML a property with ``rdf:parseType="Literal"`` has its content, as Exclusive XML
Canonicalization with comments writes it, for its value (RDF 1.1 XML Syntax, section 7.2.17). The
engine writes namespaces twice, which is not XML, and drops comments. So the content is written down
as text of the datatype that it has, before the engine reads the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LITERAL_SIGN: Final = re.compile(rb"parseType\s*=\s*[\"']Literal")
_REST_OF_TAG: Final = re.compile(rb"(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_WRAPPER: Final = "w-w"
"""A prefix for the element round a piece; one that is used inside hides it, which does no harm."""


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
                restored = Literal(text, datatype=NamedNode(value.datatype.value))
                yield Quad(quad.subject, quad.predicate, restored, quad.graph_name)
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


@dataclass(slots=True)
class _Piece:
    """The content of one property, by offsets in the document."""

    tag: tuple[int, int]
    name: str
    prefix: str
    namespaces: dict[str, str]
    end: int = 0


@dataclass(slots=True)
class _LiteralFinder:
    """Finds the properties, and what their prefixes stand for."""

    data: bytes
    found: list[_Piece] = field(default_factory=list)
    _scopes: list[dict[str, str]] = field(default_factory=lambda: [{}])
    _inside: int = 0

    def find(self) -> list[_Piece]:
        # Few commands read such a document; none should wait for what reads XML.
        from xml.parsers import expat  # noqa: PLC0415

        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda _, attributes: self._start(
            parser.CurrentByteIndex, attributes
        )
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.Parse(self.data, True)
        return self.found

    def _start(self, at: int, attributes: dict[str, str]) -> None:
        if self._inside:
            self._inside += 1
            return
        own = {name[6:]: value for name, value in attributes.items() if name.startswith("xmlns:")}
        if "xmlns" in attributes:
            own[""] = attributes["xmlns"]
        scope = {**self._scopes[-1], **own} if own else self._scopes[-1]
        self._scopes.append(scope)
        for name, value in attributes.items():
            prefix, _, local = name.rpartition(":")
            if local == "parseType" and value == "Literal" and scope.get(prefix) == _RDF:
                match = _REST_OF_TAG.match(self.data, at)
                if match is not None and not match[0].endswith(b"/>"):
                    self.found.append(_Piece(match.span(), name, prefix, scope))
                    self._inside = 1

    def _end(self, at: int) -> None:
        if self._inside:
            self._inside -= 1
            if self._inside:
                return
            self.found[-1].end = at
        self._scopes.pop()


def with_literals(data: bytes) -> bytes:
    """The document, each piece of XML as text; as it is where it has none, or is no XML."""
    if _LITERAL_SIGN.search(data) is None:
        return data
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - see above
    from xml.parsers import expat  # noqa: PLC0415

    try:
        pieces = _LiteralFinder(data).find()
        parts: list[bytes] = []
        done = 0
        for one in pieces:
            start, end = one.tag
            tag = re.sub(
                rf"\b{re.escape(one.name)}\s*=\s*[\"']Literal[\"']",
                f'{one.prefix}:datatype="{_RDF}XMLLiteral"',
                data[start:end].decode(),
                count=1,
            )
            text = _escaped(_canonical(data[end : one.end].decode(), one.namespaces))
            # Lines stay where they are, for the sake of messages about what follows.
            parts += [data[done:start], tag.encode(), text.encode()]
            done = one.end
    except (expat.ExpatError, ParseError, UnicodeDecodeError):
        return data  # the engine says what is wrong
    return b"".join([*parts, data[done:]])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _canonical(content: str, namespaces: dict[str, str]) -> str:
    from xml.etree.ElementTree import canonicalize  # noqa: PLC0415 - see above

    declared = ""
    for prefix, iri in namespaces.items():
        if prefix != "xml":
            value = _escaped(iri).replace('"', "&quot;")
            declared += f' xmlns{":" if prefix else ""}{prefix}="{value}"'
    start, end = f'<{_WRAPPER}:x xmlns:{_WRAPPER}="urn:w">', f"</{_WRAPPER}:x>"
    whole = canonicalize(
        f"{start[:-1]}{declared}>{content}{end}", with_comments=True, strip_text=False
    )
    return whole[len(start) : -len(end)]
