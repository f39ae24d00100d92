"""A knowledge base as an owlready2 world: ontology, entities, and the world under a policy.

OWL knows no days, so what held on one day are plain facts only in a world that is asked for as of
that day; situations keep their bounds as dates in every world. Reasoners know neither the datatype
of EDTF nor, some of them, ``xsd:date``: the former are text here, the latter are ``datetime.date``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import owlready2
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from tenure.errors import BadInput, NotFound
from tenure.library import OpenBase, Time, open_base, written
from tenure.namespaces import PREFIXES, RDF_TYPE, TN_PREFIX, TNV_PREFIX
from tenure.reason import (
    InconsistentOntology,
    NotReasoned,
    Realized,
    java,
    members,
    realize,
    shown,
    why_inconsistent,
)
from tenure.store.answers import Triples
from tenure.suggest import nearest, remedy_of
from tenure.temporal import Certainty

_INDIVIDUAL: Final = NamedNode(PREFIXES["owl"] + "NamedIndividual")
_WORDS: Final = (PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["rdf"])
_IMPORTS: Final = NamedNode(PREFIXES["owl"] + "imports")
_INFERRED: Final = "urn:tenure:inferred"

Reasoner = Literal["hermit", "pellet"]


class OwlWorld(owlready2.World):  # type: ignore[misc] # owlready2 has no types
    """An owlready2 world with the ontology, the entities, and the world under a policy.

    Everything of :class:`owlready2.World` works; nothing that is changed here goes back into the
    knowledge base. ``tn`` and ``tnv`` are the namespaces of the ontology and its vocabularies.
    """

    def __init__(self, parts: Mapping[str, Iterable[Triple]], id_prefix: str) -> None:
        super().__init__()
        self.id_prefix = id_prefix
        seen: set[str] = set()
        for iri, triples in parts.items():
            # In one order, so that what owlready2 shows does not depend on hashing; and once.
            lines = sorted({f"{triple} .\n" for triple in _named(triples)} - seen)
            seen.update(lines)
            self.get_ontology(iri).load(fileobj=io.BytesIO("".join(lines).encode()))
        self.ontology = self.get_ontology(next(iter(parts)))
        self.tn = self.ontology.get_namespace(TN_PREFIX)
        self.tnv = self.ontology.get_namespace(TNV_PREFIX)
        self._tell_apart()

    def _tell_apart(self) -> None:
        """Name other vocabularies' properties after them where ours have the name."""
        ours = {one.name for one in self.properties() if one.iri.startswith(TN_PREFIX)}
        spaces = {space: prefix for prefix, space in PREFIXES.items()}
        for one in [*self.properties()]:
            space = one.iri.removesuffix(one.name)
            if one.name in ours and space != TN_PREFIX and space in spaces:
                one.python_name = f"{spaces[space].removesuffix('ont')}_{one.name}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def thing(self, slug: str) -> Any:
        """The entity or occurrence of a slug such as ``person/ali-shamkhani``, or of an IRI.

        Raises :class:`~tenure.errors.NotFound`, which names the nearest.
        """
        found = self[slug if ":" in slug else self.id_prefix + slug]
        if found is None:
            slugs = [one.iri.removeprefix(self.id_prefix) for one in self.individuals()]
            raise NotFound(
                f"There is no {slug!r} in this world.",
                remedy=remedy_of(
                    nearest(slug, slugs), "search_one() finds things by their values."
                ),
            )
        return found

    def statements(self) -> list[Triple]:
        """All that the world states, as it is now."""
        file = io.BytesIO()
        self.save(file=file, format="ntriples")
        quads = parse(file.getvalue(), format=RdfFormat.N_TRIPLES)
        return [
            Triple(_lettered(one.subject), one.predicate, _lettered(one.object)) for one in quads
        ]

    def write(self, path: str | Path) -> None:
        """Write the whole world as RDF/XML, for Protégé, reasoners and ``tenure reason``."""
        Path(path).write_bytes(
            serialize(self.statements(), format=RdfFormat.RDF_XML, prefixes=dict(PREFIXES)) or b""
        )

    def reason(self, reasoner: Reasoner = "hermit", *, values: bool = False) -> None:
        """Let HermiT or Pellet add what follows: classes, and with ``values`` also relations.

        Raises:
            BadInput: no world fits all that is stated, and it names axioms that clash; or there is
                no Java, or it took too long; or relations are wanted of HermiT.
        """
        if values and reasoner == "hermit":
            raise BadInput(
                "HermiT is asked for classes alone.",
                where="values",
                remedy='Ask Pellet for relations: reason("pellet", values=True).',
            )
        try:
            java()
            # owlready2's own call of Pellet needs a younger Java than most machines have, and its
            # call of HermiT puts all properties in order, which takes hours here.
            if reasoner == "pellet":
                self._take(realize(self.statements(), values=values))
                return
            found = members(one for one in self.statements() if one.predicate != _IMPORTS)
        except InconsistentOntology:
            raise self._inconsistent() from None
        except NotReasoned as error:
            raise BadInput(
                str(error), where="world", remedy="A world can be read and changed without."
            ) from None
        if found is None:
            raise self._inconsistent()
        self._take(Realized(found.types, ()))
        self._put_below(found.subclasses)

    def _take(self, found: Realized) -> None:
        """Add what a reasoner found, in an ontology of its own."""
        with self.get_ontology(_INFERRED):
            for iri, cls in found.types:
                thing, kind = self[iri], self[cls]
                if kind is not None and thing is not None and kind not in thing.INDIRECT_is_a:
                    thing.is_a.append(kind)
            for subject, predicate, value in found.values:
                one, prop, other = self[subject], self[predicate], self[value]
                if None not in (one, prop, other) and other not in prop[one]:
                    prop[one].append(other)

    def _put_below(self, subclasses: Iterable[tuple[str, str]]) -> None:
        """Add the classes above classes that a reasoner found."""
        with self.get_ontology(_INFERRED):
            for iri, above in subclasses:
                one, other = self[iri], self[above]
                if None not in (one, other) and other not in one.ancestors():
                    one.is_a.append(other)

    def _inconsistent(self) -> BadInput:
        sets = why_inconsistent(self.statements())
        axioms = "; or ".join(", ".join(axioms) for axioms in sets)
        return BadInput(
            f"No world fits all that is stated{': ' + axioms if axioms else ''}.",
            where="world",
            remedy="Take back one of these, or one of the changes.",
        )


