"""Importers: data sets in formats of their own become claims.

A format is a reader and a mapping. The reader yields the states of its data set, each with its
records (:mod:`tenure.ingest.records`); what the words of the data set mean is in the mapping file.
Entities, stretches, revisions, validation and files are shared. Other packages add formats through
the entry point group :data:`GROUP`; ``docs/howto/importing.md`` shows one.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import yaml
from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadInput, BadParameter, NotFound
from tenure.garbage import without_collecting
from tenure.ingest.data_sets import Counted, DataSet, RecordedState, Revisions
from tenure.ingest.entities import Entities
from tenure.ingest.facts_folder import LICENCE, FactsFile, FactsFolder, read_text
from tenure.ingest.forms import TEXT, require_form
from tenure.ingest.records import EntityReference, ImportReport
from tenure.ingest.statement import checked_slug
from tenure.ingest.vocabulary import Vocabulary
from tenure.inputs import require_file
from tenure.model import instant
from tenure.namespaces import RDF_TYPE, TN, Names
from tenure.resources import OwnTerms
from tenure.suggest import nearest, remedy_of
from tenure.temporal import parse
from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched

if TYPE_CHECKING:
    from tenure.validate import Finding

GROUP: Final = "tenure.formats"
"""The entry point group of formats from other packages: each a :class:`Format`."""

OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "table": "table:FORMAT",
        "popolo": "popolo:FORMAT",
        "wikidata": "wikidata:FORMAT",
        "org": "rdf:ORG",
        "rdf": "rdf:FORMAT",
        "ftm": "ftm:FORMAT",
        "congress-legislators": "legislators:CONGRESS",
        "openstates": "legislators:OPENSTATES",
        "eac-cpf": "xml:EAC",
        "tei": "xml:TEI",
        "xml": "xml:FORMAT",
        "us-executive": "us_executive:FORMAT",
    }
)
"""The formats of this package: a module of ``tenure.ingest.formats``, and what it is there."""

_MANY: Final = 500
_BESIDE: Final = 1_000
"""Records from which on it pays to check them in a process beside."""
_TEXTS: Final = {...: TEXT}
_MAPPING: Final = {
    "source": _TEXTS,
    "rows": {"null": [TEXT], "columns": [TEXT], ...: TEXT},
    "dates": {"present": [TEXT], "none": [TEXT], ...: TEXT},
    "entities": {...: _TEXTS},
    "xml": {
        "together": [TEXT],
        "rows": [{"join": _TEXTS, ...: TEXT}],
        "index": {...: {"root": TEXT, "key": TEXT}},
    },
    "rdf": {"queries": [TEXT]},
    "wikidata": {...: [TEXT]},
    "popolo": _TEXTS,
}
_CONTINUED: Final = bytes(range(0x80, 0xC0))
"""Bytes that begin no character in UTF-8 but go on with one."""


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What a reader is given: the files, the mapping, and where to tell what is wrong."""

    paths: Sequence[Path]
    slug: str
    mapping: Mapping[str, Any]
    names: Names
    entities: Entities
    report: ImportReport
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Format:
    """A format that data sets can be in.

    Attributes:
        summary: what it is, in a few words.
        patterns: what its files in a folder are called.
        read: yields the states of the data set, the oldest first; without an instant there is one.
        mapping: the mapping that comes with it; its ``source`` describes the data set.
        needs_mapping: whether it is nothing without a mapping of the user's.
    """

    summary: str
    patterns: tuple[str, ...]
    read: Callable[[ImportContext], Iterable[RecordedState]]
    mapping: Mapping[str, Any] = field(default_factory=dict)
    needs_mapping: bool = False


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """What is said of the source on the command line; what is empty, the mapping says.

    ``publisher`` is a slug of the registry, or the name of one that is new there.
    ``published`` is an EDTF value: the day that the data tell of.
    """

    slug: str = ""
    title: str = ""
    publisher: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written: the file of the source, what each revision did, and what is to be told."""

    path: Path
    revisions: tuple[Counted, ...]
    report: ImportReport


def format_names() -> list[str]:
    """The names of all formats there are."""
    return [*OWN, *sorted(one.name for one in entry_points(group=GROUP) if one.name not in OWN)]


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        BadParameter: there is none; names the nearest.
        BadInput: another package's, and it cannot be loaded.
    """
    if name in OWN:
        module, _, called = OWN[name].partition(":")
        found: Format = getattr(import_module(f"tenure.ingest.formats.{module}"), called)
        return found
    for one in entry_points(group=GROUP, name=name):
        try:
            loaded = one.load()
        except Exception as error:
            raise BadInput(
                f"The format cannot be loaded from {one.value}: {error}.",
                where=name,
                remedy="Install the package that it comes from again.",
            ) from error
        if isinstance(loaded, Format):
            return loaded
    raise BadParameter(
        f"There is no importer for {name[:80]!r}.",
        where="FORMAT",
        remedy=remedy_of(nearest(name, format_names()), f"There are: {', '.join(format_names())}."),
    )


