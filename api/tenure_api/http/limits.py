"""How much a single request may ask for. All sizes are bytes unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.store.sparql_inspection import LONGEST_QUERY


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused as too large, and where a page stops listing.

    ``query``: characters of a SPARQL query. ``parameter``: characters of any other parameter.
    ``form``: a form's body. ``body``: RDF to be validated. ``fields``: parameters in one request.
    ``rows``: rows in a table for people; machines always get all. ``headers``: headers of a
    request; ``header``: one of them, name and value.
    """

    query: int = LONGEST_QUERY
    parameter: int = 4_000
    form: int = 1_000_000
    body: int = 10_000_000
    fields: int = 50
    rows: int = 1_000
    headers: int = 100
    header: int = 16_000
