"""Units a coach may write beside a number, and how they become the unit of the measure. Serves `engine/answers.py`.

A small table of our own with fixed rounding: what is converted is rounded to what a tape, a scale or a stopwatch can
show, so that 3.3 in is 8.38 cm and not 8.381999999. A number in the measure's own unit is never touched.
"""

import re
from typing import NamedTuple


class UnitError(ValueError):
    """This is no number in a unit that fits. `allowed` lists the units that do."""

    def __init__(self, message: str, allowed: str = "", code: str = "wrong_unit") -> None:
        self.allowed = allowed
        self.code = code
        super().__init__(message)


class _Unit(NamedTuple):
    """One unit: how many of the smallest-common unit of its dimension it is, and how many decimals it is read to."""

    dimension: str
    factor: float
    decimals: int


_UNITS: dict[str, _Unit] = {
    "mm": _Unit("length", 0.001, 1), "cm": _Unit("length", 0.01, 2), "m": _Unit("length", 1, 3),
    "km": _Unit("length", 1000, 3), "in": _Unit("length", 0.0254, 2), "ft": _Unit("length", 0.3048, 3),
    "yd": _Unit("length", 0.9144, 3), "mi": _Unit("length", 1609.344, 3),
    "g": _Unit("mass", 0.001, 0), "kg": _Unit("mass", 1, 2), "lb": _Unit("mass", 0.45359237, 2),
    "st": _Unit("mass", 6.35029318, 2),
    "ms": _Unit("time", 0.001, 1), "s": _Unit("time", 1, 3), "min": _Unit("time", 60, 3), "h": _Unit("time", 3600, 3),
    "m/s": _Unit("speed", 1, 3), "km/h": _Unit("speed", 1 / 3.6, 3), "mph": _Unit("speed", 0.44704, 3),
    "N": _Unit("force", 1, 1), "kN": _Unit("force", 1000, 4), "lbf": _Unit("force", 4.4482216152605, 2),
    "Nm": _Unit("torque", 1, 1), "ft-lb": _Unit("torque", 1.3558179483314, 1),
    "deg": _Unit("angle", 1, 1), "rad": _Unit("angle", 57.29577951308232, 4),
    "hPa": _Unit("pressure", 1, 1), "kPa": _Unit("pressure", 10, 2), "mmHg": _Unit("pressure", 1.333223684, 1),
    "km/week": _Unit("weekly distance", 1, 2), "mi/week": _Unit("weekly distance", 1.609344, 2),
}  # fmt: skip

_ALIASES: dict[str, str] = {
    "inch": "in", "inches": "in", '"': "in", "″": "in", "foot": "ft", "feet": "ft", "'": "ft", "′": "ft",
    "yard": "yd", "yards": "yd", "yds": "yd", "mile": "mi", "miles": "mi", "metre": "m", "metres": "m", "meter": "m",
    "meters": "m", "centimetre": "cm", "centimetres": "cm", "centimeter": "cm", "centimeters": "cm", "cms": "cm",
    "lbs": "lb", "pound": "lb", "pounds": "lb", "kgs": "kg", "kilo": "kg", "kilos": "kg", "stone": "st",
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "mins": "min", "minute": "min",
    "minutes": "min", "hour": "h", "hours": "h", "hrs": "h", "hr": "h", "kmh": "km/h", "kph": "km/h", "mps": "m/s",
    "newton": "N", "newtons": "N", "n": "N", "kn": "kN", "nm": "Nm", "n·m": "Nm", "n.m": "Nm", "n*m": "Nm", "n m": "Nm",
    "ft·lb": "ft-lb", "degree": "deg", "degrees": "deg", "°": "deg", "percent": "%", "year": "years", "y": "years",
    "yrs": "years", "yr": "years", "spm": "steps/min", "steps per minute": "steps/min", "rep": "reps",
    "km per week": "km/week", "miles/week": "mi/week", "miles per week": "mi/week", "n/kg": "N/kg",
    "sessions per week": "sessions/week", "sessions": "sessions/week", "point": "points",
    "% of leg length": "% leg length", "°c": "C", "celsius": "C", "c": "C", "deg c": "C", "degc": "C",
    "hpa": "hPa", "mbar": "hPa", "kpa": "kPa", "mmhg": "mmHg", "torr": "mmHg",
}  # fmt: skip

_DIGITS = r"[-+]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})"
_PARTS = re.compile(rf"({_DIGITS})\s*([^\d\s.+-][^\d]*?)?\s*(?=[-+]?\.?\d|$)")
_CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-9]{2}(?:\.[0-9]{1,6})?)")
_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9])|^,(?=[0-9])")
_THOUSANDS = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2},[0-9]{3}(?![0-9.,])")


def canonical(unit: str) -> str:
    """The spelling of a unit that the pages use; unknown ones come back as written.

    >>> canonical("inches"), canonical("KG"), canonical("%")
    ('in', 'kg', '%')
    """
    text = " ".join(unit.split()).rstrip(".")
    if text in _UNITS:
        return text
    lower = text.lower()
    return _ALIASES.get(lower, lower if lower in _UNITS else text)


def allowed(unit: str) -> list[str]:
    """The units that convert into this one, itself first.

    >>> allowed("kg")
    ['kg', 'g', 'lb', 'st']
    """
    known = _UNITS.get(unit)
    others = [name for name, other in _UNITS.items() if known and other.dimension == known.dimension and name != unit]
    return [unit, *others]


