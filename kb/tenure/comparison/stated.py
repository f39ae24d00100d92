"""The stretches that a source states, as it dates them, read out of a base.

Dates are taken as the source writes them: what other sources say of the same tenure has no part in
it. Where it gives none but ties a tenure to an event, the days are those of the world that follows
from this source alone.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from tenure.comparison.stretch import StatedStretch
from tenure.knowledge import KnowledgeBase
from tenure.model import Claim, Evidence, Policy, Standing, instant
from tenure.namespaces import RDF_TYPE, TN, TN_PREFIX, TNV, Names
from tenure.store import Solutions, Store, result_format
from tenure.temporal import from_bounds, parse

_START, _END, _TITLE = TN("start").value, TN("end").value, TN("title").value
_HELD: Final = (TN("heldOn").value, TN("heldThroughout").value)
# The engine looks at what there is of a claim once; with VALUES, once for each property.
_DESCRIPTION: Final = """SELECT ?claim ?property ?value {
  ?claim tn:source <$source> ; ?property ?value
  FILTER (?property IN (tn:modality, tn:hedged, tn:rank, tn:reading, tn:tense,
    tn:recordedAt, tn:retractedAt)) }"""
_EVIDENCE: Final = """SELECT ?claim ?value { ?claim tn:source <$source> ;
  tn:evidence/tn:recordLocator ?value }"""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: a few sources under a policy.

    ``name`` is what it is called, ``sources`` are IRIs, ``stretches`` what they state, and
    ``stated_twice`` those of them of which two claims give different dates.
    """

    name: str
    sources: tuple[str, ...]
    stretches: tuple[StatedStretch, ...]
    stated_twice: tuple[str, ...] = ()


def side_of(
    kb: KnowledgeBase, text: str, policy: Policy, among: Sequence[Claim] | None = None
) -> Side:
    """What the sources named in ``text`` (slugs or IRIs, parted by commas) state.

    With ``among``, only what those of these claims state that are of the sources. Raises
    :class:`~tenure.errors.NotFound` for a source that there is not.
    """
    sources = tuple(dict.fromkeys(kb.source_iri(one.strip()) for one in text.split(",")))
    found: dict[str, StatedStretch] = {}
    twice: list[str] = []
    for source in sources:
        told = _ToldBySource()
        if among is None:
            told.read_source(kb, source)
        else:
            told.read_claims(one for one in among if one.source == source)
        for stretch in _stretches(kb, source, policy, told):
            known = found.get(stretch.occurrence)
            if known is not None and {known.start, known.end} != {stretch.start, stretch.end}:
                twice.append(stretch.occurrence)
            found[stretch.occurrence] = stretch if known is None else joined((known, stretch))
    name = ", ".join(kb.names.short(one).removeprefix("source/") for one in sources)
    return Side(name, sources, tuple(found.values()), tuple(dict.fromkeys(twice)))


def joined(stretches: Sequence[StatedStretch]) -> StatedStretch:
    """Several statements of one stretch as one; of dates that differ, the most precise counts."""
    first = stretches[0]
    if len(stretches) == 1:
        return first
    begun = [one.begun_by for one in stretches if one.begun_by is not None]
    lasting = [one.not_over_before for one in stretches if one.not_over_before is not None]
    return replace(
        first,
        start=_finest(one.start for one in stretches),
        end=_finest(one.end for one in stretches),
        begun_by=min(begun, default=None),
        not_over_before=max(lasting, default=None),
        title=min((one.title for one in stretches if one.title), default=""),
        claims=tuple(dict.fromkeys(claim for one in stretches for claim in one.claims)),
        records=tuple(dict.fromkeys(record for one in stretches for record in one.records)),
    )


