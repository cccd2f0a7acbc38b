"""How uncertain a fit is, and everything computed from it: covariance → draws of (MSS, MAC) → intervals.

Draws lie on a fixed lattice, so that the same sprint always gives the same interval. The noise of a gate is judged by
the fit's own residuals and by what gates usually do, together: a fit of five gates and three numbers has two left to
judge itself by. Samples of a radar are not independent, and count for as many as their residuals show.
"""

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

import numpy as np
from scipy.special import ndtri, stdtrit

from engine.schema.sprint import Sprint
from engine.sprint.covariance import inverse_normal
from engine.sprint.elementwise import Array
from engine.sprint.gate_models import GateModel
from engine.sprint.kinematics import time_to
from engine.sprint.results import Fit

DRAWS: Final = 400
_PLASTIC: Final = 1.32471795724474602596
"""The plastic number, which spreads points over a square most evenly (Roberts 2018)."""


@dataclass(frozen=True, slots=True)
class Draws:
    """MSS and MAC as the fit leaves them possible, each (n,); and their standard errors in percent."""

    mss: Array
    mac: Array
    mss_error: float
    mac_error: float
    time_correction_error: float = 0.0
    """Standard error of TC in s, where it was fitted."""


def draws_of_splits(fit: Fit, model: GateModel, distances: Array, times: Array, page: Sprint) -> Draws | None:
    """The draws for a fit of split times; `distances`, `times` (g,) as they were fitted. None when nothing can be."""
    slopes = _slopes(fit, model, distances, times)
    unit, known = inverse_normal(slopes)
    if not known or {"mss", "mac"} & set(fit.at_bound):
        return None
    moved = unit @ (slopes @ _taken_for_granted(fit, model, distances, page))
    held = np.outer(moved, moved)[:2, :2]
    weight = page.timing_noise_weight.value
    noise = page.timing_noise.value
    if fit.residual_unit == "m":
        noise *= fit.mss
    freedom = fit.freedom + weight
    variance = (fit.ssr + weight * noise**2) / freedom
    drawn = _draws(fit, variance * unit[:2, :2] + held, freedom, page.confidence)
    free = "time_correction" in fit.free and "time_correction" not in fit.at_bound
    return replace(drawn, time_correction_error=float(np.sqrt(variance * unit[2, 2]))) if drawn and free else drawn


def draws_of_trace(fit: Fit, page: Sprint) -> Draws | None:
    """The draws for a fit of a trace. None when the trace does not determine MSS and MAC."""
    if fit.covariance is None or fit.freedom <= 0:
        return None
    free = max(1.0, fit.n / _alike(np.asarray(fit.residuals)) - len(fit.free))
    at = [fit.free.index(name) for name in ("mss", "mac") if name in fit.free]
    covariance = np.zeros((2, 2))
    where = [number for number, name in enumerate(("mss", "mac")) if name in fit.free]
    covariance[np.ix_(where, where)] = np.asarray(fit.covariance)[np.ix_(at, at)] * fit.freedom / free
    return _draws(fit, covariance, free, page.confidence)


def _alike(residuals: Array) -> float:
    """How many samples (n,) in a row say the same: 1 + 2 Σ ρ_k up to the first lag k that does not speak for it.

    Source: Geyer 1992, the initial positive sequence, in its simplest form.
    """
    power = np.abs(np.fft.rfft(residuals, 2 * len(residuals))) ** 2
    lags = np.fft.irfft(power)[: max(1, len(residuals) // 2)]
    if lags[0] <= 0:
        return 1.0
    ends = np.flatnonzero(lags <= 0)
    return float(2 * np.sum(lags[: ends[0] if len(ends) else None]) / lags[0] - 1)


def lattice(n: int) -> Array:
    """n points (n, 2) spread evenly as two independent standard normal numbers are, the same each time."""
    number = np.arange(1, n + 1)[:, None]
    return np.asarray(ndtri((0.5 + number * np.array([1 / _PLASTIC, 1 / _PLASTIC**2])) % 1), dtype=np.float64)


def wider(freedom: float, confidence: float) -> float:
    """By how much Student's t with so many degrees of freedom widens an interval of the normal distribution."""
    tail = (1 + confidence) / 2
    return float(stdtrit(freedom, tail)) / NormalDist().inv_cdf(tail)


def interval(values: Array, confidence: float) -> tuple[float, float]:
    """The middle `confidence` of some draws (n,)."""
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _slopes(fit: Fit, model: GateModel, distances: Array, times: Array) -> Array:
    """How each gate's prediction moves with MSS, MAC and what else is free and not held on a bound, (p, g)."""
    printed = np.array([[getattr(fit, name)] for name in fit.free])
    first = np.array([distances.min()])
    searched = model.searched(printed, first)
    _, slopes = model.printed(searched, first)
    _, jacobian = model.evaluate(searched, distances[:, None], times[:, None], first)
    kept = [at for at, name in enumerate(fit.free) if name not in fit.at_bound]
    return np.asarray((jacobian[:, :, 0] / np.where(slopes == 0, 1.0, slopes))[kept], dtype=np.float64)


def _taken_for_granted(fit: Fit, model: GateModel, distances: Array, page: Sprint) -> Array:
    """How far the times (g,) would move, s, if what was given instead of fitted were wrong by its usual error."""
    if model.id == "fixed_offset":
        return np.full(len(distances), page.fixed_offset_error.value)
    if model.id != "fd_fixed":
        return np.zeros(len(distances))
    error = page.set_back_error.value
    behind = np.array([max(0.0, fit.flying_distance - error), fit.flying_distance + error])
    arrive = time_to(np.concatenate([distances, [0.0]])[:, None] + behind, fit.mss, fit.mac)
    return np.asarray(np.diff(arrive[:-1] - arrive[-1])[:, 0] / 2, dtype=np.float64)


def _draws(fit: Fit, covariance: Array, freedom: float, confidence: float) -> Draws | None:
    """Points of an even lattice, bent to a normal distribution in ln MSS and ln MAC, so that both stay above zero.

    They are widened as Student's t widens an interval for so many degrees of freedom.
    """
    mean = np.array([fit.mss, fit.mac])
    relative = covariance / np.outer(mean, mean)
    errors = np.sqrt(np.diag(relative))
    if not np.isfinite(relative).all() or errors.max() > 1:
        return None
    normal = lattice(DRAWS) * wider(freedom, confidence)
    # Eigenvalues rather than Cholesky: MSS may be held fixed, and then has no spread at all.
    sizes, axes = np.linalg.eigh(relative)
    points = np.log(mean) + normal @ (axes * np.sqrt(np.maximum(sizes, 0.0))).T
    mss, mac = np.exp(points).T
    return Draws(mss, mac, 100 * float(errors[0]), 100 * float(errors[1]))
