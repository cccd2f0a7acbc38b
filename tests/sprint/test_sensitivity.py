import csv
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from engine.errors import SprintError
from engine.sprint import sensitivity as module
from engine.sprint.body import Body
from engine.sprint.drag import drag_factor
from engine.sprint.force_velocity import peak_power_of, profile, v0_of
from engine.sprint.kinematics import time_to
from engine.sprint.sensitivity import (
    balance_distance,
    elasticities_of,
    gains,
    optimum_of,
    probe_of,
    time_of,
)
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

K = drag_factor(75, 1.75)

forces = st.floats(250, 1400)
velocities = st.floats(5, 13)
masses = st.floats(40, 130)
drags = st.floats(0.0, 0.4)
distances = st.floats(2, 200)


def fittable(f0: float, v0: float, k: float) -> bool:
    """Whether a sprint can give this profile: V0 is at most twice MSS."""
    return k * v0**2 < 0.99 * f0


# --- the printed table -----------------------------------------------------------------------------------------------

TABLE = [
    (5, 1.312620, -0.000923589, -0.0194668, -0.4222, -0.1557, -0.013593, -0.004960, 36.5, 42.90, -0.080350),
    (10, 1.997029, -0.001279000, -0.0440408, -0.3843, -0.2315, -0.018816, -0.011208, 59.6, 67.19, -0.031725),
    (20, 3.149375, -0.001718281, -0.1036101, -0.3274, -0.3453, -0.025253, -0.026337, 104.3, 103.88, -0.000535),
    (30, 4.206817, -0.001990430, -0.1732462, -0.2839, -0.4322, -0.029225, -0.044024, 150.6, 132.69, -0.042678),
    (40, 5.230968, -0.002176140, -0.2495933, -0.2496, -0.5008, -0.031927, -0.063437, 198.7, 156.80, -0.140653),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} m")
def test_the_printed_table(row: tuple[float, ...]) -> None:
    distance, time, by_f0, by_v0, e_f0, e_v0, probe_f0, probe_v0, ratio, imbalance, gain = row
    found = gains(10, 8, Body(75, K), distance)
    assert found.time == pytest.approx(time, abs=5e-7)
    assert found.dt_df0 == pytest.approx(by_f0, abs=5.1e-10)
    assert found.dt_dv0 == pytest.approx(by_v0, abs=5.1e-8)
    assert (found.e_f0, found.e_v0) == pytest.approx((e_f0, e_v0), abs=5e-5)
    assert (found.probe_f0, found.probe_v0) == pytest.approx((probe_f0, probe_v0), abs=5e-7)
    assert found.probe_ratio == pytest.approx(ratio, abs=0.05)
    assert found.imbalance == pytest.approx(imbalance, abs=0.005)
    assert found.optimal_gain == pytest.approx(gain, abs=5e-7)


def test_the_distance_of_balance() -> None:
    assert balance_distance(10, 8, Body(75, K)) == pytest.approx(18.80181544, abs=5e-6)
    assert balance_distance(10, 8, Body(75, K), 2.5) == pytest.approx(19.05190125, abs=5e-6)


def vescovi_means() -> tuple[float, float]:
    """Mean mass and height of the field athletes, kg and m."""
    with (ROOT / "tests" / "data" / "sprint_splits_vescovi.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return (
        sum(float(row["mass_kg"]) for row in rows) / len(rows),
        sum(float(row["height_cm"]) for row in rows) / len(rows) / 100,
    )


@pytest.mark.parametrize(("distance", "force", "velocity"), [(10, 7.7, 6.8), (20, 9.9, 16.2), (30, 11.0, 27.0)])
def test_what_a_percent_is_worth_to_the_mean_field_athlete(distance: float, force: float, velocity: float) -> None:
    mass, height = vescovi_means()
    found = gains(7.68, 7.23, Body(mass, drag_factor(mass, height)), distance, probe_percent=1)
    assert -1000 * found.probe_f0 == pytest.approx(force, abs=0.06)
    assert -1000 * found.probe_v0 == pytest.approx(velocity, abs=0.06)


