"""What each item does in each week: active or resting, and its dose in words; and how much is run.

The words are those of the week tables; each lane of items follows its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.prescription.blocks import Shape
from engine.prescription.candidates import Candidate
from engine.prescription.person import Person
from engine.prescription.pick import CLASSES
from engine.schema.intervention import Level
from engine.schema.program import Lane, WeekRow


@dataclass(frozen=True)
class Course:
    """One item through the weeks."""

    item: Candidate
    lane: Lane
    active: tuple[bool, ...]
    doses: tuple[str, ...]


def courses(person: Person, shape: Shape, items: Sequence[Candidate]) -> tuple[Course, ...]:
    """Every item's way through the block, in the order of the items."""
    lanes = {item.id: person.rows.lane(item.row, person.fast_too) for item in items}
    words = {item.id: [_word(person, shape, item, lanes[item.id], week) for week in shape.weeks] for item in items}
    _put_aside(person, shape, items, words)
    _stagger(person, items, words)
    does = person.knowledge.programs.progression.doses
    return tuple(
        Course(
            item=item,
            lane=lanes[item.id],
            active=tuple(does[word].does_it for word in words[item.id]),
            doses=tuple(_say(person, item, word) for word in words[item.id]),
        )
        for item in items
    )


def running_percent(person: Person, shape: Shape, week: WeekRow) -> tuple[float, float]:
    """Least and most of the usual distance to run this week, in percent."""
    page = person.knowledge.programs.running
    low, high = week.running
    if page.kind in person.blocked_kinds():
        return 0.0, 0.0
    if shape.block.running_if_open is not None:
        return shape.block.running_if_open
    if runs_little(person) and not shape.block.cuts_everyone:
        return page.little.percent, page.little.percent
    if shape.season is not None:
        if shape.season.running_unchanged:
            return 100.0, 100.0
        least = shape.season.running_at_least or 0.0
        return max(low, least), max(high, least)
    return low, high


def runs_little(person: Person) -> bool:
    """Whether so little is run that nothing is cut."""
    little = person.knowledge.programs.running.little
    return person.numbers.get(little.measure, little.below) < little.below


def _word(person: Person, shape: Shape, item: Candidate, lane: Lane, week: WeekRow) -> str:
    progression = person.knowledge.programs.progression
    word = week.doses.get(lane.lane, progression.not_yet)
    dose = progression.doses[word]
    if not dose.does_it:
        return word
    if shape.season is not None:
        word = shape.season.doses.get(lane.lane, word)
    beginner: Level = "beginner"
    if person.level == beginner or item.row.level == beginner:
        word = progression.doses[word].for_beginners or word
    if item.test_first and not progression.doses[word].easier:
        word = progression.test_first
    return word


def _put_aside(person: Person, shape: Shape, items: Sequence[Candidate], words: dict[str, list[str]]) -> None:
    """In weeks that keep only some of a class, the later items of that class rest."""
    aside = person.knowledge.programs.progression.put_aside
    for number, week in enumerate(shape.weeks):
        for role in CLASSES:
            if role in week.keep:
                for item in [item for item in items if item.role == role][week.keep[role] :]:
                    words[item.id][number] = aside


def _stagger(person: Person, items: Sequence[Candidate], words: dict[str, list[str]]) -> None:
    """After the first week only so many items begin in one week; the rest begin later."""
    progression = person.knowledge.programs.progression
    most = person.knowledge.programs.caps.new_items_per_week.of(person.column)
    begun: set[str] = set()
    weeks = len(next(iter(words.values()), []))
    for number in range(weeks):
        new = [item.id for item in items if progression.doses[words[item.id][number]].does_it and item.id not in begun]
        allowed = new if number == 0 else new[:most]
        begun.update(allowed)
        for late in new[len(allowed) :]:
            words[late][number] = progression.not_yet


def _say(person: Person, item: Candidate, word: str) -> str:
    dose = person.knowledge.programs.progression.doses[word]
    start, progressed = item.row.dose_start.rstrip("."), item.row.dose_progressed.rstrip(".")
    said = dose.text.replace("{start}", start).replace("{progressed}", progressed)
    if dose.does_it:
        for change in person.adjustments.values():
            for group, note in change.dose_note.items():
                if item.id in person.rows.named(group):
                    said = f"{said}. {note}"
    return said
