"""The ontology for people: what every term means, by what rules, and which questions use it.

One model of the terms; the web service shows it under its own addresses, and :func:`write_pages`
writes it as pages that need no server.
"""

from __future__ import annotations

from tenure.reference.model import QuestionPage, Reference, Section, Term, TermGroup, read_reference
from tenure.reference.pages import PAGES, TEMPLATES, write_pages
from tenure.reference.shapes import rules_in_words

__all__ = [
    "PAGES",
    "TEMPLATES",
    "QuestionPage",
    "Reference",
    "Section",
    "Term",
    "TermGroup",
    "read_reference",
    "rules_in_words",
    "write_pages",
]
