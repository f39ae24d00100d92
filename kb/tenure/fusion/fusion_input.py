"""What fusion starts from: which occurrences there are, who tells of them, what binds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Quad, Triple

from tenure.errors import BadClaim, TenureError
from tenure.fusion.constraints import ConstraintBuilder
from tenure.fusion.statements import Statement, statements_of
from tenure.fusion.vouching import Vouching, told_points
from tenure.model import Claim, ClaimBase
from tenure.model.schema import Schema
from tenure.namespaces import EDTF_DATATYPE, RDF_TYPE, TN, local_name
from tenure.temporal import parse

_DISTANT = TN("atDistance").value

Types = Mapping[str, frozenset[str]]
"""The classes of each registered entity."""


def check_claims(base: ClaimBase, schema: Schema) -> None:
    """Refuse claims that no policy could fuse, whatever else it accepts.

    Raises :class:`~tenure.errors.BadClaim`, whose ``where`` is the claim, for a date that is none,
    a number of days that is none, or a situation without its subject.
    """
    look = FirstLook(schema)
    doubted = [
        claim for _, claim in sorted(base.claims.items()) if not look.finds_sound(claim.content)
    ]
    statements = statements_of(doubted, schema)
    by_claim: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if len(statement.claims) == 1:
            by_claim[statement.claims[0]].append(statement)
    for claim, told in sorted(by_claim.items()):
        for iri, kind in kinds_of(told, {}, schema).items():
            need_subject(iri, kind, [s for s in told if s.subject == iri], schema, claim)
    # Only what is stated can be misunderstood: what things are brings no dates of its own.
    builder, exempt = ConstraintBuilder(schema), _exempt(statements)
    for statement in statements:
        builder.add_statement(statement, exempt[statement.subject])


class FirstLook:
    """A first look at claims, which finds most of them sound at a small part of the cost."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._uses: dict[str, tuple[bool, bool]] = {}
        self._kinds: dict[str, str | None] = {}

    def finds_sound(self, content: Iterable[Triple | Quad]) -> bool:
        """Whether what a claim states can be understood, whatever others say; False in doubt."""
        lacking: set[tuple[str, str]] = set()
        given: set[tuple[str, str]] = set()
        for triple in content:
            subject, value, name = triple.subject, triple.object, triple.predicate.value
            if not isinstance(subject, NamedNode):
                continue
            plain, dated = self._use(name)
            if not plain:
                return False
            if dated and isinstance(value, Literal) and not _is_date(value):
                return False
            given.add((subject.value, name))
            if name == RDF_TYPE.value and isinstance(value, NamedNode):
                role = self._needs(value.value)
                if role is not None:
                    lacking.add((subject.value, role))
        return lacking <= given

    def _use(self, name: str) -> tuple[bool, bool]:
        """Whether statements of a property bring nothing but dates, and whether they do bring one.

        A literal of one with an axiom is held to be a date, which is more than has to be.
        """
        known = self._uses.get(name)
        if known is None:
            schema = self._schema
            own = (*schema.property_axioms(name), *schema.member_axioms(name))
            chained = {p for chain in schema.chains for p in (chain.first, chain.second)}
            inverse = schema.inverse.get(name, "")
            counted = any(one.over_value for one in (*own, *schema.property_axioms(inverse)))
            known = (
                not counted and name not in chained and inverse not in chained and name != _DISTANT,
                bool(own),
            )
            self._uses[name] = known
        return known

    def _needs(self, cls: str) -> str | None:
        """The property that whatever is of a class has to have."""
        if cls not in self._kinds:
            declared = self._schema.kinds.get(cls)
            occurs = declared is not None and self._schema.is_occurrence(cls)
            self._kinds[cls] = declared.subject_role if declared is not None and occurs else None
        return self._kinds[cls]


def _is_date(literal: Literal) -> bool:
    if literal.datatype != EDTF_DATATYPE:
        return False
    try:
        parse(literal.value)
    except TenureError:
        return False
    return True


def need_subject(
    iri: str, kind: str, about: Iterable[Statement], schema: Schema, where: str
) -> None:
    """Raises :class:`~tenure.errors.BadClaim` for a situation without the one it concerns."""
    declared = schema.kinds.get(kind)
    if declared is None or any(s.predicate == declared.subject_role for s in about):
        return
    role = local_name(declared.subject_role)
    raise BadClaim(
        f"{iri} is a {local_name(kind)} without its {role}.",
        where=where,
        remedy=f"State its tn:{role} in every claim about it.",
    )