# --- laws ------------------------------------------------------------------------------------------------------------


@given(forces, velocities, masses, drags, distances)
def test_twice_force_and_once_velocity_make_minus_one(
    f0: float, v0: float, mass: float, k: float, distance: float
) -> None:
    force, velocity = elasticities_of(f0, v0, Body(mass, k), distance)
    assert 2 * force + velocity == pytest.approx(-1, abs=1e-12)


@settings(max_examples=50)
@given(st.floats(5, 12), st.floats(4, 15), masses, drags, distances)
def test_the_same_of_top_speed_and_acceleration(mss: float, mac: float, mass: float, k: float, distance: float) -> None:
    assume(mass * mac > 4.01 * k * mss**2)
    found = gains(mss, mac, Body(mass, k), distance)
    assert 2 * found.e_mac + found.e_mss == pytest.approx(-1, abs=1e-12)
    assert 2 * found.e_f0 + found.e_v0 == pytest.approx(-1, abs=1e-12)
    assert -1 <= found.e_v0 <= 0
    assert found.time == time_to(distance, mss, mac)
    assert found.probe_f0 < 0
    assert found.optimal_gain <= 0


@given(forces, velocities, masses, drags, distances)
def test_the_elasticities_are_the_slopes_of_the_logarithms(
    f0: float, v0: float, mass: float, k: float, distance: float
) -> None:
    h = 1e-3
    wiggle, weights = np.array([1 - 2 * h, 1 - h, 1 + h, 1 + 2 * h]), np.array([1, -8, 8, -1]) / (12 * h)
    time = time_of(f0, v0, Body(mass, k), distance)
    force, velocity = elasticities_of(f0, v0, Body(mass, k), distance)
    assert force == pytest.approx(weights @ time_of(f0 * wiggle, v0, Body(mass, k), distance) / time, abs=1e-8)
    assert velocity == pytest.approx(weights @ time_of(f0, v0 * wiggle, Body(mass, k), distance) / time, abs=1e-8)


@settings(max_examples=50)
@given(forces, velocities, masses, drags, distances)
def test_a_tiny_probe_is_the_derivative(f0: float, v0: float, mass: float, k: float, distance: float) -> None:
    percent = 1e-4
    share = np.array(elasticities_of(f0, v0, Body(mass, k), distance)) * time_of(f0, v0, Body(mass, k), distance)
    probes = np.array(probe_of(f0, v0, Body(mass, k), distance, percent))
    assert probes / (percent / 100) == pytest.approx(share, abs=2e-5 * time_of(f0, v0, Body(mass, k), distance))


@given(forces, velocities, masses, drags, distances, st.floats(0.3, 3))
def test_slowing_the_clock(f0: float, v0: float, mass: float, k: float, distance: float, slow: float) -> None:
    slowed = f0 / slow**2, v0 / slow
    assert time_of(*slowed, Body(mass, k), distance) == pytest.approx(
        slow * time_of(f0, v0, Body(mass, k), distance), rel=1e-12
    )
    assert elasticities_of(*slowed, Body(mass, k), distance) == pytest.approx(
        elasticities_of(f0, v0, Body(mass, k), distance), abs=1e-11
    )


@given(forces, velocities, masses, drags, distances, st.floats(0.3, 3))
def test_a_longer_yard_changes_no_time(
    f0: float, v0: float, mass: float, k: float, distance: float, longer: float
) -> None:
    # Per metre: F0 and V0 grow with the yard, k (N per m²/s²) shrinks with it.
    scaled = time_of(f0 * longer, v0 * longer, Body(mass, k / longer), distance * longer)
    assert scaled == pytest.approx(time_of(f0, v0, Body(mass, k), distance), rel=1e-12)


