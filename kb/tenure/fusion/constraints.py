"""From statements and axioms to the constraints of the time network.

Points are named ``(iri, "start")`` and ``(iri, "end")``; a date's points belong to the one use of
it. What each statement means for its points is read from the ontology's axioms; nothing here knows
what any property is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from pyoxigraph import Literal, NamedNode

from tenure.errors import BadClaim, TenureError
from tenure.fusion.stated_distance import Distance
from tenure.fusion.statements import Statement, Unit
from tenure.fusion.vouching import Plan, Reached, Verdict, Vouching, planned
from tenure.model import Claim, Source
from tenure.model.schema import Axiom, PointRole, Schema
from tenure.namespaces import EDTF_DATATYPE, TN, XSD_INTEGER
from tenure.temporal import ORIGIN, Bounds, Constraint, Edtf, Kind, parse, readings

Point = tuple[str, str]

EVERYTHING = (TN("Entity").value, TN("Occurrence").value)
_SPANS = frozenset({Kind.DAY, Kind.MONTH, Kind.YEAR, Kind.SEASON})
_WITH_HOLES = frozenset({Kind.ONE_OF, Kind.UNSPECIFIED})
_OF_SUBJECT = (PointRole.SUBJECT_START, PointRole.SUBJECT_END)
_SIDES = {PointRole.OBJECT_START: "start", PointRole.OBJECT_END: "end"}


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a constraint holds: the axiom, the statement it was applied to, and who states that.

    ``claims`` is empty where an axiom alone says so, or a source's own date (then ``subject`` is
    the source). ``object`` is an IRI or a date as written; ``dated`` marks the constraints that
    only say which days a date leaves open, ``planned`` those that a plan has come to. Of a
    ``distance``, the predicate is the side.
    """

    claims: tuple[str, ...]
    subject: str
    predicate: str
    object: str
    axiom: str
    dated: bool = False
    distance: Distance | None = None
    planned: bool = False


@dataclass(slots=True)
class Hole:
    """A use of a date with holes: the bounds of its points under each of its readings."""

    reason: int
    readings: tuple[Edtf, ...]
    points: dict[int, PointRole] = field(default_factory=dict)

    def constraints(self, reading: int) -> Iterator[Constraint]:
        """What one of the readings says of the points of the date."""
        for number, role in self.points.items():
            bounds = date_point(self.readings[reading], role)
            if bounds.earliest is not None:
                yield Constraint(ORIGIN, number, bounds.earliest, self.reason)
            if bounds.latest is not None:
                yield Constraint(number, ORIGIN, -bounds.latest, self.reason)


