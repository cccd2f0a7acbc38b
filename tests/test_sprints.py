"""Sprints in an athlete's file, through the public face: what they feed, what wins, what the report says."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import reports
from engine import answers as athlete_file
from engine import sitting, sprints
from engine.assessment import assess
from engine.compile import Compiled
from engine.degrees import Datum, error_of
from engine.errors import AnswersError
from engine.evaluation import evaluate
from engine.facts import gather, vary
from engine.impact.athletes import from_files
from engine.impact.judge import judge
from engine.inference import Inference
from engine.interview import Interview, plan
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Diagnosis, Measured, Value
from engine.trial import Trials
from tests.conftest import ROOT

DAY = date(2026, 11, 22)
PERSON: Mapping[str, Value] = {
    "sex": "female", "age": 23, "event_group": "team_sport", "training_level": "trained", "body_mass": 61.6,
    "stature": 173.9,
}  # fmt: skip
WEAK = {"splits": {5: 1.36, 10: 2.20, 20: 3.60, 30: 4.88, 35: 5.50}, "start": "behind_gate"}
AGAIN = {"splits": {5: 1.35, 10: 2.18, 20: 3.59, 30: 4.86, 35: 5.48}, "start": "behind_gate"}
UNREADABLE = {"splits": {5: 1.4, 10: 2.1, 20: 2.7, 30: 3.9}, "start": "behind_gate"}
FED = ("f0_rel", "v0", "rf_max", "drf", "sprint_top_speed")


def text_of(items: Sequence[Mapping[str, Any]], **more: Value) -> str:
    """An athlete's file with these sprints and further answers, as JSON, which is YAML too."""
    data = {"athlete": "Ana", "date": "2026-03-01", "answers": {**PERSON, **more}, "sprints": list(items)}
    return json.dumps(data)


def read(knowledge: KnowledgeBase, *items: Mapping[str, Any], **more: Value) -> Answers:
    return athlete_file.read(text_of(items, **more), "ana.yaml", knowledge, today=DAY)


def measured(knowledge: KnowledgeBase, answers: Answers) -> Mapping[str, Measured]:
    return sprints.measured(knowledge, sprints.analyses(knowledge, answers))


@pytest.fixture(scope="module")
def ana(compiled: Compiled) -> Diagnosis:
    return assess(compiled, read(compiled.knowledge, WEAK, cmj_height=38.0))


# --- what a sprint gives ----------------------------------------------------------------------------------------------


def test_a_sprint_feeds_the_rules(knowledge: KnowledgeBase, ana: Diagnosis) -> None:
    (one,) = ana.sprints
    for id in FED:
        fact, estimate = ana.facts[id], one.estimates[knowledge.sprint.feeds[id]]
        assert fact.origin == "sprint"
        assert fact.value == pytest.approx(estimate.value)
        assert fact.sprint is not None
        assert [fact.sprint.low, fact.sprint.high] == pytest.approx([estimate.low, estimate.high])
        assert type(fact.value) is float


def test_its_error_is_never_smaller_than_that_of_the_measure(knowledge: KnowledgeBase, ana: Diagnosis) -> None:
    given = [fact for fact in ana.facts.values() if fact.origin == "sprint"]
    assert {fact.measure for fact in given} >= {*FED, "sprint_5m", "sprint_10m", "sprint_20m", "sprint_30m"}
    for fact in given:
        assert isinstance(fact.value, float)
        typical = error_of(knowledge.measures[fact.measure], Datum("known", fact.value), fact.value)
        assert fact.error >= typical > 0


def test_what_is_computed_from_it_follows(ana: Diagnosis) -> None:
    assert ana.facts["max_speed"].value == ana.facts["sprint_top_speed"].value
    assert ana.facts["max_speed"].error == pytest.approx(ana.facts["sprint_top_speed"].error, rel=1e-3)


def test_the_speed_reserve_follows_too(compiled: Compiled) -> None:
    page = compiled.knowledge.derived["speed_reserve_ratio"]
    missing = [id for id in page.inputs if id in compiled.knowledge.measures]
    more = {id: compiled.knowledge.measures[id].plausible for id in missing}
    given: dict[str, Value] = {id: (of.at_least + of.at_most) / 2 for id, of in more.items() if of is not None}
    without = gather(compiled, {**PERSON, **given})
    found = measured(compiled.knowledge, read(compiled.knowledge, WEAK))
    assert without.datum("max_speed").status != "known"
    assert gather(compiled, {**PERSON, **given}, found).datum("max_speed").status == "known"


