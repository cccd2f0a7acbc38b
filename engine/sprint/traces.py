"""Samples of a radar, laser, tether or in-situ session → Fit: the mono-exponential model over a whole trace.

Radar and laser give speed over time, a tether speed over distance, GPS and LPS sessions speed and acceleration of many
short sprints. All are ordinary least squares in what the device measures, within bounds, from several starts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.optimize import least_squares

from engine.errors import SprintError
from engine.sprint.covariance import inverse_normal
from engine.sprint.elementwise import Array
from engine.sprint.gate_models import MAC_BOUNDS, MSS_BOUNDS
from engine.sprint.kinematics import scaled
from engine.sprint.results import Fit

LONGEST: Final = 1e6
"""s, m, m/s or m/s²: beyond it a sample is no measurement."""
BEFORE: Final = 5.0
"""How far before its first sample a trace may have begun, s or m."""
_STARTS: Final = ((7.0, 5.0), (9.0, 8.0), (11.0, 12.0), (6.0, 2.5))
"""MSS and MAC from which a search begins, besides those read off the trace."""
_FEWEST: Final = 4
"""Samples of an acceleration that a trace has at the least."""
_AT_BOUND: Final = 1e-6
"""A parameter this near to a bound, as a share of its range, lies on it."""


def trim(
    times: Sequence[float] | Array,
    velocities: Sequence[float] | Array,
    *,
    standing_speed: float,
    smoothing: float,
) -> tuple[Array, Array]:
    """The samples from the start to the peak of speed: times (m,) as recorded and speeds (m,).

    The start is the last moment before the peak at which the athlete was no faster than `standing_speed` (m/s); the
    peak is that of the speed averaged over `smoothing` s, so that a single wild sample is no peak.

    Args: `times` in s, increasing, and `velocities` in m/s, both (n,). What counts as standing, and how wide a wild
    sample is, hangs on the device; this project's opinion stands on the sprint page (`limits`, `traces`).
    Raises: SprintError, for samples that are no numbers or out of order, when nothing rises above `standing_speed`, and
    when fewer than four samples lie between standing still and the peak.
    >>> trim([0, 1, 2, 3, 4, 5], [0, 0.1, 4, 6, 7, 5], standing_speed=0.2, smoothing=0)[0].tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    t, v = _checked(("time", times), ("velocity", velocities), fewest=2)
    _increasing(t)
    if not (np.isfinite(standing_speed) and np.isfinite(smoothing) and smoothing >= 0):
        raise SprintError("The standing speed and the span of smoothing have to be numbers, the span not below zero.")
    calm = _averaged(t, v, smoothing)
    peak = int(np.argmax(calm))
    if not calm[peak] > standing_speed:
        raise SprintError(f"The trace never rises above the standing speed of {standing_speed:g} m/s.")
    still = np.flatnonzero(calm[:peak] <= standing_speed)
    first = int(still[-1]) if len(still) else 0
    kept = slice(first, peak + 1)
    if peak + 1 - first < _FEWEST:
        raise SprintError(f"Of {len(t)} samples {peak + 1 - first} lie between standing still and the peak of speed, "
                          f"and at least {_FEWEST} are needed; record the whole acceleration.")  # fmt: skip
    return t[kept], v[kept]


def fastest_of(velocities: Sequence[float] | Array, *, share: float) -> float:
    """The greatest speed in m/s averaged over a share, in (0, 1], of the samples (n,), so that a wild one is not it.

    >>> fastest_of([1.0, 2.0, 3.0] * 100, share=0.02)
    2.0
    """
    v = np.asarray(velocities, dtype=np.float64)
    if not len(v):
        raise SprintError("A trace without a sample has no fastest speed.")
    width = max(1, int(len(v) * share))
    return float(np.max(np.convolve(v, np.full(width, 1 / width), mode="valid")))


