"""Analysis → what the sprint page prints: chosen, ordered, rounded and put into words. No template computes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.knowledge import KnowledgeBase
from engine.schema.sprint import Sprint
from engine.sprint.results import Analysis, Estimate, StartReading
from engine.sprint.run import Split
from reports import wording
from reports.fonts import wrap
from reports.sprint import words
from reports.sprint.charts import Named, Plot, force_velocity, speed_over_distance, trace_with_fit
from reports.sprint.words import Warned, between, written

SHOWN = 3
"""So many readings of the start have a curve and a column."""
SMALLEST, LARGEST = 88.0, 235.0
"""Height of the charts, in points."""
ALONE = 150.0
"""The same at most without a force-velocity line beside the curve, which is then as wide as the page."""
GAP = 17.0
CHARTS, TABLE = 0.5, 0.63
"""Share of the width: of each chart, and of the table of figures."""
HEAD, LINE, ROW = 40.0, 10.9, 12.6
"""Heights in points: the head, a line of small text, a row of a table."""
HEADLINE = 13.0

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
    ("time", "Time over {distance} m, s", 2, lambda one: one.gains.time),
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


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the templates print about one sprint."""

    athlete: str
    date: str
    name: str
    distance: str
    circumstances: str
    side: str
    verdict: str
    group: str
    curve: Plot
    curve_title: str
    curve_caption: str
    line: Plot | None
    line_caption: str
    interval_title: str
    columns: tuple[str, ...]
    figures: tuple[Figure, ...]
    readings: tuple[str, ...]
    worth: tuple[str, ...]
    gates: tuple[Gate, ...]
    gates_caption: str
    warnings: tuple[Warned, ...]
    warnings_halves: tuple[tuple[Warned, ...], tuple[Warned, ...]]
    more_warnings: int
    """Those the printed page has no room for."""
    assumed: str
    honest: tuple[str, ...]


def sheet(analysis: Analysis, knowledge: KnowledgeBase, *, width: float = 518.0, room: float = 782.0) -> Sheet:
    """What one sprint says, for a page of this width and height in points: the charts take the height that is left."""
    page = knowledge.sprint
    meant = [one for one in analysis.readings if not one.refuted and not one.unusable][:SHOWN]
    chart = round((width - GAP) * CHARTS)
    told = words.warnings(analysis, page)
    confidence = f"{wording.percent(page.confidence)} interval"
    plain = Sheet(
        athlete=analysis.person.name or "Athlete",
        date=wording.day(analysis.run.day) if analysis.run.day else "",
        name=analysis.run.name if analysis.run.name != analysis.person.name else "",
        distance=wording.number(analysis.distance),
        circumstances=wording.sentence("; ".join(words.circumstances(analysis, page))),
        side=analysis.side,
        verdict=words.verdict(analysis, page),
        group=wording.sentence(words.group_line(analysis.comparison, knowledge)),
        curve=_curve(analysis, meant, chart, LARGEST),
        curve_title=_curve_title(analysis),
        curve_caption=_curve_caption(analysis, meant),
        line=_line(analysis, meant, chart, LARGEST),
        line_caption=f"Grey: {confidence}, over the fit and every reading of the start that may be meant."
        + (" Group: its middle." if analysis.comparison else ""),
        interval_title=confidence,
        columns=_columns(analysis),
        figures=_figures(analysis),
        readings=_readings(analysis, page),
        worth=_worth(analysis, page),
        gates=_gates(analysis),
        gates_caption=_gates_caption(analysis),
        warnings=told,
        warnings_halves=_halved(told, (width - GAP) / 2),
        more_warnings=0,
        assumed=words.assumed(analysis.assumed),
        honest=page.honest,
    )
    return _fitted(plain, analysis, meant, width, room)


SIDES = {
    "force": "force (F0)", "velocity": "speed (V0)", "undecided": "undecided", "neither": "neither",
    "no_group": "no group", "unreliable": "unreliable",
}  # fmt: skip
"""Which quality lies further behind, in a table."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One sprint in a line."""

    name: str
    f0: str
    v0: str
    time: str
    side: str
    starts: str


