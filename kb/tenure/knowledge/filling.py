"""Facts and ontology from files into a store.

Everything is read and understood before anything is written: a broken file leaves the store as it
was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from tenure.errors import BadClaim, BadInput, NotFound, Where
from tenure.fusion import check_claims
from tenure.inputs import leads_out
from tenure.knowledge.claim_store import MOST_KEPT
from tenure.knowledge.store_state import Origin, digest, format_quad, incomplete_quad
from tenure.model import (
    Claim,
    ClaimBase,
    Registry,
    check_references,
    default_policy_quads,
    instant,
    read_claims,
    schema_of,
)
from tenure.model.ontology import bundled_ontology
from tenure.namespaces import RDF_TYPE, TN, Names
from tenure.resources import NO_TERMS, OwnTerms
from tenure.store import Store, read_file
from tenure.views import is_computed

SUFFIXES = (".ttl", ".trig", ".nq", ".jsonld")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What files hold, sorted into the parts of the knowledge base.

    ``homes`` says which file describes a claim or a source, or else holds the graph of that name.
    """

    quads: tuple[Quad, ...]
    homes: dict[str, Path]

    @property
    def last_instant(self) -> str:
        """The last instant at which claims were recorded or retracted; empty without claims."""
        times = (TN("recordedAt"), TN("retractedAt"))
        times_of = (q.object for q in self.quads if q.predicate in times)
        return max((instant(one.value) for one in times_of if isinstance(one, Literal)), default="")


def read_folder(facts: Path, names: Names, own: OwnTerms = NO_TERMS) -> Loaded:
    """All facts and the ontology, with the terms of its own, each quad in its graph.

    Raises :class:`~tenure.errors.NotFound` for a folder that is not there, and
    :class:`~tenure.errors.BadInput` (with file and line) for a file that does not parse, or a claim
    that two files describe.
    """
    quads: list[Quad] = []
    homes: dict[str, Path] = {}
    graphs: dict[str, Path] = {}
    packaged, terms = names.ontology_graphs
    quads += bundled_ontology(packaged)
    quads += _moved(own_statements(own, names), terms)
    for path in fact_files(facts):
        # A whole export holds the world too; it is computed anew from the claims.
        read = [q for q in read_file(path) if not _computed(q, names)]
        part = "entities" if path.suffix == ".ttl" else "provenance"
        quads += _moved(read, names.graph(part))
        for quad in read:
            if isinstance(quad.graph_name, NamedNode):
                graphs.setdefault(quad.graph_name.value, path)
            if quad.predicate == RDF_TYPE and quad.object in (TN("Claim"), TN("Source")):
                iri = str(quad.subject.value) if isinstance(quad.subject, NamedNode) else ""
                if homes.setdefault(iri, path) != path:
                    raise BadInput(
                        f"{names.short(iri)} is described here and in {homes[iri]}.",
                        where=place_of(path, iri),
                        remedy="Keep one; a claim's number is used once.",
                    )
    return Loaded(tuple(quads), graphs | homes)


def load_files(
    store: Store,
    facts: Path,
    names: Names,
    own: OwnTerms = NO_TERMS,
    *,
    note_origin: bool = False,
) -> Mapping[str, Claim]:
    """Fill the store from files, replacing what it held.

    With ``note_origin`` it notes which files these were, and the format that it has. Returns the
    claims as the files have them, where they are not too many to be kept.

    Raises :class:`~tenure.errors.BadInput` before anything is written, with file and line, also
    for what fusion could not understand: a knowledge base opens over whatever was loaded.
    """
    loaded = read_folder(facts, names, own)
    claims = check_loaded(loaded, names).claims
    fill(store, loaded, names, facts if note_origin else None)
    return claims if len(claims) <= MOST_KEPT else {}


def holds_nothing(store: Store, names: Names) -> bool:
    """Whether a store has no statement at all, as one just made, or is yet to be filled whole."""
    return next(iter(store.quads()), None) is None or store.holds(incomplete_quad(names))


def fill(store: Store, loaded: Loaded, names: Names, origin: Path | None) -> None:
    """Fill the store with what was read and checked, replacing what it held.

    It notes that it came from the files of the folder ``origin``, and the format that it has. One
    that holds nothing has a note meanwhile that it is incomplete: whoever is stopped leaves one
    that holds nothing.
    """
    noted: list[Quad] = []
    if origin is not None:
        noted = [*origin_of(origin, loaded.last_instant).quads(names), format_quad(names)]
    if holds_nothing(store, names):
        # A transaction would take more memory than all that was read.
        mark = [incomplete_quad(names)] if store.is_kept else []
        store.clear()
        store.add(mark)
        store.flush()
        store.fill(loaded.quads)
        store.change(mark, noted)
    else:
        # In one transaction: who opens the store after a crash finds the old or the new.
        store.change((), (*loaded.quads, *noted), emptied=store.graphs())
    store.flush()


