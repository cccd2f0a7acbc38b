"""Coordinates of the two charts of a sprint: speed along the run, and force against speed. Part of *report*.

As in `reports/charts.py` everything is in points with y downwards, and strokes differ by their dashes, never by colour
alone. Curves are drawn from the model itself (`engine/sprint/kinematics.py`), sampled finely enough to look smooth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from engine.sprint.kinematics import distance_at, time_to, velocity_at
from engine.sprint.results import Estimate, Fit, Group
from engine.sprint.run import Split, Trace
from reports.charts import SIZE, Label, Line, Scale
from reports.fonts import typeface

Style = Literal["taken", "second", "third", "group", "seen"]
STYLES: tuple[Style, ...] = ("taken", "second", "third")
"""Of the readings of the start, the chosen one first."""

LEFT, BOTTOM, TOP, RIGHT = 25.0, 25.0, 12.0, 5.0
"""Room around the frame for numbers and the names of the axes."""
SAMPLES = 60
DOTS = 240
"""So many samples of a trace are drawn at most."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A curve through points."""

    points: tuple[Point, ...]
    style: Style


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart: its frame, what is drawn in it, and what it says to those who cannot see it."""

    width: float
    height: float
    alternative: str
    frame: tuple[float, float, float, float]
    """Left, top, right, bottom."""
    grid: tuple[Line, ...]
    labels: tuple[Label, ...]
    strokes: tuple[Stroke, ...]
    dots: tuple[Point, ...] = ()
    specks: tuple[Point, ...] = ()
    """Samples of a trace."""
    steps: tuple[Box, ...] = ()
    """The mean speed of each interval."""
    area: tuple[Point, ...] = ()
    """A closed band."""
    keys: tuple[tuple[Line, Style], ...] = ()
    """Samples of the strokes beside their names."""


@dataclass(frozen=True, slots=True)
class Named:
    """A fit to draw, with its name."""

    fit: Fit
    name: str


@dataclass(frozen=True, slots=True)
class Axes:
    """The two scales of a chart and their ticks."""

    x: Scale
    y: Scale
    width: float
    height: float
    names: tuple[str, str]

    def at(self, x: float, y: float) -> Point:
        """A point of the chart."""
        return self.x(x), self.y(y)

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x.left, self.y.right, self.x.right, self.y.left

    def grid(self) -> tuple[Line, ...]:
        """A hair at each tick of the upright axis, a short stroke at each of the lower one."""
        left, _, right, bottom = self.frame
        across = [Line(left, self.y(at), right, self.y(at)) for at in ticks(self.y.low, self.y.high, 7)]
        return (*across, *(Line(self.x(at), bottom, self.x(at), bottom + 2.5) for at in self._along()))

    def labels(self) -> tuple[Label, ...]:
        """The numbers and names of both axes."""
        left, _, right, bottom = self.frame
        up = [Label(left - 4, self.y(at) + 3, tick(at), "end") for at in ticks(self.y.low, self.y.high, 7)]
        along = [self._below(at, bottom + 11) for at in self._along()]
        return (*up, *along, Label(0, SIZE - 1, self.names[1]), Label(right, bottom + 22, self.names[0], "end"))

    def _below(self, at: float, y: float) -> Label:
        """A number under its tick, moved inward where it would leave the chart."""
        half = typeface().width(tick(at), SIZE) / 2
        return Label(min(self.x(at), self.width - half), y, tick(at), "middle")

    def _along(self) -> list[float]:
        return ticks(self.x.low, self.x.high, 6)


def axes(x: tuple[float, float], y: tuple[float, float], names: tuple[str, str], width: float, height: float) -> Axes:
    """Scales over the ranges given, in a chart of this size."""
    return Axes(
        Scale(*x, LEFT, width - RIGHT), Scale(*y, height - BOTTOM, TOP + 3), width, height, names
    )  # fmt: skip


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two others, at most so many, zero among them when it lies between.

    >>> ticks(0, 40, 6), ticks(0, 9.3, 5)
    ([0.0, 10.0, 20.0, 30.0, 40.0], [0.0, 2.0, 4.0, 6.0, 8.0])
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (power * part for part in (1, 2, 5, 10, 20, 50)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            break
    return [number * step for number in range(first, last + 1)]


def tick(value: float) -> str:
    """A round number at an axis.

    >>> tick(10.0), tick(-0.5)
    ('10', '−0.5')
    """
    return f"{round(value, 6):g}".replace("-", "−")


# --- speed along the run ----------------------------------------------------------------------------------------------


def speed_over_distance(
    splits: Sequence[Split], fits: Sequence[Named], width: float, height: float, alternative: str
) -> Plot:
    """Speed against distance: the mean speed of each interval as steps, the fits as curves, the gates as dots.

    Args: `splits` in the order of distance; `fits` the chosen one first, at most three; may be empty.
    """
    gates = (Split(0.0, 0.0), *splits)
    last = splits[-1].distance
    means = [(b.distance - a.distance) / (b.time - a.time) for a, b in pairwise(gates)]
    top = max([*means, *(one.fit.mss for one in fits)]) * 1.04
    frame = axes((0.0, last), (0.0, top), ("distance, m", "speed, m/s"), width, height)
    steps = [
        (frame.x(a.distance), frame.y(mean), frame.x(b.distance) - frame.x(a.distance), frame.y(0) - frame.y(mean))
        for (a, b), mean in zip(pairwise(gates), means, strict=True)
    ]
    curves = [Stroke(tuple(frame.at(*point) for point in along(one.fit, last)), style)
              for one, style in zip(fits, STYLES, strict=False)]  # fmt: skip
    dots = [frame.at(split.distance, speed_at(fits[0].fit, split.distance)) for split in splits] if fits else []
    return _plot(frame, alternative, curves, [one.name for one in fits], dots=tuple(dots), steps=tuple(steps))


def along(fit: Fit, last: float) -> tuple[Point, ...]:
    """Distance from the start line and speed, from the line (or the start, when that lies before it) to `last`."""
    shift = fit.distance_correction - fit.flying_distance
    end = time_to(max(last - shift, 1e-6), fit.mss, fit.mac)
    points = []
    for number in range(SAMPLES + 1):
        time = end * (number / SAMPLES) ** 2  # the curve bends most at its start
        points.append((distance_at(time, fit.mss, fit.mac) + shift, velocity_at(time, fit.mss, fit.mac)))
    return tuple(point for point in points if point[0] >= -1e-9) if shift < 0 else tuple(points)


def speed_at(fit: Fit, distance: float) -> float:
    """Speed in m/s of a fit where the tape says `distance`."""
    run = max(distance + fit.flying_distance - fit.distance_correction, 0.0)
    return velocity_at(time_to(run, fit.mss, fit.mac), fit.mss, fit.mac)


def trace_with_fit(trace: Trace, fits: Sequence[Named], width: float, height: float, alternative: str) -> Plot:
    """The samples of a trace with the fits: speed over time, over distance (tether), or acceleration over speed."""
    if trace.device == "in_situ":
        return _session(trace, fits, width, height, alternative)
    by_distance = trace.device == "tether" or not trace.times
    xs = trace.distances if by_distance else trace.times
    first, last = min([0.0, *xs]), max(xs)
    top = max([*trace.velocities, *(one.fit.mss for one in fits)]) * 1.04
    name = "distance, m" if by_distance else "time, s"
    frame = axes((first, last), (0.0, top), (name, "speed, m/s"), width, height)
    specks = [frame.at(*one) for one in thinned(tuple(zip(xs, trace.velocities, strict=True)))]
    curves = []
    for one, style in zip(fits, STYLES, strict=False):
        points = along(one.fit, last) if by_distance else over_time(one.fit, last)
        curves.append(Stroke(tuple(frame.at(*point) for point in points), style))
    return _plot(frame, alternative, curves, [one.name for one in fits], specks=tuple(specks))


def over_time(fit: Fit, last: float) -> tuple[Point, ...]:
    """Time on the clock and speed, from the start of the run to `last`."""
    span = max(last - fit.time_correction, 1e-6)
    times = [span * (number / SAMPLES) for number in range(SAMPLES + 1)]
    return tuple((time + fit.time_correction, velocity_at(time, fit.mss, fit.mac)) for time in times)


def _session(trace: Trace, fits: Sequence[Named], width: float, height: float, alternative: str) -> Plot:
    right = max([*trace.velocities, *(one.fit.mss for one in fits)]) * 1.03
    top = max([*trace.accelerations, *(one.fit.mac for one in fits)]) * 1.04
    frame = axes((0.0, right), (0.0, top), ("speed, m/s", "acceleration, m/s²"), width, height)
    seen = [one for one in zip(trace.velocities, trace.accelerations, strict=True) if min(one) >= 0]
    specks = tuple(frame.at(*one) for one in thinned(tuple(seen)))
    lines = [Stroke((frame.at(0, one.fit.mac), frame.at(one.fit.mss, 0)), style)
             for one, style in zip(fits, STYLES, strict=False)]  # fmt: skip
    return _plot(frame, alternative, lines, [one.name for one in fits], specks=specks)


def thinned(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Every n-th point, so that no more than `DOTS` are left."""
    return points[:: max(1, math.ceil(len(points) / DOTS))]


