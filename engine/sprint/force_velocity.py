"""A sprint's kinematics → force, power and the horizontal force-velocity profile, and back.

The method of Samozino and colleagues (2016): forward force F_h = (m + M) a + k (v - w) |v - w| + R over the modelled
sprint, step by step averaged; M and R are the inertia and the resistance of a load, w the wind, tail wind positive.
F0 and V0 exist in three definitions, and they differ by a percent or two:

    A   F0 = F_h at the start, V0 the smaller root of F_h(v) = 0 where acceleration falls linearly with speed: exact,
        inverts exactly, the default here and in {shorts} from 2.1 on
    B   the straight line fitted to F_h over v, 0 to 6 s: papers, spreadsheets, {shorts} up to 2.3
    C   the line through (0, F0) and the steady state at MSS

Load and wind are taken out: F0 and V0 are what the athlete's line would be in still air. Everything here follows from
two numbers, MSS and MAC, with mass and air; nine variables are not nine pieces of evidence.

Units: m, s, kg, N, W; drag factor k in kg/m. Formulas take floats or arrays (see `engine/sprint/elementwise.py`).
"""

from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from engine.errors import SprintError
from engine.sprint.elementwise import Array, Values, any_number, elementwise, finite, not_negative, positive
from engine.sprint.kinematics import acceleration_at, time_to, velocity_at
from engine.sprint.results import Profile

GRAVITY: Final = 9.81
"""m/s², as the sprint literature takes it."""
RATIO_FROM: Final = 0.3
"""s from which the ratio of force is read; before, it says more about the start of the clock than about the athlete."""
TRACE_ENDS: Final = 6.0
TRACE_STEP: Final = 0.01
"""s; the modelled trace behind DRF and definition B."""

_WIND: Final = "The tail wind is no slower than the athlete: nothing can be said."


# --- force, power and the ratio of force over time -------------------------------------------------------------------


