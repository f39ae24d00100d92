"""Rows of a data set become records, as a mapping says.

A row is what one record of a data set holds: cells by name, of a table, or names and values inside
each other, of JSON, YAML or XML, where ``name.family`` is a path. A mapping has a list of
``statements``; each says which rows it is for, of which kind of situation it speaks, and which cell
is which of its properties. ``docs/howto/importing.md`` shows all of it.

The parts of a mapping are checked once, against the ontology, when it is read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from tenure.errors import BadDate, BadInput, TenureError, Where
from tenure.ingest.dates import DateReader
from tenure.ingest.forms import TEXT, require_form, whole_number
from tenure.ingest.importing import ImportContext
from tenure.ingest.records import (
    SKIPPED,
    EntityReference,
    Record,
    Stated,
    StatedValue,
)
from tenure.namespaces import EDTF_DATATYPE, TN, local_name
from tenure.suggest import nearest, remedy_of
from tenure.temporal import parse

Cells: TypeAlias = Mapping[str, Any]
_Text: TypeAlias = Callable[[Cells], "list[str]"]

BLANK: Final = "_:"
"""A node of RDF without a name: something that is there, and that nothing can be known again by."""
_SCOPES: Final = ("Person", "Office", "Collective", "Event", "Place")
_SHARED: Final = frozenset({"root", "parent"})
"""Cells that several rows of a file share, which are no part of the text of one."""
_TO_BE_FILLED: Final = "=…"
"""What a proposed mapping has where nothing in the table says it."""
_FIELD: Final = re.compile(r"\{([^{}]+)\}")
_EXTRAS: Final = ("tense", "rank", "hedged", "key", "period")
_OWN_KEYS: Final = ("kind", "when", "unless", "about", "going on", *_EXTRAS)
_REFERENCE_KEYS: Final = (
    "kind", "slug", "name", "names", "identifiers", "id", "of", "seats", "language",
    "clean", "split", "each", "like",
)  # fmt: skip
_TEXT_KEYS: Final = ("column", "values", "default", "clean", "split", "approximate")
_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_SPECIFIED: Final[dict[Any, Any]] = {}
_ALTERNATIVES: Final[list[Any]] = []
_SPEC: Final = (TEXT, _ALTERNATIVES, _SPECIFIED)
"""What stands for a value: a text, a list of which the first counts, or a table."""
_ALTERNATIVES.append(_SPEC)
_SPECIFIED.update(
    {
        "names": [_SPEC],
        "values": {...: TEXT},
        "identifiers": {...: _SPEC},
        "split": TEXT,
        "of": _SPECIFIED,
        ...: _SPEC,
    }
)
_WHEN: Final = {...: (TEXT, [TEXT])}
_STATEMENT: Final[dict[Any, Any]] = {
    "kind": TEXT,
    **dict.fromkeys(("when", "unless", "going on"), _WHEN),
    "about": _SPECIFIED,
    ...: _SPEC,
}
_UNWRITABLE: Final = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")
"""In JSON: half of a pair of UTF-16, and the character NUL."""
_ABOUT: Final = re.compile(r"(?:ca?|circa|about)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A record as it was read. ``positional``: its locator is a mere place, and may change.

    ``has_all_columns``: a cell that is not there is a column that its table does not have.
    """

    cells: Cells
    locator: str
    positional: bool = False
    has_all_columns: bool = False


