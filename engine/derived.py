"""Measures computed from others: the formulas that pages name in `computed_by`, in the units of the pages.

The physics is in `engine/stride.py` and `engine/endurance.py`, in SI units; here it is put into the units of the input
measures (ms, cm, percent, kN/m). A function takes the values of the page's inputs in order, and by name the `figures`
of the page: whatever in a formula is an opinion. It returns the value in the unit of the derived measure, or None where
the formula does not hold (outside its range, an impossible fit).
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from engine import endurance, stride
from engine.errors import RunningError
from engine.model import Sides
from engine.schema.base import Figure
from engine.schema.measure import DerivedMeasure

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Formula:
    """A function, and whether it wants both sides of its per-side inputs instead of the worse one."""

    function: Callable[..., float | None]
    wants_sides: bool = False
    rising: tuple[str, ...] = ()
    """Figures of which each must lie above the one before."""

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures its page has to give: what the function takes by name alone."""
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(one.name for one in parameters if one.kind is one.KEYWORD_ONLY)


def figures_of(page: DerivedMeasure, derived: Mapping[str, DerivedMeasure]) -> Mapping[str, Figure]:
    """The figures a page's formula takes: its own, or those of the page it names; `derived` holds all such pages."""
    return page.figures if page.figures_of is None else derived[page.figures_of].figures


def function_of(page: DerivedMeasure, derived: Mapping[str, DerivedMeasure]) -> Callable[..., float | None]:
    """The function of a page with its figures filled in; it takes the values of the inputs in order."""
    function = FORMULAS[page.computed_by].function
    figures = {name: one.value for name, one in figures_of(page, derived).items()}
    return partial(function, **figures) if figures else function


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


def deviation_percent(value: float, expected: float) -> float | None:
    """How far the value lies above the expected one, in percent of the expected one."""
    return 100 * (value / expected - 1) if expected else None


# --- stride -----------------------------------------------------------------------------------------------------------


def step_length(running_speed: float, step_rate: float) -> float | None:
    """Metres a step, from m/s and steps/min."""
    return _or_none(stride.step_length, running_speed, step_rate)


def duty_factor(contact_time: float, flight_time: float) -> float | None:
    """Share of the stride one foot is on the ground, in percent, from times in ms."""
    return _scaled(100, _or_none(stride.duty_factor, contact_time, flight_time))


def flight_ratio(contact_time: float, flight_time: float) -> float | None:
    """Share of the step spent in the air, from times in ms."""
    return _or_none(stride.flight_ratio, contact_time, flight_time)


def vertical_ratio(vertical_oscillation: float, step_length_m: float) -> float | None:
    """Bounce in percent of step length: cm a metre equals percent."""
    return _or_none(stride.vertical_ratio, vertical_oscillation, step_length_m)


def expected_step_rate(
    running_speed: float,
    leg_length: float,
    *,
    at_standstill: float,
    per_speed: float,
    usual_leg: float,
    slowest: float,
    fastest: float,
) -> float | None:
    """Steps/min usual for a speed (m/s) and leg length (cm): a line over speed, scaled to the leg like a pendulum.

    Figures: steps/min at no speed, and more of them for each m/s; the leg (cm) the line was made for; the speeds
    (m/s) from and to which it holds.
    """
    if not slowest <= running_speed <= fastest:
        return None
    return _or_none(
        stride.expected_step_rate, running_speed, leg_length / 100, at_standstill=at_standstill, per_speed=per_speed,
        usual_leg=usual_leg / 100,
    )  # fmt: skip


def expected_contact_time(
    running_speed: float,
    *,
    contact: float,
    at_speed: float,
    power: float,
    way: float,
    slowest: float,
    sprint_from: float,
    fastest: float,
) -> float | None:
    """Contact time in ms usual at a speed in m/s: falling with a power of speed, and with 1/speed in sprints.

    Figures: the contact (ms) at some speed (m/s), and the power with which it falls; the way (m) a sprinter travels
    during one contact; the speeds (m/s) from which the first holds, from beyond which the second, and up to which.
    """
    if not slowest <= running_speed <= fastest:
        return None
    if running_speed > sprint_from:
        return _scaled(1000, _or_none(stride.contact_time_over, way, running_speed))
    return _or_none(stride.scaled_contact_time, running_speed, contact, at_speed, power)


