"""The programs that reason: a Java runtime, and the archives that owlready2 carries."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final


class NotReasoned(Exception):
    """The reasoner is missing, or did not finish; says what and what to do."""


# An archive that is read, asked once and left: compiling it well takes longer than it runs
# (measured over the ontology and seven files of facts: 8.8 s of processor time, 4.1 s with these).
_IN_HASTE: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8")


def java() -> str:
    """The Java runtime of this machine. Raises :class:`NotReasoned` where there is none."""
    found = shutil.which("java")
    if found is None:
        raise NotReasoned("There is no Java on this machine. Install a Java runtime, 8 or later.")
    return found


def started(megabytes: int, archives: str, program: str) -> list[str]:
    """The command that runs a program of some archives. Raises :class:`NotReasoned`."""
    return [java(), f"-Xmx{megabytes}M", *_IN_HASTE, "-cp", archives, program]


def shipped(reasoner: str, archive: str) -> Path:
    """An archive of a reasoner inside owlready2.

    Raises :class:`NotReasoned` where the package or the archive is missing.
    """
    try:
        # It opens a database when it is imported, and only its archives are wanted, only here.
        import owlready2  # noqa: PLC0415
    except ImportError as error:
        raise NotReasoned(
            f"The package owlready2, which brings {archive}, is missing. Install it."
        ) from error
    found = Path(owlready2.__file__).parent / reasoner / archive
    if not found.is_file():
        raise NotReasoned(f"The package owlready2 has no {archive} in it. Install version 0.51.")
    return found
