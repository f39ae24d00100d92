"""The questions of a base's own as ``tenure validate`` checks them: header, name and SPARQL."""

from __future__ import annotations

import re
from pathlib import Path

from tenure.catalog.query import Catalog, CatalogQuery
from tenure.errors import BadQuery, TenureError, Where
from tenure.store import Answer, Solutions, Store


def question_faults(own: Path) -> list[TenureError]:
    """All that is wrong with the question files of a folder, with file and line.

    Raises :class:`~tenure.errors.NotFound` where there is no such folder.
    """
    faults: list[TenureError] = []
    try:
        found = Catalog.load(own=own, faults=faults)
    except TenureError as error:
        if not own.is_dir():
            raise
        return [error]
    with Store() as store:
        for query in found.values():
            if not query.path.is_relative_to(own):
                continue
            try:
                _refuse_unselected(query, store.query(query.text, default_graphs=[]))
            except TenureError as error:
                line = error.where.line if error.where else None
                error.where = Where.in_file(query.path, line)
                faults.append(error)
    return faults


def _refuse_unselected(query: CatalogQuery, answer: Answer) -> None:
    """Refuse columns that no row has; raises :class:`~tenure.errors.BadQuery`."""
    made = answer.variables if isinstance(answer, Solutions) else ()
    for column in query.columns:
        if column.name not in made:
            head = re.search(rf"^#\s*column:\s*{column.name}\b", query.text, re.MULTILINE)
            line = query.text.count("\n", 0, head.start()) + 1 if head else None
            raise BadQuery(
                f"The query does not select its column {column.name!r}.",
                where=Where.in_file(query.path, line),
                remedy=f"Select ?{column.name}, or leave the line out.",
            )