def convert(value: float, unit: str, to: str) -> float:
    """The value in another unit of the same kind, rounded to what can be read in it.

    Raises: UnitError, when one does not convert into the other.
    >>> convert(3.3, "in", "cm")
    8.38
    """
    written, unit = unit, canonical(unit)
    if unit == to or (unit == "%" and to.startswith("%")):
        return value
    if to.endswith("/week") and not unit.endswith("/week"):
        unit = f"{unit}/week"
    given, wanted = _UNITS.get(unit), _UNITS.get(to)
    if given is None or wanted is None or given.dimension != wanted.dimension:
        raise UnitError(f"'{written}' is not a unit of this measure", ", ".join(allowed(to)))
    return round(value * given.factor / wanted.factor, wanted.decimals) + 0.0


def factor(unit: str, to: str) -> float:
    """What a number in one unit is multiplied by to stand in another; nothing is rounded.

    Raises: UnitError, when one does not convert into the other.
    >>> factor("yd", "m"), factor("m", "m")
    (0.9144, 1.0)
    """
    unit = canonical(unit)
    given, wanted = _UNITS.get(unit), _UNITS.get(to)
    if unit == to:
        return 1.0
    if given is None or wanted is None or given.dimension != wanted.dimension:
        raise UnitError(f"'{unit}' is not a unit of this measure", ", ".join(allowed(to)))
    return given.factor / wanted.factor


def quantity(words: str, unit: str, *, fits: tuple[float, float] | None = None) -> float:
    """The number these words say, in `unit` ('' for a bare number).

    Understands a decimal comma, a unit, several units (`5 ft 10 in`) and a clock time (`16:20`) where a time is asked.
    `fits` is the plausible range; it alone decides whether `1,234` is read as one and a bit or as a thousand and more.

    Raises: UnitError, with a sentence for the coach.
    >>> quantity("8,5", "cm"), quantity("5 ft 10 in", "cm"), quantity("16:20", "s")
    (8.5, 177.8, 980.0)
    """
    text = " ".join(words.split()).replace("−", "-")
    if len(text) > 60:
        raise UnitError("a number is expected here, and this is a long text", code="not_a_number")
    if ":" in text:
        return _clock(text, unit)
    text = _decimal_point(text, unit, fits)
    parts = _split(text)
    if not parts:
        raise UnitError(f"'{words.strip()}' is not a number{_in(unit)}", code="not_a_number")
    if len(parts) == 1:
        number, written = parts[0]
        return float(number) if not written else convert(float(number), written, unit)
    return _sum(parts, unit, text)


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


def _split(text: str) -> list[tuple[str, str]]:
    """Numbers with their units; empty when the text is anything else."""
    found, end = [], 0
    while match := _PARTS.match(text, end):
        if match.end() == end:
            return []
        found.append((match[1], (match[2] or "").strip()))
        end = match.end()
        if end == len(text):
            return found
    return []


def _sum(parts: list[tuple[str, str]], unit: str, text: str) -> float:
    """`5 ft 10 in`: every number with its unit, each unit smaller than the one before, no minus on the way."""
    units = [canonical(written) for _, written in parts]
    known = [_UNITS.get(name) for name in units]
    wanted = _UNITS.get(unit)
    sizes = [item.factor for item in known if item is not None and wanted and item.dimension == wanted.dimension]
    if wanted is None or len(sizes) < len(parts) or sizes != sorted(set(sizes), reverse=True):
        raise UnitError(f"'{text}' is not one number", code="not_a_number")
    if any(float(number) < 0 for number, _ in parts):
        raise UnitError(f"'{text}' has a minus sign inside")
    total = sum(float(number) * size for (number, _), size in zip(parts, sizes, strict=True))
    return round(total / wanted.factor, wanted.decimals)


def _clock(text: str, unit: str) -> float:
    match = _CLOCK.fullmatch(_COMMA.sub(".", text))
    wanted = _UNITS.get(unit)
    if wanted is None or wanted.dimension != "time":
        raise UnitError(f"'{text}' looks like a clock time, and this is not a time{_in(unit)}", unit, "not_a_number")
    if match is None or float(match[3]) >= 60 or (match[1] and int(match[2]) >= 60):
        raise UnitError(f"'{text}' is not a time; write minutes and seconds as 16:20", code="not_a_number")
    seconds = int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])
    return round(seconds / wanted.factor, wanted.decimals)


def _decimal_point(text: str, unit: str, fits: tuple[float, float] | None) -> str:
    """The text with decimal points for decimal commas."""
    if "," not in text:
        return text
    if text.count(",") > 1 or "." in text:
        message = f"'{text}' has more than one comma or point; write the number with one decimal point"
        raise UnitError(message, code="not_a_number")
    if match := _THOUSANDS.search(text):
        small, large = text.replace(",", "."), text.replace(",", "")
        read = [reading for reading in (small, large) if _fits(reading, unit, fits)]
        if len(read) == 2:
            message = f"'{match[0]}' can be read in two ways; write {match[0].replace(',', '.')} or "
            raise UnitError(message + match[0].replace(",", ""), code="ambiguous_number")
        return read[0] if read else small
    return _COMMA.sub(".", text)


def _fits(reading: str, unit: str, fits: tuple[float, float] | None) -> bool:
    if fits is None:
        return True
    try:
        return fits[0] <= quantity(reading, unit) <= fits[1]
    except UnitError:
        return False
