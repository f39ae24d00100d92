"""Policies: which claims make the world. What a policy leaves out stays visible.

A policy is written as parts joined by ``;``, each a name, ``=`` and values joined by ``,``::

    sources=jpost-620411;modalities=asserted,reported,alleged;hedged=no

``sources``
    Slugs of the only sources heard, or each with a minus before it, of those not heard. Claims of
    others are out of the policy's reach.
``modalities``
    Names of modalities, or ``all``. Default: those that the vocabulary accepts by default.
``denials``
    ``yes`` (default) or ``no``: what is denied counts against what others say. A denial makes no
    fact, whatever modalities a policy names.
``hedged``
    ``yes`` (default; what only hedged claims tell is at most possible) or ``no``.
``inferred``
    ``yes`` (default) or ``no``: claims that are the editor's reading are set aside.
``ranks``
    Names of ranks, or ``all``. Default: those that the vocabulary accepts by default.
``resolve``
    How conflicts are settled that rank does not settle: ``rank`` (default: not at all),
    ``newest``, ``majority``, ``ranked:<source>,…`` or ``named:<source>,…``.
``policy``
    The name of a policy that the ontology declares; other parts replace those it has.
A base can declare a policy as its default. Whoever names parts alone changes those of it; whoever
names a policy asks for that one instead. What differs from the default makes the canonical text.

``known-at``
    An instant of recorded time: only what was recorded, and not yet retracted, by then.
``published-by``
    A day, ``today``, or a date of which the last day counts: what the public could know then.
    Claims of a source whose stated date does not certainly lie by then are set aside; of a data
    set, those count that its state of that day had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from functools import cached_property
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from tenure.errors import BadDate, BadInput, BadPolicy, Where
from tenure.model.claim import Claim, Source
from tenure.model.reading import instant
from tenure.namespaces import RDF_TYPE, RDFS_LABEL, TN, XSD_BOOLEAN, local_name
from tenure.suggest import nearest, remedy_of, some_of
from tenure.temporal import day_number, from_today, iso, parse

RANK: Final = "rank"
NEWEST: Final = "newest"
MAJORITY: Final = "majority"
RANKED: Final = "ranked"
NAMED: Final = "named"
WIDEST: Final = "hedged=yes;inferred=yes;modalities=all;ranks=all;sources=all"
"""Every claim, however it is put and ranked, of every source."""
_ALONE = (RANK, NEWEST, MAJORITY)
_LISTING = (RANKED, NAMED)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The rule that comes after rank: its name, and source slugs where it lists some.

    For ``ranked`` the order of the slugs counts, the most trusted first; for ``named`` it does not.
    """

    rule: str = RANK
    sources: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}:{','.join(self.sources)}" if self.sources else self.rule


def parse_resolution(text: str | None, sources: Collection[str]) -> Resolution:
    """The rule that the text names.

    Raises :class:`~tenure.errors.BadPolicy` for an unknown rule, or a source that is not there.
    """
    rule, colon, listed = (text or RANK).partition(":")
    rule = rule.strip().lower()
    if rule not in _ALONE + _LISTING or bool(colon) != (rule in _LISTING):
        raise BadPolicy(
            f"Conflicts cannot be resolved by {(text or '')[:80]!r}.",
            where="policy",
            remedy=f"Write {', '.join(_ALONE)}, ranked:SOURCE,… or named:SOURCE,….",
        )
    if rule not in _LISTING:
        return Resolution(rule)
    slugs = [slug.strip() for slug in listed.split(",")]
    for slug in slugs:
        if slug not in sources:
            raise BadPolicy(
                f"resolve names no source {slug[:80]!r}.",
                where="policy",
                remedy=remedy_of(nearest(slug, sources), some_of(sources)),
            )
    if len(set(slugs)) < len(slugs):
        raise BadPolicy(
            "resolve names a source twice.", where="policy", remedy="Name each source once."
        )
    return Resolution(rule, tuple(slugs if rule == RANKED else sorted(slugs)))


_BY_RANK = Resolution()
_PARTS = (
    "denials",
    "hedged",
    "inferred",
    "known-at",
    "modalities",
    "policy",
    "published-by",
    "ranks",
    "resolve",
    "sources",
)
_OF_A_QUESTION = ("known-at", "published-by")
_EXCLUDING = frozenset(("denials", "hedged", "inferred", "modalities", "published-by", "ranks"))


