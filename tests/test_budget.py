"""Evidence from one observation shares one budget across all hypotheses: a sprint is never counted twice."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.athletes import draw, somebody
from engine.assessment import assess
from engine.budget import _share
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
    assert sum(said_by_sprint(compiled, values)) <= sum(unshared(compiled, values)[:2]) + 1e-9


@given(
    st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.booleans()), st.floats(0.01, 0.95)),
    st.integers(1, 3),
    st.data(),
)
def test_whatever_unsure_claims_come_to_the_budget_holds(
    claims: dict[tuple[str, str, bool], float], pieces: int, data: st.DataObject
) -> None:
    unsure = data.draw(st.sets(st.sampled_from(sorted(claims)))) if claims else set[tuple[str, str, bool]]()
    share = _share(claims, pieces, unsure)
    come_to = {key: data.draw(st.floats(0, 1)) if key in unsure else 1.0 for key in claims}
    said = sorted((weight(claims[key] * part) for key, part in come_to.items()), reverse=True)
    assert 0 < share <= 1
    assert share * sum(said) <= sum(said[:pieces]) * (1 + 1e-9)


def test_what_the_budget_does_not_need_to_cut_it_does_not_cut() -> None:
    two = {("a", "x", True): 0.7, ("b", "x", True): 0.4}
    assert _share(two, 2, frozenset()) == 1
    assert _share(two, 2, frozenset(two)) == 1
    assert _share({**two, ("c", "x", False): 0.2}, 2, frozenset()) == pytest.approx(
        (weight(0.7) + weight(0.4)) / (weight(0.7) + weight(0.4) + weight(0.2)))  # fmt: skip


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
