"""Questions about many situations, or one among many, answered from columns.

What a question means stands in its SPARQL. Where its header names an operator
(:mod:`tenure.knowledge.operations`), the same rows are made here from masks over columns, which
takes as long as there are rows and not as there are situations. Where an operator does not apply,
there is no table, and the engine answers. ``tests/knowledge/test_operators.py`` holds both to the
same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyoxigraph import NamedNode, Triple

from tenure.fusion import edtf_range
from tenure.knowledge.columns import DEGREES, NUMBER, Judged, far_of
from tenure.knowledge.operations import NAMED, Operation
from tenure.knowledge.world_graph import values_of
from tenure.namespaces import (
    EDTF_DATATYPE,
    RDF_TYPE,
    TN,
    TN_PREFIX,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_INTEGER,
    XSD_STRING,
)
from tenure.sandbox.table import IRI, Table, TableColumn
from tenure.temporal import Certainty, iso
from tenure.views import degree_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.knowledge.columns import Columns, Rows
    from tenure.knowledge.snapshot import Snapshot
    from tenure.model import Schema

_OUT, _POSSIBLE, _PRESUMED, _CERTAIN = (NUMBER[one] for one in DEGREES)
_CHANGES: Final[Mapping[tuple[int, int], str]] = {
    (_CERTAIN, _OUT): "ended",
    (_CERTAIN, _POSSIBLE): "no longer certain",
    (_PRESUMED, _OUT): "ended",
    (_PRESUMED, _POSSIBLE): "no longer presumed",
    (_POSSIBLE, _OUT): "no longer possible",
    (_OUT, _CERTAIN): "began",
    (_OUT, _PRESUMED): "began",
    (_POSSIBLE, _CERTAIN): "became certain",
    (_OUT, _POSSIBLE): "became possible",
    (_POSSIBLE, _PRESUMED): "became presumed",
}
_UNBOUND: Final = np.iinfo(np.int64).min
_DATATYPES: Final = {
    **dict.fromkeys(("subject", "object", "property", "situation"), IRI),
    "lastWordSource": IRI,
    "contested": XSD_BOOLEAN.value,
    "start": EDTF_DATATYPE.value,
    "end": EDTF_DATATYPE.value,
    "lastWord": XSD_DATE.value,
    **dict.fromkeys(("least", "presumed", "most"), XSD_INTEGER.value),
}


_ROLES: Final = ("subject", "object")


@dataclass(slots=True)
class _Alone:
    """A situation that is told of by itself: one value of each kind, where there can be several."""

    iri: str
    degrees: tuple[int, ...]
    kind: str
    subject: str | None
    object: str | None
    values: Mapping[NamedNode, Sequence[str]]

    def one(self, predicate: NamedNode) -> str | None:
        """The value of a property that has one at most."""
        return min(self.values.get(predicate, ()), default=None)


@dataclass(slots=True)
class _Found:
    """Rows of columns with a degree for each moment, and what is told of by itself."""

    columns: Columns
    rows: Rows
    degrees: Sequence[NDArray[Any]]
    alone: list[_Alone]
    contested: set[str] = field(default_factory=set)

    def keep(self, mask: NDArray[Any], alone: Callable[[_Alone], bool]) -> None:
        """Keep some of the rows, and of what is told of by itself what ``alone`` is true of."""
        self.rows = self.rows[mask]
        self.degrees = [one[mask] for one in self.degrees]
        self.alone = [one for one in self.alone if alone(one)]

    def keep_named(self, roles: Sequence[str], value: str | None) -> None:
        """Keep what has something in one of some roles; None: anything."""
        columns = [self.columns.arrays[role][self.rows] for role in roles]
        number = None if value is None else _number(self.columns, value)
        masks = [one >= 0 if number is None else one == number for one in columns]

        def has(one: _Alone) -> bool:
            names = [getattr(one, role) for role in roles]
            return value in names if value is not None else any(n is not None for n in names)

        self.keep(np.logical_or.reduce(masks), has)


def answered(snapshot: Snapshot, asked: Operation) -> Table | None:
    """The rows of an answer; None where the operator does not apply."""
    organization = asked.bound.get(asked.given.get("of", ""))
    offices = None if organization is None else snapshot.graph().offices_of(organization)
    about = offices or () if asked.thing is None else {asked.thing}
    judged = []
    contested: set[str] = set()
    for moment in asked.moments:
        sure = snapshot.certainty(moment, None, about)
        if not isinstance(sure, Judged):
            return None
        disputed = snapshot.contested(moment, None, sure)
        judged.append(sure.only(degree_view(asked.degree).degrees))
        contested.update(iri for iri in disputed if iri in judged[-1])
    if len({id(one.columns) for one in judged}) != 1:
        return None
    found = _found(snapshot, asked, judged)
    found.contested = contested
    _choose(snapshot, asked, found, offices)
    writer = _Writer(snapshot.schema, asked, found)
    return writer.counted() if asked.operator == "counts" else writer.table()


def _found(snapshot: Snapshot, asked: Operation, judged: Sequence[Judged]) -> _Found:
    """All that was going on at any of the moments, where they differ in what there are several."""
    columns = judged[0].columns
    if len(judged) == 1:
        rows, degrees = judged[0].rows, [judged[0].degrees]
    else:
        each = [np.zeros(len(columns), dtype=np.int8) for _ in judged]
        for put, one in zip(each, judged, strict=True):
            put[one.rows] = one.degrees
        rows = np.flatnonzero(each[0] != each[1])
        degrees = [one[rows] for one in each]
    otherwise = {iri for one in judged for iri in one.others}
    plain = columns.arrays["plain"][rows] & ~np.isin(rows, columns.rows(otherwise))
    otherwise.update(columns.iris.some(rows[~plain]))
    alone: list[_Alone] = []
    for iri in sorted(otherwise):
        sure = tuple(NUMBER[one.get(iri, Certainty.RULED_OUT)] for one in judged)
        if len(set(sure)) == len(judged):
            alone += _each(iri, sure, snapshot.graph().stated(iri), snapshot.schema, asked)
    return _Found(columns, rows[plain], [one[plain] for one in degrees], alone)


def _each(
    iri: str, degrees: tuple[int, ...], stated: Iterable[Triple], schema: Schema, asked: Operation
) -> Iterator[_Alone]:
    values = values_of(stated)
    fixed = _fixed(asked)
    roles = [TN("subject"), TN("object")]
    if fixed is not None and (kind := schema.kinds.get(fixed)) and kind.object_role:
        roles = [NamedNode(role) for role in (kind.subject_role, kind.object_role)]
    each: Iterator[Sequence[str | None]] = (values[role] or [None] for role in roles)
    subjects, objects = each
    for kind_, subject, object_ in product(values[RDF_TYPE], subjects, objects):
        yield _Alone(iri, degrees, kind_, subject, object_, values)


def _fixed(asked: Operation) -> str | None:
    """The class that the question is about, where it is always the same."""
    kind = asked.given.get("kind", "")
    return TN_PREFIX + kind.removeprefix("tn:") if kind.startswith("tn:") else None


def _choose(snapshot: Snapshot, asked: Operation, found: _Found, offices: set[str] | None) -> None:
    """Leave of what was found what the question asks about."""
    columns, schema, fixed = found.columns, snapshot.schema, _fixed(asked)
    if len(asked.moments) > 1:
        listed = [_change(*pair) for pair in _CHANGES]
        found.keep(
            np.isin(_change(*found.degrees), listed), lambda one: _change(*one.degrees) in listed
        )
    wanted = asked.bound.get(asked.given.get("kind", ""))

    def is_wanted(kind: str) -> bool:
        if fixed is not None:
            return kind == fixed
        if "property" in asked.given and not schema.objects(TN("flattensTo"), kind):
            return False
        above = schema.superclasses(kind)
        return wanted is None or any(_named(one) == wanted for one in above)

    numbers = columns.arrays["kind"][found.rows]
    kinds = np.unique(numbers)
    named = zip(kinds.tolist(), columns.names.some(kinds), strict=True)
    chosen = [number for number, kind in named if is_wanted(kind)]
    found.keep(np.isin(numbers, chosen), lambda one: is_wanted(one.kind))
    both = fixed is not None or asked.operator == "counts"
    for role in ("subject", "object") if both else ("subject",):
        found.keep_named((role,), None)
    for roles, name in ((("subject",), "subject"), (("object",), "object"), (_ROLES, "either")):
        value = asked.bound.get(asked.given.get(name, ""))
        if value is not None:
            found.keep_named(roles, value)
    if offices is not None:
        places = [_number(columns, office) for office in offices]
        mask = np.isin(columns.arrays["object"][found.rows], places)
        found.keep(mask, lambda one: one.object in offices)


def _number(columns: Columns, name: str) -> int:
    """The place of a name; of one that is not there, a number that no row has."""
    found = columns.names.find(name)
    return found if found >= 0 else -2


def _named(iri: str) -> str:
    return iri.partition("#")[2]


def _change(was: Any, now: Any) -> Any:
    """A number for two degrees, or an array of such."""
    return 4 * was + now


class _Writer:
    """Writes what was found as columns of an answer."""

    def __init__(self, schema: Schema, asked: Operation, found: _Found) -> None:
        self._schema = schema
        self._asked = asked
        self._found = found
        self._roles = {variable: what for what, variable in asked.given.items()}

    def table(self) -> Table | None:
        """The rows in order, each once."""
        made = {name: self._column(name) for name in self._asked.columns}
        if any(one is None for one in made.values()):
            return None
        return self._in_order({name: one for name, one in made.items() if one is not None})

    def counted(self) -> Table | None:
        """For each object and class of what was found, how many subjects there are."""
        if not {*self._asked.columns} <= {*NAMED["counts"], self._asked.given["object"][1:]}:
            return None
        kinds, classes = self._by_kind(lambda kind: kind)
        objects, things = self._of_names("object", lambda one: one.object)
        subjects, _ = self._of_names("subject", lambda one: one.subject)
        sure = [one.degrees[0] for one in self._found.alone]
        degrees = np.concatenate([self._found.degrees[0], np.array(sure, dtype=np.int8)])
        # Whoever is the subject of several counts once, by the surest.
        group = kinds * len(things) + objects
        order = np.lexsort([degrees, subjects, group])
        last = np.ones(len(order), dtype=np.bool_)
        last[:-1] = (np.diff(group[order]) != 0) | (np.diff(subjects[order]) != 0)
        group, degrees = group[order[last]], degrees[order[last]]
        groups, place = np.unique(group, return_inverse=True)
        columns = {
            "kind": self._literals("kind", groups // max(1, len(things)), map(_named, classes)),
            "object": TableColumn(
                self._asked.given["object"][1:], groups % max(1, len(things)), things, IRI
            ),
        }
        for name, least in (("least", _CERTAIN), ("presumed", _PRESUMED), ("most", _POSSIBLE)):
            counts = np.bincount(place[degrees >= least], minlength=len(groups))
            distinct, codes = np.unique(counts, return_inverse=True)
            columns[name] = self._literals(name, codes, map(str, distinct.tolist()))
        named = {one.name: one for one in columns.values()}
        return self._in_order({name: named[name] for name in self._asked.columns})

    @staticmethod
    def _literals(name: str, codes: NDArray[Any], texts: Iterable[str]) -> TableColumn:
        return TableColumn(name, codes, list(texts), _DATATYPES.get(name, XSD_STRING.value))

    def _in_order(self, columns: Mapping[str, TableColumn]) -> Table:
        names = [*self._asked.order, *(n for n in columns if n not in self._asked.order)]
        if not len(next(iter(columns.values())).codes):
            return Table(list(columns.values()))
        keys = [_ranked(columns[name]) for name in names]
        order = np.lexsort(keys[::-1])
        differs = np.zeros(len(order), dtype=np.bool_)
        differs[0] = True
        for key in keys:
            differs[1:] |= key[order[1:]] != key[order[:-1]]
        chosen = order[differs]
        return Table(
            [TableColumn(c.name, c.codes[chosen], c.texts, c.datatype) for c in columns.values()]
        )

    def _column(self, name: str) -> TableColumn | None:
        what = self._roles.get(f"?{name}", name)
        made: Callable[[], tuple[NDArray[Any], list[str]]] | None = {
            "subject": lambda: self._of_names("subject", lambda one: one.subject),
            "object": lambda: self._of_names("object", lambda one: one.object),
            "situation": self._situations,
            "certainty": self._certainty,
            "change": self._changes,
            "contested": self._contested,
            "basis": lambda: self._of_names("basis", lambda one: one.one(TN("basis"))),
            "kind": lambda: self._by_kind(_named),
            "property": lambda: self._by_kind(self._property),
            "start": lambda: self._ranges(0, "startRange"),
            "end": lambda: self._ranges(2, "endRange"),
            "lastWord": self._words,
            "lastWordSource": self._word_sources,
        }.get(what)
        if made is None:
            return None
        codes, texts = made()
        return TableColumn(name, codes, texts, _DATATYPES.get(what, XSD_STRING.value))

    def _of_names(
        self,
        column: str,
        of: Callable[[_Alone], str | None],
        has: NDArray[Any] | None = None,
    ) -> tuple[NDArray[Any], list[str]]:
        numbers = self._found.columns.arrays[column][self._found.rows].astype(np.int64)
        numbers = np.where(numbers < 0, _UNBOUND, numbers)
        return self._coded(numbers, self._found.columns.names.some, of, has)

    def _coded(
        self,
        numbers: NDArray[Any],
        texts_of: Callable[[NDArray[Any]], list[str]],
        of: Callable[[_Alone], str | None],
        has: NDArray[Any] | None = None,
    ) -> tuple[NDArray[Any], list[str]]:
        """Values by number, with those of what is told of by itself; :data:`_UNBOUND` is none."""
        if has is not None:
            numbers = np.where(has, numbers, _UNBOUND)
        distinct, codes = np.unique(numbers, return_inverse=True)
        if len(distinct) and distinct[0] == _UNBOUND:
            distinct, codes = distinct[1:], codes - 1
        place: dict[str, int] = {}
        known = [place.setdefault(text, len(place)) for text in texts_of(distinct)]
        more = [
            -1 if value is None else place.setdefault(value, len(place))
            for value in map(of, self._found.alone)
        ]
        codes = np.array([*known, -1], dtype=np.int64)[codes]
        return np.concatenate([codes, np.array(more, dtype=np.int64)]), list(place)

    def _situations(self) -> tuple[NDArray[Any], list[str]]:
        iris = self._found.columns.iris
        return self._coded(self._found.rows, iris.some, lambda one: one.iri)

    def _certainty(self) -> tuple[NDArray[Any], list[str]]:
        def texts(numbers: NDArray[Any]) -> list[str]:
            return [DEGREES[number].value for number in numbers.tolist()]

        numbers = self._found.degrees[0].astype(np.int64)
        return self._coded(numbers, texts, lambda one: DEGREES[one.degrees[0]].value)

    def _changes(self) -> tuple[NDArray[Any], list[str]]:
        words = {_change(*pair): word for pair, word in _CHANGES.items()}
        numbers = _change(*(one.astype(np.int64) for one in self._found.degrees))

        def texts(numbers: NDArray[Any]) -> list[str]:
            return [words[number] for number in numbers.tolist()]

        return self._coded(numbers, texts, lambda one: words[_change(*one.degrees)])

    def _contested(self) -> tuple[NDArray[Any], list[str]]:
        found = self._found
        rows = np.isin(found.rows, found.columns.rows(found.contested)).astype(np.int64)
        more = [int(one.iri in found.contested) for one in found.alone]
        return np.concatenate([rows, np.array(more, dtype=np.int64)]), ["false", "true"]

    def _by_kind(self, of: Callable[[str], str | None]) -> tuple[NDArray[Any], list[str]]:
        def texts(numbers: NDArray[Any]) -> list[str]:
            return [of(kind) or "" for kind in self._found.columns.names.some(numbers)]

        numbers = self._found.columns.arrays["kind"][self._found.rows].astype(np.int64)
        return self._coded(numbers, texts, lambda one: of(one.kind))

    def _property(self, kind: str) -> str | None:
        return min(self._schema.objects(TN("flattensTo"), kind), default=None)

    def _ranges(self, first: int, name: str) -> tuple[NDArray[Any], list[str]]:
        bounds = self._found.columns.bounds[first : first + 2, self._found.rows]
        pairs = list(map(tuple, bounds.T.tolist()))
        known = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
        far = far_of(bounds)
        written = [edtf_range(*(None if abs(d) == far else d for d in pair)) for pair in known]
        put = [number if text is not None else _UNBOUND for number, text in enumerate(written)]
        numbers = np.array([put[known[pair]] for pair in pairs], dtype=np.int64)

        def texts(numbers: NDArray[Any]) -> list[str]:
            return [getattr(written[number], "value", "") for number in numbers.tolist()]

        return self._coded(numbers, texts, lambda one: one.one(TN(name)))

    def _has_word(self) -> NDArray[Any]:
        columns, rows = self._found.columns, self._found.rows
        days = columns.arrays["word"][rows]
        told = (days != far_of(days)) & (columns.arrays["word_source"][rows] >= 0)
        presumed: NDArray[Any] = told & (self._found.degrees[0] == _PRESUMED)
        return presumed

    def _words(self) -> tuple[NDArray[Any], list[str]]:
        def texts(numbers: NDArray[Any]) -> list[str]:
            return [iso(day) for day in numbers.tolist()]

        numbers = self._found.columns.arrays["word"][self._found.rows].astype(np.int64)
        return self._coded(numbers, texts, lambda one: _word(one, "lastWord"), self._has_word())

    def _word_sources(self) -> tuple[NDArray[Any], list[str]]:
        return self._of_names(
            "word_source", lambda one: _word(one, "lastWordSource"), self._has_word()
        )


def _word(one: _Alone, name: str) -> str | None:
    told = {TN("lastWord"), TN("lastWordSource")}.issubset(one.values)
    return one.one(TN(name)) if told and one.degrees[0] == _PRESUMED else None


def _ranked(column: TableColumn) -> NDArray[Any]:
    """Numbers in the order of the values; what has none comes first."""
    texts = column.texts
    ranks = np.full(len(texts) + 1, -1, dtype=np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    found: NDArray[Any] = ranks[column.codes]
    return found
