"""Split times of thousands of athletes → Fits: the same least squares as `splits.py`, all athletes at a time.

A grid over the curve's length scale (and the flying distance or distance correction), on which the other parameters
are linear, gives every athlete a starting point; then Levenberg's and Marquardt's damped Gauss-Newton steps for all
athletes together, each with a damping of its own, inside the bounds. Athletes who have arrived leave the iteration.
Athletes go through in blocks, so that memory beyond the results does not grow with their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import SprintError
from engine.sprint.covariance import inverse_normal
from engine.sprint.elementwise import Array
from engine.sprint.gate_models import MAC_BOUNDS, MSS_BOUNDS, GateModel
from engine.sprint.kinematics import scaled
from engine.sprint.run import ModelId
from engine.sprint.splits import LONGEST, Search, gate_model

Mask = NDArray[np.bool_]

_BLOCK = 2048
"""Athletes at a time: their numbers stay in the processor's fast memory."""
_SCALES = np.geomspace(1.0, 100.0, 25)
"""m: the grid for MSS TAU."""
_REACHES = (0.0, 0.02, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0)
"""m: the grid for FD, and for DC before the line."""
_STEPS = 300
"""Who has not arrived after so many steps is fitted alone."""
_SMALL_STEP = 1e-10
"""Of the searched parameters; a step smaller than this is the last."""
_LITTLE_DAMPING = 1e-5
"""Only an almost undamped step tells how far the optimum is."""
_AFTER_A_MISS = 1e-4
"""Damping at the least after a step that did not help."""
_MOST_DAMPING = 1e12
_NAMED = 5
"""How many wrong rows a message names."""


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """The fits of n athletes; the arrays are finite throughout."""

    model: ModelId
    free: tuple[str, ...]
    """The p fitted parameters, in the order of `parameters`, `covariance`, `standard_errors` and `on_bound`."""
    mss: Array
    """(n,), m/s."""
    mac: Array
    """(n,), m/s²."""
    time_correction: Array
    """(n,), s; 0 where the model has none, as with the other offsets."""
    flying_distance: Array
    """(n,), m."""
    distance_correction: Array
    """(n,), m."""
    residuals: Array
    """(n, g), observed minus predicted, in s (m for `distance_target`), in the order as given; 0 at a missing gate."""
    gates: NDArray[np.int64]
    """(n,): gates fitted."""
    covariance: Array
    """(n, p, p), s² (J'J)⁻¹; all 0 where `covariance_known` is not."""
    covariance_known: Mask
    """(n,): false without residual freedom, or where the gates do not settle the parameters."""
    on_bound: Mask
    """(n, p): the best value lies on the edge of what was allowed."""
    converged: Mask
    """(n,)."""

    @property
    def tau(self) -> Array:
        """(n,), s."""
        return self.mss / self.mac

    @property
    def rmse(self) -> Array:
        """(n,): root of the mean squared residual."""
        found: Array = np.sqrt((self.residuals**2).sum(axis=1) / self.gates)
        return found

    @property
    def parameters(self) -> Array:
        """(n, p), in the order of `free`."""
        return np.stack([getattr(self, name) for name in self.free], axis=1)

    @property
    def standard_errors(self) -> Array:
        """(n, p); 0 where `covariance_known` is not."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance, axis1=1, axis2=2), 0.0))

    @property
    def at_bound(self) -> Mask:
        """(n,): some parameter lies on its bound."""
        return np.asarray(self.on_bound.any(axis=1))

    @property
    def freedom(self) -> NDArray[np.int64]:
        """(n,): residual degrees of freedom."""
        return self.gates - len(self.free)


def fit_many(
    distances: ArrayLike,
    times: ArrayLike,
    model: ModelId = "none",
    *,
    present: ArrayLike | None = None,
    offset: float = 0.3,
    flying_distance: float | None = None,
    time_correction: tuple[float, float] | None = None,
    mss: tuple[float, float] = MSS_BOUNDS,
    mac: tuple[float, float] = MAC_BOUNDS,
) -> Fits:
    """The mono-exponential model fitted to the gates of n athletes, to the same optimum as `fit_splits` one at a time.

    Args: `distances` (g,) for all or (n, g), in m; `times` (n, g), in s, cumulative, the gates in any order; `present`
    (n, g), false where a gate is missing, whatever stands there. The others as for `fit_splits`.

    Raises: SprintError, naming the first rows (counted from 1) that cannot be fitted: fewer gates than parameters, or
    numbers that are missing, not above zero, or out of order. `usable_rows` tells beforehand which rows can be. Of
    times with NaN where a gate is missing, `present=numpy.isfinite(times)` is the mask.
    Source: `engine/sprint/splits.py` for the models; Marquardt 1963 for the steps; Golub and Pereyra 1973 for leaving
    linear parameters out of a search.
    >>> fits = fit_many([5, 10, 15, 20, 30, 40], [[1.158, 1.893, 2.541, 3.149, 4.313, 5.444]])
    >>> round(float(fits.mss[0]), 3), round(float(fits.mac[0]), 3)
    (8.591, 10.589)
    """
    start = gate_model(
        model, offset=offset, flying_distance=flying_distance, time_correction=time_correction, mss=mss, mac=mac
    )
    way, clock, there = _checked(distances, times, present, len(start.free))
    found = [
        _fit_block(
            start,
            np.ascontiguousarray(way[block].T),
            np.ascontiguousarray(clock[block].T),
            np.ascontiguousarray(there[block].T),
        )
        for block in _blocks(len(clock))
    ]
    return _joined(start, found, clock.shape[1])


def usable_rows(
    distances: ArrayLike, times: ArrayLike, model: ModelId = "none", *, present: ArrayLike | None = None
) -> Mask:
    """Which of n athletes `fit_many` can fit, (n,): one wrong row of twenty thousand need not stop the others.

    Args as for `fit_many`.
    Raises: SprintError, for arrays that do not belong together, and a model that does not exist.
    >>> times = np.array([[1.26, 2.07, 3.42], [1.26, np.nan, 3.42], [1.26, 3.42, 2.07]])
    >>> usable_rows([5, 10, 20], times).tolist()
    [True, False, False]
    >>> usable_rows([5, 10, 20], times, present=np.isfinite(times)).tolist()
    [True, True, False]
    >>> len(fit_many([5, 10, 20], times[usable_rows([5, 10, 20], times)]).mss)
    1
    """
    parameters = len(gate_model(model, flying_distance=0.0).free)
    way, clock, there = _together(distances, times, present)
    good = np.ones(len(clock), dtype=bool)
    for block in _blocks(len(clock)):
        for wrong, _ in _wrong_rows(way[block], clock[block], there[block], parameters):
            good[block] &= ~wrong
    return good


def _blocks(n: int) -> Iterator[slice]:
    return (slice(at, at + _BLOCK) for at in range(0, n, _BLOCK))


# --- what comes in --------------------------------------------------------------------------------------------------


def _checked(
    distances: ArrayLike, times: ArrayLike, present: ArrayLike | None, parameters: int
) -> tuple[Array, Array, Mask]:
    """Distances, times and which gates are there, all (n, g), every row of them such that it can be fitted."""
    way, clock, there = _together(distances, times, present)
    for block in _blocks(len(clock)):
        for wrong, what in _wrong_rows(way[block], clock[block], there[block], parameters):
            rows = np.flatnonzero(wrong)
            if len(rows):
                named = ", ".join(str(row + 1 + block.start) for row in rows[:_NAMED])
                more = ", …" if len(rows) > _NAMED else ""
                raise SprintError(f"Row{'s' if len(rows) > 1 else ''} {named}{more}: {what}")
    return way, clock, there


def _together(distances: ArrayLike, times: ArrayLike, present: ArrayLike | None) -> tuple[Array, Array, Mask]:
    """Distances, times and which gates are there, all (n, g)."""
    clock = _numbers(times, "times")
    way = _numbers(distances, "distances")
    if clock.ndim != 2 or way.shape not in (clock.shape, clock.shape[1:]):
        raise SprintError(
            f"Times have to be (athletes, gates) and distances (gates) or the same, not {clock.shape} and {way.shape}."
        )
    there = np.ones(clock.shape, dtype=bool) if present is None else np.asarray(present, dtype=bool)
    if there.shape != clock.shape:
        raise SprintError(f"The mask of gates has to be like the times, {clock.shape}, not {there.shape}.")
    return np.broadcast_to(way, clock.shape), clock, there


def _numbers(values: ArrayLike, what: str) -> Array:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise SprintError(f"The {what} are not an array of numbers.") from error


def _wrong_rows(way: Array, clock: Array, there: Mask, parameters: int) -> Iterator[tuple[Mask, str]]:
    """The rows (n,) of a block that have each of the faults a row may have, and the sentence about it."""
    for values, what in ((way, "distance"), (clock, "time")):
        yield np.asarray((~np.isfinite(values) & there).any(axis=1)), f"a {what} is not a number."
        within = (values > 0) & (values <= LONGEST)
        yield np.asarray((~within & there).any(axis=1)), f"a {what} has to be above 0 and at most {LONGEST:g}."
    yield there.sum(axis=1) < parameters, f"this fit has {parameters} parameters and needs as many gates."
    absent = np.where(there, way, np.inf)
    order = np.argsort(absent, axis=1, kind="stable")
    both = np.take_along_axis(there, order, axis=1)[:, 1:]
    for values, what in ((way, "two gates stand at one distance."), (clock, "the times do not rise with distance.")):
        ordered = np.take_along_axis(np.where(there, values, np.inf), order, axis=1)
        yield np.asarray(((ordered[:, 1:] <= ordered[:, :-1]) & both).any(axis=1)), what


# --- one block ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Gates:
    """Gates of a block of athletes, (g, n); a missing one has weight 0 and harmless numbers."""

    way: Array
    clock: Array
    weight: Array
    first: Array
    """(n,): the distance of the first gate, m."""

    def of(self, athletes: Any) -> "_Gates":
        """Only these athletes."""
        return _Gates(self.way[:, athletes], self.clock[:, athletes], self.weight[:, athletes], self.first[athletes])


@dataclass(frozen=True, slots=True)
class _Found:
    """Searched parameters (p, n), sums of squares (n,), and who arrived (n,)."""

    searched: Array
    cost: Array
    arrived: Mask


def _fit_block(model: GateModel, way: Array, clock: Array, there: Mask) -> dict[str, NDArray[Any]]:
    """The columns of `Fits` for the athletes of one block, gates first."""
    first = np.where(there, way, np.inf).min(axis=0)
    last = np.where(there, clock, -np.inf).max(axis=0)
    gates = _Gates(np.where(there, way, first), np.where(there, clock, last), there.astype(float), first)
    low, high = _bounds(model, gates)
    found = _best(model, gates)
    _alone(model, gates, there, found)
    residuals, jacobian = model.evaluate(found.searched, gates.way, gates.clock, gates.first)
    residuals *= gates.weight
    values, slopes = model.printed(found.searched, gates.first)
    covariance, known = _covariance(residuals, jacobian * gates.weight, slopes, there.sum(axis=0))
    return {
        "parameters": values.T,
        "residuals": residuals.T,
        "gates": there.sum(axis=0),
        "covariance": covariance,
        "covariance_known": known,
        "on_bound": ((found.searched <= low) | (found.searched >= high)).T,
        "converged": found.arrived,
    }


def _alone(model: GateModel, gates: _Gates, there: Mask, found: _Found) -> None:
    """Fits those who have not arrived one at a time, and keeps what is better."""
    for athlete in np.flatnonzero(~found.arrived):
        present = there[:, athlete]
        way, clock = gates.way[present, athlete], gates.clock[present, athlete]
        order = np.argsort(way)
        search = Search(model, way[order], clock[order])
        searched = search.best()
        if search.cost(searched) <= found.cost[athlete]:
            found.searched[:, athlete], found.cost[athlete] = searched, search.cost(searched)
            found.arrived[athlete] = True


def _joined(model: GateModel, found: Sequence[dict[str, NDArray[Any]]], g: int) -> Fits:
    p = len(model.free)
    empty: dict[str, NDArray[Any]] = {
        "parameters": np.empty((0, p)),
        "residuals": np.empty((0, g)),
        "gates": np.empty(0, dtype=np.int64),
        "covariance": np.empty((0, p, p)),
        "covariance_known": np.empty(0, dtype=bool),
        "on_bound": np.empty((0, p), dtype=bool),
        "converged": np.empty(0, dtype=bool),
    }
    whole = {name: np.concatenate([none, *(block[name] for block in found)]) for name, none in empty.items()}
    columns = dict(zip(model.free, np.ascontiguousarray(whole.pop("parameters").T), strict=True))
    zeros = np.zeros(len(whole["gates"]))
    given = {"flying_distance": zeros + model.flying_distance} if model.id == "fd_fixed" else {}
    offsets = dict.fromkeys(("time_correction", "flying_distance", "distance_correction"), zeros)
    return Fits(model=model.id, free=model.free, **(offsets | given | columns), **whole)


def _bounds(model: GateModel, gates: _Gates) -> tuple[Array, Array]:
    return model.bounds(gates.way, gates.clock)


def _best(model: GateModel, gates: _Gates) -> _Found:
    """The optimum from the grid; where a narrower model's is no worse, the descent from there."""
    low, high = _bounds(model, gates)
    inside = [(narrow, _best(narrow, gates)) for narrow in (replace(model, id=id) for id in model.narrower)]
    if model.id == "distance_target":
        by_time = replace(model, id="tc")
        start = _best(by_time, gates).searched
    else:
        start = _start(model, gates)
    found = _descend(model, gates, np.clip(start, low, high))
    for narrow, optimum in inside:
        values = dict(zip(narrow.free, narrow.printed(optimum.searched, gates.first)[0], strict=True))
        zeros = np.zeros_like(gates.first)
        widened = model.searched(np.stack([values.get(name, zeros) for name in model.free]), gates.first)
        widened = np.clip(widened, low, high)
        behind = _cost(model, gates, widened) <= found.cost
        if behind.any():
            again = _descend(model, gates.of(behind), widened[:, behind])
            found.searched[:, behind], found.cost[behind] = again.searched, again.cost
            found.arrived[behind] = again.arrived
    return found