def peak_vertical_force(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Peak vertical force in N by the sine-wave method, from kg and ms. Source: Morin et al. 2005."""
    return _or_none(stride.peak_force, body_mass, contact_time / 1000, flight_time / 1000)


def vertical_displacement(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Drop of the centre of mass during contact, in m, from kg and ms. Source: Morin et al. 2005."""
    found = _bounce(body_mass, contact_time, flight_time)
    return None if found is None else found.dy


def vertical_stiffness(body_mass: float, contact_time: float, flight_time: float) -> float | None:
    """Vertical stiffness in kN/m, from kg and ms. Source: Morin et al. 2005."""
    found = _bounce(body_mass, contact_time, flight_time)
    return None if found is None else found.kvert / 1000


def leg_stiffness(
    body_mass: float, leg_length: float, running_speed: float, contact_time: float, flight_time: float
) -> float | None:
    """Leg stiffness in kN/m, from kg, cm, m/s and ms; on the flat. Source: Morin et al. 2005."""
    found = _spring(body_mass, leg_length, running_speed, contact_time, flight_time)
    return None if found is None else found.kleg / 1000


def leg_stiffness_dimensionless(
    body_mass: float, leg_length: float, running_speed: float, contact_time: float, flight_time: float
) -> float | None:
    """Leg stiffness times leg length over body weight, without unit. Source: Morin et al. 2005."""
    found = _spring(body_mass, leg_length, running_speed, contact_time, flight_time)
    return None if found is None else found.dimensionless


def _bounce(body_mass: float, contact_time: float, flight_time: float) -> stride.Bounce | None:
    return _or_none(stride.bounce, body_mass, contact_time / 1000, flight_time / 1000)


def _spring(
    body_mass: float, leg_length: float, running_speed: float, contact_time: float, flight_time: float
) -> stride.SpringMass | None:
    times = contact_time / 1000, flight_time / 1000
    return _or_none(stride.spring_mass, body_mass, leg_length / 100, running_speed, *times)


# --- speed and endurance ----------------------------------------------------------------------------------------------


def max_speed(flying_10m: float | None, flying_20m: float | None, sprint_top_speed: float | None) -> float | None:
    """Top speed in m/s from a flying 10 m in s; or a flying 20 m in s; or that of a sprint profile in m/s."""
    if flying_10m:
        return 10 / flying_10m
    return 20 / flying_20m if flying_20m else sprint_top_speed


_TRIAL_DISTANCES = (1200.0, 3000.0, 5000.0)
"""m; what the trials are called, as a flying 10 m is one of 10 m."""


def critical_speed_fit(
    times: Sequence[float | None], *, longest_trial: float, largest_reserve: float
) -> tuple[float, float] | None:
    """Critical speed in m/s and D′ in m: the line distance = CS × time + D′ through trials of 1200, 3000 and 5000 m.

    Trials longer than `longest_trial` (s) are left out when two shorter ones exist. A fit whose D′ is negative or above
    `largest_reserve` (m) is refused. See `engine/endurance.py`.
    """
    trials = endurance.usable_trials(_TRIAL_DISTANCES, times, longest_trial=longest_trial)
    fit = _or_none(endurance.critical_speed, *trials, largest_d_prime=largest_reserve)
    return (fit.cs, fit.d_prime) if fit is not None and fit.plausible else None


def critical_speed(
    t_1200: float | None, t_3000: float | None, t_5000: float | None, *, longest_trial: float, largest_reserve: float
) -> float | None:
    """Critical speed in m/s, from time trials in s; see `critical_speed_fit`."""
    fit = critical_speed_fit((t_1200, t_3000, t_5000), longest_trial=longest_trial, largest_reserve=largest_reserve)
    return fit[0] if fit else None


def d_prime(
    t_1200: float | None, t_3000: float | None, t_5000: float | None, *, longest_trial: float, largest_reserve: float
) -> float | None:
    """D′ in m, from time trials in s; see `critical_speed_fit`."""
    fit = critical_speed_fit((t_1200, t_3000, t_5000), longest_trial=longest_trial, largest_reserve=largest_reserve)
    return fit[1] if fit else None


def _or_none(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What a function returns, or None when it refuses its numbers."""
    try:
        return function(*args, **kwargs)
    except RunningError:
        return None


def _scaled(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


FORMULAS: Mapping[str, Formula] = {
    "ratio": Formula(ratio),
    "ratio_of_weaker_side": Formula(ratio_of_weaker_side, wants_sides=True),
    "side_symmetry": Formula(side_symmetry, wants_sides=True),
    "side_difference": Formula(side_difference, wants_sides=True),
    "step_length": Formula(step_length),
    "duty_factor": Formula(duty_factor),
    "flight_ratio": Formula(flight_ratio),
    "vertical_ratio": Formula(vertical_ratio),
    "expected_step_rate": Formula(expected_step_rate, rising=("slowest", "fastest")),
    "deviation_percent": Formula(deviation_percent),
    "expected_contact_time": Formula(expected_contact_time, rising=("slowest", "sprint_from", "fastest")),
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
