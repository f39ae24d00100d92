"""A query file as a frozen object, and the catalogue of all of them.

To add a question, put a ``.rq`` file into a folder of ``queries/``: its name is the query's name.
It is a whole SPARQL query that anyone can run; one line holds its parameters with example values::

    VALUES (?office ?moment) { (<…/office/…> <…/at/2020-01-02/certainty>) } # parameters

Asking replaces that line by one with the values asked for, printed by the RDF library. Asking why
selects besides what the rows hang on: the outermost SELECT stands alone at the start of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tenure.catalog.header import (
    Absence,
    Binding,
    Column,
    Grounds,
    Parameter,
    read_header,
)
from tenure.errors import BadQuery, NotFound, Where
from tenure.inputs import read_input
from tenure.nearest import nearest, remedy_of
from tenure.resources import data_dir

_VALUES = re.compile(
    r"^(?P<indent> *)VALUES \((?P<names>[^()]*)\) \{.*\} # parameters$", re.MULTILINE
)
_SELECT = re.compile(r"^SELECT .*$", re.MULTILINE)


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
    why: Grounds
    absence: Absence | None
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
    def hidden(self) -> tuple[str, ...]:
        """The variables that rows hang on and that the answer does not show."""
        shown = {column.name for column in self.columns}
        return tuple(name for name in self.why.variables if name not in shown)

    def with_hidden(self, text: str) -> str:
        """The text of the query, with values or without, that selects :attr:`hidden` too."""
        more = "".join(f" ?{name}" for name in self.hidden)
        return _SELECT.sub(lambda m: m[0].rstrip() + more, text)


class Catalog(Mapping[str, CatalogQuery]):
    """All questions by name, in alphabetical order."""

    def __init__(self, queries: Mapping[str, CatalogQuery]) -> None:
        self._queries = dict(sorted(queries.items()))

    @classmethod
    def load(cls, directory: Path | None = None) -> Catalog:
        """The questions below a folder; None means those that Tenure comes with.

        Raises :class:`~tenure.errors.BadQuery` with file and line for a file that is wrong.
        """
        found: dict[str, CatalogQuery] = {}
        for path in sorted((directory or data_dir("queries")).glob("*/*.rq")):
            query = read_query(path)
            if query.name in found:
                raise BadQuery(
                    f"There are two queries {query.name!r}; the other is {found[query.name].path}.",
                    where=Where.in_file(path),
                    remedy="Rename one of the files.",
                )
            found[query.name] = query
        return cls(found)

    def __getitem__(self, name: str) -> CatalogQuery:
        """The question of that name. Raises KeyError; :meth:`find` tells the nearest names."""
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


def read_query(path: Path) -> CatalogQuery:
    """The question of one file. Raises :class:`~tenure.errors.BadQuery` with file and line."""
    text = read_input(path).decode("utf-8")
    header = read_header(text, path)
    variables = [binding.variable for binding in header.bindings]
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
    return CatalogQuery(
        path.stem,
        path.parent.name,
        header.title,
        header.description,
        header.parameters,
        header.bindings,
        header.columns,
        dict(header.example),
        header.why,
        header.absence,
        text,
        path,
    )
