"""The algebra of certainty: sums of weights are EMYCIN's pairwise combination, and have no order."""

import math
from fractions import Fraction
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.certainty import beyond, certainty, total, weight

CERTAINTIES = st.floats(-0.99, 0.99)
SHARES = st.floats(0, 0.99)


def pairwise(one: Fraction, other: Fraction) -> Fraction:
    """Two certainty factors about one hypothesis, combined as in EMYCIN (van Melle 1980), in exact arithmetic."""
    if one >= 0 and other >= 0:
        return one + other - one * other
    if one <= 0 and other <= 0:
        return one + other + one * other
    return (one + other) / (1 - min(abs(one), abs(other)))


@given(st.lists(CERTAINTIES, max_size=10))
def test_the_sum_of_weights_is_the_pairwise_combination(factors: list[float]) -> None:
    combined = reduce(pairwise, map(Fraction, factors), Fraction(0))
    assert certainty(total(map(weight, factors))) == pytest.approx(float(combined), abs=1e-9)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ((), 0.0),
        ((0.7,), 0.7),
        ((0.6, 0.4), 0.76),  # 0.6 + 0.4 - 0.24
        ((-0.6, -0.4), -0.76),
        ((0.7, -0.4), 0.5),  # 0.3 / (1 - 0.4)
        ((0.4, -0.7), -0.5),
        ((0.9, -0.9), 0.0),
        ((0.2, 0.2, 0.2), 0.488),
        ((0.7, -0.4, 0.2), 0.6),
    ],
)
def test_combinations_by_hand(factors: tuple[float, ...], expected: float) -> None:
    assert certainty(total(map(weight, factors))) == pytest.approx(expected, abs=1e-12)


@given(st.lists(CERTAINTIES, max_size=12), st.randoms(use_true_random=False))
def test_no_order_changes_the_last_bit(factors: list[float], random: Random) -> None:
    shuffled = list(factors)
    random.shuffle(shuffled)
    assert total(map(weight, factors)) == total(map(weight, shuffled))


@given(CERTAINTIES)
def test_a_weight_amounts_to_its_certainty(factor: float) -> None:
    assert certainty(weight(factor)) == pytest.approx(factor, abs=1e-12)
    assert weight(-factor) == -weight(factor)


@given(CERTAINTIES, SHARES)
def test_more_evidence_for_never_lowers_and_more_against_never_raises(before: float, more: float) -> None:
    assert certainty(total([weight(before), weight(more)])) >= certainty(weight(before))
    assert certainty(total([weight(before), weight(-more)])) <= certainty(weight(before))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e3), st.booleans())
def test_belief_in_beyond_is_a_share_and_never_for_both_sides(
    value: float, threshold: float, error: float, or_on_it: bool
) -> None:
    above = beyond(value, threshold, error, or_on_it=or_on_it)
    below = beyond(-value, -threshold, error, or_on_it=not or_on_it)
    assert 0 <= above <= 1
    assert min(above, below) == 0


@given(st.floats(-100, 100), st.floats(0, 10), st.floats(0, 10))
def test_belief_in_beyond_grows_with_the_value(value: float, more: float, error: float) -> None:
    assert beyond(value + more, 0, error, or_on_it=True) >= beyond(value, 0, error, or_on_it=True)


def test_belief_in_beyond_is_close_to_the_normal_error_it_stands_for() -> None:
    for steps in range(-30, 31):
        distance = steps / 10
        exact = max(0.0, math.erf(distance / math.sqrt(2)))  # belief in above less belief in below
        assert beyond(distance, 0, 1, or_on_it=False) == pytest.approx(exact, abs=0.036)


def test_without_an_error_of_measurement_a_threshold_is_crisp() -> None:
    assert [beyond(value, 2, 0, or_on_it=True) for value in (1.999, 2, 2.001)] == [0, 1, 1]
    assert [beyond(value, 2, 0, or_on_it=False) for value in (1.999, 2, 2.001)] == [0, 0, 1]
