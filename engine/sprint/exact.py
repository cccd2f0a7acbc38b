"""The exact solution: a straight force-velocity line against the drag of the air, without the exponential shortcut.

    m dv/dt = F0 (1 - v/V0) - k v²

With v1 > 0 > v2 the roots of the right side, L = (k/m) (v1 - v2), r = v1/|v2| and e = e^(-L t):

    v = v1 (1 - e) / (1 + r e)          x = v1 t + v1 (1 + r) / (L r) [ln(1 + r e) - ln(1 + r)]

The way over MSS and MAC (`engine/sprint/force_velocity.py`) is some half a percent slower, for every athlete alike. For
a sprint that was fitted, V0 is that of definition C. Still air, no load; units m, s, kg, N; floats or arrays.
"""

from typing import Final

import numpy as np

from engine.sprint.body import Body
from engine.sprint.elementwise import Array, Values, elementwise, not_negative, positive
from engine.sprint.kinematics import scaled_time

_NEWTON_STEPS: Final = 60


@elementwise
def exact_velocity_at(time: Values, f0: Values, v0: Values, body: Body) -> Values:
    """Speed in m/s after `time` s.

    Raises: SprintError for a negative time, F0 or V0 not above zero, a wind or a load.

    >>> round(exact_velocity_at(4, 600, 10.4709815, Body(75, 0.2698781398)), 4)
    9.6317
    """
    t = not_negative("The time", time)
    top, rate, r = _roots(f0, v0, body)
    return -top * np.expm1(-rate * t) / (1 + r * np.exp(-rate * t))


@elementwise
def exact_distance_at(time: Values, f0: Values, v0: Values, body: Body) -> Values:
    """Distance in m after `time` s.

    Raises: SprintError as `exact_velocity_at` does.

    >>> round(exact_distance_at(4.184927, 600, 10.4709815, Body(75, 0.2698781398)), 4)
    30.0
    """
    t = not_negative("The time", time)
    top, rate, r = _roots(f0, v0, body)
    return _exact_distance(t, top, rate, r)


@elementwise
def exact_time_to(distance: Values, f0: Values, v0: Values, body: Body) -> Values:
    """Time in s to `distance` m; exactly 0 at 0 m. Newton's method on the distance, which is convex.

    Raises: SprintError for a negative distance, F0 or V0 not above zero, a wind or a load.

    >>> round(exact_time_to(30, 600, 10.4709815, Body(75, 0.2698781398)), 6)
    4.184927
    """
    x = not_negative("The distance", distance)
    top, rate, r = _roots(f0, v0, body)
    tau = top * body.mass / np.asarray(f0)
    x, top, rate, r, tau = np.broadcast_arrays(x, top, rate, r, tau)
    time = tau * scaled_time(x / (top * tau))
    for _ in range(_NEWTON_STEPS):
        speed = -top * np.expm1(-rate * time) / (1 + r * np.exp(-rate * time))
        step = np.where(x > 0, (_exact_distance(time, top, rate, r) - x) / speed, 0.0)
        time = np.maximum(time - step, 0.5 * time)
        if (np.abs(step) <= 4e-15 * time).all():
            break
    return time


def _exact_distance(t: Array, top: Array, rate: Array, r: Array) -> Array:
    # ln((1 + r e) / (1 + r)) / r, whose limit without air (r = 0) is the bracket itself.
    bracket = np.expm1(-rate * t) / (1 + r)
    log = np.where(r > 0, np.log1p(r * bracket) / np.where(r > 0, r, 1.0), bracket)
    return top * (t + (1 + r) / rate * log)


def _roots(f0: Values, v0: Values, body: Body) -> tuple[Array, Array, Array]:
    """v1, L and r of the exact solution; without air v1 = V0, L = F0 / (m V0), r = 0."""
    force, (mass, k) = positive("F0", f0), body.unhindered()
    fall = force / positive("V0", v0)
    root = np.sqrt(fall * fall + 4 * k * force)
    top = 2 * force / (fall + root)
    return top, root / mass, k * top * top / force
