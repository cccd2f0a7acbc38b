"""Draws of (MSS, MAC) → every quantity with its interval, over all readings of the start that can be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.schema.sprint import Sprint
from engine.sprint.body import Body
from engine.sprint.elementwise import Array
from engine.sprint.force_velocity import RATIO_FROM, TRACE_STEP, drf_of, have_v0, v0_of
from engine.sprint.forces import ratio_of_force_at
from engine.sprint.results import Estimate, StartReading
from engine.sprint.sensitivity import elasticities_of, optimum_of, probe_of, time_of
from engine.sprint.spread import Draws, interval

_COARSE: Final = 0.1
"""s; the spread of DRF needs no finer trace, and is most of the work."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The draws of one reading for which a V0 exists, and what they give."""

    mss: Array
    mac: Array
    f0: Array
    v0: Array


def drawn_of(draws: Draws, body: Body) -> Drawn | None:
    """What draws give; None when most of them have no V0, and the rest would tell a wrong story."""
    there = have_v0(draws.mss, draws.mac, body)
    if 2 * np.count_nonzero(there) < len(there):
        return None
    mss, mac = draws.mss[there], draws.mac[there]
    f0 = body.moved * mac + body.resistance - body.drag * body.wind * np.abs(body.wind)
    return Drawn(mss, mac, f0, v0_of(mss, mac, body))


def estimates(
    spreads: Sequence[tuple[StartReading, Drawn]], body: Body, distance: float, page: Sprint
) -> dict[str, Estimate]:
    """Every quantity with its interval, over all readings that can be meant."""
    found: dict[str, list[tuple[float, Array]]] = {}
    for reading, drawn in spreads:
        at_fit = _quantities(
            np.array([reading.fit.mss]), np.array([reading.fit.mac]), np.array([reading.profile.f0]),
            np.array([reading.profile.v0]), body, distance, page,
        )  # fmt: skip
        around = _quantities(drawn.mss, drawn.mac, drawn.f0, drawn.v0, body, distance, page, step=_COARSE)
        for name, values in around.items():
            found.setdefault(name, []).append((float(at_fit[name][0]), values))
    return {name: joined(values, page.confidence) for name, values in found.items()}


def joined(found: Sequence[tuple[float, Array]], confidence: float) -> Estimate:
    """One number over several readings: the first one's value, the fit's error and what the readings disagree about.

    Args: for each reading its value and the draws (n,) around it.
    """
    value, drawn = found[0]
    fit_error = float(np.std(drawn))
    apart = float(np.sqrt(np.mean([(other - value) ** 2 for other, _ in found])))
    ends = [interval(draws, confidence) for _, draws in found]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return Estimate(value, float(np.hypot(fit_error, apart)), min(low, value), max(high, value), fit_error)


def _quantities(
    mss: Array, mac: Array, f0: Array, v0: Array, body: Body, distance: float, page: Sprint, *, step: float = TRACE_STEP
) -> dict[str, Array]:
    """Every quantity a report or a rule may ask for, by name; arrays (n,) in and out, `step` of DRF's trace in s."""
    (mass, _), alone = body.single(), body.alone
    e_f0, e_v0 = elasticities_of(f0, v0, alone, distance)
    probe_f0, probe_v0 = probe_of(f0, v0, alone, distance, page.probe_percent.value)
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
        "rf_max": 100 * ratio_of_force_at(RATIO_FROM, mss, mac, body),
        "drf": 100 * drf_of(mss, mac, body, step=step),
        "time": time_of(f0, v0, alone, distance),
        "e_f0": e_f0,
        "e_v0": e_v0,
        "probe_f0": probe_f0,
        "probe_v0": probe_v0,
        "imbalance": np.asarray(optimum_of(f0, v0, alone, distance).imbalance),
    }