def brief(analysis: Analysis) -> Brief:
    """One sprint in a line, each number as its interval."""

    def of(name: str, decimals: int) -> str:
        found = analysis.estimates.get(name)
        return between(found.low, found.high, decimals) if found else "–"

    run, name = analysis.run, analysis.person.name or "Athlete"
    called = f"{name}, {run.name}" if run.name and run.name != name else name
    chosen = words.SHORT[analysis.chosen.model] if analysis.chosen else "–"
    return Brief(called[:30], of("f0_rel", 1), of("v0", 2), of("time", 2), SIDES[analysis.side], chosen)


# --- charts -----------------------------------------------------------------------------------------------------------


def _named(reading: StartReading) -> Named:
    name = words.SHORT[reading.model] if reading.model in words.START_FITS else "model"
    return Named(reading.fit, name)


def _curve(analysis: Analysis, meant: Sequence[StartReading], width: float, height: float) -> Plot:
    fits = [_named(one) for one in meant]
    trace = analysis.run.trace
    curves = "; ".join(
        f"{one.name}: rising to {written(one.fit.mss, 2)} m/s with a time constant of {written(one.fit.tau, 2)} s"
        for one in fits
    )
    if trace is not None:
        return trace_with_fit(trace, fits, width, height, f"Speed along the trace. {curves or 'No curve fits'}.")
    steps = ", ".join(
        f"{wording.number(a.distance)} to {wording.number(b.distance)} m: {written(speed, 2)} m/s"
        for (a, b), speed in zip(pairwise(_from_line(analysis)), _speeds(analysis), strict=True)
    )
    alternative = f"Mean speeds {steps}. {curves or 'No curve fits'}."
    return speed_over_distance(analysis.run.splits, fits, width, height, alternative)


def _curve_title(analysis: Analysis) -> str:
    if analysis.run.trace is None:
        return "Speed along the run"
    device = {"in_situ": "session (GPS, LPS)"}.get(analysis.run.trace.device, analysis.run.trace.device)
    return f"{'Acceleration and speed' if analysis.run.trace.device == 'in_situ' else 'Speed'}, {device}"


def _curve_caption(analysis: Analysis, meant: Sequence[StartReading]) -> str:
    if analysis.run.trace is not None:
        return "Specks: samples." + (" Line: the model." if meant else "")
    steps = "Steps: mean speed between gates, by the clock."
    return f"{steps} Solid: the reading taken; dots: its gates." if meant else f"{steps} No curve can be relied on."


def _line(analysis: Analysis, meant: Sequence[StartReading], width: float, height: float) -> Plot | None:
    if not meant or not analysis.estimates:
        return None
    f0, v0, pmax = (analysis.estimates[name] for name in ("f0_rel", "v0", "pmax_rel"))
    group = analysis.comparison.group if analysis.comparison else None
    others = [(words.SHORT[one.model], one.profile.f0_rel, one.profile.v0) for one in meant[1:]]
    alternative = (
        f"Force falls from F0 {written(f0.value, 1)} N/kg ({between(f0.low, f0.high, 1)}) to nothing at V0 "
        f"{written(v0.value, 2)} m/s ({between(v0.low, v0.high, 2)})"
    )
    for name, force, speed in others:
        alternative += f"; {name}: {written(force, 1)} N/kg, {written(speed, 2)} m/s"
    if group:
        alternative += f"; middle of the group: {written(group.f0_rel, 1)} N/kg, {written(group.v0, 2)} m/s"
    taken = words.SHORT[meant[0].model] if others else "athlete"
    return force_velocity(f0, v0, pmax, taken, others, group, width, height, f"{alternative}.")


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
    fit = reading.fit
    if "time_correction" in fit.free and reading.model in ("tc", "tc_dc", "distance_target"):
        early = "before" if fit.time_correction < 0 else "after"
        return f": the run began {written(abs(fit.time_correction), 2)} s {early} the clock"
    if "flying_distance" in fit.free:
        return f": {written(fit.flying_distance, 2)} m before the first gate"
    return ""


