"""What a check found: findings, notes, counts; as data or a SHACL report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from tenure.store.source_map import Excerpt
from tenure.terms import PREFIXES, RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER
from tenure.validate.results import SH, SHAPES, Result, named, of_rule

NOTHING_CHECKED: Final = "NothingChecked"
NOT_READ: Final = "NotRead"
_NOT_DONE: Final = frozenset((NOTHING_CHECKED, NOT_READ))


class Severity(Enum):
    """How bad a finding is, as SHACL names it (section 2.1.4)."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def weight(self) -> int:
        """0 for the least; the worse, the more."""
        return {"violation": 2, "warning": 1, "info": 0}[self.value]

    @property
    def iri(self) -> NamedNode:
        """The IRI that SHACL has for it."""
        return NamedNode(SH + self.value.capitalize())


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about, and what stands there."""

    file: str
    line: int | None
    column: int | None
    focus: str
    """The IRI of what stands there."""
    message: str

    @property
    def place(self) -> str:
        """As of a :class:`Finding`."""
        return _place(self.file, self.line, self.column)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks one rule."""

    file: str
    line: int | None
    """The line, from 1, where the focus is described; None where it is not known."""
    rule: str
    """The local name of the shape, constraint or structural rule that is broken."""
    severity: Severity
    focus: str
    """The IRI of what breaks the rule; empty where a whole file does."""
    message: str
    remedy: str
    column: int | None = None
    """The column, from 1 in code points, of what breaks the rule; None where it is not known."""
    excerpt: Excerpt | None = None
    """The line as it stands in the file."""
    link: str = ""
    """Where the ontology's documentation tells of what the rule is about; an IRI, or empty."""
    related: tuple[Related, ...] = ()
    """The other places that it is about, where it is about several."""
    result: Result | None = None
    """What SHACL has to say of it; None for a rule that is no shape."""

    @property
    def place(self) -> str:
        """``file``, ``file:line`` or ``file:line:column``, as far as it is known."""
        return _place(self.file, self.line, self.column)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check. It conforms where no finding is a violation (warnings are not)."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""
    checked: Mapping[str, int] = field(default_factory=dict)
    """How many there were of what was checked: files, triples, claims, pointers."""
    files: tuple[str, ...] = ()
    """What was read, by name."""

    @property
    def conforms(self) -> bool:
        """Whether no rule is violated."""
        return not self.fails(Severity.VIOLATION)

    def fails(self, at: Severity) -> bool:
        """Whether some finding is as bad as that, or worse."""
        return any(one.severity.weight >= at.weight for one in self.findings)

    @property
    def is_incomplete(self) -> bool:
        """Whether something was asked for that was not looked at, or nothing was looked at."""
        return any(one.rule in _NOT_DONE for one in self.findings)

    def in_files(self) -> Report:
        """The report with every finding at its place in a file, as it is."""
        return self

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "conforms": self.conforms,
            "checked": dict(self.checked),
            "notes": list(self.notes),
            "findings": [
                {
                    "file": one.file,
                    "line": one.line,
                    "column": one.column,
                    "rule": one.rule,
                    "severity": one.severity.value,
                    "focus": one.focus,
                    "message": one.message,
                    "remedy": one.remedy,
                    "link": one.link,
                    "related": [
                        {
                            "file": other.file,
                            "line": other.line,
                            "column": other.column,
                            "focus": other.focus,
                            "message": other.message,
                        }
                        for other in one.related
                    ],
                }
                for one in self.findings
            ],
        }

    def to_shacl_turtle(self) -> str:
        """The report as a ``sh:ValidationReport`` (SHACL, section 3.6) in Turtle.

        Warnings count against ``sh:conforms`` there, as the standard wants it. A result points with
        ``tns:related`` at what else it is about.
        """
        prefixes = {"sh": SH, "tns": SHAPES, "xsd": PREFIXES["xsd"]}
        return (
            serialize(self._triples(), format=RdfFormat.TURTLE, prefixes=prefixes) or b""
        ).decode()

    def _triples(self) -> Iterable[Triple]:
        report = BlankNode("report")
        truth = Literal("false" if self.findings else "true", datatype=XSD_BOOLEAN)
        yield Triple(report, RDF_TYPE, NamedNode(SH + "ValidationReport"))
        yield Triple(report, NamedNode(SH + "conforms"), truth)
        for number, one in enumerate(self.findings, start=1):
            result = BlankNode(f"result{number}")
            yield Triple(report, NamedNode(SH + "result"), result)
            yield Triple(result, RDF_TYPE, NamedNode(SH + "ValidationResult"))
            yield Triple(result, NamedNode(SH + "resultSeverity"), one.severity.iri)
            yield from (one.result or of_rule(one.rule)).triples(result, f"result{number}")
            text = Literal(f"{one.message} {one.remedy}".rstrip())
            yield Triple(result, NamedNode(SH + "resultMessage"), text)
            yield from _placed(result, one)
            # The standard wants exactly one; what is wrong with a whole file has no node.
            literal = one.result.literal if one.result is not None else None
            focus = literal or (named(one.focus) if one.focus else Literal(one.file))
            yield Triple(result, NamedNode(SH + "focusNode"), focus)
            for place, other in enumerate(one.related, start=1):
                related = BlankNode(f"result{number}related{place}")
                yield Triple(result, NamedNode(SHAPES + "related"), related)
                yield Triple(related, NamedNode(SHAPES + "node"), named(other.focus))
                yield Triple(related, NamedNode(SH + "resultMessage"), Literal(other.message))
                yield from _placed(related, other)


def _place(*parts: str | int | None) -> str:
    return ":".join(str(one) for one in parts if one)


def _placed(node: BlankNode, one: Finding | Related) -> Iterable[Triple]:
    yield Triple(node, NamedNode(SHAPES + "file"), Literal(one.file))
    for name, number in (("line", one.line), ("column", one.column)):
        if number is not None:
            value = Literal(str(number), datatype=XSD_INTEGER)
            yield Triple(node, NamedNode(SHAPES + name), value)


def two_parts(text: str) -> tuple[str, str]:
    """What is wrong, and what to do: the last sentence of a message is the remedy.

    >>> two_parts("A claim rests on evidence. Add tn:evidence.")
    ('A claim rests on evidence.', 'Add tn:evidence.')
    """
    what, stop, remedy = text.rpartition(". ")
    return (what + ".", remedy) if stop else (text, "")
