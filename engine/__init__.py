"""How knowledge is applied: answers → facts → deficits → limiter → prescription. Knows no sport.

    from engine import assess, compile_knowledge, load, read
    knowledge = compile_knowledge(load())
    diagnosis = assess(knowledge, read(text, "ana.yaml", knowledge.knowledge, today=date.today()))
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.answers import read
    from engine.assessment import assess
    from engine.compile import compile_knowledge
    from engine.loader import load

__all__ = ["assess", "compile_knowledge", "load", "read"]

_HOMES = {
    "assess": "engine.assessment",
    "compile_knowledge": "engine.compile",
    "load": "engine.loader",
    "read": "engine.answers",
}


def __getattr__(name: str) -> Any:
    """Finds the four on first use, so that a command that needs none of them starts fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
