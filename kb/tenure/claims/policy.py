"""Policies: which claims make the world. What a policy leaves out stays visible.

A policy is written as parts joined by ``;``, each a name, ``=`` and values joined by ``,``::

    sources=jpost-620411;modalities=asserted,reported,alleged;hedged=no

``sources``
    Slugs of the only sources heard. Claims of others are out of the policy's reach.
``modalities``
    Names of modalities, or ``all``. Default: those that the vocabulary accepts by default.
``hedged``
    ``yes`` (default; what only hedged claims tell is at most possible) or ``no``.
``ranks``
    Names of ranks accepted, or ``all`` (default).
``known-at``
    An instant of recorded time: only what was recorded, and not yet retracted, by then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from tenure.claims.model import Claim
from tenure.claims.read import instant
from tenure.errors import BadInput, BadPolicy
from tenure.nearest import nearest, remedy_of
from tenure.terms import local_name

_PARTS = ("hedged", "known-at", "modalities", "ranks", "sources")


class Standing(Enum):
    """What a policy alone, before any conflict, makes of a claim; the value is the concept."""

    ACCEPTED = "Accepted"
    SET_ASIDE = "SetAside"
    OUT_OF_REACH = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which claims make the world; None where everything is accepted. Made by :func:`parse_policy`.

    ``sources`` holds source slugs, ``modalities`` and ``ranks`` local names of concepts,
    ``known_at`` an instant in UTC. ``text`` is the canonical form, empty for the default policy.
    """

    modalities: frozenset[str] | None
    sources: frozenset[str] | None = None
    ranks: frozenset[str] | None = None
    hedged: bool = True
    known_at: str | None = None
    text: str = ""

    def standing(self, claim: Claim) -> Standing:
        """Whether the claim is accepted, set aside, or not heard at all."""
        if self.sources is not None and local_name(claim.source) not in self.sources:
            return Standing.OUT_OF_REACH
        if self.known_at is not None and claim.recorded_at > self.known_at:
            return Standing.OUT_OF_REACH
        if claim.retracted_at is not None and (
            self.known_at is None or claim.retracted_at <= self.known_at
        ):
            return Standing.OUT_OF_REACH
        accepted = (
            (self.modalities is None or local_name(claim.modality) in self.modalities)
            and (self.ranks is None or local_name(claim.rank) in self.ranks)
            and (self.hedged or not claim.hedged)
        )
        return Standing.ACCEPTED if accepted else Standing.SET_ASIDE


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """The values that a policy's parts can have, from the vocabulary and the sources at hand."""

    modalities: frozenset[str]
    default_modalities: frozenset[str]
    ranks: frozenset[str]
    sources: frozenset[str]


def parse_policy(text: str | None, terms: PolicyTerms) -> Policy:
    """The policy that ``text`` names; empty or None is the default policy.

    Raises :class:`~tenure.errors.BadPolicy` for an unknown part or value, naming the nearest ones.
    """
    parts = _parts(text or "")
    modalities = _values(parts, "modalities", terms.modalities, terms.default_modalities)
    sources = _values(parts, "sources", terms.sources, None)
    ranks = _values(parts, "ranks", terms.ranks, None)
    hedged = parts.get("hedged", "yes").lower()
    if hedged not in ("yes", "no"):
        raise _bad(f"hedged is yes or no, not {hedged[:80]!r}.")
    known_at = _known_at(parts.get("known-at"))
    canonical = ["hedged=no"] if hedged == "no" else []
    if known_at:
        canonical.append(f"known-at={known_at}")
    if modalities != terms.default_modalities:
        canonical.append(f"modalities={_listed(modalities).lower()}")
    if ranks is not None:
        canonical.append(f"ranks={_listed(ranks).lower()}")
    if sources is not None:
        canonical.append(f"sources={_listed(sources)}")
    return Policy(modalities, sources, ranks, hedged == "yes", known_at, ";".join(canonical))


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        name, equals, value = (piece.strip() for piece in part.partition("="))
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
            remedy = remedy_of(nearest(word, by_lower), f"Known: {', '.join(by_lower)}.")
            raise BadPolicy(f"{name} has no value {word[:80]!r}.", where="policy", remedy=remedy)
        chosen.append(by_lower[word.lower()])
    return frozenset(chosen)


def _bad(what: str) -> BadPolicy:
    return BadPolicy(
        what, where="policy", remedy="For example: modalities=asserted,reported;hedged=no"
    )
