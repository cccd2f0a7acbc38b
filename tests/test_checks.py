"""What crosses pages. The faults are in the gallery, `broken/`; here is what must not be one, and the warnings."""

from datetime import date
from pathlib import Path

import pytest

from engine.checks import WARNINGS, check, is_warning
from engine.checks.conditions import Subject, unsuited_for
from engine.checks.cycles import cycles
from engine.conditions import parse
from engine.errors import KnowledgeError
from engine.examine import examine
from engine.knowledge import KnowledgeBase
from engine.loader import load, load_unchecked
from tests.test_broken import HERE, SMALL
from tests.test_loader import change, small

__all__ = ["small"]

LENGTH = Subject("reach", "a number in cm", (), "cm", 0, 25, False, True, "higher", True)
SCALE = Subject("clunky", "a scale from 0 to 10", (), None, 0, 10, True, False, "lower", True)
CHOICE = Subject("legs", "a choice", ("smooth", "reaching", "none"))
COUNT = Subject("strength_deficits", "a count", low=0, whole=True)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (LENGTH, "below 9"), (LENGTH, "below 9 cm on both sides"), (LENGTH, "difference between sides at least 2 cm"),
        (LENGTH, "asymmetry above 15 %"), (LENGTH, "asymmetry above 12.5"), (LENGTH, "below p25"),
        (LENGTH, "worse than the norm by at least 1 sd on both sides"), (LENGTH, "between 0 and 25 cm"),
        (LENGTH, "exactly 0"), (LENGTH, "difference between sides exactly 0"), (SCALE, "exactly 7"),
        (SCALE, "at least 3"), (SCALE, "not worse than the norm"), (CHOICE, "none"), (CHOICE, "not none"),
        (CHOICE, "one of [smooth, reaching]"), (COUNT, "exactly 0"), (COUNT, "at least 2"), (COUNT, "at most 40"),
    ],
)  # fmt: skip
def test_suits(about: Subject, words: str) -> None:
    assert list(unsuited_for(about, parse(words))) == []


@pytest.mark.parametrize(
    ("about", "words", "code"),
    [
        (LENGTH, "below 9 mm", "wrong_unit"), (LENGTH, "asymmetry above 15 cm", "wrong_unit"),
        (LENGTH, "above 26 cm", "out_of_range"), (LENGTH, "difference between sides above 30 cm", "out_of_range"),
        (LENGTH, "asymmetry above 150 %", "out_of_range"), (LENGTH, "below 0", "never_holds"),
        (LENGTH, "above 25", "never_holds"), (LENGTH, "at least 0", "always_holds"), (LENGTH, "exactly 3", "exactly"),
        (LENGTH, "yes", "wrong_test"), (LENGTH, "present", "wrong_test"), (SCALE, "at least 2.5", "not_whole"),
        (SCALE, "at least 2 on both sides", "no_sides"), (SCALE, "between 2 and 11", "out_of_range"),
        (CHOICE, "at least 2", "wrong_test"), (CHOICE, "below p25", "wrong_test"), (CHOICE, "no", "unknown_choice"),
        (CHOICE, "one of [smooth, smooth]", "repeated_choice"), (CHOICE, "one of [smooth, reaching, none]",
        "always_holds"), (CHOICE, "not one of [smooth, reaching, none]", "never_holds"), (COUNT, "below p25",
        "no_better"), (COUNT, "at least 1.5", "not_whole"), (COUNT, "below 2 tests", "wrong_unit"),
    ],
)  # fmt: skip
def test_does_not_suit(about: Subject, words: str, code: str) -> None:
    assert next(unsuited_for(about, parse(words))).code == code


def test_a_norm_test_needs_a_direction_and_a_norm() -> None:
    without = Subject("reach", "a number in cm", (), "cm", 0, 25, False, True, "higher", False)
    middling = Subject("reach", "a number in cm", (), "cm", 0, 25, False, True, "middle", True)

    assert next(unsuited_for(without, parse("below p25"))).code == "no_norm"
    assert next(unsuited_for(middling, parse("not worse than the norm"))).code == "no_better"


