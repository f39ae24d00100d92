"""The IRIs that a SPARQL text means: relative ones resolved, prefixed names written out."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, parse

_ABSOLUTE: Final = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*+:[^\\>]*+)>")
_ESCAPED: Final = re.compile(r"\\(.)")


class IriReader:
    """Resolves by the BASE and PREFIX declarations made so far.

    Resolution (RFC 3986, section 5.2) and validity (RFC 3987) are left to the RDF library, so
    that what is checked here is what the engine will use.
    """

    def __init__(self) -> None:
        self._base: str | None = None
        self._prefixes: dict[str, str] = {}
        self._known: dict[str, str | None] = {}

    def declare_base(self, iri: str) -> str:
        """``BASE iri``; ``iri`` is written in angle brackets. Returns it in full.

        Raises:
            ValueError: it is not an absolute IRI, and there is no earlier BASE.
        """
        self._base = base = self._needed(iri)
        self._known.clear()
        return base

    def declare_prefix(self, name: str, iri: str) -> str:
        """``PREFIX name iri``; ``name`` ends in a colon, ``iri`` is in angle brackets.

        Returns the IRI in full.

        Raises:
            ValueError: it is relative, and there is no BASE.
        """
        self._prefixes[name] = start = self._needed(iri)
        self._known.clear()
        return start

    def iri(self, written: str) -> str | None:
        """The IRI that ``written``, in angle brackets, stands for; None if nothing resolves it.

        Raises:
            ValueError: it is not an IRI.
        """
        if written not in self._known:
            self._known[written] = self._resolved(written)
        return self._known[written]

    def name(self, written: str) -> str | None:
        """The IRI that a prefixed name stands for; None where its prefix is not declared.

        Raises:
            ValueError: prefix and local part make no IRI.
        """
        if written not in self._known:
            prefix, colon, local = written.partition(":")
            start = self._prefixes.get(prefix + colon)
            self._known[written] = (
                None if start is None else NamedNode(start + _ESCAPED.sub(r"\1", local)).value
            )
        return self._known[written]

    def _needed(self, written: str) -> str:
        found = self._resolved(written)
        if found is None:
            raise ValueError("it is relative, and no BASE says to what")
        return found

    def _resolved(self, written: str) -> str | None:
        absolute = _ABSOLUTE.fullmatch(written)
        if absolute and self._base is None:
            return NamedNode(absolute[1]).value
        if self._base is None and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*+:", written):
            return None
        line = f"{written} <a:b> <a:b> ."
        try:
            quad = next(parse(line.encode(), RdfFormat.TURTLE, base_iri=self._base))
        except SyntaxError as error:
            raise ValueError(str(error)) from error
        if not isinstance(quad.subject, NamedNode):
            raise TypeError(f"an IRI was parsed as {quad.subject!r}")
        return quad.subject.value