def bridged(stretches: Iterable[StatedStretch], gap: int) -> list[StatedStretch]:
    """The stretches, those of one holder in one office as one where few days lie between them.

    ``gap`` is the most days from the last day of the one to the first of the next that are left
    over; what is too vague to be sure stays as it is.
    """
    groups: dict[tuple[str, str, str], list[StatedStretch]] = defaultdict(list)
    for one in stretches:
        groups[one.kind, one.subject, one.object].append(one)
    found: list[StatedStretch] = []
    for some in groups.values():
        some.sort(key=lambda one: one.order)
        last = some[0]
        for one in some[1:]:
            ended, begun = last.end_bounds.earliest, one.start_bounds.latest
            if (
                last.end
                and None not in (ended, begun, last.end_bounds.latest, one.start_bounds.earliest)
                and begun - ended - 1 <= gap  # type: ignore[operator]
            ):
                last = replace(
                    last,
                    end=one.end,
                    not_over_before=one.not_over_before,
                    claims=last.claims + one.claims,
                    records=last.records + one.records,
                )
            else:
                found.append(last)
                last = one
        found.append(last)
    return found


def _finest(texts: Iterator[str]) -> str:
    found = [text for text in texts if text]
    # Almost always there is one: it need not be read.
    return found[0] if len(found) == 1 else min(found, key=lambda t: (_days(t), t), default="")


def _days(text: str) -> int:
    earliest, latest = parse(text).fuzzy_bounds
    return 1 << 40 if earliest is None or latest is None else latest - earliest


class _ToldBySource:
    """What claims of one source state, and what of their descriptions a policy looks at, as text.

    ``stated`` has the values by claim and subject and property, ``described`` one value of each
    property of a claim without its prefix, ``records`` the locators that a claim rests on.
    """

    def __init__(self) -> None:
        self.stated: dict[tuple[str, str], dict[str, list[str]]] = {}
        self.described: dict[str, dict[str, str]] = defaultdict(dict)
        self.records: dict[str, list[str]] = defaultdict(list)

    def read_source(self, kb: KnowledgeBase, source: str) -> None:
        """All claims of a source: as rows, in a fifth of the time that claims as objects take."""
        rows = ClaimRows(kb.store, kb.names, source)
        # The store leaves Python's lock alone while it answers.
        with ThreadPoolExecutor(1) as beside:
            evidence = beside.submit(rows, _EVIDENCE)
            for claim, name, value in rows(_DESCRIPTION):
                self.described[claim][name.removeprefix(TN_PREFIX)] = value
            # Graph by graph: the answer of a query that joins them is held as one text.
            for claim in self.described:
                for quad in kb.store.quads(NamedNode(claim)):
                    if isinstance(quad.subject, NamedNode):
                        value = getattr(quad.object, "value", "")
                        self._state(claim, quad.subject.value, quad.predicate.value, value)
            for claim, value in evidence.result():
                self.records[claim].append(value)

    def read_claims(self, claims: Iterable[Claim]) -> None:
        """Some claims that are at hand."""
        for claim in claims:
            described = {
                "modality": claim.modality,
                "hedged": str(claim.hedged).lower(),
                "rank": claim.rank,
                "reading": claim.reading,
                "recordedAt": claim.recorded_at,
                "tense": claim.tense,
                "retractedAt": claim.retracted_at,
            }
            self.described[claim.iri] = {n: one for n, one in described.items() if one is not None}
            self.records[claim.iri] = [one.record for one in claim.evidence if one.record]
            for triple in claim.content:
                if isinstance(triple.subject, NamedNode):
                    value = getattr(triple.object, "value", "")
                    self._state(claim.iri, triple.subject.value, triple.predicate.value, value)

    def _state(self, claim: str, subject: str, name: str, value: str) -> None:
        self.stated.setdefault((claim, subject), {}).setdefault(name, []).append(value)


