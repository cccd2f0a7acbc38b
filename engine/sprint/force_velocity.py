"""A sprint's kinematics → the horizontal force-velocity profile, and back.

The method of Samozino and colleagues (2016): the line between forward force (`engine/sprint/forces.py`) and speed, from
F0 at rest to V0, where force is gone. Both exist in three definitions, and they differ by a percent or two:

    A   F0 = F_h at the start, V0 the smaller root of F_h(v) = 0 where acceleration falls linearly with speed: exact,
        inverts exactly, the default here and in {shorts} from 2.1 on
    B   the straight line fitted to F_h over v, 0 to 6 s: papers, spreadsheets, {shorts} up to 2.3
    C   the line through (0, F0) and the steady state at MSS

Load and wind are taken out: F0 and V0 are what the athlete's line would be in still air. Everything here follows from
two numbers, MSS and MAC, with mass and air; nine variables are not nine pieces of evidence.

Units: m, s, kg, N, W. Functions ending in `_of` take floats or arrays (see `engine/sprint/elementwise.py`).
"""

from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from engine.errors import SprintError
from engine.sprint.body import Body
from engine.sprint.elementwise import Array, Values, elementwise, finite, positive
from engine.sprint.forces import force_at, ratio_of_force_at
from engine.sprint.kinematics import velocity_at
from engine.sprint.results import Profile

RATIO_FROM: Final = 0.3
"""s from which the ratio of force is read; before, it says more about the start of the clock than about the athlete."""
TRACE_ENDS: Final = 6.0
TRACE_STEP: Final = 0.01
"""s; the modelled trace behind DRF and definition B."""

_WIND: Final = "The tail wind is no slower than the athlete: nothing can be said."


# --- the profile -----------------------------------------------------------------------------------------------------


def profile(mss: float, mac: float, body: Body) -> Profile:
    """The force-velocity profile behind one sprint of one runner, in all three definitions, with RFmax and DRF.

    RFmax is the ratio of force at 0.3 s of this very sprint; DRF its slope over speed by least squares, 0.30 to 6.00 s
    in steps of 0.01 s. With a load both belong to the loaded sprint, while F0 and V0 are the athlete's.

    Raises: SprintError for MSS or MAC not above zero, for a body of many, or where no V0 exists: for an unloaded
    sprint in still air when F0 < 4 k MSS².

    >>> athlete = profile(10, 8, Body(mass=75, drag=0.2698781398))
    >>> round(athlete.f0, 3), round(athlete.v0, 6), round(athlete.pmax, 3), round(athlete.drf, 5)
    (600.0, 10.495474, 1574.321, -0.0675)
    """
    mass, drag = body.single()
    v0 = v0_of(mss, mac, body)
    f0 = force_at(0.0, mss, mac, body)
    f0_regression, v0_regression = _regression(mss, mac, body)
    return Profile(
        mass=mass,
        drag=drag,
        f0=f0,
        v0=v0,
        rf_max=ratio_of_force_at(RATIO_FROM, mss, mac, body),
        drf=drf_of(mss, mac, body),
        f0_regression=f0_regression,
        v0_regression=v0_regression,
        v0_steady=_steady(mss, f0, body),
    )


@elementwise
def v0_of(mss: Values, mac: Values, body: Body) -> Values:
    """V0 in m/s by definition A, floats or arrays.

    Raises: SprintError when an athlete has none (F0 < 4 k MSS² in still air without load), which the message tells,
    for a tail wind as fast as the athlete, or MSS or MAC not above zero.

    >>> round(v0_of(10, 8, Body(75, 0.2698781398)), 6)
    10.495474
    """
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    whole, fall, under = _parabola(mss, mac, body)
    none = (under < 0) | (fall <= 0)
    if none.any():
        raise SprintError(
            f"MSS {_where(none, mss):.2f} m/s with MAC {_where(none, mac):.2f} m/s² has no V0: the air at that speed "
            "would ask for more force than the athlete has. MSS was extrapolated too far; a gate nearer to top speed "
            "helps."
        )
    return 2 * whole / (fall + np.sqrt(under))


def have_v0(mss: Values, mac: Values, body: Body) -> NDArray[np.bool_]:
    """For whom a V0 exists; an array of truths in the shape the values broadcast to.

    Raises: SprintError for a tail wind as fast as the athlete, or MSS or MAC not above zero.

    >>> have_v0(np.array([9.0, 15.0]), 3.0, Body(45, 0.22)).tolist()
    [True, False]
    """
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    with np.errstate(all="ignore"):
        _, fall, under = _parabola(mss, mac, body)
        return np.asarray((under >= 0) & (fall > 0))


