"""Names that stand in for IRIs while a reasoner writes short names.

Pellet prints the last part of an IRI, which two IRIs may share. Given an ontology whose IRIs end in
numbers of their own, what it prints leads back to the IRIs, and so to the lines of files.
"""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.reason.owl import RESERVED, Node
from tenure.terms import PREFIXES, local_name

_SPACE: Final = "urn:masked:#"
_MASK: Final = re.compile(r"\bzz(\d+)zz\b")
# What Pellet calls a node without a name ends in the label that N-Triples gave it.
_NAMELESS: Final = re.compile(r"_:\S*genid-nodeid-(_:\w+)")


class Masks:
    """Masks of IRIs, given out as IRIs come up; reserved words of OWL keep their names."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._iris: list[str] = []
        self._nameless: dict[str, str] = {}

    def mask(self, iri: str) -> str:
        """The short name that stands in for an IRI."""
        number = self._numbers.setdefault(iri, len(self._iris))
        if number == len(self._iris):
            self._iris.append(iri)
        return f"zz{number}zz"

    def iri(self, iri: str) -> str:
        """The masked IRI."""
        return iri if iri.startswith(RESERVED) else _SPACE + self.mask(iri)

    def masked(self, triple: Triple) -> Triple:
        """A triple with its IRIs masked, those of datatypes too."""
        subject = triple.subject
        if isinstance(subject, NamedNode):
            subject = NamedNode(self.iri(subject.value))
        predicate = NamedNode(self.iri(triple.predicate.value))
        return Triple(subject, predicate, self._value(triple.object))

    def _value(self, value: Node) -> Node:
        if isinstance(value, NamedNode):
            return NamedNode(self.iri(value.value))
        if isinstance(value, Literal) and not value.language:
            return Literal(value.value, datatype=NamedNode(self.iri(value.datatype.value)))
        return value

    def named(self, printed: str) -> tuple[str, ...]:
        """The IRIs and labels of nameless nodes in what was printed, in its order."""
        plain = _NAMELESS.sub(r"\1", printed)
        return tuple(
            self._iris[int(match[1])] if match[1] else match[0]
            for match in re.finditer(rf"{_MASK.pattern}|(?<!\S)_:\w+", plain)
        )

    def told(self, printed: str) -> str:
        """What was printed, with short names again, longer ones where two IRIs share one."""

        def number(match: re.Match[str]) -> str:
            return self._nameless.setdefault(match[1], f"[nameless {len(self._nameless) + 1}]")

        text = _MASK.sub(lambda match: self._short(self._iris[int(match[1])]), printed)
        return _NAMELESS.sub(number, text)

    def _short(self, iri: str) -> str:
        name = local_name(iri)
        if name and self._sharing(name) == 1:
            return name
        for prefix, space in PREFIXES.items():
            if iri.startswith(space) and len(iri) > len(space):
                return f"{prefix}:{iri.removeprefix(space)}"
        return f"<{iri}>"

    def _sharing(self, name: str) -> int:
        return sum(local_name(iri) == name for iri in self._iris)
