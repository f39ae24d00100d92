"""Where the data that travel with the code lie: ontology, queries and facts.

An installed wheel carries them beside the package, under ``_data``; a checkout has them in the
folders where people edit them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tenure.errors import NotFound

DataName: TypeAlias = Literal["ontology", "queries", "facts"]


def ontology_files() -> list[Path]:
    """The files of the ontology that comes with Tenure."""
    return sorted(data_dir("ontology").glob("*.ttl"))


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What a base has beside the ontology of Tenure.

    Attributes:
        folder: Turtle with terms, and in its ``shapes`` with shapes; None where there is none.
        policy: the text of the policy of whoever names none; None: that of Tenure.
    """

    folder: Path | None = None
    policy: str | None = None

    def __bool__(self) -> bool:
        return self.folder is not None or self.policy is not None

    @property
    def files(self) -> list[Path]:
        """The files with terms. Raises :class:`~tenure.errors.NotFound` without their folder."""
        if self.folder is None:
            return []
        if not self.folder.is_dir():
            raise NotFound(
                "There is no such folder of terms.",
                where=str(self.folder),
                remedy="Correct 'ontology' in the settings.",
            )
        return sorted(self.folder.glob("*.ttl"))

    @property
    def shapes(self) -> list[Path]:
        """The files with shapes, if any."""
        return [] if self.folder is None else sorted((self.folder / "shapes").glob("*.ttl"))


NO_TERMS: Final = OwnTerms()
"""Of a base that has nothing beside the ontology of Tenure."""


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
