"""How far apart claims put two things, where they give days instead of a date.

A distance is a node of its own in a claim's statement (``ontology/distances.ttl``). The axioms of
its side say which points are meant and which of its numbers count; a distance can name another
point of either thing. Here it becomes axioms with numbers in them, that both engines read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadClaim
from tenure.model import Claim
from tenure.model.schema import Axiom, PointRole, Schema
from tenure.namespaces import TN, XSD_INTEGER, local_name

MOST_DAYS = 3_652_500
"""Ten thousand years, as many as EDTF has: a distance above that is a slip of the pen."""

_AT, _FROM, _SIDE, _MEASURED_FROM, _MEASURED_TO = (
    TN(name).value
    for name in ("atDistance", "distanceFrom", "distanceRelation", "measuredFrom", "measuredTo")
)
_OF_SUBJECT = (PointRole.SUBJECT_START, PointRole.SUBJECT_END)
_OF_OBJECT = (PointRole.OBJECT_START, PointRole.OBJECT_END)

Node = Mapping[str, Sequence[NamedNode | Literal]]


@dataclass(frozen=True, slots=True, order=True)
class Distance:
    """So many days between two things, by one claim; the names are IRIs.

    ``days`` are the numbers by the property that gives each. ``measured_from`` and ``measured_to``
    are names of points, empty where they are those that the side itself names.
    """

    node: str
    days: tuple[tuple[str, int], ...]
    measured_from: str = ""
    measured_to: str = ""

    def axioms(self, schema: Schema, side: str) -> tuple[Axiom, ...]:
        """The axioms of the side with this distance's numbers and points in them."""
        numbers = dict(self.days)
        found = []
        for axiom in schema.concept_axioms(side):
            extra = 0 if axiom.counts_over is None else numbers.get(axiom.counts_over)
            if extra is not None:
                found.append(
                    replace(
                        axiom,
                        earlier=self._point(axiom.earlier),
                        later=self._point(axiom.later),
                        least=None if axiom.least is None else axiom.least + extra,
                        most=None if axiom.most is None else axiom.most + extra,
                        over_value=False,
                    )
                )
        return tuple(found)

    def sentence(self, schema: Schema, side: str, subject: str, other: str) -> str:
        """What the distance says of the two named: ``A lies 2 days after B``."""
        counted = []
        if self.measured_from:
            which = "start" if self.measured_from == PointRole.OBJECT_START.value else "end"
            counted.append(f"from the {which} of {other}")
        if self.measured_to:
            which = "start" if self.measured_to == PointRole.SUBJECT_START.value else "end"
            counted.append(f"to the {which} of {subject}")
        text = f"{subject} lies {self._words(schema)} {schema.label(side)} {other}"
        return f"{text}, counted {' '.join(counted)}" if counted else text

    def _words(self, schema: Schema) -> str:
        bounds: dict[bool, int] = {}
        for axiom in schema.axioms.values():
            for prop, number in self.days:
                if axiom.counts_over == prop:
                    bounds[axiom.least is not None] = number
        least, most = bounds.get(True), bounds.get(False)
        if least is not None and most is not None:
            return _days(most) if least == most else f"{least} to {_days(most)}"
        return f"at least {_days(least or 0)}" if most is None else f"at most {_days(most)}"

    def _point(self, role: PointRole) -> PointRole:
        if role in _OF_SUBJECT and self.measured_to:
            return PointRole(self.measured_to)
        if role in _OF_OBJECT and self.measured_from:
            return PointRole(self.measured_from)
        return role


def distances_of(claim: Claim, schema: Schema) -> Iterator[tuple[str, str, NamedNode, Distance]]:
    """What the claim puts at a distance: the occurrence, the side, the other, how far.

    Raises :class:`~tenure.errors.BadClaim`, whose ``where`` is the claim, for a distance that is
    not whole, not a number of days, turned round, or that means nothing on its side.
    """
    if not any(triple.predicate.value == _AT for triple in claim.content):
        return
    nodes: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for triple in claim.content:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            nodes[triple.subject.value][triple.predicate.value].append(triple.object)
    for subject in list(nodes):
        for target in nodes[subject].get(_AT, ()):
            yield _read(subject, target.value, nodes.get(target.value, {}), schema, claim.iri)


