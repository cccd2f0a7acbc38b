"""Named athletes and the blocks they get, readable one by one."""

from datetime import date

import pytest

from engine.model import Options, Prescription
from engine.prescription import prescribe
from tests.prescription_athletes import diagnosis, knowledge

STIFF_RUNNER = {"excess_tension": 3, "overstriding": 2, "poor_arm_action": 2}
WOBBLY_LIFTER = {"poor_lumbopelvic_control": 3, "partial_range_lifting": 3, "restricted_hip_mobility": 2}
WEAK_LEGS = {"low_max_strength": 3, "low_calf_strength": 2, "low_reactive_strength": 2}
USUAL_KM = {
    "training_level": "trained",
    "weekly_running_volume": 40.0,
    "strength_sessions": 2.0,
    "max_effort_sessions": 1.0,
}


def given(**what: object) -> Prescription:
    """The prescription of a made-up athlete who gets one."""
    made = prescribe(knowledge(), diagnosis(answers=dict(USUAL_KM), **what))  # type: ignore[arg-type]  # passed on as is
    assert made is not None
    return made


def ids(prescription: Prescription) -> list[str]:
    """What is given."""
    return [item.intervention for item in prescription.items]


def test_mechanics_means_running_less_and_slower_technique_runs() -> None:
    block = given(limiter="mechanics", found=STIFF_RUNNER)
    assert (block.block, block.weeks) == ("mechanics", 5)
    assert [week.running_percent for week in block.plan] == [(70, 70), (70, 70), (50, 70), (50, 70), (60, 80)]
    assert block.plan[2].running_km == (20.0, 28.0)
    assert ids(block)[:3] == ["slow_technique_run", "relaxed_strides", "slow_full_squat_bodyweight"]
    assert all(item.always for item in block.items[:3])
    assert block.habits == ("run_less_block", "three_question_check")


def test_who_runs_little_is_not_told_to_run_less() -> None:
    made = prescribe(
        knowledge(), diagnosis(limiter="mechanics", found=STIFF_RUNNER, answers={"weekly_running_volume": 12.0})
    )
    assert made is not None
    assert {week.running_percent for week in made.plan} == {(100, 100)}
    assert "run_less_block" not in made.habits
    assert knowledge().programs.running.little.note in made.notes


def test_synergy_means_slow_squats_and_leg_lifts_and_no_jumps_at_first() -> None:
    block = given(limiter="synergy", found={**WOBBLY_LIFTER, "poor_elastic_use": 1})
    assert (block.block, block.weeks) == ("synergy", 6)
    assert ids(block)[:2] == ["slow_full_squat_bodyweight", "slow_leg_lift_supine"]
    jumps = {id for id, row in knowledge().interventions.items() if row.kind == "plyometric"}
    assert not jumps.intersection(ids(block))
    reasons = {drop.intervention: (drop.reason, drop.detail) for drop in block.dropped}
    assert reasons["dip_and_jump_rhythm"] == ("regress_first", ("partial_range_lifting",))
    assert block.habits[0] == "perfect_rep_rule"


def test_strength_follows_its_own_sets_where_the_kit_allows() -> None:
    coach = Options(coached=True, days_per_week=4, equipment=frozenset({"trap_bar", "dumbbell"}))
    block = given(limiter="strength", found=WEAK_LEGS, options=coach)
    heavy = next(item for item in block.items if item.intervention == "trap_bar_deadlift")
    assert heavy.dose[0] == "3 x 6, stop with 3 good reps left"
    assert heavy.dose[3] == "Half of last week's sets, 10 percent lighter"
    assert heavy.sessions[:5] == (2, 2, 2, 2, 2)
    assert heavy.sessions[5] == 1, "the last heavy day lies 5 to 7 days before the retest"


