"""Conflicts as findings: which claims under check contradict each other, and on which lines.

A check that the gate is given (:func:`tenure.validate.validate_paths`), because fusion lies above
the gate. It is asked where no rule is violated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from tenure.errors import BadClaim
from tenure.fusion import FusionContext
from tenure.fusion.contradictions import Faults, conflicts_among
from tenure.knowledge.opening import part_of
from tenure.model import (
    Claim,
    Conflict,
    Registry,
    Schema,
    parse_policy,
    read_claims,
    refuse_before_first,
)
from tenure.namespaces import TN, Names
from tenure.store.source_map import Place
from tenure.validate import Check, Finding, Progress, ProgressStep, Related, Report, Severity, Stage
from tenure.validate.documents import Document
from tenure.validate.facts import Breach, Facts
from tenure.validate.placing import place_of

MOST_CLAIMS: Final = 200_000
"""Claims among which conflicts are looked for: they are all held in memory as objects."""

_LINK: Final = TN("Conflict").value
_REMEDY: Final = (
    "Correct what was misread. Where sources do disagree, give one claim a lower tn:rank, choose "
    "a policy that settles it, or retract a claim."
)
_SETTLED: Final = "Nothing has to be done: what gives way stays visible."


def conflict_check(names: Names, policy: str | None = None, *, most: int = MOST_CLAIMS) -> Check:
    """The check for conflicts under a policy, given by its text; see :func:`find_conflicts`."""

    def check(facts: Facts, progress: Progress) -> Report:
        return find_conflicts(facts, names, progress, policy, most=most)

    return check


def find_conflicts(
    facts: Facts,
    names: Names,
    progress: Progress,
    policy: str | None = None,
    *,
    most: int = MOST_CLAIMS,
) -> Report:
    """A finding for each conflict at each of its claims that is under check.

    It is a warning, or an info where rank or the policy's rule settles the conflict, and stands at
    the statement that the conflict lies in; the statements of the other claims are its related
    places. Claims of the context take part, and have no findings of their own. ``checked`` has
    the number of ``conflicts``. Among more than ``most`` claims none are looked for, and a note
    says so. What no shape sees and fusion cannot do with is a finding of ``CannotBeFused``.

    Raises:
        BadPolicy: ``policy`` is none, or nothing was known by its ``known-at``.
        BadClaim: what fusion cannot do with is not under check.
    """
    documents = (*facts.given, *facts.context)
    count = sum(len(document.claims) for document in documents)
    if count > most:
        note = (
            f"Conflicts were not looked for: there are {count} claims, more than the {most} that "
            "are looked through at a time. Check fewer at a time, or ask `tenure conflicts`."
        )
        return Report(notes=(note,))
    progress(ProgressStep(Stage.CONFLICTS, 0))
    try:
        claims, setting = what_is_fused(facts, documents, names, policy)
        found = conflicts_among(claims, setting)
        faults = Faults(found, claims, setting)
    except BadClaim as error:
        return _cannot_be_fused(facts, error)
    there = facts.reduced_to(claim for one in found for claim in one.claims) if found else facts
    telling = _Telling(there, claims, names)
    findings: list[Finding] = []
    for number, one in enumerate(found):
        progress(ProgressStep(Stage.CONFLICTS, number, len(found)))
        findings += telling.findings(one, faults.of(one))
    progress(ProgressStep(Stage.CONFLICTS, len(found), len(found)))
    return Report(tuple(findings), checked={"conflicts": len(found)})


def what_is_fused(
    facts: Facts, documents: Sequence[Document], names: Names, policy: str | None
) -> tuple[Mapping[str, Claim], FusionContext]:
    """The claims of the documents, and what fusion needs beside them.

    Raises:
        BadPolicy: ``policy`` is none, or nothing was known by its ``known-at``.
        BadClaim: a claim that fusion cannot do with.
    """
    parts: dict[str | None, list[Quad]] = defaultdict(list)
    for document in documents:
        for quad in document.quads:
            parts[part_of(quad, names)].append(quad)
    schema = facts.time_schema or Schema(facts.schema.ontology)
    registry = Registry.of(parts["entities"], names)
    base = read_claims(parts["provenance"], parts[None])
    chosen = parse_policy(policy, schema.policy_terms(base.sources))
    refuse_before_first(chosen, base.claims.values())
    setting = FusionContext(
        registry.types,
        schema,
        chosen,
        names,
        registry.labels,
        base.sources,
        registry.one_seat,
        identities=registry.identities,
    )
    return base.claims, setting


def _cannot_be_fused(facts: Facts, error: BadClaim) -> Report:
    focus = error.where.name if error.where else ""
    found = tuple(facts.placed([Breach("CannotBeFused", focus, error.what, error.remedy)]))
    if not found:
        raise error
    return Report(found)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a statement stands."""

    document: Document
    place: Place | None


