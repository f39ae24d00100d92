"""The pages: one Jinja environment, the words that its templates need, and where links lead.

Everything is escaped by default; nothing in the templates marks text as safe. Templates hold no
scripts and no styles of their own, since the Content-Security-Policy would not let them run.

The knowledge base names things under a public base such as ``https://w3id.org/tenure/``. A page
of this service leads to this service's own addresses for them, so that a copy on a laptop needs
no network. Any other IRI is a link only where it is a plain web address: an answer may hold
anything, ``javascript:`` too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import copy
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request

from tenure.errors import TenureError
from tenure.knowledge import KnowledgeBase
from tenure.languages import ENGLISH, by_preference, direction
from tenure.model import Occurrence, Registry, Source
from tenure.namespaces import (
    EDTF_DATATYPE,
    TN,
    TN_PREFIX,
    TNV,
    TNV_PREFIX,
    XSD_DATE,
    local_name,
    prefixes,
)
from tenure.reference import TEMPLATES as REFERENCE_TEMPLATES
from tenure.store.answers import Solutions
from tenure.temporal import parse_iso
from tenure.temporal.in_words import day_in_words
from tenure_api.pages.view import KNOWN_AT, BarChoices, View, read_view, resolved

_BETWEEN: Final = " – "
IN_SCHEME: Final = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
SAFE: Final = "/-._~:@!$&'()*+,;="

_TERMS: Final = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?label WHERE {
  VALUES ?graph { $graphs }
  GRAPH ?graph { ?term rdfs:label|skos:prefLabel ?label }
}
"""


_CONTENT_SECURITY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": _CONTENT_SECURITY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""What keeps a browser from loading or leaking anything (Content Security Policy Level 3)."""


class Links:
    """The labels and local addresses of everything in a knowledge base."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._names = kb.names
        self._prefixes = prefixes(kb.names)
        self._terms = _labels_of_terms(kb)
        _, own = kb.names.ontology_graphs
        subjects = (quad.subject for quad in kb.store.quads(own))
        self._own = frozenset(one.value for one in subjects if isinstance(one, NamedNode))
        self._glossary = _glossary(kb)
        self.view = View()
        self.shown_terms = ""

    def under(self, view: View) -> Links:
        """The same links, which carry a view along."""
        other = copy(self)
        other.view = view
        return other

    def within(self, namespace: str) -> Links:
        """The same links for a page that has the terms of a namespace: to these, anchors alone."""
        other = copy(self)
        other.shown_terms = namespace
        return other

    @property
    def terms(self) -> Mapping[str, Literal]:
        """The label of each term of the ontology."""
        return self._terms

    def label(self, iri: str) -> str:
        """What a person calls ``iri``: a name where it has one, else the IRI in short."""
        return _BETWEEN.join(one.value for one in self.named(iri))

    def named(self, iri: str) -> tuple[Literal, ...]:
        """The same in its parts, each in its language: a situation is called by what it is between.

        What is no name is said to be English, as the pages are.
        """
        if iri in self._terms:
            return (self._terms[iri],)
        registry, sources = self._described()
        if iri in sources:
            return (sources[iri].title,)
        if iri in registry:
            shown = registry.names(iri)
            return shown[:1] or (_plain(local_name(iri)),)
        if iri in self._kb.claims:
            return (_plain(f"claim {self._names.short(iri).removeprefix('claim/')}"),)
        if self._names.slug_of(iri) is not None:
            return self._occurrence(iri)
        if iri.startswith(self._names.base):
            return (_plain(self._names.short(iri)),)
        return (_plain(self.compact(iri)),)

    def _described(self) -> tuple[Registry, Mapping[str, Source]]:
        """The entities and sources as they were called at the view's instant of recorded time."""
        # What is wrong with a policy is told by whatever the page asks with it.
        with suppress(TenureError):
            if self.view.known_at or KNOWN_AT in self.view.policy:
                policy = self._kb.policy(self.view.policy_text)
                return self._kb.snapshot.described_at(policy.known_at)
        return self._kb.registry, self._kb.sources

    def _occurrence(self, iri: str) -> tuple[Literal, ...]:
        """A situation by whom it is between and the words that tell it from others of its kind.

        One that only other policies have, by its slug.
        """
        occurrence = self._kb.occurrences([iri]).get(iri)
        if occurrence is None or occurrence.subject is None:
            return (_plain(local_name(iri).replace("--", _BETWEEN).replace("-", " ")),)
        named = self.named(occurrence.subject)
        named += self.named(occurrence.object) if occurrence.object else ()
        words = telling(self._kb, occurrence)
        first = next((one for one in words if isinstance(one, Literal)), None)
        return named if first is None else (*named, first)

    def of_slug(self, text: str) -> str | None:
        """The IRI that a slug stands for, where this base knows it; else None."""
        names = self._names
        for iri in (names.base + text, names.entity_iri(text)):
            if iri in self._kb.sources or iri in self._kb.registry or iri in self._kb.claims:
                return iri
        return None

    def compact(self, iri: str) -> str:
        """The IRI with a prefix where one fits, such as ``org:holds``; else as it is.

        Among prefixes that fit, the one with the longest namespace.
        """
        fitting = [name for name, space in self._prefixes.items() if iri.startswith(space)]
        if not fitting:
            return iri
        name = max(fitting, key=lambda one: len(self._prefixes[one]))
        return f"{name}:{iri.removeprefix(self._prefixes[name])}"

    def href(self, iri: str) -> str | None:
        """Where a link on a page leads for ``iri``, or None where it should be no link."""
        if self.shown_terms and iri.startswith(self.shown_terms):
            return f"#{quote(local_name(iri), safe='')}"
        path = self._path(iri)
        return None if path is None else self.view.link(path)

    def _path(self, iri: str) -> str | None:
        for namespace, page in ((TN_PREFIX, "/ontology"), (TNV_PREFIX, "/vocabulary")):
            if iri.startswith(namespace):
                return f"{page}#{quote(local_name(iri), safe='')}"
        if iri in self._own:
            return f"/terms#{quote(local_name(iri), safe='')}"
        slug = self._names.slug_of(iri)
        if slug is not None:
            return f"/doc/{quote(slug, safe=SAFE)}"
        if iri.startswith(self._names.base):
            rest = iri.removeprefix(self._names.base)
            known = ("at/", "claim/", "source/", "ontology", "vocabulary")
            return f"/{quote(rest, safe=SAFE + '#')}" if rest.startswith(known) else None
        return iri if iri.startswith(("https://", "http://")) else None

    def passage(self, source: str, sentence: int) -> str:
        """Where a sentence of a source is shown."""
        path = self._path(source) or ""
        return f"{self.view.link(path, sentence=sentence)}#s{sentence}"

    def meaning(self, word: str) -> str:
        """What a word of the vocabulary means; nothing of one that says what it means itself."""
        return self._glossary.get(word, "")

    def explain(self, iri: str) -> str | None:
        """Where the reasons for an occurrence are shown; None for anything but an entity."""
        slug = self._names.slug_of(iri)
        return None if slug is None else self.view.link(f"/explain/{quote(slug, safe=SAFE)}")


