"""The interview: which question comes next, what counts in the end, and that no detour changes it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import sitting
from engine.answers import read
from engine.compile import Compiled
from engine.interview import KIT, Interview, Plan, Who, plan
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Sides, Value

SESSION = st.data()
DAY = date(2026, 3, 1)
HEALTHY: dict[str, Value] = {
    "sex": "female", "age": 24.0, "heart_lungs": "none", "fuel_signs": "none", "health_history": False,
    "self_hurting": False, "pain_now": 0.0, "pain_location": "none", "pain_changes_running": False, "red_flag": False,
    "injury_12_months": False, "sleep_hours": 8.0, "recovery_score": 8.0, "performance_trend": "improving",
}  # fmt: skip
DECIDING = (
    "age", "sex", "health_history", "red_flag", "self_hurting", "pain_now", "pain_changes_running", "pain_location",
    "even_soreness", "heart_lungs", "pregnancy_status", "injury_12_months", "head_knock",
)  # fmt: skip
"""Questions on whose answers other questions depend; walks go to these again and again."""


@pytest.fixture(scope="session")
def questionnaire(compiled: Compiled) -> Plan:
    return plan(compiled)


def answers_to(knowledge: KnowledgeBase, id: str) -> st.SearchStrategy[Value]:
    """Every answer a question may get."""
    measure = knowledge.measures[id]
    if measure.kind == "yes_no":
        return st.booleans()
    if measure.choices:
        return st.sampled_from(sorted(measure.choices))
    low, high = (measure.plausible.at_least, measure.plausible.at_most) if measure.plausible else (0, 3)
    number = st.sampled_from([low, (low + high) // 2, high]).map(float)
    return st.builds(Sides, number, number) if measure.per_side else number


def straight(through: Interview, answer: Callable[[Interview, str], Interview]) -> Interview:
    """Answer every question that comes up, in the order it comes."""
    while through.question is not None:
        through = answer(through, through.question.id)
    return through


def replay(start: Interview, walked: Interview) -> Interview:
    """Answer straight, with the last word the walk gave to each question; what it left open is skipped."""

    def answer(now: Interview, id: str) -> Interview:
        if id == KIT:
            offered = {kit.id for kit in now.offered}
            if not offered & walked.kit.keys():
                return now.skip()
            return now.choose(frozenset(key for key, had in walked.kit.items() if had))
        return now.answer(walked.given[id]) if id in walked.given else now.skip()

    return straight(start, answer)


def a_move(now: Interview, knowledge: KnowledgeBase, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Interview:
    """One thing a person may do."""
    move = draw(st.sampled_from(["answer"] * 6 + ["skip", "back", "back", "withdraw", "go to"]))
    if move == "back":
        return now.back()
    if move == "go to":
        return now.go_to(draw(st.sampled_from(DECIDING))) or now
    question = now.question
    if question is None:
        return now
    if move == "skip":
        return now.skip()
    if move == "withdraw":
        return now.withdraw()
    if question.id == KIT:
        return now.choose(draw(st.frozensets(st.sampled_from([kit.id for kit in now.plan.kit]))))
    return now.answer(draw(answers_to(knowledge, question.id)))


@given(SESSION, st.sampled_from(["both", "athlete", "coach"]), st.integers(0, 90))
@settings(max_examples=100)
def test_any_walk_ends_in_the_answers_of_answering_straight(
    questionnaire: Plan, knowledge: KnowledgeBase, data: st.DataObject, who: Who, moves: int
) -> None:
    now = Interview(questionnaire, who)
    for _ in range(moves):
        now = a_move(now, knowledge, data.draw)
    assert dict(replay(Interview(questionnaire, who), now).counting) == dict(now.counting)


@given(SESSION, st.integers(0, 60))
@settings(max_examples=40)
def test_saving_and_going_on_changes_nothing(
    questionnaire: Plan, knowledge: KnowledgeBase, data: st.DataObject, moves: int
) -> None:
    now = Interview(questionnaire)
    for _ in range(moves):
        now = a_move(now, knowledge, data.draw)
    again = saved_and_read(now, knowledge)
    assert dict(again.counting) == dict(now.counting)
    assert dict(again.set_aside) == dict(now.set_aside)
    assert again.kit == now.kit
    if now.revisiting is None:
        assert again.question == now.question


def saved_and_read(now: Interview, knowledge: KnowledgeBase, who: Who = "both") -> Interview:
    text = sitting.write(now, "Ana", DAY)
    return sitting.read(now.plan, knowledge, read(text, "ana.yaml", knowledge, today=DAY), text, who)


def test_every_measure_is_asked_in_one_place(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    asked = [question.id for question in questionnaire.questions]
    assert sorted(asked) == sorted([*knowledge.measures, KIT])


def test_safety_comes_before_symptoms_and_symptoms_before_tests(questionnaire: Plan) -> None:
    parts = [question.section.part for question in questionnaire.questions]
    assert list(dict.fromkeys(parts)) == ["about_you", "safety", "no_equipment", "tests"]


def test_every_test_needs_some_kit_and_nothing_else_does(questionnaire: Plan) -> None:
    for question in questionnaire.questions:
        if question.id != KIT:
            assert bool(questionnaire.opens(question.id)) is (question.section.part == "tests")


def answer_healthy(knowledge: KnowledgeBase) -> Callable[[Interview, str], Interview]:
    def answer(now: Interview, id: str) -> Interview:
        return now.answer(HEALTHY[id]) if id in HEALTHY else now.skip()

    return answer


def test_a_healthy_athlete_is_spared_the_pain_questions(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    end = straight(Interview(questionnaire), answer_healthy(knowledge))
    assert not {"night_pain", "bone_point", "spot_knee", "pregnancy_status", "youth_limp"} & set(end.trail)


def test_pain_opens_its_questions(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    hurting = {**HEALTHY, "self_hurting": True, "pain_now": 4.0, "pain_location": "knee", "even_soreness": False}
    end = straight(Interview(questionnaire), lambda now, id: now.answer(hurting[id]) if id in hurting else now.skip())
    assert {"even_soreness", "spot_knee", "night_pain"} <= set(end.trail)
    assert "spot_lower_leg" not in end.trail


def test_an_answer_whose_question_is_no_longer_asked_is_kept_and_does_not_count(
    questionnaire: Plan, knowledge: KnowledgeBase
) -> None:
    hurting = {**HEALTHY, "self_hurting": True, "pain_now": 4.0, "night_pain": True, "even_soreness": False}
    end = straight(Interview(questionnaire), lambda now, id: now.answer(hurting[id]) if id in hurting else now.skip())
    assert end.counting["night_pain"] is True
    at_pain = end.go_to("pain_now")
    assert at_pain is not None
    at_hurting = at_pain.answer(0.0).go_to("self_hurting")
    assert at_hurting is not None
    mended = at_hurting.answer(False)
    assert "night_pain" not in mended.counting
    assert dict(mended.set_aside) == {"night_pain": True, "even_soreness": False}
    again = mended.go_to("pain_now")
    assert again is not None
    assert again.answer(4.0).counting["night_pain"] is True


def test_back_goes_one_question_back_each_time_and_stops_at_the_first(questionnaire: Plan) -> None:
    now = Interview(questionnaire).answer("female").answer(24.0).answer("sprint")
    assert [question.id for question in (now.back().question, now.back().back().question) if question] == [
        "event_group", "age"
    ]  # fmt: skip
    first = now.back().back().back().back().back()
    assert first.question is not None
    assert first.question.id == "sex"
    onward = first.skip()
    assert onward.given == now.given
    assert onward.question == now.question


def test_skip_keeps_an_earlier_answer_and_withdraw_takes_it_back(questionnaire: Plan) -> None:
    now = Interview(questionnaire).answer("female").back()
    assert now.skip().counting == {"sex": "female"}
    assert now.withdraw().counting == {}


def test_kit_opens_its_tests_and_no_others(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    def answer(now: Interview, id: str) -> Interview:
        return now.choose(frozenset({"tape"})) if id == KIT else now.skip()

    end = straight(Interview(questionnaire), answer)
    tests = {question.id for question in questionnaire.questions if question.section.part == "tests"} - {KIT}
    asked = tests & set(end.trail)
    assert "knee_to_wall" in asked
    assert all("tape" in questionnaire.opens(test) for test in asked)


def test_a_test_that_stood_in_the_file_counts_whatever_the_kit(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    answers = Answers("Ana", DAY, {"sex": "female", "cmj_height": 35.0})
    now = sitting.read(questionnaire, knowledge, answers, "", "both")
    end = straight(now, lambda at, id: at.choose(frozenset()) if id == KIT else at.skip())
    assert dict(end.counting) == {"sex": "female", "cmj_height": 35.0}
    assert dict(saved_and_read(end, knowledge).counting) == dict(end.counting)


def test_a_test_answered_here_goes_when_the_kit_goes(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    def answer(now: Interview, id: str) -> Interview:
        if id == KIT:
            return now.choose(frozenset({"jump_mat"}))
        return now.answer(35.0) if id == "cmj_height" else now.skip()

    end = straight(Interview(questionnaire), answer)
    assert dict(end.counting) == {"cmj_height": 35.0}
    at_kit = saved_and_read(end, knowledge).go_to(KIT)
    assert at_kit is not None
    without = at_kit.choose(frozenset())
    assert dict(without.counting) == {}
    assert dict(saved_and_read(without, knowledge).set_aside) == {"cmj_height": 35.0}


def test_two_sittings_together_ask_what_one_would(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    everything = frozenset(kit.id for kit in questionnaire.kit)

    def answer(now: Interview, id: str) -> Interview:
        return now.choose(everything) if id == KIT else answer_healthy(knowledge)(now, id)

    athlete = straight(Interview(questionnaire, "athlete"), answer)
    assert all(knowledge.measures[id].asked_of != "coach" for id in athlete.trail if id != KIT)
    coach = straight(saved_and_read(athlete, knowledge, "coach"), answer)
    assert all(knowledge.measures[id].asked_of != "athlete" for id in coach.trail if id != KIT)
    alone = straight(Interview(questionnaire), answer)
    assert set(athlete.trail) | set(coach.trail) == set(alone.trail)
    assert dict(coach.counting) == dict(alone.counting)


def test_how_many_are_left_goes_down_to_nothing(questionnaire: Plan, knowledge: KnowledgeBase) -> None:
    now = Interview(questionnaire)
    while now.question is not None:
        before = now.left
        assert before.sure >= 1
        now = now.skip()
        assert now.left.sure < before.sure
    assert now.left.sure == 0


@pytest.mark.parametrize("place", ["{", "[1, 2]", "null", '{"kit": 3, "skipped": {}, "brought": 1, "set_aside": "["}'])
def test_a_spoilt_place_is_passed_over(questionnaire: Plan, knowledge: KnowledgeBase, place: str) -> None:
    text = sitting.write(Interview(questionnaire).answer("female"), "Ana", DAY)
    mark, _, _ = text.splitlines()[-1].partition("{")
    answers = read(text, "ana.yaml", knowledge, today=DAY)
    now = sitting.read(questionnaire, knowledge, answers, f"{mark}{place}\n", "both")
    assert dict(now.counting) == {"sex": "female"}
