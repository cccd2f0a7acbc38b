"""A run → its fits: one for each way the start of the clock can be read, with the draws around it and its warnings.

Which readings can be meant is the sprint page's word, from what the coach said about the start; the data may refute
one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
from scipy.special import fdtrc

from engine.errors import SprintError
from engine.schema.sprint import Sprint
from engine.sprint.elementwise import Array
from engine.sprint.flags import about_fit, about_residuals, about_splits, about_wind, interval_speeds
from engine.sprint.gate_models import OFFSETS, within
from engine.sprint.results import Fit, Flag, StartReading
from engine.sprint.run import ModelId, Run, Split, Start, Trace
from engine.sprint.splits import checked_gates
from engine.sprint.spread import Draws, draws_of_splits, draws_of_trace
from engine.sprint.traces import fastest_of, fit_in_situ, fit_tether, fit_velocity, trim
from engine.sprint.wanted import Wanted

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "radar": ("times",), "laser": ("times",), "tether": ("distances",), "in_situ": ("accelerations",),
}  # fmt: skip
"""What a device tells of each sample besides its velocity."""
_TOLD: Final = 0.05
"""s cut off a trace from which it is told; less rounds to nothing."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One fit with the draws around it and its warnings."""

    fit: Fit
    draws: Draws | None
    flags: tuple[Flag, ...]


def fitted(run: Run, page: Sprint, known: Mapping[Wanted, Fit]) -> tuple[list[Fitted], list[Flag]]:
    """A fit for each reading of the start that can be meant, the preferred one first, and what the data show alone.

    Args: `known` are fits that were worked out before (see `engine/sprint/squad.py`); the others are worked out now.
    Raises: SprintError, when there is nothing that could be fitted.
    """
    return _of_splits(run, page, known) if run.trace is None else _of_trace(run, run.trace, page)


def wanted(run: Run, page: Sprint) -> tuple[Wanted, ...]:
    """The fits of a run's splits that `fitted` asks for, the preferred one first; none of a trace.

    Raises: SprintError, when there is nothing that could be fitted.
    """
    if run.trace is not None:
        return ()
    splits, start = _splits(run), start_of(run)
    way, clock = tuple(one.distance for one in splits), tuple(one.time for one in splits)
    return tuple(
        Wanted(
            way, clock, model,
            offset=page.fixed_offset.value,
            flying_distance=run.set_back if model == "fd_fixed" else None,
            time_correction=page.starts[start].time_correction if model in ("tc", "tc_dc") else None,
        )
        for model in _models(run, splits, start, page)
    )  # fmt: skip


def start_of(run: Run) -> Start:
    """What starts the clock, once a measured reaction is taken off."""
    return "first_movement" if run.reaction_time is not None else run.start


def refuted(readings: Sequence[StartReading], page: Sprint) -> list[StartReading]:
    """Marks readings that a wider one fits so much better that they cannot be meant (F test of nested fits).

    The noise is judged by the wider fit's residuals and the page's usual noise together.
    """
    return [
        replace(reading, refuted=any(_beaten(reading, wider, page) for wider in readings))
        for reading in readings
    ]  # fmt: skip


def _beaten(reading: StartReading, wider: StartReading, page: Sprint) -> bool:
    more = len(wider.fit.free) - len(reading.fit.free)
    if reading.model not in within(wider.model):
        return False
    weight = page.timing_noise_weight.value
    freedom = wider.fit.freedom + weight
    variance = (wider.fit.ssr + weight * page.timing_noise.value**2) / freedom
    better = max(0.0, reading.fit.ssr - wider.fit.ssr) / more / variance
    return bool(fdtrc(more, freedom, better) < page.limits.refuted_below.value)


def not_alone(readings: Sequence[StartReading], run: Run, page: Sprint) -> list[StartReading]:
    """Marks the reading without a correction where the start asks for one and none that has it is usable.

    It is exact and biased where they are open and less biased, so alone it would be sure of the wrong thing.
    """
    asked = run.trace is None and run.model is None and page.starts[start_of(run)].models[0] != "none"
    alone = asked and all(one.unusable for one in readings if one.model != "none")
    return [replace(one, unusable=True) if alone and one.model == "none" else one for one in readings]


# --- splits -----------------------------------------------------------------------------------------------------------


def _splits(run: Run) -> list[Split]:
    """The gates beyond the line, a measured reaction taken off their times."""
    if not run.splits:
        raise SprintError("There are neither splits nor a trace to look at.")
    before = run.reaction_time or 0.0
    splits = [Split(split.distance, split.time - before) for split in run.splits if split.distance > 0]
    if not splits:
        raise SprintError("Every split stands at the start line.")
    if before and min(split.time for split in splits) <= 0:
        raise SprintError(f"The reaction time ({before:g} s) is longer than the first split.")
    way, clock, _ = checked_gates([one.distance for one in splits], [one.time for one in splits], 0)
    return [Split(*gate) for gate in zip(way.tolist(), clock.tolist(), strict=True)]


