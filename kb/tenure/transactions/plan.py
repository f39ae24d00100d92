"""What a change comes to: new claims and retractions, new entities, ordinary graphs; or a refusal.

Here is decided what is writable. Nothing that was committed is ever changed or taken away: a claim
that is deleted is retracted, and whatever describes claims, sources and entities stays as it is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from tenure.errors import Immutable, NotWritable
from tenure.knowledge import KnowledgeBase
from tenure.model.edits import EDITS, MERGED_INTO, check_rows, part_of_row
from tenure.namespaces import RDF_TYPE, TN, TN_PREFIX, TNV_PREFIX
from tenure.transactions.delta import Delta
from tenure.transactions.user_graphs import GraphEdit, is_user_graph
from tenure.views import is_computed

_RECORDED: Final = TN("recordedAt")
_RETRACTED: Final = TN("retractedAt")
# What a path of a web address can hold and keep (RFC 3986, section 5.2.4).
_ADDRESSABLE: Final = re.compile(r"(?:(?!\.{1,2}(?:/|$))[^/?#]+(?:/(?=[^/])|$))+")
_ANEW: Final = "Retract the claim, and add another one that says it as it should be."


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What is to be written, sorted by what it is.

    ``described`` and ``registered`` lie in the default graph, ``stated`` in the claims' own. What
    edits among the claims make of rows that there are lies there too: ``gone`` and ``come``.
    ``claims``, ``sources`` and ``entities`` are the IRIs of those that are new, ``retracted`` those
    of claims that no longer count. ``spent`` are claims that are stated again after that.
    """

    described: tuple[Quad, ...] = ()
    stated: tuple[Quad, ...] = ()
    registered: tuple[Quad, ...] = ()
    claims: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    graphs: Mapping[str, GraphEdit] = field(default_factory=dict)
    gone: tuple[Quad, ...] = ()
    come: tuple[Quad, ...] = ()
    spent: tuple[str, ...] = ()

    @property
    def edited(self) -> frozenset[NamedNode]:
        """The entities and sources of which rows are edited, and what they are merged into."""
        return frozenset(
            node
            for one in (*self.gone, *self.come)
            for node in (one.subject, one.object if one.predicate == MERGED_INTO else None)
            if isinstance(node, NamedNode)
        )

    @property
    def touches_claims(self) -> bool:
        """Whether there is anything for the gate and for fusion."""
        return bool(self.judged or self.retracted)

    @property
    def judged(self) -> int:
        """How many statements the gate has to judge."""
        return len(self.described) + len(self.stated) + len(self.registered)


def plan(kb: KnowledgeBase, delta: Delta) -> ChangePlan:
    """Sort what is asked for.

    Raises:
        Immutable: it would change or take away what stays as it is.
        NotWritable: it would write where nobody writes.
        NotFound: a claim that is to be retracted does not exist.
    """
    return _Planning(kb, delta).run()


