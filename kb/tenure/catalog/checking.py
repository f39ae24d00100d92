"""The questions of a base's own as ``tenure validate`` checks them: header, name and SPARQL."""

from __future__ import annotations

from pathlib import Path

from tenure.catalog.query import Catalog
from tenure.errors import TenureError, Where
from tenure.store import Store


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
                store.query(query.text, default_graphs=[])
            except TenureError as error:
                line = error.where.line if error.where else None
                error.where = Where.in_file(query.path, line)
                faults.append(error)
    return faults