def test_gate_times_stand_only_where_the_start_is_comparable(knowledge: KnowledgeBase) -> None:
    found = measured(knowledge, read(knowledge, WEAK, AGAIN))
    assert found["sprint_10m"].value == 2.18, "the best of the runs"
    assert found["sprint_10m"].low == found["sprint_10m"].high
    assert "sprint_40m" not in found
    for start in ("gun", "first_movement", "unknown"):
        assert not any(id in knowledge.sprint.gate_times for id in measured(knowledge, read(knowledge, {
            **WEAK, "start": start})))  # fmt: skip


def test_two_sprints_say_it_better_than_one(knowledge: KnowledgeBase) -> None:
    one, both = (sprints.analyses(knowledge, read(knowledge, *items)) for items in ((WEAK,), (WEAK, AGAIN)))
    alone, together = sprints.measured(knowledge, one)["f0_rel"], sprints.measured(knowledge, both)["f0_rel"]
    assert together.error < alone.error
    assert min(x.estimates["f0_rel"].value for x in both) < together.value < max(
        x.estimates["f0_rel"].value for x in both)  # fmt: skip


def test_sprints_far_apart_are_as_uncertain_as_that(knowledge: KnowledgeBase) -> None:
    other = {"splits": {5: 1.20, 10: 1.98, 20: 3.32, 30: 4.55, 35: 5.16}, "start": "behind_gate"}
    values = [one.estimates["v0"].value for one in sprints.analyses(knowledge, read(knowledge, WEAK, other))]
    found = measured(knowledge, read(knowledge, WEAK, other))["v0"]
    assert found.low <= min(values)
    assert max(values) <= found.high
    assert found.error >= (max(values) - min(values)) / 2 * 0.99


def test_the_order_of_sprints_does_not_matter(knowledge: KnowledgeBase) -> None:
    third = {**WEAK, "splits": {5: 1.33, 10: 2.15, 20: 3.58, 30: 4.87, 35: 5.51}}
    items = [WEAK, AGAIN, third]
    assert measured(knowledge, read(knowledge, *items)) == measured(knowledge, read(knowledge, *reversed(items)))


def test_unreliable_and_resisted_sprints_feed_nothing(knowledge: KnowledgeBase) -> None:
    assert measured(knowledge, read(knowledge, UNREADABLE)) == {}
    assert measured(knowledge, read(knowledge, {**WEAK, "sled": 20})) == {}
    assert measured(knowledge, read(knowledge, WEAK, UNREADABLE)) == measured(knowledge, read(knowledge, WEAK))


def test_a_reading_unlike_the_norms_feeds_nothing_but_times(knowledge: KnowledgeBase) -> None:
    """Without a correction F0 of a start from behind a gate is a half too high beside norms fitted with one."""
    few = {"splits": {5: 1.36, 10: 2.20, 15: 2.92}, "start": "behind_gate"}
    for unlike in ({**WEAK, "model": "fixed_offset"}, few):
        assert set(measured(knowledge, read(knowledge, unlike))) <= set(knowledge.sprint.gate_times)
    pushed = {"splits": {5: 1.45, 10: 2.22, 20: 3.56, 30: 4.82, 40: 6.06}, "start": "first_movement"}
    assert set(FED) <= set(measured(knowledge, read(knowledge, pushed)))


def test_only_the_last_day_counts_and_every_sprint_once(knowledge: KnowledgeBase) -> None:
    old, new = {**WEAK, "date": "2026-01-10"}, {**AGAIN, "date": "2026-02-20"}
    alone = measured(knowledge, read(knowledge, new))
    assert measured(knowledge, read(knowledge, old, new)) == alone
    assert measured(knowledge, read(knowledge, new, new)) == alone


def test_computed_values_are_no_tests_done(compiled: Compiled) -> None:
    answers = read(compiled.knowledge, WEAK, cmj_height=38.0)
    found = measured(compiled.knowledge, answers)
    with_sprint, without = gather(compiled, answers.values, found), gather(compiled, answers.values)
    assert with_sprint.tests_done == without.tests_done == 1


# --- what wins --------------------------------------------------------------------------------------------------------


