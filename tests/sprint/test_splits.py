"""Fits of one athlete's splits: the worked examples, the laws every fit obeys, and what is refused."""

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import SprintError
from engine.sprint import splits
from engine.sprint.gate_models import MSS_BOUNDS, OFFSETS, GateModel
from engine.sprint.kinematics import distance_at, time_to
from engine.sprint.results import Fit
from engine.sprint.run import ModelId
from engine.sprint.splits import fit_splits
from tests.sprint.doctests import run_examples
from tests.sprint.test_golden_fvp import splits as known_splits
from tests.sprint.test_traces import rows

KIMBERLEY = ([5.0, 10, 15, 20, 30, 40], [1.158, 1.893, 2.541, 3.149, 4.313, 5.444])
MODELS = tuple(OFFSETS)
GATES = (5.0, 10.0, 15.0, 20.0, 30.0, 40.0)


def close(value: float, expected: float, digits: int) -> bool:
    """Whether a figure rounds to what is printed, with room for one unit in its last digit."""
    return abs(value - expected) <= 1.01 * 10.0**-digits


def fit(distances: list[float], times: list[float], model: ModelId) -> Fit:
    return fit_splits(distances, times, model, flying_distance=0.5 if model == "fd_fixed" else None)


# --- the worked examples of the domain note -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "mss", "mac", "tau", "offset", "rmse"),
    [
        ("none", 8.591143, 10.588982, 0.811329, 0.0, 0.0277888),
        ("fixed_offset", 9.127769, 6.625731, 1.377624, 0.0, 0.0081399),
        ("tc", 8.974835, 7.267917, 1.234857, -0.234654, 0.00079836),
        ("fd", 9.002681, 6.991283, 1.287701, 0.301563, 0.00027587),
        ("fd_fixed", 9.178464, 6.231413, 1.472935, 0.5, 0.0079394),
    ],
)
def test_kimberley(model: ModelId, mss: float, mac: float, tau: float, offset: float, rmse: float) -> None:
    found = fit(*KIMBERLEY, model)
    assert close(found.mss, mss, 6)
    assert close(found.mac, mac, 6)
    assert close(found.tau, tau, 6)
    assert close(found.time_correction + found.flying_distance, offset, 6)
    assert close(found.rmse, rmse, 7)
    assert found.offset == (0.3 if model == "fixed_offset" else 0)
    assert found.at_bound == ()


def test_standard_errors_of_kimberley() -> None:
    found = fit_splits(*KIMBERLEY)
    assert [found.standard_error(name) for name in found.free] == pytest.approx([0.1225, 0.4599], abs=5e-5)
    assert found.standard_error("time_correction") is None


@pytest.mark.parametrize(
    ("start", "lost", "none", "fixed", "tc"),
    [
        (0.05, 0.117, (8.33, 8.95), (8.94, 5.72), (8.50, 7.55)),
        (0.10, 0.167, (8.28, 9.63), (8.83, 6.06), (8.49, 7.59)),
        (0.30, 0.295, (8.19, 11.57), (8.62, 6.96), (8.48, 7.78)),
        (0.50, 0.386, (8.14, 13.15), (8.52, 7.63), (8.47, 7.97)),
        (1.00, 0.559, (8.11, 16.65), (8.40, 8.96), (8.45, 8.45)),
    ],
)
def test_bias_of_a_start_behind_the_gate(
    start: float, lost: float, none: tuple[float, float], fixed: tuple[float, float], tc: tuple[float, float]
) -> None:
    gates = [5.0, 10, 20, 30, 40]
    before = time_to(start, 8.5, 7.5)
    times = [time_to(gate + start, 8.5, 7.5) - before for gate in gates]
    assert close(before, lost, 3)
    by_model: tuple[tuple[ModelId, tuple[float, float]], ...] = (("none", none), ("fixed_offset", fixed), ("tc", tc))
    for model, (mss, mac) in by_model:
        found = fit_splits(gates, times, model)
        assert close(found.mss, mss, 2)
        assert close(found.mac, mac, 2)
    exact = fit_splits(gates, times, "fd")
    assert (exact.mss, exact.mac, exact.flying_distance) == pytest.approx((8.5, 7.5, start), rel=1e-6)


