"""Edits: claims of the editors about a row of the registry, or of what describes a source.

The files and the store hold what is so now. An edit says what a row was and became, when, and who
said so; from all edits follows what was there at any instant. An edit is undone by retracting it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim
from tenure.model.claim import Claim
from tenure.namespaces import RDF_TYPE, RDFS_LABEL, SKOS_ALT_LABEL, TN, Names, local_name

EDITS: Final = "edits"
"""The slug of the source whose claims are edits."""

MERGED_INTO: Final = TN("mergedInto")
DIFFERENT: Final = NamedNode("http://www.w3.org/2002/07/owl#differentFrom")
EXACT_MATCH: Final = NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
EDITABLE: Final = frozenset(
    (
        RDF_TYPE,
        RDFS_LABEL,
        SKOS_ALT_LABEL,
        EXACT_MATCH,
        DIFFERENT,
        MERGED_INTO,
        *map(TN, ("identifier", "officeOf", "seats", "officeHorizonDays")),
        *map(TN, ("published", "publisher", "webAddress")),
    )
)
"""What of an entity or a source an edit can change."""

Value: TypeAlias = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Edit:
    """One value of a thing that is taken away, given, or put in the place of another."""

    about: NamedNode
    prop: NamedNode
    takes: Value | None = None
    gives: Value | None = None

    def rows(self) -> Iterator[tuple[Triple, bool]]:
        """The rows that it speaks of, and whether it gives them."""
        if self.takes is not None:
            yield Triple(self.about, self.prop, self.takes), False
        if self.gives is not None:
            yield Triple(self.about, self.prop, self.gives), True

    def triples(self, node: NamedNode) -> Iterator[Triple]:
        """What a claim states that makes the edit."""
        yield Triple(node, RDF_TYPE, TN("Edit"))
        yield Triple(node, TN("edits"), self.about)
        yield Triple(node, TN("editedProperty"), self.prop)
        if self.takes is not None:
            yield Triple(node, TN("takes"), self.takes)
        if self.gives is not None:
            yield Triple(node, TN("gives"), self.gives)


def edits_in(content: Iterable[Triple]) -> list[Edit]:
    """The edits that a claim states; one that lacks a part is none."""
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for one in content:
        if isinstance(one.subject, NamedNode) and isinstance(one.object, NamedNode | Literal):
            found[one.subject.value][one.predicate.value] = one.object
    edits = []
    for _, row in sorted(found.items()):
        about, prop = row.get(TN("edits").value), row.get(TN("editedProperty").value)
        if isinstance(about, NamedNode) and isinstance(prop, NamedNode):
            values = (row.get(TN(name).value) for name in ("takes", "gives"))
            edits.append(Edit(about, prop, *values))
    return edits


def is_edit(claim: Claim) -> bool:
    """Whether a claim is an edit: none of those makes anything of the world by itself."""
    return claim.source.endswith(f"/source/{EDITS}")


@dataclass(frozen=True, slots=True)
class _Mention:
    """That an edit speaks of a row, from its recording to its retraction."""

    recorded: str
    claim: str
    retracted: str | None
    gives: bool

    def counts(self, at: str | None) -> bool:
        if at is None:
            return self.retracted is None
        return self.recorded <= at and (self.retracted is None or self.retracted > at)


class EditLog:
    """All edits of a base, and what was so at any instant of recorded time."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self.claims: Mapping[str, Claim] = {one.iri: one for one in claims}
        self._mentions: dict[Triple, list[_Mention]] = defaultdict(list)
        instants: set[str] = set()
        for claim in sorted(self.claims.values(), key=lambda one: (one.recorded_at, one.iri)):
            instants |= {claim.recorded_at, claim.retracted_at or claim.recorded_at}
            for edit in edits_in(claim.content):
                for row, gives in edit.rows():
                    mention = _Mention(claim.recorded_at, claim.iri, claim.retracted_at, gives)
                    self._mentions[row].append(mention)
        self._instants = sorted(instants)

    def with_claims(self, claims: Mapping[str, Claim]) -> EditLog:
        """The log with edits that are new, or of which something else is known."""
        new = {iri: one for iri, one in claims.items() if is_edit(one)}
        return EditLog({**self.claims, **new}.values()) if new else self

    def has(self, row: Triple, at: str | None = None) -> bool:
        """Whether a row that some edit speaks of was there at an instant; None: is there now."""
        mentions = self._mentions[row]
        counting = [one for one in mentions if one.counts(at)]
        # Before all edits there was what the first takes away, and not what it gives.
        return counting[-1].gives if counting else not mentions[0].gives

    def rows_of(self, claims: Iterable[str]) -> set[Triple]:
        """The rows that some of the edits speak of."""
        return {
            row
            for iri in claims
            if iri in self.claims
            for edit in edits_in(self.claims[iri].content)
            for row, _ in edit.rows()
        }

    def rows_after(
        self, added: Mapping[str, Sequence[Triple]], retracted: Collection[str]
    ) -> dict[Triple, bool]:
        """The rows that a change of the edits speaks of, and whether each is there afterwards.

        ``added`` is what new edits state, ``retracted`` are those that count no more.
        """
        found: dict[Triple, bool] = {}
        gone = self.rows_of(retracted)
        for row in gone:
            rest = [one for one in self._mentions[row] if one.claim not in retracted]
            counting = [one for one in rest if one.counts(None)]
            found[row] = counting[-1].gives if counting else not self._mentions[row][0].gives
        for content in added.values():
            found |= dict(row for edit in edits_in(content) for row in edit.rows())
        return found

    def epoch(self, at: str | None) -> int | None:
        """A number for all instants between the same two edits; None after the last one."""
        found = len(self._instants) if at is None else bisect_right(self._instants, at)
        return None if found == len(self._instants) else found

    def differing(self, at: str) -> tuple[set[Triple], set[Triple]]:
        """The rows that there were at an instant and are not now, and the reverse."""
        were, come = set[Triple](), set[Triple]()
        for row in self._mentions:
            then, now = self.has(row, at), self.has(row)
            if then and not now:
                were.add(row)
            elif now and not then:
                come.add(row)
        return were, come

    def merged(self) -> Iterator[tuple[str, str]]:
        """What any edit ever merged into what, also where that was undone."""
        for row in self._mentions:
            if row.predicate == MERGED_INTO and isinstance(row.object, NamedNode):
                assert isinstance(row.subject, NamedNode)
                yield row.subject.value, row.object.value

    def merges_of(self, things: Iterable[str], at: str | None = None) -> dict[str, list[Triple]]:
        """What things were merged into at an instant, and that in its turn, by the edit."""
        rows: dict[str, list[Triple]] = defaultdict(list)
        for row in self._mentions:
            if row.predicate == MERGED_INTO and self.has(row, at):
                rows[getattr(row.subject, "value", "")].append(row)
        found: dict[str, list[Triple]] = defaultdict(list)
        todo, seen = list(things) if rows else [], set[str]()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            for row in rows.get(one, ()):
                counting = [m for m in self._mentions[row] if m.counts(at)]
                todo.append(getattr(row.object, "value", ""))
                # A row that no edit gives any more stood in the registry before all of them.
                if counting and row not in found[counting[-1].claim]:
                    found[counting[-1].claim].append(row)
        return found

    def of(self, iri: str) -> list[Claim]:
        """The edits about a thing, the oldest first."""
        found = {
            mention.claim: mention.recorded
            for row, mentions in self._mentions.items()
            if iri in (getattr(row.subject, "value", ""), getattr(row.object, "value", ""))
            for mention in mentions
        }
        return [self.claims[one] for one in sorted(found, key=lambda one: (found[one], one))]

    def later_than(self, claim: str) -> list[str]:
        """Edits that count and rest on what one edit gives: they have to be undone first."""
        mine = self.claims[claim]
        gives = {row for edit in edits_in(mine.content) for row, gives in edit.rows() if gives}
        return sorted(
            {
                mention.claim
                for row in gives
                for mention in self._mentions[row]
                if mention.counts(None)
                and not mention.gives
                and (mention.recorded, mention.claim) > (mine.recorded_at, claim)
            }
        )


