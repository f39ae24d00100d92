"""A claim that contradicts itself: no days are left on which all that it states can be so.

Two claims may disagree; one that does is misread or mistyped. It is looked at alone, by the network
of time that fusion uses, beside the day of its source and the ontology's axioms. Axioms that give
way (``tn:givesWay``) are left out: against a default a claim may speak. What it plans has to agree
with the rest as if it had come to pass.

Days are too coarse for orders: of two events of one day, each may be after the other as far as days
tell. So what a claim says of order alone is looked at once more, as moments of which none is both
begun and over: whatever it puts into a circle cannot be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from tenure.errors import BadDate
from tenure.fusion.constraints import ConstraintBuilder, Reason
from tenure.fusion.fusion_input import Types, constraints_of, kinds_of
from tenure.fusion.repairs import MOST_CHOICES
from tenure.fusion.statements import statements_of
from tenure.fusion.vouching import vouchings
from tenure.model import Claim, ClaimBase, Source
from tenure.model.schema import PointRole, Schema
from tenure.namespaces import TN
from tenure.temporal import ORIGIN, Bounds, Constraint, find_contradiction, parse

AT_DISTANCE = TN("atDistance").value
_START: Final = TN("start")
_END: Final = TN("end")
_ONE_DATE: Final = re.compile(r"-?[0-9]{4}(-[0-9]{2}){0,2}[~?%]?")
_ANY_DAY: Final = Bounds(None, None)
_ROLES: Final = {_START: PointRole.SUBJECT_START, _END: PointRole.SUBJECT_END}


@dataclass(frozen=True, slots=True)
class _LeastDays:
    """How many days its end lies after its start at least, by what a thing is; and the reverse.

    None where nothing is said of it.
    """

    forward: int | None
    backward: int | None


class PlainClaims:
    """Tells of most claims at once that they do not contradict themselves.

    A data set says the same of thousands of things, with other dates: one start, one end. What else
    their claims say is put to the network once (measured on 10,000 claims of offices: a fifth of
    the time that their import took). Whatever is not so plain is left to :func:`contradiction_in`.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._known: dict[object, _LeastDays | None] = {}
        self._reads = all(
            axiom.least == 0
            and axiom.most is None
            and {axiom.earlier, axiom.later} == {PointRole.OBJECT_MOMENT, role}
            for prop, role in _ROLES.items()
            for axiom in schema.property_axioms(prop.value)
        )

    def is_sound(self, content: Sequence[Triple], types: Types) -> bool:
        """Whether a claim without a tense that states this certainly does not contradict itself."""
        dated = [one for one in content if isinstance(one.object, Literal)]
        dates: dict[NamedNode, Bounds] = {}
        for one in dated:
            if one.predicate in _ROLES:
                if one.predicate in dates or not _ONE_DATE.fullmatch(_text(one)):
                    return False
                try:
                    dates[one.predicate] = parse(_text(one)).fuzzy_bounds
                except BadDate:
                    return False
            elif self._schema.property_axioms(one.predicate.value):
                return False
        if len({one.subject for one in content}) != 1 or not self._reads:
            return False
        orders = self._orders(content, types)
        if orders is None:
            return False
        start, end = (dates.get(one, _ANY_DAY) for one in (_START, _END))
        return _fits(start, end, orders.forward) and _fits(end, start, orders.backward)

    def _orders(self, content: Sequence[Triple], types: Types) -> _LeastDays | None:
        """What the claim says beside its dates; None where that contradicts itself, or has days."""
        rest = [one for one in content if not isinstance(one.object, Literal)]
        objects = [_text(one) for one in rest]
        if not rest or any(one.subject == one.object for one in rest):
            return None
        # Of an entity it matters what it is, and whether it is the same as another here.
        named = (
            ("", *sorted(types[one]), objects.index(one)) if types.get(one) else (one,)
            for one in objects
        )
        key = frozenset(zip((one.predicate for one in rest), named, strict=True))
        if key not in self._known:
            self._known[key] = self._worked_out(_claim(rest), types)
        return self._known[key]

    def _worked_out(self, claim: Claim, types: Types) -> _LeastDays | None:
        if _can_contradict(claim, self._schema) and contradiction_in(
            claim, None, types, self._schema
        ):
            return None
        builder = _builder(claim, None, types, self._schema)
        constraints = _firm(builder, self._schema)
        subject = str(claim.content[0].subject)[1:-1]
        points = [builder.point(subject, which) for which in ("start", "end")]
        found = [
            _longest(constraints, one, other) for one, other in (points, list(reversed(points)))
        ]
        if any(ORIGIN in (one.earlier, one.later) for one in constraints):
            return None
        return _LeastDays(*found)


def _claim(content: Sequence[Triple]) -> Claim:
    """A claim that states something, of which nothing else is known."""
    stated = tuple(sorted(content, key=str))
    return Claim("", "", "", "", False, None, "", "", "", None, (), (), stated)


