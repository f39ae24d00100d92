"""The validator before the store: structure, shapes, dates, evidence; and the ontology's own lint.

Pure: files in, a :class:`Report` out, and nothing is written. The days that follow from what went
in are held to shapes of their own: a world in, a :class:`DayReport` out.
"""

from typing import TYPE_CHECKING

from tenure.first_use import on_first_use

if TYPE_CHECKING:
    from tenure.validate.baseline import new_since, without_accepted, write_baseline
    from tenure.validate.days import SnapshotShapes, claim_places, days_of_change, validate_days
    from tenure.validate.evidence import check_evidence
    from tenure.validate.finding import (
        NOTHING_CHECKED,
        ClaimPlace,
        DayFinding,
        DayReport,
        Finding,
        Fix,
        Related,
        Report,
        Severity,
    )
    from tenure.validate.fixes import FixedFile, fixed_files, write_fixed
    from tenure.validate.grouping import FindingGroup, groups
    from tenure.validate.progress import Progress, ProgressStep, Stage, unwatched
    from tenure.validate.reporters import REPORT_FORMATS, ReportFormat
    from tenure.validate.texts import Texts
    from tenure.validate.user_shapes import UserShapes
    from tenure.validate.validator import (
        Check,
        given_facts,
        refuse_unknown_rule,
        validate_paths,
        validate_statements,
        validate_text,
    )

__all__ = [
    "NOTHING_CHECKED",
    "REPORT_FORMATS",
    "Check",
    "ClaimPlace",
    "DayFinding",
    "DayReport",
    "Finding",
    "FindingGroup",
    "Fix",
    "FixedFile",
    "Progress",
    "ProgressStep",
    "Related",
    "Report",
    "ReportFormat",
    "Severity",
    "SnapshotShapes",
    "Stage",
    "Texts",
    "UserShapes",
    "check_evidence",
    "claim_places",
    "days_of_change",
    "fixed_files",
    "given_facts",
    "groups",
    "new_since",
    "refuse_unknown_rule",
    "unwatched",
    "validate_days",
    "validate_paths",
    "validate_statements",
    "validate_text",
    "without_accepted",
    "write_baseline",
    "write_fixed",
]

__getattr__ = on_first_use(
    __name__,
    {
        "baseline": (
            "new_since",
            "without_accepted",
            "write_baseline",
        ),
        "days": (
            "SnapshotShapes",
            "claim_places",
            "days_of_change",
            "validate_days",
        ),
        "evidence": ("check_evidence",),
        "finding": (
            "NOTHING_CHECKED",
            "ClaimPlace",
            "DayFinding",
            "DayReport",
            "Finding",
            "Fix",
            "Related",
            "Report",
            "Severity",
        ),
        "fixes": (
            "FixedFile",
            "fixed_files",
            "write_fixed",
        ),
        "grouping": (
            "FindingGroup",
            "groups",
        ),
        "progress": (
            "Progress",
            "ProgressStep",
            "Stage",
            "unwatched",
        ),
        "reporters": (
            "REPORT_FORMATS",
            "ReportFormat",
        ),
        "texts": ("Texts",),
        "user_shapes": ("UserShapes",),
        "validator": (
            "Check",
            "given_facts",
            "refuse_unknown_rule",
            "validate_paths",
            "validate_statements",
            "validate_text",
        ),
    },
)
