"""Fits of many athletes: the same as one at a time, whatever stands beside whom, and what is refused."""

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.errors import SprintError
from engine.sprint import batch
from engine.sprint.batch import Fits, fit_many, usable_rows
from engine.sprint.gate_models import MSS_BOUNDS, OFFSETS
from engine.sprint.kinematics import time_to
from engine.sprint.run import ModelId
from engine.sprint.splits import fit_splits
from tests.sprint.doctests import run_examples
from tests.sprint.test_golden_fvp import VESCOVI
from tests.sprint.test_golden_fvp import splits as known_splits
from tests.sprint.test_traces import rows

MODELS = tuple(OFFSETS)
FIVE = [5.0, 10, 20, 30, 40]
Times = NDArray[np.float64]


@cache
def vescovi() -> Times:
    return np.array([[float(row[f"t_{gate}m_s"]) for gate in VESCOVI] for row in rows("sprint_splits_vescovi.csv")])


def random_times(n: int, gates: list[float], noise: float = 0.005, seed: int = 4) -> Times:
    random = np.random.default_rng(seed)
    mss, tau = random.uniform(6, 11, (n, 1)), random.uniform(0.8, 1.5, (n, 1))
    start = random.choice([0.0, 0.0, 0.2, 0.6], (n, 1))
    way = np.array(gates)
    exact = time_to(way + start, mss, mss / tau) - time_to(start, mss, mss / tau)
    return exact + random.uniform(0, 0.3, (n, 1)) + random.normal(0, noise, (n, len(gates)))


def given_for(model: ModelId) -> float | None:
    return 0.5 if model == "fd_fixed" else None


def same_as_one(fits: Fits, at: int, distances: list[float], times: list[float]) -> None:
    """The fit of one row is that of `fit_splits`, to a millionth."""
    one = fit_splits(distances, times, fits.model, flying_distance=given_for(fits.model))
    assert fits.free == one.free
    values = np.array([getattr(one, name) for name in one.free])
    assert fits.parameters[at] == pytest.approx(values, rel=1e-6, abs=1e-6)
    assert fits.rmse[at] == pytest.approx(one.rmse, rel=1e-9, abs=1e-9)
    assert tuple(name for name, met in zip(fits.free, fits.on_bound[at], strict=True) if met) == one.at_bound
    assert bool(fits.covariance_known[at]) == (one.covariance is not None)
    if one.covariance is not None:
        assert fits.covariance[at] == pytest.approx(np.array(one.covariance), rel=1e-3, abs=1e-6)
    assert fits.converged[at]


def finite(fits: Fits) -> None:
    for values in (fits.parameters, fits.residuals, fits.covariance, fits.standard_errors, fits.rmse, fits.tau):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("model", MODELS)
def test_real_athletes_as_one_at_a_time(model: ModelId) -> None:
    fits = fit_many(VESCOVI, vescovi(), model, flying_distance=given_for(model))
    finite(fits)
    assert fits.converged.all()
    for at in range(0, len(vescovi()), 2 if model in ("none", "tc") else 5):
        same_as_one(fits, at, list(map(float, VESCOVI)), list(vescovi()[at]))


def test_marked_video_as_one_at_a_time() -> None:
    athletes = sorted({row["athlete_key"] for row in rows("sprint_splits_nfl2026_handlabelled.csv")})
    runs = [known_splits("", "sprint_splits_nfl2026_handlabelled.csv", athlete) for athlete in athletes]
    for model in ("distance_target", "tc"):
        fits = fit_many([way for way, _ in runs], [times for _, times in runs], model)
        for at, (way, times) in enumerate(runs):
            same_as_one(fits, at, way, times)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("gates", [FIVE, [5.0, 10, 15, 20, 25, 30, 35, 40]], ids=["five", "eight"])
def test_random_athletes_as_one_at_a_time(model: ModelId, gates: list[float]) -> None:
    times = random_times(3, gates)
    fits = fit_many(gates, times, model, flying_distance=given_for(model))
    finite(fits)
    for at, row in enumerate(times):
        same_as_one(fits, at, gates, list(row))


def test_missing_gates_are_left_out() -> None:
    random = np.random.default_rng(7)
    times = random_times(3, FIVE)
    present = np.ones(times.shape, dtype=bool)
    present[np.arange(3), random.integers(0, 5, 3)] = False
    spoilt = np.where(present, times, math.nan)
    for model in ("none", "tc", "fd"):
        fits = fit_many(FIVE, spoilt, model, present=present)
        finite(fits)
        assert (fits.gates == 4).all()
        assert (fits.residuals[~present] == 0).all()
        for at, there in enumerate(present):
            same_as_one(fits, at, list(np.array(FIVE)[there]), list(times[at][there]))


@settings(max_examples=8)
@given(st.permutations(range(5)), st.sampled_from(("none", "tc", "fd")))
def test_neither_the_order_of_gates_nor_the_company_matters(order: list[int], model: ModelId) -> None:
    times = random_times(5, FIVE)
    together = fit_many(FIVE, times, model)
    mixed = fit_many(np.array(FIVE)[order], times[:, order], model)
    assert mixed.parameters == pytest.approx(together.parameters, rel=1e-6, abs=1e-6)
    assert mixed.residuals == pytest.approx(together.residuals[:, order], abs=1e-7)
    alone = fit_many(FIVE, times[2:3], model)
    assert alone.parameters[0] == pytest.approx(together.parameters[2], rel=1e-6, abs=1e-6)


