"""What a candidate is worth for what was found: severity times position weight, summed, times a few factors."""

from engine.prescription.person import Person
from engine.schema.intervention import Intervention


def worth(row: Intervention, person: Person) -> dict[str, float]:
    """What the row is worth for each found deficit it targets."""
    page = person.knowledge.programs.choosing.score
    severity, roots = person.severity, person.roots
    if severity.keys().isdisjoint(row.targets):
        return {}
    value: dict[str, float] = {}
    for position, target in enumerate(row.targets):
        if target in severity:
            weight = page.positions[min(position, len(page.positions) - 1)]
            value[target] = severity[target] * weight * (page.root_cause if target in roots else 1.0)
    return value


def score(row: Intervention, person: Person) -> float:
    """The whole worth of a row; 0 when it targets nothing found."""
    value = worth(row, person)
    if not value:
        return 0.0
    page = person.knowledge.programs.choosing.score
    recalled = page.recalled if row.verified == "recalled" else 1.0
    contested = page.contested if row.contested else 1.0
    return sum(value.values()) * recalled * contested


def targets(row: Intervention, person: Person) -> tuple[str, ...]:
    """The found deficits a row is for, where it is worth most first."""
    value = worth(row, person)
    return tuple(sorted(value, key=lambda target: (-value[target], row.targets.index(target))))
