"""Files read exactly and replaced whole: whoever reads one sees all of it, old or new."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tenure.errors import BadInput, NotFound
from tenure.inputs import read_input
from tenure.own_folder import own_folder


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with its line ends as they are.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no UTF-8; says at which byte.
    """
    try:
        raw = read_input(path)
    except FileNotFoundError as error:
        raise NotFound("There is no such file.", where=str(path)) from error
    except OSError as error:
        raise BadInput(
            f"It cannot be read: {error.strerror}.",
            where=str(path),
            remedy="Name a file that this user may read.",
        ) from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"It is no UTF-8 text: byte {error.start} does not fit.",
            where=str(path),
            remedy="Save the file as UTF-8.",
        ) from error


def write_all(changes: Mapping[Path, tuple[str | None, str]]) -> None:
    """Replace files in the order given.

    Each path comes with the text it had (None: there was no file) and the text it is to have.
    Everything is on disk before the first file is replaced, so that a full disk loses nothing.

    Raises:
        BadInput: a file has changed since it was read, or cannot be written; nothing is replaced.
    """
    try:
        _replace_all(changes)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(error.filename2 or error.filename or ""),
            remedy="See to the folder's permissions and free space, and run the command again.",
        ) from error


def _replace_all(changes: Mapping[Path, tuple[str | None, str]]) -> None:
    staged: list[tuple[Path, Path]] = []
    with ExitStack() as drafts:
        for path, (before, after) in changes.items():
            folder = drafts.enter_context(own_folder("draft", path.parent, hidden=True))
            staged.append((_stage(path, after, folder), path))
            if before != (path.read_bytes().decode("utf-8", "replace") if path.exists() else None):
                raise BadInput(
                    "It has been changed by somebody else in the meantime; nothing was written.",
                    where=str(path),
                    remedy="Run the command again.",
                )
        for temporary, path in staged:
            temporary.replace(path)


def _stage(path: Path, text: str, folder: Path) -> Path:
    """A file with ``text`` in ``folder``, with the permissions that ``path`` has or would get."""
    draft = folder / path.name
    with draft.open("wb") as file:
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(path.stat().st_mode & 0o7777 if path.exists() else _default_mode())
    return draft


def _default_mode() -> int:
    # The mask can be read only by setting it.
    mask = os.umask(0o022)
    os.umask(mask)
    return 0o666 & ~mask
