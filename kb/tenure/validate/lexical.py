"""What a store keeps as a value, word for word as it was written.

A store keeps numbers and dates by their value, so that ``"01"`` becomes 1, and ``"7"^^xsd:byte`` an
``xsd:integer``. A shape that asks for the datatype, the length or the pattern of such a value would
judge another value than the one that was written. The few literals that may change are therefore
held beside the store, and read in place of what it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from tenure.validate.documents import may_change

Pair = tuple[NamedNode | BlankNode | Triple, NamedNode]


class LexicalForms:
    """The literals that a store may keep otherwise than they were written, by node and property."""

    def __init__(
        self, quads: Iterable[Quad] = (), inexact: Collection[Literal] | None = None
    ) -> None:
        """Finds them among ``quads``, which are gone through twice where there are some.

        ``inexact`` are the literals that may change, where these are known.
        """
        if inexact is None:
            values = (quad.object for quad in quads)
            inexact = {one for one in values if isinstance(one, Literal) and may_change(one)}
        self._found: dict[object, list[Literal]] = {}
        self._places: dict[Literal, list[Pair]] = {}
        if not inexact:
            return
        pairs = {(quad.subject, quad.predicate) for quad in quads if quad.object in inexact}
        for quad in quads:
            pair = (quad.subject, quad.predicate)
            if isinstance(quad.object, Literal) and pair in pairs:
                self._found.setdefault(pair, []).append(quad.object)
                self._places.setdefault(quad.object, []).append(pair)

    def subjects_of(self, prop: NamedNode) -> Sequence[NamedNode | BlankNode]:
        """The nodes that have such literals as values of a property."""
        return self._subjects.get(prop, ())

    @cached_property
    def _subjects(self) -> Mapping[NamedNode, list[NamedNode | BlankNode]]:
        found: dict[NamedNode, list[NamedNode | BlankNode]] = {}
        for pairs in self._places.values():
            for subject, prop in pairs:
                if isinstance(subject, NamedNode | BlankNode):
                    found.setdefault(prop, []).append(subject)
        return found

    def of(self, pair: object) -> list[Literal] | None:
        """All literals of a node and a property, where one of them may change; else None."""
        return self._found.get(pair)

    def at(self, exact: Literal) -> Sequence[Pair]:
        """The nodes and properties that have a literal, where :meth:`of` knows them."""
        return self._places.get(exact, ())
