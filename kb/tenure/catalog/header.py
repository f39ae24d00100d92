"""The header of a catalogue query: comment lines that declare what the question needs.

::

    # title: Who held an office?
    # description: One or more sentences; the line may be repeated.
    # parameter: office entity(Office) required - The office.
    # parameter: kind class(Event) - Only events of this class.
    # parameter: at time - As of this day, event or source.
    # parameter: from time default 2020-01-01 - From this day.
    # bind: office = entity(office)
    # bind: moment = moment(at, before, after, from, to)
    # bind: first = earliest(from)
    # column: person - Who held it.
    # why: ?situation
    # example: office=office/pmu-deputy-head before=2020-01-03

``entity`` says of which classes an argument may be (``entity(Place|Organization)``; without, of
any), ``class`` below which classes of the ontology it must lie. ``bind`` lines say what each
variable of the query's VALUES block gets; ``entity``, ``class`` and ``text`` take one parameter,
``moment`` any of at, before, after, from and to, ``earliest`` and ``latest`` the first and last day
of one, ``throughout`` the first and the last of the days asked about. The kinds
of :data:`tenure.slices.OPERANDS` stand for a graph of relations in time::

    # bind: crowding = crowding()
    # bind: pair = pair(first, second)

``why`` names what each row hangs on: variables whose values are occurrences, claims, sources or
conflicts, whether the answer shows them or not, and parameters (without ``?``) whose argument names
one. ``absence`` says of rows that tell of nothing in a stretch of days between which two columns it
lies, and what was looked for in vain; the occurrences of ``why`` are then those that bound it::

    # absence: ?from ?to - A tenure of the office that could have been going on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenure.errors import BadQuery, Where
from tenure.slices import OPERANDS

TYPES: Final = ("entity", "time", "claim", "text", "class")
BINDINGS: Final = ("entity", "claim", "text", "class", "moment", "throughout", "earliest", "latest")

_TYPE_OF: Final = dict.fromkeys(("moment", "throughout", "earliest", "latest"), "time")
_NUMBERS: Final[dict[str, int | None]] = {"moment": None, "throughout": 2}

_PARAMETER = re.compile(
    r"^(?P<name>[a-z][a-z0-9-]*) +(?P<type>[a-z]+)(?:\((?P<kinds>[A-Za-z]+(?:\|[A-Za-z]+)*)\))?"
    r"(?P<required> +required)?"
    r"(?: +default +(?P<default>\S+))? +- +(?P<description>.+)$"
)
_COLUMN = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9]*) +- +(?P<description>.+)$")
_VARIABLE = re.compile(r"^\?[A-Za-z][A-Za-z0-9]*$")
_ABSENCE = re.compile(
    r"^\?(?P<first>[A-Za-z][A-Za-z0-9]*) +\?(?P<last>[A-Za-z][A-Za-z0-9]*) +- +(?P<sought>.+)$"
)
_BIND = re.compile(r"^(?P<variable>[A-Za-z][A-Za-z0-9]*) *= *(?P<kind>[a-z]+)\((?P<of>[^()]*)\)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: ``type`` is entity, time, claim, text or class.

    ``kinds`` are local names of classes of the ontology: those of which an entity may be, or below
    which a class must lie; empty for any.
    """

    name: str
    type: str
    required: bool
    default: str | None
    description: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Binding:
    """What a variable of the query gets, from which parameters."""

    variable: str
    kind: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What each row hangs on: ``variables`` of the query, and ``parameters`` by their argument."""

    variables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Rows tell of nothing from the day in ``first`` to that in ``last``; ``sought`` what for."""

    first: str
    last: str
    sought: str


@dataclass(frozen=True, slots=True)
class Header:
    """All that a header declares."""

    title: str
    description: str
    parameters: tuple[Parameter, ...]
    bindings: tuple[Binding, ...]
    columns: tuple[Column, ...]
    example: tuple[tuple[str, str], ...]
    why: Grounds
    absence: Absence | None


def read_header(text: str, path: Path) -> Header:
    """The header of a query file.

    Raises :class:`~tenure.errors.BadQuery` with file and line for a line that says nothing known,
    an undeclared or unused parameter, or a missing title, column or example.
    """
    titles: list[str] = []
    descriptions: list[str] = []
    parameters: dict[str, Parameter] = {}
    bindings: list[Binding] = []
    columns: list[Column] = []
    example: list[tuple[str, str]] | None = None
    why: Grounds | None = None
    absence: Absence | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        keyword, colon, rest = line[1:].strip().partition(":")
        value = rest.strip()
        where = Where.in_file(path, number)
        if not colon or not value:
            raise BadQuery(
                f"The header line {line[:80]!r} declares nothing.",
                where=where,
                remedy="Write for example `# title: Who held an office?`.",
            )
        match keyword:
            case "title":
                titles.append(value)
            case "description":
                descriptions.append(value)
            case "parameter":
                parameter = _parameter(value, where)
                _once(parameter.name, parameters, where)
                parameters[parameter.name] = parameter
            case "bind":
                binding = _binding(value, parameters, where)
                _once(binding.variable, (other.variable for other in bindings), where)
                bindings.append(binding)
            case "column":
                column = _column(value, where)
                _once(column.name, (other.name for other in columns), where)
                columns.append(column)
            case "why":
                _once("why", ["why"] if why else [], where)
                why = _grounds(value, parameters, text, where)
            case "absence":
                _once("absence", ["absence"] if absence else [], where)
                absence = _absence(value, columns, where)
            case "example":
                example = [_argument(item, parameters, where) for item in value.split()]
            case _:
                raise BadQuery(
                    f"A header has no {keyword[:40]!r}.",
                    where=where,
                    remedy="It has title, description, parameter, bind, column, why, absence and "
                    "example.",
                )
    header = Header(
        titles[0] if len(titles) == 1 else "",
        " ".join(descriptions),
        tuple(parameters.values()),
        tuple(bindings),
        tuple(columns),
        tuple(example or ()),
        why or Grounds(),
        absence,
    )
    _check(header, Where.in_file(path, 1), has_example=example is not None)
    return header


