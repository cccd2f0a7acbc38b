"""An athlete's file ↔ Answers: where every answer is checked once, so that all later stages can trust it.

Nothing is guessed and nothing is dropped: an answer that is not of its measure's kind, unit and plausible range is a
fault with its place, what was found, what is allowed and the nearest name. All faults of a file are told together.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from pathlib import Path as FilePath
from typing import Any

from engine.errors import AnswersError, Fault, nearest
from engine.faults import bare, short
from engine.knowledge import KnowledgeBase, Page
from engine.knowledge import Path as DataPath
from engine.model import Answers, Sides, Value
from engine.schema.measure import Measure
from engine.sprint.run import Run
from engine.units import UnitError, allowed, convert, quantity
from engine.yaml_positions import MOST_FAULTS, Unreadable, decode, excerpt, typed
from engine.yaml_positions import read as read_yaml

NEEDED = ("athlete", "date", "answers")
SPRINTS = "sprints"
"""The key below which an athlete's sprints stand, which need not be there."""
CASE_KEYS = ("id", "title", "story", "basis", "expect")
"""Keys of a cornerstone case that stand beside those of an athlete file; they are read over."""
LONGEST_NAME = 120
SCALES = {"scale_0_3": 3, "scale_0_10": 10}
_SIDES = ("left", "right")
_YES_NO = {"yes": True, "no": False, "y": True, "n": False, "true": True, "false": False}
_FAR_AHEAD = timedelta(days=3660)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(slots=True)
class AnswerError(ValueError):
    """One answer cannot be taken. The message is a sentence; `path` leads to the side that is meant."""

    message: str
    allowed: str = ""
    suggestion: str = ""
    code: str = "wrong_value"
    path: tuple[str, ...] = ()
    at_key: bool = False
    also: tuple["AnswerError", ...] = ()
    """What is wrong with the other side."""

    def __str__(self) -> str:
        more = [f"Did you mean '{self.suggestion}'?"] if self.suggestion else []
        more += [f"Allowed: {self.allowed}"] if self.allowed else []
        return " ".join([f"{self.message}.", *more]) if more else self.message


# --- a whole file ---------------------------------------------------------------------------------------------------


def read_file(path: FilePath, knowledge: KnowledgeBase, *, today: date) -> Answers:
    """The answers in a file.

    Raises: AnswersError, also when the file is too large or no text; OSError, when it cannot be opened.
    """
    return read(path.read_bytes(), path.as_posix(), knowledge, today=today, folder=path.parent)


def read(
    text: str | bytes, file: str, knowledge: KnowledgeBase, *, today: date, folder: FilePath | None = None
) -> Answers:
    """The answers in a text, YAML or JSON; `file` is its name in errors.

    Args: `folder` holds the file, and with it the traces its sprints name; None: it came through a pipe.

    Raises: AnswersError, with every fault and its place.
    """
    try:
        written = decode(text, file) if isinstance(text, bytes) else text
        data, page = read_yaml(written, file)
    except Unreadable as unreadable:
        raise AnswersError(unreadable.faults) from None
    runs, sprint_faults = _sprints(data, page, folder, today)
    faults = list(islice(chain(_faults(data, page, knowledge, today), sprint_faults), MOST_FAULTS))
    if faults:
        raise AnswersError(faults)
    values = {name: value_of(knowledge, name, found) for name, found in data["answers"].items()}
    day = date.fromisoformat(data["date"])
    return Answers(str(data["athlete"]).strip(), day, values, file, runs, _as_written(data, page) if runs else "")


def _sprints(
    data: Mapping[str, Any], page: Page, folder: FilePath | None, today: date
) -> tuple[tuple[Run, ...], list[Fault]]:
    """The sprints of the file, and what is wrong with them."""
    if SPRINTS not in data:
        return (), []
    from engine.sprint.reading import read_items  # only who has a sprint waits for it

    return read_items(data[SPRINTS], page, (SPRINTS,), folder, today)


def _as_written(data: Mapping[str, Any], page: Page) -> str:
    """The lines of a file that hold its sprints; one line that says the same where those do not stand alone (JSON)."""
    first = page.key(SPRINTS).line
    lines = page.text.split("\n")
    end = min((line for key in data if (line := page.key(key).line) > first), default=len(lines) + 1)
    lines = lines[first - 1 : end - 1]
    while lines and (not lines[-1].strip() or lines[-1].startswith(("#", "..."))):
        lines.pop()
    written = "\n".join(line.rstrip() for line in lines) + "\n"
    try:
        alone, _ = read_yaml(written, page.file)
    except Unreadable:
        alone = {}
    whole = alone == {SPRINTS: data[SPRINTS]}
    return written if whole else f"{SPRINTS}: {json.dumps(data[SPRINTS], ensure_ascii=False)}\n"


