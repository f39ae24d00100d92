"""Keeping a base right: entities named, merged and split, claims moved, sources corrected, undone.

Each function reads a knowledge base and makes a :class:`~tenure.model.Change` of it;
:class:`Editor` carries that out, in the folder of facts or in the store that the base was opened
from, as one revision. What an edit is as a claim is in ``docs/decisions/0021-edits-are-claims.md``.

How to add an edit: a function from a knowledge base to a change, a method of :class:`Editor` that
carries it out, and the command that calls it.
"""

from tenure.editing.accepting import accept, decision_on
from tenure.editing.claims import move, rank, retract, supersede
from tenure.editing.edit_claims import statements_of
from tenure.editing.editor import Editor, EditOutcome
from tenure.editing.entities import EntityView, add, alias, described, merge, rename, same_as, split
from tenure.editing.linking import Proposal, proposals, reject
from tenure.editing.operations import OPERATIONS, operation
from tenure.editing.sources import edit_source
from tenure.editing.undoing import undo

__all__ = [
    "OPERATIONS",
    "EditOutcome",
    "Editor",
    "EntityView",
    "Proposal",
    "accept",
    "add",
    "alias",
    "decision_on",
    "described",
    "edit_source",
    "merge",
    "move",
    "operation",
    "proposals",
    "rank",
    "reject",
    "rename",
    "retract",
    "same_as",
    "split",
    "statements_of",
    "supersede",
    "undo",
]
