"""Random shapes graphs over a small vocabulary, and random data about the same few nodes.

A graph has three node shapes and one of properties; each may ask the ones after it, so that nothing
is recursive unless that is wanted. Whatever core SHACL has comes up (W3C Recommendation of 20 July
2017, sections 2 and 4), what is compiled here and what is not.
"""

from __future__ import annotations

from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from rdflib.namespace import RDF, RDFS, SH, XSD

from tenure.namespaces import RDF_TYPE

EX = "http://example.org/"
PREFIXES = (
    f"@prefix sh: <{SH}> . @prefix xsd: <{XSD}> . @prefix rdf: <{RDF}> ."
    f" @prefix rdfs: <{RDFS}> . @prefix ex: <{EX}> .\n"
)
_SHAPES = ("ex:One", "ex:Two", "ex:Three", "ex:Four")
_VALUES = ("ex:a", "ex:b", '"a"', '"a"@en', "1", "true", '"2020-01-01"^^xsd:date', "1.5")
_DATATYPES = (
    "xsd:integer", "xsd:string", "xsd:boolean", "xsd:date", "xsd:dateTime", "xsd:decimal",
    "xsd:byte", "xsd:anyURI", "rdf:langString", "ex:own",
)  # fmt: skip
_KINDS = ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
_PATTERNS = ('"a"', '"^[0-9]+$"', '"\\\\S"', '"^http"', '"A" ; sh:flags "i"', '"\\\\d"')
_BOUNDS = ("0", "1", "1.5", '"2020-01-01"^^xsd:date', '"2020-01-01T00:00:00Z"^^xsd:dateTime')
# What comes up often is what the data are full of.
_PATHS = (
    "ex:p", "ex:p", "ex:p", "ex:p", "ex:p", "ex:q",
    "[ sh:inversePath ex:p ]", "[ sh:alternativePath ( ex:p ex:q ) ]",
    "( ex:p ex:q )", "[ sh:zeroOrMorePath ex:p ]", "[ sh:oneOrMorePath ex:p ]",
    "[ sh:zeroOrOnePath ex:q ]", "( [ sh:inversePath ex:p ] ex:q )",
    "[ sh:inversePath ( ex:p ex:q ) ]",
    "[ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ]",
)  # fmt: skip
_TARGETS = (
    "sh:targetClass ex:C", "sh:targetClass ex:C , ex:D", "sh:targetSubjectsOf ex:p",
    "sh:targetSubjectsOf ex:p , ex:q",
    "sh:targetObjectsOf ex:p", "sh:targetNode ex:a", 'sh:targetNode "a" , ex:b',
    "sh:targetNode 1", "a rdfs:Class", "sh:targetClass ex:D ; sh:targetSubjectsOf ex:q",
)  # fmt: skip
_COMPILED = (
    "sh:uniqueLang true", "sh:in ( ex:a ex:b )", "sh:nodeKind sh:IRI", "sh:nodeKind sh:Literal",
    'sh:pattern "a"', 'sh:pattern "^[0-9]+$"', 'sh:pattern "\\\\S"', "sh:severity sh:Warning",
)  # fmt: skip
_COMPILED_PATHS = (
    "ex:p", "ex:p", "ex:q", "[ sh:inversePath ex:p ]", "[ sh:alternativePath ( ex:p ex:q ) ]",
)  # fmt: skip
_COMPILED_TARGETS = (
    "sh:targetClass ex:C", "sh:targetSubjectsOf ex:p", "sh:targetSubjectsOf ex:p , ex:q",
    "sh:targetClass ex:C , ex:D ; sh:targetSubjectsOf ex:q",
)  # fmt: skip
_COMPILED_DATATYPES = (
    "xsd:integer", "xsd:string", "xsd:boolean", "xsd:date", "xsd:dateTime", "rdf:langString",
    "ex:own",
)  # fmt: skip
_SAID = ("sh:severity sh:Warning", "sh:severity sh:Info", 'sh:message "No."', 'sh:name "n"@en')