def test_wider_models_never_fit_worse() -> None:
    times = random_times(3000, FIVE, noise=0.02)
    times = times[(np.diff(times) > 0).all(axis=1) & (times > 0).all(axis=1)]
    none, tc, fd = (fit_many(FIVE, times, model) for model in ("none", "tc", "fd"))
    for fits in (none, tc, fd):
        finite(fits)
        assert fits.converged.all()
    assert (tc.rmse <= none.rmse * (1 + 1e-9)).all()
    assert (fd.rmse <= none.rmse * (1 + 1e-9)).all()
    assert fd.at_bound.any()


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fit_many(FIVE, random_times(50, FIVE), "tc")
    monkeypatch.setattr(batch, "_BLOCK", 7)
    parts = fit_many(FIVE, random_times(50, FIVE), "tc")
    assert parts.parameters == pytest.approx(whole.parameters, rel=1e-9)


def test_who_does_not_arrive_is_fitted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    times = random_times(3, FIVE)
    monkeypatch.setattr(batch, "_STEPS", 2)
    fits = fit_many(FIVE, times, "tc")
    for at, row in enumerate(times):
        same_as_one(fits, at, FIVE, list(row))


def test_divergence_is_told() -> None:
    fits = fit_many(FIVE, [[math.sqrt(2 * gate / 4) for gate in FIVE], [time_to(gate, 8, 7) for gate in FIVE]])
    assert list(fits.at_bound) == [True, False]
    assert fits.mss[0] == pytest.approx(MSS_BOUNDS[1])


def test_no_residual_freedom_is_told() -> None:
    fits = fit_many([10, 20, 30], [[1.9, 3.2, 4.45]], "tc")
    assert list(fits.freedom) == [0]
    assert not fits.covariance_known.any()
    assert (fits.standard_errors == 0).all()


def test_gates_that_settle_nothing_have_no_errors() -> None:
    """Almost constant acceleration: TC and DC can stand for each other, J'J has no inverse worth the name."""
    times = [[math.sqrt(2 * gate / 4) + 0.001 * (at % 2) for at, gate in enumerate(FIVE)], [0.2, 0.3, 0.4, 0.5, 0.6]]
    for model in MODELS:
        fits = fit_many(FIVE, times, model, flying_distance=given_for(model))
        finite(fits)
        assert fits.at_bound.any()


def test_nobody_gives_nothing() -> None:
    fits = fit_many(FIVE, np.empty((0, 5)), "tc")
    assert fits.parameters.shape == (0, 3)
    assert fits.residuals.shape == (0, 5)


@pytest.mark.parametrize(
    ("distances", "rows_of_times", "message"),
    [
        ([5, 10, 20], [[1, 2, 3], [1, 2, math.nan]], "Row 2: a time is not a number."),
        ([5, math.inf, 20], [[1, 2, 3]], "Row 1: a distance is not a number."),
        ([5, 10, 20], [[0, 2, 3], [1, 2, 3], [-1, 2, 3]], "Rows 1, 3: a time has to be above 0 and at most 1000."),
        ([0, 10, 20], [[1, 2, 3]], "Row 1: a distance has to be above 0 and at most 1000."),
        ([5, 10, 20], [[1, 3, 2]], "Row 1: the times do not rise with distance."),
        ([5, 10, 10], [[1, 2, 3]], "Row 1: two gates stand at one distance."),
        ([5], [[1]], "Row 1: this fit has 2 parameters and needs as many gates."),
        ([5, 10, 20], [[1, 3, 2]] * 7, "Rows 1, 2, 3, 4, 5, …: the times do not rise with distance."),
        ([5, 10], [[1, 2, 3]], "Times have to be (athletes, gates) and distances (gates) or the same"),
        ([5, 10], [1, 2], "Times have to be (athletes, gates) and distances (gates) or the same"),
        ([5, 10], [["a", "b"]], "The times are not an array of numbers."),
    ],
)
def test_refused(distances: list[float], rows_of_times: list[list[float]], message: str) -> None:
    with pytest.raises(SprintError) as caught:
        fit_many(distances, rows_of_times)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("model", ["none", "tc", "fd_fixed"])
def test_one_wrong_row_need_not_stop_the_others(model: ModelId) -> None:
    times = random_times(60, FIVE)
    times[7, 2], times[20], times[33, 1], times[41, 4] = math.nan, times[20, ::-1].copy(), -1, math.inf
    good = usable_rows(FIVE, times, model)
    assert np.flatnonzero(~good).tolist() == [7, 20, 33, 41]
    options: dict[str, Any] = {"flying_distance": 0.3} if model == "fd_fixed" else {}
    assert len(fit_many(FIVE, times[good], model, **options).mss) == 56
    with pytest.raises(SprintError, match="Rows 8, 42: a time is not a number"):
        fit_many(FIVE, times, model, **options)
    there = np.isfinite(times)
    good = usable_rows(FIVE, times, model, present=there)
    assert np.flatnonzero(~good).tolist() == [20, 33]
    assert fit_many(FIVE, times[good], model, present=there[good], **options).gates.min() == 4


def test_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(SprintError, match="mask"):
        fit_many(FIVE, random_times(2, FIVE), present=[[True] * 5])


def test_examples() -> None:
    assert run_examples(batch) >= 2