def origin_of(facts: Path, until: str) -> Origin:
    """The origin of a store that is filled from this folder, as it is now."""
    return Origin(digest(fact_files(facts)), until)


def ontology_as_stored(names: Names) -> frozenset[Quad]:
    """The ontology that comes with Tenure, in its graph, as a store gives it back."""
    return _as_stored(bundled_ontology(names.graph("ontology")))


def own_terms(own: OwnTerms, names: Names) -> frozenset[Quad]:
    """The terms of a base's own, in their graph, as a store gives them back.

    Raises as :func:`own_statements`.
    """
    return _as_stored(tuple(_moved(own_statements(own, names), names.ontology_graphs[1])))


@lru_cache(maxsize=2)
def _as_stored(quads: tuple[Quad, ...]) -> frozenset[Quad]:
    with Store() as written:
        written.fill(quads)
        return frozenset(written.quads())


def own_statements(own: OwnTerms, names: Names) -> list[Quad]:
    """The terms of a base's own, its default policy among them.

    Raises :class:`~tenure.errors.NotFound` for a folder that is not there, and for a file that does
    not parse as :func:`~tenure.store.read_file`.
    """
    quads = [quad for file in own.files for quad in read_file(file)]
    return quads + (default_policy_quads(own.policy, names.base) if own.policy else [])


def checked_folder(facts: Path, names: Names, own: OwnTerms = NO_TERMS) -> Loaded:
    """As :func:`read_folder`, of what a knowledge base opens over. Raises as it and the checks."""
    loaded = read_folder(facts, names, own)
    check_loaded(loaded, names)
    return loaded


def check_loaded(loaded: Loaded, names: Names) -> ClaimBase:
    """Refuse what no knowledge base could open over; the claims and sources, read.

    Raises :class:`~tenure.errors.BadClaim` with file and line.
    """
    parts: dict[object, list[Quad]] = {}
    for quad in loaded.quads:
        parts.setdefault(quad.graph_name, []).append(quad)
    entities, provenance, *terms = (
        parts.pop(part, [])
        for part in (names.graph("entities"), names.graph("provenance"), *names.ontology_graphs)
    )
    try:
        base = read_claims(provenance, chain.from_iterable(parts.values()))
        registry = Registry.of(entities, names)
        check_references(base, registry, names)
        check_claims(base, schema_of(frozenset(chain.from_iterable(terms))))
    except BadClaim as error:
        home = loaded.homes.get(error.where.name) if error.where else None
        if home is None or error.where is None:
            raise
        raise BadClaim(
            f"{names.short(error.where.name)}: {error.what}",
            where=place_of(home, error.where.name),
            remedy=error.remedy,
        ) from error
    return base


def fact_files(folder: Path) -> list[Path]:
    """The files of facts in a folder. Raises :class:`~tenure.errors.NotFound`."""
    return _files(folder, SUFFIXES)


def _files(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        raise NotFound(
            "There is no such folder.", where=str(folder), remedy="Name the folder of the facts."
        )
    found = sorted(p for p in folder.iterdir() if p.suffix in suffixes and p.is_file())
    for path in found:
        if leads_out(path, folder):
            raise BadInput(
                "It is a link that leads out of the folder of the facts, and is not followed.",
                where=str(path),
                remedy="Put a copy of the file there, or name the folder that it lies in.",
            )
    return found


def _computed(quad: Quad, names: Names) -> bool:
    graph = quad.graph_name
    return isinstance(graph, NamedNode) and (
        graph in names.computed_parts or is_computed(names, graph.value)
    )


def _moved(quads: Iterable[Quad], part: NamedNode) -> list[Quad]:
    """The quads with those of the default graph put into a part's graph."""
    return [
        Quad(q.subject, q.predicate, q.object, part)
        if isinstance(q.graph_name, DefaultGraph)
        else q
        for q in quads
    ]


def place_of(path: Path, iri: str) -> Where:
    """The line of a file on which ``iri`` is described."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Where.in_file(path)
    from tenure.store.source_map import subject_line  # noqa: PLC0415 - of what is refused only

    return Where.in_file(path, subject_line(text, iri))
