from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from engine.errors import SprintError
from engine.sprint import drag, exact, force_velocity, forces
from engine.sprint.body import Body
from engine.sprint.drag import air_density, air_resistance, drag_factor, frontal_area, torr_to_hpa
from engine.sprint.exact import exact_distance_at, exact_time_to, exact_velocity_at
from engine.sprint.force_velocity import drf_of, have_v0, kinematics_of, peak_power_of, v0_of
from engine.sprint.forces import (
    force_at,
    force_over,
    power_at,
    power_over,
    ratio_of_force_at,
    ratio_of_force_over,
)
from engine.sprint.kinematics import time_to, velocity_at
from engine.sprint.sensitivity import time_of
from tests.sprint.doctests import run_examples

K = drag_factor(75, 1.75)
MORIN = 9.20667816, 6.916592711
"""MSS and MAC of a real radar athlete, 1.72 m."""

speeds = st.floats(5, 12.5)
accelerations = st.floats(4, 15)
masses = st.floats(40, 130)
drags = st.floats(0.1, 0.45)
winds = st.floats(-4, 4)
inertias = st.floats(0, 60)
resistances = st.floats(0, 200)
times = st.floats(0.01, 8)


# --- drag ------------------------------------------------------------------------------------------------------------


def test_the_drag_of_a_runner_at_sea_level_and_high_up() -> None:
    assert air_density(25, torr_to_hpa(760)) == pytest.approx(1.184527, abs=5e-7)
    assert frontal_area(1.75, 75) == pytest.approx(0.506303, abs=5e-7)
    assert pytest.approx(0.2698781, abs=5e-8) == K
    assert air_resistance(10, K, 0) == pytest.approx(26.99, abs=0.005)
    high = drag_factor(75, 1.75, 25, torr_to_hpa(585))
    assert high == pytest.approx(0.5 * 0.9117739535 * 0.5063027502 * 0.9, rel=1e-9)
    assert high / K - 1 == pytest.approx(-0.23, abs=0.001)
    assert 760 / torr_to_hpa(760) == pytest.approx(0.750062, abs=5e-7)


def test_a_head_wind_of_half_a_metre_a_second() -> None:
    assert air_resistance(5, drag_factor(80, 1.90, 16), -0.5) == pytest.approx(9.183696, abs=5e-7)


def test_a_tail_wind_faster_than_the_runner_pushes() -> None:
    assert air_resistance(2, K, 4) == -air_resistance(4, K, 2) < 0


def test_ten_centimetres_of_height_are_four_percent_of_drag() -> None:
    for height in (1.65, 1.85):
        assert abs(drag_factor(75, height) / K - 1) == pytest.approx(0.041, abs=0.002)


# --- force, power, ratio of force ------------------------------------------------------------------------------------


def test_a_loaded_sprint_after_half_a_second() -> None:
    assert force_at(0.5, 9, 7, Body(75, K, 0, 20, 50)) == pytest.approx(503.0126, abs=5e-5)
    assert power_at(0.5, 9, 7, Body(75, K, 0, 20, 50)) == pytest.approx(1458.593, abs=5e-4)


def test_force_power_and_ratio_over_distance_are_those_at_its_time() -> None:
    time = time_to(12.0, 9, 7)
    loaded = Body(75, K, 1.5, 20, 50)
    assert force_over(12.0, 9, 7, loaded) == force_at(time, 9, 7, loaded)
    assert power_over(12.0, 9, 7, loaded) == power_at(time, 9, 7, loaded)
    assert ratio_of_force_over(12.0, 9, 7, loaded) == ratio_of_force_at(time, 9, 7, loaded)


def test_arrays_over_time_and_over_athletes() -> None:
    trace = np.linspace(0, 6, 7)
    athletes = np.array([[8.0], [9.0]])
    forces = force_at(trace, athletes, 7.0, Body(75, K))
    assert forces.shape == (2, 7)
    assert forces[1, 3] == force_at(trace[3], 9.0, 7.0, Body(75, K))
    assert type(force_at(1.0, 9.0, 7.0, Body(75, K))) is float


def test_standing_still_the_ratio_of_force_means_nothing_yet() -> None:
    assert ratio_of_force_at(0, *MORIN, Body(75, drag_factor(75, 1.72))) == pytest.approx(0.5762, abs=5e-5)


# --- the profile -----------------------------------------------------------------------------------------------------


def test_the_three_definitions() -> None:
    found = force_velocity.profile(10, 8, Body(75, K))
    assert (found.f0, found.v0) == pytest.approx((600, 10.495474), abs=5e-7)
    assert found.f0_regression == pytest.approx(592.585, abs=5e-4)
    assert found.v0_regression == pytest.approx(10.448617, abs=5e-7)
    assert found.v0_steady == pytest.approx(10.470982, abs=5e-7)
    assert found.pmax == found.f0 * found.v0 / 4
    assert found.slope == -8 / found.v0


