"""The gate before the store: structure, shapes, dates, evidence; and the ontology's own lint.

Pure: files in, a :class:`Report` out, and nothing is written. The days that follow from what went
in are held to shapes of their own: a world in, a :class:`DayReport` out.
"""

from tenure.validate.baseline import without_accepted, write_baseline
from tenure.validate.faces import REPORT_FORMATS, ReportFormat
from tenure.validate.gate import Check, given_facts, validate_paths, validate_text
from tenure.validate.own_shapes import OwnShapes
from tenure.validate.progress import Progress, Stage, Step, unwatched
from tenure.validate.report import Finding, Related, Report, Severity
from tenure.validate.snapshots import days_of_change, validate_days
from tenure.validate.snapshots_claims import claim_places
from tenure.validate.snapshots_report import ClaimPlace, DayFinding, DayReport
from tenure.validate.snapshots_shapes import SnapshotShapes
from tenure.validate.texts import check_evidence

__all__ = [
    "REPORT_FORMATS",
    "Check",
    "ClaimPlace",
    "DayFinding",
    "DayReport",
    "Finding",
    "OwnShapes",
    "Progress",
    "Related",
    "Report",
    "ReportFormat",
    "Severity",
    "SnapshotShapes",
    "Stage",
    "Step",
    "check_evidence",
    "claim_places",
    "days_of_change",
    "given_facts",
    "unwatched",
    "validate_days",
    "validate_paths",
    "validate_text",
    "without_accepted",
    "write_baseline",
]
