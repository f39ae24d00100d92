"""The knowledge base, opened: store, claims, worlds by policy, and the graphs of days."""

from tenure.knowledge.base import KnowledgeBase
from tenure.knowledge.opening import from_quads, open_knowledge_base, read_knowledge_base
from tenure.knowledge.snapshot import Snapshot

__all__ = [
    "KnowledgeBase",
    "Snapshot",
    "from_quads",
    "open_knowledge_base",
    "read_knowledge_base",
]
