"""Giving away: the knowledge base, one source or one moment as a file, the same bytes every time.

``document`` writes a few statements about one thing in the same hand, and ``context`` is the
JSON-LD context of ``ontology/context.jsonld`` under a publisher's own base.
"""

from tenure.export.context import context
from tenure.export.files import export, export_into
from tenure.export.writing import document

__all__ = ["context", "document", "export", "export_into"]
