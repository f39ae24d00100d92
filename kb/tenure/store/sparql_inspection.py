"""What a query of a stranger would do, found before any engine sees it.

Oxigraph fetches what SERVICE names and has no switch against it, and deep nesting overflows its
stack, which ends the process. So the text is read here, by the terminals of the standard, and
what would fetch or crash is refused.

Oxigraph reads by trial and backtracking, and so accepts texts that the standard's longest-match
rule reads otherwise: ``SERVICEex:a{}`` for ``SERVICE ex:a {}``, or ``(?a<#b> …`` for *less than*
and a comment. Wherever the two readings could part, this one refuses or assumes the worst.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NoReturn, TypeAlias

from pyoxigraph import NamedNode, RdfFormat, parse

from tenure.errors import BadQuery, Refused, Where
from tenure.namespaces import RDF_TYPE
from tenure.store.syntax_errors import not_unicode
from tenure.store.tokens import Token, TokenKind, Unterminated, decoded, line_of, tokens

Form: TypeAlias = Literal["select", "ask", "construct", "describe", "update"]

DEEPEST_NESTING: Final = 64
"""Open brackets. Measured: functions and EXISTS overflow an 8 MiB stack between 500 and 1000."""

MOST_STEPS: Final = 500
"""Operators, clauses and statements. Measured: an 8 MiB stack overflows between 2000 and 4000."""

MOST_WRITTEN_OUT: Final = 4_000_000
EACH_WRITTEN_OUT: Final = 32
"""Characters of all IRIs with their bases and prefixes, and as many more for each of the text.

