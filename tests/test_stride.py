"""The spring a runner acts like: worked numbers, a force integrated, and what can be no step."""

import csv
import json
import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import stride
from engine.errors import LimiterError, RunningError
from engine.stride import GRAVITY, bounce, spring_mass
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

DATA = ROOT / "tests" / "data"

masses, legs = st.floats(30, 150), st.floats(0.6, 1.2)
contact_times, flight_times = st.floats(0.08, 0.4), st.floats(0, 0.25)


def golden() -> list[tuple[str, Mapping[str, float], float, float]]:
    with (DATA / "golden_formulas.csv").open(encoding="utf-8") as file:
        return [
            (row["output"], json.loads(row["inputs_json"]), float(row["expected"]), float(row["tol_abs"]))
            for row in csv.DictReader(file)
            if row["formula"] == "spring_mass_sine"
        ]


@pytest.mark.parametrize(("output", "inputs", "expected", "tolerance"), golden())
def test_golden_values(output: str, inputs: Mapping[str, float], expected: float, tolerance: float) -> None:
    found = spring_mass(
        inputs["mass"], inputs["leg_length"], inputs["velocity"], inputs["contact_s"], inputs["flight_s"]
    )
    assert getattr(found, {"Fmax": "fmax", "dy": "dy", "dL": "dl"}.get(output, output)) == pytest.approx(
        expected, rel=0, abs=tolerance
    )


def test_all_golden_values_are_there() -> None:
    assert {output for output, *_ in golden()} == {"Fmax", "dy", "dL", "kvert", "kleg"}


def test_the_worked_example_of_a_runner() -> None:
    found = spring_mass(70, 0.90, 3.33, 0.250, 0.100)
    assert round(found.fmax) == 1510
    assert round(found.fmax / (70 * GRAVITY), 2) == 2.20
    assert round(found.dy, 4) == 0.0600
    assert round(found.dl, 4) == 0.1620
    assert round(found.kvert / 1000, 1) == 25.2
    assert round(found.kleg) == 9321
    assert round(found.dimensionless, 1) == 12.2
    assert round(stride.step_rate(0.250, 0.100), 1) == 171.4
    assert round(stride.step_length(3.33, 171.4), 3) == 1.166
    assert round(stride.duty_factor(0.250, 0.100), 3) == 0.357
    assert round(stride.flight_ratio(0.250, 0.100), 3) == 0.286
    assert round(stride.vertical_ratio(0.09, 1.166), 3) == 0.077


def test_a_tenth_less_contact_is_a_fifth_more_stiffness() -> None:
    usual, short = spring_mass(70, 0.9434, 5, 0.20, 0.13), spring_mass(70, 0.9434, 5, 0.18, 0.13)
    assert round(short.kvert / 1000, 3) == 39.200
    assert round(short.kleg / 1000, 3) == 11.493
    assert round(100 * (short.kvert / usual.kvert - 1)) == 19
    assert round(100 * (short.kleg / usual.kleg - 1)) == 27


@given(masses, contact_times, flight_times)
def test_the_half_sine_carries_the_body_and_drops_it_as_said(mass: float, contact: float, flight: float) -> None:
    found, n = bounce(mass, contact, flight), 400
    force = [found.fmax * math.sin(math.pi * (k + 0.5) / n) for k in range(n)]
    assert sum(force) * contact / n == pytest.approx(mass * GRAVITY * (contact + flight), rel=1e-4)
    speed, height, lowest = GRAVITY * flight / 2, 0.0, 0.0
    speed = -speed
    for push in force:
        change = (push / mass - GRAVITY) * contact / n
        height += (speed + change / 2) * contact / n
        speed += change
        lowest = min(lowest, height)
    assert -lowest == pytest.approx(found.dy, rel=1e-3, abs=1e-5)


@given(masses, legs, st.floats(1.5, 4), contact_times, flight_times)
def test_stiffness_scales_with_mass_and_the_leg_is_softer_than_the_bounce(
    mass: float, leg: float, velocity: float, contact: float, flight: float
) -> None:
    if velocity * contact / 2 >= leg:
        return
    one, two = spring_mass(mass, leg, velocity, contact, flight), spring_mass(2 * mass, leg, velocity, contact, flight)
    assert two.kleg == pytest.approx(2 * one.kleg)
    assert two.kvert == pytest.approx(2 * one.kvert)
    assert two.dy == pytest.approx(one.dy)
    assert two.dimensionless == pytest.approx(one.dimensionless)
    assert 0 < one.kleg < one.kvert
    assert one.dimensionless == pytest.approx(one.kleg * leg / (mass * GRAVITY))