_Read: TypeAlias = Callable[[TableRow], "tuple[list[StatedValue], bool]"]
_Refer: TypeAlias = Callable[[TableRow], "list[EntityReference]"]
_Holds: TypeAlias = Callable[[Cells], bool]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement of a mapping, ready to be applied to rows."""

    applies: _Holds
    kind: str
    properties: Mapping[str, _Read]
    required: frozenset[str]
    about: _Refer | None
    extras: Mapping[str, _Text]
    goes_on: _Holds | None
    columns: Mapping[str, Sequence[str]]


class RowMapping:
    """The mapping of an import, ready to make records of rows.

    Raises:
        BadInput: a part that mappings do not have, or what the ontology does not have.
    """

    def __init__(self, context: ImportContext) -> None:
        mapping = context.mapping
        self._vocabulary = context.vocabulary
        self._slug = context.slug
        self._report = context.report
        self._dates = DateReader.of(mapping.get("dates", {}))
        self._empty_end_goes_on = mapping.get("dates", {}).get("empty end") == "present"
        self._null = frozenset(map(str, mapping.get("rows", {}).get("null", ())))
        self._language = str(mapping.get("source", {}).get("language", ""))
        self._key = mapping.get("rows", {}).get("key")
        found = mapping.get("statements")
        if not isinstance(found, list) or not found:
            raise BadInput(
                "The mapping has no statements.",
                where="statements",
                remedy="Say what a row states: [[statements]] with kind, holder, office, start.",
            )
        # The columns that are named in the property that is being read.
        self._columns: list[str] = []
        self._statements = [
            self._statement(one, f"statements {n}") for n, one in enumerate(found, 1)
        ]

    def records(self, rows: Iterable[TableRow]) -> Iterator[Record]:
        """The records of all rows; what a row lacks is told, and the row left out."""
        for row in rows:
            used = False
            for plan in self._statements:
                try:
                    if not plan.applies(row.cells):
                        continue
                    yield from self._records(plan, row)
                except TenureError as error:
                    self._report.fault(row.locator, error)
                except RecursionError:
                    deep = BadInput("The record is nested too deep.", remedy="Flatten it.")
                    self._report.fault(row.locator, deep)
                used = True
            if not used:
                self._report.tell(
                    SKIPPED, row.locator, "No statement of the mapping is for it.", imported=False
                )

    def states(self, row: TableRow) -> tuple[Stated, ...]:
        """What all statements that are for a row state of it.

        Raises:
            TenureError: something that it must have is missing, or cannot be read.
        """
        plans = (plan for plan in self._statements if plan.applies(row.cells))
        records = (one for plan in plans for one in self._records(plan, row))
        return tuple(stated for one in records for stated in one.states)

    # --- What a statement says -------------------------------------------------------------------

    def _statement(self, part: Mapping[str, Any], where: str) -> _Plan:
        require_form(part, _STATEMENT, where)
        kind = self._vocabulary.kind(str(part.get("kind", "")), Where(where))
        roles = (kind.subject_role, kind.object_role)
        required = frozenset(local_name(role.value) for role in roles if role is not None)
        about = None
        if "about" in part:
            about = self._reference({"kind": kind.name, **part["about"]}, f"{where}: about")
            required = frozenset()
        properties: dict[str, _Read] = {}
        columns: dict[str, Sequence[str]] = {}
        for name, spec in part.items():
            if name not in _OWN_KEYS:
                self._columns = []
                properties[name] = self._property(name, spec, f"{where}: {name}")
                columns[name] = self._columns
        missing = required - properties.keys()
        if missing:
            raise BadInput(
                f"The mapping does not say what the {' and the '.join(sorted(missing))} is.",
                where=where,
                remedy=f"A {kind.name} has it; add it to the statement.",
            )
        extras = {
            name: self._text(part[name], f"{where}: {name}") for name in _EXTRAS if name in part
        }
        goes_on = self._condition(part["going on"]) if "going on" in part else None
        applies = self._applies(part)
        return _Plan(applies, kind.name, properties, required, about, extras, goes_on, columns)

    def _records(self, plan: _Plan, row: TableRow) -> Iterator[Record]:
        """What a statement of the mapping makes of a row: one record for each of several holders.

        Raises:
            TenureError: something that it must have is missing, or cannot be read.
        """
        going = bool(plan.goes_on and plan.goes_on(row.cells))
        single: list[tuple[str, StatedValue]] = []
        several: tuple[str, Sequence[StatedValue]] | None = None
        for name, read in plan.properties.items():
            found, present = read(row)
            going = going or (present and name == "end")
            if name in plan.required and not found:
                raise _without(name, plan.columns[name], row)
            if len(found) > 1 and name in plan.required:
                several = (name, found)
            else:
                single += [(name, one) for one in found]
        if "period" in plan.extras:
            added, going_too = self._period(plan.extras["period"](row.cells), row)
            single, going = single + added, going or going_too
        if self._empty_end_goes_on and not any(name == "end" for name, _ in single):
            going = True
        who = next(iter(plan.about(row)), None) if plan.about is not None else None
        if plan.about is not None and (who is None or not single):
            return
        for one in several[1] if several is not None else (None,):
            stated = single if several is None or one is None else [(several[0], one), *single]
            yield self._record(row, plan.kind, tuple(stated), who, going, plan.extras)

    def _record(
        self,
        row: TableRow,
        kind: str,
        properties: tuple[tuple[str, StatedValue], ...],
        about: EntityReference | None,
        going: bool,
        extras: Mapping[str, _Text],
    ) -> Record:
        cells = row.cells

        def extra(name: str) -> str:
            return next(iter(extras[name](cells)), "") if name in extras else ""

        locator, positional = row.locator, row.positional
        key = extra("key")
        if key:
            locator, positional = f"{locator.rpartition('#')[0]}#{key}".lstrip("#"), False
        fields = _AS_JSON(_kept({k: v for k, v in cells.items() if k not in _SHARED}))
        if _UNWRITABLE.search(fields):
            raise BadInput(
                "The record has a character that no text can have, such as U+0000.",
                remedy="Correct it in the source.",
            )
        return Record(
            locator,
            fields,
            (Stated(kind, properties, about),),
            positional=positional,
            tense=extra("tense") or ("present" if going else ""),
            rank=extra("rank"),
            hedged=bool(extra("hedged")),
        )

    def _period(
        self, texts: Sequence[str], row: TableRow
    ) -> tuple[list[tuple[str, StatedValue]], bool]:
        """A stretch of time in one cell: its start and end, or a day on which it held."""
        found: list[tuple[str, StatedValue]] = []
        going = False
        for text in texts:
            date = self._dates.read(text, row.locator, self._report)
            going = going or date.goes_on
            if not date.edtf:
                continue
            start, slash, end = date.edtf.partition("/")
            if not slash:
                found.append(("heldOn", date.edtf))
                continue
            found += [(n, d) for n, d in (("start", start), ("end", end)) if d not in ("", "..")]
            going = going or end == ".."
        return found, going

    def _applies(self, part: Mapping[str, Any]) -> _Holds:
        when = self._condition(part["when"]) if "when" in part else None
        unless = self._condition(part["unless"]) if "unless" in part else None

        def applies(cells: Cells) -> bool:
            return (when is None or when(cells)) and not (unless is not None and unless(cells))

        return applies

    def _condition(self, part: Mapping[str, Any]) -> _Holds:
        """Whether each of some cells has one of some values; ``true``: any, ``false``: none."""
        wanted: list[tuple[_Text, frozenset[str] | None, bool]] = []
        for column, values in part.items():
            alternatives = str(column).split("|")
            read = self._text(alternatives, f"when: {column}")
            if isinstance(values, bool):
                wanted.append((read, None, values))
            else:
                listed = values if isinstance(values, list) else [values]
                wanted.append((read, frozenset(map(str, listed)), True))

        def holds(cells: Cells) -> bool:
            for read, values, any_at_all in wanted:
                found = read(cells)
                if values is None:
                    if bool(found) != any_at_all:
                        return False
                elif values.isdisjoint(found):
                    return False
            return True

        return holds

    # --- What a property is ----------------------------------------------------------------------

    def _property(self, name: str, spec: Any, where: str) -> _Read:
        prop = self._vocabulary.property(name, Where(where))
        if isinstance(spec, dict) and "kind" in spec:
            kind = self._vocabulary.kind(str(spec["kind"]), Where(where))
            if self._vocabulary.is_a(kind.name, TN("Situation").value):
                return self._situation(spec, where)
            refer = self._reference(spec, where)
            return lambda row: (list(refer(row)), False)
        if prop.is_relation and not prop.concepts:
            raise BadInput(
                f"{name} takes an entity, and the mapping gives a text.",
                where=where,
                remedy='Write it as {kind = "Person", name = "Name"}.',
            )
        read = self._text(spec, where)
        covers = self._vocabulary.covers(prop)
        if prop.range != EDTF_DATATYPE.value:
            return lambda row: (list(read(row.cells)), False)

        def dated(row: TableRow) -> tuple[list[StatedValue], bool]:
            dates = [self._dates.read(one, row.locator, self._report) for one in read(row.cells)]
            texts = list(dict.fromkeys(one.edtf for one in dates if one.edtf))
            texts = _narrowest(texts) if len(texts) > 1 else texts
            if len(texts) > 1:
                raise BadDate(
                    f"There are several dates for the {name}: {', '.join(texts)}.",
                    remedy="Nobody can tell which is meant; look it up in the source.",
                )
            points = texts if covers else [_point(one) for one in texts]
            return list(points), any(one.goes_on for one in dates)

        return dated

    def _situation(self, spec: Mapping[str, Any], where: str) -> _Read:
        kind = str(spec["kind"])
        parts = {
            n: self._property(n, one, f"{where}: {n}") for n, one in spec.items() if n != "kind"
        }

        def read(row: TableRow) -> tuple[list[StatedValue], bool]:
            stated: list[tuple[str, StatedValue]] = []
            for name, part in parts.items():
                found, _ = part(row)
                if not found:
                    return [], False
                stated.append((name, found[0]))
            return [Stated(kind, tuple(stated))], False

        return read

    def _reference(self, spec: Mapping[str, Any], where: str) -> _Refer:
        _refuse_unknown(spec, _REFERENCE_KEYS, where)
        kind = self._vocabulary.kind(str(spec["kind"]), Where(where)).name
        shaped = {key: spec[key] for key in ("clean", "split") if key in spec}
        names = [spec["name"]] if "name" in spec else []
        names += spec.get("names", [])
        called = [self._text(_shaped(one, shaped), where) for one in names]
        slug = self._text(spec["slug"], where) if "slug" in spec else None
        own = self._text(spec["id"], where) if "id" in spec else None
        schemes = {s: self._text(one, where) for s, one in spec.get("identifiers", {}).items()}
        of = (
            self._reference({"kind": "Organization", **spec["of"]}, where) if "of" in spec else None
        )
        seats = whole_number(spec["seats"], f"{where}: seats") if "seats" in spec else None
        language = str(spec.get("language", self._language))
        like = self._text(spec["like"], where) if "like" in spec else None
        each = spec.get("each")

        def refer(row: TableRow) -> list[EntityReference]:
            if isinstance(each, str):
                # A cell with several things: each by itself, in the place of them all.
                whole, of_cells = row.cells, row.cells.get(each)
                listed = of_cells if isinstance(of_cells, list) else [of_cells]
                rows = (replace(row, cells={**whole, each: one}) for one in listed if one)
                return [one for single in rows for one in referred(single)]
            return referred(row)

        def referred(row: TableRow) -> list[EntityReference]:
            cells = row.cells
            above = next(iter(of(row)), None) if of is not None else None
            narrower = like(cells) if like is not None else []

            def made(
                names: tuple[str, ...] = (), identifiers: tuple[str, ...] = (), slug: str = ""
            ) -> EntityReference:
                own_kind = narrower[0] if narrower else kind
                return EntityReference(own_kind, names, identifiers, slug, above, seats, language)

            if slug is not None:
                given = slug(cells)
                if given:
                    texts = tuple(text for read in called for text in read(cells))
                    return [made(texts, slug=one) for one in given]
            told = own(cells) if own is not None else []
            identifiers = [self._own(kind, one) for one in told if one != BLANK]
            identifiers += [f"{s}:{one}" for s, read in schemes.items() for one in read(cells)]
            texts = tuple(dict.fromkeys(text for read in called for text in read(cells)))
            if each is True or (len(texts) > 1 and "split" in spec):
                return [made((one,)) for one in texts]
            if not texts and not identifiers:
                return []
            return [made(texts, tuple(identifiers))]

        return refer

    def _own(self, kind: str, identifier: str) -> str:
        """An identifier of the data set, which may give one to a person and to an office."""
        if "://" in identifier:
            return f"{self._slug}:{identifier}"
        above = self._vocabulary.above(kind)
        scope = next((one for one in _SCOPES if TN(one).value in above), kind).lower()
        return f"{self._slug}:{scope}/{identifier}"

    def _text(self, spec: Any, where: str) -> _Text:
        """What a text of the mapping says of a row: a column, a constant, a template, or words."""
        if isinstance(spec, dict):
            return self._shaped_text(spec, where)
        if isinstance(spec, list):
            # The first that is not empty.
            reads = [self._text(one, where) for one in spec]
            return lambda cells: next((found for read in reads if (found := read(cells))), [])
        written = str(spec)
        if written == _TO_BE_FILLED:
            raise BadInput(
                "A name is still to be written here.",
                where=where,
                remedy=f'Put it in the place of "{_TO_BE_FILLED}", such as "=Town of Lowmoor".',
            )
        if written.startswith("="):
            return lambda _cells: [written[1:]]
        if "{" not in written:
            self._columns.append(written)
            return lambda cells: self._cell(cells, written)
        fields = [(one, self._text(one, where)) for one in _FIELD.findall(written)]

        def fill(cells: Cells) -> list[str]:
            filled = written
            for name, read in fields:
                found = read(cells)
                if not found:
                    return []
                filled = filled.replace(f"{{{name}}}", found[0])
            return [filled]

        return fill

    def _shaped_text(self, spec: Mapping[str, Any], where: str) -> _Text:
        _refuse_unknown(spec, _TEXT_KEYS, where)
        if "column" not in spec:
            what = f"It does not say which cell: {', '.join(map(str, spec)) or 'it is empty'}."
            raise BadInput(what, where=where, remedy='Write {column = "Name"}.')
        read = self._text(spec["column"], where)
        try:
            clean = re.compile(str(spec["clean"])) if "clean" in spec else None
        except re.error as error:
            what = f"The pattern {spec['clean']!r} cannot be used: {error}."
            raise BadInput(
                what, where=where, remedy="Put \\ before what stands for itself."
            ) from error
        split = spec.get("split")
        values = {str(key): str(value) for key, value in spec.get("values", {}).items()}
        default = spec.get("default")
        vague = self._text(spec["approximate"], where) if "approximate" in spec else None

        def shape(cells: Cells) -> list[str]:
            found = read(cells)
            if vague is not None and any(map(_ABOUT.match, vague(cells))):
                found = [f"{one}~" for one in found]
            if split:
                found = [part.strip() for one in found for part in one.split(split) if part.strip()]
            if clean is not None:
                found = [one for text in found if (one := clean.sub("", text).strip())]
            if values:
                found = [one for text in found if (one := _meaning(text, values, default, spec))]
            elif not found and default is not None:
                found = [str(default)]
            return found

        return shape

    def _cell(self, cells: Cells, path: str) -> list[str]:
        """The texts of a cell, or at the end of a path; none where it is empty."""
        plain = cells.get(path)
        if isinstance(plain, str):
            text = " ".join(plain.split())
            return [text] if text and text not in self._null else []
        found = [cells[path]] if path in cells else list(_walk(cells, path.split(".")))
        texts = []
        for value in found:
            for one in value if isinstance(value, list | tuple) else [value]:
                text = " ".join(_written(one, path).split())
                if text and text not in self._null:
                    texts.append(text)
        return texts


def _written(value: Any, path: str) -> str:
    """A value as text; none is empty. Raises :class:`~tenure.errors.BadInput` for what has none."""
    if isinstance(value, Mapping) and value:
        # The text of an element of XML that has attributes.
        value = value.get("#text", value)
    if isinstance(value, float) and (math.isnan(value) or value.is_integer()):
        # A column of whole numbers of which some are missing, as data frames hold it.
        return "" if math.isnan(value) else str(int(value))
    if isinstance(value, bytes) or (isinstance(value, Mapping | list) and value):
        what = "bytes" if isinstance(value, bytes) else "a list or table"
        raise BadInput(
            f"{path!r} is {what}, and no text.",
            remedy="Save it as text, or name the part that is meant, such as 'person.name'.",
        )
    return str(value) if value or value == 0 else ""


def _without(name: str, columns: Sequence[str], row: TableRow) -> BadInput:
    """What a record lacks: a cell that is empty, or a column that its table does not have."""
    absent = [one for one in columns if one not in row.cells]
    if not row.has_all_columns or not columns or len(absent) < len(columns):
        return BadInput(f"The record has no {name}.", remedy="Complete it in the source.")
    header = list(row.cells)
    return BadInput(
        f"The table has no column {absent[0]!r}, which the mapping takes for the {name}.",
        remedy=remedy_of(
            nearest(absent[0], header),
            f"It has {', '.join(header)[:200]}; correct the mapping, or its delimiter.",
        ),
    )


def _walk(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _walk(one, steps)
    elif not steps:
        yield value
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:])


def _meaning(text: str, values: Mapping[str, str], default: Any, spec: Mapping[str, Any]) -> str:
    if text in values:
        return values[text]
    if default is not None:
        return str(default)
    raise BadInput(
        f"The mapping does not say what the {spec['column']} {text[:80]!r} means.",
        remedy=remedy_of(nearest(text, values), "Add it to the values, or give a default."),
    )


def _shaped(spec: Any, shaped: Mapping[str, Any]) -> Any:
    if not shaped:
        return spec
    return {**shaped, **spec} if isinstance(spec, dict) else {"column": spec, **shaped}


def _point(edtf: str) -> str:
    """A date for one end of something: of a stretch, some day within it."""
    if not parse(edtf).is_interval:
        return edtf
    start, _, end = edtf.partition("/")
    ends = ["" if one == ".." else one for one in (start, end)]
    return f"[{ends[0]}..{ends[1]}]"


def _narrowest(texts: list[str]) -> list[str]:
    """The one date that lies within all others, such as a day of the month named beside it."""
    bounds = {text: parse(text).bounds for text in texts}
    for text, own in bounds.items():
        if all(
            (other.earliest is None or (own.earliest or -(1 << 60)) >= other.earliest)
            and (other.latest is None or (own.latest or 1 << 60) <= other.latest)
            for other in bounds.values()
        ):
            return [text]
    return texts


def _kept(value: Any) -> Any:
    """What is not empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, Mapping):
        return {
            k: kept for k, one in value.items() if (kept := _kept(one)) not in (None, "", [], {})
        }
    if isinstance(value, list | tuple):
        return [kept for one in value if (kept := _kept(one)) not in (None, "", [], {})]
    return value


def _refuse_unknown(part: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in part:
        if name not in known:
            raise BadInput(
                f"A mapping has no {name!r} here.",
                where=where,
                remedy=remedy_of(nearest(name, known), f"Known: {', '.join(known)}."),
            )
