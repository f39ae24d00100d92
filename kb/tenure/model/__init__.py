"""What is spoken of: claims and policies, what the ontology declares, situations and events."""

from tenure.model.change import Change
from tenure.model.claim import Claim, Evidence, Retraction, Source
from tenure.model.occurrence import (
    Alternative,
    CompleteDays,
    Conflict,
    Exclusion,
    Occurrence,
    Participation,
    Presumption,
)
from tenure.model.policy import (
    WIDEST,
    Policy,
    PolicyTerms,
    Standing,
    default_policy_quads,
    parse_policy,
    policy_without,
    refuse_before,
    refuse_before_first,
)
from tenure.model.reading import ClaimBase, Term, instant, read_claim, read_claims, read_sources
from tenure.model.registry import Described, Registry, check_references
from tenure.model.revisions import (
    Learned,
    Revision,
    Version,
    clean_message,
    learned,
    notes,
    read_instant,
    retraction_of,
    revision_quads,
    revisions,
)
from tenure.model.schema import Axiom, PointRole, Schema, SituationKind, schema_of
from tenure.model.versioned import VersionedTable

__all__ = [
    "WIDEST",
    "Alternative",
    "Axiom",
    "Change",
    "Claim",
    "ClaimBase",
    "CompleteDays",
    "Conflict",
    "Described",
    "Evidence",
    "Exclusion",
    "Learned",
    "Occurrence",
    "Participation",
    "PointRole",
    "Policy",
    "PolicyTerms",
    "Presumption",
    "Registry",
    "Retraction",
    "Revision",
    "Schema",
    "SituationKind",
    "Source",
    "Standing",
    "Term",
    "Version",
    "VersionedTable",
    "check_references",
    "clean_message",
    "default_policy_quads",
    "instant",
    "learned",
    "notes",
    "parse_policy",
    "policy_without",
    "read_claim",
    "read_claims",
    "read_instant",
    "read_sources",
    "refuse_before",
    "refuse_before_first",
    "retraction_of",
    "revision_quads",
    "revisions",
    "schema_of",
]
