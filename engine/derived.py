"""Measures computed from others; each formula with its source. Pages name these functions in `computed_by`.

A function takes the values of the page's inputs in order, in the units of the input measures, and returns the value in
the unit of the derived measure, or None where the formula does not hold (outside its range, an impossible fit).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.model import Sides

GRAVITY = 9.81
"""Standard gravity, m/s²."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A function, and whether it wants both sides of its per-side inputs instead of the worse one."""

    function: Callable[..., float | None]
    wants_sides: bool = False


def ratio(numerator: float, denominator: float) -> float | None:
    """numerator / denominator, in the units of the two."""
    return numerator / denominator if denominator else None


def ratio_of_weaker_side(numerator: Sides, denominator: Sides) -> float | None:
    """The lower of the two sides' ratios; a side counts when both of its values are there."""
    pairs = ((numerator.left, denominator.left), (numerator.right, denominator.right))
    found = [above / below for above, below in pairs if above is not None and below]
    return min(found) if found else None


def side_symmetry(value: Sides) -> float | None:
    """100 × smaller / larger side, in percent; needs both sides."""
    if value.left is None or value.right is None or max(value.left, value.right) <= 0:
        return None
    return 100 * min(value.left, value.right) / max(value.left, value.right)


def side_difference(value: Sides) -> float | None:
    """Larger minus smaller side, in the unit of the measure; needs both sides."""
    return None if value.left is None or value.right is None else abs(value.left - value.right)


def step_length(running_speed: float, step_rate: float) -> float | None:
    """Metres a step, from m/s and steps/min."""
    return running_speed * 60 / step_rate if step_rate else None


def duty_factor(contact_time: float, flight_time: float) -> float | None:
    """Share of the stride one foot is on the ground, in percent, from times in ms."""
    cycle = contact_time + flight_time
    return 100 * contact_time / (2 * cycle) if cycle else None


def flight_ratio(contact_time: float, flight_time: float) -> float | None:
    """Share of the step spent in the air, from times in ms."""
    cycle = contact_time + flight_time
    return flight_time / cycle if cycle else None


def vertical_ratio(vertical_oscillation: float, step_length_m: float) -> float | None:
    """Bounce in percent of step length: cm a metre equals percent."""
    return vertical_oscillation / step_length_m if step_length_m else None


def expected_step_rate(running_speed: float, leg_length: float) -> float | None:
    """Steps/min usual for a speed (m/s) and leg length (cm), from 2.5 to 5.5 m/s.

    Source: a line made for this project through Lieberman 2015 and recalled values; a guide for flagging, not a norm.
    """
    if not 2.5 <= running_speed <= 5.5:
        return None
    return (127 + 12 * running_speed) * math.sqrt(92 / leg_length)


def deviation_percent(value: float, expected: float) -> float | None:
    """How far the value lies above the expected one, in percent of the expected one."""
    return 100 * (value / expected - 1) if expected else None


def expected_contact_time(running_speed: float) -> float | None:
    """Contact time in ms usual at a speed in m/s: 275 (2.7 / v)^0.6 from 2.5 to 6, 1000 / v above 6 to 11 m/s.

    Source: curves made for this project through Karamanidis 2006 and recalled values; a guide for flagging, not a norm.
    """
    if 2.5 <= running_speed <= 6:
        return float(275 * (2.7 / running_speed) ** 0.6)
    return 1000 / running_speed if 6 < running_speed <= 11 else None


