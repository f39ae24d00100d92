"""RDF/XML whose pieces of XML are literals already, in the form that the standard wants.

A property with ``rdf:parseType="Literal"`` has its content, as Exclusive XML Canonicalization with
comments writes it, for its value (RDF 1.1 XML Syntax, section 7.2.17). The engine (Oxigraph 0.5)
writes namespaces twice, which is no XML, and drops comments. So the content is written down here as
text of the datatype that it has, before the engine reads the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError, canonicalize
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SIGN: Final = re.compile(rb"parseType\s*=\s*[\"']Literal")
_REST_OF_TAG: Final = re.compile(rb"(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_WRAPPER: Final = "w-w"
"""A prefix for the element round a piece; one that is used inside hides it, which does no harm."""


@dataclass(slots=True)
class _Piece:
    """The content of one property, by offsets in the document."""

    tag: tuple[int, int]
    name: str
    prefix: str
    namespaces: dict[str, str]
    end: int = 0


@dataclass(slots=True)
class _Finder:
    """Finds the properties, and what their prefixes stand for."""

    data: bytes
    found: list[_Piece] = field(default_factory=list)
    _scopes: list[dict[str, str]] = field(default_factory=lambda: [{}])
    _inside: int = 0

    def find(self) -> list[_Piece]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda _, told: self._start(parser.CurrentByteIndex, told)
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.Parse(self.data, True)
        return self.found

    def _start(self, at: int, told: dict[str, str]) -> None:
        if self._inside:
            self._inside += 1
            return
        own = {name[6:]: value for name, value in told.items() if name.startswith("xmlns:")}
        if "xmlns" in told:
            own[""] = told["xmlns"]
        scope = {**self._scopes[-1], **own} if own else self._scopes[-1]
        self._scopes.append(scope)
        for name, value in told.items():
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
    if _SIGN.search(data) is None:
        return data
    try:
        pieces = _Finder(data).find()
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
            text = escape(_canonical(data[end : one.end].decode(), one.namespaces))
            # Lines stay where they are, for the sake of messages about what follows.
            parts += [data[done:start], tag.encode(), text.encode()]
            done = one.end
    except (expat.ExpatError, ParseError, UnicodeDecodeError):
        return data  # the engine says what is wrong
    return b"".join([*parts, data[done:]])


def _canonical(content: str, namespaces: dict[str, str]) -> str:
    told = "".join(
        f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(iri)}"
        for prefix, iri in namespaces.items()
        if prefix != "xml"
    )
    start, end = f'<{_WRAPPER}:x xmlns:{_WRAPPER}="urn:w">', f"</{_WRAPPER}:x>"
    whole = canonicalize(f"{start[:-1]}{told}>{content}{end}", with_comments=True, strip_text=False)
    return whole[len(start) : -len(end)]