# --- force against speed ----------------------------------------------------------------------------------------------


def force_velocity(
    f0: Estimate, v0: Estimate, pmax: Estimate, taken: str, others: Sequence[tuple[str, float, float]],
    group: Group | None,    width: float, height: float, alternative: str,
) -> Plot:  # fmt: skip
    """The line from F0 (N/kg) to V0 (m/s) with its band, other readings of the start, and the middle of the group.

    Args: the estimates relative to body mass; `taken` names their line; `others` as (name, F0, V0), at most two.
    """
    right = max([v0.high, *(one[2] for one in others), group.v0 if group else 0.0]) * 1.05
    top = max([f0.high, *(one[1] for one in others), group.f0_rel if group else 0.0]) * 1.06
    frame = axes((0.0, right), (0.0, top), ("speed, m/s", "force, N/kg"), width, height)
    strokes = [Stroke((frame.at(0, f0.value), frame.at(v0.value, 0)), "taken")]
    strokes += [
        Stroke((frame.at(0, force), frame.at(speed, 0)), style)
        for (_, force, speed), style in zip(others, STYLES[1:], strict=False)
    ]
    names = [taken, *(name for name, _, _ in others[: len(STYLES) - 1])]
    if group:
        strokes.append(Stroke((frame.at(0, group.f0_rel), frame.at(group.v0, 0)), "group"))
        names.append("group")
    area = tuple(frame.at(*point) for point in band(f0, v0, pmax))
    dots = (frame.at(0, f0.value), frame.at(v0.value, 0))
    return _plot(frame, alternative, strokes, names, area=area, dots=dots)