@given(legs, st.floats(1.5, 5), contact_times, flight_times, st.floats(0.5, 2))
def test_a_runner_twice_as_large_bounces_alike(
    leg: float, velocity: float, contact: float, flight: float, size: float
) -> None:
    """Dynamic similarity: lengths × s, times × √s, speeds × √s leave the dimensionless stiffness alone."""
    if velocity * contact / 2 >= 0.99 * leg:
        return
    root = math.sqrt(size)
    one = spring_mass(70, leg, velocity, contact, flight)
    other = spring_mass(70 * size**3, leg * size, velocity * root, contact * root, flight * root)
    assert other.dimensionless == pytest.approx(one.dimensionless, rel=1e-9)


@given(contact_times, flight_times)
def test_shares_of_a_step_go_together(contact: float, flight: float) -> None:
    assert stride.flight_ratio(contact, flight) == pytest.approx(1 - 2 * stride.duty_factor(contact, flight), abs=1e-12)
    assert stride.duty_factor(contact, flight) == pytest.approx(stride.duty_factor(1000 * contact, 1000 * flight))


def test_leg_length_from_height() -> None:
    assert stride.leg_length_from_height(1.78) == pytest.approx(0.9434)


LINE = {"at_standstill": 127.0, "per_speed": 12.0, "usual_leg": 0.92}


def test_a_step_beside_the_expected_one() -> None:
    rate = stride.expected_step_rate(3.33, 0.90, **LINE)
    contact = stride.scaled_contact_time(3.33, 0.275, 2.7, 0.6)
    assert round(100 * stride.step_rate_deviation(60 / 0.350, rate), 1) == 1.6
    assert round(1000 * contact, 1) == 242.5
    assert round(stride.contact_time_ratio(0.250, contact), 2) == 1.03
    assert stride.expected_step_rate(2.5, 0.92, **LINE) == pytest.approx(157)


@given(st.floats(1, 8), legs, st.floats(0.5, 2))
def test_a_longer_leg_swings_like_a_longer_pendulum(velocity: float, leg: float, size: float) -> None:
    one = stride.expected_step_rate(velocity, leg, **LINE)
    assert stride.expected_step_rate(velocity, leg * size, **LINE) == pytest.approx(one / math.sqrt(size))


@pytest.mark.parametrize("power", [math.nan, 1e6, -1e6])
def test_no_power_makes_a_contact_endless(power: float) -> None:
    with pytest.raises(RunningError):
        stride.scaled_contact_time(0.1, 0.275, 2.7, power)


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(stride) >= 4


# --- what can be no step ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 0.9, 3, 0.2, 0.1), "body mass must be above 0 kg"),
        ((70, 0, 3, 0.2, 0.1), "leg length must be above 0 m"),
        ((70, 0.9, -3, 0.2, 0.1), "speed must be above 0 m/s"),
        ((70, 0.9, 3, 0, 0.1), "contact time must be above 0 s"),
        ((70, 0.9, 3, 0.2, -0.01), "flight time must be 0 or more s"),
        ((70, 0.9, 3, math.nan, 0.1), "contact time must be"),
        ((math.inf, 0.9, 3, 0.2, 0.1), "body mass must be"),
        ((70, 0.9, 3, 1e-200, 0.1), "contact time must be"),
        ((70, 0.9, 9, 0.2, 0.1), "Check the units"),  # half the way is the leg's length
        ((70, 0.9, 3.33, 250, 100), "Check the units"),  # milliseconds
    ],
)
def test_what_can_be_no_step(values: tuple[float, float, float, float, float], words: str) -> None:
    with pytest.raises(RunningError, match=words):
        spring_mass(*values)


def test_without_flight_there_still_is_a_spring() -> None:
    assert spring_mass(70, 0.9, 2, 0.35, 0).fmax == pytest.approx(70 * GRAVITY * math.pi / 2)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=5, max_size=5))
def test_whatever_is_given_what_comes_back_is_finite(values: list[float]) -> None:
    mass, leg, velocity, contact, flight = values
    try:
        found = spring_mass(mass, leg, velocity, contact, flight)
    except LimiterError:
        return
    assert all(
        math.isfinite(value)
        for value in (found.fmax, found.dy, found.dl, found.kvert, found.kleg, found.dimensionless)
    )  # fmt: skip
