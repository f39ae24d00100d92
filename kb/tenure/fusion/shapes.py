"""Fusion of many components at a time: those of one shape have the same constraints, but for days.

Most components of a register are alike: one claim, one tenure, a start and an end. The first of a
shape is fused as every component is (:func:`tenure.fusion.fuse`). From its network the longest
paths are kept once: between the points of dates and those of occurrences, as numbers of days. They
are linear in the max-plus sense (Baccelli, Cohen, Olsder and Quadrat, *Synchronization and
Linearity*, 1992), so that the bounds of all others of the shape are the greatest and the least of
few sums; and what the first says beside its bounds, they say with names of their own.

A component has a shape only where nothing else can make a difference. That is decided from above:
whatever is hedged, denied, told by a tense, planned, presumed, merged, counted in days or of
several readings has none, and neither has one of which the first was contested. Where the days of
one of a shape contradict each other it is fused by itself, as all of these are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadDate
from tenure.fusion.completeness import HOLDERS_COMPLETE
from tenure.fusion.components import Components, Fuse, Ties, batches
from tenure.fusion.constraints import date_point
from tenure.fusion.fusion_input import FirstLook
from tenure.fusion.triples import bound_triples, world_triples
from tenure.fusion.world import (
    PlainComponent,
    PlainOccurrence,
    PlainWorld,
    Template,
    World,
)
from tenure.model import Claim, Policy, Source, Standing
from tenure.model.edits import EDITS
from tenure.model.occurrence import Occurrence
from tenure.model.schema import PointRole, Schema
from tenure.namespaces import EDTF_DATATYPE, TN, TNV, Names
from tenure.temporal import (
    ORIGIN,
    Constraint,
    FourBounds,
    Kind,
    TimeNetwork,
    parse,
    parse_iso,
)

MOST_CLAIMS: Final = 8
"""Claims in a component that is given a shape; larger ones are seldom alike."""

MOST_SHAPES: Final = 2_000
"""Shapes that are kept; what comes after these has none."""

_MOST_DATES: Final = 100_000
_SEVERAL_READINGS: Final = (Kind.ONE_OF, Kind.UNSPECIFIED, Kind.ALL_OF)
_ROLES: Final = (PointRole.OBJECT_MOMENT, PointRole.OBJECT_START, PointRole.OBJECT_END)
_ROLE_PLACE: Final = {role.value: 2 * place for place, role in enumerate(_ROLES)}

_AT_DISTANCE: Final = TN("atDistance").value
PLAIN_MANNER: Final = {"modality": TNV("Asserted"), "rank": TNV("Normal"), "reading": TNV("Stated")}
"""How most claims are put."""

_PLAINLY: Final = tuple(one.value for one in PLAIN_MANNER.values())
_DENIED: Final = TNV("Denied").value

_Pattern = tuple[tuple[int, str, str, int | str], ...]
"""What is stated: the number of the thing, the property, and what its value is of which kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """All that claims of one form have in common; there is one of each.

    ``binding`` are the things, by number, that tie whatever names them too: those that something is
    stated about, or that are the object of a property that binds. ``terms`` are named by all. What
    is ``sound`` can be understood by whatever policy.
    """

    binding: tuple[int, ...]
    terms: tuple[str, ...]
    sound: bool


class Date(NamedTuple):
    """A date as a shape sees it.

    ``form`` says which of its days are known; ``days`` are the first and the last day of its
    moment, its first and its last day; ``last`` is the greatest of them.
    """

    text: str
    form: tuple[object, ...]
    days: tuple[int | None, ...]
    last: int | None