def test_what_was_entered_wins_and_the_report_says_so(compiled: Compiled) -> None:
    knowledge = compiled.knowledge
    found = assess(compiled, read(knowledge, WEAK, f0_rel=8.1, cmj_height=38.0))
    assert (found.facts["f0_rel"].value, found.facts["f0_rel"].origin) == (8.1, "answered")
    assert found.facts["v0"].origin == "sprint"
    text = " ".join(str(reports.render(found, knowledge, "text")).split())
    assert "8.1 N/kg, as entered, was used; the sprint gives" in text
    rows = {row["measure"]: row for row in json.loads(str(reports.render(found, knowledge, "json")))["measured"]}
    assert not rows["f0_rel"]["used"]
    assert rows["v0"]["used"]
    assert rows["f0_rel"]["value"] != 8.1


def test_the_why_names_the_sprint_with_its_interval(knowledge: KnowledgeBase, ana: Diagnosis) -> None:
    text = " ".join(str(reports.render(ana, knowledge, "text")).split())
    assert "Read off the sprint:" in text
    told = text.split("Read off the sprint:", 1)[1][:200]
    assert re.search(r"[0-9] N/kg \([0-9.]+ to [0-9.]+\)|m/s \([0-9.]+ to|% \([0-9.]+ to|\(−?[0-9.]+ to", told)


def test_nothing_a_sprint_gave_is_asked_for(ana: Diagnosis) -> None:
    given = {id for id, fact in ana.facts.items() if fact.origin == "sprint"}
    assert not given & {id for test in ana.next_tests for id in test.measures}


