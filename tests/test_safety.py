"""Safety: three-valued logic, provisional findings, the strictest first, and answers that do not count."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.athletes import completed, healthy, somebody
from engine.compile import Compiled
from engine.evaluation import evaluate
from engine.facts import asked, gather
from engine.model import SafetyFinding, Value
from engine.safety import Safety, screen
from tests.made_up import judge, rule_set

WELL: Mapping[str, Value] = {"self_hurting": False, "pain_now": 0.0, "pain_changes_running": False}


def screened(compiled: Compiled, values: Mapping[str, Value]) -> Safety:
    return screen(compiled, evaluate(compiled, gather(compiled, values)))


def active(compiled: Compiled, values: Mapping[str, Value]) -> dict[str, SafetyFinding]:
    return {finding.id: finding for finding in screened(compiled, values).findings}


# --- three values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "found", "stopped", "surely", "possibly"),
    [
        ({}, None, False, False, True),  # nothing asked: not active, but not out of the question either
        ({"halt_now": True}, "firm", True, True, True),
        ({"halt_now": False}, None, False, False, False),
        ({"halt_hint": True}, "provisional", True, False, True),
        ({"halt_hint": False}, None, False, False, True),
        ({"halt_now": False, "halt_hint": True}, None, False, False, False),  # once `when` fails, the hint is idle
        ({"halt_now": True, "halt_hint": False}, "firm", True, True, True),
    ],
)
def test_a_rule_is_firm_provisional_or_not_active(
    compiled: Compiled, answers: Mapping[str, Value], found: str | None, stopped: bool, surely: bool, possibly: bool
) -> None:
    made_up = rule_set(compiled.knowledge, Random(1))
    safety = screened(made_up, answers)
    kinds = ["provisional" if finding.provisional else "firm" for finding in safety.findings]
    assert kinds == ([found] if found else [])
    assert (safety.stopped, safety.surely_stopped, safety.possibly_stopped) == (stopped, surely, possibly)
    assert (judge(made_up, answers).verdict.outcome == "stop") == stopped


def test_a_provisional_finding_names_the_questions_it_waits_for(compiled: Compiled) -> None:
    found = active(compiled, {"pain_now": 6.0})["pain_over_5"]
    assert found.provisional
    assert "even_soreness" in found.open_questions


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"pain_now": 5.0}, None),
        ({"pain_now": 6.0}, "provisional"),
        ({"pain_now": 6.0, "even_soreness": False}, "firm"),
        ({"pain_now": 6.0, "even_soreness": True}, None),  # sore muscles on both sides after new work
        ({"pain_now": 8.0}, "firm"),
        ({"pain_now": 8.0, "even_soreness": True}, "firm"),
    ],
)
def test_pain_above_five(compiled: Compiled, answers: Mapping[str, Value], state: str | None) -> None:
    found = active(compiled, answers).get("pain_over_5")
    assert (None if found is None else "provisional" if found.provisional else "firm") == state


# --- the sign that nobody named -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"red_flag": True}, True),
        ({"red_flag": True, "warning_sign_named": "something_else"}, True),
        ({"red_flag": True, "warning_sign_named": "named_above"}, True),  # but none of the signs was named
        ({"red_flag": True, "warning_sign_named": "ticked_by_mistake"}, False),
        ({"red_flag": True, "warning_sign_named": "named_above", "heart_lungs": "chest_pain"}, False),
        ({"red_flag": False}, False),
        ({"red_flag": False, "warning_sign_named": "something_else"}, False),  # not asked any more
    ],
)
def test_a_warning_sign_must_be_named(compiled: Compiled, answers: Mapping[str, Value], found: bool) -> None:
    safety = screened(compiled, {**healthy(compiled.knowledge), **answers})
    ids = {finding.id for finding in safety.findings}
    assert ("red_flag_unspecified" in ids) == found
    assert safety.stopped == (found or "heart_lungs" in answers)


def test_a_provisional_stop_does_not_excuse_an_unnamed_sign(compiled: Compiled) -> None:
    answers = healthy(compiled.knowledge) | {
        "red_flag": True, "warning_sign_named": "named_above", "self_hurting": True, "pain_now": 6.0,
    }  # fmt: skip
    found = active(compiled, answers)
    assert found["pain_over_5"].provisional
    assert "red_flag_unspecified" in found


# --- questions that are not asked -----------------------------------------------------------------------------------


def test_an_answer_whose_question_is_no_longer_asked_does_not_count(compiled: Compiled) -> None:
    answers = {**WELL, "night_pain": True}
    assert asked(compiled, answers, "night_pain") is False
    assert "night_or_rest_pain" not in active(compiled, answers)
    assert not screened(compiled, answers).stopped
    assert gather(compiled, answers).told()["night_pain"].origin == "not_asked"


def test_it_counts_again_once_the_question_is_asked(compiled: Compiled) -> None:
    hurting = {**WELL, "self_hurting": True, "even_soreness": False, "night_pain": True}
    assert asked(compiled, hurting, "night_pain") is True
    assert not active(compiled, hurting)["night_or_rest_pain"].provisional


def test_it_counts_while_nobody_knows_whether_the_question_is_asked_but_proves_nothing(compiled: Compiled) -> None:
    answers: Mapping[str, Value] = {"night_pain": True}
    safety = screened(compiled, answers)
    assert asked(compiled, answers, "night_pain") is None
    assert safety.stopped
    assert not safety.surely_stopped


def test_sore_muscles_end_the_questions_about_pain(compiled: Compiled) -> None:
    answers = {**WELL, "self_hurting": True, "even_soreness": True, "night_pain": True}
    assert asked(compiled, answers, "night_pain") is False
    assert "night_or_rest_pain" not in active(compiled, answers)


def test_a_question_not_asked_counts_as_its_neutral_answer(compiled: Compiled) -> None:
    facts = gather(compiled, WELL)
    assert facts.datum("night_pain").value is False
    assert facts.datum("pain_pattern").value == "none"
    assert facts.datum("bone_point").status == "known"


# --- of every athlete -----------------------------------------------------------------------------------------------


def test_nobody_is_stopped_for_being_well(compiled: Compiled) -> None:
    safety = screened(compiled, healthy(compiled.knowledge))
    assert not safety.stopped
    assert not any(finding.provisional for finding in safety.findings)


@settings(max_examples=40)
@given(st.integers(0, 10**9))
def test_the_strictest_comes_first(compiled: Compiled, seed: int) -> None:
    order = ["stop_and_refer", "modify", "monitor"]
    found = screened(compiled, somebody(compiled.knowledge, Random(seed))).findings
    ranks = [order.index(finding.action) for finding in found]
    assert ranks == sorted(ranks)


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_stops_that_are_sure_stop_whatever_else_is_answered(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    before = screened(compiled, values)
    after = screened(compiled, completed(compiled.knowledge, values, random, random.random()))
    if before.surely_stopped:
        assert after.stopped
    if not before.possibly_stopped:
        assert not after.stopped