@elementwise
def drf_of(
    mss: Values,
    mac: Values,
    body: Body,
    start: float = RATIO_FROM,
    end: float = TRACE_ENDS,
    step: float = TRACE_STEP,
) -> Values:
    """DRF, the slope of the ratio of force over speed by least squares from `start` to `end` s, in s/m.

    Floats or arrays. It depends on its window: 0.3 to 3 s gives some 3 percent less than 0.3 to 6 s.
    Raises: SprintError as `force_at` does, or when the speed does not change over the window.

    >>> round(drf_of(10, 8, Body(75, 0.2698781398)), 6)
    -0.067495
    """
    time = _trace(start, end, step)
    top, gain = (np.asarray(value, dtype=np.float64)[..., np.newaxis] for value in (mss, mac))
    return _line(velocity_at(time, top, gain), ratio_of_force_at(time, top, gain, body.column))[1]


@elementwise
def peak_power_of(mss: Values, mac: Values, body: Body) -> Values:
    """Greatest F_h v in W of an unloaded sprint in still air: a little less than F0 V0 / 4, which takes F_h for a line.

    Raises: SprintError when power grows up to MSS (F0 < 3 k MSS²), for MSS or MAC not above zero, a wind or a load.
    Source: the root of d/dv [push v (1 - v/MSS) + k v³].

    >>> round(peak_power_of(10, 8, Body(75, 0.2698781398)), 2)
    1535.57
    """
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    mass, k = body.unhindered()
    push = mass * mac
    fall = push / mss
    under = fall * fall - 3 * k * push
    if (under < 0).any():
        raise SprintError(f"MSS {_where(under < 0, mss):.2f} m/s has no greatest power below it.")
    speed = push / (fall + np.sqrt(under))
    return (push * (1 - speed / mss) + k * speed * speed) * speed


# --- and back --------------------------------------------------------------------------------------------------------


# Typing has no word for "floats when all are floats"; asked in this order, the two cases never meet.
@overload
def kinematics_of(f0: float, v0: float, body: Body) -> tuple[float, float]: ...  # type: ignore[overload-overlap]  # so


@overload
def kinematics_of(f0: Values, v0: Values, body: Body) -> tuple[Array, Array]: ...


def kinematics_of(f0: Values, v0: Values, body: Body) -> tuple[Values, Values]:
    """(MSS, MAC) of the sprint that a profile (definition A) gives under a load and in a wind; floats or arrays.

    Exact inverse of `profile`: MAC = (F0 - F_still) / (m + M), where F_still = R - k w |w| is what the athlete stands
    against at rest, and MSS = push V0 / (push + F_air(V0) + R) with push = (m + M) MAC.

    Raises: SprintError for a load the athlete cannot move, or F0 or V0 not above zero.

    >>> mss, mac = kinematics_of(600, 10.4954736, Body(75, 0.2698781398))
    >>> round(mss, 6), round(mac, 6)
    (10.0, 8.0)
    """
    force, speed = positive("F0", f0), positive("V0", v0)
    with np.errstate(all="ignore"):
        push = force - body.resistance + body.drag * body.wind * np.abs(body.wind)
        if (push <= 0).any():
            raise SprintError(f"F0 of {_where(push <= 0, force):.0f} N does not move a load that holds back as much.")
        if (body.wind >= speed).any():
            raise SprintError(_WIND)
        against = push + body.drag * (speed - body.wind) ** 2 + body.resistance
        mss, mac = push * speed / against, push / body.moved
    return finite("MSS", np.asarray(mss)), finite("MAC", np.asarray(mac))


# --- inside ----------------------------------------------------------------------------------------------------------


def _parabola(mss: Array, mac: Array, body: Body) -> tuple[Array, Array, Array]:
    """F_h(v) = push (1 - v/MSS) + k (v - w)² + R = whole - fall v + k v²: whole, fall, and what is under the root.

    V0 is its smaller root beyond the wind. Raises: SprintError where force is gone before the athlete is that fast.
    """
    push = body.moved * mac
    if (push * (1 - body.wind / mss) + body.resistance <= 0).any():
        raise SprintError(_WIND)
    whole = push + body.resistance + body.drag * body.wind * body.wind
    fall = push / mss + 2 * body.drag * body.wind
    return whole, fall, fall * fall - 4 * body.drag * whole


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


def _regression(mss: float, mac: float, body: Body) -> tuple[float, float]:
    """F0 and V0 by definition B."""
    time = _trace(0.0, TRACE_ENDS, TRACE_STEP)
    f0, slope = _line(velocity_at(time, mss, mac), force_at(time, mss, mac, body))
    if slope >= 0 or f0 <= 0:
        raise SprintError("The force of this sprint does not fall with speed: it has no V0.")
    return float(f0), float(-f0 / slope)


def _steady(mss: float, f0: float, body: Body) -> float:
    """V0 by definition C."""
    against = mss - body.wind
    held = float(body.drag * against * np.abs(against) + body.resistance)
    if f0 <= held:
        raise SprintError("At top speed this sprint asks for more force than at its start: it has no V0.")
    return f0 * mss / (f0 - held)


def _where(mask: NDArray[np.bool_], values: Array) -> float:
    """The first of the values that the mask is about, for a message."""
    return float(np.broadcast_to(values, mask.shape)[mask].flat[0])