def test_the_json_follows_its_schema(knowledge: KnowledgeBase, ana: Diagnosis) -> None:
    schema = json.loads((ROOT / "docs" / "diagnosis.schema.json").read_text(encoding="utf-8"))
    found = json.loads(str(reports.render(ana, knowledge, "json")))
    Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/diagnosis"}]}).validate(found)
    assert len(found["sprints"]) == 1
    assert {row["measure"] for row in found["measured"]} >= set(FED)
    own = json.loads((ROOT / "docs" / "sprint.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(own).validate(found["sprints"])


# --- every way of reasoning says the same -----------------------------------------------------------------------------

SPRINTERS = pytest.mark.parametrize("more", [{}, {"cmj_height": 24.0, "standing_long_jump": 150.0}, {"v0": 6.9}])


@SPRINTERS
def test_working_memory_and_plain_evaluation_agree(compiled: Compiled, more: dict[str, Value]) -> None:
    answers = read(compiled.knowledge, WEAK, **more)
    facts = gather(compiled, answers.values, measured(compiled.knowledge, answers))
    evaluation, inferred = evaluate(compiled, facts), Inference(compiled).infer(facts)
    assert evaluation.shares.now["sprint"] < 1, "the budget is at work"
    for id, belief in evaluation.beliefs.items():
        assert inferred.certainties[id] == pytest.approx(belief.now, abs=1e-12), id


@SPRINTERS
def test_judge_says_what_assess_says(compiled: Compiled, more: dict[str, Value]) -> None:
    answers = read(compiled.knowledge, WEAK, **more)
    found = assess(compiled, answers, deep=False)
    judged = judge(compiled, answers.values, measured(compiled.knowledge, answers))
    assert (judged.outcome, judged.limiter, judged.apparent) == (found.outcome, found.limiter, found.apparent)
    assert dict(judged.states) == {one.id: one.state for one in found.deficits}


@SPRINTERS
def test_a_trial_says_what_a_whole_evaluation_says(compiled: Compiled, more: dict[str, Value]) -> None:
    answers = read(compiled.knowledge, WEAK, **more)
    given = measured(compiled.knowledge, answers)
    trials = Trials(evaluate(compiled, gather(compiled, answers.values, given)))
    changes: list[dict[str, Value]] = [
        {"f0_rel": 9.0}, {"f0_rel": 5.0, "drf": -11.0}, {"cmj_height": 20.0}, {"training_level": "recreational"},
        {"flying_10m": 1.30}, {"age": 60.0}, {"v0": 9.0},
    ]  # fmt: skip
    for change in changes:
        whole = gather(compiled, {**answers.values, **change}, given)
        tried, anew = trials.tried(change), evaluate(compiled, whole)
        assert tried.facts.tests_done == whole.tests_done, change
        for id, belief in anew.beliefs.items():
            assert tried.certainties[id] == pytest.approx(belief.now, abs=1e-9), (change, id)
        assert tried.root == pytest.approx(Trials(anew).root, abs=1e-9), change


def test_changes_upon_changes_are_answers(compiled: Compiled) -> None:
    answers = read(compiled.knowledge, WEAK)
    given = measured(compiled.knowledge, answers)
    once, _ = vary(gather(compiled, answers.values, given), {"f0_rel": 9.0})
    twice, _ = vary(once, {"age": 30.0})
    whole = gather(compiled, {**answers.values, "f0_rel": 9.0, "age": 30.0}, given)
    assert (dict(twice.data), twice.answered, twice.tests_done) == (dict(whole.data), whole.answered, whole.tests_done)


# --- files ------------------------------------------------------------------------------------------------------------

BLOCK = """athlete: Ana
date: 2026-03-01
sprints:
  - splits: {5: 1.36, 10: 2.20, 20: 3.60, 30: 4.88}
    start: behind_gate
# the second one, after ten minutes
  - splits:
      5: 1.35
      10: 2.18

      20: 3.59
    name: "second: of two"
answers:
  sex: female
# a word at the end
"""
FLUSH = "answers: {}\nathlete: Ana\nsprints:\n- splits: {5: 1.36}\n  name: a\n- splits: {5: 1.4}\ndate: 2026-03-01\n"
JSON_LINES = """{
"sprints": [{"splits": {"5": 1.36, "10": 2.2}}],
"athlete": "Ana", "date": "2026-03-01",
"answers": {}
}"""
FLOW = 'athlete: Ana\ndate: 2026-03-01\nanswers: {}\nsprints: [\n  {splits: {5: 1.36, 10: 2.20},\n  name: a},\n]\n...\n'
QUOTED = '"sprints":\n- splits: {5: "1.36 s", 10 m: 2.20}\nathlete: Ana\ndate: 2026-03-01\nanswers: {}\n'


@pytest.mark.parametrize("text", [BLOCK, FLUSH, BLOCK.replace("\n", "\r\n"), JSON_LINES, FLOW, QUOTED, text_of([WEAK])])
def test_a_file_written_again_keeps_its_sprints(text: str, compiled: Compiled) -> None:
    knowledge = compiled.knowledge
    before = athlete_file.read(text, "ana.yaml", knowledge, today=DAY)
    again = athlete_file.read(athlete_file.write(before), "ana.yaml", knowledge, today=DAY)
    assert len(before.sprints) == text.count("splits")
    assert plain(again) == plain(before)
    interview = Interview(plan(compiled), "coach")
    for _ in range(2):  # however often the interview is taken up again
        saved = sitting.write(interview, before.athlete, before.date, again.sprints_as_written)
        again = athlete_file.read(saved, "ana.yaml", knowledge, today=DAY)
        interview = sitting.read(plan(compiled), knowledge, again, saved, "coach")
        assert plain(again) == plain(before)
        assert saved.count("limiter ask keeps") == 1


def plain(answers: Answers) -> list[tuple[object, ...]]:
    return [(run.splits, run.start, run.name) for run in answers.sprints]


def test_a_sprint_no_model_fits_is_told_with_its_place(compiled: Compiled) -> None:
    text = BLOCK.replace("start: behind_gate", "model: tc_dc").replace("20: 3.60, 30: 4.88", "20: 3.60")
    answers = athlete_file.read(text, "ana.yaml", compiled.knowledge, today=DAY)
    with pytest.raises(AnswersError) as told:
        assess(compiled, answers)
    (fault,) = told.value.faults
    assert (fault.place.file, fault.place.line, fault.code) == ("ana.yaml", 4, "no_fit")
    assert "4 parameters" in str(told.value)


def test_rules_impact_keeps_the_sprints(compiled: Compiled) -> None:
    knowledge = compiled.knowledge
    (found,) = from_files([("ana.yaml", text_of([WEAK]).encode())], knowledge, knowledge, today=DAY)
    assert found.measured(knowledge, found.before).keys() >= set(FED)


def test_why_a_sprint_was_not_used_is_told(compiled: Compiled) -> None:
    text = reports.render(assess(compiled, read(compiled.knowledge, UNREADABLE)), compiled.knowledge, "text")
    assert isinstance(text, str)
    assert compiled.knowledge.sprint.verdict.unreliable.split(";")[0] in " ".join(text.split())
    assert "⚠ An interval of" in text
