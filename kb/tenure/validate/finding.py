"""What a check found: findings, notes, counts; as data, as a SHACL report, or cut short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from tenure.namespaces import PREFIXES, RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER, Names
from tenure.store.source_map import Excerpt

SHAPES: Final = "https://w3id.org/tenure/shapes#"
"""What the names of the rules begin with."""
SH: Final = "http://www.w3.org/ns/shacl#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LISTS: Final = frozenset(("alternativePath", "sequence"))

Path = str | tuple[str, tuple["Path", ...]]
"""A property path (section 2.3.1): a property, or what is done, such as ``inversePath``, with what.

A sequence, which has no name there, is called ``sequence``.
"""
Value = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Result:
    """Why there is a result. Blank nodes are written with ``_:`` before their labels."""

    component: str
    """The IRI of the constraint component."""
    shape: str
    path: Path | None = None
    value: Value | None = None
    constraint: str | None = None
    """The constraint in SPARQL, where it is one."""
    literal: Literal | None = None
    """The focus node, where it is a literal, which no name stands for."""

    def triples(self, node: BlankNode, label: str) -> Iterator[Triple]:
        """What the report says of ``node``; ``label`` begins the names of further blank nodes."""
        yield Triple(node, NamedNode(SH + "sourceShape"), named(self.shape))
        yield Triple(node, NamedNode(SH + "sourceConstraintComponent"), named(self.component))
        if self.constraint is not None:
            yield Triple(node, NamedNode(SH + "sourceConstraint"), named(self.constraint))
        if self.value is not None:
            value = self.value
            told = named(str(value)) if isinstance(value, BlankNode) else value
            yield Triple(node, NamedNode(SH + "value"), told)
        if self.path is not None:
            writer = _Paths(f"{label}path")
            yield Triple(node, NamedNode(SH + "resultPath"), writer.node(self.path))
            yield from writer.triples


def of_rule(rule: str) -> Result:
    """That of a rule of the house's own, which is a constraint component by itself."""
    iri = rule if ":" in rule else SHAPES + rule
    return Result(iri, iri)


class _Paths:
    """Paths as RDF."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._number = 0
        self.triples: list[Triple] = []

    def node(self, path: Path) -> NamedNode | BlankNode:
        if isinstance(path, str):
            return NamedNode(path)
        name, parts = path
        nodes = [self.node(one) for one in parts]
        end = self._list(nodes) if name in _LISTS else nodes[0]
        if name == "sequence":
            return end
        made = self._new()
        self.triples.append(Triple(made, NamedNode(SH + name), end))
        return made

    def _list(self, nodes: list[NamedNode | BlankNode]) -> NamedNode | BlankNode:
        rest: NamedNode | BlankNode = NamedNode(_RDF + "nil")
        for one in reversed(nodes):
            cell = self._new()
            self.triples.append(Triple(cell, NamedNode(_RDF + "first"), one))
            self.triples.append(Triple(cell, NamedNode(_RDF + "rest"), rest))
            rest = cell
        return rest

    def _new(self) -> BlankNode:
        self._number += 1
        return BlankNode(f"{self._label}{self._number}")


_OURS: Final = re.compile(r"(?:data-)*(?:report|result\d+(?:related\d+|path\d+)?)")


def named(focus: str) -> NamedNode | BlankNode | Literal:
    """The node that a report calls what is written so; what is neither, as a text."""
    try:
        if not focus.startswith("_:"):
            return NamedNode(focus)
        label = focus[2:]
        # A node of the data must not become one of the report's own.
        return BlankNode(f"data-{label}" if _OURS.fullmatch(label) else label)
    except ValueError:
        return Literal(focus)


def properties(path: Path | None) -> Iterable[str]:
    """The properties on a path."""
    if isinstance(path, str):
        yield path
    elif path is not None:
        for one in path[1]:
            yield from properties(one)


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
class Fix:
    """What puts a finding right: ``text`` in the place of what stands from the start to the end.

    Lines and columns are counted from 1, in code points; the end is exclusive. A ``safe`` one
    changes how something is written, any other one what is stated. ``old`` is what stands there.
    """

    what: str
    safe: bool
    start: tuple[int, int]
    end: tuple[int, int]
    old: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The fix as plain data, ready for JSON."""
        return {
            "what": self.what,
            "safe": self.safe,
            "start": {"line": self.start[0], "column": self.start[1]},
            "end": {"line": self.end[0], "column": self.end[1]},
            "old": self.old,
            "text": self.text,
        }


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
    fix: Fix | None = None
    """What puts it right, where that is one thing; see :mod:`tenure.validate.fixes`."""

    @property
    def place(self) -> str:
        """``file``, ``file:line`` or ``file:line:column``, as far as it is known."""
        return _place(self.file, self.line, self.column)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message} {self.remedy}".rstrip()

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data, ready for JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            **_breach(self),
            "link": self.link,
            "related": [
                {
                    "file": other.file,
                    "line": other.line,
                    "column": other.column,
                    "focus": other.focus,
                    "message": other.message,
                }
                for other in self.related
            ],
            **({"fix": self.fix.to_dict()} if self.fix is not None else {}),
        }


