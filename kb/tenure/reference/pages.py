"""The pages as files: links are relative, nothing is loaded from anywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import Triple

from tenure.errors import BadInput
from tenure.model.ontology import Ontology
from tenure.namespaces import TN_PREFIX, TNV_PREFIX, local_name
from tenure.reference.model import Labelled, QuestionPage, labels, read_reference
from tenure.reference.shapes import rules_in_words

TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
"""The folder of ``_terms.html``, whose macros show terms on any page that has ``links``."""

STYLE: Final = "reference.css"
QUESTIONS: Final = "questions.html"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of terms: its file, the namespace it shows, and its words."""

    file: str
    name: str
    namespace: str
    title: str
    description: str


PAGES: Final = (
    Page(
        "index.html",
        "Ontology",
        TN_PREFIX,
        "The Tenure ontology",
        "Claims, evidence, situations, events, and what time makes of them.",
    ),
    Page(
        "vocabulary.html",
        "Vocabularies",
        TNV_PREFIX,
        "The Tenure vocabularies",
        "Closed lists of concepts: modalities, ranks, tenses, stances and more.",
    ),
)


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Where links on written pages lead, and what they are called."""

    label: Labelled

    def href(self, iri: str) -> str | None:
        """Where a link leads: an anchor of one of the pages, the web, or nowhere."""
        for page in PAGES:
            if iri.startswith(page.namespace):
                return f"{page.file}#{quote(local_name(iri), safe='')}"
        return iri if iri.startswith(("https://", "http://")) else None


def write_pages(
    folder: Path,
    ontology: Iterable[Triple],
    shapes: Iterable[Triple] = (),
    questions: Iterable[QuestionPage] = (),
) -> tuple[Path, ...]:
    """Write the reference of an ontology into a folder, and say which files that made.

    Where there are questions, they have a page of their own with their SPARQL.

    Files of the same names are replaced; others are left alone.

    Raises:
        BadInput: the folder cannot be written.
    """
    triples = list(ontology)
    asked = [
        replace(one, href=f"{QUESTIONS}#{quote(one.name, safe='')}")
        for one in sorted(questions, key=lambda one: one.name)
    ]
    label = labels(Ontology(triples))
    rules = rules_in_words(shapes, label)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(links=FileLinks(label))
    written = {STYLE: "".join(_text(name) for name in ("page.css", "terms.css"))}
    pages = [(page.file, page.name) for page in PAGES]
    if asked:
        pages.append((QUESTIONS, "Questions"))
        written[QUESTIONS] = environment.get_template("questions.html").render(
            here=QUESTIONS,
            pages=pages,
            title="Questions",
            description="What the terms are for: the queries of the catalogue as they stand.",
            questions=asked,
        )
    for page in PAGES:
        reference = read_reference(
            triples, page.namespace, rules=rules, questions=asked, label=label
        )
        written[page.file] = environment.get_template("page.html").render(
            here=page.file,
            pages=pages,
            title=page.title,
            description=page.description,
            reference=reference,
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (folder / name).write_text(text.strip() + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"The pages cannot be written here: {error.strerror}.",
            where=str(folder),
            remedy="Name a folder that you may write into.",
        ) from error
    return tuple(folder / name for name in written)


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
