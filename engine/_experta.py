"""experta, importable on Python 3.10 and later; nothing else imports it.

experta's pinned frozendict 1.2 still looks for `collections.Mapping`, which Python 3.10 removed. The name is lent for
the time of the import and taken back. experta also sets up logging for the whole program on import; that is undone.
"""

import collections
import collections.abc
import logging

_handlers = list(logging.root.handlers)
_level = logging.root.level
collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]  # lent to frozendict 1.2
try:
    from experta import Fact, KnowledgeEngine, P, Rule
    from experta.abstract import Strategy
    from experta.matchers import ReteMatcher
    from experta.matchers.rete.check import SameContextCheck
    from experta.matchers.rete.nodes import ConflictSetNode, OrdinaryMatchNode
finally:
    del collections.Mapping  # type: ignore[attr-defined]
    logging.root.handlers[:] = _handlers
    logging.root.setLevel(_level)

__all__ = [
    "ConflictSetNode", "Fact", "KnowledgeEngine", "OrdinaryMatchNode", "P", "ReteMatcher", "Rule", "SameContextCheck",
    "Strategy",
]  # fmt: skip
