import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SprintError
from engine.sprint import kinematics
from engine.sprint.kinematics import (
    acceleration_at,
    distance_at,
    scaled,
    scaled_time,
    scaled_time_slope,
    time_gradient,
    time_to,
    velocity_at,
    velocity_over,
)
from tests.sprint.doctests import run_examples

speeds = st.floats(3, 13)
accelerations = st.floats(2, 20)
distances = st.floats(0.01, 400)
times = st.floats(0.001, 40)


def exact(z: float) -> tuple[float, float]:
    """g and y to forty digits, by Newton in decimals."""
    with localcontext() as context:
        context.prec = 60
        wanted, g = Decimal(z), Decimal(max(z, math.sqrt(2 * z)))
        for _ in range(60):
            e = (-g).exp()
            g -= (g - 1 + e - wanted) / (1 - e)
        return float(g), float(1 - (-g).exp())


def test_the_printed_example() -> None:
    assert distance_at(2 / 3, 8, 9) == pytest.approx(1.581273, abs=5e-7)
    assert velocity_at(2 / 3, 8, 9) == pytest.approx(4.221068, abs=5e-7)
    assert acceleration_at(2 / 3, 8, 9) == pytest.approx(4.251299, abs=5e-7)
    assert time_to(1.581273, 8, 9) == pytest.approx(0.6666667, abs=1e-6)
    assert time_to(20, 8, 9) == pytest.approx(3.368802, abs=5e-7)
    assert time_to(0.01, 8, 9) == pytest.approx(0.047560828, abs=5e-10)


def test_the_share_of_top_speed_after_some_time_constants() -> None:
    assert velocity_at(3, 1, 1) == pytest.approx(0.95, abs=0.001)
    assert velocity_at(4.6, 1, 1) == pytest.approx(0.99, abs=0.0001)


@pytest.mark.parametrize("z", [*np.logspace(-12, 6, 37).tolist(), 0.1249999, 0.125, 0.1250001, 1.9999, 2.0, 2.0001])
def test_scaled_time_keeps_all_its_digits(z: float) -> None:
    g, y = scaled(np.array(z))
    expected_g, expected_y = exact(z)
    assert float(g) == pytest.approx(expected_g, rel=1e-15, abs=0)
    assert float(y) == pytest.approx(expected_y, rel=1e-15, abs=0)
    assert float(scaled_time(np.array(z))) == float(g)
    assert float(scaled_time_slope(np.array(z))) == pytest.approx(1 / expected_y, rel=2e-15)


def test_zero_is_zero_and_what_an_optimiser_tries_below_counts_as_zero() -> None:
    assert time_to(0, 8, 9) == 0
    assert scaled_time(np.array([0.0, -1.0, -1e-300])).tolist() == [0, 0, 0]
    assert velocity_over(0, 8, 9) == 0


def test_scaled_time_grows_across_its_seams() -> None:
    for seam in (0.125, 2.0):
        z = seam * (1 + np.linspace(-1e-6, 1e-6, 2001))
        assert (np.diff(scaled_time(z)) > 0).all()


def test_floats_give_floats_and_arrays_broadcast() -> None:
    assert type(time_to(20, 8, 9)) is float
    gates, athletes = np.array([5.0, 10.0, 30.0]), np.array([[7.0], [8.0]])
    times = time_to(gates, athletes, 9.0)
    assert times.shape == (2, 3)
    assert times[1, 2] == time_to(30, 8, 9)


@given(distances, speeds, accelerations)
def test_the_time_to_a_distance_leads_back_to_it(distance: float, mss: float, mac: float) -> None:
    time = time_to(distance, mss, mac)
    assert distance_at(time, mss, mac) == pytest.approx(distance, rel=1e-13)
    assert velocity_at(time, mss, mac) == pytest.approx(velocity_over(distance, mss, mac), rel=1e-12)


@given(st.floats(1e-7, 40), speeds, accelerations)
def test_the_distance_after_a_time_leads_back_to_it(time: float, mss: float, mac: float) -> None:
    assert time_to(distance_at(time, mss, mac), mss, mac) == pytest.approx(time, rel=1e-12)


@given(times, speeds, accelerations)
def test_acceleration_falls_linearly_with_speed(time: float, mss: float, mac: float) -> None:
    speed = velocity_at(time, mss, mac)
    assert acceleration_at(time, mss, mac) == pytest.approx(mac * (1 - speed / mss), abs=1e-12 * mac)


@given(distances, speeds, accelerations, st.floats(0.2, 5))
def test_slowing_the_clock_slows_the_time(distance: float, mss: float, mac: float, slow: float) -> None:
    assert time_to(distance, mss / slow, mac / slow**2) == pytest.approx(slow * time_to(distance, mss, mac), rel=1e-13)


@given(distances, speeds, accelerations, st.floats(0.2, 5))
def test_a_longer_yard_changes_no_time(distance: float, mss: float, mac: float, longer: float) -> None:
    scaled_up = time_to(longer * distance, longer * mss, longer * mac)
    assert scaled_up == pytest.approx(time_to(distance, mss, mac), rel=1e-13)


@given(st.floats(1e-6, 400), speeds, accelerations)
def test_the_gradient_is_the_slope_of_time(distance: float, mss: float, mac: float) -> None:
    by_mss, by_mac = time_gradient(distance, mss, mac)
    h = 1e-4
    wiggle = np.array([1 - 2 * h, 1 - h, 1 + h, 1 + 2 * h])
    weights = np.array([1, -8, 8, -1]) / (12 * h)
    over_mss = weights @ time_to(distance, mss * wiggle, mac) / mss
    over_mac = weights @ time_to(distance, mss, mac * wiggle) / mac
    scale = 1e-10 * time_to(distance, mss, mac)
    assert float(by_mss) == pytest.approx(over_mss, rel=1e-8, abs=scale / mss)
    assert float(by_mac) == pytest.approx(over_mac, rel=1e-8, abs=scale / mac)


@given(st.floats(1e-9, 400), speeds, accelerations)
def test_twice_the_share_of_acceleration_and_that_of_speed_make_one(distance: float, mss: float, mac: float) -> None:
    by_mss, by_mac = time_gradient(distance, mss, mac)
    time = time_to(distance, mss, mac)
    assert 2 * mac * by_mac / time + mss * by_mss / time == pytest.approx(-1, abs=1e-12)
    assert by_mss < 0
    assert by_mac < 0


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: time_to(-1, 8, 9), "The distance is -1; it must be zero or more"),
        (lambda: time_to(10, 0, 9), "MSS is 0; it must be above zero"),
        (lambda: time_to(np.array([1.0, math.nan]), 8, 9), "The distance is nan; it must be a number"),
        (lambda: velocity_at(1, 8, math.inf), "MAC is inf; it must be a number"),
        (lambda: distance_at(-0.1, 8, 9), "The time is -0.1; it must be zero or more"),
        (lambda: distance_at(1e300, 1e300, 1), "would lie beyond every number"),
    ],
)
def test_no_nan_enters_or_leaves(call: object, what: str) -> None:
    assert callable(call)
    with pytest.raises(SprintError) as caught:
        call()
    assert what in str(caught.value)


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(kinematics) >= 7
