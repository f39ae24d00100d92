"""Drafts, passages and data sets become statements in a folder of facts.

Whoever writes facts by hand gives a few words of a text, and gets offsets, digests, numbers and the
house layout (``claim add``, ``source add``, ``format``); data sets come through importers. All of
it goes through one gate: structure and shapes, held before anything is written.
"""

from tenure.ingest.claims import (
    Added,
    add_claims,
    state_of,
    supersede_claim,
)
from tenure.ingest.data_sets import Counted, RecordedState
from tenure.ingest.draft import Draft, DraftFaults, NewEntity, StatedOccurrence, Value, read_drafts
from tenure.ingest.facts_folder import format_files, read_text
from tenure.ingest.importing import (
    Format,
    ImportContext,
    Imported,
    SourceDescription,
    format_names,
    import_files,
    read_mapping,
)
from tenure.ingest.records import EntityReference, ImportReport, Record, Stated
from tenure.ingest.source import add_source
from tenure.ingest.turtle_format import format_trig, parse_trig, write_layout
from tenure.ingest.vocabulary import Vocabulary

__all__ = [
    "Added",
    "Counted",
    "Draft",
    "DraftFaults",
    "EntityReference",
    "Format",
    "ImportContext",
    "ImportReport",
    "Imported",
    "NewEntity",
    "Record",
    "RecordedState",
    "SourceDescription",
    "Stated",
    "StatedOccurrence",
    "Value",
    "Vocabulary",
    "add_claims",
    "add_source",
    "format_files",
    "format_names",
    "format_trig",
    "import_files",
    "parse_trig",
    "read_drafts",
    "read_mapping",
    "read_text",
    "state_of",
    "supersede_claim",
    "write_layout",
]