def _cost(model: GateModel, gates: _Gates, searched: Array) -> Array:
    residuals, _ = model.evaluate(searched, gates.way, gates.clock, gates.first)
    cost: Array = ((residuals * gates.weight) ** 2).sum(axis=0)
    return cost


# --- starting points ------------------------------------------------------------------------------------------------


def _start(model: GateModel, gates: _Gates) -> Array:
    """The best point of the grid: for each, TAU and TC follow from linear regression of time on scaled time."""
    with_tc = "time_correction" in model.free
    clock = gates.clock + (model.offset if model.id == "fixed_offset" else 0.0)
    count = gates.weight.sum(axis=0)
    one = bool((gates.way == gates.way[:, :1]).all() and gates.weight.all())
    way = gates.way[:, :1] if one else gates.way
    weighted = gates.weight * clock
    best = np.full(len(count), np.inf)
    found = np.ones((len(model.free), len(count)))
    for shape, scale, reach in _grid(model, way, gates.first[:1] if one else gates.first):
        weight_shape = shape if one else shape * gates.weight
        across = (weight_shape * weighted).sum(axis=0)
        square = (weight_shape * shape).sum(axis=0)
        tc = np.zeros_like(best)
        if with_tc:
            mean, level = weight_shape.sum(axis=0) / count, weighted.sum(axis=0) / count
            tau = (across - count * mean * level) / np.maximum(square - count * mean * mean, 1e-12)
            tc = level - mean * tau
        else:
            tau = across / square
        tau = np.maximum(tau, 1e-3)
        cost = (((clock - tau * shape - tc) * gates.weight) ** 2).sum(axis=0)
        better = cost < best
        best = np.where(better, cost, best)
        values = [scale / tau, scale / tau**2]
        values += [tc if name == "time_correction" else reach + np.zeros_like(best) for name in model.free[2:]]
        found = np.where(better, np.stack(values), found)
    return model.searched(found, gates.first)


