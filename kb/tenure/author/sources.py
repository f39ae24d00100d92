"""``tenure source add``: a new source with its digest, its length and its publisher's own voice."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Quad

from tenure.author.draft import NewEntity
from tenure.author.files import read_text, write_all
from tenure.author.gate import refuse_violations
from tenure.author.layout import write_layout
from tenure.author.passages import sha256
from tenure.author.registry import (
    RegistryFile,
    checked_slug,
    kind_of_new,
    read_registry,
    source_files,
)
from tenure.author.vocabulary import Vocabulary
from tenure.errors import BadInput, NotFound, TenureError, Where
from tenure.languages import ENGLISH, language_tag, said
from tenure.nearest import nearest, remedy_of
from tenure.temporal import parse
from tenure.terms import (
    EDTF_DATATYPE,
    RDF_TYPE,
    RDFS_LABEL,
    TN,
    XSD_INTEGER,
    Names,
    local_name,
)

_ANY_URI = NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
_HEADER = ("# Licence: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",)


def add_source(
    facts: Path,
    slug: str,
    *,
    publisher: str,
    published: str,
    title: str,
    url: str | None = None,
    text_path: Path | None = None,
    publisher_name: str | None = None,
    language: str | None = None,
    names: Names | None = None,
    vocabulary: Vocabulary | None = None,
) -> Path:
    """Write ``<slug>.trig`` into the folder ``facts``, and the publisher into the registry if new.

    ``publisher`` is a slug, an IRI or an exact name; with ``publisher_name`` an unknown slug is
    registered under that name. Title and name are in ``language`` unless they say another one
    (:mod:`tenure.languages`), and without it in English. ``published`` is an EDTF value.
    The text itself is only measured: its length in code points, and the SHA-256 of its bytes.

    Raises:
        BadInput: a slug that is none or is taken, neither text nor web address, a text that is no
            UTF-8, or a rule of the shapes that would be broken.
        BadDate: ``published`` is no EDTF value.
        NotFound: an unknown publisher (names the nearest), no such folder or text.
    """
    names = names or Names()
    registry = read_registry(facts, names)
    path = _free_path(facts, slug)
    usual = (ENGLISH,) if language is None else (language_tag(language, "language"), ENGLISH)
    day = _published(published)
    if not title.strip():
        raise BadInput("The title is empty.", where="title", remedy="Give the source's headline.")
    if url is None and text_path is None:
        raise BadInput(
            "Nobody could find this source again.",
            where="url",
            remedy="Give its web address (--url), or its text (--text), or both.",
        )
    changes: dict[Path, tuple[str | None, str]] = {}
    publisher_slug = _publisher(registry, publisher, publisher_name, names)
    if publisher_slug not in registry.kinds:
        vocabulary = vocabulary or Vocabulary.load()
        outlet = NewEntity(
            publisher_slug, publisher_name or "", "MediaOutlet", where=Where("publisher")
        )
        kind = kind_of_new(outlet, registry.kinds, vocabulary, names)
        node = names.entity(publisher_slug)
        registered = [
            Quad(node, RDF_TYPE, kind.node),
            Quad(node, RDFS_LABEL, said(outlet.label, usual, outlet.where)),
        ]
        changes[registry.path] = (registry.text, registry.with_quads(registered, names))
    source = names.source(slug)
    quads = [
        Quad(source, RDF_TYPE, TN("Source")),
        Quad(source, RDFS_LABEL, said(title, usual, Where("title"))),
        Quad(source, TN("publisher"), names.entity(publisher_slug)),
        Quad(source, TN("published"), Literal(day, datatype=EDTF_DATATYPE)),
        *chain_quads(names, slug, local_name(publisher_slug), (publisher_slug,)),
    ]
    if url is not None:
        quads.append(Quad(source, TN("webAddress"), Literal(_address(url), datatype=_ANY_URI)))
    if text_path is not None:
        text = read_text(text_path)
        if not text.strip():
            raise BadInput("The text is empty.", where=str(text_path), remedy="Save it again.")
        length = Literal(str(len(text)), datatype=XSD_INTEGER)
        quads.append(Quad(source, TN("textDigest"), Literal(sha256(text))))
        quads.append(Quad(source, TN("textLength"), length))
    changes[path] = (None, write_layout(quads, header=_HEADER, names=names))
    # The registry is replaced first: a publisher without a source is harmless, the reverse is not.
    refuse_violations(facts, changes, names)
    write_all(changes)
    return path


def chain_quads(names: Names, source_slug: str, name: str, voices: tuple[str, ...]) -> list[Quad]:
    """A speech chain of a source, with one link for each of ``voices`` (slugs, publisher first)."""
    prefix = f"{names.source(source_slug).value}/chain/"
    chain = NamedNode(prefix + name)
    quads = [Quad(chain, RDF_TYPE, TN("SpeechChain"))]
    for position, voice in enumerate(voices, start=1):
        link = NamedNode(f"{prefix}{name}-{position}")
        quads += [
            Quad(chain, TN("link"), link),
            Quad(link, RDF_TYPE, TN("SpeechLink")),
            Quad(link, TN("position"), Literal(str(position), datatype=XSD_INTEGER)),
            Quad(link, TN("voice"), names.entity(voice)),
        ]
    return quads


def _free_path(facts: Path, slug: str) -> Path:
    checked_slug(slug, "slug")
    path = facts / f"{slug}.trig"
    if slug in source_files(facts) or path.exists():
        raise BadInput(
            f"There is a source {slug!r} already.",
            where=str(path),
            remedy="Choose another slug, or add claims to that source.",
        )
    return path


def _published(text: str) -> str:
    try:
        return str(parse(text))
    except TenureError as error:
        error.where = Where("published")
        raise


def _publisher(
    registry: RegistryFile, publisher: str, publisher_name: str | None, names: Names
) -> str:
    if publisher_name is None or publisher in registry.kinds:
        try:
            return registry.resolve(publisher, names)
        except NotFound as error:
            raise NotFound(
                f"There is no publisher {publisher!r} in the registry.",
                where="publisher",
                remedy=remedy_of(nearest(publisher, registry.kinds))
                + " To register a new one, give its name too (--publisher-name).",
            ) from error
    if not publisher_name.strip():
        raise BadInput("The name is empty.", where="publisher-name", remedy="Give the full name.")
    return publisher


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or any(c.isspace() for c in url):
        raise BadInput(
            f"{url[:120]!r} is no web address.",
            where="url",
            remedy="It begins with https:// and has no spaces.",
        )
    return url
