"""Many analyses → a table as text: a line for each sprint."""

from dataclasses import dataclass

from engine.sprint.results import Analysis
from reports.sprint import words
from reports.sprint.words import between

SIDES = {
    "force": "force (F0)", "velocity": "speed (V0)", "undecided": "undecided", "neither": "neither",
    "no_group": "no group", "unreliable": "unreliable",
}  # fmt: skip
"""Which quality lies further behind, in a table."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One sprint in a line."""

    name: str
    f0: str
    v0: str
    time: str
    side: str
    starts: str


def brief(analysis: Analysis) -> Brief:
    """One sprint in a line, each number as its interval."""

    def of(name: str, decimals: int) -> str:
        found = analysis.estimates.get(name)
        return between(found.low, found.high, decimals) if found else "–"

    run, name = analysis.run, analysis.person.name or "Athlete"
    called = f"{name}, {run.name}" if run.name and run.name != name else name
    chosen = words.SHORT[analysis.chosen.model] if analysis.chosen else "–"
    return Brief(called[:30], of("f0_rel", 1), of("v0", 2), of("time", 2), SIDES[analysis.side], chosen)