class ComponentRow(NamedTuple):
    """Claims that are fused together, in short: their form, and what they fill it with.

    ``names`` are the things that they name, then the claims themselves, ``size`` in number and in
    order. ``spare`` is by how many days the sources spoke after the last day that they state, at
    least. Of a single claim there is the ``source``.
    """

    form: object
    names: tuple[str, ...]
    dates: tuple[Date, ...]
    spare: int
    size: int = 1
    source: str = ""

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims, by name."""
        return self.names[-self.size :]

    @property
    def is_sound(self) -> bool:
        """Whether a single claim can be understood by whatever policy."""
        return isinstance(self.form, Form) and self.form.sound


class ComponentReader:
    """Reads claims as rows, where all that they say can be said in one."""

    def __init__(
        self,
        schema: Schema,
        types: Mapping[str, frozenset[str]],
        sources: Mapping[str, Source],
        policy: Policy,
        ties: Ties,
        names: Names,
    ) -> None:
        self._schema = schema
        self._types = types
        self._sources = sources
        self._policy = policy
        self._ties = ties
        self._merged = ties.identities
        self._things = names.id_prefix
        self._others = (names.source_prefix, names.claim_prefix)
        self._edits = names.source(EDITS).value
        # What is asked as of another time needs to know what each claim rests on.
        self._able = policy.known_at is None and policy.states_by is None
        self._look = FirstLook(schema)
        self._plain: dict[str, tuple[bool, bool]] = {}
        self._standing: dict[tuple[str, ...], bool] = {}
        self._spoken: dict[tuple[str, str], int | None] = {}
        self._dates: dict[str, Date | None] = {}
        self._forms: dict[tuple[object, ...], Form] = {}

    def plain(
        self, iri: str, source: str, recorded: str, stated: Iterable[Quad]
    ) -> ComponentRow | None:
        """A claim that is put as most are, with what is ``stated`` in its graph.

        None where that says more than a row can say, or something that cannot be understood.
        """
        return self._row(iri, source, recorded, _PLAINLY, stated) if self._able else None

    def of(self, claim: Claim) -> ComponentRow | None:
        """As :meth:`plain`, of any claim that is at hand."""
        if not self._able or claim.hedged or claim.tense or claim.retracted_at:
            return None
        manner = (claim.modality, claim.rank, claim.reading)
        return self._row(claim.iri, claim.source, claim.recorded_at, manner, claim.content)

    def _row(
        self,
        iri: str,
        source: str,
        recorded: str,
        manner: tuple[str, ...],
        stated: Iterable[Quad | Triple],
    ) -> ComponentRow | None:
        """A claim that is neither hedged nor retracted, and has no tense."""
        if not self._counts(source, manner):
            return None
        spoken = self._day(source, recorded)
        stated = list(stated)
        content = self._content(stated)
        if spoken is None or content is None:
            return None
        pattern, things, dates = content
        last = max((one.last for one in dates if one.last is not None), default=spoken)
        order = tuple(sorted(range(len(things)), key=things.__getitem__))
        types = self._types.get
        key = (
            manner,
            pattern,
            tuple([types(one) for one in things]),
            order,
            tuple([one.form for one in dates]),
        )
        form = self._forms.get(key)
        if form is None:
            terms = dict.fromkeys(str(text) for _, _, kind, text in pattern if kind == "term")
            sound = self._look.finds_sound(stated)
            form = self._forms[key] = Form(self._binding(pattern), tuple(terms), sound)
        return ComponentRow(form, (*things, iri), dates, spoken - last, 1, source)

    def _content(
        self, stated: Iterable[Quad | Triple]
    ) -> tuple[_Pattern, tuple[str, ...], tuple[Date, ...]] | None:
        """What is stated, with the things and the dates in it by number."""
        rows: list[_Stated] = []
        for quad in stated:
            row = self._stated(quad)
            if row is None:
                return None
            rows.append(row)
        if not rows:
            return None
        rows.sort(key=_first_four)
        prefix = self._things
        things: dict[str, int] = {}
        dates: dict[Date, int] = {}
        pattern: list[tuple[int, str, str, int | str]] = []
        for about, name, literal, text, date in rows:
            number = things.setdefault(about, len(things))
            if date is not None:
                pattern.append((number, name, "date", dates.setdefault(date, len(dates))))
            elif not literal and text.startswith(prefix):
                pattern.append((number, name, "thing", things.setdefault(text, len(things))))
            else:
                pattern.append((number, name, "literal" if literal else "term", text))
        return tuple(pattern), tuple(things), tuple(dates)

    def _stated(self, quad: Quad | Triple) -> _Stated | None:
        """A statement; None of what cannot be in a row."""
        subject, value, name = quad.subject, quad.object, quad.predicate.value
        able, takes_literal = self._property(name)
        if not able or not isinstance(subject, NamedNode):
            return None
        about = subject.value
        if not about.startswith(self._things) or about in self._merged:
            return None
        if isinstance(value, NamedNode):
            text = value.value
            if text.startswith(self._others) or text in self._merged:
                return None
            if not text.startswith(self._things) and name in self._ties.binding_properties:
                return None
            return about, name, False, text, None
        if not isinstance(value, Literal):
            return None
        if value.datatype == EDTF_DATATYPE:
            date = self._date(value.value)
            if date is None or name in self._schema.disagreements:
                return None
            return about, name, True, date.text, date
        return (about, name, True, str(value), None) if takes_literal else None

    def _binding(self, pattern: _Pattern) -> tuple[int, ...]:
        found = {number for number, *_ in pattern}
        found.update(
            one
            for _, name, kind, one in pattern
            if kind == "thing" and isinstance(one, int) and name in self._ties.binding_properties
        )
        return tuple(sorted(found))

    def _property(self, name: str) -> tuple[bool, bool]:
        """Whether a property can be in a row, and with a literal that is no date."""
        known = self._plain.get(name)
        if known is None:
            schema = self._schema
            able = (
                name not in schema.by_office
                and TN("participant").value not in schema.superproperties(name)
                and name not in (HOLDERS_COMPLETE, _AT_DISTANCE)
            )
            known = self._plain[name] = (able, not schema.property_axioms(name))
        return known

    def _counts(self, source: str, manner: tuple[str, ...]) -> bool:
        """Whether claims of a source that are put in a manner are accepted."""
        key = (source, *manner)
        known = self._standing.get(key)
        if known is None:
            modality, rank, reading = manner
            claim = Claim(
                "", source, "", modality, False, None, rank, reading, "", None, (), (), ()
            )
            known = self._standing[key] = (
                source in self._sources
                and source != self._edits
                and modality != _DENIED
                and self._policy.standing(claim) is Standing.ACCEPTED
            )
        return known

    def _day(self, source: str, recorded: str) -> int | None:
        """A day on which the source had not yet spoken, or just did, whatever its claims rest on.

        See :func:`tenure.fusion.vouching_of`, which tells it exactly; None where it cannot tell.
        """
        key = (source, recorded)
        if key not in self._spoken:
            low, high = self._sources[source].published.fuzzy_bounds
            try:
                # A day earlier, since the instant may be of another zone.
                day = parse_iso(recorded[: recorded.index("T")]) - 1
            except (ValueError, BadDate):
                self._spoken[key] = None
            else:
                published = high if low is None else low
                self._spoken[key] = day if published is None else min(day, published)
        return self._spoken[key]

    def _date(self, text: str) -> Date | None:
        if text not in self._dates:
            if len(self._dates) > _MOST_DATES:
                self._dates.clear()
            self._dates[text] = _date(text)
        return self._dates[text]


_Stated = tuple[str, str, bool, str, Date | None]
"""What is stated: of what, by which property, whether a literal, its text, and the date it is."""


def _first_four(row: _Stated) -> tuple[str, str, bool, str]:
    return row[:4]


def _date(text: str) -> Date | None:
    try:
        value = parse(text)
    except BadDate:
        return None
    if value.kind in _SEVERAL_READINGS or text[:1] == "{":
        return None
    points = [date_point(value, role) for role in _ROLES]
    days = tuple(day for one in points for day in one)
    by, from_ = points[1].latest, points[2].earliest
    crossing = by is None or from_ is None or by > from_
    if value.fuzzy_bounds.latest is None:
        # It may be told of what was still to come.
        return None
    form = (value.is_interval, crossing, tuple(day is None for day in days))
    return Date(value.text, form, days, max((d for d in days if d is not None), default=None))


_Sum = tuple[int, int, int]
"""The number of a date, the place among its days, and how many days are added."""


@dataclass(frozen=True, slots=True)
class ShapedOccurrence:
    """An occurrence of a shape: what it is by the numbers of its things, and how its days come."""

    thing: int
    kind: str
    subject: int | None
    object: int | None
    start: tuple[tuple[_Sum, ...], tuple[_Sum, ...]]
    end: tuple[tuple[_Sum, ...], tuple[_Sum, ...]]
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What all components of one form have in common.

    ``template`` is what they say beside bounds. ``least`` are the days that lie at least between
    two days of dates; ``shift`` is by how many days an axiom moves a date.
    """

    template: Template
    occurrences: tuple[ShapedOccurrence, ...]
    least: tuple[tuple[_Sum, _Sum], ...]
    shift: int

    def bounds(self, dates: Sequence[Date]) -> list[FourBounds] | None:
        """The bounds of the occurrences by some dates; None where these contradict each other."""
        for (one, place, more), (other, at, _) in self.least:
            low, high = dates[one].days[place], dates[other].days[at]
            if low + more > high:  # type: ignore[operator]
                return None
        return [
            FourBounds(
                _greatest(one.start[0], dates),
                _least(one.start[1], dates),
                _greatest(one.end[0], dates),
                _least(one.end[1], dates),
            )
            for one in self.occurrences
        ]


