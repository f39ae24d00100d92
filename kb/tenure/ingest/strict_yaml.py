"""YAML read as names, lists and plain text, with line numbers, and safe against hostile input.

Every scalar stays the text that was written: to a YAML loader with types, ``2020-01-03`` is a
date and ``no`` is false, and neither is what an EDTF value or a statement means. Anchors and
aliases (with which a few bytes grow into gigabytes), deep nesting and repeated names are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

import yaml

from tenure.errors import BadClaim, BadInput, Where
from tenure.nearest import nearest, remedy_of

MAX_BYTES = 1_000_000
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Item, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Table:
    """Names and their values, in the order written."""

    fields: Mapping[str, Item]
    where: Where


class _Mark(Protocol):
    """A place as PyYAML gives it, counted from 0."""

    line: int
    column: int


Item: TypeAlias = "Scalar | Listing | Table"
_V = TypeVar("_V")


def read_yaml(text: str, name: str) -> Item:
    """The one document in ``text``; ``name`` is what errors call it.

    Raises:
        BadClaim: no YAML, empty, too long, too deep, or with aliases or a name given twice.
    """
    if len(text.encode("utf-8")) > MAX_BYTES:
        raise BadClaim(
            f"It is longer than {MAX_BYTES:,} bytes.",
            where=name,
            remedy="Split it into several files.",
        )
    try:
        _refuse_bombs(text, name)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise BadClaim(
            f"It is no YAML: {error.problem or error.context}.",
            where=_place(name, error.problem_mark or error.context_mark),
            remedy="Put a text with a colon or a quote mark into quotes; indent with spaces.",
        ) from error
    except yaml.YAMLError as error:
        raise BadClaim(
            f"It is no YAML: {' '.join(str(error).split())}.",
            where=name,
            remedy="Remove what is no plain text.",
        ) from error
    if node is None:
        raise BadClaim(
            "It is empty.", where=name, remedy="`docs/howto/adding-a-source.md` shows a claim."
        )
    return _item(node, name)


def _refuse_bombs(text: str, name: str) -> None:
    # The events come one by one, so nothing has been built yet when this says no.
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        where = _place(name, event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadClaim(
                "Anchors (&) and aliases (*) are not read.",
                where=where,
                remedy="Write the value out, or put a text that begins so into quotes.",
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise BadClaim(
                f"It is nested more than {MAX_DEPTH} deep.",
                where=where,
                remedy="Check brackets and indentation.",
            )


def _item(node: yaml.Node, name: str) -> Item:
    where = _place(name, node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, where)
    if isinstance(node, yaml.SequenceNode):
        return Listing(tuple(_item(one, name) for one in node.value), where)
    fields: dict[str, Item] = {}
    for key, value in node.value:
        at = _place(name, key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise BadClaim("A name is plain text.", where=at, remedy="Check the brackets.")
        if key.value in fields:
            raise BadClaim(f"{key.value!r} is here twice.", where=at, remedy="Remove one.")
        fields[key.value] = _item(value, name)
    return Table(fields, where)


def _place(name: str, mark: _Mark | None) -> Where:
    return Where(name) if mark is None else Where(name, mark.line + 1, mark.column + 1)


def field(item: Item, what: str, known: Collection[str] | None) -> Table:
    """``item`` as a table with no other names than ``known`` (None: any).

    Raises:
        BadInput: it is none, or has another name in it.
    """
    if not isinstance(item, Table):
        raise BadInput(
            f"{what.capitalize()} is no table of names and values.",
            where=item.where,
            remedy="Check the indentation.",
        )
    for name, value in item.fields.items():
        if known is not None and name not in known:
            raise BadInput(
                f"{what.capitalize()} has no field {name[:80]!r} that is known here.",
                where=value.where,
                remedy=remedy_of(nearest(name, known), f"Known: {', '.join(known)}."),
            )
    return item


def text_of(item: Item, what: str) -> str:
    """The text of a value. Raises :class:`~tenure.errors.BadInput` for a list or a table."""
    if isinstance(item, Scalar):
        return item.text
    raise BadInput(
        f"The value of {what} is no plain text.", where=item.where, remedy="Give one value."
    )


def plain(item: Item) -> object:
    """A value as JSON has it: texts, lists and tables."""
    if isinstance(item, Scalar):
        return item.text
    if isinstance(item, Table):
        return {name: plain(value) for name, value in item.fields.items()}
    return [plain(one) for one in item.items]


def choice(table: Table, name: str, meanings: Mapping[str, _V]) -> _V:
    """What the mapping says of the value of a field.

    Raises:
        BadInput: the field is missing, or its value is in no mapping.
    """
    if name not in table.fields:
        raise BadInput(
            f"The field {name!r} is missing.", where=table.where, remedy=f"Add {name!r}."
        )
    item = table.fields[name]
    text = text_of(item, name)
    if text not in meanings:
        raise BadInput(
            f"Nothing says what the {name} {text[:80]!r} means.",
            where=item.where,
            remedy=remedy_of(nearest(text, meanings), "Add it to the importer's mapping file."),
        )
    return meanings[text]
