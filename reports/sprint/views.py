"""Analysis → what the sprint page prints: chosen, ordered, rounded and put into words. No template computes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from engine.knowledge import KnowledgeBase
from engine.schema.sprint import Sprint
from engine.sprint.results import Analysis, Estimate, StartReading
from engine.sprint.run import Split
from reports import wording
from reports.sprint import words
from reports.sprint.words import Warned, between, written

SHOWN = 3
"""So many readings of the start have a curve and a column."""
NAMES: tuple[tuple[str, str, int, Callable[[StartReading], float]], ...] = (
    ("mss", "Top speed MSS, m/s", 2, lambda one: one.fit.mss),
    ("mac", "Acceleration MAC, m/s²", 1, lambda one: one.fit.mac),
    ("tau", "Time constant TAU, s", 2, lambda one: one.fit.tau),
    ("f0_rel", "Force F0, N/kg", 1, lambda one: one.profile.f0_rel),
    ("f0", "Force F0, N", 0, lambda one: one.profile.f0),
    ("v0", "Speed V0, m/s", 2, lambda one: one.profile.v0),
    ("pmax_rel", "Power Pmax, W/kg", 1, lambda one: one.profile.pmax_rel),
    ("slope", "Slope F0/V0, N·s/m/kg", 2, lambda one: one.profile.slope),
    ("rf_max", "RFmax (at 0.3 s), %", 1, lambda one: 100 * one.profile.rf_max),
    ("drf", "DRF, % per m/s", 1, lambda one: 100 * one.profile.drf),
    ("time", "{distance} m from the first push, s", 2, lambda one: one.gains.time),
)
"""Name among the estimates, how it is called, its decimals, and where a single reading keeps it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table of figures."""

    name: str
    value: str
    interval: str
    by_reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """One row of the table of gates."""

    distance: str
    time: str
    speed: str
    off: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that is said about one sprint, in whatever format."""

    athlete: str
    date: str
    name: str
    distance: str
    circumstances: str
    side: str
    verdict: str
    group: str
    uses: str
    """Which of the athlete's sprints the rules use; empty on a page of its own."""
    curve_title: str
    curve_caption: str
    line_caption: str
    interval_title: str
    columns: tuple[str, ...]
    figures: tuple[Figure, ...]
    readings: tuple[str, ...]
    worth: tuple[str, ...]
    gates: tuple[Gate, ...]
    gates_caption: str
    warnings: tuple[Warned, ...]
    assumed: str
    honest: tuple[str, ...]


def sheet(analysis: Analysis, knowledge: KnowledgeBase, uses: str = "") -> Sheet:
    """What one sprint says; `reports/sprint/room.py` makes a printed page of it."""
    page = knowledge.sprint
    confidence = f"{wording.percent(page.confidence)} interval"
    return Sheet(
        athlete=analysis.person.name or "Athlete",
        date=wording.day(analysis.run.day) if analysis.run.day else "",
        name=analysis.run.name if analysis.run.name != analysis.person.name else "",
        distance=wording.number(analysis.distance),
        circumstances=wording.sentence("; ".join(words.circumstances(analysis, page))),
        side=analysis.side,
        verdict=words.verdict(analysis, page),
        group=wording.sentence(words.group_line(analysis, knowledge)),
        uses=uses,
        curve_title=_curve_title(analysis),
        curve_caption=_curve_caption(analysis),
        line_caption=f"Grey: {confidence}, over the fit and every reading of the start that may be meant."
        + (" Group: its middle." if analysis.comparison else ""),
        interval_title=confidence,
        columns=_columns(analysis),
        figures=_figures(analysis),
        readings=_readings(analysis, page),
        worth=_worth(analysis, page),
        gates=_gates(analysis),
        gates_caption=_gates_caption(analysis),
        warnings=words.warnings(analysis, page),
        assumed=words.assumed(analysis.assumed),
        honest=page.honest,
    )


def meant(analysis: Analysis) -> list[StartReading]:
    """The readings of the start that may be meant, as many as have a curve."""
    return [one for one in analysis.readings if not one.refuted and not one.unusable][:SHOWN]


# --- captions ---------------------------------------------------------------------------------------------------------


def _curve_title(analysis: Analysis) -> str:
    if analysis.run.trace is None:
        return "Speed along the run"
    device = {"in_situ": "session (GPS, LPS)"}.get(analysis.run.trace.device, analysis.run.trace.device)
    return f"{'Acceleration and speed' if analysis.run.trace.device == 'in_situ' else 'Speed'}, {device}"


def _curve_caption(analysis: Analysis) -> str:
    drawn = bool(meant(analysis))
    if analysis.run.trace is not None:
        return "Specks: samples." + (" Line: the model." if drawn else "")
    steps = "Steps: mean speed between gates, by the clock."
    return f"{steps} Solid: the reading taken; dots: its gates." if drawn else f"{steps} No curve can be relied on."


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(analysis: Analysis) -> tuple[Figure, ...]:
    found = []
    for key, name, decimals, of in NAMES:
        estimate = analysis.estimates.get(key)
        if estimate is None:
            continue
        each = [written(of(one), decimals) if not one.unusable else "–" for one in analysis.readings[:SHOWN]]
        called = name.format(distance=wording.number(analysis.distance))
        interval = between(estimate.low, estimate.high, decimals)
        found.append(Figure(called, written(estimate.value, decimals), interval, tuple(each) if len(each) > 1 else ()))
    return tuple(found)


