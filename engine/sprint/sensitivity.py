"""Which quality gains more time over a distance, force (F0) or velocity (V0): three ways of asking, one athlete.

    sensitivity   percent of time for a percent of the quality, E_F0 and E_V0: derivatives, exact
    probe         time saved when the one grows by 2.5 percent and the other stays
    optimum       the fastest profile of the same power, and how far the athlete's slope is from it

All three stand on `kinematics_of` (definition A, still air, no load: of a body of a windy or loaded sprint take
`Body.alone`). Scaling time by s takes F0 to F0/s², V0 to V0/s
and leaves k alone, so 2 E_F0 + E_V0 = -1 at every distance: one number, E_V0, holds the answer, and at the optimum
both are -1/3. Below -1/3 the velocity side gains more, above it the force side.

The distance decides most of it, not the athlete; and no way of asking says that the qualities can be trained alike.
Sources: Samozino et al. 2022 for the optimum; {shorts} 3.3.0 for the probe; the derivatives are our own.
Units: m, s, kg, N; functions ending in `_of` take floats or arrays (see `engine/sprint/elementwise.py`).
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.optimize import brentq

from engine.sprint.body import Body
from engine.sprint.elementwise import Array, Values, elementwise, finite, positive
from engine.sprint.force_velocity import kinematics_of, v0_of
from engine.sprint.kinematics import scaled, scaled_gradient, time_to
from engine.sprint.results import Gains

Kept = Literal["max", "peak"]
"""What stays while the slope changes: F0 V0 / 4, or the greatest F_h v, which drag makes a little smaller."""

_BALANCE: Final = -1 / 3
_STEPS: Final = 200
_NEAREST: Final = 1e-3
_FARTHEST: Final = 1e6
"""m between which a distance of balance is looked for."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The fastest profile of the same power; floats, or arrays of one shape."""

    f0: Values
    """N."""
    v0: Values
    """m/s."""
    imbalance: Values
    """100 S_FV / S_FV of that profile, percent; above 100 V0 pays more."""
    gain: Values
    """Change of time in s; never positive."""


@elementwise
def time_of(f0: Values, v0: Values, body: Body, distance: Values) -> Values:
    """Time in s over `distance` m of the sprint that a profile gives, with the load and the wind of the body.

    Raises: SprintError as `kinematics_of` and `time_to` do.

    >>> round(time_of(600, 10.4954736, Body(75, 0.2698781398), 20), 6)
    3.149375
    >>> round(time_of(750, 8, Body(75, 0.2698781398, inertia=20, resistance=50), 10), 6)
    2.259444
    """
    mss, mac = kinematics_of(np.asarray(f0), v0, body)
    return time_to(np.asarray(distance), mss, mac)


def elasticities_of(f0: Values, v0: Values, body: Body, distance: Values) -> tuple[Array, Array]:
    """(E_F0, E_V0): percent of time over `distance` m for a percent of F0 and of V0, for floats or arrays.

    Raises: SprintError for a distance, F0 or V0 not above zero, a wind or a load.

    >>> force, velocity = elasticities_of(600, 10.4954736, Body(75, 0.2698781398), 20)
    >>> round(float(force), 4), round(float(velocity), 4)
    (-0.3274, -0.3453)
    """
    air, z = _numbers(f0, v0, body, distance)
    by_mss, by_mac = _kinematic_elasticities(z)
    return by_mss * air / (1 + air) + by_mac, by_mss * _passing(air)


def probe_of(f0: Values, v0: Values, body: Body, distance: Values, percent: float = 2.5) -> tuple[Array, Array]:
    """Change of time in s when F0 alone, and when V0 alone, grows by `percent`; negative, for floats or arrays.

    In the wind and with the load of the body, as `time_of` is.
    Raises: SprintError as `time_of` does.

    >>> force, velocity = probe_of(600, 10.4954736, Body(75, 0.2698781398), 20)
    >>> round(float(force), 6), round(float(velocity), 6)
    (-0.025253, -0.026337)
    """
    more = 1 + float(positive("The percentage of the probe", percent)) / 100
    force, speed = np.asarray(f0, dtype=np.float64), np.asarray(v0, dtype=np.float64)
    now = time_of(force, speed, body, distance)
    return (
        np.asarray(time_of(force * more, speed, body, distance) - now),
        np.asarray(time_of(force, speed * more, body, distance) - now),
    )


