"""The family of hostile bodies: small texts that cost much to read, to judge or to keep."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

TURTLE: Final = "text/turtle"
TRIG: Final = "application/trig"
N_TRIPLES: Final = "application/n-triples"
N_QUADS: Final = "application/n-quads"
JSON_LD: Final = "application/ld+json"
RDF_XML: Final = "application/rdf+xml"
UPDATE: Final = "application/sparql-update"

_TN: Final = "https://w3id.org/tenure/ontology#"
_CLAIM: Final = "https://w3id.org/tenure/claim/"
_HERE: Final = "https://example.org/"
_RDF: Final = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
_PREFIXES: Final = (
    f"@prefix tn: <{_TN}> . @prefix c: <{_CLAIM}> . @prefix e: <{_HERE}> .\n"
    "@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


@dataclass(frozen=True, slots=True)
class Body:
    """One body: its name, how it is to be read, and what makes it."""

    name: str
    media_type: str
    make: Callable[[], str]

    def data(self) -> bytes:
        """What is sent."""
        return self.make().encode()


# --- JSON-LD -------------------------------------------------------------------------------------


def context_of(terms: Mapping[str, object]) -> str:
    """A document with a context of these terms, that uses the first of them."""
    return json.dumps({"@context": dict(terms), "@id": f"{_HERE}a", "t0": {"@id": f"{_HERE}b"}})


def defined_by_the_next(define: Callable[[str], object], number: int) -> str:
    """A context of terms, each defined by the next, the last of them by an IRI."""
    terms = {f"t{n}": define(f"t{n + 1}") for n in range(number)}
    return context_of({**terms, f"t{number}": _HERE})


def in_a_circle(number: int) -> str:
    """A context of terms that have no end."""
    return context_of({f"t{n}": f"t{(n + 1) % number}" for n in range(number)})


def within(wrap: Callable[[object], object], number: int) -> str:
    """Something wrapped so many times, written without recursion."""
    mark = "\0"
    text = json.dumps(wrap(mark))
    before, after = text.split(json.dumps(mark))
    return before * number + '{"@id": "https://example.org/a"}' + after * number


def contexts_in_a_row(number: int) -> str:
    """An array of contexts, each with a term more."""
    contexts = [{f"t{n}": f"{_HERE}{n}"} for n in range(number)]
    nodes = [{"@context": {f"n{n}": _HERE}, f"t{n}": "x"} for n in range(number)]
    return json.dumps({"@context": contexts, "@graph": nodes})


def scoped_beside_each_other(number: int) -> str:
    """Terms with contexts of their own, used one within the other."""
    terms = {
        f"t{n}": {"@id": f"{_HERE}{n}", "@context": {f"s{n}": f"{_HERE}s{n}"}}
        for n in range(number)
    }
    node: object = {"@id": f"{_HERE}end"}
    for n in range(200):
        node = {f"t{n}": node, "@type": f"t{n + 1}"}
    return json.dumps({"@context": terms, "@graph": [node] * 20})


# --- Turtle and its kin --------------------------------------------------------------------------


def bare_claims(number: int) -> str:
    """Claims that have nothing but their class."""
    lines = (f"c:x\\/{n} a tn:Claim .\nc:x\\/{n} {{ e:a{n} e:b {n} }}\n" for n in range(number))
    return _PREFIXES + "".join(lines)


def half_claims(number: int) -> str:
    """Situations without dates, holders or anything, and claims of the same one."""
    lines = (
        f"c:y\\/{n} a tn:Claim ; tn:source e:s ; tn:rank tn:Normal .\n"
        f"c:y\\/{n} {{ e:t a tn:Tenure ; tn:holder e:p{n} ; tn:office e:o ; tn:start '{n}' }}\n"
        for n in range(number)
    )
    return _PREFIXES + "".join(lines)


def many_of(line: str, number: int) -> str:
    """A line so many times, with its number in it."""
    return _PREFIXES + "".join(line.replace("#N", str(n)) for n in range(number))


def rdf_xml_nested(number: int) -> str:
    """Elements within elements."""
    return (
        f'<rdf:RDF {_RDF} xmlns:e="{_HERE}">'
        + "<rdf:Description><e:p>" * number
        + "</e:p></rdf:Description>" * number
        + "</rdf:RDF>"
    )


def rdf_xml_of_namespaces(number: int) -> str:
    """An element that declares so many namespaces, and children that use the last."""
    names = " ".join(f'xmlns:n{n}="{_HERE}{n}/"' for n in range(number))
    child = f"<rdf:Description><n{number - 1}:p>x</n{number - 1}:p></rdf:Description>"
    return f"<rdf:RDF {_RDF} {names}>{child * 20}</rdf:RDF>"


def rdf_xml_of_entities() -> str:
    """Entities that are made of each other (a billion laughs)."""
    entities = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    return (
        f'<!DOCTYPE rdf:RDF [{entities}]><rdf:RDF {_RDF} xmlns:e="{_HERE}">'
        "<rdf:Description><e:p>&a11;</e:p></rdf:Description></rdf:RDF>"
    )


BODIES: Final = (
    Body("terms by each other", JSON_LD, lambda: defined_by_the_next(str, 8_000)),
    Body("terms by each other, many", JSON_LD, lambda: defined_by_the_next(str, 150_000)),
    Body("prefixes by each other", JSON_LD, lambda: defined_by_the_next("{}:x".format, 20_000)),
    Body(
        "@id by each other",
        JSON_LD,
        lambda: defined_by_the_next(lambda t: {"@id": f"{t}:x"}, 20_000),
    ),
    Body(
        "@type by each other",
        JSON_LD,
        lambda: defined_by_the_next(lambda t: {"@id": f"{t}:x", "@type": f"{t}:y"}, 20_000),
    ),
    Body(
        "@reverse by each other",
        JSON_LD,
        lambda: defined_by_the_next(lambda t: {"@reverse": f"{t}:x"}, 20_000),
    ),
    Body("terms in a circle", JSON_LD, lambda: in_a_circle(20_000)),
    Body(
        "contexts within contexts",
        JSON_LD,
        lambda: within(lambda x: {"@context": {"t": {"@id": "e:t", "@context": x}}}, 250),
    ),
    Body("contexts in a row", JSON_LD, lambda: contexts_in_a_row(8_000)),
    Body("contexts of terms", JSON_LD, lambda: scoped_beside_each_other(8_000)),
    Body("nodes in nodes", JSON_LD, lambda: within(lambda x: {f"{_HERE}p": x}, 100_000)),
    Body("arrays in arrays", JSON_LD, lambda: within(lambda x: [x], 1_000_000)),
    Body("lists in lists", JSON_LD, lambda: within(lambda x: {f"{_HERE}p": {"@list": [x]}}, 120)),
    Body(
        "a long string", JSON_LD, lambda: json.dumps({f"{_HERE}p": "x" * 9_000_000, "@id": _HERE})
    ),
    Body("bare claims", TRIG, lambda: bare_claims(60_000)),
    Body("half claims", TRIG, lambda: half_claims(40_000)),
    Body(
        "claims of one graph",
        TRIG,
        lambda: many_of("c:z { e:a e:p #N } c:z a tn:Claim ; tn:source e:s#N .\n", 60_000),
    ),
    Body(
        "dates that are none",
        TURTLE,
        lambda: many_of("e:a#N a tn:Tenure ; tn:start '20#N-99-99'^^xsd:date .\n", 60_000),
    ),
    Body("bases", TURTLE, lambda: f"@base <{_HERE}> .\n" + "@base <x/> .\n" * 100_000),
    Body(
        "bases within a few",
        TURTLE,
        lambda: f"@base <{_HERE}> .\n" + ("@base <x/> .\n" * 30 + "<a> <b> <c> .\n") * 150,
    ),
    Body(
        "a long base", TURTLE, lambda: f"@base <{_HERE}{'a' * 900_000}/> .\n" + "<x> <y> 1 .\n" * 9
    ),
    Body(
        "a long prefix",
        TURTLE,
        lambda: f"@prefix e: <{_HERE}{'a' * 3_900}> ." + "e:a e:b e:c ." * 90_000,
    ),
    Body("a long list", TURTLE, lambda: f"<{_HERE}a> <{_HERE}b> (" + "1 " * 2_000_000 + ") ."),
    Body(
        "lists in lists, Turtle",
        TURTLE,
        lambda: f"<{_HERE}a> <{_HERE}b> " + "(" * 1_000_000 + ")" * 1_000_000 + ".",
    ),
    Body(
        "nodes in nodes, Turtle",
        TURTLE,
        lambda: f"<{_HERE}a> <{_HERE}b> " + f"[<{_HERE}b> " * 200_000 + "1" + "]" * 200_000 + " .",
    ),
    Body(
        "triple terms",
        TURTLE,
        lambda: (
            f"<{_HERE}a> <{_HERE}b> "
            + f"<<( <{_HERE}a> <{_HERE}b> " * 100_000
            + "1"
            + ")>> " * 100_000
            + " ."
        ),
    ),
    Body("a long literal", TURTLE, lambda: f"<{_HERE}a> <{_HERE}b> '{'x' * 9_000_000}' ."),
    Body(
        "long literals",
        TRIG,
        lambda: many_of(f"c:l a tn:Claim ; tn:start '{'x' * 9_000}#N' .\n", 900),
    ),
    Body("a long number", TURTLE, lambda: f"<{_HERE}a> <{_HERE}b> {'9' * 9_000_000} ."),
    Body(
        "long dates",
        TURTLE,
        lambda: many_of(
            f"e:a#N a tn:Tenure ; tn:start '[{'2001,' * 20_000}2002]'^^edtf:EDTF .\n",
            80,
        ),
    ),
    Body(
        "statements",
        N_TRIPLES,
        lambda: "".join(f"<{_HERE}{n}> <{_HERE}b> _:c .\n" for n in range(220_000)),
    ),
    Body(
        "graphs",
        N_QUADS,
        lambda: "".join(f"<{_HERE}a> <{_HERE}b> _:c <{_HERE}{n}> .\n" for n in range(100_000)),
    ),
    Body("namespaces", RDF_XML, lambda: rdf_xml_of_namespaces(50_000)),
    Body("elements in elements", RDF_XML, lambda: rdf_xml_nested(100_000)),
    Body("entities of each other", RDF_XML, rdf_xml_of_entities),
)


def inserted(value: str, where: str = "") -> str:
    """An update that puts statements of a value into a graph; with a pattern, for each match."""
    kind, pattern = ("INSERT", f"WHERE {{ {where} }}") if where else ("INSERT DATA", "")
    return f"{kind} {{ GRAPH <{_HERE}g> {{ <{_HERE}a> <{_HERE}b> {value} }} }} {pattern}"


def doubled(times: int) -> str:
    """Bindings of which each is four times as long as the one before."""
    each = (f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(times))
    return f"BIND('xxxxxxxxxxxxxxxx' AS ?a0) {' '.join(each)}"


UPDATES: Final = (
    Body("groups in groups", UPDATE, lambda: inserted("?c", "{" * 20_000 + "}" * 20_000)),
    Body("a long list, inserted", UPDATE, lambda: inserted("(" + "1 " * 30_000 + ")")),
    Body("inserts", UPDATE, lambda: " ; ".join([inserted("1")] * 10_000)),
    Body("a join", UPDATE, lambda: inserted("?c", "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l")),
    Body("bases, in an update", UPDATE, lambda: "BASE <x/> " * 50_000 + inserted("<c>")),
    Body("a string that doubles", UPDATE, lambda: inserted("?a20", doubled(20))),
)