@pytest.mark.parametrize(
    ("mass", "f0", "v0", "pmax", "slope", "f0_regression", "v0_regression", "rf_max", "drf"),
    [
        (120, 829.99109, 9.5348746, 1978.4652, -0.7253994, 822.549641, 9.5054326, 0.4910814, -0.0662964),
        (75, 518.74443, 9.6468741, 1251.0656, -0.7169776, 512.650367, 9.6032774, 0.4912771, -0.0651788),
    ],
)
def test_a_real_radar_athlete(
    mass: float,
    f0: float,
    v0: float,
    pmax: float,
    slope: float,
    f0_regression: float,
    v0_regression: float,
    rf_max: float,
    drf: float,
) -> None:
    # The regression is on the grid of 0.01 s; {shorts} 1.1.6 has 600 points there and prints 822.5498 N, 9.505432 m/s.
    found = force_velocity.profile(*MORIN, Body(mass, drag_factor(mass, 1.72)))
    assert found.f0 == pytest.approx(f0, rel=6e-8)
    assert found.v0 == pytest.approx(v0, rel=6e-8)
    assert found.pmax == pytest.approx(pmax, rel=6e-8)
    assert found.slope == pytest.approx(slope, rel=2e-7)
    assert found.f0_regression == pytest.approx(f0_regression, rel=6e-8)
    assert found.v0_regression == pytest.approx(v0_regression, rel=6e-8)
    assert found.rf_max == pytest.approx(rf_max, abs=1e-7)
    assert found.drf == pytest.approx(drf, abs=1e-7)


def test_the_printed_grid_of_600_points() -> None:
    runner = Body(120, drag_factor(120, 1.72))
    step = 6 / 599
    first = 30 * step  # the first point of the grid beyond 0.3 s
    assert ratio_of_force_at(first, *MORIN, runner) == pytest.approx(0.4909433, abs=1e-7)
    assert drf_of(*MORIN, runner, start=first, end=6, step=step) == pytest.approx(-0.06629983, abs=2e-8)
    lighter = Body(75, drag_factor(75, 1.72))
    assert ratio_of_force_at(first, *MORIN, lighter) == pytest.approx(0.4911396, abs=1e-7)
    assert drf_of(*MORIN, lighter, start=first, end=6, step=step) == pytest.approx(-0.0651820, abs=1e-7)


@pytest.mark.parametrize(
    ("start", "end", "drf"), [(0.3, 6, -0.06518), (0.3, 4, -0.06427), (0.3, 3, -0.06321), (0, 6, -0.06286)]
)
def test_the_slope_of_the_ratio_hangs_on_its_window(start: float, end: float, drf: float) -> None:
    assert drf_of(*MORIN, Body(75, drag_factor(75, 1.72)), start=start, end=end) == pytest.approx(drf, abs=5e-6)


def test_the_power_really_reached_is_a_little_less() -> None:
    runner = Body(60, drag_factor(60, 1.70))
    assert force_velocity.profile(8.591143, 10.588982, runner).pmax == pytest.approx(1405, abs=0.5)
    assert peak_power_of(8.591143, 10.588982, runner) == pytest.approx(1384, abs=0.5)


def test_many_athletes_at_once() -> None:
    mss, mac = np.array([8.0, 9.0, 10.0]), np.array([7.0, 7.5, 8.0])
    mass, k = np.array([60.0, 70.0, 75.0]), np.array([0.23, 0.25, K])
    one_by_one = [
        force_velocity.profile(top, gain, Body(*runner))
        for top, gain, *runner in zip(mss.tolist(), mac.tolist(), mass.tolist(), k.tolist(), strict=True)
    ]
    assert v0_of(mss, mac, Body(mass, k)).tolist() == [each.v0 for each in one_by_one]
    assert drf_of(mss, mac, Body(mass, k)) == pytest.approx([each.drf for each in one_by_one], rel=1e-12)


@given(speeds, accelerations, masses, drags)
def test_the_greatest_power_is_above_all_powers_on_the_way(mss: float, mac: float, mass: float, k: float) -> None:
    assume(mass * mac > 4.01 * k * mss**2)
    powers = power_at(np.linspace(0, 20 * mss / mac, 4000), mss, mac, Body(mass, k))
    peak = peak_power_of(mss, mac, Body(mass, k))
    assert powers.max() <= peak * (1 + 1e-12)
    assert powers.max() == pytest.approx(peak, rel=2e-4)
    assert peak <= force_velocity.profile(mss, mac, Body(mass, k)).pmax * (1 + 1e-12)


