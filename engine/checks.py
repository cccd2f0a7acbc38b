"""Rules about rules: everything that crosses files."""

from datetime import date

from engine.errors import Fault
from engine.knowledge import KnowledgeBase


def check(knowledge: KnowledgeBase, *, today: date | None = None) -> list[Fault]:
    """Every fault in the knowledge taken together."""
    return []


def is_warning(fault: Fault) -> bool:
    """Whether a fault is soft."""
    return False
