"""Claims as columns: what fusion needs of millions of claims, in arrays instead of objects.

Everything that has a name gets a number. A claim's content becomes rows ``subject, predicate,
object, claim``; the object of a row is a thing's number, or ``-1 - n`` for the n-th literal.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from tenure.claims import Claim, Policy, Source, Standing
from tenure.terms import TN
from tenure.world.schema import Schema
from tenure.world.statements import Statement, statements_of

Ints = NDArray[np.int64]


class Columns:
    """The claims that a policy accepts, in columns. About 150 bytes a claim of five statements."""

    def __init__(self, schema: Schema, policy: Policy) -> None:
        self._schema = schema
        self._policy = policy
        self.things: dict[str, int] = {}
        self.literals: dict[Literal, int] = {}
        self.claims: list[str] = []
        self.standings: dict[str, str] = {}  # only of claims that are not accepted
        self.derived: list[Statement] = []
        self.exempt: dict[str, set[int]] = {}
        self._tense = array("q")
        self._source = array("q")
        self._hedged = array("b")
        self._rows = (array("q"), array("q"), array("q"), array("q"))
        self._linked: list[Claim] = []
        # What chains and inverses can add to, and what lifts an axiom, is worked out apart.
        chained = {p for chain in schema.chains for p in (chain.first, chain.second)}
        turned = {
            p
            for p, q in schema.inverse.items()
            if q in chained or (not schema.property_axioms(p) and schema.property_axioms(q))
        }
        apart = {TN("exemptFrom").value, TN("atDistance").value}
        self._special = frozenset(chained | turned | apart)

    def number(self, iri: str) -> int:
        """The number of a thing; a new one where it has none."""
        return self.things.setdefault(iri, len(self.things))

    def add(self, claims: Iterable[Claim]) -> None:
        """Take in claims, one after the other; none of them is kept as an object."""
        subjects, predicates, objects, owners = self._rows
        number, special = self.number, self._special
        for claim in claims:
            standing = self._policy.standing(claim)
            if standing is not Standing.ACCEPTED:
                if standing is not Standing.OUT_OF_REACH:
                    self.standings[claim.iri] = standing.value
                continue
            row = len(self.claims)
            self.claims.append(claim.iri)
            self._source.append(number(claim.source))
            self._tense.append(-1 if claim.tense is None else number(claim.tense))
            self._hedged.append(claim.hedged)
            linked = False
            for triple in claim.content:
                subject, obj = triple.subject, triple.object
                if not isinstance(subject, NamedNode):
                    continue
                predicate = triple.predicate.value
                linked = linked or predicate in special
                if isinstance(obj, NamedNode):
                    objects.append(number(obj.value))
                elif isinstance(obj, Literal):
                    objects.append(-1 - self.literals.setdefault(obj, len(self.literals)))
                else:
                    continue
                subjects.append(number(subject.value))
                predicates.append(number(predicate))
                owners.append(row)
            if linked:
                self._linked.append(claim)

    def finish(self, sources: Iterable[Source]) -> None:
        """Work out what follows from several claims together; to be called once, at the end."""
        for source in sources:
            self.number(source.iri)
        stated = {
            (s.value, t.predicate.value, t.object)
            for claim in self._linked
            for t in claim.content
            if isinstance(s := t.subject, NamedNode)
        }
        for statement in statements_of(self._linked, self._schema):
            key = (statement.subject, statement.predicate, statement.object)
            if key not in stated or len(statement.claims) > 1:
                self.number(statement.subject)
                self.number(statement.object.value)
                self.derived.append(statement)
            if statement.predicate == TN("exemptFrom").value:
                axiom = statement.object.value
                self.exempt.setdefault(axiom, set()).add(self.things[statement.subject])
        self._linked = []

    # ------------------------------------------------------------------ as arrays

    @property
    def subjects(self) -> Ints:
        """The subject of each row."""
        return _ints(self._rows[0])

    @property
    def predicates(self) -> Ints:
        """The predicate of each row."""
        return _ints(self._rows[1])

    @property
    def objects(self) -> Ints:
        """The object of each row: a thing, or ``-1 - n`` for a literal."""
        return _ints(self._rows[2])

    @property
    def owners(self) -> Ints:
        """The claim of each row."""
        return _ints(self._rows[3])

    @property
    def tenses(self) -> Ints:
        """The tense of each claim; -1 for none."""
        return _ints(self._tense)

    @property
    def claim_sources(self) -> Ints:
        """The source of each claim."""
        return _ints(self._source)

    @property
    def hedged(self) -> NDArray[np.bool_]:
        """Whether each claim is hedged."""
        return np.frombuffer(self._hedged, dtype=np.int8).astype(np.bool_)


def _ints(column: array[int]) -> Ints:
    return np.frombuffer(column, dtype=np.int64) if len(column) else np.empty(0, dtype=np.int64)