_SCHEMES: Final = ("Modalities", "Standings", "Statuses", "Certainties")
_PLAIN: Final = frozenset({"Accepted", "Asserted", "Certain", "Possible", "Reported", "Settled"})


def _glossary(kb: KnowledgeBase) -> Mapping[str, str]:
    """What it means how a claim is put, what becomes of it, and how sure a thing is."""
    schema = kb.schema
    concepts = [iri for one in _SCHEMES for iri in schema.subjects(IN_SCHEME, TNV(one).value)]
    return {
        schema.label(iri): schema.definition(iri)
        for iri in concepts
        if local_name(iri) not in _PLAIN
    }


def stated_of(kb: KnowledgeBase, one: Occurrence) -> Iterator[tuple[str, NamedNode | Literal]]:
    """What the claims of a situation state of it, each with the IRI of the property."""
    node = NamedNode(one.iri)
    for iri in one.claims:
        claim = kb.claims[iri]
        for stated in claim.content if not claim.denies else ():
            if stated.subject == node and isinstance(stated.object, NamedNode | Literal):
                yield stated.predicate.value, stated.object


def telling(kb: KnowledgeBase, one: Occurrence) -> Iterator[NamedNode | Literal]:
    """Of that, what tells the situation from others of its kind."""
    names = kb.schema.objects(TN("distinguishedBy"), one.kind)
    return (value for name, value in (stated_of(kb, one) if names else ()) if name in names)


def _plain(text: str) -> Literal:
    return Literal(text, language=ENGLISH)


def _labels_of_terms(kb: KnowledgeBase) -> Mapping[str, Literal]:
    answer = kb.query(_TERMS.replace("$graphs", " ".join(map(str, kb.names.ontology_graphs))))
    assert isinstance(answer, Solutions)
    named: dict[str, list[Literal]] = defaultdict(list)
    for term, label in answer:
        if isinstance(term, NamedNode) and isinstance(label, Literal):
            named[term.value].append(label)
    return {iri: by_preference(labels)[0] for iri, labels in named.items()}


