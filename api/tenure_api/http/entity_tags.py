"""Entity tags, and the requests that depend on them (RFC 9110, sections 8.8.3 and 13).

A tag of a query's answer is weak: rows without ORDER BY may come in another order. A tag of a
graph in the graph store is strong, because ``If-Match`` asks for one; its first part is the state
of the graph, the second stands for the format, and what compresses an answer adds a third.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request

_LONGEST_HEADER: Final = 8192
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*+)"')
COMPRESSED: Final = ".gzip"
"""What ends the tag of a compressed answer: it is other bytes, so it needs another strong tag."""


def weak_tag(*parts: object) -> str:
    """A tag of all that decides an answer."""
    told = "\0".join(str(part) for part in parts)
    return f'W/"{hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def graph_tag(state: str, form: str) -> str:
    """The tag of a graph in the state ``state``, written in the format called ``form``."""
    short = hashlib.sha256(form.encode()).hexdigest()[:8]
    return f'"{state}.{short}"'


def is_known(request: Request, tag: str | None) -> bool:
    """Whether the client has what ``tag`` stands for (``If-None-Match``, weak comparison)."""
    asked = request.headers.get("if-none-match")
    if asked is None or tag is None:
        return False
    return asked.strip() == "*" or _opaque(tag) in {text for _, text in _listed(asked)}


def states_asked_for(request: Request) -> tuple[str, ...] | None:
    """The states that ``If-Match`` names, ``*`` among them; None where there is no such header.

    Comparison is strong, so weak tags count as none.
    """
    asked = request.headers.get("if-match")
    if asked is None:
        return None
    if asked.strip() == "*":
        return ("*",)
    strong = (text for weak, text in _listed(asked) if not weak)
    return tuple(text.rpartition(".")[0] or text for text in strong)


def _listed(header: str) -> Iterable[tuple[bool, str]]:
    for weak, text in _TAG.findall(header[:_LONGEST_HEADER]):
        yield bool(weak), text.removesuffix(COMPRESSED)


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/").strip('"')
