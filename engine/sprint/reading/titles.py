"""One title of a table → what its column holds and in which unit."""

import re
import unicodedata
from dataclasses import dataclass

from engine.sprint.reading.values import QUANTITIES
from engine.sprint.reading.vocabulary import NAMES, UNITS, WITH_A_UNIT
from engine.units import UnitError, canonical, factor

SAMPLED = ("time", "distance", "velocity", "acceleration")
"""What a sample of a trace may hold."""

_POWERS = (
    (re.compile(r"m\s*[·.*/]?\s*s\s*(\^)?[-⁻−](2|²)"), "m/s²"),
    (re.compile(r"m\s*[·.*/]?\s*s\s*(\^)?[-⁻−](1|¹)"), "m/s"),
)
_BRACKETS = re.compile(r"(.*?)\s*[\[({]\s*(.*?)\s*[\])}]")
_TIME = r"t|time|zeit|zwischenzeit|temps|tiempo"
_GATE = re.compile(
    rf"(?:(?:{_TIME}|split|gate|at|bei|nach|sprint)[\s_]*)*(?:0\s*(?:m|yd)?\s*[-–_]\s*)?"
    r"(?P<distance>[0-9]{1,4}(?:[.,][0-9]{1,4})?)[\s_-]*(?P<unit>m|meters?|metres?|metros|yds?|yards?|ft)?"
    rf"(?:[\s_-]*(?:{_TIME}|split|sprint|gate))*"
    r"(?:[\s_,-]*(?:in\s)?[\[(]?(?P<time>s|secs?|sek|seg|seconds|ms|msec)[\])]?)?"
)
_INTERVAL = re.compile(
    rf"(?:(?:{_TIME}|split)[\s_]*)*[0-9.,]+\s*(?:m|yd)?\s*(?:[-–]|_to_|\sto\s|\sbis\s|\sa\s)\s*[0-9.,]+[\s_-]*"
    r"(?:m|yd|yards?)?(?:[\s_-]*[\[(]?(?:s|ms|sec|sek|seg)[\])]?)?"
)


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds; `scale` turns its numbers into the SI unit, `gate` is the distance of a split in m."""

    index: int
    title: str
    role: str
    scale: float = 1.0
    gate: float = 0.0
    unit_written: bool = True


def column_of(index: int, title: str) -> Column | None:
    """What a title says, or None when it is not known."""
    words = folded(title)
    if match := _GATE.fullmatch(words):
        return _gate(index, title, match)
    if words.strip() in ("", "-"):
        return None
    name, unit = name_and_unit(words)
    if role := _role(name):
        return with_unit(index, title, role, unit) if unit or name not in WITH_A_UNIT else None
    whole = _role(re.sub(r"[\s_-]+", "_", words))  # a title whose unit is the name itself, like `seconds`
    return Column(index, title, whole, unit_written=False) if whole else None


def folded(title: str) -> str:
    """A title in small letters, without accents, its units of powers spelt in one way.

    >>> folded("Größe  [cm]"), folded("v [m·s⁻¹]")
    ('grosse [cm]', 'v [m/s]')
    """
    letters = unicodedata.normalize("NFD", " ".join(title.casefold().split()))
    words = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for pattern, unit in _POWERS:
        words = pattern.sub(unit, words)
    return words


def name_and_unit(words: str) -> tuple[str, str | None]:
    """The name of a column, words joined by underscores, and the unit in its title.

    >>> name_and_unit("velocity [km/h]"), name_and_unit("height_cm"), name_and_unit("velocity_m_s")
    (('velocity', 'km/h'), ('height', 'cm'), ('velocity', 'm/s'))
    >>> name_and_unit("grosse in cm")
    ('grosse', 'cm')
    """
    if (match := _BRACKETS.fullmatch(words)) and match[2] in UNITS:
        return _joined(re.split(r"[\s_-]+", match[1].strip(" _-,"))), UNITS[match[2]]
    tokens = re.split(r"[\s_,-]+", words.strip(" _-"))
    for length in (3, 2, 1):
        if len(tokens) > length and (unit := UNITS.get(" ".join(tokens[-length:]))):
            return _joined(tokens[:-length]), unit
    return re.sub(r"\W+", "_", "_".join(tokens)).strip("_"), None


def _joined(tokens: list[str]) -> str:
    """Words before a unit, without the `in` of `Zeit in s`."""
    return "_".join(tokens[:-1] if len(tokens) > 1 and tokens[-1] in ("in", "en") else tokens)


def with_unit(index: int, title: str, role: str, unit: str | None) -> Column | None:
    """The column, unless its unit is none of what it should hold."""
    kind = QUANTITIES.get(role)
    if unit is None:
        return Column(index, title, role, unit_written=False)
    if kind is None:
        return None
    try:
        return Column(index, title, role, factor(canonical(unit), kind.unit))
    except UnitError:
        return None


def interval(title: str) -> bool:
    """Whether a title names a way between two gates."""
    return bool(_INTERVAL.fullmatch(folded(title)))


def _role(name: str) -> str | None:
    return next((role for role, names in NAMES.items() if name in names), None)


def _gate(index: int, title: str, match: re.Match[str]) -> Column | None:
    unit, time = UNITS.get(match["unit"] or "m", "m"), UNITS.get(match["time"] or "s", "s")
    distance = round(float(match["distance"].replace(",", ".")) * factor(unit, "m"), 9)
    if distance > QUANTITIES["gate"].high or 0 < distance < QUANTITIES["gate"].low:
        return None
    return Column(index, title, "gate", factor(time, "s"), distance, match["unit"] is not None)