def _of_splits(run: Run, page: Sprint, known: Mapping[Wanted, Fit]) -> tuple[list[Fitted], list[Flag]]:
    splits, start = _splits(run), start_of(run)
    fastest = max(interval_speeds(splits))
    flags = [*about_splits(splits, start, page), *about_wind(run.wind, fastest, page.limits)]
    standing = max((split.time for split in run.splits if split.distance <= 0), default=0.0)
    if standing >= _TOLD:  # a video that begins before the run
        flags.append(Flag("standing_still", {"seconds": standing}))
    found = []
    for one in wanted(run, page):
        fit = known.get(one) or one.fit()
        draws = _draws(one, fit, page)
        if one.model == "tc" and "time_correction" in fit.at_bound:
            fit, draws = _over_the_edge(one, fit, draws, page)
        errors = (draws.mss_error, draws.mac_error) if draws else None
        of_fit = about_fit(fit, start, fastest, errors, page.limits), about_residuals(fit, one.distances, page.limits)
        found.append(Fitted(fit, draws, (*chain(*of_fit), *_open(fit, draws))))
    return found, flags


def _draws(one: Wanted, fit: Fit, page: Sprint) -> Draws | None:
    return draws_of_splits(fit, one.gate_model(), np.array(one.distances), np.array(one.times), page)


def _over_the_edge(one: Wanted, fit: Fit, draws: Draws | None, page: Sprint) -> tuple[Fit, Draws | None]:
    """The fit with TC free where that lies beyond what the start allows by no more than its own error."""
    unbound = replace(one, time_correction=None)
    free = unbound.fit()
    around = _draws(unbound, free, page)
    beyond_by = abs(free.time_correction - fit.time_correction)
    near = around and beyond_by <= page.limits.beyond_start.value * around.time_correction_error
    return (free, around) if near else (fit, draws)


def _models(run: Run, splits: Sequence[Split], start: str, page: Sprint) -> list[ModelId]:
    """The readings of the start to work out, the preferred one first; none with more numbers than there are gates."""
    if run.model is not None:
        return [run.model]
    meant = page.starts[start]  # type: ignore[index]  # a start is a key of the page
    few = len(splits) < page.limits.bracket_gates.value or splits[-1].distance < page.limits.bracket_reach.value
    models: Sequence[ModelId] = meant.models
    if run.set_back is not None and meant.with_set_back:
        models = meant.with_set_back
        if few:
            given = [model for model in models if not OFFSETS[model]]
            models = list(dict.fromkeys((*given, *meant.with_few_gates))) or models
    elif few and meant.with_few_gates:
        models = meant.with_few_gates
    return [model for model in models if 2 + len(OFFSETS[model]) <= len(splits)] or ["none"]


# --- traces -----------------------------------------------------------------------------------------------------------


def _of_trace(run: Run, trace: Trace, page: Sprint) -> tuple[list[Fitted], list[Flag]]:
    how = page.traces
    lacking = [name for name in MEASURES[trace.device] if len(getattr(trace, name)) != len(trace.velocities)]
    if lacking or not trace.velocities:
        what = "velocities" if not trace.velocities else " and ".join(lacking)
        raise SprintError(f"A {trace.device} trace needs as many {what} as it has samples.")
    fastest = fastest_of(trace.velocities, share=how.smoothing_percent.value / 100)
    flags = list(about_wind(run.wind, fastest, page.limits))
    if trace.device in ("radar", "laser"):
        standing = page.limits.standing_speed.value
        times, velocities = trim(
            trace.times, trace.velocities, standing_speed=standing, smoothing=how.smoothing.value
        )  # fmt: skip
        still, after = float(times[0]) - trace.times[0], trace.times[-1] - float(times[-1])
        if still >= _TOLD:
            flags.append(Flag("standing_still", {"seconds": still}))
        if after >= _TOLD:
            flags.append(Flag("slowing_down", {"seconds": after}))
        fit = fit_velocity(times, velocities)
    elif trace.device == "tether":
        fit = fit_tether(*_pulled(trace, page))
    else:
        fit = fit_in_situ(
            trace.velocities, trace.accelerations, threshold=how.session_from.value, bin=how.session_bin.value,
            top=int(how.session_kept.value),
        )  # fmt: skip
    draws = draws_of_trace(fit, page)
    errors = (draws.mss_error, draws.mac_error) if draws else None
    start = "gun" if trace.device in ("radar", "laser") else run.start  # a trace's clock runs by itself
    return [Fitted(fit, draws, (*about_fit(fit, start, fastest, errors, page.limits), *_open(fit, draws)))], flags


def _pulled(trace: Trace, page: Sprint) -> tuple[Array, Array]:
    """Distances and speeds of a tether while the athlete gains speed; it may have no clock, so samples serve as one."""
    count = np.arange(len(trace.velocities), dtype=np.float64)
    span = len(count) * page.traces.smoothing_percent.value / 100
    kept, velocities = trim(count, trace.velocities, standing_speed=page.limits.standing_speed.value, smoothing=span)
    return np.asarray(trace.distances)[kept.astype(int)], velocities


def _open(fit: Fit, draws: Draws | None) -> Iterator[Flag]:
    """Warns of a fit of which nobody can say how far it is off."""
    if draws is None and not fit.at_bound:
        yield Flag("undetermined_fit", {}, serious=True, model=fit.model)


