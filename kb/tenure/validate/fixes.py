"""Findings that one thing puts right carry it, and files are put right.

A fix is *safe* where it changes only how something is written: a date that has the wrong datatype,
a digest in capitals. Where it changes what is stated (another day, a term that was meant, a date
that is left out) it is *unsafe*: likely right, and for a person to look at. All fixes are edits of
the line that the finding shows; to add one, add a function to :data:`_FIXES`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from tenure.errors import BadDate, BadInput
from tenure.namespaces import EDTF_DATATYPE, PREFIXES
from tenure.outputs import write_all
from tenure.temporal import parse
from tenure.validate.finding import Finding, Fix, Report

_LITERAL: Final = re.compile(
    r'"((?:[^"\\]|\\.)*)"(@[A-Za-z0-9-]+|\^\^(?:<[^>]*>|[A-Za-z][\w.-]*:[\w.-]*))?'
)
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{64}")
_DATE_TYPES: Final = ("", "date", "gYear", "gYearMonth", "string")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}")
_INSTANT: Final = re.compile(
    r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,}(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ONLY_WRITTEN: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:T00:00:00Z?)?")
_MEANT: Final = re.compile(r"Did you mean (\S+?)(?: or .*)?\?$")
_PREFIX: Final = re.compile(r"prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_INSTEAD: Final = re.compile(r"Write (\S+) instead\.$")
_WHOLE_LINE: Final = re.compile(r"\s+[A-Za-z][\w-]*:[\w-]+ [^;.]*\"[^\"]*\"\S* ;\s*")

_MOST_PREFIXES: Final = 500
"""Lines of a file among which its prefixes are looked for."""

Datatype: TypeAlias = Callable[[str], str]
"""From the name of a datatype, such as ``edtf:EDTF``, to how the file writes it."""


def with_fixes(report: Report) -> Report:
    """The report with a fix at each finding that one thing puts right."""
    return replace(report, findings=tuple(map(_with_fix, report.findings)))


def _with_fix(one: Finding) -> Finding:
    make = _FIXES.get(one.rule)
    if make is None or one.excerpt is None or one.line is None or one.column is None:
        return one
    if one.excerpt.offset != one.column - 1:
        return one  # a part of a long line, or a line that is not as it was read
    fix = make(one, lambda name: _written_datatype(one.file, name))
    return one if fix is None else replace(one, fix=fix)


def _written_datatype(file: str, name: str) -> str:
    prefix, _, local = name.partition(":")
    iri = EDTF_DATATYPE.value if prefix == "edtf" else PREFIXES[prefix] + local
    space = iri.removesuffix(local)
    return name if f"{prefix}: <{space}>" in _head(file) else f"<{iri}>"


@lru_cache(maxsize=16)
def _head(file: str) -> str:
    """The lines of a file that declare prefixes; of what is no file, none."""
    try:
        with Path(file).open(encoding="utf-8") as lines:
            head = islice(lines, _MOST_PREFIXES)
            return "\n".join(line for line in head if "prefix" in line[:8].lower())
    except (OSError, UnicodeDecodeError):
        return ""


def _edit(one: Finding, old: str, text: str, what: str, *, safe: bool) -> Fix | None:
    """That ``old``, which stands at the place of the finding, becomes ``text``."""
    assert one.line is not None
    assert one.column is not None
    if old == text:
        return None
    end = (one.line, one.column + len(old))
    return Fix(what, safe, (one.line, one.column), end, old, text)


def _at(one: Finding) -> str:
    assert one.excerpt is not None
    return one.excerpt.text[one.excerpt.offset :]


def _literal(one: Finding) -> tuple[str, str, str] | None:
    """The literal at the place of a finding as it is written, its text, and its datatype."""
    match = _LITERAL.match(_at(one))
    if match is None or "\\" in match[1]:
        return None
    kind = (match[2] or "").removeprefix("^^").strip("<>")
    return match[0], match[1], re.split(r"[#:/]", kind)[-1]


def _datatype(one: Finding, datatype: Datatype) -> Fix | None:
    found = _literal(one)
    if found is None:
        number = re.match(r"-?[0-9]+(?:\.[0-9]+)?(?=[\s;,.])", _at(one))
        if number and " a text " in one.message:
            return _edit(one, number[0], f'"{number[0]}"', "put it into quotation marks", safe=True)
        return None
    written, text, kind = found
    if kind not in _DATE_TYPES:
        return None
    if " is a date" in one.message:
        if _is_edtf(text):
            new = f'"{text}"^^{datatype("edtf:EDTF")}'
            return _edit(one, written, new, "give it the datatype of dates", safe=True)
        form = _only_form(text)
        if form:
            new = f'"{form}"^^{datatype("edtf:EDTF")}'
            return _edit(one, written, new, f"write the date as {form}", safe=_same_day(text, form))
    elif " is true or false" in one.message and text.lower() in ("true", "false"):
        return _edit(one, written, text.lower(), "write it as a truth value", safe=True)
    elif " is a whole number" in one.message and _NUMBER.fullmatch(text):
        return _edit(one, written, str(int(text)), "write it as a number", safe=True)
    elif " is an instant" in one.message and _INSTANT.fullmatch(text):
        new = f'"{text}"^^{datatype("xsd:dateTime")}'
        return _edit(one, written, new, "give it the datatype of instants", safe=True)
    return None


def _digest(one: Finding, _datatype: Datatype) -> Fix | None:
    found = _literal(one)
    if found is None or not _DIGEST.fullmatch(found[1]):
        return None
    return _edit(one, found[0], found[0].lower(), "write the digest in lower case", safe=True)


def _language(one: Finding, _datatype: Datatype) -> Fix | None:
    found = _literal(one)
    if found is None or found[0] != f'"{found[1]}"' or not found[1].isascii():
        return None
    return _edit(one, found[0], f"{found[0]}@en", "say that it is English", safe=False)


def _date(one: Finding, _datatype: Datatype) -> Fix | None:
    found = _literal(one)
    form = _only_form(found[1]) if found else ""
    if found is None or not form:
        return None
    new = found[0].replace(f'"{found[1]}"', f'"{form}"', 1)
    safe = _same_day(found[1], form)
    return _edit(one, found[0], new, f"write the date as {form}", safe=safe)


def _only_form(text: str) -> str:
    from tenure.temporal.human_dates import readings  # noqa: PLC0415 - most files have no slip

    found = readings(text)
    return found.forms[0] if found is not None and len(found.forms) == 1 else ""


def _same_day(text: str, form: str) -> bool:
    """Whether a form says the same in other signs, and nothing had to be understood."""
    match = _ONLY_WRITTEN.fullmatch(text)
    return match is not None and form == f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"


def _is_edtf(text: str) -> bool:
    try:
        parse(text)
    except BadDate:
        return False
    return True


def _unknown(one: Finding, _datatype: Datatype) -> Fix | None:
    meant = _MEANT.search(one.remedy)
    term = re.match(r"[A-Za-z][\w-]*:[\w-]+", _at(one))
    if meant is None or term is None or f" {term[0]}." not in one.message:
        return None
    near = difflib.SequenceMatcher(None, term[0], meant[1]).ratio()
    if near < 0.85:
        return None
    return _edit(one, term[0], meant[1], f"write {meant[1]}", safe=False)


def _deprecated(one: Finding, _datatype: Datatype) -> Fix | None:
    assert one.excerpt is not None
    assert one.line is not None
    instead = _INSTEAD.search(one.remedy)
    if instead is None or " or " in one.remedy:
        return None
    old, new = (_written(one.file, text) for text in (one.message.partition(" ")[0], instead[1]))
    pattern = rf"(?<![\w:-]){re.escape(old)}(?![\w-])"
    places = [match.start() for match in re.finditer(pattern, one.excerpt.text)]
    if len(places) != 1:
        return None
    start = (one.line, places[0] + 1)
    end = (one.line, places[0] + 1 + len(old))
    return Fix(f"write {new}", True, start, end, old, new)


def _written(file: str, term: str) -> str:
    """How a file writes a term that a message names, by a prefix where it has one."""
    if "://" not in term:
        return term
    for prefix, space in _PREFIX.findall(_head(file)):
        if term.startswith(space) and re.fullmatch(r"[\w-]+", term.removeprefix(space)):
            return f"{prefix}:{term.removeprefix(space)}"
    return f"<{term}>"


def _left_out(one: Finding, _datatype: Datatype) -> Fix | None:
    assert one.excerpt is not None
    assert one.line is not None
    line = one.excerpt.text
    if not _WHOLE_LINE.fullmatch(line) or line.count(" ;") != 1:
        return None
    return Fix("leave it out", False, (one.line, 1), (one.line + 1, 1), f"{line}\n", "")


def _address(one: Finding, _datatype: Datatype) -> Fix | None:
    found = _literal(one)
    if found is None or not re.match(r"www\.[\w.-]+\.[a-z]{2,}", found[1]):
        return None
    new = found[0].replace('"', '"https://', 1)
    return _edit(one, found[0], new, "write https:// before it", safe=False)


_FIXES: Final[Mapping[str, Callable[[Finding, Datatype], Fix | None]]] = MappingProxyType(
    {
        "ValueDatatype": _datatype,
        "PassageDigest": _digest,
        "SourceDigest": _digest,
        "EntityLabelLanguage": _language,
        "DateUnreadable": _date,
        "DateSentinel": _left_out,
        "ComputedNotWritten": _left_out,
        "UnknownTerm": _unknown,
        "DeprecatedTerm": _deprecated,
        "WebAddressForm": _address,
    }
)


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file with its fixes put in: what it was, what it is to be, and how many there are."""

    path: Path
    before: str
    after: str
    count: int

    def diff(self) -> str:
        """The difference, as a patch."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        name = str(self.path)
        return "".join(difflib.unified_diff(before, after, name, name))


def fixed_files(findings: Iterable[Finding], *, unsafe: bool = False) -> list[FixedFile]:
    """The files with the safe fixes of findings put in, and with ``unsafe`` the others too.

    Nothing is written. A fix whose place has changed, or that another one overlaps, is left for
    the next run.

    Raises:
        BadInput: a file cannot be read.
    """
    by_file: dict[str, dict[Fix, None]] = {}
    for one in findings:
        if one.fix is not None and (one.fix.safe or unsafe):
            by_file.setdefault(one.file, {})[one.fix] = None
    found = []
    for name, fixes in sorted(by_file.items()):
        path = Path(name)
        try:
            before = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                f"It cannot be read: {error}.", where=name, remedy="Name files of RDF in UTF-8."
            ) from error
        after, count = _put_in(before, list(fixes))
        if count:
            found.append(FixedFile(path, before, after, count))
    return found


def _put_in(text: str, fixes: Sequence[Fix]) -> tuple[str, int]:
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(place: tuple[int, int]) -> int:
        return starts[min(place[0], len(starts)) - 1] + place[1] - 1

    count, last = 0, len(text) + 1
    for fix in sorted(fixes, key=lambda one: one.start, reverse=True):
        start, end = offset(fix.start), offset(fix.end)
        if end > last or text[start:end] != fix.old:
            continue
        text = text[:start] + fix.text + text[end:]
        count, last = count + 1, start
    return text, count


def write_fixed(files: Sequence[FixedFile]) -> list[Path]:
    """Write the files, all or none of them, unless one was changed meanwhile.

    Raises:
        BadInput: it was, or cannot be written.
    """
    write_all({one.path: (one.before, one.after) for one in files})
    return [one.path for one in files]
