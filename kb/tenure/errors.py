"""The one tree of errors.

::

    TenureError                       anything that Tenure refuses, with a remedy
    ├── BadInput                      what was given cannot be used (exit 2, HTTP 400)
    │   ├── BadDate                   no EDTF, or a day that does not exist
    │   ├── BadRdf                    a file or body that does not parse
    │   ├── BadParameter              a query parameter that is missing, unknown or ill-typed
    │   │   └── WrongKind             something of another kind than it takes (HTTP 422)
    │   ├── BadPolicy                 a policy that names an unknown part or value
    │   ├── BadQuery                  SPARQL that does not parse, or a wrong header of a query file
    │   ├── BadClaim                  a claim that lacks a part, or points outside its source
    │   ├── TooLarge                  what a base so large is not asked at once
    │   ├── TooMuchToRead             what takes more to read than it may, or breaks what reads it
    │   └── Refused                   a query that would make the server fetch something (HTTP 403)
    ├── NotFound                      no such query, entity, claim or source (exit 2, HTTP 404)
    ├── NotWritten                    a change that is refused whole
    │   ├── PreconditionFailed        what is there is not what the writer thinks (HTTP 412)
    │   ├── Immutable                 a claim or description that stays as it is (HTTP 409)
    │   ├── NotWritable               a graph or statement that nobody writes (HTTP 403)
    │   ├── TookTooLong               an update that was stopped (HTTP 503)
    │   └── StoreFull                 no room on the disk; reading goes on (HTTP 507)
    └── Findings                      the input was read; it breaks rules (exit 1, HTTP 422)
        └── InvalidChange             a change that breaks rules, with the report

Every error says *where* (a file and line, a parameter, an IRI), *what* is wrong, and the
*remedy*. The command line and the web service turn them into exit codes and RFC 9457 problems,
each in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the input: a file (or a parameter, or an IRI) and, where there is one, a line.

    ``line`` and ``column`` count from 1.
    """

    name: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.name]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)

    @classmethod
    def in_file(cls, path: Path, line: int | None = None, column: int | None = None) -> Where:
        """The place ``line:column`` of the file ``path``."""
        return cls(str(path), line, column)


class TenureError(Exception):
    """Anything that Tenure refuses: what is wrong, where, and what to do about it."""

    title = "Tenure cannot do this"
    exit_code = 2
    http_status = 400

    def __init__(self, what: str, *, where: Where | str | None = None, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = Where(where) if isinstance(where, str) else where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class BadInput(TenureError):
    """What was given cannot be used."""

    title = "The input cannot be used"


class BadDate(BadInput):
    """A date that is no EDTF, or names a day that does not exist."""

    title = "Not a date"


class BadRdf(BadInput):
    """RDF that does not parse."""

    title = "Malformed RDF"


class NothingTakenIn(BadInput):
    """A document that says nothing, where something was to be checked or written."""

    title = "Nothing was taken in"

    @classmethod
    def of(cls, document: str = "body") -> Self:
        """The error for a document of that name."""
        return cls(
            "The document holds no statement.",
            where=document,
            remedy="Send RDF that states something; keys of JSON mean nothing without an @context "
            "that defines them.",
        )


class BadParameter(BadInput):
    """A parameter that is missing, unknown or of the wrong type."""

    title = "Wrong parameter"


class WrongKind(BadParameter):
    """Something of another kind than a parameter takes: a person for an office."""

    title = "Something of another kind"
    http_status = 422


class BadPolicy(BadInput):
    """A policy that names an unknown part, value, source or modality."""

    title = "Wrong policy"


class BadQuery(BadInput):
    """SPARQL that does not parse, or a catalogue file whose header is wrong."""

    title = "Malformed query"


class BadClaim(BadInput):
    """A claim that lacks a part, or whose evidence points outside its source."""

    title = "Unusable claim"


class TooLarge(BadInput):
    """A question about everything at once, asked of a base too large for it."""

    title = "Too large to be asked at once"


class TooMuchToRead(BadInput):
    """What takes more time or memory to read than it may, or ends the program that reads it."""

    title = "Too much to be read at once"
    http_status = 413


class Refused(BadInput):
    """A query that would make the server fetch something from elsewhere."""

    title = "Refused"
    http_status = 403


class NotFound(TenureError):
    """No such query, entity, claim, source or graph."""

    title = "Not found"
    http_status = 404


class Findings(TenureError):
    """The input was read and breaks rules."""

    title = "Rules are broken"
    exit_code = 1
    http_status = 422


class Reporting(Protocol):
    """A report that says which rules are broken, in more than one form."""

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON takes it."""
        ...

    def to_shacl_turtle(self) -> str:
        """The report as a ``sh:ValidationReport`` in Turtle."""
        ...


class InvalidChange(Findings):
    """A change that breaks rules: ``report`` says which, and nothing was written."""

    title = "The change breaks rules"

    def __init__(self, what: str, report: Reporting, *, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.report = report


class NotWritten(TenureError):
    """A change that is refused whole: nothing was written."""

    title = "Nothing was written"
    http_status = 409


class PreconditionFailed(NotWritten):
    """What is there is not what the writer takes it to be."""

    title = "Precondition failed"
    http_status = 412


class Immutable(NotWritten):
    """A claim, or a description that claims rest on, which stays as it is."""

    title = "Claims do not change"


class NotWritable(NotWritten):
    """A graph or statement that nobody writes: it is computed, or defined elsewhere."""

    title = "Not to be written"
    http_status = 403


class TookTooLong(NotWritten):
    """An update that took longer, or more memory, than one may, and was stopped."""

    title = "Stopped"
    http_status = 503


class StoreFull(NotWritten):
    """There is no room on the disk. What is stored can still be read."""

    title = "No room in the store"
    http_status = 507
