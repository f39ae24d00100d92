"""Files for those who keep the other list: what B would have to be, were A right.

Three forms: the commands of QuickStatements 3.0 and the mismatches of the Mismatch Finder, for
Wikidata, and a corrected table for anybody. What a form cannot say, or what a person should look at
first, is left out and told.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal, NamedNode

from tenure.comparison.accepting import Accepted
from tenure.comparison.comparison import Comparison, identity
from tenure.comparison.differences import DifferenceKind
from tenure.comparison.stretch import Relation, StatedStretch
from tenure.errors import BadDate, TenureError
from tenure.ingest.records import harmless
from tenure.knowledge import KnowledgeBase
from tenure.namespaces import TN, local_name
from tenure.temporal import parse

_ITEM: Final = re.compile(r"Q[1-9][0-9]*")
_STATEMENT: Final = re.compile(
    r"(Q[1-9][0-9]*)[$-]([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)
_PROPERTIES: Final = MappingProxyType({"Tenure": "P39", "Membership": "P463"})
_PARTY: Final = "P102"
_DATES: Final = (("start", "P580"), ("end", "P582"))
_GREGORIAN: Final = "Q1985727"


@dataclass(slots=True)
class Proposals:
    """A file, as text, and what is not in it: the identity of a difference, and why."""

    text: str = ""
    left_out: list[tuple[str, str]] = field(default_factory=list)


def identifiers(kb: KnowledgeBase, scheme: str) -> dict[str, str]:
    """What a register calls the entities of the base, by IRI, without the name of the register."""
    found = {}
    for quad in kb.store.quads(kb.names.graph("entities"), predicate=TN("identifier")):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            name, colon, value = quad.object.value.partition(":")
            if colon and name == scheme:
                found[quad.subject.value] = value
    return found


class _Wikidata:
    """What both of the forms for Wikidata need: items, statements, and which are in question."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.items = {
            iri: one
            for iri, one in identifiers(comparison.base, "wikidata").items()
            if _ITEM.fullmatch(one)
        }
        self.several = Counter(
            (one.kind, one.subject, one.object) for one in comparison.b.stretches
        )
        sources = (comparison.base.sources[iri] for iri in comparison.a.sources)
        self.address = next((one.web_address for one in sources if one.web_address), "")

    def property(self, one: StatedStretch) -> str:
        """The property that a stretch is a statement of; empty where there is none."""
        if self._comparison.base.registry.kind(one.object) == "Party":
            return _PARTY
        return _PROPERTIES.get(local_name(one.kind), "")

    def named(self, one: StatedStretch) -> tuple[str, str, str]:
        """Item, property and value. Raises :class:`_LeftOut` where one of them is not known."""
        found = self.property(one)
        if not found:
            raise _LeftOut(f"Wikidata has no property here for a {local_name(one.kind)}")
        for iri in (one.subject, one.object):
            if iri not in self.items:
                raise _LeftOut(f"{self._comparison.base.names.short(iri)} has no wikidata:Q…")
        return self.items[one.subject], found, self.items[one.object]


class _LeftOut(TenureError):
    """Why a form cannot say something."""


def quick_statements(comparison: Comparison, accepted: Sequence[Accepted]) -> Proposals:
    """The commands that make Wikidata (B) say what A says (QuickStatements 3.0, format V1)."""
    wikidata = _Wikidata(comparison)
    return _each(accepted, lambda one: _commands(one, wikidata))