def _stretches(
    kb: KnowledgeBase, source: str, policy: Policy, told: _ToldBySource
) -> Iterator[StatedStretch]:
    """What one source states, a stretch for each claim and situation that count."""
    schema, described, records = kb.schema, told.described, told.records
    roles = {
        iri: (kind.subject_role, kind.object_role)
        for iri, kind in schema.kinds.items()
        if kind.object_role and iri not in schema.seating_kinds
    }
    published = kb.sources[source].published.bounds
    # Who was merged with another is that one here, as in the world of the same instant.
    one_with = kb.snapshot.described_at(policy.known_at)[0].identities.of
    pending: dict[str, list[StatedStretch]] = defaultdict(list)
    # Thousands are described alike, and whether one counts follows from nothing else.
    counted: dict[object, bool] = {}
    tied: set[str] = set()
    for (claim, named), said in told.stated.items():
        subject = one_with(named)
        kind = next((one for one in said.get(RDF_TYPE.value, ()) if one in roles), None)
        if kind is None:
            continue
        alike = (*described[claim].items(), bool(records[claim]))
        if alike not in counted:
            counted[alike] = _counts(claim, source, described[claim], records[claim], policy)
        if not counted[alike]:
            continue
        subject_role, object_role = roles[kind]
        if subject_role not in said or object_role not in said:
            continue
        begun, lasting = [], []
        for text in (text for name in _HELD for text in said.get(name, ())):
            days = parse(text).bounds
            begun.append(days.latest)
            lasting.append(days.earliest)
        if described[claim].get("tense") == TNV("Present").value:
            begun.append(published.latest)
            lasting.append(published.earliest)
        stretch = StatedStretch(
            kind,
            one_with(said[subject_role][0]),
            one_with(said[object_role][0]),
            _finest(iter(said.get(_START, ()))),
            _finest(iter(said.get(_END, ()))),
            min((day for day in begun if day is not None), default=None),
            max((day for day in lasting if day is not None), default=None),
            min(said.get(_TITLE, ("",))),
            subject,
            (claim,),
            tuple(records[claim]),
        )
        pending[subject].append(stretch)
        if not (stretch.start or stretch.end) and any(
            name not in (*_HELD, _TITLE, RDF_TYPE.value, *roles[kind])
            and schema.property_axioms(name)
            for name in said
        ):
            tied.add(subject)
    own = _own_world(kb, source, policy, tied)
    for subject, some in pending.items():
        yield from (_dated(one, own) for one in some) if subject in own else some


def _dated(stretch: StatedStretch, own: Mapping[str, tuple[str, str]]) -> StatedStretch:
    start, end = own[stretch.occurrence]
    return replace(stretch, start=stretch.start or start, end=stretch.end or end)


def _own_world(
    kb: KnowledgeBase, source: str, policy: Policy, occurrences: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Between which days each began and ended by what this source alone says, as EDTF."""
    if not occurrences:
        return {}
    parts = [one for one in policy.text.split(";") if one and not one.startswith("sources=")]
    alone = kb.policy(";".join((*parts, f"sources={kb.names.short(source).partition('/')[2]}")))
    found = {}
    for iri, one in kb.occurrences(sorted(occurrences), alone).items():
        bounds = one.bounds
        start = from_bounds(bounds.start_earliest, bounds.start_latest)
        end = from_bounds(bounds.end_earliest, bounds.end_latest)
        found[iri] = (str(start or ""), str(end or ""))
    return found


def _counts(
    claim: str,
    source: str,
    described: Mapping[str, str],
    records: Sequence[str],
    policy: Policy,
) -> bool:
    """Whether a policy accepts a claim; only what it looks at is read."""
    recorded, retracted = described.get("recordedAt", ""), described.get("retractedAt")
    if policy.states_by is not None:
        recorded = instant(recorded, where=claim)
        retracted = instant(retracted, where=claim) if retracted else None
    read = Claim(
        claim,
        source,
        "",
        described.get("modality", ""),
        described.get("hedged") in ("true", "1"),
        described.get("tense"),
        described.get("rank") or TNV("Normal").value,
        described.get("reading") or TNV("Stated").value,
        recorded,
        retracted,
        (),
        tuple(Evidence("", record=one) for one in records),
        (),
    )
    return policy.standing(read) is Standing.ACCEPTED


class ClaimRows:
    """What a query finds about a source's claims, as text: faster than as terms."""

    def __init__(self, store: Store, names: Names, source: str) -> None:
        self._store = store
        self._provenance = names.graph("provenance")
        self._source = source

    def __call__(self, query: str) -> Iterator[list[str]]:
        """The rows; ``$source`` in the query stands for the IRI of the source."""
        text = f"PREFIX tn: <{TN_PREFIX}> {query.replace('$source', self._source)}"
        answer = self._store.query(text, default_graphs=[self._provenance])
        assert isinstance(answer, Solutions)
        rows = csv.reader(io.StringIO(answer.serialise(result_format("csv")).decode(), newline=""))
        next(rows)
        return rows