def _worth(analysis: Analysis, page: Sprint) -> tuple[str, ...]:
    """Sensitivity, probe and optimum, a line each."""
    if not analysis.estimates:
        return ()
    found = analysis.estimates
    time, imbalance = found["time"], found["imbalance"]
    meant = [one for one in analysis.readings if not one.refuted and not one.unusable]
    gains = [-one.gains.optimal_gain for one in meant]
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


def _from_line(analysis: Analysis) -> tuple[Split, ...]:
    return (Split(0.0, 0.0), *analysis.run.splits)


def _speeds(analysis: Analysis) -> list[float]:
    return [(b.distance - a.distance) / (b.time - a.time) for a, b in pairwise(_from_line(analysis))]


def _gates(analysis: Analysis) -> tuple[Gate, ...]:
    splits, chosen = analysis.run.splits, analysis.chosen
    off = ["–"] * len(splits)
    if chosen is not None and len(chosen.fit.residuals) == len(splits):
        scale, decimals = _residual_scale(chosen)
        off = [_signed(residual * scale, decimals) for residual in chosen.fit.residuals]
    return tuple(
        Gate(wording.number(split.distance), written(split.time, 2), written(speed, 2), missed)
        for split, speed, missed in zip(splits, _speeds(analysis), off, strict=True)
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


# --- room -------------------------------------------------------------------------------------------------------------


def _halved(told: Sequence[Warned], width: float) -> tuple[tuple[Warned, ...], tuple[Warned, ...]]:
    """The warnings in two columns of about equal height, in order of reading."""
    heights = [_warning_lines(one, width) for one in told]
    best = min(range(len(told) + 1), key=lambda at: (max(sum(heights[:at]), sum(heights[at:])), -at))
    return tuple(told[:best]), tuple(told[best:])


def _warning_lines(one: Warned, width: float) -> int:
    return _lines(f"⚠ {one.about} {one.says} {one.do}", width * 0.95)


def _lines(text: str, width: float, size: float = 8.5, *, bold: bool = False) -> int:
    return len(wrap(text, size, width * 0.98, bold=bold, most=99))


def _fitted(plain: Sheet, analysis: Analysis, meant: Sequence[StartReading], width: float, room: float) -> Sheet:
    """The sheet with charts as high as there is room, and as many warnings as the smallest charts leave room for."""
    told = plain.warnings
    while True:
        halves = _halved(told, (width - GAP) / 2)
        left = room - _height(plain, halves, width)
        if left >= SMALLEST or not told:
            break
        told = told[:-1]
    chart = round((width - GAP) * CHARTS if meant else width)
    height = min(LARGEST if meant else ALONE, max(SMALLEST, left))
    return replace(
        plain,
        curve=_curve(analysis, meant, chart, height),
        line=_line(analysis, meant, chart, height),
        warnings_halves=halves,
        more_warnings=len(plain.warnings) - len(told),
    )


def _height(plain: Sheet, halves: tuple[tuple[Warned, ...], tuple[Warned, ...]], width: float) -> float:
    """Height of everything but the charts."""
    narrow, wide = (width - GAP) * (1 - TABLE), (width - GAP) * TABLE
    half = (width - GAP) / 2
    top = HEAD + 1.2 * HEADLINE * _lines(plain.verdict, width, HEADLINE, bold=True)
    top += LINE * (_lines(plain.circumstances, width) + (_lines(f"Group: {plain.group}", width) if plain.group else 0))
    captions = 17 + LINE * max(_lines(plain.curve_caption, half), _lines(plain.line_caption, half)) + 9
    left = 17 + ROW * (len(plain.figures) + 1) + sum(LINE * _lines(f"– {one}", wide * 0.96) for one in plain.readings)
    right = 34 + ROW * (len(plain.gates) + 1) + LINE * _lines(plain.gates_caption, narrow)
    right += sum(LINE * _lines(f"– {one}", narrow) for one in plain.worth)
    warned = max((sum(LINE * _warning_lines(one, half) + 1.5 for one in column) for column in halves), default=0.0)
    below = (17 + warned + 7 + LINE) if plain.warnings else 0.0
    honest = LINE * _lines(" ".join([f"Assumed: {plain.assumed}.", *plain.honest]), width - 18) + 8
    return top + captions + max(left, right) + below + honest + 4 * 6
