"""Run + Person + the sprint page → Analysis: every reading of the start that can be meant, and what they say together.

The whole of the sprint physics as one readable function; each step has its own module.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from engine.errors import SprintError
from engine.schema.sprint import Sprint
from engine.sprint.body import Body
from engine.sprint.drag import drag_factor
from engine.sprint.estimates import Drawn, drawn_of, estimates
from engine.sprint.force_velocity import kinematics_of, profile
from engine.sprint.readings import Fitted, fitted, not_alone, refuted, start_of
from engine.sprint.results import Analysis, Estimate, Fit, Flag, Group, Side, StartReading
from engine.sprint.run import Person, Run
from engine.sprint.sensitivity import gains
from engine.sprint.verdict import compare, side_of
from engine.sprint.wanted import Wanted

LONGEST: Final = 1000.0
"""m; nobody sprints further."""


def analyse(
    run: Run,
    person: Person,
    page: Sprint,
    *,
    groups: Sequence[Group] = (),
    distance: float | None = None,
    known: Mapping[Wanted, Fit] = MappingProxyType({}),
) -> Analysis:
    """All that one sprint says about one athlete, with what is uncertain about it.

    Args: `groups` to compare with, in order of preference, each fitted with one model; `distance` in m that the
    verdict is about (the page has one for each event group); `known`, fits worked out before (`squad.fits_of`).
    Raises: SprintError, when there is nothing that could be fitted, or for a wind or load that cannot be.
    """
    if run.start not in page.starts:
        raise SprintError(f"'{run.start}' is no way to start the clock; known are {', '.join(page.starts)}.")
    if distance is None:
        distance = page.distances.get(person.event_group or "", page.any_distance)
    if not 0 < distance <= LONGEST:
        raise SprintError(f"The distance of the verdict is {distance:g} m; it lies above 0 and up to {LONGEST:g} m.")
    body, assumed = _body(run, person, page)
    fits, of_data = fitted(run, page, known)
    flags = [*_about_run(run, assumed), *of_data]
    windy = any(flag.code == "wind_suspicion" for flag in of_data)  # and then that is why there is no V0
    readings: list[StartReading] = []
    drawn: dict[str, Drawn] = {}
    for one in fits:
        flags += one.flags
        around = _around(one, body)
        reading = _reading(one, around, body, distance, page, spoilt=any(flag.serious for flag in of_data))
        if not windy and (reading is None or (around is None and one.draws)):
            flags.append(Flag("no_v0", {}, serious=True, model=one.fit.model))
        if reading is not None:
            readings.append(reading)
            if around is not None:
                drawn[reading.model] = around
    readings = not_alone(refuted(readings, page), run, page)
    meant = [one for one in readings if not (one.unusable or one.refuted)]
    others = [one for one in readings if one.unusable or one.refuted]
    spreads = [(one, drawn[one.model]) for one in meant]
    found = estimates(spreads, body, distance, page)
    flags += [*_start_decides(meant, found, page), *_beyond(run, distance, page)]
    resisted = bool(run.inertia or run.resistance)  # and then nobody ran like it
    comparison = compare(spreads, () if resisted else groups, distance, page, start_of(run))
    dropped = {one.model for one in readings if one.refuted}  # what is wrong with them is no news
    side: Side = "unreliable" if not meant else "no_group" if comparison is None else side_of(comparison)
    return Analysis(
        run=run,
        person=person,
        distance=distance,
        readings=(*meant, *sorted(others, key=lambda one: one.unusable)),
        estimates=found,
        flags=tuple(flag for flag in flags if flag.model not in dropped),
        comparison=comparison,
        side=side,
        assumed=assumed,
    )


def _around(one: Fitted, body: Body) -> Drawn | None:
    """The draws around a fit; None when there are none, most have no V0, or a tail wind outruns them."""
    try:
        return drawn_of(one.draws, body) if one.draws else None
    except SprintError:
        return None


def _reading(
    one: Fitted, around: Drawn | None, body: Body, distance: float, page: Sprint, *, spoilt: bool
) -> StartReading | None:
    """What follows from one fit; None when it has no V0. `spoilt` by what is wrong with the data themselves."""
    try:
        found = profile(one.fit.mss, one.fit.mac, body)
        still = kinematics_of(found.f0, found.v0, body.alone)
        pays = gains(*still, body.alone, distance, page.probe_percent.value)
    except SprintError:
        return None
    unusable = spoilt or around is None or any(flag.serious for flag in one.flags)
    return StartReading(one.fit.model, one.fit, found, pays, unusable=unusable)


def _body(run: Run, person: Person, page: Sprint) -> tuple[Body, dict[str, float]]:
    """The athlete's mass and air, and what of it was taken for granted."""
    given = {
        "mass": person.mass, "height": person.height, "temperature": run.temperature, "pressure": run.pressure,
    }  # fmt: skip
    assumed = {name: float(getattr(page.assumed, name)) for name, value in given.items() if value is None}
    known = {name: value for name, value in given.items() if value is not None} | assumed
    drag = drag_factor(known["mass"], known["height"], known["temperature"], known["pressure"])
    return Body(known["mass"], drag, run.wind, run.inertia, run.resistance), assumed


def _about_run(run: Run, assumed: dict[str, float]) -> Iterator[Flag]:
    if "mass" in assumed:
        yield Flag("assumed_mass", {"mass": assumed["mass"]})
    if "height" in assumed:
        yield Flag("assumed_height", {"height": assumed["height"]})
    if run.inertia or run.resistance:
        yield Flag("resisted", {})


def _start_decides(meant: Sequence[StartReading], found: Mapping[str, Estimate], page: Sprint) -> Iterator[Flag]:
    """Warns when readings of the start disagree about F0 by more than each is uncertain, and enough to matter."""
    values = [reading.profile.f0_rel for reading in meant]
    if not values:
        return
    matters = page.limits.start_matters.value / 100 * values[0]
    if max(values) - min(values) > max(matters, found["f0_rel"].fit_error):
        yield Flag("start_decides", {"low": min(values), "high": max(values)})


def _beyond(run: Run, distance: float, page: Sprint) -> Iterator[Flag]:
    """Warns when the verdict is about a way much longer than what was timed."""
    last = max((split.distance for split in run.splits), default=distance)
    if distance > last * (1 + page.limits.drawn_on.value / 100):
        yield Flag("beyond_last_gate", {"distance": distance, "last": last})
