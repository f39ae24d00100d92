"""Every IRI once: the base that a publisher sets, the ontology's terms, the prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from tenure.errors import BadInput

BASE = "https://w3id.org/tenure/"
_KNOWN_AT = "known-at="
TN_PREFIX = "https://w3id.org/tenure/ontology#"
TNV_PREFIX = "https://w3id.org/tenure/vocabulary#"
EDTF_DATATYPE = NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OA = "http://www.w3.org/ns/oa#"


@lru_cache(maxsize=4096)
def TN(name: str) -> NamedNode:
    """The ontology's term of that local name."""
    return NamedNode(TN_PREFIX + name)


@lru_cache(maxsize=4096)
def TNV(name: str) -> NamedNode:
    """The vocabulary's concept of that local name."""
    return NamedNode(TNV_PREFIX + name)


RDF_TYPE = NamedNode(_RDF + "type")
RDF_FIRST = NamedNode(_RDF + "first")
RDF_REST = NamedNode(_RDF + "rest")
RDF_NIL = NamedNode(_RDF + "nil")
RDFS_LABEL = NamedNode(_RDFS + "label")
RDFS_RANGE = NamedNode(_RDFS + "range")
RDFS_SUBCLASS = NamedNode(_RDFS + "subClassOf")
RDFS_SUBPROPERTY = NamedNode(_RDFS + "subPropertyOf")
OWL_INVERSE = NamedNode(_OWL + "inverseOf")
OWL_CHAIN = NamedNode(_OWL + "propertyChainAxiom")
OWL_CLASS = NamedNode(_OWL + "Class")
SKOS_DEFINITION = NamedNode(_SKOS + "definition")
SKOS_PREF_LABEL = NamedNode(_SKOS + "prefLabel")
SKOS_ALT_LABEL = NamedNode(_SKOS + "altLabel")
SKOS_NOTATION = NamedNode(_SKOS + "notation")
OA_START = NamedNode(_OA + "start")
OA_END = NamedNode(_OA + "end")
XSD_DATE = NamedNode(_XSD + "date")
XSD_INTEGER = NamedNode(_XSD + "integer")
XSD_BOOLEAN = NamedNode(_XSD + "boolean")
XSD_DATETIME = NamedNode(_XSD + "dateTime")
XSD_STRING = NamedNode(_XSD + "string")

_KINDS_OF_ENTITY = ("event", "office", "org", "person", "place", "state")
_KINDS_OF_SITUATION = (
    "affiliation",
    "condition",
    "deployment",
    "distance",
    "influence",
    "intention",
    "membership",
    "quantity",
    "sanction",
    "sponsorship",
    "stance",
    "subordination",
    "tenure",
)