def optimum_of(f0: Values, v0: Values, body: Body, distance: Values, keep: Kept = "max") -> Optimum:
    """The profile (F0 e^-u / s², V0 e^u / s) of the same power that is fastest over `distance` m.

    `keep` "max" holds F0 V0 / 4, where s = 1 and E_F0 = E_V0 = -1/3; "peak" holds the greatest F_h v, which the
    scaling of time by s restores. Where no slope balances (with "peak", over very long distances) it is the one at
    the edge of definition A, k V0² = F0.

    Raises: SprintError for a distance, F0 or V0 not above zero, a wind or a load.

    >>> optimum = optimum_of(600, 10.4954736, Body(75, 0.2698781398), 20)
    >>> round(optimum.imbalance, 2), round(optimum.gain, 6)
    (103.88, -0.000535)
    """
    air, z = _numbers(f0, v0, body, distance)
    peak = keep == "peak"
    with np.errstate(all="ignore"):
        tilt = np.exp(_balanced_tilt(air, z, peak) / 3)
        slowed = np.cbrt(_peak_share(air * tilt**3)[0] / _peak_share(air)[0]) if peak else np.ones_like(tilt)
        best_f0, best_v0 = np.asarray(f0) / tilt / slowed**2, np.asarray(v0) * tilt / slowed
    gain = time_of(best_f0, best_v0, body, distance) - time_of(np.asarray(f0), v0, body, distance)
    return Optimum(
        f0=finite("optimal F0", best_f0),
        v0=finite("optimal V0", best_v0),
        imbalance=finite("imbalance", 100 * tilt**2 * slowed),
        gain=finite("gain", np.asarray(np.minimum(gain, 0.0))),
    )


def gains(mss: float, mac: float, body: Body, distance: float, probe_percent: float = 2.5, keep: Kept = "max") -> Gains:
    """What F0 and V0 are worth to one athlete over `distance` m, asked in all three ways.

    The sprint is one without load in still air; of another, take the profile first and `kinematics_of` it, `alone`.
    Raises: SprintError when there is no V0 (see `profile`), for a distance, MSS or MAC not above zero, a wind, a load,
    or a body of many.

    >>> found = gains(10, 8, Body(75, 0.2698781398), distance=30)
    >>> round(found.e_f0, 4), round(found.e_v0, 4), round(found.probe_ratio, 1)
    (-0.2839, -0.4322, 150.6)
    """
    v0 = v0_of(mss, mac, body)
    f0 = body.single()[0] * mac
    time = time_to(distance, mss, mac)
    force, velocity = elasticities_of(f0, v0, body, distance)
    by_mss, by_mac = _kinematic_elasticities(_numbers(f0, v0, body, distance)[1])
    probe_force, probe_velocity = probe_of(f0, v0, body, distance, probe_percent)
    best = optimum_of(f0, v0, body, distance, keep)
    return Gains(
        distance=float(distance),
        time=time,
        dt_df0=float(force) * time / f0,
        dt_dv0=float(velocity) * time / v0,
        e_f0=float(force),
        e_v0=float(velocity),
        e_mss=float(by_mss),
        e_mac=float(by_mac),
        probe_percent=float(probe_percent),
        probe_f0=float(probe_force),
        probe_v0=float(probe_velocity),
        optimal_f0=float(best.f0),
        optimal_v0=float(best.v0),
        imbalance=float(best.imbalance),
        optimal_gain=float(best.gain),
    )


def balance_distance(mss: float, mac: float, body: Body, probe_percent: float | None = None) -> float | None:
    """The distance in m at which F0 and V0 gain alike; longer ones favour V0.

    By the derivatives, or by the finite probe of `probe_percent`, which comes out a little longer. None where drag is
    so great that force gains more at every distance (k V0² from half of F0 on).

    Raises: SprintError when there is no V0 (see `profile`), for MSS or MAC not above zero, a wind, a load, or a body
    of many.

    >>> body = Body(75, 0.2698781398)
    >>> round(balance_distance(10, 8, body), 4), round(balance_distance(10, 8, body, 2.5), 4)
    (18.8018, 19.0519)
    """
    v0 = v0_of(mss, mac, body)
    f0 = body.single()[0] * mac

    def lead(log_distance: float) -> float:
        """Of V0 over F0, per second saved; grows with the distance."""
        distance = math.exp(log_distance)
        if probe_percent is None:
            return _BALANCE - float(elasticities_of(f0, v0, body, distance)[1])
        force, velocity = probe_of(f0, v0, body, distance, probe_percent)
        return float(force - velocity) / distance

    near, far = math.log(_NEAREST), math.log(_FARTHEST)
    if lead(far) <= 0 or lead(near) >= 0:
        return None
    return math.exp(float(brentq(lead, near, far, xtol=1e-13)))


