"""The report is what section 3.6.2 of SHACL says, for rules of the house and for others."""

from __future__ import annotations

from pathlib import Path

import pyshacl
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import BNode, Literal, Node, URIRef
from tests.cases.conftest import Run, RunCase

REPORTS = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:Report> a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
  sh:property [ sh:path sh:result ; sh:class sh:ValidationResult ] .
<urn:Result> a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
  sh:property [ sh:path sh:value ; sh:maxCount 1 ] ;
  sh:property [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
  sh:property [ sh:path sh:sourceConstraint ; sh:maxCount 1 ] ;
  sh:property [ sh:path sh:resultMessage ; sh:or ( [ sh:datatype xsd:string ] [ sh:nodeKind
    sh:Literal ] ) ] ;
  sh:property [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
"""
SHAPES = """
@prefix ex: <http://example.org/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:W ; sh:nodeKind sh:BlankNode ;
  sh:property ex:Value , ex:Count , [ sh:path ( ex:p [ sh:inversePath ex:p ] ) ; sh:minCount 9 ] ,
    [ sh:path [ sh:alternativePath ( ex:c ex:d ) ] ; sh:severity sh:Warning ; sh:maxLength 2 ] ;
  sh:not [ sh:path ex:c ; sh:minCount 1 ] ; sh:closed true ; sh:ignoredProperties ( ex:p ) ;
  sh:sparql ex:Rule .
ex:Value sh:path ex:c ; sh:datatype xsd:date ; sh:minInclusive "2000-01-01"^^xsd:date .
ex:Count sh:path [ sh:zeroOrMorePath ex:p ] ; sh:maxCount 0 ; sh:severity sh:Info .
ex:Rule sh:message "No {?value}." ; sh:select '''SELECT $this ?path ?value WHERE
  { $this ?path ?value FILTER (?path = <http://example.org/ns#d>) }''' .
"""
DATA = """
@prefix ex: <http://example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:a a ex:W ; ex:c "1999-01-01"^^xsd:date , "x" ; ex:d "long" ; ex:p ex:b .
_:n a ex:W ; ex:c "y"@en .
"""
PARTS = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.sourceShape,
    SH.sourceConstraint,
    SH.sourceConstraintComponent,
    SH.resultSeverity,
)


def read(text: str) -> Graph:
    """A report, which the shapes of reports find sound."""
    report, shapes = (Graph().parse(data=one, format="turtle") for one in (text, REPORTS))
    sound, _, why = pyshacl.validate(report, shacl_graph=shapes)
    assert sound, why
    return report


def rows(report: Graph) -> list[tuple[str, ...]]:
    """The results, without what only one report says; blank nodes by what they are made of."""
    return sorted(
        tuple(_words(report, report.value(result, part)) for part in PARTS)
        for result in report.objects(None, SH.result)
    )


def _words(report: Graph, node: Node | None) -> str:
    if isinstance(node, BNode):
        inner = [
            f"{name.n3()} {_words(report, value)}"
            for name, value in report.predicate_objects(node)
            if name in (RDF.first, RDF.rest) or str(name).endswith("Path")
        ]
        return f"[{' '.join(sorted(inner))}]"
    return node.n3() if isinstance(node, URIRef | Literal) else ""


def test_the_case(run_case: RunCase) -> None:
    report = read(run_case("25-shacl-report").stdout)
    [result] = report.objects(None, SH.result)
    shapes = "https://w3id.org/tenure/shapes#"
    told = {
        part: list(report.objects(result, part))
        for part in (SH.sourceConstraintComponent, SH.resultPath, SH.value, SH.sourceShape)
    }
    assert told == {
        SH.sourceConstraintComponent: [SH.DatatypeConstraintComponent],
        SH.resultPath: [RDFS.label],
        SH.value: [Literal("Bob")],
        SH.sourceShape: [URIRef(f"{shapes}EntityLabelLanguage")],
    }


def test_a_rule_in_sparql_names_its_constraint(run: Run, repo_root: Path) -> None:
    example = next((repo_root / "ontology" / "examples" / "invalid").glob("claim-*quotes*"), None)
    broken = example or repo_root / "ontology" / "examples" / "invalid"
    report = read(run(f"tenure validate {broken} --format ttl").stdout)
    by_query = list(report.subjects(SH.sourceConstraintComponent, SH.SPARQLConstraintComponent))
    assert by_query
    for result in by_query:
        assert isinstance(report.value(result, SH.sourceConstraint), URIRef)
        assert isinstance(report.value(result, SH.sourceShape), URIRef)


def test_shapes_of_ones_own_give_what_pyshacl_gives(run: Run) -> None:
    text = run(
        f"cat > d.ttl <<'E'{DATA}E\ncat > s.ttl <<'E'{SHAPES}E\n"
        "tenure validate d.ttl --shapes s.ttl --format ttl"
    ).stdout
    ours = read(text)
    for result in list(ours.objects(None, SH.result)):
        if str(ours.value(result, SH.sourceShape)).startswith("https://w3id.org/tenure/"):
            ours.remove((None, SH.result, result))  # what the house has against the same data
    data, shapes = (Graph().parse(data=one, format="turtle") for one in (DATA, SHAPES))
    _, theirs, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(theirs, Graph)
    assert rows(ours) == rows(theirs)


def test_the_service_gives_the_same(run: Run) -> None:
    done = run(
        # The service calls what is sent "body", and so does the file.
        f"cat > body <<'E'{DATA}E\ncp body d.ttl\n"
        'tenure validate d.ttl --format ttl | sed \'s/"d.ttl"/"body"/\' > ours.ttl\n'
        'curl -s "$B/validate" -H "Content-Type: text/turtle" -H "Accept: text/turtle" '
        "--data-binary @d.ttl"
    )
    ours = read((done.folder / "ours.ttl").read_text())
    assert rows(ours) == rows(read(done.stdout))
    assert not isomorphic(ours, Graph())