class _Telling:
    """Makes findings of conflicts."""

    def __init__(self, facts: Facts, claims: Mapping[str, Claim], names: Names) -> None:
        self._facts = facts
        self._claims = claims
        self._names = names

    def findings(
        self, conflict: Conflict, faults: Mapping[str, Sequence[Triple]]
    ) -> Iterator[Finding]:
        """One for each claim under check."""
        stand = {iri: self._standing(iri, faults[iri]) for iri in conflict.claims}
        rule = f"{conflict.kind.capitalize()}Conflict"
        severity = Severity.INFO if conflict.settled else Severity.WARNING
        for iri in conflict.claims:
            if not any(iri in document.subjects for document in self._facts.given):
                continue
            document, place = stand[iri][0].document, stand[iri][0].place
            related = [
                self._related(other, first.document, first.place, self._said(other))
                for other, (first, *_) in stand.items()
                if other != iri
            ]
            related += [
                self._related(iri, more.document, more.place, f"{self._short(iri)} says this too")
                for more in stand[iri][1:]
            ]
            yield Finding(
                document.name,
                place.line if place else None,
                rule,
                severity,
                iri,
                self._message(iri, conflict),
                _SETTLED if conflict.settled else _REMEDY,
                place.column if place else None,
                document.positions.excerpt(place) if place else None,
                _LINK,
                tuple(related),
            )

    def _message(self, iri: str, conflict: Conflict) -> str:
        others = [one for one in conflict.claims if one != iri]
        lead = f"contradicts {self._listed(others)}" if others else "cannot be true"
        together = " together" if len(others) > 1 else ""
        text = f"{self._short(iri)} {lead}{together}. {conflict.reason}"
        if not conflict.settled:
            return text
        ways = "gives way" if len(conflict.lost) == 1 else "give way"
        return f"{text} It is settled by {conflict.rule}: {self._listed(conflict.lost)} {ways}."

    def _listed(self, iris: Sequence[str]) -> str:
        *others, last = map(self._short, iris)
        return f"{', '.join(others)} and {last}" if others else last

    def _said(self, iri: str) -> str:
        return f"{self._short(iri)}: {self._claims[iri].statement}"

    def _short(self, iri: str) -> str:
        return self._names.short(iri)

    def _related(self, iri: str, document: Document, place: Place | None, text: str) -> Related:
        line, column = (place.line, place.column) if place else (None, None)
        return Related(document.name, line, column, iri, text)

    def _standing(self, iri: str, said: Sequence[Triple]) -> list[_Standing]:
        """Where the statements of a claim stand, what is to be shown first before the others."""
        documents = [
            document
            for document in (*self._facts.given, *self._facts.context)
            if iri in document.subjects
        ]
        found = []
        for triple in said:
            # What a claim says of itself describes it, and stands outside its graph.
            of_itself = triple.subject == NamedNode(iri)
            graph = DefaultGraph() if of_itself else NamedNode(iri)
            quad = Quad(triple.subject, triple.predicate, triple.object, graph)
            subject = getattr(triple.subject, "value", "")
            for document in documents:
                if quad in document.statements.get(subject, ()):
                    found.append(_Standing(document, place_of(document, quad)))
                    break
        first = documents[0]
        return found or [_Standing(first, first.positions.subject(iri))]
