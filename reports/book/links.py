"""Names in the rule book that lead to their place in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.schema.source import Source
from reports import wording


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads to its place in the book; without an address, plain text."""

    text: str
    to: str = ""


NOWHERE = Link("")


def link(knowledge: KnowledgeBase, key: str) -> Link:
    """A measure, deficit, exercise or safety rule by its label, leading to its place."""
    if page := knowledge.interventions.get(key):
        return Link(page.print_name, f"exercise-{key}")
    if key in knowledge.safety:
        return Link(key.replace("_", " "), f"safety-{key}")
    kind = "deficit" if key in knowledge.deficits else "measure"
    known = key in knowledge.deficits or key in knowledge.measures or key in knowledge.derived
    return Link(short(wording.label(knowledge, key)), f"{kind}-{key}" if known else "")


def short(label: str) -> str:
    """A label without what follows its colon."""
    return label.split(":")[0]


def cited(knowledge: KnowledgeBase, sources: Iterable[str]) -> tuple[Link, ...]:
    """Sources by author and year."""
    return tuple(Link(author(knowledge.sources[one]), f"source-{one}") for one in sources if one in knowledge.sources)


def author(source: Source) -> str:
    """How a source is called in the text: its first words and its year."""
    first = source.citation.split(". ")[0].split(", ")[0].split(":")[0].strip()
    words = first.split()
    name = " ".join(words[:4]) + (" …" if len(words) > 4 else "")
    return f"{name} {source.year}" if source.year and str(source.year) not in name else name
