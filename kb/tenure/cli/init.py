"""``tenure init DIR``: a base of one's own, begun in a folder that git can watch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Final

import typer
from pyoxigraph import NamedNode

from tenure.configuration import FILE
from tenure.errors import BadInput
from tenure.languages import language_tag
from tenure.namespaces import checked_base
from tenure.outputs import write_all

CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"

_SETTINGS: Final = """\
# What this base is. Every `tenure` command finds this file in the folder where it runs, or in one
# above; `tenure doctor` shows what holds, and from where.

title = {title}
base = {base}  # what all IRIs of this base begin with; keep it once others link here
licence = {licence}
languages = [{language}]  # of names and statements; the one that is shown comes first

facts = "facts"
ontology = "ontology"
queries = "queries"
# policy = "hedged=no"  # which claims count where nobody says it
# store = "store"  # a folder on disk, for a service that is written to

[serve]
# port = 8080
"""

_ENTITIES: Final = """\
# Licence: {licence}

# The registry: names, kinds and identifiers, and nothing else. What somebody says of an entity is
# a claim, in the file of its source. `tenure claim add` writes both.
#
# person:jane-doe a tn:Person ;
#     rdfs:label "Jane Doe"@{language} .

@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .
@prefix office: <{base}id/office/> .
@prefix org: <{base}id/org/> .
@prefix person: <{base}id/person/> .
"""

_TERMS: Final = """\
# Terms of this base, beside those of Tenure. A kind of situation needs its class, its roles and the
# plain property that it is in the graph of a day; then it is checked, asked and shown like others.
# Shapes of your own go into the folder shapes beside this file.

@prefix : <{base}terms#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tn: <https://w3id.org/tenure/ontology#> .

<{base}terms> a owl:Ontology ;
    dcterms:title {titled} ;
    dcterms:license <{licence}> ;
    owl:imports <https://w3id.org/tenure/ontology> .

# :Marriage a owl:Class ; rdfs:subClassOf tn:Situation ;
#     rdfs:label "marriage"@en ;
#     skos:definition "Two persons are married to each other."@en ;
#     tn:subjectRole :spouse ; tn:objectRole :otherSpouse ; tn:flattensTo :marriedTo .
#
# :spouse a owl:ObjectProperty ; rdfs:subPropertyOf tn:subject ;
#     rdfs:domain :Marriage ; rdfs:range tn:Person ;
#     rdfs:label "has spouse"@en ; skos:definition "One of the two."@en .
#
# :otherSpouse a owl:ObjectProperty ; rdfs:subPropertyOf tn:object ;
#     rdfs:domain :Marriage ; rdfs:range tn:Person ;
#     rdfs:label "has other spouse"@en ; skos:definition "The other of the two."@en .
#
# :marriedTo a owl:ObjectProperty ; rdfs:label "married to"@en ;
#     skos:definition "To whom a person is married on the day."@en .
"""

_QUESTION: Final = """\
# title: Which entities does this base know?
# description: A question of this base's own: the lines at its head say what it asks and shows.
# column: entity - The entity.
# column: name - What it is called.
# column: kind - What it is.
# why: ?entity

PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?entity ?name ?kind
WHERE {{
  GRAPH <{base}graph/entities> {{ ?entity a ?kind ; rdfs:label ?name }}
}}
ORDER BY ?name ?entity ?kind
"""

_ATTRIBUTES: Final = """\
# Positions and digests count characters, so a checkout has the same line ends everywhere.
* text=auto eol=lf
*.ttl  text diff=turtle
*.trig text diff=turtle
*.rq   text
"""

_IGNORED: Final = """\
/store/
/store.audit.jsonl
/tenure-keys.json
/.venv/
"""

_PRE_COMMIT: Final = """\
repos:
  - repo: local
    hooks:
      - id: tenure-validate
        name: tenure validate
        entry: tenure validate
        language: python
        additional_dependencies: ["{requirement}"]
        pass_filenames: false
        files: \\.(ttl|trig|rq|toml)$
"""

_WORKFLOW: Final = """\
# Red where a fact breaks a rule, with the line; what `tenure validate` says on your own machine.
name: Validate
on: [push, pull_request]
permissions:
  contents: read
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install "{requirement}"
      - run: tenure validate --format github