def _text(triple: Triple) -> str:
    return "" if isinstance(triple.object, Triple) else triple.object.value


def _fits(before: Bounds, after: Bounds, apart: int | None) -> bool:
    if apart is None or before.earliest is None or after.latest is None:
        return True
    return after.latest >= before.earliest + apart


def _longest(constraints: Iterable[Constraint], start: int, end: int) -> int | None:
    """The most days that constraints without a contradiction put between two points."""
    best = {start: 0}
    edges = list(constraints)
    for _ in range(len(edges)):
        longer = {
            one.later: best[one.earlier] + one.least
            for one in edges
            if one.earlier in best
            and best[one.earlier] + one.least > best.get(one.later, -(1 << 60))
        }
        if not longer:
            break
        best |= longer
    return best.get(end)


def contradiction_in(
    claim: Claim, source: Source | None, types: Types, schema: Schema
) -> tuple[Reason, ...]:
    """What the claim states that cannot all be so; nothing where it can.

    Of its source the day of publication counts, where it is known. Raises
    :class:`~tenure.errors.BadClaim` for a claim that cannot be understood.
    """
    if not _can_contradict(claim, schema):
        return ()
    kinds = kinds_of(statements_of([claim], schema), types, schema)
    builder = _builder(claim, source, types, schema)
    constraints = _firm(builder, schema)
    orders = _orders(builder, constraints, kinds, schema)
    cycle = (
        find_contradiction(constraints)
        or _under_every_reading(builder, constraints)
        or find_contradiction(orders)
        or ()
    )
    reasons = (builder.reasons[step.reason] for step in cycle if step.reason >= 0)
    # A date stands behind two constraints: what it leaves open, and what it is the date of.
    said = {(one.subject, one.predicate, one.object): one for one in reasons if one.claims}
    return tuple(said.values())


def _builder(
    claim: Claim, source: Source | None, types: Types, schema: Schema
) -> ConstraintBuilder:
    statements = statements_of([claim], schema)
    sources = {source.iri: source} if source is not None else {}
    return constraints_of(
        ClaimBase({claim.iri: claim}, sources),
        [claim],
        statements,
        kinds_of(statements, types, schema),
        frozenset(),
        types,
        schema,
        vouchings([claim], sources, None),
        plans=False,
    )


def _firm(builder: ConstraintBuilder, schema: Schema) -> list[Constraint]:
    """The constraints but for those of axioms that give way."""
    return [
        one
        for one in builder.constraints
        if one.reason < 0 or builder.reasons[one.reason].axiom not in schema.defaults
    ]


def _under_every_reading(
    builder: ConstraintBuilder, constraints: list[Constraint]
) -> tuple[Constraint, ...] | None:
    """What contradicts itself however its dates with holes are read; None for what need not."""
    holes = [hole for _, hole in sorted(builder.holes.items())]
    found: tuple[Constraint, ...] | None = None
    choices = product(*(range(len(hole.readings)) for hole in holes))
    for number, choice in enumerate(choices if holes else ()):
        read = [c for hole, n in zip(holes, choice, strict=True) for c in hole.constraints(n)]
        found = find_contradiction([*constraints, *read])
        if found is None or number >= MOST_CHOICES:
            return None
    return found


def _orders(
    builder: ConstraintBuilder,
    constraints: Iterable[Constraint],
    occurrences: Iterable[str],
    schema: Schema,
) -> list[Constraint]:
    """What says no more than that one moment is not before another; and that what is takes time."""

    def is_order(one: Constraint) -> bool:
        reason = builder.reasons[one.reason]
        axiom = schema.axioms.get(reason.axiom)
        ends = {builder.names[point][1] for point in (one.earlier, one.later)}
        return (
            axiom is not None
            and (axiom.least, axiom.most, axiom.over_value) == (0, None, False)
            and reason.distance is None
            and ends <= {"start", "end"}
            and ORIGIN not in (one.earlier, one.later)
        )

    orders = [one for one in constraints if one.reason >= 0 and is_order(one)]
    return orders + [
        Constraint(builder.points[iri, "start"], builder.points[iri, "end"], 1, -1)
        for iri in sorted(occurrences)
        if (iri, "start") in builder.points and (iri, "end") in builder.points
    ]


def _can_contradict(claim: Claim, schema: Schema) -> bool:
    """Whether it says enough about time: most claims need not be put to the network."""
    stated = int(claim.tense is not None)
    for triple in claim.content:
        prop = triple.predicate.value
        for one in (prop, schema.inverse.get(prop, prop)):
            if schema.property_axioms(one):
                # A date beside another can be wrong, and a relation in itself: before itself.
                # One that means all of several days, such as "{1984, 1986}" for a start, too.
                alone = isinstance(triple.object, NamedNode) or str(triple.object)[1:2] == "{"
                stated += 2 if alone else 1
        stated += 2 * (prop == AT_DISTANCE)
    return stated > 1
