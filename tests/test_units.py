"""Units a coach may write beside a number."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.units import UnitError, allowed, canonical, convert, quantity


@pytest.mark.parametrize(
    ("words", "unit", "value"),
    [
        ("8.5", "cm", 8.5),
        ("8,5", "cm", 8.5),
        (",5", "cm", 0.5),
        ("+3", "deg", 3),
        ("−12", "deg", -12),
        ("3.3 in", "cm", 8.38),
        ("3.3in", "cm", 8.38),
        ('3.3"', "cm", 8.38),
        ("3,3 Inches", "cm", 8.38),
        ("85 mm", "cm", 8.5),
        ("1.78 m", "cm", 178),
        ("5 ft 10 in", "cm", 177.8),
        ("5'10\"", "cm", 177.8),
        ("154 lb", "kg", 69.85),
        ("11 st 3 lb", "kg", 71.21),
        ("16:20", "s", 980),
        ("16:20,5", "s", 980.5),
        ("1:02:30", "s", 3750),
        ("16 min 20 s", "s", 980),
        ("0.25 s", "ms", 250),
        ("7:30", "h", 0.125),
        ("30 km/h", "m/s", 8.333),
        ("1.2 kN", "N", 1200),
        ("80 ft-lb", "Nm", 108.5),
        ("90 Nm", "Nm", 90),
        ("20 miles/week", "km/week", 32.19),
        ("20 mi", "km/week", 32.19),
        ("40 km", "km/week", 40),
        ("3 sessions", "sessions/week", 3),
        ("24 years", "years", 24),
        ("176 spm", "steps/min", 176),
        ("95 %", "% leg length", 95),
        ("12°", "deg", 12),
    ],
)
def test_understands(words: str, unit: str, value: float) -> None:
    assert quantity(words, unit) == value


@pytest.mark.parametrize(
    ("words", "unit", "says"),
    [
        ("", "cm", "not a number"),
        ("quick", "s", "'quick' is not a number in s"),
        ("8.5/11", "cm", "'8.5/11' is not one number"),
        ("8.5 11", "cm", "is not one number"),
        ("1e5", "N", "is not one number"),
        ("nan", "N", "not a number"),
        ("inf", "N", "not a number"),
        ("0x10", "N", "'0x10' is not one number"),
        ("1.98 kg", "s", "'kg' is not a unit of this measure"),
        ("3 parsecs", "cm", "'parsecs' is not a unit of this measure"),
        ("3 cm", "", "'cm' is not a unit of this measure"),
        ("10 in 5 ft", "cm", "is not one number"),
        ("5 ft -3 in", "cm", "minus sign inside"),
        ("1,2,3", "cm", "more than one comma or point"),
        ("1.234,5", "N", "more than one comma or point"),
        ("5:3", "s", "is not a time"),
        ("5:75", "s", "is not a time"),
        ("1:75:00", "s", "is not a time"),
        ("5:30", "cm", "looks like a clock time"),
        ("9" * 100, "cm", "long text"),
        ("٣", "cm", "not a number"),
    ],
)
def test_refuses(words: str, unit: str, says: str) -> None:
    with pytest.raises(UnitError, match=says.replace("(", r"\(")):
        quantity(words, unit)


def test_an_unknown_unit_is_answered_with_those_that_fit() -> None:
    with pytest.raises(UnitError) as error:
        quantity("3 parsecs", "kg")

    assert error.value.allowed == "kg, g, lb, st"


def test_a_comma_before_three_digits_is_read_as_what_is_plausible() -> None:
    assert quantity("1,987", "s", fits=(1.35, 4)) == 1.987
    assert quantity("1,987", "N", fits=(300, 7000)) == 1987
    assert quantity("0,987", "s", fits=(0, 1000)) == 0.987
    with pytest.raises(UnitError, match=r"write 1\.987 or 1987"):
        quantity("1,987", "N", fits=(1, 7000))


def test_a_number_in_the_measures_own_unit_is_never_touched() -> None:
    assert convert(0.1 + 0.2, "cm", "cm") == 0.1 + 0.2


@given(st.sampled_from(["cm", "kg", "s", "m/s", "N", "deg", "km/week"]), st.floats(1, 1000))
def test_every_unit_offered_converts_there_and_back(unit: str, value: float) -> None:
    for other in allowed(unit):
        there = convert(value, unit, other)
        if there > 0:
            assert canonical(other) == other
            assert convert(there, other, unit) == pytest.approx(value, rel=0.5, abs=1000)


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_a_unit_error(words: str) -> None:
    with contextlib.suppress(UnitError):
        assert isinstance(quantity(words, "cm", fits=(0, 25)), float)