@pytest.mark.parametrize(("reaction", "mss", "mac"), [(0.1, 8.71, 6.47), (0.2, 8.97, 5.64)])
def test_reaction_time_left_in(reaction: float, mss: float, mac: float) -> None:
    gates = [5.0, 10, 20, 30, 40]
    times = [time_to(gate, 8.5, 7.5) + reaction for gate in gates]
    found = fit_splits(gates, times)
    assert close(found.mss, mss, 2)
    assert close(found.mac, mac, 2)
    absorbed = fit_splits(gates, times, "tc")
    assert (absorbed.mss, absorbed.mac, absorbed.time_correction) == pytest.approx((8.5, 7.5, reaction), rel=1e-6)


def test_where_shorts_stops_early_the_better_fit_is_found() -> None:
    """FMSS-078: {shorts} 3.3.0 gives the flying distance fit an RMSE of 0.00949 s, worse than the uncorrected one."""
    gates = known_splits("V-078", "sprint_splits_vescovi.csv", "FMSS-078")
    wide, narrow = fit_splits(*gates, "fd"), fit_splits(*gates)
    assert wide.rmse == pytest.approx(0.006735062118, rel=1e-6)
    assert wide.rmse <= narrow.rmse
    assert wide.flying_distance == 0
    assert wide.at_bound == ("flying_distance",)
    assert (wide.mss, wide.mac) == pytest.approx((narrow.mss, narrow.mac), rel=1e-9)


def test_documented_example_on_which_shorts_diverges() -> None:
    """{shorts} `model_time_distance_TC`: MSS 8, MAC 6, TC 1.5, sampled every half second from 0 s; it prints 1895 m/s.

    The runner stands in the first four samples, and the model run backwards in time moves away from the line again.
    """
    times = [0.5 * sample for sample in range(11)]
    distances = [distance_at(max(time - 1.5, 0.0), 8, 6) for time in times]
    with pytest.raises(SprintError, match=r"Gate 1: the distance of 0 m has to be above 0"):
        fit_splits(distances, times, "distance_target")
    moving = fit_splits(distances[4:], times[4:], "distance_target")
    assert (moving.mss, moving.mac, moving.time_correction) == pytest.approx((8, 6, 1.5), rel=1e-6)


def test_times_without_a_top_speed_end_on_a_bound_and_say_so() -> None:
    """Constant acceleration to the end: every greater MSS fits better, there is no trait to print."""
    gates = list(GATES)
    for model in ("none", "tc", "fd", "distance_target"):
        found = fit_splits(gates, [math.sqrt(2 * gate / 4) for gate in gates], model)
        assert found.mss == pytest.approx(MSS_BOUNDS[1], rel=1e-12)
        assert "mss" in found.at_bound


def test_even_pace_ends_on_the_bound_of_acceleration() -> None:
    found = fit_splits(list(GATES), [gate / 8 for gate in GATES])
    assert found.at_bound == ("mac",)
    assert found.mss == pytest.approx(8, rel=0.05)


# --- laws -----------------------------------------------------------------------------------------------------------


@st.composite
def runs(draw: st.DrawFn) -> list[float]:
    """Times of a random athlete at GATES, as a stopwatch shows them: noise, a lost or late start."""
    mss, tau = draw(st.floats(6, 11)), draw(st.floats(0.8, 1.5))
    start = draw(st.sampled_from((0.0, 0.0, 0.1, 0.5)))
    late = draw(st.floats(0, 0.3))
    noise = draw(st.lists(st.floats(-0.01, 0.01), min_size=len(GATES), max_size=len(GATES)))
    before = time_to(start, mss, mss / tau)
    return [
        time_to(gate + start, mss, mss / tau) - before + late + wrong for gate, wrong in zip(GATES, noise, strict=True)
    ]


few = settings(max_examples=8)


@few
@given(runs(), st.floats(0.05, 1))
def test_a_wider_model_never_fits_worse(times: list[float], given_distance: float) -> None:
    gates = list(GATES)
    none, tc, fd = (fit_splits(gates, times, model) for model in ("none", "tc", "fd"))
    assert tc.rmse <= none.rmse * (1 + 1e-12) + 1e-12
    assert fd.rmse <= none.rmse * (1 + 1e-12) + 1e-12
    fixed = fit_splits(gates, times, "fd_fixed", flying_distance=given_distance)
    assert fd.rmse <= fixed.rmse * (1 + 1e-9) + 1e-12


