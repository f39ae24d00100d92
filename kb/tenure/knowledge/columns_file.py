"""Columns on the disk, beside a store's data: mapped into memory, and believed by a stamp.

In the folder of the store lies one of its own with two files. ``rows`` has the columns as they were
written, with a stamp: which store at how many writes, by which rules, over which base. ``changed``
gets a line before each write of the store with the names of all rows that it may change, and the
state that it leads to. Whoever reads takes these rows from the store, where they are as they are
now. So it does no harm where a write was noted and then not done, as after a kill; the next write
removes the columns, as its own note could be lost and the other one taken for it. Where a write was
done that nobody noted, the states do not follow on one another, and the columns are made anew.
Neither file waits for the disk: every piece has a checksum, and what a power cut has torn is made
anew as well.
"""

from __future__ import annotations

import json
import logging
import math
import mmap
import os
import shutil
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tenure.knowledge.store_state import State, noted_stamp, read_state
from tenure.namespaces import Names
from tenure.store import Store

if TYPE_CHECKING:
    from tenure.knowledge.columns import Columns

_LOG: Final = logging.getLogger("tenure.knowledge")

FOLDER: Final = "tenure-columns"
"""In the folder of a store; the engine leaves alone what it does not know."""
_ROWS: Final = "rows"
_CHANGED: Final = "changed"
_MAGIC: Final = b"tenure columns 2\n"
_ALIGNED: Final = 64
MOST_CHANGED: Final = 20_000
"""Rows that are read from the store beside the columns; for more, these are made anew."""


class Unusable(Exception):
    """Why columns are not believed."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What columns are of: the rules by which a world follows, a base, and a store at a state."""

    rules: str
    base: str
    identifier: str
    writes: int

    @classmethod
    def of(cls, store: Store, names: Names) -> Stamp | None:
        """Of the world that a store holds now; None where it holds none, or does not say."""
        state = read_state(store, names)
        rules = [str(one.object) for one in noted_stamp(store, names)]
        if state is None or len(rules) != 1:
            return None
        return cls(rules[0], names.base, state.identifier, state.writes)