def owl_world(
    kb: OpenBase | str | Path | None = None,
    *,
    at: Time | None = None,
    possible: bool = False,
    policy: str | None = None,
) -> OwlWorld:
    """The knowledge base as an owlready2 world.

    Args:
        kb: an open base, or what :func:`tenure.open` takes; None means the facts that Tenure
            comes with.
        at: a day, an EDTF value, an event or a source: what certainly held then is there as plain
            facts, such as ``org:holds``.
        possible: with ``at``, what possibly held.
        policy: which claims make the world.

    Raises:
        NotFound, BadInput: as :func:`tenure.open`.
        BadDate, BadPolicy: a time or a policy that is none.
    """
    if not isinstance(kb, OpenBase):
        with open_base(kb) as opened:
            return owl_world(opened, at=at, possible=possible, policy=policy)
    engine, names, chosen = kb.engine, kb.engine.names, kb.policy(policy)

    def of_graph(part: str) -> Iterable[Triple]:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {names.graph(part)} {{ ?s ?p ?o }} }}"
        answer = engine.query(query, chosen)
        assert isinstance(answer, Triples)
        return answer

    parts = {TN_PREFIX.rstrip("#"): of_graph("ontology")}
    parts |= {names.graph(part).value: of_graph(part) for part in ("terms", "entities", "world")}
    if at is not None:
        moment = engine.moment(at=written(at))
        parts[f"{names.at_prefix}{written(at)}"] = engine.slice(
            moment, chosen, degree=Certainty.POSSIBLE if possible else Certainty.CERTAIN
        )
    return OwlWorld(parts, names.id_prefix)


def _lettered(term: Any) -> Any:
    """The term; a blank node, which owlready2 names by a number, by what RDF/XML allows."""
    return BlankNode(f"b{term.value}") if isinstance(term, BlankNode) else term


def _named(triples: Iterable[Triple]) -> list[Triple]:
    """The triples as reasoners read them, with every individual declared as one."""
    found = shown(triples, dates=True).triples
    typed = [one for one in found if one.predicate == RDF_TYPE]
    terms = {
        one.subject
        for one in typed
        if isinstance(one.object, NamedNode) and one.object.value.startswith(_WORDS)
    }
    return found + [
        Triple(one.subject, RDF_TYPE, _INDIVIDUAL)
        for one in typed
        if isinstance(one.subject, NamedNode) and one.subject not in terms
    ]