NAME: Final = "Tenure"
"""What a base is called that has no name of its own."""
FOLDER: Final = Path(__file__).resolve().parents[1]
STATIC: Final = FOLDER / "static"
_LETTERS: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_RIGHT_TO_LEFT: Final = re.compile(rf"[{_LETTERS}](?:[^A-Za-z\n]*[{_LETTERS}])?")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CREATIVE_COMMONS: Final = re.compile(
    r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([0-9.]+)/?(?:deed\.\w+)?"
)
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
    """Renders the templates about one knowledge base, with what every page shows given once."""

    def __init__(
        self,
        kb: KnowledgeBase,
        version: str,
        title: str | None = None,
        licence: str | None = None,
    ) -> None:
        """``title`` is what the base is called, ``licence`` the IRI of that of its facts.

        ``view`` is how the pages are looked at; see :meth:`under`.
        """
        self.kb = kb
        self.links = Links(kb)
        self.view = View()
        environment = Environment(
            loader=FileSystemLoader([FOLDER / "templates", REFERENCE_TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(
            version=version,
            here="",
            problem=None,
            base_name=title or NAME,
            script=script_address(),
            static=static_address,
            licence=licence if (licence or "").startswith(("https://", "http://")) else None,
        )
        environment.filters.update(
            bound=bound,
            by_direction=by_direction,
            day_name=day_name,
            direction=direction,
            after=after,
            format_name=format_name,
            instant_name=instant_name,
            licence_name=licence_name,
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

    def under(self, view: View) -> Pages:
        """The same pages as they are looked at: their links carry the view along."""
        other = copy(self)
        other.view, other.links = view, self.links.under(view)
        return other

    def asked(self, request: Request, *, forgiving: bool = False) -> Pages:
        """The pages as a request looks at them; takes and raises what :func:`read_view` does."""
        return self.under(read_view(self.kb, self.links.named, request, forgiving=forgiving))

    def seen(self, view: View) -> Pages:
        """The pages by a view whose day is yet to be worked out."""
        return self.under(resolved(self.kb, self.links.named, view))

    def render(self, template: str, **values: object) -> str:
        """The page that ``template`` makes of ``values``.

        Raises :class:`jinja2.UndefinedError` where the template needs a value that is missing.
        """
        frame = {"links": self.links, "view": self.view, "bar": BarChoices(self.view, self.kb)}
        return self._environment.get_template(template).render(frame | values)


@cache
def static_address(name: str) -> str:
    """Where a file of the pages is, with what changes with it: a browser keeps what it has read."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:16]}"


def script_address() -> str:
    """Where pages load their script from; empty where none was built, as they work without."""
    made_of = STATIC / "bundle" / "digest.txt"
    if not made_of.is_file():
        return ""
    return f"/static/bundle/tenure.js?{made_of.read_text(encoding='utf-8').strip()}"


def is_foreign(term: object) -> bool:
    """Whether words are not plainly in the language of the pages, and so have to say theirs.

    Those that say none are foreign where they run from right to left.
    """
    if not isinstance(term, Literal) or term.language == ENGLISH:
        return False
    return term.language is not None or direction(term.value) == "rtl"


def by_direction(text: str) -> list[tuple[str, bool]]:
    """A sentence in stretches, each with whether it runs from right to left.

    So a name in it can be set apart, or it would pull the words around it along.

    >>> by_direction("Visit of علی شمخانی, 2020")
    [('Visit of ', False), ('علی شمخانی', True), (', 2020', False)]
    """
    found = []
    end = 0
    for match in _RIGHT_TO_LEFT.finditer(text):
        found += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [(part, rtl) for part, rtl in (*found, (text[end:], False)) if part]


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


def instant_name(written: str) -> str:
    """An instant in UTC as people write it.

    >>> instant_name("2026-11-24T08:30:00Z")
    '24 November 2026, 08:30:00 UTC'
    """
    day, _, time = written.partition("T")
    return f"{day_name(day)}, {time.removesuffix('Z')} UTC"


def after(text: str, part: str) -> str:
    """What follows ``part`` in a text, as a slug does in an IRI; the text where it has none."""
    _, found, rest = text.partition(part)
    return rest if found else text


def licence_name(iri: str) -> str:
    """What people call a licence.

    >>> licence_name("https://creativecommons.org/licenses/by-sa/4.0/")
    'CC BY-SA 4.0'
    """
    known = _CREATIVE_COMMONS.fullmatch(iri)
    if known is None:
        return iri
    kind = "CC0" if known[1] == "zero" else f"CC {known[1].upper()}"
    return f"{kind} {known[2]}"


def format_name(name: str) -> str:
    """What people call a format."""
    return _FORMATS.get(name, name.upper())
