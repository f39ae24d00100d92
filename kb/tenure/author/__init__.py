"""Writing made easy: sources and claims from a few words, and the house layout of facts."""

from tenure.author.claims import Added, add_claim, add_claims, state_of
from tenure.author.draft import Draft, NewEntity, State, Value, read_drafts
from tenure.author.format import format_files, format_trig
from tenure.author.sources import add_source
from tenure.author.vocabulary import Vocabulary

__all__ = [
    "Added",
    "Draft",
    "NewEntity",
    "State",
    "Value",
    "Vocabulary",
    "add_claim",
    "add_claims",
    "add_source",
    "format_files",
    "format_trig",
    "read_drafts",
    "state_of",
]