def _columns(analysis: Analysis) -> tuple[str, ...]:
    """The readings of the start with a column each; a single one needs none."""
    shown = analysis.readings[:SHOWN]
    return tuple(words.SHORT[one.model] for one in shown) if len(shown) > 1 else ()


def _readings(analysis: Analysis, page: Sprint) -> tuple[str, ...]:
    """Each reading of the start: how it is called, what becomes of it, what it takes for granted."""
    if analysis.run.trace is not None:
        return ()
    found = []
    for one in analysis.readings:
        says = words.fit_says(one.model, page)
        state = words.state(one, analysis.chosen)
        short, label = words.SHORT[one.model], words.fit_label(one.model, page)
        name = label if short in label else f"{short}: {label}"
        found.append(f"{name} ({state}){f', {says}' if says else ''}{_offset(one)}")
    return tuple(found)


def _offset(reading: StartReading) -> str:
    """What the fit found about the start."""
    fit, found = reading.fit, []
    if "time_correction" in fit.free and reading.model in ("tc", "tc_dc", "distance_target"):
        early = "before" if fit.time_correction < 0 else "after"
        found.append(f"the run began {written(abs(fit.time_correction), 2)} s {early} the clock")
    if "flying_distance" in fit.free:
        found.append(f"{written(fit.flying_distance, 2)} m before the first gate")
    if "distance_correction" in fit.free:
        side = "behind" if fit.distance_correction < 0 else "beyond"
        found.append(f"from {written(abs(fit.distance_correction), 2)} m {side} the line")
    return f": {', '.join(found)}" if found else ""


def _worth(analysis: Analysis, page: Sprint) -> tuple[str, ...]:
    """Sensitivity, probe and optimum, a line each."""
    if not analysis.estimates:
        return ()
    found = analysis.estimates
    time, imbalance = found["time"], found["imbalance"]
    gains = [-one.gains.optimal_gain for one in analysis.readings if not one.refuted and not one.unusable]
    percent = wording.number(page.probe_percent.value)
    one_percent = (
        f"1 % more F0 is worth {words.worth(found['e_f0'], time)} s, 1 % more V0 {words.worth(found['e_v0'], time)} s."
    )
    probe = (
        f"Probe: {percent} % more F0 alone saves {_probe(found['probe_f0'])}, {percent} % more V0 alone "
        f"{_probe(found['probe_v0'])}."
    )
    optimum = (
        f"Optimum: the slope is {between(imbalance.low, imbalance.high, 0)} % of the fastest for this Pmax (above 100 "
        f"V0 pays more); getting there would save {between(min(gains), max(gains), 2)} s."
    )
    return one_percent, probe, optimum


def _probe(change: Estimate) -> str:
    return f"{between(-change.high, -change.low, 3)} s"


# --- gates ------------------------------------------------------------------------------------------------------------


class Leg(NamedTuple):
    """The way from one gate, or the line, to the next."""

    begins: Split
    ends: Split

    @property
    def speed(self) -> float:
        """By the clock, m/s."""
        return (self.ends.distance - self.begins.distance) / (self.ends.time - self.begins.time)


def legs(analysis: Analysis) -> tuple[Leg, ...]:
    """One for each gate."""
    return tuple(Leg(*both) for both in pairwise((Split(0.0, 0.0), *_beyond_the_line(analysis))))


def _beyond_the_line(analysis: Analysis) -> list[Split]:
    """The gates as they were fitted, in their order."""
    return sorted((one for one in analysis.run.splits if one.distance > 0), key=lambda one: one.distance)


def _gates(analysis: Analysis) -> tuple[Gate, ...]:
    splits, chosen = _beyond_the_line(analysis), analysis.chosen
    off = ["–"] * len(splits)
    if chosen is not None and len(chosen.fit.residuals) == len(splits):
        scale, decimals = _residual_scale(chosen)
        off = [_signed(residual * scale, decimals) for residual in chosen.fit.residuals]
    return tuple(
        Gate(wording.number(leg.ends.distance), written(leg.ends.time, 2), written(leg.speed, 2), missed)
        for leg, missed in zip(legs(analysis), off, strict=True)
    )


def _residual_scale(reading: StartReading) -> tuple[float, int]:
    """Milliseconds and centimetres; other units as they are."""
    return {"s": (1000.0, 0), "m": (100.0, 0)}.get(reading.fit.residual_unit, (1.0, 2))


def _residual_unit(reading: StartReading) -> str:
    return {"s": "ms", "m": "cm", "m/s^2": "m/s²"}.get(reading.fit.residual_unit, reading.fit.residual_unit)


def _signed(value: float, decimals: int) -> str:
    """A difference with its sign.

    >>> _signed(3.2, 0), _signed(-3.2, 0), _signed(0.2, 0)
    ('+3', '−3', '0')
    """
    text = written(value, decimals)
    return f"+{text}" if value > 0 and float(f"{value:.{decimals}f}") else text


def _gates_caption(analysis: Analysis) -> str:
    chosen = analysis.chosen
    if chosen is None:
        return ""
    scale, decimals = _residual_scale(chosen)
    spread = f"{written(chosen.fit.rmse * scale, decimals)} {_residual_unit(chosen)}"
    if analysis.run.trace is not None:
        return f"{chosen.fit.n} samples fitted; they lie {spread} from the model (root mean square)."
    return f"Off: clock minus curve ({words.SHORT[chosen.model]}), {_residual_unit(chosen)}; root mean square {spread}."
