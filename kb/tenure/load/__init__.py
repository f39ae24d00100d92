"""Loading: files in, store filled whole or not at all. The only writer."""

from tenure.load.checks import check_references
from tenure.load.files import Loaded, load_files, read_folder
from tenure.load.registry import Registry

__all__ = ["Loaded", "Registry", "check_references", "load_files", "read_folder"]