def _faults(data: Mapping[str, Any], page: Page, knowledge: KnowledgeBase, today: date) -> Iterator[Fault]:
    yield from _wrong_keys(data, page, knowledge)
    yield from _catch(page, "athlete", data, _check_name)
    yield from _catch(page, "date", data, lambda found: _check_date(found, today))
    yield from _catch(page, "answers", data, _check_answers)
    if isinstance(answers := data.get("answers"), dict):
        for name, found in answers.items():
            try:
                value_of(knowledge, name, found)
            except AnswerError as error:
                for each in (error, *error.also):
                    yield _fault(page, ("answers", name, *each.path), each)


def _wrong_keys(data: Mapping[str, Any], page: Page, knowledge: KnowledgeBase) -> Iterator[Fault]:
    """Unknown and missing keys; a key that looks like a missing one is that one misspelt, and one mistake."""
    known = (*NEEDED, SPRINTS, *CASE_KEYS)
    missing = [key for key in NEEDED if key not in data]
    for key in data:
        if key in known:
            continue
        meant = nearest(key, [name for name in known if name not in data]) if len(key) < 80 else ""
        hint = "; answers stand below `answers:`, indented" if key in knowledge.measures else ""
        if meant in missing:
            missing.remove(meant)
        allowed = "" if meant or hint else ", ".join(known)
        message = f"unknown key {short(key)}{hint}"
        yield _fault(page, (key,), AnswerError(message, allowed, "" if hint else meant, "unknown_key", at_key=True))
    for key in missing:
        yield _fault(page, (), AnswerError(f"the file lacks the key '{key}'", code="missing_key"))


def _catch(page: Page, key: str, data: Mapping[str, Any], judge: Callable[[Any], None]) -> Iterator[Fault]:
    if key in data:
        try:
            judge(data[key])
        except AnswerError as error:
            yield _fault(page, (key,), error)


def _fault(page: Page, path: DataPath, error: AnswerError) -> Fault:
    place = page.key(*path) if error.at_key else page.value(*path)
    return Fault(place, error.message, excerpt(page.text, place.line), error.allowed, error.suggestion, error.code)


def _check_name(found: Any) -> None:
    if isinstance(found, bool | int | float):
        message = f"the athlete's name is {short(found)}; put it in quotes to make it a text"
        raise AnswerError(message, code="wrong_type")
    if not isinstance(found, str) or not found.strip():
        what = "is empty" if found is None or found == "" or isinstance(found, str) else f"is {short(found)}"
        raise AnswerError(f"the athlete's name {what}; write `athlete: Ana`", code="wrong_type")
    if len(found) > LONGEST_NAME or "\n" in found.strip():
        message = f"the athlete's name is too long ({len(found)} letters; at most {LONGEST_NAME}, on one line)"
        raise AnswerError(message, code="too_long")


def _check_date(found: Any, today: date) -> None:
    try:
        if not isinstance(found, str) or not _ISO.fullmatch(found):
            raise ValueError
        day = date.fromisoformat(found)
    except ValueError:
        raise AnswerError(f"expected the date as year-month-day, like 2026-03-01, found {short(found)}",
                          code="wrong_date") from None  # fmt: skip
    if not date(1950, 1, 1) <= day <= today + _FAR_AHEAD:
        raise AnswerError(f"{found} cannot be the day of these tests", code="wrong_date")


def _check_answers(found: Any) -> None:
    if not isinstance(found, dict):
        raise AnswerError(f"expected lines of the form `measure: value` below `answers:`, found {short(found)}",
                          code="wrong_type")  # fmt: skip


# --- one answer -----------------------------------------------------------------------------------------------------


def parse_value(knowledge: KnowledgeBase, measure_id: str, words: str) -> Value:
    """The value of one typed answer: `8,5`, `3.3 in`, `y`, `left 8.5 right 11`, `reaching`.

    Raises: AnswerError (a ValueError), with a friendly sentence.
    """
    measure = _measure(knowledge, measure_id)
    text = words.strip()
    if not text:
        raise AnswerError(f"{measure.measure} has no value", code="no_value")
    if measure.per_side:
        return _sides(measure, _split_sides(measure, text))
    if measure.kind in ("yes_no", "choice"):
        return _value(measure, text)
    return _value(measure, typed(text) if text not in ("true", "false", "null", "~") else text)


