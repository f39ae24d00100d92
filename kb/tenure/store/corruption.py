"""What is said of a store whose files are not what they were when they were written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tenure.errors import BadInput

_SIGN: Final = "Corruption"
"""How RocksDB begins what it says of a block whose checksum is wrong, and of missing files."""


def damaged(path: Path | None, error: Exception) -> BadInput:
    """The error for a store that cannot be read, with what the engine says."""
    return BadInput(
        f"This store is damaged: {str(error)[:300]}.",
        where=str(path) if path else None,
        remedy="Restore a backup of it.",
    )


@contextmanager
def corruption_reported(path: Path | None) -> Iterator[None]:
    """Turns what the engine says of damage into :func:`damaged`; lets all else pass."""
    try:
        yield
    except RuntimeError as error:
        if _SIGN not in str(error):
            raise
        raise damaged(path, error) from error