def test_what_you_see_is_mechanics_what_causes_it_is_synergy() -> None:
    block = given(
        limiter="synergy",
        apparent="mechanics",
        found={**WOBBLY_LIFTER, "overstriding": 2},
        causes={"overstriding": "poor_lumbopelvic_control"},
    )
    assert block.block == "mixed_synergy_root"
    assert block.causal_line is not None
    assert "likely" in block.causal_line
    assert knowledge().deficits["overstriding"].in_a_sentence in block.causal_line
    strides = next(item for item in block.items if item.intervention == "relaxed_strides")
    assert strides.sessions == (0, 0, 0, 1, 1, 0)
    assert strides.dose[0] == "Not yet"
    lifts = [item.sessions[3] for item in block.items if item.role == "B"]
    assert sum(count > 0 for count in lifts) == 2, "two slow lifts are kept for the running weeks"


def test_a_lifting_pattern_that_is_off_by_itself_comes_before_strength() -> None:
    made = given(
        limiter="strength",
        found={**WEAK_LEGS, "partial_range_lifting": 3},
        certainties={"strength": 0.9, "synergy": 0.7, "mechanics": 0.1},
    )
    assert (made.block, made.weeks) == ("pattern_first", 4)
    assert made.plan[-1].check == "retest"


@pytest.mark.parametrize("urgent", ["chest_pain_exertion", "femoral_neck_suspected"])
def test_an_emergency_gets_no_programme(urgent: str) -> None:
    assert prescribe(knowledge(), diagnosis(outcome="stop", found=STIFF_RUNNER, safety=(urgent,))) is None


def test_a_bone_that_may_be_stressed_leaves_only_gentle_work() -> None:
    block = given(outcome="stop", found=WOBBLY_LIFTER, safety=("bone_stress_suspected",))
    assert block.block == "pain_stop"
    assert len(block.items) == 2
    assert {knowledge().interventions[id].kind for id in ids(block)} <= {"motor_control", "mobility"}
    assert {week.running_percent for week in block.plan} == {(0, 0)}
    assert block.habits == ("pain_first_plan",)


def test_too_little_left_open_is_no_programme() -> None:
    assert prescribe(knowledge(), diagnosis(outcome="stop", safety=("fever_systemic_illness",))) is None


def test_an_aching_achilles_puts_bounce_on_hold_and_keeps_the_rest_at_the_start_dose() -> None:
    block = given(
        limiter="mechanics", found={"poor_front_side_mechanics": 2, "low_reactive_strength": 3, "poor_elastic_use": 2},
        safety=("achilles_tendinopathy",),
    )  # fmt: skip
    held = {hold.deficit: hold for hold in block.on_hold}
    assert held["poor_elastic_use"].safety == ("achilles_tendinopathy",)
    for item in block.items:
        if item.test_first:
            row = knowledge().interventions[item.intervention]
            assert all(row.dose_progressed.rstrip(".") not in dose for dose in item.dose)


@pytest.mark.parametrize("outcome", ["none", "insufficient"])
def test_nothing_found_is_no_block(outcome: str) -> None:
    assert prescribe(knowledge(), diagnosis(outcome=outcome, limiter="mechanics", found=STIFF_RUNNER)) is None  # type: ignore[arg-type]  # the two outcomes


def test_endurance_is_sent_elsewhere_with_a_little_kept() -> None:
    block = given(outcome="elsewhere", found={"limited_aerobic_capacity": 3})
    assert (block.block, block.weeks) == ("elsewhere", 8)
    assert block.habits == ("endurance_plan_first",)
    assert {week.running_percent for week in block.plan} == {(100, 100)}
    assert ids(block) == ["easy_volume_build", "slow_technique_run", "slow_full_squat_bodyweight", "relaxed_strides"]
    assert [plan.deficit for plan in block.retests][:1] == ["limited_aerobic_capacity"]


def test_tired_people_recover_first() -> None:
    block = given(outcome="elsewhere", found={"under_recovery": 3})
    assert block.plan[0].running_percent == (50.0, 50.0)
    assert block.habits == ("recovery_week", "sleep_food_log")


