"""(J'J)⁻¹: against numpy where it has one, and none, without an error, where the observations leave something open."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.sprint import covariance
from engine.sprint.covariance import inverse_normal
from engine.sprint.elementwise import Array
from engine.sprint.traces import fit_velocity
from tests.sprint.doctests import run_examples

slopes = st.integers(1, 4).flatmap(lambda p: arrays(np.float64, (p, 6), elements=st.floats(-100, 100)))


@given(slopes)
def test_it_is_the_inverse(jacobian: Array) -> None:
    length = np.sqrt((jacobian**2).sum(axis=1))
    assume(length.min() > 1e-3 and np.linalg.cond(jacobian / length[:, None]) < 1e3)
    found, known = inverse_normal(jacobian)
    assert known
    expected = np.linalg.inv(jacobian @ jacobian.T)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9 * abs(expected).max())


@given(arrays(np.float64, (3, 2, 5), elements=st.floats(width=64)))
def test_whatever_the_slopes_it_is_finite_and_the_same_alone(jacobians: Array) -> None:
    found, known = inverse_normal(jacobians)
    assert np.isfinite(found).all()
    assert not found[~known].any()
    for one, matrix, settled in zip(jacobians, found, known, strict=True):
        alone = inverse_normal(one)
        assert alone[1] == settled
        np.testing.assert_allclose(alone[0], matrix, rtol=1e-9)


@pytest.mark.parametrize(
    "jacobian",
    [
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]],
        [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]],
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0 + 1e-9]],
        [[1.0, 2.0, 3.0], [1.0, np.nan, 3.0]],
        [[1.0, 2.0, 3.0], [1.0, np.inf, 3.0]],
        [[1.0], [2.0]],
        [[1e-160, 0.0, 0.0], [0.0, 1.0, 1.0]],
    ],
    ids=["parallel", "nothing", "nearly parallel", "no number", "infinite", "too few", "nearly nothing"],
)
def test_what_the_observations_leave_open_has_none(jacobian: list[list[float]]) -> None:
    found, known = inverse_normal(np.array(jacobian))
    assert not known
    assert not found.any()


def test_a_trace_that_settles_nothing_has_no_covariance() -> None:
    """Four samples that die away: the optimum is a corner at which MSS and MAC are one direction."""
    assert fit_velocity(np.cumsum([1.0, 1.5, 1.0, 1.0]), [4.0, 0.0, 1.0, 0.0]).covariance is None


def test_the_examples_run() -> None:
    assert run_examples(covariance) == 3
