"""Asking a question of the catalogue: arguments to terms, terms into VALUES.

Arguments have to be of the right kind: a person's name for an office finds nothing, and nothing
looks like an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pyoxigraph import Literal, NamedNode

from tenure.catalog.query import DEGREE, Binding, CatalogQuery, Operator, Parameter
from tenure.errors import BadDate, BadParameter, NotFound, Where, WrongKind
from tenure.fusion import Moment
from tenure.knowledge import KnowledgeBase
from tenure.knowledge.operations import Operation
from tenure.model import Policy, Schema
from tenure.namespaces import TN, XSD_DATE, local_name
from tenure.store import Answer, QueryPlan
from tenure.suggest import nearest, remedy_of
from tenure.temporal import iso
from tenure.views import OPERANDS, least_degree, refuse_backwards

_UNDEF = "UNDEF"
_FEW = 4


def ask(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
) -> Answer:
    """The answer to a question.

    Empty arguments count as not given.

    Raises:
        BadParameter: an unknown parameter, or one that is missing or excludes another.
        BadDate: a time that is no EDTF value and no event or source.
        NotFound: an entity or claim that does not exist, with the nearest names.
    """
    return kb.run(plan(kb, query, arguments, policy))


def plan(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
    *,
    hidden: bool = False,
) -> QueryPlan:
    """A question as a query that any executor can run.

    ``hidden``: with the columns that name what a row rests on. Raises what :func:`ask` raises.
    """
    asked = bound(kb, query, arguments, policy)
    return planned(kb, query, asked, policy, hidden=hidden)


def planned(
    kb: KnowledgeBase,
    query: CatalogQuery,
    asked: Bound,
    policy: Policy | None,
    *,
    hidden: bool = False,
) -> QueryPlan:
    """As :func:`plan`, of a question whose arguments are bound already."""
    text = query.with_values(asked.row)
    text = query.with_hidden(text) if hidden else query.without_reasons(text)
    if query.operator is not None and not (policy and policy.text):
        made = kb.operate(text, _operation(query, query.operator, asked, hidden=hidden))
        if made is not None:
            return made
    value = asked.row.get(query.about, _UNDEF)
    about = "" if value == _UNDEF else value[1:-1]
    return kb.plan(text, policy, trusted=True, about=about)


def _operation(query: CatalogQuery, operator: Operator, asked: Bound, *, hidden: bool) -> Operation:
    # IRIs and names of classes have nothing that is escaped.
    values = {f"?{name}": text[1:-1] for name, text in asked.row.items() if text != _UNDEF}
    columns = tuple(column.name for column in query.columns)
    return Operation(
        operator.name,
        operator.given,
        values,
        asked.moments,
        least_degree(asked.given.get(DEGREE.name)),
        (*columns, *query.hidden) if hidden else columns,
        query.order,
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """Arguments made into terms, printed for VALUES by variable.

    ``given`` are the arguments with defaults; ``moments`` are those that a question is about.
    """

    given: Mapping[str, str]
    row: Mapping[str, str]
    moments: Sequence[Moment]


def bound(
    kb: KnowledgeBase,
    query: CatalogQuery,
    arguments: Mapping[str, str],
    policy: Policy | None = None,
) -> Bound:
    """What a question's variables get. Raises what :func:`ask` raises."""
    given = _checked(kb, query, arguments)
    _refuse_backwards(kb, query, given, policy)
    row: dict[str, str] = {}
    moments: list[Moment] = []
    degree = least_degree(given.get(DEGREE.name))
    for binding in query.bindings:
        moment = _moment_of(kb, binding, given)
        if moment is not None:
            moments.append(moment)
            term: NamedNode | Literal | None = kb.certainty_graph(moment, policy, degree)
        elif binding.kind == "degree":
            term = Literal(degree.value)
        else:
            term = _term(kb, query, binding, given, policy)
        row[binding.variable] = str(term) if term is not None else _UNDEF
    return Bound(given, row, moments)