@dataclass(slots=True)
class ConstraintBuilder:
    """Collects constraints; allots points and reasons their numbers.

    ``vouched`` has the vouching days of claims, by which plans are told from facts; what a claim
    without one states is a fact. ``told`` are the points, ``start`` or ``end`` of a thing, that the
    tense of a claim tells as having come.
    ``stated`` has for each reason the statement that it is of, where there is one, and of a date
    which side. ``holes`` are the dates with holes, by their use; of those with more readings than
    are told apart, ``unread`` has the statements.
    """

    schema: Schema
    vouched: Mapping[str, Vouching] = field(default_factory=dict)
    told: Mapping[str, Collection[Point]] = field(default_factory=dict)
    points: dict[Point, int] = field(default_factory=lambda: {("", ""): ORIGIN})
    names: list[Point] = field(default_factory=lambda: [("", "")])
    reasons: list[Reason] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    _days: dict[int, Bounds] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)
    _reached: list[Reached] = field(default_factory=list)
    stated: list[tuple[Statement | None, str]] = field(default_factory=list)
    holes: dict[str, Hole] = field(default_factory=dict)
    unread: list[Statement] = field(default_factory=list)

    def point(self, iri: str, which: str) -> int:
        """The number of the start or the end of something."""
        key = (iri, which)
        number = self.points.get(key)
        if number is None:
            number = self.points[key] = len(self.names)
            self.names.append(key)
        return number

    # ------------------------------------------------------------------ what brings constraints

    def add_statement(self, statement: Statement, exempt: frozenset[str]) -> None:
        """The constraints that a statement brings through its property's axioms."""
        axioms = statement.axioms(self.schema)
        if isinstance(statement.object, Literal) and statement.object.value[:1] == "{":
            axioms += self.schema.member_axioms(statement.predicate)
        for axiom in axioms:
            if axiom.iri not in exempt:
                self._apply(
                    axiom,
                    statement.claims,
                    statement.subject,
                    statement.predicate,
                    statement.object,
                    statement,
                )

    def add_class(
        self, iri: str, classes: Iterable[str], exempt: frozenset[str] = frozenset()
    ) -> None:
        """The constraints that hold of a thing because of what it is.

        No claim exempts from what holds of every occurrence and entity: bounds rest on it.
        """
        always = {one.iri for one in self.schema.class_axioms(EVERYTHING)} if exempt else exempt
        for axiom in self.schema.class_axioms(classes):
            if axiom.iri in always or axiom.iri not in exempt:
                self._apply(axiom, (), iri, "", None)

    def add_tense(
        self,
        claim: Claim,
        subjects: Iterable[str],
        exempt: Mapping[str, frozenset[str]],
        vouching: Vouching | None = None,
    ) -> None:
        """The constraints between what a claim tells and its vouching day.

        That is the day of its source, where ``vouching`` is not another.
        """
        if claim.tense is None:
            return
        source = NamedNode(claim.source)
        day = vouching.first if vouching is not None and vouching.source is None else None
        for subject in sorted(subjects):
            for axiom in self.schema.concept_axioms(claim.tense):
                if axiom.iri not in exempt.get(subject, frozenset()):
                    self._apply(axiom, (claim.iri,), subject, claim.tense, source, day=day)

    def add_source(self, source: Source) -> None:
        """A source's day of publication, as vague as it is known."""
        published = TN("published")
        literal = Literal(source.published.text, datatype=EDTF_DATATYPE)
        self.add_class(source.iri, [TN("Source").value])
        day = source.published.fuzzy_bounds
        if day.earliest is not None and day.earliest == day.latest:
            self._known[self.point(source.iri, "start")] = day.earliest
        for axiom in self.schema.property_axioms(published.value):
            self._apply(axiom, (), source.iri, published.value, literal)

    # ------------------------------------------------------------------ how

    def _apply(
        self,
        axiom: Axiom,
        claims: tuple[str, ...],
        subject: str,
        predicate: str,
        obj: NamedNode | Literal | None,
        statement: Statement | None = None,
        day: int | None = None,
    ) -> None:
        least, most = axiom.least, axiom.most
        if axiom.over_value:
            value = _integer(obj, claims[0] if claims else subject)
            least = least + value if least is not None else None
            most = most + value if most is not None else None
        text = obj.value if obj is not None else ""
        distance = statement.distance if statement is not None else None
        side = _side(axiom, text) if isinstance(obj, Literal) else ""
        reason = self._reason(
            Reason(claims, subject, predicate, text, axiom.iri, distance=distance), statement, side
        )
        if day is not None:
            self._on_day(axiom, subject, day, reason)
            return
        vouching = self._vouching(claims)
        counted = axiom.over_value or distance is not None
        for earlier, later in product(
            self._points(axiom.earlier, claims, subject, predicate, obj, statement),
            self._points(axiom.later, claims, subject, predicate, obj, statement),
        ):
            if least is not None:
                self._add(Constraint(earlier, later, least, reason), vouching, counted=counted)
            if most is not None:
                edge = Constraint(later, earlier, -most, reason)
                self._add(edge, vouching, counted=counted, upper=True)

    def _add(
        self, edge: Constraint, vouching: Vouching | None, *, counted: bool, upper: bool = False
    ) -> None:
        """A constraint of claims, or what is left of it where it is a plan.

        ``counted`` are those of durations and distances, of which ``upper`` says at most how many
        days lie between.
        """
        if vouching is None:
            self.constraints.append(edge)
        elif edge.earlier in self._days or edge.later in self._days:
            self._dated(edge, vouching)
        elif counted:
            self._reaching(edge, vouching, upper=upper)
        else:
            self.constraints.append(edge)

    def _vouching(self, claims: tuple[str, ...]) -> Vouching | None:
        """The day on which all of some claims vouched; None where they are not held to one."""
        if len(claims) == 1:
            return self.vouched.get(claims[0])
        days = [self.vouched[claim] for claim in claims if claim in self.vouched]
        return min(days, key=lambda one: (one.last, one.first)) if days else None

    def _on_day(self, axiom: Axiom, subject: str, day: int, reason: int) -> None:
        """An axiom about a subject and one known day."""
        points = {
            PointRole.SUBJECT_START: (self.point(subject, "start"), 0),
            PointRole.SUBJECT_END: (self.point(subject, "end"), 0),
        }
        earlier, before = points.get(axiom.earlier, (ORIGIN, day))
        later, after = points.get(axiom.later, (ORIGIN, day))
        shift = before - after
        if axiom.least is not None:
            self.constraints.append(Constraint(earlier, later, axiom.least + shift, reason))
        if axiom.most is not None:
            self.constraints.append(Constraint(later, earlier, -axiom.most - shift, reason))

    # ------------------------------------------------------------------ plans

    def _dated(self, edge: Constraint, vouching: Vouching) -> None:
        """A bound by a date: whole where it is a fact, else what is left of it."""
        lower = edge.earlier in self._days
        date, subject = (edge.earlier, edge.later) if lower else (edge.later, edge.earlier)
        bounds = self._days[date]
        low = None if bounds.earliest is None else bounds.earliest + edge.least
        high = None if bounds.latest is None else bounds.latest - edge.least
        day = low if lower else high
        verdict = Verdict.FACT if day is None else vouching.verdict(day)
        reason = self.reasons[edge.reason]
        if verdict is Verdict.FACT or self._is_told(reason.claims, subject):
            self.constraints.append(edge)
            return
        iri, which = self.names[subject]
        below, above = self._sides(reason.predicate, which)
        if not (lower and above):
            days = (low if below else None, None if lower else high)
            self.plans.append(Plan(iri, which, *days, reason.claims, vouching.days))
        if lower:
            self._from_vouching(edge, subject, day, vouching)

    def _sides(self, predicate: str, which: str) -> tuple[bool, bool]:
        """Whether dates of a property bound the start or end of its subject below and above."""
        role = PointRole.SUBJECT_START if which == "start" else PointRole.SUBJECT_END
        axioms = self.schema.property_axioms(predicate)
        return (
            any(one.later is role and one.least is not None for one in axioms),
            any(one.earlier is role and one.least is not None for one in axioms),
        )

    def _from_vouching(
        self, edge: Constraint, subject: int, day: int | None, vouching: Vouching
    ) -> None:
        """What is left of a lower bound: it counts from the vouching day.

        Where ``day`` may lie before that, the earlier of the two comes no earlier than the first
        that the vouching day can be.
        """
        stated = self.stated[edge.reason]
        reason = self._reason(replace(self.reasons[edge.reason], planned=True), *stated)
        point, shift = vouching.point(self.point)
        if day is not None and day <= vouching.last:
            point, shift = ORIGIN, vouching.first
        self.constraints.append(Constraint(point, subject, shift, reason))

    def _reaching(self, edge: Constraint, vouching: Vouching, *, upper: bool) -> None:
        """A duration or a distance, of which it is found out later whether it is a plan."""
        claims = self.reasons[edge.reason].claims
        from_, to = (edge.later, edge.earlier) if upper else (edge.earlier, edge.later)
        days = -edge.least if upper else edge.least
        if self._is_told(claims, to):
            self.constraints.append(edge)
        else:
            self._reached.append(Reached(edge, from_, to, days, upper, vouching, claims))

    def _is_told(self, claims: tuple[str, ...], point: int) -> bool:
        name = self.names[point]
        return all(name in self.told.get(claim, ()) for claim in claims)

    def tell_plans(self) -> None:
        """Tell durations and distances that are plans from facts, once all else is collected."""
        reached, self._reached = self._reached, []
        if not reached:
            return
        plans = planned(
            self.constraints,
            reached,
            self._known,
            lambda c: self.reasons[c.reason].claims,
        )
        days: dict[tuple[Point, Vouching, Reason], list[int | None]] = {}
        for one in reached:
            if one not in plans:
                self.constraints.append(one.constraint)
                continue
            reason = replace(self.reasons[one.constraint.reason], axiom="")
            both = days.setdefault((self.names[one.to], one.vouching, reason), [None, None])
            both[one.upper] = plans[one]
            if not one.upper:
                self._from_vouching(one.constraint, one.to, None, one.vouching)
        for ((iri, which), vouching, reason), (low, high) in days.items():
            self.plans.append(Plan(iri, which, low, high, reason.claims, vouching.days))

    # ------------------------------------------------------------------ points and reasons

    def _reason(self, reason: Reason, statement: Statement | None, side: str = "") -> int:
        self.reasons.append(reason)
        self.stated.append((statement, side))
        return len(self.reasons) - 1

    def _points(
        self,
        role: PointRole,
        claims: tuple[str, ...],
        subject: str,
        predicate: str,
        obj: NamedNode | Literal | None,
        statement: Statement | None,
    ) -> list[int]:
        """The point that an axiom speaks about; of a date that means several days, each of them."""
        if role is PointRole.SUBJECT_START:
            return [self.point(subject, "start")]
        if role is PointRole.SUBJECT_END:
            return [self.point(subject, "end")]
        if isinstance(obj, Literal):
            return self._date(role, claims, subject, predicate, obj, statement)
        if obj is None:
            raise BadClaim(
                "An axiom of a class speaks about an object.",
                where=subject,
                remedy="Let a property have the axiom.",
            )
        # The day that an event or a source stands for is the day it began; a source has one day.
        return [self.point(obj.value, "end" if role is PointRole.OBJECT_END else "start")]

    def _date(
        self,
        role: PointRole,
        claims: tuple[str, ...],
        subject: str,
        predicate: str,
        literal: Literal,
        statement: Statement | None,
    ) -> list[int]:
        if literal.datatype != EDTF_DATATYPE:
            raise BadClaim(
                f"{literal.value[:60]!r} is no date.",
                where=claims[0] if claims else subject,
                remedy='Write an EDTF literal: "2020-01-03"^^edtf:EDTF',
            )
        try:
            value = parse(literal.value)
        except TenureError as error:
            where = claims[0] if claims else subject
            raise BadClaim(error.what, where=where, remedy=error.remedy) from error
        key = "\x00".join((subject, predicate, value.text, *claims))
        # A source has one day, whatever its date means.
        each = value.kind is Kind.ALL_OF and role is PointRole.OBJECT_MOMENT and claims
        members = [one.text for one in _members(value)] if each else [""]
        stated = Reason(claims, subject, predicate, value.text, "", dated=True)
        return [
            self._date_point(
                key, role, parse(member) if member else value, member, stated, statement
            )
            for member in members
        ]

    def _date_point(
        self,
        key: str,
        role: PointRole,
        value: Edtf,
        member: str,
        stated: Reason,
        statement: Statement | None,
    ) -> int:
        name = (key, f"{role.value}{member}")
        number = self.points.get(name)
        if number is not None:
            return number
        number = self.point(*name)
        side = _SIDES.get(role, "") if value.is_interval else ""
        reason = self._reason(stated, statement, side)
        if statement is not None and value.kind in _WITH_HOLES and not member:
            self._hole(key, value, number, role, reason, statement)
        bounds = date_point(value, role)
        self._days[number] = _in_the_order_of_days(value, role)
        if bounds.earliest is not None:
            self.constraints.append(Constraint(ORIGIN, number, bounds.earliest, reason))
        if bounds.latest is not None:
            self.constraints.append(Constraint(number, ORIGIN, -bounds.latest, reason))
        if role is PointRole.OBJECT_END or role is PointRole.OBJECT_START:
            self._in_order(key, value, reason)
        return number

    def _in_order(self, key: str, value: Edtf, reason: int) -> None:
        """Of one date, the first day is not after the last: so is it held on its first at least."""
        first, last = (
            self.points.get((key, role.value))
            for role in (PointRole.OBJECT_START, PointRole.OBJECT_END)
        )
        if first is None or last is None:
            return
        by = date_point(value, PointRole.OBJECT_START).latest
        from_ = date_point(value, PointRole.OBJECT_END).earliest
        if by is None or from_ is None or by > from_:
            self.constraints.append(Constraint(first, last, 0, reason))

    def _hole(
        self,
        key: str,
        value: Edtf,
        number: int,
        role: PointRole,
        reason: int,
        statement: Statement,
    ) -> None:
        """Note the readings of a date with holes."""
        hole = self.holes.get(key)
        if hole is None:
            if not self._is_past(value, statement):
                # Of a reading that is a plan only a part would hold; all of them say as much.
                return
            found = readings(value)
            if found is None:
                self.unread.append(statement)
            if not found:
                return
            hole = self.holes[key] = Hole(reason, found)
        hole.points[number] = role

    def _is_past(self, value: Edtf, statement: Statement) -> bool:
        """Whether a date is a fact to whoever states it, whichever of its days is meant."""
        vouching, latest = self._vouching(statement.claims), value.fuzzy_bounds.latest
        if vouching is None or (latest is not None and latest <= vouching.first):
            return True
        days = ((statement.subject, "start"), (statement.subject, "end"))
        return all(one in self.told.get(claim, ()) for claim in statement.claims for one in days)

    # ------------------------------------------------------------------ what can be left out

    def units(self, roles: Collection[int] = ()) -> list[tuple[Unit, ...]]:
        """For each reason the units without any of which it would not hold.

        Those are statements about time. That a claim tells of something, and of whose it is, stays;
        only of the reasons ``roles``, by number, are such statements units too. What a tense says
        of the start or the end of something goes with the claim's own dated statement about it,
        where there is one.
        """
        own: dict[tuple[str, str, PointRole], set[Unit]] = defaultdict(set)
        found: list[tuple[Unit, ...]] = []
        for number, reason in enumerate(self.reasons):
            statement, side = self.stated[number]
            axiom = self.schema.axioms.get(reason.axiom)
            units: tuple[Unit, ...] = ()
            if statement is not None:
                some = self._units_of(statement, roles=number in roles)
                units = tuple(sorted(replace(u, side=side) if side else u for u in some))
                if axiom is not None and _is_dated(statement):
                    for role in (axiom.earlier, axiom.later):
                        for unit in units:
                            own[unit.claim, statement.subject, role].add(unit)
            if axiom is not None and axiom.gives_way:
                units = (Unit("", reason.subject, reason.axiom, reason.object), *units)
            found.append(units)
        for number, reason in enumerate(self.reasons):
            if self.stated[number][0] is None and reason.claims:
                found[number] += self._units_of_tense(reason, own)
        return found

    def _units_of(self, statement: Statement, *, roles: bool) -> set[Unit]:
        if statement.parts:
            return {u for part in statement.parts for u in self._units_of(part, roles=roles)}
        about_time = (
            roles
            or isinstance(statement.object, Literal)
            or statement.distance is not None
            or self.schema.is_time(statement.predicate)
        )
        return set(statement.units) if about_time else set()

    def _units_of_tense(
        self, reason: Reason, own: Mapping[tuple[str, str, PointRole], set[Unit]]
    ) -> tuple[Unit, ...]:
        (claim,) = reason.claims
        axiom = self.schema.axioms[reason.axiom]
        dated = {
            unit
            for role in (axiom.earlier, axiom.later)
            if role in _OF_SUBJECT
            for unit in own.get((claim, reason.subject, role), ())
        }
        tense = Unit(claim, reason.subject, reason.predicate, reason.object)
        return tuple(sorted(dated)) or (tense,)


