"""Stride mechanics of steady running on the flat: the spring the leg acts like, and the shares and rates of a step.

Part of the public API; the pages reach it through `engine/derived.py`. Plain floats, and no numerical library, because
every diagnosis loads this module. SI units throughout (m, s, kg, N, N/m) but for step rates, which are steps/min as
everybody counts them; shares are shares, not percent. A *step* runs from one touchdown to the next of the other foot:
`contact_time` + `flight_time`. Results are finite; numbers that no step can have raise `RunningError`.

What the spring is worth. The sine-wave method (Morin et al. 2005) takes the force on the ground as half a sine wave.
Its authors found it 0.67 to 6.93 % below force plates, from 3.33 m/s to top speed. Held against the real treadmill
force in `tests/data/running_grf_treadmill_2p5ms.csv` (one runner, 2.5 m/s, 78 contacts, threshold 50 N) it gives
22.6 kN/m where the force itself gives 27.6: 18 % low. The chief error is when a contact begins and ends: thresholds of
20, 50 and 100 N give contacts of 0.329, 0.2985 and 0.278 s in that same recording, and one percent of contact time is
worth two to three percent of stiffness. So compare an athlete with himself, filmed the same way, at the same speed; on
slopes do not use it at all, the push is no longer symmetrical there.
"""

import math
from dataclasses import dataclass

from engine.errors import RunningError

GRAVITY = 9.81
"""Standard gravity, m/s²."""

_TINY, _HUGE = 1e-9, 1e9
"""No quantity of a runner lies outside these in any unit used here; inside them nothing overflows."""
_TALLEST = 3.0
"""m; nobody is taller."""


# --- the spring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounce:
    """The vertical half of the spring: what body mass, contact and flight alone tell."""

    fmax: float
    """Peak vertical force, N."""
    dy: float
    """Drop of the centre of mass from touchdown to its lowest point, m."""

    @property
    def kvert(self) -> float:
        """Vertical stiffness, N/m."""
        return self.fmax / self.dy


@dataclass(frozen=True, slots=True)
class SpringMass:
    """The runner as a mass on a spring (Blickhan 1989, McMahon and Cheng 1990), by the sine-wave method."""

    fmax: float
    """Peak vertical force, N."""
    dy: float
    """Drop of the centre of mass from touchdown to its lowest point, m."""
    dl: float
    """Greatest shortening of the leg, m."""
    kvert: float
    """Vertical stiffness fmax / dy, N/m."""
    kleg: float
    """Leg stiffness fmax / dl, N/m."""
    dimensionless: float
    """kleg x leg length / body weight, without unit."""


def peak_force(mass: float, contact_time: float, flight_time: float) -> float:
    """Peak vertical force in N, from kg and s: Fmax = m g (pi/2) (tf/tc + 1).

    The momentum of one step balanced, with a half sine for the force; so it holds for any runner whose force looks
    like one. Raises: RunningError. Source: Morin et al. 2005.
    >>> round(peak_force(70, 0.20, 0.13), 3)
    1779.799
    """
    positive(mass, "body mass", "kg")
    _step(contact_time, flight_time)
    return mass * GRAVITY * math.pi / 2 * (flight_time / contact_time + 1)


def bounce(mass: float, contact_time: float, flight_time: float) -> Bounce:
    """Peak force and drop of the centre of mass, from kg and s: dy = Fmax tc²/(m pi²) - g tc²/8.

    Raises: RunningError. Source: Morin et al. 2005.
    >>> round(bounce(70, 0.20, 0.13).dy, 7)
    0.0539965
    """
    force = peak_force(mass, contact_time, flight_time)
    return Bounce(force, force * contact_time**2 / (mass * math.pi**2) - GRAVITY * contact_time**2 / 8)


def spring_mass(mass: float, leg_length: float, velocity: float, contact_time: float, flight_time: float) -> SpringMass:
    """The spring a runner acts like on the flat at a steady speed, from kg, m, m/s, s and s.

    dL = L - sqrt(L² - (v tc/2)²) + dy; kvert = Fmax/dy; kleg = Fmax/dL. Read the bias in the head of this module.

    Args: leg_length from the hip joint to the ground; `leg_length_from_height` where it was not measured. velocity of
        the body over the ground, or of the belt. contact_time above 0, flight_time 0 or more.
    Raises: RunningError, for numbers that are not positive and finite, and where half the way covered during contact
        is as long as the leg.
    Source: Morin et al. 2005.
    >>> spring = spring_mass(70, 0.9434, 5, 0.20, 0.13)
    >>> round(spring.kvert), round(spring.kleg)
    (32961, 9016)
    """
    vertical = bounce(mass, contact_time, flight_time)
    positive(leg_length, "leg length", "m")
    positive(velocity, "speed", "m/s")
    half = velocity * contact_time / 2
    if half >= leg_length:
        raise RunningError(
            f"During half a contact of {contact_time:g} s at {velocity:g} m/s the body travels {half:.3g} m, and "
            f"the leg is only {leg_length:g} m long. Check the units: s, m/s and m."
        )
    dl = leg_length - math.sqrt(leg_length**2 - half**2) + vertical.dy
    kleg = vertical.fmax / dl
    size = leg_length / (mass * GRAVITY)
    return SpringMass(vertical.fmax, vertical.dy, dl, vertical.kvert, kleg, kleg * size)


