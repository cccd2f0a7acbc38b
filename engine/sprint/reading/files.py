"""A whole file of sprints → entries: a table (CSV, workbook), an athlete's file, or a small file of one athlete."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path as FilePath
from typing import Any, get_args

from engine.errors import AnswersError, Fault, OptionError, nearest
from engine.faults import short
from engine.knowledge import Page
from engine.sprint.reading.columns import plan
from engine.sprint.reading.items import read_items
from engine.sprint.reading.rows import Rows
from engine.sprint.reading.tables import contents, read_table, refuse
from engine.sprint.reading.values import QUANTITIES, Quantity, WrongValue, choice, day, number, text
from engine.sprint.reading.vocabulary import SEXES
from engine.sprint.run import Device, Entry, Person
from engine.yaml_positions import LARGEST, Unreadable, decode, excerpt
from engine.yaml_positions import read as read_yaml

YAML_ENDINGS = (".yaml", ".yml", ".json")
_SMALL_KEYS = ("athlete", "mass", "height", "sex", "age", "event_group", "training_level", "date", "sprints")
_ATHLETE_KEYS = ("athlete", "date", "answers", "sprints", "id", "title", "story", "basis", "expect")
_ANSWERS = {"body_mass": "mass", "stature": "height"} | {
    name: name for name in ("sex", "age", "event_group", "training_level")}  # fmt: skip
"""Measures of the pages → what is known of a person."""
_CENTIMETRES = Quantity("stature", "cm", 100, 250)


def read_sprint_file(
    path: FilePath,
    *,
    columns: Mapping[str, str] | None = None,
    device: str | None = None,
    sheet: str | None = None,
    today: date,
    words: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Entry, ...]:
    """The athletes of a file with their sprints, in the order of the file.

    Args: `columns` says which title holds what (`{"time": "Zeit", "10 m": "Lichtschranke 2"}`); `device` what recorded
    a trace; `sheet` the sheet of a workbook; `words` what may be said as `event_group` and `training_level`.
    Raises: AnswersError, with row and column of every mistake; ColumnsUnknown, when a needed column cannot be told;
    OptionError, for an option that fits no such file.
    """
    file = path.as_posix()
    known: Device | None = None
    if device is not None:
        try:
            known = choice("the device", device, get_args(Device))  # type: ignore[assignment]  # one of these words
        except WrongValue as wrong:
            raise OptionError(f"{wrong.message}. Allowed: {wrong.allowed}") from None
    if path.suffix.lower() in YAML_ENDINGS:
        if columns or known or sheet:
            raise OptionError(f"{file}: columns, device and sheet are said in a YAML file itself, beside each trace")
        return (_from_yaml(contents(path, file, LARGEST), path, file, today, words or {}),)
    if not path.suffix and not path.is_dir():
        refuse(file, "the name of the file has no ending, so it is not known what it is", "unknown_ending",
               ".csv, .tsv, .txt, .xlsx, .yaml, .json")  # fmt: skip
    if path.is_dir():
        refuse(file, "this is a folder; name the file in it", "no_file")
    table = read_table(path, file, sheet=sheet)
    return Rows(table, plan(table, columns, known, words or {}), today, words or {}).entries()


# --- YAML -----------------------------------------------------------------------------------------------------------


def _from_yaml(content: bytes, path: FilePath, file: str, today: date, words: Mapping[str, tuple[str, ...]]) -> Entry:
    try:
        data, page = read_yaml(decode(content, file), file)
    except Unreadable as unreadable:
        raise AnswersError(unreadable.faults) from None
    faults = list(_wrong_keys(data, page))
    person = _person(data, page, words, faults)
    if "date" in data:
        _take(page, ("date",), faults, lambda: day(data["date"], today))
    if "sprints" not in data:
        raise AnswersError(faults or [_fault(page, (), WrongValue("the file has no `sprints:`", code="missing_key"))])
    runs, more = read_items(data["sprints"], page, ("sprints",), path.parent, today)
    if faults or more:
        raise AnswersError([*faults, *more])
    return Entry(person, runs)


def _fault(page: Page, path: tuple[str, ...], wrong: WrongValue, *, at_key: bool = False) -> Fault:
    place = page.key(*path) if at_key else page.value(*path)
    return Fault(place, wrong.message, excerpt(page.text, place.line), wrong.allowed, wrong.suggestion, wrong.code)


def _wrong_keys(data: Mapping[str, Any], page: Page) -> Iterator[Fault]:
    known = _ATHLETE_KEYS if "answers" in data else _SMALL_KEYS
    for key in data:
        if key not in known:
            meant = nearest(key, [name for name in known if name not in data]) if len(key) < 80 else ""
            allowed = "" if meant else ", ".join(known)
            wrong = WrongValue(f"unknown key {short(key)}", allowed, meant, "unknown_key")
            yield _fault(page, (key,), wrong, at_key=True)


def _person(data: Mapping[str, Any], page: Page, words: Mapping[str, tuple[str, ...]], faults: list[Fault]) -> Person:
    """Who ran: from the top of a small file, or from the answers of an athlete's file."""
    answers = data.get("answers")
    inside = isinstance(answers, dict)
    at: Mapping[str, Any] = answers if isinstance(answers, dict) else data
    found: dict[str, Any] = {}
    for measure, role in _ANSWERS.items():
        key = measure if inside else role
        if key in at:
            path = ("answers", key) if inside else (key,)
            found[role] = _take(page, path, faults, partial(_about, role, at[key], words, inside))
    name = _take(page, ("athlete",), faults, lambda: text("athlete", data["athlete"])) if "athlete" in data else ""
    return Person(name=name or "", **found)


def _about(role: str, value: Any, words: Mapping[str, tuple[str, ...]], in_answers: bool) -> float | str:
    if value is None:
        raise WrongValue(f"{role} has no value; leave the line out if it is not known", code="no_value")
    if role == "height" and in_answers:
        return round(number(_CENTIMETRES, value) / 100, 6)
    if role in QUANTITIES:
        return number(QUANTITIES[role], value)
    if role == "sex":
        return SEXES[choice("sex", value, SEXES)]
    return choice(role, value, words[role]) if role in words else text(role, value)


def _take(page: Page, path: tuple[str, ...], faults: list[Fault], read: Callable[[], Any]) -> Any:
    try:
        return read()
    except WrongValue as wrong:
        faults.append(_fault(page, path, wrong))
        return None
