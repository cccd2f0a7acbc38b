"""The checked knowledge base: every page as a model, and where each thing stands in its file."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Place
from engine.schema.case import Case
from engine.schema.deficit import Deficit, LimiterRule
from engine.schema.intervention import Intervention
from engine.schema.limiter import Limiters
from engine.schema.measure import DerivedMeasure, Measure, Populations
from engine.schema.program import Programs
from engine.schema.questionnaire import Questionnaire
from engine.schema.safety import SafetyRule, UrgencyWords
from engine.schema.source import Source
from engine.schema.sprint import Sprint

Path = tuple[str | int, ...]
"""A way into a page: keys and list positions from its top."""


@dataclass(frozen=True, slots=True)
class Page:
    """One file of knowledge: its text, and the place of every key and value in it.

    `keys` and `values` are positions by path (line, column, width; lines and columns from 1); the empty path is the
    page itself.
    """

    file: str
    text: str
    keys: Mapping[Path, tuple[int, int, int]]
    values: Mapping[Path, tuple[int, int, int]]

    def key(self, *path: str | int) -> Place:
        """Where the key at `path` stands, or the nearest thing above it."""
        return self._nearest(self.keys, path)

    def value(self, *path: str | int) -> Place:
        """Where the value at `path` stands, or the nearest thing above it."""
        return self._nearest(self.values, path)

    def line(self, number: int) -> str:
        """A line of the page as written, counted from 1."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def _nearest(self, positions: Mapping[Path, tuple[int, int, int]], path: Path) -> Place:
        for length in range(len(path), -1, -1):
            for table in (positions, self.values, self.keys):
                if found := table.get(path[:length]):
                    return Place(self.file, *found)
        return Place(self.file, 1, 1)


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """All pages, validated and checked against each other. Mappings are sorted by id."""

    version: str
    hash: str
    """SHA-256 over the names and bytes of every page, hexadecimal."""
    limiters: Limiters
    populations: Populations
    measures: Mapping[str, Measure]
    derived: Mapping[str, DerivedMeasure]
    deficits: Mapping[str, Deficit]
    limiter_rules: Mapping[str, LimiterRule]
    """By `limiter/rule`, from every page in `rules/`."""
    safety: Mapping[str, SafetyRule]
    safety_wording: UrgencyWords
    interventions: Mapping[str, Intervention]
    programs: Programs
    questionnaire: Questionnaire
    sprint: Sprint
    sources: Mapping[str, Source]
    cases: Mapping[str, Case]
    pages: Mapping[tuple[str, str], Page]
    """By kind and id: ("measure", "knee_to_wall"), ("deficit", …), ("rules", file stem), ("limiters", "limiters") …"""
    places: Mapping[str, Place]
    """The place of every rule, by its full id."""