def band(f0: Estimate, v0: Estimate, pmax: Estimate) -> tuple[Point, ...]:
    """The band around the line from F0 to V0 as a closed path of (speed, force): out along its upper edge, back below.

    Each point of the line moves along its ray from the origin. At the ends the edges stand on the intervals of F0 and
    V0, in the middle on that of Pmax, which is narrower where the errors of F0 and V0 offset each other: in logarithms
    the width at the share u of the line is √((1-u)² f² + u² v² + 2 r u (1-u) f v), and r follows from f, v and p.
    """
    shares = [number / SAMPLES for number in range(SAMPLES + 1)]
    upper = [_edge((f0.value, f0.high), (v0.value, v0.high), (pmax.value, pmax.high), u) for u in shares]
    lower = [_edge((f0.value, f0.low), (v0.value, v0.low), (pmax.value, pmax.low), u) for u in shares]
    return (*upper, *reversed(lower))


def _edge(f0: Point, v0: Point, p: Point, u: float) -> Point:
    """One point of an edge; each pair is a value and the end of its interval."""
    f, v, both = _far(*f0), _far(*v0), _far(*p)
    product = 2 * abs(f * v)
    r = min(1.0, max(-1.0, (both**2 - f**2 - v**2) / product)) if product > 0 else 0.0
    width = math.sqrt(max(0.0, ((1 - u) * f) ** 2 + (u * v) ** 2 + r * u * (1 - u) * product))
    away = math.exp(math.copysign(width, f0[1] - f0[0] or v0[1] - v0[0]))
    return u * v0[0] * away, (1 - u) * f0[0] * away


def _far(value: float, end: float) -> float:
    """How far an end lies from its value, in logarithms; zero where there are none."""
    return abs(math.log(end / value)) if min(end, value) > 0 else 0.0


# --- common -----------------------------------------------------------------------------------------------------------


def _plot(
    frame: Axes, alternative: str, strokes: Sequence[Stroke], names: Sequence[str], *,
    dots: tuple[Point, ...] = (), specks: tuple[Point, ...] = (), area: tuple[Point, ...] = (),
    steps: tuple[Box, ...] = (),
) -> Plot:  # fmt: skip
    keys, names_beside = _key(frame.width, [one.style for one in strokes], names)
    labels = (*frame.labels(), *names_beside)
    return Plot(
        frame.width, frame.height, alternative, frame.frame, frame.grid(), labels, tuple(strokes), dots, specks, steps,
        area, keys,
    )  # fmt: skip


KEY_STROKE = 16.0


def _key(
    width: float, styles: Sequence[Style], names: Sequence[str]
) -> tuple[tuple[tuple[Line, Style], ...], list[Label]]:
    """Samples of the strokes with their names, in one line above the frame that ends at its right edge."""
    x = width - sum(KEY_STROKE + 3 + typeface().width(name, SIZE) for name in names) - 8 * max(len(names) - 1, 0)
    keys, labels = [], []
    for style, name in zip(styles, names, strict=True):
        keys.append((Line(x, SIZE - 4, x + KEY_STROKE, SIZE - 4), style))
        labels.append(Label(x + KEY_STROKE + 3, SIZE - 1, name))
        x += KEY_STROKE + 3 + typeface().width(name, SIZE) + 8
    return tuple(keys), labels
