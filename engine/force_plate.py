"""A recorded vertical force → contacts, and the step and spring they amount to. Part of the public API.

Plain floats, SI units (s, N, kg, m), beside `engine/stride.py`, which tells the same spring from times alone: what a
force plate or treadmill measured is what the sine-wave method is held against. The chief error is when a contact
begins and ends, so state the threshold beside every number. Numbers that no recording can have raise `RunningError`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.errors import RunningError
from engine.stride import GRAVITY, Bounce, bounce, positive

SHORTEST_CONTACT = 0.05
"""s; what is shorter in a force recording is a shaking plate. Elite sprinters touch the ground for 0.08 to 0.09 s."""


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
    positive(rate, "rate", "samples/s")
    if not positive(cutoff, "cut-off", "Hz") < rate / 2:
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
        `engine/stride.py`), so state it beside every number made of them.
    Raises: RunningError, for a force with gaps, and settings that are not positive.
    """
    positive(rate, "rate", "samples/s")
    positive(threshold, "threshold", "N")
    positive(shortest, "shortest contact", "s", zero=True)
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
    drop = positive(math.fsum(drops) / len(drops), "mean drop of the body", "m")
    measured = Bounce(math.fsum(peaks) / len(peaks), drop)
    return Steps(len(found), contact_time, flight_time, weight / GRAVITY, measured)


def _drop(force: Sequence[float], rate: float, start: int, end: int) -> float:
    """Height at touchdown over the lowest point until the next touchdown, m."""
    weight = math.fsum(force[start:end]) / (end - start)
    positive(weight, "mean force over a step", "N")
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


def _force(force: Sequence[float]) -> None:
    if not len(force):
        raise RunningError("The recording of the force is empty.")
    wrong = next((place for place, value in enumerate(force) if not math.isfinite(value)), None)
    if wrong is not None:
        raise RunningError(f"Sample {wrong + 1} of the force is no number.")