def own_mapping(name: str) -> dict[str, Any]:
    """A mapping file that comes with a format, by the name of the file."""
    text = (files("tenure.ingest.formats") / name).read_text(encoding="utf-8")
    return _parsed(text, name)


def read_mapping(path: Path) -> dict[str, Any]:
    """A mapping file of the user's, in TOML or YAML.

    Raises:
        NotFound: there is no such file.
        BadInput: it is neither, or no table.
    """
    return _parsed(read_text(path), str(path))


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(text) if name.endswith(".toml") else yaml.safe_load(text)
    except (tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise BadInput(
            f"The mapping does not parse: {' '.join(str(error).split())}.",
            where=name,
            remedy="A mapping is TOML (in a file that ends in .toml) or YAML.",
        ) from error
    if not isinstance(found, dict):
        raise BadInput("The mapping is no table.", where=name, remedy="Begin with `statements:`.")
    return found


def import_files(
    form: str | Format,
    paths: Sequence[Path],
    facts: Path,
    *,
    source: SourceDescription | None = None,
    mapping: Mapping[str, Any] | None = None,
    recorded_at: str | None = None,
    message: str = "",
    by: str | None = None,
    names: Names | None = None,
    terms: OwnTerms | None = None,
    progress: Progress = unwatched,
    now: datetime | None = None,
) -> Imported:
    """Import files, or the files in folders, into the folder of facts, as revisions of one source.

    What cannot be understood is told in the report, with its place, and the rest goes in; what goes
    in goes in whole or not at all. What was recorded before and is in the files still stays as it
    is; what is in them no longer is retracted.

    Args:
        form: one of :func:`format_names`, or a format of one's own.
        paths: files, or folders with such files.
        facts: the folder of the facts.
        source: what the source is called, and who published it.
        mapping: what the words of the data set mean; goes before the format's own, part by part.
        recorded_at: the instant at which the state was recorded, of a format whose files do not
            say it; None means the clock.
        message: why, in a sentence.
        by: who does it, by name.
        names: the IRIs.
        terms: what the base has beside the ontology; None means what is set.
        progress: is told how far it is.
        now: the clock.

    Raises:
        BadParameter: there is no such format, or no slug for the source.
        NotFound: a path, or the folder of facts, is not there.
        BadInput: a mapping that cannot be used, or a state that is older than what was recorded.
    """
    chosen = form if isinstance(form, Format) else format_named(form)
    with without_collecting(), closing(FactsFolder(facts, names, terms)) as folder:
        return _imported(
            chosen, paths, folder, source or SourceDescription(), mapping, recorded_at, message,
            by, progress, now,
        )  # fmt: skip


def _imported(
    chosen: Format,
    paths: Sequence[Path],
    folder: FactsFolder,
    given: SourceDescription,
    mapping: Mapping[str, Any] | None,
    recorded_at: str | None,
    message: str,
    by: str | None,
    progress: Progress,
    now: datetime | None,
) -> Imported:
    report = ImportReport()
    vocabulary = Vocabulary.load(own=folder.terms)
    whole = {**chosen.mapping, **(mapping or {})}
    require_form(whole, _MAPPING)
    if chosen.needs_mapping and not mapping:
        raise BadParameter(
            "What the columns mean is not known: there is no mapping.",
            where="--mapping",
            remedy="`tenure import table --suggest FILE` writes one to begin with.",
        )
    slug = given.slug or str(whole.get("source", {}).get("slug", ""))
    if not slug:
        raise BadParameter(
            "The source has no slug.",
            where="--source",
            remedy="Give a short name: small letters, digits and dashes.",
        )
    checked_slug(slug, "--source")
    found = _files(paths, chosen.patterns)
    # An office is one of some organization; where a data set names none, of one that stands for it.
    unnamed = EntityReference(
        "Organization", (f"Organizations that {slug} does not name@en",), slug=f"org/{slug}-unnamed"
    )
    entities = Entities(folder.registry.quads, folder.names, vocabulary, report, unnamed)
    context = ImportContext(found, slug, whole, folder.names, entities, report, vocabulary)
    for one, about in whole.get("entities", {}).items():
        entities.declare(one, about)
    path = folder.path / f"{slug}.trig"
    described = whole.get("source", {})
    file = folder.file(path, str(described.get("header", LICENCE)))
    data_set = _data_set(given, slug, described, found, entities, file)
    revisions = Revisions(
        data_set,
        file.quads,
        folder.names,
        entities,
        report,
        vocabulary=vocabulary,
        occurrences=folder.occurrences,
    )

    def watch(count: int) -> None:
        if count % _MANY == 0:
            progress(ProgressStep(Stage.READING, count))
        if count == _BESIDE:
            folder.check_beside()

    for state in chosen.read(context):
        at = _instant(state, recorded_at, folder, file, now)
        told = replace(state, message=message or state.message, by=by or state.by)
        revisions.add(told, at, watch)
        if state.instant is None and recorded_at is None:
            revisions.tell_if_outdated(at)
    taken_in = revisions.recorded_before or any(o.added or o.kept for o in revisions.counted)
    if not taken_in and not report.faults:
        report.fault(", ".join(one.name for one in found[:3]), _nothing(chosen))
    if revisions.quads and taken_in:
        added = [*entities.added, *revisions.quads]
        folder.add(
            added,
            lambda findings: _without(findings, added, revisions, report),
            claims=revisions.claims,
        )
    return Imported(path, tuple(revisions.counted), report)


def _nothing(form: Format) -> BadInput:
    return BadInput(
        f"There is no record in it that is read as {form.summary}.",
        remedy="Check the format and the mapping.",
    )


def _without(
    findings: Sequence[Finding], added: list[Quad], revisions: Revisions, report: ImportReport
) -> list[Quad] | None:
    """Leave out the records that break rules; what is then left to add beside the other claims.

    None where it is not they that break rules.
    """
    refused: dict[str, str] = {}
    about = revisions.claims_about({one.focus for one in findings})
    for one in findings:
        if not about[one.focus]:
            return None
        for claim in about[one.focus]:
            refused.setdefault(claim, f"{one.message} {one.remedy}".strip())
    for claim, what in refused.items():
        report.fault(revisions.locator(claim), what)
    return added if revisions.leave_out(refused.keys()) else []


def _files(paths: Sequence[Path], patterns: Sequence[str]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NotFound(
                "There is no such file or folder.",
                where=str(path),
                remedy="Give the path of a file, or of a folder that holds some.",
            )
        inside = [path]
        if path.is_dir():
            inside = sorted({one for pattern in patterns for one in path.rglob(pattern)})
            if not inside:
                raise NotFound(
                    f"There is no {' or '.join(patterns)} in this folder.",
                    where=str(path),
                    remedy="Name another folder, or the files themselves.",
                )
        for one in inside:
            try:
                require_file(one)
            except OSError as error:
                raise BadInput(
                    f"It cannot be read: {error.strerror}.",
                    where=str(one),
                    remedy="Name a regular file that this user may read.",
                ) from error
        found.update(dict.fromkeys(inside))
    return list(found)


def _instant(
    state: RecordedState,
    recorded_at: str | None,
    folder: FactsFolder,
    file: FactsFile,
    now: datetime | None,
) -> str:
    if state.instant is not None:
        return state.instant
    if recorded_at is not None:
        return instant(recorded_at, where="--recorded-at")
    last = max(
        (
            q.object.value
            for q in file.quads
            if q.predicate in (TN("recordedAt"), TN("retractedAt"))
            and isinstance(q.object, Literal)
        ),
        default="",
    )
    at = (now or datetime.now(UTC)).astimezone(UTC)
    if last:
        # A revision after the clock was put back comes after those that there are.
        at = max(at, datetime.fromisoformat(last) + timedelta(seconds=1))
    return folder.free_instant(at)


def _data_set(
    given: SourceDescription,
    slug: str,
    described: Mapping[str, Any],
    paths: Sequence[Path],
    entities: Entities,
    file: FactsFile,
) -> DataSet:
    """How the source is described, should it be new; its publisher is registered then."""
    title = given.title or str(described.get("title", "")) or ", ".join(p.name for p in paths[:3])
    published = given.published or str(described.get("published", ""))
    if published:
        published = str(parse(published))
    publisher = given.publisher or str(described.get("publisher", ""))
    address = given.url or str(described.get("address", "")) or None
    digest, length = "", 0
    is_new = not any(
        q.predicate == RDF_TYPE
        and isinstance(q.subject, NamedNode)
        and q.subject.value.endswith(f"/source/{slug}")
        for q in file.quads
    )
    if is_new:
        publisher = _publisher(publisher, slug, str(described.get("publisher name", "")), entities)
        if address is None:
            digest, length = _measured(paths)
    return DataSet(
        slug,
        title,
        publisher,
        address,
        "",
        published,
        digest,
        length,
        bool(described.get("folds", True)),
    )


def _publisher(publisher: str, slug: str, name: str, entities: Entities) -> str:
    if publisher in entities.kinds:
        return publisher
    if publisher.startswith("org/"):
        one = EntityReference("Organization", (name or publisher,), slug=publisher)
    else:
        one = EntityReference("Organization", (publisher or f"Publisher of {slug}",))
    return entities.find(one, slug)


def _measured(paths: Sequence[Path]) -> tuple[str, int]:
    """The digest of the bytes of all files in their order, and how many characters they are."""
    digest, length = hashlib.sha256(), 0
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                length += len(block.translate(None, _CONTINUED))
    return digest.hexdigest(), max(length, 1)