class Standing(Enum):
    """What a policy alone, before any conflict, makes of a claim; the value is the concept."""

    ACCEPTED = "Accepted"
    DENYING = "Denying"
    SET_ASIDE = "SetAside"
    OUT_OF_REACH = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which claims make the world; None where everything is accepted. Made by :func:`parse_policy`.

    ``sources`` holds slugs of the only sources heard, ``but`` of those not heard, ``modalities``
    and ``ranks`` local names of concepts. ``known_at`` is an instant in UTC, ``published_by`` a day
    as ``YYYY-MM-DD``, and ``unpublished`` are the sources whose date is not certainly by then.
    ``text`` is the canonical form, empty for the default policy; ``parts`` are all that differ from
    what holds where a base declares no default, by name and value.
    """

    modalities: frozenset[str] | None
    sources: frozenset[str] | None = None
    ranks: frozenset[str] | None = None
    hedged: bool = True
    known_at: str | None = None
    text: str = ""
    resolve: Resolution = _BY_RANK
    inferred: bool = True
    but: frozenset[str] = frozenset()
    published_by: str | None = None
    unpublished: frozenset[str] = frozenset()
    denials: bool = True
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def states_by(self) -> str | None:
        """The instant by which states of data sets count; None for every state."""
        if self.published_by is None:
            return self.known_at
        end_of_day = f"{self.published_by}T23:59:59Z"
        return end_of_day if self.known_at is None else min(end_of_day, self.known_at)

    def hears(self, source: str) -> bool:
        """Whether a source with this slug is heard at all."""
        return (self.sources is None or source in self.sources) and source not in self.but

    def standing(self, claim: Claim) -> Standing:
        """Whether the claim is accepted, counts as a denial, is set aside, or not heard at all."""
        if next(self._unheard(claim), None) is not None:
            return Standing.OUT_OF_REACH
        if next(self._not_counted(claim), None) is not None:
            return Standing.SET_ASIDE
        return Standing.DENYING if claim.denies else Standing.ACCEPTED

    @property
    def exclusions(self) -> tuple[str, ...]:
        """Its parts that can leave out claims which it hears."""
        return tuple(f"{name}={value}" for name, value in self.parts if name in _EXCLUDING)

    def objections(self, claim: Claim) -> tuple[str, ...]:
        """Why the policy does not count the claim, in words; empty where it does."""
        return tuple(self._unheard(claim)) or tuple(self._not_counted(claim))

    def _unheard(self, claim: Claim) -> Iterator[str]:
        if not self.hears(local_name(claim.source)):
            yield "the policy does not hear its source"
        if self.known_at is not None and claim.recorded_at > self.known_at:
            yield f"it was recorded only at {claim.recorded_at}"
        until = self.states_by if claim.is_record else self.known_at
        if claim.retracted_at is not None and (until is None or claim.retracted_at <= until):
            yield f"it was retracted at {claim.retracted_at}"

    def _not_counted(self, claim: Claim) -> Iterator[str]:
        modality, rank = local_name(claim.modality), local_name(claim.rank)
        if claim.denies:
            if not self.denials:
                yield "denials do not count under the policy"
        elif self.modalities is not None and modality not in self.modalities:
            yield f"{modality.lower()} claims do not count under the policy"
        if self.ranks is not None and rank not in self.ranks:
            yield f"claims of rank {rank.lower()} do not count under the policy"
        if local_name(claim.source) in self.unpublished:
            yield f"its source was not certainly published by {self.published_by}"
        elif claim.is_record and self.states_by is not None and claim.recorded_at > self.states_by:
            yield f"its data set said so only at {claim.recorded_at}"
        if claim.hedged and not self.hedged:
            yield "hedged claims do not count under the policy"
        if claim.inferred and not self.inferred:
            yield f"it is {claim.read_from}, and readings do not count under the policy"


class LastDays(Mapping[str, int | None]):
    """The last day on which each source can have been published, by slug; None: not known.

    Worked out when first asked for: most policies name no source, and a base may have many.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    @cached_property
    def _days(self) -> dict[str, int | None]:
        found = self._sources.items()
        return {local_name(iri): one.published.fuzzy_bounds.latest for iri, one in found}

    def __getitem__(self, slug: str) -> int | None:
        return self._days[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """The values that a policy's parts can have, from the vocabulary and the sources at hand."""

    modalities: frozenset[str]
    default_modalities: frozenset[str]
    ranks: frozenset[str]
    default_ranks: frozenset[str]
    published: Mapping[str, int | None]
    """The sources by slug; see :class:`LastDays`."""
    named: Mapping[str, str] = field(default_factory=dict)
    """The texts of policies that have a name."""
    default: str = ""
    """The text of the policy that a base declares to be its default."""


def parse_policy(text: str | None, terms: PolicyTerms) -> Policy:
    """The policy that ``text`` names; empty or None is the default policy.

    Raises :class:`~tenure.errors.BadPolicy` for an unknown part or value, naming the nearest ones.
    """
    standard = _built_in(terms) | dict(_default(terms).parts if terms.default else ())
    policy = _policy_of(_with_named(text or "", terms), terms)
    differing = _whole(policy, terms).items() - standard.items()
    return replace(policy, text=_joined(dict(sorted(differing))))


def policy_without(policy: Policy, part: str, terms: PolicyTerms) -> Policy:
    """The policy that differs in not having one of its :attr:`Policy.parts`, ``name=value``."""
    less = replace(policy, parts=tuple(one for one in policy.parts if "=".join(one) != part))
    return parse_policy(_joined(_whole(less, terms)), terms)


def _default(terms: PolicyTerms) -> Policy:
    try:
        parts = _with_named(terms.default, replace(terms, default=""))
        for name in _OF_A_QUESTION:
            if name in parts:
                raise _bad(f"It has {name}, which is for one question.")
        return _policy_of(parts, terms)
    except BadPolicy as error:
        error.where = Where("the default policy of this base")
        raise


def _built_in(terms: PolicyTerms) -> dict[str, str]:
    """What holds where nobody says anything, by the names of the parts."""
    return {
        "denials": "yes",
        "hedged": "yes",
        "inferred": "yes",
        "modalities": _listed(terms.default_modalities).lower(),
        "ranks": _listed(terms.default_ranks).lower(),
        "resolve": RANK,
        "sources": "all",
    }


def _whole(policy: Policy, terms: PolicyTerms) -> dict[str, str]:
    return _built_in(terms) | dict(policy.parts)


def _joined(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _policy_of(parts: dict[str, str], terms: PolicyTerms) -> Policy:
    modalities = _values(parts, "modalities", terms.modalities, terms.default_modalities)
    sources, but = _sources(parts, terms)
    ranks = _values(parts, "ranks", terms.ranks, terms.default_ranks)
    resolve = parse_resolution(parts.get("resolve"), terms.published)
    flags = {name: _yes_or_no(parts, name) for name in ("denials", "hedged", "inferred")}
    known_at = _known_at(parts.get("known-at"))
    published_by = _published_by(parts.get("published-by"))
    canonical = {name: "yes" if value else "no" for name, value in flags.items()}
    canonical["modalities"] = _listed(modalities).lower()
    canonical["ranks"] = _listed(ranks).lower()
    canonical["resolve"] = str(resolve)
    canonical["sources"] = ",".join(f"-{one}" for one in sorted(but)) if but else _listed(sources)
    if known_at:
        canonical["known-at"] = known_at
    if published_by is not None:
        canonical["published-by"] = iso(published_by)
    policy = Policy(
        modalities,
        sources,
        ranks,
        known_at=known_at,
        resolve=resolve,
        but=but,
        parts=tuple(sorted(canonical.items() - _built_in(terms).items())),
        denials=flags["denials"],
        hedged=flags["hedged"],
        inferred=flags["inferred"],
    )
    if published_by is None:
        return policy
    late = frozenset(
        slug for slug, day in terms.published.items() if day is None or day > published_by
    )
    _refuse_unpublished(policy, published_by, terms.published, late)
    return replace(policy, published_by=iso(published_by), unpublished=late)


def _refuse_unpublished(
    policy: Policy, by: int, published: Mapping[str, int | None], late: Collection[str]
) -> None:
    """Refuse a day by which nothing was published: an empty world would look like an answer."""
    heard = [slug for slug in published if policy.hears(slug)]
    if not heard or any(slug not in late for slug in heard):
        return
    days = [(day, slug) for slug in heard if (day := published[slug]) is not None]
    which = "None of these sources" if len(heard) < len(published) else "No source"
    first = (
        f"the first, source/{min(days)[1]}, by {iso(min(days)[0])}" if days else "no day is known"
    )
    raise BadPolicy(
        f"{which} was certainly published by {iso(by)}; {first}.",
        where="published-by",
        remedy=f"Ask for {iso(min(days)[0])} or later." if days else "Leave published-by out.",
    )


def refuse_before_first(policy: Policy, claims: Iterable[Claim]) -> None:
    """Refuse to go back to before anything was known: an empty world would look like an answer.

    Only claims of the sources that the policy hears count. Raises
    :class:`~tenure.errors.BadPolicy`, which names the first instant.
    """
    if policy.known_at is None:
        return
    recorded = (claim.recorded_at for claim in claims if policy.hears(local_name(claim.source)))
    refuse_before(policy, min(recorded, default=None))


def refuse_before(policy: Policy, first: str | None) -> None:
    """As :func:`refuse_before_first`, where the first instant is known; None: there is none."""
    if policy.known_at is None:
        return
    if first is not None and policy.known_at < first:
        heard = "of these sources " if policy.sources is not None or policy.but else ""
        raise BadPolicy(
            f"Nothing {heard}was known at {policy.known_at}; the first revision is of {first}.",
            where="known-at",
            remedy=f"Ask for {first} or later.",
        )


def _with_named(text: str, terms: PolicyTerms) -> dict[str, str]:
    """The parts of a text; those of the policy that it names, else of the default, come in under.

    Raises :class:`~tenure.errors.BadPolicy` where there is no policy of that name.
    """
    parts = _parts(text)
    name = parts.pop("policy", None)
    if name is None and not terms.default:
        return parts
    if name is not None and name not in terms.named:
        remedy = remedy_of(nearest(name, terms.named), some_of(terms.named))
        raise BadPolicy(f"There is no policy {name[:80]!r}.", where="policy", remedy=remedy)
    # What is found in the text of one cannot lead back to it.
    others = {one: said for one, said in terms.named.items() if one != name}
    under = terms.default if name is None else terms.named[name]
    return {**_with_named(under, replace(terms, named=others, default="")), **parts}


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        # A name alone is enough where nothing else is said.
        whole = part if "=" in part or part.strip() in _PARTS else f"policy={part}"
        name, equals, value = (piece.strip() for piece in whole.partition("="))
        if not equals or not value:
            raise _bad(f"{part.strip()[:80]!r} is no part of a policy.")
        if name not in _PARTS:
            raise _bad(f"A policy has no part {name[:80]!r}; its parts are {', '.join(_PARTS)}.")
        if name in parts:
            raise _bad(f"{name!r} is given twice.")
        parts[name] = value
    return parts


def _known_at(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return instant(text)
    except BadInput as error:
        raise BadPolicy(error.what, where="known-at", remedy=error.remedy) from error


def _published_by(text: str | None) -> int | None:
    """The last day of a date, or a day counted from today (UTC)."""
    if text is None:
        return None
    counted = from_today(text, datetime.now(UTC).date().toordinal())
    if counted is not None:
        return counted
    try:
        day = parse(text).fuzzy_bounds.latest
    except BadDate as error:
        raise BadPolicy(error.what, where="published-by", remedy=error.remedy) from error
    if day is None:
        raise BadPolicy(
            f"published-by needs a last day, and {text[:80]!r} has none.",
            where="published-by",
            remedy="Write a day, a month or a year: published-by=2020-03-31",
        )
    # Beyond, days and instants are not in their order as text; no source is of then.
    return min(day, day_number(9999, 12, 31))


def _sources(
    parts: dict[str, str], terms: PolicyTerms
) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The only sources that are heard, None for all, and those that are not heard."""
    words = [word.strip() for word in parts.get("sources", "").split(",")]
    left_out = [word.removeprefix("-").strip() for word in words if word.startswith("-")]
    if not left_out:
        return _values(parts, "sources", terms.published, None), frozenset()
    if len(left_out) < len(words):
        raise _bad("sources names either those that are heard, or with a minus those that are not.")
    listed = {"sources": ",".join(left_out)}
    if "all" in (word.lower() for word in left_out):
        raise _bad("sources=-all leaves nobody to be heard.")
    return None, _values(listed, "sources", terms.published, None) or frozenset()


def _yes_or_no(parts: dict[str, str], name: str) -> bool:
    """A part that is ``yes``, which it is by default too, or ``no``."""
    value = parts.get(name, "yes").lower()
    if value not in ("yes", "no"):
        raise _bad(f"{name} is yes or no, not {value[:80]!r}.")
    return value == "yes"


def _listed(chosen: frozenset[str] | None) -> str:
    return "all" if chosen is None else ",".join(sorted(chosen))


def _values(
    parts: dict[str, str],
    name: str,
    possible: Collection[str],
    default: frozenset[str] | None,
) -> frozenset[str] | None:
    if name not in parts:
        return default
    if parts[name].lower() == "all":
        return None
    by_lower = {value.lower(): value for value in possible}
    chosen = []
    for value in parts[name].split(","):
        word = value.strip()
        if word.lower() not in by_lower:
            remedy = remedy_of(nearest(word, by_lower), some_of(by_lower))
            raise BadPolicy(f"{name} has no value {word[:80]!r}.", where="policy", remedy=remedy)
        chosen.append(by_lower[word.lower()])
    return frozenset(chosen)


def _bad(what: str) -> BadPolicy:
    return BadPolicy(
        what, where="policy", remedy="For example: modalities=asserted,reported;hedged=no"
    )


def default_policy_quads(text: str, base: str) -> list[Quad]:
    """What declares a text to be the default policy of the base whose IRIs begin with ``base``."""
    policy = NamedNode(f"{base}terms#default")
    return [
        Quad(policy, RDF_TYPE, TN("Policy")),
        Quad(policy, RDFS_LABEL, Literal("default policy", language="en")),
        Quad(policy, TN("policyText"), Literal(text)),
        Quad(policy, TN("byDefault"), Literal("true", datatype=XSD_BOOLEAN)),
    ]
