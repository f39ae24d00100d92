"""The constraints of millions of claims, as arrays, made from the ontology's axioms.

The same rules as :mod:`tenure.world.constraints`, a column at a time. Point 0 is the origin; thing
``n`` begins at point ``1 + 2n`` and ends at ``2 + 2n``; the points of dates come after all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal

from tenure.claims import Source
from tenure.errors import BadClaim, TenureError
from tenure.temporal import parse
from tenure.terms import EDTF_DATATYPE, RDF_TYPE, TN, XSD_INTEGER
from tenure.world.columns import Columns, Ints
from tenure.world.constraints import date_point
from tenure.world.schema import Axiom, PointRole, Schema
from tenure.world.statements import Statement

NOBODY = -1
"""The owner of a constraint that no claim states."""


class BulkConstraints:
    """Constraints in four columns: earlier point, later point, least days, owner.

    An owner is a claim's number; from ``len(columns.claims)`` on, a group of claims that together
    say so (``groups``); or :data:`NOBODY`.
    """

    def __init__(
        self,
        columns: Columns,
        schema: Schema,
        types: Mapping[str, frozenset[str]],
        sources: Mapping[str, Source],
    ) -> None:
        """Raises :class:`~tenure.errors.BadClaim` for a date or a number of days that is none."""
        self._columns = columns
        self._schema = schema
        self.groups: list[tuple[str, ...]] = []
        self._names = list(columns.things)
        self._literals = list(columns.literals)
        self._next_point = 1 + 2 * len(self._names)
        self._parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.kinds = self._kinds(types)
        self.firm = self._firm()
        self._statements()
        self._derived()
        self._tenses()
        for source in sources.values():
            self._source(source)
        for cls in np.unique(self.kinds[self.kinds >= 0]).tolist():
            self._class([self._names[cls]], np.flatnonzero(self.kinds == cls))
        none = np.empty(0, dtype=np.int64)
        self.earlier, self.later, self.least, self.owner = (
            np.concatenate(part) for part in zip((none,) * 4, *self._parts, strict=True)
        )
        self._parts = []
        self._others(types, sources)
        self.points = self._next_point

    # ------------------------------------------------------------------ which occurrences there are

    def _kinds(self, types: Mapping[str, frozenset[str]]) -> Ints:
        """For each thing the number of its class if it is an occurrence, else -1."""
        columns, schema = self._columns, self._schema
        situation, event = TN("Situation").value, TN("Event").value
        kinds = np.full(len(self._names), -1, dtype=np.int64)
        typed = columns.predicates == columns.things.get(RDF_TYPE.value, -1)
        classes = [
            self._names[n]
            for n in np.unique(columns.objects[typed]).tolist()
            if n >= 0
            and (schema.is_a(self._names[n], situation) or schema.is_a(self._names[n], event))
        ]
        # Of two classes the first by name is taken: it is written last.
        for cls in sorted(classes, reverse=True):
            number = columns.things[cls]
            kinds[columns.subjects[typed & (columns.objects == number)]] = number
        for iri, of in types.items():
            thing = columns.things.get(iri)
            if thing is not None and kinds[thing] < 0:
                events = [cls for cls in of if schema.is_a(cls, event)]
                if events:
                    kinds[thing] = columns.number(min(events))
        self._names = list(columns.things)
        self._next_point = 1 + 2 * len(self._names)
        return np.append(kinds, np.full(len(self._names) - len(kinds), -1, dtype=np.int64))

    def _firm(self) -> NDArray[np.bool_]:
        """Whether a claim that is not hedged tells of each thing: as subject, else as object."""
        columns = self._columns
        size = len(self._names)
        plain = ~columns.hedged[columns.owners] if len(columns.owners) else np.empty(0, np.bool_)
        told, firm, named = (np.zeros(size, np.bool_) for _ in range(3))
        told[columns.subjects] = True
        firm[columns.subjects[plain]] = True
        things = (columns.objects >= 0) & plain
        named[columns.objects[things]] = True
        return firm | (~told & named)

    # ------------------------------------------------------------------ what brings constraints

    def _statements(self) -> None:
        columns = self._columns
        soft = columns.hedged[columns.owners] & self.firm[columns.subjects]
        for predicate in np.unique(columns.predicates).tolist():
            axioms = self._schema.property_axioms(self._names[predicate])
            if not axioms:
                continue
            rows = np.flatnonzero((columns.predicates == predicate) & ~soft)
            objects = columns.objects[rows]
            for chosen, literal in ((objects >= 0, False), (objects < 0, True)):
                part = rows[chosen]
                if len(part):
                    self._apply_all(
                        axioms,
                        columns.subjects[part],
                        columns.objects[part],
                        columns.owners[part],
                        literal=literal,
                    )

    def _derived(self) -> None:
        by_axioms: dict[tuple[Axiom, ...], list[Statement]] = {}
        things = self._columns.things
        for statement in self._columns.derived:
            if statement.hedged and self.firm[things[statement.subject]]:
                continue
            by_axioms.setdefault(statement.axioms(self._schema), []).append(statement)
        for axioms, statements in by_axioms.items():
            if axioms:
                self._apply_all(
                    axioms,
                    np.array([things[s.subject] for s in statements], dtype=np.int64),
                    np.array([things[s.object.value] for s in statements], dtype=np.int64),
                    np.array([self._group(s.claims) for s in statements], dtype=np.int64),
                    literal=False,
                )

    def _group(self, claims: tuple[str, ...]) -> int:
        self.groups.append(claims)
        return len(self._columns.claims) + len(self.groups) - 1

    def _tenses(self) -> None:
        columns = self._columns
        size = len(self._names)
        for tense in np.unique(columns.tenses).tolist():
            if tense < 0:
                continue
            axioms = self._schema.concept_axioms(self._names[tense])
            rows = (columns.tenses[columns.owners] == tense) & (self.kinds[columns.subjects] >= 0)
            rows &= ~(columns.hedged[columns.owners] & self.firm[columns.subjects])
            pairs = np.unique(columns.owners[rows] * size + columns.subjects[rows])
            owners, subjects = pairs // size, pairs % size
            self._apply_all(axioms, subjects, columns.claim_sources[owners], owners, literal=False)

    def _source(self, source: Source) -> None:
        thing = np.array([self._columns.things[source.iri]])
        self._class([TN("Source").value], thing)
        literal = Literal(source.published.text, datatype=EDTF_DATATYPE)
        number = self._columns.literals.setdefault(literal, len(self._columns.literals))
        if number == len(self._literals):
            self._literals.append(literal)
        self._apply_all(
            self._schema.property_axioms(TN("published").value),
            thing,
            np.array([-1 - number]),
            np.array([NOBODY]),
            literal=True,
        )

    def _class(self, classes: list[str], things: Ints) -> None:
        nobody = np.full(len(things), NOBODY, dtype=np.int64)
        self._apply_all(self._schema.class_axioms(classes), things, things, nobody, literal=False)

    def _others(self, types: Mapping[str, frozenset[str]], sources: Mapping[str, Source]) -> None:
        """Lives and existences: what holds of them, and only where they pass anything on.

        A point that nothing puts later than another cannot carry a bound from one occurrence to
        the next, nor can one that nothing is put later than; their constraints are left out.
        """
        size = len(self._names)
        life = self.kinds < 0
        life[[self._columns.things[iri] for iri in sources]] = False
        things = np.arange(size)
        starts, ends = 1 + 2 * things, 2 + 2 * things
        entered = np.zeros(self._next_point, np.bool_)
        left = np.zeros(self._next_point, np.bool_)
        entered[self.later] = True
        left[self.earlier] = True
        carries = life & (entered[starts] | left[ends])
        of_life = np.zeros(self._next_point, np.bool_)
        of_life[starts[life & ~carries]] = True
        of_life[ends[life & ~carries]] = True
        kept = ~(of_life[self.earlier] | of_life[self.later])
        columns = (self.earlier[kept], self.later[kept], self.least[kept], self.owner[kept])
        self._parts = [columns]
        for thing in np.flatnonzero(carries).tolist():
            self._class(sorted(types.get(self._names[thing], ())), np.array([thing]))
        none = np.empty(0, dtype=np.int64)
        self.earlier, self.later, self.least, self.owner = (
            np.concatenate(part) for part in zip((none,) * 4, *self._parts, strict=True)
        )
        self._parts = []

    # ------------------------------------------------------------------ how

    def _apply_all(
        self,
        axioms: Iterable[Axiom],
        subjects: Ints,
        objects: Ints,
        owners: Ints,
        *,
        literal: bool,
    ) -> None:
        dates: dict[PointRole, Ints] = {}
        for axiom in axioms:
            exempt = self._columns.exempt.get(axiom.iri)
            kept = ~np.isin(subjects, list(exempt)) if exempt else np.ones(len(subjects), np.bool_)
            earlier = self._points(axiom.earlier, subjects, objects, owners, dates, literal)[kept]
            later = self._points(axiom.later, subjects, objects, owners, dates, literal)[kept]
            by = owners[kept]
            values = self._values(objects, owners)[kept] if axiom.over_value else 0
            if axiom.least is not None:
                self._part(earlier, later, axiom.least + values, by)
            if axiom.most is not None:
                self._part(later, earlier, -(axiom.most + values), by)

    def _part(self, earlier: Ints, later: Ints, least: Ints | int, owner: Ints) -> None:
        self._parts.append((earlier, later, np.broadcast_to(np.int64(least), earlier.shape), owner))

    def _points(
        self,
        role: PointRole,
        subjects: Ints,
        objects: Ints,
        owners: Ints,
        dates: dict[PointRole, Ints],
        literal: bool,
    ) -> Ints:
        if role is PointRole.SUBJECT_START:
            return 1 + 2 * subjects
        if role is PointRole.SUBJECT_END:
            return 2 + 2 * subjects
        if not literal:
            return (2 if role is PointRole.OBJECT_END else 1) + 2 * objects
        if role not in dates:
            dates[role] = self._date_points(role, objects, owners)
        return dates[role]

    def _date_points(self, role: PointRole, objects: Ints, owners: Ints) -> Ints:
        """New points for one use of each date, held within the days that the date leaves open."""
        points = self._next_point + np.arange(len(objects))
        self._next_point += len(objects)
        used, which = np.unique(-1 - objects, return_inverse=True)
        low, high = np.zeros(len(used), np.int64), np.zeros(len(used), np.int64)
        has_low, has_high = np.zeros(len(used), np.bool_), np.zeros(len(used), np.bool_)
        for place, number in enumerate(used.tolist()):
            bounds = date_point(parse(self._date(number, owners, which, place)), role)
            if bounds.earliest is not None:
                low[place], has_low[place] = bounds.earliest, True
            if bounds.latest is not None:
                high[place], has_high[place] = bounds.latest, True
        bounded = has_low[which]
        origin = np.zeros(len(points), np.int64)
        self._parts.append((origin[bounded], points[bounded], low[which][bounded], owners[bounded]))
        bounded = has_high[which]
        self._parts.append(
            (points[bounded], origin[bounded], -high[which][bounded], owners[bounded])
        )
        return points

    def _date(self, number: int, owners: Ints, which: Ints, place: int) -> str:
        literal = self._literals[number]
        try:
            if literal.datatype != EDTF_DATATYPE:
                raise BadClaim(
                    f"{literal.value[:60]!r} is no date.",
                    remedy='Write an EDTF literal: "2020-01-03"^^edtf:EDTF',
                )
            parse(literal.value)
        except TenureError as error:
            owner = int(owners[np.flatnonzero(which == place)[0]])
            where = self._columns.claims[owner] if 0 <= owner < len(self._columns.claims) else None
            raise BadClaim(error.what, where=where, remedy=error.remedy) from error
        return literal.value

    def _values(self, objects: Ints, owners: Ints) -> Ints:
        """The numbers of days that literals state."""
        numbers = []
        for obj, owner in zip(objects.tolist(), owners.tolist(), strict=True):
            literal = self._literals[-1 - obj] if obj < 0 else None
            if literal is None or literal.datatype != XSD_INTEGER or not literal.value.isdecimal():
                raise BadClaim(
                    "It gives no number of days.",
                    where=self._columns.claims[owner],
                    remedy="Write a whole number above 0: 15",
                )
            numbers.append(int(literal.value))
        return np.array(numbers, dtype=np.int64)
