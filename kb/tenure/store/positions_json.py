"""A walk over JSON-LD that notes where every statement stands, as far as a context in it says.

It knows prefixes, terms, ``@base`` and ``@vocab`` of the contexts written into the document, and
the names and values that stand in it as they are. What needs more of the algorithms of JSON-LD 1.1
(type coercion of values, reverse properties, included contexts) has no place of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import urljoin

from tenure.store.positions_words import Described, Span, Stated

_WORD: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]++', re.DOTALL)
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(slots=True)
class _Object:
    """An object of the text, as far as it was read."""

    begun: int
    inside: tuple[str, Span] | None
    """The key that leads to it, with its place."""
    parent: _Object | None
    entries: list[tuple[str, Span, str | _Object, Span]] = field(default_factory=list)
    end: int = 0


_Entry: TypeAlias = "tuple[str, Span, str | _Object, Span]"


def statements_of_json(text: str) -> Iterator[Stated | Described]:
    """What the text states, in its order; each node after the statements of its stretch."""
    top = _read(text)
    context = _Context()
    for one in top:
        context.learn(one)
    for one in top:
        if one.parent is None:
            yield from _told(one, None, context)


class _Context:
    """What the words of a document stand for."""

    def __init__(self) -> None:
        self._terms: dict[str, str] = {}
        self._base = ""
        self._vocabulary = ""

    def learn(self, one: _Object) -> None:
        """Takes in the definitions that stand in the object as its context."""
        if one.inside is None or one.inside[0] != "@context":
            return
        for key, _, value, _ in one.entries:
            if isinstance(value, str):
                if key == "@base":
                    self._base = value
                elif key == "@vocab":
                    self._vocabulary = value
                elif not key.startswith("@"):
                    self._terms[key] = value
            else:
                for inner, _, meant, _ in value.entries:
                    if inner == "@id" and isinstance(meant, str):
                        self._terms[key] = meant

    def property(self, key: str) -> str:
        """The IRI of a key."""
        return self._expanded(key, self._vocabulary)

    def keyword(self, key: str) -> str:
        """The keyword that a key stands for, or the key."""
        return self._terms.get(key, key)

    def node(self, value: str) -> str:
        """The IRI of a node."""
        prefix, colon, local = value.partition(":")
        if colon and prefix in self._terms:
            return self._expanded(prefix, "") + local
        return urljoin(self._base, value) if self._base else value

    def _expanded(self, word: str, start: str, depth: int = 8) -> str:
        if word in self._terms and depth:
            return self._expanded(self._terms[word], start, depth - 1)
        prefix, colon, local = word.partition(":")
        if colon and prefix in self._terms and depth:
            return self._expanded(prefix, start, depth - 1) + local
        return word if colon else start + word


def _told(one: _Object, graph: str | None, context: _Context) -> Iterator[Stated | Described]:
    # A stack of its own: the text may nest as deep as the reader of RDF lets it.
    waiting = [(one, graph)]
    while waiting:
        node, inside = waiting.pop()
        name = _name(node, context)
        for key, where, value, span in node.entries:
            word = context.keyword(key)
            if word == "@context":
                continue
            if word == "@graph" and isinstance(value, _Object):
                waiting.append((value, name[0] if name else inside))
                continue
            if isinstance(value, _Object):
                waiting.append((value, inside))
            yield from _statement((key, where, value, span), name, inside, context)
        if name is not None:
            yield Described(inside, name[0], name[1], (node.begun, node.end))


def _statement(
    entry: _Entry,
    name: tuple[str, Span] | None,
    graph: str | None,
    context: _Context,
) -> Iterator[Stated]:
    key, where, value, span = entry
    word = context.keyword(key)
    subject = name[0] if name else None
    if word == "@type":
        if isinstance(value, str):
            meant = context.property(value)
            yield Stated(graph, subject, _TYPE, meant, where, span)
    elif not word.startswith("@"):
        iri = context.property(key)
        if isinstance(value, str):
            # Whether it is a name or a text is for the context to say, so it is both.
            yield Stated(graph, subject, iri, context.node(value), where, span)
            if context.node(value) != value:
                yield Stated(graph, subject, iri, value, where, span)
        else:
            said, spot = _said(value, context) or (None, span)
            yield Stated(graph, subject, iri, said, where, spot)


def _name(node: _Object, context: _Context) -> tuple[str, Span] | None:
    for key, _, value, span in node.entries:
        if context.keyword(key) == "@id" and isinstance(value, str):
            return context.node(value), span
    return None


def _said(node: _Object, context: _Context) -> tuple[str, Span] | None:
    """The name, or the value, that an object stands for."""
    name = _name(node, context)
    if name is not None:
        return name
    for key, _, value, span in node.entries:
        if context.keyword(key) == "@value" and isinstance(value, str):
            return value, span
    return None


def _read(text: str) -> list[_Object]:
    """Every object of the text, the outer before the inner; of a broken text those that begin."""
    found: list[_Object] = []
    open_objects: list[_Object | None] = []
    keys: list[tuple[str, Span] | None] = [None]
    awaits_value = False
    for match in _WORD.finditer(text):
        word, span = match[0], match.span()
        parent = next((one for one in reversed(open_objects) if one is not None), None)
        if word == "{":
            one = _Object(span[0], keys[-1], parent, end=len(text))
            found.append(one)
            if parent is not None and keys[-1] is not None:
                parent.entries.append((*keys[-1], one, span))
            open_objects.append(one)
            keys.append(None)
            awaits_value = False
        elif word == "[":
            open_objects.append(None)
            keys.append(keys[-1])
        elif word in ("}", "]") and open_objects:
            closed = open_objects.pop()
            keys.pop()
            if closed is not None:
                closed.end = span[1]
        elif word == ":":
            awaits_value = True
        elif word == ",":
            awaits_value = False
        elif open_objects and open_objects[-1] is not None and not awaits_value:
            keys[-1] = (_scalar(word), span)
        elif parent is not None and keys[-1] is not None:
            parent.entries.append((*keys[-1], _scalar(word), span))
    return found


def _scalar(word: str) -> str:
    if not word.startswith('"'):
        return word
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return word[1:-1]
