"""Tenure from Python: a base is opened, asked, and has its answers explained.

Rows have values of Python's own: text, truth values, numbers and days; what has an IRI is a
:class:`Name`. A time that leaves days open stays the EDTF value that it is, as text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, overload

from pyoxigraph import Literal, NamedNode, Triple

from tenure.catalog import (
    Catalog,
    CatalogQuery,
    EmptyAnswer,
    RowExplainer,
    RowReason,
    ask,
    why_empty,
)
from tenure.catalog.text import (
    Shortener,
    explanation_lines,
    plain_lines,
    reason_lines,
    restated,
)
from tenure.comparison import (
    Comparison,
    PositionHistory,
    compare,
    filters_of,
    position_history,
)
from tenure.configuration import FILE, Configuration, configuration
from tenure.editing import Editor, Proposal, proposals
from tenure.editing.linking import LEAST
from tenure.errors import BadInput, BadParameter, NotFound, NotWritable
from tenure.explain import ClaimReason, Explanation
from tenure.export import export
from tenure.ingest import Imported, SourceDescription, import_files, read_mapping
from tenure.knowledge import KnowledgeBase, open_knowledge_base, read_knowledge_base
from tenure.model import WIDEST, Policy
from tenure.namespaces import XSD_BOOLEAN, XSD_DATE, XSD_INTEGER, Names
from tenure.resources import NO_TERMS, OwnTerms
from tenure.store import Row as Terms
from tenure.store import Solutions, Term, Truth, has_store
from tenure.suggest import nearest, remedy_of
from tenure.views import least_degree, pattern, read_days

Value: TypeAlias = "Name | str | bool | int | date | None"
Time: TypeAlias = str | int | date
"""An EDTF value, the slug of an event or source, a year, or a day."""


class Name(str):
    """What a person reads for an IRI, such as ``person/ali-shamkhani``; ``iri`` is the whole."""

    __slots__ = ("iri",)
    iri: str

    def __new__(cls, text: str, iri: str) -> Self:
        """The name that is read as ``text``."""
        made = super().__new__(cls, text)
        made.iri = iri
        return made


class Row:
    """A row of an answer: its values by column, as an attribute, an item, or in order.

    ``dict(row)`` has them by column too.
    """

    __slots__ = ("_place", "_rows", "_values")

    def __init__(self, rows: Rows, place: int, values: tuple[Value, ...]) -> None:
        self._rows = rows
        self._place = place
        self._values = values

    def keys(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._rows.columns

    def __getitem__(self, column: str) -> Any:
        if column not in self._rows.columns:
            raise KeyError(self._unknown(column))
        return self._values[self._rows.columns.index(column)]

    def __getattr__(self, column: str) -> Any:
        if column.startswith("_"):
            # Of a row that is being copied, nothing is set yet: to look would ask for this again.
            raise AttributeError(column)
        if column not in self._rows.columns:
            raise AttributeError(self._unknown(column))
        return self[column]

    def _unknown(self, column: str) -> str:
        columns = self._rows.columns
        near = remedy_of(nearest(column, columns), f"It has {', '.join(columns)}.")
        return f"The answer has no column {column!r}. {near}"

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        pairs = zip(self._rows.columns, self._values, strict=True)
        return f"Row({', '.join(f'{name}={str(value)!r}' for name, value in pairs)})"

    @property
    def certainty(self) -> str:
        """Whether what the row says is ``certain``, ``presumed`` or only ``possible``."""
        return str(self.__getattr__("certainty"))

    def why(self) -> Why:
        """What the row rests on, down to the passages, and what would change it.

        Raises:
            BadParameter: it is of a query of one's own, which does not say what its rows rest on.
        """
        return self._rows.why(self._place)


class Rows(Sequence[Row]):
    """The answer to a question, or to a SELECT: rows in order. ``str()`` shows it as a table."""

    columns: tuple[str, ...]

    def __init__(
        self,
        kb: KnowledgeBase,
        answer: Solutions,
        query: CatalogQuery | None = None,
        arguments: dict[str, str] | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.columns = answer.variables
        self._kb = kb
        self._terms: list[Terms] = list(answer)
        self._query = query
        self._arguments = arguments or {}
        self._policy = policy
        self._short = Shortener(kb.names)

    def __len__(self) -> int:
        return len(self._terms)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        terms = self._terms[place]
        return Row(self, place, tuple(_value(term, self._short) for term in terms))

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of {', '.join(self.columns)}>"

    def __str__(self) -> str:
        cells = [[" ".join(self._short.term(t).split()) for t in terms] for terms in self._terms]
        return "\n".join(plain_lines(self.columns, cells))

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries, for a data frame or JSON."""
        return [dict(zip(self.columns, row, strict=True)) for row in self]

    def to_arrow(self, *, iris: bool = False) -> Any:
        """The rows as a table of Arrow (``pyarrow.Table``).

        A column whose values are all whole numbers, truth values or days has that type; any other
        is text, as its times are that leave days open. What has an IRI is there by its slug, or
        with ``iris`` by the IRI.

        Raises:
            BadInput: pyarrow is not installed.
        """
        arrow = _installed("pyarrow")
        rows = [list(one) for one in self]
        columns = (
            _column(arrow, [row[place] for row in rows], iris) for place in range(len(self.columns))
        )
        return arrow.table(dict(zip(self.columns, columns, strict=True)))

    def to_pandas(self, *, iris: bool = False) -> Any:
        """The rows as a ``pandas.DataFrame`` over columns of Arrow; see :meth:`to_arrow`."""
        pandas = _installed("pandas")
        return self.to_arrow(iris=iris).to_pandas(types_mapper=pandas.ArrowDtype)

    def to_polars(self, *, iris: bool = False) -> Any:
        """The rows as a ``polars.DataFrame``; see :meth:`to_arrow`."""
        return _installed("polars").from_arrow(self.to_arrow(iris=iris))

    @cached_property
    def nothing(self) -> EmptyAnswer | None:
        """Of an answer without rows, what was asked and what would be found otherwise."""
        if self or self._query is None:
            return None
        return why_empty(self._kb, self._query, self._arguments, self._policy)

    def why(self, place: int) -> Why:
        """What a row rests on; see :meth:`Row.why`."""
        if self._query is None:
            raise BadParameter(
                "A query of one's own does not say what its rows rest on.",
                where="why",
                remedy="Ask a question of the catalogue, or explain() what a row names.",
            )
        return Why(self._explainer.of(self._terms[place]), self._kb.names)

    @cached_property
    def _explainer(self) -> RowExplainer:
        assert self._query is not None
        return RowExplainer(self._kb, self._query, self._arguments, self._policy)


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is so. ``data`` has the parts; ``str()`` is the text that commands print."""

    data: RowReason | Explanation | ClaimReason
    names: Names

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self.data) if isinstance(self.data, ClaimReason) else self.data.to_dict()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        short = Shortener(self.names)
        if isinstance(self.data, RowReason):
            return reason_lines(self.data, short, set())
        if isinstance(self.data, Explanation):
            return explanation_lines(self.data, short)
        return restated(self.data, short)


class OpenBase:
    """An open knowledge base; ``engine`` is what answers beneath. Safe to share between threads."""

    def __init__(
        self,
        engine: KnowledgeBase,
        questions: Catalog | None = None,
        *,
        facts: Path | None = None,
        terms: OwnTerms = NO_TERMS,
    ) -> None:
        """``facts`` is the folder that it was read from and can be written to, if any."""
        self.engine = engine
        self._questions = questions
        self._facts = facts
        self._terms = terms

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store. What was asked before can still be read."""
        self.engine.close()
        self.engine.store.close()

    @cached_property
    def questions(self) -> Catalog:
        """The questions of the catalogue by name, each with its parameters and columns."""
        return self._questions if self._questions is not None else Catalog.load()

    def policy(self, text: str | None = None, known_at: str | datetime | None = None) -> Policy:
        """The policy of a text, as of an instant. Raises :class:`~tenure.errors.BadPolicy`."""
        at = known_at.isoformat() if isinstance(known_at, datetime) else known_at
        parts = [text] if text else []
        if at:
            parts.append(f"known-at={at}")
        return self.engine.policy(";".join(parts) or None)

    def ask(
        self,
        question: str,
        /,
        *,
        policy: str | None = None,
        known_at: str | datetime | None = None,
        **arguments: Time | None,
    ) -> Rows:
        """The answer to a question of the catalogue.

        Args:
            question: its name; :attr:`questions` has them all.
            policy: which claims count, such as ``"modalities=asserted;hedged=no"``.
            known_at: only what was recorded by this instant.
            arguments: its parameters; one that is called like a word of Python with a line at its
                end (``from_``), one with a dash with a line instead (``end_of``). None and empty
                ones are left out.

        Raises:
            NotFound: no such question, entity or claim; names the nearest.
            BadParameter: an unknown parameter, or one that is missing or of another kind.
            BadDate: a time that is no EDTF value and no event or source.
            BadPolicy: a policy that is none.
        """
        query = self.questions.find(question)
        given = {
            name.rstrip("_").replace("_", "-"): written(value)
            for name, value in arguments.items()
            if value is not None and value != ""
        }
        chosen = self.policy(policy, known_at)
        answer = ask(self.engine, query, given, chosen)
        assert isinstance(answer, Solutions)
        return Rows(self.engine, answer, query, given, chosen)

    def sparql(
        self, query: str, *, policy: str | None = None, known_at: str | datetime | None = None
    ) -> Rows | bool | list[Triple]:
        """The answer to a SPARQL query: rows, of ASK a truth value, else triples.

        Raises:
            BadQuery: it does not parse, or cannot be evaluated.
            Refused: it would fetch something.
        """
        answer = self.engine.query(query, self.policy(policy, known_at))
        if isinstance(answer, Solutions):
            return Rows(self.engine, answer)
        return bool(answer) if isinstance(answer, Truth) else list(answer)

    def pattern(
        self,
        on: Time | None = None,
        *,
        from_: Time | None = None,
        to: Time | None = None,
        degree: str = "certain",
        variable: str = "occurrence",
    ) -> str:
        """The part of a SPARQL query that finds what was so on a day, or at some time in a range.

        What is less sure than ``degree`` is left out. It asks the temporal index, which an export
        has on request, so that it is right in any engine.

        Raises:
            BadParameter: neither a day nor a range, or one that the index does not have.
            BadDate: one is no date.
        """
        given = (None if one is None else written(one) for one in (on, from_, to))
        first, last = read_days(*given)
        least = least_degree(degree)
        return pattern(self.engine.names, first, last, degree=least, variable=variable)

    def explain(
        self,
        thing: str,
        *,
        at: Time | None = None,
        policy: str | None = None,
        known_at: str | datetime | None = None,
    ) -> Why:
        """Why a situation or an event is in the world, or what a claim says and rests on.

        Args:
            thing: a slug or an IRI.
            at: also how surely it was going on then, and why.
            policy: which claims count.
            known_at: only what was recorded by this instant.

        Raises:
            NotFound: no claim at all states anything of it; names the nearest.
        """
        kb, chosen = self.engine, self.policy(policy, known_at)
        claim = next((iri for iri in (thing, kb.names.base + thing) if iri in kb.claims), None)
        if claim is not None:
            return Why(kb.claim_reason(claim, chosen), kb.names)
        when = None if at is None else written(at)
        moments = [kb.moment(at=when)] if when else []
        return Why(kb.explain(self._occurrence(thing, chosen), chosen, moments), kb.names)

    def import_files(
        self,
        form: str,
        *paths: str | Path,
        source: str = "",
        mapping: str | Path | Mapping[str, Any] | None = None,
        recorded_at: str | datetime | None = None,
        message: str = "",
        by: str | None = None,
        title: str = "",
        publisher: str = "",
        published: str = "",
        url: str = "",
    ) -> Imported:
        """Bring a data set in, as ``tenure import``: its state becomes a revision of one source.

        The claims go into the folder of facts, and answers count with them from then on. What could
        not be understood is in the ``report`` of what this returns, with its place; the rest is in.

        Args:
            form: the name of a format, such as ``table``.
            paths: files, or folders with such files.
            source: the slug of the source; None is needed where the mapping names it.
            mapping: what the words of the data set mean: a file in TOML or YAML, or its content.
            recorded_at: when this state was recorded; None means now.
            message: why, in a sentence.
            by: who does it, by name.
            title: what a new source is called.
            publisher: who published it: a slug of the registry, or a new name.
            published: the day that its data tell of, as EDTF.
            url: its web address.

        Raises:
            NotWritable: it was opened over a store, or over the facts that Tenure comes with.
            BadParameter, BadInput, NotFound: as ``tenure import`` tells them.
        """
        if self._facts is None:
            raise NotWritable(
                "This base is open to be read.",
                remedy="Open the folder of a base of your own, without a store.",
            )
        at = recorded_at.isoformat() if isinstance(recorded_at, datetime) else recorded_at
        done = import_files(
            form,
            [Path(path) for path in paths],
            self._facts,
            source=SourceDescription(source, title, publisher, published, url),
            mapping=read_mapping(Path(mapping)) if isinstance(mapping, str | Path) else mapping,
            recorded_at=at,
            message=message,
            by=by,
            names=self.engine.names,
            terms=self._terms,
        )
        self.engine = open_knowledge_base(
            self._facts, base=self.engine.names.base, terms=self._terms
        )
        return done

    def editor(self, by: str | None = None, *, message: str = "") -> Editor:
        """What keeps the base right: ``.rename(…)``, ``.merge(…)``, ``.undo()`` and the others.

        A base that was opened from a folder of facts is edited in its files, one that was opened
        over a store to be written (``writable=True``) in the store; it answers by it at once.
        ``by`` is who does it, by name, and ``message`` why; left empty, it is what the edit says.

        Raises:
            NotWritable: it is open to be read.
        """
        store = self.engine.store
        if self._facts is None and (store.path is None or not store.is_kept):
            raise NotWritable(
                "This base is open to be read.",
                remedy="Open the folder of a base of your own, or a store with writable=True.",
            )
        return Editor(self.engine, self._facts, by=by, message=message)

    def proposals(
        self, source: str | None = None, other: str | None = None, *, least: float = LEAST
    ) -> list[Proposal]:
        """Entities that may be one, the likeliest first; see :mod:`tenure.editing.linking`."""
        return proposals(self.engine, source, other, least=least)

    def _occurrence(self, thing: str, policy: Policy) -> str:
        """The IRI of an occurrence, also of one that only another policy lets into the world."""
        kb = self.engine
        candidates = (thing, kb.names.entity_iri(thing))
        for iri in candidates:
            if iri in kb.around([iri], policy).occurrences:
                return iri
        # Worth a second fusion only here, where the answer is going to be an error.
        widest = kb.policy(WIDEST)
        world = kb.around(candidates, widest) if kb.is_large else kb.world(widest)
        everything = world.occurrences
        for iri in candidates:
            if iri in everything:
                return iri
        if thing in (kb.names.short(iri) for iri in kb.registry):
            raise NotFound(
                f"{thing!r} is an entity; situations, events and claims can be explained.",
                remedy=f"`tenure timeline {thing}` lists them.",
            )
        known = [kb.names.short(iri) for iri in everything] + kb.nearest_claims(thing)
        raise NotFound(
            f"There is no situation, event or claim {thing[:120]!r}.",
            remedy=remedy_of(nearest(thing, known), "`tenure timeline ENTITY` lists them."),
        )

    def compare(
        self,
        a: str,
        b: str,
        *,
        entity: str | None = None,
        office: str | None = None,
        from_: Time | None = None,
        to: Time | None = None,
        kinds: Collection[str] = (),
        policy: str | None = None,
        known_at: str | datetime | None = None,
        gap: int = 0,
    ) -> Comparison:
        """Where what two sources state of the same tenures and memberships differs.

        Args:
            a: the slug of a source, or several parted by commas.
            b: the other side.
            entity: only what is about this person, office or organization.
            office: only what is about this office.
            from_: only what may reach this day, or a later one.
            to: only what may have begun by this day.
            kinds: only differences of these kinds (:class:`~tenure.comparison.Kind`).
            policy: which claims count.
            known_at: only what was recorded by this instant.
            gap: stretches of one side with at most so many days between them count as one.

        Raises:
            NotFound: no such source, entity or office.
            BadParameter: both sides name one source, or a kind that there is not.
        """
        filters = filters_of(
            self.engine,
            entity=entity,
            office=office,
            from_=None if from_ is None else written(from_),
            to=None if to is None else written(to),
            kinds=kinds,
        )
        chosen = self.policy(policy, known_at)
        return compare(self.engine, a, b, filters=filters, policy=chosen, gap=gap)

    def position_history(
        self,
        office: str,
        *sources: str,
        policy: str | None = None,
        known_at: str | datetime | None = None,
    ) -> PositionHistory:
        """Who held an office, one after the other, by several sources and by all together.

        Without ``sources``, all that tell of it are shown. Raises
        :class:`~tenure.errors.NotFound`.
        """
        return position_history(self.engine, office, sources, self.policy(policy, known_at))

    def export(
        self,
        form: str = "trig",
        *,
        source: str | None = None,
        at: Time | None = None,
        possible: bool = False,
        degree: str | None = None,
        policy: str | None = None,
        known_at: str | datetime | None = None,
        index: bool = False,
    ) -> bytes:
        """The base as a file (trig, nq, ttl, nt or jsonld): whole, of a source, or of a moment.

        Of a moment, what is less sure than ``degree`` is left out: ``certain``, ``presumed`` or
        ``possible``, which ``possible`` stands for too. With ``index`` the whole has its temporal
        index, for patterns (:meth:`pattern`) in other engines.

        The same bytes every time. What is large is better written by ``tenure export``, whose
        memory does not grow with it.

        Raises:
            BadParameter: no such format, or arguments that do not go together.
            NotFound: no such source or event.
        """
        when = None if at is None else written(at)
        chosen = self.policy(policy, known_at)
        least = least_degree(degree or ("possible" if possible else "certain"))
        return export(
            self.engine, form, source=source, at=when, degree=least, policy=chosen, index=index
        )


