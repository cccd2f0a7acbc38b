"""Where a sprinter is, how fast, and when: the mono-exponential model v(t) = MSS (1 - e^(-t / TAU)), TAU = MSS / MAC.

A constant push per kilogram against a resistance that grows with speed (Furusawa, Hill and Parkinson 1927). It holds
while the athlete gains speed: some 30 to 40 m in team sports, 50 to 60 m for sprinters. Everything else in
`engine/sprint/` stands on these formulas. Distances in m, times in s, MSS in m/s, MAC in m/s²; all take floats or
arrays that broadcast (see `engine/sprint/elementwise.py`).

Time over distance is the hard direction. In units of TAU, with g = t / TAU and z = x / (MSS TAU),

    g - 1 + e^(-g) = z,     y = v / MSS = 1 - e^(-g) = g - z,     dg/dz = 1/y.

Lambert's W solves it (g = 1 + z + W0(-e^(-1-z))) but loses digits near z = 0, where it branches. `scaled` uses the
series of y in s = √(2z) there, from y (dy/ds + s) = s, and one Halley step elsewhere: close to full double precision
for every z, with two exponentials and one root.
"""

from math import factorial
from typing import Final

import numpy as np

from engine.sprint.elementwise import Array, Values, elementwise, not_negative, positive

_TERMS: Final = 17
_SERIES_ALONE: Final = 0.125
"""Up to here in z the series alone is exact to the last digits."""
_SERIES_STARTS: Final = 2.0
"""Up to here the series is the start of the Halley step; beyond, four terms of Lambert's W at -e^(-1-z)."""


def _series(terms: int) -> tuple[float, ...]:
    """Coefficients of y in s = √(2z) from s¹ on: equating powers in y (dy/ds + s) = s."""
    b = [0.0, 1.0]
    for n in range(2, terms + 1):
        b.append(-b[n - 1] / (n + 1) - sum(b[i] * b[n + 1 - i] for i in range(2, n)) / 2)
    return tuple(b[1:])


_Y_IN_S: Final = _series(_TERMS)


def scaled(z: Array) -> tuple[Array, Array]:
    """Time t / TAU and speed v / MSS at the scaled distance z = x / (MSS TAU), for batches.

    Args: z, any shape, finite. Nothing is checked; what an optimiser lets fall below zero counts as zero.
    Returns: (g, y) of the shape of z; both 0 at z = 0. dg/dz = 1/y and dy/dz = (1 - y) / y.
    """
    z = np.maximum(z, 0.0)
    s = np.sqrt(2 * np.minimum(z, _SERIES_STARTS))
    y = np.full_like(s, _Y_IN_S[-1])
    for coefficient in _Y_IN_S[-2::-1]:
        y *= s
        y += coefficient
    y *= s
    q = np.exp(-1 - z)
    start = z + np.where(z <= _SERIES_STARTS, y, 1 - q * (1 + q * (1 + q * (1.5 + q * (8 / 3)))))
    # Halley on g - 1 + e^(-g) - z, with e^(-g) - 1 kept apart so that no digit is lost.
    less = np.expm1(-start)
    rest = z - start - less
    with np.errstate(divide="ignore", invalid="ignore"):
        newton = rest / -less
        step = rest / (0.5 * (1 + less) * newton - less)
    alone = z <= _SERIES_ALONE
    return (
        np.where(alone, start, start + step),
        np.where(alone, y, (1 + less) * step * (1 - 0.5 * step) - less),
    )


def scaled_time(z: Array) -> Array:
    """The g with g - 1 + e^(-g) = z, for batches: unchecked, of the shape of z, values below zero count as zero.

    Accurate to a few units in the last place for z from 1e-12 to 1e6 and beyond.

    >>> float(scaled_time(np.array(0.0)))
    0.0
    >>> f"{scaled_time(np.array(2.8125)):.9f}"
    '3.789902188'
    """
    return scaled(z)[0]


def scaled_time_slope(z: Array) -> Array:
    """dg/dz = 1 / (1 - e^(-g)) for batches, of the shape of z; z must be above zero, where it is infinite."""
    return 1 / scaled(z)[1]


@elementwise
def distance_at(time: Values, mss: Values, mac: Values) -> Values:
    """Distance in m after `time` s from a standing start.

    Raises: SprintError for a negative time, or MSS or MAC not above zero.

    >>> round(distance_at(2 / 3, 8, 9), 6)
    1.581273
    """
    g, tau, mss = _scaled_seconds(time, mss, mac)
    # (g - 1 + e^-g) as g²/2 - … while g is small, where the two halves would cancel.
    small = g < _SMALL_G
    near = np.where(small, g, 0.0)
    return mss * tau * np.where(small, near * near * _tail(near), g + np.expm1(-g))