def _greatest(sums: tuple[_Sum, ...], dates: Sequence[Date]) -> int | None:
    found = None
    for number, place, more in sums:
        day = dates[number].days[place] + more  # type: ignore[operator]
        if found is None or day > found:
            found = day
    return found


def _least(sums: tuple[_Sum, ...], dates: Sequence[Date]) -> int | None:
    found = None
    for number, place, more in sums:
        day = dates[number].days[place] + more  # type: ignore[operator]
        if found is None or day < found:
            found = day
    return found


def together(rows: Sequence[ComponentRow]) -> ComponentRow:
    """Several claims as one row."""
    rows = sorted(rows, key=lambda row: row.names[-1])
    if len(rows) == 1:
        return rows[0]
    things: dict[str, int] = {}
    dates: dict[Date, int] = {}
    sources: dict[str, int] = {}
    forms = tuple(
        (
            row.form,
            tuple([things.setdefault(one, len(things)) for one in row.names[:-1]]),
            tuple([dates.setdefault(one, len(dates)) for one in row.dates]),
            sources.setdefault(row.source, len(sources)),
        )
        for row in rows
    )
    named = tuple(things)
    order = tuple(sorted(range(len(named)), key=named.__getitem__))
    claims = (row.names[-1] for row in rows)
    spare = min(row.spare for row in rows)
    return ComponentRow((forms, order), (*named, *claims), tuple(dates), spare, len(rows))