def _commands(one: Accepted, wikidata: _Wikidata) -> Iterator[str]:
    kind = one.difference.kind
    if kind is DifferenceKind.ONLY_A:
        (stretch,) = one.right
        item, prop, value = wikidata.named(stretch)
        there = wikidata.several[stretch.kind, stretch.subject, stretch.object]
        words = [f"{'+' if there else ''}{item}", prop, value]
        for name, qualifier in _DATES:
            if text := getattr(stretch, name):
                words += [qualifier, wikibase_time(text)]
        if wikidata.address:
            words += ["S854", _quoted(wikidata.address)]
        yield "|".join(words)
        return
    if kind not in (DifferenceKind.DATES, DifferenceKind.PRECISION, DifferenceKind.MISSING):
        raise _LeftOut(f"{kind.value}: for a person to look at")
    (right,), (wrong,) = one.right, one.wrong
    item, prop, value = wikidata.named(wrong)
    if wikidata.several[wrong.kind, wrong.subject, wrong.object] > 1:
        raise _LeftOut(f"{item} has several statements of {prop} with {value}")
    told = False
    for name, qualifier in _DATES:
        new, old = getattr(right, name), getattr(wrong, name)
        if not new or new == old or not _better(one, name):
            continue
        told = True
        if old:
            yield "|".join(("REMOVE_QUAL", item, prop, value, qualifier, wikibase_time(old)))
        yield "|".join((item, prop, value, qualifier, wikibase_time(new)))
    if not told:
        raise _LeftOut("A says less about it")


def _better(one: Accepted, name: str) -> bool:
    """Whether what is right says more than what is wrong, or something else."""
    apart, text = getattr(one.difference, name), getattr(one.right[0], name)
    if apart is None or apart.relation is not Relation.PRECISION:
        return bool(text) and apart is not None and apart.relation is not Relation.SAME
    right, wrong = (parse(getattr(some[0], name)).fuzzy_bounds for some in (one.right, one.wrong))
    spans = [
        None if days.earliest is None or days.latest is None else days.latest - days.earliest
        for days in (right, wrong)
    ]
    return spans[0] is not None and (spans[1] is None or spans[0] < spans[1])


MISMATCHES: Final = (
    "item_id",
    "statement_guid",
    "property_id",
    "wikidata_value",
    "meta_wikidata_value",
    "external_value",
    "external_url",
    "type",
)
"""The columns of a file for the Mismatch Finder (its user guide, *Creating a mismatches import
file*)."""


def mismatches(comparison: Comparison, accepted: Sequence[Accepted]) -> Proposals:
    """What A says otherwise than Wikidata (B), for the Mismatch Finder."""
    wikidata = _Wikidata(comparison)
    rows = _each(accepted, lambda one: _mismatches(one, wikidata))
    return Proposals("\n".join((",".join(MISMATCHES), rows.text)), rows.left_out)


def _mismatches(one: Accepted, wikidata: _Wikidata) -> Iterator[str]:
    kind = one.difference.kind
    address = wikidata.address[:1500]
    if kind is DifferenceKind.ONLY_A:
        (stretch,) = one.right
        item, prop, value = wikidata.named(stretch)
        # Without a statement there is nothing to be qualified: the dates go into the value.
        yield _csv((item, "", prop, "", "", f"{value} ({stretch.dates})", address, "statement"))
        return
    if kind in (
        DifferenceKind.OFFICE,
        DifferenceKind.DATES,
        DifferenceKind.PRECISION,
        DifferenceKind.MISSING,
    ):
        (right,), (wrong,) = one.right, one.wrong
        guid = _guid(wrong)
        item = guid.partition("$")[0].upper()
        if kind is DifferenceKind.OFFICE:
            (_, prop, value), (_, _, meant) = wikidata.named(wrong), wikidata.named(right)
            yield _csv((item, guid, prop, value, "", meant, address, "statement"))
            return
        told = False
        for name, qualifier in _DATES:
            new, old = getattr(right, name), getattr(wrong, name)
            if new and new != old and _better(one, name):
                told = True
                meta = _GREGORIAN if old else ""
                yield _csv((item, guid, qualifier, old, meta, new, address, "qualifier"))
        if not told:
            raise _LeftOut("A says less about it")
        return
    raise _LeftOut(f"{kind.value}: for a person to look at")


