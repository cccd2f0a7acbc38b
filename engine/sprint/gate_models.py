"""What each reading of the start predicts at the gates, with its derivatives, for one athlete or for thousands.

`splits.py` (one athlete, scipy) and `batch.py` (many, numpy) minimise over these. Arrays are gates first, athletes
last, `(g, n)`, so that sums over the gates run along memory. The parameters that are searched are not those that are
printed: ln MSS and ln MAC, which makes the valleys straighter; √FD, and the root of the way from DC to the first gate,
because gate times grow with the root of the way from the start, so that in FD itself the slope at 0 would be infinite.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.sprint.elementwise import Array
from engine.sprint.kinematics import scaled
from engine.sprint.run import ModelId

OFFSETS: dict[ModelId, tuple[str, ...]] = {
    "none": (),
    "fixed_offset": (),
    "tc": ("time_correction",),
    "fd": ("flying_distance",),
    "fd_fixed": (),
    "dc": ("distance_correction",),
    "tc_dc": ("time_correction", "distance_correction"),
    "distance_target": ("time_correction",),
}
"""The offsets each model fits besides MSS and MAC."""

_NARROWER: Mapping[ModelId, tuple[ModelId, ...]] = {
    "tc": ("none",), "fd": ("none",), "dc": ("none",), "tc_dc": ("tc", "dc"),
}  # fmt: skip
"""Models with those that fit fewer of the same offsets."""
_GIVEN: Mapping[ModelId, tuple[ModelId, ...]] = {"tc": ("fixed_offset",), "fd": ("fd_fixed",)}
"""Models with those that are given the offset which these fit."""


def within(id: str) -> frozenset[str]:
    """The models whose every curve is one of this model's too, however far within.

    >>> sorted(within("fd")), sorted(within("tc_dc"))
    (['fd_fixed', 'none'], ['dc', 'fixed_offset', 'none', 'tc'])
    """
    inner = [one for table in (_NARROWER, _GIVEN) for model, held in table.items() if model == id for one in held]
    return frozenset(inner).union(*map(within, inner))


MSS_BOUNDS = (0.5, 30.0)
"""m/s. No runner is near either end: a fit that stops there has diverged."""
MAC_BOUNDS = (0.5, 100.0)
"""m/s²."""
LONGEST_OFFSET = 30.0
"""m, for FD, and for DC before the line."""

_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class GateModel:
    """A reading of the start, with what was given for it."""

    id: ModelId
    offset: float = 0.0
    """Added to the times before a `fixed_offset` fit, s."""
    flying_distance: float = 0.0
    """Given for `fd_fixed`, m."""
    time_correction: tuple[float, float] | None = None
    """Bounds of TC, s; None: anything."""
    mss: tuple[float, float] = MSS_BOUNDS
    mac: tuple[float, float] = MAC_BOUNDS

    @property
    def free(self) -> tuple[str, ...]:
        """The fitted parameters, in the order of all arrays of parameters."""
        return ("mss", "mac", *OFFSETS[self.id])

    @property
    def narrower(self) -> tuple[ModelId, ...]:
        """Models that this one contains: their best fit is one of its own, so it can never be worse."""
        return _NARROWER.get(self.id, ())

    def bounds(self, distances: Array, times: Array) -> tuple[Array, Array]:
        """Lowest and highest searched parameters, each (p, n), for gates (g, n)."""
        n = distances.shape[1]
        first = distances.min(axis=0)
        low: list[Array] = [np.full(n, np.log(self.mss[0])), np.full(n, np.log(self.mac[0]))]
        high: list[Array] = [np.full(n, np.log(self.mss[1])), np.full(n, np.log(self.mac[1]))]
        for name in self.free[2:]:
            if name == "time_correction":
                lowest, highest = self.time_correction or (-np.inf, np.inf)
                low.append(np.full(n, lowest))
                last = times.min(axis=0) if self.id == "distance_target" else np.full(n, np.inf)
                high.append(np.minimum(highest, last))
            elif name == "flying_distance":
                low.append(np.zeros(n))
                high.append(np.full(n, np.sqrt(LONGEST_OFFSET)))
            else:
                low.append(np.zeros(n))
                high.append(np.sqrt(first + LONGEST_OFFSET))
        return np.stack(low), np.stack(high)

    def searched(self, values: Array, first: Array) -> Array:
        """The searched parameters (p, n) of printed ones; `first` (n,) is the distance of the first gate."""
        found = values.copy()
        found[:2] = np.log(values[:2])
        for at, name in enumerate(self.free):
            if name == "flying_distance":
                found[at] = np.sqrt(values[at])
            elif name == "distance_correction":
                found[at] = np.sqrt(np.maximum(first - values[at], 0.0))
        return found

    def printed(self, searched: Array, first: Array) -> tuple[Array, Array]:
        """The printed parameters of searched ones, and the slope of each over its searched form; both (p, n)."""
        values, slopes = searched.copy(), np.ones_like(searched)
        values[:2] = slopes[:2] = np.exp(searched[:2])
        for at, name in enumerate(self.free):
            if name == "flying_distance":
                values[at], slopes[at] = searched[at] ** 2, 2 * searched[at]
            elif name == "distance_correction":
                values[at], slopes[at] = first - searched[at] ** 2, -2 * searched[at]
        return values, slopes

    def evaluate(self, searched: Array, distances: Array, times: Array, first: Array) -> tuple[Array, Array]:
        """Residuals (g, n), observed minus predicted, and the derivatives (p, g, n) of the prediction.

        The target is time in s, for `distance_target` distance in m.
        """
        if self.id == "distance_target":
            return self._distances(searched, distances, times)
        speed = np.exp(searched[0])
        tau = speed / np.exp(searched[1])
        jacobian = np.empty((len(searched), *distances.shape))
        way = distances
        if self.id == "fd":
            way = distances + searched[2] ** 2
        elif self.id == "fd_fixed":
            way = distances + self.flying_distance
        elif "distance_correction" in self.free:
            root = searched[-1]
            way = np.maximum(distances - first, 0.0) + root**2
        predicted, pace = _times(way, speed, tau, jacobian)
        if self.id in ("fd", "fd_fixed"):
            before = np.empty((2, 1, distances.shape[1]))
            start = searched[2:3] ** 2 if self.id == "fd" else np.full((1, distances.shape[1]), self.flying_distance)
            start_time, start_pace = _times(start, speed, tau, before)
            predicted -= start_time
            jacobian[:2] -= before
            if self.id == "fd":
                at_start = np.where(start > 0, 2 * searched[2] * start_pace, np.sqrt(2 * tau / speed))
                jacobian[2] = 2 * searched[2] * pace - at_start
        elif "distance_correction" in self.free:
            jacobian[-1] = np.where(way > 0, 2 * root * pace, np.sqrt(2 * tau / speed))
        if "time_correction" in self.free:
            predicted += searched[2]
            jacobian[2] = 1.0
        elif self.id == "fixed_offset":
            predicted -= self.offset
        return times - predicted, jacobian

    def _distances(self, searched: Array, distances: Array, times: Array) -> tuple[Array, Array]:
        """The same for `distance_target`: a runner who stands until TC, then x(t - TC)."""
        speed = np.exp(searched[0])
        rate = np.exp(searched[1]) / speed
        seconds = np.maximum(times - searched[2], 0.0) * rate
        gone = -np.expm1(-seconds)
        reach = speed / rate
        predicted = reach * (seconds - gone)
        jacobian = np.empty((3, *distances.shape))
        by_rate = reach * seconds * gone
        jacobian[0] = 2 * predicted - by_rate
        jacobian[1] = by_rate - predicted
        jacobian[2] = -speed * gone
        return distances - predicted, jacobian


def _times(way: Array, speed: Array, tau: Array, jacobian: Array) -> tuple[Array, Array]:
    """T(way) and dT/dway; fills the derivatives over ln MSS and ln MAC into `jacobian[:2]`."""
    seconds, gone = scaled(way / (speed * tau))
    quotient = np.divide(seconds, gone, out=np.ones_like(seconds), where=gone > 0)
    predicted = tau * seconds
    jacobian[1] = tau * (quotient * (1 - gone) - 1)
    jacobian[0] = -predicted - 2 * jacobian[1]
    return predicted, 1 / np.maximum(speed * gone, _TINY)