def check_rows(rows: Mapping[Triple, bool], there: Callable[[Triple], bool], names: Names) -> None:
    """Refuse new edits that do not fit what is there.

    Raises:
        BadClaim: one of what nobody edits, or of a row that is not as it supposes.
    """
    for row, gives in rows.items():
        about = names.short(str(getattr(row.subject, "value", "")))
        prop = local_name(row.predicate.value)
        if row.predicate not in EDITABLE:
            raise BadClaim(
                f"The {prop} of {about} is not edited.",
                where=about,
                remedy=f"Edited are {', '.join(sorted(local_name(p.value) for p in EDITABLE))}.",
            )
        if there(row) == gives:
            value = names.short(str(getattr(row.object, "value", "")))
            raise BadClaim(
                f"{about} has {'already' if gives else 'no'} {prop} {value!r}.",
                where=about,
                remedy="Look at it as it is now, and edit that.",
            )


def part_of_row(row: Triple, names: Names) -> str:
    """Which part of the base a row belongs to: ``entities`` or ``provenance``."""
    assert isinstance(row.subject, NamedNode)
    return "entities" if names.slug_of(row.subject.value) is not None else "provenance"


def rows_changed(
    quads: Iterable[Quad], without: Iterable[Triple], more: Iterable[Triple]
) -> list[Quad]:
    """Descriptions without some rows, and with others; what is there twice counts once."""
    gone = set(without)
    kept = [one for one in quads if one.triple not in gone]
    have = {one.triple for one in kept}
    return [*kept, *(Quad(*row) for row in sorted(more, key=str) if row not in have)]


NONE: Final = EditLog()
"""The log of a base in which nothing was edited."""
