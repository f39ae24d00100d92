"""The knowledge base as a file, in one layout: whole, by source, or as of a moment.

``document`` writes a few statements about one thing in the same layout, and ``context`` is the
JSON-LD context that both use.
"""

from tenure.export.documents import context, document
from tenure.export.files import export, export_into

__all__ = ["context", "document", "export", "export_into"]
