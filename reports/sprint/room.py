"""What a sprint says → a printed page: as many warnings as there is room for, and charts as high as they leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from engine.knowledge import KnowledgeBase
from engine.sprint.results import Analysis
from reports.fonts import wrap
from reports.sprint import pictures
from reports.sprint.charts import Plot
from reports.sprint.views import Sheet, meant, sheet
from reports.sprint.words import Warned

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
"""Size of the verdict's letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Sheet):
    """The sheet with what only a printed page has."""

    curve: Plot
    line: Plot | None
    warnings_halves: tuple[tuple[Warned, ...], tuple[Warned, ...]]
    more_warnings: int
    """Those the page has no room for."""


def printed(
    analysis: Analysis, knowledge: KnowledgeBase, *, uses: str = "", width: float = 518.0, room: float = 782.0
) -> Printed:
    """What one sprint says, on a page of this width and height in points; `uses` see `Sheet`."""
    said = sheet(analysis, knowledge, uses)
    told = said.warnings
    while True:
        halves = _halved(told, (width - GAP) / 2)
        left = room - _height(said, halves, width)
        if left >= SMALLEST or not told:
            break
        told = told[:-1]
    usable = bool(meant(analysis))
    chart = round((width - GAP) * CHARTS if usable else width)
    height = min(LARGEST if usable else ALONE, max(SMALLEST, left))
    return Printed(
        **{field.name: getattr(said, field.name) for field in fields(said)},
        curve=pictures.curve(analysis, chart, height),
        line=pictures.line(analysis, chart, height),
        warnings_halves=halves,
        more_warnings=len(said.warnings) - len(told),
    )


def _halved(told: Sequence[Warned], width: float) -> tuple[tuple[Warned, ...], tuple[Warned, ...]]:
    """The warnings in two columns of about equal height, in order of reading."""
    heights = [_warning_lines(one, width) for one in told]
    best = min(range(len(told) + 1), key=lambda at: (max(sum(heights[:at]), sum(heights[at:])), -at))
    return tuple(told[:best]), tuple(told[best:])


def _warning_lines(one: Warned, width: float) -> int:
    return _lines(f"⚠ {one.about} {one.says} {one.do}", width * 0.95)


def _lines(text: str, width: float, size: float = 8.5, *, bold: bool = False) -> int:
    return len(wrap(text, size, width * 0.98, bold=bold, most=99))


def _height(said: Sheet, halves: tuple[tuple[Warned, ...], tuple[Warned, ...]], width: float) -> float:
    """Height of everything but the charts."""
    narrow, wide = (width - GAP) * (1 - TABLE), (width - GAP) * TABLE
    half = (width - GAP) / 2
    top = HEAD + 1.2 * HEADLINE * _lines(said.verdict, width, HEADLINE, bold=True)
    top += LINE * (_lines(said.circumstances, width) + (_lines(f"Group: {said.group}", width) if said.group else 0))
    top += LINE * _lines(said.uses, width) if said.uses else 0
    captions = 17 + LINE * max(_lines(said.curve_caption, half), _lines(said.line_caption, half)) + 9
    left = 17 + ROW * (len(said.figures) + 1) + sum(LINE * _lines(f"– {one}", wide * 0.96) for one in said.readings)
    right = 34 + ROW * (len(said.gates) + 1) + LINE * _lines(said.gates_caption, narrow)
    right += sum(LINE * _lines(f"– {one}", narrow) for one in said.worth)
    warned = max((sum(LINE * _warning_lines(one, half) + 1.5 for one in column) for column in halves), default=0.0)
    below = (17 + warned + 7 + LINE) if said.warnings else 0.0
    honest = LINE * _lines(" ".join([f"Assumed: {said.assumed}.", *said.honest]), width - 18) + 8
    return top + captions + max(left, right) + below + honest + 4 * 6