def _grid(model: GateModel, way: Array, first: Array) -> Iterator[tuple[Array, float, Array | float]]:
    """Scaled gate times (g, 1 or n), MSS TAU in m, and FD or DC in m (0 for models with neither)."""
    for scale in map(float, _SCALES):
        if model.id == "fd":
            for reach in _REACHES:
                yield scaled((way + reach) / scale)[0] - scaled(np.array([[reach / scale]]))[0], scale, reach
        elif model.id == "fd_fixed":
            behind = model.flying_distance
            yield scaled((way + behind) / scale)[0] - scaled(np.array([[behind / scale]]))[0], scale, 0.0
        elif "distance_correction" in model.free:
            tried: tuple[Array | float, ...] = (*(-reach for reach in _REACHES), first / 4, first / 2, first * 0.9)
            for correction in tried:
                yield scaled((way - correction) / scale)[0], scale, correction
        else:
            yield scaled(way / scale)[0], scale, 0.0


# --- the descent ----------------------------------------------------------------------------------------------------


def _descend(model: GateModel, gates: _Gates, start: Array) -> _Found:
    """Damped Gauss-Newton steps for all athletes together, from `start` (p, n), which lies inside the bounds."""
    searched = start.copy()
    n = searched.shape[1]
    cost, arrived = np.empty(n), np.zeros(n, dtype=bool)
    going = np.arange(n)
    here = _Point.at(model, gates, searched.copy())
    damping = np.full(n, 1e-3)
    for _ in range(_STEPS):
        step, small = here.step(damping)
        there = here.moved(step)
        better = there.cost <= here.cost + here.noise
        done = small & (damping <= _LITTLE_DAMPING)
        stuck = damping > _MOST_DAMPING
        here.take(there, better)
        damping = np.where(better, damping * 0.03, np.maximum(damping * 10, _AFTER_A_MISS))
        keep = ~(done | stuck)
        if not keep.all():
            left = going[~keep]
            searched[:, left], cost[left], arrived[left] = here.searched[:, ~keep], here.cost[~keep], done[~keep]
            going, damping, here = going[keep], damping[keep], here.of(keep)
            if not len(going):
                break
    searched[:, going], cost[going] = here.searched, here.cost
    return _Found(searched, cost, arrived)