def kinds_of(statements: list[Statement], types: Types, schema: Schema) -> dict[str, str]:
    """The class of each occurrence that the statements speak of."""
    event = TN("Event").value
    kinds: dict[str, str] = {}
    for statement in statements:
        if statement.predicate == RDF_TYPE.value:
            cls = str(statement.object.value)
            if schema.is_occurrence(cls):
                # Two claims may class one occurrence differently; the first by name is as good.
                kinds[statement.subject] = min(cls, kinds.get(statement.subject, cls))
    for statement in statements:
        for iri in _named(statement):
            if iri in kinds:
                continue
            classes = [cls for cls in types.get(iri, ()) if schema.is_a(cls, event)]
            if classes:
                kinds[iri] = min(classes)
    return kinds


def supporting_claims(
    accepted: Iterable[Claim], kinds: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The claims that tell of each occurrence: as a subject, else at least as an object."""
    as_subject: dict[str, set[str]] = defaultdict(set)
    as_object: dict[str, set[str]] = defaultdict(set)
    for claim in accepted:
        for triple in claim.content:
            if isinstance(triple.subject, NamedNode) and triple.subject.value in kinds:
                as_subject[triple.subject.value].add(claim.iri)
            if isinstance(triple.object, NamedNode) and triple.object.value in kinds:
                as_object[triple.object.value].add(claim.iri)
    return {iri: tuple(sorted(as_subject.get(iri) or as_object.get(iri) or ())) for iri in kinds}


def constraints_of(
    base: ClaimBase,
    accepted: list[Claim],
    statements: list[Statement],
    kinds: Mapping[str, str],
    firm: frozenset[str],
    types: Types,
    schema: Schema,
    vouched: Mapping[str, Vouching] = MappingProxyType({}),
    *,
    plans: bool = True,
) -> ConstraintBuilder:
    """All constraints: of statements, tenses, sources' days, and of what things are.

    ``vouched`` are the vouching days of the claims; of one that has none nothing is a plan, and of
    none without ``plans``.
    """
    told = {
        claim.iri: {(iri, which) for which in points for iri in _subjects(claim, kinds)}
        for claim in accepted
        if (points := told_points(claim.tense, schema))
    }
    builder = ConstraintBuilder(schema, vouched if plans else {}, told)
    exempt = _exempt(statements)
    for statement in statements:
        # What only hedged claims tell is dated by them; what others vouch for is not.
        if not (statement.hedged and statement.subject in firm):
            builder.add_statement(statement, exempt[statement.subject])
    for claim in accepted:
        subjects = _subjects(claim, kinds)
        if claim.hedged:
            subjects -= firm
        builder.add_tense(claim, subjects, exempt, vouched.get(claim.iri))
    # Of every source, heard or not: one can be asked about the day on which it appeared.
    for source in sorted(base.sources):
        builder.add_source(base.sources[source])
    for iri, kind in sorted(kinds.items()):
        builder.add_class(iri, [kind], exempt[iri])
    for iri in sorted({name for name, which in builder.names if which in ("start", "end")}):
        if iri not in kinds and iri not in base.sources:
            builder.add_class(iri, types.get(iri, frozenset()), exempt[iri])
    builder.tell_plans()
    return builder


def _exempt(statements: Iterable[Statement]) -> dict[str, frozenset[str]]:
    """The axioms that claims exempt each thing from."""
    exempt: dict[str, frozenset[str]] = defaultdict(frozenset)
    property_ = TN("exemptFrom").value
    for statement in statements:
        if statement.predicate == property_:
            exempt[statement.subject] |= {statement.object.value}
    return exempt


def _subjects(claim: Claim, kinds: Mapping[str, str]) -> set[str]:
    """The occurrences that a claim states something about."""
    return {
        triple.subject.value
        for triple in claim.content
        if isinstance(triple.subject, NamedNode) and triple.subject.value in kinds
    }


def _named(statement: Statement) -> tuple[str, ...]:
    if isinstance(statement.object, NamedNode):
        return (statement.subject, statement.object.value)
    return (statement.subject,)