def leg_length_from_height(height: float) -> float:
    """Leg length in m from body height in m: 0.53 h, as Morin et al. 2005 take it. Measure it if you can.

    Raises: RunningError, also for a height above 3, which was meant in cm.
    """
    if positive(height, "height", "m") > _TALLEST:
        raise RunningError(f"The height must be in m, like 1.75, and is {height:g}.")
    return 0.53 * height


# --- shares and rates of a step ---------------------------------------------------------------------------------------


def step_rate(contact_time: float, flight_time: float) -> float:
    """Steps/min from contact and flight in s. It agrees with the counted rate within about 3 %, or one number is wrong.

    Raises: RunningError.
    """
    return 60 / _step(contact_time, flight_time)


def step_length(velocity: float, step_rate: float) -> float:
    """Metres a step, from m/s and steps/min. Raises: RunningError."""
    return positive(velocity, "speed", "m/s") * 60 / positive(step_rate, "step rate", "steps/min")


def duty_factor(contact_time: float, flight_time: float) -> float:
    """Share of the stride (two steps) that one foot is on the ground, in (0, 0.5]; any unit of time.

    Raises: RunningError.
    """
    return contact_time / (2 * _step(contact_time, flight_time))


def flight_ratio(contact_time: float, flight_time: float) -> float:
    """Share of the step spent in the air, in [0, 1); any unit of time. 1 - 2 x duty factor. Raises: RunningError."""
    return flight_time / _step(contact_time, flight_time)


def vertical_ratio(vertical_oscillation: float, step_length: float) -> float:
    """Bounce over step length, both in m; a share. Raises: RunningError."""
    return positive(vertical_oscillation, "vertical oscillation", "m", zero=True) / positive(
        step_length, "step length", "m"
    )


def expected_step_rate(
    velocity: float, leg_length: float, *, at_standstill: float, per_speed: float, usual_leg: float
) -> float:
    """Steps/min to expect at a speed in m/s with a leg in m: (at_standstill + per_speed v) sqrt(usual_leg / L).

    Args: the line over speed, in steps/min and steps/min for each m/s, and the leg in m it was made for. The lines this
        project uses, and the speeds up to which they hold, stand on the page `expected_step_rate`.
    Raises: RunningError. Source: step rates grow nearly in line with speed (Lieberman 2015), and scale with the leg
        like those of a pendulum.
    >>> round(expected_step_rate(3.33, 0.90, at_standstill=127, per_speed=12, usual_leg=0.92), 1)
    168.8
    """
    positive(velocity, "speed", "m/s")
    scale = positive(usual_leg, "usual leg length", "m") / positive(leg_length, "leg length", "m")
    return positive((at_standstill + per_speed * velocity) * math.sqrt(scale), "expected step rate", "steps/min")


def step_rate_deviation(step_rate: float, expected: float) -> float:
    """How far a step rate lies above the expected one, as a share of it; both in one unit. Raises: RunningError.

    >>> round(step_rate_deviation(171.4, 168.8), 3)
    0.015
    """
    expected = positive(expected, "expected step rate", "steps/min")
    return positive(step_rate, "step rate", "steps/min") / expected - 1


def scaled_contact_time(velocity: float, contact_time: float, at_speed: float, power: float) -> float:
    """Contact time to expect at a speed in m/s, from one known at another: tc (v0 / v)^power, in the unit given.

    Raises: RunningError. Source: the form; the numbers this project uses stand on the page `expected_contact_time`.
    >>> round(scaled_contact_time(3.33, 0.275, 2.7, 0.6), 4)
    0.2425
    """
    ratio = positive(at_speed, "speed", "m/s") / positive(velocity, "speed", "m/s")
    positive(contact_time, "contact time", "s")
    try:
        scaled = float(ratio**power)
    except OverflowError:
        scaled = math.inf
    return positive(contact_time * scaled, "expected contact time", "s")


def contact_time_over(way: float, velocity: float) -> float:
    """Contact time in s of a body that travels a way in m meanwhile, at a speed in m/s: way / v. Raises: RunningError.

    >>> contact_time_over(1, 8)
    0.125
    """
    return positive(way, "way during contact", "m") / positive(velocity, "speed", "m/s")


def contact_time_ratio(contact_time: float, expected: float) -> float:
    """Contact time over the expected one, both in one unit. Raises: RunningError."""
    return positive(contact_time, "contact time", "s") / positive(expected, "expected contact time", "s")


# --- what can be --------------------------------------------------------------------------------------------------


def _step(contact_time: float, flight_time: float) -> float:
    """Contact and flight together, once both can be."""
    positive(contact_time, "contact time", "s")
    return contact_time + positive(flight_time, "flight time", "s", zero=True)


def positive(value: float, name: str, unit: str, *, zero: bool = False) -> float:
    """The value, once it is above 0 (or, with `zero`, 0 or more) and no larger than anything of a runner.

    Raises: RunningError, with the name and unit.
    """
    try:
        if (0 if zero else _TINY) <= value <= _HUGE:
            return value
    except TypeError:
        raise RunningError(f"The {name} must be a number in {unit}.") from None
    least = "0 or more" if zero else "above 0"
    raise RunningError(f"The {name} must be {least} {unit} and within reason, and is {value:g}.")