# --- inside ----------------------------------------------------------------------------------------------------------


def _numbers(f0: Values, v0: Values, body: Body, distance: Values) -> tuple[Array, Array]:
    """What the answer hangs on, checked: k V0² / F0, and the scaled distance D / (MSS TAU)."""
    force, speed, (mass, k) = positive("F0", f0), positive("V0", v0), body.unhindered()
    air = k * speed * speed / force
    z = positive("The distance", distance) * (force / mass) * ((1 + air) / speed) ** 2
    return air, z


def _kinematic_elasticities(z: Array) -> tuple[Array, Array]:
    """(E_MSS, E_MAC)."""
    g, y = scaled(z)
    by_mss, by_mac = scaled_gradient(g, y)
    return -by_mss / g, -by_mac / g


def _passing(air: Array) -> Array:
    """Percent of MSS for a percent of V0, from air = k V0² / F0, since MSS = V0 / (1 + air)."""
    return (1 - air) / (1 + air)


def _peak_share(air: Array) -> tuple[Array, Array, Array]:
    """Greatest F_h v as a share of F0 V0 (0.25 without air), its elasticity to `air`, and how that changes with ln air.

    With v = s V0, F_h v / (F0 V0) = s - (1 + air) s² + air s³, greatest at s = 1 / (1 + air + √(1 - air + air²)).
    """
    root = np.sqrt(1 - air + air * air)
    s = 1 / (1 + air + root)
    share = s - (1 + air) * s * s + air * s**3
    slope = s * s * (s - 1)  # the derivative by s is zero here
    bend = (3 * s - 2) * s * -s * s * (1 + (air - 0.5) / root)
    elasticity = air * slope / share
    return share, elasticity, air * (slope + air * bend) / share - elasticity**2


def _balanced_tilt(air: Array, z: Array, peak: bool) -> Array:
    """The w = 3u at which neither quality gains more than the other: Newton's method, kept between two bounds.

    Tilting takes air to air e^w and z to z e^-w ((1 + air e^w) / (1 + air))². Up to air e^w = 1, where definition A
    ends, E_V0 grows from -1 to 0, so there is one w with E_V0 = -1/3. With the peak kept, E_V0 + 1/3 + 2/3 of the
    elasticity of the peak's share is zero instead.
    """
    air, z = np.broadcast_arrays(air, z)
    still = z / (1 + air) ** 2
    low = np.log(still) - 40.0
    high = np.minimum(np.log(still) + 40.0, np.where(air > 0, -np.log(air), np.inf) - (1e-7 if peak else 0.0))
    low = np.minimum(low, high - 40.0)
    # Short of the bound, where the peak's condition is met by the symmetry of the parabola's two roots alone.
    w = np.clip(np.log(still), low, high - 0.5)
    for _ in range(_STEPS):
        off, slope = _imbalance(w, air, still, peak)
        low, high = np.where(off < 0, w, low), np.where(off < 0, high, w)
        following = w - off / slope
        middle = 0.5 * (low + high)
        following = np.where((following >= low) & (following <= high), following, middle)
        moved = np.abs(following - w)
        w = following
        if (moved <= 1e-14 * (1 + np.abs(w))).all():
            break
    return w


def _imbalance(w: Array, air: Array, still: Array, peak: bool) -> tuple[Array, Array]:
    """What must be zero at the tilt w, and its slope."""
    tilted = air * np.exp(w)
    z = still * np.exp(-w) * (1 + tilted) ** 2
    g, y = scaled(z)
    by_mss, by_mac = scaled_gradient(g, y)
    passing = _passing(tilted)
    e_mss = -by_mss / g
    # d E_MSS / dz through g, with dg/dz = 1/y and dz/dw = -z passing.
    steeper = (-by_mac / g - e_mss * (1 / g + (1 - y) / y)) / y
    off = e_mss * passing - _BALANCE
    slope = -z * steeper * passing**2 - e_mss * 2 * tilted / (1 + tilted) ** 2
    if peak:
        _, elasticity, change = _peak_share(tilted)
        off, slope = off + 2 / 3 * elasticity, slope + 2 / 3 * change
    return off, slope