def local_name(iri: str) -> str:
    """The part of an IRI after its last ``#`` or ``/``.

    >>> local_name("https://w3id.org/tenure/ontology#holder")
    'holder'
    """
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Names:
    """The IRIs under one base, which is a setting so that a publisher can serve its own."""

    base: str = BASE

    @property
    def id_prefix(self) -> str:
        """What every entity's IRI begins with."""
        return f"{self.base}id/"

    @property
    def source_prefix(self) -> str:
        """What every source's IRI begins with."""
        return f"{self.base}source/"

    @property
    def claim_prefix(self) -> str:
        """What every claim's IRI begins with."""
        return f"{self.base}claim/"

    @property
    def at_prefix(self) -> str:
        """What the graph of every day under the default policy begins with."""
        return f"{self.base}at/"

    @property
    def graph_store_prefix(self) -> str:
        """What the graphs begin with whose names are addresses of the graph store.

        They are ordinary graphs, though their names lie under the base.
        """
        return f"{self.base}rdf-graph-store/"

    @property
    def default_graph(self) -> NamedNode:
        """The graph of what users write without naming a graph. It is an ordinary one."""
        return self.graph("default")

    def entity(self, slug: str) -> NamedNode:
        """The IRI of an entity, such as ``office/pmu-deputy-head``."""
        return NamedNode(self.id_prefix + slug)

    def entity_iri(self, slug: str) -> str:
        """The IRI of an entity as text, unchecked: ``slug`` may be anything a stranger typed."""
        return self.id_prefix + slug

    def source(self, slug: str) -> NamedNode:
        """The IRI of a source."""
        return NamedNode(self.source_prefix + slug)

    def claim(self, source_slug: str, number: str) -> NamedNode:
        """The IRI of a claim of a source."""
        return NamedNode(f"{self.claim_prefix}{source_slug}/{number}")

    def graph(self, part: str) -> NamedNode:
        """The IRI of a part of the knowledge base: world, entities, provenance, ontology."""
        return NamedNode(f"{self.base}graph/{part}")

    @property
    def temporal_index(self) -> NamedNode:
        """The graph of what was going on by day, for queries; it follows from the world's graph."""
        return self.graph("temporal-index")

    @property
    def computed_parts(self) -> tuple[NamedNode, NamedNode]:
        """The graphs that follow from the claims and are kept: the world, and its days."""
        return self.graph("world"), self.temporal_index

    @property
    def ontology_graphs(self) -> tuple[NamedNode, NamedNode]:
        """The graphs of the ontology: what comes with Tenure, and a base's own terms."""
        return self.graph("ontology"), self.graph("terms")

    def slug_of(self, iri: str) -> str | None:
        """The slug of an entity's IRI, or None when it is none of ours."""
        return iri[len(self.id_prefix) :] if iri.startswith(self.id_prefix) else None

    def short(self, iri: str) -> str:
        """What a person reads for an IRI: a slug, ``source/…``, ``claim/…``, else the IRI."""
        slug = self.slug_of(iri)
        if slug is not None:
            return slug
        return iri.removeprefix(self.base)

    def policy_part(self, policy: str) -> str:
        """The path segments of a policy in a graph's IRI; empty for the default policy.

        A policy that only goes back to an instant has a shorter name, ``known/<instant>/``.
        """
        if policy.startswith(_KNOWN_AT) and ";" not in policy:
            return f"known/{quote(policy.removeprefix(_KNOWN_AT), safe=':-.')}/"
        return f"policy/{quote(policy, safe='=,;:-.')}/" if policy else ""

    def split_policy(self, iri: str) -> tuple[str, str] | None:
        """The policy that an IRI of a computed graph begins with, and the path after it.

        The policy's text is empty for the default one; None where the IRI is not below the base.
        """
        if not iri.startswith(self.base):
            return None
        path = iri[len(self.base) :]
        for start, text in (("policy/", ""), ("known/", _KNOWN_AT)):
            if path.startswith(start):
                encoded, _, rest = path[len(start) :].partition("/")
                return text + unquote(encoded), rest
        return "", path


def prefixes(names: Names | None = None) -> Mapping[str, str]:
    """The prefixes that the house writes with, for the given base."""
    base = (names or Names()).base
    table = {
        "dcterms": "http://purl.org/dc/terms/",
        "edtf": "http://id.loc.gov/datatypes/edtf/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "oa": _OA,
        "orgont": "http://www.w3.org/ns/org#",
        "owl": _OWL,
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": _RDF,
        "rdfs": _RDFS,
        "schema": "http://schema.org/",
        "skos": _SKOS,
        "tn": TN_PREFIX,
        "tnv": TNV_PREFIX,
        "xsd": _XSD,
        "graph": f"{base}graph/",
        "source": f"{base}source/",
    }
    table.update({kind: f"{base}id/{kind}/" for kind in _KINDS_OF_ENTITY + _KINDS_OF_SITUATION})
    return MappingProxyType(dict(sorted(table.items())))


PREFIXES: Mapping[str, str] = prefixes()


def checked_base(base: str | None) -> Names:
    """The names under a base. Raises :class:`~tenure.errors.BadInput` for one that is no IRI."""
    names = Names(base or BASE)
    if not names.base.startswith(("http://", "https://")) or not names.base.endswith(("/", "#")):
        raise BadInput(
            f"{names.base[:120]!r} is no base.",
            where="base",
            remedy="Give an http or https address that ends in a slash.",
        )
    return names
