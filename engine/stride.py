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
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import RunningError

GRAVITY = 9.81
"""Standard gravity, m/s²."""

SHORTEST_CONTACT = 0.05
"""s; what is shorter in a force recording is a shaking plate. Elite sprinters touch the ground for 0.08 to 0.09 s."""

_TINY, _HUGE = 1e-9, 1e9
"""No quantity of a runner lies outside these in any unit used here; inside them nothing overflows."""


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
    _positive(mass, "body mass", "kg")
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
    _positive(leg_length, "leg length", "m")
    _positive(velocity, "speed", "m/s")
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

    Raises: RunningError.
    """
    return 0.53 * _positive(height, "height", "m")


# --- shares and rates of a step ---------------------------------------------------------------------------------------


def step_rate(contact_time: float, flight_time: float) -> float:
    """Steps/min from contact and flight in s. It agrees with the counted rate within about 3 %, or one number is wrong.

    Raises: RunningError.
    """
    return 60 / _step(contact_time, flight_time)


def step_length(velocity: float, step_rate: float) -> float:
    """Metres a step, from m/s and steps/min. Raises: RunningError."""
    return _positive(velocity, "speed", "m/s") * 60 / _positive(step_rate, "step rate", "steps/min")


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
    return _positive(vertical_oscillation, "vertical oscillation", "m", zero=True) / _positive(
        step_length, "step length", "m"
    )


def expected_step_rate(velocity: float, leg_length: float) -> float | None:
    """Steps/min usual for a speed in m/s and a leg length in m; None outside 2.5 to 5.5 m/s, where the line ends.

    (127 + 12 v) sqrt(0.92 / L). Raises: RunningError. Source: a line made for this project through Lieberman 2015 and
    recalled values, scaled to leg length like a pendulum; steady speed on the flat. A guide for flagging, not a norm.
    """
    _positive(velocity, "speed", "m/s")
    _positive(leg_length, "leg length", "m")
    if not 2.5 <= velocity <= 5.5:
        return None
    return (127 + 12 * velocity) * math.sqrt(0.92 / leg_length)


def step_rate_deviation(step_rate: float, velocity: float, leg_length: float) -> float | None:
    """How far a step rate in steps/min lies above the expected one, as a share of it; None where none is expected.

    Raises: RunningError.
    """
    expected = expected_step_rate(velocity, leg_length)
    return None if expected is None else _positive(step_rate, "step rate", "steps/min") / expected - 1


def expected_contact_time(velocity: float) -> float | None:
    """Contact time in s usual at a speed in m/s: 0.275 (2.7 / v)^0.6 from 2.5 to 6, 1 / v above 6 to 11 m/s; else None.

    Raises: RunningError. Source: curves made for this project through Karamanidis 2006 and recalled values; steady
    speed on the flat. A guide for flagging, not a norm.
    """
    _positive(velocity, "speed", "m/s")
    if 2.5 <= velocity <= 6:
        return float(0.275 * (2.7 / velocity) ** 0.6)
    return 1 / velocity if 6 < velocity <= 11 else None


def contact_time_ratio(contact_time: float, velocity: float) -> float | None:
    """Contact time in s over the one expected at the speed in m/s; None where none is expected.

    Raises: RunningError.
    """
    expected = expected_contact_time(velocity)
    return None if expected is None else _positive(contact_time, "contact time", "s") / expected


# --- a recorded force -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """One foot on the ground: samples `start` up to, not including, `end` lie above the threshold."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Steps:
    """What a recorded vertical force tells of its whole steps, on average."""

    n: int
    """Contacts seen whole."""
    contact_time: float
    """Mean, s."""
    flight_time: float
    """Mean, s."""
    mass: float
    """kg, from the mean force over whole strides: over a stride the ground carries the body weight, no more."""
    measured: Bounce
    """Peak force and drop from touchdown, straight from the force and its double integral; means over the steps."""

    @property
    def sine(self) -> Bounce:
        """The same by the sine-wave method, from mass and mean times alone."""
        return bounce(self.mass, self.contact_time, self.flight_time)


def low_pass(force: Sequence[float], rate: float, cutoff: float) -> tuple[float, ...]:
    """The force without its fast shaking: second-order Butterworth run forward and backward, so nothing is delayed.

    Args: force: (n,), in any unit; rate: samples/s; cutoff in Hz, below half the rate. 50 Hz suits a treadmill.
    Returns: (n,). Both ends begin at rest, so the first and last tenths of a second are not to be used.
    Raises: RunningError.
    """
    _positive(rate, "rate", "samples/s")
    if not _positive(cutoff, "cut-off", "Hz") < rate / 2:
        raise RunningError(f"A cut-off of {cutoff:g} Hz needs more than {2 * cutoff:g} samples/s; there are {rate:g}.")
    _force(force)
    once = _filtered(force, math.tan(math.pi * cutoff / rate))
    return tuple(reversed(_filtered(once[::-1], math.tan(math.pi * cutoff / rate))))


