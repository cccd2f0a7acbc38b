"""Verification, what it hands over: a finding is a fault with its weight and an athlete who shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.checks.desk import Spot
from engine.compile import Compiled
from engine.errors import Fault
from engine.yaml_positions import excerpt

Weight = Literal["fault", "warning", "information"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in the rule base as a whole."""

    weight: Weight
    fault: Fault
    witness: Mapping[str, str] = field(default_factory=dict)
    """Answers of an athlete in whom it shows; empty where it can show in nobody."""


def rule_spots(compiled: Compiled) -> dict[str, Spot]:
    """Where each rule stands, by its full id."""
    knowledge = compiled.knowledge
    found = {
        f"{name}/{rule.id}": Spot("deficit", name, ("rules", number))
        for name, deficit in knowledge.deficits.items()
        for number, rule in enumerate(deficit.rules)
    }
    at = {
        page.value("rules", number): Spot(kind, stem, ("rules", number))
        for (kind, stem), page in knowledge.pages.items()
        if kind == "rules"
        for number in range(len([path for path in page.values if len(path) == 2 and path[0] == "rules"]))
    }
    found.update((name, at[knowledge.places[name]]) for name in knowledge.limiter_rules)
    return found


def fault_at(compiled: Compiled, spot: Spot, message: str, code: str, *, cure: str = "", at_key: bool = False) -> Fault:
    """A fault at a place of a page; `cure` says what can be done."""
    page = compiled.knowledge.pages[spot.kind, spot.id]
    place = page.key(*spot.path) if at_key else page.value(*spot.path)
    return Fault(place, message, excerpt(page.text, place.line), cure, code=code)