def fit_velocity(
    times: Sequence[float] | Array,
    velocities: Sequence[float] | Array,
    *,
    fixed_mss: float | Literal["observed"] | None = None,
) -> Fit:
    """Speed over time (radar, laser) fitted with a time correction: v = MSS (1 - e^(-(t - TC) MAC / MSS)).

    Args: `times` in s, increasing, and `velocities` in m/s, both (n,), trimmed by `trim` (the model is negative before
    TC, so standing still drags it). `fixed_mss` holds MSS at a value in m/s, or at the fastest sample ("observed"),
    which inherits the noise of that sample.

    The residuals are in m/s, in the order of the samples. TC is in the time of the trace.
    Raises: SprintError, for samples that are no numbers, out of order, or fewer than the parameters.
    Source: Furusawa, Hill and Parkinson 1927; with TC as in Jovanović, {shorts} 3, `model_radar_gun`.
    >>> fit = fit_velocity([0, 0.5, 1, 2, 3, 4], [0, 3.15, 5.06, 6.92, 7.6, 7.85])
    >>> round(fit.mss, 1), round(fit.mac, 1), abs(round(fit.time_correction, 1))
    (8.0, 8.0, 0.0)
    """
    held = None
    free = ("mss", "mac", "time_correction") if fixed_mss is None else ("mac", "time_correction")
    t, v = _checked(("time", times), ("velocity", velocities), fewest=len(free) + 1)
    _increasing(t)
    if fixed_mss is not None:
        held = float(v.max()) if fixed_mss == "observed" else float(fixed_mss)
        if not MSS_BOUNDS[0] <= held <= MSS_BOUNDS[1]:
            raise SprintError(f"MSS cannot be held at {held:g} m/s; it lies from {MSS_BOUNDS[0]:g} to "
                              f"{MSS_BOUNDS[1]:g} m/s.")  # fmt: skip
    begin = float(t[0])
    since = t - begin

    def predicted(mss: float, mac: float, correction: float) -> tuple[Array, Array]:
        g = (since - correction) * (mac / mss)
        rest = np.exp(np.minimum(-g, _STEEPEST))
        slope = rest * (g / mss)
        return mss * (1 - rest), np.stack([1 - rest - mss * slope, rest * (since - correction), -mac * rest], axis=1)

    shift = (-BEFORE, float(since[-1]))
    starts = [(*start, correction) for start in _guessed(v, since) for correction in (0.0, float(since[-1]) / 10)]
    found = _search(predicted, v, starts, shift, held)
    return _fit("radar" if held is None else "radar_fixed_mss", found, v, free, "m/s", time_correction=begin)


def fit_tether(
    distances: Sequence[float] | Array, velocities: Sequence[float] | Array, *, distance_correction: bool = True
) -> Fit:
    """Speed over distance (tether) fitted by v = v(t(d - DC)).

    Args: `distances` in m and `velocities` in m/s, both (n,), in any order, trimmed to the acceleration. Without
    `distance_correction` the run is taken to begin at 0 m; a late zero then sends MSS to its bound, see
    `Fit.at_bound`. The residuals are in m/s.
    Raises: SprintError, for samples that are no numbers, or fewer than the parameters.
    Source: the mono-exponential model over distance; with DC as in Jovanović, {shorts} 3, `model_tether_DC`.
    >>> fit = fit_tether([0.5, 2, 5, 10, 20, 30], [2.505, 4.41, 5.97, 7.051, 7.751, 7.93], distance_correction=False)
    >>> round(fit.mss, 1), round(fit.mac, 1), fit.at_bound
    (8.0, 8.0, ())
    """
    free = ("mss", "mac", "distance_correction") if distance_correction else ("mss", "mac")
    d, v = _checked(("distance", distances), ("velocity", velocities), fewest=len(free) + 1)
    begin = float(d.min()) if distance_correction else 0.0
    since = d - begin

    def predicted(mss: float, mac: float, correction: float) -> tuple[Array, Array]:
        z = (since - correction) * (mac / mss**2)
        _, share = scaled(z)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(z > 0, mss * (1 - share) / share, 0.0)  # dv/dz
        derivatives = [share - 2 * z * slope / mss, z * slope / mac, -slope * (mac / mss**2)]
        return mss * share, np.stack(derivatives, axis=1)

    span = float(since.max())
    shift = (-BEFORE, span) if distance_correction else (0.0, 0.0)
    lags = (-0.1, 0.1 * span) if distance_correction else (0.0,)
    starts = [(*start, lag) for start in _guessed(v, since) for lag in lags]
    found = _search(predicted, v, starts, shift, None, without_shift=not distance_correction)
    return _fit("tether", found, v, free, "m/s", distance_correction=begin)


