"""Words in a language that is not written in their letters: a reader is told the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pyoxigraph import Literal

from tenure.languages import contradiction
from tenure.validate.facts import Facts, graph_of
from tenure.validate.reading import text_of
from tenure.validate.report import Finding, Severity
from tenure.validate.results import of_rule

RULE: Final = "LanguageNotInTheseLetters"
RULES: Final = frozenset((RULE,))


def language_findings(facts: Facts) -> Iterator[Finding]:
    """A warning for each literal of the given documents whose language its letters contradict.

    The check is the one that authoring makes (:mod:`tenure.languages`), and refuses by: whoever
    writes a draft is there to put it right, whoever sends a file may know a language's other
    scripts.
    """
    for document in facts.given:
        for quad in document.quads:
            value = quad.object
            if not isinstance(value, Literal) or value.language is None:
                continue
            found = contradiction(value.value, value.language)
            if found is not None:
                what, remedy = found
                yield from facts.place(
                    RULE,
                    text_of(quad.subject),
                    what,
                    remedy,
                    document=document,
                    graph=graph_of(quad),
                    severity=Severity.WARNING,
                    result=replace(of_rule(RULE), path=quad.predicate.value, value=value),
                    quad=quad,
                )
