"""A sprint's kinematics and a body → force, power and ratio of force, moment by moment and metre by metre.

Forward force F_h = (m + M) a + k (v - w) |v - w| + R over the modelled sprint, step by step averaged (Samozino et al.
2016); M and R are the inertia and the resistance of a load, w the wind, tail wind positive.

Units: m, s, kg, N, W. Formulas take floats or arrays (see `engine/sprint/elementwise.py`).
"""

from typing import Final

import numpy as np

from engine.sprint.body import Body
from engine.sprint.elementwise import Values, elementwise
from engine.sprint.kinematics import acceleration_at, time_to, velocity_at

GRAVITY: Final = 9.81
"""m/s², as the sprint literature takes it."""


# --- over time -------------------------------------------------------------------------------------------------------


@elementwise
def force_at(time: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward force in N after `time` s.

    Raises: SprintError for a negative time, or MSS or MAC not above zero.

    >>> round(force_at(0.5, 9, 7, Body(75, 0.2698781398, inertia=20, resistance=50)), 4)
    503.0126
    """
    speed, gain = velocity_at(np.asarray(time), mss, mac), acceleration_at(np.asarray(time), mss, mac)
    against = speed - body.wind
    return body.moved * gain + body.drag * against * np.abs(against) + body.resistance


@elementwise
def power_at(time: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward power in W after `time` s: force times speed.

    Raises: SprintError as `force_at` does.

    >>> round(power_at(0.5, 9, 7, Body(75, 0.2698781398, inertia=20, resistance=50)), 3)
    1458.593
    """
    return force_at(np.asarray(time), mss, mac, body) * velocity_at(np.asarray(time), mss, mac)


@elementwise
def ratio_of_force_at(time: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward force as a share of the total force after `time` s, the vertical half being body weight.

    Raises: SprintError as `force_at` does.

    >>> round(ratio_of_force_at(0.3, 10, 8, Body(75, 0.2698781398)), 6)
    0.540938
    """
    force = force_at(np.asarray(time), mss, mac, body)
    return force / np.hypot(force, body.mass * GRAVITY)


# --- over distance ---------------------------------------------------------------------------------------------------


@elementwise
def force_over(distance: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward force in N where the athlete has covered `distance` m.

    Raises: SprintError for a negative distance, or MSS or MAC not above zero.

    >>> round(force_over(0, 9, 7, Body(75, 0.27)), 1)
    525.0
    """
    return force_at(time_to(np.asarray(distance), mss, mac), mss, mac, body)


@elementwise
def power_over(distance: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward power in W where the athlete has covered `distance` m. Raises: SprintError as `force_over` does."""
    return power_at(time_to(np.asarray(distance), mss, mac), mss, mac, body)


@elementwise
def ratio_of_force_over(distance: Values, mss: Values, mac: Values, body: Body) -> Values:
    """Forward share of the force where the athlete has covered `distance` m. Raises: SprintError as `force_over`."""
    return ratio_of_force_at(time_to(np.asarray(distance), mss, mac), mss, mac, body)