def fit_in_situ(
    velocities: Sequence[float] | Array,
    accelerations: Sequence[float] | Array,
    *,
    threshold: float,
    bin: float,
    top: int,
) -> Fit:
    """The upper edge of a session's accelerations over speed, a straight line a = MAC - (MAC / MSS) v.

    Args: `velocities` in m/s and `accelerations` in m/s², both (n,), of a whole session; per `bin` of speed (m/s) the
    `top` greatest accelerations are kept, from `threshold` (m/s) on; samples that brake are none. The residuals are in
    m/s², bin by bin, the greatest acceleration of each first. The package takes bins of 0.2 m/s and the two greatest
    of each, its example speeds from 4 m/s on.
    Raises: SprintError, for samples that are no numbers, for fewer than three kept ones, and when the accelerations do
    not fall with speed.
    Source: the in-situ profile of Morin et al. 2021 and Clavel et al. 2022 as in Jovanović, {shorts} 3,
    `model_in_situ`.
    >>> fit = fit_in_situ([4.1, 5.1, 6.1, 7.1, 6.1], [3.9, 2.9, 1.9, 0.9, 0.2], threshold=4, bin=0.2, top=1)
    >>> round(fit.mss, 6), round(fit.mac, 6), fit.n
    (8.0, 8.0, 4)
    """
    v, a = _checked(("velocity", velocities), ("acceleration", accelerations), fewest=3)
    if not (np.isfinite(threshold) and np.isfinite(bin) and bin > 0 and top >= 1):
        raise SprintError("The threshold has to be a number, the bin above zero, and one sample or more kept of each.")
    v, a = _edge(v, a, threshold, bin, top)
    if len(v) < 3 or v.max() - v.min() < bin / 2:
        raise SprintError(f"Too few samples above {threshold:g} m/s: {len(v)} are left, and at least 3 at different "
                          "speeds are needed.")  # fmt: skip
    centre = v.mean()
    slope = float(((v - centre) @ (a - a.mean())) / ((v - centre) @ (v - centre)))
    mac = float(a.mean() - slope * centre)
    if not (slope < 0 and mac > 0):
        raise SprintError("The greatest accelerations do not fall with speed, so the session has no top speed.")
    mss = -mac / slope
    residuals = a - (mac + slope * v)
    jacobian = np.stack([mac * v / mss**2, 1 - v / mss], axis=1)
    beyond = tuple(name for name, value, bounds in (("mss", mss, MSS_BOUNDS), ("mac", mac, MAC_BOUNDS))
                   if not bounds[0] <= value <= bounds[1])  # fmt: skip
    _finite(mss, mac)
    return Fit("in_situ", mss, mac, len(v), tuple(residuals.tolist()), "m/s^2", ("mss", "mac"),
               _covariance(residuals, jacobian), at_bound=beyond)  # fmt: skip


# --- samples --------------------------------------------------------------------------------------------------------


def _checked(
    first: tuple[str, Sequence[float] | Array], second: tuple[str, Sequence[float] | Array], *, fewest: int
) -> tuple[Array, Array]:
    """Two columns as arrays of the same length, all numbers.

    Raises: SprintError, naming the sample, counted from 1.
    """
    found: list[Array] = []
    for name, values in (first, second):
        column = np.asarray(values, dtype=float)
        if column.ndim != 1:
            raise SprintError(f"Each {name} has to be one number.")
        wrong = np.flatnonzero(~(np.abs(column) <= LONGEST))
        if len(wrong):
            raise SprintError(f"Sample {wrong[0] + 1}: the {name} is no number that can be measured.")
        found.append(column)
    one, two = found
    if len(one) != len(two):
        raise SprintError(f"There are {len(one)} values of {first[0]} but {len(two)} of {second[0]}.")
    if len(one) < fewest:
        raise SprintError(f"A trace of {len(one)} samples is too short; at least {fewest} are needed.")
    return one, two


def _increasing(times: Array) -> None:
    back = np.flatnonzero(np.diff(times) <= 0)
    if len(back):
        at = int(back[0]) + 1
        raise SprintError(f"Sample {at + 1}: its time of {times[at]:g} s is not later than {times[at - 1]:g} s before.")


def _averaged(times: Array, velocities: Array, span: float) -> Array:
    """Speed averaged over `span` s around each sample (n,)."""
    low = np.searchsorted(times, times - span / 2, side="left")
    high = np.searchsorted(times, times + span / 2, side="right")
    total = np.concatenate([[0.0], np.cumsum(velocities)])
    averaged: Array = (total[high] - total[low]) / (high - low)
    return averaged


def _edge(velocities: Array, accelerations: Array, threshold: float, bin: float, top: int) -> tuple[Array, Array]:
    """Per bin of speed, counted from the threshold on, the greatest accelerations; braking is no edge."""
    kept = (velocities >= threshold) & (accelerations >= 0)
    v, a = velocities[kept], accelerations[kept]
    bins = np.floor(np.round((v - threshold) / bin, 9))
    order = np.lexsort((-a, bins))
    v, a, bins = v[order], a[order], bins[order]
    firsts = np.searchsorted(bins, bins, side="left")
    best = np.arange(len(bins)) - firsts < top
    return v[best], a[best]


