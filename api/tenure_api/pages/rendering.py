"""The pages: one Jinja environment, and the words that its templates need.

Everything is escaped by default; nothing in the templates marks text as safe. Templates hold no
scripts and no styles of their own, since the Content-Security-Policy would not let them run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode

from tenure.languages import ENGLISH, direction
from tenure.reference import TEMPLATES as REFERENCE_TEMPLATES
from tenure.temporal import parse_iso
from tenure.temporal.in_words import day_in_words
from tenure.terms import EDTF_DATATYPE, XSD_DATE, local_name

if TYPE_CHECKING:
    from tenure_api.pages.links import Links

FOLDER: Final = Path(__file__).resolve().parents[1]
STATIC: Final = FOLDER / "static"

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DAYS: Final = frozenset((EDTF_DATATYPE, XSD_DATE))
_FORMATS: Final = {
    "jsonld": "JSON-LD",
    "nq": "N-Quads",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
    "ttl": "Turtle",
}
_BOUNDS: Final = {
    "startEarliest": "Began at the earliest",
    "startLatest": "Began at the latest",
    "endEarliest": "Ended at the earliest",
    "endLatest": "Ended at the latest",
}


class Pages:
    """Renders the templates, with what every page shows given once."""

    def __init__(self, links: Links, version: str) -> None:
        environment = Environment(
            loader=FileSystemLoader([FOLDER / "templates", REFERENCE_TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(links=links, version=version, here="", problem=None)
        environment.filters.update(
            bound=bound,
            day_name=day_name,
            direction=direction,
            format_name=format_name,
            slug=slug,
            words=words,
        )
        environment.tests.update(
            foreign=is_foreign,
            day=lambda term: isinstance(term, Literal) and term.datatype in _DAYS,
            iri=lambda term: isinstance(term, NamedNode),
            literal=lambda term: isinstance(term, Literal),
        )
        self._environment = environment

    def render(self, template: str, **values: object) -> str:
        """The page that ``template`` makes of ``values``.

        Raises :class:`jinja2.UndefinedError` where the template needs a value that is missing.
        """
        return self._environment.get_template(template).render(**values)


def is_foreign(term: object) -> bool:
    """Whether words are not plainly in the language of the pages, and so have to say theirs.

    Those that say none are foreign where they run from right to left.
    """
    if not isinstance(term, Literal) or term.language == ENGLISH:
        return False
    return term.language is not None or direction(term.value) == "rtl"


def words(name: str) -> str:
    """A local name, or the local name of an IRI, as a person writes it.

    >>> words("startEarliest"), words("https://w3id.org/tenure/vocabulary#SetAside")
    ('start earliest', 'set aside')
    """
    bare = local_name(name) if "://" in name else name
    return _HUMP.sub(" ", bare).lower() if " " not in bare else bare


def slug(name: str) -> str:
    """A name as a class of the style sheet: lower case, hyphens between the words."""
    return re.sub(r"[^a-z0-9]+", "-", words(name).lower()).strip("-")


def bound(name: str) -> str:
    """The heading of one of the four bounds."""
    return _BOUNDS.get(name, words(name))


def day_name(written: str) -> str:
    """An ISO day as people write it."""
    return day_in_words(parse_iso(written))


def format_name(name: str) -> str:
    """What people call a format."""
    return _FORMATS.get(name, name.upper())