def test_every_knot_gives_one_circle() -> None:
    assert cycles({"a": {"b": 0}, "b": {"a": 0, "c": 0}, "c": {}, "d": {"d": 0}}) == [("a", "b"), ("d",)]
    assert cycles({"b": {"c": 0, "d": 0}, "c": {"a": 0}, "a": {"b": 0}, "d": {"a": 0}})[0] == ("a", "b", "c")
    assert cycles({str(number): {str(number + 1): 0} for number in range(5000)}) == []


def test_warnings_do_not_stop_loading(small: Path) -> None:
    change(small, "sources.yaml", "sources:\n", "sources:\n  unread_2021:\n    citation: A book.\n    kind: textbook\n")
    change(small, "interventions/mobility/ankle_rock_loaded.yaml", "intermediate", "advanced")
    change(small, "interventions/mobility/ankle_rock.yaml", "level: beginner", "level: advanced")
    change(small, "interventions/mobility/ankle_rock_loaded.yaml", "level: advanced", "level: beginner")
    change(small, "interventions/habit/sleep_more.yaml", "targets: [tired]", "targets: [stiff_ankle]")
    change(small, "deficits/synergy/poor_timing.yaml", "self_clunky: at least 6", "self_clunky: at least 0")
    faults = check(load(small))

    assert {fault.code for fault in faults} == WARNINGS - {"review_overdue"}
    assert all(map(is_warning, faults))


def test_an_overdue_review_is_told_when_the_day_is_known(small: Path) -> None:
    change(
        small, "deficits/synergy/poor_timing.yaml", "    verified: recalled\n",
        "    verified: recalled\n    reviewed: {by: ana, date: 2025-11-03, again_by: 2026-11-03}\n",
    )  # fmt: skip
    knowledge = load(small)

    assert check(knowledge) == []
    assert check(knowledge, today=date(2026, 11, 3)) == []
    [fault] = check(knowledge, today=date(2026, 11, 4))
    assert fault.message == "its review was due on 2026-11-03; last seen by ana"
    assert is_warning(fault)


def test_a_sprint_of_a_case_that_nothing_can_be_fitted_to_is_told_with_its_place(small: Path) -> None:
    change(small, "cases/ana.yaml", "expect:", """sprints:
  - splits: {1: 0.3, 10: 1.6, 20: 2.9}
    start: gun
    reaction_time: 0.35
expect:""")
    [finding] = [one for one in examine(load_unchecked(small)) if one.fault.code == "no_fit"]
    assert finding.weight == "fault"
    assert (finding.fault.place.file, finding.fault.place.line) == (f"{small}/cases/ana.yaml", 12)
    assert "reaction time" in finding.fault.message
    assert "splits" in finding.fault.excerpt


def test_a_circle_through_a_count_is_found(small: Path) -> None:
    change(small, "deficits/mechanics/overstriding.yaml", "self_legs: reaching", "mechanics_deficits: at least 1")
    with pytest.raises(KnowledgeError, match="overstriding → mechanics_deficits → overstriding"):
        load(small)


def test_measures_may_not_be_computed_in_a_circle(small: Path) -> None:
    change(small, "measures/derived/knee_to_wall_difference.yaml", "[knee_to_wall]", "[knee_to_wall_difference]")
    with pytest.raises(KnowledgeError, match="knee_to_wall_difference → knee_to_wall_difference"):
        load(small)


def test_questions_may_not_wait_for_each_other(small: Path) -> None:
    page = "measures/self_observation/self_hurting.yaml"
    change(small, page, "minutes: 1", "ask_when:\n  night_pain: yes\nminutes: 1")
    with pytest.raises(KnowledgeError, match="night_pain → self_hurting → night_pain"):
        load(small)


def test_a_careful_coach_gets_no_complaint() -> None:
    assert check(load_unchecked(SMALL), today=date(2026, 11, 22)) == []


def test_the_gallery_is_large_and_its_messages_differ() -> None:
    messages = [path.read_text(encoding="utf-8") for path in (HERE / "broken").glob("*/message.txt")]

    assert len(messages) >= 40
    assert len(set(messages)) == len(messages)


def test_the_shipped_knowledge_is_sound(knowledge: KnowledgeBase) -> None:
    assert [str(fault) for fault in check(knowledge) if not is_warning(fault)] == []
