"""Answers and explanations as text, the way a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from tenure.model import Evidence, Retraction
from tenure.namespaces import Names, prefixes
from tenure.store import Term
from tenure.temporal import parse_iso
from tenure.temporal.in_words import day_in_words

if TYPE_CHECKING:
    from tenure.catalog.explained import ExplainedAnswer, RowReason
    from tenure.explain import (
        BoundReason,
        ClaimReason,
        Dependency,
        Explanation,
        LeftOut,
        MomentReason,
        Step,
    )

RESTATED = "restated in our words; the source's own are at the passages"
_INDENT: Final = "    "
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BOUNDS = {
    "startEarliest": ("First day, at the earliest", "nothing bounds it"),
    "startLatest": ("First day, at the latest", "nothing bounds it"),
    "endEarliest": ("Last day, at the earliest", "nothing bounds it"),
    "endLatest": ("Last day, at the latest", "nothing bounds it (which never means that it lasts)"),
}


class Shortener:
    """Writes terms the way a person reads them: slugs and prefixed names instead of IRIs."""

    def __init__(self, names: Names) -> None:
        self._names = names
        # Slugs read better than person:…, so the prefixes of what has a slug are left out.
        slugged = (names.id_prefix, names.source_prefix)
        table = prefixes(names).items()
        self._prefixes = [(p, space) for p, space in table if not space.startswith(slugged)]

    def iri(self, iri: str) -> str:
        """A slug, ``source/…`` or ``claim/…``, a prefixed name, else the IRI."""
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return self._names.short(iri)

    def term(self, term: Term | None) -> str:
        """A term without its datatype; nothing for what is not bound."""
        if term is None:
            return ""
        value = getattr(term, "value", None)
        if value is None:
            return str(term)
        return self.iri(value) if type(term).__name__ == "NamedNode" else str(value)


def plain_lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table without rules: the line of the columns, then one line a row."""
    widths = [max(map(cell_len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        padded = (cell + " " * (w - cell_len(cell)) for cell, w in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def explained_lines(answer: ExplainedAnswer, short: Shortener) -> Iterator[str]:
    """The rows of an answer as a table whose rows have their reasons below them.

    What several rows rest on is shown below the first of them.
    """
    cells = [[" ".join(short.term(term).split()) for term in row.terms] for row in answer.rows]
    head, *lines = plain_lines(answer.variables, cells)
    yield head
    shown: set[str] = set()
    for line, row in zip(lines, answer.rows, strict=True):
        yield line
        yield ""
        for reason in reason_lines(row.why, short, shown):
            yield f"{_INDENT}{reason}".rstrip()
        yield ""


def reason_lines(why: RowReason, short: Shortener, shown: set[str]) -> Iterator[str]:
    """The reasons for one row; ``shown`` holds what was explained before, and grows."""
    if why.absence is not None:
        yield f"Looked for, {why.absence.when}: {why.absence.sought}"
        yield f"Policy: {why.absence.policy or 'the default one'}"
        bounding = "These are ruled out:" if why.occurrences else "No claim tells of any."
        yield bounding
    for occurrence in why.occurrences:
        key = f"{occurrence.iri} {[moment.key for moment in occurrence.moments]}"
        if key in shown:
            yield f"{occurrence.label}: explained above"
            continue
        shown.add(key)
        yield from explanation_lines(occurrence, short)
        yield ""
    for order in why.order:
        yield f"{order.text}:"
        yield from step_lines(order.steps, short)
        yield from hanging_lines(order.hangs_on, order.note)
    for part in why.parts:
        yield f"{part.text}: {part.certainty}"
        yield from hanging_lines(part.hangs_on, part.note)
    for source in why.sources:
        yield f"{source.label} ({short.iri(source.iri)}) was published {source.when}"
    for conflict in why.conflicts:
        yield f"Conflict {short.iri(conflict.iri)}: {conflict.reason}"
        settled = f"settled by {conflict.rule}" if conflict.rule else "contested"
        gave_way = ", ".join(map(short.iri, conflict.lost))
        yield f"  {settled}; gave way: {gave_way}" if gave_way else f"  {settled}"
    if why.claims:
        claims = "The claims behind the row" if why.occurrences else "The claims"
        yield f"{claims} ({RESTATED}):"
    for claim in why.claims:
        if claim.iri in shown:
            yield f"  {short.iri(claim.iri)}: shown above"
            continue
        shown.add(claim.iri)
        yield from claim_lines([claim], short)


def restated(claim: ClaimReason, short: Shortener) -> Iterator[str]:
    """A claim alone, as a person reads it, with a note that its sentence is a restatement."""
    yield from _claim(claim, short)
    yield f"({RESTATED[0].upper()}{RESTATED[1:]}.)"


def explanation_lines(explanation: Explanation, short: Shortener) -> Iterator[str]:
    """An explanation as a person reads it."""
    yield explanation.label[:1].upper() + explanation.label[1:]
    yield f"{short.iri(explanation.iri)}: {explanation.certainty}, {explanation.status}"
    if explanation.basis:
        yield f"It rests on claims that are: {explanation.basis}"
    for conflict in explanation.conflicts:
        yield f"Conflict: {conflict}"
    yield from alternative_lines(explanation)
    for moment in explanation.moments:
        yield ""
        yield from _moment(moment)
    for bound in explanation.bounds:
        yield ""
        yield from _bound(bound, short)
    if explanation.plans:
        yield ""
        yield from explanation.plans
    if explanation.loose:
        yield ""
        yield from explanation.loose
    if explanation.identities:
        yield ""
        yield "Counts as one, by edits:"
        yield from hanging_lines(explanation.identities)
    if explanation.denials:
        yield ""
        yield "Denied, or left out of a list of all holders:"
        yield from hanging_lines(explanation.denials)
    if explanation.left_out:
        yield ""
        yield "Left out by the policy:"
        yield from hanging_lines(explanation.left_out)
    yield ""
    yield f"The claims ({RESTATED}):"
    yield from claim_lines(explanation.claims, short)


def alternative_lines(explanation: Explanation) -> Iterator[str]:
    """The alternatives side by side, as a person reads them; nothing where there is one."""
    if explanation.note:
        yield explanation.note
    for number, one in enumerate(explanation.alternatives, start=1):
        yield ""
        yield f"Alternative {number}: begins {one.begins}, ends {one.ends}"
        if one.text:
            yield f"  {one.text}"


def claim_lines(claims: Sequence[ClaimReason], short: Shortener) -> Iterator[str]:
    """Claims as a person reads them, an empty line before each."""
    for claim in claims:
        yield ""
        yield from _claim(claim, short, "  ")


def step_lines(steps: Sequence[Step], short: Shortener) -> Iterator[str]:
    """A derivation as a person reads it, its steps numbered."""
    for number, step in enumerate(steps, start=1):
        yield f"  {number}. {step.text}"
        grounds = [f"by the rule: {step.axiom_label}"] if step.axiom_label else []
        grounds += [short.iri(claim) for claim in step.claims]
        if grounds:
            yield f"     {'; '.join(grounds)}"


def _moment(moment: MomentReason) -> Iterator[str]:
    yield f"{moment.when[:1].upper()}{moment.when[1:]}: {moment.certainty}"
    yield from hanging_lines(
        moment.hangs_on, moment.note, moment.would_be_certain, *moment.left_out
    )


def _bound(bound: BoundReason, short: Shortener) -> Iterator[str]:
    name, unbounded = _BOUNDS[bound.name]
    if bound.day is None:
        yield f"{name}: {unbounded}"
    else:
        yield f"{name}: {day_in_words(parse_iso(bound.day))}"
    yield from step_lines(bound.steps, short)
    yield from hanging_lines(bound.hangs_on, bound.note)


def hanging_lines(hanging: Sequence[Dependency | LeftOut], *notes: str) -> Iterator[str]:
    """What something hangs on, as a person reads it; notes that are empty are left out."""
    for one in hanging:
        yield f"  {one.text}"
    for note in notes:
        if note:
            yield f"  {note}"


def _claim(claim: ClaimReason, short: Shortener, indent: str = "") -> Iterator[str]:
    yield f"{indent}{short.iri(claim.iri)}: {claim.statement}"
    if claim.retraction is not None:
        yield f"{indent}    {_retracted(claim.retraction, short)}"
    status = _HUMP.sub(" ", claim.standing).lower() or "out of the policy's reach"
    status += f" ({claim.because})" if claim.because else ""
    manner = [claim.modality.lower(), *(["hedged"] if claim.hedged else []), status]
    yield f"{indent}    {', '.join(manner)}; said by {' ← '.join(claim.voices)}"
    yield f"{indent}    in: {claim.source_label} ({short.iri(claim.source)})"
    if claim.read_from:
        yield f"{indent}    {claim.read_from}"
    for evidence in claim.evidence:
        yield f"{indent}    {_place(evidence)}"


def _retracted(retraction: Retraction, short: Shortener) -> str:
    by = f" by {retraction.by}" if retraction.by else ""
    why = f": {retraction.message}" if retraction.message else ""
    newer = ", ".join(map(short.iri, retraction.superseded_by))
    return f"RETRACTED at {retraction.instant}{by}{why}" + (
        f"; superseded by {newer}" if newer else ""
    )


def _place(evidence: Evidence) -> str:
    digest = f", SHA-256 {evidence.digest}" if evidence.digest else ""
    return f"{evidence}{digest}"