def value_of(knowledge: KnowledgeBase, measure_id: str, found: Any) -> Value:
    """The value of an answer as read from a file.

    Raises: AnswerError, with a friendly sentence.
    """
    measure = _measure(knowledge, measure_id)
    if found is None or (isinstance(found, str) and not found.strip()):
        raise AnswerError(f"{measure_id} has no value; leave the line out if it was not tested", code="no_value")
    return _sides(measure, found) if measure.per_side else _value(measure, found)


def _measure(knowledge: KnowledgeBase, name: str) -> Measure:
    if measure := knowledge.measures.get(name):
        return measure
    if derived := knowledge.derived.get(name):
        given = "those" if len(derived.inputs) > 1 else "that"
        message = f"{name} is computed from {_and(derived.inputs)}; give {given} instead"
        raise AnswerError(message, code="derived_measure", at_key=True)
    if name in knowledge.deficits:
        raise AnswerError(f"'{name}' is a conclusion, not an answer; it follows from the tests", code="not_a_measure",
                          at_key=True)  # fmt: skip
    meant = nearest(name, knowledge.measures) if len(name) < 80 else ""
    hint = "" if meant else "; `limiter measures` lists what can be entered"
    raise AnswerError(f"unknown measure {short(name)}{hint}", "", meant, "unknown_measure", at_key=True)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _value(measure: Measure, found: Any) -> bool | float | str:
    if isinstance(found, dict | list):
        sides = isinstance(found, dict) and set(found) <= set(_SIDES) and found
        why = "has no sides; one value is enough" if sides else f"takes one value, not {short(found)}"
        raise AnswerError(f"{measure.measure} {why}", _allowed(measure), code="wrong_type")
    if measure.kind == "yes_no":
        return _yes_no(measure, found)
    if measure.kind == "choice":
        return _choice(measure, found)
    return _number(measure, found)


def _yes_no(measure: Measure, found: Any) -> bool:
    if isinstance(found, bool):
        return found
    if isinstance(found, str) and (known := _YES_NO.get(found.strip().lower())) is not None:
        return known
    raise AnswerError(f"{measure.measure} is a yes or no, found {short(found)}", "yes, no", code="wrong_type")


def _choice(measure: Measure, found: Any) -> str:
    choices = measure.choices or {}
    if isinstance(found, str):
        name = re.sub(r"[\s-]+", "_", found.strip().lower())
        if name in choices:
            return name
        words = {" ".join(label.lower().split()): choice for choice, label in choices.items()}
        meant = nearest(name, choices) or words.get(nearest(found.strip().lower(), words), "") if len(name) < 80 else ""
        if not meant and name == "no" and "none" in choices:
            meant = "none"
        raise AnswerError(f"{short(found)} is not a choice of {measure.measure}", ", ".join(choices), meant,
                          "unknown_choice")  # fmt: skip
    message = f"{measure.measure} takes one of its choices, found {short(found)}"
    raise AnswerError(message, ", ".join(choices), code="wrong_type")


def _number(measure: Measure, found: Any, where: str = "") -> float:
    name, (low, high), unit = f"{measure.measure}{where}", bounds(measure), measure.unit or ""
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise AnswerError(f"{name} is a number{_in(unit)}, found {short(found)}", _allowed(measure), code="wrong_type")
    if isinstance(found, str):
        try:
            value = quantity(found, unit, fits=(low, high))
        except UnitError as error:
            raise AnswerError(f"{name}: {error}", error.allowed or _allowed(measure), code=error.code) from None
    else:
        value = float(found)
    if not isfinite(value) or not low <= value <= high:
        raise AnswerError(f"{name}: {bare(found)} is outside the plausible range", _allowed(measure),
                          _other_unit(value, unit, low, high), "out_of_range")  # fmt: skip
    if (measure.whole_numbers or measure.kind in SCALES) and not value.is_integer():
        raise AnswerError(f"{name} takes whole numbers only, found {bare(found)}", _allowed(measure),
                          code="not_whole")  # fmt: skip
    return value + 0.0


def bounds(measure: Measure) -> tuple[float, float]:
    """Smallest and largest value a number or scale may take."""
    if measure.kind in SCALES:
        return 0.0, float(SCALES[measure.kind])
    assert measure.plausible is not None, "the schema asks it of every number"
    return measure.plausible.at_least, measure.plausible.at_most