@dataclass(slots=True)
class _Point:
    """Where the athletes of a descent stand: parameters, and what the model says there."""

    model: GateModel
    gates: _Gates
    searched: Array
    low: Array
    high: Array
    cost: Array
    downhill: Array
    """(p, n): J'r, the way down."""
    normal: Array
    """(p, p, n): J'J."""

    @classmethod
    def at(
        cls, model: GateModel, gates: _Gates, searched: Array, bounds: tuple[Array, Array] | None = None
    ) -> "_Point":
        """The point with these parameters (p, n)."""
        residuals, jacobian = model.evaluate(searched, gates.way, gates.clock, gates.first)
        residuals *= gates.weight
        if "time_correction" in model.free and model.time_correction is None and model.id != "distance_target":
            # TC is linear: at its best for the other parameters, whose search then crosses no bent valley.
            count = gates.weight.sum(axis=0)
            shift = residuals.sum(axis=0) / count
            searched[2] += shift
            residuals -= shift * gates.weight
            for i in (0, 1, *range(3, len(searched))):
                jacobian[i] -= (jacobian[i] * gates.weight).sum(axis=0) / count
        p = len(searched)
        normal = np.empty((p, p, searched.shape[1]))
        downhill = np.empty_like(searched)
        for i in range(p):
            downhill[i] = (jacobian[i] * residuals).sum(axis=0)
            weighted = jacobian[i] * gates.weight
            for j in range(i + 1):
                normal[i, j] = normal[j, i] = (weighted * jacobian[j]).sum(axis=0)
        low, high = bounds or _bounds(model, gates)
        return cls(model, gates, searched, low, high, (residuals**2).sum(axis=0), downhill, normal)

    @property
    def noise(self) -> Array:
        """(n,): how far rounding can move the sum of squares."""
        target = self.gates.way if self.model.id == "distance_target" else self.gates.clock
        unit = 8 * np.finfo(float).eps * target.max(axis=0)
        noise: Array = unit * np.sqrt(self.cost) + len(self.gates.clock) * unit**2
        return noise

    def step(self, damping: Array) -> tuple[Array, Mask]:
        """The damped step (p, n), cut at the bounds, and for whom it is small (n,)."""
        frozen = (self.searched <= self.low) & (self.downhill < 0) | (self.searched >= self.high) & (self.downhill > 0)
        step = _solved(self.normal, np.where(frozen, 0.0, self.downhill), frozen, damping)
        step = np.clip(self.searched + step, self.low, self.high) - self.searched
        return step, np.abs(step).max(axis=0) < _SMALL_STEP

    def moved(self, step: Array) -> "_Point":
        """The point a step further."""
        there = np.clip(self.searched + step, self.low, self.high)
        return _Point.at(self.model, self.gates, there, (self.low, self.high))

    def take(self, other: "_Point", better: Mask) -> None:
        """Go to the other point where it is better."""
        for name in ("searched", "cost", "downhill", "normal"):
            np.copyto(getattr(self, name), getattr(other, name), where=better)

    def of(self, athletes: Mask) -> "_Point":
        """Only these athletes."""
        return _Point(
            self.model, self.gates.of(athletes), *(
                getattr(self, name)[..., athletes]
                for name in ("searched", "low", "high", "cost", "downhill", "normal")
            )
        )  # fmt: skip


