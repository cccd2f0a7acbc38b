"""Run + Person + the sprint page → Analysis: every reading of the start that can be meant, and what they say together.

The whole of the sprint physics as one readable function; each step has its own module.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc

from engine.errors import SprintError
from engine.schema.sprint import Sprint
from engine.sprint.drag import drag_factor
from engine.sprint.elementwise import Array
from engine.sprint.flags import about_fit, about_splits, interval_speeds
from engine.sprint.force_velocity import drf_of, kinematics_of, profile, ratio_of_force_at, v0_of
from engine.sprint.gate_models import OFFSETS
from engine.sprint.results import Analysis, Estimate, Fit, Flag, Group, Side, StartReading
from engine.sprint.run import ModelId, Person, Run, Split, Start
from engine.sprint.sensitivity import elasticities_of, gains, optimum_of, probe_of, time_of
from engine.sprint.splits import fit_splits, gate_model
from engine.sprint.spread import Draws, draws_of_splits, draws_of_trace
from engine.sprint.traces import fit_in_situ, fit_tether, fit_velocity, trim
from engine.sprint.verdict import Spread, compare, joined, side_of

_RATIO_AT = 0.3
"""s after the start at which RFmax is read."""
_WIDER = frozenset({"tc", "fd", "dc", "tc_dc"})
"""Readings that hold the one without a correction within them."""
_BEYOND = "more than 100"
"""Percent of error of what the times leave open."""


@dataclass(frozen=True, slots=True)
class _Fitted:
    """One fit with the draws around it and its warnings."""

    fit: Fit
    draws: Draws | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """What F0 and V0 need to know besides the kinematics."""

    mass: float
    drag: float
    wind: float
    inertia: float
    resistance: float

    @property
    def around(self) -> tuple[float, float, float, float, float]:
        """In the order the formulas take them."""
        return self.mass, self.drag, self.wind, self.inertia, self.resistance


def analyse(
    run: Run, person: Person, page: Sprint, *, groups: Sequence[Group] = (), distance: float | None = None
) -> Analysis:
    """All that one sprint says about one athlete, with what is uncertain about it.

    Args: `groups` to compare with, in order of preference, each fitted with one model; `distance` in m that the
    verdict is about (the page has one for each event group).
    Raises: SprintError, when there is nothing that could be fitted.
    """
    distance = distance or page.distances.get(person.event_group or "", page.any_distance)
    body, assumed = _body(run, person, page)
    flags = list(_about_run(run, assumed))
    if run.trace is not None:
        fitted, more = _of_trace(run, page)
    else:
        fitted, more = _of_splits(run, page)
    flags += more
    readings: list[tuple[StartReading, Draws | None]] = []
    for one in fitted:
        flags += one.flags
        unusable = one.draws is None or any(flag.serious for flag in (*more, *one.flags))
        try:
            found = profile(one.fit.mss, one.fit.mac, *body.around)
            pays = gains(*_still(found.f0, found.v0, body), body.mass, body.drag, distance, page.probe_percent.value)
        except SprintError:
            flags.append(Flag("no_v0", {}, serious=True, model=one.fit.model))
            continue
        readings.append((StartReading(one.fit.model, one.fit, found, pays, unusable=unusable), one.draws))
    readings = _not_alone(_refuted(readings, page))
    meant = [
        (reading, draws) for reading, draws in readings if draws and not (reading.unusable or reading.refuted)
    ]  # fmt: skip
    others = [reading for reading, _ in readings if all(reading is not one for one, _ in meant)]
    spreads = [(reading, _spread(draws, body)) for reading, draws in meant]
    estimates = _estimates(spreads, body, distance, page)
    if len(meant) > 1:
        flags += _start_decides([reading for reading, _ in meant], estimates)
    comparison = None if not meant else compare(
        [(reading, Spread(spread.f0, spread.v0)) for reading, spread in spreads], groups, distance, page.confidence,
        _start_of(run),
    )  # fmt: skip
    side: Side = "unreliable" if not meant else "no_group" if comparison is None else side_of(comparison)
    return Analysis(
        run=run,
        person=person,
        distance=distance,
        readings=(*(reading for reading, _ in meant), *sorted(others, key=lambda one: one.unusable)),
        estimates=estimates,
        flags=tuple(flags),
        comparison=comparison,
        side=side,
        assumed=assumed,
    )


# --- the athlete and the air ------------------------------------------------------------------------------------------


def _body(run: Run, person: Person, page: Sprint) -> tuple[_Body, dict[str, float]]:
    """The athlete's mass and air, and what of it was taken for granted."""
    given = {
        "mass": person.mass, "height": person.height, "temperature": run.temperature, "pressure": run.pressure,
    }  # fmt: skip
    assumed = {name: float(getattr(page.assumed, name)) for name, value in given.items() if value is None}
    known = {name: value for name, value in given.items() if value is not None} | assumed
    drag = drag_factor(known["mass"], known["height"], known["temperature"], known["pressure"])
    return _Body(known["mass"], drag, run.wind, run.inertia, run.resistance), assumed