class ComponentShapes:
    """The shapes of components, found out by fusing the first of each."""

    def __init__(self, fuse: Fuse, schema: Schema, names: Names) -> None:
        self._fuse = fuse
        self._schema = schema
        self._names = names
        self._graph = names.graph("world")
        self._known: dict[object, Shape | None] = {}

    def learn(self, row: ComponentRow, claims: Mapping[str, Claim]) -> World:
        """Find out the shape of a component; returns its world."""
        world = self._fuse(claims, None)
        self._known[row.form] = self._shape(row, world)
        return world

    def is_known(self, row: ComponentRow) -> bool:
        """Whether it was looked at whether components of this form have a shape, or never will."""
        return row.form in self._known or len(self._known) >= MOST_SHAPES

    def fused(self, row: ComponentRow) -> PlainComponent | None:
        """What a component makes.

        None where it has no shape, or has to be fused by itself.
        """
        shape = self._known.get(row.form)
        if shape is None or row.spare < shape.shift:
            return None
        bounds = shape.bounds(row.dates)
        if bounds is None:
            return None
        names = row.names
        occurrences = [
            PlainOccurrence(
                names[one.thing],
                one.kind,
                None if one.subject is None else names[one.subject],
                None if one.object is None else names[one.object],
                four,
                tuple([names[claim] for claim in one.claims]),
            )
            for one, four in zip(shape.occurrences, bounds, strict=True)
        ]
        return PlainComponent(shape.template, names, occurrences)

    # ------------------------------------------------------------------ how

    def _shape(self, row: ComponentRow, world: World) -> Shape | None:
        """The shape of a component that makes a world; None where more than its form matters."""
        number = {iri: place for place, iri in enumerate(row.names)}
        if not _is_plain(world):
            return None
        network = _Network.of(world, row.dates)
        if network is None:
            return None
        occurrences = []
        for one in world.occurrences.values():
            start, end = ((one.iri, which) for which in ("start", "end"))
            if not self._is_settled(one) or not self._is_over(one, network, world, end):
                return None
            subject, obj = number.get(one.subject or ""), number.get(one.object or "")
            if (subject is None) != (one.subject is None) or (obj is None) != (one.object is None):
                return None
            if one.iri not in number:
                return None
            occurrences.append(
                ShapedOccurrence(
                    number[one.iri],
                    one.kind,
                    subject,
                    obj,
                    network.days(world.time.points.get(start)),
                    network.days(world.time.points.get(end)),
                    tuple(number[claim] for claim in one.claims),
                )
            )
        lines = self._lines(world, number)
        if lines is None:
            return None
        text, order = lines
        template = Template(text, _picked(order))
        return Shape(template, tuple(occurrences), network.least(), network.shift)

    def _is_settled(self, one: Occurrence) -> bool:
        plain = PlainOccurrence(one.iri, one.kind, one.subject, one.object, one.bounds, one.claims)
        return plain.in_full() == one and one.kind not in self._schema.seating_kinds

    def _is_over(
        self, one: Occurrence, network: _Network, world: World, end: tuple[str, str]
    ) -> bool:
        """Whether it follows from what is known, not from when, that nothing is presumed of it."""
        if self._schema.horizon_of(one.kind) is None or one.bounds.start_latest is None:
            return True
        return network.is_dated_above(world.time.points.get(end))

    def _lines(self, world: World, number: Mapping[str, int]) -> tuple[str, list[int]] | None:
        """The triples of a world less its bounds, as lines with places for names."""
        bounds = {
            triple
            for one in world.occurrences.values()
            for triple in bound_triples(NamedNode(one.iri), one.bounds)
        }
        order: list[int] = []
        lines: list[str] = []
        for triple in world_triples(world, self._names):
            if triple in bounds:
                continue
            terms = [self._term(one, number, order) for one in (triple.subject, triple.object)]
            if None in terms:
                return None
            lines.append(f"{terms[0]} {triple.predicate} {terms[1]} {self._graph} .\n")
        return "".join(lines), order

    def _term(self, term: Any, number: Mapping[str, int], order: list[int]) -> str | None:
        """A term as it is written, or the place for a name; None of another name of its kind."""
        if isinstance(term, NamedNode):
            if term.value in number:
                order.append(number[term.value])
                return "<%s>"
            names = self._names
            own = (names.id_prefix, names.claim_prefix, names.source_prefix)
            if term.value.startswith(own):
                return None
        return str(term).replace("%", "%%")