class ColumnsFile:
    """The columns of a store on disk. Whoever writes the store is the only one to write these."""

    def __init__(self, store: Path) -> None:
        self.folder = store / FOLDER
        self._reached: State | None = None

    @property
    def is_there(self) -> bool:
        """Whether there are any, whatever they are worth."""
        return (self.folder / _ROWS).exists()

    def discard(self) -> None:
        """Removes them; nothing happens where there are none."""
        self._reached = None
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def write(self, columns: Columns, stamp: Stamp) -> None:
        """Have these be the columns; where the disk does not take them, there are none."""
        try:
            self._write(columns, stamp)
        except OSError as error:
            _LOG.warning("The columns were not written: %s.", error)
            with suppress(OSError):
                self.discard()

    def _write(self, columns: Columns, stamp: Stamp) -> None:
        self.discard()
        self.folder.mkdir(mode=0o700)
        listed: dict[str, Any] = {}
        at = 0
        for name, column in columns.arrays.items():
            listed[name] = [
                column.dtype.str,
                list(column.shape),
                at,
                _checksum(column),
            ]
            at += -(-column.nbytes // _ALIGNED) * _ALIGNED
        told = {"stamp": asdict(stamp), "columns": listed, "bytes": at}
        head = _sealed(told)
        head += b" " * (-(len(_MAGIC) + len(head) + 1) % _ALIGNED) + b"\n"
        new = self.folder / f"{_ROWS}.new"
        with new.open("wb") as file:
            file.write(_MAGIC + head)
            for column in columns.arrays.values():
                file.write(column.data.cast("B") if column.size else b"")
                file.write(b"\0" * (-column.nbytes % _ALIGNED))
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.folder / _ROWS)

    def note(self, before: State, after: State, changed: Collection[str]) -> None:
        """Note which rows a write may change, which leads from one state to another.

        That is before it is done.

        Columns that are not of the state before are removed, and so are those of which it cannot
        be noted.
        """
        try:
            if not self._follows(before):
                self.discard()
                return
            told = {
                "from": [before.identifier, before.writes],
                "to": [after.identifier, after.writes],
                "rows": list(changed),
            }
            with (self.folder / _CHANGED).open("ab") as file:
                file.write(_sealed(told) + b"\n")
        except OSError as error:
            _LOG.warning("It could not be noted what a write changes: %s.", error)
            self._reached = None
            with suppress(OSError):
                self.discard()
        else:
            self._reached = after

    def _follows(self, before: State) -> bool:
        """Whether a write of a state can be noted: just what led there was."""
        if self._reached is None:
            try:
                _, told = self._opened()
                noted = list(self._noted())
            except Unusable:
                return False
            was = told["stamp"]
            last = noted[-1]["to"] if noted else (was["identifier"], was["writes"])
            self._reached = State(*last)
        return before == self._reached

    def read(self, stamp: Stamp) -> tuple[Columns, set[str]]:
        """The columns, and the names of the rows that are to be read from the store instead.

        Raises :class:`Unusable`, which says why they are of no use. So do :meth:`Columns.lines`
        when they are first asked for: the text is most of the columns, and often of no interest.
        """
        from tenure.knowledge.columns import Columns  # noqa: PLC0415 - takes NumPy in

        whole, told = self._opened()
        changed = self._changed_since(told["stamp"], stamp)
        listed = told["columns"]
        arrays = {name: _column_in(whole, *listed[name]) for name in listed}
        for name in arrays.keys() - {"text"}:
            _check(arrays[name], listed[name][-1])
        return Columns(arrays, lambda: _check(arrays["text"], listed["text"][-1])), changed

    def _opened(self) -> tuple[memoryview, dict[str, Any]]:
        """The columns as bytes, and what is told of them."""
        try:
            with (self.folder / _ROWS).open("rb") as file:
                whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError:
            raise Unusable("there are none") from None
        except (OSError, ValueError) as error:
            raise Unusable(f"they cannot be read ({error})") from error
        if bytes(whole[: len(_MAGIC)]) != _MAGIC:
            raise Unusable("they are of another version")
        end = bytes(whole[len(_MAGIC) : len(_MAGIC) + (1 << 16)]).find(b"\n")
        told = _unsealed(bytes(whole[len(_MAGIC) : len(_MAGIC) + max(0, end)]))
        if told is None:
            raise Unusable("they are damaged")
        start = len(_MAGIC) + end + 1
        if len(whole) - start != told["bytes"]:
            raise Unusable("they are cut short")
        return whole[start:], told

    def _changed_since(self, was: dict[str, Any], stamp: Stamp) -> set[str]:
        """The rows that writes may have changed that led from one state to another."""
        wanted = asdict(stamp)
        for what in ("rules", "base", "identifier"):
            if was[what] != wanted[what]:
                other = {"rules": "by other rules", "base": "of another base"}
                raise Unusable(f"they are {other.get(what, 'of another store')}")
        found: set[str] = set()
        reached = was["writes"]
        if reached > stamp.writes:
            raise Unusable("they are of a later state of the store")
        for one in self._noted():
            before, after = one["from"], one["to"]
            if after[0] != stamp.identifier or before[1] > reached:
                raise Unusable("writes were made that nobody noted in them")
            reached = max(reached, after[1])
            found.update(one["rows"])
        if reached < stamp.writes:
            raise Unusable("writes were made that nobody noted in them")
        if len(found) > MOST_CHANGED:
            raise Unusable(f"{len(found):,} rows have changed since")
        return found

    def _noted(self) -> Iterator[dict[str, Any]]:
        try:
            lines = (self.folder / _CHANGED).read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise Unusable(f"they cannot be read ({error})") from error
        for line in lines:
            told = _unsealed(line)
            # Where the end of a line was torn off, the next one went on in it.
            if told is None:
                raise Unusable("what was noted of writes is damaged")
            yield told


def _sealed(told: dict[str, Any]) -> bytes:
    text = json.dumps(told, separators=(",", ":")).encode()
    return f"{zlib.crc32(text):08x} ".encode() + text


def _unsealed(line: bytes) -> dict[str, Any] | None:
    seal, _, text = line.rstrip(b" ").partition(b" ")
    if f"{zlib.crc32(text):08x}".encode() != seal:
        return None
    told: dict[str, Any] = json.loads(text)
    return told


def _column_in(whole: memoryview, kind: str, shape: list[int], at: int, _: int) -> Any:
    import numpy as np  # noqa: PLC0415 - takes a tenth of a second

    dtype = np.dtype(kind)
    size = dtype.itemsize * math.prod(shape)
    piece = whole[at : at + size]
    if len(piece) != size:
        raise Unusable("they are damaged")
    return np.frombuffer(piece, dtype=dtype).reshape(shape)


def _checksum(column: Any) -> int:
    return zlib.crc32(column.data.cast("B") if column.size else b"")


def _check(column: Any, checksum: int) -> None:
    if _checksum(column) != checksum:
        raise Unusable("they are damaged")