@given(speeds, accelerations, masses, drags, winds, inertias, resistances)
def test_at_v0_the_line_of_definition_a_is_at_its_end(
    mss: float, mac: float, mass: float, k: float, wind: float, inertia: float, resistance: float
) -> None:
    loaded = Body(mass, k, wind, inertia, resistance)
    try:
        found = force_velocity.profile(mss, mac, loaded)
    except SprintError:
        reject()
    left = (mass + inertia) * mac * (1 - found.v0 / mss) + resistance + air_resistance(found.v0, k, wind)
    assert left == pytest.approx(0, abs=1e-9 * found.f0)
    assert found.f0 == pytest.approx((mass + inertia) * mac + resistance + air_resistance(0.0, k, wind), rel=1e-12)


# --- back ------------------------------------------------------------------------------------------------------------


def test_back_to_kinematics() -> None:
    assert kinematics_of(600, 10.4954736, Body(75, K)) == pytest.approx((10, 8), abs=1e-7)
    assert time_of(600, 10.4954736, Body(75, K), 20) == pytest.approx(3.149375, abs=5e-7)
    assert time_of(750, 8, Body(75, K, inertia=20, resistance=50), 10) == pytest.approx(2.259444, abs=5e-7)


@given(speeds, accelerations, masses, drags, winds, inertias, resistances)
def test_there_and_back_with_wind_and_load(
    mss: float, mac: float, mass: float, k: float, wind: float, inertia: float, resistance: float
) -> None:
    loaded = Body(mass, k, wind, inertia, resistance)
    try:
        v0 = v0_of(mss, mac, loaded)
    except SprintError:
        reject()
    back = kinematics_of(force_at(0.0, mss, mac, loaded), v0, loaded)
    assert back == pytest.approx((mss, mac), rel=1e-9)


@given(st.floats(200, 1500), st.floats(5, 14), masses, drags, inertias, resistances, winds)
def test_back_and_there_with_wind_and_load(
    f0: float, v0: float, mass: float, k: float, inertia: float, resistance: float, wind: float
) -> None:
    assume(f0 > resistance + 10)
    # Beyond V0 = 2 MSS the other root of the parabola is the smaller one.
    loaded = Body(mass, k, wind, inertia, resistance)
    mss, mac = kinematics_of(f0, v0, loaded)
    assume(2 * k * (v0 - wind) < (mass + inertia) * mac / mss - 1e-3)
    assert force_at(0.0, mss, mac, loaded) == pytest.approx(f0, rel=1e-12)
    assert v0_of(mss, mac, loaded) == pytest.approx(v0, rel=1e-9)


@given(st.floats(300, 1500), st.floats(6, 12), masses, drags, st.floats(1, 80), st.floats(5, 150))
def test_a_load_and_a_head_wind_cost_time(
    f0: float, v0: float, mass: float, k: float, inertia: float, resistance: float
) -> None:
    alone = time_of(f0, v0, Body(mass, k), 20)
    assert time_of(f0, v0, Body(mass, k, inertia=inertia), 20) > alone
    assert time_of(f0, v0, Body(mass, k, resistance=resistance), 20) > alone
    assert time_of(f0, v0, Body(mass, k, wind=-2), 20) > alone > time_of(f0, v0, Body(mass, k, wind=2), 20)


# --- the exact solution ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("f0", "v0", "mass", "k"), [(600, 10.4709815, 75, K), (330, 7.7, 52, 0.3), (900, 12, 95, 0.0)])
def test_the_exact_solution_against_a_numerical_one(f0: float, v0: float, mass: float, k: float) -> None:
    solved = solve_ivp(
        lambda _, state: [state[1], (f0 * (1 - state[1] / v0) - k * state[1] ** 2) / mass],
        (0, 4),
        [0, 0],
        method="DOP853",
        rtol=1e-13,
        atol=1e-13,
    )
    assert exact_distance_at(4.0, f0, v0, Body(mass, k)) == pytest.approx(solved.y[0, -1], abs=1e-11)
    assert exact_velocity_at(4.0, f0, v0, Body(mass, k)) == pytest.approx(solved.y[1, -1], abs=1e-11)


def test_the_shortcut_is_half_a_percent_slow() -> None:
    v0 = force_velocity.profile(10, 8, Body(75, K)).v0_steady
    assert exact_time_to(10, 600, v0, Body(75, K)) == pytest.approx(1.986127, abs=5e-7)
    assert exact_time_to(30, 600, v0, Body(75, K)) == pytest.approx(4.184927, abs=5e-7)
    for distance, shortcut in ((10, 1.997029), (30, 4.206817)):
        assert time_to(distance, 10, 8) == pytest.approx(shortcut, abs=5e-7)
        assert 1.005 < shortcut / exact_time_to(distance, 600, v0, Body(75, K)) < 1.006


