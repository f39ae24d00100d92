"""YAML read as names, lists and plain text, with line numbers, and safe against hostile input.

Every scalar stays the text that was written: to a YAML loader with types, ``2020-01-03`` is a
date and ``no`` is false, and neither is what an EDTF value or a statement means. Anchors and
aliases (with which a few bytes grow into gigabytes), deep nesting and repeated names are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol, TextIO, TypeAlias

import yaml

from tenure.errors import BadClaim, BadInput, Where
from tenure.suggest import nearest, remedy_of

# That of libyaml, where there is one, takes a tenth of the time.
_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_BYTES = 1_000_000
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class YamlList:
    """A list."""

    items: tuple[Item, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class YamlMapping:
    """Names and their values, in the order written."""

    fields: Mapping[str, Item]
    where: Where


class _Mark(Protocol):
    """A place as PyYAML gives it, counted from 0."""

    line: int
    column: int


Item: TypeAlias = "Scalar | YamlList | YamlMapping"


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
    with _explained(name):
        found = _document(yaml.parse(text, Loader=_LOADER), name)
    if found is None:
        raise BadClaim(
            "It is empty.", where=name, remedy="`docs/howto/adding-a-source.md` shows a claim."
        )
    return found


def listed(stream: TextIO, name: str) -> Iterator[Item]:
    """The items of documents that are lists, one after another; of any other, the document.

    However long it is, one item is held at a time.

    Raises:
        BadClaim: no YAML from here on, too deep, or with aliases or a name given twice.
    """
    with _explained(name):
        events = yaml.parse(stream, Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.SequenceStartEvent):
                while not isinstance(one := next(events), yaml.SequenceEndEvent):
                    yield _item(one, events, name, 1)
            elif isinstance(event, yaml.NodeEvent):
                yield _item(event, events, name, 0)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """What the parser finds wrong, as :class:`~tenure.errors.BadClaim` with its place."""
    try:
        yield
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


def _document(events: Iterator[yaml.Event], name: str) -> Item | None:
    found: Item | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if found is not None:
                raise BadClaim(
                    "It is no YAML of one document.",
                    where=_place(name, event.start_mark),
                    remedy="Remove the line with three dashes; a list holds several claims.",
                )
            found = _item(next(events), events, name, 0)
    return found


def _item(event: yaml.Event, events: Iterator[yaml.Event], name: str, depth: int) -> Item:
    """What begins with an event; each is looked at before anything is built of it."""
    where = _place(name, event.start_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise BadClaim(
            "Anchors (&) and aliases (*) are not read.",
            where=where,
            remedy="Write the value out, or put a text that begins so into quotes.",
        )
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(event.value, where)
    if depth == MAX_DEPTH:
        raise BadClaim(
            f"It is nested more than {MAX_DEPTH} deep.",
            where=where,
            remedy="Check brackets and indentation.",
        )
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(one := next(events), yaml.SequenceEndEvent):
            items.append(_item(one, events, name, depth + 1))
        return YamlList(tuple(items), where)
    fields: dict[str, Item] = {}
    while not isinstance(one := next(events), yaml.MappingEndEvent):
        key = _item(one, events, name, depth + 1)
        if not isinstance(key, Scalar):
            raise BadClaim("A name is plain text.", where=key.where, remedy="Check the brackets.")
        if key.text in fields:
            raise BadClaim(f"{key.text!r} is here twice.", where=key.where, remedy="Remove one.")
        fields[key.text] = _item(next(events), events, name, depth + 1)
    return YamlMapping(fields, where)


def _place(name: str, mark: _Mark | None) -> Where:
    return Where(name) if mark is None else Where(name, mark.line + 1, mark.column + 1)


def field(item: Item, what: str, known: Collection[str] | None) -> YamlMapping:
    """``item`` as a table with no other names than ``known`` (None: any).

    Raises:
        BadInput: it is none, or has another name in it.
    """
    if not isinstance(item, YamlMapping):
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
    if isinstance(item, YamlMapping):
        return {name: plain(value) for name, value in item.fields.items()}
    return [plain(one) for one in item.items]