def _of(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


@st.composite
def _listed(draw: st.DrawFn, words: tuple[str, ...], least: int = 1) -> str:
    return f"( {' '.join(draw(st.lists(_of(words), min_size=least, max_size=3)))} )"


@st.composite
def _constraint(draw: st.DrawFn, others: tuple[str, ...], *, of_property: bool) -> str:
    """One constraint, or a few that need one another."""
    kinds = ["datatype", "nodeKind", "pattern", "length", "bound", "in", "hasValue", "class",
             "languageIn", "pair", "closed", "inline"]  # fmt: skip
    kinds += ["count", "count", "uniqueLang", "order", "qualified"] * of_property
    kinds += ["node", "not", "logic", "property"] * bool(others)
    kind = draw(st.sampled_from(kinds))
    inline = f"[ {draw(_simple())} ]"
    if kind == "count":
        return f"sh:{draw(_of(('minCount', 'maxCount')))} {draw(st.integers(0, 3))}"
    if kind == "pair":
        return f"sh:{draw(_of(('equals', 'disjoint')))} {draw(_of(('ex:p', 'ex:q')))}"
    if kind == "order":
        return f"sh:{draw(_of(('lessThan', 'lessThanOrEquals')))} {draw(_of(('ex:p', 'ex:q')))}"
    if kind == "uniqueLang":
        return f"sh:uniqueLang {draw(_of(('true', 'false')))}"
    if kind == "languageIn":
        return 'sh:languageIn ( "en" "fr" )'
    if kind == "closed":
        return f"sh:closed {draw(_of(('true', 'false')))} ; sh:ignoredProperties ( rdf:type ex:p )"
    if kind == "qualified":
        shape = draw(_of((*others, inline)))
        disjoint = draw(_of(("", " ; sh:qualifiedValueShapesDisjoint true")))
        count = draw(_of(("sh:qualifiedMinCount 1", "sh:qualifiedMaxCount 1")))
        return f"sh:qualifiedValueShape {shape} ; {count}{disjoint}"
    if kind == "logic":
        word = draw(_of(("and", "or", "xone")))
        return f"sh:{word} {draw(_listed((*others, inline)))}"
    if kind == "inline":
        return f"sh:{draw(_of(('not', 'node')))} {inline}"
    if kind == "property":
        return f"sh:property [ sh:path {draw(_of(_PATHS))} ; {draw(_simple())} ]"
    if kind in ("node", "not"):
        return f"sh:{kind} {draw(_of(others))}"
    return draw(_simple(kind))


@st.composite
def _simple(draw: st.DrawFn, kind: str | None = None) -> str:
    """A constraint on values that asks no other shape."""
    kinds = ("datatype", "nodeKind", "pattern", "length", "bound", "in", "hasValue", "class")
    kind = kind or draw(_of(kinds))
    if kind == "datatype":
        return f"sh:datatype {draw(_of(_DATATYPES))}"
    if kind == "nodeKind":
        return f"sh:nodeKind sh:{draw(_of(_KINDS))}"
    if kind == "pattern":
        return f"sh:pattern {draw(_of(_PATTERNS))}"
    if kind == "length":
        return f"sh:{draw(_of(('minLength', 'maxLength')))} {draw(st.integers(0, 4))}"
    if kind == "bound":
        word = draw(_of(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")))
        return f"sh:{word} {draw(_of(_BOUNDS))}"
    if kind == "in":
        return f"sh:in {draw(_listed(_VALUES))}"
    if kind == "hasValue":
        return f"sh:hasValue {draw(_of(_VALUES))}"
    return f"sh:class {draw(_of(('ex:C', 'ex:D')))}"


@st.composite
def _property(draw: st.DrawFn, others: tuple[str, ...]) -> str:
    # Constraints of one kind twice are wrong for most kinds, and not compiled for any.
    parts = draw(
        st.lists(
            _constraint(others, of_property=True),
            min_size=1,
            max_size=3,
            unique_by=lambda one: one.split()[0],
        )
    )
    parts += draw(st.lists(_of(_SAID), max_size=1))
    if draw(st.integers(0, 9)) == 0:
        parts.append("sh:deactivated true")
    return f"[ sh:path {draw(_of(_PATHS))} ; {' ; '.join(parts)} ]"


@st.composite
def shapes_graphs(draw: st.DrawFn) -> str:
    """A shapes graph as Turtle."""
    text = PREFIXES
    for number, name in enumerate(_SHAPES):
        others = _SHAPES[number + 1 :]
        targets = draw(st.lists(_of(_TARGETS), min_size=number == 0, max_size=2, unique=True))
        properties = draw(st.lists(_property(others), max_size=2))
        parts = ["a sh:NodeShape", *targets, *(f"sh:property {one}" for one in properties)]
        if not properties or draw(st.booleans()):
            parts.append(draw(_constraint(others, of_property=False)))
        parts += draw(st.lists(_of(_SAID), max_size=1))
        if draw(st.integers(0, 9)) == 0:
            parts.append("sh:deactivated true")
        text += f"{name} {' ; '.join(parts)} .\n"
    if draw(st.booleans()):
        # A shape of properties can have targets as well.
        inner = draw(_property(())).removeprefix("[").removesuffix("]")
        text += f"ex:Five a sh:PropertyShape ; {draw(_of(_TARGETS))} ; {inner} .\n"
    return text


@st.composite
def compiled_graphs(draw: st.DrawFn) -> str:
    """A shapes graph of which every shape is compiled here."""
    text = PREFIXES
    for name in _SHAPES[: draw(st.integers(1, 2))]:
        parts = draw(
            st.lists(_compiled(), min_size=1, max_size=4, unique_by=lambda one: one.split()[0])
        )
        text += (
            f"{name} a sh:NodeShape ; {draw(_of(_COMPILED_TARGETS))} ;"
            f" sh:property [ sh:path {draw(_of(_COMPILED_PATHS))} ; {' ; '.join(parts)} ] .\n"
        )
    return text


def _compiled() -> st.SearchStrategy[str]:
    return st.one_of(
        _of(_COMPILED),
        st.builds("sh:minCount {}".format, st.integers(0, 3)),
        st.builds("sh:maxCount {}".format, st.integers(0, 3)),
        st.builds("sh:datatype {}".format, _of(_COMPILED_DATATYPES)),
        st.builds("sh:minLength {}".format, st.integers(0, 4)),
        st.builds("sh:maxLength {}".format, st.integers(0, 4)),
        st.builds(
            "sh:{} {}".format,
            _of(("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")),
            st.integers(-1, 2),
        ),
    )


NODES = [NamedNode(EX + name) for name in ("a", "b", "c", "C", "D", "One")]
_BLANK = BlankNode("n")
_GRAPHS: list[NamedNode | DefaultGraph] = [DefaultGraph(), NamedNode(EX + "g")]


def _typed(text: str, name: str) -> Literal:
    return Literal(text, datatype=NamedNode(str(XSD) + name))


LITERALS = [
    Literal("a"), Literal("A"), Literal(""), Literal(" "), Literal("abcde"), Literal("1"),
    Literal("a", language="en"), Literal("b", language="en"), Literal("a", language="fr"),
    Literal("a", language="en-gb"),
    *(_typed(text, "integer") for text in ("0", "1", "01", "2", "-1", "x", "9" * 25)),
    *(_typed("1", name) for name in ("byte", "int", "nonNegativeInteger", "double", "boolean")),
    _typed("300", "byte"), _typed("-5", "nonNegativeInteger"), _typed("1.5", "decimal"),
    _typed("1.50", "decimal"), _typed("1.5", "float"), _typed("true", "boolean"),
    *(_typed(text, "date") for text in ("2020-01-01", "2019-12-31", "2020-02-30")),
    *(_typed(f"2020-01-01T00:00:00{zone}", "dateTime") for zone in ("", "Z", "+01:00", ".5")),
    _typed("2020-01-01T00:00:00Z", "dateTimeStamp"), _typed("http://example.org/", "anyURI"),
    Literal("1", datatype=NamedNode(EX + "own")),
]  # fmt: skip

_QUADS = st.one_of(
    st.builds(
        Quad,
        st.sampled_from([*NODES[:3], _BLANK]),
        st.sampled_from([NamedNode(EX + name) for name in "pppqqr"]),
        st.sampled_from([*NODES[:3], _BLANK, *LITERALS]),
        st.sampled_from(_GRAPHS),
    ),
    st.builds(
        Quad,
        st.sampled_from([*NODES[:3], _BLANK]),
        st.just(RDF_TYPE),
        st.sampled_from(NODES[3:]),
        st.sampled_from(_GRAPHS),
    ),
    st.builds(
        Quad,
        st.sampled_from(NODES[3:]),
        st.just(NamedNode(str(RDFS.subClassOf))),
        st.sampled_from(NODES[3:]),
        st.just(DefaultGraph()),
    ),
)
DATA = st.lists(_QUADS, min_size=1, max_size=14)
