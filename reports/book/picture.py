"""Which deficit explains which, as a drawing: layers by fast-sugiyama, lines and boxes by ourselves.

Causes stand on the left and what they lead to on the right. A line that passes a layer is led around its boxes by way
of a stand-in, placed by the same layout. Shape and stroke carry the meaning, so the drawing reads in black and white.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from engine.knowledge import KnowledgeBase
from reports import fonts

SIZE = 8.5
"""Letters, in points, as everywhere on paper."""
_STEP = 20.5
"""Half a line of boxes, in points."""
_BOX_HEIGHT = 35.0
_SPACING = 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """One deficit: where it stands, its lines of text, and its family."""

    id: str
    family: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One explanation, as an SVG path from the cause to what it explains, and its share in words."""

    path: str
    share: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing, in points; empty with a reason when it could not be laid out."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    missing: str = ""


def draw(knowledge: KnowledgeBase, width: float = 510.0) -> Picture:
    """The couplings of all deficits, as wide as a page; a deficit coupled with none is left out."""
    shares = {
        (cause.deficit, name): cause.share
        for name, page in knowledge.deficits.items()
        for cause in page.explained_by
        if cause.deficit in knowledge.deficits
    }
    if not shares:
        return Picture(0, 0, (), (), "No deficit explains another.")
    try:
        engine = import_module("fast_sugiyama")
    except ImportError:
        return Picture(0, 0, (), (), "The drawing needs fast-sugiyama, which is not installed here "
                                     "(pip install fast-sugiyama); the table below says the same.")  # fmt: skip
    places, ways = _laid_out(engine, sorted(shares))
    layers = 1 + max(layer for layer, _ in places.values())
    pitch = width / layers
    box_width = pitch - (26 if layers > 1 else 0)
    spots = {name: (layer * pitch, row * _STEP) for name, (layer, row) in places.items()}
    boxes = tuple(
        Box(name, knowledge.deficits[name].limiter, spots[name][0], spots[name][1], box_width, _BOX_HEIGHT,
            fonts.wrap(knowledge.deficits[name].label.split(":")[0], SIZE, box_width - 7, most=3))
        for name in sorted(spots) if name in knowledge.deficits
    )  # fmt: skip
    lines = tuple(Line(_path([spots[one] for one in ways[pair]], box_width), shares[pair]) for pair in sorted(shares))
    return Picture(width, max(y for _, y in spots.values()) + _BOX_HEIGHT, boxes, lines)


def _laid_out(
    engine: Any, pairs: Sequence[tuple[str, str]]
) -> tuple[dict[str, tuple[int, float]], dict[tuple[str, str], list[str]]]:
    """Layer and row of every deficit and stand-in, and the way of each line over them.

    Laid out twice: first for the layers, then with a stand-in wherever a line passes a layer.
    """
    first = _placed(engine, pairs)
    ways: dict[tuple[str, str], list[str]] = {}
    for cause, effect in pairs:
        between = range(first[cause][0] + 1, first[effect][0])
        ways[cause, effect] = [cause, *(f"{cause}>{effect}>{layer}" for layer in between), effect]
    steps = [step for way in ways.values() for step in itertools.pairwise(way)]
    return _placed(engine, steps), ways


def _placed(engine: Any, pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[int, float]]:
    """Layer, counted from 0, and row of every name; numbers go to the engine, so that the order is always the same."""
    names = sorted({name for pair in pairs for name in pair})
    number = {name: at for at, name in enumerate(names)}
    layouts = engine.from_edges([(number[cause], number[effect]) for cause, effect in pairs], vertex_spacing=_SPACING)
    found: dict[str, tuple[int, float]] = {}
    below = 0.0
    for positions, *_ in layouts:
        depths = {depth: layer for layer, depth in enumerate(sorted({y for _, (_, y) in positions}))}
        rows = [row for _, (row, _) in positions]
        for at, (row, depth) in positions:
            found[names[at]] = (depths[depth], below + (row - min(rows)) / _SPACING * 2)
        below += (max(rows) - min(rows)) / _SPACING * 2 + 2
    return _pointing_right(found, pairs)


def _pointing_right(
    found: Mapping[str, tuple[int, float]], pairs: Sequence[tuple[str, str]]
) -> dict[str, tuple[int, float]]:
    """Causes to the left, whichever way up the engine draws."""
    if all(found[cause][0] <= found[effect][0] for cause, effect in pairs):
        return dict(found)
    last = max(layer for layer, _ in found.values())
    return {name: (last - layer, row) for name, (layer, row) in found.items()}


def _path(spots: Sequence[Point], box_width: float) -> str:
    """A smooth way from the right edge of the first box over the stand-ins to the left edge of the last."""
    middle = _BOX_HEIGHT / 2
    points = [(spots[0][0] + box_width, spots[0][1] + middle)]
    for x, y in spots[1:-1]:
        points += [(x, y + middle), (x + box_width, y + middle)]
    points.append((spots[-1][0] - 2, spots[-1][1] + middle))
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        half = (x + to_x) / 2
        path += f"C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return path
