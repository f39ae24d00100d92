"""Answers that are made and not yet read: the beginning in memory, what does not fit in a file.

Whoever makes an answer is not to wait for its reader, who may be slow, or be slow on purpose. So a
:class:`Spool` takes an answer as fast as it is made, and gives it at the pace at which it is read.
A reader who keeps up gets it from memory. What is unread beyond :data:`MOST_HELD` bytes goes into
a temporary file that has no name, so that nothing of it stays behind, however this process ends.

The files of all answers have their bounds together, and each client's theirs (:class:`Room`). Where
there is no room, or the disk takes no more, a spool is full until some of it has been read, and
then its maker does wait.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from errno import ENOSPC
from pathlib import Path
from typing import IO, Final, TypeVar

from tenure.errors import TenureError

MOST_HELD: Final = 256 * 1024
"""Bytes of an answer that are kept in memory until they are read."""

_PIECE: Final = 64 * 1024
"""Bytes that are read of a file at a time."""

_LEFT_FREE: Final = 256 << 20
"""Bytes on the disk that files of answers leave to the store and to others."""

_LOG: Final = logging.getLogger("tenure.sandbox")

T = TypeVar("T")


class Room:
    """How much of the disk unread answers may take. Belongs to the event loop's thread.

    A client has half of it at most, so that no one client takes the room of all others.

    Args:
        most: bytes in all files.
        files: how many files there may be; each takes a descriptor.
        within: the folder that they are in; None: the system's for temporary files.
    """

    def __init__(self, most: int = 1 << 30, files: int = 256, within: Path | None = None) -> None:
        self.within = within
        self.used = 0
        self._most = most
        self._most_files = files
        self._of: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._logged = False
        self._waiting: dict[Spool, None] = {}

    @property
    def files(self) -> int:
        """How many files there are."""
        return self._files.total()

    def take(self, client: str, size: int, files: int) -> bool:
        """Takes so many bytes, and so many files, for ``client``; false where it may not."""
        if (
            self.used + size > self._most
            or self._of[client] + size > self._most // 2
            or self.files + files > self._most_files
            or self._files[client] + files > self._most_files // 2
        ):
            return False
        self.used += size
        self._of[client] += size
        self._files[client] += files
        return True

    def give_back(self, client: str, size: int, files: int) -> None:
        """Gives back what was taken; whoever waits for room may have it."""
        self.used -= size
        for counts, number in ((self._of, size), (self._files, files)):
            counts[client] -= number
            if not counts[client]:
                del counts[client]
        for spool in list(self._waiting):
            del self._waiting[spool]
            spool.spill()

    def wait(self, spool: Spool) -> None:
        """Has :meth:`Spool.spill` called when there is more room."""
        self._waiting[spool] = None

    def wait_no_more(self, spool: Spool) -> None:
        """Forgets a spool that waits."""
        self._waiting.pop(spool, None)

    def refused(self, error: OSError) -> None:
        """The disk takes no more. The log tells it once."""
        if not self._logged:
            self._logged = True
            _LOG.warning("answers are not kept for slow readers: %s", error)


class Spool:
    """One answer between its maker and its reader. Belongs to the event loop's thread.

    Args:
        room: what its file may take.
        client: on whose share of the room.
        on_room: called when it is no longer full.
    """

    def __init__(self, room: Room, client: str, on_room: Callable[[], None] = lambda: None) -> None:
        self.ended = False
        self._room = room
        self._client = client
        self._on_room = on_room
        self._on_end: Callable[[], None] = lambda: None
        self._error: TenureError | None = None
        self._closed = False
        # In the order of the answer: what is in the file, what is on its way there, what is held.
        self._file: IO[bytes] | None = None
        self._read = self._written = self._moving = 0
        self._held: deque[bytes] = deque()
        self._size = 0
        self._busy = 0
        self._more: asyncio.Future[None] | None = None

    # --- to whoever makes the answer -------------------------------------------------------------

    def put(self, piece: bytes) -> None:
        """Takes a piece. Takes it when it is full, too, but should not be given one then."""
        if not self._closed:
            self._held.append(piece)
            self._size += len(piece)
            self._see_to()
            self._wake()

    @property
    def full(self) -> bool:
        """Whether as much waits in memory as may."""
        return self._moving + self._size > MOST_HELD

    @property
    def closed(self) -> bool:
        """Whether nobody takes the rest."""
        return self._closed

    def end(self, error: TenureError | None = None) -> None:
        """Says that no more will come, and why, where that is not all. A second call does nothing.

        What has been put is read all the same, before the error is raised.
        """
        if not self.ended:
            self.ended = True
            self._error = error
            self._see_to()
            self._wake()
            self._on_end()

    # --- to whoever reads it ---------------------------------------------------------------------

    @property
    def whole(self) -> bytes | None:
        """All of the answer, where all of it is in memory and nothing of it was read."""
        if self.ended and self._error is None and self._file is None and not self._moving:
            return b"".join(self._held)
        return None

    def when_ended(self, call: Callable[[], None]) -> None:
        """Has ``call`` called once the answer has been made, or will not be; perhaps at once."""
        if self.ended:
            call()
        else:
            self._on_end = call

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces as they come. Raises what it was ended with, after the last of them.

        Raises :class:`OSError` where the file cannot be read.
        """
        while not self._closed:
            if self._read < self._written:
                yield await self._from_file()
            elif self._held and not self._moving:
                piece = self._held.popleft()
                self._size -= len(piece)
                if self._size <= MOST_HELD // 2:
                    self._on_room()
                yield piece
            elif self._moving or not self.ended:
                self._more = asyncio.get_running_loop().create_future()
                await self._more
            elif self._error is not None:
                raise self._error
            else:
                return

    def close(self) -> None:
        """Lets go of whatever has not been read. A second call does nothing."""
        if not self._closed:
            self._closed = True
            self._held.clear()
            self._size = 0
            self._room.wait_no_more(self)
            self._let_go_of_file()
            self._wake()
            self._on_room()

    # --- the file --------------------------------------------------------------------------------

    def spill(self) -> None:
        """Moves what is held into the file, where there is room."""
        if self._moving or not self._held or self._closed:
            return
        size, opens = self._size, self._file is None
        if not self._room.take(self._client, size, int(opens)):
            self._room.wait(self)
            return
        pieces, self._held = self._held, deque()
        self._moving, self._size = size, 0

        def moved(done: asyncio.Future[None]) -> None:
            self._moving = 0
            error = done.exception()
            if error is None:
                self._written += size
            else:
                # It stays in memory, and is tried again when some of it was read.
                self._held.extendleft(reversed(pieces))
                self._size += size
                self._room.give_back(self._client, size, int(opens and self._file is None))
                if isinstance(error, OSError):
                    self._room.refused(error)
            if self._closed:
                self._held.clear()
                self._size = 0
            elif error is None:
                self._see_to()
            self._wake()
            if not self.full:
                self._on_room()

        self._in_thread(lambda: self._append(b"".join(pieces)), moved)

    def _see_to(self) -> None:
        """Moves what is held when it is much, or when it is not read soon."""
        if self._size > MOST_HELD or (self.ended and self._read < self._written):
            self.spill()

    def _append(self, data: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0, dir=self._room.within)  # noqa: SIM115
        descriptor = self._file.fileno()
        disk = os.fstatvfs(descriptor)
        if disk.f_bavail * disk.f_frsize < _LEFT_FREE + len(data):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        at, ahead = self._written, memoryview(data)
        while ahead:
            done = os.pwrite(descriptor, ahead, at)
            at, ahead = at + done, ahead[done:]

    async def _from_file(self) -> bytes:
        assert self._file is not None
        descriptor, at = self._file.fileno(), self._read
        size = min(_PIECE, self._written - at)
        # Who is cancelled meanwhile must not have the file closed under the thread that reads it.
        piece = await asyncio.shield(self._in_thread(lambda: os.pread(descriptor, size, at)))
        if len(piece) != size and not self._closed:
            raise OSError(f"{len(piece)} bytes of a file that has {size} more")
        self._read += len(piece)
        if self._read == self._written and not self._moving:
            self._let_go_of_file()
        return piece

    def _let_go_of_file(self) -> None:
        """Closes the file, once no thread is at work on it."""
        if self._file is None or self._busy:
            return
        file, size = self._file, self._written
        self._file, self._read, self._written = None, 0, 0
        # The system takes a while to take back a large file.
        self._in_thread(file.close)
        self._room.give_back(self._client, size, 1)

    def _in_thread(
        self, work: Callable[[], T], then: Callable[[asyncio.Future[T]], None] = lambda _: None
    ) -> asyncio.Future[T]:
        def over(done: asyncio.Future[T]) -> None:
            self._busy -= 1
            then(done)
            if self._closed:
                self._let_go_of_file()

        self._busy += 1
        future = asyncio.get_running_loop().run_in_executor(None, work)
        future.add_done_callback(over)
        return future

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)