def contacts(
    force: Sequence[float], rate: float, threshold: float, *, shortest: float = SHORTEST_CONTACT
) -> tuple[Contact, ...]:
    """The contacts in a recorded vertical force that are seen whole: those that begin and end inside the recording.

    Args: force: (n,), in N, upward positive; rate: samples/s; threshold in N, above which the foot counts as down;
        shortest: s, shorter ones are shaking of the plate and left out.
    Returns: contacts in order; their times are samples / rate. The threshold decides how long they are (see the head of
        this module), so state it beside every number made of them.
    Raises: RunningError, for a force with gaps, and settings that are not positive.
    """
    _positive(rate, "rate", "samples/s")
    _positive(threshold, "threshold", "N")
    _positive(shortest, "shortest contact", "s", zero=True)
    _force(force)
    found = []
    start: int | None = None
    for now in range(1, len(force)):
        down, before = force[now] > threshold, force[now - 1] > threshold
        if down and not before:
            start = now
        elif before and not down and start is not None:
            if (now - start) / rate >= shortest:
                found.append(Contact(start, now))
            start = None
    return tuple(found)


def steps(force: Sequence[float], rate: float, found: Sequence[Contact]) -> Steps:
    """Mean times, mass and measured spring of the whole steps of a recording, from its contacts.

    The drop is the double integral of force over mass less gravity, from touchdown to touchdown, on the conditions
    that over a step the force carries the weight and the body keeps its height; it counts from touchdown.

    Args: as for `contacts`; found: what that returns.
    Raises: RunningError, with fewer than three contacts, and for a force that carries nobody.
    """
    if len(found) < 3:
        raise RunningError(f"A stride needs three contacts one after the other; {len(found)} were found.")
    pairs = list(pairwise(found))
    contact_time = math.fsum(one.end - one.start for one in found) / len(found) / rate
    flight_time = math.fsum(after.start - one.end for one, after in pairs) / len(pairs) / rate
    strides = found[(len(found) - 1) // 2 * 2].start
    weight = math.fsum(force[found[0].start : strides]) / (strides - found[0].start)
    drops = [_drop(force, rate, one.start, after.start) for one, after in pairs]
    peaks = [max(force[one.start : one.end]) for one in found]
    drop = _positive(math.fsum(drops) / len(drops), "mean drop of the body", "m")
    measured = Bounce(math.fsum(peaks) / len(peaks), drop)
    return Steps(len(found), contact_time, flight_time, weight / GRAVITY, measured)


def _drop(force: Sequence[float], rate: float, start: int, end: int) -> float:
    """Height at touchdown over the lowest point until the next touchdown, m."""
    weight = math.fsum(force[start:end]) / (end - start)
    _positive(weight, "mean force over a step", "N")
    speeds, heights = [0.0], [0.0]
    for now in range(start, end):
        mean = (force[now] + force[now + 1]) / 2
        speeds.append(speeds[-1] + (mean / weight - 1) * GRAVITY / rate)
    drift = math.fsum(speeds[:-1]) / (end - start)
    for before, after in pairwise(speeds):
        heights.append(heights[-1] + ((before + after) / 2 - drift) / rate)
    return -min(heights)


def _filtered(values: Sequence[float], warped: float) -> list[float]:
    """One pass of a second-order Butterworth low-pass that begins at rest on the first value."""
    scale = 1 + math.sqrt(2) * warped + warped**2
    gain = warped**2 / scale
    back, back_two = 2 * (warped**2 - 1) / scale, (1 - math.sqrt(2) * warped + warped**2) / scale
    x1 = x2 = y1 = y2 = values[0]
    found = []
    for value in values:
        y = gain * (value + 2 * x1 + x2) - back * y1 - back_two * y2
        x1, x2, y1, y2 = value, x1, y, y1
        found.append(y)
    return found


# --- what can be --------------------------------------------------------------------------------------------------


def _step(contact_time: float, flight_time: float) -> float:
    """Contact and flight together, once both can be."""
    _positive(contact_time, "contact time", "s")
    return contact_time + _positive(flight_time, "flight time", "s", zero=True)


def _force(force: Sequence[float]) -> None:
    if not len(force):
        raise RunningError("The recording of the force is empty.")
    wrong = next((place for place, value in enumerate(force) if not math.isfinite(value)), None)
    if wrong is not None:
        raise RunningError(f"Sample {wrong + 1} of the force is no number.")


def _positive(value: float, name: str, unit: str, *, zero: bool = False) -> float:
    if (0 if zero else _TINY) <= value <= _HUGE:
        return value
    least = "0 or more" if zero else "above 0"
    raise RunningError(f"The {name} must be {least} {unit} and within reason, and is {value:g}.")
