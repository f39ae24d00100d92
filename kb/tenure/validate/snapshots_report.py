"""What a check of days found, each finding with its day and the claims that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from tenure.terms import PREFIXES, RDF_TYPE, XSD_BOOLEAN, XSD_INTEGER, Names
from tenure.validate.report import Finding, Report, Severity
from tenure.validate.results import SH, SHAPES, Result, named, of_rule


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
class DayReport:
    """The outcome for some days. It conforms where no finding is a violation (warnings are not)."""

    findings: tuple[DayFinding, ...] = ()
    checked: Mapping[str, int] = field(default_factory=dict)
    """How many there were of what was checked: days, and triples in their graphs."""
    notes: tuple[str, ...] = ()
    names: Names = field(default_factory=Names)
    """How the IRIs of the knowledge base begin."""

    @property
    def conforms(self) -> bool:
        """Whether no rule is violated on any of the days."""
        return not self.fails(Severity.VIOLATION)

    def fails(self, at: Severity) -> bool:
        """Whether some finding is as bad as that, or worse."""
        return any(one.severity.weight >= at.weight for one in self.findings)

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

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "conforms": self.conforms,
            "checked": dict(self.checked),
            "notes": list(self.notes),
            "findings": [
                {
                    "at": one.at,
                    "until": one.until,
                    "graph": one.graph,
                    "rule": one.rule,
                    "severity": one.severity.value,
                    "focus": one.focus,
                    "message": one.message,
                    "remedy": one.remedy,
                    "occurrences": list(one.occurrences),
                    "claims": [
                        {"claim": claim.iri, "file": claim.file, "line": claim.line}
                        for claim in one.claims
                    ],
                }
                for one in self.findings
            ],
        }

    def to_shacl_turtle(self) -> str:
        """The report as a ``sh:ValidationReport`` (SHACL, section 3.6) in Turtle.

        Warnings count against ``sh:conforms`` there, as the standard wants it. A result names the
        graph of its day with ``tns:graph`` and each claim that it rests on with ``tns:restsOn``.
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
            yield Triple(result, NamedNode(SH + "focusNode"), named(one.focus))
            text = Literal(f"{one.message} {one.remedy}".rstrip())
            yield Triple(result, NamedNode(SH + "resultMessage"), text)
            yield Triple(result, NamedNode(SHAPES + "at"), Literal(one.at))
            if one.until is not None:
                yield Triple(result, NamedNode(SHAPES + "until"), Literal(one.until))
            yield Triple(result, NamedNode(SHAPES + "graph"), NamedNode(one.graph))
            for iri in one.occurrences:
                yield Triple(result, NamedNode(SHAPES + "occurrence"), NamedNode(iri))
            for claim in one.claims:
                yield Triple(result, NamedNode(SHAPES + "restsOn"), NamedNode(claim.iri))
                yield from _place(claim)


def _place(claim: ClaimPlace) -> Iterable[Triple]:
    node = NamedNode(claim.iri)
    if claim.file is not None:
        yield Triple(node, NamedNode(SHAPES + "file"), Literal(claim.file))
    if claim.line is not None:
        line = Literal(str(claim.line), datatype=XSD_INTEGER)
        yield Triple(node, NamedNode(SHAPES + "line"), line)
