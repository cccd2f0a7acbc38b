"""The chapter of the rule book on sprints: the sprint page and the budgets of evidence, with links."""

import re
from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from reports import sprint_page
from reports.book.links import Link, cited, link
from reports.sprint_page import Chapter, Group, Limit, Sharing

_BRACES = re.compile(r"\{\w+\}")
"""What a warning fills in with figures of the sprint."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its sources."""

    limit: Limit
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with what to do and the limits that raise it."""

    id: str
    says: str
    do: str
    limits: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A reference group with its sources."""

    group: Group
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A budget with the measures it covers and the rules that share it."""

    budget: Sharing
    pieces: str
    measures: tuple[Link, ...]
    rules: tuple[tuple[Link, int], ...]
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Sprints:
    """The chapter."""

    chapter: Chapter
    warnings: tuple[Warned, ...]
    further: tuple[Row, ...]
    groups: tuple[Compared, ...]
    feeds: tuple[tuple[Link, str], ...]
    budgets: tuple[Shared, ...]
    sources: tuple[Link, ...]


def sprints(knowledge: KnowledgeBase) -> Sprints:
    """What the chapter tells."""

    def row(limit: Limit) -> Row:
        return Row(limit, cited(knowledge, limit.figure.sources))

    found = sprint_page.chapter(knowledge)
    return Sprints(
        found,
        tuple(
            Warned(one.id, _BRACES.sub("…", one.says), one.do, tuple(map(row, one.limits))) for one in found.warnings
        ),
        tuple(map(row, found.further)),
        tuple(Compared(one, cited(knowledge, one.page.sources)) for one in found.groups),
        tuple((link(knowledge, id), quantity) for id, quantity in found.feeds),
        tuple(_shared(knowledge, one) for one in found.budgets),
        cited(knowledge, found.page.sources),
    )


def _shared(knowledge: KnowledgeBase, one: Sharing) -> Shared:
    limiters = knowledge.limiters.limiters
    labels = {str(name): Link(f"{page.label} as a whole", "whole") for name, page in limiters.items()}
    return Shared(
        one,
        sprint_page.pieces(one.page),
        tuple(link(knowledge, id) for id in one.measures),
        tuple((labels.get(about) or link(knowledge, about), count) for about, count in one.rules),
        cited(knowledge, one.page.sources),
    )
