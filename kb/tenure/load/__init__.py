"""Loading: files in, an empty store filled whole or not at all; which files these were."""

from tenure.load.checks import Described, check_references
from tenure.load.files import (
    Loaded,
    checked_folder,
    load_files,
    origin_of,
    packaged_ontology,
    read_folder,
)
from tenure.load.registry import Registry
from tenure.load.store_state import (
    FORMAT,
    Origin,
    format_change,
    format_quad,
    read_format,
    read_origin,
    refuse_newer,
)

__all__ = [
    "FORMAT",
    "Described",
    "Loaded",
    "Origin",
    "Registry",
    "check_references",
    "checked_folder",
    "format_change",
    "format_quad",
    "load_files",
    "origin_of",
    "packaged_ontology",
    "read_folder",
    "read_format",
    "read_origin",
    "refuse_newer",
]
