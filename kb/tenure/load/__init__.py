"""Loading: files in, store filled whole or not at all. The only writer."""

from tenure.load.checks import check_references
from tenure.load.files import Loaded, load_files, read_folder
from tenure.load.registry import Registry
from tenure.load.store_format import FORMAT, bring_up, read_format, refuse_newer

__all__ = [
    "FORMAT",
    "Loaded",
    "Registry",
    "bring_up",
    "check_references",
    "load_files",
    "read_folder",
    "read_format",
    "refuse_newer",
]
