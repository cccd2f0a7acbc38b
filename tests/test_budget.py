"""Evidence from one observation shares one budget across all hypotheses: a sprint is never counted twice."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.athletes import draw, somebody
from engine.assessment import assess
from engine.certainty import weight
from engine.compile import Compiled
from engine.evaluation import evaluate
from engine.facts import gather
from engine.model import Answers, Value
from tests.test_inference import DAY

PROFILE = ("f0_rel", "v0", "rf_max", "drf")
SPLITS = ("sprint_5m", "sprint_10m", "sprint_20m", "sprint_30m", "sprint_40m")
SEEDS = st.integers(0, 10**9)


def sprinter(compiled: Compiled, seed: int) -> dict[str, Value]:
    """Somebody with every figure a sprint gives, whatever they are."""
    random = Random(seed)
    measures = compiled.knowledge.measures
    return {**somebody(compiled.knowledge, random), **{id: draw(measures[id], random) for id in (*PROFILE, *SPLITS)}}


def said_by_sprint(compiled: Compiled, values: Mapping[str, Value]) -> list[float]:
    """The weights of all that rules of the sprint's budget say and that counts, over all hypotheses."""
    found = assess(compiled, Answers("Somebody", DAY, values), deep=False)
    of_sprint = {rule.id for rule in compiled.rules if rule.budget == "sprint"}
    return [abs(rule.weight) for rule in found.trace if rule.rule in of_sprint and rule.counted]


def unshared(compiled: Compiled, values: Mapping[str, Value]) -> list[float]:
    """The same before anything is shared: what each rule would say alone, the strongest first."""
    evaluation = evaluate(compiled, gather(compiled, values))
    strongest: dict[tuple[str, str, bool], float] = {}
    for rule, degree in zip(compiled.rules, evaluation.rules, strict=True):
        if rule.budget == "sprint" and degree.low > 0:
            key = (rule.about, rule.group, rule.factor > 0)
            strongest[key] = max(strongest.get(key, 0.0), abs(weight(rule.factor * degree.low)))
    return sorted(strongest.values(), reverse=True)


def test_the_budget_covers_every_rule_that_looks_at_a_sprint(compiled: Compiled) -> None:
    figures = {*PROFILE, *SPLITS}
    looked_at = {rule.id for rule in compiled.rules if not figures.isdisjoint(rule.source.when.keys())}
    assert looked_at
    assert looked_at <= {rule.id for rule in compiled.rules if rule.budget == "sprint"}


@given(SEEDS)
def test_a_sprint_never_says_more_than_its_degrees_of_freedom(compiled: Compiled, seed: int) -> None:
    """Over all hypotheses together, at most what its two strongest pieces of evidence would say alone."""
    values = sprinter(compiled, seed)
    most_claimed = [weight(max(abs(rule.factor) for rule in compiled.rules if rule.budget == "sprint"))] * 2
    told, alone = said_by_sprint(compiled, values), unshared(compiled, values)
    assert sum(told) <= sum(most_claimed) + 1e-9
    if len(alone) <= 2:
        assert sorted(told, reverse=True) == pytest.approx(alone, abs=1e-9) or len(told) <= 2
    assert sum(told) <= sum(alone) + 1e-9


def test_the_budget_bites(compiled: Compiled) -> None:
    """A sprint that is poor in all its figures would count three times and more without the budget."""
    poor: dict[str, Value] = {
        "sex": "male", "age": 22.0, "event_group": "team_sport", "training_level": "trained",
        "f0_rel": 5.2, "v0": 8.0, "rf_max": 42.0, "drf": -10.5, "sprint_5m": 1.3, "sprint_10m": 2.1,
        "cmj_height": 45.0, "standing_long_jump": 260.0, "back_squat_1rm": 150.0, "body_mass": 75.0,
    }  # fmt: skip
    told, alone = said_by_sprint(compiled, poor), unshared(compiled, poor)
    assert len(alone) > 2
    assert sum(alone) > sum(alone[:2]) * 1.1
    assert 0.7 * sum(alone[:2]) <= sum(told) <= sum(alone[:2]) + 1e-9


@given(SEEDS)
def test_one_more_figure_of_the_same_sprint_never_raises_what_it_may_say(compiled: Compiled, seed: int) -> None:
    """The ceiling is set by the two strongest pieces; a figure that adds none of them adds nothing to the whole."""
    values = sprinter(compiled, seed)
    fewer = {id: value for id, value in values.items() if id != "drf"}
    strongest = unshared(compiled, values)[:2]
    if strongest == pytest.approx(unshared(compiled, fewer)[:2], abs=1e-12):
        assert sum(said_by_sprint(compiled, values)) <= sum(strongest) + 1e-9
