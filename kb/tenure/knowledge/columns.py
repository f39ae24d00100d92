"""All occurrences of a world as columns: a row each, judged for a moment by masks over arrays.

What a moment makes of an occurrence follows from its bounds, and so from a few comparisons of whole
columns, which take a millisecond or two for a million rows. Whatever is asked about many of them
reads rows from here, and of the rows that are wanted the statements of a day, which lie ready as
N-Triples.

====================  =======================================================================
``iri``, ``name``     the names of the rows in order, and of all that they name, as texts
``firm``              whether there certainly is such a thing
``bounds``            the four bounds in days; :func:`far_of` stands for what is unbounded
``kind``              and ``subject``, ``object``: a place among the names, or -1
``until``             until when it is presumed, and ``word_latest``; by the last word ``word``
                      and of the source that ``word_source`` names
``basis``             how the claims are put that it rests on, a place among the names
``plain``             whether its kind, ``subject`` and ``object`` are all that is stated of these
``several_row``       and ``several_bounds``: the alternatives of the few that have any
``by_subject``        and ``by_object``: rows in the order of these, ``…_at`` where each begins
``line_at``           where the lines of the text begin, ``line_row`` the lines of each row, and
                      ``line_predicate`` the name of the predicate of each
``text``              the lines
====================  =======================================================================
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tenure.fusion import CONCEPT_OF, FAR, AsOf
from tenure.model import Occurrence
from tenure.temporal import Certainty, FourBounds
from tenure.views import CERTAINTY, LAST_WORDS, certainty_triples

Array: TypeAlias = "NDArray[Any]"
Rows: TypeAlias = "NDArray[np.int64]"
"""Numbers of rows, in order."""

BOUNDS: Final = ("start_earliest", "start_latest", "end_earliest", "end_latest")
DEGREES: Final = (
    Certainty.RULED_OUT,
    Certainty.POSSIBLE,
    Certainty.PRESUMED,
    Certainty.CERTAIN,
)
NUMBER: Final = {degree: number for number, degree in enumerate(DEGREES)}
_POSSIBLE: Final = NUMBER[Certainty.POSSIBLE]
_CERTAIN: Final = NUMBER[Certainty.CERTAIN]
_NAMED: Final = ("kind", "subject", "object", "basis", "word_source")
_DAYS: Final = ("until", "word_latest", "word")
_FLAGS: Final = ("firm", "plain")
_OF_ROWS: Final = (*_NAMED, *_DAYS, *_FLAGS, "lines")
_MANY: Final = 2_000
"""Names of rows that are looked up at once by a table of all of them, which takes a moment."""


def far_of(column: Array) -> int:
    """What stands in a column for what is unbounded: no known day comes as far."""
    return FAR if column.dtype == np.int64 else int(np.iinfo(column.dtype).max) - 1


def _within(column: Array, day: int) -> int:
    """A day as a column can be compared with: of what lies beyond its days, the order stays."""
    far = far_of(column)
    if far == FAR:
        return day
    near = min(abs(day), far - 1)
    if abs(day) >= FAR:
        near = far if abs(day) == FAR else far + 1
    return near if day > 0 else -near


def _fitting(days: Sequence[int] | Array) -> Array:
    """Days as a column, narrow where they fit; unbounded is :data:`~tenure.fusion.FAR` away."""
    wide = np.asarray(days, dtype=np.int64)
    known = np.abs(wide) != FAR
    far = int(np.iinfo(np.int32).max) - 1
    if (np.abs(wide[known]) >= far - 1).any():
        return wide
    return np.where(known, wide, np.sign(wide) * far).astype(np.int32)


class TextTable:
    """Texts in order, found by bisection."""

    def __init__(self, whole: Array, starts: Array) -> None:
        self._whole = memoryview(whole)  # type: ignore[arg-type]
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def raw(self, number: int) -> bytes:
        """A text in UTF-8."""
        return bytes(self._whole[self._starts[number] : self._starts[number + 1]])

    def __getitem__(self, number: int) -> str:
        return self.raw(number).decode()

    def some(self, numbers: Array) -> list[str]:
        """Some texts."""
        return [str(one, "utf-8") for one in self.some_raw(numbers)]

    def some_raw(self, numbers: Array) -> list[memoryview]:
        """Some texts in UTF-8."""
        starts, ends = self._starts[numbers].tolist(), self._starts[numbers + 1].tolist()
        whole = self._whole
        return [whole[a:b] for a, b in zip(starts, ends, strict=True)]

    def find(self, text: str) -> int:
        """The number of a text; -1 where it is not among them."""
        wanted = text.encode(errors="surrogatepass")
        found = bisect_left(range(len(self)), wanted, key=self.raw)
        return found if found < len(self) and self.raw(found) == wanted else -1


class ColumnsBuilder:
    """Takes occurrences in any order, and makes columns of them."""

    def __init__(self) -> None:
        self._iris: list[bytes] = []
        self._names: dict[str, int] = {}
        self._numbers = {name: array("q") for name in (*BOUNDS, *_OF_ROWS)}
        self._several: dict[int, Sequence[FourBounds]] = {}
        self._text = bytearray()
        self._lines = array("q")
        self._predicates = array("q")

    def add(
        self,
        one: Occurrence,
        stated: Iterable[tuple[str, str]],
        *,
        basis: str | None = None,
        plain: bool = True,
    ) -> None:
        """One more occurrence, with the statements that the graph of a day has of it.

        Of each the predicate, and the line as N-Triples.
        ``basis`` says how the claims are put that it rests on. It is ``plain`` where nothing else
        is stated of its kind, its subject and its object.
        """
        row, put = len(self._iris), self._numbers
        self._iris.append(one.iri.encode())
        for name, day in zip(BOUNDS, _days_of(one.bounds), strict=True):
            put[name].append(day)
        presumed = one.presumption
        latest = presumed.word_latest if presumed is not None else None
        put["until"].append(FAR if presumed is None else presumed.until)
        put["word_latest"].append(FAR if latest is None else latest)
        put["word"].append(FAR if presumed is None else presumed.word)
        put["word_source"].append(self._name(presumed.source if presumed is not None else None))
        put["firm"].append(one.existence is Certainty.CERTAIN)
        put["plain"].append(plain)
        put["kind"].append(self._name(one.kind))
        put["subject"].append(self._name(one.subject))
        put["object"].append(self._name(one.object))
        put["basis"].append(self._name(basis))
        if one.alternatives:
            self._several[row] = one.several_bounds
        put["lines"].append(len(self._lines))
        for predicate, text in stated:
            line = text.encode()
            self._text += line
            self._lines.append(len(line))
            self._predicates.append(self._name(predicate))

    def _name(self, text: str | None) -> int:
        return -1 if text is None else self._names.setdefault(text, len(self._names))

    def made(self) -> Columns:
        """The columns, the rows in the order of their names."""
        count = len(self._iris)
        order = np.array(sorted(range(count), key=self._iris.__getitem__), dtype=np.int64)
        names = sorted(name.encode() for name in self._names)
        # What was the nth name to come is now the place[n]th; -1 stays what it is.
        place = np.full(len(names) + 1, -1, dtype=np.int32)
        for number, name in enumerate(names):
            place[self._names[name.decode()]] = number
        given = {name: np.frombuffer(days, np.int64) for name, days in self._numbers.items()}
        made: dict[str, Array] = {
            **{name: given[name][order].astype(np.bool_) for name in _FLAGS},
            **{name: place[given[name][order]] for name in _NAMED},
            **{name: _fitting(given[name][order]) for name in _DAYS},
            "bounds": _fitting(np.stack([given[name][order] for name in BOUNDS])),
        }
        made["iri"], made["iri_at"] = _joined([self._iris[row] for row in order.tolist()])
        made["name"], made["name_at"] = _joined(names)
        for role in ("subject", "object"):
            by = np.argsort(made[role], kind="stable").astype(np.int32)
            made[f"by_{role}"] = by
            places = np.arange(len(names) + 1)
            made[f"by_{role}_at"] = np.searchsorted(made[role][by], places).astype(np.int32)
        several = [(row, self._several.get(old, ())) for row, old in enumerate(order.tolist())]
        alternatives = [(row, _days_of(four)) for row, each in several for four in each]
        made["several_row"] = np.array([row for row, _ in alternatives], dtype=np.int32)
        days = np.array([days for _, days in alternatives], dtype=np.int64).reshape(-1, 4)
        made["several_bounds"] = _fitting(np.ascontiguousarray(days.T))
        return Columns(made | self._lines_in(order, given["lines"], place))

    def _lines_in(self, order: Array, first: Array, place: Array) -> dict[str, Array]:
        lengths = np.frombuffer(self._lines, np.int64)
        ends = np.append(first, len(lengths))
        moved = _spread(ends[order], ends[order + 1])
        starts = _starts(lengths)
        text = memoryview(self._text)
        spans = zip(starts[ends[order]].tolist(), starts[ends[order + 1]].tolist(), strict=True)
        whole = b"".join(text[a:b] for a, b in spans)
        predicates = np.frombuffer(self._predicates, np.int64)
        return {
            "line_row": _starts(ends[order + 1] - ends[order]),
            "line_at": _starts(lengths[moved]),
            "line_predicate": place[predicates[moved]],
            "text": np.frombuffer(whole, np.uint8),
        }


class Columns:
    """The columns of one world; see the module. They do not change.

    Safe to share between threads.
    """

    def __init__(
        self, arrays: Mapping[str, Array], check_text: Callable[[], None] = lambda: None
    ) -> None:
        """``check_text`` is called before :meth:`lines` are first read, and may raise."""
        self.arrays = arrays
        self._check_text = check_text
        self.iris = TextTable(arrays["iri"], arrays["iri_at"])
        self.names = TextTable(arrays["name"], arrays["name_at"])
        self.firm = arrays["firm"]
        self.bounds = arrays["bounds"]
        self.until = arrays["until"]
        self._several_row = arrays["several_row"]
        self._several_bounds = arrays["several_bounds"]

    @cached_property
    def _text(self) -> memoryview:
        self._check_text()
        return memoryview(self.arrays["text"])  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.firm)

    @property
    def size(self) -> int:
        """How many bytes all columns are together."""
        return sum(one.nbytes for one in self.arrays.values())

    def differing(self, other: Columns, but: Collection[str] = ()) -> list[str]:
        """The names of the rows that are not the same in others, ``but`` some."""
        both = {iri for one in (self, other) for iri in one.iris.some(np.arange(len(one)))}
        return sorted(i for i in both.difference(but) if self._whole(i) != other._whole(i))

    def _whole(self, iri: str) -> tuple[object, ...] | None:
        row = self.row(iri)
        if row < 0:
            return None
        rows = self.rows([iri])
        named = [self.named(role, rows) for role in _NAMED]
        days = [self.day(column, row) for column in _DAYS]
        lines = {*self.lines(rows).splitlines(), *self.lines(rows, last_words=True).splitlines()}
        flags = [bool(self.arrays[flag][row]) for flag in _FLAGS]
        return flags, self.four(row), self.several(row), named, days, lines

    # ------------------------------------------------------------------ rows

    def row(self, iri: str) -> int:
        """The row of an occurrence; -1 where there is none."""
        return self.iris.find(iri)

    def rows(self, iris: Collection[str]) -> Rows:
        """The rows of those of the occurrences that have one."""
        if len(iris) < _MANY:
            found = [self.row(iri) for iri in iris]
        else:
            found = [self._numbered.get(iri, -1) for iri in iris]
        return np.array(sorted(row for row in found if row >= 0), dtype=np.int64)

    @cached_property
    def _numbered(self) -> Mapping[str, int]:
        every = self.iris.some(np.arange(len(self)))
        return {iri: row for row, iri in enumerate(every)}

    def rows_of(self, role: str, name: str) -> Rows:
        """The rows of which something is the ``subject`` or the ``object``."""
        number = self.names.find(name)
        if number < 0:
            return np.empty(0, dtype=np.int64)
        first, after = self.arrays[f"by_{role}_at"][number : number + 2].tolist()
        return np.sort(self.arrays[f"by_{role}"][first:after]).astype(np.int64)

    def naming(self, things: Collection[str]) -> Rows:
        """The rows of which one of some things is the subject or the object, or can be one."""
        each = [self.rows_of(role, one) for one in things for role in ("subject", "object")]
        return np.unique(np.concatenate([self.not_plain, *each]))

    @cached_property
    def not_plain(self) -> Rows:
        """The rows that are not ``plain``."""
        return np.flatnonzero(~self.arrays["plain"])

    def named(self, role: str, rows: Array) -> list[str | None]:
        """What is the ``kind``, the ``subject`` or another name of each of some rows."""
        numbers = self.arrays[role][rows]
        distinct, places = np.unique(numbers, return_inverse=True)
        texts = [None if one < 0 else self.names[one] for one in distinct.tolist()]
        return [texts[place] for place in places.tolist()]

    def of_kinds(self, kinds: Collection[str], rows: Rows | None = None) -> Rows:
        """Those of the rows, or of all, that are of one of some kinds."""
        numbers = [number for kind in kinds if (number := self.names.find(kind)) >= 0]
        if rows is None:
            return np.flatnonzero(np.isin(self.arrays["kind"], numbers))
        return rows[np.isin(self.arrays["kind"][rows], numbers)]

    def four(self, row: int) -> FourBounds:
        """The bounds in a row."""
        return _four(self.bounds[:, row])

    def several(self, row: int) -> list[FourBounds]:
        """The bounds in a row, or those of each of its alternatives."""
        first, after = np.searchsorted(self._several_row, (row, row + 1)).tolist()
        found = [_four(self._several_bounds[:, at]) for at in range(first, after)]
        return found or [self.four(row)]

    def day(self, column: str, row: int) -> int | None:
        """The day that a row has in ``until``, ``word`` or ``word_latest``."""
        days = self.arrays[column]
        day = int(days[row])
        return None if day == far_of(days) else day

    def has_several(self, rows: Rows) -> Array:
        """Which of the rows have alternatives."""
        return np.isin(rows, self._several_row)

    # ------------------------------------------------------------------ moments

    def judged(self, as_of: AsOf, rows: Rows | None = None) -> Judged:
        """How surely those of the rows, or all, were going on that are not ruled out, by bounds.

        As :meth:`~tenure.fusion.AsOf.by_alternatives` has it of each.
        """
        surely = [as_of.of(existence) for existence in (Certainty.POSSIBLE, Certainty.CERTAIN)]
        bounds = self.bounds if rows is None else self.bounds[:, rows]
        firm = self.firm if rows is None else self.firm[rows]
        if as_of.always:
            kept = np.arange(len(firm)) if rows is None else rows
            return Judged(self, kept, np.where(firm, _CERTAIN, _POSSIBLE).astype(np.int8))
        kept, degrees = _judged(bounds, firm, surely)
        if rows is not None:
            kept = rows[kept]
        # Where the moment has other days in some alternative, each is asked about by itself.
        by_itself = any(one.sure is None for one in surely)
        again = kept if by_itself else kept[self.has_several(kept)]
        if len(again):
            found = self._each(again, as_of, surely)
            degrees[np.searchsorted(kept, again)] = found
            left = degrees > 0
            kept, degrees = kept[left], degrees[left]
        return Judged(self, kept, degrees)

    def _each(self, rows: Rows, as_of: AsOf, surely: Sequence[AsOf]) -> Array:
        """How surely each of the rows was going on, by all of its alternatives."""
        if any(one.sure is None for one in surely):
            return np.array(
                [
                    NUMBER[
                        as_of.by_alternatives(
                            self.several(row),
                            Certainty.CERTAIN if self.firm[row] else Certainty.POSSIBLE,
                        )
                    ]
                    for row in rows.tolist()
                ],
                dtype=np.int8,
            )
        first = np.searchsorted(self._several_row, rows)
        after = np.searchsorted(self._several_row, rows, side="right")
        here = _spread(first, after)
        owners = self._several_row[here]
        kept, found = _judged(self._several_bounds[:, here], self.firm[owners], surely)
        degrees = np.zeros(len(here), dtype=np.int8)
        degrees[kept] = found
        starts = _starts(after - first)[:-1]
        least = np.minimum.reduceat(degrees, starts)
        # What is so in each alternative is so; what differs between them is possible.
        same = least == np.maximum.reduceat(degrees, starts)
        return np.where(same, least, _POSSIBLE).astype(np.int8)

    def presumable(self, found: Judged, as_of: AsOf) -> Rows:
        """The rows of which it was found that they are possible, and that are presumed as yet."""
        rows = found.among(self._open, Certainty.POSSIBLE)
        begun, until = self.bounds[1][rows], self.until[rows]
        # What is covered at all begins by then, and lasts until then.
        by, from_ = as_of.sure or (4 * FAR, -4 * FAR)
        rows = rows[
            (begun != far_of(begun))
            & (begun <= _within(begun, by))
            & (until >= _within(until, from_))
        ]
        covered = [
            as_of.covered(begun, until)
            for begun, until in zip(
                self.bounds[1][rows].tolist(), self.until[rows].tolist(), strict=True
            )
        ]
        chosen: Rows = rows[np.array(covered, dtype=np.bool_)]
        return chosen

    @cached_property
    def _open(self) -> Rows:
        return np.flatnonzero(self.until != far_of(self.until))

    def change_days(self, degree: Certainty, among: Rows | None = None) -> Counter[int]:
        """The days on which something begins to be so sure or no longer is, and how often.

        Of all rows, or ``among`` some.
        """
        if among is None:
            among = np.arange(len(self))
        alone = among[~self.has_several(among)]
        here = np.flatnonzero(np.isin(self._several_row, among))
        found: Counter[int] = Counter()
        for bounds, rows in (
            (self.bounds[:, alone], alone),
            (self._several_bounds[:, here], self._several_row[here]),
        ):
            days = _change_days(bounds, self.firm[rows], self.until[rows], degree)
            each, often = np.unique(days, return_counts=True)
            found.update(dict(zip(each.tolist(), often.tolist(), strict=True)))
        return found

    # ------------------------------------------------------------------ statements

    def lines(
        self,
        rows: Rows,
        *,
        last_words: bool = False,
        predicates: Collection[str] | None = None,
    ) -> bytes:
        """The statements that the graph of a day has of some rows, as N-Triples.

        Or else their ``last_words``; by some ``predicates``, or by any.
        """
        first, after = self.arrays["line_row"][rows], self.arrays["line_row"][rows + 1]
        if len(self._last_words) or last_words or predicates is not None:
            lines = _spread(first, after)
            by = self.arrays["line_predicate"][lines]
            chosen = np.isin(by, self._last_words, invert=not last_words)
            if predicates is not None:
                chosen &= np.isin(by, [self.names.find(one) for one in predicates])
            first = lines[chosen]
            after = first + 1
        if not len(first):
            return b""
        # What lies side by side is taken at once.
        breaks = np.flatnonzero(first[1:] != after[:-1])
        at, text = self.arrays["line_at"], self._text
        starts = at[first[np.append(0, breaks + 1)]].tolist()
        ends = at[after[np.append(breaks, len(after) - 1)]].tolist()
        return b"".join([text[a:b] for a, b in zip(starts, ends, strict=True)])

    @cached_property
    def _last_words(self) -> Sequence[int]:
        found = (self.names.find(one.value) for one in LAST_WORDS)
        return [number for number in found if number >= 0]


class Judged(Mapping[str, Certainty]):
    """How surely occurrences were going on at a moment; whatever is ruled out is not in it.

    The rows of columns with a degree each, and of others what :meth:`but` was given.
    """

    def __init__(
        self,
        columns: Columns,
        rows: Rows,
        degrees: Array,
        others: Mapping[str, Certainty] | None = None,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.degrees = degrees
        self.others = others or {}

    @cached_property
    def _found(self) -> dict[str, Certainty]:
        degrees = [DEGREES[one] for one in self.degrees.tolist()]
        found = dict(zip(self.columns.iris.some(self.rows), degrees, strict=True))
        return {**found, **self.others}

    def __getitem__(self, iri: str) -> Certainty:
        if iri in self.others or "_found" in self.__dict__:
            return (self.others if iri in self.others else self._found)[iri]
        row = self.columns.row(iri)
        at = int(np.searchsorted(self.rows, row)) if row >= 0 else len(self.rows)
        if at == len(self.rows) or self.rows[at] != row:
            raise KeyError(iri)
        return DEGREES[self.degrees[at]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self.rows) + len(self.others)

    def lines(
        self, *, last_words: bool = False, predicates: Collection[str] | None = None
    ) -> bytes:
        """As :meth:`Columns.lines`, of its rows."""
        return self.columns.lines(self.rows, last_words=last_words, predicates=predicates)

    def of(self, degree: Certainty) -> Rows:
        """The rows of that degree, beside the others."""
        rows: Rows = self.rows[self.degrees == NUMBER[degree]]
        return rows

    def among(self, rows: Rows, degree: Certainty) -> Rows:
        """Those of some rows that are of that degree here."""
        here = self.of(degree)
        return rows[np.isin(rows, here, assume_unique=True)]

    def but(self, found: Mapping[str, Certainty]) -> Judged:
        """The same, but for some occurrences of which something else is so."""
        if not found:
            return self
        kept = np.isin(self.rows, self.columns.rows(found.keys()), invert=True)
        others = {iri: sure for iri, sure in self.others.items() if iri not in found}
        others |= {i: sure for i, sure in found.items() if sure is not Certainty.RULED_OUT}
        return Judged(self.columns, self.rows[kept], self.degrees[kept], others)

    def only(self, degrees: Collection[Certainty]) -> Judged:
        """What is of one of some degrees."""
        kept = np.isin(self.degrees, [NUMBER[one] for one in degrees])
        others = {iri: sure for iri, sure in self.others.items() if sure in degrees}
        return Judged(self.columns, self.rows[kept], self.degrees[kept], others)

    def text(self) -> bytes:
        """How sure each is, as N-Triples."""
        pieces = []
        for number in np.unique(self.degrees).tolist():
            raw = self.columns.iris.some_raw(self.rows[self.degrees == number])
            end = f"> {CERTAINTY} {CONCEPT_OF[DEGREES[number]]} .\n".encode()
            pieces += [b"<", (end + b"<").join(raw), end]
        told = certainty_triples(self.others)
        return b"".join([*pieces, *(f"{one} .\n".encode() for one in told)])


def _judged(bounds: Array, firm: Array, surely: Sequence[AsOf]) -> tuple[Rows, Array]:
    """Which of the rows are not ruled out by their bounds, and how surely they were going on.

    ``surely`` judges what is not firm, and what is.
    """
    (soft_by, soft_from), (by, from_) = (
        tuple(_within(bounds, day) for day in one.window) for one in surely
    )
    if (soft_by, soft_from) == (by, from_):
        kept = np.flatnonzero((bounds[0] <= by) & (bounds[3] >= from_))
    else:
        latest, earliest = np.where(firm, by, soft_by), np.where(firm, from_, soft_from)
        kept = np.flatnonzero((bounds[0] <= latest) & (bounds[3] >= earliest))
    degrees = np.full(len(kept), _POSSIBLE, dtype=np.int8)
    if surely[1].sure is not None:
        begun, lasting = (_within(bounds, day) for day in surely[1].sure)
        certain = firm[kept] & (bounds[1][kept] <= begun) & (bounds[2][kept] >= lasting)
        degrees[certain] = _CERTAIN
    return kept, degrees


def _change_days(bounds: Array, firm: Array, until: Array, degree: Certainty) -> Array:
    """As :func:`tenure.knowledge.world_graph.change_days_of` has it of each, of all rows."""
    far, far_until = far_of(bounds), far_of(until)
    starts, ends = bounds[0], bounds[3]
    kept = np.ones(len(firm), dtype=np.bool_)
    if degree is not Certainty.POSSIBLE:
        starts, ends = bounds[1], bounds[2]
        never = (ends > -far) & (ends < starts)
        if degree is Certainty.PRESUMED:
            never &= until == far_until
        kept = firm & (starts != far) & ~never
    starts, ends = (days[kept].astype(np.int64) for days in (starts, ends))
    found = [starts[np.abs(starts) != far], ends[np.abs(ends) != far] + 1]
    if degree is Certainty.PRESUMED:
        days = until[kept].astype(np.int64)
        found.append(days[days != far_until] + 1)
    return np.concatenate(found)


def _days_of(four: FourBounds) -> tuple[int, ...]:
    days = ((getattr(four, name), FAR if name.endswith("latest") else -FAR) for name in BOUNDS)
    return tuple(unbounded if day is None else day for day, unbounded in days)


def _four(days: Array) -> FourBounds:
    far = far_of(days)
    return FourBounds(*(None if abs(day) == far else day for day in days.tolist()))


def _starts(lengths: Array) -> Array:
    """Where each of some pieces begins, side by side, and where the last ends."""
    return np.append(0, np.cumsum(lengths))


def _spread(first: Array, after: Array) -> Array:
    """All numbers from each first up to the one before ``after``."""
    counts = after - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found: Array = np.arange(total) + np.repeat(first - (ends - counts), counts)
    return found


def _joined(texts: Sequence[bytes]) -> tuple[Array, Array]:
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return np.frombuffer(b"".join(texts), np.uint8), _starts(lengths)
