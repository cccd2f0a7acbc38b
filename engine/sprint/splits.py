"""Split times → Fit: one athlete's gates, by least squares, for each reading of the start.

The way of `engine/sprint/analysis.py` for one athlete; `batch.py` fits thousands at once to the same optimum.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from numbers import Real
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from engine.errors import SprintError
from engine.sprint.covariance import inverse_normal
from engine.sprint.elementwise import Array
from engine.sprint.gate_models import MAC_BOUNDS, MSS_BOUNDS, GateModel
from engine.sprint.results import Fit
from engine.sprint.run import ModelId

_STARTS_MSS = (7.0, 9.0, 11.0)
_STARTS_MAC = (5.0, 8.0, 15.0)
_STARTS_REACH = (0.05, 0.5, 2.0)
"""m, tried for FD, and before and behind the line for DC."""
_DESCENTS = 3
"""How many of the starting points, the best, are followed down, unless two agree before."""
_SAME = 1e-9
"""Sums of squares are alike within this share."""
_INSIDE = 1e-3
"""How far inside its bounds a search starts, in units of the searched parameter."""
_NEAR = 0.15
"""A parameter this near to a bound, as a share of its range, is also tried on the bound itself."""
LONGEST = 1000.0
"""m and s: beyond it the numbers are no sprint's."""


def fit_splits(
    distances: Sequence[float],
    times: Sequence[float],
    model: ModelId = "none",
    *,
    offset: float = 0.3,
    flying_distance: float | None = None,
    time_correction: tuple[float, float] | None = None,
    mss: tuple[float, float] = MSS_BOUNDS,
    mac: tuple[float, float] = MAC_BOUNDS,
) -> Fit:
    """The mono-exponential model fitted to the gates of one sprint, with the given reading of the start.

    Args: `distances` in m and `times` in s, cumulative, in any order but belonging together; `offset` in s, for
    `fixed_offset`; `flying_distance` in m, for `fd_fixed` (for `fd` it is one more starting point); `time_correction`
    bounds TC in s, where there is one; `mss` (m/s) and `mac` (m/s²) bound the search.

    The optimum is global as far as several starts can tell, and never worse than that of a narrower model (TC with 0,
    FD with 0, …). The residuals come in the order of the gates as given. The covariance is s² (J'J)⁻¹; of a parameter
    on its bound it says nothing, see `Fit.at_bound`.

    Raises: SprintError, when there are fewer gates than parameters, or a number is missing, not above zero, or out of
    order.
    Source: Samozino et al. 2016 for the split method; Jovanović, {shorts} 3, for the corrections; `docs/sprint.md`.
    >>> fit = fit_splits([5, 10, 15, 20, 30, 40], [1.158, 1.893, 2.541, 3.149, 4.313, 5.444], "tc")
    >>> round(fit.mss, 3), round(fit.mac, 3), round(fit.time_correction, 3)
    (8.975, 7.268, -0.235)
    """
    start = gate_model(
        model, offset=offset, flying_distance=flying_distance, time_correction=time_correction, mss=mss, mac=mac
    )
    way, clock, order = checked_gates(distances, times, len(start.free))
    return _fit(start, way, clock, order, flying_distance)


def gate_model(
    model: ModelId,
    *,
    offset: float = 0.3,
    flying_distance: float | None = None,
    time_correction: tuple[float, float] | None = None,
    mss: tuple[float, float] = MSS_BOUNDS,
    mac: tuple[float, float] = MAC_BOUNDS,
) -> GateModel:
    """The reading of the start with what was given for it.

    Raises: SprintError, when the model does not exist, or what it needs is missing or not sensible.
    """
    if model not in get_args(ModelId):
        raise SprintError(f"There is no model '{model}'; there are {', '.join(get_args(ModelId))}.")
    bounds = [one for pair in (time_correction or (0, 1), mss, mac) for one in _pair(pair)]
    _numbers(offset, flying_distance or 0.0, *bounds)
    if not np.isfinite(offset):
        raise SprintError(f"The fixed offset has to be a number of seconds, not {offset}.")
    if model == "fd_fixed" and flying_distance is None:
        raise SprintError("A fit with a fixed flying distance needs the flying distance in m.")
    if flying_distance is not None and not 0 <= flying_distance <= LONGEST:
        raise SprintError(f"The flying distance has to be zero or more metres, not {flying_distance}.")
    for name, pair in (("TC", time_correction), ("MSS", mss), ("MAC", mac)):
        if pair is not None and not pair[0] < pair[1]:
            raise SprintError(f"The bounds of {name} have to be a lower and a higher number, not {pair}.")
    if not (mss[0] > 0 and mac[0] > 0 and np.isfinite([*mss, *mac]).all()):
        raise SprintError("The bounds of MSS and MAC have to be finite and above zero.")
    return GateModel(model, offset, flying_distance or 0.0, time_correction, mss, mac)


def _numbers(*found: object) -> None:
    """Raises: SprintError, for what a caller without types gave instead of a number."""
    if not all(isinstance(one, Real) for one in found):
        raise SprintError("The offset, the flying distance and the bounds of a fit have to be numbers.")


