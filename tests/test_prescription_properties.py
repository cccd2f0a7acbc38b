"""What must hold of every prescription, tried on many made-up athletes."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest

from engine.model import Diagnosis, Prescription
from engine.prescription import prescribe
from engine.prescription.blocks import choose
from engine.prescription.candidates import sift
from engine.prescription.person import Person, meet
from engine.prescription.rows import rank
from tests.prescription_athletes import knowledge, random_diagnosis

ATHLETES = 250
DAYS = 7


def _made() -> Iterator[tuple[Diagnosis, Prescription]]:
    for seed in range(ATHLETES):
        diagnosis = random_diagnosis(seed)
        prescription = prescribe(knowledge(), diagnosis)
        if prescription is not None:
            yield diagnosis, prescription


@pytest.fixture(scope="module")
def made() -> list[tuple[Diagnosis, Person, Prescription]]:
    """All prescriptions, with the athlete each is for."""
    return [(diagnosis, meet(knowledge(), diagnosis), prescription) for diagnosis, prescription in _made()]


Made = list[tuple[Diagnosis, Person, Prescription]]


def test_the_athletes_are_of_every_kind(made: Made) -> None:
    blocks = Counter(prescription.block for _, _, prescription in made)
    assert set(blocks) == {*knowledge().programs.blocks(), "pattern_first", "elsewhere"}
    assert min(blocks.values()) >= 3, blocks


def test_caps_are_never_exceeded(made: Made) -> None:
    caps, codes = knowledge().programs.caps, knowledge().programs.layout.codes
    warm_up = knowledge().programs.layout.warm_up
    for _, person, prescription in made:
        assert len(prescription.items) <= caps.items_in_block.of(person.column)
        assert len(prescription.habits) <= caps.habits_printed
        cues = person.rows.named(caps.cue_runs)
        assert sum(item.intervention in cues for item in prescription.items) <= caps.running_cues_at_once.of(
            person.column
        )
        for week in prescription.plan:
            for day in week.days:
                items = [item for slot in day.slots for item in slot.items]
                own = any(codes[slot.code].warm_up for slot in day.slots if slot.items)
                spared = warm_up.run in items and person.column in warm_up.run_for
                assert len(items) + (own and not spared) <= caps.items_in_session.of(person.column)
                assert len(items) == len(set(items))


def test_a_session_is_as_short_as_asked(made: Made) -> None:
    for diagnosis, _, prescription in made:
        limit = diagnosis.options.minutes_per_session
        for week in prescription.plan:
            for day in week.days:
                if limit is not None and any(slot.items for slot in day.slots):
                    assert day.minutes <= limit


def test_what_safety_blocks_is_never_given(made: Made) -> None:
    kb = knowledge()
    for diagnosis, _, prescription in made:
        rules = [kb.safety[finding.id] for finding in diagnosis.safety]
        for item in prescription.items:
            row = kb.interventions[item.intervention]
            listed = [rule for rule in rules if rule.safety in row.contraindications]
            assert not any(row.kind in rule.blocked_kinds for rule in rules)
            assert not any(row.intensity == "high" and row.kind in rule.blocked_high_only for rule in rules)
            assert not any(rule.row_rule == "drop" for rule in listed)
            assert item.test_first == any(rule.row_rule == "test_first" for rule in listed)
            assert set(item.warnings) == {rule.safety for rule in listed if rule.row_rule == "warn"}


def test_no_programme_beside_an_emergency(made: Made) -> None:
    assert not any(
        finding.action == "stop_and_refer" and finding.urgency in ("emergency_now", "within_24h")
        for diagnosis, _, _ in made
        for finding in diagnosis.safety
    )


def test_pain_stop_is_small_and_gentle(made: Made) -> None:
    for diagnosis, _, prescription in made:
        if diagnosis.outcome == "stop":
            assert prescription.block == "pain_stop"
            assert len(prescription.items) == 2
            assert all(knowledge().interventions[item.intervention].intensity == "low" for item in prescription.items)


def test_never_two_steps_of_one_ladder(made: Made) -> None:
    for _, person, prescription in made:
        ids = [item.intervention for item in prescription.items]
        for index, first in enumerate(ids):
            assert not any(person.rows.on_one_ladder(first, second) for second in ids[index + 1 :])


def test_only_owned_equipment_and_known_levels(made: Made) -> None:
    tokens = knowledge().programs.equipment.tokens
    for diagnosis, person, prescription in made:
        owned = diagnosis.options.equipment
        for item in prescription.items:
            row = knowledge().interventions[item.intervention]
            assert all(
                tokens[token].everyone or token in owned or owned.intersection(tokens[token].met_by)
                for token in row.equipment
            )
            assert rank(row.level) <= person.row_level(row)
            assert row.level != "advanced"


def test_lower_ends_of_the_quotas_are_met_or_nothing_is_left(made: Made) -> None:
    for diagnosis, person, prescription in made:
        shape = choose(knowledge(), diagnosis, person)
        assert shape is not None
        quota = shape.quota(person.column)
        dropped = {drop.intervention: drop.reason for drop in prescription.dropped}
        full = any("items_in_session" in drop.detail for drop in prescription.dropped)
        if quota is None or full or "minutes" in dropped.values() or _hardly_any_time(diagnosis):
            continue
        cap = knowledge().programs.caps.items_in_block.of(person.column)
        most = min(cap, shape.block.most_items or cap)
        count = Counter(item.role for item in prescription.items)
        fillable = person.rows.any_of(knowledge().programs.choosing.only_when_found)
        left = [
            candidate
            for candidate in sift(person, shape).candidates
            if dropped.get(candidate.id) in ("quota", "no_target")
            and (candidate.targets or candidate.id not in fillable)
            and not any(person.rows.on_one_ladder(candidate.id, item.intervention) for item in prescription.items)
            and candidate.id not in person.rows.named(knowledge().programs.caps.cue_runs)
            and not any(candidate.id in person.rows.named(name) for name in shape.block.at_most)
        ]
        for role in ("A", "B", "C"):
            short = count[role] < quota.of(role)[0]
            assert not short or len(prescription.items) >= most or not any(row.role == role for row in left)


def _hardly_any_time(diagnosis: Diagnosis) -> bool:
    minutes = diagnosis.options.minutes_per_session
    return minutes is not None and minutes * diagnosis.options.days_per_week < 60


def test_every_clear_deficit_is_aimed_at_or_on_hold(made: Made) -> None:
    for diagnosis, _, prescription in made:
        aimed = {target for item in prescription.items for target in item.targets}
        held = {hold.deficit for hold in prescription.on_hold}
        for finding in diagnosis.deficits:
            if finding.severity == 3 and finding.limiter != "elsewhere":
                assert (finding.id in aimed) != (finding.id in held)
        assert all(hold.safety for hold in prescription.on_hold if hold.why == "safety")


def test_fast_days_lie_apart(made: Made) -> None:
    for _, person, prescription in made:
        fast = [
            index * DAYS + position
            for index, week in enumerate(prescription.plan)
            for position, day in enumerate(week.days)
            if any(_is_fast(person, item) for slot in day.slots for item in slot.items)
        ]
        gaps = [second - first for first, second in pairwise(fast)]
        assert all(gap >= person.fast_days_apart for gap in gaps), (prescription.block, fast)
        for number in range(len(prescription.plan)):
            assert sum(number * DAYS <= day < (number + 1) * DAYS for day in fast) <= person.most_fast_days


def _is_fast(person: Person, id: str) -> bool:
    return person.rows.lane(knowledge().interventions[id], person.fast_too).fast


def test_nothing_fast_the_day_after_heavy_legs(made: Made) -> None:
    layout = knowledge().programs.layout
    for _, person, prescription in made:
        days = [day for week in prescription.plan for day in week.days]
        lowering = person.rows.named(layout.lowering_work)
        for today, tomorrow in pairwise(days):
            items = {item for slot in today.slots for item in slot.items}
            heavy = any(layout.codes[slot.code].heavy_legs for slot in today.slots)
            if heavy:
                assert not any(slot.code in layout.not_after_heavy for slot in tomorrow.slots)
            if heavy or items & lowering:
                assert not any(_is_fast(person, item) for slot in tomorrow.slots for item in slot.items)


def test_matches_and_races_are_respected(made: Made) -> None:
    layout = knowledge().programs.layout
    for diagnosis, person, prescription in made:
        days = [
            (week.starts.toordinal() + index, day) for week in prescription.plan for index, day in enumerate(week.days)
        ]
        races = {race.toordinal() for race in diagnosis.options.race_dates}
        lowering = person.rows.named(layout.lowering_work)
        events = races | {n + ahead for n, day in days for ahead in (0,) if day.weekday in diagnosis.options.match_days}
        for ordinal, day in days:
            items = {item for slot in day.slots for item in slot.items}
            if ordinal in events:
                assert not day.slots
                assert day.note == "match_day"
            elif ordinal + 1 in events:
                assert not items
                assert {slot.code for slot in day.slots} <= {layout.events.day_before}
            elif ordinal + 2 in events:
                assert not items & lowering
                assert not any(layout.codes[slot.code].heavy_legs for slot in day.slots)
            elif ordinal - 1 in events:
                assert not any(_is_fast(person, item) for item in items)


def test_running_follows_the_table(made: Made) -> None:
    page = knowledge().programs.running
    for diagnosis, person, prescription in made:
        shape = choose(knowledge(), diagnosis, person)
        assert shape is not None
        assert len(prescription.plan) == prescription.weeks == len(shape.weeks)
        volume = person.numbers["weekly_running_volume"]
        for week, row in zip(prescription.plan, shape.weeks, strict=True):
            if page.kind in person.blocked_kinds():
                assert week.running_percent == (0, 0)
            elif volume < 15 and not shape.block.cuts_everyone:
                assert week.running_percent == (100, 100)
            elif diagnosis.options.season == "general" and not shape.block.running_if_open:
                assert week.running_percent == row.running
            elif diagnosis.options.season == "pre_competition" and shape.season:
                assert week.running_percent[0] >= 70
            assert week.running_km == tuple(volume * percent / 100 for percent in week.running_percent)


def test_items_are_done_as_often_as_said(made: Made) -> None:
    for _, _, prescription in made:
        for item in prescription.items:
            row = knowledge().interventions[item.intervention]
            assert len(item.dose) == len(item.sessions) == prescription.weeks
            assert any(item.sessions)
            for week, sessions in zip(prescription.plan, item.sessions, strict=True):
                done = sum(item.intervention in slot.items for day in week.days for slot in day.slots)
                assert done == sessions
                assert sessions <= (row.sessions_per_week or (1, 7))[1]


def test_items_held_at_the_start_dose_never_progress(made: Made) -> None:
    for _, _, prescription in made:
        for item in prescription.items:
            if item.test_first:
                progressed = knowledge().interventions[item.intervention].dose_progressed.rstrip(".")
                assert not any(progressed in dose for dose in item.dose)


def test_new_items_after_the_first_week_come_slowly(made: Made) -> None:
    for diagnosis, person, prescription in made:
        if diagnosis.options.match_days or diagnosis.options.race_dates or diagnosis.options.minutes_per_session:
            continue
        most = knowledge().programs.caps.new_items_per_week.of(person.column)
        first = Counter(
            next(index for index, count in enumerate(item.sessions) if count) for item in prescription.items
        )
        assert all(count <= most for week, count in first.items() if week > 0), (prescription.block, first)


def test_everything_else_is_dropped_for_a_reason(made: Made) -> None:
    exercises = {id for id, row in knowledge().interventions.items() if row.kind != "habit"}
    for _, _, prescription in made:
        given = {item.intervention for item in prescription.items}
        dropped = [drop.intervention for drop in prescription.dropped]
        assert given | set(dropped) == exercises
        assert not given & set(dropped)
        assert len(dropped) == len(set(dropped))


def test_the_same_diagnosis_gives_the_same_prescription() -> None:
    for seed in range(20):
        assert prescribe(knowledge(), random_diagnosis(seed)) == prescribe(knowledge(), random_diagnosis(seed))
