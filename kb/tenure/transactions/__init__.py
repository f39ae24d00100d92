"""The one writer into a running knowledge base: a change is committed whole, or refused whole.

A change comes as a body of RDF, as SPARQL Update, as an operation on one graph, or as a
retraction. It is parsed, read as claims and ordinary graphs, held to the shapes, fused, written in
one transaction with its revision, and flushed where the store is on disk.
"""

from tenure.model import Change
from tenure.transactions.commit import commit
from tenure.transactions.requests import (
    BodyChange,
    ChangeRequest,
    Committed,
    EditChange,
    GraphChange,
    UpdateChange,
)
from tenure.transactions.writer import tag_of

__all__ = [
    "BodyChange",
    "Change",
    "ChangeRequest",
    "Committed",
    "EditChange",
    "GraphChange",
    "UpdateChange",
    "commit",
    "tag_of",
]