def _about_run(run: Run, assumed: dict[str, float]) -> Iterator[Flag]:
    body = [name for name in ("mass", "height") if name in assumed]
    if body:
        units = {"mass": "kg", "height": "m"}
        yield Flag("assumed_body", {"what": " and ".join(f"{name} {assumed[name]:g} {units[name]}" for name in body)})
    if run.inertia or run.resistance:
        yield Flag("resisted", {})


def _start_of(run: Run) -> Start:
    """What starts the clock, once a measured reaction is taken off."""
    return "first_movement" if run.reaction_time is not None else run.start


def _still(f0: float, v0: float, body: _Body) -> tuple[float, float]:
    """MSS and MAC of the same athlete without load in still air."""
    return kinematics_of(f0, v0, body.mass, body.drag)


# --- fits -------------------------------------------------------------------------------------------------------------


def _of_splits(run: Run, page: Sprint) -> tuple[list[_Fitted], list[Flag]]:
    """A fit for each reading of the start that can be meant, and what the splits show by themselves."""
    if not run.splits:
        raise SprintError("There are neither splits nor a trace to look at.")
    before = run.reaction_time or 0.0
    splits = [Split(split.distance, split.time - before) for split in run.splits]
    if splits[0].time <= 0:
        raise SprintError(f"The reaction time ({before:g} s) is longer than the first split.")
    start = _start_of(run)
    flags = list(about_splits(splits, start, page.limits))
    fastest = max(interval_speeds(splits))
    way, clock = np.array([one.distance for one in splits]), np.array([one.time for one in splits])
    found = []
    for id in _models(run, start, page):
        given = {
            "offset": page.fixed_offset.value,
            "flying_distance": run.set_back if id == "fd_fixed" else None,
            "time_correction": page.starts[start].time_correction if id in ("tc", "tc_dc") else None,
        }
        fit = fit_splits(way.tolist(), clock.tolist(), id, **given)  # type: ignore[arg-type]  # a mapping of options
        draws = draws_of_splits(fit, gate_model(id, **given), way, clock, page)  # type: ignore[arg-type]  # the same
        errors = (draws.mss_error, draws.mac_error) if draws else None
        found.append(_Fitted(fit, draws, (*about_fit(fit, start, fastest, errors, page.limits), *_open(fit, draws))))
    return found, flags


def _open(fit: Fit, draws: Draws | None) -> Iterator[Flag]:
    """Warns of a fit of which nobody can say how far it is off."""
    if draws is None and not fit.at_bound:
        yield Flag("uncertain_fit", {"mss_error": _BEYOND, "mac_error": _BEYOND}, serious=True, model=fit.model)


def _models(run: Run, start: str, page: Sprint) -> list[ModelId]:
    """The readings of the start to work out, the preferred one first; none with more numbers than there are gates."""
    if run.model is not None:
        return [run.model]
    meant = page.starts[start]  # type: ignore[index]  # a start is a key of the page
    few = len(run.splits) < page.limits.bracket_gates.value or run.splits[-1].distance < page.limits.bracket_reach.value
    models: Sequence[ModelId] = meant.models
    if few and meant.with_few_gates:
        models = meant.with_few_gates
    elif run.set_back is not None and meant.with_set_back:
        models = meant.with_set_back
    return [model for model in models if 2 + len(OFFSETS[model]) <= len(run.splits)] or ["none"]


def _of_trace(run: Run, page: Sprint) -> tuple[list[_Fitted], list[Flag]]:
    trace = run.trace
    assert trace is not None  # asked before
    flags: list[Flag] = []
    if trace.device in ("radar", "laser"):
        times, velocities = trim(trace.times, trace.velocities, standing_speed=page.limits.standing_speed.value)
        still, after = float(times[0]) - trace.times[0], trace.times[-1] - float(times[-1])
        if still > 0:
            flags.append(Flag("standing_still", {"seconds": still}))
        if after > 0:
            flags.append(Flag("slowing_down", {"seconds": after}))
        fit = fit_velocity(times, velocities)
    elif trace.device == "tether":
        fit = fit_tether(trace.distances, trace.velocities)
    else:
        fit = fit_in_situ(trace.velocities, trace.accelerations)
    draws = draws_of_trace(fit, page)
    errors = (draws.mss_error, draws.mac_error) if draws else None
    fastest = max(trace.velocities)
    start = "gun" if trace.device in ("radar", "laser") else run.start  # a trace's clock runs by itself
    return [_Fitted(fit, draws, (*about_fit(fit, start, fastest, errors, page.limits), *_open(fit, draws)))], flags