def _guid(one: StatedStretch) -> str:
    for record in one.records:
        match = _STATEMENT.fullmatch(record.partition("#")[0])
        if match:
            return f"{match[1]}${match[2]}"
    raise _LeftOut("the record does not name a statement of Wikidata")


CORRECTED: Final = (
    "record",
    "kind",
    "holder",
    "holder name",
    "office",
    "office name",
    "start",
    "end",
    "change",
)
"""The columns of a corrected table."""


def corrected(comparison: Comparison, accepted: Sequence[Accepted]) -> Proposals:
    """The list B with all that is accepted put right, a row a stretch; ``change`` says what is."""
    rows: list[tuple[str, StatedStretch, tuple[str, ...]]] = []
    gone: set[int] = set()
    for one in accepted:
        records = tuple(record for stretch in one.wrong for record in stretch.records)
        what = f"{one.difference.kind.value} ({identity(one.difference)})"
        if len(one.right) == len(one.wrong) == 1:
            (right,), (wrong,) = one.right, one.wrong
            kept = [getattr(right if _better(one, name) else wrong, name) for name, _ in _DATES]
            rows.append((what, replace(right, start=kept[0], end=kept[1]), records))
        else:
            rows += [(what, stretch, records) for stretch in one.right]
            if not one.right:
                rows += [(f"to be removed: {what}", stretch, records) for stretch in one.wrong]
        gone |= {id(stretch) for stretch in one.wrong}
    rows += [("", one, one.records) for one in comparison.b.stretches if id(one) not in gone]
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(CORRECTED)
    short, label = comparison.base.names.short, comparison.label
    for what, stretch, records in sorted(rows, key=lambda row: row[1].order):
        cells = (
            " | ".join(records),
            local_name(stretch.kind),
            short(stretch.subject),
            label(stretch.subject),
            short(stretch.object),
            label(stretch.object),
        )
        out.writerow((*map(harmless, cells), stretch.start, stretch.end, what))
    return Proposals(text.getvalue())


FILES: Final[Mapping[str, Callable[[Comparison, Sequence[Accepted]], Proposals]]] = (
    MappingProxyType(
        {
            "quickstatements": quick_statements,
            "mismatch-finder": mismatches,
            "corrected": corrected,
        }
    )
)
"""The forms of files for whoever keeps B."""


def _each(accepted: Iterable[Accepted], lines_of: Callable[[Accepted], Iterator[str]]) -> Proposals:
    """The lines for each difference of which A is right, or why there are none."""
    found = Proposals()
    lines: list[str] = []
    for one in accepted:
        if one.side == "b":
            found.left_out.append((identity(one.difference), "B is right: nothing to correct"))
            continue
        try:
            lines += list(lines_of(one))
        except (_LeftOut, BadDate) as reason:
            found.left_out.append((identity(one.difference), reason.what))
    found.text = "".join(f"{line}\n" for line in lines)
    return found


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "%22").replace("|", "%7C").replace("\n", " ") + '"'


def wikibase_time(text: str) -> str:
    """An EDTF date as QuickStatements writes it, with its precision.

    Raises:
        BadDate: it is no plain day, month, year or decade after Christ.

    >>> wikibase_time("1969-10-14"), wikibase_time("2004-09"), wikibase_time("199X")
    ('+1969-10-14T00:00:00Z/11', '+2004-09-00T00:00:00Z/10', '+1990-00-00T00:00:00Z/8')
    """
    match = re.fullmatch(r"([0-9]{3})([0-9X])(?:-([0-9]{2}))?(?:-([0-9]{2}))?", text)
    if match is None or text.startswith("0000") or (match[2] == "X" and match[3]):
        raise BadDate(
            f"{text} has no precision of Wikidata's.", remedy="Enter it by hand, as it is meant."
        )
    decade, year, month, day = match.groups()
    precision = 8 if year == "X" else 9 + bool(month) + bool(day)
    number = decade + ("0" if year == "X" else year)
    return f"+{number}-{month or '00'}-{day or '00'}T00:00:00Z/{precision}"
