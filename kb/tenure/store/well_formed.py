"""What a format has no way to write is not written.

XML 1.0 has no way to write most control characters (section 2.2), and RDF/XML none to write a
property whose IRI ends in nothing that could be the name of an element. The engine writes both all
the same, and no parser reads what comes of it. Triples as terms, which JSON-LD lacks, it refuses
itself, with the same kind of error as a disk that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from tenure.errors import BadQuery

IN_XML: Final = frozenset(("application/sparql-results+xml", "application/rdf+xml"))
"""The media types that are XML."""

_UNREADABLE: Final = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    # A name with a prefix and nothing after it; text never holds a bare angle bracket.
    rb"|</?[A-Za-z][A-Za-z0-9_.-]*:[\s/>]"
)
_LONGEST_NAME: Final = 128
_REFUSED_BY_THE_ENGINE: Final = "does not support"


class Unwritable(ValueError):
    """The format has no way to write what the answer holds; the text says what."""


class ByteOutput(Protocol):
    """What the engine asks of a file."""

    def write(self, data: bytes, /) -> int:
        """Takes a piece of the answer."""
        ...

    def flush(self) -> None:
        """Sends what is held, if need be."""
        ...


class WellFormed:
    """A file for XML, in front of another. Raises :class:`Unwritable` from :meth:`write`."""

    def __init__(self, output: ByteOutput) -> None:
        self._output = output
        self._before = b""

    def write(self, data: bytes) -> int:
        """Takes a piece of the answer."""
        if _UNREADABLE.search(self._before + data):
            raise Unwritable("XML cannot write one of its characters or properties")
        self._before = data[-_LONGEST_NAME:]
        if b"\r" in data:
            # Whoever reads XML takes a carriage return for the end of a line (section 2.11); the
            # engine ends its own lines otherwise, so that each is a character of some text.
            self._output.write(data.replace(b"\r", b"&#xD;"))
            return len(data)
        return self._output.write(data)

    def flush(self) -> None:
        """As the other file does."""
        self._output.flush()


def checked(output: ByteOutput, media_type: str) -> ByteOutput:
    """A file that refuses what ``media_type`` cannot write."""
    return WellFormed(output) if media_type in IN_XML else output


@contextmanager
def refusing_unwritable() -> Iterator[None]:
    """Raise :class:`~tenure.errors.BadQuery` where the answer holds what its format cannot write.

    Other errors of the system come through as they are.
    """
    try:
        yield
    except Unwritable as error:
        raise _unwritable(str(error)) from error
    except OSError as error:
        if _REFUSED_BY_THE_ENGINE not in str(error):
            raise
        raise _unwritable(str(error)) from error


def _unwritable(what: str) -> BadQuery:
    return BadQuery(
        f"The answer cannot be written in this format: {what}.",
        where="format",
        remedy="Ask for JSON, or for a graph as Turtle.",
    )