Thousands of names with a prefix of a hundred thousand letters would take gigabytes here.
"""

_FORMS: Final[dict[str, Form]] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "describe",
}
_UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
# What makes the engine's tree one deeper. Looked for inside words too, because the engine takes
# keywords that are written together for several.
_STEP_WORD: Final = re.compile(
    "AS$|BIND|EXISTS|FILTER|GRAPH|HAVING|LATERAL|MINUS|OPTIONAL|SELECT|UNION|VALUES"
)
_STEP_MARKS: Final = frozenset("<>=!|&+-*/~{")
_SEPARATORS: Final = frozenset(".;,")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_OPERANDS: Final = frozenset(
    (
        TokenKind.IRI,
        TokenKind.NAME,
        TokenKind.BLANK,
        TokenKind.VARIABLE,
        TokenKind.STRING,
        TokenKind.TAG,
        TokenKind.NUMBER,
    )
)
# Read as "less than", these would still hold one operand at most, or nothing that parses.
_PLAIN_IRI: Final = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]*+://|[A-Za-z][A-Za-z0-9]*+:(?:[A-Za-z0-9][A-Za-z0-9:._%-]*+)?>)"
)
_ABSOLUTE: Final = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*+:[^\\>]*+)>")
_ESCAPED: Final = re.compile(r"\\(.)")
_DATA: Final = "data"
_BEFORE_PREDICATES: Final = frozenset((";", "[", "]", ")", ">", "|"))
_WITHIN_PATHS: Final = frozenset(("/", "^", "("))
_BEFORE_OBJECTS: Final = frozenset(("(", "[", "<", "+", "-"))
_AFTER_OBJECTS: Final = frozenset((".", ";", ",", "}", "]"))
_BEFORE_LISTS: Final = frozenset(("{", "}", ".", ";", ",", "[", "]", ")", "a"))
_ABOUT_STATEMENTS: Final = frozenset((("<", "<"), (">", ">"), ("{", "|"), ("|", "}")))
_END: Final = Token(TokenKind.MARK, "", 0)


_CARRIES_ESCAPES: Final = frozenset((TokenKind.STRING, TokenKind.IRI))

_KEPT: Final = 20_000
"""Characters of a query that is remembered for a while."""

LONGEST_QUERY: Final = 200_000
"""Characters. The longest query of the catalogue has a hundredth of that."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a query says about itself.

    ``graph_iris`` holds every absolute IRI that the query names anywhere, prefixed names
    included: whatever graph it could reach through a constant is among them. ``uses_graph`` is not
    set where it certainly reads no named graph. ``predicates`` holds the predicates of all
    statements that it can look at, and maybe more; None: any.
    """

    form: Form
    uses_service: bool
    uses_load: bool
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    graph_iris: frozenset[str]
    uses_graph: bool = True
    predicates: frozenset[str] | None = None

    @property
    def has_dataset(self) -> bool:
        """Whether the query chooses its own data set with FROM or FROM NAMED."""
        return bool(self.from_graphs or self.from_named)


def inspect(sparql: str, *, longest: int = LONGEST_QUERY) -> Inspection:
    r"""What the query or update does, without running it; ``longest`` is in characters.

    Codepoint escapes (SPARQL 1.1 Query, section 19.2) are followed too: ``SERV\u0049CE`` is the
    keyword, and an escape that changes how the rest reads is an error.

    Raises:
        BadQuery: text that is no query, is too long or nested too deeply, or that engines could
            read in two ways.
    """
    if len(sparql) > longest:
        raise BadQuery(
            f"The query has {len(sparql)} characters; {longest} are allowed.",
            remedy="Split it, or move long lists of values into several queries.",
        )
    # Whoever asks a query wants to know before which graphs it names, and then how it is planned.
    return _seen(sparql) if len(sparql) <= _KEPT else _seen.__wrapped__(sparql)


@lru_cache(maxsize=32)
def _seen(sparql: str) -> Inspection:
    try:
        sparql.encode()
    except UnicodeEncodeError as error:
        raise not_unicode(error) from error
    written = _lexed(sparql)
    plain = decoded(sparql)
    if plain == sparql:
        return _inspected(sparql, written)
    effective = _lexed(plain)
    if _outline(effective) == _outline(written):
        return _inspected(sparql, written)
    seen = _inspected(plain, effective)
    if seen.uses_service or seen.uses_load:
        return seen
    raise BadQuery(
        "An escape such as \\u0022 changes how the rest of the query reads.",
        remedy='Write the character itself, or inside a string its own escape, such as \\".',
    )


def refuse_fetching(inspection: Inspection, known_graph: Callable[[str], bool]) -> None:
    """Lets pass a query that reads only what the store holds.

    ``known_graph`` says whether an IRI names a graph that can be asked.

    Raises:
        Refused: the query uses SERVICE or LOAD, or FROM with a graph that is not known.
        BadQuery: it is an update.
    """
    if inspection.uses_load:
        raise Refused(
            "LOAD would make this server fetch a document.",
            remedy="Download it yourself and load the file with the command line.",
        )
    if inspection.uses_service:
        raise Refused(
            "SERVICE would make this server call another one.",
            remedy="Ask the other endpoint yourself and give its answer in VALUES.",
        )
    if inspection.form == "update":
        raise BadQuery(
            "This endpoint answers queries; this is an update.",
            remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )
    for clause, named in (
        ("FROM", inspection.from_graphs),
        ("FROM NAMED", inspection.from_named),
    ):
        for iri in named:
            if not known_graph(iri):
                raise Refused(
                    f"{clause} <{iri[:300]}>: there is no such graph here, and nothing is fetched.",
                    remedy="SELECT DISTINCT ?g { GRAPH ?g {} } lists the graphs there are.",
                )


def _lexed(text: str) -> list[Token]:
    try:
        return list(tokens(text))
    except Unterminated as error:
        raise BadQuery(error.what, where=error.where, remedy=error.remedy) from error


def _outline(read: list[Token]) -> list[tuple[TokenKind, str]]:
    """What must stay the same when escapes take effect: all but what is in strings and IRIs."""
    return [(one.kind, "" if one.kind in _CARRIES_ESCAPES else one.text) for one in read]


def _inspected(text: str, read: list[Token]) -> Inspection:
    reading = _Reading(text, read)
    reading.run()
    return Inspection(
        reading.form,
        reading.uses_service,
        reading.uses_load,
        tuple(reading.from_graphs),
        tuple(reading.from_named),
        frozenset(reading.iris),
        any("GRAPH" in one.text.upper() for one in read if one.kind not in _CARRIES_ESCAPES),
        _predicates(reading, read),
    )


def _predicates(reading: _Reading, read: list[Token]) -> frozenset[str] | None:
    """The IRIs that stand where predicates can, or None where something else may be read.

    That is where a predicate is a variable, a path leads nowhere or leaves out predicates, a list
    stands for its cells, a pattern has no statement, or statements are about statements. Where one
    of these cannot be told from what looks like it, it is taken for it.
    """
    if reading.form not in ("select", "ask", "construct"):
        return None
    found = set[str]()
    for before, token, after in _within_patterns(read):
        can_be = before.kind in _OPERANDS or before.text in _BEFORE_PREDICATES
        if token.kind is TokenKind.VARIABLE:
            if can_be and (after.kind in _OPERANDS or _begins_object(after)):
                return None
        elif token.kind in (TokenKind.IRI, TokenKind.NAME):
            if (can_be or before.text in _WITHIN_PATHS) and after.text not in _AFTER_OBJECTS:
                found.add(reading.written.get(token.start, ""))
        elif token.kind is TokenKind.WORD and token.text.startswith("a"):
            # The engine takes words that are written together for several.
            found.add(RDF_TYPE.value)
        elif token.kind is TokenKind.MARK and _looks_at_any(before, token, after):
            return None
    return None if "" in found else frozenset(found)


def _within_patterns(read: list[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """What stands in braces, with what is before and after it; without blocks of data."""
    depth, is_data = 0, False
    for before, token, after in zip((_END, *read), read, (*read[1:], _END), strict=False):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if not is_data and token.kind is TokenKind.WORD and token.text.upper().endswith("VALUES"):
            is_data = True  # until the braces that follow are closed
        elif is_data and token.text == "}":
            is_data = False
        elif depth and not is_data:
            yield before, token, after


def _begins_object(token: Token) -> bool:
    return token.text in _BEFORE_OBJECTS or token.text.lower().startswith(("true", "false"))


def _looks_at_any(before: Token, mark: Token, after: Token) -> bool:
    """Whether a mark may let a query look at statements whose predicates it does not name."""
    if mark.text == "{":
        return after.text in ("}", "|")
    if mark.text in "*+?":  # a path of no step, unless it counts or selects all
        counts = before.text == "(" and after.text == ")"
        return not (counts or before.text.upper().endswith(("SELECT", "DISTINCT", "REDUCED")))
    if mark.text == "(":  # a list, unless a keyword or a mark of an expression is before it
        return before.kind in _OPERANDS or before.text in _BEFORE_LISTS
    if mark.text == "!":
        return after.text != "=" and (after.kind in _OPERANDS or after.text in ("(", "^", "a"))
    return (mark.text, after.text) in _ABOUT_STATEMENTS or mark.text == "~"


class _Reading:
    """What a list of tokens says. After :meth:`run`, the public attributes tell it."""

    def __init__(self, text: str, read: list[Token]) -> None:
        self.form: Form = "select"
        self.uses_service = False
        self.uses_load = False
        self.from_graphs: list[str] = []
        self.from_named: list[str] = []
        self.iris: set[str] = set()
        self.written: dict[int, str] = {}
        self._text = text
        self._tokens = read
        self._at = 0
        self._names = _IriReader()
        self._open: list[str] = []
        self._steps = 0
        self._angles = 0
        self._room = MOST_WRITTEN_OUT + EACH_WRITTEN_OUT * len(text)

    def run(self) -> None:
        """Goes through all tokens.

        Raises:
            BadQuery: the text is no query, goes too deep, or could be read in two ways.
        """
        self._prologue()
        self._form()
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind is TokenKind.WORD:
                self._word(token)
            elif token.kind is TokenKind.NAME:
                self._name(token)
            elif token.kind is TokenKind.IRI:
                self._iri(token)
            elif token.kind is TokenKind.MARK:
                self._mark(token)
            if token.kind in _OPERANDS and self._inside == "(" and self._follows_operand():
                self._step(token)  # an element of a collection
            self._at += 1
        if self._open:
            self._fail(f"a bracket {self._open[-1][0]!r} is not closed", None)

    # --- the parts of a query ------------------------------------------------------------------

    def _prologue(self) -> None:
        while self._declaration():
            pass

    def _declaration(self) -> bool:
        """Reads one BASE, PREFIX or VERSION, if there is one here."""
        keyword = self._upper(self._at)
        if keyword == "BASE":
            self._declare(
                lambda iri: self._names.declare_base(iri.text), self._expect(1, TokenKind.IRI)
            )
            self._at += 2
        elif keyword == "PREFIX":
            name = self._expect(1, TokenKind.NAME)
            if not name.text.endswith(":") or ":" in name.text[:-1]:
                self._fail("a prefix ends in a colon", name)
            iri = self._expect(2, TokenKind.IRI)
            self._declare(lambda iri: self._names.declare_prefix(name.text, iri.text), iri)
            self._at += 3
        elif keyword == "VERSION":
            self._expect(1, TokenKind.STRING)
            self._at += 2
        else:
            return False
        return True

    def _form(self) -> None:
        if self._at >= len(self._tokens):
            self._fail("there is no query", None)
        word = self._upper(self._at)
        if word in _UPDATES:
            self.form = "update"
            self._word(self._tokens[self._at])
        elif word in _FORMS:
            self.form = _FORMS[word]
        else:
            self._fail(
                "expected SELECT, ASK, CONSTRUCT or DESCRIBE, after any BASE and PREFIX",
                self._tokens[self._at],
            )
        self._at += 1

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        # No other keyword and no function has these letters in its name.
        if "SERVICE" in word:
            self.uses_service = True
        if "LOAD" in word:
            self.uses_load = True
        if _STEP_WORD.search(word) and not self._inside_written_data:
            self._step(token)
        if word == "FROM" and self.form != "update":
            self._dataset()
        elif "FROM" in word and word != "FROM":
            self._fail("two keywords are written together", token)
        elif word in {"BASE", "PREFIX"}:
            if self.form != "update":
                self._fail(f"{word} comes before the query, not inside it", token)
            self._declaration()
            self._at -= 1

    def _dataset(self) -> None:
        named = self._upper(self._at + 1) == "NAMED"
        self._at += 2 if named else 1
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        iri = None
        if token and token.kind is TokenKind.IRI:
            iri = self._iri(token)
        elif token and token.kind is TokenKind.NAME:
            iri = self._name(token)
        if iri is None:
            self._fail("FROM is followed by the absolute IRI of a graph", token)
        (self.from_named if named else self.from_graphs).append(iri)

    def _name(self, token: Token) -> str | None:
        prefix = token.text.partition(":")[0].upper()
        try:
            iri = self._names.name(token.text)
        except ValueError as error:
            self._fail(f"the prefixed name makes no IRI ({str(error)[:120]})", token)
        after, second = (
            one.text for one in (*self._tokens[self._at + 1 : self._at + 3], _END, _END)[:2]
        )
        annotated = after == "{" and second == "|"
        if self._open and not annotated and after == "{" and self._upper(self._at - 1) != "GRAPH":
            # The engine would read SERVICEex:a {} as SERVICE ex:a {}, whatever is declared.
            self.uses_service = self.uses_service or "SERVICE" in prefix
            if not self.uses_service:
                self._fail("a name cannot stand before '{' here", token)
        if after in {"(", "{"}:
            self._step(token)
        self._write_out(iri, token)
        if iri is None and "SERVICE" in prefix:
            self.uses_service = True
        elif iri is None:
            self._fail(
                f"the prefix {token.text.partition(':')[0] + ':'!r} is not declared",
                token,
                "Declare it with PREFIX before the query.",
            )
        else:
            self.iris.add(iri)
            self.written[token.start] = iri
        return iri

    def _iri(self, token: Token) -> str | None:
        in_expression = self._inside == "(" and self._follows_operand()
        if in_expression and not _PLAIN_IRI.match(token.text):
            self._fail(
                "this could be an IRI, or 'less than' and an expression",
                token,
                "Put a space after '<' if you compare; else write the IRI in full or with a "
                "prefix.",
            )
        try:
            iri = self._names.iri(token.text)
        except ValueError as error:
            self._fail(f"this is not an IRI ({str(error)[:120]})", token)
        self._write_out(iri, token)
        if iri is not None:
            self.iris.add(iri)
            self.written[token.start] = iri
        return iri

    def _write_out(self, iri: str | None, token: Token) -> None:
        self._room -= len(iri or "")
        if self._room < 0:
            self._fail(
                "the IRIs are far longer than the text, with their bases and prefixes",
                token,
                "Declare shorter ones.",
            )

    # --- brackets and depth --------------------------------------------------------------------

    def _mark(self, token: Token) -> None:
        mark = token.text
        if mark in _CLOSING:
            if mark == "(" and self._previous() == ")" and _DATA not in self._inside:
                self._step(token)
            self._open.append(_DATA if mark == "{" and self._opens_data() else mark)
            if len(self._open) > DEEPEST_NESTING:
                self._fail(
                    f"brackets are nested more than {DEEPEST_NESTING} deep",
                    token,
                    "Write it flatter, or as several queries.",
                )
        elif mark in {"}", ")", "]"}:
            opened = self._open.pop() if self._open else ""
            if _CLOSING.get("{" if opened == _DATA else opened) != mark:
                self._fail(f"nothing is open that {mark!r} closes", token)
        if mark in "+-" and self._inside == _DATA:
            return  # the sign of a number
        if self._inside_written_data:
            self._angle(token)
            return
        if mark in _STEP_MARKS or (mark in _SEPARATORS and self._inside != "("):
            self._step(token)

    def _angle(self, token: Token) -> None:
        """Counts how deep statements about statements go; data have no comparisons."""
        self._angles += {"<": 1, ">": -1}.get(token.text, 0)
        if self._angles > 2 * DEEPEST_NESTING:
            self._fail(
                f"statements about statements are nested more than {DEEPEST_NESTING} deep",
                token,
                "Write it flatter.",
            )

    @property
    def _inside_written_data(self) -> bool:
        """In the data of an update, where statements lie side by side, however many there are."""
        return self.form == "update" and self._inside == _DATA

    @property
    def _inside(self) -> str:
        """The innermost open bracket; rows of a VALUES block count as that block."""
        if len(self._open) > 1 and self._open[-1] == "(" and self._open[-2] == _DATA:
            return _DATA
        return self._open[-1] if self._open else ""

    def _opens_data(self) -> bool:
        """Whether the brace here follows ``VALUES ?x`` or ``VALUES (?x ?y)``, or holds data."""
        at = self._at - 1
        if self.form == "update" and (self._upper(at) == "DATA" or self._inside == _DATA):
            return True
        if self._previous() == ")":
            while at >= 0 and self._tokens[at].text != "(":
                at -= 1
        return self._upper(at - 1) == "VALUES"

    def _step(self, token: Token) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            self._fail(
                f"the query has more than {MOST_STEPS} operators, clauses and statements",
                token,
                "Use VALUES or IN for long lists, or ask several queries.",
            )

    # --- small questions -----------------------------------------------------------------------

    def _previous(self) -> str:
        return self._tokens[self._at - 1].text if self._at else ""

    def _follows_operand(self) -> bool:
        """Whether what comes before could be the left side of an operator."""
        before = self._tokens[self._at - 1]
        if before.kind is TokenKind.WORD:
            return before.text.lower().endswith(("true", "false"))
        return before.kind in _OPERANDS or before.text in {")", "}", "]", ">"}

    def _upper(self, at: int) -> str:
        """The word at ``at`` in capitals; blank where there is none."""
        if 0 <= at < len(self._tokens) and self._tokens[at].kind is TokenKind.WORD:
            return self._tokens[at].text.upper()
        return ""

    def _expect(self, ahead: int, kind: TokenKind) -> Token:
        at = self._at + ahead
        token = self._tokens[at] if at < len(self._tokens) else None
        if token is None or token.kind is not kind:
            self._fail(f"expected here: {kind.value}", token)
        return token

    def _declare(self, declare: Callable[[Token], str], iri: Token) -> None:
        try:
            self._write_out(declare(iri), iri)
        except ValueError as error:
            self._fail(f"this IRI cannot be used ({str(error)[:120]})", iri)

    def _fail(self, what: str, token: Token | None, remedy: str = "") -> NoReturn:
        offset = len(self._text) if token is None else token.start
        found = f"; found {token.text[:40]!r}" if token else ""
        line, column = line_of(self._text, offset)
        raise BadQuery(
            f"{what}{found}.",
            where=Where("query", line, column),
            remedy=remedy or "Correct the query there, with a space on both sides of a keyword.",
        )


class _IriReader:
    """Resolves by the BASE and PREFIX declarations made so far.

    Resolution (RFC 3986, section 5.2) and validity (RFC 3987) are left to the RDF library, so
    that what is checked here is what the engine will use.
    """

    def __init__(self) -> None:
        self._base: str | None = None
        self._prefixes: dict[str, str] = {}
        self._known: dict[str, str | None] = {}

    def declare_base(self, iri: str) -> str:
        """``BASE iri``; ``iri`` is written in angle brackets. Returns it in full.

        Raises:
            ValueError: it is not an absolute IRI, and there is no earlier BASE.
        """
        self._base = base = self._needed(iri)
        self._known.clear()
        return base

    def declare_prefix(self, name: str, iri: str) -> str:
        """``PREFIX name iri``; ``name`` ends in a colon, ``iri`` is in angle brackets.

        Returns the IRI in full.

        Raises:
            ValueError: it is relative, and there is no BASE.
        """
        self._prefixes[name] = start = self._needed(iri)
        self._known.clear()
        return start

    def iri(self, written: str) -> str | None:
        """The IRI that ``written``, in angle brackets, stands for; None if nothing resolves it.

        Raises:
            ValueError: it is not an IRI.
        """
        if written not in self._known:
            self._known[written] = self._resolved(written)
        return self._known[written]

    def name(self, written: str) -> str | None:
        """The IRI that a prefixed name stands for; None where its prefix is not declared.

        Raises:
            ValueError: prefix and local part make no IRI.
        """
        if written not in self._known:
            prefix, colon, local = written.partition(":")
            start = self._prefixes.get(prefix + colon)
            self._known[written] = (
                None if start is None else NamedNode(start + _ESCAPED.sub(r"\1", local)).value
            )
        return self._known[written]

    def _needed(self, written: str) -> str:
        found = self._resolved(written)
        if found is None:
            raise ValueError("it is relative, and no BASE says to what")
        return found

    def _resolved(self, written: str) -> str | None:
        absolute = _ABSOLUTE.fullmatch(written)
        if absolute and self._base is None:
            return NamedNode(absolute[1]).value
        if self._base is None and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*+:", written):
            return None
        line = f"{written} <a:b> <a:b> ."
        try:
            quad = next(parse(line.encode(), RdfFormat.TURTLE, base_iri=self._base))
        except SyntaxError as error:
            raise ValueError(str(error)) from error
        if not isinstance(quad.subject, NamedNode):
            raise TypeError(f"an IRI was parsed as {quad.subject!r}")
        return quad.subject.value
