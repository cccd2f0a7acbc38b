"""Malformed athlete files, made up by hypothesis: each ends in an AnswersError with a place."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.answers import bounds, read
from engine.errors import AnswersError
from engine.knowledge import KnowledgeBase
from engine.schema.measure import Measure

TODAY = date(2026, 11, 22)
BOTH_SIDES = {"left": 1, "right": 1}
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=60)
NOTHING: list[Any] = [None, "", "  ", [], [1], {}, [[[]]], {"left": None}, {"a": {"b": {"c": 1}}}, {"left": {}}]
NO_VALUE = st.sampled_from(NOTHING)
SCRAPS = ["[", "{", '"', "'", ": ", "\t", "\x00", "&a ", "- "]


def refused(content: str | bytes, knowledge: KnowledgeBase) -> AnswersError:
    """The error this file must end in."""
    with pytest.raises(AnswersError) as error:
        read(content, "athlete.yaml", knowledge, today=TODAY)
    assert error.value.faults
    for fault in error.value.faults:
        assert str(fault).startswith(f"athlete.yaml:{fault.place.line}:{fault.place.column}: ")
        assert fault.place.line >= 1
        assert fault.place.column >= 1
        assert fault.message.strip()
        assert len(str(fault)) < 2000
    return error.value


def file(answers: Any, **more: Any) -> str:
    return json.dumps({"athlete": "Ana", "date": "2026-03-01", "answers": answers, **more})


def wrong(measure: Measure) -> st.SearchStrategy[Any]:
    """Values this measure cannot have."""
    if measure.kind == "yes_no":
        return st.one_of(NO_VALUE, st.integers(), st.floats(), st.sampled_from(["maybe", "2", "ja", "1.0 cm", "yesno"]))
    if measure.kind == "choice":
        others = NAMES.filter(lambda name: name not in (measure.choices or ()))
        return st.one_of(NO_VALUE, st.booleans(), st.integers(), st.floats(), others)
    low, high = bounds(measure)
    numbers = st.one_of(
        st.floats(high * 1.001 + 0.001, 1e18), st.floats(-1e18, low - abs(low) * 0.001 - 0.001), st.integers(10**15),
        st.sampled_from(["NaN", "inf", "-Infinity", "1e9", "0x10", "1.2.3", "8.5/11", "3 parsecs", "twelve", "1:2:3:4",
                         "--3", "1 2 3", "9" * 400, "१२", "5 kg 3 cm", "3,4,5", "=1+1"]),
        st.booleans(), NO_VALUE, NAMES,
    )  # fmt: skip
    if not measure.per_side:
        return st.one_of(numbers, st.just(BOTH_SIDES))
    side = st.sampled_from(["left", "right"])
    return st.one_of(
        numbers, st.integers(1, 5),
        st.builds(lambda which, value: {which: value}, side, numbers),
        st.builds(lambda name: {"left": 1, name: 1}, NAMES.filter(lambda name: name not in BOTH_SIDES)),
    )  # fmt: skip


@settings(max_examples=300)
@given(data=st.data())
def test_a_wrong_value(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    measure = knowledge.measures[data.draw(st.sampled_from(sorted(knowledge.measures)))]
    error = refused(file({"self_legs": "smooth", measure.measure: data.draw(wrong(measure))}), knowledge)

    assert all(measure.measure in fault.message or "answers" in fault.message for fault in error.faults)


@settings(max_examples=100)
@given(name=st.text(max_size=100))
def test_an_unknown_measure(knowledge: KnowledgeBase, name: str) -> None:
    if name not in knowledge.measures:
        refused(file({name: 1}), knowledge)


@settings(max_examples=100)
@given(key=NAMES, value=st.one_of(st.none(), st.integers(), NAMES, st.lists(st.integers())))
def test_an_unknown_key_or_a_wrong_head(knowledge: KnowledgeBase, key: str, value: Any) -> None:
    if key not in ("athlete", "date", "answers", "id", "title", "story", "basis", "expect"):
        refused(file({}, **{key: value}), knowledge)
    refused(file({}, date=value), knowledge)
    refused(json.dumps({"athlete": "Ana", "date": "2026-03-01", "answers": value}), knowledge)


@settings(max_examples=200)
@given(content=st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_anything_at_all(knowledge: KnowledgeBase, content: str | bytes) -> None:
    refused(content, knowledge)


@settings(max_examples=200)
@given(data=st.data())
def test_a_good_file_cut_or_scrambled_never_ends_otherwise(knowledge: KnowledgeBase, data: st.DataObject) -> None:
    case = knowledge.pages["case", data.draw(st.sampled_from(sorted(knowledge.cases)))].text
    at = data.draw(st.integers(0, len(case) - 1))
    scrap = data.draw(st.one_of(st.text(max_size=3), st.sampled_from(SCRAPS)))
    gone = data.draw(st.integers(0, 40))
    try:
        read(case[:at] + scrap + case[at + gone :], "athlete.yaml", knowledge, today=TODAY)
    except AnswersError as error:
        assert error.faults  # noqa: PT017 - either way is fine, as long as it is one of the two


DEEP = "{a: " * 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n\n", b"\x00" * 1000, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, b"PK\x03\x04" + bytes(5000),
        b"%PDF-1.7\n", b"\xff\xfe" + "athlete: Ana".encode("utf-16-le"), b"athlete: Ana\xe9\n", b"x" * 3_000_000,
        b"a: b\n" * 500_000, "[" * 200_000, DEEP, "answers:\n" + "  k: 1\n" * 100_000,
        "athlete: A\ndate: 2026-03-01\nanswers:\n" + "".join(f"  k{number}: 1\n" for number in range(40_000)),
        "athlete: " + "A" * 100_000 + "\ndate: 2026-03-01\nanswers: {}\n", "athlete: *a\n",
        "athlete: !!python/object:x {}\n",
        "---\n---\n", "just a sentence", "- athlete: Ana", "null", "42", "athlete: Ana\n\tdate: 2026-03-01\n",
        'a: &a ["x","x"]\nb: &b [*a,*a]\nc: [*b,*b]\n',
    ],
    ids=range(24),
)  # fmt: skip
def test_odd_files(knowledge: KnowledgeBase, content: str | bytes) -> None:
    refused(content, knowledge)
