"""Reading tables of YAML strictly: what is not known is refused, with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from tenure.author.short_yaml import Item, Scalar, Table
from tenure.errors import BadInput
from tenure.nearest import nearest, remedy_of

V = TypeVar("V")


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


def choice(table: Table, name: str, meanings: Mapping[str, V]) -> V:
    """What the mapping says of the value of a field.

    Raises:
        BadInput: the field is missing, or its value stands in no mapping.
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