class _Network:
    """The longest paths of a network that pass no day, between the days of some dates."""

    def __init__(
        self,
        network: TimeNetwork,
        low: Mapping[int, tuple[int, int]],
        high: Mapping[int, tuple[int, int]],
    ) -> None:
        """``low`` and ``high`` are the points of dates, each with its date and place there."""
        self._network = network
        self._low = low
        self._high = high
        self.shift = max((abs(one.least) for one in network.constraints), default=0)
        self._from = {point: network.at_least(point).distance for point in low}

    @classmethod
    def of(cls, world: World, dates: Sequence[Date]) -> _Network | None:
        """That of a world; None where anything else than the dates gives it days."""
        time = world.time
        number = {date.text: place for place, date in enumerate(dates)}
        within: list[Constraint] = []
        low: dict[int, tuple[int, int]] = {}
        high: dict[int, tuple[int, int]] = {}
        apart = _apart(world)
        for one in time.network.constraints:
            point = one.later if one.earlier == ORIGIN else one.earlier
            if point in apart:
                continue
            if ORIGIN not in (one.earlier, one.later):
                within.append(one)
                continue
            key, role = time.names[point]
            parts = key.split("\0")
            if len(parts) < 4 or parts[2] not in number or role not in _ROLE_PLACE:
                return None
            place, date = _ROLE_PLACE[role], number[parts[2]]
            into, day = (low, one.least) if one.earlier == ORIGIN else (high, -one.least)
            place += into is high
            if dates[date].days[place] != day:
                return None
            into[point] = (date, place)
        return cls(TimeNetwork(within), low, high)

    def days(self, point: int | None) -> tuple[tuple[_Sum, ...], tuple[_Sum, ...]]:
        """The sums whose greatest is a point's first day, and those whose least is its last."""
        if point is None:
            return (), ()
        least = [
            (*self._low[start], reached[point])
            for start, reached in self._from.items()
            if point in reached
        ]
        reached = self._network.at_least(point).distance
        most = [(*at, -reached[end]) for end, at in self._high.items() if end in reached]
        return tuple(least), tuple(most)

    def least(self) -> tuple[tuple[_Sum, _Sum], ...]:
        """The pairs of days, the first with what is added, of which none exceeds the other."""
        return tuple(
            ((*self._low[start], reached[end]), (*at, 0))
            for start, reached in self._from.items()
            for end, at in self._high.items()
            if end in reached
        )

    def is_dated_above(self, point: int | None) -> bool:
        """Whether a date that says so by itself comes after a point."""
        after = () if point is None else self._network.onwards(point)
        return any(one.later in self._high for one in after)