def _pair(found: object) -> Sequence[object]:
    if not isinstance(found, Sequence) or len(found) != 2:
        raise SprintError("The bounds of a fit have to be pairs of numbers, a lower and a higher one.")
    return found


def checked_gates(
    distances: Sequence[float], times: Sequence[float], parameters: int
) -> tuple[Array, Array, NDArray[np.intp]]:
    """Distances and times as arrays in the order of distance, and the places they had as given.

    Raises: SprintError, naming the gate, as given and counted from 1.
    """
    try:
        way, clock = np.asarray(distances, dtype=float), np.asarray(times, dtype=float)
    except (TypeError, ValueError) as error:
        raise SprintError("Distances and times have to be numbers, one of each for every gate.") from error
    if way.ndim != 1 or clock.ndim != 1:
        raise SprintError("Distances and times have to be numbers, one of each for every gate.")
    if len(way) != len(clock):
        raise SprintError(f"There are {len(way)} distances but {len(clock)} times.")
    for at, (distance, time) in enumerate(zip(way, clock, strict=True), 1):
        for value, what, unit in ((distance, "distance", "m"), (time, "time", "s")):
            if not np.isfinite(value):
                raise SprintError(f"Gate {at}: the {what} is not a number.")
            if not 0 < value <= LONGEST:
                raise SprintError(
                    f"Gate {at}: the {what} of {value:g} {unit} has to be above 0 and at most {LONGEST:g} {unit}."
                )
    if len(way) < parameters:
        raise SprintError(f"This fit has {parameters} parameters and needs as many gates; there are {len(way)}.")
    order = np.argsort(way, kind="stable")
    for before, after in pairwise(order):
        if way[before] == way[after]:
            raise SprintError(f"Gates {before + 1} and {after + 1} both stand at {way[after]:g} m.")
        if clock[before] >= clock[after]:
            raise SprintError(
                f"Gate {after + 1}: at {way[after]:g} m the clock shows {clock[after]:g} s, "
                f"no more than the {clock[before]:g} s at {way[before]:g} m."
            )
    return way[order], clock[order], order


def _fit(model: GateModel, way: Array, clock: Array, order: NDArray[np.intp], flying_distance: float | None) -> Fit:
    search = Search(model, way, clock)
    found = search.best(flying_distance)
    residuals, jacobian = search.at(found)
    values, slopes = model.printed(found[:, None], way[:1])
    back = np.empty(len(way))
    back[order] = residuals
    printed = dict(zip(model.free, (float(value) for value in values[:, 0]), strict=True))
    at_bound = (found <= search.low) | (found >= search.high)
    return Fit(
        model=model.id,
        mss=printed["mss"],
        mac=printed["mac"],
        n=len(way),
        residuals=tuple(float(value) for value in back),
        residual_unit="m" if model.id == "distance_target" else "s",
        free=model.free,
        covariance=_covariance(residuals, jacobian, slopes[:, 0]),
        time_correction=printed.get("time_correction", 0.0),
        flying_distance=printed.get("flying_distance", model.flying_distance if model.id == "fd_fixed" else 0.0),
        distance_correction=printed.get("distance_correction", 0.0),
        offset=model.offset if model.id == "fixed_offset" else 0.0,
        at_bound=tuple(name for name, met in zip(model.free, at_bound, strict=True) if met),
    )