@elementwise
def velocity_at(time: Values, mss: Values, mac: Values) -> Values:
    """Speed in m/s after `time` s.

    Raises: SprintError for a negative time, or MSS or MAC not above zero.

    >>> round(velocity_at(2 / 3, 8, 9), 6)
    4.221068
    """
    g, _, mss = _scaled_seconds(time, mss, mac)
    return -mss * np.expm1(-g)


@elementwise
def acceleration_at(time: Values, mss: Values, mac: Values) -> Values:
    """Acceleration in m/s² after `time` s; it falls linearly with speed, MAC (1 - v / MSS).

    Raises: SprintError for a negative time, or MSS or MAC not above zero.

    >>> round(acceleration_at(2 / 3, 8, 9), 6)
    4.251299
    """
    g, _, _ = _scaled_seconds(time, mss, mac)
    return np.asarray(mac) * np.exp(-g)


@elementwise
def time_to(distance: Values, mss: Values, mac: Values) -> Values:
    """Time in s from the start to `distance` m; exactly 0 at 0 m.

    Raises: SprintError for a negative distance, or MSS or MAC not above zero.

    >>> round(time_to(20, 8, 9), 6)
    3.368802
    """
    x = not_negative("The distance", distance)
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    tau = mss / mac
    return tau * scaled(x / (mss * tau))[0]


@elementwise
def velocity_over(distance: Values, mss: Values, mac: Values) -> Values:
    """Speed in m/s where the athlete has covered `distance` m.

    Raises: SprintError for a negative distance, or MSS or MAC not above zero.

    >>> round(velocity_over(1.5812732639, 8, 9), 6)
    4.221068
    """
    x = not_negative("The distance", distance)
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    return mss * scaled(x / (mss * (mss / mac)))[1]


def time_gradient(distance: Values, mss: Values, mac: Values) -> tuple[Array, Array]:
    """dT/dMSS in s²/m and dT/dMAC in s³/m where `distance` m is held fixed.

    Raises: SprintError for a distance, MSS or MAC not above zero.
    Source: differentiating x(T) = D; with e = e^(-T/TAU), dT/dMSS = -(T (1 + e) - 2 TAU (1 - e)) / v and
    dT/dMAC = -(TAU² (1 - e) - TAU T e) / v.
    """
    x = positive("The distance", distance)
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    tau = mss / mac
    by_mss, by_mac = scaled_gradient(*scaled(x / (mss * tau)))
    return -tau / mss * by_mss, -tau / mac * by_mac


def scaled_gradient(g: Array, y: Array) -> tuple[Array, Array]:
    """(g (1 + e^-g) - 2 y) / y and (y - g e^-g) / y, for batches: -(MSS/TAU) dT/dMSS and -(MAC/TAU) dT/dMAC.

    Args: what `scaled` gives, y above zero; nothing is checked. Small g go by series, where the differences cancel.
    """
    e = 1 - y
    small = g < _SMALL_G
    near = np.where(small, g, 0.0)
    by_mss = np.where(small, near**3 * _alternating(near, 3), g * (1 + e) - 2 * y)
    by_mac = np.where(small, near**2 * _alternating(near, 2), y - g * e)
    return by_mss / y, by_mac / y


_SMALL_G: Final = 0.5
_GRADIENT_TERMS: Final = 12


def _alternating(g: Array, first: int) -> Array:
    """Σ (-g)^j (j + 1) / (j + first)!, j from 0."""
    total = np.zeros_like(g)
    for j in reversed(range(_GRADIENT_TERMS)):
        total = total * -g + (j + 1) / factorial(j + first)
    return total


def _tail(g: Array) -> Array:
    """(g - 1 + e^-g) / g² = Σ (-g)^j / (j + 2)!, j from 0."""
    total = np.zeros_like(g)
    for j in reversed(range(_GRADIENT_TERMS)):
        total = total * -g + 1 / factorial(j + 2)
    return total


def _scaled_seconds(time: Values, mss: Values, mac: Values) -> tuple[Array, Array, Array]:
    """Time in units of TAU, TAU, and MSS, checked."""
    t = not_negative("The time", time)
    mss, mac = positive("MSS", mss), positive("MAC", mac)
    tau = mss / mac
    return t / tau, tau, mss