def peak_vertical_force(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Peak vertical force in N by the sine-wave method, from kg and ms. Source: Morin et al. 2005."""
    if contact_time <= 0:
        return None
    return body_mass * GRAVITY * math.pi / 2 * (flight_time / contact_time + 1)


def vertical_displacement(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Drop of the centre of mass during contact, in m, from kg and ms. Source: Morin et al. 2005."""
    force = peak_vertical_force(body_mass, contact_time, flight_time)
    if force is None:
        return None
    contact = contact_time / 1000
    found = force * contact**2 / (body_mass * math.pi**2) - GRAVITY * contact**2 / 8
    return found if found > 0 else None


def vertical_stiffness(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Vertical stiffness in kN/m, from kg and ms. Source: Morin et al. 2005."""
    force = peak_vertical_force(body_mass, contact_time, flight_time)
    drop = vertical_displacement(body_mass, contact_time, flight_time)
    return force / drop / 1000 if force is not None and drop is not None else None


def leg_stiffness(
    body_mass: float, leg_length: float, running_speed: float, contact_time: float, flight_time: float
) -> float | None:
    """Leg stiffness in kN/m, from kg, cm, m/s and ms; on the flat. Source: Morin et al. 2005."""
    force = peak_vertical_force(body_mass, contact_time, flight_time)
    drop = vertical_displacement(body_mass, contact_time, flight_time)
    leg, half_step = leg_length / 100, running_speed * contact_time / 2000
    if force is None or drop is None or half_step >= leg:
        return None
    compression = leg - math.sqrt(leg**2 - half_step**2) + drop
    return force / compression / 1000


def leg_stiffness_dimensionless(
    body_mass: float, leg_length: float, running_speed: float, contact_time: float, flight_time: float
) -> float | None:
    """Leg stiffness times leg length over body weight, without unit. Source: Morin et al. 2005."""
    stiffness = leg_stiffness(body_mass, leg_length, running_speed, contact_time, flight_time)
    return None if stiffness is None else 1000 * stiffness * leg_length / 100 / (body_mass * GRAVITY)


def max_speed(flying_10m: float | None, flying_20m: float | None) -> float | None:
    """Top speed in m/s from a flying 10 m, or a flying 20 m if that is missing, in s."""
    if flying_10m:
        return 10 / flying_10m
    return 20 / flying_20m if flying_20m else None


_TRIAL_DISTANCES = (1200.0, 3000.0, 5000.0)
_LONGEST_TRIAL = 20 * 60.0
_LARGEST_D_PRIME = 500.0


def critical_speed_fit(times: Sequence[float | None]) -> tuple[float, float] | None:
    """Critical speed in m/s and D′ in m: the line distance = CS × time + D′ through trials of 1200, 3000 and 5000 m.

    Trials of more than 20 minutes pull the slope down and are left out when two shorter ones exist. A fit whose D′ is
    negative or above 500 m is refused. Source: the linear distance-time model (Galbraith 2011, 2014).
    """
    trials = [(time, distance) for time, distance in zip(times, _TRIAL_DISTANCES, strict=True) if time]
    short = [trial for trial in trials if trial[0] <= _LONGEST_TRIAL]
    trials = short if len(short) >= 2 else trials
    if len(trials) < 2:
        return None
    mean_time = math.fsum(time for time, _ in trials) / len(trials)
    mean_distance = math.fsum(distance for _, distance in trials) / len(trials)
    spread = math.fsum((time - mean_time) ** 2 for time, _ in trials)
    if spread <= 0:
        return None
    speed = math.fsum((time - mean_time) * (distance - mean_distance) for time, distance in trials) / spread
    intercept = mean_distance - speed * mean_time
    return (speed, intercept) if speed > 0 and 0 <= intercept <= _LARGEST_D_PRIME else None


def critical_speed(t_1200: float | None, t_3000: float | None, t_5000: float | None) -> float | None:
    """Critical speed in m/s, from time trials in s; see `critical_speed_fit`."""
    fit = critical_speed_fit((t_1200, t_3000, t_5000))
    return fit[0] if fit else None


def d_prime(t_1200: float | None, t_3000: float | None, t_5000: float | None) -> float | None:
    """D′ in m, from time trials in s; see `critical_speed_fit`."""
    fit = critical_speed_fit((t_1200, t_3000, t_5000))
    return fit[1] if fit else None


FORMULAS: Mapping[str, Formula] = {
    "ratio": Formula(ratio),
    "ratio_of_weaker_side": Formula(ratio_of_weaker_side, wants_sides=True),
    "side_symmetry": Formula(side_symmetry, wants_sides=True),
    "side_difference": Formula(side_difference, wants_sides=True),
    "step_length": Formula(step_length),
    "duty_factor": Formula(duty_factor),
    "flight_ratio": Formula(flight_ratio),
    "vertical_ratio": Formula(vertical_ratio),
    "expected_step_rate": Formula(expected_step_rate),
    "deviation_percent": Formula(deviation_percent),
    "expected_contact_time": Formula(expected_contact_time),
    "peak_vertical_force": Formula(peak_vertical_force),
    "vertical_displacement": Formula(vertical_displacement),
    "vertical_stiffness": Formula(vertical_stiffness),
    "leg_stiffness": Formula(leg_stiffness),
    "leg_stiffness_dimensionless": Formula(leg_stiffness_dimensionless),
    "max_speed": Formula(max_speed),
    "critical_speed": Formula(critical_speed),
    "d_prime": Formula(d_prime),
}
"""What `computed_by` may name."""
