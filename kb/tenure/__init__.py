"""Tenure: claims in, world out. A temporal knowledge base with SPARQL.

>>> import tenure
>>> with tenure.open() as kb:
...     for row in kb.ask("office-holders", office="office/pmu-deputy-head", before="2020-01-03"):
...         print(row.person, row.certainty)
person/abu-mahdi-al-muhandis certain

``docs/tutorial/from-python.md`` shows the rest. Importing the package loads nothing else: each part
comes with its first use.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenure.errors import TenureError
    from tenure.library import Name, OpenBase, Row, Rows, Why
    from tenure.owl_world import OwlWorld
    from tenure.owl_world import owl_world as owl

__all__ = ["Name", "OpenBase", "OwlWorld", "Row", "Rows", "TenureError", "Why", "open", "owl"]

_HOMES = {
    **dict.fromkeys(("Name", "OpenBase", "Why", "Row", "Rows"), "tenure.library"),
    "OwlWorld": "tenure.owl_world",
    "TenureError": "tenure.errors",
}
_RENAMED = {"owl": ("tenure.owl_world", "owl_world")}


def open(  # noqa: A001 - as tenure.open, beside dbm.open, shelve.open and gzip.open
    path: str | Path | None = None,
    *,
    store: str | Path | None = None,
    base: str | None = None,
    writable: bool = False,
) -> OpenBase:
    """Open a knowledge base to be asked; usable as a context manager.

    Args:
        path: the folder of a base with its ``tenure.toml``, a folder of facts, or the folder of a
            store; None means the base in whose folder this runs, else the facts that Tenure comes
            with. Facts are held in memory.
        store: the folder of a store, with ``path`` as the facts that it was filled from. It is
            read as it is at this moment, and nothing is written to it.
        writable: open a store to be written, which one process can at a time.
        base: what IRIs begin with; None means what is set, else ``https://w3id.org/tenure/``.

    Raises:
        NotFound: there is no such folder, or a store that holds nothing.
        BadInput: a file that cannot be read, with its line, or a base that is no IRI.
    """
    from tenure.library import open_base  # noqa: PLC0415 - importing tenure stays cheap

    return open_base(path, store=store, base=base, writable=writable)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _RENAMED:
        module, renamed = _RENAMED[name]
        return getattr(import_module(module), renamed)
    raise AttributeError(f"module 'tenure' has no attribute {name!r}")
