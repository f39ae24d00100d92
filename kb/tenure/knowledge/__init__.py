"""The knowledge base, opened: store, claims, worlds by policy, and the graphs of days."""

from typing import TYPE_CHECKING

from tenure.first_use import on_first_use

if TYPE_CHECKING:
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

__getattr__ = on_first_use(
    __name__,
    {
        "base": ("KnowledgeBase",),
        "opening": (
            "from_quads",
            "open_knowledge_base",
            "read_knowledge_base",
        ),
        "snapshot": ("Snapshot",),
    },
)