@given(forces, velocities, masses, drags, distances, st.floats(0.3, 3))
def test_a_heavier_athlete_of_the_same_forces_per_kilogram(
    f0: float, v0: float, mass: float, k: float, distance: float, heavier: float
) -> None:
    heavy = time_of(f0 * heavier, v0, Body(mass * heavier, k * heavier), distance)
    assert heavy == pytest.approx(time_of(f0, v0, Body(mass, k), distance), rel=1e-12)


# --- the optimum ------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(forces, velocities, masses, drags, distances)
def test_at_the_optimum_both_are_worth_a_third(f0: float, v0: float, mass: float, k: float, distance: float) -> None:
    best = optimum_of(f0, v0, Body(mass, k), distance)
    assert elasticities_of(best.f0, best.v0, Body(mass, k), distance) == pytest.approx((-1 / 3, -1 / 3), abs=1e-10)
    assert best.f0 * best.v0 == pytest.approx(f0 * v0, rel=1e-12)
    assert best.imbalance == pytest.approx(100 * (f0 / v0) / (best.f0 / best.v0), rel=1e-10)
    now = time_of(f0, v0, Body(mass, k), distance)
    assert time_of(best.f0, best.v0, Body(mass, k), distance) - now == pytest.approx(best.gain, abs=1e-10 * now)
    for tilt in (0.99, 1.01):
        tilted = time_of(best.f0 / tilt, best.v0 * tilt, Body(mass, k), distance)
        assert tilted > now + best.gain


@settings(max_examples=50)
@given(forces, velocities, masses, drags, distances)
def test_three_ways_of_asking_agree_on_the_side(f0: float, v0: float, mass: float, k: float, distance: float) -> None:
    assume(fittable(f0, v0, k))
    velocity = float(elasticities_of(f0, v0, Body(mass, k), distance)[1])
    assume(abs(velocity + 1 / 3) > 0.01)
    by_force, by_velocity = probe_of(f0, v0, Body(mass, k), distance)
    imbalance = optimum_of(f0, v0, Body(mass, k), distance).imbalance
    assert (velocity < -1 / 3) == (by_velocity < by_force) == (float(imbalance) > 100)


@pytest.mark.parametrize("distance", [5, 20, 40, 60])
def test_the_optimum_that_keeps_the_peak_against_a_search(distance: float) -> None:
    mss, mac, mass, k = 10.0, 8.0, 75.0, 0.27
    peak = peak_power_of(mss, mac, Body(mass, k))

    def time_with(top: float) -> float:
        lowest = 3.0001 * k * top**2 / mass
        same = brentq(lambda a: peak_power_of(top, a, Body(mass, k)) - peak, lowest, 80, xtol=1e-13)
        return time_to(distance, top, float(same))

    searched = minimize_scalar(time_with, bounds=(4, 15), method="bounded", options={"xatol": 1e-8})
    best = optimum_of(mass * mac, v0_of(mss, mac, Body(mass, k)), Body(mass, k), distance, keep="peak")
    assert best.gain == pytest.approx(searched.fun - time_to(distance, mss, mac), abs=1e-10)
    assert gains(mss, mac, Body(mass, k), distance, keep="peak").imbalance == best.imbalance


def test_over_the_longest_distances_the_peak_is_kept_at_the_edge_of_what_has_a_v0() -> None:
    # Searched along k V0² = share F0 at the same peak: time falls all the way to a share of 1.
    start = v0_of(10.0, 8.0, Body(75.0, 0.27))
    best = optimum_of(600, start, Body(75, 0.27), 200, keep="peak")
    assert (best.f0, best.v0) == pytest.approx((307.26007, 33.734258), rel=1e-6)
    assert time_of(600, start, Body(75, 0.27), 200) + best.gain == pytest.approx(15.887693655, abs=1e-8)


def test_without_air_the_two_optima_are_one() -> None:
    most, peak = (optimum_of(600, 10.0, Body(75, 0.0), 20, keep=keep) for keep in ("max", "peak"))
    assert (peak.f0, peak.v0, peak.gain) == pytest.approx((most.f0, most.v0, most.gain), rel=1e-9)


