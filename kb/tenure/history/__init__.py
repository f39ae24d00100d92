"""Recorded time: revisions, what was learned between two of them, and retraction.

A revision is one change of what the knowledge base holds of one source. Which claims it added and
retracted is said by the claims themselves (``tn:recordedAt``, ``tn:retractedAt``); a
``tn:Revision`` of the same source and instant adds who did it, and why. Nothing is ever deleted.
"""

from tenure.history.model import Learned, Revision
from tenure.history.reading import learned, read_instant, retraction_of, revisions
from tenure.history.supersession import supersede_claim
from tenure.history.writing import Retracted, retract_claim, revision_quads

__all__ = [
    "Learned",
    "Retracted",
    "Revision",
    "learned",
    "read_instant",
    "retract_claim",
    "retraction_of",
    "revision_quads",
    "revisions",
    "supersede_claim",
]