"""

_README: Final = """\
# {title}

A temporal knowledge base: who held what on which day, on whose word, and how surely.

| here | is |
| --- | --- |
| `tenure.toml` | what this base is: its address, licence, folders |
| `facts/` | names in `entities.ttl`, and a `.trig` file a source with what it claims |
| `ontology/` | terms and shapes of this base's own |
| `queries/` | questions of this base's own |

    tenure serve                       # pages and SPARQL over these facts, on this machine
    tenure validate                    # every rule, with file and line; CI runs the same
    tenure source add a-source --url https://…   # a source, then its claims:
    tenure claim add a-source --help
    tenure ask                         # the questions that can be asked

The facts are under <{licence}>.
"""


def init_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the base; made if need be.")
    ],
    title: Annotated[
        str | None, typer.Option(help="What the base is called; default: after the folder.")
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(help="What all IRIs begin with; default: https://example.org/DIR/."),
    ] = None,
    licence: Annotated[
        str, typer.Option(help="The IRI of the licence of the facts; default: CC0.")
    ] = CC0,
    language: Annotated[
        str, typer.Option(help="The language of names and statements, such as en or fa.")
    ] = "en",
) -> None:
    """Begin a base of your own: settings, empty facts, places for own terms and questions, and CI.

    Nothing that is there already is overwritten.
    """
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "base"
    names = checked_base(base or f"https://example.org/{name}/")
    called = (title or name.replace("-", " ").capitalize()).strip()
    tag = language_tag(language, "--language")
    if not called or not called.isprintable():
        raise BadInput(
            f"{called[:80]!r} is no title.", where="--title", remedy="Write one in a line."
        )
    try:
        NamedNode(licence)
    except ValueError as error:
        raise BadInput(
            f"{licence[:80]!r} is no IRI.", where="--licence", remedy=f"Write one, such as {CC0}"
        ) from error
    written = write_base(folder, called, names.base, licence, tag)
    for path in written:
        typer.echo(f"written: {path}")
    typer.echo(f"\nNext: cd {folder}, then: tenure serve")
    if base is None:
        typer.echo(f"Before you publish it, set in {FILE} where its IRIs begin: {names.base}")


def write_base(folder: Path, title: str, base: str, licence: str, language: str) -> list[Path]:
    """Write the files of a new base into a folder, and return them.

    Raises :class:`~tenure.errors.BadInput` where one of them is there, or the folder cannot be
    made; nothing is written then.
    """
    files = {folder / name: text for name, text in _files(title, base, licence, language).items()}
    there = [path for path in files if path.exists()]
    if there or (folder.exists() and not folder.is_dir()):
        raise BadInput(
            f"There is {', '.join(map(str, there)) or 'a file of that name'} already.",
            where=str(folder),
            remedy="Name another folder.",
        )
    try:
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"It cannot be written: {error.strerror}.",
            where=str(error.filename or folder),
            remedy="Name a folder that you may write to.",
        ) from error
    write_all({path: (None, text) for path, text in files.items()})
    return list(files)


def _files(title: str, base: str, licence: str, language: str) -> Mapping[str, str]:
    try:
        requirement = f"tenure=={version('tenure')}"
    except PackageNotFoundError:
        requirement = "tenure"
    values = {
        "title": json.dumps(title, ensure_ascii=False),
        "titled": f"{json.dumps(title, ensure_ascii=False)}@{language}",
        "base": json.dumps(base),
        "licence": json.dumps(licence),
        "language": json.dumps(language),
    }
    plain = {**values, "title": title, "base": base, "licence": licence, "language": language}
    return {
        FILE: _SETTINGS.format(**values),
        "facts/entities.ttl": _ENTITIES.format(**plain),
        "ontology/terms.ttl": _TERMS.format(**plain),
        "queries/own/entities.rq": _QUESTION.format(**plain),
        ".gitattributes": _ATTRIBUTES,
        ".gitignore": _IGNORED,
        ".pre-commit-config.yaml": _PRE_COMMIT.format(requirement=requirement),
        ".github/workflows/validate.yml": _WORKFLOW.format(requirement=requirement),
        "README.md": _README.format(**plain),
    }
