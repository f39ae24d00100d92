"""The knowledge base, opened: store, claims, worlds by policy, and the graphs of days."""

from tenure.knowledge.base import KnowledgeBase
from tenure.knowledge.opening import open_knowledge_base, read_knowledge_base

__all__ = ["KnowledgeBase", "open_knowledge_base", "read_knowledge_base"]
