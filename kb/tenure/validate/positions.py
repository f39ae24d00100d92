"""In which line of a file a node is described: the starts of the statements of Turtle and TriG."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from tenure.errors import BadInput
from tenure.store.tokens import Kind, Token, tokens

_OPENING: Final = frozenset("[(")
_CLOSING: Final = frozenset("])")
_NAMES: Final = frozenset((Kind.IRI, Kind.NAME))


@dataclass(frozen=True, slots=True)
class Positions:
    """The lines, from 1, at which the statements about each node begin."""

    first: dict[str, int]
    """By IRI: the first line of all."""
    in_graph: dict[tuple[str, str], int]
    """By graph and IRI: the first line inside that graph."""

    def line(self, iri: str, graph: str | None = None) -> int | None:
        """The line where ``iri`` is described, in ``graph`` where that is known."""
        if graph is not None and (graph, iri) in self.in_graph:
            return self.in_graph[graph, iri]
        return self.first.get(iri)


NOWHERE: Final = Positions({}, {})


def positions(text: str) -> Positions:
    """Where the statements of a Turtle, TriG, N-Triples or N-Quads text begin.

    The text is taken to parse; of one that cannot be cut into tokens, no position is known.
    """
    try:
        return _Walk(text).run()
    except BadInput:
        return NOWHERE


class _Walk:
    """One walk over the tokens; a statement begins after a full stop or a brace at depth 0."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text, "file"))
        breaks = (at for at, character in enumerate(text) if character == "\n")
        self._breaks = list(breaks)
        self._prefixes: dict[str, str] = {}
        self._base = ""
        self._graph: str | None = None
        self._found = Positions({}, {})

    def run(self) -> Positions:
        at = 0
        while at < len(self._tokens):
            at = self._directive(at) or self._statement(at)
        return self._found

    def _directive(self, at: int) -> int | None:
        """Reads a prefix or a base; gives the place behind it, or None where there is none."""
        word = self._tokens[at].text.lower().lstrip("@")
        if self._tokens[at].kind not in (Kind.TAG, Kind.WORD) or word not in ("prefix", "base"):
            return None
        after = [*self._tokens[at + 1 : at + 4]]
        if word == "base" and after:
            self._base = after[0].text[1:-1]
            used = 2
        elif len(after) > 1:
            self._prefixes[after[0].text] = after[1].text[1:-1]
            used = 3
        else:
            return len(self._tokens)
        dot = self._tokens[at].kind is Kind.TAG
        return at + used + int(dot)

    def _statement(self, at: int) -> int:
        """Notes the subject of the statement at ``at`` and gives the place behind its end."""
        token = self._tokens[at]
        if token.text == "}":
            self._graph = None
            return at + 1
        if token.text in ("{", "."):
            return at + 1
        if token.kind is Kind.WORD and token.text.upper() == "GRAPH":
            return at + 1
        following = self._tokens[at + 1].text if at + 1 < len(self._tokens) else ""
        if token.kind in _NAMES:
            iri = self._iri(token)
            self._note(iri, token)
            if following == "{":
                self._graph = iri
                return at + 2
        return self._behind(at)

    def _behind(self, at: int) -> int:
        depth = 0
        while at < len(self._tokens):
            text = self._tokens[at].text
            if self._tokens[at].kind is Kind.MARK:
                depth += (text in _OPENING) - (text in _CLOSING)
                if depth <= 0 and text == ".":
                    return at + 1
                if depth <= 0 and text == "}":
                    return at
            at += 1
        return at

    def _note(self, iri: str, token: Token) -> None:
        line = bisect_right(self._breaks, token.start - 1) + 1
        self._found.first.setdefault(iri, line)
        if self._graph is not None:
            self._found.in_graph.setdefault((self._graph, iri), line)

    def _iri(self, token: Token) -> str:
        if token.kind is Kind.IRI:
            iri = token.text[1:-1]
            return iri if ":" in iri else self._base + iri
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix + ":", prefix + ":") + local.replace("\\", "")
