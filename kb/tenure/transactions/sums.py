"""The SHA-256 of every file of a whole copy, beside them, so that an altered one is found.

The engine checks what it reads, but a copy is not read as a whole before it is needed. The file is
one that ``sha256sum --check`` reads.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from tenure.errors import BadInput

SUMS: Final = "SHA256SUMS"

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^/]+)")


def write_sums(folder: Path) -> None:
    """Writes :data:`SUMS` for the files of a folder. Raises :class:`OSError`."""
    lines = [f"{_sum_of(one)}  {one.name}\n" for one in sorted(folder.iterdir()) if one.is_file()]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def check_sums(folder: Path) -> None:
    """Passes where the files of a folder are those of its :data:`SUMS`, or it has none.

    Raises:
        BadInput: a file is missing, another than it was, or was not there.
        OSError: one cannot be read.
    """
    told = folder / SUMS
    if not told.is_file():
        return
    found = [_LINE.fullmatch(line) for line in told.read_text("utf-8", "replace").splitlines()]
    sums = {line[2]: line[1] for line in found if line}
    there = {one.name for one in folder.iterdir() if one.is_file()} - {SUMS}
    wrong = sorted(there ^ sums.keys())
    wrong += [name for name in sorted(there & sums.keys()) if _sum_of(folder / name) != sums[name]]
    if wrong or None in found:
        raise BadInput(
            f"It is not as it was written: {(wrong or [SUMS])[0]} is missing, new, or altered.",
            where=str(folder),
            remedy="Take another copy of the backup, or the one before it.",
        )


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