def _is_dated(statement: Statement) -> bool:
    """Whether a statement gives a date."""
    value = statement.object
    return isinstance(value, Literal) and value.datatype == EDTF_DATATYPE


def _side(axiom: Axiom, text: str) -> str:
    """Which side of an interval an axiom speaks about; empty where of the whole, or of a day."""
    if "/" not in text:
        return ""
    return next((_SIDES[role] for role in (axiom.earlier, axiom.later) if role in _SIDES), "")


def date_point(value: Edtf, role: PointRole) -> Bounds:
    """The days that a date leaves open for its moment, its first or its last day.

    The moment is some day within the fuzzy bounds. The first and last day of an exact month are
    known; about a month, they can lie as far to one side as to the other; and of a date with
    unspecified digits or of one of a set, neither is known better than the whole. Of a set that
    means all of its members the first day is that of the first of them, the last that of the last.
    """
    fuzzy, strict = value.fuzzy_bounds, value.bounds
    if role is PointRole.OBJECT_MOMENT:
        return fuzzy
    if value.is_interval:
        four = value.interval_bounds
        if role is PointRole.OBJECT_START:
            return Bounds(four.start_earliest, four.start_latest)
        return Bounds(four.end_earliest, four.end_latest)
    if value.kind is Kind.ALL_OF:
        return _outermost(value, role)
    if value.kind not in _SPANS:
        return fuzzy
    if role is PointRole.OBJECT_START:
        return Bounds(fuzzy.earliest, _mirror(strict.earliest, fuzzy.earliest))
    return Bounds(_mirror(strict.latest, fuzzy.latest), fuzzy.latest)


