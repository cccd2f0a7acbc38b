"""Coordinates of the charts: sums stay true, nothing leaves its frame, against is hatched, ◆ means outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import fonts
from reports.charts import (
    SIZE,
    Account,
    Evidence,
    Picture,
    Reading,
    Scale,
    Threshold,
    bands,
    hatch,
    signed,
    ticks,
    waterfall,
)  # fmt: skip

WEIGHTS = st.lists(st.floats(-3, 3).filter(lambda weight: abs(weight) > 0.01), min_size=1, max_size=6)
THRESHOLDS = [Threshold(0.22, "possible"), Threshold(0.51, "likely"), Threshold(1.2, "clear")]


def chart(weights: list[float], width: float = 290, names: float = 170) -> Picture:
    pieces = tuple(Evidence("Knee to wall", "left 8.5, right 11 cm", weight) for weight in weights)
    return waterfall([Account("Stiff ankle", "likely", pieces)], THRESHOLDS, width, names)


@given(WEIGHTS)
def test_each_bar_starts_where_the_last_one_ended(weights: list[float]) -> None:
    bars = chart(weights).bars
    for weight, bar, following in zip(weights, bars, bars[1:], strict=False):
        end = bar.x if weight < 0 else bar.x + bar.width
        assert any(abs(end - edge) < 0.9 for edge in (following.x, following.x + following.width))


@given(WEIGHTS)
def test_bars_are_as_long_as_their_weights(weights: list[float]) -> None:
    bars = chart(weights).bars
    longest = max(range(len(weights)), key=lambda at: abs(weights[at]))
    for weight, bar in zip(weights, bars, strict=True):
        expected = bars[longest].width * abs(weight) / abs(weights[longest])
        assert bar.width == pytest.approx(max(expected, 0.8), abs=0.1)


@given(WEIGHTS)
def test_against_is_hatched_and_for_is_not(weights: list[float]) -> None:
    for weight, bar in zip(weights, chart(weights).bars, strict=True):
        assert bar.against == (weight < 0)
        assert bool(bar.hatch) == (weight < 0)


@given(WEIGHTS)
def test_a_waterfall_stays_in_its_frame(weights: list[float]) -> None:
    picture = chart(weights)
    for label in picture.labels:
        width = fonts.typeface(label.bold).width(label.text, SIZE)
        left = {"start": label.x, "middle": label.x - width / 2, "end": label.x - width}[label.anchor]
        assert left >= -0.5
        assert left + width <= picture.width + 2
        assert label.y <= picture.height
    assert all(bar.x >= 0 and bar.x + bar.width <= picture.width for bar in picture.bars)


@given(st.floats(0.1, 200), st.floats(0.1, 40))
def test_hatching_stays_in_its_bar(width: float, height: float) -> None:
    for line in hatch(10, 20, width, height):
        assert 10 - 1e-6 <= line.x1 <= line.x2 + 1e-6 <= 10 + width + 2e-6
        assert 20 - 1e-6 <= line.y2 <= line.y1 + 1e-6 <= 20 + height + 2e-6


def words_of(asked: str) -> list[str]:
    piece = Evidence(asked, "knee in", 0.5)
    return [label.text for label in waterfall([Account("A", "likely", (piece,))], [], 290, 170).labels]


def test_a_long_name_takes_two_lines_and_gives_way_before_what_was_found() -> None:
    assert "knee in" in words_of("Main single-leg squat fault on the worse side, seen by a coach")[-2]
    longest = words_of("Main single-leg squat fault on the worse side of the two " * 3)
    assert longest[-2] == "knee in"
    assert longest[-3].endswith("…")


def test_guide_lines_pass_behind_headings() -> None:
    picture = chart([0.5, 0.8])
    heading = next(label for label in picture.labels if label.bold)
    assert any(blank.y <= heading.y - SIZE and blank.width == picture.width for blank in picture.blanks)


@pytest.mark.parametrize(
    ("distance", "outside"), [(-1.01, True), (-1.0, False), (0.0, False), (2.5, False), (-9.0, True)]
)
def test_a_diamond_lies_outside_the_band_on_the_worse_side(distance: float, outside: bool) -> None:
    picture = bands([Reading("Jump", "31 cm", "32–40", (distance,))], 200, ("worse", "usual", "better"))
    (mark_,) = picture.marks
    (band,) = picture.bands
    assert mark_.outside is outside
    assert (mark_.x < band.x) is outside or distance == -1.0


def test_both_sides_are_dots_on_one_axis() -> None:
    picture = bands([Reading("Hop", "L 142, R 178 cm", "150–180", (-1.4, 0.6))], 200, ("worse", "usual", "better"))
    assert [one.outside for one in picture.marks] == [True, False]
    assert len({one.y for one in picture.marks}) == 1


def test_a_scale_keeps_what_lies_beyond_at_its_end() -> None:
    scale = Scale(-3, 3, 0, 60)
    assert [scale(value) for value in (-8, 0, 8)] == [0, 30, 60]


def test_boxes_to_tick_are_one_a_session() -> None:
    picture = ticks([3, 3, 0, 2])
    assert len(picture.bars) == 8
    assert len(picture.lines) == 1
    assert len({bar.x for bar in picture.bars}) == 3


def test_weights_have_one_decimal_and_a_true_minus() -> None:
    assert [signed(weight) for weight in (1.2039, -0.357, 0.04)] == ["+1.2", "−0.4", "+0.0"]
