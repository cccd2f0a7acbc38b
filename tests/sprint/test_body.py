"""What every formula of forces takes beside its numbers: checked once, and as it was checked."""

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from engine.errors import SprintError
from engine.sprint import body as module
from engine.sprint.body import Body
from tests.sprint.doctests import run_examples

LOADED = Body(75, 0.27, wind=-1.5, inertia=20, resistance=50)


def test_numbers_become_floats() -> None:
    assert [type(value) for value in (Body(75, 0).mass, Body(75, 0).drag, LOADED.moved)] == [float] * 3
    assert (Body(75, 0.27).wind, Body(75, 0.27).inertia, Body(75, 0.27).resistance) == (0, 0, 0)


def test_alone_nothing_pulls_and_nothing_blows() -> None:
    alone = LOADED.alone
    assert (alone.mass, alone.drag, alone.wind, alone.moved, alone.resistance) == (75, 0.27, 0, 75, 0)


def test_what_was_checked_stays_so() -> None:
    masses = np.array([60.0, 70.0])
    many = Body(masses, 0.25)
    masses[0] = -1
    assert np.asarray(many.mass).tolist() == [60, 70]
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(many.mass)[0] = -1
    with pytest.raises(FrozenInstanceError):
        many.mass = 0.0  # type: ignore[misc]  # the very thing that is refused


def test_a_trace_runs_beside_the_column_of_many() -> None:
    column = Body(np.array([60.0, 70.0]), 0.25, wind=np.array([[0.0], [1.0], [2.0]])).column
    assert (np.shape(column.mass), np.shape(column.drag), np.shape(column.wind)) == ((2, 1), (1,), (3, 1, 1))


def test_mass_and_drag_of_one_runner() -> None:
    assert LOADED.single() == (75, 0.27)
    assert tuple(map(float, LOADED.alone.unhindered())) == (75, 0.27)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: Body(0, 0.27), "The mass is 0; it must be above zero."),
        (lambda: Body(np.array([70, -1]), 0.27), "The mass is -1; it must be above zero."),
        (lambda: Body(math.inf, 0.27), "The mass is inf; it must be a number."),
        (lambda: Body(75, -1), "The drag factor is -1; it must be zero or more."),
        (lambda: Body(75, 0.27, wind=math.nan), "The wind is nan; it must be a number."),
        (lambda: Body(75, 0.27, inertia=-2), "The inertia is -2; it must be zero or more."),
        (lambda: Body(75, 0.27, resistance=-3), "The resistance is -3; it must be zero or more."),
        (lambda: Body(75, np.array([0.25, 0.27])).single(), "This asks about one runner; the body is that of many."),
        (LOADED.unhindered, "This formula knows neither wind nor load;"),
        (Body(75, 0.27, wind=np.array([0.0, 0.1])).unhindered, "This formula knows neither wind nor load;"),
    ],
)
def test_a_clear_sentence_for_what_cannot_be(call: Callable[[], object], what: str) -> None:
    with pytest.raises(SprintError) as caught:
        call()
    assert str(caught.value).startswith(what)


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(module) == 1
