"""Java programs that are started many times, with their classes loaded once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tenure.reason.programs import started

# What an archive of classes tells of itself would stand among what the program prints.
_SILENT = "-Xlog:disable"


@contextmanager
def classes_kept(folder: Path) -> Iterator[None]:
    """Have the first run of a reasoner leave its classes in ``folder``, and later ones map them.

    Loading them is half of what a run over a small ontology takes.
    """

    def keeping(megabytes: int, archives: str, program: str) -> list[str]:
        java, *others = started(megabytes, archives, program)
        if not all(Path(one).is_file() for one in archives.split(os.pathsep)):
            return [java, *others]  # Java keeps no classes that lie in a folder
        classes = folder / hashlib.sha256(f"{archives} {program}".encode()).hexdigest()
        option = "SharedArchiveFile" if classes.exists() else "ArchiveClassesAtExit"
        return [java, f"-XX:{option}={classes}", _SILENT, *others]

    with pytest.MonkeyPatch.context() as patched:
        for module in ("hermit", "pellet"):
            patched.setattr(f"tenure.reason.{module}.started", keeping)
        yield
