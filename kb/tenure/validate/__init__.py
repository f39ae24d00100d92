"""The gate before the store: structure, shapes, dates, evidence; and the ontology's own lint.

Pure: files in, a :class:`Report` out, and nothing is written.
"""

from tenure.validate.gate import validate_paths, validate_text
from tenure.validate.report import Finding, Report, Severity
from tenure.validate.texts import check_evidence

__all__ = ["Finding", "Report", "Severity", "check_evidence", "validate_paths", "validate_text"]