class Search:
    """The way to the best parameters of one model for one athlete's gates (sorted)."""

    def __init__(self, model: GateModel, way: Array, clock: Array) -> None:
        self.model, self.way, self.clock = model, way, clock
        low, high = model.bounds(way[:, None], clock[:, None])
        self.low, self.high = low[:, 0], high[:, 0]
        self._last = (b"", way, way)
        self._noise = len(way) * (16 * np.finfo(float).eps * max(clock[-1], way[-1])) ** 2

    def at(self, searched: Array) -> tuple[Array, Array]:
        """Residuals (g,) and derivatives of the prediction (g, p); the last point is remembered."""
        key = searched.tobytes()
        if key != self._last[0]:
            residuals, jacobian = self.model.evaluate(
                searched[:, None], self.way[:, None], self.clock[:, None], self.way[:1]
            )
            self._last = key, residuals[:, 0], jacobian[:, :, 0].T
        return self._last[1:]

    def cost(self, searched: Array) -> float:
        """Sum of squared residuals."""
        residuals = self.at(searched)[0]
        return float(residuals @ residuals)

    def best(self, flying_distance: float | None = None) -> Array:
        """The best of several descents; those from the optima of narrower models come first and win a draw."""
        inside = [self._widened(id) for id in self.model.narrower]
        if self.model.id == "fd" and flying_distance is not None:
            inside.append(self._widened("fd_fixed", flying_distance))
        inside = [self.clipped(candidate) for candidate in inside]
        best = min(inside, key=self.cost, default=None)
        for start in inside + self._starts():
            found = self._descend(start, np.zeros(len(start), dtype=bool))
            apart = abs(self.cost(found) - self.cost(best)) if best is not None else np.inf
            agree = best is not None and apart <= self.cost(best) * _SAME + self._noise
            best = found if best is None else min(found, best, key=self.cost)
            if agree:
                break
        assert best is not None  # there are always starts
        return self._at_the_gate(best, inside) if self.model.id == "fd" else best

    def _at_the_gate(self, best: Array, inside: list[Array]) -> Array:
        """The fit without a flying distance when the best one is as good as that: on the bound, not just before it."""
        if best[2] > _INSIDE or self.cost(inside[0]) > self.cost(best) * (1 + _SAME) + self._noise:
            return best
        return inside[0]

    def clipped(self, searched: Array) -> Array:
        """The nearest parameters that are allowed."""
        return np.clip(searched, self.low, self.high)

    def _widened(self, id: ModelId, flying_distance: float = 0.0) -> Array:
        """The optimum of a narrower model in the parameters of this one."""
        model = self.model
        narrow = GateModel(id, 0.0, flying_distance, model.time_correction, model.mss, model.mac)
        found = narrow.printed(Search(narrow, self.way, self.clock).best()[:, None], self.way[:1])[0][:, 0]
        known = dict(zip(narrow.free, found, strict=True)) | (
            {"flying_distance": flying_distance} if id == "fd_fixed" else {}
        )
        values = np.array([[known.get(name, 0.0)] for name in model.free])
        return model.searched(values, self.way[:1])[:, 0]

    def _starts(self) -> list[Array]:
        """The most promising of a grid of starting points."""
        top = (self.way[-1] - self.way[-2]) / (self.clock[-1] - self.clock[-2])
        reach = {
            "flying_distance": _STARTS_REACH,
            "distance_correction": (0.0, *(-way for way in _STARTS_REACH), self.way[0] / 2),
            "time_correction": (0.0,),
        }
        axes = [(*_STARTS_MSS, 1.02 * top, 1.3 * top), (*_STARTS_MAC, top)]
        axes += [reach[name] for name in self.model.free[2:]]
        grid = np.array(np.meshgrid(*axes)).reshape(len(axes), -1)
        n = grid.shape[1]
        first = np.full(n, self.way[0])
        searched = np.clip(self.model.searched(grid, first), self.low[:, None], self.high[:, None])
        way, clock = np.repeat(self.way[:, None], n, axis=1), np.repeat(self.clock[:, None], n, axis=1)
        residuals, _ = self.model.evaluate(searched, way, clock, first)
        if "time_correction" in self.model.free and self.model.id != "distance_target":
            searched[2] = np.clip(searched[2] + residuals.mean(axis=0), self.low[2], self.high[2])
            residuals, _ = self.model.evaluate(searched, way, clock, first)
        ranked = np.argsort((residuals**2).sum(axis=0), kind="stable")
        return [searched[:, at] for at in ranked[:_DESCENTS]]

    def _descend(self, start: Array, fixed: NDArray[np.bool_]) -> Array:
        """The local optimum below `start`, `fixed` parameters kept; exactly on a bound where that is as good."""
        free = ~fixed

        room = np.minimum(_INSIDE, (self.high - self.low) / 4)

        def whole(part: Array) -> Array:
            found = start.copy()
            found[free] = part
            return found

        def residuals(part: Array) -> Array:
            return self.at(whole(part))[0]

        def slopes(part: Array) -> Array:
            return -self.at(whole(part))[1][:, free]

        with np.errstate(all="ignore"):  # scipy divides by singular values, which hopeless times make nought
            outcome = least_squares(
                residuals,
                np.clip(start, self.low + room, self.high - room)[free],
                jac=slopes,
                bounds=(self.low[free], self.high[free]),
                method="trf",
                ftol=1e-15,
                xtol=1e-11,
                gtol=1e-15,
                max_nfev=500,
            )
        found = whole(outcome.x) if np.isfinite(outcome.x).all() else start
        for at, bound in self._edges(found, free):
            kept = fixed.copy()
            kept[at] = True
            edge = found.copy()
            edge[at] = bound
            edge = self._descend(edge, kept)
            if self.cost(edge) <= self.cost(found) * (1 + _SAME) + self._noise:
                found = edge
        return found

    def _edges(self, found: Array, free: NDArray[np.bool_]) -> Iterator[tuple[int, float]]:
        """The free parameters near a bound, with it; of FD = 0 the narrower model takes care."""
        if free.sum() == 1:
            return
        for at in np.flatnonzero(free):
            span = self.high[at] - self.low[at]
            near = _NEAR * (span if np.isfinite(span) else 1.0)
            for bound in (self.low[at], self.high[at]):
                if abs(found[at] - bound) <= near and not (self.model.id == "fd" and at == 2 and bound == 0):
                    yield int(at), float(bound)


def _covariance(residuals: Array, jacobian: Array, slopes: Array) -> tuple[tuple[float, ...], ...] | None:
    """s² (J'J)⁻¹ of the printed parameters; None without residual freedom or when J'J has no inverse."""
    freedom = len(residuals) - jacobian.shape[1]
    inverse, known = inverse_normal(jacobian.T)
    if freedom <= 0 or not known:
        return None
    found = (residuals @ residuals) / freedom * inverse * np.outer(slopes, slopes)
    return tuple(tuple(float(value) for value in row) for row in found)
