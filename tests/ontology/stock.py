"""pySHACL as it comes, over a store."""

from __future__ import annotations

from pyshacl.graph_abstraction import OxigraphDataGraph


class StockData(OxigraphDataGraph):
    """A store as pySHACL reads it, save that it does not count all to find that there is any."""

    def __bool__(self) -> bool:
        return True
