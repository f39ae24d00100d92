"""The parts of a ``multipart/form-data`` body (RFC 7578), without nesting and without decoding.

Written for graphs that are sent as files of a form, which the Graph Store Protocol asks for
(section 5.5). General readers of mail recurse into parts, which a stranger could make deep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tenure.errors import BadInput
from tenure_api.http.bodies import parameter_of

MOST_PARTS: Final = 100
_LONGEST_BOUNDARY: Final = 70
_LONGEST_HEAD: Final = 8_192


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its content type, empty where unsaid, its field name, and its bytes."""

    content_type: str
    name: str
    data: bytes


def parts_of(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body whose ``Content-Type`` header is given.

    Raises :class:`~tenure.errors.BadInput` where it is not what the header says, or has more than
    :data:`MOST_PARTS` parts.
    """
    boundary = parameter_of(content_type, "boundary")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise _malformed("the Content-Type header names no boundary")
    mark = b"\r\n--" + boundary.encode("ascii")
    # What stands before the first boundary is no part; the first may lack its line break.
    pieces = (b"\r\n" + body).split(mark, MOST_PARTS + 1)
    if len(pieces) < 2:
        raise _malformed("the boundary does not occur")
    parts: list[Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        if len(parts) == MOST_PARTS:
            break
        parts.append(_part(piece))
    raise _malformed(f"there is no last boundary within {MOST_PARTS} parts")


def _part(piece: bytes) -> Part:
    after = piece.lstrip(b" \t")
    head, gap, data = after.partition(b"\r\n\r\n")
    if not gap or not after.startswith(b"\r\n") or len(head) > _LONGEST_HEAD:
        raise _malformed("a part has no head")
    fields: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.strip().lower()] = value.strip()
    disposition = fields.get("content-disposition", "")
    return Part(fields.get("content-type", ""), parameter_of(disposition, "name")[:80], data)


def _malformed(what: str) -> BadInput:
    return BadInput(
        f"This is no multipart/form-data body: {what}.",
        where="body",
        remedy="Send it as curl -F does, or send one graph as the body itself.",
    )
