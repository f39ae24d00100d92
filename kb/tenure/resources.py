"""Where the data that travel with the code lie: ontology, queries and facts.

An installed wheel carries them beside the package, under ``_data``; a checkout has them in the
folders where people edit them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from tenure.errors import NotFound

DataName: TypeAlias = Literal["ontology", "queries", "facts"]


def ontology_files() -> list[Path]:
    """The files of the ontology that comes with Tenure."""
    return sorted(data_dir("ontology").glob("*.ttl"))


def own_term_files(folder: Path | None) -> list[Path]:
    """The files with the terms of a base's own. Raises :class:`~tenure.errors.NotFound`."""
    if folder is None:
        return []
    if not folder.is_dir():
        raise NotFound(
            "There is no such folder of terms.",
            where=str(folder),
            remedy="Correct 'ontology' in the settings.",
        )
    return sorted(folder.glob("*.ttl"))


def own_shape_files(folder: Path | None) -> list[Path]:
    """The files with the shapes of a base's own: those in ``shapes`` beside its terms, if any."""
    return [] if folder is None else sorted((folder / "shapes").glob("*.ttl"))


def data_dir(name: DataName) -> Path:
    """The folder that holds the data called ``name``, as an absolute path.

    Raises:
        NotFound: there is no such folder beside the package nor in a checkout around it.
    """
    package = Path(__file__).resolve().parent
    in_checkout = package.parent / name if name == "facts" else package.parents[1] / name
    for folder in (package / "_data" / name, in_checkout):
        if folder.is_dir():
            return folder
    raise NotFound(
        f"The data folder {name!r} is missing.",
        where=str(package),
        remedy="Install the tenure wheel again, or run from a complete checkout.",
    )
