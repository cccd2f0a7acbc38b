"""Where all checks lay down what they find: the knowledge, its pages, and the faults so far."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from engine.errors import Fault, nearest
from engine.knowledge import KnowledgeBase, Path
from engine.schema.deficit import Grounded
from engine.yaml_positions import excerpt


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a page, by kind, id and path."""

    kind: str
    id: str
    path: Path = ()

    def __truediv__(self, step: str | int) -> "Spot":
        return Spot(self.kind, self.id, (*self.path, step))

    def below(self, *steps: str | int) -> "Spot":
        """The spot further down."""
        return Spot(self.kind, self.id, (*self.path, *steps))


@dataclass(slots=True)
class Desk:
    """The knowledge under examination and the faults found in it."""

    knowledge: KnowledgeBase
    today: date | None = None
    faults: list[Fault] = field(default_factory=list)
    used_sources: set[str] = field(default_factory=set)

    def fault(
        self, spot: Spot, message: str, code: str, *, allowed: str = "", meant: str = "", at_key: bool = False
    ) -> None:
        """Lay down one fault at a spot, at its key or (the default) at its value."""
        page = self.knowledge.pages[spot.kind, spot.id]
        place = page.key(*spot.path) if at_key else page.value(*spot.path)
        self.faults.append(Fault(place, message, excerpt(page.text, place.line), allowed, meant, code))

    def exists(self, spot: Spot, what: str, name: str, names: Collection[str], *, at_key: bool = False) -> bool:
        """Whether a name is among those declared; a fault says when it is not."""
        if name in names:
            return True
        meant = nearest(name, names)
        allowed = "" if meant or len(names) > 12 else ", ".join(names)
        code = f"unknown_{what.replace(' ', '_')}"
        self.fault(spot, f"unknown {what} '{name}'", code, allowed=allowed, meant=meant, at_key=at_key)
        return False

    def sources(self, spot: Spot, sources: tuple[str, ...]) -> None:
        """Every source is on the page of sources; `spot` is the list."""
        for number, source in enumerate(sources):
            self.used_sources.add(source)
            self.exists(spot / number, "source", source, self.knowledge.sources)

    def grounded(self, spot: Spot, statement: Grounded) -> None:
        """The sources of a rule or explanation, and whether its review is overdue."""
        self.sources(spot / "sources", statement.sources)
        review = statement.reviewed
        if review and self.today and review.again_by < self.today:
            message = f"its review was due on {review.again_by.isoformat()}; last seen by {review.by}"
            self.fault(spot.below("reviewed", "again_by"), message, "review_overdue")