@settings(max_examples=3)
@given(runs())
def test_tc_and_dc_together_fit_no_worse_than_either(times: list[float]) -> None:
    both, tc, dc = (fit_splits(list(GATES), times, model) for model in ("tc_dc", "tc", "dc"))
    assert both.rmse <= min(tc.rmse, dc.rmse) * (1 + 1e-12) + 1e-12


@few
@given(runs(), st.floats(0, 3))
def test_a_later_clock_moves_tc_and_nothing_else(times: list[float], shift: float) -> None:
    before = fit_splits(list(GATES), times, "tc")
    after = fit_splits(list(GATES), [time + shift for time in times], "tc")
    assume(not before.at_bound)
    assert (after.mss, after.mac) == pytest.approx((before.mss, before.mac), rel=1e-5)
    assert after.time_correction == pytest.approx(before.time_correction + shift, abs=1e-5)
    assert after.residuals == pytest.approx(before.residuals, abs=1e-6)


@few
@given(runs(), st.permutations(range(len(GATES))), st.sampled_from(("none", "tc", "fd")))
def test_the_order_of_the_gates_does_not_matter(times: list[float], order: list[int], model: ModelId) -> None:
    straight = fit_splits(list(GATES), times, model)
    mixed = fit_splits([GATES[at] for at in order], [times[at] for at in order], model)
    assert mixed == replace(straight, residuals=tuple(straight.residuals[at] for at in order))


@few
@given(runs(), st.floats(0.6, 1.6), st.floats(0.6, 1.6), st.sampled_from(("none", "tc", "fd")))
def test_scales_of_time_and_distance(times: list[float], slower: float, longer: float, model: ModelId) -> None:
    before = fit_splits(list(GATES), times, model)
    after = fit_splits([longer * gate for gate in GATES], [slower * time for time in times], model)
    assume(not before.at_bound and not after.at_bound)
    assert after.mss == pytest.approx(before.mss * longer / slower, rel=1e-4)
    assert after.mac == pytest.approx(before.mac * longer / slower**2, rel=1e-4)
    assert after.rmse == pytest.approx(before.rmse * slower, rel=1e-6, abs=1e-9)
    assert after.time_correction == pytest.approx(before.time_correction * slower, abs=1e-4)
    assert after.flying_distance == pytest.approx(before.flying_distance * longer, abs=1e-3)


@few
@given(st.floats(6, 11), st.floats(0.8, 1.5), st.floats(-0.3, 0.4), st.floats(0.1, 1), st.sampled_from(MODELS))
def test_noiseless_splits_give_the_truth_back(mss: float, tau: float, tc: float, way: float, model: ModelId) -> None:
    mac = mss / tau
    late = tc if "time_correction" in OFFSETS[model] else -0.3 if model == "fixed_offset" else 0.0
    start = way if model in ("fd", "fd_fixed") else 0.0
    shift = way if "distance_correction" in OFFSETS[model] else 0.0
    times = [time_to(gate + start - shift, mss, mac) - time_to(start, mss, mac) + late for gate in GATES]
    found = fit_splits(list(GATES), times, model, flying_distance=way if model == "fd_fixed" else None)
    assert (found.mss, found.mac) == pytest.approx((mss, mac), rel=1e-4)
    assert found.flying_distance == pytest.approx(start, abs=1e-4)
    assert found.distance_correction == pytest.approx(shift, abs=1e-3)
    assert found.time_correction == pytest.approx(late if model != "fixed_offset" else 0.0, abs=1e-3)
    assert found.rmse < 1e-7


@given(st.sampled_from(MODELS), st.floats(6, 11), st.floats(3, 15), st.floats(-0.2, 0.4), st.floats(0.01, 2))
def test_derivatives(model: ModelId, mss: float, mac: float, tc: float, way: float) -> None:
    at = GateModel(model, 0.3, 0.4)
    values = {"mss": mss, "mac": mac, "time_correction": tc, "flying_distance": way, "distance_correction": way}
    gates = np.array(GATES)[:, None]
    first = gates[0]
    times = gates / 7 + 0.7
    searched = at.searched(np.array([[values[name]] for name in at.free]), first)
    _, jacobian = at.evaluate(searched, gates, times, first)
    for place in range(len(searched)):
        step = np.zeros_like(searched)
        step[place] = 1e-6
        ahead, behind = (at.evaluate(searched + sign * step, gates, times, first)[0] for sign in (1, -1))
        assert jacobian[place] == pytest.approx((behind - ahead) / 2e-6, rel=1e-5, abs=1e-6)