def test_a_saturday_match_keeps_the_days_before_it_light() -> None:
    team = Options(days_per_week=3, match_days=("sat",))
    week = given(limiter="strength", found=WEAK_LEGS, options=team).plan[1]
    days = {day.weekday: day for day in week.days}
    assert (days["sat"].note, days["sat"].slots) == ("match_day", ())
    assert [slot.code for slot in days["fri"].slots] == ["W"]
    assert not {"H", "F", "Q", "J"}.intersection(slot.code for slot in days["thu"].slots)
    assert days["sun"].note == "day_after_match"


def test_over_45_fast_days_lie_three_days_apart_and_the_third_week_is_easier() -> None:
    block = given(limiter="strength", found=WEAK_LEGS, safety=("masters_over_45",), options=Options(days_per_week=5))
    assert block.plan[2].running_percent == (80.0, 80.0)
    assert block.plan[2].check == "mid-check"
    assert block.plan[3].running_percent == (90.0, 90.0)


def test_before_competition_the_mechanics_block_is_short_and_running_stays_up() -> None:
    block = given(limiter="mechanics", found=STIFF_RUNNER, options=Options(season="pre_competition"))
    assert block.weeks == 4
    assert [week.running_percent for week in block.plan] == [(70, 70), (70, 70), (70, 70), (70, 80)]


def test_hardly_any_time_leaves_three_items() -> None:
    rushed = Options(days_per_week=2, minutes_per_session=25)
    block = given(limiter="mechanics", found=STIFF_RUNNER, options=rushed)
    assert len(block.items) <= 3
    assert all(day.minutes <= 25 for week in block.plan for day in week.days)


def test_new_to_lifting_means_beginners_exercises() -> None:
    coach = Options(coached=True, months_of_lifting=1, equipment=frozenset({"dumbbell"}))
    block = given(limiter="synergy", found=WOBBLY_LIFTER, options=coach)
    kinds = {"strength", "plyometric", "motor_control", "mobility"}
    rows = [knowledge().interventions[id] for id in ids(block)]
    assert {row.level for row in rows if row.kind in kinds} == {"beginner"}
    assert "new_to_lifting" in {drop.reason for drop in block.dropped}


def test_the_block_starts_on_the_day_given_or_on_a_monday() -> None:
    asked = given(limiter="mechanics", found=STIFF_RUNNER, options=Options(start=date(2026, 3, 5)))
    assert [day.weekday for day in asked.plan[0].days] == ["thu", "fri", "sat", "sun", "mon", "tue", "wed"]
    assert asked.plan[1].starts == date(2026, 3, 12)
    usual = given(limiter="mechanics", found=STIFF_RUNNER)
    assert (usual.starts, usual.starts.weekday()) == (date(2026, 3, 2), 0)
    assert usual.retest_on == date(2026, 4, 5)


def test_one_day_a_week_is_the_first_session_of_two() -> None:
    block = given(limiter="mechanics", found=STIFF_RUNNER, options=Options(days_per_week=1))
    assert [day.weekday for day in block.plan[0].days if day.slots] == ["mon"]


def test_every_reference_of_the_programme_pages_exists() -> None:
    kb = knowledge()
    programs = kb.programs
    known = {
        "intervention": set(kb.interventions),
        "row": {*kb.interventions, *programs.choosing.groups},
        "deficit": set(kb.deficits),
        "safety": set(kb.safety),
        "measure": set(kb.measures),
        "source": set(kb.sources),
        "block": {*programs.blocks(), "pattern_first", "elsewhere"},
        "code": set(programs.layout.codes),
        "lane": {lane.lane for lane in programs.layout.lanes},
        "dose": set(programs.progression.doses),
        "people": set(programs.people.people),
    }
    missing = [(stem, path, name) for stem, path, kind, name in programs.references() if name not in known[kind]]
    assert not missing