@given(st.floats(0.01, 400), st.floats(200, 1500), st.floats(4, 14), masses, drags)
def test_the_exact_time_to_a_distance_leads_back_to_it(
    distance: float, f0: float, v0: float, mass: float, k: float
) -> None:
    time = exact_time_to(distance, f0, v0, Body(mass, k))
    assert exact_distance_at(time, f0, v0, Body(mass, k)) == pytest.approx(distance, rel=1e-10)


@given(times, st.floats(200, 1500), st.floats(4, 14), masses)
def test_without_air_the_exact_solution_is_the_exponential(time: float, f0: float, v0: float, mass: float) -> None:
    assert exact_velocity_at(time, f0, v0, Body(mass, 0)) == pytest.approx(velocity_at(time, v0, f0 / mass), rel=1e-12)
    distance = exact_distance_at(time, f0, v0, Body(mass, 0))
    assert exact_distance_at(time, f0, v0, Body(mass, 1e-9)) == pytest.approx(distance, rel=1e-5)
    assert exact_time_to(distance, f0, v0, Body(mass, 0)) == pytest.approx(time, rel=1e-9)


def test_the_exact_time_to_nowhere_is_zero() -> None:
    assert exact_time_to(np.array([0.0, 10.0]), 600, 10.4709815, Body(75, K))[0] == 0


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: force_velocity.profile(15, 3, Body(45, 0.22)), "MSS 15.00 m/s with MAC 3.00 m/s² has no V0"),
        (lambda: v0_of(np.array([9.0, 15.0]), 3.0, Body(45, 0.22)), "MSS 15.00 m/s"),
        (lambda: force_velocity.profile(9, 7, Body(75, K, wind=9.5)), "The tail wind is no slower than the athlete"),
        (lambda: force_velocity.profile(9, 7, Body(np.array([75.0, 80.0]), K)), "the body is that of many"),
        (lambda: force_velocity.profile(9, 9e9, Body(75, K)), "Top speed is reached before anything can be read"),
        (lambda: have_v0(9, 7, Body(75, K, wind=9.5)), "The tail wind is no slower than the athlete"),
        (lambda: kinematics_of(40, 8, Body(75, K, resistance=50)), "F0 of 40 N does not move a load"),
        (lambda: kinematics_of(1, 1, Body(75, K, wind=60)), "The tail wind is no slower than the athlete"),
        (lambda: kinematics_of(float("nan"), 8, Body(75, K)), "F0 is nan; it must be a number"),
        (lambda: kinematics_of(1e308, 1e-308, Body(1e-300, 0)), "These numbers give no"),
        (lambda: peak_power_of(9.0, 7.0, Body(75, K, wind=1)), "knows neither wind nor load"),
        (lambda: exact_time_to(20.0, 600, 10, Body(75, K, inertia=5)), "knows neither wind nor load"),
        (lambda: peak_power_of(20.0, 2.0, Body(45, K)), "has no greatest power below it"),
        (lambda: air_density(-300), "air is never as cold as that"),
        (lambda: torr_to_hpa(0), "The pressure is 0; it must be above zero"),
        (lambda: frontal_area(0, 75), "The height is 0; it must be above zero"),
    ],
)
def test_a_clear_sentence_for_what_cannot_be(call: Callable[[], object], what: str) -> None:
    with pytest.raises(SprintError) as caught:
        call()
    assert what in str(caught.value)


@given(speeds, st.floats(1, 15), masses, drags)
def test_v0_exists_just_when_f0_is_four_times_the_drag_at_top_speed(
    mss: float, mac: float, mass: float, k: float
) -> None:
    ratio = mass * mac / (4 * k * mss**2)
    assume(abs(ratio - 1) > 1e-9)
    if ratio > 1:
        assert mss < v0_of(mss, mac, Body(mass, k)) <= 2 * mss
    else:
        with pytest.raises(SprintError):
            v0_of(mss, mac, Body(mass, k))


@given(speeds, accelerations, masses, drags, st.floats(-12, 12), inertias, resistances)
def test_those_who_have_a_v0_are_those_for_whom_one_is_found(
    mss: float, mac: float, mass: float, k: float, wind: float, inertia: float, resistance: float
) -> None:
    body = Body(mass, k, wind, inertia, resistance)
    assume((mass + inertia) * mac * (1 - wind / mss) + resistance > 0)
    if have_v0(mss, mac, body):
        assert v0_of(mss, mac, body) > 0
    else:
        with pytest.raises(SprintError):
            v0_of(mss, mac, body)


def test_the_examples_in_the_docstrings() -> None:
    assert [run_examples(module) > 2 for module in (drag, forces, force_velocity, exact)] == [True] * 4