def _solved(normal: Array, right: Array, frozen: Mask, damping: Array) -> Array:
    """The x of (J'J + damping diag(J'J)) x = right, frozen parameters kept, by Cholesky's root for all at once."""
    p = len(right)
    scale = np.sqrt(np.maximum(np.stack([normal[i, i] for i in range(p)]), 1e-200))
    root: list[list[Array]] = []
    forward: list[Array] = []
    for i in range(p):
        row: list[Array] = []
        for j in range(i):
            entry = np.where(frozen[i] | frozen[j], 0.0, normal[i, j] / (scale[i] * scale[j]))
            for k in range(j):
                entry = entry - row[k] * root[j][k]
            row.append(entry / root[j][j])
        pivot = 1 + damping
        value = right[i] / scale[i]
        for k in range(i):
            pivot = pivot - row[k] ** 2
            value = value - row[k] * forward[k]
        row.append(np.sqrt(np.maximum(pivot, 1e-14)))
        root.append(row)
        forward.append(value / row[i])
    found = np.empty_like(right)
    for i in reversed(range(p)):
        value = forward[i]
        for k in range(i + 1, p):
            value = value - root[k][i] * found[k]
        found[i] = value / root[i][i]
    found /= scale
    return found


def _covariance(residuals: Array, jacobian: Array, slopes: Array, count: NDArray[np.int64]) -> tuple[Array, Mask]:
    """s² (J'J)⁻¹ of the printed parameters (n, p, p), 0 where it is not known, and where it is (n,)."""
    freedom = count - len(slopes)
    inverse, settled = inverse_normal(np.moveaxis(jacobian, 2, 0))
    known = (freedom > 0) & settled
    variance = np.where(known, (residuals**2).sum(axis=0) / np.maximum(freedom, 1), 0.0)
    return inverse * variance[:, None, None] * slopes.T[:, :, None] * slopes.T[:, None, :], known