class _Outcome:
    """What reports on files and on days have in common."""

    __slots__ = ()
    findings: Sequence[Finding | DayFinding]
    notes: tuple[str, ...]
    checked: Mapping[str, int]

    @property
    def conforms(self) -> bool:
        """Whether no rule is violated."""
        return not self.fails(Severity.VIOLATION)

    def fails(self, at: Severity) -> bool:
        """Whether some finding is as bad as that, or worse."""
        return any(one.severity.weight >= at.weight for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "conforms": self.conforms,
            "checked": dict(self.checked),
            "notes": list(self.notes),
            "findings": [one.to_dict() for one in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Report(_Outcome):
    """The outcome of a check. It conforms where no finding is a violation (warnings are not)."""

    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""
    checked: Mapping[str, int] = field(default_factory=dict)
    """How many there were of what was checked: files, triples, claims, pointers."""
    files: tuple[str, ...] = ()
    """What was read, by name."""

    @property
    def is_incomplete(self) -> bool:
        """Whether something was asked for that was not looked at, or nothing was looked at."""
        return any(one.rule in _NOT_DONE for one in self.findings)

    def in_files(self) -> Report:
        """The report with every finding at its place in a file, as it is."""
        return self

    def to_shacl_turtle(self) -> str:
        """The report as a ``sh:ValidationReport`` (SHACL, section 3.6) in Turtle.

        Warnings count against ``sh:conforms`` there, as the standard wants it. A result points with
        ``tns:related`` at what else it is about.
        """
        return _shacl(self.findings, _where_in_files)


def _breach(one: Finding | DayFinding) -> dict[str, str]:
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "focus": one.focus,
        "message": one.message,
        "remedy": one.remedy,
    }


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


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """A claim that a finding rests on; its file, and its line from 1, where they are known."""

    iri: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DayFinding:
    """One thing that breaks one rule on one day.

    ``at`` is the moment's path in the IRI of its ``graph``; ``until`` is the last day until which
    the same is so without a break, ``..`` where nothing ends it, and None where it was not looked
    for. ``occurrences`` are the situations and events that the offending triples come from,
    ``claims`` what these rest on.
    """

    at: str
    graph: str
    rule: str
    severity: Severity
    focus: str
    message: str
    remedy: str
    occurrences: tuple[str, ...] = ()
    claims: tuple[ClaimPlace, ...] = ()
    until: str | None = None
    result: Result | None = None
    """As of a :class:`~tenure.validate.Finding`."""

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data, ready for JSON."""
        return {
            "at": self.at,
            "until": self.until,
            "graph": self.graph,
            **_breach(self),
            "occurrences": list(self.occurrences),
            "claims": [
                {"claim": claim.iri, "file": claim.file, "line": claim.line}
                for claim in self.claims
            ],
        }

    def in_words(self, names: Names) -> str:
        """The finding in a line, and the claims that it rests on in lines below."""
        what = f"{self.message} {self.remedy}".rstrip()
        days = self.at if self.until in (None, self.at) else f"{self.at} to {self.until}"
        lines = [f"{days}: {names.short(self.focus)}: {what} ({names.short(self.rule)})"]
        for claim in self.claims:
            place = ":".join(str(part) for part in (claim.file, claim.line) if part is not None)
            lines.append(f"  rests on {names.short(claim.iri)}{f' ({place})' if place else ''}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class DayReport(_Outcome):
    """The outcome for some days. It conforms where no finding is a violation (warnings are not)."""

    findings: tuple[DayFinding, ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)
    """How many there were of what was checked: days, and triples in their graphs."""
    notes: tuple[str, ...] = ()
    names: Names = field(default_factory=Names)
    """How the IRIs of the knowledge base begin."""

    def in_files(self) -> Report:
        """The report with each finding at the first claim that it rests on.

        Without a claim in a file it is at the graph of the day.
        """
        findings = []
        for one in self.findings:
            at = next((claim for claim in one.claims if claim.file is not None), None)
            days = one.at if one.until in (None, one.at) else f"{one.at} to {one.until}"
            findings.append(
                Finding(
                    at.file if at and at.file else one.graph,
                    at.line if at else None,
                    one.rule,
                    one.severity,
                    one.focus,
                    f"{days}: {one.message}",
                    one.remedy,
                    link=one.rule if ":" in one.rule else SHAPES + one.rule,
                    result=one.result,
                )
            )
        files = dict.fromkeys(one.file for one in findings)
        return Report(tuple(findings), self.notes, self.checked, tuple(files))

    def to_shacl_turtle(self) -> str:
        """The report as a ``sh:ValidationReport`` (SHACL, section 3.6) in Turtle.

        Warnings count against ``sh:conforms`` there, as the standard wants it. A result names the
        graph of its day with ``tns:graph`` and each claim that it rests on with ``tns:restsOn``.
        """
        return _shacl(self.findings, _which_day)


AnyFinding = TypeVar("AnyFinding", Finding, DayFinding)


def _shacl(
    findings: Sequence[AnyFinding],
    more: Callable[[AnyFinding, BlankNode, str], Iterable[Triple]],
) -> str:
    """The validation report on findings; ``more`` is what it says of one beside the standard."""

    def triples() -> Iterator[Triple]:
        report = BlankNode("report")
        truth = Literal("false" if findings else "true", datatype=XSD_BOOLEAN)
        yield Triple(report, RDF_TYPE, NamedNode(SH + "ValidationReport"))
        yield Triple(report, NamedNode(SH + "conforms"), truth)
        for number, one in enumerate(findings, start=1):
            label = f"result{number}"
            result = BlankNode(label)
            yield Triple(report, NamedNode(SH + "result"), result)
            yield Triple(result, RDF_TYPE, NamedNode(SH + "ValidationResult"))
            yield Triple(result, NamedNode(SH + "resultSeverity"), one.severity.iri)
            yield from (one.result or of_rule(one.rule)).triples(result, label)
            text = Literal(f"{one.message} {one.remedy}".rstrip())
            yield Triple(result, NamedNode(SH + "resultMessage"), text)
            yield from more(one, result, label)

    prefixes = {"sh": SH, "tns": SHAPES, "xsd": PREFIXES["xsd"]}
    return (serialize(triples(), format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _where_in_files(one: Finding, result: BlankNode, label: str) -> Iterator[Triple]:
    yield from _placed(result, one)
    # The standard wants exactly one; what is wrong with a whole file has no node.
    literal = one.result.literal if one.result is not None else None
    focus = literal or (named(one.focus) if one.focus else Literal(one.file))
    yield Triple(result, NamedNode(SH + "focusNode"), focus)
    for place, other in enumerate(one.related, start=1):
        related = BlankNode(f"{label}related{place}")
        yield Triple(result, NamedNode(SHAPES + "related"), related)
        yield Triple(related, NamedNode(SHAPES + "node"), named(other.focus))
        yield Triple(related, NamedNode(SH + "resultMessage"), Literal(other.message))
        yield from _placed(related, other)


def _which_day(one: DayFinding, result: BlankNode, _label: str) -> Iterator[Triple]:
    yield Triple(result, NamedNode(SH + "focusNode"), named(one.focus))
    yield Triple(result, NamedNode(SHAPES + "at"), Literal(one.at))
    if one.until is not None:
        yield Triple(result, NamedNode(SHAPES + "until"), Literal(one.until))
    yield Triple(result, NamedNode(SHAPES + "graph"), NamedNode(one.graph))
    for iri in one.occurrences:
        yield Triple(result, NamedNode(SHAPES + "occurrence"), NamedNode(iri))
    for claim in one.claims:
        yield Triple(result, NamedNode(SHAPES + "restsOn"), NamedNode(claim.iri))
        yield from _claim_placed(claim)


def _claim_placed(claim: ClaimPlace) -> Iterable[Triple]:
    node = NamedNode(claim.iri)
    if claim.file is not None:
        yield Triple(node, NamedNode(SHAPES + "file"), Literal(claim.file))
    if claim.line is not None:
        line = Literal(str(claim.line), datatype=XSD_INTEGER)
        yield Triple(node, NamedNode(SHAPES + "line"), line)


LONGEST: Final = 1_000
"""Characters of a message, or of what a finding is about, beyond which it is cut."""
_MOST_BESIDE: Final = 20
"""Other places, occurrences or claims of one finding that are listed."""
_MOST_NOTES: Final = 50
_RULES_TOLD: Final = 5


def shortened(report: Report | DayReport, most: int) -> Report | DayReport:
    """The report with ``most`` findings at most, violations first, each of bounded length.

    A note tells how many there are in all and which rules the others are of; ``checked`` has the
    number of all ``findings`` then. The verdict stays what it was.
    """
    if isinstance(report, DayReport):
        days = _worst(report.findings, most)
        return replace(
            report,
            findings=tuple(map(_short_day, days)),
            notes=_notes(report, [one.rule for one in report.findings], len(days)),
            checked=_checked(report, len(days)),
        )
    listed = _worst(report.findings, most)
    return replace(
        report,
        findings=tuple(map(_short, listed)),
        notes=_notes(report, [one.rule for one in report.findings], len(listed)),
        checked=_checked(report, len(listed)),
    )


def _worst(findings: Sequence[AnyFinding], most: int) -> list[AnyFinding]:
    """The worst, in the order in which they were told."""
    if len(findings) <= most:
        return list(findings)
    order = sorted(range(len(findings)), key=lambda at: -findings[at].severity.weight)
    return [findings[at] for at in sorted(order[:most])]


def _notes(report: Report | DayReport, rules: list[str], listed: int) -> tuple[str, ...]:
    notes = tuple(_cut(one) for one in report.notes[:_MOST_NOTES])
    if len(rules) == listed:
        return notes
    counted = Counter(rules).most_common()
    told = ", ".join(f"{number:,} of {_cut(rule)}" for rule, number in counted[:_RULES_TOLD])
    others = ", …" if len(counted) > _RULES_TOLD else ""
    total = (
        f"{len(rules):,} findings in all ({told}{others}), of which {listed:,} are listed, the "
        "worst before the others. Correct these, and check again."
    )
    return (*notes, total)


def _checked(report: Report | DayReport, listed: int) -> dict[str, int]:
    more = {"findings": len(report.findings)} if len(report.findings) > listed else {}
    return {**report.checked, **more}


def _short(one: Finding) -> Finding:
    related = tuple(
        replace(other, focus=_cut(other.focus), message=_cut(other.message))
        for other in one.related[:_MOST_BESIDE]
    )
    return replace(
        one,
        focus=_cut(one.focus),
        message=_cut(one.message),
        remedy=_cut(one.remedy),
        related=related,
    )


def _short_day(one: DayFinding) -> DayFinding:
    return replace(
        one,
        focus=_cut(one.focus),
        message=_cut(one.message),
        remedy=_cut(one.remedy),
        occurrences=tuple(one.occurrences[:_MOST_BESIDE]),
        claims=tuple(one.claims[:_MOST_BESIDE]),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