def _refuse_backwards(
    kb: KnowledgeBase, query: CatalogQuery, given: Mapping[str, str], policy: Policy | None
) -> None:
    """Raises :class:`~tenure.errors.BadParameter` for a ``to`` that is over before ``from``."""
    times = {one.name for one in query.parameters if one.type == "time" and one.name in given}
    if times >= {"from", "to"}:
        moments = (("from", "earliest"), ("to", "latest"))
        refuse_backwards(
            *(
                (given[name], kb.edge(_one_moment(kb, name, given[name]), which, policy))
                for name, which in moments
            )
        )


def without_blanks(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments that say something."""
    return {name: value.strip() for name, value in arguments.items() if value and value.strip()}


def dated(kb: KnowledgeBase, query: CatalogQuery, arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments with forms for times in words; see :meth:`KnowledgeBase.as_time`."""
    times = {one.name for one in query.parameters if one.type == "time"}
    return {
        name: kb.as_time(value) if name in times else value for name, value in arguments.items()
    }


def _checked(
    kb: KnowledgeBase, query: CatalogQuery, arguments: Mapping[str, str]
) -> dict[str, str]:
    known = {parameter.name: parameter for parameter in query.all_parameters}
    given = dated(kb, query, without_blanks(arguments))
    for name, value in given.items():
        # A command line can hand over bytes that are no text, as lone surrogates.
        if value.encode(errors="ignore").decode() != value:
            raise BadParameter(
                f"The value of {name[:80]!a} is no Unicode text.",
                where=ascii(name[:80]),
                remedy="Write it in UTF-8.",
            )
        if name not in known:
            raise BadParameter(
                f"{query.name} has no parameter {name[:80]!r}.",
                where=name[:80],
                remedy=remedy_of(nearest(name, known), f"It has {', '.join(known) or 'none'}."),
            )
    if lacking := missing(query, given):
        raise BadParameter(
            f"{query.name} needs the parameter {lacking.name!r}.",
            where=lacking.name,
            remedy=f"{lacking.description} For example: {query.example.get(lacking.name, '…')}",
        )
    for one in query.parameters:
        if one.default is not None:
            given.setdefault(one.name, one.default)
    return given


def missing(query: CatalogQuery, arguments: Mapping[str, str]) -> Parameter | None:
    """The first parameter that a question needs and was not given."""
    given = without_blanks(arguments)
    needed = (one for one in query.parameters if one.required and one.default is None)
    return next((one for one in needed if one.name not in given), None)


def _term(
    kb: KnowledgeBase,
    query: CatalogQuery,
    binding: Binding,
    given: Mapping[str, str],
    policy: Policy | None,
) -> NamedNode | Literal | None:
    parameters = {one.name: one for one in query.parameters}
    values = {name: given[name] for name in binding.parameters if name in given}
    if binding.kind in OPERANDS:
        names = (name for name in binding.parameters if name in values)
        operands = [(parameters[name], values[name]) for name in names]
        return _relations(kb, binding, operands, policy)
    if not values:
        return None
    value = values[binding.parameters[0]]
    parameter = parameters[binding.parameters[0]]
    if binding.kind == "entity":
        return _entity(kb, parameter, value, policy)
    if binding.kind == "claim":
        return _claim(kb, parameter, value)
    if binding.kind == "source":
        return NamedNode(_source(kb, parameter, value))
    if binding.kind == "class":
        return _class_named(kb, parameter, value)
    if binding.kind in ("earliest", "latest"):
        moment = _one_moment(kb, binding.parameters[0], value)
        return _day(kb, moment, binding.kind, policy)
    return Literal(value)


def _moment_of(kb: KnowledgeBase, binding: Binding, given: Mapping[str, str]) -> Moment | None:
    if binding.kind == "throughout":
        first, last = (given[name] for name in binding.parameters)
        return kb.every_day(first, last)
    if binding.kind not in ("moment", "spread"):
        return None
    values = {name: given[name] for name in binding.parameters if name in given}
    # A question about two moments binds each to one parameter, whatever it is called.
    if len(binding.parameters) == 1 and binding.parameters[0] not in ("before", "after"):
        return _one_moment(kb, binding.parameters[0], values.get(binding.parameters[0]))
    named = {"from_" if name == "from" else name: value for name, value in values.items()}
    return kb.moment(**named)


def _one_moment(kb: KnowledgeBase, name: str, value: str | None) -> Moment:
    """The moment that a parameter of any name gives; errors call it by that name."""
    try:
        return kb.moment(at=value)
    except (BadDate, BadParameter, NotFound) as error:
        error.where = Where(name)
        raise


def _relations(
    kb: KnowledgeBase,
    binding: Binding,
    values: Sequence[tuple[Parameter, str]],
    policy: Policy | None,
) -> NamedNode:
    kinds = OPERANDS[binding.kind] if values else ()
    operands = []
    for (parameter, value), kind in zip(values, kinds, strict=True):
        if kind == "entity":
            operands.append(kb.names.short(_entity(kb, parameter, value, policy).value))
        elif kind == "source":
            operands.append(kb.names.short(_source(kb, parameter, value)))
        else:
            operands.append(value)
    return kb.relation_graph(binding.kind, operands, policy)


def _entity(
    kb: KnowledgeBase, parameter: Parameter, value: str, policy: Policy | None
) -> NamedNode:
    # What only claims that the policy sets aside speak of can be asked about too. What is around a
    # thing is fused, so that comes last.
    iris = (value, kb.names.entity_iri(value))
    around = (one for one in iris if one in kb.around([one], policy).occurrences)
    iri = next(chain(filter(kb.is_known, iris), around), "")
    if not iri:
        _refuse_other_things(kb, parameter, value, but=("entity",))
        iri = kb.registry.find(value).value
    _refuse_other_kinds(kb, parameter, iri, policy)
    return NamedNode(iri)


def _claim(kb: KnowledgeBase, parameter: Parameter, value: str) -> NamedNode:
    for iri in (value, kb.names.claim_prefix + value.removeprefix("claim/")):
        if iri in kb.claims:
            return NamedNode(iri)
    _refuse_other_things(kb, parameter, value, but=("claim",))
    raise NotFound(
        f"There is no claim {value[:120]!r}.",
        remedy=remedy_of(kb.nearest_claims(value), "Write claim/<source>/<number>."),
    )


def _source(kb: KnowledgeBase, parameter: Parameter, value: str) -> str:
    _refuse_other_things(kb, parameter, value, but=("source",))
    return kb.source_iri(value)


def _day(kb: KnowledgeBase, moment: Moment, kind: str, policy: Policy | None) -> Literal | None:
    """The earliest or latest day that a value leaves open, as ``xsd:date``; None if unbounded."""
    number = kb.edge(moment, kind, policy)
    return None if number is None else Literal(iso(number), datatype=XSD_DATE)


def _refuse_other_kinds(
    kb: KnowledgeBase, parameter: Parameter, iri: str, policy: Policy | None = None
) -> None:
    """Pass where an entity is of a kind that a parameter takes, or of a kind that nobody knows.

    Raises :class:`~tenure.errors.WrongKind`, which says of what kind it is, and names the nearest.
    """
    classes = _classes(kb, iri, policy)
    wanted = wanted_classes(parameter)
    if not wanted or not classes or any(_fits(kb.schema, one, wanted) for one in classes):
        return
    what = _a(kb.schema.label(min(classes)))
    raise _wrong(kb, parameter, kb.names.short(iri), what, kb.registry.label(iri))


def _refuse_other_things(
    kb: KnowledgeBase, parameter: Parameter, text: str, *, but: Collection[str] = ()
) -> None:
    """Pass where the text names no thing of another sort: entity, source or claim, ``but`` these.

    Raises :class:`~tenure.errors.WrongKind`.
    """
    names = kb.names
    sorts = {
        "entity": (text, names.entity_iri(text)),
        "source": (text, names.base + text),
        "claim": (text, names.base + text),
    }
    known: dict[str, Collection[str]] = {
        "entity": kb.registry.types,
        "source": kb.sources,
        "claim": kb.claims,
    }
    for sort, iris in sorts.items():
        if sort in but:
            continue
        found = next((iri for iri in iris if iri in known[sort]), None)
        if found is not None:
            what = _a(sort)
            if sort == "entity":
                what = _a(kb.schema.label(min(_classes(kb, found, None), default="entity")))
            raise _wrong(kb, parameter, names.short(found), what, "")


def _class_named(kb: KnowledgeBase, parameter: Parameter, text: str) -> Literal:
    """The local name of the class that a text names, by name or label in any case.

    Raises :class:`~tenure.errors.WrongKind` for one that is none, or lies elsewhere.
    """
    schema, wanted = kb.schema, wanted_classes(parameter)
    below = {iri for one in wanted for iri in schema.subclasses(one)}
    by_name = {name.casefold(): iri for iri in sorted(below) for name in _names(schema, iri)}
    found = by_name.get(text.casefold()) or (text if text in below else None)
    if found is not None:
        return Literal(local_name(found))
    kinds = " or ".join(schema.label(one) for one in wanted)
    every = {local_name(iri).casefold(): local_name(iri) for iri in schema.subclasses(None)}
    other = every.get(text.casefold())
    slugs = sorted(map(local_name, below))
    raise WrongKind(
        f"{other} is no kind of {kinds}."
        if other
        else f"There is no kind of {kinds} called {text[:80]!r}.",
        where=parameter.name,
        remedy=remedy_of(nearest(text, slugs), f"For example: {', '.join(slugs[:_FEW])}."),
    )


def wanted_classes(parameter: Parameter) -> tuple[str, ...]:
    """The IRIs of the classes that a parameter takes; none for any."""
    return tuple(TN(name).value for name in parameter.kinds)


def of_the_kinds(kb: KnowledgeBase, parameter: Parameter) -> Iterator[str]:
    """The registered entities that a parameter takes, by IRI."""
    wanted = wanted_classes(parameter)
    return (iri for iri in kb.registry if is_of_classes(kb, iri, wanted))


def is_of_classes(kb: KnowledgeBase, iri: str, wanted: Collection[str]) -> bool:
    """Whether a registered entity may be of one of some classes; of any, where none is named."""
    classes = kb.registry.types.get(iri, ())
    return not wanted or any(_fits(kb.schema, one, wanted) for one in classes)


def _names(schema: Schema, iri: str) -> tuple[str, str]:
    return local_name(iri), schema.label(iri)


def _classes(kb: KnowledgeBase, iri: str, policy: Policy | None) -> set[str]:
    """The classes of an entity or an occurrence that the ontology knows."""
    classes = set(kb.registry.types.get(iri, ()))
    if not classes:
        classes = {one.kind for one in kb.occurrences([iri], policy).values()}
    known = TN("Entity").value, TN("Occurrence").value
    return {one for one in classes if any(kb.schema.is_a(one, above) for above in known)}


def _fits(schema: Schema, cls: str, wanted: Collection[str]) -> bool:
    # Of an agent nobody knows whether it is a person.
    return any(schema.is_a(cls, one) or schema.is_a(one, cls) for one in wanted)


def _wrong(kb: KnowledgeBase, parameter: Parameter, text: str, what: str, label: str) -> WrongKind:
    if parameter.type == "claim":
        wanted, example = "a claim", "Write claim/<source>/<number>."
        right = kb.nearest_claims(text)
    elif parameter.type == "source":
        slugs = [kb.names.short(iri) for iri in sorted(kb.sources)]
        wanted, right = "a source", []
        example = f"For example: {', '.join(slugs[:_FEW])}."
    else:
        labels = [kb.schema.label(one) for one in wanted_classes(parameter)]
        wanted = " or ".join(map(_a, labels or ["entity"]))
        slugs = [kb.names.short(iri) for iri in of_the_kinds(kb, parameter)]
        right = nearest(text, slugs)
        listed = ", ".join(slugs[:_FEW])
        example = f"For example: {listed}." if slugs else "Nothing of that kind is known."
    named = f" ({label})" if label and not text.endswith(label) else ""
    return WrongKind(
        f"{text[:120]}{named} is {what}; {parameter.name!r} takes {wanted}.",
        where=parameter.name,
        remedy=remedy_of(right, example),
    )


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
