"""Small drawings of a class: what it is a kind of, what its members have, what kinds it has.

Everything is in one column, so that a drawing is as readable on a phone as on a wall. Lengths are
in CSS pixels; the template that draws them gives the colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_CHARACTER: Final = 7.7
"""The mean advance of a letter at 14 px, on the wide side, so that text never leaves its box."""

_BOLD: Final = 1.12
"""How much wider letters are in bold."""

_ROW: Final = 38
_BOX: Final = 28
_INDENT: Final = 26
_GUTTER: Final = 12
_MARGIN: Final = 2
MOST: Final = 24
"""How many rows of a sort are drawn; more would be read in the list below anyway."""


@dataclass(frozen=True, slots=True)
class Box:
    """A term in a drawing; ``role`` is ``above``, ``own``, ``value`` or ``below``."""

    iri: str
    text: str
    role: str
    x: int
    y: int
    width: int
    height: int = _BOX


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between boxes as a path of SVG; ``text`` stands on it, and leads to ``iri``."""

    path: str
    role: str
    text: str = ""
    iri: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, on a ground of this size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A property of the class that is drawn: its name, and what it leads to, which may be empty."""

    iri: str
    text: str
    to_iri: str
    to_text: str


def draw_class(
    iri: str,
    text: str,
    above: Sequence[tuple[str, str]],
    arrows: Sequence[Arrow],
    below: Sequence[tuple[str, str]],
) -> Drawing | None:
    """The drawing of a class; None where there would be a single box.

    ``above`` and ``below`` are IRIs and labels of the classes next to it.
    """
    if not above and not arrows and not below:
        return None
    boxes: list[Box] = []
    edges: list[Edge] = []
    y = _MARGIN
    for one, name in above[:MOST]:
        boxes.append(Box(one, name, "above", _MARGIN + _GUTTER, y, _width(name)))
        y += _ROW
    own = Box(iri, text, "own", _MARGIN if not above else _MARGIN + _INDENT, y, _width(text, _BOLD))
    boxes.append(own)
    for box in boxes[:-1]:
        sides = f"M {box.x} {_middle(box)} H {_MARGIN} V {_middle(own)} H {own.x}"
        edges.append(Edge(sides, "kind"))
    stem = own.x + 12
    y += _ROW
    for arrow in arrows[:MOST]:
        label_x = stem + 14
        box_x = label_x + _length(arrow.text) + 24
        middle = y + _BOX // 2
        if arrow.to_text:
            boxes.append(Box(arrow.to_iri, arrow.to_text, "value", box_x, y, _width(arrow.to_text)))
        end = box_x - 3 if arrow.to_text else label_x
        dash = f" M {label_x + _length(arrow.text) + 4} {middle} H {end}" if arrow.to_text else ""
        dash += " m -5 -4 l 5 4 l -5 4" if arrow.to_text else ""
        edges.append(
            Edge(
                f"M {stem} {own.y + _BOX} V {middle} H {label_x - 4}{dash}",
                "has" if arrow.to_text else "bare",
                arrow.text,
                arrow.iri,
                label_x,
                middle + 5,
            )
        )
        y += _ROW
    for one, name in below[:MOST]:
        box = Box(one, name, "below", own.x + _INDENT, y, _width(name))
        boxes.append(box)
        edges.append(_elbow(stem, own.y + _BOX, box, "kind"))
        y += _ROW
    width = max(box.x + box.width for box in boxes)
    width = max(width, *(edge.x + _length(edge.text) for edge in edges)) + _MARGIN
    return Drawing(width, y - _ROW + _BOX + 2 * _MARGIN, tuple(boxes), tuple(edges))


def _elbow(x: int, top: int, box: Box, role: str) -> Edge:
    return Edge(f"M {x} {top} V {_middle(box)} H {box.x}", role)


def _middle(box: Box) -> int:
    return box.y + box.height // 2


def _length(text: str) -> int:
    return round(len(text) * _CHARACTER)


def _width(text: str, by: float = 1) -> int:
    return round(_length(text) * by) + 22