def _is_plain(world: World) -> bool:
    """Whether a world has nothing but occurrences and what is stated."""
    more = (
        world.conflicts, world.plans, world.participations, world.complete, world.existing,
        world.parts_out, world.disputed, world.time.variants, world.time.soft,
    )  # fmt: skip
    accepted = Standing.ACCEPTED.value
    return not any(more) and all(one == accepted for one in world.standings.values())


def _apart(world: World) -> set[int]:
    """The points of sources that nothing but the origin ties to any occurrence."""
    time = world.time
    sources = {
        point
        for point, (key, _) in enumerate(time.names)
        if key.partition("\0")[0] in world.sources
    }
    tied = any(
        (one.earlier in sources) != (one.later in sources)
        for one in time.network.constraints
        if ORIGIN not in (one.earlier, one.later)
    )
    return set() if tied else sources


def _picked(order: Sequence[int]) -> Callable[[Sequence[str]], Any]:
    """Picks names in an order, as a tuple whatever their number."""
    if len(order) == 1:
        (only,) = order
        return lambda names: (names[only],)
    return itemgetter(*order)


_MOST_TOGETHER: Final = 10_000
"""Components of known shapes that are handed on together."""

_FEW: Final = 3
"""Of fewer components the shape is not worth finding out."""


def pieces_in_bulk(
    components: Components,
    shapes: ComponentShapes,
    rows: Iterable[tuple[str, ComponentRow | None]],
    one_seat: Mapping[str, int],
    fuse: Fuse,
) -> Iterator[World | PlainWorld]:
    """What :meth:`Components.worlds` gives, by shapes as far as that goes.

    ``rows`` has every claim by its name, with its row where it has one.
    """
    claims = components.lookup.claims
    plain, apart = components_of(rows, components)
    held = components.held(one_seat)
    common = Counter(id(row.form) if row.size == 1 else row.form for row in plain)
    learned: list[World] = []
    some: list[PlainComponent] = []
    for row in plain:
        enough = common[id(row.form) if row.size == 1 else row.form] >= _FEW
        if enough and not shapes.is_known(row):
            learned.append(shapes.learn(row, {iri: claims[iri] for iri in row.claims}))
            continue
        found = shapes.fused(row)
        if found is None:
            apart.append(row.claims)
            continue
        held.note(found.occurrences)
        some.append(found)
        if len(some) >= _MOST_TOGETHER:
            yield PlainWorld(some)
            some = []
    yield PlainWorld(some)
    rest = ({iri: claims[iri] for iri in each} for each in apart)
    worlds = chain(learned, (fuse(batch, None) for batch in batches(rest)))
    yield from components.completed(worlds, one_seat, fuse, held)