def _read(
    subject: str, name: str, node: Node, schema: Schema, where: str
) -> tuple[str, str, NamedNode, Distance]:
    side = _only(node, _SIDE, name, where)
    other = _only(node, _FROM, name, where)
    counted = {a.counts_over for a in schema.concept_axioms(side.value)} - {None}
    if not counted:
        raise BadClaim(
            f"{local_name(side.value)!r} is no side on which something lies.",
            where=where,
            remedy="Write tn:distanceRelation tnv:DaysAfter, tnv:DaysBefore or tnv:DaysApart.",
        )
    if other.value == subject:
        raise BadClaim(
            f"It gives the distance of {subject} from itself.",
            where=where,
            remedy="Name the other in tn:distanceFrom; how long something lasted is tn:lastedDays.",
        )
    every = {a.counts_over for a in schema.axioms.values()} - {None}
    given = sorted(prop for prop in node if prop in every)
    for prop in given:
        if prop not in counted:
            raise BadClaim(
                f"On the side {local_name(side.value)}, tn:{local_name(prop)} means nothing.",
                where=where,
                remedy="Leave it out, or choose another tn:distanceRelation.",
            )
    if not given:
        raise BadClaim(
            f"The distance {name} has no number of days.",
            where=where,
            remedy="Give "
            + " or ".join(f"tn:{local_name(prop)}" for prop in sorted(map(str, counted)))
            + "; for mere order there are tn:after and tn:before.",
        )
    distance = Distance(
        name,
        tuple((prop, _number(_only(node, prop, name, where), where)) for prop in given),
        _role(node, _MEASURED_FROM, _OF_OBJECT, name, where),
        _role(node, _MEASURED_TO, _OF_SUBJECT, name, where),
    )
    _in_order(distance, schema, side.value, where)
    return subject, side.value, NamedNode(other.value), distance


def _in_order(distance: Distance, schema: Schema, side: str, where: str) -> None:
    axioms = distance.axioms(schema, side)
    least = max((a.least for a in axioms if a.least is not None), default=None)
    most = min((a.most for a in axioms if a.most is not None), default=None)
    if least is not None and most is not None and least > most:
        raise BadClaim(
            f"It puts the least number of days, {least}, above the greatest, {most}.",
            where=where,
            remedy="Exchange them, or correct one.",
        )


def _only(node: Node, prop: str, name: str, where: str) -> NamedNode | Literal:
    found = sorted(set(node.get(prop, ())), key=str)
    if len(found) == 1:
        return found[0]
    how = f"{len(found)} different" if found else "no"
    raise BadClaim(
        f"The distance {name} has {how} tn:{local_name(prop)}.",
        where=where,
        remedy=f"Give tn:{local_name(prop)} once, in the graph of this claim.",
    )


def _role(node: Node, prop: str, allowed: Sequence[PointRole], name: str, where: str) -> str:
    if prop not in node:
        return ""
    found = local_name(_only(node, prop, name, where).value)
    if found not in {role.value for role in allowed}:
        choices = " or ".join(f"tn:{role.value}" for role in allowed)
        raise BadClaim(
            f"tn:{local_name(prop)} cannot be {found!r}.", where=where, remedy=f"Write {choices}."
        )
    return found


def _number(term: NamedNode | Literal, where: str) -> int:
    if isinstance(term, Literal) and term.datatype == XSD_INTEGER:
        try:
            value = int(term.value)
        except ValueError:
            value = -1
        if 0 <= value <= MOST_DAYS:
            return value
    raise BadClaim(
        f"{term.value[:60]!r} is no number of days from 0 to {MOST_DAYS}.",
        where=where,
        remedy="Write a whole number such as 2; the side says whether it is before or after.",
    )


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
