"""Which of the offered media types a client wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

# A longer header is not one that a client would write; what lies beyond is not read.
_LONGEST_HEADER: Final = 8192
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_ELEMENT: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^",])++')
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_RANGE: Final = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?:;|$)")
_QUALITY: Final = re.compile(r";\s*q\s*=\s*([^;\s]*)", re.IGNORECASE)
_WEIGHT: Final = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")


class _Range(NamedTuple):
    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely this range names ``media_type``: 2, 1, 0, or -1 where it does not."""
        main, _, sub = media_type.lower().partition("/")
        if (self.main, self.sub) == (main, sub):
            return 2
        if (self.main, self.sub) == (main, "*"):
            return 1
        return 0 if (self.main, self.sub) == ("*", "*") else -1


def negotiate(accept_header: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type of the highest quality, or None where none is acceptable.

    For each type the most specific range that names it decides its quality; among equals the
    order of ``offered`` does. An absent or blank header accepts everything, so the first of
    ``offered`` is the answer. Parameters other than ``q`` are not compared, and an element that
    is malformed counts as absent.
    """
    if not offered:
        return None
    if accept_header is None or not accept_header.strip():
        return offered[0]
    ranges = _read(accept_header)
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality_of(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _quality_of(media_type: str, ranges: list[_Range]) -> float:
    named = [(one.specificity(media_type), one.quality) for one in ranges]
    specificity, quality = max(named, default=(-1, 0.0))
    return quality if specificity >= 0 else 0.0


def _read(header: str) -> list[_Range]:
    text = header
    if len(text) > _LONGEST_HEADER:
        text = text[:_LONGEST_HEADER].rpartition(",")[0]
    found = []
    for element in _ELEMENT.findall(text):
        named = _RANGE.match(element)
        weight = _QUALITY.search(_QUOTED.sub("", element))
        if named is None or (weight and not _WEIGHT.match(weight[1])):
            continue
        quality = float(weight[1]) if weight else 1.0
        found.append(_Range(named[1].lower(), named[2].lower(), quality))
    return found