def components_of(
    rows: Iterable[tuple[str, ComponentRow | None]], components: Components
) -> tuple[list[ComponentRow], list[Sequence[str]]]:
    """The components of all claims: those that are one row each, and the names of the others.

    As :meth:`Components.all` finds them by walking, from a table of what all claims name.
    """
    ties, claims = components.ties, components.lookup.claims
    one = ties.identities.of
    known: list[ComponentRow | str] = []
    binding: set[str] = set()
    named: dict[int, tuple[str, frozenset[str]]] = {}
    for iri, row in rows:
        if row is None:
            claim = claims[iri]
            named[len(known)] = claim.source, ties.named(claim)
            binding.update(map(one, ties.binding(claim)))
            known.append(iri)
        else:
            names, form = row.names, row.form
            assert isinstance(form, Form)
            binding.update([names[number] for number in form.binding])
            known.append(row)
    passes = _Passing(ties, binding).__getitem__
    # Whoever names a source on whose day something hangs is tied to all that it claims.
    sources = {thing for _, some in named.values() for thing in some if passes(thing)}
    groups = _Alike(len(known))
    first: dict[str, int] = {}
    for number, each in enumerate(known):
        things: Iterable[str]
        if isinstance(each, str):
            source, things = named[number]
        else:
            assert isinstance(each.form, Form)
            source, things = each.source, [*each.names[:-1], *each.form.terms]
        for thing in (*things, source) if source in sources else things:
            if passes(thing):
                other = first.setdefault(thing, number)
                if other != number:
                    groups.join(other, number)
    plain: list[ComponentRow] = []
    apart: list[Sequence[str]] = []
    for members in groups.all():
        some = [known[number] for number in members]
        short = [each for each in some if not isinstance(each, str)]
        if len(short) == len(some) <= MOST_CLAIMS:
            plain.append(together(short))
        else:
            apart.append([each if isinstance(each, str) else each.names[-1] for each in some])
    return plain, apart


class _Passing(dict[str, bool]):
    """Whether things tie all that name them; found out once for each."""

    def __init__(self, ties: Ties, binding: Collection[str]) -> None:
        super().__init__()
        self._ties = ties
        self._tied = binding

    def __missing__(self, thing: str) -> bool:
        if thing in self._tied:
            return True
        found = self[thing] = self._ties.always_binds(thing)
        return found


class _Alike:
    """Numbers that are put together, as a forest (Galler and Fischer 1964)."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def join(self, one: int, other: int) -> None:
        """Put the groups of two numbers together."""
        self._above[self._top(one)] = self._top(other)

    def _top(self, number: int) -> int:
        above = self._above
        while above[number] != number:
            above[number] = number = above[above[number]]
        return number

    def all(self) -> Iterator[Sequence[int]]:
        """Every group, those of several members last."""
        several: dict[int, list[int]] = defaultdict(list)
        tops = {number for number, above in enumerate(self._above) if above != number}
        tops = {self._top(number) for number in tops}
        for number, above in enumerate(self._above):
            if above == number and number not in tops:
                yield (number,)
            else:
                several[self._top(number)].append(number)
        yield from several.values()
