"""An explanation as data; ``to_dict`` is what JSON answers show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tenure.model import Evidence, Retraction


@dataclass(frozen=True, slots=True)
class Step:
    """One constraint of a derivation: a sentence a person reads, the claims and the axiom."""

    text: str
    claims: tuple[str, ...]
    axiom: str | None
    axiom_label: str | None


@dataclass(frozen=True, slots=True)
class Dependency:
    """What one claim holds up: without it, the answer would be another.

    ``becomes`` is the bound (ISO day, None for unbounded) or the certainty that there would be
    without ``claim``; ``gone`` is set where nothing would tell of the occurrence any more.
    """

    claim: str
    becomes: str | None
    gone: bool
    text: str


@dataclass(frozen=True, slots=True)
class BoundReason:
    """One of the four bounds (``startEarliest`` …), its day (ISO) or None, and its derivation.

    ``claims`` are those on any of the tightest derivations, not only on the one that ``steps``
    shows; ``hangs_on`` those that none of them can do without; ``note`` says so in words.
    """

    name: str
    day: str | None
    steps: tuple[Step, ...]
    claims: tuple[str, ...] = ()
    hangs_on: tuple[Dependency, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class AlternativeReason:
    """One of several bounds of an occurrence, and why they are not those of all alternatives.

    ``days`` has the four bounds (``startEarliest`` …) as ISO days, None for unbounded; ``begins``
    and ``ends`` say the same in words. ``leaves_out`` are the claims of which the smallest repair
    that gives these bounds leaves something out, and ``text`` says what.
    """

    days: Mapping[str, str | None]
    begins: str
    ends: str
    leaves_out: tuple[str, ...]
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The alternative as plain dictionaries and lists."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MomentReason:
    """How surely it was going on at a moment, what that hangs on, and what would make it certain.

    ``key`` is the moment's path in the IRI of a slice, ``when`` the same in words; ``left_out``
    says which parts of the policy keep it from being surer.
    """

    key: str
    when: str
    certainty: str
    hangs_on: tuple[Dependency, ...]
    note: str
    would_be_certain: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A claim that the policy does not count; ``text`` is what it says and why it does not."""

    claim: str
    text: str


@dataclass(frozen=True, slots=True)
class ClaimReason:
    """A claim as an explanation shows it. ``voices`` are names, the publisher first.

    ``read_from`` says of an editor's reading which places it is read from, and is empty otherwise.

    ``statement`` is a restatement by whoever recorded the claim, never the words of the source,
    which ``evidence`` points at; ``restated`` says so in JSON. ``because`` says why it does not
    make the world; ``retraction`` that it was withdrawn since, whatever instant is asked about.
    """

    iri: str
    statement: str
    source: str
    source_label: str
    voices: tuple[str, ...]
    modality: str
    hedged: bool
    standing: str
    evidence: tuple[Evidence, ...]
    reading: str = ""
    read_from: str = ""
    because: str = ""
    retraction: Retraction | None = None
    restated: bool = True


@dataclass(frozen=True, slots=True)
class SourceReason:
    """A source by its name and the day that its description gives, as written and in words."""

    iri: str
    label: str
    published: str
    when: str


@dataclass(frozen=True, slots=True)
class OrderReason:
    """How the days of two things, or the ends of one, lie to each other in every solution, and why.

    ``hangs_on`` are the claims without which that would be otherwise; ``note`` says so where there
    is none.
    """

    text: str
    steps: tuple[Step, ...]
    hangs_on: tuple[Dependency, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartReason:
    """Someone's part in an event in words, how sure it is, and what that hangs on."""

    text: str
    certainty: str
    hangs_on: tuple[Dependency, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an occurrence is in the world, and why its bounds are what they are.

    ``alternatives`` are its distinct bounds where there are several, and ``note`` says what could
    not be told apart. ``basis`` says how the claims are put that tell of it (see
    :func:`tenure.fusion.manner_of`).
    ``claims`` are those that tell of it and those its bounds hang on; ``conflicts`` the reasons of
    the conflicts that concern it. ``loose`` says which days are not known and what would settle
    them; ``moments`` are the moments that were asked about; ``left_out`` are the claims that tell
    of it and that the policy does not count; ``plans`` says for which days of it sources gave dates
    that they could not vouch for; ``denials`` are those that deny it, whatever comes of that, and
    those by which a list of all holders leaves it out. ``identities`` are the edits by which what
    its claims name counts as one with something else.
    """

    iri: str
    label: str
    kind: str
    subject: str | None
    object: str | None
    certainty: str
    status: str
    bounds: tuple[BoundReason, ...]
    claims: tuple[ClaimReason, ...]
    conflicts: tuple[str, ...]
    loose: tuple[str, ...] = ()
    moments: tuple[MomentReason, ...] = ()
    basis: str = ""
    left_out: tuple[LeftOut, ...] = ()
    plans: tuple[str, ...] = ()
    alternatives: tuple[AlternativeReason, ...] = ()
    note: str = ""
    denials: tuple[LeftOut, ...] = ()
    identities: tuple[LeftOut, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain dictionaries and lists."""
        return asdict(self)