@elementwise
def force_at(
    time: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward force in N after `time` s.

    Raises: SprintError for a negative time, load or drag factor, or MSS, MAC or mass not above zero.

    >>> round(force_at(0.5, 9, 7, 75, 0.2698781398, inertia=20, resistance=50), 4)
    503.0126
    """
    speed, gain = velocity_at(np.asarray(time), mss, mac), acceleration_at(np.asarray(time), mss, mac)
    moved, k, w, r = _surroundings(mass, drag, wind, inertia, resistance)
    return moved * gain + k * (speed - w) * np.abs(speed - w) + r


@elementwise
def power_at(
    time: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward power in W after `time` s: force times speed.

    Raises: SprintError as `force_at` does.

    >>> round(power_at(0.5, 9, 7, 75, 0.2698781398, inertia=20, resistance=50), 3)
    1458.593
    """
    force = force_at(np.asarray(time), mss, mac, mass, drag, wind, inertia, resistance)
    return force * velocity_at(np.asarray(time), mss, mac)


@elementwise
def ratio_of_force_at(
    time: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward force as a share of the total force after `time` s, the vertical half being body weight.

    Raises: SprintError as `force_at` does.

    >>> round(ratio_of_force_at(0.3, 10, 8, 75, 0.2698781398), 6)
    0.540938
    """
    force = force_at(np.asarray(time), mss, mac, mass, drag, wind, inertia, resistance)
    return force / np.hypot(force, np.asarray(mass) * GRAVITY)


# --- the same over distance ------------------------------------------------------------------------------------------


@elementwise
def force_over(
    distance: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward force in N where the athlete has covered `distance` m. Raises: SprintError as `force_at` does.

    >>> round(force_over(0, 9, 7, 75, 0.27), 1)
    525.0
    """
    time = time_to(np.asarray(distance), mss, mac)
    return force_at(time, mss, mac, mass, drag, wind, inertia, resistance)


@elementwise
def power_over(
    distance: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward power in W where the athlete has covered `distance` m. Raises: SprintError as `force_at` does."""
    time = time_to(np.asarray(distance), mss, mac)
    return power_at(time, mss, mac, mass, drag, wind, inertia, resistance)


@elementwise
def ratio_of_force_over(
    distance: Values,
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """Forward share of the force where the athlete has covered `distance` m. Raises: SprintError as `force_at` does."""
    time = time_to(np.asarray(distance), mss, mac)
    return ratio_of_force_at(time, mss, mac, mass, drag, wind, inertia, resistance)


# --- the profile -----------------------------------------------------------------------------------------------------


def profile(
    mss: float,
    mac: float,
    mass: float,
    drag: float,
    wind: float = 0.0,
    inertia: float = 0.0,
    resistance: float = 0.0,
) -> Profile:
    """The force-velocity profile behind one sprint, in all three definitions, with RFmax and DRF.

    RFmax is the ratio of force at 0.3 s of this very sprint; DRF its slope over speed by least squares, 0.30 to 6.00 s
    in steps of 0.01 s. With a load both belong to the loaded sprint, while F0 and V0 are the athlete's.

    Raises: SprintError for a negative load or drag factor, MSS, MAC or mass not above zero, or where no V0 exists:
    for an unloaded sprint in still air when F0 < 4 k MSS².

    >>> athlete = profile(10, 8, mass=75, drag=0.2698781398)
    >>> round(athlete.f0, 3), round(athlete.v0, 6), round(athlete.pmax, 3), round(athlete.drf, 5)
    (600.0, 10.495474, 1574.321, -0.0675)
    """
    around = (mass, drag, wind, inertia, resistance)
    v0 = v0_of(mss, mac, *around)
    f0 = force_at(0.0, mss, mac, *around)
    f0_regression, v0_regression = _regression(mss, mac, around)
    return Profile(
        mass=float(mass),
        drag=float(drag),
        f0=f0,
        v0=v0,
        rf_max=ratio_of_force_at(RATIO_FROM, mss, mac, *around),
        drf=drf_of(mss, mac, *around),
        f0_regression=f0_regression,
        v0_regression=v0_regression,
        v0_steady=_steady(mss, f0, around),
    )


@elementwise
def v0_of(
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
) -> Values:
    """V0 in m/s by definition A, floats or arrays.

    Raises: SprintError when an athlete has none (F0 < 4 k MSS² in still air without load), which the message tells.

    >>> round(v0_of(10, 8, 75, 0.2698781398), 6)
    10.495474
    """
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    moved, k, w, r = _surroundings(mass, drag, wind, inertia, resistance)
    # F_h(v) = push (1 - v/MSS) + k (v - w)² + R = whole - fall v + k v², the root beyond the wind.
    push = moved * mac
    if (push * (1 - w / mss) + r <= 0).any():
        raise SprintError(_WIND)
    whole = push + r + k * w * w
    fall = push / mss + 2 * k * w
    under = fall * fall - 4 * k * whole
    none = (under < 0) | (fall <= 0)
    if none.any():
        raise SprintError(
            f"MSS {_where(none, mss):.2f} m/s with MAC {_where(none, mac):.2f} m/s² has no V0: the air at that speed "
            "would ask for more force than the athlete has. MSS was extrapolated too far; a gate nearer to top speed "
            "helps."
        )
    return 2 * whole / (fall + np.sqrt(under))


@elementwise
def drf_of(
    mss: Values,
    mac: Values,
    mass: Values,
    drag: Values,
    wind: Values = 0.0,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
    start: float = RATIO_FROM,
    end: float = TRACE_ENDS,
    step: float = TRACE_STEP,
) -> Values:
    """DRF, the slope of the ratio of force over speed by least squares from `start` to `end` s, in s/m.

    Floats or arrays. It depends on its window: 0.3 to 3 s gives some 3 percent less than 0.3 to 6 s.
    Raises: SprintError as `force_at` does, or when the speed does not change over the window.

    >>> round(drf_of(10, 8, 75, 0.2698781398), 6)
    -0.067495
    """
    time = _trace(start, end, step)
    columns = [np.asarray(value, dtype=np.float64)[..., np.newaxis] for value in (mss, mac)]
    around = [np.asarray(value, dtype=np.float64)[..., np.newaxis] for value in (mass, drag, wind, inertia, resistance)]
    speed = velocity_at(time, *columns)
    return _line(speed, ratio_of_force_at(time, columns[0], columns[1], *around))[1]


@elementwise
def peak_power_of(mss: Values, mac: Values, mass: Values, drag: Values) -> Values:
    """Greatest F_h v in W of an unloaded sprint in still air: a little less than F0 V0 / 4, which takes F_h for a line.

    Raises: SprintError when power grows up to MSS (F0 < 3 k MSS²), for MSS, MAC or mass not above zero.
    Source: the root of d/dv [push v (1 - v/MSS) + k v³].

    >>> round(peak_power_of(10, 8, 75, 0.2698781398), 2)
    1535.57
    """
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    push, k = positive("The mass", mass) * mac, not_negative("The drag factor", drag)
    fall = push / mss
    under = fall * fall - 3 * k * push
    if (under < 0).any():
        raise SprintError(f"MSS {_where(under < 0, mss):.2f} m/s has no greatest power below it.")
    speed = push / (fall + np.sqrt(under))
    return (push * (1 - speed / mss) + k * speed * speed) * speed


# --- and back --------------------------------------------------------------------------------------------------------


# Typing has no word for "floats when all are floats"; asked in this order, the two cases never meet.
@overload
def kinematics_of(  # type: ignore[overload-overlap]  # as said above
    f0: float,
    v0: float,
    mass: float,
    drag: float,
    inertia: float = 0.0,
    resistance: float = 0.0,
    wind: float = 0.0,
) -> tuple[float, float]: ...


@overload
def kinematics_of(
    f0: Values,
    v0: Values,
    mass: Values,
    drag: Values,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
    wind: Values = 0.0,
) -> tuple[Array, Array]: ...


def kinematics_of(
    f0: Values,
    v0: Values,
    mass: Values,
    drag: Values,
    inertia: Values = 0.0,
    resistance: Values = 0.0,
    wind: Values = 0.0,
) -> tuple[Values, Values]:
    """(MSS, MAC) of the sprint that a profile (definition A) gives under a load and in a wind; floats or arrays.

    Exact inverse of `profile`: MAC = (F0 - F_still) / (m + M), where F_still = R - k w |w| is what the athlete stands
    against at rest, and MSS = push V0 / (push + F_air(V0) + R) with push = (m + M) MAC.

    Raises: SprintError for a load the athlete cannot move, or F0, V0 or mass not above zero.

    >>> mss, mac = kinematics_of(600, 10.4954736, 75, 0.2698781398)
    >>> round(mss, 6), round(mac, 6)
    (10.0, 8.0)
    """
    force, speed = positive("F0", f0), positive("V0", v0)
    moved, k, w, r = _surroundings(mass, drag, wind, inertia, resistance)
    with np.errstate(all="ignore"):
        push = force - r + k * w * np.abs(w)
        if (push <= 0).any():
            raise SprintError(f"F0 of {_where(push <= 0, force):.0f} N does not move a load that holds back as much.")
        if (w >= speed).any():
            raise SprintError(_WIND)
        against = push + k * (speed - w) ** 2 + r
        mss, mac = push * speed / against, push / moved
    return finite("MSS", np.asarray(mss)), finite("MAC", np.asarray(mac))


# --- inside ----------------------------------------------------------------------------------------------------------


def _surroundings(
    mass: Values, drag: Values, wind: Values, inertia: Values, resistance: Values
) -> tuple[Array, Array, Array, Array]:
    """Mass moved, drag factor, wind, resistance; checked."""
    return (
        positive("The mass", mass) + not_negative("The inertia", inertia),
        not_negative("The drag factor", drag),
        any_number("The wind", wind),
        not_negative("The resistance", resistance),
    )


def _trace(start: float, end: float, step: float) -> Array:
    return np.asarray(start + step * np.arange(round((end - start) / step) + 1), dtype=np.float64)


def _line(x: Array, y: Array) -> tuple[Array, Array]:
    """Intercept and slope of y over x by least squares along the last axis; not finite where x does not vary."""
    x_mean, y_mean = x.mean(axis=-1, keepdims=True), y.mean(axis=-1, keepdims=True)
    apart = x - x_mean
    spread = (apart * apart).sum(axis=-1)
    still = spread <= 1e-18 * (x * x).sum(axis=-1)
    if still.any():
        raise SprintError("Top speed is reached before anything can be read off the trace; MAC cannot be so large.")
    slope = (apart * (y - y_mean)).sum(axis=-1) / spread
    return y_mean[..., 0] - slope * x_mean[..., 0], slope


def _regression(mss: float, mac: float, around: tuple[float, float, float, float, float]) -> tuple[float, float]:
    """F0 and V0 by definition B."""
    time = _trace(0.0, TRACE_ENDS, TRACE_STEP)
    f0, slope = _line(velocity_at(time, mss, mac), force_at(time, mss, mac, *around))
    if slope >= 0 or f0 <= 0:
        raise SprintError("The force of this sprint does not fall with speed: it has no V0.")
    return float(f0), float(-f0 / slope)


def _steady(mss: float, f0: float, around: tuple[float, float, float, float, float]) -> float:
    """V0 by definition C."""
    _, k, w, r = _surroundings(*around)
    held = float(k * (mss - w) * np.abs(mss - w) + r)
    if f0 <= held:
        raise SprintError("At top speed this sprint asks for more force than at its start: it has no V0.")
    return f0 * mss / (f0 - held)


def _where(mask: NDArray[np.bool_], values: Array) -> float:
    """The first of the values that the mask is about, for a message."""
    return float(np.broadcast_to(values, mask.shape)[mask].flat[0])
