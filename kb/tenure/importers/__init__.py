"""Importers: data sets in formats of their own become claims.

To add a format: a module here with a function like
:func:`~tenure.importers.us_executive.read_us_executive`, the meaning of its words in a mapping
file beside it, and a line in :data:`FORMATS`. The rest (revisions, gate, files) is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pyoxigraph import Quad

from tenure.errors import BadParameter, NotFound
from tenure.importers.recorded import Counted, DataSet, RecordedState
from tenure.importers.us_executive import read_us_executive
from tenure.importers.writing import Imported, read_registered, write_import
from tenure.nearest import nearest, remedy_of
from tenure.terms import Names

Reader: TypeAlias = Callable[
    [Sequence[Path], Sequence[Quad], Names], tuple[DataSet, list[RecordedState], list[Quad]]
]
"""From files and the registry to the source, its states, and what the registry lacks."""

FORMATS: Mapping[str, tuple[Reader, str]] = MappingProxyType(
    {"us-executive": (read_us_executive, "*.yaml")}
)
"""Each format with its reader, and what its files in a folder are called."""

__all__ = ["FORMATS", "Counted", "DataSet", "Imported", "RecordedState", "import_files"]


def import_files(
    form: str, paths: Sequence[Path], facts: Path, *, names: Names | None = None
) -> Imported:
    """Import files, or the files in folders, into the folder of facts.

    All goes in or nothing does.

    Raises:
        BadParameter: there is no such format.
        NotFound: a path, or the folder of facts, is not there.
        BadInput: a file that cannot be understood, with its line; or as
            :func:`~tenure.importers.writing.write_import`.
    """
    if form not in FORMATS:
        raise BadParameter(
            f"There is no importer for {form[:80]!r}.",
            where="FORMAT",
            remedy=remedy_of(nearest(form, FORMATS), f"There are: {', '.join(FORMATS)}."),
        )
    names = names or Names()
    read, pattern = FORMATS[form]
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NotFound("There is no such file or folder.", where=str(path))
        found = sorted(path.glob(pattern)) if path.is_dir() else [path]
        if not found:
            raise NotFound(f"There is no {pattern} in this folder.", where=str(path))
        files.update(dict.fromkeys(found))
    _, registered = read_registered(facts, names)
    data_set, states, missing = read(list(files), registered, names)
    return write_import(facts, data_set, states, missing, names)
