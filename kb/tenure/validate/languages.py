"""Words in a language that is not written in their letters: a reader is told the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal

from tenure.languages import contradiction
from tenure.validate.facts import Facts, Fault
from tenure.validate.report import Finding, Severity

RULE: Final = "LanguageNotInTheseLetters"
RULES: Final = frozenset((RULE,))


def language_findings(facts: Facts) -> Iterator[Finding]:
    """A warning for each literal of the given documents whose language its letters contradict.

    The check is the one that authoring makes (:mod:`tenure.languages`), and refuses by: whoever
    writes a draft is there to put it right, whoever sends a file may know a language's other
    scripts.
    """
    return facts.literal_findings(_fault_of)


def _fault_of(value: Literal) -> Fault | None:
    found = contradiction(value.value, value.language) if value.language is not None else None
    return (RULE, *found, Severity.WARNING) if found is not None else None
