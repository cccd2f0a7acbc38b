"""One entry about a sprint → a number, a word or a day: units, plausible ranges and friendly refusals.

The ranges say what can have been meant at all, so that milliseconds are not taken for seconds; what is fast, slow or
suspicious for a runner is on the page knowledge/sprint.yaml.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite
from typing import Any

from engine.errors import nearest
from engine.faults import bare, short
from engine.units import UnitError, allowed, convert, quantity

LONGEST_TEXT = 120
_FAR_AHEAD = timedelta(days=3660)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][-+]?[0-9]{1,4})?")
_CLOCK = re.compile(r"0{1,2}:([0-9]{2}[.,][0-9]{1,6})")
_FAHRENHEIT = re.compile(r"([-+]?[0-9]{1,3}(?:\.[0-9]+)?) ?°? ?(?:F|fahrenheit)", re.IGNORECASE)


@dataclass(slots=True)
class WrongValue(ValueError):
    """One value cannot be taken. The message is a sentence without its end."""

    message: str
    allowed: str = ""
    suggestion: str = ""
    code: str = "wrong_value"

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number somebody enters: how it is called, the unit it is kept in, the smallest and largest it may be."""

    label: str
    unit: str
    low: float
    high: float

    @property
    def range(self) -> str:
        """What is allowed, in words."""
        return f"{self.low:g} to {self.high:g} {self.unit}"


QUANTITIES = {
    "gate": Quantity("the distance of a gate", "m", 0.1, 500),
    "way": Quantity("the distance of the verdict", "m", 0.1, 1000),
    "split": Quantity("a split time", "s", 0.05, 120),
    "set_back": Quantity("set_back", "m", 0, 10),
    "reaction_time": Quantity("reaction_time", "s", 0, 1),
    "wind": Quantity("wind", "m/s", -15, 15),
    "temperature": Quantity("temperature", "C", -40, 55),
    "pressure": Quantity("pressure", "hPa", 500, 1100),
    "sled": Quantity("sled", "kg", 0, 500),
    "resistance": Quantity("resistance", "N", 0, 2000),
    "mass": Quantity("mass", "kg", 20, 250),
    "height": Quantity("height", "m", 1, 2.5),
    "age": Quantity("age", "years", 5, 110),
    "time": Quantity("the time of a sample", "s", -100_000, 100_000),
    "distance": Quantity("the distance of a sample", "m", -1_000, 100_000),
    "velocity": Quantity("velocity", "m/s", -50, 50),
    "acceleration": Quantity("acceleration", "m/s²", -200, 200),
}


def number(kind: Quantity, found: Any, *, scale: float = 1.0, comma: bool = False) -> float:
    """The number an entry says, in the unit of its kind.

    `scale` turns a bare number into that unit (a column in ms); a written unit goes before it. With `comma`, a comma
    is known to stand for the decimal point.
    Raises: WrongValue.
    >>> number(QUANTITIES["split"], "1260 ms"), number(QUANTITIES["split"], "1,26"), number(QUANTITIES["gate"], "10 yd")
    (1.26, 1.26, 9.144)
    """
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        raise WrongValue(
            f"{kind.label} is a number in {kind.unit}, found {short(found)}", kind.range, code="wrong_type"
        )
    value = _written(kind, found, scale, comma) if isinstance(found, str) else _scaled(float(found), scale)
    if not isfinite(value) or not kind.low <= value <= kind.high:
        raise WrongValue(f"{kind.label}: {bare(found)} is outside the plausible range", kind.range,
                         _other_unit(kind, value) if scale == 1 else _own_unit(kind, value / scale),
                         "out_of_range")  # fmt: skip
    return value + 0.0


def _scaled(value: float, scale: float) -> float:
    return value if scale == 1 else round(value * scale, 9)