class _Planning:
    def __init__(self, kb: KnowledgeBase, delta: Delta) -> None:
        self._kb = kb
        self._names = kb.names
        self._delta = delta
        self._retracted: set[str] = set()

    def run(self) -> ChangePlan:
        for iri in self._delta.retracted:
            self._retract(self._kb.snapshot.claim_iri(iri))
        removed, added = _by_place(self._delta.removed), _by_place(self._delta.added)
        self._refuse_places({*removed, *added})
        edits: dict[str, GraphEdit] = {}
        stated: list[Quad] = []
        for graph in sorted({*removed, *added} - {""}):
            gone, come = removed.get(graph, []), added.get(graph, [])
            if is_user_graph(graph, self._names):
                left_out = frozenset(gone)
                stored = self._kb.store.quads(NamedNode(graph))
                keeps_some = any(one not in left_out for one in stored)
                edits[graph] = GraphEdit(left_out, frozenset(come), keeps_some)
            else:
                _refuse_nested(come)
                self._of_claim(graph, gone, come)
                stated += come
        # When a claim was recorded is noted by the commit, whatever a document says of it.
        come = [one for one in added.get("", ()) if not self._is_recording(one)]
        _refuse_nested(come)
        self._taken_from_descriptions(_by_subject(removed.get("", ())), come)
        return self._described(come, stated, edits)

    # ------------------------------------------------------------------ graphs

    def _refuse_places(self, graphs: Iterable[str]) -> None:
        for graph in sorted(graphs):
            if graph.startswith("_:"):
                raise NotWritable(
                    "A graph is named by a blank node, so that nobody could ask for it.",
                    remedy="Name the graph by an IRI.",
                )
            if not graph or is_user_graph(graph, self._names):
                continue
            if not graph.startswith(self._names.claim_prefix):
                raise NotWritable(
                    self._why_not(graph),
                    where=graph,
                    remedy="Write claims, entities, or a graph whose name does not begin with "
                    f"{self._names.base}",
                )

    def _why_not(self, graph: str) -> str:
        computed = [one.value for one in self._names.computed_parts]
        if graph in computed or is_computed(self._names, graph):
            return "This graph is computed from the claims."
        terms = [one.value for one in self._names.ontology_graphs]
        if graph in terms or graph.startswith((TN_PREFIX, TNV_PREFIX)):
            return "The ontology is defined in files, and is not written here."
        return "Tenure gives the names that begin so, and this is not the name of a claim."

    def _of_claim(self, graph: str, gone: list[Quad], come: list[Quad]) -> None:
        """What happens to the graph of a claim: it is new, or goes whole and is retracted."""
        stored = list(self._kb.store.quads(NamedNode(graph)))
        if not stored:
            return
        if come or len(gone) < len(stored):
            raise Immutable(
                "This claim states something else already, and a claim does not change.",
                where=graph,
                remedy=_ANEW,
            )
        self._retract(graph)

    # ------------------------------------------------------------------ descriptions

    def _taken_from_descriptions(
        self, gone: Mapping[NamedNode, list[Quad]], come: list[Quad]
    ) -> None:
        anew = {quad.subject for quad in come}
        for subject, quads in sorted(gone.items(), key=lambda one: one[0].value):
            whole = self._description(subject)
            is_claim = subject.value in self._kb.claims and subject not in anew
            if is_claim and len(quads) == len(whole):
                self._retract(subject.value)
                continue
            raise Immutable(
                "What describes it stays as it is.",
                where=subject.value,
                remedy=_ANEW
                if subject.value in self._kb.claims
                else "Describe another one instead; claims rest on this one.",
            )

    def _described(
        self, come: list[Quad], stated: list[Quad], edits: Mapping[str, GraphEdit]
    ) -> ChangePlan:
        described: list[Quad] = []
        registered: list[Quad] = []
        new: dict[str, list[str]] = {"Claim": [], "Source": [], "Revision": []}
        classes: dict[object, list[str]] = {TN(name): found for name, found in new.items()}
        for subject, quads in sorted(_by_subject(come).items(), key=lambda one: one[0].value):
            is_entity = self._names.slug_of(subject.value) is not None
            self._refuse_subject(subject)
            for quad in quads:
                if quad.predicate == RDF_TYPE and quad.object in classes:
                    classes[quad.object].append(subject.value)
            (registered if is_entity else described).extend(quads)
        self._refuse_recorded_time(described, new["Revision"])
        return ChangePlan(
            tuple(described),
            tuple(stated),
            tuple(registered),
            tuple(new["Claim"]),
            tuple(new["Source"]),
            tuple(sorted({_iri(quad) for quad in registered})),
            tuple(sorted(self._retracted)),
            edits,
            *self._rows(stated),
            self._delta.spent,
        )

    def _rows(self, stated: list[Quad]) -> tuple[tuple[Quad, ...], tuple[Quad, ...]]:
        """The rows that edits among what is stated and retracted take away and give."""
        prefix = f"{self._names.claim_prefix}{EDITS}/"
        content: dict[str, list[Triple]] = defaultdict(list)
        for quad in stated:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(prefix):
                content[quad.graph_name.value].append(quad.triple)
        log = self._kb.snapshot.edits
        check_rows(log.rows_after(content, ()), self._has_row, self._names)
        after = log.rows_after(content, {one for one in self._retracted if one in log.claims})
        gone = [row for row, there in after.items() if not there and self._has_row(row)]
        for row in gone:
            self._refuse_if_named(row)
        come = (row for row, there in after.items() if there and not self._has_row(row))
        return tuple(Quad(*one) for one in gone), tuple(Quad(*one) for one in come)

    def _refuse_if_named(self, row: Triple) -> None:
        """An entity goes out of the registry only as long as nobody has spoken of it."""
        iri = str(getattr(row.subject, "value", ""))
        named = self._kb.claims_about(iri) if row.predicate == RDF_TYPE else ()
        if named:
            raise Immutable(
                f"{len(named)} claims name it, so that it stays in the registry.",
                where=iri,
                remedy="Merge it into the one that it is, or move the claims.",
            )

    def _has_row(self, row: Triple) -> bool:
        graph = self._names.graph(part_of_row(row, self._names))
        return self._kb.store.holds(Quad(row.subject, row.predicate, row.object, graph))

    def _refuse_subject(self, subject: NamedNode) -> None:
        iri = subject.value
        prefixes = (self._names.id_prefix, self._names.source_prefix, self._names.claim_prefix)
        if iri.startswith((TN_PREFIX, TNV_PREFIX)):
            raise NotWritable(
                "The ontology is defined in files, and is not written here.",
                where=iri,
                remedy="Change terms in ontology/, where they are defined.",
            )
        if not iri.startswith(prefixes):
            raise NotWritable(
                "Outside any graph only claims, sources and entities are described, and the name "
                "of this is not one of theirs.",
                where=iri,
                remedy=f"Put it into a graph of your own, or name it under {self._names.base}",
            )
        if not _ADDRESSABLE.fullmatch(iri.removeprefix(self._names.base)):
            raise NotWritable(
                "Nobody could ask for it by that name.",
                where=iri,
                remedy="Name it without ?, # and empty or dotted parts between slashes.",
            )
        if self._description(subject):
            raise Immutable(
                "It is described already, and this differs.",
                where=iri,
                remedy=_ANEW if iri in self._kb.claims else "Leave its description out.",
            )

    def _refuse_recorded_time(self, described: list[Quad], revisions: list[str]) -> None:
        given = [_iri(quad) for quad in described if quad.predicate == _RETRACTED]
        for iri in (*revisions, *given):
            raise NotWritable(
                "When something was recorded or retracted is noted here, and not stated by others.",
                where=iri,
                remedy="Leave out tn:retractedAt and tn:Revision; retract the claim instead.",
            )

    def _is_recording(self, quad: Quad) -> bool:
        return quad.predicate == _RECORDED and _iri(quad).startswith(self._names.claim_prefix)

    def _description(self, subject: NamedNode) -> list[Quad]:
        part = "entities" if self._names.slug_of(subject.value) is not None else "provenance"
        return list(self._kb.store.quads(self._names.graph(part), subject=subject))

    # ------------------------------------------------------------------ retraction

    def _retract(self, iri: str) -> None:
        claim = self._kb.claims.get(iri)
        # A second retraction finds nothing to do, so that a request can be repeated.
        if claim is not None and claim.retracted_at is None:
            self._retracted.add(iri)


def _refuse_nested(quads: Iterable[Quad]) -> None:
    for quad in quads:
        if isinstance(quad.object, Triple):
            raise NotWritable(
                f"A statement about a statement: {str(quad.triple)[:200]}.",
                remedy="Make two claims; an ordinary graph may hold it as it is.",
            )


def _iri(quad: Quad) -> str:
    return quad.subject.value if isinstance(quad.subject, NamedNode) else str(quad.subject)


def _by_place(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """By the name of the graph; the default graph has none, a blank one begins with ``_:``."""
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        graph = quad.graph_name
        if isinstance(graph, DefaultGraph):
            found[""].append(quad)
        else:
            found[graph.value if isinstance(graph, NamedNode) else str(graph)].append(quad)
    return found


def _by_subject(quads: Iterable[Quad]) -> dict[NamedNode, list[Quad]]:
    found: dict[NamedNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, BlankNode):
            raise NotWritable(
                f"A node without a name is described: {str(quad.triple)[:200]}.",
                remedy="Give it an IRI, so that claims can point at it.",
            )
        if isinstance(quad.subject, NamedNode):
            found[quad.subject].append(quad)
    return found