# --- the search -----------------------------------------------------------------------------------------------------

_Model = Callable[[float, float, float], tuple[Array, Array]]
"""MSS, MAC, correction → predicted speeds (n,), their derivatives (n, 3)."""
_STEEPEST: Final = 50.0


@dataclass(frozen=True, slots=True)
class _Found:
    """The best parameters of a search: MSS, MAC, correction; which were free, which lie on a bound."""

    parameters: tuple[float, float, float]
    residuals: Array
    jacobian: Array
    on_bound: tuple[int, ...]
    free: tuple[int, ...]


def _guessed(velocities: Array, since: Array) -> list[tuple[float, float]]:
    """Starting points of MSS and MAC: read off the trace, then the usual ones."""
    top = float(np.clip(np.quantile(velocities, 0.98), 2 * MSS_BOUNDS[0], 0.9 * MSS_BOUNDS[1]))
    return [(top, top), (1.1 * top, 0.6 * top), *_STARTS]


def _search(
    model: _Model,
    observed: Array,
    starts: Sequence[tuple[float, float, float]],
    shift: tuple[float, float],
    mss: float | None,
    *,
    without_shift: bool = False,
) -> _Found:
    """The best of several descents in the free ones of MSS, MAC and the correction, in that order."""
    free = tuple(at for at in range(3) if not (at == 0 and mss is not None) and not (at == 2 and without_shift))
    columns = list(free)
    bounds = np.array([MSS_BOUNDS, MAC_BOUNDS, shift])[columns].T

    def whole(part: Array) -> tuple[float, float, float]:
        known = [mss or 0.0, 0.0, 0.0]
        for at, value in zip(free, part, strict=True):
            known[at] = float(value)
        return known[0], known[1], known[2]

    def residuals(part: Array) -> Array:
        return model(*whole(part))[0] - observed

    def jacobian(part: Array) -> Array:
        derivatives: Array = model(*whole(part))[1][:, columns]
        return derivatives

    room = (bounds[1] - bounds[0]) * 1e-3
    ranked = sorted(starts, key=lambda start: float(np.square(model(mss or start[0], *start[1:])[0] - observed).sum()))
    outcomes = [least_squares(residuals, np.clip(np.array(start)[columns], bounds[0] + room, bounds[1] - room),
                              jac=jacobian, bounds=(bounds[0], bounds[1]), x_scale=(1.0, 1.0, 0.1)[-len(free):],
                              ftol=1e-14, xtol=1e-14, gtol=1e-14, max_nfev=300)
                for start in ranked[:_DESCENTS]]  # fmt: skip
    best = min(outcomes, key=lambda outcome: float(outcome.cost))
    near = _AT_BOUND * (bounds[1] - bounds[0])
    on_bound = tuple(at for at in range(len(free))
                     if min(best.x[at] - bounds[0][at], bounds[1][at] - best.x[at]) <= near[at])  # fmt: skip
    return _Found(whole(best.x), -residuals(best.x), jacobian(best.x), on_bound, free)


_DESCENTS: Final = 4
"""How many of the starting points, the best, are followed down."""


def _fit(
    model: Literal["radar", "radar_fixed_mss", "tether"],
    found: _Found,
    observed: Array,
    free: tuple[str, ...],
    unit: Literal["m/s"],
    *,
    time_correction: float | None = None,
    distance_correction: float | None = None,
) -> Fit:
    """What was found as a Fit; the correction is counted from where the trace began."""
    mss, mac, correction = found.parameters
    _finite(mss, mac, correction)
    return Fit(
        model=model, mss=mss, mac=mac, n=len(observed), residuals=tuple(found.residuals.tolist()), residual_unit=unit,
        free=free, covariance=_covariance(found.residuals, found.jacobian),
        time_correction=0.0 if time_correction is None else time_correction + correction,
        distance_correction=0.0 if distance_correction is None else distance_correction + correction,
        at_bound=tuple(free[at] for at in found.on_bound),
    )  # fmt: skip


def _finite(*values: float) -> None:
    if not np.isfinite(values).all():
        raise SprintError("No model can be fitted to this trace.")


def _covariance(residuals: Array, jacobian: Array) -> tuple[tuple[float, ...], ...] | None:
    """s² (J'J)⁻¹; None without residual freedom or when J'J has no inverse."""
    freedom = len(residuals) - jacobian.shape[1]
    inverse, known = inverse_normal(jacobian.T)
    if freedom <= 0 or not known:
        return None
    found = (residuals @ residuals) / freedom * inverse
    return tuple(tuple(float(value) for value in row) for row in found)