def _written(kind: Quantity, found: str, scale: float, comma: bool) -> float:
    text = found.strip()
    if comma and "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    if _FLOAT.fullmatch(text):
        return _scaled(float(text), scale)
    if not text:
        raise WrongValue(f"{kind.label} has no value", code="no_value")
    if ":" in text:
        seconds = _CLOCK.fullmatch(text)
        suggestion = seconds[1].replace(",", ".").lstrip("0") if seconds else ""
        raise WrongValue(f"{kind.label}: {short(text)} looks like a clock time; write it in {kind.unit}", kind.range,
                         suggestion, "clock_time")  # fmt: skip
    if kind.unit == "C" and (match := _FAHRENHEIT.fullmatch(text)):
        celsius = f"{(float(match[1]) - 32) / 1.8:.1f} C"
        raise WrongValue("temperature is read in degrees Celsius", kind.range, celsius, "wrong_unit")
    if text.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        raise WrongValue(f"{kind.label}: {short(text)} is no number that can be measured", kind.range,
                         code="not_a_number")  # fmt: skip
    try:
        bare_number = re.fullmatch(r"[^A-Za-z°µ″\"']*", text)
        value = quantity(text, kind.unit, fits=(kind.low, kind.high))
    except UnitError as error:
        raise WrongValue(f"{kind.label}: {error}", error.allowed or kind.range, code=error.code) from None
    return _scaled(value, scale) if bare_number else value


def _other_unit(kind: Quantity, value: float) -> str:
    """The value with the first unit that would make it plausible: a split of 1260 was perhaps 1260 ms."""
    if not isfinite(value) or kind.label == QUANTITIES["gate"].label:
        return ""
    meant = (one for one in _MEANT if one in allowed(kind.unit)[1:])
    chosen = next((one for one in meant if kind.low <= convert(value, one, kind.unit) <= kind.high), "")
    return f"{value:g} {chosen}" if chosen else ""


def _own_unit(kind: Quantity, value: float) -> str:
    """The value in the unit of its kind, where that would make it plausible: 1.71 below `height_cm` is 1.71 m."""
    return f"{value:g} {kind.unit}" if kind.low <= value <= kind.high else ""


_MEANT = ("ms", "cm", "km/h", "lb", "in", "ft", "mmHg", "kPa")
"""Units in which people write without saying so, the usual first; nobody means stones or hours."""


def choice(label: str, found: Any, choices: Iterable[str]) -> str:
    """The one of the choices that is meant; capitals, spaces and hyphens do not matter.

    Raises: WrongValue, with the nearest choice.
    >>> choice("start", "Behind gate", ("gun", "behind_gate"))
    'behind_gate'
    """
    known = tuple(choices)
    if not isinstance(found, str):
        raise WrongValue(f"{label} is one of a few words, found {short(found)}", ", ".join(known), code="wrong_type")
    name = re.sub(r"[\s-]+", "_", found.strip().lower())
    if name not in known:
        meant = nearest(name, known) if len(name) < 80 else ""
        message = f"{short(found)} is not a choice of {label}" if name else f"{label} has no value"
        raise WrongValue(message, ", ".join(known), meant, "unknown_choice")
    return name


def text(label: str, found: Any) -> str:
    """A short text on one line.

    Raises: WrongValue.
    """
    if isinstance(found, bool | int | float):
        raise WrongValue(f"{label} is {short(found)}; put it in quotes to make it a text", code="wrong_type")
    if not isinstance(found, str) or not found.strip():
        what = "is empty" if found is None or isinstance(found, str) else f"is {short(found)}"
        raise WrongValue(f"{label} {what}; a short text is expected", code="wrong_type")
    words = found.strip()
    if len(words) > LONGEST_TEXT or not words.isprintable():
        raise WrongValue(f"{label} is too long or not on one line; at most {LONGEST_TEXT} letters", code="too_long")
    return words


def day(found: Any, today: date) -> date:
    """A day written as 2026-03-01.

    Raises: WrongValue, also for a day that cannot be that of a sprint.
    """
    try:
        if not isinstance(found, str) or not _ISO.fullmatch(found.strip()):
            raise ValueError
        when = date.fromisoformat(found.strip())
    except ValueError:
        raise WrongValue(f"expected the date as year-month-day, like 2026-03-01, found {short(found)}",
                         code="wrong_date") from None  # fmt: skip
    if not date(1950, 1, 1) <= when <= today + _FAR_AHEAD:
        raise WrongValue(f"{when} cannot be the day of a sprint", code="wrong_date")
    return when
