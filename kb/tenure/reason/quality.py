"""Is the ontology well made? One question a file in ``ontology/quality``, asked of its triples.

The rules follow ROBOT's report (Jackson et al., BMC Bioinformatics 20, 2019), OOPS!
(Poveda-Villalón et al., IJSWIS 10, 2014) and FOOPS! (Garijo et al., ISWC 2021), as far as they
apply without a network. To add a rule, add a file: its head says title, severity, message and
remedy, its query selects ``?focus`` and whatever the message names in braces; and add the ontology
that breaks it to the folder ``broken``, under the same name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from tenure import resources
from tenure.errors import BadInput, BadQuery, NotFound, Where
from tenure.model.ontology import OWL
from tenure.namespaces import PREFIXES
from tenure.resources import data_dir
from tenure.store import read_file
from tenure.store.source_map import subject_lines

SEVERITIES: Final = ("error", "warning", "note")
_LINE: Final = re.compile(r"^# (\w+): (.*)$")
_NAMED: Final = re.compile(r"\{(\w+)\}")
_NEEDED: Final = ("title", "severity", "message", "remedy")


@dataclass(frozen=True, slots=True)
class QualityRule:
    """One rule: its name, what it is called, how grave it is, and the query that finds breaches.

    ``after`` names the rules of other tools that it follows; it may be empty.
    """

    name: str
    title: str
    severity: str
    message: str
    remedy: str
    after: str
    query: str


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One breach: the rule, the IRI that breaks it, and where that is described, if known."""

    rule: str
    severity: str
    focus: str
    message: str
    remedy: str
    where: Where | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.severity}: {self.focus}: {self.message} {self.remedy} [{self.rule}]"

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data, ready for JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "focus": self.focus,
            "message": self.message,
            "remedy": self.remedy,
            "where": str(self.where) if self.where else None,
        }


def quality_rules(folder: Path | None = None) -> list[QualityRule]:
    """The rules of a folder, by name; None is the folder that comes with Tenure.

    Raises :class:`~tenure.errors.BadQuery` for a file whose head lacks a line or is wrong.
    """
    files = sorted((folder or data_dir("ontology") / "quality").glob("*.rq"))
    return [_rule(file) for file in files]


def check_quality(
    path: Path | None = None, *, rules: Sequence[QualityRule] | None = None
) -> list[QualityFinding]:
    """The breaches in an ontology, the gravest first.

    Args:
        path: a file, or a folder of Turtle files; None is the ontology of Tenure. What imports
            that is read together with it; nothing else that is imported is.
        rules: the rules to ask; None are those that come with Tenure.

    Raises:
        NotFound: there is no such file or folder, or no ontology in it.
        BadRdf: a file that does not parse.
    """
    files = ontology_files(path or data_dir("ontology"))
    quads = [quad for file in files for quad in read_file(file)]
    found = quality_findings([*quads, *_imported(quads, files)], rules)
    places: dict[str, Where] = {}
    if found:
        for file in files:
            if file.suffix in (".ttl", ".trig"):
                for iri, line in subject_lines(file.read_text(encoding="utf-8")).items():
                    places.setdefault(iri, Where.in_file(file, line))
    return [
        QualityFinding(
            one.rule, one.severity, one.focus, one.message, one.remedy, places.get(one.focus)
        )
        for one in found
    ]


def quality_findings(
    quads: Iterable[Quad], rules: Sequence[QualityRule] | None = None
) -> list[QualityFinding]:
    """The breaches in these triples; the names of graphs do not matter."""
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object) for one in quads)
    found = [
        finding
        for rule in (quality_rules() if rules is None else rules)
        for finding in _asked(store, rule)
    ]
    order = SEVERITIES.index
    return sorted(found, key=lambda one: (order(one.severity), one.focus, one.rule, one.message))


def ontology_files(path: Path) -> list[Path]:
    """The file, or the Turtle files right in the folder.

    Raises :class:`~tenure.errors.NotFound` where there is neither.
    """
    files = sorted(path.glob("*.ttl")) if path.is_dir() else [path] if path.is_file() else []
    if not files:
        raise NotFound(
            "There is no ontology here.",
            where=str(path),
            remedy="Name a file of RDF, or a folder that holds Turtle files (*.ttl).",
        )
    return files


def _imported(quads: Iterable[Quad], files: Collection[Path]) -> list[Quad]:
    """The ontology of Tenure without these files, where ``owl:imports`` names any of it."""
    named = {quad.object for quad in quads if quad.predicate.value == OWL + "imports"}
    known = {file.resolve() for file in files}
    more = [one for one in resources.ontology_files() if named and one.resolve() not in known]
    ours = [quad for file in more for quad in read_file(file)]
    called = [quad.subject for quad in ours if quad.object == NamedNode(OWL + "Ontology")]
    versions = [quad.object for quad in ours if quad.predicate.value == OWL + "versionIRI"]
    return ours if named.intersection((*called, *versions)) else []


def _asked(store: Store, rule: QualityRule) -> Iterable[QualityFinding]:
    answer = store.query(rule.query)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    for row in answer:
        values = {name: _shown(row[name]) for name in names}
        focus = row["focus"]
        yield QualityFinding(
            rule.name,
            rule.severity,
            focus.value if isinstance(focus, NamedNode) else str(focus),
            _filled(rule.message, values),
            _filled(rule.remedy, values),
        )


def _filled(text: str, values: dict[str, str]) -> str:
    return _NAMED.sub(lambda match: values[match[1]], text)


def _shown(term: Any) -> str:
    if isinstance(term, NamedNode):
        for prefix, space in PREFIXES.items():
            if term.value.startswith(space) and len(term.value) > len(space):
                return f"{prefix}:{term.value[len(space) :]}"
        return f"<{term.value}>"
    return str(getattr(term, "value", term))


def _rule(file: Path) -> QualityRule:
    text = file.read_text(encoding="utf-8")
    head: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.match(line)
        if match:
            head[match[1]] = match[2]
    missing = [name for name in _NEEDED if not head.get(name)]
    if missing:
        raise BadQuery(
            f"The head of this rule has no line for {', '.join(missing)}.",
            where=Where.in_file(file, 1),
            remedy="Begin the file with lines such as '# title: A term has no label'.",
        )
    if head["severity"] not in SEVERITIES:
        raise BadInput(
            f"{head['severity']!r} is no severity.",
            where=Where.in_file(file, 2),
            remedy=f"Choose one of: {', '.join(SEVERITIES)}.",
        )
    unknown = {
        name
        for part in (head["message"], head["remedy"])
        for name in _NAMED.findall(part)
        if not re.search(rf"\?{name}\b", text)
    }
    if unknown:
        raise BadQuery(
            f"The message names {', '.join(sorted(unknown))}, which the query does not select.",
            where=Where.in_file(file),
            remedy="Select it, or leave it out of the message.",
        )
    return QualityRule(
        file.stem,
        head["title"],
        head["severity"],
        head["message"],
        head["remedy"],
        head.get("after", ""),
        text,
    )
