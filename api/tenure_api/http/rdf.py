"""Which RDF a body is in, as its ``Content-Type`` says: one rule for every address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tenure.store.formats import GRAPH_FORMATS, GraphFormat, media_types
from tenure_api.http.bodies import require_utf_8
from tenure_api.http.problems import UnsupportedMediaType

CLAIMS: Final[tuple[GraphFormat, ...]] = tuple(GRAPH_FORMATS.values())
"""What a document of claims may be written in."""

# N-Triples once went by that name (RDF Test Cases, 2004). Any file may be called so, and one that
# is no RDF should not be taken for some.
_SAYS_NOTHING: Final = frozenset(("text/plain",))


def readable(formats: Sequence[GraphFormat] = CLAIMS) -> list[str]:
    """The media types that a body in one of ``formats`` may have, the registered ones first."""
    return [one for one in media_types(formats) if one not in _SAYS_NOTHING]


def format_of(content_type: str, formats: Sequence[GraphFormat] = CLAIMS) -> GraphFormat:
    """The format, one of ``formats``, that a ``Content-Type`` header names.

    Raises :class:`~tenure_api.http.problems.UnsupportedMediaType` where it names none of them, or
    another charset than UTF-8.
    """
    kind = content_type.partition(";")[0].strip().lower()
    for form in formats:
        if kind not in _SAYS_NOTHING and (kind == form.media_type or kind in form.aliases):
            require_utf_8(content_type)
            return form
    raise UnsupportedMediaType(
        f"A body of the kind {kind[:80]!r} is no RDF that can be read here.",
        where="Content-Type",
        remedy=f"Send one of: {', '.join(form.media_type for form in formats)}.",
    )