# --- what is given, and what is refused -----------------------------------------------------------------------------


def test_bounds_on_tc_are_kept() -> None:
    found = fit_splits(*KIMBERLEY, "tc", time_correction=(0.08, 0.4))
    assert found.time_correction == pytest.approx(0.08)
    assert found.at_bound == ("time_correction",)


def test_as_many_gates_as_parameters_leave_no_errors() -> None:
    found = fit_splits([10, 20, 30], [1.9, 3.2, 4.45], "tc")
    assert found.freedom == 0
    assert found.covariance is None
    assert found.rmse < 1e-6


def test_everything_is_finite_for_real_athletes() -> None:
    for row, model in itertools.product(rows("sprint_splits_vescovi.csv")[:2], MODELS):
        found = fit(*known_splits("", "sprint_splits_vescovi.csv", row["athlete_id"]), model)
        assert found.covariance is not None
        assert np.isfinite([*found.residuals, *np.ravel(found.covariance), found.mss, found.mac]).all()


@pytest.mark.parametrize(
    ("distances", "times", "message"),
    [
        ([5], [1.2], "This fit has 2 parameters and needs as many gates; there are 1."),
        ([], [], "This fit has 2 parameters and needs as many gates; there are 0."),
        (["5 m", "10 m"], [1.2, 2], "Distances and times have to be numbers, one of each for every gate."),
        ([[5], [10]], [1.2, 2], "Distances and times have to be numbers, one of each for every gate."),
        ([5, 10], [1.2], "There are 2 distances but 1 times."),
        ([5, 10, 20], [1.2, math.nan, 3], "Gate 2: the time is not a number."),
        ([5, math.inf, 20], [1.2, 2, 3], "Gate 2: the distance is not a number."),
        ([0, 5, 20], [0.1, 2, 3], "Gate 1: the distance of 0 m has to be above 0 and at most 1000 m."),
        ([5, 10, 20], [0, 2, 3], "Gate 1: the time of 0 s has to be above 0 and at most 1000 s."),
        ([-5, 10, 20], [1, 2, 3], "Gate 1: the distance of -5 m has to be above 0 and at most 1000 m."),
        ([5, 10, 20], [1200, 2000, 3300], "Gate 1: the time of 1200 s has to be above 0 and at most 1000 s."),
        ([5, 10, 10], [1, 2, 3], "Gates 2 and 3 both stand at 10 m."),
        ([5, 10, 20], [1, 3, 2], "Gate 3: at 20 m the clock shows 2 s, no more than the 3 s at 10 m."),
        ([5, 20, 10], [1, 2, 2], "Gate 2: at 20 m the clock shows 2 s, no more than the 2 s at 10 m."),
    ],
)
def test_refused(distances: list[Any], times: list[float], message: str) -> None:
    with pytest.raises(SprintError) as caught:
        fit_splits(distances, times)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("model", "given", "message"),
    [
        ("nonsense", {}, "There is no model 'nonsense'"),
        ("fd_fixed", {}, "needs the flying distance"),
        ("fd_fixed", {"flying_distance": -1.0}, "zero or more metres, not -1.0"),
        ("fixed_offset", {"offset": math.nan}, "a number of seconds, not nan"),
        ("tc", {"time_correction": (0.4, 0.1)}, "bounds of TC"),
        ("none", {"mss": (0.0, 10.0)}, "finite and above zero"),
        ("tc_dc", {}, "4 parameters"),
    ],
)
def test_refused_models(model: ModelId, given: dict[str, float], message: str) -> None:
    with pytest.raises(SprintError, match=message):
        fit_splits([5, 10, 20], [1.2, 2, 3.3], model, **given)  # type: ignore[arg-type]  # each its own wrong type


def test_examples() -> None:
    assert run_examples(splits) >= 2