def _refuted(
    readings: Sequence[tuple[StartReading, Draws | None]], page: Sprint
) -> list[tuple[StartReading, Draws | None]]:
    """Marks readings that a wider one fits so much better that they cannot be meant (F test of nested fits).

    The noise is judged by the wider fit's residuals and the page's usual noise together.
    """
    weight, noise = page.timing_noise_weight.value, page.timing_noise.value
    found = []
    for reading, draws in readings:
        refuted = False
        for wider, _ in readings:
            more = len(wider.fit.free) - len(reading.fit.free)
            nested = reading.model == "none" and wider.model in _WIDER
            if nested and more > 0:
                freedom = wider.fit.freedom + weight
                variance = (wider.fit.ssr + weight * noise**2) / freedom
                better = max(0.0, reading.fit.ssr - wider.fit.ssr) / more / variance
                refuted |= bool(fdtrc(more, freedom, better) < page.limits.refuted_below.value)
        found.append((replace(reading, refuted=refuted), draws))
    return found


def _not_alone(readings: Sequence[tuple[StartReading, Draws | None]]) -> list[tuple[StartReading, Draws | None]]:
    """Marks the reading without a correction where it was to be held against corrected ones and none is usable.

    It is exact and biased where they are open and unbiased, so alone it would be sure of the wrong thing.
    """
    first = readings[0][0].model if readings else "none"
    wider = [one for one, _ in readings if one.model in _WIDER]
    alone = first in _WIDER and all(one.unusable for one in wider)
    return [
        (replace(one, unusable=True) if alone and one.model == "none" else one, draws) for one, draws in readings
    ]  # fmt: skip


# --- what they say together -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The draws of one reading for which a V0 exists, and what they give."""

    mss: Array
    mac: Array
    f0: Array
    v0: Array


def _spread(draws: Draws, body: _Body) -> _Drawn:
    moved, held = body.mass + body.inertia, body.resistance + body.drag * body.wind**2
    whole, fall = moved * draws.mac + held, moved * draws.mac / draws.mss + 2 * body.drag * body.wind
    there = fall * fall > 4 * body.drag * whole
    mss, mac = draws.mss[there], draws.mac[there]
    f0 = moved * mac + body.resistance - body.drag * body.wind * abs(body.wind)
    return _Drawn(mss, mac, f0, np.asarray(v0_of(mss, mac, *body.around)))


def _estimates(
    spreads: Sequence[tuple[StartReading, _Drawn]], body: _Body, distance: float, page: Sprint
) -> dict[str, Estimate]:
    """Every quantity with its interval, over all readings that can be meant."""
    found: dict[str, list[tuple[float, Array]]] = {}
    for reading, drawn in spreads:
        at_fit = _quantities(
            np.array([reading.fit.mss]), np.array([reading.fit.mac]), np.array([reading.profile.f0]),
            np.array([reading.profile.v0]), body, distance, page,
        )  # fmt: skip
        around = _quantities(drawn.mss, drawn.mac, drawn.f0, drawn.v0, body, distance, page)
        for name, values in around.items():
            found.setdefault(name, []).append((float(at_fit[name][0]), values))
    return {name: joined(values, page.confidence) for name, values in found.items()}


def _quantities(
    mss: Array, mac: Array, f0: Array, v0: Array, body: _Body, distance: float, page: Sprint
) -> dict[str, Array]:
    """Every quantity that a report or a rule may ask for, by name; arrays (n,) in and out."""
    mass, drag = body.mass, body.drag
    e_f0, e_v0 = elasticities_of(f0, v0, mass, drag, distance)
    probe_f0, probe_v0 = probe_of(f0, v0, mass, drag, distance, page.probe_percent.value)
    return {
        "mss": mss,
        "mac": mac,
        "tau": mss / mac,
        "f0": f0,
        "f0_rel": f0 / mass,
        "v0": v0,
        "pmax": f0 * v0 / 4,
        "pmax_rel": f0 * v0 / 4 / mass,
        "slope": -f0 / mass / v0,
        "rf_max": 100 * np.asarray(ratio_of_force_at(np.asarray(_RATIO_AT), mss, mac, *body.around)),
        "drf": 100 * np.asarray(drf_of(mss, mac, *body.around)),
        "time": np.asarray(time_of(f0, v0, mass, drag, distance)),
        "e_f0": e_f0,
        "e_v0": e_v0,
        "probe_f0": probe_f0,
        "probe_v0": probe_v0,
        "imbalance": np.asarray(optimum_of(f0, v0, mass, drag, distance).imbalance),
    }


def _start_decides(meant: Sequence[StartReading], estimates: dict[str, Estimate]) -> Iterator[Flag]:
    """Warns when readings of the start disagree about F0 by more than each is uncertain."""
    values = [reading.profile.f0_rel for reading in meant]
    if max(values) - min(values) > estimates["f0_rel"].fit_error:
        yield Flag("start_decides", {"low": min(values), "high": max(values)})