def open_base(
    path: str | Path | None = None,
    *,
    store: str | Path | None = None,
    base: str | None = None,
    writable: bool = False,
) -> OpenBase:
    """See :func:`tenure.open`."""
    given = None if path is None else Path(path)
    settings = Configuration()
    if given is None and store is None:
        settings = configuration()
    elif given is not None and (given / FILE).is_file():
        settings = configuration(folder=given)
    if settings.file is not None:
        given = settings.facts
        if store is None and settings.store is not None and has_store(settings.store):
            store = settings.store
    base = base or settings.base
    if store is None and given is not None and has_store(given):
        store, given = given, None
    if store is None:
        engine = open_knowledge_base(given, base=base, terms=settings.terms)
    elif writable and has_store(Path(store)):
        engine = open_knowledge_base(given, store=Path(store), base=base, terms=settings.terms)
    else:
        engine = read_knowledge_base(Path(store), given, base=base, terms=settings.terms)
    questions = Catalog.load(own=settings.queries) if settings.queries else None
    return OpenBase(engine, questions, facts=given if store is None else None, terms=settings.terms)


def _installed(name: str) -> Any:
    """A package that an answer may be wanted as. Raises :class:`~tenure.errors.BadInput`."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise BadInput(
            f"The package {name} is not installed.",
            remedy="Install it: pip install 'tenure[frames]'.",
        ) from error


def _column(arrow: Any, values: list[Value], iris: bool) -> Any:
    kinds = {type(one) for one in values if one is not None}
    types = {bool: arrow.bool_(), int: arrow.int64(), date: arrow.date32()}
    if len(kinds) == 1 and (kind := kinds.pop()) in types:
        with suppress(OverflowError):
            return arrow.array(values, types[kind])
    return arrow.array(
        [None if one is None else _as_text(one, iris) for one in values], arrow.string()
    )


def _as_text(value: Value, iris: bool) -> str:
    if isinstance(value, Name):
        return value.iri if iris else str(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(time: Time) -> str:
    """A time as the engine reads it."""
    return time.isoformat() if isinstance(time, date) else str(time)


def _value(term: Term | None, short: Shortener) -> Value:
    if isinstance(term, NamedNode):
        return Name(short.iri(term.value), term.value)
    if not isinstance(term, Literal):
        return None if term is None else str(term)
    text = term.value
    if term.datatype == XSD_BOOLEAN and text in ("true", "false"):
        return text == "true"
    try:
        if term.datatype == XSD_INTEGER:
            return int(text)
        if term.datatype == XSD_DATE:
            return date.fromisoformat(text)
    except ValueError:
        # More digits than Python reads, or a year before 1.
        return text
    return text