def _in_the_order_of_days(value: Edtf, role: PointRole) -> Bounds:
    """As :func:`date_point`, with what follows from that the first day is not after the last."""
    low, high = date_point(value, role)
    if role is PointRole.OBJECT_END:
        first = date_point(value, PointRole.OBJECT_START).earliest
        low = first if low is None or (first is not None and first > low) else low
    elif role is PointRole.OBJECT_START:
        last = date_point(value, PointRole.OBJECT_END).latest
        high = last if high is None or (last is not None and last < high) else high
    return Bounds(low, high)


def _members(value: Edtf) -> list[Edtf]:
    """The members of a set; of a range among them the first and the last, as far as it has them."""
    return list(dict.fromkeys(s for one in value.ranges for s in one if isinstance(s, Edtf)))


def _outermost(value: Edtf, role: PointRole) -> Bounds:
    side, outer = (0, min) if role is PointRole.OBJECT_START else (1, max)
    ends = [one[side] for one in value.ranges]
    days = [date_point(one, role) for one in ends if isinstance(one, Edtf)]
    open_ended = len(days) < len(ends)
    low, high = (
        None if None in of_all else outer((d for d in of_all if d is not None), default=None)
        for of_all in ([one.earliest for one in days], [one.latest for one in days])
    )
    # Where a range is open, the outermost day lies beyond all the others.
    if role is PointRole.OBJECT_START:
        return Bounds(None if open_ended else low, high)
    return Bounds(low, None if open_ended else high)


def _mirror(strict: int | None, fuzzy: int | None) -> int | None:
    return None if strict is None or fuzzy is None else 2 * strict - fuzzy


def _integer(obj: NamedNode | Literal | None, where: str) -> int:
    if isinstance(obj, Literal) and obj.datatype == XSD_INTEGER:
        try:
            value = int(obj.value)
        except ValueError:
            value = -1
        if 0 < value < 10**9:
            return value
    text = obj.value[:60] if obj is not None else ""
    raise BadClaim(
        f"{text!r} is no number of days.", where=where, remedy="Write a whole number above 0: 15"
    )
