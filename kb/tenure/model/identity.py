"""Which things are one: what was merged into what, read as classes of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Self

from pyoxigraph import NamedNode, Triple

from tenure.model.claim import Claim


class Identities:
    """The things that are one with others: each class by the one that the others merged into.

    Of most things nothing is known, and they are themselves.
    """

    def __init__(self, into: Iterable[tuple[str, str]] = ()) -> None:
        """Of pairs of a thing and the one that it was merged into."""
        self._canonical: dict[str, str] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        near: dict[str, set[str]] = defaultdict(set)
        gone: set[str] = set()
        for one, other in into:
            near[one].add(other)
            near[other].add(one)
            gone.add(one)
        for start in sorted(near):
            if start in self._canonical:
                continue
            found, todo = {start}, [start]
            while todo:
                more = near[todo.pop()] - found
                found |= more
                todo += more
            # A circle, which only a file written by hand can have, has no end: the first by name.
            last = min(found - gone, default=min(found))
            self._members[last] = tuple(sorted(found))
            self._canonical |= dict.fromkeys(found, last)

    def __bool__(self) -> bool:
        return bool(self._canonical)

    def __contains__(self, iri: object) -> bool:
        """Whether a thing is one with others."""
        return iri in self._canonical

    def of(self, iri: str) -> str:
        """What a thing was merged into at last; the thing itself where it was not."""
        return self._canonical.get(iri, iri)

    def all(self, iri: str) -> tuple[str, ...]:
        """All the names of a thing."""
        return self._members.get(self.of(iri), (iri,))

    def with_others(self, pairs: Iterable[tuple[str, str]]) -> Self:
        """These and more pairs."""
        mine = ((one, self.of(one)) for one in self._canonical if one != self.of(one))
        return type(self)((*mine, *pairs))

    def claims(self, claims: Mapping[str, Claim]) -> Mapping[str, Claim]:
        """The claims as if each had named what its things were merged into."""
        if not self:
            return claims
        return {iri: self._claim(one) for iri, one in claims.items()}

    def _claim(self, claim: Claim) -> Claim:
        content = tuple(map(self._triple, claim.content))
        if content == claim.content:
            return claim
        return replace(claim, content=tuple(sorted(dict.fromkeys(content), key=str)))

    def _triple(self, triple: Triple) -> Triple:
        return Triple(self._node(triple.subject), triple.predicate, self._node(triple.object))

    def _node(self, node: Any) -> Any:
        if isinstance(node, NamedNode) and node.value in self._canonical:
            return NamedNode(self._canonical[node.value])
        return node


NOBODY = Identities()
"""Where nothing was merged."""