def _other_unit(value: float, unit: str, low: float, high: float) -> str:
    """The value with the first other unit that would make it plausible: 85 for a distance in cm was perhaps 85 mm."""
    if not isfinite(value):
        return ""
    fitting = (other for other in allowed(unit)[1:] if low <= convert(value, other, unit) <= high)
    return next((f"{_plain(value)} {other}" for other in fitting), "")


def _allowed(measure: Measure) -> str:
    if measure.kind == "yes_no":
        return "yes, no"
    if measure.kind == "choice":
        return ", ".join(measure.choices or ())
    low, high = bounds(measure)
    whole = "whole numbers from " if measure.whole_numbers or measure.kind in SCALES else ""
    return f"{whole}{low:g} to {high:g}{f' {measure.unit}' if measure.unit else ''}"


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


# --- sides ----------------------------------------------------------------------------------------------------------


def _sides(measure: Measure, found: Any) -> Sides:
    if not isinstance(found, dict) or not found:
        message = f"{measure.measure} is tested on each side, found {short(found)}; a side not tested is left out"
        raise AnswerError(message, "{left: …, right: …}", code="missing_side")
    known: dict[str, float] = {}
    errors: list[AnswerError] = []
    for side, value in found.items():
        try:
            known[side] = _side(measure, side, value)
        except AnswerError as error:
            error.path = (side,)
            errors.append(error)
    if errors:
        errors[0].also = tuple(errors[1:])
        raise errors[0]
    return Sides(known.get("left"), known.get("right"))


def _side(measure: Measure, side: str, value: Any) -> float:
    if side not in _SIDES:
        meant = nearest(side, _SIDES) if len(side) < 80 else ""
        message = f"unknown side {short(side)} of {measure.measure}"
        raise AnswerError(message, "left, right", meant, "unknown_side", at_key=True)
    if value is None or (isinstance(value, str) and not value.strip()):
        message = f"{measure.measure}, {side}, has no value; leave the side out if it was not tested"
        raise AnswerError(message, code="no_value")
    return _number(measure, value, f", {side}")


_SIDE_WORD = re.compile(r"(?<![a-z])(left|right|l|r)(?![a-z])[\s:=]*", re.IGNORECASE)


def _split_sides(measure: Measure, text: str) -> dict[str, str]:
    """`left 8.5 right 11`, `L 8,5, R 11` or `right: 11` as sides and their words."""
    pieces = _SIDE_WORD.split(text)
    example = "left 8.5 right 11"
    if pieces[0].strip(" ,;{") or len(pieces) < 3:
        raise AnswerError(f"{measure.measure} is tested on each side; say which, like '{example}'", code="missing_side")
    sides: dict[str, str] = {}
    for word, value in zip(pieces[1::2], pieces[2::2], strict=True):
        side = "left" if word.lower().startswith("l") else "right"
        if side in sides:
            raise AnswerError(f"the {side} side is given twice; say it like '{example}'", code="duplicate_key")
        sides[side] = value.strip().strip(",;}{").strip()
    return sides


# --- writing --------------------------------------------------------------------------------------------------------

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z .]*[A-Za-z]|[A-Za-z]")


def write(answers: Answers) -> str:
    """An athlete file in YAML; `read` gives the same answers back."""
    lines = [f"athlete: {_text(answers.athlete)}", f"date: {answers.date.isoformat()}"]
    lines.append("answers:" if answers.values else "answers: {}")
    lines += [f"  {name}: {write_value(value)}" for name, value in answers.values.items()]
    return "\n".join(lines) + "\n" + answers.sprints_as_written


def write_value(value: Value) -> str:
    """A value as an athlete file has it.

    >>> write_value(Sides(8.5, 11.0)), write_value(True), write_value("none")
    ('{left: 8.5, right: 11}', 'yes', 'none')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sides):
        known = ((side, getattr(value, side)) for side in _SIDES)
        return "{" + ", ".join(f"{side}: {_plain(number)}" for side, number in known if number is not None) + "}"
    return _text(value) if isinstance(value, str) else _plain(value)


def _plain(number: float) -> str:
    """A number in the fewest digits that say it to twelve decimals, never with an exponent."""
    number = round(number, 12)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else format(Decimal(repr(number)), "f")


def _text(text: str) -> str:
    if (_PLAIN_NAME.fullmatch(text) and typed(text) is text) or re.fullmatch(r"[a-z][a-z0-9_]*", text):
        return text if typed(text) is text else json.dumps(text)
    return json.dumps(text, ensure_ascii=False)
