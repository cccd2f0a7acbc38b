"""The fits of a whole squad, worked out together before its sprints are looked at one by one.

A squad runs past the same gates and is read the same ways, so `batch.py` fits all of it in the time of a few. Only a
fit both ways surely agree about is kept: arrived, and inside its bounds. The others are worked out one at a time.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from engine.errors import SprintError
from engine.schema.sprint import Sprint
from engine.sprint.batch import Fits, fit_many
from engine.sprint.readings import wanted
from engine.sprint.results import Fit
from engine.sprint.run import Run
from engine.sprint.splits import checked_gates
from engine.sprint.wanted import Wanted


def fits_of(runs: Iterable[Run], page: Sprint) -> dict[Wanted, Fit]:
    """The fits that many runs ask for, as far as they can be had together; equal to `Wanted.fit` within 1e-6.

    A run that cannot be fitted is passed over here, and told when it is analysed.
    """
    alike: dict[object, list[Wanted]] = {}
    for one in dict.fromkeys(_wanted(runs, page)):
        alike.setdefault((one.distances, one.model, *one.given.values()), []).append(one)
    found: dict[Wanted, Fit] = {}
    for each in alike.values():
        sound = [one for one in each if _sound(one)]
        if sound:
            found.update(_fitted(sound))
    return found


def _wanted(runs: Iterable[Run], page: Sprint) -> Iterator[Wanted]:
    for run in runs:
        with suppress(SprintError):
            yield from wanted(run, page)


def _sound(one: Wanted) -> bool:
    """Whether it can be fitted at all; what is wrong is told when it is fitted alone."""
    try:
        checked_gates(one.distances, one.times, len(one.gate_model().free))
    except SprintError:
        return False
    return True


def _fitted(alike: Sequence[Wanted]) -> Iterator[tuple[Wanted, Fit]]:
    """The fits for sprints past the same gates, read the same way."""
    first = alike[0]
    many = fit_many(first.distances, [one.times for one in alike], first.model, **first.given)
    sure = many.converged & ~many.at_bound
    for at, one in enumerate(alike):
        if sure[at]:
            yield one, _fit(many, at, one)


def _fit(many: Fits, at: int, one: Wanted) -> Fit:
    """One athlete's, in the shape of `fit_splits`."""
    covariance = tuple(tuple(row) for row in many.covariance[at].tolist()) if many.covariance_known[at] else None
    return Fit(
        model=one.model,
        mss=float(many.mss[at]),
        mac=float(many.mac[at]),
        n=len(one.times),
        residuals=tuple(many.residuals[at].tolist()),
        residual_unit="m" if one.model == "distance_target" else "s",
        free=many.free,
        covariance=covariance,
        time_correction=float(many.time_correction[at]),
        flying_distance=float(many.flying_distance[at]),
        distance_correction=float(many.distance_correction[at]),
        offset=one.offset if one.model == "fixed_offset" else 0.0,
    )
