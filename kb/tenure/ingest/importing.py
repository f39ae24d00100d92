"""Importers: data sets in formats of their own become claims.

To add a format: a module here with a function like
:func:`~tenure.ingest.us_executive.read_us_executive`, the meaning of its words in a mapping file
beside it, and a line in :data:`FORMATS`. The rest (revisions, validation, files) is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from pyoxigraph import Quad

from tenure.errors import BadInput, BadParameter, NotFound
from tenure.ingest.data_sets import Counted, DataSet, RecordedState, source_quads
from tenure.ingest.facts_folder import FactsFolder
from tenure.ingest.us_executive import read_us_executive
from tenure.namespaces import Names
from tenure.suggest import nearest, remedy_of

Reader: TypeAlias = Callable[
    [Sequence[Path], Sequence[Quad], Names], tuple[DataSet, list[RecordedState], list[Quad]]
]
"""From files and the registry to the source, its states, and what the registry lacks."""

FORMATS: Mapping[str, tuple[Reader, str]] = MappingProxyType(
    {"us-executive": (read_us_executive, "*.yaml")}
)
"""Each format with its reader, and what its files in a folder are called."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written: the file of the source, and what each revision did."""

    path: Path
    revisions: tuple[Counted, ...]


def import_files(
    form: str, paths: Sequence[Path], facts: Path, *, names: Names | None = None
) -> Imported:
    """Import files, or the files in folders, into the folder of facts.

    All goes in or nothing does. A source that is there already may only gain: further states can
    be imported together with the old ones, and what was recorded stays.

    Raises:
        BadParameter: there is no such format.
        NotFound: a path, or the folder of facts, is not there.
        BadInput: a file that cannot be understood, with its line; something that was recorded
            would vanish; or a rule would be broken.
    """
    if form not in FORMATS:
        raise BadParameter(
            f"There is no importer for {form[:80]!r}.",
            where="FORMAT",
            remedy=remedy_of(nearest(form, FORMATS), f"There are: {', '.join(FORMATS)}."),
        )
    read, pattern = FORMATS[form]
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NotFound("There is no such file or folder.", where=str(path))
        found = sorted(path.glob(pattern)) if path.is_dir() else [path]
        if not found:
            raise NotFound(f"There is no {pattern} in this folder.", where=str(path))
        files.update(dict.fromkeys(found))
    folder = FactsFolder(facts, names)
    data_set, states, registered = read(list(files), folder.registry.quads, folder.names)
    quads, counted = source_quads(data_set, states, folder.names)
    file = folder.file(facts / f"{data_set.slug}.trig", data_set.header)
    lost = set(file.quads) - set(quads)
    if lost:
        first = min(lost, key=str)
        raise BadInput(
            f"The import would undo what is recorded here, such as {first.subject} "
            f"{first.predicate} {first.object}.",
            where=str(file.path),
            remedy="Import all states that were imported before, and the new ones; or import "
            "into a folder of its own.",
        )
    folder.add([*registered, *quads])
    return Imported(file.path, counted)