def _check(header: Header, start: Where, *, has_example: bool) -> None:
    if not header.title or not header.columns or (header.parameters and not has_example):
        raise BadQuery(
            "The header needs one title, its columns, and an example where it has parameters.",
            where=start,
            remedy="Look at another file of the catalogue.",
        )
    bound = {name for binding in header.bindings for name in binding.parameters}
    for parameter in header.parameters:
        if parameter.name not in bound:
            raise BadQuery(
                f"The parameter {parameter.name!r} is declared and not used.",
                where=start,
                remedy=f"Add a `# bind:` line that names {parameter.name}, or remove it.",
            )


def _once(name: str, earlier: Iterable[str], where: Where) -> None:
    if name in earlier:
        raise BadQuery(
            f"{name!r} is declared twice.", where=where, remedy="Remove or rename one of them."
        )


def _parameter(value: str, where: Where) -> Parameter:
    match = _PARAMETER.match(value)
    kinds = tuple(filter(None, (match["kinds"] or "").split("|"))) if match else ()
    known = match is not None and match["type"] in TYPES
    if match is None or not known or bool(kinds) > (match["type"] in ("entity", "class")):
        raise BadQuery(
            f"The parameter {value[:80]!r} is not understood.",
            where=where,
            remedy=f"Write `# parameter: name type [required] [default value] - What it is.`; "
            f"types are {', '.join(TYPES)}.",
        )
    return Parameter(
        match["name"],
        match["type"],
        bool(match["required"]),
        match["default"],
        match["description"],
        kinds,
    )


def _column(value: str, where: Where) -> Column:
    match = _COLUMN.match(value)
    if match is None:
        raise BadQuery(
            f"The column {value[:80]!r} is not understood.",
            where=where,
            remedy="Write `# column: name - What it shows.`",
        )
    return Column(match["name"], match["description"])


def _grounds(value: str, parameters: dict[str, Parameter], text: str, where: Where) -> Grounds:
    variables, named = [], []
    for word in value.split():
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
        if _VARIABLE.match(word) and re.search(rf"{re.escape(word)}\b", body):
            variables.append(word[1:])
        elif word in parameters:
            named.append(word)
        else:
            raise BadQuery(
                f"{word[:40]!r} is neither a variable of the query nor a parameter.",
                where=where,
                remedy="Write `# why: ?situation ?claim`, after the parameters.",
            )
    return Grounds(tuple(variables), tuple(named))


def _absence(value: str, columns: Iterable[Column], where: Where) -> Absence:
    match = _ABSENCE.match(value)
    names = {column.name for column in columns}
    if match is None or not {match["first"], match["last"]} <= names:
        raise BadQuery(
            f"The absence {value[:80]!r} is not understood.",
            where=where,
            remedy="Write `# absence: ?from ?to - What was looked for.` after those columns.",
        )
    return Absence(match["first"], match["last"], match["sought"])


def _binding(value: str, parameters: dict[str, Parameter], where: Where) -> Binding:
    match = _BIND.match(value)
    names = tuple(n.strip() for n in match["of"].split(",")) if match else ()
    kinds = (*BINDINGS, *OPERANDS)
    if match is None or match["kind"] not in kinds:
        raise BadQuery(
            f"The binding {value[:80]!r} is not understood.",
            where=where,
            remedy=f"Write `# bind: variable = kind(parameter)`; kinds are {', '.join(kinds)}.",
        )
    operands = OPERANDS.get(match["kind"])
    if operands == () and names == ("",):
        names = ()
    for position, name in enumerate(names):
        if name not in parameters:
            raise BadQuery(
                f"The binding names {name!r}, which is no parameter.",
                where=where,
                remedy="Declare the parameter on a line before.",
            )
        wanted = _TYPE_OF.get(match["kind"], match["kind"])
        if operands is not None:
            wanted = operands[position] if position < len(operands) else "nothing"
        if parameters[name].type != wanted:
            raise BadQuery(
                f"{match['kind']} cannot take {name!r}, a parameter of type "
                f"{parameters[name].type}.",
                where=where,
                remedy="moment, throughout, earliest and latest take times, relations in time what "
                "they are about; the others take their own type.",
            )
    number = _NUMBERS.get(match["kind"], 1) if operands is None else len(operands)
    if number is not None and len(names) != number:
        raise BadQuery(
            f"{match['kind']} takes {_words(number)}, not {len(names)}.",
            where=where,
            remedy="Only moment takes any number of them.",
        )
    for name in names if number != 1 or operands is not None else ():
        if match["kind"] != "moment" and not parameters[name].required:
            raise BadQuery(
                f"{match['kind']} needs {name!r}, which may be left out.",
                where=where,
                remedy="Declare it as required.",
            )
    return Binding(match["variable"], match["kind"], names)


def _words(number: int) -> str:
    return {0: "no parameter", 1: "one parameter"}.get(number, f"{number} parameters")


def _argument(item: str, parameters: dict[str, Parameter], where: Where) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or name not in parameters:
        raise BadQuery(
            f"The example's {item[:80]!r} is no argument.", where=where, remedy="Write name=value."
        )
    return name, value
