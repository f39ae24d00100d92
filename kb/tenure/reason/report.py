"""What reasoning found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenure.errors import Where


@dataclass(frozen=True, slots=True)
class ClashingAxiom:
    """An axiom in words, and where it is written, if it comes from a file."""

    text: str
    where: Where | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, slots=True)
class Clash:
    """A smallest set of axioms that cannot all hold.

    ``about`` is the IRI of the class or property that can have no member because of them; it is
    empty where they make the whole inconsistent.
    """

    about: str
    axioms: tuple[ClashingAxiom, ...]


@dataclass(frozen=True, slots=True)
class ReasonReport:
    """What the reasoner found.

    Where nothing was reasoned, ``reasoned`` is False, ``reason`` says why, and ``consistent`` is
    None. ``unsatisfiable`` are IRIs of classes and properties that can have no member;
    ``inferred`` are pairs of class and superclass that follow and are not stated, direct ones only.
    ``clashes`` are the axioms behind that; where none could be found, ``unexplained`` says why.
    ``notes`` say what the reasoner was shown otherwise than it is written; ``seconds`` is how long
    it took.
    """

    reasoned: bool
    reason: str = ""
    consistent: bool | None = None
    unsatisfiable: tuple[str, ...] = ()
    inferred: tuple[tuple[str, str], ...] = ()
    clashes: tuple[Clash, ...] = ()
    unexplained: str = ""
    notes: tuple[str, ...] = ()
    triples: int = 0
    seconds: float | None = None

    @property
    def conforms(self) -> bool:
        """Whether nothing speaks against the ontology; true also where nothing was reasoned."""
        return self.consistent is not False and not self.unsatisfiable

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON."""
        return {
            "conforms": self.conforms,
            "reasoned": self.reasoned,
            "reason": self.reason,
            "consistent": self.consistent,
            "unsatisfiable": list(self.unsatisfiable),
            "inferred": [list(pair) for pair in self.inferred],
            "clashes": [
                {
                    "about": one.about or None,
                    "axioms": [
                        {"axiom": axiom.text, "where": str(axiom.where) if axiom.where else None}
                        for axiom in one.axioms
                    ],
                }
                for one in self.clashes
            ],
            "unexplained": self.unexplained,
            "notes": list(self.notes),
            "triples": self.triples,
            "seconds": self.seconds,
        }
