"""Coordinates of the charts, for *report*: the templates only draw what is computed here.

Everything is in points (1/72 inch) with y downwards, as in SVG. Meaning is carried by shape, hatch and words, never by
colour alone: evidence for is solid and runs right, evidence against is hatched and runs left; ◆ lies outside the norm
band on the worse side, ○ does not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.fonts import fit, typeface, wrap

SIZE = 8.5
"""Smallest size of text on paper, in points."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight axis: values from `low` to `high` on points from `left` to `right`; outside values are clamped."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """Where a value stands, in points.

        >>> Scale(0, 10, 100, 200)(5)
        150.0
        """
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + part * (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text whose baseline starts, is centred, or ends at x."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `against` is drawn hatched, with the strokes given."""

    x: float
    y: float
    width: float
    height: float
    against: bool
    hatch: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot on a norm band; ◆ when outside on the worse side, ○ otherwise. (x, y) is its middle."""

    x: float
    y: float
    outside: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All strokes, bars, marks and labels of one chart, with its size and what it says to those who cannot see it."""

    width: float
    height: float
    alternative: str
    labels: tuple[Label, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    dashed: tuple[Line, ...] = ()
    bands: tuple[Bar, ...] = ()
    blanks: tuple[Bar, ...] = ()
    """White ground under words that guide lines would cross."""


# --- waterfall ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence: what was asked or tested, what was found, and its signed weight."""

    asked: str
    found: str
    weight: float

    @property
    def words(self) -> str:
        """Both in one line."""
        return joined(self.asked, self.found)


def joined(asked: str, found: str) -> str:
    """What was asked with what was found: "Knee to wall: 8 cm", "How do the legs move? heavy"."""
    return f"{asked} {found}" if asked.endswith("?") else f"{asked}: {found}" if found else asked


@dataclass(frozen=True, slots=True)
class Account:
    """One deficit: its name, the verdict in words, and the evidence in the order added."""

    name: str
    verdict: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A weight from which the verdict changes, and the word for it."""

    weight: float
    word: str


ROW = 11.5
BAR = 7.5
HATCH = 3.2
NEXT_LINE = 9.6
"""From one line of the words beside a bar to the next."""


def waterfall(accounts: Sequence[Account], thresholds: Sequence[Threshold], width: float, names: float) -> Picture:
    """Each piece of evidence adds to or takes from the sum left by the one above it.

    Args: `width` of the whole and `names`, the width kept for the words on the left, in points.
    """
    low, high = _extent(accounts, thresholds)
    scale = Scale(low, high, names + (24 if low < 0 else 2), width - 22)
    labels, bars, lines, dashed = list[Label](), list[Bar](), list[Line](), list[Line]()
    blanks = list[Bar]()
    top = 2 * ROW if thresholds else ROW * 0.4
    y = top
    for account in accounts:
        verdict = typeface().width(account.verdict, SIZE)
        labels.append(Label(0, y + SIZE, fit(account.name, SIZE, width - verdict - 12, bold=True), bold=True))
        labels.append(Label(width, y + SIZE, account.verdict, "end"))
        blanks.append(Bar(0, y - 1, width, ROW, False))
        lines.append(Line(0, y + ROW - 0.4, width, y + ROW - 0.4))
        y += ROW + 1.5
        total = 0.0
        for piece in account.evidence:
            start, total = total, total + piece.weight
            left, right = sorted((scale(start), scale(total)))
            against = piece.weight < 0
            words = _beside(piece, names - 10)
            middle = y + (len(words) - 1) * NEXT_LINE / 2
            shape = (left, middle + (ROW - BAR) / 2, max(right - left, 0.8), BAR)
            bars.append(Bar(*shape, against, hatch(*shape) if against else ()))
            labels.extend(Label(6, y + at * NEXT_LINE + SIZE, line) for at, line in enumerate(words))
            weight = typeface().width(signed(piece.weight), SIZE)
            start = left - 3 - weight if against else right + 3
            labels.append(Label(start, middle + SIZE, signed(piece.weight)))
            blanks.append(Bar(start - 1, middle + 1, weight + 2, ROW - 2, False))
            y += ROW + (len(words) - 1) * NEXT_LINE
        y += 4
    dashed.extend(Line(scale(mark.weight), top - 2, scale(mark.weight), y - 4) for mark in thresholds)
    labels.extend(_threshold_words(thresholds, scale))
    lines.append(Line(scale(0), top - 2, scale(0), y - 4))
    alternative = "; ".join(
        f"{one.name}: {one.verdict} ("
        + ", ".join(f"{piece.words} {signed(piece.weight)}" for piece in one.evidence)
        + ")"
        for one in accounts
    )
    return Picture(
        width, y, alternative, tuple(labels), tuple(bars), (), tuple(lines), tuple(dashed), (), tuple(blanks)
    )


def _beside(piece: Evidence, room: float) -> tuple[str, ...]:
    """The words beside a bar in one or two lines; where they are too long the name gives way before what was found."""
    short = piece.asked.split(" (")[0]
    for name in (piece.asked, short):
        if typeface().width(joined(name, piece.found), SIZE) <= room:
            return (joined(name, piece.found),)
    lines = wrap(joined(short, piece.found), SIZE, room)
    if not lines[-1].endswith("…"):
        return lines
    return fit(short, SIZE, room), fit(piece.found, SIZE, room)


def _extent(accounts: Sequence[Account], thresholds: Sequence[Threshold]) -> tuple[float, float]:
    sums = [0.0, *(mark.weight for mark in thresholds)]
    for account in accounts:
        total = 0.0
        for piece in account.evidence:
            total += piece.weight
            sums.append(total)
    return min(sums), max(*sums, 0.5)


def _threshold_words(thresholds: Sequence[Threshold], scale: Scale) -> list[Label]:
    """Words over the dashed lines, on two levels where they would touch."""
    found, ends = list[Label](), [-1e9, -1e9]
    for mark in sorted(thresholds, key=lambda one: one.weight):
        half, x = typeface().width(mark.word, SIZE) / 2, scale(mark.weight)
        level = next((number for number in (0, 1) if x - half > ends[number] + 8), None)
        if level is None:
            continue
        ends[level] = x + half
        found.append(Label(x, (1 - level) * (ROW - 2) + SIZE, mark.word, "middle"))
    return found


def hatch(x: float, y: float, width: float, height: float) -> tuple[Line, ...]:
    """Rising diagonal strokes that fill a rectangle, clipped to it.

    >>> hatch(0, 0, 2, 8)[0]
    Line(x1=0, y1=3.2, x2=2, y2=1.2000000000000002)
    """
    strokes = []
    for number in range(1, math.floor((width + height) / HATCH) + 1):
        offset = number * HATCH
        x1, y1 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
        x2, y2 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
        strokes.append(Line(x1, y1, x2, y2))
    return tuple(strokes)


def signed(weight: float) -> str:
    """A weight of evidence with its sign and one decimal.

    >>> signed(-0.36)
    '−0.4'
    """
    return f"{'−' if weight < 0 else '+'}{abs(weight):.1f}"


# --- dots on norm bands -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One test against its norm: distances in SD with plus on the good side, one for each side tested."""

    name: str
    value: str
    usual: str
    distances: tuple[float, ...]


BAND_ROW = 22.0
RANGE = 62.0
"""Room kept at the right for the usual values."""
REACH = 3.0
"""The axis ends so many SD from the middle of the norm."""


def bands(readings: Sequence[Reading], width: float, axis: tuple[str, str, str]) -> Picture:
    """Tests as dots on one common axis in SD: left worse, right better, the band one SD to each side.

    Args: `width` in points; `axis` the words for worse, usual and better. The usual values stand right of the axis.
    """
    scale = Scale(-REACH, REACH, 5, width - RANGE)
    labels, lines, marks, boxes = list[Label](), list[Line](), list[Mark](), list[Bar]()
    labels.append(Label(0, SIZE, axis[0]))
    labels.append(Label(scale(0), SIZE, axis[1], "middle"))
    labels.append(Label(scale(REACH) + 5, SIZE, axis[2], "end"))
    y = ROW + 1
    for reading in readings:
        outside = any(distance < -1 for distance in reading.distances)
        value = fit(reading.value, SIZE, width * 0.52, bold=outside)
        room = width - typeface(outside).width(value, SIZE) - 6
        labels.append(Label(0, y + SIZE, fit(reading.name, SIZE, room, bold=outside), bold=outside))
        labels.append(Label(width, y + SIZE, value, "end", outside))
        middle = y + ROW + 4
        boxes.append(Bar(scale(-1), middle - 3.5, scale(1) - scale(-1), 7, False))
        lines.append(Line(scale(-REACH), middle, scale(REACH), middle))
        lines.append(Line(scale(0), middle - 3.5, scale(0), middle + 3.5))
        marks.extend(Mark(scale(distance), middle, distance < -1) for distance in reading.distances)
        labels.append(Label(width, middle + 3, fit(reading.usual, SIZE, RANGE - 8), "end"))
        y += BAND_ROW
    alternative = "; ".join(
        f"{one.name}: {one.value}, usual {one.usual}: {'outside' if any(d < -1 for d in one.distances) else 'inside'}"
        for one in readings
    )
    return Picture(width, y, alternative, tuple(labels), (), tuple(marks), tuple(lines), (), tuple(boxes))


# --- tick boxes ---------------------------------------------------------------------------------------------------

BOX = 7.0
GAP = 2.6


def ticks(weeks: Sequence[int]) -> Picture:
    """One column of boxes a week, one box a session; a week without the exercise gets a dash.

    >>> len(ticks([2, 0, 3]).bars)
    5
    """
    bars, lines = list[Bar](), list[Line]()
    for column, sessions in enumerate(weeks):
        x = 0.5 + column * (BOX + GAP)
        bars.extend(Bar(x, 0.5 + row * (BOX + GAP), BOX, BOX, False) for row in range(sessions))
        if not sessions:
            lines.append(Line(x + 2, 0.5 + BOX / 2, x + BOX - 2, 0.5 + BOX / 2))
    tallest = max([1, *weeks])
    words = ", ".join(f"week {number}: {sessions}" for number, sessions in enumerate(weeks, 1))
    return Picture(
        len(weeks) * (BOX + GAP) - GAP + 1, tallest * (BOX + GAP) - GAP + 1, f"Boxes to tick, {words}",
        bars=tuple(bars), lines=tuple(lines),
    )  # fmt: skip
