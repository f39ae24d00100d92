"""A question of the catalogue: one file with a header that declares it, and a SPARQL query.

To add a question, put a ``.rq`` file into a folder of ``queries/``: its name is the query's name.
It is a whole SPARQL query that anyone can run; one line holds its parameters with example values::

    VALUES (?office ?moment) { (<…/office/…> <…/at/2020-01-02/certainty>) } # parameters

Asking replaces that line by one with the values asked for, printed by the RDF library. Asking why
selects besides what the rows rest on: the outermost SELECT is alone at the start of a line.

The header is comment lines that declare what the question needs::

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
    # also: Who is in office now? at=today
    # example: office=office/pmu-deputy-head before=2020-01-03

A question with one ``moment`` or ``throughout`` takes a ``degree`` too, without declaring it, and
so does one that binds ``degree()``, the name of the least degree asked for, and leaves out by
itself what is less sure.
``entity`` says of which classes an argument may be (``entity(Place|Organization)``; without, of
any), ``class`` below which classes of the ontology it must lie. ``bind`` lines say what each
variable of the query's VALUES block gets; ``entity``, ``class``, ``source`` and ``text`` take one
parameter, ``moment`` any of at, before, after, from and to, ``spread`` the same for a question that
counts how many are how sure, ``earliest`` and ``latest`` the first and last day of one,
``throughout`` the first and the last of the days asked about. The
kinds of :data:`tenure.views.OPERANDS` name a graph of relations in time::

    # bind: crowding = crowding(office)
    # bind: pair = pair(first, second)

``why`` names what each row rests on: variables whose values are occurrences, claims, sources or
conflicts, whether the answer shows them or not, and parameters (without ``?``) whose argument names
one. What only binds such a variable can stand on a line that ends in ``# why``, which is left out
where nobody asks why. ``also`` is what people ask who want it with these arguments. ``absence``
says of rows that report nothing in a stretch of days between which two columns it lies, and what
was looked for in vain; the occurrences of ``why`` are then those that bound it::

    # absence: ?from ?to - A tenure of the office that could have been going on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tenure.errors import BadQuery, NotFound, TenureError, Where
from tenure.inputs import read_input
from tenure.knowledge.operations import GIVEN, MOMENTS, NAMED
from tenure.resources import data_dir
from tenure.suggest import nearest, remedy_of
from tenure.views import OF_ALL, OPERANDS

TYPES: Final = ("entity", "time", "claim", "source", "text", "class")
_OF_TIMES: Final = ("moment", "spread", "throughout", "earliest", "latest")
BINDINGS: Final = ("entity", "claim", "source", "text", "class", *_OF_TIMES, "degree")

_TYPE_OF: Final = dict.fromkeys(_OF_TIMES, "time")
_NUMBERS: Final[dict[str, int | None]] = {
    "moment": None,
    "spread": None,
    "throughout": 2,
    "degree": 0,
}

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
_ALSO = re.compile(r"^(?P<title>[^?]+\?) +(?P<arguments>\S.*)$")
_VALUES = re.compile(
    r"^(?P<indent> *)VALUES \((?P<names>[^()]*)\) \{.*\} # parameters$", re.MULTILINE
)
_FOR_WHY = re.compile(r"^.*# why$\n", re.MULTILINE)
_SELECT = re.compile(r"^SELECT .*$", re.MULTILINE)
_ORDER = re.compile(r"^ORDER BY (?P<keys>.*)$", re.MULTILINE)
_GIVEN = re.compile(r"^(?P<what>[a-z]+)=(?P<value>\?[A-Za-z][A-Za-z0-9]*|tn:[A-Za-z]+)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: ``type`` is entity, time, claim, source, text or class.

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
class Also:
    """Another way to ask: in words, and with which arguments."""

    title: str
    arguments: Mapping[str, str]


DEGREE: Final = Parameter(
    "degree",
    "text",
    required=False,
    default=None,
    description="certain, presumed or possible: what is less sure is left out.",
)
"""What every question about one moment takes, without declaring it."""


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
class Provenance:
    """What each row rests on: ``variables`` of the query, and ``parameters`` by their argument."""

    variables: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Rows report nothing from the day in ``first`` to that in ``last``; ``sought`` what for."""

    first: str
    last: str
    sought: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What makes the rows from columns, and which variables of the query it is given."""

    name: str
    given: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """One question of the catalogue. ``subject`` is its folder, ``example`` arguments to try."""

    name: str
    subject: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    bindings: tuple[Binding, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, str]
    why: Provenance
    absence: Absence | None
    about: str
    also: tuple[Also, ...]
    operator: Operator | None
    text: str
    path: Path

    def with_values(self, row: Mapping[str, str]) -> str:
        """The query's text with the terms of ``row`` (printed as SPARQL) for its variables."""
        variables = [binding.variable for binding in self.bindings]
        if not variables:
            return self.text
        names = " ".join(f"?{name}" for name in variables)
        terms = " ".join(row[name] for name in variables)
        return _VALUES.sub(lambda m: f"{m['indent']}VALUES ({names}) {{ ({terms}) }}", self.text)

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters, and the degree, which every question about one moment takes.

        Of two moments it would leave out what differs between them.
        """
        kinds = [one.kind for one in self.bindings]
        moments = sum(kind in ("moment", "throughout") for kind in kinds)
        takes = moments == 1 or "degree" in kinds
        return (*self.parameters, DEGREE) if takes else self.parameters

    @property
    def order(self) -> tuple[str, ...]:
        """The variables in whose order the rows stand, without ``?``."""
        found = _ORDER.search(self.text)
        return tuple(key.removeprefix("?") for key in found["keys"].split()) if found else ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """The variables that rows rest on and that the answer does not show."""
        shown = {column.name for column in self.columns}
        return tuple(name for name in self.why.variables if name not in shown)

    def with_hidden(self, text: str) -> str:
        """The text of the query, with values or without, that selects :attr:`hidden` too."""
        more = "".join(f" ?{name}" for name in self.hidden)
        return _SELECT.sub(lambda m: m[0].rstrip() + more, text)

    @staticmethod
    def without_reasons(text: str) -> str:
        """The text of a query less the lines that only say what rows rest on."""
        return _FOR_WHY.sub("", text)


@dataclass(frozen=True, slots=True)
class Subject:
    """What questions of one folder are about, in plain words, and those that come first."""

    title: str
    first: tuple[str, ...]


class Catalog(Mapping[str, CatalogQuery]):
    """All questions by name, in alphabetical order."""

    def __init__(
        self, queries: Mapping[str, CatalogQuery], subjects: Mapping[str, Subject] | None = None
    ) -> None:
        self._queries = dict(sorted(queries.items()))
        self._subjects = dict(subjects or {})

    @classmethod
    def load(
        cls,
        directory: Path | None = None,
        own: Path | None = None,
        *,
        faults: list[TenureError] | None = None,
    ) -> Catalog:
        """The questions below a folder; None means those that Tenure comes with.

        Those in ``own``, or in folders there, come beside them. With ``faults``, what is wrong with
        a file is noted there, and the file is left out. Raises
        :class:`~tenure.errors.BadQuery` with file and line for a file that is wrong, and
        :class:`~tenure.errors.NotFound` where ``own`` is no folder.
        """
        found: dict[str, CatalogQuery] = {}
        paths = sorted((directory or data_dir("queries")).glob("*/*.rq"))
        if own is not None:
            if not own.is_dir():
                raise NotFound(
                    "There is no such folder of questions.",
                    where=str(own),
                    remedy="Correct 'queries' in the settings.",
                )
            paths += sorted((*own.glob("*.rq"), *own.glob("*/*.rq")))
        for path in paths:
            try:
                query = read_query(path)
                if query.name in found:
                    other = found[query.name].path
                    raise BadQuery(
                        f"There are two queries {query.name!r}; the other is {other}.",
                        where=Where.in_file(path),
                        remedy="Rename one of the files.",
                    )
            except TenureError as error:
                if faults is None:
                    raise
                faults.append(error)
            else:
                found[query.name] = query
        if faults:
            return cls(found)
        folders = [directory or data_dir("queries"), *([own] if own is not None else [])]
        return cls(found, dict(one for folder in folders for one in _subjects(folder, found)))

    @property
    def by_subject(self) -> Mapping[str, tuple[CatalogQuery, ...]]:
        """The questions by what people want to know, in plain words.

        That is what ``subjects.txt`` beside the folders says of each, in its order, and the
        questions that it names first; what it does not name comes after those, by name.
        """
        found: dict[str, tuple[CatalogQuery, ...]] = {}
        for folder in dict.fromkeys((*self._subjects, *sorted(q.subject for q in self.values()))):
            subject = self._subjects.get(folder, Subject(folder.replace("-", " "), ()))
            within = {name: query for name, query in self.items() if query.subject == folder}
            order = dict.fromkeys((*(one for one in subject.first if one in within), *within))
            if within:
                found[subject.title] = tuple(within[name] for name in order)
        return found

    def __getitem__(self, name: str) -> CatalogQuery:
        """The question of that name. Raises KeyError; :meth:`find` names the nearest."""
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def find(self, name: str) -> CatalogQuery:
        """The question of that name. Raises :class:`~tenure.errors.NotFound` with the nearest."""
        query = self._queries.get(name)
        if query is None:
            raise NotFound(
                f"The catalogue has no query {name[:80]!r}.",
                remedy=remedy_of(
                    nearest(name, self._queries), "`tenure ask` without a name lists them."
                ),
            )
        return query


def _subjects(folder: Path, queries: Mapping[str, CatalogQuery]) -> Iterator[tuple[str, Subject]]:
    """What a folder's ``subjects.txt`` says of the folders in it: a line each, ``name: title``.

    After a ``|`` follow the questions that come first.
    """
    path = folder / "subjects.txt"
    if not path.is_file():
        return
    for number, line in enumerate(read_input(path).decode("utf-8").splitlines(), start=1):
        named, _, first = line.partition("|")
        name, colon, title = (part.strip() for part in named.partition(":"))
        if not (name and colon and title):
            raise BadQuery(
                f"The line {line[:80]!r} names no folder of questions.",
                where=Where.in_file(path, number),
                remedy="Write for example `offices: Who held which office | office-holders`.",
            )
        unknown = next((one for one in first.split() if one not in queries), None)
        if unknown is not None:
            raise BadQuery(
                f"There is no question {unknown[:80]!r} to come first.",
                where=Where.in_file(path, number),
                remedy=remedy_of(nearest(unknown, queries), "Name files of the folder."),
            )
        yield name, Subject(title, tuple(first.split()))


def read_query(path: Path) -> CatalogQuery:
    """The question of one file. Raises :class:`~tenure.errors.BadQuery` with file and line."""
    try:
        text = read_input(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadQuery(
            f"It is no UTF-8: {error.reason} at byte {error.start:,}.",
            where=Where.in_file(path),
            remedy="Save it as UTF-8.",
        ) from error
    query = _declared(text, path)
    variables = [binding.variable for binding in query.bindings]
    blocks = list(_VALUES.finditer(text))
    declared = [name.removeprefix("?") for name in blocks[0]["names"].split()] if blocks else []
    if len(blocks) != (1 if variables else 0) or declared != variables:
        raise BadQuery(
            f"The query needs one line `VALUES ({' '.join('?' + v for v in variables)}) {{ … }} "
            "# parameters`, with its bindings in their order.",
            where=Where.in_file(path, text.count("\n", 0, blocks[-1].start()) + 1 if blocks else 1),
            remedy="Look at another file of the catalogue.",
        )
    selects = len(_SELECT.findall(text))
    if selects != 1:
        raise BadQuery(
            f"{selects} lines of the query begin with SELECT; one must, the outermost.",
            where=Where.in_file(path, 1),
            remedy="Write it on a line of its own, and indent what is inside.",
        )
    if query.operator is not None:
        _refuse_operator(query, query.operator)
    return query


def _declared(text: str, path: Path) -> CatalogQuery:
    """The question as the header of its file declares it."""
    told: dict[str, list[str]] = {
        name: [] for name in ("title", "description", "about", "operator")
    }
    parameters: dict[str, Parameter] = {}
    bindings: list[Binding] = []
    columns: list[Column] = []
    example: list[tuple[str, str]] | None = None
    why: Provenance | None = None
    absence: Absence | None = None
    also: list[Also] = []
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
            case "title" | "description" | "about" | "operator":
                told[keyword].append(value)
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
                why = _provenance(value, parameters, text, where)
            case "absence":
                _once("absence", ["absence"] if absence else [], where)
                absence = _absence(value, columns, where)
            case "also":
                also.append(_also(value, parameters, where))
            case "example":
                example = [_argument(item, parameters, where) for item in value.split()]
            case _:
                raise BadQuery(
                    f"A header has no {keyword[:40]!r}.",
                    where=where,
                    remedy="It has title, description, parameter, bind, column, why, absence, "
                    "about, also, operator and example.",
                )
    first = Where.in_file(path, 1)
    is_whole = len(told["title"]) == 1 and columns and (example is not None or not parameters)
    _refuse_what_is_missing(bool(is_whole), parameters, bindings, first)
    return CatalogQuery(
        path.stem,
        path.parent.name,
        told["title"][0],
        " ".join(told["description"]),
        tuple(parameters.values()),
        tuple(bindings),
        tuple(columns),
        dict(example or ()),
        why or Provenance(),
        absence,
        _about(told["about"], bindings, first),
        tuple(also),
        _operator(told["operator"], first),
        text,
        path,
    )


def _refuse_what_is_missing(
    is_whole: bool, parameters: Iterable[str], bindings: Iterable[Binding], where: Where
) -> None:
    if not is_whole:
        raise BadQuery(
            "The header needs one title, its columns, and an example where it has parameters.",
            where=where,
            remedy="Look at another file of the catalogue.",
        )
    bound = {name for binding in bindings for name in binding.parameters}
    for name in parameters:
        if name not in bound:
            raise BadQuery(
                f"The parameter {name!r} is declared and not used.",
                where=where,
                remedy=f"Add a `# bind:` line that names {name}, or remove it.",
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


def _provenance(
    value: str, parameters: dict[str, Parameter], text: str, where: Where
) -> Provenance:
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
    return Provenance(tuple(variables), tuple(named))


def _also(value: str, parameters: dict[str, Parameter], where: Where) -> Also:
    match = _ALSO.match(value)
    if match is None:
        raise BadQuery(
            f"The other way to ask {value[:80]!r} is not understood.",
            where=where,
            remedy="Write `# also: Who is in office now? at=today`.",
        )
    words = match["arguments"].split()
    return Also(match["title"], dict(_argument(word, parameters, where) for word in words))


def _operator(values: list[str], where: Where) -> Operator | None:
    if not values:
        return None
    value = " ".join(values)
    name, *words = value.split()
    matches = [_GIVEN.match(word) for word in words]
    given = {match["what"]: match["value"] for match in matches if match}
    known = GIVEN.get(name, ())
    if len(given) != len(words) or not given.keys() <= set(known):
        raise BadQuery(
            f"The operator {value[:80]!r} is not understood.",
            where=where,
            remedy="Write `# operator: situations kind=tn:Tenure subject=?person`; there are "
            + "; ".join(f"{one} with {', '.join(each)}" for one, each in GIVEN.items())
            + ".",
        )
    return Operator(name, given)


def _refuse_operator(query: CatalogQuery, operator: Operator) -> None:
    """Raises :class:`~tenure.errors.BadQuery` where an operator cannot make the rows."""
    kinds = [binding.kind for binding in query.bindings]
    moments = sum(kind in ("moment", "spread", "throughout") for kind in kinds)
    columns = [column.name for column in query.columns]
    made = {*NAMED[operator.name], *(one.removeprefix("?") for one in operator.given.values())}
    strange = [name for name in columns if name not in made]
    if strange or moments != MOMENTS[operator.name] or not {*query.order} <= {*columns}:
        raise BadQuery(
            f"The operator {operator.name} does not make the rows of this query.",
            where=Where.in_file(query.path, 1),
            remedy=f"It is about {MOMENTS[operator.name]} moments, orders by columns, and makes "
            f"{', '.join(NAMED[operator.name])} and what it is given.",
        )


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


def _about(values: list[str], bindings: Iterable[Binding], where: Where) -> str:
    names = [value.removeprefix("?") for value in values]
    if len(names) > 1 or not {b.variable for b in bindings if b.kind == "entity"}.issuperset(names):
        raise BadQuery(
            f"That it is about {', '.join(values)[:80]!r} is not understood.",
            where=where,
            remedy="Write for example `# about: ?office` where `# bind: office = entity(office)`.",
        )
    return "".join(names)


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
    of_all = match["kind"] in OF_ALL
    if names == ("",) and (operands == () or of_all or match["kind"] == "degree"):
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
                remedy="moment, spread, throughout, earliest and latest take times, relations "
                "in time what they are about; the others take their own type.",
            )
    number = _NUMBERS.get(match["kind"], 1) if operands is None else len(operands)
    if number is not None and len(names) != number and (names or not of_all):
        raise BadQuery(
            f"{match['kind']} takes {_words(number)}, not {len(names)}.",
            where=where,
            remedy="Only moment and spread take any number of them.",
        )
    for name in names if (number != 1 or operands is not None) and not of_all else ():
        if match["kind"] not in ("moment", "spread") and not parameters[name].required:
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
