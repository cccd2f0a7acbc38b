"""An athlete's file ↔ Answers. Single mistakes and their messages are in the gallery, `broken/`."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import AnswerError, bounds, parse_value, read, read_file, write
from engine.errors import AnswersError
from engine.knowledge import KnowledgeBase
from engine.loader import load
from engine.model import Answers, Sides, Value
from engine.schema.measure import Measure
from tests.test_broken import SMALL

TODAY = date(2026, 11, 22)
ANA = "athlete: Ana\ndate: 2026-03-01\nanswers:\n"


@pytest.fixture(scope="module")
def small() -> KnowledgeBase:
    return load(SMALL)


def test_a_file_as_a_coach_writes_it(small: KnowledgeBase) -> None:
    text = """
athlete: Ana O’Connor
date: 2026-03-01
answers:
  sex: female
  age: 24
  knee_to_wall: {left: "8,5", right: 3.3 in}
  self_legs: None
  self_clunky: 3
  self_hurting: no
  night_pain: false
  sprint_10m: 1,98
"""
    assert read(text, "ana.yaml", small, today=TODAY) == Answers(
        "Ana O'Connor",
        date(2026, 3, 1),
        {
            "sex": "female", "age": 24, "knee_to_wall": Sides(8.5, 8.38), "self_legs": "none", "self_clunky": 3,
            "self_hurting": False, "night_pain": False, "sprint_10m": 1.98,
        },
        "ana.yaml",
    )  # fmt: skip


def test_json_and_bytes_say_the_same(small: KnowledgeBase) -> None:
    text = '{"athlete": "Ana", "date": "2026-03-01", "answers": {"self_hurting": true, "knee_to_wall": {"left": 8}}}'
    found = read(text, "ana.json", small, today=TODAY)

    assert found.values == {"self_hurting": True, "knee_to_wall": Sides(8, None)}
    assert read(text.encode("utf-8"), "ana.json", small, today=TODAY) == found


def test_a_case_is_an_athlete_file_with_five_more_keys(knowledge: KnowledgeBase) -> None:
    for name, page in ((name, page) for (kind, name), page in knowledge.pages.items() if kind == "case"):
        found = read(page.text, page.file, knowledge, today=TODAY)
        assert set(found.values) == set(knowledge.cases[name].answers)


def test_no_answers_yet_is_a_file_too(small: KnowledgeBase) -> None:
    assert read("athlete: Ana\ndate: 2026-03-01\nanswers: {}\n", "ana.yaml", small, today=TODAY).values == {}


def test_every_fault_is_told(small: KnowledgeBase) -> None:
    head = "athlete: 7\ndate: soon\nfoo: 1\nanswers:\n"
    text = f"{head}  sex: x\n  age: 200\n  knee_to_wall: {{left: 99, rihgt: 2}}\n  no: 1\n"
    with pytest.raises(AnswersError) as error:
        read(text, "ana.yaml", small, today=TODAY)

    assert [(fault.place.line, fault.code) for fault in error.value.faults] == [
        (1, "wrong_type"), (2, "wrong_date"), (3, "unknown_key"), (5, "unknown_choice"), (6, "out_of_range"),
        (7, "out_of_range"), (7, "unknown_side"), (8, "unknown_measure"),
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2026-02-30", "1.3.2026", "2026-3-1", "20260301", "1492-10-12", "2226-03-01", "today"])
def test_a_date_is_a_day_of_our_time(small: KnowledgeBase, day: str) -> None:
    with pytest.raises(AnswersError, match=r"x\.yaml:2:7: "):
        read(f"athlete: Ana\ndate: {day}\nanswers: {{}}\n", "x.yaml", small, today=TODAY)


@pytest.mark.parametrize(
    ("measure", "words", "value"),
    [
        ("self_hurting", "y", True), ("self_hurting", " NO ", False), ("self_hurting", "true", True),
        ("self_legs", "Reaching", "reaching"), ("self_legs", "none", "none"), ("sprint_10m", "1,98", 1.98),
        ("sprint_10m", "1980 ms", 1.98), ("age", "24 years", 24), ("self_clunky", "10", 10),
        ("knee_to_wall", "left 8,5 right 11", Sides(8.5, 11)), ("knee_to_wall", "L 8.5, R 3.3 in", Sides(8.5, 8.38)),
        ("knee_to_wall", "right: 11", Sides(None, 11)), ("knee_to_wall", "{left: 8, right: 9}", Sides(8, 9)),
    ],
)  # fmt: skip
def test_a_typed_answer(small: KnowledgeBase, measure: str, words: str, value: Value) -> None:
    assert parse_value(small, measure, words) == value


@pytest.mark.parametrize(
    ("measure", "words", "says"),
    [
        ("self_hurting", "maybe", "self_hurting is a yes or no, found 'maybe'. Allowed: yes, no"),
        ("self_hurting", "1", "found '1'"),
        ("self_legs", "no", "Did you mean 'none'?"),
        ("self_legs", "reaching in front", "Did you mean 'reaching'?"),
        ("sprint_10m", "", "sprint_10m has no value"),
        ("sprint_10m", "null", "'null' is not a number in s"),
        ("sprint_10m", "1980", "Did you mean '1980 ms'?"),
        ("knee_to_wall", "8.5", "say which, like 'left 8.5 right 11'"),
        ("knee_to_wall", "8.5/11", "say which"),
        ("knee_to_wall", "left 8 left 9", "the left side is given twice"),
        ("knee_to_wall", "left right 9", "knee_to_wall, left, has no value"),
        ("knee_to_wall", "left 8.5/11", "'8.5/11' is not one number"),
        ("calf_raises", "20.5", "whole numbers only"),
        ("knee_to_wall_difference", "2", "is computed from knee_to_wall; give that instead"),
        ("stiff_ankle", "yes", "is a conclusion"),
        ("nonsense_xyz", "1", "`limiter measures` lists what can be entered"),
    ],
)
def test_a_typed_answer_that_cannot_be(small: KnowledgeBase, measure: str, words: str, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        parse_value(small, measure, words)

    assert says in str(error.value)


def test_the_interview_and_the_file_agree_on_what_is_wrong(small: KnowledgeBase) -> None:
    with pytest.raises(AnswerError) as typed:
        parse_value(small, "sprint_10m", "9")
    with pytest.raises(AnswersError) as filed:
        read(f"{ANA}  sprint_10m: 9\n", "ana.yaml", small, today=TODAY)

    assert filed.value.faults[0].message == typed.value.message


def value(measure: Measure) -> st.SearchStrategy[Value]:
    """Legal answers to one measure."""
    if measure.kind == "yes_no":
        return st.booleans()
    if measure.kind == "choice":
        return st.sampled_from(list(measure.choices or ()))
    low, high = bounds(measure)
    whole = measure.whole_numbers or measure.kind != "number"
    number = st.integers(int(low), int(high)).map(float) if whole else st.floats(low, high).map(to_the_millionth)
    if not measure.per_side:
        return number
    return st.one_of(st.builds(Sides, number, number), st.builds(Sides, number), st.builds(Sides, right=number))


def to_the_millionth(number: float) -> float:
    return round(number, 6) + 0.0


@given(data=st.data(), name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_what_is_written_reads_back_the_same(knowledge: KnowledgeBase, data: st.DataObject, name: str) -> None:
    chosen = data.draw(st.lists(st.sampled_from(sorted(knowledge.measures)), max_size=6, unique=True))
    values = {measure: data.draw(value(knowledge.measures[measure])) for measure in chosen}
    answers = Answers(name, date(2026, 3, 1), values, "ana.yaml")

    assert read(write(answers), "ana.yaml", knowledge, today=TODAY) == answers


NAMES = ["Ana", "Ana Maria Silva", "O’Connor", "yes", "null", "12", "Zoë: #1", "日本 太郎", "- x", "'a'", "@x"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_survives(small: KnowledgeBase, name: str) -> None:
    answers = Answers(name, date(2026, 3, 1), {})

    assert read(write(answers), "", small, today=TODAY) == answers


def test_a_plain_file_stays_plain(small: KnowledgeBase) -> None:
    values: dict[str, Value] = {"self_legs": "none", "knee_to_wall": Sides(8.5, 11.0), "self_hurting": False}
    answers = Answers("Ana", date(2026, 3, 1), values)

    assert write(answers) == f"{ANA}  self_legs: none\n  knee_to_wall: {{left: 8.5, right: 11}}\n  self_hurting: no\n"


def test_a_file_on_the_disk(small: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "ana.yaml").write_bytes(b"\xef\xbb\xbf" + ANA.encode() + b"  age: 24\r\n")

    assert read_file(tmp_path / "ana.yaml", small, today=TODAY).values == {"age": 24}
