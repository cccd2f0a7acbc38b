"""An interview as a file: an ordinary athlete file whose last line, a comment, remembers where the interview stands.

Whoever reads the file as answers sees only what counts. The comment may be deleted; what it held (kit, skipped
questions, answers set aside) is then asked again.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from engine import answers as athlete_file
from engine.errors import AnswersError
from engine.interview import Interview, Plan, Who
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Value
from engine.sprint.run import Person

_MARK = "# limiter ask keeps its place here: "


def write(interview: Interview, athlete: str, day: date, sprints: str = "") -> str:
    """The text to save: what counts, as an athlete file, and the place of the interview.

    Args: `sprints` are the lines of the file that hold the athlete's sprints, which no interview asks for.
    """
    place = {
        "who": interview.who,
        "kit": dict(interview.kit),
        "skipped": sorted(interview.skipped),
        "brought": sorted(interview.brought),
        "set_aside": athlete_file.write(Answers(athlete, day, interview.set_aside)) if interview.set_aside else "",
    }
    counting = Answers(athlete, day, interview.counting, sprints_as_written=sprints)
    return f"{athlete_file.write(counting)}{_MARK}{json.dumps(place)}\n"


def begin(plan: Plan, knowledge: KnowledgeBase, person: Person, who: Who) -> Interview:
    """A new interview that need not ask what a file of sprints says of the athlete."""
    return Interview(plan, who, given=_said_of(person, knowledge))


def _said_of(person: Person, knowledge: KnowledgeBase) -> Mapping[str, Value]:
    """What is known of who ran, as answers; what does not fit its question is left to be asked."""
    named = knowledge.sprint.person
    said: dict[str, tuple[float | str | None, str]] = {
        named.sex: (person.sex, ""), named.age: (person.age, ""), named.event_group: (person.event_group, ""),
        named.training_level: (person.training_level, ""), named.mass: (person.mass, "kg"),
        named.height: (person.height, "m"),
    }  # fmt: skip
    found: dict[str, Value] = {}
    for id, (value, unit) in said.items():
        written = f"{value:.12g} {unit}".strip() if isinstance(value, float) else value
        with suppress(athlete_file.AnswerError):
            found[id] = athlete_file.value_of(knowledge, id, written)
    return found


def read(plan: Plan, knowledge: KnowledgeBase, answers: Answers, text: str, who: Who) -> Interview:
    """The interview to go on with: checked answers, and the place that the text they were read from remembers.

    Answers that no interview asked for count as brought. What one person skipped, the other is still asked. A place
    that cannot be read is passed over.
    """
    place = _place(text)
    kit = {key: had for key, had in _mapping(place.get("kit")).items() if isinstance(had, bool)}
    given = {**_set_aside(place, knowledge, answers), **answers.values}
    same = who == place.get("who")
    skipped = _names(place.get("skipped")) - given.keys() if same else frozenset[str]()
    brought = _names(place.get("brought"))
    interview = Interview(plan, who, given, kit, skipped, brought)
    return replace(interview, brought=interview.brought | (answers.values.keys() - interview.counting.keys()))


def _place(text: str) -> Mapping[str, Any]:
    for line in reversed(text.splitlines()):
        if line.startswith(_MARK):
            try:
                return _mapping(json.loads(line.removeprefix(_MARK)))
            except (ValueError, RecursionError):
                return {}
    return {}


def _set_aside(place: Mapping[str, Any], knowledge: KnowledgeBase, answers: Answers) -> Mapping[str, Any]:
    text = place.get("set_aside")
    if not isinstance(text, str) or not text:
        return {}
    try:
        return athlete_file.read(text, answers.file, knowledge, today=answers.date).values
    except AnswersError:
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _names(value: object) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