@settings(max_examples=50)
@given(forces, velocities, masses, st.floats(0.15, 0.4), st.floats(5, 60))
def test_the_peak_is_kept(f0: float, v0: float, mass: float, k: float, distance: float) -> None:
    assume(fittable(f0, v0, k))
    best = optimum_of(f0, v0, Body(mass, k), distance, keep="peak")

    def peak(force: float, speed: float) -> float:
        top = force * speed / (force + k * speed**2)
        return peak_power_of(top, force / mass, Body(mass, k))

    assert peak(float(best.f0), float(best.v0)) == pytest.approx(peak(f0, v0), rel=1e-9)


def test_many_athletes_at_once() -> None:
    f0, v0 = np.array([420.0, 600.0, 700.0]), np.array([[7.9], [9.0]])
    best = optimum_of(f0, v0, Body(70, 0.25), 20)
    assert np.shape(best.imbalance) == (2, 3)
    one = optimum_of(600, 9.0, Body(70, 0.25), 20)
    assert np.asarray(best.imbalance)[1, 1] == pytest.approx(one.imbalance, rel=1e-12)
    assert np.asarray(best.gain)[1, 1] == pytest.approx(one.gain, rel=1e-9)
    assert elasticities_of(f0, v0, Body(70, 0.25), 20)[1].shape == (2, 3)
    assert probe_of(f0, v0, Body(70, 0.25), 20)[0][1, 1] == pytest.approx(probe_of(600, 9.0, Body(70, 0.25), 20)[0])


# --- balance ---------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.floats(5, 12), st.floats(4, 15), masses, drags)
def test_at_the_distance_of_balance_neither_side_leads(mss: float, mac: float, mass: float, k: float) -> None:
    assume(mass * mac > 4.01 * k * mss**2)
    found = profile(mss, mac, Body(mass, k))
    air = k * found.v0**2 / found.f0
    assume(abs(air - 0.5) > 1e-3)
    distance = balance_distance(mss, mac, Body(mass, k))
    if air > 0.5:
        assert distance is None
        assert elasticities_of(found.f0, found.v0, Body(mass, k), 1e5)[1] > -1 / 3
    else:
        assert distance is not None
        assert elasticities_of(found.f0, found.v0, Body(mass, k), distance)[1] == pytest.approx(-1 / 3, abs=1e-10)


def test_a_finite_probe_balances_where_it_says() -> None:
    distance = balance_distance(8.5, 7.5, Body(65, 0.24), 5)
    assert distance is not None
    by_force, by_velocity = probe_of(65 * 7.5, v0_of(8.5, 7.5, Body(65, 0.24)), Body(65, 0.24), distance, 5)
    assert by_force == pytest.approx(by_velocity, abs=1e-11)


@given(forces, velocities, masses, st.floats(0.1, 0.4), st.floats(2, 100))
def test_a_longer_distance_favours_velocity(f0: float, v0: float, mass: float, k: float, distance: float) -> None:
    assume(fittable(f0, v0, k))
    near, far = elasticities_of(f0, v0, Body(mass, k), np.array([distance, 1.1 * distance]))[1].tolist()
    assert far < near


# --- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: gains(15, 3, Body(45, K), 20), "has no V0"),
        (lambda: gains(9, 7, Body(75, K), 0), "The distance is 0; it must be above zero"),
        (lambda: gains(9, 7, Body(75, K), 20, probe_percent=0), "The percentage of the probe is 0"),
        (lambda: optimum_of(600, math.nan, Body(75, K), 20), "V0 is nan; it must be a number"),
        (lambda: time_of(600, 10, Body(75, K, resistance=700), 20), "does not move a load"),
        (lambda: balance_distance(9, -7, Body(75, K)), "MAC is -7; it must be above zero"),
    ],
)
def test_a_clear_sentence_for_what_cannot_be(call: Callable[[], object], what: str) -> None:
    with pytest.raises(SprintError) as caught:
        call()
    assert what in str(caught.value)


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(module) > 5
